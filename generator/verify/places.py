r"""`T \sim law` by the distribution function: `P(T \le x)` against that of the printed law.

What is checked: at each point two places x (one where an integral is needed), quantiles of the
printed law at other levels each time (of a discrete law its first outcomes in turn). T is a function
of one random number, a sum within a family, an extremum, or a function of two independent numbers
(`meaning.statistics`). It can fail by another law, parameter or scale. Example refuted:
`-\log U \sim \mathrm{Exp}(2)` for a uniform U.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Any

import flint

from generator.meaning.averages import mean_of
from generator.meaning.cumulative import cdf, law_of_numbers, quantile_of
from generator.meaning.events import mass
from generator.meaning.hierarchy import steps_down
from generator.meaning.intervals import Interval
from generator.meaning.laws import ends
from generator.meaning.mixtures import averaged
from generator.meaning.program import Frame
from generator.meaning.scenes import Scene, law_of
from generator.meaning.statistics import chance_in
from generator.meaning.systems import Unsupported, Unsure
from generator.notation.tree import Expr, bare
from generator.verify.equality import equal
from generator.verify.question import (
    Answer,
    Question,
    Refuted,
    counterexample,
    pack_sizes,
    sizes_evidence,
    with_precision,
)

COARSE = 128  # bits, of which an integral keeps 43
LEVELS = 31  # of the quantiles at which laws are compared, two at each point


def check(question: Question) -> Answer:
    """Compare distribution functions. Raises Refuted, or Unsupported where no rule gives one."""
    statistic, law = question.sides()
    law = bare(law)
    if law.head != "law" or statistic.shape != ():
        raise Unsupported("a law is compared for one number")
    program, count, sizes = question.program, 0, []
    for point, frame in question.frames((question.expr,)):
        if point.sizes not in sizes:
            sizes.append(point.sizes)
        parameters = [program.compiled(arg)(frame) for arg in law.args]
        if any(isinstance(p, list) for p in parameters):
            raise Unsupported("a law is compared for one number")
        scene = Scene(mean_of(frame), mass)
        steps = steps_down((statistic,), program)
        costly = steps or (
            len(scene.numbers(statistic, frame)) > 1 and law_of(scene, statistic, frame) is None
        )
        for place in islice(_places(frame, law.data, parameters, count), 1 if costly else 2):
            count += 1
            wanted = cdf(frame, law.data, place, parameters)
            found = _roughly(statistic, place, frame) if costly else None
            if found is None or equal(found, wanted) is not False:
                found = _below(statistic, place, frame)
            same = equal(found, wanted)
            if same is None:
                raise Unsure("the balls are too wide")
            if not same:
                lost = counterexample(point, frame, found, wanted, (question.expr,))
                raise Refuted(lost, f"the law is not {law.data}: its distribution functions differ")
    words = f"distribution function at {count} places"
    evidence = (words, *(("; ", *sizes_evidence(sizes)) if sizes and sizes[0] else ()))
    return Answer("checked", "distribution function", evidence, pack_sizes(sizes), count, "1e-40", ("Arb",))


def _below(statistic: Expr, place: Any, frame: Frame) -> Any:
    scene = Scene(mean_of(frame), mass)
    if not scene.numbers(statistic, frame):
        raise Unsupported("nothing random stands on the left of ~")
    return averaged(
        [statistic], lambda g: chance_in(scene, statistic, lambda h: [Interval(None, place)], g), frame
    )


def _roughly(statistic: Expr, place: Any, frame: Frame) -> Any:
    """The same in wide balls, which cost a tenth and tell another law apart; None without a value."""
    before = flint.ctx.prec
    with_precision(COARSE)
    try:
        return _below(statistic, place, frame.child({}))
    except (Unsupported, Unsure):
        return None
    finally:
        with_precision(before)


def _places(frame: Frame, name: str, parameters: list[Any], count: int) -> Iterator[Any]:
    """Two quantiles, or two outcomes, of the printed law."""
    law = law_of_numbers(name, parameters)
    if not law.discrete:
        for k in (7 * count, 7 * count + 17):
            level = frame.system.number(Fraction(k % LEVELS + 1, LEVELS + 1))
            yield quantile_of(frame, name, level, parameters)
        return
    if law.support == "sign":
        yield from (frame.system.number(-1), frame.system.number(1))
        return
    low, high = ends(frame.system, law.support, parameters)
    if low is None:
        raise Unsupported("a law without a least outcome")
    for k in (count // 2 % 5, count // 2 % 5 + 2):
        yield frame.system.number(low + k if high is None else min(low + k, high))
