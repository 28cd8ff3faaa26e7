r"""Where a formula branches: the equations at which a maximum, a bar, an indicator or a case turns over.

No generic point meets them. There a derivative has no value, and cases may fit or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise

from generator.meaning.points import free_indices
from generator.meaning.program import Program, free_names, substituted
from generator.meaning.sampling import Point, Sampler
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, bare

JOINTS = 4  # places where a formula branches
TRIES = 8  # candidates for a point at one of them
ZERO = Expr("num", (), "0", shape=())
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
        equations = _at_ends(core.args[0], core.args[1], sampler.program, sizes)
        yield from _meeting(sampler, next(equations), sizes)


def _meeting(sampler: Sampler, equation: Expr, sizes: dict[str, int]) -> Iterator[Point]:
    wanted = replace(sampler.wanted, conditions=(*sampler.wanted.conditions, equation))
    inner = Sampler(sampler.program, wanted, sampler.seed)
    inner.tries = TRIES
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
