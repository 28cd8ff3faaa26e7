"""How the declared events of a page are placed: in which order, at which atoms, and what then is known.

Nothing here depends on a point: it is made once for a tuple of sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import product

from generator.meaning.eventsets import (
    SPACE,
    Member,
    Space,
    atoms_of,
    base_events,
    has_events,
    members_of,
    mentioned,
)
from generator.meaning.eventsteps import RATIONAL, Gap, Split, Step, difference, independence, jointly
from generator.meaning.program import BINDERS, Frame, Program
from generator.meaning.systems import TooMuch, Unsupported
from generator.notation.tree import Expr, Statement, Symbol, bare

MOST_ATOMS = 1024

#: Whether an atom may be there, from a frame with a space of this one atom.
Test = Callable[[Frame], bool]


def plan_of(program: Program, sizes: Mapping[str, int]) -> tuple[Step, ...]:
    """How the events of a page are placed at these sizes, made once."""
    givens = program.laws.of_events
    key = (tuple(sorted(sizes.items())), tuple(id(given.expr) for given in givens))
    known = program.plans.get(key)
    if known is None:
        known = (givens, tuple(_Planner(program, dict(sizes)).steps()))  # the trees are kept for their ids
        program.plans[key] = known
    return known[1]


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
                self.gaps.append((about, difference(left, right, self.program), index))
            else:
                self.tests.append((about, _related(relation, self.program), index))

    def _independent_family(self, name: str) -> None:
        """Every member is independent of all that are before it, together."""
        members = [member for member in self.order if member[0] == name]
        for place, member in enumerate(members):
            for mask in range(1, 1 << place):
                chosen = [m for k, m in enumerate(members[:place]) if mask >> k & 1]
                self.gaps.append(({member, *chosen}, jointly(member, chosen), {}))

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


def _ordered(program: Program) -> list[Symbol]:
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


def _related(relation: Expr, program: Program) -> Test:
    """A relation between events, at one atom."""
    left, right = (atoms_of(arg, program) for arg in relation.args)
    if relation.data in (("subseteq",), ("subset",)):
        return lambda f: not left(f) & ~right(f)
    return lambda f: left(f) == right(f)
