r"""What stands under an expectation must have a value wherever an open law may put mass.

A law of which only the mean and the variance are given, or nothing, may have an atom at any number
of the declared domain: two points carry the rest of its mean and variance. So `\mathbb E[x/x] = 1`
has no value for some of these laws. What stands under the expectation is evaluated at numbers that
are likely to show it (0, 1, -1, those printed, the values of other names), and what stands below a
fraction bar must not change its sign between them. Example refuted: `\mathbb E[x_1/x_1] = 1`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from typing import Any

from flint import fmpq

from generator.meaning import arrays
from generator.meaning.domains import domain_of
from generator.meaning.points import BALLS, RATIONAL, truth
from generator.meaning.program import Frame, Program
from generator.meaning.sampling import Point
from generator.meaning.systems import MeaningError, NoValue, Unsure
from generator.notation.tree import Expr
from generator.verify.question import Question, Refuted, counterexample, shown

OPEN = ("free", "moments")
MEANS = ("E", "Var", "Cov")
POINTS = 2  # of each tuple of sizes
INDICES = 4  # bound indices that are put at 1, to look at one term


def check(question: Question) -> None:
    """Raises Refuted where a mean is of something that has no value at a number its law may take."""
    program = question.program
    names = _open_names(program, question.sides())
    bodies = list(_bodies(program, question.sides())) if names else []
    if not any(_may_fail(program, body) for body in bodies):
        return
    for point, frame in islice(question.aside().frames(), POINTS):
        places = list(_assignments(program, point, names, question))
        for body in bodies:
            _always(question, body, point, frame, places)


def _open_names(program: Program, exprs: tuple[Expr, ...]) -> list[str]:
    """Random names of an open law without a structure that putting an entry elsewhere would break."""
    laws = program.laws.laws
    found = (n for n in sorted(program.random_names(exprs)) if n in laws and laws[n].law in OPEN)
    return [
        n
        for n in found
        if not program.symbols[n].words - {"random"} and program.symbols[n].kind != "function"
    ]


def _bodies(program: Program, exprs: tuple[Expr, ...]) -> Iterator[Expr]:
    """What stands under the means of these expressions, and of the definitions that they rest on."""
    definitions = [d for n in sorted(program.rests_on(exprs)) for d in program.definitions.get(n, ())]
    plain = [program.body_of(d) for d in definitions if not d.arguments]
    for expr in (*exprs, *plain):
        for node in expr.walk():
            if node.head in MEANS and not isinstance(node.data, Expr):
                yield from node.args if node.head == "Cov" else node.args[:1]


def _may_fail(program: Program, body: Expr) -> bool:
    """Whether anything but sums, products and whole powers stands in a body or a definition below it."""
    heads = {"div", "func", "prime", "inverse", "invtranspose", "pow", "norm"}
    below = [program.body_of(d) for n in program.rests_on([body]) for d in program.definitions.get(n, ())]
    return any(node.head in heads for expr in (body, *below) for node in expr.walk())


def _assignments(
    program: Program, point: Point, names: list[str], question: Question
) -> Iterator[dict[str, Any]]:
    """Values for the open names: one number for all of them, and for each alone."""
    numbers = [fmpq(0), fmpq(1), fmpq(-1)]
    for expr in question.sides():
        printed = (Fraction(node.data) for node in expr.walk() if node.head == "num")
        for value in printed:
            numbers += [fmpq(value.numerator, value.denominator), fmpq(-value.numerator, value.denominator)]
    numbers += [v for n, v in point.values.items() if isinstance(v, fmpq) and n not in names]
    for number in dict.fromkeys(numbers):
        every = {name: _filled(point.values[name], number) for name in names if name in point.values}
        for chosen in (every, *({name: value} for name, value in every.items() if len(every) > 1)):
            if _admissible(program, Point(point.sizes, {**point.values, **chosen}), chosen):
                yield chosen


def _filled(value: Any, number: Any) -> Any:
    return arrays.each(lambda _: number, value)


def _admissible(program: Program, point: Point, chosen: dict[str, Any]) -> bool:
    """Whether the numbers lie in the declared domains, and meet the restrictions."""
    for name, value in chosen.items():
        domain = domain_of(program.symbols[name], Frame(RATIONAL, program, point.sizes, point.values))
        if not all(domain.holds(v) for v in arrays.flat(value)):
            return False
    own = [r for r in program.scope.restrictions if program.rests_on([r]) & set(chosen)]
    try:
        return all(truth(condition, program, point) for condition in own)
    except (MeaningError, KeyError):
        return False


def _always(question: Question, body: Expr, point: Point, frame: Frame, places: list[dict[str, Any]]) -> None:
    """Raises Refuted where the body has no value at one of the places, or a pole between two."""
    below = list(_denominators(question.program, body))
    signs: dict[int, set[int]] = {}
    for chosen in places:
        values = {name: arrays.each(_ball, value) for name, value in chosen.items()}
        try:
            _value(question.program, body, frame.child(values))
        except NoValue as error:
            raise _lost(question, point, frame, chosen, str(error)) from error
        except (MeaningError, KeyError):
            continue
        for place, expr in enumerate(below):
            with suppress(MeaningError, KeyError, TypeError):
                value = _value(question.program, expr, frame.child(values))
                signs.setdefault(place, set()).add(BALLS.sign(value))
        if any(found >= {-1, 1} for found in signs.values()):
            raise _lost(question, point, frame, chosen, "a denominator changes its sign")


def _ball(value: Any) -> Any:
    return BALLS.number(Fraction(int(value.p), int(value.q)))


def _denominators(program: Program, body: Expr) -> Iterator[Expr]:
    """What stands below a fraction bar and rests on something random, in a body or a definition below it."""
    definitions = [d for n in sorted(program.rests_on([body])) for d in program.definitions.get(n, ())]
    for expr in (body, *(program.body_of(d) for d in definitions if not d.arguments)):
        for node in expr.walk():
            if node.head == "div" and node.args[1].shape == () and program.random_names([node.args[1]]):
                yield node.args[1]


def _value(program: Program, expr: Expr, frame: Frame) -> Any:
    """The value, where an index that is bound outside is 1. Raises KeyError for another name."""
    for _ in range(INDICES):
        try:
            return program.compiled(expr)(frame)
        except KeyError as error:
            name = str(error.args[0])
            symbol = program.symbols.get(name)
            if symbol is None or symbol.kind != "index":
                raise
            frame.index[name] = program.range_of(name, frame.sizes).start
    raise Unsure("too many indices")


def _lost(question: Question, point: Point, frame: Frame, chosen: dict[str, Any], why: str) -> Refuted:
    where = ", ".join(sorted(map(shown, chosen)))
    lost = counterexample(Point(point.sizes, {**point.values, **chosen}), frame, "", "", question.sides())
    reason = f"has no value: the law of {where} is open, so it may have an atom there: {why}"
    return Refuted(lost, reason)
