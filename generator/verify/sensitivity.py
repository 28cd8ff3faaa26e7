"""Whether the sample can tell: a near mutant of the relation that the very same points refute.

A check that passes says little where it would have passed anything. So every claim carries
one mutant, a single slip away, that fails on the sample that the claim has passed.
"""

from __future__ import annotations

from dataclasses import replace

from generator.meaning.systems import MeaningError
from generator.model import Counterexample, Sensitivity
from generator.notation.tree import Expr
from generator.notation.unparse import as_latex
from generator.verify.judge import judge
from generator.verify.question import Answer, Question, Seen, Undecided
from generator.verify.slips import near_mutants
from generator.verify.vacuous import vacuous

MUTANTS = 60  # tried at most, first on the first points
FIRST = 4


def sensitivity(question: Question, sample: tuple[Seen, ...]) -> Sensitivity | None:
    """A near mutant that the sample refutes (or whose shape is refused); None where none was found."""
    mutants = []
    for number, (words, expr) in enumerate(near_mutants(question.expr, question.program)):
        if number >= MUTANTS:
            break
        mutants.append((words, expr))
    for points in dict.fromkeys((min(FIRST, len(sample)), len(sample))):
        for words, expr in mutants:
            answer = _judged(question, expr, sample[:points])
            if answer is not None and _tells(answer):
                example = answer.counterexample or Counterexample()
                return Sensitivity(words, as_latex(expr), example, answer.reason)
    return None


def _judged(question: Question, expr: Expr, sample: tuple[Seen, ...]) -> Answer | None:
    """The answer to a mutant on the sample; None where it is no statement of its own."""
    statement = replace(question.statement, expr=expr)
    if vacuous(question.program, expr):
        return None
    try:
        return judge(
            replace(question, statement=statement, symbolic=False, quick=True, sample=sample, tried={}), False
        )
    except (MeaningError, Undecided):
        return None


def _tells(answer: Answer) -> bool:
    """Whether a mutant is false: by two values, by two truths, or by its shape."""
    if answer.status != "refuted" or answer.counterexample is None:
        return False
    return bool(answer.counterexample.left or answer.counterexample.right)
