r"""Information: `H(X)`, `H(Y \mid X)`, `H(p, q)`, `I(X; Y \mid Z)`.

An entropy is of random names or of densities, a mutual information of two groups of random names.
The letters are operators only where the topic does not declare them and a bracket follows.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.notation import commands
from generator.notation.cursor import Reader
from generator.notation.grammar_bracket import inside, read_close, read_open
from generator.notation.grammar_density import bar_mark, condition_bar
from generator.notation.grammar_function import given, special
from generator.notation.grammar_name import opens
from generator.notation.tree import Expr, bare

_SPLIT = (";", ",", ":")


def information(reader: Reader) -> Expr:
    """An entropy or a mutual information: func of groups of names, the last with its condition.

    Raises ContentError: undeclared, missing-brackets, argument-count.
    """
    start, word = reader.start(), reader.take()
    head = commands.INFORMATION[word]
    if opens(reader) not in ("(", "[", r"\{"):
        raise reader.undeclared(word, start, reader.finish())
    opened, size = read_open(reader)
    condition_bar(reader)
    groups, separators = _groups(reader, opened, size, head)
    close = read_close(reader, opened, size)
    for item in _members(groups):
        if not _has_law(reader, item):
            raise _no_law(reader, word, item, start)
    wanted = 1 if head == "entropy" else 2
    if len(groups) != wanted:
        raise reader.refuse(
            "argument-count",
            f"{word} is of {wanted} group{'s' * (wanted > 1)} of names, not {len(groups)}",
            r"H(X, Y \mid Z) or I(X; Y)",
            start,
            reader.finish(),
        )
    form = " ".join(part for part in ("information", word, opened, close, size, f"sep={separators}") if part)
    return reader.rules.scripts(reader, reader.node("func", tuple(groups), start, head, form))


def _members(groups: list[Expr]) -> Iterator[Expr]:
    for group in groups:
        if group.head in ("given", "tuple"):
            yield from _members(list(group.args))
        else:
            yield group


def _has_law(reader: Reader, item: Expr) -> bool:
    """Whether this is a random name, a function that may be a density, or a vector of probabilities."""
    inner = bare(item)
    symbol = reader.table.symbols.get(inner.data) if inner.head in ("name", "call") else None
    if symbol is None or inner.head == "call":
        return symbol is not None
    return bool(symbol.words & {"random", "simplex"})


def _no_law(reader: Reader, word: str, item: Expr, start: int) -> Exception:
    if len(word) == 1:
        return reader.undeclared(word, start, start + 1)
    message = f"{word} is of random names or of laws"
    return reader.refuse("not-random", message, "X : integer, random", item.start, item.end)


def _groups(reader: Reader, opened: str, size: str, head: str) -> tuple[list[Expr], str]:
    """The groups of names, split by ; (or by commas, where there is none), and the printed separators."""
    items: list[list[Expr]] = [[]]
    behind: list[Expr] = []
    separators, barred = "", False
    while True:
        with reader.conditioning(), reader.naming_law():
            item = inside(reader, opened, size, reader.rules.expression)
        (behind if barred else items[-1]).append(item)
        if reader.look() == r"\mid" and not barred:
            separators += bar_mark(reader, reader.pos)
            reader.take()
            barred = True
        elif reader.look() in _SPLIT:
            mark = reader.take()
            separators += mark
            if mark != "," and not barred:
                items.append([])
        else:
            break
    if head == "mutual-information" and len(items) == 1:
        items = [[item] for item in items[0]]
    groups = [_one(group) for group in items]
    if behind:
        groups[-1] = given(items[-1], behind)
    return groups, separators


def _one(items: list[Expr]) -> Expr:
    if len(items) == 1:
        return items[0]
    return Expr("tuple", tuple(items), None, "bare", items[0].start, items[-1].end)


def letter(reader: Reader) -> Expr:
    """I, which is an identity matrix unless a bracket with two groups of names follows."""
    if opens_behind(reader) and _splits(reader):
        return information(reader)
    return special(reader)


def opens_behind(reader: Reader) -> bool:
    """Whether a bracket follows the coming token, past a size command."""
    text = reader.look(1)
    return (reader.look(2) if text in commands.SIZES else text) in ("(", "[")


def _splits(reader: Reader) -> bool:
    """Whether a comma or semicolon stands in the bracket behind the coming token."""
    depth = 0
    for index in range(reader.pos + 1, reader.limit):
        text = reader.texts[index]
        depth += (text in ("(", "[", "{", r"\{")) - (text in (")", "]", "}", r"\}"))
        if depth == 1 and text in (";", ","):
            return True
        if depth == 0 and text not in commands.SIZES:
            return False
    return False
