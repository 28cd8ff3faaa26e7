"""Stand-ins for functions that the page leaves open (`g(u) : function, convex`)."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from flint import fmpq

from generator.meaning import arrays
from generator.notation.tree import Symbol


def opaque(symbol: Symbol, rng: Random) -> Callable[..., Any]:
    """A polynomial with generic rational coefficients; even and positive ones where it must be convex.

    Shapes: one argument (any rank, all entries enter) or several scalars; the value is a scalar.
    """
    convex, concave = "convex" in symbol.words, "concave" in symbol.words
    increasing, decreasing = "increasing" in symbol.words, "decreasing" in symbol.words
    draw = [fmpq(rng.randrange(3, 23), 16) for _ in range(64)]
    shift = fmpq(rng.randrange(3, 11), 8)
    turn = fmpq(
        rng.choice([-13, -7, 9, 15, 21]), 16
    )  # where a convex function turns, an increasing one bends
    base = fmpq(rng.choice([-90, -50, 11, 30]), 16)

    def one(f: Any, x: Any, order: int) -> Any:
        c = [_number(f, v) for v in draw[:5]]
        if convex or concave:
            coefficients = [c[0], c[1], c[2], f.system.number(0), c[3]]
        elif increasing or decreasing:
            coefficients = [c[0], c[1], f.system.number(0), c[2]]
        else:
            coefficients = [c[0], -c[1], c[2], c[3]]
        if convex or concave or increasing or decreasing:
            coefficients[0], x = _number(f, base), x - _number(f, turn)
        if convex or concave:
            coefficients[1] = f.system.number(0)
        value = _polynomial(coefficients, x, order, f)
        return -value if concave or decreasing else value

    def call(f: Any, *args: Any, order: int = 0) -> Any:
        entries = arrays.flat(list(args[:-1] if args and isinstance(args[-1], int) else args))
        if args and isinstance(args[-1], int):
            order = args[-1]
        if len(entries) == 1:
            return one(f, entries[0], order)
        total = _number(f, shift)
        inner = total
        for k, entry in enumerate(entries):
            inner = inner + entry * _number(f, draw[k % 64])
            total = total + entry * entry * _number(f, draw[(k + 7) % 64])
        return (total + inner * inner * inner) if not (convex or concave) else (total if convex else -total)

    return call


def _number(f: Any, value: Any) -> Any:
    from fractions import Fraction

    return f.system.number(Fraction(int(value.p), int(value.q)))


def _polynomial(coefficients: list[Any], x: Any, order: int, f: Any) -> Any:
    for _ in range(order):
        coefficients = [k * c for k, c in enumerate(coefficients)][1:] or [f.system.number(0)]
    total = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        total = total * x + c
    return total
