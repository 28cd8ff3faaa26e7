"""A planted wrong formula: if the checker lets it pass, nothing it says can be trusted."""

from __future__ import annotations

from generator.errors import InternalError
from generator.meaning.program import Program
from generator.model import Text
from generator.notation.declare import read_symbols
from generator.notation.parse import parse_statement
from generator.notation.table import SymbolTable
from generator.notation.tree import Scope, Statement
from generator.verify.judge import judge
from generator.verify.question import Question

SYMBOLS = "n : size\ni : index n\nx : vector n\np : scalar, 0 < p < 1"
RIGHT = r"\sum_{i=1}^n x_i (1 - p) = \sum_{i=1}^n x_i - p \sum_{i=1}^n x_i"
WRONG = r"\sum_{i=1}^n x_i (1 - p) = \sum_{i=1}^n x_i + p \sum_{i=1}^n x_i"


def canary() -> None:
    """Refute the planted formula and confirm its correct twin.

    Raises InternalError where the checker is broken.
    """
    for latex, expected in ((WRONG, "refuted"), (RIGHT, "checked")):
        status = _status(latex)
        if status != expected:
            raise InternalError(
                f"the checker is broken: the canary {latex} came out {status}, not {expected}"
            )


def _status(latex: str) -> str:
    symbols, restrictions = read_symbols(_text(SYMBOLS))
    expr = parse_statement(_text(latex), SymbolTable(symbols))
    program = Program(Scope(symbols, restrictions=restrictions))
    statement = Statement("canary", "claim", expr)
    return judge(Question(program, statement, 1, symbolic=False)).status


def _text(value: str) -> Text:
    return Text(value, "canary", ((0, 1, 1),))
