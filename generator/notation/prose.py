"""Formula-like plain text outside dollars: what is printed as words may not state unread maths.

`check_words` finds it in the words of one sentence. Allowed are the entries of the tables
below; everything is read off the characters, nothing is guessed from the sense.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from generator.errors import Finding, finding
from generator.model import Sentence, Text

#: Characters that TeX users type and that mean nothing in a sentence here.
TEX_CHARACTERS = {
    "\\": ("no TeX command stands in a sentence", "put maths between $..$; the renderer sets the words"),
    "{": ("no brace stands in a sentence", "put maths between $..$"),
    "}": ("no brace stands in a sentence", "put maths between $..$"),
    "~": ("~ is no space here", "write an ordinary space"),
    "`": ("no backquote stands in a sentence", 'write straight quotes: "so"'),
}

#: Plain characters that state a relation, a power or a subscript.
FORMULA_CHARACTERS = "=<>^_|*"

GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi"),
    *("omega", "sqrt", "argmax", "argmin"),
)

#: Words and phrases that would break a rule below and are English (or the names of laws).
ALLOWED = (
    *("Beta", "Gamma", "chi-squared", "chi-square", "Chi-squared", "Chi-square", "inverse-gamma"),
    *("Dirac delta", "Kronecker delta", "delta method", "Delta method", "A/B"),
    *("e.g.", "i.e.", "i.i.d.", "w.r.t.", "a.k.a.", "s.t.", "c.f.", "L1", "L2", "F1"),
)

#: One letter that names a law or a statistic, before one of these words.
_LETTERED = re.compile(r"(?<!\w)[tzF](?= (?:distribution|quantile|interval|test)s?(?!\w))")

_ALLOWED = re.compile(
    "|".join(rf"(?<![\w.]){re.escape(item)}(?!\w)" for item in sorted(ALLOWED, key=len, reverse=True))
)
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
# a letter alone; those of t-test and of an apostrophe are parts of words
_LONE = re.compile(rf"(?<![\w{_APOSTROPHES}])(?<!\w-)(?<!^-)[B-HJ-Zb-z](?![\w{_APOSTROPHES}])(?!-[A-Za-z])")
_NUMBERED = re.compile(r"(?<![\w-])[A-Za-z][0-9]+(?!\w)")
_GREEK = re.compile(rf"(?<![\w-])(?:{'|'.join(GREEK)})(?![\w-])", re.IGNORECASE)
_OPERATOR = re.compile(
    r"[0-9]\s*[+/]|[+/]\s*[0-9]"  # 1/n, 3 + 4
    r"|(?:(?<!\w)[A-Za-z] )?(?<!\w)-\s?[0-9]"  # -1, x - 3
    r"|[0-9]\s*-\s*[0-9]|[0-9]\s+-\s"  # 3-1, 3 - x
    r"|(?<![A-Za-z-])[A-Za-z]-[0-9]|[0-9]-[A-Za-z](?![A-Za-z])"  # n-1, 1-p; GPT-2 and 10-fold are words
    r"|(?<!\w)[A-Za-z]-[A-Za-z](?![\w-])"  # n-m
)

_DOLLARS = "put it between dollars, where it is read and checked: $..$"


def check_words(sentence: Sentence) -> list[Finding]:
    """The findings in the words of `sentence`; its maths and references are read elsewhere."""
    found: list[Finding] = []
    for segment in sentence.segments:
        if segment.kind == "words":
            found += _check(segment.text)
    return found


def _check(text: Text) -> Iterator[Finding]:
    taken: set[int] = set()
    plain = _blank(text.value)
    for start, end, code, message, remedy in (*_characters(text.value), *_patterns(plain)):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            yield finding(text, start, end, code, message, remedy)


def _blank(value: str) -> str:
    """`value` with the allowed words replaced by as many neutral letters."""
    value = _ALLOWED.sub(lambda match: "w" * len(match.group()), value)
    return _LETTERED.sub("A", value)


def _characters(value: str) -> Iterator[tuple[int, int, str, str, str]]:
    for at, char in enumerate(value):
        if char in TEX_CHARACTERS:
            message, remedy = TEX_CHARACTERS[char]
            yield at, at + 1, "tex-in-words", message, remedy
        elif char == "#" and (at == 0 or value[at - 1].isspace()):
            message = "a # here would be printed: in a block it begins no comment"
            yield at, at + 1, "comment-in-sentence", message, "put the comment on a line above the key"
        elif char in FORMULA_CHARACTERS:
            message = f"{char} outside dollars is formula-like plain text, which nothing checks"
            yield at, at + 1, "formula-outside-dollars", message, _DOLLARS
        elif not char.isascii() and _is_mathematical(char):
            name = unicodedata.name(char, "this character").lower()
            message = f"{name} outside dollars is formula-like plain text, which nothing checks"
            yield at, at + 1, "formula-outside-dollars", message, _DOLLARS


def _is_mathematical(char: str) -> bool:
    """Operators, arrows, Greek, super- and subscripts, mathematical alphabets, fractions."""
    name = unicodedata.name(char, "")
    return (
        unicodedata.category(char) in ("Sm", "No")
        or name.startswith(("GREEK", "MATHEMATICAL", "DOUBLE-STRUCK", "SCRIPT"))
        or any(word in name for word in ("SUPERSCRIPT", "SUBSCRIPT", "ARROW", "MODIFIER LETTER"))
    )


def _patterns(plain: str) -> Iterator[tuple[int, int, str, str, str]]:
    rules = (
        (_OPERATOR, "{} is formula-like plain text, which nothing checks"),
        (_GREEK, "{} spells maths in plain text, which nothing checks"),
        (_NUMBERED, "{} reads as a symbol with a number, which nothing checks"),
        (_LONE, "the lone letter {} is a symbol in plain text, which nothing checks"),
    )
    for pattern, message in rules:
        for match in pattern.finditer(plain):
            shown = match.group().strip()
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            yield start, match.end(), "formula-outside-dollars", message.format(f"`{shown}`"), _DOLLARS
