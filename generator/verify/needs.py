"""What a claim assumes, each assumption dropped in turn: the counterexample is the reason for it.

A declared domain is left, a law is replaced by one of the same support with other moments or
by a dependent model, a value by hand is changed. Where the claim then fails, the point is
kept; where it holds at the points tried, the assumption was not needed there.
"""

from __future__ import annotations

from dataclasses import replace

from generator.model import Counterexample, Need
from generator.verify.assumptions import Dropped, assumptions
from generator.verify.judge import judge
from generator.verify.question import Answer, Question, Seen


def needs(question: Question, sample: tuple[Seen, ...]) -> tuple[Need, ...]:
    """The declared domains, givens and values that the claim rests on; those of `when` are not among them."""
    return tuple(_need(question, group) for group in assumptions(question, sample))


def answered(kind: str, words: str, answer: Answer, change: str = "") -> Need:
    """The need that an answer without the assumption shows."""
    if answer.status == "refuted":
        # The points lie outside on purpose: without the assumption they would be admissible.
        reason = answer.reason.replace(" at an admissible point", "")
        return Need(kind, words, "needed", change, answer.counterexample or Counterexample(), reason)
    if answer.status == "undecided":
        return Need(kind, words, "open", change, None, answer.reason)
    return Need(kind, words, "holds", change)


def _need(question: Question, group: tuple[Dropped, ...]) -> Need:
    """What the claim answers without an assumption: the first way of dropping it that makes it fail."""
    found: Need | None = None
    for dropped in group:
        need = _tried(question, dropped)
        if need.answer == "needed":
            return need
        found = found or need
    assert found is not None
    return found


def _tried(question: Question, dropped: Dropped) -> Need:
    """The claim without the assumption, stage after stage until it fails."""
    need: Need | None = None
    for sample in dropped.stages():
        answer = _judged(question, dropped, sample)
        found = answered(dropped.kind, dropped.words, answer, dropped.change)
        if found.answer == "needed":
            return found
        need = need if need is not None and need.answer == "open" else found
    return need or Need(dropped.kind, dropped.words, "implied", dropped.change)


def _judged(question: Question, dropped: Dropped, sample: tuple[Seen, ...]) -> Answer:
    other = replace(
        question,
        program=dropped.program,
        sample=sample,
        chance=dropped.chance,
        symbolic=False,
        quick=True,
        tried={},
    )
    return judge(other, False)
