r"""Slips that books really printed and that are no change of one token: a factor lost with its bracket,
a name changed throughout a term, a sum over another range, a part of a chain lost, a scope widened.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from generator.audit import pieces
from generator.audit.pieces import SIGNS, Edit, Formula, Names, Unit
from generator.audit.places import Edits, is_operand, operands, scripts, terms, tokens_at
from generator.notation import commands

_SIGN = {"+": "-", "-": "+"}
BORROWED = 3  # factors of a formula that are tried as stray ones elsewhere


def _inner(formula: Formula, unit: Unit) -> str:
    """What stands inside a bracketed unit without scripts; empty for any other unit."""
    close = formula.closing.get(unit.first)
    if close is None or close + 1 != unit.last or formula.tokens[unit.first].text == "{":
        return ""
    sized = formula.tokens[unit.first].text in commands.SIZES
    ended = formula.tokens[close - 1].text in commands.CLOSING_SIZES
    return formula.text(unit.first + (2 if sized else 1), close - 1 if ended else close)


def lone_bracket(formula: Formula, names: Names) -> Iterator[Edits]:
    """The other factors of a bracket taken out, and the bracket with them."""
    for sequence, start, last in terms(formula):
        for unit in sequence[start:last] if last - start > 1 else ():
            inner = _inner(formula, unit)
            if inner:
                yield (formula.edit(sequence[start].first, sequence[last - 1].last, inner),)


def borrow_factor(formula: Formula, names: Names) -> Iterator[Edits]:
    """A factor from elsewhere in the formula before a term."""
    found = dict.fromkeys(formula.of(unit) for _, _, unit in operands(formula))
    factors = [factor for factor in found if _is_small(factor, names)]
    for factor in factors[:BORROWED]:
        for sequence, start, last in terms(formula):
            if factor not in [formula.of(unit) for unit in sequence[start:last]]:
                yield (formula.insert(sequence[start].first, factor + " "),)


def _is_small(factor: str, names: Names) -> bool:
    """Whether a factor is a short name or power, no bracket and no function."""
    word = Formula(factor).tokens[0].text
    is_word = word in (
        *commands.FUNCTIONS,
        *commands.CHANCE,
        *commands.FRACTIONS,
        r"\sum",
        r"\prod",
        r"\max",
        r"\min",
    )
    named = not names.kind(word).startswith(("function", "index"))
    return len(factor) < 12 and word[0] not in "([{" and not word[0].isdigit() and not is_word and named


def operand_to_one(formula: Formula, names: Names) -> Iterator[Edits]:
    """An operand replaced by 1."""
    for _, _, unit in operands(formula):
        if formula.of(unit) != "1":
            yield (formula.edit(unit.first, unit.last, "1"),)


def number_half(formula: Formula, names: Names) -> Iterator[Edits]:
    """An even number halved."""
    for i, token in enumerate(formula.tokens):
        if token.text.isdigit() and int(token.text) % 2 == 0 and int(token.text) > 0:
            yield (formula.edit(i, i + 1, str(int(token.text) // 2)),)


def throughout_a_term(formula: Formula, names: Names) -> Iterator[Edits]:
    """A name that occurs more than once in a term or an operand, replaced everywhere in it."""
    found = pieces.occurrences(formula, names)
    for sequence, start, last in terms(formula):
        first, end = sequence[start].first, sequence[last - 1].last
        units = [(u.first, u.last) for u in sequence[start:last]]
        for low, high in dict.fromkeys([(first, end), *units]):
            inside = [place for place in found if low <= place[0] and place[1] <= high]
            for name in dict.fromkeys(place[2] for place in inside):
                own = [place for place in inside if place[2] == name]
                for other in names.like(name) if len(own) > 1 else ():
                    yield tuple(formula.edit(a, b, other.split("(")[0]) for a, b, _ in own)


def other_range(formula: Formula, names: Names) -> Iterator[Edits]:
    r"""A sum over another declared index and its own range: `\sum_{k=1}^K` for `\sum_{i=1}^n`."""
    ranges = {name: kind.split(" ")[1] for name, kind in names.declared if kind.startswith("index ")}
    for i in tokens_at(formula, r"\sum", r"\prod", r"\max", r"\min"):
        lower = formula.argument(i + 2) if _is(formula, i + 1, "_") else None
        upper = formula.argument(lower.last + 1) if lower and _is(formula, lower.last, "^") else None
        if lower is None or upper is None:
            continue
        bound = formula.inner(lower).partition("=")[0].strip()
        for name, size in ranges.items():
            if bound in ranges and name != bound and ".." not in size:
                yield (
                    formula.edit(lower.first, lower.last, f"{{{name}=1}}"),
                    formula.edit(upper.first, upper.last, f"{{{size}}}"),
                )


def _is(formula: Formula, token: int, text: str) -> bool:
    return token < len(formula.tokens) and formula.tokens[token].text == text


def drop_link(formula: Formula, names: Names) -> Iterator[Edits]:
    r"""A part of a chain of relations taken out: `a \le b` for `a \le x \le b`."""
    for sequence in formula.sequences:
        links = [k for k, u in enumerate(sequence) if formula.tokens[u.first].text in commands.RELATIONS]
        for one, two in pairwise(links):
            yield (formula.edit(sequence[one].first, sequence[two - 1].last, ""),)


def root_degree(formula: Formula, names: Names) -> Iterator[Edits]:
    """The degree of a root taken out."""
    for i in tokens_at(formula, r"\sqrt"):
        if _is(formula, i + 1, "[") and i + 1 in formula.closing:
            yield (formula.edit(i + 1, formula.closing[i + 1] + 1, ""),)


def negate_side(formula: Formula, names: Names) -> Iterator[Edits]:
    """Every sign of a side turned round."""
    for sequence in formula.sequences:
        for part in _sides(formula, sequence):
            signs = [u for u in part if formula.tokens[u.first].text in _SIGN]
            edits = [formula.edit(u.first, u.last, _SIGN[formula.tokens[u.first].text]) for u in signs]
            if edits and part[0] not in signs:
                edits.append(formula.insert(part[0].first, "-"))
            if len(edits) > 1:
                yield tuple(edits)


def _sides(formula: Formula, sequence: list[Unit]) -> Iterator[list[Unit]]:
    """The units of a sequence between its relations and other separators."""
    part: list[Unit] = []
    for unit in sequence:
        if formula.tokens[unit.first].text in pieces.SEPARATORS:
            if part:
                yield part
            part = []
        else:
            part.append(unit)
    if part:
        yield part


def swap_terms(formula: Formula, names: Names) -> Iterator[Edits]:
    """The two terms on either side of a minus exchanged."""
    for one, two, sign in _neighbours(formula):
        if formula.tokens[sign].text == "-":
            first, second = (formula.text(part[0].first, part[-1].last) for part in (one, two))
            yield (formula.edit(one[0].first, two[-1].last, f"{second} - {first}"),)


def _neighbours(formula: Formula) -> Iterator[tuple[list[Unit], list[Unit], int]]:
    """(term, next term, the token of the sign between them)."""
    found = [(sequence, start, last) for sequence, start, last in terms(formula)]
    for (sequence, start, end), (other, second, last) in pairwise(found):
        if sequence is other and second == end + 1 and formula.tokens[sequence[end].first].text in SIGNS:
            yield sequence[start:end], other[second:last], sequence[end].first


def brackets_over_terms(formula: Formula, names: Names) -> Iterator[Edits]:
    """A factor of a term and the whole next term in brackets."""
    for one, two, _ in _neighbours(formula):
        for unit in one[1:]:
            if is_operand(formula, unit):
                text = formula.text(unit.first, two[-1].last)
                yield (formula.edit(unit.first, two[-1].last, f"({text})"),)


def wider_exponent(formula: Formula, names: Names) -> Iterator[Edits]:
    """An exponent of a term taken for that of the sum before it, or of a bracket for that of its end."""
    for one, two, _ in _neighbours(formula):
        tail = two[-1]
        mark = next((i for i in range(tail.first, tail.last) if _is(formula, i, "^")), None)
        if mark is not None and len(two) == 1:
            inner, script = formula.text(one[0].first, mark), formula.text(mark, tail.last)
            yield (formula.edit(one[0].first, tail.last, f"({inner}){script}"),)
    for mark, exponent in scripts(formula, "^"):
        for i in tokens_at(formula, *commands.FRACTIONS):
            above = formula.argument(i + 1)
            below = formula.argument(above.last) if above else None
            if above and below and formula.closing.get(_opening(formula, mark)) == mark - 1 == below.last:
                body = f"{{{formula.inner(below)}{formula.text(mark, exponent.last)}}}"
                yield (
                    formula.edit(below.first, below.last, body),
                    formula.edit(mark, exponent.last, ""),
                )


def _opening(formula: Formula, mark: int) -> int:
    return next((o for o, c in formula.closing.items() if c == mark - 1), -1)


def function_out(formula: Formula, names: Names) -> Iterator[Edits]:
    """The function at the beginning of a bracket taken before it."""
    for first, last in formula.closing.items():
        sized = formula.tokens[first].text in commands.SIZES
        word = first + (2 if sized else 1)
        if (
            formula.tokens[first].text != "{"
            and word < last
            and formula.tokens[word].text in commands.FUNCTIONS
        ):
            yield (formula.edit(word, word + 1, ""), formula.insert(first, formula.tokens[word].text + " "))


def denominator_out(formula: Formula, names: Names) -> Iterator[Edits]:
    """The last factor of a denominator behind the fraction."""
    for i in tokens_at(formula, *commands.FRACTIONS):
        above = formula.argument(i + 1)
        below = formula.argument(above.last) if above else None
        sequence = next((s for s in formula.sequences if below and s[0].first == below.first + 1), [])
        if below and len(sequence) > 1 and all(is_operand(formula, u) for u in sequence):
            factor = formula.of(sequence[-1])
            at = formula.tokens[below.last - 1].end
            yield (
                formula.edit(sequence[-1].first, sequence[-1].last, ""),
                Edit(at, at, f" {factor}"),
            )
