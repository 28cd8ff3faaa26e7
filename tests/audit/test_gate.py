"""How a mutant ends: the first words of a case file's name; and a checker that sleeps is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.audit import gate as gate_module
from generator.audit.gate import Gate
from generator.audit.run import audit
from generator.audit.targets import Target, targets
from generator.errors import BuildError
from generator.load import load_topic
from generator.model import Book, Topic, Verdict
from generator.notation.topic import read_topic
from generator.notation.tree import ReadTopic
from generator.verify import verify_topic
from generator.verify.gate import require
from generator.verify.question import Answer
from tests.conftest import ROOT, Run

FOLDER = Path(__file__).parent / "outcomes"
CASES = sorted(FOLDER.glob("*.txt"))
TOPIC = FOLDER / "topic.yaml"


@pytest.fixture(scope="module")
def gate() -> Gate:
    topic = load_topic(TOPIC)
    return Gate(topic, read_topic(topic))


@pytest.fixture(scope="module")
def found(gate: Gate) -> dict[str, Target]:
    return {target.id: target for target in targets(gate.topic, gate.read)}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_outcome(path: Path, gate: Gate, found: dict[str, Target]) -> None:
    identity, latex = path.read_text(encoding="utf-8").strip().split("\n\n")
    result = gate.outcome(found[identity], latex).result
    assert path.stem.startswith(result.replace(" ", "-"))


def test_a_domain_that_is_needed_and_one_that_is_not(gate: Gate, found: dict[str, Target]) -> None:
    block = found["topic/symbols"]
    assert gate.outcome(block, block.latex.replace("q < 1", r"q \le 1")).result == "refuted"
    assert gate.outcome(block, block.latex.replace(r"n \ge 2", r"n \ge 1")).result == "also true"


FALSE = r"\sum_{i=1}^n (x_i - \bar x)^2 = \sum_{i=1}^n x_i^2 - \bar x^2"


def test_what_a_blind_checker_passes_survives(
    gate: Gate, found: dict[str, Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_module, "judge", lambda question: Answer("checked"))
    assert gate.outcome(found["topic/split"], FALSE).result == "survived"
    assert gate.outcome(found["topic/sign"], r"\sum_{i=1}^n (x_i - \bar x)^2 < 0").result == "survived"
    assert gate.outcome(found["topic/mean"], r"\bar x = \frac2n \sum_{i=1}^n x_i").result == "survived"
    assert gate.outcome(found["topic/by-hand-1"], r"\bar x = 3").result == "survived"


def test_what_a_trap_makes_true_survives_a_checker_that_refutes_all(
    gate: Gate, found: dict[str, Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    true = r"\mathrm{Var}(\bar x) = \frac1n \sigma^2"
    assert gate.outcome(found["topic/trap-1"], true).result == "refused"
    monkeypatch.setattr(gate_module, "refuted_everywhere", lambda question: (Answer("refuted"), ""))
    assert gate.outcome(found["topic/trap-1"], true).result == "survived"


def test_what_is_not_known_is_undecided(
    gate: Gate, found: dict[str, Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_module, "judge", lambda question: Answer("undecided", reason="too much work"))
    assert gate.outcome(found["topic/split"], FALSE).result == "undecided"


def test_number_of_workers_and_repetition_change_nothing() -> None:
    one, two = (audit([str(TOPIC)], workers, 60, 5) for workers in (1, 2))
    assert one == two
    assert len(one.records) == 60
    assert audit([str(TOPIC)], 1, 60, 6).records != one.records


def test_a_sample_of_the_book_has_no_survivor() -> None:
    report = audit([str(ROOT / "content" / "book.yaml")], 2, 400, 1)
    assert len(report.records) == 400
    assert report.survivors == ()
    assert report.counts()["all"]["undecided"] <= 8


def test_command_counts_and_answers_json(proofboard: Run) -> None:
    done = proofboard("audit", str(TOPIC), "--sample", "30", "--json")
    assert done.returncode == 0
    assert '"mutants": 30' in done.stdout


@pytest.mark.parametrize(
    ("true", "words"),
    [
        (r"\mathrm{Var}(\bar x) = \frac{\sigma^2}{n}", "this is the claim"),
        (r"\mathrm{Var}(\bar x) = \frac{2 \sigma^2}{2 n}", "a trap must be false"),
    ],
)
def test_a_trap_made_true_fails_the_build(
    gate: Gate, found: dict[str, Target], tmp_path: Path, true: str, words: str
) -> None:
    """The mutant that makes a trap true is refused, and so is the topic that prints it."""
    trap = found["topic/trap-1"]
    assert gate.outcome(trap, true).result == "refused"
    source = TOPIC.read_text(encoding="utf-8").replace(f"wrong: {trap.latex}", f"wrong: {true}")
    (tmp_path / "topic.yaml").write_text(source, encoding="utf-8")
    with pytest.raises(BuildError) as caught:
        require(*_book(load_topic(tmp_path / "topic.yaml")))
    assert words in caught.value.findings[0].message


def _book(topic: Topic) -> tuple[Book, list[tuple[ReadTopic, tuple[Verdict, ...]]]]:
    read = read_topic(topic)
    return Book("One", "2026-01-01", (topic,)), [(read, verify_topic(read))]
