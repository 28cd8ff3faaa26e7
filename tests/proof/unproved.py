"""What is not proved for all sizes: `python -m tests.proof.unproved`, a line a claim; CI prints it."""

from __future__ import annotations

from tests.conftest import ROOT
from tests.proof.corpus import Claim, claims, equalities
from tests.proof.harness import proof_of


def told(where: str, found: list[Claim]) -> list[str]:
    """How many of the claims are proved, and those that are not."""
    missing = [claim for claim in found if proof_of(claim) is None]
    lines = [f"proved for all sizes: {len(found) - len(missing)} of {len(found)} {where}"]
    return lines + [f"  not proved: {claim.id}: {claim.statement.latex.value}" for claim in missing]


if __name__ == "__main__":
    print("\n".join(told("equalities of the book", equalities(ROOT / "content"))))
    print("\n".join(told("true claims of tests/proof/cases", claims("true"))))
