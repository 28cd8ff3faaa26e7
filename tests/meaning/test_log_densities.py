"""Logarithms of densities and their means, each against the density itself."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import arb

from generator.meaning.law import log
from generator.meaning.laws import LAWS, density, in_support
from generator.meaning.log_density import log_density, log_density_of
from generator.meaning.log_means import LOG_MEANS, LOG_REST_MEANS
from generator.meaning.points import BALLS
from generator.notation.tree import Expr
from tests.meaning.test_laws import CONTINUOUS, POINTS, near, parameters_of, point


def inside(name: str) -> list[arb]:
    """The points tried that lie in the support."""
    points = [BALLS.number(Fraction(p)) for p in POINTS]
    found = [x for x in points if in_support(BALLS, LAWS[name].support, x, parameters_of(name))]
    return [x for x in found if density(point(name), name, x, parameters_of(name)) > 0]


@pytest.mark.parametrize("name", CONTINUOUS)
def test_term_by_term_is_the_logarithm(name: str) -> None:
    f = point(name)
    assert inside(name)
    for x in inside(name):
        found = log_density(f, LAWS[name].density, x, parameters_of(name))
        assert near(found, density(f, name, x, parameters_of(name)).log())


@pytest.mark.parametrize("name", CONTINUOUS)
def test_the_written_sum_is_the_logarithm(name: str) -> None:
    f = point(name)
    places = [Expr("name", (), n, shape=()) for n in ("x", *(f"a_{k}" for k in range(len(LAWS[name].kinds))))]
    written = log_density_of(Expr("density", tuple(places), name, shape=()))
    if written is None:  # a formula with branches
        assert name in ("laplace", "triangular", "truncated-normal", "uniform")
        return
    for x in inside(name):
        found = f.program.compiled(written)(f.child({"x": x}))
        assert near(found, density(f, name, x, parameters_of(name)).log())


def test_far_out_the_logarithm_stays_a_number() -> None:
    f, far = point("gamma"), arb(10) ** 30
    found = log_density(f, LAWS["gamma"].density, far, parameters_of("gamma"))
    assert found < -(arb(10) ** 29) and found.is_finite()


def by_quadrature(name: str, of: Any) -> mpmath.mpf:
    f, parameters = point(name), parameters_of(name)
    ends = {"unit": [0, "0.5", 1], "above": ["0.75", 2, 8, mpmath.inf]}
    cuts = ends.get(LAWS[name].support, [0, "0.25", "0.75", 1, 3, 8, mpmath.inf])

    def at(x: Any) -> mpmath.mpf:
        ball = arb(mpmath.nstr(x, 30))
        value = density(f, name, ball, parameters) * of(ball) if ball > 0 else arb(0)
        return mpmath.mpf(value.mid().str(20, radius=False)) if value.is_finite() else mpmath.mpf(0)

    return mpmath.quad(at, cuts, maxdegree=8)


@pytest.mark.parametrize("name", LOG_MEANS)
def test_mean_logarithm_against_mpmath(name: str) -> None:
    expected = by_quadrature(name, lambda x: log(BALLS, x))
    found = LOG_MEANS[name](BALLS, *parameters_of(name))
    assert abs(mpmath.mpf(arb(found).mid().str(20, radius=False)) - expected) < mpmath.mpf("1e-6")


@pytest.mark.parametrize("name", LOG_REST_MEANS)
def test_mean_logarithm_of_the_rest_against_mpmath(name: str) -> None:
    expected = by_quadrature(name, lambda x: log(BALLS, 1 - x) if x < 1 else arb(0))
    found = LOG_REST_MEANS[name](BALLS, *parameters_of(name))
    assert abs(mpmath.mpf(arb(found).mid().str(20, radius=False)) - expected) < mpmath.mpf("1e-6")
