r"""What an implication assumes: a recursion left of `\implies` defines its function, or its family.

`T(n) = .. T(n-1) .. \implies T(n) = ..` is about the one function that the recursion gives; of a family,
`x_{t+1} = a x_t \implies x_t = a^t x_0`, the first member may be anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from generator.errors import ContentError
from generator.model import Text
from generator.notation.define import definition_of
from generator.notation.names import cycle
from generator.notation.tree import Definition, Expr, Statement, Symbol, bare

#: What a regime is about; an equation between a recursion and its closed form holds for all numbers.
_GROWING = frozenset(["to", "sim", "approx"])
_ORDERS = frozenset(["big-O", "little-o", "big-Theta", "big-Omega"])


def assuming(
    item: Statement, symbols: Mapping[str, Symbol], known: Sequence[Definition], text: Text
) -> Statement:
    """The claim behind the arrow with the recursion before it as its own definition; else as it is."""
    if item.expr.head != "implies":
        return item
    left, right = (bare(arg) for arg in item.expr.args)
    if left.head != "rel" or left.data != ("=",) or right.head != "rel":
        return item
    subject = bare(left.args[0])
    name = str(subject.data if subject.head == "call" else bare(subject.args[0]).data) if subject.args else ""
    if name not in symbols or any(other.name == name for other in known) or not _about(left.args[1], name):
        return item
    if subject.head == "entry" and (not symbols[name].family or symbols[name].shape):
        return item
    try:
        made = [definition_of(text, left, symbols)]
    except ContentError:
        return item  # no definition: an equation, which is met or not
    if subject.head == "entry":
        made.insert(0, _first(symbols[name], symbols))
    if cycle([*known, *made], (), symbols):
        return item
    grows = any(op in _GROWING for op in right.data) or any(node.data in _ORDERS for node in right.walk())
    return replace(item, expr=right, assumes=tuple(made), limits=item.limits if grows else ())


def _about(expr: Expr, name: str) -> bool:
    return any(node.head in ("call", "name") and node.data == name for node in expr.walk())


def _first(symbol: Symbol, symbols: Mapping[str, Symbol]) -> Definition:
    """The first member of a family, at any value."""
    low = symbols[symbol.family[0]].lower
    number = low[0][1] if low else 0
    at = Expr("num", (), str(number), shape=())
    return Definition(symbol.name, Expr("name", (), f"{symbol.name} first", shape=()), at=(at,))
