r"""Extreme values of forms: `\max_{\|x\| = 1} x^\top A x`, `\max_{x \ne 0} \frac{\|A x\|}{\|x\|}`.

A form is read off its values at unit vectors and tried at further points. Over an ellipsoid, or as a
quotient of two forms, a quadratic form has the extreme eigenvalues of the pencil for its extreme
values (Rayleigh; Horn and Johnson, Matrix Analysis, 4.2.2 and 4.3). The root of a form, as a norm, and
a linear form are decided by their squares. The least distance in norm from a matrix to those of rank
at most k is what its singular values from the (k+1)-th on leave over (Eckart and Young 1936, Mirsky 1960).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb

from generator.meaning import arrays
from generator.meaning.names import compile_int
from generator.meaning.program import Code, Frame, Program
from generator.meaning.spectrum import eigenvalues, singular_values
from generator.meaning.systems import MeaningError, Unsupported
from generator.notation.tree import Expr, bare, dim_value

Function = Callable[[list[Any]], Any]
#: What a matrix norm makes of the singular values that are left over, the largest first.
LEFT_OVER: dict[str, Callable[[list[Any]], Any]] = {
    "F": lambda values: sum((v * v for v in values), arb(0)).nonnegative_part().sqrt(),
    "operator-norm": lambda values: values[0] if values else arb(0),
    "nuclear-norm": lambda values: sum(values, arb(0)),
}
POINTS = (((3, 1), (2, 1)), ((-2, 3), (5, 3)))  # first entry and step of vectors at which a form is tried


def extreme_value(expr: Expr, program: Program, largest: bool) -> Code | None:
    """The value of an extremum of this kind; None where the constraint is of another."""
    names = tuple(map(str, expr.data or ()))
    symbol = program.symbols.get(names[0]) if len(names) == 1 else None
    relation = bare(expr.args[1]) if len(expr.args) == 2 else None
    if symbol is None or symbol.family or symbol.words or relation is None or relation.head != "rel":
        return None
    if len(relation.data) != 1 or symbol.kind not in ("vector", "matrix"):
        return None
    op, (left, right) = relation.data[0], relation.args
    if symbol.kind == "matrix":
        return None if largest else _nearest(expr.args[0], names[0], op, (bare(left), right), program)
    if op == "!=" and bare(left).data == names[0] and right.head in ("num", "zeros"):
        return _quotient(expr.args[0], names[0], program, largest)
    if op in ("=", "<=") and left.shape == () and right.shape == ():
        return _on_ellipsoid(expr.args[0], names[0], (op, left, right), program, largest)
    return None


def _length(program: Program, name: str, f: Frame) -> int:
    if not isinstance(f.system.number(1), arb):
        raise Unsupported("the extremum of a form, outside of balls")
    return dim_value(program.symbols[name].shape[0], f.sizes)


def _along(code: Code, name: str, f: Frame) -> Function:
    return lambda x: code(f.child({name: x}))


def _on_ellipsoid(
    body: Expr, name: str, constraint: tuple[str, Expr, Expr], program: Program, largest: bool
) -> Code | None:
    """Over q(x) = c or q(x) <= c for a positive definite form q, or its root."""
    op, left, right = constraint
    if not any(node.head == "name" and node.data == name for node in left.walk()):
        return None
    codes = [program.compiled(side) for side in (body, left, right)]

    def run(f: Frame) -> Any:
        n = _length(program, name, f)
        bound = codes[2](f)
        round_, root = _form(_along(codes[1], name, f), n)
        matrix, shape = _form(_along(codes[0], name, f), n)
        if root == "linear":
            raise Unsupported("an extremum over a plane")
        limit = bound * bound if root == "root" else bound
        if f.system.sign(limit) < 0 or (root == "root" and f.system.sign(bound) < 0):
            raise Unsupported("an extremum over nothing")
        values = [limit * v for v in _pencil(f, matrix, round_)]
        found = _extreme(values, shape, largest)
        if op == "<=":  # inside, the form is the same times a factor from 0 to 1
            beyond = f.system.sign(found) * (1 if largest else -1) < 0
            return f.system.number(0) if beyond else found
        return found

    return run


def _quotient(body: Expr, name: str, program: Program, largest: bool) -> Code | None:
    """Over all x but 0, of a quotient of two forms or of two roots."""
    core = bare(body)
    if core.head != "div":
        return None
    codes = [program.compiled(arg) for arg in core.args]

    def run(f: Frame) -> Any:
        n = _length(program, name, f)
        (above, kind), (below, other) = (_form(_along(code, name, f), n) for code in codes)
        if all(v.is_zero() for row in above for v in row):
            kind = other  # 0 is a form, and the root of one
        if other == "linear" or (kind == "form") != (other == "form"):
            raise Unsupported("the extremum of a quotient of forms of different degrees")
        return _extreme(_pencil(f, above, below), kind, largest)

    return run


def _extreme(values: list[Any], kind: str, largest: bool) -> Any:
    """Of a form, its root or a linear form, from the eigenvalues of its matrix (of its square's)."""
    if kind == "form":
        return values[0] if largest else values[-1]
    if kind == "linear":
        root = values[0].nonnegative_part().sqrt()
        return root if largest else -root
    return (values[0] if largest else values[-1]).nonnegative_part().sqrt()


def _form(g: Function, n: int) -> tuple[list[list[Any]], str]:
    """The symmetric matrix of a form (kind `form`), or of the square of its root or of a linear one.

    Raises Unsupported for what is no form.
    """
    matrix = _read(g, n)
    trials = [[arb(a[0] + k * b[0]) / (a[1] + k * b[1]) for k in range(n)] for a, b in POINTS]
    if matrix is not None and all(_same(g(x), _at(matrix, x)) for x in trials):
        return matrix, "form"
    square = _read(lambda x: g(x) ** 2, n)
    if square is None or not all(_same(g(x) ** 2, _at(square, x)) for x in trials):
        raise Unsupported("the extremum of what is no form under such a constraint")
    if all(_same(g([-v for v in x]), -g(x)) for x in trials):
        return square, "linear"
    if all(g(x) >= 0 and _same(g([-v for v in x]), g(x)) for x in trials):
        return square, "root"
    raise Unsupported("the extremum of what is no form under such a constraint")


def _read(g: Function, n: int) -> list[list[Any]]:
    """The matrix that a form has by its values at sums of two unit vectors."""
    span = range(n)
    unit = [[arb(int(i == k)) for i in span] for k in span]
    own = [g(u) for u in unit]

    def both(i: int, j: int) -> Any:
        return g(arrays.zipped(lambda a, b: a + b, unit[i], unit[j]))

    return [[own[i] if i == j else (both(i, j) - own[i] - own[j]) / 2 for j in span] for i in span]


def _at(matrix: list[list[Any]], x: list[Any]) -> Any:
    return arrays.dot(x, [arrays.dot(row, x) for row in matrix])


def _same(a: Any, b: Any) -> bool:
    return bool((a - b).contains(0))


def _pencil(f: Frame, above: list[list[Any]], below: list[list[Any]]) -> list[Any]:
    """Eigenvalues of L^-1 M L^-T with L L^T the matrix below, the largest first."""
    n = len(below)
    definite = all(v > 0 for v in eigenvalues(f, below))
    if not definite:
        raise Unsupported("an extremum over a set that is no ellipsoid")
    lower = arrays.cholesky(below, f.system)
    inverse = arrays.eliminate(lower, f.system)[1]
    turned = arrays.product(arrays.product(inverse, above), arrays.transpose(inverse))
    even = [[(turned[i][j] + turned[j][i]) / 2 for j in range(n)] for i in range(n)]
    return eigenvalues(f, even)


def _nearest(body: Expr, name: str, op: str, sides: tuple[Expr, Expr], program: Program) -> Code | None:
    """The least distance to the matrices of rank at most k: by the singular values left over."""
    rank, most = sides
    if op != "<=" or (rank.head, rank.data) != ("func", "rank") or bare(rank.args[0]).data != name:
        return None
    core, square = bare(body), False
    if core.head == "pow" and bare(core.args[1]).data == "2":
        core, square = bare(core.args[0]), True
    norm = core.data if core.head in ("norm", "func") else ""
    gap = bare(core.args[0]) if norm in LEFT_OVER else core
    if norm not in LEFT_OVER or gap.head != "add" or gap.data not in ("+-", "-+"):
        return None
    others = [arg for arg in gap.args if bare(arg).data != name or bare(arg).head != "name"]
    if len(others) != 1 or any(node.head == "name" and node.data == name for node in others[0].walk()):
        return None
    matrix, count = program.compiled(others[0]), compile_int(most, program)

    def run(f: Frame) -> Any:
        if not isinstance(f.system.number(1), arb):
            raise Unsupported("a least distance, outside of balls")
        k = count(f)
        if k < 0:
            raise MeaningError("no matrix has a negative rank")
        found = LEFT_OVER[norm](singular_values(f, arrays.full(matrix(f)))[k:])
        return found * found if square else found

    return run
