r"""Means of functions of an extremum or an order statistic of independent continuous numbers.

The j-th smallest is one of the numbers, with j - 1 of the others below it: so E[h(T)] is the sum over k
of E[h(X_k) P(j - 1 of the others are below X_k)], for iid numbers n times one of these terms. David and
Nagaraja, Order Statistics (2003), (2.1.6) and (5.2.1).
"""

from __future__ import annotations

from math import comb
from typing import Any

from flint import arb

from generator.meaning.averages import Mean, Number
from generator.meaning.cumulative import cdf
from generator.meaning.events import mass
from generator.meaning.growth import constant
from generator.meaning.laws import LAWS
from generator.meaning.program import Frame
from generator.meaning.scenes import Scene, apart, sorted_entries
from generator.meaning.statistics import leaf, ordered
from generator.meaning.systems import Unsupported, whole_power
from generator.meaning.tails import GrowthSystem
from generator.meaning.written import expanded
from generator.notation.tree import Expr, bare, meaning_key

EXTREMA = ("maxover", "minover")


def mean_of_ordered(mean: Mean, expr: Expr, f: Frame) -> Any:
    """E of a function of one order statistic; None for another function.

    Raises Unsupported where the terms are no independent continuous numbers.
    """
    if not mean.bound:
        try:
            expr = expanded(expr, mean.program)
        except Unsupported:
            return None
    node = _node(mean, expr, f)
    found = None if node is None else ordered(Scene(mean, mass), node, f)
    if node is None or found is None:
        return None
    terms, rank = found
    scene = Scene(mean, mass)
    groups = [scene.numbers(term, g) for term, g in terms]
    plain = all(
        bare(term).head in ("name", "entry") and len(group) == 1
        for (term, _), group in zip(terms, groups, strict=True)
    )
    if not plain:
        return None  # a constant or a function among them: one integral after the other may do
    if not apart(scene, groups, f):
        raise Unsupported("the names of this mean are not said to be independent")
    numbers = [next(iter(group)) for group in groups]
    if any(LAWS[mean.law(number, f)[0]].discrete for number in numbers):
        raise Unsupported("the mean of an extremum is that of continuous numbers")
    if _identical(mean, numbers):
        return len(numbers) * _share(mean, expr, node, (numbers, 0, rank), f)
    shares = [_share(mean, expr, node, (numbers, k, rank), f) for k in range(len(numbers))]
    return sum(shares[1:], shares[0])


def _node(mean: Mean, expr: Expr, f: Frame) -> Expr | None:
    """The one extremum or order statistic of an expression."""
    found = {meaning_key(node): node for node in _nodes(mean, expr, f)}
    return next(iter(found.values())) if len(found) == 1 else None


def _nodes(mean: Mean, expr: Expr, f: Frame) -> list[Expr]:
    core = bare(expr)
    if not mean.varies(core):
        return []
    is_extremum = core.head in EXTREMA or (core.head == "func" and core.data in ("max", "min"))
    if is_extremum or sorted_entries(mean, core, f) is not None:
        return [core]
    return [node for arg in core.args for node in _nodes(mean, arg, f)]


def _identical(mean: Mean, numbers: list[Number]) -> bool:
    """Whether the numbers are the entries of one name with one law."""
    names = {number.name for number in numbers}
    given = mean.laws.get(numbers[0].name)
    return len(names) == 1 and given is not None and given.iid and not mean.indices_of(given)


def _share(mean: Mean, expr: Expr, node: Expr, place: tuple[list[Number], int, int], f: Frame) -> Any:
    """E[h(X_k) P(rank - 1 of the others are below X_k)]."""
    numbers, k, rank = place
    own = leaf(numbers[k])
    program, key = mean.program, meaning_key(node)
    value, code = program.compiled(own), program.compiled(_replaced(expr, key, own))
    others = [number for i, number in enumerate(numbers) if i != k]
    same = _identical(mean, numbers)

    def weighted(g: Frame) -> Any:
        if isinstance(g.system, GrowthSystem) and g.system.real:
            chance = constant(arb(0.5, 0.5), g.system.start)  # a probability, for all numbers of a tail
        elif same:
            below, n = _below(mean, numbers[k], value(g), g), len(others)
            one = g.system.number(1)
            powers = whole_power(below, rank - 1, one) * whole_power(1 - below, n - rank + 1, one)
            chance = comb(n, rank - 1) * powers
        else:
            chance = _exactly(rank - 1, [_below(mean, other, value(g), g) for other in others], g)
        return code(g) * chance

    return mean.over(numbers[k], weighted, f)


def _below(mean: Mean, number: Number, x: Any, f: Frame) -> Any:
    return cdf(f, mean.law(number, f)[0], x, mean.law(number, f)[1])


def _exactly(count: int, chances: list[Any], f: Frame) -> Any:
    """The probability that so many of independent events happen."""
    masses = [f.system.number(1)]
    for chance in chances:
        stay = [m * (1 - chance) for m in masses] + [f.system.number(0)]
        masses = [old if k == 0 else old + masses[k - 1] * chance for k, old in enumerate(stay)]
    return masses[count]


def _replaced(expr: Expr, key: Any, leaf_of: Expr) -> Expr:
    if bare(expr).head != "num" and meaning_key(bare(expr)) == key:
        return leaf_of
    return expr.with_args(tuple(_replaced(arg, key, leaf_of) for arg in expr.args))
