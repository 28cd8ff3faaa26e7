"""Words of a sentence: what reads as a formula is refused, English is not."""

from __future__ import annotations

import pytest

from generator.load.sentences import split_sentence
from generator.model import Text
from generator.notation.prose import check_words

REFUSED = {
    "divide by n": ("n",),
    "n - 1 of them": ("n - 1",),
    "why n-1 and not n": ("n-1", "n"),
    "shrinks like 1/sqrt(n)": ("1/", "sqrt", "n"),
    "1/n": ("1/", "n"),
    "the mean mu": ("mu",),
    "the Sigma matrix": ("Sigma",),
    "p = 3": ("=", "p"),
    "x_i": ("_",),
    "x^2": ("x", "^"),
    "a < b": ("<", "b"),
    "two -1s": ("-1",),
    "5 + 3": ("5 +",),
    "f(x) grows": ("f", "x"),
    "x1 and x2": ("x1", "x2"),
    "beta is large": ("beta",),
    "a \N{GREEK SMALL LETTER MU} here": ("\N{GREEK SMALL LETTER MU}",),
    "x\N{SUPERSCRIPT TWO}": ("\N{SUPERSCRIPT TWO}",),
    "a \N{MULTIPLICATION SIGN} a": ("\N{MULTIPLICATION SIGN}",),
    "goes \N{RIGHTWARDS ARROW} up": ("\N{RIGHTWARDS ARROW}",),
    r"a \textbf{word}": ("\\", "{", "}"),
    "a~word": ("~",),
    "`word`": ("`", "`"),
    "# not a comment": ("#",),
    "see t alone": ("t",),
    "the O(n) cost": ("O", "n"),
    "1-p": ("1-p",),
    "n-m": ("n-m",),
}

ALLOWED = (
    "A mean and a variance; I see it.",
    "The t distribution, z quantiles, F tests and the t interval.",
    "A Beta prior, a Gamma prior, chi-squared variables.",
    "Student's law doesn't need Bayes' rule.",
    "A t-test, a z-score, the k-means and n-gram, an i-th one.",
    "50% of 100 & more, e.g. 3.5 or 10-fold, GPT-2, top-5.",
    "That is i.i.d. data, i.e. independent.",
    "An A/B test with the L2 norm and the F1 score.",
    "The $n$-th of $k$'s.",
    "Divided by $n - 1$, see @jacobian-of-softmax.",
    'A "quoted" word (in brackets); one/two words. Pages 3\N{EN DASH}5.',
    "The delta method and the Kronecker delta.",
)


def found(value: str) -> list[str]:
    text = Text(value, "file.yaml", ((0, 1, 1),))
    sentence, findings = split_sentence(text, "topic/prose", 0)
    assert not findings
    places = sorted((item.caret, item.width) for item in check_words(sentence))
    return [value[start : start + width] for start, width in places]


@pytest.mark.parametrize("value", REFUSED, ids=str)
def test_refused(value: str) -> None:
    assert sorted(found(value)) == sorted(REFUSED[value])


@pytest.mark.parametrize("value", ALLOWED, ids=str)
def test_allowed(value: str) -> None:
    assert found(value) == []
