"""`proofboard new` writes a topic that loads, and never over another."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import BuildError
from generator.load import load_topic
from generator.scaffold import scaffold


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_starts_in_the_content_folder(here: Path) -> None:
    assert scaffold("sum-of-squares") == Path("sum-of-squares.yaml")
    (here / "content").mkdir()
    path = scaffold("sum-of-squares", "Basics")
    assert path == Path("content/sum-of-squares.yaml")
    topic = load_topic(path)
    assert topic.title.text.value == "Sum of squares"
    assert topic.part is not None
    assert topic.part.text.value == "Basics"


def test_never_writes_over_a_topic() -> None:
    path = scaffold("mine")
    path.write_text("title: Mine\n")
    with pytest.raises(BuildError) as refused:
        scaffold("mine")
    assert refused.value.findings[0].code == "topic-exists"
    assert path.read_text() == "title: Mine\n"


@pytest.mark.parametrize(
    "name", ["", "book", "Ridge", "a b", "a_b", "-a", "a-", "a--b", "../a", "a/b", "a.yaml", "é"]
)
def test_refuses_names(here: Path, name: str) -> None:
    with pytest.raises(BuildError) as refused:
        scaffold(name)
    assert refused.value.findings[0].code == "topic-name"
    assert list(here.iterdir()) == []
