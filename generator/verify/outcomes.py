r"""A second route for claims about declared events: outcomes are counted, by code of its own.

At a point, the joint law of the events is a list of outcomes, each with the names of the events that
happen there and an exact probability. What the page gives is counted on this list as well: a list that
breaks a given is none. No sets of bits, no normal forms, no balls: fractions and Python's sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from generator.meaning.eventlaw import space_of
from generator.meaning.eventsets import Member, has_events
from generator.meaning.points import RATIONAL, frame_at
from generator.meaning.program import Program, free_names
from generator.meaning.sampling import Point
from generator.meaning.systems import MeaningError, Unsupported
from generator.notation.tree import Expr, bare
from generator.verify.question import Question


@dataclass(slots=True)
class Counting:
    """The outcomes of one point, and the values of indices, sizes and scalars there."""

    program: Program
    outcomes: list[tuple[frozenset[Member], Fraction]]
    numbers: dict[str, Fraction]
    sizes: dict[str, int]

    def chance(self, event: Expr, condition: Expr | None = None) -> Fraction:
        """The share of the outcomes in which an event happens. Raises ZeroDivisionError."""
        kept = [
            (happened, mass)
            for happened, mass in self.outcomes
            if condition is None or self.holds(condition, happened)
        ]
        within = sum((mass for happened, mass in kept if self.holds(event, happened)), Fraction(0))
        return within / sum((mass for _, mass in kept), Fraction(0))

    def holds(self, event: Expr, happened: frozenset[Member]) -> bool:
        """Whether an event happens in an outcome."""
        event = bare(event)
        if event.head in ("name", "entry"):
            name = event.data if event.head == "name" else event.args[0].data
            where = tuple(int(self.value(index)) for index in event.args[1:])
            if self.program.definitions.get(name):
                raise Unsupported("a defined event")
            return (name, where) in happened
        if event.head in ("cap", "list", "and", "tuple"):
            return all(self.holds(arg, happened) for arg in event.args)
        if event.head == "cup":
            return any(self.holds(arg, happened) for arg in event.args)
        if event.head == "setminus":
            return self.holds(event.args[0], happened) and not self.holds(event.args[1], happened)
        if event.head == "complement":
            return not self.holds(event.args[0], happened)
        if event.head in ("nothing", "sure"):
            return event.head == "sure"
        raise Unsupported("an event that is not counted")

    def value(self, expr: Expr) -> Fraction:
        """The value of an expression. Raises Unsupported for one that is not counted."""
        expr = bare(expr)
        if expr.head == "num":
            return Fraction(expr.data)
        if expr.head == "name" and expr.data in self.sizes:
            return Fraction(self.sizes[expr.data])
        if expr.head == "name" and expr.data in self.numbers:
            return self.numbers[expr.data]
        if expr.head == "Pr" and not expr.data:
            return self.chance(*expr.args)
        if expr.head in ("sum", "prod"):
            return self._folded(expr)
        rule = ARITHMETIC.get(expr.head)
        if rule is None:
            raise Unsupported("an expression that is not counted")
        return rule(expr, [self.value(arg) for arg in expr.args])

    def _folded(self, expr: Expr) -> Fraction:
        total = Fraction(1 if expr.head == "prod" else 0)
        if len(expr.args) == 3:
            low, high = (int(self.value(arg)) for arg in expr.args[1:])
            ranges = [range(low, high + 1)]
        elif len(expr.args) == 1:
            ranges = [self.program.range_of(name, self.sizes) for name in expr.data]
        else:
            raise Unsupported("a sum under a condition")
        saved = dict(self.numbers)
        for values in product(*ranges):
            self.numbers.update(zip(expr.data, map(Fraction, values), strict=True))
            term = self.value(expr.args[0])
            total = total * term if expr.head == "prod" else total + term
        self.numbers = saved
        return total

    def true(self, expr: Expr) -> bool:
        """Whether a relation holds."""
        expr = bare(expr)
        if expr.head in ("iff", "implies"):
            left, right = (self.true(arg) for arg in expr.args)
            return left == right if expr.head == "iff" else right or not left
        if expr.head != "rel" or not set(expr.data) <= RELATIONS.keys():
            raise Unsupported("a relation that is not counted")
        values = [self.value(arg) for arg in expr.args]
        return all(RELATIONS[op](a, b) for op, a, b in zip(expr.data, values, values[1:], strict=False))


def _power(expr: Expr, values: list[Fraction]) -> Fraction:
    if values[1].denominator != 1 or abs(values[1]) > 64:
        raise Unsupported("a power that is not counted")
    return values[0] ** int(values[1])


def _sum(expr: Expr, values: list[Fraction]) -> Fraction:
    return sum((-v if sign == "-" else v for sign, v in zip(expr.data, values, strict=True)), Fraction(0))


def _product(expr: Expr, values: list[Fraction]) -> Fraction:
    total = Fraction(1)
    for value in values:
        total *= value
    return total


ARITHMETIC: dict[str, Callable[[Expr, list[Fraction]], Fraction]] = {
    "add": _sum,
    "mul": _product,
    "div": lambda expr, values: values[0] / values[1],
    "pow": _power,
}
RELATIONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "=": lambda a, b: a == b,
    "equiv": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def counted(question: Question, point: Point, index: dict[str, int]) -> bool | None:
    """Whether a claim about events holds at a point; None where it is about none, or is not counted."""
    exprs = [question.expr]
    if not has_events(exprs, question.program):
        return None
    try:
        at = _counting(question.program, point, index)
        for given in question.program.laws.of_events:
            if any(node.head == "Pr" for node in given.expr.walk()):
                if free_names(given.expr) & _indices(question.program):
                    return None
                if not at.true(given.expr):
                    return False
        return at.true(question.expr)
    except (MeaningError, ZeroDivisionError, KeyError):
        return None


def _indices(program: Program) -> set[str]:
    return {name for name, symbol in program.symbols.items() if symbol.kind == "index"}


def _counting(program: Program, point: Point, index: dict[str, int]) -> Counting:
    frame = frame_at(point, program, RATIONAL)
    space = space_of(frame)
    masses = [Fraction(int(w.p), int(w.q)) for w in space.weights]
    outcomes = [
        (frozenset(member for member, atoms in space.sets.items() if atoms >> place & 1), mass)
        for place, mass in enumerate(masses)
    ]
    numbers = dict(_scalars(program, point))
    numbers.update({name: Fraction(value) for name, value in index.items()})
    return Counting(program, outcomes, numbers, dict(point.sizes))


def _scalars(program: Program, point: Point) -> Iterator[tuple[str, Fraction]]:
    for name, value in point.values.items():
        if hasattr(value, "p") and hasattr(value, "q"):
            yield name, Fraction(int(value.p), int(value.q))
    for name, literal in program.bound_values.items():
        known: Any = program.compiled(literal)(frame_at(Point({}, {}), program, RATIONAL))
        if hasattr(known, "p") and hasattr(known, "q"):
            yield name, Fraction(int(known.p), int(known.q))
