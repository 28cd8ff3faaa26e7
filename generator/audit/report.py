"""What an audit found: the six counts by topic and by kind of slip, for a terminal and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from generator.audit.outcomes import OUTCOMES

SCHEMA = 2

#: Results that are listed one by one, the most serious last: there the eye of a reader rests.
LISTED = ("also true", "undecided", "survived")

#: What a mutant may be one of that counts as a claim; and what may never be also true.
CLAIMS = ("claim", "when", "by-hand", "prose")
ASSUMED = ("define", "given")

#: The largest shares of a whole audit: undecided of all mutants, also true of the claims' mutants.
UNDECIDED, ALSO_TRUE = 0.01, 0.02


@dataclass(frozen=True, slots=True)
class Record:
    """One mutant: where it stands, the slip, both strings, and how it ended."""

    topic: str
    id: str
    target: str  # define given claim when by-hand by-hand-given prose trap symbols
    operator: str
    slip: str
    original: str
    mutant: str
    result: str
    reason: str
    relation: str = ""  # of another statement that is true too, as the tree names it

    @property
    def is_forbidden(self) -> bool:
        """Whether it is also true where that must not be: of an equation, a definition or a given."""
        return self.result == "also true" and (self.relation == "=" or self.target in ASSUMED)


@dataclass(frozen=True, slots=True)
class Report:
    """All mutants of a run, in the order of the book; a `sample` says nothing about shares."""

    records: tuple[Record, ...]
    sample: bool = False

    @property
    def survivors(self) -> tuple[Record, ...]:
        """The mutants that the gate let pass and that nothing excuses."""
        return self.ended("survived")

    @property
    def faults(self) -> tuple[str, ...]:
        """Everything for which the run fails, in words."""
        found = []
        if self.survivors:
            found.append(f"{len(self.survivors)} survived")
        forbidden = sum(record.is_forbidden for record in self.records)
        if forbidden:
            found.append(f"{forbidden} also true of an equation, a definition or a given")
        if not self.sample:
            claims = [record for record in self.records if record.target in CLAIMS]
            undecided = len(self.ended("undecided"))
            true = sum(record.target in CLAIMS for record in self.ended("also true"))
            found += _share("undecided", undecided, len(self.records), UNDECIDED, "of all mutants")
            found += _share("also true", true, len(claims), ALSO_TRUE, "of the claims' mutants")
        return tuple(found)

    def ended(self, result: str) -> tuple[Record, ...]:
        """The mutants with this result."""
        return tuple(record for record in self.records if record.result == result)

    def counts(self, field: str = "") -> dict[str, Counter[str]]:
        """The results by a field of the records (topic, slip, operator, target); by "" all together."""
        out: dict[str, Counter[str]] = {}
        for record in self.records:
            out.setdefault(getattr(record, field) if field else "all", Counter())[record.result] += 1
        return out


def _share(name: str, number: int, total: int, most: float, of_what: str) -> list[str]:
    """The fault of a share that is too large, or none."""
    if number <= most * total:
        return []
    return [f"{name} are {number / total:.2%} {of_what}, at most {most:.0%} may be"]


def as_json(report: Report) -> str:
    """The report for scripts: counts, and every mutant that was not stopped."""

    def table(field: str) -> dict[str, dict[str, int]]:
        found = report.counts(field).items()
        return {name: {r: number[r] for r in OUTCOMES} for name, number in found}

    listed = {name: [_plain(r) for r in report.ended(name)] for name in LISTED}
    reasons = {name: Counter(r.reason for r in report.ended(name)) for name in LISTED}
    answer = {
        "schema": SCHEMA,
        "ok": not report.faults,
        "faults": report.faults,
        "sample": report.sample,
        "mutants": len(report.records),
        "results": table("").get("all", {}),
        "topics": table("topic"),
        "slips": table("slip"),
        "operators": table("operator"),
        "targets": table("target"),
        "reasons": {name.replace(" ", "_"): number for name, number in reasons.items()},
        **{name.replace(" ", "_"): records for name, records in listed.items()},
    }
    return json.dumps(answer, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _plain(record: Record) -> dict[str, str]:
    return {name: getattr(record, name) for name in Record.__slots__}


def as_text(report: Report) -> str:
    """The report for a terminal: what was not stopped, by its reason; two tables; the summary."""
    lines = [line for result in LISTED for line in _listed(report, result)]
    lines += [*_table("topic", report), "", *_table("slip", report), "", summary(report)]
    return "\n".join(lines + [f"this fails: {fault}" for fault in report.faults])


def _listed(report: Report, result: str) -> Iterator[str]:
    """Every mutant with a result, by reason (the most frequent first) and by the formula that was changed."""
    found = report.ended(result)
    number = Counter(record.reason for record in found)
    for reason, count in number.most_common():
        yield f"{result}: {reason} ({count})"
        own = (record for record in found if record.reason == reason)
        for (identity, original), records in groupby(own, lambda record: (record.id, record.original)):
            yield f"  {identity}"
            if len(original.splitlines()) == 1:
                yield f"    {'printed':<18}{original}"
            yield from (f"    {record.operator:<18}{_changed(record)}" for record in records)
        yield ""


def _changed(record: Record) -> str:
    """The mutant; of a block of lines, the line that was changed and what became of it."""
    if len(record.original.splitlines()) == 1:
        return " ".join(record.mutant.split())
    old, new = ([" ".join(line.split()) for line in t.splitlines()] for t in (record.original, record.mutant))
    gone = ", ".join(line for line in old if line not in new)
    come = ", ".join(line for line in new if line not in old)
    return f"{gone}  becomes  {come or 'nothing'}"


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
