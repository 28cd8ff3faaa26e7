"""Slips in a name: index, symbol, differential, transpose and shape, law and assumption."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from generator.audit import pieces
from generator.audit.pieces import Edit, Formula, Names
from generator.audit.places import (
    Edits,
    is_operand,
    scripts,
    terms,
    tokens_at,
)
from generator.notation import commands, law_names

# index and free variable


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
    for (a, b, one), (c, d, two) in pairwise(places):
        if b == c and one != two:
            yield (formula.edit(a, d, f"{two} {one}" if two.isalpha() else f"{two}{one}"),)


def drop_subscript(formula: Formula, names: Names) -> Iterator[Edits]:
    """A subscript taken out."""
    for i, argument in scripts(formula, "_"):
        yield (formula.edit(i, argument.last, ""),)


def insert_subscript(formula: Formula, names: Names) -> Iterator[Edits]:
    """An index on a name that has none."""
    for first, last, name in pieces.occurrences(formula, names):
        after = formula.tokens[last].text if last < len(formula.tokens) else ""
        if after != "_" and names.kind(name).split(" ")[0] in ("vector", "matrix", "scalar", "rows"):
            for index in names.of("index")[:2]:
                yield (formula.edit(first, last, f"{name}_{index}"),)


# symbols


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
                if not (is_operand(formula, one) and is_operand(formula, two)):
                    continue
                if step == 2 and is_operand(formula, sequence[start + 1]):
                    continue
                if formula.of(one) != formula.of(two):
                    yield (
                        formula.edit(one.first, one.last, formula.of(two)),
                        formula.edit(two.first, two.last, formula.of(one)),
                    )


def drop_accent(formula: Formula, names: Names) -> Iterator[Edits]:
    """An accent taken off."""
    for i in tokens_at(formula, *commands.ACCENTS):
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


# differential


def derivative_order(formula: Formula, names: Names) -> Iterator[Edits]:
    r"""A derivative of another order: `\partial^2` with its square below, a prime more."""
    for i in tokens_at(formula, *commands.FRACTIONS):
        above = formula.argument(i + 1)
        below = formula.argument(above.last) if above else None
        if above and below and formula.inner(above).startswith((r"\partial", "d^", r"\mathrm{d}^")):
            lower = [formula.inner(part).replace("^2", "").replace("^{2}", "") for part in (above, below)]
            if lower != [formula.inner(above), formula.inner(below)]:
                yield (
                    formula.edit(above.first, above.last, f"{{{lower[0]}}}"),
                    formula.edit(below.first, below.last, f"{{{lower[1]}}}"),
                )
            top = formula.inner(above).replace(r"\partial", r"\partial^2", 1)
            yield (
                formula.edit(above.first, above.last, f"{{{top}}}"),
                formula.edit(below.first, below.last, f"{{{formula.inner(below)}^2}}"),
            )
    for i in tokens_at(formula, "'"):
        yield (formula.insert(i, "'"),)


def derivative_part(formula: Formula, names: Names) -> Iterator[Edits]:
    """A derivative inverted, or with its numerator and denominator multiplied."""
    for i in tokens_at(formula, r"\partial", r"\nabla"):
        argument = formula.argument(i + 1)
        if argument:
            yield (formula.edit(i, argument.last, formula.of(argument)),)
        unit = next((u for s in formula.sequences for u in s if u.first == i), None)
        if unit:
            yield (formula.edit(unit.first, unit.last, ""),)


def stray_differential(formula: Formula, names: Names) -> Iterator[Edits]:
    """A differential put behind a term, or the differential of an integral taken out."""
    for sequence, start, last in terms(formula):
        variable = next(iter(names.of("scalar")), "x")
        if any(formula.tokens[u.first].text == r"\int" for u in sequence[start:last]):
            for u, v in zip(sequence[start:last], sequence[start + 1 : last], strict=False):
                if formula.of(u) in commands.DIFFERENTIALS:
                    yield (formula.edit(u.first, v.last, ""),)
        else:
            end = sequence[last - 1].last
            at = formula.tokens[end - 1].end
            yield (Edit(at, at, rf"\, d{variable}" if variable[0] == "\\" else rf"\, d {variable}"),)
    for i in tokens_at(formula, r"\partial"):
        yield (formula.edit(i, i + 1, "d"),)


def other_prime(formula: Formula, names: Names) -> Iterator[Edits]:
    """A prime put behind a function, or one taken away."""
    for _, last, name in pieces.occurrences(formula, names):
        if names.kind(name).startswith("function"):
            yield (formula.insert(last, "'"),) if last < len(formula.tokens) else ()
    for i in tokens_at(formula, "'"):
        yield (formula.edit(i, i + 1, ""),)


# transpose and shape


def add_transpose(formula: Formula, names: Names) -> Iterator[Edits]:
    """A transpose on a vector or matrix."""
    for _, last, name in pieces.occurrences(formula, names):
        after = formula.tokens[last].text if last < len(formula.tokens) else ""
        if names.kind(name).split(" ")[0] in ("vector", "matrix", "rows", "columns") and after != "^":
            end = formula.argument(last + 1).last if after == "_" and formula.argument(last + 1) else last  # type: ignore[union-attr]
            at = formula.tokens[end - 1].end
            yield (Edit(at, at, r"^\top"),)


def drop_transpose(formula: Formula, names: Names) -> Iterator[Edits]:
    """A transpose taken off."""
    for i, argument in scripts(formula, "^"):
        if formula.inner(argument) in commands.TRANSPOSES:
            yield (formula.edit(i, argument.last, ""),)


def reverse_product(formula: Formula, names: Names) -> Iterator[Edits]:
    """The factors of a term in reverse order."""
    for sequence, start, last in terms(formula):
        units = sequence[start:last]
        if len(units) > 2 and all(is_operand(formula, u) for u in units):
            text = " ".join(formula.of(u) for u in reversed(units))
            yield (formula.edit(units[0].first, units[-1].last, text),)


def swap_dimensions(formula: Formula, names: Names) -> Iterator[Edits]:
    r"""`n \times m` turned round, or one dimension taken out."""
    for i in tokens_at(formula, r"\times"):
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


# laws and assumptions


def squared_parameter(formula: Formula, names: Names) -> Iterator[Edits]:
    """The other parametrisation: a parameter squared, rooted or inverted in brackets after a law."""
    words = (*law_names.LAW_WORDS, r"\chi")
    for sequence in formula.sequences:
        for law, bracket in pairwise(sequence):
            if formula.tokens[law.first].text not in words or bracket.first not in formula.closing:
                continue
            for inner in formula.sequences:
                if inner[0].first == bracket.first + 1:
                    for u in inner:
                        if is_operand(formula, u):
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
    table = law_names.LAW_WORDS
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
