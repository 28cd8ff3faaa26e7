"""Values of formulas at given points, for a second judge to compare with."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from generator.meaning import arrays
from generator.meaning.points import BALLS, frame_at
from generator.meaning.program import Frame, Program
from generator.meaning.sampling import Point
from generator.notation.parse import parse_expression
from generator.notation.table import SymbolTable
from tests.verify.asking import scope, text


def exact(value: Any) -> Any:
    """Fractions (nested in lists) as the rationals that points are made of."""
    if isinstance(value, list):
        return [exact(v) for v in value]
    value = Fraction(value)
    return fmpq(value.numerator, value.denominator)


def frame(symbols: str, values: dict[str, Any], sizes: dict[str, int] | None = None) -> Frame:
    """A point in balls."""
    point = Point(dict(sizes or {}), {name: exact(v) for name, v in values.items()})
    return frame_at(point, Program(scope(symbols)), BALLS)


def value(symbols: str, latex: str, values: dict[str, Any], sizes: dict[str, int] | None = None) -> Any:
    """The value of an expression (shapes as nested lists) as floats."""
    at = frame(symbols, values, sizes)
    expr = parse_expression(text(latex), SymbolTable(at.program.symbols))
    return arrays.each(number, at.program.compiled(expr)(at))


def number(ball: arb) -> float:
    """The middle of a narrow ball."""
    assert ball.rad() < arb(10) ** -30 * (1 + abs(ball.mid()))
    return float(ball.mid())
