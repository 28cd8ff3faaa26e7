"""What an audit found: the six counts by topic and by kind of slip, for a terminal and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from generator.audit.gate import OUTCOMES

SCHEMA = 1

#: Results that are listed one by one, the most serious first.
LISTED = ("survived", "undecided", "also true")


@dataclass(frozen=True, slots=True)
class Record:
    """One mutant: where it stands, the slip, both strings, and how it ended."""

    topic: str
    id: str
    target: str  # define given claim when by-hand by-hand-given prose trap
    operator: str
    slip: str
    original: str
    mutant: str
    result: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """All mutants of a run, in the order of the book."""

    records: tuple[Record, ...]

    @property
    def survivors(self) -> tuple[Record, ...]:
        """The mutants that the gate let pass and that nothing excuses."""
        return tuple(r for r in self.records if r.result == "survived")

    def counts(self, field: str = "") -> dict[str, Counter[str]]:
        """The results by a field of the records (topic, slip, operator, target); by "" all together."""
        out: dict[str, Counter[str]] = {}
        for record in self.records:
            out.setdefault(getattr(record, field) if field else "all", Counter())[record.result] += 1
        return out


def as_json(report: Report) -> str:
    """The report for scripts: counts, and every mutant that was not stopped."""

    def table(field: str) -> dict[str, dict[str, int]]:
        found = report.counts(field).items()
        return {name: {r: number[r] for r in OUTCOMES} for name, number in found}

    listed = {name: [_plain(r) for r in report.records if r.result == name] for name in LISTED}
    answer = {
        "schema": SCHEMA,
        "ok": not report.survivors,
        "mutants": len(report.records),
        "results": table("").get("all", {}),
        "topics": table("topic"),
        "slips": table("slip"),
        "operators": table("operator"),
        "targets": table("target"),
        **{name.replace(" ", "_"): records for name, records in listed.items()},
    }
    return json.dumps(answer, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _plain(record: Record) -> dict[str, str]:
    return {name: getattr(record, name) for name in Record.__slots__}


def as_text(report: Report) -> str:
    """The report for a terminal: two tables, then the survivors."""
    lines = [*_table("topic", report), "", *_table("slip", report)]
    for record in report.survivors:
        lines += ["", f"{record.id}: survived ({record.operator}): {record.reason}"]
        lines += [f"    printed  {record.original}", f"    mutant   {record.mutant}"]
    return "\n".join(lines)


def _table(field: str, report: Report) -> list[str]:
    rows = [(name, number) for name, number in sorted(report.counts(field).items())]
    rows += [("all", number) for number in report.counts().values()]
    width = max([len(name) for name, _ in rows] + [len(field)])
    lines = [field.ljust(width) + "".join(f"{name:>11}" for name in ("mutants", *OUTCOMES))]
    for name, number in rows:
        numbers = [number.total(), *(number[result] for result in OUTCOMES)]
        lines.append(name.ljust(width) + "".join(f"{value:>11}" for value in numbers))
    return lines


def summary(report: Report) -> str:
    """One line: how many mutants, how many were stopped, how many were not."""
    total = len(report.records)
    number = report.counts().get("all", Counter())
    stopped = number["refused"] + number["refuted"]
    return f"{total} mutants: {stopped} stopped, {_counted(number, OUTCOMES[2:])}"


def _counted(number: Counter[str], results: Sequence[str]) -> str:
    return ", ".join(f"{number[result]} {result}" for result in results)
