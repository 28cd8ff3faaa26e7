"""What may stand in a .tex file: words are escaped, TeX made by our own code is typed.

`Tex` is the only type the templates print as it stands. Everything else is escaped, or
refused where the book's fonts cannot print it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from generator.errors import fail
from generator.model import Text


@dataclass(frozen=True, slots=True)
class Tex:
    """TeX source made by the renderer, or formula text that was read; printed as it stands."""

    source: str

    def __add__(self, other: Tex) -> Tex:
        return Tex(self.source + other.source)


#: Characters TeX gives a meaning to, or that form ligatures, and how they are printed.
SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    "\u00a0": "~",
    "\u2013": "--",
    "\u2014": "---",
    "\u2018": "`",
    "\u2019": "'",
    "\u201c": r"\textquotedblleft{}",
    "\u201d": r"\textquotedblright{}",
    "\u2026": r"\dots{}",
    "\u00ab": r"\guillemotleft{}",
    "\u00bb": r"\guillemotright{}",
    "\u00a7": r"\textsection{}",
    "\u00b0": r"\textdegree{}",
    "\u00b7": r"\textperiodcentered{}",
}
#: Characters that would join with a like neighbour into another one.
JOINING = frozenset("-,'!?")
#: Letters with accents that T1 fonts hold, beyond Latin-1.
EXTENDED = frozenset("ĂăĄąĆćČčĎďĐđĘęĚěĞğĹĺĽľŁłŃńŇňŊŋŐőŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽžŒœ")


def printable(character: str) -> bool:
    """Whether the text fonts have this character and the escaper knows it."""
    if character in SPECIAL or character in EXTENDED or character in " \n\t":
        return True
    code = ord(character)
    if 0x21 <= code <= 0x7E:
        return True
    return 0xC0 <= code <= 0xFF and unicodedata.category(character)[0] == "L"


def escape(words: str, before: str = " ") -> Tex:
    """`words` as TeX that prints exactly these characters; runs of blanks become one.

    `before` is the character that precedes them, for the side of a straight quote.
    Raises ValueError for a character without a glyph (callers with a place use `words`).
    """
    out: list[str] = []
    for character in words:
        if not printable(character):
            raise ValueError(f"no glyph for {character!r}")
        if character in " \n\t":
            if before != " " or not out:
                out.append(" ")
            before = " "
            continue
        if character == '"':
            opening = before in " (["
            out.append(r"\textquotedblleft{}" if opening else r"\textquotedblright{}")
        elif character in JOINING and (character == before or character + before in ("`?", "`!")):
            out.append("{}" + character)
        else:
            out.append(SPECIAL.get(character, character))
        before = character
    return Tex("".join(out))


def words(text: Text, before: str = " ") -> Tex:
    """The escaped words of a sentence. Raises ContentError at a character without a glyph."""
    for offset, character in enumerate(text.value):
        if not printable(character):
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            raise fail(
                text,
                offset,
                offset + 1,
                "unprintable-character",
                f"the book's text font has no {name}",
                "spell it in letters, or put mathematics between dollars",
            )
    return escape(text.value, before)


#: What may not stand inside one piece of mathematics: TeX would end or cut it there.
BREAKERS = re.compile(r"\n[ \t]*\n|(?<!\\)(?:\\\\)*([%#$])")


def verbatim(text: Text) -> Tex:
    """A formula as its author wrote it, character for character.

    Raises ContentError for a blank line, a comment, a parameter or a dollar inside it: the
    reader refuses these before; this is the last look before TeX.
    """
    found = BREAKERS.search(text.value)
    if found:
        start = found.start(1) if found.group(1) else found.start()
        what = f"`{found.group(1)}`" if found.group(1) else "a blank line"
        raise fail(
            text,
            start,
            start + 1,
            "not-in-a-formula",
            f"{what} cannot stand inside a formula",
            "leave it out",
        )
    return Tex(text.value)


def pdf_string(words_: str) -> Tex:
    """A PDF string (bookmark, title) of any Unicode words, as UTF-16 in octal, braces balanced."""
    data = b"\xfe\xff" + words_.encode("utf-16-be")
    return Tex("".join(rf"\string\{byte:03o}" for byte in data))
