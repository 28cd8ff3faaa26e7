"""A loaded topic to typed statements: scopes, definitions, givens, claims, prose, traps, figure.

`read_topic` goes through a topic in printing order and raises one BuildError with every
finding; what it returns has no formula that was not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ParamSpec, TypeVar

from generator.errors import BuildError, ContentError, Finding, finding
from generator.model import Entry, Figure, Segment, Sentence, Text, Topic, Trap
from generator.notation.assumed import assuming
from generator.notation.conventions import read_conventions
from generator.notation.declare import read_symbols
from generator.notation.define import read_definition
from generator.notation.names import occurring
from generator.notation.parse import parse_expression, parse_formula, parse_statement
from generator.notation.prose import check_words
from generator.notation.scope import Draft
from generator.notation.statements import (
    STATING,
    claimed_samples,
    numbered,
    read_statements,
    relations,
    said,
    shares_a_side,
)
from generator.notation.tree import Expr, ReadFigure, ReadTopic, Scope, Statement, bare, meaning_key

_P = ParamSpec("_P")
_T = TypeVar("_T")

#: Words before maths in a sentence that make a relation a condition.
CONDITION_WORDS = frozenset({"for", "if", "when", "where", "at"})


def read_topic(topic: Topic) -> ReadTopic:
    """Read every formula of a topic. Raises BuildError with all findings of the topic."""
    reader = _TopicReader(topic)
    reader.read()
    if not reader.findings:
        reader.findings += claimed_samples(reader.result().statements)
    if reader.findings:
        lines = topic.source.split("\n")
        order = sorted(dict.fromkeys(reader.findings), key=lambda item: (item.place.line, item.place.column))
        raise BuildError([_in_its_line(item, lines) for item in order])
    return reader.result()


def _in_its_line(item: Finding, lines: list[str]) -> Finding:
    """The finding with the line of the file as its excerpt: a sentence shows more than its maths."""
    if not 0 < item.place.line <= len(lines):
        return item
    line, caret = lines[item.place.line - 1], item.place.column - 1
    return replace(item, excerpt=line, caret=caret, width=max(1, min(item.width, len(line) - caret)))


def sentences(topic: Topic) -> Iterator[tuple[Sentence, str]]:
    """Every sentence of a topic with the scope it is read in, in printing order."""
    found: list[tuple[Sentence | None, str]] = [
        (item, "topic") for item in (topic.title, topic.promise, topic.part)
    ]
    found += _of_entries(topic.setup)
    found.append((topic.goal, "topic"))
    found += _of_entries((*topic.steps, *topic.result))
    found += [(note, "topic") for note in topic.notes]
    if topic.example:
        found.append((topic.example.title, "example"))
        found += _of_entries((*topic.example.setup, *topic.example.steps))
        found.append((topic.example.figure.alt if topic.example.figure else None, "example"))
    found += [(topic.say, "topic"), (topic.asked_next, "topic")]
    found += [(trap.sentence, "topic") for trap in topic.traps]
    found.append((topic.figure.alt if topic.figure else None, "topic"))
    for sentence, scope in found:
        if sentence is not None:
            yield sentence, scope


def _of_entries(entries: tuple[Entry, ...]) -> Iterator[tuple[Sentence | None, str]]:
    for entry in entries:
        yield entry.why, entry.scope
        yield entry.sentence, entry.scope


class _TopicReader:
    """One topic while it is read."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.findings: list[Finding] = []
        self.drafts: dict[str, Draft] = {}
        self.prose: list[Statement] = []
        self.traps: list[tuple[str, Statement]] = []
        self.figures: list[ReadFigure] = []

    def attempt(self, read: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T | None:
        """What `read` gives; None where it raised, with its findings kept."""
        try:
            return read(*args, **named)
        except ContentError as error:
            self.findings.append(error.finding)
        except BuildError as error:
            self.findings.extend(error.findings)
        return None

    def refuse(self, text: Text, code: str, message: str, remedy: str = "") -> None:
        self.findings.append(finding(text, 0, len(text.value), code, message, remedy))

    def read(self) -> None:
        topic = self.topic
        for sentence, _ in sentences(topic):
            self.findings += check_words(sentence)
        conventions, findings = read_conventions(topic.conventions)
        self.findings += findings
        self._references()
        block = self.attempt(read_symbols, topic.symbols)
        if block is None:
            return
        draft = Draft("topic", dict(block[0]), list(block[1]), conventions)
        self.drafts["topic"] = draft
        self._entries((*topic.setup, *topic.steps, *topic.result), draft)
        if topic.example:
            self._example(draft)
        if topic.by_hand:
            hand = draft.inner("by hand")
            self.drafts["by hand"] = hand
            self._hand_values(topic.by_hand.given, hand)
            self._entries(topic.by_hand.claims, hand)
        self._prose()
        for trap in topic.traps:
            self._trap(trap)
        if topic.figure:
            self._figure(topic.figure, draft)
        if topic.example and topic.example.figure and "example" in self.drafts:
            self._figure(topic.example.figure, self.drafts["example"])
        for draft in self.drafts.values():
            self.findings += draft.check()
        if not self.findings:
            self.findings += self._unused()

    def _entries(self, entries: tuple[Entry, ...], draft: Draft) -> None:
        for entry in entries:
            if entry.latex is None:
                continue
            if entry.kind == "define":
                defined = self.attempt(read_definition, entry, draft.table)
                if defined:
                    self.findings += draft.define(*defined)
                continue
            found = self.attempt(read_statements, entry, entry.kind, draft.table)
            if entry.kind == "given":
                self.findings += draft.give(found or [])
            else:
                known = draft.all_definitions()
                for item in found or ():
                    item = draft.without_declared(item)
                    draft.statements.append(assuming(item, draft.symbols, known, item.latex))

    def _example(self, outer: Draft) -> None:
        example = self.topic.example
        assert example is not None
        text = example.symbols if example.symbols.value else None
        block = self.attempt(read_symbols, text, outer.symbols)
        if block is None:
            return
        draft = outer.inner("example", dict(block[0]), list(block[1]))
        self.drafts["example"] = draft
        self._entries((*example.setup, *example.steps), draft)

    def _hand_values(self, given: tuple[Entry, ...], draft: Draft) -> None:
        for entry in given:
            found = self.attempt(read_statements, entry, "given", draft.table)
            for statement in found or ():
                self.findings += draft.value(statement)

    def _references(self) -> None:
        """Every @name is the name of an entry."""
        topic = self.topic
        entries = [*topic.setup, *topic.steps, *topic.result]
        if topic.example:
            entries += [*topic.example.setup, *topic.example.steps]
        if topic.by_hand:
            entries += topic.by_hand.claims
        known = {entry.id for entry in entries if entry.latex}
        for sentence, _ in sentences(topic):
            for segment in sentence.segments:
                if segment.kind == "ref" and f"{topic.name}/{segment.text.value[1:]}" not in known:
                    message = f"no entry has the name {segment.text.value[1:]}"
                    self.refuse(
                        segment.text, "unknown-reference", message, "give the entry that name with `as:`"
                    )

    def _prose(self) -> None:
        waiting: list[tuple[Segment, Expr, str]] = []
        for sentence, scope in sentences(self.topic):
            draft = self.drafts.get(scope)
            if draft is None:
                continue
            for segment in sentence.segments:
                if segment.kind == "maths":
                    expr = self.attempt(parse_formula, segment.text, draft.table)
                    if expr is not None:
                        waiting.append((segment, expr, scope))
        if self.findings:
            return  # what a sentence may repeat is known only when all else was read
        occurs = occurring(self._formulas())
        for segment, expr, scope in waiting:
            self._say(segment, expr, scope, occurs)

    def _say(self, segment: Segment, expr: Expr, scope: str, occurs: set[tuple[object, ...]]) -> None:
        """Records maths of a sentence: a claim, a condition, an expression or a symbol."""
        if bare(expr).head in STATING:
            kind = "condition" if segment.after in CONDITION_WORDS else "prose"
            for position, (relation, when) in enumerate(relations(expr)):
                identity = numbered(segment.id, position)
                stated = Statement(identity, kind, relation, when, (), segment.text, None, scope)
                self.prose.append(self.drafts[scope].without_declared(stated))
            return
        kind = "symbol" if is_symbol(expr) else "expression"
        if kind == "expression" and meaning_key(expr) not in occurs:
            message = "this expression stands in no definition or claim of the topic"
            self.refuse(segment.text, "expression-not-here", message, "claim what it equals, or leave it out")
        self.prose.append(Statement(segment.id, kind, expr, (), (), segment.text, None, scope))

    def _formulas(self) -> Iterator[Expr]:
        """Every expression of the entries, for what a sentence may repeat."""
        for draft in self.drafts.values():
            for statement in draft.statements:
                yield from (statement.expr, *statement.when, *statement.limits)
            yield from (relation for relation in draft.restrictions)

    def _trap(self, trap: Trap) -> None:
        name = trap.instead_of.value
        claims = [
            statement
            for draft in self.drafts.values()
            for statement in draft.statements
            if statement.kind in ("claim", "by-hand")
            and statement.id.split("#")[0] == f"{self.topic.name}/{name}"
        ]
        if not claims:
            if not self.findings:
                self.refuse(
                    trap.instead_of, "unknown-claim", f"no claim is called {name}", "name it with `as:`"
                )
            return
        table = self.drafts[claims[0].scope].table
        found = self.attempt(read_statements, trap.wrong, "trap", table)
        if not found:
            return
        assert trap.wrong.latex is not None
        wrong = self.drafts[claims[0].scope].without_declared(found[0])
        if len(found) > 1:
            message = "a trap is one wrong relation"
            self.refuse(trap.wrong.latex, "trap-is-a-chain", message, "write the one that people get wrong")
            return
        near = [claim for claim in claims if shares_a_side(wrong.expr, claim.expr)]
        if not near:
            message = f"neither side is a side of the claim {name}"
            self.refuse(
                trap.wrong.latex,
                "trap-shares-no-side",
                message,
                "keep the left or the right side of the claim",
            )
        elif any(meaning_key(wrong.expr) == meaning_key(claim.expr) for claim in near):
            self.refuse(
                trap.wrong.latex, "trap-is-the-claim", f"this is the claim {name} itself", "make the slip"
            )
        else:
            claim = near[0]
            when, limits = (*wrong.when, *claim.when), (*wrong.limits, *claim.limits)
            wrong = replace(wrong, when=when, limits=limits, scope=claim.scope)
            self.traps.append((claim.id, wrong))

    def _figure(self, figure: Figure, draft: Draft) -> None:
        span = None
        if figure.over is not None:
            span = self.attempt(parse_statement, figure.over, draft.table)
            if span is not None and (span.head != "rel" or span.data != ("in",)):
                self.refuse(
                    figure.over, "figure-range", "a range is a symbol in an interval", r"u \in [-1, 1]"
                )
        curves = [self.attempt(parse_expression, text, draft.table) for text in figure.curves]
        data = [(key, self.attempt(parse_expression, text, draft.table)) for key, text in figure.data]
        own = draft.inner("figure")
        self._hand_values(figure.given, own)
        hand = self.drafts.get("by hand")
        values = own.values or (hand.values if hand else [])
        drawn = ReadFigure(
            draft.scope,
            replace(draft.scope_data(), values=tuple(values)),
            span,
            tuple(curve for curve in curves if curve is not None),
            tuple((key, expr) for key, expr in data if expr is not None),
            tuple(own.statements),
        )
        self.figures.append(drawn)

    def _unused(self) -> Iterator[Finding]:
        symbols = {name: symbol for draft in self.drafts.values() for name, symbol in draft.symbols.items()}
        wrong = [statement.expr for _, statement in self.traps]
        said = [statement.expr for statement in self.prose if statement.kind in ("prose", "condition")]
        for draft in self.drafts.values():
            drawn = [e for f in self.figures if f.within == draft.scope for _, e in figure_parts(f)]
            if draft.scope == "topic":
                block = self.topic.symbols
                used = [*self._formulas(), *drawn, *wrong, *said]
            elif draft.scope == "example" and self.topic.example:
                block, used = self.topic.example.symbols, [*draft.formulas(), *drawn]
            else:
                continue
            if block is not None:
                yield from draft.unused(used, symbols, block)

    def result(self) -> ReadTopic:
        """What was read; only where there is no finding."""
        scopes: dict[str, Scope] = {name: draft.scope_data() for name, draft in self.drafts.items()}
        statements: list[Statement] = []
        for name in ("topic", "example", "by hand"):
            if name in self.drafts:
                statements += _with_restated(self.drafts[name].statements)
        statements += self.prose
        parts = [part for figure in self.figures if figure.within == "topic" for part in figure_parts(figure)]
        return ReadTopic(
            self.topic, scopes, tuple(statements), tuple(self.traps), tuple(parts), tuple(self.figures)
        )


def figure_parts(figure: ReadFigure) -> list[tuple[str, Expr]]:
    """What a figure is drawn from, by name: its range, its curves, its data."""
    parts = [("over", figure.over)] if figure.over is not None else []
    parts += [(f"curve {k}", curve) for k, curve in enumerate(figure.curves)]
    return parts + [(f"data {key}", expr) for key, expr in figure.data]


def _with_restated(statements: list[Statement]) -> Iterator[Statement]:
    """The statements; a claim that repeats a definition or a given word for word vouches for nothing."""
    known: dict[object, Statement] = {}
    for item in statements:
        if item.kind in ("define", "given"):
            for key in said(item.expr):
                known.setdefault(key, item)
    for statement in statements:
        claimed = statement.kind in ("claim", "by-hand")
        same = next((known[key] for key in said(statement.expr) if key in known), None) if claimed else None
        if same is None:
            yield statement
        elif same.kind == "define":
            yield replace(statement, defines=same.defines)
        else:
            yield replace(statement, repeats=same.id)


def is_symbol(expr: Expr) -> bool:
    """Whether an expression is one name, perhaps with indices."""
    expr = bare(expr)
    if expr.head == "entry":
        return bare(expr.args[0]).head == "name" and all(is_symbol(arg) for arg in expr.args[1:])
    return expr.head in ("name", "const", "identity", "ones", "zeros") or (
        expr.head == "call" and not expr.args
    )
