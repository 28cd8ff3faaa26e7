"""The same input gives the same bytes, whatever Python's hashes and the number of processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

FILES = [
    str(ROOT / name)
    for name in (
        "content/bernoulli-mle.yaml",
        "content/softmax-cross-entropy.yaml",
        "examples/thin-lens.yaml",
        "tests/audit/outcomes/topic.yaml",
        "tests/cases/refute/far-better.yaml",  # what is refuted is the same as well
    )
]

#: (PYTHONHASHSEED, processes)
RUNS = [("0", "1"), ("1", "2"), ("4294967295", "3")]


@pytest.mark.parametrize(
    "command",
    [
        ("check", *FILES, "--json", "--no-cache", "--routes", "numeric"),
        ("audit", *FILES[:-1], "--json", "--sample", "60", "--seed", "3"),
        ("audit", *FILES[1:3], "--json", "--seeds", "2"),
    ],
    ids=["check", "audit", "seeds"],
)
def test_same_bytes(
    command: tuple[str, ...], proofboard: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers = []
    for seed, workers in RUNS:
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        done = proofboard(*command, "--workers", workers)
        assert done.returncode in (0, 1), done.stderr
        answers.append(done.stdout)
    assert answers[0].startswith("{")
    assert [answer == answers[0] for answer in answers] == [True] * len(RUNS)
