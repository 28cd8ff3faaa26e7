r"""Infinite series: terms added up, and a bound of all that is left out.

Where the terms fall exponentially or faster they are added up to a place from which on the bound
by `tails` is below what the precision asks for. Where they fall like a power, the Euler-Maclaurin formula
(DLMF 2.10.1) sums the rest: an integral, half a term, derivatives at the place, and a remainder
bounded by the largest value on discs around the half-line (Cauchy). Signs that alternate are
paired first. A series that looks converged is not: without a bound it is not decided, and one
whose terms certainly do not fall like a convergent one's has no value.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint
from flint import acb, acb_series, arb, fmpq

from generator.meaning.growth import Growth, constant, variable
from generator.meaning.integrand import carried
from generator.meaning.names import compile_int
from generator.meaning.program import Code, Frame, Program, free_names
from generator.meaning.quadrature import Path, aim, bounded_tail, integrate, outline, picked, rebuilt
from generator.meaning.systems import BallSystem, Kink, MeaningError, NoValue, System, Unsupported, Unsure
from generator.meaning.tails import GrowthSystem
from generator.notation.tree import Expr, bare

PLACES = (32, 64, 128, 256, 512, 1024, 2048, 4096)  # where the rest may begin
GUARD = 40  # bits of working precision more
CORRECTIONS = 28  # derivatives in the Euler-Maclaurin formula, every second one
FAR = 256  # where that formula begins


def add_up(f: Frame, body: Code, name: str, first: int, smooth: bool = True) -> Any:
    """The sum of `body` over the integers from `first` on, as a ball or jet.

    smooth: whether `body` has a value between the integers too, as the Euler-Maclaurin formula needs.
    Raises Unsupported where no bound is found, NoValue where it diverges.
    """
    if not isinstance(f.system, BallSystem):
        raise Unsupported("an infinite series is added up in balls")
    outside = f.child({})
    outside.index.pop(name, None)
    values = [_term(f, body, name, first + k) for k in (0, 1, 5)]
    before, cap = flint.ctx.prec, flint.ctx.cap
    flint.ctx.prec, flint.ctx.cap = before + GUARD, 2 * CORRECTIONS + 1
    try:
        found = {path: _one(outside, body, name, first, path, smooth) for path in outline(values)}
    finally:
        flint.ctx.prec, flint.ctx.cap = before, cap
    return rebuilt(values[-1], (), found)


def _term(f: Frame, body: Code, name: str, k: int) -> Any:
    g = f.child({})
    g.index[name] = k
    return body(g)


def _one(f: Frame, body: Code, name: str, first: int, path: Path, smooth: bool) -> arb:
    """The sum of one number of the terms."""
    for place in PLACES:
        if place <= first + 2:
            continue
        bound, power = _rest(f, body, name, place, path)
        if bound is not None and bound < aim(GUARD):
            return _partial(f, body, name, range(first, place), path) + arb(0, bound)
        if bound is not None and power is not None:
            break
    if not smooth:
        raise Unsupported("no bound of what is left out of this series is found")
    try:
        return _by_formula(f, body, name, first, path)
    except (Unsure, NoValue, Kink) as error:  # between the integers nothing is claimed
        raise Unsupported("no bound of what is left out of this series is found") from error


def _partial(f: Frame, body: Code, name: str, places: range, path: Path) -> arb:
    total, g = arb(0), f.child({})
    for k in places:
        g.index[name] = k
        total += picked(body(g), path)
    return total


def _far(f: Frame, body: Code, name: str, system: GrowthSystem, x: Growth, path: Path) -> Growth:
    """The term for all n >= the system's start."""
    outside = carried(f, system, lambda v: constant(v, system.start))
    value = picked(body(outside.child({name: x})), path)
    return value if isinstance(value, Growth) else constant(value, system.start)


def _rest(f: Frame, body: Code, name: str, place: int, path: Path) -> tuple[arb | None, arb | None]:
    """(bound of the sum from `place` on, its power where it falls like one); None for no bound.

    A sum of what falls is below the integral that begins one step earlier.
    """
    system = GrowthSystem(place - 1, integers=Fraction(0))
    try:
        value = _far(f, body, name, system, variable(system.start), path)
    except MeaningError:
        return None, None
    bound, power = bounded_tail(value, system, "the series diverges")
    if bound is None or not all(m.falls(system.start) for m in value.majorants()):
        return None, None
    return bound, power


def vanish(f: Frame, body: Code, name: str) -> bool:
    """Whether the terms tend to 0: else pairs of them say nothing of the series."""
    outside = f.child({})
    outside.index.pop(name, None)
    values = [_term(f, body, name, k) for k in (40, 41)]
    system = GrowthSystem(PLACES[-1], integers=Fraction(0))
    for path in outline(values):
        try:
            majorants = _far(outside, body, name, system, variable(system.start), path).majorants()
        except MeaningError:
            return False
        if not all(m.rate > 0 or m.power < 0 for m in majorants):
            return False
    return True


# -- Euler and Maclaurin -------------------------------------------------------------------


class TaylorSystem(System):
    """Power series in the variable around one place (acb_series), for derivatives of any order."""

    name = "power series"
    continued = True

    def __init__(self, integers: Fraction) -> None:
        self.integers = integers

    def number(self, value: Fraction | int) -> Any:
        """A constant series."""
        exact = value if isinstance(value, int) else fmpq(value.numerator, value.denominator)
        return acb_series([acb(arb(exact))])

    def call(self, name: str, *args: Any) -> Any:
        """A function of one series."""
        if any(hasattr(arg, "parts") for arg in args):
            return super().call(name, *args)
        if name not in SERIES or len(args) != 1:
            raise Unsupported(f"{name} is not known to {self.name}")
        if name in ("log", "sqrt", "lgamma") and not args[0][0].real > 0:
            raise Unsure("a logarithm or a root near 0")
        made: Any = getattr(args[0], name)()
        return made

    def integer_part(self, x: Any) -> Any:
        """The floor, continued between integers."""
        return x - self.number(self.integers)

    def sign(self, x: Any) -> int:
        """The sign at the place."""
        if hasattr(x, "parts"):
            raise Unsupported("a border that moves with the variable of a derivative")
        real = x[0].real
        if real.contains(0):
            raise Unsure("a branch at this place is open")
        return 1 if real > 0 else -1

    def whole(self, x: Any) -> int | None:
        """The integer that a constant series is."""
        real = x[0].real
        if x.length() > 1 or not x[0].imag.is_zero() or not (real.is_exact() and real.is_integer()):
            return None
        return int(str(real.unique_fmpz()))

    def pi(self) -> Any:
        """Pi."""
        return acb_series([acb(arb.pi())])

    def e(self) -> Any:
        """Euler's number."""
        return acb_series([acb(arb(1).exp())])


SERIES = frozenset(["exp", "log", "sqrt", "sin", "cos", "tan", "gamma", "lgamma", "erf"])


def _by_formula(f: Frame, body: Code, name: str, first: int, path: Path) -> arb:
    """The terms up to a place, and the rest by the Euler-Maclaurin formula with its remainder."""
    place = max(FAR, first + 1)
    total = _partial(f, body, name, range(first, place), path)
    bound = GrowthSystem(place, integers=Fraction(0))
    _far(f, body, name, bound, variable(bound.start), path)
    if len(bound.above) > 1:
        raise Unsupported("steps of two kinds in a series")
    above = next(iter(bound.above), Fraction(0))
    rest = picked(integrate(f, body, name, arb(place), None, above), path)
    system = TaylorSystem(above)
    around = carried(f, system, lambda v: acb_series([acb(v)]))
    expanded = picked(body(around.child({name: acb_series([acb(place), acb(1)])})), path)
    coefficients = [expanded[k].real for k in range(2 * CORRECTIONS)]
    rest += coefficients[0] / 2
    for j in range(1, CORRECTIONS + 1):
        number = arb.bernoulli(2 * j) / (2 * j)  # f^(2j-1) is (2j-1)! times its coefficient
        rest -= number * coefficients[2 * j - 1]
    found: arb = total + rest + arb(0, _remainder(f, body, name, place, path))
    return found


def _remainder(f: Frame, body: Code, name: str, place: int, path: Path) -> arb:
    """5 / (2 pi)^(2m) times the integral of |f^(2m)|, which is at most (2m)! (8/x)^(2m) max |f|.

    The maximum is that on the disc of radius x/8 around x, so f is analytic there as well.
    """
    disc = acb(arb(1, 0.125), arb(0, 0.125))
    system = GrowthSystem(place, real=False, integers=Fraction(0))
    value = _far(f, body, name, system, variable(system.start, disc), path)
    order = 2 * CORRECTIONS
    front = 5 * arb(order).fac() * (4 / arb.pi()) ** order
    total = arb(0)
    for m in value.majorants():
        slope = order - m.power - 1
        if not slope > 0:
            raise Unsupported("no bound of what is left out of this series is found")
        total += front * m.size * arb(place) ** -slope / slope
    return total.upper()


# -- the head ------------------------------------------------------------------------------


def series(expr: Expr, program: Program) -> Code:
    """An infinite sum; where (-1)^n stands in its terms, they are taken in pairs."""
    name = expr.data[0]
    if expr.args[0].shape:
        raise Unsupported("a series of vectors has no value yet")
    fixed, body = split(expr.args[0], name)
    factors = [program.compiled(factor) for factor in fixed]
    low = compile_int(expr.args[1], program)
    alternates = any(_is_sign(node, name) for node in body.walk())
    code = program.compiled(body)

    def run(f: Frame) -> Any:
        if not isinstance(f.system, BallSystem):
            raise Unsupported("an infinite series is added up in balls")
        total = found(f, low(f))
        for factor in factors:
            total = total * factor(f)
        return total

    def found(f: Frame, first: int) -> Any:
        if not alternates:
            return add_up(f, code, name, first)
        try:
            return add_up(f, code, name, first, False)
        except Unsupported:
            if not vanish(f, code, name):
                raise
            return add_up(f, paired(first), name, 0)

    def paired(first: int) -> Code:
        pair = [program.compiled(_with_parity(body, name, first + k, program)) for k in (0, 1)]
        return lambda f: pair[0](f) + pair[1](f)

    return run


def split(body: Expr, name: str) -> tuple[list[Expr], Expr]:
    """(factors without the name, the rest): sums and integrals are taken of the rest alone."""
    body = bare(body)
    if body.head == "mul" and not body.shape and all(arg.shape == () for arg in body.args):
        fixed = [arg for arg in body.args if name not in free_names(arg)]
        rest = [arg for arg in body.args if name in free_names(arg)]
        if fixed and len(rest) == 1:
            more, inner = split(rest[0], name)
            return [*fixed, *more], inner
    return [], body


def _is_sign(node: Expr, name: str) -> bool:
    """(-1)^.. with the name in the exponent."""
    if node.head != "pow":
        return False
    base = bare(node.args[0])
    minus = base.head == "add" and base.data == "-" and bare(base.args[0]).data == "1"
    return minus and any(part.head == "name" and part.data == name for part in node.args[1].walk())


def _with_parity(expr: Expr, name: str, first: int, program: Program) -> Expr:
    """The terms of one parity: n is written 2 n + first, and (-1)^n is the sign that it is.

    Raises Unsupported for an exponent that is no integer polynomial.
    """
    if _is_sign(expr, name):
        exponent = compile_int(expr.args[1], program)
        signs = {exponent(_integers(program, {name: first + 2 * k})) % 2 for k in range(6)}
        if len(signs) != 1:
            raise Unsupported("a sign that does not alternate")
        one = Expr("num", (), "1", shape=())
        return (
            Expr("group", (Expr("add", (one,), "-", shape=()),), ("(", ")"), shape=())
            if signs == {1}
            else one
        )
    if expr.head == "name" and expr.data == name:
        two = Expr("mul", (Expr("num", (), "2", shape=()), expr), ("",), shape=())
        moved = Expr("add", (two, Expr("num", (), str(first), shape=())), "++", shape=())
        return Expr("group", (moved,), ("(", ")"), shape=())
    return expr.with_args(tuple(_with_parity(arg, name, first, program) for arg in expr.args))


def _integers(program: Program, index: dict[str, int]) -> Frame:
    from generator.meaning.points import BALLS

    frame = Frame(BALLS, program, {}, {})
    frame.index = dict(index)
    return frame
