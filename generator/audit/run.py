"""The audit of a book: every mutant of every formula through the gate, in parallel, reproducibly.

One item of work is one printed formula with its mutants; what a run finds depends on the
content and the seed of its sample only, never on the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

from generator.audit.gate import Gate
from generator.audit.outcomes import Outcome
from generator.audit.report import Record, Report
from generator.audit.targets import Target, mutants_of, names_of, targets
from generator.errors import InternalError
from generator.load import load_book, load_topic
from generator.model import Topic
from generator.notation.topic import read_topic
from generator.parallel import Lost, each

BOOK = "content/book.yaml"

#: Seconds after which the mutants of one formula are taken to hang. Work is bounded by counts.
HANG = 900.0

#: Called with the formula just audited, how many are done, and of how many.
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Item:
    """The mutants `chosen` (all where it is None) of one target of one topic."""

    topic: Topic
    target: int
    chosen: tuple[int, ...] | None = None


def audit(
    files: Sequence[str] = (), workers: int = 1, sample: int = 0, seed: int = 0, tell: Tell | None = None
) -> Report:
    """Audit the topics in `files`, or of the book here; `sample` > 0 takes that many mutants by `seed`.

    Raises BuildError where a topic cannot be read, InternalError where a worker was lost.
    """
    items = [Item(topic, k) for topic in topics_of(files) for k in range(len(_gate(topic)[1]))]
    if sample:
        items = sampled(items, sample, seed)
    found: dict[int, list[Record]] = {}
    for done, (index, result) in enumerate(each(records, items, workers, HANG), 1):
        if isinstance(result, Lost):
            raise InternalError(f"{items[index].topic.name}: the audit {result.why}: {result.text}")
        found[index] = result
        if tell is not None:
            tell(_target(items[index]).id, done, len(items))
    return Report(tuple(record for index in sorted(found) for record in found[index]), bool(sample))


def topics_of(files: Sequence[str] = ()) -> list[Topic]:
    """The topics in `files`, or of the book here. Raises BuildError where one cannot be read."""
    topics = [load_topic(file) for file in files if Path(file).name != Path(BOOK).name]
    for file in files or (BOOK,):
        if Path(file).name == Path(BOOK).name:
            topics += load_book(file).topics
    return topics


def sampled(items: Sequence[Item], sample: int, seed: int) -> list[Item]:
    """The items with `sample` of all their mutants, every mutant as likely as any other."""
    sizes = [sum(1 for _ in mutants_of(_target(i), names_of(i.topic))) for i in items]
    chosen = sorted(Random(seed).sample(range(sum(sizes)), min(sample, sum(sizes))))
    out, start = [], 0
    for item, size in zip(items, sizes, strict=True):
        own = tuple(number - start for number in chosen if start <= number < start + size)
        if own:
            out.append(Item(item.topic, item.target, own))
        start += size
    return out


def records(item: Item) -> list[Record]:
    """What became of the mutants of one item."""
    gate, _ = _gate(item.topic)
    gate.killers.clear()
    target = _target(item)
    out = []
    for number, mutant in enumerate(mutants_of(target, names_of(item.topic))):
        if item.chosen is not None and number not in item.chosen:
            continue
        try:
            outcome = gate.outcome(target, mutant.latex)
        except Exception as error:  # noqa: BLE001  a crash lets nothing pass, but is a bug: it is shown
            outcome = Outcome("survived", f"crashed: {type(error).__name__}: {error}")
        out.append(
            Record(
                item.topic.name,
                target.id,
                target.kind,
                mutant.operator,
                mutant.kind,
                target.latex,
                mutant.latex,
                outcome.result,
                outcome.reason,
                outcome.relation,
            )
        )
    return out


@lru_cache(maxsize=16)
def _gate(topic: Topic) -> tuple[Gate, tuple[Target, ...]]:
    read = read_topic(topic)
    return Gate(topic, read), tuple(targets(topic, read))


def _target(item: Item) -> Target:
    return _gate(item.topic)[1][item.target]
