"""Which polynomials are known to be positive, or not negative: the only door to splitting roots and logs.

Known means: for all sizes and all declared values at which the printed parts are defined. The
sources are declared domains and conditions (in `Work.known`), exponentials, squares, and sums
of such terms. Nothing here searches.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import lcm

from generator.notation.tree import ONE, dim_add
from generator.verify.proof.atoms import Factor, size_atom
from generator.verify.proof.composite import composite_atom
from generator.verify.proof.labels import BOUND, length, never_negative
from generator.verify.proof.polynomial import Polynomial, from_terms
from generator.verify.proof.terms import Monomial, Part, Term
from generator.verify.proof.work import Work

UNKNOWN, NONNEGATIVE, POSITIVE = 0, 1, 2


def of_factor(f: Factor) -> int:
    """What is known about the sign of one factor, where it is defined."""
    a, _, e = f
    if a.positive:
        return POSITIVE
    root = isinstance(e, Fraction) and e.denominator % 2 == 0
    if isinstance(e, int) and e % 2 == 0 and "nonzero" in a.words:
        return POSITIVE
    if root or (isinstance(e, int) and e % 2 == 0) or a.nonnegative:
        return NONNEGATIVE if e > 0 else POSITIVE  # what has an inverse is not 0
    return UNKNOWN


def of_factors(factors: Iterable[Factor]) -> int:
    """Of a product: positive if all factors are, not negative if none is of unknown sign."""
    return min((of_factor(f) for f in factors), default=POSITIVE)


def of_monomial(monomial: Monomial, work: Work) -> int:
    """Of a monomial: its free factors, its sums (never empty where positive), pairs of equal sums."""
    free, parts = monomial
    signs = [of_factors(free)]
    single: list[object] = []
    for part in parts:
        sign = of_factors(part)
        if sign == POSITIVE and not all(
            never_negative(dim_add(length(label[2]), ONE, -1), work.smallest)
            for f in part
            for label in f[1]
            if label[0] == BOUND
        ):
            sign = NONNEGATIVE
        if sign != POSITIVE and work.known and _known_part(part, work):
            sign = POSITIVE
        if sign == UNKNOWN:
            if part in single:
                single.remove(part)
            else:
                single.append(part)
            sign = NONNEGATIVE
        signs.append(sign)
    return UNKNOWN if single else min(signs)


def _known_part(part: Part, work: Work) -> bool:
    """Whether a sum is assumed to be positive."""
    made, _ = composite_atom("pow", (from_terms([Term(Fraction(1), (), (part,))], work),))
    return work.known.get(made) == POSITIVE


def of_polynomial(p: Polynomial) -> int:
    """Of a sum: no term of unknown sign, and one that is positive."""
    constant = p.constant()
    if constant is not None:
        return POSITIVE if constant > 0 else NONNEGATIVE if constant == 0 else UNKNOWN
    signs = []
    for monomial, c in p.terms.items():
        if c < 0:
            return _of_sizes(p)
        signs.append(of_monomial(monomial, p.work))
    return UNKNOWN if min(signs) == UNKNOWN else max(signs)


def _of_sizes(p: Polynomial) -> int:
    """Of a polynomial in sizes alone, by their least values: n - 1 is positive where n is 2 or more."""
    whole = lcm(*(c.denominator for c in p.terms.values()))
    dim = []
    for (free, parts), c in p.terms.items():
        if parts or any(a.kind != "size" or not isinstance(e, int) or e < 0 for a, _, e in free):
            return UNKNOWN
        names = tuple(sorted(a.name for a, _, e in free for _ in range(int(e))))
        dim.append((names, int(c * whole)))
    if not never_negative(tuple(dim), p.work.smallest):
        return UNKNOWN
    return POSITIVE if never_negative((*dim, ((), -1)), p.work.smallest) else NONNEGATIVE


def lower_bound(p: Polynomial) -> Polynomial:
    """A polynomial that is nowhere larger: a subtracted sum of bits becomes the number of them."""
    out = p
    for (free, parts), c in p.terms.items():
        if c > 0 or len(parts) != 1 or len(parts[0]) != 1 or of_factors(free) != POSITIVE:
            continue
        ((a, labels, e),) = parts[0]
        if "bit" not in a.words or e != 1 or len(labels) != 1:
            continue
        term = Polynomial({(free, parts): c}, p.work)
        counted = [
            Term(c * k, free + tuple((size_atom(name), (), 1) for name in names))
            for names, k in length(labels[0][2])
        ]
        out = out - term + from_terms(counted, p.work)
    return out
