r"""Bounds on the probability of a deviation, for all laws: none is reached, but the exponent can be sharp.

Of `\Pr(\bar X - \mu \ge t) \le e^{-2 n t^2}` no law reaches the right side. What is checked: the bound
at the laws on the two ends of a range, at the sizes and distances where it is closest: its square must
fail there, so the printed exponent is within a factor 2 of the best. Example refuted, at the very same
laws: `\Pr(\bar X - \mu \ge t) \le e^{-4 n t^2}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flint import fmpq

from generator.meaning.program import Frame
from generator.meaning.sampling import Point, Sampler, Wanted
from generator.meaning.systems import MeaningError
from generator.notation.tree import bare
from generator.verify.edges import indexed_frame
from generator.verify.question import Question, Refuted, counterexample

HALVES = 9  # how often a distance is halved
STEPS = 40  # distances at which a sum of so many entries can stand
POINTS = 3
MIDDLES = (fmpq(1, 2), fmpq(0))


def bounds_a_chance(question: Question) -> bool:
    """Whether one side is made of a probability of open laws that the claim compares with something."""
    question.settled()
    return bool(question.chance.places)


def check(question: Question, small: Any, large: Any) -> None:
    """Raises Refuted where a bound on a probability fails at the laws and distances closest to it."""
    for point, frame in _close(question) if bounds_a_chance(question) else ():
        a, b = _values(frame, small, large)
        if a is not None and b - a < 0:
            left, right = (code(frame) for code in map(question.program.compiled, question.sides()))
            raise Refuted(counterexample(point, frame, left, right, question.sides()))


def squared_fails(question: Question, small: Any, large: Any) -> bool:
    """Whether the square of a bound below 1 would fail: P > B^2 somewhere, for P <= B (or 1 - P <= 1 - B)."""
    if not bounds_a_chance(question):
        return False
    left, right = question.sides()
    below = bare(question.expr).data[0] in ("<", "<=")
    probability, other = (left, right) if below else (right, left)
    turned = bare(other).head == "Pr" and bare(probability).head != "Pr"
    for _, frame in _close(question):
        a, b = _values(frame, small, large)
        if a is None:
            continue
        chance, bound = (1 - b, 1 - a) if turned else (a, b)
        if 0 < bound < 1 and chance > bound * bound:
            return True
    return False


def _values(frame: Frame, small: Any, large: Any) -> tuple[Any, Any]:
    try:
        return small(frame), large(frame)
    except MeaningError:
        return None, None


def _close(question: Question) -> Iterator[tuple[Point, Frame]]:
    """Points with laws on two ends, each drawn number halved again and again, at the largest sizes."""
    program, tuples = question.program, question.sizes()
    sampler = Sampler(program, Wanted(question.sides(), question.statement.when), question.seed)
    chance = replace(question.chance, edge="two-point")
    for sizes in sorted(tuples, key=lambda s: -sum(s.values()))[:2] + tuples[:1]:
        for number in range(POINTS):
            try:
                point = sampler.point(sizes, number)
            except MeaningError:
                return
            for moved in (point, *_moved(sampler, point)):
                there = replace(question, chance=replace(chance, variant=number))
                yield moved, indexed_frame(there, moved)
    smallest = min(tuples, key=lambda sizes: sum(sizes.values()))
    for sizes in (smallest, *(t for t in tuples[:1] if t != smallest)):
        for moved in _even(sampler, sampler.point(sizes, 0)):
            yield moved, indexed_frame(replace(question, chance=chance), moved)


def _even(sampler: Sampler, point: Point) -> Iterator[Point]:
    """The points beside one at which all numbers but one are in the middle of [0, 1] or [-1, 1].

    A law on the two ends with such a mean takes either equally often: Chebyshev's bound is reached there.
    """
    for middle in MIDDLES:
        for name, value in point.values.items():
            if not isinstance(value, fmpq):
                continue
            others = {n: middle for n, v in point.values.items() if n != name and isinstance(v, fmpq)}
            there = Point(point.sizes, {**point.values, **others})
            if all(sampler.in_domain(other, there) for other in others):
                yield from _moved(sampler, there, only=name)


def _moved(sampler: Sampler, point: Point, only: str = "") -> Iterator[Point]:
    """The point with one number at other places of its domain: halved, and at multiples of 1/(2 n)."""
    size = max(point.sizes.values(), default=1)
    for name, value in point.values.items():
        if not isinstance(value, fmpq) or only not in ("", name):
            continue
        others = [value / 2**k for k in range(1, HALVES)]
        others += [fmpq(k, 2 * size) for k in range(1, STEPS)]
        for other in others:
            moved = Point(point.sizes, {**point.values, name: other})
            if sampler.in_domain(name, moved) and sampler.admissible(moved):
                yield moved
