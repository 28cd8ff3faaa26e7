"""From typed trees to closures: arithmetic, names, entries, functions.

Each head has one compiler in a table; a closure takes a Frame and returns a scalar, a
list (vector) or a list of lists (matrix). Statements and conditions return True or False.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial
from typing import Any

from generator.meaning import arithmetic, arrays, written
from generator.meaning.arithmetic import check_nonzero
from generator.meaning.domains import declared_inside
from generator.meaning.functions import FUNCTIONS
from generator.meaning.laws import LAWS, density, in_support
from generator.meaning.log_density import log_density
from generator.meaning.names import OPEN, compile_int, entry_of, lookup
from generator.meaning.program import Code, Frame, Program
from generator.meaning.spectrum import pseudo_inverse
from generator.meaning.systems import MeaningError, NoValue, Senseless, Unsupported
from generator.notation.tree import Expr, bare, dim_value

#: Heads of what is no value at all: a set or a law stands on the right of a relation.
SETS = frozenset(["interval", "set", "space", "law"])


def compile_expr(expr: Expr, program: Program) -> Code:
    """The closure of one tree. Raises Unsupported for a head without a meaning of its own."""
    if expr.head in ("E", "Var", "Cov", "Pr", "call") and written.applies(expr, program):
        return written.code_of(expr, program)
    compiler = COMPILERS.get(expr.head)
    if compiler is None:
        kind = Senseless if expr.head in SETS else Unsupported
        raise kind(f"no value is known for {expr.head}")
    code: Code = compiler(expr, program)
    return code


# -- leaves ---------------------------------------------------------------------------


def _num(expr: Expr, program: Program) -> Code:
    value = Fraction(expr.data)
    if value.denominator != 1:
        return lambda f: f.system.number(value)
    whole = value.numerator
    exact: list[Any] = [None, None]  # an integer is the same number at every precision

    def run(f: Frame) -> Any:
        if exact[0] is not f.system:
            exact[0], exact[1] = f.system, f.system.number(whole)
        return exact[1]

    return run


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


def _pseudo_inverse(expr: Expr, program: Program) -> Code:
    code = program.compiled(expr.args[0])
    return lambda f: arrays.settle(pseudo_inverse(f, code(f)), expr.shape)


def _vector_entry(name: str, index: Any) -> Code:
    """x_i: the commonest node of all, so what is known already is looked up first."""

    def run(f: Frame) -> Any:
        i = index(f)
        whole = f.values.get(name)
        if whole is not None and 0 < i <= len(whole):
            return whole[i - 1]
        known = f.memo.get((name, i))
        return entry_of(name, (i,), f) if known is None or known is OPEN else known

    return run


def _entry(expr: Expr, program: Program) -> Code:
    base, indices = expr.args[0], [compile_int(i, program) for i in expr.args[1:]]
    if base.head == "name":
        if len(indices) == 1 and not program.symbols[base.data].family:
            return _vector_entry(base.data, indices[0])
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
    blocks = any(arg.shape for arg in expr.args)

    def run(f: Frame) -> Any:
        values = [code(f) for code in codes]
        if blocks:
            return arrays.settle(arrays.joined(values, rows, columns), expr.shape)
        if columns == 1 and rows > 1:
            return values
        return [values[r * columns : (r + 1) * columns] for r in range(rows)]

    return run


def _func(expr: Expr, program: Program) -> Code:
    if expr.data in SPECIAL:
        return SPECIAL[expr.data](expr, program)
    inner = bare(expr.args[0])
    if expr.data == "log" and _has_log_density(inner):
        return _log_density(inner, program)
    if expr.data == "log" and inner.head == "div" and all(_has_log_density(bare(arg)) for arg in inner.args):
        above, below = (_log_density(bare(arg), program) for arg in inner.args)
        return lambda f: above(f) - below(f)
    entry = FUNCTIONS.get(expr.data)
    if entry is None:
        raise Unsupported(f"the function {expr.data} has no value yet")
    codes = [program.compiled(arg) for arg in expr.args]
    return lambda f: entry(f, *[code(f) for code in codes])


def _has_log_density(expr: Expr) -> bool:
    """Whether it is the density of one number, a row of the table that is no mass."""
    return expr.head == "density" and expr.data in LAWS and not LAWS[expr.data].discrete


def _log_density(expr: Expr, program: Program) -> Code:
    """The logarithm of a density term by term: a polynomial, where the law is normal."""
    codes, law = [program.compiled(arg) for arg in expr.args], LAWS[expr.data]

    def run(f: Frame) -> Any:
        if f.system.symbolic and not declared_inside(expr.args[0], expr.data, f):
            raise Unsupported("whether this point is in the support is not declared")
        x, *parameters = [code(f) for code in codes]
        if any(isinstance(v, list) for v in (x, *parameters)):
            return f.system.call("log", density(f, expr.data, x, parameters))
        if not f.system.symbolic and not in_support(f.system, law.support, x, parameters):
            raise NoValue("the logarithm of a number that is not positive")
        return log_density(f, law.density, x, parameters)

    return run


def _density(expr: Expr, program: Program) -> Code:
    codes = [program.compiled(arg) for arg in expr.args]
    law = expr.data

    def run(f: Frame) -> Any:
        if f.system.symbolic and not declared_inside(expr.args[0], law, f):
            raise Unsupported("whether this point is in the support is not declared")
        variable, *parameters = [code(f) for code in codes]
        return density(f, law, variable, parameters)

    return run


def _run_members(expr: Expr, program: Program) -> Code:
    r"""`x_1, \dots, x_n`: the list of these entries."""
    name = expr.args[0].args[0].data
    low, high = (compile_int(member.args[1], program) for member in (expr.args[0], expr.args[-1]))
    return lambda f: [entry_of(name, (k,), f) for k in range(low(f), high(f) + 1)]


def _concat(expr: Expr, program: Program) -> Code:
    """Vectors behind one another, or matrices side by side; a run gives several of them."""
    parts = [(arg.head == "run", program.compiled(arg)) for arg in expr.args]
    vector = len(expr.shape or ()) == 1

    def run(f: Frame) -> Any:
        values = [value for many, code in parts for value in (code(f) if many else [code(f)])]
        if vector:
            return [entry for value in values for entry in value]
        return [[entry for value in values for entry in value[row]] for row in range(len(values[0]))]

    return run


def _named(head: str) -> Any:
    def compiler(expr: Expr, program: Program) -> Code:
        entry = FUNCTIONS[head]
        codes = [program.compiled(arg) for arg in expr.args]
        return lambda f: entry(f, *[code(f) for code in codes])

    return compiler


def _multinomial(expr: Expr, program: Program) -> Code:
    """n! over the factorials of the lower numbers, which add up to n. Raises NoValue where they do not."""
    above, below = program.compiled(expr.args[0]), [program.compiled(arg) for arg in expr.args[1:]]

    def run(f: Frame) -> Any:
        parts = [part for code in below for value in (code(f),) for part in arrays.flat(value)]
        wholes = [f.system.whole(part) for part in parts]
        top = f.system.whole(above(f))
        known = [whole for whole in wholes if whole is not None]
        if top is None or len(known) < len(wholes):
            raise Unsupported("a multinomial coefficient is of whole numbers")
        if min(known) < 0 or sum(known) != top:
            raise NoValue("the lower numbers of a multinomial coefficient add up to the upper one")
        value = factorial(top)
        for whole in known:
            value //= factorial(whole)
        return f.system.number(value)

    return run


def _norm(expr: Expr, program: Program) -> Code:
    entry = FUNCTIONS["norm " + (expr.data or "2")]
    code = program.compiled(expr.args[0])
    return lambda f: entry(f, code(f))


#: Functions whose arguments are no values: each compiles its own tree.
SPECIAL: dict[str, Callable[[Expr, Program], Code]] = {"concat": _concat}

COMPILERS: dict[str, Any] = {
    "num": _num,
    "const": _const,
    "name": _name,
    "ones": _filled(1),
    "zeros": _filled(0),
    "identity": _identity,
    "delta": _delta,
    **arithmetic.COMPILERS,
    "transpose": _transpose,
    "inverse": _inverse,
    "invtranspose": _inverse,
    "pinv": _pseudo_inverse,
    "entry": _entry,
    "tuple": _tuple,
    "run": _run_members,
    "matrix": _matrix,
    "func": _func,
    "density": _density,
    "abs": _named("abs"),
    "floor": _named("floor"),
    "ceil": _named("ceil"),
    "binom": _named("binom"),
    "multinomial": _multinomial,
    "factorial": _named("factorial"),
    "norm": _norm,
}
