"""Relations as conditions: truth at a point, membership, indicators and cases."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import pairwise, zip_longest
from typing import Any

from generator.meaning import arrays
from generator.meaning.counting import counted
from generator.meaning.functions import refuse_kink
from generator.meaning.interpret import COMPILERS
from generator.meaning.jets import still
from generator.meaning.program import Code, Frame, Program
from generator.meaning.spectrum import definiteness
from generator.meaning.systems import Joint, Kink, MeaningError, Senseless, Unsupported
from generator.notation.tree import Expr, bare


def compare(op: str, a: Any, b: Any, f: Frame) -> bool:
    """A relation between two values at this point. Raises Unsupported for one without a truth value."""
    if op in ("=", "!=", "equiv"):
        pairs = zip(arrays.flat(a), arrays.flat(b), strict=True)
        equal = all(_sign(x - y, f) == 0 for x, y in pairs)
        return equal != (op == "!=")
    if op in LOEWNER and arrays.rank_of(a) == arrays.rank_of(b) == 2:
        large, small = (a, b) if LOEWNER[op][0] else (b, a)
        return definiteness(f, arrays.zipped(operator.sub, large, small)) >= LOEWNER[op][1]
    test = ORDER.get(op)
    if test is None or isinstance(a, list) or isinstance(b, list):
        raise Senseless(f"no truth value for {op}")
    return test(_sign(a - b, f))


def _sign(gap: Any, f: Frame) -> int:
    sign = f.system.sign(gap)
    if sign == 0:
        try:
            refuse_kink(gap, f)
        except Kink as kink:
            raise Joint(str(kink)) from kink
    return sign


#: Order of symmetric matrices -> whether the left is the larger, the least definiteness of the gap.
LOEWNER = {"succeq": (True, 0), "succ": (True, 1), "preceq": (False, 0), "prec": (False, 1)}
ORDER: dict[str, Callable[[int], bool]] = {
    "<": lambda s: s < 0,
    "<=": lambda s: s <= 0,
    ">": lambda s: s > 0,
    ">=": lambda s: s >= 0,
}


def _rel(expr: Expr, program: Program) -> Code:
    if any(op in ("in", "notin") for op in expr.data):
        return _membership(expr, program)
    codes = [program.compiled(arg) for arg in expr.args]
    ops = expr.data

    def run(f: Frame) -> bool:
        try:
            values = [code(f) for code in codes]
        except Joint:
            raise
        except Kink as kink:  # a side bends, but does not jump: where no gap is 0 the truth stays as it is
            f = _unmoved(f)
            values = [code(f) for code in codes]
            if any(f.system.sign(a - b) == 0 for a, b in pairwise(values)):
                raise Joint(str(kink)) from kink
        return all(compare(op, a, b, f) for op, a, b in zip(ops, values, values[1:], strict=False))

    return run


def _unmoved(f: Frame) -> Frame:
    """The same point with numbers for jets: what a relation says there, not beside it."""
    return f.child(
        {name: arrays.each(still, v) for name, v in f.values.items()},
        {name: arrays.each(still, v) for name, v in f.squares.items()},
    )


def _membership(expr: Expr, program: Program) -> Code:
    element, domain = program.compiled(expr.args[0]), bare(expr.args[1])
    negate = expr.data[0] == "notin"
    inside = member_test(domain, program)
    return lambda f: all(inside(f, v) for v in arrays.flat(element(f))) != negate


def member_test(domain: Expr, program: Program) -> Callable[[Frame, Any], bool]:
    """Whether a scalar lies in an interval, a finite set or a space of numbers."""
    domain = bare(domain)
    if domain.head == "name" and program.definitions.get(domain.data):
        return member_test(program.body_of(program.definitions[domain.data][0]), program)
    if domain.head == "interval":
        return _interval_test(domain, program)
    if domain.head == "set":
        codes = [program.compiled(arg) for arg in domain.args]
        return lambda f, v: any(f.system.sign(v - code(f)) == 0 for code in codes)
    if domain.head == "space" and domain.data in ("N", "Z"):
        lowest = 0 if domain.data == "N" else None
        return lambda f, v: _whole_above(f.system.whole(v), lowest)
    if domain.head == "space":
        return lambda f, v: True
    if domain.head == "law":
        raise Senseless("a law is no set; write ~")
    raise Unsupported("membership in this set has no truth value")


def _whole_above(value: int | None, lowest: int | None) -> bool:
    return value is not None and (lowest is None or value >= lowest)


def _interval_test(domain: Expr, program: Program) -> Callable[[Frame, Any], bool]:
    ends = [None if bare(a).data == "infty" else program.compiled(a) for a in domain.args]
    if bare(domain.args[0]).head == "add" and any(a.data == "infty" for a in domain.args[0].walk()):
        ends[0] = None
    left, right = domain.data

    def run(f: Frame, v: Any) -> bool:
        low, high = ends
        if low is not None and f.system.sign(v - low(f)) < (0 if left == "[" else 1):
            return False
        return high is None or f.system.sign(high(f) - v) >= (0 if right == "]" else 1)

    return run


def _and(expr: Expr, program: Program) -> Code:
    codes = [program.compiled(arg) for arg in expr.args]
    return lambda f: all(code(f) for code in codes)


def _indicator(expr: Expr, program: Program) -> Code:
    code = program.compiled(expr.args[0])
    return lambda f: f.system.number(1 if code(f) else 0)


def _cases(expr: Expr, program: Program) -> Code:
    branches = []
    for value, condition in zip_longest(expr.args[0::2], expr.args[1::2]):  # the last may be "otherwise"
        branches.append((program.compiled(value), None if condition is None else program.compiled(condition)))

    def run(f: Frame) -> Any:
        beside: list[Any] = []  # at a joint of a derivative: what holds on one side of it or the other
        for value, condition in branches:
            try:
                if condition is not None and not condition(f):
                    continue
            except Joint:
                beside.append(value(f))
                continue
            return _same([*beside, value(f)], f)
        if beside:
            return _same(beside, f)
        raise MeaningError("no case applies at this point")

    return run


def _same(values: list[Any], f: Frame) -> Any:
    """The one value, with its derivatives, that branches share where they meet. Raises Joint."""
    first = values[0]
    for other in values[1:]:
        for a, b in zip(arrays.flat(first), arrays.flat(other), strict=True):
            if not _vanishes(a - b, f):
                raise Joint("a derivative is taken where two cases meet with different ones")
    return first


def _vanishes(gap: Any, f: Frame) -> bool:
    while hasattr(gap, "parts"):
        if not all(_vanishes(part, f) for part in gap.parts.values()):
            return False
        gap = gap.value
    return bool(f.system.sign(gap) == 0)


def _no_value(what: str) -> Any:
    def compiler(expr: Expr, program: Program) -> Code:
        raise Senseless(what)

    return compiler


COMPILERS.update(
    {
        "rel": _rel,
        "and": _and,
        "list": _and,
        "indicator": _indicator,
        "cases": _cases,
        "described": counted,
        "argmax": _no_value("an arg max has its value from the claim that solves it"),
        "argmin": _no_value("an arg min has its value from the claim that solves it"),
    }
)
