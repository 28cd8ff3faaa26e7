r"""Bound and free names: each binder's own names, settled over the whole relation.

An index bound twice on one path, or bound and free in one relation, is refused; of the two
names of \sum_{i \ne j} the second is free where it occurs free elsewhere in the relation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from generator.errors import fail
from generator.model import Text
from generator.notation.tree import Expr, law_sides, law_variables

#: Heads that bind a name for their body alone, so that it may not occur free beside them.
CLOSED_BINDERS = frozenset({"sum", "prod", "maxover", "minover", "integral", "lim", "between"})
CLOSED_BINDERS |= {"bigcap", "bigcup", "described"}
#: Heads that bind a name inside, which may all the same stand beside them: its value is told there.
_OPEN_BINDERS = frozenset({"argmax", "argmin"})
_LISTS = frozenset({"list"})
#: Functions of laws, which sum or integrate over the variables of the laws.
_OF_LAWS = frozenset({"kl", "entropy"})


def settle(text: Text, expr: Expr) -> Expr:
    """`expr` with every binder's names settled.

    Raises ContentError: index-bound-twice, index-bound-and-free, ambiguous-pair.
    """
    if not any(node.head in CLOSED_BINDERS for node in expr.walk()):
        return expr
    if expr.head in _LISTS:
        return expr.with_args(tuple(settle(text, arg) for arg in expr.args))
    settled = _pairs(text, expr, expr)
    _check(text, settled)
    return settled


def _pairs(text: Text, expr: Expr, whole: Expr) -> Expr:
    args = tuple(_pairs(text, arg, whole) for arg in expr.args)
    if any(a is not b for a, b in zip(args, expr.args, strict=True)):
        expr = expr.with_args(args)
    if expr.form.endswith("pair") and expr.head in CLOSED_BINDERS and len(expr.data) == 2:
        second = expr.data[1]
        outside = free_names(whole)[second] + _bound_around(whole, expr, second)
        if outside:
            expr = replace(expr, data=expr.data[:1])
        else:
            _check_pair(text, expr)
    return expr


def _check_pair(text: Text, expr: Expr) -> None:
    """Of two names in the condition, one alone in the body: is the other bound, or free?"""
    inside = free_names(expr.args[0])
    missing = [name for name in expr.data if not inside[name]]
    if len(missing) == 1:
        raise fail(
            text,
            expr.start,
            expr.end,
            "ambiguous-pair",
            f"{missing[0]} stands in the condition only: is it bound here, or any one index?",
            rf"{missing[0]} in the body or outside, or _{{{', '.join(expr.data)} : ..}} to bind both",
        )


def _bound_around(whole: Expr, inner: Expr, name: str) -> int:
    """How many binders around `inner` (found by its place) bind `name`."""
    return sum(
        1
        for node in whole.walk()
        if node.head in CLOSED_BINDERS
        and name in node.data
        and node.start <= inner.start
        and inner.end <= node.end
        and (node.start, node.end) != (inner.start, inner.end)
    )


def free_names(expr: Expr, bound: frozenset[str] = frozenset()) -> Counter[str]:
    """How often each name occurs free in `expr`."""
    found: Counter[str] = Counter()
    stack = [(expr, bound)]
    while stack:
        node, names = stack.pop()
        if node.head == "name":
            if node.data not in names:
                found[node.data] += 1
            continue
        if isinstance(node.data, Expr):  # the law below an expectation binds its variables
            inner = names | frozenset(law_variables(node.data))
            stack.extend((arg, inner) for arg in (*node.args, *law_sides(node.data)))
            continue
        if node.head == "func" and node.data in _OF_LAWS:  # a divergence is averaged over its variables
            inner = names | frozenset(name for arg in node.args for name in _averaged(arg))
            stack.extend((arg, inner) for arg in node.args)
            continue
        if node.head in CLOSED_BINDERS or node.head in _OPEN_BINDERS:
            inner = names | frozenset(node.data)
            for place, arg in enumerate(node.args):
                stack.append(
                    (arg, inner if place == 0 or (len(node.args) == 2 and node.head != "lim") else names)
                )
            continue
        stack.extend((arg, names) for arg in node.args)
    return found


def _averaged(law: Expr) -> Iterator[str]:
    """The variables that densities are printed with, before a bar."""
    for node in law.walk():
        if node.head != "call" or not node.args:
            continue
        separators = node.form.split()[-1].removeprefix("sep=")
        cut = min((k + 1 for k, mark in enumerate(separators) if mark in "|!"), default=len(node.args))
        left = node.args[:cut]
        if left[0].head == "given":
            left = (left[0].args[0],)
        yield from (str(part.data) for arg in left for part in arg.walk() if part.head == "name")


def _check(text: Text, whole: Expr) -> None:
    free = free_names(whole)
    stack: list[tuple[Expr, frozenset[str]]] = [(whole, frozenset())]
    while stack:
        node, bound = stack.pop()
        if node.head in CLOSED_BINDERS:
            for name in node.data:
                if name in bound:
                    raise fail(
                        text,
                        node.start,
                        node.end,
                        "index-bound-twice",
                        f"{name} is bound here and around it",
                        "another index here",
                    )
                if free[name]:
                    raise fail(
                        text,
                        node.start,
                        node.end,
                        "index-bound-and-free",
                        f"{name} is bound here and also stands outside it",
                        "another index for one of them, or brackets",
                    )
            bound = bound | frozenset(node.data)
        stack.extend((arg, bound) for arg in node.args)
