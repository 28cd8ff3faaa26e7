"""Whether two terms are equal as sums, products and powers of their parts.

Both are worked out modulo a prime, each name at a number hashed from it: equal ones agree, others
agree with a chance of about one in the prime.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import comb, factorial

from generator.notation.tree import Expr, bare

PRIME = 2**61 - 1
LARGEST = 20  # of what is worked out as a factorial or a binomial; larger ones are hashed


def same_value(one: Expr, other: Expr) -> bool:
    """Whether two expressions are equal as sums, products and powers of their parts."""
    return _value(one) == _value(other)


def _hashed(key: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:7], "big")


def _value(expr: Expr) -> int:
    """The value modulo the prime, every name at a number made from it."""
    exact = _exact(expr)
    if exact is not None:
        return exact.numerator * pow(exact.denominator, -1, PRIME) % PRIME
    expr = bare(expr)
    values = [_value(arg) for arg in expr.args]
    rule = _RULES.get(expr.head)
    made = rule(expr, values) if rule is not None else None
    if made is not None:
        return made
    data = None if expr.head == "mul" else expr.data
    return _hashed((expr.head, data, values))


def _exact(expr: Expr) -> Fraction | None:
    """The number itself where it is made of names and numbers only, by the four operations."""
    expr = bare(expr)
    if expr.head == "num":
        return Fraction(expr.data)
    if expr.head == "name":
        return Fraction(_hashed(expr.data) % 2**31 + 2**31)
    if expr.head not in ("add", "mul", "div"):
        return None
    parts = [_exact(arg) for arg in expr.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if expr.head == "div":
        return known[0] / known[1] if known[1] else None
    total = Fraction(0) if expr.head == "add" else Fraction(1)
    for place, part in enumerate(known):
        total = total * part if expr.head == "mul" else total + (-part if expr.data[place] == "-" else part)
    return total


def _added(expr: Expr, values: list[int]) -> int:
    return sum(-v if sign == "-" else v for sign, v in zip(expr.data, values, strict=True)) % PRIME


def _multiplied(expr: Expr, values: list[int]) -> int:
    out = 1
    for value in values:
        out = out * value % PRIME
    return out


def _quotient(expr: Expr, values: list[int]) -> int | None:
    return values[0] * pow(values[1], -1, PRIME) % PRIME if values[1] else None


def _power(expr: Expr, values: list[int]) -> int | None:
    exponent = _exact(expr.args[1])
    if exponent is None or exponent.denominator != 1 or (not values[0] and exponent <= 0):
        return None
    return pow(values[0], int(exponent) % (PRIME - 1), PRIME)


def _factorial(expr: Expr, values: list[int]) -> int | None:
    exact = _exact(expr.args[0])
    small = exact is not None and exact.denominator == 1 and 0 <= exact <= LARGEST
    return factorial(int(exact)) if small and exact is not None else None


def _binomial(expr: Expr, values: list[int]) -> int | None:
    above, below = (_exact(arg) for arg in expr.args)
    if above is None or below is None or not (below.denominator == 1 == above.denominator):
        return None
    return comb(int(above), int(below)) % PRIME if 0 <= below <= LARGEST and above >= 0 else None


_RULES: Mapping[str, Callable[[Expr, list[int]], int | None]] = {
    "add": _added,
    "mul": _multiplied,
    "div": _quotient,
    "pow": _power,
    "factorial": _factorial,
    "binom": _binomial,
}
