"""Complex balls as a number system: what a rigorous integral needs of its integrand.

Petras, Self-validating integration (2002), as Arb has it: a formula is evaluated on complex
discs around pieces of the path, and must say where it is not analytic there. A branch that a disc
leaves open (an indicator, a maximum, the end of a support) is refused where an analytic value is
asked for; elsewhere every way to decide it is tried, and the union of the values is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import acb, arb, fmpq

from generator.meaning.systems import NoValue, System, Unsupported, Unsure, whole_power

WAYS = 32  # to decide the branches of one evaluation


class ComplexSystem(System):
    """Scalars are acb balls. `analytic`: whether the value must be that of an analytic function."""

    name = "complex balls"
    continued = True  # what is defined for integers is taken between them, too

    def __init__(self, integers: Fraction | None = None) -> None:
        self.integers = integers  # what is above an integer under a floor, where a series is summed
        self.analytic = False
        self.strict = False  # whether a root or a power at 0 counts as unbounded: it is not analytic there
        self._script: list[int] = []
        self._place = 0

    def number(self, value: Fraction | int) -> acb:
        """The ball around a rational."""
        return acb(value) if isinstance(value, int) else acb(arb(fmpq(value.numerator, value.denominator)))

    def call(self, name: str, *args: Any) -> Any:
        """A function of complex balls; an undefined one of certain real numbers raises NoValue."""
        if any(hasattr(arg, "lifted") for arg in args):
            return super().call(name, *args)
        function = FORMS.get(name)
        if function is None:
            raise Unsupported(f"{name} is not known to {self.name}")
        return function(self, *args)

    def sign(self, x: Any) -> int:
        """The sign of the real part. Raises Unsure where it is open and one value is wanted."""
        if hasattr(x, "parts"):
            if any(not _is_zero(part) for part in x.parts.values()):
                raise Unsupported("a border that moves with the variable of a derivative")
            return self.sign(x.value)
        if getattr(x, "outer", False):
            raise Unsupported("a random symbol under an integral")
        ball = x.ball if isinstance(x, Inverse) else x  # u is positive on the path
        real = number_of(ball).real
        if real > 0:
            return 1
        if real < 0:
            return -1
        if real.is_zero():
            return 0
        if self.analytic:
            raise Unsure("a branch is open on this disc")
        return self._decided()

    def _decided(self) -> int:
        if self._place == len(self._script):
            self._script.append(1)
        self._place += 1
        return self._script[self._place - 1]

    def every_way(self, run: Callable[[], Any]) -> Any:
        """The union of the values of `run` over all ways to decide its open branches.

        Raises Unsupported where there are too many, Unsure where some way has no value.
        """
        self._script, values = [], []
        for _ in range(WAYS):
            self._place = 0
            try:
                values.append(run())
            except NoValue as error:
                if self._script:  # a narrower disc lies on one side of the border
                    raise Unsure("there is no value on one side of a border") from error
                raise
            del self._script[self._place :]
            while self._script and self._script[-1] == -1:
                self._script.pop()
            if not self._script:
                return values[0] if len(values) == 1 else _united(values)
            self._script[-1] = -1
        raise Unsupported("too many branches under an integral")

    def integer_part(self, x: Any) -> Any:
        """The floor, continued between integers. Raises Unsupported outside a series."""
        if self.integers is None:
            raise Unsupported("steps under an integral")
        return x - self.number(self.integers)

    def whole(self, x: Any) -> int | None:
        """The integer of an exact real ball."""
        if not isinstance(x, acb) or not x.imag.is_zero() or not x.real.is_exact() or not x.real.is_integer():
            return None
        return int(str(x.real.unique_fmpz()))

    def power(self, base: Any, exponent: Any) -> Any:
        """base ** exponent; a real power more than 0 of a ball around 0 is a disc."""
        if isinstance(base, Near) and not base.offset.is_zero():
            base = base.number
        if isinstance(base, Inverse) and (twice := self.whole(2 * number_of(exponent))) is not None:
            if twice % 2:
                return whole_power(self.call("sqrt", base), twice, acb(1))
            return whole_power(base, twice // 2, acb(1))
        small = not self.analytic and not self.strict and isinstance(base, acb) and base.contains(0)
        if small and isinstance(exponent, acb) and exponent.imag.is_zero() and exponent.real > 0:
            size = arb(base.abs_upper()) ** exponent.real
            return acb(arb(0, size.upper()), arb(0, size.upper()))
        return super().power(base, exponent)

    def pi(self) -> acb:
        """A ball around pi."""
        return acb(arb.pi())

    def e(self) -> acb:
        """A ball around Euler's number."""
        return acb(arb(1).exp())


class Near:
    """offset + factor e^level, whose powers and logarithms have no cut where the offset is 0.

    So is written what comes close to a singular end: nothing cancels, and discs may be wide.
    """

    __slots__ = ("factor", "level", "offset")

    def __init__(self, offset: acb, factor: acb, level: acb) -> None:
        self.offset, self.factor, self.level = offset, factor, level

    @property
    def number(self) -> acb:
        """The value as one ball."""
        return self.offset + self.factor * self.level.exp()

    def __add__(self, other: Any) -> Any:
        if hasattr(other, "parts"):
            return NotImplemented
        return self.number + other.number if isinstance(other, Near) else self._moved(other)

    def _moved(self, other: Any) -> Near:
        return Near(self.offset + number_of(other), self.factor, self.level)

    __radd__ = __add__

    def __neg__(self) -> Near:
        return Near(-self.offset, -self.factor, self.level)

    def __sub__(self, other: Any) -> Any:
        return NotImplemented if hasattr(other, "parts") else self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if hasattr(other, "parts"):
            return NotImplemented
        if isinstance(other, Near):
            if self.offset.is_zero() and other.offset.is_zero():
                return Near(acb(0), self.factor * other.factor, self.level + other.level)
            return self.number * other.number
        other = number_of(other)
        return Near(self.offset * other, self.factor * other, self.level)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if hasattr(other, "parts"):
            return NotImplemented
        return self * other._inverse() if isinstance(other, Near) else self * (1 / number_of(other))

    def __rtruediv__(self, other: Any) -> Any:
        inverse = self._inverse()
        return inverse * number_of(other) if isinstance(inverse, Near) else number_of(other) * inverse

    def _inverse(self) -> Any:
        return Near(acb(0), 1 / self.factor, -self.level) if self.offset.is_zero() else 1 / self.number

    def lifted(self, system: System, name: str, args: tuple[Any, ...]) -> Any:
        """A logarithm of the exponential itself, else the function of the ball."""
        if name == "log" and self.offset.is_zero():
            return system.call("log", self.factor) + self.level
        if name == "sqrt" and self.offset.is_zero():
            return Near(acb(0), system.call("sqrt", self.factor), self.level / 2)
        return system.call(name, *(number_of(arg) if not hasattr(arg, "parts") else arg for arg in args))


class Inverse:
    """u^order times a ball, for u around 0: how a function of 1/u behaves towards infinity."""

    __slots__ = ("ball", "order", "u")

    def __init__(self, u: acb, order: int, ball: acb) -> None:
        self.u, self.order, self.ball = u, order, ball

    @property
    def number(self) -> acb:
        """The value as one ball, infinite where a negative power of 0 is in it."""
        return self.ball * (self.u**self.order if self.order >= 0 else (1 / self.u) ** -self.order)

    def _other(self, other: Any) -> Inverse:
        return other if isinstance(other, Inverse) else Inverse(self.u, 0, number_of(other))

    def __add__(self, other: Any) -> Any:
        if hasattr(other, "parts"):
            return NotImplemented
        a, b = sorted((self, self._other(other)), key=lambda x: x.order)
        return Inverse(self.u, a.order, a.ball + b.ball * self.u ** (b.order - a.order))

    __radd__ = __add__

    def __neg__(self) -> Inverse:
        return Inverse(self.u, self.order, -self.ball)

    def __sub__(self, other: Any) -> Any:
        return NotImplemented if hasattr(other, "parts") else self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if hasattr(other, "parts"):
            return NotImplemented
        other = self._other(other)
        return Inverse(self.u, self.order + other.order, self.ball * other.ball)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if hasattr(other, "parts"):
            return NotImplemented
        other = self._other(other)
        return Inverse(self.u, self.order - other.order, self.ball / other.ball)

    def __rtruediv__(self, other: Any) -> Any:
        return self._other(other) / self

    def lifted(self, system: System, name: str, args: tuple[Any, ...]) -> Any:
        """A function of the ball; an even power of u has a root."""
        if name == "sqrt" and self.order % 2 == 0:
            return Inverse(self.u, self.order // 2, system.call("sqrt", self.ball))
        return system.call(name, *(arg if hasattr(arg, "parts") else number_of(arg) for arg in args))


def number_of(x: Any) -> acb:
    """A number of this system as one ball."""
    if isinstance(x, Fraction):
        return acb(arb(fmpq(x.numerator, x.denominator)))
    return x.number if isinstance(x, Near | Inverse) else acb(x)


def _is_zero(x: Any) -> bool:
    return _is_zero(x.value) if hasattr(x, "parts") else bool(number_of(x).is_zero())


def _united(values: list[Any]) -> Any:
    if isinstance(values[0], list):
        return [_united(list(group)) for group in zip(*values, strict=True)]
    if any(hasattr(v, "parts") for v in values):
        raise Unsupported("a derivative of an integral over a corner")
    total = number_of(values[0])
    for value in values[1:]:
        total = total.union(number_of(value))
    return total


def _log(s: ComplexSystem, x: acb) -> acb:
    if x.imag.is_zero() and x.real <= 0:
        raise NoValue("the logarithm of a number that is not positive")
    return x.log(analytic=s.analytic)


def _sqrt(s: ComplexSystem, x: acb) -> acb:
    if x.imag.is_zero() and x.real < 0:
        raise NoValue("the square root of a negative number")
    return x.sqrt(analytic=s.analytic or s.strict)


def _on_the_line(name: str) -> Any:
    """A function with branch cuts off the real line: near it the disc must be narrow."""

    def run(s: ComplexSystem, x: acb) -> acb:
        if s.analytic and not abs(x.imag) < 1:
            return acb(arb("nan"))
        value: acb = getattr(x, name)()
        return value

    return run


def _plain(name: str) -> Any:
    return lambda s, x: getattr(x, name)()


FORMS: dict[str, Callable[..., acb]] = {
    **{name: _plain(name) for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: _plain(name) for name in ("gamma", "digamma", "erf", "zeta")},
    "trigamma": lambda s, x: x.polygamma(1),
    "tetragamma": lambda s, x: x.polygamma(2),
    "log": _log,
    "log2": lambda s, x: _log(s, x) / arb(2).log(),
    "log10": lambda s, x: _log(s, x) / arb(10).log(),
    "sqrt": _sqrt,
    "abs": lambda s, x: x.real_abs(analytic=s.analytic),
    "arctan": _on_the_line("atan"),
    "lgamma": lambda s, x: x.lgamma() if x.real > 0 else acb(arb("nan")),
    "normal-cdf": lambda s, x: (1 + (x / arb(2).sqrt()).erf()) / 2,
    "normal-pdf": lambda s, x: (-x * x / 2).exp() / (2 * arb.pi()).sqrt(),
}
