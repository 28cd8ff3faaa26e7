r"""One declared event placed among those before it, and what then is said of its numbers.

What the page says of probabilities is linear in the numbers of the last event that it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from generator.meaning.eventsets import SPACE, Atoms, Member, Space, atoms_of, has_events
from generator.meaning.program import Frame, Program
from generator.meaning.systems import RationalSystem, Unsupported
from generator.notation.tree import Expr

RATIONAL = RationalSystem()

#: A constant, and a slope for each number of a step.
Affine = tuple[Any, list[Any]]
#: How far what the page says is from being true, while the numbers of a step are open.
Gap = Callable[["Placing"], Affine]


@dataclass(frozen=True, slots=True)
class Split:
    """An atom of the next step: which one it comes from, whether the event happens, and its number.

    `number`: of the event's probability there; -1 where it happens, or does not, for certain.
    """

    old: int
    happens: bool
    number: int


@dataclass(frozen=True, slots=True)
class Step:
    """One event placed: the atoms behind it, how many numbers it has, and what then becomes known."""

    member: Member
    splits: tuple[Split, ...]
    sets: Mapping[Member, int]
    numbers: int
    gaps: tuple[tuple[Gap, dict[str, int]], ...]


@dataclass(slots=True)
class Placing:
    """A step at a point, while its numbers are open: the frame, the space before it, the step."""

    f: Frame
    space: Space
    step: Step

    def chance(self, atoms: int) -> Affine:
        """The probability of a set of atoms of the step."""
        zero = self.f.system.number(0)
        constant, slopes = zero, [zero] * self.step.numbers
        for place, split in enumerate(self.step.splits):
            if not atoms >> place & 1:
                continue
            weight = self.space.weights[split.old]
            if split.number < 0:
                constant = constant + weight
            elif split.happens:
                slopes[split.number] = slopes[split.number] + weight
            else:
                constant = constant + weight
                slopes[split.number] = slopes[split.number] - weight
        return constant, slopes

    def product(self, one: Affine, other: Affine) -> Affine:
        """Of two of which one is constant. Raises Unsupported for others."""
        for (constant, slopes), (value, more) in ((one, other), (other, one)):
            if all(is_zero(self.f, slope) for slope in slopes):
                return constant * value, [constant * slope for slope in more]
        raise Unsupported("this given is not linear in the law of the last of its events")

    def by_value(self, code: Callable[[Frame], Any]) -> Affine:
        """Of a function of the space, by its values. Raises Unsupported where it is not linear."""
        f, count = self.f, self.step.numbers
        zero, one = f.system.number(0), f.system.number(1)

        def at(values: list[Any]) -> Any:
            inner = f.child({})
            inner.index = dict(f.index)
            inner.draws[SPACE] = split_into(f, self.space, self.step, values)
            return code(inner)

        base = at([zero] * count)
        slopes = [at([one if i == k else zero for i in range(count)]) - base for k in range(count)]
        tried = [f.system.number(Fraction(k * 37 % 61 + 2, 64)) for k in range(count)]
        value = at(tried)
        for slope, number in zip(slopes, tried, strict=True):
            value = value - slope * number
        if not f.system.symbolic and f.system.sign(value - base) != 0:
            raise Unsupported("this given is not linear in the law of the last of its events")
        return base, slopes

    def bits(self, code: Atoms, index: dict[str, int]) -> int:
        """The atoms of an event among those of the step: the same at every point."""
        inner = Frame(RATIONAL, self.f.program, self.f.sizes, {})
        inner.index = dict(index)
        inner.draws[SPACE] = Space([1] * len(self.step.splits), self.step.sets)
        return code(inner)


def split_into(f: Frame, space: Space, step: Step, numbers: list[Any]) -> Space:
    """The space after a step whose numbers are known."""
    one = f.system.number(1)
    weights = []
    for split in step.splits:
        weight = space.weights[split.old]
        if split.number >= 0:
            weight = weight * (numbers[split.number] if split.happens else one - numbers[split.number])
        weights.append(weight)
    return Space(weights, step.sets)


def is_zero(f: Frame, x: Any) -> bool:
    """Whether a number is 0, in symbols for all their values."""
    if f.system.symbolic:
        return bool(x == 0 or x.cancel() == 0)
    return f.system.sign(x) == 0


def independence(left: Expr, right: Expr, program: Program) -> Gap:
    r"""P(ABC) P(C) - P(AC) P(BC), with the sure event for C where the page names no condition."""
    condition = right.args[1] if right.head == "given" else Expr("sure")
    right = right.args[0] if right.head == "given" else right
    codes = [atoms_of(arg, program) for arg in (left, right, condition)]
    known: dict[Any, list[int]] = {}

    def gap(at: Placing) -> Affine:
        a, b, c = _remembered(known, at, codes)
        return _apart(at, a & b & c, c, a & c, b & c)

    return gap


def _remembered(known: dict[Any, list[int]], at: Placing, codes: list[Atoms]) -> list[int]:
    """The sets of atoms of some events, which are the same at every point of a tuple of sizes."""
    key = (at.step.member, len(at.step.splits), tuple(at.f.index.items()))
    if key not in known:
        known[key] = [at.bits(code, at.f.index) for code in codes]
    return known[key]


def _apart(at: Placing, both: int, whole: int, one: int, other: int) -> Affine:
    """P(both) P(whole) - P(one) P(other)."""
    constant, slopes = at.product(at.chance(both), at.chance(whole))
    less, down = at.product(at.chance(one), at.chance(other))
    return constant - less, [a - b for a, b in zip(slopes, down, strict=True)]


def jointly(member: Member, others: list[Member]) -> Gap:
    """P(A B ..) - P(A) P(B ..) for one event and some others together."""

    def gap(at: Placing) -> Affine:
        atoms = (1 << len(at.step.splits)) - 1
        for other in others:
            atoms &= at.step.sets[other]
        own = at.step.sets[member]
        return _apart(at, own & atoms, (1 << len(at.step.splits)) - 1, own, atoms)

    return gap


def difference(left: Expr, right: Expr, program: Program) -> Gap:
    r"""P(A | B) - v as P(AB) - v P(B), which is linear wherever B stands; else left - right."""
    if left.head == "Pr" and not has_events([right], program):
        codes = [atoms_of(arg, program) for arg in (*left.args, Expr("sure"))[:2]]
        value = program.compiled(right)
        known: dict[Any, list[int]] = {}

        def gap(at: Placing) -> Affine:
            a, c = _remembered(known, at, codes)
            (constant, slopes), (whole, more), share = at.chance(a & c), at.chance(c), value(at.f)
            return constant - share * whole, [x - share * y for x, y in zip(slopes, more, strict=True)]

        return gap
    one, other = program.compiled(left), program.compiled(right)
    return lambda at: at.by_value(lambda f: one(f) - other(f))
