"""One relation up close: what it rests on, its shapes, and its values at one point (for `explain`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, ReadTopic, Shape, Statement, dim_latex
from generator.verify.judge import Options
from generator.verify.question import Question, Undecided, plain, shown
from generator.verify.topic import TopicCheck


def witness(read: ReadTopic, identity: str) -> list[tuple[str, str]]:
    """(label, text) lines for the relation `identity`; empty where there is no such relation."""
    statements = [*read.statements, *(wrong for _, wrong in read.traps)]
    found = [s for s in statements if s.id == identity]
    if not found or found[0].expr.head not in ("rel", "iff", "implies"):
        return []
    question = TopicCheck(read, Options(routes="numeric")).question(found[0])
    return [*_shapes(found[0]), *_rests_on(read, question), *_values(question)]


def _shapes(statement: Statement) -> Iterator[tuple[str, str]]:
    sides = [_shape(arg.shape) for arg in statement.expr.args]
    if any(sides):
        yield "shapes", ", ".join(side or "no value" for side in sides)


def _shape(shape: Shape | None) -> str:
    if shape is None:
        return ""
    return " x ".join(dim_latex(d) for d in shape) or "scalar"


def _rests_on(read: ReadTopic, question: Question) -> Iterator[tuple[str, str]]:
    """The definitions and givens that the relation reaches."""
    program = question.program
    names = program.rests_on([question.expr, *question.statement.when])
    used = [d.entry_id for d in program.scope.definitions if d.name in names]
    used += [law.entry_id for law in program.laws.laws.values() if law.name in names and law.entry_id]
    if used:
        yield "rests on", ", ".join(dict.fromkeys(used))


def _values(question: Question) -> Iterator[tuple[str, str]]:
    """The first admissible point, and the sides there."""
    try:
        point, frame = next(iter(question.frames((question.expr,))))
    except (MeaningError, Undecided, StopIteration):
        return
    sizes = [f"{shown(name)} = {value}" for name, value in [*point.sizes.items(), *frame.index.items()]]
    values = [
        f"{shown(n)} = {plain(v)}" for n, v in point.values.items() if not callable(v) and "\0m" not in n
    ]
    yield "at", "; ".join(part for part in (", ".join(sizes), ", ".join(values)) if part) or "no free names"
    if point.rejected:
        yield "rejected", f"{point.rejected} candidate points that were not admissible"
    for label, side in zip(("left", "right"), question.expr.args, strict=False):
        text = _value(question, frame, side)
        if text:
            yield label, text


def _value(question: Question, frame: Any, side: Expr) -> str:
    try:
        return plain(question.program.compiled(side)(frame), 12)
    except MeaningError:
        return ""
