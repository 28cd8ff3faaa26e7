"""Relations that say nothing: twice the same side, a derivative of what does not move."""

from __future__ import annotations

from generator.meaning.program import Program
from generator.notation.tree import Expr, bare
from generator.verify.question import same_sides, shown


def vacuous(program: Program, expr: Expr, spelled_out: bool = False) -> str:
    """Why a relation says nothing, or "" (twice the same side; a derivative of what does not move)."""
    if not spelled_out and same_sides(expr):
        return "both sides are the same formula, so nothing is claimed"
    for node in expr.walk():
        if node.head in ("deriv", "grad", "hess"):
            for variable in node.args[1:]:
                reason = _derivative_fault(program, node.args[0], _variable_name(variable))
                if reason:
                    return reason
    return ""


def _derivative_fault(program: Program, body: Expr, name: str) -> str:
    """Why the derivative of `body` by a name is empty or has two readings, else ""."""
    if not name:
        return ""
    if name not in program.rests_on([body]):
        return f"the derivative by {shown(name)} is of something that does not depend on it"
    made_of = {n for n in program.closure(name) - {name} if _varies(program, n)}
    other = made_of & {n for n in program.reached(body, name) if _varies(program, n)}
    if other:
        words = ", ".join(sorted(map(shown, other)))
        return (
            f"the derivative by {shown(name)} has two readings: {words} enters both through {shown(name)} "
            "and by another path; write the dependence out"
        )
    return ""


def _varies(program: Program, name: str) -> bool:
    symbol = program.symbols.get(name)
    return symbol is not None and symbol.kind not in ("size", "index", "function", "law")


def _variable_name(variable: Expr) -> str:
    variable = bare(variable)
    while variable.head in ("pow", "entry"):
        variable = bare(variable.args[0])
    return str(variable.data) if variable.head == "name" else ""
