"""Laws, coverage, generating functions: claims of a file `true` are proved, those of a `false` one not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from generator.load import load_topic
from generator.notation.topic import read_topic
from generator.notation.tree import bare
from generator.verify.distribution import event_parts
from generator.verify.judge import Options
from generator.verify.proof.induction import prove
from generator.verify.proof.pivots import prove_coverage, prove_law
from generator.verify.proof.prove import Proof
from generator.verify.question import Question
from generator.verify.topic import TopicCheck

CASES = Path(__file__).parent / "samples"


@cache
def questions(file: str) -> dict[str, Question]:
    """Every claim of a file by its name."""
    read = read_topic(load_topic(CASES / file))
    check = TopicCheck(read, Options())
    return {s.id.split("/")[1]: check.question(s) for s in read.statements if s.kind == "claim"}


def names(kind: str) -> list[tuple[str, str]]:
    """Every claim of the files of a kind: (file, name)."""
    return [
        (path.name, name) for path in sorted(CASES.glob(f"*{kind}.yaml")) for name in questions(path.name)
    ]


def answer(question: Question) -> Proof | None:
    left, right = (bare(arg) for arg in question.expr.args)
    if right.head == "law":
        return prove_law(question.program, question.statement, question.expr.args[0], right)
    if left.head != "Pr":
        return prove(question)
    parts = event_parts(question.program, bare(left.args[0]))
    return prove_coverage(question.program, question.statement, parts, question.expr.args[1])


@pytest.mark.parametrize(("file", "name"), names("true"))
def test_proved(file: str, name: str) -> None:
    assert answer(questions(file)[name]) is not None


@pytest.mark.parametrize(("file", "name"), names("false"))
def test_not_proved(file: str, name: str) -> None:
    assert answer(questions(file)[name]) is None
