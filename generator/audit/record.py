"""What the last audit of the whole book found, kept as a small file beside the content.

The pages print these numbers, so they must never speak of anything else: each topic has a
fingerprint of the formulas that were changed, and one whose formulas differ now has no numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.audit.outcomes import OUTCOMES
from generator.errors import BuildError, Finding, ToolchainError
from generator.fingerprint import CHECKER, PROGRAM, digest, tree_digest
from generator.model import Audit, Audited, Entry, Place, Topic
from generator.notation.topic import sentences

SCHEMA = 1


def record(counts: Mapping[str, Mapping[str, int]], topics: Sequence[Topic]) -> str:
    """The file's text: how many mutants of each topic ended in which way (`counts`, by topic and result)."""
    rows = {
        topic.name: {
            "fingerprint": fingerprint(topic),
            **{result: counts.get(topic.name, {}).get(result, 0) for result in OUTCOMES},
        }
        for topic in topics
    }
    answer = {"schema": SCHEMA, "checker": checker(), "topics": rows}
    return json.dumps(answer, indent=1, ensure_ascii=False) + "\n"


def kept(path: Path, counts: Mapping[str, Mapping[str, int]], topics: Sequence[Topic]) -> None:
    """Write the file beside its place and rename it there. Raises ToolchainError where that fails."""
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(record(counts, topics), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise ToolchainError(f"{path}: cannot be written: {error.strerror}") from error


def audited(path: Path, topics: Sequence[Topic]) -> Audit | None:
    """What the file at `path` says about these topics; None where there is no file.

    Raises BuildError where the file is not one that `record` made.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(Place(str(path), 1, 1), f"cannot be read: {error}") from error
    try:
        found = json.loads(text)
        if found["schema"] != SCHEMA:
            raise ValueError(f"schema {found['schema']}")
        rows = tuple(_row(topic, found["topics"].get(topic.name)) for topic in topics)
        return Audit(OUTCOMES, rows, found["checker"] == checker())
    except json.JSONDecodeError as error:
        raise _damaged(Place(str(path), error.lineno, error.colno), error.msg) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(Place(str(path), 1, 1), f"this is not what an audit writes ({error})") from error


def _row(topic: Topic, found: dict[str, Any] | None) -> Audited:
    """What is known of one topic. Raises KeyError, TypeError or ValueError for a row that is none."""
    if found is None:
        return Audited(topic.name, "not audited")
    counts = tuple(found[result] for result in OUTCOMES)
    if not all(type(number) is int and number >= 0 for number in counts):
        raise ValueError(f"counts of {topic.name}")
    if found["fingerprint"] != fingerprint(topic):
        return Audited(topic.name, "changed")
    return Audited(topic.name, "audited", counts)


def _damaged(place: Place, why: str) -> BuildError:
    remedy = (
        "write it anew with  proofboard audit --record,  or delete it: then the book has no page on its audit"
    )
    return BuildError([Finding(place, "audit-record", why, remedy)])


def fingerprint(topic: Topic) -> str:
    """The hash of all mathematics that a topic's author wrote; words alone do not change it."""
    return digest(json.dumps(list(_mathematics(topic)), ensure_ascii=False))


def checker() -> str:
    """The hash of the program that decided the numbers: the checker and the audit."""
    return tree_digest(PROGRAM, (*CHECKER, "audit"))


def _mathematics(topic: Topic) -> Iterator[tuple[str, ...]]:
    """Every declaration and formula, with its place, its condition or the word before it."""
    yield "symbols", topic.symbols.value if topic.symbols else ""
    for text in topic.conventions:
        yield "convention", text.value
    example, by_hand = topic.example, topic.by_hand
    if example:
        yield "example", example.symbols.value
    for entry in (
        *(*topic.setup, *topic.steps, *topic.result),
        *((*example.setup, *example.steps) if example else ()),
        *((*by_hand.given, *by_hand.claims) if by_hand else ()),
    ):
        yield from _formula(entry)
    for trap in topic.traps:
        yield "instead of", trap.instead_of.value
        yield from _formula(trap.wrong)
    for sentence, scope in sentences(topic):
        for segment in sentence.segments:
            if segment.kind == "maths":
                yield scope, segment.after, segment.text.value


def _formula(entry: Entry) -> Iterator[tuple[str, ...]]:
    if entry.latex is not None:
        yield entry.kind, entry.scope, entry.latex.value, entry.when.value if entry.when else ""
