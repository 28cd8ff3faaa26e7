"""Statuses as a reader meets them: the seal's name, the word, and what it promises."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.errors import InternalError
from generator.model import Counterexample, Evidence, Maths, Verdict
from generator.render.escape import Tex, escape

#: Verified statuses, weakest first: a display shows the weakest of its relations.
STRENGTH = ("sampled", "checked", "exact", "proved")
#: Statuses that verify nothing: they stand beside what is assumed or agreed.
APART = ("definition", "given", "convention")

#: (seal, word, words for one and for several in the foot, what it promises), in the order of the legend.
LEGEND: tuple[tuple[str, str, str], ...] = (
    (
        "proved",
        "proved",
        "For all values and all sizes, by the normal form of both sides, by a rule that the "
        "evidence names, or by as many points as the degree of both sides asks for.",
    ),
    (
        "exact",
        "exact",
        "For all values at the sizes named beside it: a symbolic identity, or every case "
        "of a finite domain enumerated.",
    ),
    (
        "checked",
        "checked",
        "At the sizes and points counted beside it, in arithmetic that bounds its own error "
        "to forty digits and more.",
    ),
    ("sampled", "sampled", "By random draws, with the error of the estimate beside it."),
    (
        "definition",
        "definition",
        "A name is given its meaning. Some claim of the page fails when it is altered.",
    ),
    (
        "given",
        "given",
        "Assumed about the random symbols of the page (some claim fails without it), or a value by hand.",
    ),
    ("convention", "convention", "How an operator or a named law is read."),
    ("refuted", "refuted", "A wrong formula that people write, with a case in which it fails."),
)
PLURAL = {"definition": "definitions", "given": "givens", "convention": "conventions"}


@dataclass(frozen=True, slots=True)
class Seal:
    """What stands in the evidence rail: the seal's name, its bold line, the evidence below."""

    status: str
    heading: Tex
    evidence: Tex


def made_words(text: str) -> Tex:
    """Words of our own, escaped. A character without a glyph is our bug: InternalError."""
    try:
        return escape(text)
    except ValueError as error:
        raise InternalError(f"evidence cannot be printed: {error}") from error


def made(latex: str) -> Tex:
    """Maths made by the program, in the form that the ledger counts as generated."""
    return Tex(rf"\wbmade{{{latex}}}")


def evidence(parts: Evidence) -> Tex:
    """The evidence of a verdict: words escaped, generated maths as maths."""
    out = Tex("")
    for part in parts:
        out += made(part.latex) if isinstance(part, Maths) else made_words(part)
    return out


def weakest(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict that a display shows: the weakest verified one, else the first.

    Raises InternalError for a status that may not be printed (undecided, refuted).
    """
    for verdict in verdicts:
        if verdict.status not in STRENGTH + APART:
            raise InternalError(f"{verdict.id} is {verdict.status}, yet came to be printed")
    verified = [verdict for verdict in verdicts if verdict.status in STRENGTH]
    return min(verified, key=lambda verdict: STRENGTH.index(verdict.status)) if verified else verdicts[0]


def seal(verdicts: Sequence[Verdict], number: str = "") -> Seal:
    """The seal of a display with these verdicts; a chain that defines says so too."""
    shown = weakest(verdicts)
    kinds = [
        status
        for status in APART
        if status != shown.status and any(verdict.status == status for verdict in verdicts)
    ]
    word = ", ".join([*kinds, shown.status])
    heading = made_words(f"{number}\u00a0 {word}" if number else word)
    return Seal(shown.status, heading, evidence(shown.evidence))


def tally(statuses: Iterable[str]) -> tuple[tuple[str, int, str], ...]:
    """(seal, count, word) of each status that occurs, in the order of the legend."""
    counts = Counter(statuses)
    return tuple(
        (name, counts[name], PLURAL.get(name, word) if counts[name] != 1 else word)
        for name, word, _ in LEGEND
        if counts[name]
    )


#: The exponent of a decimal number, as Python writes it.
POWER_OF_TEN = re.compile(r"(?<=\d)e([+-]?\d+)\b")
#: Letters of a value that fits on a line of small print.
WIDEST_VALUE = 64


def failure(case: Counterexample, most: int = 4) -> Tex:
    """Where a trap fails, in one line: sizes, at most `most` values, both sides, the note.

    No value that is wider than a line stands in it; of such sides the first entries that differ.
    """
    pairs = [(name, str(size)) for name, size in case.sizes] + list(case.values)
    shown = [(name, value) for name, value in pairs if len(value) <= WIDEST_VALUE][:most]
    out = Tex("")
    for position, (name, value) in enumerate(shown):
        out += Tex(", " if position else "at ") + made(f"{name} = {_typeset(value)}")
    if shown and len(pairs) > len(shown):
        out += made_words(f" and {len(pairs) - len(shown)} more")
    if case.left and case.right:
        left, right = case.left, case.right
        lead = ": " if out.source else ""
        if max(len(left), len(right)) > WIDEST_VALUE:
            left, right = _first_difference(left, right)
            lead += "in an entry "
        out += Tex(f"{lead}it says ") + made(_typeset(right)) + Tex(", true is ") + made(_typeset(left))
    if case.note:
        out += Tex("; " if out.source else "") + made_words(case.note)
    return out


def _typeset(value: str) -> str:
    """A value of the ledger as maths: 4.4e-5 with its power of ten."""
    return POWER_OF_TEN.sub(lambda found: rf" \cdot 10^{{{int(found[1])}}}", value)


def _first_difference(left: str, right: str) -> tuple[str, str]:
    """The first entries at which two printed arrays differ; the whole where their entries are not as many."""
    entries = [[part.strip("() ") for part in side.split(",")] for side in (left, right)]
    pairs = list(zip(*entries, strict=False)) if len(entries[0]) == len(entries[1]) else []
    return next(((a, b) for a, b in pairs if a != b), (left, right))
