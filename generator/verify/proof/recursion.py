r"""Names that the page defines by a first member and a step, as trees; nothing is proved here.

A largest (or smallest) entry so far is one too: `m_t = \max_{j \le t} x_j` is `m_1 = x_1` and
`m_t = \max(m_{t-1}, x_t)`.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.meaning.program import Program, substituted
from generator.meaning.trees import minus, number
from generator.notation.tree import Expr, bare, dim_number
from generator.verify.proof import facts

EXTREMA = {"maxover": "max", "minover": "min"}


@dataclass(frozen=True, slots=True)
class Recursion:
    """The member at the index `first`, and the one at `index` by the one before it."""

    index: str
    first: int
    base: Expr
    step: Expr
    extremum: bool = False


def recursion_of(name: str, program: Program) -> Recursion | None:
    """The recursion that defines a name; None where it is defined otherwise, or by members further back."""
    definitions = program.definitions.get(name, [])
    if any(d.arguments or d.tuple_of or d.power != 1 for d in definitions):
        return None
    if len(definitions) == 1:
        return _extremum(name, program)
    bases, steps = ([d for d in definitions if bool(d.at) == side] for side in (True, False))
    if len(bases) != 1 or len(steps) != 1 or len(steps[0].indices) != 1 or len(bases[0].at) != 1:
        return None
    first, body = facts.whole_number(bases[0].at[0]), program.body_of(steps[0])
    own = [node for node in body.walk() if node.head == "entry" and bare(node.args[0]).data == name]
    named = [node for node in body.walk() if node.head == "name" and node.data == name]
    before = all(offset(node.args[1], steps[0].indices[0]) == -1 for node in own)
    if first is None or len(named) != len(own) or not before:
        return None
    return Recursion(steps[0].indices[0], first, program.body_of(bases[0]), body)


def _extremum(name: str, program: Program) -> Recursion | None:
    (definition,) = program.definitions[name]
    core = bare(program.body_of(definition))
    if core.head not in EXTREMA or len(core.args) != 2 or len(definition.indices) != 1 or len(core.data) != 1:
        return None
    (index,), (own,), condition = definition.indices, core.data, bare(core.args[1])
    plain = condition.head == "rel" and condition.data == ("<=",)
    if not plain or [bare(arg).data for arg in condition.args] != [own, index]:
        return None
    first = [
        k for k in range(2) if program.symbols[index].lower == program.symbols[own].lower == dim_number(k)
    ]
    if not first or core.args[0].shape:
        return None
    at = Expr("name", (), index, shape=())
    before = Expr("entry", (Expr("name", (), name), minus(at, number(1))), shape=())
    step = Expr("func", (before, substituted(core.args[0], {own: at})), EXTREMA[core.head], shape=())
    return Recursion(index, first[0], substituted(core.args[0], {own: number(first[0])}), step, True)


def offset(place: Expr, index: str) -> int | None:
    """How far an index expression is from an index: -1 for t - 1; None for another one."""
    core = bare(place)
    if core.head == "name":
        return 0 if core.data == index else None
    if core.head != "add" or len(core.args) != 2 or bare(core.args[0]).data != index or core.data[0] == "-":
        return None
    by = facts.whole_number(core.args[1])
    return None if by is None else -by if core.data[1] == "-" else by


def looks_back(name: str, program: Program) -> bool:
    """Whether the member at t rests on random entries at t and before alone, and on no first random one."""
    found = recursion_of(name, program)
    if found is None or program.random_names([found.base]):
        return False
    entries = [node for node in found.step.walk() if node.head == "entry"]
    plain = {id(node.args[0]) for node in entries}
    if any(
        node.head == "name" and id(node) not in plain and _random(node, program) for node in found.step.walk()
    ):
        return False
    for node in entries:
        if not _random(node.args[0], program):
            continue
        by = offset(node.args[1], found.index) if len(node.args) == 2 else None
        other = str(bare(node.args[0]).data)
        known = other == name or other in program.laws.laws
        if by is None or by > 0 or not known:
            return False
    return True


def _random(expr: Expr, program: Program) -> bool:
    name = str(bare(expr).data)
    return bare(expr).head == "name" and name in program.symbols and facts.is_random(name, program)
