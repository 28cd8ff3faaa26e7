r"""Bounds on a whole half-line: a function of t >= T as a sum of terms c t^p (log t)^j exp(..).

A tail of an integral or a series is bounded, never guessed: the formula is evaluated once with
its variable standing for every t >= T. Coefficients are complex balls that hold for all these t;
the exponent of a term is a sum of c t^q (log t)^k. What decays is folded into the balls. Powers
of logarithms obey (log t)^j <= (log T / e)^j t^(j / log T), since log log t grows like
log t / log T at most. Tails are those of incomplete gamma functions (DLMF 8.2.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import acb, arb, fmpq

from generator.meaning.systems import Unsupported, Unsure

TERMS = 40  # of one sum; more are not kept apart


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient * t^power * (log t)^logs * exp(sum of c t^q (log t)^k), the exponent as (c, q, k)."""

    coefficient: acb
    power: arb
    logs: int = 0
    exponent: tuple[tuple[acb, arb, int], ...] = ()

    def times(self, other: Term) -> Term:
        """The product of two terms."""
        exponent = _collected([*self.exponent, *other.exponent])
        return Term(
            self.coefficient * other.coefficient, self.power + other.power, self.logs + other.logs, exponent
        )

    def inverse(self) -> Term:
        """1 / term; infinite where the coefficient may be 0."""
        turned = tuple((-c, q, k) for c, q, k in self.exponent)
        return Term(1 / self.coefficient, -self.power, -self.logs, turned)

    def over(self, other: Term) -> Term:
        """This divided by another; an exponential that both have is left out, however wide its ball."""
        if self.key()[2] == other.key()[2]:
            power, logs = self.power - other.power, self.logs - other.logs
            return Term(self.coefficient / other.coefficient, power, logs)
        return self.times(other.inverse())

    def key(self) -> tuple[Any, ...]:
        """What two terms that may be added share."""
        return (_key(self.power), self.logs, tuple((_key(c), _key(q), k) for c, q, k in self.exponent))


def _key(x: Any) -> str:
    return str(x.mid().str(40)) + str(x.rad()) if isinstance(x, arb) else _key(x.real) + _key(x.imag)


def _collected(parts: list[tuple[acb, arb, int]]) -> tuple[tuple[acb, arb, int], ...]:
    """Like powers added, those that cancel left out, the fastest first."""
    found: dict[tuple[str, int], tuple[acb, arb, int]] = {}
    for c, q, k in parts:
        key = (_key(q), k)
        found[key] = (found[key][0] + c, q, k) if key in found else (c, q, k)
    kept = [part for part in found.values() if not _is_nothing(part[0])]
    return tuple(sorted(kept, key=lambda part: (-float(part[1]), -part[2])))


def _is_nothing(x: acb) -> bool:
    """Whether a coefficient is 0 but for rounding; what is left out is far below every tolerance."""
    return bool(x.is_zero())


@dataclass(frozen=True, slots=True)
class Majorant:
    """size * t^power * exp(-rate t^order) for all t >= T; rate 0 where nothing decays exponentially."""

    size: arb
    power: arb
    rate: arb
    order: arb

    def falls(self, start: arb) -> bool:
        """Whether it does not grow from `start` on."""
        return bool(self.power <= self.rate * self.order * start**self.order)

    def at(self, start: arb) -> arb:
        """Its value at `start`."""
        return self.size * start**self.power * (-self.rate * start**self.order).exp()

    def tail(self, start: arb) -> arb | None:
        """An upper bound of its integral from `start` on; None where that diverges."""
        if not self.rate > 0:
            if not self.power < -1:
                return None
            return self.size * start ** (self.power + 1) / (-self.power - 1)
        shape = (self.power + 1) / self.order
        tail = (self.rate * start**self.order).gamma_upper(shape)
        return self.size / self.order * self.rate ** (-shape) * tail


class Growth:
    """A sum of terms, with the operators that formulas are evaluated with."""

    __slots__ = ("start", "terms")

    def __init__(self, terms: list[Term], start: arb) -> None:
        self.start = start
        self.terms = _merged(terms)
        if len(self.terms) > TERMS:
            raise Unsupported("too many terms to bound")

    def _other(self, other: Any) -> Growth:
        return other if isinstance(other, Growth) else constant(other, self.start)

    def plus(self, other: Growth) -> Growth:
        """The sum of two."""
        return Growth([*self.terms, *other.terms], self.start)

    def over(self, number: Any) -> Growth:
        """This divided by a number."""
        return Growth(
            [Term(t.coefficient / number, t.power, t.logs, t.exponent) for t in self.terms], self.start
        )

    def times(self, other: Growth) -> Growth:
        """The product of two."""
        return Growth([a.times(b) for a in self.terms for b in other.terms], self.start)

    def __add__(self, other: Any) -> Any:
        return NotImplemented if hasattr(other, "parts") else self.plus(self._other(other))

    __radd__ = __add__

    def __neg__(self) -> Growth:
        minus = [Term(-t.coefficient, t.power, t.logs, t.exponent) for t in self.terms]
        return Growth(minus, self.start)

    def __sub__(self, other: Any) -> Any:
        return NotImplemented if hasattr(other, "parts") else self.plus(-self._other(other))

    def __rsub__(self, other: Any) -> Any:
        return self._other(other).plus(-self)

    def __mul__(self, other: Any) -> Any:
        return NotImplemented if hasattr(other, "parts") else self.times(self._other(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return NotImplemented if hasattr(other, "parts") else self.times(self._other(other).inverse())

    def __rtruediv__(self, other: Any) -> Any:
        return self._other(other).times(self.inverse())

    def leading(self) -> tuple[Term, acb]:
        """(term, ball) with value = term (1 + ball), the ball inside the unit disc.

        Raises Unsure where no term is shown to be larger than all others together.
        """
        for term in self.terms:
            if term.coefficient.abs_lower() > 0:
                share = self._share(term)
                if share is not None and share < 1:
                    return term, disc(share)
        raise Unsure("which term is the largest is not decided")

    def _share(self, lead: Term) -> arb | None:
        total = arb(0)
        for term in self.terms:
            if term is not lead:
                size = largest(term.over(lead), self.start)
                if size is None:
                    return None
                total += size
        return total

    def inverse(self) -> Growth:
        """1 / value, as lead (1 - u + a remainder like u^2). Raises Unsure where it may be infinite."""
        lead, rest = self.leading()
        front = Growth([lead.inverse()], self.start)
        u = self._beside(lead)
        if u is None:
            return front.times(constant(1 / (1 + rest), self.start))
        size = arb(rest.abs_upper())
        square = u.times(u).times(constant(1 + disc(size / (1 - size)), self.start))
        return front.times(constant(1, self.start).plus(-u).plus(square))

    def _beside(self, lead: Term) -> Growth | None:
        """u with value = lead (1 + u), where few terms are left beside the largest."""
        others = [term for term in self.terms if term is not lead]
        small = Growth([lead.inverse()], self.start)
        return Growth(others, self.start).times(small) if len(others) <= 3 else None

    def exp(self) -> Growth:
        """e^value: what grows stays an exponent, what decays becomes a ball."""
        factor, power, exponent, beside = acb(1), arb(0), [], []
        for term in self.terms:
            size = largest(term, self.start)
            fixed = not term.logs and not term.exponent and term.power == 0
            if fixed:
                factor = factor * term.coefficient.exp()
            elif size is not None:
                beside.append((term, size))
            elif term.exponent:
                return self._collapsed()
            elif term.power == 0 and term.logs == 1 and not term.exponent:
                power = power + term.coefficient.real
                factor = factor if term.coefficient.imag.is_zero() else factor * disc(arb(1))
            else:
                exponent.append((term.coefficient, term.power, term.logs))
        made = Growth([Term(factor, power, 0, _collected(exponent))], self.start)
        return made.times(self._exp_of_small(beside)) if beside else made

    def _exp_of_small(self, parts: list[tuple[Term, arb]]) -> Growth:
        """e^u for what falls: 1 + u and a remainder like u^2."""
        size = sum((bound for _, bound in parts), arb(0))
        if len(parts) > 3:
            return constant(disc(size).exp(), self.start)
        u = Growth([term for term, _ in parts], self.start)
        remainder = u.times(u).times(constant(disc(size.exp() / 2), self.start))
        return constant(1, self.start).plus(u).plus(remainder)

    def _collapsed(self) -> Growth:
        """e^value of what falls faster than -t^2: at most e^(-t^2). Raises Unsupported otherwise."""
        lead, rest = self.leading()
        square = Term(acb(1), arb(2))
        if rest.abs_upper() < arb(1) / 2 and abs(lead.coefficient.imag) < -lead.coefficient.real / 4:
            size = largest(square.times(lead.inverse()), self.start)
            if size is not None and 4 * size < 1:
                return Growth([Term(disc(arb(1)), arb(0), 0, ((acb(-1), arb(2), 0),))], self.start)
        raise Unsupported("an exponential of an exponential has no bound here")

    def log(self) -> Growth:
        """log value. Raises Unsure where that may be 0 or negative."""
        lead, rest = self.leading()
        if lead.logs:
            raise Unsupported("a logarithm of a logarithm has no bound here")
        inside = lead.coefficient
        if not inside.real > 0:
            raise Unsure("a logarithm of what may not be positive")
        terms = [Term(inside.log(), arb(0)), Term(acb(lead.power), arb(0), 1)]
        terms += [Term(c, q, k) for c, q, k in lead.exponent]
        return Growth(terms, self.start).plus(self._log_of_rest(lead, rest))

    def _log_of_rest(self, lead: Term, rest: acb) -> Growth:
        """log(1 + u) for what is left of value = lead (1 + u): u - u^2/2 and a remainder like u^3."""
        u = self._beside(lead)
        if u is None:
            return constant((1 + rest).log(), self.start)
        square = u.times(u)
        size = arb(rest.abs_upper())
        remainder = constant(disc(1 / (3 * (1 - size))), self.start)
        return u.plus(square.over(-2)).plus(square.times(u).times(remainder))

    def plain(self) -> acb | None:
        """The number that it is for all t, else None."""
        if not self.terms:
            return acb(0)
        only = self.terms[0]
        fixed = len(self.terms) == 1 and only.power == 0 and not only.logs and not only.exponent
        return only.coefficient if fixed else None

    def majorants(self) -> list[Majorant]:
        """One for each term. Raises Unsupported for a term that grows exponentially."""
        found = [majorant(term, self.start) for term in self.terms]
        if any(m is None for m in found):
            raise Unsupported("a tail grows")
        return [m for m in found if m is not None]


def _merged(terms: list[Term]) -> list[Term]:
    found: dict[Any, Term] = {}
    for term in terms:
        if _is_nothing(term.coefficient):
            continue
        key = term.key()
        old = found.get(key)
        coefficient = term.coefficient if old is None else old.coefficient + term.coefficient
        found[key] = Term(coefficient, term.power, term.logs, term.exponent)
    return [term for term in found.values() if not _is_nothing(term.coefficient)]


def disc(radius: arb) -> acb:
    """The complex numbers up to this size."""
    size = radius.upper()
    return acb(arb(0, size), arb(0, size))


def constant(value: Any, start: arb) -> Growth:
    """A number for all t."""
    if isinstance(value, Fraction):
        value = arb(fmpq(value.numerator, value.denominator))
    return Growth([Term(acb(value), arb(0))], start)


def variable(start: arb, factor: acb | None = None) -> Growth:
    """t itself, or `factor` times t."""
    return Growth([Term(acb(1) if factor is None else factor, arb(1))], start)


def majorant(term: Term, start: arb) -> Majorant | None:
    """A bound of |term| for all t >= start, which is 3 or more; None where it grows exponentially."""
    size, power = arb(term.coefficient.abs_upper()), term.power
    if term.logs > 0:
        size = size * (start.log() / arb(1).exp()) ** term.logs
        power = power + term.logs / start.log()
    elif term.logs < 0:
        size = size * start.log() ** term.logs
    if not term.exponent:
        return Majorant(size, power, arb(0), arb(1))
    lead, order, logs = term.exponent[0]
    rate = -lead.real
    if not rate > 0 or logs < 0 or not (order > 0 or (order.is_zero() and logs > 1)):
        return None
    share = arb(0)
    for c, q, k in term.exponent[1:]:
        more = k - logs
        if more > 0 and not start.log() * (order - q) >= more:
            return None  # the share of this part does not fall yet
        share += arb(c.abs_upper()) / rate * start ** (q - order) * start.log() ** more
    if not share < 1:
        return None
    if order.is_zero():  # a power of the logarithm alone: t to a power that falls with log t
        return Majorant(size, power - rate * (1 - share) * start.log() ** (logs - 1), arb(0), arb(1))
    gain = start.log() ** logs
    return Majorant(size, power, rate * (1 - share) * gain, order)


def largest(term: Term, start: arb) -> arb | None:
    """An upper bound of |term| for all t >= start, where that is at the start; else None."""
    found = majorant(term, start)
    if found is None or not found.falls(start):
        return None
    size = found.at(start)
    return size.upper() if size.is_finite() else None
