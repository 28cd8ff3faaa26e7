"""Nothing printed is ignored: the tree gives the tokens back, and every token counts."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.errors import ContentError
from generator.load import load_topic
from generator.model import Text
from generator.notation import parse
from generator.notation.explain import reading
from generator.notation.table import SymbolTable
from generator.notation.tokens import normal, tokenize
from generator.notation.topic import read_topic
from generator.notation.tree import Expr
from generator.notation.unparse import unparse
from tests.notation.cases import load, text

CONTENT = Path(__file__).resolve().parent.parent.parent / "content"
TOPICS = sorted(path for path in CONTENT.glob("*.yaml") if path.stem != "book")
Again = Callable[[Text], Expr]


@cache
def formulas_of(path: Path) -> list[tuple[Text, Again, Expr]]:
    """Every formula of a topic as it was read, with a way to read a variant of it in the same scope."""
    found: dict[tuple[str, int], tuple[Text, Again, Expr]] = {}
    plain = parse._parse

    def noted(latex: Text, table: SymbolTable, *others: Any) -> Expr:
        made = plain(latex, table, *others)
        found[latex.value, id(table)] = (latex, lambda variant: plain(variant, table, *others), made)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse, "_parse", noted)
        read_topic(load_topic(path))
    return list(found.values())


@cache
def formulas_of_cases() -> list[tuple[Text, Again, Expr]]:
    """Every formula of the read cases."""
    out: list[tuple[Text, Again, Expr]] = []
    for case in (*load("read"), *load("hostile/read")):
        table = case.table()

        def again(variant: Text, table: SymbolTable = table) -> Expr:
            return parse.parse_formula(variant, table)

        out.append((text(case.latex), again, again(text(case.latex))))
    return out


def check_tokens_come_back(formulas: list[tuple[Text, Again, Expr]]) -> None:
    assert formulas
    for latex, _, made in formulas:
        assert unparse(made) == normal(tokenize(latex)), latex.value


def check_every_token_counts(formulas: list[tuple[Text, Again, Expr]]) -> None:
    for latex, again, made in formulas:
        tokens = tokenize(latex)
        for token in tokens:
            if token.kind in ("layout", "amp"):
                continue
            variant = text(latex.value[: token.start] + " " + latex.value[token.end :])
            try:
                other = again(variant)
            except ContentError:
                continue
            spelled_alike = normal(tokenize(variant)) == normal(tokens)
            assert other != made or spelled_alike, f"{token.text} of {latex.value} was ignored"


@pytest.mark.parametrize("path", TOPICS, ids=lambda path: path.stem)
def test_tokens_of_content_come_back(path: Path) -> None:
    check_tokens_come_back(formulas_of(path))


@pytest.mark.parametrize("path", TOPICS, ids=lambda path: path.stem)
def test_every_token_of_content_counts(path: Path) -> None:
    check_every_token_counts(formulas_of(path))


def test_tokens_of_cases_come_back() -> None:
    check_tokens_come_back(formulas_of_cases())


def test_every_token_of_cases_counts() -> None:
    check_every_token_counts(formulas_of_cases())


def test_random_variants_are_read_whole_or_refused() -> None:
    """No traceback for any input, and what is accepted still gives all its tokens back."""
    rng, accepted = random.Random(1), 0
    formulas = formulas_of_cases()
    pool = [token.text for latex, _, _ in formulas for token in tokenize(latex)]
    for _ in range(4000):
        latex, again, _ = rng.choice(formulas)
        tokens = [token.text for token in tokenize(latex)]
        for _ in range(rng.choice((1, 1, 2, 3))):
            place = rng.randrange(len(tokens))
            tokens[place : place + rng.choice((0, 1))] = rng.choice(([], [rng.choice(pool)]))
            tokens = tokens or ["a"]
        variant = text(" ".join(tokens))
        try:
            made = again(variant)
        except ContentError:
            continue
        accepted += 1
        assert unparse(made) == normal(tokenize(variant)), variant.value
        assert reading(made)
    assert accepted > 200
