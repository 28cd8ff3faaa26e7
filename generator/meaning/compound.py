r"""Events about statistics: sums, extrema, quotients, products and functions of random numbers.

Each relation is brought to the form that an expression lies in a union of intervals. Relations about
one expression are met; those about different independent numbers multiply. Where both sides of a
relation are random, it is averaged over a side that is one number; `\arg\max_j e_j = i` says that
e_i is the largest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from flint import arb

from generator.meaning.averages import Mean, Number
from generator.meaning.growth import constant
from generator.meaning.independence import NOT_INDEPENDENT
from generator.meaning.intervals import MIRROR, Interval, Union, beyond, common
from generator.meaning.laws import LAWS
from generator.meaning.names import compile_int
from generator.meaning.program import Frame
from generator.meaning.scenes import Mass, Scene, apart
from generator.meaning.statistics import Targets, chance_in
from generator.meaning.systems import Senseless, Unsupported
from generator.meaning.tails import GrowthSystem
from generator.notation.tree import Expr, bare, meaning_key

Chance = Callable[[Frame], Any]
#: What an event asks: the numbers in it, and its probability or (to be met) an expression and its targets.
OPTIMA = {"argmax": "maxover", "argmin": "minover"}


@dataclass(frozen=True, slots=True)
class Question:
    """One relation: `expr` lies in the targets, or (expr None) `chance` is its probability."""

    numbers: frozenset[Number]
    expr: Expr | None = None
    targets: Targets | None = None
    chance: Chance | None = None


def chance_of_events(mean: Mean, mass: Mass, relations: list[tuple[Expr, str, Expr]], f: Frame) -> Any:
    """The probability that all relations hold. Raises Unsupported where no rule applies."""
    scene = Scene(mean, mass)
    questions = list(_together([_asked(scene, *relation, f) for relation in relations]))
    if not apart(scene, [question.numbers for question in questions], f):
        raise Unsupported(NOT_INDEPENDENT)
    total = f.system.number(1)
    for question in questions:
        if question.chance is not None:
            total = total * question.chance(f)
        elif question.expr is not None and question.targets is not None:
            total = total * chance_in(scene, question.expr, question.targets, f)
    return total


def _together(questions: list[Question]) -> Iterator[Question]:
    """Relations about one expression met in one question."""
    found: dict[Any, Question] = {}
    for question in questions:
        if question.expr is None:
            yield question
            continue
        key = meaning_key(question.expr)
        found[key] = _both(found[key], question) if key in found else question
    yield from found.values()


def _both(a: Question, b: Question) -> Question:
    first, second = a.targets, b.targets
    assert first is not None and second is not None
    return replace(a, targets=lambda g: common(first(g), second(g), g))


def _asked(scene: Scene, left: Expr, op: str, right: Expr, f: Frame) -> Question:
    left, right = bare(left), bare(right)
    if op == "in":
        return Question(scene.numbers(left, f), left, _interval(scene.mean, right))
    if op not in MIRROR:
        raise Senseless("an event is a list of inequalities, equations and memberships")
    if left.head in OPTIMA or right.head in OPTIMA:
        optimum, place = (left, right) if left.head in OPTIMA else (right, left)
        return _optimum(scene, optimum, op, place, f)
    here, there = scene.numbers(left, f), scene.numbers(right, f)
    if not here:
        left, op, right, here, there = right, MIRROR[op], left, there, here
    if not here:
        raise Unsupported("a relation of an event has no random number")
    if not there:
        bound = scene.mean.program.compiled(right)
        return Question(here, left, lambda g: beyond(bound(g), op))
    return _two_sides(scene, left, op, right, (here, there), f)


def _interval(mean: Mean, domain: Expr) -> Targets:
    """The union that a printed interval is. Raises Unsupported for another set."""
    if domain.head == "name" and mean.program.definitions.get(domain.data):
        domain = bare(mean.program.body_of(mean.program.definitions[domain.data][0]))
    if domain.head != "interval":
        raise Unsupported("the probability of this event has no rule")
    ends = [
        None if any(n.data == "infty" for n in end.walk()) else mean.program.compiled(end)
        for end in domain.args
    ]

    def run(g: Frame) -> Union:
        low, high = (None if end is None else end(g) for end in ends)
        return [Interval(low, high, domain.data[0] == "[", domain.data[1] == "]")]

    return run


def _two_sides(
    scene: Scene,
    left: Expr,
    op: str,
    right: Expr,
    numbers: tuple[frozenset[Number], frozenset[Number]],
    f: Frame,
) -> Question:
    """A relation with random numbers on both sides: averaged over a side that is made of one number."""
    here, there = numbers
    every = here | there
    if not scene.mean.independent([{number} for number in every], f):
        raise Unsupported(NOT_INDEPENDENT)
    if len(here) == 1 and (len(there) > 1 or not _discrete(scene, there, f)):
        single, other, turned = left, right, MIRROR[op]
    elif len(there) == 1:
        single, other, turned, here = right, left, op, there
    else:
        raise Unsupported("an event compares two functions of several random numbers")
    number = next(iter(here))
    inner = scene.without(number)
    place = scene.mean.program.compiled(single)

    def given(g: Frame) -> Any:
        value = place(g)
        return chance_in(inner, other, lambda h: beyond(value, turned), g)

    return Question(every, chance=lambda g: scene.mean.over(number, given, g))


def _discrete(scene: Scene, numbers: frozenset[Number], f: Frame) -> bool:
    return all(LAWS[scene.mean.law(number, f)[0]].discrete for number in numbers)


def _optimum(scene: Scene, optimum: Expr, op: str, place: Expr, f: Frame) -> Question:
    r"""`\arg\max_j e_j = i`: the term at i is the largest; ties have probability 0 for continuous laws."""
    program = scene.mean.program
    if op != "=" or len(optimum.args) != 1 or len(optimum.data) != 1 or scene.numbers(place, f):
        raise Unsupported("the probability of this event has no rule")
    index, body = optimum.data[0], optimum.args[0]
    symbol = program.symbols.get(index)
    if symbol is None or symbol.kind != "index":
        raise Unsupported("an arg max inside a probability is over an index")
    at = f.child({})
    at.index[index] = compile_int(place, program)(f)
    own, every = scene.numbers(body, at), scene.numbers(replace(optimum, head=OPTIMA[optimum.head]), f)
    if len(own) != 1 or any(LAWS[scene.mean.law(n, f)[0]].discrete for n in every):
        raise Unsupported("an arg max inside a probability is of terms with one continuous number each")
    if not scene.mean.independent([{n} for n in every], f):
        raise Unsupported(NOT_INDEPENDENT)
    number = next(iter(own))
    inner, code, chosen = scene.without(number), program.compiled(body), at.index[index]
    others = [k for k in program.range_of(index, f.sizes) if k != chosen]
    largest = optimum.head == "argmax"

    def given(g: Frame) -> Any:
        if isinstance(g.system, GrowthSystem) and g.system.real:
            return constant(arb(0.5, 0.5), g.system.start)  # a probability, for all numbers of a tail
        term, total = g.child({}), g.system.number(1)
        term.index[index] = chosen
        value = code(term)
        for k in others:
            term.index[index] = k
            worse = [Interval(None, value)] if largest else [Interval(value, None)]
            total = total * chance_in(inner, body, lambda h, worse=worse: worse, term)  # type: ignore[misc]
        return total

    return Question(every, chance=lambda g: scene.mean.over(number, given, g))
