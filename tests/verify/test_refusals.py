"""What a refusal tells its author: the sizes, the condition, the name that nothing defines, the remedy."""

from __future__ import annotations

import pytest

from tests.verify.asking import ask

EMPTY = "n : size\ni : index n\nx : vector n, 0 \\le x_i \\le 1\n\\sum_{i=1}^n x_i = 2"
MESSAGES = {
    "a domain that is empty at a size": (EMPTY, r"\sum_{i=1}^n (x_i - 1) = 2 - n", r"at n = 1"),
    "the condition that nothing meets": (EMPTY, r"\sum_{i=1}^n (x_i - 1) = 2 - n", r"x_i = 2"),
    "a left side that nothing meets": ("a : scalar", r"a^2 < 0 \implies a > 5", "meets a^2 < 0"),
    "a root of a matrix": (
        "d : size\nA : matrix d d, positive definite",
        r"A^{1/2} A^{1/2} = A",
        r"define \Sigma = R R",
    ),
    "a conclusion that is a set": (
        "a : scalar",
        r"a > 1 \implies a \in (1, 2)",
        "one equation or inequality",
    ),
}
NOTES = {
    "an estimate that nothing defines": (
        "n : size\ni : index n\nx : vector n, x_i > 0\n\\hat\\lambda : scalar, > 0",
        r"\hat\lambda = \frac{n}{\sum_{i=1}^n x_i}",
        r"says what \hat\lambda is",
    ),
    "an estimate inside": (
        "n : size\ni : index n\nx : vector n, x_i > 0\n\\hat\\lambda : scalar, > 0",
        r"\frac{n}{\hat\lambda} - \sum_{i=1}^n x_i = 0",
        r"says what \hat\lambda is",
    ),
    "a side alone": ("a, b, c : scalar", r"c = a^2 + b", "says what c is"),
}


@pytest.mark.parametrize("symbols, latex, words", MESSAGES.values(), ids=list(MESSAGES))
def test_reason(symbols: str, latex: str, words: str) -> None:
    answer = ask(symbols, latex)
    assert answer.status == "undecided"
    assert words in answer.reason


@pytest.mark.parametrize("symbols, latex, words", NOTES.values(), ids=list(NOTES))
def test_note(symbols: str, latex: str, words: str) -> None:
    answer = ask(symbols, latex)
    assert answer.status == "refuted" and answer.counterexample is not None
    assert words in answer.counterexample.note


def test_nothing_is_said_of_what_is_meant_to_vary() -> None:
    """A factor that mends a formula is told instead, and of plain names on both sides nothing."""
    for symbols, latex in (("a, b : scalar", "a + b = 2 a b"), ("a : scalar", "a^2 = 2 a^2")):
        answer = ask(symbols, latex)
        assert answer.counterexample is not None
        assert "says what" not in answer.counterexample.note
