r"""Probabilities in the limit: `\Pr(\mu \in C_n) \to 1 - \alpha`, and `\approx` to the printed digits of it.

What is checked: each inequality of the event is an expansion that is to be positive (`asymptotic`); the
probability tends to that of its first term being positive. Example refuted: the interval
`[\bar X - 2\,\mathrm{SE}, \bar X - 2\,\mathrm{SE}]`, which covers with probability 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from generator.meaning.expansions import is_zero
from generator.meaning.intervals import MIRROR
from generator.meaning.large_samples import Sample
from generator.meaning.systems import Senseless, Unsupported, Unsure
from generator.notation.tree import Expr, bare
from generator.verify.approach import the_regime
from generator.verify.asymptotic import (
    UNBOUNDED,
    Form,
    covariance,
    degree,
    first_term,
    is_bounded_beside,
    projection,
    samples,
)
from generator.verify.equality import equal
from generator.verify.limit import printed_digits
from generator.verify.question import Answer, IllFormed, Question, Refuted, Undecided, counterexample, retry

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def is_of_a_probability(question: Question) -> bool:
    """Whether one side is the probability of an event about random names, in a regime of a size."""
    sides = [bare(side) for side in question.sides()]
    events = [side for side in sides if side.head == "Pr" and len(side.args) == 1 and not side.data]
    if len(events) != 1 or len(question.statement.limits) != 1:
        return False
    symbol = question.program.symbols.get(the_regime(question).name)
    names = question.program.random_names(events)
    return symbol is not None and symbol.kind == "size" and bool(names)


def or_a_regime(check: Callable[[Question], Answer], question: Question) -> Answer:
    """Another check; a probability that it does not decide may be meant for large samples."""
    try:
        return check(question)
    except (Undecided, Unsupported) as error:
        heads = {bare(side).head for side in question.sides()}
        if question.statement.limits or "Pr" not in heads or isinstance(error, (IllFormed, Senseless)):
            raise
        raise Undecided(f"{error}; for a large sample write when: n \\to \\infty") from error


def check(question: Question) -> Answer:
    """The limit of a probability. Raises Refuted, Undecided or Unsupported."""
    return retry(lambda: _check(question))  # type: ignore[no-any-return]


def _check(question: Question) -> Answer:
    left, right = question.sides()
    event, stated = (left, right) if bare(left).head == "Pr" else (right, left)
    program = question.program
    name = the_regime(question).name
    if name in program.rests_on([stated]) or program.random_names([stated]):
        raise Unsupported("what a probability tends to does not move itself")
    digits = printed_digits(stated) if question.expr.data == ("approx",) else None
    count = 0
    for point, sample in samples(question, (question.expr,)):
        count += 1
        value = probability(sample, bare(bare(event).args[0]))
        want = program.compiled(stated)(sample.frame)
        if not _agree(value, want, digits):
            lost = counterexample(point, sample.frame, value, want, question.sides())
            words = "to the printed digits" if digits is not None else "in the limit"
            raise Refuted(lost, f"the probability is another {words}")
        if not sample.bounded:
            raise Unsupported(UNBOUNDED)
    words = "central limit theorem and Slutsky's theorem, by expansions"
    if digits is not None:
        words = f"{words}; the limit rounds to the printed digits"
    return Answer("checked", "expansion", (f"{words}, {count} points",), (), count, "", ("Arb",))


def _agree(value: Any, want: Any, digits: tuple[Fraction, Fraction] | None) -> bool:
    """Whether a limit is what is stated, or rounds to it. Raises Unsure."""
    if digits is None:
        same = equal(value, want)
        if same is None:
            raise Unsure("the balls are too wide")
        return same
    half = Fraction(digits[1])
    gap = abs(value - want) - (want * 0 + half.numerator) / half.denominator
    if not gap <= 0 and not gap > 0:
        raise Unsure("a digit is not decided")
    return bool(gap <= 0)


def probability(sample: Sample, event: Expr) -> Any:
    """The limit of the probability of an event. Raises Unsupported."""
    relations = list(_relations(sample, event))
    system = sample.frame.system
    if len(relations) == 1:
        left, op, right = relations[0]
        if op == "notin":
            return 1 - _of_all(sample, [(left, "in", right)])
        for x, o, y in ((left, op, right), (right, MIRROR.get(op, ""), left)):
            if o in (">", ">=") and _without_bars(x) is not None:
                return 1 - _of_all(sample, [(x, OPPOSITE[o], y)])
    return system.number(0) + _of_all(sample, relations)


def _relations(sample: Sample, event: Expr) -> Iterator[tuple[Expr, str, Expr]]:
    event = bare(event)
    if event.head in ("list", "and"):
        for part in event.args:
            yield from _relations(sample, part)
    elif event.head == "rel":
        yield from zip(event.args, event.data, event.args[1:], strict=False)
    else:
        raise Unsupported("the probability of this event has no rule in the limit")


def _gaps(sample: Sample, left: Expr, op: str, right: Expr) -> Iterator[Expr]:
    """What is to be positive for a relation to hold."""
    if op in ("<", "<="):
        left, right = right, left
    elif op == "in":
        yield from _inside(sample, left, bare(right))
        return
    elif op not in (">", ">="):
        raise Unsupported("the probability of this event has no rule in the limit")
    inner = _without_bars(right)  # left >= |inner|
    if inner is None:
        yield _difference(left, right)
        return
    factor = sample.of(_replaced_bars(right, Expr("num", (), "1", shape=())))
    head = factor.at(factor.first())
    if set(head) != {()} or sample.frame.system.sign(head[()]) <= 0:
        raise Unsupported("bars whose factor may be negative")
    yield _difference(left, inner)
    yield Expr("add", (left, inner), "++", shape=())


def _difference(a: Expr, b: Expr) -> Expr:
    return Expr("add", (a, Expr("group", (b,), ("(", ")"), shape=())), "+-", shape=())


def _inside(sample: Sample, subject: Expr, domain: Expr) -> Iterator[Expr]:
    definitions = sample.program.definitions
    if domain.head == "name" and definitions.get(str(domain.data)):
        domain = bare(sample.program.body_of(definitions[str(domain.data)][0]))
    if domain.head != "interval":
        raise Unsupported("the probability of this event has no rule in the limit")
    for end, above in zip(domain.args, (True, False), strict=True):
        if not any(node.head == "const" and node.data == "infty" for node in end.walk()):
            yield _difference(subject, end) if above else _difference(end, subject)


def _without_bars(expr: Expr) -> Expr | None:
    """A product or quotient with one factor in bars, without them; None for another expression."""
    core = bare(expr)
    if core.head == "abs":
        return core.args[0]
    if core.head not in ("mul", "div"):
        return None
    for place, arg in enumerate(core.args if core.head == "mul" else core.args[:1]):
        inner = _without_bars(arg)
        if inner is not None:
            group = Expr("group", (inner,), ("(", ")"), shape=())
            return core.with_args((*core.args[:place], group, *core.args[place + 1 :]))
    return None


def _replaced_bars(expr: Expr, by: Expr) -> Expr:
    """The same with something else in the place of the bars."""
    core = bare(expr)
    if core.head == "abs":
        return by
    changed = [k for k, arg in enumerate(core.args) if _without_bars(arg) is not None][:1]
    return core.with_args(
        tuple(_replaced_bars(a, by) if k in changed else a for k, a in enumerate(core.args))
    )


def _of_all(sample: Sample, relations: list[tuple[Expr, str, Expr]]) -> Any:
    """The probability that all relations hold."""
    forms: list[Form] = []
    zero, sign = sample.frame.system.number(0), sample.frame.system.sign
    for relation in relations:
        for gap in _gaps(sample, *relation):
            value = sample.of(gap)
            order, form = first_term(sample, value)
            sample.bounded &= is_bounded_beside(sample, value, order)
            if set(form) != {()}:
                forms.append(form)
            elif is_zero(form[()]):
                raise Unsupported("an inequality that is an equation in the limit")
            elif sign(form[()]) < 0:
                return zero
    if not forms:
        return zero + 1
    if all(degree(form) == 1 for form in forms):
        return _of_a_strip(sample, forms)
    if len(forms) > 1:
        raise Unsupported("the probability of several quadratic inequalities")
    return _of_a_square(sample, forms[0])


def _of_a_strip(sample: Sample, forms: list[Form]) -> Any:
    """All forms a multiple of one normal number and a constant."""
    system, first = sample.frame.system, forms[0]
    variance = covariance(sample, first, first)
    low, high = None, None
    for form in forms:
        slope = covariance(sample, form, first) / variance
        if not is_zero(covariance(sample, form, form) - slope * slope * variance):
            raise Unsupported("inequalities of several numbers that are tied")
        end = -form.get((), system.number(0)) / slope
        if system.sign(slope) > 0:
            low = end if low is None or _less(low, end) else low
        else:
            high = end if high is None or _less(end, high) else high
    if low is not None and high is not None and not _less(low, high):
        return system.number(0)
    scale = system.call("sqrt", variance)
    total = system.number(1) if high is None else system.call("normal-cdf", high / scale)
    return total if low is None else total - system.call("normal-cdf", low / scale)


def _less(a: Any, b: Any) -> bool:
    return not is_zero(b - a) and bool(b > a)


def _of_a_square(sample: Sample, form: Form) -> Any:
    """A constant and a multiple of a chi-squared number."""
    system = sample.frame.system
    varying = {mono: c for mono, c in form.items() if mono}
    mixed = any(sum(power for _, power in mono) != 2 for mono in varying)
    found = None if mixed else projection(sample, varying)
    if found is None:
        raise Unsupported("the law of this polynomial of normals has no rule")
    scale, rank = found
    end = -form.get((), system.number(0)) / scale
    below = system.number(0) if system.sign(end) <= 0 else system.call("chi2-cdf", rank, end)
    return below if system.sign(scale) < 0 else 1 - below
