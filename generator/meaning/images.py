r"""Densities of a random vector and of its image under an open invertible map: `Z = f(X)`.

The page leaves the law of X open, and f; at each point they are one of the stand-ins of `maps`. What
else the definition of Z does to f(X) must be linear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import arb

from generator.meaning import arrays
from generator.meaning.laws import density
from generator.meaning.maps import Map
from generator.meaning.systems import Unsupported
from generator.notation.tree import Expr, bare, dim_value

if TYPE_CHECKING:
    from generator.meaning.program import Code, Frame, Program

SLOT = "\0image"


@dataclass(frozen=True, slots=True)
class Image:
    """The open function of a map; whether a name is its value or its argument.

    body: what the name's definition makes of the map's value, of the value of the inverse its argument.
    """

    function: str
    body: Expr | None = None
    is_value: bool = False


def image_of(program: Program, subject: Expr) -> Image | None:
    """The map that a random name is the argument of, or the value; None for another name."""
    core = bare(subject)
    if core.head != "name" or core.data not in program.symbols:
        return None
    for definition in program.scope.definitions:
        for node in definition.body.walk():
            if not _is_map(program, node):
                continue
            inverse = program.symbols[node.data].of
            function = inverse or str(node.data)
            if definition.name == core.data and not definition.indices:
                return Image(function, _with_slot(definition.body, node), not inverse)
            if bare(node.args[0]).data == core.data:
                return Image(function, None, bool(inverse))
    return None


def _is_map(program: Program, node: Expr) -> bool:
    """Whether a node is an open invertible function at a random name."""
    symbol = program.symbols.get(node.data) if node.head == "call" else None
    argument = bare(node.args[0]) if len(node.args) == 1 else node
    random = program.symbols.get(argument.data) if argument.head == "name" else None
    return (
        symbol is not None
        and "invertible" in symbol.words
        and not program.definitions.get(symbol.name)
        and random is not None
        and "random" in random.words
    )


def _with_slot(expr: Expr, node: Expr) -> Expr:
    if expr == node:
        return Expr("name", (), SLOT, shape=node.shape)
    return expr.with_args(tuple(_with_slot(arg, node) for arg in expr.args))


def density_code(image: Image, place: Code, program: Program) -> Code:
    """The density at a place. Raises Unsupported outside of balls."""
    body = program.compiled(image.body) if image.body is not None else None
    size = program.symbols[image.function].shape

    def run(f: Frame) -> Any:
        made = f.values.get(image.function)
        if not isinstance(f.system.number(1), arb) or not isinstance(made, Map):
            raise Unsupported("the density of a random vector under an open map, outside of balls")
        if not image.is_value:
            if image.body is not None and bare(image.body).data != SLOT:
                raise Unsupported("a random vector that is made of the argument of an open map")
            return made.density_of_argument(f, place(f))
        n = dim_value(size[0], f.sizes) if size else 1
        mean, covariance = made.law_of_value(f, n)
        if body is not None:
            mean, covariance = _turned(f, body, (mean, covariance), bool(size))
        if not size:
            return density(f, "normal", place(f), [mean[0], covariance[0][0]])
        return density(f, "normal", place(f), [mean, covariance])

    return run


def _turned(f: Frame, body: Code, law: tuple[Any, Any], vector: bool) -> tuple[Any, Any]:
    """The mean and covariance of what a definition makes of a vector, which must be linear in it."""
    mean, covariance = law
    n = len(mean)

    def at(x: list[Any]) -> list[Any]:
        return arrays.flat(body(f.child({SLOT: x if vector else x[0]})))

    zero = [f.system.number(0)] * n
    shift = at(zero)
    units = [[f.system.number(int(i == k)) for i in range(n)] for k in range(n)]
    columns = [[v - b for v, b in zip(at(unit), shift, strict=True)] for unit in units]
    rows = arrays.transpose(columns)
    trial = [f.system.number(3 + k) / 2 for k in range(n)]
    flat = [arrays.dot(row, trial) + b for row, b in zip(rows, shift, strict=True)]
    if not all((v - w).contains(0) for v, w in zip(at(trial), flat, strict=True)):
        raise Unsupported("a random vector that is not linear in the value of the map")
    spread = [[arrays.dot(one, other) for other in covariance] for one in rows]
    moved = [arrays.dot(row, mean) + b for row, b in zip(rows, shift, strict=True)]
    return moved, [[arrays.dot(one, other) for other in rows] for one in spread]
