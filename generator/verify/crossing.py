"""Two relations said to hold together, at the borders where one of them changes along a line.

Generic points never solve an equation, and never lie on the border of an inequality, so
nothing is learnt there about what tells `<` from `<=`. The borders are found by a scan; what
is apart there refutes, and nothing passes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb

from generator.meaning.program import Frame
from generator.meaning.sampling import Point
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr
from generator.verify.question import Question, Refuted, counterexample
from generator.verify.scan import guarded, other_root

LOOKS = 12  # points from which the line is scanned
APART = arb(10) ** -9  # relative: a border found by bisection is far closer

#: Whether a relation of two numbers holds where they are equal.
AT_BORDER = {"=": True, "<=": True, ">=": True, "<": False, ">": False, "!=": False}

Inside = Callable[[Frame], bool]


def crossings(question: Question, name: str, one: Expr, other: Expr, inside: Inside) -> None:
    """Raises Refuted where, along `name`, a border of one relation is clearly told apart by the other.

    `inside` tells whether the name's value in a frame is admissible.
    """
    if not (_between_numbers(one) and _between_numbers(other)):
        return
    for number, (point, frame) in enumerate(question.aside().frames((one, other))):
        base = frame.values.get(name)
        if number >= LOOKS or not isinstance(base, arb):
            return
        for first, second in ((one, other), (other, one)):
            root = other_root(guarded(_gap(question, frame, name, first, inside)), base)
            if root is not None:
                _told_apart(question, point, frame.child({name: root}), first, second)


def _between_numbers(relation: Expr) -> bool:
    known = relation.head == "rel" and len(relation.data) == 1 and relation.data[0] in AT_BORDER
    return known and all(arg.shape == () for arg in relation.args)


def _gap(question: Question, frame: Frame, name: str, relation: Expr, inside: Inside) -> Callable[[Any], Any]:
    """Left minus right of a relation as a function of the name; None where it is not admissible."""
    left, right = (question.program.compiled(arg) for arg in relation.args)

    def value(x: Any) -> Any:
        child = frame.child({name: x})
        return left(child) - right(child) if inside(child) else None

    return value


def _told_apart(question: Question, point: Point, frame: Frame, first: Expr, second: Expr) -> None:
    """At a border of the first relation: the second has the same border, or an equation holds alone."""
    try:
        left, right = (question.program.compiled(arg)(frame) for arg in second.args)
        gap, scale = abs(left - right), 1 + abs(left) + abs(right)
    except MeaningError as error:
        lost = counterexample(point, frame, "", "", question.expr.args)
        raise Refuted(lost, f"has no value where the other side changes: {error}") from error
    shared = gap < APART * APART * scale
    one, other = AT_BORDER[first.data[0]], AT_BORDER[second.data[0]]
    if shared and one != other:
        lost = counterexample(point, frame, str(one), str(other), question.expr.args)
        raise Refuted(lost, "one side is true where the other is false: at their border")
    equations = {first.data[0], second.data[0]} <= {"="}
    if equations and gap > APART * scale:
        lost = counterexample(point, frame, "True", "False", question.expr.args)
        raise Refuted(lost, "one side is true where the other is false")
