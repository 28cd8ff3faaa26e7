"""An expression that is linear in a name, taken apart as it is printed."""

from __future__ import annotations

from collections.abc import Callable

from generator.meaning.program import free_names
from generator.meaning.systems import Unsupported
from generator.meaning.trees import minus, number, over, plus, times
from generator.notation.tree import Expr, bare

#: (slope, constant) of an expression: None for the slope 1, and for the constant 0.
Affine = tuple[Expr | None, Expr | None]


def holds(expr: Expr, name: str) -> bool:
    """Whether a name stands in an expression."""
    return name in free_names(expr)


def affine(expr: Expr, name: str) -> Affine:
    """A scalar expression as slope times a scalar name plus a constant. Raises Unsupported for another."""
    core = bare(expr)
    if core.head == "name" and core.data == name:
        return None, None
    rule = _RULES.get(core.head)
    if not holds(core, name) or core.shape != () or rule is None:
        raise Unsupported(f"this is not linear in {name} as it is printed")
    return rule(core, name)


def _sum(expr: Expr, name: str) -> Affine:
    slope: Expr | None = None
    constant: Expr | None = None
    for sign, arg in zip(expr.data, expr.args, strict=True):
        if not holds(arg, name):
            constant = _joined(constant, arg, sign)
            continue
        steep, rest = affine(arg, name)
        slope = _joined(slope, steep or number(1), sign)
        if rest is not None:
            constant = _joined(constant, rest, sign)
    return slope, constant


def _joined(total: Expr | None, part: Expr, sign: str) -> Expr:
    if total is None:
        return part if sign != "-" else minus(number(0), part)
    return minus(total, part) if sign == "-" else plus(total, part)


def _product(expr: Expr, name: str) -> Affine:
    inside = [arg for arg in expr.args if holds(arg, name)]
    outside = [arg for arg in expr.args if not holds(arg, name)]
    if len(inside) != 1 or any(arg.shape != () for arg in expr.args):
        raise Unsupported(f"this is not linear in {name} as it is printed")
    slope, constant = affine(inside[0], name)
    for factor in outside:
        slope = factor if slope is None else times(slope, factor)
        constant = None if constant is None else times(constant, factor)
    return slope, constant


def _quotient(expr: Expr, name: str) -> Affine:
    above, below = expr.args
    if holds(below, name):
        raise Unsupported(f"this is not linear in {name} as it is printed")
    slope, constant = affine(above, name)
    return over(slope or number(1), below), None if constant is None else over(constant, below)


_RULES: dict[str, Callable[[Expr, str], Affine]] = {"add": _sum, "mul": _product, "div": _quotient}
