"""From typed trees to polynomials: names, entries and the environment in which they are read.

`Translation.entry(expr, labels, env)` is the entry of an expression at the given labels, one
for each axis of its shape. A definition is read once at labels of its own and renamed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from generator.meaning.program import Program
from generator.notation.tree import ONE, Definition, Expr, Shape, bare
from generator.verify.proof import facts
from generator.verify.proof.atoms import Atom, atom
from generator.verify.proof.calculus import specialised
from generator.verify.proof.functions import power
from generator.verify.proof.labels import (
    FIXED,
    FREE,
    Label,
    Range,
    axis,
    fixed,
    free,
    length,
    never_negative,
    parted,
    range_of,
    same_index,
    shifted,
)
from generator.verify.proof.polynomial import Polynomial, delta, factor, number
from generator.verify.proof.recursion import Recursion, recursion_of
from generator.verify.proof.work import NotProved, Work

Labels = tuple[Label, ...]

FAR = 6  # steps from a number to the first member of a recursion


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor as a polynomial in free labels of its own."""

    labels: Labels
    polynomial: Polynomial

    def at(self, labels: Labels) -> Polynomial:
        """Its entry at other labels."""
        if len(labels) != len(self.labels):
            raise NotProved("a name with another number of indices")
        names = dict(zip(self.labels, labels, strict=True))
        for label in self.polynomial.labels() if self.polynomial.work.shifts else ():
            own = next((x for x in self.labels if same_index(x, label) and x != label), None)
            if own is not None:  # counted from a label of its own
                names[label] = shifted(names[own], parted(label)[1] - parted(own)[1])
        found = self.polynomial.renamed(names)
        special = any(new[0] == FIXED or parted(new)[1] or old[2] != new[2] for old, new in names.items())
        special = special or len(set(labels)) < len(labels)
        return specialised(found) if special else found


@dataclass(frozen=True, slots=True)
class Env:
    """Where a tree is read: its index names, and names that have another value than usual.

    `key` names the replaced values, so that what was read once is found again.
    """

    index: dict[str, Label] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    key: tuple[tuple[str, int], ...] = ()

    def at(self, index: dict[str, Label]) -> Env:
        """The same with further index names."""
        return replace(self, index={**self.index, **index})

    def clean(self) -> Env:
        """The same without index names, as a definition's right side is read."""
        return replace(self, index={})

    def put(self, name: str, value: Value, work: Work) -> Env:
        """The same with a name replaced."""
        kept = tuple(entry for entry in self.key if entry[0] != name)
        return Env(self.index, {**self.values, name: value}, (*kept, (name, work.fresh())))


Reader = Callable[["Translation", Expr, Labels, Env], Polynomial]

#: Head -> how it is read; filled by the modules of this package.
READERS: dict[str, Reader] = {}


class Translation:
    """One scope read into polynomials for one proof."""

    def __init__(self, program: Program, work: Work, conditions: tuple[Expr, ...] = ()) -> None:
        self.program = program
        self.work = work
        self.conditions = conditions
        self.chance = False  # whether an expectation or a law stands in the claim
        self.masses: dict[Any, Any] = {}  # the law of the events, by environment
        self.unfolded: set[Label] = set()  # where a recursion is read by its step
        self.keeps_extrema = False  # whether a largest entry so far stays as it is there
        self.states: set[Atom] = set()  # members of recursions that stand as they are
        self._atoms: dict[str, Atom] = {}
        self._values: dict[tuple[str, tuple[tuple[str, int], ...]], Value] = {}
        self._open: set[tuple[str, tuple[tuple[str, int], ...]]] = set()

    def number(self, value: Fraction | int) -> Polynomial:
        """A rational number."""
        return number(value, self.work)

    def fresh(self, where: Range) -> Label:
        """A free label that stands nowhere else."""
        return free(f"@{self.work.fresh()}", where)

    def axes(self, shape: Shape | None) -> Labels:
        """Fresh labels for the axes of a shape. Raises NotProved for what has no value."""
        if shape is None:
            raise NotProved("something without a value")
        return tuple(fixed(1) if dim == ONE else self.fresh(axis(dim)) for dim in shape)

    def entry(self, expr: Expr, labels: Labels, env: Env) -> Polynomial:
        """The entry of `expr` at these labels. Raises NotProved for a head without a reading."""
        reader = READERS.get(expr.head)
        if reader is None:
            raise NotProved(f"no rule reads {expr.head}")
        if expr.shape is not None and len(expr.shape) != len(labels):
            raise NotProved("an expression of another shape")
        self.work.spend()
        return reader(self, expr, labels, env)

    def scalar(self, expr: Expr, env: Env) -> Polynomial:
        """A number (a product of shape 1 x 1 too). Raises NotProved for an array."""
        if any(dim != ONE for dim in expr.shape or ()):
            raise NotProved("a number is needed here")
        return self.entry(expr, tuple(fixed(1) for _ in expr.shape or ()), env)

    def value(self, expr: Expr, env: Env) -> Value:
        """The whole of an expression."""
        labels = self.axes(expr.shape)
        return Value(labels, self.entry(expr, labels, env))

    # -- names ----------------------------------------------------------------------

    def atom_of(self, name: str) -> Atom:
        """The atom of a base name."""
        if name not in self._atoms:
            symbol = self.program.symbols[name]
            random = facts.is_random(name, self.program)
            conditions = () if random and self.chance else self.conditions
            self._atoms[name] = facts.symbol_atom(symbol, self.program, conditions)
        return self._atoms[name]

    def name(self, name: str, labels: Labels, env: Env) -> Polynomial:
        """The entry of a name: replaced, by rows, defined, literal or given."""
        if name in env.values:
            return env.values[name].at(labels)
        symbol = self.program.symbols.get(name)
        if symbol is None or symbol.kind not in NUMBERS:
            raise NotProved("a name that is no number")
        if symbol.of:
            if len(labels) != 2:
                raise NotProved("rows without an index")
            return self.name(symbol.of, labels if symbol.kind == "rows" else labels[::-1], env)
        found = recursion_of(name, self.program) if name not in self.program.bound_values else None
        if found is not None and labels:
            return self.member(name, found, labels, env)
        if self.program.definitions.get(name) or name in self.program.bound_values:
            return self.defined(name, env).at(labels)
        return self.given(name, labels)

    def given(self, name: str, labels: Labels) -> Polynomial:
        """The entry of a base name."""
        a = self.atom_of(name)
        if len(labels) == 2 and len(a.ranges) == 1:
            return delta(labels[0], labels[1], self.work) * factor(a, labels[:1], self.work)
        if len(labels) != len(a.ranges):
            raise NotProved("a name with another number of indices")
        return factor(a, labels, self.work)

    def member(self, name: str, found: Recursion, labels: Labels, env: Env) -> Polynomial:
        """A member of a recursion: by its step where that is asked for, or at a number, else as it stands."""
        label = labels[0]
        apart = int(label[1]) - found.first if label[0] == FIXED else 0
        if not 0 <= apart <= FAR:
            raise NotProved("a member that is far from the first one")
        if label[0] != FIXED and (label not in self.unfolded or (found.extremum and self.keeps_extrema)):
            return self._as_it_stands(name, labels, env)
        first = label[0] == FIXED and not apart
        body, index = (found.base, {}) if first else (found.step, {found.index: label})
        return self.entry(body, self.fitted(body, labels[1:]), env.clean().at(index))

    def _as_it_stands(self, name: str, labels: Labels, env: Env) -> Polynomial:
        """A defined name as an atom of which nothing is known."""
        if self.program.closure(name) & env.values.keys():
            raise NotProved("a recursion in which a name is replaced")
        random = frozenset({"random"} if facts.is_random(name, self.program) else ())
        made = atom("symbol", name, facts.ranges(self.program.symbols[name], self.program), words=random)
        self.states.add(made)
        return factor(made, labels, self.work)

    def defined(self, name: str, env: Env) -> Value:
        """The whole value of a defined name, read once in each environment."""
        key = (name, env.key)
        if key not in self._values:
            if key in self._open:
                raise NotProved("a recursion")
            self._open.add(key)
            self._values[key] = self._read(name, env.clean())
            self._open.discard(key)
        return self._values[key]

    def _read(self, name: str, env: Env) -> Value:
        symbol = self.program.symbols[name]
        where = facts.ranges(symbol, self.program)
        labels = tuple(self.fresh(r) for r in where)
        if name in self.program.bound_values and not self.program.definitions.get(name):
            return Value(labels, self.entry(self.program.bound_values[name], labels, env))
        definitions = self.program.definitions[name]
        if len(definitions) != 1 or definitions[0].at or definitions[0].arguments:
            raise NotProved("a recursion")
        body, index = self._body(definitions[0], labels)
        rest = labels[len(index) :]
        polynomial = self.entry(body, self.fitted(body, rest), env.at(index))
        if definitions[0].power == 2:
            polynomial = power(polynomial, Fraction(1, 2))
        return Value(labels, polynomial)

    def _body(self, definition: Definition, labels: Labels) -> tuple[Expr, dict[str, Label]]:
        """A definition's right side, and its index names at the labels (the first of them)."""
        body = self.program.body_of(definition)
        if definition.tuple_of:
            if bare(body).head != "tuple":
                raise NotProved("one member of a tuple")
            body = bare(body).args[definition.position]
        symbol = self.program.symbols[definition.name]
        names = definition.indices or symbol.family
        for name, label in zip(names, labels, strict=False):
            declared = self.program.symbols[name]
            if label[0] == FREE and range_of(declared.lower, declared.upper) != label[2]:
                raise NotProved("an index over another range than the axis")
        return body, dict(zip(names, labels, strict=False))

    def fitted(self, body: Expr, labels: Labels) -> Labels:
        """Labels for the axes of a body: axes of length one are the number 1."""
        shape = body.shape or ()
        if len(shape) == len(labels):
            return labels
        if len([d for d in shape if d != ONE]) != len(labels):
            raise NotProved("a definition of another shape")
        rest = iter(labels)
        return tuple(fixed(1) if dim == ONE else next(rest) for dim in shape)

    # -- indices --------------------------------------------------------------------

    def label(self, expr: Expr, env: Env) -> Label:
        """The label that an index expression is. Raises NotProved for arithmetic on indices."""
        expr = bare(expr)
        if expr.head == "num" and expr.data.isdigit():
            return (FIXED, int(expr.data), "")
        if expr.head == "name" and expr.data in env.index:
            return env.index[expr.data]
        by = facts.whole_number(expr.args[1]) if expr.head == "add" and len(expr.args) == 2 else None
        if by is None or expr.data[0] == "-":
            raise NotProved("arithmetic on an index")
        self.work.shifts = True
        return shifted(self.label(expr.args[0], env), -by if expr.data[1] == "-" else by)

    def index_range(self, name: str) -> Range:
        """The declared range of an index."""
        symbol = self.program.symbols.get(name)
        if symbol is None or symbol.kind != "index":
            raise NotProved("an index without a declared range")
        where = range_of(symbol.lower, symbol.upper)
        if not never_negative(length(where), self.work.smallest):
            raise NotProved("an index that may have no value")
        return where


NUMBERS = ("scalar", "integer", "vector", "matrix", "rows", "columns")
