"""The value of every normal form and of every rewriting, for true, false and mutated claims."""

from __future__ import annotations

from collections import Counter

import pytest

from generator.verify.proof.check import Part, Validation
from generator.verify.stated import find
from tests.proof.corpus import claims
from tests.proof.harness import evaluated
from tests.proof.random_mutants import faults, sample

MUTANTS = 150  # a small sample; `make audit` takes 10,000
SEED = 3


def both(validation: Validation) -> list[Part]:
    """The sides, then the rewritings that made them."""
    return [*validation.sides(), *validation.steps()]


@pytest.mark.parametrize("folder", ["true", "false"])
def test_sides_and_rewritings(folder: str) -> None:
    own = [claim for claim in claims(folder) if find(claim.question) is None]  # an optimum has no sides
    answers = {claim.id: evaluated(claim, both) for claim in own}
    assert [fault for fault in answers.values() if fault] == []
    without = [name for name, fault in answers.items() if fault is None]
    assert len(without) < 0.05 * len(answers), without


def test_random_mutants() -> None:
    counts: Counter[str] = Counter()
    assert list(faults(sample(MUTANTS, SEED), counts)) == []
    assert counts["proved, refereed true"] > 0
    assert counts["sides evaluated"] > 10
