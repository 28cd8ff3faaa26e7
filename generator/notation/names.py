"""Which names expressions speak of: used, free, occurring subexpressions, cycles of definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from generator.notation.kinds import LABELLED
from generator.notation.recursions import round_steps
from generator.notation.table import name_parts
from generator.notation.tree import (
    Definition,
    Dim,
    Expr,
    Statement,
    Symbol,
    bare,
    law_sides,
    law_variables,
    meaning_key,
)

#: Heads whose data are names bound in their body.
BINDERS = frozenset(
    {"sum", "prod", "maxover", "minover", "argmax", "argmin", "integral", "between", "lim", "E"}
    | {"bigcap", "bigcup", "all", "described"}
)


def names_used(expr: Expr) -> Iterator[str]:
    """Every name in an expression, bound ones too."""
    for node in expr.walk():
        if node.head in ("name", "call"):
            yield node.data
        elif node.head == "prime":
            yield node.data[0]
        elif isinstance(node.data, Expr):  # the law below an expectation
            yield from names_used(node.data)
        elif node.head in BINDERS:
            yield from node.data or ()


def free_names(expr: Expr, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names an expression rests on: not those that a binder around them binds."""
    if isinstance(expr.data, Expr):  # the law below an expectation: its name is bound, its law is not
        bound |= frozenset(law_variables(expr.data))
        yield from (name for arg in law_sides(expr.data) for name in free_names(arg, bound))
    elif expr.head in BINDERS:
        bound |= frozenset(expr.data or ())
    if expr.head in ("name", "call") and expr.data not in bound:
        yield expr.data
    elif expr.head == "prime" and expr.data[0] not in bound:
        yield expr.data[0]
    for arg in expr.args:
        yield from free_names(arg, bound)


def dim_names(dim: Dim) -> Iterator[str]:
    """The sizes in a dimension."""
    for monomial, _ in dim:
        yield from monomial


def symbol_uses(symbol: Symbol) -> Iterator[str]:
    """The names that a declaration itself needs: sizes of its shape, its indices, its matrix."""
    for dim in (*symbol.shape, *((symbol.lower, symbol.upper) if symbol.kind == "index" else ())):
        yield from dim_names(dim)
    yield from symbol.family
    yield from symbol.arguments
    if symbol.of:
        yield symbol.of
    for condition in symbol.conditions:
        yield from (name for name in names_used(condition) if name != symbol.name)


def used_names(exprs: Iterable[Expr], symbols: Mapping[str, Symbol]) -> set[str]:
    """The declared names that expressions use, with those their declarations need."""
    used: set[str] = set()
    waiting = [name for expr in exprs for name in names_used(expr)]
    while waiting:
        name = waiting.pop()
        if name not in used and name in symbols:
            used.add(name)
            waiting += symbol_uses(symbols[name])
    return used


def labels_of(functions: Iterable[Symbol], symbols: Mapping[str, Symbol]) -> list[Expr]:
    r"""The names in the labels of functions that a law implies: X and Y of `f_{X+Y}`, as expressions."""
    nuclei = [token for symbol in functions if symbol.builtin in LABELLED for token in _label(symbol)]
    return [Expr("name", (), name) for name in symbols if name_parts(name).nucleus in nuclei]


def _label(symbol: Symbol) -> tuple[str, ...]:
    return name_parts(symbol.name).sub or ()


def occurring(exprs: Iterable[Expr]) -> set[tuple[Any, ...]]:
    """The meaning keys of every subexpression, neighbouring terms and factors included."""
    keys: set[tuple[Any, ...]] = set()
    for expr in exprs:
        for node in expr.walk():
            keys.add(meaning_key(node))
            if node.head in ("add", "mul"):
                keys.update(meaning_key(part) for part in _runs(node))
    return keys


def _runs(node: Expr) -> Iterator[Expr]:
    """Every run of at least two neighbouring terms of a sum or factors of a product."""
    count = len(node.args)
    for start in range(count):
        for end in range(start + 2, count + 1):
            data = node.data[start:end] if node.head == "add" else ("",) * (end - start - 1)
            if (start, end) != (0, count):
                yield Expr(node.head, node.args[start:end], data)


def cycle(
    definitions: Sequence[Definition], givens: Sequence[Statement], symbols: Mapping[str, Symbol]
) -> tuple[str, ...]:
    """The names of one cycle of definitions, or (). The step of a recursion may name its family.

    The law of a random name counts: its parameters may not rest on the name itself.
    """
    recursive = {item.name for item in definitions if item.at}
    edges: dict[str, set[str]] = {}
    for item in definitions:
        inside = set(free_names(item.body)) - set(item.indices) - set(item.arguments)
        edges.setdefault(item.name, set()).update(inside)
    for given in givens:
        if given.expr.head == "rel" and given.expr.data[0] in ("sim", "iid"):
            left = bare(given.expr.args[0])
            under = set(free_names(left.args[1])) if left.head == "given" else set()
            for name in law_subjects(left):
                edges.setdefault(name, set()).update(under | set(free_names(given.expr.args[1])))
    for name in recursive:
        edges[name] -= recursive
    for item in definitions:
        if item.arguments and (item.name in recursive or _ends(item)):
            edges[item.name].discard(item.name)
    for name, symbol in symbols.items():
        if symbol.of:
            edges.setdefault(name, set()).add(symbol.of)
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return round_steps(definitions)


def _ends(item: Definition) -> bool:
    """Whether a function calls itself in some cases only, never at its own argument."""
    own = tuple(("name", name) for name in item.arguments)
    calls = [n for n in item.body.walk() if n.head == "call" and n.data == item.name]
    changed = all(tuple((bare(a).head, bare(a).data) for a in call.args) != own for call in calls)
    return changed and any(node.head == "cases" for node in item.body.walk())


def law_subjects(left: Expr) -> tuple[str, ...]:
    r"""The names whose law stands right of a `\sim`: not the indices, nor what is behind `\mid`."""
    left = bare(left)
    if left.head in ("tuple", "list", "and", "set"):
        return tuple(name for arg in left.args for name in law_subjects(arg))
    if left.head in ("entry", "given"):
        return law_subjects(left.args[0])
    if left.head in ("name", "call"):
        return (str(left.data),)
    return ()
