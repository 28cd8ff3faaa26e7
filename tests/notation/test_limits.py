"""What is too deep, too long or not printable is refused with its place; nothing ends in a traceback."""

from __future__ import annotations

import pytest

from generator.errors import BuildError, ContentError, Finding
from generator.notation import commands, remedies
from generator.notation.explain import reading
from generator.notation.parse import parse_formula
from generator.notation.tokens import normal, tokenize
from generator.notation.unparse import unparse
from tests.notation.cases import table_of, text

TABLE = table_of(
    "n : size\ni : index n\na, b : scalar\nx : vector n\nA : matrix n n\nf(u) : function",
)

#: What opens, what stands in the middle, what closes.
NESTS = {
    "brackets": ("(", "a", ")"),
    "sized brackets": (r"\left(", "a", r"\right)"),
    "fractions": (r"\frac{1}{", "a", "}"),
    "exponents": ("a^{", "a", "}"),
    "subscripts": ("x_{", "1", "}"),
    "roots": (r"\sqrt{", "a", "}"),
    "bare functions": (r"\log ", "a", ""),
    "calls": ("f(", "a", ")"),
    "expectations": (r"\mathbb E[", "a", "]"),
    "gradients": (r"\nabla_a ", "a", ""),
    "sums": (r"\sum_{i=1}^n ", "a", ""),
    "transposes": ("(", "A", r")^\top"),
    "unclosed brackets": ("(", "a", ""),
    "cases": (r"\begin{cases} ", "a", r" & a > 0 \end{cases}"),
    "matrices": (r"\begin{pmatrix} ", "a", r" \end{pmatrix}"),
}


def refused(latex: str) -> Finding:
    with pytest.raises(ContentError) as caught:
        parse_formula(text(latex), TABLE)
    assert caught.value.finding.remedy
    return caught.value.finding


def nested(kind: str, depth: int) -> str:
    before, middle, after = NESTS[kind]
    return before * depth + middle + after * depth + " = b"


@pytest.mark.parametrize("depth", [50, 400, 5000])
@pytest.mark.parametrize("kind", NESTS)
def test_deep_nesting_is_refused_where_it_becomes_too_deep(kind: str, depth: int) -> None:
    refused(nested(kind, depth))


def test_the_refusal_of_deep_nesting_has_its_place() -> None:
    found = refused(nested("brackets", 400))
    assert (found.code, found.place.column) == ("too-deep", 31)


@pytest.mark.parametrize("kind", ["brackets", "fractions", "roots", "calls", "expectations"])
def test_twelve_levels_are_read(kind: str) -> None:
    latex = nested(kind, 12)
    made = parse_formula(text(latex), TABLE)
    assert unparse(made) == normal(tokenize(text(latex)))
    assert reading(made)


def test_a_sum_of_hundreds_of_terms_is_read() -> None:
    made = parse_formula(text("a + " * 500 + "a = b"), TABLE)
    assert len(made.args[0].args) == 501


@pytest.mark.parametrize("latex", ["a + " * 5000 + "a = b", "a " * 5000 + "= b", "a = b, " * 2000 + "a = b"])
def test_what_no_page_holds_is_too_long(latex: str) -> None:
    assert refused(latex).code == "too-long"


def test_a_number_of_a_hundred_digits_is_read_and_a_longer_one_refused() -> None:
    parse_formula(text("1" * 100 + " = a"), TABLE)
    assert refused("1" * 101 + " = a").code == "bad-number"
    assert refused("0." + "1" * 5000 + " = a").code in ("bad-number", "too-long")


@pytest.mark.parametrize("code", [*range(0x20), 0x7F, 0x85, 0x2028, 0x2029, 0xE000, 0xFFFF, 0x10FFFF])
def test_control_characters_are_refused_by_name(code: int) -> None:
    latex = f"a ={chr(code)} b"
    if chr(code) == "\n":
        assert parse_formula(text(latex), TABLE) == parse_formula(text("a = b"), TABLE)
        return
    found = refused(latex)
    assert (found.code, found.place.column) == ("unknown-character", 4)


def test_an_empty_line_ends_maths() -> None:
    found = refused("a\n\n= b")
    assert (found.code, found.place.line) == ("blank-line", 2)


@pytest.mark.parametrize(
    "latex", ["", " ", "\n", r"\,", "{}", "&", "\\\\", r"\left", r"\right)", "_", "^", "'"]
)
def test_fragments_are_refused(latex: str) -> None:
    refused(latex)


def test_a_name_with_too_many_places_is_refused() -> None:
    with pytest.raises(BuildError) as caught:
        table_of("t_{abcdefghi} : function t-quantile")
    assert [item.code for item in caught.value.findings] == ["bad-arguments"]


def test_a_remedy_is_for_what_is_refused() -> None:
    """Nothing stands in the language and in the table of what to write instead."""
    read = commands.ALLOWED | commands.LAYOUT | commands.QUADS
    assert not read & set(remedies.INSTEAD)
    assert not commands.ENVIRONMENTS & set(remedies.ENVIRONMENTS)
    for command in remedies.INSTEAD:
        found = refused(f"a = {command}")
        assert (found.code, found.remedy) == ("unknown-command", remedies.INSTEAD[command])
