r"""Eigenvalues, singular values, and what is made of them: matrix norms, rank, the pseudo-inverse.

Eigenvalues are enclosed by python-flint (acb_mat.eig: certified clusters, Johansson 2018); singular
values are the largest eigenvalues of the symmetric matrix [[0, A], [A^T, 0]]. A simple eigenvalue has
the derivative u^T dM v / u^T v (Magnus and Neudecker, Matrix Differential Calculus, chapter 8). The
rank is counted by elimination; the pseudo-inverse is that of a full-rank factorisation A = C F,
A^+ = F^T (F F^T)^-1 (C^T C)^-1 C^T (Ben-Israel and Greville, Generalized Inverses, section 1.6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import flint
from flint import acb, acb_mat, arb, arb_mat

from generator.meaning import arrays
from generator.meaning.jets import Jet, still
from generator.meaning.systems import Kink, MeaningError, NoValue, Unsupported, Unsure

if TYPE_CHECKING:
    from generator.meaning.program import Frame

Matrix = list[list[Any]]
SWEEPS = 16  # of Jacobi's rotations: they converge quadratically after the first few


def _numbers(f: Frame, matrix: Matrix, why: str) -> None:
    """Raises Unsupported for entries that are no balls (beside derivatives): symbols, polynomials."""
    if not all(isinstance(still(v), arb) for v in arrays.flat(matrix)):
        raise Unsupported(f"{why} has no value in {f.system.name or 'this number system'}")


def eigenvalues(f: Frame, matrix: Matrix) -> list[Any]:
    """The eigenvalues of a square matrix, the largest first, with multiplicity.

    Raises Unsupported where they may be no real numbers, Kink for the derivative of a multiple one.
    """
    _numbers(f, matrix, "an eigenvalue")
    if any(isinstance(v, Jet) for v in arrays.flat(matrix)):
        return _with_derivatives(matrix)
    if not _is_symmetric(f, matrix):
        return _real(matrix)
    try:
        return _descending([v.real for v in acb_mat(arb_mat(matrix)).eig(multiple=True)])
    except ValueError:  # clusters that it cannot separate
        return _of_symmetric(matrix)


def _is_symmetric(f: Frame, matrix: Matrix) -> bool:
    n = len(matrix)
    pairs = [matrix[i][j] - matrix[j][i] for i in range(n) for j in range(i)]
    return all(f.system.sign(gap) == 0 for gap in pairs)


def _real(matrix: Matrix) -> list[Any]:
    """Of any matrix, where each eigenvalue is simple and on the real axis: its conjugate is one too."""
    try:
        found = acb_mat(arb_mat(matrix)).eig()
    except ValueError as error:
        raise Unsupported("multiple eigenvalues of a matrix that is not symmetric") from error
    if not all(v.imag.contains(0) for v in found):
        raise Unsupported("this matrix has complex eigenvalues, which have no order: declare it symmetric")
    return _descending([v.real for v in found])


def _descending(found: list[arb]) -> list[Any]:
    """Enclosures in order: the k-th number lies between the k-th of the ends on either side."""
    lows = sorted((v.lower() for v in found), reverse=True)
    highs = sorted((v.upper() for v in found), reverse=True)
    return [low.union(high) for low, high in zip(lows, highs, strict=True)]


def _of_symmetric(matrix: Matrix) -> list[Any]:
    """Enclosures of all eigenvalues of a symmetric matrix, however many of them agree.

    With Q nearly orthogonal and B = Q^T M Q nearly diagonal, the k-th eigenvalue of B is within
    |B - diag B| of the k-th of the diagonal (Weyl), and that of M is it over a number within |Q^T Q - I|
    of 1 (Ostrowski).
    """
    n = len(matrix)
    basis = arb_mat(_rotations(matrix))
    turned = basis.transpose() * arb_mat(matrix) * basis
    gram = basis.transpose() * basis
    off = _length(turned[i, j] for i in range(n) for j in range(n) if i != j)
    skew = _length(gram[i, j] - int(i == j) for i in range(n) for j in range(n))
    if not skew < 1:
        raise Unsure("eigenvectors that are not found at this precision")
    found = _descending([turned[i, i] for i in range(n)])
    spread, stretch = arb(0, off), arb(1, skew)
    return [(value + spread) / stretch for value in found]


def _length(entries: Iterable[Any]) -> Any:
    """An upper bound of the Euclidean length."""
    squares = (entry.abs_upper() ** 2 for entry in entries)
    return sum(squares, arb(0)).sqrt().abs_upper()


def _rotations(matrix: Matrix) -> Matrix:
    """Columns that are nearly eigenvectors, by Jacobi's rotations of the entries' midpoints."""
    n = len(matrix)
    work = [[v.mid() for v in row] for row in matrix]
    basis = [[arb(int(i == j)) for j in range(n)] for i in range(n)]
    size = max((abs(v) for row in work for v in row), key=float, default=arb(0))
    small = (size * arb(2) ** -(flint.ctx.prec - 8)).mid()
    for _ in range(SWEEPS):
        turned = False
        for p in range(n):
            for q in range(p + 1, n):
                if abs(work[p][q]) > small:
                    turned = True
                    _rotate(work, basis, p, q)
        if not turned:
            return basis
    return basis


def _rotate(work: Matrix, basis: Matrix, p: int, q: int) -> None:
    """One rotation in the plane of p and q that makes the entry between them vanish."""
    slope = ((work[q][q] - work[p][p]) / (2 * work[p][q])).mid()
    t = 1 / (abs(slope) + (slope * slope + 1).sqrt())
    t = -t if slope < 0 else t
    c = (1 / (t * t + 1).sqrt()).mid()
    s = (t * c).mid()
    for row in (*work, *basis):
        row[p], row[q] = (c * row[p] - s * row[q]).mid(), (s * row[p] + c * row[q]).mid()
    above, below = work[p], work[q]
    work[p] = [(c * a - s * b).mid() for a, b in zip(above, below, strict=True)]
    work[q] = [(s * a + c * b).mid() for a, b in zip(above, below, strict=True)]


def _with_derivatives(matrix: Matrix) -> list[Any]:
    """Simple eigenvalues as jets over plain numbers."""
    jets = [v for v in arrays.flat(matrix) if isinstance(v, Jet)]
    if any(isinstance(x, Jet) for jet in jets for x in (jet.value, *jet.parts.values())):
        raise Unsupported("a second derivative of an eigenvalue")
    if len({jet.tag for jet in jets}) > 1:
        raise Unsupported("an eigenvalue differentiated two ways at once")
    values = [[still(v) for v in row] for row in matrix]
    try:
        found, left, right = acb_mat(arb_mat(values)).eig(left=True, right=True)
    except ValueError as error:
        raise Kink("an eigenvalue that is not simple has no derivative") from error
    if not all(v.imag.contains(0) for v in found):
        raise Unsupported("this matrix has complex eigenvalues, which have no order: declare it symmetric")
    order = sorted(range(len(found)), key=lambda k: -float(found[k].real.mid()))
    return [_moving(found[k].real, left, right, k, matrix, jets[0].tag) for k in order]


def _moving(value: arb, left: Any, right: Any, k: int, matrix: Matrix, tag: int) -> Jet:
    n = range(len(matrix))
    scale = sum((left[k, i] * right[i, k] for i in n), acb(0))
    parts: dict[Any, Any] = {}
    for i in n:
        for j in n:
            entry = matrix[i][j]
            for key, part in entry.parts.items() if isinstance(entry, Jet) else ():
                step = (left[k, i] * right[j, k] / scale).real * part
                parts[key] = parts[key] + step if key in parts else step
    return Jet(tag, value, parts)


def singular_values(f: Frame, matrix: Matrix) -> list[Any]:
    """The min(m, n) singular values of a matrix, the largest first."""
    rows, columns = len(matrix), len(matrix[0])
    zero = f.system.number(0)
    above = [[zero] * rows + list(row) for row in matrix]
    below = [[row[j] for row in matrix] + [zero] * columns for j in range(columns)]
    return eigenvalues(f, above + below)[: min(rows, columns)]


def _least_of_symmetric(f: Frame, matrix: Any) -> Any:
    """The smallest eigenvalue of what an order of symmetric matrices is about."""
    _numbers(f, matrix, "an eigenvalue")
    if not _is_symmetric(f, matrix):
        raise NoValue("this order is one of symmetric matrices, and here is one that is not symmetric")
    return eigenvalues(f, matrix)[-1]


def at_place(values: list[Any], place: Any, f: Frame) -> Any:
    """The value with a number from 1 on; `eigenvalues ascend` turns the order of eigenvalues."""
    k = f.system.whole(place)
    if k is None or not 1 <= k <= len(values):
        raise MeaningError(f"there are {len(values)} of them, and this is none")
    return values[k - 1]


def _eigenvalue(f: Frame, matrix: Any, place: Any) -> Any:
    values = eigenvalues(f, arrays.full(matrix))
    ascending = "eigenvalues ascend" in f.program.scope.conventions
    return at_place(values[::-1] if ascending else values, place, f)


def _condition_number(f: Frame, matrix: Any) -> Any:
    values = singular_values(f, arrays.full(matrix))
    if f.system.sign(values[-1]) == 0:
        raise NoValue("the condition number of a singular matrix")
    return values[0] / values[-1]


def _spectral_radius(f: Frame, matrix: Any) -> Any:
    """The largest modulus of an eigenvalue, which may be complex."""
    _numbers(f, matrix, "a spectral radius")
    if any(isinstance(v, Jet) for v in arrays.flat(matrix)):
        raise Unsupported("the derivative of a spectral radius")
    whole = arrays.full(matrix)
    if _is_symmetric(f, whole):
        return _descending([abs(v) for v in eigenvalues(f, whole)])[0]
    try:
        return _descending([abs(v) for v in acb_mat(arb_mat(whole)).eig(multiple=True)])[0]
    except ValueError as error:
        raise Unsure("eigenvalues that are not told apart at this precision") from error


def _sum(values: list[Any]) -> Any:
    return sum(values[1:], values[0])


def _longest_line(f: Frame, lines: Matrix) -> Any:
    """The largest sum of absolute values along a line."""
    best = None
    for line in lines:
        total = _sum([f.system.call("abs", v) for v in line])
        best = total if best is None or f.system.sign(total - best) > 0 else best
    return best


def rank(f: Frame, matrix: Any) -> int:
    """How many rows are independent: pivots of an elimination, each certainly 0 or certainly not."""
    return len(_pivots(f, arrays.each(still, arrays.full(matrix)))[1])


def definiteness(f: Frame, matrix: Matrix) -> int:
    """1 of a positive definite matrix, 0 of a singular positive semidefinite one, else -1.

    By an elimination along the largest diagonal entry that is left.
    """
    if f.system.symbolic or not _is_symmetric(f, matrix):
        return -1
    work, found = [list(row) for row in matrix], 1
    while work:
        k = max(range(len(work)), key=lambda i: arrays.size_of(work[i][i], f.system))
        signs = [f.system.sign(work[i][i]) for i in range(len(work))]
        if min(signs) < 0:
            return -1
        if max(signs) == 0:
            return 0 if all(f.system.sign(v) == 0 for row in work for v in row) else -1
        row, pivot = work[k], work[k][k]
        found = min(found, signs[k])
        rest = [i for i in range(len(work)) if i != k]
        work = [[work[i][j] - work[i][k] * row[j] / pivot for j in rest] for i in rest]
    return found


def _pivots(f: Frame, matrix: Matrix) -> tuple[Matrix, list[int]]:
    """The reduced rows (of rank many) and the columns of their pivots. Raises Unsure."""
    if f.system.symbolic or any(hasattr(v, "dtype") for v in arrays.flat(matrix)):
        raise Unsupported("a rank is counted in numbers")
    work, found = [list(row) for row in matrix], list[int]()
    for j in range(len(matrix[0])):
        row = len(found)
        if row == len(work):
            break
        best = max(range(row, len(work)), key=lambda r: arrays.size_of(work[r][j], f.system))
        if f.system.sign(work[best][j]) == 0:
            continue
        work[row], work[best] = work[best], work[row]
        pivot = work[row][j]
        work[row] = [v / pivot for v in work[row]]
        for r in range(len(work)):
            if r != row:
                factor = work[r][j]
                work[r] = [v - factor * w for v, w in zip(work[r], work[row], strict=True)]
        found.append(j)
    return work[: len(found)], found


def pseudo_inverse(f: Frame, value: Any) -> Matrix:
    """The Moore-Penrose inverse. Raises Kink for the derivative where the rank may change."""
    matrix = arrays.full(value)
    plain = arrays.each(still, matrix)
    reduced, columns = _pivots(f, plain)
    rows, width, zero = len(matrix), len(matrix[0]), f.system.number(0)
    if not columns:
        return [[zero] * rows for _ in range(width)]
    if len(columns) < min(rows, width) and any(hasattr(v, "parts") for v in arrays.flat(matrix)):
        raise Kink("a pseudo-inverse has no derivative where the rank is not full")
    if len(columns) == width:  # A^+ = (A^T A)^-1 A^T
        turned = arrays.transpose(matrix)
        return _times(_inverted(f, _times(turned, matrix)), turned)
    if len(columns) == rows:  # A^+ = A^T (A A^T)^-1
        turned = arrays.transpose(matrix)
        return _times(turned, _inverted(f, _times(matrix, turned)))
    left = [[row[j] for j in columns] for row in plain]
    turned = arrays.transpose(reduced)
    second = _times(turned, _inverted(f, _times(reduced, turned)))
    back = arrays.transpose(left)
    first = _times(_inverted(f, _times(back, left)), back)
    return _times(second, first)


def _times(a: Matrix, b: Matrix) -> Matrix:
    """The product of two matrices, which is one even where it has a single entry."""
    columns = [list(column) for column in zip(*b, strict=True)]
    return [[arrays.dot(row, column) for column in columns] for row in a]


def _inverted(f: Frame, matrix: Matrix) -> Matrix:
    return arrays.eliminate(matrix, f.system)[1]


#: Function of the notation's table -> its value.
SPECTRAL: dict[str, Callable[..., Any]] = {
    "eigenvalue": _eigenvalue,
    "largest-eigenvalue": lambda f, m: eigenvalues(f, arrays.full(m))[0],
    "smallest-eigenvalue-of-symmetric": _least_of_symmetric,
    "smallest-eigenvalue": lambda f, m: eigenvalues(f, arrays.full(m))[-1],
    "singular-value": lambda f, m, k: at_place(singular_values(f, arrays.full(m)), k, f),
    "largest-singular-value": lambda f, m: singular_values(f, arrays.full(m))[0],
    "smallest-singular-value": lambda f, m: singular_values(f, arrays.full(m))[-1],
    "condition-number": _condition_number,
    "spectral-radius": _spectral_radius,
    "operator-norm": lambda f, m: singular_values(f, arrays.full(m))[0],
    "nuclear-norm": lambda f, m: _sum(singular_values(f, arrays.full(m))),
    "row-sum-norm": lambda f, m: _longest_line(f, arrays.full(m)),
    "column-sum-norm": lambda f, m: _longest_line(f, arrays.transpose(arrays.full(m))),
    "rank": lambda f, m: f.system.number(rank(f, m)),
}
