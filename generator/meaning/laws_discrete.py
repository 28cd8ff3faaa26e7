"""The table of discrete laws: geometric counts from 1, negative binomial counts failures."""

from __future__ import annotations

from math import comb, factorial
from typing import Any

from generator.meaning.law import (
    Law,
    beta,
    exp,
    floored,
    from_factorial_moments,
    gamma,
    log,
    rising,
    whole,
)
from generator.meaning.systems import System, Unsupported


def _choose(s: System, n: Any, k: Any) -> Any:
    return gamma(s, n + 1) / (gamma(s, k + 1) * gamma(s, n - k + 1))


def _falling(s: System, n: Any, j: int) -> Any:
    total = s.number(1)
    for i in range(j):
        total = total * (n - i)
    return total


def _binomial_mass(s: System, x: Any, n: Any, p: Any) -> Any:
    # the factors in the order of the textbook, so that symbols cancel as they are printed
    ways = gamma(s, n + 1) / (gamma(s, x + 1) * gamma(s, n - x + 1))
    return ways * s.power(p, x) * s.power(1 - p, n - x)


def _binomial_cdf(s: System, x: Any, n: Any, p: Any) -> Any:
    k = floored(s, x)
    return s.number(1) if s.sign(n - k) <= 0 else s.call("beta-lower", 1 - p, n - k, k + 1)


def _poisson_raw(s: System, k: int, rate: Any) -> Any:
    return from_factorial_moments(s, k, lambda j: whole(s, rate, j))


def _failures_mass(s: System, x: Any, r: Any, p: Any) -> Any:
    return gamma(s, x + r) / (gamma(s, x + 1) * gamma(s, r)) * s.power(p, r) * s.power(1 - p, x)


def _failures_raw(s: System, k: int, r: Any, p: Any) -> Any:
    return from_factorial_moments(s, k, lambda j: rising(s, r, j) * whole(s, (1 - p) / p, j))


def _failures_mgf(s: System, t: Any, r: Any, p: Any) -> Any:
    return s.power(p / (1 - (1 - p) * exp(s, t)), r)


def _below_pole(s: System, t: Any, p: Any) -> Any:
    """Positive where (1 - p) e^t < 1."""
    return 1 - (1 - p) * exp(s, t)


def _shifted(s: System, k: int, by: Any, raw: Any) -> Any:
    """E[(x + by)^k] from E[x^j] = raw(j)."""
    total = s.number(0)
    for j in range(k + 1):
        total = total + comb(k, j) * whole(s, by, k - j) * raw(j)
    return total


def _geometric_raw(s: System, k: int, p: Any) -> Any:
    """Trials up to the first success: one more than the failures before it."""
    return _shifted(s, k, s.number(1), lambda j: _failures_raw(s, j, s.number(1), p))


def _trials_raw(s: System, k: int, r: Any, p: Any) -> Any:
    return _shifted(s, k, r, lambda j: _failures_raw(s, j, r, p))


def _range_raw(s: System, k: int, a: Any, b: Any) -> Any:
    """The sum of x (x-1) .. (x-j+1) over a .. b is a difference of the next such products."""

    def falling(j: int) -> Any:
        return (_falling(s, b + 1, j + 1) - _falling(s, a, j + 1)) / ((j + 1) * (b - a + 1))

    return from_factorial_moments(s, k, falling)


def _draws_raw(s: System, k: int, total: Any, good: Any, n: Any) -> Any:
    def falling(j: int) -> Any:
        if not s.symbolic and s.sign(total - j) < 0:
            return s.number(0)  # fewer are drawn than that
        return _falling(s, good, j) * _falling(s, n, j) / _falling(s, total, j)

    return from_factorial_moments(s, k, falling)


def _draws_variance(s: System, total: Any, good: Any, n: Any) -> Any:
    return n * good * (total - good) * (total - n) / (total * total * (total - 1))


def _shared_chance_mass(s: System, x: Any, n: Any, a: Any, b: Any) -> Any:
    return _choose(s, n, x) * beta(s, x + a, n - x + b) / beta(s, a, b)


def _shared_chance_raw(s: System, k: int, n: Any, a: Any, b: Any) -> Any:
    return from_factorial_moments(s, k, lambda j: _falling(s, n, j) * rising(s, a, j) / rising(s, a + b, j))


def _power_sum(s: System, exponent: Any, n: Any) -> Any:
    """1 + 2^-exponent + .. + n^-exponent."""
    last = s.whole(n)
    if last is None:
        raise Unsupported("the number of outcomes is not known")
    total = s.number(0)
    for k in range(1, last + 1):
        total = total + s.power(s.number(k), -exponent)
    return total


def _zipf_raw(s: System, k: int, a: Any, n: Any) -> Any:
    return _power_sum(s, a - k, n) / _power_sum(s, a, n)


def _zeta_raw(s: System, k: int, a: Any) -> Any:
    return s.call("zeta", a - k) / s.call("zeta", a)


def _log_series_raw(s: System, k: int, p: Any) -> Any:
    def falling(j: int) -> Any:
        if j == 0:
            return s.number(1)
        return -factorial(j - 1) * whole(s, p / (1 - p), j) / log(s, 1 - p)

    return from_factorial_moments(s, k, falling)


DISCRETE: dict[str, Law] = {
    "bernoulli": Law(
        "bit",
        lambda s, x, p: s.power(p, x) * s.power(1 - p, 1 - x),
        lambda s, p: p,
        lambda s, p: p * (1 - p),
        lambda s, k, p: p if k else s.number(1),
        True,
        "u",
        mgf=lambda s, t, p: 1 - p + p * exp(s, t),
        parameters="probability of 1",
    ),
    "binomial": Law(
        "to-n",
        _binomial_mass,
        lambda s, n, p: n * p,
        lambda s, n, p: n * p * (1 - p),
        lambda s, k, n, p: from_factorial_moments(s, k, lambda j: _falling(s, n, j) * whole(s, p, j)),
        True,
        "nu",
        mgf=lambda s, t, n, p: s.power(1 - p + p * exp(s, t), n),
        cdf=_binomial_cdf,
        parameters="number of trials, probability",
    ),
    "poisson": Law(
        "count",
        lambda s, x, r: s.power(r, x) * exp(s, -r) / gamma(s, x + 1),
        lambda s, r: r,
        lambda s, r: r,
        _poisson_raw,
        True,
        "p",
        mgf=lambda s, t, r: exp(s, r * (exp(s, t) - 1)),
        cdf=lambda s, x, r: 1 - s.call("gamma-lower", floored(s, x) + 1, r),
        parameters="mean",
    ),
    "geometric": Law(
        "from-one",
        lambda s, x, p: s.power(1 - p, x - 1) * p,
        lambda s, p: 1 / p,
        lambda s, p: (1 - p) / (p * p),
        _geometric_raw,
        True,
        "u",
        mgf=lambda s, t, p: p * exp(s, t) / (1 - (1 - p) * exp(s, t)),
        exists=_below_pole,
        cdf=lambda s, x, p: 1 - s.power(1 - p, floored(s, x)),
        parameters="probability; counts trials, from 1",
    ),
    "geometric from 0": Law(
        "count",
        lambda s, x, p: s.power(1 - p, x) * p,
        lambda s, p: (1 - p) / p,
        lambda s, p: (1 - p) / (p * p),
        lambda s, k, p: _failures_raw(s, k, s.number(1), p),
        True,
        "u",
        mgf=lambda s, t, p: p / (1 - (1 - p) * exp(s, t)),
        exists=_below_pole,
        cdf=lambda s, x, p: 1 - s.power(1 - p, floored(s, x) + 1),
        parameters="probability; counts failures, from 0",
    ),
    "negative-binomial": Law(
        "count",
        _failures_mass,
        lambda s, r, p: r * (1 - p) / p,
        lambda s, r, p: r * (1 - p) / (p * p),
        _failures_raw,
        True,
        "pu",
        mgf=_failures_mgf,
        exists=lambda s, t, r, p: _below_pole(s, t, p),
        cdf=lambda s, x, r, p: s.call("beta-lower", p, r, floored(s, x) + 1),
        parameters="successes, probability; counts failures, from 0",
    ),
    "negative binomial counts trials": Law(
        "from-first",
        lambda s, x, r, p: _failures_mass(s, x - r, r, p),
        lambda s, r, p: r / p,
        lambda s, r, p: r * (1 - p) / (p * p),
        _trials_raw,
        True,
        "nu",
        mgf=lambda s, t, r, p: exp(s, t * r) * _failures_mgf(s, t, r, p),
        exists=lambda s, t, r, p: _below_pole(s, t, p),
        cdf=lambda s, x, r, p: s.call("beta-lower", p, r, floored(s, x) - r + 1),
        parameters="successes, probability; counts trials, from the first parameter on",
    ),
    "hypergeometric": Law(
        "draws",
        lambda s, x, m, g, n: _choose(s, g, x) * _choose(s, m - g, n - x) / _choose(s, m, n),
        lambda s, m, g, n: n * g / m,
        _draws_variance,
        _draws_raw,
        True,
        "nnn",
        parameters="size of the population, successes in it, draws",
    ),
    "beta-binomial": Law(
        "to-n",
        _shared_chance_mass,
        lambda s, n, a, b: n * a / (a + b),
        lambda s, n, a, b: n * a * b * (a + b + n) / ((a + b) * (a + b) * (a + b + 1)),
        _shared_chance_raw,
        True,
        "npp",
        parameters="number of trials, two shapes",
    ),
    "zeta": Law(
        "from-one",
        lambda s, x, a: s.power(x, -a) / s.call("zeta", a),
        lambda s, a: _zeta_raw(s, 1, a),
        lambda s, a: _zeta_raw(s, 2, a) - whole(s, _zeta_raw(s, 1, a), 2),
        _zeta_raw,
        True,
        "p",
        moments=lambda s, a: a - 1,
        parameters="exponent",
    ),
    "zipf": Law(
        "to-last",
        lambda s, x, a, n: s.power(x, -a) / _power_sum(s, a, n),
        lambda s, a, n: _zipf_raw(s, 1, a, n),
        lambda s, a, n: _zipf_raw(s, 2, a, n) - whole(s, _zipf_raw(s, 1, a, n), 2),
        _zipf_raw,
        True,
        "pn",
        parameters="exponent, number of outcomes",
    ),
    "logarithmic": Law(
        "from-one",
        lambda s, x, p: -s.power(p, x) / (x * log(s, 1 - p)),
        lambda s, p: -p / ((1 - p) * log(s, 1 - p)),
        lambda s, p: -p * (p + log(s, 1 - p)) / whole(s, (1 - p) * log(s, 1 - p), 2),
        _log_series_raw,
        True,
        "u",
        mgf=lambda s, t, p: log(s, 1 - p * exp(s, t)) / log(s, 1 - p),
        exists=lambda s, t, p: 1 - p * exp(s, t),
        parameters="probability",
    ),
    "rademacher": Law(
        "sign",
        lambda s, x: s.number(1) / 2,
        lambda s: s.number(0),
        lambda s: s.number(1),
        lambda s, k: s.number(1 - k % 2),
        True,
        mgf=lambda s, t: (exp(s, t) + exp(s, -t)) / 2,
        parameters="none",
    ),
    "discrete-uniform": Law(
        "range",
        lambda s, x, a, b: 1 / (b - a + 1),
        lambda s, a, b: (a + b) / 2,
        lambda s, a, b: ((b - a + 1) * (b - a + 1) - 1) / 12,
        _range_raw,
        True,
        "nn",
        cdf=lambda s, x, a, b: (floored(s, x) - a + 1) / (b - a + 1),
        parameters="least and largest integer",
    ),
}
