r"""Expansions of statistics in powers of h = 1/\sqrt n, with coefficients that are polynomials.

A mean of n independent numbers is m + h W, and W tends to a normal number. A sum, a product, a quotient
and a smooth function of such means are expanded in h; what is left out is of a known order, and tends to
0 in probability beside the terms before it (Slutsky's theorem; the delta method, van der Vaart,
Asymptotic Statistics, 3.1). The variables of the coefficients are hashable names; their values are balls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
from flint import arb, arb_series

from generator.meaning.systems import NoValue, Unsupported, Unsure, whole_power

DEPTH = 5  # terms of a smooth function behind its first
EXACT = 10**6  # the order of what is left out of a polynomial: nothing is
TINY = arb(10) ** -40
MOST = 2_000  # terms of an expansion

#: Variables with their powers, sorted.
Monomial = tuple[tuple[Any, int], ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """terms: (power of h, monomial) to its coefficient; left out is what is of the order `rest` and above."""

    terms: dict[tuple[int, Monomial], Any]
    rest: int = EXACT

    def __add__(self, other: Any) -> Expansion:
        right = lifted(other)
        rest, terms = min(self.rest, right.rest), dict(self.terms)
        for key, value in right.terms.items():
            terms[key] = terms[key] + value if key in terms else value
        return cleaned(terms, rest)

    def __neg__(self) -> Expansion:
        return Expansion({key: -value for key, value in self.terms.items()}, self.rest)

    def __sub__(self, other: Any) -> Expansion:
        return self + -lifted(other)

    def __rsub__(self, other: Any) -> Expansion:
        return lifted(other) - self

    def __mul__(self, other: Any) -> Expansion:
        right = lifted(other)
        rest = min(EXACT, self.rest + right.first(), right.rest + self.first())
        terms: dict[tuple[int, Monomial], Any] = {}
        for (p, a), x in self.terms.items():
            for (q, b), y in right.terms.items():
                if p + q < rest:
                    key = (p + q, _product(a, b))
                    terms[key] = terms[key] + x * y if key in terms else x * y
        if len(terms) > MOST:
            raise Unsupported("an expansion of too many terms")
        return cleaned(terms, rest)

    __radd__ = __add__
    __rmul__ = __mul__

    def first(self) -> int:
        """The order of the first term, or of what is left out where there is none."""
        return min((power for power, _ in self.terms), default=self.rest)

    def at(self, power: int) -> dict[Monomial, Any]:
        """The polynomial at one power of h."""
        return {mono: value for (p, mono), value in self.terms.items() if p == power}

    def shifted(self, by: int) -> Expansion:
        """Times h to a power."""
        terms = {(p + by, mono): value for (p, mono), value in self.terms.items()}
        return Expansion(terms, min(EXACT, self.rest + by))

    def constant(self) -> Any:
        """The number that this is, or None."""
        if self.rest < EXACT or any(key != (0, ()) for key in self.terms):
            return None
        return self.terms.get((0, ()), arb(0))


def lifted(value: Any) -> Expansion:
    """A number as an expansion."""
    return value if isinstance(value, Expansion) else cleaned({(0, ()): arb(value)}, EXACT)


def variable(name: Any, power: int = 0) -> Expansion:
    """h to a power times a variable."""
    return Expansion({(power, ((name, 1),)): arb(1)})


def _product(a: Monomial, b: Monomial) -> Monomial:
    powers = dict(a)
    for name, power in b:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted(powers.items(), key=repr))


def cleaned(terms: dict[tuple[int, Monomial], Any], rest: int) -> Expansion:
    """Without the terms that are 0, or left out anyway. Raises Unsure where one may be 0."""
    return Expansion({k: v for k, v in terms.items() if k[0] < rest and not is_zero(v)}, rest)


def is_zero(value: Any) -> bool:
    """Whether a ball is 0 to 40 digits. Raises Unsure for a wide ball around 0."""
    if not value.is_finite():
        raise Unsure("a coefficient of an expansion has no value")
    if not value.contains(0):
        return False
    if arb(value.rad()) > TINY:
        raise Unsure("a coefficient of an expansion may be 0")
    return True


def power(base: Expansion, exponent: Fraction) -> Expansion:
    """An expansion to a rational power. Raises Unsupported where its first term varies."""
    if exponent.denominator == 1 and exponent >= 0:
        return whole_power(base, int(exponent), lifted(1))  # type: ignore[no-any-return]
    order = base.first()
    if (order * exponent).denominator != 1:
        raise Unsupported("a power of n that is no power of its root")
    scaled = base.shifted(-order)
    number = arb(exponent.numerator) / exponent.denominator

    def series(x: arb_series) -> arb_series:
        return x.inv() if exponent == -1 else (x.log() * number).exp()

    if exponent.denominator == 1:
        scaled, whole = smooth(scaled, lambda x: x.inv()), -int(exponent)
        return whole_power(scaled, whole, lifted(1)).shifted(int(order * exponent))  # type: ignore[no-any-return]
    return smooth(scaled, series).shifted(int(order * exponent))


def smooth(x: Expansion, series: Callable[[arb_series], arb_series]) -> Expansion:
    """A function that is analytic at the number that x tends to, by its Taylor series there.

    Raises Unsupported where x tends to no number, or the function has no value there.
    """
    head = x.at(0)
    if x.first() < 0 or x.rest <= 0 or set(head) - {()}:
        raise Unsupported("a function of what does not tend to a number")
    before, flint.ctx.cap = flint.ctx.cap, DEPTH + 1
    try:
        found = series(arb_series([head.get((), arb(0)), 1], DEPTH + 1))
    finally:
        flint.ctx.cap = before
    coefficients = [found[k] for k in range(DEPTH + 1)]
    if not coefficients[0].is_finite() and head.get((), arb(0)) < 0:
        raise NoValue("a root or a logarithm is taken of what is negative in the limit")
    if not all(c.is_finite() for c in coefficients):
        raise Unsupported("a function of a statistic is not smooth at the limit of it")
    moving = Expansion({key: v for key, v in x.terms.items() if key[0] > 0}, x.rest)
    total = lifted(0)
    for c in reversed(coefficients):
        total = total * moving + c
    if not moving.terms and x.rest == EXACT:
        return lifted(coefficients[0])
    return total + Expansion({}, min(x.rest, DEPTH + 1))


#: Functions that are analytic inside their domain.
SMOOTH: dict[str, Callable[[arb_series], arb_series]] = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "sqrt": lambda x: x.sqrt(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "arcsin": lambda x: x.asin(),
    "arctan": lambda x: x.atan(),
    "arctanh": lambda x: ((1 + x).log() - (1 - x).log()) / 2,
}
