r"""Whether recursions come to an end: every member rests on earlier ones.

A step gives x_t from members at t - 1, t - 2 .. and from members at t of other families, as long as
these do not come back to it; a first member rests on first members. So `d_{t+1} = d_{t+1} + 1` and
`d_1 = d_1` define nothing. What stands at another index (a bound one, say) is left to the evaluation,
which refuses a member that needs itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from generator.notation.tree import Definition, Expr, bare

Member = tuple[str, str]  # a family and the printed number of a first member, "" at the step


def round_steps(definitions: Sequence[Definition]) -> tuple[str, ...]:
    """The names of members that need themselves, or ()."""
    recursive = {item.name for item in definitions if item.at}
    first = {(item.name, _number(item.at[0])) for item in definitions if item.at}
    edges: dict[Member, set[Member]] = {}
    for item in definitions:
        if item.name not in recursive or not (item.at or item.indices):
            continue
        own = (item.name, _number(item.at[0]) if item.at else "")
        for entry in _entries(item.body, recursive):
            needed = _needed(item, entry)
            if needed is None:
                continue
            if own[1] and needed not in first:
                return (item.name, needed[0])
            edges.setdefault(own, set()).add(needed)
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return tuple(name for name, _ in error.args[1])
    return ()


def _entries(body: Expr, recursive: set[str]) -> Iterator[Expr]:
    for node in body.walk():
        if node.head == "entry" and bare(node.args[0]).data in recursive:
            yield node


def _needed(item: Definition, entry: Expr) -> Member | None:
    """The member that an entry is; None where it is an earlier one, or where its place is not known here."""
    name, number = str(bare(entry.args[0]).data), _number(entry.args[1])
    if number:
        return (name, number)
    offset = _offset(entry.args[1], item.indices[0]) if item.indices else None
    if offset is None or offset < 0:
        return None
    return (name, "") if offset == 0 else (item.name, "")


def _number(expr: Expr) -> str:
    core = bare(expr)
    return str(core.data) if core.head == "num" else ""


def _offset(expr: Expr, index: str) -> int | None:
    """k in `index + k`; None for anything else."""
    core = bare(expr)
    if core.head == "name":
        return 0 if core.data == index else None
    if core.head == "num":
        return int(core.data) if core.data.isdigit() else None
    if core.head != "add":
        return None
    total, seen = 0, 0
    for sign, arg in zip(core.data, core.args, strict=True):
        value = _offset(arg, index)
        if value is None:
            return None
        named = any(node.head == "name" for node in arg.walk())
        if named and sign == "-":
            return None
        seen += named
        total += -value if sign == "-" else value
    return total if seen == 1 else None
