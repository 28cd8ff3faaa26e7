r"""The number of elements of a set that is written by a condition: they are listed, and tried one by one.

Members from the natural numbers need a bound: a condition `a \cdot x = c` or `a \cdot x \le c` whose
left side is linear in the member, with factors above 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from generator.meaning.program import Code, Frame, Program, free_names
from generator.meaning.systems import TooMuch, Unsupported
from generator.notation.statements import pairs
from generator.notation.tree import Expr, bare, dim_value

MOST_MEMBERS = 20_000
_TURNED = {">=": "<=", ">": "<"}
_LINEAR = frozenset(["name", "num", "entry", "add", "group", "sum", "mul", "run", "tuple"])

Vector = tuple[int, ...]


def counted(expr: Expr, program: Program) -> Code:
    """How many members the set has. Raises Unsupported where nothing bounds them."""
    first, *conditions = expr.args[0].args
    domain, name = bare(first.args[1]), str(expr.data[0])
    links = [pair for condition in conditions for pair in pairs(bare(condition))]
    tests = [program.compiled(link) for link in links]
    listed = bare(domain.args[0]) if domain.head == "pow" else domain
    bounds = [bound for link in links if (bound := _bound(link, name))]
    symbol = program.symbols.get(name)
    shape = symbol.shape if symbol is not None else ()

    def put(f: Frame, member: list[Any]) -> Frame:
        return f.child({name: member if shape else member[0]})

    def run(f: Frame) -> Any:
        length = dim_value(shape[0], f.sizes) if shape else 1
        if listed.head == "set":
            values = [program.compiled(arg)(f) for arg in listed.args]
            if len(values) ** length > MOST_MEMBERS:
                raise TooMuch("a set of so many members")
            members: Iterator[Any] = product(_different(values, f), repeat=length)
        elif listed.data == "N" and bounds and len(links) == 1:
            factors, most = _budget(bounds[0], length, put, f)
            return f.system.number(_solutions(factors, most, links[0].data[0].replace(">", "<")))
        elif listed.data == "N" and bounds:
            members = _within(*_budget(bounds[0], length, put, f))
        else:
            raise Unsupported("nothing bounds the members of this set")
        total = 0
        for member in members:
            there = put(f, [f.system.number(v) if isinstance(v, int) else v for v in member])
            total += all(test(there) for test in tests)
        return f.system.number(total)

    return run


def _different(values: list[Any], f: Frame) -> list[Any]:
    out: list[Any] = []
    for value in values:
        if not any(f.system.sign(value - other) == 0 for other in out):
            out.append(value)
    return out


def _bound(link: Expr, name: str) -> tuple[Expr, Expr] | None:
    """(linear side, side without the member) of a relation that bounds the member from above."""
    op, (left, right) = link.data[0], link.args
    if op in _TURNED:
        op, left, right = _TURNED[op], right, left
    for one, other in ((left, right), (right, left)) if op == "=" else ((left, right),):
        alone = name in free_names(one) and name not in free_names(other)
        if op in ("=", "<=", "<") and alone and _is_linear(one, name):
            return one, other
    return None


def _is_linear(expr: Expr, name: str) -> bool:
    if name not in free_names(expr):
        return True
    if expr.head == "mul" and sum(name in free_names(arg) for arg in expr.args) > 1:
        return False
    if expr.head == "entry":
        return name not in {n for index in expr.args[1:] for n in free_names(index)}
    return expr.head in _LINEAR and all(_is_linear(arg, name) for arg in expr.args)


def _budget(bound: tuple[Expr, Expr], length: int, put: Any, f: Frame) -> tuple[Vector, int]:
    """The factors of the entries, and what they may add up to."""
    code, limit = (f.program.compiled(side) for side in bound)
    zeros = [f.system.number(0)] * length
    empty = code(put(f, zeros))
    units = [[*zeros[:k], f.system.number(1), *zeros[k + 1 :]] for k in range(length)]
    factors = [f.system.whole(code(put(f, unit)) - empty) for unit in units]
    most = f.system.whole(limit(f) - empty)
    known = tuple(factor for factor in factors if factor is not None and factor > 0)
    if most is None or len(known) < len(factors):
        raise Unsupported("nothing bounds the members of this set")
    return known, most


def _solutions(factors: Vector, most: int, op: str) -> int:
    """How many vectors of natural numbers have factors . x = most, <= most or < most."""
    ways = [1] + [0] * max(most, 0)
    for factor in factors:
        for total in range(factor, len(ways)):
            ways[total] += ways[total - factor]
    if most < 0:
        return 0
    return ways[most] if op == "=" else sum(ways) - (ways[most] if op == "<" else 0)


def _within(factors: Vector, most: int) -> Iterator[Vector]:
    """All vectors of natural numbers with factors . x <= most. Raises TooMuch for too many."""
    seen = 0
    waiting: list[tuple[Vector, int]] = [((), most)]
    while waiting:
        member, rest = waiting.pop()
        if rest < 0:
            continue
        if len(member) == len(factors):
            seen += 1
            if seen > MOST_MEMBERS:
                raise TooMuch("a set of so many members")
            yield member
            continue
        factor = factors[len(member)]
        waiting += [((*member, v), rest - v * factor) for v in range(rest // factor + 1)]
