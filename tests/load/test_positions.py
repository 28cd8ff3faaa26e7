"""Every character of a loaded text knows its place in the file."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from generator.load import load_topic
from generator.model import Sentence, Text

GOOD = sorted((Path(__file__).parents[1] / "cases" / "yaml" / "good").glob("*.yaml"))


def texts(value: object) -> list[Text]:
    if isinstance(value, Text):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in texts(item)]
    if is_dataclass(value) and not isinstance(value, type):
        return [text for item in fields(value) for text in texts(getattr(value, item.name))]
    return []


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_places(path: Path) -> None:
    topic = load_topic(path)
    lines = path.read_text(encoding="utf-8").split("\n")
    found = texts(topic)
    assert found
    for text in found:
        for offset, char in enumerate(text.value):
            place = text.at(offset)
            line = lines[place.line - 1]
            there = line[place.column - 1 : place.column]
            # where a block was folded, the joining space stands for the end of a line
            assert char == there or (char in " \n" and there == "")


def test_sentence_in_segments(tmp_path: Path) -> None:
    path = tmp_path / "topic.yaml"
    path.write_text(
        "title: Why @second holds, if $a$ is, for all $i$, at most $b$\n"
        "steps:\n- claim: a = b\n  as: second\n",
        encoding="utf-8",
    )
    title = load_topic(path).title
    assert isinstance(title, Sentence)
    assert [(item.kind, item.text.value) for item in title.segments] == [
        ("words", "Why "),
        ("ref", "@second"),
        ("words", " holds, if "),
        ("maths", "a"),
        ("words", " is, for all "),
        ("maths", "i"),
        ("words", ", at most "),
        ("maths", "b"),
    ]
    maths = [item for item in title.segments if item.kind == "maths"]
    assert [(item.id, item.after) for item in maths] == [
        ("topic/prose-1", "if"),
        ("topic/prose-2", "all"),
        ("topic/prose-3", "most"),
    ]


def test_letters_and_numbers_are_strings(tmp_path: Path) -> None:
    path = tmp_path / "topic.yaml"
    path.write_text("title: no\npart: 012\nsteps:\n- claim: y\n- claim: n\n", encoding="utf-8")
    topic = load_topic(path)
    assert topic.title.text.value == "no"
    assert topic.part is not None and topic.part.text.value == "012"
    assert [entry.latex and entry.latex.value for entry in topic.steps] == ["y", "n"]
    assert [entry.id for entry in topic.steps] == ["topic/claim-1", "topic/claim-2"]


def test_ids_do_not_depend_on_the_order_of_keys(tmp_path: Path) -> None:
    parts = [
        "result:\n- claim: a = b\n",
        "setup:\n- define: a = b\n- claim: b = a\n",
        "title: A $b$\n",
        "goal: $a$\n",
    ]
    ids = []
    for number, order in enumerate((parts, parts[::-1])):
        path = tmp_path / str(number) / "topic.yaml"
        path.parent.mkdir()
        path.write_text("".join(order), encoding="utf-8")
        topic = load_topic(path)
        assert topic.goal is not None
        ids.append([entry.id for entry in (*topic.setup, *topic.result)] + [topic.goal.segments[0].id])
    assert ids[0] == ids[1] == ["topic/define-1", "topic/claim-1", "topic/claim-2", "topic/prose-2"]
