"""The parameters of a printed law against those that follow: at all points, then each as an equation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from generator.meaning.program import Frame
from generator.notation.tree import Expr
from generator.verify.proof.certified import certified
from generator.verify.proof.induction import prove
from generator.verify.quadratic import alike
from generator.verify.question import (
    Answer,
    Question,
    Refuted,
    counterexample,
    pack_sizes,
    sizes_evidence,
)
from generator.verify.rederive import rederive, upgraded

ORDER = ("checked", "exact", "proved")


def by_value(
    question: Question, printed: tuple[Expr, ...], found: Callable[[Frame], Iterable[Any]], rule: str
) -> Answer:
    """Each printed parameter against the one that follows, at all points. Raises Refuted."""
    codes = [question.program.compiled(part) for part in printed]
    count, sizes = 0, []
    for point, frame in question.frames((question.expr,)):
        count += 1
        if point.sizes not in sizes:
            sizes.append(point.sizes)
        for value, code in zip(found(frame), codes, strict=True):
            wanted = code(frame)
            if not alike(frame, value, wanted):
                lost = counterexample(point, frame, value, wanted, (question.expr,))
                raise Refuted(lost, "a parameter of the law differs")
    evidence = (f"{rule}; ", *sizes_evidence(sizes))
    return Answer("checked", rule, evidence, pack_sizes(sizes), count, "1e-40", ("Arb",))


def weakest(question: Question, answer: Answer, pairs: Iterable[tuple[Expr, Expr]], rule: str) -> Answer:
    """The least status that the equations of the parameters earn."""
    return min(
        (_earned(question, answer, *pair, rule) for pair in pairs), key=lambda a: ORDER.index(a.status)
    )


def _earned(question: Question, answer: Answer, left: Expr, right: Expr, rule: str) -> Answer:
    expr = Expr("rel", (left, right), ("=",), "=")
    asked = replace(question.aside(), statement=replace(question.statement, expr=expr))
    made = certified(asked, answer, prove(asked), f"; {rule}")
    if made is not None:
        return made
    shown = rederive(asked)
    return upgraded(asked, answer, shown, rule, rule) if shown else answer
