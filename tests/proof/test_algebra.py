"""The prover's algebra: canonical forms, sums that lose a label, deltas, functions, derivatives.

Every trap that a prover on tensor networks is known to fall into has its test here.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.notation.tree import dim_number, dim_size
from generator.verify.proof import work as proof_work
from generator.verify.proof.atoms import DELTA, Atom, atom, index_atom
from generator.verify.proof.calculus import derivative, substituted
from generator.verify.proof.composite import composite
from generator.verify.proof.functions import exponential, logarithm, power, power_atom
from generator.verify.proof.labels import BOUND, Label, axis, fixed, free, power_sum, range_of
from generator.verify.proof.matrices import determinant, inverse
from generator.verify.proof.moments import partitions
from generator.verify.proof.polynomial import Polynomial, delta, factor, from_terms, number
from generator.verify.proof.tactics import vanishes
from generator.verify.proof.terms import Term
from generator.verify.proof.work import NotProved, Work

N, M = axis(dim_size("n")), axis(dim_size("m"))
L1, L2, L3 = free("i", N), free("j", N), free("k", N)
X, Y, A = atom("symbol", "x", (N,)), atom("symbol", "y", (N,)), atom("symbol", "A", (N, N))
C, P = atom("symbol", "c"), atom("symbol", "p", words=frozenset({"positive"}))
HALF = Fraction(1, 2)


@pytest.fixture
def work() -> Work:
    return Work()


def entry(a: Atom, work: Work, *labels: Label) -> Polynomial:
    return factor(a, labels, work)


def size(name: str, work: Work) -> Polynomial:
    return number(1, work).total(free("s", axis(dim_size(name))))


# -- sums and labels ------------------------------------------------------------------


def test_a_sum_over_nothing_counts(work: Work) -> None:
    assert entry(C, work).total(L1).same(entry(C, work) * size("n", work))


def test_a_label_that_cancels_still_counts(work: Work) -> None:
    x = entry(X, work, L1)
    assert (x * power(x, -1)).total(L1).same(size("n", work))


def test_a_label_that_one_term_loses_still_counts(work: Work) -> None:
    one_more = 1 + entry(X, work, L1)
    a, labels = power_atom(one_more)
    bound: Label = (BOUND, work.fresh(), N)
    written = from_terms([Term(Fraction(1), ((a, (bound,), 1),))], work)
    assert labels == (L1,)
    assert written.same(size("n", work) + entry(X, work, L1).total(L1))


def test_a_sum_of_deltas_over_both_labels_is_the_size(work: Work) -> None:
    assert delta(L1, L2, work).total(L1).total(L2).same(size("n", work))
    assert delta(L1, L1, work).total(L1).same(size("n", work))


def test_a_delta_renames_inside_sums(work: Work) -> None:
    form = (entry(A, work, L2, L3) * entry(X, work, L3)).total(L3)
    assert (delta(L1, L2, work) * form).total(L2).same(form.renamed({L2: L1}))


def test_a_delta_between_free_labels_stays_and_renames(work: Work) -> None:
    d = delta(L1, L2, work)
    assert (d * entry(X, work, L1)).same(d * entry(X, work, L2))
    assert not (d * entry(X, work, L1)).same(entry(X, work, L1))
    assert (d * d).same(d)


def test_chains_of_free_deltas_end(work: Work) -> None:
    d = delta(L1, L2, work) * delta(L2, L3, work)
    assert d.same(delta(L1, L3, work) * delta(L2, L1, work))


def test_different_numbers_are_different_labels(work: Work) -> None:
    assert delta(fixed(1), fixed(2), work).is_zero()
    assert delta(fixed(2), fixed(2), work).constant() == 1


def test_a_number_outside_the_range_is_not_contracted(work: Work) -> None:
    two = (delta(L1, fixed(2), work) * entry(X, work, L1)).total(L1)
    assert not two.same(entry(X, work, fixed(2)))  # n may be 1
    assert (delta(L1, fixed(1), work) * entry(X, work, L1)).total(L1).same(entry(X, work, fixed(1)))
    assert (delta(L1, fixed(2), Work({"n": 2})) * 1).total(L1).constant() == 1


def test_a_part_of_a_range_is_not_the_range(work: Work) -> None:
    part = free("t", range_of(dim_number(2), dim_size("n")))
    summed = (delta(L1, part, work) * entry(X, work, L1)).total(L1)
    assert summed.same(entry(X, work, part))
    turned = (delta(L1, part, work) * entry(X, work, part)).total(part)
    assert not turned.same(entry(X, work, L1))


def test_the_square_of_a_sum_is_not_the_sum_of_squares(work: Work) -> None:
    total = entry(X, work, L1).total(L1)
    assert not (total * total).same(entry(X, work, L1).power(2).total(L1))


@pytest.mark.parametrize("exponent", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(("low", "high"), [(1, 5), (0, 4), (3, 3), (3, 2)])
def test_powers_of_an_index_add_up(exponent: int, low: int, high: int) -> None:
    found = power_sum(range_of(dim_number(low), dim_number(high)), exponent)
    assert sum((c for _, c in found), Fraction(0)) == sum(k**exponent for k in range(low, high + 1))


def test_an_index_is_summed_as_a_number(work: Work) -> None:
    n = size("n", work)
    assert factor(index_atom(), (L1,), work).total(L1).same((n * n + n) * HALF)


# -- canonical form -------------------------------------------------------------------

EDGES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=7)


def network(edges: list[tuple[int, int]], names: list[int], work: Work) -> Polynomial:
    labels: list[Label] = [(BOUND, 100 + name, N) for name in names]
    factors = tuple((A, (labels[a], labels[b]), 1) for a, b in edges)
    return from_terms([Term(Fraction(1), factors)], work)


@settings(max_examples=80, deadline=None)
@given(EDGES, st.permutations(range(5)), st.randoms(use_true_random=False))
def test_names_and_order_do_not_matter(edges: list[tuple[int, int]], names: list[int], rng: object) -> None:
    work = Work()
    plain = network(edges, list(range(5)), work)
    shuffled = list(edges)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert network(shuffled, names, work).same(plain)


@settings(max_examples=40, deadline=None)
@given(EDGES)
def test_turning_one_factor_is_seen(edges: list[tuple[int, int]]) -> None:
    """A network and the one with a factor transposed agree only if they are the same up to names."""
    work = Work()
    turned = [(edges[0][1], edges[0][0]), *edges[1:]]
    same = any(
        sorted((names[a], names[b]) for a, b in turned) == sorted(edges) for names in permutations(range(5))
    )
    assert network(edges, list(range(5)), work).same(network(turned, list(range(5)), work)) == same


def test_symmetric_names_ignore_the_order_of_their_labels(work: Work) -> None:
    s = atom("symbol", "S", (N, N), symmetric=True)
    assert entry(s, work, L1, L2).same(entry(s, work, L2, L1))
    assert not entry(A, work, L1, L2).same(entry(A, work, L2, L1))


def test_a_function_of_the_transpose_is_the_transposed_function(work: Work) -> None:
    f = composite("function", (entry(A, work, L1, L2),), name="f")
    g = composite("function", (entry(A, work, L2, L1),), name="f")
    assert f.renamed({L1: L2, L2: L1}).same(g)
    assert not f.same(g)


def test_work_is_bounded_by_counts(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_work, "BOUND", 50)
    with pytest.raises(NotProved, match="over the work bound"):
        power(1 + entry(C, work) + entry(P, work), 40)


# -- rules ----------------------------------------------------------------------------

SIMPLEX = atom("symbol", "q", (N,), words=frozenset({"simplex", "nonnegative"}))
HOT = atom("symbol", "h", (N,), words=frozenset({"simplex", "one-hot", "bit", "nonnegative"}))
UNIT = atom("symbol", "u", (N,), words=frozenset({"unit"}))
ORTHOGONAL = atom("symbol", "Q", (N, N), words=frozenset({"orthogonal", "invertible"}))
TALL = atom("symbol", "U", (N, M), words=frozenset({"orthogonal"}))
BIT = atom("symbol", "b", words=frozenset({"bit", "nonnegative"}))


def test_declared_structure_is_used(work: Work) -> None:
    assert entry(SIMPLEX, work, L1).total(L1).constant() == 1
    assert entry(UNIT, work, L1).power(2).total(L1).constant() == 1
    assert (entry(HOT, work, L1) * entry(HOT, work, L2)).same(delta(L1, L2, work) * entry(HOT, work, L1))
    assert entry(BIT, work).power(3).same(entry(BIT, work))
    product = entry(ORTHOGONAL, work, L1, L3) * entry(ORTHOGONAL, work, L2, L3)
    assert product.total(L3).same(delta(L1, L2, work))


def test_declared_structure_is_not_used_beyond_itself(work: Work) -> None:
    q = entry(SIMPLEX, work, L1)
    assert (q * entry(X, work, L1)).total(L1).constant() is None
    assert q.power(2).total(L1).constant() is None
    assert entry(UNIT, work, L1).total(L1).constant() is None
    part = free("t", range_of(dim_number(1), dim_size("m")))
    assert entry(SIMPLEX, work, part).total(part).constant() is None
    r, s, t = free("r", M), free("s", M), free("t", N)
    wide = entry(TALL, work, t, r) * entry(TALL, work, t, s)
    assert not wide.total(t).same(delta(r, s, work))  # not square: nothing is known of it
    commuted = entry(ORTHOGONAL, work, L1, L3) * entry(ORTHOGONAL, work, L3, L2)
    assert not commuted.total(L3).same(delta(L1, L2, work))


# -- powers, logarithms, exponentials -------------------------------------------------


def test_roots_of_squares_need_a_sign(work: Work) -> None:
    c, p = entry(C, work), entry(P, work)
    assert not power(c * c, HALF).same(c)
    assert power(p * p, HALF).same(p)
    assert power(power(c, 2), HALF).power(2).same(c * c)


def test_logs_of_powers_and_products_need_a_sign(work: Work) -> None:
    c, p, d = entry(C, work), entry(P, work), entry(atom("symbol", "d"), work)
    assert not logarithm(c * c).same(2 * logarithm(c))
    assert logarithm(p * p).same(2 * logarithm(p))
    assert not logarithm(c * d).same(logarithm(c) + logarithm(d))
    assert logarithm(p * d).same(logarithm(p) + logarithm(d))


def test_numbers_are_taken_apart(work: Work) -> None:
    six = logarithm(number(6, work))
    assert six.same(logarithm(number(2, work)) + logarithm(number(3, work)))
    assert power(number(8, work), HALF).same(2 * power(number(2, work), HALF))
    assert power(number(2, work), HALF).power(2).constant() == 2
    with pytest.raises(NotProved):
        power(number(-1, work), HALF)
    with pytest.raises(NotProved):
        logarithm(number(0, work))
    with pytest.raises(NotProved):
        power(number(0, work), -1)


def test_exponentials_multiply(work: Work) -> None:
    c, p = entry(C, work), entry(P, work)
    assert (exponential(c) * exponential(p)).same(exponential(c + p))
    assert not (exponential(c) * exponential(p)).same(exponential(c * p))
    assert (exponential(c) * exponential(-c)).constant() == 1
    assert exponential(2 * logarithm(p)).same(p * p)
    assert logarithm(exponential(c) * p).same(c + logarithm(p))


def test_denominators_are_joined(work: Work) -> None:
    c, p = entry(C, work), entry(P, work)
    assert power(power(c, -1) + p, -1).same(c * power(1 + c * p, -1))
    assert (c * power(1 + c, -1) + power(1 + c, -1)).constant() == 1
    assert power(c - p, -1).same(-power(p - c, -1))
    e = exponential(c)
    assert (power(e, -1) * power(1 + e, -1)).same(power(e, -1) - power(1 + e, -1))


# -- derivatives ----------------------------------------------------------------------


def cut(name: str, work: Work, *where: str) -> Atom:
    return atom("cut", name, where, extra=(work.fresh(),))


def test_a_derivative_by_an_entry_keeps_other_entries(work: Work) -> None:
    x = cut("x", work, N)
    form = (factor(x, (L1,), work) * entry(A, work, L1, L2) * factor(x, (L2,), work)).total(L1).total(L2)
    slope = derivative(form, x, (L3,))
    both = (entry(A, work, L3, L2) + entry(A, work, L2, L3)) * factor(x, (L2,), work)
    assert slope.same(both.total(L2))


def test_a_derivative_inside_a_sum_is_of_one_term(work: Work) -> None:
    x = cut("x", work, N)
    total = exponential(factor(x, (L1,), work)).total(L1)
    assert derivative(total, x, (L3,)).same(exponential(factor(x, (L3,), work)))
    assert derivative(total * total, x, (L3,)).same(2 * total * exponential(factor(x, (L3,), work)))


def test_the_variable_of_a_derivative_has_no_structure(work: Work) -> None:
    y = cut("q", work, N)
    assert derivative(factor(y, (L1,), work).total(L1), y, (L3,)).constant() == 1


def test_an_open_moment_has_no_derivative(work: Work) -> None:
    x = cut("x", work)
    with pytest.raises(NotProved, match="leaves open"):
        derivative(factor(x, (), work) * factor(atom("cumulant", "z", extra=(3,)), (), work), x, ())


def test_powers_and_logs_by_the_chain_rule(work: Work) -> None:
    x = cut("x", work)
    v = factor(x, (), work)
    assert derivative(power(1 + v * v, HALF), x, ()).same(v * power(1 + v * v, -HALF))
    assert derivative(logarithm(1 + v), x, ()).same(power(1 + v, -1))
    assert derivative(power(v, -2), x, ()).same(-2 * power(v, -3))


def test_what_is_put_in_is_summed_again(work: Work) -> None:
    """Substituting 1 for x_i in sum_i x_i leaves n, not 1."""
    x = cut("x", work, N)
    found = substituted(factor(x, (L1,), work).total(L1), x, lambda labels: number(1, work))
    assert found.same(size("n", work))


# -- matrices -------------------------------------------------------------------------


def inverse_of(m: Polynomial, a: Label = L1, b: Label = L2) -> Polynomial:
    return inverse(m, a, b)


def test_an_inverse_cancels_its_matrix_on_both_sides(work: Work) -> None:
    a = entry(A, work, L1, L2)
    left = (inverse_of(a).renamed({L2: L3}) * a.renamed({L1: L3})).total(L3)
    right = (a.renamed({L2: L3}) * inverse_of(a).renamed({L1: L3})).total(L3)
    assert left.same(delta(L1, L2, work))
    assert right.same(delta(L1, L2, work))


def test_an_inverse_does_not_cancel_the_transpose(work: Work) -> None:
    turned = entry(A, work, L2, L3)  # (A^T)_kj
    assert (
        not (inverse_of(entry(A, work, L1, L2)).renamed({L2: L3}) * turned)
        .total(L3)
        .same(delta(L1, L2, work))
    )


def test_an_inverse_does_not_cancel_over_part_of_the_range(work: Work) -> None:
    part = free("t", range_of(dim_number(1), dim_size("m")))
    found = inverse_of(entry(A, work, L1, L2)).renamed({L2: part}) * entry(A, work, part, L2)
    assert not found.total(part).same(delta(L1, L2, work))


def test_the_inverse_of_a_product_turns_it(work: Work) -> None:
    b = atom("symbol", "B", (N, N))
    product = (entry(A, work, L1, L3) * entry(b, work, L3, L2)).total(L3)
    one = inverse_of(entry(b, work, L1, L2)).renamed({L2: L3})
    other = inverse_of(entry(A, work, L1, L2)).renamed({L1: L3})
    assert inverse_of(product).same((one * other).total(L3))


def test_the_inverse_of_a_tall_product_is_not_taken_apart(work: Work) -> None:
    tall, r = atom("symbol", "T", (N, M)), free("r", M)
    gram = (entry(tall, work, L1, r) * entry(tall, work, L2, r)).total(r)
    assert any(a.kind == "inverse" and len(a.body.terms) == 1 for a in inverse_of(gram).atoms())


def test_the_derivative_of_an_inverse(work: Work) -> None:
    y = cut("Y", work, N, N)
    r, s = free("r", N), free("s", N)
    slope = derivative(inverse_of(factor(y, (L1, L2), work)), y, (r, s))
    whole = inverse_of(factor(y, (L1, L2), work))
    assert slope.same(-(whole.renamed({L2: r}) * whole.renamed({L1: s})))


def test_the_trace_of_an_inverse_keeps_its_labels_apart(work: Work) -> None:
    """Putting a matrix into tr Y^-1 must not identify the rows of what is put in with the trace."""
    y = cut("Y", work, N, N)
    trace = inverse_of(factor(y, (L1, L2), work)).renamed({L2: L1}).total(L1)
    b = atom("symbol", "B", (N, N))

    def value(labels: tuple[Label, ...]) -> Polynomial:
        return (entry(A, work, labels[0], L3) * entry(b, work, L3, labels[1])).total(L3)

    want = inverse_of(value((L1, L2))).renamed({L2: L1}).total(L1)
    assert substituted(trace, y, value).same(want)


def test_determinants_keep_the_size_of_a_factor(work: Work) -> None:
    m = entry(A, work, L1, L2)
    assert not determinant(2 * m, L1, L2).same(2 * determinant(m, L1, L2))
    two_to_n = power(number(2, work), 1)
    assert determinant(2 * delta(L1, L2, work), L1, L2).same(
        exponential(size("n", work) * logarithm(two_to_n))
    )


def test_determinant_of_a_diagonal_is_the_product(work: Work) -> None:
    s = atom("symbol", "s", (N,), words=frozenset({"positive"}))
    found = determinant(delta(L1, L2, work) * entry(s, work, L1), L1, L2)
    assert logarithm(found).same(logarithm(entry(s, work, L1)).total(L1))


def test_a_rank_one_determinant(work: Work) -> None:
    m = delta(L1, L2, work) + entry(X, work, L1) * entry(Y, work, L2)
    assert determinant(m, L1, L2).same(1 + (entry(X, work, L1) * entry(Y, work, L1)).total(L1))


def test_a_multiplication_over_part_of_the_rows_shows_nothing(work: Work) -> None:
    """A gap at rows 1..m of an inverse with n rows may not be multiplied by the n x n matrix."""
    part = free("t", range_of(dim_number(1), dim_size("m")))
    row = inverse_of(entry(A, work, L1, L2)).renamed({L1: part})
    centred = row * size("m", work) - row.total(part)
    assert vanishes(centred) is None


# -- set partitions -------------------------------------------------------------------


@pytest.mark.parametrize(("count", "bell"), [(0, 1), (1, 1), (2, 2), (3, 5), (4, 15), (6, 203)])
def test_set_partitions_are_counted_by_bell_numbers(count: int, bell: int) -> None:
    found = partitions(count)
    assert len(found) == bell == len({tuple(sorted(p)) for p in found})
    assert all(sorted(k for block in p for k in block) == list(range(count)) for p in found)


def test_a_delta_below_a_bar_is_refused(work: Work) -> None:
    with pytest.raises(NotProved):
        from_terms([Term(Fraction(1), ((DELTA, (L1, L2), -1),))], work)
