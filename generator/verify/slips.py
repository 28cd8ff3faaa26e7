"""Near mutants of a relation: its tree with one slip of the kind people make.

The audit mutates printed strings, by code of its own; these mutants are made from the
tree, in every build, so that each claim has one that its own sample refutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from generator.meaning.program import Program, rational_value
from generator.notation.tree import Expr, Shape, bare

#: What a slip makes of one node: other nodes of the same shape.
Maker = Callable[[Expr, Program], Iterator[Expr]]


def near_mutants(expr: Expr, program: Program) -> Iterator[tuple[str, Expr]]:
    """(what slipped, the relation with this slip), the most telling slips first, right sides first."""
    for words, maker in SLIPS:
        for mutant in _everywhere(expr, maker, program):
            yield words, mutant


def _everywhere(expr: Expr, maker: Maker, program: Program) -> Iterator[Expr]:
    """`expr` with one node, the last side's first, replaced by what the maker makes of it."""
    yield from maker(expr, program)
    for place in reversed(range(len(expr.args))):
        for new in _everywhere(expr.args[place], maker, program):
            yield expr.with_args((*expr.args[:place], new, *expr.args[place + 1 :]))


def whole_numbers(expr: Expr, program: Program) -> Iterator[Expr]:
    """`expr` with one of its whole numbers one more, or one less."""
    return _everywhere(expr, _off_by_one, program)


def _number(value: int) -> Expr:
    return Expr("num", (), str(value), shape=())


def _grouped(expr: Expr) -> Expr:
    plain = expr.head in ("name", "num", "group", "entry", "call", "func", "matrix", "const")
    return expr if plain else Expr("group", (expr,), ("(", ")"), shape=expr.shape)


def _sign(expr: Expr, program: Program) -> Iterator[Expr]:
    """One term of a sum with the other sign (not one that is 0)."""
    if expr.head != "add" or expr.shape is None:
        return
    for place in reversed(range(len(expr.args))):
        if (place or len(expr.args) == 1) and rational_value(expr.args[place]) != 0:
            turned = "+" if expr.data[place] == "-" else "-"
            yield replace(expr, data=expr.data[:place] + turned + expr.data[place + 1 :])


def _off_by_one(expr: Expr, program: Program) -> Iterator[Expr]:
    """A whole number, one more or one less."""
    if expr.head == "num" and expr.form != "unprinted" and expr.data.isdigit() and len(expr.data) < 4:
        yield replace(expr, data=str(int(expr.data) + 1))
        if int(expr.data) > 1:
            yield replace(expr, data=str(int(expr.data) - 1))


def _exponent(expr: Expr, program: Program) -> Iterator[Expr]:
    """The next exponent."""
    if expr.head == "pow" and expr.args[1].head == "num":
        yield from (replace(expr, args=(expr.args[0], e)) for e in _off_by_one(expr.args[1], program))


def _inverted(expr: Expr, program: Program) -> Iterator[Expr]:
    """A ratio upside down."""
    if expr.head == "div" and expr.args[0].shape == expr.args[1].shape == ():
        yield replace(expr, args=expr.args[::-1])


def _range(name: str, program: Program) -> Shape | None:
    symbol = program.symbols.get(name)
    return (symbol.lower, symbol.upper) if symbol is not None and symbol.kind == "index" else None


def _other_index(expr: Expr, program: Program) -> Iterator[Expr]:
    """An index that runs over the same range in the place of another."""
    if expr.head not in ("entry", "delta"):
        return
    for place, arg in enumerate(expr.args):
        own = _range(str(arg.data), program) if arg.head == "name" else None
        for other in program.symbols if own is not None else ():
            if other != arg.data and _range(other, program) == own:
                args = (*expr.args[:place], replace(arg, data=other), *expr.args[place + 1 :])
                yield replace(expr, args=args)


def _transposed(expr: Expr, program: Program) -> Iterator[Expr]:
    """A square matrix with or without its transposition."""
    if expr.shape is None or len(expr.shape) != 2 or expr.shape[0] != expr.shape[1]:
        return
    if expr.head == "transpose":
        yield expr.args[0]
    elif expr.head == "name":
        yield Expr("transpose", (expr,), None, r"\top", shape=expr.shape)


def _turned(expr: Expr, program: Program) -> Iterator[Expr]:
    """A relation in the other direction; an equality for a difference."""
    if expr.head == "rel" and len(expr.data) == 1 and expr.data[0] in TURNED:
        op, printed = TURNED[expr.data[0]]
        yield replace(expr, data=(op,), form=printed)


def _dimensions(expr: Expr, program: Program) -> Iterator[Expr]:
    """A space with its dimensions exchanged, or one of them larger by one."""
    if expr.head != "space" or not expr.args:
        return
    if len(expr.args) > 1:
        yield replace(expr, args=expr.args[::-1])
    more = Expr("add", (expr.args[0], _number(1)), "++", shape=())
    yield replace(expr, args=(more, *expr.args[1:]))


def _without_factor(expr: Expr, program: Program) -> Iterator[Expr]:
    """A product without one of its factors: a scalar, or a square matrix."""
    if expr.head != "mul":
        return
    for place, arg in enumerate(expr.args):
        square = arg.shape is not None and len(arg.shape) == 2 and arg.shape[0] == arg.shape[1]
        if (arg.shape == () or square) and rational_value(arg) is None:
            rest = (*expr.args[:place], *expr.args[place + 1 :])
            separators = expr.data[: max(0, place - 1)] + expr.data[max(1, place) :]
            fits = len(rest) > 1 or rest[0].shape == expr.shape
            if fits:
                yield replace(expr, args=rest, data=separators) if len(rest) > 1 else rest[0]


def _doubled(expr: Expr, program: Program) -> Iterator[Expr]:
    """A side of a relation, the parameter of a law, the end of an interval or a member of a tuple, twice."""
    if expr.head not in ("rel", "law", "interval", "tuple"):
        return
    for place in reversed(range(len(expr.args))):
        arg = expr.args[place]
        if arg.shape is not None and rational_value(arg) != 0 and bare(arg).head != "tuple":
            twice = Expr("mul", (_number(2), _grouped(arg)), ("",), shape=arg.shape)
            yield replace(expr, args=(*expr.args[:place], twice, *expr.args[place + 1 :]))


def _more(expr: Expr, program: Program) -> Iterator[Expr]:
    """A side of a relation, or the parameter of a law, larger by one."""
    if expr.head not in ("rel", "law"):
        return
    for place in reversed(range(len(expr.args))):
        arg = expr.args[place]
        if arg.shape == ():
            more = Expr("add", (_grouped(arg) if arg.head == "add" else arg, _number(1)), "++", shape=())
            yield replace(expr, args=(*expr.args[:place], more, *expr.args[place + 1 :]))


#: The opposite of an order: its operator, and how that is printed.
TURNED = {
    "!=": ("=", "="), "<": (">", ">"), "<=": (">=", r"\ge"), ">": ("<", "<"), ">=": ("<=", r"\le"),
    "succ": ("prec", r"\prec"), "succeq": ("preceq", r"\preceq"),
    "prec": ("succ", r"\succ"), "preceq": ("succeq", r"\succeq"),
}  # fmt: skip

#: What slipped, in words, and its maker; the order in which they are tried.
SLIPS: tuple[tuple[str, Maker], ...] = (
    ("dimensions", _dimensions),
    ("direction", _turned),
    ("sign", _sign),
    ("exponent", _exponent),
    ("off by one", _off_by_one),
    ("index", _other_index),
    ("transposition", _transposed),
    ("factor left out", _without_factor),
    ("ratio upside down", _inverted),
    ("factor 2", _doubled),
    ("constant", _more),
)
