r"""The joint law of the declared events of a page, built event by event.

The events are placed one after the other. At each atom of those before it, an event has a probability
of its own: the numbers in [0, 1] that are its value at a point. So every joint law of the events
occurs, borders included. What the page says of them is built in: a relation between events
(`A \cap B = \emptyset`, a partition) takes atoms away; an equation between probabilities, or an
independence, fixes one number of the last of its events, in which it is linear.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from generator.meaning.eventplan import plan_of
from generator.meaning.eventsets import SPACE, Space
from generator.meaning.eventsteps import Placing, Step, is_zero, split_into
from generator.meaning.program import Frame
from generator.meaning.systems import MeaningError, NoPoint

#: Coefficients of the numbers of a step, and what they add up to.
Row = tuple[list[Any], Any]


def space_of(f: Frame) -> Space:
    """The joint law of all declared events at a point. Raises NoPoint where it breaks a given."""
    space = f.draws.get(SPACE)
    if space is None:
        space = Space([f.system.number(1)])
        for step in plan_of(f.program, f.sizes):
            space = _placed(f, space, step)
        f.draws[SPACE] = space
    return space


def chance_of_all(names: list[str], f: Frame) -> Any:
    """The probability that events without indices all happen, under the joint law at a point."""
    space, together = space_of(f), -1
    for name in names:
        together &= space.sets[name, ()]
    return space.chance(together, f.system.number(0))


def _placed(f: Frame, space: Space, step: Step) -> Space:
    name, where = step.member
    value = f.values.get(name)
    if value is None and step.numbers:
        raise MeaningError(f"{name} has no value here")
    symbol = f.program.symbols[name]
    firsts = [f.program.range_of(i, f.sizes).start for i in symbol.family] + [1] * len(symbol.shape)
    for place, first in zip(where, firsts, strict=True):
        value = value[place - first] if value is not None else None
    numbers = list(value or ())[: step.numbers]
    for k in range(
        len(numbers), step.numbers
    ):  # a given was left out: there are more atoms than were drawn for
        numbers.append(f.system.number(Fraction(k * 37 % 61 + 2, 64)))
    numbers = _solved(f, space, step, numbers)
    return split_into(f, space, step, numbers)


def _solved(f: Frame, space: Space, step: Step, numbers: list[Any]) -> list[Any]:
    """The numbers of an event, moved to where the page's givens hold. Raises NoPoint outside [0, 1].

    They go to the nearest place at which the givens hold, and from there towards such a place of the
    constant 1/2 as far as [0, 1] asks for; nearness counts each number by the weight of its atom.
    """
    if not step.gaps:
        return numbers
    rows = list(_rows(f, space, step))
    if f.system.symbolic or all(sum(not is_zero(f, slope) for slope in row) == 1 for row, _ in rows):
        return _inside(f, _eliminated(f, rows, numbers))
    weights = [f.system.number(0)] * step.numbers
    for split in step.splits:
        if split.number >= 0:
            weights[split.number] = space.weights[split.old]
    apart = _orthogonal(f, rows, weights)
    half, one = f.system.number(Fraction(1, 2)), f.system.number(1)
    centre = _moved(f, apart, weights, [half] * step.numbers)
    target = _moved(f, apart, weights, numbers)
    share = one
    for start, end in zip(_inside(f, centre), target, strict=True):
        room = one - start if f.system.sign(end - start) > 0 else -start
        if f.system.sign(end - start) and f.system.sign(share - room / (end - start)) > 0:
            share = room / (end - start)
    return [start + share * (end - start) for start, end in zip(centre, target, strict=True)]


def _inside(f: Frame, numbers: list[Any]) -> list[Any]:
    """The numbers, if they are probabilities. Raises NoPoint."""
    one = f.system.number(1)
    if not f.system.symbolic and any(f.system.sign(q) < 0 or f.system.sign(one - q) < 0 for q in numbers):
        raise NoPoint("no probability between 0 and 1 fits what the page says of the events")
    return numbers


def _rows(f: Frame, space: Space, step: Step) -> Iterator[Row]:
    """What becomes known at a step, as linear equations of the numbers."""
    placing = Placing(f, space, step)
    saved = f.index
    for gap, index in step.gaps:
        f.index = dict(index)
        try:
            constant, slopes = gap(placing)
        finally:
            f.index = saved
        yield slopes, -constant


def _orthogonal(f: Frame, rows: list[Row], weights: list[Any]) -> list[tuple[list[Any], Any, Any]]:
    """The equations made orthogonal (Gram and Schmidt), with their squares; what repeats is left out."""
    found: list[tuple[list[Any], Any, Any]] = []
    live = [k for k, weight in enumerate(weights) if not is_zero(f, weight)]
    for slopes, right in rows:
        slopes = list(slopes)
        for other, value, square in found:
            share = sum((slopes[k] * other[k] / weights[k] for k in live), f.system.number(0)) / square
            slopes = [a - share * b for a, b in zip(slopes, other, strict=True)]
            right = right - share * value
        square = sum((slopes[k] * slopes[k] / weights[k] for k in live), f.system.number(0))
        if not is_zero(f, square):
            found.append((slopes, right, square))
        elif not is_zero(f, right):
            raise NoPoint("what the page says of the events cannot hold here")
    return found


def _moved(
    f: Frame, rows: list[tuple[list[Any], Any, Any]], weights: list[Any], numbers: list[Any]
) -> list[Any]:
    """The nearest numbers at which the equations hold."""
    for slopes, right, square in rows:
        for slope, number in zip(slopes, numbers, strict=True):
            right = right - slope * number
        numbers = [
            number if is_zero(f, weight) else number + slope / weight * (right / square)
            for slope, weight, number in zip(slopes, weights, numbers, strict=True)
        ]
    return numbers


def _eliminated(f: Frame, rows: list[Row], numbers: list[Any]) -> list[Any]:
    """In symbols: each equation solved for the last of its numbers."""
    solved: dict[int, Row] = {}
    for slopes, right in rows:
        for pivot, (row, value) in solved.items():
            share = slopes[pivot] / row[pivot]
            slopes = [a - share * b for a, b in zip(slopes, row, strict=True)]
            slopes[pivot] = f.system.number(0)
            right = right - share * value
        pivots = [k for k, slope in enumerate(slopes) if not is_zero(f, slope)]
        if pivots:
            solved[pivots[-1]] = (slopes, right)
        elif not is_zero(f, right):
            raise NoPoint("what the page says of the events cannot hold here")
    numbers = list(numbers)
    for pivot, (row, right) in reversed(solved.items()):
        for k, number in enumerate(numbers):
            right = right if k == pivot else right - row[k] * number
        numbers[pivot] = right / row[pivot]
    return numbers
