"""Mutants are strings with one slip: each operator makes the one of its case, and none makes nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.audit.domains import symbol_mutants
from generator.audit.mutate import mutants, printed
from generator.audit.operators import OPERATORS
from generator.audit.pieces import Formula, declared_names
from generator.audit.targets import names_of, targets
from generator.load import load_book
from generator.notation.topic import read_topic
from tests.conftest import ROOT

CASES = sorted((Path(__file__).parent / "operators").glob("*.txt"))
TABLE = {operator.name: operator for operator in OPERATORS}

#: Commands that operators write, and fonts whose word was taken out.
WRITTEN = {
    "\\" + word
    for word in """
        exp sqrt log sin det ne le ge approx propto sim in implies cdot top prod sum frac , max min
        mathrm mathbb mathcal mathcal{N} mathcal{U} mathbb{E} mathrm{Var} mathrm{Bern}
        mathrm{Poisson} mathrm{Exp} mathrm{Laplace}
    """.split()  # noqa: SIM905  a list of words is read best as words
}

BLOCK = "\n".join(
    [
        r"n : size, n \ge 2",
        "i : index n",
        r"x : vector n, x_i \in \{0, 1\}",
        "p : scalar, 0 < p < 1",
        r"\sum_i x_i > 0",
    ]
)


def test_every_operator_has_a_case() -> None:
    assert {path.stem for path in CASES} == set(TABLE)
    assert len(TABLE) == len(OPERATORS)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_operator_makes_its_slip(path: Path) -> None:
    block, latex, wanted = path.read_text(encoding="utf-8").removesuffix("\n").split("\n\n")
    made = [m.latex for m in mutants(latex, declared_names(block), (TABLE[path.stem],))]
    assert wanted in made
    assert latex not in made


@pytest.fixture(scope="module")
def book() -> list[tuple[str, list[str]]]:
    """Every formula of three topics with its mutants."""
    found = []
    for topic in load_book(ROOT / "content" / "book.yaml").topics[:3]:
        names = names_of(topic)
        for target in targets(topic, read_topic(topic)):
            if target.kind != "symbols":
                found.append((target.latex, [m.latex for m in mutants(target.latex, names)]))
    return found


def test_mutants_are_many_and_differ_in_print(book: list[tuple[str, list[str]]]) -> None:
    assert sum(len(made) for _, made in book) >= 10_000
    for latex, made in book:
        tokens = [printed(mutant) for mutant in made]
        assert len(set(tokens)) == len(tokens)
        assert printed(latex) not in tokens


def test_any_single_token_is_taken_out(book: list[tuple[str, list[str]]]) -> None:
    for latex, made in book:
        tokens = printed(latex)
        shorter = {"".join(tokens[:k] + tokens[k + 1 :]) for k in range(len(tokens))}
        assert shorter - {"".join(printed(mutant)) for mutant in made} == set()


def test_no_command_swallows_a_letter(book: list[tuple[str, list[str]]]) -> None:
    """A command in a mutant is one of the book's, or one that an operator writes."""
    known = {piece.text for latex, _ in book for piece in Formula(latex).tokens} | WRITTEN
    for _, made in book:
        for mutant in made:
            found = {piece.text for piece in Formula(mutant).tokens if piece.text.startswith("\\")}
            assert found <= known, mutant


def test_the_same_formula_has_the_same_mutants() -> None:
    latex, names = r"\bar x = \frac1n \sum_{i=1}^n x_i^2 + a", declared_names("n : size\na, b : scalar")
    first, again = (list(mutants(latex, names)) for _ in range(2))
    assert first == again


def test_domains_are_widened_or_taken_away() -> None:
    made = {m.latex.replace(BLOCK, "") for m in symbol_mutants(BLOCK)}
    lines = {line for block in made for line in block.splitlines()} - set(BLOCK.splitlines())
    assert lines == {
        "n : size",
        "n : size, n \\ge 1",
        "x : vector n",
        "x : vector n, x_i \\in [0, 1]",
        "p : scalar",
        "p : scalar, 0 \\le  p < 1",
        "p : scalar, 0 < p \\le  1",
    }
    assert BLOCK.rpartition("\n")[0] in made
