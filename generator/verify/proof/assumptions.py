"""What a claim may assume: declared bounds, restrictions and conditions, as facts about polynomials.

Inequalities become known signs, equations become replacements, each only where that is sound:
nothing that is random is used (a condition on it would change its law), nothing that names an
index, and an equation only as a base name's value or as a sum over all entries of one.
"""

from __future__ import annotations

from fractions import Fraction

from generator.meaning.program import free_names
from generator.notation.tree import Expr, bare
from generator.verify.proof import facts, sign
from generator.verify.proof.atoms import Factor, place
from generator.verify.proof.functions import power_atom, taken_apart
from generator.verify.proof.labels import BOUND
from generator.verify.proof.polynomial import Polynomial, factor
from generator.verify.proof.reading import Env, Translation, Value
from generator.verify.proof.work import NotProved

UP = {">": True, ">=": False}
DOWN = {"<": True, "<=": False}


def assume(t: Translation, exprs: tuple[Expr, ...], env: Env) -> Env:
    """Put every usable fact on the account of the proof; the environment with replaced names."""
    names = sorted(t.program.rests_on(exprs))
    usable = [c for c in t.conditions if not _random(c, t)]
    for name in names:
        _declared(t, name, env)
    for condition in usable:
        env = _replaced(t, condition, env)
    restrictions = [r for r in t.program.scope.restrictions if not _random(r, t)]
    for relation in (*usable, *restrictions):
        if not facts.speaks_of_index(relation, t.program):
            _compared(t, relation, env)
    return env


def _random(expr: Expr, t: Translation) -> bool:
    return any(facts.is_random(n, t.program) for n in free_names(expr))


def _declared(t: Translation, name: str, env: Env) -> None:
    """The declared bounds of a name that is not random."""
    symbol = t.program.symbols.get(name)
    if symbol is None or symbol.kind not in ("scalar", "vector", "matrix", "integer"):
        return
    if facts.is_random(name, t.program):
        return
    if t.program.definitions.get(name):
        for condition in symbol.conditions:
            if not facts.speaks_of_index(condition, t.program) and not symbol.shape and not symbol.family:
                _compared(t, condition, env)
        return
    if symbol.words - {"random", "simplex", "invertible"} or name in t.program.bound_values:
        return
    a = t.atom_of(name)
    entry = factor(a, tuple(place(k, r) for k, r in enumerate(a.ranges)), t.work)
    found = facts.domain(symbol, t.program, t.conditions)
    if found.finite:
        return
    if found.low is not None and found.low != 0:
        known(entry - _fraction(found.low), not found.closed_low)
    if found.high is not None:
        known(_fraction(found.high) - entry, not found.closed_high)


def _fraction(value: object) -> Fraction:
    return Fraction(int(value.p), int(value.q))  # type: ignore[attr-defined]


def _compared(t: Translation, relation: Expr, env: Env) -> None:
    """a < b as the sign of b - a; an equation that sums a name as the value of the sum."""
    relation = bare(relation)
    if relation.head != "rel" or any(arg.shape != () for arg in relation.args):
        return
    for op, left, right in zip(relation.data, relation.args, relation.args[1:], strict=False):
        try:
            if op in UP:
                known(t.scalar(left, env) - t.scalar(right, env), UP[op])
            elif op in DOWN:
                known(t.scalar(right, env) - t.scalar(left, env), DOWN[op])
            elif op == "=":
                _sum_known(t.scalar(left, env) - t.scalar(right, env))
        except NotProved:
            continue  # a fact that is not used


def known(p: Polynomial, strict: bool) -> None:
    """p > 0 (or >= 0), for every value of its places: kept under the part of p that has no known sign."""
    if not p.terms or len(p.terms) == 1:
        return
    whole = taken_apart(p)
    if (
        not whole.content
        or sign.of_factors(whole.factors) != sign.POSITIVE
        or whole.rest.constant() is not None
    ):
        return
    made, _ = power_atom(whole.rest)
    least = sign.POSITIVE if strict else sign.NONNEGATIVE
    p.work.known[made] = max(least, p.work.known.get(made, sign.UNKNOWN))


def _sum_known(gap: Polynomial) -> None:
    """gap = 0 with a gap c * sum_b y_b + rest: the sum over all entries of y is -rest / c."""
    found = [
        (m, c)
        for m, c in gap.terms.items()
        if not m[0] and len(m[1]) == 1 and len(m[1][0]) == 1 and _plain_sum(m[1][0][0])
    ]
    if len(found) != 1:
        return
    monomial, c = found[0]
    a = monomial[1][0][0][0]
    rest = Polynomial({m: v for m, v in gap.terms.items() if m != monomial}, gap.work)
    if any(inner == a for inner in rest.atoms()):
        return
    gap.work.sums[a] = rest.scaled(-1 / c)


def _plain_sum(f: Factor) -> bool:
    """Whether a factor alone in its component is a base name summed over all its entries."""
    a, labels, e = f
    return (
        a.kind == "symbol"
        and e == 1
        and len(labels) == 1
        and labels[0][0] == BOUND
        and labels[0][2] == a.ranges[0]
    )


def _replaced(t: Translation, condition: Expr, env: Env) -> Env:
    """A base scalar that the condition equates with something made without it."""
    core = bare(condition)
    if core.head != "rel" or core.data != ("=",):
        return env
    for one, other in (core.args, core.args[::-1]):
        name = bare(one)
        symbol = t.program.symbols.get(str(name.data)) if name.head == "name" else None
        if symbol is None or symbol.kind != "scalar" or symbol.shape or symbol.family:
            continue
        if t.program.definitions.get(symbol.name) or symbol.name in t.program.rests_on([other]):
            continue
        try:
            return env.put(symbol.name, Value((), t.scalar(other, env)), t.work)
        except NotProved:
            continue
    return env
