"""Freshness is decided by bytes, and what decides the outputs is all in the fingerprint."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from generator.fingerprint import LEDGER, OUTPUTS, content_digest, digest, is_current, tree_digest, versions
from generator.job import Job


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in {"a.txt": "1", "sub/b.txt": "2", "sub/c.txt": "3"}.items():
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "tree"


def test_time_does_not_count(tree: Path) -> None:
    before = tree_digest(tree)
    os.utime(tree / "a.txt", (0, 0))
    (tree / "__pycache__").mkdir()
    (tree / "__pycache__" / "a.pyc").write_text("byte code")
    (tree / ".hidden").write_text("of an editor")
    assert tree_digest(tree) == before


def test_bytes_count_even_under_an_old_time(tree: Path) -> None:
    before, then = tree_digest(tree), (tree / "a.txt").stat()
    (tree / "a.txt").write_text("9")
    os.utime(tree / "a.txt", ns=(then.st_atime_ns, then.st_mtime_ns))
    assert tree_digest(tree) != before


def test_names_count(tree: Path) -> None:
    before = tree_digest(tree)
    (tree / "a.txt").rename(tree / "z.txt")
    assert tree_digest(tree) != before


def test_parts_of_a_tree(tree: Path) -> None:
    part = tree_digest(tree, ("sub", "absent"))
    (tree / "a.txt").write_text("9")
    assert tree_digest(tree, ("sub", "absent")) == part
    (tree / "sub" / "b.txt").write_text("9")
    assert tree_digest(tree, ("sub", "absent")) != part


def test_content_is_told_by_name_and_bytes(tree: Path) -> None:
    files = [tree / "sub" / "b.txt", tree / "a.txt"]
    assert content_digest(files) == content_digest(files[::-1])
    before = content_digest(files)
    files[0].write_text("9")
    assert content_digest(files) != before


def test_versions_are_those_that_run() -> None:
    import sympy

    found = dict(versions())
    assert found["sympy"] == sympy.__version__
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"jinja2", "matplotlib", "mpmath", "numpy", "python-flint", "pyyaml"} <= set(found)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A build folder as publishing leaves it."""
    folder = tmp_path / "build"
    (folder / "tex").mkdir(parents=True)
    hashes = {}
    for name in OUTPUTS:
        (folder / name).write_text(name)
        hashes[name] = digest(name)
    (folder / LEDGER).write_text(json.dumps({"inputs": "now", "outputs": hashes}))
    return folder


def test_complete_outputs_are_current(built: Path) -> None:
    assert is_current(built, "now")
    assert not is_current(built, "later")
    assert not is_current(built, "")


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_changed_or_missing_output_is_not_current(built: Path, name: str) -> None:
    (built / name).write_text("half of it")
    assert not is_current(built, "now")
    (built / name).unlink()
    assert not is_current(built, "now")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"inputs": "now"}', '{"inputs": "now", "outputs": {}}']
)
def test_a_damaged_ledger_is_not_current(built: Path, text: str) -> None:
    (built / LEDGER).write_text(text)
    assert not is_current(built, "now")


def test_options_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "book.yaml").write_text("title: B\n")
    (tmp_path / "content" / "a.yaml").write_text("title: A\n")
    jobs = [Job(), Job(gray=True), Job(paper="letter"), Job(("content/a.yaml",)), Job(routes="numeric")]
    assert len({job.inputs() for job in jobs}) == len(jobs)
    assert Job(workers=2).inputs() == Job(workers=1).inputs()
    before = Job().inputs()
    (tmp_path / "content" / "a.yaml").write_text("title: B\n")
    assert Job().inputs() != before
