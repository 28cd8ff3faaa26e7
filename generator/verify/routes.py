"""Second routes: a claim that passed is decided again, by other code and at other points.

What decides first is in the other modules. Here each claim meets a second evaluator that
shares no code with the first: mpmath with differences and enumeration (generator/recheck.py),
arrays whose dimensions are counted, laws that are counted on nodes. If one of them says that
a passed claim is false, one of the two is broken: InternalError, never a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from generator import recheck
from generator.errors import InternalError
from generator.meaning.program import Frame
from generator.meaning.sampling import Point, stable_number
from generator.meaning.systems import MeaningError
from generator.meaning.written import rewritten
from generator.model import Counterexample
from generator.notation.tree import Expr, bare, dim_value
from generator.verify import formal, grid, trials
from generator.verify.judge import judge
from generator.verify.outcomes import counted
from generator.verify.question import Answer, Question, Undecided, counterexample
from generator.verify.regimes import limit_holds, proportion_holds
from generator.verify.shape import dim_of
from generator.verify.stated import find

POINTS = 2  # at which a claim is decided again
FURTHER = 12  # at which a trap is, that is true at those


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim that passed: its question, and what the second evaluator is told of it."""

    question: Question
    scope: recheck.Scope
    formal: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One second route: its name in the ledger, and whether a claim holds by it (None: it cannot tell)."""

    name: str
    holds: Callable[[Asked], bool | None]


def kind_of(question: Question) -> str:
    """The kind of relation that decides which routes there are: a key of ROUTES."""
    expr = bare(question.expr)
    if expr.head in ("iff", "implies"):
        return expr.head
    op = str(expr.data[0])
    sides = [bare(side) for side in question.sides()]
    if op == "in":
        return "shape" if sides[1].head == "space" and sides[1].args else "in"
    if op in ("=", "equiv"):
        if find(question) is not None:
            return "arg max"
        if any(side.head == "Pr" for side in sides):
            return "Pr"
        return "to" if question.statement.limits or sides[0].head == "lim" else "="
    return op if op in ROUTES else "<"


def second_routes(asked: Asked) -> tuple[str, ...]:
    """The second routes that the claim passes too.

    Raises InternalError where one of them says that it is false.
    """
    names = []
    for route in ROUTES[kind_of(asked.question)]:
        holds = route.holds(asked)
        if holds is False:
            raise _disagreement(asked, f"it passed, but not by {route.name}")
        if holds:
            names.append(route.name)
    return tuple(names)


def refuting_routes(asked: Asked) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The second routes that refute a refuted trap too, and points for them beside those it is asked at.

    A wrong formula may be true at the few points of a second route by chance. So where none
    refutes it, it is decided again where the first route refuted it. Raises InternalError.
    """
    routes = ROUTES[kind_of(asked.question)]
    names = tuple(route.name for route in routes if route.holds(asked) is False)
    point = "" if names or MPMATH not in routes else _refuting_point(asked)
    if point:
        return (MPMATH.name,), (point,)
    for sizes in () if names else asked.question.sizes():
        alone = replace(asked.question, only=sizes, symbolic=False)
        answer = judge(alone, False)
        if answer.status == "refuted":
            confirm_refuted(replace(asked, question=alone), answer)
    return names, ()


def _refuting_point(asked: Asked) -> str:
    """A further point at which mpmath finds the relation false; "" where it meets none."""
    made = trials.Trials(asked.question)
    for number in range(POINTS, POINTS + FURTHER):
        for sizes in made.sizes():
            try:
                points = list(made.at(sizes, number))
            except (MeaningError, Undecided, trials.Unwritten, KeyError):
                continue
            for point in points:
                if recheck.agrees(asked.scope, asked.formal, point).holds is False:
                    return point
    return ""


def confirm_refuted(asked: Asked, answer: Answer) -> None:
    """The counterexample of a claim whose sides differ visibly at a point, evaluated by mpmath.

    Raises InternalError where mpmath finds the relation true there.
    """
    question, example = asked.question, answer.counterexample
    plain = kind_of(question) in POINTWISE and not question.program.rests_on_chance(question.expr)
    if not plain or question.last is None or example is None or not _visibly_apart(example):
        return
    point, frame = question.last
    at = counterexample(point, frame, "", "", question.sides())
    if (at.sizes, at.values) != (example.sizes, example.values) or any(map(callable, point.values.values())):
        return  # it fails at a point of a search, which is not kept, or for a function that cannot be written
    try:
        written = trials.Trials(question).written(point, frame.index)
    except (MeaningError, Undecided, trials.Unwritten, KeyError):
        return
    if recheck.agrees(asked.scope, asked.formal, written).holds:
        raise _disagreement(asked, "it was refuted at a point where it holds by mpmath")


def _visibly_apart(example: Counterexample) -> bool:
    """Whether the sides differ by more than the second evaluator could overlook."""
    try:
        left, right = (
            [float(Fraction(x)) for x in side.replace("(", " ").replace(")", " ").split(",") if x != " ..."]
            for side in (example.left, example.right)
        )
    except ValueError:
        return False  # no numbers
    return any(abs(a - b) > 1e-4 * (1 + abs(a) + abs(b)) for a, b in zip(left, right, strict=False))


#: Kinds of relation that are true or false at a point, whatever is true elsewhere.
POINTWISE = ("=", "<", "approx")


def _disagreement(asked: Asked, words: str) -> InternalError:
    return InternalError(f"two routes disagree on {asked.question.statement.id}: {words}")


def _rechecked(asked: Asked) -> bool | None:
    """By mpmath: derivatives as differences, expectations as sums over nodes, competitors, truth."""
    seen = False
    for point in asked.points[:POINTS]:
        answer = recheck.agrees(asked.scope, asked.formal, point)
        if answer.holds is False:
            return False
        seen = seen or answer.holds is True
    return True if seen else None


def _elsewhere(question: Question, exprs: tuple[Expr, ...]) -> Iterator[tuple[Point, Frame]]:
    """One point at each of the first sizes, of a seed of its own."""
    seed = stable_number("second route", question.seed)
    for sizes in question.sizes()[:POINTS]:
        alone = replace(question, seed=seed, only=sizes, quick=True, tried={})
        yield next(alone.frames(exprs))


def _dimensions(asked: Asked) -> bool | None:
    """The lengths of a value against the printed dimensions."""
    element, space = asked.question.sides()
    code = asked.question.program.compiled(element)
    try:
        for point, frame in _elsewhere(asked.question, (element,)):
            wanted = tuple(dim_value(dim_of(d), point.sizes) for d in bare(space).args)
            if _lengths(code(frame)) != wanted:
                return False
    except (MeaningError, Undecided):
        return None
    return True


def _lengths(value: object) -> tuple[int, ...]:
    return (len(value), *_lengths(value[0])) if isinstance(value, list) else ()


def _counted(
    holds: Callable[[Question, Point, dict[str, int]], bool | None],
) -> Callable[[Asked], bool | None]:
    def counted(asked: Asked) -> bool | None:
        try:
            points = list(_elsewhere(asked.question, (asked.question.expr,)))
            answers = [holds(asked.question, point, dict(frame.index)) for point, frame in points]
            return None if None in answers else all(answers)
        except (MeaningError, Undecided, KeyError):
            return None

    return counted


MPMATH = Route("mpmath", _rechecked)
OUTCOMES = Route("counted outcomes", _counted(counted))

#: The second routes by the kind of relation.
ROUTES: dict[str, tuple[Route, ...]] = {
    "=": (MPMATH, OUTCOMES),
    "<": (MPMATH, OUTCOMES),
    "!=": (MPMATH, OUTCOMES),
    "approx": (MPMATH,),
    "in": (MPMATH,),
    "iff": (MPMATH, OUTCOMES),
    "implies": (MPMATH, OUTCOMES),
    "arg max": (MPMATH,),
    "shape": (Route("counted dimensions", _dimensions), MPMATH),
    "sim": (Route("nodes", _counted(grid.law_holds)),),
    "Pr": (Route("nodes", _counted(grid.probability_holds)), OUTCOMES, MPMATH),
    "to": (Route("mpmath", lambda asked: limit_holds(asked.question, asked.scope)),),
    "propto": (Route("mpmath", lambda asked: proportion_holds(asked.question, asked.scope)),),
}


def told(question: Question) -> Question:
    """The question with what the givens imply written out."""
    try:
        expr = rewritten(question.expr, question.program)
    except MeaningError:
        return question
    if expr is question.expr:
        return question
    return replace(question, statement=replace(question.statement, expr=expr), tried={}, seen=[])


def asked_of(question: Question, scope: recheck.Scope) -> Asked:
    """What the second evaluator is told of a question."""
    question = told(question)
    written = formal.Writer(question.program.scope).statement(question.statement)
    return Asked(question, scope, written, trials.trial_points(question))
