r"""Laws of statistics of a normal sample, and coverage by a pivot, for all sizes (Cochran, 1934).

x_1 .. x_n are independent N(\mu, \sigma^2). An affine form is normal. A quadratic form
(x - \mu)^\top M (x - \mu) with \sigma^2 M idempotent is chi-squared with \sigma^2 tr M degrees of
freedom. Where M^2 is a multiple of M and M a = 0, the linear form a^\top (x - \mu) and the
quadratic one are independent, and k a^\top (x - \mu) / root of it has Student's law with
(tr M)^2 / tr M^2 degrees of freedom, if k^2 a^\top a = tr M.
Every condition is an equation between normal forms, and part of the proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from generator.meaning.program import Program
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, Statement
from generator.verify.proof import sign
from generator.verify.proof.atoms import Atom
from generator.verify.proof.calculus import derivative, holds, substituted
from generator.verify.proof.composite import instance
from generator.verify.proof.functions import known_sign, power, taken_apart
from generator.verify.proof.labels import Label, free
from generator.verify.proof.moments import Expectation, is_random
from generator.verify.proof.polynomial import Polynomial, from_terms
from generator.verify.proof.prove import Proof, closing, prepared, shown_zero
from generator.verify.proof.reading import Env, Translation
from generator.verify.proof.terms import Term
from generator.verify.proof.work import NotProved

HALF = Fraction(1, 2)

Equations = list[Polynomial]  # each of them is 0


def prove_law(program: Program, statement: Statement, statistic: Expr, law: Expr) -> Proof | None:
    """A proof that a statistic has the printed law (normal, chi-squared or Student's), or None."""
    try:
        t, env, over = _read(program, statement)
        p = t.scalar(statistic, env)
        parameters = [t.scalar(arg, env) for arg in law.args]
        rule = LAWS.get(law.data)
        if rule is None:
            raise NotProved("a law without a rule")
        return _closed(t, rule(over, p, parameters), statement)
    except (NotProved, MeaningError, RecursionError, KeyError, ValueError):
        return None  # no rule: the claim keeps the status it has


def prove_coverage(
    program: Program, statement: Statement, parts: tuple[Expr | None, Expr, Expr | None], stated: Expr
) -> Proof | None:
    """A proof that low <= subject <= high has the stated probability, or None."""
    try:
        if parts[0] is None or parts[2] is None:
            raise NotProved("an event with one end")
        t, env, over = _read(program, statement)
        low, subject, high = (t.scalar(part, env) for part in (parts[0], parts[1], parts[2]))
        return _closed(t, _coverage(over, low, subject, high, t.scalar(stated, env)), statement)
    except (NotProved, MeaningError, RecursionError, KeyError, ValueError):
        return None  # no rule: the claim keeps the status it has


def _read(program: Program, statement: Statement) -> tuple[Translation, Env, Expectation]:
    t, env, labels = prepared(program, statement, (statement.expr,))
    if labels or not t.chance:
        raise NotProved("a law at an index")
    names = sorted(program.random_names([statement.expr]))
    return t, env, Expectation(t, env, {t.atom_of(name): program.laws.laws[name] for name in names})


def _closed(t: Translation, equations: Equations, statement: Statement) -> Proof:
    stages = [shown_zero(p) for p in equations]
    return closing(t, [(p, p.number(0)) for p in equations], stages, (), (statement.expr,), True)


# -- laws -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sample:
    """The one random name of a statistic: independent entries of one normal law."""

    atom: Atom
    mean: Polynomial
    variance: Polynomial

    def label(self, name: str) -> Label:
        """A free label of its entries."""
        return free(name, self.atom.ranges[0])


def _sample(over: Expectation, p: Polynomial) -> Sample:
    found = sorted({a for a in p.atoms() if "random" in a.words})
    if len(found) != 1 or found[0] not in over.laws or len(found[0].ranges) != 1:
        raise NotProved("a statistic of several names")
    law = over.laws[found[0]]
    if law.law != "normal" or not law.iid or any(arg.shape for arg in law.parameters):
        raise NotProved("a sample that is not normal")
    where = free("sample", found[0].ranges[0])
    mean, variance = (over.parameter(arg, (where,)) for arg in law.parameters)
    if where in (*mean.labels(), *variance.labels()):
        raise NotProved("entries with laws of their own")
    return Sample(found[0], mean, variance)


def _normal(over: Expectation, p: Polynomial, parameters: list[Polynomial]) -> Equations:
    sample = _sample(over, p)
    _slope(p, sample, "i")
    mean = over.of(p)
    variance = over.of(p * p) - mean * mean
    return [mean - parameters[0], variance - parameters[1]]


def _chi_squared(over: Expectation, p: Polynomial, parameters: list[Polynomial]) -> Equations:
    sample = _sample(over, p)
    m, equations = _centred_form(p, sample)
    i, j = sample.label("i"), sample.label("j")
    idempotent = _times(m, m, sample) * sample.variance - m
    trace = m.renamed({j: i}).total(i) * sample.variance
    return [*equations, idempotent, trace - parameters[0]]


def _student(over: Expectation, p: Polynomial, parameters: list[Polynomial]) -> Equations:
    sample = _sample(over, p)
    whole = taken_apart(p)
    below = [f for f in whole.factors if is_random(f[0])]
    beside = [f for f in whole.factors if not is_random(f[0])]
    if len(below) != 1 or below[0][0].kind != "pow" or below[0][2] != -HALF:
        raise NotProved("no linear form over a root")
    if sign.of_factors(beside) != sign.POSITIVE:
        raise NotProved("a scale of unknown sign")
    k = from_terms([Term(whole.content, tuple(beside))], p.work)
    i, j = sample.label("i"), sample.label("j")
    a = _slope(whole.rest, sample, "i")
    m, equations = _centred_form(instance(below[0][0], below[0][1])[0], sample)
    square = _times(m, m, sample)
    trace, traced = (q.renamed({j: i}).total(i) for q in (m, square))
    if known_sign(trace) != sign.POSITIVE or known_sign(traced) != sign.POSITIVE:
        raise NotProved("a quadratic form that may be 0")
    length = (a * a).total(i)
    return [
        *equations,
        over.of(whole.rest),
        (m * a.renamed({i: j})).total(j),
        square * trace - m * traced,
        parameters[0] * traced - trace * trace,
        k * k * length - trace,
    ]


def _slope(p: Polynomial, sample: Sample, name: str) -> Polynomial:
    """The coefficients of an affine form. Raises NotProved for any other."""
    slope = derivative(p, sample.atom, (sample.label(name),))
    if any(is_random(a) for a in slope.atoms()):
        raise NotProved("a form that is not linear")
    return slope


def _centred_form(q: Polynomial, sample: Sample) -> tuple[Polynomial, Equations]:
    """M with q = (x - mean)^T M (x - mean), and the equations that say so."""
    slope = derivative(q, sample.atom, (sample.label("i"),))
    bend = derivative(slope, sample.atom, (sample.label("j"),))
    if any(is_random(a) for a in bend.atoms()) or any(
        a != sample.atom and holds(a, lambda b: b == sample.atom) for a in q.atoms()
    ):
        raise NotProved("a form that is not quadratic")

    def mean(labels: tuple[Label, ...]) -> Polynomial:
        return sample.mean

    return bend * HALF, [substituted(q, sample.atom, mean), substituted(slope, sample.atom, mean)]


def _times(m: Polynomial, other: Polynomial, sample: Sample) -> Polynomial:
    """The product of two matrices in the labels i, j."""
    i, j, k = (sample.label(name) for name in "ijk")
    return (m.renamed({j: k}) * other.renamed({i: k})).total(k)


LAWS = {"normal": _normal, "chi2": _chi_squared, "t": _student}
QUANTILES = {"normal-quantile": "normal", "t-quantile": "t"}


# -- coverage -------------------------------------------------------------------------


def _coverage(
    over: Expectation, low: Polynomial, subject: Polynomial, high: Polynomial, stated: Polynomial
) -> Equations:
    """|T| <= q(b) has probability 2 b - 1 for a symmetric law with quantile function q and b >= 1/2."""
    half = (high - low) * HALF
    whole = taken_apart(half)
    found = [f for f in whole.factors if f[0].kind == "function" and f[0].name in QUANTILES and f[2] == 1]
    rest = [f for f in whole.factors if f not in found]
    if len(found) != 1 or whole.rest.constant() != 1 or is_random(found[0][0]):
        raise NotProved("an interval that is no pivot's")
    if not all(sign.of_factor(f) == sign.POSITIVE or (f[0].kind == "pow" and f[2] == HALF) for f in rest):
        raise NotProved("a width of unknown sign")
    scale = from_terms([Term(whole.content, tuple(rest))], half.work)
    pivot = ((high + low) * HALF - subject) * power(scale, -1)
    if known_sign(_sample(over, pivot).variance) != sign.POSITIVE:
        raise NotProved("a law that may be a constant")
    bodies = instance(found[0][0], found[0][1])
    level = bodies[-1]
    if known_sign(level - HALF) == sign.UNKNOWN:
        raise NotProved("a level that may lie below one half")
    law = QUANTILES[found[0][0].name]
    parameters = [bodies[0]] if law == "t" else [half.number(0), half.number(1)]
    return [*LAWS[law](over, pivot, parameters), stated - (2 * level - 1)]
