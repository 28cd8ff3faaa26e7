"""Raw terms, and their canonical form: deltas contracted, factors merged, components labelled.

A term is a coefficient, open factors (whose bound labels are numbers of their own) and closed
parts: connected components without an open bound label, in canonical form with the bound labels
0, 1, ... of their own. A monomial is (sorted free factors, sorted parts).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from generator.verify.proof.atoms import DELTA, Atom, Exponent, Factor, size_atom
from generator.verify.proof.labels import BOUND, FIXED, Label, contained, inside, length, same_index
from generator.verify.proof.work import NotProved, Work

Part = tuple[Factor, ...]
Monomial = tuple[tuple[Factor, ...], tuple[Part, ...]]
LEAVES = 2_000  # orders of one component that are compared


class Term(NamedTuple):
    """coefficient * factors * parts, with the bound labels of `factors` summed over."""

    coefficient: Fraction
    factors: tuple[Factor, ...]
    parts: tuple[Part, ...] = ()


def bound_labels(factors: Iterable[Factor]) -> list[Label]:
    """The bound labels in order of occurrence, each once."""
    return list(dict.fromkeys(label for f in factors for label in f[1] if label[0] == BOUND))


def relabelled(factors: Iterable[Factor], names: Mapping[Label, Label]) -> tuple[Factor, ...]:
    """The factors with labels replaced."""
    return tuple(
        (a, tuple([names.get(label, label) for label in labels]), e) if labels else (a, labels, e)
        for a, labels, e in factors
    )


def opened(part: Part, work: Work) -> tuple[Factor, ...]:
    """A part's factors with bound labels that occur nowhere else."""
    names: dict[Label, Label] = {b: (BOUND, work.fresh(), b[2]) for b in bound_labels(part)}
    return relabelled(part, names)


def mentions(part: Iterable[Factor], label: Label) -> bool:
    """Whether a label occurs in the factors."""
    return any(label in f[1] for f in part)


def keeping_sums(term: Term, labels: tuple[Label, ...]) -> Term:
    """The term with delta_bb for each bound label that stands nowhere else: it is still summed over."""
    lost = [b for b in dict.fromkeys(labels) if b[0] == BOUND and not mentions(term.factors, b)]
    return term._replace(factors=(*term.factors, *((DELTA, (b, b), 1) for b in lost))) if lost else term


def contracted(term: Term, work: Work) -> list[Term]:
    """Deltas contracted, equal factors merged, sums over nothing counted: [] is zero."""
    factors, parts = term.factors, term.parts
    scope = {label for f in factors for label in f[1] if label[0] == BOUND}
    if any(f[0].kind == "delta" for f in factors):
        found = _without_deltas(list(factors), parts, scope, work)
        if found is None:
            return []
        factors, parts = found
    coefficient, kept = _merged(term.coefficient, factors)
    present = {label for f in kept for label in f[1] if label[0] == BOUND}
    terms = [Term(coefficient, kept, parts)]
    for label in sorted(scope - present):
        terms = [counted(t, label, names, c) for t in terms for names, c in length(label[2])]
    if scope - present:
        return [t._replace(coefficient=c, factors=k) for t in terms for c, k in [_merged(*t[:2])]]
    return terms


def counted(term: Term, label: Label, names: tuple[str, ...], coefficient: int) -> Term:
    """A term times one monomial of the length of a range."""
    factors: tuple[Factor, ...] = tuple((size_atom(name), (), 1) for name in names)
    return Term(term.coefficient * coefficient, (*term.factors, *factors), term.parts)


def _without_deltas(
    factors: list[Factor], parts: tuple[Part, ...], scope: set[Label], work: Work
) -> tuple[tuple[Factor, ...], tuple[Part, ...]] | None:
    """Factors and parts with every delta contracted that can be; None where one is 0."""
    kept: list[Factor] = []
    waiting = factors
    while True:
        place = next((k for k, f in enumerate(waiting) if f[0].kind == "delta"), None)
        if place is None:
            return tuple(kept + waiting), parts
        delta = waiting.pop(place)
        if not (isinstance(delta[2], int) and delta[2] > 0):
            raise NotProved("a delta below a fraction bar")
        a, b = sorted(delta[1])
        if a == b:
            continue
        if same_index(a, b):
            return None
        old, new, whole = _direction(a, b, work)
        if whole:
            scope.discard(old)
        elif old[2] != new[2] and new[0] != FIXED:
            kept.append((delta[0], (a, b), 1))
            continue
        names = {old: new}
        if any(mentions(part, old) for part in parts):
            waiting += [f for part in parts if mentions(part, old) for f in opened(part, work)]
            parts = tuple(part for part in parts if not mentions(part, old))
            scope |= set(bound_labels(waiting))
        again = [f for f in kept if old in f[1]]  # a kept delta may contract now
        waiting = list(relabelled([*again, *waiting], names))
        kept = [f for f in kept if old not in f[1]]
        kept += [] if whole else [(delta[0], (a, b), 1)]


def _direction(a: Label, b: Label, work: Work) -> tuple[Label, Label, bool]:
    """(the label replaced, its replacement, whether the delta goes away with it)."""
    for old, new in ((a, b), (b, a)):
        if old[0] == BOUND:
            if new[0] == FIXED and inside(int(new[1]), old[2], work.smallest):
                return old, new, True
            if new[0] != FIXED and contained(new[2], old[2], work.smallest):
                return old, new, True
    return (a, b, False) if b[0] == FIXED else (b, a, False)


def _merged(coefficient: Fraction, factors: Iterable[Factor]) -> tuple[Fraction, tuple[Factor, ...]]:
    """Equal factors as one, exponents 0 gone, whole powers of primes in the coefficient.

    A number that is 0 or 1 is its own powers; the square of one that is 1 or -1 is 1.
    """
    powers: dict[tuple[Atom, tuple[Label, ...]], Exponent] = {}
    for a, labels, e in factors:
        if a.symmetric and len(labels) > 1:
            labels = tuple(sorted(labels))
        key = (a, labels)
        powers[key] = powers[key] + e if key in powers else e
    kept = []
    for (a, labels), e in powers.items():
        if isinstance(e, Fraction) and e.denominator == 1:
            e = e.numerator
        if (a.kind == "prime" and e >= 1) or (a.kind == "prime" and e < 0):
            whole = e.__floor__()
            coefficient *= Fraction(int(a.name)) ** whole
            e = e - whole
        elif isinstance(e, int) and e > 1 and (a.kind == "delta" or "bit" in a.words):
            e = 1
        elif isinstance(e, int) and "unimodular" in a.words:
            e = e % 2
        if e:
            kept.append((a, labels, e))
    return coefficient, tuple(kept)


def canonical(factors: tuple[Factor, ...], parts: tuple[Part, ...], work: Work) -> Monomial:
    """The monomial of merged factors: components in canonical form, everything sorted."""
    loose, components = split(factors)
    made = [labelled(c, work) for c in components]
    return tuple(sorted(loose)), tuple(sorted([*parts, *made]) if made else sorted(parts))


def split(factors: Iterable[Factor]) -> tuple[list[Factor], list[list[Factor]]]:
    """Factors without bound labels, and the components that bound labels connect."""
    loose: list[Factor] = []
    groups: list[tuple[set[Label], list[Factor]]] = []
    for f in factors:
        own = {label for label in f[1] if label[0] == BOUND}
        if not own:
            loose.append(f)
            continue
        joined: tuple[set[Label], list[Factor]] = (own, [f])
        rest = []
        for group in groups:
            if group[0] & own:
                joined = (joined[0] | group[0], group[1] + joined[1])
                own = joined[0]
            else:
                rest.append(group)
        groups = [*rest, joined]
    return loose, [group[1] for group in groups]


def labelled(component: list[Factor], work: Work) -> Part:
    """One connected component with the bound labels 0, 1, ... in canonical order.

    Colour refinement, then individualisation with backtracking (as in practical graph
    isomorphism: McKay and Piperno, 2014); the least of all orders that the colours allow.
    """
    labels = bound_labels(component)
    if len(labels) == 1:
        return _ordered(component, labels)
    best: list[Part] = []
    count = [0]
    _search(component, labels, dict.fromkeys(labels, 0), best, count, work)
    return best[0]


def _search(
    component: list[Factor],
    labels: list[Label],
    colours: dict[Label, int],
    best: list[Part],
    count: list[int],
    work: Work,
) -> None:
    colours = _refined(component, labels, colours)
    classes: dict[int, list[Label]] = {}
    for label in labels:
        classes.setdefault(colours[label], []).append(label)
    tied = next((classes[c] for c in sorted(classes) if len(classes[c]) > 1), None)
    if tied is None:
        made = _ordered(component, sorted(labels, key=colours.__getitem__))
        if not best:
            best.append(made)
        elif made < best[0]:
            best[0] = made
        count[0] += 1
        work.spend()
        if count[0] > LEAVES:
            raise NotProved("a sum with too many symmetries")
        return
    for label in tied:
        _search(component, labels, {**colours, label: -1}, best, count, work)


def _refined(component: list[Factor], labels: list[Label], colours: dict[Label, int]) -> dict[Label, int]:
    classes = len(set(colours.values()))
    while True:
        signs: dict[Label, list[tuple[object, ...]]] = {label: [] for label in labels}
        for a, places, e in component:
            seen = tuple(
                (BOUND, colours[label], label[2]) if label[0] == BOUND else label for label in places
            )
            for k, label in enumerate(places):
                if label[0] == BOUND:
                    where = (-1, tuple(sorted(seen))) if a.symmetric else (k, seen)
                    signs[label].append((a, e, *where))
        keys = {label: (colours[label], label[2], tuple(sorted(signs[label]))) for label in labels}
        order = {key: k for k, key in enumerate(sorted(set(keys.values())))}
        colours = {label: order[keys[label]] for label in labels}
        if len(order) == classes or len(order) == len(labels):
            return colours
        classes = len(order)


def _ordered(component: list[Factor], labels: list[Label]) -> Part:
    names: dict[Label, Label] = {label: (BOUND, k, label[2]) for k, label in enumerate(labels)}
    made = []
    for a, places, e in component:
        new = tuple([names.get(label, label) for label in places])
        made.append((a, tuple(sorted(new)) if a.symmetric else new, e))
    return tuple(sorted(made))
