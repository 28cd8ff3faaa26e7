"""Quantiles and distribution functions in balls against mpmath."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb

from generator.meaning.systems import MeaningError, chi2_quantile, normal_quantile, student_quantile

PROBABILITIES = ("0.01", "0.3", "0.5", "0.9", "0.975", "0.9995")


def student_cdf(x: mpmath.mpf, freedom: int) -> mpmath.mpf:
    """Student's distribution function by its density's integral in closed form."""
    tail = mpmath.betainc(mpmath.mpf(freedom) / 2, 0.5, 0, freedom / (freedom + x * x), regularized=True) / 2
    return tail if x < 0 else 1 - tail


def chi2_cdf(x: mpmath.mpf, freedom: int) -> mpmath.mpf:
    """The chi-squared distribution function."""
    return mpmath.gammainc(mpmath.mpf(freedom) / 2, 0, x / 2, regularized=True)


def middle(ball: arb) -> mpmath.mpf:
    """The middle of a ball whose radius is negligible."""
    assert ball.rad() < arb(10) ** -45 * (1 + abs(ball.mid()))
    return mpmath.mpf(ball.mid().str(60, radius=False))


@pytest.mark.parametrize("p", PROBABILITIES)
@pytest.mark.parametrize("freedom", [1, 2, 3, 7, 30, 101])
def test_student(p: str, freedom: int) -> None:
    with mpmath.workdps(50):
        x = middle(student_quantile(arb(freedom), arb(p)))
        assert mpmath.almosteq(student_cdf(x, freedom), mpmath.mpf(p), 1e-40)


@pytest.mark.parametrize("p", PROBABILITIES)
@pytest.mark.parametrize("freedom", [1, 2, 5, 40])
def test_chi_squared(p: str, freedom: int) -> None:
    with mpmath.workdps(50):
        x = middle(chi2_quantile(arb(freedom), arb(p)))
        assert mpmath.almosteq(chi2_cdf(x, freedom), mpmath.mpf(p), 1e-40)


@pytest.mark.parametrize("p", PROBABILITIES)
def test_normal(p: str) -> None:
    with mpmath.workdps(50):
        x = middle(normal_quantile(arb(p)))
        assert mpmath.almosteq(mpmath.ncdf(x), mpmath.mpf(p), 1e-40)


@pytest.mark.parametrize("p", ["0", "1", "-0.5", "1.5"])
def test_no_probability(p: str) -> None:
    with pytest.raises(MeaningError):
        student_quantile(arb(3), arb(p))
