"""The prover on whole formulas: what signs, conditions and optima it accepts, and what it must not.

`proved` holds claims that are true; `refused` false ones, and true ones whose proof would need
what the page does not say.
"""

from __future__ import annotations

import pytest

from generator.notation.parse import parse_statement
from generator.notation.table import SymbolTable
from generator.notation.tree import Statement
from generator.verify.proof.extremum import prove_optimum
from generator.verify.proof.induction import prove
from generator.verify.proof.prove import Proof
from generator.verify.proof.roots import prove_root, prove_sign
from generator.verify.question import Question
from generator.verify.stated import find
from tests.verify.asking import read, text

REALS = "a, b, u : scalar\nc, d : scalar, > 0\ne_0 : scalar, \\ge 0\nf_0 : scalar, \\ne 0\n"
UNIT = "p : scalar, 0 < p < 1\nu : scalar\nh : scalar, 0 \\le h \\le 1\n"
VECTORS = (
    "n, m : size\nu : scalar\ni, j : index n\nk : index m\nx, y : vector n\nw : vector n, w_i > 0\n"
    "z : vector n, z_i \\ge 0\n"
)
MATRICES = (
    "n, m : size\ni, j : index n\nA, B, C : matrix n n\nS : matrix n n, symmetric\n"
    "P, R : matrix n n, positive definite\nX : matrix m n\nu, v, t : vector n\ny : vector m\n"
    "\\lambda : scalar, > 0\n"
)


def ask(symbols: str, latex: str, when: tuple[str, ...] = ()) -> Proof | None:
    """The prover's answer to one formula; symbols that the formula does not use are left out of it."""
    program, expr = read(symbols, latex)
    table = SymbolTable(program.symbols)
    conditions = tuple(parse_statement(text(condition), table) for condition in when)
    question = Question(program, Statement("it", "claim", expr, conditions), 1)
    if expr.head == "iff":
        equation, solution = expr.args
        return prove_root(program, question.statement, equation, solution)
    if expr.data != ("=",):
        return prove_sign(program, question.statement)
    optimum = find(question)
    if optimum is not None:
        return prove_optimum(program, question.statement, optimum)
    return prove(question)


# -- signs ----------------------------------------------------------------------------

SIGNS = {
    "positive-root": (REALS, r"\sqrt{c^2} = c"),
    "nonnegative-root": (REALS, r"\sqrt{e_0^2} = e_0"),
    "root-of-product": (REALS, r"\sqrt{c d} = \sqrt{c} \sqrt{d}"),
    "root-of-square-times": (REALS, r"\sqrt{c^2 a^2} = c |a|"),
    "one-unknown-factor": (REALS, r"\log(c a^2) = \log c + \log a^2"),
    "absolute-square": (REALS, r"|a|^2 = a^2"),
    "log-in-unit": (UNIT, r"\log(p (1 - p)) = \log p + \log(1 - p)"),
    "log-ratio": (UNIT, r"\log \frac{p}{1 - p} = \log p - \log(1 - p)"),
    "sum-of-squares-is-positive": (REALS, r"\sqrt{(1 + a^2)^2} = 1 + a^2"),
    "product-of-positive": (VECTORS, r"\log \prod_{i=1}^n w_i = \sum_{i=1}^n \log w_i"),
    "derivative-inside-unit": (UNIT, r"\frac{d}{dp} \log(p (1 - p)) = \frac1p - \frac{1}{1 - p}"),
}

WRONG_SIGNS = {
    "root-of-unknown": (REALS, r"\sqrt{a^2} = a"),
    "root-of-difference": (REALS, r"\sqrt{(c - d)^2} = c - d"),
    "root-of-product-of-unknowns": (REALS, r"\sqrt{a b} = \sqrt{a} \sqrt{b}"),
    "log-of-product-of-unknowns": (REALS, r"\log(a b) = \log a + \log b"),
    "log-of-square": (REALS, r"\log a^2 = 2 \log a"),
    "nonzero-is-not-positive": (REALS, r"\sqrt{f_0^2} = f_0"),
    "closed-border": (UNIT, r"\log(h (1 - h)) = 2 \log h"),
    "power-of-power": (REALS, r"(a^2)^{\frac12} = a"),
    "product-of-unknown": (VECTORS, r"\left(\prod_{i=1}^n x_i^2\right)^{\frac12} = \prod_{i=1}^n x_i"),
}

# -- conditions -----------------------------------------------------------------------

CONDITIONS = {
    "sum-given": (VECTORS, r"\sum_{i=1}^n (x_i - 1) = 1 - n", (r"\sum_{i=1}^n x_i = 1",)),
    "sum-by-product": (VECTORS, r"\sum_{i=1}^n 2 x_i = 6", (r"\mathbf 1^\top x = 3",)),
    "mean-given": (VECTORS, r"\sum_{i=1}^n x_i = 2 n", (r"\frac1n \sum_{i=1}^n x_i = 2",)),
    "zero-sum-of-nonnegative": (VECTORS, r"\sum_{i=1}^n z_i^2 = 0", (r"\sum_{i=1}^n z_i = 0",)),
    "name-given": (REALS, r"(a + 1)^2 = (2 b + 1)^2", ("a = 2 b",)),
    "sign-given": (REALS, r"\sqrt{a^2} = a", ("a > 0",)),
    "order-given": (REALS, r"\sqrt{(a - b)^2} = a - b", ("a > b",)),
    "different-indices": (VECTORS, r"\delta_{ij} x_i = 0", (r"i \ne j",)),
    "derivative-then-condition": (REALS, r"\frac{\partial}{\partial a} (a b) = b", ("a = 2 b",)),
}

WRONG_CONDITIONS = {
    "sum-of-another": (VECTORS, r"\sum_{i=1}^n y_i = 1", (r"\sum_{i=1}^n x_i = 1",)),
    "factor-that-may-be-zero": (
        VECTORS + "a : scalar",
        r"\sum_{i=1}^n x_i = 0",
        (r"a \sum_{i=1}^n x_i = 0",),
    ),
    "zero-sum-of-any-sign": (VECTORS, r"\sum_{i=1}^n x_i^2 = 0", (r"\sum_{i=1}^n x_i = 0",)),
    "square-of-a-sign": (REALS, r"\sqrt{a^2} = a", ("a^2 > 0",)),
    "wrong-order": (REALS, r"\sqrt{(a - b)^2} = a - b", ("a < b",)),
    "condition-before-derivative": (
        VECTORS,
        r"\frac{\partial}{\partial x_j} \sum_{i=1}^n x_i = 0",
        (r"\sum_{i=1}^n x_i = 1",),
    ),
    "name-before-derivative": (REALS, r"\frac{\partial}{\partial a} (a b) = 2 b", ("b = a",)),
    "other-indices-differ": (VECTORS + "l_0 : index n", r"\delta_{ij} x_i = 0", (r"i \ne l_0",)),
    "condition-on-one-entry": (VECTORS, r"\sum_{i=1}^n \sqrt{x_i^2} = \sum_{i=1}^n x_i", ("x_j > 0",)),
}

# -- optima ---------------------------------------------------------------------------

OPTIMA = {
    "parabola": (REALS, r"\arg\min_{u \in \mathbb R} (u - a)^2 = a"),
    "parabola-turned": (REALS, r"\arg\max_{u \in \mathbb R} (2 a u - u^2) = a"),
    "mean": (VECTORS, r"\arg\min_{u \in \mathbb R} \sum_{i=1}^n (x_i - u)^2 = \frac1n \sum_{i=1}^n x_i"),
    "exponential-rate": (REALS, r"\arg\max_{u > 0} (\log u - c u) = \frac1c"),
    "odds": (UNIT, r"\arg\max_{u \in (0, 1)} (p \log u + (1 - p) \log(1 - u)) = p"),
    "variance": (REALS, r"\arg\max_{u > 0} \left(-\log u - \frac{c}{u}\right) = c"),
    "two-names": (
        REALS + "r : scalar, > 0",
        r"\arg\max_{u \in \mathbb R,\, r > 0} \left(-\log r - \frac{c + (u - a)^2}{r}\right) = (a, c)",
    ),
    "ridge": (
        MATRICES,
        r"\arg\min_{t \in \mathbb R^n} \left(\|X t - y\|^2 + \lambda \|t\|^2\right)"
        r" = (X^\top X + \lambda I)^{-1} X^\top y",
    ),
    "least-squares": (
        MATRICES,
        r"\arg\min_{t \in \mathbb R^n} \|X t - y\|^2 = (X^\top X)^{-1} X^\top y",
    ),
    "quadratic": (
        MATRICES,
        r"\arg\min_{t \in \mathbb R^n} \left(\frac12 t^\top P t - u^\top t\right) = P^{-1} u",
    ),
}

WRONG_OPTIMA = {
    "saddle": (REALS, r"\arg\max_{u \in \mathbb R} (u - a)^2 = a"),
    "wrong-root": (REALS, r"\arg\min_{u \in \mathbb R} (u - a)^2 = b"),
    "cubic": (REALS, r"\arg\min_{u \in \mathbb R} (u^3 - 3 u) = 1"),
    "outside": (REALS, r"\arg\min_{u > 0} (u - a)^2 = a"),
    "below-the-border": (REALS, r"\arg\min_{u \ge 0} (u + c)^2 = -c"),
    "turned-weight": (REALS, r"\arg\min_{u \in \mathbb R} a (u - b)^2 = b"),
    "flat": (REALS, r"\arg\min_{u \in \mathbb R} (b + 0 u) = a"),
    "indefinite": (
        MATRICES,
        r"\arg\min_{t \in \mathbb R^n} \left(\frac12 t^\top S t - u^\top t\right) = S^{-1} u",
    ),
    "difference-of-definite": (
        MATRICES,
        r"\arg\min_{t \in \mathbb R^n} \left(\frac12 t^\top (P - R) t - u^\top t\right) = (P - R)^{-1} u",
    ),
    "not-symmetrised": (
        MATRICES,
        r"\arg\min_{t \in \mathbb R^n} \left(\frac12 t^\top A t - u^\top t\right) = A^{-1} u",
    ),
    "maximum-of-convex": (
        MATRICES,
        r"\arg\max_{t \in \mathbb R^n} \left(\frac12 t^\top P t - u^\top t\right) = P^{-1} u",
    ),
    "wrong-penalty": (
        MATRICES,
        r"\arg\min_{t \in \mathbb R^n} \left(\|X t - y\|^2 + \lambda \|t\|^2\right)"
        r" = (X^\top X + 2 \lambda I)^{-1} X^\top y",
    ),
}

# -- roots and signs ------------------------------------------------------------------

ROOTS = {
    "line": (REALS, r"c u - a = 0 \iff u = \frac ac"),
    "positive-factor": (REALS, r"\frac{d - c u}{1 + u^2} = 0 \iff u = \frac dc"),
    "score": (UNIT, r"\frac{h}{p} - \frac{1 - h}{1 - p} = 0 \iff p = h"),
}

WRONG_ROOTS = {
    "two-roots": (REALS, r"u (u - a) = 0 \iff u = a"),
    "slope-that-may-be-zero": (REALS, r"a u - a = 0 \iff u = 1"),
    "no-equation": (REALS, r"a u > a \iff u > 1"),
    "another-root": (REALS, r"c u - a = 0 \iff u = a"),
    "no-line": (REALS, r"u^3 - c^3 = 0 \iff u = c"),
}

SIGN_CLAIMS = {
    "sum-of-squares": (REALS, r"c + a^2 + b^2 > 0"),
    "square-may-be-zero": (REALS, r"a^2 b^2 \ge 0"),
    "negative": (REALS, r"-\frac{c}{1 + d} < 0"),
    "below-one": (UNIT, r"p (1 - p) > 0"),
}

WRONG_SIGN_CLAIMS = {
    "strict-square": (REALS, r"a^2 > 0"),
    "difference": (REALS, r"c - d > 0"),
    "wrong-direction": (REALS, r"c + d < 0"),
    "closed-border-is-not-strict": (UNIT, r"h (1 - h) > 0"),
}

# -- matrices and ranges --------------------------------------------------------------

FORMULAS = {
    "woodbury": (
        MATRICES,
        r"(P + u u^\top)^{-1} = P^{-1} - \frac{P^{-1} u u^\top P^{-1}}{1 + u^\top P^{-1} u}",
    ),
    "push-through": (MATRICES, r"(P + X^\top X)^{-1} X^\top = P^{-1} X^\top (I + X P^{-1} X^\top)^{-1}"),
    "odd-sine": (REALS, r"\sin(-a) + \sin a = 0"),
    "even-cosine": (REALS, r"\cos(a - b) = \cos(b - a)"),
    "slope-of-sine": (REALS, r"\frac{\partial}{\partial u} \sin(u^2) = 2 u \cos(u^2)"),
    "slope-of-cosine": (REALS, r"\frac{\partial}{\partial u} \cos(-2 u) = -2 \sin(2 u)"),
    "pythagoras": (REALS, r"\sin^2 a + \cos^2 a = 1"),
    "factorial": ("n : size", r"(n+1)! = (n+1) \, n!"),
    "size-under-root": ("n : size, n \\ge 2\na : scalar", r"\sqrt{(n-1) a^2} = \sqrt{n-1} \, |a|"),
    "row-turned": (MATRICES, r"(u^\top A)^\top = A^\top u"),
    "column-turned-twice": (MATRICES, r"(u^\top)^\top = u"),
    "all-but-one": (VECTORS, r"\sum_{i \ne j} x_i = \sum_{i=1}^n x_i - x_j"),
    "entry-of-softmax": (VECTORS, r"\frac{e^{x_1}}{\sum_{i=1}^n e^{x_i}} = \mathrm{softmax}(x)_1"),
}

WRONG_FORMULAS = {
    "inverse-by-transpose": (MATRICES, r"A^{-1} A^\top = I"),
    "even-sine": (REALS, r"\sin(-a) = \sin a"),
    "odd-cosine": (REALS, r"\cos(-a) + \cos a = 0"),
    "sine-of-sum": (REALS, r"\sin(a + b) = \sin a + \sin b"),
    "factorial-of-zero": ("n : size, n \\ge 2", r"(n-1)! = (n-1) \, n!"),
    "gamma-below-zero": (REALS, r"\Gamma(a + 1) = (a + 1) \, \Gamma(a)"),
    "row-turned-wrongly": (MATRICES, r"(u^\top A)^\top = A u"),
    "commuting": (MATRICES, r"A B = B A"),
    "entries-of-symmetric": (MATRICES, r"\nabla_S\, (u^\top S v) = v u^\top"),
    "sum-that-may-be-empty": (VECTORS, r"\sum_{i=2}^{n} 1 = n"),
    "one-too-many": (VECTORS, r"\sum_{i=1}^{n} 1 = n + (n-1)(n-2)(n-3)(n-4)"),
    "sum-of-log": (VECTORS, r"\sum_{i=1}^n \log w_i = \log \sum_{i=1}^n w_i"),
}

RIGHT = (SIGNS, CONDITIONS, OPTIMA, ROOTS, SIGN_CLAIMS, FORMULAS)
WRONG = (WRONG_SIGNS, WRONG_CONDITIONS, WRONG_OPTIMA, WRONG_ROOTS, WRONG_SIGN_CLAIMS, WRONG_FORMULAS)
PROVED = {name: case for table in RIGHT for name, case in table.items()}
REFUSED = {name: case for table in WRONG for name, case in table.items()}


@pytest.mark.parametrize("name", PROVED)
def test_proved(name: str) -> None:
    assert ask(*PROVED[name]) is not None


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    assert ask(*REFUSED[name]) is None


def test_no_name_stands_twice() -> None:
    assert len(PROVED) == sum(map(len, RIGHT))
    assert len(REFUSED) == sum(map(len, WRONG))
