r"""Probabilities over what laws rest on: P(y \in A) is the mean of P(y \in A \mid \theta) over \theta.

Numbers whose laws rest on one random name are independent under it only, so the average is taken over
the whole event, the first name of the model outermost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flint import arb

from generator.meaning.averages import Number, above_of, mean_of
from generator.meaning.chance import Chance
from generator.meaning.cumulative import OUTCOMES
from generator.meaning.growth import constant
from generator.meaning.intervals import Interval
from generator.meaning.law import floored
from generator.meaning.laws import LAWS, ends
from generator.meaning.program import Code, Frame
from generator.meaning.systems import BallSystem, Unsupported
from generator.meaning.tails import GrowthSystem
from generator.notation.tree import Expr

BALLS = BallSystem()


def averaged(exprs: Iterable[Expr], inner: Code, f: Frame, chance: bool = True) -> Any:
    """`inner` averaged over all names that the laws of the random names in `exprs` rest on.

    chance: whether it is a probability.
    Raises Unsupported where one of these is no number, stands in the expressions too, or has no law
    in the table.
    """
    return _over(_latent(list(exprs), f), inner, f, chance)


def _latent(exprs: list[Expr], f: Frame) -> list[str]:
    """The names that are not fixed yet on which the laws of others rest, those before others first."""
    program, laws = f.program, f.program.laws.laws
    known = f.chance.known if f.chance is not None else frozenset()
    names = program.random_names(exprs)
    found: list[str] = []
    waiting = sorted(names)
    while waiting:
        name = waiting.pop(0)
        above = sorted(above_of(laws[name], program) - known) if name in laws else []
        found = [*above, *(other for other in found if other not in above)]
        waiting += above
    if names & set(found):
        raise Unsupported("an event is about a name and about one that its law rests on")
    return found


def _over(names: list[str], inner: Code, f: Frame, chance: bool) -> Any:
    if not names:
        return inner(f)
    name, *rest = names
    symbol = f.program.symbols[name]
    if symbol.shape or symbol.family:
        raise Unsupported(f"a law rests on {name}, which is no number")

    def given(g: Frame) -> Any:
        if chance and isinstance(g.system, GrowthSystem) and g.system.real:
            return constant(arb(0.5, 0.5), g.system.start)  # a probability, for all numbers of a tail
        g = g.child({})
        model = g.chance or Chance()
        g.chance = replace(model, known=model.known | {name})
        return _over(rest, inner, g, chance)

    return mean_of(f).over(Number(name), given, f)


def of_outcomes(f: Frame, name: str, parameters: list[Any], piece: Interval) -> Any:
    """The probability of an interval as a sum of masses: parameters may vary along an integral.

    Raises Unsupported where the law has no least outcome, or there are too many.
    """
    law = LAWS[name]
    if law.support == "sign":
        raise Unsupported("a law of signs that rests on another name")
    first, last = ends(f.system, law.support, parameters)
    if first is None:
        raise Unsupported("a law without a least outcome")
    low = first if piece.low is None else max(first, -_up_to(-piece.low, piece.with_low))
    if piece.high is None:
        before = of_outcomes(f, name, parameters, Interval(None, BALLS.number(low - 1)))
        return f.system.number(1) - before
    high = _up_to(piece.high, piece.with_high)
    high = high if last is None else min(high, last)
    if high - low > OUTCOMES:
        raise Unsupported("too many outcomes to add up")
    masses = [law.density(f.system, f.system.number(k), *parameters) for k in range(low, high + 1)]
    return sum(masses, f.system.number(0))


def _up_to(x: Any, closed: bool) -> int:
    """The last integer below x, or up to x where it is closed. Raises Unsure."""
    last = floored(BALLS, x)
    whole = BALLS.whole(last)
    if whole is None:
        raise Unsupported("the outcomes up to a place that is not known")
    return whole if closed or BALLS.sign(x - last) else whole - 1
