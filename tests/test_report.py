"""What `explain` says of a verdict, line by line."""

from __future__ import annotations

from dataclasses import replace

from generator.model import Counterexample, Need, Sensitivity, Verdict, Witness
from generator.report import explanation
from tests.conftest import verdict

POINT = Witness((("n", 3),), (("x", "1/2"),), "1.5", "1.5", (("x>0", 4), ("x<9", 1)))
HERE = Counterexample((("n", 3),), (("x", "1/2"),), "1.5", "3")
ELSEWHERE = Counterexample((("n", 3),), (("x", "-1/2"),), "", "")


def rows(found: Verdict) -> list[str]:
    """The lines of the explanation, label and text, without their indentation."""
    return [" ".join(line.split()) for line in explanation(found).splitlines()]


def test_the_point_and_what_was_rejected() -> None:
    lines = rows(replace(verdict(), witness=POINT))
    assert "at n = 3; x = 1/2" in lines
    assert "left 1.5" in lines
    assert "rejected 5 candidates: 4 by x>0, 1 by x<9" in lines


def test_a_mutant_that_fails_at_the_same_point() -> None:
    mutant = Sensitivity("sign", "a = -1", HERE, "the two sides differ")
    lines = rows(replace(verdict(), witness=POINT, sensitivity=mutant))
    place = lines.index("slip sign: a = -1")
    assert lines[place + 1] == "fails there: left 1.5, right 3"


def test_a_mutant_that_is_refused() -> None:
    shapes = Counterexample((), (), "n x d", "d x n")
    mutant = Sensitivity("dimensions", "X", shapes, "the shape is n x d, not d x n")
    lines = rows(replace(verdict(), witness=POINT, sensitivity=mutant))
    assert "fails with left n x d, right d x n (the shape is n x d, not d x n)" in lines


def test_every_answer_about_an_assumption() -> None:
    found = (
        Need("domain", "x>0", "needed", "", ELSEWHERE, "has no value: division by zero"),
        Need("domain", "x<9", "holds"),
        Need("size", r"n\ge2", "implied"),
        Need("given", r"x \sim f", "open", "with dependence", None, "no rule"),
    )
    lines = rows(replace(verdict(), witness=POINT, needs=found))
    assert lines[-4:] == [
        "needed x>0: fails at n = 3; x = -1/2: has no value: division by zero",
        "spare x<9: holds without it at the points tried",
        r"implied n\ge2: no point breaks it and meets the others",
        r"open x \sim f, with dependence: not decided without it (no rule)",
    ]


def test_a_refuted_relation_shows_where_it_fails_and_no_point_where_it_holds() -> None:
    lines = rows(
        replace(verdict("topic/trap-1", "refuted", "trap"), witness=POINT, sensitivity=None, needs=())
    )
    assert "fails at n = 3; x = (1, 2)" in lines
    assert not any(line.startswith("at ") for line in lines)
