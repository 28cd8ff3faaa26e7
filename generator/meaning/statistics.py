r"""The probability that a function of random numbers lies in a union of intervals.

A function of one number is undone layer by layer (`preimages`), a sum of independent ones has the law
of its family (`closures`), an extremum or an order statistic of independent terms is counted; a
function of two independent numbers is averaged over one of them. What is left raises Unsupported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from generator.meaning.averages import Mean, Number
from generator.meaning.closures import Known
from generator.meaning.cumulative import cdf
from generator.meaning.independence import NOT_INDEPENDENT
from generator.meaning.intervals import Interval, Union, common, holds, mapped, sign
from generator.meaning.jets import Jet, new_tag
from generator.meaning.laws import LAWS
from generator.meaning.preimages import refuse, undefined, undone
from generator.meaning.program import Code, Frame
from generator.meaning.ranges import index_terms
from generator.meaning.scenes import Scene, apart, law_of, opened, sorted_entries
from generator.meaning.systems import NotPolynomial, Unsupported
from generator.notation.tree import Expr, bare

Targets = Callable[[Frame], Union]  # where a value is to lie, in the number system of a frame


def chance_in(scene: Scene, expr: Expr, targets: Targets, f: Frame) -> Any:
    """P(expr in target). Raises Unsupported where no rule applies, NoValue where expr may have no value."""
    expr, target = bare(expr), targets(f)
    if not scene.varies(expr, f):
        return f.system.number(1 if holds(target, scene.mean.program.compiled(expr)(f), f) else 0)
    body = opened(scene.mean, expr, f)
    if body is not None:
        inner = body[1]
        return chance_in(scene, body[0], lambda g: targets(_at(g, f)), inner)
    if expr.head in ("name", "entry") and sorted_entries(scene.mean, expr, f) is None:
        return _of_number(scene, expr, target, f)
    made = _extremum(scene, expr, target, f)
    if made is not None:
        return made
    numbers = scene.numbers(expr, f)
    known = law_of(scene, expr, f) if len(numbers) > 1 else None
    if known is not None:
        return of_known(known, target, f)
    asked = undone(expr, target, lambda e: scene.varies(e, f), f)
    if asked is not None:
        _defined(scene, expr, asked[0], f)
        return chance_in(scene, asked[0], _undoing(scene, expr, targets), f)
    if len(numbers) == 1:
        found = _rational(scene, expr, target, next(iter(numbers)), f)
        if found is not None:
            return found
        known = law_of(scene, expr, f)  # a sum of one term
        if known is not None:
            return of_known(known, target, f)
    if len(numbers) == 2:
        return _averaged(scene, expr, targets, numbers, f)
    raise Unsupported("the probability of this event has no rule")


def _at(g: Frame, f: Frame) -> Frame:
    """The frame g with the indices of f."""
    other = g.child({})
    other.index = dict(f.index)
    return other


def _undoing(scene: Scene, expr: Expr, targets: Targets) -> Targets:
    """Where the argument of the outermost function lies, in any number system."""

    def run(g: Frame) -> Union:
        asked = undone(expr, targets(g), lambda e: scene.varies(e, g), g)
        if asked is None:
            raise Unsupported("the probability of this event has no rule")
        return asked[1]

    return run


def _defined(scene: Scene, expr: Expr, inner: Expr, f: Frame) -> None:
    """Raises NoValue where the outermost function has no value with positive probability."""
    if undefined(expr, inner, f):
        refuse(chance_in(scene, inner, lambda g: undefined(expr, inner, g) or [], f), f)


def _of_number(scene: Scene, expr: Expr, target: Union, f: Frame) -> Any:
    found = scene.numbers(expr, f)
    if len(found) != 1:
        raise Unsupported("an event is about numbers")
    number = next(iter(found))
    total = f.system.number(0)
    for piece in target:
        total = total + scene.mass(scene.mean, number, piece, f)
    return total


def of_known(known: Known, target: Union, f: Frame) -> Any:
    """The probability that a number with a law of the table lies in a union."""
    side = sign(f, known.scale)
    inside = mapped(target, lambda y: (y - known.shift) / known.scale, side > 0)
    parameters, total = list(known.parameters), f.system.number(0)
    for piece in inside:
        if piece.is_point and not LAWS[known.law].discrete:
            continue
        one = f.system.number(1)
        above = one if piece.high is None else cdf(f, known.law, piece.high, parameters, not piece.with_high)
        below = f.system.number(0)
        if piece.low is not None:
            below = cdf(f, known.law, piece.low, parameters, piece.with_low)
        total = total + above - below
    return total


# -- quotients of affine forms, extrema, two numbers ----------------------------------------


def _rational(scene: Scene, expr: Expr, target: Union, number: Number, f: Frame) -> Any:
    """(a + b x) / (c + d x) of one number: on each side of its pole it is compared by affine forms."""
    if expr.head != "div" or not all(scene.varies(arg, f) for arg in expr.args):
        return None
    mean = scene.mean
    if any(other.name == number.name for other in scene.fixed):
        return None  # where this entry is placed, the others of its name are not known
    try:
        above, below = (mean.affine(arg, number, f) for arg in expr.args)
    except (Unsupported, NotPolynomial):
        return None
    whole: Union = [Interval()]
    pole = _affine(below, [Interval(f.system.number(0), f.system.number(0))], f)
    refuse(_of_number(scene, leaf(number), pole, f), f)
    total = f.system.number(0)
    for side in (1, -1):
        zero = f.system.number(0)
        here = _affine(
            below, [Interval(zero, None, False)] if side > 0 else [Interval(None, zero, True, False)], f
        )
        for piece in target:
            inside = common(whole, here, f)
            for end, closed, way in ((piece.high, piece.with_high, -1), (piece.low, piece.with_low, 1)):
                if end is None:
                    continue
                gap = (above[0] - end * below[0], above[1] - end * below[1])
                up = way * side > 0
                wanted = Interval(zero, None, closed) if up else Interval(None, zero, True, closed)
                inside = common(inside, _affine(gap, [wanted], f), f)
            total = total + _of_number(scene, leaf(number), inside, f)
    return total


def leaf(number: Number) -> Expr:
    """The number itself, as an expression."""
    name = Expr("name", (), number.name, shape=())
    places = tuple(Expr("num", (), str(k), shape=()) for k in number.where)
    return Expr("entry", (name, *places), shape=()) if places else name


def _affine(form: tuple[Any, Any], target: Union, f: Frame) -> Union:
    """The x with c + s x in the union."""
    constant, slope = form
    side = sign(f, slope)
    if side == 0:
        return [Interval()] if holds(target, constant, f) else []
    return mapped(target, lambda y: (y - constant) / slope, side > 0)


def _extremum(scene: Scene, expr: Expr, target: Union, f: Frame) -> Any:
    """The largest, the smallest or the j-th smallest of independent terms."""
    found = ordered(scene, expr, f)
    if found is None:
        return None
    terms, rank = found
    groups = [scene.numbers(term, g) for term, g in terms]
    if not apart(scene, [group for group in groups if group], f):
        raise Unsupported(NOT_INDEPENDENT)

    def below(x: Any, strict: bool) -> Any:
        pieces = [Interval(None, x, True, not strict)]
        chances = [chance_in(scene, term, lambda g: pieces, g) for term, g in terms]
        return at_least(rank, chances, f)

    total = f.system.number(0)
    for piece in target:
        high = f.system.number(1) if piece.high is None else below(piece.high, not piece.with_high)
        low = f.system.number(0) if piece.low is None else below(piece.low, piece.with_low)
        total = total + high - low
    return total


def ordered(scene: Scene, expr: Expr, f: Frame) -> tuple[list[tuple[Expr, Frame]], int] | None:
    """(terms with their frames, which of them by size) of an extremum."""
    entries = sorted_entries(scene.mean, expr, f)
    if entries is not None:
        return [(entry, f) for entry in entries[0]], entries[1]
    terms: list[tuple[Expr, Frame]] = []
    largest = expr.data == "max" if expr.head == "func" else expr.head == "maxover"
    if expr.head in ("maxover", "minover"):
        for _ in index_terms(expr, scene.mean.program)(f):
            terms.append((expr.args[0], f.child({})))
    elif expr.head == "func" and expr.data in ("max", "min"):
        terms = [(arg, f) for arg in expr.args]
    else:
        return None
    return terms, len(terms) if largest else 1


def at_least(count: int, chances: list[Any], f: Frame) -> Any:
    """The probability that at least so many of independent events happen."""
    mass = [f.system.number(1)]  # of 0, 1, .. events so far
    for chance in chances:
        stay = [m * (1 - chance) for m in mass] + [f.system.number(0)]
        mass = [old if k == 0 else old + mass[k - 1] * chance for k, old in enumerate(stay)]
    return sum(mass[count + 1 :], mass[count])


def _averaged(scene: Scene, expr: Expr, targets: Targets, numbers: frozenset[Number], f: Frame) -> Any:
    """A function of two independent numbers: the probability by one of them, averaged over the other."""
    mean = scene.mean
    if not mean.independent([{number} for number in numbers], f):
        raise Unsupported(NOT_INDEPENDENT)
    ordered = sorted(
        numbers, key=lambda n: (not LAWS[mean.law(n, f)[0]].discrete, _ends(mean, n, f), n.name, n.where)
    )
    for number in ordered:  # steps are added up; else the one whose support has ends
        inner = scene.without(number)
        try:
            return mean.over(number, lambda g, inner=inner: chance_in(inner, expr, targets, g), f)  # type: ignore[misc]
        except Unsupported as error:
            lost = error
    raise lost


def _ends(mean: Mean, number: Number, f: Frame) -> bool:
    return LAWS[mean.law(number, f)[0]].support == "real"


# -- densities ----------------------------------------------------------------------------


def density_at(scene: Scene, expr: Expr, place: Code, f: Frame) -> Any:
    """The density of a continuous expression at a place: how its distribution function grows there."""
    expr = bare(expr)
    body = opened(scene.mean, expr, f)
    if body is not None:
        return density_at(scene, body[0], lambda g: place(_at(g, f)), body[1])
    numbers = scene.numbers(expr, f)
    if len(numbers) == 2 and law_of(scene, expr, f) is None and ordered(scene, expr, f) is None:
        return _averaged_density(scene, expr, place, numbers, f)
    tag = new_tag()

    def up_to(g: Frame) -> Union:
        return [Interval(None, Jet(tag, place(g), {"": g.system.number(1)}))]

    value = chance_in(scene, expr, up_to, f)
    while isinstance(value, Jet) and value.tag > tag:
        value = value.value
    return (
        value.parts.get("", f.system.number(0))
        if isinstance(value, Jet) and value.tag == tag
        else f.system.number(0)
    )


def _averaged_density(scene: Scene, expr: Expr, place: Code, numbers: frozenset[Number], f: Frame) -> Any:
    mean = scene.mean
    if not mean.independent([{number} for number in numbers], f):
        raise Unsupported(NOT_INDEPENDENT)
    lost: Unsupported = Unsupported("the density of this statistic has no rule")
    for number in sorted(numbers, key=lambda n: (_ends(mean, n, f), n.name, n.where)):
        inner = scene.without(number)
        try:
            return mean.over(number, lambda g, inner=inner: density_at(inner, expr, place, g), f)  # type: ignore[misc]
        except Unsupported as error:
            lost = error
    raise lost
