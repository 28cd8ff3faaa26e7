"""Points outside of a declared domain: one condition is false there, and all others hold.

The opposite of the dropped condition is put in its place, so that the draws land outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from generator.meaning.corners import corners
from generator.meaning.domains import admissible_sizes
from generator.meaning.points import free_indices, index_values, truth
from generator.meaning.program import Program, free_names
from generator.meaning.sampling import Point, Sampler, Wanted
from generator.meaning.sizes import fixed_sizes, size_names
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr
from generator.verify.question import Question, Seen, Undecided

OUTSIDE = 2  # generic points outside a domain at one tuple of sizes
DRAWN = 4  # points drawn for them
TRIES_OUTSIDE = 8  # candidates for each
CORNERS = 3  # special points outside
INDICES = 2  # values of the claim's free indices at one point
ENTRIES = 400  # values of a condition's own indices
TUPLES = 2  # of sizes

#: Points tried one after the other until the claim fails at one.
Stages = Callable[[], Iterator[tuple[Seen, ...]]]


def points_outside(question: Question, program: Program, there: Program, condition: Expr | None) -> Stages:
    """Points at which the dropped condition is false and all others hold: generic ones, then corners.

    `there` is the program in which they are drawn, `program` the one in which they are told.
    """

    def stages() -> Iterator[tuple[Seen, ...]]:
        exprs = (question.expr,) if condition is None else (question.expr, condition)
        try:
            sampler = Sampler(there, Wanted(exprs, question.statement.when), question.seed)
            tuples = _sizes_outside(question, program, condition)
        except (MeaningError, Undecided):
            return
        sampler.tries = TRIES_OUTSIDE
        for sizes in tuples:
            found = _some(_generic(sampler, sizes), condition, program, OUTSIDE)
            yield from _indexed(question, program, found)
        if condition is not None and sampler.names and tuples:
            moved = frozenset(program.base_names([condition]))
            found = _some(corners(sampler, tuples[0], names=moved), condition, program, CORNERS)
            yield from _indexed(question, program, found)

    return stages


def _indexed(question: Question, program: Program, points: list[Point]) -> Iterator[tuple[Seen, ...]]:
    """The points with values of the claim's free indices, as one stage; none where there are no points."""
    seen = tuple(
        (point, index, number)
        for number, point in enumerate(points)
        for index in _indices_at(question, program, point)
    )
    if seen:
        yield seen


def _generic(sampler: Sampler, sizes: dict[str, int]) -> Iterator[Point]:
    for number in range(DRAWN if sampler.names else 1):
        try:
            yield sampler.point(sizes, number)
        except MeaningError:
            return


def _some(points: Iterator[Point], condition: Expr | None, program: Program, count: int) -> list[Point]:
    """The first points at which the condition is false."""
    out: list[Point] = []
    for point in points:
        if condition is None or _false(condition, program, point):
            out.append(point)
        if len(out) == count:
            break
    return out


def _false(condition: Expr, program: Program, point: Point) -> bool:
    """Whether a condition fails for some value of its indices."""
    names = free_indices([condition], program)
    try:
        values = index_values(names, program, point.sizes, 0, ENTRIES)
        return not all(truth(condition, program, point, index) for index in values)
    except MeaningError:
        return False


def _indices_at(question: Question, program: Program, point: Point) -> Iterator[dict[str, int]]:
    """Some values of the claim's free indices that its conditions admit."""
    when = question.statement.when
    names = free_indices((*question.sides(), *when), program)
    indexed = [c for c in when if free_indices([c], program)]
    for count, index in enumerate(index_values(names, program, point.sizes, question.seed, INDICES)):
        if count == INDICES:
            return
        try:
            if all(truth(c, program, point, index) for c in indexed):
                yield dict(index)
        except MeaningError:
            continue


def _sizes_outside(question: Question, program: Program, condition: Expr | None) -> list[dict[str, int]]:
    """Where to leave a domain: the first sizes of the sample, or small ones that the condition bars."""
    if condition is None or not _about_sizes(condition, program):
        return question.sizes()[:TUPLES]
    names = size_names(program, (question.expr, *question.statement.when, condition))
    fixed = fixed_sizes(program)
    free = [n for n in names if n not in fixed]
    out = []
    for values in product(range(1, 5), repeat=min(len(free), 3)):
        sizes = {**dict.fromkeys(free, 2), **fixed, **dict(zip(free, values, strict=False))}
        if _allowed(program, sizes) and _false(condition, program, Point(sizes, {})):
            out.append(sizes)
    return out[:TUPLES]


def _about_sizes(condition: Expr, program: Program) -> bool:
    names = free_names(condition)
    return bool(names) and all(n in program.symbols and program.symbols[n].kind == "size" for n in names)


def _allowed(program: Program, sizes: dict[str, int]) -> bool:
    try:
        return admissible_sizes(program, sizes)
    except KeyError:  # a condition on a size that does not occur here
        return True
