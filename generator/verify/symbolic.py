"""SymPy as a number system, and when it takes an expression for 0.

SymPy differentiates and simplifies on its own; only the reading of the tree is shared.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import Any

from generator.meaning.systems import System, Unsupported
from generator.verify.lazy import sympy

TERM_BOUND = 20_000  # of one difference, when it is expanded
EXPONENT_BOUND = 2_000  # terms of one exponent: each becomes an exponential of its own
OPERATION_BOUND = 1_500  # of one difference; larger ones are left to the balls


@cache
def _quantile(name: str) -> Any:
    """The quantile function of a law as a symbol: z of the normal, t of Student."""
    return sympy.Function(name, real=True)


def _normal_cdf(x: Any) -> Any:
    """Phi, the inverse of its quantile function; symmetric around 0."""
    x = sympy.simplify(x)
    for sign in (1, -1):
        if (sign * x).func == _quantile("z"):
            p = (sign * x).args[0]
            return p if sign == 1 else 1 - p
    return (1 + sympy.erf(x / sympy.sqrt(2))) / 2


def _student_cdf(freedom: Any, x: Any) -> Any:
    """The inverse of the quantile function with the same freedom; symmetric around 0."""
    x = sympy.simplify(x)
    for sign in (1, -1):
        if (sign * x).func == _quantile("t") and is_zero((sign * x).args[0] - freedom):
            p = (sign * x).args[1]
            return p if sign == 1 else 1 - p
    raise Unsupported("Student's t at a point that is no quantile")


class SymbolicSystem(System):
    """SymPy expressions as scalars; derivatives by SymPy."""

    name = "SymPy"
    symbolic = True

    def __init__(self) -> None:
        self._fresh = 0
        self.functions = {
            "exp": sympy.exp,
            "log": sympy.log,
            "log2": lambda x: sympy.log(x) / sympy.log(2),
            "log10": lambda x: sympy.log(x) / sympy.log(10),
            "sqrt": sympy.sqrt,
            "sin": sympy.sin,
            "cos": sympy.cos,
            "tan": sympy.tan,
            "sinh": sympy.sinh,
            "cosh": sympy.cosh,
            "tanh": sympy.tanh,
            "arctan": sympy.atan,
            "abs": sympy.Abs,
            "gamma": sympy.gamma,
            "lgamma": sympy.loggamma,
            "digamma": sympy.digamma,
            "trigamma": lambda x: sympy.polygamma(1, x),
            "tetragamma": lambda x: sympy.polygamma(2, x),
            "erf": sympy.erf,
            "normal-cdf": _normal_cdf,
            "t-cdf": _student_cdf,
            "normal-quantile": _quantile("z"),
            "t-quantile": _quantile("t"),
        }

    def number(self, value: Fraction | int) -> Any:
        """A SymPy rational; a size that is a symbol passes through."""
        if isinstance(value, Fraction):
            return sympy.Rational(value.numerator, value.denominator)
        return value if isinstance(value, sympy.Basic) else sympy.Integer(value)

    def sign(self, x: Any) -> int:
        """The sign by the symbols' assumptions. Raises Unsupported where they do not tell."""
        if x == 0 or x.is_zero:
            return 0
        if x.is_positive:
            return 1
        if x.is_negative:
            return -1
        raise Unsupported("the sign of a symbol is not known")

    def whole(self, x: Any) -> int | None:
        """The integer, where it is one."""
        return int(x) if isinstance(x, sympy.Integer) else None

    def power(self, base: Any, exponent: Any) -> Any:
        """SymPy's own power."""
        return base**exponent

    def pi(self) -> Any:
        """SymPy's pi."""
        return sympy.pi

    def e(self) -> Any:
        """SymPy's E."""
        return sympy.E

    def inverse(self, matrix: list[list[Any]]) -> list[list[Any]]:
        """The inverse by the adjugate."""
        inverse = sympy.Matrix(matrix).inv(method="ADJ")
        return [[sympy.cancel(v) for v in row] for row in inverse.tolist()]

    def det(self, matrix: list[list[Any]]) -> Any:
        """The determinant (Berkowitz)."""
        return sympy.Matrix(matrix).det(method="berkowitz")

    def fresh(self, like: Any) -> Any:
        """A new symbol that is as positive or real as `like`; a symbol serves as it is."""
        if isinstance(like, sympy.Symbol):
            return like
        self._fresh += 1
        if like.is_positive:
            return sympy.Symbol(f"u{self._fresh}", positive=True)
        return sympy.Symbol(f"u{self._fresh}", real=True)

    def derivative(self, value: Any, symbol: Any, back: dict[Any, Any]) -> Any:
        """d value / d symbol, with the fresh symbols replaced by what they stood for."""
        changed = {fresh: old for fresh, old in back.items() if fresh != old}
        slope = sympy.diff(value, symbol)
        return slope.xreplace(changed) if changed else slope

    def open_moment(self, k: int, name: str = "") -> Any:
        """A standardised moment of an open law: known up to 2, a free symbol beyond."""
        return sympy.Integer((1, 0, 1)[k]) if k < 3 else sympy.Symbol(f"kappa{k} {name}", real=True)

    def open_value(self, key: str) -> Any:
        """A moment that the page leaves open."""
        return sympy.Symbol(key.replace("\0", ""), positive="spread" in key, real=True)


def is_zero(gap: Any) -> bool:
    """Whether SymPy reduces it to 0: a common numerator, split logarithms, exponentials and powers."""
    gap = gap if isinstance(gap, sympy.Basic) else sympy.Integer(gap)
    if gap == 0:
        return True
    if sympy.count_ops(gap) > OPERATION_BOUND:
        return False
    if gap.has(sympy.log):
        gap = gap.replace(lambda e: isinstance(e, sympy.log), _split_log)
    if _numerator(_with_units(gap)) == 0:
        return True
    if sympy.count_ops(gap) > OPERATION_BOUND // 3 or _terms(gap) > TERM_BOUND:
        return False
    if any(_terms(atom.args[0]) > EXPONENT_BOUND for atom in gap.atoms(sympy.exp)):
        return False
    numerator = _numerator(sympy.expand(gap, power_exp=True, power_base=True))
    if numerator == 0:
        return True
    if numerator.has(sympy.exp):
        numerator = sympy.expand(sympy.powsimp(numerator, combine="exp"))
        if numerator == 0:
            return True
    return bool(sympy.count_ops(numerator) < 120 and sympy.simplify(numerator) == 0)


def _terms(expr: Any) -> int:
    """How many terms an expanded expression has at most, before equal ones are collected."""
    if expr.is_Add:
        return sum(map(_terms, expr.args))
    if expr.is_Mul:
        return math.prod(map(_terms, expr.args))
    if expr.is_Pow and expr.exp.is_Integer:
        return int(_terms(expr.base) ** min(abs(int(expr.exp)), TERM_BOUND))
    return 1


def _numerator(gap: Any) -> Any:
    return sympy.expand(sympy.fraction(sympy.together(gap))[0])


def _with_units(gap: Any) -> Any:
    """Exponentials with unrelated arguments as independent symbols: 0 then is 0 for all their values."""
    units: dict[Any, Any] = {}
    for atom in gap.atoms(sympy.exp):
        factor, rest = atom.args[0].as_coeff_Mul()
        if not factor.is_Integer:
            factor, rest = sympy.Integer(1), atom.args[0]
        if rest.could_extract_minus_sign():
            factor, rest = -factor, -rest
        unit = sympy.Symbol("e_" + sympy.srepr(rest), positive=True)
        units[atom] = unit**factor
    return gap.xreplace(units)


def _split_log(value: Any) -> Any:
    argument = sympy.factor(sympy.together(value.args[0]))
    return sympy.expand_log(sympy.log(argument))
