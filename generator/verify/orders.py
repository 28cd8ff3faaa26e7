r"""Orders of growth: `O`, `o`, `\Theta`, `\Omega` in a regime, and what is asymptotically equal.

`a = b + O(h)` says that (a - b)/h stays bounded as the regime is approached, `o(h)` that it tends
to 0, `\Omega(h)` that h/(a - b) stays bounded, `\Theta(h)` both. The remainder may be a factor's,
as in `b (1 + O(h))`: what the right side is without it and with 1 in its place then gives it.
`a \sim b` says that a/b tends to 1. `a \approx b` with a regime says that the error is small
against every printed term, and against what moves in it: so `e^x \approx 1 + 2x` is refuted,
though the ratio tends to 1. Values along the ways of `approach` decide; a sequence of values is
bounded where it falls or its steps shrink, and not where it grows with steps that do not.
Example refuted: `e^x = 1 + x + O(x^3)` when `x \to 0`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from flint import arb

from generator.meaning.systems import Unsure
from generator.notation.tree import Expr, bare
from generator.verify.approach import Regime, Way, stages, the_regime, ways
from generator.verify.limit import Gaps, shrinks
from generator.verify.question import Answer, IllFormed, Question, Refuted, Undecided, counterexample, retry

NAMES = {"big-O": "O", "little-o": "o", "big-Theta": "Theta", "big-Omega": "Omega"}
TINY = arb(10) ** -40
SHRINKING, TURNING, STEADY = 0.9, 0.25, 0.92  # of steps, one by the one before


def order_in(expr: Expr) -> Expr | None:
    """The order of growth that the right side of a relation names, or None."""
    return next((node for node in expr.args[-1].walk() if node.head == "func" and node.data in NAMES), None)


def check(question: Question) -> Answer:
    """A relation whose right side names an order. Raises Refuted or Undecided."""
    order = order_in(question.expr)
    assert order is not None
    regime = the_regime(question)
    return retry(lambda: _check(question, order, regime))  # type: ignore[no-any-return]


def _check(question: Question, order: Expr, regime: Regime) -> Answer:
    left, right = question.sides()
    without, one = _remainder(right, order, "0"), _remainder(right, order, "1")
    codes = [question.program.compiled(e) for e in (left, without, one, order.args[0])]
    count = something = 0
    for way in ways(question, regime):
        count += 1
        ratios = []
        for _, frame in way:
            a, b, c, scale = (code(frame) for code in codes)
            ratios.append(_quotient(_quotient(a - b, c - b), scale))
        something += any(r != 0 for r in ratios)
        _stands(question, order.data, Gaps(way, [_settled(r) for r in ratios]))
    if not something:
        raise IllFormed("there is no remainder: write = without the order")
    return _answer(question, regime, count, "the remainder divided by its order")


def _answer(question: Question, regime: Regime, count: int, what: str) -> Answer:
    last = stages(question, regime)[-1]
    where = f"up to 2^{last}" if regime.far else f"down to a distance of 2^-{last}"
    words = f"{what}, followed on {count} way{'s' if count > 1 else ''} {where}"
    return Answer("checked", "values along the limit", (words,), (), count, "", ("Arb",))


def _remainder(expr: Expr, order: Expr, digit: str) -> Expr:
    """The right side with a number in the place of the remainder."""
    if expr is order:
        return Expr("num", (), digit, "", expr.start, expr.end, ())
    return expr.with_args(tuple(_remainder(arg, order, digit) for arg in expr.args)) if expr.args else expr


def _quotient(a: Any, b: Any) -> Any:
    if b.contains(0):
        if b == 0:
            raise Undecided("what the remainder is compared with vanishes")
        raise Unsure("what the remainder is compared with may vanish")
    return a / b


def _settled(ratio: Any) -> Any:
    """A value known to nine digits, or 0 where it is below every tolerance. Raises Unsure."""
    if abs(ratio) < TINY:
        return arb(0)
    if not ratio.is_finite() or ratio.rad() > abs(ratio.mid()) / 10**9:
        raise Unsure("a ratio is too wide")
    return ratio


def _stands(question: Question, kind: str, gaps: Gaps) -> None:
    """Whether the values behave as the order says. Raises Refuted or Undecided."""
    if kind == "little-o":
        shrinks(question, gaps, "the remainder is not of a smaller order")
    if kind in ("big-O", "big-Theta"):
        _bounded(question, gaps, "the remainder grows faster than this order")
    if kind in ("big-Omega", "big-Theta"):
        if any(v == 0 for v in gaps.values):
            raise Refuted(_lost(question, gaps), "this order grows faster than what it is the order of")
        inverse = Gaps(gaps.way, [1 / v for v in gaps.values])
        _bounded(question, inverse, "this order grows faster than what it is the order of")


def _lost(question: Question, gaps: Gaps) -> Any:
    point, frame = gaps.way[-1]
    return counterexample(point, frame, gaps.values[0], gaps.values[-1], question.sides())


def _bounded(question: Question, gaps: Gaps, reason: str) -> None:
    """Raises Refuted for values that grow on with steps that do not shrink, Undecided in between."""
    sizes = [abs(v) for v in gaps.values]
    if all(b <= a for a, b in pairwise(sizes[-4:])):
        return
    moves = [arb(0) if (b - a).contains(0) else b - a for a, b in pairwise(gaps.values)][-3:]
    shares = [abs(b / a) if a != 0 else arb(2 if b != 0 else 0) for a, b in pairwise(moves)]
    turning = any(a * b < 0 for a, b in pairwise(moves))  # a slow power may turn up again
    if all(share <= (TURNING if turning else SHRINKING) for share in shares):
        return
    growing = all(b > a for a, b in pairwise(sizes[-4:]))
    if growing and all(share >= STEADY for share in shares):
        raise Refuted(_lost(question, gaps), reason)
    raise Undecided("whether a ratio stays bounded is not decided by its values")


def equivalent(question: Question) -> Answer:
    r"""`a \sim b`: the ratio tends to 1. Raises Refuted or Undecided."""
    regime = the_regime(question)
    return retry(lambda: _equivalent(question, regime))  # type: ignore[no-any-return]


def _equivalent(question: Question, regime: Regime) -> Answer:
    count = something = 0
    for gaps in _errors(question, regime):
        count += 1
        something += any(v != 0 for v in gaps.values)
        shrinks(question, gaps, "the ratio does not tend to 1")
    if not something:
        raise IllFormed("the two sides are equal; write =")
    return _answer(question, regime, count, "the ratio tends to 1")


def _errors(question: Question, regime: Regime) -> Iterator[Gaps]:
    """Of each way the relative errors a/b - 1."""
    left, right = (question.program.compiled(side) for side in question.sides())
    for way in ways(question, regime):
        values = []
        for _, frame in way:
            a, b = left(frame), right(frame)
            values.append(_settled(_quotient(a - b, b)))
        yield Gaps(way, values)


def nearly(question: Question) -> Answer:
    r"""`a \approx b` in a regime: the error is small against every term. Raises Refuted or Undecided."""
    regime = the_regime(question)
    return retry(lambda: _nearly(question, regime))  # type: ignore[no-any-return]


def _nearly(question: Question, regime: Regime) -> Answer:
    left, right = question.sides()
    program = question.program
    parts = list(_terms(right))
    count = something = 0
    for way in ways(question, regime):
        count += 1
        errors = [program.compiled(left)(f) - program.compiled(right)(f) for _, f in way]
        something += any(not abs(e) < TINY for e in errors)
        for part in parts:
            _small_against(question, way, errors, [program.compiled(part)(f) for _, f in way])
    if not something:
        raise IllFormed("the two sides are equal; write =")
    return _answer(question, regime, count, "an error small against every term")


def _small_against(question: Question, way: Way, errors: list[Any], term: list[Any]) -> None:
    """The error falls against a term, and against what moves in it."""
    if all(abs(value) < TINY for value in term):
        return
    ratios = [_settled(_quotient(e, t)) for e, t in zip(errors, term, strict=True)]
    shrinks(question, Gaps(way, ratios), "the error is not small against every term")
    moves = [t - term[-1] for t in term[:-1]]
    if all(abs(move) < TINY for move in moves[:2]):
        return  # a constant
    known = [k for k, move in enumerate(moves) if not abs(move) < TINY]
    against = [abs(_settled(_quotient(errors[k], moves[k]))) for k in known]
    falling = all(b < a * 19 / 20 or b == 0 for a, b in pairwise(against[-3:]))
    if not falling or against[-1] > (1 + against[0]) / 5:
        lost = _lost(question, Gaps(way, [errors[0], errors[-1]]))
        raise Refuted(lost, "the error is not small against what moves in a term")


def _terms(expr: Expr) -> Iterator[Expr]:
    """The summands of a formula: of sums, products and quotients of sums, and logarithms of products."""
    expr = bare(expr)
    if expr.head == "add":
        for arg in expr.args:
            yield from _terms(arg)
    elif expr.head == "mul":
        yield from _products(expr.args)
    elif expr.head == "div":
        yield from (replace(expr, args=(term, expr.args[1])) for term in _terms(expr.args[0]))
    elif expr.head == "func" and expr.data == "log":
        yield from _logarithms(bare(expr.args[0]), lambda e: replace(expr, args=(e,)))
    else:
        yield expr


def _products(factors: tuple[Expr, ...]) -> Iterator[Expr]:
    if len(factors) == 1:
        yield from _terms(factors[0])
        return
    for first in _terms(factors[0]):
        for rest in _products(factors[1:]):
            yield Expr("mul", (first, rest), ("",), "", first.start, rest.end, ())


def _logarithms(inside: Expr, log: Callable[[Expr], Expr]) -> Iterator[Expr]:
    """log(a b / c) as the logarithms of its parts."""
    if inside.head in ("mul", "div"):
        for part in inside.args:
            yield from _logarithms(bare(part), log)
    elif inside.head == "pow":
        for part in _logarithms(bare(inside.args[0]), log):
            yield Expr("mul", (inside.args[1], part), ("",), "", inside.start, inside.end, ())
    elif inside.head == "func" and inside.data == "sqrt" and len(inside.args) == 1:
        yield from _logarithms(bare(inside.args[0]), log)
    else:
        yield log(inside)
