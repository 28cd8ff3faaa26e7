"""What every shape rule needs: the table, unknown dimensions, comparison, refusal.

The dimension of a bare `1`, `0` or identity is unknown until its surroundings settle it;
unknowns are dimensions named ?0, ?1 .. that `same` binds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from generator.errors import ContentError, fail
from generator.model import Text
from generator.notation.table import PLACES, SymbolTable
from generator.notation.tree import (
    ONE,
    Dim,
    Expr,
    Shape,
    Symbol,
    bare,
    dim_add,
    dim_latex,
    dim_mul,
    dim_number,
    dim_size,
)

VALUELESS = frozenset({"interval", "set", "event", "law"})
_INTEGERS = frozenset({"index", "integer", "size"})

#: A rule gives the node its shape; its children come already elaborated, except for binders'.
Rule = Callable[["Elaborator", Expr], Expr]


class Elaborator:
    """One pass over one formula's tree."""

    def __init__(
        self, text: Text, table: SymbolTable, rules: Mapping[str, Rule], own: frozenset[str]
    ) -> None:
        self.text = text
        self.table = table
        self.rules = rules
        self.own = own  # heads whose rule elaborates the children itself
        self.bound: dict[str, Symbol] = {}
        self.unknowns: dict[str, Dim] = {}
        self.asked: list[Expr] = []
        self.ratios: list[Expr] = []  # `a \\sim b` of two numbers, which a regime allows
        self.dots: dict[int, Expr] = {}  # ellipses of sums and products, by place
        self.turned: Expr | None = None  # a Jacobian that stands where its layout does not matter
        self.orders: dict[int, Expr] = {}  # O(..) and o(..) by place, until a relation allows them

    def visit(self, expr: Expr) -> Expr:
        """`expr` with shapes. Raises ContentError where they do not fit."""
        if (expr.head, expr.data) in _UNTURNED and bare(expr.args[0]).head == "deriv":
            self.turned = bare(expr.args[0])
        if expr.args and expr.head not in self.own:
            expr = Expr(
                expr.head,
                tuple([self.visit(arg) for arg in expr.args]),
                expr.data,
                expr.form,
                expr.start,
                expr.end,
            )
        return self.rules[expr.head](self, expr)

    def symbol(self, name: str) -> Symbol | None:
        """The symbol that a name means here: bound ones first."""
        return self.bound.get(name) or self.table.symbols.get(name)

    def under(self, bound: Mapping[str, Symbol], expr: Expr) -> Expr:
        """`expr` elaborated with further names bound."""
        saved = self.bound
        self.bound = {**saved, **bound}
        try:
            return self.visit(expr)
        finally:
            self.bound = saved

    # -- unknown dimensions -----------------------------------------------------------

    def unknown(self, expr: Expr) -> Dim:
        """A dimension that the surroundings of `expr` will settle."""
        self.asked.append(expr)
        name = f"?{len(self.unknowns) + len(self.asked)}"
        return dim_size(name)

    def known(self, dim: Dim) -> Dim:
        """`dim` as far as it is settled."""
        while len(dim) == 1 and len(dim[0][0]) == 1 and dim[0][0][0] in self.unknowns:
            dim = self.unknowns[dim[0][0][0]]
        return dim

    def same(self, a: Dim, b: Dim) -> bool:
        """Whether two dimensions are equal; settles an unknown one."""
        a, b = self.known(a), self.known(b)
        if a == b:
            return True
        for unknown, other in ((a, b), (b, a)):
            if is_unknown(unknown):
                self.unknowns[unknown[0][0][0]] = other
                return True
        return False

    def fits(self, a: Shape | None, b: Shape | None) -> bool:
        """Whether two shapes are equal; settles unknown dimensions."""
        if a is None or b is None:
            return a is b
        return len(a) == len(b) and all(self.same(x, y) for x, y in zip(a, b, strict=True))

    # -- messages ---------------------------------------------------------------------

    def printed(self, expr: Expr) -> str:
        """The source of an expression."""
        return self.text.value[expr.start : expr.end].strip()

    def shown(self, shape: Shape | None) -> str:
        """A shape in words: a scalar, a vector (n), a matrix (n, m)."""
        if shape is None:
            return "no value"
        if not shape:
            return "a scalar"
        dims = ", ".join("?" if is_unknown(self.known(d)) else dim_latex(self.known(d)) for d in shape)
        if len(shape) == 2 and shape[0] == ONE:
            return f"a row (1, {dims.split(', ', 1)[1]})"
        return f"a {'vector' if len(shape) == 1 else 'matrix'} ({dims})"

    def refuse(self, expr: Expr, code: str, message: str, remedy: str = "") -> ContentError:
        """The error about `expr`."""
        return fail(self.text, expr.start, max(expr.end, expr.start + 1), code, message, remedy)

    def scalar(self, expr: Expr, why: str) -> None:
        """Raises ContentError scalar-expected unless `expr` is a scalar."""
        if expr.shape != ():
            raise self.refuse(
                expr,
                "scalar-expected",
                f"{why}: a scalar is expected, and {self.printed(expr)} is {self.shown(expr.shape)}",
                "its entries, with an index",
            )

    def integer(self, expr: Expr, why: str) -> None:
        """Raises ContentError index-expected unless `expr` is made of indices, sizes and whole numbers."""
        inner = bare(expr)
        if inner.head == "num" and str(inner.data).isdigit():
            return
        if inner.head == "name":
            symbol = self.symbol(inner.data)
            if symbol is not None and symbol.kind in _INTEGERS:
                return
        elif inner.head == "entry" and inner.args[0].head == "name":
            symbol = self.symbol(inner.args[0].data)
            if symbol is not None and (symbol.kind == "integer" or "integer" in symbol.words):
                return
        elif inner.head == "func" and inner.data == "rank":
            return
        elif inner.head in _WHOLE or (inner.head == "func" and inner.data in ("min", "max")):
            for arg in inner.args if inner.head not in ("argmax", "argmin") else ():
                self.integer(arg, why)
            return
        raise self.refuse(
            expr,
            "index-expected",
            f"{why}: an index, a size or a whole number is expected, not {self.printed(expr)}",
            "a declared index",
        )

    def dimension(self, expr: Expr) -> Dim | None:
        """The polynomial in sizes that `expr` is, or None."""
        inner = bare(expr)
        if inner.head == "num" and str(inner.data).isdigit():
            return dim_number(int(inner.data))
        if inner.head == "name":
            symbol = self.symbol(inner.data)
            return dim_size(inner.data) if symbol is not None and symbol.kind == "size" else None
        if inner.head not in ("add", "mul"):
            return None
        parts = [self.dimension(arg) for arg in inner.args]
        total: Dim = () if inner.head == "add" else ONE
        for place, part in enumerate(parts):
            if part is None:
                return None
            if inner.head == "mul":
                total = dim_mul(total, part)
            else:
                total = dim_add(total, part, -1 if inner.data[place] == "-" else 1)
        return total


#: What a matrix and its transpose have in common: determinant (also in bars), trace, this norm.
_UNTURNED = (("func", "det"), ("abs", None), ("func", "tr"), ("norm", "F"))
#: Heads of what is whole where its parts are.
_WHOLE = ("add", "mul", "pow", "div", "floor", "ceil", "argmax", "argmin")


def is_unknown(dim: Dim) -> bool:
    """Whether a dimension is still to be settled."""
    return len(dim) == 1 and len(dim[0][0]) == 1 and dim[0][0][0][0] == "?"


def shaped(expr: Expr, shape: Shape | None, **changes: Any) -> Expr:
    """`expr` with a shape (and other fields) set; quicker than dataclasses.replace."""
    return Expr(
        changes.get("head", expr.head),
        changes.get("args", expr.args),
        changes.get("data", expr.data),
        changes.get("form", expr.form),
        expr.start,
        expr.end,
        shape,
    )


def zero_as(expr: Expr, shape: Shape | None) -> Expr:
    """A literal 0 where an array stands is the array of zeros of that shape; anything else is as it is."""
    literal = bool(shape) and expr.head == "num" and expr.data == "0"
    return shaped(expr, shape, head="zeros", data="", form="0") if literal else expr


def collapsed(shape: Shape) -> Shape:
    """A 1 by 1 matrix is a scalar, an n by 1 one a column."""
    if len(shape) == 2 and shape[1] == ONE:
        return () if shape[0] == ONE else (shape[0],)
    return shape


def places(name: str) -> int:
    """How many index places a canonical name has."""
    return sum(place in name for place in PLACES)
