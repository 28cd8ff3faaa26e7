"""What is read out of good topics: symbols, definitions, statements, scopes."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.load import load_topic
from generator.notation.topic import read_topic
from generator.notation.tree import ReadTopic

GOOD = Path(__file__).parents[1] / "cases" / "yaml" / "good"


def read(name: str) -> ReadTopic:
    return read_topic(load_topic(GOOD / f"{name}.yaml"))


@pytest.fixture(scope="module")
def families() -> ReadTopic:
    return read("families")


def test_symbols(families: ReadTopic) -> None:
    symbols = families.scopes["topic"].symbols
    n, d = ((("n",), 1),), ((("d_x",), 1),)
    assert symbols[r"\mu_{\0}"].family == ("k",) and symbols[r"\mu_{\0}"].shape == (d,)
    assert symbols[r"x^{(\0)}"].family == ("i",) and "random" in symbols[r"x^{(\0)}"].words
    assert symbols["X"].shape == (n, d)
    assert (symbols["w"].of, symbols["w"].shape) == ("X", (d,))
    assert symbols["h"].arguments == ("a", "b")
    assert symbols["g"].words == {"convex"}
    assert symbols["q"].builtin == "sigmoid"
    assert [len(symbols[name].conditions) for name in ("n", "K", "d_x", "s", "m")] == [1, 1, 1, 1, 0]
    assert symbols["y"].words == symbols[r"\lambda"].words == {"random"}
    assert symbols[r"\beta"].words == frozenset()


def test_offsets_of_declarations(families: ReadTopic) -> None:
    block = families.topic.symbols.value
    for symbol in families.scopes["topic"].symbols.values():
        assert block[symbol.start : symbol.end] == symbol.latex


def test_definitions(families: ReadTopic) -> None:
    found = {item.name: item for item in families.scopes["topic"].definitions}
    assert list(found) == ["s", r"\hat m", r"\hat v", "h"]
    assert found["s"].power == 2
    assert found[r"\hat v"].tuple_of == (r"\hat m", r"\hat v") and found[r"\hat v"].position == 1
    assert found["h"].arguments == ("a", "b")
    assert {item.entry_id for item in found.values()} == {f"families/define-{k}" for k in (1, 2, 3)}


def test_statements(families: ReadTopic) -> None:
    found = {item.id: item for item in families.statements}
    assert found["families/first"].defines == ("s",)
    assert found["families/first"].kind == "claim"
    assert found["families/first#2"].defines == ()
    assert len(found["families/first#2"].when) == 1 and not found["families/first"].when
    assert [item.kind for item in families.statements if "prose" in item.id] == ["condition", "condition"]


def test_recursion() -> None:
    topic = read("recursion")
    base, step = topic.scopes["topic"].definitions
    assert (base.indices, len(base.at)) == ((), 1)
    assert (step.indices, step.at) == (("t",), ())
    shifted = [node for node in step.body.walk() if node.head == "entry"]
    assert [node.args[1].data for node in shifted] == ["+-"]
    limit = next(item for item in topic.statements if item.limits)
    assert not limit.when


def test_softmax() -> None:
    topic = read("softmax")
    kinds = [(item.id.split("/")[1], item.kind) for item in topic.statements]
    assert kinds == [
        ("define-1", "define"),
        ("define-2", "define"),
        ("claim-1", "claim"),
        ("jacobian", "claim"),
        ("claim-3", "claim"),
        ("claim-4", "claim"),
        ("gradient", "claim"),
        ("by-hand-given-1", "given"),
        ("by-hand-given-2", "given"),
        ("by-hand-1", "by-hand"),
        ("by-hand-2", "by-hand"),
        ("prose-1", "expression"),
        ("prose-2", "condition"),
        ("prose-3", "condition"),
        ("prose-4", "condition"),
    ]
    assert [name for name, _ in topic.traps] == ["softmax/jacobian"]
    assert [name for name, _ in topic.scopes["by hand"].values] == ["z", "y"]
    assert topic.scopes["topic"].values == ()


def test_figure_and_conventions() -> None:
    topic = read("figure")
    assert [name for name, _ in topic.figure] == ["over", "curve 0", "curve 1"]
    assert topic.scopes["by hand"].conventions == {"natural log", "0^0 = 1"}


def test_functions() -> None:
    topic = read("functions")
    scope = topic.scopes["topic"]
    n = ((("n",), 1),)
    assert scope.symbols["h"].shape == (n,) and scope.symbols[r"\phi"].shape == (((((), 3),)),)
    assert scope.symbols["m"].shape == ()
    assert (scope.symbols["p"].bar, scope.symbols[r"p\,"].bar) == (1, 0)
    assert [item.arguments for item in scope.definitions if item.name == "p"] == [("a", "b")]
    repeated = next(item for item in topic.statements if item.id == "functions/shift#2")
    assert (repeated.kind, repeated.repeats) == ("claim", "functions/given-1")
    assert [item.id for item in topic.statements if item.repeats] == [repeated.id]
    conditions = {item.id: len(item.when) for item in topic.statements}
    assert (conditions["functions/real"], conditions["functions/narrowed"]) == (0, 1)
