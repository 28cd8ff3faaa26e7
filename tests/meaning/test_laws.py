"""Every law of the table against its own density: total mass, mean, variance and raw moments."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import arb

from generator.meaning.laws import LAWS, in_support
from generator.meaning.points import BALLS

PARAMETERS: dict[str, tuple[str, ...]] = {
    "normal": ("3/4", "5/2"),
    "bernoulli": ("3/8",),
    "binomial": ("5", "3/8"),
    "poisson": ("7/4",),
    "exponential": ("5/4",),
    "gamma": ("7/2", "5/4"),
    "beta": ("5/2", "7/4"),
    "uniform": ("-1/2", "7/4"),
    "chi2": ("5",),
    "laplace": ("1/4", "3/4"),
    "geometric": ("3/8",),
}
SUPPORT: dict[str, Any] = {
    "real": [-mpmath.inf, -2, mpmath.mpf(1) / 4, 3, mpmath.inf],
    "positive": [0, 1, mpmath.inf],
    "unit": [0, 1],
    "bit": range(2),
    "to-n": range(6),
    "count": range(60),
    "from-one": range(1, 200),
}


def ball(value: Any) -> arb:
    if isinstance(value, str):
        top = Fraction(value)
        return BALLS.number(top)
    return arb(str(mpmath.nstr(value, 60)))


def expected(name: str, power: int) -> mpmath.mpf:
    """The raw moment by adding up or integrating the density of the table."""
    law, parameters = LAWS[name], [ball(p) for p in PARAMETERS[name]]

    def term(x: Any) -> mpmath.mpf:
        value = law.density(BALLS, ball(x) if not isinstance(x, int) else arb(x), *parameters)
        return mpmath.mpf(value.mid().str(30, radius=False)) * mpmath.mpf(x) ** power

    if law.discrete:
        return mpmath.fsum(term(x) for x in SUPPORT[law.support])
    ends = SUPPORT.get(law.support) or [mpmath.mpf(-1) / 2, mpmath.mpf(7) / 4]
    return mpmath.quad(term, ends, maxdegree=7)


def test_every_law_is_tried() -> None:
    assert set(PARAMETERS) == set(LAWS)


@pytest.mark.parametrize("name", PARAMETERS)
def test_moments(name: str) -> None:
    law, parameters = LAWS[name], [ball(p) for p in PARAMETERS[name]]
    first, second = expected(name, 1), expected(name, 2)
    assert float(expected(name, 0)) == pytest.approx(1, rel=1e-8)
    assert float(law.mean(BALLS, *parameters)) == pytest.approx(float(first), rel=1e-8)
    assert float(law.variance(BALLS, *parameters)) == pytest.approx(float(second - first**2), rel=1e-7)
    if law.raw is not None:
        for power in range(5):
            found = law.raw(BALLS, power, *parameters)
            assert float(arb(found)) == pytest.approx(float(expected(name, power)), rel=1e-7)


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("bernoulli", ("0", "1"), ("1/2", "2", "-1")),
        ("binomial", ("0", "5"), ("6", "-1", "5/2")),
        ("poisson", ("0", "9"), ("-1", "1/3")),
        ("exponential", ("1/9",), ("-1/9",)),
        ("beta", ("1/9",), ("10/9", "-1/9")),
        ("uniform", ("-1/2", "1", "7/4"), ("2", "-1")),
        ("geometric", ("1", "4"), ("0", "3/2")),
        ("normal", ("-7", "0"), ()),
    ],
)
def test_support(name: str, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    parameters = [ball(p) for p in PARAMETERS[name]]
    for x in inside:
        assert in_support(BALLS, LAWS[name].support, ball(x), parameters)
    for x in outside:
        assert not in_support(BALLS, LAWS[name].support, ball(x), parameters)
