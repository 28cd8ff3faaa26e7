"""A line search for where a function of one number is least."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import fmpq

DOUBLINGS, ROUGH, FINE = 12, 24, 60  # steps of a line search: to 10^-5 and 10^-12 of its interval
GOLDEN = fmpq(1346269, 2178309)  # a ratio of two Fibonacci numbers


def lowest(gap: Callable[[Any], float], start: Any, steps: int) -> Any:
    """Where a function of one number is least near `start`: doubling downhill, then a golden section search.

    Kiefer (1953): each step keeps 0.618 of the interval for one value of the function.
    """
    step = fmpq(1, 4)
    if gap(start - step) < gap(start + step):
        step = -step
    low, middle, least = start - step, start, gap(start)
    for _ in range(DOUBLINGS):
        step *= 2
        ahead = gap(middle + step)
        if ahead >= least:
            break
        low, middle, least = middle, middle + step, ahead
    high = middle + step
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = gap(left), gap(right)
    for _ in range(steps):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = gap(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = gap(right)
    return (low + high) / 2
