"""Laws of the tables under other parameters: by scale for rate, in another order, or a special case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from generator.meaning.law import Law
from generator.meaning.laws_continuous import CONTINUOUS

#: Functions of a law -> how many arguments stand between the system and the parameters.
_FUNCTIONS = {"density": 1, "mean": 0, "variance": 0, "raw": 1, "mgf": 1, "exists": 1, "moments": 0}
_FUNCTIONS |= {"cdf": 1, "quantile": 1}


def _other(
    name: str, words: str, kinds: str, mapped: Callable[..., tuple[Any, ...]], support: str = ""
) -> Law:
    """A law whose `mapped(system, *parameters)` are the parameters of the one called `name`."""
    law = CONTINUOUS[name]

    def turned(function: Any, places: int) -> Any:
        if function is None:
            return None
        return lambda s, *args: function(s, *args[:places], *mapped(s, *args[places:]))

    changed: dict[str, Any] = {key: turned(getattr(law, key), n) for key, n in _FUNCTIONS.items()}
    return replace(law, parameters=words, kinds=kinds, support=support or law.support, **changed)


VARIANTS: dict[str, Law] = {
    "exponential by scale": _other("exponential", "scale", "p", lambda s, c: (1 / c,)),
    "gamma by scale": _other("gamma", "shape, scale", "pp", lambda s, a, c: (a, 1 / c)),
    "erlang": _other("gamma", "number of stages, rate", "np", lambda s, k, r: (k, r)),
    "inverse-chi2": _other(
        "inverse-gamma", "degrees of freedom", "p", lambda s, k: (k / 2, s.number(Fraction(1, 2)))
    ),
    "pareto by shape first": _other(
        "pareto", "shape, least value", "pp", lambda s, a, m: (m, a), "above the last"
    ),
}
