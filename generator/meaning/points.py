"""A point in a number system: frames, truth of conditions, free indices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, product
from random import Random
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from generator.meaning import arrays, calculus, conditions, divergence, expectation, implied, integrals
from generator.meaning.chance import Chance
from generator.meaning.program import BINDERS, Frame, Program
from generator.meaning.systems import BallSystem, RationalSystem, System, Unsupported
from generator.notation.tree import Expr

if TYPE_CHECKING:
    from generator.meaning.sampling import Point

#: Importing these gives their heads a meaning.
REGISTERED = (calculus, conditions, divergence, expectation, implied, integrals)

BALLS = BallSystem()
RATIONAL = RationalSystem()


def frame_at(point: Point, program: Program, system: System, chance: Chance | None = None) -> Frame:
    """The point's rational values as numbers of `system`."""
    return _frame(point.sizes, point.values, program, system, chance)


def _frame(
    sizes: dict[str, int],
    values: dict[str, Any],
    program: Program,
    system: System,
    chance: Chance | None = None,
) -> Frame:
    numbers = {name: arrays.each(lambda v: convert(v, system), value) for name, value in values.items()}
    return Frame(system, program, sizes, numbers, chance)


def convert(value: Any, system: System) -> Any:
    """A sampled rational as a number of `system`; functions pass through."""
    if isinstance(value, fmpq):
        if system is RATIONAL:
            return value
        if isinstance(system, BallSystem):
            return arb(value)
        return system.number(Fraction(int(value.p), int(value.q)))
    return value


def truth(condition: Expr, program: Program, point: Point, index: dict[str, int] | None = None) -> bool:
    """Whether a condition holds at a point: exact rationals first, balls where they do not do.

    Raises MeaningError where the condition has no value there.
    """
    needed = program.rests_on([condition])
    values = {name: value for name, value in point.values.items() if name in needed}
    for system in (RATIONAL, BALLS):
        f = _frame(point.sizes, values, program, system)
        f.index = dict(index or {})
        try:
            return bool(program.compiled(condition)(f))
        except Unsupported:
            continue
    raise Unsupported("this condition has no truth value")


def free_indices(exprs: Sequence[Expr], program: Program) -> list[str]:
    """Declared indices that occur unbound, in declared order: the formula is for all their values."""
    found: set[str] = set()
    for expr in exprs:
        _free(expr, frozenset(), program, found)
    return [n for n, s in program.symbols.items() if s.kind == "index" and n in found]


def _free(expr: Expr, bound: frozenset[str], program: Program, found: set[str]) -> None:
    if expr.head in BINDERS:
        bound = bound | frozenset(str(d) for d in (expr.data or ()))
    if expr.head == "name" and expr.data not in bound:
        symbol = program.symbols.get(expr.data)
        if symbol is not None and symbol.kind == "index":
            found.add(expr.data)
    for arg in expr.args:
        _free(arg, bound, program, found)


def index_values(
    names: list[str], program: Program, sizes: dict[str, int], seed: int, bound: int = 40
) -> Iterator[dict[str, int]]:
    """All combinations of the free indices; where there are many, those that tell, none of them twice."""
    ranges = [program.range_of(n, sizes) for n in names]
    total = 1
    for r in ranges:
        total *= len(r)
    if total <= bound:
        for combination in product(*ranges):
            yield dict(zip(names, combination, strict=True))
        return
    seen: set[tuple[int, ...]] = set()
    for combination in _telling(ranges, Random(seed), bound):
        if combination not in seen:
            seen.add(combination)
            yield dict(zip(names, combination, strict=True))


def _telling(ranges: Sequence[range], rng: Random, bound: int) -> Iterator[tuple[int, ...]]:
    """Corners, every pattern of equal and different indices (a Kronecker delta sees nothing else), and
    a seeded choice; each combination has one value of each range.
    """
    yield tuple(r[0] for r in ranges)
    yield tuple(r[-1] for r in ranges)
    for pattern in ((0, 1, 2, 3), (3, 2, 1, 0), (0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 1, 0), (1, 1, 1, 0)):
        yield tuple(r[pattern[k % 4] % len(r)] for k, r in enumerate(ranges))  # also across ranges
    yield from islice(_coincidences(ranges), bound)
    for _ in range(max(6, bound // 4)):
        yield tuple(rng.choice(r) for r in ranges)


def _coincidences(ranges: Sequence[range]) -> Iterator[tuple[int, ...]]:
    """Every way in which the indices of one range can be equal or different, as values."""
    groups: dict[range, list[int]] = {}
    for place, r in enumerate(ranges):
        groups.setdefault(r, []).append(place)
    for blocks in product(*(_blocks(len(places)) for places in groups.values())):
        values = [0] * len(ranges)
        for (r, places), numbers in zip(groups.items(), blocks, strict=True):
            for place, number in zip(places, numbers, strict=True):
                values[place] = r[number % len(r)]
        yield tuple(values)


def _blocks(count: int) -> Iterator[tuple[int, ...]]:
    """Set partitions of `count` things, as the number of each thing's block (restricted growth)."""
    if not count:
        yield ()
        return
    for numbers in _blocks(count - 1):
        for number in range(max(numbers, default=-1) + 2):
            yield (*numbers, number)
