"""Polynomials of a certificate at concrete sizes and values, in any number system.

Read from the certificate's tables alone: labels run over their ranges, atoms are looked up in the
claim's scope or evaluated from their bodies. Nothing here knows how the prover rewrites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, product
from math import prod
from random import Random
from typing import Any

from generator.meaning import arrays
from generator.meaning.cumulants import cumulant
from generator.meaning.eventlaw import chance_of_all
from generator.meaning.names import entry_of, lookup
from generator.meaning.program import Frame
from generator.meaning.residues import PRIME, ResidueSystem, rational
from generator.meaning.systems import NoValue, Unsupported, whole_power

Place = int | tuple[int]  # a label that is summed over, or the value of one
Factor = tuple[int, tuple[Place, ...], Any]  # the number of an atom, its places, its exponent


class Invalid(Exception):
    """A part of a certificate is wrong: a bug of the prover, never the author's fault."""


@dataclass(slots=True)
class Valuation:
    """A certificate's polynomials at one point; what was worked out is kept for its other parts.

    `frame` holds the point, `rng` draws what is open: cut names, and functions modulo a prime.
    """

    tables: dict[str, Any]
    frame: Frame
    rng: Random
    opened: bool = False  # whether a function was drawn
    _known: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """make(), at the first call with this key. Raises Unsupported over the bound."""
        if key not in self._known:
            if len(self._known) > 200_000:
                raise Unsupported("networks over the bound")
            self._known[key] = make()
        return self._known[key]

    def polynomial(self, terms: list[Any], at: dict[Any, int]) -> Any:
        """The sum of [coefficient, factors] at values of the free labels."""
        number = self.frame.system.number
        return sum((number(rational(c)) * self._network(factors, at) for c, factors in terms), number(0))

    def _network(self, factors: Iterable[Factor], at: dict[Any, int]) -> Any:
        """A product of factors, summed over the labels that have no value."""
        placed = [(a, tuple(self._place(b, at) for b in labels), e) for a, labels, e in factors]
        waiting = tuple(f for f in placed if any(isinstance(b, int) for b in f[1]))
        value = self.once(waiting, lambda: self._total(waiting)) if waiting else self.frame.system.number(1)
        return prod((self._factor(*f) for f in placed if f not in waiting), start=value)

    def _place(self, label: Place, at: dict[Any, int]) -> Place:
        if isinstance(label, tuple) or label in at:
            return label if isinstance(label, tuple) else (at[label],)
        kind, value, _ = self.tables["labels"][label]
        if kind == "shift" and value[0] in at:  # counted from another index
            return (at[value[0]] + value[1],)
        if kind in ("free", "shift"):
            raise Invalid("a free label that stands on one side only")
        return (value,) if kind == "fixed" else label

    def _total(self, factors: tuple[Factor, ...]) -> Any:
        """The sum over the first label; what it leaves has often been worked out."""
        label, nothing = next(b for b in factors[0][1] if isinstance(b, int)), self.frame.system.number(0)
        return sum((self._network(factors, {label: k}) for k in self.span(label)), nothing)

    def span(self, label: int) -> range:
        """What a label runs over at these sizes."""
        kind, value, number = self.tables["labels"][label]
        if kind == "fixed":
            return range(value, value + 1)
        size, ends = self.frame.sizes.__getitem__, self.tables["ranges"][number]
        low, high = (sum(c * prod(map(size, names)) for c, *names in end) for end in ends)
        return range(low, high + 1)

    def _factor(self, number: int, places: tuple[Any, ...], exponent: int | str) -> Any:
        """An atom to a power. Raises NoValue for the inverse of 0, and for a root that is none."""
        entry, where, power = self.tables["atoms"][number], tuple(p for (p,) in places), rational(exponent)
        value = self.once((number, where), lambda: KINDS[entry["kind"]](self, entry, where))
        if power < 0 and value == 0:
            raise NoValue("division by zero")
        if power.denominator > 1:
            return self.frame.system.root(value, Fraction(power))
        return value if power == 1 else whole_power(value, int(power), self.frame.system.number(1))

    def cells(self, entry: Any, where: tuple[int, ...]) -> list[Any]:
        """What an atom is made of, at all values of the labels that it binds; `where` are its others."""
        at, over = dict(zip(entry["places"], where, strict=False)), entry["over"]
        own = [at | dict(zip(over, values, strict=True)) for values in product(*map(self.span, over))]
        return [self.polynomial(body, values) for values in own for body in entry["bodies"]]

    def eliminated(self, entry: Any, where: tuple[int, ...]) -> tuple[Any, Any]:
        """The determinant of the matrix that an atom is about, and the entries of its inverse by place."""
        (rows, columns), key = map(self.span, entry["over"]), ("matrix", id(entry), where)
        cells = self.once(key, lambda: self.cells(entry, where))
        lines = [cells[k : k + len(columns)] for k in range(0, len(cells), len(columns))]
        determinant, inverse = self.once((*key, "solved"), lambda: arrays.eliminate(lines, self.frame.system))
        return determinant, dict(zip(product(rows, columns), chain(*inverse), strict=True))

    def open_value(self, key: Any, positive: bool) -> Any:
        """A number drawn once for this key; where it must be positive, a square."""
        most = PRIME if isinstance(self.frame.system, ResidueSystem) else 40
        number = self.once(("open", key), lambda: self.rng.randrange(2, most))
        value = self.frame.system.number(Fraction(number, 17))
        return value * value if positive else value * (1 - 2 * (number % 2))


def _function(v: Valuation, entry: Any, where: tuple[int, ...]) -> Any:
    """exp, log, a function of the table or of the page; modulo a prime drawn for its argument."""
    values, name, system = v.cells(entry, where), entry["name"] or entry["kind"], v.frame.system
    if name in v.frame.values:
        return v.frame.values[name](v.frame, *values, *entry["extra"])
    if isinstance(system, ResidueSystem):
        v.opened = True
        return v.open_value((name, *entry["extra"], *map(int, values)), name != "log")
    return system.power(*values) if name == "power" else system.call(name, *values)


def _symbol(v: Valuation, entry: Any, where: tuple[int, ...]) -> Any:
    symbol = v.frame.program.symbols[entry["name"]]
    if len(where) + 1 == len(symbol.shape) + len(symbol.family):
        where = (*where, where[-1])  # a diagonal matrix is known by its diagonal
    return entry_of(entry["name"], where, v.frame) if where else lookup(entry["name"], v.frame)


KINDS: dict[str, Any] = {
    "size": lambda v, entry, where: v.frame.system.number(v.frame.sizes[entry["name"]]),
    "index": lambda v, entry, where: v.frame.system.number(where[0]),
    "before": lambda v, entry, where: v.frame.system.number(int(where[0] < where[1])),
    "delta": lambda v, entry, where: v.frame.system.number(int(where[0] == where[1])),
    "prime": lambda v, entry, where: v.frame.system.number(int(entry["name"])),
    "pi": lambda v, entry, where: v.frame.system.pi(),
    "symbol": _symbol,
    "cut": lambda v, e, where: v.open_value((e["name"], *e["extra"], where), e["positive"]),
    "pow": lambda v, entry, where: v.cells(entry, where)[0],
    **dict.fromkeys(("exp", "log", "function"), _function),
    "inverse": lambda v, entry, where: v.eliminated(entry, where[:-2])[1][where[-2:]],
    "det": lambda v, entry, where: v.eliminated(entry, where)[0],
    "product": lambda v, entry, where: prod(v.cells(entry, where), start=v.frame.system.number(1)),
    "event": lambda v, entry, where: chance_of_all(entry["extra"], v.frame),
    "cumulant": lambda v, entry, where: cumulant(entry["extra"], where, v.frame),
}
