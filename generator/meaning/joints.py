r"""Where a formula branches: the equations at which a maximum, a bar, an indicator or a case turns over.

No generic point meets them. There a derivative has no value, and cases may fit or not.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice, pairwise, product
from typing import Any

from flint import fmpq

from generator.meaning import arrays
from generator.meaning.points import free_indices, truth
from generator.meaning.program import Frame, Program, free_names, substituted
from generator.meaning.sampling import RATIONAL, Point, Sampler
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, bare

JOINTS = 4  # places where a formula branches
TRIES = 8  # candidates for a point at one of them
ZERO = Expr("num", (), "0", shape=())
WITH_ZERO = frozenset({"random", "diagonal", "symmetric", "positive semidefinite"})  # what has 0 in it
_ORDER = frozenset({"<", "<=", ">", ">=", "=", "!="})


def points(sampler: Sampler, sizes: dict[str, int]) -> Iterator[Point]:
    """Admissible points at which the sampler's expressions branch, where one is found."""
    for joint in _joints(sampler.wanted.exprs, sampler.program, sizes):
        yield from _meeting(sampler, joint, sizes)


def at_border(sampler: Sampler, condition: Expr, sizes: dict[str, int]) -> Iterator[Point]:
    r"""Points at which a condition a \ne b, a < b or a > b just fails, at the first values of its indices."""
    core = bare(condition)
    if core.head in ("list", "and", "all"):
        for arg in core.args:
            yield from at_border(sampler, arg, sizes)
    elif core.head == "rel" and core.data in (("!=",), ("<",), (">",)):
        equation = next(_at_ends(core.args[0], core.args[1], sampler.program, sizes))
        yield from _meeting(sampler, equation, sizes)
        if core.data == ("!=",) and core.args[0].shape:
            yield from islice(_cleared(sampler, equation, sizes, frozenset()), 1)


def zeros(
    sampler: Sampler, expr: Expr, sizes: dict[str, int], fixed: frozenset[str] = frozenset()
) -> Iterator[Point]:
    """Admissible points at which an expression is 0, at the first and last values of its indices.

    One entry of one name is moved for it, or a whole name, or all names are 0; none of those in `fixed`.
    """
    zero = replace(ZERO, head="zeros", data="", shape=expr.shape) if expr.shape else ZERO
    for equation in _at_ends(expr, zero, sampler.program, sizes):
        yield from islice(_cleared(sampler, equation, sizes, fixed), 1)
        yield from _meeting(sampler, equation, sizes, fixed)


def _cleared(
    sampler: Sampler, equation: Expr, sizes: dict[str, int], fixed: frozenset[str]
) -> Iterator[Point]:
    """Points at which an equation holds as all its names are 0, or as one takes up the gap of two arrays."""
    program = sampler.program
    try:
        point = sampler.point(sizes, 0)
        f = Frame(RATIONAL, program, sizes, point.values)
        left, right = (program.compiled(arg)(f) for arg in equation.args)
        gap = arrays.zipped(operator.sub, left, right)
    except (MeaningError, TypeError, ZeroDivisionError):
        return
    free = program.rests_on([equation]) - fixed
    names = [n for n in sampler.names if n in free and not program.symbols[n].words - WITH_ZERO]
    nothing = {name: arrays.each(lambda _: fmpq(0), point.values[name]) for name in names}
    for changed in (nothing, *_absorbed(point, names, gap)):
        moved = replace(point, values={**point.values, **changed})
        try:
            inside = all(sampler.in_domain(name, moved) for name in changed)
            if inside and truth(equation, program, moved) and sampler.admissible(moved):
                yield moved
        except (MeaningError, TypeError, ZeroDivisionError):
            continue


def _absorbed(point: Point, names: list[str], gap: Any) -> Iterator[dict[str, Any]]:
    """Each array of the gap's shape less the gap, then with it."""
    for name, change in product(names, (operator.sub, operator.add)):
        with suppress(MeaningError, TypeError, ZeroDivisionError):
            yield {name: arrays.zipped(change, point.values[name], gap)}


def _meeting(
    sampler: Sampler, equation: Expr, sizes: dict[str, int], fixed: frozenset[str] = frozenset()
) -> Iterator[Point]:
    wanted = replace(sampler.wanted, conditions=(*sampler.wanted.conditions, equation))
    inner = Sampler(sampler.program, wanted, sampler.seed)
    inner.tries, inner.unmoved = TRIES, fixed
    try:
        yield inner.point(sizes, 0)
    except MeaningError:
        return


def _joints(exprs: tuple[Expr, ...], program: Program, sizes: dict[str, int]) -> Iterator[Expr]:
    """Equations `a = b` at which expressions, or definitions that they rest on, branch."""
    names = sorted(program.rests_on(exprs))
    bodies = (program.body_of(d) for name in names for d in program.definitions.get(name, ()))
    gaps = dict.fromkeys(gap for tree in (*exprs, *bodies) for node in tree.walk() for gap in _branches(node))
    for a, b in islice((gap for gap in gaps if _known(gap, program)), JOINTS):
        yield from _at_ends(a, b, program, sizes)


def _at_ends(a: Expr, b: Expr, program: Program, sizes: dict[str, int]) -> Iterator[Expr]:
    """The equation a = b at the first, then at the last values of its indices."""
    runs = {n: program.range_of(n, sizes) for n in free_indices((a, b), program)}
    for place in (0, -1) if runs else (0,):
        numbers = {name: Expr("num", (), str(run[place]), shape=()) for name, run in runs.items()}
        yield Expr("rel", (substituted(a, numbers), substituted(b, numbers)), ("=",))


def _known(gap: tuple[Expr, Expr], program: Program) -> bool:
    """Whether only declared names stand in it: a name that a sum binds without a declaration has no value."""
    return all(name in program.symbols for side in gap for name in free_names(side))


def _branches(node: Expr) -> Iterator[tuple[Expr, Expr]]:
    if node.head == "func" and node.data in ("max", "min") and not any(arg.shape for arg in node.args):
        yield from pairwise(node.args)
    elif node.head == "func" and node.data == "clip":
        yield from ((node.args[0], end) for end in node.args[1:])
    elif node.head == "abs" or (node.head == "func" and node.data in ("relu", "sign")):
        yield node.args[0], ZERO
    elif node.head in ("indicator", "cases"):
        conditions = node.args if node.head == "indicator" else node.args[1::2]
        for part in (inner for condition in conditions for inner in _relations(condition)):
            if set(part.data) <= _ORDER and not any(arg.shape for arg in part.args):
                yield from pairwise(part.args)


def _relations(condition: Expr) -> Iterator[Expr]:
    core = bare(condition)
    if core.head in ("list", "and"):
        for arg in core.args:
            yield from _relations(arg)
    elif core.head == "rel":
        yield core
