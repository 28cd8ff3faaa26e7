"""Other points, the same verdicts: no statement depends on the luck of its sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.audit import seeds as module
from generator.audit.seeds import Alarm, Steadiness, as_json, as_text, steadiness
from generator.errors import InternalError
from generator.load import load_topic
from generator.model import Verdict
from generator.notation.topic import read_topic
from generator.notation.tree import ReadTopic
from generator.verify import Options, verify_topic
from tests.conftest import ROOT, Run, verdict

TOPIC = Path(__file__).parent / "outcomes" / "topic.yaml"
REFUTE = ROOT / "tests" / "cases" / "refute"

#: Cases whose verdict once depended on the seed: what had to be met was met by chance only.
LUCKY = (
    "hole-where-equal",  # two numbers that are equal already
    "maximum-at-closed-end",  # competitors inside the domain
    "square-minus-a-little-irrational",  # a violation on a thin set
    "unit-vector-positive",  # vectors of every direction
    "bound-reached-on-a-curve",  # a point where the bound is reached
)


@pytest.mark.parametrize("name", LUCKY)
def test_a_verdict_rests_on_no_luck(name: str) -> None:
    found = steadiness([load_topic(REFUTE / f"{name}.yaml")], 24)
    assert found.alarms == ()


def test_a_few_seeds_of_the_book() -> None:
    names = ("gaussian-mle", "attention-shapes", "softmax-cross-entropy")
    found = steadiness([load_topic(ROOT / "content" / f"{name}.yaml") for name in names], 3)
    assert found.alarms == ()


def test_another_seed_has_other_points() -> None:
    read = read_topic(load_topic(TOPIC))
    zero, again, one = (verify_topic(read, Options("numeric", seed)) for seed in (0, 0, 1))
    assert zero == again
    assert {v.id: v.seed for v in zero}.keys() == {v.id: v.seed for v in one}.keys()
    assert all(a.seed != b.seed for a, b in zip(zero, one, strict=True) if a.kind != "convention")
    assert [v.witness for v in zero] != [v.witness for v in one]


def unlucky(read: ReadTopic, options: Options) -> tuple[Verdict, ...]:
    """A checker that finds fault with one formula under two seeds."""
    status = "undecided" if options.seed in (2, 7) else "proved"
    return (verdict("t/1", status), verdict("t/2", "exact"))


def test_every_verdict_that_differs_is_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "verify_topic", unlucky)
    found = steadiness([load_topic(TOPIC)], 9)
    assert found == Steadiness(9, 2, tuple(Alarm("t/1", seed, "proved", "undecided", "") for seed in (2, 7)))
    assert not json.loads(as_json(found))["ok"]
    assert as_text(found).splitlines() == [
        "t/1: proved, but undecided under seed 2, 7",
        "2 statements under 9 other seeds: 2 verdicts differ",
    ]


def test_a_crash_is_a_bug_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(read: ReadTopic, options: Options) -> tuple[Verdict, ...]:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "verify_topic", crash)
    with pytest.raises(InternalError, match=r"^topic, seeds 0 to 2: .*bug"):
        steadiness([load_topic(TOPIC)], 2)


def test_routes_that_disagree_are_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    def disagree(read: ReadTopic, options: Options) -> tuple[Verdict, ...]:
        if options.seed == 3:
            raise InternalError("two routes disagree on t/1")
        return (verdict("t/1", "proved"),)

    monkeypatch.setattr(module, "verify_topic", disagree)
    found = steadiness([load_topic(TOPIC)], 4)
    assert found.alarms == (Alarm("topic", 3, "", "bug", "two routes disagree on t/1"),)
    assert as_text(found).startswith("topic: bug under seed 3: two routes disagree on t/1\n")


def test_command(proofboard: Run) -> None:
    done = proofboard("audit", str(TOPIC), "--seeds", "6", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["ok"], told["seeds"], told["alarms"]) == (True, 6, [])
    assert proofboard("audit", str(TOPIC), "--seeds", "6", "--json", "--workers", "1").stdout == done.stdout
