"""The number system in which a variable stands for every t from a start on: bounds of tails.

Stirling's series is that of DLMF 5.11.1 with the bound of its first remainder (5.11.11).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import acb, arb

from generator.meaning.growth import Growth, constant, disc
from generator.meaning.systems import MeaningError, System, Unsupported, Unsure, whole_power


class GrowthSystem(System):
    """Functions of t >= start as `Growth`; what has no bound raises Unsupported or Unsure.

    real: whether t is a real number (else t stands for a complex multiple of it); integers: None
    where t is no integer.
    """

    name = "tail bounds"
    continued = True  # what is defined for integers is taken between them, too

    def __init__(self, start: int | arb, real: bool = True, integers: Fraction | None = None) -> None:
        self.start = arb(start)
        self.above: set[Fraction] = set()  # what was above an integer under the floors met so far
        self.real = real
        self.integers = integers

    def number(self, value: Fraction | int) -> Growth:
        """A rational for all t."""
        return constant(value, self.start)

    def call(self, name: str, *args: Any) -> Any:
        """A function of numbers that do not vary, or one with a bound of its own."""
        if any(hasattr(arg, "parts") for arg in args):
            return super().call(name, *args)
        made = FORMS.get(name)
        if made is None or len(args) != 1 or (name in REAL and not self.real and args[0].plain() is None):
            raise Unsupported(f"{name} has no bound here")
        return made(args[0])

    def sign(self, x: Any) -> int:
        """The sign for all t (of the real part). Raises Unsure, or Unsupported where a border moves."""
        if hasattr(x, "parts"):
            raise Unsupported("a border that moves with the variable of a derivative")
        if not x.terms:
            return 0
        lead, _ = x.leading()
        if lead.coefficient.real.contains(0):
            raise Unsure("a sign is not decided")
        return 1 if lead.coefficient.real > 0 else -1

    def whole(self, x: Any) -> int | None:
        """The integer that x is for all t."""
        value = x.plain() if isinstance(x, Growth) else None
        if value is None or value.imag != 0 or not (value.real.is_exact() and value.real.is_integer()):
            return None
        return int(str(value.real.unique_fmpz()))

    def power(self, base: Any, exponent: Any) -> Any:
        """base ** exponent; of a negative constant the size alone is known."""
        whole = self.whole(exponent)
        if whole is not None:
            return whole_power(base, whole, self.number(1))
        if isinstance(base, Growth):
            fixed = base.plain()
            if fixed is not None and fixed.imag == 0 and not fixed.real > 0:
                return _of_negative(fixed, exponent, self)
        return self.call("exp", exponent * self.call("log", base))

    def integer_part(self, x: Any) -> Any:
        """The floor of k t + c with an integer k, for integers t. Raises Unsupported for another."""
        if self.integers is None or not isinstance(x, Growth):
            raise Unsupported("steps under an integral")
        constant_part = arb(0)
        for term in x.terms:
            value = term.coefficient.real
            plain = term.coefficient.imag.is_zero() and not term.logs and not term.exponent
            if plain and term.power.is_zero() and value.is_exact():
                constant_part = value
                continue
            multiple = plain and value.is_exact() and value.is_integer()
            if term.power != 1 or (self.real and not multiple):
                raise Unsupported("the floor of what is no integer multiple")
        above = constant_part - constant_part.floor()
        exact = above.fmpq()
        self.above.add(Fraction(int(exact.p), int(exact.q)))
        return x.plus(constant(-above, self.start))

    def pi(self) -> Growth:
        """Pi."""
        return constant(arb.pi(), self.start)

    def e(self) -> Growth:
        """Euler's number."""
        return constant(arb(1).exp(), self.start)


def _of_negative(base: acb, exponent: Any, system: GrowthSystem) -> Any:
    """c^x for c <= 0: between |c|^x and its negative; 0 for c = 0 and an x that grows."""
    if base.is_zero():
        if system.sign(exponent) > 0:
            return system.number(0)
        raise MeaningError("a power of 0")
    if not base.real < 0 or not system.real:
        raise Unsure("the sign of a base is not decided")
    size = constant(-base.real, system.start)
    return system.call("exp", exponent * system.call("log", size)) * constant(arb(0, 1), system.start)


def _bounded(size: int) -> Any:
    """At most `size`, for real numbers."""
    return lambda x: constant(arb(0, size), x.start)


def _unbounded(x: Growth) -> Growth:
    raise Unsupported("no bound of this function is known")


def _log_gamma(x: Growth) -> Growth:
    """Stirling's series with its first remainder, at most 1/6 over |x| in the right half-plane."""
    lead, rest = x.leading()
    if not lead.power > 0 or lead.exponent or not (lead.coefficient * (1 + rest)).real > 0:
        raise Unsupported("the gamma function towards the left")
    half_log = constant((2 * arb.pi()).log() / 2, x.start)
    remainder = x.inverse().times(constant(disc(arb(1) / 6), x.start))
    front = x.plus(constant(Fraction(-1, 2), x.start))
    return front.times(x.log()).plus(-x).plus(half_log).plus(remainder)


def _gamma(x: Growth) -> Growth:
    fixed = x.plain()
    return constant(fixed.gamma(), x.start) if fixed is not None else _log_gamma(x).exp()


def _fixed_or(name: str, other: Any) -> Any:
    def run(x: Growth) -> Growth:
        fixed = x.plain()
        return constant(getattr(fixed, name)(), x.start) if fixed is not None else other(x)

    return run


def _abs(x: Growth) -> Growth:
    fixed = x.plain()
    if fixed is not None and fixed.imag == 0:
        return constant(abs(fixed.real), x.start)
    lead, _ = x.leading()
    return x if lead.coefficient.real > 0 else -x


def _normal_cdf(x: Growth) -> Growth:
    """0 <= Phi(x) <= e^(-x^2/2) / 2 for x <= 0, and its complement for x >= 0."""
    fixed = x.plain()
    if fixed is not None:
        return constant((1 + (fixed / arb(2).sqrt()).erf()) / 2, x.start)
    lead, _ = x.leading()
    small = x.times(x).over(-2).exp().times(constant(arb(0, 1), x.start))
    return small if lead.coefficient.real < 0 else constant(1, x.start).plus(-small)


def _root(x: Growth) -> Growth:
    return Growth([], x.start) if not x.terms else x.log().over(2).exp()


#: Functions whose bound is that for real numbers.
REAL = frozenset(["abs", "sin", "cos", "tanh", "erf", "arctan", "normal-cdf"])

FORMS: dict[str, Any] = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "log2": lambda x: x.log().over(arb(2).log()),
    "log10": lambda x: x.log().over(arb(10).log()),
    "sqrt": _root,
    "abs": _abs,
    "gamma": _gamma,
    "lgamma": _fixed_or("lgamma", _log_gamma),
    "digamma": _fixed_or(
        "digamma", lambda x: x.log().plus(x.inverse().times(constant(disc(arb(2)), x.start)))
    ),
    "sin": _fixed_or("sin", _bounded(1)),
    "cos": _fixed_or("cos", _bounded(1)),
    "tanh": _fixed_or("tanh", _bounded(1)),
    "erf": _fixed_or("erf", _bounded(1)),
    "arctan": _fixed_or("atan", _bounded(2)),
    "normal-cdf": _normal_cdf,
    "normal-pdf": lambda x: x.times(x).over(-2).exp().over((2 * arb.pi()).sqrt()),
    "zeta": _fixed_or("zeta", _unbounded),
}
