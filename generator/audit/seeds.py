"""False alarms: every statement again under other sampling seeds, and each verdict that differs.

What a build answers rests on one set of points, which the content decides. A true formula must
pass at any other set as well, and a trap must fail at it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from generator.errors import InternalError
from generator.model import Topic
from generator.notation.topic import read_topic
from generator.notation.tree import ReadTopic
from generator.parallel import Lost, each
from generator.verify.judge import Options
from generator.verify.topic import verify_topic

SCHEMA = 1

#: Seeds of one topic that a process works through at a time, and the seconds after which that
#: is taken to hang. Work is bounded by counts.
BLOCK, HANG = 5, 900.0

#: Called with what was just checked, how many are done, and of how many.
Tell = Callable[[str, int, int], None]

#: (id, status, reason) of every statement of a topic.
Statuses = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One topic under some seeds."""

    topic: Topic
    seeds: range


@dataclass(frozen=True, slots=True)
class Alarm:
    """A statement whose status under a seed is not the status under seed 0, which a build gives it.

    Where two routes disagree there is no verdict: `id` is the topic, `status` is `bug`.
    """

    id: str
    seed: int
    usual: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How many other seeds and statements were tried, and every verdict that differs."""

    seeds: int
    statements: int
    alarms: tuple[Alarm, ...]


def steadiness(topics: Sequence[Topic], seeds: int, workers: int = 1, tell: Tell | None = None) -> Steadiness:
    """Verify `topics` by the numeric routes under the seeds 1 to `seeds`; hold each against seed 0.

    Raises BuildError where a topic cannot be read, InternalError where a worker was lost.
    """
    for topic in topics:
        _read(topic)
    blocks = [range(first, min(first + BLOCK, seeds + 1)) for first in range(0, seeds + 1, BLOCK)]
    items = [Item(topic, block) for block in blocks for topic in topics]
    found: dict[int, list[Statuses]] = {}
    for done, (index, result) in enumerate(each(statuses, items, workers, HANG), 1):
        item = items[index]
        where = f"{item.topic.name}, seeds {item.seeds[0]} to {item.seeds[-1]}"
        if isinstance(result, Lost):
            raise InternalError(f"{where}: the check {result.why}: {result.text}")
        found[index] = result
        if tell is not None:
            tell(where, done, len(items))
    usual = {name: status for k in range(len(topics)) for name, status, _ in found[k][0]}
    alarms = (
        Alarm(name, seed, usual.get(name, ""), status, reason)
        for index in sorted(found)
        for seed, row in zip(items[index].seeds, found[index], strict=True)
        for name, status, reason in row
        if status != usual.get(name) or status == "bug"
    )
    return Steadiness(seeds, len(usual), tuple(alarms))


def statuses(item: Item) -> list[Statuses]:
    """The statuses of all statements of a topic under each of the item's seeds."""
    return [_statuses(item.topic, seed) for seed in item.seeds]


def _statuses(topic: Topic, seed: int) -> Statuses:
    try:
        found = verify_topic(_read(topic), Options("numeric", seed))
    except InternalError as error:
        return ((topic.name, "bug", str(error)),)
    return tuple((verdict.id, verdict.status, verdict.reason) for verdict in found)


@lru_cache(maxsize=256)
def _read(topic: Topic) -> ReadTopic:
    return read_topic(topic)


def as_json(found: Steadiness) -> str:
    """The result for scripts."""
    alarms = [{name: getattr(alarm, name) for name in Alarm.__slots__} for alarm in found.alarms]
    answer = {
        "schema": SCHEMA,
        "ok": not alarms,
        "seeds": found.seeds,
        "statements": found.statements,
        "alarms": alarms,
    }
    return json.dumps(answer, indent=1, ensure_ascii=False) + "\n"


def as_text(found: Steadiness) -> str:
    """Every statement whose verdict differs, with the seeds; then one line about all."""
    groups: dict[tuple[str, str, str, str], list[int]] = {}
    for alarm in found.alarms:
        groups.setdefault((alarm.id, alarm.usual, alarm.status, alarm.reason), []).append(alarm.seed)
    lines = []
    for (name, usual, status, reason), seeds in groups.items():
        shown = ", ".join(map(str, seeds[:8])) + (", ..." if len(seeds) > 8 else "")
        before = f"{usual}, but " if usual else ""
        lines.append(f"{name}: {before}{status} under seed {shown}" + (f": {reason}" if reason else ""))
    told = f"{len(found.alarms)} verdicts differ" if found.alarms else "no verdict differs"
    return "\n".join([*lines, f"{found.statements} statements under {found.seeds} other seeds: {told}"])
