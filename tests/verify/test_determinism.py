"""The same input gives the same verdicts: hashing of strings in Python must not matter."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHOW = """
import sys
from pathlib import Path
from generator.load import load_topic
from generator.notation.topic import read_topic
from generator.verify import verify_topic
for name in sys.argv[1:]:
    for verdict in verify_topic(read_topic(load_topic(Path(name)))):
        print(verdict)
"""
NAMES = ("variance-adds", "threshold-above", "entropy-bound-small", "coverage-freedom", "far-better")


def shown(seed: str) -> str:
    files = [str(ROOT / "tests" / "cases" / "refute" / f"{name}.yaml") for name in NAMES]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    run = subprocess.run(
        [sys.executable, "-c", SHOW, *files],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def test_hash_seed() -> None:
    first = shown("1")
    assert first.count("Verdict(") >= len(NAMES)
    assert "refuted" in first
    assert first == shown("2")
