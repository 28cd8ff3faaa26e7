"""`explain --proof`: every certificate can be told, in lines that say what was done."""

from __future__ import annotations

import json
from pathlib import Path

from generator.derivation import MEANING, derivation
from generator.verify.proof.certificate import certificate
from generator.verify.proof.induction import RULE
from generator.verify.proof.rules import RULES
from tests.conftest import Run
from tests.proof.corpus import claims
from tests.proof.harness import proof_of

CLAIMS = {claim.id: claim for claim in claims("true")}


def told(name: str) -> list[tuple[str, str]]:
    """The rows of a claim's proof."""
    proof = proof_of(CLAIMS[name])
    assert proof is not None
    return list(derivation(json.dumps(certificate(proof))))


def test_equal_normal_forms() -> None:
    rows = told("moments-any-law/biased")
    assert rows[:3] == [
        ("left", r"= -\sigma^2 / n + \sigma^2"),
        ("right", "= the same terms"),
        (
            "so",
            "definitions put in, derivatives taken and multiplied out, both sides have the same normal form",
        ),
    ]


def test_sums_have_letters() -> None:
    text = told("sums/sum-of-squares")[0][1]
    assert text.startswith("= ")
    assert "sum[i](x[i]^2)" in text
    assert "/ n" in text


def test_rules_are_named_with_an_example() -> None:
    rows = told("matrices/resolvent")
    rule = next(k for k, row in enumerate(rows) if row[0] == "rule")
    assert "inverse" in rows[rule][1]
    assert "=" in rows[rule + 1][1]


def test_multiplications_are_told() -> None:
    rows = dict(told("matrices/push-through"))
    assert "summed over" in rows["times"]
    assert rows["so"] == "the difference becomes 0, term by term"


def test_every_proof_can_be_told() -> None:
    for name in CLAIMS:
        if proof_of(CLAIMS[name]) is not None:
            rows = told(name)
            assert all(text for _, text in rows[:-1]), name
            assert "\0" not in str(rows) and "@" not in str(rows), name


def test_every_rule_has_a_meaning() -> None:
    assert {RULE, *(name for name, _ in RULES)} == MEANING.keys()


def test_what_is_needed_at_a_solution() -> None:
    """An optimum shows what must vanish, not that 0 is 0."""
    pair = {"at": [], "left": [], "right": [], "stages": []}
    tables = {"of": "what vanishes at the solution", "sides": [pair, pair], "steps": [], "labels": []}
    rows = list(derivation(json.dumps({**tables, "validated": "the rewritings only"})))
    assert [label for label, _ in rows] == ["needed 1", "needed 2", "so", "checked"]
    rows = list(derivation(json.dumps({**tables, "sides": [], "validated": "the rewritings only"})))
    assert [label for label, _ in rows] == ["nothing", "checked"]


def test_powers_below_a_bar() -> None:
    text = " ".join(text for _, text in told("attention/norm-jacobian"))
    assert " / " in text and "^(-" not in text


def test_explain_shows_it(proofboard: Run, project: Path) -> None:
    shown = proofboard("explain", "why-n-minus-1/unbiased", "--proof", cwd=project).stdout
    assert "proof    step by step" in shown
    assert "both sides have the same normal form" in shown
    without = proofboard("explain", "why-n-minus-1/unbiased", cwd=project).stdout
    assert "step by step" not in without
