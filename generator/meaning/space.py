r"""Probabilities of declared events, `\Pr(A)` and `\Pr(A \mid B)`, under one joint law of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from generator.meaning.eventlaw import space_of
from generator.meaning.eventplan import plan_of
from generator.meaning.eventsets import atoms_of, has_events
from generator.meaning.program import Code, Frame, Program
from generator.meaning.systems import MeaningError, NoValue, TooMuch
from generator.notation.tree import Expr, Symbol, meaning_key


def probability(expr: Expr, program: Program) -> Code:
    """The value of a probability of declared events.

    Its code raises NoValue where the condition has probability 0, Unsupported for what is no event.
    """
    codes = [atoms_of(arg, program) for arg in expr.args]

    def run(f: Frame) -> Any:
        space, zero = space_of(f), f.system.number(0)
        atoms = codes[0](f)
        if len(codes) == 1:
            return space.chance(atoms, zero)
        condition = codes[1](f)
        below = space.chance(condition, zero)
        if (below == 0) if f.system.symbolic else (f.system.sign(below) == 0):
            raise NoValue("the condition has probability 0")
        return space.chance(atoms & condition, zero) / below

    return run


def conditions(program: Program, exprs: Iterable[Expr]) -> tuple[Expr, ...]:
    r"""The events behind a bar, in expressions and what they rest on: a point gives them a probability."""
    exprs = list(exprs)
    names = program.rests_on(exprs)
    trees = [*exprs, *(program.body_of(d) for name in names for d in program.definitions.get(name, ()))]
    if any(program.symbols[name].kind == "event" for name in names if name in program.symbols):
        trees += [given.expr for given in program.laws.of_events]
    found = {
        meaning_key(event): event for tree in trees for event in program.found("bars", tree, _behind_bars)
    }
    return tuple(event for event in found.values() if has_events([event], program))


def _behind_bars(tree: Expr) -> list[Expr]:
    return [node.args[1] for node in tree.walk() if node.head == "Pr" and len(node.args) == 2]


def outcomes(program: Program, sizes: dict[str, int]) -> int:
    """How much work the joint law of the events is: without bound where it is not enumerated."""
    try:
        steps = plan_of(program, sizes)
    except TooMuch:
        return 10**9
    except MeaningError:
        return 1
    return sum(len(step.splits) * (1 + len(step.gaps) * (2 + step.numbers)) for step in steps)


def drawn(symbol: Symbol, f: Frame, draw: Any) -> Any:
    """A value for an event: of each member the numbers that its atoms leave open, each from `draw`."""
    counts = {step.member: step.numbers for step in plan_of(f.program, f.sizes)}
    ranges = [f.program.range_of(i, f.sizes) for i in symbol.family]
    ranges += [range(1, len(_along(counts, symbol, k)) + 1) for k in range(len(symbol.shape))]

    def build(where: tuple[int, ...], rest: list[range]) -> Any:
        if not rest:
            return [draw() for _ in range(counts[(symbol.name, where)])]
        return [build((*where, i), rest[1:]) for i in rest[0]]

    return build((), ranges)


def _along(counts: dict[tuple[str, tuple[int, ...]], int], symbol: Symbol, axis: int) -> set[int]:
    axis += len(symbol.family)
    return {where[axis] for name, where in counts if name == symbol.name}


def broken(f: Frame, behind: Iterable[Expr]) -> bool:
    """Whether the events drawn at a point break what the page says, or one behind a bar never happens."""
    try:
        space = space_of(f)
        zero = f.system.number(0)
        return any(
            f.system.sign(space.chance(atoms, zero)) == 0
            for event in behind
            for atoms in _at_all_indices(event, f)
        )
    except MeaningError:
        return True


def _at_all_indices(event: Expr, f: Frame) -> Iterator[int]:
    symbols = f.program.symbols
    used = {node.data for node in event.walk() if node.head == "name"}
    names = [name for name, symbol in symbols.items() if symbol.kind == "index" and name in used]
    code = atoms_of(event, f.program)
    for values in product(*(f.program.range_of(name, f.sizes) for name in names)):
        f.index = dict(zip(names, values, strict=True))
        yield code(f)
