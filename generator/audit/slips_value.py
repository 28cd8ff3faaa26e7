"""Slips in a value: signs, factors and constants, off by one, exponents and roots, ratios."""

from __future__ import annotations

from collections.abc import Iterator

from generator.audit import pieces
from generator.audit.pieces import SIGNS, Edit, Formula, Names, Unit
from generator.audit.places import (
    Edits,
    Slips,
    is_operand,
    operands,
    own_scripts,
    scripts,
    terms,
    tokens_at,
)
from generator.notation import commands

# sign


def insert_minus(formula: Formula, names: Names) -> Iterator[Edits]:
    """A minus before a term."""
    for sequence, start, _ in terms(formula):
        yield (formula.insert(sequence[start].first, "-"),)


def drop_minus(formula: Formula, names: Names) -> Iterator[Edits]:
    """A minus taken out."""
    for i in tokens_at(formula, "-"):
        yield (formula.edit(i, i + 1, ""),)


# factor and constant


def _numbers(formula: Formula) -> Iterator[tuple[int, str]]:
    for i, token in enumerate(formula.tokens):
        if token.text[0].isdigit():
            yield i, token.text


def _written(formula: Formula, token: int, number: str) -> str:
    """A number where an argument may be wanted: in braces unless it is one digit."""
    before = formula.tokens[token - 1].text if token else ""
    alone = before in ("^", "_") or before in commands.FRACTIONS
    alone = alone or (token > 1 and formula.tokens[token - 2].text in commands.FRACTIONS and before != "{")
    return f"{{{number}}}" if alone and len(number) > 1 else number


def number_more(formula: Formula, names: Names) -> Iterator[Edits]:
    """A number plus 1 (a decimal: plus 1 in its last digit)."""
    for i, text in _numbers(formula):
        yield (formula.edit(i, i + 1, _written(formula, i, _moved(text, 1))),)


def number_less(formula: Formula, names: Names) -> Iterator[Edits]:
    """A number minus 1, where that is not negative."""
    for i, text in _numbers(formula):
        if float(text) > 0:
            yield (formula.edit(i, i + 1, _written(formula, i, _moved(text, -1))),)


def _moved(text: str, step: int) -> str:
    whole, dot, decimals = text.partition(".")
    moved = str(int(whole + decimals) + step).rjust(len(decimals) + 1, "0")
    return f"{moved[: -len(decimals)]}.{moved[-len(decimals) :]}" if dot and decimals else moved


def number_ten(formula: Formula, names: Names) -> Iterator[Edits]:
    """A number with a 0 behind it."""
    for i, text in _numbers(formula):
        yield (formula.edit(i, i + 1, _written(formula, i, text + "0")),)


def before_terms(factor: str) -> Slips:
    """The slips that write the same characters at every place of the kind."""

    def slips(formula: Formula, names: Names) -> Iterator[Edits]:
        for sequence, start, _ in terms(formula):
            yield (formula.insert(sequence[start].first, factor),)

    return slips


def times_size(formula: Formula, names: Names) -> Iterator[Edits]:
    """A size as a stray factor of a term."""
    for sequence, start, _ in terms(formula):
        for size in names.of("size")[:2]:
            yield (formula.insert(sequence[start].first, f"{size} "),)


def over_size(formula: Formula, names: Names) -> Iterator[Edits]:
    """One over a size as a stray factor of a term."""
    for sequence, start, _ in terms(formula):
        for size in names.of("size")[:2]:
            yield (formula.insert(sequence[start].first, rf"\frac{{1}}{{{size}}} "),)


def drop_factor(formula: Formula, names: Names) -> Iterator[Edits]:
    """One of several factors taken out, with the sign of multiplication before it."""
    for sequence, start, last in terms(formula):
        for position in range(start, last):
            unit = sequence[position]
            if last - start < 2 or not is_operand(formula, unit):
                continue
            yield (formula.edit(unit.first, unit.last, ""),)
            mark = sequence[position - 1].first if position > start else unit.first
            if formula.tokens[mark].text in ("/", r"\cdot", r"\times"):
                yield (formula.edit(mark, unit.last, ""),)


def repeat_factor(formula: Formula, names: Names) -> Iterator[Edits]:
    """A factor written twice."""
    for _, _, unit in operands(formula):
        yield (formula.insert(unit.first, formula.of(unit) + " "),)


# off by one


def sized(suffix: str) -> Slips:
    """The slips that write the same characters at every place of the kind."""

    def slips(formula: Formula, names: Names) -> Iterator[Edits]:
        sizes = set(names.of("size"))
        for first, last, name in pieces.occurrences(formula, names):
            if name in sizes:
                before = formula.tokens[first - 1].text if first else ""
                braced = before in ("^", "_") or before in commands.FRACTIONS
                braced = braced or (first > 1 and formula.tokens[first - 2].text in commands.FRACTIONS)
                if braced and before != "{":
                    yield (formula.edit(first, last, f"{{{name}{suffix}}}"),)
                    continue
                yield (formula.edit(first, last, f"{name}{suffix}"),)
                yield (formula.edit(first, last, f"({name}{suffix})"),)

    return slips


def drop_one(formula: Formula, names: Names) -> Iterator[Edits]:
    """A term `- 1` or `+ 1` taken out."""
    for i, text in _numbers(formula):
        if text == "1" and i and formula.tokens[i - 1].text in SIGNS:
            yield (formula.edit(i - 1, i + 1, ""),)


def lower_bound(formula: Formula, names: Names) -> Iterator[Edits]:
    """The lower bound of a sum moved by one."""
    for i in tokens_at(formula, "="):
        if i + 1 < len(formula.tokens) and formula.tokens[i + 1].text in ("0", "1"):
            for other in {"0", "1", "2"} - {formula.tokens[i + 1].text}:
                yield (formula.edit(i + 1, i + 2, other),)


# exponent and root


def insert_square(formula: Formula, names: Names) -> Iterator[Edits]:
    """A square on an operand without an exponent."""
    for _, _, unit in operands(formula):
        if not any(formula.tokens[i].text == "^" for i in own_scripts(formula, unit)):
            yield (
                (formula.insert(unit.last, "^2"),)
                if unit.last < len(formula.tokens)
                else (Edit(len(formula.latex), len(formula.latex), "^2"),)
            )


def drop_exponent(formula: Formula, names: Names) -> Iterator[Edits]:
    """An exponent taken out."""
    for i, argument in scripts(formula, "^"):
        yield (formula.edit(i, argument.last, ""),)


def other_exponent(formula: Formula, names: Names) -> Iterator[Edits]:
    """Another exponent: cube for square, its negative, its half."""
    for _, argument in scripts(formula, "^"):
        body = formula.inner(argument)
        for new in ("3" if body == "2" else "2", f"-{body}", f"{body}/2"):
            yield (formula.edit(argument.first, argument.last, f"{{{new}}}"),)


def drop_root(formula: Formula, names: Names) -> Iterator[Edits]:
    """A root taken out; its argument stays in brackets."""
    for i in tokens_at(formula, r"\sqrt"):
        argument = formula.argument(i + 1)
        if argument:
            yield (formula.edit(i, argument.last, f"({formula.inner(argument)})"),)
            yield (formula.edit(i, argument.last, formula.inner(argument)),)


def insert_root(formula: Formula, names: Names) -> Iterator[Edits]:
    """A root over an operand."""
    for _, _, unit in operands(formula):
        yield (formula.edit(unit.first, unit.last, rf"\sqrt{{{formula.of(unit)}}}"),)


def invert_operand(formula: Formula, names: Names) -> Iterator[Edits]:
    """An operand to the minus first power."""
    for _, _, unit in operands(formula):
        own = own_scripts(formula, unit)
        if not own:
            yield (formula.edit(unit.first, unit.last, formula.of(unit) + "^{-1}"),)
        elif [formula.tokens[i].text for i in own] == ["_"]:  # before the arguments of a function too
            subscript = formula.argument(own[0] + 1)
            if subscript:
                yield (formula.insert(subscript.last, "^{-1}"),)


def script_level(formula: Formula, names: Names) -> Iterator[Edits]:
    """An index raised, an exponent lowered."""
    for i in tokens_at(formula, "_", "^"):
        yield (formula.edit(i, i + 1, "^" if formula.tokens[i].text == "_" else "_"),)


# ratio


def _fractions(formula: Formula) -> Iterator[tuple[int, Unit, Unit]]:
    for i in tokens_at(formula, *commands.FRACTIONS):
        above = formula.argument(i + 1)
        below = formula.argument(above.last) if above else None
        if above and below:
            yield i, above, below


def invert_ratio(formula: Formula, names: Names) -> Iterator[Edits]:
    """Numerator and denominator exchanged."""
    for _, above, below in _fractions(formula):
        new = f"{{{formula.inner(below)}}}{{{formula.inner(above)}}}"
        yield (formula.edit(above.first, below.last, new),)


def drop_denominator(formula: Formula, names: Names) -> Iterator[Edits]:
    """The numerator alone."""
    for i, above, below in _fractions(formula):
        yield (formula.edit(i, below.last, f"({formula.inner(above)})"),)
        yield (formula.edit(i, below.last, formula.inner(above)),)


def drop_numerator(formula: Formula, names: Names) -> Iterator[Edits]:
    """The denominator alone, or one over it."""
    for i, above, below in _fractions(formula):
        yield (formula.edit(i, below.last, f"({formula.inner(below)})"),)
        yield (formula.edit(above.first, above.last, "{1}"),)


def ratio_to_product(formula: Formula, names: Names) -> Iterator[Edits]:
    """A product in place of a ratio."""
    for i, above, below in _fractions(formula):
        yield (formula.edit(i, below.last, f"({formula.inner(above)})({formula.inner(below)})"),)
    for i in tokens_at(formula, "/"):
        yield (formula.edit(i, i + 1, r"\cdot "),)
