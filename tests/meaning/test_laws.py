"""Every law of the table against its own density: mass, moments, generating function, cdf, quantiles.

Two judges: rigorous integrals and sums of our own, and mpmath's quadrature of the same density.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import arb

from generator.meaning.cumulative import borders, cdf, quantile_of
from generator.meaning.laws import LAWS, RAW_MOMENTS, density, ends, in_support
from generator.meaning.points import BALLS
from generator.meaning.program import Frame
from generator.meaning.quadrature import integrate
from generator.meaning.systems import NoValue, Unsupported, whole_power
from tests.meaning.values import frame

PARAMETERS: dict[str, tuple[str, ...]] = {
    "normal": ("3/4", "5/2"),
    "bernoulli": ("3/8",),
    "binomial": ("5", "3/8"),
    "poisson": ("7/4",),
    "geometric": ("3/8",),
    "geometric from 0": ("3/8",),
    "negative-binomial": ("5/2", "3/8"),
    "negative binomial counts trials": ("3", "5/8"),
    "hypergeometric": ("9", "5", "4"),
    "rademacher": (),
    "discrete-uniform": ("-2", "4"),
    "exponential": ("5/4",),
    "exponential by scale": ("5/4",),
    "gamma": ("7/2", "5/4"),
    "gamma by scale": ("5/2", "3/4"),
    "inverse-gamma": ("23/4", "5/4"),
    "beta": ("5/2", "7/4"),
    "uniform": ("-1/2", "7/4"),
    "chi2": ("5",),
    "laplace": ("1/4", "3/4"),
    "cauchy": ("1/4", "3/4"),
    "gumbel": ("1/4", "3/4"),
    "logistic": ("1/4", "3/4"),
    "lognormal": ("1/4", "3/8"),
    "weibull": ("5/2", "3/4"),
    "pareto": ("3/4", "23/4"),
    "rayleigh": ("5/4",),
    "t": ("23/4",),
    "f": ("5", "23/2"),
    "erlang": ("3", "5/4"),
    "inverse-chi2": ("23/2",),
    "pareto by shape first": ("23/4", "3/4"),
    "maxwell": ("5/4",),
    "half-normal": ("5/4",),
    "half-cauchy": ("3/4",),
    "chi": ("7/2",),
    "inverse-gaussian": ("3/4", "5/4"),
    "beta-prime": ("5/2", "23/4"),
    "kumaraswamy": ("5/2", "7/4"),
    "arcsine": (),
    "triangular": ("-1/2", "7/4", "1/4"),
    "truncated-normal": ("3/4", "5/2", "-1/2", "7/4"),
    "frechet": ("23/4", "3/4"),
    "log-logistic": ("3/4", "6"),
    "lomax": ("23/4", "3/4"),
    "levy": ("1/4", "3/4"),
    "beta-binomial": ("5", "5/2", "7/4"),
    "zeta": ("60",),
    "zipf": ("7/4", "6"),
    "logarithmic": ("3/8",),
}
CONTINUOUS = sorted(name for name in PARAMETERS if not LAWS[name].discrete)
DISCRETE = sorted(set(PARAMETERS) - set(CONTINUOUS))
MGFS = sorted(name for name, law in LAWS.items() if law.mgf is not None)
EXPONENT = "3/16"
POINTS = ("-9/4", "-1", "1/16", "3/8", "1", "5/4", "3", "6")
POWERS = range(5)


def ball(value: str | int) -> arb:
    return BALLS.number(Fraction(value))


def parameters_of(name: str) -> list[arb]:
    return [ball(p) for p in PARAMETERS[name]]


def point(name: str) -> Frame:
    """A frame that holds the parameters, so that they are carried into the integral."""
    names = [f"a_{k}" for k in range(len(PARAMETERS[name]))]
    declared = "".join(f"{n} : scalar\n" for n in names)
    return frame(
        f"x, s : scalar\n{declared}", dict(zip(names, PARAMETERS[name], strict=True)) | {"s": EXPONENT}
    )


def weighted(name: str, weight: Any, low: Any = None, high: Any = None) -> arb:
    """The sum or the integral of weight(frame, x) times the density or mass."""
    f = point(name)

    def body(g: Frame) -> Any:
        values = [g.values[f"a_{k}"] for k in range(len(PARAMETERS[name]))]
        return weight(g, g.values["x"]) * density(g, name, g.values["x"], values)

    if not LAWS[name].discrete:
        start, end = borders(f, LAWS[name], parameters_of(name))
        low = start if low is None else low
        if high is not None and start is not None and high <= start:
            return arb(0)
        high = end if high is None or (end is not None and high > end) else high
        return integrate(f, body, "x", low, high)
    first, last = outcomes(name)
    return sum((body(f.child({"x": arb(k)})) for k in range(first, last + 1)), arb(0))


def outcomes(name: str) -> tuple[int, int]:
    """The outcomes that are added up: at the end of the range the masses are below 1e-40."""
    if LAWS[name].support == "sign":
        return -1, 1
    low, high = ends(BALLS, LAWS[name].support, parameters_of(name))
    assert low is not None
    return low, low + 400 if high is None else high


def near(a: Any, b: Any, digits: int = 35) -> bool:
    gap = abs(arb(a) - arb(b))
    return bool(gap < arb(10) ** -digits * (1 + abs(arb(b))))


def power_of(k: int) -> Any:
    return lambda g, x: whole_power(x, k, g.system.number(1))


def diverges(name: str, k: int) -> bool:
    bound = LAWS[name].moments
    return bound is not None and bool(bound(BALLS, *parameters_of(name)) <= k)


def test_every_law_is_tried() -> None:
    assert set(PARAMETERS) == set(LAWS)
    assert len(LAWS) >= 25
    assert all(len(law.kinds) == len(PARAMETERS[name]) for name, law in LAWS.items())
    assert all(law.parameters for law in LAWS.values())


@pytest.mark.parametrize("name", PARAMETERS)
def test_mass_is_one(name: str) -> None:
    assert near(weighted(name, power_of(0)), 1)


@pytest.mark.parametrize("name", [n for n in PARAMETERS if not diverges(n, 2)])
def test_mean_and_variance(name: str) -> None:
    law, parameters = LAWS[name], parameters_of(name)
    first, second = weighted(name, power_of(1)), weighted(name, power_of(2))
    assert near(law.mean(BALLS, *parameters), first)
    assert near(law.variance(BALLS, *parameters), second - first * first)


@pytest.mark.parametrize("name", sorted(RAW_MOMENTS))
def test_raw_moments(name: str) -> None:
    for k in POWERS:
        if diverges(name, k):
            with pytest.raises(NoValue):
                RAW_MOMENTS[name](BALLS, k, *parameters_of(name))
        else:
            assert near(RAW_MOMENTS[name](BALLS, k, *parameters_of(name)), weighted(name, power_of(k))), k


HEAVY = ["cauchy", "t", "pareto", "inverse-gamma", "f", "beta-prime", "lomax", "frechet", "log-logistic"]


@pytest.mark.parametrize("name", HEAVY)
def test_what_diverges_is_seen_in_the_density(name: str) -> None:
    order = int(float(LAWS[name].moments(BALLS, *parameters_of(name)))) + 1  # type: ignore[misc]
    with pytest.raises(NoValue):
        weighted(name, lambda g, x: g.system.call("abs", whole_power(x, order, g.system.number(1))))


@pytest.mark.parametrize("name", MGFS)
def test_generating_function(name: str) -> None:
    found = weighted(name, lambda g, x: g.system.call("exp", g.values["s"] * x))
    assert near(LAWS[name].mgf(BALLS, ball(EXPONENT), *parameters_of(name)), found)  # type: ignore[misc]
    assert near(LAWS[name].mgf(BALLS, ball("1/9999999"), *parameters_of(name)), 1, 4)  # type: ignore[misc]


@pytest.mark.parametrize("name", [n for n, law in LAWS.items() if law.exists is not None])
def test_generating_function_ends(name: str) -> None:
    """Beyond the bound of the table the integral or the sum has no value."""
    margin = LAWS[name].exists(BALLS, ball(40), *parameters_of(name))  # type: ignore[misc]
    assert margin < 0 or name == "gumbel"
    if not LAWS[name].discrete:
        f = point(name).child({"s": ball(40)})
        with pytest.raises(NoValue):
            integrate(f, lambda g: g.system.call("exp", g.values["s"] * g.values["x"]) * density(
                g, name, g.values["x"], [g.values[f"a_{k}"] for k in range(len(PARAMETERS[name]))]
            ), "x", ball(1), None)  # fmt: skip


@pytest.mark.parametrize("name", PARAMETERS)
def test_cdf(name: str) -> None:
    """Against the integral of the density up to the place, or the masses up to it."""
    f, parameters = point(name), parameters_of(name)
    for place in POINTS:
        x = ball(place)
        if LAWS[name].discrete:
            first, last = outcomes(name)
            below = [k for k in range(first, last + 1) if Fraction(k) <= Fraction(place)]
            expected = sum((density(f, name, arb(k), parameters) for k in below), arb(0))
        else:
            expected = weighted(name, power_of(0), None, x)
        assert near(cdf(f, name, x, parameters), expected), place
        if LAWS[name].discrete:
            mass = density(f, name, x, parameters)
            assert near(cdf(f, name, x, parameters) - cdf(f, name, x, parameters, True), mass), place


@pytest.mark.parametrize("name", PARAMETERS)
def test_quantiles(name: str) -> None:
    f, parameters = point(name), parameters_of(name)
    if LAWS[name].discrete:
        with pytest.raises(Unsupported):
            quantile_of(f, name, ball("1/3"), parameters)
        return
    for p in ("1/64", "1/3", "9/10"):
        assert near(cdf(f, name, quantile_of(f, name, ball(p), parameters), parameters), ball(p))
    for p in ("0", "1", "-1/2", "3/2"):
        with pytest.raises(NoValue):
            quantile_of(f, name, ball(p), parameters)


@pytest.mark.parametrize("name", CONTINUOUS)
def test_density_against_mpmath(name: str) -> None:
    """Another quadrature of the same density agrees with the total mass."""
    f, parameters = point(name), parameters_of(name)

    def at(x: Any) -> mpmath.mpf:
        value = density(f, name, arb(mpmath.nstr(x, 30)), parameters)
        return mpmath.mpf(value.mid().str(20, radius=False))

    found = mpmath.quad(
        at, [-mpmath.inf, -2, "-0.5", 0, "0.25", "0.75", 1, "1.75", 3, mpmath.inf], maxdegree=5
    )
    assert float(found) == pytest.approx(1, abs=2e-3)


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
        ("geometric from 0", ("0", "4"), ("-1", "3/2")),
        ("negative binomial counts trials", ("3", "7"), ("2", "7/2")),
        ("hypergeometric", ("0", "4"), ("5", "-1", "1/2")),
        ("discrete-uniform", ("-2", "4"), ("5", "-3", "1/2")),
        ("rademacher", ("-1", "1"), ("0", "2")),
        ("pareto", ("3/4", "5"), ("5/8", "-5")),
        ("pareto by shape first", ("3/4", "5"), ("5/8", "-5")),
        ("triangular", ("-1/2", "0", "7/4"), ("-1", "2")),
        ("truncated-normal", ("-1/2", "0", "7/4"), ("-1", "2")),
        ("levy", ("1/2",), ("1/8",)),
        ("zipf", ("1", "6"), ("0", "7", "3/2")),
        ("zeta", ("1", "9"), ("0", "3/2")),
        ("normal", ("-7", "0"), ()),
    ],
)
def test_support(name: str, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    for x in inside:
        assert in_support(BALLS, LAWS[name].support, ball(x), parameters_of(name))
    for x in outside:
        assert not in_support(BALLS, LAWS[name].support, ball(x), parameters_of(name))
