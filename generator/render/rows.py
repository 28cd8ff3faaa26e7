"""What the templates print: rows of a page as plain data, maths and words already TeX."""

from __future__ import annotations

from dataclasses import dataclass

from generator.render.chips import Chip
from generator.render.escape import Tex
from generator.render.figures import Layout
from generator.render.seals import Seal


@dataclass(frozen=True, slots=True)
class Printed:
    """A formula for the one printing macro: which form, and its characters."""

    form: str  # formula | formulalines
    source: Tex


@dataclass(frozen=True, slots=True)
class Line:
    """A row: a numbered formula with its condition and seal, or a sentence (`text`)."""

    place: Tex
    dest: str = ""
    formula: Printed | None = None
    when: Tex | None = None
    text: Tex | None = None
    seal: Seal | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A numbered step: its reason, and what follows."""

    no: int
    why: Tex
    line: Line


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A trap: where it stands, the wrong formula, the sentence, how it fails."""

    place: Tex
    formula: Printed
    text: Tex
    failure: Tex


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked example: title, chips of its own, setup, steps."""

    title: Line
    chips: tuple[Chip, ...]
    setup: tuple[Line, ...]
    steps: tuple[Step, ...]
    figure: Drawn | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure's file, its layout with labels, and its description as a PDF string."""

    file: str
    plan: Layout
    labels: tuple[tuple[float, float, str, Tex], ...]
    alt: str
    values: Tex  # the values that it stands on, in words and read formulas


@dataclass(frozen=True, slots=True)
class TopicPage:
    """Everything that a topic's page and slides print."""

    name: str
    no: int
    page: int
    pages: int
    place: Tex
    title: Tex
    plain: str
    bookmark: Tex
    promise: Tex
    part: Tex
    part_plain: str
    setup: tuple[Line, ...]
    chips: tuple[Chip, ...]
    conventions: tuple[tuple[str, Tex], ...]  # name, sentence
    goal: Line | None
    steps: tuple[Step, ...]
    result: tuple[Line, ...]
    notes: tuple[Line, ...]
    example: Worked | None
    given: tuple[Line, ...]
    given_seal: Seal | None
    hand: tuple[Line, ...]
    say: Line | None
    asked: Line | None
    traps: tuple[WrongLine, ...]
    see: tuple[tuple[int, Tex], ...]
    figure: Drawn | None
    counts: tuple[tuple[str, int, str], ...]
