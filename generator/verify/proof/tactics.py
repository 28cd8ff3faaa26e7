"""The zero test: from a difference of normal forms to 0, by multiplications that lose nothing.

Each tactic takes a polynomial that is to be shown 0 and gives others that are 0 exactly where
the first is, wherever all have values: a multiple by something that is not 0 there, a product
with a matrix that is invertible because its inverse is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.verify.proof.atoms import Factor
from generator.verify.proof.composite import instance
from generator.verify.proof.functions import taken_apart
from generator.verify.proof.labels import FREE, Label
from generator.verify.proof.matching import COLUMN, ROW
from generator.verify.proof.polynomial import Polynomial

DEPTH = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """One multiplication of a gap: by factors, or by a matrix over one of the gap's labels.

    `label` is summed over, and `new` (a label of the multiplier only) stands in its place.
    """

    multiplier: Polynomial | tuple[Factor, ...]
    after: Polynomial
    label: Label | None = None
    new: Label | None = None


def vanishes(gap: Polynomial, depth: int = DEPTH) -> tuple[Stage, ...] | None:
    """The multiplications that show that a polynomial is 0; None where none do."""
    if gap.is_zero():
        return ()
    if depth == 0:
        return None
    for stage in _ways(gap):
        rest = vanishes(stage.after, depth - 1)
        if rest is not None:
            return (stage, *rest)
    return None


def _ways(gap: Polynomial) -> Iterator[Stage]:
    cleared = without_denominators(gap)
    if cleared is not None:
        yield cleared
        return
    yield from times_matrix(gap)


def without_denominators(gap: Polynomial) -> Stage | None:
    """gap times every free denominator; None where nothing stands below."""
    if not any(f[2] < 0 for free, _ in gap.terms for f in free):
        return None
    whole = taken_apart(gap)
    below = tuple((a, n, -e) for a, n, e in whole.factors if e < 0)
    return Stage(below, whole.rest)


def times_matrix(gap: Polynomial) -> Iterator[Stage]:
    """M gap or gap M for an inverse M^-1 that stands at a free label of the gap."""
    work = gap.work
    seen = set()
    for free, parts in gap.terms:
        for a, labels, _ in (f for factors in (free, *parts) for f in factors):
            if a.kind != "inverse":
                continue
            for side in (0, 1):
                label = labels[len(labels) - 2 + side]
                whole = label[0] == FREE and label[2] == a.ranges[-1]
                if not whole or (a, side, label) in seen or label in labels[:-2]:
                    continue
                seen.add((a, side, label))
                new: Label = (FREE, f"~{work.fresh()}", label[2])
                body = instance(a, labels)[0]
                r: Label = (FREE, ROW, label[2])
                c: Label = (FREE, COLUMN, label[2])
                # M(new, label) M^-1(label, .) and M^-1(., label) M(label, new)
                names = {r: new, c: label} if side == 0 else {r: label, c: new}
                m = body.renamed(names)
                yield Stage(m, (m * gap).total(label).renamed({new: label}), label, new)
