"""Forward-mode derivatives: a number and its partials, over any number system, nested.

A jet has a tag of its own, so that a derivative inside a derivative does not mix up its
perturbations (Siskind and Pearlmutter, 2005). The jet with the newer tag is the outer
one; to it, older jets are constants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from generator.meaning.systems import Kink, MeaningError, System, Unsupported

_tags = count(1)


def new_tag() -> int:
    """A tag that no other derivative uses."""
    return next(_tags)


class Jet:
    """value + sum over keys of parts[key] * dx_key; `parts` is sparse."""

    __slots__ = ("parts", "tag", "value")
    __array_ufunc__ = None  # let NumPy arrays hand over to our operators

    def __init__(self, tag: int, value: Any, parts: dict[Any, Any]) -> None:
        self.tag = tag
        self.value = value
        self.parts = parts

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Jet):
            if other.tag == self.tag:
                return Jet(self.tag, self.value + other.value, _merge(self.parts, other.parts))
            if other.tag > self.tag:
                return Jet(other.tag, self + other.value, other.parts)
        elif getattr(other, "outer", False):
            return NotImplemented  # polynomials in random symbols hold jets, not the other way round
        return Jet(self.tag, self.value + other, self.parts)

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return Jet(self.tag, -self.value, {k: -p for k, p in self.parts.items()})

    def __pos__(self) -> Jet:
        return self

    def __sub__(self, other: Any) -> Any:
        if getattr(other, "outer", False):
            return NotImplemented
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        own = self.value
        if isinstance(other, Jet):
            if other.tag == self.tag:
                value = other.value
                parts = {k: p * value for k, p in self.parts.items()}
                for k, p in other.parts.items():
                    parts[k] = parts[k] + p * own if k in parts else p * own
                return Jet(self.tag, own * value, parts)
            if other.tag > self.tag:
                return Jet(other.tag, self * other.value, {k: self * p for k, p in other.parts.items()})
        elif getattr(other, "outer", False):
            return NotImplemented  # as in a sum
        return Jet(self.tag, own * other, {k: p * other for k, p in self.parts.items()})

    __rmul__ = __mul__

    def _inverse(self) -> Jet:
        inverse = 1 / self.value
        slope = -inverse * inverse
        return Jet(self.tag, inverse, {k: slope * p for k, p in self.parts.items()})

    def __truediv__(self, other: Any) -> Any:
        if getattr(other, "outer", False):
            return NotImplemented
        if isinstance(other, Jet):
            return self * other._inverse()
        return Jet(self.tag, self.value / other, {k: p / other for k, p in self.parts.items()})

    def __rtruediv__(self, other: Any) -> Any:
        return self._inverse() * other

    def lifted(self, system: System, name: str, args: tuple[Any, ...]) -> Any:
        """The chain rule for an elementary function of one jet among `args`."""
        rule = CHAIN.get(name)
        newest = max((a for a in args if isinstance(a, Jet)), key=lambda jet: jet.tag)
        if rule is None or len(args) != 1:
            if all(not _touches(a) for a in args if a is not newest) and rule is not None:
                raise Unsupported(f"derivative of {name}")
            raise Unsupported(f"derivative of {name} is not known")
        value = system.call(name, newest.value)
        slope = rule(system, newest.value, value)
        return Jet(newest.tag, value, {k: slope * p for k, p in newest.parts.items()})


def still(value: Any) -> Any:
    """A number without its derivatives, of any order; anything else as it is."""
    while hasattr(value, "parts"):
        value = value.value
    return value


def _touches(value: Any) -> bool:
    return isinstance(value, Jet)


def _merge(a: dict[Any, Any], b: dict[Any, Any]) -> dict[Any, Any]:
    if not b:
        return a
    out = dict(a)
    for key, part in b.items():
        out[key] = out[key] + part if key in out else part
    return out


def _slope_abs(system: System, x: Any, y: Any) -> Any:
    sign = system.sign(x)
    if sign == 0:
        raise Kink("the absolute value has no derivative at 0")
    return system.number(sign)


#: d f(x) / dx as a function of (system, x, f(x)).
CHAIN: dict[str, Callable[[System, Any, Any], Any]] = {
    "exp": lambda s, x, y: y,
    "log": lambda s, x, y: 1 / x,
    "log2": lambda s, x, y: 1 / (x * s.call("log", s.number(2))),
    "log10": lambda s, x, y: 1 / (x * s.call("log", s.number(10))),
    "sqrt": lambda s, x, y: 1 / (2 * y),
    "sin": lambda s, x, y: s.call("cos", x),
    "cos": lambda s, x, y: -s.call("sin", x),
    "tan": lambda s, x, y: 1 + y * y,
    "sinh": lambda s, x, y: s.call("cosh", x),
    "cosh": lambda s, x, y: s.call("sinh", x),
    "tanh": lambda s, x, y: 1 - y * y,
    "arctan": lambda s, x, y: 1 / (1 + x * x),
    "abs": _slope_abs,
    "lgamma": lambda s, x, y: s.call("digamma", x),
    "gamma": lambda s, x, y: y * s.call("digamma", x),
    "digamma": lambda s, x, y: s.call("trigamma", x),
    "trigamma": lambda s, x, y: s.call("tetragamma", x),
    "erf": lambda s, x, y: 2 * s.call("exp", -x * x) / s.call("sqrt", s.pi()),  # type: ignore[attr-defined]
    "normal-cdf": lambda s, x, y: s.call("normal-pdf", x),
    "normal-pdf": lambda s, x, y: -x * y,
}


def part(value: Any, tag: int, key: Any, zero: Any) -> Any:
    """The partial by `key` of a result: 0 where the result does not depend on it."""
    if isinstance(value, list):
        return [part(v, tag, key, zero) for v in value]
    if isinstance(value, Jet):
        if value.tag == tag:
            return value.parts.get(key, zero)
        if value.tag > tag:
            raise MeaningError("a derivative escaped from its own tag")
    if hasattr(value, "map_coefficients"):
        return value.map_coefficients(lambda c: part(c, tag, key, zero))
    return zero


def depends(values: Iterable[Any], tag: int) -> bool:
    """Whether any number carries a partial of `tag`."""
    return any(
        isinstance(v, Jet) and (v.tag == tag or depends([v.value, *v.parts.values()], tag)) for v in values
    )
