r"""Probabilities of events about random numbers with a law, each number apart: \Pr(A), \Pr(A \mid B).

An event is a list of relations; each is about one random number, alone on one side up to an affine
map (or in bars). So it says that the number lies in an interval, and its probability is a difference
of two values of the distribution function; a relation between two independent numbers is averaged
over one of them; numbers that the page says are independent multiply. A
name whose law is left open has, at every point, another law with a density and with atoms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from generator.meaning.averages import STEPS, Mean, Number, mean_of
from generator.meaning.compound import chance_of_events
from generator.meaning.cumulative import cdf
from generator.meaning.independence import NOT_INDEPENDENT
from generator.meaning.intervals import MIRROR, Interval, Union, beyond, common
from generator.meaning.law import floored
from generator.meaning.laws import LAWS
from generator.meaning.mixtures import averaged, of_outcomes
from generator.meaning.program import Code, Frame, Program
from generator.meaning.systems import BallSystem, NoValue, Senseless, TooMuch, Unsupported
from generator.notation.tree import Expr, bare

LATTICE = 16  # of the atoms of an open law: points are drawn from fractions like these


def probability(expr: Expr, program: Program) -> Code:
    r"""The value of `\Pr(A)` or `\Pr(A \mid B)`.

    Its code raises Unsupported for an event of another form, NoValue where B has probability 0.
    """
    events = [bare(arg) for arg in expr.args]

    def run(f: Frame) -> Any:
        if not isinstance(f.system, BallSystem) and not getattr(f.system, "continued", False):
            raise Unsupported("the probability of an event is evaluated in balls")
        try:
            return _each_apart(events, f)
        except (Senseless, TooMuch):
            raise
        except Unsupported:
            return _of_statistics(events, f)

    return run


def _each_apart(events: list[Expr], f: Frame) -> Any:
    """Relations each about one number, or one relation between two."""

    def together(all_of: list[Expr]) -> Any:
        found = places(mean_of(f), all_of, f)  # where they lie does not rest on what is averaged over
        return averaged(all_of, lambda g: chance_of(mean_of(g), found, g), f)

    if len(events) == 1:
        compared = _compared(mean_of(f), events, f)
        return together(events) if compared is None else compared
    return _quotient(together, events, f)


def _of_statistics(events: list[Expr], f: Frame) -> Any:
    """Relations about functions of random numbers."""

    def together(all_of: list[Expr]) -> Any:
        relations = list(_relations(all_of))
        return averaged(all_of, lambda g: chance_of_events(mean_of(g), mass, relations, g), f)

    return together(events) if len(events) == 1 else _quotient(together, events, f)


def _quotient(together: Callable[[list[Expr]], Any], events: list[Expr], f: Frame) -> Any:
    """The probability of all events over that of the condition."""
    given = together(events[1:])
    if f.system.sign(given) == 0:
        raise NoValue("the condition has probability 0")
    return together(events) / given


def _compared(mean: Mean, events: list[Expr], f: Frame) -> Any:
    """The probability of one relation between two independent numbers, averaged over one of them.

    None for other events.
    """
    relations = list(_relations(events))
    if len(events) != 1 or len(relations) != 1:
        return None
    left, op, right = relations[0]
    numbers = sorted(mean.numbers(left, f) | mean.numbers(right, f), key=lambda n: (n.name, n.where))
    if len(numbers) != 2 or numbers[0].name == numbers[1].name:
        return None
    if not mean.independent([{number} for number in numbers], f):
        raise Unsupported(NOT_INDEPENDENT)
    first, second = sorted(numbers, key=lambda n: LAWS[mean.law(n, f)[0]].discrete)  # steps are added up

    def given(g: Frame) -> Any:
        inner = mean_of(g)
        return chance_of(inner, {first: _where(inner, first, left, op, right, g)}, g)

    return mean.over(second, given, f)


def _indicator(mean: Mean, expr: Expr, f: Frame) -> Any:
    """The mean of an indicator is the probability of its event."""
    return chance_of(mean, places(mean, [bare(expr.args[0])], f), f)


STEPS["indicator"] = _indicator


def places(mean: Mean, events: list[Expr], f: Frame) -> dict[Number, Union] | None:
    """Where each random number lies if all events happen; None where one of them never does."""
    found: dict[Number, Union] = {}
    for left, op, right in _relations(events):
        numbers = mean.numbers(left, f) | mean.numbers(right, f)
        if len(numbers) != 1:
            raise Unsupported("an event is about one random number on each side of a comma")
        number = next(iter(numbers))
        here = _where(mean, number, left, op, right, f)
        found[number] = common(found.get(number, [Interval()]), here, f)
        if not found[number]:
            return None
    return found


def chance_of(mean: Mean, found: dict[Number, Union] | None, f: Frame) -> Any:
    """The probability that every number lies in its place. Raises Unsupported for an open joint law."""
    if found is None:
        return f.system.number(0)
    if not mean.independent([{number} for number in found], f):
        raise Unsupported(NOT_INDEPENDENT)
    total = f.system.number(1)
    for number, pieces in found.items():
        inside = f.system.number(0)
        for piece in pieces:
            inside = inside + mass(mean, number, piece, f)
        total = total * inside
    return total


def _relations(events: list[Expr]) -> Iterator[tuple[Expr, str, Expr]]:
    for event in events:
        event = bare(event)
        if event.head in ("list", "and"):
            yield from _relations(list(event.args))
        elif event.head == "rel":
            yield from zip(event.args, event.data, event.args[1:], strict=False)
        else:
            raise Unsupported("the probability of this event has no rule")


def _where(mean: Mean, number: Number, left: Expr, op: str, right: Expr, f: Frame) -> Union:
    """The values of the number for which a relation holds."""
    if op in ("in", "notin"):
        return _in_a_set(mean, number, left, op, bare(right), f)
    if op not in MIRROR:
        raise Senseless("an event is a list of inequalities, equations and memberships")
    if bare(right).head == "abs" and mean.varies(right):
        left, op, right = right, MIRROR[op], left
    if bare(left).head == "abs" and mean.varies(left):
        bound = mean.program.compiled(right)(f)
        return _between_bars(mean, number, bare(left).args[0], op, bound, f)
    constant, slope = mean.affine(left, number, f)
    other, other_slope = mean.affine(right, number, f)
    return _solved(constant - other, slope - other_slope, op, f)


def _between_bars(mean: Mean, number: Number, inner: Expr, op: str, bound: Any, f: Frame) -> Union:
    """|inner| op bound, as two relations without bars."""
    constant, slope = mean.affine(inner, number, f)
    above = _solved(constant - bound, slope, op, f)
    below = _solved(constant + bound, slope, MIRROR[op], f)
    if op in ("<", "<=", "!="):
        return common(above, below, f)
    if f.system.sign(bound) < 0:
        return [] if op == "=" else [Interval()]
    if op == "=" and f.system.sign(bound) == 0:
        return above
    return [*below, *above]


def _in_a_set(mean: Mean, number: Number, left: Expr, op: str, domain: Expr, f: Frame) -> Union:
    definitions = mean.program.definitions
    if domain.head == "name" and definitions.get(domain.data):
        domain = bare(mean.program.body_of(definitions[domain.data][0]))
    if domain.head != "interval" or op != "in":
        raise Unsupported("the probability of this event has no rule")
    found: Union = [Interval()]
    ends = zip(domain.args, (">", "<"), domain.data, ("[", "]"), strict=True)
    for end, side, mark, closed in ends:
        core = bare(end)
        sign = "-" if core.head == "add" and core.data == "-" else "+"
        core = bare(core.args[0]) if core.head == "add" and len(core.args) == 1 else core
        if core.head == "const" and core.data == "infty":
            if (sign, side) not in (("-", ">"), ("+", "<")):
                raise Unsupported("an interval runs from the left to the right")
            continue
        here = _where(mean, number, left, side + "=" * (mark == closed), end, f)
        found = common(found, here, f)
    return found


def _solved(constant: Any, slope: Any, op: str, f: Frame) -> Union:
    """The x with constant + slope x op 0."""
    side = f.system.sign(slope)
    if side == 0:
        raise Unsupported("a relation of an event does not depend on its random number")
    if side < 0:
        op = MIRROR[op]
    place = -constant / slope
    return beyond(place, op)


def mass(mean: Mean, number: Number, piece: Interval, f: Frame) -> Any:
    """The probability that a number lies in an interval."""
    given = mean.laws.get(number.name)
    if piece.is_point and given is not None and given.law in LAWS and not LAWS[given.law].discrete:
        return f.system.number(0)
    if f.chance is not None and f.chance.known and given is not None and LAWS[given.law].discrete:
        return of_outcomes(f, *mean.law(number, f), piece)
    total = (
        f.system.number(1) if piece.high is None else _below(mean, number, piece.high, not piece.with_high, f)
    )
    return total if piece.low is None else total - _below(mean, number, piece.low, piece.with_low, f)


def _below(mean: Mean, number: Number, x: Any, strict: bool, f: Frame) -> Any:
    """P(X <= x), or P(X < x)."""
    given = mean.laws.get(number.name)
    if given is not None and given.law == "free" and given.mean is None and given.variance is None:
        return _open_law(number, x, strict, f)
    kind, parameters = mean.law(number, f)
    return cdf(f, kind, x, parameters, strict)


def _open_law(number: Number, x: Any, strict: bool, f: Frame) -> Any:
    """A law that the page leaves open: half logistic, half on the multiples of 1/LATTICE."""
    if hasattr(x, "parts"):
        raise Unsupported("the density of an open law")
    from generator.meaning.sampling import stable_number

    system = f.system
    variant = stable_number(number.name, str(number.where), f.chance.variant if f.chance else 0)
    centre = system.number(Fraction(variant % 61 - 30, 12))
    ratio = system.number(Fraction(variant // 61 % 7 + 87, 100))
    smooth = 1 / (1 + system.call("exp", (centre - x) * (1 + variant % 5) / 3))
    step = floored(system, LATTICE * x)
    if strict and system.sign(LATTICE * x - step) == 0:
        step = step - 1
    if system.sign(step) < 0:
        atoms = system.power(ratio, -step) / (1 + ratio)
    else:
        atoms = 1 - system.power(ratio, step + 1) / (1 + ratio)
    return (smooth + atoms) / 2
