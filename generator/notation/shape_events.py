"""Shapes of events: they have no value; what is combined with \\cap and \\cup are events themselves."""

from __future__ import annotations

from generator.notation.grammar_events import EVENTS
from generator.notation.shape_core import Elaborator, shaped
from generator.notation.tree import Expr, Symbol, bare

_STATED = frozenset({"rel", "list", "and"})


def event(elab: Elaborator, expr: Expr) -> Expr:
    """`A \\cap B`, `A^c`: of events. Raises ContentError event-expected."""
    for arg in expr.args:
        _check(elab, arg)
    return shaped(expr, None)


def gathered(elab: Elaborator, expr: Expr) -> Expr:
    """`\\bigcup_{i=1}^n A_i`: of a family of events."""
    bound = {name: elab.symbol(name) or Symbol(name, "integer") for name in expr.data}
    bounds = tuple(elab.visit(arg) for arg in expr.args[1:]) if len(expr.args) == 3 else ()
    for bound_ in bounds:
        elab.integer(bound_, "a bound")
    own = expr.args[:1] if bounds else expr.args
    args = (*(elab.under(bound, arg) for arg in own), *bounds)
    _check(elab, args[0])
    return shaped(expr, None, args=args)


def is_event(elab: Elaborator, expr: Expr) -> bool:
    """Whether an expression is an event: by its head, or by the declaration of its name."""
    inner = bare(expr)
    if inner.head in EVENTS:
        return True
    named = inner.args[0] if inner.head == "entry" else inner
    symbol = elab.symbol(named.data) if named.head == "name" else None
    return symbol is not None and symbol.kind == "event"


def _check(elab: Elaborator, arg: Expr) -> None:
    if not is_event(elab, arg) and bare(arg).head not in _STATED:
        raise elab.refuse(
            arg, "event-expected", f"{elab.printed(arg)} is no event", "a name that is declared as an event"
        )
