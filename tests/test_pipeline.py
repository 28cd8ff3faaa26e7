"""What the pipeline itself decides: order, memory, dead workers, the last look at the .tex."""

from __future__ import annotations

import dataclasses

import pytest

from generator.errors import Finding, InternalError
from generator.model import Place, Segment, Sentence, Text, Topic, VerifiedBook, VerifiedTopic
from generator.notation.tree import Expr, ReadTopic, Statement
from generator.parallel import Lost
from generator.pipeline import _lost, account, covers, in_order
from tests.conftest import verdict

TEXT = Text("T", "content/topic.yaml", ((0, 1, 1),))
TOPIC = Topic("topic", "content/topic.yaml", Sentence(TEXT, (Segment("words", TEXT),)))
BOOK = VerifiedBook("Book", "2026-01-01", (VerifiedTopic(TOPIC, (verdict(),)),))


def document(body: str) -> dict[str, bytes]:
    return {"tex/a.tex": (r"\begin{document}" + body + r"\end{document}").encode()}


def test_verified_maths_is_accounted_for() -> None:
    made = account(document(r"\formula{a = \frac12} and \wbmade{n = 3}, \wbmath{a = \frac12}"), BOOK)
    assert made == {"tex/a.tex": ["n = 3"]}


@pytest.mark.parametrize(
    "body",
    [
        r"\formula{a = \frac13}",
        r"\formula{a = \frac12 }",
        r"\wbmath{a}",
        r"\formula{a = \frac12} so $a > 0$",
        r"\[a = \frac12\]",
        r"\begin{equation}a = \frac12\end{equation}",
        r"\formula{a = \frac12",
    ],
)
def test_unverified_maths_stops_the_build(body: str) -> None:
    with pytest.raises(InternalError):
        account(document(body), BOOK)


def statement(name: str) -> Statement:
    return Statement(name, "claim", Expr("num", data="1"))


def test_remembered_verdicts_must_speak_of_every_statement() -> None:
    read = ReadTopic(TOPIC, {}, (statement("topic/claim-1"),))
    assert covers((verdict(), verdict("topic/claim-2")), read)
    assert not covers((), read)
    assert not covers((verdict(),), dataclasses.replace(read, statements=(statement("topic/claim-2"),)))
    trap = ("topic/claim-1", statement("topic/trap-1"))
    assert not covers((verdict(),), dataclasses.replace(read, traps=(trap,)))


def at(file: str, line: int, column: int) -> Finding:
    return Finding(Place(file, line, column), "code", "message")


def test_findings_stand_in_the_books_order_once() -> None:
    first, second, third, other = at("b", 1, 9), at("b", 2, 1), at("a", 1, 1), at("book", 1, 1)
    assert in_order([third, second, other, first, second], ["b", "a"]) == [other, first, second, third]


def test_a_dead_worker_leaves_its_topic_undecided() -> None:
    found = _lost(TOPIC, Lost("died", "exit code -9"))
    assert (found.kind, str(found.place)) == ("undecided", "content/topic.yaml:1:1")
    for why in ("bug", "hung"):
        with pytest.raises(InternalError):
            _lost(TOPIC, Lost(why, "text"))
