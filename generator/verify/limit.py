r"""Limits, rates and proportionality, each in its declared regime; `\approx` on numbers.

What is checked: `a \to b when n \to \infty` by values along the ways of `approach` whose gap
must shrink steadily towards 0, and by SymPy's limit where it finds one; `a \propto b` by a ratio
that is constant, positive and not trivial; `\approx` to half a unit of the last printed
digit, by balls. Example refuted: `0.37 \approx 0.3752`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import arb, fmpq

from generator.meaning.points import BALLS, frame_at, free_indices, index_values
from generator.meaning.program import Program
from generator.meaning.sampling import Sampler, Wanted
from generator.meaning.systems import MeaningError, Unsupported, Unsure
from generator.meaning.written import is_density
from generator.notation.tree import Expr, bare
from generator.verify.approach import Regime, Way, stages, the_regime, ways
from generator.verify.equality import equal
from generator.verify.lazy import sympy
from generator.verify.question import (
    Answer,
    IllFormed,
    Question,
    Refuted,
    Undecided,
    counterexample,
    pack_sizes,
    retry,
    sizes_evidence,
)


def approximate(question: Question) -> Answer:
    r"""`x \approx 0.368`: correct to half a unit of the last printed digit. Raises Refuted or Undecided."""
    left, right = question.sides()
    printed, value = (right, left) if printed_digits(right) is not None else (left, right)
    digits = printed_digits(printed)
    if digits is None:
        raise IllFormed("one side of an approximation is a decimal number")
    return retry(lambda: _approximate(question, value, digits))  # type: ignore[no-any-return]


def printed_digits(expr: Expr) -> tuple[Fraction, Fraction] | None:
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
        if equal(exact, target):
            raise IllFormed("the two sides are equal; write =")
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
    moving = variables(question)
    if not moving:
        raise IllFormed("the right side of a proportionality varies with nothing")
    sampler = Sampler(program, Wanted((left, right), question.statement.when), question.seed)
    tuples = question.sizes()
    varying = any(program.symbols[n].kind == "size" for n in moving)
    groups = [tuples] if varying or not tuples[0] else [[sizes] for sizes in tuples[:4]]
    free = free_indices((left, right, *question.statement.when), program)
    count, indices = 0, list(index_values(free, program, tuples[0], question.seed, INDEX_BOUND))
    if free and any(free_indices([c], program) for c in question.statement.when):
        raise Undecided("a proportionality under a condition with a free index is not known yet")
    for index in indices:  # of free indices each value is a claim of its own, at sizes that have it
        fitting = [[s for s in group if _fits(program, index, s)] for group in groups]
        ratios = [_one_ratio(question, sampler, moving, g, n, index) for g in fitting if g for n in BASES]
        count += sum(ratios)
    evidence = (f"one positive ratio at {count} points; ", *sizes_evidence(tuples))
    return Answer("checked", "ratio", evidence, pack_sizes(tuples), count, "", ("Arb",))


def variables(question: Question) -> set[str]:
    """What varies: what the densities on the left are densities of, else all of the right side."""
    program, (left, right) = question.program, question.sides()
    found = (density_variable(node, program) for node in left.walk())
    densities = [variable for variable in found if variable is not None]
    own = program.rests_on(densities)
    return {n for n in own if n in program.rests_on([right])} if densities else program.rests_on([right])


def density_variable(node: Expr, program: Program) -> Expr | None:
    """What a density or mass is one of: the first argument, before a bar; None for another node."""
    if node.head == "density":
        return node.args[0]
    if node.head == "call" and is_density(node, program) and node.args:
        first = bare(node.args[0])
        return first.args[0] if first.head == "given" else first
    return None


def _fits(program: Program, index: dict[str, int], sizes: dict[str, int]) -> bool:
    """Whether an index has this value at these sizes."""
    return all(value in program.range_of(name, sizes) for name, value in index.items())


INDEX_BOUND = 4
BASES = (0, 1, 4, 7)  # points of what is held fixed: usual, all negative, all positive, another


def _one_ratio(
    question: Question,
    sampler: Sampler,
    moving: set[str],
    tuples: list[dict[str, int]],
    first: int,
    index: dict[str, int],
) -> int:
    """The number of points at which the ratio is the same. Raises Refuted or Undecided."""
    program = question.program
    left, right = question.sides()
    ratios: list[Any] = []
    values: list[Any] = []
    count = 0
    base = sampler.point(tuples[0], first - 3 * sum(tuples[0].values()) % 12)
    for number, sizes in enumerate(tuples if len(tuples) > 1 else tuples * 6):
        point = sampler.point(sizes, number)
        if len(tuples) > 1 or any(n not in moving for n in point.values):
            for name in point.values:
                fits = len(tuples) == 1 or isinstance(base.values.get(name), fmpq)  # a vector has its size
                if name not in moving and name in base.values and fits:
                    point.values[name] = base.values[name]
        frame = frame_at(point, program, BALLS, question.chance)
        frame.index = dict(index)
        a, b = program.compiled(left)(frame), program.compiled(right)(frame)
        if isinstance(a, list) or isinstance(b, list):
            raise IllFormed("vectors and matrices are proportional entry by entry; write indices")
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
        raise IllFormed("the right side of a proportionality is constant")
    if all(equal(r, arb(1)) for r in ratios):
        raise IllFormed("the two sides are equal; write =")
    return count


def tends(question: Question) -> Answer:
    r"""`a \to b` or `\lim a = b` in its regime. Raises Refuted or Undecided."""
    regime = the_regime(question)
    answer: Answer = retry(lambda: _tends(question, regime))
    if question.symbolic and regime.far == 1 and _by_sympy(question, regime.name):
        words = ("limit by SymPy, and by values",)
        return Answer("proved", "SymPy limit", words, (), answer.points, "", ("SymPy", "Arb"))
    return answer


@dataclass(frozen=True, slots=True)
class Gaps:
    """Values that should tend to 0, and the way on which they are."""

    way: Way
    values: list[Any]


def _tends(question: Question, regime: Regime) -> Answer:
    left, right = (question.program.compiled(side) for side in question.sides())
    count = 0
    for way in ways(question, regime):
        count += 1
        shrinks(
            question, Gaps(way, [left(frame) - right(frame) for _, frame in way]), "the gap does not shrink"
        )
    last = stages(question, regime)[-1]
    where = f"up to 2^{last}" if regime.far else f"down to a distance of 2^-{last}"
    words = f"the gap shrinks steadily {where}"
    return Answer("checked", "values along the limit", (words,), (), count, "", ("Arb",))


def shrinks(question: Question, gaps: Gaps, reason: str) -> None:
    """The gap tends to 0: it is tiny, or it falls and what it falls to is 0 by extrapolation.

    Wynn's epsilon algorithm (1956) is exact for sums of powers of 1/n times powers of log n.
    Raises Refuted with the reason, or Unsure for balls too wide.
    """
    values = gaps.values
    tiny, last = arb(10) ** -40, abs(values[-1])
    if last < tiny and abs(values[-2]) < arb(10) ** -15:
        return
    if not all(g.is_finite() for g in values):
        raise Unsure("a gap is too wide")
    if any(g.rad() > tiny + abs(g.mid()) / 1000 for g in values[-3:]):
        raise Unsure("a gap is too wide")
    point, frame = gaps.way[-1]
    lost = counterexample(point, frame, values[0], values[-1], question.sides())
    falling = all(abs(b) < abs(a) * 19 / 20 for a, b in pairwise(values[-4:]))
    if not falling or last > (1 + abs(values[0])) / 5:
        raise Refuted(lost, reason)
    if last < abs(values[-2]) / 1000:
        return  # far faster than what could still turn to another limit, where stages double
    rest = extrapolated([g.mid() for g in values])
    if abs(rest) > last / 100:
        raise Refuted(lost, f"{reason} to 0" if reason.endswith("shrink") else reason)


def extrapolated(values: list[Any]) -> Any:
    """The limit of a sequence by Wynn's epsilon algorithm (its last even column)."""
    before, row = [arb(0)] * (len(values) + 1), list(values)
    best = row[-1]
    for column in range(1, len(values)):
        steps = [b - a for a, b in pairwise(row)]
        if any(abs(s) < arb(10) ** -45 for s in steps):
            return best
        before, row = row, [x + 1 / s for x, s in zip(before[1:], steps, strict=False)]
        row = [v.mid() for v in row]
        if column % 2 == 0:
            best = row[-1]
    return best


def _by_sympy(question: Question, name: str) -> bool:
    from generator.verify.rederive import failures, symbolic_frame
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
    except failures():
        return False
