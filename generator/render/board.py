"""From a verified topic to the rows of its page: numbers, seals, references, places.

Only here are formulas handed on for printing, and always as `Entry.latex` itself. The
views hold `Tex` and numbers; the templates decide where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from generator.errors import BuildError, ContentError, InternalError, finding
from generator.model import Entry, Figure, FigureData, Sentence, Text, Topic, Trap, Verdict, VerifiedTopic
from generator.notation.conventions import CONVENTIONS
from generator.notation.tree import Expr, Symbol
from generator.render.chips import Chip, Speller, chips, relations
from generator.render.escape import Tex, pdf_string, verbatim, words
from generator.render.figures import Size, figures, layout
from generator.render.formulas import plain, printed
from generator.render.rows import Drawn, Line, Printed, Step, TopicPage, Worked, WrongLine
from generator.render.seals import APART, STRENGTH, evidence, failure, made, made_words, seal, tally


def place_mark(topic: str, text: Text) -> Tex:
    """topic:line:column of a block, as the build finds it again in TeX's log."""
    at = text.at(0)
    return Tex(f"{topic}:{at.line}:{at.column}")


def displayed(topic: Topic) -> list[Entry]:
    """The numbered formulas of a topic in printing order; traps and by-hand values have no number."""
    groups: list[tuple[Entry, ...]] = [topic.setup, topic.steps, topic.result]
    if topic.by_hand:
        groups.append(topic.by_hand.claims)
    if topic.example:
        groups += [topic.example.setup, topic.example.steps]
    return [entry for group in groups for entry in group if entry.latex is not None]


def numbers(topics: Sequence[Topic]) -> dict[str, tuple[str, str]]:
    """(number, link name) of every displayed formula by its id."""
    return {
        entry.id: (f"{no}.{k}", f"eq.{no}.{k}")
        for no, topic in enumerate(topics, 1)
        for k, entry in enumerate(displayed(topic), 1)
    }


@dataclass(slots=True)
class Board:
    """Builds one topic's rows; collects what is wrong with its sentences and references."""

    verified: VerifiedTopic
    no: int
    numbers: Mapping[str, tuple[str, str]]
    titles: Mapping[str, tuple[int, Tex]]
    spell: Speller
    errors: list[ContentError] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for verdict in self.verified.verdicts:
            self.verdicts.setdefault(verdict.id.split("#")[0], []).append(verdict)

    @property
    def name(self) -> str:
        """The topic's name."""
        return self.verified.topic.name

    def sentence(self, sentence: Sentence | None) -> Tex:
        """A sentence: words escaped, maths as it was read, references as linked numbers."""
        out, before = Tex(""), " "
        for part in sentence.segments if sentence else ():
            try:
                if part.kind == "maths":
                    out += Tex(r"\wbmath{") + verbatim(part.text) + Tex("}")
                elif part.kind == "ref":
                    out += self.reference(part.text)
                else:
                    out += words(part.text, before)
            except ContentError as error:
                self.errors.append(error)
            before = part.text.value[-1:] if part.kind == "words" else "x"
        return out

    def reference(self, text: Text) -> Tex:
        """The linked number behind `@name`. Raises ContentError where there is no such formula."""
        name = text.value.lstrip("@")
        found = self.numbers.get(name if "/" in name else f"{self.name}/{name}")
        if found is None:
            known = ", ".join(sorted(k.split("/")[1] for k in self.numbers if k.startswith(self.name + "/")))
            raise ContentError(
                finding(
                    text,
                    0,
                    len(text.value),
                    "unknown-reference",
                    f"no formula of this topic is named {name}",
                    f"named are: {known}",
                )
            )
        return Tex(rf"\wblink{{{found[1]}}}{{({found[0]})}}")

    def claims_of(self, sentence: Sentence) -> list[Verdict]:
        """Verdicts of the relations that a sentence claims."""
        ids = [part.id for part in sentence.segments if part.kind == "maths"]
        found = [verdict for key in ids for verdict in self.verdicts.get(key, [])]
        return [v for v in found if v.kind == "prose" and v.status in STRENGTH + APART]

    def text_line(self, sentence: Sentence | None) -> Line | None:
        """A sentence as a row; where it claims something, with the seal of its weakest claim."""
        if sentence is None:
            return None
        claimed = self.claims_of(sentence)
        mark = seal(claimed) if claimed else None
        self.shown += [mark.status] if mark else []
        return Line(place_mark(self.name, sentence.text), text=self.sentence(sentence), seal=mark)

    def hand_line(self, entry: Entry) -> Line:
        """A by-hand line: text style, so that a numeric example stays small."""
        line = self.line(entry)
        if line.formula is None or line.formula.form != "formula":
            return line
        return replace(line, formula=Printed("formula*", line.formula.source))

    def line(self, entry: Entry) -> Line:
        """An entry as a row. Raises InternalError where a formula has no verdict."""
        if entry.latex is None:
            line = self.text_line(entry.sentence)
            if line is None:
                raise InternalError(f"{entry.id} has neither formula nor sentence")
            return line
        found = self.verdicts.get(entry.id)
        if not found:
            raise InternalError(f"{entry.id} came to be printed without a verdict")
        number, dest = self.numbers.get(entry.id, ("", ""))
        mark = seal(found, number)
        self.shown.append(mark.status)
        when = verbatim(entry.when) if entry.when else None
        return Line(place_mark(self.name, entry.latex), dest, printed(entry), when, None, mark)

    def steps(self, entries: Sequence[Entry]) -> tuple[Step, ...]:
        """Numbered steps in order."""
        return tuple(Step(no, self.sentence(e.why), self.line(e)) for no, e in enumerate(entries, 1))

    def trap(self, trap: Trap) -> WrongLine:
        """A trap with the number of what it replaces. Raises InternalError unless it was refuted."""
        found = self.verdicts.get(trap.wrong.id, [])
        if not found or trap.wrong.latex is None or any(verdict.status != "refuted" for verdict in found):
            raise InternalError(f"{trap.wrong.id} came to be printed as wrong without a refutation")
        lead = Tex("")
        try:
            lead = Tex("instead of ") + self.reference(trap.instead_of)
        except ContentError as error:
            self.errors.append(error)
        case = found[0].counterexample
        tail = failure(case) if case else Tex("")
        self.shown.append("refuted")
        return WrongLine(
            place_mark(self.name, trap.wrong.latex),
            printed(trap.wrong),
            self.sentence(trap.sentence),
            lead + Tex("; " if tail.source else "") + tail,
        )

    def see(self, texts: Sequence[Text]) -> tuple[tuple[int, Tex], ...]:
        """Number and title of the topics named."""
        out = []
        for text in texts:
            if text.value in self.titles:
                out.append(self.titles[text.value])
            else:
                self.errors.append(
                    ContentError(
                        finding(
                            text,
                            0,
                            len(text.value),
                            "unknown-topic",
                            f"the book has no topic {text.value}",
                            "name topics by the stems of their files",
                        )
                    )
                )
        return tuple(out)

    def conventions(self) -> tuple[tuple[str, Tex], ...]:
        """Name and sentence of each convention of this topic.

        Raises InternalError for a name outside the table: the reader refuses it before.
        """
        out = []
        for text in self.verified.topic.conventions:
            name = " ".join(text.value.split())
            if name not in CONVENTIONS:
                raise InternalError(f"{self.name} came with an unknown convention, {name}")
            out.append((name, evidence(CONVENTIONS[name].sentence)))
        return tuple(out)

    def chips(self) -> tuple[Chip, ...]:
        """Chips of the declared symbols, then of the relations that restrict them."""
        symbols = chips((s for s in self.verified.symbols if isinstance(s, Symbol)), self.spell)
        return symbols + relations((e for e in self.verified.restrictions if isinstance(e, Expr)), self.spell)

    def figure(self, data: FigureData | None, described: Figure | None) -> Drawn | None:
        """A figure's labels: read ones as maths of the page, axis numbers as generated."""
        found = next((entry for entry in figures(self.verified) if entry[1] is data), None)
        return self.drawn(*found, described) if found else None

    def drawn(self, file: str, data: FigureData, size: Size, described: Figure | None) -> Drawn:
        """The figure in `file`, with the values it stands on."""
        plan = layout(data, size)
        labels = tuple(
            (
                round(item.x, 2),
                round(item.y, 2),
                item.anchor,
                made(item.latex) if item.made else Tex(rf"\wbmath{{{item.latex}}}"),
            )
            for item in plan.labels
        )
        alt = plain(described.alt) if described else data.alt
        values = Tex("")
        for position, value in enumerate(data.given):
            values += Tex(", " if position else "for ") + Tex(rf"\wbmath{{{value}}}")
        if data.by_hand:
            values = made_words("at the values by hand")
        return Drawn(file, plan, labels, (b"\xfe\xff" + alt.encode("utf-16-be")).hex(), values)

    def worked(self) -> Worked | None:
        """The worked example, if there is one."""
        example = self.verified.topic.example
        if example is None:
            return None
        title = self.text_line(example.title)
        if title is None:
            raise InternalError(f"the example of {self.name} has no title")
        own = chips((s for s in self.verified.example_symbols if isinstance(s, Symbol)), self.spell)
        added = (e for e in self.verified.example_restrictions if isinstance(e, Expr))
        own += relations(added, self.spell)
        figure = self.figure(self.verified.example_figure, example.figure)
        return Worked(title, own, tuple(map(self.line, example.setup)), self.steps(example.steps), figure)

    def page(self, page: int) -> TopicPage:
        """All rows. Raises BuildError with everything wrong in sentences and references."""
        topic = self.verified.topic
        hand = topic.by_hand
        given = tuple(map(self.hand_line, hand.given)) if hand else ()
        view = TopicPage(
            name=self.name,
            no=self.no,
            page=page,
            pages=topic.pages,
            place=place_mark(self.name, topic.title.text),
            title=self.sentence(topic.title),
            plain=plain(topic.title),
            bookmark=pdf_string(f"{self.no} {plain(topic.title)}"),
            promise=self.sentence(topic.promise),
            part=self.sentence(topic.part),
            part_plain=plain(topic.part),
            setup=tuple(map(self.line, topic.setup)),
            chips=self.chips(),
            conventions=self.conventions(),
            goal=self.text_line(topic.goal),
            steps=self.steps(topic.steps),
            result=tuple(map(self.line, topic.result)),
            example=self.worked(),
            given=given,
            given_seal=replace(given[0].seal, evidence=Tex("")) if given and given[0].seal else None,
            hand=tuple(map(self.hand_line, hand.claims)) if hand else (),
            say=self.text_line(topic.say),
            asked=self.text_line(topic.asked_next),
            traps=tuple(map(self.trap, topic.traps)),
            see=self.see(topic.see),
            notes=tuple(line for note in topic.notes if (line := self.text_line(note))),
            figure=self.figure(self.verified.figure, topic.figure),
            counts=(),
        )
        if self.errors:
            raise BuildError([error.finding for error in self.errors])
        return replace(view, counts=tally(self.shown))
