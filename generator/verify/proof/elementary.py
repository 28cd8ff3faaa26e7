"""Readers of functions: by exponentials, powers and logarithms where they are such, else as atoms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from generator.meaning.domains import declared_inside
from generator.meaning.laws import LAWS
from generator.meaning.program import Frame
from generator.meaning.systems import RationalSystem
from generator.notation.tree import Expr
from generator.verify.proof import sign
from generator.verify.proof.algebra import general_power
from generator.verify.proof.atoms import PI, POSITIVE
from generator.verify.proof.calculus import NAMED
from generator.verify.proof.composite import composite
from generator.verify.proof.functions import exponential, known_sign, logarithm, power
from generator.verify.proof.labels import FREE
from generator.verify.proof.leading import weight
from generator.verify.proof.polynomial import UNIT, Polynomial, delta, factor, number
from generator.verify.proof.printed import printed_log, printed_power
from generator.verify.proof.reading import READERS, Env, Labels, Translation
from generator.verify.proof.work import NotProved, Work

HALF = Fraction(1, 2)
STEPS = 40  # of the recurrence of the gamma function


def _sigmoid(x: Polynomial) -> Polynomial:
    return power(1 + exponential(-x), -1)


def _tanh(x: Polynomial) -> Polynomial:
    e = exponential(-2 * x)
    return (1 - e) * power(1 + e, -1)


def gamma(x: Polynomial) -> Polynomial:
    """Gamma by its recurrence, as long as what is left is positive; at whole and half numbers a number."""
    result = number(1, x.work)
    for _ in range(STEPS):
        if x.terms.get(UNIT, 0) < 1 or x.constant() == 1 or known_sign(x - 1) != sign.POSITIVE:
            break
        x = x - 1
        result = result * x
    if x.constant() == 1:
        return result
    if x.constant() == HALF:
        return result * factor(PI, (), x.work, HALF)
    words = POSITIVE if known_sign(x) == sign.POSITIVE else frozenset()
    return result * composite("function", (x,), name="gamma", words=words)


def _log_gamma(x: Polynomial) -> Polynomial:
    if known_sign(x) == sign.POSITIVE:
        return logarithm(gamma(x))
    return composite("function", (x,), name="lgamma")


def _mirrored(name: str, odd: bool) -> Callable[[Polynomial], Polynomial]:
    """An odd or even function as an atom whose argument leads with a plus."""

    def apply(x: Polynomial) -> Polynomial:
        if not x.terms:
            return number(0 if odd else 1, x.work)  # cos alone is even here
        turned = x.terms[max(x.terms, key=weight)] < 0
        made = composite("function", (-x if turned else x,), name=name)
        return -made if turned and odd else made

    return apply


_erf = _mirrored("erf", True)


def _normal_cdf(x: Polynomial) -> Polynomial:
    return HALF * (1 + _erf(x * power(number(2, x.work), -HALF)))


def _normal_pdf(x: Polynomial) -> Polynomial:
    return exponential(x * x * -HALF) * power(2 * factor(PI, (), x.work), -HALF)


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
    "sin": _mirrored("sin", True),
    "cos": _mirrored("cos", False),
    "arctan": _mirrored("arctan", True),
    "erf": _erf,
    "normal-cdf": _normal_cdf,
    "normal-pdf": _normal_pdf,
    "normal-density": _normal_pdf,
    "gamma": gamma,
    "lgamma": _log_gamma,
}

#: Functions that stay atoms: nothing but their argument is known.
OPEN = frozenset(
    {
        *("tan", "arcsin", "arccos", "digamma", "normal-quantile"),
        *("t-quantile", "t-cdf", "chi2-quantile", "chi2-cdf"),
    }
)


def applied(name: str, arguments: list[Polynomial]) -> Polynomial:
    """A function of the table at scalar arguments. Raises NotProved for one that is not known."""
    if len(arguments) == 1 and name in SCALAR:
        return SCALAR[name](arguments[0])
    if name == "beta" and len(arguments) == 2:
        a, b = arguments
        return gamma(a) * gamma(b) * power(gamma(a + b), -1)
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


def _logsumexp(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    (place,) = t.axes(expr.args[0].shape)
    powers = exponential(t.entry(expr.args[0], (place,), env))
    return logarithm(powers.total(place) if place[0] == FREE else powers)


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
    "logsumexp": _logsumexp,
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


#: Law and the ranks of a point and the parameters -> the logarithm of its density, as a tree.
LOG_DENSITIES: dict[tuple[str, tuple[int, ...]], Callable[..., Expr]] = {}


def _density(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """The density or mass of a named law at a point that lies in its support by declaration."""
    law = LAWS.get(expr.data)
    frame = Frame(RationalSystem(), t.program, {}, {})
    ranks = tuple(len(arg.shape or ()) for arg in expr.args)
    if (expr.data, ranks) in LOG_DENSITIES:
        return exponential(t.scalar(LOG_DENSITIES[expr.data, ranks](*expr.args), env))
    if law is None or any(arg.shape for arg in expr.args):
        raise NotProved("this density")
    if law.support != "real" and not declared_inside(expr.args[0], expr.data, frame):
        raise NotProved("a point that may lie outside the support")
    arguments = [Number(t.scalar(arg, env)) for arg in expr.args]
    made: Number = law.density(PolynomialSystem(t.work), *arguments)
    return made.polynomial


def _factorial(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    return gamma(1 + t.scalar(expr.args[0], env))


NAMED.update(SCALAR)
READERS.update({"func": _func, "density": _density, "factorial": _factorial})
