r"""The empirical law of many seeded samples: it refutes what no rule decides, and lets nothing pass.

A statistic, an event or what stands under an expectation is evaluated in float64 at SAMPLES
draws of the normal names. By the inequality of Dvoretzky, Kiefer, Wolfowitz and Massart
(Massart 1990, Annals of Probability 18) the share of samples below a place is further than
APART from the probability with a chance of at most 2 exp(-2 SAMPLES APART^2) < 1e-55, so what
is apart is wrong. Example refuted: `T + \mu \sim t_{n-1}`, whose law has no name here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from flint import arb

from generator.meaning import arrays
from generator.meaning.chance import Draw
from generator.meaning.floats import ArraySystem
from generator.meaning.points import BALLS, frame_at
from generator.meaning.polynomials import Poly
from generator.meaning.program import Frame
from generator.meaning.sampling import Point, stable_number
from generator.meaning.systems import MeaningError, Unsupported
from generator.notation.tree import Expr, bare
from generator.verify.question import Question, Refuted, Undecided, counterexample

SAMPLES = 16_384
APART = 1 / 16
PLACES = 31  # places at which two laws are compared
POINTS = 2  # points of the names that are not random, for each tuple of sizes

FAILURES = (MeaningError, Undecided, KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError)


class SampleSystem(ArraySystem):
    """Arrays over samples; a function without a float64 form is taken of numbers that do not vary."""

    def call(self, name: str, *args: Any) -> Any:
        """The function entry by entry. Raises Unsupported for something random without a float64 form."""
        if name in self.functions:
            return super().call(name, *args)
        if any(np.ptp(arg) > 0 for arg in args):
            raise Unsupported(f"a random argument of {name}")
        return self.number(1) * float(BALLS.call(name, *(arb(float(arg[0])) for arg in args)).mid())

    def whole(self, x: Any) -> int | None:
        """The integer that a value is at every sample, else None."""
        first = float(x[0])
        return int(first) if first.is_integer() and not np.ptp(x) else None


#: The distribution function of a named law at a place, from its parameters; all are balls.
CDFS: dict[str, Any] = {
    "normal": lambda x, m, v: BALLS.call("normal-cdf", (x - m) / v.sqrt()),
    "t": lambda x, k: BALLS.call("t-cdf", k, x),
    "chi2": lambda x, k: BALLS.call("chi2-cdf", k, x) if x > 0 else arb(0),
    "gamma": lambda x, a, b: (b * x).gamma_lower(a, True) if x > 0 else arb(0),
    "exponential": lambda x, rate: 1 - (-rate * x).exp() if x > 0 else arb(0),
}


def other_law(question: Question, statistic: Expr, law: Expr) -> None:
    """Raises Refuted where the samples of a scalar statistic do not follow a printed law."""
    cdf = None if statistic.shape else CDFS.get(str(law.data))
    for point, frame, samples in _sampled(question, [statistic]) if cdf else ():
        values = question.program.compiled(statistic)(samples)
        parameters = [question.program.compiled(arg)(frame) for arg in law.args]
        _all_defined(question, point, frame, values)
        ordered = np.sort(values)
        for k in range(1, PLACES + 1):
            place = float(ordered[k * SAMPLES // (PLACES + 1)])
            share = float(np.count_nonzero(values <= place)) / SAMPLES
            wanted = cdf(arb(place), *parameters)  # type: ignore[misc]
            if _apart(share, wanted):
                words = f"of {SAMPLES} samples a share of {share:.3f} lies at {place:.4g} or below"
                lost = counterexample(point, frame, words, f"{float(wanted.mid()):.3f}", question.sides())
                raise Refuted(lost, f"the law is not {law.data}")


def other_probability(question: Question, event: Expr, stated: Expr) -> None:
    """Raises Refuted where the share of samples in an event is not the stated probability."""
    for point, frame, samples in _sampled(question, [event]):
        inside = _inside(question, event, point, frame, samples)
        wanted = question.program.compiled(stated)(frame)
        share = float(np.count_nonzero(inside)) / SAMPLES
        if _apart(share, wanted):
            lost = counterexample(point, frame, f"{share:.3f} of {SAMPLES} samples", wanted, question.sides())
            raise Refuted(lost, "the coverage differs")


def without_value(question: Question) -> None:
    """Raises Refuted where something under an expectation has no value with positive probability."""
    means = [node for side in question.sides() for node in side.walk() if node.head in ("E", "Var", "Cov")]
    for node in means:
        for point, frame, samples in _sampled(question, [node]):
            for body in node.args if node.head == "Cov" else node.args[:1]:
                for value in arrays.flat(question.program.compiled(body)(samples)):
                    _all_defined(question, point, frame, value)


def _apart(share: float, wanted: Any) -> bool:
    return bool(abs(wanted - arb(share)) > arb(APART))


def _all_defined(question: Question, point: Point, frame: Frame, values: Any) -> None:
    lost = float(np.count_nonzero(np.isnan(values))) / SAMPLES
    if lost > APART:
        words = f"no value at {lost:.3f} of {SAMPLES} samples"
        example = counterexample(point, frame, words, "", question.sides())
        raise Refuted(example, "has no value with positive probability")


def _sampled(question: Question, exprs: list[Expr]) -> Iterator[tuple[Point, Frame, Frame]]:
    """(point, its balls, its samples) at a few points of each tuple of sizes; normal names only."""
    program = question.program
    names = sorted(program.random_names(exprs))
    seen: Counter[str] = Counter()
    for point, frame in question.aside().frames((question.expr,)) if names else ():
        seen[str(point.sizes)] += 1
        if seen[str(point.sizes)] > POINTS:
            continue
        try:
            with np.errstate(all="ignore"):
                yield point, frame, _samples(question, point, frame, names)
        except FAILURES:
            return


def _samples(question: Question, point: Point, frame: Frame, names: list[str]) -> Frame:
    """A frame of arrays in which the random names are drawn. Raises Undecided for other than normal names."""
    draw = Draw(frame, names)
    if draw.tied or any(source.kind != "normal" for source in draw.sources.values()):
        raise Undecided("samples are drawn of independent normal names only")
    rng = np.random.default_rng(stable_number(question.seed, "samples", sorted(point.sizes.items())))
    sources = {variable: rng.standard_normal(SAMPLES) for variable in draw.sources}
    samples = frame_at(point, question.program, SampleSystem(SAMPLES))
    values = {
        name: arrays.each(lambda poly: _drawn(poly, sources), value) for name, value in draw.values.items()
    }
    child = samples.child(values)
    child.index = dict(frame.index)
    return child


def _drawn(poly: Any, sources: dict[int, Any]) -> Any:
    if not isinstance(poly, Poly):
        return np.full(SAMPLES, float(poly.mid()))
    total = np.zeros(SAMPLES)
    for mono, coefficient in poly.terms.items():
        term = np.full(SAMPLES, float(coefficient.mid()))
        for variable, exponent in mono:
            term = term * sources[variable] ** exponent
        total = total + term
    return total


_TESTS = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}


def _inside(question: Question, event: Expr, point: Point, frame: Frame, samples: Frame) -> Any:
    """Whether each sample lies in the event. Raises Undecided for an event of another form."""
    event = bare(event)
    if event.head == "rel" and event.data == ("in",):
        domain = bare(event.args[1])
        if domain.head == "name" and question.program.definitions.get(domain.data):
            domain = bare(question.program.body_of(question.program.definitions[domain.data][0]))
        if domain.head != "interval":
            raise Undecided("the probability of this event has no rule")
        parts: tuple[Expr, ...] = (domain.args[0], event.args[0], domain.args[1])
        ops: tuple[str, ...] = ("<=", "<=")
    else:
        parts, ops = event.args, tuple(event.data or ()) if event.head == "rel" else ()
    if not ops or any(op not in _TESTS for op in ops):
        raise Undecided("the probability of this event has no rule")
    values = [question.program.compiled(part)(samples) for part in parts]
    for value in values:
        _all_defined(question, point, frame, value)
    tests = (_TESTS[op](a, b) for op, a, b in zip(ops, values, values[1:], strict=False))
    return np.logical_and.reduce(list(tests))
