"""Work in processes: whatever happens to one, the others finish, and none is left."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.parallel import Lost, each
from tests.conftest import ROOT


def square(number: int) -> int:
    return number * number


def fragile(number: int) -> int:
    """Dies at 1, raises at 2, hangs at 3."""
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 2:
        raise ArithmeticError("two")
    if number == 3:
        time.sleep(60)
    return number


@pytest.mark.parametrize("workers", [1, 2, 5, 50])
def test_every_item_has_its_result(workers: int) -> None:
    assert dict(each(square, range(7), workers, 60)) == {n: n * n for n in range(7)}
    assert multiprocessing.active_children() == []


def test_nothing_to_do() -> None:
    assert list(each(square, [], 2, 60)) == []


def test_the_others_finish() -> None:
    results = dict(each(fragile, range(6), 2, 2))
    lost = {index: result.why for index, result in results.items() if isinstance(result, Lost)}
    assert lost == {1: "died", 2: "bug", 3: "hung"}
    assert {index: result for index, result in results.items() if index not in lost} == {0: 0, 4: 4, 5: 5}
    assert multiprocessing.active_children() == []


def test_a_bug_is_told_with_its_traceback() -> None:
    for workers in (1, 2):
        lost = dict(each(fragile, [2, 0], workers, 60))[0]
        assert isinstance(lost, Lost)
        assert lost.text.endswith("ArithmeticError: two\n")


def test_a_caller_that_stops_leaves_none() -> None:
    results = each(fragile, [0, 3, 3, 3], 2, 60)
    assert next(results) == (0, 0)
    results.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


CALLER = """
import sys, time
from generator.parallel import each
def slow(item):
    sys.stdout.write("begun\\n")  # one write a line: two processes share the pipe
    sys.stdout.flush()
    time.sleep(60)
try:
    list(each(slow, [1, 2], 2, 60))
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_signal_to_the_parent_ends_the_children(tmp_path: Path, number: int, code: int) -> None:
    (tmp_path / "caller.py").write_text(CALLER)
    parent = subprocess.Popen(
        [sys.executable, "caller.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"begun\n"
    assert parent.stdout.readline() == b"begun\n"
    (os.killpg if number == signal.SIGINT else os.kill)(parent.pid, number)
    assert parent.wait(10) == code
    # The pipe ends when the last process that holds it has ended.
    rest, errors = parent.communicate(timeout=10)
    assert (rest, errors) == (b"", b"")
