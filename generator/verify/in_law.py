r"""Convergence in law and in probability: `T_n \xrightarrow{d} \mathcal N(0, v)`, `T_n \xrightarrow{P} c`.

What is checked, of a linear form of independent numbers, along n = 8 .. 256: its mean and its variance
tend to those of the printed normal law, and the sum of the fourth central moments of its terms over the
square of its variance tends to 0 (Lyapunov's condition, Billingsley, Probability and Measure, 27.3): then
it is normal in the limit. A mean that tends to c and a variance that tends to 0 make the limit in
probability c (Chebyshev). Example refuted: `n (\bar X_n - \mu) / \sigma \xrightarrow{d} \mathcal N(0, 1)`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from generator.meaning.chance import drawn
from generator.meaning.enumeration import exactly
from generator.meaning.points import BALLS, frame_at
from generator.meaning.polynomials import Poly, Source, left_open
from generator.meaning.program import Frame
from generator.meaning.sampling import Sampler, Wanted
from generator.notation.tree import bare
from generator.verify.approach import Way, the_regime
from generator.verify.asymptotic import decided, of_statistic
from generator.verify.limit import Gaps, shrinks
from generator.verify.question import Answer, IllFormed, Question, Undecided, retry

STAGES = (3, 4, 5, 6, 7, 8)  # binary logarithms of the sizes
POINTS = 3


def check(question: Question) -> Answer:
    r"""`T_n` tends to a normal law, or in probability to a number. Raises Refuted or Undecided."""
    regime = the_regime(question)
    if regime.far != 1 or regime.name not in question.sizes()[0]:
        raise IllFormed(r"a limit in law or in probability is one of a size: when n \to \infty")
    if regime.name in question.program.rests_on([question.sides()[1]]):
        raise IllFormed("a limit does not rest on what tends to infinity: bring it to the left side")
    if not question.program.random_names([question.sides()[0]]):
        raise IllFormed("nothing random stands left of this arrow")
    names = question.program.random_names([question.sides()[0]])
    for tie in question.program.laws.ties(names) if question.expr.data == ("tolaw",) else ():
        if len(tie) > 2:  # means and variances do not show it
            raise Undecided(left_open(tie))
    return decided(of_statistic, question, lambda other: retry(lambda: _check(other)))


def _check(question: Question) -> Answer:
    regime, law = the_regime(question), bare(question.sides()[1])
    base = question.sizes()[0]
    in_law = question.expr.data == ("tolaw",)
    if in_law and (law.head != "law" or law.data != "normal" or len(law.args) != 2):
        raise Undecided("a limit in law is decided where it is a normal law of a number")
    question.settled()
    sampler = Sampler(question.program, Wanted((question.expr,), question.statement.when), question.seed)
    for number in range(POINTS):
        way: Way = []
        for stage in STAGES:
            point = sampler.point(base, number)
            point.sizes = {**base, regime.name: 2**stage}
            chance = replace(question.chance, variant=question.chance.variant + number)
            way.append((point, frame_at(point, question.program, BALLS, chance)))
        question.last = way[-1]
        _one_way(question, way, in_law)
    rule = "Lyapunov" if in_law else "Chebyshev"
    words = f"{rule}: mean and variance along sizes up to 2^{STAGES[-1]}"
    return Answer("checked", "values along the limit", (words,), (), POINTS, "", ("Arb",))


def _one_way(question: Question, way: Way, in_law: bool) -> None:
    """Raises Refuted where a mean or a variance tends elsewhere, or a few terms make up the sum."""
    program, right = question.program, question.sides()[1]
    means, variances, shares = [], [], []
    for _, frame in way:
        mean, variance, fourth = _moments(question, frame)
        wanted = [program.compiled(p)(frame) for p in bare(right).args] if in_law else []
        if not in_law:
            wanted = [program.compiled(right)(frame), frame.system.number(0)]
        means.append(mean - wanted[0])
        variances.append(variance - wanted[1])
        square = variance * variance
        shares.append(fourth / square if in_law and frame.system.sign(variance) > 0 else None)
    shrinks(question, Gaps(way, means), "the mean tends elsewhere")
    shrinks(question, Gaps(way, variances), "the variance tends elsewhere")
    if in_law:
        if None in shares or frame.system.sign(wanted[1]) <= 0:
            raise Undecided("a law that does not vary")
        shrinks(question, Gaps(way, shares), "a few terms make up the sum, so its law need not be normal")


def _moments(question: Question, frame: Frame) -> tuple[Any, Any, Any]:
    """Mean, variance, and the sum of the fourth central moments of the terms of a linear form."""
    left, program = question.sides()[0], question.program
    names = sorted(program.random_names([left]))
    draw, child = drawn(frame, names)
    value = program.compiled(left)(child)
    if not isinstance(value, Poly) or value.degree() > 1:
        raise Undecided("a limit in law is decided for linear forms of independent numbers")
    slopes: dict[int, Any] = {}
    sources: dict[int, Source] = {}
    zero = frame.system.number(0)
    mean, variance, fourth = value.terms.get((), zero), zero, zero
    for mono, coefficient in value.terms.items():
        if mono:
            source = draw.sources[mono[0][0]]
            if source.tied:
                raise Undecided("the joint law of these names is open")
            sources[id(source)] = source
            slopes[id(source)] = slopes.get(id(source), zero) + coefficient
    for key, c in slopes.items():
        a, two, three, four = (exactly(frame, sources[key].moment(k)) for k in (1, 2, 3, 4))
        mean = mean + c * a
        variance = variance + c * c * (two - a * a)
        fourth = fourth + c**4 * (four - 4 * a * three + 6 * a * a * two - 3 * a**4)
    return mean, variance, fourth
