r"""The unknown of an equation and its solution: a name, `x = ..`, or one entry of it, `\theta_k = ..`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.meaning import arrays
from generator.meaning.names import compile_int
from generator.meaning.program import Code, Frame, Program
from generator.notation.tree import Expr, bare


@dataclass(frozen=True, slots=True)
class Unknown:
    """A base name, with the places of an entry (none: the whole name); both count from 1."""

    name: str
    places: tuple[Code, ...] = ()

    def put(self, frame: Frame, value: Any) -> Frame:
        """The frame in which the unknown has this value."""
        if not self.places:
            return frame.child({self.name: value})
        whole = arrays.each(lambda v: v, frame.values[self.name])
        row = whole
        *path, last = (place(frame) - 1 for place in self.places)
        for k in path:
            row = row[k]
        row[last] = value
        return frame.child({self.name: whole})


def unknown_of(solution: Expr, program: Program) -> Unknown | None:
    """What stands on the left of `u = u_0`, where that can be moved by itself; else None."""
    if solution.head != "rel" or solution.data != ("=",):
        return None
    left = bare(solution.args[0])
    if left.head == "name":
        return Unknown(str(left.data))
    if left.head != "entry" or left.args[0].head != "name" or left.shape != ():
        return None
    name = str(left.args[0].data)
    symbol = program.symbols.get(name)
    plain = symbol is not None and not (symbol.family or symbol.of or symbol.words - {"random"})
    if not plain or name in program.definitions or name in program.laws.laws:
        return None
    return Unknown(name, tuple(compile_int(place, program) for place in left.args[1:]))
