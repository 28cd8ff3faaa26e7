r"""Whether a vector is the only root of an equation that is no linear one: convexity along rays.

From the root to admissible points in all directions, inside the domain: the gap must leave 0 at once,
keep one sign and be convex (or, below 0, concave). A convex function that is positive just beside its
root never comes back to 0. Refuted is a gap that is 0 again; what is not seen to be convex is undecided.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from generator.meaning import arrays
from generator.meaning.points import BALLS, convert
from generator.meaning.program import Frame
from generator.meaning.sampling import Point, Sampler, Wanted, stable_number
from generator.meaning.systems import MeaningError
from generator.verify.question import Question, Refuted, Undecided, counterexample

RAYS = 6
STEPS = tuple(Fraction(1, k) for k in (4096, 256, 32, 8, 4, 2, 1))


def only_on_rays(
    question: Question, point: Point, frame: Frame, name: str, at: list[Any], gap: Callable[[Any], Any]
) -> None:
    """Raises Refuted where the gap is 0 again on a ray from `at`, Undecided where it is not convex there."""
    fixed = {other: value for other, value in point.values.items() if other != name}
    exprs = (*question.sides(), *(arg for side in question.sides() for arg in side.args))
    sampler = Sampler(
        question.program, Wanted(exprs, question.statement.when, fixed), stable_number(question.seed, "rays")
    )
    signs: set[int] = set()
    for number in range(RAYS):
        end = sampler.point(point.sizes, number).values[name]
        step = arrays.zipped(lambda b, a: convert(b, BALLS) - a, end, at)
        if all(entry.contains(0) for entry in arrays.flat(step)):
            continue  # the domain has one point only
        signs.add(_along(question, point, frame, at, step, gap))
    if len(signs) > 1:
        raise Undecided("the gap has both signs around its root, so that it may vanish elsewhere")


def _along(
    question: Question, point: Point, frame: Frame, at: list[Any], step: Any, gap: Callable[[Any], Any]
) -> int:
    """The sign of the gap on one ray."""
    values = []
    for part in STEPS:
        t = BALLS.number(part)
        value = gap(_moved(at, step, t))
        if isinstance(value, list):
            raise Undecided("one equation is followed along rays, not several")
        sign = BALLS.sign(value)
        if sign == 0:
            lost = counterexample(point, frame, value, BALLS.number(0), question.expr.args)
            raise Refuted(lost, "the equation also holds elsewhere, so only one direction is true")
        values.append((t, value, sign))
    if len({sign for *_, sign in values}) != 1:
        raise Undecided("the gap changes its sign along a ray from the root")
    sign = values[0][2]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(values)]
    slopes = [values[0][1] / values[0][0], *slopes]
    try:
        rising = all(BALLS.sign((after - before) * sign) >= 0 for before, after in pairwise(slopes))
    except MeaningError:
        rising = False
    if not rising:
        raise Undecided("the gap is not seen to be convex around its root, so that it may vanish elsewhere")
    return sign


def _moved(at: list[Any], step: Any, t: Any) -> Any:
    return arrays.zipped(lambda a, s: a + t * s, at, step)
