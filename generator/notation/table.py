r"""Names: their canonical spelling, and which declared name a piece of a formula is.

A name is a nucleus (a letter, a command, a word, an accented one) with primes and label
scripts. The longest declared name wins; a subscript that is no label is an index.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from generator.errors import fail
from generator.model import Text
from generator.notation import commands, law_names
from generator.notation.token import Token
from generator.notation.tokens import braced, joined, matching, tokenize
from generator.notation.tree import Symbol

PLACES = tuple(f"\\{k}" for k in range(8))


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: nucleus, number of primes, and the scripts' token texts (None: none)."""

    nucleus: str
    primes: int = 0
    sub: tuple[str, ...] | None = None
    sup: tuple[str, ...] | None = None

    def spelled(self) -> str:
        r"""The canonical spelling: `\hat p`, `d_k`, `\mu_{\0}`, `x^{(\0)}`."""
        return joined(self.tokens())

    def tokens(self) -> list[str]:
        """The token texts of the canonical spelling."""
        out = [self.nucleus, *["'"] * self.primes]
        for mark, content in (("_", self.sub), ("^", self.sup)):
            if content is not None:
                inner = list(content)
                out += [mark, *(["{", *inner, "}"] if inner[0] in PLACES else braced(inner))]
        return out


@dataclass(frozen=True, slots=True)
class Pattern:
    """A declared name as it is looked for: its parts and its symbol."""

    name: Name
    symbol: Symbol

    @property
    def places(self) -> int:
        """How many index places the name itself has."""
        return sum(text in PLACES for text in (self.name.sub or ()) + (self.name.sup or ()))

    def weight(self) -> tuple[int, int, int]:
        """Longest first; of two as long, the one with fewer placeholders."""
        scripts = [s for s in (self.name.sub, self.name.sup) if s is not None]
        return (len(scripts) + self.name.primes, -self.places, sum(map(len, scripts)))


def nucleus_end(tokens: Sequence[Token], start: int, pairs: Mapping[int, int] | None = None) -> int:
    """The index after the nucleus that begins at `start`; `start` itself where none begins."""
    if start >= len(tokens):
        return start
    token = tokens[start]
    if token.kind in ("letter", "word") or token.text in commands.GREEK:
        return start + 1
    if token.text not in commands.ACCENTS or start + 1 >= len(tokens):
        return start
    if tokens[start + 1].kind == "open":
        return (matching(tokens) if pairs is None else pairs)[start + 1] + 1
    after = nucleus_end(tokens, start + 1, pairs)
    return after if after > start + 1 and tokens[start + 1].text not in commands.ACCENTS else start


def plain(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Token texts without braces around single tokens and without layout."""
    kept = [token for token in tokens if token.kind != "layout"]
    pairs = matching(kept)
    drop = {i for a, b in pairs.items() if b == a + 2 for i in (a, b)}
    return tuple(token.text for i, token in enumerate(kept) if i not in drop)


def nucleus_text(tokens: Sequence[Token]) -> str:
    r"""The canonical spelling of a nucleus: `\hat{p}` and `\hat p` are one."""
    return joined(plain(tokens))


def split_name(text: Text, tokens: Sequence[Token]) -> tuple[Name, int]:
    """The name at the head of `tokens` with all its scripts, and the index after it.

    Raises ContentError: not-a-name, double-script.
    """
    end = nucleus_end(tokens, 0) if tokens else 0
    if not end:
        start = tokens[0].start if tokens else 0
        message = "a name is a letter or a command with accents and labels"
        raise fail(text, start, start + 1, "not-a-name", message, r"x, \hat x, x_1 or \mathrm{MSE}")
    nucleus, primes, index = nucleus_text(tokens[:end]), 0, end
    while index < len(tokens) and tokens[index].kind == "prime":
        primes, index = primes + 1, index + 1
    found: dict[str, tuple[str, ...]] = {}
    pairs = matching(tokens)
    while index < len(tokens) and tokens[index].kind in ("sub", "sup"):
        mark = tokens[index]
        if mark.text in found or index + 1 >= len(tokens):
            raise fail(
                text, mark.start, mark.end, "double-script", "a second script of the same kind", "braces"
            )
        if tokens[index + 1].kind == "open":
            close = pairs[index + 1]
            content, index = tokens[index + 2 : close], close + 1
        else:
            content, index = tokens[index + 1 : index + 2], index + 2
        found[mark.text] = plain(content)
        if not content:
            raise fail(text, mark.start, mark.end, "empty-script", "an empty script", "take it out")
    return Name(nucleus, primes, found.get("_"), found.get("^")), index


def _whole(text: Text) -> Name:
    tokens = [token for token in tokenize(text) if token.kind != "layout"]
    name, end = split_name(text, tokens)
    if end < len(tokens):
        token = tokens[end]
        message = f"{token.text} does not belong to a name"
        remedy = r"a comma between two names, a label as x_{ab}, a word as \mathrm{word}"
        raise fail(text, token.start, token.end, "not-a-name", message, remedy)
    return name


def canonical(text: Text) -> str:
    r"""The canonical spelling of the name that `text` is: `d_{k}` and `d_k` both give `d_k`.

    Raises ContentError: not-a-name and what the tokenizer refuses.
    """
    return _whole(text).spelled()


def declared_name(text: Text, indices: Collection[str]) -> tuple[str, tuple[str, ...]]:
    r"""The canonical spelling of a declared name with its indices as placeholders, and those indices.

    With i a declared index `x^{(i)}` gives (`x^{(\0)}`, ("i",)); `d_k` with no such index gives
    (`d_k`, ()). Raises ContentError as `canonical`.
    """
    name = _whole(text)
    family: list[str] = []

    def place(script: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if script is None:
            return None
        out: list[str] = []
        for part in script:
            if part in indices:
                _check_places(text, len(family) + 1)
                out.append(PLACES[len(family)])
                family.append(part)
            else:
                out.append(part)
        return tuple(out)

    spelled = Name(name.nucleus, name.primes, place(name.sub), place(name.sup)).spelled()
    return spelled, tuple(family)


def declared_function(text: Text) -> tuple[str, tuple[str, ...]]:
    r"""Canonical name and argument names of a declared function.

    `\ell(\mu, v)` gives (`\ell`, (`\mu`, `v`)), `t_{m,q}` gives (`t_{\0,\1}`, ("m", "q")), and a
    plain `g` gives (`g`, ()). Raises ContentError as `canonical`, and bad-arguments.
    """
    tokens = [token for token in tokenize(text) if token.kind != "layout"]
    name, end = split_name(text, tokens)
    if end == len(tokens):
        if name.sub is None:
            return name.spelled(), ()
        places = [part for part in name.sub if part != ","]
        _check_places(text, len(places))
        sub = tuple(PLACES[places.index(part)] if part != "," else "," for part in name.sub)
        return Name(name.nucleus, name.primes, sub, name.sup).spelled(), tuple(places)
    first, last = tokens[end], tokens[-1]
    if commands.BRACKETS.get(first.text) != last.text or end + 1 >= len(tokens) - 1:
        raise fail(
            text, first.start, last.end, "bad-arguments", "a function is declared like f(x, y)", "f(x, y)"
        )
    arguments: list[str] = []
    inside = tokens[end + 1 : -1]
    while inside:
        argument, used = split_name(text, inside)
        arguments.append(argument.spelled())
        if used < len(inside) and inside[used].text not in (",", ";", r"\mid"):
            token = inside[used]
            raise fail(
                text,
                token.start,
                token.end,
                "bad-arguments",
                "arguments are names, split by commas",
                "f(x, y)",
            )
        inside = inside[used + 1 :]
    return name.spelled(), tuple(arguments)


def _check_places(text: Text, count: int) -> None:
    if count > len(PLACES):
        message = f"a script has at most {len(PLACES)} places"
        raise fail(text, 0, len(text.value), "bad-arguments", message, "fewer indices, or f(x, y)")


def declared_bar(text: Text) -> int:
    r"""How many arguments of a declared function stand before its \mid: 1 in `p(x \mid \mu)`, else 0."""
    tokens = [token for token in tokenize(text) if token.kind != "layout"]
    _, end = split_name(text, tokens)
    count, depth = 1, 0
    for token in tokens[end:]:
        depth += (token.kind == "open") - (token.kind == "close")
        if token.text == r"\mid":
            return count
        count += token.text in (",", ";") and not depth
    return 0


class SymbolTable:
    """The declared names of a scope, looked up by nucleus, longest first."""

    def __init__(self, symbols: Mapping[str, Symbol], conventions: frozenset[str] = frozenset()) -> None:
        self.symbols = dict(symbols)
        self.conventions = conventions
        self._patterns: dict[str, list[Pattern]] = {}
        for name, symbol in symbols.items():
            self._add(name, symbol)
        for patterns in self._patterns.values():
            patterns.sort(key=Pattern.weight, reverse=True)

    def _add(self, spelled: str, symbol: Symbol) -> None:
        pattern = Pattern(_parts(spelled), symbol)
        self._patterns.setdefault(pattern.name.nucleus, []).append(pattern)

    def patterns(self, nucleus: str) -> Sequence[Pattern]:
        """Every declared name with this nucleus, longest first."""
        return self._patterns.get(nucleus, ())

    def has(self, nucleus: str) -> bool:
        """Whether any declared name begins with this nucleus."""
        return nucleus in self._patterns

    def with_names(self, local: Mapping[str, Symbol]) -> SymbolTable:
        """This table with further names, which win over those of the same spelling."""
        return SymbolTable({**self.symbols, **local}, self.conventions) if local else self

    def meant(self, law: str) -> str:
        """The law that a printed name stands for: a convention may choose another parametrisation."""
        for convention in law_names.PARAMETRISED.get(law, ()):
            if convention in self.conventions:
                return convention
        return law


_PARTS: dict[str, Name] = {}


def _parts(spelled: str) -> Name:
    """A canonical spelling (with placeholders) taken apart again."""
    if spelled not in _PARTS:
        value = spelled
        for index, place in enumerate(PLACES):  # a private letter stands for each place while tokenizing
            value = value.replace(place, f"{{\\mathtt{{place{index}}}}}")
        name = _whole(Text(value, "", ((0, 1, 1),)))
        _PARTS[spelled] = Name(name.nucleus, name.primes, _back(name.sub), _back(name.sup))
    return _PARTS[spelled]


def _back(script: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if script is None:
        return None
    names = {f"\\mathtt{{place{index}}}": place for index, place in enumerate(PLACES)}
    return tuple(names.get(part, part) for part in script)


def name_parts(spelled: str) -> Name:
    """The parts of a canonical spelling; used to print a family's member."""
    return _parts(spelled)
