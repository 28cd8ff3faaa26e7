r"""arg max under one linear constraint, for all sizes: Lagrange's rule for a strictly concave objective.

`\arg\max_{x :\, a^\top x = b}` over entries that are free or bounded below: the Hessian is negative
definite on the whole domain, the candidate meets the constraint and the bounds, and there the gradient is
a multiple of a. Then f(y) < f(x) + grad f(x)^T (y - x) = f(x) + lambda a^T (y - x) = f(x) for every
other y of the domain (Boyd and Vandenberghe, section 3.1.3 and 5.5.3).
"""

from __future__ import annotations

from fractions import Fraction

from generator.meaning.program import free_names
from generator.notation.tree import Expr, Symbol, bare
from generator.verify.proof import facts, sign
from generator.verify.proof.atoms import Atom, atom, place
from generator.verify.proof.calculus import derivative, holds, substituted
from generator.verify.proof.definite import positive_definite
from generator.verify.proof.functions import known_sign
from generator.verify.proof.labels import free
from generator.verify.proof.polynomial import Polynomial, factor
from generator.verify.proof.reading import Env, Translation, Value
from generator.verify.proof.work import NotProved
from generator.verify.stated import Optimum


def over_plane(t: Translation, env: Env, optimum: Optimum) -> list[Polynomial]:
    """What vanishes at the candidate: the constraint, and how far the gradient is from a multiple of a."""
    (name,) = optimum.names
    symbol = t.program.symbols[name]
    low = _lower_bound(t, symbol)
    where = facts.ranges(symbol, t.program)
    if symbol.kind != "vector" or symbol.family or symbol.words or len(optimum.domains) != 1:
        raise NotProved("an optimum over this variable")
    words = frozenset({"positive", "nonzero"}) if low == 0 else frozenset[str]()
    inner = atom("cut", name, where, extra=(t.work.fresh(),), words=words)
    own = tuple(place(k, r) for k, r in enumerate(where))
    at = env.put(name, Value(own, factor(inner, own, t.work)), t.work)
    row, column = free("row", where[0]), free("column", where[0])
    plane = _plane(t, bare(optimum.domains[0]), name, at)
    normal = derivative(plane, inner, (row,))
    if _holds(normal, inner) or sign.POSITIVE not in (known_sign(normal), known_sign(-normal)):
        raise NotProved("a constraint that is no plane, or whose slope may be 0")
    objective = t.scalar(optimum.objective, at)
    slope = derivative(objective if optimum.minimise else -objective, inner, (row,))
    bend = derivative(slope, inner, (column,))
    candidate = t.value(optimum.candidate[0], env)
    if not positive_definite(bend, row, column, candidate.polynomial):
        raise NotProved("a Hessian that is not known to be definite on the whole domain")
    entry = candidate.at((row,))
    if low is not None and known_sign(entry - low) != sign.POSITIVE:
        raise NotProved("a candidate that may lie outside the domain")
    across = slope * normal.renamed({row: column}) - slope.renamed({row: column}) * normal
    return [substituted(side, inner, candidate.at) for side in (plane, across)]


def _lower_bound(t: Translation, symbol: Symbol) -> Fraction | None:
    """The open lower end of each entry's domain; None where entries are free. Raises NotProved for others."""
    domain = facts.domain(symbol, t.program, ())
    other = domain.finite or domain.integer or domain.excluded or domain.high is not None
    if other or (domain.low is not None and (domain.closed_low or domain.low != 0)):
        raise NotProved("this domain")
    if any(free_names(c) - _own(t, symbol) for c in symbol.conditions):
        raise NotProved("this domain")
    if domain.low is None and symbol.conditions:
        raise NotProved("this domain")
    return None if domain.low is None else Fraction(0)


def _own(t: Translation, symbol: Symbol) -> set[str]:
    """The name itself, and indices."""
    return {symbol.name} | {n for n, s in t.program.symbols.items() if s.kind == "index"}


def _plane(t: Translation, constraint: Expr, name: str, at: Env) -> Polynomial:
    """Left minus right of the one constraint, an equation of numbers."""
    if constraint.head != "rel" or constraint.data != ("=",) or any(a.shape for a in constraint.args):
        raise NotProved("this constraint")
    if name not in free_names(constraint) or facts.speaks_of_index(constraint, t.program):
        raise NotProved("this constraint")
    left, right = (t.scalar(arg, at) for arg in constraint.args)
    return left - right


def _holds(p: Polynomial, inner: Atom) -> bool:
    return any(holds(a, lambda b: b == inner) for a in p.atoms())
