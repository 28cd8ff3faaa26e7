r"""The heads \int and [F(x)]_a^b: what an integral is over, and the integral by quadrature."""

from __future__ import annotations

from typing import Any

from generator.meaning import arrays
from generator.meaning.averages import exponent_of
from generator.meaning.interpret import COMPILERS
from generator.meaning.laws_discrete import DISCRETE
from generator.meaning.laws_joint import is_definite
from generator.meaning.polynomials import Poly
from generator.meaning.program import Code, Frame, Program, substituted
from generator.meaning.quadrature import integrate
from generator.meaning.series import add_up, split
from generator.meaning.systems import BallSystem, NoValue, Unsupported
from generator.notation.tree import Expr, Symbol, bare, dim_value


def _end(expr: Expr, side: str, program: Program) -> Code | None:
    """The value of a bound; None for an infinite one, which is -infinity below and infinity above.

    Raises Unsupported where the infinite ends are exchanged.
    """
    core = bare(expr)
    sign = "-" if core.head == "add" and core.data == "-" else "+"
    if core.head == "add" and len(core.args) == 1:
        core = bare(core.args[0])
    if core.head != "const" or core.data != "infty":
        return program.compiled(expr)
    if sign != side:
        raise Unsupported("an integral runs from the left to the right where an end is infinite")
    return None


def _range(expr: Expr, program: Program) -> tuple[Code | None, Code | None]:
    if len(expr.args) == 3:
        return _end(expr.args[1], "-", program), _end(expr.args[2], "+", program)
    if len(expr.args) == 1:
        raise Unsupported("an integral without bounds is over a variable of a declared density")
    domain = bare(expr.args[1])
    if domain.head == "name" and program.definitions.get(domain.data):
        domain = bare(program.body_of(program.definitions[domain.data][0]))
    if domain.head == "interval":
        return _end(domain.args[0], "-", program), _end(domain.args[1], "+", program)
    if domain.head == "space" and domain.data == "R" and not domain.args:
        return None, None
    raise Unsupported("an integral over this set has no value yet")


def _integral(expr: Expr, program: Program) -> Code:
    name = expr.data[0]
    symbol = program.symbols.get(name)
    if symbol is not None and symbol.shape:
        return _over_a_space(expr, program, symbol)
    body, (low, high) = program.compiled(expr.args[0]), _range(expr, program)
    if low is not None and high is None and _has_steps(expr.args[0], name, program):
        return _over_steps(expr.args[0], name, low, program)

    def run(f: Frame) -> Any:
        if not isinstance(f.system, BallSystem):
            raise Unsupported("an integral is evaluated in balls")
        first, last = (None if end is None else end(f) for end in (low, high))
        return integrate(f, body, name, first, last)

    return run


def _has_steps(body: Expr, name: str, program: Program) -> bool:
    """Whether the variable stands only in events, compared with a random integer: a step function."""
    if body.head == "name" and body.data == name:
        return False
    if body.head == "Pr":
        relations = [node for node in body.walk() if node.head == "rel"]
        with_name = [r for r in relations if any(n.data == name for n in r.walk() if n.head == "name")]
        return all(_compares(relation, name, program) for relation in with_name)
    return all(_has_steps(arg, name, program) for arg in body.args)


def _compares(relation: Expr, name: str, program: Program) -> bool:
    """`X > t` for a random name X with a discrete law on integers."""
    sides = [bare(arg) for arg in relation.args]
    others = [side for side in sides if side.head != "name" or side.data != name]
    laws = program.laws.laws
    return (
        len(sides) == 2
        and len(others) == 1
        and all(
            side.head == "name" and side.data in laws and laws[side.data].law in DISCRETE for side in others
        )
    )


def _over_steps(body: Expr, name: str, low: Code, program: Program) -> Code:
    """From an integer on: the sum of the values half-way between the integers."""
    half = Expr(
        "div", (Expr("num", (), "1", shape=()), Expr("num", (), "2", shape=())), None, "frac", shape=()
    )
    place = Expr("add", (Expr("name", (), name, shape=()), half), "++", shape=())
    code = program.compiled(substituted(body, {name: place}))

    def run(f: Frame) -> Any:
        first = f.system.whole(low(f)) if isinstance(f.system, BallSystem) else None
        if first is None:
            raise Unsupported("an integral of steps begins at an integer, and is evaluated in balls")
        return add_up(f, code, name, first)

    return run


def _over_a_space(expr: Expr, program: Program, symbol: Symbol) -> Code:
    """The integral of e^q over all vectors, for a quadratic q, by completing the square.

    With q = c + b^T x - x^T A x / 2 it is e^(c + b^T A^-1 b / 2) times the root of (2 pi)^d / det A.
    """
    domain = bare(expr.args[1])
    fixed, body = split(expr.args[0], symbol.name)
    exponent = exponent_of(body)
    whole = len(expr.args) == 2 and domain.head == "space" and domain.data == "R"
    if exponent is None or not whole or len(symbol.shape) != 1 or symbol.family:
        raise Unsupported("an integral over this set has no value yet")
    factors, code = [program.compiled(arg) for arg in fixed], program.compiled(exponent)

    def run(f: Frame) -> Any:
        if f.system.symbolic or not isinstance(f.system, BallSystem):
            raise Unsupported("an integral is evaluated in balls")
        one = f.system.number(1)
        x = [Poly({((k, 1),): one}) for k in range(dim_value(symbol.shape[0], f.sizes))]
        total = _gaussian(code(f.child({symbol.name: x})), len(x), f)
        for factor in factors:
            total = total * factor(f)
        return total

    return run


def _gaussian(form: Any, size: int, f: Frame) -> Any:
    """The integral of e^form over R^size. Raises NoValue where it diverges, Unsupported for another form."""
    if not isinstance(form, Poly) or form.degree() > 2:
        raise Unsupported("the exponent is no quadratic form")
    zero = f.system.number(0)
    terms = form.terms
    linear = [terms.get(((k, 1),), zero) for k in range(size)]
    matrix = [[-terms.get(((min(j, k), 1), (max(j, k), 1)), zero) for k in range(size)] for j in range(size)]
    for k in range(size):
        matrix[k][k] = -2 * terms.get(((k, 2),), zero)
    if not is_definite(f.system, matrix):
        raise NoValue("the integral diverges")
    determinant, inverse = arrays.eliminate(matrix, f.system)
    half = arrays.dot(linear, [arrays.dot(row, linear) for row in inverse]) / 2
    scale = f.system.power(2 * f.system.pi(), f.system.number(size)) / determinant  # type: ignore[attr-defined]
    return f.system.call("exp", terms.get((), zero) + half) * f.system.call("sqrt", scale)


def _difference(expr: Expr, program: Program) -> Code:
    """[F(x)]_a^b = F(b) - F(a)."""
    name, body = expr.data[0], program.compiled(expr.args[0])
    low, high = (program.compiled(arg) for arg in expr.args[1:])

    def run(f: Frame) -> Any:
        first, last = (body(f.child({name: end(f)})) for end in (low, high))
        return arrays.zipped(lambda a, b: b - a, first, last)

    return run


COMPILERS.update({"integral": _integral, "between": _difference})
