r"""The law of a normal vector under observations whose mean is linear in it.

Precisions and precisions times means add up; Bishop, Pattern Recognition and Machine
Learning (2006), equations (2.116) and (2.117).
"""

from __future__ import annotations

from generator.meaning.givens import LawOf
from generator.meaning.linear import holds
from generator.meaning.systems import Unsupported
from generator.meaning.trees import minus, plus
from generator.notation.tree import Expr, Shape, bare


def normal_vector(
    prior: tuple[Expr, ...], name: str, observations: list[LawOf]
) -> tuple[str, tuple[Expr, ...]]:
    """(law, parameters) of the vector under the observations. Raises Unsupported."""
    precision, mean = _inverse(prior[1]), prior[0]
    if not mean.shape:  # a bare 0
        mean = Expr("zeros", (), "", shape=(precision.shape or ())[:1])
    weighted = _product(precision, mean)
    for law in observations:
        more, shift = _added(law, name)
        precision, weighted = plus(precision, more), plus(weighted, shift)
    covariance = _inverse(precision)
    return "normal", (_product(covariance, weighted), covariance)


def _added(law: LawOf, name: str) -> tuple[Expr, Expr]:
    """A^T V^-1 A and A^T V^-1 (y - c) for y ~ N(A w + c, V); summed over independent numbers y_i."""
    if law.law != "normal" or holds(law.parameters[1], name) or law.target is None:
        raise Unsupported("this likelihood is not conjugate to a normal law")
    matrix, constant = linear(law.parameters[0], name)
    target = bare(law.target)
    gap = target if constant is None else minus(target, constant)
    if not law.entries and matrix.shape and len(matrix.shape) == 2 and target.shape:
        turned = _transposed(matrix)
        half = _product(turned, _inverse(law.parameters[1]))
        return _product(half, matrix), _product(half, gap)
    one = target.head == "entry" if law.iid else not law.entries and target.shape == ()
    if one and matrix.shape and len(matrix.shape) == 1:
        share = Expr("div", (Expr("num", (), "1", shape=()), law.parameters[1]), form="frac", shape=())
        square = Expr("mul", (share, matrix, _transposed(matrix)), ("", ""), shape=matrix.shape * 2)
        shift = Expr("mul", (share, gap, matrix), ("", ""), shape=matrix.shape)
        for index in reversed(target.args[1:] if law.entries else ()):
            square = Expr("sum", (square,), (str(bare(index).data),), shape=square.shape)
            shift = Expr("sum", (shift,), (str(bare(index).data),), shape=shift.shape)
        return square, shift
    raise Unsupported("this likelihood is not conjugate to a normal law")


def linear(expr: Expr, name: str) -> tuple[Expr, Expr | None]:
    """(A, c) of A w + c as it is printed; of a number, A is the vector a of a^T w. Raises Unsupported."""
    core = bare(expr)
    if core.head == "name" and core.data == name and core.shape:
        return Expr("identity", (), "", shape=(core.shape[0], core.shape[0])), None
    if core.head == "add":
        return _terms(core, name)
    if core.head == "mul":
        return _factors(core, name)
    raise Unsupported(f"this is not linear in {name} as it is printed")


def _terms(expr: Expr, name: str) -> tuple[Expr, Expr | None]:
    inside = [(s, arg) for s, arg in zip(expr.data, expr.args, strict=True) if holds(arg, name)]
    outside = [(s, arg) for s, arg in zip(expr.data, expr.args, strict=True) if not holds(arg, name)]
    slopes = []
    for sign, arg in inside:
        matrix, constant = linear(arg, name)
        slopes.append((sign, matrix))
        outside += [] if constant is None else [(sign, constant)]
    shape = slopes[0][1].shape
    if len(slopes) == 1 and slopes[0][0] != "-":
        return slopes[0][1], _summed(outside, expr.shape)
    return _summed(slopes, shape) or slopes[0][1], _summed(outside, expr.shape)


def _summed(terms: list[tuple[str, Expr]], shape: Shape | None) -> Expr | None:
    if not terms:
        return None
    return Expr("add", tuple(arg for _, arg in terms), "".join(sign for sign, _ in terms), shape=shape)


def _factors(expr: Expr, name: str) -> tuple[Expr, Expr | None]:
    inside = [place for place, arg in enumerate(expr.args) if holds(arg, name)]
    if inside == [len(expr.args) - 1]:
        matrix, constant = linear(expr.args[-1], name)
        made = expr.args[0]
        for arg in expr.args[1:-1]:
            made = _product(made, arg)
        rest = None if constant is None else _product(made, constant)
        if expr.shape == () and not constant and bare(matrix).head == "identity":
            return _transposed(made), None
        if expr.shape == () and made.shape:  # a row before: its column is the slope
            return _transposed(_product(made, matrix)), rest
        return made if bare(matrix).head == "identity" and made.shape else _product(made, matrix), rest
    first = bare(expr.args[0])
    if (
        inside == [0]
        and first.head == "transpose"
        and bare(first.args[0]).data == name
        and len(expr.args) == 2
    ):
        return expr.args[1], None
    raise Unsupported(f"this is not linear in {name} as it is printed")


def image(matrix: Expr, spread: Expr) -> Expr:
    """A V A^T; of a number, whose slope is the vector a, a^T V a."""
    if matrix.shape is not None and len(matrix.shape) == 1:
        return Expr("mul", (_transposed(matrix), spread, matrix), ("", ""), shape=())
    if bare(matrix).head == "identity":
        return spread
    return _product(_product(matrix, spread), _transposed(matrix))


def _inverse(matrix: Expr) -> Expr:
    core = bare(matrix)
    return core.args[0] if core.head == "inverse" else Expr("inverse", (matrix,), shape=matrix.shape)


def _transposed(matrix: Expr) -> Expr:
    core = bare(matrix)
    if core.head == "transpose":
        return core.args[0]
    from generator.notation.tree import ONE

    shape = matrix.shape or ()
    turned: Shape = (ONE, shape[0]) if len(shape) == 1 else shape[::-1]
    return Expr("transpose", (matrix,), None, r"\top", shape=turned)


def _product(a: Expr, b: Expr) -> Expr:
    left, right = a.shape or (), b.shape or ()
    shape = right if not left else left if not right else (*left[:-1], *right[1:])
    return Expr("mul", (a, b), ("",), shape=shape)
