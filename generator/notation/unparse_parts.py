"""Pieces that every printer of `unparse` uses: scripts, lists, brackets, spelled names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256

from generator.model import Text
from generator.notation import commands
from generator.notation.tokens import braced, normal, tokenize
from generator.notation.tree import Expr, meaning_key

Tokens = list[str]
Show = Callable[[Expr], Tokens]


@lru_cache(maxsize=4096)
def spelled(latex: str) -> tuple[str, ...]:
    """The normal tokens of a canonical name or label."""
    return normal(tokenize(Text(latex, "", ((0, 1, 1),))))


def script(mark: str, content: Sequence[str]) -> Tokens:
    """A subscript or superscript, in braces unless it is one token."""
    return [mark, *braced(list(content))]


def _fingerprint(args: Sequence[Expr]) -> str:
    return sha256(repr([meaning_key(arg) for arg in args]).encode()).hexdigest()[:12]


def keeping(args: Sequence[Expr], tokens: Sequence[str]) -> str:
    """The form of a binder that is printed otherwise: what it means, and the tokens."""
    return "\n".join(("kept", _fingerprint(args), *tokens))


def kept(expr: Expr) -> Tokens | None:
    """The tokens that a binder was printed with, None where there are none, or its meaning is another now."""
    if not expr.form.startswith("kept\n"):
        return None
    _, mark, *tokens = expr.form.split("\n")
    return tokens if mark == _fingerprint(expr.args) else None


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
