r"""One line of a symbols block taken apart: names, type, what follows the type, conditions.

line = names ":" type { "," condition } [ "#" comment ]  |  relation
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from generator.errors import fail
from generator.model import Text
from generator.notation.kinds import TYPES, WORDS
from generator.notation.pieces import split_at, stripped
from generator.notation.table import canonical
from generator.notation.tree import ONE, Symbol


@dataclass(frozen=True, slots=True)
class Line:
    """A declaration line, split: names, type, what follows the type, conditions."""

    names: tuple[Text, ...]
    kind: str
    type: Text
    rest: Text
    conditions: tuple[Text, ...]


def joined(name: Text, condition: Text) -> Text:
    """`name condition` as one text whose characters keep their places."""
    cut = len(name.value) + 1
    marks = [*name.marks, *((start + cut, line, column) for start, line, column in condition.marks)]
    return Text(f"{name.value} {condition.value}", name.file, tuple(marks))


def entry_of(name: Text, symbols: Mapping[str, Symbol]) -> Text | None:
    """`x_i` for a vector x and the first declared index that runs over its entries, else None."""
    symbol = symbols.get(canonical(name))
    if symbol is None or symbol.kind != "vector" or symbol.family or "_" in name.value:
        return None
    whole = (ONE, symbol.shape[0])
    index = next((i for i in symbols.values() if i.kind == "index" and (i.lower, i.upper) == whole), None)
    return None if index is None else joined(name, Text(f"_{{{index.latex}}}", name.file, name.marks[:1]))


def is_word(condition: str) -> bool:
    """Whether a condition is written in words, not as a relation."""
    return condition.replace("-", "").replace(" ", "").isalpha() and condition.isascii()


def lines_of_block(text: Text) -> Iterator[Text]:
    """The lines that say something, without comments and outer spaces."""
    start = 0
    for line in text.value.split("\n"):
        body = line.split("#")[0]
        if body.strip():
            first = start + len(body) - len(body.lstrip())
            yield text.part(first, first + len(body.strip()))
        start += len(line) + 1


def split_line(line: Text) -> Line | None:
    """The parts of a declaration; None for a relation alone. Raises ContentError."""
    halves = split_at(line, ":")
    if len(halves) == 1:
        return None
    if len(halves) > 2:
        at = len(halves[0].value) + len(halves[1].value) + 1
        raise fail(line, at, at + 1, "bad-declaration", "a second colon in one declaration", "one line each")
    names = stripped(split_at(halves[0], ","))
    first, *conditions = stripped(split_at(halves[1], ","))
    if not all(item.value for item in (*names, first, *conditions)):
        message = "something is missing before or behind a comma or the colon"
        raise fail(line, 0, len(line.value), "bad-declaration", message, r"\mu, \sigma : scalar, > 0")
    words = first.value.split()
    if words[0] not in TYPES:
        close = get_close_matches(words[0], TYPES, 1)
        remedy = f"did you mean {close[0]}?" if close else "one of " + ", ".join(TYPES)
        word = " ".join(words)
        if word in WORDS:
            remedy = f"a type first: {names[0].value} : {WORDS[word][0]}, {word}"
        raise fail(first, 0, len(words[0]), "unknown-type", f"no type is called {words[0]}", remedy)
    rest = stripped([first.part(len(words[0]), len(first.value))])[0]
    return Line(tuple(names), words[0], first, rest, tuple(conditions))
