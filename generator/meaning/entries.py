"""Entries that other names bound, `a_i \\le x_i \\le b_i`, and why no point was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

from generator.meaning.arrays import each
from generator.meaning.domains import MIRROR, Domain, Reach, narrow, subject_of
from generator.meaning.paths import entry_at, put_at
from generator.meaning.program import Frame, Program, free_names
from generator.notation.tree import Expr, bare
from generator.notation.unparse import as_latex

#: Relations that bound a name by other names, each with the indices of the entry that it bounds.
Bounding = tuple[tuple[Expr, tuple[str, ...]], ...]


def bounding(conditions: Iterable[Expr], name: str, program: Program) -> Bounding:
    """The order relations that bound a number, or an entry of an array, by other names."""
    found = []
    for condition in conditions:
        core = bare(condition)
        ordered = core.head == "rel" and set(core.data) <= {*MIRROR, "in"}
        sides = [bare(arg) for arg in core.args] if ordered else []
        own = [e for e in sides if e.shape == () and subject_of(e, program) == name]
        if len(own) == 1 and free_names(core) - {name}:
            found.append((condition, tuple(str(bare(i).data) for i in own[0].args[1:])))
    return tuple(found)


def bounds(
    value: Any, name: str, known: Bounding, f: Frame, domain: Domain
) -> Iterator[tuple[tuple[int, ...], Domain]]:
    """The place of every entry of an array, with its own domain; none where no name bounds them.

    domain: what all entries have in common.
    """
    for path in _paths(value) if known and not callable(value) else ():
        own = replace(domain, excluded=list(domain.excluded))
        for condition, names in known:
            starts = [f.program.range_of(index, f.sizes).start for index in names]
            saved = f.index
            f.index = {**saved, **{n: k + s for n, k, s in zip(names, path, starts, strict=False)}}
            narrow(own, condition, name, f)
            f.index = saved
        yield path, own


def fit(value: Any, found: Iterator[tuple[tuple[int, ...], Domain]], rng: Random, reach: Reach) -> Any:
    """The value; those entries drawn anew, in place, which lie outside their own bounds.

    Raises MeaningError where there is nothing between the bounds.
    """
    for path, own in found:
        if own.holds(entry_at(value, path)):
            continue
        if not path:
            return own.draw(rng, reach)
        put_at(value, path, own.draw(rng, reach))
    return value


def at_ends(value: Any, found: list[tuple[tuple[int, ...], Domain]]) -> Iterator[Any]:
    """The array with each entry at its own lower end, then at its upper one, where these belong to it."""
    for end in (0, -1) if found else ():
        moved = each(lambda v: v, value)
        for path, own in found:
            if own.borders() and path:
                put_at(moved, path, own.borders()[end])
            elif own.borders():
                moved = own.borders()[end]
        if moved != value:
            yield moved


def _paths(value: Any, before: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    if not isinstance(value, list):
        yield before
        return
    for k, part in enumerate(value):
        yield from _paths(part, (*before, k))


def none_found(sizes: dict[str, int], rejected: list[Expr | str]) -> str:
    """That no point was found at these sizes, and what most of the candidates failed."""
    where = ", ".join(f"{name} = {size}" for name, size in sorted(sizes.items()))
    words = f"no admissible point was found in the declared domain{f' at {where}' * bool(where)}"
    told = Counter(part if isinstance(part, str) else as_latex(part) for part in rejected)
    if not told:
        return words
    most = max(told, key=lambda part: told[part])
    if most in rejected:
        return f"{words}: {most}"
    sizes_too = "; where other sizes are meant, declare them (n \\ge 2)" if where else ""
    return f"{words}: nothing that was tried meets {most}{sizes_too}"
