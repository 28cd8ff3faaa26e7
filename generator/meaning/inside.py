"""The outcomes of a random name inside its declared range, with what it shares with other names."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from generator.meaning import ranged
from generator.meaning.domains import Domain
from generator.meaning.givens import LawOf
from generator.meaning.polynomials import Poly, Source
from generator.meaning.tied import STANDARDISED, sign

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
    tied = draw.ties.of(law.name)
    stated = [None if p is None else draw.parameter(p, where) for p in ranged.stated_moments(law)]
    known = any(value is not None for value in stated)
    if any(isinstance(value, list) for value in stated) or (tied and (known or domain is None)):
        return None
    if stated[0] is None and known:
        return None
    shared = _tied(draw, law, where, domain or Domain()) if tied or (law.entries and not law.iid) else None
    if shared is not None:
        return shared
    key = (law.name, () if draw.is_dependent(law) else where)
    variant = draw.chance.variant + (0 if known or law.iid else sum(where))

    def made() -> Source:
        atoms = ranged.atoms_of(f, domain or Domain(), stated, (law.name, edge, variant))
        return ranged.finite_source(f, atoms, law.name)

    return draw.variable(draw.shared(key, made))


def applies(draw: Draw, name: str) -> bool:
    """Whether a name that is tied to others has outcomes of its declared range, not a mean and a spread."""
    law, symbol = draw.laws[name], draw.f.program.symbols.get(name)
    if draw.f.system.symbolic or symbol is None or law.law not in ("moments", "free"):
        return False
    if any(part is not None for part in ranged.stated_moments(law)):
        return False
    return ranged.range_of(draw.f, symbol, (1,) * len(draw.dims(name))) is not None


def keeps_out(draw: Draw, name: str) -> bool:
    """Whether a name is a mean and a spread in numbers, and shares no outcome with a name in a range."""
    if draw.f.system.symbolic or draw.laws[name].law not in STANDARDISED:
        return False
    return not any(applies(draw, other) for other in (name, *draw.ties.partners(name)))


def shared_with(draw: Draw, law: LawOf, where: tuple[int, ...], partner: str) -> Poly:
    """A fair sign that is a function of the outcome which an entry shares with a name in a range.

    Of independent entries only the first shares it; the others have outcomes of the same law.
    """
    free = law.iid and not draw.is_dependent(law)
    other = draw.laws[partner]
    place: Any = (1,) * len(draw.dims(partner)) if other.iid else ()
    key: Any = (tuple(sorted((law.name, partner))), "outcome", place)
    if free and any(k != 1 for k in where):
        key = (*key, law.name, where)
    source = draw.shared(key, lambda: ranged.finite_source(draw.f, ranged.TIED, law.name))
    return ranged.interpolated(draw.f, draw.variable(source), list(ranged.FAIR))


def _tied(draw: Draw, law: LawOf, where: tuple[int, ...], domain: Domain) -> Any:
    """An entry that nothing says to be independent: any function of one outcome that it shares.

    The entries of a name share an outcome, and so do two names that are not said to be independent; larger
    sets share signs. A mean of several functions stays in the range. None for what shares nothing here.
    """
    f = draw.f
    draw.tied = True
    links: list[Any] = [(law.name, "entries")] if law.entries and not law.iid else []
    links += [tuple(sorted((law.name, partner))) for partner in draw.ties.partners(law.name)]
    links += draw.ties.chosen(law.name, draw.chance.variant)
    total = None
    for number, link in enumerate(links):
        values = ranged.tied_values(
            domain, f"{law.name} {where} {number} {draw.chance.variant}", draw.edge, draw.chance.variant
        )
        if isinstance(link, frozenset):
            chosen = (sign(draw, link, law, where) + f.system.number(1)) * f.system.number(Fraction(1, 2))
            term = ranged.interpolated(f, chosen, values[:2])
        else:
            key = (link, "outcome", where if law.iid else ())
            source = draw.shared(key, lambda: ranged.finite_source(f, ranged.TIED, law.name))
            term = ranged.interpolated(f, draw.variable(source), values)
        total = term if total is None else total + term
    return total if len(links) < 2 else total * f.system.number(Fraction(1, len(links)))
