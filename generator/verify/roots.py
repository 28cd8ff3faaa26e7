"""Roots and maxima by SymPy at named sizes: one root with a sign change, coordinate after coordinate."""

from __future__ import annotations

from typing import Any

from generator.meaning.domains import domain_of
from generator.meaning.program import Frame
from generator.meaning.sampling import RATIONAL
from generator.notation.tree import Expr
from generator.verify.lazy import sympy
from generator.verify.question import Question
from generator.verify.rederive import failures, small_sizes, symbolic_frame
from generator.verify.symbolic import is_zero
from generator.verify.work import work


def single_root(question: Question, name: str, equation: Expr, solution: Expr) -> list[dict[str, int]]:
    """Sizes at which the equation is a factor of one sign times affine in `name`, with this root."""
    done: list[dict[str, int]] = []
    if not question.symbolic or question.quick:
        return done
    try:
        for sizes in small_sizes(question):
            frame = _frame(question, (*equation.args, solution), sizes)
            if frame is None:
                break
            unknown = frame.values[name]
            a, b = (question.program.compiled(arg)(frame) for arg in equation.args)
            root = root_of(a - b, unknown)
            if root is None or not is_zero(root[0] - question.program.compiled(solution)(frame)):
                return []
            done.append(sizes)
    except failures():
        return []
    return done


def _frame(question: Question, exprs: tuple[Expr, ...], sizes: dict[str, int]) -> Frame | None:
    program = question.program
    if work(exprs, program, sizes) > 1500:
        return None
    names = sorted(program.base_names((*exprs, *question.statement.when)) - set(program.bound_values))
    return symbolic_frame(program, names, sizes)


def root_of(gap: Any, unknown: Any) -> tuple[Any, int] | None:
    """(the only root of gap in `unknown`, sign of its slope), if gap is a factor of one sign times affine."""
    numerator, denominator = sympy.fraction(sympy.cancel(sympy.together(gap)))
    if one_sign(denominator) == 0:
        return None
    factors = sympy.factor_list(numerator)
    sign = one_sign(factors[0]) * one_sign(denominator)
    linear = None
    for factor, power in factors[1]:
        if not factor.has(unknown):
            value = one_sign(factor) ** (power % 2 or 2)
        elif sympy.degree(factor, unknown) == 1 and linear is None and power == 1:
            linear, value = factor, 1
        else:
            value = one_sign(factor) if power % 2 else int(one_sign(factor) != 0)
        sign *= value
    if linear is None or sign == 0:
        return None
    slope = sympy.Poly(linear, unknown).nth(1)
    direction = one_sign(slope)
    if direction == 0:
        return None
    return sympy.cancel(-sympy.Poly(linear, unknown).nth(0) / slope), sign * direction


def one_sign(expr: Any) -> int:
    """1 or -1 where an expression is positive or negative by the assumptions of its symbols, else 0."""
    expr = sympy.Integer(expr) if isinstance(expr, int) else expr
    if expr.is_positive:
        return 1
    if expr.is_negative:
        return -1
    factored = sympy.factor(expr)
    if factored.is_positive:
        return 1
    return -1 if factored.is_negative else 0


def maximum_by_coordinates(objective: Any, unknowns: list[Any], minimise: bool) -> list[Any] | None:
    """The only maximiser (minimiser) found by optimising one symbol after another, or None.

    Each step needs a derivative that is a factor of one sign times affine, falling
    (rising) through its root; later symbols may appear in earlier roots only after
    they have been optimised themselves.
    """
    want = 1 if minimise else -1
    rest, roots = objective, []
    for unknown in unknowns:
        slope = sympy.diff(rest, unknown)
        found = root_of(slope, unknown)
        if found is None or found[1] != want:
            return None
        roots.append(found[0])
        rest = rest.subs(unknown, found[0])
    for k in range(len(roots) - 2, -1, -1):
        for later, unknown in enumerate(unknowns[k + 1 :], k + 1):
            roots[k] = roots[k].subs(unknown, roots[later])
    return roots


def polynomial_maximum(objective: Any, unknown: Any, low: Any, high: Any, candidate: Any) -> bool:
    """Whether a polynomial with rational coefficients has its only maximum on [low, high] at `candidate`.

    Sturm's count: objective(candidate) - objective has `candidate` as its only root there,
    and is positive elsewhere.
    """
    gap = sympy.expand(objective.subs(unknown, candidate) - objective)
    poly = sympy.Poly(gap, unknown)
    if poly.is_zero or not all(c.is_Rational for c in poly.all_coeffs()):
        return False
    if not low <= candidate <= high or poly.count_roots(low, high) != 1:
        return False
    probes = [low, high, (low + candidate) / 2, (candidate + high) / 2]
    return all(poly(v) > 0 for v in probes if v != candidate)


def bounds(question: Question, name: str) -> tuple[Any, Any] | None:
    """The declared closed bounds of a name as SymPy rationals, or None."""
    symbol = question.program.symbols[name]
    domain = domain_of(symbol, Frame(RATIONAL, question.program, {}, {}))
    if domain.low is None or domain.high is None:
        return None
    low, high = (sympy.Rational(int(v.p), int(v.q)) for v in (domain.low, domain.high))
    return low, high
