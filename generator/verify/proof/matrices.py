"""Inverses and determinants: taken apart where the matrix is a multiple, a diagonal or a product.

A matrix is a polynomial in its row and column labels ($r and $c in an atom). An inverse is known
only where it is printed, so every rule may take the matrix to be invertible; a product of square
matrices is invertible only if each of them is.
"""

from __future__ import annotations

from fractions import Fraction

from generator.notation.tree import Expr
from generator.verify.proof.algebra import general_power, product_over
from generator.verify.proof.atoms import POSITIVE, Atom, Factor, atom, size_atom
from generator.verify.proof.calculus import MAKERS, RULES, Inner
from generator.verify.proof.composite import composite_atom, instance
from generator.verify.proof.elementary import SHAPED
from generator.verify.proof.functions import power, taken_apart
from generator.verify.proof.labels import BOUND, FIXED, FREE, Label, Range, length
from generator.verify.proof.matching import COLUMN, ROW, joined
from generator.verify.proof.polynomial import Polynomial, delta, factor, from_terms, number
from generator.verify.proof.reading import READERS, Env, Labels, Translation, Value
from generator.verify.proof.terms import Term, bound_labels, relabelled
from generator.verify.proof.work import NotProved, Work


def square(t: Translation, expr: Expr, env: Env) -> tuple[Polynomial, Label, Label]:
    """A matrix expression with its row and column labels."""
    value = t.value(expr, env)
    if len(value.labels) != 2:
        raise NotProved("a matrix is needed here")
    return value.polynomial, value.labels[0], value.labels[1]


def inverse(m: Polynomial, row: Label, column: Label) -> Polynomial:
    """The entry (row, column) of the inverse of the matrix with these entries."""
    work = m.work
    if not m.terms:
        raise NotProved("the inverse of zero")
    diagonal = _diagonal(m, row, column)
    if diagonal is not None:
        return power(diagonal, -1) * delta(row, column, work)
    scalar, rest = _scalar_apart(m, row, column)
    pieces = _factored(rest, row, column)
    if pieces is None:
        return power(scalar, -1) * _inverse_atom(rest, row, column)
    (left, right), middle = pieces
    between: Label = (FREE, f"~{work.fresh()}", row[2])
    first = inverse(right.renamed({middle: row}), row, column).renamed({column: between})
    second = inverse(left.renamed({middle: column}), row, column).renamed({row: between})
    return power(scalar, -1) * (first * second).total(between)


def _diagonal(m: Polynomial, row: Label, column: Label) -> Polynomial | None:
    """d with m = delta(row, column) d(row), else None."""
    terms = []
    pair = tuple(sorted((row, column)))
    for (free, parts), c in m.terms.items():
        kept = tuple(f for f in free if not (f[0].kind == "delta" and f[1] == pair))
        if len(kept) == len(free):
            return None
        terms.append(Term(c, kept, parts))
    found = from_terms(terms, m.work)
    return found.renamed({column: row}) if column in found.labels() else found


def _scalar_apart(m: Polynomial, row: Label, column: Label) -> tuple[Polynomial, Polynomial]:
    """m as scalar * rest, the scalar being all that every entry shares; the rest leads with a plus."""
    whole = taken_apart(m)
    outside = [f for f in whole.factors if row not in f[1] and column not in f[1]]
    inside = [f for f in whole.factors if f not in outside]
    content = whole.content
    rest = from_terms([Term(Fraction(1), tuple(inside))], m.work) * whole.rest
    lead = max(rest.terms)
    if rest.terms[lead] < 0:
        content, rest = -content, -rest
    return from_terms([Term(content, tuple(outside))], m.work), rest


def _factored(m: Polynomial, row: Label, column: Label) -> tuple[tuple[Polynomial, Polynomial], Label] | None:
    """(left, right) and the label between, where m = sum_k left(row, k) right(k, column), all square."""
    if len(m.terms) != 1:
        return None
    ((monomial, c),) = m.terms.items()
    (term,) = Polynomial({monomial: c}, m.work).bare_terms()
    for b in bound_labels(term.factors):
        if b[2] != row[2] or sum(f[1].count(b) for f in term.factors) != 2:
            continue
        groups = _cut_at(term.factors, b, row)
        if groups is None:
            continue
        left, right = groups
        if any(column in f[1] for f in left) or not any(column in f[1] for f in right):
            continue
        if any(row in f[1] for f in right):
            continue
        middle: Label = (FREE, f"~{m.work.fresh()}", row[2])
        one = from_terms([Term(c, relabelled(left, {b: middle}))], m.work)
        other = from_terms([Term(Fraction(1), relabelled(right, {b: middle}))], m.work)
        return (one, other), middle
    return None


def _cut_at(
    factors: tuple[Factor, ...], b: Label, row: Label
) -> tuple[tuple[Factor, ...], tuple[Factor, ...]] | None:
    """The factors joined to the row label without passing b, and the others; None where b cuts nothing."""
    reached, seen = {row}, set()
    growing = True
    while growing:
        growing = False
        for k, f in enumerate(factors):
            own = {label for label in f[1] if label != b}
            if k not in seen and own & reached:
                seen.add(k)
                reached |= {label for label in own if label[0] == BOUND}
                growing = True
    left = tuple(f for k, f in enumerate(factors) if k in seen)
    right = tuple(f for k, f in enumerate(factors) if k not in seen)
    if sum(f[1].count(b) for f in left) != 1 or not right:
        return None
    return left, right


def _inverse_atom(m: Polynomial, row: Label, column: Label) -> Polynomial:
    """The inverse of a matrix that is not taken apart further."""
    single = _single(m, row, column)
    if single is not None:
        a, others, turned = single
        pair = (column, row) if turned else (row, column)
        if a.kind == "inverse":
            body = instance(a, (*others, *pair))[0]
            return body.renamed({(FREE, ROW, row[2]): pair[0], (FREE, COLUMN, row[2]): pair[1]})
        if "orthogonal" in a.words:
            return factor(a, pair[::-1], m.work)
    made, others, pair = matrix_atom("inverse", m, row, column)
    return factor(made, (*others, *pair), m.work)


def _single(m: Polynomial, row: Label, column: Label) -> tuple[Atom, Labels, bool] | None:
    """The atom that a matrix is by itself, its other labels, and whether it is turned."""
    if len(m.terms) != 1:
        return None
    (((free, parts), c),) = m.terms.items()
    if parts or c != 1 or len(free) != 1 or free[0][2] != 1 or len(free[0][1]) < 2:
        return None
    a, labels, _ = free[0]
    if not a.ranges or a.ranges[-1] != row[2]:
        return None
    if labels[-2:] == (row, column):
        return a, labels[:-2], False
    if labels[-2:] == (column, row):
        return a, labels[:-2], True
    return None


def matrix_atom(
    kind: str, m: Polynomial, row: Label, column: Label
) -> tuple[Atom, Labels, tuple[Label, Label]]:
    """The atom of a matrix (of it or its transpose, whichever has the lesser key) with its labels."""
    r: Label = (FREE, ROW, row[2])
    c: Label = (FREE, COLUMN, row[2])
    if {r, c} & (set(m.labels()) - {row, column}):
        raise NotProved("a matrix inside a matrix at its own row")
    made = []
    for turned in (False, True):
        names = {row: c, column: r} if turned else {row: r, column: c}
        body = m.renamed(names)
        a, labels = composite_atom(kind, (body,), extra=(row[2],), keep=(r, c))
        made.append((str(a), a, labels, (column, row) if turned else (row, column)))
    made.sort(key=lambda entry: entry[0])
    key, a, labels, pair = made[0]
    symmetric = made[1][0] == key
    words = frozenset({"symmetric"}) if symmetric else frozenset()
    full = atom(
        kind,
        "",
        (*a.ranges, row[2], row[2]) if kind == "inverse" else a.ranges,
        a.bodies,
        a.extra,
        symmetric and not labels and kind == "inverse",
        words,
    )
    return full, labels, pair


# -- determinants ---------------------------------------------------------------------


def determinant(m: Polynomial, row: Label, column: Label) -> Polynomial:
    """det of the matrix with these entries."""
    work = m.work
    if not m.terms:
        raise NotProved("the determinant of zero")
    diagonal = _diagonal(m, row, column)
    if diagonal is not None:
        if row not in diagonal.labels():
            return general_power(diagonal, count(row[2], work))
        return product_over(diagonal, row)
    scalar, rest = _scalar_apart(m, row, column)
    outer = number(1, work) if scalar.constant() == 1 else general_power(scalar, count(row[2], work))
    pieces = _factored(rest, row, column)
    if pieces is not None:
        (left, right), middle = pieces
        one = determinant(left.renamed({middle: column}), row, column)
        return outer * one * determinant(right.renamed({middle: row}), row, column)
    single = _single(rest, row, column)
    if single is not None and single[0].kind == "inverse":
        body = instance(single[0], (*single[1], row, column))[0]
        r: Label = (FREE, ROW, row[2])
        c: Label = (FREE, COLUMN, row[2])
        return outer * power(determinant(body.renamed({r: row, c: column}), row, column), -1)
    return outer * _determinant_of_sum(rest, row, column, single)


def _determinant_of_sum(
    m: Polynomial, row: Label, column: Label, single: tuple[Atom, Labels, bool] | None
) -> Polynomial:
    """det(A + W) = det A det(I + A^-1 W); det(I + u v^T) = 1 + v^T u; det(I + UV) = det(I + VU).

    A is an invertible name or an inverse; the last by the least rotation of the chain UV
    (the matrix determinant lemma and Sylvester's identity).
    """
    work = m.work
    base = None if single is not None else _invertible_term(m, row, column)
    if base is not None:
        middle: Label = (FREE, f"~{work.fresh()}", row[2])
        solved = inverse(base, row, column).renamed({column: middle})
        rest = (solved * (m - base).renamed({row: middle})).total(middle)
        return determinant(base, row, column) * determinant(delta(row, column, work) + rest, row, column)
    rest = m - delta(row, column, work)
    if len(rest.terms) == 1:
        swapped = _swapped(rest, row, column)
        if isinstance(swapped, Polynomial):
            return swapped
        if swapped is not None:
            m, row, column = swapped
    made, others, _ = matrix_atom("det", m, row, column)
    if single is not None and "definite" in single[0].words:
        made.words = POSITIVE
    if single is not None and "orthogonal" in single[0].words:
        made.words = frozenset({"unimodular"})
    return factor(made, others, work)


def _invertible_term(m: Polynomial, row: Label, column: Label) -> Polynomial | None:
    """The least term of a sum that is a matrix known to be invertible, by itself."""
    for monomial, c in sorted(m.terms.items()):
        alone = Polynomial({monomial: Fraction(1)}, m.work)
        found = _single(alone, row, column)
        if c > 0 and found is not None and (found[0].kind == "inverse" or "invertible" in found[0].words):
            return alone.scaled(c)
    return None


def _swapped(
    rest: Polynomial, row: Label, column: Label
) -> Polynomial | tuple[Polynomial, Label, Label] | None:
    """det(I + rest) for a single term: a number for u v^T, else the chain in its least rotation."""
    ((monomial, c),) = rest.terms.items()
    (term,) = Polynomial({monomial: c}, rest.work).bare_terms()
    work = rest.work
    if not joined(term.factors, row, column):
        return 1 + rest.renamed({column: row}).total(row)
    ways = [(delta(row, column, work) + rest, row, column)]
    for b in bound_labels(term.factors):
        if sum(f[1].count(b) for f in term.factors) != 2:
            continue
        groups = _cut_at(term.factors, b, row)
        if groups is None or any(column in f[1] for f in groups[0]) or any(row in f[1] for f in groups[1]):
            continue
        r: Label = (FREE, f"~{work.fresh()}", b[2])
        q: Label = (FREE, f"~{work.fresh()}", b[2])
        bridge: Label = (BOUND, work.fresh(), row[2])
        right = relabelled(groups[1], {b: r, column: bridge})
        left = relabelled(groups[0], {b: q, row: bridge})
        turned = from_terms([Term(c, (*right, *left), term.parts)], work)
        ways.append((delta(r, q, work) + turned, r, q))
    if len(ways) == 1:
        return None
    return min(ways, key=lambda way: str(matrix_atom("det", *way)[0]))


def count(where: Range, work: Work) -> Polynomial:
    """The length of a range as a polynomial in sizes."""
    terms = [Term(Fraction(c), tuple((size_atom(n), (), 1) for n in names)) for names, c in length(where)]
    return from_terms(terms, work)


# -- readers, derivatives, substitution -----------------------------------------------


def _inverse(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    inner = expr.args[0]
    if not inner.shape:
        return power(t.scalar(inner, env), -1)
    m, row, column = square(t, inner, env)
    pair = labels[::-1] if expr.head == "invtranspose" else labels
    if row[0] == FIXED:
        return power(m, -1)
    return Value((row, column), inverse(m, row, column)).at(pair)


def _det(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    inner = expr.args[0]
    if not inner.shape:
        return t.scalar(inner, env)
    m, row, column = square(t, inner, env)
    return m if row[0] == FIXED else determinant(m, row, column)


def _own(a: Atom, labels: Labels, work: Work) -> tuple[Polynomial, Label, Label]:
    """The matrix of an inverse or determinant atom at fresh row and column labels."""
    where = a.extra[0]
    row: Label = (FREE, f"~{work.fresh()}", where)
    column: Label = (FREE, f"~{work.fresh()}", where)
    others = labels[:-2] if a.kind == "inverse" else labels
    pair = (row, column) if a.kind == "inverse" else ()
    body = instance(a, (*others, *pair))[0]
    return body.renamed({(FREE, ROW, where): row, (FREE, COLUMN, where): column}), row, column


def _slope_of_inverse(a: Atom, labels: Labels, inner: Inner) -> Polynomial:
    """d M^-1 = -M^-1 dM M^-1 (Petersen and Pedersen, The Matrix Cookbook, 59)."""
    work = a.body.work
    m, row, column = _own(a, labels, work)
    left = factor(a, (*labels[:-1], row), work)
    right = factor(a, (*labels[:-2], column, labels[-1]), work)
    return -((left * inner(m)).total(row) * right).total(column)


def _slope_of_determinant(a: Atom, labels: Labels, inner: Inner) -> Polynomial:
    """d det M = det M tr(M^-1 dM) (Jacobi)."""
    work = a.body.work
    m, row, column = _own(a, labels, work)
    turned = inverse(m, row, column).renamed({row: column, column: row})
    return factor(a, labels, work) * (turned * inner(m)).total(row).total(column)


def _rebuilt_inverse(f: Factor, bodies: tuple[Polynomial, ...]) -> Polynomial:
    a, labels, e = f
    r: Label = (FREE, ROW, a.extra[0])
    c: Label = (FREE, COLUMN, a.extra[0])
    return power(Value((r, c), inverse(bodies[0], r, c)).at(labels[-2:]), e)


def _rebuilt_determinant(f: Factor, bodies: tuple[Polynomial, ...]) -> Polynomial:
    where = f[0].extra[0]
    return power(determinant(bodies[0], (FREE, ROW, where), (FREE, COLUMN, where)), f[2])


MAKERS.update({"inverse": _rebuilt_inverse, "det": _rebuilt_determinant})
RULES.update({"inverse": _slope_of_inverse, "det": _slope_of_determinant})
SHAPED["det"] = _det
READERS.update({"inverse": _inverse, "invtranspose": _inverse})
