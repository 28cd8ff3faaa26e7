"""Descent by trial steps from several starts: another place that is as low as the claimed one.

Hooke and Jeeves (1961): one coordinate after another, then a step along what has helped; steps are
halved where nothing does. It finds second valleys and flat ridges, which chance competitors miss.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from flint import arb

from generator.meaning.systems import MeaningError

STARTS = 5
EVALUATIONS = 700  # of one start
UNKNOWNS = 6

#: The height at a list of coordinates, None outside the domain.
Height = Callable[[list[Any]], Any]


def guarded_height(function: Callable[[list[Any]], Any]) -> Height:
    """The function with None where it has no finite value."""

    def height(at: list[Any]) -> Any:
        try:
            value = function(at)
        except MeaningError:
            return None
        return value.mid() if value is not None and value.is_finite() else None

    return height


def other_valley(height: Height, at: list[Any], best: Any, seed: int) -> list[Any] | None:
    """A place well away from `at` that is as low as `best` for all that the descent sees, or None."""
    if len(at) > UNKNOWNS:
        return None
    rng = Random(seed)
    size = 1 + max(abs(v).mid() for v in at)
    starts = [[-v for v in at]]
    for number in range(STARTS - 1):
        reach = size * (1, 2, 4)[number % 3]
        starts.append([(v + reach * rng.randrange(-32, 33) / 32).mid() for v in at])
    for start in starts:
        place, value = descended(height, start, size / 4)
        if value is None or max(abs(p - v) for p, v in zip(place, at, strict=True)) < size / 8:
            continue
        if value <= best.mid() + (1 + abs(best.mid())) * arb(10) ** -6:
            return place
    return None


def descended(height: Height, start: list[Any], step: Any) -> tuple[list[Any], Any]:
    """(place, value) where steps of 2^-30 of the first no longer help, or where the count ends."""
    base, value = list(start), height(start)
    if value is None:
        return base, None
    used, smallest = 0, step * arb(2) ** -30
    while used < EVALUATIONS and step > smallest:
        place, low, used = _explored(height, base, value, step, used)
        if not low < value:
            step = (step / 2).mid()
            continue
        ahead = [(2 * p - b).mid() for p, b in zip(place, base, strict=True)]
        base, value = place, low
        further = height(ahead)
        used += 1
        if further is not None and further < value:
            base, value = ahead, further
    return base, value


def _explored(
    height: Height, base: list[Any], value: Any, step: Any, used: int
) -> tuple[list[Any], Any, int]:
    place = list(base)
    for k in range(len(place)):
        for move in (step, -step):
            trial = [*place[:k], (place[k] + move).mid(), *place[k + 1 :]]
            low = height(trial)
            used += 1
            if low is not None and low < value:
                place, value = trial, low
                break
    return place, value, used
