"""Values given by hand: numbers, and the sizes that the lengths of vectors and matrices fix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.notation.tree import Expr, Symbol, bare


def is_size(expr: Expr) -> bool:
    """Whether an expression is a positive whole number in digits."""
    core = bare(expr)
    return core.head == "num" and str(core.data).isdigit() and int(core.data) > 0


def lengths(name: str, value: Expr, symbols: Mapping[str, Symbol]) -> Iterator[tuple[str, int]]:
    """The sizes that a value by hand fixes (a vector of 3 entries makes its size 3)."""
    symbol = symbols[name]
    if symbol.kind == "size":
        yield name, int(bare(value).data)
        return
    shape = tuple(symbols[i].upper for i in symbol.family) or symbol.shape
    for dim, length in zip(shape, _dims(bare(value)), strict=False):
        if len(dim) == 1 and len(dim[0][0]) == 1 and dim[0][1] == 1:
            yield dim[0][0][0], length


def _dims(expr: Expr) -> tuple[int, ...]:
    while expr.head in ("group", "transpose"):
        expr = expr.args[0]
    if expr.head == "tuple":
        return (len(expr.args), *_dims(bare(expr.args[0])))
    if expr.head == "matrix":
        rows, columns = expr.data
        return (rows, columns)
    return ()
