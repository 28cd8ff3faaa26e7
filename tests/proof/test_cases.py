"""The case files: what is true holds, what is false fails, and the prover knows which is which.

`PROVED.txt` names the true claims that are proved for all sizes. It may only grow.
"""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.proof.corpus import Claim, claims, equalities, status
from tests.proof.harness import certificate_fault, listed, proof_of
from tests.verify.asking import FAILING, PASSING

TRUE, FALSE = claims("true"), claims("false")


def name(claim: Claim) -> str:
    """Where a claim is looked up."""
    return claim.id


def test_there_are_enough_cases() -> None:
    assert len(TRUE) >= 150
    assert len(FALSE) >= 100
    assert len({claim.id for claim in TRUE}) == len(TRUE)
    assert len({claim.id for claim in FALSE}) == len(FALSE)


@pytest.mark.parametrize("claim", TRUE, ids=name)
def test_true(claim: Claim) -> None:
    assert status(claim) in PASSING


@pytest.mark.parametrize("claim", FALSE, ids=name)
def test_false(claim: Claim) -> None:
    assert status(claim) in FAILING


@pytest.mark.parametrize("claim", FALSE, ids=name)
def test_no_false_claim_is_proved(claim: Claim) -> None:
    assert proof_of(claim) is None


def test_what_was_proved_is_proved() -> None:
    """Fails where a claim of the list is lost, or one is missing in it."""
    known = set(listed())
    found = {claim.id for claim in TRUE if proof_of(claim) is not None}
    assert sorted(known - found) == []
    assert sorted(found - known) == [], "add these to PROVED.txt"


def test_the_book_is_proved() -> None:
    """Of the equalities of the whole book at least 90 % are proved for all sizes."""
    own = equalities(ROOT / "content")
    missing = [claim.id for claim in own if proof_of(claim) is None]
    assert len(own) > 190
    assert len(missing) <= 0.10 * len(own), missing


@pytest.mark.parametrize("claim", TRUE, ids=name)
def test_certificate(claim: Claim) -> None:
    proof = proof_of(claim)
    if proof is not None:
        assert certificate_fault(claim, proof) == ""
