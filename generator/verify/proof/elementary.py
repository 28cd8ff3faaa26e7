"""Readers of functions: by exponentials, powers and logarithms where they are such, else as atoms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from generator.meaning.domains import declared_inside
from generator.meaning.laws import LAWS
from generator.meaning.program import Frame
from generator.meaning.systems import RationalSystem
from generator.notation.tree import Expr
from generator.verify.proof.algebra import general_power
from generator.verify.proof.atoms import PI
from generator.verify.proof.composite import composite
from generator.verify.proof.functions import exponential, logarithm, power
from generator.verify.proof.labels import FREE
from generator.verify.proof.polynomial import Polynomial, delta, factor, number
from generator.verify.proof.printed import printed_log, printed_power
from generator.verify.proof.reading import READERS, Env, Labels, Translation
from generator.verify.proof.work import NotProved, Work

HALF = Fraction(1, 2)


def _sigmoid(x: Polynomial) -> Polynomial:
    return power(1 + exponential(-x), -1)


def _tanh(x: Polynomial) -> Polynomial:
    e = exponential(-2 * x)
    return (1 - e) * power(1 + e, -1)


#: Function of one scalar -> what it is made of.
SCALAR: dict[str, Callable[[Polynomial], Polynomial]] = {
    "exp": exponential,
    "log": logarithm,
    "ln": logarithm,
    "log2": lambda x: logarithm(x) * power(logarithm(number(2, x.work)), -1),
    "log10": lambda x: logarithm(x) * power(logarithm(number(10, x.work)), -1),
    "sqrt": lambda x: power(x, HALF),
    "sigmoid": _sigmoid,
    "logit": lambda x: logarithm(x) - logarithm(1 - x),
    "softplus": lambda x: logarithm(1 + exponential(x)),
    "tanh": _tanh,
    "sinh": lambda x: (exponential(x) - exponential(-x)) * HALF,
    "cosh": lambda x: (exponential(x) + exponential(-x)) * HALF,
}

#: Functions that stay atoms: nothing but their argument is known.
OPEN = frozenset(
    {
        *("sin", "cos", "tan", "arctan", "arcsin", "arccos", "erf", "gamma", "lgamma", "digamma", "relu"),
        *("normal-cdf", "normal-pdf", "normal-quantile", "t-quantile", "t-cdf", "chi2-quantile", "chi2-cdf"),
    }
)


def applied(name: str, arguments: list[Polynomial]) -> Polynomial:
    """A function of the table at scalar arguments. Raises NotProved for one that is not known."""
    if len(arguments) == 1 and name in SCALAR:
        return SCALAR[name](arguments[0])
    if name in OPEN:
        return composite("function", tuple(arguments), name=name)
    raise NotProved(f"no rule reads the function {name}")


def _func(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    special = SHAPED.get(expr.data)
    if special is not None:
        return special(t, expr, labels, env)
    if any(arg.shape for arg in expr.args):
        raise NotProved("a function of an array")
    if expr.data == "sqrt" and len(expr.args) == 1:
        return printed_power(t, expr.args[0], HALF, env)
    if expr.data in ("log", "ln") and len(expr.args) == 1:
        return printed_log(t, expr.args[0], env)
    return applied(expr.data, [t.scalar(arg, env) for arg in expr.args])


def _softmax(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """Along the last axis: e^(x_j) / sum_k e^(x_k)."""
    if len(expr.args) != 1 or len(labels) != len(expr.args[0].shape or ()):
        raise NotProved("softmax of a list")
    top = exponential(t.entry(expr.args[0], labels, env))
    other = t.axes(expr.args[0].shape)[-1]
    bottom = exponential(t.entry(expr.args[0], (*labels[:-1], other), env))
    return top * power(bottom.total(other) if other[0] == FREE else bottom, -1)


def _trace(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    inner = expr.args[0]
    if len(inner.shape or ()) != 2:
        return t.scalar(inner, env)
    mark = t.axes(inner.shape)[0]
    value = t.entry(inner, (mark, mark), env)
    return value.total(mark) if mark[0] == FREE else value


def _diag(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    if len(labels) == 1:
        return t.entry(expr.args[0], (labels[0], labels[0]), env)
    return t.entry(expr.args[0], labels[:1], env) * delta(labels[0], labels[1], t.work)


SHAPED: dict[str, Callable[[Translation, Expr, Labels, Env], Polynomial]] = {
    "softmax": _softmax,
    "tr": _trace,
    "diag": _diag,
}


class PolynomialSystem:
    """What the table of laws needs of a number system, over polynomials."""

    symbolic = True

    def __init__(self, work: Work) -> None:
        self.work = work

    def number(self, value: Fraction | int) -> Number:
        """A rational."""
        return Number(number(value, self.work))

    def call(self, name: str, *args: Number) -> Number:
        """A function of the table."""
        return Number(applied(name, [arg.polynomial for arg in args]))

    def power(self, base: Number, exponent: Number) -> Number:
        """A general power."""
        return Number(general_power(base.polynomial, exponent.polynomial))

    def pi(self) -> Number:
        """The circle number."""
        return Number(factor(PI, (), self.work))


class Number:
    """A polynomial with the operators that densities and moments are written with."""

    def __init__(self, polynomial: Polynomial) -> None:
        self.polynomial = polynomial

    def _other(self, other: Number | Fraction | int) -> Polynomial:
        return other.polynomial if isinstance(other, Number) else self.polynomial.number(other)

    def __add__(self, other: Number | Fraction | int) -> Number:
        return Number(self.polynomial + self._other(other))

    __radd__ = __add__

    def __neg__(self) -> Number:
        return Number(-self.polynomial)

    def __sub__(self, other: Number | Fraction | int) -> Number:
        return Number(self.polynomial - self._other(other))

    def __rsub__(self, other: Fraction | int) -> Number:
        return Number(self.polynomial.number(other) - self.polynomial)

    def __mul__(self, other: Number | Fraction | int) -> Number:
        return Number(self.polynomial * self._other(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Number | Fraction | int) -> Number:
        return Number(self.polynomial * power(self._other(other), -1))

    def __rtruediv__(self, other: Fraction | int) -> Number:
        return Number(self.polynomial.number(other) * power(self.polynomial, -1))

    def __pow__(self, exponent: int) -> Number:
        return Number(power(self.polynomial, exponent))


def _density(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """The density or mass of a named law at a point that lies in its support by declaration."""
    law = LAWS.get(expr.data)
    frame = Frame(RationalSystem(), t.program, {}, {})
    if law is None or any(arg.shape for arg in expr.args):
        raise NotProved("this density")
    if law.support != "real" and not declared_inside(expr.args[0], expr.data, frame):
        raise NotProved("a point that may lie outside the support")
    arguments = [Number(t.scalar(arg, env)) for arg in expr.args]
    made: Number = law.density(PolynomialSystem(t.work), *arguments)
    return made.polynomial


READERS.update({"func": _func, "density": _density})
