"""The ends between which an event says that its subject lies."""

from __future__ import annotations

from generator.meaning.program import Program
from generator.notation.tree import Expr, bare
from generator.verify.question import IllFormed, Undecided

EVENTS = frozenset(["<", "<=", ">", ">=", "=", "!=", "in", "notin"])


def event_parts(program: Program, event: Expr) -> tuple[Expr | None, Expr, Expr | None]:
    """(low, subject, high) of an event `low <= subject <= high` or `subject in [low, high]`."""
    if event.head != "rel" or not set(event.data) <= EVENTS:
        raise IllFormed("a probability is that of an event: an inequality, or membership in an interval")
    if event.data == ("in",):
        domain = bare(event.args[1])
        if domain.head == "name" and program.definitions.get(domain.data):
            domain = bare(program.body_of(program.definitions[domain.data][0]))
        if domain.head != "interval":
            raise Undecided("the probability of this event has no rule")
        return domain.args[0], event.args[0], domain.args[1]
    inner = bare(event.args[0])
    if inner.head == "abs" and event.data in (("<=",), ("<",)):
        bound = event.args[1]
        return Expr("add", (bound,), "-", shape=()), inner.args[0], bound
    if set(event.data) <= {"<=", "<"} and len(event.data) == 2:
        return event.args[0], event.args[1], event.args[2]
    if len(event.data) == 1 and event.data[0] in ("<=", "<"):
        return None, event.args[0], event.args[1]
    if len(event.data) == 1 and event.data[0] in (">=", ">"):
        return event.args[1], event.args[0], None
    raise Undecided("the probability of this event has no rule")
