"""Pieces that every printer of `unparse` uses: scripts, lists, brackets, spelled names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from generator.model import Text
from generator.notation import commands
from generator.notation.tokens import braced, normal, tokenize
from generator.notation.tree import Expr

Tokens = list[str]
Show = Callable[[Expr], Tokens]


@lru_cache(maxsize=4096)
def spelled(latex: str) -> tuple[str, ...]:
    """The normal tokens of a canonical name or label."""
    return normal(tokenize(Text(latex, "", ((0, 1, 1),))))


def script(mark: str, content: Sequence[str]) -> Tokens:
    """A subscript or superscript, in braces unless it is one token."""
    return [mark, *braced(list(content))]


def commas(lists: Sequence[Tokens], separator: str = ",") -> Tokens:
    """Token lists with a separator between them."""
    out: Tokens = []
    for place, tokens in enumerate(lists):
        out += ([separator] if place and separator else []) + tokens
    return out


def within(words: Sequence[str], content: Tokens) -> Tokens:
    """Content between the brackets that `words` (open, close, size) name."""
    opened, close = words[0], words[1]
    size = words[2] if len(words) > 2 else ""
    if not size:
        return [opened, *content, close]
    size = size if size.startswith("\\") else "\\" + size
    return [size, opened, *content, commands.SIZES[size], close]


#: How `form` spells the bar of a condition: as its command, or plain.
_MARKS = {"|": r"\mid", "!": "|"}


def separated(show: Show, args: Sequence[Expr], form: str) -> Tokens:
    """Arguments with the separators that `form` (sep=,;|) lists."""
    flat: list[Expr] = []
    for arg in args:
        for side in arg.args if arg.head == "given" else (arg,):
            flat += side.args if side.head == "tuple" and side.form == "bare" else (side,)
    out = show(flat[0])
    for mark, arg in zip(form.removeprefix("sep="), flat[1:], strict=True):
        out += [_MARKS.get(mark, mark), *show(arg)]
    return out
