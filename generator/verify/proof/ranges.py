r"""The part of an index's range of which a claim speaks: `t < n` beside an entry at t + 1."""

from __future__ import annotations

from generator.notation.dims import as_dim
from generator.notation.tree import Dim, Expr, bare, dim_add, dim_number
from generator.verify.proof import facts
from generator.verify.proof.labels import Range, ends, never_negative, range_of
from generator.verify.proof.reading import Translation

#: Relation of an index to a size -> the end of the range that it moves, and how far from the size.
NARROWER = {">": (0, 1), ">=": (0, 0), "<": (1, -1), "<=": (1, 0)}
TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


def counts_on(tree: Expr) -> bool:
    """Whether an entry stands at an index plus or minus something."""
    return any(
        node.head == "entry" and any(bare(arg).head == "add" for arg in node.args[1:]) for node in tree.walk()
    )


def narrowed(where: Range, name: str, t: Translation, when: tuple[Expr, ...]) -> Range:
    """The range without what the conditions leave out, as far as sizes and numbers bound it."""
    for condition in facts.plain_conditions(when):
        limit = end_of(condition, name, t)
        if limit is None:
            continue
        side, end = limit
        low, high = ends(where)
        gap = dim_add(end, low, -1) if side == 0 else dim_add(high, end, -1)
        if never_negative(gap, t.work.smallest):
            where = range_of(end, high) if side == 0 else range_of(low, end)
    return where


def end_of(condition: Expr, name: str, t: Translation) -> tuple[int, Dim] | None:
    """(0, lower end) or (1, upper end) of an index under a condition; None for one of another kind."""
    if condition.head != "rel" or len(condition.args) != 2 or condition.data[0] not in NARROWER:
        return None
    one, other, op = *condition.args, condition.data[0]
    if bare(other).head == "name" and bare(other).data == name:
        one, other, op = other, one, TURNED[op]
    end = as_dim(other)
    if bare(one).head != "name" or bare(one).data != name or end is None:
        return None
    if any(t.program.symbols[n].kind != "size" for mono, _ in end for n in mono):
        return None
    side, by = NARROWER[op]
    return side, dim_add(end, dim_number(by))
