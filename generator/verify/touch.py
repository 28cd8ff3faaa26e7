"""A strict inequality whose gap comes down to 0 on a thin set, as that of (c - e)^2 > 0 does."""

from __future__ import annotations

from typing import Any

from flint import arb

from generator.meaning.program import Frame
from generator.meaning.sampling import Point
from generator.notation.tree import bare
from generator.verify.question import Question, Undecided
from generator.verify.scan import dip, guarded, rays

CLOSE = arb(10) ** -9


def never_touches(question: Question, points: list[tuple[Point, Frame]], small: Any, large: Any) -> None:
    """Follow the gap along every scalar, from each of the points.

    Raises Undecided where it comes down to 0: whether 0 is reached, or only as many of its
    digits, is not seen.
    """
    for _, frame in points:
        for name, value in frame.values.items():
            if not isinstance(value, arb) or question.program.symbols[name].kind == "integer":
                continue

            def gap(x: Any, frame: Frame = frame, name: str = name) -> Any:
                child = frame.child({name: x})
                return large(child) - small(child) if _allowed(question, name, child) else None

            line = guarded(gap)
            for ray in rays(value):
                place = dip(line, [(x, line(x)) for x in ray])
                if place is not None and not _excluded(question, name, frame.child({name: place})):
                    raise Undecided("the gap comes down to 0 as far as can be seen, so that < may be reached")


def _excluded(question: Question, name: str, frame: Frame) -> bool:
    """Whether a place is next to one that a condition excludes, as x = 0 where x is not 0."""
    program = question.program
    for condition in map(bare, (*program.symbols[name].conditions, *question.statement.when)):
        if condition.head == "rel" and condition.data == ("!=",):
            left, right = (program.compiled(arg)(frame) for arg in condition.args)
            if not isinstance(left, list) and abs(left - right) < CLOSE:
                return True
    return False


def _allowed(question: Question, name: str, frame: Frame) -> bool:
    program = question.program
    conditions = (*program.symbols[name].conditions, *question.statement.when, *program.scope.restrictions)
    return all(bool(program.compiled(c)(frame)) for c in conditions)
