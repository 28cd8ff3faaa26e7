r"""Laws of sums and multiples of independent numbers, by the families that are closed under them.

Normal, gamma of one rate (exponential, chi-squared and Erlang among them), Poisson, binomial of one
probability, negative binomial of one probability and Cauchy numbers add up within their family
(Casella and Berger, section 4.6). The square of a centred normal number is a gamma number, -log of a
uniform one is exponential.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from generator.meaning.program import Frame


@dataclass(frozen=True, slots=True)
class Known:
    """shift + scale * Z for a number Z with a law of the table."""

    law: str
    parameters: tuple[Any, ...]
    shift: Any
    scale: Any


def moved(known: Known, factor: Any, by: Any) -> Known:
    """factor times the number, plus a constant."""
    return Known(known.law, known.parameters, known.shift * factor + by, known.scale * factor)


def same(f: Frame, a: Any, b: Any) -> bool:
    """Whether two parameters are one number."""
    return f.system.sign(a - b) == 0


#: Law -> how its parameters read as (shape, rate).
_GAMMA: dict[str, Callable[..., tuple[Any, Any]]] = {
    "gamma": lambda s, a, r: (a, r),
    "erlang": lambda s, a, r: (a, r),
    "gamma by scale": lambda s, a, c: (a, 1 / c),
    "exponential": lambda s, r: (s.number(1), r),
    "exponential by scale": lambda s, c: (s.number(1), 1 / c),
    "chi2": lambda s, k: (k / 2, s.number(Fraction(1, 2))),
}
#: As (number, probability).
_BINOMIAL: dict[str, Callable[..., tuple[Any, Any]]] = {
    "binomial": lambda s, n, p: (n, p),
    "bernoulli": lambda s, p: (s.number(1), p),
}
#: As (successes, probability, trials that are counted beside the failures).
_FAILURES: dict[str, Callable[..., tuple[Any, Any, Any]]] = {
    "negative-binomial": lambda s, r, p: (r, p, s.number(0)),
    "negative binomial counts trials": lambda s, r, p: (r, p, r),
    "geometric": lambda s, p: (s.number(1), p, s.number(1)),
    "geometric from 0": lambda s, p: (s.number(1), p, s.number(0)),
}


def added(parts: list[Known], f: Frame) -> Known | None:
    """The law of a sum of independent numbers; None where no family holds it."""
    laws = {part.law for part in parts}
    if len(parts) == 1:
        return parts[0]
    for members, rule in FAMILIES:
        if laws <= members:
            return rule(parts, f)
    return None


def _shift(parts: list[Known], f: Frame) -> Any:
    return sum((part.shift for part in parts), f.system.number(0))


def _normal(parts: list[Known], f: Frame) -> Known | None:
    zero = f.system.number(0)
    mean = sum((p.scale * p.parameters[0] for p in parts), zero)
    variance = sum((p.scale * p.scale * p.parameters[1] for p in parts), zero)
    return Known("normal", (mean, variance), _shift(parts, f), f.system.number(1))


def _cauchy(parts: list[Known], f: Frame) -> Known | None:
    zero = f.system.number(0)
    place = sum((p.scale * p.parameters[0] for p in parts), zero)
    width = sum((f.system.call("abs", p.scale) * p.parameters[1] for p in parts), zero)
    return Known("cauchy", (place, width), _shift(parts, f), f.system.number(1))


def as_gamma(known: Known, f: Frame) -> tuple[Any, Any, int] | None:
    """(shape, rate, sign) of scale * Z; None for another law."""
    reading = _GAMMA.get(known.law)
    if reading is None:
        return None
    shape, rate = reading(f.system, *known.parameters)
    side = f.system.sign(known.scale)
    return shape, rate / (known.scale * side), side


def _gamma(parts: list[Known], f: Frame) -> Known | None:
    read = [found for part in parts if (found := as_gamma(part, f)) is not None]
    _, rate, side = read[0]
    if any(other != side or not same(f, one, rate) for _, one, other in read):
        return None
    shape = sum((a for a, _, _ in read), f.system.number(0))
    return Known("gamma", (shape, rate), _shift(parts, f), f.system.number(side))


def _plain(parts: list[Known], f: Frame) -> bool:
    return all(same(f, part.scale, f.system.number(1)) for part in parts)


def _poisson(parts: list[Known], f: Frame) -> Known | None:
    total = sum((part.parameters[0] for part in parts), f.system.number(0))
    one = f.system.number(1)
    return Known("poisson", (total,), _shift(parts, f), one) if _plain(parts, f) else None


def _binomial(parts: list[Known], f: Frame) -> Known | None:
    read = [_BINOMIAL[part.law](f.system, *part.parameters) for part in parts]
    if not _plain(parts, f) or any(not same(f, p, read[0][1]) for _, p in read):
        return None
    total = sum((n for n, _ in read), f.system.number(0))
    return Known("binomial", (total, read[0][1]), _shift(parts, f), f.system.number(1))


def _failures(parts: list[Known], f: Frame) -> Known | None:
    read = [_FAILURES[part.law](f.system, *part.parameters) for part in parts]
    if not _plain(parts, f) or any(not same(f, p, read[0][1]) for _, p, _ in read):
        return None
    zero = f.system.number(0)
    successes, trials = sum((r for r, _, _ in read), zero), sum((t for _, _, t in read), zero)
    one = f.system.number(1)
    return Known("negative-binomial", (successes, read[0][1]), _shift(parts, f) + trials, one)


FAMILIES: tuple[tuple[frozenset[str], Callable[[list[Known], Frame], Known | None]], ...] = (
    (frozenset({"normal"}), _normal),
    (frozenset(_GAMMA), _gamma),
    (frozenset({"poisson"}), _poisson),
    (frozenset(_BINOMIAL), _binomial),
    (frozenset(_FAILURES), _failures),
    (frozenset({"cauchy"}), _cauchy),
)


def squared(known: Known, f: Frame) -> Known | None:
    """The square of a centred normal number: gamma with shape 1/2."""
    zero = f.system.number(0)
    if known.law != "normal" or not same(f, known.shift + known.scale * known.parameters[0], zero):
        return None
    variance = known.scale * known.scale * known.parameters[1]
    return Known("gamma", (f.system.number(Fraction(1, 2)), 1 / (2 * variance)), zero, f.system.number(1))


def logarithm(known: Known, f: Frame) -> Known | None:
    """The logarithm of a uniform number between 0 and its end: that of the end less an exponential one."""
    if known.law != "uniform":
        return None
    ends = sorted(
        (known.shift + known.scale * end for end in known.parameters), key=lambda e: f.system.sign(e)
    )
    if f.system.sign(ends[0]) != 0 or f.system.sign(ends[1]) <= 0:
        return None
    one = f.system.number(1)
    return Known("exponential", (one,), f.system.call("log", ends[1]), -one)
