"""Derivatives by jets against differences of the very same function in mpmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from tests.meaning.values import value

FUNCTIONS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "power": (r"x^5 - 3x^2", lambda x: x**5 - 3 * x**2),
    "negative-power": (r"x^{-3}", lambda x: x**-3),
    "quotient": (r"\frac{x}{1 + x^2}", lambda x: x / (1 + x * x)),
    "exp": (r"e^{-x^2}", lambda x: mpmath.exp(-x * x)),
    "log": (r"\log(1 + x^2)", lambda x: mpmath.log(1 + x * x)),
    "root": (r"\sqrt{1 + x}", lambda x: mpmath.sqrt(1 + x)),
    "half-power": (r"(1 + x)^{3/2}", lambda x: (1 + x) ** mpmath.mpf("1.5")),
    "sine": (r"\sin(2x)", lambda x: mpmath.sin(2 * x)),
    "cosine": (r"\cos(x^2)", lambda x: mpmath.cos(x * x)),
    "tangent": (r"\tan(x)", mpmath.tan),
    "hyperbolic": (r"\tanh(3x)", lambda x: mpmath.tanh(3 * x)),
    "absolute": (r"|x - 3|", lambda x: abs(x - 3)),
    "maximum": (r"\max(x, x^2)", lambda x: max(x, x * x)),
    "variable-exponent": (r"x^x", lambda x: x**x),
    "nested": (r"\log(\sin(x) + \sqrt{x + 2})", lambda x: mpmath.log(mpmath.sin(x) + mpmath.sqrt(x + 2))),
    "product": (r"\prod_{k=1}^4 (x - k)", lambda x: (x - 1) * (x - 2) * (x - 3) * (x - 4)),
    "sum": (r"\sum_{k=1}^5 \frac{x^k}{k}", lambda x: sum(x**k / k for k in range(1, 6))),
}
PLACES = ("3/8", "11/16", "29/16")


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivative(name: str, order: int) -> None:
    latex, function = FUNCTIONS[name]
    bar = r"\frac{d}{dx}" if order == 1 else rf"\frac{{d^{order}}}{{dx^{order}}}"
    for place in PLACES:
        top, bottom = map(int, place.split("/"))
        found = value("x : scalar, > 0", rf"{bar} \left({latex}\right)", {"x": place})
        with mpmath.workdps(60):
            wanted = mpmath.diff(function, mpmath.mpf(top) / bottom, order)
        assert found == pytest.approx(float(wanted), rel=1e-12, abs=1e-12)


def test_gradient_and_hessian_of_a_quartic() -> None:
    symbols = "n : size\nx : vector n"
    at: dict[str, Any] = {"x": ["1/2", "-3/4", "5/8"]}

    def quartic(*x: Any) -> Any:
        return sum(v * v for v in x) ** 2 + x[0] * x[1] ** 3 * x[2]

    latex = r"\left((x^\top x)^2 + x_1 x_2^3 x_3\right)"
    point = (0.5, -0.75, 0.625)
    gradient = value(symbols, rf"\nabla_x {latex}", at, {"n": 3})
    hessian = value(symbols, rf"\nabla_x^2 {latex}", at, {"n": 3})
    with mpmath.workdps(60):
        for i in range(3):
            order = tuple(int(k == i) for k in range(3))
            assert gradient[i] == pytest.approx(float(mpmath.diff(quartic, point, order)), rel=1e-10)
            for j in range(3):
                order = tuple(int(k == i) + int(k == j) for k in range(3))
                wanted = float(mpmath.diff(quartic, point, order))
                assert hessian[i][j] == pytest.approx(wanted, rel=1e-10)


def test_derivative_by_a_matrix() -> None:
    symbols = "n : size\nA : matrix n n, invertible"
    rows = [["3/2", "1/4"], ["-5/8", "7/4"]]

    def determinant(a: Any, b: Any, c: Any, d: Any) -> Any:
        return mpmath.log(a * d - b * c)

    found = value(symbols, r"\frac{\partial \log\det(A)}{\partial A}", {"A": rows}, {"n": 2})
    point = (1.5, 0.25, -0.625, 1.75)
    with mpmath.workdps(60):
        for k in range(4):
            order = tuple(int(j == k) for j in range(4))
            wanted = float(mpmath.diff(determinant, point, order))
            assert found[k // 2][k % 2] == pytest.approx(wanted, rel=1e-10)


def test_nested_derivatives_keep_apart() -> None:
    """x d/dy (x y) differentiated by x at one place: 2x, not x (perturbation confusion gives another)."""
    found = value(
        "x, y : scalar", r"\frac{d}{dx} \left(x \cdot \frac{d}{dy}(x y)\right)", {"x": "7/4", "y": "1/2"}
    )
    assert found == pytest.approx(3.5)
