"""Shapes for a whole tree: the table of rules, and the settling of unknown dimensions."""

from __future__ import annotations

from generator.model import Text
from generator.notation import shape_algebra as algebra
from generator.notation import shape_chance as chance
from generator.notation import shape_ellipsis as ellipsis
from generator.notation import shape_events as events
from generator.notation import shape_functions as functions
from generator.notation import shape_operators as operators
from generator.notation import shape_set as sets
from generator.notation.shape_core import Elaborator, Rule, is_unknown
from generator.notation.table import SymbolTable
from generator.notation.tree import Expr, bare

RULES: dict[str, Rule] = {
    "num": algebra.scalar_leaf, "const": algebra.scalar_leaf, "name": algebra.name,
    "ones": algebra.filled, "zeros": algebra.filled, "identity": algebra.filled, "delta": algebra.delta,
    "group": algebra.group, "add": ellipsis.add, "mul": ellipsis.mul, "dots": ellipsis.dots,
    "div": algebra.div, "pow": algebra.power,
    "transpose": algebra.transpose, "inverse": algebra.inverse, "invtranspose": algebra.inverse,
    "entry": algebra.entry, "pm": algebra.add, "func": functions.function, "abs": functions.absolute,
    "norm": functions.norm, "pinv": functions.pseudo_inverse,
    "floor": algebra.scalars, "ceil": algebra.scalars, "binom": algebra.scalars,
    "factorial": algebra.scalars, "tuple": functions.tuple_, "run": functions.run, "matrix": functions.matrix,
    "sum": operators.summed, "prod": operators.summed, "maxover": operators.summed,
    "minover": operators.summed,
    "argmax": operators.arg_extremum, "argmin": operators.arg_extremum, "integral": operators.integral,
    "lim": operators.limit, "side": operators.side, "deriv": operators.derivative, "grad": operators.gradient,
    "hess": operators.gradient,
    "at": operators.at, "E": chance.chance, "Var": chance.chance, "Cov": chance.chance,
    "Pr": chance.chance,
    "call": operators.call, "prime": operators.call, "cases": operators.cases,
    "indicator": operators.indicator,
    "density": chance.law, "law": chance.law, "interval": functions.interval,
    "set": operators.valueless, "given": operators.valueless, "space": operators.space,
    "multinomial": functions.multinomial,
    "rel": operators.relation, "described": sets.described,
    "hadamard": algebra.hadamard, "kron": algebra.kronecker, "between": operators.between,
    "inner": algebra.inner,
    **dict.fromkeys(("cap", "cup", "setminus", "complement", "nothing", "sure"), events.event),
    **dict.fromkeys(("bigcap", "bigcup"), events.gathered),
    "iff": operators.valueless, "implies": operators.valueless, "list": operators.valueless,
    "cond": operators.valueless, "and": operators.valueless,
}  # fmt: skip
_OWN = frozenset(
    [
        "sum",
        "prod",
        "maxover",
        "minover",
        "argmax",
        "argmin",
        "integral",
        "lim",
        "between",
        "E",
        "Var",
        "Cov",
        "Pr",
        "entry",
        "bigcap",
        "bigcup",
        "described",
    ]
)


def elaborate(text: Text, expr: Expr, table: SymbolTable, regime: bool = False) -> Expr:
    """`expr` with the shape of every node.

    Raises ContentError with both shapes where two do not fit, and unknown-dimension where a
    bare 1, 0 or identity stands beside nothing that settles its size. `regime`: whether the
    statement is about growth, so that `a \\sim b` may compare two numbers.
    """
    elab = Elaborator(text, table, RULES, _OWN)
    made = elab.visit(expr)
    for node in made.walk() if elab.dots else ():
        if node.head == "dots":
            raise ellipsis.refused(elab, node)
    for right in () if regime or _names_regime(made) else elab.ratios:
        raise chance.no_law(elab, right)
    for order in elab.orders.values():
        if order.start != made.start or bare(made).head != "func":  # a sentence may name an order alone
            raise elab.refuse(
                order,
                "order-place",
                f"{elab.printed(order)} stands for any remainder of this order: it has one meaning only "
                "at the end of the right side",
                "f(x) = g(x) + O(x^2), or f(x) = g(x) (1 + O(x))",
            )
    return _settled(elab, made) if elab.asked else made


def _names_regime(expr: Expr) -> bool:
    """Whether a condition inside a display says what tends where."""
    conditions = (part for node in expr.walk() if node.head == "cond" for part in node.args[1:])
    return any(part.head == "rel" and "to" in part.data for part in conditions)


def _settled(elab: Elaborator, expr: Expr) -> Expr:
    args = tuple([_settled(elab, arg) for arg in expr.args])
    shape = expr.shape
    if shape:
        shape = tuple(elab.known(dim) for dim in shape)
        if any(is_unknown(dim) for dim in shape) and expr.head in ("ones", "zeros", "identity"):
            raise elab.refuse(
                expr,
                "unknown-dimension",
                f"the size of {elab.printed(expr)} cannot be told here",
                rf"{elab.printed(expr)}_n with its size",
            )
    data = _settled(elab, expr.data) if isinstance(expr.data, Expr) else expr.data
    return Expr(expr.head, args, data, expr.form, expr.start, expr.end, shape)
