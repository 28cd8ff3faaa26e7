"""What the tests share: the project's files, the command as a user runs it, small verdicts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.model import Counterexample, Maths, Need, Place, Sensitivity, Verdict, Witness

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def proofboard(tmp_path: Path) -> Run:
    """Run `proofboard ARGUMENTS` in an empty folder, or in `cwd`, as a process of its own."""

    def run(*arguments: str, cwd: Path = tmp_path, seconds: float = 300) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "generator", *arguments],
            cwd=cwd,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    return run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the book's content in a folder of its own."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "content", folder / "content")
    return folder


def verdict(name: str = "topic/claim-1", status: str = "exact", kind: str = "claim") -> Verdict:
    """A verdict with something in every field."""
    example = Counterexample((("n", 3),), (("x", "(1, 2)"),), "1.5", "2", "holds with an extra factor 1/n")
    return Verdict(
        id=name,
        kind=kind,
        place=Place("content/topic.yaml", 4, 9),
        latex=r"a = \frac12",
        status=status,
        method="balls",
        evidence=("at ", Maths("n = 3"), " and more"),
        sizes=((("n", 3), ("d", 2)), (("n", 5), ("d", 4))),
        points=18,
        bound="1e-45",
        seed=7,
        routes=("numpy", "arb"),
        read="(a = (1/2))",
        formal="(claim (= a (/ 1 2)))",
        tried=("(point (value a 1/2))",),
        counterexample=example if status == "refuted" else None,
        witness=Witness((("n", 3),), (("x", "(1, 2)"),), "1.5", "1.5", (("x > 0", 4),)),
        sensitivity=Sensitivity("sign", "a = -1", example, "the two sides differ"),
        needs=(
            Need("domain", "x > 0", "needed", "", example, "the two sides differ"),
            Need("given", "y \\perp x", "open", "with dependence", None, "no rule"),
        ),
        certificate='{"schema":1}',
    )
