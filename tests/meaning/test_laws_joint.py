"""The laws of vectors and matrices against sums, integrals and their own constructions.

A Wishart matrix is T B B^T T^T with the root T of its scale and Bartlett's triangular B, whose
entries are independent: the roots of chi-squared numbers on the diagonal, standard normal below
(Muirhead, theorem 3.2.14). So its density is known at any matrix, and its moments as those of B.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import cosh, exp, prod, sinh
from typing import Any

import pytest
from flint import arb

from generator.meaning.laws import LAWS
from generator.meaning.laws_joint import JOINT
from generator.meaning.points import BALLS

SCALE = ((Fraction(2), Fraction(1, 2)), (Fraction(1, 2), Fraction(5, 4)))
FREEDOM = Fraction(13, 2)
MATRICES = (((3, 1), (1, 2)), ((1, "-1/4"), ("-1/4", "1/2")), (("5/2", 0), (0, 7)))


def ball(value: Any) -> arb:
    return BALLS.number(Fraction(value))


def balls(value: Any) -> Any:
    return [balls(v) for v in value] if isinstance(value, (list, tuple)) else ball(value)


def near(a: Any, b: Any) -> bool:
    return bool(abs(a - b) < arb(10) ** -35 * (1 + abs(b)))


def times(a: Any, b: Any) -> Any:
    return [
        [sum((x * y for x, y in zip(row, col, strict=True)), arb(0)) for col in zip(*b, strict=True)]
        for row in a
    ]


def turned(a: Any) -> Any:
    return [list(row) for row in zip(*a, strict=True)]


def root(a: Any) -> Any:
    """The lower triangular root of a positive definite 2 x 2 matrix."""
    first = a[0][0].sqrt()
    below = a[1][0] / first
    return [[first, arb(0)], [below, (a[1][1] - below * below).sqrt()]]


def determinant(a: Any) -> arb:
    return a[0][0] * a[1][1] - a[0][1] * a[1][0]


def inverse(a: Any) -> Any:
    d = determinant(a)
    return [[a[1][1] / d, -a[0][1] / d], [-a[1][0] / d, a[0][0] / d]]


def by_bartlett(x: Any) -> arb:
    """The Wishart density at x by the law of the triangular factor of T^-1 x T^-T."""
    back = inverse(root(balls(SCALE)))
    b = root(times(times(back, x), turned(back)))
    chi = LAWS["chi"].density
    factors = chi(BALLS, b[0][0], ball(FREEDOM)) * chi(BALLS, b[1][1], ball(FREEDOM) - 1)
    factors *= BALLS.call("normal-pdf", b[1][0])
    jacobian = 4 * b[0][0] ** 2 * b[1][1]  # of B B^T by the entries of B
    return factors / jacobian / determinant(balls(SCALE)) ** arb("1.5")


@pytest.mark.parametrize("matrix", MATRICES)
def test_wishart_density(matrix: Any) -> None:
    x = balls(matrix)
    found = JOINT["wishart"].density(BALLS, x, balls(SCALE), ball(FREEDOM))
    assert near(found, by_bartlett(x))
    assert JOINT["wishart"].inside(BALLS, x, balls(SCALE), ball(FREEDOM))


@pytest.mark.parametrize("matrix", MATRICES)
def test_inverse_wishart_density(matrix: Any) -> None:
    """That of the inverse of a Wishart matrix; the Jacobian is det^-(p+1)."""
    x = balls(matrix)
    scale = inverse(balls(SCALE))
    found = JOINT["inverse-wishart"].density(BALLS, x, scale, ball(FREEDOM))
    assert near(found, by_bartlett(inverse(x)) / determinant(x) ** 3)


def bartlett_moment(powers: dict[str, int]) -> arb:
    """E of a product of powers of the entries a, b (below), c of B."""
    out = LAWS["chi"].raw(BALLS, powers.get("a", 0), ball(FREEDOM))  # type: ignore[misc]
    out *= LAWS["chi"].raw(BALLS, powers.get("c", 0), ball(FREEDOM) - 1)  # type: ignore[misc]
    return out * LAWS["normal"].raw(BALLS, powers.get("b", 0), arb(0), arb(1))  # type: ignore[misc]


#: Entries of B B^T as sums of monomials in a, b, c.
ENTRIES = {(0, 0): ["aa"], (0, 1): ["ab"], (1, 0): ["ab"], (1, 1): ["bb", "cc"]}


def mean_of(*places: tuple[int, int]) -> arb:
    """E of a product of entries of B B^T."""
    total = arb(0)
    for words in product(*(ENTRIES[place] for place in places)):
        letters = "".join(words)
        total += bartlett_moment({letter: letters.count(letter) for letter in "abc"})
    return total


def test_wishart_moments() -> None:
    """Of the identity as scale by B, then of any scale by T, which acts linearly."""
    t, law = root(balls(SCALE)), JOINT["wishart"]
    mean = law.mean(BALLS, balls(SCALE), ball(FREEDOM))
    covariance = law.covariance(BALLS, balls(SCALE), ball(FREEDOM))
    pairs = list(product(range(2), repeat=2))
    for i, j in pairs:
        assert near(mean[i][j], sum((t[i][a] * t[j][b] * mean_of((a, b)) for a, b in pairs), arb(0)))
        for k, m in pairs:
            want = arb(0)
            for (a, b), (c, d) in product(pairs, repeat=2):
                weight = t[i][a] * t[j][b] * t[k][c] * t[m][d]
                want += weight * (mean_of((a, b), (c, d)) - mean_of((a, b)) * mean_of((c, d)))
            assert near(covariance[i][j][k][m], want)


def test_inverse_wishart_moments() -> None:
    """(B B^T)^-1 = [[1/a^2 + b^2/(a c)^2, -b/(a c^2)], [.., 1/c^2]]."""
    eye, law = balls(((1, 0), (0, 1))), JOINT["inverse-wishart"]
    entries = {(0, 0): [(1, "AA"), (1, "AACCbb")], (0, 1): [(-1, "ACCb")], (1, 1): [(1, "CC")]}

    def chi_power(k: int, freedom: arb) -> arb:
        """E[chi^k], for negative k too."""
        return arb(2) ** (arb(k) / 2) * ((freedom + k) / 2).gamma() / (freedom / 2).gamma()

    def expected(*places: tuple[int, int]) -> arb:
        total = arb(0)
        for terms in product(*(entries[tuple(sorted(p))] for p in places)):  # type: ignore[index]
            letters, sign = "".join(t[1] for t in terms), 1
            for s, _ in terms:
                sign *= s
            value = chi_power(-letters.count("A"), ball(FREEDOM)) * chi_power(
                -letters.count("C"), ball(FREEDOM) - 1
            )
            total += sign * value * LAWS["normal"].raw(BALLS, letters.count("b"), arb(0), arb(1))  # type: ignore[misc]
        return total

    mean, covariance = law.mean(BALLS, eye, ball(FREEDOM)), law.covariance(BALLS, eye, ball(FREEDOM))
    pairs = list(product(range(2), repeat=2))
    for p in pairs:
        assert near(mean[p[0]][p[1]], expected(p))
        for q in pairs:
            assert near(covariance[p[0]][p[1]][q[0]][q[1]], expected(p, q) - expected(p) * expected(q))


def test_order_of_parameters() -> None:
    x = balls(MATRICES[0])
    for name in ("wishart", "inverse-wishart"):
        other = f"{name.replace('-w', ' W')} by degrees first"
        plain = JOINT[name].density(BALLS, x, balls(SCALE), ball(FREEDOM))
        assert near(JOINT[other].density(BALLS, x, ball(FREEDOM), balls(SCALE)), plain)


@pytest.mark.parametrize("name", ["multinomial", "categorical"])
def test_discrete(name: str) -> None:
    """Total mass, mean and covariance by all outcomes."""
    law, p = JOINT[name], balls(("1/2", "1/8", "3/8"))
    trials = 3 if name == "multinomial" else 1
    parameters = (arb(3), p) if name == "multinomial" else (p,)
    counts = [c for c in product(range(trials + 1), repeat=3) if sum(c) == trials]
    masses = [law.density(BALLS, [arb(v) for v in c], *parameters) for c in counts]
    assert near(sum(masses, arb(0)), arb(1))
    mean, covariance = law.mean(BALLS, *parameters), law.covariance(BALLS, *parameters)
    for i in range(3):
        assert near(mean[i], sum((w * c[i] for w, c in zip(masses, counts, strict=True)), arb(0)))
        for j in range(3):
            both = sum((w * c[i] * c[j] for w, c in zip(masses, counts, strict=True)), arb(0))
            assert near(covariance[i][j], both - mean[i] * mean[j])
    assert not law.inside(BALLS, [arb(2), arb(2), arb(2)], *parameters)


NODES = 64  # of the trapezoidal rule in each direction


def along(law: str) -> list[tuple[float, float]]:
    """(place, weight): on the line x = sinh u, between 0 and 1 the logistic curve of u."""
    reach = 9 if law == "dirichlet" else 5
    step = 2 * reach / NODES
    inside = [-reach + step * k for k in range(1, NODES)]
    if law == "dirichlet":
        shares = [1 / (1 + exp(-u)) for u in inside]
        return [(x, step * x * (1 - x)) for x in shares]
    return [(sinh(u), step * cosh(u)) for u in inside]


def integrals(name: str, parameters: tuple[Any, ...], weights: list[Any]) -> list[float]:
    """Of each weight times the density, over the plane (or the simplex of three shares)."""
    law, totals = JOINT[name], [0.0] * len(weights)
    for (x, dx), (y, dy) in product(along(name), repeat=2):
        point = [x, y] if name != "dirichlet" else [x, (1 - x) * y, (1 - x) * (1 - y)]
        mass = float(law.density(BALLS, [arb(v) for v in point], *parameters)) * dx * dy
        mass *= 1 if name != "dirichlet" else 1 - x
        totals = [total + mass * weight(*point) for total, weight in zip(totals, weights, strict=True)]
    return totals


VECTORS = {
    "normal": (balls(("1/4", "-1/2")), balls(SCALE)),
    "t": (ball("9/2"), balls(("1/4", "-1/2")), balls(SCALE)),
    "dirichlet": (balls(("5/2", "3", "7/2")),),
}


@pytest.mark.parametrize("name", VECTORS)
def test_continuous(name: str) -> None:
    """Total mass, mean and one covariance by a double integral."""
    law, parameters = JOINT[name], VECTORS[name]
    mean = [float(v) for v in law.mean(BALLS, *parameters)]
    weights = [lambda *x: 1, lambda *x: x[0], lambda *x: (x[0] - mean[0]) * (x[1] - mean[1])]
    mass, first, both = integrals(name, parameters, weights)
    assert mass == pytest.approx(1, abs=1e-4)
    assert first == pytest.approx(mean[0], abs=1e-4)
    assert both == pytest.approx(float(law.covariance(BALLS, *parameters)[0][1]), abs=5e-3)


def test_every_joint_law_is_tried() -> None:
    tried = {"multinomial", "categorical", "wishart", "inverse-wishart", *VECTORS}
    tried |= {"wishart by degrees first", "inverse Wishart by degrees first"}
    assert set(JOINT) == tried


ODDS = (Fraction(3, 8), Fraction(1, 2), Fraction(1, 8))
PLACES = [(0,), (2,), (0, 0), (0, 1), (1, 1, 1), (0, 1, 2), (0, 0, 2), (0, 0, 1, 1)]


@pytest.mark.parametrize("places", PLACES)
def test_multinomial_moments_are_sums_over_all_counts(places: tuple[int, ...]) -> None:
    n, law = 4, JOINT["multinomial"]
    total = arb(0)
    for counts in product(range(n + 1), repeat=3):
        if sum(counts) == n:
            mass = law.density(BALLS, balls(counts), ball(n), balls(ODDS))
            total += mass * BALLS.number(Fraction(prod(counts[i] for i in places)))
    assert law.raw is not None
    assert near(law.raw(BALLS, places, ball(n), balls(ODDS)), total)


@pytest.mark.parametrize("places", PLACES)
def test_categorical_moments_are_those_of_one_trial(places: tuple[int, ...]) -> None:
    law = JOINT["categorical"]
    assert law.raw is not None
    expected = ODDS[places[0]] if len(set(places)) == 1 else Fraction(0)
    assert near(law.raw(BALLS, places, balls(ODDS)), ball(expected))


@pytest.mark.parametrize("places", PLACES)
def test_dirichlet_moments_add_up_over_the_simplex(places: tuple[int, ...]) -> None:
    raw, a = JOINT["dirichlet"].raw, balls(("3/2", "1/4", "5/2"))
    assert raw is not None
    sums = sum((raw(BALLS, (*places, i), a) for i in range(3)), arb(0))
    assert near(sums, raw(BALLS, places, a))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("dirichlet", (("3/2", "1/4", "5/2"),)), ("multinomial", (4, ODDS)), ("categorical", (ODDS,))],
)
def test_products_of_two_entries_have_the_covariance_of_the_table(name: str, parameters: Any) -> None:
    law, values = JOINT[name], [balls(p) for p in parameters]
    mean, covariance = law.mean(BALLS, *values), law.covariance(BALLS, *values)
    assert law.raw is not None
    for i, j in product(range(3), repeat=2):
        assert near(law.raw(BALLS, (i, j), *values) - mean[i] * mean[j], covariance[i][j])
