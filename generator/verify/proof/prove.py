"""The prover's public face: an equality to a proof for all sizes and values, or nothing.

It is asked only about what has passed numerically, and answers `proved` or None; every doubt,
every construct without a rule and every bound that is reached is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from generator.meaning.points import free_indices
from generator.meaning.program import Program
from generator.meaning.sizes import size_names
from generator.meaning.systems import MeaningError
from generator.meaning.tables import is_alphabet
from generator.meaning.written import rewritten
from generator.model import Evidence, Maths
from generator.notation.tree import Expr, Statement, bare
from generator.verify.proof import (
    algebra,
    branches,
    changes,
    divergences,
    elementary,
    events,
    facts,
    matrices,
    moments,
    ranges,
    tactics,
)
from generator.verify.proof.assumptions import assume
from generator.verify.proof.calculus import specialised
from generator.verify.proof.labels import FREE, Label, ends, fixed, free
from generator.verify.proof.polynomial import Polynomial, delta
from generator.verify.proof.reading import Env, Translation
from generator.verify.proof.shown_signs import put_signs
from generator.verify.proof.work import NotProved, Step, Work
from generator.verify.question import shown

#: Importing these gives their heads a reading.
REGISTERED = (algebra, branches, changes, divergences, elementary, events, matrices, moments)

ENTRIES = 64  # entries of literal matrices compared one by one


@dataclass(frozen=True, slots=True)
class Proof:
    """Both sides in normal form, what was done to them, and the words that say how.

    `labels` are the free labels of the sides (an entry each where axes are literal); `sizes`
    the names of the sizes that the claim is now known for. `optimum`: the sides are a gradient
    at a candidate and 0, not the sides of the printed relation.
    """

    sides: tuple[tuple[Polynomial, Polynomial], ...]
    labels: tuple[Label, ...]
    steps: tuple[Step, ...]
    stages: tuple[tuple[tactics.Stage, ...], ...]
    rules: tuple[str, ...]
    sizes: tuple[str, ...]
    optimum: bool = False
    at: tuple[tuple[Label, ...], ...] = ()  # the labels of each pair of sides, where they are other ones


def for_all(proof: Proof) -> Evidence:
    """What the page says: for all sizes, by name, or for all values where there are no sizes."""
    sizes = [shown(name) for name in proof.sizes if not is_alphabet(name)]
    laws = ("all laws on finite alphabets",) if len(sizes) < len(proof.sizes) else ()
    if not proof.sizes:
        return ("for all values",)
    if not sizes:
        return ("for all laws on finite alphabets",)
    return ("for all ", Maths(", ".join(sizes)), *(f" and {words}" for words in laws))


def proved(program: Program, statement: Statement, by: Callable[..., Proof] | None = None) -> Proof | None:
    """A proof of a statement `a = b` in its scope, or None. `by`: another way than both normal forms."""
    expr = bare(statement.expr)
    if expr.head != "rel" or expr.data not in (("=",), ("equiv",)) or statement.limits:
        return None
    try:
        return (by or _proved)(program, replace(statement, expr=rewritten(expr, program)))
    except (NotProved, MeaningError, RecursionError, KeyError):
        return None  # no rule: the claim keeps the status it has


def _proved(program: Program, statement: Statement) -> Proof:
    t, env, labels = prepared(program, statement)
    sides, stages = [], []
    for names in literal_axes(labels):
        at = tuple(names.get(label, label) for label in labels)
        inner = replace(env, index={k: names.get(v, v) for k, v in env.index.items()})
        left, right = (
            t.entry(arg, t.fitted(arg, at[: _axes(statement)]), inner) for arg in statement.expr.args
        )
        left, right = (branches.without_zeros(specialised(side)) for side in (left, right))
        sides.append((left, right))
        stages.append(_where_apart(left - right, statement.when, inner))
    return closing(t, sides, stages, labels, (*statement.expr.args, *statement.when))


def _where_apart(gap: Polynomial, conditions: tuple[Expr, ...], env: Env) -> tuple[tactics.Stage, ...]:
    r"""The stages that show a gap to be 0 where two indices differ, if a condition j \ne k says so."""
    try:
        return shown_zero(gap)
    except NotProved:
        for condition in facts.plain_conditions(conditions):
            names = [str(bare(arg).data) for arg in condition.args]
            if condition.head != "rel" or condition.data != ("!=",) or not set(names) <= set(env.index):
                continue
            a, b = (env.index[name] for name in names)
            if a[2] != b[2]:
                continue
            apart = 1 - delta(a, b, gap.work)
            stage = tactics.Stage(apart, gap * apart)
            return (stage, *shown_zero(stage.after))
        raise


def shown_zero(gap: Polynomial) -> tuple[tactics.Stage, ...]:
    """The multiplications that show a gap to be 0. Raises NotProved."""
    found = tactics.vanishes(gap)
    if found is None:
        raise NotProved("the two normal forms differ")
    return found


def closing(
    t: Translation,
    sides: list[tuple[Polynomial, Polynomial]],
    stages: list[tuple[tactics.Stage, ...]],
    labels: tuple[Label, ...],
    exprs: tuple[Expr, ...],
    optimum: bool = False,
) -> Proof:
    """The proof with all that its account holds; `exprs` say which sizes it is about."""
    work = t.work
    sizes = tuple(size_names(t.program, exprs))
    rules = tuple(sorted(work.rules))
    return Proof(tuple(sides), labels, tuple(work.steps.values()), tuple(stages), rules, sizes, optimum)


def _axes(statement: Statement) -> int:
    return len([d for d in _shape(statement) if d])


def _shape(statement: Statement) -> tuple[object, ...]:
    return max((arg.shape or () for arg in statement.expr.args), key=len)


def prepared(
    program: Program, statement: Statement, exprs: tuple[Expr, ...] = ()
) -> tuple[Translation, Env, tuple[Label, ...]]:
    """A translation with the claim's assumptions, its environment, and the labels of its axes and indices.

    `exprs`: what is read, where that is not the sides of the statement.
    """
    exprs = exprs or statement.expr.args
    work = Work(smallest=_smallest(program))
    conditions = tuple(
        c for c in facts.plain_conditions(statement.when) if not facts.speaks_of_index(c, program)
    )
    t = Translation(program, work, conditions)
    bodies = [program.body_of(d) for n in program.rests_on(exprs) for d in program.definitions.get(n, ())]
    t.chance = any(program.is_chancy(tree) for tree in (*exprs, *bodies, *statement.when))
    indices = free_indices((*exprs, *statement.when), program)
    index = {name: free(name, t.index_range(name)) for name in indices}
    if any(ranges.counts_on(tree) for tree in (*exprs, *bodies)):
        spans = {name: ranges.narrowed(where[2], name, t, statement.when) for name, where in index.items()}
        index = {name: free(name, span) for name, span in spans.items()}
    env = assume(t, exprs, Env())
    put_signs(t, exprs, env)
    env = env.at(index)
    branches.assume_apart(t, statement.when, env)
    axes = t.axes(_shape(statement))  # type: ignore[arg-type]
    return t, env, (*axes, *index.values())


def literal_axes(labels: tuple[Label, ...]) -> Iterator[dict[Label, Label]]:
    """Every choice of entries along axes whose length is a number; other axes stay general."""
    literal = [label for label in labels if label[0] == FREE and _numbers(label) is not None]
    choices = [[fixed(v) for v in _numbers(label) or ()] for label in literal]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > ENTRIES:
        raise NotProved("too many entries")
    for chosen in product(*choices):
        yield dict(zip(literal, chosen, strict=True))


def _numbers(label: Label) -> range | None:
    """The values of a range between two numbers, else None."""
    lower, upper = ends(label[2])
    if any(names for names, _ in (*lower, *upper)):
        return None
    return range(lower[0][1] if lower else 0, (upper[0][1] if upper else 0) + 1)


def _smallest(program: Program) -> dict[str, int]:
    """The least value of each size, by its declaration."""
    out: dict[str, int] = {}
    for symbol in program.symbols.values():
        if symbol.kind != "size":
            continue
        for condition in symbol.conditions:
            core = bare(condition)
            if core.head != "rel" or len(core.args) != 2 or bare(core.args[0]).data != symbol.name:
                continue
            bound = bare(core.args[1])
            if core.data[0] in (">=", ">") and bound.head == "num" and bound.data.isdigit():
                least = int(bound.data) + (core.data[0] == ">")
                out[symbol.name] = max(least, out.get(symbol.name, 1))
    return out
