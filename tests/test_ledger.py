"""The ledger's records and bytes, and the answer of `check --json`."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from generator.errors import Finding
from generator.ledger import answer, brief, conditions, full, ledger, relative
from generator.model import Entry, Place, Segment, Sentence, Text, Topic, VerifiedBook, VerifiedTopic
from tests.conftest import verdict

TEXT = Text("T", "content/topic.yaml", ((0, 1, 1),))
TOPIC = Topic("topic", "content/topic.yaml", Sentence(TEXT, (Segment("words", TEXT),)))
VERDICTS = (verdict(), verdict("topic/trap-1", "refuted", "trap"))
BOOK = VerifiedBook(
    "Book", "2026-01-01", (VerifiedTopic(TOPIC, VERDICTS),), (), "c0ffee", (("sympy", "1.14.0"),)
)

BRIEF = {"id", "kind", "file", "line", "column", "latex", "status", "method", "evidence"}


def made() -> bytes:
    return ledger(
        BOOK, "inputs", {"paper": "a4"}, {"handbook.pdf": "12ab"}, {"tex/a.tex": ["n = 3", "n", "n = 3"]}
    )


def test_same_book_same_bytes() -> None:
    assert made() == made()
    assert made().endswith(b"}\n")


def test_ledger_holds_every_relation_with_its_evidence() -> None:
    found = json.loads(made())
    assert found["outputs"] == {"handbook.pdf": "12ab"}
    assert found["versions"] == {"sympy": "1.14.0"}
    assert found["counts"] == {"exact": 1, "refuted": 1}
    first, trap, *made_by_us = found["relations"]
    assert first["latex"] == r"a = \frac12"
    assert first["sizes"] == [{"n": 3, "d": 2}, {"n": 5, "d": 4}]
    assert (first["points"], first["bound"], first["seed"]) == (18, "1e-45", 7)
    assert (first["routes"], first["read"]) == (["numpy", "arb"], "(a = (1/2))")
    assert trap["counterexample"]["right"] == "2"
    assert [(each["kind"], each["latex"]) for each in made_by_us] == [
        ("generated", "n = 3"),
        ("generated", "n"),
    ]


def test_what_stands_beside_a_verdict_is_recorded() -> None:
    first = json.loads(made())["relations"][0]
    assert first["witness"] == {
        "sizes": {"n": 3},
        "values": {"x": "(1, 2)"},
        "left": "1.5",
        "right": "1.5",
        "rejected": {"x > 0": 4},
    }
    assert first["sensitivity"]["slip"] == "sign"
    assert first["sensitivity"]["counterexample"]["right"] == "2"
    needed, unknown = first["needs"]
    assert (needed["assumption"], needed["without"], needed["counterexample"]["left"]) == (
        "x > 0",
        "needed",
        "1.5",
    )
    assert (unknown["without"], unknown["change"], unknown["reason"]) == (
        "open",
        "with dependence",
        "no rule",
    )
    assert "counterexample" not in unknown
    bare = full(replace(VERDICTS[0], witness=None, sensitivity=None, needs=()))
    assert not {"witness", "sensitivity", "needs"} & set(bare)


def test_records_have_the_keys_of_the_format() -> None:
    assert set(brief(VERDICTS[0])) == BRIEF
    assert set(brief(VERDICTS[1])) == BRIEF | {"counterexample"}
    assert set(full(VERDICTS[0])) > BRIEF
    assert brief(VERDICTS[0])["evidence"] == "at $n = 3$ and more"


def test_answer_says_what_is_wrong_and_where() -> None:
    finding = Finding(Place("content/a.yaml", 3, 7), "unknown-command", r"unknown command \foo", r"\phi")
    found = json.loads(answer(VERDICTS, [finding]))
    assert found["ok"] is False
    assert found["errors"] == [
        {
            "file": "content/a.yaml",
            "line": 3,
            "column": 7,
            "code": "unknown-command",
            "message": "unknown command \\foo; \\phi",
        }
    ]
    assert [record["id"] for record in found["relations"]] == ["topic/claim-1", "topic/trap-1"]
    assert json.loads(answer(VERDICTS, []))["ok"] is True


@pytest.mark.parametrize(
    ("file", "recorded"),
    [("content/a.yaml", "content/a.yaml"), ("/somewhere/else/a.yaml", "a.yaml"), ("../b/a.yaml", "a.yaml")],
)
def test_no_folder_of_a_machine_is_recorded(file: str, recorded: str) -> None:
    assert relative(file) == recorded


def test_a_condition_has_the_status_of_its_claim() -> None:
    text = Text(r"n \ge 2", "content/topic.yaml", ((0, 9, 9),))
    claim = Entry("topic/claim-1", "claim", latex=TEXT, when=text)
    (record,) = conditions(VerifiedTopic(replace(TOPIC, result=(claim,)), VERDICTS))
    assert (record["id"], record["kind"], record["status"]) == ("topic/claim-1/when", "condition", "exact")
    assert (record["latex"], record["line"], record["column"]) == (r"n \ge 2", 9, 9)
    (unknown,) = conditions(VerifiedTopic(replace(TOPIC, steps=(claim,)), ()))
    assert unknown["status"] == "undecided"
