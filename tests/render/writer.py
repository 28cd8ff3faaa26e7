"""Makes texts with places, entries with ids and their verdicts, as a topic file would."""

from __future__ import annotations

import re

from generator.model import Entry, Place, Segment, Sentence, Text, Topic, Verdict


class Writer:
    """Makes texts with rising line numbers, entries with ids, and their verdicts."""

    def __init__(self, name: str) -> None:
        self.name, self.file, self.lineno, self.verdicts = name, f"content/{name}.yaml", 0, []
        self.prose = 0

    def text(self, value: str) -> Text:
        self.lineno += 1
        return Text(value, self.file, ((0, self.lineno, 7),))

    def say(self, value: str) -> Sentence:
        text, parts, at = self.text(value), [], 0
        for piece in re.split(r"(\$[^$]*\$|@[a-z0-9]+(?:-[a-z0-9]+)*)", value):
            if piece.startswith("$"):
                self.prose += 1
                parts.append(
                    Segment(
                        "maths", text.part(at + 1, at + len(piece) - 1), f"{self.name}/prose-{self.prose}"
                    )
                )
            elif piece:
                parts.append(Segment("ref" if piece[0] == "@" else "words", text.part(at, at + len(piece))))
            at += len(piece)
        return Sentence(text, tuple(parts))

    def entry(
        self,
        kind: str,
        latex: str,
        name: str,
        status: str,
        evidence=(),
        when="",
        why="",
        lines=(),
        scope: str = "topic",
        more: str = "",
    ) -> Entry:
        made = Entry(
            f"{self.name}/{name}",
            kind,
            self.text(latex),
            None,
            self.text(when) if when else None,
            self.say(why) if why else None,
            tuple(self.text(line) for line in lines),
            scope,
        )
        self.verdict(made.id, kind, latex, status, evidence)
        if more:
            self.verdict(made.id + "#2", kind, latex, more, ("normal form",))
        return made

    def verdict(self, key: str, kind: str, latex: str, status: str, evidence=(), case=None) -> None:
        self.verdicts.append(
            Verdict(
                key,
                kind,
                Place(self.file, self.lineno, 7),
                latex,
                status,
                evidence=tuple(evidence),
                counterexample=case,
            )
        )


def segments(topic: Topic) -> list[Segment]:
    """All segments of all sentences of a topic."""
    sentences = [
        topic.title,
        topic.promise,
        topic.part,
        topic.goal,
        topic.say,
        topic.asked_next,
        *topic.notes,
    ]
    entries = [*topic.setup, *topic.steps, *topic.result]
    if topic.example:
        sentences.append(topic.example.title)
        entries += [*topic.example.setup, *topic.example.steps]
    sentences += [found for entry in entries for found in (entry.sentence, entry.why)]
    sentences += [trap.sentence for trap in topic.traps]
    return [part for sentence in sentences if sentence for part in sentence.segments]
