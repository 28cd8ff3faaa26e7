"""The instruments of the checks, each against what it must not take for true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import pytest
import sympy
from flint import arb, fmpq

from generator.meaning import corners
from generator.meaning.enumeration import ENUMERATION_BOUND
from generator.meaning.points import BALLS, frame_at
from generator.meaning.program import Frame
from generator.meaning.sampling import RATIONAL, Sampler, Wanted
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, Statement
from generator.verify.equality import equal
from generator.verify.limit import extrapolated
from generator.verify.question import Question
from generator.verify.scan import guarded, other_minimum, other_root
from generator.verify.signs import sign_of
from generator.verify.symbolic import is_zero
from generator.verify.work import enumerates
from tests.verify.asking import ask, read

X, Y = sympy.symbols("x y", real=True)
A, B = sympy.symbols("a b", positive=True)


@pytest.fixture(autouse=True)
def precision() -> Any:
    before = flint.ctx.prec
    flint.ctx.prec = 230
    yield
    flint.ctx.prec = before


FALSE_GAPS: dict[str, Any] = {
    "root-of-a-square": sympy.sqrt(X**2) - X,
    "log-of-a-square": sympy.log(X**2) - 2 * sympy.log(X),
    "root-of-a-product": sympy.sqrt(X * Y) - sympy.sqrt(X) * sympy.sqrt(Y),
    "power-of-a-power": (X**2) ** sympy.Rational(3, 2) - X**3,
    "exponent-of-a-sum": sympy.exp(A + B) - sympy.exp(A) - sympy.exp(B),
    "log-of-a-sum": sympy.log(A + B) - sympy.log(A) - sympy.log(B),
    "absolute-value": sympy.Abs(X) - X,
    "tiny": A - A * (1 + sympy.Rational(1, 10**60)),
    "half-exponent": sympy.exp(X / 2) - sympy.exp(X),
}
TRUE_GAPS: dict[str, Any] = {
    "root-of-a-square": sympy.sqrt(A**2) - A,
    "log-of-a-square": sympy.log(A**2) - 2 * sympy.log(A),
    "root-of-a-product": sympy.sqrt(A * B) - sympy.sqrt(A) * sympy.sqrt(B),
    "exponent-of-a-sum": sympy.exp(X + Y) - sympy.exp(X) * sympy.exp(Y),
    "quotients": 1 / (1 + sympy.exp(-X)) - sympy.exp(X) / (1 + sympy.exp(X)),
}


@pytest.mark.parametrize("name", FALSE_GAPS)
def test_not_zero(name: str) -> None:
    assert not is_zero(FALSE_GAPS[name])


@pytest.mark.parametrize("name", TRUE_GAPS)
def test_zero(name: str) -> None:
    assert is_zero(TRUE_GAPS[name])


def test_equal_asks_for_narrow_balls() -> None:
    wide = arb(1, 1e-20)
    assert equal(wide, arb(1)) is None
    assert equal(arb(1), arb(1)) is True
    assert equal(arb(1), arb(1) + arb(10) ** -50) is False
    huge = arb(10) ** 500
    assert equal(huge + arb(0, 1) * huge, huge) is None, "a ball as wide as its value tells nothing"
    assert equal(arb("nan"), arb(1)) is None
    assert equal(arb("inf"), arb("inf")) is None
    assert equal(fmpq(1, 3), fmpq(1, 3)) is True
    assert equal(fmpq(1, 3), fmpq(1, 4)) is False


ROOTS: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "simple": (lambda x: (x - 1) * (x - arb("2.3")), True),
    "touching": (lambda x: (x - 1) * (x - arb("2.3")) ** 2, True),
    "far": (lambda x: (x - 1) * (x + 200), True),
    "flat-touching": (lambda x: (x - 1) * (x + 5) ** 4, True),
    "pole": (lambda x: (x - 1) / (x - 3), False),
    "only": (lambda x: x - 1, False),
    "falling-away": (lambda x: (x - 1) * (-x * x).exp(), False),
    "shallow-dip": (lambda x: (x - 1) * ((x - 5) ** 2 + arb("0.001")), False),
}


@pytest.mark.parametrize("name", ROOTS)
def test_other_root(name: str) -> None:
    function, expected = ROOTS[name]
    assert (other_root(guarded(function), arb(1)) is not None) == expected


HILLS: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "twin": (lambda x: (x * x - 1) ** 2, True),
    "far-twin": (lambda x: (x * x - 400) ** 2 * (x - 1) ** 2, True),
    "deeper": (lambda x: (x - 1) ** 2 * ((x - 6) ** 2 - 2), True),
    "flat": (lambda x: arb(0) * x, True),
    "parabola": (lambda x: (x - 1) ** 2, False),
    "shallower": (lambda x: (x - 1) ** 2 * ((x - 6) ** 2 + arb("0.01")), False),
}


@pytest.mark.parametrize("name", HILLS)
def test_other_minimum(name: str) -> None:
    function, expected = HILLS[name]
    assert (other_minimum(guarded(function), arb(1), arb(0)) is not None) == expected


def sequence(term: Callable[[Any], Any]) -> list[Any]:
    return [term(arb(2) ** k + k) for k in range(6, 15)]


def test_extrapolation() -> None:
    """To 0 for powers of 1/n with logarithms; to the constant where one is left."""
    for term in (lambda n: 1 / n, lambda n: 3 / n - 7 / n**2, lambda n: 1 / n.sqrt(), lambda n: n.log() / n):
        values = sequence(term)
        assert abs(extrapolated(values)) < abs(values[-1]) / 100
        moved = sequence(lambda n, term=term: term(n) + arb("0.0001"))
        assert not abs(extrapolated(moved)) < abs(moved[-1]) / 100


SYMBOLS = "n : size\ni : index n\nx : vector n\na, b : scalar\np : scalar, > 0\nq : scalar, \\ge 0"
SIGNED = (
    *("a^2", "a^3", "p", "q", "-p", "p - q", "p + q", "a b", "a^2 b^2", "q + 1"),
    *(r"\frac{a}{p}", r"\frac{1}{a^2 + 1}", r"e^a", r"-e^{-a}", r"\sqrt{q}", r"\sqrt{p}", r"|a|"),
    *(r"|a| + p", r"-|a|", "q^2 - q", "2q - q", "p^{-1}", r"\sum_{i=1}^n x_i^2", r"\sum_{i=1}^n e^{x_i}"),
    *(r"\sum_{i=1}^n x_i", r"p - 1 - \log p", "a^4 + 2a^2 + 1", "-(a^2 + 1)", "(-p)^3", "(-p)^2"),
    *("n", "n - 1", r"\prod_{i=1}^n x_i^2", r"\log p", r"a^0", "0 a"),
)


@pytest.mark.parametrize("latex", SIGNED)
def test_signs_cover_every_value(latex: str) -> None:
    """What the rules say a sign may be holds the sign of every value tried."""
    program, relation = read(SYMBOLS, f"{latex} = 0")
    subject: Expr = relation.args[0]
    allowed = sign_of(subject, program)
    sampler = Sampler(program, Wanted((subject,)), 3)
    seen = set()
    for n in (1, 2, 3):
        for point in [*corners.points(sampler, {"n": n}, 6), *corners.corners(sampler, {"n": n})]:
            frame = frame_at(point, program, BALLS)
            try:
                seen.add(BALLS.sign(program.compiled(subject)(frame)))
            except MeaningError:
                continue
    assert seen
    assert all(allowed[sign + 1] for sign in seen), (allowed, seen)


@pytest.mark.parametrize("seed", range(8))
def test_no_seed_lets_it_pass(seed: int) -> None:
    """False on a small part of the domain: every seed must meet that part."""
    false = {
        r"\max(a, b, 0) = \max(a, b)": "a, b : scalar",
        r"\min(a, 9) = a": "a : scalar",
        r"\max(a, \frac1{50}) = a": "a : scalar, 0 < a < 1",
        r"\sqrt{a^2} = a": "a : scalar",
        r"\sqrt{a^2} = -a": "a : scalar",
        r"|a + b| = |a| + |b|": "a, b : scalar",
        r"\sum_{i=1}^n |x_i| = \sum_{i=1}^n x_i": "n : size\ni : index n\nx : vector n",
        r"a^2 \ge a": "a : scalar",
        r"a^3 - 25 a \ge a^3 - 25 |a|": "a : scalar",
    }
    for latex, symbols in false.items():
        answer = ask(symbols, latex, seed, symbolic=False)
        expected = "checked" if "25" in latex else "refuted"
        assert answer.status == expected, (latex, seed, answer)


def test_rational_frames_are_exact() -> None:
    program, relation = read("a : scalar", r"\frac{a}{3} + \frac{a}{3} + \frac{a}{3} = a")
    frame = Frame(RATIONAL, program, {}, {"a": fmpq(1, 7)})
    left, right = (program.compiled(arg)(frame) for arg in relation.args)
    assert left == right == fmpq(1, 7)


def test_sizes_leave_no_more_outcomes_than_are_enumerated() -> None:
    """Whatever the seed, every tuple of sizes is one at which the claim can be evaluated."""
    latex = r"\mathbb E[e^{t^\top A x}] = \mathbb E[e^{(A^\top t)^\top x}]"
    program, expr = read("m, n : size\nx : vector n, random\nt : vector m\nA : matrix m n", latex)
    assert enumerates(Sampler(program, Wanted(expr.args), 1), {"m": 2, "n": 40}, ENUMERATION_BOUND)
    for seed in range(40):
        sizes = Question(program, Statement("it", "claim", expr), seed).sizes()
        assert len(sizes) >= 4
        sampler = Sampler(program, Wanted(expr.args), seed)
        assert [row for row in sizes if enumerates(sampler, row, ENUMERATION_BOUND)] == []


def test_a_polynomial_has_no_outcomes_to_enumerate() -> None:
    program, expr = read(
        "n : size\nx : vector n, random", r"\mathrm{Var}(x^\top x) = \mathrm{Cov}(x^\top x, x^\top x)"
    )
    assert not enumerates(Sampler(program, Wanted(expr.args), 1), {"n": 2})
