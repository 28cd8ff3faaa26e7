r"""Which optimum a relation states: `\arg\max .. = ..`, or a name that is defined by one."""

from __future__ import annotations

from dataclasses import dataclass

from generator.notation.tree import Definition, Expr, Symbol, bare
from generator.verify.question import IllFormed, Question


@dataclass(frozen=True, slots=True)
class Optimum:
    """objective over names with domains; the candidate's expressions in the same order."""

    objective: Expr
    names: tuple[str, ...]
    domains: tuple[Expr, ...]
    candidate: tuple[Expr, ...]
    minimise: bool


def find(question: Question) -> Optimum | None:
    """The optimum that a relation `.. = ..` states, or None where it states none."""
    if question.expr.head != "rel" or question.expr.data != ("=",):
        return None
    left, right = (bare(arg) for arg in question.sides())
    a, b = argument_of(left, question), argument_of(right, question)
    if a is not None and b is None:
        return _optimum(a, _whole(left, right, question), _position(left, question))
    if b is not None and a is None:
        return _optimum(b, _whole(right, left, question), _position(right, question))
    return None


def by_entries(one: Expr, other: Expr, definition: Definition, symbol: Symbol | None) -> Expr | None:
    r"""The closed form of a name that `one = other` gives by its entries, or None.

    `\hat\pi_k = ..` gives a vector: an `each` over k, which stands in no printed formula. Where the
    name is defined at an index, `\mu_k = ..` at the same index, it is `other` itself.
    """
    if one.head != "entry" or one.args[0].head != "name" or one.args[0].data != definition.name:
        return None
    indices = tuple(str(arg.data) for arg in one.args[1:] if arg.head == "name")
    if definition.indices:
        return other if indices == definition.indices and len(one.args) == len(indices) + 1 else None
    if symbol is None or len(symbol.shape) != 1 or len(indices) != 1 or len(one.args) != 2 or symbol.family:
        return None
    return Expr("each", (other,), indices, "", other.start, other.end, symbol.shape)


def _whole(one: Expr, other: Expr, question: Question) -> Expr:
    if one.head != "entry":
        return other
    name = str(one.args[0].data)
    definition, symbol = question.program.definitions[name][0], question.program.symbols.get(name)
    found = by_entries(one, other, definition, symbol)
    if found is None:
        raise IllFormed("state the optimum for all entries, with the index of its definition")
    return found


def argument_of(expr: Expr, question: Question) -> Expr | None:
    """The arg max that an expression is, directly or by its definition."""
    if expr.head in ("argmax", "argmin"):
        return expr
    named = expr.args[0] if expr.head == "entry" else expr
    if named.head == "name":
        definitions = question.program.definitions.get(named.data)
        if definitions and bare(definitions[0].body).head in ("argmax", "argmin"):
            return bare(definitions[0].body)
    if expr.head == "tuple" and all(argument_of(bare(a), question) is not None for a in expr.args):
        return argument_of(bare(expr.args[0]), question)
    return None


def _position(expr: Expr, question: Question) -> int | None:
    """Which member of a tuple arg max a single name is (None: all of them)."""
    if expr.head == "name":
        definition = question.program.definitions[expr.data][0]
        return definition.position if definition.tuple_of else None
    return None


def _optimum(argument: Expr, candidate: Expr, position: int | None) -> Optimum | None:
    names = tuple(argument.data)
    parts = candidate.args if candidate.head == "tuple" and len(names) > 1 else (candidate,)
    if position is not None or len(parts) != len(names):
        raise IllFormed("state the whole tuple of the arg max at once")
    return Optimum(argument.args[0], names, argument.args[1:], tuple(parts), argument.head == "argmin")
