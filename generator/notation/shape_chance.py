"""Shapes of chance: expectations, probabilities, laws and what they are the laws of."""

from __future__ import annotations

from collections.abc import Sequence

from generator.errors import ContentError
from generator.notation import commands
from generator.notation.law_names import RANKS
from generator.notation.shape_core import Elaborator, is_unknown, shaped, zero_as
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
        if data.head == "rel" and data.args[1].head == "law" and data.args[0].head == "name":
            law_of(elab, *data.args)
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


def _check_parameters(elab: Elaborator, law: Expr, subject: Expr, parameters: Sequence[Expr]) -> None:
    """The parameters of a named law fit its variable. Raises ContentError shape-argument."""
    shape, numbers = subject.shape, (0,) * len(parameters)
    if shape is None:
        return
    rows = RANKS.get(law.data, {0: numbers})
    ranks = rows.get(len(shape), ())[: None if shape else len(parameters)]
    known = len(shape) in rows and len(ranks) == len(parameters)
    if known and all(_fits(elab, p, shape, rank) for p, rank in zip(parameters, ranks, strict=True)):
        return
    raise elab.refuse(
        law,
        "shape-argument",
        f"{elab.printed(subject)} is {elab.shown(shape)}: the parameters are none of a law of it",
        "a law of its shape, with parameters that fit: a mean, and a variance (of a vector, a square matrix)",
    )


def _fits(elab: Elaborator, parameter: Expr, variable: Shape, rank: int) -> bool:
    """Whether a parameter has a rank, and the dimensions of the variable; a 0 may be an array of zeros."""
    shape = parameter.shape
    if not variable:
        return shape is not None and len(shape) == rank
    zero = rank > 0 and parameter.head in ("num", "zeros") and parameter.data in ("0", "")
    return zero or elab.fits(shape, (variable[0],) * rank)


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
    if expr.head == "density":
        _check_parameters(elab, expr, expr.args[0], expr.args[1:])
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

    Raises ContentError law-expected, or shape-argument where the parameters do not fit it.
    """
    _check_law(elab, right)
    subject = left.args[0] if left.head == "given" else left
    if right.head == "law":
        _settle(elab, [subject.shape, *(arg.shape for arg in right.args)])
        _check_parameters(elab, right, subject, right.args)


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
    return shaped(law, None, args=tuple(zero_as(arg, shape) for arg in law.args))
