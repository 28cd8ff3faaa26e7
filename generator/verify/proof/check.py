"""The step checker: a certificate's parts, each evaluated by itself; it shares no code with the prover.

A certificate says: these are the two sides as polynomials, these rewritings were made, these multipliers
clear the difference. The sides are compared with the printed tree, every rewriting and multiplication
before and after, never the difference (0 on a true claim whatever is done to it); then the terms must
cancel literally. Numbers are residues modulo a prime, functions random ones there, one for each argument;
what fails for them, and a side with functions in it, is evaluated in balls: their own rules hold there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

from generator.meaning.points import free_indices
from generator.meaning.systems import MeaningError, NoValue
from generator.notation.tree import ONE, Expr
from generator.verify.equality import equal
from generator.verify.proof.enough import FEW, enough_sizes
from generator.verify.proof.networks import Invalid, Valuation
from generator.verify.proof.places import Places, label_values
from generator.verify.question import PRECISIONS, Question, with_precision

BALLS = 2  # points of one tuple of sizes; of residues, drawn from so many, one tells

Part = tuple[str, Callable[[Valuation], Iterator[tuple[Any, Any]]]]  # its name, and values that must be one


class Doubtful(Exception):
    """A part of a certificate has no value at any point that was tried."""


def validate(certificate: dict[str, Any], question: Question) -> str:
    """In words, at which sizes the sides agree. Raises Invalid, or Doubtful for what has no value."""
    claim = Validation(certificate, question)
    sizes, words = enough_sizes(question, certificate)
    claim.hold(claim.sides(), sizes)
    claim.hold([*claim.ending(), *claim.steps()], sizes[:FEW])
    return words


class Validation:
    """One certificate and the claim that it is about."""

    def __init__(self, tables: dict[str, Any], question: Question) -> None:
        self.tables, self.question = tables, question
        self.places = Places(question, partial(Valuation, tables))

    def sides(self) -> Iterator[Part]:
        """Each side's polynomial has the value of the printed tree, where it says that it is of one."""
        for pair in self.tables["sides"] if self.tables["of"] == "both sides" else ():
            for side, expr in zip(("left", "right"), self.question.sides(), strict=True):
                yield f"the {side} side", partial(self._side, pair["at"], pair[side], expr)

    def ending(self) -> Iterator[Part]:
        """Every term is multiplied as it says, and in the end the terms cancel. Raises Invalid."""
        for pair in self.tables["sides"]:
            gap = _sum([(1, pair["left"]), (-1, pair["right"])])
            for stage in pair["stages"]:
                images = {repr(term[1]): image for term, image in stage["images"] if term[0] == 1}
                if not gap.keys() <= images.keys():
                    raise Invalid("a term is not multiplied")
                gap = _sum((c, images[key]) for key, c in gap.items())
                for term, image in stage["images"]:
                    yield "a multiplication", partial(self._rewriting, [term], image, stage)
            if gap:
                raise Invalid("the terms do not cancel")

    def steps(self) -> Iterator[Part]:
        """Every rewriting gives terms of the same value."""
        for rule, before, after in self.tables["steps"]:
            yield (
                f"the rule {rule!r}",
                partial(self._rewriting, before, after, {"multiplier": [[1, []]], "over": []}),
            )

    def hold(self, parts: Iterable[Part], sizes: list[dict[str, int]]) -> None:
        """Every part has two equal values at all of these sizes, with twice the usual digits."""
        with_precision(PRECISIONS[1])
        try:
            for part, tried in product(parts, sizes):
                if not (self._agrees(part, tried, True) or self._agrees(part, tried, False)):
                    raise Doubtful(f"{part[0]} has no value at {tried}")
        finally:
            with_precision(PRECISIONS[0])

    def _agrees(self, part: Part, sizes: dict[str, int], exact: bool) -> bool:
        """Whether both values agree at enough points. Raises Invalid where they are apart."""
        seen = 0
        with suppress(MeaningError):  # what a number system does not know
            for v in self.places.at(sizes, exact):
                try:
                    answers = [a == b if exact else equal(a, b) for a, b in part[1](v)]
                except NoValue:
                    continue
                if False in answers and exact and (v.opened or getattr(v.frame.system, "rooted", False)):
                    return False  # a rule of a function, or a root of what is positive: balls decide
                if False in answers:
                    raise Invalid(f"{part[0]}: two values at {sizes} that should agree")
                seen += None not in answers
                if seen == (1 if exact else BALLS):
                    return True
        return False

    def _side(self, at: list[int], terms: list[Any], expr: Expr, v: Valuation) -> Iterator[tuple[Any, Any]]:
        """The printed side and its polynomial, at some entries and values of the free indices."""
        program, shape = self.question.program, max((e.shape or () for e in self.question.sides()), key=len)
        names = free_indices((*self.question.sides(), *self.question.statement.when), program)
        for values in label_values([v.span(b) for b in at]):
            v.frame.index = dict(zip(names, values[len(at) - len(names) :], strict=True))
            entry = v.once((id(expr), *v.frame.index.items()), lambda: program.compiled(expr)(v.frame))
            axes = iter(k for k, dim in zip(values, shape, strict=False) if dim != ONE)
            for dim in expr.shape or ():
                entry = entry[0 if dim == ONE else next(axes) - 1]
            yield entry, v.polynomial(terms, dict(zip(at, values, strict=True)))

    def _rewriting(self, before: Any, after: Any, stage: Any, v: Valuation) -> Iterator[tuple[Any, Any]]:
        """Terms times a multiplier (summed over a label that they share), and what stands for them."""
        used = {b for _, factors in (*before, *after, *stage["multiplier"]) for f in factors for b in f[1]}
        rows, inner = self.tables["labels"], stage["over"]
        used = {rows[b][1][0] if rows[b][0] == "shift" else b for b in used}  # counted from another index
        labels = sorted(b for b in used if rows[b][0] == "free")
        for values in label_values([v.span(b) for b in labels]):
            at = dict(zip(labels, values, strict=True))
            places = [at | {inner[1]: at[inner[0]], inner[0]: k} for k in v.span(inner[0])] if inner else [at]
            by = [v.polynomial(stage["multiplier"], place) for place in places]
            if not any(by):
                raise NoValue("a multiplier that is 0")
            products = [v.polynomial(before, place) * f for place, f in zip(places, by, strict=True)]
            yield sum(products[1:], start=products[0]), v.polynomial(after, at)


def _sum(parts: Iterable[tuple[Any, list[Any]]]) -> dict[str, Fraction]:
    """Polynomials by number, added up; what cancels is left out."""
    total: dict[str, Fraction] = defaultdict(Fraction)
    for c, terms in parts:
        for coefficient, factors in terms:
            total[repr(factors)] += c * Fraction(coefficient)
    return {key: c for key, c in total.items() if c}
