"""What the page declares about its names, as the prover may use it: signs, bits, structure, sums.

A fact holds at every admissible point. Facts about a name are on its atom and vanish where the
name is the variable of a derivative (a cut atom has none of them). Conditions that name an index
are left out: they speak of one entry.
"""

from __future__ import annotations

from typing import Any

from generator.meaning.domains import Domain, domain_of
from generator.meaning.program import Frame, Program
from generator.meaning.systems import MeaningError, RationalSystem
from generator.notation.tree import Expr, Symbol, bare
from generator.verify.proof.atoms import Atom, atom
from generator.verify.proof.labels import Range, axis, range_of

RATIONAL = RationalSystem()

#: Declared words that a local rule knows -> the words on the atom.
STRUCTURE = {
    "simplex": frozenset({"simplex", "nonnegative"}),
    "stochastic": frozenset({"simplex", "nonnegative"}),
    "one-hot": frozenset({"simplex", "one-hot", "bit", "nonnegative"}),
    "unit": frozenset({"unit"}),
    "orthogonal": frozenset({"orthogonal", "invertible"}),
    "positive definite": frozenset({"definite", "invertible"}),
    "positive semidefinite": frozenset({"semidefinite"}),
    "invertible": frozenset({"invertible"}),
}
SYMMETRIC = {"symmetric", "positive definite", "positive semidefinite"}


def ranges(symbol: Symbol, program: Program) -> tuple[Range, ...]:
    """The ranges of a name's labels: the declared indices of a family, then the axes of a member."""
    family = tuple(range_of(program.symbols[i].lower, program.symbols[i].upper) for i in symbol.family)
    return family + tuple(axis(dim) for dim in symbol.shape)


def domain(symbol: Symbol, program: Program, conditions: tuple[Expr, ...]) -> Domain:
    """The declared domain of each entry, as far as closed numbers bound it."""
    frame = Frame(RATIONAL, program, {}, {})
    try:
        return domain_of(symbol, frame, conditions)
    except (MeaningError, KeyError):
        return Domain()


def symbol_atom(symbol: Symbol, program: Program, conditions: tuple[Expr, ...]) -> Atom:
    """The atom of a declared base name, with what is known of its entries.

    `conditions`: those of the claim that speak of no index.
    """
    words: set[str] = set()
    for word in symbol.words:
        words |= STRUCTURE.get(word, frozenset())
    where = ranges(symbol, program)
    if "diagonal" in symbol.words and len(where) == 2:
        where = where[:1]  # the prover knows D by its diagonal: D_ij = delta_ij D_i
    if not symbol.words & {"positive definite", "positive semidefinite", "orthogonal", "symmetric"}:
        words |= sign_words(domain(symbol, program, conditions))
    symmetric = bool(symbol.words & SYMMETRIC) and len(where) == 2
    if "random" in symbol.words or symbol.name in program.laws.laws:
        words.add("random")
    return atom("symbol", symbol.name, where, symmetric=symmetric, words=frozenset(words))


def sign_words(found: Domain) -> set[str]:
    """positive, nonnegative, bit: what a domain says of a number in it."""
    words = set()
    values: list[Any] = list(found.finite)
    low = min(values) if values else found.low
    if low is not None and (low > 0 or (low == 0 and not values and not found.closed_low)):
        words.add("positive")
    elif low is not None and low == 0:
        words.add("positive" if 0 in found.excluded else "nonnegative")
    if 0 in found.excluded or "positive" in words:
        words.add("nonzero")
    if values and all(v in (0, 1) for v in values):
        words.add("bit")
    return words


def is_random(name: str, program: Program) -> bool:
    """Whether a name is random, or rests on one that is."""
    return any(other in program.laws.laws for other in program.closure(name))


def speaks_of_index(condition: Expr, program: Program) -> bool:
    """Whether an index stands unbound in a condition."""
    bound = {str(n) for node in condition.walk() if node.head in ("sum", "prod", "all") for n in node.data}
    for node in condition.walk():
        symbol = program.symbols.get(str(node.data)) if node.head == "name" else None
        if symbol is not None and symbol.kind == "index" and symbol.name not in bound:
            return True
    return False


def whole_number(expr: Expr) -> int | None:
    """The number that an expression of digits is, else None."""
    core = bare(expr)
    return int(core.data) if core.head == "num" and core.data.isdigit() else None


def plain_conditions(conditions: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """Conditions side by side, each by itself."""
    out: list[Expr] = []
    for condition in conditions:
        core = bare(condition)
        if core.head in ("list", "and"):
            out += plain_conditions(core.args)
        else:
            out.append(core)
    return tuple(out)
