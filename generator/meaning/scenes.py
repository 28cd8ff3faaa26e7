"""The random numbers of one event, and the laws of their sums where a family is closed under them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from generator.meaning.averages import PLACE, Mean, Number
from generator.meaning.closures import Known, added, logarithm, moved, squared
from generator.meaning.intervals import Interval
from generator.meaning.laws import LAWS
from generator.meaning.names import compile_int, matched
from generator.meaning.program import Frame
from generator.meaning.ranges import index_terms
from generator.notation.tree import Expr, bare, dim_value

Mass = Callable[[Mean, Number, Interval, Frame], Any]  # of one number in an interval


@dataclass(frozen=True, slots=True)
class Scene:
    """The random numbers of one event: `mean` knows their laws, `fixed` are averaged over already."""

    mean: Mean
    mass: Mass
    fixed: frozenset[Number] = frozenset()
    known: dict[Any, tuple[Expr, frozenset[Number]]] = field(default_factory=dict)  # by tree and indices

    def numbers(self, expr: Expr, f: Frame) -> frozenset[Number]:
        """The random numbers that an expression is made of. Raises Unsupported for a whole vector in it."""
        key = (id(expr), *((name, i) for name, i in f.index.items() if name != PLACE))
        if key not in self.known:
            parts = leaves(self.mean, expr, f)
            found = frozenset(number for leaf, g in parts for number in self.mean.numbers(leaf, g))
            self.known[key] = (expr, found - self.fixed)
        return self.known[key][1]

    def without(self, number: Number) -> Scene:
        """The same scene where one number is averaged over already."""
        return Scene(self.mean, self.mass, self.fixed | {number})

    def varies(self, expr: Expr, f: Frame) -> bool:
        """Whether an expression is random here."""
        return bool(self.numbers(expr, f))


def leaves(mean: Mean, expr: Expr, f: Frame) -> Iterator[tuple[Expr, Frame]]:
    """The parts of an expression without a random binder or a random defined name above them."""
    expr = bare(expr)
    if not mean.varies(expr):
        return
    body, entries = opened(mean, expr, f), sorted_entries(mean, expr, f)
    if body is not None:
        yield from leaves(mean, *body)
    elif entries is not None:
        for entry in entries[0]:
            yield from leaves(mean, entry, f)
    elif expr.head in ("sum", "prod", "maxover", "minover"):
        for _ in index_terms(expr, mean.program)(f):
            yield from leaves(mean, expr.args[0], f)
    elif expr.args and expr.head != "entry":
        for arg in expr.args:
            yield from leaves(mean, arg, f)
    else:
        yield expr, f


def sorted_entries(mean: Mean, expr: Expr, f: Frame) -> tuple[list[Expr], int] | None:
    """(all entries of a vector, which of them by size) of an order statistic; None for another."""
    base = bare(expr.args[0]) if expr.head == "entry" else expr
    symbol = mean.program.symbols.get(base.data) if base.head == "name" else None
    if symbol is None or symbol.kind != "sorted" or expr is base:
        return None
    count = dim_value(mean.program.symbols[symbol.of].shape[0], f.sizes)
    whole = Expr("name", (), symbol.of, shape=mean.program.symbols[symbol.of].shape)
    places = (Expr("num", (), str(k), shape=()) for k in range(1, count + 1))
    return [Expr("entry", (whole, k), "", shape=()) for k in places], compile_int(expr.args[1], mean.program)(
        f
    )


def opened(mean: Mean, expr: Expr, f: Frame) -> tuple[Expr, Frame] | None:
    """What defines a random name or entry, with the frame in which it is read; None for another."""
    base = bare(expr.args[0]) if expr.head == "entry" else expr
    definitions = [] if mean.bound or base.head != "name" else mean.program.definitions.get(base.data, [])
    if len(definitions) != 1:
        return None
    definition = definitions[0]
    if definition.arguments or definition.power != 1 or definition.tuple_of or definition.at:
        return None
    where = tuple(compile_int(i, mean.program)(f) for i in expr.args[1:]) if expr.head == "entry" else ()
    if len(where) != len(definition.indices):
        return None
    inner = f.child({})
    inner.index = matched(definition, where, f)
    return mean.program.body_of(definition), inner


def law_of(scene: Scene, expr: Expr, f: Frame) -> Known | None:
    """The law of an expression by the families that are closed under sums; None where none holds it."""
    expr = bare(expr)
    body = opened(scene.mean, expr, f)
    if body is not None:
        return law_of(scene, *body)
    rule = _LAWS.get(expr.head)
    if sorted_entries(scene.mean, expr, f) is not None:
        return None
    return None if rule is None else rule(scene, expr, f)


def _law_of_number(scene: Scene, expr: Expr, f: Frame) -> Known | None:
    found = scene.numbers(expr, f)
    if len(found) != 1:
        return None
    number = next(iter(found))
    if number.name not in scene.mean.laws or scene.mean.laws[number.name].law not in LAWS:
        return None
    law, parameters = scene.mean.law(number, f)
    if any(isinstance(p, list) for p in parameters) or len(parameters) != len(LAWS[law].kinds):
        return None
    return Known(law, tuple(parameters), f.system.number(0), f.system.number(1))


def terms_of(scene: Scene, expr: Expr, f: Frame) -> Iterator[tuple[Expr, int]]:
    """The terms of a sum with their signs, while the frame holds their indices."""
    expr = bare(expr)
    if expr.head == "add":
        for mark, arg in zip(expr.data, expr.args, strict=True):
            for term, side in terms_of(scene, arg, f):
                yield term, -side if mark == "-" else side
    elif expr.head == "sum" and scene.varies(expr, f):
        for _ in index_terms(expr, scene.mean.program)(f):
            for term, side in terms_of(scene, expr.args[0], f):
                yield term, side
    else:
        yield expr, 1


def _law_of_sum(scene: Scene, expr: Expr, f: Frame) -> Known | None:
    constant, parts, groups = f.system.number(0), [], []
    for term, side in terms_of(scene, expr, f):
        if not scene.varies(term, f):
            constant = constant + side * scene.mean.program.compiled(term)(f)
            continue
        known = law_of(scene, term, f)
        if known is None:
            return None
        parts.append(moved(known, f.system.number(side), f.system.number(0)))
        groups.append(scene.numbers(term, f))
    if not parts or not apart(scene, groups, f):
        return None
    total = added(parts, f)
    return None if total is None else moved(total, f.system.number(1), constant)


def apart(scene: Scene, groups: list[frozenset[Number]], f: Frame) -> bool:
    """Whether no number is in two groups, and those of different groups are independent."""
    together = [number for group in groups for number in group]
    return len(set(together)) == len(together) and scene.mean.independent([set(group) for group in groups], f)


def _law_of_product(scene: Scene, expr: Expr, f: Frame) -> Known | None:
    varying = [arg for arg in expr.args if scene.varies(arg, f)]
    known = law_of(scene, varying[0], f) if len(varying) == 1 else None
    if known is None:
        return None
    factor = f.system.number(1)
    for arg in expr.args:
        if arg is not varying[0]:
            factor = factor * scene.mean.program.compiled(arg)(f)
    return moved(known, factor, f.system.number(0))


def _law_of_quotient(scene: Scene, expr: Expr, f: Frame) -> Known | None:
    if scene.varies(expr.args[1], f):
        return None
    known = law_of(scene, expr.args[0], f)
    factor = 1 / scene.mean.program.compiled(expr.args[1])(f)
    return None if known is None else moved(known, factor, f.system.number(0))


def _law_of_power(scene: Scene, expr: Expr, f: Frame) -> Known | None:
    two = bare(expr.args[1])
    if two.head != "num" or two.data != "2":
        return None
    known = law_of(scene, expr.args[0], f)
    return None if known is None else squared(known, f)


def _law_of_function(scene: Scene, expr: Expr, f: Frame) -> Known | None:
    if expr.data != "log":
        return None
    known = law_of(scene, expr.args[0], f)
    return None if known is None else logarithm(known, f)


_LAWS: dict[str, Callable[[Scene, Expr, Frame], Known | None]] = {
    "name": _law_of_number,
    "entry": _law_of_number,
    "add": _law_of_sum,
    "sum": _law_of_sum,
    "mul": _law_of_product,
    "div": _law_of_quotient,
    "pow": _law_of_power,
    "func": _law_of_function,
}
