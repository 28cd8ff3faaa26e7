"""More continuous laws, most of positive numbers: roots, inverses and pieces of those in the first table.

Formulas: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions; the moments of the
inverse Gaussian law are those of Chhikara and Folks (1989, section 2.4).
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import Any

from generator.meaning.law import Law, beta, exp, gamma, log, pi, rising, root, whole
from generator.meaning.systems import NoValue, System


def _phi(s: System, x: Any) -> Any:
    return s.call("normal-cdf", x)


def _bell(s: System, x: Any) -> Any:
    """The standard normal density."""
    return exp(s, -x * x / 2) / root(s, 2 * pi(s))


def _none(s: System, *parameters: Any) -> Any:
    raise NoValue("this law has no mean")


def _minus_half(s: System) -> Any:
    return s.number(Fraction(-1, 2))


def _chi_raw(s: System, n: int, k: Any) -> Any:
    """E[x^n] of the root of a chi-squared number."""
    return s.power(root(s, s.number(2)), s.number(n)) * gamma(s, (k + n) / 2) / gamma(s, k / 2)


def _chi_density(s: System, x: Any, k: Any) -> Any:
    below = s.power(s.number(2), k / 2 - 1) * gamma(s, k / 2)
    return s.power(x, k - 1) * exp(s, -x * x / 2) / below


def _chi_mean(s: System, k: Any) -> Any:
    return _chi_raw(s, 1, k)


def _inverse_normal_density(s: System, x: Any, m: Any, a: Any) -> Any:
    return root(s, a / (2 * pi(s))) * s.power(x, s.number(Fraction(-3, 2))) * exp(
        s, -a * (x - m) * (x - m) / (2 * m * m * x)
    )  # fmt: skip


def _inverse_normal_raw(s: System, n: int, m: Any, a: Any) -> Any:
    total = s.number(0)
    for j in range(n):
        ways = Fraction(factorial(n - 1 + j), factorial(j) * factorial(n - 1 - j))
        total = total + s.number(ways) * whole(s, m / (2 * a), j)
    return whole(s, m, n) * total if n else s.number(1)


def _inverse_normal_cdf(s: System, x: Any, m: Any, a: Any) -> Any:
    scale = root(s, a / x)
    return _phi(s, scale * (x / m - 1)) + exp(s, 2 * a / m) * _phi(s, -scale * (x / m + 1))


def _ratio_raw(s: System, n: int, a: Any, b: Any) -> Any:
    """E[x^n] of a quotient of gamma numbers of the shapes a and b."""
    total = rising(s, a, n)
    for j in range(1, n + 1):
        total = total / (b - j)
    return total


def _triangle(s: System, x: Any, a: Any, b: Any, c: Any) -> Any:
    rising_part, falling = 2 * (x - a) / ((b - a) * (c - a)), 2 * (b - x) / ((b - a) * (b - c))
    return rising_part if s.sign(x - c) < 0 else falling


def _triangle_raw(s: System, n: int, a: Any, b: Any, c: Any) -> Any:
    """2 / ((n+1)(n+2)) times the sum of all products a^i b^j c^k with i + j + k = n."""
    total = s.number(0)
    for i in range(n + 1):
        for j in range(n + 1 - i):
            total = total + whole(s, a, i) * whole(s, b, j) * whole(s, c, n - i - j)
    return total * s.number(Fraction(2, (n + 1) * (n + 2)))


def _triangle_cdf(s: System, x: Any, a: Any, b: Any, c: Any) -> Any:
    if s.sign(x - c) < 0:
        return (x - a) * (x - a) / ((b - a) * (c - a))
    return 1 - (b - x) * (b - x) / ((b - a) * (b - c))


def _triangle_quantile(s: System, p: Any, a: Any, b: Any, c: Any) -> Any:
    if s.sign(p - (c - a) / (b - a)) < 0:
        return a + root(s, p * (b - a) * (c - a))
    return b - root(s, (1 - p) * (b - a) * (b - c))


def _log_logistic_density(s: System, x: Any, a: Any, b: Any) -> Any:
    power = s.power(x / a, b)
    return b / x * power / ((1 + power) * (1 + power))


def _log_logistic_raw(s: System, n: int, a: Any, b: Any) -> Any:
    return whole(s, a, n) * gamma(s, 1 + n / b) * gamma(s, 1 - n / b)


def _lomax_raw(s: System, n: int, a: Any, scale: Any) -> Any:
    total = whole(s, scale, n) * factorial(n)
    for j in range(1, n + 1):
        total = total / (a - j)
    return total


def _frechet_raw(s: System, n: int, a: Any, scale: Any) -> Any:
    return whole(s, scale, n) * gamma(s, 1 - n / a)


def _squared_gap(first: Any) -> Any:
    """The variance by the raw moments of a law."""
    return lambda s, *p: first(s, 2, *p) - whole(s, first(s, 1, *p), 2)


def _cut(s: System, m: Any, v: Any, a: Any, b: Any) -> tuple[Any, Any, Any, Any]:
    """(deviation, lower end, upper end, mass between them) in units of the normal law that is cut."""
    scale = root(s, v)
    low, high = (a - m) / scale, (b - m) / scale
    return scale, low, high, _phi(s, high) - _phi(s, low)


def _cut_density(s: System, x: Any, m: Any, v: Any, a: Any, b: Any) -> Any:
    scale, _, _, mass = _cut(s, m, v, a, b)
    return _bell(s, (x - m) / scale) / (scale * mass)


def _cut_raw(s: System, n: int, m: Any, v: Any, a: Any, b: Any) -> Any:
    """By parts: E[x^k] = m E[x^(k-1)] + (k-1) v E[x^(k-2)] less the density's values at the ends."""
    scale, low, high, mass = _cut(s, m, v, a, b)
    at_low, at_high = _bell(s, low) * scale / mass, _bell(s, high) * scale / mass
    found = [s.number(1)]
    for k in range(1, n + 1):
        border = whole(s, b, k - 1) * at_high - whole(s, a, k - 1) * at_low
        before = (k - 1) * v * found[k - 2] if k > 1 else s.number(0)
        found.append(m * found[k - 1] + before - border)
    return found[n]


def _cut_cdf(s: System, x: Any, m: Any, v: Any, a: Any, b: Any) -> Any:
    scale, low, _, mass = _cut(s, m, v, a, b)
    return (_phi(s, (x - m) / scale) - _phi(s, low)) / mass


def _cut_quantile(s: System, p: Any, m: Any, v: Any, a: Any, b: Any) -> Any:
    scale, low, _, mass = _cut(s, m, v, a, b)
    return m + scale * s.call("normal-quantile", _phi(s, low) + p * mass)


def _cut_mgf(s: System, t: Any, m: Any, v: Any, a: Any, b: Any) -> Any:
    scale, low, high, mass = _cut(s, m, v, a, b)
    inside = _phi(s, high - scale * t) - _phi(s, low - scale * t)
    return exp(s, m * t + v * t * t / 2) * inside / mass


SKEWED: dict[str, Law] = {
    "maxwell": Law(
        "positive",
        lambda s, x, a: root(s, 2 / pi(s)) * x * x * exp(s, -x * x / (2 * a * a)) / (a * a * a),
        lambda s, a: 2 * a * root(s, 2 / pi(s)),
        lambda s, a: a * a * (3 - 8 / pi(s)),
        lambda s, n, a: whole(s, a, n) * _chi_raw(s, n, s.number(3)),
        kinds="p",
        cdf=lambda s, x, a: s.call("chi2-cdf", s.number(3), x * x / (a * a)),
        quantile=lambda s, p, a: a * root(s, s.call("chi2-quantile", s.number(3), p)),
        parameters="scale",
    ),
    "half-normal": Law(
        "positive",
        lambda s, x, c: 2 * _bell(s, x / c) / c,
        lambda s, c: c * root(s, 2 / pi(s)),
        lambda s, c: c * c * (1 - 2 / pi(s)),
        lambda s, n, c: whole(s, c, n) * _chi_raw(s, n, s.number(1)),
        kinds="p",
        mgf=lambda s, t, c: 2 * exp(s, c * c * t * t / 2) * _phi(s, c * t),
        cdf=lambda s, x, c: 2 * _phi(s, x / c) - 1,
        quantile=lambda s, p, c: c * s.call("normal-quantile", (1 + p) / 2),
        parameters="scale (the deviation of the normal law that is folded)",
    ),
    "half-cauchy": Law(
        "positive",
        lambda s, x, b: 2 * b / (pi(s) * (b * b + x * x)),
        _none,
        _none,
        kinds="p",
        moments=lambda s, b: s.number(1),
        cdf=lambda s, x, b: 2 * s.call("arctan", x / b) / pi(s),
        quantile=lambda s, p, b: b * s.call("tan", pi(s) * p / 2),
        parameters="scale",
    ),
    "chi": Law(
        "positive",
        _chi_density,
        _chi_mean,
        lambda s, k: k - whole(s, _chi_mean(s, k), 2),
        _chi_raw,
        kinds="p",
        cdf=lambda s, x, k: s.call("chi2-cdf", k, x * x),
        quantile=lambda s, p, k: root(s, s.call("chi2-quantile", k, p)),
        parameters="degrees of freedom",
    ),
    "inverse-gaussian": Law(
        "positive",
        _inverse_normal_density,
        lambda s, m, a: m,
        lambda s, m, a: m * m * m / a,
        _inverse_normal_raw,
        kinds="pp",
        mgf=lambda s, t, m, a: exp(s, a / m * (1 - root(s, 1 - 2 * m * m * t / a))),
        exists=lambda s, t, m, a: a - 2 * m * m * t,
        cdf=_inverse_normal_cdf,
        parameters="mean, shape",
    ),
    "beta-prime": Law(
        "positive",
        lambda s, x, a, b: s.power(x, a - 1) * s.power(1 + x, -a - b) / beta(s, a, b),
        lambda s, a, b: a / (b - 1),
        lambda s, a, b: a * (a + b - 1) / ((b - 2) * (b - 1) * (b - 1)),
        _ratio_raw,
        kinds="pp",
        moments=lambda s, a, b: b,
        cdf=lambda s, x, a, b: s.call("beta-lower", x / (1 + x), a, b),
        parameters="two shapes",
    ),
    "kumaraswamy": Law(
        "unit",
        lambda s, x, a, b: a * b * s.power(x, a - 1) * s.power(1 - s.power(x, a), b - 1),
        lambda s, a, b: b * beta(s, 1 + 1 / a, b),
        lambda s, a, b: b * beta(s, 1 + 2 / a, b) - whole(s, b * beta(s, 1 + 1 / a, b), 2),
        lambda s, n, a, b: b * beta(s, 1 + n / a, b),
        kinds="pp",
        cdf=lambda s, x, a, b: 1 - s.power(1 - s.power(x, a), b),
        quantile=lambda s, p, a, b: s.power(1 - s.power(1 - p, 1 / b), 1 / a),
        parameters="two shapes",
    ),
    "arcsine": Law(
        "unit",
        lambda s, x: s.power(x, _minus_half(s)) * s.power(1 - x, _minus_half(s)) / pi(s),
        lambda s: s.number(Fraction(1, 2)),
        lambda s: s.number(Fraction(1, 8)),
        lambda s, n: rising(s, s.number(Fraction(1, 2)), n) / factorial(n),
        cdf=lambda s, x: 2 * s.call("arcsin", root(s, x)) / pi(s),
        quantile=lambda s, p: whole(s, s.call("sin", pi(s) * p / 2), 2),
        parameters="none",
    ),
    "triangular": Law(
        "interval",
        _triangle,
        lambda s, a, b, c: (a + b + c) / 3,
        lambda s, a, b, c: (a * a + b * b + c * c - a * b - a * c - b * c) / 18,
        _triangle_raw,
        kinds="rrr",
        cdf=_triangle_cdf,
        quantile=_triangle_quantile,
        parameters="the two ends, the mode between them",
    ),
    "truncated-normal": Law(
        "last two",
        _cut_density,
        lambda s, m, v, a, b: _cut_raw(s, 1, m, v, a, b),
        _squared_gap(_cut_raw),
        _cut_raw,
        kinds="rprr",
        mgf=_cut_mgf,
        cdf=_cut_cdf,
        quantile=_cut_quantile,
        parameters="mean and variance of the normal law that is cut, the two ends",
    ),
    "frechet": Law(
        "positive",
        lambda s, x, a, c: a / x * s.power(c / x, a) * exp(s, -s.power(c / x, a)),
        lambda s, a, c: _frechet_raw(s, 1, a, c),
        _squared_gap(_frechet_raw),
        _frechet_raw,
        kinds="pp",
        moments=lambda s, a, c: a,
        cdf=lambda s, x, a, c: exp(s, -s.power(c / x, a)),
        quantile=lambda s, p, a, c: c * s.power(-log(s, p), -1 / a),
        parameters="shape, scale",
    ),
    "log-logistic": Law(
        "positive",
        _log_logistic_density,
        lambda s, a, b: _log_logistic_raw(s, 1, a, b),
        _squared_gap(_log_logistic_raw),
        _log_logistic_raw,
        kinds="pp",
        moments=lambda s, a, b: b,
        cdf=lambda s, x, a, b: 1 / (1 + s.power(x / a, -b)),
        quantile=lambda s, p, a, b: a * s.power(p / (1 - p), 1 / b),
        parameters="scale, shape",
    ),
    "lomax": Law(
        "positive",
        lambda s, x, a, c: a / c * s.power(1 + x / c, -a - 1),
        lambda s, a, c: c / (a - 1),
        _squared_gap(_lomax_raw),
        _lomax_raw,
        kinds="pp",
        moments=lambda s, a, c: a,
        cdf=lambda s, x, a, c: 1 - s.power(1 + x / c, -a),
        quantile=lambda s, p, a, c: c * (s.power(1 - p, -1 / a) - 1),
        parameters="shape, scale",
    ),
    "levy": Law(
        "above",
        lambda s, x, m, c: (
            root(s, c / (2 * pi(s))) * exp(s, -c / (2 * (x - m))) * s.power(x - m, s.number(Fraction(-3, 2)))
        ),
        _none,
        _none,
        kinds="rp",
        moments=lambda s, m, c: s.number(Fraction(1, 2)),
        cdf=lambda s, x, m, c: 2 * _phi(s, -root(s, c / (x - m))),
        quantile=lambda s, p, m, c: m + c / whole(s, s.call("normal-quantile", p / 2), 2),
        parameters="least value, scale",
    ),
}
