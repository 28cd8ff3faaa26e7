"""Expectations and variances against adding up all outcomes, written out here once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import comb

import pytest

from generator.meaning.arrays import each
from generator.meaning.points import BALLS, frame_at
from generator.meaning.polynomials import VARIANTS, standard_atoms, standard_moment
from generator.meaning.program import Program
from generator.meaning.sampling import Point
from generator.notation.parse import parse_expression, parse_statement
from generator.notation.table import SymbolTable
from generator.notation.tree import Scope, Statement, Symbol
from tests.meaning.values import exact, number
from tests.verify.asking import scope, text

P, Q = Fraction(3, 8), Fraction(5, 7)
Outcome = Callable[[int, int], Fraction | int]


def chance(
    symbols: str, givens: list[str], latex: str, values: dict[str, object], sizes: dict[str, int]
) -> float:
    """The value of an expectation at a point, with these givens."""
    own: Scope = scope(symbols)
    read = [
        Statement(f"given-{k}", "given", parse_statement(text(given), SymbolTable(own.symbols)))
        for k, given in enumerate(givens)
    ]
    random: dict[str, Symbol] = {
        name: replace(symbol, words=symbol.words | {"random"}) if name in ("x", "y") else symbol
        for name, symbol in own.symbols.items()
    }
    own = replace(own, symbols=random, givens=tuple(read))
    program = Program(own)
    frame = frame_at(Point(sizes, {k: exact(v) for k, v in values.items()}), program, BALLS)
    expr = parse_expression(text(latex), SymbolTable(own.symbols))
    found: float = each(number, program.compiled(expr)(frame))
    return found


BITS: dict[str, tuple[str, Outcome]] = {
    "sum": ("x + y", lambda x, y: x + y),
    "product": ("x y", lambda x, y: x * y),
    "square": ("(x + 2y)^2", lambda x, y: (x + 2 * y) ** 2),
    "quotient": (r"\frac{x}{1 + y}", lambda x, y: Fraction(x, 1 + y)),
    "maximum": (r"\max(x, y)", max),
    "fifth-power": ("(x - 3y)^5", lambda x, y: (x - 3 * y) ** 5),
}


def of_bits(body: Outcome) -> Fraction:
    weights = {(a, b): (P if a else 1 - P) * (Q if b else 1 - Q) for a, b in product((0, 1), repeat=2)}
    return sum((w * body(a, b) for (a, b), w in weights.items()), Fraction(0))


@pytest.mark.parametrize("name", BITS)
def test_two_independent_bits(name: str) -> None:
    latex, body = BITS[name]
    symbols = "x, y : scalar\np, q : scalar, 0 < p < 1"
    givens = [r"x \sim \mathrm{Bernoulli}(p)", r"y \sim \mathrm{Bernoulli}(q)", r"x \perp y"]
    at = {"p": P, "q": Q}
    mean = chance(symbols, givens, rf"\mathbb E\left[{latex}\right]", at, {})
    assert mean == pytest.approx(float(of_bits(body)), rel=1e-12)
    spread = chance(symbols, givens, rf"\mathrm{{Var}}\left({latex}\right)", at, {})
    square = of_bits(lambda a, b: Fraction(body(a, b)) ** 2)
    assert spread == pytest.approx(float(square - of_bits(body) ** 2), rel=1e-12)


@pytest.mark.parametrize("power", [1, 2, 3, 4, 5])
def test_binomial_moments(power: int) -> None:
    symbols, givens = "m : size\nx : scalar\np : scalar, 0 < p < 1", [r"x \sim \mathrm{Binomial}(m, p)"]
    found = chance(symbols, givens, rf"\mathbb E[x^{power}]", {"p": P}, {"m": 6})
    wanted = sum(comb(6, k) * P**k * (1 - P) ** (6 - k) * k**power for k in range(7))
    assert found == pytest.approx(float(wanted), rel=1e-12)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_sample_variance_of_bits(n: int) -> None:
    symbols = "n : size\ni : index n\nx : vector n\np : scalar, 0 < p < 1"
    givens = [r"x_i \overset{\mathrm{iid}}{\sim} \mathrm{Bernoulli}(p)"]
    latex = r"\mathbb E\left[\sum_{i=1}^n x_i^2 - \frac1n \left(\sum_{i=1}^n x_i\right)^2\right]"
    found = chance(symbols, givens, latex, {"p": P}, {"n": n})
    wanted = Fraction(0)
    for outcome in product((0, 1), repeat=n):
        weight = P ** sum(outcome) * (1 - P) ** (n - sum(outcome))
        wanted += weight * (sum(outcome) - Fraction(sum(outcome) ** 2, n))
    assert found == pytest.approx(float(wanted), rel=1e-12)


@pytest.mark.parametrize("variant", range(len(VARIANTS)))
def test_open_laws(variant: int) -> None:
    """Mean 0, variance 1, and no moment that two of them share."""
    atoms = standard_atoms(variant)
    moments = [sum((w * v**k for w, v in atoms), Fraction(0)) for k in range(5)]
    assert moments[:3] == [1, 0, 1]
    assert moments[3] == standard_moment(variant, 3) != 0
    assert moments[4] != moments[3] ** 2 + 1, "a two-point law would tie kurtosis to skewness"


def test_open_laws_differ() -> None:
    for power in (3, 4):
        moments = [standard_moment(variant, power) for variant in range(len(VARIANTS))]
        assert len(set(moments)) == len(moments)
    assert {standard_moment(v, 3) > 0 for v in range(len(VARIANTS))} == {True, False}
    assert {standard_moment(v, 4) > 3 for v in range(len(VARIANTS))} == {True, False}
