"""Unions of intervals with ends that may carry derivatives: met, moved, turned over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from generator.meaning.jets import still
from generator.meaning.program import Frame


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers between low and high (None: no end); whether an end belongs to it."""

    low: Any = None
    high: Any = None
    with_low: bool = True
    with_high: bool = True

    @property
    def is_point(self) -> bool:
        """Whether it was made as one number, which a continuous law never takes."""
        return self.low is not None and self.low is self.high


Union = list[Interval]  # of intervals that do not meet

MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def sign(f: Frame, x: Any) -> int:
    """The sign of a number, whatever its derivatives are."""
    return f.system.sign(still(x))


def beyond(end: Any, op: str) -> Union:
    """The x with x op end."""
    if op == "=":
        return [Interval(end, end)]
    if op == "!=":
        return [Interval(None, end, True, False), Interval(end, None, False, True)]
    if op in ("<", "<="):
        return [Interval(None, end, True, op == "<=")]
    return [Interval(end, None, op == ">=", True)]


def met(a: Interval, b: Interval, f: Frame) -> Interval | None:
    """What two intervals have in common; None for nothing."""
    low, with_low = _tighter(a.low, a.with_low, b.low, b.with_low, 1, f)
    high, with_high = _tighter(a.high, a.with_high, b.high, b.with_high, -1, f)
    if low is not None and high is not None:
        order = sign(f, high - low)
        if order < 0 or (order == 0 and not (with_low and with_high)):
            return None
    return Interval(low, high, with_low, with_high)


def common(a: Union, b: Union, f: Frame) -> Union:
    """What two unions have in common."""
    found = [met(one, other, f) for one in a for other in b]
    return [piece for piece in found if piece is not None]


def _tighter(a: Any, with_a: bool, b: Any, with_b: bool, side: int, f: Frame) -> tuple[Any, bool]:
    if a is None or b is None:
        return (b, with_b) if a is None else (a, with_a)
    order = sign(f, a - b) * side
    if order == 0:
        return a, with_a and with_b
    return (a, with_a) if order > 0 else (b, with_b)


def mapped(target: Union, function: Callable[[Any], Any], rising: bool) -> Union:
    """The union with each end moved by a monotone function."""
    out = []
    for piece in target:
        low = None if piece.low is None else function(piece.low)
        high = low if piece.is_point else None if piece.high is None else function(piece.high)
        if rising:
            out.append(Interval(low, high, piece.with_low, piece.with_high))
        else:
            out.append(Interval(high, low, piece.with_high, piece.with_low))
    return out


def holds(target: Union, x: Any, f: Frame) -> bool:
    """Whether a number lies in a union."""
    for piece in target:
        above = 1 if piece.low is None else sign(f, x - piece.low)
        below = 1 if piece.high is None else sign(f, piece.high - x)
        if (above > 0 or (above == 0 and piece.with_low)) and (below > 0 or (below == 0 and piece.with_high)):
            return True
    return False
