"""Books: topics in printing order, and all findings of all files together."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import BuildError
from generator.load import load_book

TOPIC = "title: {0}\npart: {1}\nsteps:\n- claim: a = b\n"


def write(folder: Path, book: str, **topics: str) -> Path:
    (folder / "book.yaml").write_text(book, encoding="utf-8")
    for name, text in topics.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "book.yaml"


def codes(path: Path) -> list[str]:
    with pytest.raises(BuildError) as caught:
        load_book(path)
    return [f"{Path(item.place.file).name}:{item.place.line} {item.code}" for item in caught.value.findings]


HEAD = "title: Handbook\ndate: 2026-01-31\nparts:\n- One\n- Two\n"


def test_order_and_an_unlisted_topic_in_its_part(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEAD + "topics:\n- zeroth\n- last\n",
        zeroth=TOPIC.format("Zeroth", "One"),
        last=TOPIC.format("Last", "Two"),
        added=TOPIC.format("Added", "One"),
    )
    book = load_book(path)
    assert [topic.name for topic in book.topics] == ["zeroth", "added", "last"]
    assert (book.title, book.date, book.parts) == ("Handbook", "2026-01-31", ("One", "Two"))


def test_findings_of_all_files_together(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEAD + "topics:\n- first\n- second\n- thrid\n",
        first="title: 'quoted'\n",
        second="titel: x\n",
        third=TOPIC.format("Third", "One"),
    )
    assert codes(path) == [
        "book.yaml:9 unknown-topic",
        "first.yaml:1 quoted-value",
        "second.yaml:1 unknown-key",
        "second.yaml:1 missing-key",
    ]


def test_see_and_part_name_what_is_there(tmp_path: Path) -> None:
    good = TOPIC.format("First", "One")
    path = write(tmp_path, HEAD + "topics:\n- first\n", first=good + "see: [secund]\n", second=good)
    assert codes(path) == ["first.yaml:5 unknown-topic"]
    path = write(tmp_path, HEAD + "topics:\n- first\n", first=TOPIC.format("First", "Three"), second=good)
    assert codes(path) == ["first.yaml:2 unknown-part"]


def test_date_is_a_date(tmp_path: Path) -> None:
    good = TOPIC.format("First", "One")
    path = write(tmp_path, HEAD.replace("01-31", "02-31"), first=good)
    assert codes(path) == ["book.yaml:2 not-a-date"]


def test_book_without_topics(tmp_path: Path) -> None:
    assert codes(write(tmp_path, HEAD)) == ["book.yaml:1 no-topic"]


def test_missing_book(tmp_path: Path) -> None:
    assert codes(tmp_path / "book.yaml") == ["book.yaml:1 no-such-file"]
