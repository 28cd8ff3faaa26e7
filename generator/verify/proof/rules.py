"""The local rules: rewritings of one term that hold wherever its factors have values.

Each entry of RULES is (name, rule); a rule takes a merged term and gives the terms that stand
for it, or None where it does not apply. A sum over a bound label may be carried out only where
the label stands nowhere else in the term.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from generator.verify.proof.atoms import DELTA, Atom, Exponent, Factor, atom, size_atom
from generator.verify.proof.before import term_by_term
from generator.verify.proof.labels import BOUND, Label, power_sum
from generator.verify.proof.leading import leading, raw_terms
from generator.verify.proof.matching import inverse_beside_matrix
from generator.verify.proof.terms import Part, Term, keeping_sums
from generator.verify.proof.work import TERMS, NotProved, Work

Rule = Callable[[Term, Work], list[Term] | None]


def _written_out(term: Term, work: Work) -> list[Term] | None:
    """P^k for k >= 1: one factor P is written out."""
    for place, (a, labels, e) in enumerate(term.factors):
        if a.kind == "pow" and e >= 1:
            rest = term.factors[:place] + term.factors[place + 1 :]
            left: tuple[Factor, ...] = ((a, labels, e - 1),) if e != 1 else ()
            body = raw_terms(a.body, labels, work)
            if len(body) > TERMS:
                raise NotProved("too many terms")
            made = [
                Term(term.coefficient * t.coefficient, rest + left + t.factors, term.parts + t.parts)
                for t in body
            ]
            return [keeping_sums(t, labels) for t in made]
    return None


def _leading_term(term: Term, work: Work) -> list[Term] | None:
    """T P^-k with P = c T + rest: (P^(1-k) - rest P^-k) / c."""
    for a, labels, e in term.factors:
        if a.kind == "pow" and e < 0:
            lead = leading(a)
            left = divided(term, lead.factors, lead.parts, labels, work)
            if left is None:
                continue
            c = term.coefficient / lead.coefficient
            first = Term(c, (*left.factors, (a, labels, 1)), left.parts)
            rest = [
                Term(-c * t.coefficient, left.factors + t.factors, left.parts + t.parts)
                for t in raw_terms(lead.rest, labels, work)
            ]
            return [first, *rest]
    return None


def _partial_fraction(term: Term, work: Work) -> list[Term] | None:
    """T^-1 P^-k with P = b + c T: (T^-1 P^(1-k) - c P^-k) / b."""
    for a, labels, e in term.factors:
        if a.kind != "pow" or e >= 0 or len(a.body.terms) != 2 or ((), ()) not in a.body.terms:
            continue
        lead = leading(a)
        below = tuple((b, places, -k) for b, places, k in lead.factors)
        if lead.parts or not below or divided(term, below, (), labels, work) is None:
            continue
        c = term.coefficient / a.body.terms[(), ()]
        lead_term = tuple((b, tuple([_at(p, labels) for p in places]), k) for b, places, k in lead.factors)
        first = Term(c, (*term.factors, (a, labels, 1)), term.parts)
        second = Term(-c * lead.coefficient, (*term.factors, *lead_term), term.parts)
        return [first, second]
    return None


def _sum_of_indices(term: Term, work: Work) -> list[Term] | None:
    """sum_i i^k over a range, by Faulhaber's formula."""
    for place, (a, labels, e) in enumerate(term.factors):
        if a.kind != "index" or not isinstance(e, int) or not 0 < e <= 12 or labels[0][0] != BOUND:
            continue
        if _occurrences(term, labels[0]) == 1:
            rest = term.factors[:place] + term.factors[place + 1 :]
            return [
                Term(term.coefficient * c, rest + tuple((size_atom(n), (), 1) for n in names), term.parts)
                for names, c in power_sum(labels[0][2], e)
            ]
    return None


def _cosine_squared(term: Term, work: Work) -> list[Term] | None:
    """cos^2 = 1 - sin^2."""
    for a, labels, e in term.factors:
        if a.kind == "function" and a.name == "cos" and isinstance(e, int) and e >= 2:
            sine = atom("function", "sin", a.ranges, a.bodies, a.extra, a.symmetric)
            less = Term(term.coefficient, (*term.factors, (a, labels, -2)), term.parts)
            return [less, Term(-less.coefficient, (*less.factors, (sine, labels, 2)), term.parts)]
    return None


def divided(
    term: Term, factors: tuple[Factor, ...], parts: tuple[Part, ...], labels: tuple[Label, ...], work: Work
) -> Term | None:
    """The term without the given factors and parts (places put to `labels`), None if it lacks one."""
    wanted: dict[tuple[Atom, tuple[Label, ...]], Exponent] = {}
    for a, places, e in factors:
        own = tuple([_at(label, labels) for label in places])
        wanted[a, tuple(sorted(own)) if a.symmetric else own] = e
    kept = []
    for a, places, e in term.factors:
        need = wanted.pop((a, places), 0)
        if not need:
            kept.append((a, places, e))
            continue
        if (e > 0) != (need > 0) or abs(Fraction(e)) < abs(Fraction(need)):
            return None
        if e != need:
            kept.append((a, places, e - need))
    if wanted:
        return None
    closed = list(term.parts)
    for part in parts:
        if part not in closed:
            return None
        closed.remove(part)
    return Term(term.coefficient, tuple(kept), tuple(closed))


def _at(label: Label, labels: tuple[Label, ...]) -> Label:
    """A place $k of a composite atom is its k-th label."""
    if isinstance(label[1], str) and label[1].startswith("$"):
        return labels[int(label[1][1:])]
    return label


def _occurrences(term: Term, label: Label) -> int:
    return sum(f[1].count(label) for f in term.factors)


def _summed_to_one(term: Term, work: Work) -> list[Term] | None:
    """sum_b y_b = 1 on the simplex, sum_b u_b^2 = 1 on the sphere (declared)."""
    for place, (a, labels, e) in enumerate(term.factors):
        exponent = 1 if "simplex" in a.words else 2 if "unit" in a.words else 0
        if not exponent or e != exponent or labels[-1][0] != BOUND or labels[-1][2] != a.ranges[-1]:
            continue
        if _occurrences(term, labels[-1]) == 1:
            rest = term.factors[:place] + term.factors[place + 1 :]
            return [keeping_sums(term._replace(factors=rest), labels[:-1])]
    return None


def _known_sum(term: Term, work: Work) -> list[Term] | None:
    """sum_b y_b by an equation that the claim assumes."""
    for place, (a, labels, e) in enumerate(term.factors if work.sums else ()):
        if a not in work.sums or e != 1 or labels[0][0] != BOUND or labels[0][2] != a.ranges[0]:
            continue
        if _occurrences(term, labels[0]) == 1:
            rest = term.factors[:place] + term.factors[place + 1 :]
            terms = raw_terms(work.sums[a], (), work)
            return [
                Term(term.coefficient * t.coefficient, rest + t.factors, term.parts + t.parts) for t in terms
            ]
    return None


def _one_hot(term: Term, work: Work) -> list[Term] | None:
    """y_a y_b = delta_ab y_a for a vector with a single 1."""
    for place, (a, labels, e) in enumerate(term.factors):
        if "one-hot" not in a.words or e != 1:
            continue
        for other, (b, more, f) in enumerate(term.factors[place + 1 :], place + 1):
            if b == a and f == 1 and more[:-1] == labels[:-1]:
                rest = term.factors[:other] + term.factors[other + 1 :]
                return [term._replace(factors=(*rest, (DELTA, (labels[-1], more[-1]), 1)))]
    return None


def _orthogonal(term: Term, work: Work) -> list[Term] | None:
    """sum_b Q_ib Q_jb = delta_ij = sum_b Q_bi Q_bj for a square orthogonal Q (declared)."""
    for place, (a, labels, e) in enumerate(term.factors):
        if "orthogonal" not in a.words or a.ranges[0] != a.ranges[1]:
            continue
        for side in (0, 1):
            b = labels[side]
            if b[0] != BOUND or b[2] != a.ranges[side] or labels[1 - side] == b:
                continue
            if e == 2 and _occurrences(term, b) == 1:
                rest = term.factors[:place] + term.factors[place + 1 :]
                return [keeping_sums(term._replace(factors=rest), (labels[1 - side],))]
            if e != 1 or _occurrences(term, b) != 2:
                continue
            for other, (c, more, f) in enumerate(term.factors):
                if other != place and c == a and f == 1 and more[side] == b and more[1 - side] != b:
                    rest = tuple(g for k, g in enumerate(term.factors) if k not in (place, other))
                    pair = (DELTA, (labels[1 - side], more[1 - side]), 1)
                    return [term._replace(factors=(*rest, pair))]
    return None


RULES: tuple[tuple[str, Rule], ...] = (
    ("a sum to an index, term by term", term_by_term),
    ("power written out", _written_out),
    ("leading term of a denominator", _leading_term),
    ("partial fraction", _partial_fraction),
    ("sum of powers of an index", _sum_of_indices),
    ("squares of sine and cosine", _cosine_squared),
    ("entries sum to one", _summed_to_one),
    ("assumed sum", _known_sum),
    ("a single one", _one_hot),
    ("orthogonal matrix", _orthogonal),
    ("inverse beside its matrix", inverse_beside_matrix),
)
