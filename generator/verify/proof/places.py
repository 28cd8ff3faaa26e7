"""Points for the step checker: a claim's sizes and values, as residues modulo a prime or as balls.

Values come from the claim's own sampler, so that every declaration and condition is met; names that
may be any number, or any positive one, are drawn from all residues (squares stand for the positive
numbers), where an accidental equality is as good as impossible.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from random import Random
from typing import Any

from generator.meaning import arrays
from generator.meaning.chance import Chance
from generator.meaning.points import BALLS, convert
from generator.meaning.program import Frame, Program, free_names
from generator.meaning.residues import PRIME, ResidueSystem
from generator.meaning.sampling import Sampler, Wanted, stable_number
from generator.meaning.systems import System
from generator.notation.tree import Symbol, bare
from generator.verify.question import Question

TRIES = 12  # points of one tuple of sizes in one number system

#: Laws whose support is every number.
UNBOUNDED = frozenset({"normal", "moments", "free"})

#: Relations that residues cannot break: only roots and functions rest on them, and balls decide those.
ORDER = frozenset({"<", "<=", ">", ">=", "!="})


def frames(question: Question, sizes: dict[str, int], exact: bool) -> Iterator[tuple[Frame, Random]]:
    """Frames at these sizes, modulo the prime or in balls, and a source of what else is drawn there.

    Raises MeaningError where the claim has no point.
    """
    program, seed = question.program, stable_number("check", question.seed)
    names = tuple(sorted(program.random_names(question.sides())))
    sampler = Sampler(program, Wanted(question.sides(), question.statement.when), seed)
    for number in range(TRIES):
        rng = Random(stable_number(seed, sorted(sizes.items()), number))
        point = sampler.point(sizes, number)
        system: System = ResidueSystem() if exact else BALLS
        values = {}
        for name, value in point.values.items():
            reach = _reach(name, program, sampler) if exact else ""
            values[name] = arrays.each(partial(_number, reach, system, rng), value)
        yield Frame(system, program, sizes, values, Chance(variant=number, names=names)), rng


def _number(reach: str, system: System, rng: Random, value: Any) -> Any:
    if not reach or callable(value):
        return convert(value, system)
    drawn = system.number(rng.randrange(2, PRIME))
    return drawn * drawn if reach == "positive" else drawn


def _reach(name: str, program: Program, sampler: Sampler) -> str:
    """`any` or `positive` where nothing but the sign of a name's entries is declared, else ""."""
    symbol, law = program.symbols[name], program.laws.laws.get(name)
    if symbol.kind not in ("scalar", "vector", "matrix") or symbol.words - {"random", "invertible"}:
        return ""
    if law is not None and law.law not in UNBOUNDED:
        return ""
    equations = [c for c in sampler.conditions if bare(c).head != "rel" or set(bare(c).data) - ORDER]
    if name in program.rests_on(equations):
        return ""
    if all(_above_zero(c, symbol, program) for c in symbol.conditions):
        return "positive" if symbol.conditions else "any"
    return ""


def _above_zero(condition: Any, symbol: Symbol, program: Program) -> bool:
    core = bare(condition)
    if core.head != "rel" or len(core.args) != 2 or core.data[0] not in (">", ">="):
        return False
    indices = {n for n in free_names(core.args[0]) if program.symbols[n].kind == "index"}
    left, right = free_names(core.args[0]) - indices, bare(core.args[1])
    single = bare(core.args[0]).head in ("name", "entry")
    return single and left == {symbol.name} and right.head == "num" and right.data == "0"
