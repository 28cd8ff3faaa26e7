r"""\arg\max and \arg\min: over names, each with its domain, and under constraints behind a colon."""

from __future__ import annotations

from generator.notation import commands
from generator.notation.cursor import Reader
from generator.notation.grammar_name import read_scripts
from generator.notation.tree import Expr


def arg(reader: Reader) -> Expr:
    r"""\arg\max_{p \in [0,1]} and its spellings, \arg\max_{x :\, Ax = b}; the body is one product.

    form: the printed operator and, a place each, n (a name), r (a relation) or c (a constraint).
    """
    start, word = reader.start(), reader.take()
    if word == r"\arg":
        kind = reader.take()
        if kind not in (r"\max", r"\min"):
            raise reader.refuse("expected-token", r"\arg stands before \max or \min", r"\arg\max", start)
        head, word = f"arg{kind[1:]}", "arg"
    else:
        head = commands.ARGS[word]
    scripts = read_scripts(reader)
    if scripts.sub is None or scripts.sup is not None:
        raise reader.refuse(
            "missing-bounds", "an arg max says over which name", r"\arg\max_{p}", start, reader.finish()
        )
    items, constraints = reader.within(scripts.sub, _below)
    names = tuple(_bound_of(reader, item) for item in items)
    for constraint in constraints:
        _check_constraint(reader, constraint, names)
    symbols = {name: reader.table.symbols[name] for name in names if name in reader.table.symbols}
    with reader.binding(symbols):
        body = reader.rules.term(reader)
    kinds = " ".join(["r" if item.head == "rel" else "n" for item in items] + ["c"] * len(constraints))
    domains = (*(item for item in items if item.head == "rel"), *constraints)
    return reader.node(head, (body, *domains), start, names, f"{word} {kinds}")


def _below(reader: Reader) -> tuple[list[Expr], list[Expr]]:
    """What is bound, and the constraints behind a colon."""
    end = reader.limit
    colon = reader.texts.index(":", reader.pos, end) if ":" in reader.texts[reader.pos : end] else end
    items = reader.within((reader.pos, colon), _items)
    constraints = reader.within((colon + 1, end), _items) if colon < end else []
    reader.pos = end
    return items, constraints


def _items(reader: Reader) -> list[Expr]:
    items: list[Expr] = []
    while True:
        items.append(reader.rules.chain(reader))
        if reader.done():
            return items
        reader.expect(",", " (between the names)")


def _check_constraint(reader: Reader, constraint: Expr, names: tuple[str, ...]) -> None:
    used = {node.data for node in constraint.walk() if node.head == "name"}
    if constraint.head != "rel" or not used & set(names):
        raise reader.refuse(
            "expected-relation",
            "behind the colon stand relations of the names before it",
            r"\arg\max_{x :\, Ax = b}",
            constraint.start,
            constraint.end,
        )


def _bound_of(reader: Reader, item: Expr) -> str:
    names = [item] if item.head == "name" else []
    if item.head == "rel":
        names = [
            side
            for side in item.args
            if side.head == "name" and reader.table.symbols[side.data].kind != "size"
        ]
    if not names:
        raise reader.refuse(
            "expected-name",
            "an arg max is over declared names",
            r"\arg\max_{\mu, v > 0}",
            item.start,
            item.end,
        )
    return str(names[0].data)
