"""Quadratic forms of independent standard normals: their matrices, and which are projections."""

from __future__ import annotations

from typing import Any

from generator.meaning import arrays
from generator.meaning.polynomials import Poly
from generator.meaning.program import Frame
from generator.meaning.systems import Unsure
from generator.verify.equality import equal
from generator.verify.question import Undecided
from generator.verify.symbolic import is_zero

Matrix = dict[tuple[int, int], Any]


def same(frame: Frame, a: Any, b: Any) -> bool:
    """Whether two numbers are equal, in balls or in symbols. Raises Unsure for balls too wide to tell."""
    if frame.system.symbolic:
        return is_zero(a - b)
    answer = equal(a, b)
    if answer is None:
        raise Unsure("the balls are too wide")
    return answer


def alike(frame: Frame, value: Any, wanted: Any) -> bool:
    """Whether two arrays are equal entry by entry; a bare number stands for all entries. Raises Unsure."""
    if isinstance(value, list) and isinstance(wanted, list):
        pairs = zip(arrays.flat(value), arrays.flat(wanted), strict=True)
        return all(same(frame, a, b) for a, b in pairs)
    return all(same(frame, a, b) for a in arrays.flat(value) for b in arrays.flat(wanted))


def quadratic(frame: Frame, poly: Poly) -> Matrix:
    """The symmetric matrix of a quadratic form without lower terms. Raises Undecided otherwise."""
    matrix: Matrix = {}
    for mono, coefficient in poly.terms.items():
        degree = sum(e for _, e in mono)
        if degree != 2:
            if same(frame, coefficient, frame.system.number(0)):
                continue
            raise Undecided("the quadratic form has lower terms")
        if len(mono) == 1:
            matrix[(mono[0][0], mono[0][0])] = coefficient
        else:
            i, j = mono[0][0], mono[1][0]
            matrix[(i, j)] = matrix[(j, i)] = coefficient / 2
    return matrix


def projection(frame: Frame, poly: Poly) -> tuple[Matrix, Any, Any]:
    """(matrix, scale, rank) with matrix = scale * idempotent (Cochran). Raises Undecided otherwise."""
    matrix = quadratic(frame, poly)
    rows = sorted({i for i, _ in matrix})
    zero = frame.system.number(0)
    trace = sum((matrix.get((i, i), zero) for i in rows), zero)
    squares = sum((v * v for v in matrix.values()), zero)
    if same(frame, trace, zero):
        raise Undecided("the quadratic form is not positive")
    scale = squares / trace
    for i in rows:
        for j in rows:
            entry = sum((matrix.get((i, k), zero) * matrix.get((k, j), zero) for k in rows), zero)
            if not same(frame, entry, scale * matrix.get((i, j), zero)):
                raise Undecided("the quadratic form is not a multiple of a projection")
    return matrix, scale, trace / scale


def orthogonal(frame: Frame, one: Matrix, other: Matrix) -> bool:
    """Whether the product of two symmetric matrices is 0: their forms are independent (Craig)."""
    zero = frame.system.number(0)
    rows = sorted({i for i, _ in (*one, *other)})
    for i in rows:
        for j in rows:
            entry = sum((one.get((i, k), zero) * other.get((k, j), zero) for k in rows), zero)
            if not same(frame, entry, zero):
                return False
    return True
