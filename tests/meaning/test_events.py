"""Events, means by the law, implied functions: against closed forms and mpmath's quadrature."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest

from generator.load import load_topic
from generator.meaning.points import BALLS, frame_at
from generator.meaning.program import Program
from generator.meaning.sampling import Point
from generator.meaning.systems import Kink, MeaningError, NoValue, Unsupported
from generator.notation.parse import parse_expression
from generator.notation.table import SymbolTable
from generator.notation.topic import read_topic
from generator.verify import probability
from tests.meaning.values import exact, number
from tests.verify.asking import text

assert probability  # gives \Pr its meaning

TOPIC = r"""title: Laws
symbols: |
  n       : size
  i       : index n
  X, Y, Z : scalar
  N       : integer
  W       : vector n
  T       : scalar, random
  U, V    : scalar
  a, b    : scalar, > 0
  k       : integer
  F_X(u)  : function cdf
  f_X(u)  : function density
  Q_X(u)  : function quantile
setup:
- given: X \sim \mathrm{Gamma}(3, 2)
- given: Y \sim \mathrm{Laplace}(1, 2)
- given: Z \sim \mathcal N(a, b^2)
- given: N \sim \mathrm{Poisson}(a)
- given: W_i \overset{\mathrm{iid}}{\sim} \mathrm{Exp}(b)
- given: X \perp N
- given: U \sim \mathrm{Exp}(b)
- given: V \sim \mathrm{Exp}(a)
- given: U \perp V
- given: U \perp N
steps:
- claim: F_X(a) + f_X(a) + Q_X(\frac12) + T + E[Y Z + U V] + b + k + W_i = a
"""
A, B = mpmath.mpf(5) / 4, mpmath.mpf(3) / 4


def gamma_density(x: Any) -> Any:
    return 4 * x**2 * mpmath.exp(-2 * x)


def over_gamma(function: Any, low: Any = 0) -> Any:
    return mpmath.quad(lambda x: function(x) * gamma_density(x), [low, low + 1, low + 4, mpmath.inf])


def gamma_tail(x: Any) -> Any:
    return mpmath.gammainc(3, 2 * x, regularized=True)


VALUES: dict[str, Any] = {
    r"\Pr(X > a)": lambda: gamma_tail(A),
    r"\Pr(X \le -1)": lambda: 0,
    r"\Pr(b < X \le a)": lambda: gamma_tail(B) - gamma_tail(A),
    r"\Pr(2 X - 1 > a)": lambda: gamma_tail((A + 1) / 2),
    r"\Pr(-X \ge -a)": lambda: 1 - gamma_tail(A),
    r"\Pr(X \in [b, a])": lambda: gamma_tail(B) - gamma_tail(A),
    r"\Pr(X > a + b \mid X > a)": lambda: gamma_tail(A + B) / gamma_tail(A),
    r"\Pr(|Y| \le a)": lambda: mpmath.quad(lambda y: mpmath.exp(-abs(y - 1) / 2) / 4, [-A, 1, A]),
    r"\Pr(|Y - 1| > a)": lambda: mpmath.exp(-A / 2),
    r"\Pr(Z > 0)": lambda: mpmath.ncdf(A / B),
    r"\Pr(Z > 0 \mid Z > -1)": lambda: mpmath.ncdf(A / B) / mpmath.ncdf((A + 1) / B),
    r"\Pr(N = 2)": lambda: A**2 / 2 * mpmath.exp(-A),
    r"\Pr(N \ne 2)": lambda: 1 - A**2 / 2 * mpmath.exp(-A),
    r"\Pr(N < 2)": lambda: (1 + A) * mpmath.exp(-A),
    r"\Pr(N \le 2 b)": lambda: (1 + A) * mpmath.exp(-A),
    r"\Pr(N \ge 1, X > a)": lambda: (1 - mpmath.exp(-A)) * gamma_tail(A),
    r"\Pr(W_1 > a, W_2 \le b)": lambda: mpmath.exp(-A * B) * (1 - mpmath.exp(-B * B)),
    r"\Pr(T \le a) + \Pr(T > a)": lambda: 1,
    r"\Pr(U > V)": lambda: A / (A + B),
    r"\Pr(U + 2 V \le 1)": lambda: mpmath.quad(
        lambda v: A * mpmath.exp(-A * v) * (1 - mpmath.exp(-B * (1 - 2 * v))), [0, 0.5]
    ),
    r"\Pr(N < U)": lambda: mpmath.exp(-A * (1 - mpmath.exp(-B))),
    r"E[\log X]": lambda: mpmath.digamma(3) - mpmath.log(2),
    r"E[\sqrt X + 2 X]": lambda: over_gamma(mpmath.sqrt) + 3,
    r"E\left[\frac1X\right]": lambda: 1,
    r"E[\max(X, a)]": lambda: A * (1 - gamma_tail(A)) + over_gamma(lambda x: x, A),
    r"E[\log(X) \, N^2]": lambda: (mpmath.digamma(3) - mpmath.log(2)) * (A + A**2),
    r"E[e^{-a X}]": lambda: (2 / (2 + A)) ** 3,
    r"E[e^{a N}]": lambda: mpmath.exp(A * (mpmath.exp(A) - 1)),
    r"E[2^N]": lambda: mpmath.exp(A),
    r"E[|Z|]": lambda: mpmath.quad(lambda z: abs(z) * mpmath.npdf(z, A, B), [-mpmath.inf, 0, A, mpmath.inf]),
    r"E\left[\sum_{i=1}^n \log W_i\right]": lambda: 3 * (-mpmath.euler - mpmath.log(B)),
    r"E[\mathbf 1\{X > a\}]": lambda: gamma_tail(A),
    r"\mathrm{Var}(\log X)": lambda: mpmath.psi(1, 3),
    r"E[X \mid X > a]": lambda: over_gamma(lambda x: x, A) / gamma_tail(A),
    r"E[N \mid N \ge 1]": lambda: A / (1 - mpmath.exp(-A)),
    r"E[N \mid N > 2 b]": lambda: (A - A * mpmath.exp(-A)) / (1 - (1 + A) * mpmath.exp(-A)),
    r"E_{R \sim \mathrm{Unif}(0, a)}[\sin R]": lambda: (1 - mpmath.cos(A)) / A,
    r"\Pr(X^2 > a)": lambda: gamma_tail(mpmath.sqrt(A)),
    r"\Pr(e^{-X} < a/2)": lambda: gamma_tail(-mpmath.log(A / 2)),
    r"\Pr\left(\frac{1}{X} > a\right)": lambda: 1 - gamma_tail(1 / A),
    r"\Pr\left(\frac{X}{1 + X} \le \frac12\right)": lambda: 1 - gamma_tail(1),
    r"\Pr(\max(U, V) \le 1)": lambda: (1 - mpmath.exp(-B)) * (1 - mpmath.exp(-A)),
    r"\Pr(\min(U, V) > 1)": lambda: mpmath.exp(-A - B),
    r"\Pr(\sum_{i=1}^n W_i > 1)": lambda: mpmath.gammainc(3, B) / mpmath.gamma(3),
    r"\Pr(U + V > a)": lambda: (A * mpmath.exp(-B * A) - B * mpmath.exp(-A * A)) / (A - B),
    r"F_X(a)": lambda: 1 - gamma_tail(A),
    r"f_X(a)": lambda: gamma_density(A),
    r"F_X(Q_X(\frac13))": lambda: mpmath.mpf(1) / 3,
    r"\frac{d}{da} F_X(a)": lambda: gamma_density(A),
    r"\frac{d}{da} \Pr(X \le a)": lambda: gamma_density(A),
}
NOTHING: dict[str, type[MeaningError]] = {
    r"\Pr(X > 1 \mid X < -1)": NoValue,
    r"\Pr(X > a, Y > a)": Unsupported,
    r"\Pr(X > Y)": Unsupported,
    r"\Pr(X > N + X)": Unsupported,
    r"\Pr(X^2 + X > a)": Unsupported,
    r"E\left[\frac{1}{X^3}\right]": NoValue,
    r"E[e^{3 X}]": NoValue,
    r"E[\log Z]": NoValue,
    r"E[\log(X) Y]": Unsupported,
    r"E[\log(X + N)]": Unsupported,
    r"E[Y \mid X > a]": Unsupported,
    r"Q_X(1)": NoValue,
    r"\frac{d}{da} \Pr(X \le a - \frac54)": Kink,
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    path = tmp_path_factory.mktemp("laws") / "laws.yaml"
    path.write_text(TOPIC, encoding="utf-8")
    return Program(read_topic(load_topic(path)).scopes["topic"])


def evaluated(program: Program, latex: str) -> Any:
    f = frame_at(Point({"n": 3}, {"a": exact("5/4"), "b": exact("3/4"), "k": exact(2)}), program, BALLS)
    return program.compiled(parse_expression(text(latex), SymbolTable(program.symbols)))(f)


@pytest.mark.parametrize("latex", VALUES)
def test_value(latex: str, program: Program) -> None:
    assert number(evaluated(program, latex)) == pytest.approx(float(VALUES[latex]()), rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("latex", NOTHING)
def test_nothing(latex: str, program: Program) -> None:
    with pytest.raises(NOTHING[latex]):
        evaluated(program, latex)
