r"""The joint law of the declared events of a page, built event by event.

The events are placed one after the other. At each atom of those before it, an event has a probability
of its own: the numbers in [0, 1] that are its value at a point. So every joint law of the events
occurs, borders included. What the page says of them is built in: a relation between events
(`A \cap B = \emptyset`, a partition) takes atoms away; an equation between probabilities, or an
independence, fixes one number of the last of its events, in which it is linear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from itertools import product
from typing import Any

from generator.meaning.eventsets import (
    SPACE,
    Atoms,
    Member,
    Space,
    atoms_of,
    base_events,
    has_events,
    members_of,
    mentioned,
)
from generator.meaning.program import BINDERS, Frame, Program
from generator.meaning.systems import MeaningError, NoPoint, RationalSystem, TooMuch, Unsupported
from generator.notation.tree import Expr, Statement, bare

MOST_ATOMS = 1024
RATIONAL = RationalSystem()

#: What is known of a step's numbers, from the frame and the sets of atoms: how far it is from 0.
Affine = tuple[Any, list[Any]]  # a constant, and a slope a number
Gap = Callable[["Placing"], Affine]
#: Whether an atom may be there, from a frame with a space of this one atom.
Test = Callable[[Frame], bool]


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
            if all(_is_zero(self.f, slope) for slope in slopes):
                return constant * value, [constant * slope for slope in more]
        raise Unsupported("this given is not linear in the law of the last of its events")

    def by_value(self, code: Callable[[Frame], Any]) -> Affine:
        """Of a function of the space, by its values. Raises Unsupported where it is not linear."""
        f, count = self.f, self.step.numbers
        zero, one = f.system.number(0), f.system.number(1)

        def at(values: list[Any]) -> Any:
            inner = f.child({})
            inner.index = dict(f.index)
            inner.draws[SPACE] = _split(f, self.space, self.step, values)
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


def space_of(f: Frame) -> Space:
    """The joint law of all declared events at a point. Raises NoPoint where it breaks a given."""
    space = f.draws.get(SPACE)
    if space is None:
        space = Space([f.system.number(1)])
        for step in plan_of(f.program, f.sizes):
            space = _placed(f, space, step)
        f.draws[SPACE] = space
    return space  # type: ignore[no-any-return]


def _placed(f: Frame, space: Space, step: Step) -> Space:
    name, where = step.member
    value = f.values.get(name)
    if value is None and step.numbers:
        raise MeaningError(f"{name} has no value here")
    symbol = f.program.symbols[name]
    firsts = [f.program.range_of(i, f.sizes).start for i in symbol.family] + [1] * len(symbol.shape)
    for place, first in zip(where, firsts, strict=True):
        value = value[place - first] if value is not None else None
    numbers = list(value or ())[: step.numbers]
    for k in range(len(numbers), step.numbers):  # a given was left out: there are more atoms than were drawn for
        numbers.append(f.system.number(Fraction(k * 37 % 61 + 2, 64)))
    numbers = _solved(f, space, step, numbers)
    return _split(f, space, step, numbers)


def _split(f: Frame, space: Space, step: Step, numbers: list[Any]) -> Space:
    one = f.system.number(1)
    weights = []
    for split in step.splits:
        weight = space.weights[split.old]
        if split.number >= 0:
            weight = weight * (numbers[split.number] if split.happens else one - numbers[split.number])
        weights.append(weight)
    return Space(weights, step.sets)


def _solved(f: Frame, space: Space, step: Step, numbers: list[Any]) -> list[Any]:
    """The numbers of an event, moved to where the page's givens hold. Raises NoPoint outside [0, 1].

    They go to the nearest place at which the givens hold, and from there towards such a place of the
    constant 1/2 as far as [0, 1] asks for; nearness counts each number by the weight of its atom.
    """
    if not step.gaps:
        return numbers
    rows = list(_rows(f, space, step))
    if f.system.symbolic or all(sum(not _is_zero(f, slope) for slope in row) == 1 for row, _ in rows):
        return _inside(f, _eliminated(f, rows, numbers))
    weights = [f.system.number(0)] * step.numbers
    for split in step.splits:
        if split.number >= 0:
            weights[split.number] = space.weights[split.old]
    apart = _orthogonal(f, rows, weights)
    half, one = f.system.number(Fraction(1, 2)), f.system.number(1)
    centre = _moved(f, apart, weights, [half] * step.numbers)
    target = _moved(f, apart, weights, numbers)
    share = one
    for start, end in zip(_inside(f, centre), target, strict=True):
        room = one - start if f.system.sign(end - start) > 0 else -start
        if f.system.sign(end - start) and f.system.sign(share - room / (end - start)) > 0:
            share = room / (end - start)
    return [start + share * (end - start) for start, end in zip(centre, target, strict=True)]


def _inside(f: Frame, numbers: list[Any]) -> list[Any]:
    """The numbers, if they are probabilities. Raises NoPoint."""
    one = f.system.number(1)
    if not f.system.symbolic and any(f.system.sign(q) < 0 or f.system.sign(one - q) < 0 for q in numbers):
        raise NoPoint("no probability between 0 and 1 fits what the page says of the events")
    return numbers


Row = tuple[list[Any], Any]  # coefficients of the numbers, and what they add up to


def _rows(f: Frame, space: Space, step: Step) -> Iterator[Row]:
    """What becomes known at a step, as linear equations of the numbers."""
    placing = Placing(f, space, step)
    saved = f.index
    for gap, index in step.gaps:
        f.index = dict(index)
        try:
            constant, slopes = gap(placing)
        finally:
            f.index = saved
        yield slopes, -constant


def _orthogonal(f: Frame, rows: list[Row], weights: list[Any]) -> list[tuple[list[Any], Any, Any]]:
    """The equations made orthogonal (Gram and Schmidt), each with its square; those that repeat are left out."""
    found: list[tuple[list[Any], Any, Any]] = []
    live = [k for k, weight in enumerate(weights) if not _is_zero(f, weight)]
    for slopes, right in rows:
        slopes = list(slopes)
        for other, value, square in found:
            share = sum((slopes[k] * other[k] / weights[k] for k in live), f.system.number(0)) / square
            slopes = [a - share * b for a, b in zip(slopes, other, strict=True)]
            right = right - share * value
        square = sum((slopes[k] * slopes[k] / weights[k] for k in live), f.system.number(0))
        if not _is_zero(f, square):
            found.append((slopes, right, square))
        elif not _is_zero(f, right):
            raise NoPoint("what the page says of the events cannot hold here")
    return found


def _moved(
    f: Frame, rows: list[tuple[list[Any], Any, Any]], weights: list[Any], numbers: list[Any]
) -> list[Any]:
    """The nearest numbers at which the equations hold."""
    for slopes, right, square in rows:
        for slope, number in zip(slopes, numbers, strict=True):
            right = right - slope * number
        numbers = [
            number if _is_zero(f, weight) else number + slope / weight * (right / square)
            for slope, weight, number in zip(slopes, weights, numbers, strict=True)
        ]
    return numbers


def _eliminated(f: Frame, rows: list[Row], numbers: list[Any]) -> list[Any]:
    """In symbols: each equation solved for the last of its numbers."""
    solved: dict[int, Row] = {}
    for slopes, right in rows:
        for pivot, (row, value) in solved.items():
            share = slopes[pivot] / row[pivot]
            slopes = [a - share * b for a, b in zip(slopes, row, strict=True)]
            slopes[pivot] = f.system.number(0)
            right = right - share * value
        pivots = [k for k, slope in enumerate(slopes) if not _is_zero(f, slope)]
        if pivots:
            solved[pivots[-1]] = (slopes, right)
        elif not _is_zero(f, right):
            raise NoPoint("what the page says of the events cannot hold here")
    numbers = list(numbers)
    for pivot, (row, right) in reversed(solved.items()):
        for k, number in enumerate(numbers):
            right = right if k == pivot else right - row[k] * number
        numbers[pivot] = right / row[pivot]
    return numbers


def _is_zero(f: Frame, x: Any) -> bool:
    if f.system.symbolic:
        return bool(x == 0 or x.cancel() == 0)
    return f.system.sign(x) == 0


# -- the plan: what does not depend on the point --------------------------------------------------


def plan_of(program: Program, sizes: Mapping[str, int]) -> tuple[Step, ...]:
    """How the events of a page are placed at these sizes, made once."""
    givens = program.laws.of_events
    key = (tuple(sorted(sizes.items())), tuple(id(given.expr) for given in givens))
    known = program.plans.get(key)
    if known is None:
        known = (givens, tuple(_Planner(program, dict(sizes)).steps()))  # the trees are kept for their ids
        program.plans[key] = known
    return known[1]  # type: ignore[no-any-return]


class _Planner:
    """The steps for one tuple of sizes."""

    def __init__(self, program: Program, sizes: dict[str, int]) -> None:
        self.program = program
        self.frame = Frame(RATIONAL, program, sizes, {})
        self.order = [
            (symbol.name, where)
            for symbol in _ordered(program)
            for where in members_of(symbol, program, sizes)
        ]
        self.tests: list[tuple[set[Member], Test, dict[str, int]]] = []
        self.gaps: list[tuple[set[Member], Gap, dict[str, int]]] = []
        self.partitions = {s.name for s in program.symbols.values() if "partition" in s.words}
        self.disjoint = {s.name for s in program.symbols.values() if s.words & {"disjoint", "partition"}}
        for given in program.laws.of_events:
            self._given(given)
        for symbol in program.symbols.values():
            if "independent" in symbol.words:
                self._independent_family(symbol.name)

    def _given(self, given: Statement) -> None:
        family = partition_of(given.expr, self.program)
        if family:
            self.partitions.add(family)
            self.disjoint.add(family)
            return
        relation = bare(given.expr)
        left, right = (bare(arg) for arg in relation.args)
        for index in self._indices(given):
            self.frame.index = index
            about = mentioned(relation, self.program, self.frame)
            if relation.data == ("perp",):
                self.gaps.append((about, independence(left, right, self.program), index))
            elif any(node.head == "Pr" for node in relation.walk()):
                self.gaps.append((about, _difference(left, right, self.program), index))
            else:
                self.tests.append((about, _related(relation, self.program), index))

    def _independent_family(self, name: str) -> None:
        """Every member is independent of all that are before it, together."""
        members = [member for member in self.order if member[0] == name]
        for place, member in enumerate(members):
            for mask in range(1, 1 << place):
                chosen = [m for k, m in enumerate(members[:place]) if mask >> k & 1]
                self.gaps.append(({member, *chosen}, _jointly(member, chosen), {}))

    def _indices(self, given: Statement) -> Iterator[dict[str, int]]:
        symbols, used = self.program.symbols, set[str]()
        _free(given.expr, frozenset(), used)
        names = [n for n in symbols if symbols[n].kind == "index" and n in used]
        ranges = [self.program.range_of(n, self.frame.sizes) for n in names]
        conditions = [self.program.compiled(c) for c in given.when]
        for values in product(*ranges):
            self.frame.index = dict(zip(names, values, strict=True))
            if all(code(self.frame) for code in conditions):
                yield dict(self.frame.index)

    def steps(self) -> Iterator[Step]:
        atoms: list[frozenset[Member]] = [frozenset()]
        placed: set[Member] = set()
        for member in self.order:
            placed.add(member)
            about = [t for t in self.tests if member in t[0] and t[0] <= placed]
            splits, after, numbers = [], [], 0
            for old, atom in enumerate(atoms):
                allowed = [
                    h for h in (True, False) if self._allowed(atom | {member} if h else atom, member, about)
                ]
                if not allowed:
                    raise Unsupported("what the page says of the events leaves an atom of others no room")
                for happens in allowed:
                    splits.append(Split(old, happens, numbers if len(allowed) == 2 else -1))
                    after.append(atom | {member} if happens else atom)
                numbers += len(allowed) == 2
            if len(after) > MOST_ATOMS:
                raise TooMuch("more joint outcomes of the events than are enumerated")
            atoms = after
            sets = {m: sum(1 << k for k, atom in enumerate(atoms) if m in atom) for m in placed}
            gaps = tuple(
                (gap, index) for known, gap, index in self.gaps if member in known and known <= placed
            )
            yield Step(member, tuple(splits), sets, numbers, gaps)

    def _allowed(
        self, atom: frozenset[Member], member: Member, tests: list[tuple[set[Member], Test, dict[str, int]]]
    ) -> bool:
        """Whether an atom of the events placed so far may be there."""
        name, happened = member[0], sum(1 for m in atom if m[0] == member[0])
        if name in self.disjoint and happened > 1:
            return False
        if name in self.partitions and not happened and member == [m for m in self.order if m[0] == name][-1]:
            return False
        for known, test, index in tests:
            inner = Frame(RATIONAL, self.program, self.frame.sizes, {})
            inner.index = dict(index)
            inner.draws[SPACE] = Space([1], {m: int(m in atom) for m in known | {member}})
            if not test(inner):
                return False
        return True


def _free(expr: Expr, bound: frozenset[str], found: set[str]) -> None:
    if expr.head in BINDERS:
        bound = bound | frozenset(str(d) for d in (expr.data or ()))
    if expr.head == "name" and expr.data not in bound:
        found.add(expr.data)
    for arg in expr.args:
        _free(arg, bound, found)


def _ordered(program: Program) -> list[Any]:
    """The events, those in the condition of a given before those that it is about."""
    declared = base_events(program)
    before: dict[str, set[str]] = {symbol.name: set() for symbol in declared}
    for given in program.scope.givens:  # all that the page says, also where a given is left out
        for about, condition in _conditioned(given.expr):
            later = {n.data for n in about.walk() if n.head == "name" and n.data in before}
            earlier = {n.data for n in condition.walk() if n.head == "name" and n.data in before}
            for name in later - earlier:
                before[name] |= earlier
    try:
        order = list(TopologicalSorter(before).static_order())
    except CycleError:
        return declared
    level = dict.fromkeys(order, 0)
    for name in order:
        level[name] = max((level[other] + 1 for other in before[name]), default=0)
    return sorted(declared, key=lambda symbol: level[symbol.name])  # a stable sort: declared order within


def _conditioned(expr: Expr) -> Iterator[tuple[Expr, Expr]]:
    relation = bare(expr)
    if relation.head == "rel" and relation.data == ("perp",) and bare(relation.args[1]).head == "given":
        second, condition = bare(relation.args[1]).args
        yield relation.args[0], condition
        yield second, condition
    for node in expr.walk():
        if node.head == "Pr" and len(node.args) == 2:
            yield node.args[0], node.args[1]


def partition_of(expr: Expr, program: Program) -> str:
    r"""The family that `\sum_i \mathbf 1\{A_i\} = 1` makes a partition, else ""."""
    relation = bare(expr)
    if relation.head != "rel" or relation.data != ("=",):
        return ""
    total, one = (bare(arg) for arg in relation.args)
    if total.head != "sum" or one.head != "num" or one.data != "1" or bare(total.args[0]).head != "indicator":
        return ""
    event = bare(bare(total.args[0]).args[0])
    named = bare(event.args[0]) if event.head == "entry" else event
    whole = event.head == "entry" and [bare(i).data for i in event.args[1:]] == list(total.data)
    return str(named.data) if whole and has_events([event], program) else ""


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


def _jointly(member: Member, others: list[Member]) -> Gap:
    def gap(at: Placing) -> Affine:
        atoms = (1 << len(at.step.splits)) - 1
        for other in others:
            atoms &= at.step.sets[other]
        own = at.step.sets[member]
        return _apart(at, own & atoms, (1 << len(at.step.splits)) - 1, own, atoms)

    return gap


def _difference(left: Expr, right: Expr, program: Program) -> Gap:
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


def _related(relation: Expr, program: Program) -> Test:
    """A relation between events, at one atom."""
    left, right = (atoms_of(arg, program) for arg in relation.args)
    if relation.data in (("subseteq",), ("subset",)):
        return lambda f: not left(f) & ~right(f)
    return lambda f: left(f) == right(f)
