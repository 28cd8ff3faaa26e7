r"""The heads \int and [F(x)]_a^b: what an integral is over, and the integral by quadrature."""

from __future__ import annotations

from typing import Any

from generator.meaning import arrays
from generator.meaning.interpret import COMPILERS
from generator.meaning.program import Code, Frame, Program
from generator.meaning.quadrature import integrate
from generator.meaning.systems import BallSystem, Unsupported
from generator.notation.tree import Expr, bare


def _end(expr: Expr, program: Program) -> Code | None:
    """The value of a bound; None for an infinite one."""
    core = bare(expr)
    if core.head == "add" and len(core.args) == 1:
        core = bare(core.args[0])
    return None if core.head == "const" and core.data == "infty" else program.compiled(expr)


def _range(expr: Expr, program: Program) -> tuple[Code | None, Code | None]:
    if len(expr.args) == 3:
        return _end(expr.args[1], program), _end(expr.args[2], program)
    domain = bare(expr.args[1])
    if domain.head == "name" and program.definitions.get(domain.data):
        domain = bare(program.body_of(program.definitions[domain.data][0]))
    if domain.head == "interval":
        return _end(domain.args[0], program), _end(domain.args[1], program)
    if domain.head == "space" and domain.data == "R" and not domain.args:
        return None, None
    raise Unsupported("an integral over this set has no value yet")


def _integral(expr: Expr, program: Program) -> Code:
    name = expr.data[0]
    symbol = program.symbols.get(name)
    if symbol is not None and symbol.shape:
        raise Unsupported("an integral over a vector space has no value yet")
    body, (low, high) = program.compiled(expr.args[0]), _range(expr, program)

    def run(f: Frame) -> Any:
        if not isinstance(f.system, BallSystem):
            raise Unsupported("an integral is evaluated in balls")
        first, last = (None if end is None else end(f) for end in (low, high))
        return integrate(f, body, name, first, last)

    return run


def _difference(expr: Expr, program: Program) -> Code:
    """[F(x)]_a^b = F(b) - F(a)."""
    name, body = expr.data[0], program.compiled(expr.args[0])
    low, high = (program.compiled(arg) for arg in expr.args[1:])

    def run(f: Frame) -> Any:
        first, last = (body(f.child({name: end(f)})) for end in (low, high))
        return arrays.zipped(lambda a, b: b - a, first, last)

    return run


COMPILERS.update({"integral": _integral, "between": _difference})
