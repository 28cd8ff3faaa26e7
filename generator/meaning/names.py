"""Names at a point: given, defined, entries of families, and the integers that indices are."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from generator.meaning import arrays
from generator.meaning.program import Code, Frame, Program
from generator.meaning.systems import MeaningError, NoValue, Unsupported
from generator.notation.tree import Definition, Expr, bare, dim_value

#: In place of a member while it is worked out.
OPEN = object()


def lookup(name: str, f: Frame) -> Any:
    """The whole value of a name at a point: given, square root of a given square, defined, by rows."""
    if name in f.values:
        return f.values[name]
    if name in f.squares:
        return arrays.each(lambda v: f.system.call("sqrt", v), f.squares[name])
    key = (name,)
    if key in f.memo:
        return f.memo[key]
    symbol = f.program.symbols[name]
    if symbol.of:
        whole = lookup(symbol.of, f)
        value = _sorted(whole, f) if symbol.kind == "sorted" else whole
        value = arrays.transpose(whole) if symbol.kind == "columns" else value
    elif symbol.builtin == "" and f.program.definitions.get(name):
        value = _defined(name, f)
    elif name in f.program.bound_values:
        value = _clean(f, {}, f.program.compiled(f.program.bound_values[name]))
        value = arrays.settle(value, symbol.shape)
    else:
        raise MeaningError(f"{name} has no value here")
    f.memo[key] = value
    return value


def _sorted(values: list[Any], f: Frame) -> list[Any]:
    """Numbers by size, the smallest first. Raises Unsupported where nothing is known of their order."""
    if f.system.symbolic:
        raise Unsupported("which of two symbols is the larger is not known")

    def order(a: Any, b: Any) -> int:
        return f.system.sign(a - b)

    return sorted(values, key=cmp_to_key(order))


def _clean(f: Frame, index: dict[str, int], code: Code) -> Any:
    """Run `code` with only the given indices bound, as a definition's right side is read."""
    saved, f.index = f.index, index
    try:
        return code(f)
    finally:
        f.index = saved


def _defined(name: str, f: Frame) -> Any:
    symbol = f.program.symbols[name]
    definition = f.program.definitions[name][0]
    if definition.at or definition.indices or symbol.family:
        ranges = _entry_ranges(name, definition, f)
        return _table(name, ranges, (), f)
    value = _body(definition, {}, f)
    return arrays.settle(value, symbol.shape if not symbol.family else None)


def _entry_ranges(name: str, definition: Definition, f: Frame) -> list[range]:
    """The ranges of the entries that make up the whole; of a recursion all, not those of its step alone."""
    symbol = f.program.symbols[name]
    if any(d.at for d in f.program.definitions[name]):
        if symbol.family:
            return [f.program.range_of(i, f.sizes) for i in symbol.family]
        return [range(1, dim_value(dim, f.sizes) + 1) for dim in symbol.shape or ()]
    if definition.indices:
        return [f.program.range_of(i, f.sizes) for i in definition.indices]
    return [f.program.range_of(i, f.sizes) for i in f.program.symbols[name].family]


def _table(name: str, ranges: list[range], done: tuple[int, ...], f: Frame) -> Any:
    if len(done) == len(ranges):
        return entry_of(name, done, f)
    return [_table(name, ranges, (*done, i), f) for i in ranges[len(done)]]


def _body(definition: Definition, index: dict[str, int], f: Frame) -> Any:
    """The value that a definition gives its name (the root where it defines a square)."""
    value = square_or_body(definition, index, f)
    if definition.power == 2:
        return arrays.each(lambda v: f.system.call("sqrt", v), value)
    return value


def square_or_body(definition: Definition, index: dict[str, int], f: Frame) -> Any:
    """The value of a definition's right side with its own indices bound (no root taken)."""
    body = f.program.body_of(definition)
    if definition.tuple_of and bare(body).head == "tuple":
        body = bare(body).args[definition.position]
    return _clean(f, index, f.program.compiled(body))


def entry_of(name: str, where: tuple[int, ...], f: Frame) -> Any:
    """The member or entry of `name` at 1-based (or declared) index values.

    Raises MeaningError for an index outside its range, NoValue for a member that needs itself.
    """
    whole = f.values.get(name)
    if whole is None and name in f.squares:
        whole = lookup(name, f)
    program = f.program
    symbol = program.symbols[name]
    if whole is None:
        key = (name, *where)
        if key in f.memo:
            if f.memo[key] is OPEN:
                raise NoValue(f"a member of {name} needs itself")
            return f.memo[key]
        f.memo[key] = OPEN
        try:
            found = _member(name, where, f)
        finally:
            del f.memo[key]
        if found is not None:
            f.memo[key] = found
            return found
        whole = lookup(name, f)
    starts = [dim_value(program.symbols[i].lower, f.sizes) for i in symbol.family]
    for place, i in enumerate(where):
        start = starts[place] if place < len(starts) else 1
        if not 0 <= i - start < len(whole):
            raise MeaningError(f"index {i} of {name} is out of range")
        whole = whole[i - start]
    return whole


def _member(name: str, where: tuple[int, ...], f: Frame) -> Any:
    """A member by the definition that gives it: a first one, or the one with indices; None without any."""
    definitions = f.program.definitions.get(name, ())
    for definition in definitions:
        if definition.at and _at(definition, f) == where[: len(definition.at)]:
            return _rest(_body(definition, {}, f), where[len(definition.at) :])
    for definition in definitions:
        if definition.indices and not definition.at:
            index = matched(definition, where, f)
            return _rest(_body(definition, index, f), where[len(definition.indices) :])
    return None


def _at(definition: Definition, f: Frame) -> tuple[int, ...]:
    return tuple(compile_int(e, f.program)(f) for e in definition.at)


def _rest(value: Any, where: tuple[int, ...]) -> Any:
    for i in where:
        value = value[i - 1]
    return value


def matched(definition: Definition, where: tuple[int, ...], f: Frame) -> dict[str, int]:
    """The definition's index names at these values. Raises MeaningError outside their ranges."""
    index = {}
    for name, i in zip(definition.indices, where, strict=False):
        if i not in f.program.range_of(name, f.sizes):
            raise MeaningError(f"index {i} of {definition.name} is out of range")
        index[name] = i
    return index


def compile_int(expr: Expr, program: Program) -> Any:
    """A closure for an integer expression (an index, a bound, an exponent).

    The closure raises MeaningError where the value is not certainly an integer.
    """
    expr = bare(expr)
    if expr.head == "num" and expr.data.isdigit():
        value = int(expr.data)
        return lambda f: value
    if expr.head == "name":
        name = expr.data
        symbol = program.symbols.get(name)
        if symbol is not None and symbol.kind == "size":
            return lambda f: f.sizes[name]

        def run_name(f: Frame) -> int:
            return f.index[name] if name in f.index else as_int(lookup(name, f), f)

        return run_name
    if expr.head == "add":
        codes = [compile_int(arg, program) for arg in expr.args]
        signs = [-1 if sign == "-" else 1 for sign in expr.data]
        return lambda f: sum(s * c(f) for s, c in zip(signs, codes, strict=True))
    code = program.compiled(expr)
    return lambda f: as_int(code(f), f)


def as_int(value: Any, f: Frame) -> int:
    """The integer that a scalar certainly is. Raises MeaningError otherwise."""
    whole = f.system.whole(value)
    if whole is None:
        raise MeaningError("an integer is needed here")
    return whole
