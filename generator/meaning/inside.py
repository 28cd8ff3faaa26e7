"""The outcomes of a random name inside its declared range, with what it shares with other names."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from generator.meaning import ranged
from generator.meaning.domains import Domain
from generator.meaning.givens import LawOf

if TYPE_CHECKING:
    from generator.meaning.chance import Draw


def outcomes(draw: Draw, law: LawOf, where: tuple[int, ...]) -> Any:
    """One entry with outcomes of its declared range, or with one that the edge asks for; else None.

    What is tied to others and has stated moments stays a mean and a spread.
    """
    f, edge = draw.f, draw.edge
    symbol = f.program.symbols.get(law.name)
    domain = ranged.range_of(f, symbol, where) if symbol is not None else None
    if domain is None and not ranged.is_put(edge):
        return None
    partners = draw._partners(law.name)
    stated = [None if p is None else draw._parameter(p, where) for p in ranged.stated_moments(law)]
    known = any(value is not None for value in stated)
    if any(isinstance(value, list) for value in stated) or (partners and (known or domain is None)):
        return None
    if stated[0] is None and known:
        return None
    if partners or (law.entries and not law.iid):
        return _tied(draw, law, where, domain or Domain())
    key = (law.name, () if draw._is_dependent(law) else where)
    if key not in draw._shared:
        variant = draw.chance.variant + (0 if known or law.iid else sum(where))
        atoms = ranged.atoms_of(f, domain or Domain(), stated, (law.name, edge, variant))
        draw._shared[key] = ranged.finite_source(f, atoms)
    return draw._variable(draw._shared[key])


def _tied(draw: Draw, law: LawOf, where: tuple[int, ...], domain: Domain) -> Any:
    """An entry that nothing says to be independent: any function of one outcome that it shares.

    The entries of a name share an outcome, and so do two names that are not said to be independent;
    a mean of several functions stays in the range.
    """
    f = draw.f
    draw.tied = True
    links: list[Any] = [(law.name, "entries")] if law.entries and not law.iid else []
    links += [tuple(sorted((law.name, partner))) for partner in draw._partners(law.name)]
    total = None
    for number, link in enumerate(links):
        key = (link, "outcome", where if law.iid else ())
        if key not in draw._shared:
            draw._shared[key] = ranged.finite_source(f, ranged.TIED)
        values = ranged.tied_values(domain, f"{law.name} {where} {number} {draw.chance.variant}", draw.edge)
        term = ranged.interpolated(f, draw._variable(draw._shared[key]), values)
        total = term if total is None else total + term
    return total if len(links) == 1 else total * f.system.number(Fraction(1, len(links)))
