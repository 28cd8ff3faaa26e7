"""The zero test: from a difference of normal forms to 0, by multiplications that lose nothing.

Each tactic takes a polynomial that is to be shown 0 and gives one that is 0 exactly where the
first is, wherever both have values.
"""

from __future__ import annotations

from fractions import Fraction

from generator.verify.proof.polynomial import Polynomial, from_terms
from generator.verify.proof.functions import taken_apart

DEPTH = 5


def vanishes(gap: Polynomial) -> bool:
    """Whether a polynomial is shown to be 0."""
    if gap.is_zero():
        return True
    cleared = without_denominators(gap)
    return cleared is not None and cleared.is_zero()


def without_denominators(gap: Polynomial) -> Polynomial | None:
    """gap times every free denominator; None where nothing stands below."""
    if not any(f[2] < 0 for free, _ in gap.terms for f in free):
        return None
    whole = taken_apart(gap)
    from generator.verify.proof.terms import Term

    gap.work.multipliers.append(
        from_terms([Term(Fraction(1), tuple((a, n, -e) for a, n, e in whole.factors if e < 0))], gap.work)
    )
    return whole.rest
