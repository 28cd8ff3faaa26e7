"""The gate: nothing that failed gets past it, and what it lets through is a type of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.errors import BuildError, Finding
from generator.model import Book, Verdict, VerifiedBook, VerifiedTopic
from generator.notation.tree import ReadTopic
from generator.verify.curves import Drawings, draw_figures
from generator.verify.formal import scopes
from generator.verify.pinning import NOT_PINNED
from generator.verify.topic import solutions

PASSED = ("proved", "exact", "checked", "sampled", "definition", "given", "convention")


def require(book: Book, checked: Sequence[tuple[ReadTopic, tuple[Verdict, ...]]]) -> VerifiedBook:
    """The book with its verdicts. Raises BuildError with every relation that did not pass."""
    findings = [_finding(v, read) for read, verdicts in checked for v in verdicts if not passed(v)]
    for read, verdicts in checked:
        wanted = {s.id for s in read.statements} | {s.id for _, s in read.traps}
        missing = wanted - {v.id for v in verdicts}
        if missing:
            raise AssertionError(f"no verdict for {sorted(missing)[:3]}")
    drawings = []
    for read, _ in checked:
        try:
            drawings.append(draw_figures(read))
        except BuildError as error:
            findings += error.findings
    if findings:
        raise BuildError(findings)
    topics = tuple(_verified(*pair, drawn) for pair, drawn in zip(checked, drawings, strict=True))
    return VerifiedBook(book.title, book.date, topics, book.parts)


def _verified(read: ReadTopic, verdicts: tuple[Verdict, ...], drawn: Drawings) -> VerifiedTopic:
    scope = read.scopes["topic"]
    example = read.scopes.get("example")
    own = tuple(s for n, s in example.symbols.items() if n not in scope.symbols) if example else ()
    tables: dict[tuple[str, ...], str] = {}
    verdicts = tuple(_in_scope(v, tables) for v in verdicts)
    plain = scopes(read, {name: solutions(read, inner) for name, inner in read.scopes.items()})
    return VerifiedTopic(
        read.topic,
        (*verdicts, *drawn.verdicts),
        tuple(scope.symbols.values()),
        scope.restrictions,
        own,
        drawn.figure,
        drawn.example,
        example.restrictions[len(scope.restrictions) :] if example else (),
        (*plain, *((name, lines) for lines, name in tables.items())),
    )


def _in_scope(verdict: Verdict, tables: dict[tuple[str, ...], str]) -> Verdict:
    """The verdict with the name of its scope of tables, which is noted, in place of the scope itself."""
    if not verdict.tables:
        return verdict
    name = tables.setdefault(verdict.tables, f"tables {len(tables) + 1}")
    return replace(verdict, scope=name, tables=())


def passed(verdict: Verdict) -> bool:
    """Whether a verdict lets its formula be printed: a trap must be refuted, all else must hold."""
    if verdict.kind == "trap":
        return verdict.status == "refuted"
    return verdict.status in PASSED


def _finding(verdict: Verdict, read: ReadTopic) -> Finding:
    kind = "refuted" if verdict.status == "refuted" else "undecided"
    details = []
    example = verdict.counterexample
    if example is not None:
        where = ", ".join(f"{name} = {value}" for name, value in example.sizes)
        values = ", ".join(f"{name} = {value}" for name, value in example.values)
        if where or values:
            details.append(f"at       {'; '.join(part for part in (where, values) if part)}")
        if example.left or example.right:
            details.append(f"left     {example.left}")
            details.append(f"right    {example.right}")
        if example.note:
            details.append(f"note     {example.note}")
    message = f"{verdict.id}: {verdict.reason}"
    excerpt, caret, width = _excerpt(verdict, read)
    remedy = f"see how it was read: proofboard explain {verdict.id}"
    if verdict.reason.startswith(NOT_PINNED):
        remedy = "add a claim, or a line by hand, that would be false if this were changed"
    return Finding(verdict.place, kind, message, remedy, kind, excerpt, caret, width, tuple(details))


def _excerpt(verdict: Verdict, read: ReadTopic) -> tuple[str, int, int]:
    """The source line of the relation, with the column of the caret and its width."""
    lines = read.topic.source.split("\n")
    number = verdict.place.line - 1
    if not 0 <= number < len(lines):
        return verdict.latex, 0, len(verdict.latex)
    line = lines[number]
    caret = verdict.place.column - 1
    return line, caret, max(1, len(line.rstrip()) - caret)
