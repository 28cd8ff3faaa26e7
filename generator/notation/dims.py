"""Dimensions: `n`, `3`, `p+q`, `2n` as polynomials in the declared sizes."""

from __future__ import annotations

from collections.abc import Mapping

from generator.errors import ContentError, fail
from generator.model import Text
from generator.notation.parse import parse_expression
from generator.notation.table import SymbolTable
from generator.notation.tree import ONE, Dim, Expr, Symbol, bare, dim_add, dim_mul, dim_number, dim_size

_EXAMPLES = "declared sizes and whole numbers: n, 3, p+q, n-1, 2n"


def read_dim(text: Text, symbols: Mapping[str, Symbol]) -> Dim:
    """The dimension that `text` spells. Raises ContentError with the code bad-dimension."""
    sizes = {name: symbol for name, symbol in symbols.items() if symbol.kind == "size"}
    end = len(text.value)
    if not text.value.strip():
        raise fail(text, 0, end, "bad-dimension", "a dimension is missing", _EXAMPLES)
    try:
        expr = parse_expression(text, SymbolTable(sizes))
    except ContentError as error:
        raise fail(text, 0, end, "bad-dimension", f"`{text.value}` is no dimension", _EXAMPLES) from error
    dim = as_dim(expr)
    if dim is None:
        raise fail(text, 0, end, "bad-dimension", f"`{text.value}` is no dimension", _EXAMPLES)
    return dim


def as_dim(expr: Expr) -> Dim | None:
    """The polynomial in sizes that an expression is; None where it is none."""
    expr = bare(expr)
    if expr.head == "num" and expr.data.isdigit():
        return dim_number(int(expr.data))
    if expr.head == "name":
        return dim_size(expr.data)
    parts = [as_dim(arg) for arg in expr.args]
    total = dim_number(0)
    if expr.head == "add":
        for sign, part in zip(expr.data, parts, strict=True):
            if part is None:
                return None
            total = dim_add(total, part, -1 if sign == "-" else 1)
        return total
    if expr.head == "mul":
        total = ONE
        for part in parts:
            if part is None:
                return None
            total = dim_mul(total, part)
        return total
    return None
