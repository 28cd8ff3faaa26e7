"""From typed trees to closures: arithmetic, names, entries, functions.

Each head has one compiler in a table; a closure takes a Frame and returns a scalar, a
list (vector) or a list of lists (matrix). Statements and conditions return True or False.
"""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import Any

from generator.meaning import arrays
from generator.meaning.functions import FUNCTIONS
from generator.meaning.laws import density
from generator.meaning.program import Code, Frame, Program, rational_value
from generator.meaning.systems import MeaningError, Unsupported, whole_power
from generator.notation.tree import Definition, Expr, bare, dim_value


def compile_expr(expr: Expr, program: Program) -> Code:
    """The closure of one tree. Raises Unsupported for a head without a meaning of its own."""
    compiler = COMPILERS.get(expr.head)
    if compiler is None:
        raise Unsupported(f"no value is known for {expr.head}")
    code: Code = compiler(expr, program)
    return code


# -- leaves ---------------------------------------------------------------------------


def _num(expr: Expr, program: Program) -> Code:
    value = Fraction(expr.data)
    return lambda f: f.system.number(value)


def _const(expr: Expr, program: Program) -> Code:
    if expr.data == "pi":
        return lambda f: f.system.pi()  # type: ignore[attr-defined]
    if expr.data == "e":
        return lambda f: f.system.e()  # type: ignore[attr-defined]
    raise Unsupported("infinity is a bound, not a value")


def _filled(number: int) -> Any:
    def compiler(expr: Expr, program: Program) -> Code:
        shape = expr.shape or ()

        def run(f: Frame) -> Any:
            dims = [dim_value(d, f.sizes) for d in shape]
            value = f.system.number(number)
            for d in reversed(dims):
                value = [_copy(value) for _ in range(d)]
            return value

        return run

    return compiler


def _copy(value: Any) -> Any:
    return [_copy(v) for v in value] if isinstance(value, list) else value


def _identity(expr: Expr, program: Program) -> Code:
    shape = expr.shape
    if not shape or len(shape) != 2:
        raise Unsupported("an identity matrix needs a size")

    def run(f: Frame) -> Any:
        n = dim_value(shape[0], f.sizes)
        one, zero = f.system.number(1), f.system.number(0)
        return [[one if i == j else zero for j in range(n)] for i in range(n)]

    return run


def _delta(expr: Expr, program: Program) -> Code:
    a, b = compile_int(expr.args[0], program), compile_int(expr.args[1], program)
    return lambda f: f.system.number(1 if a(f) == b(f) else 0)


def _name(expr: Expr, program: Program) -> Code:
    name = expr.data
    symbol = program.symbols.get(name)
    if symbol is not None and symbol.kind == "size":
        return lambda f: f.system.number(f.sizes[name])
    if symbol is None or symbol.kind == "index":
        return lambda f: f.system.number(f.index[name]) if name in f.index else f.values[name]
    return lambda f: f.system.number(f.index[name]) if name in f.index else lookup(name, f)


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
        matrix = lookup(symbol.of, f)
        value = matrix if symbol.kind == "rows" else arrays.transpose(matrix)
    elif symbol.builtin == "" and f.program.definitions.get(name):
        value = _defined(name, f)
    elif name in f.program.bound_values:
        value = _clean(f, {}, f.program.compiled(f.program.bound_values[name]))
        value = arrays.settle(value, symbol.shape)
    else:
        raise MeaningError(f"{name} has no value here")
    f.memo[key] = value
    return value


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
    if definition.indices or symbol.family:
        ranges = _entry_ranges(name, definition, f)
        return _table(name, ranges, (), f)
    value = _body(definition, {}, f)
    return arrays.settle(value, symbol.shape if not symbol.family else None)


def _entry_ranges(name: str, definition: Definition, f: Frame) -> list[range]:
    if definition.indices:
        return [f.program.range_of(i, f.sizes) for i in definition.indices]
    return [f.program.range_of(i, f.sizes) for i in f.program.symbols[name].family]


def _table(name: str, ranges: list[range], done: tuple[int, ...], f: Frame) -> Any:
    if len(done) == len(ranges):
        return entry_of(name, done, f)
    return [_table(name, ranges, (*done, i), f) for i in ranges[len(done)]]


def _body(definition: Definition, index: dict[str, int], f: Frame) -> Any:
    """The value that a definition gives its name (the root where it defines a square)."""
    value = _square_or_body(definition, index, f)
    if definition.power == 2:
        return arrays.each(lambda v: f.system.call("sqrt", v), value)
    return value


def _square_or_body(definition: Definition, index: dict[str, int], f: Frame) -> Any:
    body = f.program.body_of(definition)
    if definition.tuple_of and bare(body).head == "tuple":
        body = bare(body).args[definition.position]
    return _clean(f, index, f.program.compiled(body))


def entry_of(name: str, where: tuple[int, ...], f: Frame) -> Any:
    """The member or entry of `name` at 1-based (or declared) index values.

    Raises MeaningError for an index outside its range.
    """
    whole = f.values.get(name)
    if whole is None and name in f.squares:
        whole = lookup(name, f)
    program = f.program
    symbol = program.symbols[name]
    if whole is None:
        key = (name, *where)
        if key in f.memo:
            return f.memo[key]
        for definition in program.definitions.get(name, ()):
            if definition.at and _at(definition, f) == where[: len(definition.at)]:
                f.memo[key] = _rest(_body(definition, {}, f), where[len(definition.at) :])
                return f.memo[key]
        for definition in program.definitions.get(name, ()):
            if definition.indices and not definition.at:
                index = _match(definition, where, f)
                count = len(definition.indices)
                f.memo[key] = _rest(_body(definition, index, f), where[count:])
                return f.memo[key]
        whole = lookup(name, f)
    starts = [dim_value(program.symbols[i].lower, f.sizes) for i in symbol.family]
    for place, i in enumerate(where):
        start = starts[place] if place < len(starts) else 1
        if not 0 <= i - start < len(whole):
            raise MeaningError(f"index {i} of {name} is out of range")
        whole = whole[i - start]
    return whole


def _at(definition: Definition, f: Frame) -> tuple[int, ...]:
    return tuple(compile_int(e, f.program)(f) for e in definition.at)


def _rest(value: Any, where: tuple[int, ...]) -> Any:
    for i in where:
        value = value[i - 1]
    return value


def _match(definition: Definition, where: tuple[int, ...], f: Frame) -> dict[str, int]:
    index = {}
    for name, i in zip(definition.indices, where, strict=False):
        if i not in f.program.range_of(name, f.sizes):
            raise MeaningError(f"index {i} of {definition.name} is out of range")
        index[name] = i
    return index


# -- arithmetic -----------------------------------------------------------------------


def _group(expr: Expr, program: Program) -> Code:
    return program.compiled(expr.args[0])


def _add(expr: Expr, program: Program) -> Code:
    codes = [program.compiled(arg) for arg in expr.args]
    signs = [sign == "-" for sign in expr.data]
    if expr.shape == () or expr.shape is None:

        def run(f: Frame) -> Any:
            total = -codes[0](f) if signs[0] else codes[0](f)
            for code, minus in zip(codes[1:], signs[1:], strict=True):
                total = total - code(f) if minus else total + code(f)
            return total

        return run

    def run_array(f: Frame) -> Any:
        total = arrays.each(lambda v: -v, codes[0](f)) if signs[0] else codes[0](f)
        for code, minus in zip(codes[1:], signs[1:], strict=True):
            total = arrays.zipped(operator.sub if minus else operator.add, total, code(f))
        return total

    return run_array


def _mul(expr: Expr, program: Program) -> Code:
    codes = [program.compiled(arg) for arg in expr.args]
    if all(arg.shape == () for arg in expr.args):

        def run(f: Frame) -> Any:
            total = codes[0](f)
            for code in codes[1:]:
                total = total * code(f)
            return total

        return run

    def run_array(f: Frame) -> Any:
        values = [code(f) for code in codes]
        total = values[-1]
        if arrays.rank_of(total) == 1:  # right to left is cheap when a vector ends the product
            for value in reversed(values[:-1]):
                total = _times(value, total)
        else:
            total = values[0]
            for value in values[1:]:
                total = arrays.product(total, value)
        return arrays.settle(total, expr.shape)

    return run_array


def _times(a: Any, b: Any) -> Any:
    if arrays.rank_of(a) == 1 and arrays.rank_of(b) == 0:
        return [v * b for v in a]
    return arrays.product(a, b)


def _div(expr: Expr, program: Program) -> Code:
    top, bottom = program.compiled(expr.args[0]), program.compiled(expr.args[1])

    def run(f: Frame) -> Any:
        below = bottom(f)
        check_nonzero(below, f)
        above = top(f)
        if isinstance(above, list):
            return arrays.each(lambda v: v / below, above)
        return above / below

    return run


def check_nonzero(value: Any, f: Frame) -> None:
    """Raises MeaningError for an exact zero below a fraction bar."""
    while hasattr(value, "parts"):
        value = value.value
    if f.system.symbolic or hasattr(value, "dtype"):
        if f.system.symbolic and value == 0:
            raise MeaningError("division by zero")
        return
    if value == 0:
        raise MeaningError("division by zero")


def _pow(expr: Expr, program: Program) -> Code:
    base_expr = bare(expr.args[0])
    exponent_expr = bare(expr.args[1])
    literal = rational_value(exponent_expr)
    if literal is not None and literal.denominator == 1:
        return _literal_power(base_expr, int(literal), expr, program)
    base = program.compiled(expr.args[0])
    if literal is not None and literal.denominator == 2:
        twice = int(literal * 2)
        return lambda f: whole_power(f.system.call("sqrt", base(f)), twice, f.system.number(1))
    if base_expr.head == "const" and base_expr.data == "e":
        exponent = program.compiled(expr.args[1])
        return lambda f: f.system.call("exp", exponent(f))
    return _general_power(base, expr, program)


def _literal_power(base_expr: Expr, exponent: int, expr: Expr, program: Program) -> Code:
    base = program.compiled(expr.args[0])
    matrix = bool(base_expr.shape)
    name = (
        base_expr.data
        if base_expr.head == "name"
        else base_expr.args[0].data
        if base_expr.head == "entry"
        else None
    )
    even = exponent % 2 == 0 and not matrix and isinstance(name, str)

    def run(f: Frame) -> Any:
        if even:
            square = square_of(base_expr, str(name), f)
            if square is not None:
                return whole_power(square, exponent // 2, f.system.number(1))
        value = base(f)
        if matrix:
            return _matrix_power(value, exponent, f)
        if exponent < 0:
            check_nonzero(value, f)
        return whole_power(value, exponent, f.system.number(1))

    return run


def square_of(base: Expr, name: str, f: Frame) -> Any:
    """The square of a name whose square is what is given or defined, else None."""
    if base.head == "name" and name in f.squares:
        return f.squares[name]
    if name in f.values:
        return None
    definitions = f.program.definitions.get(name)
    if not definitions or definitions[0].power != 2:
        return None
    if base.head == "name" and not definitions[0].indices:
        key = (name, "square")
        if key not in f.memo:
            f.memo[key] = _square_or_body(definitions[0], {}, f)
        return f.memo[key]
    if base.head == "entry" and definitions[0].indices:
        where = tuple(compile_int(i, f.program)(f) for i in base.args[1:])
        return _square_or_body(definitions[0], _match(definitions[0], where, f), f)
    return None


def _matrix_power(value: Any, exponent: int, f: Frame) -> Any:
    if exponent < 0:
        value, exponent = arrays.eliminate(value, f.system)[1], -exponent
    total = value
    for _ in range(exponent - 1):
        total = arrays.product(total, value)
    return total


def _general_power(base: Code, expr: Expr, program: Program) -> Code:
    exponent = program.compiled(expr.args[1])
    integer = compile_int(expr.args[1], program)
    zero_power = "0^0 = 1" in program.conventions

    def run(f: Frame) -> Any:
        value, power = base(f), exponent(f)
        try:
            whole = integer(f)
        except MeaningError:
            whole = None
        if whole is None:
            return f.system.power(value, power)
        if whole == 0 and not zero_power and not f.system.symbolic and f.system.sign(value) == 0:
            raise MeaningError("0^0 has a value only under the convention 0^0 = 1")
        if whole < 0:
            check_nonzero(value, f)
        return whole_power(value, whole, f.system.number(1))

    return run


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


# -- structure ------------------------------------------------------------------------


def _transpose(expr: Expr, program: Program) -> Code:
    code = program.compiled(expr.args[0])
    if expr.args[0].shape == ():
        return code

    def run(f: Frame) -> Any:
        return arrays.settle(arrays.transpose(code(f)), expr.shape)

    return run


def _inverse(expr: Expr, program: Program) -> Code:
    code = program.compiled(expr.args[0])
    flip = expr.head == "invtranspose"

    def run(f: Frame) -> Any:
        value = code(f)
        if not isinstance(value, list):
            check_nonzero(value, f)
            return 1 / value
        inverse = f.system.inverse(value) if f.system.symbolic else arrays.eliminate(value, f.system)[1]  # type: ignore[attr-defined]
        return arrays.transpose(inverse) if flip else inverse

    return run


def _entry(expr: Expr, program: Program) -> Code:
    base, indices = expr.args[0], [compile_int(i, program) for i in expr.args[1:]]
    if base.head == "name":
        name = base.data
        return lambda f: entry_of(name, tuple(i(f) for i in indices), f)
    code = program.compiled(base)

    def run(f: Frame) -> Any:
        value = code(f)
        for i in indices:
            at = i(f)
            if not 1 <= at <= len(value):
                raise MeaningError(f"index {at} is out of range")
            value = value[at - 1]
        return value

    return run


def _tuple(expr: Expr, program: Program) -> Code:
    codes = [program.compiled(arg) for arg in expr.args]
    return lambda f: [code(f) for code in codes]


def _matrix(expr: Expr, program: Program) -> Code:
    rows, columns = expr.data
    codes = [program.compiled(arg) for arg in expr.args]

    def run(f: Frame) -> Any:
        values = [code(f) for code in codes]
        if rows == 1 and columns > 1 and all(isinstance(v, list) for v in values):
            return [list(row) for row in zip(*values, strict=True)]
        if columns == 1 and rows > 1:
            return values
        return [values[r * columns : (r + 1) * columns] for r in range(rows)]

    return run


def _func(expr: Expr, program: Program) -> Code:
    entry = FUNCTIONS.get(expr.data)
    if entry is None:
        raise Unsupported(f"the function {expr.data} has no value yet")
    codes = [program.compiled(arg) for arg in expr.args]
    return lambda f: entry(f, *[code(f) for code in codes])


def _density(expr: Expr, program: Program) -> Code:
    codes = [program.compiled(arg) for arg in expr.args]
    law = expr.data

    def run(f: Frame) -> Any:
        variable, *parameters = [code(f) for code in codes]
        return density(f, law, variable, parameters)

    return run


def _named(head: str) -> Any:
    def compiler(expr: Expr, program: Program) -> Code:
        entry = FUNCTIONS[head]
        codes = [program.compiled(arg) for arg in expr.args]
        return lambda f: entry(f, *[code(f) for code in codes])

    return compiler


def _norm(expr: Expr, program: Program) -> Code:
    entry = FUNCTIONS["norm " + (expr.data or "2")]
    code = program.compiled(expr.args[0])
    return lambda f: entry(f, code(f))


COMPILERS: dict[str, Any] = {
    "num": _num,
    "const": _const,
    "name": _name,
    "ones": _filled(1),
    "zeros": _filled(0),
    "identity": _identity,
    "delta": _delta,
    "group": _group,
    "add": _add,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "transpose": _transpose,
    "inverse": _inverse,
    "invtranspose": _inverse,
    "entry": _entry,
    "tuple": _tuple,
    "matrix": _matrix,
    "func": _func,
    "density": _density,
    "abs": _named("abs"),
    "floor": _named("floor"),
    "ceil": _named("ceil"),
    "binom": _named("binom"),
    "factorial": _named("factorial"),
    "norm": _norm,
}
