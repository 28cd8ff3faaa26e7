r"""Mutants of a symbols block: each declared domain, widened or taken away.

A narrower domain makes no claim false; a wider one must make some claim fail, or else the
page assumes more than it needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.audit.mutate import Mutant
from generator.audit.pieces import split

_WEAK = {">": r"\ge ", "<": r"\le ", r"\gt": r"\ge ", r"\lt": r"\le "}
_LOWER = re.compile(r"((?:\\ge|>)\s*)([0-9]+)")
_INTERVAL = re.compile(r"(\\in\s*)([(\[])([^()\[\]]*)([)\]])")
_SET = re.compile(r"\\in\s*\\\{\s*([0-9]+)\s*,(?:[^{}]*,)?\s*([0-9]+)\s*\\\}")


def symbol_mutants(block: str) -> Iterator[Mutant]:
    """Every block with one declared domain wider, or one declared type of another size."""
    lines = block.splitlines()
    sizes = [name for line in lines for name, kind in _declared(line) if kind == "size"]
    for number, line in enumerate(lines):
        for operator, kind, new in _line_mutants(line, sizes):
            if new != line:
                yield Mutant(
                    operator, kind, "\n".join([*lines[:number], *new.splitlines(), *lines[number + 1 :]])
                )


def _line_mutants(line: str, sizes: list[str]) -> Iterator[tuple[str, str, str]]:
    plain = line.split("#")[0].rstrip()
    names, colon, types = plain.rpartition(" : ")
    if not colon:
        yield "drop-restriction", "domain", ""
        return
    parts = split(types)
    for k in range(1, len(parts)):
        yield "drop-domain", "domain", f"{names} : {','.join([*parts[:k], *parts[k + 1 :]])}"
        for new in _wider(parts[k]):
            yield "widen-domain", "domain", f"{names} : {','.join([*parts[:k], new, *parts[k + 1 :]])}"
    kind, *dims = parts[0].split()
    for k, dim in enumerate(dims):
        for other in sizes:
            if dim in sizes and other != dim:
                changed = " ".join([kind, *dims[:k], other, *dims[k + 1 :]])
                yield "other-size", "transpose", f"{names} : {','.join([changed, *parts[1:]])}"


def _wider(condition: str) -> Iterator[str]:
    for match in re.finditer(r"\\[gl]t(?![a-z])|[<>]", condition):
        yield condition[: match.start()] + _WEAK[match.group()] + condition[match.end() :]
    for match in _LOWER.finditer(condition):
        if int(match.group(2)) > 0:
            lower = match.group(1) + str(int(match.group(2)) - 1)
            yield condition[: match.start()] + lower + condition[match.end() :]
    for match in _INTERVAL.finditer(condition):
        closed = f"{match.group(1)}[{match.group(3)}]"
        yield condition[: match.start()] + closed + condition[match.end() :]
    for match in _SET.finditer(condition):
        hull = rf"\in [{match.group(1)}, {match.group(2)}]"
        yield condition[: match.start()] + hull + condition[match.end() :]


def _declared(line: str) -> Iterator[tuple[str, str]]:
    names, colon, types = line.split("#")[0].rpartition(" : ")
    if colon:
        kind = split(types)[0].strip()
        yield from ((name.strip(), kind) for name in split(names))
