"""What a claim may assume: declared bounds, restrictions and conditions, as facts about polynomials.

Inequalities become known signs, equations become replacements, each only where that is sound:
nothing that is random is used under an expectation (a condition on it would change its law),
nothing that names an index, and an equation only as a base name's value or as a sum over all entries of one.
"""

from __future__ import annotations

from fractions import Fraction

from generator.meaning.program import free_names
from generator.notation.tree import Expr, bare
from generator.verify.proof import facts, sign
from generator.verify.proof.atoms import Factor, place
from generator.verify.proof.functions import power_atom, taken_apart
from generator.verify.proof.labels import BOUND, FREE
from generator.verify.proof.polynomial import Polynomial, factor, from_terms
from generator.verify.proof.reading import Env, Translation, Value
from generator.verify.proof.terms import Term
from generator.verify.proof.work import NotProved

UP = {">": True, ">=": False}
DOWN = {"<": True, "<=": False}


def assume(t: Translation, exprs: tuple[Expr, ...], env: Env) -> Env:
    """Put every usable fact on the account of the proof; the environment with replaced names."""
    names = sorted(t.program.rests_on(exprs))
    usable = [c for c in t.conditions if not (t.chance and _random(c, t))]
    for name in names:
        _declared(t, name, env)
    for condition in usable:
        env = _replaced(t, condition, env)
    restrictions = [r for r in t.program.scope.restrictions if not (t.chance and _random(r, t))]
    for relation in (*usable, *restrictions):
        if not facts.speaks_of_index(relation, t.program):
            env = _compared(t, relation, env)
    return env


def _random(expr: Expr, t: Translation) -> bool:
    return any(facts.is_random(n, t.program) for n in free_names(expr))


def _declared(t: Translation, name: str, env: Env) -> None:
    """The declared bounds of a name that is not random."""
    symbol = t.program.symbols.get(name)
    if symbol is None or symbol.kind not in ("scalar", "vector", "matrix", "integer"):
        return
    if t.chance and facts.is_random(name, t.program):
        return
    if t.program.definitions.get(name):
        for condition in symbol.conditions:
            if not facts.speaks_of_index(condition, t.program) and not symbol.shape and not symbol.family:
                _compared(t, condition, env)  # signs only
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


def _compared(t: Translation, relation: Expr, env: Env) -> Env:
    """a < b as the sign of b - a; an equation that sums a name as the value of the sum."""
    relation = bare(relation)
    if relation.head != "rel" or any(arg.shape != () for arg in relation.args):
        return env
    for op, left, right in zip(relation.data, relation.args, relation.args[1:], strict=False):
        try:
            if op in UP:
                known(t.scalar(left, env) - t.scalar(right, env), UP[op])
            elif op in DOWN:
                known(t.scalar(right, env) - t.scalar(left, env), DOWN[op])
            elif op == "=":
                env = _sum_known(t, t.scalar(left, env) - t.scalar(right, env), env)
        except NotProved:
            continue  # a fact that is not used
    return env


def known(p: Polynomial, strict: bool) -> None:
    """p > 0 (or >= 0), for every value of its places: kept under the part of p that has no known sign."""
    if not p.terms:
        return
    whole = taken_apart(p)
    if not whole.content:
        return
    factors = list(whole.factors)
    if whole.rest.constant() is None:
        factors.append((*power_atom(whole.rest), 1))
    elif whole.rest.constant() != 1:
        return
    open_ones = [f for f in factors if sign.of_factor(f) != sign.POSITIVE]
    if len(open_ones) != 1 or open_ones[0][0].kind != "pow":
        return
    a, _, e = open_ones[0]
    if isinstance(e, int) and e % 2 == 0:
        return  # an even power says nothing of the sign
    least = sign.POSITIVE if strict else sign.NONNEGATIVE
    p.work.known[a] = max(least, p.work.known.get(a, sign.UNKNOWN))


def _sum_known(t: Translation, gap: Polynomial, env: Env) -> Env:
    """gap = 0 with a gap c * sum_b y_b + rest: the sum over all entries of y is -rest / c.

    Entries that are not negative and sum to 0 are all 0; bits that sum to their number are all 1.
    """
    found = [
        (m, c)
        for m, c in gap.terms.items()
        if len(m[1]) == 1 and len(m[1][0]) == 1 and _plain_sum(m[1][0][0])
    ]
    if len(found) != 1 or sign.of_factors(found[0][0][0]) != sign.POSITIVE:
        return env
    (free, parts), c = found[0]
    a = parts[0][0][0]
    rest = Polynomial({m: v for m, v in gap.terms.items() if m != (free, parts)}, gap.work)
    if any(inner == a for inner in rest.atoms()):
        return env
    scale = from_terms([Term(-1 / c, tuple((b, n, -e) for b, n, e in free))], gap.work)
    total = rest * scale
    gap.work.sums[a] = total
    own = (t.fresh(a.ranges[0]),)
    if a.nonnegative and total.is_zero():
        return env.put(a.name, Value(own, t.number(0)), t.work)
    if "bit" in a.words and total.same(t.number(1).total((FREE, "count", a.ranges[0]))):
        return env.put(a.name, Value(own, t.number(1)), t.work)
    return env


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
