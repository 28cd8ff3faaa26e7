"""String mutants of a formula: every operator at every place, one slip at a time.

What differs from the original in spacing only is left out, and of equal strings the first
operator of the table keeps the mutant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.audit.operators import OPERATORS, Operator
from generator.audit.pieces import Formula, Names, spliced
from generator.notation import commands


@dataclass(frozen=True, slots=True)
class Mutant:
    """A formula with one slip: the operator that made it, the kind of slip, the whole string."""

    operator: str
    kind: str
    latex: str


def mutants(latex: str, names: Names, operators: tuple[Operator, ...] = OPERATORS) -> Iterator[Mutant]:
    """Every mutant of a formula, in the order of the table; no two have the same tokens."""
    formula = Formula(latex)
    seen = {printed(latex)}
    for operator in operators:
        for edits in operator.slips(formula, names):
            mutant = " ".join(spliced(latex, edits).split())
            tokens = printed(mutant)
            if tokens not in seen and mutant:
                seen.add(tokens)
                yield Mutant(operator.name, operator.kind, mutant)


def printed(latex: str) -> tuple[str, ...]:
    """The tokens that print: spacing and size commands are left out."""
    silent = commands.LAYOUT | commands.QUADS
    return tuple("".join(t.text.split()) for t in Formula(latex).tokens if t.text not in silent)
