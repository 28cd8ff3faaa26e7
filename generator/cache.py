"""Verdicts remembered by content, in SQLite.

A row's key is a hash of everything that its verdicts depend on, so a row can be absent but
not out of date. Only topics that passed are stored, as JSON with a checksum. A file
that SQLite or the checksum refuses is thrown away: the cache may cost time, never truth.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from generator.fingerprint import digest
from generator.model import Topic, Verdict
from generator.packing import pack, unpack

#: What a relation of a passed topic may be; a trap passes by being refuted.
PASSED = frozenset({"proved", "exact", "checked", "sampled", "definition", "given", "convention"})

_TABLE = "create table if not exists verdicts (key text primary key, body text, sum text) without rowid"
_FIND = "select body, sum from verdicts where key = ?"
_STORE = "insert or replace into verdicts values (?, ?, ?)"


def passed(verdict: Verdict) -> bool:
    """Whether this relation may be printed."""
    return verdict.status == "refuted" if verdict.kind == "trap" else verdict.status in PASSED


def key(topic: Topic, checker: str, options: str) -> str:
    """The key of a topic's verdicts: its source and file, the checker's hash, the options."""
    return digest("\0".join((topic.name, topic.file, topic.source, checker, options)))


class VerdictCache:
    """Passed verdicts by key. `path` None means nothing is remembered.

    A cache that is locked, read-only or on a full disk behaves as an empty one.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def get(self, key: str) -> tuple[Verdict, ...] | None:
        """The verdicts stored under `key`, or None. Never raises."""
        if self.path is None or not self.path.is_file():
            return None
        try:
            with closing(self._open(self.path)) as base:
                row = base.execute(_FIND, (key,)).fetchone()
            if row is None:
                return None
            body, checksum = row
            if digest(key + body) != checksum:
                raise ValueError("checksum")
            verdicts = unpack(body)
        except sqlite3.OperationalError:
            return None
        except (sqlite3.DatabaseError, ValueError, TypeError):
            self._discard()
            return None
        return verdicts if all(map(passed, verdicts)) else None

    def put(self, key: str, verdicts: tuple[Verdict, ...]) -> None:
        """Store `verdicts` under `key` if every one of them passed. Never raises."""
        if self.path is None or not verdicts or not all(map(passed, verdicts)):
            return
        body = pack(verdicts)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._open(self.path)) as base, base:
                base.execute(_TABLE)
                base.execute(_STORE, (key, body, digest(key + body)))
        except (sqlite3.OperationalError, OSError):
            return
        except sqlite3.DatabaseError:
            self._discard()

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=5)

    def _discard(self) -> None:
        if self.path is not None:
            with suppress(OSError):
                self.path.unlink(missing_ok=True)
