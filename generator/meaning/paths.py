"""Entries of nested lists by their paths, those at the end first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SOLVED_ENTRIES = 3  # entries of a name that are moved to meet an equation


def last_path(value: Any) -> tuple[int, ...]:
    """The path of the last entry; () of a number."""
    path: tuple[int, ...] = ()
    while isinstance(value, list):
        path, value = (*path, len(value) - 1), value[-1]
    return path


def last_paths(value: Any) -> list[tuple[int, ...]]:
    """The paths of the last entries of a value, the last one first, then the first of all."""
    paths: list[tuple[int, ...]] = [()]
    while isinstance(entry_at(value, paths[0]), list):
        paths = [(*path, i) for path in paths for i in range(len(entry_at(value, path)))]
    return [*paths[::-1][:SOLVED_ENTRIES], paths[0]]


def entry_at(value: Any, path: tuple[int, ...]) -> Any:
    """The entry, or the list, at a path."""
    for i in path:
        value = value[i]
    return value


def put_at(value: Any, path: tuple[int, ...], new: Any) -> None:
    """Another entry at a path, in place."""
    for i in path[:-1]:
        value = value[i]
    value[path[-1]] = new


def filled(dims: list[int], make: Callable[[], Any]) -> Any:
    """A number, or a nested list of these lengths, each entry made anew."""
    return [filled(dims[1:], make) for _ in range(dims[0])] if dims else make()
