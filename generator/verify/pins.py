"""Which statements may notice a change in a scope: the scope's own, and the by-hand lines."""

from __future__ import annotations

from generator.notation.tree import Expr, ReadTopic, Scope, Statement
from generator.verify.pinning import unpinned


def pins(
    read: ReadTopic,
    scope: Scope,
    name: str,
    solutions: dict[str, Expr],
    statements: list[Statement],
    ids: set[str],
) -> list[tuple[str, str]]:
    """(entry id, unnoticed change); by-hand lines are tried in their own scope first."""
    loose = list(unpinned(scope, solutions, [s for s in statements if s.scope == name], ids))
    hand = read.scopes.get("by hand")
    if not loose or name != "topic" or hand is None:
        return loose
    own = [s for s in statements if s.scope == "by hand" or s.kind == "define"]
    still = set(unpinned(hand, solutions, own, {identity.split("#")[0] for identity, _ in loose}))
    return [item for item in loose if item in still]
