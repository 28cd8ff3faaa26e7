r"""LaTeX cut into pieces for the mutants: by code of its own, so that no fault of the reader hides here.

Only the tables of `notation.commands` are shared. A `Formula` knows its tokens, which brace
and bracket closes which, and its sequences of units: what stands side by side at one depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from generator.notation import commands

_FONTS = "mathrm|mathbf|mathbb|mathcal|mathsf|mathit|mathtt|mathscr|mathfrak|boldsymbol|bm|pmb"
_FONTS += "|operatorname|textrm|text"
_TOKEN = re.compile(
    rf"\\(?:{_FONTS})(?![A-Za-z])\s*(?:\{{[^{{}}]*\}}|[A-Za-z0-9])|\\(?:begin|end)\s*\{{[a-z]+\}}"
    r"|\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|\S",
    re.DOTALL,
)
_TWO_ARGUMENTS = frozenset(
    [*commands.FRACTIONS, r"\binom", r"\tbinom", r"\dbinom", r"\overset", r"\stackrel"]
)
_ONE_ARGUMENT = frozenset([*commands.ACCENTS, r"\sqrt"])
_OPENERS = frozenset(["(", "[", r"\{", r"\lvert", r"\lVert", r"\lfloor", r"\lceil"])
_CLOSERS = frozenset([")", "]", r"\}", r"\rvert", r"\rVert", r"\rfloor", r"\rceil"])

#: Tokens that stand between the terms of a sequence.
SIGNS = frozenset(["+", "-", r"\pm", r"\mp"])
SEPARATORS = frozenset(
    [
        *(commands.RELATIONS.keys() - {r"\perp"}),
        *commands.ARROWS,
        *commands.QUADS,
        *[",", ";", "&", r"\\", "|", r"\mid", ":", r"\perp"],
    ]
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One token: its text and the characters [start:end] that it stands at."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unit:
    r"""Tokens [first:last] that move together: `x_i^2`, `\frac{a}{b}`, `\bigl(..\bigr)`, a sign."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters [start:end] are replaced by `new`."""

    start: int
    end: int
    new: str


@dataclass
class Formula:
    """A formula cut into tokens, with its brackets matched and its sequences listed."""

    latex: str
    tokens: list[Piece] = field(default_factory=list)
    closing: dict[int, int] = field(default_factory=dict)  # token of `{`, `(`, `\left` .. -> of its end
    sequences: list[list[Unit]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = _tokens(self.latex)
        self.closing = dict(_pairs(self.tokens))
        self.sequences = list(self._sequences(0, len(self.tokens)))

    def text(self, first: int, last: int) -> str:
        """The LaTeX of tokens [first:last]."""
        return self.latex[self.tokens[first].start : self.tokens[last - 1].end] if first < last else ""

    def of(self, unit: Unit) -> str:
        """The LaTeX of a unit."""
        return self.text(unit.first, unit.last)

    def edit(self, first: int, last: int, new: str) -> Edit:
        """The edit that replaces tokens [first:last]."""
        return Edit(self.tokens[first].start, self.tokens[last - 1].end, new)

    def insert(self, token: int, new: str) -> Edit:
        """The edit that writes `new` before a token (or at the end)."""
        at = self.tokens[token].start if token < len(self.tokens) else len(self.latex)
        return Edit(at, at, new)

    def argument(self, token: int) -> Unit | None:
        """The argument that begins at a token: a group in braces, or one token; None at the end."""
        if token >= len(self.tokens) or self.tokens[token].text == "}":
            return None
        if self.tokens[token].text == "{":
            return Unit(token, self.closing[token] + 1) if token in self.closing else None
        if self.tokens[token].text in _ONE_ARGUMENT | _TWO_ARGUMENTS:
            return Unit(token, self._base(token))
        return Unit(token, token + 1)

    def inner(self, unit: Unit) -> str:
        """An argument without its braces."""
        braced = self.tokens[unit.first].text == "{"
        return self.text(unit.first + 1, unit.last - 1) if braced else self.of(unit)

    def _base(self, token: int) -> int:
        """The token after the base that begins here, without its scripts."""
        text = self.tokens[token].text
        if token in self.closing:
            return self.closing[token] + 1
        after = token + 1
        if text == r"\sqrt" and after < len(self.tokens) and self.tokens[after].text == "[":
            after = self.closing.get(after, after) + 1
        for _ in range(2 if text in _TWO_ARGUMENTS else 1 if text in _ONE_ARGUMENT else 0):
            argument = self.argument(after)
            after = argument.last if argument else after
        return after

    def _unit(self, token: int, end: int) -> Unit:
        last = self._base(token)
        while last < end and self.tokens[last].text in ("_", "^", "'"):
            argument = self.argument(last + 1) if self.tokens[last].text != "'" else None
            last = argument.last if argument else last + 1
        return Unit(token, min(max(last, token + 1), end))

    def _sequences(self, start: int, end: int) -> Iterator[list[Unit]]:
        """The units between two tokens, then those inside each of them."""
        units: list[Unit] = []
        at = start
        while at < end:
            unit = self._unit(at, end)
            units.append(unit)
            at = unit.last
        yield units
        for unit in units:
            for token in range(unit.first, unit.last):
                close = self.closing.get(token, 0)
                if close > token + 1 and close < unit.last and self._outermost(token, unit):
                    skip = 2 if self.tokens[token].text in commands.SIZES else 1
                    stop = close - 1 if self.tokens[close - 1].text in commands.CLOSING_SIZES else close
                    stop = close - 1 if self.tokens[token].text in commands.SIZES else stop
                    if token + skip < stop:
                        yield from self._sequences(token + skip, stop)

    def _outermost(self, token: int, unit: Unit) -> bool:
        return not any(unit.first <= o < token < c for o, c in self.closing.items() if o < token)


def _tokens(latex: str) -> list[Piece]:
    r"""The tokens; digits are single where TeX takes one as an argument (`\frac12`, `x_1`)."""
    out: list[Piece] = []
    for match in _TOKEN.finditer(latex):
        text, start = _canonical(match.group()), match.start()
        before = [piece.text for piece in out[-2:]]
        if text[0].isdigit() and before:
            single = 2 if before[-1] in _TWO_ARGUMENTS else 1 if before[-1] in ("^", "_") else 0
            single = 1 if not single and len(before) == 2 and before[0] in commands.FRACTIONS else single
            while single and len(text) > 1:
                out.append(Piece(text[0], start, start + 1))
                text, start, single = text[1:], start + 1, single - 1
        out.append(Piece(text, start, match.end()))
    return out


def _canonical(token: str) -> str:
    r"""The spelling of the tables: `\mathbb E` is `\mathbb{E}`."""
    font = re.fullmatch(rf"(\\(?:{_FONTS}))\s*([A-Za-z0-9])", token)
    return f"{font.group(1)}{{{font.group(2)}}}" if font else token


def _pairs(tokens: list[Piece]) -> Iterator[tuple[int, int]]:
    r"""Each opening token with its closing one; `\left(` and `\bigl(` from their size command on."""
    stack: list[tuple[int, str]] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1].text if index else ""
        opens = before in commands.SIZES and before not in commands.CLOSING_SIZES and token.text != "{"
        if opens and not (stack and before in commands.BAR_SIZES and stack[-1][1] == "size"):
            stack.append((index - 1, "size"))
            continue
        if before in commands.CLOSING_SIZES or (
            before in commands.SIZES and stack and stack[-1][1] == "size"
        ):
            if stack and stack[-1][1] == "size":
                yield stack.pop()[0], index
        elif token.text == "{" or token.text.startswith(r"\begin"):
            stack.append((index, "brace"))
        elif token.text == "}" or token.text.startswith(r"\end"):
            while stack and stack[-1][1] != "brace":
                stack.pop()
            if stack:
                yield stack.pop()[0], index
        elif token.text in _OPENERS:
            stack.append((index, "bracket"))
        elif token.text in _CLOSERS and stack and stack[-1][1] == "bracket":
            yield stack.pop()[0], index


def spliced(latex: str, edits: tuple[Edit, ...]) -> str:
    """`latex` with the edits made (from the right), and a space where a command would swallow a letter."""
    for edit in sorted(edits, key=lambda e: (e.start, e.end), reverse=True):
        before, after, new = latex[: edit.start], latex[edit.end :], edit.new
        if new[:1].isalpha() and _ends_with_command(before):
            new = " " + new
        if after[:1].isalpha() and _ends_with_command(before + new):
            new += " "
        latex = before + new + after
    return latex


def _ends_with_command(text: str) -> bool:
    return re.search(r"\\[A-Za-z]+\Z", text) is not None


@dataclass(frozen=True, slots=True)
class Names:
    """The declared names by type, as they are printed: (printed, type) in declared order."""

    declared: tuple[tuple[str, str], ...] = ()

    def kind(self, printed: str) -> str:
        """The type of a printed name; empty where it is not declared."""
        return next((kind for name, kind in self.declared if name == printed), "")

    def like(self, printed: str) -> list[str]:
        """The other names of the same type."""
        kind = self.kind(printed)
        return [name for name, other in self.declared if kind and other == kind and name != printed]

    def of(self, kind: str) -> list[str]:
        """The names whose type begins with a word."""
        return [name for name, other in self.declared if other.split(" ")[0] == kind]


def declared_names(*blocks: str) -> Names:
    """The names of symbols blocks, read line by line: `names : type, conditions # comment`."""
    found: list[tuple[str, str]] = []
    for block in blocks:
        for line in block.splitlines():
            names, colon, types = line.split("#")[0].rpartition(" : ")
            if colon:
                kind = " ".join(split(types)[0].split())
                found += [(name.strip(), kind) for name in split(names) if name.strip()]
    return Names(tuple(found))


def split(text: str) -> list[str]:
    """Split at commas outside brackets and braces."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def occurrences(formula: Formula, names: Names) -> list[tuple[int, int, str]]:
    """Where declared names stand: (first token, token after, name), the longest name at each place."""
    spelled = []
    for name, kind in names.declared:
        plain = name.split("(")[0].strip() if kind.startswith("function") else name
        tokens = [token.text for token in _tokens(plain)]
        if kind.startswith("function") and "_" in tokens:
            tokens = tokens[: tokens.index("_")]
        spelled.append((tokens, name))
    spelled.sort(key=lambda item: -len(item[0]))
    out, at = [], 0
    texts = [token.text for token in formula.tokens]
    while at < len(texts):
        for tokens, name in spelled:
            if tokens and texts[at : at + len(tokens)] == tokens:
                out.append((at, at + len(tokens), name))
                at += len(tokens)
                break
        else:
            at += 1
    return out
