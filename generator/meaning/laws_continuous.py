"""The table of continuous laws: the normal by its variance, exponential and gamma by rate."""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import Any

from generator.meaning.law import Law, beta, exp, gamma, log, pi, root, shifted_raw, whole
from generator.meaning.systems import NoValue, System


def _normal(s: System, x: Any, m: Any, v: Any) -> Any:
    if not s.symbolic and s.sign(v) == 0:
        raise NoValue("a normal law of variance 0 has no density")
    return exp(s, -(x - m) * (x - m) / (2 * v)) / root(s, 2 * pi(s) * v)


def _normal_moment(s: System, k: int) -> Any:
    """(k-1)!! for even k, else 0."""
    out = 1
    for j in range(1, k, 2):
        out *= j
    return s.number(0 if k % 2 else out)


def _normal_cdf(s: System, x: Any, m: Any, v: Any) -> Any:
    return s.call("normal-cdf", (x - m) / root(s, v))


def _gamma_raw(s: System, k: int, a: Any, b: Any) -> Any:
    total = s.number(1)
    for j in range(k):
        total = total * (a + j) / b
    return total


def _gamma_density(s: System, x: Any, a: Any, b: Any) -> Any:
    return s.power(b, a) * s.power(x, a - 1) * exp(s, -b * x) / gamma(s, a)


def _beta_raw(s: System, k: int, a: Any, b: Any) -> Any:
    total = s.number(1)
    for j in range(k):
        total = total * (a + j) / (a + b + j)
    return total


def _uniform_raw(s: System, k: int, a: Any, b: Any) -> Any:
    total = s.number(0)
    for j in range(k + 1):
        total = total + whole(s, a, j) * whole(s, b, k - j)
    return total / (k + 1)


def _uniform_mgf(s: System, t: Any, a: Any, b: Any) -> Any:
    if not s.symbolic and s.sign(t) == 0:
        return s.number(1)
    return (exp(s, t * b) - exp(s, t * a)) / (t * (b - a))


def _chi2_density(s: System, x: Any, k: Any) -> Any:
    below = s.power(s.number(2), k / 2) * gamma(s, k / 2)
    return s.power(x, k / 2 - 1) * exp(s, -x / 2) / below


def _chi2_raw(s: System, k: int, m: Any) -> Any:
    total = s.number(1)
    for j in range(k):
        total = total * (m + 2 * j)
    return total


def _laplace_cdf(s: System, x: Any, m: Any, b: Any) -> Any:
    if s.sign(x - m) <= 0:
        return exp(s, (x - m) / b) / 2
    return 1 - exp(s, -(x - m) / b) / 2


def _laplace_quantile(s: System, p: Any, m: Any, b: Any) -> Any:
    return m + b * log(s, 2 * p) if s.sign(2 * p - 1) <= 0 else m - b * log(s, 2 - 2 * p)


def _laplace_raw(s: System, k: int, m: Any, b: Any) -> Any:
    return shifted_raw(s, k, m, b, lambda j: s.number(0 if j % 2 else factorial(j)))


def _gumbel_raw(s: System, k: int, m: Any, b: Any) -> Any:
    """From the cumulants of -log of an exponential: Euler's constant, then (n-1)! zeta(n)."""
    cumulants = [-s.call("digamma", s.number(1))]
    cumulants += [factorial(n - 1) * s.call("zeta", s.number(n)) for n in range(2, k + 1)]
    moments = [s.number(1)]
    for n in range(1, k + 1):
        moments.append(_next_moment(s, moments, cumulants, n))
    return shifted_raw(s, k, m, b, lambda j: moments[j])


def _next_moment(s: System, moments: list[Any], cumulants: list[Any], n: int) -> Any:
    """m_n = sum over j of C(n-1, j-1) kappa_j m_{n-j}."""
    total = s.number(0)
    for j in range(1, n + 1):
        ways = factorial(n - 1) // (factorial(j - 1) * factorial(n - j))
        total = total + ways * cumulants[j - 1] * moments[n - j]
    return total


def _gumbel_density(s: System, x: Any, m: Any, b: Any) -> Any:
    z = (x - m) / b
    return exp(s, -z - exp(s, -z)) / b


def _logistic_raw(s: System, k: int, m: Any, b: Any) -> Any:
    """E[u^j] = 2 j! (1 - 2^(1-j)) zeta(j) of the standard law, j even."""

    def moment(j: int) -> Any:
        if j == 0:
            return s.number(1)
        if j % 2:
            return s.number(0)
        return 2 * factorial(j) * s.number(1 - Fraction(2, 2**j)) * s.call("zeta", s.number(j))

    return shifted_raw(s, k, m, b, moment)


def _logistic_density(s: System, x: Any, m: Any, b: Any) -> Any:
    power = exp(s, -(x - m) / b)
    return power / (b * (1 + power) * (1 + power))


def _weibull_raw(s: System, n: int, k: Any, scale: Any) -> Any:
    return whole(s, scale, n) * gamma(s, 1 + n / k) if n else s.number(1)


def _student_density(s: System, x: Any, k: Any, *place: Any) -> Any:
    if place:  # location and squared scale
        spread = root(s, place[1])
        return _student_density(s, (x - place[0]) / spread, k) / spread
    front = gamma(s, (k + 1) / 2) / (root(s, k * pi(s)) * gamma(s, k / 2))
    return front * s.power(1 + x * x / k, -(k + 1) / 2)


def _student_raw(s: System, n: int, k: Any) -> Any:
    total = s.number(0 if n % 2 else 1)
    for i in range(1, n // 2 + 1):
        total = total * k * (2 * i - 1) / (k - 2 * i)
    return total


def _f_density(s: System, x: Any, a: Any, b: Any) -> Any:
    return (
        s.power(a / b, a / 2)
        * s.power(x, a / 2 - 1)
        * s.power(1 + a * x / b, -(a + b) / 2)
        / beta(s, a / 2, b / 2)
    )


def _f_raw(s: System, n: int, a: Any, b: Any) -> Any:
    total = s.number(1)
    for j in range(n):
        total = total * (b / a) * (a / 2 + j) / (b / 2 - j - 1)
    return total


def _inverse_gamma_raw(s: System, n: int, a: Any, b: Any) -> Any:
    total = s.number(1)
    for j in range(1, n + 1):
        total = total * b / (a - j)
    return total


def _none(s: System, *parameters: Any) -> Any:
    raise NoValue("this law has no mean")


CONTINUOUS: dict[str, Law] = {
    "normal": Law(
        "real",
        _normal,
        lambda s, m, v: m,
        lambda s, m, v: v,
        lambda s, k, m, v: shifted_raw(s, k, m, root(s, v), lambda j: _normal_moment(s, j)),
        kinds="rp",
        mgf=lambda s, t, m, v: exp(s, m * t + v * t * t / 2),
        cdf=_normal_cdf,
        quantile=lambda s, p, m, v: m + root(s, v) * s.call("normal-quantile", p),
        parameters="mean, variance",
    ),
    "exponential": Law(
        "positive",
        lambda s, x, r: r * exp(s, -r * x),
        lambda s, r: 1 / r,
        lambda s, r: 1 / (r * r),
        lambda s, k, r: _gamma_raw(s, k, s.number(1), r),
        kinds="p",
        mgf=lambda s, t, r: r / (r - t),
        exists=lambda s, t, r: r - t,
        cdf=lambda s, x, r: 1 - exp(s, -r * x),
        quantile=lambda s, p, r: -log(s, 1 - p) / r,
        parameters="rate",
    ),
    "gamma": Law(
        "positive",
        _gamma_density,
        lambda s, a, b: a / b,
        lambda s, a, b: a / (b * b),
        _gamma_raw,
        kinds="pp",
        mgf=lambda s, t, a, b: s.power(b / (b - t), a),
        exists=lambda s, t, a, b: b - t,
        cdf=lambda s, x, a, b: s.call("gamma-lower", a, b * x),
        quantile=lambda s, p, a, b: s.call("chi2-quantile", 2 * a, p) / (2 * b),
        parameters="shape, rate",
    ),
    "inverse-gamma": Law(
        "positive",
        lambda s, x, a, b: s.power(b, a) * s.power(x, -a - 1) * exp(s, -b / x) / gamma(s, a),
        lambda s, a, b: b / (a - 1),
        lambda s, a, b: b * b / ((a - 1) * (a - 1) * (a - 2)),
        _inverse_gamma_raw,
        kinds="pp",
        moments=lambda s, a, b: a,
        cdf=lambda s, x, a, b: 1 - s.call("gamma-lower", a, b / x),
        quantile=lambda s, p, a, b: 2 * b / s.call("chi2-quantile", 2 * a, 1 - p),
        parameters="shape, scale",
    ),
    "beta": Law(
        "unit",
        lambda s, x, a, b: s.power(x, a - 1) * s.power(1 - x, b - 1) / beta(s, a, b),
        lambda s, a, b: a / (a + b),
        lambda s, a, b: a * b / ((a + b) * (a + b) * (a + b + 1)),
        _beta_raw,
        kinds="pp",
        mgf=lambda s, t, a, b: s.call("kummer", a, a + b, t),
        cdf=lambda s, x, a, b: s.call("beta-lower", x, a, b),
        parameters="two shapes",
    ),
    "uniform": Law(
        "interval",
        lambda s, x, a, b: 1 / (b - a),
        lambda s, a, b: (a + b) / 2,
        lambda s, a, b: (b - a) * (b - a) / 12,
        _uniform_raw,
        kinds="rr",
        mgf=_uniform_mgf,
        cdf=lambda s, x, a, b: (x - a) / (b - a),
        quantile=lambda s, p, a, b: a + p * (b - a),
        parameters="the two ends",
    ),
    "chi2": Law(
        "positive",
        _chi2_density,
        lambda s, k: k,
        lambda s, k: 2 * k,
        _chi2_raw,
        kinds="p",
        mgf=lambda s, t, k: s.power(1 - 2 * t, -k / 2),
        exists=lambda s, t, k: 1 - 2 * t,
        cdf=lambda s, x, k: s.call("chi2-cdf", k, x),
        quantile=lambda s, p, k: s.call("chi2-quantile", k, p),
        parameters="degrees of freedom",
    ),
    "laplace": Law(
        "real",
        lambda s, x, m, b: exp(s, -s.call("abs", x - m) / b) / (2 * b),
        lambda s, m, b: m,
        lambda s, m, b: 2 * b * b,
        _laplace_raw,
        kinds="rp",
        mgf=lambda s, t, m, b: exp(s, m * t) / (1 - b * b * t * t),
        exists=lambda s, t, m, b: 1 - b * b * t * t,
        cdf=_laplace_cdf,
        quantile=_laplace_quantile,
        parameters="location, scale",
    ),
    "cauchy": Law(
        "real",
        lambda s, x, m, b: b / (pi(s) * (b * b + (x - m) * (x - m))),
        _none,
        _none,
        kinds="rp",
        moments=lambda s, m, b: s.number(1),
        cdf=lambda s, x, m, b: s.call("arctan", (x - m) / b) / pi(s) + s.number(Fraction(1, 2)),
        quantile=lambda s, p, m, b: m + b * s.call("tan", pi(s) * (p - s.number(Fraction(1, 2)))),
        parameters="location, scale",
    ),
    "gumbel": Law(
        "real",
        _gumbel_density,
        lambda s, m, b: m - b * s.call("digamma", s.number(1)),
        lambda s, m, b: pi(s) * pi(s) * b * b / 6,
        _gumbel_raw,
        kinds="rp",
        mgf=lambda s, t, m, b: exp(s, m * t) * gamma(s, 1 - b * t),
        exists=lambda s, t, m, b: 1 - b * t,
        cdf=lambda s, x, m, b: exp(s, -exp(s, -(x - m) / b)),
        quantile=lambda s, p, m, b: m - b * log(s, -log(s, p)),
        parameters="location, scale",
    ),
    "logistic": Law(
        "real",
        _logistic_density,
        lambda s, m, b: m,
        lambda s, m, b: pi(s) * pi(s) * b * b / 3,
        _logistic_raw,
        kinds="rp",
        mgf=lambda s, t, m, b: exp(s, m * t) * beta(s, 1 - b * t, 1 + b * t),
        exists=lambda s, t, m, b: 1 - b * b * t * t,
        cdf=lambda s, x, m, b: 1 / (1 + exp(s, -(x - m) / b)),
        quantile=lambda s, p, m, b: m + b * log(s, p / (1 - p)),
        parameters="location, scale",
    ),
    "lognormal": Law(
        "positive",
        lambda s, x, m, v: _normal(s, log(s, x), m, v) / x,
        lambda s, m, v: exp(s, m + v / 2),
        lambda s, m, v: exp(s, 2 * m + v) * (exp(s, v) - 1),
        lambda s, k, m, v: exp(s, k * m + k * k * v / 2),
        kinds="rp",
        cdf=lambda s, x, m, v: _normal_cdf(s, log(s, x), m, v),
        quantile=lambda s, p, m, v: exp(s, m + root(s, v) * s.call("normal-quantile", p)),
        parameters="mean and variance of the logarithm",
    ),
    "weibull": Law(
        "positive",
        lambda s, x, k, c: (k / c) * s.power(x / c, k - 1) * exp(s, -s.power(x / c, k)),
        lambda s, k, c: c * gamma(s, 1 + 1 / k),
        lambda s, k, c: c * c * (gamma(s, 1 + 2 / k) - whole(s, gamma(s, 1 + 1 / k), 2)),
        _weibull_raw,
        kinds="pp",
        cdf=lambda s, x, k, c: 1 - exp(s, -s.power(x / c, k)),
        quantile=lambda s, p, k, c: c * s.power(-log(s, 1 - p), 1 / k),
        parameters="shape, scale",
    ),
    "pareto": Law(
        "above",
        lambda s, x, m, a: a * s.power(m, a) * s.power(x, -a - 1),
        lambda s, m, a: a * m / (a - 1),
        lambda s, m, a: m * m * a / ((a - 1) * (a - 1) * (a - 2)),
        lambda s, k, m, a: whole(s, m, k) * a / (a - k),
        kinds="pp",
        moments=lambda s, m, a: a,
        cdf=lambda s, x, m, a: 1 - s.power(m / x, a),
        quantile=lambda s, p, m, a: m * s.power(1 - p, -1 / a),
        parameters="least value, shape",
    ),
    "rayleigh": Law(
        "positive",
        lambda s, x, c: x / (c * c) * exp(s, -x * x / (2 * c * c)),
        lambda s, c: c * root(s, pi(s) / 2),
        lambda s, c: (2 - pi(s) / 2) * c * c,
        lambda s, k, c: whole(s, root(s, s.number(2)) * c, k) * gamma(s, s.number(1 + Fraction(k, 2))),
        kinds="p",
        cdf=lambda s, x, c: 1 - exp(s, -x * x / (2 * c * c)),
        quantile=lambda s, p, c: c * root(s, -2 * log(s, 1 - p)),
        parameters="scale",
    ),
    "t": Law(
        "real",
        _student_density,
        lambda s, k: s.number(0),
        lambda s, k: k / (k - 2),
        _student_raw,
        kinds="p",
        moments=lambda s, k: k,
        cdf=lambda s, x, k: s.call("t-cdf", k, x),
        quantile=lambda s, p, k: s.call("t-quantile", k, p),
        parameters="degrees of freedom",
    ),
    "f": Law(
        "positive",
        _f_density,
        lambda s, a, b: b / (b - 2),
        lambda s, a, b: 2 * b * b * (a + b - 2) / (a * (b - 2) * (b - 2) * (b - 4)),
        _f_raw,
        kinds="pp",
        moments=lambda s, a, b: b / 2,
        cdf=lambda s, x, a, b: s.call("beta-lower", a * x / (a * x + b), a / 2, b / 2),
        parameters="degrees of freedom above and below",
    ),
}
