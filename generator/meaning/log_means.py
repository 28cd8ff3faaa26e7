"""E[log(..)] of random numbers: term by term, by the mean logarithm of a law where the table has it.

Sources: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions (the derivative at 0 of
E[x^s]). Every row is held against an integral of its own density by tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from generator.meaning.averages import Mean, exponent_of
from generator.meaning.law import log
from generator.meaning.laws import LAWS
from generator.meaning.log_density import log_density_of
from generator.meaning.program import Frame
from generator.meaning.systems import NoValue, System, Unsupported
from generator.meaning.tables import logarithm
from generator.notation.tree import Expr, bare


def _digamma(s: System, x: Any) -> Any:
    return s.call("digamma", x)


def _euler(s: System) -> Any:
    return -s.call("digamma", s.number(1))


#: Law -> E[log x] from its parameters.
LOG_MEANS: dict[str, Callable[..., Any]] = {
    "exponential": lambda s, r: -_euler(s) - log(s, r),
    "gamma": lambda s, a, b: _digamma(s, a) - log(s, b),
    "inverse-gamma": lambda s, a, b: log(s, b) - _digamma(s, a),
    "chi2": lambda s, k: _digamma(s, k / 2) + log(s, s.number(2)),
    "beta": lambda s, a, b: _digamma(s, a) - _digamma(s, a + b),
    "lognormal": lambda s, m, v: m,
    "weibull": lambda s, k, c: log(s, c) - _euler(s) / k,
    "pareto": lambda s, m, a: log(s, m) + 1 / a,
    "rayleigh": lambda s, b: log(s, b) + (log(s, s.number(2)) - _euler(s)) / 2,
    "frechet": lambda s, a, c: log(s, c) + _euler(s) / a,
    "beta-prime": lambda s, a, b: _digamma(s, a) - _digamma(s, b),
}
#: Law -> E[log(1 - x)], of laws on the unit interval.
LOG_REST_MEANS: dict[str, Callable[..., Any]] = {
    "beta": lambda s, a, b: _digamma(s, b) - _digamma(s, a + b),
}


def mean_of_function(mean: Mean, expr: Expr, f: Frame) -> Any:
    """The mean of a logarithm in steps; None for another function, or where a step has no value."""
    if expr.data != "log":
        return None
    try:
        return _log(mean, bare(expr.args[0]), f)
    except NoValue:  # log(ab) has a value where log a and log b have none
        return None


def _log(mean: Mean, inner: Expr, f: Frame) -> Any:
    exponent = exponent_of(inner)
    if exponent is not None:
        return mean.of(exponent, f)
    if inner.head == "pow" and not mean.varies(inner.args[1]):
        return mean.program.compiled(inner.args[1])(f) * _part(mean, inner.args[0], f)
    if inner.head == "mul":
        return sum((_part(mean, arg, f) for arg in inner.args), f.system.number(0))
    if inner.head == "div":
        return _part(mean, inner.args[0], f) - _part(mean, inner.args[1], f)
    if inner.head == "density":
        made = log_density_of(inner) if _is_inside(mean, inner, f) else None
        return None if made is None else mean.of(made, f)
    return _of_number(mean, inner, f)


def _is_inside(mean: Mean, density: Expr, f: Frame) -> bool:
    """Whether the number lies in the support of this density for sure: by its own law."""
    if density.data not in LAWS or LAWS[density.data].discrete:
        return False
    found, support = mean.numbers(density.args[0], f), LAWS[density.data].support
    if len(found) != 1 or bare(density.args[0]).head not in ("name", "entry"):
        return False
    own = LAWS[mean.law(next(iter(found)), f)[0]].support
    return support == "real" or (support == own and own in ("positive", "unit"))


def _part(mean: Mean, expr: Expr, f: Frame) -> Any:
    """E[log(..)] of one factor."""
    if not mean.varies(expr):
        return f.system.call("log", mean.program.compiled(expr)(f))
    return mean.of(logarithm(expr), f)


def _of_number(mean: Mean, expr: Expr, f: Frame) -> Any:
    """E[log(scale x)] or E[log(1 - x)] of a number of the table; None for another expression."""
    found = mean.numbers(expr, f)
    if len(found) != 1:
        return None
    number = next(iter(found))
    name, parameters = mean.law(number, f)
    if name not in LOG_MEANS or len(parameters) != len(LAWS[name].kinds):
        return None
    try:
        constant, slope = mean.affine(expr, number, f)
    except Unsupported:
        return None
    s = f.system
    if s.sign(constant) == 0:
        return LOG_MEANS[name](s, *parameters) + log(s, slope)
    if name in LOG_REST_MEANS and s.sign(constant + slope) == 0:
        return LOG_REST_MEANS[name](s, *parameters) + log(s, constant)
    return None
