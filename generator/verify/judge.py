"""One statement to one answer: the relation says which check, SymPy upgrades what the balls confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generator.meaning.points import BALLS, RATIONAL, frame_at
from generator.meaning.sampling import Point, stable_number
from generator.meaning.sizes import fixed_sizes
from generator.meaning.systems import MeaningError, NoPoint, NoValue, Senseless, Unsupported
from generator.model import Counterexample
from generator.notation.tree import Expr, bare, meaning_key
from generator.notation.unparse import as_latex
from generator.verify import (
    distribution,
    empirical,
    equality,
    equivalence,
    in_law,
    limit,
    limit_events,
    loewner,
    optimum,
    order,
    orders,
    poles,
    reachable,
    same_optimum,
    shape,
)
from generator.verify.asymptotic import decided
from generator.verify.nearest import nearest, undefined
from generator.verify.probability import has_a_pivot
from generator.verify.proof.certified import certified
from generator.verify.proof.induction import prove
from generator.verify.question import (
    Answer,
    IllFormed,
    Question,
    Refuted,
    Undecided,
    closed,
    counterexample,
    retry,
    shown,
)
from generator.verify.rederive import rederive, upgraded
from generator.verify.vacuous import vacuous


@dataclass(frozen=True, slots=True)
class Options:
    """How a topic is verified.

    routes: "all", or "numeric" to leave the SymPy route out (status `checked` at best).
    seed: 0 for the points that the content alone decides; any other number for other points.
    witnesses: whether what stands beside a verdict (witness, sensitivity, needs) is sought.
    """

    routes: str = "all"
    seed: int = 0
    witnesses: bool = True


def judge(question: Question, mend: bool = True) -> Answer:
    """Decide one relation; failures are answers too (refuted or undecided).

    `mend`: look for the nearest true variant of what is refuted.
    """
    try:
        answer = decide(question)
        if not question.quick and question.sample is None:
            reachable.check(equivalence.concluded(question))
            poles.check(equivalence.concluded(question))
        return answer
    except Refuted as error:
        reason = _with_remedy(question, error.reason) or "the two sides differ"
        example = _mended(question, error) if mend else error.counterexample
        return Answer("refuted", "", (), counterexample=example, reason=reason)
    except Undecided as error:
        return Answer("undecided", reason=str(error), ill_formed=isinstance(error, IllFormed))
    except NoValue as error:
        reason = _with_remedy(question, f"{NO_VALUE}: {error}")
        return Answer("refuted", counterexample=_where(question), reason=reason)
    except MeaningError as error:
        ill_formed = isinstance(error, (Senseless, NoPoint))
        return Answer("undecided", reason=str(error), ill_formed=ill_formed)
    except KeyError as error:
        return Answer("undecided", reason=f"{shown(str(error.args[0]))} has no value here")


def _with_remedy(question: Question, reason: str) -> str:
    """A reason; where there is no value at the point at which the check stands, with what excludes it."""
    if not reason.startswith(NO_VALUE) or ";" in reason or question.last is None:
        return reason
    words = poles.remedy(question, question.last[1])
    return f"{reason}; {words}" if words else reason


def _where(question: Question) -> Counterexample:
    """The point at which the check stands, without values of the sides."""
    if question.last is None:
        return Counterexample()
    point, frame = question.last
    lost = counterexample(point, frame, "", "", (question.expr, *question.statement.when))
    sides = [bare(side) for part in question.expr.args for side in part.args]
    moved = {shown(side.data) for side in sides if question.expr.head == "iff" and side.head == "name"}
    return replace(lost, values=tuple(pair for pair in lost.values if pair[0] not in moved))


def _mended(question: Question, error: Refuted) -> Counterexample:
    """The counterexample with the nearest true variant, where the two sides of an equality differ."""
    if question.quick or bare(question.expr).data not in (("=",), ("equiv",)):
        return error.counterexample
    note = "" if error.reason else nearest(replace(question, only=None), equality.equal)
    note = note or error.counterexample.note or undefined(question)
    return replace(error.counterexample, note=note)


NO_VALUE = "has no value at an admissible point"
FAILED = ("refuted", "undecided")


def decide(question: Question) -> Answer:
    """The check that the relation asks for. Raises Refuted, Undecided or MeaningError."""
    if question.fault is not None:
        raise question.fault
    expr = bare(question.expr)
    names = question.program.rests_on([expr, *question.statement.when])
    if any(question.program.symbols[n].kind == "complex" for n in names if n in question.program.symbols):
        raise Undecided("complex numbers have no check yet")
    reason = vacuous(question.program, expr, question.spelled_out)
    if reason:
        raise IllFormed(reason)
    if expr.head == "iff":
        return equivalence.check(question)
    if expr.head == "implies":
        return equivalence.implies(question)
    if expr.head != "rel" or len(expr.data) != 1:
        raise IllFormed(f"no check is known for {expr.head}")
    op = expr.data[0]
    if not question.spelled_out and meaning_key(expr.args[0]) == meaning_key(expr.args[1]):
        raise IllFormed("both sides are the same, which claims nothing")
    stripped = _without_lim(question) if op == "=" else question
    if op in ("=", "to", "approx") and limit_events.is_of_a_probability(stripped):
        return decided(limit_events.check, stripped, orders.nearly if op == "approx" else limit.tends)
    if op in ("=", "equiv"):
        return _equality(question)
    check = CHECKS.get(op)
    if op == "in" and orders.order_in(expr) is not None:
        check = orders.check
    elif op in IN_A_REGIME and question.statement.limits:
        check = IN_A_REGIME[op]
    if check is None:
        raise IllFormed(f"no check is known for this relation ({op})")
    return limit_events.or_a_regime(check, question) if op == "approx" else check(question)


def _equality(question: Question) -> Answer:
    found = optimum.find(question)
    if found is not None:
        return optimum.check(question, found)
    pair = same_optimum.find(question)
    if pair is not None:
        return same_optimum.check(question, pair)
    sides = [bare(arg) for arg in question.sides()]
    if any(side.head == "Pr" and has_a_pivot(side, question.program) for side in sides):
        return _coverage(question)
    if orders.order_in(question.expr) is not None:
        return orders.check(question)
    if question.statement.limits or any(side.head == "lim" for side in sides):
        return limit.tends(_without_lim(question))
    answer = _by_value(question)
    return _upgrade(question, answer) if question.symbolic and not question.quick else answer


def _coverage(question: Question) -> Answer:
    """By the pivot; an event that no pivot decides by its value, as that of a square."""
    try:
        return distribution.coverage(question)
    except IllFormed:
        raise
    except (Undecided, Unsupported) as error:
        try:
            return equality.check(question)
        except Unsupported:
            raise error from None


def _by_value(question: Question) -> Answer:
    """Both sides at all points; an expectation that no rule evaluates may still have no value."""
    try:
        return equality.check(question)
    except Senseless:
        raise
    except Unsupported:
        if not question.quick:
            empirical.without_value(question)
        raise


def _without_lim(question: Question) -> Question:
    """`\\lim_{n \\to \\infty} a = b` as a and b in the regime of the limit."""
    left, right = (bare(arg) for arg in question.sides())
    if left.head != "lim":
        left, right = right, left
    if left.head != "lim":
        return question
    regime = Expr("rel", (Expr("name", (), left.data[0]), left.args[1]), ("to",))
    expr = replace(question.expr, args=(left.args[0], right))
    return replace(question, statement=replace(question.statement, expr=expr, limits=(regime,)))


def _upgrade(question: Question, answer: Answer) -> Answer:
    """`exact` or `proved` where an exact route reaches the claim too."""
    if closed(question) and _rationally_equal(question):
        return replace(
            answer,
            status="exact",
            method="exact rationals",
            evidence=("exact rationals",),
            routes=("rationals", *answer.routes),
        )
    made = None if closed(question) else certified(question, answer, prove(question))
    if made is not None:
        return made
    found = rederive(question)
    return upgraded(question, answer, found, "symbolic identity", "SymPy") if found else answer


def _rationally_equal(question: Question) -> bool:
    try:
        frame = frame_at(Point(fixed_sizes(question.program), {}), question.program, RATIONAL)
        left, right = (question.program.compiled(arg)(frame) for arg in question.sides())
        return bool(left == right)
    except (MeaningError, KeyError, TypeError):
        return False


def _unequal(question: Question) -> Answer:
    r"""`a \ne b`: apart at every point."""
    return retry(lambda: _apart(question))  # type: ignore[no-any-return]


def _apart(question: Question) -> Answer:
    """Apart at every point, on one side only, and along a search for equality."""
    left, right = (question.program.compiled(arg) for arg in question.sides())
    count, signs = 0, set()
    for point, frame in question.frames():
        a, b = left(frame), right(frame)
        count += 1
        if isinstance(a, list):
            raise IllFormed("two vectors are compared by their entries")
        if equality.equal(a, b):
            raise Refuted(
                counterexample(point, frame, a, b, question.sides()), "the two sides are equal here"
            )
        signs.add(BALLS.sign(a - b))
    if len(signs) != 1:
        raise Undecided("the gap has both signs, so the sides may be equal in between")
    op = ">" if signs == {1} else "<"
    strict = replace(question.statement, expr=replace(question.expr, data=(op,)))
    try:
        order.never_beyond(replace(question, statement=strict))
    except Refuted as error:
        if error.counterexample.left == error.counterexample.right:
            raise Refuted(error.counterexample, "the two sides are equal here") from error
        raise Undecided("the gap has both signs, so the sides may be equal in between") from error
    return Answer("checked", "balls at points", (f"apart at {count} points",), (), count, "", ("Arb",))


CHECKS = {
    "!=": _unequal,
    "<": order.check,
    "<=": order.check,
    ">": order.check,
    ">=": order.check,
    "in": shape.check,
    "sim": distribution.check,
    "propto": limit.proportional,
    "to": limit.tends,
    "tolaw": in_law.check,
    "toprob": in_law.check,
    "approx": limit.approximate,
    **dict.fromkeys(loewner.NUMBERS, loewner.check),
}


#: What these mean where a regime is stated.
IN_A_REGIME = {"sim": orders.equivalent, "approx": orders.nearly}


def needless_condition(question: Question) -> str:
    """A condition of the claim without which it holds just as well, in words; "" where all are needed."""
    for condition, answer in without_conditions(question):
        why = needless(question, condition, answer)
        if why:
            return why
    return ""


def needless(question: Question, condition: Expr, answer: Answer) -> str:
    """That a condition is to be left out, by what the claim answers without it; "" where it is needed."""
    if answer.status == "refuted" or poles.excludes(question, condition):
        return ""
    return f"the claim holds without its condition {as_latex(condition)}; leave the condition out"


def without_conditions(question: Question) -> Iterator[tuple[Expr, Answer]]:
    """Each condition of the claim, and what the claim answers without it.

    What tells is where the condition is false: generic points first, then corners (constant
    vectors, zeros, borders), at which a strict inequality or a difference fails.
    """
    conditions = tuple(part for condition in question.statement.when for part in parts_of(condition))
    for position, condition in enumerate(conditions):
        rest = conditions[:position] + conditions[position + 1 :]
        free = replace(question, statement=replace(question.statement, when=rest), symbolic=False)
        answer = judge(free, False)
        if answer.status != "refuted":
            answer = judge(replace(free, outside=condition), False)
        yield condition, answer


def parts_of(condition: Expr) -> tuple[Expr, ...]:
    """The conditions that are printed side by side, one by one."""
    core = bare(condition)
    if core.head not in ("list", "and"):
        return (condition,)
    return tuple(part for arg in core.args for part in parts_of(arg))


FURTHER = 6  # samples of points at which a trap may be false


def refuted_everywhere(question: Question) -> tuple[Answer, str]:
    """For a trap: refuted at every tried size above the smallest; (an answer that shows it, why not)."""
    tuples = question.sizes()
    smallest = min(tuples, key=lambda s: sum(s.values()))
    shown_answer: Answer | None = None
    for sizes in tuples:
        alone = replace(question, only=sizes, symbolic=False)
        answer = judge(alone, shown_answer is None)
        for further in range(1, FURTHER) if answer.status not in FAILED and sizes != smallest else ():
            elsewhere = replace(alone, seed=stable_number("trap", question.seed, further))
            answer = judge(elsewhere, shown_answer is None)
            if answer.status == "refuted":
                break
        if answer.status == "refuted":
            shown_answer = shown_answer or answer
        elif sizes != smallest or len(tuples) == 1:
            where = ", ".join(f"{k} = {v}" for k, v in sizes.items())
            return answer, f"this wrong formula is not refuted{' at ' + where if where else ''}"
    if shown_answer is None:
        return Answer("undecided"), "this wrong formula is not refuted"
    return shown_answer, ""
