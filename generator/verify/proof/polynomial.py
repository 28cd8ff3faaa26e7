"""Polynomials of tensor networks: sums of monomials with rational coefficients.

Every operation gives a polynomial whose monomials are in canonical form, so that two equal
dictionaries are the same polynomial for all sizes and all values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from hashlib import blake2b
from types import MappingProxyType

from generator.verify.proof.atoms import DELTA, Atom, Exponent, size_atom
from generator.verify.proof.labels import BOUND, FREE, Label, length, same_index
from generator.verify.proof.rules import RULES
from generator.verify.proof.terms import (
    Monomial,
    Term,
    canonical,
    contracted,
    mentions,
    opened,
    relabelled,
)
from generator.verify.proof.work import TERMS, NotProved, Step, Work

UNIT: Monomial = ((), ())


class Polynomial:
    """monomial -> coefficient (never 0), and the account of the proof it belongs to."""

    __slots__ = ("_text", "terms", "work")

    def __init__(self, terms: dict[Monomial, Fraction], work: Work) -> None:
        self.terms = terms
        self.work = work
        self._text = ""

    # -- making ---------------------------------------------------------------------

    def number(self, value: Fraction | int) -> Polynomial:
        """A rational number as a polynomial of the same proof."""
        return number(value, self.work)

    def __add__(self, other: Polynomial | Fraction | int) -> Polynomial:
        if not isinstance(other, Polynomial):
            other = number(other, self.work)
        terms = dict(self.terms)
        for monomial, c in other.terms.items():
            _put(terms, monomial, c)
        return Polynomial(terms, self.work)

    __radd__ = __add__

    def __neg__(self) -> Polynomial:
        return self.scaled(Fraction(-1))

    def __sub__(self, other: Polynomial | Fraction | int) -> Polynomial:
        return self + (-other)

    def __rsub__(self, other: Fraction | int) -> Polynomial:
        return (-self) + other

    def scaled(self, c: Fraction) -> Polynomial:
        """c times the polynomial."""
        return Polynomial({m: v * c for m, v in self.terms.items()} if c else {}, self.work)

    def __mul__(self, other: Polynomial | Fraction | int) -> Polynomial:
        if not isinstance(other, Polynomial):
            return self.scaled(Fraction(other))
        if len(self.terms) * len(other.terms) > TERMS:
            raise NotProved("too many terms")
        out: dict[Monomial, Fraction] = {}
        for (free, parts), c in self.terms.items():
            for (more, others), d in other.terms.items():
                if not free and not more:  # closed parts only: nothing can meet
                    self.work.spend()
                    _put(out, ((), tuple(sorted(parts + others))), c * d)
                else:
                    settle(Term(c * d, free + more, parts + others), out, self.work)
        return Polynomial(out, self.work)

    __rmul__ = __mul__

    def power(self, exponent: int) -> Polynomial:
        """The polynomial to a whole power of 0 or more, written out."""
        out = self.number(1)
        for _ in range(exponent):
            out = out * self
        return out

    # -- labels ---------------------------------------------------------------------

    def labels(self) -> list[Label]:
        """The free labels, sorted."""
        found = {label for factors in self._factor_lists() for f in factors for label in f[1]}
        return sorted(label for label in found if label[0] == FREE)

    def _factor_lists(self) -> Iterator[tuple[tuple[Atom, tuple[Label, ...], Exponent], ...]]:
        for free, parts in self.terms:
            yield free
            yield from parts

    def renamed(self, names: Mapping[Label, Label]) -> Polynomial:
        """Free labels replaced by free or fixed ones (which may fall together)."""
        names = {old: new for old, new in names.items() if old != new}
        if not names:
            return self
        for label in names:
            self._tells_apart(label, names)
        return self._rebuilt(lambda term: term._replace(factors=relabelled(term.factors, names)), set(names))

    def _tells_apart(self, label: Label, names: Mapping[Label, Label] = MappingProxyType({})) -> None:
        """Raises NotProved where another index is counted from the label and does not go with it."""
        counting = self.work.shifts and label[0] == FREE
        if counting and any(same_index(x, label) and x != label and x not in names for x in self.labels()):
            raise NotProved("an index that another one is counted from")

    def total(self, label: Label) -> Polynomial:
        """The sum over all values of a free label."""
        self._tells_apart(label)
        out: dict[Monomial, Fraction] = {}
        for term in self.raw({label}):
            if mentions(term.factors, label):
                bound: Label = (BOUND, self.work.fresh(), label[2])
                settle(term._replace(factors=relabelled(term.factors, {label: bound})), out, self.work)
            else:
                for names, c in length(label[2]):
                    sizes = tuple((size_atom(name), (), 1) for name in names)
                    settle(Term(term.coefficient * c, term.factors + sizes, term.parts), out, self.work)
        return Polynomial(out, self.work)

    def _rebuilt(self, change: Callable[[Term], Term], labels: set[Label]) -> Polynomial:
        out: dict[Monomial, Fraction] = {}
        for term in self.raw(labels):
            settle(change(term), out, self.work)
        return Polynomial(out, self.work)

    def raw(self, labels: set[Label]) -> Iterator[Term]:
        """The terms with every part opened that mentions one of the labels."""
        for (free, parts), c in self.terms.items():
            touched = [part for part in parts if any(label in labels for f in part for label in f[1])]
            factors = free + tuple(f for part in touched for f in opened(part, self.work))
            yield Term(c, factors, tuple(p for p in parts if p not in touched) if touched else parts)

    def bare_terms(self) -> Iterator[Term]:
        """The terms with every part opened: all factors of a term in one tuple."""
        for (free, parts), c in self.terms.items():
            yield Term(c, free + tuple(f for part in parts for f in opened(part, self.work)))

    # -- reading --------------------------------------------------------------------

    def constant(self) -> Fraction | None:
        """The rational number that the polynomial is, else None."""
        if not self.terms:
            return Fraction(0)
        return self.terms.get(UNIT) if len(self.terms) == 1 else None

    def is_zero(self) -> bool:
        """Whether no term is left."""
        return not self.terms

    def same(self, other: Polynomial) -> bool:
        """Whether both have the same terms."""
        return self.terms == other.terms

    def atoms(self) -> Iterator[Atom]:
        """Every atom, those inside composite atoms too."""
        for factors in self._factor_lists():
            for f in factors:
                yield f[0]
                for body in f[0].bodies:
                    yield from body.atoms()

    def text(self) -> str:
        """A text that two polynomials share exactly where they are the same (long ones as a digest)."""
        if not self._text:
            plain = ";".join(f"{c}*{m}" for m, c in sorted(self.terms.items()))
            self._text = plain if len(plain) < 40 else blake2b(plain.encode(), digest_size=16).hexdigest()
        return self._text


def _put(terms: dict[Monomial, Fraction], monomial: Monomial, c: Fraction) -> None:
    old = terms.get(monomial)
    if old is None:
        if c:
            terms[monomial] = c
    elif old == -c:
        del terms[monomial]
    else:
        terms[monomial] = old + c


def number(value: Fraction | int, work: Work) -> Polynomial:
    """A rational number."""
    return Polynomial({UNIT: Fraction(value)} if value else {}, work)


def factor(a: Atom, labels: tuple[Label, ...], work: Work, exponent: Exponent = 1) -> Polynomial:
    """One factor, by itself."""
    out: dict[Monomial, Fraction] = {}
    settle(Term(Fraction(1), ((a, labels, exponent),)), out, work)
    return Polynomial(out, work)


def delta(a: Label, b: Label, work: Work) -> Polynomial:
    """1 where two labels agree, else 0."""
    return factor(DELTA, (a, b), work)


def from_terms(terms: list[Term], work: Work) -> Polynomial:
    """The sum of raw terms."""
    out: dict[Monomial, Fraction] = {}
    for term in terms:
        settle(term, out, work)
    return Polynomial(out, work)


def settle(term: Term, out: dict[Monomial, Fraction], work: Work) -> None:
    """Add a raw term to `out` in canonical form: contracted, rewritten by the local rules, labelled."""
    waiting = [term]
    while waiting:
        work.spend()
        for plain in contracted(waiting.pop(), work):
            ruled = work.sums or any(f[0].ruled for f in plain.factors)
            for name, rule in RULES if ruled else ():
                after = rule(plain, work)
                if after is not None:
                    work.record(Step(name, plain, tuple(after)))
                    waiting += after
                    break
            else:
                _put(out, canonical(plain.factors, plain.parts, work), plain.coefficient)
                if len(out) > TERMS:
                    raise NotProved("too many terms")
