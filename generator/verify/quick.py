"""NumPy refutes: an equality at many float64 points at once, before the balls decide at a few.

A point at which the sides are clearly apart is handed on as exact rationals; only the balls
say whether the relation fails there, so rounding never refutes anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from flint import fmpq

from generator.meaning import arrays
from generator.meaning.domains import domain_of
from generator.meaning.floats import ArraySystem
from generator.meaning.points import free_indices, index_values
from generator.meaning.program import Frame, Program
from generator.meaning.sampling import RATIONAL, Point, Sampler, Wanted
from generator.meaning.systems import MeaningError
from generator.notation.tree import dim_value
from generator.verify.question import Question

FAILURES = (MeaningError, KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError)
POINTS = 96
APART = 1e-5  # relative; float64 rounding stays far below it in what is tried here
SCALES = (0.25, 1.0, 4.0)


class Suspects:
    """Points (with index values) at which the two sides look different in float64.

    After iterating, `covered` says whether both sides had float64 values that agreed.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        self.covered = False

    def __iter__(self) -> Iterator[tuple[Point, dict[str, int]]]:
        names = _names(self.question)
        self.covered = bool(names)
        for sizes in self.question.sizes()[:1] if names else []:
            try:
                for suspect in _apart(self.question, self.question.program, names, sizes):
                    self.covered = False
                    yield suspect
            except FAILURES:
                self.covered = False  # something has no float64 meaning: the balls decide alone
                return


def _names(question: Question) -> list[str]:
    """The names to draw; none where a condition must be met, which the exact sampler does."""
    if question.statement.when or question.only is not None or question.outside is not None:
        return []
    sampler = Sampler(question.program, Wanted(question.sides()), question.seed)
    if sampler.conditions or any(question.program.symbols[n].words - {"random"} for n in sampler.names):
        return []
    return sampler.names


def _apart(
    question: Question, program: Program, names: list[str], sizes: dict[str, int]
) -> Iterator[tuple[Point, dict[str, int]]]:
    rng = np.random.default_rng(question.seed)
    rational = Frame(RATIONAL, program, sizes, {})
    values = {name: _drawn(name, rational, rng) for name in names}
    frame = Frame(ArraySystem(POINTS), program, sizes, values, question.chance)
    left, right = (program.compiled(arg) for arg in question.sides())
    indices = free_indices(question.sides(), program)
    for index in index_values(indices, program, sizes, question.seed, 6):
        frame.index = dict(index)
        with np.errstate(all="ignore"):
            a, b = (_stacked(code(frame)) for code in (left, right))
            gap = np.abs(a - b) / (1 + np.abs(a) + np.abs(b))
        worst = np.max(np.where(np.isfinite(gap), gap, 0), axis=0)
        for k in np.flatnonzero(worst > APART)[:2]:
            chosen = {name: arrays.each(partial(_exact, k), value) for name, value in values.items()}
            if all(_inside(name, value, rational) for name, value in chosen.items()):
                yield Point(sizes, chosen), dict(index)


def _inside(name: str, value: Any, f: Frame) -> bool:
    """Whether rounding has left the entries in the declared domain (an empty one holds nothing)."""
    domain = domain_of(f.program.symbols[name], f)
    return all(domain.holds(v) for v in arrays.flat(value))


def _stacked(value: Any) -> Any:
    """The entries of a result as an array (entries, points)."""
    return np.stack([np.broadcast_to(v, (POINTS,)) for v in arrays.flat(value)])


def _exact(k: Any, points: Any) -> fmpq:
    """Point k of an array, as the rational that the float is."""
    exact = Fraction(float(points[k]))
    return fmpq(exact.numerator, exact.denominator)


def _drawn(name: str, f: Frame, rng: np.random.Generator) -> Any:
    """Entries inside the declared domain, one array of points each."""
    symbol = f.program.symbols[name]
    if symbol.kind not in ("scalar", "vector", "matrix"):
        raise MeaningError("no float64 draws for this kind of name")
    domain = domain_of(symbol, f)
    if domain.integer or domain.excluded:
        raise MeaningError("no float64 draws for this domain")
    dims = [len(f.program.range_of(i, f.sizes)) for i in symbol.family]
    dims += [dim_value(d, f.sizes) for d in symbol.shape]
    scale = rng.choice(SCALES, POINTS)

    def entry() -> Any:
        if domain.finite:
            return rng.choice([float(v.p) / float(v.q) for v in domain.finite], POINTS)
        low, high = (None if v is None else float(v.p) / float(v.q) for v in (domain.low, domain.high))
        if low is not None and high is not None:
            return low + (high - low) * rng.integers(3, 126, POINTS) / 128
        size = rng.integers(7, 193, POINTS) / 64 * scale  # short dyadic numbers: they are shown to people
        if low is not None:
            return low + size
        return high - size if high is not None else size * rng.choice([-1.0, 1.0], POINTS)

    def build(rest: list[int]) -> Any:
        return [build(rest[1:]) for _ in range(rest[0])] if rest else entry()

    return build(dims)
