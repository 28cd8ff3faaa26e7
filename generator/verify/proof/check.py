"""The step checker: a certificate's parts, each evaluated by itself; it shares no code with the prover.

A certificate says: these are the two sides as polynomials, these rewritings were made, these
multipliers clear the difference. The sides are compared with the printed tree, every rewriting and
every multiplication before and after, never the difference (which is 0 on a true claim whatever is
done to it); then the terms must cancel literally. Numbers are residues modulo a prime. Functions are
random numbers there, one for each argument; what fails for them, and a side with functions
in it, is evaluated in balls: their own rules hold there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import product
from math import prod
from random import Random
from typing import Any

from generator.meaning import arrays
from generator.meaning.chance import drawn
from generator.meaning.names import entry_of
from generator.meaning.points import free_indices
from generator.meaning.polynomials import mean_of
from generator.meaning.program import Frame
from generator.meaning.residues import PRIME, ResidueSystem
from generator.meaning.systems import MeaningError, NoValue, Unsupported, whole_power
from generator.notation.tree import ONE, Expr
from generator.verify.equality import equal
from generator.verify.proof.enough import FEW, enough_sizes
from generator.verify.proof.places import frames
from generator.verify.question import PRECISIONS, Question, with_precision

CELLS = 200_000  # entries of one table
POINTS = 2  # of one tuple of sizes
CHOICES = 3  # values of the free labels at one point, besides the first


Values = Callable[["Valuation"], Iterator[tuple[Any, Any]]]


class Invalid(Exception):
    """A part of a certificate is wrong: a bug of the prover, never the author's fault."""


class Doubtful(Exception):
    """A part of a certificate has no value at any point that was tried."""


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
        known = {b: self.tables["labels"][b][1] if self._kind(b) == "fixed" else at.get(b) for b in labels}
        waiting = list(dict.fromkeys(b for b in labels if known[b] is None))
        if any(self._kind(b) == "free" for b in waiting):
            raise Invalid("a free label that stands on one side only")
        out = {}
        for values in self._grid(waiting):
            named = known | dict(zip(waiting, values, strict=True))
            value = self.atom(atom, tuple(named[b] for b in labels))
            out[values] = self.power(value, Fraction(exponent))
        return waiting, out

    def _kind(self, label: int) -> str:
        return str(self.tables["labels"][label][0])

    def _summed(self, touched: list[Any], label: int, rest: list[int]) -> Any:
        out = {}
        for values in self._grid(rest):
            named = dict(zip(rest, values, strict=True))
            total = self.frame.system.number(0)
            for named[label] in self.span(label):
                entries = [table[tuple(named[b] for b in labels)] for labels, table in touched]
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
        return value if value == 0 else system.call("exp", system.number(exponent) * system.call("log", value))

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
    return entry_of(entry["name"], where, v.frame) if where else v.frame.values[entry["name"]]


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


KINDS: dict[str, Any] = {
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


def validate(certificate: dict[str, Any], question: Question) -> str:
    """In words, at which sizes the sides agree. Raises Invalid, or Doubtful for what has no value."""
    return Validation(certificate, question).run()


@dataclass(frozen=True, slots=True)
class Validation:
    """One certificate and the claim that it is about."""

    tables: dict[str, Any]
    question: Question

    def run(self) -> str:
        """All parts, one after the other, at twice the usual number of digits."""
        with_precision(PRECISIONS[1])
        try:
            return self._run()
        finally:
            with_precision(PRECISIONS[0])

    def _run(self) -> str:
        sizes, words = enough_sizes(self.question, self.tables)
        for pair in self.tables["sides"]:
            for side, expr in zip(("left", "right"), self.question.sides(), strict=True):
                self._part(side, sizes, partial(self._side, pair["at"], pair[side], expr))
            _cancels(pair)
            for stage in pair["stages"]:
                for term, image in stage["images"]:
                    own = partial(self._rewriting, [term], image, stage["multiplier"])
                    self._part("multiplier", sizes[:FEW], own)
        for rule, before, after in self.tables["steps"]:
            self._part(rule, sizes[:FEW], partial(self._rewriting, before, after, None))
        return words

    def _part(self, what: str, sizes: list[dict[str, int]], values: Values) -> None:
        for tried in sizes:
            for exact in (True, False):
                try:
                    if self._agrees(what, tried, values, exact):
                        break
                except MeaningError:  # nothing like it modulo a prime
                    continue
            else:
                raise Doubtful(f"{what} has no value at {tried}")

    def _agrees(self, what: str, sizes: dict[str, int], values: Values, exact: bool) -> bool:
        """Whether both values agree at enough points. Raises Invalid where they are apart."""
        seen = 0
        for frame, rng in frames(self.question, sizes, exact):
            v = Valuation(self.tables, frame, rng)
            try:
                answers = [a == b if exact else equal(a, b) for a, b in values(v)]
            except NoValue:
                continue
            if False in answers and exact and (v.opened or frame.system.rooted):
                return False  # a rule of a function, or a root of what is positive: balls decide
            if False in answers:
                raise Invalid(f"{what}: two values at {sizes} that should agree")
            seen += None not in answers
            if seen == POINTS:
                return True
        return False

    def _side(self, at: list[int], terms: list[Any], expr: Expr, v: Valuation) -> Iterator[tuple[Any, Any]]:
        """The printed side and its polynomial, at some entries and values of the free indices."""
        program, shape = self.question.program, max((e.shape or () for e in self.question.sides()), key=len)
        names = free_indices((*self.question.sides(), *self.question.statement.when), program)
        for values in self._chosen(at, v):
            v.frame.index = dict(zip(names, values[len(at) - len(names) :], strict=True))
            whole = program.compiled(expr)(v.frame)
            axes = [value for value, dim in zip(values, shape, strict=False) if dim != ONE]
            yield _entry(whole, expr, axes), v.polynomial(terms, dict(zip(at, values, strict=True)))

    def _rewriting(self, before: Any, after: Any, factor: Any, v: Valuation) -> Iterator[tuple[Any, Any]]:
        """A term (times a multiplier) and what stands for it, at some values of the free labels."""
        kinds = self.tables["labels"]
        used = {b for term in (*before, *after, *(factor or ())) for f in term[1] for b in f[1]}
        labels = sorted(b for b in used if kinds[b][0] == "free")
        for values in self._chosen(labels, v):
            named = dict(zip(labels, values, strict=True))
            times = v.polynomial(factor, named) if factor is not None else 1
            yield v.polynomial(before, named) * times, v.polynomial(after, named)

    def _chosen(self, labels: list[int], v: Valuation) -> Iterator[tuple[int, ...]]:
        """Values of labels: all equal as far as the ranges go, then drawn."""
        entries = [self.tables["labels"][b] for b in labels]
        spans = [[e[1]] if e[0] == "fixed" else v.span(b) for e, b in zip(entries, labels, strict=True)]
        yield tuple(span[-1] for span in spans)
        for _ in range(min(CHOICES, prod(map(len, spans)) - 1)):
            yield tuple(v.rng.choice(span) for span in spans)


def _entry(value: Any, expr: Expr, axes: list[int]) -> Any:
    """The entry of a side's value; axes of length one are left out of `axes`."""
    rest = iter(axes)
    for dim in expr.shape or ():
        value = value[0 if dim == ONE else next(rest) - 1]
    return value


def _cancels(pair: dict[str, Any]) -> None:
    """The sides' difference, multiplied as the certificate says, is literally 0. Raises Invalid."""
    gap = _sum([(1, pair["left"]), (-1, pair["right"])])
    for stage in pair["stages"]:
        images = {json.dumps(term[1]): image for term, image in stage["images"]}
        if not gap.keys() <= images.keys() or any(term[0] != 1 for term, _ in stage["images"]):
            raise Invalid("a term is not multiplied")
        gap = _sum([(c, images[key]) for key, c in gap.items()])
    if gap:
        raise Invalid("the terms do not cancel")


def _sum(parts: list[tuple[Any, list[Any]]]) -> dict[str, Fraction]:
    total: dict[str, Fraction] = {}
    for c, terms in parts:
        for coefficient, factors in terms:
            key = json.dumps(factors)
            total[key] = total.get(key, Fraction(0)) + c * Fraction(coefficient)
    return {key: c for key, c in total.items() if c}
