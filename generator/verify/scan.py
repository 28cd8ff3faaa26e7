"""A look along one line for what a claim overlooks: other roots, and other optima that do as well.

Points lie at distances from the claimed place that grow like powers of two; sign changes are
bisected, dips and bumps are narrowed by thirds. What is found is refined far enough to be no
rounding. A root where the function only touches 0 is met as a dip of its absolute value.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from flint import arb

from generator.meaning.systems import MeaningError

OCTAVES = range(-14, 11)
START = -3  # the octave from which another optimum is looked for: nearer by, an optimum looks flat
PER_OCTAVE = (1, arb(5) / 4, arb(3) / 2, arb(7) / 4)
STEPS = 90

#: A function on a line: its value, or None where it has none.
Line = Callable[[Any], Any]


def guarded(function: Callable[[Any], Any]) -> Line:
    """The function with None for a point outside its domain or a value that is not finite."""

    def value(x: Any) -> Any:
        try:
            y = function(x)
        except MeaningError:
            return None
        return y.mid() if y is not None and y.is_finite() else None

    return value


def rays(at: Any) -> list[list[Any]]:
    """Points below and above a place, nearest first."""
    unit = 1 + abs(at).mid()
    steps = [unit * (arb(2) ** k) * m for k in OCTAVES for m in PER_OCTAVE]
    return [[(at - s).mid() for s in steps], [(at + s).mid() for s in steps]]


def other_root(g: Line, at: Any) -> Any:
    """A place away from `at` where g is 0 as far as can be seen, or None."""
    for ray in rays(at):
        values = [(x, g(x)) for x in ray]
        for (x, a), (y, b) in pairwise(values):
            if a is None or b is None:
                continue
            if a == 0:
                return x
            if (a > 0) != (b > 0):
                found = _bisected(g, x, y, a)
                if found is not None:
                    return found
        found = dip(lambda x: None if g(x) is None else abs(g(x)), values)
        if found is not None:
            return found
    return None


def _bisected(g: Line, x: Any, y: Any, a: Any) -> Any:
    """The root between two signs; None where the sign changes at a pole or a gap."""
    start = abs(a)
    for _ in range(STEPS):
        middle = ((x + y) / 2).mid()
        value = g(middle)
        if value is None:
            return None
        if (value > 0) == (a > 0):
            x = middle
        else:
            y = middle
    value = g(x)
    return x if value is not None and abs(value) < start * arb(2) ** (-STEPS // 2) else None


def dip(height: Line, values: list[tuple[Any, Any]]) -> Any:
    """A place where a height that is never negative comes down to 0 between its neighbours."""
    for (x, a), (_, b), (z, c) in zip(values, values[1:], values[2:], strict=False):
        if a is None or b is None or c is None:
            continue
        if abs(b) < abs(a) and abs(b) < abs(c):
            place = lowest(height, x, z)
            value = height(place)
            if value is not None and value < abs(b) * arb(10) ** -12:
                return place
    return None


def lowest(height: Line, x: Any, z: Any) -> Any:
    """The place of the smallest value between x and z of a function that falls, then rises."""
    for _ in range(STEPS):
        left, right = ((2 * x + z) / 3).mid(), ((x + 2 * z) / 3).mid()
        a, b = height(left), height(right)
        if a is None or b is None:
            break
        if a < b:
            z = right
        else:
            x = left
    return ((x + z) / 2).mid()


def other_minimum(height: Line, at: Any, best: Any) -> Any:
    """A place away from `at` that is as low or lower, or None."""
    tolerance = (1 + abs(best).mid()) * arb(10) ** -12
    for ray in rays(at):
        values = [(x, height(x)) for x in ray]
        values = values[len(PER_OCTAVE) * (START - OCTAVES.start) :]
        far = [(x, v) for x, v in values if v is not None]
        for x, value in far:
            if value <= best + tolerance:
                return x
        for (x, a), (_, b), (z, c) in zip(values, values[1:], values[2:], strict=False):
            if a is not None and b is not None and c is not None and b < a and b < c:
                place = lowest(height, x, z)
                value = height(place)
                if value is not None and value <= best + tolerance:
                    return place
    return None
