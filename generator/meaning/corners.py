"""Special points: borders of closed domains, corners, and every sample of a small finite domain.

A condition that fails on a thin set only (at 0, for a constant sample) is met here. Each
function takes a sampler, and yields only what meets the sampler's conditions.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import combinations, product
from typing import Any

from flint import fmpq

from generator.meaning import arrays, entries
from generator.meaning.domains import Domain, domain_of
from generator.meaning.laws import LAWS
from generator.meaning.program import Frame, rational_value
from generator.meaning.sampling import RATIONAL, Point, Sampler
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr

NUMBERS = 12  # printed numbers that are tried as values
LARGE = 10**6
SAMPLES = 16  # a finite domain is enumerated up to this many samples
STRUCTURED = frozenset({"simplex", "one-hot", "stochastic", "unit"})
SINGULAR = frozenset({"symmetric", "diagonal", "positive semidefinite"})  # what may have rank 0 and 1
ENDS = ((0, 0), (-1, -1), (0, -1), (-1, 0))  # where a matrix has its only entry that is not 0
STEPS = (0, 1, 3)  # how far apart, in ENDS, the entries of one matrix and the next are


def points(sampler: Sampler, sizes: dict[str, int], count: int, bases: int = 3) -> Iterator[Point]:
    """`count` generic points at `sizes`, then `bases` points for every border of a closed domain.

    Raises NoPoint where no admissible point was found (a vacuous claim).
    """
    for number in range(count):
        yield sampler.point(sizes, number)
    yield from borders(sampler, sizes, bases) if bases else ()


def corners(
    sampler: Sampler, sizes: dict[str, int], random: bool = True, names: frozenset[str] | None = None
) -> Iterator[Point]:
    """Admissible special points: each name constant, zero, one, or equal to another scalar.

    Where `random` is False, names with a continuous law are left alone: there such an
    event has probability 0. `names` are those that move, None for all.
    """
    try:
        base = sampler.point(sizes, 2000)
    except MeaningError:
        return
    scalars = [v for v in base.values.values() if isinstance(v, fmpq)]
    scalars += printed_numbers((*sampler.wanted.exprs, *sampler.wanted.conditions))
    if len(set(scalars)) < len(scalars):  # equal by chance: none of the moves below makes them so
        yield base
    for name, value in base.values.items():
        words = sampler.program.symbols[name].words
        if (names is not None and name not in names) or (not random and is_continuous(sampler, name)):
            continue
        words = words - {"random"}
        yield from _matrices(sampler, name, base)
        if "simplex" in words and len(base.values[name]) > 1:
            yield from _vertex(sampler, name, base)
        if callable(value) or words or not arrays.flat(value):
            continue
        first = arrays.flat(value)[0]
        for corner in dict.fromkeys((fmpq(0), fmpq(1), fmpq(-1), first, *scalars)):
            if corner != value:
                yield from _moved(
                    sampler, base, name, arrays.each(partial(_constant, corner), value), str(corner)
                )


def degenerate(sampler: Sampler, sizes: dict[str, int]) -> Iterator[Point]:
    """Admissible points at which products and sums of matrices lose rank, of a claim about a rank.

    Each matrix has a single entry that is not 0, in a corner: products vanish, also of one with itself. Then
    one is another, or minus it.
    """
    if not any(node.head == "pinv" or node.data == "rank" for e in sampler.wanted.exprs for node in e.walk()):
        return
    try:
        base = sampler.point(sizes, 2500)
    except MeaningError:
        return
    symbols = sampler.program.symbols
    free = [
        n
        for n in sampler.names
        if len(symbols[n].shape) == 2 and not symbols[n].words | set(symbols[n].family)
    ]
    for step, turn in product(STEPS if len(free) > 1 else STEPS[:1], range(len(ENDS))):
        moved = dict(base.values)
        for place, name in enumerate(free):
            moved[name] = _unit(base.values[name], ENDS[(place * step + turn) % len(ENDS)])
        yield from _admissible(sampler, Point(base.sizes, moved, border="single entries"))
    for name in free:  # whose powers vanish one after the other
        rows, columns = len(base.values[name]), len(base.values[name][0])
        shift = [[fmpq(int(j == i + 1)) for j in range(columns)] for i in range(rows)]
        yield from _moved(sampler, base, name, shift, "ones beside the diagonal")
    for one, other in combinations(free, 2):
        if symbols[one].shape == symbols[other].shape:
            for sign in (1, -1):
                value = arrays.each(partial(operator.mul, sign), base.values[one])
                yield from _moved(sampler, base, other, value, f"{sign} {one}")


def _unit(matrix: list[list[Any]], end: tuple[int, int]) -> list[list[Any]]:
    rows, columns = len(matrix), len(matrix[0])
    where = (end[0] % rows, end[1] % columns)
    return [[fmpq(int((i, j) == where)) for j in range(columns)] for i in range(rows)]


def _matrices(sampler: Sampler, name: str, base: Point) -> Iterator[Point]:
    """The point with a special value of a square matrix: the identity, another matrix of the same structure.

    A matrix that may be singular is 0 too, and has a single entry.
    """
    symbol, value = sampler.program.symbols[name], base.values[name]
    if len(symbol.shape) != 2 or symbol.family or len(value) != len(value[0]):
        return
    rows = range(len(value))
    yield from _moved(sampler, base, name, [[fmpq(int(i == j)) for j in rows] for i in rows], "I")
    if symbol.words & SINGULAR and not symbol.words & {"positive definite", "orthogonal"}:
        for entry in (0, 1):
            yield from _moved(
                sampler, base, name, [[fmpq(entry * (i == j == 0)) for j in rows] for i in rows], str(entry)
            )
    for other, matrix in base.values.items():
        alike = sampler.program.symbols[other]
        if other != name and symbol.words and (alike.shape, alike.words) == (symbol.shape, symbol.words):
            yield from _moved(sampler, base, name, matrix, other)


def printed_numbers(exprs: Iterable[Expr]) -> list[fmpq]:
    """The numbers that stand in expressions, as 1/7 in c - 1/7: where a claim has a pole or a zero."""
    found: dict[fmpq, None] = {}
    for expr in exprs:
        for node in expr.walk():
            value = rational_value(node) if node.shape == () else None
            if value is not None and abs(value) < LARGE:
                number = fmpq(value.numerator, value.denominator)
                found |= {number: None, -number: None}
    return list(found)[:NUMBERS]


def is_continuous(sampler: Sampler, name: str) -> bool:
    """Whether the law of a name is one of the table without atoms."""
    law = sampler.program.laws.laws.get(name)
    return law is not None and law.law in LAWS and not LAWS[law.law].discrete


def _vertex(sampler: Sampler, name: str, base: Point) -> Iterator[Point]:
    """A corner of the probability simplex, where it belongs to the domain."""
    whole = base.values[name]
    if isinstance(whole[0], list):
        vertex: Any = [[fmpq(int(i == 0)) for i in range(len(row))] for row in whole]
    else:
        vertex = [fmpq(int(i == 0)) for i in range(len(whole))]
    yield from _moved(sampler, base, name, vertex, "a vertex")


def _moved(sampler: Sampler, base: Point, name: str, value: Any, words: str) -> Iterator[Point]:
    """The point with another value of a name, where that is admissible."""
    point = Point(base.sizes, {**base.values, name: value}, border=f"{name} = {words}")
    if _inside(sampler, name, point):
        yield from _admissible(sampler, point)


def _inside(sampler: Sampler, name: str, point: Point) -> bool:
    try:
        return sampler.in_domain(name, point)
    except MeaningError:
        return False


def _admissible(sampler: Sampler, point: Point) -> Iterator[Point]:
    try:
        if sampler.admissible(point):
            yield point
    except MeaningError:
        return


def _domain(sampler: Sampler, name: str, base: Point) -> Domain:
    frame = Frame(RATIONAL, sampler.program, base.sizes, base.values)
    return domain_of(sampler.program.symbols[name], frame, sampler.about(name))


def borders(sampler: Sampler, sizes: dict[str, int], bases: int) -> Iterator[Point]:
    """Up to `bases` different points for every end that belongs to a closed domain."""
    number = 1000
    for name in sampler.names:
        symbol = sampler.program.symbols[name]
        if symbol.kind == "function" or symbol.words & STRUCTURED:
            continue
        base = sampler.point(sizes, number)
        for border in _domain(sampler, name, base).borders():
            met: list[dict[str, Any]] = []  # the other names differ from point to point
            for other in range(number, number + 3 * bases):
                if len(met) == bases:
                    break
                values = dict(base.values if other == number else sampler.point(sizes, other).values)
                values[name] = arrays.each(partial(_constant, border), base.values[name])
                point = Point(sizes, values, border=f"{name} = {border}")
                if values not in met and sampler.admissible(point):
                    met.append(values)
                    yield point
        frame = Frame(RATIONAL, sampler.program, base.sizes, base.values)
        own = entries.bounds(
            base.values[name], name, sampler.bounding(name), frame, _domain(sampler, name, base)
        )
        for value in entries.at_ends(base.values[name], list(own)):
            yield from _moved(sampler, base, name, value, "its bounds")
        number += 3 * bases


def samples(sampler: Sampler, sizes: dict[str, int]) -> Iterator[Point]:
    """Every sample of each finite domain that has few, with all else generic or at a border."""
    base = sampler.point(sizes, 3000)
    for name in sampler.names:
        value = base.values[name]
        if callable(value) or sampler.program.symbols[name].words - {"random"}:
            continue
        finite = _domain(sampler, name, base).finite
        entries = arrays.flat(value)
        if not 1 < len(finite) ** len(entries) <= SAMPLES:
            continue
        bases = [base, *_at_borders(sampler, base, name)]
        for choice in product(finite, repeat=len(entries)):
            chosen = arrays.each(partial(_next, iter(choice)), value)
            for one in bases:
                yield from _moved(sampler, one, name, chosen, str(chosen))


def _at_borders(sampler: Sampler, base: Point, name: str) -> Iterator[Point]:
    """The point with each other unstructured name at each border of its domain, admissible or not yet."""
    for other in sampler.names:
        if other == name or callable(base.values[other]) or sampler.program.symbols[other].words & STRUCTURED:
            continue
        for border in _domain(sampler, other, base).borders():
            moved = arrays.each(partial(_constant, border), base.values[other])
            yield Point(base.sizes, {**base.values, other: moved})


def _next(rest: Iterator[Any], _old: Any) -> Any:
    return next(rest)


def _constant(value: Any, _old: Any) -> Any:
    return value
