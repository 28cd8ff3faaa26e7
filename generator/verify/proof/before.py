r"""Sums that end at an index: \sum_{j \le t} x_j is the sum over all j of before(j, t + 1) x_j.

before(i, j) is 1 where i < j, else 0. Beside an index t that others are counted from, before(j, t + k)
is before(j, t) with the terms between: so a sum up to t and one up to t - 1 differ by the term at t.
"""

from __future__ import annotations

from generator.notation.tree import dim_add, dim_number
from generator.verify.proof.atoms import BEFORE, DELTA, Factor
from generator.verify.proof.labels import (
    BOUND,
    FIXED,
    FREE,
    Label,
    ends,
    is_later,
    never_negative,
    parted,
    range_of,
    same_index,
    shifted,
)
from generator.verify.proof.terms import Term, canonical, keeping_sums, relabelled
from generator.verify.proof.work import NotProved, Work

FAR = 6  # terms that one sum is longer than another


def term_by_term(term: Term, work: Work) -> list[Term] | None:
    """before(j, t + k) by before(j, t) and the terms between; 0 or 1 where the order is known."""
    for place, (a, labels, e) in enumerate(term.factors):
        if a.kind == "index" and labels[0][0] != BOUND and (labels[0][0] == FIXED or parted(labels[0])[1]):
            return _number(term, place)
        if a.kind != "before":
            continue
        if not (isinstance(e, int) and e > 0):
            raise NotProved("an order below a fraction bar")
        rest = term._replace(factors=term.factors[:place] + term.factors[place + 1 :])
        known = _known(labels[0], labels[1], work)
        if known is not None:
            return [keeping_sums(rest, labels)] if known else []
        made = _counted(labels[0], labels[1])
        if made is not None:
            terms = [Term(term.coefficient * c, (*rest.factors, f), rest.parts) for c, f in made]
            return [keeping_sums(t, labels) for t in terms]
        as_far = _as_far(labels[0], labels[1], work)
        if as_far is not None:
            names = {labels[0]: as_far}
            return [term._replace(factors=relabelled(term.factors, names))]
        turned = _turned(term, rest, labels, work)
        if turned is not None:
            return turned
    return None


def _as_far(i: Label, j: Label, work: Work) -> Label | None:
    """i over a range that ends where that of j does, if i < j makes no difference of it."""
    if i[0] != BOUND or j[0] != FREE:
        return None
    (low, high), upper = ends(i[2]), ends(j[2])[1]
    enough = never_negative(dim_add(dim_add(high, dim_number(1)), upper, -1), work.smallest)
    return (BOUND, i[1], range_of(low, upper)) if high != upper and enough else None


def _turned(term: Term, rest: Term, labels: tuple[Label, ...], work: Work) -> list[Term] | None:
    """before(i, j) = 1 - delta_ij - before(j, i), in one direction; a half where both sums are the same."""
    other = rest._replace(factors=(*rest.factors, (BEFORE, labels[::-1], 1)))
    own, less = (canonical(t.factors, t.parts, work) for t in (term, other))
    if own < less:
        return None
    always = keeping_sums(rest, labels)
    same = rest._replace(factors=(*rest.factors, (DELTA, labels, 1)), coefficient=-rest.coefficient)
    if own == less:
        return [t._replace(coefficient=t.coefficient / 2) for t in (always, same)]
    return [always, same, other._replace(coefficient=-rest.coefficient)]


def _number(term: Term, place: int) -> list[Term] | None:
    """The number t + k as t and k; that of a label that is a number."""
    a, (label,), e = term.factors[place]
    rest = term.factors[:place] + term.factors[place + 1 :]
    by = int(label[1]) if label[0] == FIXED else parted(label)[1]
    if not (isinstance(e, int) and e > 0):
        return None
    one = (*rest, (a, (label,), e - 1)) if e > 1 else rest
    made = [Term(term.coefficient * by, one, term.parts)] if by else []
    if label[0] == FREE:
        made.append(Term(term.coefficient, (*one, (a, (shifted(label, -by),), 1)), term.parts))
    return made


def _known(i: Label, j: Label, work: Work) -> bool | None:
    """Whether i < j, where that is the same for all sizes and values."""
    if same_index(i, j):
        return is_later(j, i)
    (low, high), (start, end) = (
        ends(label[2]) if label[0] != FIXED else (dim_number(int(label[1])),) * 2 for label in (i, j)
    )
    if never_negative(dim_add(dim_add(start, high, -1), dim_number(-1)), work.smallest):
        return True
    return False if never_negative(dim_add(low, end, -1), work.smallest) else None


def _counted(i: Label, j: Label) -> list[tuple[int, Factor]] | None:
    """before(i, j) at an index of which the others are told apart by a number."""
    if j[0] == FREE and parted(j)[1]:
        by = parted(j)[1]
        base = shifted(j, -by)
        steps = range(by) if by > 0 else range(by, 0)
        between = [(1 if by > 0 else -1, (DELTA, (i, shifted(base, k)), 1)) for k in steps]
        return [(1, (BEFORE, (i, base), 1)), *between] if len(between) <= FAR else None
    if j[0] == FIXED and i[0] != FIXED:
        low = ends(i[2])[0]
        if not any(names for names, _ in low):
            first = low[0][1] if low else 0
            if int(j[1]) - first <= FAR:
                return [(1, (DELTA, (i, (FIXED, k, "")), 1)) for k in range(first, int(j[1]))]
    return None
