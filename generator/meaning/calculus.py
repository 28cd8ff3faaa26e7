"""Sums, products and extrema over indices; derivatives; evaluation bars; calls; conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from generator.meaning import arrays
from generator.meaning.calls import apply, calls_itself, parts
from generator.meaning.extremal import extreme_value
from generator.meaning.functions import FUNCTIONS, pick
from generator.meaning.interpret import COMPILERS
from generator.meaning.jets import Jet, new_tag, part
from generator.meaning.names import compile_int, entry_of, lookup
from generator.meaning.program import Code, Frame, Program, substituted, takes_chance
from generator.meaning.ranges import index_terms
from generator.meaning.series import series
from generator.meaning.systems import MeaningError, Senseless, Unsupported, whole_power
from generator.notation.tree import Expr, bare, dim_value

# -- sums over indices ----------------------------------------------------------------


def _fold(start: int, step: Callable[[Frame, Any, Any], Any]) -> Any:
    def compiler(expr: Expr, program: Program) -> Code:
        if expr.head in ("sum", "prod") and len(expr.args) == 3 and bare(expr.args[2]).data == "infty":
            if expr.head == "prod":
                raise Unsupported("an infinite product has no value yet")
            return series(expr, program)
        body, terms = program.compiled(expr.args[0]), index_terms(expr, program)
        shape = expr.args[0].shape or ()

        def run(f: Frame) -> Any:
            total = None
            for _ in terms(f):
                value = body(f)
                total = value if total is None else step(f, total, value)
            return _empty(shape, start, f) if total is None else total

        return run

    return compiler


def _each(expr: Expr, program: Program) -> Code:
    """The vector of a body's values at each value of one index (no formula prints it)."""
    body, over = program.compiled(expr.args[0]), index_terms(replace(expr, args=expr.args[:1]), program)
    return lambda f: [body(f) for _ in over(f)]


def _all(expr: Expr, program: Program) -> Code:
    """A condition for every value of indices that the claim does not speak of."""
    code, over = program.compiled(expr.args[0]), index_terms(expr, program)
    return lambda f: all(code(f) for _ in over(f))


def _empty(shape: Any, start: int, f: Frame) -> Any:
    if start < 0:
        raise MeaningError("the extremum of nothing")
    value: Any = f.system.number(start)
    for d in reversed(shape):
        value = [value] * dim_value(d, f.sizes)
    return value


def _plus(f: Frame, a: Any, b: Any) -> Any:
    return arrays.zipped(lambda x, y: x + y, a, b) if isinstance(a, list) else a + b


def _over(largest: bool) -> Any:
    def step(f: Frame, a: Any, b: Any) -> Any:
        return pick(f, b - a if largest else a - b, b, a)

    index_form = _fold(-1, step)

    def compiler(expr: Expr, program: Program) -> Code:
        names = expr.data or ()
        if (
            all(n in program.symbols and program.symbols[n].kind == "index" for n in names)
            or len(expr.args) == 3
        ):
            code: Code = index_form(expr, program)
            return code
        return extreme_value(expr, program, largest)

    return compiler


# -- derivatives ----------------------------------------------------------------------

Target = Callable[[Frame, int], tuple[Frame, Any]]


def target_of(expr: Expr, program: Program) -> Target:
    """How to make the variable of a derivative independent: returns (frame, keys).

    keys has the shape of the variable; each entry is the key of its partial.
    Raises Unsupported for something that is no variable.
    """
    expr = bare(expr)
    if expr.head == "name":
        name = expr.data
        return lambda f, tag: _seeded(f, name, lookup(name, f), tag)
    if expr.head == "pow" and bare(expr.args[0]).head == "name" and bare(expr.args[1]).data == "2":
        return _square_target(bare(expr.args[0]).data, program)
    if expr.head == "entry" and expr.args[0].head == "name":
        indices = [compile_int(i, program) for i in expr.args[1:]]
        return _entry_target(expr.args[0].data, indices)
    raise Senseless("a derivative is taken by a name, an entry of a name, or the square of a name")


def _seeded(f: Frame, name: str, value: Any, tag: int) -> tuple[Frame, Any]:
    seeded, keys = _seed(value, tag, (), f)
    return f.child({name: seeded}), keys


def _seed(value: Any, tag: int, key: tuple[int, ...], f: Frame) -> tuple[Any, Any]:
    if isinstance(value, list):
        pairs = [_seed(v, tag, (*key, i), f) for i, v in enumerate(value)]
        return [p[0] for p in pairs], [p[1] for p in pairs]
    if f.system.symbolic:
        symbol = f.system.fresh(value)  # type: ignore[attr-defined]
        return symbol, (symbol, value)
    return Jet(tag, value, {key: f.system.number(1)}), key


def _square_target(name: str, program: Program) -> Target:
    def run(f: Frame, tag: int) -> tuple[Frame, Any]:
        value = lookup(name, f)
        square = f.squares[name] if name in f.squares else whole_power(value, 2, f.system.number(1))
        if f.system.symbolic:
            symbol = f.system.fresh(square)  # type: ignore[attr-defined]
            child = f.child({}, {name: symbol})
            keys: Any = (symbol, square)
        else:
            child = f.child({}, {name: Jet(tag, square, {(): f.system.number(1)})})
            keys = ()
        child.values = {k: v for k, v in child.values.items() if k != name}
        return child, keys

    return run


def _entry_target(name: str, indices: list[Any]) -> Target:
    def run(f: Frame, tag: int) -> tuple[Frame, Any]:
        where = tuple(i(f) for i in indices)
        entry_of(name, where, f)  # raises for an index out of range
        whole = _copied(lookup(name, f))
        symbol = f.program.symbols[name]
        starts = [dim_value(f.program.symbols[i].lower, f.sizes) for i in symbol.family]
        starts += [1] * (len(where) - len(starts))
        row = whole
        for i, start in zip(where[:-1], starts[:-1], strict=True):
            row = row[i - start]
        last = where[-1] - starts[-1]
        row[last], keys = _seed(row[last], tag, (), f)
        if symbol.of:
            matrix = whole if symbol.kind == "rows" else arrays.transpose(whole)
            return f.child({symbol.of: matrix}), keys
        return f.child({name: whole}), keys

    return run


def _copied(value: Any) -> Any:
    return [_copied(v) for v in value] if isinstance(value, list) else value


def partials(value: Any, tag: int, keys: Any, f: Frame) -> Any:
    """The partials of a result, in the shape of the variable (each in the shape of the result)."""
    if f.system.symbolic:
        back = dict(_pairs_in(keys))  # every fresh symbol of this variable gets its value back
        return _symbolic_partials(value, keys, back, f)
    if isinstance(keys, list):
        return [partials(value, tag, k, f) for k in keys]
    return part(value, tag, keys, f.system.number(0))


def _pairs_in(keys: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(keys, list):
        for key in keys:
            yield from _pairs_in(key)
    else:
        yield keys


def _symbolic_partials(value: Any, keys: Any, back: dict[Any, Any], f: Frame) -> Any:
    if isinstance(keys, list):
        return [_symbolic_partials(value, k, back, f) for k in keys]
    return arrays.each(lambda v: f.system.derivative(v, keys[0], back), value)  # type: ignore[attr-defined]


def _along(body: Code, targets: list[Target], f: Frame) -> Any:
    if not targets:
        return body(f)
    tag = new_tag()
    child, keys = targets[0](f, tag)
    return partials(_along(body, targets[1:], child), tag, keys, f)


def _deriv(expr: Expr, program: Program) -> Code:
    body = program.compiled(expr.args[0])
    targets = []
    for variable, order in zip(expr.args[1:], expr.data, strict=True):
        targets += [target_of(variable, program)] * order
    return lambda f: _along(body, targets, f)


def _own_gradient(call: Expr, program: Program) -> Code:
    """Nabla f(u): the gradient of f by its own argument, taken at u."""
    if call.head != "call" or len(call.args) != 1:
        raise Unsupported("a gradient without a variable is of a function of one argument")
    inner, name = program.compiled(call.args[0]), call.data

    def run(f: Frame) -> Any:
        tag = new_tag()
        seeded, keys = _seed(inner(f), tag, (), f)
        value = apply(name, [seeded], f) if program.definitions.get(name) else f.values[name](f, seeded)
        return partials(value, tag, keys, f)

    return run


def _grad(expr: Expr, program: Program) -> Code:
    if len(expr.args) == 1:
        return _own_gradient(bare(expr.args[0]), program)
    body, target = program.compiled(expr.args[0]), target_of(expr.args[1], program)
    return lambda f: _along(body, [target], f)


def _hess(expr: Expr, program: Program) -> Code:
    if len(expr.args) == 1:
        raise Unsupported("a second derivative names its variable")
    body, target = program.compiled(expr.args[0]), target_of(expr.args[1], program)
    return lambda f: _along(body, [target, target], f)


def _at(expr: Expr, program: Program) -> Code:
    """The evaluation bar: the body (a derivative) is taken first, then the values are put in."""
    body = program.compiled(expr.args[0])
    pairs = []
    for variable, value in zip(expr.args[1::2], expr.args[2::2], strict=True):
        pairs.append((bare(variable), program.compiled(value)))

    def run(f: Frame) -> Any:
        values, squares = {}, {}
        child = f
        for variable, code in pairs:
            if variable.head == "pow":
                squares[bare(variable.args[0]).data] = code(f)
            elif variable.head == "name":
                values[variable.data] = code(f)
            else:
                raise Unsupported("an evaluation bar sets names")
        child = f.child(values, squares)
        child.values = {k: v for k, v in child.values.items() if k not in squares}
        return body(child)

    return run


# -- functions of the topic -----------------------------------------------------------


def call_code(expr: Expr, program: Program) -> Code:
    """A call of a declared function: built in, defined, or left open."""
    name = expr.data
    symbol = program.symbols[name]
    codes = [program.compiled(arg) for arg in expr.args]
    if symbol.builtin:
        entry = FUNCTIONS.get(symbol.builtin)
        if entry is None:
            raise Unsupported(f"the built-in {symbol.builtin} has no value yet")
        return lambda f: entry(f, *[code(f) for code in codes])
    definitions = program.definitions.get(name)
    if not definitions and not codes:
        return lambda f: f.values[name](f, *[lookup(a, f) for a in symbol.arguments])
    if not definitions:
        return lambda f: f.values[name](f, *[code(f) for code in codes])
    general, fixed = parts(name, program)
    if codes and any(takes_chance(node) for node in program.body_of(general).walk()):
        # E and Var are about what is put in, which may itself be random: write the call out.
        if fixed or calls_itself(general, program):
            raise Unsupported("an expectation in a recursion")
        places = dict(zip(general.arguments, expr.args, strict=True))
        return program.compiled(substituted(program.body_of(general), places))
    if not codes:
        return lambda f: apply(name, [lookup(a, f) for a in general.arguments], f, own=True)
    return lambda f: apply(name, [code(f) for code in codes], f)


def _prime(expr: Expr, program: Program) -> Code:
    name, order = expr.data
    definitions = program.definitions.get(name)
    if definitions and (parts(name, program)[1] or calls_itself(definitions[0], program)):
        raise Unsupported("the derivative of a recursion")
    if definitions:
        argument = definitions[0].arguments[0]
        body = program.compiled(program.body_of(definitions[0]))
        target = target_of(Expr("name", (), argument), program)
    elif program.symbols[name].builtin:
        return _prime_of_builtin(expr, program)
    else:
        argument, target = program.symbols[name].arguments[0], None
        own = program.symbols.get(argument)
        if (expr.args[0].shape if expr.args else own.shape if own is not None else None) != ():
            raise Senseless("a prime is the derivative of a function of one number")
    codes = [program.compiled(arg) for arg in expr.args]

    def run(f: Frame) -> Any:
        value = codes[0](f) if codes else lookup(argument, f)
        if target is None:
            return f.values[name](f, value, order)
        child = f.child({argument: value})
        child.index = {}
        return _along(body, [target] * order, child)

    return run


def _prime_of_builtin(expr: Expr, program: Program) -> Code:
    """Derivatives of a function of the table, by jets at its one argument."""
    name, order = expr.data
    entry = FUNCTIONS.get(program.symbols[name].builtin)
    if entry is None or len(expr.args) != 1:
        raise Unsupported("this derivative has no value yet")
    code = program.compiled(expr.args[0])
    argument = "\0argument"

    def target(f: Frame, tag: int) -> tuple[Frame, Any]:
        return _seeded(f, argument, f.values[argument], tag)

    def run(f: Frame) -> Any:
        return _along(lambda g: entry(g, g.values[argument]), [target] * order, f.child({argument: code(f)}))

    return run


COMPILERS.update(
    {
        "sum": _fold(0, _plus),
        "prod": _fold(1, lambda f, a, b: a * b),
        "each": _each,
        "all": _all,
        "maxover": _over(True),
        "minover": _over(False),
        "deriv": _deriv,
        "grad": _grad,
        "hess": _hess,
        "at": _at,
        "call": call_code,
        "prime": _prime,
    }
)
