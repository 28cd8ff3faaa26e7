"""The step checker: it accepts what the prover wrote, and nothing in which one part was changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

from generator.derivation import derivation
from generator.errors import InternalError
from generator.meaning.residues import ORDER, PRIME, ResidueSystem
from generator.meaning.systems import NoValue, Unsupported
from generator.verify.proof.certificate import certificate
from generator.verify.proof.certified import certified
from generator.verify.proof.check import Doubtful, validate
from generator.verify.proof.enough import enough_sizes
from generator.verify.proof.networks import Invalid
from generator.verify.question import Answer
from tests.conftest import ROOT
from tests.proof.corpus import Claim, claims
from tests.proof.harness import proof_of

#: Claims of every kind: sums, inverses, determinants, functions, expectations, multiplications.
CHOSEN = (
    "sums/sum-of-squares",
    "sums/pairs",
    "regression/gradient-entry",
    "regression/trace-of-hat",
    "matrices/woodbury-identity",
    "matrices/det-rank-one",
    "matrix-gradients/jacobi",
    "moments-any-law/unbiased",
    "normal-moments/variance-of-squares",
    "softmax/jacobian",
    "attention/norm-jacobian",
    "exponentials/rationalised",
)
CLAIMS = {claim.id: claim for claim in claims("true")}


def chosen(name: str) -> tuple[Claim, dict[str, Any]]:
    """A claim and its certificate, as it is read back from JSON."""
    proof = proof_of(CLAIMS[name])
    assert proof is not None
    made: dict[str, Any] = json.loads(json.dumps(certificate(proof)))
    return CLAIMS[name], made


def polynomials(tables: dict[str, Any]) -> Iterator[list[Any]]:
    """Every list of terms that a certificate vouches for."""
    for pair in tables["sides"]:
        yield pair["left"]
        yield pair["right"]
        for stage in pair["stages"]:
            for _, image in stage["images"]:
                yield image
    for _, _, after in tables["steps"]:
        yield after


def one_more(tables: dict[str, Any], term: list[Any]) -> bool:
    """A coefficient is one larger."""
    term[0] = str(Fraction(term[0]) + 1)
    return True


def another_exponent(tables: dict[str, Any], term: list[Any]) -> bool:
    """A factor stands to another power (of a delta every power is the same)."""
    factors = [factor for factor in term[1] if tables["atoms"][factor[0]]["kind"] != "delta"]
    if factors:
        factors[0][2] = str(Fraction(factors[0][2]) + 2)
    return bool(factors)


def one_factor_less(tables: dict[str, Any], term: list[Any]) -> bool:
    """A factor is lost."""
    return bool(term[1]) and term[1].pop() is not None


@pytest.mark.parametrize("name", CHOSEN)
def test_what_is_right_is_accepted(name: str) -> None:
    claim, tables = chosen(name)
    assert validate(tables, claim.question)
    assert next(label for label, _ in derivation(json.dumps(tables))) == "left"


@pytest.mark.parametrize("change", [one_more, another_exponent, one_factor_less], ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", CHOSEN)
def test_what_was_changed_is_refused(name: str, change: Callable[[dict[str, Any], list[Any]], bool]) -> None:
    claim, right = chosen(name)
    count = len(list(polynomials(right)))
    changed = 0
    for number in {0, 1, 2, count - 1} & set(range(count)):
        tables = copy.deepcopy(right)
        terms = list(polynomials(tables))[number]
        if not terms or not change(tables, max(terms, key=lambda term: len(term[1]))):
            continue
        changed += 1
        with pytest.raises((Invalid, Doubtful)):
            validate(tables, claim.question)
    assert changed


def test_a_term_that_is_left_out_is_refused() -> None:
    claim, tables = chosen("exponentials/rationalised")
    stages = [stage for pair in tables["sides"] for stage in pair["stages"]]
    assert stages, "this claim needs a multiplication"
    stages[0]["images"].pop()
    with pytest.raises(Invalid, match="multiplied"):
        validate(tables, claim.question)


def test_a_proof_of_another_claim_is_refused() -> None:
    _, tables = chosen("sums/sum-of-squares")
    with pytest.raises((Invalid, Doubtful)):
        validate(tables, CLAIMS["sums/steiner"].question)


def test_a_refused_proof_is_a_bug_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = CLAIMS["sums/steiner"]
    other = proof_of(CLAIMS["sums/sum-of-squares"])
    assert other is not None
    with pytest.raises(InternalError, match="its own checker"):
        certified(claim.question, Answer("checked"), other)


def test_a_proof_without_values_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(tables: dict[str, Any], question: object) -> str:
        raise Doubtful("no value")

    monkeypatch.setattr("generator.verify.proof.certified.validate", nothing)
    claim = CLAIMS["sums/steiner"]
    assert certified(claim.question, Answer("checked"), proof_of(claim)) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sums/constants", "all sizes"),
        ("moments-any-law/variance", "all sizes"),
        ("matrices/woodbury", "no degree bound"),
        ("matrices/orthogonal-rows", "no degree bound"),
        ("exponentials/log-product", "no sizes"),
    ],
)
def test_how_many_sizes_are_enough(name: str, words: str) -> None:
    claim, tables = chosen(name)
    sizes, found = enough_sizes(claim.question, tables)
    assert words in found
    assert len(sizes) >= (2 if words != "no sizes" else 1)


def test_it_is_small_and_knows_no_rule() -> None:
    """300 lines; of the prover's folder it reads only where and at which sizes to evaluate."""
    files = [ROOT / "generator/verify/proof" / name for name in ("check.py", "networks.py")]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(lines) <= 300
    own = {line.split()[1].split(".")[-1] for line in lines if line.startswith("from generator.verify.proof")}
    assert own <= {"enough", "networks", "places"}


def test_residues() -> None:
    system = ResidueSystem()
    x = system.number(Fraction(3, 7))
    assert x * 7 == 3
    assert system.whole(system.number(-5)) == -5
    assert system.whole(x) is None
    assert system.sign(system.number(2) - system.number(9)) == -1
    with pytest.raises(Unsupported):
        system.sign(x)
    with pytest.raises(Unsupported):
        system.call("exp", x)
    with pytest.raises(NoValue):
        system.root(system.number(-1), Fraction(1, 2))
    for number in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31):
        root = system.root(system.number(number), Fraction(1, 2))
        assert root * root == number
        assert system.root(system.number(number**3), Fraction(1, 3)) == number
    assert PRIME == 2 * ORDER + 1
    assert all(pow(a, PRIME - 1, PRIME) == 1 == pow(a, ORDER - 1, ORDER) for a in (2, 3, 5, 7, 11, 13))
