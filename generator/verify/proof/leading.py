"""The leading term of a denominator, and the raw terms of a composite atom's body at given labels."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.verify.proof.atoms import Atom, Factor
from generator.verify.proof.labels import Label
from generator.verify.proof.terms import Monomial, Part, Term, opened, relabelled
from generator.verify.proof.work import Work

if TYPE_CHECKING:
    from generator.verify.proof.polynomial import Polynomial


@dataclass(frozen=True, slots=True)
class Lead:
    """P = coefficient * factors * parts + rest, in the places $0, $1 .. of the atom."""

    coefficient: Fraction
    factors: tuple[Factor, ...]
    parts: tuple[Part, ...]
    rest: Polynomial


def leading(a: Atom) -> Lead:
    """The term of most factors (the last in order among equals): what a denominator divides."""
    body = a.body
    monomial = max(body.terms, key=weight)
    rest = type(body)({m: c for m, c in body.terms.items() if m != monomial}, body.work)
    return Lead(body.terms[monomial], monomial[0], monomial[1], rest)


FAR = Fraction(-1000)  # a multiple of the identity leads nothing


def weight(monomial: Monomial) -> tuple[Fraction, Monomial]:
    """The order of leading terms: by total exponent (identities last), then as the monomials are sorted."""
    size = Fraction(0)
    for factors in (monomial[0], *monomial[1]):
        for f in factors:
            size += FAR if f[0].kind == "delta" else abs(Fraction(f[2]))
    return size, monomial


def raw_terms(body: Polynomial, labels: tuple[Label, ...], work: Work) -> list[Term]:
    """The terms of a body whose places $0, $1 .. are the given labels (bound ones too)."""
    names: dict[str, Label] = {f"${k}": label for k, label in enumerate(labels)}
    out = []
    for (free, parts), c in body.terms.items():
        factors = _placed(free, names)
        closed: list[Part] = []
        for part in parts:
            if names and any(label[1] in names for f in part for label in f[1]):
                factors += _placed(opened(part, work), names)
            else:
                closed.append(part)
        out.append(Term(c, factors, tuple(closed)))
    return out


def _placed(factors: tuple[Factor, ...], names: dict[str, Label]) -> tuple[Factor, ...]:
    if not names:
        return factors
    found = {label for f in factors for label in f[1] if label[1] in names}
    return relabelled(factors, {label: names[str(label[1])] for label in found})
