"""Points that can tell: sizes all different first, rational values inside the declared domain.

Everything is drawn from a seed that comes from the content; a draw that violates a
condition is rejected or, for a linear equation, solved exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from random import Random
from typing import Any

from flint import fmpq

from generator.meaning import arrays, entries, ranged, space, stated
from generator.meaning.domains import (
    USUAL,
    Domain,
    Reach,
    domain_of,
    fits,
    in_open_set,
    narrow,
    plain_bound,
    structured,
)
from generator.meaning.maps import generic_function, inverse_function
from generator.meaning.paths import entry_at, filled, last_path, last_paths, put_at
from generator.meaning.program import Frame, Program, free_names, rational_value
from generator.meaning.sizes import largest_literal
from generator.meaning.supports import SAME_SUPPORT
from generator.meaning.systems import MeaningError, NoPoint, RationalSystem, Unsupported
from generator.notation.tree import Expr, Symbol, bare, dim_value

RATIONAL = RationalSystem()
TRIES = 60
USUAL_LITERAL = 4  # beyond a larger number in the formula an entry of a vector must reach too


def stable_number(*parts: object) -> int:
    """A number that depends on its arguments' text alone (never on PYTHONHASHSEED)."""
    digest = sha256("\0".join(str(p) for p in parts).encode()).digest()
    return int.from_bytes(digest[:6], "big")


def seeded(seed: int, *parts: object) -> int:
    """The number of the arguments' text alone where `seed` is 0, else one of its own for each seed."""
    return stable_number(*parts, seed) if seed else stable_number(*parts)


@dataclass(slots=True)
class Point:
    """Sizes, and a rational value (nested lists) for every base name."""

    sizes: dict[str, int]
    values: dict[str, Any]
    border: str = ""  # what was put at a border
    rejected: tuple[Expr | str, ...] = ()  # the condition (or why) of each candidate thrown away before


@dataclass(slots=True)
class Wanted:
    """What the points are for: expressions whose names need values, and conditions on them."""

    exprs: tuple[Expr, ...]
    conditions: tuple[Expr, ...] = ()
    fixed: dict[str, Any] = field(default_factory=dict)


class Sampler:
    """Draws points for one statement in one scope."""

    def __init__(self, program: Program, wanted: Wanted, seed: int) -> None:
        self.program = program
        self.wanted = wanted
        everything = (*wanted.exprs, *wanted.conditions)
        restrictions = self._relevant(everything)
        self.behind = space.conditions(program, everything)
        self.conditions = (*wanted.conditions, *restrictions)
        declared = set(map(id, (*program.scope.restrictions, *restrictions)))
        self._own = {id(c) for c in wanted.conditions} - declared  # of the claim: `when`
        names = program.base_names((*everything, *restrictions)) - set(program.bound_values)
        self.names = self._ordered(names)
        self.random = sorted(program.random_names(everything))
        for name in self.names:
            if program.symbols[name].kind == "complex":
                raise Unsupported("complex numbers have no values yet")
        self.conditions = (*self.conditions, *self._declared())
        drawn = any(program.symbols[name].kind == "event" for name in self.names)
        self.events = (*(given.expr for given in program.laws.of_events), *wanted.exprs) if drawn else ()
        self.seed = seed
        self.tries = TRIES  # candidates for one point
        self.unmoved = frozenset[str]()  # names that are not moved to meet an equation
        self._by_entry = False  # whether a condition with a free index is about some entries only
        self._domains: dict[tuple[str, bool], Domain] = {}
        self._abouts: dict[tuple[str, bool], tuple[Expr, ...]] = {}
        self._bounding: dict[tuple[str, bool], entries.Bounding] = {}
        self.literal = largest_literal(program, everything)
        self._reaches = self._all_reaches()

    def _relevant(self, exprs: tuple[Expr, ...]) -> tuple[Expr, ...]:
        used = self.program.rests_on(exprs)
        own = [r for r in self.program.scope.restrictions if self.program.rests_on([r]) & used]
        # A declared domain of a defined name (`s : scalar, > 0`) narrows what the name is made from.
        # A condition of a drawn name that is more than a bound by a number is tried afterwards.
        for name in sorted(used & set(self.program.symbols)):
            defined = name in self.program.definitions
            own += [c for c in self.program.symbols[name].conditions if defined or not plain_bound(c, name)]
        return tuple(own)

    def _declared(self) -> tuple[Expr, ...]:
        """Declared conditions that are no bound on all entries, so that drawing does not see to them."""
        empty = Frame(RATIONAL, self.program, {}, {})
        symbols = [self.program.symbols[name] for name in self.names]
        return tuple(c for s in symbols for c in s.conditions if not narrow(Domain(), c, s.name, empty))

    def _ordered(self, names: set[str]) -> list[str]:
        """The names as they are declared, but behind those that bound the support of their law."""
        laws, found = self.program.laws.laws, list[str]()

        def place(name: str, above: frozenset[str]) -> None:
            law = laws.get(name)
            bounds = law.parameters if law is not None and law.law not in SAME_SUPPORT else ()
            for other in sorted(self.program.rests_on(bounds) & names - above - {name}):
                place(other, above | {name})
            if name not in found:
                found.append(name)

        order = list(self.program.symbols)
        for name in sorted(names, key=order.index):
            place(name, frozenset())
        return found

    def point(self, sizes: dict[str, int], number: int, mixed: bool = False) -> Point:
        """The point with this number, the same every time; where `mixed`, each name reaches its own way.

        A condition of the claim with a free index, as x_i > 0, is met by all entries at even
        numbers; at odd ones by some entries only, and the index has to find them.
        """
        self._by_entry = number % 2 == 1
        rejected: list[Expr | str] = []
        for attempt in range(self.tries):
            rng = Random(stable_number(self.seed, sorted(sizes.items()), number, attempt))
            point = Point(sizes, {}, rejected=tuple(rejected))
            reach = self._reach(number + 3 * sum(sizes.values())) if attempt < TRIES // 4 else USUAL
            try:
                self._fill(point, rng, attempt, None if mixed else reach)
                broken = self._broken(point)
                if broken is None:
                    return point
                rejected.append(broken)
            except MeaningError as error:
                rejected.append(str(error))
        raise NoPoint(entries.none_found(sizes, rejected))

    def _reach(self, number: int) -> Reach:
        return self._reaches[number % 12] if number % 12 < len(self._reaches) else USUAL

    def _all_reaches(self) -> tuple[Reach, ...]:
        """Usual, all negative, all positive, then beyond every literal and close to 0 and the borders."""
        far, near = max(4, 2 * (1 + self.literal)), 4 * (1 + self.literal)
        return (USUAL, Reach(-1), Reach(0, far), Reach(0, 1, near), Reach(1), Reach(-1, far), Reach(1, far))

    def _fill(self, point: Point, rng: Random, attempt: int, reach: Reach | None) -> None:
        f = Frame(RATIONAL, self.program, point.sizes, point.values)
        for name in self.names:
            point.values[name] = self.wanted.fixed.get(name) or self._draw(
                name, f, rng, attempt, reach or self._reach(rng.randrange(7))
            )
            f = Frame(RATIONAL, self.program, point.sizes, point.values)

    def _draw(self, name: str, f: Frame, rng: Random, attempt: int, reach: Reach) -> Any:
        symbol = self._as_stated(self.program.symbols[name])
        if symbol.kind == "function":
            if symbol.of:
                return inverse_function(f.values[symbol.of])
            return generic_function(symbol, rng)
        if symbol.kind == "event":
            return space.drawn(symbol, f, lambda: self._domain(name, f).draw(rng, reach))
        domain = self._domain(name, f)
        if (symbol.shape or symbol.family) and reach.far > 3 and self.literal <= USUAL_LITERAL:
            reach = replace(reach, far=3)  # products of many far values only make wide balls
        dims = [len(self.program.range_of(i, f.sizes)) for i in symbol.family]
        inner = [dim_value(d, f.sizes) for d in symbol.shape]
        if domain.finite and attempt % 3 == 2:  # constant samples are corners of a finite domain
            same = rng.choice(domain.finite)
            domain = Domain(finite=(same,))
        usual = Reach(reach.sign, 1, reach.near) if dims or inner else reach
        rank = stated.drawn_rank(self.conditions, name, f, rng) if len(inner) == 2 else None
        if rank is not None:
            return filled(dims, lambda: stated.of_rank(rank, inner, lambda: domain.draw(rng, usual)))
        value = filled(dims, lambda: self._member(symbol, inner, rng, domain, usual))
        if reach.far > 1 and isinstance(value, list) and not symbol.words - {"random"}:
            path = last_path(value)  # one entry goes far: products of far entries would drown the rest
            put_at(value, path, domain.draw(rng, reach))
        if not symbol.words - {"random"}:
            return entries.fit(value, entries.bounds(value, name, self.bounding(name), f, domain), rng, usual)
        return value

    def _as_stated(self, symbol: Symbol) -> Symbol:
        r"""The symbol with the words that conditions such as `A \succ 0` say of it."""
        said = [stated.definite(c) for c in self.wanted.conditions] if len(symbol.shape) == 2 else []
        words = {found[1] for found in said if found is not None and found[0] == symbol.name}
        return replace(symbol, words=symbol.words | words) if words else symbol

    def _member(self, symbol: Symbol, dims: list[int], rng: Random, domain: Domain, reach: Reach) -> Any:
        """One value of a name (of a family: of a member). Raises MeaningError where no draw has full rank."""
        for _ in range(TRIES):
            value = structured(symbol, dims, rng, domain)
            value = filled(dims, lambda: domain.draw(rng, reach)) if value is None else value
            if fits(symbol.words, value):
                return value
        raise MeaningError(f"no matrix of full rank was found in the declared domain of {symbol.name}")

    def _domain(self, name: str, f: Frame) -> Domain:
        """The domain of a name; remembered where no other name's value enters it."""
        key = (name, self._by_entry)
        if key in self._domains:
            return self._domains[key]
        symbol, about = self.program.symbols[name], self.about(name)
        domain = domain_of(symbol, f, about)
        means = ranged.narrow_mean(domain, name, f)
        law = self.program.laws.laws.get(name)
        fixed = all(rational_value(p) is not None for p in law.parameters) if law is not None else True
        if law is not None and law.law in SAME_SUPPORT:
            fixed = True
        if (
            not means
            and fixed
            and all(plain_bound(c, name) and not in_open_set(c) for c in (*symbol.conditions, *about))
        ):
            self._domains[key] = domain
        return domain

    def about(self, name: str) -> tuple[Expr, ...]:
        """Conditions of the claim about this one name (a bound or a set); see `point`."""
        key = (name, self._by_entry)
        if key not in self._abouts:
            stated = [c for c in self.conditions if free_names(c) - self._indices() == {name}]
            entry = self._own if self._by_entry else set()
            self._abouts[key] = tuple(c for c in stated if id(c) not in entry or not self._has_free_index(c))
        return self._abouts[key]

    def bounding(self, name: str) -> entries.Bounding:
        """What bounds this name by others, but conditions of the claim about some entries; see `point`."""
        key = (name, self._by_entry)
        if key not in self._bounding:
            later = self._own if self._by_entry else set()
            kept = (c for c in self.conditions if id(c) not in later)
            self._bounding[key] = entries.bounding(kept, name, self.program)
        return self._bounding[key]

    def _indices(self) -> set[str]:
        return {n for n, s in self.program.symbols.items() if s.kind in ("index", "size")}

    def admissible(self, point: Point) -> bool:
        """Whether a draw meets every condition."""
        return self._broken(point) is None

    def _broken(self, point: Point) -> Expr | None:
        """A condition that a draw fails; those of the claim with a free index wait for its value."""
        if self.events and space.broken(
            Frame(RATIONAL, self.program, point.sizes, point.values), self.behind
        ):
            return self.events[0]
        unmet = ranged.unmet(self.program, self.random, point.sizes, point.values)
        if unmet is not None:
            return unmet
        moved = False
        for condition in self.conditions:
            if self._has_free_index(condition) or self._holds(condition, point):
                continue
            if not self._solve(condition, point):
                return condition
            moved = True
        for c in self.conditions:
            if self._has_free_index(c):
                holds = self._holds_at_every_index(c, point, id(c) in self._own)
            else:
                holds = not moved or self._holds(c, point)
            if not holds:
                return c
        return None

    def _holds_at_every_index(self, condition: Expr, point: Point, later: bool) -> bool:
        from generator.meaning.points import free_indices, index_values, truth

        if later:
            return True
        names = free_indices([condition], self.program)
        values = index_values(names, self.program, point.sizes, 0, 1600)
        return all(truth(condition, self.program, point, index) for index in values)

    def _has_free_index(self, condition: Expr) -> bool:
        symbols, names = self.program.symbols, self.program.found("names", condition, free_names)
        return any(symbols[n].kind == "index" for n in names if n in symbols)

    def _holds(self, condition: Expr, point: Point) -> bool:
        from generator.meaning.points import truth

        return truth(condition, self.program, point)

    def _solve(self, condition: Expr, point: Point) -> bool:
        """Meet a linear equation by moving one entry of one name."""
        condition = bare(condition)
        if condition.head != "rel" or condition.data != ("=",):
            return False
        reached = self.program.rests_on([condition])
        for name in reversed(self.names):
            if name in reached - self.unmoved and self._solve_for(name, condition, point):
                return True
        return False

    def _solve_for(self, name: str, condition: Expr, point: Point) -> bool:
        value = point.values[name]
        if not isinstance(value, (list, fmpq)) or self.program.symbols[name].words & RIGID:
            return False
        moved = any(self._solve_at(name, path, condition, point) for path in last_paths(value))
        return moved or self._scaled(name, condition, point)

    def _scaled(self, name: str, condition: Expr, point: Point) -> bool:
        r"""Meet an equation that grows in step with a whole name, as \sum_k p_k = 1 with p_k > 0."""
        old = point.values[name]
        if not isinstance(old, list):
            return False
        try:
            first = self._residual(condition, point)
            point.values[name] = arrays.each(lambda v: 2 * v, old)
            slope = self._residual(condition, point) - first
            if slope == 0:
                raise MeaningError("not solvable")
            point.values[name] = arrays.each(lambda v: v * (1 - first / slope), old)
            if self._residual(condition, point) == 0 and self.in_domain(name, point):
                return True
        except MeaningError:
            pass
        point.values[name] = old
        return False

    def _solve_at(self, name: str, path: tuple[int, ...], condition: Expr, point: Point) -> bool:
        old = entry_at(point.values[name], path)
        try:
            first = self._residual(condition, point)
            _set(point, name, path, old + 1)
            slope = self._residual(condition, point) - first
            if slope == 0:
                raise MeaningError("not solvable")
            _set(point, name, path, old - first / slope)
            if self._residual(condition, point) == 0 and self.in_domain(name, point):
                return True
        except MeaningError:
            pass
        _set(point, name, path, old)
        return False

    def in_domain(self, name: str, point: Point) -> bool:
        """Whether every entry of a name lies in its declared domain, and a matrix has the declared rank."""
        symbol, value = self.program.symbols[name], point.values[name]
        domain = self._domain(name, Frame(RATIONAL, self.program, point.sizes, point.values))
        if not all(domain.holds(v) for v in arrays.flat(value)):
            return False
        members = [value]
        for _ in symbol.family:
            members = [inner for member in members for inner in member]
        return all(fits(symbol.words, member) for member in members)

    def _residual(self, condition: Expr, point: Point) -> Any:
        f = Frame(RATIONAL, self.program, point.sizes, point.values)
        a, b = (self.program.compiled(arg)(f) for arg in condition.args)
        if isinstance(a, list) or isinstance(b, list):
            raise Unsupported("a vector equation is not solved")
        return a - b


#: Structures that putting one entry elsewhere would break.
RIGID = {
    "simplex",
    "one-hot",
    "stochastic",
    "unit",
    "orthogonal",
    "positive definite",
    "positive semidefinite",
}


def _set(point: Point, name: str, path: tuple[int, ...], new: Any) -> None:
    if not path:
        point.values[name] = new
        return
    copy = arrays.each(lambda v: v, point.values[name])
    put_at(copy, path, new)
    point.values[name] = copy
