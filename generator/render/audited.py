"""The page on the audit: how many mutants of each topic ended in which way, in rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.errors import InternalError
from generator.model import Audit
from generator.render.escape import Tex
from generator.render.rows import TopicPage

#: Lines of topics on one page, beside the words; and the letters of a title that one line holds.
SHEET_LINES, TITLE_LETTERS = 20, 34

#: What each result means, in plain words.
MEANING = {
    "refused": "It cannot be read, or it says nothing.",
    "refuted": "It is false, or it makes a claim of its page false.",
    "undecided": "It is not known to be true, which is not enough to be printed.",
    "equal": "It has the same value everywhere: the same formula in other signs.",
    "also true": "Another statement that is true too, as a second way of checking says.",
    "survived": "It passed, and nothing excuses it.",
}

#: What stands in place of the numbers of a topic that has none.
WITHOUT = {"changed": "changed since the audit", "not audited": "not audited yet"}


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One topic with its number of mutants and of each result, or with a note instead; then the sum."""

    no: int  # 0 of the sum
    title: Tex
    cells: tuple[Tex, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class AuditSheet:
    """One page of the table."""

    page: int
    rows: tuple[AuditRow, ...]


@dataclass(frozen=True, slots=True)
class AuditPages:
    """All that the book prints about its audit."""

    columns: tuple[str, ...]
    meanings: tuple[tuple[str, str], ...]
    sheets: tuple[AuditSheet, ...]
    same_checker: bool


def audit_pages(audit: Audit | None, topics: Sequence[TopicPage], first: int) -> AuditPages | None:
    """The view, its first sheet on page `first`; None for a book without a record of an audit.

    Raises InternalError for a result that has no meaning in words.
    """
    if audit is None:
        return None
    if set(audit.results) - set(MEANING):
        raise InternalError(f"an audit with results that nobody explains: {audit.results}")
    known = {row.topic: row for row in audit.topics}
    rows = []
    for topic in topics:
        row = known[topic.name]
        rows.append(AuditRow(topic.no, topic.title, _cells(row.counts), WITHOUT.get(row.state, "")))
    groups = _sheets(topics, rows)
    counted = [row.counts for row in audit.topics if row.counts]
    if counted:
        whole = "All topics" if len(counted) == len(rows) else f"The {len(counted)} with numbers"
        sums = [sum(column) for column in zip(*counted, strict=True)]
        groups[-1].append(AuditRow(0, Tex(whole), _cells(sums)))
    return AuditPages(
        columns=("changed", *audit.results),
        meanings=tuple((result, MEANING[result]) for result in audit.results),
        sheets=tuple(AuditSheet(first + k, tuple(group)) for k, group in enumerate(groups)),
        same_checker=audit.same_checker,
    )


def _sheets(topics: Sequence[TopicPage], rows: Sequence[AuditRow]) -> list[list[AuditRow]]:
    """The rows by page, as many to one as fit beside the words; a long title takes two lines."""
    groups: list[list[AuditRow]] = [[]]
    used = 0
    for topic, row in zip(topics, rows, strict=True):
        lines = 1 + len(topic.plain) // TITLE_LETTERS
        if used + lines > SHEET_LINES:
            groups.append([])
            used = 0
        groups[-1].append(row)
        used += lines
    return groups


def _cells(counts: Sequence[int]) -> tuple[Tex, ...]:
    """The number of mutants, then those of each result."""
    return tuple(map(number, (sum(counts), *counts))) if counts else ()


def number(value: int) -> Tex:
    """Digits in groups of three, from five digits on."""
    return Tex(f"{value:,}".replace(",", r"\,") if value >= 10_000 else str(value))
