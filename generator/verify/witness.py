"""Beside a verdict: the point that shows it is not empty, the mutant that the sample can tell, the needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from generator.meaning.program import Frame, takes_chance
from generator.meaning.sampling import Point
from generator.meaning.systems import MeaningError
from generator.model import Need, Verdict, Witness
from generator.notation.tree import Expr, bare
from generator.notation.unparse import as_latex
from generator.verify.needs import needs
from generator.verify.question import Question, Seen, Undecided, plain, shown
from generator.verify.sensitivity import sensitivity

DIGITS = 12  # of the sides at the witness


def witnessed(verdict: Verdict, question: Question, sample: tuple[Seen, ...], found: list[Need]) -> Verdict:
    """A passed verdict with what stands beside it; undecided where the claim is empty or the sample blind.

    `sample` are the points that decided it, `found` what its conditions are needed for.
    """
    point = witness(question, sample)
    if point is None:
        return replace(verdict, status="undecided", reason="no admissible point shows that it says anything")
    mutant = sensitivity(question, sample)
    if mutant is None:
        reason = "its sample cannot tell it from any formula that is one slip away"
        return replace(verdict, status="undecided", reason=reason, witness=point)
    return replace(
        verdict, witness=point, sensitivity=mutant, needs=(*found, *needs(question, sample)), reason=""
    )


def witness(question: Question, sample: tuple[Seen, ...] = ()) -> Witness | None:
    """The first point of the sample (drawn anew where there is none), exact, and why others were rejected."""
    try:
        if sample:
            point, frame = next(iter(replace(question, sample=sample[:1]).frames()))
        else:
            point, frame = next(iter(question.frames(question.sides()[:1])))
    except (MeaningError, Undecided):
        return None
    drawn = {id(seen[0]): seen[0] for seen in sample} or {id(point): point}
    law = takes_chance(bare(question.expr))  # what has a law has no single value
    sides = ["" if law else _value(question, frame, side) for side in question.expr.args]
    return Witness(
        tuple(sorted(point.sizes.items())) + tuple(sorted(frame.index.items())),
        _values(question, point),
        sides[0],
        sides[1],
        _rejected(list(drawn.values())),
    )


def _rejected(points: Sequence[Point]) -> tuple[tuple[str, int], ...]:
    """How many candidates failed each condition, the most frequent first."""
    reasons: dict[int, str] = {}  # conditions are few, candidates many
    count: Counter[str] = Counter()
    for point in points:
        for reason in point.rejected:
            if id(reason) not in reasons:
                reasons[id(reason)] = as_latex(reason) if isinstance(reason, Expr) else reason
            count[reasons[id(reason)]] += 1
    return tuple(sorted(count.items(), key=lambda item: (-item[1], item[0])))


def _values(question: Question, point: Point) -> tuple[tuple[str, str], ...]:
    """The exact values of the names that the relation mentions; what an expectation runs over has none."""
    program = question.program
    used = program.valued((question.expr, *question.statement.when))
    found = [(name, value) for name, value in point.values.items() if name in used]
    return tuple((shown(name), exact(value)) for name, value in found if not callable(value))


def exact(value: Any) -> str:
    """A sampled value in full: rationals, and arrays of them in parentheses."""
    if isinstance(value, list):
        return f"({', '.join(map(exact, value))})"
    return plain(value)


def _value(question: Question, frame: Frame, side: Expr) -> str:
    try:
        return plain(question.program.compiled(side)(frame), DIGITS)
    except (MeaningError, KeyError):
        return ""  # a law or an arg max has no value
