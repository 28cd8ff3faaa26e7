r"""The statistic in a label: X of `f_X`, X + Y of `F_{X+Y}`, an order statistic of `f_{U_{(j)}}`.

A function that a law implies and that has no label belongs to the only random number of the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from generator.errors import ContentError
from generator.meaning.images import image_of
from generator.model import Text
from generator.notation.kinds import LABELLED
from generator.notation.parse import parse_expression
from generator.notation.table import SymbolTable, name_parts
from generator.notation.tokens import joined
from generator.notation.tree import Expr, Symbol

if TYPE_CHECKING:
    from generator.meaning.program import Program


def statistic(program: Program, symbol: Symbol) -> Expr | None:
    """What the label of a name says, as an expression; None where it says nothing that can be read."""
    if symbol.name not in program.statistics:
        program.statistics[symbol.name] = _read(program, symbol)
    return program.statistics[symbol.name]


def _read(program: Program, symbol: Symbol) -> Expr | None:
    label = name_parts(symbol.name).sub
    if label is None:
        laws, symbols = program.laws.laws, program.symbols
        numbers = [name for name in laws if name in symbols and not symbols[name].shape]
        return Expr("name", (), numbers[0], shape=()) if len(numbers) == 1 else None
    text = Text(joined(label), "", ((0, 1, 1),))
    try:
        found = parse_expression(text, SymbolTable(program.symbols, program.conventions))
    except ContentError:
        return None
    vector = found.shape is not None and len(found.shape) == 1 and image_of(program, found) is not None
    return found if found.shape == () or vector else None


def behind(program: Program, symbol: Symbol) -> set[str]:
    """What the law of a label's statistic rests on: not the random names themselves."""
    found = statistic(program, symbol)
    names = program.rests_on([found]) if found is not None else set()
    random = {n for n in names if n in program.symbols and "random" in program.symbols[n].words}
    out = names - random
    image = image_of(program, found) if found is not None else None
    out |= {image.function} if image is not None else set()
    for law in (program.laws.laws[name] for name in random if name in program.laws.laws):
        out |= program.rests_on(law.stated)
    return out


def laws_behind(program: Program, names: Iterable[str]) -> set[str]:
    """The random names whose law implies one of these functions."""
    found = (program.symbols[name] for name in names if name in program.symbols)
    labels = (statistic(program, symbol) for symbol in found if symbol.builtin in LABELLED)
    return {name for label in labels if label is not None for name in program.rests_on([label])}
