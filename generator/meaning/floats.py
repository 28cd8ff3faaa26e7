"""float64 arrays: one walk of the tree evaluates many points; good for refuting, never for deciding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np

from generator.meaning.systems import System, Unsupported


class ArraySystem(System):
    """Scalars are float64 arrays of shape (points,); what is undefined becomes nan."""

    name = "NumPy"
    functions: Mapping[str, Callable[..., Any]] = MappingProxyType(
        {
            "exp": np.exp,
            "log": np.log,
            "log2": np.log2,
            "log10": np.log10,
            "sqrt": np.sqrt,
            "abs": np.abs,
            "sin": np.sin,
            "cos": np.cos,
            "tan": np.tan,
            "sinh": np.sinh,
            "cosh": np.cosh,
            "tanh": np.tanh,
            "arctan": np.arctan,
            "arcsin": np.arcsin,
            "arccos": np.arccos,
        }
    )

    def __init__(self, points: int) -> None:
        self.points = points

    def number(self, value: Fraction | int) -> Any:
        """The same float at every point."""
        return np.full(self.points, float(value))

    def sign(self, x: Any) -> int:
        """No sign: raises Unsupported."""
        raise Unsupported("the points of an array take different branches")

    def whole(self, x: Any) -> int | None:
        """Floats are never taken for integers."""
        return None

    def power(self, base: Any, exponent: Any) -> Any:
        """Entrywise power; nan where undefined."""
        return np.power(base, exponent)

    def choose(self, condition: Any, then: Callable[[], Any], other: Callable[[], Any]) -> Any:
        """Entrywise choice. Raises Unsupported between derivatives."""
        if isinstance(condition, bool):
            return then() if condition else other()
        first, second = then(), other()
        if hasattr(first, "parts") or hasattr(second, "parts"):
            raise Unsupported("a branch between derivatives")
        return np.where(condition, first, second)

    def pi(self) -> Any:
        """Pi to float64."""
        return self.number(1) * np.pi

    def e(self) -> Any:
        """Euler's number to float64."""
        return self.number(1) * np.e
