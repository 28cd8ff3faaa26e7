r"""What a condition says of a whole matrix: `A \succ 0`, `\operatorname{rank}(A) = r`.

A draw meets such a condition by construction; trying would not find it.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from flint import fmpq

from generator.meaning.names import compile_int
from generator.meaning.program import Frame, Program
from generator.meaning.systems import MeaningError, RationalSystem
from generator.notation.tree import Expr, bare, dim_value

RATIONAL = RationalSystem()
DEFINITE = {"succ": "positive definite", "succeq": "positive semidefinite"}
_TURNED = {"succ": "prec", "succeq": "preceq", "=": "=", "<=": ">="}


def _sides(condition: Expr, ops: Iterable[str]) -> tuple[str, Expr, Expr] | None:
    """(relation, left, right) of a relation of one of these kinds, turned if need be."""
    core = bare(condition)
    if core.head != "rel" or len(core.data) != 1:
        return None
    left, right = (bare(arg) for arg in core.args)
    for op in ops:
        if core.data == (op,):
            return op, left, right
        if core.data == (_TURNED[op],):
            return op, right, left
    return None


def definite(condition: Expr) -> tuple[str, str] | None:
    r"""(name, word) of `A \succ 0` or `0 \preceq A`; None for another condition."""
    found = _sides(condition, DEFINITE)
    if found is None or found[1].head != "name" or found[2].head not in ("zeros", "num"):
        return None
    return str(found[1].data), DEFINITE[found[0]]


def rank_of(condition: Expr) -> tuple[str, str, Expr] | None:
    r"""(name, = or <=, bound) of `\operatorname{rank}(A) = r`; None for another condition."""
    for op in ("=", "<="):
        core = bare(condition)
        pairs = [_sides(condition, (op,))]
        if op == "=" and core.head == "rel" and core.data == ("=",):
            pairs.append((op, bare(core.args[1]), bare(core.args[0])))
        for found in pairs:
            if found is None or (found[1].head, found[1].data) != ("func", "rank"):
                continue
            name = bare(found[1].args[0])
            if name.head == "name":
                return str(name.data), op, found[2]
    return None


def conditions_of(program: Program) -> list[Expr]:
    """All that the page declares of its names."""
    return [*program.scope.restrictions, *(c for s in program.symbols.values() for c in s.conditions)]


def rank_fits(program: Program, sizes: dict[str, int]) -> bool:
    """Whether every declared rank that sizes alone give fits into its matrix."""
    frame = Frame(RATIONAL, program, sizes, {})
    for condition in conditions_of(program):
        stated = rank_of(condition)
        if stated is None or stated[1] != "=":
            continue
        try:
            dims = [dim_value(dim, sizes) for dim in program.symbols[stated[0]].shape]
            if compile_int(stated[2], program)(frame) > min(dims):
                return False
        except (MeaningError, KeyError):
            continue
    return True


def drawn_rank(conditions: Iterable[Expr], name: str, f: Frame, rng: Random) -> int | None:
    """The rank that a draw of a matrix has: as stated, or up to what is stated; None where nothing is."""
    for condition in conditions:
        stated = rank_of(condition)
        if stated is None or stated[0] != name:
            continue
        try:
            bound = compile_int(stated[2], f.program)(f)
        except (MeaningError, KeyError):
            continue
        return bound if stated[1] == "=" or bound < 1 else rng.randrange(1, bound + 1)
    return None


def of_rank(rank: int, dims: list[int], draw: Any) -> list[list[Any]]:
    """A matrix that is a product through `rank` columns (at most its smaller side)."""
    rows, columns = dims
    inner = min(rank, *dims)
    left, right = ([[draw() for _ in range(inner)] for _ in range(side)] for side in (rows, columns))
    return [[sum((a * b for a, b in zip(x, y, strict=True)), fmpq(0)) for y in right] for x in left]
