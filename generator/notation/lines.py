r"""The lines of a display: what & and `\\` may stand beside, so that they set the layout and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from generator.errors import ContentError, fail
from generator.model import Text
from generator.notation import commands
from generator.notation.token import Token

#: What a line begins with that goes on from the one before.
_GO_ON = {"+", "-", r"\cdot", r"\times", r"\pm", r"\mp", *commands.RELATIONS, *commands.ARROWS}


def check_lines(text: Text, tokens: Sequence[Token]) -> None:
    r"""Lines of `aligned` have one & each: beside a relation or sign, or first in all lines.

    A second & begins another column; what stands behind an & that begins a line seems to go on from
    the line before. TeX takes a bracket or star behind `\\` for itself. The environments are balanced.
    Raises ContentError: line-space, second-column, ampersand-place, line-start.
    """
    kept = [token for token in tokens if token.kind != "layout"]
    for before, token in pairwise(kept):
        if before.kind == "newline" and token.text in ("[", "*") and token.start == before.end:
            message = f"TeX takes {token.text} behind a line end for itself"
            raise _refused(text, token, "line-space", message, r"\\ alone, or a space behind it")
    for lines in _aligned(kept):
        begins = bool(lines[0]) and lines[0][0].kind == "amp"
        for number, line in enumerate(lines):
            _check_line(text, line, begins or not number)


def _aligned(tokens: Sequence[Token]) -> Iterator[list[list[Token]]]:
    """The lines of each `aligned`, without what stands in environments and braces inside it."""
    stack: list[list[list[Token]]] = []
    depth: list[int] = []
    for token in tokens:
        if token.kind in ("begin", "open"):
            depth.append(len(stack))
            if token.text in commands.ALIGNED:
                stack.append([[]])
            continue
        if token.kind in ("end", "close"):
            if depth.pop() < len(stack):
                yield stack.pop()
            continue
        if stack and depth and depth[-1] == len(stack) - 1:
            if token.kind == "newline":
                stack[-1].append([])
            else:
                stack[-1][-1].append(token)


def _check_line(text: Text, line: Sequence[Token], may_begin: bool) -> None:
    marks = [place for place, token in enumerate(line) if token.kind == "amp"]
    for place in marks[1::2]:
        around = (line[place - 1], *line[place + 1 : place + 2])
        if not any(token.kind == "quad" for token in around):
            message = "a second & begins another column: its statements stand without space between"
            raise _refused(
                text, line[place], "second-column", message, r"\quad between statements, or a line each"
            )
    if not marks:
        return
    place = marks[0]
    coming = next((token for token in line[place + 1 :] if token.kind not in ("quad", "amp")), None)
    goes_on = coming is None or coming.kind == "text" or coming.text in _GO_ON
    if not place and not goes_on and not may_begin:
        message = "does this line go on from the one before, or begin a statement?"
        raise _refused(text, line[0], "line-start", message, r"a sign or \cdot first, or no & first")
    wide = place + 1 < len(line) and line[place + 1].kind == "quad"
    if place and not goes_on and not wide and line[place - 1].text not in commands.RELATIONS:
        message = "& stands before a relation or a sign"
        raise _refused(text, line[place], "ampersand-place", message, "a &= b")


def _refused(text: Text, token: Token, code: str, message: str, remedy: str) -> ContentError:
    return fail(text, token.start, token.end, code, message, remedy)
