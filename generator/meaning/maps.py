r"""Stand-ins for open functions of vectors: with a vector for a value, and invertible ones with their laws.

An invertible map is x -> A sinh(x) + b, entry by entry inside, with a generic matrix A. Its argument as a
random vector has the law that makes sinh(x) independent normal numbers: its density is the product of the
derivatives of their distribution functions, and that of A sinh(x) + b is a joint normal one. Neither is
worked out by a change of variables, which is what such a page claims.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from generator.meaning import arrays
from generator.meaning.jets import Jet, new_tag, part
from generator.meaning.opaque import SIXTEENTHS, opaque
from generator.meaning.systems import MeaningError, Unsupported
from generator.notation.tree import Symbol, dim_value

FURTHER = 5  # derivatives of a function of one number that are taken by nested jets


def components(symbol: Symbol, rng: Random) -> Callable[..., Any]:
    """A smooth function with a vector or matrix for its value: each entry another one."""
    own = replace(symbol, shape=())
    seed, made = rng.randrange(10**6), dict[int, Any]()

    def entry(f: Any, k: int, args: tuple[Any, ...]) -> Any:
        if k not in made:
            made[k] = opaque(own, Random(1000 * seed + k))
        return made[k](f, *args)

    def call(f: Any, *args: Any) -> Any:
        dims = [dim_value(dim, f.sizes) for dim in symbol.shape]
        if len(dims) == 1:
            return [entry(f, k, args) for k in range(dims[0])]
        return [[entry(f, dims[1] * i + j, args) for j in range(dims[1])] for i in range(dims[0])]

    return call


class Map:
    """An invertible map of vectors of any length, or of numbers, and a law of its argument."""

    def __init__(self, symbol: Symbol, rng: Random) -> None:
        self.scalar = not symbol.shape
        self.sign = 1 if "increasing" in symbol.words else -1 if "decreasing" in symbol.words else 0
        self.seed = rng.randrange(10**6)

    def _drawn(self, n: int) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
        """A with determinant not 0, as a product of two triangles; columns of shifts, means, deviations."""
        rng = Random(1000 * self.seed + n)

        def draw() -> Fraction:
            return SIXTEENTHS[rng.randrange(5, 28)] * rng.choice((1, -1))

        low = [[draw() / 2 if j < i else Fraction(int(i == j)) for j in range(n)] for i in range(n)]
        high = [
            [draw() / 2 if j > i else draw() if i == j else Fraction(0) for j in range(n)] for i in range(n)
        ]
        if self.sign:
            high[0][0] = self.sign * abs(high[0][0])
        matrix = [
            [sum((low[i][k] * high[k][j] for k in range(n)), Fraction(0)) for j in range(n)] for i in range(n)
        ]
        return matrix, [[draw(), draw(), abs(draw())] for _ in range(n)]

    def parts(self, f: Any, n: int) -> tuple[list[list[Any]], list[Any], list[Any], list[Any]]:
        """(A, b, means, deviations) as numbers of the system."""
        matrix, lines = self._drawn(n)
        columns = [[f.system.number(line[k]) for line in lines] for k in range(3)]
        return arrays.each(f.system.number, matrix), columns[0], columns[1], columns[2]

    def __call__(self, f: Any, x: Any, order: int = 0) -> Any:
        """A sinh(x) + b; of a number its derivative of this order."""
        if not self.scalar:
            return self._forward(f, x)
        return _derived(f, lambda v: self._forward(f, [v])[0], x, order)

    def _forward(self, f: Any, x: list[Any]) -> list[Any]:
        matrix, shift, _, _ = self.parts(f, len(x))
        inner = [f.system.call("sinh", v) for v in x]
        return [arrays.dot(row, inner) + b for row, b in zip(matrix, shift, strict=True)]

    def back(self, f: Any, z: Any, order: int = 0) -> Any:
        """The x with A sinh(x) + b = z; of a number the derivative of this order."""
        if not self.scalar:
            return self._backward(f, z)
        return _derived(f, lambda v: self._backward(f, [v])[0], z, order)

    def _backward(self, f: Any, z: list[Any]) -> list[Any]:
        matrix, shift, _, _ = self.parts(f, len(z))
        inverse = arrays.eliminate(matrix, f.system)[1]
        gaps = [v - b for v, b in zip(z, shift, strict=True)]
        inner = [arrays.dot(row, gaps) for row in inverse]
        return [f.system.call("log", u + f.system.call("sqrt", u * u + 1)) for u in inner]

    def density_of_argument(self, f: Any, x: Any) -> Any:
        """The product over entries of d/dx P(sinh X <= sinh x)."""
        entries = [x] if self.scalar else x
        _, _, means, deviations = self.parts(f, len(entries))
        total = f.system.number(1)
        for v, m, s in zip(entries, means, deviations, strict=True):
            total = total * _slope_of_chance(f, v, m, s)
        return total

    def law_of_value(self, f: Any, n: int) -> tuple[list[Any], list[list[Any]]]:
        """(mean, covariance) of A sinh(X) + b."""
        matrix, shift, means, deviations = self.parts(f, n)
        mean = [arrays.dot(row, means) + b for row, b in zip(matrix, shift, strict=True)]
        scaled = [[a * s for a, s in zip(row, deviations, strict=True)] for row in matrix]
        return mean, [[arrays.dot(one, other) for other in scaled] for one in scaled]


def _slope_of_chance(f: Any, x: Any, mean: Any, deviation: Any) -> Any:
    def chance(v: Any) -> Any:
        return f.system.call("normal-cdf", (f.system.call("sinh", v) - mean) / deviation)

    return _derived(f, chance, x, 1)


def _derived(f: Any, g: Callable[[Any], Any], x: Any, order: int) -> Any:
    """A derivative by nested jets. Raises Unsupported in symbols."""
    if not order:
        return g(x)
    if f.system.symbolic or order > FURTHER:
        raise Unsupported("the derivative of an open invertible function, in symbols")
    tag = new_tag()
    one, zero = f.system.number(1), f.system.number(0)
    return part(_derived(f, g, Jet(tag, x, {(): one}), order - 1), tag, (), zero)


def generic_function(symbol: Symbol, rng: Random) -> Callable[..., Any]:
    """A function without symmetry: an invertible map, a smooth vector, or a smooth number.

    It can be called as function(frame, *arguments, order): `order` differentiates a
    function of one number.
    """
    if "invertible" in symbol.words:
        return Map(symbol, rng)
    return components(symbol, rng) if symbol.shape else opaque(symbol, rng)


def inverse_function(function: Any) -> Any:
    """The inverse of a drawn function. Raises MeaningError where it is drawn without one."""
    if not hasattr(function, "back"):
        raise MeaningError("an inverse is that of a function declared invertible")
    return function.back
