"""Numbers modulo a prime: where two polynomials differ, their values at a random point almost never agree.

The chance that they do is degree / prime (Schwartz, 1980; Zippel, 1979). There is no order;
squares stand for the positive numbers.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from flint import nmod

from generator.meaning.systems import NoValue, System, Unsupported

#: A safe prime p = 2 m + 1 (m prime) that is 3 modulo 4, such that all primes up to 31 are squares
#: modulo p. The squares are a group of prime order m, so that each has one square as its root of
#: every order, and the root of a product of squares is the product of the roots.
PRIME = 1152921504601444679
ORDER = PRIME // 2
SMALL = 10**6  # residues up to it, of either sign, are read as integers


@cache
def rational(text: int | str) -> Fraction | int:
    """The number that a certificate prints, whole ones as such."""
    value = Fraction(text)
    return value.numerator if value.denominator == 1 else value


class ResidueSystem(System):
    """Numbers modulo PRIME; a root has a value where its argument is a square."""

    name = "modulo a prime"

    def __init__(self) -> None:
        self.rooted = False  # whether a root was taken: squares are not all that is positive

    def number(self, value: Fraction | int) -> Any:
        """A rational. Raises NoValue where PRIME divides the denominator."""
        if isinstance(value, int):
            return nmod(value, PRIME)
        if value.denominator % PRIME == 0:
            raise NoValue("a denominator that is 0 modulo the prime")
        return nmod(value.numerator, PRIME) / nmod(value.denominator, PRIME)

    def call(self, name: str, *args: Any) -> Any:
        """The square root. Raises Unsupported for every other function."""
        if name == "sqrt" and isinstance(args[0], nmod):
            return self.root(args[0], Fraction(1, 2))
        return super().call(name, *args)

    def root(self, x: Any, exponent: Fraction) -> Any:
        """A rational power of a square, itself a square. Raises NoValue for what is no square."""
        if pow(int(x), ORDER, PRIME) > 1:
            raise NoValue("no square modulo the prime")
        self.rooted = True
        power = exponent.numerator * pow(exponent.denominator, -1, ORDER) % ORDER
        return nmod(pow(int(x), power, PRIME), PRIME)

    def whole(self, x: Any) -> int | None:
        """The small integer that a residue is read as, else None."""
        value = int(x) if isinstance(x, nmod) else SMALL
        return value if value < SMALL else value - PRIME if PRIME - value < SMALL else None

    def sign(self, x: Any) -> int:
        """The sign of a small integer (an index, a size). Raises Unsupported: residues have no order."""
        value = self.whole(x)
        if value is None:
            raise Unsupported("no order modulo a prime")
        return (value > 0) - (value < 0)

    def pi(self) -> Any:
        """Raises Unsupported (e too): no residue is pi."""
        raise Unsupported("no pi modulo a prime")

    e = pi
