"""The nouns every stage shares: plain frozen data, no behaviour beyond positions.

A topic is text with positions (`load`), then typed expressions (`notation`), then
verdicts (`verify`), then pages (`render`). Nothing here imports anything of ours.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """One position in a source file; line and column count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Text:
    """A string from a YAML file and where each of its characters stands there.

    `marks` are (offset in value, line, column) of the first character of each source
    line that `value` was made from; a single-line scalar has one mark.
    """

    value: str
    file: str
    marks: tuple[tuple[int, int, int], ...]

    def at(self, offset: int) -> Place:
        """The place of the character at `offset` (clamped to the text)."""
        offset = max(0, min(offset, len(self.value)))
        which = max(0, bisect_right([m[0] for m in self.marks], offset) - 1)
        start, line, column = self.marks[which]
        return Place(self.file, line, column + offset - start)

    def part(self, start: int, end: int) -> Text:
        """The slice [start:end] as a text with its own positions."""
        first = self.at(start)
        marks = [(0, first.line, first.column)]
        marks += [(o - start, ln, c) for o, ln, c in self.marks if start < o < end]
        return Text(self.value[start:end], self.file, tuple(marks))


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a sentence: `words`, `maths` (what stood between dollars) or `ref` (`@name`)."""

    kind: str
    text: Text
    id: str = ""  # of a maths segment: topic/prose-k
    after: str = ""  # of a maths segment: the word before it, lower case (for, if, when, ...)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Prose: words, maths and references in printing order."""

    text: Text
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed line of a topic: text, given, define, claim, or wrong (of a trap).

    `id` is topic/name, or topic/kind-ordinal where the author gave no name. Either
    `latex` (a formula) or `sentence` (kind text) is present, never both.
    """

    id: str
    kind: str
    latex: Text | None = None
    sentence: Sentence | None = None
    when: Text | None = None
    why: Sentence | None = None
    lines: tuple[Text, ...] = ()
    scope: str = "topic"  # topic | example | by hand


@dataclass(frozen=True, slots=True)
class Trap:
    """A wrong formula people write, the claim it replaces, and the sentence about it."""

    instead_of: Text
    wrong: Entry
    sentence: Sentence | None = None


@dataclass(frozen=True, slots=True)
class ByHand:
    """Literal values for declared symbols, and the claims that hold at them."""

    given: tuple[Entry, ...]
    claims: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A worked model with a scope of its own inside the topic's scope."""

    title: Sentence
    symbols: Text
    setup: tuple[Entry, ...]
    steps: tuple[Entry, ...]
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Curves of defined expressions over a range of one symbol, or a named chart.

    `given` are literal values for declared names, as `by hand` has them; without any, the
    values of `by hand` hold.
    """

    alt: Sentence
    over: Text | None = None
    curves: tuple[Text, ...] = ()
    chart: Text | None = None
    data: tuple[tuple[str, Text], ...] = ()
    place: Place | None = None
    given: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """One derivation as its author wrote it; nothing in it has been interpreted yet."""

    name: str
    file: str
    title: Sentence
    promise: Sentence | None = None
    part: Sentence | None = None
    symbols: Text | None = None
    conventions: tuple[Text, ...] = ()
    setup: tuple[Entry, ...] = ()
    goal: Sentence | None = None
    steps: tuple[Entry, ...] = ()
    result: tuple[Entry, ...] = ()
    notes: tuple[Sentence, ...] = ()
    example: Example | None = None
    by_hand: ByHand | None = None
    say: Sentence | None = None
    asked_next: Sentence | None = None
    traps: tuple[Trap, ...] = ()
    see: tuple[Text, ...] = ()
    figure: Figure | None = None
    pages: int = 1
    source: str = field(default="", repr=False)  # the file's text, for excerpts and hashes


@dataclass(frozen=True, slots=True)
class Book:
    """Title, the one date of all outputs, and the topics in printing order."""

    title: str
    date: str
    topics: tuple[Topic, ...]
    parts: tuple[str, ...] = ()
    source: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Maths:
    """Maths made by the program, from typed values; recorded as `generated` in the ledger."""

    latex: str


#: What a reader is told about how something is known: words and generated maths.
Evidence = tuple[str | Maths, ...]


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Where a relation fails: the sizes, the values, both sides, and the nearest true variant."""

    sizes: tuple[tuple[str, int], ...] = ()
    values: tuple[tuple[str, str], ...] = ()  # (LaTeX name, value) in plain digits
    left: str = ""
    right: str = ""
    note: str = ""  # e.g. "holds with an extra factor 1/n"


@dataclass(frozen=True, slots=True)
class Witness:
    """An admissible point of the sample that decided a relation, with exact values.

    `rejected` counts the candidates thrown away while the sample was drawn, by the condition
    that they failed (as LaTeX) or by the reason in words.
    """

    sizes: tuple[tuple[str, int], ...] = ()  # free indices included
    values: tuple[tuple[str, str], ...] = ()
    left: str = ""
    right: str = ""
    rejected: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A near mutant of a relation that the same sample refutes, or whose shape is refused.

    slip: what was changed, in words; `latex` is the mutant, printed from its tree.
    """

    slip: str
    latex: str
    counterexample: Counterexample = Counterexample()
    reason: str = ""  # why it fails, in words


@dataclass(frozen=True, slots=True)
class Need:
    """One assumption of a claim, and what becomes of the claim without it.

    kind: domain, size, given or when. answer: `needed` (the counterexample is the reason),
    `holds` (true without it at the points tried), `implied` (no point breaks it and meets the
    others) or `open` (not decided without it).
    """

    kind: str
    latex: str  # the assumption
    answer: str
    change: str = ""  # what was put in its place, in words; empty where it was dropped
    counterexample: Counterexample | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one relation; one record of the ledger.

    status: proved, exact, checked, sampled, definition, given, convention, refuted,
    undecided. `routes` names every independent way the relation was established.
    """

    id: str  # topic/name, topic/name#2
    kind: str  # define given claim by-hand prose condition expression symbol trap convention generated
    place: Place
    latex: str  # the printed display, character for character
    status: str
    method: str = ""
    evidence: Evidence = ()
    sizes: tuple[tuple[tuple[str, int], ...], ...] = ()
    points: int = 0
    bound: str = ""  # radius bound of the balls, e.g. "1e-45"
    seed: int = 0
    routes: tuple[str, ...] = ()
    read: str = ""  # fully parenthesised reading
    scope: str = "topic"  # topic, example or by hand
    formal: str = ""  # the relation as an S-expression, for the second checker
    tried: tuple[str, ...] = ()  # points for it, S-expressions too
    tables: tuple[str, ...] = ()  # the scope that it is decided in, where that is one of tables
    counterexample: Counterexample | None = None
    reason: str = ""  # of undecided: what was missing
    witness: Witness | None = None  # of a claim or trap: that the relation is not empty
    sensitivity: Sensitivity | None = None  # of a claim: that the sample can tell
    needs: tuple[Need, ...] = ()  # of a claim: its assumptions, each dropped in turn
    certificate: str = ""  # of a proof in normal form: all its parts, as JSON


@dataclass(frozen=True, slots=True)
class FigureData:
    r"""What a figure shows; numbers as drawn, labels as LaTeX that was read.

    kind `curves`: x (k points) and per curve (label, k values); NaN interrupts a curve.
    `bars`: curves share the positions 1..len(x) and x gives their numbers.
    `heatmap`: `matrix` (rows from above), x_label names columns, y_label rows.
    `given` are the values that belong to this figure alone, `by_hand` says that the values
    by hand enter it.
    """

    kind: str
    x: tuple[float, ...] = ()
    curves: tuple[tuple[str, tuple[float, ...]], ...] = ()
    x_label: str = ""
    y_label: str = ""
    matrix: tuple[tuple[float, ...], ...] = ()
    alt: str = ""
    given: tuple[str, ...] = ()
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class VerifiedTopic:
    """A topic none of whose relations failed; made by `verify.require` only."""

    topic: Topic
    verdicts: tuple[Verdict, ...]
    symbols: tuple[object, ...] = ()  # tree.Symbol of the topic, for its chips
    restrictions: tuple[object, ...] = ()  # tree.Expr: relations among them, declared alone
    example_symbols: tuple[object, ...] = ()  # those its example adds
    figure: FigureData | None = None
    example_figure: FigureData | None = None
    example_restrictions: tuple[object, ...] = ()  # those its example adds
    scopes: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (name, lines) for the second checker


@dataclass(frozen=True, slots=True)
class Audited:
    """How the mutants of one topic ended.

    state: `audited`, `changed` (its formulas differ from those that were audited) or `not
    audited`. `counts` stand in the order of the results; they are there only where it is audited.
    """

    topic: str
    state: str
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """What the last audit of the whole book found: the names of its results, and a row a topic."""

    results: tuple[str, ...]
    topics: tuple[Audited, ...]
    same_checker: bool  # whether the program that audited is the one that runs now


@dataclass(frozen=True, slots=True)
class VerifiedBook:
    """What the renderer accepts: the gate is this type."""

    title: str
    date: str
    topics: tuple[VerifiedTopic, ...]
    parts: tuple[str, ...] = ()
    content_hash: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    audit: Audit | None = None  # where the book has a record of one
