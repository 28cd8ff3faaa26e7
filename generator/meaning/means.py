"""E, Var and Cov: exact moments of a polynomial in random sources, or all outcomes of finite laws."""

from __future__ import annotations

from typing import Any

from generator.meaning import arrays
from generator.meaning.chance import Draw, drawn
from generator.meaning.enumeration import enumerated
from generator.meaning.givens import LawOf
from generator.meaning.interpret import COMPILERS
from generator.meaning.polynomials import mean_of
from generator.meaning.program import Code, Frame, Program
from generator.meaning.systems import NotPolynomial, Senseless, Unsupported
from generator.notation.tree import Expr, bare


def expectation(f: Frame, body: Code, names: list[str]) -> Any:
    """E[body] over the random `names`. Raises Unsupported where no route exists."""
    draw, child = drawn(f, names)
    try:
        value = body(child)
        return arrays.each(lambda v: mean_of(v, draw.sources, f.system), value)
    except NotPolynomial:
        return enumerated(f, body, draw)


def moments(f: Frame, codes: list[Code], names: list[str]) -> list[Any]:
    """[E a, E b, E ab] for two bodies (or [E a, E a^2] for one), in one draw; of vectors E a b^T."""
    draw, child = drawn(f, names)
    try:
        values = [code(child) for code in codes]
        products = _outer(values[0], values[-1])
        return [
            arrays.each(lambda v: mean_of(v, draw.sources, f.system), value) for value in [*values, products]
        ]
    except NotPolynomial:
        singles = [enumerated(f, code, draw) for code in codes]
        both = enumerated(f, lambda g: _outer(codes[0](g), codes[-1](g)), draw)
        return [*singles, both]


def _outer(a: Any, b: Any) -> Any:
    """a b^T of two vectors, a b of two numbers."""
    return [[x * y for y in b] for x in a] if isinstance(a, list) else a * b


def _less(second: Any, a: Any, b: Any) -> Any:
    """A second moment less the product of the first ones."""
    return arrays.zipped(lambda x, y: x - y, second, _outer(a, b))


def _random(expr: Expr, program: Program) -> list[str]:
    if expr.data:
        raise Unsupported("only an expectation binds a law yet")
    names = sorted(program.random_names(expr.args))
    if not names:
        raise Senseless("nothing random stands under this expectation")
    if len(expr.args) > (2 if expr.head == "Cov" else 1):
        raise Unsupported("conditional expectation is not known yet")
    return names


def expectation_code(expr: Expr, program: Program) -> Code:
    """E by moments or enumeration. Raises Unsupported under a condition."""
    if isinstance(expr.data, Expr):
        return _bound_expectation(expr, program)
    names, body = _random(expr, program), program.compiled(expr.args[0])
    return lambda f: expectation(f, body, names)


def _bound_expectation(expr: Expr, program: Program) -> Code:
    """E_{z ~ law}: the variable is random in this body only, whatever it is elsewhere."""
    variable, law = bare(expr.data.args[0]), bare(expr.data.args[1])
    if variable.head != "name" or law.head != "law" or len(expr.args) != 1:
        raise Unsupported("an expectation binds a name to a named law")
    body = program.compiled(expr.args[0])
    laws = {variable.data: LawOf(variable.data, law.data, law.args)}

    def run(f: Frame) -> Any:
        draw = Draw(f, [variable.data], laws)
        try:
            value = body(f.child(draw.values))
            return arrays.each(lambda v: mean_of(v, draw.sources, f.system), value)
        except NotPolynomial:
            return enumerated(f, body, draw)

    return run


def variance_code(expr: Expr, program: Program) -> Code:
    """Var by moments or enumeration."""
    names, body = _random(expr, program), program.compiled(expr.args[0])

    def run(f: Frame) -> Any:
        first, second = moments(f, [body], names)
        return _less(second, first, first)

    return run


def _covariance(expr: Expr, program: Program) -> Code:
    names = _random(expr, program)
    codes = [program.compiled(arg) for arg in expr.args]

    def run(f: Frame) -> Any:
        a, b, both = moments(f, codes, names)
        return _less(both, a, b)

    return run


COMPILERS.update({"E": expectation_code, "Var": variance_code, "Cov": _covariance})
