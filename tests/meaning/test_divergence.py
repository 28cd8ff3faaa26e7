"""Every divergence of the table against its own integral or sum, by mpmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from generator.meaning.divergence import DIVERGENCES
from generator.meaning.systems import MeaningError
from tests.meaning.values import value

PDF: dict[str, Callable[..., Any]] = {
    "normal": lambda x, m, v: mpmath.npdf(x, m, mpmath.sqrt(v)),
    "exponential": lambda x, a: a * mpmath.exp(-a * x),
    "gamma": lambda x, a, b: b**a / mpmath.gamma(a) * x ** (a - 1) * mpmath.exp(-b * x),
    "beta": lambda x, a, b: x ** (a - 1) * (1 - x) ** (b - 1) / mpmath.beta(a, b),
    "laplace": lambda x, m, b: mpmath.exp(-abs(x - m) / b) / (2 * b),
    "bernoulli": lambda k, p: p if k else 1 - p,
    "binomial": lambda k, n, p: mpmath.binomial(n, k) * p**k * (1 - p) ** (n - k),
    "poisson": lambda k, a: a**k * mpmath.exp(-a) / mpmath.factorial(k),
    "geometric": lambda k, p: p * (1 - p) ** (k - 1),
}
LINE, HALF, UNIT = [-mpmath.inf, -1, 0, 1, 3, mpmath.inf], [0, 1, 4, mpmath.inf], [0, 0.5, 1]
#: law: printed word, two sets of parameters, where the mass is.
CASES: dict[str, tuple[str, list[str], list[str], Any]] = {
    "normal": (r"\mathcal N", ["1/3", "2"], ["-1", "3/4"], LINE),
    "exponential": (r"\mathrm{Exp}", ["3/2"], ["2/5"], HALF),
    "gamma": (r"\mathrm{Gamma}", ["5/2", "3/2"], ["4/3", "2"], HALF),
    "beta": (r"\mathrm{Beta}", ["5/2", "3/2"], ["4/3", "2"], UNIT),
    "laplace": (r"\mathrm{Laplace}", ["0", "2"], ["1", "3/4"], LINE),
    "bernoulli": (r"\mathrm{Bern}", ["1/3"], ["3/5"], range(2)),
    "binomial": (r"\mathrm{Bin}", ["5", "1/3"], ["5", "3/5"], range(6)),
    "poisson": (r"\mathrm{Poisson}", ["3/2"], ["2"], range(60)),
    "geometric": (r"\mathrm{Geom}", ["1/3"], ["3/5"], range(1, 400)),
}


def rational(text: str) -> Any:
    above, _, below = text.partition("/")
    return mpmath.mpf(above) / mpmath.mpf(below or 1)


@pytest.mark.parametrize("law", CASES)
def test_divergence_is_the_mean_of_the_log_ratio(law: str) -> None:
    word, first, second, where = CASES[law]
    p, q = ([rational(v) for v in side] for side in (first, second))
    pdf = PDF[law]

    def term(x: Any) -> Any:
        mass = pdf(x, *p)
        return mass * mpmath.log(mass / pdf(x, *q)) if mass > 0 and pdf(x, *q) > 0 else mpmath.mpf(0)

    expected = mpmath.fsum(map(term, where)) if isinstance(where, range) else mpmath.quad(term, where)
    latex = rf"\mathrm{{KL}}({word}({', '.join(first)}) \,\|\, {word}({', '.join(second)}))"
    assert abs(value("", latex, {}) - float(expected)) < 1e-9


def test_a_dirichlet_of_two_is_a_beta() -> None:
    beta = value("", r"\mathrm{KL}(\mathrm{Beta}(2, 3) \,\|\, \mathrm{Beta}(1/2, 4))", {})
    dirichlet = value("", r"\mathrm{KL}(\mathrm{Dir}((2, 3)) \,\|\, \mathrm{Dir}((1/2, 4)))", {})
    assert abs(beta - dirichlet) < 1e-12


def test_a_diagonal_normal_is_independent_ones() -> None:
    symbols = "n : size\nm, u : vector n\nS, T : matrix n n"
    values = {"m": [1, -2], "u": ["1/2", 0], "S": [[2, 0], [0, 3]], "T": [["3/2", 0], [0, 5]]}
    joint = value(symbols, r"\mathrm{KL}(\mathcal N(m, S) \,\|\, \mathcal N(u, T))", values, {"n": 2})
    one = value("", r"\mathrm{KL}(\mathcal N(1, 2) \,\|\, \mathcal N(1/2, 3/2))", {})
    two = value("", r"\mathrm{KL}(\mathcal N(-2, 3) \,\|\, \mathcal N(0, 5))", {})
    assert abs(joint - one - two) < 1e-12


@pytest.mark.parametrize(
    "latex",
    [
        r"\mathrm{KL}(\mathrm{Exp}(-1) \,\|\, \mathrm{Exp}(2))",
        r"\mathrm{KL}(\mathrm{Bern}(2) \,\|\, \mathrm{Bern}(1/2))",
        r"\mathrm{KL}(\mathcal N(0, 1) \,\|\, \mathrm{Exp}(2))",
        r"\mathrm{KL}(\mathrm{Bin}(3, 1/2) \,\|\, \mathrm{Bin}(4, 1/2))",
        r"\mathrm{KL}((1/2, 1/2) \,\|\, (1, 1))",
        r"\mathrm{KL}((1/2, 1/2) \,\|\, (1, 0))",
    ],
)
def test_what_is_no_divergence_has_no_value(latex: str) -> None:
    with pytest.raises(MeaningError):
        value("", latex, {})


def test_every_line_of_the_table_is_tested() -> None:
    assert {*CASES, "dirichlet", "categorical"} == set(DIVERGENCES)
