"""Polynomials in standardised random sources: expectation becomes exact moment algebra.

A random name is written as location + scale * u with a source u of known moments; the
expectation of a polynomial is then a finite sum of products of moments, for any number of
sources, in any number system. `Surd` adds one square root, which pivots need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache
from typing import Any

from generator.meaning.systems import NotPolynomial, OpenJoint, System

Mono = tuple[tuple[int, int], ...]  # ((variable, exponent), ...) sorted by variable

WORK_BOUND = 200_000  # products of monomials in one expectation; beyond it the claim is not evaluated


class Poly:
    """Sum of coefficient * monomial; coefficients are scalars of the number system."""

    __slots__ = ("terms",)
    outer = True  # jets let this class handle mixed operations
    __array_ufunc__ = None

    def __init__(self, terms: dict[Mono, Any]) -> None:
        self.terms = terms

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Surd):
            return NotImplemented
        terms = dict(self.terms)
        items = other.terms.items() if isinstance(other, Poly) else (((), other),)
        for mono, coefficient in items:
            terms[mono] = terms[mono] + coefficient if mono in terms else coefficient
        return Poly(terms)

    __radd__ = __add__

    def __neg__(self) -> Poly:
        return Poly({m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Surd):
            return NotImplemented
        if not isinstance(other, Poly):
            return Poly({m: c * other for m, c in self.terms.items()})
        if len(self.terms) * len(other.terms) > WORK_BOUND:
            raise NotPolynomial("too many terms")
        terms: dict[Mono, Any] = {}
        for m1, c1 in self.terms.items():
            for m2, c2 in other.terms.items():
                mono = multiply(m1, m2)
                term = c1 * c2
                terms[mono] = terms[mono] + term if mono in terms else term
        return Poly(terms)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Poly):
            constant = other.constant()
            if constant is None:
                raise NotPolynomial("a random denominator")
            return self / constant
        if isinstance(other, Surd):
            return Surd(self, None, None) / other
        return Poly({m: c / other for m, c in self.terms.items()})

    def __rtruediv__(self, other: Any) -> Any:
        constant = self.constant()
        if constant is None:
            raise NotPolynomial("a random denominator")
        return Poly({(): other / constant})

    def constant(self) -> Any:
        """The coefficient of a polynomial without random symbols, else None."""
        if all(m == () for m in self.terms):
            return self.terms.get((), 0)
        return None

    def degree(self) -> int:
        """The largest total exponent of a monomial."""
        return max((sum(e for _, e in m) for m in self.terms), default=0)

    def map_coefficients(self, function: Callable[[Any], Any]) -> Poly:
        """The same monomials with `function` of each coefficient."""
        return Poly({m: function(c) for m, c in self.terms.items()})

    def lifted(self, system: System, name: str, args: tuple[Any, ...]) -> Any:
        """Functions of random symbols: only roots have a form; a constant stays a constant."""
        constants = [a.constant() if isinstance(a, Poly) else a for a in args]
        if all(c is not None for c in constants):
            return Poly({(): system.call(name, *constants)})
        if name == "sqrt":
            return Surd(Poly({}), Poly({(): system.number(1)}), self)
        raise NotPolynomial(f"a random symbol inside {name}")


def multiply(a: Mono, b: Mono) -> Mono:
    """The product of two monomials."""
    if not a:
        return b
    if not b:
        return a
    powers = dict(a)
    for variable, exponent in b:
        powers[variable] = powers.get(variable, 0) + exponent
    return tuple(sorted(powers.items()))


class Surd:
    """plain + factor * sqrt(radicand) ** sign: what interval ends and pivots are made of.

    `sign` is 1 or -1; `factor` may be a polynomial. Operations that leave this form raise
    NotPolynomial.
    """

    __slots__ = ("factor", "plain", "radicand", "sign")
    outer = True
    __array_ufunc__ = None

    def __init__(self, plain: Poly, factor: Poly | None, radicand: Poly | None, sign: int = 1) -> None:
        self.plain, self.factor, self.radicand, self.sign = plain, factor, radicand, sign

    def __add__(self, other: Any) -> Surd:
        if isinstance(other, Surd):
            if other.factor is None:
                return Surd(self.plain + other.plain, self.factor, self.radicand, self.sign)
            if self.factor is None:
                return other + self.plain
            if other.radicand is not self.radicand or other.sign != self.sign:
                raise NotPolynomial("two different random roots")
            return Surd(self.plain + other.plain, self.factor + other.factor, self.radicand, self.sign)
        return Surd(self.plain + other, self.factor, self.radicand, self.sign)

    __radd__ = __add__

    def __neg__(self) -> Surd:
        return Surd(-self.plain, None if self.factor is None else -self.factor, self.radicand, self.sign)

    def __sub__(self, other: Any) -> Surd:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Surd:
        return self.__neg__().__add__(other)

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Surd):
            return self._times_root(other)
        factor = None if self.factor is None else self.factor * other
        return Surd(self.plain * other, factor, self.radicand, self.sign)

    __rmul__ = __mul__

    def _times_root(self, other: Surd) -> Any:
        """A root times itself is what stands under it; other products of roots have no form."""
        pure = not self.plain.terms and not other.plain.terms and self.sign == other.sign == 1
        if not pure or self.radicand is not other.radicand or self.factor is None or other.factor is None:
            raise NotPolynomial("a product of random roots")
        return self.factor * other.factor * self.radicand

    def __truediv__(self, other: Any) -> Surd:
        if not isinstance(other, Surd):
            factor = None if self.factor is None else self.factor / other
            return Surd(self.plain / other, factor, self.radicand, self.sign)
        if self.factor is not None or other.plain.terms or other.factor is None or other.sign != 1:
            raise NotPolynomial("a quotient of random roots")
        return Surd(Poly({}), self.plain / other.factor, other.radicand, -1)

    def __rtruediv__(self, other: Any) -> Surd:
        return Surd(Poly({(): other}), None, None) / self

    def lifted(self, system: System, name: str, args: tuple[Any, ...]) -> Any:
        """Nothing further has a form."""
        raise NotPolynomial(f"a random root inside {name}")


class Source:
    """A standardised random number (mean 0, variance 1) or a law given by raw moments.

    `moment(k)` is E[u^k]; `atoms` are (weight, value) where the law is finite; `tied` sources
    have no joint moments. An entry of a vector with a joint law belongs to a `group`, at a `place`:
    `group(places)` is the source of the product of these entries, as one number.
    """

    group: Callable[[tuple[Any, ...]], Source] | None = None
    place: Any = None

    def __init__(
        self,
        moment: Callable[[int], Any],
        atoms: tuple[tuple[Any, Any], ...] = (),
        kind: str = "",
        name: str = "",
        tied: frozenset[frozenset[str]] = frozenset(),
    ) -> None:
        self._moment = moment
        self.atoms = atoms
        self.kind = kind
        self.name = name
        self.tied = tied  # sets of names with this one, whose joint law the page leaves open
        self._known: dict[int, Any] = {}

    def moment(self, k: int) -> Any:
        """E[u^k]."""
        if k not in self._known:
            self._known[k] = self._moment(k)
        return self._known[k]


def normal_moment(k: int) -> int:
    """E[z^k] of the standard normal: the double factorial (k-1)!! for even k, else 0."""
    out = 1
    for j in range(1, k, 2):
        out *= j
    return 0 if k % 2 else out


def laplace_moment(k: int) -> Fraction:
    """E[u^k] of the Laplace law with variance 1: k! / 2^(k/2) for even k."""
    if k % 2:
        return Fraction(0)
    out = Fraction(1)
    for j in range(1, k + 1):
        out *= j
    return out / Fraction(2 ** (k // 2))


#: Mixtures of two skewed two-point laws, each with mean 0 and variance 1: third and fourth moments differ
#: (skewed to either side; each second one is flatter than the normal law, the others have heavier tails).
VARIANTS: tuple[tuple[Fraction, Fraction], ...] = (
    (Fraction(2), Fraction(1, 3)),
    (Fraction(3, 2), Fraction(4, 5)),
    (Fraction(3), Fraction(2, 5)),
    (Fraction(5, 4), Fraction(3, 4)),
    (Fraction(4), Fraction(1, 2)),
)


@cache
def standard_moment(variant: int, k: int) -> Fraction:
    """E[u^k] of that law."""
    return sum((w * v**k for w, v in standard_atoms(variant)), Fraction(0))


@cache
def standard_atoms(variant: int) -> tuple[tuple[Fraction, Fraction], ...]:
    """(weight, value) of a finite law with mean 0, variance 1 and moments of its own."""
    atoms = []
    for a in VARIANTS[variant % len(VARIANTS)]:
        high = 1 / (1 + a * a)  # two points a and -1/a
        atoms += [(high / 2, a), ((1 - high) / 2, -1 / a)]
    return tuple(atoms)


def two_values(a: Fraction) -> tuple[tuple[Fraction, Fraction], ...]:
    """(weight, value) of the law on a and -1/a with mean 0 and variance 1."""
    high = 1 / (1 + a * a)
    return ((high, a), (1 - high, -1 / a))


#: Laws at the edge of all that have mean 0 and variance 1: of smallest kurtosis, and of a very large one.
EDGE_LAWS = {
    "two-point": two_values(Fraction(1)),
    "heavy": two_values(Fraction(100)),
    "heavy below": two_values(Fraction(-100)),
}


def atoms_moment(atoms: tuple[tuple[Fraction, Fraction], ...], k: int) -> Fraction:
    """E[u^k] of a finite law."""
    return sum((w * v**k for w, v in atoms), Fraction(0))


def left_open(names: Iterable[str]) -> str:
    """What a page does not say about names, in words, and how it is said."""
    *first, last = sorted(names)
    if not first:
        return f"the entries of {last} are not said to be independent: give them a law with iid"
    listed = f"{', '.join(first)} and {last}"
    if len(first) == 1:
        return rf"{listed} are not said to be independent; a given {first[0]} \perp {last} says so"
    together = rf"({', '.join(first)}) \perp {last}"
    return f"{listed} are said to be independent in part only; a given {together} speaks of all"


def untied(sources: list[Source]) -> None:
    """Raises OpenJoint where different sources have an open joint law."""
    names = [source.name for source in sources]
    for place, source in enumerate(sources):
        others = frozenset(names[:place] + names[place + 1 :])
        for tie in source.tied:
            if (tie - {source.name} or tie) <= others:  # a name tied to itself: its entries are
                raise OpenJoint(left_open(tie))


def mean_of(poly: Any, sources: dict[int, Source], system: System) -> Any:
    """E of a polynomial: independent sources, so moments multiply.

    Raises NotPolynomial for a random root, Unsupported where a joint law is left open.
    """
    if isinstance(poly, Surd):
        raise NotPolynomial("the expectation of a random root")
    if not isinstance(poly, Poly):
        return poly
    total = system.number(0)
    numbers: dict[Any, Any] = {}  # moments that are rationals, as numbers of the system
    apart = len({id(source) for source in sources.values()}) == len(sources)
    if apart and not any(source.tied or source.group for source in sources.values()):
        groups = ([(sources[v], e) for v, e in mono] for mono in poly.terms)
    else:
        groups = (_grouped(mono, sources) for mono in poly.terms)
    for group, coefficient in zip(groups, poly.terms.values(), strict=True):
        term = coefficient
        for source, exponent in group:
            moment = source.moment(exponent)
            if isinstance(moment, (int, Fraction)):
                if moment == 0:
                    break
                if moment == 1:
                    continue
                if moment not in numbers:
                    numbers[moment] = system.number(moment)
                moment = numbers[moment]
            term = term * moment
        else:
            total = total + term
    return total


def _grouped(mono: Mono, sources: dict[int, Source]) -> list[tuple[Source, int]]:
    """A monomial by sources, where names share them. Raises Unsupported for an open joint law."""
    powers: dict[int, int] = {}
    members: dict[int, Source] = {}
    places: dict[Any, list[Any]] = {}
    for variable, exponent in mono:
        source = sources[variable]
        if source.group is not None:
            places.setdefault(source.group, []).extend([source.place] * exponent)
            continue
        members[id(source)] = source
        powers[id(source)] = powers.get(id(source), 0) + exponent
    together = [group(tuple(sorted(where))) for group, where in places.items()]
    if len(members) + len(together) > 1:
        untied([*members.values(), *together])
    return [*((members[key], exponent) for key, exponent in powers.items()), *((one, 1) for one in together)]
