"""Rivals of a claimed optimum: near it at several distances, or anywhere in the declared domain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from random import Random
from typing import Any

from flint import fmpq

from generator.meaning import arrays
from generator.meaning.domains import Domain, domain_of
from generator.meaning.points import BALLS, free_indices
from generator.meaning.program import Frame, Program
from generator.meaning.sampling import RATIONAL
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr
from generator.verify.feasible import Feasible, constrained, structure_holds
from generator.verify.question import Question
from generator.verify.stated import Optimum

NEARNESS = (1, 8, 64, 1024, 2**50)  # the last tells whether the derivative vanishes there
NEAR = 24  # those from here on lie far away


def is_closest(number: int) -> bool:
    """Whether the rival with this number is so close that it only tells whether a derivative vanishes."""
    return number % len(NEARNESS) == len(NEARNESS) - 1


def competitor(
    question: Question, optimum: Optimum, frame: Frame, at: dict[str, Any], rng: Random, number: int
) -> Frame | None:
    """A rival: near the candidate at some radii (one name moved, or all), or anywhere in the domain."""
    if constrained(question, optimum):
        child = Feasible(question, optimum, frame, at).rival(rng, number)
        return child if child is not None and declared(question, optimum, child) else None
    values = dict(at)
    radius = BALLS.number(1) / NEARNESS[number % len(NEARNESS)]
    if number >= NEAR:
        radius = BALLS.number(16 ** (1 + number % 3))
    for name in optimum.names if number % 3 else (optimum.names[number % len(optimum.names)],):
        symbol = question.program.symbols[name]
        if number % 7 == 6:
            domain = domain_of(symbol, Frame(RATIONAL, question.program, frame.sizes, {}))
            try:
                values[name] = arrays.each(partial(_drawn, domain, rng), at[name])
                continue
            except MeaningError:
                pass
        steps: Sequence[int] = (1, -1) if is_closest(number) else range(-32, 33)
        values[name] = arrays.each(partial(_shifted, radius, steps, rng), at[name])
    if all(_same(values[n], at[n]) for n in optimum.names):
        return None
    child = frame.child(values)
    return child if declared(question, optimum, child) else None


def _shifted(radius: Any, steps: Sequence[int], rng: Random, value: Any) -> Any:
    return value + radius * rng.choice(steps) / 32


def declared(question: Question, optimum: Optimum, frame: Frame) -> bool:
    """Whether a rival obeys the variable's own declaration."""
    for name in optimum.names:
        for condition in question.program.symbols[name].conditions:
            try:
                if not question.program.compiled(for_every_index(condition, question.program))(frame):
                    return False
            except (MeaningError, KeyError):
                return False
        if name in frame.values and not structure_holds(
            question.program.symbols[name].words, frame.values[name]
        ):
            return False
    return True


def for_every_index(condition: Expr, program: Program) -> Expr:
    """A condition such as x_i > 0 for all values of its free indices."""
    names = tuple(free_indices([condition], program))
    return Expr("all", (condition,), names) if names else condition


def _drawn(domain: Domain, rng: Random, _old: Any) -> Any:
    return _ball(domain.draw(rng))


def _ball(value: Any) -> Any:
    return BALLS.number(0) + value if isinstance(value, fmpq) else value


def _same(a: Any, b: Any) -> bool:
    return all(x is y or (x - y).contains(0) for x, y in zip(arrays.flat(a), arrays.flat(b), strict=True))
