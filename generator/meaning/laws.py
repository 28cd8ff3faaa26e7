"""The laws by name: whether a point lies in the support, densities, moments, cdf, quantiles.

Parametrisation is fixed in the tables and printed as a convention: the normal by its variance,
exponential and gamma by rate, geometric from 1, negative binomial counts failures.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from math import comb
from typing import TYPE_CHECKING, Any

from generator.meaning.jets import still
from generator.meaning.law import ABOVE, BETWEEN, Law, finite
from generator.meaning.laws_continuous import CONTINUOUS
from generator.meaning.laws_discrete import DISCRETE
from generator.meaning.laws_joint import JOINT
from generator.meaning.laws_skewed import SKEWED
from generator.meaning.laws_variants import VARIANTS
from generator.meaning.systems import (
    NotPolynomial,
    NoValue,
    Senseless,
    System,
    Unsupported,
    whole_power,
)

if TYPE_CHECKING:
    from generator.meaning.program import Frame

LAWS: dict[str, Law] = {**CONTINUOUS, **SKEWED, **VARIANTS, **DISCRETE}

#: Integer ends of the support of a discrete law, from its parameters (None: no end).
_RANGES: dict[str, Callable[..., tuple[Any, Any]]] = {
    "bit": lambda *p: (0, 1),
    "count": lambda *p: (0, None),
    "from-one": lambda *p: (1, None),
    "from-first": lambda r, *p: (r, None),
    "to-n": lambda n, *p: (0, n),
    "range": lambda a, b: (a, b),
    "to-last": lambda s, n: (1, n),
}


def _raw(law: Law, s: System, k: int, *parameters: Any) -> Any:
    """E[x^k]. Raises NoValue where it diverges."""
    if k == 0:
        return s.number(1)
    if law.moments is not None:
        finite(s, law.moments(s, *parameters) - k, f"the moment of order {k} diverges")
    if law.raw is None:
        raise NoValue("this law has no moments")
    return law.raw(s, k, *parameters)


RAW_MOMENTS: dict[str, Callable[..., Any]] = {
    name: partial(_raw, law)
    for name, law in LAWS.items()
    if name != "normal" and (law.raw is not None or law.moments is not None)
}


def ends(s: System, support: str, parameters: list[Any]) -> tuple[int | None, int | None]:
    """The least and the largest integer of a discrete support; None where it is unbounded.

    Raises Unsupported for one that is no run of integers, or whose ends are no known integers.
    """
    if support == "draws":
        total, good, n = (_integer(s, p) for p in parameters)
        return max(0, n - (total - good)), min(n, good)
    found = _RANGES.get(support)
    if found is None:
        raise Unsupported("the support of this law is no run of integers")
    low, high = (v if v is None or isinstance(v, int) else _integer(s, v) for v in found(*parameters))
    return low, high


def _integer(s: System, value: Any) -> int:
    whole = s.whole(value)
    if whole is None:
        raise Unsupported("a parameter of this law is no known integer")
    return whole


def in_support(s: System, support: str, x: Any, parameters: list[Any]) -> bool:
    """Whether x is where the law has its density or mass. Raises Unsure where the number does not tell."""
    if support == "real":
        return True
    if getattr(x, "outer", False):
        raise NotPolynomial("a random symbol inside a density")
    if support in BETWEEN:
        low, high = parameters[BETWEEN[support]]
        return s.sign(x - low) >= 0 and s.sign(high - x) >= 0
    if support in ABOVE:
        return s.sign(x - parameters[ABOVE[support]]) >= 0
    if support == "positive":
        return s.sign(x) > 0
    if support == "unit":
        return s.sign(x) > 0 and s.sign(1 - x) > 0
    x = still(x)
    whole = s.whole(x)
    if support == "sign":
        return whole in (-1, 1)
    if whole is None and not getattr(s, "continued", False):
        return False
    low, high = ends(s, support, parameters)
    if whole is None:
        if s.integers is None:  # type: ignore[attr-defined]
            raise Unsupported("a mass stands under an integral")
        return (low is None or s.sign(x - low) >= 0) and (high is None or s.sign(high - x) >= 0)
    return (low is None or whole >= low) and (high is None or whole <= high)


def density(f: Frame, name: str, x: Any, parameters: list[Any]) -> Any:
    """The density or mass of a law at x, 0 outside its support (in symbols x is taken to be inside).

    Raises Unsupported for a law without one in the table.
    """
    if isinstance(x, list) and not any(isinstance(p, list) for p in parameters):
        raise Senseless(f"the density of {name} is that of one number")
    joint = JOINT.get(name)
    if joint is not None and (isinstance(x, list) or name not in LAWS):
        if not f.system.symbolic and not joint.inside(f.system, x, *parameters):
            return f.system.number(0)
        return joint.density(f.system, x, *parameters)
    law = LAWS.get(name)
    if law is None:
        raise Unsupported(f"the density of {name} is not known")
    if isinstance(x, list) or any(isinstance(p, list) for p in parameters):
        raise Senseless(f"the density of {name} is that of one number")
    if not f.system.symbolic and not in_support(f.system, law.support, x, parameters):
        return f.system.number(0)
    return law.density(f.system, x, *parameters)


def finite_atoms(f: Frame, name: str, parameters: list[Any]) -> tuple[tuple[Any, Any], ...]:
    """(weight, value) of a law with finitely many outcomes, else ()."""
    if name == "bernoulli":
        p = parameters[0]
        return ((1 - p, Fraction(0)), (p, Fraction(1)))
    if name == "binomial":
        n = f.system.whole(parameters[0])
        if n is None or n > 60:
            return ()
        p = parameters[1]
        one = f.system.number(1)
        return tuple(
            (comb(n, k) * whole_power(p, k, one) * whole_power(1 - p, n - k, one), Fraction(k))
            for k in range(n + 1)
        )
    if name == "rademacher":
        return ((Fraction(1, 2), Fraction(-1)), (Fraction(1, 2), Fraction(1)))
    law = LAWS.get(name)
    if law is None or law.support not in ("range", "draws"):
        return ()
    try:
        low, high = ends(f.system, law.support, parameters)
    except Unsupported:
        return ()
    if low is None or high is None or not 0 <= high - low <= 60:
        return ()
    return tuple(
        (law.density(f.system, f.system.number(k), *parameters), Fraction(k)) for k in range(low, high + 1)
    )
