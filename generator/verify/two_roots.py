r"""`g = 0 \iff u = a \pm b`: the two solutions of an equation, and no third one.

What is checked: both are roots; and g divided by the two linear factors, (u - a - b)(u - a + b), has no
root left in the domain, by a scan of the whole line. Example refuted: a radicand with the wrong sign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from flint import arb

from generator.meaning import arrays
from generator.meaning.program import Frame
from generator.meaning.sampling import Point
from generator.meaning.systems import MeaningError, Unsure
from generator.notation.tree import Expr
from generator.verify import equality
from generator.verify.question import (
    Answer,
    IllFormed,
    Question,
    Refuted,
    Undecided,
    counterexample,
    pack_sizes,
    sizes_evidence,
)
from generator.verify.scan import guarded, other_root
from generator.verify.unknown import Unknown

LOOKS = 12  # points from which the whole line is scanned

Inside = Callable[[Frame], bool]


def both_signs(expr: Expr) -> tuple[Expr, Expr] | None:
    r"""An expression with its one \pm (or \mp) read as plus and as minus; None for none or several."""
    if sum(node.head == "pm" for node in expr.walk()) != 1:
        return None
    return _signed(expr, "+"), _signed(expr, "-")


def _signed(expr: Expr, sign: str) -> Expr:
    if expr.head != "pm":
        return replace(expr, args=tuple(_signed(arg, sign) for arg in expr.args))
    lead = "+" if len(expr.args) > 1 else ""
    return Expr("add", expr.args, lead + sign, "", expr.start, expr.end, expr.shape)


def check(
    question: Question, equation: Expr, roots: tuple[Expr, Expr], unknown: Unknown, inside: Inside
) -> Answer:
    """Both roots, and no other. Raises Refuted, Undecided or Unsure."""
    program = question.program
    if unknown.name not in program.base_names([equation]):
        raise IllFormed("the solved name does not occur in the equation")
    codes = [program.compiled(root) for root in roots]
    left, right = (program.compiled(arg) for arg in equation.args)
    count, met, sizes = 0, 0, []

    def gap(frame: Frame, x: Any) -> Any:
        child = unknown.put(frame, x)
        return left(child) - right(child) if inside(child) else None

    for point, frame in question.frames((*equation.args, *roots)):
        count += 1
        if point.sizes not in sizes:
            sizes.append(point.sizes)
        places = list(_places(question, point, frame, codes))
        met += sum(_solves(question, point, frame, gap, place) for place in places)
        if count <= LOOKS and not question.quick:
            _no_third(question, point, frame, gap, places)
    if not met:
        raise Undecided("the stated solutions never lie in the declared domain")
    words = (f"two roots at {count} points", "; " if sizes_evidence(sizes) else "", *sizes_evidence(sizes))
    return Answer("checked", "balls at points", words, pack_sizes(sizes), count, "", ("Arb",))


def _places(question: Question, point: Point, frame: Frame, codes: list[Any]) -> Iterator[Any]:
    for code in codes:
        try:
            place = code(frame)
        except MeaningError as error:
            lost = counterexample(point, frame, "", "", question.expr.args)
            raise Refuted(lost, f"the solution has no value: {error}") from error
        if len(arrays.flat(place)) != 1 or isinstance(place, list):
            raise Undecided("an equation with two solutions is one of numbers")
        yield place


def _solves(question: Question, point: Point, frame: Frame, gap: Any, place: Any) -> bool:
    """Whether a root lies in the domain. Raises Refuted where it does and is none."""
    try:
        value = gap(frame, place)
    except Unsure:
        raise
    except MeaningError as error:
        lost = counterexample(point, frame, "", "", question.expr.args)
        raise Refuted(lost, f"has no value at the stated solution: {error}") from error
    if value is None:
        return False
    same = equality.equal(value, arb(0))
    if same is None:
        raise Unsure("the equation at its root is too wide")
    if not same:
        lost = counterexample(point, frame, value, arb(0), question.expr.args)
        raise Refuted(lost, "a stated solution does not solve the equation")
    return True


def _no_third(question: Question, point: Point, frame: Frame, gap: Any, places: list[Any]) -> None:
    """Raises Refuted where the equation has a root beside the two."""

    def rest(x: Any) -> Any:
        value, below = gap(frame, x), (x - places[0]) * (x - places[1])
        return None if value is None or below.contains(0) else value / below

    for place in places:
        third = other_root(guarded(rest), place)
        if third is not None:
            lost = counterexample(point, frame, third, place, question.expr.args)
            raise Refuted(lost, "the equation also holds elsewhere, so only one direction is true")
