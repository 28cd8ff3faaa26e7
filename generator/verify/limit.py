r"""Limits, rates and proportionality, each in its declared regime; `\approx` on numbers.

What is checked: `a \to b when n \to \infty` by values at n = 2^6 .. 2^14 whose gap must
shrink steadily towards 0, and by SymPy's limit where it finds one; `a \propto b` by a ratio
that is constant, positive and not trivial; `\approx` to half a unit of the last printed
digit, by balls. Example refuted: `0.37 \approx 0.3752`.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import sympy
from flint import arb

from generator.meaning.points import BALLS, frame_at
from generator.meaning.program import Frame
from generator.meaning.sampling import Sampler, Wanted
from generator.meaning.systems import MeaningError, Unsupported, Unsure
from generator.notation.tree import Expr, bare
from generator.verify.equality import equal
from generator.verify.question import (
    Answer,
    Question,
    Refuted,
    Undecided,
    counterexample,
    pack_sizes,
    retry,
    sizes_evidence,
)

STAGES = tuple(range(6, 15))


def approximate(question: Question) -> Answer:
    r"""`x \approx 0.368`: correct to half a unit of the last printed digit. Raises Refuted or Undecided."""
    left, right = question.sides()
    printed, value = (right, left) if _digits(right) is not None else (left, right)
    digits = _digits(printed)
    if digits is None:
        raise Undecided("one side of an approximation is a decimal number")
    return retry(lambda: _approximate(question, value, digits))  # type: ignore[no-any-return]


def _digits(expr: Expr) -> tuple[Fraction, Fraction] | None:
    """(value, half a unit of the last digit) of a printed decimal."""
    expr = bare(expr)
    sign = 1
    if expr.head == "add" and len(expr.args) == 1:
        sign, expr = (-1 if expr.data[0] == "-" else 1), bare(expr.args[0])
    if expr.head != "num":
        return None
    exponent = Decimal(expr.data).as_tuple().exponent
    return sign * Fraction(expr.data), Fraction(10) ** int(exponent) / 2


def _approximate(question: Question, value: Expr, digits: tuple[Fraction, Fraction]) -> Answer:
    target, half = (BALLS.number(d) for d in digits)
    count = 0
    for point, frame in question.frames((value,)):
        count += 1
        try:
            exact = question.program.compiled(value)(frame)
        except Unsupported:
            raise
        except MeaningError as error:
            lost = counterexample(point, frame, "", "", (value,))
            raise Refuted(lost, f"has no value: {error}") from error
        gap = abs(exact - target)
        if gap > half:
            lost = counterexample(point, frame, exact, target, (value,))
            raise Refuted(lost, "not correct to half a unit of the last printed digit")
        if not gap <= half:
            raise Unsure("a digit is not decided")
    if count > 1:
        return Answer(
            "checked", "balls", (f"{count} points, to the last printed digit",), (), count, "", ("Arb",)
        )
    return Answer("exact", "balls", ("correct to the last printed digit",), (), 1, "", ("Arb",))


def proportional(question: Question) -> Answer:
    r"""`a \propto b`: the ratio is one positive number along what varies. Raises Refuted or Undecided."""
    return retry(lambda: _proportional(question))  # type: ignore[no-any-return]


def _proportional(question: Question) -> Answer:
    """The names of the right side vary; all others are held fixed."""
    program = question.program
    left, right = question.sides()
    moving = program.rests_on([right])
    if not moving:
        raise Undecided("the right side of a proportionality varies with nothing")
    sampler = Sampler(program, Wanted((left, right), question.statement.when), question.seed)
    tuples = question.sizes()
    ratios: list[Any] = []
    values: list[Any] = []
    count = 0
    base = sampler.point(tuples[0], 0)
    for number, sizes in enumerate(tuples if len(tuples) > 1 else tuples * 6):
        point = sampler.point(sizes, number)
        if len(tuples) > 1 or any(n not in moving for n in point.values):
            for name in point.values:
                if name not in moving and name in base.values:
                    point.values[name] = base.values[name]
        frame = frame_at(point, program, BALLS, question.chance)
        a, b = program.compiled(left)(frame), program.compiled(right)(frame)
        if not b != 0:
            raise Undecided("the right side of a proportionality vanishes")
        ratio, count = a / b, count + 1
        if not ratio > 0 or (ratios and not equal(ratio, ratios[0])):
            raise Refuted(
                counterexample(point, frame, a, b, question.sides()), "the ratio is not one positive number"
            )
        ratios.append(ratio)
        values.append(b)
    if all(equal(v, values[0]) for v in values):
        raise Undecided("the right side of a proportionality is constant")
    evidence = (f"one positive ratio at {count} points; ", *sizes_evidence(tuples))
    return Answer("checked", "ratio", evidence, pack_sizes(tuples), count, "", ("Arb",))


def tends(question: Question) -> Answer:
    r"""`a \to b` or `\lim a = b` as a size tends to infinity. Raises Refuted or Undecided."""
    regimes = question.statement.limits
    if len(regimes) != 1:
        raise Undecided("a limit names its regime: when n tends to infinity")
    name = _regime(regimes[0])
    answer = retry(lambda: _tends(question, name))
    limit = _by_sympy(question, name) if question.symbolic else False
    if limit:
        return Answer(
            "proved",
            "SymPy limit",
            ("limit by SymPy, and by values",),
            (),
            answer.points,
            "",
            ("SymPy", "Arb"),
        )
    return answer  # type: ignore[no-any-return]


def _regime(regime: Expr) -> str:
    regime = bare(regime)
    subject, bound = bare(regime.args[0]), bare(regime.args[1])
    if subject.head != "name" or bound.data != "infty":
        raise Undecided("only a name that tends to infinity is known as a regime")
    return str(subject.data)


def _tends(question: Question, name: str) -> Answer:
    program = question.program
    left, right = question.sides()
    sampler = Sampler(program, Wanted((left, right), question.statement.when), question.seed)
    base = question.sizes()[0]
    for number in range(3):
        gaps = []
        for stage in STAGES:
            sizes = {**base, name: 2**stage} if name in base else base
            point = sampler.point(base, number)
            point.sizes = sizes
            frame = frame_at(point, program, BALLS, question.chance)
            if name not in base:
                frame.values[name] = arb(2) ** stage
            gaps.append(abs(program.compiled(left)(frame) - program.compiled(right)(frame)))
        _shrinks(question, point, frame, gaps)
    return Answer(
        "checked", "values at growing sizes", ("the gap shrinks steadily up to 2^14",), (), 3, "", ("Arb",)
    )


def _shrinks(question: Question, point: Any, frame: Frame, gaps: list[Any]) -> None:
    floats = [float(g.upper()) for g in gaps]
    if all(g < 1e-40 for g in floats):
        return
    ratios = [b / a if a else 1.0 for a, b in zip(floats[-4:], floats[-3:], strict=False)]
    if max(ratios) > 0.95 or floats[-1] > 0.2 * (1 + floats[0]):
        lost = counterexample(point, frame, gaps[0], gaps[-1], question.sides())
        raise Refuted(lost, "the gap does not shrink")


def _by_sympy(question: Question, name: str) -> bool:
    from generator.verify.rederive import FAILURES, symbolic_frame
    from generator.verify.symbolic import SymbolicSystem

    program = question.program
    names = sorted(program.base_names(question.sides()) - {name})
    try:
        frame = symbolic_frame(program, names, {})
        n = sympy.Symbol("n", positive=True, integer=True)
        frame.sizes = {}
        frame.values[name] = n
        system = frame.system
        assert isinstance(system, SymbolicSystem)
        frame.index = {}
        saved = program.symbols[name]
        if saved.kind == "size":
            return False
        left, right = (program.compiled(arg)(frame) for arg in question.sides())
        return bool(sympy.simplify(sympy.limit(left, n, sympy.oo) - right) == 0)
    except FAILURES:
        return False
