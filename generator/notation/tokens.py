r"""LaTeX maths -> tokens with their places, by TeX's own rules and an allow-list of commands.

A font command and its argument are one token (`\mathrm{Var}`, `\mathbf 1`), and so are an
environment's ends; digits are single tokens because TeX takes one digit as an argument
(`\frac12`). Whatever is not in the tables of `commands` is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from generator.errors import ContentError, fail
from generator.model import Text
from generator.notation import commands, remedies
from generator.notation.lines import check_lines
from generator.notation.token import Token

_PATTERN = re.compile(
    r"""(?P<space>[ \n]+)
    | \\(?P<font>mathrm|mathbf|mathbb|mathcal|mathsf|mathit|mathtt|mathscr|mathfrak|boldsymbol|bm|pmb
      |operatorname\*?|textrm|text)
      (?![A-Za-z])
      \s*(?: \{(?P<body>(?:[^{}])*)\} | (?P<single>\\[A-Za-z]+|[A-Za-z0-9]) )
    | \\(?P<env>begin|end)\s*\{(?P<name>[A-Za-z]+\*?)\}
    | (?P<command>\\[A-Za-z]+)
    | (?P<symbol>\\[^A-Za-z])
    | (?P<letter>[A-Za-z])
    | (?P<digit>[0-9])
    | (?P<punct>[-+*/=<>()\[\]|,;:.!])
    | (?P<other>[{}_^'&~])""",
    re.VERBOSE,
)
_OTHER = {"{": "open", "}": "close", "_": "sub", "^": "sup", "'": "prime", "&": "amp", "~": "layout"}
_SYMBOLS = {r"\|": "punct", r"\{": "punct", r"\}": "punct", r"\\": "newline"}
_REFUSED = {
    "%": ("a comment sign hides the rest of the formula", "take it out"),
    "$": ("a dollar sign ends maths", "take it out: a formula is maths already"),
    "#": ("# belongs to TeX macros", "take it out"),
    "\t": ("a tab", "a space"),
    "@": ("@ is no maths", "take it out"),
    "?": ("a question mark is no maths", "take it out"),
    "`": ("quotation marks are no maths", r"use \text{...}"),
    "\\": ("a backslash at the end", "the whole command"),
    '"': ("quotation marks are no maths", r"use \text{...}"),
}
#: Kind of an opening token -> kind of the one that closes it.
_ENDS = {"open": "close", "begin": "end"}
_BLANK_LINE = re.compile(r"\n[ ]*\n(?=.*\S)", re.DOTALL)
#: The longest formula that is read: some thirty printed lines.
MOST_TOKENS = 2000
_BOLD = ("mathbf", "boldsymbol", "bm", "pmb")
_LETTERS_APART = re.compile(r" *[A-Za-z](?: +[A-Za-z])+ *\Z")
_BODY = re.compile(r"(?:[A-Za-z0-9.\-, ]|\\[,;! ])*\Z|\\[A-Za-z]+\Z")


def tokenize(text: Text) -> tuple[Token, ...]:
    """The tokens of a formula, layout tokens included.

    Raises ContentError: unknown-command, unknown-character, unknown-environment, bad-text, unbalanced,
    blank-line, too-long, line-space, second-column, ampersand-place, line-start.
    """
    value = text.value
    out: list[Token] = []
    position = 0
    while position < len(value):
        match = _PATTERN.match(value, position)
        if match is None:
            raise _refused_character(text, position)
        if match.lastgroup != "space":
            bold = match.group("font") in _BOLD
            out += (_bold_product(match) if bold else None) or [_token(text, match)]
        position = match.end()
    _check_length(text, out)
    _check_braces(text, out)
    check_lines(text, out)
    return tuple(out)


def _token(text: Text, match: re.Match[str]) -> Token:
    start, end, kind = match.start(), match.end(), match.lastgroup
    spelled = match.group()
    if kind in ("letter", "digit", "punct"):
        return Token(kind, spelled, start, end)
    if kind == "other":
        if spelled == "^" and text.value.startswith("^^", start):
            raise fail(
                text, start, end + 1, "unknown-character", "^^ is TeX's character notation", "a plain letter"
            )
        return Token(_OTHER[spelled], spelled, start, end)
    if kind == "command":
        return _command(text, spelled, start, end)
    if kind == "symbol":
        if spelled in commands.LAYOUT:
            return Token("layout", spelled, start, end)
        if spelled in _SYMBOLS:
            return Token(_SYMBOLS[spelled], spelled, start, end)
        raise _unknown_command(text, spelled, start, end)
    if match.group("font") is not None:
        return _word(text, match)
    name = match.group("name")
    if name not in commands.ENVIRONMENTS:
        raise fail(
            text,
            start,
            end,
            "unknown-environment",
            f"the environment {name} is not in the formula language",
            remedies.ENVIRONMENTS.get(name, "one of " + ", ".join(sorted(commands.ENVIRONMENTS))),
        )
    which = match.group("env")
    return Token(which, f"\\{which}{{{name}}}", start, end)


def _command(text: Text, spelled: str, start: int, end: int) -> Token:
    if spelled in commands.LAYOUT:
        return Token("layout", spelled, start, end)
    if spelled in commands.QUADS:
        return Token("quad", spelled, start, end)
    if spelled in commands.ALLOWED:
        return Token("command", spelled, start, end)
    raise _unknown_command(text, spelled, start, end)


def _unknown_command(text: Text, spelled: str, start: int, end: int) -> ContentError:
    near = get_close_matches(spelled, sorted(commands.ALLOWED), 1, 0.8)
    remedy = remedies.INSTEAD.get(spelled) or (
        f"did you mean {near[0]} ?" if near else "see the list of commands in the manual"
    )
    return fail(text, start, end, "unknown-command", f"{spelled} is not in the formula language", remedy)


def _bold_product(match: re.Match[str]) -> list[Token]:
    r"""`\mathbf{A B}` sets what `\mathbf A \mathbf B` does: a token for each letter, at its own place."""
    body = match.group("body") or ""
    if not _LETTERS_APART.match(body):
        return []
    offset = match.start("body")
    return [
        Token("word", f"\\{match.group('font')}{{{char}}}", offset + at, offset + at + 1)
        for at, char in enumerate(body)
        if char != " "
    ]


def _word(text: Text, match: re.Match[str]) -> Token:
    """A font command with its argument as one token, spelled without spaces inside."""
    font, start, end = match.group("font"), match.start(), match.end()
    body = match.group("body")
    if body is None:
        body = match.group("single")
    if not body.strip() or not _BODY.match(body.strip()):
        raise fail(text, start, end, "bad-text", f"\\{font} takes plain letters here", f"\\{font}{{word}}")
    if font in ("text", "textrm"):
        words = " ".join(body.replace("\\,", " ").replace("\\ ", " ").split())
        spelled = f"\\text{{{words}}}"
        return Token("text" if spelled in commands.RESERVED_TEXT else "word", spelled, start, end)
    plain = re.sub(r"\\[,;! ]|\s", "", body)
    return Token("word", f"\\{font}{{{plain}}}", start, end)


def _refused_character(text: Text, position: int) -> ContentError:
    character = text.value[position]
    message, remedy = _REFUSED.get(character) or remedies.for_character(character)
    return fail(text, position, position + 1, "unknown-character", message, remedy)


def _check_braces(text: Text, tokens: Sequence[Token]) -> None:
    """Braces and environments nest: each end closes what was opened last. Raises ContentError unbalanced."""
    depth: list[Token] = []
    for token in tokens:
        if token.kind in _ENDS:
            depth.append(token)
        elif token.kind in _ENDS.values():
            if not depth or _end_of(depth[-1]) != token.text:
                opener = f"a {token.text} that nothing opens"
                remedy = _end_of(depth[-1]) + " before it" if depth else "take it out"
                raise fail(text, token.start, token.end, "unbalanced", opener, remedy)
            depth.pop()
    if depth:
        last = depth[-1]
        remedy = f"add the {_end_of(last)}"
        raise fail(text, last.start, last.end, "unbalanced", f"a {last.text} that nothing closes", remedy)


def _end_of(token: Token) -> str:
    return "}" if token.kind == "open" else token.text.replace("begin", "end")


def _check_length(text: Text, tokens: Sequence[Token]) -> None:
    """A formula is for readers, and its tree is walked by recursion: both have an end."""
    blank = _BLANK_LINE.search(text.value)
    if blank is not None:
        start = blank.start() + 1
        raise fail(text, start, start + 1, "blank-line", "an empty line ends maths in TeX", "take it out")
    if len(tokens) > MOST_TOKENS:
        token = tokens[MOST_TOKENS]
        message = f"a formula of more than {MOST_TOKENS} tokens"
        raise fail(text, token.start, token.end, "too-long", message, "several claims, with names for parts")


def matching(tokens: Sequence[Token]) -> dict[int, int]:
    """Index of each `{` -> index of its `}` (the braces are balanced: `tokenize` saw to it)."""
    stack: list[int] = []
    pairs: dict[int, int] = {}
    for index, token in enumerate(tokens):
        if token.kind == "open":
            stack.append(index)
        elif token.kind == "close":
            pairs[stack.pop()] = index
    return pairs


def joined(texts: Sequence[str]) -> str:
    """Token texts as LaTeX: a space only where a control word would swallow a letter."""
    out = ""
    for text in texts:
        if out and text[:1].isalpha() and re.search(r"\\[A-Za-z]+\Z", out):
            out += " "
        out += text
    return out


def unlaid(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens that carry meaning: no layout, and of `aligned` neither its ends nor its & nor
    a line end before a relation or sign (the chain goes on there)."""
    out: list[Token] = []
    environments: list[str] = []
    kept = [token for token in tokens if token.kind != "layout"]
    for index, token in enumerate(kept):
        if token.kind == "begin":
            environments.append(token.text)
        elif token.kind == "end" and environments:
            environments.pop()
        aligned = bool(environments) and environments[-1] in commands.ALIGNED
        if token.text in commands.ALIGNED or (token.kind == "amp" and aligned):
            continue
        if token.kind == "newline" and aligned and _goes_on(kept[index + 1 :]):
            continue
        if token.kind == "quad" and aligned and out and _line_head(kept[:index]):
            continue
        if token.kind == "quad" and _beside_an_arrow(kept, index):
            continue
        out.append(token)
    return out


def _goes_on(tokens: Sequence[Token]) -> bool:
    for token in tokens:
        if token.kind not in ("amp", "quad"):
            return token.text in commands.RELATIONS or token.text in ("+", "-", r"\cdot", r"\times")
    return False


def _beside_an_arrow(tokens: Sequence[Token], index: int) -> bool:
    """Whether only wide spaces stand between token `index` and an arrow between statements."""
    for side in (tokens[index + 1 :], tokens[:index][::-1]):
        beside = next((token for token in side if token.kind != "quad"), None)
        if beside is not None and beside.text in commands.ARROWS:
            return True
    return False


def _line_head(tokens: Sequence[Token]) -> bool:
    for token in reversed(tokens):
        if token.kind not in ("amp", "quad"):
            return token.kind == "newline"
    return False


def normal(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The printed tokens in normal spelling, for the comparison with `unparse`.

    What prints the same is spelled the same: layout tokens are dropped, braces around one
    token too, a subscript stands before a superscript, and a prime before both.
    """
    kept = unlaid(tokens)
    return tuple(_normal(kept, matching(kept), 0, len(kept)))


def _normal(tokens: Sequence[Token], pairs: dict[int, int], start: int, end: int) -> list[str]:
    out: list[str] = []
    index = start
    while index < end:
        token = tokens[index]
        if token.kind in ("sub", "sup"):
            scripts, index = _scripts(tokens, pairs, index, end)
            out += scripts
        elif token.kind == "open":
            out += braced(_normal(tokens, pairs, index + 1, pairs[index]))
            index = pairs[index] + 1
        else:
            out.append(token.text)
            index += 1
    return out


def _scripts(tokens: Sequence[Token], pairs: dict[int, int], index: int, end: int) -> tuple[list[str], int]:
    found: dict[str, list[str]] = {}
    while index < end and tokens[index].kind in ("sub", "sup") and tokens[index].text not in found:
        mark = tokens[index].text
        index += 1
        if index < end and tokens[index].kind == "open":
            content = _normal(tokens, pairs, index + 1, pairs[index])
            index = pairs[index] + 1
        else:
            content = [tokens[index].text] if index < end else []
            index += 1
        found[mark] = [mark, *braced(content)]
    primes = 0
    while "^" not in found and index + primes < end and tokens[index + primes].kind == "prime":
        primes += 1
    return ["'"] * primes + found.get("_", []) + found.get("^", []), index + primes


def braced(content: list[str]) -> list[str]:
    """`content` as an argument: in braces unless it is one token."""
    return content if len(content) == 1 else ["{", *content, "}"]
