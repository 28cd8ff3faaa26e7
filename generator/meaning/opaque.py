"""Stand-ins for functions that the page leaves open (`g(u) : function, convex`)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from flint import ctx

from generator.meaning import arrays
from generator.notation.tree import Symbol

DEGREE = 7  # coefficients of a function that is only smooth

#: Made once: every function has its coefficients among them.
SIXTEENTHS = {k: Fraction(k, 16) for k in range(-90, 31)}


def opaque(symbol: Symbol, rng: Random) -> Callable[..., Any]:
    """A polynomial with generic rational coefficients; a line or a quartic where it must be convex.

    Shapes: one argument (any rank, all entries enter) or several scalars; the value is a scalar.
    """
    convex, concave = "convex" in symbol.words, "concave" in symbol.words
    increasing, decreasing = "increasing" in symbol.words, "decreasing" in symbol.words
    draw = [SIXTEENTHS[rng.randrange(3, 23)] for _ in range(64)]
    shift = Fraction(rng.randrange(3, 11), 8)
    # Where a convex function turns, and an increasing one bends:
    turn = SIXTEENTHS[rng.choice([-13, -7, 9, 15, 21])]
    base = SIXTEENTHS[rng.choice([-90, -50, 11, 30])]

    # of several numbers the slopes have both signs, unless the function must rise
    signs = [1 if increasing or decreasing else rng.choice((1, 1, -1)) for _ in range(64)]
    straight = rng.randrange(3) == 0  # a line is convex, concave and (with this slope) increasing
    weights = _Weights([(sign * draw[k], draw[(k + 7) % 64]) for k, sign in enumerate(signs)])

    def one(f: Any, x: Any, order: int) -> Any:
        number = f.system.number
        c = [number(v) for v in draw[:DEGREE]]
        zero = number(0)
        if not (convex or concave or increasing or decreasing):
            # a degree above the derivatives that a claim takes, so that none of them vanishes by chance
            return _polynomial([v if k % 3 else -v for k, v in enumerate(c)], x, order, f)
        if convex or concave:
            coefficients = [number(base), c[1] if straight else zero, c[2], zero, c[3]]
        else:
            coefficients = [number(base), c[1], zero, c[2]]
        if straight:
            coefficients = coefficients[:2]
        value = _polynomial(coefficients, x - number(turn), order, f)
        return -value if concave or decreasing else value

    def call(f: Any, *args: Any, order: int = 0) -> Any:
        entries = arrays.flat(list(args[:-1] if args and isinstance(args[-1], int) else args))
        if args and isinstance(args[-1], int):
            order = args[-1]
        if len(entries) == 1:
            return one(f, entries[0], order)
        total = inner = f.system.number(shift)
        for entry, (slope, square) in zip(entries, weights.of(f, len(entries)), strict=True):
            inner = inner + entry * slope
            total = total + entry * entry * square
        return (total + inner * inner * inner) if not (convex or concave) else (total if convex else -total)

    return call


class _Weights:
    """A slope and the weight of a square for each entry, as numbers of the system they were last asked in."""

    def __init__(self, pairs: list[tuple[Fraction, Fraction]]) -> None:
        self.pairs = pairs
        self._place: tuple[Any, int] = (None, 0)  # a system, and bits
        self._made: list[tuple[Any, Any]] = []

    def of(self, f: Any, count: int) -> list[tuple[Any, Any]]:
        """Those of so many entries; beyond the last pair they begin again."""
        if self._place != (f.system, ctx.prec):
            self._place, self._made = (f.system, ctx.prec), []
        for k in range(len(self._made), count):
            slope, square = self.pairs[k % len(self.pairs)]
            self._made.append((f.system.number(slope), f.system.number(square)))
        return self._made[:count]


def _polynomial(coefficients: list[Any], x: Any, order: int, f: Any) -> Any:
    for _ in range(order):
        coefficients = [k * c for k, c in enumerate(coefficients)][1:] or [f.system.number(0)]
    total = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        total = total * x + c
    return total
