r"""`\Pr(..)` as a number: by the pivot of normal samples, else by distribution functions.

What is checked: an event about normal statistics by the law of its pivot (`distribution`); events
about random numbers with a law of the table, alone or under a condition, by their distribution
functions (`meaning.events`). Example refuted: `\Pr(X > s + t \mid X > s) = \Pr(X > s + t)` for an
exponential X.
"""

from __future__ import annotations

from typing import Any

from generator.meaning import space
from generator.meaning.events import probability
from generator.meaning.eventsets import has_events
from generator.meaning.hierarchy import steps_down
from generator.meaning.interpret import COMPILERS
from generator.meaning.open_events import is_open, probability_by_outcomes
from generator.meaning.program import Code, Frame, Program
from generator.meaning.systems import BallSystem, Unsupported
from generator.notation.tree import Expr, bare
from generator.verify.distribution import pivot_code
from generator.verify.question import IllFormed


def has_a_pivot(expr: Expr, program: Program) -> bool:
    """Whether a probability is left to the pivot: one relation, no condition, normal names with own laws."""
    if len(expr.args) != 1 or expr.data or has_events(expr.args, program) or bare(expr.args[0]).head != "rel":
        return False
    laws = program.laws.laws
    names = program.random_names(expr.args)
    if steps_down(expr.args, program):
        return False
    return not names or all(n in laws and laws[n].law in ("normal", "moments") for n in names)


def probability_code(expr: Expr, program: Program) -> Code:
    """A probability inside an expression. Raises Unsupported, at a point, where no rule applies."""
    if has_events(expr.args, program):
        return space.probability(expr, program)
    if is_open(list(expr.args), program):
        return _open(expr, program)
    if has_a_pivot(expr, program):
        try:
            first = pivot_code(expr, program)
        except (Unsupported, IllFormed):
            return probability(expr, program)
        return lambda f: _either(first, probability(expr, program), f)
    return probability(expr, program)


def _open(expr: Expr, program: Program) -> Code:
    """By outcomes, where the claim has means of these names or states their moments; else by another law."""
    laws, alone = program.laws.laws, probability(expr, program)
    stated = any(laws[n].stated for n in program.random_names(expr.args) if n in laws)

    def run(f: Frame) -> Any:
        if not (stated or (f.chance is not None and f.chance.averaged)):
            return alone(f)
        if not isinstance(f.system, BallSystem):
            raise Unsupported("the probability of an event is evaluated in balls")
        return probability_by_outcomes(expr, f)

    return run


def _either(first: Code, second: Code, f: Frame) -> Any:
    try:
        return first(f)
    except Unsupported:
        if f.system.symbolic:
            raise
        return second(f)


COMPILERS["Pr"] = probability_code
