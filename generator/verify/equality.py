"""Equality by value: NumPy looks for a point where it fails, balls decide at every point.

What is checked: both sides at several tuples of sizes, at generic rational points, for all
values of the free indices. Why it can fail: a wrong sign, index, factor, function. Example
refuted: `\\frac{\\partial L}{\\partial z_i} = p_i - y_i` for a mean loss L.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flint import arb

from generator.meaning import arrays
from generator.meaning.points import BALLS, frame_at
from generator.meaning.program import Frame
from generator.meaning.sampling import Point
from generator.meaning.systems import MeaningError, Unsupported, Unsure
from generator.verify import edges
from generator.verify.question import (
    DIGITS,
    PRECISIONS,
    Answer,
    Question,
    Refuted,
    counterexample,
    pack_sizes,
    retry,
    sizes_evidence,
    with_precision,
)
from generator.verify.quick import Suspects

TOLERANCE = arb(10) ** -40  # radius of a difference that counts as 0, relative to sides above 1


def equal(a: Any, b: Any) -> bool | None:
    """Whether two balls are equal: True within 1e-40 relative, False if apart, None if too wide."""
    gap = a - b
    if isinstance(gap, int):
        return gap == 0
    if hasattr(gap, "q"):
        return bool(gap == 0)
    if not gap.is_finite():
        return None
    if not gap.contains(0):
        return False
    scale = max(arb(1), abs(a).lower(), abs(b).lower()) if isinstance(a, arb) else arb(1)
    return True if arb(gap.rad()) <= scale * TOLERANCE else None


def check(question: Question) -> Answer:
    """Both sides at all points. Raises Refuted with the point where they differ."""
    tried = 0 if question.quick else retry(lambda: _quick(question))
    answer: Answer = retry(lambda: _check(question))
    if not question.quick:
        _confirm(question)
    return replace(answer, routes=("NumPy", *answer.routes)) if tried else answer


def _quick(question: Question) -> bool:
    """Whether float64 arrays had a say: their suspects are judged by balls. Raises Refuted."""
    left, right = (question.program.compiled(arg) for arg in question.sides())
    suspects = Suspects(question)
    for point, index in suspects:
        frame = frame_at(point, question.program, BALLS, question.chance)
        frame.index = index
        try:
            _compare(question, point, frame, left, right)
        except Unsure:
            continue  # overflow or rounding: the regular points decide
        except Refuted as error:
            if not error.reason:
                raise
            continue  # no value at a border that float64 met by rounding
    return suspects.covered


def _confirm(question: Question) -> None:
    """One point again with many more digits: what still differs is no rounding. Raises Refuted."""
    smallest = min(question.sizes(), key=lambda sizes: sum(sizes.values()))
    left, right = (question.program.compiled(arg) for arg in question.sides())
    with_precision(PRECISIONS[-1])
    try:
        for point, frame in question.first_frames(smallest):
            _compare(question, point, frame, left, right)
    except Unsure:
        return  # decided with fewer digits already
    finally:
        with_precision(PRECISIONS[0])


def _check(question: Question) -> Answer:
    count, sizes = 0, []
    left, right = (question.program.compiled(arg) for arg in question.sides())
    last: Point | None = None
    for point, frame in question.frames():
        if point.sizes not in sizes:
            sizes.append(point.sizes)
        if point is not last:
            count, last = count + 1, point
        _compare(question, point, frame, left, right)
    whole = not question.quick and question.sample is None
    for point, frame in edges.of_conditions(question) if whole else ():
        _compare(question, point, frame, left, right)
    words = (
        f"{count} points, balls of {DIGITS} digits" if count > 1 else f"evaluated in balls of {DIGITS} digits"
    )
    evidence = (words, *(("; ", *sizes_evidence(sizes)) if sizes and sizes[0] else ()))
    return Answer("checked", "balls at points", evidence, pack_sizes(sizes), count, "1e-40", ("Arb",))


def _compare(question: Question, point: Point, frame: Frame, left: Any, right: Any) -> None:
    try:
        a, b = left(frame), right(frame)
    except (Unsure, Unsupported):
        raise
    except MeaningError as error:
        lost = counterexample(point, frame, "", "", question.sides(), "")
        raise Refuted(lost, f"has no value at an admissible point: {error}") from error
    if _outline(a) != _outline(b):
        raise Refuted(counterexample(point, frame, a, b, question.sides()), "the two sides differ in shape")
    pairs = _pairs(a, b)
    for x, y in pairs:
        same = equal(x, y)
        if same is None:
            raise Unsure("the balls are too wide")
        if not same:
            raise Refuted(counterexample(point, frame, a, b, question.sides()))


def _outline(value: Any) -> Any:
    """The nested lengths of a vector or matrix."""
    return [_outline(v) for v in value] if isinstance(value, list) else 0


def _pairs(a: Any, b: Any) -> list[tuple[Any, Any]]:
    x, y = arrays.flat(a), arrays.flat(b)
    if len(x) != len(y):
        raise Unsupported("the two sides have different shapes at these sizes")
    return list(zip(x, y, strict=True))
