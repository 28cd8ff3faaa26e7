r"""The extreme value of a quadratic function of a vector under linear equations: `\min_{x :\, Ax = b}`.

The function and the equations are read off at unit vectors (for a quadratic that is exact), tried for
being quadratic and linear at further points, and solved by the conditions of Karush, Kuhn and Tucker. That
point is the one minimum where the Hessian is positive definite along the equations (Finsler's lemma).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb, arb_mat

from generator.meaning import arrays, forms
from generator.meaning.names import compile_int
from generator.meaning.program import Code, Frame, Program
from generator.meaning.systems import Unsupported, Unsure
from generator.notation.tree import Expr, bare, dim_value

WEIGHTS = (1, 2**10, 2**40)  # of the equations in Finsler's lemma
UNKNOWN = "an extremum over a continuum has no value by trying"

Function = Callable[[list[Any]], list[Any]]


def extreme_value(expr: Expr, program: Program, largest: bool) -> Code:
    """Raises Unsupported for anything but a quadratic over all vectors that meet linear equations."""
    names = tuple(map(str, expr.data or ()))
    homogeneous = forms.extreme_value(expr, program, largest)
    if homogeneous is not None:
        return homogeneous
    symbol = program.symbols.get(names[0]) if len(names) == 1 else None
    plain = symbol is not None and symbol.kind == "vector" and not (symbol.family or symbol.words)
    if symbol is None or not plain or symbol.conditions or len(expr.args) > 2:
        raise Unsupported(UNKNOWN)
    relation = bare(expr.args[1]) if len(expr.args) == 2 else None
    whole = _whole_space(relation, symbol.name)
    if whole is not None:
        relation = None
    if relation is not None and (relation.head != "rel" or relation.data != ("=",)):
        raise Unsupported(UNKNOWN)
    body, size = program.compiled(expr.args[0]), symbol.shape[0]
    sides = [program.compiled(arg) for arg in relation.args] if relation is not None else []

    length = None if whole is None else compile_int(whole, program)

    def run(f: Frame) -> Any:
        if not isinstance(f.system.number(1), arb):
            raise Unsupported(UNKNOWN)
        if length is not None and length(f) != dim_value(size, f.sizes):
            raise Unsupported("the extremum over vectors of another length")
        sign = -1 if largest else 1

        def height(x: list[Any]) -> list[Any]:
            return [sign * body(f.child({names[0]: x}))]

        def gaps(x: list[Any]) -> list[Any]:
            values = [arrays.flat(side(f.child({names[0]: x}))) for side in sides]
            return [a - b for a, b in zip(*values, strict=True)]

        at = _minimum(height, gaps if sides else lambda x: [], dim_value(size, f.sizes))
        return sign * height(at)[0]

    return run


def _whole_space(relation: Expr | None, name: str) -> Expr | None:
    r"""The length n where a constraint is `x \in \mathbb R^n`, which is none."""
    if relation is None or relation.data != ("in",) or relation.args[0].data != name:
        return None
    space = bare(relation.args[1])
    return space.args[0] if space.head == "space" and space.data == "R" and len(space.args) == 1 else None


def _minimum(height: Function, gaps: Function, n: int) -> list[Any]:
    """The one minimum. Raises Unsupported for other functions."""
    zero = [arb(0)] * n
    unit = [[arb(int(i == k)) for i in range(n)] for k in range(n)]
    base, at_unit = height(zero)[0], [height(u)[0] for u in unit]
    hessian = [
        [height(_sum(unit[i], unit[j]))[0] - at_unit[i] - at_unit[j] + base for j in range(n)]
        for i in range(n)
    ]
    slope = [at_unit[i] - base - hessian[i][i] / 2 for i in range(n)]
    start = gaps(zero)
    rows = [[gaps(u)[r] - start[r] for u in unit] for r in range(len(start))]
    for trial in ([arb(3 + 2 * i) for i in range(n)], [arb((-2) ** (i + 1)) / 3 for i in range(n)]):
        flat = base + arrays.dot(slope, trial)
        bent = sum((trial[i] * arrays.dot(hessian[i], trial) for i in range(n)), arb(0)) / 2
        straight = [s + arrays.dot(row, trial) for s, row in zip(start, rows, strict=True)]
        same = [(flat + bent, height(trial)[0]), *zip(straight, gaps(trial), strict=True)]
        if not all((a - b).contains(0) for a, b in same):
            raise Unsupported("the extremum of what is no quadratic under linear equations")
    return _solved(hessian, slope, rows, start)


def _solved(hessian: list[list[Any]], slope: list[Any], rows: list[list[Any]], start: list[Any]) -> list[Any]:
    n, m = len(hessian), len(rows)
    if not any(_definite(_weighted(hessian, rows, weight)) for weight in WEIGHTS):
        raise Unsupported("the extremum of what is not seen to be strictly convex along the equations")
    table = [[*hessian[i], *(rows[r][i] for r in range(m))] for i in range(n)]
    table += [[*row, *[arb(0)] * m] for row in rows]
    right = arb_mat([[-v] for v in (*slope, *start)])
    try:
        found = arb_mat(table).solve(right)
    except ZeroDivisionError as error:
        raise Unsure("equations that are close to repeating one another") from error
    return [found[i, 0] for i in range(n)]


def _weighted(hessian: list[list[Any]], rows: list[list[Any]], weight: int) -> list[list[Any]]:
    span = range(len(hessian))
    return [[hessian[i][j] + weight * sum((r[i] * r[j] for r in rows), arb(0)) for j in span] for i in span]


def _definite(m: list[list[Any]]) -> bool:
    return all(arb_mat([row[:k] for row in m[:k]]).det() > 0 for k in range(1, len(m) + 1))


def _sum(a: list[Any], b: list[Any]) -> list[Any]:
    return [x + y for x, y in zip(a, b, strict=True)]
