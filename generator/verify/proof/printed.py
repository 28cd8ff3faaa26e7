"""Powers and logarithms of what is printed as a product: taken apart before it is multiplied out.

(c + u)^2 below a bar stays a square, and log of a printed product is a sum of logarithms, where
the signs are known.
"""

from __future__ import annotations

from fractions import Fraction

from generator.meaning.program import rational_value
from generator.notation.tree import Expr, bare
from generator.verify.proof import sign
from generator.verify.proof.atoms import Exponent
from generator.verify.proof.functions import known_sign, logarithm, power
from generator.verify.proof.polynomial import Polynomial
from generator.verify.proof.reading import Env, Translation

Factors = list[tuple[Expr, int]]


def printed_power(t: Translation, expr: Expr, exponent: Exponent, env: Env) -> Polynomial:
    """expr^exponent. Whole powers go to every printed factor, roots to those known to be positive."""
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        exponent = exponent.numerator
    factors = [(t.scalar(core, env), k) for core, k in factors_of(expr)]
    result, rest = t.number(1), t.number(1)
    signs = [sign.POSITIVE if isinstance(exponent, int) else known_sign(value) for value, _ in factors]
    for (value, k), found in zip(factors, signs, strict=True):
        if found == sign.POSITIVE or (min(signs) == sign.NONNEGATIVE and k > 0):
            result = result * power(value, k * exponent)
        else:
            rest = rest * power(value, k)
    return result if isinstance(exponent, int) else result * power(rest, exponent)


def printed_log(t: Translation, expr: Expr, env: Env) -> Polynomial:
    """log expr, the printed factors known to be positive by themselves."""
    total, rest = t.number(0), t.number(1)
    for core, k in factors_of(expr):
        value = t.scalar(core, env)
        if known_sign(value) == sign.POSITIVE:
            total = total + logarithm(value) * k
        else:
            rest = rest * power(value, k)
    return total + logarithm(rest)


def factors_of(expr: Expr, k: int = 1) -> Factors:
    """The scalar factors of a printed product or quotient, each with its whole power."""
    core = bare(expr)
    if core.head == "mul" and all(arg.shape == () for arg in core.args):
        return [pair for arg in core.args for pair in factors_of(arg, k)]
    if core.head == "div" and core.args[0].shape == ():
        return [*factors_of(core.args[0], k), *factors_of(core.args[1], -k)]
    if core.head == "pow" and core.args[0].shape == ():
        literal = rational_value(core.args[1])
        if literal is not None and literal.denominator == 1 and literal > 0:
            return factors_of(core.args[0], k * int(literal))
    return [(core, k)]
