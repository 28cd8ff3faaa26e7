"""A topic file's nodes to the model, in printing order whatever the order of the keys.

Keys, and what stands under each, are those of the topic format; a key outside the tables
below is refused with the nearest known one.
"""

from __future__ import annotations

import re

from generator.load.fields import Fields
from generator.load.yaml_nodes import Node
from generator.model import ByHand, Entry, Example, Figure, Place, Sentence, Text, Topic, Trap

#: The keys of each mapping of a topic file, in printing order.
TOPIC_KEYS = (
    *("title", "promise", "part", "symbols", "conventions", "setup", "goal", "steps", "result", "note"),
    *("example", "by hand", "say", "asked next", "traps", "see", "figure", "pages"),
)
EXAMPLE_KEYS = ("title", "symbols", "setup", "steps", "figure")
BY_HAND_KEYS = ("given", "claims")
TRAP_KEYS = ("instead of", "wrong", "text")
FIGURE_KEYS = ("given", "over", "curves", "chart", "data", "alt")

#: What an entry of each list may be, and the attributes that go with each kind.
ENTRY_KINDS = {
    "setup": ("text", "given", "define", "claim"),
    "steps": ("claim", "text"),
    "result": ("claim",),
}
ATTRIBUTES = {"text": (), "given": ("as",), "define": ("as", "lines"), "claim": ("as", "when", "lines")}


_KINDS = "text|given|define|claim|by-hand|by-hand-given|figure-given|trap|prose"
_RESERVED = re.compile(rf"(?:example-)?(?:{_KINDS})-[0-9]+")


class TopicReader(Fields):
    """Reads one topic file."""

    def identify(self, values: dict[str, Node], kind: str, prefix: str = "") -> str:
        """topic/name where the author gave one, else topic/kind-ordinal."""
        name = self.optional(values, "as", self.slug)
        kind = prefix + kind
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if name is None:
            return f"{self.name}/{kind}-{self.counts[kind]}"
        place = name.at(0)
        if _RESERVED.fullmatch(name.value):
            message = f"`{name.value}` is what an entry without a name is called"
            self.refuse(place, "reserved-name", message, "a name that says what it is", len(name.value))
        first = self.names.setdefault(name.value, place.line)
        if first != place.line:
            message = f"the name `{name.value}` is given already in line {first}"
            self.refuse(place, "duplicate-name", message, "give each entry its own name", len(name.value))
        return f"{self.name}/{name.value}"

    def entry(self, node: Node, section: str, scope: str = "topic") -> Entry | None:
        """One item of `setup`, `steps` or `result`."""
        kinds = ENTRY_KINDS[section]
        known = (*(("why",) if section == "steps" else ()), *kinds, "as", "when", "lines")
        values = self.keys(node, known, f"an entry of `{section}`")
        here = [kind for kind in kinds if kind in values]
        if len(here) != 1:
            if values or (node.kind == "map" and not node.pairs):
                message = f"an entry of `{section}` has exactly one of {', '.join(kinds)}"
                self.refuse(
                    node.place, "entry-kind", message, "split it in one entry each, or add what is missing"
                )
            return None
        kind = here[0]
        for key in ("as", "when", "lines"):
            if key in values and key not in ATTRIBUTES[kind]:
                message = f"`{kind}` takes no `{key}`"
                self.refuse(values[key].place, "attribute-not-here", message, f"only a claim has `{key}`")
        prefix = "example-" if scope == "example" else ""
        identity = self.identify(values, kind, prefix)
        why = self.optional(values, "why", self.sentence)
        sentence = self.sentence(values[kind]) if kind == "text" else None
        latex = None if kind == "text" else self.formula(values[kind])
        when = self.optional(values, "when", self.formula)
        if sentence is None and latex is None:
            return None
        pieces = self.pieces(values, latex)
        return Entry(identity, kind, latex, sentence, when, why, pieces, scope)

    def pieces(self, values: dict[str, Node], latex: Text | None) -> tuple[Text, ...]:
        """The lines of a chain as its author breaks it; together they are the formula."""
        if "lines" not in values or latex is None:
            return ()
        node = values["lines"]
        if node.kind == "list":
            found = [self.formula(item) for item in node.items]
            pieces = tuple(item for item in found if item is not None)
        else:
            text = self.formula(node)
            pieces = lines_of(text) if text is not None else ()
        if "".join("".join(piece.value.split()) for piece in pieces) != "".join(latex.value.split()):
            message = "the lines, one after another, are not the formula"
            self.refuse(
                node.place, "lines-differ", message, "copy the formula and break it; change nothing else"
            )
        return pieces

    def entries(self, values: dict[str, Node], section: str, scope: str = "topic") -> tuple[Entry, ...]:
        """The entries of one section."""
        return self.each(values, section, lambda item: self.entry(item, section, scope))

    def topic(self, node: Node | None, source: str) -> Topic | None:
        """The whole topic, in printing order whatever the order of the keys."""
        if not self.name.isascii() or self.name != self.name.lower() or " " in self.name:
            self.refuse(
                Place(self.file, 1, 1),
                "bad-name",
                f"`{self.name}` is no name for a topic's file",
                "lower-case letters, digits and hyphens",
            )
        values = self.keys(node, TOPIC_KEYS, "a topic")
        title = self.required(values, node, "title", self.sentence)
        topic = Topic(
            self.name,
            self.file,
            title or Sentence(Text("", self.file, ((0, 1, 1),)), ()),
            self.optional(values, "promise", self.sentence),
            self.optional(values, "part", self.sentence),
            self.optional(values, "symbols", self.block),
            self.each(values, "conventions", self.words),
            self.entries(values, "setup"),
            self.optional(values, "goal", self.sentence),
            self.entries(values, "steps"),
            self.entries(values, "result"),
            self.notes(values),
            self.optional(values, "example", self.example),
            self.optional(values, "by hand", self.by_hand),
            self.optional(values, "say", self.sentence),
            self.optional(values, "asked next", self.sentence),
            self.each(values, "traps", self.trap),
            self.each(values, "see", self.slug),
            self.optional(values, "figure", self.figure),
            self.optional(values, "pages", self.pages) or 1,
            source,
        )
        if not self.findings and not _has_formula(topic):
            message = "there is no formula in this topic, so nothing in it can be checked"
            self.refuse(Place(self.file, 1, 1), "no-formula", message, "add a `claim` to `steps` or `result`")
        return topic if title else None

    def block(self, node: Node) -> Text | None:
        """The symbols: a block of lines."""
        text = self.words(node)
        if text is not None and not node.block:
            self.refuse(
                node.place, "symbols-not-a-block", "the symbols stand in a block", "put `|` after the key"
            )
        return text

    def notes(self, values: dict[str, Node]) -> tuple[Sentence, ...]:
        """One sentence, or a list of them."""
        if "note" in values and values["note"].kind != "list":
            one = self.sentence(values["note"])
            return (one,) if one else ()
        return self.each(values, "note", self.sentence)

    def pages(self, node: Node) -> int | None:
        """1 or 2."""
        text = self.words(node)
        if text is not None and text.value not in ("1", "2"):
            self.refuse(text.at(0), "bad-pages", "a topic has 1 page or 2", "pages: 2", len(text.value))
            return None
        return int(text.value) if text is not None else None

    def example(self, node: Node) -> Example | None:
        """The worked model."""
        values = self.keys(node, EXAMPLE_KEYS, "an example")
        title = self.required(values, node, "title", self.sentence)
        symbols = self.optional(values, "symbols", self.block) or Text("", self.file, ((0, 1, 1),))
        setup = self.entries(values, "setup", "example")
        steps = self.entries(values, "steps", "example")
        figure = self.optional(values, "figure", self.figure)
        return Example(title, symbols, setup, steps, figure) if title else None

    def by_hand(self, node: Node) -> ByHand | None:
        """Literal values, a line each, and the claims under them."""
        values = self.keys(node, BY_HAND_KEYS, "`by hand`")
        return ByHand(self.literals(values, "by hand"), self.each(values, "claims", self.hand_claim))

    def literals(self, values: dict[str, Node], scope: str) -> tuple[Entry, ...]:
        """The values under `given`, a line each."""
        given = self.optional(values, "given", self.formula)
        kind = f"{scope.replace(' ', '-')}-given"
        lines = lines_of(given) if given else ()
        return tuple(Entry(self.identify({}, kind), "given", line, scope=scope) for line in lines)

    def hand_claim(self, node: Node) -> Entry | None:
        """One claim under the literal values."""
        latex = self.formula(node)
        if latex is None:
            return None
        return Entry(self.identify({}, "by-hand"), "by-hand", latex, scope="by hand")

    def trap(self, node: Node) -> Trap | None:
        """A wrong formula, and which claim it replaces."""
        values = self.keys(node, TRAP_KEYS, "a trap")
        instead = self.required(values, node, "instead of", self.slug)
        wrong = self.required(values, node, "wrong", self.formula)
        sentence = self.optional(values, "text", self.sentence)
        identity = self.identify({}, "trap")
        if instead is None or wrong is None:
            return None
        return Trap(instead, Entry(identity, "wrong", wrong), sentence)

    def figure(self, node: Node) -> Figure | None:
        """Curves over a range, or a chart."""
        values = self.keys(node, FIGURE_KEYS, "a figure")
        alt = self.required(values, node, "alt", self.sentence)
        given = self.literals(values, "figure")
        over = self.optional(values, "over", self.formula)
        curves = self.each(values, "curves", self.formula)
        chart = self.optional(values, "chart", self.slug)
        data = self.optional(values, "data", self.figure_data) or ()
        if node.kind == "map" and bool(curves) == bool(chart):
            self.refuse(
                node.place, "figure-kind", "a figure has either `curves` or a `chart`", "keep one of them"
            )
        if curves and over is None:
            self.refuse(node.place, "figure-range", "curves need a range", r"add `over: u \in [-1, 1]`")
        return Figure(alt, over, curves, chart, data, node.place, given) if alt else None

    def figure_data(self, node: Node) -> tuple[tuple[str, Text], ...] | None:
        """The formulas of a chart by name."""
        if node.kind != "map":
            self.refuse(
                node.place, "not-a-mapping", "under `data` stands a mapping", "name: formula, a line each"
            )
            return None
        read = [(key.value, self.formula(value)) for key, value in node.pairs]
        return tuple((key, text) for key, text in read if text is not None)


def lines_of(text: Text) -> tuple[Text, ...]:
    """The lines of a block that are not blank, each with its own positions."""
    found, start = [], 0
    for line in text.value.split("\n"):
        body = line.strip()
        if body:
            first = start + line.index(body)
            found.append(text.part(first, first + len(body)))
        start += len(line) + 1
    return tuple(found)


def _has_formula(topic: Topic) -> bool:
    entries = [*topic.setup, *topic.steps, *topic.result]
    if topic.example:
        entries += [*topic.example.setup, *topic.example.steps]
    if topic.by_hand:
        entries += topic.by_hand.claims
    return any(entry.kind in ("claim", "by-hand") for entry in entries)
