"""What a run says to a person: progress, summaries, and the explanation of one relation."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

from generator.errors import Finding, show
from generator.ledger import counts, words
from generator.model import Counterexample, Need, Verdict, Witness

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

    `close` are further rows: its shapes, what it rests on.
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
        ("because" if verdict.status == "refuted" else "missing", verdict.reason),
        *close,
        *beside(verdict),
    ]
    lines = [f"{verdict.id}  ({verdict.place})"]
    for name, value in rows:
        if value:
            lines.append(f"  {name:<9}" + value.strip().replace("\n", "\n" + " " * 11))
    if verdict.counterexample is not None:
        lines += [f"  {'fails':<9}" + line for line in failure(verdict.counterexample)]
    return "\n".join(lines)


def beside(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """What stands beside a verdict, as rows: a point, a mutant that the sample refutes, the assumptions."""
    point = verdict.witness
    if point is not None and verdict.counterexample is None:
        yield "at", _where(point.sizes, point.values) or "no free names"
        yield "left", point.left
        yield "right", point.right
    if point is not None:
        total = sum(number for _, number in point.rejected)
        reasons = ", ".join(f"{number} by {reason}" for reason, number in point.rejected)
        yield "rejected", f"{plural(total, 'candidate')}: {reasons}" if total else ""
    mutant = verdict.sensitivity
    if mutant is not None:
        yield "slip", f"{mutant.slip}: {mutant.latex}"
        yield "", f"fails {_fails(mutant.counterexample, mutant.reason, point)}"
    for need in verdict.needs:
        yield _without(need, point)


def proof_rows(verdict: Verdict) -> list[tuple[str, str]]:
    """The proof of a relation as rows; one row where there is none to show."""
    from generator.derivation import derivation

    if not verdict.certificate:
        return [("proof", "none in normal form; the status above says how the relation is known")]
    return [("proof", "step by step"), *derivation(verdict.certificate)]


#: How an assumption is told: the label, and what follows it.
_ANSWERS = {
    "holds": ("spare", "holds without it at the points tried"),
    "implied": ("implied", "no point breaks it and meets the others"),
    "open": ("open", "not decided without it"),
}


def _without(need: Need, point: Witness | None) -> tuple[str, str]:
    """One assumption, and what becomes of the claim without it."""
    change = f", {need.change}" if need.change else ""
    if need.answer == "needed":
        example = need.counterexample or Counterexample()
        return "needed", f"{need.latex}{change}: fails {_fails(example, need.reason, point)}"
    label, words = _ANSWERS[need.answer]
    return label, f"{need.latex}{change}: {words}" + (f" ({need.reason})" if need.reason else "")


#: The reason that both sides say already.
_PLAIN = "the two sides differ"


def _fails(example: Counterexample, reason: str, point: Witness | None) -> str:
    """Where something fails and how: both sides, and why if that is more than their difference."""
    told = [f"left {example.left}, right {example.right}"] if example.left or example.right else []
    told += [f"({reason})" if told else reason] * (reason != _PLAIN or not told)
    where = _where(example.sizes, example.values)
    if point is not None and (example.sizes, example.values) == (point.sizes, point.values):
        return f"there: {' '.join(told)}"
    return f"at {where}: {' '.join(told)}" if where else f"with {' '.join(told)}"


def _where(sizes: Sequence[tuple[str, int]], values: Sequence[tuple[str, str]]) -> str:
    """A point in one line: sizes and indices, then values."""
    parts = [", ".join(f"{name} = {value}" for name, value in part) for part in (sizes, values)]
    return "; ".join(part for part in parts if part)


def failure(example: Counterexample) -> list[str]:
    """A counterexample in lines: where, both sides, the nearest true variant."""
    where = _where(example.sizes, example.values)
    lines = ["at " + where] if where else []
    lines.append(f"left {example.left}, right {example.right}")
    return lines + [example.note] * bool(example.note)
