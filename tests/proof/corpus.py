"""The prover's case files: topics full of true claims and of false ones, read once.

Every claim of a file in `cases/true` is true, every one in `cases/false` is false; a claim's
name says what it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from generator.audit.mutate import mutants
from generator.audit.pieces import Names
from generator.audit.targets import mutated, names_of
from generator.errors import BuildError, ContentError
from generator.load import load_topic
from generator.notation.statements import read_statements
from generator.notation.table import SymbolTable
from generator.notation.topic import read_topic
from generator.notation.tree import ReadTopic, Statement, bare, meaning_key
from generator.verify.judge import Options, judge
from generator.verify.question import Question, Undecided
from generator.verify.topic import TopicCheck

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class CaseFile:
    """One topic, read, with the programs of its scopes."""

    read: ReadTopic
    check: TopicCheck
    table: SymbolTable
    names: Names

    def question(self, statement: Statement) -> Question:
        """What the numeric checker is asked about a claim."""
        return self.check.question(statement)


@dataclass(frozen=True)
class Claim:
    """One claim of a case file."""

    file: CaseFile
    statement: Statement

    @property
    def id(self) -> str:
        """topic/name."""
        return self.statement.id

    @property
    def question(self) -> Question:
        """What the numeric checker is asked, without SymPy."""
        return self.file.question(self.statement)

    def mutants(self) -> Iterator[tuple[str, Claim]]:
        """Every other equality that one slip makes of the display and the reader accepts, with its LaTeX."""
        display = self.id.split("#")[0]
        known = {meaning_key(s.expr) for s in self.file.read.statements if s.id.split("#")[0] == display}
        for mutant in mutants(self.statement.latex.value, self.file.names):
            try:
                entry = mutated(self.statement.entry, "claim", mutant.latex)
                found = read_statements(entry, "claim", self.file.table)
            except (ContentError, BuildError):
                continue
            for statement in found:
                if bare(statement.expr).data == ("=",) and meaning_key(statement.expr) not in known:
                    yield mutant.latex, replace(self, statement=statement)


@cache
def case_file(path: Path) -> CaseFile:
    """A file, read. Raises BuildError where it cannot be."""
    read = read_topic(load_topic(path))
    check = TopicCheck(read, Options(routes="numeric"))
    return CaseFile(read, check, SymbolTable(read.scopes["topic"].symbols), names_of(read.topic))


def claims(folder: str) -> list[Claim]:
    """The claims of all files of a folder (`true` or `false`), in order."""
    files = [case_file(path) for path in sorted((CASES / folder).glob("*.yaml"))]
    return [Claim(file, s) for file in files for s in file.read.statements if s.kind == "claim"]


def equalities(folder: Path) -> list[Claim]:
    """Every equality that the topics of a folder claim, for all values of its names."""
    out = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name == "book.yaml":
            continue
        file = case_file(path)
        for statement in file.read.statements:
            plain = statement.kind in ("claim", "prose") and not (statement.defines or statement.repeats)
            if plain and bare(statement.expr).data == ("=",) and not statement.limits:
                out.append(Claim(file, statement))
    return out


def status(claim: Claim) -> str:
    """The verdict of the numeric checker: checked, exact, refuted or undecided."""
    try:
        return judge(claim.question, False).status
    except Undecided:
        return "undecided"
