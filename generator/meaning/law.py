"""What the table of laws holds of one law, and the formulas that several laws share.

Sources: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions; Johnson, Kemp and
Kotz, Univariate Discrete Distributions. Every entry is held against its own density by tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb, factorial
from typing import Any

from generator.meaning.systems import NoValue, System, Unsure, whole_power

#: Supports from one parameter on -> which one.
ABOVE = {"above": 0, "above the last": -1}
#: Supports between two parameters -> which ones.
BETWEEN = {"interval": slice(0, 2), "last two": slice(-2, None)}


@dataclass(frozen=True, slots=True)
class Law:
    """One law of a number. `density(system, x, *parameters)` is the density or mass in the support.

    support: real, positive, unit, interval (between the first two parameters), last two (between
    these), above (the first parameter), above the last or, of a discrete law, bit, sign, count,
    from-one, from-first (the first parameter on), to-n (0 .. first parameter), to-last (1 .. last
    parameter), range (of integers between the parameters), draws (hypergeometric).
    raw: `raw(system, k, *parameters)` is E[x^k]; moments: the first k for which it diverges, as a
    function of the parameters (None: all are finite). mgf: E[exp(s x)]; exists: a number that is
    positive where that is finite (None: everywhere). cdf and quantile take x and p first.
    kinds: of the parameters, r real, p positive, u in the unit interval, n natural.
    parameters: how they are read, in words.
    """

    support: str
    density: Callable[..., Any]
    mean: Callable[..., Any]
    variance: Callable[..., Any]
    raw: Callable[..., Any] | None = None
    discrete: bool = False
    kinds: str = ""
    mgf: Callable[..., Any] | None = None
    exists: Callable[..., Any] | None = None
    moments: Callable[..., Any] | None = None
    cdf: Callable[..., Any] | None = None
    quantile: Callable[..., Any] | None = None
    parameters: str = ""


def exp(s: System, x: Any) -> Any:
    """e^x."""
    return s.call("exp", x)


def log(s: System, x: Any) -> Any:
    """The natural logarithm."""
    return s.call("log", x)


def root(s: System, x: Any) -> Any:
    """The square root."""
    return s.call("sqrt", x)


def gamma(s: System, x: Any) -> Any:
    """The gamma function."""
    return s.call("gamma", x)


def beta(s: System, a: Any, b: Any) -> Any:
    """The beta function."""
    return gamma(s, a) * gamma(s, b) / gamma(s, a + b)


def whole(s: System, x: Any, k: int) -> Any:
    """x to a whole power."""
    return whole_power(x, k, s.number(1))


def pi(s: System) -> Any:
    """Pi."""
    return s.pi()  # type: ignore[attr-defined]


def floored(s: System, x: Any) -> Any:
    """The largest integer that is not above x. Raises Unsure where the number does not tell."""
    number = s.whole(x)
    if number is None and getattr(s, "continued", False):
        return s.integer_part(x)  # type: ignore[attr-defined]
    if number is None and hasattr(x, "floor"):
        number = s.whole(x.floor())
    if number is None:
        raise Unsure("on which side of an integer this lies is not decided")
    return s.number(number)


def stirling(n: int, k: int) -> int:
    """Stirling numbers of the second kind."""
    if n == k:
        return 1
    if k == 0 or k > n:
        return 0
    return int(sum((-1) ** (k - j) * comb(k, j) * j**n for j in range(k + 1))) // factorial(k)


def from_factorial_moments(s: System, k: int, falling: Callable[[int], Any]) -> Any:
    """E[x^k] from E[x (x-1) .. (x-j+1)] = falling(j), by Stirling numbers."""
    total = s.number(0)
    for j in range(k + 1):
        total = total + stirling(k, j) * falling(j)
    return total


def shifted_raw(s: System, k: int, location: Any, scale: Any, moment: Callable[[int], Any]) -> Any:
    """E[(location + scale u)^k] from E[u^j] = moment(j)."""
    total = s.number(0)
    for j in range(k + 1):
        total = total + comb(k, j) * whole(s, location, k - j) * whole(s, scale, j) * moment(j)
    return total


def rising(s: System, a: Any, k: int) -> Any:
    """a (a+1) .. (a+k-1)."""
    total = s.number(1)
    for j in range(k):
        total = total * (a + j)
    return total


def finite(s: System, margin: Any, words: str) -> None:
    """Raises NoValue where the margin is not positive (in symbols it is taken to be: balls have tried)."""
    if not s.symbolic and s.sign(margin) <= 0:
        raise NoValue(words)
