"""Sentences into words, maths between dollars, and references to claims (`@name`)."""

from __future__ import annotations

import re

from generator.errors import Finding, finding
from generator.model import Segment, Sentence, Text

_REFERENCE = re.compile(r"@([a-z0-9]+(?:-[a-z0-9]+)*)")
_LAST_WORD = re.compile(r"([A-Za-z]+)\W*$")


def split_sentence(text: Text, prefix: str, first: int) -> tuple[Sentence, list[Finding]]:
    """The sentence with ids prefix-(first+1), prefix-(first+2).. for its maths, and all findings."""
    segments: list[Segment] = []
    findings: list[Finding] = []
    pieces = text.value.split("$")
    if len(pieces) % 2 == 0:
        last = text.value.rindex("$")
        message = "this dollar opens maths that no second dollar closes"
        findings.append(finding(text, last, last + 1, "unclosed-maths", message, "close it with $"))
        pieces = pieces[:-1]
    start, count = 0, first
    for number, piece in enumerate(pieces):
        end = start + len(piece)
        if number % 2 == 0:
            _words(text, start, end, segments, findings)
        elif not piece.strip():
            message = "there is nothing between these dollars"
            remedy = "maths in a sentence stands between single dollars; for the currency write dollars"
            findings.append(finding(text, start - 1, end + 1, "empty-maths", message, remedy))
        else:
            count += 1
            word = _LAST_WORD.search(pieces[number - 1])
            after = word.group(1).lower() if word else ""
            segments.append(Segment("maths", text.part(start, end), f"{prefix}-{count}", after))
        start = end + 1
    return Sentence(text, tuple(segments)), findings


def _words(text: Text, start: int, end: int, segments: list[Segment], findings: list[Finding]) -> None:
    """Appends the words and references in text[start:end]."""
    at = start
    for match in _REFERENCE.finditer(text.value, start, end):
        if at < match.start():
            segments.append(Segment("words", text.part(at, match.start())))
        segments.append(Segment("ref", text.part(match.start(), match.end())))
        at = match.end()
    if at < end:
        segments.append(Segment("words", text.part(at, end)))
    for offset in range(start, end):
        if text.value[offset] == "@" and not _REFERENCE.match(text.value, offset, end):
            message = "@ is followed by the name of a claim"
            findings.append(
                finding(text, offset, offset + 1, "lone-at", message, "write at, or @ and a name")
            )
