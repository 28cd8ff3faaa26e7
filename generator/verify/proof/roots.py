r"""Equations with one solution and signs of gaps, for all sizes and all declared values.

`g = 0 \iff u = u_0`, u a number or one entry: g is a product of factors that are never 0 and of
s u + r, where s, which is free of u, is never 0 and s u_0 + r = 0. `g > 0`: all terms of g, over a
common denominator, are known to be positive.
"""

from __future__ import annotations

from generator.meaning.program import Program
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, Statement, bare
from generator.verify.proof import sign
from generator.verify.proof.atoms import Factor
from generator.verify.proof.calculus import derivative, specialised, substituted
from generator.verify.proof.functions import known_sign, taken_apart
from generator.verify.proof.polynomial import Polynomial, factor
from generator.verify.proof.prove import Proof, closing, prepared, shown_zero
from generator.verify.proof.work import NotProved


def prove_root(program: Program, statement: Statement, equation: Expr, solution: Expr) -> Proof | None:
    """A proof that the equation holds exactly where `solution`, u = u_0, does, or None."""
    try:
        return _root(program, statement, equation, solution)
    except (NotProved, MeaningError, RecursionError, KeyError):
        return None  # no rule: the claim keeps the status it has


def _root(program: Program, statement: Statement, equation: Expr, solution: Expr) -> Proof:
    unknown, value_of = (bare(arg) for arg in solution.args)
    name = str(unknown.args[0].data if unknown.head == "entry" else unknown.data)
    exprs = (*equation.args, value_of)
    if equation.head != "rel" or equation.data != ("=",):
        raise NotProved("no equation")
    symbol = program.symbols[name]
    if symbol.family or name in program.laws.laws or program.definitions.get(name):
        raise NotProved("an equation for something that is no number")
    t, env, labels = prepared(program, statement, exprs)
    if name in env.values or any(arg.shape for arg in exprs):
        raise NotProved("a variable with a value of its own")
    if unknown.shape != () or symbol.words - {"random"}:
        raise NotProved("an equation for something that is no number")
    own = t.atom_of(name)
    where = tuple(t.label(arg, env) for arg in unknown.args[1:])
    left, right, at = (t.scalar(arg, env) for arg in exprs)
    whole = taken_apart(left - right)
    if not whole.content or not all(_never_zero(f) for f in whole.factors):
        raise NotProved("a factor that may be 0")
    slope = derivative(whole.rest, own, where)
    constant = whole.rest - slope * factor(own, where, t.work)
    if own in [*slope.atoms(), *constant.atoms(), *at.atoms()] or not _nonzero(slope):
        raise NotProved("an equation that is no line")
    value = substituted(whole.rest, own, lambda _: at)
    return closing(t, [(value, value.number(0))], [shown_zero(value)], labels, exprs, True)


def _never_zero(f: Factor) -> bool:
    """Whether a factor is not 0 at any admissible point (what stands below a bar never is)."""
    return f[2] < 0 or sign.of_factor(f) == sign.POSITIVE or "nonzero" in f[0].words


def _nonzero(p: Polynomial) -> bool:
    return sign.POSITIVE in (known_sign(p), known_sign(-p))


def prove_sign(program: Program, statement: Statement) -> Proof | None:
    """A proof of `a < b`, `a \\le b` and their mirror images between numbers, or None."""
    try:
        return _sign(program, statement)
    except (NotProved, MeaningError, RecursionError, KeyError):
        return None  # no rule: the claim keeps the status it has


def _sign(program: Program, statement: Statement) -> Proof:
    op, sides = statement.expr.data[0], statement.expr.args
    if op not in ("<", "<=", ">", ">=") or any(arg.shape for arg in sides):
        raise NotProved("no order of numbers")
    t, env, labels = prepared(program, statement)
    small, large = (specialised(t.scalar(arg, env)) for arg in (sides if op[0] == "<" else sides[::-1]))
    gap = large - small
    least = sign.POSITIVE if len(op) == 1 else sign.NONNEGATIVE
    if gap.is_zero() or known_sign(gap) < least:
        raise NotProved("a gap without a known sign")
    return closing(t, [], [], labels, sides, True)
