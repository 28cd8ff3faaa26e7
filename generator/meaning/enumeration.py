"""Expectations by going through all joint outcomes of finite laws, where there are not too many."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

from generator.meaning import arrays
from generator.meaning.polynomials import Poly, Source, untied
from generator.meaning.program import Code, Frame
from generator.meaning.systems import TooMuch, Unsupported

if TYPE_CHECKING:
    from generator.meaning.chance import Draw

ENUMERATION_BOUND = 5_000  # joint outcomes
PROBES = 8  # outcomes that are tried where there are more


def enumerated(f: Frame, body: Code, draw: Draw) -> Any:
    """The expectation of `body` by complete enumeration of the outcomes of a draw's finite sources.

    Raises TooMuch where there are more than ENUMERATION_BOUND, Unsupported for other sources.
    Where the chance is only counting, the outcomes are not gone through: 0.
    """
    sources = _sources(draw)
    if draw.chance.counting:
        _count(f, draw, sources)
        return f.system.number(0)
    try:
        _count(f, draw, sources)
    except TooMuch:
        _probe(f, body, draw, sources)
        raise
    total = None
    for weight, child in outcomes(f, draw):
        term = _weighted(weight, body, child)
        total = term if total is None else arrays.zipped(operator.add, total, term)
    return total


def _sources(draw: Draw) -> list[Source]:
    sources = list({id(s): s for s in draw.sources.values()}.values())
    untied(sources)
    return sources


def _count(f: Frame, draw: Draw, sources: list[Source]) -> None:
    """Raises TooMuch for more than ENUMERATION_BOUND joint outcomes, Unsupported for infinitely many."""
    count = 1
    for source in sources:
        if not source.atoms:
            raise Unsupported("this expectation is neither a polynomial nor over a finite law")
        count *= len(source.atoms)
    if count > (draw.chance.counting or ENUMERATION_BOUND):
        raise TooMuch("too many joint outcomes to enumerate")


def outcomes(f: Frame, draw: Draw) -> Iterator[tuple[Any, Frame]]:
    """(weight, frame) of every joint outcome of a draw. Raises TooMuch or Unsupported."""
    sources = _sources(draw)
    _count(f, draw, sources)
    for atoms in product(*[s.atoms for s in sources]) if not draw.chance.counting else ():
        yield _outcome(f, draw, dict(zip(map(id, sources), atoms, strict=True)))


def _probe(f: Frame, body: Code, draw: Draw, sources: list[Source]) -> None:
    """Raises NoValue where an outcome leaves the body, and so its expectation, without a value."""
    for place in range(0 if f.system.symbolic else PROBES):
        rng = Random(place)
        _, child = _outcome(f, draw, {id(s): rng.choice(s.atoms) for s in sources})
        body(child)


def _outcome(f: Frame, draw: Draw, atoms: dict[int, tuple[Any, Any]]) -> tuple[Any, Frame]:
    """The weight of one joint outcome, and the frame there."""
    weight = f.system.number(1)
    for atom in atoms.values():
        weight = weight * exactly(f, atom[0])
    at = {v: exactly(f, atoms[id(s)][1]) for v, s in draw.sources.items()}
    values = {name: arrays.each(lambda p: _value_at(p, at, f), v) for name, v in draw.values.items()}
    return weight, f.child(values)


def _weighted(weight: Any, body: Code, child: Frame) -> Any:
    return arrays.each(lambda v: weight * v, body(child))


def exactly(f: Frame, value: Any) -> Any:
    """A value of a law in the frame's number system; what is no plain number is one of it already."""
    return f.system.number(value) if isinstance(value, (int, Fraction)) else value


def _value_at(poly: Any, at: dict[int, Any], f: Frame) -> Any:
    if not isinstance(poly, Poly):
        return poly
    total = f.system.number(0)
    for mono, coefficient in poly.terms.items():
        term = coefficient
        for variable, exponent in mono:
            for _ in range(exponent):
                term = term * at[variable]
        total = total + term
    return total
