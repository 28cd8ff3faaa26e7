r"""`\arg\max_w f = \arg\min_w g`: the same points are optimal for two functions.

What is checked: at several values of what is optimised, f is a constant plus a factor times g, with a
factor of one sign that does not depend on them; or the logarithms are, where the functions are positive.
So one orders all points as the other does, or in reverse, and under any constraint that both have the
same points are optimal. A search must not run away: some optimum has to exist. Where there is no such
relation, a descent on each refutes: either ends where the other does clearly better. Example refuted:
`\arg\max_w -(w - a)^2 - w^2 = \arg\min_w (w - a)^2 + 2 w^2`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from flint import arb

from generator.meaning import arrays
from generator.meaning.domains import domain_of, structured
from generator.meaning.points import BALLS
from generator.meaning.program import Frame
from generator.meaning.sampling import RATIONAL, Point, stable_number
from generator.meaning.systems import MeaningError, Unsure
from generator.notation.tree import Expr, Symbol, bare, dim_value, meaning_key
from generator.verify.climb import UNKNOWNS, descended, guarded_height
from generator.verify.equality import equal
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
from generator.verify.rivals import declared
from generator.verify.stated import Optimum, argument_of

DRAWS = 24  # values of what is optimised, at each point
ENOUGH = 6  # of them at which both functions have a value
STARTS = (1, -1)  # times the first place that is tried: where descents start
TRIES = 6  # tuples of sizes at which descents look for two different optima
FAR = arb(2) ** 24  # how far a search must not run away
CLEAR = arb(10) ** -5  # by how much, relatively, one place is better than another

METHOD = "one order"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two arg max or arg min, as they are printed."""

    one: Expr
    other: Expr

    @property
    def turned(self) -> bool:
        """Whether one is largest where the other is smallest."""
        return self.one.head != self.other.head


def find(question: Question) -> Pair | None:
    """The two optima that a relation says are the same, or None where it is no such relation."""
    found = [argument_of(bare(side), question) for side in question.sides()]
    return None if None in found else Pair(*(bare(side) for side in found if side is not None))


def check(question: Question, pair: Pair) -> Answer:
    """Compare the two objectives. Raises Refuted or Undecided."""
    program = question.program
    if any(program.definitions.get(name) for side in (pair.one, pair.other) for name in side.data):
        raise IllFormed("an arg max binds a name that is free")
    if len(pair.one.data) != len(pair.other.data) or not _same_domains(pair):
        raise Undecided("two optima are compared over the same domain")
    return retry(lambda: _check(question, pair))  # type: ignore[no-any-return]


def _same_domains(pair: Pair) -> bool:
    names = dict(zip(pair.other.data, pair.one.data, strict=True))

    def key(expr: Expr) -> Any:
        if expr.head == "name" and expr.data in names:
            return ("name", names[expr.data])
        core = bare(expr)
        return (core.head, meaning_key(core)[1], *map(key, core.args))

    return list(map(key, pair.one.args[1:])) == list(map(key, pair.other.args[1:]))


def _check(question: Question, pair: Pair) -> Answer:
    count, sizes, tried, lost, varies = 0, list[dict[str, int]](), list[dict[str, int]](), "", False
    for point, frame in question.frames((pair.one.args[0], pair.other.args[0])):
        count += 1
        first = point.sizes not in sizes
        if first:
            sizes.append(point.sizes)
        if point.sizes in tried:
            continue
        values = list(_values(question, pair, frame))
        if len(values) < ENOUGH:
            raise Undecided("too few values at which both objectives are defined")
        if _are_constant(values):
            continue  # as where all data are 0
        varies, factor = True, _factor(values)
        if factor is None:
            lost = "the two objectives do not differ by a constant and a factor, nor do their logarithms"
            if _refuted_by_descents(question, pair, point, frame):
                tried.append(point.sizes)
            if len(tried) >= TRIES:
                break
        elif (factor < 0) != pair.turned:
            sides = (pair.one.args[0], pair.other.args[0])
            example = counterexample(point, frame, "largest", "smallest", sides)
            raise Refuted(example, "one is largest where the other is smallest")
        elif first and len(sizes) == 1 and not question.quick and question.sample is None:
            _exists(question, pair, frame)
    if lost or not varies:
        raise Undecided(lost or "what is optimised does not depend on the variable")
    words = ("the objectives order all values alike; ", *sizes_evidence(sizes))
    return Answer("checked", METHOD, words if sizes[0] else words[:1], pack_sizes(sizes), count, "", ("Arb",))


# -- one order --------------------------------------------------------------------------------------


def _are_constant(values: list[tuple[Any, Any]]) -> bool:
    return all(equal(a, values[0][0]) and equal(b, values[0][1]) for a, b in values)


def _factor(values: list[tuple[Any, Any]]) -> Any:
    """s with f = c + s g (or of their logarithms) at all values drawn, None where there is none."""
    plain = list(zip(*values, strict=True))
    for above in (plain[0], _logarithms(plain[0])):
        for below in (plain[1], _logarithms(plain[1])):
            if above is not None and below is not None:
                factor = _ratio(above, below)
                if factor is not None:
                    return factor
    return None


def _logarithms(values: Any) -> list[Any] | None:
    return [v.log() for v in values] if all(v > 0 for v in values) else None


def _ratio(above: Any, below: Any) -> Any:
    """The one factor between the differences, None where there is none or it is 0."""
    rises = [(a - above[0], b - below[0]) for a, b in zip(above[1:], below[1:], strict=True)]
    steps = [(a, b) for a, b in rises if not b.contains(0)]
    if not steps or steps[0][0].contains(0):
        return None
    factor = steps[0][0] / steps[0][1]
    for a, b in rises:
        same = equal(a, factor * b)
        if same is None:
            raise Unsure("the balls are too wide")
        if not same:
            return None
    return factor


def _values(question: Question, pair: Pair, frame: Frame) -> Iterator[tuple[Any, Any]]:
    """Both objectives at values of what is optimised, where both are defined."""
    rng = Random(stable_number(question.seed, sorted(frame.sizes.items())))
    codes = [question.program.compiled(side.args[0]) for side in (pair.one, pair.other)]
    for number in range(DRAWS):
        drawn = [_drawn(question, name, frame, rng, number) for name in pair.one.data]
        try:
            made = [
                code(frame.child(dict(zip(side.data, drawn, strict=True))))
                for code, side in zip(codes, (pair.one, pair.other), strict=True)
            ]
        except Unsure:
            continue
        except MeaningError:
            continue  # outside the domain of one of them
        if all(isinstance(v, arb) and v.is_finite() for v in made):
            yield made[0], made[1]


def _drawn(question: Question, name: str, frame: Frame, rng: Random, number: int) -> Any:
    """A value of a bound name: any numbers, positive ones, those of the unit interval, or its structure."""
    symbol = question.program.symbols.get(name, Symbol(name, "scalar"))
    dims = [dim_value(d, frame.sizes) for d in symbol.shape]
    if symbol.words:
        domain = domain_of(symbol, Frame(RATIONAL, question.program, frame.sizes, {}))
        found = structured(symbol, dims, rng, domain)
        if found is not None:
            return arrays.each(BALLS.number, found)

    def entry(rest: list[int]) -> Any:
        if rest:
            return [entry(rest[1:]) for _ in range(rest[0])]
        step = arb(rng.randrange(1, 64)) / 64
        return (4 * step, step, 4 * step * rng.choice((1, -1)))[number % 3]

    return entry(dims)


# -- optima by descent ------------------------------------------------------------------------------


def _heights(question: Question, pair: Pair, frame: Frame) -> list[Callable[[list[Any]], Any]]:
    """Both objectives as functions of the coordinates, to be made small."""
    heights = []
    for side in (pair.one, pair.other):
        code, template = question.program.compiled(side.args[0]), _template(question, side, frame)
        optimum = Optimum(side.args[0], tuple(side.data), (), (), side.head == "argmin")

        def height(
            at: list[Any], code: Any = code, optimum: Optimum = optimum, template: Any = template
        ) -> Any:
            rest = iter(at)
            child = frame.child({n: arrays.each(lambda _: next(rest), v) for n, v in template})
            if not declared(question, optimum, child):
                return None
            return code(child) if optimum.minimise else -code(child)

        heights.append(guarded_height(height))
    return heights


def _template(question: Question, side: Expr, frame: Frame) -> list[tuple[str, Any]]:
    draw = partial(_drawn, question, frame=frame, rng=Random(1), number=1)
    return [(name, draw(name)) for name in side.data]


def _free(question: Question, pair: Pair) -> bool:
    """Whether steps of single coordinates stay in the domain, or leave it where that is seen."""
    symbols = (question.program.symbols.get(n) for side in (pair.one, pair.other) for n in side.data)
    return not pair.one.args[1:] and all(s is None or not s.words - {"invertible"} for s in symbols)


def _descents(question: Question, pair: Pair, frame: Frame) -> list[tuple[list[Any], Any]]:
    """The lowest place that descents find for each objective; [] where there are too many coordinates."""
    start = [v for _, value in _template(question, pair.one, frame) for v in arrays.flat(value)]
    if len(start) > UNKNOWNS or not _free(question, pair):
        return []
    found = []
    for height in _heights(question, pair, frame):
        ends = [descended(height, [v * k for v in start], arb(1)) for k in STARTS]
        kept = [end for end in ends if end[1] is not None]
        if not kept:
            return []
        found.append(min(kept, key=lambda end: float(end[1])))
    return found


def _refuted_by_descents(question: Question, pair: Pair, point: Point, frame: Frame) -> bool:
    """Whether descents could be made here. Raises Refuted where either ends clearly better by its own."""
    found = _descents(question, pair, frame)
    if not found:
        return False
    one, other = _heights(question, pair, frame)
    (here, low), (there, least) = found
    elsewhere, back = one(there), other(here)
    if elsewhere is None or back is None:
        return True
    if elsewhere - low > _clear(one, here, low) and back - least > _clear(other, there, least):
        sides = (pair.one.args[0], pair.other.args[0])
        example = counterexample(point, frame, here, there, sides)
        raise Refuted(example, "the two optima are different")
    return True


def _clear(height: Callable[[list[Any]], Any], place: list[Any], low: Any) -> Any:
    """What is a clear difference there, relative to how the function rises nearby."""
    around = [height([p + step for p in place]) for step in map(arb, (1, -2, 3))]
    return CLEAR * min((abs(v - low) for v in around if v is not None), default=1 + abs(low), key=float)


def _exists(question: Question, pair: Pair, frame: Frame) -> None:
    """A search must not run away from the starts. Raises IllFormed."""
    found = _descents(question, pair, frame)
    if not found:
        return
    height, (place, low) = _heights(question, pair, frame)[0], found[0]
    rng = Random(question.seed)
    for _ in range(2 * len(place) + 4):
        way = [arb(rng.choice((-1, 0, 1))) for _ in place]
        far = height([p + FAR * w for p, w in zip(place, way, strict=True)])
        if far is not None and any(not w.is_zero() for w in way) and far < low - CLEAR:
            raise IllFormed("there is no optimum: a search runs away")
