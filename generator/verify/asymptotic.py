r"""Limits in law, in probability, and of probabilities, of smooth functions of means of n numbers.

What is checked: the statistic is expanded in powers of 1/\sqrt n (`meaning.large_samples`: the central
limit theorem, Slutsky's theorem, the delta method); its first term is its limit, for every n at once, at
points of the declared domain. A number is the limit in probability; a form of degree 1 is normal; a
quadratic form is chi-squared where its matrix is a multiple of a projection. An event says that expansions
are positive; the probability tends to that of the first terms being so, for those have no atoms
(continuous mapping). Example refuted:
`\sqrt n (\hat\lambda - \lambda) \xrightarrow{d} \mathcal N(0, \lambda)` for the rate of an exponential law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from flint import arb

from generator.meaning.expansions import Expansion, Monomial, is_zero
from generator.meaning.large_samples import Sample
from generator.meaning.points import BALLS, frame_at, free_indices, index_values
from generator.meaning.program import Frame
from generator.meaning.sampling import Point, Sampler, Wanted
from generator.meaning.systems import NoValue, Senseless, Unsupported
from generator.notation.tree import Expr, bare
from generator.verify.approach import the_regime
from generator.verify.equality import equal
from generator.verify.question import (
    Answer,
    IllFormed,
    Question,
    Refuted,
    Undecided,
    counterexample,
    retry,
)

SIZES, POINTS, INDICES = 2, 4, 4  # tuples of other sizes, points at each, values of free indices
ANY_SIZE = 8  # of the sample, where a member of it is evaluated

#: A linear form or a polynomial in variables of an expansion.
Form = dict[Monomial, Any]


@dataclass(frozen=True, slots=True)
class InTheLimit:
    """law: "number" with its value, "normal" with mean and variance, "chi2" with rank and scale."""

    law: str
    parameters: tuple[Any, ...]


def samples(question: Question, exprs: tuple[Expr, ...]) -> Iterator[tuple[Point, Sample]]:
    """The points at which a limit is taken. Raises IllFormed where no size tends to infinity."""
    regime = the_regime(question)
    if regime.far != 1 or regime.name not in question.sizes()[0]:
        raise IllFormed(r"a limit in law or in probability is one of a size: when n \to \infty")
    question.settled()
    program, seed = question.program, question.seed
    sampler = Sampler(program, Wanted(exprs, question.statement.when), seed)
    free = free_indices((*exprs, *question.statement.when), program)
    for sizes in question.sizes()[:SIZES]:
        for number in range(POINTS):
            point = sampler.point(sizes, number)
            point.sizes = {**sizes, regime.name: ANY_SIZE}
            chance = replace(question.chance, variant=question.chance.variant + number)
            for index in index_values(free, program, point.sizes, seed, INDICES):
                frame = frame_at(point, program, BALLS, chance)
                frame.index = dict(index)
                question.last = point, frame
                others = {name: size for name, size in sizes.items() if name != regime.name}
                values = {k: v for k, v in point.values.items() if k not in program.laws.laws}
                yield Point(others, values), Sample(frame, regime.name)


# -- limits in law and in probability ---------------------------------------------------


def of_statistic(question: Question) -> Answer:
    r"""`T_n \xrightarrow{d} L` and `T_n \xrightarrow{P} c`. Raises Refuted, Undecided or Unsupported."""
    return retry(lambda: _of_statistic(question))  # type: ignore[no-any-return]


def _of_statistic(question: Question) -> Answer:
    statistic, stated = question.sides()
    count, rule = 0, ""
    for point, sample in samples(question, (question.expr,)):
        count += 1
        found = limit_of(sample, sample.of(statistic))
        if found is None:
            lost = counterexample(point, sample.frame, "", "", question.sides())
            raise Refuted(lost, f"the left side grows without bound with {sample.name}")
        rule = RULES.get(found.law, "")
        if question.expr.data == ("toprob",):
            want: Any = InTheLimit("number", (question.program.compiled(stated)(sample.frame),))
        else:
            want = _stated(sample.frame, bare(stated))
        _compare(question, (point, sample.frame), found, want)
        if not sample.bounded:
            raise Unsupported(UNBOUNDED)
    return Answer("checked", "expansion", (f"{rule}, {count} points",), (), count, "", ("Arb",))


UNBOUNDED = "nothing says that the moments which this limit needs are finite"

RULES = {
    "number": "law of large numbers and continuous mapping",
    "normal": "central limit theorem and Slutsky's theorem, by an expansion of the statistic",
    "chi2": "a quadratic form of normals in the limit, by an expansion of the statistic",
}

#: The printed laws that a limit is compared with, from their parameters.
STATED: dict[str, Callable[..., InTheLimit]] = {
    "normal": lambda mean, variance: InTheLimit("normal", (mean, variance)),
    "chi2": lambda rank: InTheLimit("chi2", (rank, arb(1))),
    "gamma": lambda shape, rate: InTheLimit("chi2", (2 * shape, 1 / (2 * rate))),
    "exponential": lambda rate: InTheLimit("chi2", (arb(2), 1 / (2 * rate))),
}


def _stated(frame: Frame, law: Expr) -> InTheLimit:
    """The printed law. Raises Unsupported for one that no limit is compared with."""
    made = STATED.get(str(law.data)) if law.head == "law" else None
    if made is None or any(part.shape for part in law.args):
        raise Unsupported("a limit in law is decided where it is a normal or a chi-squared law of a number")
    found = made(*(frame.program.compiled(part)(frame) for part in law.args))
    spread = frame.system.sign(found.parameters[1]) if found.law == "normal" else 1
    if spread < 0:
        raise NoValue("a variance is negative")
    if not spread:
        raise Unsupported("a law that does not vary")
    return found


def _compare(question: Question, where: tuple[Point, Frame], found: InTheLimit, want: InTheLimit) -> None:
    """Raises Refuted where two laws differ."""
    point, frame = where
    if found.law != want.law:
        lost = counterexample(point, frame, "", "", question.sides())
        raise Refuted(lost, f"in the limit this is {WORDS[found.law]}, not {WORDS[want.law]}")
    for name, a, b in zip(PARAMETERS[found.law], found.parameters, want.parameters, strict=True):
        if not _same(a, b):
            lost = counterexample(point, frame, a, b, question.sides())
            raise Refuted(lost, f"{name} in the limit is another")


WORDS = {
    "number": "a constant",
    "normal": "a normal number",
    "chi2": "a chi-squared number",
    "other": "another form of normals",
}
PARAMETERS = {
    "number": ("the number",),
    "normal": ("the mean", "the variance"),
    "chi2": ("the number of degrees of freedom", "the scale"),
}


def _same(a: Any, b: Any) -> bool:
    return bool(equal(a, b)) or (equal(a, b) is None and is_zero(a - b))


# -- the first term of an expansion -------------------------------------------------------


def limit_of(sample: Sample, value: Expansion) -> InTheLimit | None:
    """The law of an expansion in the limit; None where it grows. Raises Unsupported."""
    order, form = first_term(sample, value)
    sample.bounded &= is_bounded_beside(sample, value, order)
    zero = sample.frame.system.number(0)
    if order > 0:
        return InTheLimit("number", (zero,))
    if order < 0:
        return None
    if set(form) == {()}:
        return InTheLimit("number", (form[()],))
    if degree(form) == 1:
        return InTheLimit("normal", (form.get((), zero), covariance(sample, form, form)))
    if degree(form) > 2:
        raise Unsupported("the law of this polynomial of normals has no rule")
    found = None if any(sum(p for _, p in mono) != 2 for mono in form) else projection(sample, form)
    return InTheLimit("chi2", (found[1], found[0])) if found else InTheLimit("other", ())


def first_term(sample: Sample, value: Expansion) -> tuple[int, Form]:
    """(power, polynomial in independent variables) of the first term that is not 0. Raises Unsupported."""
    while True:
        order = value.first()
        form = value.at(order)
        if not form:
            if order > 0:
                return order, {(): sample.frame.system.number(0)}
            raise Unsupported("the first terms of this expansion cancel")
        tied = _tied(sample, sorted({key for mono in form for key, _ in mono}, key=repr))
        if tied is None:
            return order, form
        value = _without(value, *tied)


def _tied(sample: Sample, names: list[Any]) -> tuple[Any, dict[Any, Any]] | None:
    """A variable that is a linear form of others, as their covariances say, and that form."""
    basis: list[tuple[Any, dict[Any, Any], Any]] = []  # (variable, what of it is new, variance of that)
    for name in names:
        new = {name: arb(1)}
        for _, form, variance in basis:
            weight = sum((c * sample.covariance(name, k) for k, c in form.items()), arb(0)) / variance
            for k, c in form.items():
                new[k] = new.get(k, arb(0)) - weight * c
        variance = sum(
            (x * y * sample.covariance(a, b) for a, x in new.items() for b, y in new.items()), arb(0)
        )
        if is_zero(variance):
            return name, {k: -c for k, c in new.items() if k != name}
        basis.append((name, new, variance))
    return None


def _without(value: Expansion, name: Any, form: dict[Any, Any]) -> Expansion:
    """An expansion with a linear form in the place of a variable."""
    total = Expansion({}, value.rest)
    other = Expansion({(0, ((k, 1),)): c for k, c in form.items()})
    for (order, mono), c in value.terms.items():
        degree_of = dict(mono).get(name, 0)
        term = Expansion({(order, tuple(pair for pair in mono if pair[0] != name)): c})
        for _ in range(degree_of):
            term = term * other
        total = total + term
    return total


def is_bounded_beside(sample: Sample, value: Expansion, first: int) -> bool:
    """Whether the finite variances that the page states carry this limit.

    A mean of which no variance is known only tends to its expectation, at no known rate.
    """
    for order, mono in value.terms:
        heavy = sum(power for key, power in mono if sample.is_heavy(key))
        if heavy and (order - heavy < first or order == first):
            return False
    return True


def degree(form: Form) -> int:
    """The degree of a polynomial."""
    return max(sum(power for _, power in mono) for mono in form)


def covariance(sample: Sample, a: Form, b: Form) -> Any:
    """The covariance of two forms of degree 1."""
    total = sample.frame.system.number(0)
    for one, x in a.items():
        for other, y in b.items():
            if one and other:
                total = total + x * y * sample.covariance(one[0][0], other[0][0])
    return total


def projection(sample: Sample, form: Form) -> tuple[Any, Any] | None:
    """(scale, rank) of a quadratic form that is a multiple of a chi-squared number; None for another.

    The others, and those with a linear part or a constant, are neither gamma nor normal: their
    characteristic functions have other branch points, or none but in a product with another factor.
    """
    names = sorted({key for mono in form for key, _ in mono}, key=repr)
    zero = sample.frame.system.number(0)
    size = range(len(names))
    matrix = [[zero for _ in size] for _ in size]
    for mono, c in form.items():
        i, j = (names.index(key) for key in (mono[0][0], mono[-1][0]))
        matrix[i][j] = matrix[i][j] + c / 2
        matrix[j][i] = matrix[j][i] + c / 2
    spread = [[sample.covariance(a, b) for b in names] for a in names]
    both = _product(matrix, spread)
    square = _product(both, both)
    trace = sum((both[i][i] for i in size), zero)
    if is_zero(trace):
        return None
    scale = sum((square[i][i] for i in size), zero) / trace
    if any(not is_zero(square[i][j] - scale * both[i][j]) for i in size for j in size):
        return None
    return scale, trace / scale


def _product(a: list[list[Any]], b: list[list[Any]]) -> list[list[Any]]:
    size = range(len(a))
    return [[sum((a[i][k] * b[k][j] for k in size), arb(0)) for j in size] for i in size]


def decided(
    first: Callable[[Question], Answer], question: Question, other: Callable[[Question], Answer]
) -> Answer:
    """By the expansion; where it has no rule by the other check. Raises Refuted or Undecided."""
    try:
        return first(question)
    except (IllFormed, Senseless):
        raise
    except (Undecided, Unsupported) as error:
        try:
            return other(question)
        except IllFormed:
            raise
        except (Undecided, Unsupported):
            raise Undecided(str(error)) from error
