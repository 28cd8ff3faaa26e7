"""The table of laws of vectors and matrices: density, support, mean, covariance, moments.

Johnson, Kotz and Balakrishnan, Continuous Multivariate Distributions; Muirhead, Aspects of
Multivariate Statistical Theory (Wishart). A vector is a list of n numbers, a matrix a list of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from generator.meaning import arrays
from generator.meaning.law import exp, gamma, pi, rising, root, stirling, whole
from generator.meaning.systems import MeaningError, Senseless, System, Unsupported


@dataclass(frozen=True, slots=True)
class JointLaw:
    """A law of a vector or a matrix; all functions take (system, x, *parameters) or (system, *parameters).

    inside: whether x lies in the support; mean has the shape of x; covariance (of a vector) is n x n,
    of a matrix: a function of the four indices. parameters: how they are read, in words. raw:
    `raw(system, places, *parameters)` is the mean of the product of the entries at these places (from 0,
    of a matrix pairs; repeated for powers); None where no such mean is in the table.
    """

    density: Callable[..., Any]
    inside: Callable[..., bool]
    mean: Callable[..., Any]
    covariance: Callable[..., Any]
    parameters: str
    discrete: bool = False
    raw: Callable[..., Any] | None = None


def _inverted(s: System, matrix: Any) -> tuple[Any, Any]:
    """(determinant, inverse) of a square matrix. Raises MeaningError where it is singular or a number."""
    if not s.symbolic and not isinstance(matrix, list):
        raise Senseless("the covariance of a vector is a matrix")
    if s.symbolic:
        return s.det(matrix), s.inverse(matrix)  # type: ignore[attr-defined]
    return arrays.eliminate(matrix, s)


def is_definite(s: System, matrix: Any) -> bool:
    """Whether all leading minors of a symmetric matrix are positive (Sylvester)."""
    for n in range(1, len(matrix) + 1):
        try:
            minor = _inverted(s, [row[:n] for row in matrix[:n]])[0]
        except MeaningError:
            return False
        if s.sign(minor) <= 0:
            return False
    return True


def _form(s: System, matrix: Any, x: list[Any]) -> Any:
    """x^T M x."""
    return arrays.dot(x, [arrays.dot(row, x) for row in matrix])


def _sum(values: list[Any]) -> Any:
    return sum(values[1:], values[0])


def _product(values: list[Any]) -> Any:
    total = values[0]
    for value in values[1:]:
        total = total * value
    return total


def _everywhere(s: System, x: Any, *parameters: Any) -> bool:
    return True


def _normal(s: System, x: list[Any], mean: list[Any], covariance: Any) -> Any:
    determinant, inverse = _inverted(s, covariance)
    means = mean if isinstance(mean, list) else [mean] * len(x)  # a bare 0
    gap = [a - m for a, m in zip(x, means, strict=True)]
    scale = s.power(2 * pi(s), s.number(len(x)))
    return exp(s, -_form(s, inverse, gap) / 2) / root(s, scale * determinant)


def _student(s: System, x: list[Any], freedom: Any, mean: list[Any], scale: Any) -> Any:
    determinant, inverse = _inverted(s, scale)
    n = s.number(len(x))
    gap = [a - m for a, m in zip(x, mean, strict=True)]
    front = gamma(s, (freedom + n) / 2) / gamma(s, freedom / 2)
    below = root(s, s.power(freedom * pi(s), n) * determinant)
    return front / below * s.power(1 + _form(s, inverse, gap) / freedom, -(freedom + n) / 2)


def _dirichlet(s: System, x: list[Any], a: list[Any]) -> Any:
    powers = _product([s.power(v, k - 1) for v, k in zip(x, a, strict=True)])
    return gamma(s, _sum(a)) / _product([gamma(s, k) for k in a]) * powers


def _on_simplex(s: System, x: list[Any], a: list[Any]) -> bool:
    return all(s.sign(v) > 0 for v in x) and s.sign(_sum(x) - 1) == 0


def _dirichlet_covariance(s: System, a: list[Any]) -> Any:
    total = _sum(a)
    below = total * total * (total + 1)
    return [[(total * v * (i == j) - v * w) / below for j, w in enumerate(a)] for i, v in enumerate(a)]


def _powers(places: Sequence[int], size: int) -> list[int]:
    return [places.count(i) for i in range(size)]


def _dirichlet_raw(s: System, places: Sequence[int], a: list[Any]) -> Any:
    """By rising factorials: the normalisers of two Dirichlet densities."""
    above = _product([rising(s, v, k) for v, k in zip(a, _powers(places, len(a)), strict=True)])
    return above / rising(s, _sum(a), len(places))


def _multinomial_raw(s: System, places: Sequence[int], n: Any, p: list[Any]) -> Any:
    """By the falling moments n (n-1) .. p_1^j_1 .. p_K^j_K and Stirling numbers of the second kind."""
    total, powers = s.number(0), _powers(places, len(p))
    for falls in product(*(range(k + 1) for k in powers)):
        ways = prod(stirling(k, j) for k, j in zip(powers, falls, strict=True))
        if ways:
            falling = _product([s.number(1), *(n - j for j in range(sum(falls)))])
            masses = [whole(s, q, j) for q, j in zip(p, falls, strict=True)]
            total = total + ways * falling * _product(masses)
    return total


def _wishart_raw(s: System, places: Sequence[tuple[int, int]], scale: Any, freedom: Any) -> Any:
    """Raises Unsupported for more than two factors."""
    means = [freedom * scale[i][j] for i, j in places]
    if len(places) > 2:
        raise Unsupported("of a Wishart matrix only the mean and the covariance are known")
    if len(places) == 1:
        return means[0]
    (i, j), (k, m) = places
    return means[0] * means[1] + _wishart_covariance(s, scale, freedom)[i][j][k][m]


def _multinomial(s: System, x: list[Any], n: Any, p: list[Any]) -> Any:
    ways = gamma(s, n + 1) / _product([gamma(s, v + 1) for v in x])
    return ways * _product([s.power(q, v) for q, v in zip(p, x, strict=True)])


def _counts(s: System, x: list[Any], n: Any, p: list[Any]) -> bool:
    whole = [s.whole(v) for v in x]
    return all(v is not None and v >= 0 for v in whole) and s.sign(_sum(x) - n) == 0


def _multinomial_covariance(s: System, n: Any, p: list[Any]) -> Any:
    return [[n * (q * (i == j) - q * r) for j, r in enumerate(p)] for i, q in enumerate(p)]


def _categorical(s: System, x: Any, p: list[Any]) -> Any:
    """The mass of an outcome 1 .. K, or of a one-hot vector."""
    if isinstance(x, list):
        return _product([s.power(q, v) for q, v in zip(p, x, strict=True)])
    place = s.whole(x)
    if place is None:
        raise Unsupported("which outcome this is is not known")
    return p[place - 1]


def _an_outcome(s: System, x: Any, p: list[Any]) -> bool:
    if isinstance(x, list):
        return _counts(s, x, s.number(1), p)
    place = s.whole(x)
    return place is not None and 1 <= place <= len(p)


def _multivariate_gamma(s: System, a: Any, p: int) -> Any:
    """Gamma_p(a) = pi^(p (p-1) / 4) times the product of Gamma(a - (j-1)/2), j = 1 .. p."""
    power = s.power(root(s, root(s, pi(s))), s.number(p * (p - 1)))
    return power * _product([gamma(s, a - s.number(Fraction(j, 2))) for j in range(p)])


def _wishart(s: System, x: Any, scale: Any, freedom: Any) -> Any:
    p = len(x)
    determinant = _inverted(s, x)[0]
    below, inverse = _inverted(s, scale)
    trace = _sum([arrays.dot(inverse[i], [row[i] for row in x]) for i in range(p)])
    front = s.power(s.number(2), freedom * p / 2) * s.power(below, freedom / 2)
    front = front * _multivariate_gamma(s, freedom / 2, p)
    return s.power(determinant, (freedom - p - 1) / 2) * exp(s, -trace / 2) / front


def _wishart_covariance(s: System, scale: Any, freedom: Any) -> Any:
    """Cov(X_ij, X_kl) = freedom (V_ik V_jl + V_il V_jk), as nested lists by i, j, k, l."""
    n = range(len(scale))
    return [
        [
            [
                [freedom * (scale[i][k] * scale[j][m] + scale[i][m] * scale[j][k]) for m in n]
                for k in n
            ]
            for j in n
        ]
        for i in n
    ]  # fmt: skip


def _inverse_wishart(s: System, x: Any, scale: Any, freedom: Any) -> Any:
    p = len(x)
    determinant, inverse = _inverted(s, x)
    trace = _sum([arrays.dot(scale[i], [row[i] for row in inverse]) for i in range(p)])
    front = s.power(_inverted(s, scale)[0], freedom / 2) / s.power(s.number(2), freedom * p / 2)
    front = front / _multivariate_gamma(s, freedom / 2, p)
    return front * s.power(determinant, -(freedom + p + 1) / 2) * exp(s, -trace / 2)


def _inverse_wishart_covariance(s: System, scale: Any, freedom: Any) -> Any:
    """As nested lists by i, j, k, l (von Rosen, Scandinavian Journal of Statistics 15, 1988)."""
    n, d = range(len(scale)), freedom - len(scale)

    def entry(i: int, j: int, k: int, m: int) -> Any:
        pairs = scale[i][k] * scale[j][m] + scale[i][m] * scale[j][k]
        return (2 * scale[i][j] * scale[k][m] + (d - 1) * pairs) / (d * (d - 1) * (d - 1) * (d - 3))

    return [[[[entry(i, j, k, m) for m in n] for k in n] for j in n] for i in n]


def _turned(law: JointLaw, words: str) -> JointLaw:
    """The same law with its two parameters exchanged."""
    raw = law.raw
    return JointLaw(
        lambda s, x, a, b: law.density(s, x, b, a),
        lambda s, x, a, b: law.inside(s, x, b, a),
        lambda s, a, b: law.mean(s, b, a),
        lambda s, a, b: law.covariance(s, b, a),
        words,
        raw=None if raw is None else lambda s, places, a, b: raw(s, places, b, a),
    )


JOINT: dict[str, JointLaw] = {
    "normal": JointLaw(
        _normal,
        _everywhere,
        lambda s, m, v: m,
        lambda s, m, v: v,
        "mean, covariance",
    ),
    "t": JointLaw(
        _student,
        _everywhere,
        lambda s, k, m, v: m,
        lambda s, k, m, v: arrays.each(lambda c: c * k / (k - 2), v),
        "degrees of freedom, location, scale matrix",
    ),
    "dirichlet": JointLaw(
        _dirichlet,
        _on_simplex,
        lambda s, a: [v / _sum(a) for v in a],
        _dirichlet_covariance,
        "concentrations",
        raw=_dirichlet_raw,
    ),
    "multinomial": JointLaw(
        _multinomial,
        _counts,
        lambda s, n, p: [n * q for q in p],
        _multinomial_covariance,
        "number of trials, probabilities",
        True,
        _multinomial_raw,
    ),
    "categorical": JointLaw(
        _categorical,
        _an_outcome,
        lambda s, p: p,
        lambda s, p: _multinomial_covariance(s, s.number(1), p),
        "probabilities; of an outcome from 1 on, or of a one-hot vector",
        True,
        lambda s, places, p: _multinomial_raw(s, places, s.number(1), p),
    ),
    "wishart": JointLaw(
        _wishart,
        lambda s, x, v, k: is_definite(s, x),
        lambda s, v, k: arrays.each(lambda c: k * c, v),
        _wishart_covariance,
        "scale matrix, degrees of freedom",
        raw=_wishart_raw,
    ),
    "inverse-wishart": JointLaw(
        _inverse_wishart,
        lambda s, x, v, k: is_definite(s, x),
        lambda s, v, k: arrays.each(lambda c: c / (k - len(v) - 1), v),
        _inverse_wishart_covariance,
        "scale matrix, degrees of freedom",
    ),
}
JOINT |= {
    "wishart by degrees first": _turned(JOINT["wishart"], "degrees of freedom, scale matrix"),
    "inverse Wishart by degrees first": _turned(JOINT["inverse-wishart"], "degrees of freedom, scale matrix"),
}
