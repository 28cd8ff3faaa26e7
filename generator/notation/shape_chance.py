"""Shapes of chance: expectations, probabilities, laws and what they are the laws of."""

from __future__ import annotations

from collections.abc import Sequence

from generator.errors import ContentError
from generator.notation import commands
from generator.notation.shape_core import Elaborator, is_unknown, shaped
from generator.notation.tree import Expr, Shape, Symbol, bare, law_variables

#: What may stand right of a \sim.
_LAW_SIDES = frozenset({"law", "density", "name", "entry", "call", "prime"})


def chance(elab: Elaborator, expr: Expr) -> Expr:
    """E keeps the shape; Var of a vector and Cov of vectors are matrices; Pr is a scalar."""
    data, bound = expr.data, {}
    if data:
        names = law_variables(data)
        bound = {name: elab.symbol(name) or Symbol(name, "scalar") for name in names}
        data = elab.under(bound, data)
        _check_normal(elab, data)
    args = tuple(elab.under(bound, arg) for arg in expr.args)
    shape = args[0].shape
    if expr.head == "Pr":
        _check_event(elab, args[0])
        return shaped(expr, (), args=args, data=data)
    if shape is None:
        raise elab.refuse(
            args[0],
            "no-value",
            f"{elab.printed(args[0])} has no value to average",
            "an expression with a value",
        )
    if expr.head in ("Var", "Cov") and len(shape) > 1:
        raise elab.refuse(
            args[0],
            "shape-argument",
            f"{expr.head} does not take {elab.shown(shape)}",
            "a scalar or a vector",
        )
    if expr.head == "Var" and not shape and commands.CHANCE[expr.form.split()[0]] == "Cov":
        raise elab.refuse(
            expr, "shape-argument", "a covariance of one scalar", "two of them, with a comma, or a variance"
        )
    if expr.head == "Var" and shape:
        shape = (shape[0], shape[0])
    if expr.head == "Cov":
        other = args[1].shape
        if other is None or len(other) != len(shape):
            raise elab.refuse(
                expr,
                "shape-argument",
                f"Cov of {elab.shown(shape)} and {elab.shown(other)}",
                "two scalars or two vectors",
            )
        shape = (shape[0], other[0]) if shape else ()
    return shaped(expr, shape, args=args, data=data)


def _check_normal(elab: Elaborator, law: Expr) -> None:
    """The parameters of a normal law below an expectation fit its variable. Raises shape-argument."""
    if law.head != "rel" or law.args[1].head != "law" or law.args[1].data not in ("normal", "moments"):
        return
    subject, (mean, spread) = law.args[0], law.args[1].args
    if subject.head != "name" or subject.shape is None:
        return
    rank = len(subject.shape)
    zero = mean.head in ("num", "zeros") and mean.data in ("0", "")
    fits = (zero or elab.fits(subject.shape, mean.shape)) and len(spread.shape or ()) == 2 * rank
    if not fits:
        raise elab.refuse(
            law.args[1],
            "shape-argument",
            f"{elab.printed(subject)} is {elab.shown(subject.shape)}: this is no mean and variance of it",
            "a mean of its shape, and a variance (of a vector, a square matrix)",
        )


def _check_event(elab: Elaborator, arg: Expr) -> None:
    """A probability is of a statement or a declared event. Raises ContentError event-expected."""
    if bare(arg).shape is not None:
        raise elab.refuse(
            arg,
            "event-expected",
            f"{elab.printed(arg)} is {elab.shown(arg.shape)}, no event",
            rf"\Pr({elab.printed(arg)} = 1), or a density under a declared name",
        )


def law(elab: Elaborator, expr: Expr) -> Expr:
    """A law has no value, its density is a scalar; a bare identity fits the mean or variable beside it."""
    _settle(elab, [arg.shape for arg in expr.args])
    return shaped(expr, () if expr.head == "density" else None)


def may_be_law(right: Expr) -> bool:
    """Whether an expression is a law, or a name that can be one."""
    return bare(right).head in _LAW_SIDES


def no_law(elab: Elaborator, right: Expr) -> ContentError:
    r"""The error that what stands right of a \sim is no law."""
    return elab.refuse(
        right,
        "law-expected",
        f"{elab.printed(right)} is {elab.shown(right.shape)}, no law",
        r"\mathcal N(\mu, \sigma^2), \mathrm{Exp}(\lambda), or a declared law",
    )


def _check_law(elab: Elaborator, right: Expr) -> None:
    r"""Right of a \sim stands a law, or a name that can be one. Raises ContentError law-expected."""
    if not may_be_law(right):
        raise no_law(elab, right)


def law_of(elab: Elaborator, left: Expr, right: Expr) -> None:
    r"""The variable left of a \sim settles a bare identity among the parameters.

    Raises ContentError law-expected.
    """
    _check_law(elab, right)
    subject = left.args[0] if left.head == "given" else left
    if right.head == "law":
        _settle(elab, [subject.shape, *(arg.shape for arg in right.args)])


def _settle(elab: Elaborator, shapes: Sequence[Shape | None]) -> None:
    """A bare 0, 1 or identity has the dimension of the first vector or square matrix that is known."""
    arrays = [shape for shape in shapes if shape and len(shape) <= 2]
    known = [dim for shape in arrays for dim in shape if not is_unknown(elab.known(dim))]
    for dim in [dim for shape in arrays for dim in shape if known]:
        if is_unknown(elab.known(dim)):
            elab.same(dim, known[0])


def laws_of_one_variable(elab: Elaborator, laws: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """Named laws side by side: a bare 0 or identity among their parameters fits those of the others."""
    parameters = [arg for law in laws if law.head == "law" for arg in law.args]
    _settle(elab, [arg.shape for arg in parameters])
    vectors = [arg.shape for arg in parameters if arg.shape and len(arg.shape) == 1]
    if not vectors:
        return laws
    return tuple(_with_zeros(law, vectors[0]) if law.head == "law" else law for law in laws)


def _with_zeros(law: Expr, shape: Shape) -> Expr:
    args = tuple(
        shaped(arg, shape, head="zeros", data="", form="0") if arg.head == "num" and arg.data == "0" else arg
        for arg in law.args
    )
    return shaped(law, None, args=args)
