"""Joint cumulants of random entries, from their joint moments."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import prod
from typing import Any

from generator.meaning.chance import drawn
from generator.meaning.names import entry_of
from generator.meaning.polynomials import mean_of
from generator.meaning.program import Frame
from generator.notation.tree import Expr


def cumulant(names: list[str], where: tuple[int, ...], f: Frame) -> Any:
    """The joint cumulant of entries of random names, whose indices stand one after the other in `where`.

    It is taken in the model of the givens that the frame's chance names. A name without indices in
    `where` is one of iid entries: its first. A name may be defined by random ones.
    """
    symbols, rest, entries = f.program.symbols, list(where), []
    draw, child = drawn(f, sorted(f.program.random_names([Expr("name", (), name) for name in names])))
    for name in names:
        axes = len(symbols[name].family) + len(symbols[name].shape)
        own, rest = (rest[:axes] or [1] * axes), rest[axes:]
        entries.append(entry_of(name, tuple(own), child) if axes else child.values[name])
    return joint(entries, lambda p: mean_of(p, draw.sources, f.system))


def joint(entries: list[Any], mean: Callable[[Any], Any]) -> Any:
    """kappa(x_1 .. x_k) = E[x_1 .. x_k] less kappa(a block with x_1) E[the rest] for each smaller block."""
    first, rest = entries[0], entries[1:]
    value = mean(prod(rest, start=first))
    for chosen in product((False, True), repeat=len(rest)):
        inner, outer = ([x for x, c in zip(rest, chosen, strict=True) if c == side] for side in (True, False))
        if outer:
            value = value - joint([first, *inner], mean) * mean(prod(outer[1:], start=outer[0]))
    return value
