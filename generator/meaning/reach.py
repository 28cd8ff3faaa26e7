"""What is reached from a name, step by step."""

from __future__ import annotations

from collections.abc import Mapping


def reached(name: str, ways: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The name and all that its ways lead to; a name without ways leads nowhere else."""
    found, waiting = {name}, [name]
    while waiting:
        new = ways.get(waiting.pop(), frozenset()) - found
        found |= new
        waiting += new
    return frozenset(found)
