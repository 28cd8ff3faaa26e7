"""Two routes decide each claim; where they disagree the program is broken, and says so."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator import cli, recheck
from generator.errors import InternalError
from generator.load import load_topic
from generator.meaning import jets
from generator.model import Verdict
from generator.notation.topic import read_topic
from generator.notation.tree import Statement
from generator.verify import Options, distribution, grid, shape, verify_topic
from generator.verify.formal import scope_lines
from generator.verify.question import Answer
from generator.verify.routes import ROUTES, asked_of, kind_of
from generator.verify.topic import TopicCheck
from tests.conftest import ROOT

NORMAL = r"""symbols: |
  n      : size, n \ge 2
  i      : index n
  x      : vector n
  \mu    : scalar
  \sigma : scalar, > 0
  m      : scalar
setup:
- given: x_i \overset{\mathrm{iid}}{\sim} \mathcal N(\mu, \sigma^2)
- define: m = \frac1n \sum_{i=1}^n x_i
- claim: \mathbb E[m^2] = \mu^2 + \frac{\sigma^2}{n}
"""
DERIVED = r"""symbols: |
  a, b : scalar, > 0
setup:
- define: b = a^2 \log a
- claim: b + 1 = 1 + a^2 \log a
"""


def written(folder: Path, text: str, *claims: str) -> Path:
    path = folder / "it.yaml"
    listed = "".join(f"- claim: {claim}\n" for claim in claims)
    path.write_text(f"title: One case\n{text}{listed}", encoding="utf-8")
    return path


def code_of(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code of `proofboard check` in this process, where bugs can be planted; and what it said."""
    with pytest.raises(SystemExit) as ended:
        cli.run(["check", str(path), "--no-cache", "--workers", "1"])
    return int(ended.value.code or 0), capsys.readouterr().err


# -- planted bugs -----------------------------------------------------------------------------------


def wrong_slope(monkeypatch: pytest.MonkeyPatch) -> None:
    """The derivative of the logarithm is 2/x."""
    chain = {**jets.CHAIN, "log": lambda system, x, y: 2 / x}
    monkeypatch.setattr(jets, "CHAIN", chain)


def wrong_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quadratic form has one degree of freedom too many."""
    right = distribution.projection

    def projection(*args: Any) -> Any:
        matrix, scale, rank = right(*args)
        return matrix, scale, rank + 1

    monkeypatch.setattr(distribution, "projection", projection)


def wrong_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printed dimensions are not read."""
    passed = Answer("proved", "symbolic shapes", ("shapes, for all sizes",), routes=("shapes",))
    monkeypatch.setattr(shape, "_shape", lambda element, space: passed)


def wrong_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second evaluator thinks that every claim of it is false."""
    monkeypatch.setattr(recheck, "agrees", lambda scope, formal, point: recheck.Answer(False, "planted"))


PLANTED: dict[str, tuple[Any, str, str]] = {
    "false-derivative-passes": (wrong_slope, DERIVED, r"\frac{\partial b}{\partial a} = 2 a \log a + 2 a"),
    "true-derivative-is-refuted": (wrong_slope, DERIVED, r"\frac{\partial b}{\partial a} = 2 a \log a + a"),
    "false-law-passes": (
        wrong_rank,
        NORMAL,
        r"\frac{1}{\sigma^2} \sum_{i=1}^n (x_i - m)^2 \sim \chi^2_n",
    ),
    "false-shape-passes": (
        wrong_shape,
        "symbols: |\n  n, d : size\n  X : matrix n d\nsetup:\n",
        r"X^\top X \in \mathbb R^{n \times n}",
    ),
    "second-evaluator": (wrong_difference, DERIVED, "b - 1 = a^2 \\log a - 1"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_ends_the_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant, text, claim = PLANTED[name]
    path = written(tmp_path, text, claim)
    sound, _ = code_of(path, capsys)
    assert sound in (0, 1), "without the bug there is a verdict"
    plant(monkeypatch)
    code, words = code_of(path, capsys)
    assert code == 70, words
    assert "two routes disagree on it/claim-" in words


@pytest.mark.parametrize("name", ["false-derivative-passes", "false-law-passes", "false-shape-passes"])
def test_without_the_second_route_the_bug_would_pass(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is the second route that notices it."""
    plant, text, claim = PLANTED[name]
    plant(monkeypatch)
    path = written(tmp_path, text, claim)
    found = verify_topic(read_topic(load_topic(path)), Options("numeric", witnesses=False))
    assert [v.status for v in found if v.kind == "claim"][-1] in ("checked", "proved")


def test_a_trap_that_holds_by_the_second_route_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, DERIVED, r"\frac{\partial b}{\partial a} = 2 a \log a + a")
    wrong = r"\frac{\partial b}{\partial a} = 2 a \log a + 2"
    trap = f"  as: slope\ntraps:\n- instead of: slope\n  wrong: {wrong}\n"
    path.write_text(path.read_text() + trap, encoding="utf-8")
    read = read_topic(load_topic(path))
    (found,) = [v for v in verify_topic(read, Options("numeric")) if v.kind == "trap"]
    assert found.routes == ("Arb", "mpmath")
    monkeypatch.setattr(recheck, "agrees", lambda scope, formal, point: recheck.Answer(True))
    with pytest.raises(InternalError, match="refuted at a point where it holds by mpmath"):
        verify_topic(read, Options("numeric"))


# -- laws on nodes ----------------------------------------------------------------------------------

#: Laws of a statistic of n normal samples: the true one first.
LAWS: dict[str, tuple[str, ...]] = {
    "mean": (
        r"m \sim \mathcal N\left(\mu, \frac{\sigma^2}{n}\right)",
        r"m \sim \mathcal N(\mu, \sigma^2)",
        r"m \sim \mathcal N\left(\mu, \frac{\sigma^2}{n - 1}\right)",
        r"m \sim \mathcal N\left(0, \frac{\sigma^2}{n}\right)",
    ),
    "squares": (
        r"\frac{1}{\sigma^2} \sum_{i=1}^n (x_i - m)^2 \sim \chi^2_{n-1}",
        r"\frac{1}{\sigma^2} \sum_{i=1}^n (x_i - m)^2 \sim \chi^2_n",
        r"\frac{1}{\sigma^2} \sum_{i=1}^n (x_i - \mu)^2 \sim \chi^2_{n-1}",
        r"\frac{1}{\sigma} \sum_{i=1}^n (x_i - m)^2 \sim \chi^2_{n-1}",
    ),
    "student": (
        r"\frac{m - \mu}{\sqrt{\frac{1}{n (n-1)} \sum_{i=1}^n (x_i - m)^2}} \sim t_{n-1}",
        r"\frac{m - \mu}{\sqrt{\frac{1}{n (n-1)} \sum_{i=1}^n (x_i - m)^2}} \sim t_{n+1}",
        r"\frac{m - \mu}{\sqrt{\frac{1}{n^2} \sum_{i=1}^n (x_i - m)^2}} \sim t_{n-1}",
        r"\frac{m - \mu}{\sqrt{\frac{1}{n (n-1)} \sum_{i=1}^n (x_i - m)^2}} \sim \mathcal N(0, 1)",
    ),
}


def on_nodes(folder: Path, claim: str) -> bool | None:
    """What the nodes say of a claim about normal samples."""
    read = read_topic(load_topic(written(folder, NORMAL, claim)))
    checker = TopicCheck(read, Options("numeric"))
    statement = read.statements[-1]
    question = checker.question(statement)
    asked = asked_of(question, recheck.Scope(()))
    (route,) = ROUTES[kind_of(question)]
    return route.holds(asked)


@pytest.mark.parametrize("name", LAWS)
def test_nodes_know_a_law(name: str, tmp_path: Path) -> None:
    true, *false = LAWS[name]
    assert on_nodes(tmp_path, true) is True
    assert [on_nodes(tmp_path, claim) for claim in false] == [False] * len(false)


def test_nodes_have_the_moments_of_the_normal_law() -> None:
    for samples in (1, 2, 3):
        places, weights = grid.hermite(samples)
        for k, moment in enumerate((1, 0, 1, 0, 3, 0, 15, 0, 105)):
            assert abs(float((weights * places[-1] ** k).sum()) - moment) < 1e-9
        spread, equal = grid.spread(samples)
        assert abs(float(equal.sum()) - 1) < 1e-9
        for row in spread:
            assert abs(float((row < 0).mean()) - 0.5) < 0.005
            assert abs(float((row < 1).mean()) - 0.8413447) < 0.005


# -- limits and proportions -------------------------------------------------------------------------

GROWING = "symbols: |\n  n    : size\n  i    : index n\n  x    : vector n\n  a, b : scalar, > 0\nsetup:\n"
#: What the second route says: True, False, or None where it cannot tell.
REGIMES: dict[str, tuple[str, bool | None]] = {
    "ratio": (r"\lim_{n \to \infty} \frac{a n}{n + b} = a", True),
    "ratio-wrong": (r"\lim_{n \to \infty} \frac{a n}{n + b} = a + 1", False),
    "powers": (r"\lim_{n \to \infty} \left(1 + \frac1n\right)^n = e", True),
    "powers-wrong": (r"\lim_{n \to \infty} \left(1 + \frac1n\right)^n = e + \frac{1}{100}", None),
    "diverges": (r"\lim_{n \to \infty} \sum_{i=1}^n \frac1i = 0", False),
    "scalar": (r"\lim_{a \to \infty} e^{-a b} = 0", True),
    "scalar-wrong": (r"\lim_{a \to \infty} \frac{a}{a + b} = 0", False),
    "proportion": (r"3 a b \propto b", True),
    "proportion-wrong": (r"3 a b + 1 \propto b", False),
    "proportion-negative": (r"-3 a b \propto b", False),
    "proportion-of-a-size": (r"a n \propto n", None),
}


@pytest.mark.parametrize("name", REGIMES)
def test_regime(name: str, tmp_path: Path) -> None:
    claim, expected = REGIMES[name]
    used = r"\sum_{i=1}^n x_i + a + b = b + a + \sum_{i=1}^n x_i"
    read = read_topic(load_topic(written(tmp_path, GROWING, used, claim)))
    checker = TopicCheck(read, Options("numeric"))
    question = checker.question(read.statements[-1])
    asked = asked_of(question, recheck.Scope(scope_lines(question.program.scope, {})))
    (route,) = ROUTES[kind_of(question)]
    assert route.holds(asked) is expected


# -- what the manual says ---------------------------------------------------------------------------

#: The kinds of relation by the words of the manual's table.
ROWS = {
    "`=`": ("=",),
    "`<` and its kin, `!=`": ("<", "!="),
    "`in` an interval or a set": ("in",),
    "`in` a space": ("shape",),
    "`iff`, `implies`": ("iff", "implies"),
    "`arg max`": ("arg max",),
    "`sim`": ("sim",),
    "`Pr`": ("Pr",),
    "`approx`": ("approx",),
    "`to`, `propto`": ("to", "propto"),
}


@cache
def table() -> dict[str, tuple[set[str], set[str]]]:
    """(first routes, second routes) by kind, as the manual's table has them."""
    section = (ROOT / "docs/checks.md").read_text(encoding="utf-8").partition("\n## Routes")[2]
    found = {}
    for row in re.findall(r"^\| (.*) \|$", section.partition("| route |")[0], re.M):
        cells = [cell.strip() for cell in row.split("|")]
        for kind in ROWS.get(cells[0], ()):
            first, second = (set(re.findall(r"`([^`]+)`", cell)) for cell in cells[1:3])
            found[kind] = (first, second)
    return found


def test_the_manual_has_a_row_for_every_kind() -> None:
    assert set(table()) == set(ROUTES)
    assert {kind: second for kind, (_, second) in table().items()} == {
        kind: {route.name for route in found} for kind, found in ROUTES.items()
    }


TOPICS = sorted(path for path in (ROOT / "content").glob("*.yaml") if path.stem != "book")


#: Claims of the book that no second route can decide yet: conditional laws, what is random by a
#: recursion, and the whole of a vector that a recursion defines.
ALONE = {
    "beta-bernoulli/posterior",
    "beta-bernoulli/by-hand-1",
    "diffusion-forward/moments",
    "diffusion-forward/moments#2",
    "diffusion-forward/moments#3",
    "online-softmax/by-hand-1#2",
    "online-softmax/by-hand-1#3",
}


@pytest.mark.parametrize("path", TOPICS, ids=lambda path: path.stem)
def test_every_claim_of_the_book_has_two_routes(path: Path) -> None:
    """At least one of the first and one of the second in the manual's row, and none that it does not name."""
    read = read_topic(load_topic(path))
    checker = TopicCheck(read, Options("numeric"))
    statements: dict[str, Statement] = {s.id: s for s in read.statements}
    decided = [v for v in checker.verdicts() if v.status in ("checked", "exact", "proved")]
    assert decided
    for verdict in decided:
        first, second = table()[kind_of(checker.question(statements[verdict.id]))]
        passed = set(verdict.routes)
        assert passed & first, verdict.id
        assert bool(passed & second) == (verdict.id not in ALONE), verdict.id
        assert passed <= first | second, (verdict.id, verdict.routes)


def test_a_question_without_a_second_route_is_left_to_the_first(tmp_path: Path) -> None:
    given = "symbols: |\n  x : scalar\n  a : scalar, > 0\nsetup:\n- given: x \\sim \\mathrm{Poisson}(a)\n"
    path = written(tmp_path, given, r"\mathbb E[x^2] = a + a^2")
    found: list[Verdict] = [
        v for v in verify_topic(read_topic(load_topic(path)), Options("numeric")) if v.kind == "claim"
    ]
    assert [(v.status, v.routes) for v in found] == [("checked", ("Arb",))]
