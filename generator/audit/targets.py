"""What is mutated: every definition, given, claim, by-hand line, trap and relation in prose of a topic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generator.audit.domains import symbol_mutants
from generator.audit.mutate import Mutant, mutants
from generator.audit.pieces import Names, declared_names
from generator.model import Entry, Segment, Text, Topic
from generator.notation.topic import sentences
from generator.notation.tree import ReadTopic


@dataclass(frozen=True, slots=True)
class Target:
    """One printed formula of a topic.

    kind: define given claim when by-hand by-hand-given prose trap symbols. `entry` is what
    holds it (of prose: the segment; none of a symbols block), `scope` where its names stand.
    """

    id: str
    kind: str
    latex: str
    scope: str
    entry: Entry | Segment | None = None


def targets(topic: Topic, read: ReadTopic) -> Iterator[Target]:
    """Every formula to be mutated, in printing order, traps and prose last."""
    for entry in _entries(topic):
        if entry.latex is not None:
            yield Target(entry.id, entry.kind, entry.latex.value, entry.scope, entry)
            if entry.when is not None:
                yield Target(f"{entry.id} when", "when", entry.when.value, entry.scope, entry)
    if topic.by_hand:
        for entry in topic.by_hand.given:
            assert entry.latex is not None
            yield Target(entry.id, "by-hand-given", entry.latex.value, "by hand", entry)
        for entry in topic.by_hand.claims:
            assert entry.latex is not None
            yield Target(entry.id, "by-hand", entry.latex.value, "by hand", entry)
    stated = {s.id.split("#")[0] for s in read.statements if s.kind == "prose"}
    for sentence, scope in sentences(topic):
        for segment in sentence.segments:
            if segment.id in stated:
                yield Target(segment.id, "prose", segment.text.value, scope, segment)
    scopes = {s.id: s.scope for _, s in read.traps}
    for trap in topic.traps:
        assert trap.wrong.latex is not None
        scope = scopes.get(trap.wrong.id, "topic")
        yield Target(trap.wrong.id, "trap", trap.wrong.latex.value, scope, trap.wrong)
    if topic.symbols:
        yield Target(f"{topic.name}/symbols", "symbols", topic.symbols.value, "topic")
    if topic.example and topic.example.symbols.value:
        yield Target(f"{topic.name}/example-symbols", "symbols", topic.example.symbols.value, "example")


def mutants_of(target: Target, names: Names) -> Iterator[Mutant]:
    """The mutants of a target: of its formula, or of the domains that a symbols block declares."""
    return symbol_mutants(target.latex) if target.kind == "symbols" else mutants(target.latex, names)


def _entries(topic: Topic) -> Iterator[Entry]:
    yield from (*topic.setup, *topic.steps, *topic.result)
    if topic.example:
        yield from (*topic.example.setup, *topic.example.steps)


def names_of(topic: Topic) -> Names:
    """The declared names of a topic and its example, as the mutants need them."""
    blocks = [topic.symbols.value] if topic.symbols else []
    return declared_names(*blocks, *([topic.example.symbols.value] if topic.example else []))


def text(latex: str) -> Text:
    """A mutant as text without a place in any file."""
    return Text(latex, "mutant", ((0, 1, 1),))


def replaced(topic: Topic, target: Target, latex: str) -> Topic:
    """The topic with another formula in place of the target's."""
    entry = target.entry
    if entry is None:
        return _redeclared(topic, target, latex)
    assert isinstance(entry, Entry)
    new = mutated(entry, target.kind, latex)

    def put(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(new if item is entry else item for item in entries)

    example, by_hand = topic.example, topic.by_hand
    if example:
        example = replace(example, setup=put(example.setup), steps=put(example.steps))
    if by_hand:
        by_hand = replace(by_hand, given=put(by_hand.given), claims=put(by_hand.claims))
    return replace(
        topic,
        setup=put(topic.setup),
        steps=put(topic.steps),
        result=put(topic.result),
        example=example,
        by_hand=by_hand,
        traps=tuple(replace(t, wrong=new) if t.wrong is entry else t for t in topic.traps),
    )


def _redeclared(topic: Topic, target: Target, block: str) -> Topic:
    if target.scope == "example" and topic.example:
        return replace(topic, example=replace(topic.example, symbols=text(block)))
    return replace(topic, symbols=text(block))


def mutated(entry: Entry, kind: str, latex: str) -> Entry:
    """The entry with another formula, or another condition where the kind is `when`."""
    if kind == "when":
        return replace(entry, lines=(), when=text(latex))
    return replace(entry, lines=(), latex=text(latex))
