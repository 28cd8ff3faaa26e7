r"""`when` with a law: a claim that holds for a narrower law than the given (normal for `(\mu, \sigma^2)`)."""

from __future__ import annotations

from dataclasses import replace

from generator.meaning.program import Program
from generator.notation.tree import Statement, bare


def narrowed(program: Program, statement: Statement) -> tuple[Program, Statement]:
    """The program in which the laws among the conditions replace the givens, and the other conditions."""
    laws = [c for c in statement.when if bare(c).head == "rel" and bare(c).data[0] in ("iid", "sim")]
    if not laws:
        return program, statement
    givens = [Statement(f"{statement.id} when", "given", law) for law in laws]
    scope = replace(program.scope, givens=(*program.scope.givens, *givens))
    rest = tuple(c for c in statement.when if c not in laws)
    return Program(scope, program.solutions), replace(statement, when=rest)
