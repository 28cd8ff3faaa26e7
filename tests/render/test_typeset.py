"""PDFs: limits hold, logs become findings with places, both papers break alike, bytes repeat."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from generator.errors import BuildError, InternalError, ToolchainError
from generator.model import VerifiedBook
from generator.render.document import render_handbook, render_slides
from generator.render.figures import draw, draw_all
from generator.render.texlog import read_log
from generator.render.typeset import Job, epoch, publish, typeset, typeset_all
from tests.render import sample

DATE = "2024-05-01"
HEAD = "\\documentclass[11pt]{article}\n\\usepackage[a4]{whiteboard}\n\\begin{document}\n"


def body(tex: str) -> str:
    return HEAD + "\\wbplace{gaussian:12:5}\n" + tex + "\n\\end{document}\n"


def made(folder: Path, paper: str = "a4", gray: bool = False, book: VerifiedBook | None = None) -> bytes:
    book = book or sample.book()
    tex = render_handbook(book, paper, gray, sample.spell)
    return typeset(tex, "handbook", draw_all(book, folder, gray), DATE)


def words_of(pdf: bytes, folder: Path) -> list[list[str]]:
    (folder / "x.pdf").write_bytes(pdf)
    out = subprocess.run(["pdftotext", "-raw", "x.pdf", "-"], cwd=folder, capture_output=True, check=True)
    return [page.replace(".", " ").split() for page in out.stdout.decode().split("\f")[:-1]]


def test_same_bytes_and_same_words_on_both_papers(tmp_path: Path) -> None:
    a4 = made(tmp_path)
    assert a4 == made(tmp_path)
    pages = words_of(a4, tmp_path)
    assert pages == words_of(made(tmp_path, "letter"), tmp_path)
    assert len(pages) == 6
    assert "wrong:" in pages[3]


def test_document_properties(tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(made(tmp_path))
    shown = subprocess.run(
        ["pdfinfo", "b.pdf"], cwd=tmp_path, capture_output=True, check=True, text=True
    ).stdout
    assert "Title:           Whiteboard Handbook" in shown
    assert "CreationDate" not in shown and "ModDate" not in shown
    names = subprocess.run(
        ["pdfinfo", "-dests", "b.pdf"], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    assert '"eq.2.7"' in names.stdout and '"topic.1"' in names.stdout


def test_gray_pages_hold_no_colour(tmp_path: Path) -> None:
    for gray, coloured in ((True, False), (False, True)):
        (tmp_path / "g.pdf").write_bytes(made(tmp_path, gray=gray))
        page = subprocess.run(
            ["pdftoppm", "-r", "20", "-f", "4", "-l", "4", "g.pdf"],
            cwd=tmp_path,
            capture_output=True,
            check=True,
        ).stdout
        pixels = page.split(b"\n", 3)[3]
        spread = max(max(pixels[k : k + 3]) - min(pixels[k : k + 3]) for k in range(0, len(pixels) - 2, 3))
        assert (spread > 30) is coloured


def test_slides_fit_and_reveal(tmp_path: Path) -> None:
    pages = words_of(typeset(render_slides(sample.book(), spell=sample.spell), "slides", [], DATE), tmp_path)
    assert len(pages) == 15  # the first has the book's title
    assert set(pages[2]) - {"3"} <= set(pages[3])


REFUSED = {
    "formula-too-wide": r"\eqrow{6mm}{}{\formula{" + "a + " * 60 + r"b}}{}{\rail{proved}{1.1}{x}}",
    "line-too-wide": r"\hbox to 20mm{\rule{30mm}{1mm}}",
    "page-too-full": r"\vbox to 20mm{\hrule height 300mm}",
    "tex-error": r"\formula{\nosuchcommand}",
    "missing-glyph": r"\wbmath{\mathrm{\char200}}",
    "unresolved-link": r"\wblink{eq.9.9}{there}",
    "page-over-budget": r"\wbplan{gaussian}{1}{1}\wbpages{begin}{gaussian}"
    r"\hrule\vskip150mm\hrule\vskip90mm\hrule\wbpages{end}{gaussian}",
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_does_not_fit_names_its_line(code: str) -> None:
    with pytest.raises(BuildError) as caught:
        typeset(body(REFUSED[code]), "handbook", [], DATE, {"gaussian": "content/gaussian.yaml"})
    found = {finding.code: finding for finding in caught.value.findings}
    assert str(found[code].place) == "content/gaussian.yaml:12:5"
    assert found[code].kind == "toolchain" and found[code].remedy
    assert caught.value.exit_code == 4


def test_too_wide_formulas_are_shown_together() -> None:
    row = REFUSED["formula-too-wide"]
    with pytest.raises(BuildError) as caught:
        typeset(body(row + "\\wbplace{gaussian:14:5}" + row), "handbook", [], DATE)
    assert [finding.place.line for finding in caught.value.findings] == [12, 14]


@pytest.mark.parametrize("anchor, x, room", [("l", 17.0, 22), ("r", 6.6, 7)])
def test_label_wider_than_its_figure_is_refused(anchor: str, x: float, room: int, tmp_path: Path) -> None:
    (tmp_path / "f.pdf").write_bytes(draw(sample.SIGMOID))
    row = r"\wbfigure{f.pdf}{39.0}{40.0}{\figlabel{%s}{9.0}{%s}{\wbmath{\rule{%smm}{1mm}}}}{feff}{}"
    typeset(body(row % (x, anchor, room)), "handbook", [tmp_path / "f.pdf"], DATE)
    with pytest.raises(BuildError) as caught:
        typeset(body(row % (x, anchor, room + 2)), "handbook", [tmp_path / "f.pdf"], DATE)
    assert [finding.code for finding in caught.value.findings] == ["formula-too-wide"]


def test_example_begins_on_the_second_page_of_a_spread(tmp_path: Path) -> None:
    gaussian = sample.gaussian()
    spread = replace(gaussian, topic=replace(gaussian.topic, pages=2))
    pages = words_of(made(tmp_path, book=sample.book(sample.logistic(), spread)), tmp_path)
    assert gaussian.topic.example is not None
    assert [("EXAMPLE" in words, "HAND" in words) for words in pages[4:6]] == [(False, True), (True, False)]


def test_slide_too_full_is_refused() -> None:
    tex = body(r"\slidetitle{1}{T}{topic.1}\boardclear\boardadd{\rule{1mm}{70mm}}\boardship")
    with pytest.raises(BuildError) as caught:
        typeset(tex.replace("[a4]", "[slides]"), "slides", [], DATE)
    assert "slide-too-full" in {finding.code for finding in caught.value.findings}


def test_topic_that_runs_over_is_refused(tmp_path: Path) -> None:
    gaussian = sample.gaussian()
    notes = gaussian.topic.notes * 20
    long = replace(gaussian, topic=replace(gaussian.topic, notes=notes))
    with pytest.raises(BuildError) as caught:
        made(tmp_path, book=sample.book(sample.logistic(), long))
    assert {finding.code for finding in caught.value.findings} == {"page-over-budget"}
    spread = replace(long, topic=replace(long.topic, pages=2))
    pages = words_of(made(tmp_path, book=sample.book(sample.logistic(), spread)), tmp_path)
    assert len(pages) == 7  # a spread begins on any page: no empty one comes before it


FORBIDDEN = {
    "reads outside": r"\input{/etc/hostname}",
    "reads above": r"\input{../../../etc/hostname}",
    "writes outside": r"\newwrite\w\immediate\openout\w=/tmp/proofboard-escape.tex",
    "writes above": r"\newwrite\w\immediate\openout\w=../proofboard-escape.tex",
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_engine_is_shut_in(name: str) -> None:
    with pytest.raises((BuildError, ToolchainError)):
        typeset(body(FORBIDDEN[name]), "handbook", [], DATE)


def test_no_command_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    typeset(body(rf"\immediate\write18{{touch {mark}}}x"), "handbook", [], DATE)
    assert not mark.exists()


def test_endless_run_is_stopped() -> None:
    with pytest.raises(ToolchainError, match="longer"):
        typeset(body(r"\def\a{\a}\a"), "handbook", [], DATE, seconds=1.0)


def test_endless_output_is_stopped() -> None:
    loop = r"\loop\immediate\write-1{0123456789012345678901234567890123456789}\iftrue\repeat"
    with pytest.raises(ToolchainError, match="bytes"):
        typeset(body(loop), "handbook", [], DATE, limit=1_000_000)


def test_missing_tex_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolchainError, match="texlive-latex-recommended"):
        typeset(body("x"), "handbook", [], DATE)


def test_findings_of_both_documents_are_shown_together() -> None:
    jobs = [Job("handbook", body(REFUSED["tex-error"])), Job("slides", body(REFUSED["line-too-wide"]))]
    with pytest.raises(BuildError) as caught:
        typeset_all(jobs, DATE)
    assert [finding.code for finding in caught.value.findings] == ["tex-error", "line-too-wide"]


LOGS = {
    "rerun": ("LaTeX Warning: Label(s) may have changed. Rerun to get cross-references right.", True, []),
    "clean": ("Underfull \\hbox (badness 10000) in paragraph at lines 1--2", False, []),
    "reference": (
        "LaTeX Warning: Reference `x' on page 1 undefined on input line 3.",
        False,
        ["unresolved-reference"],
    ),
    "font": ("LaTeX Font Warning: Font shape `T1/abc/m/n' undefined", False, ["missing-font"]),
    "fatal line alone is no second error": (
        "!  ==> Fatal error occurred, no output PDF file produced!",
        False,
        [],
    ),
}


PAGES = {
    "on its page": (("begin a 4 0.0pt", "end a 4 600.0pt"), []),
    "one page over": (
        ("begin a 4 0.0pt", "end a 5 72.27pt"),
        ["page-over-budget: a runs 25 mm past its 1 page"],
    ),
    "by what it needs in the closest setting": (
        ("begin a 4 0.0pt", "excess 28.4528pt", "end a 5 170.0pt"),
        ["page-over-budget: a runs 10 mm past its 1 page"],
    ),
    "elsewhere than in the contents": (
        ("begin a 5 0.0pt", "end a 5 600.0pt"),
        ["page-plan: a begins on page 5, not on page 4 as its contents say"],
    ),
    "after one that ran over": (
        ("begin a 4 0.0pt", "end a 5 72.27pt", "plan b 5 1", "begin b 6 0.0pt", "end b 6 9.0pt"),
        ["page-over-budget: a runs 25 mm past its 1 page"],
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_budget(name: str) -> None:
    lines, wanted = PAGES[name]
    log = "\n".join(f"wb-{line}" for line in ("plan a 4 1", *lines))
    assert [f"{found.code}: {found.message}" for found in read_log(log).findings] == wanted


@pytest.mark.parametrize("name", LOGS)
def test_log_lines(name: str) -> None:
    log, rerun, codes = LOGS[name]
    reading = read_log(log)
    assert (reading.rerun, [finding.code for finding in reading.findings]) == (rerun, codes)


def test_date_decides() -> None:
    assert epoch("2024-05-01") == 1714521600
    with pytest.raises(InternalError):
        epoch("the first of May")


def test_publishing_puts_the_ledger_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    rename = Path.replace
    monkeypatch.setattr(Path, "replace", lambda a, b: (order.append(Path(b).name), rename(a, b))[1])
    publish(tmp_path, {"handbook.pdf": b"1", "tex/handbook.tex": b"2"}, json.dumps({}).encode())
    assert order == ["handbook.pdf", "handbook.tex", "ledger.json"]
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == [
        "handbook.pdf",
        "handbook.tex",
        "ledger.json",
    ]


def test_failed_publishing_leaves_the_earlier_outputs(tmp_path: Path) -> None:
    publish(tmp_path, {"a.pdf": b"old"}, b"{}")
    (tmp_path / "tex").write_bytes(b"a file where a folder should be")
    with pytest.raises(OSError):
        publish(tmp_path, {"a.pdf": b"new", "tex/b.tex": b"new"}, b"{new}")
    assert (tmp_path / "a.pdf").read_bytes() == b"old"
    assert (tmp_path / "ledger.json").read_bytes() == b"{}"
    assert not list(tmp_path.glob(".*.new"))
