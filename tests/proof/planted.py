"""Bugs to be planted in the prover, one at a time: each is an error that such code really has had.

A bug is a patch of one function or table, and the case files in which it must be noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from generator.verify.proof import (
    algebra,
    calculus,
    composite,
    facts,
    functions,
    matrices,
    moments,
    polynomial,
    rules,
    sign,
)
from generator.verify.proof.polynomial import factor

Patch = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Bug:
    """What is wrong, how it is planted, and the files whose claims are looked at."""

    name: str
    plant: Patch
    files: tuple[str, ...]


BUGS: list[Bug] = []


def bug(*files: str) -> Callable[[Patch], Patch]:
    """Put a bug on the list; its name is the function's."""

    def listed(plant: Patch) -> Patch:
        BUGS.append(Bug(plant.__name__, plant, files))
        return plant

    return listed


@bug("regression")
def exponent_is_not_lowered(patch: pytest.MonkeyPatch) -> None:
    right = calculus._of_factor

    def wrong(f: Any, cut: Any, target: Any, work: Any) -> Any:
        a, labels, e = f
        made = right(f, cut, target, work)
        return made * factor(a, labels, work) if e == 2 else made

    patch.setattr(calculus, "_of_factor", wrong)


@bug("sums", "moments-any-law")
def a_range_is_one_shorter(patch: pytest.MonkeyPatch) -> None:
    right = polynomial.length
    patch.setattr(polynomial, "length", lambda where: (*right(where), ((), -1)))


@bug("sums")
def sum_of_a_constant_is_the_constant(patch: pytest.MonkeyPatch) -> None:
    right = polynomial.Polynomial.total

    def wrong(self: Any, label: Any) -> Any:
        return right(self, label) if label in self.labels() else self

    patch.setattr(polynomial.Polynomial, "total", wrong)


@bug("matrix-gradients")
def slope_of_an_inverse_is_transposed(patch: pytest.MonkeyPatch) -> None:
    right = matrices._slope_of_inverse

    def wrong(a: Any, labels: Any, inner: Any) -> Any:
        return right(a, (*labels[:-2], labels[-1], labels[-2]), inner)

    patch.setitem(calculus.RULES, "inverse", wrong)


@bug("matrix-gradients")
def slope_of_an_inverse_has_no_sign(patch: pytest.MonkeyPatch) -> None:
    right = matrices._slope_of_inverse
    patch.setitem(calculus.RULES, "inverse", lambda a, labels, inner: -right(a, labels, inner))


@bug("matrix-gradients")
def slope_of_a_determinant_lacks_it(patch: pytest.MonkeyPatch) -> None:
    right = matrices._slope_of_determinant

    def wrong(a: Any, labels: Any, inner: Any) -> Any:
        return right(a, labels, inner) * factor(a, labels, a.body.work, -1)

    patch.setitem(calculus.RULES, "det", wrong)


@bug("exponentials", "logistic")
def slope_of_a_logarithm_is_not_inverted(patch: pytest.MonkeyPatch) -> None:
    def wrong(a: Any, labels: Any, inner: Any) -> Any:
        (body,) = calculus.instance(a, labels)
        return body * inner(body)

    patch.setitem(calculus.RULES, "log", wrong)


@bug("exponentials", "roots-and-logs")
def root_of_a_square_is_the_number(patch: pytest.MonkeyPatch) -> None:
    def wrong(f: Any, e: Fraction, work: Any) -> Any:
        return factor(f[0], f[1], work, f[2] * e)

    patch.setattr(functions, "_root_of_one", wrong)


@bug("roots-and-logs")
def everything_is_positive(patch: pytest.MonkeyPatch) -> None:
    right = facts.sign_words
    patch.setattr(facts, "sign_words", lambda found: right(found) | {"positive"})


@bug("roots-and-logs", "exponentials")
def logarithm_of_a_power_loses_it(patch: pytest.MonkeyPatch) -> None:
    right = functions._log_of_factor
    patch.setattr(functions, "_log_of_factor", lambda f, work: right((f[0], f[1], 1), work))


@bug("exponentials")
def exponential_loses_its_coefficient(patch: pytest.MonkeyPatch) -> None:
    right = functions.composite

    def wrong(kind: str, bodies: Any, exponent: Any = 1, *rest: Any, **named: Any) -> Any:
        return right(kind, bodies, 1 if kind == "exp" else exponent, *rest, **named)

    patch.setattr(functions, "composite", wrong)


@bug("roots-and-logs", "exponentials")
def root_loses_the_number_before_it(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(functions, "number_power", lambda value, e, work: polynomial.number(1, work))


@bug("matrices", "gradients")
def every_square_matrix_is_symmetric(patch: pytest.MonkeyPatch) -> None:
    right = facts.symbol_atom

    def wrong(symbol: Any, program: Any, conditions: Any) -> Any:
        made = right(symbol, program, conditions)
        return facts.atom(
            "symbol",
            symbol.name,
            made.ranges,
            symmetric=len(made.ranges) == 2 and made.ranges[0] == made.ranges[1],
            words=made.words,
        )

    patch.setattr(facts, "symbol_atom", wrong)


@bug("matrices")
def invertible_is_orthogonal(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(facts.STRUCTURE, "invertible", frozenset({"invertible", "orthogonal"}))


@bug("matrices")
def inverse_of_a_product_keeps_the_order(patch: pytest.MonkeyPatch) -> None:
    right = matrices._factored

    def wrong(m: Any, row: Any, column: Any) -> Any:
        found = right(m, row, column)
        if found is None:
            return None
        (left, other), middle = found
        first = other.renamed({middle: row, column: middle})
        return (first, left.renamed({row: middle, middle: column})), middle

    patch.setattr(matrices, "_factored", wrong)


@bug("matrices")
def determinant_of_a_multiple_is_linear(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(matrices, "count", lambda where, work: polynomial.number(1, work))


@bug("matrices", "gaussians")
def inverse_rule_forgets_the_rest(patch: pytest.MonkeyPatch) -> None:
    planted = tuple((name, _first_only(rule) if "inverse" in name else rule) for name, rule in rules.RULES)
    patch.setattr(polynomial, "RULES", planted)


def _first_only(rule: Any) -> Any:
    def wrong(term: Any, work: Any) -> Any:
        after = rule(term, work)
        return None if after is None else after[:1]

    return wrong


@bug("other-laws", "moments")
def cumulant_without_binomials(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moments, "comb", lambda n, k: 1)


@bug("normal-moments", "moments")
def one_partition_is_missing(patch: pytest.MonkeyPatch) -> None:
    right = moments.partitions
    patch.setattr(moments, "partitions", lambda count: right(count)[: 14 if count == 4 else None])


@bug("moments-any-law", "moments")
def entries_of_a_sample_are_all_equal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moments, "delta", lambda a, b, work: polynomial.number(1, work))


@bug("moments", "moments-any-law")
def the_third_cumulant_of_any_law_is_zero(patch: pytest.MonkeyPatch) -> None:
    right = moments.Expectation._of_law

    def wrong(self: Any, law: Any, order: int, labels: Any) -> Any:
        return self.t.number(0) if order > 2 and law.law == "moments" else right(self, law, order, labels)

    patch.setattr(moments.Expectation, "_of_law", wrong)


@bug("moments", "normal-moments")
def variance_is_the_second_moment(patch: pytest.MonkeyPatch) -> None:
    def wrong(t: Any, expr: Any, labels: Any, env: Any) -> Any:
        over = moments._expectation(t, expr, env)
        body = t.scalar(expr.args[0], env)
        return over.of(body * body)

    patch.setitem(moments.READERS, "Var", wrong)


@bug("sums")
def different_indices_may_agree(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(algebra, "_restricted", lambda t, body, expr, own, env: body)


@bug("sums", "moments-any-law")
def every_number_is_a_bit(patch: pytest.MonkeyPatch) -> None:
    right = facts.sign_words
    patch.setattr(facts, "sign_words", lambda found: right(found) | {"bit"})


@bug("softmax")
def assumed_sum_has_the_wrong_sign(patch: pytest.MonkeyPatch) -> None:
    def turned(rule: Any) -> Any:
        def wrong(term: Any, work: Any) -> Any:
            after = rule(term, work)
            return None if after is None else [t._replace(coefficient=-t.coefficient) for t in after]

        return wrong

    planted = tuple((name, turned(rule) if "assumed" in name else rule) for name, rule in rules.RULES)
    patch.setattr(polynomial, "RULES", planted)


@bug("softmax", "logistic", "attention")
def denominator_rule_forgets_the_rest(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        polynomial,
        "RULES",
        tuple((name, _first_only(rule) if "leading" in name else rule) for name, rule in rules.RULES),
    )


@bug("softmax", "attention")
def every_pair_of_labels_may_be_exchanged(patch: pytest.MonkeyPatch) -> None:
    right = composite.atom

    def wrong(kind: str, name: str, ranges: Any, bodies: Any, extra: Any, symmetric: bool, words: Any) -> Any:
        return right(kind, name, ranges, bodies, extra, len(ranges) == 2, words)

    patch.setattr(composite, "atom", wrong)


@bug("roots-and-logs")
def the_sign_of_a_sum_is_that_of_one_term(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sign, "of_polynomial", lambda p: sign.POSITIVE)
