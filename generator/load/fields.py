"""The values of one YAML file by key: texts, formulas, sentences, lists; findings on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import TypeVar

from generator.errors import Finding
from generator.load.sentences import split_sentence
from generator.load.yaml_nodes import Node, source_finding
from generator.model import Place, Sentence, Text

_T = TypeVar("_T")

_BLOCK = "where the sentence itself holds `: `, put it in a block after `>-`"


def unknown(lines: list[str], text: Text, code: str, message: str, known: Collection[str]) -> Finding:
    """The finding for a name that is not among the `known` ones, with the nearest of them."""
    close = get_close_matches(text.value, list(known), 1)
    remedy = f"did you mean `{close[0]}`?" if close else "known: " + ", ".join(sorted(known))
    return source_finding(lines, text.at(0), len(text.value), code, message, remedy)


@dataclass
class Fields:
    """Reads one file's nodes into the model, collecting findings."""

    name: str
    file: str
    lines: list[str]
    findings: list[Finding]
    counts: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)

    def refuse(self, place: Place, code: str, message: str, remedy: str = "", width: int = 1) -> None:
        """Adds a finding at `place`."""
        self.findings.append(source_finding(self.lines, place, width, code, message, remedy))

    def keys(self, node: Node | None, known: tuple[str, ...], what: str) -> dict[str, Node]:
        """The values by key; unknown keys are findings."""
        if node is None:
            if not self.findings:
                self.refuse(
                    Place(self.file, 1, 1), "empty-file", f"{what} is empty", f"begin with `{known[0]}: `"
                )
            return {}
        if node.kind != "map":
            message = f"{what} is a mapping of keys to values"
            self.refuse(node.place, "not-a-mapping", message, f"the keys are {', '.join(known)}")
            return {}
        for key, _ in node.pairs:
            if key.value not in known:
                message = f"{what} has no key `{key.value}`"
                self.findings.append(unknown(self.lines, key, "unknown-key", message, known))
        return {key.value: value for key, value in node.pairs if key.value in known}

    def required(
        self, values: dict[str, Node], node: Node | None, key: str, read: Callable[[Node], _T | None]
    ) -> _T | None:
        """What `read` gives for the value of `key`; its absence is a finding."""
        if key in values:
            return read(values[key])
        if node is not None and node.kind == "map":
            self.refuse(node.place, "missing-key", f"the key `{key}` is missing", f"add `{key}: ...`")
        return None

    def optional(self, values: dict[str, Node], key: str, read: Callable[[Node], _T | None]) -> _T | None:
        """What `read` gives for the value of `key`; None where there is none."""
        return read(values[key]) if key in values else None

    def each(self, values: dict[str, Node], key: str, read: Callable[[Node], _T | None]) -> tuple[_T, ...]:
        """The items of a list under `key`."""
        if key not in values:
            return ()
        node = values[key]
        if node.kind != "list":
            self.refuse(node.place, "not-a-list", f"under `{key}` stands a list", "begin each item with `- `")
            return ()
        found = [read(item) for item in node.items]
        return tuple(item for item in found if item is not None)

    def words(self, node: Node) -> Text | None:
        """A text that is not empty."""
        if node.kind == "map":
            first = node.pairs[0][0].value if node.pairs else ""
            message = f"YAML reads this text as a mapping, with `{first}` as a key"
            self.refuse(node.place, "colon-in-value", message, _BLOCK)
            return None
        if node.kind == "list":
            self.refuse(
                node.place,
                "list-for-text",
                "a text stands here, not a list",
                "one text behind the key; several in a row stand in it as a, b",
            )
            return None
        if not node.text.value.strip():
            self.refuse(node.place, "empty-value", "the value is empty", "write it, or take the key away")
            return None
        return node.text

    def formula(self, node: Node) -> Text | None:
        """A formula: a text without dollars."""
        text = self.words(node)
        if text is not None and "$" in text.value:
            place = text.at(text.value.index("$"))
            self.refuse(
                place, "dollar-in-formula", "a formula stands without dollars", "take the dollars away"
            )
            return None
        return text

    def sentence(self, node: Node) -> Sentence | None:
        """A sentence; its maths are numbered on through the file."""
        text = self.words(node)
        if text is None:
            return None
        first = self.counts.get("prose", 0)
        sentence, findings = split_sentence(text, f"{self.name}/prose", first)
        self.counts["prose"] = first + sum(part.kind == "maths" for part in sentence.segments)
        self.findings.extend(findings)
        return sentence

    def date(self, node: Node) -> Text | None:
        """A date as ISO 8601 writes it."""
        text = self.words(node)
        if text is None:
            return None
        try:
            good = date.fromisoformat(text.value).isoformat() == text.value
        except ValueError:
            good = False
        if not good:
            self.refuse(
                text.at(0), "not-a-date", "a date is year-month-day", "such as 2026-01-31", len(text.value)
            )
        return text if good else None

    def slug(self, node: Node) -> Text | None:
        """A name of an entry or topic: words of lower-case letters and digits joined by hyphens."""
        text = self.words(node)
        if text is None:
            return None
        parts = text.value.split("-")
        if not all(part.isascii() and part.isalnum() and part == part.lower() for part in parts):
            message = f"`{text.value}` is no name"
            self.refuse(
                text.at(0), "bad-name", message, "lower-case letters, digits and hyphens", len(text.value)
            )
            return None
        return text
