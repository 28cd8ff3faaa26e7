"""The reader's place in the tokens, the names in scope, and how it refuses.

Grammar modules are functions over a `Reader`; they reach one another through `Reader.rules`,
so that none imports another in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

from generator.errors import ContentError, fail
from generator.model import Text
from generator.notation import commands, remedies
from generator.notation.table import SymbolTable, plain
from generator.notation.token import Token
from generator.notation.tokens import joined, matching, unlaid
from generator.notation.tree import Expr, Symbol

Result = TypeVar("Result")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rules:
    """The grammar's non-terminals, filled in by `parse`.

    expression: sums; term: what a sum or a bare function takes; factor: one factor with its
    scripts; statement: relations and conditions; side: what may stand right of a relation.
    """

    expression: Callable[[Reader], Expr]
    term: Callable[[Reader], Expr]
    factor: Callable[[Reader], Expr]
    statement: Callable[[Reader], Expr]
    chain: Callable[[Reader], Expr]
    scripts: Callable[[Reader, Expr], Expr]
    call: Callable[[Reader, Expr, Sequence[Symbol]], Expr]
    bar: Callable[[Reader, Expr], Expr]
    power: Callable[[Reader, Expr, Span | None], Expr]
    derivative: Callable[[Reader, int, str, Span, Span], Expr | None]
    between: Callable[[Reader, Expr, Span, Span], Expr | None]
    described: Callable[[Reader], Expr | None]
    large: frozenset[str]
    heads: Mapping[str, Callable[[Reader], Expr]]


class Reader:
    """A cursor over tokens without layout; `limit` ends the piece being read."""

    __slots__ = (
        "bars",
        "bound",
        "depth",
        "inside_chance",
        "law_here",
        "limit",
        "operand",
        "pairs",
        "placeholder",
        "pos",
        "rules",
        "table",
        "text",
        "texts",
        "tokens",
    )

    def __init__(self, text: Text, tokens: tuple[Token, ...], table: SymbolTable, rules: Rules) -> None:
        self.text = text
        self.tokens = list(unlaid(tokens))
        self.texts = [token.text for token in self.tokens]
        self.pairs = matching(self.tokens)
        self.pos = 0
        self.limit = len(self.tokens)
        self.table = table
        self.bound: dict[str, Symbol] = {}  # names bound by the binders around this place
        self.rules = rules
        self.bars: list[str] = []  # closing bars still awaited
        self.depth = 0  # factors around this place
        self.operand = (
            False  # whether an operator's operand is read: an evaluation bar waits for the operator
        )
        self.inside_chance = False  # whether a \mid here conditions the operator around it
        self.placeholder = ""  # the variable that a dot among the arguments of a law stands for
        self.law_here = False  # whether a density may stand for its law, without its arguments

    # -- looking ----------------------------------------------------------------------

    def look(self, ahead: int = 0) -> str:
        """The text of a coming token, "" past the end."""
        index = self.pos + ahead
        return self.texts[index] if index < self.limit else ""

    def look_at(self, index: int) -> str:
        """The text of token `index`."""
        return self.texts[index]

    def label(self, span: Span) -> str:
        """The canonical spelling of the tokens in `span`."""
        return joined(plain(self.tokens[span[0] : span[1]]))

    def kind(self, ahead: int = 0) -> str:
        """The kind of a coming token, "" past the end."""
        index = self.pos + ahead
        return self.tokens[index].kind if index < self.limit else ""

    def kind_at(self, index: int) -> str:
        """The kind of token `index`, with Greek letters as "greek"."""
        token = self.tokens[index]
        return "greek" if token.text in commands.GREEK else token.kind

    def done(self) -> bool:
        """Whether this piece has been read to its end."""
        return self.pos >= self.limit

    def start(self) -> int:
        """The character offset of the coming token."""
        if self.pos < len(self.tokens):
            return self.tokens[self.pos].start
        return len(self.text.value)

    def finish(self) -> int:
        """The character offset after the last token read."""
        return self.tokens[self.pos - 1].end if self.pos else 0

    # -- reading ----------------------------------------------------------------------

    def take(self) -> str:
        """The coming token's text; moves on."""
        if self.pos >= self.limit:
            raise self.refuse("unexpected-end", "the formula ends too early", "the missing part")
        self.pos += 1
        return self.texts[self.pos - 1]

    def accept(self, text: str) -> bool:
        """Moves on where the coming token is `text`."""
        if self.pos < self.limit and self.texts[self.pos] == text:
            self.pos += 1
            return True
        return False

    def expect(self, text: str, why: str = "") -> None:
        """Moves over `text`. Raises ContentError expected-token."""
        if not self.accept(text):
            found = self.look() or "the end"
            raise self.refuse("expected-token", f"{text} was expected here{why}, not {found}", text)

    def argument(self) -> Span:
        """The tokens of a TeX argument: one token, or a group without its braces; moves on.

        Raises ContentError: missing-argument, script-braces.
        """
        if self.done():
            raise self.refuse("missing-argument", "an argument is missing here", "{..}")
        if self.kind() == "open":
            span = (self.pos + 1, self.pairs[self.pos])
            if span[0] == span[1]:
                raise self.refuse("missing-argument", "an empty argument", "{..}")
            self.pos = span[1] + 1
            return span
        token = self.tokens[self.pos]
        if token.kind == "punct" and token.text not in "*+-":
            raise self.refuse("missing-argument", "an argument is missing here", "{..}")
        shared = token.kind == "word" and self.text.value[token.start] != "\\"  # one letter of \mathbf{A B}
        plain_token = token.kind in ("letter", "digit", "word", "punct") or token.text in _ONE_TOKEN
        if shared or not plain_token:
            raise self.refuse(
                "script-braces", f"{token.text} cannot stand here without braces", "{" + token.text + " ..}"
            )
        self.pos += 1
        return (self.pos - 1, self.pos)

    def within(self, span: Span, rule: Callable[[Reader], Result]) -> Result:
        """`rule` applied to exactly the tokens of `span`. Raises ContentError unexpected-token."""
        saved = (self.pos, self.limit, self.bars)
        self.pos, self.limit, self.bars = span[0], span[1], []
        try:
            result = rule(self)
            if not self.done():
                raise self.unexpected()
        finally:
            self.pos, self.limit, self.bars = saved
        return result

    @contextmanager
    def binding(self, symbols: Mapping[str, Symbol]) -> Iterator[None]:
        """Names that a binder binds, while its body is read."""
        saved, saved_table = self.bound, self.table
        self.bound = {**self.bound, **symbols}
        fresh = {
            name: symbol for name, symbol in symbols.items() if self.table.symbols.get(name) is not symbol
        }
        self.table = self.table.with_names(fresh)
        try:
            yield
        finally:
            self.bound, self.table = saved, saved_table

    @contextmanager
    def conditioning(self) -> Iterator[None]:
        """Inside the brackets of an operator that takes a condition after \\mid."""
        saved, self.inside_chance = self.inside_chance, True
        try:
            yield
        finally:
            self.inside_chance = saved

    @contextmanager
    def naming_law(self) -> Iterator[None]:
        """Where a law is named: a density of several members may stand there without its arguments."""
        saved, self.law_here = self.law_here, True
        try:
            yield
        finally:
            self.law_here = saved

    @contextmanager
    def dotted(self, variable: str) -> Iterator[None]:
        r"""Right of a `\sim`: a dot in the place of an argument is the variable that is drawn."""
        saved, self.placeholder = self.placeholder, variable
        try:
            yield
        finally:
            self.placeholder = saved

    # -- building and refusing --------------------------------------------------------

    def node(self, head: str, args: tuple[Expr, ...], start: int, data: Any = None, form: str = "") -> Expr:
        """An expression from character `start` to the last token read."""
        return Expr(head, args, data, form, start, self.finish())

    def refuse(
        self, code: str, message: str, remedy: str = "", start: int | None = None, end: int | None = None
    ) -> ContentError:
        """The error about characters [start:end], by default the coming token."""
        if start is None:
            start = self.start() if not self.done() or not self.pos else self.finish() - 1
            end = self.tokens[self.pos].end if not self.done() else self.finish()
        return fail(
            self.text, max(start, 0), end if end is not None else self.finish(), code, message, remedy
        )

    def unexpected(self) -> ContentError:
        """The error about a token that nothing can begin or go on with."""
        token = self.tokens[self.pos]
        before = self.texts[self.pos - 1] if self.pos else ""
        if token.text in _AFTER_CONTENT and (before in _BEFORE_CONTENT or before in commands.BRACKETS):
            message = f"something is missing between {before} and {token.text}"
            return self.refuse("unexpected-token", message, "the missing part")
        if token.text in ("|", r"\vert", r"\|"):
            return self.refuse(
                "bar-ambiguous",
                "this bar could open, close or condition",
                r"\mid for a condition, \left| x \right| for a value",
            )
        message, remedy = remedies.MARKS.get(
            token.text, (f"{token.text} cannot stand here", "an operator, a relation or nothing in its place")
        )
        return self.refuse("unexpected-token", message, remedy)

    def undeclared(self, name: str, start: int, end: int) -> ContentError:
        """The error about a name that the topic does not declare, with the nearest one that it does."""
        font, _, letters = name.removesuffix("}").partition("{")
        if letters in commands.SPELLED:
            hint = f"{commands.SPELLED[letters]}, or declare it in `symbols`"
            return fail(self.text, start, end, "undeclared", f"{name} is not declared", hint)
        if len(letters) > 1 and all(self.table.has(f"{font}{{{letter}}}") for letter in letters):
            hint = f"{font}{{{' '.join(letters)}}} for the product, or declare it"
            return fail(self.text, start, end, "undeclared", f"{name} is not declared", hint)
        alike = [
            known for known in self.table.symbols if letters and known.partition("{")[2] == letters + "}"
        ]
        if font and alike:
            hint = f"{alike[0]}, as it is declared"
            return fail(self.text, start, end, "undeclared", f"{name} is not declared", hint)
        array = self.table.symbols.get(name.rstrip("'"))
        if name.endswith("'") and array is not None and array.shape:
            hint = rf"{array.name}^\top for the transpose, or declare {name} in `symbols`"
            return fail(self.text, start, end, "undeclared", f"{name} is not declared", hint)
        near = get_close_matches(name, self.table.symbols, 1, 0.6)
        hint = f"declare it in `symbols`, or did you mean {near[0]} ?" if near else "declare it in `symbols`"
        return fail(self.text, start, end, "undeclared", f"{name} is not declared", hint)

    def adjacent(self, index: int) -> bool:
        """Whether token `index` begins where the one before it ends."""
        return 0 < index < len(self.tokens) and self.tokens[index - 1].end == self.tokens[index].start


#: Between one of the first and one of the second a value is missing.
_BEFORE_CONTENT = frozenset({",", ";", "+", "-", "/", r"\cdot", r"\times", r"\pm", r"\mp"})
_AFTER_CONTENT = _BEFORE_CONTENT | commands.CLOSERS | {"=", r"\\", r"\right"}
_ONE_TOKEN = commands.GREEK | commands.TRANSPOSES | frozenset(commands.CONSTANTS) | commands.MARKS
