"""One formula to one answer, and one topic file to one verdict: what the tests of the checker share."""

from __future__ import annotations

import re
from pathlib import Path

from generator.load import load_topic
from generator.meaning.program import Program
from generator.model import Text, Verdict
from generator.notation.declare import read_symbols
from generator.notation.parse import parse_statement
from generator.notation.table import SymbolTable
from generator.notation.topic import read_topic
from generator.notation.tree import Expr, Scope, Statement
from generator.verify import verify_topic
from generator.verify.judge import judge
from generator.verify.question import Answer, Question

PASSING = ("checked", "exact", "proved")
FAILING = ("refuted", "undecided")


def text(value: str) -> Text:
    """A string as if it stood in a file."""
    return Text(value, "test", ((0, 1, 1),))


def scope(symbols: str) -> Scope:
    """A scope with these declarations and nothing else."""
    table, restrictions = read_symbols(text(symbols))
    return Scope(table, restrictions=tuple(restrictions))


def read(symbols: str, latex: str) -> tuple[Program, Expr]:
    """The program of the declarations, and the formula read in it."""
    own = scope(symbols)
    return Program(own), parse_statement(text(latex), SymbolTable(own.symbols))


def ask(symbols: str, latex: str, seed: int = 1, symbolic: bool = True) -> Answer:
    """The answer of the checker to one formula."""
    program, expr = read(symbols, latex)
    return judge(Question(program, Statement("it", "claim", expr), seed, symbolic=symbolic))


def expectation(path: Path) -> tuple[str, str]:
    """(status, relation id) that the first line of a case file names."""
    first = path.read_text(encoding="utf-8").split("\n")[0]
    match = re.fullmatch(r"# (\w+) ([\w/#-]+): .+", first)
    assert match, f"{path.name}: the first line is no expectation"
    return match[1], match[2]


def verdict(path: Path, identity: str) -> Verdict:
    """The verdict on one relation of a topic file."""
    found = [v for v in verify_topic(read_topic(load_topic(path))) if v.id == identity]
    assert len(found) == 1, f"{path.name}: {len(found)} relations are called {identity}"
    return found[0]


def meets(status: str, expected: str) -> bool:
    """Whether a status is the expected one; `holds` and `fails` leave open how."""
    groups = {"holds": PASSING, "fails": FAILING}
    return status in groups.get(expected, (expected,))
