"""Formulas on their way to the page: always `Entry.latex` itself, with its author's breaks."""

from __future__ import annotations

import re

from generator.errors import InternalError
from generator.model import Entry, Sentence
from generator.render.escape import Tex, verbatim
from generator.render.rows import Printed

RELATION = re.compile(
    r"[=<>]|\\(?:leq?|geq?|sim|propto|approx|in|iff|equiv|to|overset|Rightarrow|implies|neq?)(?![A-Za-z])"
)


def plain(sentence: Sentence | None) -> str:
    """A sentence as bookmarks and titles show it: without dollars, braces and backslashes."""
    if sentence is None:
        return ""
    return " ".join(
        "".join(
            re.sub(r"\\([A-Za-z]+) ?|[{}\\]", r"\1", part.text.value)
            if part.kind == "maths"
            else part.text.value
            for part in sentence.segments
        ).split()
    )


def break_points(entry: Entry) -> list[int]:
    """Offsets in the formula at which its author's lines end (blanks do not count)."""
    if entry.latex is None:
        return []
    solid = [k for k, character in enumerate(entry.latex.value) if not character.isspace()]
    points, used = [], 0
    for line in entry.lines[:-1]:
        used += len("".join(line.value.split()))
        if used < len(solid):
            points.append(solid[used])
    return points


def _depths(value: str) -> list[int]:
    """How many braces, environments and \\left pairs are open at each character."""
    depth, out, k = 0, [0] * (len(value) + 1), 0
    for match in re.finditer(
        r"\\(?:left|begin|right|end)(?![A-Za-z])|\\[A-Za-z]+|\\.|[{}]|[^{}\\]+", value, re.S
    ):
        token = match.group()
        opening = token in ("{", r"\left", r"\begin")
        depth -= token in ("}", r"\right", r"\end")
        for k in range(match.start(), match.end()):
            out[k] = depth
        depth += opening
    out[len(value)] = depth
    return out


def printed(entry: Entry) -> Printed:
    r"""The entry's formula with the author's line breaks.

    `\wbalign ` and `\wbbreak ` are the only additions; without them it is Entry.latex,
    character for character. Raises InternalError for an entry without a formula.
    """
    if entry.latex is None:
        raise InternalError(f"{entry.id} has no formula to print")
    value = verbatim(entry.latex).source
    points = break_points(entry)
    depths = _depths(value)
    if not points:
        own = any(depths[m.start()] == 0 for m in re.finditer(r"\\\\|(?<!\\)&", value))
        return Printed("formulalines" if own else "formula", Tex(value))
    first = next((m.start() for m in RELATION.finditer(value, 0, points[0]) if depths[m.start()] == 0), 0)
    pieces = [value[:first], value[first : points[0]]]
    pieces += [value[a:b] for a, b in zip(points, [*points[1:], len(value)], strict=True)]
    source = pieces[0] + r"\wbalign " + pieces[1] + "".join(r"\wbbreak " + piece for piece in pieces[2:])
    return Printed("formulalines", Tex(source))
