"""What stands under an integral, as a function of its variable, and the pieces of the path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import acb, arb

from generator.meaning.analytic import ComplexSystem
from generator.meaning.growth import constant
from generator.meaning.jets import Jet
from generator.meaning.program import Code, Frame
from generator.meaning.systems import Kink, MeaningError, NoValue, System, Unsupported, Unsure
from generator.meaning.tails import GrowthSystem


def converted(value: Any, number: Callable[[Any], Any]) -> Any:
    """A value of the balls (arrays and jets of them) in another system."""
    if isinstance(value, list):
        return [converted(v, number) for v in value]
    if isinstance(value, Jet):
        parts = {key: converted(part, number) for key, part in value.parts.items()}
        return Jet(value.tag, converted(value.value, number), parts)
    if getattr(value, "outer", False):
        raise Unsupported("a random symbol under an integral or a series")
    return number(value) if isinstance(value, (arb, int)) else value


def carried(f: Frame, system: System, number: Callable[[Any], Any]) -> Frame:
    """The same point in another number system."""
    values = {
        name: value if callable(value) else converted(value, number) for name, value in f.values.items()
    }
    frame = Frame(system, f.program, f.sizes, values, f.chance)
    frame.squares = {name: converted(value, number) for name, value in f.squares.items()}
    frame.index = dict(f.index)
    return frame


class Integrand:
    """The body of an integral as a function of its variable, in any of the number systems."""

    def __init__(self, f: Frame, body: Code, name: str, integers: Fraction | None) -> None:
        self.body, self.name, self.frame, self.integers = body, name, f, integers
        self.disc = ComplexSystem(integers)
        self._on_discs = carried(f, self.disc, acb)
        self._tails: dict[str, Frame] = {}

    def near(self, x: Any) -> Any:
        """The value on a complex ball."""
        try:
            return self.body(self._on_discs.child({self.name: x}))
        except Kink as error:  # at one place, which no integral sees
            raise Unsure(str(error)) from error
        except (NoValue, Unsure, Unsupported):
            raise
        except MeaningError as error:
            raise Unsupported(str(error)) from error

    def far(self, x: Any, system: GrowthSystem) -> Any:
        """The value for all t of the system."""
        key = str(system.start)
        if key not in self._tails:
            self._tails[key] = carried(self.frame, system, lambda v: constant(v, system.start))
        return self.body(self._tails[key].child({self.name: x}))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the path, as x in terms of s.

    form: `finite` x = s on [low, high]; `moving` x = low + (high - low) s on [0, 1]; from s = 1 on
    `up` x = low + s, `down` x = low - s, `times` x = low s, `end` x = low + width / s.
    """

    form: str
    low: Any
    high: Any = None
    width: Any = None

    def place(self, s: Any, number: Callable[[Any], Any]) -> tuple[Any, Any]:
        """(x, |dx/ds|) in the system of s."""
        if self.form == "finite":
            return s, number(arb(1))
        low = converted(self.low, number)
        if self.form == "moving":
            length = converted(self.high, number) - low
            return low + length * s, length
        if self.form == "times":
            return low * s, low
        if self.form in ("up", "down"):
            return (low + s if self.form == "up" else low - s), number(arb(1))
        width = converted(self.width, number)
        return low + width / s, converted(abs(self.width), number) / (s * s)
