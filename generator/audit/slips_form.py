"""Slips in the form: functions, scopes of brackets, terms, and any single token taken out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from generator.audit.pieces import SIGNS, Edit, Formula, Names, Unit
from generator.audit.places import (
    Edits,
    Slips,
    is_operand,
    operands,
    terms,
    tokens_at,
)
from generator.notation import commands

# function and scope of a bracket


def drop_word(formula: Formula, names: Names) -> Iterator[Edits]:
    """A function or operator taken out before its argument."""
    words = (*commands.FUNCTIONS, *commands.CHANCE, r"\sum", r"\prod")
    for sequence in formula.sequences:
        for unit in sequence:
            if formula.tokens[unit.first].text in words and not names.kind(formula.tokens[unit.first].text):
                yield (formula.edit(unit.first, unit.last, ""),)


def wrap_word(formula: Formula, names: Names) -> Iterator[Edits]:
    """A function round an operand."""
    for _, _, unit in operands(formula):
        for word in (r"\log", r"\exp"):
            yield (formula.edit(unit.first, unit.last, f"{word}({formula.of(unit)})"),)


def drop_brackets(formula: Formula, names: Names) -> Iterator[Edits]:
    """A pair of brackets or braces taken out."""
    for first, last in formula.closing.items():
        sized = formula.tokens[first].text in commands.SIZES
        close = last - 1 if formula.tokens[last - 1].text in commands.CLOSING_SIZES else last
        yield (formula.edit(first, first + (2 if sized else 1), ""), formula.edit(close, last + 1, ""))


def _bracketed(formula: Formula) -> Iterator[tuple[list[Unit], int, Unit, int, int]]:
    """Units that begin with a bracket: (sequence, place, unit, closing token, where its size command is)."""
    for sequence in formula.sequences:
        for position, unit in enumerate(sequence):
            close = formula.closing.get(unit.first)
            if close is None or formula.tokens[unit.first].text == "{":
                continue
            sized = formula.tokens[close - 1].text in commands.CLOSING_SIZES
            yield sequence, position, unit, close, close - 1 if sized else close


def move_bracket(formula: Formula, names: Names) -> Iterator[Edits]:
    """A closing bracket one unit to the left, or one to the right (with the sign between)."""
    for sequence, position, unit, _, mark in _bracketed(formula):
        closing = formula.text(mark, unit.last)
        for step in (1, 2):
            if position + step < len(sequence):
                end = sequence[position + step].last
                moved = formula.text(unit.last, end) + closing
                yield (formula.edit(mark, end, moved),)
        inner = next((s for s in formula.sequences if s[-1].last == mark and s[0].first > unit.first), [])
        for start in range(1, len(inner)):
            cut = inner[start].first
            yield (formula.edit(cut, unit.last, closing + formula.text(cut, mark)),)


def insert_brackets(formula: Formula, names: Names) -> Iterator[Edits]:
    """Brackets round two or three neighbouring units, where they may change the order of work."""
    for sequence in formula.sequences:
        for start in range(len(sequence) - 2):
            part = sequence[start : start + 3]
            if formula.tokens[part[1].first].text in SIGNS and all(
                is_operand(formula, u) for u in (part[0], part[2])
            ):
                text = formula.text(part[0].first, part[2].last)
                yield (formula.edit(part[0].first, part[2].last, f"({text})"),)


def exponent_scope(formula: Formula, names: Names) -> Iterator[Edits]:
    """An exponent moved into, or out of, the bracket that it stands at."""
    for _, position, unit, close, mark in _bracketed(formula):
        script = formula.text(close + 1, unit.last)
        if script.startswith("^"):
            bracket = formula.text(mark, close + 1)
            yield (formula.edit(mark, unit.last, script + bracket),)
        before = formula.tokens[unit.first - 1].text if position else ""
        if formula.tokens[mark - 1].text in "0123456789" and formula.tokens[mark - 2].text == "^":
            bracket = formula.text(mark, close + 1)
            yield (formula.edit(mark - 2, close + 1, bracket + formula.text(mark - 2, mark)),)
        if script.startswith("^") and before in (*commands.CHANCE, *commands.FUNCTIONS):
            yield (
                formula.edit(close + 1, unit.last, ""),
                formula.insert(unit.first, script),
            )


# terms


def drop_term(formula: Formula, names: Names) -> Iterator[Edits]:
    """A term taken out with its sign."""
    for sequence, start, last in terms(formula):
        sign = start and formula.tokens[sequence[start - 1].first].text in SIGNS
        first = sequence[start - 1].first if sign else sequence[start].first
        yield (formula.edit(first, sequence[last - 1].last, ""),)
        follows = last < len(sequence) and formula.tokens[sequence[last].first].text == "+"
        if not sign and follows:
            yield (formula.edit(first, sequence[last].last, ""),)


def after_terms(extra: str) -> Slips:
    """The slips that write the same characters at every place of the kind."""

    def slips(formula: Formula, names: Names) -> Iterator[Edits]:
        for sequence, _, last in terms(formula):
            at = formula.tokens[sequence[last - 1].last - 1].end
            yield (Edit(at, at, extra),)

    return slips


def extra_symbol(formula: Formula, names: Names) -> Iterator[Edits]:
    """A declared scalar added to a term."""
    for sequence, _, last in terms(formula):
        at = formula.tokens[sequence[last - 1].last - 1].end
        for name in names.of("scalar")[:3]:
            yield (Edit(at, at, f" + {name}"),)


def product_to_sum(formula: Formula, names: Names) -> Iterator[Edits]:
    """A plus between two factors."""
    for sequence in formula.sequences:
        for one, two in pairwise(sequence):
            if is_operand(formula, one) and is_operand(formula, two):
                yield (formula.insert(two.first, "+ "),)
    for i in tokens_at(formula, r"\cdot", r"\times", "/"):
        yield (formula.edit(i, i + 1, "+ "),)


def sum_to_product(formula: Formula, names: Names) -> Iterator[Edits]:
    """A sign taken out, so that its terms are multiplied."""
    for i in tokens_at(formula, *SIGNS):
        yield (formula.edit(i, i + 1, r"\cdot "),)


def delete_token(formula: Formula, names: Names) -> Iterator[Edits]:
    """Any single token taken out."""
    for i in range(len(formula.tokens)):
        yield (formula.edit(i, i + 1, ""),)
