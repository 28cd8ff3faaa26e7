"""The audit of a book: every mutant of every formula through the gate, in parallel, reproducibly.

One item of work is one printed formula with some of its mutants; what a run finds depends on
the content and the seed of its sample only, never on the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

from generator.audit.gate import Gate
from generator.audit.mutate import Mutant
from generator.audit.outcomes import Outcome
from generator.audit.report import Record, Report
from generator.audit.targets import Target, mutants_of, names_of, targets
from generator.errors import InternalError
from generator.load import load_book, load_topic
from generator.model import Topic
from generator.notation.topic import read_topic
from generator.parallel import Lost, each

BOOK = "content/book.yaml"

#: Seconds after which the mutants of one item are taken to hang. Work is bounded by counts.
HANG = 900.0

#: Called with the formula just audited, how many are done, and of how many.
Tell = Callable[[str, int, int], None]


#: Mutants of one item: few enough that all workers have work until the end.
CHUNK = 40

#: Kinds of targets whose mutants take longest: many claims are judged for each, or many sizes.
DEAR = ("symbols", "given", "define", "by-hand-given", "trap")


@dataclass(frozen=True, slots=True)
class Item:
    """Some mutants of one target of one topic."""

    topic: Topic
    target: int
    mutants: tuple[Mutant, ...]


def audit(
    files: Sequence[str] = (), workers: int = 1, sample: int = 0, seed: int = 0, tell: Tell | None = None
) -> Report:
    """Audit the topics in `files`, or of the book here; `sample` > 0 takes that many mutants by `seed`.

    Raises BuildError where a topic cannot be read, InternalError where a worker was lost.
    """
    items = items_of(topics_of(files))
    if sample:
        items = sampled(items, sample, seed)
    return Report(outcomes(items, workers, tell), bool(sample))


def items_of(topics: Sequence[Topic]) -> list[Item]:
    """All mutants of all formulas. Raises BuildError where a topic cannot be read."""
    out = []
    for topic in topics:
        names = names_of(topic)
        for number, target in enumerate(_gate(topic)[1]):
            made = tuple(mutants_of(target, names))
            out += [Item(topic, number, made[k : k + CHUNK]) for k in range(0, len(made), CHUNK)]
    return out


def outcomes(items: Sequence[Item], workers: int, tell: Tell | None = None) -> tuple[Record, ...]:
    """What became of all mutants, in the order of the items. Raises InternalError."""
    order = sorted(range(len(items)), key=lambda k: _cost(items[k]))  # so that the workers finish together
    found: dict[int, list[Record]] = {}
    for done, (place, result) in enumerate(each(records, [items[k] for k in order], workers, HANG), 1):
        item = items[order[place]]
        if isinstance(result, Lost):
            raise InternalError(f"{item.topic.name}: the audit {result.why}: {result.text}")
        found[order[place]] = result
        if tell is not None:
            tell(_target(item).id, done, len(items))
    return tuple(record for index in sorted(found) for record in found[index])


def _cost(item: Item) -> tuple[bool, int]:
    """A key that sorts what takes long first."""
    target = _target(item)
    return target.kind not in DEAR, -len(target.latex)


def topics_of(files: Sequence[str] = ()) -> list[Topic]:
    """The topics in `files`, or of the book here. Raises BuildError where one cannot be read."""
    topics = [load_topic(file) for file in files if Path(file).name != Path(BOOK).name]
    for file in files or (BOOK,):
        if Path(file).name == Path(BOOK).name:
            topics += load_book(file).topics
    return topics


def sampled(items: Sequence[Item], sample: int, seed: int) -> list[Item]:
    """The items with `sample` of all their mutants, every mutant as likely as any other."""
    total = sum(len(item.mutants) for item in items)
    chosen = set(Random(seed).sample(range(total), min(sample, total)))
    out, start = [], 0
    for item in items:
        own = tuple(mutant for number, mutant in enumerate(item.mutants, start) if number in chosen)
        if own:
            out.append(Item(item.topic, item.target, own))
        start += len(item.mutants)
    return out


def records(item: Item) -> list[Record]:
    """What became of the mutants of one item."""
    gate, _ = _gate(item.topic)
    gate.killers.clear()
    target = _target(item)
    out = []
    for mutant in item.mutants:
        try:
            outcome = gate.outcome(target, mutant.latex)
        except Exception as error:  # noqa: BLE001  a crash lets nothing pass, but is a bug: it is shown
            outcome = Outcome("survived", f"crashed: {type(error).__name__}: {error}")
        made = (mutant.operator, mutant.kind, target.latex, mutant.latex)
        ended = (outcome.result, outcome.reason, outcome.relation)
        out.append(Record(item.topic.name, target.id, target.kind, *made, *ended))
    return out


@lru_cache(maxsize=16)
def _gate(topic: Topic) -> tuple[Gate, tuple[Target, ...]]:
    read = read_topic(topic)
    return Gate(topic, read), tuple(targets(topic, read))


def _target(item: Item) -> Target:
    return _gate(item.topic)[1][item.target]
