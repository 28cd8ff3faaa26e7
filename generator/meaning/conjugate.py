r"""Posterior laws as expressions: a law of the table, and observations whose law has it as a parameter.

The logarithm of a density in its variable, and that of a likelihood in its parameter, are sums of the
same few functions (x and log x, log x and log(1 - x) ..), so that the parameters of the law add up:
conjugate families, Raiffa and Schlaifer, Applied Statistical Decision Theory (1961). All here is made
of expressions: it has values in every number system, and can be proved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.meaning.linear import affine, holds
from generator.meaning.systems import Unsupported
from generator.meaning.trees import minus, number, over, plus, times
from generator.notation.tree import ONE, Expr, bare

#: Parameters of a family to which each observation adds; each family is closed under its observations.
Natural = tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """One observed number (or vector) and its law; `name` is the parameter whose law is looked for."""

    value: Expr
    law: str
    parameters: tuple[Expr, ...]
    name: str

    def plainly(self, place: int) -> None:
        """Raises Unsupported unless the parameter at this place, and no other, is the name itself."""
        if self.scale(place) is not None:
            raise Unsupported("the parameter of this likelihood is not the name itself")

    def scale(self, place: int) -> Expr | None:
        """c where the parameter at this place is c times the name (None: the name itself)."""
        for other, parameter in enumerate(self.parameters):
            if other != place and holds(parameter, self.name):
                raise Unsupported("two parameters of this likelihood rest on one name")
        slope, constant = affine(self.parameters[place], self.name)
        if constant is not None:
            raise Unsupported("the parameter of this likelihood is no multiple of the name")
        return slope

    def scaled(self, place: int) -> Expr:
        """c as an expression."""
        scale = self.scale(place)
        return number(1) if scale is None else scale


def _chances(o: Observation) -> Natural:
    """What an observation adds to the two parameters of a beta law."""
    x = o.value
    place = 1 if o.law in ("binomial", "negative-binomial", "negative binomial counts trials") else 0
    o.plainly(place)
    first = o.parameters[0]
    table: dict[str, Callable[[], Natural]] = {
        "bernoulli": lambda: (x, minus(number(1), x)),
        "binomial": lambda: (x, minus(first, x)),
        "geometric": lambda: (number(1), minus(x, number(1))),
        "geometric from 0": lambda: (number(1), x),
        "negative-binomial": lambda: (first, x),
        "negative binomial counts trials": lambda: (first, minus(x, first)),
    }
    if o.law not in table:
        raise Unsupported("this likelihood is not conjugate to a beta law")
    return table[o.law]()


def _rates(o: Observation) -> Natural:
    """What an observation adds to shape and rate of a gamma law."""
    x = o.value
    if o.law == "poisson":
        return x, o.scaled(0)
    if o.law == "exponential":
        return number(1), times(o.scaled(0), x)
    if o.law == "gamma":
        return o.parameters[0], times(o.scaled(1), x)
    if o.law == "inverse-gamma":
        return o.parameters[0], over(o.scaled(1), x)
    if o.law == "normal":  # by the precision: variance 1 / (c name)
        variance = bare(o.parameters[1])
        if variance.head == "div":
            above, below = variance.args
        elif variance.head in ("pow", "inverse"):
            above, below = number(1), variance.args[0]
            if variance.head == "pow" and not _is_minus_one(variance.args[1]):
                raise Unsupported("this likelihood is not conjugate to a gamma law")
        else:
            raise Unsupported("this likelihood is not conjugate to a gamma law")
        if holds(above, o.name) or holds(o.parameters[0], o.name):
            raise Unsupported("this likelihood is not conjugate to a gamma law")
        slope, constant = affine(below, o.name)
        if constant is not None:
            raise Unsupported("this likelihood is not conjugate to a gamma law")
        gap = minus(x, o.parameters[0])
        share = over(slope or number(1), times(number(2), above))
        return over(number(1), number(2)), times(share, times(gap, gap))
    raise Unsupported("this likelihood is not conjugate to a gamma law")


def _is_minus_one(expr: Expr) -> bool:
    core = bare(expr)
    return core.head == "add" and core.data == "-" and bare(core.args[0]).data == "1"


def _scales(o: Observation) -> Natural:
    """What an observation adds to the parameters of an inverse gamma law."""
    x = o.value
    if o.law == "normal":
        gap, scale = minus(x, o.parameters[0]), o.scaled(1)
        return over(number(1), number(2)), over(times(gap, gap), times(number(2), scale))
    if o.law == "exponential by scale":
        return number(1), over(x, o.scaled(0))
    if o.law == "gamma by scale":
        return o.parameters[0], over(x, o.scaled(1))
    raise Unsupported("this likelihood is not conjugate to an inverse gamma law")


def _places(o: Observation) -> Natural:
    """What an observation adds to precision, and to precision times mean, of a normal law."""
    if o.law != "normal" or holds(o.parameters[1], o.name) or o.value.shape:
        raise Unsupported("this likelihood is not conjugate to a normal law")
    slope, constant = affine(o.parameters[0], o.name)
    slope = slope or number(1)
    gap = o.value if constant is None else minus(o.value, constant)
    return over(times(slope, slope), o.parameters[1]), over(times(slope, gap), o.parameters[1])


def _shares(o: Observation) -> Natural:
    """What an observation adds to the parameters of a Dirichlet law."""
    place = {"multinomial": 1, "categorical": 0}.get(o.law)
    if place is None or not o.value.shape:
        raise Unsupported("this likelihood is not conjugate to a Dirichlet law")
    o.plainly(place)
    return (o.value,)


@dataclass(frozen=True, slots=True)
class Family:
    """How a prior's parameters become natural ones, what an observation adds, and the way back."""

    law: str
    natural: Callable[..., Natural]
    adds: Callable[[Observation], Natural]
    back: Callable[..., tuple[Expr, ...]]


def _same(*parameters: Expr) -> Natural:
    return parameters


def _beta_of(low: Expr, high: Expr) -> Natural:
    if bare(low).data != "0" or bare(high).data != "1":
        raise Unsupported("only the uniform law between 0 and 1 is a beta law")
    return number(1), number(1)


#: Prior -> its family.
FAMILIES: dict[str, Family] = {
    "beta": Family("beta", _same, _chances, _same),
    "uniform": Family("beta", _beta_of, _chances, _same),
    "gamma": Family("gamma", _same, _rates, _same),
    "exponential": Family("gamma", lambda r: (number(1), r), _rates, _same),
    "gamma by scale": Family(
        "gamma by scale",
        lambda a, c: (a, over(number(1), c)),
        _rates,
        lambda a, r: (a, over(number(1), r)),
    ),
    "inverse-gamma": Family("inverse-gamma", _same, _scales, _same),
    "normal": Family(
        "normal",
        lambda m, v: (over(number(1), v), over(m, v)),
        _places,
        lambda t, h: (over(h, t), over(number(1), t)),
    ),
    "dirichlet": Family("dirichlet", _same, _shares, _same),
}


def posterior(
    law: str, parameters: tuple[Expr, ...], observations: list[tuple[Observation, Callable[[Expr], Expr]]]
) -> tuple[str, tuple[Expr, ...]]:
    """(law, parameters) after observations, each with the sum over its entries. Raises Unsupported."""
    family = FAMILIES.get(law)
    if family is None:
        raise Unsupported(f"no posterior of a {law} law is known in closed form")
    natural = family.natural(*parameters)
    for observation, summed in observations:
        added = family.adds(observation)
        natural = tuple(plus(a, summed(b)) for a, b in zip(natural, added, strict=True))
    return family.law, family.back(*natural)


def _total(vector: Expr) -> Expr:
    """The sum of the entries of a vector."""
    size = (vector.shape or ())[:1]
    row = Expr("transpose", (Expr("ones", (), "", shape=size),), None, r"\top", shape=(ONE, *size))
    return Expr("mul", (row, vector), ("",), shape=())


#: Mean and variance of a law as expressions of its parameters.
MEANS: dict[str, Callable[..., Expr]] = {
    "beta": lambda a, b: over(a, plus(a, b)),
    "gamma": lambda a, r: over(a, r),
    "gamma by scale": lambda a, c: times(a, c),
    "exponential": lambda r: over(number(1), r),
    "exponential by scale": lambda c: c,
    "inverse-gamma": lambda a, b: over(b, minus(a, number(1))),
    "normal": lambda m, v: m,
    "dirichlet": lambda a: over(a, _total(a)),
    "poisson": lambda m: m,
    "bernoulli": lambda p: p,
    "binomial": lambda n, p: times(n, p),
    "geometric": lambda p: over(number(1), p),
    "geometric from 0": lambda p: over(minus(number(1), p), p),
    "negative-binomial": lambda r, p: over(times(r, minus(number(1), p)), p),
    "uniform": lambda a, b: over(plus(a, b), number(2)),
}
VARIANCES: dict[str, Callable[..., Expr]] = {
    "beta": lambda a, b: over(times(a, b), times(times(plus(a, b), plus(a, b)), plus(plus(a, b), number(1)))),
    "gamma": lambda a, r: over(a, times(r, r)),
    "gamma by scale": lambda a, c: times(a, times(c, c)),
    "exponential": lambda r: over(number(1), times(r, r)),
    "exponential by scale": lambda c: times(c, c),
    "normal": lambda m, v: v,
    "poisson": lambda m: m,
    "bernoulli": lambda p: times(p, minus(number(1), p)),
    "binomial": lambda n, p: times(n, times(p, minus(number(1), p))),
    "geometric": lambda p: over(minus(number(1), p), times(p, p)),
    "geometric from 0": lambda p: over(minus(number(1), p), times(p, p)),
    "negative-binomial": lambda r, p: over(times(r, minus(number(1), p)), times(p, p)),
    "uniform": lambda a, b: over(times(minus(b, a), minus(b, a)), number(12)),
    "inverse-gamma": lambda a, b: over(
        times(b, b),
        times(times(minus(a, number(1)), minus(a, number(1))), minus(a, number(2))),
    ),
}
