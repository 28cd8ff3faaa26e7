"""What is false does not pass, and the true sentence beside it does: one tiny topic a case.

The first line of a file says what must come out: a status, or `fails` (refuted or undecided)
or `holds` (any status that passes), and the id of the relation.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.verify.asking import expectation, meets, verdict

CASES = sorted((Path(__file__).parents[1] / "cases" / "refute").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    expected, identity = expectation(path)
    found = verdict(path, identity)
    assert meets(found.status, expected), f"{found.status} ({found.method}{found.reason}): {found.read}"
    if found.status == "undecided":
        assert found.reason, "an undecided relation says why"


def test_most_cases_are_false() -> None:
    """The folder is about what is false; true siblings show that the refusal has its reason."""
    expected = [expectation(path)[0] for path in CASES]
    assert len(expected) > 200
    assert sum(status in ("refuted", "undecided", "fails") for status in expected) > 0.7 * len(expected)
