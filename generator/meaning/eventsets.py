r"""Declared events as sets of atoms of a finite probability space.

A set of atoms is an integer with one bit an atom, so that `\cap`, `\cup` and complements are bit by bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from generator.meaning.names import compile_int
from generator.meaning.program import Frame, Program
from generator.meaning.ranges import index_terms
from generator.meaning.systems import MeaningError, Unsupported
from generator.notation.tree import Expr, Symbol, bare, dim_value

#: One event: a name, and the indices of a member of a family.
Member = tuple[str, tuple[int, ...]]
#: From a frame that holds a space to the atoms at which an event happens.
Atoms = Callable[[Frame], int]

SPACE = "\0space"  # where a frame keeps its space


@dataclass(frozen=True, slots=True)
class Space:
    """The atoms' probabilities (they sum to 1) and, of each event placed so far, its atoms."""

    weights: list[Any]
    sets: Mapping[Member, int] = field(default_factory=dict)

    @property
    def everything(self) -> int:
        """The sure event."""
        return (1 << len(self.weights)) - 1

    def chance(self, atoms: int, zero: Any) -> Any:
        """The probability of a set of atoms."""
        total = zero
        for place, weight in enumerate(self.weights):
            if atoms >> place & 1:
                total = total + weight
        return total


def held(f: Frame) -> Space:
    """The space that a frame holds. Raises MeaningError where it holds none."""
    space = f.draws.get(SPACE)
    if space is None:
        raise MeaningError("no joint law of the events is known here")
    return space  # type: ignore[no-any-return]


def members_of(symbol: Symbol, program: Program, sizes: Mapping[str, int]) -> list[tuple[int, ...]]:
    """The indices of the members of an event, in order: one empty tuple for a single event."""
    ranges = [program.range_of(i, sizes) for i in symbol.family]
    ranges += [range(1, dim_value(d, dict(sizes)) + 1) for d in symbol.shape]
    places: list[tuple[int, ...]] = [()]
    for each in ranges:
        places = [(*place, i) for place in places for i in each]
    return places


def base_events(program: Program) -> list[Symbol]:
    """The declared events without a definition, in declared order."""
    symbols = program.symbols.values()
    return [s for s in symbols if s.kind == "event" and not program.definitions.get(s.name)]


def has_events(exprs: tuple[Expr, ...] | list[Expr], program: Program) -> bool:
    """Whether a declared event stands in the expressions."""
    return any(
        node.head == "name"
        and (symbol := program.symbols.get(node.data)) is not None
        and symbol.kind == "event"
        for expr in exprs
        for node in expr.walk()
    )


def atoms_of(expr: Expr, program: Program) -> Atoms:
    """The atoms of an event. Raises Unsupported for what is no combination of declared events."""
    expr = bare(expr)
    rule = _RULES.get(expr.head)
    if rule is None:
        raise Unsupported("an event is made of declared events, or of relations between random numbers")
    return rule(expr, program)


def _named(expr: Expr, program: Program) -> Atoms:
    name, indices = (expr.data, ()) if expr.head == "name" else (bare(expr.args[0]).data, expr.args[1:])
    symbol = program.symbols.get(name)
    if symbol is None or symbol.kind != "event":
        raise Unsupported(f"{name} is no event")
    places = [compile_int(index, program) for index in indices]
    if program.definitions.get(name):
        return _defined(name, places, program)

    def run(f: Frame) -> int:
        where = tuple(place(f) for place in places)
        atoms = held(f).sets.get((name, where))
        if atoms is None:
            raise MeaningError(f"the event {name} is not known here")
        return atoms

    return run


def _defined(name: str, places: list[Any], program: Program) -> Atoms:
    definition = program.definitions[name][0]
    body = atoms_of(program.body_of(definition), program)

    def run(f: Frame) -> int:
        where = [place(f) for place in places]
        saved, f.index = f.index, dict(zip(definition.indices, where, strict=True))
        try:
            return body(f)
        finally:
            f.index = saved

    return run


def _both(expr: Expr, program: Program) -> Atoms:
    parts = [atoms_of(arg, program) for arg in expr.args]

    def run(f: Frame) -> int:
        atoms = held(f).everything
        for part in parts:
            atoms &= part(f)
        return atoms

    return run


def _either(expr: Expr, program: Program) -> Atoms:
    parts = [atoms_of(arg, program) for arg in expr.args]

    def run(f: Frame) -> int:
        atoms = 0
        for part in parts:
            atoms |= part(f)
        return atoms

    return run


def _without(expr: Expr, program: Program) -> Atoms:
    if len(expr.args) != 2:
        raise Unsupported("brackets tell which event is taken away first")
    whole, part = (atoms_of(arg, program) for arg in expr.args)
    return lambda f: whole(f) & ~part(f)


def _complement(expr: Expr, program: Program) -> Atoms:
    inner = atoms_of(expr.args[0], program)
    return lambda f: held(f).everything & ~inner(f)


def _gathered(expr: Expr, program: Program) -> Atoms:
    body, terms, union = atoms_of(expr.args[0], program), index_terms(expr, program), expr.head == "bigcup"

    def run(f: Frame) -> int:
        atoms = 0 if union else held(f).everything
        for _ in terms(f):
            atoms = atoms | body(f) if union else atoms & body(f)
        return atoms

    return run


_RULES: dict[str, Callable[[Expr, Program], Atoms]] = {
    "name": _named,
    "entry": _named,
    "cap": _both,
    "list": _both,
    "and": _both,
    "tuple": _both,
    "cup": _either,
    "setminus": _without,
    "complement": _complement,
    "bigcap": _gathered,
    "bigcup": _gathered,
    "nothing": lambda expr, program: lambda f: 0,
    "sure": lambda expr, program: lambda f: held(f).everything,
}


def mentioned(expr: Expr, program: Program, f: Frame) -> set[Member]:
    """The members of declared events that an expression may speak of, at the indices of a frame."""
    found: set[Member] = set()
    for node in _named_events(expr, program):
        name = node.data if node.head == "name" else bare(node.args[0]).data
        symbol = program.symbols[name]
        if program.definitions.get(name):
            found |= mentioned(
                program.body_of(program.definitions[name][0]), program, Frame(f.system, program, f.sizes, {})
            )
            continue
        places = members_of(symbol, program, f.sizes)
        if node.head == "entry":
            with suppress(MeaningError, KeyError):  # an index that is bound there: any member
                places = [tuple(compile_int(index, program)(f) for index in node.args[1:])]
        found |= {(name, place) for place in places}
    return found


def _named_events(expr: Expr, program: Program) -> Iterator[Expr]:
    inner = bare(expr.args[0]) if expr.head == "entry" else expr
    symbol = program.symbols.get(inner.data) if inner.head == "name" else None
    if symbol is not None and symbol.kind == "event":
        yield expr
        return
    for arg in expr.args:
        yield from _named_events(arg, program)
