"""The nearest true variant of a refuted equality: one factor that mends it at every size tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flint import arb

from generator.meaning import arrays
from generator.meaning.systems import MeaningError
from generator.notation.tree import bare
from generator.verify.question import Question, Undecided, shown

Factor = Callable[[dict[str, int]], Any]


def nearest(question: Question, equal: Callable[[Any, Any], bool | None]) -> str:
    """ "holds with an extra factor 1/n", or "" where no simple factor mends all entries at all sizes."""
    try:
        pairs = list(_values(question))
    except (MeaningError, Undecided, KeyError):
        return ""
    if all(equal(a, b) for _, a, b in pairs):
        return ""
    names = sorted(pairs[0][0])
    for words, factor in _factors(names):
        if all(_mends(equal, factor(sizes), a, b) for sizes, a, b in pairs):
            return f"holds with an extra factor {words} on the right"
    if all(equal(a - b, arb(1)) for _, a, b in pairs):
        return "holds with 1 added on the right"
    return "holds with 1 taken from the right" if all(equal(a - b, arb(-1)) for _, a, b in pairs) else ""


#: Accents and marks of what is found from data, not given.
_ESTIMATE = re.compile(r"\\(?:hat|widehat|bar|tilde|widetilde|check|star|ast|dagger)(?![a-zA-Z])|\*|'")


def undefined(question: Question) -> str:
    """That nothing says what a name is which is a side alone, or marked as an estimate; "" for others."""
    program = question.program
    sides = [bare(side) for side in question.sides()]
    alone = {side.args[0].data if side.head == "entry" else side.data for side in sides}
    names = dict.fromkeys(e.data for e in question.expr.walk() if e.head == "name")
    for name in names:
        symbol = program.symbols.get(name)
        known = name in program.definitions or name in program.bound_values or name in program.laws.laws
        if symbol is None or known or symbol.kind not in ("scalar", "vector", "matrix"):
            continue
        if name in alone or _ESTIMATE.search(name):
            words = f"nothing on the page says what {shown(name)} is, so this is claimed of all its values"
            return f"{words}: define it; where it solves an equation, print g = 0 \\iff {shown(name)} = .."
    return ""


def _mends(equal: Callable[[Any, Any], bool | None], factor: Any, a: Any, b: Any) -> bool:
    return bool(factor != 0) and bool(equal(a, factor * b))


def _values(question: Question) -> Iterator[tuple[dict[str, int], Any, Any]]:
    """(sizes, left entry, right entry) at the first point of up to four tuples of sizes."""
    left, right = (question.program.compiled(arg) for arg in question.sides())
    seen: list[dict[str, int]] = []
    for point, frame in question.frames():
        if point.sizes in seen and len(seen) > 1:
            continue
        seen.append(point.sizes)
        for a, b in zip(arrays.flat(left(frame)), arrays.flat(right(frame)), strict=True):
            if b.contains(0) != a.contains(0):
                raise Undecided("no factor makes 0 of another number")
            if not b.contains(0):
                yield point.sizes, a, b
        if len(seen) >= 4:
            return


#: Factors that people lose, of one size; read at its value.
SIZE_FACTORS: tuple[tuple[str, Callable[[int], Any]], ...] = (
    ("{n}", lambda v: arb(v)),
    ("1/{n}", lambda v: 1 / arb(v)),
    ("{n}-1", lambda v: arb(v - 1)),
    ("1/({n}-1)", lambda v: 1 / arb(max(v - 1, 1))),
    ("{n}/({n}-1)", lambda v: arb(v) / max(v - 1, 1)),
    ("({n}-1)/{n}", lambda v: arb(v - 1) / v),
    ("sqrt({n})", lambda v: arb(v).sqrt()),
    ("1/sqrt({n})", lambda v: 1 / arb(v).sqrt()),
)


def _factors(names: list[str]) -> Iterator[tuple[str, Factor]]:
    """Constant factors, then those of each size."""
    for words, value in (("-1", arb(-1)), ("2", arb(2)), ("1/2", arb(1) / 2)):
        yield words, partial(_constant, value)
    for name in names:
        for form, function in SIZE_FACTORS:
            yield form.format(n=shown(name)), partial(_of_size, name, function)


def _constant(value: Any, _sizes: dict[str, int]) -> Any:
    return value


def _of_size(name: str, function: Callable[[int], Any], sizes: dict[str, int]) -> Any:
    return function(sizes[name])
