"""Words are escaped so that TeX prints exactly them; what has no glyph is refused."""

from __future__ import annotations

import pytest

from generator.errors import ContentError
from generator.model import Text
from generator.render.escape import escape, pdf_string, verbatim, words

PRINTED = {
    "specials": ("50% of $5 & #1 {a_b}", r"50\% of \$5 \& \#1 \{a\_b\}"),
    "backslash": (r"\input{x}", r"\textbackslash{}input\{x\}"),
    "ligatures do not form": ("a--b", "a-{}-b"),
    "dashes": ("a–b — c", "a--b --- c"),
    "straight quotes turn": ('say "yes" now', r"say \textquotedblleft{}yes\textquotedblright{} now"),
    "runs of blanks": ("one\n   two", "one two"),
    "edges keep one blank": (" of ", " of "),
    "accents": ("Poincaré, Erdős", "Poincaré, Erdős"),
}
REFUSED = {
    "greek": "the α level",
    "arrow": "a → b",
    "zero width": "a\u200bb",
    "control": "a\x07b",
    "emoji": "fine ✓",
}
NOT_IN_A_FORMULA = {"comment": "a = b % c", "dollar": "a $ b", "parameter": "#1", "blank line": "a\n \nb"}


def text(value: str) -> Text:
    return Text(value, "content/x.yaml", ((0, 3, 9),))


@pytest.mark.parametrize("name", PRINTED)
def test_words_are_printed(name: str) -> None:
    given, expected = PRINTED[name]
    assert escape(given).source == expected


@pytest.mark.parametrize("name", REFUSED)
def test_words_without_glyph_are_refused(name: str) -> None:
    value = REFUSED[name]
    offset = next(k for k, c in enumerate(value) if not 32 <= ord(c) < 127)
    with pytest.raises(ContentError) as caught:
        words(text(value))
    assert caught.value.finding.code == "unprintable-character"
    assert caught.value.finding.place.column == 9 + offset


def test_a_quote_after_maths_closes() -> None:
    assert words(text('" he said'), before="x").source.startswith(r"\textquotedblright{}")


@pytest.mark.parametrize("name", NOT_IN_A_FORMULA)
def test_formula_that_tex_would_cut_is_refused(name: str) -> None:
    with pytest.raises(ContentError) as caught:
        verbatim(text(NOT_IN_A_FORMULA[name]))
    assert caught.value.finding.code == "not-in-a-formula"


@pytest.mark.parametrize("latex", [r"\frac12", r"50\%", "a\n= b", r"\{x\}  "])
def test_formula_is_kept_character_for_character(latex: str) -> None:
    assert verbatim(text(latex)).source == latex


def test_bookmarks_hold_any_letter_and_no_brace() -> None:
    source = pdf_string("ő{").source
    assert "{" not in source
    assert source == "".join(rf"\string\{byte:03o}" for byte in b"\xfe\xff\x01\x51\x00\x7b")
