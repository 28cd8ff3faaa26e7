"""Distribution functions and quantiles of the laws of the table, at numbers and at jets."""

from __future__ import annotations

from typing import Any

from generator.meaning.jets import Jet
from generator.meaning.law import ABOVE, BETWEEN, Law, floored
from generator.meaning.laws import LAWS, density, ends
from generator.meaning.program import Frame
from generator.meaning.systems import BallSystem, Kink, NoValue, Unsupported, quantile

OUTCOMES = 5_000  # that are added up where a law has no distribution function in the table


def law_of_numbers(name: str, parameters: list[Any]) -> Law:
    """The law of the table. Raises Unsupported for another one, or another number of parameters."""
    law = LAWS.get(name)
    if law is None or len(law.kinds) != len(parameters):
        raise Unsupported(f"the distribution function of {name} is not known")
    return law


def cdf(f: Frame, name: str, x: Any, parameters: list[Any], strict: bool = False) -> Any:
    """P(X <= x), or P(X < x) where `strict`.

    Raises Unsupported for a law without one, Unsure where x may lie on either side of a jump.
    """
    law = law_of_numbers(name, parameters)
    if f.system.symbolic:
        raise Unsupported("a distribution function is evaluated in balls")
    if law.discrete:
        return _discrete(f, name, law, x, parameters, strict)
    if isinstance(x, Jet):
        edges = [edge for edge in borders(f, law, parameters) if edge is not None]
        if any(f.system.sign(x.value - edge) == 0 for edge in edges):
            raise Kink("the derivative of a distribution function at the end of its support")
        slope = density(f, name, x.value, parameters)
        parts = {key: slope * part for key, part in x.parts.items()}
        return Jet(x.tag, cdf(f, name, x.value, parameters), parts)
    side = beside(f, law, x, parameters)
    if side:
        return f.system.number(0 if side < 0 else 1)
    if law.cdf is None:
        raise Unsupported(f"the distribution function of {name} is not known")
    return law.cdf(f.system, x, *parameters)


def beside(f: Frame, law: Law, x: Any, parameters: list[Any]) -> int:
    """-1 where a continuous law has all its mass above x, 1 where below, else 0."""
    low, high = borders(f, law, parameters)
    if low is not None and f.system.sign(x - low) <= 0:
        return -1
    return 1 if high is not None and f.system.sign(high - x) <= 0 else 0


def borders(f: Frame, law: Law, parameters: list[Any]) -> tuple[Any, Any]:
    """The ends of the support of a continuous law; None where there is none."""
    zero, one = f.system.number(0), f.system.number(1)
    known: dict[str, tuple[Any, Any]] = {"positive": (zero, None), "unit": (zero, one)}
    if law.support in BETWEEN:
        low, high = parameters[BETWEEN[law.support]]
        return low, high
    if law.support in ABOVE:
        return parameters[ABOVE[law.support]], None
    return known.get(law.support, (None, None))


def _discrete(f: Frame, name: str, law: Law, x: Any, parameters: list[Any], strict: bool) -> Any:
    if isinstance(x, Jet):
        raise Unsupported("the derivative of a step")
    system = f.system
    last = floored(system, x)
    if strict and system.sign(x - last) == 0:
        last = last - 1
    if law.support == "sign":
        return (
            system.number(0)
            if system.sign(last + 1) < 0
            else (1 - system.number(0 if system.sign(last - 1) >= 0 else 1) / 2)
        )
    low, high = ends(system, law.support, parameters)
    if low is not None and system.sign(last - low) < 0:
        return system.number(0)
    if high is not None and system.sign(last - high) >= 0:
        return system.number(1)
    if law.cdf is not None:
        return law.cdf(system, last, *parameters)
    place = system.whole(last)
    if place is None:
        raise Unsupported("the outcomes up to a place that is not known")
    if low is None or place - low > OUTCOMES:
        raise Unsupported("too many outcomes to add up")
    masses = [law.density(system, system.number(k), *parameters) for k in range(low, place + 1)]
    return sum(masses[1:], masses[0])


def quantile_of(f: Frame, name: str, p: Any, parameters: list[Any]) -> Any:
    """The x with P(X <= x) = p of a continuous law.

    Raises NoValue unless 0 < p < 1, Unsupported for a law with steps or outside the balls.
    """
    law = law_of_numbers(name, parameters)
    if not isinstance(f.system, BallSystem) or law.discrete:
        raise Unsupported("quantiles are those of continuous laws, in balls")
    if f.system.sign(p) <= 0 or f.system.sign(1 - p) <= 0:
        raise NoValue("a quantile needs a probability between 0 and 1")
    if isinstance(p, Jet):
        x = quantile_of(f, name, p.value, parameters)
        slope = 1 / density(f, name, x, parameters)
        return Jet(p.tag, x, {key: slope * part for key, part in p.parts.items()})
    if law.quantile is not None:
        return law.quantile(f.system, p, *parameters)
    low, _ = borders(f, law, parameters)
    return quantile(lambda x: cdf(f, name, x, parameters), p, -4096 if low is None else 0)
