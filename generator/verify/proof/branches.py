r"""Readers of what branches: maxima, indicators and cases, by two functions of a number.

step(u) is 1 where u > 0, else 0; zero(u) is 1 where u = 0, else 0. Of u and -u one leads with a
plus, and step(-u) = 1 - step(u) - zero(u). max(a, b) = b + (a - b) step(a - b). Both are bits, so
their powers are themselves; their slope is 0, and unknown at the joint. zero(u) is 0 where a condition
says u \ne 0.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from generator.meaning.program import free_names
from generator.notation.tree import Expr, bare
from generator.verify.proof import facts, sign
from generator.verify.proof.atoms import Atom, Factor, atom
from generator.verify.proof.calculus import NAMED, SLOPES
from generator.verify.proof.composite import composite_atom
from generator.verify.proof.elementary import SCALAR, SHAPED
from generator.verify.proof.functions import known_sign, taken_apart
from generator.verify.proof.leading import weight
from generator.verify.proof.polynomial import Polynomial, factor, from_terms, number
from generator.verify.proof.reading import READERS, Env, Labels, Translation
from generator.verify.proof.terms import Term
from generator.verify.proof.work import NotProved, Work

BIT = frozenset({"bit", "nonnegative"})


def _turned(u: Polynomial) -> tuple[Polynomial, bool]:
    """u without its positive factors, leading with a plus, and whether that changed its sign."""
    whole = taken_apart(u)
    open_ones = [f for f in whole.factors if sign.of_factor(f) != sign.POSITIVE]
    v = from_terms([Term(Fraction(1), tuple(open_ones))], u.work) * whole.rest
    if v.is_zero():
        return v, False
    minus = v.terms[max(v.terms, key=weight)] < 0
    return (-v if minus else v), minus != (whole.content < 0)


def _bit(name: str, v: Polynomial) -> Polynomial:
    made, order = composite_atom("function", (v,), name, (), BIT)
    if name == "zero" and _is_apart(made, order, v.work):
        return number(0, v.work)
    return factor(made, order, v.work)


def _is_apart(made: Atom, labels: Labels, work: Work) -> bool:
    """Whether a condition says that this zero(u) is 0: at these labels, or at all values of some."""
    patterns = (pattern for known, pattern in work.apart if known == made)
    return any(all(p in (None, label) for p, label in zip(ps, labels, strict=True)) for ps in patterns)


def without_zeros(p: Polynomial) -> Polynomial:
    """p without the terms that hold a zero(u) which a condition says to be 0."""

    def vanishes(factors: tuple[Factor, ...]) -> bool:
        return any(a.name == "zero" and _is_apart(a, labels, p.work) for a, labels, _ in factors)

    if not p.work.apart:
        return p
    kept = {m: c for m, c in p.terms.items() if not any(map(vanishes, (m[0], *m[1])))}
    return Polynomial(kept, p.work)


def _bits(u: Polynomial) -> tuple[Polynomial, Polynomial] | None:
    """u as a product of bits and a rest, where there are bits among its factors."""
    whole = taken_apart(u)
    found = [(a, labels, 1) for a, labels, e in whole.factors if "bit" in a.words and e == 1]
    if not found or not u.terms:
        return None
    others = [f for f in whole.factors if (f[0], f[1], 1) not in found]
    rest = from_terms([Term(whole.content, tuple(others))], u.work) * whole.rest
    return from_terms([Term(Fraction(1), tuple(found))], u.work), rest


def step(u: Polynomial) -> Polynomial:
    """1 where u > 0, else 0; positive factors of u do not matter to it, and a bit stays outside."""
    if known_sign(u) == sign.POSITIVE:
        return number(1, u.work)
    apart = _bits(u)
    if apart is not None:
        return apart[0] * step(apart[1])
    v, minus = _turned(u)
    if v.is_zero() or known_sign(-u) != sign.UNKNOWN:
        return number(0, u.work)
    return 1 - _bit("step", v) - _bit("zero", v) if minus else _bit("step", v)


def zero(u: Polynomial) -> Polynomial:
    """1 where u = 0, else 0."""
    if sign.POSITIVE in (known_sign(u), known_sign(-u)):
        return number(0, u.work)
    apart = _bits(u)
    if apart is not None:
        return 1 - apart[0] + apart[0] * zero(apart[1])
    v, _ = _turned(u)
    return number(1, u.work) if v.is_zero() else _bit("zero", v)


def positive_part(u: Polynomial) -> Polynomial:
    """max(u, 0); of -v it is max(v, 0) - v, also at 0."""
    return u * _above(u)


def _above(u: Polynomial) -> Polynomial:
    """1 where u > 0, 0 where u < 0; at 0 one of the two."""
    _, minus = _turned(u)
    return 1 - step(-u) if minus else step(u)


def _larger(a: Polynomial, b: Polynomial) -> Polynomial:
    return b + positive_part(a - b)


def _smaller(a: Polynomial, b: Polynomial) -> Polynomial:
    return a - positive_part(a - b)


def _extremum(join: Callable[[Polynomial, Polynomial], Polynomial]) -> Callable[..., Polynomial]:
    def read(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
        if any(arg.shape for arg in expr.args):
            raise NotProved("an extremum of an array")
        first, *rest = [t.scalar(arg, env) for arg in expr.args]
        for other in rest:
            first = join(first, other)
        return first

    return read


#: Relation -> whether it holds, of the left side less the right.
TRUTH: dict[str, Callable[[Polynomial], Polynomial]] = {
    ">": step,
    "<": lambda u: step(-u),
    ">=": lambda u: step(u) + zero(u),
    "<=": lambda u: step(-u) + zero(u),
    "=": zero,
    "!=": lambda u: 1 - zero(u),
}


def truth(t: Translation, relation: Expr, env: Env) -> Polynomial:
    """1 where a condition holds, else 0. Raises NotProved for one that compares no numbers."""
    core = bare(relation)
    if core.head in ("list", "and"):
        parts = [truth(t, arg, env) for arg in core.args]
    else:
        parts = [TRUTH[op](gap) for op, gap in _gaps(t, core, env)]
    holds = t.number(1)
    for part in parts:
        holds = holds * part
    return holds


def _gaps(t: Translation, core: Expr, env: Env) -> list[tuple[str, Polynomial]]:
    """The links of a chain as (relation, left less right). Raises NotProved for what compares no numbers."""
    plain = (
        core.head == "rel" and all(op in TRUTH for op in core.data) and not any(a.shape for a in core.args)
    )
    if not plain:
        raise NotProved("a condition without a rule")
    values = [t.scalar(arg, env) for arg in core.args]
    return [(op, a - b) for op, (a, b) in zip(core.data, pairwise(values), strict=True)]


def _indicator(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    return truth(t, expr.args[0], env)


def _cases(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """The first value whose condition holds; where none does there is no value, and no claim."""
    conditions = [bare(c) for c in expr.args[1::2]]
    values = [t.entry(v, t.fitted(v, labels), env) for v in expr.args[0::2]]
    if len(values) == len(conditions):
        conditions.pop()  # the last condition is all that is left, or there is no value
    total = values[-1]
    for value, condition in zip(values[-2::-1], conditions[::-1], strict=True):
        total = total + _chosen(t, value - total, condition, env)
    return total


def _chosen(t: Translation, gap: Polynomial, condition: Expr, env: Env) -> Polynomial:
    """gap where the condition holds, else 0; at u = 0 it does not matter for a gap with the factor u."""
    if condition.head == "rel" and condition.data in ((">",), (">=",), ("<",), ("<=",)):
        ((op, u),) = _gaps(t, condition, env)
        if _divides(u, gap):
            above = _above(u)
            return gap * (above if op in (">", ">=") else 1 - above)
    return gap * truth(t, condition, env)


def _divides(u: Polynomial, p: Polynomial) -> bool:
    """Whether p is u times something that has a value."""
    if p.is_zero():
        return True
    one, other = taken_apart(u), taken_apart(p)
    own = {(a, labels): e for a, labels, e in other.factors}
    if any(e < 0 for e in own.values()):
        return False
    factors = all(e > 0 and own.get((a, labels), 0) >= e for a, labels, e in one.factors)
    return factors and (
        one.rest.constant() is not None or one.rest.same(other.rest) or one.rest.same(-other.rest)
    )


def assume_apart(t: Translation, conditions: tuple[Expr, ...], env: Env) -> None:
    r"""Keeps what the claim's conditions say to differ: u \ne 0 of one entry, or for all of them."""
    for condition in conditions:
        core = bare(condition)
        if t.chance and any(facts.is_random(name, t.program) for name in free_names(core)):
            continue  # a condition on something random would change its law
        if core.head in ("list", "and"):
            assume_apart(t, core.args, env)
        elif core.head == "all":
            own = {name: t.fresh(t.index_range(name)) for name in core.data}
            _apart(t, bare(core.args[0]), env.at(own), set(own.values()))
        else:
            _apart(t, core, env, set())


def _apart(t: Translation, core: Expr, env: Env, own: set[object]) -> None:
    if core.head != "rel" or not set(core.data) & {"!=", "<", ">"}:
        return
    try:
        gaps = _gaps(t, core, env)
    except NotProved:
        return
    for op, gap in gaps:
        v, _ = _turned(gap)
        if op in ("!=", "<", ">") and not v.is_zero() and v.constant() is None:
            made, order = composite_atom("function", (v,), "zero", (), BIT)
            once = len(set(order)) == len(order)
            t.work.apart.add((made, tuple(None if once and label in own else label for label in order)))


def _slope(u: Polynomial) -> Polynomial:
    """0 where u is apart from 0; elsewhere there is none: a number that nothing is known of."""
    unknown = atom("cut", "jump", (), extra=(u.work.fresh(),))
    return zero(u) * factor(unknown, (), u.work)


def _clip(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    x, low, high = [t.scalar(arg, env) for arg in expr.args]
    return _smaller(_larger(x, low), high)


SCALAR.update({"relu": positive_part, "sign": lambda u: step(u) - step(-u)})
SHAPED.update({"max": _extremum(_larger), "min": _extremum(_smaller), "clip": _clip})
NAMED.update({"step": step, "zero": zero})
SLOPES.update({"step": _slope, "zero": _slope})
READERS.update({"indicator": _indicator, "cases": _cases})
