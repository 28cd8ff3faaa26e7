"""One root for every sample of a finite law, by counting the roots of polynomials (Sturm)."""

from __future__ import annotations

from typing import Any

from generator.meaning.program import Frame
from generator.notation.tree import Expr
from generator.verify.lazy import sympy
from generator.verify.question import Question
from generator.verify.rederive import Rederived, where


def root_of_every_sample(question: Question, name: str, equation: Expr, solution: Expr) -> Rederived:
    """Where the equation has the stated root in the interval, or none if that lies outside."""
    return where(
        question, lambda frame: _root_fits(question, frame, name, equation, solution), infinite=False
    )


def _root_fits(question: Question, frame: Frame, name: str, equation: Expr, solution: Expr) -> bool:
    unknown = _unknown(frame.values[name])
    if unknown is None:
        return False
    left, right = (question.program.compiled(arg)(frame) for arg in equation.args)
    numerator = sympy.fraction(sympy.cancel(sympy.together(left - right)))[0]
    stated = question.program.compiled(solution)(frame)
    if not (numerator.free_symbols <= {unknown} and stated.is_number):
        return False
    roots = _positive_roots(numerator, unknown)
    images = [frame.values[name].xreplace({unknown: r}) for r in roots]
    inside = _reaches(frame.values[name], unknown, stated)
    return images == [stated] if inside else not images


def _unknown(value: Any) -> Any:
    """The positive symbol u with which an open interval is written, else None."""
    symbols = list(value.free_symbols)
    return symbols[0] if len(symbols) == 1 and symbols[0].is_positive else None


def _positive_roots(numerator: Any, unknown: Any) -> list[Any]:
    if not numerator.has(unknown):
        return [] if numerator != 0 else [sympy.nan]
    roots = sympy.Poly(numerator, unknown).real_roots(multiple=False)
    return [root for root, _ in roots if root > 0]


def _reaches(value: Any, unknown: Any, stated: Any) -> bool:
    """Whether the written-out interval contains the stated number."""
    top, bottom = sympy.fraction(sympy.together(value - stated))
    return bool(_positive_roots(sympy.expand(top), unknown)) and bottom != 0
