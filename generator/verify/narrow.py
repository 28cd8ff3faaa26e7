r"""`when` with a law: a claim that holds for a narrower law than the given (normal for `(\mu, \sigma^2)`)."""

from __future__ import annotations

from dataclasses import replace

from generator.meaning.program import Program
from generator.notation.tree import Expr, Statement, bare, meaning_key


def narrowed(program: Program, statement: Statement) -> tuple[Program, Statement]:
    """The program in which the laws among the conditions replace the givens, and the other conditions."""
    laws = [c for c in statement.when if bare(c).head == "rel" and bare(c).data[0] in ("iid", "sim")]
    laws = [law for law in laws if _narrows(program, bare(law))]
    if not laws:
        return program, statement
    givens = [Statement(f"{statement.id} when", "given", law) for law in laws]
    scope = replace(program.scope, givens=(*program.scope.givens, *givens))
    rest = tuple(c for c in statement.when if c not in laws)
    return Program(scope, program.solutions), replace(statement, when=rest)


def _narrows(program: Program, law: Expr) -> bool:
    """Whether a law agrees with what the page gives: nothing, or the same mean and variance."""
    subject, named = bare(law.args[0]), bare(law.args[1])
    name = bare(subject.args[0] if subject.head == "entry" else subject).data
    given = program.laws.laws.get(name)
    if given is None or named.head != "law":
        return False
    if given.law == "moments":
        pairs = zip(given.parameters, named.args, strict=False)
        return named.data == "normal" and all(meaning_key(a) == meaning_key(b) for a, b in pairs)
    return given.law == "free" and given.mean is None and given.variance is None
