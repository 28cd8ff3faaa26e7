"""Scalars, vectors (lists) and matrices (lists of rows) over any number system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from generator.meaning.jets import still
from generator.meaning.systems import MeaningError, NoValue, System, Unsupported
from generator.notation.tree import ONE, Shape

#: The largest matrix whose determinant is expanded: 2^n minors.
MOST_EXPANDED = 12


def rank_of(value: Any) -> int:
    """0 for a scalar, 1 for a vector, 2 for a matrix."""
    if not isinstance(value, list):
        return 0
    return 2 if value and isinstance(value[0], list) else 1


def each(function: Callable[[Any], Any], value: Any) -> Any:
    """`function` on every entry."""
    if isinstance(value, list):
        return [each(function, v) for v in value]
    return function(value)


def zipped(function: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """`function` on every pair of entries. Raises MeaningError where the shapes differ."""
    if isinstance(a, list) != isinstance(b, list) or (isinstance(a, list) and len(a) != len(b)):
        raise MeaningError("shapes differ")
    if isinstance(a, list):
        return [zipped(function, x, y) for x, y in zip(a, b, strict=True)]
    return function(a, b)


def flat(value: Any) -> list[Any]:
    """All entries in row order."""
    if isinstance(value, list):
        return [entry for v in value for entry in flat(v)]
    return [value]


def dot(a: list[Any], b: list[Any]) -> Any:
    """Sum of products; both of the same length of at least 1."""
    if len(a) != len(b):
        raise MeaningError("lengths differ")
    total = a[0] * b[0]
    for x, y in zip(a[1:], b[1:], strict=True):
        total = total + x * y
    return total


def transpose(value: list[Any]) -> list[Any]:
    """A matrix transposed; a vector becomes a row, a row (one line) stays a matrix of one column."""
    if not isinstance(value[0], list):
        return [value]
    return [list(column) for column in zip(*value, strict=True)]


def full(value: Any) -> list[Any]:
    """A vector as a matrix of one column, a scalar as one of one entry; a matrix as it is."""
    rank = rank_of(value)
    return [[value]] if rank == 0 else [[v] for v in value] if rank == 1 else value


def joined(blocks: list[Any], rows: int, columns: int) -> list[Any]:
    """A matrix of blocks (by rows) as one matrix. Raises MeaningError where their sizes do not fit."""
    out: list[Any] = []
    for r in range(rows):
        beside = [full(block) for block in blocks[r * columns : (r + 1) * columns]]
        if len({len(block) for block in beside}) != 1:
            raise MeaningError("the blocks of a row differ in height")
        out += [[v for block in beside for v in block[k]] for k in range(len(beside[0]))]
    if len({len(row) for row in out}) != 1:
        raise MeaningError("the rows of blocks differ in width")
    return out


def product(a: Any, b: Any) -> Any:
    """The product by shape: scaling, matrix times matrix or vector, row times column, column times row."""
    ra, rb = rank_of(a), rank_of(b)
    if ra == 0 and rb == 0:
        return a * b
    if ra == 0:
        return each(lambda v: a * v, b)
    if rb == 0:
        return each(lambda v: v * b, a)
    if ra == 2 and rb == 1:
        out = [dot(row, b) for row in a]
        return out[0] if len(out) == 1 else out
    if ra == 2:
        columns = transpose(b)
        return [[dot(row, column) for column in columns] for row in a]
    if rb == 2 and len(b) == 1:
        return [[x * y for y in b[0]] for x in a]
    raise MeaningError("these shapes have no product")


def settle(value: Any, shape: Shape | None) -> Any:
    """`value` with the rank of its static `shape`: a 1 x 1 product is a scalar, a size-1 axis is not."""
    if shape is None:
        return value
    rank, want = rank_of(value), len(shape)
    if rank == want:
        return value
    if want == 0:
        return settle(value[0], shape)
    if want == 1 and rank == 0:
        return [value]
    if want == 1 and rank == 2:
        return [row[0] for row in value] if len(value) != 1 or shape[0] == ONE else value[0]
    if want == 2 and rank == 1:
        return [value] if shape[0] == ONE else [[v] for v in value]
    return [[value]] if want == 2 else value


def eliminate(matrix: list[list[Any]], system: System) -> tuple[Any, list[list[Any]]]:
    """(determinant, inverse) by Gauss-Jordan with the largest pivot.

    Raises MeaningError where the matrix is singular at this point.
    """
    n = len(matrix)
    if any(len(row) != n for row in matrix):
        raise MeaningError("a square matrix is needed")
    one, zero = system.number(1), system.number(0)
    work = [list(row) + [one if i == j else zero for j in range(n)] for i, row in enumerate(matrix)]
    determinant = one
    for k in range(n):
        best = max(range(k, n), key=lambda r: size_of(work[r][k], system))
        if size_of(work[best][k], system) <= 0:
            raise NoValue("the matrix is singular")
        if best != k:
            work[k], work[best] = work[best], work[k]
            determinant = -determinant
        pivot = work[k][k]
        determinant = determinant * pivot
        work[k] = [v / pivot for v in work[k]]
        for r in range(n):
            if r != k:
                factor = work[r][k]
                work[r] = [v - factor * w for v, w in zip(work[r], work[k], strict=True)]
    return determinant, [row[n:] for row in work]


def expanded(matrix: list[list[Any]], system: System) -> Any:
    """The determinant by expansion along the rows, a minor for each set of columns: no divisions."""
    n = len(matrix)
    if n > MOST_EXPANDED:
        raise Unsupported("a singular matrix of this size has no determinant by expansion")
    minors: dict[int, Any] = {0: system.number(1)}
    for row in matrix:
        found: dict[int, Any] = {}
        for columns, minor in minors.items():
            for j in range(n):
                if columns >> j & 1:
                    continue
                odd = (columns >> (j + 1)).bit_count() % 2
                term = -minor * row[j] if odd else minor * row[j]
                whole = columns | 1 << j
                found[whole] = found[whole] + term if whole in found else term
        minors = found
    return minors[(1 << n) - 1]


def size_of(value: Any, system: System) -> float:
    """A float for choosing pivots: 0 where the number may be 0."""
    value = still(value)
    if hasattr(value, "lifted"):  # holds random symbols: dividing by it says what is wrong
        return 1.0
    if hasattr(value, "abs_lower"):
        return float(value.abs_lower())
    if system.symbolic or hasattr(value, "modulus"):
        return 0.0 if value == 0 else 1.0
    try:
        return float(abs(value).min()) if hasattr(value, "min") else abs(float(value.p) / float(value.q))
    except AttributeError:
        return abs(float(value))


def cholesky(matrix: list[list[Any]], system: Any) -> list[list[Any]]:
    """The lower triangular C with C C^T = matrix. Raises MeaningError where it is not positive definite."""
    n = len(matrix)
    out = [[system.number(0)] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            rest = matrix[i][j]
            for k in range(j):
                rest = rest - out[i][k] * out[j][k]
            out[i][j] = system.call("sqrt", rest) if i == j else rest / out[j][j]
    return out
