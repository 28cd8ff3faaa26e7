"""Where claims fail on a thin set only: borders of their conditions, and laws at the edge of what is open.

A generic point never meets a condition such as `y <= p` with equality, and no generic law is a
constant or has the smallest kurtosis. The points here are made to. What has no value for a
law at the edge is no failure here: `poles` tells whether a side divides by 0 there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from generator.meaning import arrays
from generator.meaning.corners import corners
from generator.meaning.points import BALLS, frame_at, free_indices, index_values
from generator.meaning.program import Frame
from generator.meaning.ranged import PUT
from generator.meaning.sampling import Point, Sampler, Wanted
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, bare
from generator.verify.question import Question

POINTS = 6  # points from which each border is looked for
ENTRIES = 6  # entries of a name that are moved to it, the last ones first
EDGES = ("constant", "nothing", "two-point", "heavy", "heavy below", "small", "uneven", "uneven below")


def of_open_laws(question: Question) -> Iterator[tuple[Point, Frame]]:
    """Points at which names of an open law are constants, lopsided, small, or small beside large ones."""
    program = question.program
    laws = (program.laws.laws.get(name) for name in program.random_names(question.sides()))
    if not any(law is not None and law.law in ("free", "moments") for law in laws):
        return
    tuples = question.sizes()
    smallest = min(tuples, key=lambda sizes: sum(sizes.values()))
    question.settled()
    puts = [f"{put}:{k}" for k in range(len(question.chance.places)) for put in PUT]
    for edge in (*EDGES, *puts):
        there = replace(question.aside(), chance=replace(question.chance, edge=edge), quick=True)
        for sizes in (tuples[0], smallest) if smallest != tuples[0] else tuples[:1]:
            yield from replace(there, only=sizes).frames()
        sampler = Sampler(program, Wanted(question.sides(), question.statement.when), question.seed)
        for point in corners(sampler, tuples[0], False) if sampler.names else ():
            yield point, indexed_frame(there, point)


def indexed_frame(question: Question, point: Point) -> Frame:
    """The point as balls, at the first values of the free indices."""
    frame = frame_at(point, question.program, BALLS, question.chance)
    names = free_indices((*question.sides(), *question.statement.when), question.program)
    frame.index = dict(next(index_values(names, question.program, point.sizes, question.seed), {}))
    return frame


def of_conditions(question: Question) -> Iterator[tuple[Point, Frame]]:
    """Points at which a weak inequality among the claim's conditions holds with equality, all others too."""
    borders = [c for c in map(bare, question.statement.when) if _is_weak(c)]
    for condition in borders:
        for point, frame in islice(question.aside().frames(), POINTS):
            yield from ((point, child) for child in _moved(question, frame, condition))


def _is_weak(condition: Expr) -> bool:
    between_numbers = condition.head == "rel" and all(arg.shape == () for arg in condition.args)
    return between_numbers and condition.data in (("<=",), (">=",))


def _moved(question: Question, frame: Frame, condition: Expr) -> Iterator[Frame]:
    """The frame with one entry of one name moved so that both sides of the condition are equal."""
    program = question.program
    left, right = (program.compiled(arg) for arg in condition.args)
    for name in sorted(program.base_names([condition])):
        value = frame.values.get(name)
        if value is None or callable(value) or program.symbols[name].words - {"random"}:
            continue
        for place in range(len(arrays.flat(value)))[::-1][:ENTRIES]:
            try:
                child = _at(frame, name, value, place, _root(frame, name, value, place, left, right))
                if _admissible(question, child, name):
                    yield child
                    break
            except MeaningError:
                continue


def _at(frame: Frame, name: str, value: Any, place: int, entry: Any) -> Frame:
    """The frame with another number at one place of a name."""
    entries = arrays.flat(value)
    rest = iter([*entries[:place], entry, *entries[place + 1 :]])
    child = frame.child({name: arrays.each(lambda _: next(rest), value)})
    child.index = dict(frame.index)
    return child


def _root(frame: Frame, name: str, value: Any, place: int, left: Any, right: Any) -> Any:
    """The number at which the sides are equal, where their gap is affine in it. Raises MeaningError."""
    start = arrays.flat(value)[place]

    def gap(entry: Any) -> Any:
        child = _at(frame, name, value, place, entry)
        return left(child) - right(child)

    first, second, third = gap(start), gap(start + 1), gap(start + 2)
    slope = second - first
    if not (third - second - slope).contains(0) or not slope != 0:
        raise MeaningError("the condition is not affine in this number")
    return start - first / slope


def _admissible(question: Question, frame: Frame, name: str) -> bool:
    program = question.program
    conditions = (*question.statement.when, *program.scope.restrictions, *program.symbols[name].conditions)
    return all(bool(program.compiled(c)(frame)) for c in conditions)
