"""What one run was asked to do, and whether it has been done already.

Kept apart from the pipeline, and free of its imports: a run with nothing to do must not
pay for the stages it does not need.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from generator.fingerprint import inputs_digest, is_current

BOOK = "book.yaml"
AUDIT = "audit.json"


@dataclass(frozen=True, slots=True)
class Job:
    """The files to check or build, and how.

    `files` empty means the book of the current folder, `content/book.yaml`. `folder` is
    where the outputs go; `workers` 0 means one a processor; `routes` names the ways of
    checking that may be used ("all", or "numeric" to measure the rest).
    """

    files: tuple[str, ...] = ()
    folder: Path = Path("build")
    paper: str = "a4"
    gray: bool = False
    cached: bool = True
    workers: int = 0
    routes: str = "all"

    @property
    def book(self) -> Path | None:
        """The book's file, or None where topics are named one by one."""
        if not self.files:
            return Path("content") / BOOK
        named = [Path(file) for file in self.files if Path(file).name == BOOK]
        return named[0] if named else None

    @property
    def sources(self) -> list[Path]:
        """The files whose bytes decide the outputs: all of the book's folder, or the named topics."""
        if self.book is not None:
            return sorted(self.book.parent.glob("*.yaml"))
        return [Path(file) for file in self.files]

    @property
    def audit(self) -> Path | None:
        """The record of the book's audit, which may not be there; None where topics are named."""
        return self.book.parent / AUDIT if self.book is not None else None

    @property
    def processes(self) -> int:
        """How many processes may verify at a time."""
        return self.workers or os.cpu_count() or 1

    @property
    def options(self) -> dict[str, str]:
        """The options that decide the bytes of the outputs."""
        return {"gray": str(self.gray).lower(), "paper": self.paper, "routes": self.routes}

    @property
    def cache(self) -> Path | None:
        """Where verdicts are remembered: in a project's build folder, elsewhere nowhere."""
        in_project = self.cached and (Path("content") / BOOK).is_file()
        return self.folder / ".cache" / "verdicts.sqlite" if in_project else None

    def inputs(self) -> str:
        """The hash of all that decides the outputs. Raises OSError where a file cannot be read."""
        names = "".join(self.files)
        audit = [self.audit] if self.audit is not None and self.audit.is_file() else []
        return inputs_digest([*self.sources, *audit], f"{names}\0{sorted(self.options.items())}")

    def is_done(self) -> bool:
        """Whether the outputs are already those that this job would make."""
        try:
            return self.cached and is_current(self.folder, self.inputs())
        except OSError:  # loading will say which file cannot be read, and why
            return False
