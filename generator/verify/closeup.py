"""One relation up close, for `explain`: its shapes, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from generator.notation.tree import ReadTopic, Shape, Statement, dim_latex
from generator.verify.judge import Options
from generator.verify.question import Question, Undecided
from generator.verify.topic import TopicCheck


def closeup(read: ReadTopic, identity: str) -> list[tuple[str, str]]:
    """(label, text) lines for the relation `identity`; empty where there is no such relation."""
    statements = [*read.statements, *(wrong for _, wrong in read.traps)]
    found = [s for s in statements if s.id == identity]
    if not found or found[0].expr.head not in ("rel", "iff", "implies"):
        return []
    try:
        question = TopicCheck(read, Options(routes="numeric")).question(found[0])
    except Undecided:
        return list(_shapes(found[0]))
    return [*_shapes(found[0]), *_rests_on(question)]


def _shapes(statement: Statement) -> Iterator[tuple[str, str]]:
    sides = [_shape(arg.shape) for arg in statement.expr.args]
    if any(sides):
        yield "shapes", ", ".join(side or "no value" for side in sides)


def _shape(shape: Shape | None) -> str:
    if shape is None:
        return ""
    return " x ".join(dim_latex(d) for d in shape) or "scalar"


def _rests_on(question: Question) -> Iterator[tuple[str, str]]:
    """The definitions and givens that the relation reaches."""
    program = question.program
    names = program.rests_on([question.expr, *question.statement.when])
    used = [d.entry_id for d in program.scope.definitions if d.name in names]
    used += [law.entry_id for law in program.laws.laws.values() if law.name in names and law.entry_id]
    if used:
        yield "rests on", ", ".join(dict.fromkeys(used))
