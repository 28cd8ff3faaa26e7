"""The rule for inverses: T M^-1 with M = c T + rest is (I - rest M^-1) / c, found inside a term.

T, the leading term of M, is matched factor by factor, with backtracking, against the factors of
a term; its summed labels must stand for summed labels that occur nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from generator.verify.proof.atoms import DELTA, Atom, Exponent, Factor
from generator.verify.proof.labels import BOUND, FREE, Label
from generator.verify.proof.leading import leading, raw_terms
from generator.verify.proof.terms import Term, bound_labels, keeping_sums, opened
from generator.verify.proof.work import Work

ROW, COLUMN = "$r", "$c"
TRIES = 400  # partial matches of one rule application

Names = dict[Label, Label]


def inverse_beside_matrix(term: Term, work: Work) -> list[Term] | None:
    """T(i, b) M^-1(b, j) or M^-1(i, b) T(b, j), summed over b."""
    for place, (a, labels, e) in enumerate(term.factors):
        if a.kind != "inverse" or e != 1:
            continue
        sides = ((labels[-2], labels[-1]), (labels[-1], labels[-2]))
        for turn, (near, far) in enumerate(sides):
            if near[0] != BOUND or near == far or near[2] != a.ranges[-1]:
                continue
            ways = [(COLUMN, ROW), (ROW, COLUMN)]
            if not a.symmetric:
                ways = [ways[turn]]
            for way in ways:
                made = _applied(term, place, near, far, way, work)
                if made is not None:
                    return made
    return None


def _applied(
    term: Term, place: int, near: Label, far: Label, way: tuple[str, str], work: Work
) -> list[Term] | None:
    a, labels, _ = term.factors[place]
    lead = leading(a)
    others = term.factors[:place] + term.factors[place + 1 :]
    known: Names = {_axis(a, way[0]): near}
    known |= {
        (FREE, f"${k}", r): label for k, (r, label) in enumerate(zip(a.ranges[:-2], labels, strict=False))
    }
    wanted = list(lead.factors)
    closed = list(term.parts)
    for part in lead.parts:
        if any(label[0] == FREE and str(label[1]).startswith("$") for f in part for label in f[1]):
            wanted += opened(part, work)
        elif part in closed:
            closed.remove(part)
        else:
            return None
    outer = _axis(a, way[1])
    if any(f[0] == DELTA for f in wanted):
        return None  # a multiple of the identity leads only where nothing else is there
    chained = joined(wanted, _axis(a, ROW), _axis(a, COLUMN))
    for names, used in _matches(wanted, others, known, [TRIES]):
        if names.get(outer, far) == far and not chained:
            continue  # u u^T M^-1 under a trace is left as u^T M^-1 u
        if outer in names and _apart(wanted, names, others, used, near, outer):
            break
    else:
        return None
    kept = _left(wanted, names, others, used)
    if kept is None:
        return None
    image = names[outer]
    c = term.coefficient / lead.coefficient
    base = term._replace(coefficient=c, factors=kept, parts=tuple(closed))
    first = base._replace(factors=(*kept, (DELTA, (image, far), 1)))
    placed = dict(known) | {outer: image}
    rest = []
    for t in _rest_terms(a, lead.rest, labels, placed, work):
        rest.append(Term(-c * t.coefficient, (*kept, term.factors[place], *t.factors), base.parts + t.parts))
    lost = tuple(label for f in term.factors for label in f[1] if label in (image, far, *labels[:-2]))
    return [keeping_sums(t, lost) for t in (first, *rest)]


def joined(wanted: Sequence[Factor], row: Label, column: Label) -> bool:
    """Whether the factors connect row and column (those of u v^T do not)."""
    reached = {row}
    for _ in wanted:
        for f in wanted:
            if reached & set(f[1]):
                reached |= set(f[1])
    return column in reached


def _axis(a: Atom, name: str) -> Label:
    return (FREE, name, a.ranges[-1])


def _rest_terms(a: Atom, rest: object, labels: tuple[Label, ...], placed: Names, work: Work) -> list[Term]:
    terms = raw_terms(rest, labels[:-2], work)  # type: ignore[arg-type]
    out = []
    for t in terms:
        factors = list(t.factors)
        parts = []
        for part in t.parts:
            if any(label in placed for f in part for label in f[1]):
                factors += opened(part, work)
            else:
                parts.append(part)
        names = placed
        renamed = tuple((b, tuple(names.get(label, label) for label in where), e) for b, where, e in factors)
        out.append(Term(t.coefficient, renamed, tuple(parts)))
    return out


def _matches(
    wanted: list[Factor], others: tuple[Factor, ...], known: Names, tries: list[int]
) -> Iterator[tuple[Names, tuple[int, ...]]]:
    """Every way to find the wanted factors among the others: the labels' images, the places used."""
    labelled = [f for f in wanted if f[1]]
    labelled.sort(key=lambda f: not any(label in known for label in f[1]))

    def search(at: int, names: Names, used: tuple[int, ...]) -> Iterator[tuple[Names, tuple[int, ...]]]:
        tries[0] -= 1
        if tries[0] < 0:
            return
        if at == len(labelled):
            yield names, used
            return
        left = labelled[at:]
        left.sort(key=lambda f: not any(label in names for label in f[1]))
        a, places, e = left[0]
        rest = [*labelled[:at], left[0], *left[1:]]
        labelled[:] = rest
        for k, (b, labels, f) in enumerate(others):
            if k in used or b != a or f != e:
                continue
            orders = [labels, labels[::-1]] if a.symmetric and len(labels) == 2 else [labels]
            for order in orders:
                found = _extended(names, places, order)
                if found is not None:
                    yield from search(at + 1, found, (*used, k))

    yield from search(0, known, ())


def _extended(names: Names, places: tuple[Label, ...], labels: tuple[Label, ...]) -> Names | None:
    made = dict(names)
    for place, label in zip(places, labels, strict=True):
        if place[0] != BOUND and not str(place[1]).startswith("$"):
            if place != label:
                return None
        elif made.setdefault(place, label) != label:
            return None
        if place[0] == BOUND and (label[0] != BOUND or label[2] != place[2]):
            return None
    return made


def _apart(
    wanted: list[Factor],
    names: Names,
    others: tuple[Factor, ...],
    used: tuple[int, ...],
    near: Label,
    outer: Label,
) -> bool:
    """Whether the summed labels of the match, and `near`, occur in the match alone and once each."""
    inner = [names[label] for label in bound_labels(wanted)]
    if len(set(inner)) != len(inner) or names[outer] in (*inner, near) or near in inner:
        return False
    outside = {label for k, f in enumerate(others) if k not in used for label in f[1]}
    return not outside & {*inner, near}


def _left(
    wanted: list[Factor], names: Names, others: tuple[Factor, ...], used: tuple[int, ...]
) -> tuple[Factor, ...] | None:
    """The other factors without the match; numbers without labels are divided out."""
    need: dict[Atom, Exponent] = {f[0]: f[2] for f in wanted if not f[1]}
    kept = []
    for k, (a, labels, e) in enumerate(others):
        if k in used:
            continue
        if not labels and a in need:
            have = need.pop(a)
            if (have > 0) != (e > 0) or abs(Fraction(have)) > abs(Fraction(e)):
                return None
            if e != have:
                kept.append((a, labels, e - have))
            continue
        kept.append((a, labels, e))
    return None if need else tuple(kept)
