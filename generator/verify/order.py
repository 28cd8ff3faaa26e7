r"""Inequalities: a sign rule that holds for all sizes, or a search of the gap.

What is checked: the gap between the sides at all points and along a shrinking search; a
`\le` against anything but a literal 0 needs a point where it is tight. Why it can fail: a
turned sign, a bound too small, `<` where equality is reached. Example refuted:
`u(1-u) < \frac14` (equal at one half).
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import islice, permutations
from math import inf
from random import Random
from typing import Any

from flint import fmpq

from generator.meaning import arrays
from generator.meaning.domains import domain_of
from generator.meaning.points import BALLS, frame_at, free_indices, truth
from generator.meaning.program import Frame
from generator.meaning.ranged import unmet
from generator.meaning.sampling import RATIONAL, Point, Sampler, Wanted
from generator.meaning.systems import MeaningError, Unsupported, Unsure
from generator.notation.tree import Expr, bare
from generator.verify import edges, sharp
from generator.verify.golden import FINE, ROUGH, lowest
from generator.verify.lazy import sympy
from generator.verify.proof.certified import certified
from generator.verify.proof.roots import prove_sign
from generator.verify.question import (
    PRECISIONS,
    Answer,
    IllFormed,
    Question,
    Refuted,
    counterexample,
    pack_sizes,
    retry,
    sizes_evidence,
    with_precision,
)
from generator.verify.rederive import indexed, upgraded, where
from generator.verify.signs import sign_by_rules
from generator.verify.touch import never_touches

SEARCH_STEPS = 40
SIMPLE = 10**5  # the largest denominator of a number known from its digits
TOUCHES = 2  # points from which a strict gap is followed along every scalar
SCATTERED = 40  # points at each of two tuples of sizes where every name reaches its own way


def check(question: Question) -> Answer:
    """The relation at all points, then by rule or by search. Raises Refuted or Undecided."""
    return retry(lambda: _check(question))  # type: ignore[no-any-return]


def never_beyond(question: Question) -> None:
    """The relation at points and along the search, without asking for a tight point. Raises Refuted."""
    strict = question.expr.data[0] in ("<", ">")
    codes = [question.program.compiled(arg) for arg in question.sides()]
    small, large = codes if question.expr.data[0] in ("<", "<=") else codes[::-1]
    points: list[tuple[Point, Frame]] = []
    for point, frame in question.frames():
        _holds(question, point, frame, small, large, strict)
        if len(points) < 4:
            points.append((point, frame))
    if question.sample is not None:
        return
    _scatter(question, small, large, strict)
    _search(question, points, small, large, strict)


def _scatter(question: Question, small: Any, large: Any, strict: bool) -> None:
    """Points where one name is far and another near: a descent does not cross poles. Raises Refuted."""
    if question.quick or question.outside is not None:
        return
    sampler = Sampler(question.program, Wanted(question.sides(), question.statement.when), question.seed)
    indexed = free_indices((*question.sides(), *question.statement.when), question.program)
    for sizes in question.sizes()[:2] if sampler.names and not indexed else []:
        for number in range(SCATTERED):
            try:
                point = sampler.point(sizes, number, mixed=True)
                frame = frame_at(point, question.program, BALLS, question.chance)
                _holds(question, point, frame, small, large, strict)
            except (Unsure, Unsupported):
                continue
            except MeaningError:
                return  # conditions that are hard to meet: the regular points decide


def _check(question: Question) -> Answer:
    op = question.expr.data[0]
    strict = op in ("<", ">")
    codes = [question.program.compiled(arg) for arg in question.sides()]
    small, large = codes if op in ("<", "<=") else codes[::-1]
    count, sizes, tight, apart = 0, [], False, False
    points: list[tuple[Point, Frame]] = []
    last = None
    for point, frame in question.frames():
        if point is not last:
            count, last = count + 1, point
        if point.sizes not in sizes:
            sizes.append(point.sizes)
        equal = _holds(question, point, frame, small, large, strict)
        tight, apart = tight or equal, apart or not equal
        if len(points) < 4:
            points.append((point, frame))
    if question.sample is not None:
        return Answer("checked", "balls at points", (f"{count} points",), pack_sizes(sizes), count)
    tight |= _at_edges(question, small, large, strict)
    sharp.check(question, small, large)
    if not apart:
        raise IllFormed("the two sides are equal wherever they were tried; write =")
    rule = sign_by_rules(question)
    if not rule:
        _scatter(question, small, large, strict)
        tight |= _search(question, points, small, large, strict)
        if strict:
            borders = list(islice(edges.of_conditions(question), TOUCHES))
            never_touches(question, [*points[:TOUCHES], *borders], small, large)
    zero = any(literal_zero(arg) for arg in question.sides())
    if rule and not (strict or zero or tight):
        tight = _search(question, points, small, large, strict)
    if not (strict or zero or tight):
        tight = any(_at_equals(question, point, frame, small, large) for point, frame in points)
    if not (strict or zero or tight or sharp.squared_fails(question, small, large)):
        raise IllFormed("no point was found where the bound is reached; print a sharper one")
    if rule:
        return Answer("proved", "sign rules", (rule,), pack_sizes(sizes), count, "", ("sign rules", "Arb"))
    words = f"{count} points and a search of the gap"
    evidence = (words, *(("; ", *sizes_evidence(sizes)) if sizes and sizes[0] else ()))
    answer = Answer("checked", "balls at points", evidence, pack_sizes(sizes), count, "", ("Arb",))
    if question.symbolic and not question.quick:
        made = certified(question, answer, prove_sign(question.program, question.statement))
        if made is not None:
            return made
    shown = where(question, lambda frame: _has_sign(question, frame, small, large, strict))
    return upgraded(question, answer, shown, "sign of the gap", "SymPy") if shown else answer


def _at_edges(question: Question, small: Any, large: Any, strict: bool) -> bool:
    """Whether the sides meet at an edge of the conditions or of an open law. Raises Refuted beyond it."""
    tight = False
    for point, frame in edges.of_conditions(question):
        tight |= _sided(question, point, frame, small, large, strict) == 0
    for point, frame in edges.of_open_laws(question):
        try:
            tight |= _sided(question, point, frame, small, large, strict) == 0
        except Refuted as error:
            if not error.reason:
                raise
            continue  # no value for a law at the edge, as of a ratio of variances
    return tight


def _at_equals(question: Question, point: Point, frame: Frame, small: Any, large: Any) -> bool:
    """Whether the sides are equal where one array has the value of another of its type and structure.

    The search moves numbers one by one and leaves a structure (symmetric, definite) alone: such a
    place it cannot reach. Raises Refuted where the relation fails there.
    """
    symbols = question.program.symbols
    arrays_here = [name for name, value in point.values.items() if isinstance(value, list)]
    for a, b in permutations(arrays_here, 2):
        one, other = symbols[a], symbols[b]
        if (one.kind, one.shape, one.words) != (other.kind, other.shape, other.words):
            continue
        if [symbols[i].upper for i in one.family] != [symbols[i].upper for i in other.family]:
            continue
        candidate = Point(point.sizes, {**point.values, a: point.values[b]}, border=f"{a} = {b}")
        if not _admissible(question, candidate):
            continue
        equal = frame_at(candidate, question.program, BALLS, question.chance)
        equal.index = dict(frame.index)
        try:
            if _holds(question, candidate, equal, small, large, False):
                return True
        except Unsure:
            continue
    return False


def _has_sign(question: Question, frame: Frame, small: Any, large: Any, strict: bool) -> bool:
    """Whether SymPy knows the sign of the gap from the assumptions of its symbols."""
    for at in indexed(question, frame):
        gap = sympy.factor(sympy.together(large(at) - small(at)))
        if not (gap.is_positive if strict else gap.is_nonnegative):
            return False
    return True


def _holds(question: Question, point: Point, frame: Frame, small: Any, large: Any, strict: bool) -> bool:
    """Whether the sides are equal here. Raises Refuted where the relation fails."""
    try:
        return _sided(question, point, frame, small, large, strict) == 0
    except Refuted as error:
        if error.reason or not strict or not _positive_after_all(question, point, frame, small, large):
            raise
        return False


def _positive_after_all(question: Question, point: Point, frame: Frame, small: Any, large: Any) -> bool:
    """Whether a gap that looked like 0 is positive at the largest precision, as `1 - sigma(80)` is."""
    with_precision(PRECISIONS[-1])
    try:
        sharp = frame_at(point, question.program, BALLS, frame.chance)
        sharp.index = dict(frame.index)
        gap = large(sharp) - small(sharp)
        return bool(gap > 0)
    except MeaningError:
        return False
    finally:
        with_precision(PRECISIONS[0])


def _sided(question: Question, point: Point, frame: Frame, small: Any, large: Any, strict: bool) -> int:
    """The sign of the gap, 0 or 1. Raises Refuted where the relation fails, with a reason for no value."""
    try:
        a, b = small(frame), large(frame)
        sign = BALLS.sign(b - a)
    except (Unsure, Unsupported):
        raise
    except MeaningError as error:
        lost = counterexample(point, frame, "", "", question.sides())
        raise Refuted(lost, f"has no value at an admissible point: {error}") from error
    if sign < 0 or (strict and sign == 0):
        left, right = (code(frame) for code in map(question.program.compiled, question.sides()))
        raise Refuted(counterexample(point, frame, left, right, question.sides()))
    return sign


def _search(
    question: Question, points: list[tuple[Point, Frame]], small: Any, large: Any, strict: bool
) -> bool:
    """Walk from each point towards a smaller gap; True where equality is met at a simple rational.

    Raises Refuted where the walk leaves the claimed side.
    """
    tight = False
    for start, frame in points:
        rng = Random(question.seed)
        point, index = start, dict(frame.index)
        best = _gap(question, point, index, small, large)
        scale = fmpq(1)
        for step in range(SEARCH_STEPS):
            trial = _moved(question, point, rng, scale)
            gap = _gap(question, trial, index, small, large) if trial is not None else None
            if trial is not None and gap is not None and best is not None and gap < best:
                point, best = trial, gap
            elif step % 4 == 3:
                scale = scale / 2
        for candidate in (point, *_snapped(question, point)):
            if candidate is None:
                continue
            frame = frame_at(candidate, question.program, BALLS, question.chance)
            frame.index = index
            try:
                tight |= _holds(question, candidate, frame, small, large, strict)
            except Unsure:
                continue
        tight |= _settled(question, point, index, (small, large), strict, ROUGH)
        # The start has short numbers, so where the gap closes on its lines they may be simple ones.
        tight = tight or (not strict and _settled(question, start, index, (small, large), strict, FINE))
    return tight


def _settled(
    question: Question, point: Point, index: dict[str, int], codes: tuple[Any, Any], strict: bool, steps: int
) -> bool:
    """Whether the sides are equal where one number has moved, all others held, to the least gap.

    A walk of random steps only comes near such a place; a line search comes so near that a
    simple number is known from its digits. Raises Refuted where the relation fails there.
    """
    for name, value in point.values.items():
        if callable(value) or isinstance(value, list) or not _movable(question, name):
            continue
        found = lowest(partial(_gap_at, question, point, index, *codes, name), value, steps)
        simple = Fraction(int(found.p), int(found.q)).limit_denominator(SIMPLE)
        for number in (found, fmpq(simple.numerator, simple.denominator)):
            candidate = Point(point.sizes, {**point.values, name: number})
            if not _admissible(question, candidate):
                continue
            frame = frame_at(candidate, question.program, BALLS, question.chance)
            frame.index = dict(index)
            try:
                if _holds(question, candidate, frame, *codes, strict):
                    return True
            except Unsure:
                continue
    return False


def _gap_at(
    question: Question, point: Point, index: dict[str, int], small: Any, large: Any, name: str, value: Any
) -> float:
    """The gap with one number replaced; infinite outside the domain or where there is no value."""
    trial = Point(point.sizes, {**point.values, name: value})
    gap = _gap(question, trial, index, small, large) if _admissible(question, trial) else None
    return inf if gap is None else gap


def _gap(question: Question, point: Point, index: dict[str, int], small: Any, large: Any) -> float | None:
    frame = frame_at(point, question.program, BALLS, question.chance)
    frame.index = dict(index)
    try:
        return float((large(frame) - small(frame)).mid())
    except (MeaningError, ZeroDivisionError, OverflowError):
        return None


def _admissible(question: Question, point: Point) -> bool:
    program = question.program
    try:
        for name, value in point.values.items():
            symbol = program.symbols[name]
            if symbol.words - {"random", "invertible"} or callable(value):
                continue
            domain = domain_of(symbol, Frame(RATIONAL, program, point.sizes, point.values))
            if not all(domain.holds(v) for v in arrays.flat(value)):
                return False
        random = sorted(program.random_names(question.sides()))
        if unmet(program, random, point.sizes, point.values) is not None:
            return False
        declared = [c for name in point.values for c in program.symbols[name].conditions]
        whole = (c for c in declared if not free_indices([c], program))
        conditions = (*question.statement.when, *program.scope.restrictions, *whole)
        return all(truth(c, program, point) for c in conditions)
    except (MeaningError, KeyError):
        return False


def _moved(question: Question, point: Point, rng: Random, scale: Any) -> Point | None:
    movable = [n for n, v in point.values.items() if not callable(v) and _movable(question, n)]
    if not movable:
        return None
    name = rng.choice(movable)
    moved = arrays.each(lambda v: v + scale * fmpq(rng.randrange(-16, 17), 16), point.values[name])
    trial = Point(point.sizes, {**point.values, name: moved})
    return trial if _admissible(question, trial) else None


def _movable(question: Question, name: str) -> bool:
    """Whether the entries of a name may go anywhere in their domain (a structure would break)."""
    symbol = question.program.symbols[name]
    return symbol.kind != "integer" and not symbol.words - {"random"}


def _snapped(question: Question, point: Point) -> list[Point | None]:
    """The point with simple rationals in place of its values (minima often lie there)."""
    out: list[Point | None] = []
    for bottom in (1, 2, 3, 4):

        def snap(v: Any, bottom: int = bottom) -> Any:
            return fmpq(round(float(v.p) / float(v.q) * bottom), bottom)

        values = {
            n: arrays.each(snap, v) if not callable(v) and _movable(question, n) else v
            for n, v in point.values.items()
        }
        trial = Point(point.sizes, values)
        out.append(trial if _admissible(question, trial) else None)
    return out


def literal_zero(expr: Expr) -> bool:
    """Whether a side is the printed digit 0."""
    return (bare(expr).head, bare(expr).data) == ("num", "0")
