"""Number systems: one interpreter reads a formula in any of them.

float64 arrays refute quickly (NumPy, many points at once), Arb balls decide
(python-flint), exact rationals settle closed numbers, SymPy re-derives. A system says
how a rational becomes a number, what the elementary functions are, and what order and
equality mean in it. Scalars are used with Python's operators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import flint
from flint import arb, fmpq, fmpz


class MeaningError(Exception):
    """A formula has no value here: log of a negative number, 0/0, an index out of range."""


class NoValue(MeaningError):
    """An expression is undefined at this point: a logarithm of 0, a division by 0."""


class Unsupported(MeaningError):
    """This number system cannot evaluate the construct; another one may."""


class Senseless(Unsupported):
    """What is written has no value at any point, in any number system: it is ill-formed."""


class NoPoint(MeaningError):
    """No admissible point was found: a claim about none says nothing."""


class TooMuch(Unsupported):
    """More work than the bound allows at these sizes; smaller ones may do."""


class OpenJoint(Unsupported):
    """Names enter together whose joint law the page leaves open."""


class NotPolynomial(Unsupported):
    """A random symbol stands inside a function, a branch or below a fraction bar."""


class Unsure(MeaningError):
    """A ball was too wide to decide a branch; more digits may help."""


class Kink(MeaningError):
    """A derivative was asked for at a point where the function has none."""


class Joint(Kink):
    """A relation that decides a branch changes here: what it decides may jump."""


#: Exponents of exact rationals: beyond them the digits alone take seconds.
LONGEST_POWER = 20_000


def whole_power(base: Any, exponent: int, one: Any) -> Any:
    """base ** exponent by squaring (python-flint's ball power is nan on balls around 0)."""
    if exponent < 0:
        return one / whole_power(base, -exponent, one)
    if exponent > LONGEST_POWER and isinstance(base, fmpq):
        raise TooMuch("an exact power of so many digits")
    result = None
    while exponent:
        if exponent & 1:
            result = base if result is None else result * base
        base = base * base if exponent > 1 else base
        exponent >>= 1
    return one if result is None else result


class System:
    """What every number system provides; `functions` maps a table name to a callable."""

    name = ""
    functions: Mapping[str, Callable[..., Any]] = MappingProxyType({})
    symbolic = False

    def number(self, value: Fraction | int) -> Any:
        """A rational as a scalar of this system."""
        raise NotImplementedError

    def call(self, name: str, *args: Any) -> Any:
        """The elementary function `name`. Raises Unsupported where the system has none."""
        for arg in args:
            if hasattr(arg, "lifted"):
                return arg.lifted(self, name, args)
        function = self.functions.get(name)
        if function is None:
            raise Unsupported(f"{name} is not known to {self.name}")
        return function(*args)

    def sign(self, x: Any) -> int:
        """-1, 0 or 1. Raises Unsure where the number does not tell."""
        raise NotImplementedError

    def whole(self, x: Any) -> int | None:
        """The integer that x certainly is, else None."""
        raise NotImplementedError

    def power(self, base: Any, exponent: Any) -> Any:
        """base ** exponent for a non-literal exponent; 0 to the exact 0 is left to the caller."""
        whole = self.whole(exponent)
        if whole is not None:
            return whole_power(base, whole, self.number(1))
        return self.call("exp", exponent * self.call("log", base))

    def root(self, x: Any, exponent: Fraction) -> Any:
        """A rational power, whole or not, of what is not negative."""
        return x if x == 0 else self.call("exp", self.number(exponent) * self.call("log", x))

    def choose(self, condition: Any, then: Callable[[], Any], other: Callable[[], Any]) -> Any:
        """then() where the condition holds, other() where not."""
        return then() if condition else other()


def _log(x: arb) -> arb:
    if x <= 0:
        raise NoValue("the logarithm of a number that is not positive")
    if not x > 0:
        raise Unsure("log of a ball around 0")
    return x.log()


def _sqrt(x: arb) -> arb:
    if x < 0:
        raise NoValue("the square root of a negative number")
    if not x >= 0:
        return x.nonnegative_part().sqrt()  # a rounded zero: the wide result tells itself
    return x.sqrt()


def _abs(x: arb) -> arb:
    return abs(x)


def _step(x: arb) -> arb:
    """1 where x > 0, else 0."""
    if not (x > 0 or x <= 0):
        raise Unsure("a branch is not decided at this precision")
    return arb(int(x > 0))


def _zero(x: arb) -> arb:
    """1 where x = 0, else 0."""
    if x != 0 or x.is_zero():
        return arb(int(x.is_zero()))
    raise Unsure("a branch is not decided at this precision")


def _normal_cdf(x: arb) -> arb:
    return (1 + (x / arb(2).sqrt()).erf()) / 2


def _student_cdf(x: arb, nu: arb) -> arb:
    """Student's t through the regularised incomplete beta function (A&S 26.7.1), near 0 its complement."""
    square = x * x
    if square < nu:
        inner = (square / (nu + square)).beta_lower(arb(1) / 2, nu / 2, True) / 2
        return arb(1) / 2 - inner if x < 0 else arb(1) / 2 + inner
    tail = (nu / (nu + x * x)).beta_lower(nu / 2, arb(1) / 2, True) / 2
    return tail if x < 0 else 1 - tail


def _chi2_cdf(x: arb, k: arb) -> arb:
    return (x / 2).gamma_lower(k / 2, True)


QUANTILE_REACH = 400  # a quantile is looked for up to 2 to this power


def _gamma(x: flint.arb) -> flint.arb:
    """The gamma function. Raises NoValue at its poles 0, -1, -2 .."""
    if x.is_exact() and x.is_integer() and x <= 0:
        raise NoValue("the gamma function has no value at 0 and at negative whole numbers")
    return x.gamma()


def _probability(p: arb) -> None:
    """Raises NoValue unless 0 < p < 1, Unsure where the ball does not tell."""
    if p <= 0 or p >= 1:
        raise NoValue("a quantile needs a probability between 0 and 1")
    if not (p > 0 and p < 1):
        raise Unsure("whether this is a probability is not decided")


def _freedom(k: arb) -> None:
    """Raises NoValue unless k > 0, Unsure where the ball does not tell."""
    if k <= 0:
        raise NoValue("degrees of freedom are more than 0")
    if not k > 0:
        raise Unsure("whether there are degrees of freedom is not decided")


def quantile(cdf: Callable[[arb], arb], p: arb, low: int = -4096, high: int = 4096) -> arb:
    """The root of an increasing cdf(x) = p: bisection, secant steps, then an enclosure by two signs.

    Raises NoValue unless 0 < p < 1, Unsure where the root is not isolated.
    """
    _probability(p)
    a, b = arb(low), arb(high)
    while cdf(b) < p and b < arb(2) ** QUANTILE_REACH:
        b = 2 * b
    while low < 0 and cdf(a) > p and a > -(arb(2) ** QUANTILE_REACH):
        a = 2 * a
    for _ in range(24):
        middle = ((a + b) / 2).mid()
        a, b = (middle, b) if cdf(middle) < p else (a, middle)
    x, fx, y, fy = a, cdf(a) - p, b, cdf(b) - p
    radius = arb(2) ** (-flint.ctx.prec + 40)
    for _ in range(60):
        slope = (fy - fx).mid()
        if slope == 0 or abs((y - x).mid()) < radius / 16:
            break
        x, fx, y = y, fy, (y - fy * (y - x) / slope).mid()
        fy = cdf(y) - p
    if not (cdf(y - radius) < p and cdf(y + radius) > p):
        raise Unsure("quantile not isolated")
    return y + radius * arb(0, 1)


_quantiles: dict[tuple[str, str, int], arb] = {}


def _cached_quantile(kind: str, p: arb, cdf: Callable[[arb], arb], low: int) -> arb:
    key = (kind, repr((p.mid(), p.rad())), flint.ctx.prec)
    if key not in _quantiles:
        _quantiles[key] = quantile(cdf, p, low)
    return _quantiles[key]


def normal_quantile(p: arb) -> arb:
    """z with Phi(z) = p. Raises NoValue unless 0 < p < 1."""
    _probability(p)
    return arb(2).sqrt() * (2 * p - 1).erfinv()


def student_quantile(nu: arb, p: arb) -> arb:
    """t with F_nu(t) = p. Raises NoValue unless 0 < p < 1 and nu > 0."""
    _freedom(nu)
    return _cached_quantile(f"t{nu.mid()}", p, lambda x: _student_cdf(x, nu), -4096)


def chi2_quantile(k: arb, p: arb) -> arb:
    """x with F_k(x) = p for the chi-squared law. Raises NoValue unless 0 < p < 1 and k > 0."""
    _freedom(k)
    return _cached_quantile(f"c{k.mid()}", p, lambda x: _chi2_cdf(x, k), 0)


BALL_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": lambda x: x.exp(),
    "log": _log,
    "log2": lambda x: _log(x) / arb(2).log(),
    "log10": lambda x: _log(x) / arb(10).log(),
    "sqrt": _sqrt,
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "tan": lambda x: x.tan(),
    "sinh": lambda x: x.sinh(),
    "cosh": lambda x: x.cosh(),
    "tanh": lambda x: x.tanh(),
    "arctan": lambda x: x.atan(),
    "arcsin": lambda x: x.asin(),
    "arccos": lambda x: x.acos(),
    "abs": _abs,
    "gamma": _gamma,
    "lgamma": lambda x: x.lgamma(),
    "digamma": lambda x: x.digamma(),
    "trigamma": lambda x: flint.acb(x).polygamma(1).real,
    "tetragamma": lambda x: flint.acb(x).polygamma(2).real,
    "erf": lambda x: x.erf(),
    "normal-cdf": _normal_cdf,
    "normal-pdf": lambda x: (-x * x / 2).exp() / (2 * arb.pi()).sqrt(),
    "normal-quantile": normal_quantile,
    "t-quantile": student_quantile,
    "t-cdf": lambda nu, x: _student_cdf(x, nu),
    "chi2-quantile": chi2_quantile,
    "chi2-cdf": lambda k, x: _chi2_cdf(x, k),
    "f-quantile": lambda a, b, p: quantile(
        lambda x: (a * x / (a * x + b)).beta_lower(a / 2, b / 2, True), p, 0
    ),
    "gamma-lower": lambda a, x: x.gamma_lower(a, True),  # regularised: gamma(a, x) / Gamma(a)
    "beta-lower": lambda x, a, b: x.beta_lower(a, b, True),
    "kummer": lambda a, b, x: x.hypgeom_1f1(a, b),
    "zeta": lambda x: x.zeta(),
    "step": _step,
    "zero": _zero,
}


class BallSystem(System):
    """Arb balls of `digits` decimal digits (plus guard digits): every result encloses the truth."""

    name = "Arb"
    functions = BALL_FUNCTIONS

    def __init__(self, digits: int = 60) -> None:
        self.digits = digits

    def number(self, value: Fraction | int) -> arb:
        """The ball around a rational, exact where the digits suffice."""
        if isinstance(value, int):
            return arb(value)
        return arb(fmpq(value.numerator, value.denominator))

    def sign(self, x: Any) -> int:
        """The sign of every number in the ball. Raises Unsure, or NotPolynomial for a random value."""
        if not isinstance(x, arb):
            if getattr(x, "outer", False):
                raise NotPolynomial("a branch on something random")
            if isinstance(x, int):
                return (x > 0) - (x < 0)
            if hasattr(x, "value"):
                return self.sign(x.value)
        if x > 0:
            return 1
        if x < 0:
            return -1
        if x.is_exact() or x.rad() < arb(10) ** -(self.digits // 2):
            return 0
        raise Unsure("a branch is not decided at this precision")

    def power(self, base: Any, exponent: Any) -> Any:
        """base ** exponent; 0 to what is certainly positive is 0."""
        if isinstance(base, arb) and base.is_zero() and self.sign(exponent) > 0:
            return self.number(0)
        return super().power(base, exponent)

    def whole(self, x: Any) -> int | None:
        """The integer of an exact ball."""
        if isinstance(x, arb) and x.is_exact() and x.is_integer():
            return int(str(x.unique_fmpz()))
        return None

    def pi(self) -> arb:
        """A ball around pi."""
        return arb.pi()

    def e(self) -> arb:
        """A ball around Euler's number."""
        return arb(1).exp()


class RationalSystem(System):
    """Exact rationals: closed numbers without roots and exponentials."""

    name = "exact rationals"
    functions = MappingProxyType(
        {"abs": abs, "step": lambda x: fmpq(int(x > 0)), "zero": lambda x: fmpq(int(x == 0))}
    )

    def number(self, value: Fraction | int) -> fmpq:
        """The rational itself."""
        return fmpq(value) if isinstance(value, int) else fmpq(value.numerator, value.denominator)

    def call(self, name: str, *args: Any) -> Any:
        """Functions at the few points where they are rational. Raises Unsupported."""
        if name == "sqrt" and isinstance(args[0], fmpq):
            top, bottom = args[0].p, args[0].q
            if top >= 0 and fmpz(top).is_square() and fmpz(bottom).is_square():
                return fmpq(fmpz(top).isqrt(), fmpz(bottom).isqrt())
        if name == "exp" and args[0] == 0:
            return fmpq(1)
        if name == "log" and args[0] == 1:
            return fmpq(0)
        return super().call(name, *args)

    def sign(self, x: Any) -> int:
        """The sign."""
        x = getattr(x, "value", x)
        return int(x > 0) - int(x < 0)

    def whole(self, x: Any) -> int | None:
        """The integer, where the denominator is 1."""
        return int(x.p) if isinstance(x, fmpq) and x.q == 1 else None

    def pi(self) -> Any:
        """Not rational: raises Unsupported (e too)."""
        raise Unsupported("pi is not rational")

    e = pi
