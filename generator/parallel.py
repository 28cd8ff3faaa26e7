"""Work in killable processes: whatever happens to one of them, the others finish.

A process pool of the standard library loses all its work when one process dies, and
leaves processes behind on Ctrl-C; this one replaces the dead and always ends its own.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Lost:
    """Why an item has no result: `died` (killed, out of memory), `hung`, or `bug` (it raised)."""

    why: str
    text: str


@dataclass(slots=True)
class _Worker(Generic[Item]):
    process: BaseProcess
    pipe: Connection
    index: int = -1  # of the item it works on; -1 when idle
    since: float = field(default=0.0)


def each(
    function: Callable[[Item], Result], items: Sequence[Item], workers: int, limit: float
) -> Iterator[tuple[int, Result | Lost]]:
    """(index, result) of each item, in the order in which they finish.

    `function`, items and results must be picklable; the function must not raise for bad
    content. `limit` in seconds guards against a hang of our own. With one worker or one
    item the work is done in this process, where only the hang guard is lost.
    No process is left behind, however the caller stops.
    """
    workers = min(workers, len(items))
    if workers <= 1:
        for index, item in enumerate(items):
            yield index, _answer(function, item)
        return
    crew: list[_Worker[Item]] = []
    try:
        crew = [_start(function) for _ in range(workers)]
        yield from _share_out(function, items, crew, limit)
    finally:
        for worker in crew:
            _end(worker)


def _share_out(
    function: Callable[[Item], Result], items: Sequence[Item], crew: list[_Worker[Item]], limit: float
) -> Iterator[tuple[int, Result | Lost]]:
    waiting = list(range(len(items)))[::-1]
    while waiting or any(worker.index >= 0 for worker in crew):
        for worker in crew:
            if worker.index < 0 and waiting:
                worker.index, worker.since = waiting.pop(), time.monotonic()
                worker.pipe.send(items[worker.index])
        busy = {worker.pipe: worker for worker in crew if worker.index >= 0}
        ready = set(wait(list(busy), timeout=0.5))
        for pipe, worker in busy.items():
            index = worker.index
            if pipe in ready:
                result: Any = _receive(worker)
            elif time.monotonic() - worker.since > limit:
                result = Lost("hung", f"no answer within {limit:.0f} s")
            else:
                continue
            worker.index = -1
            if isinstance(result, Lost) and result.why in ("died", "hung"):
                _end(worker)
                crew[crew.index(worker)] = _start(function)
            yield index, result


def _receive(worker: _Worker[Item]) -> object:
    try:
        return worker.pipe.recv()
    except (EOFError, ConnectionError):
        worker.process.join(5)
        return Lost("died", f"exit code {worker.process.exitcode}")


def _start(function: Callable[[Item], Result]) -> _Worker[Item]:
    # fork keeps what is already imported; elsewhere it is unsafe or absent.
    ours, theirs = multiprocessing.Pipe()
    work = (function, theirs, os.getpid())
    process: BaseProcess
    if sys.platform.startswith("linux"):
        process = multiprocessing.get_context("fork").Process(target=_serve, args=work, daemon=True)
    else:
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=work, daemon=True)
    with _interrupts_held():
        process.start()
    theirs.close()
    return _Worker(process, ours)


def _end(worker: _Worker[Item]) -> None:
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A child born under Ctrl-C must not print a traceback before it ignores the signal."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(function: Callable[[Item], Result], pipe: Connection, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent answers for Ctrl-C
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        pipe.send(_answer(function, item))


def _follow(parent: int) -> None:
    """Die with a parent that was killed without a chance to end its children."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _answer(function: Callable[[Item], Result], item: Item) -> Result | Lost:
    try:
        return function(item)
    except Exception:  # noqa: BLE001  any exception here is a bug of ours and is reported as one
        return Lost("bug", traceback.format_exc())
