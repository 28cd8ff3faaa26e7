"""The table of laws: parameters, support, density or mass, mean, variance, raw moments.

Parametrisation is fixed here and printed as a convention: the normal by its variance,
exponential and gamma by rate, geometric from 1, negative binomial counts failures.
Densities follow Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Any

from generator.meaning.systems import NotPolynomial, Senseless, System, Unsupported, whole_power

if TYPE_CHECKING:
    from generator.meaning.program import Frame


@dataclass(frozen=True, slots=True)
class Law:
    """One law. support: real, positive, unit, bit, count, from-one, to-n (0..first parameter), interval.

    `density(system, x, *parameters)` is the density or the mass inside the support.
    """

    support: str
    density: Callable[..., Any]
    mean: Callable[..., Any]
    variance: Callable[..., Any]
    raw: Callable[..., Any] | None = None
    discrete: bool = False
    lower: str = ""  # positivity of parameters, one letter each: r real, p positive, u unit, n natural


def _exp(s: System, x: Any) -> Any:
    return s.call("exp", x)


def _power(s: System, x: Any, k: Any) -> Any:
    return s.power(x, k)


def _normal(s: System, x: Any, m: Any, v: Any) -> Any:
    return _exp(s, -(x - m) * (x - m) / (2 * v)) / s.call("sqrt", 2 * s.pi() * v)  # type: ignore[attr-defined]


def _bernoulli(s: System, x: Any, p: Any) -> Any:
    return _power(s, p, x) * _power(s, 1 - p, 1 - x)


def _factorial(s: System, x: Any) -> Any:
    return s.call("gamma", x + 1)


def _beta_function(s: System, a: Any, b: Any) -> Any:
    return s.call("gamma", a) * s.call("gamma", b) / s.call("gamma", a + b)


def _binomial_raw(s: System, k: int, n: Any, p: Any) -> Any:
    """Raw moments through factorial moments n(n-1)..(n-j+1) p^j and Stirling numbers."""
    total, falling, power = s.number(0), s.number(1), s.number(1)
    for j in range(k + 1):
        total = total + stirling(k, j) * falling * power
        falling, power = falling * (n - j), power * p
    return total


def _poisson_raw(s: System, k: int, rate: Any) -> Any:
    """The Touchard polynomial."""
    total, power = s.number(0), s.number(1)
    for j in range(k + 1):
        total = total + stirling(k, j) * power
        power = power * rate
    return total


def stirling(n: int, k: int) -> int:
    """Stirling numbers of the second kind."""
    if n == k:
        return 1
    if k == 0 or k > n:
        return 0
    return int(sum((-1) ** (k - j) * comb(k, j) * j**n for j in range(k + 1))) // _fact(k)


def _fact(k: int) -> int:
    out = 1
    for j in range(2, k + 1):
        out *= j
    return out


def _gamma_raw(s: System, k: int, a: Any, b: Any) -> Any:
    total = s.number(1)
    for j in range(k):
        total = total * (a + j) / b
    return total


def _beta_raw(s: System, k: int, a: Any, b: Any) -> Any:
    total = s.number(1)
    for j in range(k):
        total = total * (a + j) / (a + b + j)
    return total


def _uniform_raw(s: System, k: int, a: Any, b: Any) -> Any:
    total = s.number(0)
    for j in range(k + 1):
        total = total + whole_power(a, j, s.number(1)) * whole_power(b, k - j, s.number(1))
    return total / (k + 1)


def _chi2_raw(s: System, k: int, m: Any) -> Any:
    total = s.number(1)
    for j in range(k):
        total = total * (m + 2 * j)
    return total


LAWS: dict[str, Law] = {
    "normal": Law("real", _normal, lambda s, m, v: m, lambda s, m, v: v, lower="rp"),
    "bernoulli": Law(
        "bit",
        _bernoulli,
        lambda s, p: p,
        lambda s, p: p * (1 - p),
        lambda s, k, p: p if k else s.number(1),
        True,
        "u",
    ),
    "binomial": Law(
        "to-n",
        lambda s, x, n, p: (
            _factorial(s, n)
            / (_factorial(s, x) * _factorial(s, n - x))
            * _power(s, p, x)
            * _power(s, 1 - p, n - x)
        ),
        lambda s, n, p: n * p,
        lambda s, n, p: n * p * (1 - p),
        _binomial_raw,
        True,
        "nu",
    ),
    "poisson": Law(
        "count",
        lambda s, x, r: _power(s, r, x) * _exp(s, -r) / _factorial(s, x),
        lambda s, r: r,
        lambda s, r: r,
        _poisson_raw,
        True,
        "p",
    ),
    "exponential": Law(
        "positive",
        lambda s, x, r: r * _exp(s, -r * x),
        lambda s, r: 1 / r,
        lambda s, r: 1 / (r * r),
        lambda s, k, r: _gamma_raw(s, k, s.number(1), r),
        lower="p",
    ),
    "gamma": Law(
        "positive",
        lambda s, x, a, b: _power(s, b, a) * _power(s, x, a - 1) * _exp(s, -b * x) / s.call("gamma", a),
        lambda s, a, b: a / b,
        lambda s, a, b: a / (b * b),
        _gamma_raw,
        lower="pp",
    ),
    "beta": Law(
        "unit",
        lambda s, x, a, b: _power(s, x, a - 1) * _power(s, 1 - x, b - 1) / _beta_function(s, a, b),
        lambda s, a, b: a / (a + b),
        lambda s, a, b: a * b / ((a + b) * (a + b) * (a + b + 1)),
        _beta_raw,
        lower="pp",
    ),
    "uniform": Law(
        "interval",
        lambda s, x, a, b: 1 / (b - a),
        lambda s, a, b: (a + b) / 2,
        lambda s, a, b: (b - a) * (b - a) / 12,
        _uniform_raw,
        lower="rr",
    ),
    "chi2": Law(
        "positive",
        lambda s, x, k: (
            _power(s, x, k / 2 - 1)
            * _exp(s, -x / 2)
            / (_power(s, s.number(2), k / 2) * s.call("gamma", k / 2))
        ),
        lambda s, k: k,
        lambda s, k: 2 * k,
        _chi2_raw,
        lower="p",
    ),
    "laplace": Law(
        "real",
        lambda s, x, m, b: _exp(s, -s.call("abs", x - m) / b) / (2 * b),
        lambda s, m, b: m,
        lambda s, m, b: 2 * b * b,
        lower="rp",
    ),
    "geometric": Law(
        "from-one",
        lambda s, x, p: _power(s, 1 - p, x - 1) * p,
        lambda s, p: 1 / p,
        lambda s, p: (1 - p) / (p * p),
        None,
        True,
        "u",
    ),
}

RAW_MOMENTS: dict[str, Callable[..., Any]] = {
    name: law.raw for name, law in LAWS.items() if law.raw is not None
}


def in_support(s: System, support: str, x: Any, parameters: list[Any]) -> bool:
    """Whether x is where the law has its density or mass. Raises Unsure where the number does not tell."""
    if support == "real":
        return True
    if hasattr(x, "terms"):
        raise NotPolynomial("a random symbol inside a density")
    if support == "interval":
        low, high = parameters
        return s.sign(x - low) >= 0 and s.sign(high - x) >= 0
    if support == "positive":
        return s.sign(x) > 0
    if support == "unit":
        return s.sign(x) > 0 and s.sign(1 - x) > 0
    while hasattr(x, "parts"):
        x = x.value
    whole = s.whole(x)
    top = {"bit": 1, "to-n": s.whole(parameters[0]) if parameters else None}.get(support)
    return whole is not None and whole >= (support == "from-one") and (top is None or whole <= top)


def density(f: Frame, name: str, x: Any, parameters: list[Any]) -> Any:
    """The density or mass of a law at x, 0 outside its support (in symbols x is taken to be inside).

    Raises Unsupported for a law without one in the table.
    """
    law = LAWS.get(name)
    if law is not None and isinstance(x, list):
        raise Senseless(f"the density of {name} is that of one number")
    if law is None:
        raise Unsupported(f"the density of {name} is not known")
    if not f.system.symbolic and not in_support(f.system, law.support, x, parameters):
        return f.system.number(0)
    return law.density(f.system, x, *parameters)


def finite_atoms(f: Frame, name: str, parameters: list[Any]) -> tuple[tuple[Any, Any], ...]:
    """(weight, value) of a law with finitely many outcomes, else ()."""
    if name == "bernoulli":
        p = parameters[0]
        return ((1 - p, Fraction(0)), (p, Fraction(1)))
    if name == "binomial":
        n = f.system.whole(parameters[0])
        if n is None or n > 60:
            return ()
        p = parameters[1]
        one = f.system.number(1)
        return tuple(
            (comb(n, k) * whole_power(p, k, one) * whole_power(1 - p, n - k, one), Fraction(k))
            for k in range(n + 1)
        )
    return ()
