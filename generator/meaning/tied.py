"""How the random names of one expectation are tied where the page leaves it open.

Pairs that nothing says to be independent share sources or outcomes. Larger sets, whose smaller parts may
be independent, share signs of which one is the product of the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from generator.meaning.givens import Givens, LawOf
from generator.meaning.independence import Names
from generator.meaning.polynomials import Poly, Source

if TYPE_CHECKING:
    from generator.meaning.chance import Draw

#: Laws whose entries are a mean plus a spread times sources, which names may share.
STANDARDISED = frozenset({"normal", "moments", "free"})


@dataclass(frozen=True, slots=True)
class Ties:
    """The sets of names that may depend on one another."""

    sets: tuple[Names, ...]

    def partners(self, name: str) -> list[str]:
        """The names that `name` is not said to be independent of."""
        return sorted(other for tie in self.sets if len(tie) == 2 and name in tie for other in tie - {name})

    def larger(self, name: str) -> frozenset[Names]:
        """The sets with `name` that are tied as wholes only."""
        return frozenset(tie for tie in self.sets if len(tie) > 2 and name in tie)

    def chosen(self, name: str, turn: int) -> list[Names]:
        """That one of the larger sets which shares signs at this turn, if `name` is in it."""
        larger = [tie for tie in self.sets if len(tie) > 2]
        return [tie for tie in larger[turn % len(larger) :][:1] if name in tie] if larger else []

    def of(self, name: str) -> Names:
        """All names that share a tie with `name`."""
        return frozenset(other for tie in self.sets if name in tie for other in tie)

    def alike(self, name: str, among: Iterable[str], turn: int) -> str:
        """The name that stands for all those which are made equal to `name`: each two of them are tied.

        Which of several partners a name is equal to turns with `turn`.
        """
        names, classes = sorted(among), list[list[str]]()
        turn = turn % len(names) if names else 0
        for own in names[turn:] + names[:turn]:
            near = self.partners(own)
            home = next((known for known in classes if set(known) <= set(near)), None)
            if home is None:
                classes.append([own])
            else:
                home.append(own)
        return next((min(known) for known in classes if name in known), name)


def ties_of(givens: Givens, dependent: Names, names: Iterable[str]) -> Ties:
    """What the page leaves open about names, and pairs that a model makes dependent although it does not."""
    names = list(names)
    found = givens.ties(names)
    more = [frozenset({a, b}) for a in names for b in names if a < b and {a, b} <= dependent]
    return Ties((*found, *(pair for pair in more if pair not in found)))


def kin(givens: Givens, names: list[str], others: Iterable[str]) -> list[str]:
    """Those of the others that share ties with these names, through any chain of ties."""
    sets, found = givens.ties({*names, *others}), set(names)
    size = 0
    while size < len(found):
        size = len(found)
        found |= {name for tie in sets if tie & found for name in tie}
    return sorted(found - set(names))


def sign(draw: Draw, tie: Names, law: LawOf, where: tuple[int, ...]) -> Poly:
    """What one entry has of the signs that a set of names shares: the last name has the product of them.

    Of independent entries only the first takes part; the others have signs of the same law.
    """
    *others, last = sorted(tie)
    free = law.iid and not draw.is_dependent(law)
    apart = free and any(k != 1 for k in where)
    if law.name != last or apart:
        return draw.variable(_fair(draw, (tie, law.name, where if free else ())))
    product: Any = 1
    for name in others:
        other = draw.laws[name]
        first = (1,) * len(draw.dims(name)) if other.iid and not draw.is_dependent(other) else ()
        product = draw.variable(_fair(draw, (tie, name, first))) * product
    return product  # type: ignore[no-any-return]


def _fair(draw: Draw, key: Any) -> Source:
    half = Fraction(1, 2)
    return draw.shared(key, lambda: Source(lambda k: (k + 1) % 2, ((half, 1), (half, -1)), "finite"))
