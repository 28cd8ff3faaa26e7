r"""arg max and arg min for all sizes: a certificate that the candidate is the one global optimum.

One number: the derivative is positive factors times a line through the candidate, so the
objective rises on one side of it and falls on the other; borders that belong to the domain need
continuity. Several numbers: one after the other, each at its best value for those still to come.
A vector over the whole space: a constant Hessian that is positive definite (a sum of Gram
matrices and definite ones, one of them definite or the sum inverted in print), and a gradient
that vanishes at the candidate. A vector under one linear constraint: see `constrained`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations

from generator.meaning.domains import Domain, narrow
from generator.meaning.points import free_indices
from generator.meaning.program import Frame, Program, free_names
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, Statement, bare
from generator.verify.proof import facts, sign
from generator.verify.proof.assumptions import known
from generator.verify.proof.atoms import Atom, atom, place
from generator.verify.proof.calculus import derivative, holds, substituted
from generator.verify.proof.constrained import over_plane
from generator.verify.proof.definite import positive_definite
from generator.verify.proof.functions import known_sign, power, taken_apart
from generator.verify.proof.labels import free
from generator.verify.proof.polynomial import Polynomial, factor
from generator.verify.proof.prove import Proof, closing, prepared, shown_zero
from generator.verify.proof.reading import Env, Translation, Value
from generator.verify.proof.tactics import vanishes
from generator.verify.proof.work import NotProved
from generator.verify.stated import Optimum


def prove_optimum(program: Program, statement: Statement, optimum: Optimum) -> Proof | None:
    """A proof that the candidate is the only optimum, for all sizes and values, or None."""
    try:
        return _proved(program, statement, optimum)
    except (NotProved, MeaningError, RecursionError, KeyError):
        return None  # no certificate: the claim keeps the status it has


def _proved(program: Program, statement: Statement, optimum: Optimum) -> Proof:
    exprs = (optimum.objective, *optimum.candidate)
    for part in optimum.candidate:
        if program.rests_on([part]) & set(optimum.names):
            raise NotProved("a candidate that rests on the variable")
    pair = Expr("rel", (optimum.candidate[0], optimum.candidate[0]), ("=",))
    if free_indices(exprs, program):
        raise NotProved("an optimum at an index")
    t, env, labels = prepared(program, replace(statement, expr=pair), exprs)
    if t.chance and program.random_names(exprs):
        raise NotProved("an optimum of an expectation")
    if len(optimum.names) == 1 and program.symbols[optimum.names[0]].shape:
        plane = any(bare(d).data != ("in",) for d in optimum.domains)
        sides = over_plane(t, env, optimum) if plane else [_over_space(t, env, optimum)]
    else:
        sides = _in_turn(t, env, optimum)
    stages = [shown_zero(side) for side in sides]
    return closing(t, [(side, side.number(0)) for side in sides], stages, labels, exprs, True)


# -- numbers --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One variable: its name, its atom inside the domain, the domain, the candidate's value."""

    name: str
    inner: Atom
    domain: Domain
    candidate: Polynomial


def _in_turn(t: Translation, env: Env, optimum: Optimum) -> list[Polynomial]:
    """Each line at its candidate.

    A coordinate whose best value depends on those still to come is replaced by that value (the profile);
    its line is then looked at where all of them are at their candidates.
    """
    coordinates = [_coordinate(t, env, optimum, k) for k in range(len(optimum.names))]
    why = ""
    for order in permutations(coordinates):
        sides = []
        try:
            at = env
            for c in coordinates:
                at = at.put(c.name, Value((), factor(c.inner, (), t.work)), t.work)
            objective = t.scalar(optimum.objective, at)
            for c in order:
                line = _one_hill(c, objective, optimum.minimise)
                objective = substituted(objective, c.inner, lambda _, top=line.top: top)  # type: ignore[misc]
                sides.append(line.at)
            sides = [_at_all(side, coordinates) for side in sides]
        except NotProved as error:
            why = why or str(error)
            continue
        for c in coordinates:
            _borders(t, env, c, coordinates, optimum)
        return sides
    raise NotProved(why or "no variable")


def _coordinate(t: Translation, env: Env, optimum: Optimum, position: int) -> Coordinate:
    name = optimum.names[position]
    symbol = t.program.symbols[name]
    if symbol.kind != "scalar" or symbol.shape or symbol.family or facts.is_random(name, t.program):
        raise NotProved("an optimum over this variable")
    domain = _domain(t, optimum, name)
    words = {"positive"} if domain.low is not None and domain.low >= 0 else set()
    inner = atom("cut", name, extra=(t.work.fresh(),), words=frozenset(words))
    x = factor(inner, (), t.work)
    if domain.low is not None:
        known(x - _fraction(domain.low), True)
    if domain.high is not None:
        known(_fraction(domain.high) - x, True)
    return Coordinate(name, inner, domain, t.scalar(optimum.candidate[position], env))


def _domain(t: Translation, optimum: Optimum, name: str) -> Domain:
    """The printed domain of a variable, else the declared one. Raises NotProved for other sets."""
    frame = Frame(facts.RATIONAL, t.program, {}, {})
    printed = [bare(d) for d in optimum.domains if name in free_names(d)]
    domain = Domain()
    for relation in printed:
        if free_names(relation) != {name} or not narrow(domain, relation, name, frame):
            raise NotProved("this domain")
    if not printed:
        domain = facts.domain(t.program.symbols[name], t.program, ())
    if domain.finite or domain.integer or domain.excluded:
        raise NotProved("this domain")
    return domain


def _fraction(value: object) -> Fraction:
    return Fraction(int(value.p), int(value.q))  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Line:
    """What the slope is a positive factor of: its value at the candidate, and where it vanishes."""

    at: Polynomial
    top: Polynomial


def _one_hill(c: Coordinate, objective: Polynomial, minimise: bool) -> Line:
    """The slope is a positive factor times a rising line in x; other coordinates may stand in it."""
    slope = derivative(objective, c.inner, ())
    whole = taken_apart(slope if minimise else -slope)
    own, x = (c.inner, (), 1), factor(c.inner, (), slope.work)
    rest = whole.rest * x if own in whole.factors else whole.rest
    others = [f for f in whole.factors if f != own]
    if not whole.content or sign.of_factors(others) != sign.POSITIVE:
        raise NotProved("a slope whose sign is not known")
    steepness = derivative(rest, c.inner, ())
    constant = rest - steepness * x
    if c.inner in [*steepness.atoms(), *constant.atoms()]:
        raise NotProved("a slope that is no line")
    if known_sign(steepness) != sign.POSITIVE:
        raise NotProved("a slope that does not rise")
    at = substituted(rest, c.inner, lambda _: c.candidate)
    if vanishes(at) is not None:
        return Line(at, c.candidate)
    if c.domain.low is not None or c.domain.high is not None:
        raise NotProved("the best value may lie outside the domain")
    return Line(at, -constant * power(steepness, -1))


def _at_all(p: Polynomial, coordinates: list[Coordinate]) -> Polynomial:
    """A polynomial with every coordinate at its candidate; shown to be 0."""
    for c in coordinates:
        p = substituted(p, c.inner, lambda _, c=c: c.candidate)  # type: ignore[misc]
    shown_zero(p)
    return p


def _borders(
    t: Translation, env: Env, c: Coordinate, coordinates: list[Coordinate], optimum: Optimum
) -> None:
    """The candidate lies in the domain; the objective is continuous at borders that belong to it."""
    if c.domain.low is not None:
        _at_least(c.candidate - _fraction(c.domain.low), not c.domain.closed_low)
    if c.domain.high is not None:
        _at_least(_fraction(c.domain.high) - c.candidate, not c.domain.closed_high)
    if not c.domain.borders():
        return
    if len(coordinates) > 1:
        raise NotProved("several variables with borders of their own")
    closed = c.domain.low is not None and c.domain.low >= 0
    words = frozenset({"nonnegative"}) if closed else frozenset()
    edge = atom("cut", c.name, extra=(t.work.fresh(),), words=words)
    at = env
    for other in coordinates:
        inner = edge if other is c else other.inner
        at = at.put(other.name, Value((), factor(inner, (), t.work)), t.work)
    if not _continuous(t.scalar(optimum.objective, at), edge):
        raise NotProved("an objective that may jump at a border")


def _at_least(p: Polynomial, strict: bool) -> None:
    """p >= 0 (or > 0), with bits summed over at most the number of them."""
    least = sign.POSITIVE if strict else sign.NONNEGATIVE
    if p.is_zero() and not strict:
        return
    if known_sign(p) < least and known_sign(sign.lower_bound(p)) < least:
        raise NotProved("a candidate that may lie outside the domain")


def _continuous(p: Polynomial, edge: Atom) -> bool:
    """Whether p is continuous in an atom, borders included: nothing of it stands below or in a log."""
    for free_factors, parts in p.terms:
        for factors in (free_factors, *parts):
            for a, _, e in factors:
                if a == edge and e < 0:
                    return False
                if a != edge and holds(a, lambda b: b == edge):
                    above = e > 0 or (a.kind == "pow" and a.positive)
                    if a.kind not in ("exp", "product", "pow") or not (a.kind == "exp" or above):
                        return False
                    if not _continuous(a.body, edge):
                        return False
    return True


# -- a vector over the whole space ----------------------------------------------------


def _over_space(t: Translation, env: Env, optimum: Optimum) -> Polynomial:
    """The gradient at the candidate."""
    name = optimum.names[0]
    symbol = t.program.symbols[name]
    if symbol.kind != "vector" or symbol.family or symbol.words or symbol.conditions:
        raise NotProved("an optimum over this variable")
    for domain in map(bare, optimum.domains):
        if domain.head != "rel" or domain.data != ("in",) or bare(domain.args[1]).head != "space":
            raise NotProved("this domain")
        if bare(domain.args[0]).data != name:
            raise NotProved("this domain")
        if bare(domain.args[1]).data != "R":
            raise NotProved("this domain")
    where = facts.ranges(symbol, t.program)
    inner = atom("cut", name, where, extra=(t.work.fresh(),))
    own = tuple(place(k, r) for k, r in enumerate(where))
    at = env.put(name, Value(own, factor(inner, own, t.work)), t.work)
    objective = t.scalar(optimum.objective, at)
    if not optimum.minimise:
        objective = -objective
    row, column = free("row", where[0]), free("column", where[0])
    slope = derivative(objective, inner, (row,))
    bend = derivative(slope, inner, (column,))
    if any(holds(a, lambda b: b == inner) for a in bend.atoms()):
        raise NotProved("a Hessian that is not constant")
    candidate = t.value(optimum.candidate[0], env)
    if not positive_definite(bend, row, column, candidate.polynomial):
        raise NotProved("a Hessian that is not known to be definite")
    return substituted(slope, inner, candidate.at)
