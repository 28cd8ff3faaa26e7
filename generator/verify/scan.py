"""A look along one line for what a claim overlooks: other roots, and other optima that do as well.

Points lie at distances from the claimed place that grow like powers of two; sign changes are
narrowed down, dips and bumps in the golden ratio. What is found is refined far enough to be no
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
GOLDEN = ((arb(5).sqrt() - 1) / 2).mid()  # of two inner places of an interval one stays one of the next

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
                found = _bracketed(g, x, y, a, b)
                if found is not None:
                    return found
        found = dip(lambda x: None if g(x) is None else abs(g(x)), values)
        if found is not None:
            return found
    return None


def _bracketed(g: Line, x: Any, y: Any, a: Any, b: Any) -> Any:
    """The root between two signs, as near as STEPS halvings; None where the sign changes at a pole or a gap.

    Chords, kept as near to the middle as the worst case asks for (Oliveira and Takahashi, An enhancement of
    the bisection method average performance preserving minmax optimality, 2020).
    """
    start, goal = abs(a), abs(y - x).mid() * arb(2) ** -STEPS
    pull = arb(1) / 5 / abs(y - x).mid()
    for step in range(STEPS + 1):
        gap = (y - x) / 2
        if abs(gap) <= goal / 2:
            break
        middle, chord = (x + gap).mid(), ((b * x - a * y) / (b - a)).mid()
        room = goal / 2 * arb(2) ** (STEPS + 1 - step) - abs(gap)
        towards = (middle - chord) / abs(middle - chord) if middle != chord else arb(0)
        shift = pull * 4 * gap * gap
        place = chord + towards * shift if shift <= abs(middle - chord) else middle
        place = (place if abs(place - middle) <= room else middle - towards * room).mid()
        value = g(place)
        if value is None:
            return None
        if value == 0:
            return place
        if (value > 0) == (a > 0):
            x, a = place, value
        else:
            y, b = place, value
    return x if abs(a) < start * arb(2) ** (-STEPS // 2) else None


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
    left, right = (z - GOLDEN * (z - x)).mid(), (x + GOLDEN * (z - x)).mid()
    a, b = height(left), height(right)
    for _ in range(STEPS):
        if a is None or b is None:
            break
        if a < b:
            z, right, b = right, left, a
            left = (z - GOLDEN * (z - x)).mid()
            a = height(left)
        else:
            x, left, a = left, right, b
            right = (x + GOLDEN * (z - x)).mid()
            b = height(right)
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
