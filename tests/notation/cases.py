"""Case files of the reader: declarations, a blank line, LaTeX, a blank line, what is expected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generator.model import Text
from generator.notation.declare import read_symbols
from generator.notation.table import SymbolTable

FOLDER = Path(__file__).resolve().parent.parent / "cases"


@dataclass(frozen=True)
class Case:
    """One case file: its name is the expectation in words."""

    name: str
    declarations: str
    latex: str
    expected: str

    def table(self) -> SymbolTable:
        """The declared names, as the reader takes them."""
        return table_of(self.declarations)


def text(value: str) -> Text:
    """A formula as if it stood alone in a file."""
    marks = [0] + [place + 1 for place, character in enumerate(value) if character == "\n"]
    return Text(value, "case", tuple((mark, line, 1) for line, mark in enumerate(marks, 1)))


@cache
def table_of(declarations: str) -> SymbolTable:
    """The symbol table of a block of declarations."""
    return SymbolTable(read_symbols(text(declarations))[0])


def load(folder: str) -> list[Case]:
    """All cases of tests/cases/FOLDER, by name."""
    cases = []
    for path in sorted((FOLDER / folder).glob("*.txt")):
        declarations, latex, expected = path.read_text(encoding="utf-8").removesuffix("\n").split("\n\n")
        cases.append(Case(path.stem, declarations, latex, expected))
    return cases
