"""How a mutant can end: the six results of an audit."""

from __future__ import annotations

from dataclasses import dataclass

OUTCOMES = ("refused", "refuted", "undecided", "equal", "also true", "survived")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a mutant ended, and the code, claim or reason that ended it.

    `relation` is that of another statement that is true too, as the tree names it ("=", "<=", "in").
    """

    result: str
    reason: str = ""
    relation: str = ""
