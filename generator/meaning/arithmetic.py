"""Sums, products, quotients and powers of scalars, vectors and matrices."""

from __future__ import annotations

import operator
from typing import Any

from generator.meaning import arrays
from generator.meaning.functions import norm_squared
from generator.meaning.jets import still
from generator.meaning.names import compile_int, matched, square_or_body
from generator.meaning.program import Code, Frame, Program, rational_value
from generator.meaning.systems import MeaningError, NoValue, Unsupported, whole_power
from generator.notation.tree import Expr, bare

_ROOT = (
    "a power of a matrix that is no whole one; declare its root as a matrix of its own, "
    r"`R : matrix d d, positive definite`, and define \Sigma = R R"
)
LARGEST_MATRIX_POWER = 1024


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
    value = still(value)
    if f.system.symbolic or hasattr(value, "dtype"):
        if f.system.symbolic and value == 0:
            raise NoValue("division by zero")
        return
    if value == 0:
        raise NoValue("division by zero")


def _pow(expr: Expr, program: Program) -> Code:
    base_expr = bare(expr.args[0])
    exponent_expr = bare(expr.args[1])
    literal = rational_value(exponent_expr)
    if literal is not None and literal.denominator == 1:
        if base_expr.head == "norm" and base_expr.data in ("", "2", "F") and literal > 0 and literal % 2 == 0:
            return _norm_power(base_expr, int(literal) // 2, program)
        return _literal_power(base_expr, int(literal), expr, program)
    if base_expr.shape:
        return _power_of_a_matrix(program.compiled(expr.args[0]), exponent_expr, program)
    base = program.compiled(expr.args[0])
    if literal is not None and literal.denominator == 2:
        twice = int(literal * 2)
        return lambda f: whole_power(f.system.call("sqrt", base(f)), twice, f.system.number(1))
    if base_expr.head == "const" and base_expr.data == "e":
        exponent = program.compiled(expr.args[1])
        return lambda f: f.system.call("exp", exponent(f))
    return _general_power(base, expr, program)


def _norm_power(base: Expr, half: int, program: Program) -> Code:
    """An even power of a norm, without the root: it is smooth at 0, and a polynomial of random names."""
    inside = program.compiled(base.args[0])
    return lambda f: whole_power(norm_squared(inside(f)), half, f.system.number(1))


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
        if exponent == 0:
            _check_power_of_zero(value, expr, f)
        return whole_power(value, exponent, f.system.number(1))

    return run


def _check_power_of_zero(value: Any, expr: Expr, f: Frame) -> None:
    """Raises NoValue for 0^0, unless a convention or an ellipsis says what it is."""
    known = "0^0 = 1" in f.program.conventions or expr.data == "1 at 0"
    if not known and not f.system.symbolic and f.system.sign(value) == 0:
        raise NoValue("0^0 has a value only under the convention 0^0 = 1")


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
            f.memo[key] = square_or_body(definitions[0], {}, f)
        return f.memo[key]
    if base.head == "entry" and definitions[0].indices:
        where = tuple(compile_int(i, f.program)(f) for i in base.args[1:])
        return square_or_body(definitions[0], matched(definitions[0], where, f), f)
    return None


def _power_of_a_matrix(base: Code, exponent: Expr, program: Program) -> Code:
    """A power whose exponent is a whole number at each point, like P^{m+n}."""
    integer = compile_int(exponent, program)

    def run(f: Frame) -> Any:
        try:
            whole = integer(f)
        except MeaningError as error:
            raise Unsupported(_ROOT) from error
        if not isinstance(whole, int) or abs(whole) > LARGEST_MATRIX_POWER:
            raise Unsupported("a power of a matrix that is no number, or too large")
        return _matrix_power(base(f), whole, f)

    return run


def _matrix_power(value: Any, exponent: int, f: Frame) -> Any:
    if exponent == 0:
        rows = range(len(value))
        return [[f.system.number(int(i == j)) for j in rows] for i in rows]
    if exponent < 0:
        value, exponent = arrays.eliminate(value, f.system)[1], -exponent
    if exponent == 1:
        return value
    half = _matrix_power(value, exponent // 2, f)
    square = arrays.product(half, half)
    return arrays.product(square, value) if exponent % 2 else square


def _general_power(base: Code, expr: Expr, program: Program) -> Code:
    exponent = program.compiled(expr.args[1])
    integer = compile_int(expr.args[1], program)

    def run(f: Frame) -> Any:
        value, power = base(f), exponent(f)
        try:
            whole = integer(f)
        except MeaningError:
            whole = None
        if whole is None or (f.system.symbolic and not isinstance(whole, int)):
            return f.system.power(value, power)  # a size may itself be a symbol
        if whole == 0:
            _check_power_of_zero(value, expr, f)
        if whole < 0:
            check_nonzero(value, f)
        return whole_power(value, whole, f.system.number(1))

    return run


def _hadamard(expr: Expr, program: Program) -> Code:
    codes = [program.compiled(arg) for arg in expr.args]

    def run(f: Frame) -> Any:
        total = codes[0](f)
        for code in codes[1:]:
            total = arrays.zipped(lambda x, y: x * y, total, code(f))
        return total

    return run


def _inner(expr: Expr, program: Program) -> Code:
    code = _hadamard(expr, program)
    return lambda f: sum(arrays.flat(code(f)), f.system.number(0))


def _kronecker(expr: Expr, program: Program) -> Code:
    codes = [program.compiled(arg) for arg in expr.args]

    def run(f: Frame) -> Any:
        total = arrays.full(codes[0](f))
        for code in codes[1:]:
            below = arrays.full(code(f))
            total = [[x * y for x in row for y in inner] for row in total for inner in below]
        return arrays.settle(total, expr.shape)

    return run


COMPILERS: dict[str, Any] = {
    "group": _group,
    "add": _add,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "hadamard": _hadamard,
    "inner": _inner,
    "kron": _kronecker,
}
