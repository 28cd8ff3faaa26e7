"""Declared symbols as chips: names of one type together, their shape, their domain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from generator.notation.tree import Dim, Expr, Shape, Symbol, dim_latex
from generator.render.escape import Tex
from generator.render.seals import made, made_words

_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+$")
Speller = Callable[[Expr], str]

#: The number system a kind's values come from; vectors and matrices take powers of it.
FIELDS = {
    "scalar": r"\mathbb R",
    "complex": r"\mathbb C",
    "integer": r"\mathbb Z",
    "vector": r"\mathbb R",
    "matrix": r"\mathbb R",
}
#: Kinds told in words.
WORDS = {
    "size": "size",
    "function": "function",
    "interval": "interval",
    "set": "set",
    "event": "event",
    "law": "law",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One chip: names as LaTeX, then type (with its shape) and domain as they are printed."""

    names: Tex
    type: Tex
    domain: Tex


def space(shape: Shape, ground: str) -> str:
    r"""The set of all values of a shape: \mathbb R, \mathbb R^{n}, \mathbb R^{n \times d}."""
    dims = r" \times ".join(dim_latex(dim) for dim in shape)
    return f"{ground}^{{{dims}}}" if dims else ground


def _range(lower: Dim, upper: Dim) -> str:
    """An index range: 1, \\dots, n."""
    return rf"{dim_latex(lower)}, \dots, {dim_latex(upper)}"


def _type(symbol: Symbol) -> Tex:
    """What a symbol is, with its shape."""
    if symbol.kind == "index":
        return made(_range(symbol.lower or (), symbol.upper))
    if symbol.kind in ("rows", "columns"):
        return made_words("rows of " if symbol.kind == "rows" else "columns of ") + made(symbol.of)
    if symbol.kind in FIELDS:
        return made(space(symbol.shape, FIELDS[symbol.kind]))
    word = WORDS.get(symbol.kind, symbol.kind)
    if symbol.builtin:
        word = f"{symbol.builtin.replace('-', ' ')} {word}"
    return _chipword(word)


def _chipword(word: str) -> Tex:
    return Tex(r"\chipword{") + made_words(word) + Tex("}")


def _domain(symbol: Symbol, spell: Speller) -> Tex:
    """Conditions and words of a declaration, in one line."""
    parts = [made(spell(condition)) for condition in symbol.conditions]
    parts += [_chipword(word) for word in sorted(symbol.words)]
    out = Tex("")
    for position, part in enumerate(parts):
        out += Tex(", " if position else "") + part
    return out


def chips(symbols: Iterable[Symbol], spell: Speller) -> tuple[Chip, ...]:
    """The chips of declared symbols in order; neighbours of one type and domain share one.

    `spell` gives the LaTeX of a condition.
    """
    out: list[Chip] = []
    for symbol in symbols:
        name = made(symbol.latex or symbol.name)
        kind, domain = _type(symbol), _domain(symbol, spell)
        if out and not symbol.conditions and (out[-1].type, out[-1].domain) == (kind, domain):
            out[-1] = Chip(out[-1].names + Tex(", ") + name, kind, domain)
        else:
            out.append(Chip(name, kind, domain))
    return tuple(out)


def relations(restrictions: Iterable[Expr], spell: Speller) -> tuple[Chip, ...]:
    """A chip for each relation that restricts declared symbols."""
    return tuple(Chip(made(spell(relation)), Tex(""), Tex("")) for relation in restrictions)


def written(expr: Expr) -> str:
    """The LaTeX of an expression, from its tree: the reader's tokens with the blanks TeX needs."""
    from generator.notation.unparse import unparse

    out = ""
    for token in unparse(expr):
        joined = out and out[-1].isalpha() and token[:1].isalpha() and _ENDS_IN_COMMAND.search(out)
        out += (" " if joined else "") + token
    return out
