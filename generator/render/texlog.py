"""TeX's log read back: what went wrong, and which block of which YAML file it is about.

The style writes a mark before every block (`wb-place topic:line:column`), so a message
belongs to the last mark above it; page numbers planned and reached are written too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from generator.errors import Finding
from generator.model import Place

POINTS_PER_MM = 72.27 / 25.4

#: A line of the log, the code of the finding, its message and remedy; {0}.. are the groups.
PROBLEMS: tuple[tuple[re.Pattern[str], str, str, str], ...] = (
    (
        re.compile(r"^wb-too-wide ([\d.]+)pt"),
        "formula-too-wide",
        "this formula is {0} points wider than its place on the board",
        "break it with `lines`, or move its condition to `when`",
    ),
    (
        re.compile(r"^wb-too-tall ([\d.]+)pt"),
        "slide-too-full",
        "this block is {0} points higher than a slide",
        "shorten it, or split it in two steps",
    ),
    (
        re.compile(r"^Overfull \\hbox \(([\d.]+)pt too wide\)"),
        "line-too-wide",
        "something in this row sticks out by {0} points",
        "shorten the longest word or formula in it",
    ),
    (
        re.compile(r"^Overfull \\vbox \(([\d.]+)pt too high\)"),
        "page-too-full",
        "this page is {0} points too high",
        "shorten the topic, or give it `pages: 2`",
    ),
    (
        re.compile(r"^Missing character: There is no (\S+) (?:\(.*?\) )?in font (\S+?)!"),
        "missing-glyph",
        "the font {1} has no glyph {0}",
        "write it in another way",
    ),
    (
        re.compile(r"has been referenced but does not exist"),
        "unresolved-link",
        "a link points to no place in the document",
        "name a formula or topic of this book",
    ),
    (
        re.compile(r"^LaTeX Warning: Reference `(.*?)' on page"),
        "unresolved-reference",
        "the reference {0} is undefined",
        "name a formula or topic of this book",
    ),
    (
        re.compile(r"^LaTeX Font Warning: Font shape `(.*?)' undefined"),
        "missing-font",
        "the font shape {0} is missing",
        "install the fonts listed in the manual",
    ),
    (
        re.compile(r"^! (?! *==>)(.*)"),
        "tex-error",
        "TeX stopped here: {0}",
        "simplify the LaTeX of this block",
    ),
)
_PLACE = re.compile(r"^wb-place ([^:]+):(\d+):(\d+)")
_PLAN = re.compile(r"^wb-plan (\S+) (\d+) (\d+)")
_EXCESS = re.compile(r"^wb-excess ([\d.]+)pt")
_PAGES = re.compile(r"^wb-(begin|end) (\S+) (\d+) ([\d.]+)pt")
RERUN = re.compile(r"Rerun to get|Label\(s\) may have changed|Rerun LaTeX")


PAGE_MM = 229
OVER_BUDGET = "shorten sentences, move steps to another topic, or say `pages: 2`"


@dataclass(slots=True)
class Section:
    """A part of the handbook: the page and number of pages planned, where it began, its fate."""

    planned: int
    pages: int
    begin: int = 0
    excess: float = 0.0  # points, in the closest setting
    over: bool = False


@dataclass(frozen=True, slots=True)
class LogReading:
    """What a log says: findings in order, and whether TeX asks for another run."""

    findings: tuple[Finding, ...]
    rerun: bool


def read_log(log: str, files: Mapping[str, str] | None = None) -> LogReading:
    """The findings of one TeX run.

    `files` maps a topic's name to its file; a name without an entry is shown as name.yaml.
    """
    here = Place("handbook", 1, 1)
    sections: dict[str, Section] = {}
    findings: list[Finding] = []
    for line in log.splitlines():
        if mark := _PLACE.match(line):
            file = (files or {}).get(mark[1], f"{mark[1]}.yaml")
            here = Place(file, int(mark[2]), int(mark[3]))
        elif mark := _PLAN.match(line):
            sections[mark[1]] = Section(int(mark[2]), int(mark[3]))
        elif (mark := _EXCESS.match(line)) and sections:
            list(sections.values())[-1].excess = float(mark[1])
        elif mark := _PAGES.match(line):
            findings += _budget(mark, sections, here) if mark[2] in sections else []
        else:
            findings += _problems(line, here)
    return LogReading(tuple(dict.fromkeys(findings)), RERUN.search(log) is not None)


def _problems(line: str, here: Place) -> list[Finding]:
    """The problem that a line reports, if any."""
    for pattern, code, message, remedy in PROBLEMS:
        if found := pattern.search(line):
            groups = [group or "" for group in found.groups()]
            return [Finding(here, code, message.format(*groups), remedy, "toolchain")]
    return []


def _budget(mark: re.Match[str], sections: dict[str, Section], here: Place) -> list[Finding]:
    """A section that takes more pages than planned, or begins on another one.

    Pages are counted from where the section begins, so that one that runs over does not
    make those after it look too long.
    """
    name, page, height = mark[2], int(mark[3]), float(mark[4])
    section = sections[name]
    place = here if name in here.file else Place(f"{name}.yaml", 1, 1)
    if mark[1] == "begin":
        section.begin = page
        late = any(other.over for other in sections.values())
        if page == section.planned or late:
            return []
        message = f"{name} begins on page {page}, not on page {section.planned} as its contents say"
        return [Finding(place, "page-plan", message, "this is a fault of the program", "toolchain")]
    extra_pages = page - section.begin - section.pages + 1
    if extra_pages <= 0:
        return []
    section.over = True
    extra = (section.excess or height) / POINTS_PER_MM + (
        0 if section.excess else (extra_pages - 1) * PAGE_MM
    )
    several = "s" if section.pages > 1 else ""
    message = f"{name} runs {extra:.0f} mm past its {section.pages} page{several}"
    return [Finding(place, "page-over-budget", message, OVER_BUDGET, "toolchain")]
