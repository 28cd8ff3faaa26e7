"""Splitting declarations: at commas, colons and spaces that stand outside brackets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.model import Text

#: A half-open interval `[0, 1)` is balanced too: only the direction of a bracket counts.
_OPEN, _CLOSE = "([{", ")]}"


def _outside(value: str) -> Iterator[tuple[int, str]]:
    """The characters outside brackets, with their offsets; a command's backslash escapes one."""
    depth = 0
    escaped = False
    for at, char in enumerate(value):
        depth += (char in _OPEN) - (char in _CLOSE)
        if depth == 0 and char not in _CLOSE and not escaped:
            yield at, char
        escaped = char == "\\" and not escaped


def _cut(text: Text, places: Sequence[int]) -> list[Text]:
    starts = [0, *(at + 1 for at in places)]
    return [text.part(start, end) for start, end in zip(starts, [*places, len(text.value)], strict=True)]


def split_at(text: Text, separator: str) -> list[Text]:
    """The pieces of `text` between separators outside brackets."""
    return _cut(text, [at for at, char in _outside(text.value) if char == separator])


def split_spaces(text: Text) -> list[Text]:
    """The pieces between spaces outside brackets; a space beside + or - separates nothing."""
    value = text.value
    places = []
    for at, char in _outside(value):
        beside = value[:at].rstrip()[-1:] + value[at:].lstrip()[:1]
        if char == " " and not any(sign in beside for sign in "+-"):
            places.append(at)
    return [piece for piece in stripped(_cut(text, places)) if piece.value]


def stripped(texts: Sequence[Text]) -> list[Text]:
    """The texts without outer spaces."""
    out = []
    for text in texts:
        start = len(text.value) - len(text.value.lstrip())
        out.append(text.part(start, max(start, len(text.value.rstrip()))))
    return out
