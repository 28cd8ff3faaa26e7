"""Shapes of grids and functions: tuples, matrices, built-in functions, bars and norms."""

from __future__ import annotations

from generator.notation import commands
from generator.notation.shape_algebra import square
from generator.notation.shape_chance import laws_of_one_variable
from generator.notation.shape_core import Elaborator, collapsed, shaped, zero_as
from generator.notation.tree import ONE, Dim, Expr, Shape, bare, dim_add, dim_mul, dim_number

_SHAPES = {f.name: f.shapes for f in [*commands.FUNCTIONS.values(), *commands.UNDECLARED_FUNCTIONS.values()]}
_SHAPES |= {name: "spectral" for names in commands.SPECTRA.values() for name in names}
_SHAPES |= dict.fromkeys(commands.SPECTRAL_LETTERS.values(), "spectral")
#: Of any matrix; the other functions of a spectrum are of square ones.
_RECTANGULAR = (*commands.SPECTRA[r"\sigma"], "condition-number")


def tuple_(elab: Elaborator, expr: Expr) -> Expr:
    """A column of scalars; of anything else it has no shape (the arguments of an arg max)."""
    scalars = all(arg.shape == () for arg in expr.args)
    return shaped(expr, (dim_number(len(expr.args)),) if scalars else None)


def run(elab: Elaborator, expr: Expr) -> Expr:
    r"""`x_1, \dots, x_n`: the column of these numbers; of arrays it has no shape of its own (see concat)."""
    return shaped(expr, (_length(elab, expr),) if expr.args[0].shape == () else None)


def multinomial(elab: Elaborator, expr: Expr) -> Expr:
    """A multinomial coefficient: of scalars, an ellipsis among the lower ones."""
    for arg in expr.args:
        if arg.head != "run" or arg.args[0].shape != ():
            elab.scalar(arg, "a multinomial coefficient")
    return shaped(expr, ())


def _length(elab: Elaborator, expr: Expr) -> Dim:
    """How many entries a run has. Raises ContentError index-expected."""
    ends = [elab.dimension(member.args[1]) for member in (expr.args[0], expr.args[-1])]
    if ends[0] is None or ends[1] is None:
        raise elab.refuse(
            expr, "index-expected", "the ends of an ellipsis are numbers and sizes", r"x_1, \dots, x_n"
        )
    return dim_add(dim_add(ends[1], ends[0], -1), ONE)


def _joined(elab: Elaborator, expr: Expr) -> Shape:
    """Concatenated vectors are one vector, matrices of as many rows stand side by side."""
    found = [
        (arg.args[0].shape, _length(elab, arg)) if arg.head == "run" else (arg.shape, ONE)
        for arg in expr.args
    ]
    shapes = [shape for shape, _ in found]
    if any(not shape for shape in shapes) or len({len(shape) for shape in shapes if shape}) != 1:
        raise elab.refuse(
            expr, "shape-argument", f"{expr.data} takes vectors, or matrices", "arguments of one kind"
        )
    total: Dim = ()
    for shape, times in found:
        assert shape
        if len(shape) == 2 and not elab.same(shape[0], (shapes[0] or shape)[0]):
            raise elab.refuse(
                expr, "shape-blocks", "these matrices differ in rows", "matrices of as many rows"
            )
        total = dim_add(total, dim_mul(elab.known(shape[-1]), times))
    return (total,) if len(shapes[0] or ()) == 1 else (elab.known((shapes[0] or (ONE,))[0]), total)


def matrix(elab: Elaborator, expr: Expr) -> Expr:
    """Scalars in a grid, or blocks: columns side by side, rows on top of one another."""
    rows, columns = expr.data
    if expr.form.startswith("stack ,"):
        _side_by_side(elab, expr)
    if all(arg.shape == () for arg in expr.args):
        shape = (dim_number(rows), dim_number(columns))
        return shaped(expr, collapsed(shape))
    expr = shaped(expr, None, args=_zero_blocks(elab, expr, rows, columns))
    heights = [_extent(elab, expr.args[r * columns : (r + 1) * columns], 0, expr) for r in range(rows)]
    widths = [_extent(elab, expr.args[c::columns], 1, expr) for c in range(columns)]
    return shaped(expr, collapsed((_total(heights), _total(widths))))


def interval(elab: Elaborator, expr: Expr) -> Expr:
    """No value; of two matrices in square brackets the matrix of both, side by side."""
    if not any(arg.shape for arg in expr.args):
        return shaped(expr, None)
    form = f"stack , {' '.join(expr.data)} {chr(92) + expr.form if expr.form else ''}".rstrip()
    return matrix(elab, shaped(expr, None, head="matrix", data=(1, len(expr.args)), form=form))


def _side_by_side(elab: Elaborator, expr: Expr) -> None:
    """Refuses what is no list of matrices: of vectors, some books stack it and some make columns of it."""
    if all(arg.shape == () for arg in expr.args):
        raise elab.refuse(expr, "bracket-mismatch", "a tuple has round brackets", "(a, b, c)")
    for arg in expr.args:
        if arg.shape is not None and len(arg.shape) < 2:
            raise elab.refuse(
                expr,
                "ambiguous-blocks",
                f"{elab.printed(arg)} is {elab.shown(arg.shape)}: on top of one another, or side by side?",
                r"[a; b] on top of one another, \begin{bmatrix} a & b \end{bmatrix} side by side",
            )


def _zero_blocks(elab: Elaborator, expr: Expr, rows: int, columns: int) -> tuple[Expr, ...]:
    """The blocks, a literal 0 among them as the zero block of its row's height and column's width."""
    out = list(expr.args)
    literal = [arg.head == "num" and arg.data == "0" for arg in expr.args]
    for place, block in enumerate(expr.args):
        if not literal[place]:
            continue
        row, column = divmod(place, columns)
        in_row = [expr.args[k] for k in range(row * columns, (row + 1) * columns) if not literal[k]]
        in_column = [expr.args[k] for k in range(column, rows * columns, columns) if not literal[k]]
        if not in_row or not in_column:
            raise elab.refuse(
                block,
                "unknown-dimension",
                "the size of this zero block cannot be told here: nothing else stands in its row or column",
                "a declared matrix of zeros",
            )
        height, width = _extent(elab, (in_row[0],), 0, expr), _extent(elab, (in_column[0],), 1, expr)
        if (height, width) != (ONE, ONE):
            shape = (height,) if width == ONE else (height, width)
            out[place] = zero_as(block, shape)
    return tuple(out)


def _extent(elab: Elaborator, blocks: tuple[Expr, ...], side: int, whole: Expr) -> Dim:
    dims: list[Dim] = []
    for block in blocks:
        shape = block.shape
        if shape is None:
            raise elab.refuse(
                block, "no-value", f"{elab.printed(block)} has no value", "a number, a vector or a matrix"
            )
        full = (ONE, ONE) if not shape else (shape[0], ONE) if len(shape) == 1 else shape
        dims.append(full[side])
    if not all(elab.same(dims[0], dim) for dim in dims[1:]):
        raise elab.refuse(
            whole, "shape-blocks", "the blocks of this matrix do not fit together", "rows of one length"
        )
    return elab.known(dims[0])


def _total(dims: list[Dim]) -> Dim:
    total: Dim = ()
    for dim in dims:
        total = dim_add(total, dim)
    return total


def function(elab: Elaborator, expr: Expr) -> Expr:
    """A built-in function by the kind its table line names."""
    kind = _SHAPES.get(expr.data, "scalar")
    first = expr.args[0]
    if expr.data == "kl":
        _check_laws(elab, expr)
        return shaped(expr, (), args=laws_of_one_variable(elab, expr.args))
    if expr.data in ("entropy", "mutual-information"):
        return shaped(expr, ())
    if kind == "order":
        elab.orders[expr.start] = expr
    if expr.data == "tr" and first.shape == () and any(node.shape for node in first.walk()):
        return shaped(expr, ())  # x^T A x is a matrix of one entry: its trace begins many a derivation
    if kind == "square":
        square(elab, first, f"{expr.data} is of")
        return shaped(expr, ())
    if kind == "concat":
        return shaped(expr, _joined(elab, expr))
    if kind == "spectral":
        return _spectral(elab, expr)
    if kind in ("softmax", "vector", "matrix", "vec", "diag"):
        return shaped(expr, _array_function(elab, expr, kind, first))
    if kind == "extremum" and len(expr.args) == 1 and first.shape and len(first.shape) == 1:
        return shaped(expr, ())
    for arg in expr.args:
        if arg.shape != ():
            raise elab.refuse(
                arg,
                "scalar-expected",
                f"{expr.data} takes a scalar; {elab.printed(arg)} is {elab.shown(arg.shape)}",
                "it entry by entry, with an index",
            )
    return shaped(expr, ())


def _check_laws(elab: Elaborator, expr: Expr) -> None:
    """A divergence is between laws: named, declared, densities (or their product), probability vectors."""
    for arg in expr.args:
        inner = bare(arg)
        factors = [bare(factor) for factor in inner.args] if inner.head == "mul" else [inner]
        densities = all(factor.head == "call" for factor in factors)
        vector = inner.shape is not None and len(inner.shape) == 1
        if (
            not densities
            and not vector
            and ((inner.head != "law" and inner.shape is not None) or inner.head == "tuple")
        ):
            raise elab.refuse(
                arg,
                "law-expected",
                f"{elab.printed(arg)} is {elab.shown(inner.shape)}, no law",
                r"\mathcal N(\mu, \sigma^2), a declared density, or a vector of probabilities",
            )


def _array_function(elab: Elaborator, expr: Expr, kind: str, first: Expr) -> Shape:
    shape = first.shape
    if not shape or (kind == "vector" and len(shape) != 1) or (kind in ("matrix", "vec") and len(shape) != 2):
        raise elab.refuse(
            first,
            "shape-argument",
            f"{expr.data} does not take {elab.shown(shape)}",
            "an argument of the right shape",
        )
    if kind in ("vector", "matrix"):
        return ()
    if kind == "softmax":
        return shape
    if kind == "vec":
        return (dim_mul(elab.known(shape[0]), elab.known(shape[1])),)
    return (shape[0], shape[0]) if len(shape) == 1 else (square(elab, first, "diag is of a vector or")[0],)


def absolute(elab: Elaborator, expr: Expr) -> Expr:
    """|x| of a scalar; of a square matrix its determinant."""
    shape = expr.args[0].shape
    if shape == ():
        return shaped(expr, ())
    if shape is not None and len(shape) == 2:
        square(elab, expr.args[0], "bars are a determinant, of")
        return shaped(expr, (), head="func", data="det", form=f"bars {expr.form}")
    raise elab.refuse(
        expr, "shape-bars", f"{elab.printed(expr.args[0])} is {elab.shown(shape)}", r"\|x\| for a vector"
    )


def _spectral(elab: Elaborator, expr: Expr) -> Expr:
    """An eigenvalue or singular value: a scalar, of a matrix and perhaps an index."""
    if expr.data in _RECTANGULAR:
        _array_function(elab, expr, "matrix", expr.args[0])
    else:
        square(elab, expr.args[0], "eigenvalues are of")
    for place in expr.args[1:]:
        elab.integer(place, "which eigenvalue")
    return shaped(expr, ())


def pseudo_inverse(elab: Elaborator, expr: Expr) -> Expr:
    """Of any matrix: the shape of its transpose."""
    shape = expr.args[0].shape
    if not shape or len(shape) != 2:
        raise elab.refuse(
            expr,
            "unknown-script",
            f"{elab.printed(expr)} is not declared, and {elab.printed(expr.args[0])} is {elab.shown(shape)}: "
            "only a matrix has a pseudo-inverse",
            "declare the name with its label",
        )
    return shaped(expr, shape[::-1])


def norm(elab: Elaborator, expr: Expr) -> Expr:
    """Of a vector, or of a matrix: then what stands below says which norm it is."""
    shape = expr.args[0].shape
    matrix = bool(shape) and len(shape or ()) == 2 and ONE not in (shape or ())
    if matrix and expr.data in commands.MATRIX_NORMS and expr.data != "F":
        return shaped(expr, (), head="func", data=commands.MATRIX_NORMS[expr.data], form=f"norm {expr.form}")
    if not shape or matrix != (expr.data == "F") or (not matrix and expr.data in ("op", "*")):
        remedy = r"\|A\|_F, \|A\|_2 or \|A\|_* for a matrix, \|x\| for a vector, |a| for a scalar"
        raise elab.refuse(
            expr,
            "shape-norm",
            f"{elab.printed(expr.args[0])} is {elab.shown(shape)}: this norm is not its",
            remedy,
        )
    return shaped(expr, ())
