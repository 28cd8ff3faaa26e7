"""What stands beside a verdict: a point, a mutant that the same sample refutes, the needs."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from generator.load import load_topic
from generator.model import Need, Verdict
from generator.notation.topic import read_topic
from generator.notation.unparse import as_latex
from generator.verify import Options, verify_topic
from generator.verify import sensitivity as sensitivities
from generator.verify.slips import SLIPS, near_mutants
from tests.conftest import ROOT
from tests.verify.asking import read

NUMERIC = Options(routes="numeric")


def verdicts(tmp_path: Path, symbols: str, *entries: str) -> list[Verdict]:
    """The verdicts of a topic with these symbols and these entries of `setup`."""
    block = "".join(f"  {line}\n" for line in symbols.split("\n"))
    listed = "".join(f"{entry}\n" if entry[0] == " " else f"- {entry}\n" for entry in entries)
    path = tmp_path / "it.yaml"
    path.write_text(f"title: One case\nsymbols: |\n{block}setup:\n{listed}", encoding="utf-8")
    return list(verify_topic(read_topic(load_topic(path)), NUMERIC))


def claim(tmp_path: Path, symbols: str, *entries: str) -> Verdict:
    """The verdict on the last entry."""
    return [v for v in verdicts(tmp_path, symbols, *entries) if v.kind == "claim"][-1]


# -- the point --------------------------------------------------------------------------------------


def test_the_point_is_admissible_and_exact(tmp_path: Path) -> None:
    found = claim(tmp_path, "a, b : scalar, > 0", r"claim: \frac{a^2 - b^2}{a - b} = a + b", r"  when: a > b")
    assert found.status == "checked"
    assert found.witness is not None
    values = {name: Fraction(value) for name, value in found.witness.values}
    assert values["a"] > values["b"] > 0
    assert abs(float(values["a"] + values["b"]) - float(found.witness.left)) < 1e-9
    assert found.witness.left == found.witness.right


def test_rejected_candidates_are_counted_by_what_they_failed(tmp_path: Path) -> None:
    two = claim(tmp_path, "a, b : scalar, a^2 < 9", r"claim: \sqrt{(a - b)^2} = a - b", "  when: a > b")
    assert two.witness is not None, two
    reasons = dict(two.witness.rejected)
    assert set(reasons) == {"a > b", "a^2 < 9"}
    assert all(number > 0 for number in reasons.values())
    free = claim(tmp_path, "a : scalar", "claim: a + a = 2 a")
    assert free.witness is not None
    assert free.witness.rejected == ()


def test_a_name_under_an_expectation_has_no_value(tmp_path: Path) -> None:
    found = claim(
        tmp_path,
        "x, a : scalar",
        r"given: x \sim \mathrm{Bern}(\tfrac14)",
        r"claim: \mathbb E[a x] = \frac a4",
    )
    assert found.witness is not None
    assert [name for name, _ in found.witness.values] == ["a"]


def test_what_has_a_law_has_no_value(tmp_path: Path) -> None:
    given = r"given: x \sim \mathcal N(0, 1)"
    found = claim(tmp_path, "x, a : scalar", given, r"claim: x + a \sim \mathcal N(a, 1)")
    assert found.witness is not None
    assert [name for name, _ in found.witness.values] == ["a"]
    assert (found.witness.left, found.witness.right) == ("", "")


def test_a_name_beside_an_expectation_has_a_value(tmp_path: Path) -> None:
    given = r"given: x \sim \mathrm{Bern}(\tfrac14)"
    found = claim(tmp_path, "x : scalar", given, r"claim: x \mathbb E[x] = \frac x4")
    assert found.witness is not None
    assert [name for name, _ in found.witness.values] == ["x"]


# -- the slip ---------------------------------------------------------------------------------------

MUTANTS = {
    "dimensions": (
        "n, d : size\nX : matrix n d",
        r"X \in \mathbb R^{n \times d}",
        r"X \in \mathbb{R}^{d\times n}",
    ),
    "direction": ("a : scalar", r"a^2 \ge 0", r"a^2 \le 0"),
    "sign": ("a, b : scalar", "a (a + b) = a^2 + a b", "a(a+b) = a^2-ab"),
    "exponent": ("a : scalar", "a a = a^2", "aa = a^3"),
    "off by one": ("a : scalar", "a a a = 4 a", "aaa = 5a"),
    "index": ("n : size\ni, j : index n\nx, y : vector n", "x_i y_i = y_i x_i", "x_iy_i = y_ix_j"),
    "transposition": ("n : size\nA : matrix n n", r"A A = A A", r"AA = AA^\top"),
    "factor left out": ("n : size\nA : matrix n n\nx : vector n\nc : scalar", r"A c x = c A x", "Acx = cx"),
    "ratio upside down": ("a, b : scalar", r"a b = \frac ab", r"ab = \frac ba"),
    "factor 2": ("a, b : scalar", "a b = b a", "ab = 2(ba)"),
    "constant": ("a, b : scalar", "a b = b a", "ab = ba+1"),
}


@pytest.mark.parametrize("slip", MUTANTS)
def test_slip(slip: str) -> None:
    symbols, latex, mutant = MUTANTS[slip]
    program, expr = read(symbols, latex)
    assert mutant in [as_latex(tree) for words, tree in near_mutants(expr, program) if words == slip]


def test_every_slip_has_its_case() -> None:
    assert [words for words, _ in SLIPS] == list(MUTANTS)


@pytest.mark.parametrize("slip", MUTANTS)
def test_a_mutant_is_another_statement_of_the_same_shapes(slip: str) -> None:
    symbols, latex, _ = MUTANTS[slip]
    program, expr = read(symbols, latex)
    for _, tree in near_mutants(expr, program):
        assert tree != expr
        assert [side.shape for side in tree.args] == [side.shape for side in expr.args]


SENSITIVE = {
    "sum": ("n : size\ni : index n\nx : vector n", r"\sum_{i=1}^n 2 x_i = 2 \sum_{i=1}^n x_i"),
    "difference": ("a, b : scalar", "(a - b)(a + b) = a^2 - b^2"),
    "order": ("a : scalar", r"a (1 - a) \le \frac14"),
    "apart": ("a : scalar", r"a^2 + 1 \ne 0"),
    "shape": ("n, d : size\nX : matrix n d", r"X^\top X \in \mathbb R^{d \times d}"),
    "interval": ("q : scalar, 0 < q < 1", "q (1 - q) \\in (0, 1)"),
    "equivalence": ("u : scalar\nc : scalar, > 0", r"2 u - c = 0 \iff u = \frac c2"),
    "optimum": ("u, c : scalar", r"\arg\min_{u \in \mathbb R} (u - c)^2 = c"),
    "digits": ("a : scalar", r"\sqrt 2 \approx 1.414"),
}


@pytest.mark.parametrize("name", SENSITIVE)
def test_the_sample_refutes_a_near_mutant(name: str, tmp_path: Path) -> None:
    symbols, latex = SENSITIVE[name]
    entries = ["claim: a + 0 a = a"] if name == "digits" else []
    found = claim(tmp_path, symbols, *entries, f"claim: {latex}")
    assert found.status not in ("refuted", "undecided"), found.reason
    assert found.sensitivity is not None
    example = found.sensitivity.counterexample
    assert example.left != example.right
    assert found.sensitivity.latex.replace(" ", "") != latex.replace(" ", "")


def test_the_mutant_fails_at_a_point_of_the_sample(tmp_path: Path) -> None:
    """The mutant's counterexample is a point that the claim itself has passed: here its first."""
    found = claim(tmp_path, "a, b : scalar", "claim: (a - b)(a + b) = a^2 - b^2")
    assert found.witness is not None
    assert found.sensitivity is not None
    assert found.sensitivity.counterexample.values == found.witness.values


def test_without_a_mutant_that_fails_a_claim_is_undecided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sensitivities, "near_mutants", lambda expr, program: iter([("nothing", expr)]))
    found = claim(tmp_path, "a, b : scalar", "claim: (a - b)(a + b) = a^2 - b^2")
    assert (found.status, found.sensitivity) == ("undecided", None)
    assert "one slip away" in found.reason


# -- what is needed ---------------------------------------------------------------------------------

#: symbols, entries, assumption, what becomes of the last entry without it.
NEEDS: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "bound": ("a : scalar, > 0", (r"claim: \sqrt{a^2} = a",), "a > 0", "needed"),
    "bound-spare": ("a : scalar, > 0", (r"claim: a a = a^2",), "a > 0", "holds"),
    "border": ("a : scalar, > 0", (r"claim: a^2 > 0",), "a > 0", "needed"),
    "low-end": ("q : scalar, 0 < q < 1", ("claim: q > 0",), "0 < q", "needed"),
    "high-end": ("q : scalar, 0 < q < 1", ("claim: q > 0",), "q < 1", "holds"),
    "not-zero": ("w : scalar, w \\ne 0", (r"claim: \frac ww = 1",), r"w \ne 0", "needed"),
    "finite-set": (
        "n : size\ni : index n\nx : vector n, x_i \\in \\{0, 1\\}",
        ("claim: x_i^2 = x_i",),
        r"x_i \in \{0,1\}",
        "needed",
    ),
    "smallest-size": (
        "n : size, n \\ge 2\ni : index n",
        (r"claim: \frac{1}{n-1} \sum_{i=1}^n (1 - \tfrac1n) = 1",),
        r"n \ge 2",
        "needed",
    ),
    "smallest-size-spare": (
        "n : size, n \\ge 2\ni : index n\nx : vector n",
        (r"claim: 2 \sum_{i=1}^n x_i = \sum_{i=1}^n 2 x_i",),
        r"n \ge 2",
        "holds",
    ),
    "structure": ("n : size\nA : matrix n n, symmetric", (r"claim: A^\top = A",), "A: symmetric", "needed"),
    "structure-spare": (
        "n : size\nA : matrix n n, symmetric",
        (r"claim: A + A = 2 A",),
        "A: symmetric",
        "holds",
    ),
    "simplex": (
        "n : size\ni : index n\np : vector n, simplex",
        (r"claim: \sum_{i=1}^n p_i = 1",),
        "p: simplex",
        "needed",
    ),
    "restriction": ("a, b : scalar\na < b", ("claim: b - a > 0",), "a < b", "needed"),
    "implied": (
        "a : scalar, > 0\nb : scalar, > 0",
        ("define: b = a^2 + 1", "claim: b - 1 = a^2"),
        "b > 0",
        "implied",
    ),
    "when": ("a : scalar", (r"claim: \sqrt{a^2} = a", "  when: a > 0"), "a > 0", "needed"),
    "mean": (
        "x, m : scalar\ns : scalar, > 0",
        (r"given: x \sim (m, s^2)", r"claim: \mathbb E[x] = m"),
        r"x \sim (m, s^2) with another parameter 1",
        "needed",
    ),
    "variance-spare": (
        "x, m : scalar\ns : scalar, > 0",
        (r"given: x \sim (m, s^2)", r"claim: \mathbb E[x] = m"),
        r"x \sim (m, s^2) with another parameter 2",
        "holds",
    ),
    "independence": (
        "n : size\ni : index n\nx : vector n\nm : scalar\ns : scalar, > 0",
        (
            r"given: x_i \overset{\mathrm{iid}}{\sim} (m, s^2)",
            r"claim: \mathrm{Var}(\sum_{i=1}^n x_i) = n s^2",
        ),
        r"x_i \overset{\mathrm{iid}}{\sim} (m, s^2) with dependence",
        "needed",
    ),
    "independence-spare": (
        "n : size\ni : index n\nx : vector n\nm : scalar\ns : scalar, > 0",
        (
            r"given: x_i \overset{\mathrm{iid}}{\sim} (m, s^2)",
            r"claim: \mathbb E[\sum_{i=1}^n x_i] = n m",
        ),
        r"x_i \overset{\mathrm{iid}}{\sim} (m, s^2) with dependence",
        "holds",
    ),
    "law": (
        "x : scalar",
        (r"given: x \sim \mathcal N(0, 1)", r"claim: \mathbb E[x^4] = 3"),
        r"x \sim \mathcal N(0, 1) with another law of the same mean and variance",
        "needed",
    ),
    "law-unused": (
        "x, m : scalar\ns : scalar, > 0",
        (
            r"given: x \sim (m, s^2)",
            r"claim: \mathbb E[x] = m",
            r"claim: \mathrm{Var}(x) = s^2",
            r"claim: (x - m)^2 = x^2 - 2 m x + m^2",
        ),
        r"x \sim (m, s^2)",
        "holds",
    ),
    "support": (
        "x : scalar",
        (
            r"given: x \sim \mathrm{Bern}(\tfrac14)",
            r"claim: \mathbb E[x] = \frac14",
            r"claim: x^2 = x",
        ),
        r"x \sim \mathrm{Bern}(\tfrac14)",
        "needed",
    ),
    "convex": (
        "a, b : scalar\ng(u) : function, convex",
        (r"claim: g\left(\frac{a + b}{2}\right) \le \frac{g(a) + g(b)}{2}",),
        "g(u): convex",
        "needed",
    ),
    "law-swapped": (
        "x : scalar",
        (r"given: x \sim \mathcal N(0, 1)", r"claim: 2 x \sim \mathcal N(0, 4)"),
        r"x \sim \mathcal N(0, 1) with another law of the same mean and variance",
        "needed",
    ),
}


def told(need: Need) -> str:
    return f"{need.latex} {need.change}".strip()


@pytest.mark.parametrize("name", NEEDS)
def test_need(name: str, tmp_path: Path) -> None:
    symbols, entries, assumption, answer = NEEDS[name]
    found = claim(tmp_path, symbols, *entries)
    assert found.status in ("checked", "proved", "exact"), found.reason
    needs = {told(need): need for need in found.needs}
    assert assumption in needs, sorted(needs)
    need = needs[assumption]
    assert need.answer == answer, need
    assert (need.counterexample is not None) == (answer == "needed")
    if answer == "needed":
        assert need.counterexample
        assert need.counterexample.left or "no value" in need.reason
    if answer == "open":
        assert need.reason


def test_a_value_by_hand_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(
        "title: One case\nsymbols: |\n  a, b : scalar\nsetup:\n- claim: a + b = b + a\n"
        "by hand:\n  given: |\n    a = 3\n    b = 4\n  claims:\n  - a^2 + 0 b = 9\n",
        encoding="utf-8",
    )
    (found,) = [v for v in verify_topic(read_topic(load_topic(path)), NUMERIC) if v.kind == "by-hand"]
    needs = {need.latex: need for need in found.needs}
    assert (needs["a = 3"].answer, needs["a = 3"].change) == ("needed", "with 4 in its place")
    assert needs["b = 4"].answer == "holds"


# -- the book ---------------------------------------------------------------------------------------

TOPICS = sorted(path for path in (ROOT / "content").glob("*.yaml") if path.stem != "book")


@pytest.mark.parametrize("path", TOPICS, ids=lambda path: path.stem)
def test_every_claim_of_the_book_has_its_witnesses(path: Path) -> None:
    found = verify_topic(read_topic(load_topic(path)), NUMERIC)
    decided = [v for v in found if v.status in ("checked", "exact", "proved")]
    assert decided
    for verdict in decided:
        assert verdict.witness is not None, verdict.id
        assert verdict.sensitivity is not None, verdict.id
        assert re.search(r"\w", verdict.sensitivity.latex), verdict.id
    for trap in (v for v in found if v.kind == "trap"):
        assert trap.witness is not None, trap.id
