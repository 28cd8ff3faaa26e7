"""The page on the audit: its numbers are those of the record, and stale ones are not printed."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from generator.errors import InternalError
from generator.model import Audit, Audited, VerifiedBook
from generator.render.audited import MEANING, audit_pages, number
from generator.render.document import book_pages, render_handbook
from generator.render.figures import draw_all
from generator.render.typeset import typeset
from tests.render import sample

RESULTS = tuple(MEANING)
FIRST = Audited("logistic", "audited", (1900, 2100, 31, 140, 29, 0))
SECOND = Audited("gaussian", "audited", (5000, 4000, 7, 90, 8, 0))
DIGITS = re.compile(r"\\auditcell\{([\d\\,]+)\}")


def book(*rows: Audited, same_checker: bool = True) -> VerifiedBook:
    """The sample book of two topics with such a record."""
    return replace(sample.book(), audit=Audit(RESULTS, rows, same_checker))


def printed_rows(audited: VerifiedBook) -> list[list[int]]:
    """The numbers of the table, row by row."""
    tex = render_handbook(audited, spell=sample.spell)
    rows = [DIGITS.findall(line) for line in tex.splitlines() if line.startswith("\\auditrow")]
    return [[int(digits.replace("\\,", "")) for digits in row] for row in rows]


def test_the_numbers_of_the_record_and_their_sum() -> None:
    assert printed_rows(book(FIRST, SECOND)) == [
        [4200, *FIRST.counts],
        [9105, *SECOND.counts],
        [13305, 6900, 6100, 38, 230, 37, 0],
    ]


@pytest.mark.parametrize(
    ("state", "words"), [("changed", "changed since the audit"), ("not audited", "not audited yet")]
)
def test_a_topic_without_numbers_says_why(state: str, words: str) -> None:
    half = book(FIRST, Audited("gaussian", state))
    assert printed_rows(half) == [[4200, *FIRST.counts], [], [4200, *FIRST.counts]]
    tex = render_handbook(half, spell=sample.spell)
    assert tex.count(words) == 1
    assert "The 1 with numbers" in tex
    none = book(Audited("logistic", state), Audited("gaussian", state))
    assert printed_rows(none) == [[], []]


def test_no_record_no_page() -> None:
    tex = render_handbook(sample.book(), spell=sample.spell)
    assert "audit" not in tex
    assert book_pages(sample.book(), sample.spell).closing_page + 1 == (
        book_pages(book(FIRST, SECOND), sample.spell).closing_page
    )


def test_another_checker_is_named() -> None:
    words = "has changed since these numbers were counted"
    assert words in render_handbook(book(FIRST, SECOND, same_checker=False), spell=sample.spell)
    assert words not in render_handbook(book(FIRST, SECOND), spell=sample.spell)


def test_every_result_is_explained() -> None:
    tex = render_handbook(book(FIRST, SECOND), spell=sample.spell)
    assert all(f"\\auditword{{}}{{{name}}}{{{MEANING[name]}}}" in tex for name in RESULTS)
    with pytest.raises(InternalError, match="explains"):
        audit_pages(Audit(("vanished",), (), True), (), 1)


@pytest.mark.parametrize(
    ("value", "digits"), [(0, "0"), (9999, "9999"), (10000, "10\\,000"), (1234567, "1\\,234\\,567")]
)
def test_digits_stand_in_groups(value: int, digits: str) -> None:
    assert number(value).source == digits


def test_many_topics_take_as_many_pages_as_they_need() -> None:
    pages = book_pages(sample.book(), sample.spell).topics
    many = [
        replace(pages[0], name=f"topic-{k}", no=k, plain="word " * (9 if k % 3 else 2)) for k in range(1, 41)
    ]
    rows = tuple(Audited(page.name, "audited", FIRST.counts) for page in many)
    view = audit_pages(Audit(RESULTS, rows, True), many, 7)
    assert view is not None
    assert [sheet.page for sheet in view.sheets] == list(range(7, 7 + len(view.sheets)))
    assert [row.no for sheet in view.sheets for row in sheet.rows] == [*range(1, 41), 0]
    assert max(len(sheet.rows) for sheet in view.sheets[:-1]) <= 16


def words_of(pdf: Path) -> list[str]:
    """The words of the page on the audit."""
    command = ["pdftotext", "-raw", pdf, "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (page,) = (page for page in text.split("\f") if "would a slip be noticed?" in page)
    return page.split()


def test_the_page_is_set_alike_on_both_papers_and_in_gray(tmp_path: Path) -> None:
    audited = book(FIRST, Audited("gaussian", "changed"), same_checker=False)
    figures = draw_all(audited, tmp_path)
    words = []
    for paper, gray in (("a4", False), ("letter", False), ("a4", True)):
        path = tmp_path / f"{paper}-{gray}.pdf"
        tex = render_handbook(audited, paper, gray, sample.spell)
        path.write_bytes(typeset(tex, "handbook", figures, audited.date))
        words.append(words_of(path))
    assert words[0] == words[1] == words[2]
    assert [word for word in words[0] if word.isdigit()][:8] == ["1", "4200", *map(str, FIRST.counts)]
