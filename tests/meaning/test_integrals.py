"""Integrals and series against mpmath, and what has no bound or diverges."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import arb

from generator.meaning.growth import Growth, constant, variable
from generator.meaning.systems import MeaningError, NoValue, Unsupported
from generator.meaning.tails import GrowthSystem
from generator.notation.parse import parse_expression
from generator.notation.table import SymbolTable
from tests.meaning.values import frame, value
from tests.verify.asking import text

SYMBOLS = "a, b : scalar, > 0\nt : scalar"
AT = {"a": "5/4", "b": "11/8"}
A, B = mpmath.mpf(5) / 4, mpmath.mpf(11) / 8

INTEGRALS: dict[str, Any] = {
    r"\int_a^b \frac{\sin t}{t} \, dt": lambda: mpmath.quad(lambda t: mpmath.sin(t) / t, [A, B]),
    r"\int_0^a \sqrt t \, dt": lambda: mpmath.mpf(2) / 3 * A**1.5,
    r"\int_0^1 t^{a/8 - 1} \, dt": lambda: 8 / A,
    r"\int_0^1 \log t \, dt": lambda: mpmath.mpf(-1),
    r"\int_0^1 \frac{1}{\sqrt{t (1 - t)}} \, dt": lambda: mpmath.pi,
    r"\int_0^\infty e^{-a t^2} \, dt": lambda: mpmath.sqrt(mpmath.pi / A) / 2,
    r"\int_{-\infty}^\infty e^{-|t| b} \, dt": lambda: 2 / B,
    r"\int_1^\infty t^{-a} \, dt": lambda: 1 / (A - 1),
    r"\int_0^\infty \frac{1}{(1 + t)^{b + 1}} \, dt": lambda: 1 / B,
    r"\int_0^\infty \frac{\log t}{1 + t^2} \, dt": lambda: mpmath.mpf(0),
    r"\int_0^\infty e^{-\sqrt t} \, dt": lambda: mpmath.mpf(2),
    r"\int_0^\infty \frac{t}{e^t - 1} \, dt": lambda: mpmath.pi**2 / 6,
    r"\int_{-1}^2 |t| \, dt": lambda: mpmath.mpf(5) / 2,
    r"\int_0^2 \max(t, 1) \, dt": lambda: mpmath.mpf(5) / 2,
    r"\int_0^3 \mathbf 1\{t \le a\} \, dt": lambda: A,
    r"\int_b^a t \, dt": lambda: (A**2 - B**2) / 2,
    r"\left[t^2\right]_{t=a}^{b}": lambda: B**2 - A**2,
    r"\frac{d}{da} \int_0^\infty e^{-a t} \, dt": lambda: -1 / A**2,
    r"\frac{d^2}{da^2} \int_a^b e^{a t} \, dt": lambda: mpmath.diff(
        lambda x: mpmath.quad(lambda t: mpmath.exp(x * t), [x, B]), A, 2
    ),
    r"\frac{d}{db} \int_b^\infty e^{-a t} \, dt": lambda: -mpmath.exp(-A * B),
}

SERIES: dict[str, Any] = {
    r"\sum_{n=0}^\infty \frac{a^n}{n!}": lambda: mpmath.exp(A),
    r"\sum_{n=1}^\infty \frac{1}{n^2}": lambda: mpmath.zeta(2),
    r"\sum_{n=1}^\infty n^{-a}": lambda: mpmath.zeta(A),
    r"\sum_{n=2}^\infty \frac{\log n}{n^2}": lambda: -mpmath.zeta(2, 1, 1),
    r"\sum_{n=1}^\infty \frac{(-1)^{n+1}}{n}": lambda: mpmath.log(2),
    r"\sum_{n=0}^\infty \frac{(-1)^n}{2 n + a}": lambda: mpmath.nsum(
        lambda n: (-1) ** int(n) / (2 * n + A), [0, mpmath.inf]
    ),
    r"\sum_{n=0}^\infty \frac{1}{(n + b)^2}": lambda: mpmath.psi(1, B),
    r"\sum_{n=0}^\infty \binom{2 n}{n} \left(\frac15\right)^n": lambda: mpmath.sqrt(5),
    r"\sum_{n=1}^\infty \frac{n!}{n^n}": lambda: mpmath.nsum(
        lambda n: mpmath.factorial(n) / n**n, [1, mpmath.inf]
    ),
    r"\sum_{n=3}^\infty \left(\frac{a}{b}\right)^n": lambda: (A / B) ** 3 / (1 - A / B),
    r"\sum_{n=0}^\infty \mathrm{Poisson}(n; a)": lambda: mpmath.mpf(1),
    r"\frac{d}{da} \sum_{n=1}^\infty \frac{1}{(n + a)^2}": lambda: mpmath.psi(2, A + 1),
    r"\sum_{n=1}^\infty e^{-a \sqrt n}": lambda: mpmath.nsum(
        lambda n: mpmath.exp(-A * mpmath.sqrt(n)), [1, mpmath.inf], method="e"
    ),
}

NO_VALUE = [
    r"\int_1^\infty \frac1t \, dt",
    r"\int_0^1 \frac1t \, dt",
    r"\int_0^1 t^{-a} \, dt",
    r"\int_1^\infty \frac{1}{\sqrt t} \, dt",
    r"\int_0^\infty e^{a t} \, dt",
    r"\int_{-\infty}^\infty t^2 \, dt",
    r"\int_{-1}^1 \log t \, dt",
    r"\int_{-2}^{-1} \sqrt t \, dt",
    r"\sum_{n=1}^\infty \frac1n",
    r"\sum_{n=1}^\infty \frac{1}{\sqrt n}",
    r"\sum_{n=0}^\infty a^n",
    r"\sum_{n=0}^\infty \frac{n!}{10^n}",
]

NO_BOUND = [
    r"\int_0^1 \frac{1}{3 t - 1} \, dt",
    r"\int_1^\infty \frac{\sin t}{t} \, dt",
    r"\sum_{n=0}^\infty (-1)^n",
    r"\sum_{n=1}^\infty \frac{\sin n}{n}",
    r"\sum_{n=2}^\infty \frac{1}{n \log n}",
    r"\int_0^a \int_0^t b \, du \, dt",
    r"\int_0^\infty \mathrm{Poisson}(t; a) \, dt",
    r"\frac{d}{da} \int_0^3 \mathbf 1\{t \le a\} \, dt",
]


@pytest.mark.parametrize("latex", INTEGRALS | SERIES)
def test_value(latex: str) -> None:
    """Against a closed form or mpmath's own quadrature and summation."""
    with mpmath.workdps(30):
        expected = float((INTEGRALS | SERIES)[latex]())
    assert value(SYMBOLS, latex, AT) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def evaluated(latex: str) -> Any:
    at = frame(SYMBOLS, AT)
    expr = parse_expression(text(latex), SymbolTable(at.program.symbols))
    return at.program.compiled(expr)(at)


@pytest.mark.parametrize("latex", NO_VALUE)
def test_has_no_value(latex: str) -> None:
    with pytest.raises(NoValue):
        evaluated(latex)


@pytest.mark.parametrize("latex", NO_BOUND)
def test_has_no_bound(latex: str) -> None:
    """What may converge but has no bound is neither true nor false."""
    with pytest.raises(Unsupported):
        evaluated(latex)


FUNCTIONS: dict[str, tuple[Any, Any]] = {
    "sum": (lambda s, t: 3 * t * t - 7 * t + 2, lambda t: 3 * t**2 - 7 * t + 2),
    "quotient": (lambda s, t: (t + 5) / (t * t - 3), lambda t: (t + 5) / (t**2 - 3)),
    "exponential": (lambda s, t: s.call("exp", 3 - t / 2), lambda t: mpmath.exp(3 - t / 2)),
    "logarithm": (lambda s, t: s.call("log", t * t + 4 * t), lambda t: mpmath.log(t**2 + 4 * t)),
    "root": (lambda s, t: s.call("sqrt", t * t - 5), lambda t: mpmath.sqrt(t**2 - 5)),
    "gamma": (lambda s, t: 1 / s.call("gamma", t + 1), lambda t: 1 / mpmath.gamma(t + 1)),
    "power": (
        lambda s, t: s.power(1 + 1 / t, t * t) * s.call("exp", -t),
        lambda t: (1 + 1 / t) ** (t**2) * mpmath.exp(-t),
    ),
    "tower": (lambda s, t: s.call("exp", t - s.call("exp", t)), lambda t: mpmath.exp(t - mpmath.exp(t))),
    "cosine": (lambda s, t: s.call("cos", t) / t, lambda t: mpmath.cos(t) / t),
    "normal tail": (
        lambda s, t: 1 - s.call("normal-cdf", t),
        lambda t: mpmath.erfc(t / mpmath.sqrt(2)) / 2,
    ),
    "digamma": (lambda s, t: s.call("digamma", t + 2) / t, lambda t: mpmath.digamma(t + 2) / t),
    "lognormal": (
        lambda s, t: s.call("exp", -s.call("log", t) * s.call("log", t)),
        lambda t: mpmath.exp(-(mpmath.log(t) ** 2)),
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("start", [12, 64])
def test_a_majorant_is_not_exceeded(name: str, start: int) -> None:
    """At places from the start on, the bound is at least the function; and its tail at least an integral."""
    ours, exact = FUNCTIONS[name]
    system = GrowthSystem(start)
    made = ours(system, variable(system.start))
    assert isinstance(made, Growth)
    bounds = made.majorants()
    for step in (0, 1, 7, 100, 900):
        t = mpmath.mpf(start + step)
        bound = sum((m.at(arb(start + step)) for m in bounds), arb(0))
        assert bound.upper() >= arb(mpmath.nstr(abs(exact(t)), 15)) * (1 - arb(10) ** -10)


def test_a_majorant_is_not_idle() -> None:
    """It falls as fast as the function: a factor of 10 at most is given away where nothing is dropped."""
    system = GrowthSystem(32)
    made = FUNCTIONS["exponential"][0](system, variable(system.start))
    assert sum((m.at(arb(32)) for m in made.majorants()), arb(0)) < 10 * arb(-13).exp()


def test_what_cannot_be_compared_is_refused() -> None:
    system = GrowthSystem(16)
    t = variable(system.start)
    with pytest.raises(MeaningError):
        (t - t * constant(Fraction(1), system.start) + system.call("cos", t)).inverse()
    with pytest.raises(Unsupported):
        system.call("exp", t * t).majorants()
    with pytest.raises(Unsupported):
        system.call("gamma", -t)
