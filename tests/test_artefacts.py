"""The printed book itself: pages, text, bytes, and what happens when a build fails."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator.fingerprint import LEDGER, OUTPUTS, digest
from generator.load import load_book
from generator.render.document import GENERATED, shifts
from tests.conftest import ROOT

DOCUMENTS = ("handbook.pdf", "slides.pdf")


def build(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`proofboard build` in a folder that holds content."""
    return subprocess.run(
        [sys.executable, "-m", "generator", "build", *options],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def with_content(folder: Path) -> Path:
    shutil.copytree(ROOT / "content", folder / "content")
    return folder


@pytest.fixture(scope="module")
def a4(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book on A4."""
    folder = with_content(tmp_path_factory.mktemp("a4"))
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def letter(a4: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book on Letter, from the verdicts that A4 has left."""
    folder = with_content(tmp_path_factory.mktemp("letter"))
    shutil.copytree(a4 / "build" / ".cache", folder / "build" / ".cache")
    done = build(folder, "--paper", "letter")
    assert done.returncode == 0, done.stderr
    return folder


def tool(*command: str | Path) -> str:
    """What a program of poppler prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def pages(pdf: Path) -> list[list[str]]:
    """The words of each page of a PDF."""
    return [page.split() for page in tool("pdftotext", "-raw", pdf, "-").split("\f")[:-1]]


def outputs(folder: Path) -> dict[str, str]:
    """The hash of each published file."""
    return {name: digest((folder / "build" / name).read_bytes()) for name in (*OUTPUTS, LEDGER)}


def test_ledger_knows_every_output(a4: Path) -> None:
    ledger = json.loads((a4 / "build" / LEDGER).read_bytes())
    recorded = {name: value for name, value in outputs(a4).items() if name != LEDGER}
    assert ledger["outputs"] == recorded
    left = {path.relative_to(a4 / "build").as_posix() for path in (a4 / "build").rglob("*") if path.is_file()}
    assert {name for name in left if not name.startswith(".cache/")} == {*OUTPUTS, LEDGER}
    remembered = {name.split("/")[1] for name in left if name.startswith(".cache/")}
    assert remembered <= {"verdicts.sqlite", "figures"}


def test_every_topic_has_its_pages(a4: Path) -> None:
    text = pages(a4 / "build" / "handbook.pdf")
    assert re.search(rf"Pages:\s+{len(text)}\n", tool("pdfinfo", a4 / "build" / "handbook.pdf"))
    number = 6  # contents (two), how to read, results at a glance (three)
    for topic in load_book(a4 / "content" / "book.yaml").topics:
        title = topic.title.text.value.replace("$", "").replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
        assert title.split()[0] in text[number]
        assert all(len(page) > 100 for page in text[number : number + topic.pages])
        number += topic.pages
    if (a4 / "content" / "audit.json").is_file():
        assert "noticed?" in text[number]  # the page on the audit
        number += 1
    assert number + 1 == len(text)  # the closing page


def test_papers_break_at_the_same_words(a4: Path, letter: Path) -> None:
    for name in DOCUMENTS:
        texts = [list(map("".join, pages(folder / "build" / name))) for folder in (a4, letter)]
        assert texts[0] == texts[1]  # a comma behind a fraction is a word of its own, or is not
    sizes = [tool("pdfinfo", folder / "build" / "handbook.pdf") for folder in (a4, letter)]
    assert "A4" in sizes[0]
    assert "letter" in sizes[1]


@pytest.mark.parametrize("name", ["tex/handbook.tex", "tex/slides.tex"])
def test_every_piece_of_maths_is_in_the_ledger(a4: Path, name: str) -> None:
    records = json.loads((a4 / "build" / LEDGER).read_bytes())["relations"]
    read = {record["latex"] for record in records if record["kind"] != "generated"}
    made = {record["latex"] for record in records if record["kind"] == "generated"}
    printed = shifts((a4 / "build" / name).read_text())
    assert len(printed) > 100
    assert {shift.latex for shift in printed if shift.form == GENERATED} - made == set()
    assert {shift.latex for shift in printed if shift.form != GENERATED} - read == set()


def test_every_relation_passed(a4: Path) -> None:
    for record in json.loads((a4 / "build" / LEDGER).read_bytes())["relations"]:
        expected = {"refuted"} if record["kind"] == "trap" else {
            "proved", "exact", "checked", "definition", "given", "convention", "generated",
        }  # fmt: skip
        assert record["status"] in expected, record["id"]


def test_the_second_checker_agrees(a4: Path) -> None:
    """Run as a sceptic does: on its own, with nothing of ours on the path."""
    done = subprocess.run(
        [sys.executable, "-I", ROOT / "generator" / "recheck.py", "build"],
        cwd=a4, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "the book agrees with its ledger")
    again = sum(int(n) for n in re.findall(r"^[<>=]+ +(\d+) decided again", done.stdout, re.M))
    left = sum(int(n) for n in re.findall(r"^[<>=]+ +.*; not: (\d+) ", done.stdout, re.M))
    assert again > 100
    assert again > 9 * left


@pytest.mark.parametrize("name", DOCUMENTS)
def test_fonts_are_embedded_outlines(a4: Path, name: str) -> None:
    fonts = tool("pdffonts", a4 / "build" / name).splitlines()[2:]
    assert fonts
    for font in fonts:
        assert "Type 3" not in font
        assert re.search(r"\byes yes\b", font), font


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_missing_on_a_page(a4: Path, name: str) -> None:
    words = [word for page in pages(a4 / "build" / name) for word in page]
    assert [word for word in words if "??" in word or "\ufffd" in word] == []


def test_no_time_host_or_path_in_any_output(a4: Path) -> None:
    book = load_book(a4 / "content" / "book.yaml")
    for name in (*OUTPUTS, LEDGER):
        data = (a4 / "build" / name).read_bytes()
        for trace in (f"{a4}/", f"{ROOT}/", "/tmp/"):
            assert trace.encode() not in data, (name, trace)
    for name in DOCUMENTS:
        dates = re.findall(rb"Date ?\(D:(\d{8})", (a4 / "build" / name).read_bytes())
        assert set(dates) <= {book.date.replace("-", "").encode()}


def test_the_same_content_gives_the_same_bytes(a4: Path, tmp_path: Path) -> None:
    """Another folder, time zone, language, hash seed and number of processes."""
    folder = with_content(tmp_path / "somewhere else")
    environment = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "4711", "HOME": str(tmp_path)}
    done = build(folder, "--no-cache", "--workers", "1", **environment)
    assert done.returncode == 0, done.stderr
    assert outputs(folder) == outputs(a4)


def test_nothing_to_do_changes_nothing(a4: Path) -> None:
    before = outputs(a4)
    done = build(a4)
    assert (done.returncode, done.stdout) == (0, "build/ is up to date\n")
    assert outputs(a4) == before


def test_nothing_to_do_imports_no_stage(a4: Path) -> None:
    script = "import sys, runpy, atexit\natexit.register(lambda: print('MODULES', *sys.modules))\n"
    script += "sys.argv[1:] = ['build']\nrunpy.run_module('generator', run_name='__main__')\n"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=a4, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seen = set(done.stdout.partition("MODULES")[2].split())
    stages = {f"generator.{name}" for name in ("load", "notation", "meaning", "verify", "render", "pipeline")}
    assert "generator.job" in seen
    assert seen & (stages | {"sympy", "numpy", "matplotlib", "jinja2", "yaml", "flint"}) == set()


def test_a_wrong_sign_leaves_the_outputs_as_they_were(a4: Path, tmp_path: Path) -> None:
    folder = tmp_path / "edited"
    shutil.copytree(a4, folder)
    before = outputs(folder)
    topic = folder / "content" / "softmax-cross-entropy.yaml"
    right = topic.read_text()
    wrong = right.replace(r"\nabla_z L = p - y", r"\nabla_z L = p + y", 1)
    assert wrong != right
    topic.write_text(wrong)
    done = build(folder)
    assert done.returncode == 1
    assert re.search(r"^content/softmax-cross-entropy\.yaml:\d+:\d+: ", done.stderr, re.M)
    assert "build/ is as it was before" in done.stdout
    assert outputs(folder) == before
    topic.write_text(right)
    assert build(folder).stdout == "build/ is up to date\n"


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_damaged_output_is_repaired(a4: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(a4, folder)
    (folder / "build" / name).write_bytes(b"half")
    assert build(folder).returncode == 0
    assert outputs(folder) == outputs(a4)


def test_without_tex(a4: Path, tmp_path: Path) -> None:
    """Checking works, building says what is missing, and nothing is lost."""
    folder = tmp_path / "no tex"
    shutil.copytree(a4, folder)
    before = outputs(folder)
    done = build(folder, "--gray", PATH="")
    assert done.returncode == 4
    assert "texlive" in done.stderr
    assert outputs(folder) == before
