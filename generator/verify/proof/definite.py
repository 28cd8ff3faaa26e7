"""Which matrices are known to be positive definite: sums of Gram matrices with a definite one.

A term is positive semidefinite where it is a positive number times B^T B, B^T S B, a declared
semidefinite matrix or a diagonal one without negative entries; definite where it is a positive
multiple of the identity, a diagonal with positive entries or a declared definite matrix. A
semidefinite matrix whose inverse is printed is definite.
"""

from __future__ import annotations

from fractions import Fraction

from generator.verify.proof import sign
from generator.verify.proof.atoms import Atom, Factor
from generator.verify.proof.functions import taken_apart
from generator.verify.proof.labels import Label
from generator.verify.proof.matrices import matrix_atom
from generator.verify.proof.polynomial import Polynomial, from_terms
from generator.verify.proof.terms import Term, bound_labels, labelled, relabelled


def positive_definite(m: Polynomial, row: Label, column: Label, beside: Polynomial) -> bool:
    """Whether the matrix is definite; `beside` is a polynomial in which its inverse may stand."""
    strongest = sign.UNKNOWN
    for monomial, c in m.terms.items():
        if c < 0:
            return False
        (term,) = Polynomial({monomial: c}, m.work).bare_terms()
        found = _of_term(term, row, column, m)
        if found == sign.UNKNOWN:
            return False
        strongest = max(strongest, found)
    return strongest == sign.POSITIVE or (bool(m.terms) and _inverted(m, row, column, beside))


def _of_term(term: Term, row: Label, column: Label, m: Polynomial) -> int:
    """POSITIVE: definite; NONNEGATIVE: semidefinite; UNKNOWN."""
    beside = [f for f in term.factors if f[0].kind != "delta" or set(f[1]) != {row, column}]
    if len(beside) == len(term.factors) - 1:  # a diagonal
        diagonal = from_terms([Term(Fraction(1), tuple(beside))], m.work)
        return sign.of_polynomial(diagonal) if beside else sign.POSITIVE
    joined = _component(term.factors, row)
    scalars = [f for f in term.factors if f not in joined]
    other = _component(tuple(scalars), column)
    rest = [f for f in scalars if f not in other]
    scalar = from_terms([Term(Fraction(1), tuple(rest))], m.work)
    outside = sign.of_polynomial(scalar) if rest else sign.POSITIVE
    if outside == sign.UNKNOWN:
        return sign.UNKNOWN
    if other:  # u u^T
        turned = relabelled(other, {column: row})
        same = (
            labelled(list(turned), m.work) == labelled(joined, m.work)
            if bound_labels(joined)
            else (sorted(turned) == sorted(joined))
        )
        return sign.NONNEGATIVE if same else sign.UNKNOWN
    inner = _of_chain(joined, row, column, m)
    return min(inner, outside)


def _component(factors: tuple[Factor, ...], label: Label) -> list[Factor]:
    """The factors that a label reaches through bound labels."""
    reached, found = {label}, list[Factor]()
    growing = True
    while growing:
        growing = False
        for f in factors:
            if f not in found and reached & set(f[1]):
                found.append(f)
                reached |= {b for b in f[1] if b[0] == 0}
                growing = True
    return found


def _of_chain(factors: list[Factor], row: Label, column: Label, m: Polynomial) -> int:
    """A chain from row to column: identity, a declared matrix, or B^T (..) B peeled from both ends."""
    if len(factors) == 1:
        a, labels, e = factors[0]
        if e != 1 or set(labels) != {row, column}:
            return sign.UNKNOWN
        if a.kind == "delta" or _definite(a):
            return sign.POSITIVE
        return sign.NONNEGATIVE if "semidefinite" in a.words else sign.UNKNOWN
    ends = [[f for f in factors if label in f[1]] for label in (row, column)]
    if any(len(e) != 1 for e in ends) or ends[0] == ends[1]:
        return sign.UNKNOWN
    (a, first, e), (b, second, g) = ends[0][0], ends[1][0]
    if a != b or e != 1 or g != 1 or len(first) != 2 or len(second) != 2:
        return sign.UNKNOWN
    side, other = first.index(row), second.index(column)
    if side != other and not a.symmetric:
        return sign.UNKNOWN
    left, right = first[1 - side], second[1 - other]
    middle = [f for f in factors if f not in (ends[0][0], ends[1][0])]
    weights = [f for f in middle if left == right and f[1] == (left,)]
    if left == right and len(weights) == len(middle):
        return sign.NONNEGATIVE if sign.of_factors(weights) != sign.UNKNOWN else sign.UNKNOWN
    if left == right or not middle:
        return sign.UNKNOWN
    return min(_of_chain(middle, left, right, m), sign.NONNEGATIVE)


def _definite(a: Atom) -> bool:
    """A declared definite matrix, or the inverse of one."""
    if a.kind == "inverse" and len(a.body.terms) == 1:
        return any("definite" in inner.words for inner in a.body.atoms()) and len(list(a.body.atoms())) == 1
    return a.kind == "symbol" and "definite" in a.words


def _inverted(m: Polynomial, row: Label, column: Label, beside: Polynomial) -> bool:
    """Whether the inverse of the matrix, or of a multiple of it, stands in a polynomial."""
    whole = taken_apart(m)
    outside = [f for f in whole.factors if row not in f[1] and column not in f[1]]
    inside = [f for f in whole.factors if f not in outside]
    rest = from_terms([Term(Fraction(1), tuple(inside))], m.work) * whole.rest
    made, _, _ = matrix_atom("inverse", rest, row, column)
    return any(a == made for a in beside.atoms())
