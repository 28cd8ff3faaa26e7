"""Where slips can happen: operands, terms, scripts and tokens of a formula, whatever they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from generator.audit.pieces import SEPARATORS, SIGNS, Edit, Formula, Names, Unit
from generator.notation import commands

Edits = tuple[Edit, ...]
Slips = Callable[[Formula, Names], Iterator[Edits]]


def tokens_at(formula: Formula, *texts: str) -> Iterator[int]:
    """The tokens with one of these texts."""
    return (i for i, token in enumerate(formula.tokens) if token.text in texts)


def is_operand(formula: Formula, unit: Unit) -> bool:
    """Whether a unit is an operand: no sign, relation, script mark or space."""
    text = formula.tokens[unit.first].text
    marks = (
        "^",
        "_",
        "'",
        "}",
        r"\right",
        *commands.LAYOUT,
        *commands.CLOSERS,
        "/",
        r"\cdot",
        r"\times",
        ".",
    )
    return (
        text not in SIGNS and text not in SEPARATORS and text not in marks and not text.startswith(r"\text")
    )


def operands(formula: Formula) -> Iterator[tuple[list[Unit], int, Unit]]:
    """(sequence, position, unit) of every operand, at every depth."""
    for sequence in formula.sequences:
        for position, unit in enumerate(sequence):
            if is_operand(formula, unit):
                yield sequence, position, unit


def terms(formula: Formula) -> Iterator[tuple[list[Unit], int, int]]:
    """(sequence, first, last): the units between signs and separators."""
    for sequence in formula.sequences:
        start = 0
        for position in range(len(sequence) + 1):
            text = formula.tokens[sequence[position].first].text if position < len(sequence) else ","
            if text in SIGNS or text in SEPARATORS:
                if position > start:
                    yield sequence, start, position
                start = position + 1


def swapped(table: Mapping[str, tuple[str, ...]]) -> Slips:
    """Replace a token by each of those that stand for it in a table."""

    def slips(formula: Formula, names: Names) -> Iterator[Edits]:
        for i, token in enumerate(formula.tokens):
            for other in table.get(token.text, ()):
                yield (formula.edit(i, i + 1, other),)

    return slips


def own_scripts(formula: Formula, unit: Unit) -> list[int]:
    """The script marks of a unit itself (not those inside its brackets)."""
    inside = {i for o, c in formula.closing.items() if unit.first <= o < unit.last for i in range(o + 1, c)}
    return [
        i for i in range(unit.first, unit.last) if formula.tokens[i].text in ("^", "_") and i not in inside
    ]


def scripts(formula: Formula, mark: str) -> Iterator[tuple[int, Unit]]:
    """Every script with this mark: the token of the mark, and its argument."""
    for i in tokens_at(formula, mark):
        argument = formula.argument(i + 1)
        if argument:
            yield i, argument
