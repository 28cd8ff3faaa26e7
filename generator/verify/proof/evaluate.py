"""A polynomial at concrete sizes and values: what a normal form says, in the interpreter's numbers.

It shares nothing with the rewriting: labels run over their ranges, factors are looked up and
multiplied. So a normal form can be compared with the value of the tree it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from generator.meaning import arrays
from generator.meaning.chance import open_moment
from generator.meaning.functions import FUNCTIONS
from generator.meaning.names import entry_of, lookup
from generator.meaning.program import Frame
from generator.meaning.systems import Unsupported, whole_power
from generator.notation.tree import dim_value
from generator.verify.proof.atoms import Atom, Factor
from generator.verify.proof.labels import BOUND, FIXED, Label, ends
from generator.verify.proof.polynomial import Polynomial

Numbers = Mapping[Label, int]


def value(p: Polynomial, f: Frame, at: Numbers) -> Any:
    """The value at a frame with the free labels at the given numbers.

    Raises Unsupported for an atom that has no value there (an open cumulant, a random name).
    """
    total = f.system.number(0)
    for (free, parts), c in p.terms.items():
        term = f.system.number(c)
        for factors in (free, *parts):
            term = term * _summed(factors, f, at)
        total = total + term
    return total


def _summed(factors: tuple[Factor, ...], f: Frame, at: Numbers) -> Any:
    """One component: the sum over its bound labels of the product of its factors."""
    labels = list(dict.fromkeys(label for g in factors for label in g[1] if label[0] == BOUND))
    total = f.system.number(0)
    for values in product(*(span(label, f) for label in labels)):
        inner = {**at, **dict(zip(labels, values, strict=True))}
        term = f.system.number(1)
        for g in factors:
            term = term * of_factor(g, f, inner)
        total = total + term
    return total


def span(label: Label, f: Frame) -> range:
    """The numbers that a label runs over at these sizes."""
    lower, upper = ends(label[2])
    return range(dim_value(lower, f.sizes), dim_value(upper, f.sizes) + 1)


def of_factor(g: Factor, f: Frame, at: Numbers) -> Any:
    """One factor at numbers for its labels."""
    a, labels, e = g
    where = tuple(int(label[1]) if label[0] == FIXED else at[label] for label in labels)
    base = _of_atom(a, where, f)
    if isinstance(e, int):
        return whole_power(base, e, f.system.number(1))
    if e.denominator == 2:
        return whole_power(f.system.call("sqrt", base), e.numerator, f.system.number(1))
    return f.system.call("exp", f.system.call("log", base) * f.system.number(Fraction(e)))


def _of_atom(a: Atom, where: tuple[int, ...], f: Frame) -> Any:
    rule = ATOMS.get(a.kind)
    if rule is None:
        raise Unsupported(f"{a.kind} has no value here")
    return rule(a, where, f)


def _body(a: Atom, where: tuple[int, ...], f: Frame, place: int = 0) -> Any:
    at: dict[Label, int] = {(1, f"${k}", r): v for k, (r, v) in enumerate(zip(a.ranges, where, strict=True))}
    return value(a.bodies[place], f, at)


def _symbol(a: Atom, where: tuple[int, ...], f: Frame) -> Any:
    if a.extra:
        raise Unsupported("a bound random name")
    symbol = f.program.symbols[a.name]
    if "diagonal" in symbol.words and len(where) == 1:
        where = where * 2
    return entry_of(a.name, where, f) if where else lookup(a.name, f)


def _matrix(a: Atom, where: tuple[int, ...], f: Frame) -> list[list[Any]]:
    """The matrix whose inverse or determinant an atom is, at its other labels."""
    others: dict[Label, int] = {
        (1, f"${k}", r): v for k, (r, v) in enumerate(zip(a.ranges, where, strict=True))
    }
    rows = span((1, "", a.extra[0]), f)
    out = []
    for i in rows:
        line = []
        for j in rows:
            line.append(value(a.body, f, {**others, (1, "$r", a.extra[0]): i, (1, "$c", a.extra[0]): j}))
        out.append(line)
    return out


def _inverse(a: Atom, where: tuple[int, ...], f: Frame) -> Any:
    return arrays.eliminate(_matrix(a, where, f), f.system)[1][where[-2] - 1][where[-1] - 1]


def _determinant(a: Atom, where: tuple[int, ...], f: Frame) -> Any:
    return arrays.eliminate(_matrix(a, where, f), f.system)[0]


def _product(a: Atom, where: tuple[int, ...], f: Frame) -> Any:
    at: dict[Label, int] = {(1, f"${k}", r): v for k, (r, v) in enumerate(zip(a.ranges, where, strict=True))}
    star: Label = (1, "$*", a.extra[0])
    total = f.system.number(1)
    for number in span(star, f):
        total = total * value(a.body, f, {**at, star: number})
    return total


def _function(a: Atom, where: tuple[int, ...], f: Frame) -> Any:
    arguments = [_body(a, where, f, k) for k in range(len(a.bodies))]
    if a.name == "power":
        return f.system.power(*arguments)
    if a.name in FUNCTIONS:
        return FUNCTIONS[a.name](f, *arguments)
    return (
        f.values[a.name](f, *arguments, order=a.extra[0]) if a.extra[0] else f.values[a.name](f, *arguments)
    )


def _cumulant(a: Atom, where: tuple[int, ...], f: Frame) -> Any:
    """Open means and variances are those of the interpreter's model; higher ones have no value."""
    if len(a.extra) == 1 and a.extra[0] == a.name:
        return open_moment(f, "mean", a.name, tuple(where))
    if a.extra == (a.name, a.name) and not where:
        spread = open_moment(f, "spread", a.name, ())
        return spread * spread
    raise Unsupported("a moment that the page leaves open")


ATOMS: dict[str, Any] = {
    "size": lambda a, where, f: f.system.number(f.sizes[a.name]),
    "symbol": _symbol,
    "index": lambda a, where, f: f.system.number(where[0]),
    "delta": lambda a, where, f: f.system.number(1 if where[0] == where[1] else 0),
    "prime": lambda a, where, f: f.system.number(int(a.name)),
    "pi": lambda a, where, f: f.system.pi(),
    "pow": _body,
    "exp": lambda a, where, f: f.system.call("exp", _body(a, where, f)),
    "log": lambda a, where, f: f.system.call("log", _body(a, where, f)),
    "inverse": _inverse,
    "det": _determinant,
    "product": _product,
    "function": _function,
    "cumulant": _cumulant,
}
