"""The step checker: a certificate's parts, each evaluated by itself; it shares no code with the prover.

A certificate says: these are the two sides as polynomials, these rewritings were made, these
multipliers clear the difference. The sides are compared with the printed tree, every rewriting and
every multiplication before and after, never the difference (which is 0 on a true claim whatever is
done to it); then the terms must cancel literally. Numbers are residues modulo a prime. Functions are
random numbers there, one for each argument; what fails for them, and a side with functions
in it, is evaluated in balls: their own rules hold there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from generator.meaning.points import free_indices
from generator.meaning.systems import MeaningError, NoValue
from generator.notation.tree import ONE, Expr
from generator.verify.equality import equal
from generator.verify.proof.enough import FEW, enough_sizes
from generator.verify.proof.networks import Invalid, Valuation
from generator.verify.proof.places import frames
from generator.verify.question import PRECISIONS, Question, with_precision

BALLS = 2  # points of one tuple of sizes; of residues, drawn from so many, one tells
LIMIT = 15  # values of the free labels at one point: all ways in which four can be equal

Values = Callable[[Valuation], Iterator[tuple[Any, Any]]]


class Doubtful(Exception):
    """A part of a certificate has no value at any point that was tried."""


def validate(certificate: dict[str, Any], question: Question) -> str:
    """In words, at which sizes the sides agree. Raises Invalid, or Doubtful for what has no value."""
    return Validation(certificate, question).run()


@dataclass(frozen=True, slots=True)
class Validation:
    """One certificate and the claim that it is about."""

    tables: dict[str, Any]
    question: Question

    def run(self) -> str:
        """All parts, one after the other; in words, at which sizes."""
        sizes, words = enough_sizes(self.question, self.tables)
        if self.tables["of"] == "both sides":
            self.sides(sizes)
        else:
            words = f"the rewritings only; {words}"
        self.ending(sizes[:FEW])
        self.steps(sizes[:FEW])
        return words

    def sides(self, sizes: list[dict[str, int]]) -> None:
        """Each side's polynomial has the value of the printed tree."""
        for pair in self.tables["sides"]:
            for side, expr in zip(("left", "right"), self.question.sides(), strict=True):
                self._part(f"the {side} side", sizes, partial(self._side, pair["at"], pair[side], expr))

    def ending(self, sizes: list[dict[str, int]]) -> None:
        """Every term is multiplied as it says, and in the end the terms cancel."""
        for pair in self.tables["sides"]:
            for stage in pair["stages"]:
                for term, image in stage["images"]:
                    self._part("a multiplication", sizes, partial(self._multiplied, stage, [term], image))
            _cancels(pair)

    def steps(self, sizes: list[dict[str, int]]) -> None:
        """Every rewriting gives terms of the same value."""
        for rule, before, after in self.tables["steps"]:
            self._part(f"the rule {rule!r}", sizes, partial(self._rewriting, before, after))

    def _part(self, what: str, sizes: list[dict[str, int]], values: Values) -> None:
        for tried in sizes:
            if not any(self._tried(what, tried, values, exact) for exact in (True, False)):
                raise Doubtful(f"{what} has no value at {tried}")

    def _tried(self, what: str, sizes: dict[str, int], values: Values, exact: bool) -> bool:
        """The same, with twice the usual digits; False too for what a number system does not know."""
        with_precision(PRECISIONS[1])
        try:
            return self._agrees(what, sizes, values, exact)
        except MeaningError:
            return False
        finally:
            with_precision(PRECISIONS[0])

    def _agrees(self, what: str, sizes: dict[str, int], values: Values, exact: bool) -> bool:
        """Whether both values agree at enough points. Raises Invalid where they are apart."""
        seen = 0
        for frame, rng in frames(self.question, sizes, exact):
            v = Valuation(self.tables, frame, rng)
            try:
                answers = [a == b if exact else equal(a, b) for a, b in values(v)]
            except NoValue:
                continue
            if False in answers and exact and (v.opened or getattr(frame.system, "rooted", False)):
                return False  # a rule of a function, or a root of what is positive: balls decide
            if False in answers:
                raise Invalid(f"{what}: two values at {sizes} that should agree")
            seen += None not in answers
            if seen == (1 if exact else BALLS):
                return True
        return False

    def _side(self, at: list[int], terms: list[Any], expr: Expr, v: Valuation) -> Iterator[tuple[Any, Any]]:
        """The printed side and its polynomial, at some entries and values of the free indices."""
        program, shape = self.question.program, max((e.shape or () for e in self.question.sides()), key=len)
        names = free_indices((*self.question.sides(), *self.question.statement.when), program)
        for values in self._chosen(at, v):
            v.frame.index = dict(zip(names, values[len(at) - len(names) :], strict=True))
            whole = program.compiled(expr)(v.frame)
            axes = [value for value, dim in zip(values, shape, strict=False) if dim != ONE]
            yield _entry(whole, expr, axes), v.polynomial(terms, dict(zip(at, values, strict=True)))

    def _rewriting(self, before: Any, after: Any, v: Valuation) -> Iterator[tuple[Any, Any]]:
        """A term and what stands for it, at some values of the free labels."""
        for at in self._named([*before, *after], v):
            yield v.polynomial(before, at), v.polynomial(after, at)

    def _multiplied(
        self, stage: dict[str, Any], term: Any, image: Any, v: Valuation
    ) -> Iterator[tuple[Any, Any]]:
        """A term times the multiplier (summed over a label that they share), and the image."""
        for at in self._named([*term, *image, *stage["multiplier"]], v):
            inner = [at]
            if stage["over"]:
                label, new = stage["over"]
                inner = [at | {new: at[label], label: k} for k in v.span(label)]
            factors = [v.polynomial(stage["multiplier"], a) for a in inner]
            if all(f == 0 for f in factors):
                raise NoValue("a multiplier that is 0")
            products = [v.polynomial(term, a) * f for a, f in zip(inner, factors, strict=True)]
            yield sum(products[1:], start=products[0]), v.polynomial(image, at)

    def _named(self, terms: list[Any], v: Valuation) -> Iterator[dict[int, int]]:
        """Values of the free labels of some terms."""
        used = {b for term in terms for f in term[1] for b in f[1]}
        labels = sorted(b for b in used if self.tables["labels"][b][0] == "free")
        for values in self._chosen(labels, v):
            yield dict(zip(labels, values, strict=True))

    def _chosen(self, labels: list[int], v: Valuation) -> Iterator[tuple[int, ...]]:
        """Values of labels: every way in which they can be equal or different (deltas see nothing else)."""
        entries = [self.tables["labels"][b] for b in labels]
        spans = [[e[1]] if e[0] == "fixed" else v.span(b) for e, b in zip(entries, labels, strict=True)]
        chosen = {
            tuple(span[-1 - k % len(span)] for span, k in zip(spans, way, strict=True))
            for way in _ways(len(spans))
        }
        yield from sorted(chosen)[-LIMIT:]


def _ways(count: int) -> list[tuple[int, ...]]:
    """Which of `count` things are the same: the number of each thing's class."""
    if not count:
        return [()]
    return [(*way, k) for way in _ways(count - 1) for k in range(max(way, default=-1) + 2)]


def _entry(value: Any, expr: Expr, axes: list[int]) -> Any:
    """The entry of a side's value; axes of length one are left out of `axes`."""
    rest = iter(axes)
    for dim in expr.shape or ():
        value = value[0 if dim == ONE else next(rest) - 1]
    return value


def _cancels(pair: dict[str, Any]) -> None:
    """The sides' difference, multiplied as the certificate says, is literally 0. Raises Invalid."""
    gap = _sum([(1, pair["left"]), (-1, pair["right"])])
    for stage in pair["stages"]:
        images = {json.dumps(term[1]): image for term, image in stage["images"]}
        if not gap.keys() <= images.keys() or any(term[0] != 1 for term, _ in stage["images"]):
            raise Invalid("a term is not multiplied")
        gap = _sum([(c, images[key]) for key, c in gap.items()])
    if gap:
        raise Invalid("the terms do not cancel")


def _sum(parts: list[tuple[Any, list[Any]]]) -> dict[str, Fraction]:
    total: dict[str, Fraction] = {}
    for c, terms in parts:
        for coefficient, factors in terms:
            key = json.dumps(factors)
            total[key] = total.get(key, Fraction(0)) + c * Fraction(coefficient)
    return {key: c for key, c in total.items() if c}
