r"""Second routes for `\to` and `\propto`: the values of generator/recheck.py at other sizes and points.

A gap that tends to 0 is smaller at each larger size, and what it tends to by Aitken's formula
(1926) is small beside it; a proportionality has one positive ratio while what is held stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from flint import fmpq

from generator import recheck
from generator.meaning.points import free_indices, index_values
from generator.meaning.sampling import Point, Sampler, Wanted, stable_number
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, bare
from generator.verify.approach import regime_of
from generator.verify.limit import variables
from generator.verify.question import Question, Undecided
from generator.verify.trials import Trials, Unwritten

STAGES = range(3, 9)  # sizes 8 to 256
RATIOS = 4  # points at which a ratio must be the same
FAILURES = (MeaningError, Undecided, Unwritten, KeyError, recheck.Unable)


def limit_holds(question: Question, scope: recheck.Scope) -> bool | None:
    """Whether the gap of a limit shrinks as far as it is followed; None where that cannot be told."""
    try:
        left, right, name = _regime(question)
        gaps = [abs(a - b) for a, b in _at_growing(question, scope, (left, right), name)]
    except FAILURES:
        return None
    except (recheck.Wrong, ZeroDivisionError):
        return False
    if gaps[-1] < recheck.ZERO:
        return True
    if gaps[-1] >= gaps[0]:
        return False
    falling = all(b < a for a, b in pairwise(gaps[-4:]))
    bend = gaps[-1] - 2 * gaps[-2] + gaps[-3]
    rest = gaps[-1] - (gaps[-1] - gaps[-2]) ** 2 / bend if bend else gaps[-1]
    if falling and abs(rest) > gaps[-1] * 9 / 10:
        return False  # what it falls to is as good as reached, and is not 0
    return True if falling and abs(rest) < gaps[-1] / 2 else None


def _regime(question: Question) -> tuple[Expr, Expr, str]:
    """Both sides, and the name that tends to infinity."""
    left, right = (bare(side) for side in question.sides())
    if left.head == "lim":
        moves = Expr("rel", (Expr("name", (), left.data[0]), left.args[1]), ("to",))
        return left.args[0], right, _grows(moves)
    if len(question.statement.limits) != 1:
        raise Undecided("a limit names one regime")
    return left, right, _grows(question.statement.limits[0])


def _grows(relation: Expr) -> str:
    """The name that tends to infinity. Raises Undecided for another regime."""
    regime = regime_of(relation)
    if regime.far != 1:
        raise Undecided("the second route follows a name to infinity")
    return regime.name


def _at_growing(
    question: Question, scope: recheck.Scope, sides: tuple[Expr, Expr], name: str
) -> Iterator[tuple[Any, Any]]:
    """Both sides at one point while the name grows."""
    sampler, trials = _sampler(question, sides), Trials(question)
    base = question.sizes()[0]
    for stage in STAGES:
        sizes = {**base, name: 2**stage} if name in base else base
        point = sampler.point(sizes, 0)
        if name not in base:
            point.values[name] = fmpq(2**stage)
        yield _values(trials, scope, sides, point, {})


def _sampler(question: Question, sides: tuple[Expr, ...]) -> Sampler:
    seed = stable_number("second route", question.seed)
    return Sampler(question.program, Wanted(sides, question.statement.when), seed)


def _values(
    trials: Trials, scope: recheck.Scope, sides: tuple[Expr, Expr], point: Point, index: dict[str, int]
) -> tuple[Any, Any]:
    """Both sides at a point, as numbers of the second evaluator."""
    frame = recheck.frame_at(scope, recheck.read(trials.written(point, index)))
    left, right = (frame.value(recheck.read(trials.writer.text(side))) for side in sides)
    return left, right


def proportion_holds(question: Question, scope: recheck.Scope) -> bool | None:
    """Whether the ratio is one positive number while only what varies moves; None where it cannot be told."""
    left, right = question.sides()
    moving = variables(question)
    if any(question.program.symbols[name].kind == "size" for name in moving):
        return None
    try:
        ratios = list(_ratios(question, scope, (left, right), moving))
    except FAILURES:
        return None
    except (recheck.Wrong, ZeroDivisionError):
        return False
    return all(ratio > 0 and recheck.same(ratio, ratios[0]) for ratio in ratios)


def _ratios(
    question: Question, scope: recheck.Scope, sides: tuple[Expr, Expr], moving: set[str]
) -> Iterator[Any]:
    sampler, trials = _sampler(question, sides), Trials(question)
    sizes = question.sizes()[0]
    held = sampler.point(sizes, 0)
    index = next(index_values(free_indices(sides, question.program), question.program, sizes, 0))
    for number in range(RATIOS):
        point = sampler.point(sizes, number)
        values = {n: point.values[n] if n in moving else held.values[n] for n in point.values}
        a, b = _values(trials, scope, sides, Point(sizes, values), index)
        if b == 0:
            raise Undecided("the right side vanishes")
        yield a / b
