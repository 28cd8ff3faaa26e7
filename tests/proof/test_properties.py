"""Random formulas: derivatives against jets, expectations against enumeration, sums against loops."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from flint import fmpq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.meaning.points import RATIONAL, frame_at
from generator.meaning.program import Program
from generator.meaning.sampling import Point
from generator.notation.parse import parse_expression, parse_statement
from generator.notation.table import SymbolTable
from generator.notation.tree import Expr, Scope, Statement
from generator.verify.proof.certificate import Packer
from generator.verify.proof.networks import Valuation
from generator.verify.proof.prove import prepared
from generator.verify.proof.work import NotProved
from generator.verify.question import Question
from tests.proof.harness import fault_of
from tests.verify.asking import read, scope, text

QUIET = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
N = 3  # the size of an enumeration
CHANCE = Fraction(2, 7)

SMOOTH = r"""
n, m : size
i, k, h : index n
j    : index m
a    : scalar
b    : scalar, > 0
x, y : vector n
A    : matrix n m
z    : vector m
"""
COINS = r"""
n : size
i : index n
a : scalar
p : scalar, 0 < p < 1
x, u : vector n
"""


def grown(leaves: list[str], makers: list[str]) -> st.SearchStrategy[str]:
    """Formulas from leaves; a maker has one place or two, written as <>."""

    def filled(maker: str, one: str, other: str) -> str:
        return maker.replace("<>", rf"\left({one}\right)", 1).replace("<>", rf"\left({other}\right)", 1)

    def more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.builds(filled, st.sampled_from(makers), inner, inner)

    return st.recursive(st.sampled_from(leaves), more, max_leaves=6)


RING = ["<> + <>", "<> - <>", "<> <>", "<>^2"]
SUMS = [r"\sum_{i=1}^n x_i", r"\sum_{i=1}^n x_i y_i", r"\sum_{i=1}^n \sum_{j=1}^m x_i A_{ij} z_j"]
POLYNOMIALS = grown(["a", "b", "2", "n", "x_k", *SUMS], RING)
FUNCTIONS = grown(
    ["a", "b", "x_k", r"\sum_{i=1}^n x_i", r"\sum_{i=1}^n x_i^2"],
    ["<> + <>", "<> <>", r"\log\left(1 + <>^2\right)", r"\sqrt{1 + <>^2}", r"\frac{<>}{1 + <>^2}", "b^{<>}"],
)
CHANCES = grown(["a", "x_1", "x_2", r"\sum_{i=1}^n x_i", r"\sum_{i=1}^n u_i x_i"], RING)


def side_by_side(program: Program, expr: Expr) -> str | None:
    """What is wrong with the normal forms of two sides."""
    return fault_of(Question(program, Statement("it", "claim", expr), 5, symbolic=False))


@QUIET
@given(POLYNOMIALS, POLYNOMIALS)
def test_sums(one: str, other: str) -> None:
    assert side_by_side(*read(SMOOTH, f"{one} = {other}")) in ("", None)


@QUIET
@given(FUNCTIONS, st.sampled_from(["a", "b", "x_k", "x_h"]))
def test_derivatives(formula: str, variable: str) -> None:
    latex = rf"\frac{{\partial}}{{\partial {variable}}} \left({formula}\right) = {formula}"
    assert side_by_side(*read(SMOOTH, latex)) in ("", None)


@QUIET
@given(POLYNOMIALS, st.sampled_from(["a", "b", "x_k", "x_h"]))
def test_second_derivatives(formula: str, variable: str) -> None:
    latex = rf"\frac{{\partial^2}}{{\partial {variable} \partial x_h}} \left({formula}\right) = a"
    latex = latex.replace(r"\partial x_h \partial x_h", r"\partial x_h^2")
    assert side_by_side(*read(SMOOTH, latex)) in ("", None)


def coins() -> Scope:
    """A scope in which all x_i are independent bits with the chance p."""
    own = scope(COINS)
    law = parse_statement(
        text(r"x_i \overset{\mathrm{iid}}{\sim} \mathrm{Bernoulli}(p)"), SymbolTable(own.symbols)
    )
    random = {**own.symbols, "x": replace(own.symbols["x"], words=frozenset({"random"}))}
    return replace(own, symbols=random, givens=(Statement("given", "given", law),))


@QUIET
@given(CHANCES)
def test_expectations(formula: str) -> None:
    own = coins()
    program, table = Program(own), SymbolTable(own.symbols)
    expr = parse_expression(text(rf"\mathbb E\left[{formula}\right]"), table)
    if not program.random_names([expr]):
        return
    values: dict[str, Any] = {"a": fmpq(3, 5), "p": fmpq(2, 7), "u": [fmpq(1, 2), fmpq(-4, 3), fmpq(5, 3)]}
    total = fmpq(0)
    body = program.compiled(expr.args[0])
    for outcome in product((0, 1), repeat=N):
        weight = CHANCE ** sum(outcome) * (1 - CHANCE) ** (N - sum(outcome))
        point = Point({"n": N}, {**values, "x": [fmpq(v) for v in outcome]})
        total += fmpq(weight.numerator, weight.denominator) * body(frame_at(point, program, RATIONAL))
    try:
        own = Statement("", "claim", Expr("rel", (expr, expr), ("=",)))
        t, env, labels = prepared(program, own)
        polynomial = t.entry(expr, labels[: len(expr.shape or ())], env)
    except NotProved:
        return  # a power above the bound
    packer = Packer()
    terms = packer.polynomial(polynomial)
    tables = {"ranges": packer.ranges, "labels": packer.labels, "atoms": packer.atoms}
    frame = frame_at(Point({"n": N}, values), program, RATIONAL)
    assert Valuation(tables, frame, Random(1)).polynomial(terms, {}) == total
