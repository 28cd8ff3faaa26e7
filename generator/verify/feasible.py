r"""Competitors of an optimum under constraints: declared structure, equations and inequalities.

A draw that the domain admits gives a direction; equations (`Ax = b`, `\sum_k p_k = 1`) are kept by
projecting it on the tangent space of what they fix, by Newton steps where they are no planes. On the
line through the candidate rivals stand at several distances, on both sides. Each is tried against
the structure, the declared conditions and the printed domain before it counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from flint import arb, arb_mat

from generator.meaning import arrays
from generator.meaning.domains import domain_of, structured
from generator.meaning.points import BALLS
from generator.meaning.program import Frame
from generator.meaning.sampling import RATIONAL
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, bare, dim_value
from generator.verify.question import Question
from generator.verify.stated import Optimum

#: Shares of the way to the draw; behind the candidate too, and beyond the draw.
SHARES = tuple(
    Fraction(k, 2**16) for k in (2**16, 2**15, -(2**13), 2**13, -(2**10), 2**10, 64, -64, 2, -2, 2**17)
)
NEWTON = 8  # steps back to a curved constraint
#: Structure kept on the line between two members.
FLAT = frozenset(
    {"simplex", "stochastic", "positive definite", "positive semidefinite", "symmetric", "diagonal"}
)


def constrained(question: Question, optimum: Optimum) -> bool:
    """Whether free steps of single entries would leave the domain."""
    words: set[str] = set()
    for name in optimum.names:
        words |= question.program.symbols[name].words
    return bool(words - {"random", "invertible"}) or bool(equations(optimum.domains))


def equations(domains: tuple[Expr, ...]) -> list[Expr]:
    """The printed constraints that are equations."""
    return [d for d in map(bare, domains) if d.head == "rel" and set(d.data) == {"="}]


@dataclass(frozen=True, slots=True)
class Feasible:
    """The candidate's values at a point, and what its competitors must keep."""

    question: Question
    optimum: Optimum
    frame: Frame
    at: dict[str, Any]

    def rival(self, rng: Random, number: int) -> Frame | None:
        """A competitor of the domain, or None where this draw gives none."""
        names = self.optimum.names
        moving = names if number % 3 else (names[number % len(names)],)
        drawn = {name: self._drawn(name, rng) if name in moving else self.at[name] for name in names}
        if any(value is None for value in drawn.values()):
            return None
        share = BALLS.number(SHARES[number % len(SHARES)])
        flat = all(self._words(name) <= FLAT for name in drawn)
        if flat:
            step = [b - a for name in drawn for a, b in _pairs(self.at[name], drawn[name])]
            origin = [v for name in drawn for v in arrays.flat(self.at[name])]
            place = self._back(
                [v + share * s for v, s in zip(origin, self._along(origin, step), strict=True)]
            )
            if place is None:
                return None
            rest = iter(place)
            drawn = {name: arrays.each(lambda _: next(rest), self.at[name]) for name in drawn}
        if all((b - a).contains(0) for name in drawn for a, b in _pairs(self.at[name], drawn[name])):
            return None
        child = self.frame.child(drawn)
        return child if self.admitted(drawn) else None

    def admitted(self, values: dict[str, Any]) -> bool:
        """Whether values have the declared structure."""
        return all(structure_holds(self._words(name), value) for name, value in values.items())

    def _words(self, name: str) -> frozenset[str]:
        return self.question.program.symbols[name].words - {"random", "invertible"}

    def _drawn(self, name: str, rng: Random) -> Any:
        program = self.question.program
        symbol = program.symbols[name]
        frame = Frame(RATIONAL, program, self.frame.sizes, {})
        try:
            domain = domain_of(symbol, frame)
            if symbol.family:
                return arrays.each(lambda _: BALLS.number(domain.draw(rng)), self.at[name])
            dims = [dim_value(d, self.frame.sizes) for d in symbol.shape]
            value = structured(replace(symbol, words=self._words(name)), dims, rng, domain)
            if value is None:
                return arrays.each(lambda _: BALLS.number(domain.draw(rng)), self.at[name])
        except MeaningError:
            return None
        return arrays.each(BALLS.number, value)

    # -- equations ------------------------------------------------------------------

    def _residual(self, place: list[Any]) -> list[Any]:
        rest = iter(place)
        child = self.frame.child({n: arrays.each(lambda _: next(rest), v) for n, v in self.at.items()})
        out: list[Any] = []
        for equation in equations(self.optimum.domains):
            for left, right in pairwise(equation.args):
                a, b = (self.question.program.compiled(arg)(child) for arg in (left, right))
                out += [x - y for x, y in _pairs(a, b)]
        return out

    def _slopes(self, place: list[Any]) -> arb_mat:
        """The Jacobian of the equations by central differences (of lines and squares it is exact)."""
        h = BALLS.number(Fraction(1, 2**20))
        columns = []
        for k in range(len(place)):
            ends = [self._residual([*place[:k], place[k] + s * h, *place[k + 1 :]]) for s in (1, -1)]
            columns.append([(a - b) / (2 * h) for a, b in zip(*ends, strict=True)])
        return arb_mat([[column[i] for column in columns] for i in range(len(columns[0]))])

    def alone(self) -> bool:
        """Whether linear equations leave the candidate as the only point that meets them."""
        if not equations(self.optimum.domains):
            return False
        place = [v for value in self.at.values() for v in arrays.flat(value)]
        here, there = (self._slopes([v + shift for v in place]) for shift in (0, 3))
        spread = range(here.nrows() * here.ncols())
        straight = all((here - there)[k // here.ncols(), k % here.ncols()].contains(0) for k in spread)
        return straight and bool((here.transpose() * here).det() > 0)

    def _along(self, place: list[Any], step: list[Any]) -> list[Any]:
        """A step without its part across the equations."""
        if not equations(self.optimum.domains):
            return step
        slopes = self._slopes(place)
        return _without(step, slopes, slopes * arb_mat([[s] for s in step]))

    def _back(self, place: list[Any]) -> list[Any] | None:
        """The place moved on to the equations; None where Newton's steps do not end there."""
        if not equations(self.optimum.domains):
            return place
        for _ in range(NEWTON):
            gap = self._residual(place)
            if all(g.contains(0) for g in gap):
                return place
            if all(abs(g) < arb(10) ** -(BALLS.digits * 3 // 4) for g in gap):
                around = arb(0, arb(10) ** -(BALLS.digits * 2 // 3))  # the place itself is in this ball
                return [v + around for v in place]
            across = arb_mat([[g] for g in gap])
            place = [v.mid() for v in _without(place, self._slopes(place), across)]
        return None


def _without(step: list[Any], slopes: arb_mat, across: arb_mat) -> list[Any]:
    """step - J^T (J J^T)^-1 r, the shortest step that changes what the equations fix by r."""
    try:
        moved = slopes.transpose() * (slopes * slopes.transpose()).solve(across)
    except ZeroDivisionError as error:
        raise MeaningError("constraints that repeat one another") from error
    return [s - moved[k, 0] for k, s in enumerate(step)]


def _pairs(a: Any, b: Any) -> list[tuple[Any, Any]]:
    return list(zip(arrays.flat(a), arrays.flat(b), strict=True))


# -- declared structure -----------------------------------------------------------------


def _sums_to_one(row: list[Any]) -> bool:
    return BALLS.sign(sum(row[1:], start=row[0]) - 1) == 0


def _simplex(value: Any) -> bool:
    return all(BALLS.sign(v) >= 0 for v in value) and _sums_to_one(value)


def _symmetric(value: Any) -> bool:
    return all(BALLS.sign(value[i][j] - value[j][i]) == 0 for i in range(len(value)) for j in range(i))


def _minors(value: Any) -> list[Any]:
    return [arb_mat([row[:k] for row in value[:k]]).det() for k in range(1, len(value) + 1)]


def _definite(value: Any) -> bool:
    """Sylvester: a symmetric matrix is positive definite where its leading minors are positive."""
    return _symmetric(value) and all(BALLS.sign(m) > 0 for m in _minors(value))


def _semidefinite(value: Any) -> bool:
    """Definite, or still definite with a little added to the diagonal."""
    little = BALLS.number(Fraction(1, 10 ** (BALLS.digits // 3)))
    raised = [[v + (little if i == j else 0) for j, v in enumerate(row)] for i, row in enumerate(value)]
    return _symmetric(value) and all(m > 0 for m in _minors(raised))


def _diagonal(value: Any) -> bool:
    return all(BALLS.sign(v) == 0 for i, row in enumerate(value) for j, v in enumerate(row) if i != j)


def _orthogonal(value: Any) -> bool:
    m = arb_mat(value)
    gap = m.transpose() * m
    return all(BALLS.sign(gap[i, j] - int(i == j)) == 0 for i in range(len(value)) for j in range(len(value)))


def _one_hot(value: Any) -> bool:
    return all(BALLS.sign(v) == 0 or BALLS.sign(v - 1) == 0 for v in value) and _sums_to_one(value)


#: Declared word -> whether a value in balls has that structure.
STRUCTURES: dict[str, Callable[[Any], bool]] = {
    "simplex": _simplex,
    "stochastic": lambda value: all(map(_simplex, value)),
    "one-hot": _one_hot,
    "unit": lambda value: BALLS.sign(sum((v * v for v in value[1:]), start=value[0] * value[0]) - 1) == 0,
    "symmetric": _symmetric,
    "diagonal": _diagonal,
    "orthogonal": _orthogonal,
    "positive definite": _definite,
    "positive semidefinite": _semidefinite,
}


def structure_holds(words: frozenset[str], value: Any) -> bool:
    """Whether a value in balls has all declared structure. Raises MeaningError for a word without a test."""
    for word in sorted(words - {"random", "invertible"}):
        test = STRUCTURES.get(word)
        if test is None:
            raise MeaningError(f"whether a value is {word} is not tested")
        if not test(value):
            return False
    return True
