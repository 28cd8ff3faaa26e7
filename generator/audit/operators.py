r"""The slips: a table of operators, each a function from a formula to the edits that make it wrong.

An operator knows tokens and units, never what they mean; many of its results are unreadable,
and some are equal to the original: the gate tells. Kinds are those in which people err.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generator.audit import pieces
from generator.audit.pieces import SEPARATORS, SIGNS, Edit, Formula, Names, Unit
from generator.notation import commands

Edits = tuple[Edit, ...]
Slips = Callable[[Formula, Names], Iterator[Edits]]


@dataclass(frozen=True, slots=True)
class Operator:
    """A named kind of edit; `kind` is the kind of slip that it imitates."""

    name: str
    kind: str
    slips: Slips


def _tokens(formula: Formula, *texts: str) -> Iterator[int]:
    return (i for i, token in enumerate(formula.tokens) if token.text in texts)


def _stands_alone(formula: Formula, unit: Unit) -> bool:
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


def _operands(formula: Formula) -> Iterator[tuple[list[Unit], int, Unit]]:
    for sequence in formula.sequences:
        for position, unit in enumerate(sequence):
            if _stands_alone(formula, unit):
                yield sequence, position, unit


def _terms(formula: Formula) -> Iterator[tuple[list[Unit], int, int]]:
    """(sequence, first, last): the units between signs and separators."""
    for sequence in formula.sequences:
        start = 0
        for position in range(len(sequence) + 1):
            text = formula.tokens[sequence[position].first].text if position < len(sequence) else ","
            if text in SIGNS or text in SEPARATORS:
                if position > start:
                    yield sequence, start, position
                start = position + 1


def _swapped(table: dict[str, tuple[str, ...]]) -> Slips:
    """Replace a token by each of those that stand for it in a table."""

    def slips(formula: Formula, names: Names) -> Iterator[Edits]:
        for i, token in enumerate(formula.tokens):
            for other in table.get(token.text, ()):
                yield (formula.edit(i, i + 1, other),)

    return slips


# -- sign -------------------------------------------------------------------------------------


def insert_minus(formula: Formula, names: Names) -> Iterator[Edits]:
    """A minus before a term."""
    for sequence, start, _ in _terms(formula):
        yield (formula.insert(sequence[start].first, "-"),)


def drop_minus(formula: Formula, names: Names) -> Iterator[Edits]:
    """A minus taken out."""
    for i in _tokens(formula, "-"):
        yield (formula.edit(i, i + 1, ""),)


# -- factor and constant ------------------------------------------------------------------------


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


def _before_terms(factor: str) -> Slips:
    def slips(formula: Formula, names: Names) -> Iterator[Edits]:
        for sequence, start, _ in _terms(formula):
            yield (formula.insert(sequence[start].first, factor),)

    return slips


def times_size(formula: Formula, names: Names) -> Iterator[Edits]:
    """A size as a stray factor of a term."""
    for sequence, start, _ in _terms(formula):
        for size in names.of("size")[:2]:
            yield (formula.insert(sequence[start].first, f"{size} "),)


def over_size(formula: Formula, names: Names) -> Iterator[Edits]:
    """One over a size as a stray factor of a term."""
    for sequence, start, _ in _terms(formula):
        for size in names.of("size")[:2]:
            yield (formula.insert(sequence[start].first, rf"\frac{{1}}{{{size}}} "),)


def drop_factor(formula: Formula, names: Names) -> Iterator[Edits]:
    """One of several factors taken out, with the sign of multiplication before it."""
    for sequence, start, last in _terms(formula):
        for position in range(start, last):
            unit = sequence[position]
            if last - start < 2 or not _stands_alone(formula, unit):
                continue
            yield (formula.edit(unit.first, unit.last, ""),)
            mark = sequence[position - 1].first if position > start else unit.first
            if formula.tokens[mark].text in ("/", r"\cdot", r"\times"):
                yield (formula.edit(mark, unit.last, ""),)


def repeat_factor(formula: Formula, names: Names) -> Iterator[Edits]:
    """A factor written twice."""
    for _, _, unit in _operands(formula):
        yield (formula.insert(unit.first, formula.of(unit) + " "),)


# -- off by one -----------------------------------------------------------------------------------


def _sized(suffix: str) -> Slips:
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
    for i in _tokens(formula, "="):
        if i + 1 < len(formula.tokens) and formula.tokens[i + 1].text in ("0", "1"):
            for other in {"0", "1", "2"} - {formula.tokens[i + 1].text}:
                yield (formula.edit(i + 1, i + 2, other),)


# -- exponent and root ------------------------------------------------------------------------------


def insert_square(formula: Formula, names: Names) -> Iterator[Edits]:
    """A square on an operand without an exponent."""
    for _, _, unit in _operands(formula):
        if not any(formula.tokens[i].text == "^" for i in _scripts(formula, unit)):
            yield (
                (formula.insert(unit.last, "^2"),)
                if unit.last < len(formula.tokens)
                else (Edit(len(formula.latex), len(formula.latex), "^2"),)
            )


def _scripts(formula: Formula, unit: Unit) -> list[int]:
    """The script marks of a unit itself (not those inside its brackets)."""
    inside = {i for o, c in formula.closing.items() if unit.first <= o < unit.last for i in range(o + 1, c)}
    return [
        i for i in range(unit.first, unit.last) if formula.tokens[i].text in ("^", "_") and i not in inside
    ]


def _script_edits(formula: Formula, mark: str) -> Iterator[tuple[int, Unit]]:
    for i in _tokens(formula, mark):
        argument = formula.argument(i + 1)
        if argument:
            yield i, argument


def drop_exponent(formula: Formula, names: Names) -> Iterator[Edits]:
    """An exponent taken out."""
    for i, argument in _script_edits(formula, "^"):
        yield (formula.edit(i, argument.last, ""),)


def other_exponent(formula: Formula, names: Names) -> Iterator[Edits]:
    """Another exponent: cube for square, its negative, its half."""
    for _, argument in _script_edits(formula, "^"):
        body = formula.inner(argument)
        for new in ("3" if body == "2" else "2", f"-{body}", f"{body}/2"):
            yield (formula.edit(argument.first, argument.last, f"{{{new}}}"),)


def drop_root(formula: Formula, names: Names) -> Iterator[Edits]:
    """A root taken out; its argument stays in brackets."""
    for i in _tokens(formula, r"\sqrt"):
        argument = formula.argument(i + 1)
        if argument:
            yield (formula.edit(i, argument.last, f"({formula.inner(argument)})"),)


def insert_root(formula: Formula, names: Names) -> Iterator[Edits]:
    """A root over an operand."""
    for _, _, unit in _operands(formula):
        yield (formula.edit(unit.first, unit.last, rf"\sqrt{{{formula.of(unit)}}}"),)


def invert_operand(formula: Formula, names: Names) -> Iterator[Edits]:
    """An operand to the minus first power."""
    for _, _, unit in _operands(formula):
        if not _scripts(formula, unit):
            yield (formula.edit(unit.first, unit.last, formula.of(unit) + "^{-1}"),)


def script_level(formula: Formula, names: Names) -> Iterator[Edits]:
    """An index raised, an exponent lowered."""
    for i in _tokens(formula, "_", "^"):
        yield (formula.edit(i, i + 1, "^" if formula.tokens[i].text == "_" else "_"),)


# -- index and free variable --------------------------------------------------------------------------


def _index_places(formula: Formula, names: Names) -> Iterator[tuple[int, int, str]]:
    indices = set(names.of("index"))
    return (place for place in pieces.occurrences(formula, names) if place[2] in indices)


def other_index(formula: Formula, names: Names) -> Iterator[Edits]:
    """An index replaced by any other declared one."""
    for first, last, name in _index_places(formula, names):
        for other in names.of("index"):
            if other != name:
                yield (formula.edit(first, last, other),)


def fixed_index(formula: Formula, names: Names) -> Iterator[Edits]:
    """An index replaced by 1."""
    for first, last, _ in _index_places(formula, names):
        yield (formula.edit(first, last, "1"),)


def shifted_index(formula: Formula, names: Names) -> Iterator[Edits]:
    """An index one further."""
    for first, last, name in _index_places(formula, names):
        before = formula.tokens[first - 1].text if first else ""
        yield (formula.edit(first, last, f"{{{name}+1}}" if before in ("_", "^") else f"{name}+1"),)


def swap_indices(formula: Formula, names: Names) -> Iterator[Edits]:
    """Two neighbouring indices exchanged."""
    places = list(_index_places(formula, names))
    for (a, b, one), (c, d, two) in zip(places, places[1:], strict=False):
        if b == c and one != two:
            yield (formula.edit(a, d, f"{two} {one}" if two.isalpha() else f"{two}{one}"),)


def drop_subscript(formula: Formula, names: Names) -> Iterator[Edits]:
    """A subscript taken out."""
    for i, argument in _script_edits(formula, "_"):
        yield (formula.edit(i, argument.last, ""),)


def insert_subscript(formula: Formula, names: Names) -> Iterator[Edits]:
    """An index on a name that has none."""
    for first, last, name in pieces.occurrences(formula, names):
        after = formula.tokens[last].text if last < len(formula.tokens) else ""
        if after != "_" and names.kind(name).split(" ")[0] in ("vector", "matrix", "scalar", "rows"):
            for index in names.of("index")[:2]:
                yield (formula.edit(first, last, f"{name}_{index}"),)


# -- differential -------------------------------------------------------------------------------------


def derivative_order(formula: Formula, names: Names) -> Iterator[Edits]:
    r"""A derivative of another order: `\partial^2` with its square below, a prime more."""
    for i in _tokens(formula, *commands.FRACTIONS):
        above = formula.argument(i + 1)
        below = formula.argument(above.last) if above else None
        if above and below and formula.inner(above).startswith(r"\partial"):
            top = formula.inner(above).replace(r"\partial", r"\partial^2", 1)
            yield (
                formula.edit(above.first, above.last, f"{{{top}}}"),
                formula.edit(below.first, below.last, f"{{{formula.inner(below)}^2}}"),
            )
    for i in _tokens(formula, "'"):
        yield (formula.insert(i, "'"),)


def derivative_part(formula: Formula, names: Names) -> Iterator[Edits]:
    """A derivative inverted, or with its numerator and denominator multiplied."""
    for i in _tokens(formula, r"\partial", r"\nabla"):
        argument = formula.argument(i + 1)
        if argument:
            yield (formula.edit(i, argument.last, formula.of(argument)),)
        unit = next((u for s in formula.sequences for u in s if u.first == i), None)
        if unit:
            yield (formula.edit(unit.first, unit.last, ""),)


def stray_differential(formula: Formula, names: Names) -> Iterator[Edits]:
    """A differential put behind a term, or the differential of an integral taken out."""
    for sequence, start, last in _terms(formula):
        variable = next(iter(names.of("scalar")), "x")
        if any(formula.tokens[u.first].text == r"\int" for u in sequence[start:last]):
            for u, v in zip(sequence[start:last], sequence[start + 1 : last], strict=False):
                if formula.of(u) in commands.DIFFERENTIALS:
                    yield (formula.edit(u.first, v.last, ""),)
        else:
            end = sequence[last - 1].last
            at = formula.tokens[end - 1].end
            yield (Edit(at, at, rf"\, d{variable}" if variable[0] == "\\" else rf"\, d {variable}"),)
    for i in _tokens(formula, r"\partial"):
        yield (formula.edit(i, i + 1, "d"),)


def by_another(formula: Formula, names: Names) -> Iterator[Edits]:
    """A prime put behind a function, or a gradient before a name."""
    for first, last, name in pieces.occurrences(formula, names):
        if names.kind(name).startswith("function"):
            yield (formula.insert(last, "'"),) if last < len(formula.tokens) else ()
    for i in _tokens(formula, "'"):
        yield (formula.edit(i, i + 1, ""),)


# -- function and scope of a bracket --------------------------------------------------------------------


def drop_word(formula: Formula, names: Names) -> Iterator[Edits]:
    """A function or operator taken out before its argument."""
    words = (*commands.FUNCTIONS, *commands.CHANCE, r"\sum", r"\prod")
    for sequence in formula.sequences:
        for unit in sequence:
            if formula.tokens[unit.first].text in words and not names.kind(formula.tokens[unit.first].text):
                yield (formula.edit(unit.first, unit.last, ""),)


def wrap_word(formula: Formula, names: Names) -> Iterator[Edits]:
    """A function round an operand."""
    for _, _, unit in _operands(formula):
        for word in (r"\log", r"\exp"):
            yield (formula.edit(unit.first, unit.last, f"{word}({formula.of(unit)})"),)


def drop_brackets(formula: Formula, names: Names) -> Iterator[Edits]:
    """A pair of brackets or braces taken out."""
    for first, last in formula.closing.items():
        sized = formula.tokens[first].text in commands.SIZES
        close = last - 1 if formula.tokens[last - 1].text in commands.CLOSING_SIZES else last
        yield (formula.edit(first, first + (2 if sized else 1), ""), formula.edit(close, last + 1, ""))


def move_bracket(formula: Formula, names: Names) -> Iterator[Edits]:
    """A closing bracket one unit to the left, or one to the right (with the sign between)."""
    for sequence in formula.sequences:
        for position, unit in enumerate(sequence):
            close = formula.closing.get(unit.first)
            if close is None or formula.tokens[unit.first].text == "{":
                continue
            mark = close - 1 if formula.tokens[close - 1].text in commands.CLOSING_SIZES else close
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
                _stands_alone(formula, u) for u in (part[0], part[2])
            ):
                text = formula.text(part[0].first, part[2].last)
                yield (formula.edit(part[0].first, part[2].last, f"({text})"),)


def exponent_scope(formula: Formula, names: Names) -> Iterator[Edits]:
    """An exponent moved into, or out of, the bracket that it stands at."""
    for sequence in formula.sequences:
        for position, unit in enumerate(sequence):
            close = formula.closing.get(unit.first)
            if close is None or formula.tokens[unit.first].text == "{":
                continue
            mark = close - 1 if formula.tokens[close - 1].text in commands.CLOSING_SIZES else close
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


# -- symbols ----------------------------------------------------------------------------------------------


def other_symbol(formula: Formula, names: Names) -> Iterator[Edits]:
    """A name replaced by each other of the same type."""
    for first, last, name in pieces.occurrences(formula, names):
        for other in names.like(name):
            yield (formula.edit(first, last, other.split("(")[0] if "(" in other else other),)


def swap_neighbours(formula: Formula, names: Names) -> Iterator[Edits]:
    """Two operands side by side, or on either side of a sign, exchanged."""
    for sequence in formula.sequences:
        for start, one in enumerate(sequence):
            for step in (1, 2):
                if start + step >= len(sequence):
                    continue
                two = sequence[start + step]
                if not (_stands_alone(formula, one) and _stands_alone(formula, two)):
                    continue
                if step == 2 and _stands_alone(formula, sequence[start + 1]):
                    continue
                if formula.of(one) != formula.of(two):
                    yield (
                        formula.edit(one.first, one.last, formula.of(two)),
                        formula.edit(two.first, two.last, formula.of(one)),
                    )


def drop_accent(formula: Formula, names: Names) -> Iterator[Edits]:
    """An accent taken off."""
    for i in _tokens(formula, *commands.ACCENTS):
        argument = formula.argument(i + 1)
        if argument:
            yield (formula.edit(i, argument.last, formula.inner(argument)),)


def other_accent(formula: Formula, names: Names) -> Iterator[Edits]:
    """Another accent, or an accent where there was none, as declared names have it."""
    accents = sorted({t for name, _ in names.declared for t in commands.ACCENTS if name.startswith(t)})
    for first, last, name in pieces.occurrences(formula, names):
        for accent in accents:
            bare = name.split(" ")[-1] if name.split(" ")[0] in commands.ACCENTS else name
            if f"{accent} {bare}" in dict(names.declared) and name != f"{accent} {bare}":
                yield (formula.edit(first, last, f"{accent} {bare}"),)
            elif f"{accent}{bare}" in dict(names.declared) and name != f"{accent}{bare}":
                yield (formula.edit(first, last, f"{accent}{bare}"),)


# -- ratio ---------------------------------------------------------------------------------------------------


def _fractions(formula: Formula) -> Iterator[tuple[int, Unit, Unit]]:
    for i in _tokens(formula, *commands.FRACTIONS):
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


def drop_numerator(formula: Formula, names: Names) -> Iterator[Edits]:
    """The denominator alone, or one over it."""
    for i, above, below in _fractions(formula):
        yield (formula.edit(i, below.last, f"({formula.inner(below)})"),)
        yield (formula.edit(above.first, above.last, "{1}"),)


def ratio_to_product(formula: Formula, names: Names) -> Iterator[Edits]:
    """A product in place of a ratio."""
    for i, above, below in _fractions(formula):
        yield (formula.edit(i, below.last, f"({formula.inner(above)})({formula.inner(below)})"),)
    for i in _tokens(formula, "/"):
        yield (formula.edit(i, i + 1, r"\cdot "),)


# -- terms -------------------------------------------------------------------------------------------------------


def drop_term(formula: Formula, names: Names) -> Iterator[Edits]:
    """A term taken out with its sign."""
    for sequence, start, last in _terms(formula):
        sign = start and formula.tokens[sequence[start - 1].first].text in SIGNS
        first = sequence[start - 1].first if sign else sequence[start].first
        yield (formula.edit(first, sequence[last - 1].last, ""),)
        follows = last < len(sequence) and formula.tokens[sequence[last].first].text == "+"
        if not sign and follows:
            yield (formula.edit(first, sequence[last].last, ""),)


def _after_terms(extra: str) -> Slips:
    def slips(formula: Formula, names: Names) -> Iterator[Edits]:
        for sequence, _, last in _terms(formula):
            at = formula.tokens[sequence[last - 1].last - 1].end
            yield (Edit(at, at, extra),)

    return slips


def extra_symbol(formula: Formula, names: Names) -> Iterator[Edits]:
    """A declared scalar added to a term."""
    for sequence, _, last in _terms(formula):
        at = formula.tokens[sequence[last - 1].last - 1].end
        for name in names.of("scalar")[:3]:
            yield (Edit(at, at, f" + {name}"),)


def product_to_sum(formula: Formula, names: Names) -> Iterator[Edits]:
    """A plus between two factors."""
    for sequence in formula.sequences:
        for one, two in zip(sequence, sequence[1:], strict=False):
            if _stands_alone(formula, one) and _stands_alone(formula, two):
                yield (formula.insert(two.first, "+ "),)
    for i in _tokens(formula, r"\cdot", r"\times", "/"):
        yield (formula.edit(i, i + 1, "+ "),)


def sum_to_product(formula: Formula, names: Names) -> Iterator[Edits]:
    """A sign taken out, so that its terms are multiplied."""
    for i in _tokens(formula, *SIGNS):
        yield (formula.edit(i, i + 1, r"\cdot "),)


# -- transpose and shape ----------------------------------------------------------------------------------------------


def add_transpose(formula: Formula, names: Names) -> Iterator[Edits]:
    """A transpose on a vector or matrix."""
    for first, last, name in pieces.occurrences(formula, names):
        after = formula.tokens[last].text if last < len(formula.tokens) else ""
        if names.kind(name).split(" ")[0] in ("vector", "matrix", "rows", "columns") and after != "^":
            end = formula.argument(last + 1).last if after == "_" and formula.argument(last + 1) else last  # type: ignore[union-attr]
            at = formula.tokens[end - 1].end
            yield (Edit(at, at, r"^\top"),)


def drop_transpose(formula: Formula, names: Names) -> Iterator[Edits]:
    """A transpose taken off."""
    for i, argument in _script_edits(formula, "^"):
        if formula.inner(argument) in commands.TRANSPOSES:
            yield (formula.edit(i, argument.last, ""),)


def reverse_product(formula: Formula, names: Names) -> Iterator[Edits]:
    """The factors of a term in reverse order."""
    for sequence, start, last in _terms(formula):
        units = sequence[start:last]
        if len(units) > 2 and all(_stands_alone(formula, u) for u in units):
            text = " ".join(formula.of(u) for u in reversed(units))
            yield (formula.edit(units[0].first, units[-1].last, text),)


def swap_dimensions(formula: Formula, names: Names) -> Iterator[Edits]:
    r"""`n \times m` turned round, or one dimension taken out."""
    for i in _tokens(formula, r"\times"):
        sequence = next(s for s in formula.sequences if any(u.first == i for u in s))
        position = next(p for p, u in enumerate(sequence) if u.first == i)
        if 0 < position < len(sequence) - 1:
            one, two = sequence[position - 1], sequence[position + 1]
            yield (
                formula.edit(one.first, one.last, formula.of(two)),
                formula.edit(two.first, two.last, formula.of(one)),
            )
            yield (formula.edit(one.first, i + 1, ""),)
            yield (formula.edit(i, two.last, ""),)


# -- laws and assumptions ------------------------------------------------------------------------------------------------


def squared_parameter(formula: Formula, names: Names) -> Iterator[Edits]:
    """The other parametrisation: a parameter squared, rooted or inverted in brackets after a law."""
    words = (*commands.LAW_WORDS, r"\chi")
    for sequence in formula.sequences:
        for law, bracket in zip(sequence, sequence[1:], strict=False):
            if formula.tokens[law.first].text not in words or bracket.first not in formula.closing:
                continue
            for inner in formula.sequences:
                if inner[0].first == bracket.first + 1:
                    for u in inner:
                        if _stands_alone(formula, u):
                            text = formula.of(u)
                            yield (formula.edit(u.first, u.last, rf"\frac{{1}}{{{text}}}"),)
                            yield (formula.edit(u.first, u.last, rf"{text.removesuffix('^2')}"),)


def other_law(formula: Formula, names: Names) -> Iterator[Edits]:
    """Another law, or no independence."""
    laws = (
        r"\mathcal{N}",
        r"\mathrm{Bern}",
        r"\mathrm{Poisson}",
        r"\mathrm{Exp}",
        r"\mathcal{U}",
        r"\mathrm{Laplace}",
    )
    table = {**commands.LAW_WORDS, r"\mathcal N": "normal"}
    for i, token in enumerate(formula.tokens):
        if token.text in table:
            for law in laws:
                if table[law] != table[token.text]:
                    yield (formula.edit(i, i + 1, law),)
        if token.text in (r"\overset", r"\stackrel"):
            word = formula.argument(i + 1)
            if word:
                yield (formula.edit(i, word.last, ""),)


def drop_condition(formula: Formula, names: Names) -> Iterator[Edits]:
    r"""What follows `\text{if}` taken out."""
    for i, token in enumerate(formula.tokens):
        if token.text.startswith(r"\text"):
            end = i + 1
            while end < len(formula.tokens) and formula.tokens[end].text not in (",", *commands.QUADS):
                end += 1
            yield (formula.edit(i, end, ""),)


def other_interval(formula: Formula, names: Names) -> Iterator[Edits]:
    """An interval with an end opened or closed, or its ends exchanged."""
    for first, last in formula.closing.items():
        before = formula.tokens[first - 1].text if first else ""
        if before in (r"\in", r"\notin", "="):
            sized = formula.tokens[first].text in commands.SIZES
            at = first + 1 if sized else first
            for i, table in ((at, {"[": "(", "(": "["}), (last, {"]": ")", ")": "]"})):
                if formula.tokens[i].text in table:
                    yield (formula.edit(i, i + 1, table[formula.tokens[i].text]),)


# -- any token -----------------------------------------------------------------------------------------------------------------


def delete_token(formula: Formula, names: Names) -> Iterator[Edits]:
    """Any single token taken out."""
    for i in range(len(formula.tokens)):
        yield (formula.edit(i, i + 1, ""),)


_RELATIONS = ("=", r"\ne", "<", r"\le", ">", r"\ge", r"\approx", r"\propto", r"\sim", r"\in")
RELATION_TABLE = {one: tuple(o for o in _RELATIONS if o != one) for one in (*_RELATIONS, r"\to", r"\notin")}
RELATION_TABLE |= {r"\iff": (r"\implies",), r"\implies": (r"\iff",)}
_FUNCTION_TABLE = {
    r"\log": (r"\exp", r"\sin"), r"\exp": (r"\log", r"\cosh"), r"\sin": (r"\cos",), r"\cos": (r"\sin",),
    r"\mathbb E": (r"\mathrm{Var}",), r"\mathbb{E}": (r"\mathrm{Var}",), r"\mathrm{Var}": (r"\mathbb{E}",),
    r"\mathrm{Cov}": (r"\mathbb{E}",), r"\det": (r"\mathrm{tr}",), r"\mathrm{tr}": (r"\det",),
    r"\sqrt": (r"\exp",),
}  # fmt: skip
_BINDER_TABLE = {
    r"\sum": (r"\prod",), r"\prod": (r"\sum",), r"\max": (r"\min",), r"\min": (r"\max",),
}  # fmt: skip

#: Every operator, by the kind of slip; at least one case of each stands in tests/audit.
OPERATORS = (
    Operator("plus-to-minus", "sign", _swapped({"+": ("-",), "-": ("+",), r"\pm": ("+", "-")})),
    Operator("insert-minus", "sign", insert_minus),
    Operator("drop-minus", "sign", drop_minus),
    Operator("number-more", "constant", number_more),
    Operator("number-less", "constant", number_less),
    Operator("number-ten", "constant", number_ten),
    Operator("times-two", "factor", _before_terms("2 ")),
    Operator("half", "factor", _before_terms(r"\frac{1}{2} ")),
    Operator("times-size", "factor", times_size),
    Operator("over-size", "factor", over_size),
    Operator("drop-word", "function", drop_word),
    Operator("drop-factor", "factor", drop_factor),
    Operator("repeat-factor", "factor", repeat_factor),
    Operator("size-less", "off by one", _sized("-1")),
    Operator("size-more", "off by one", _sized("+1")),
    Operator("drop-one", "off by one", drop_one),
    Operator("lower-bound", "off by one", lower_bound),
    Operator("insert-square", "exponent", insert_square),
    Operator("drop-transpose", "transpose", drop_transpose),
    Operator("drop-exponent", "exponent", drop_exponent),
    Operator("other-exponent", "exponent", other_exponent),
    Operator("drop-root", "exponent", drop_root),
    Operator("insert-root", "exponent", insert_root),
    Operator("invert-operand", "exponent", invert_operand),
    Operator("script-level", "exponent", script_level),
    Operator("other-index", "index", other_index),
    Operator("fixed-index", "index", fixed_index),
    Operator("shifted-index", "index", shifted_index),
    Operator("swap-indices", "index", swap_indices),
    Operator("drop-subscript", "index", drop_subscript),
    Operator("insert-subscript", "index", insert_subscript),
    Operator("derivative-order", "differential", derivative_order),
    Operator("derivative-part", "differential", derivative_part),
    Operator("stray-differential", "differential", stray_differential),
    Operator("prime", "differential", by_another),
    Operator("other-function", "function", _swapped(_FUNCTION_TABLE)),
    Operator("sum-or-product", "function", _swapped(_BINDER_TABLE)),
    Operator("wrap-word", "function", wrap_word),
    Operator("drop-brackets", "scope", drop_brackets),
    Operator("move-bracket", "scope", move_bracket),
    Operator("insert-brackets", "scope", insert_brackets),
    Operator("exponent-scope", "scope", exponent_scope),
    Operator("other-symbol", "symbol", other_symbol),
    Operator("swap-neighbours", "symbol", swap_neighbours),
    Operator("drop-accent", "symbol", drop_accent),
    Operator("other-accent", "symbol", other_accent),
    Operator("invert-ratio", "ratio", invert_ratio),
    Operator("drop-denominator", "ratio", drop_denominator),
    Operator("drop-numerator", "ratio", drop_numerator),
    Operator("ratio-to-product", "ratio", ratio_to_product),
    Operator("drop-term", "term", drop_term),
    Operator("plus-one", "term", _after_terms(" + 1")),
    Operator("minus-one", "term", _after_terms(" - 1")),
    Operator("extra-symbol", "term", extra_symbol),
    Operator("product-to-sum", "term", product_to_sum),
    Operator("sum-to-product", "term", sum_to_product),
    Operator("add-transpose", "transpose", add_transpose),
    Operator("reverse-product", "transpose", reverse_product),
    Operator("swap-dimensions", "transpose", swap_dimensions),
    Operator("other-relation", "relation", _swapped(RELATION_TABLE)),
    Operator("other-interval", "domain", other_interval),
    Operator("drop-condition", "domain", drop_condition),
    Operator("squared-parameter", "parametrisation", squared_parameter),
    Operator("other-law", "parametrisation", other_law),
    Operator("delete-token", "deletion", delete_token),
)
