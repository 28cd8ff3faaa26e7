"""Points for the step checker: a claim's sizes and values, as residues modulo a prime or as balls.

Values come from the claim's own sampler, so that every declaration and condition is met; names that
may be any number, or any positive one, are drawn from all residues (squares stand for the positive
numbers), where an accidental equality is as good as impossible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random
from typing import Any, Generic, TypeVar

from generator.meaning import arrays
from generator.meaning.chance import Chance
from generator.meaning.points import BALLS, convert
from generator.meaning.program import Frame, Program, free_names
from generator.meaning.residues import PRIME, ResidueSystem
from generator.meaning.sampling import Point, Sampler, Wanted, stable_number
from generator.meaning.systems import System
from generator.notation.tree import Symbol, bare
from generator.verify.question import Question

T = TypeVar("T")

TRIES = 12  # points of one tuple of sizes in one number system
LABELLED = 15  # values of the free labels at one point: all ways in which four can be equal

#: Laws whose support is every number.
UNBOUNDED = frozenset({"normal", "moments", "free"})

#: Relations that residues cannot break: only roots and functions rest on them, and balls decide those.
ORDER = frozenset({"<", "<=", ">", ">=", "!="})


class Places(Generic[T]):
    """What is made at the points of a claim, at some sizes in some number system: once for all that ask.

    `make` gets a frame and a source of what else is drawn there.
    """

    def __init__(self, question: Question, make: Callable[[Frame, Random], T]) -> None:
        self.program, self.seed, self.make = question.program, stable_number("check", question.seed), make
        self.names = tuple(sorted(self.program.random_names(question.sides())))
        self.sampler = Sampler(self.program, Wanted(question.sides(), question.statement.when), self.seed)
        self._points: dict[Any, Point] = {}
        self._made: dict[Any, T] = {}

    def at(self, sizes: dict[str, int], exact: bool) -> Iterator[T]:
        """At these sizes, modulo the prime or in balls. Raises MeaningError where the claim has no point."""
        for number in range(TRIES):
            key = (*sorted(sizes.items()), number)
            if key not in self._points:
                self._points[key] = self.sampler.point(sizes, number)
            if (key, exact) not in self._made:
                rng = Random(stable_number(self.seed, sorted(sizes.items()), number))
                self._made[key, exact] = self.make(self._frame(self._points[key], number, exact, rng), rng)
            yield self._made[key, exact]

    def _frame(self, point: Point, number: int, exact: bool, rng: Random) -> Frame:
        system: System = ResidueSystem() if exact else BALLS
        values = {}
        for name, value in point.values.items():
            reach = _reach(name, self.program, self.sampler) if exact else ""
            values[name] = arrays.each(partial(_number, reach, system, rng), value)
        return Frame(system, self.program, point.sizes, values, Chance(variant=number, names=self.names))


def label_values(spans: list[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """A value for each label, in every way in which they can be equal or different.

    Deltas see nothing else of the free labels of a part of a proof. At most LABELLED, the last ones; none
    where one of the labels has no value.
    """
    chosen = {
        tuple(span[-1 - k % len(span)] for span, k in zip(spans, way, strict=True))
        for way in (_ways(len(spans)) if all(spans) else ())
    }
    yield from sorted(chosen)[-LABELLED:]


def _ways(count: int) -> list[tuple[int, ...]]:
    """Which of `count` things are the same: the number of each thing's class."""
    if not count:
        return [()]
    return [(*way, k) for way in _ways(count - 1) for k in range(max(way, default=-1) + 2)]


def _number(reach: str, system: System, rng: Random, value: Any) -> Any:
    if not reach or callable(value):
        return convert(value, system)
    drawn = system.number(rng.randrange(2, PRIME))
    return drawn * drawn if reach == "positive" else drawn


def _reach(name: str, program: Program, sampler: Sampler) -> str:
    """`any` or `positive` where nothing but the sign of a name's entries is declared, else ""."""
    symbol, law = program.symbols[name], program.laws.laws.get(name)
    if symbol.kind not in ("scalar", "vector", "matrix") or symbol.words - {"random", "invertible"}:
        return ""
    if law is not None and law.law not in UNBOUNDED:
        return ""
    equations = [c for c in sampler.conditions if bare(c).head != "rel" or set(bare(c).data) - ORDER]
    if name in program.rests_on(equations):
        return ""
    if all(_above_zero(c, symbol, program) for c in symbol.conditions):
        return "positive" if symbol.conditions else "any"
    return ""


def _above_zero(condition: Any, symbol: Symbol, program: Program) -> bool:
    core = bare(condition)
    if core.head != "rel" or len(core.args) != 2 or core.data[0] not in (">", ">="):
        return False
    indices = {n for n in free_names(core.args[0]) if program.symbols[n].kind == "index"}
    left, right = free_names(core.args[0]) - indices, bare(core.args[1])
    single = bare(core.args[0]).head in ("name", "entry")
    return single and left == {symbol.name} and right.head == "num" and right.data == "0"
