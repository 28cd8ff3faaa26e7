"""Every bug that is planted in the prover is noticed by the harness."""

from __future__ import annotations

import pytest

from tests.proof import harness
from tests.proof.corpus import Claim, claims
from tests.proof.planted import BUGS, Bug


def looked_at(bug: Bug, folder: str) -> list[Claim]:
    """The claims of a bug's files."""
    return [claim for claim in claims(folder) if claim.id.split("/")[0] in bug.files]


def faults(bug: Bug) -> list[str]:
    """What the harness says: values first, then proofs that are lost, then false proofs."""
    both = [*looked_at(bug, "true"), *looked_at(bug, "false")]
    known = set(harness.listed())
    expected = [claim for claim in looked_at(bug, "true") if claim.id in known]
    for search, given in (
        (harness.side_faults, both),
        (harness.step_faults, both),
        (harness.lost, expected),
        (harness.false_proofs, looked_at(bug, "false")),
    ):
        found = search(given)
        if found:
            return found
    return []


def test_there_are_enough_bugs() -> None:
    assert len(BUGS) >= 20


def test_nothing_is_noticed_without_a_bug() -> None:
    assert faults(Bug("none", lambda patch: None, ("regression", "moments", "exponentials"))) == []


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_noticed(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)
    assert faults(bug)
