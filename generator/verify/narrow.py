r"""`when` with a law: a claim that holds for a narrower law than the given (normal for `(\mu, \sigma^2)`)."""

from __future__ import annotations

from dataclasses import replace

from generator.meaning.givens import LawOf
from generator.meaning.program import Program
from generator.notation.statements import states_independence
from generator.notation.tree import Expr, Statement, bare, meaning_key
from generator.verify.question import IllFormed


def laws_among(statement: Statement) -> list[Expr]:
    """The conditions of a statement that state a law."""
    return [c for c in statement.when if bare(c).head == "rel" and _is_law(bare(c))]


def _is_law(condition: Expr) -> bool:
    """Whether a condition states a law, or independence."""
    return condition.data[0] in ("iid", "sim") or states_independence(condition)


def narrowed(program: Program, statement: Statement) -> tuple[Program, Statement]:
    """The program in which the laws among the conditions replace the givens, and the other conditions.

    Raises Undecided where a law is not a narrower one than what is given.
    """
    laws = laws_among(statement)
    if not laws:
        return program, statement
    givens = [Statement(f"{statement.id} when", "given", law) for law in laws]
    scope = replace(program.scope, givens=(*program.scope.givens, *givens))
    inner = Program(scope, program.solutions)
    if inner.laws.without_model:
        raise IllFormed("a law among the conditions has a random name on its left and a law on its right")
    for name, law in inner.laws.laws.items():
        given = program.laws.laws.get(name)
        if given is not None and law is not given and law != given and not _narrower(law, given):
            raise IllFormed("the law in the condition is not a narrower one than the given")
    rest = tuple(c for c in statement.when if c not in laws)
    return inner, replace(statement, when=rest)


def _narrower(law: LawOf, given: LawOf) -> bool:
    """Whether every model of `law` is one of `given`: the same moments, and as much independence."""
    if given.iid and not law.iid:
        return False
    if given.law == "free":
        return given.mean is None and given.variance is None
    same = [meaning_key(a) == meaning_key(b) for a, b in zip(law.parameters, given.parameters, strict=False)]
    return law.law in (given.law, "normal") and given.law in (law.law, "moments") and all(same)
