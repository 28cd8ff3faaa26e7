r"""Functions that the givens imply, under a printed name: `f_X : function density`, `F_X`, `Q_X`.

The label below says of which random name it is the density or mass, the distribution function or
the quantile function; the law is that of the givens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from generator.meaning.averages import Number, mean_of
from generator.meaning.calculus import call_code
from generator.meaning.cumulative import cdf, quantile_of
from generator.meaning.interpret import COMPILERS
from generator.meaning.laws import density
from generator.meaning.program import IMPLIED, Code, Frame, Program, label_of
from generator.meaning.systems import Unsupported
from generator.notation.tree import Expr, Symbol

FUNCTIONS: dict[str, Callable[[Frame, str, Any, list[Any]], Any]] = {
    "density": density,
    "cdf": cdf,
    "quantile": quantile_of,
}


def subject(symbol: Symbol, program: Program) -> str:
    """The random name that the label is, else ""."""
    label = label_of(symbol)
    known = program.symbols.get(label)
    return label if known is not None and "random" in known.words else ""


def implied(expr: Expr, program: Program) -> Code:
    """The value of a call of such a function.

    Raises Unsupported where the label is no random name with a law in the table.
    """
    symbol = program.symbols[expr.data]
    name, function = subject(symbol, program), FUNCTIONS[symbol.builtin]
    if not name or len(expr.args) != 1 or program.symbols[name].shape or program.definitions.get(name):
        raise Unsupported(f"of which random name this is the {symbol.builtin} is not said by its label")
    code = program.compiled(expr.args[0])

    def run(f: Frame) -> Any:
        kind, parameters = mean_of(f).law(Number(name), f)
        return function(f, kind, code(f), parameters)

    return run


def _call(expr: Expr, program: Program) -> Code:
    implies = program.symbols[expr.data].builtin in IMPLIED
    return implied(expr, program) if implies else call_code(expr, program)


COMPILERS["call"] = _call
