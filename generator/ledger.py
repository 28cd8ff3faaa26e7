"""The ledger: one record a relation, and the hashes of everything that was published.

The bytes depend on the content, the program and the versions only: keys in a fixed
order, records in printing order, no time, host or absolute path.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from generator.errors import Finding
from generator.model import Counterexample, Evidence, Maths, Need, Verdict, VerifiedBook, VerifiedTopic

SCHEMA = 1
Record = dict[str, Any]


def relative(file: str) -> str:
    """`file` as recorded: with forward slashes, and only its name where it is absolute."""
    path = PurePath(file)
    return path.name if path.is_absolute() or ".." in path.parts else path.as_posix()


def words(evidence: Evidence) -> str:
    """Evidence as one string, its maths between dollars."""
    return "".join(f"${part.latex}$" if isinstance(part, Maths) else part for part in evidence)


def brief(verdict: Verdict) -> Record:
    """The record of one relation as `check --json` answers it."""
    record: Record = {
        "id": verdict.id,
        "kind": verdict.kind,
        "file": relative(verdict.place.file),
        "line": verdict.place.line,
        "column": verdict.place.column,
        "latex": verdict.latex,
        "status": verdict.status,
        "method": verdict.method,
        "evidence": words(verdict.evidence) or verdict.reason,
    }
    if verdict.counterexample is not None:
        record["counterexample"] = example_record(verdict.counterexample)
    return record


def full(verdict: Verdict) -> Record:
    """The record of one relation as the ledger holds it: `brief` and all the evidence."""
    return brief(verdict) | {
        "sizes": [dict(sizes) for sizes in verdict.sizes],
        "points": verdict.points,
        "bound": verdict.bound,
        "seed": verdict.seed,
        "routes": list(verdict.routes),
        "read": verdict.read,
        **({"scope": verdict.scope, "formal": verdict.formal} if verdict.formal else {}),
        **({"tried": list(verdict.tried)} if verdict.tried else {}),
        **beside(verdict),
        **({"certificate": verdict.certificate} if verdict.certificate else {}),
    }


def beside(verdict: Verdict) -> Record:
    """What stands beside a verdict: the witness, the mutant that its sample refutes, its needs."""
    record: Record = {}
    if verdict.witness is not None:
        point = verdict.witness
        record["witness"] = {
            "sizes": dict(point.sizes),
            "values": dict(point.values),
            "left": point.left,
            "right": point.right,
            "rejected": dict(point.rejected),
        }
    if verdict.sensitivity is not None:
        mutant = verdict.sensitivity
        record["sensitivity"] = {
            "slip": mutant.slip,
            "latex": mutant.latex,
            "reason": mutant.reason,
            "counterexample": example_record(mutant.counterexample),
        }
    if verdict.needs:
        record["needs"] = [need_record(need) for need in verdict.needs]
    return record


def need_record(need: Need) -> Record:
    """One assumption, and what becomes of the claim without it."""
    record: Record = {"kind": need.kind, "assumption": need.latex, "without": need.answer}
    if need.change:
        record["change"] = need.change
    if need.reason:
        record["reason"] = need.reason
    if need.counterexample is not None:
        record["counterexample"] = example_record(need.counterexample)
    return record


def example_record(example: Counterexample) -> Record:
    """A counterexample with its sizes and values by name."""
    return {
        "sizes": dict(example.sizes),
        "values": dict(example.values),
        "left": example.left,
        "right": example.right,
        "note": example.note,
    }


def conditions(verified: VerifiedTopic) -> list[Record]:
    """Records of what is printed behind claims as `when`: each belongs to the claim it narrows.

    Such a condition is read with its claim and decided with it, so it has the claim's status.
    """
    topic, example = verified.topic, verified.topic.example
    printed = [*topic.setup, *topic.steps, *topic.result, *(trap.wrong for trap in topic.traps)]
    printed += [*example.setup, *example.steps] if example else []
    status = {verdict.id: verdict.status for verdict in verified.verdicts}
    return [
        {
            "id": f"{entry.id}/when",
            "kind": "condition",
            "file": relative(entry.when.file),
            "line": entry.when.at(0).line,
            "column": entry.when.at(0).column,
            "latex": entry.when.value,
            "status": status.get(entry.id, "undecided"),
            "method": "condition",
            "evidence": f"part of what {entry.id} says",
        }
        for entry in printed
        if entry.when is not None
    ]


def generated(made: Mapping[str, Sequence[str]]) -> list[Record]:
    """Records of the maths that the program itself made, one a formula and document.

    `made` is the LaTeX of each piece in printing order, by the name of the final .tex.
    """
    return [
        {
            "id": f"{name}/{ordinal}",
            "kind": "generated",
            "file": name,
            "line": 0,
            "column": 0,
            "latex": latex,
            "status": "generated",
            "method": "printed from typed values",
            "evidence": "",
        }
        for name, pieces in made.items()
        for ordinal, latex in enumerate(dict.fromkeys(pieces), 1)
    ]


def counts(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """How many relations have each status, in the alphabet's order."""
    return dict(sorted(Counter(verdict.status for verdict in verdicts).items()))


def ledger(
    book: VerifiedBook,
    inputs: str,
    options: Mapping[str, str],
    outputs: Mapping[str, str],
    made: Mapping[str, Sequence[str]],
) -> bytes:
    """The ledger's bytes.

    `inputs` is the hash that the outputs were made from, `outputs` the SHA-256 of each
    published file by its name below the build folder, `made` as in `generated`.
    """
    verdicts = [verdict for topic in book.topics for verdict in topic.verdicts]
    return sealed(
        {
            "schema": SCHEMA,
            "title": book.title,
            "date": book.date,
            "inputs": inputs,
            "content": book.content_hash,
            "options": dict(sorted(options.items())),
            "versions": dict(book.versions),
            "outputs": dict(outputs),
            "counts": counts(verdicts),
            "scopes": {
                topic.topic.name: {name: list(lines) for name, lines in topic.scopes} for topic in book.topics
            },
            "relations": [
                *(full(verdict) for verdict in verdicts),
                *(record for topic in book.topics for record in conditions(topic)),
                *generated(made),
            ],
        }
    )


def answer(verdicts: Sequence[Verdict], findings: Sequence[Finding]) -> bytes:
    """What `check --json` prints."""
    errors = [
        {
            "file": relative(item.place.file),
            "line": item.place.line,
            "column": item.place.column,
            "code": item.code,
            "message": f"{item.message}; {item.remedy}" if item.remedy else item.message,
        }
        for item in findings
    ]
    relations = [brief(verdict) for verdict in verdicts]
    return dump({"schema": SCHEMA, "ok": not errors, "errors": errors, "relations": relations})


def sealed(value: Record) -> bytes:
    """`dump` with one line more: the SHA-256 of all bytes before that line."""
    body = dump(value).removesuffix(b"\n}\n")
    return body + f',\n "digest": "{hashlib.sha256(body).hexdigest()}"\n}}\n'.encode()


def dump(value: Record) -> bytes:
    """JSON for people and programs: UTF-8, one space of indentation, a final newline."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
