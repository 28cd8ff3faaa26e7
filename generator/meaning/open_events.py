r"""Probabilities under open laws, over the outcomes of the finite laws that stand for them.

The same outcomes give the expectations of the claim, so `\Pr(X \ge a) \le \mathbb E[X] / a` compares two
numbers of one law. Of a sum of independent entries of one law only how many entries have each
outcome matters; anything else is enumerated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product
from math import comb
from typing import Any

from generator.meaning.chance import Chance, Draw, drawn
from generator.meaning.enumeration import ENUMERATION_BOUND, exactly
from generator.meaning.polynomials import Poly, Source
from generator.meaning.program import Frame, Program
from generator.meaning.systems import NotPolynomial, NoValue, TooMuch, Unsupported
from generator.notation.tree import Expr, bare, meaning_key

OPEN = ("free", "moments")
ORDERS = {
    "<": lambda s: s < 0,
    "<=": lambda s: s <= 0,
    ">": lambda s: s > 0,
    ">=": lambda s: s >= 0,
    "=": lambda s: s == 0,
    "!=": lambda s: s != 0,
}


def relations_of(events: list[Expr]) -> Iterator[tuple[Expr, str, Expr]]:
    """The relations of a list of events, those in a chain one by one. Raises Unsupported for other events."""
    for event in map(bare, events):
        if event.head in ("list", "and"):
            yield from relations_of(list(event.args))
        elif event.head == "rel" and event.data == ("in",) and bare(event.args[1]).head == "interval":
            yield from _within(event.args[0], bare(event.args[1]))
        elif event.head == "rel" and set(event.data) <= ORDERS.keys():
            yield from zip(event.args, event.data, event.args[1:], strict=False)
        else:
            raise Unsupported("the probability of this event has no rule")


def _within(subject: Expr, interval: Expr) -> Iterator[tuple[Expr, str, Expr]]:
    """`x \\in [a, b]` as two relations; an infinite end asks nothing."""
    for end, op, mark, closed in zip(interval.args, (">", "<"), interval.data, "[]", strict=True):
        if not any(node.head == "const" and node.data == "infty" for node in end.walk()):
            yield subject, op + "=" * (mark == closed), end


def is_open(events: list[Expr], program: Program) -> bool:
    """Whether events are about names of an open law alone, or with others of finite laws."""
    laws = program.laws.laws
    return any(name in laws and laws[name].law in OPEN for name in program.random_names(events))


def about(chance: Chance, program: Program, sides: tuple[Expr, ...]) -> Chance:
    """The chance of a claim with its random names, and how its probabilities and means share open laws."""
    known = [
        program.body_of(d) for n in sorted(program.rests_on(sides)) for d in program.definitions.get(n, ())
    ]
    nodes = [node for tree in (*sides, *known) for node in tree.walk()]
    events = [node for node in nodes if node.head == "Pr" and is_open(list(node.args), program)]
    averaged = bool(events) and any(node.head in ("E", "Var", "Cov") for node in nodes)
    places: list[Expr] = []
    for event in events:
        with suppress(Unsupported):
            for left, _, right in relations_of(list(event.args)):
                places += [
                    s
                    for s in (left, right)
                    if not program.rests_on_chance(s) and not program.random_names([s])
                ]
    known_places = tuple({meaning_key(place): place for place in places}.values())
    names = tuple(sorted(program.random_names(sides)))
    return replace(chance, names=names, averaged=averaged, places=known_places)


def probability_by_outcomes(expr: Expr, f: Frame) -> Any:
    """P(A) or P(A | B). Raises Unsupported for other laws or events, NoValue where B has probability 0."""
    program = f.program
    names = sorted(program.random_names(expr.args))
    draw, child = drawn(f, names)
    asked = list(relations_of([bare(arg) for arg in expr.args[:1]]))
    given = list(relations_of([bare(arg) for arg in expr.args[1:]]))
    total, both = f.system.number(0), f.system.number(0)
    for weight, sides in _outcomes(f, draw, child, [*asked, *given]):
        holds = [
            ORDERS[op](f.system.sign(a - b))
            for (_, op, _), (a, b) in zip([*asked, *given], sides, strict=True)
        ]
        if all(holds[len(asked) :]):
            total = total + weight
            both = both + weight if all(holds) else both
    if not given:
        return both
    if f.system.sign(total) == 0:
        raise NoValue("the condition has probability 0")
    return both / total


def _outcomes(
    f: Frame, draw: Draw, child: Frame, relations: list[tuple[Expr, str, Expr]]
) -> Iterator[tuple[Any, list[tuple[Any, Any]]]]:
    """(weight, both sides of each relation) for all outcomes."""
    try:
        forms = [_form(f, child, side) for left, _, right in relations for side in (left, right)]
    except NotPolynomial:
        yield from _one_by_one(f, draw, relations)
        return
    for weight, at in _counts(f, draw, [form.poly for form in forms]):
        values = [form.value(f, total) for form, total in zip(forms, at, strict=True)]
        yield weight, list(zip(values[::2], values[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Form:
    """A side that is linear in the sources, or the absolute value of one."""

    poly: Poly
    bars: bool = False

    def value(self, f: Frame, total: Any) -> Any:
        """The side where its linear form has this value."""
        return f.system.call("abs", total) if self.bars else total


def _form(f: Frame, child: Frame, side: Expr) -> Form:
    """Raises NotPolynomial for another form."""
    core = bare(side)
    bars = core.head == "abs"
    value = f.program.compiled(core.args[0] if bars else side)(child)
    poly = value if isinstance(value, Poly) else Poly({(): value})
    if poly.degree() > 1:
        raise NotPolynomial("an event that is not linear in its outcomes")
    return Form(poly, bars)


def _counts(f: Frame, draw: Draw, polys: list[Poly]) -> Iterator[tuple[Any, list[Any]]]:
    """(weight, value of each linear form), by how many of each group of like sources have which outcome."""
    zero = f.system.number(0)
    groups: list[tuple[Source, list[Any], int]] = []
    for variables, source in _by_source(draw):
        slopes = [sum((p.terms.get(((v, 1),), zero) for v in variables), zero) for p in polys]
        if all(f.system.sign(slope) == 0 for slope in slopes):
            continue  # the event does not look at it
        for place, (other, known, count) in enumerate(groups):
            if _alike(f, source, other) and all(
                f.system.sign(a - b) == 0 for a, b in zip(slopes, known, strict=True)
            ):
                groups[place] = (other, known, count + 1)
                break
        else:
            groups.append((source, slopes, 1))
    outcomes = 1
    for source, _, count in groups:
        if not source.atoms:
            raise Unsupported("the probability of an event over a law that is not finite")
        outcomes *= comb(count + len(source.atoms) - 1, count)
    if outcomes > (draw.chance.counting or ENUMERATION_BOUND):
        raise TooMuch("too many joint outcomes to enumerate")
    if draw.chance.counting:
        return
    start = [p.terms.get((), zero) for p in polys]
    parts = [list(_of_group(f, *group)) for group in groups]
    for chosen in product(*parts):
        weight, values = f.system.number(1), start
        for part, added in chosen:
            weight = weight * part
            values = [a + b for a, b in zip(values, added, strict=True)]
        yield weight, values


def _by_source(draw: Draw) -> Iterator[tuple[list[int], Source]]:
    """Each source with the variables that stand for it."""
    found: dict[int, tuple[list[int], Source]] = {}
    for variable, source in draw.sources.items():
        found.setdefault(id(source), ([], source))[0].append(variable)
    yield from found.values()


def _alike(f: Frame, a: Source, b: Source) -> bool:
    """Whether two sources have one law."""
    return (
        a is b
        or a.atoms == b.atoms
        or (
            len(a.atoms) == len(b.atoms)
            and all(
                f.system.sign(exactly(f, x) - exactly(f, y)) == 0
                for one, other in zip(a.atoms, b.atoms, strict=True)
                for x, y in zip(one, other, strict=True)
            )
        )
    )


def _of_group(f: Frame, source: Source, slopes: list[Any], count: int) -> Iterator[tuple[Any, list[Any]]]:
    """(weight, what is added to each form) for all ways in which `count` like sources fall."""
    atoms = [(exactly(f, w), exactly(f, v)) for w, v in source.atoms]

    def rest(place: int, left: int) -> Iterator[tuple[Any, Any]]:
        weight, value = atoms[place]
        if place == len(atoms) - 1:
            yield f.system.power(weight, left), value * left
            return
        for here in range(left + 1):
            share = f.system.power(weight, here) * comb(left, here)
            for other, total in rest(place + 1, left - here):
                yield share * other, total + value * here

    for weight, total in rest(0, count):
        yield weight, [slope * total for slope in slopes]


def _one_by_one(
    f: Frame, draw: Draw, relations: list[tuple[Expr, str, Expr]]
) -> Iterator[tuple[Any, list[tuple[Any, Any]]]]:
    """All joint outcomes, the sides evaluated at each."""
    from generator.meaning.enumeration import outcomes

    codes = [f.program.compiled(side) for left, _, right in relations for side in (left, right)]
    for weight, child in outcomes(f, draw):
        child.index = dict(f.index)
        values = [code(child) for code in codes]
        yield weight, list(zip(values[::2], values[1::2], strict=True))
