r"""An index that is drawn from a probability vector: `\mathbb E_{a \sim \pi}[f_a]` is \sum_a \pi_a f_a."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.meaning.interpret import COMPILERS
from generator.meaning.jets import still
from generator.meaning.program import Code, Frame, Program
from generator.meaning.systems import Senseless
from generator.notation.tree import Expr, Symbol, bare


def drawn_sum(expr: Expr, symbols: Mapping[str, Symbol]) -> Expr | None:
    """The weighted sum that an expectation or the variance of a number over such an index is, else None."""
    if not isinstance(expr.data, Expr) or expr.data.head != "rel" or len(expr.args) != 1:
        return None
    variable, law = (bare(side) for side in expr.data.args)
    symbol = symbols.get(variable.data) if variable.head == "name" else None
    if symbol is None or symbol.kind != "index" or len(law.shape or ()) != 1:
        return None
    body = Expr("group", expr.args, ("(", ")"), shape=expr.args[0].shape)
    if expr.head == "E":
        return _weighted(variable, law, body)
    if expr.head == "Var" and not expr.shape:
        mean = _weighted(variable, law, body)
        squares = _weighted(variable, law, _product(body, body))
        return Expr("add", (squares, _product(mean, mean)), "+-", shape=())
    return None


def _weighted(variable: Expr, law: Expr, body: Expr) -> Expr:
    weights = Expr("weights", (law,), shape=law.shape)
    weight = Expr("entry", (weights, variable), shape=())
    return Expr("sum", (_product(weight, body),), (variable.data,), shape=body.shape)


def _product(a: Expr, b: Expr) -> Expr:
    return Expr("mul", (a, b), ("",), shape=b.shape)


def _weights(expr: Expr, program: Program) -> Code:
    """The vector itself. Raises Senseless where it is no probability vector."""
    code = program.compiled(expr.args[0])

    def run(f: Frame) -> Any:
        entries = code(f)
        if not f.system.symbolic:
            plain = [still(entry) for entry in entries]
            if any(f.system.sign(p) < 0 for p in plain) or f.system.sign(sum(plain[1:], plain[0]) - 1) != 0:
                raise Senseless("something is drawn from a vector that is no probability vector here")
        return entries

    return run


COMPILERS["weights"] = _weights
