"""Declared structure as relations that the second checker evaluates: what a competitor must keep."""

from __future__ import annotations

from collections.abc import Callable

#: A name and its dimensions, as S-expressions.
Relations = Callable[..., list[str]]


def _simplex(x: str, n: str) -> list[str]:
    each = f"((#1 1 {n}))"
    return [f"(all {each} (>= (entry {x} #1) 0))", f"(= (sum {each} (entry {x} #1)) 1)"]


def _stochastic(x: str, m: str, n: str) -> list[str]:
    rows, columns = f"((#1 1 {m}))", f"((#2 1 {n}))"
    return [
        f"(all ((#1 1 {m}) (#2 1 {n})) (>= (entry {x} #1 #2) 0))",
        f"(all {rows} (= (sum {columns} (entry {x} #1 #2)) 1))",
    ]


def _unit(x: str, n: str) -> list[str]:
    return [f"(= (sum ((#1 1 {n})) (^ (entry {x} #1) 2)) 1)"]


def _symmetric(x: str, m: str, n: str) -> list[str]:
    return [f"(all ((#1 1 {m}) (#2 1 {n})) (= (entry {x} #1 #2) (entry {x} #2 #1)))"]


def _definite(x: str, m: str, n: str) -> list[str]:
    """Competitors differ in one entry of the diagonal, and then the determinant tells."""
    return [*_symmetric(x, m, n), f"(> (det {x}) 0)"]


#: Declared word -> relations of a name that has that structure.
STRUCTURE: dict[str, Relations] = {
    "simplex": _simplex,
    "stochastic": _stochastic,
    "unit": _unit,
    "symmetric": _symmetric,
    "positive definite": _definite,
}
#: Words that say nothing about the values of a name, or that no competitor near by leaves.
SILENT = frozenset({"random", "invertible", "full rank"})
