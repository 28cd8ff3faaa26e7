"""The degree in the random names of what is averaged."""

from __future__ import annotations

from generator.meaning.program import Program
from generator.notation.tree import Expr, bare


def degree(expr: Expr, program: Program, random: frozenset[str], seen: tuple[str, ...] = ()) -> float:
    """The degree in the random names of what is averaged in a tree; infinite where it is no polynomial."""
    expr = bare(expr)
    if expr.head in ("E", "Var", "Cov"):
        inner = sum(_degree(arg, program, random, seen) for arg in expr.args)
        return 2 * inner if expr.head == "Var" else inner
    found = [degree(arg, program, random, seen) for arg in expr.args]
    if expr.head in ("name", "call") and expr.data not in seen:
        known = program.definitions.get(expr.data, ())
        found += [degree(program.body_of(d), program, random, (*seen, expr.data)) for d in known]
    return max(found, default=0)


def _degree(expr: Expr, program: Program, random: frozenset[str], seen: tuple[str, ...]) -> float:
    """The degree of a tree as a polynomial in the random names."""
    expr = bare(expr)
    if expr.head in ("E", "Var", "Cov") or not program.rests_on([expr]) & random:
        return 0

    def of(arg: Expr) -> float:
        return _degree(arg, program, random, seen)

    if expr.head in ("add", "tuple", "transpose", "matrix"):
        return max(map(of, expr.args))
    if expr.head in ("mul", "hadamard"):
        return sum(map(of, expr.args))
    if expr.head in ("sum", "entry", "deriv", "grad", "at") or (
        expr.head == "func" and expr.data in ("tr", "diag")
    ):
        return of(expr.args[0])
    if expr.head == "div":
        return of(expr.args[0]) if of(expr.args[1]) == 0 else float("inf")
    if expr.head == "pow" and bare(expr.args[1]).head == "num":
        return _power_degree(expr, program, random, seen)
    if expr.head in ("name", "call"):
        if expr.data in random:
            return 1
        symbol = program.symbols[expr.data]
        known = program.definitions.get(expr.data, [])
        if symbol.of:
            return of(Expr("name", (), symbol.of))
        arguments = any(program.rests_on([arg]) & random for arg in expr.args)
        if known and expr.data not in seen and not arguments and all(d.power == 1 for d in known):
            return max(_degree(program.body_of(d), program, random, (*seen, expr.data)) for d in known)
    return float("inf")


def _power_degree(expr: Expr, program: Program, random: frozenset[str], seen: tuple[str, ...]) -> float:
    base, exponent = bare(expr.args[0]), bare(expr.args[1]).data
    if not exponent.isdigit():
        return float("inf")
    if base.head == "name":
        known = program.definitions.get(base.data, [])
        if known and known[0].power == 2 and int(exponent) % 2 == 0:
            return _degree(program.body_of(known[0]), program, random, seen) * int(exponent) / 2
    return _degree(base, program, random, seen) * int(exponent)
