r"""Finite laws for what a page leaves open: inside the declared range, with the stated mean and variance.

A name such as `X : scalar, random, \ge 0` or `X_i \in [0, 1]` has outcomes of its declared domain only.
The laws at which bounds on probabilities are reached have two or three outcomes (Chebyshev, Cantelli,
Markov): those of an `Edge` put one of them where a name of the claim says.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from flint import fmpq

from generator.meaning.domains import Domain, Reach, narrow
from generator.meaning.enumeration import exactly
from generator.meaning.givens import LawOf
from generator.meaning.polynomials import Poly, Source
from generator.meaning.program import Frame, Program
from generator.meaning.systems import MeaningError, NoPoint, RationalSystem, whole_power
from generator.notation.tree import Expr, Symbol, bare

#: (weight, value) pairs.
Atoms = tuple[tuple[Any, Any], ...]

#: How an outcome is put at the distance that a name has: alone, or with others that keep the moments.
PUT = ("alone", "beside", "above", "below", "both")
SHARES = (Fraction(2, 5), Fraction(3, 4), Fraction(1, 7), Fraction(1, 2), Fraction(9, 10))


def is_put(edge: str) -> bool:
    """Whether an edge of a chance puts an outcome somewhere: `above:0`."""
    return ":" in edge


def _placed(f: Frame, edge: str) -> tuple[str, Any]:
    """How an outcome is put, and the number where; ("", None) where the edge asks for none."""
    put, _, number = edge.partition(":")
    places = f.chance.places if f.chance else ()
    if not number or int(number) >= len(places):
        return "", None
    value = f.program.compiled(places[int(number)])(f)
    return ("", None) if isinstance(value, list) else (put, value)


def range_of(f: Frame, symbol: Symbol, where: tuple[int, ...]) -> Domain | None:
    """The declared range of one entry of a name, its ends as numbers of the frame; None for none."""
    conditions = declared(f.program, symbol)
    if not conditions or symbol.words - {"random"}:
        return None
    domain = Domain(integer=symbol.kind == "integer")
    saved = f.index
    try:
        for condition in conditions:
            f.index = {**saved, **_indices(condition, symbol.name, where)}
            narrow(domain, condition, symbol.name, f)
    finally:
        f.index = saved
    bounded = domain.low is not None or domain.high is not None or bool(domain.finite)
    return domain if bounded else None


def declared(program: Program, symbol: Symbol) -> tuple[Expr, ...]:
    """What is declared of a random name alone, or beside names that are not random (`a \\le X \\le b`)."""
    about = (r for r in program.scope.restrictions if program.random_names([r]) == {symbol.name})
    return (*symbol.conditions, *about)


def _indices(condition: Expr, name: str, where: tuple[int, ...]) -> dict[str, int]:
    """What the indices of the name stand for in its declared condition."""
    for node in condition.walk():
        if node.head == "entry" and node.args[0].data == name:
            names = [str(arg.data) for arg in node.args[1:] if arg.head == "name"]
            return dict(zip(names, where, strict=False))
    return {}


def atoms_of(f: Frame, domain: Domain, moments: list[Any], which: tuple[str, str, int]) -> Atoms:
    """Outcomes in a range with the mean and variance that are stated; which: (name, edge, variant).

    Raises NoPoint where no law in the range has them.
    """
    (mean, variance), (key, edge, variant) = moments, which
    if mean is None:
        return open_atoms(f, domain, key, edge, variant)
    if variance is None:
        return with_mean(f, domain, mean, edge, variant)
    return with_both(f, domain, (mean, variance), edge, variant)


def open_atoms(f: Frame, domain: Domain, key: str, edge: str, variant: int) -> Atoms:
    """Outcomes of a law of which only the range is known. Raises MeaningError for an empty range."""
    rng = Random(f"{key} {variant}")
    made = _put(f, domain, edge, variant)
    if made:
        return made
    if edge in ("constant", "nothing"):
        ends = [] if domain.finite else domain.borders()
        place = 0 if edge == "nothing" else variant % 3 - 1  # the lower end; or a number, then the ends
        return ((1, ends[place % len(ends)] if ends and place >= 0 else domain.draw(rng)),)
    if edge == "two-point" or (edge.startswith("heavy") and not domain.finite):
        low, high = _ends(domain, rng)
        share = Fraction(1, 2) if edge == "two-point" else SHARES[variant % len(SHARES)] / 16
        share = 1 - share if edge == "heavy below" else share
        return ((1 - share, low), (share, high))
    near = {"small": 64, "uneven": 16, "uneven below": 4}.get(edge, (1, 4, 1)[variant % 3])
    values = [domain.draw(rng, Reach(0, 1, near)) for _ in range(2 + variant % 2)]
    weights = [rng.randrange(3, 40) for _ in values]
    return tuple((Fraction(w, sum(weights)), v) for w, v in zip(weights, values, strict=True))


def _ends(domain: Domain, rng: Random) -> tuple[Any, Any]:
    """The ends of a range, where it has them; else numbers near one and far away."""
    if domain.finite:
        return min(domain.finite), max(domain.finite)
    both = domain.low is not None and domain.high is not None
    low = domain.low if domain.closed_low else domain.draw(rng, Reach(0, 1, 64))
    far = domain.draw(rng, Reach(0, 64, 1))
    if domain.low is None:
        return far, domain.high if domain.closed_high else domain.draw(rng, Reach(0, 1, 64))
    return low, domain.high if both and domain.closed_high else far


def _put(f: Frame, domain: Domain, edge: str, variant: int) -> Atoms:
    """Outcomes with one where the edge says, where nothing is said of the moments; else none."""
    put, place = _placed(f, edge)
    if not put or domain.finite or domain.integer:
        return ()
    zero, share = f.system.number(0), f.system.number(SHARES[variant % len(SHARES)])
    base = domain.low if domain.low is not None and domain.closed_low else zero
    middle = zero + variant % 3 if domain.low is None else base
    other = place * share / (1 - share)
    known: dict[str, list[tuple[Any, Any]]] = {
        "alone": [(1, place)],
        "beside": [(1 - share, base), (share, place)],
        "above": [(1 - share, middle - other), (share, middle + place)],
        "below": [(1 - share, middle + other), (share, middle - place)],
        "both": [(share / 2, middle - place), (1 - share, middle), (share / 2, middle + place)],
    }
    atoms = known[put]
    return tuple(atoms) if all(_inside(f, domain, value) for _, value in atoms) else ()


def _inside(f: Frame, domain: Domain, value: Any) -> bool:
    """Whether a number lies in a range (its ends only where they belong to it)."""
    value = f.system.number(value) if isinstance(value, (int, Fraction)) else value
    low = None if domain.low is None else f.system.sign(value - domain.low)
    high = None if domain.high is None else f.system.sign(domain.high - value)
    return all(
        side is None or side > 0 or (side == 0 and closed)
        for side, closed in ((low, domain.closed_low), (high, domain.closed_high))
    )


def with_mean(f: Frame, domain: Domain, mean: Any, edge: str, variant: int) -> Atoms:
    """Outcomes in a range with a stated mean. Raises NoPoint where there are none."""
    if domain.finite:
        ordered = sorted(domain.finite)
        domain = replace(
            domain, finite=(), low=ordered[0], high=ordered[-1], closed_low=True, closed_high=True
        )
        edge = "two-point"  # with more than two outcomes a law on the two ends
    if not _inside(f, domain, mean):
        raise NoPoint("the mean is outside the declared range")
    room = [None if end is None else abs(end - mean) for end in (domain.low, domain.high)]
    if edge in ("constant", "nothing") or any(r is not None and f.system.sign(r) == 0 for r in room):
        return ((1, mean),)
    down, up = (_step(f, r, k, edge, variant) for k, r in enumerate(room))
    put, place = _placed(f, edge)
    if put and f.system.sign(place) > 0:
        up = place - mean if put == "beside" else place if put != "below" else up
        down = place if put in ("below", "both") else room[0] if room[0] is not None else down
    if f.system.sign(up) <= 0 or not (_inside(f, domain, mean + up) and _inside(f, domain, mean - down)):
        down, up = (_step(f, r, k, "", variant) for k, r in enumerate(room))
    total = down + up
    return ((down / total, mean + up), (up / total, mean - down))


def _step(f: Frame, room: Any, side: int, edge: str, variant: int) -> Any:
    """How far an outcome lies from the mean, within the room that there is."""
    if room is None:
        return f.system.number(SHARES[(variant + side) % len(SHARES)] * (64 if edge == "heavy" else 3))
    return room if edge == "two-point" else room * f.system.number(SHARES[(variant + side) % len(SHARES)])


def with_both(f: Frame, domain: Domain, moments: tuple[Any, Any], edge: str, variant: int) -> Atoms:
    """Outcomes in a range with a stated mean and variance. Raises NoPoint where there are none."""
    mean, variance = moments
    if f.system.sign(variance) == 0:
        return ((1, mean),)
    scale, zero = f.system.call("sqrt", variance), f.system.number(0)
    low, high = domain.low, domain.high
    if domain.finite:
        low, high = min(domain.finite), max(domain.finite)
    for end in (low, high):
        if end is not None and f.system.sign(mean - end if end is low else end - mean) <= 0:
            raise NoPoint("the mean is outside the declared range")
    least = zero if low is None else scale / (mean - low)
    most = None if high is None else (high - mean) / scale
    if most is not None and f.system.sign(most - least) < 0:
        raise NoPoint("the variance is too large for the declared range")
    made = _at_distance(f, edge, (mean, scale), (least, most))
    if made:
        return made
    if edge == "two-point":
        return _two(mean, scale, most if most is not None else least if low is not None else zero + 1)
    if edge.startswith("heavy") and (most is None or edge == "heavy below"):
        return _two(mean, scale, least if low is not None and edge == "heavy below" else least + 100)
    shares = [SHARES[(variant + k) % len(SHARES)] for k in (0, 2)]
    steps = [least + (4 if most is None else most - least) * f.system.number(share) for share in shares]
    half = f.system.number(Fraction(1, 2))
    return tuple((weight * half, value) for step in steps for weight, value in _two(mean, scale, step))


def _two(mean: Any, scale: Any, a: Any) -> Atoms:
    """The law on mean + scale a and mean - scale / a."""
    high = 1 / (1 + a * a)
    return ((high, mean + scale * a), (1 - high, mean - scale / a))


def _at_distance(f: Frame, edge: str, moments: tuple[Any, Any], steps: tuple[Any, Any]) -> Atoms:
    """Outcomes with one at the distance from the mean that the edge tells; none where it does not fit."""
    (mean, scale), (least, most) = moments, steps
    put, place = _placed(f, edge)
    if not put or put == "alone":
        return ()
    k = (place - mean if put == "beside" else place) / scale
    if f.system.sign(k) <= 0:
        return ()
    a = 1 / k if put == "below" else k
    if put == "both":
        fits = f.system.sign(k - 1) > 0 and f.system.sign(1 - k * least) >= 0
        fits = fits and (most is None or f.system.sign(most - k) >= 0)
        rare = 1 / (2 * k * k)
        return ((rare, mean - k * scale), (1 - 2 * rare, mean), (rare, mean + k * scale)) if fits else ()
    fits = f.system.sign(a - least) >= 0 and (most is None or f.system.sign(most - a) >= 0)
    return _two(mean, scale, a) if fits else ()


#: The outcome that names share which nothing says to be independent.
TIED = tuple((Fraction(weight, 32), value) for value, weight in enumerate((5, 11, 7, 9)))


#: A fair sign as a function of that outcome.
FAIR = (1, 1, -1, -1)


def finite_source(f: Frame, atoms: Atoms, name: str) -> Source:
    """A source with these outcomes, as numbers of the frame."""
    numbers = tuple((exactly(f, as_fraction(w)), exactly(f, as_fraction(v))) for w, v in atoms)
    zero, one = f.system.number(0), f.system.number(1)
    return Source(
        lambda k: sum((w * whole_power(v, k, one) for w, v in numbers), zero), numbers, "finite", name
    )


def as_fraction(value: Any) -> Any:
    """A drawn rational as a fraction; anything else as it is."""
    return Fraction(int(value.p), int(value.q)) if isinstance(value, fmpq) else value


def interpolated(f: Frame, u: Poly, values: list[Any]) -> Poly:
    """The polynomial in u that has these values at u = 0, 1, 2 .. (Newton's forward differences)."""
    row = [exactly(f, as_fraction(v)) for v in values]
    total, basis = Poly({(): row[0]}), Poly({(): f.system.number(1)})
    for k in range(1, len(values)):
        row = [b - a for a, b in pairwise(row)]
        basis = basis * (u + f.system.number(1 - k)) / f.system.number(k)
        total = total + basis * row[0]
    return total


def tied_values(domain: Domain, key: str, edge: str, variant: int) -> list[Any]:
    """The values of a name in a range, by the outcome that it shares; one value at an edge of constants.

    At an edge, and for every third variant, all names are low, or high, at once: at the ends of the range
    where it has them.
    """
    rng = Random(key)
    values = [domain.draw(rng, Reach(0, 1, (1, 4)[k % 2])) for k, _ in enumerate(TIED)]
    if edge in ("constant", "nothing"):
        return values[:1] * len(values)
    if domain.finite or (variant % 3 != 1 and not edge):
        return values
    least, most = min(values), max(values)
    least = domain.low if domain.closed_low else least
    most = domain.high if domain.closed_high else most
    cut = {"two-point": 2, "heavy": 3, "heavy below": 1}.get(edge, 1 + variant // 3 % 3)
    return [least] * cut + [most] * (len(values) - cut)


def stated_moments(law: LawOf) -> tuple[Expr | None, Expr | None]:
    """The mean and the variance that a page states of an open law."""
    return law.parameters[:2] if law.law == "moments" else (law.mean, law.variance)  # type: ignore[return-value]


def _hull(f: Frame, name: str) -> Domain | None:
    """The least and the largest number of a declared range of all entries alike."""
    symbol = f.program.symbols.get(name)
    domain = range_of(f, symbol, ()) if symbol is not None else None
    if domain is None or not domain.finite:
        return domain
    return Domain(min(domain.finite), max(domain.finite), True, True)


def narrow_mean(domain: Domain, name: str, f: Frame) -> bool:
    """Narrow the domain of a name that is the stated mean of others to their range; whether it is one."""
    found = False
    for law in f.program.laws.laws.values():
        mean = stated_moments(law)[0] if law.law in ("moments", "free") else None
        if mean is None or bare(mean).head != "name" or bare(mean).data != name:
            continue
        hull = _hull(f, law.name)
        if hull is not None:
            found = True
            for end, side in ((hull.low, domain.above), (hull.high, domain.below)):
                if end is not None:
                    side(end, False)
    return found


def unmet(program: Program, names: list[str], sizes: dict[str, int], values: dict[str, Any]) -> Expr | None:
    """The declared range of an open law in which no law has the stated mean and variance here; else None.

    There is one where the mean lies between the ends and the variance is at most the product of its
    distances from them (Bhatia and Davis 2000).
    """
    for name in names:
        law, symbol = program.laws.laws.get(name), program.symbols.get(name)
        if law is None or symbol is None or law.law not in ("moments", "free"):
            continue
        if not declared(program, symbol):
            continue
        f = Frame(RationalSystem(), program, sizes, values)
        hull = _hull(f, name)
        mean, variance = (_rational(f, part) for part in stated_moments(law))
        if hull is None or mean is None:
            continue
        room = [None if end is None else abs(end - mean) for end in (hull.low, hull.high)]
        outside = (hull.low is not None and mean < hull.low) or (hull.high is not None and mean > hull.high)
        down, up = room
        product = None if down is None or up is None else down * up
        if outside or (variance and (0 in room or (product is not None and variance > product))):
            return declared(program, symbol)[0]
    return None


def _rational(f: Frame, expr: Expr | None) -> Any:
    try:
        value = f.program.compiled(expr)(f) if expr is not None else None
    except (MeaningError, KeyError):
        return None
    return value if isinstance(value, fmpq) else None


def open_moment(f: Frame, what: str, name: str, where: tuple[int, ...]) -> Any:
    """A generic value for a moment that the page does not state, the same at every use of one point."""
    key = f"\0{what} {name} {where}"
    if key not in f.values:
        f.values[key] = f.system.open_value(key) if f.system.symbolic else _generic(f, key)  # type: ignore[attr-defined]
    return f.values[key]


def _generic(f: Frame, key: str) -> Any:
    from generator.meaning.sampling import stable_number

    number = Fraction(stable_number(key, f.chance.variant if f.chance else 0) % 89 + 7, 16)
    return f.system.number(number)
