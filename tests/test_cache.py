"""The cache may cost time, never truth."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from generator.cache import VerdictCache, key
from generator.fingerprint import digest
from generator.model import Segment, Sentence, Text, Topic
from generator.packing import pack, unpack
from tests.conftest import verdict

PASSED = (verdict(), verdict("topic/trap-1", "refuted", "trap"))


@pytest.fixture
def stored(tmp_path: Path) -> VerdictCache:
    cache = VerdictCache(tmp_path / "deep" / "verdicts.sqlite")
    cache.put("key", PASSED)
    return cache


def test_gives_back_what_was_stored(stored: VerdictCache) -> None:
    assert stored.get("key") == PASSED
    assert stored.get("another key") is None


def test_packing_loses_nothing() -> None:
    assert unpack(pack(PASSED)) == PASSED


@pytest.mark.parametrize("text", ["", "{", "{}x", "[1]", "[{}]", '[{"id": 1}]', "null", '"a"'])
def test_unpack_refuses(text: str) -> None:
    with pytest.raises(ValueError):
        unpack(text)


@pytest.mark.parametrize("status", ["refuted", "undecided", "unknown", ""])
def test_only_passes_are_stored(tmp_path: Path, status: str) -> None:
    cache = VerdictCache(tmp_path / "verdicts.sqlite")
    cache.put("key", (verdict(), verdict("topic/claim-2", status)))
    assert cache.get("key") is None


def test_a_trap_that_holds_is_no_pass(tmp_path: Path) -> None:
    cache = VerdictCache(tmp_path / "verdicts.sqlite")
    cache.put("key", (verdict("topic/trap-1", "proved", "trap"),))
    assert cache.get("key") is None


def test_a_forged_failure_is_not_believed(stored: VerdictCache) -> None:
    """Even a row with a right checksum is refused where a verdict in it did not pass."""
    body = pack((verdict(status="undecided"),))
    with sqlite3.connect(stored.path or "") as base:
        base.execute("update verdicts set body = ?, sum = ?", (body, digest("key" + body)))
    assert stored.get("key") is None


def test_a_changed_row_is_thrown_away(stored: VerdictCache) -> None:
    with sqlite3.connect(stored.path or "") as base:
        base.execute("update verdicts set body = replace(body, 'frac12', 'frac13')")
    assert stored.get("key") is None
    assert stored.path is not None
    assert not stored.path.exists()
    stored.put("key", PASSED)
    assert stored.get("key") == PASSED


@pytest.mark.parametrize("damage", [b"", b"not a database at all, but long enough to be read as one" * 50])
def test_a_damaged_file_is_rebuilt(stored: VerdictCache, damage: bytes) -> None:
    assert stored.path is not None
    stored.path.write_bytes(damage)
    assert stored.get("key") is None
    stored.put("key", PASSED)
    stored.put("key", PASSED)
    assert stored.get("key") == PASSED


def test_every_flipped_byte_is_harmless(stored: VerdictCache) -> None:
    """Whatever byte of the file changes, the answer is the stored one or none."""
    assert stored.path is not None
    whole = stored.path.read_bytes()
    for position in range(0, len(whole), 97):
        broken = bytearray(whole)
        broken[position] ^= 0x55
        stored.path.write_bytes(bytes(broken))
        assert stored.get("key") in (PASSED, None)


def test_an_unusable_place_is_an_empty_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for cache in (VerdictCache(None), VerdictCache(tmp_path / "file" / "verdicts.sqlite")):
        cache.put("key", PASSED)
        assert cache.get("key") is None


def topic(**changes: str) -> Topic:
    text = Text("T", "content/a.yaml", ((0, 1, 1),))
    plain = Topic("a", "content/a.yaml", Sentence(text, (Segment("words", text),)), source="title: T\n")
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"name": "b"}, {"file": "b.yaml"}, {"source": "title: U\n"}])
def test_key_depends_on_the_topic(change: dict[str, str]) -> None:
    assert key(topic(**change), "checker", "all") != key(topic(), "checker", "all")


def test_key_depends_on_checker_and_routes() -> None:
    keys = {key(topic(), checker, routes) for checker in ("1", "2") for routes in ("all", "numeric")}
    assert len(keys) == 4
