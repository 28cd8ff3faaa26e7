"""The report: six counts, every mutant that was not stopped, and what makes the run fail."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from generator.audit.outcomes import OUTCOMES
from generator.audit.report import Record, Report, as_json, as_text, summary

ONE = Record("t", "t/1", "claim", "half", "factor", "a = b", "a = 2 b", "refuted", "the two sides differ")

TRUE = replace(ONE, result="also true", relation="<=")
UNDECIDED = replace(ONE, result="undecided")


def report(*records: Record, stopped: int = 0, sample: bool = False) -> Report:
    """Some records among `stopped` others that were refuted."""
    return Report((*records, *[ONE] * stopped), sample)


def test_every_record_is_counted_once() -> None:
    records = [replace(ONE, mutant=f"a = {k}", result=result) for k, result in enumerate(OUTCOMES)]
    found = Report(tuple(records))
    for field in ("topic", "slip", "operator", "target", ""):
        assert sum(number.total() for number in found.counts(field).values()) == len(OUTCOMES)
    assert summary(found) == "6 mutants: 2 stopped, 1 undecided, 1 equal, 1 also true, 1 survived"
    told = json.loads(as_json(found))
    assert told["results"] == dict.fromkeys(OUTCOMES, 1)
    assert told["topics"]["t"] == told["slips"]["factor"] == told["results"]
    assert as_json(found) == as_json(Report(tuple(records)))


@pytest.mark.parametrize("result", ["survived", "undecided", "also true"])
def test_what_was_not_stopped_is_listed_with_both_strings_by_its_reason(result: str) -> None:
    first = replace(ONE, result=result, reason="why", mutant="a = 3 b")
    second = replace(first, operator="double", mutant="a = 4 b")
    third = replace(first, id="t/2", reason="another why", original="c = d", mutant="c = 5 d")
    text = as_text(report(first, second, third))
    assert f"{result}: why (2)\n  t/1\n    printed           a = b\n    half              a = 3 b\n" in text
    assert "    double            a = 4 b\n" in text
    assert f"{result}: another why (1)\n  t/2\n    printed           c = d\n" in text
    told = json.loads(as_json(report(first, second, third)))
    name = result.replace(" ", "_")
    assert [(r["original"], r["mutant"]) for r in told[name]] == [
        ("a = b", "a = 3 b"), ("a = b", "a = 4 b"), ("c = d", "c = 5 d")
    ]  # fmt: skip
    assert told["reasons"][name] == {"why": 2, "another why": 1}


def test_of_a_block_the_changed_line_is_shown() -> None:
    block = "n   : size, n \\ge 2\na, b : scalar\na < b"
    wider = replace(TRUE, target="symbols", original=block, mutant=block.replace("2", "1"))
    fewer = replace(wider, operator="drop", mutant=block.removesuffix("\na < b"))
    text = as_text(report(wider, fewer))
    assert "    half              n : size, n \\ge 2  becomes  n : size, n \\ge 1\n" in text
    assert "    drop              a < b  becomes  nothing\n" in text


def test_what_was_stopped_is_not_listed() -> None:
    assert "a = 2 b" not in as_text(report(ONE))


@pytest.mark.parametrize(
    ("records", "stopped", "words"),
    [
        ((replace(ONE, result="survived"),), 10_000, "1 survived"),
        ((UNDECIDED,), 98, "undecided are 1.01% of all mutants, at most 1% may be"),
        ((TRUE,), 48, "also true are 2.04% of the claims' mutants, at most 2% may be"),
        ((TRUE, replace(ONE, target="symbols")), 48, "also true are 2.04% of the claims' mutants"),
        ((replace(TRUE, relation="="),), 10_000, "1 also true of an equation, a definition or a given"),
        ((replace(TRUE, target="define"),), 10_000, "1 also true of an equation, a definition or a given"),
        ((replace(TRUE, target="given"),), 10_000, "1 also true of an equation, a definition or a given"),
    ],
)
def test_a_run_fails(records: tuple[Record, ...], stopped: int, words: str) -> None:
    found = report(*records, stopped=stopped)
    assert [fault.startswith(words) for fault in found.faults] == [True]
    assert f"this fails: {words}" in as_text(found)
    told = json.loads(as_json(found))
    assert not told["ok"]
    assert told["faults"] == list(found.faults)


@pytest.mark.parametrize(
    ("records", "stopped", "sample"),
    [
        ((), 1, False),
        ((UNDECIDED,), 99, False),
        ((TRUE,), 49, False),
        ((replace(TRUE, target="symbols"),), 1, False),  # a domain wider than is needed
        ((UNDECIDED, TRUE), 1, True),  # a sample says nothing about shares
    ],
)
def test_a_run_passes(records: tuple[Record, ...], stopped: int, sample: bool) -> None:
    found = report(*records, stopped=stopped, sample=sample)
    assert found.faults == ()
    assert json.loads(as_json(found))["ok"]
