"""Composite atoms: functions, powers and inverses of polynomials, known by their argument.

The free labels of the argument become the places $0, $1 .. in the order that gives the least
key; where two orders of two labels tie, the atom is symmetric.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

from generator.verify.proof.atoms import Atom, Exponent, atom, place
from generator.verify.proof.labels import Label
from generator.verify.proof.polynomial import Polynomial, factor
from generator.verify.proof.work import NotProved

PLACES = 4  # labels of one composite atom
KEPT = frozenset({"$r", "$c", "$*"})  # labels that an inverse, a determinant or a product keeps for itself
ENDS = {"inverse": 2, "det": 0, "product": 0}  # last labels of such an atom that are no places of others


def composite(
    kind: str,
    bodies: tuple[Polynomial, ...],
    exponent: Exponent = 1,
    name: str = "",
    extra: tuple[Any, ...] = (),
    words: frozenset[str] = frozenset(),
    keep: tuple[Label, ...] = (),
) -> Polynomial:
    """The atom of these arguments to a power, as a polynomial.

    `keep`: labels that belong to the atom itself (the rows and columns of a determinant).
    Raises NotProved where the argument has too many labels.
    """
    made, order = composite_atom(kind, bodies, name, extra, words, keep)
    return factor(made, order, bodies[0].work, exponent)


def composite_atom(
    kind: str,
    bodies: tuple[Polynomial, ...],
    name: str = "",
    extra: tuple[Any, ...] = (),
    words: frozenset[str] = frozenset(),
    keep: tuple[Label, ...] = (),
) -> tuple[Atom, tuple[Label, ...]]:
    """The atom of these arguments, and the labels in the order of its places."""
    labels = sorted({label for body in bodies for label in body.labels()} - set(keep))
    if len(labels) > PLACES:
        raise NotProved("a function of an argument with too many indices")
    made: list[tuple[str, tuple[Label, ...], tuple[Polynomial, ...]]] = []
    for order in permutations(labels):
        names = {label: place(k, label[2]) for k, label in enumerate(order)}
        placed = tuple(body.renamed(names) for body in bodies)
        made.append(
            ("\x00".join(["\x00".join(x[2] for x in order), *(b.text() for b in placed)]), order, placed)
        )
    made.sort(key=lambda entry: entry[0])
    key, order, placed = made[0]
    symmetric = len(labels) == 2 and made[1][0] == key
    ranges = tuple(label[2] for label in order)
    return atom(kind, name, ranges, placed, extra, symmetric, words), order


def instance(a: Atom, labels: tuple[Label, ...]) -> tuple[Polynomial, ...]:
    """The bodies of a composite atom at free or fixed labels."""
    if any(str(label[1]) in KEPT for label in labels[: len(labels) - ENDS.get(a.kind, len(labels))]):
        raise NotProved("a matrix inside a matrix at its own row")  # its labels would be captured
    names = {place(k, where): label for k, (where, label) in enumerate(zip(a.ranges, labels, strict=True))}
    return tuple(body.renamed(names) for body in a.bodies)
