"""What a run says to a person: progress, summaries, and the explanation of one relation."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from generator.errors import Finding, show
from generator.ledger import counts, words
from generator.model import Counterexample, Verdict

#: The order in which a summary names the statuses: the strongest first.
STATUSES = ("proved", "exact", "checked", "sampled", "refuted", "definition", "given", "convention")

_COUNTED = {
    "refuted": "refuted traps",
    "definition": "definitions",
    "given": "givens",
    "convention": "conventions",
}


class Progress:
    """One line that rewrites itself on a terminal, one plain line a topic elsewhere."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stderr
        self.live = self.out.isatty()

    def __call__(self, topic: str, done: int, total: int) -> None:
        """Say that `topic` has been checked, the `done`-th of `total`."""
        line = f"checked {done}/{total}: {topic}"
        self.out.write(f"\r\x1b[K{line}" if self.live else line + "\n")
        self.out.flush()

    def clear(self) -> None:
        """Leave a terminal's line empty for what comes next."""
        if self.live:
            self.out.write("\r\x1b[K")
            self.out.flush()


def summary(verdicts: Sequence[Verdict], topics: int) -> str:
    """How many relations are known and how, in one line."""
    number = counts(verdicts)
    parts = [f"{number[status]} {_COUNTED.get(status, status)}" for status in STATUSES if number.get(status)]
    return f"{plural(topics, 'topic')}, {plural(len(verdicts), 'relation')}: {', '.join(parts)}"


def plural(number: int, noun: str) -> str:
    """`1 topic`, `2 topics`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def errors(findings: Sequence[Finding]) -> str:
    """All findings of a run as an author reads them, with their number last."""
    shown = "\n\n".join(show(item) for item in findings)
    return f"{shown}\n\n{plural(len(findings), 'error')}"


def explanation(verdict: Verdict, close: Sequence[tuple[str, str]] = ()) -> str:
    """Everything known about one relation: how it was read, how it is known, where it fails.

    `close` are further rows: what it rests on, its shapes, its values at one point.
    """
    rows = [
        ("formula", verdict.latex),
        ("read as", verdict.read),
        ("kind", verdict.kind),
        ("status", verdict.status),
        ("method", verdict.method),
        ("evidence", words(verdict.evidence)),
        ("sizes", "; ".join(", ".join(f"{name} = {size}" for name, size in row) for row in verdict.sizes)),
        ("points", str(verdict.points or "")),
        ("bound", verdict.bound),
        ("routes", ", ".join(verdict.routes)),
        ("missing", verdict.reason),
        *close,
    ]
    lines = [f"{verdict.id}  ({verdict.place})"]
    for name, value in rows:
        if value:
            lines.append(f"  {name:<9}" + value.strip().replace("\n", "\n" + " " * 11))
    if verdict.counterexample is not None:
        lines += [f"  {'fails':<9}" + line for line in failure(verdict.counterexample)]
    return "\n".join(lines)


def failure(example: Counterexample) -> list[str]:
    """A counterexample in lines: where, both sides, the nearest true variant."""
    where = [f"{name} = {value}" for name, value in (*example.sizes, *example.values)]
    lines = ["at " + ", ".join(where)] if where else []
    lines.append(f"left {example.left}, right {example.right}")
    return lines + [example.note] * bool(example.note)
