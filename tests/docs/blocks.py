r"""The fenced blocks of the manual, and what the program says to each.

A block's info string says what it is:

    yaml good                 a topic that must be loaded, read and verified
    yaml refused CODE ..      a topic that must give exactly these codes
    yaml book                 a book file
    symbols                   the names that the formulas of a page use
    formulas                  lines `read FORMULA`, `as READING`, `refused CODE FORMULA`,
                              `with DECLARATION` (a further name) and `only DECLARATION`
                              (these names and no others)

A yaml example that lacks `title`, `symbols` or something to claim is put in FRAME.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.errors import BuildError, ContentError
from generator.load import load_topic
from generator.model import Book, Text
from generator.notation.declare import read_symbols
from generator.notation.explain import reading
from generator.notation.parse import parse_formula
from generator.notation.table import SymbolTable
from generator.notation.topic import read_topic
from generator.verify import require, verify_topic

DOCS = Path(__file__).parents[2] / "docs"
FRAME = {
    "title": "title: A square\n",
    "symbols": "symbols: |\n  a, b : scalar\n",
    "steps": "steps:\n- claim: (a + b)^2 = a^2 + 2 a b + b^2\n  as: square\n",
}
_FENCE = re.compile(r"^```(\S+)([^\n]*)\n(.*?)^```$", re.M | re.S)
_CLAIMING = ("steps", "result", "setup", "by hand")


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, the line where it begins, its language, marks and text."""

    page: str
    line: int
    language: str
    marks: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.page}-line-{self.line}-{'-'.join(self.marks) or self.language}"


def blocks(*languages: str) -> list[Block]:
    """The blocks of all pages in these languages."""
    return [block for page in sorted(DOCS.glob("*.md")) for block in _of(page) if block.language in languages]


def _of(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page.stem, line, match[1], tuple(match[2].split()), match[3])


def keys(topic: str) -> dict[str, str]:
    """The top-level keys of a YAML text with their lines."""
    found: dict[str, str] = {}
    name = ""
    for line in topic.splitlines(keepends=True):
        match = re.match(r"([a-z][a-z ]*):", line)
        name = match[1] if match else name
        found[name] = found.get(name, "") + line
    return found


def completed(example: str) -> str:
    """The example as a whole topic: what it lacks is taken from FRAME."""
    own = keys(example)
    missing = {} if "title" in own else {"title": FRAME["title"]}
    if "symbols" not in own:
        missing["symbols"] = FRAME["symbols"]
        if not any(key in own for key in ("steps", "result")):
            missing["steps"] = FRAME["steps"]
    return "".join(missing.values()) + example


def answers(topic: str, folder: Path) -> set[str]:
    """The codes with which a topic is refused; refuted and undecided relations count as such."""
    file = folder / "example.yaml"
    file.write_text(topic, encoding="utf-8")
    try:
        whole = read_topic(load_topic(file))
        require(Book("Manual", "2000-01-01", (whole.topic,)), [(whole, verify_topic(whole))])
    except BuildError as error:
        return {item.code for item in error.findings}
    return set()


def _text(value: str) -> Text:
    return Text(value, "manual", ((0, 1, 1),))


@dataclass(frozen=True)
class Formula:
    """One line of a `formulas` block: where it stands, its names, itself, what must become of it."""

    where: str
    declarations: str
    latex: str
    code: str = ""
    reading: str = ""


def formulas(base: str, block: Block) -> Iterator[Formula]:
    """The lines of a `formulas` block."""
    declarations, waiting = base, None
    for offset, line in enumerate(block.text.splitlines(), 1):
        verb, _, rest = line.partition(" ")
        rest = rest.strip()
        if verb == "as" and waiting is not None:
            yield Formula(waiting.where, waiting.declarations, waiting.latex, "", rest)
            waiting = None
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        where = f"{block.page}-line-{block.line + offset}"
        if verb == "with":
            declarations += rest + "\n"
        elif verb == "only":
            declarations = (declarations if declarations != base else "") + rest + "\n"
        elif verb == "read":
            waiting = Formula(where, declarations, rest)
        elif verb == "refused":
            code, _, latex = rest.partition(" ")
            yield Formula(where, declarations, latex.strip(), code)
        elif line.strip():
            raise ValueError(f"{where}: {line}")
    if waiting is not None:
        yield waiting


def read(formula: Formula) -> tuple[str, str]:
    """(code, "") where the formula or its declarations are refused, else ("", how it was read)."""
    try:
        symbols, _ = read_symbols(_text(formula.declarations))
        return "", reading(parse_formula(_text(formula.latex), SymbolTable(symbols)))
    except BuildError as error:
        return " ".join(sorted({item.code for item in error.findings})), ""
    except ContentError as error:
        return error.finding.code, ""
