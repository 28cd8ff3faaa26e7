"""Errors an author can read: place, excerpt with a caret, what was expected, what to write.

`ContentError` carries one finding; stages collect them in lists so that all errors of a
run are shown together. Our own bugs are never ContentErrors: they exit 70.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.model import Place, Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the content.

    `code` is a short kebab-case name, `kind` decides the exit code: `unreadable` (3),
    `refuted` or `undecided` (1), `toolchain` (4). `excerpt` is the source line.
    """

    place: Place
    code: str
    message: str
    remedy: str = ""
    kind: str = "unreadable"
    excerpt: str = ""
    caret: int = 0  # 0-based column in the excerpt
    width: int = 1
    details: tuple[str, ...] = ()


class ContentError(Exception):
    """Raised with one finding where a stage cannot go on with this formula."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class BuildError(Exception):
    """A run that failed: all its findings, and the exit code they mean."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} errors")
        self.findings = tuple(findings)

    @property
    def exit_code(self) -> int:
        """3 where anything was not readable, else 4 (toolchain), else 1."""
        kinds = {finding.kind for finding in self.findings}
        return 3 if "unreadable" in kinds else 4 if "toolchain" in kinds else 1


class ToolchainError(Exception):
    """TeX is missing or failed (exit code 4)."""


class InternalError(Exception):
    """A bug of ours: shown as such, exit code 70."""


def finding(
    text: Text,
    start: int,
    end: int,
    code: str,
    message: str,
    remedy: str = "",
    kind: str = "unreadable",
    details: tuple[str, ...] = (),
) -> Finding:
    """A finding about characters [start:end] of `text`, with its source line as excerpt."""
    place = text.at(start)
    lines = text.value.split("\n")
    before = text.value[:start].count("\n")
    excerpt = lines[before] if before < len(lines) else ""
    caret = start - (len("\n".join(lines[:before])) + (1 if before else 0))
    width = max(1, min(end - start, len(excerpt) - caret))
    return Finding(place, code, message, remedy, kind, excerpt, caret, width, details)


def fail(text: Text, start: int, end: int, code: str, message: str, remedy: str = "") -> ContentError:
    """The ContentError for characters [start:end] of `text`."""
    return ContentError(finding(text, start, end, code, message, remedy))


def show(item: Finding) -> str:
    """A finding as an author reads it: place first, so that editors can jump there."""
    lines = [f"{item.place}: {item.code}: {item.message}"]
    if item.excerpt:
        lines += [f"    {item.excerpt}", "    " + " " * item.caret + "^" * item.width]
    lines += [f"    {line}" for line in item.details]
    if item.remedy:
        lines.append(f"    write: {item.remedy}" if "\\" in item.remedy else f"    {item.remedy}")
    return "\n".join(lines)
