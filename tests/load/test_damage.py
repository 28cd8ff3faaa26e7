"""Damaged files are refused with findings: whatever stands in a file, no other error comes out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from generator.errors import BuildError
from generator.load import load_topic
from generator.model import Topic

GOOD = Path(__file__).parents[1] / "cases" / "yaml" / "good" / "softmax.yaml"
PIECES = [
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!x ",
    "# ",
    ": ",
    "- ",
    "|",
    ">",
    "\t",
    "\n",
    "\x00",
    "%",
    "@",
]
PIECES += [
    "$",
    "\\",
    "\ufeff",
    "\u200b",
    "\x85",
    "? ",
    "---\n",
    "...\n",
    "<<: ",
    "\r",
    "  ",
    "\U0001d465",
    "|2-",
]


def load(path: Path) -> Topic | None:
    try:
        return load_topic(path)
    except BuildError as error:
        assert error.findings
        return None


@pytest.mark.parametrize("seed", range(8))
def test_damaged(seed: int, tmp_path: Path) -> None:
    source = GOOD.read_text(encoding="utf-8")
    rng = random.Random(seed)
    path = tmp_path / "softmax.yaml"
    refused = 0
    for _ in range(60):
        at = rng.randrange(len(source))
        end = at + rng.choice((0, 0, 1, 5, 40))
        path.write_text(source[:at] + rng.choice(PIECES) + source[end:], encoding="utf-8", newline="")
        refused += load(path) is None
    assert refused > 10


def test_bytes(tmp_path: Path) -> None:
    path = tmp_path / "softmax.yaml"
    rng = random.Random(1)
    for _ in range(60):
        path.write_bytes(rng.randbytes(rng.randrange(60)))
        assert load(path) is None
