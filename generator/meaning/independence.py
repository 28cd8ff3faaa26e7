r"""What follows from statements of independence, and what may be tied although they hold.

A statement says that two sets of names are independent of one another, as wholes. What follows from
several is decided by their restrictions to the names asked about (Geiger, Paz and Pearl 1991, Axioms and
algorithms for inferences involving probabilistic independence). The converse is of use too: where no
statement splits a set of names, signs of which the last is the product of the others are independent
in every smaller set, and tied in this one, so that they break no statement: `X \perp Y`, `X \perp Z` and
`Y \perp Z` leave open whether Z is the product of X and Y.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import combinations

Names = frozenset[str]
Statements = tuple[tuple[Names, Names], ...]

NOT_INDEPENDENT = (
    r"the names of this event are not said to be independent; a given X \perp Y says so of two, "
    r"and (X, Y) \perp Z beside it of three"
)
LARGEST = 4  # names that are tied together without any two of them being tied


def mutual(names: Iterable[str]) -> Statements:
    """Each name is independent of all others together."""
    every = frozenset(names)
    return tuple((frozenset({name}), every - {name}) for name in sorted(every)) if len(every) > 1 else ()


def between(ones: Iterable[str], others: Iterable[str]) -> Statements:
    """Two sets of names without a common one; what is said of a name and itself says nothing."""
    left, right = frozenset(ones), frozenset(others)
    return () if left & right or not left or not right else ((left, right),)


def split(statements: Statements, names: Names) -> tuple[Names, Names] | None:
    """The two parts into which a statement splits a set of names; None where none does."""
    for one, other in statements:
        if names <= one | other and names & one and names & other:
            return names & one, names & other
    return None


def apart(statements: Statements, ones: Names, others: Names) -> bool:
    """Whether the statements say that two sets of names are independent of one another, as wholes."""
    if not ones or not others:
        return True
    if ones & others:
        return False
    parts = split(statements, ones | others)
    return parts is not None and all(apart(statements, ones & part, others & part) for part in parts)


@cache
def ties(statements: Statements, names: tuple[str, ...]) -> tuple[Names, ...]:
    """The sets of names that nothing says to be independent, though some of their members are.

    Pairs first; larger sets (to LARGEST) only where two of their names are independent: where none are,
    the pairs tie them.
    """
    pairs = [frozenset(pair) for pair in combinations(names, 2)]
    loose = [pair for pair in pairs if split(statements, pair) is None]
    if len(loose) == len(pairs):
        return tuple(loose)
    larger = (frozenset(part) for size in range(3, LARGEST + 1) for part in combinations(names, size))
    found = (part for part in larger if split(statements, part) is None)
    return (*loose, *(p for p in found if any(split(statements, frozenset(q)) for q in combinations(p, 2))))
