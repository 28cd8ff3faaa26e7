"""Points lie inside the declared domain, reach far and near, and are the same every time."""

from __future__ import annotations

from typing import Any

import pytest
from flint import fmpq

from generator.meaning import arrays, corners
from generator.meaning.domains import has_full_rank
from generator.meaning.points import index_values
from generator.meaning.sampling import Sampler, Wanted
from generator.meaning.sizes import size_tuples
from tests.verify.asking import read

ZERO, ONE = fmpq(0), fmpq(1)
DOMAINS: dict[str, tuple[str, Any]] = {
    "positive": ("x : scalar, > 0", lambda x: x > 0),
    "closed": (r"x : scalar, \ge 2", lambda x: x >= 2),
    "below": (r"x : scalar, x \le -3", lambda x: x <= -3),
    "open-interval": ("x : scalar, 0 < x < 1", lambda x: 0 < x < 1),
    "half-open": (r"x : scalar, x \in [0, 1)", lambda x: 0 <= x < 1),
    "not-zero": (r"x : scalar, \ne 0", lambda x: x != 0),
    "bits": (r"x : scalar, x \in \{0, 1\}", lambda x: x in (0, 1)),
    "integers": ("x : integer, x > 2", lambda x: x.q == 1 and x > 2),
}


@pytest.mark.parametrize("name", DOMAINS)
def test_scalar_inside(name: str) -> None:
    symbols, holds = DOMAINS[name]
    program, expr = read(symbols, "x = x")
    sampler = Sampler(program, Wanted(expr.args), 5)
    points = [
        *(sampler.point({}, k) for k in range(40)),
        *corners.points(sampler, {}, 3),
        *corners.corners(sampler, {}),
    ]
    assert len(points) >= 43
    assert all(holds(point.values["x"]) for point in points)


def structured(declaration: str) -> list[Any]:
    program, expr = read(f"n : size\nA : {declaration}", "A = A")
    sampler = Sampler(program, Wanted(expr.args), 7)
    return [
        p.values["A"]
        for n in (1, 2, 3, 5)
        for p in [*corners.points(sampler, {"n": n}, 6), *corners.corners(sampler, {"n": n})]
    ]


def product(a: Any, b: Any) -> Any:
    return [[sum((x * y for x, y in zip(r, c, strict=True)), ZERO) for c in zip(*b, strict=True)] for r in a]


def test_simplex() -> None:
    for p in structured("vector n, simplex"):
        assert sum(p, ZERO) == 1 and all(v >= 0 for v in p)


def test_one_hot() -> None:
    for y in structured("vector n, one-hot"):
        assert sorted(y) == [ZERO] * (len(y) - 1) + [ONE]


def test_unit() -> None:
    for u in structured("vector n, unit"):
        assert sum((v * v for v in u), ZERO) == 1


def test_symmetric() -> None:
    for a in structured("matrix n n, symmetric"):
        assert arrays.transpose(a) == a


def test_orthogonal() -> None:
    for q in structured("matrix n n, orthogonal"):
        unit = [[ONE if i == j else ZERO for j in range(len(q))] for i in range(len(q))]
        assert product(q, arrays.transpose(q)) == unit


def test_definite() -> None:
    for s in structured("matrix n n, positive definite"):
        assert arrays.transpose(s) == s
        for size in range(1, len(s) + 1):
            assert determinant([row[:size] for row in s[:size]]) > 0


def determinant(a: list[list[Any]]) -> Any:
    """By the first row: slow, and different from the elimination it is compared with."""
    if len(a) == 1:
        return a[0][0]
    minors = [[row[:j] + row[j + 1 :] for row in a[1:]] for j in range(len(a))]
    return sum(((-1) ** j * a[0][j] * determinant(minors[j]) for j in range(len(a))), ZERO)


def test_diagonal_and_stochastic() -> None:
    for d in structured("matrix n n, diagonal"):
        assert all(v == 0 for i, row in enumerate(d) for j, v in enumerate(row) if i != j)
    for p in structured("matrix n n, stochastic"):
        assert all(sum(row, ZERO) == 1 and min(row) >= 0 for row in p)


@pytest.mark.parametrize("declaration", ["matrix 2 2, invertible", "matrix 2 2, full rank"])
def test_full_rank(declaration: str) -> None:
    """One matrix in a hundred is singular by chance, and would refute a true claim."""
    program, expr = read(f"A : {declaration}", "A = A")
    sampler = Sampler(program, Wanted(expr.args), 7)
    for number in range(400):
        assert has_full_rank(sampler.point({}, number).values["A"])


def test_rank() -> None:
    assert has_full_rank([[ONE, ZERO], [ONE, ONE]])
    assert has_full_rank([[ONE, ZERO, ONE]])
    assert not has_full_rank([[ONE, 2 * ONE], [2 * ONE, 4 * ONE]])


@pytest.mark.parametrize("word", ["unit", "orthogonal"])
def test_every_entry_has_both_signs(word: str) -> None:
    for n in (1, 2, 3):
        program, expr = read(f"A : {'vector 3' if word == 'unit' else f'matrix {n} {n}'}, {word}", "A = A")
        sampler = Sampler(program, Wanted(expr.args), 7)
        drawn = [arrays.flat(sampler.point({}, number).values["A"]) for number in range(40)]
        assert all({v > 0 for v in entry if v} == {True, False} for entry in zip(*drawn, strict=True))


def test_indices_are_equal_and_different_in_every_way() -> None:
    program, _ = read("n, m : size\ni, h : index n\nj, r, s : index m\nx : scalar", "x = x")
    for seed in range(20):
        found = list(index_values(["i", "h", "j", "r", "s"], program, {"n": 4, "m": 5}, seed, 12))
        patterns = {(v["i"] == v["h"], v["j"] == v["r"], v["j"] == v["s"], v["r"] == v["s"]) for v in found}
        assert len(patterns) == 10
        assert len({tuple(v.values()) for v in found}) == len(found)


def test_reach() -> None:
    """Signs of all kinds, values beyond the largest literal and close to zero are among the points."""
    program, expr = read("a, b : scalar", r"\max(a, b, 7) = 7")
    sampler = Sampler(program, Wanted(expr.args), 3)
    points = [(p.values["a"], p.values["b"]) for p in corners.points(sampler, {}, 12)]
    assert {(a > 0, b > 0) for a, b in points} == {(x, y) for x in (True, False) for y in (True, False)} or (
        {(True, True), (False, False)} <= {(a > 0, b > 0) for a, b in points}
    )
    assert max(a for a, _ in points) > 7 and min(a for a, _ in points) < -7
    assert min(abs(a) for a, _ in points) < fmpq(1, 7)


def test_equation_among_conditions() -> None:
    program, expr = read("n : size\nj : index n\ny : vector n", r"\sum_{j=1}^n y_j = 1")
    sampler = Sampler(program, Wanted(expr.args, (expr,)), 2)
    for n in (1, 2, 5):
        for point in corners.points(sampler, {"n": n}, 4):
            assert sum(point.values["y"], ZERO) == 1


@pytest.mark.parametrize(
    ("symbols", "names", "largest"),
    [
        ("n : size", ["n"], 40),
        ("n : size", ["n"], 5),
        ("n, m : size", ["n", "m"], 40),
        ("n, m, p : size", ["n", "m", "p"], 20),
        (r"n : size, n \ge 3", ["n"], 40),
        ("n, m : size\nn > m", ["n", "m"], 12),
    ],
)
def test_sizes(symbols: str, names: list[str], largest: int) -> None:
    program, _ = read(symbols + "\nx : scalar", "x = x")
    tuples = size_tuples(program, names, 11, largest, lambda _: True)
    assert len(tuples) >= 6
    assert len({tuple(sorted(t.items())) for t in tuples}) == len(tuples)
    assert any(len(set(t.values())) == len(names) for t in tuples)
    assert max(max(t.values()) for t in tuples) >= min(largest, 7) - 1
    if r"\ge 3" in symbols:
        assert all(t["n"] >= 3 for t in tuples)
    if "n > m" in symbols:
        assert all(t["n"] > t["m"] for t in tuples)


def test_sizes_far_apart_and_under_a_condition() -> None:
    program, _ = read("n, m : size\nx : scalar", "x = x")
    gaps = {t["n"] - t["m"] for t in size_tuples(program, ["n", "m"], 11, 2, lambda _: True)}
    assert min(gaps) < -1 and max(gaps) > 1
    tuples = size_tuples(program, ["n", "m"], 11, 40, lambda t: t["m"] < t["n"])
    assert len(tuples) >= 6 and all(t["m"] < t["n"] for t in tuples)
    assert size_tuples(program, ["n", "m"], 11, 40, lambda _: False) == []


def test_same_every_time() -> None:
    program, expr = read("n : size\nx : vector n\na : scalar, > 0", "a x = x a")
    first, second = (
        [(p.sizes, p.values) for p in corners.points(Sampler(program, Wanted(expr.args), 9), {"n": 3}, 5)]
        for _ in range(2)
    )
    assert first == second
