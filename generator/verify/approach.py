r"""The way to a limit: points along which one name tends to infinity, or to a place from each side.

To infinity the name is 2^k and a little more, so that even and odd numbers are among its values;
to a place p it is p + t u for t = 2^-6 .. 2^-96, where u is 1 and -1 for a number, and the drawn
value for a vector. A side that the declared domain and the conditions do not admit is left out;
where they admit none, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from generator.meaning.calls import recursive
from generator.meaning.points import BALLS, RATIONAL, frame_at
from generator.meaning.program import Frame
from generator.meaning.sampling import Point, Sampler, Wanted
from generator.meaning.systems import MeaningError, Unsupported
from generator.notation.tree import Expr, bare
from generator.verify.question import IllFormed, Question, Undecided
from generator.verify.work import work

STAGES = tuple(range(6, 15))
FAR_STAGES = (8, 16, 32, 64, 128, 256)  # where the formula has no sum over what grows
RECURSIVE_STAGES = tuple(range(3, 10))  # where each member costs as much as all before it
NEAR_STAGES = (6, 12, 24, 48, 96)  # digits enough for the fifth power of the distance
NEAR_SIZES = 3  # tuples of sizes at a place
NEAR_POINTS = 4  # points of what is held, at each
FEWEST = 4  # stages of one way

#: One way: what is held stays, and the name moves on from frame to frame.
Way = list[tuple[Point, Frame]]


@dataclass(frozen=True, slots=True)
class Regime:
    r"""The name that moves and where it tends to; `far` is 1 or -1 for \infty and -\infty, else 0."""

    name: str
    place: Expr
    far: int
    sides: tuple[int, ...] = (1, -1)  # from which a place is approached


def regime_of(relation: Expr) -> Regime:
    r"""What `n \to \infty` or `x \to a` says. Raises Undecided where no name moves."""
    relation = bare(relation)
    subject, place = bare(relation.args[0]), bare(relation.args[1])
    if subject.head != "name":
        raise Undecided("only a name that tends somewhere is known as a regime")
    if place.head == "side":
        return Regime(str(subject.data), place.args[0], 0, (1,) if place.data == "+" else (-1,))
    return Regime(str(subject.data), place, _far(place))


def _far(place: Expr) -> int:
    if place.head == "add" and len(place.args) == 1:
        return -_far(bare(place.args[0])) if place.data[0] == "-" else _far(bare(place.args[0]))
    return 1 if place.head == "const" and place.data == "infty" else 0


def the_regime(question: Question) -> Regime:
    """The one regime of a statement. Raises IllFormed where it has none or several."""
    if len(question.statement.limits) != 1:
        raise IllFormed(r"what tends where? state one regime: when n \to \infty, or x \to 0")
    return regime_of(question.statement.limits[0])


def ways(question: Question, regime: Regime) -> Iterator[Way]:
    """All ways to the limit. Raises IllFormed or Undecided where there is none."""
    wanted = Wanted(question.sides(), question.statement.when)
    sampler = Sampler(question.program, wanted, question.seed)
    yield from _outwards(question, sampler, regime) if regime.far else _inwards(question, sampler, regime)


def stages(question: Question, regime: Regime) -> tuple[int, ...]:
    """The binary logarithms of the sizes, or of the distances, along every way."""
    if not regime.far:
        return NEAR_STAGES
    base = question.sizes()[0]
    if recursive(question.sides(), question.program):
        return RECURSIVE_STAGES
    return FAR_STAGES if _closed_form(question, regime.name, base) else STAGES


def _closed_form(question: Question, name: str, base: dict[str, int]) -> bool:
    """Whether evaluating costs the same at any size."""
    program, sides = question.program, question.sides()
    if name not in base:
        return True
    return work(sides, program, {**base, name: 2**6}) == work(sides, program, {**base, name: 2**60})


def _outwards(question: Question, sampler: Sampler, regime: Regime) -> Iterator[Way]:
    base, name = question.sizes()[0], regime.name
    if name in base and regime.far < 0:
        raise IllFormed("a size is positive")
    chosen = stages(question, regime)
    first = -3 * sum(base.values()) % 12  # so that all negative and all positive values are among them
    held = set(sampler.names) - {name}
    for number in range(first, first + (12 if chosen is FAR_STAGES and held else 3 if held else 1)):
        way: Way = []
        for place, stage in enumerate(chosen):
            size = regime.far * (2**stage + place)  # even and odd
            point = sampler.point(base, number)
            if name in base:
                point.sizes = {**base, name: size}
            else:
                point.values[name] = fmpq(size)
                if name in sampler.program.symbols and not sampler.in_domain(name, point):
                    raise IllFormed("the declared domain does not reach as far as this limit")
            way.append((point, frame_at(point, question.program, BALLS, question.chance)))
        yield way


def _inwards(question: Question, sampler: Sampler, regime: Regime) -> Iterator[Way]:
    symbol = question.program.symbols.get(regime.name)
    if symbol is None or symbol.kind not in ("scalar", "vector") or symbol.family:
        raise Undecided("only a scalar or a vector tends to a place")
    found = 0
    for base in question.sizes()[:NEAR_SIZES]:
        for number in range(NEAR_POINTS):
            for side in regime.sides:
                way = _one_way(question, sampler, regime, sampler.point(base, number), side)
                if len(way) >= FEWEST:
                    found += 1
                    yield way
    if not found:
        raise IllFormed("no admissible point lies near the place of this limit")


def _one_way(question: Question, sampler: Sampler, regime: Regime, held: Point, side: int) -> Way:
    """The admissible points from far to near; empty where the nearest is none of them."""
    direction = _direction(held.values.get(regime.name), side)
    place = _place(question, regime, held)
    way: Way = []
    for stage in reversed(NEAR_STAGES):
        step = _scaled(direction, fmpq(1, 2**stage))
        point = Point(held.sizes, {**held.values, regime.name: _sum(place, step, True)})
        if not (sampler.in_domain(regime.name, point) and sampler.admissible(point)):
            return way[::-1]
        frame = frame_at(point, question.program, BALLS, question.chance)
        frame.values[regime.name] = _sum(place, step, False)
        way.append((point, frame))
    return way[::-1]


def _direction(drawn: Any, side: int) -> Any:
    """1 or -1 for a number; of a vector its drawn value with a sign, all ones for one without length."""
    if not isinstance(drawn, list):
        return fmpq(side)
    if any(isinstance(v, list) for v in drawn):
        raise Undecided("only a scalar or a vector tends to a place")
    flat = drawn if any(v != 0 for v in drawn) else [fmpq(1)] * len(drawn)
    return [side * v for v in flat]


def _place(question: Question, regime: Regime, held: Point) -> Any:
    """Where the name tends to, as a rational or a ball; of a vector with all its entries."""
    if regime.name in question.program.rests_on([regime.place]):
        raise IllFormed("a name cannot tend to what depends on it")
    if regime.place.head == "zeros":
        return [fmpq(0)] * len(held.values[regime.name])
    code = question.program.compiled(regime.place)
    try:
        return code(frame_at(held, question.program, RATIONAL))
    except (Unsupported, MeaningError):
        return code(frame_at(held, question.program, BALLS))


def _sum(place: Any, step: Any, rational: bool) -> Any:
    """place + step as a rational (of a ball its midpoint), or as a ball."""
    if isinstance(step, list):
        return [_sum(p, s, rational) for p, s in zip(place, step, strict=True)]
    if isinstance(place, arb):
        return _middle(place) + step if rational else place + arb(step)
    return place + step if rational else arb(place + step)


def _middle(ball: arb) -> fmpq:
    """A rational in the middle of a ball."""
    mantissa, exponent = ball.mid().man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def _scaled(direction: Any, factor: fmpq) -> Any:
    return [u * factor for u in direction] if isinstance(direction, list) else direction * factor
