"""Polynomials of a certificate at concrete sizes and values, in any number system.

Read from the certificate's tables alone: labels run over their ranges, atoms are looked up in the
claim's scope or evaluated from their bodies. Nothing here knows how the prover rewrites.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from typing import Any

from generator.meaning import arrays
from generator.meaning.chance import drawn
from generator.meaning.eventlaw import space_of
from generator.meaning.names import entry_of, lookup
from generator.meaning.polynomials import mean_of
from generator.meaning.program import Frame
from generator.meaning.residues import PRIME, ResidueSystem
from generator.meaning.systems import NoValue, Unsupported, whole_power

CELLS = 200_000  # entries of one table


class Invalid(Exception):
    """A part of a certificate is wrong: a bug of the prover, never the author's fault."""


@dataclass(slots=True)
class Valuation:
    """A certificate's polynomials at one point.

    `frame` holds the point, `rng` draws what is open: cut names, and functions modulo a prime.
    """

    tables: dict[str, Any]
    frame: Frame
    rng: Random
    opened: bool = False  # whether a function was drawn
    _drawn: dict[Any, Any] = field(default_factory=dict)
    _known: dict[Any, Any] = field(default_factory=dict)

    def polynomial(self, terms: list[Any], at: dict[int, int]) -> Any:
        """The sum of [coefficient, factors] at values of the free labels."""
        return sum((self.term(term, at) for term in terms), self.frame.system.number(0))

    def term(self, term: list[Any], at: dict[int, int]) -> Any:
        """One term; its bound labels are summed over, those of few neighbours first."""
        found = [self._table(factor, at) for factor in term[1]]
        waiting = {label for labels, _ in found for label in labels}
        while waiting:
            near = {b: {x for labels, _ in found if b in labels for x in labels} for b in waiting}
            label = min(waiting, key=lambda b: (len(near[b]), b))
            touched = [table for table in found if label in table[0]]
            found = [table for table in found if label not in table[0]]
            found.append(self._summed(touched, label, sorted(near[label] - {label})))
            waiting.discard(label)
        result = self.frame.system.number(Fraction(term[0]))
        for _, values in found:
            result = result * values[()]
        return result

    def span(self, label: int) -> range:
        """What a label runs over at these sizes."""
        low, high = (
            sum(c * prod(self.frame.sizes[n] for n in names) for c, *names in end)
            for end in self.tables["ranges"][self.tables["labels"][label][2]]
        )
        return range(low, high + 1)

    def _grid(self, labels: list[int]) -> Iterator[tuple[int, ...]]:
        spans = [self.span(label) for label in labels]
        if prod(map(len, spans)) > CELLS:
            raise Unsupported("a table over the bound")
        return product(*spans)

    def _table(self, factor: Any, at: dict[int, int]) -> tuple[list[int], dict[tuple[int, ...], Any]]:
        """A factor as a table over its bound labels."""
        atom, labels, exponent = factor
        known = {b: at[b] for b in labels if b in at}
        known |= {b: int(self.tables["labels"][b][1]) for b in labels if self._kind(b) == "fixed"}
        waiting = list(dict.fromkeys(b for b in labels if b not in known))
        if any(self._kind(b) == "free" for b in waiting):
            raise Invalid("a free label that stands on one side only")
        out = {}
        for values in self._grid(waiting):
            named = known | dict(zip(waiting, values, strict=True))
            value = self.atom(atom, tuple(named[b] for b in labels))
            out[values] = value if exponent == 1 else self.power(value, Fraction(exponent))
        return waiting, out

    def _kind(self, label: int) -> str:
        return str(self.tables["labels"][label][0])

    def _summed(self, touched: list[Any], label: int, rest: list[int]) -> Any:
        out = {}
        for values in self._grid(rest):
            named = dict(zip(rest, values, strict=True))
            total = self.frame.system.number(0)
            for value in self.span(label):
                named[label] = value
                entries = [table[tuple(named[b] for b in own)] for own, table in touched]
                total = total + prod(entries[1:], start=entries[0])
            out[values] = total
        return rest, out

    def power(self, value: Any, exponent: Fraction) -> Any:
        """value ** exponent. Raises NoValue for the inverse of 0, and for a root that is none."""
        system = self.frame.system
        if exponent < 0 and value == 0:
            raise NoValue("division by zero")
        if exponent.denominator == 1:
            return whole_power(value, int(exponent), system.number(1))
        if isinstance(system, ResidueSystem):
            return system.root(value, exponent)
        return (
            value if value == 0 else system.call("exp", system.number(exponent) * system.call("log", value))
        )

    def atom(self, number: int, where: tuple[int, ...]) -> Any:
        """An atom at values of its labels."""
        if (number, where) not in self._known:
            entry = self.tables["atoms"][number]
            self._known[number, where] = KINDS[entry["kind"]](self, entry, where)
        return self._known[number, where]

    def bodies(self, entry: Any, where: tuple[int, ...]) -> list[Any]:
        """What a composite atom is made of, at its places."""
        at = dict(zip(entry["places"], where, strict=True))
        return [self.polynomial(body, at) for body in entry["bodies"]]

    def open_value(self, key: Any, positive: bool) -> Any:
        """A number drawn once for this key; where it must be positive, a square."""
        if key not in self._drawn:
            number = self.rng.randrange(2, PRIME if isinstance(self.frame.system, ResidueSystem) else 40)
            value = self.frame.system.number(Fraction(number, 17))
            self._drawn[key] = value * value if positive else value * (1 - 2 * (number % 2))
        return self._drawn[key]

    def function(self, entry: Any, where: tuple[int, ...]) -> Any:
        """exp, log, a function of the table or of the page; modulo a prime drawn for its argument."""
        values, name, system = self.bodies(entry, where), entry["name"] or entry["kind"], self.frame.system
        opaque = self.frame.values.get(name)
        if opaque is not None:
            return opaque(self.frame, *values, *entry["extra"])
        if isinstance(system, ResidueSystem):
            self.opened = True
            return self.open_value((name, *entry["extra"], *map(int, values)), name != "log")
        return system.power(*values) if name == "power" else system.call(name, *values)


def _symbol(v: Valuation, entry: Any, where: tuple[int, ...]) -> Any:
    if entry["extra"]:  # bound by an expectation
        return v.open_value((entry["name"], *entry["extra"], where), False)
    symbol = v.frame.program.symbols[entry["name"]]
    if len(where) + 1 == len(symbol.shape) + len(symbol.family):
        where = (*where, where[-1])  # a diagonal matrix is known by its diagonal
    return entry_of(entry["name"], where, v.frame) if where else lookup(entry["name"], v.frame)


def _matrix(v: Valuation, entry: Any, where: tuple[int, ...]) -> list[list[Any]]:
    """The matrix that an inverse or a determinant is of; `where` are the atom's other labels."""
    at = dict(zip(entry["places"], where, strict=False))
    row, column = entry["over"]
    cells = [[{**at, row: i, column: j} for j in v.span(column)] for i in v.span(row)]
    return [[v.polynomial(entry["bodies"][0], cell) for cell in line] for line in cells]


def _inverse(v: Valuation, entry: Any, where: tuple[int, ...]) -> Any:
    key = (id(entry), where[:-2])
    if key not in v._known:
        v._known[key] = arrays.eliminate(_matrix(v, entry, where[:-2]), v.frame.system)[1]
    first, second = (v.span(label)[0] for label in entry["over"])
    return v._known[key][where[-2] - first][where[-1] - second]


def _product(v: Valuation, entry: Any, where: tuple[int, ...]) -> Any:
    at, (label,) = dict(zip(entry["places"], where, strict=True)), entry["over"]
    factors = [v.polynomial(entry["bodies"][0], at | {label: k}) for k in v.span(label)]
    return prod(factors, start=v.frame.system.number(1))


def _cumulant(v: Valuation, entry: Any, where: tuple[int, ...]) -> Any:
    """A joint cumulant of entries, in the model of the givens that the frame's chance names."""
    names, symbols, rest, entries = entry["extra"], v.frame.program.symbols, list(where), []
    if isinstance(names[0], int):
        names = [entry["name"]] * names[0]
    draw, child = drawn(v.frame, sorted(set(names)))
    for name in names:
        axes = len(symbols[name].family) + len(symbols[name].shape)
        own, rest = (rest[:axes] or [1] * axes), rest[axes:]
        entries.append(entry_of(name, tuple(own), child) if axes else child.values[name])
    return _joint(entries, lambda p: mean_of(p, draw.sources, v.frame.system))


def _joint(entries: list[Any], mean: Any) -> Any:
    """kappa(x_1 .. x_k) = E[x_1 .. x_k] less kappa(a block with x_1) E[the rest] for each smaller block."""
    first, rest = entries[0], entries[1:]
    value = mean(prod(rest, start=first))
    for chosen in range(2 ** len(rest) - 1):
        inner = [x for k, x in enumerate(rest) if chosen >> k & 1]
        outer = [x for k, x in enumerate(rest) if not chosen >> k & 1]
        value = value - _joint([first, *inner], mean) * mean(prod(outer[1:], start=outer[0]))
    return value


def _event(v: Valuation, entry: Any, where: tuple[int, ...]) -> Any:
    """The probability that events all happen, under the joint law at the frame's point."""
    space, together = space_of(v.frame), -1
    for name in entry["extra"]:
        together &= space.sets[name, ()]
    return space.chance(together, v.frame.system.number(0))


KINDS: dict[str, Any] = {
    "event": _event,
    "size": lambda v, entry, where: v.frame.system.number(v.frame.sizes[entry["name"]]),
    "index": lambda v, entry, where: v.frame.system.number(where[0]),
    "delta": lambda v, entry, where: v.frame.system.number(int(where[0] == where[1])),
    "prime": lambda v, entry, where: v.frame.system.number(int(entry["name"])),
    "pi": lambda v, entry, where: v.frame.system.pi(),
    "symbol": _symbol,
    "cut": lambda v, e, where: v.open_value((e["name"], *e["extra"], where), e["positive"]),
    "pow": lambda v, entry, where: v.bodies(entry, where)[0],
    "exp": Valuation.function,
    "log": Valuation.function,
    "function": Valuation.function,
    "inverse": _inverse,
    "product": _product,
    "det": lambda v, entry, where: arrays.eliminate(_matrix(v, entry, where), v.frame.system)[0],
    "cumulant": _cumulant,
}
