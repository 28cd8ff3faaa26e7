"""Shapes of arithmetic: leaves, sums, products, powers, transposes, entries.

No broadcasting: a sum wants equal shapes, and a product fits inner dimensions.
"""

from __future__ import annotations

from generator.notation.shape_core import VALUELESS, Elaborator, collapsed, is_unknown, places, shaped
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


def scalar_leaf(elab: Elaborator, expr: Expr) -> Expr:
    """A number or constant."""
    return shaped(expr, ())


def name(elab: Elaborator, expr: Expr) -> Expr:
    """A declared or bound name."""
    symbol = elab.symbol(expr.data)
    if symbol is None:
        raise elab.refuse(expr, "undeclared", f"{expr.data} is not declared", "declare it in `symbols`")
    return shaped(expr, None if symbol.kind in VALUELESS else symbol.shape)


def filled(elab: Elaborator, expr: Expr) -> Expr:
    """1, 0 or I: of the dimension below it, else one that the surroundings settle."""
    dim = _labelled(elab, expr) if expr.data else elab.unknown(expr)
    if expr.head == "identity":
        return shaped(expr, (dim, dim))
    return shaped(expr, (dim,))


def _labelled(elab: Elaborator, expr: Expr) -> Dim:
    label = str(expr.data)
    if label.isdigit():
        return dim_number(int(label))
    symbol = elab.table.symbols.get(label)
    if symbol is None or symbol.kind != "size":
        relation = any(mark in label for mark in ("<", ">", "=", r"\le", r"\ge", r"\ne", r"\in"))
        remedy = rf"\mathbf 1_{{\{{{label}\}}}} for an indicator" if relation else "a size, or no subscript"
        raise elab.refuse(expr, "unknown-dimension", f"{label} is no declared size", remedy)
    return dim_size(label)


def group(elab: Elaborator, expr: Expr) -> Expr:
    """Brackets change nothing."""
    return shaped(expr, expr.args[0].shape)


def add(elab: Elaborator, expr: Expr) -> Expr:
    """Terms of one shape."""
    first = expr.args[0]
    for arg in expr.args:
        _valued(elab, arg)
    for arg in expr.args[1:]:
        if not elab.fits(first.shape, arg.shape):
            scalar = arg if arg.shape == () else first if first.shape == () else None
            remedy = rf"{elab.printed(scalar)} \mathbf 1" if scalar is not None else "terms of one shape"
            raise elab.refuse(
                expr,
                "shape-sum",
                f"{elab.printed(first)} is {elab.shown(first.shape)}, "
                f"{elab.printed(arg)} is {elab.shown(arg.shape)}: nothing is broadcast",
                remedy,
            )
    return shaped(expr, first.shape)


def _valued(elab: Elaborator, arg: Expr) -> None:
    if arg.shape is None:
        raise elab.refuse(
            arg,
            "no-value",
            f"{elab.printed(arg)} has no value to calculate with",
            "a number, a vector or a matrix",
        )


def mul(elab: Elaborator, expr: Expr) -> Expr:
    """A product from left to right: scalars scale, inner dimensions fit."""
    shape: Shape = ()
    for place, arg in enumerate(expr.args):
        _valued(elab, arg)
        if place and shape and arg.shape and expr.data[place - 1] == r"\times":
            raise elab.refuse(
                expr,
                "shape-product",
                r"\times between arrays is the cross product to some, the matrix product to others",
                r"nothing between the factors: A B; x^\top y for a number",
            )
        found = times(elab, shape, arg.shape or ())
        if found is None:
            before = elab.text.value[expr.start : expr.args[place - 1].end].strip()
            raise elab.refuse(
                expr,
                "shape-product",
                f"{before} is {elab.shown(shape)}, {elab.printed(arg)} is "
                f"{elab.shown(arg.shape)}: these do not multiply",
                _product_remedy(shape, arg.shape or ()),
            )
        shape = found
    return shaped(expr, shape)


def hadamard(elab: Elaborator, expr: Expr) -> Expr:
    r"""`a \odot b`, entry by entry: arrays of one shape."""
    for arg in expr.args:
        _valued(elab, arg)
        if not arg.shape or not elab.fits(expr.args[0].shape, arg.shape):
            raise elab.refuse(
                expr,
                "shape-product",
                f"{elab.printed(expr.args[0])} is {elab.shown(expr.args[0].shape)}, {elab.printed(arg)} is "
                f"{elab.shown(arg.shape)}: a product entry by entry is of two arrays of one shape",
                r"\cdot for numbers",
            )
    return shaped(expr, expr.args[0].shape)


def inner(elab: Elaborator, expr: Expr) -> Expr:
    r"""`\langle a, b \rangle`: the sum of the products of the entries of two arrays of one shape."""
    return shaped(hadamard(elab, expr), ())


def kronecker(elab: Elaborator, expr: Expr) -> Expr:
    r"""`A \otimes B`: the numbers of rows multiply, and those of columns."""
    rows, columns = ONE, ONE
    for arg in expr.args:
        _valued(elab, arg)
        if not arg.shape:
            raise elab.refuse(
                arg, "shape-product", f"{elab.printed(arg)} is a number: it only scales", r"\cdot for numbers"
            )
        full = arg.shape if len(arg.shape) == 2 else (arg.shape[0], ONE)
        rows, columns = dim_mul(rows, elab.known(full[0])), dim_mul(columns, elab.known(full[1]))
    return shaped(expr, collapsed((rows, columns)))


def _product_remedy(a: Shape, b: Shape) -> str:
    if len(a) == 1 and len(b) == 1:
        return r"x^\top y (a number) or x y^\top (a matrix)"
    return r"a transpose, or the factors in another order"


def times(elab: Elaborator, a: Shape, b: Shape) -> Shape | None:
    """The shape of a product, None where the inner dimensions differ."""
    if not a or not b:
        return b or a
    left = a if len(a) == 2 else (a[0], ONE)
    right = b if len(b) == 2 else (b[0], ONE)
    inner_left, inner_right = elab.known(left[1]), elab.known(right[0])
    if (inner_left == ONE) != (inner_right == ONE) or not elab.same(inner_left, inner_right):
        return None
    return collapsed((left[0], right[1]))


def div(elab: Elaborator, expr: Expr) -> Expr:
    """Only a scalar divides."""
    above, below = expr.args
    _valued(elab, above)
    if below.shape != ():
        raise elab.refuse(
            below,
            "shape-quotient",
            f"{elab.printed(below)} is {elab.shown(below.shape)}: only a scalar divides",
            "an inverse in front",
        )
    return shaped(expr, above.shape)


def power(elab: Elaborator, expr: Expr) -> Expr:
    """A scalar to a scalar; a square matrix to a whole power, -1 being its inverse."""
    base, exponent = expr.args
    _entry_power(elab, expr, base)
    elab.scalar(exponent, "an exponent")
    if base.shape == ():
        return shaped(expr, ())
    if base.shape is None or len(base.shape) != 2 or not elab.same(*base.shape):
        is_vector = base.shape is not None and len(base.shape) == 1
        remedy = r"x^\top x, \|x\|^2, or entry by entry x \odot x" if is_vector else "a square matrix"
        raise elab.refuse(
            expr, "shape-power", f"{elab.printed(base)} is {elab.shown(base.shape)}: it has no power", remedy
        )
    plain = bare(exponent)
    if plain.head == "add" and plain.data == "-" and plain.args[0].data == "1":
        return shaped(expr, base.shape, head="inverse", args=(base,))
    elab.integer(exponent, "the power of a matrix")
    return shaped(expr, base.shape)


def _entry_power(elab: Elaborator, expr: Expr, base: Expr) -> None:
    """`A_{ij}^2` of a square matrix prints the same for the square's entry and the entry's square."""
    if base.head != "entry" or base.shape != () or len(base.args) != 3 or base.args[0].head == "group":
        return
    symbol = elab.symbol(base.args[0].data) if base.args[0].head == "name" else None
    if (
        symbol is not None
        and symbol.kind == "matrix"
        and not places(symbol.name)
        and symbol.shape[0] == symbol.shape[1]
    ):
        name_ = elab.printed(base.args[0])
        raise elab.refuse(
            expr,
            "ambiguous-power",
            "this prints the same for the power's entry and the entry's power",
            f"({elab.printed(base)})^k or ({name_}^k)_{{ij}}",
        )


def transpose(elab: Elaborator, expr: Expr) -> Expr:
    """Column to row, row to column, matrix turned; a scalar has none."""
    shape = expr.args[0].shape
    if not shape:
        raise elab.refuse(
            expr,
            "shape-transpose",
            f"{elab.printed(expr.args[0])} is {elab.shown(shape)}: it has no transpose",
            "no transpose",
        )
    turned = (ONE, shape[0]) if len(shape) == 1 else collapsed((shape[1], shape[0]))
    return shaped(expr, turned)


def inverse(elab: Elaborator, expr: Expr) -> Expr:
    """Of a square matrix."""
    shape = square(elab, expr.args[0], "an inverse is of")
    return shaped(expr, shape)


def square(elab: Elaborator, arg: Expr, why: str) -> Shape:
    """The shape of a square matrix. Raises ContentError square-expected."""
    if arg.shape is None or len(arg.shape) != 2 or not elab.same(*arg.shape):
        raise elab.refuse(
            arg,
            "square-expected",
            f"{why} a square matrix; {elab.printed(arg)} is {elab.shown(arg.shape)}",
            "a square matrix",
        )
    return arg.shape


def entry(elab: Elaborator, expr: Expr) -> Expr:
    """A member of a family, a row, a column, or an entry of a vector or matrix."""
    base, indices = expr.args[0], tuple(elab.visit(arg) for arg in expr.args[1:])
    for index in indices:
        elab.integer(index, "a subscript")
    symbol = elab.symbol(base.data) if base.head == "name" else None
    if symbol is None:
        base = elab.visit(base)
        shape, given = base.shape, 0
    else:
        base = shaped(base, symbol.shape)
        shape, given = _member(elab, symbol), places(symbol.name)
        if symbol.kind in ("rows", "columns"):
            given = 1
    if shape is None:
        raise elab.refuse(expr, "no-value", f"{elab.printed(base)} has no entries", "a vector or a matrix")
    rest = indices[given:]
    if len(rest) not in (0, len(shape)) or (not given and not rest) or (len(shape) == 2 and shape[0] == ONE):
        raise elab.refuse(
            expr,
            "index-arity",
            f"{elab.printed(base)} is {elab.shown(shape)}: {len(rest)} index(es) do not fit",
            f"{len(shape)} index(es)",
        )
    for index, dim in zip(rest, shape, strict=False):
        _in_range(elab, index, dim)
    if symbol is not None and symbol.kind in VALUELESS:
        return shaped(expr, None, args=(base, *indices))
    return shaped(expr, () if rest else shape, args=(base, *indices))


def _member(elab: Elaborator, symbol: Symbol) -> Shape | None:
    if symbol.kind in VALUELESS:
        return symbol.shape
    if symbol.kind not in ("rows", "columns"):
        return symbol.shape
    matrix = elab.symbol(symbol.of)
    if matrix is None or len(matrix.shape) != 2:
        return symbol.shape
    return (matrix.shape[1 if symbol.kind == "rows" else 0],)


def _in_range(elab: Elaborator, index: Expr, dim: Dim) -> None:
    """Refuses a number or a size-valued index that is certainly below 1 or above the dimension."""
    value = elab.dimension(index)
    if value is None or is_unknown(elab.known(dim)):
        return
    above = dim_add(elab.known(dim), value, -1)
    below = dim_add(value, ONE, -1)
    if certainly_negative(above) or certainly_negative(below):
        raise elab.refuse(
            index,
            "index-range",
            f"{elab.printed(index)} is outside 1..{dim_latex(elab.known(dim))}",
            "an index inside",
        )


def certainly_negative(dim: Dim) -> bool:
    """Whether a polynomial in sizes (each at least 1) is below 0 whatever they are."""
    if not dim or any(c > 0 for m, c in dim if m):
        return False
    return sum(c for _, c in dim) < 0


def scalars(elab: Elaborator, expr: Expr) -> Expr:
    """Operators of scalars only: factorial, binomial, floor, plus-minus ..."""
    for arg in expr.args:
        elab.scalar(arg, "here")
    return shaped(expr, ())


def delta(elab: Elaborator, expr: Expr) -> Expr:
    """Kronecker's delta of two indices."""
    for arg in expr.args:
        elab.integer(arg, "an index of a delta")
    return shaped(expr, ())
