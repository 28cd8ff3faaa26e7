"""Running through the values of bound indices: those between printed bounds, or all that are declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from generator.meaning.names import compile_int
from generator.meaning.program import Frame, Program
from generator.meaning.systems import Unsupported
from generator.notation.tree import Expr, bare


def index_terms(expr: Expr, program: Program) -> Callable[[Frame], Iterator[None]]:
    """A generator that binds the indices of a binder to each of their values in turn.

    Raises Unsupported for an infinite range.
    """
    if len(expr.args) == 3 and bare(expr.args[2]).data == "infty":
        raise Unsupported("an infinite range is not run through")
    names = expr.data
    if len(expr.args) == 3:
        low, high = compile_int(expr.args[1], program), compile_int(expr.args[2], program)
        name = names[0]

        def bounded(f: Frame) -> Iterator[None]:
            for value in range(low(f), high(f) + 1):
                f.index[name] = value
                yield

        return _restoring(names, bounded)
    condition = program.compiled(expr.args[1]) if len(expr.args) == 2 else None

    def declared(f: Frame, depth: int = 0) -> Iterator[None]:
        if depth == len(names):
            if condition is None or condition(f):
                yield
            return
        for value in program.range_of(names[depth], f.sizes):
            f.index[names[depth]] = value
            yield from declared(f, depth + 1)

    return _restoring(names, declared)


def _restoring(names: tuple[str, ...], values: Any) -> Callable[[Frame], Iterator[None]]:
    def run(f: Frame) -> Iterator[None]:
        saved = {name: f.index.get(name) for name in names}
        try:
            yield from values(f)
        finally:
            for name, value in saved.items():
                if value is None:
                    f.index.pop(name, None)
                else:
                    f.index[name] = value

    return run
