"""Canonical spellings, families, functions, and the shapes that come with a reading."""

from __future__ import annotations

import pytest

from generator.errors import ContentError
from generator.notation.parse import parse_expression, parse_statement
from generator.notation.table import canonical, declared_function, declared_name
from generator.notation.tokens import tokenize
from generator.notation.tree import ONE, dim_add, dim_size
from tests.notation.cases import table_of, text


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        ("d_k", "d_k"),
        ("d_{k}", "d_k"),
        (r"\hat{p}", r"\hat p"),
        (r"\hat  p", r"\hat p"),
        (r"\mathrm {Bias}", r"\mathrm{Bias}"),
        (r"\Sigma_{11}", r"\Sigma_{11}"),
        (r"V^{\pi}_0", r"V_0^\pi"),
        ("x'", "x'"),
        (r"n_{\mathrm{in}}", r"n_\mathrm{in}"),
    ],
)
def test_spellings_of_one_name_are_one(spelled: str, expected: str) -> None:
    assert canonical(text(spelled)) == expected


@pytest.mark.parametrize("spelled", ["a b", "2", "a + b", "x_1_2", "", r"\hat"])
def test_what_is_no_name_is_refused(spelled: str) -> None:
    with pytest.raises(ContentError):
        canonical(text(spelled))


def test_declared_indices_become_places() -> None:
    assert declared_name(text("x^{(i)}"), {"i"}) == (r"x^{(\0)}", ("i",))
    assert declared_name(text(r"r_{ik}"), {"i", "k"}) == (r"r_{\0\1}", ("i", "k"))
    assert declared_name(text("d_k"), {"i"}) == ("d_k", ())


def test_functions_are_declared_with_their_places() -> None:
    assert declared_function(text(r"\ell(\mu, v)")) == (r"\ell", (r"\mu", "v"))
    assert declared_function(text("t_{m,q}")) == (r"t_{\0,\1}", ("m", "q"))
    assert declared_function(text("g")) == ("g", ())


def test_tokens_have_their_places() -> None:
    tokens = tokenize(text(r"\hat p_1 + \mathrm{Var}"))
    assert [token.text for token in tokens] == [r"\hat", "p", "_", "1", "+", r"\mathrm{Var}"]
    assert [(token.start, token.end) for token in tokens][-1] == (11, 23)


def test_shapes_stand_in_the_tree() -> None:
    table = table_of("n, d : size\nX : matrix n d\nw : vector d\nu : vector n\nx : rows X\ni : index n")
    n, d = dim_size("n"), dim_size("d")
    assert parse_expression(text(r"X w"), table).shape == (n,)
    assert parse_expression(text(r"X^\top u"), table).shape == (d,)
    assert parse_expression(text(r"u^\top"), table).shape == (ONE, n)
    assert parse_expression(text(r"u^\top u"), table).shape == ()
    assert parse_expression(text(r"u w^\top"), table).shape == (n, d)
    assert parse_expression(text(r"x_i"), table).shape == (d,)
    assert parse_expression(text(r"\begin{bmatrix} \mathbf 1 & X \end{bmatrix}"), table).shape is not None


def test_blocks_add_their_dimensions() -> None:
    table = table_of("n, d : size\nX : matrix n d\nu : vector n")
    made = parse_expression(text(r"\begin{bmatrix} u & X \end{bmatrix}"), table)
    assert made.shape == (dim_size("n"), dim_add(dim_size("d"), ONE))


def test_a_local_name_is_known_to_one_formula_only() -> None:
    table = table_of("f(u) : function")
    local = table_of("u : scalar").symbols
    assert parse_statement(text("f(u) = u^2"), table, local).head == "rel"
    with pytest.raises(ContentError):
        parse_statement(text("f(u) = u^2"), table)


def test_a_relation_keeps_its_places() -> None:
    made = parse_statement(text(r"a = b + \hat c"), table_of(r"a, b, \hat c : scalar"))
    right = made.args[1]
    assert (right.start, right.end) == (4, 14)
    assert (right.args[1].start, right.args[1].end) == (8, 14)
