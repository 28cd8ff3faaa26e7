"""Calls of a function that the page defines: at values, at fixed arguments, by recursion.

A recursion is worked out at whole numbers and remembered. Where it goes deeper than Python's own calls
may, the member that is too deep is worked out first. One that comes to no end has no value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from generator.meaning.program import Frame, Program
from generator.meaning.systems import MeaningError, NoValue, TooMuch, Unsupported
from generator.notation.tree import Definition, Expr

DEPTH = 24  # calls inside one another
MEMBERS = 40_000  # of one recursion at one point
AWAY = 64  # a member further from 0 than four times the first one, and by this more, leads away from all ends


class _TooDeep(MeaningError):
    """A member that must be known before others are worked out."""

    def __init__(self, where: tuple[int, ...]) -> None:
        super().__init__("this recursion comes to no end")
        self.where = where


class _Known:
    """The members of a recursion that are known at a point, and how deep the calls are."""

    __slots__ = ("depth", "furthest", "open", "values")

    def __init__(self) -> None:
        self.values: dict[tuple[int, ...], Any] = {}
        self.open: set[tuple[int, ...]] = set()
        self.depth = 0
        self.furthest = 0


def apply(name: str, values: list[Any], f: Frame, own: bool = False) -> Any:
    """A defined function at values; `own` means at its own argument names, nothing replaced.

    Raises NoValue for a recursion without an end, Unsupported for one at what is no number.
    """
    definition, fixed = parts(name, f.program)
    if own or not (fixed or calls_itself(definition, f.program)):
        return _at(definition, values, f, own)
    where = tuple(whole for value in values if (whole := f.system.whole(value)) is not None)
    if len(where) < len(values):
        if f.system.symbolic:
            raise Unsupported("a recursion has values at whole numbers")
        raise NoValue("a recursion is taken at what is no whole number")
    for item in fixed:
        if tuple(_whole(f, expr) for expr in item.at) == where:
            return _at(item, [], f, True)
    key = (name, "members")
    known: _Known = f.memo.setdefault(key, _Known())
    return _member(definition, where, f, known)


def parts(name: str, program: Program) -> tuple[Definition, list[Definition]]:
    """The definition of a function for all arguments, and those at fixed ones."""
    definitions = program.definitions[name]
    fixed = [item for item in definitions if item.at]
    general = [item for item in definitions if not item.at]
    return (general or definitions)[0], fixed


def calls_itself(definition: Definition, program: Program) -> bool:
    """Whether a function's right side calls it."""
    body = program.body_of(definition)
    return any(node.head == "call" and node.data == definition.name for node in body.walk())


def recursive(exprs: Iterable[Expr], program: Program) -> bool:
    """Whether what expressions rest on is defined by a recursion."""
    return any(
        item.at or calls_itself(item, program)
        for name in program.rests_on(exprs)
        for item in program.definitions.get(name, ())
    )


def _whole(f: Frame, expr: Any) -> int | None:
    whole: int | None = f.system.whole(f.program.compiled(expr)(f))
    return whole


def _at(definition: Definition, values: list[Any], f: Frame, own: bool) -> Any:
    child = f.child({} if own else dict(zip(definition.arguments, values, strict=True)))
    child.index = {}
    return child.program.compiled(f.program.body_of(definition))(child)


def _distance(where: tuple[int, ...]) -> int:
    return sum(map(abs, where))


def _member(definition: Definition, where: tuple[int, ...], f: Frame, known: _Known) -> Any:
    waiting = [where]
    if not known.depth:
        known.furthest = 4 * _distance(where) + AWAY
    if _distance(where) > known.furthest:
        raise NoValue("this recursion comes to no end")
    while waiting:
        member = waiting[-1]
        if member in known.values:
            waiting.pop()
            continue
        if member in known.open:
            raise NoValue(f"a member of {definition.name} needs itself")
        if known.depth >= DEPTH:
            raise _TooDeep(member)
        if len(waiting) + len(known.values) > MEMBERS:
            raise TooMuch("a recursion over so many members")
        known.open.add(member)
        known.depth += 1
        try:
            known.values[member] = _at(definition, [f.system.number(i) for i in member], f, False)
        except _TooDeep as error:
            if known.depth > 1:
                raise
            waiting.append(error.where)
        finally:
            known.open.discard(member)
            known.depth -= 1
    return known.values[where]
