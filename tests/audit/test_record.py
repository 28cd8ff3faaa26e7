"""The record beside the content: it speaks of the formulas that were audited, or has no numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.audit import record as module
from generator.audit.outcomes import OUTCOMES
from generator.audit.record import audited, fingerprint, kept, record
from generator.errors import BuildError, show
from generator.job import Job
from generator.load import load_book, load_topic
from generator.model import Audit, Audited, Topic
from tests.conftest import ROOT, Run

TOPIC = Path(__file__).parent / "outcomes" / "topic.yaml"
COUNTS = {"topic": {"refused": 7, "refuted": 20, "also true": 1}}
NUMBERS = (7, 20, 0, 0, 1, 0)


@pytest.fixture(scope="module")
def topic() -> Topic:
    return load_topic(TOPIC)


def test_the_books_record_speaks_of_the_book_as_it_is() -> None:
    book = load_book(ROOT / "content" / "book.yaml")
    found = audited(ROOT / "content" / "audit.json", book.topics)
    assert found is not None, "make audit writes it"
    late = [row.topic for row in found.topics if row.state != "audited"]
    assert late == [], "make audit brings it up to date"


def test_what_was_kept_is_read(topic: Topic, tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    assert audited(path, [topic]) is None
    kept(path, COUNTS, [topic])
    assert audited(path, [topic]) == Audit(OUTCOMES, (Audited("topic", "audited", NUMBERS),), True)
    assert [p.name for p in tmp_path.iterdir()] == ["audit.json"]
    assert path.read_text() == record(COUNTS, [topic])


def edited(folder: Path, old: str, new: str) -> Topic:
    """The topic with one place of its file changed."""
    text = TOPIC.read_text()
    assert text.count(old) == 1
    path = folder / TOPIC.name
    path.write_text(text.replace(old, new))
    return load_topic(path)


def places() -> list[tuple[str, str]]:
    """A change of every kind of mathematics that the topic's file holds."""
    return [
        ("n \\ge 2", "n \\ge 3"),
        ("\\frac1n \\sum", "\\frac2n \\sum"),
        ("instead of: ", "instead of: other-"),
    ]


@pytest.mark.parametrize(("old", "new"), places())
def test_changed_mathematics_has_no_numbers(old: str, new: str, topic: Topic, tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    kept(path, COUNTS, [topic])
    found = audited(path, [edited(tmp_path, old, new)])
    assert found is not None
    assert found.topics == (Audited("topic", "changed"),)


def test_changed_words_keep_the_numbers(topic: Topic, tmp_path: Path) -> None:
    assert fingerprint(edited(tmp_path, "title: ", "title: Another ")) == fingerprint(topic)


def test_a_new_topic_has_no_numbers(topic: Topic, tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    kept(path, COUNTS, [])
    found = audited(path, [topic])
    assert found is not None
    assert found.topics == (Audited("topic", "not audited"),)


def test_another_checker_is_noticed(topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "audit.json"
    kept(path, COUNTS, [topic])
    monkeypatch.setattr(module, "checker", lambda: "another")
    found = audited(path, [topic])
    assert found is not None
    assert not found.same_checker


def damages() -> list[str]:
    good = json.loads(record(COUNTS, [load_topic(TOPIC)]))
    row = good["topics"]["topic"]
    return [
        "",
        "{",
        "[]",
        "\x00",
        json.dumps(good | {"schema": 0}),
        json.dumps({key: value for key, value in good.items() if key != "checker"}),
        json.dumps(good | {"topics": []}),
        json.dumps(good | {"topics": {"topic": 7}}),
        json.dumps(good | {"topics": {"topic": row | {"refused": -1}}}),
        json.dumps(good | {"topics": {"topic": row | {"refused": 1.5}}}),
        json.dumps(good | {"topics": {"topic": row | {"refused": True}}}),
        json.dumps(good | {"topics": {"topic": {k: v for k, v in row.items() if k != "survived"}}}),
        json.dumps(good | {"topics": {"topic": {k: v for k, v in row.items() if k != "fingerprint"}}}),
    ]


@pytest.mark.parametrize("text", damages())
def test_a_damaged_record_is_refused_with_its_place(text: str, topic: Topic, tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    path.write_text(text)
    with pytest.raises(BuildError) as caught:
        audited(path, [topic])
    shown = show(caught.value.findings[0])
    assert shown.startswith(f"{path}:1:1: audit-record: ") or "{" in text
    assert "proofboard audit --record" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ("--record", str(TOPIC)),
        ("--record", "--sample", "3"),
        ("--record", "--seeds", "3"),
        ("--seeds", "3", "--sample", "3"),
        ("--seeds", "0"),
    ],
)
def test_usage(proofboard: Run, project: Path, arguments: tuple[str, ...]) -> None:
    assert proofboard("audit", *arguments, cwd=project).returncode == 2


BOOK = "title: One\ndate: 2000-01-01\ntopics:\n- square\n"
SQUARE = r"""title: A square
symbols: |
  a, b, c : scalar
setup:
- define: c = a + 2 b
steps:
- claim: c^2 = a^2 + 4 a b + 4 b^2
- claim: c - a = 2 b
by hand:
  given: |
    a = 3
    b = 5
  claims:
  - c = 13
"""


@pytest.fixture
def square(tmp_path: Path) -> Path:
    """A small book of equations."""
    folder = tmp_path / "book"
    (folder / "content").mkdir(parents=True)
    (folder / "content" / "square.yaml").write_text(SQUARE)
    (folder / "content" / "book.yaml").write_text(BOOK)
    return folder


def test_the_command_keeps_the_totals_of_a_whole_book(proofboard: Run, square: Path) -> None:
    done = proofboard("audit", "--record", cwd=square)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("content/audit.json written\n")
    (row,) = json.loads((square / "content" / "audit.json").read_text())["topics"].values()
    assert row["survived"] == 0 < row["refuted"]


def test_nothing_is_kept_of_a_run_that_fails(proofboard: Run, square: Path) -> None:
    path = square / "content" / "square.yaml"
    path.write_text(SQUARE.replace("c - a = 2 b", "(c - a)^2 > -1"))  # many mutants of it are true as well
    done = proofboard("audit", "--record", "--json", cwd=square)
    assert done.returncode == 1
    assert not json.loads(done.stdout)["ok"]
    assert done.stderr == "nothing was written to content/audit.json\n"
    assert not (square / "content" / "audit.json").exists()


def test_the_record_decides_the_outputs_of_a_book(square: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(square)
    topic = load_topic(Path("content/square.yaml"))
    without = Job().inputs()
    kept(Path("content/audit.json"), {}, [topic])
    empty = Job().inputs()
    kept(Path("content/audit.json"), {"square": {"refuted": 1}}, [topic])
    assert len({without, empty, Job().inputs()}) == 3
    assert Job(("content/square.yaml",)).audit is None


def test_a_build_refuses_a_damaged_record_and_a_check_needs_none(proofboard: Run, square: Path) -> None:
    (square / "content" / "audit.json").write_text('{"schema": 1}')
    assert proofboard("check", cwd=square).returncode == 0
    done = proofboard("build", cwd=square)
    assert done.returncode == 3
    assert "content/audit.json:1:1: audit-record: this is not what an audit writes ('topics')" in done.stderr
    assert not (square / "build" / "handbook.pdf").exists()
