"""Random names as polynomials in independent sources, by the law that the givens state.

A `Chance` says which model of the givens is meant: which finite law stands in where the page leaves the
law open, and (for pinning) a dependent model or another law with the same mean and variance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from random import Random
from typing import Any

from generator.meaning import arrays, inside, masses, ranged
from generator.meaning.domains import unit
from generator.meaning.enumeration import exactly
from generator.meaning.givens import DECLARED, LawOf
from generator.meaning.laws import LAWS, RAW_MOMENTS, finite_atoms
from generator.meaning.laws_joint import JOINT
from generator.meaning.polynomials import (
    EDGE_LAWS,
    Poly,
    Source,
    atoms_moment,
    laplace_moment,
    normal_moment,
    standard_atoms,
    standard_moment,
)
from generator.meaning.program import Frame
from generator.meaning.systems import Unsupported
from generator.meaning.tied import STANDARDISED, kin, sign, ties_of
from generator.notation.tree import Expr, Symbol, dim_value

_variables = count(1)

SMALL = 64  # by which open moments are divided at an edge: a square is then far smaller than its root


@dataclass(frozen=True, slots=True)
class Chance:
    """Which model of the givens: `variant` of open laws; `dependent` shares sources (a set of
    names, pinning); `swapped` gives the names another law with the same mean and variance.
    Where `counting`, outcomes are only counted against the bound: an enumeration gives 0.
    `edge`: a name of an open law is a `constant` where its spread is open too (`nothing`: it is 0
    where its mean is open), or has two values: equally often (`two-point`, of smallest kurtosis),
    or one of them rarely and far away (`heavy`, `heavy below`), or is small, or small beside large ones
    (`small`, `uneven`, `uneven below`; means are negative below). `alone`: the only constant, all if empty.
    `names`: all random names of the claim; what nothing says to be independent has one joint law in all its
    expectations. `places`: what names of an open law are compared with in the claim's probabilities; at an
    edge as `above:0` an outcome is put there. `averaged`: the claim has probabilities and means of one open
    law, with the same outcomes in both. `known`: names that are averaged over already."""

    variant: int = 0
    dependent: frozenset[str] = frozenset()
    swapped: frozenset[str] = frozenset()
    counting: int = 0
    edge: str = ""
    alone: str = ""
    names: tuple[str, ...] = ()
    places: tuple[Expr, ...] = ()
    averaged: bool = False
    known: frozenset[str] = frozenset()


class Draw:
    """The random names of one expectation as polynomials in fresh sources."""

    def __init__(self, f: Frame, names: list[str], laws: dict[str, LawOf] | None = None) -> None:
        self.f = f
        self.chance: Chance = f.chance or Chance()
        self.sources: dict[int, Source] = {}
        self.tied = False  # whether some of the names are not said to be independent
        self.values: dict[str, Any] = {}
        self._shared: dict[Any, Source] = {}
        self._parameters: dict[Any, Any] = {}
        self._names = names
        places, variant = self.chance.places, self.chance.variant
        self.edge = self.chance.edge
        if places and not self.edge and variant % 3:  # some usual points have outcomes there too
            self.edge = f"{ranged.PUT[variant % len(ranged.PUT)]}:{variant % len(places)}"
        self.laws = laws if laws is not None else f.program.laws.laws
        self.ties = ties_of(f.program.laws, self.chance.dependent, names)
        for name in names:
            self.values[name] = self._value(name)

    def _value(self, name: str) -> Any:
        law = self.laws[name]
        dims = self.dims(name)
        if len(dims) == 1 and self._is_whole(law):
            return self._whole_vector(law, dims[0])
        raw = JOINT[law.law].raw if law.law in JOINT else None
        if dims and not law.entries and raw is not None:
            return self._joint(law, raw, dims)
        return self._entries(law, dims, ())

    def _joint(self, law: LawOf, raw: Callable[..., Any], dims: list[int]) -> Any:
        """The entries of a vector or matrix whose law gives the means of their products."""
        f = self.f
        parameters = [self.parameter(p, ()) for p in law.parameters]
        tied = self._left_open(law)
        known: dict[Any, Source] = {}

        def group(places: tuple[Any, ...]) -> Source:
            if places not in known:
                value = raw(f.system, places, *parameters)
                known[places] = Source(lambda k: value, kind=law.law, name=law.name, tied=tied)
            return known[places]

        def entry(place: Any) -> Poly:
            source = Source(lambda k: group((place,) * k).moment(1), (), law.law, law.name, tied)
            source.group, source.place = group, place
            return self.variable(source)

        if len(dims) == 1:
            return [entry(i) for i in range(dims[0])]
        upper = {(i, j): entry((i, j)) for i in range(dims[0]) for j in range(i, dims[1])}  # symmetric
        return [[upper[min(i, j), max(i, j)] for j in range(dims[1])] for i in range(dims[0])]

    def _entries(self, law: LawOf, dims: list[int], where: tuple[int, ...]) -> Any:
        if len(where) == len(dims):
            return self._one(law, where)
        if len(dims) - len(where) == 1 and law.law in ("normal", "moments") and self._is_vector(law):
            return self._one_vector(law, where, dims[-1])
        return [self._entries(law, dims, (*where, i + 1)) for i in range(dims[len(where)])]

    def _one(self, law: LawOf, where: tuple[int, ...]) -> Any:
        f = self.f
        if law.law in ("moments", "free") and not f.system.symbolic:
            made = inside.outcomes(self, law, where)
            if made is not None:
                return made
        if law.law in ("normal", "moments", "free"):
            mean, variance = self._two_moments(law, where)
            if isinstance(mean, list) or isinstance(variance, list):
                raise Unsupported("a joint law of several names needs one vector name")
            scale = f.system.call("sqrt", variance)
            return self._standardised(law, where) * scale + mean
        if law.law == DECLARED:
            atoms = masses.atoms_of(law, f)
            tied = self._left_open(law)
            return self.variable(Source(lambda k: masses.moment(atoms, k), atoms, "finite", law.name, tied))
        raw = RAW_MOMENTS.get(law.law)
        if raw is None:
            raise Unsupported(f"the moments of {law.law} are not known")
        if len(law.parameters) != len(LAWS[law.law].kinds):
            raise Unsupported(f"the {law.law} law of a number has other parameters")
        parameters = [self.parameter(p, where) for p in law.parameters]
        tied = self._left_open(law)
        atoms = finite_atoms(f, law.law, parameters)
        source = Source(lambda k: raw(f.system, k, *parameters), atoms, law.law, law.name, tied)
        return self.variable(source)

    def parameter(self, expr: Expr, where: tuple[int, ...]) -> Any:
        """A law's parameter; its free indices are those of the entry."""
        free = (e.data for e in expr.walk() if e.head == "name" and self._is_index(e.data))
        names = list(dict.fromkeys(free))
        key = (id(expr), where if names else ())
        if key not in self._parameters:
            frame = self.f.child({}) if names else self.f
            frame.index = {**frame.index, **dict(zip(names, where, strict=False))}
            self._parameters[key] = self.f.program.compiled(expr)(frame)
        return self._parameters[key]

    def _is_index(self, name: str) -> bool:
        symbol = self.f.program.symbols.get(name)
        return symbol is not None and symbol.kind == "index"

    def _two_moments(self, law: LawOf, where: tuple[int, ...]) -> tuple[Any, Any]:
        if law.law != "free":
            mean, variance = (self.parameter(p, where) for p in law.parameters)
            return mean, variance
        mean = self._open_mean(law, where) if law.mean is None else self.parameter(law.mean, where)
        if isinstance(mean, list) and where and law.mean is not None and len(law.mean.shape or ()) == 1:
            mean = mean[where[-1] - 1]
        if law.variance is not None:
            return mean, self.parameter(law.variance, where)
        if self.chance.edge in ("constant", "nothing") and self.chance.alone in ("", law.name):
            return mean, self.f.system.number(0)
        spread = self._open("spread", law, where)
        return mean, spread**2 if self.f.system.symbolic else spread * spread

    def _open_mean(self, law: LawOf, where: tuple[int, ...]) -> Any:
        here = self.chance.edge == "nothing" and self.chance.alone in ("", law.name)
        return self.f.system.number(0) if here else self._open("mean", law, where)

    def _open(self, what: str, law: LawOf, where: tuple[int, ...]) -> Any:
        """A moment that the page leaves open: any number (a fresh symbol in a symbolic system)."""
        at = () if law.iid else where
        value, edge = ranged.open_moment(self.f, what, law.name, at), self.chance.edge
        later = sorted(self.laws).index(law.name) % 2
        if edge == "small" or (edge == "uneven" and later) or (edge == "uneven below" and not later):
            value = value / SMALL
        return -value if what == "mean" and edge.endswith("below") else value

    def is_dependent(self, law: LawOf) -> bool:
        """Whether the entries of a name may depend on one another."""
        if self._is_whole(law):
            return False  # how its entries depend is said by its covariance
        return law.name in self.chance.dependent or (law.entries and not law.iid)

    def _is_whole(self, law: LawOf) -> bool:
        """Whether a law is that of a vector as a whole: its last parameter, or its variance, is a matrix."""
        symbol = self.f.program.symbols.get(law.name)
        if symbol is None or symbol.family or len(symbol.shape) != 1:
            return False
        last = law.variance if law.law == "free" else law.parameters[-1] if law.parameters else None
        return law.law in STANDARDISED and last is not None and len(last.shape or ()) == 2

    def _standardised(self, law: LawOf, where: tuple[int, ...]) -> Any:
        """One entry with mean 0 and variance 1: a source of its own, mixed with those that it shares.

        What nothing says to be independent shares sources: one for the entries of the name,
        one for each partner, signs for larger sets. By the variant all entries are equal, tied, or tied
        with either sign, and only every second one is: the others have sources of their own of the same law.
        """
        entry: Any = () if self.is_dependent(law) else where
        apart = (law.name, where) if entry and not self._is_tied(where) else ()
        links = self._links(law, where, entry, apart)
        larger = self.ties.larger(law.name)
        self.tied |= bool(links or larger)
        mode = self.chance.variant % 3
        if mode == 0 and inside.keeps_out(self, law.name):
            others = (name for name in self._names if inside.keeps_out(self, name))
            first = self.ties.alike(law.name, others, self.chance.variant // 3)
            if links or first != law.name:
                return self.variable(self._source((first, entry, "equal", *apart), self.laws[first]))
        source = self._source((law.name, where), law)
        own = self.variable(source)
        if law.law == "normal" or self.f.system.symbolic:
            source.tied |= larger
        else:
            for tie in self.ties.chosen(law.name, self.chance.variant):
                shared = sign(self, tie, law, where)
                own = own * (shared * exactly(self.f, Fraction(4, 5)) + exactly(self.f, Fraction(3, 5)))
                links.append((shared, 1))
        if not links:
            return own
        total = None
        for (term, side), weight in zip([(own, 1), *links], self._weights(law, len(links)), strict=True):
            term = term * (-weight if side < 0 and mode == 2 else weight)
            total = term if total is None else total + term
        return total

    def _links(
        self, law: LawOf, where: tuple[int, ...], entry: Any, apart: tuple[Any, ...]
    ) -> list[tuple[Poly, int]]:
        """What an entry shares with the other entries of its name and with each partner; with which sign."""
        keys: list[tuple[Any, int]] = []
        links: list[tuple[Poly, int]] = []
        if self.is_dependent(law):
            keys.append(((law.name, "entries"), -1 if sum(where) % 2 else 1))
        for partner in self.ties.partners(law.name):
            pair = tuple(sorted((law.name, partner)))
            side = 1 if law.name == pair[0] else -1
            if inside.applies(self, partner):
                links.append((inside.shared_with(self, law, where, partner), side))
                continue
            keys.append(((pair, entry, *apart), side))
            if entry or self.dims(partner):  # nor does anything say that x_i and y_j are independent
                keys.append(((pair, self._across(law.name, partner, entry), "across", *apart), side))
        made = [(self.variable(self._source(key, self._owner(key, law))), side) for key, side in keys]
        return made + links

    def _left_open(self, law: LawOf) -> frozenset[frozenset[str]]:
        """The sets of names with this one that share no source with it, though they may depend on it."""
        found = frozenset(tie for tie in self.ties.sets if law.name in tie)
        found |= {frozenset({law.name})} if self.is_dependent(law) else frozenset()
        self.tied |= bool(found)
        return found

    def _is_tied(self, where: tuple[int, ...]) -> bool:
        """Whether this entry is tied to those of other names: all are, or only every second one."""
        pattern = self.chance.variant // 3 % 3
        return not pattern or sum(where) % 2 == pattern - 1

    def _across(self, name: str, partner: str, entry: tuple[int, ...]) -> tuple[int, ...]:
        """The entry at which two names are tied, one's entry to the other's next in a ring."""
        own, other = self.dims(name), self.dims(partner)
        longest = max(len(own), len(other))
        if (len(own), name) > (len(other), partner):
            entry = tuple(k % dim + 1 for k, dim in zip(entry, own, strict=False))
        return entry + (1,) * (longest - len(entry))

    def dims(self, name: str) -> list[int]:
        """How many entries a name has in each direction: none for a number."""
        program = self.f.program
        symbol = program.symbols.get(name, Symbol(name, "scalar"))  # a bound variable may be undeclared
        dims = [len(program.range_of(i, self.f.sizes)) for i in symbol.family]
        return dims + [dim_value(d, self.f.sizes) for d in symbol.shape]

    def _owner(self, key: Any, law: LawOf) -> LawOf:
        """The law by which a shared source is made: of a pair always the first name's."""
        return self.laws[key[0][0]] if isinstance(key[0], tuple) else law

    def _weights(self, law: LawOf, links: int) -> list[Any]:
        """Weights whose squares add up to 1, none of them 0 (symbols in a symbolic system)."""
        system = self.f.system
        if system.symbolic:
            shared = [system.open_value(f"weight {law.name} {k}") for k in range(links)]  # type: ignore[attr-defined]
            return [system.call("sqrt", 1 - sum(w**2 for w in shared)), *shared]
        values = unit(links + 1, Random(links))
        return [exactly(self.f, Fraction(int(v.p), int(v.q))) for v in values]

    def shared(self, key: Any, make: Callable[[], Source]) -> Source:
        """The source of this key, made where it is asked for first."""
        if key not in self._shared:
            self._shared[key] = make()
        return self._shared[key]

    def _source(self, key: Any, law: LawOf) -> Source:
        return self.shared(key, lambda: self._make_source(law))

    def _make_source(self, law: LawOf) -> Source:
        normal = law.law == "normal"
        if normal and law.name not in self.chance.swapped:
            return Source(normal_moment, kind="normal", name=law.name)
        if normal:
            return Source(laplace_moment, kind="laplace", name=law.name)
        if self.f.system.symbolic:
            known = self.f.system.open_moment  # type: ignore[attr-defined]
            return Source(lambda k: known(k, law.name), name=law.name)
        if self.chance.edge in EDGE_LAWS:
            atoms = EDGE_LAWS[self.chance.edge]
            return Source(lambda k: atoms_moment(atoms, k), atoms, "finite", law.name)
        variant = self.chance.variant + list(self.f.program.symbols).index(law.name)
        return Source(lambda k: standard_moment(variant, k), standard_atoms(variant), "finite", law.name)

    def variable(self, source: Source) -> Poly:
        """A variable of its own for a source."""
        variable = next(_variables)
        self.sources[variable] = source
        return Poly({((variable, 1),): self.f.system.number(1)})

    def _is_vector(self, law: LawOf) -> bool:
        """Whether each member of a family is drawn as a whole, from a law of vectors."""
        symbol = self.f.program.symbols.get(law.name)
        return symbol is not None and bool(symbol.family) and bool(law.parameters[-1].shape)

    def _one_vector(self, law: LawOf, where: tuple[int, ...], size: int) -> list[Any]:
        """mu + C z for one member of an iid family, C the Cholesky factor of the covariance."""
        if not law.iid or self.is_dependent(law) or self.ties.of(law.name):
            raise Unsupported("random vectors that nothing says to be independent")
        mean, covariance = (self.parameter(p, where) for p in law.parameters)
        factor = arrays.cholesky(covariance, self.f.system)
        if not isinstance(mean, list):  # a bare 0
            mean = [mean] * size
        z = [self.variable(self._source((law.name, (*where, k)), law)) for k in range(size)]
        return [m + arrays.dot(factor[i][: i + 1], z[: i + 1]) for i, m in enumerate(mean)]

    def _whole_vector(self, law: LawOf, size: int) -> list[Any]:
        """mu + C z with the Cholesky factor C of the covariance; z is shared with names it may depend on."""
        if law.law == "free":
            stated, covariance = law.mean, law.variance
        else:
            stated, covariance = law.parameters
        assert covariance is not None
        if stated is None:
            mean: Any = [self._open_mean(law, (k + 1,)) for k in range(size)]
        else:
            mean = self.parameter(stated, ())
        if not isinstance(mean, list):  # a bare 0
            mean = [mean] * size
        factor = arrays.cholesky(self.parameter(covariance, ()), self.f.system)
        z = [self._standardised(law, (k + 1,)) for k in range(size)]
        if law.law != "normal" and (self.f.system.symbolic or self.chance.variant % 2):
            scale = self.variable(self._source((law.name, "scale"), law))  # uncorrelated, not independent
            z = [entry * scale for entry in z]
        return [m + arrays.dot(factor[i][: i + 1], z[: i + 1]) for i, m in enumerate(mean)]


def drawn(f: Frame, names: list[str]) -> tuple[Draw, Frame]:
    """The random names of this point as polynomials, made once for all values of the free indices."""
    key = tuple(names)
    if key not in f.draws:
        draw = Draw(f, [*names, *_kin(f, names)])
        draw.values = {name: draw.values[name] for name in names}
        used = {v for value in draw.values.values() for p in arrays.flat(value) for v in _variables_of(p)}
        draw.sources = {v: source for v, source in draw.sources.items() if v in used}
        f.draws[key] = (draw, f.child(draw.values))
    draw, child = f.draws[key]
    child.index = dict(f.index)
    return draw, child


def _kin(f: Frame, names: list[str]) -> list[str]:
    """The claim's other names that share sources with these, through any chain of names."""
    givens = f.program.laws
    others = [n for n in (f.chance.names if f.chance else ()) if n not in names and n in givens.laws]
    others = [givens.laws[n] for n in others if givens.laws[n].law in STANDARDISED]
    # A parameter that is itself an expectation would draw these names again, without end.
    others = [law.name for law in others if not any(map(f.program.rests_on_chance, law.stated))]
    return kin(givens, names, others)


def _variables_of(value: Any) -> set[int]:
    terms = value.terms if isinstance(value, Poly) else {}
    return {variable for mono in terms for variable, _ in mono}
