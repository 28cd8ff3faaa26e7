"""The book's own pages, set with verdicts of the usual length: budgets, places, figures, slides."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator.load import load_book
from generator.model import Counterexample, Evidence, Maths, Verdict, VerifiedBook, VerifiedTopic
from generator.notation.topic import read_topic
from generator.notation.tree import ReadTopic
from generator.render.chips import written
from generator.render.document import book_pages, render_handbook, render_slides, shifts, topic_pages
from generator.render.figures import draw_all
from generator.render.typeset import typeset
from generator.verify.curves import draw_figures
from tests.conftest import ROOT

WORDS: Evidence = ("symbolic identity at ", Maths("d = 3, 4"), ", ", Maths("n = 2, 3, 4"))
FALSE = Counterexample((("n", 2),), (("x", "(9/16, 19/16)"), ("p", "17/64")), "2.72340", "-2.72340")
STATUS = {"define": "definition", "given": "given", "expression": "definition", "symbol": "definition"}


def verified(read: ReadTopic) -> VerifiedTopic:
    """The topic with a verdict of ordinary length for each of its statements."""
    drawn = draw_figures(read)
    verdicts = [
        Verdict(
            s.id, s.kind, s.latex.at(0), s.latex.value, STATUS.get(s.kind, "exact"),
            evidence=("pinned",) if s.kind in STATUS else WORDS,
        )
        for s in read.statements
    ]  # fmt: skip
    verdicts += [
        Verdict(s.id, "trap", s.latex.at(0), s.latex.value, "refuted", counterexample=FALSE)
        for _, s in read.traps
    ]
    scope = read.scopes["topic"]
    symbols = tuple(scope.symbols.values())
    return VerifiedTopic(
        read.topic, (*verdicts, *drawn.verdicts), symbols, scope.restrictions, (), drawn.figure, drawn.example
    )


@pytest.fixture(scope="module")
def book() -> VerifiedBook:
    loaded = load_book(ROOT / "content" / "book.yaml")
    topics = tuple(verified(read_topic(topic)) for topic in loaded.topics)
    versions = (("proofboard", "0.1.0"), ("python", "3.11.9"))
    return VerifiedBook(loaded.title, loaded.date, topics, loaded.parts, "3f9a1c27d0b54e8e", versions)


def words_of(pdf: Path) -> list[list[str]]:
    text = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True, check=True).stdout
    return [page.split() for page in text.split("\f")[:-1]]


@pytest.fixture(scope="module")
def printed(book: VerifiedBook, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[str]]]:
    """The words of each page on both papers. A topic over its budget raises here."""
    folder = tmp_path_factory.mktemp("book")
    figures = draw_all(book, folder)
    out = {}
    for paper in ("a4", "letter"):
        pdf = folder / f"{paper}.pdf"
        pdf.write_bytes(typeset(render_handbook(book, paper), "handbook", figures, book.date))
        out[paper] = words_of(pdf)
    return out


def test_both_papers_break_at_the_same_words(printed: dict[str, list[list[str]]]) -> None:
    a4, letter = (list(map("".join, printed[paper])) for paper in ("a4", "letter"))
    assert a4 == letter  # a comma behind a fraction is a word of its own, or is not


def test_every_topic_stands_on_the_pages_of_its_budget(
    book: VerifiedBook, printed: dict[str, list[list[str]]]
) -> None:
    views = topic_pages(book, book_pages(book).topics[0].page, written)
    assert len(views) == 20
    for view in views:
        for page in range(view.page, view.page + view.pages):
            words = printed["a4"][page - 1]
            assert words[-1] == str(page) or str(page) in words[-3:]
            assert len(words) > 120, f"{view.name} leaves page {page} nearly empty"
            assert f"{view.no}" in words[:12]
    assert len(printed["a4"]) == views[-1].page + views[-1].pages  # and the closing page


def test_results_at_a_glance_are_even(book: VerifiedBook, printed: dict[str, list[list[str]]]) -> None:
    pages = book_pages(book)
    assert [len(sheet.topics) for sheet in pages.sheets] == [6, 7, 7]
    assert printed["a4"][pages.sheets[0].page - 1][2:5] == ["At", "a", "glance"]


def test_every_figure_is_on_its_page(book: VerifiedBook) -> None:
    tex = render_handbook(book)
    drawn = [t for t in book.topics if t.figure is not None or t.example_figure is not None]
    assert len(drawn) == 12
    assert tex.count(r"\wbfigure{") == len(drawn)
    recorded = {v.latex for t in book.topics for v in t.verdicts}
    labels = {label for t in drawn for f in (t.figure, t.example_figure) if f for label, _ in f.curves}
    assert labels <= recorded & {shift.latex for shift in shifts(tex)}


def test_slides_hold_everything_that_is_put_on_them(book: VerifiedBook, tmp_path: Path) -> None:
    tex = render_slides(book)
    (tmp_path / "slides.pdf").write_bytes(typeset(tex, "slides", (), book.date))
    said = [t.topic.say for t in book.topics if t.topic.say]
    pages = words_of(tmp_path / "slides.pdf")
    assert len(pages) > sum(len(t.topic.steps) + len(t.topic.result) for t in book.topics)
    for sentence in said:
        last = sentence.segments[-1].text.value.split()[-1].strip(".")
        assert any(last in word for page in pages for word in page)
