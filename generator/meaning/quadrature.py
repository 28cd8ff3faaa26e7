r"""Rigorous quadrature: finite, to infinity, and up to a singular end.

A finite piece is enclosed by Gauss-Legendre rules with error bounds from complex discs (Johansson,
Numerical integration in arbitrary-precision ball arithmetic, 2018). A half-line is cut where the
rest, bounded for all its points by `growth`, is below what the precision asks for; a slowly falling integrand
is first written in the logarithm of its variable. A singular end c is a half-line too, in w/(x - c).
Derivatives are taken under the integral: each partial of a jet is an integral of its own, and ends
that move are made to stand still. What has no bound is not decided; what certainly diverges has
no value.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any

import flint
from flint import acb, arb

from generator.meaning import arrays
from generator.meaning.analytic import Inverse, Near, number_of
from generator.meaning.growth import Growth, Term, constant
from generator.meaning.integrand import Integrand, Stretch
from generator.meaning.jets import Jet
from generator.meaning.program import Code, Frame
from generator.meaning.systems import BallSystem, MeaningError, NoValue, Unsupported, Unsure
from generator.meaning.tails import GrowthSystem

SLACK = 85  # bits: errors and cut tails stay below 2^(SLACK - precision), relative or absolute
FINEST = 320  # bits of the precision that errors follow
GUARD = 60  # bits of working precision more, so that rounding stays below that
EVALUATIONS = 20_000  # of the integrand, in one piece
CUTS = (8, 16, 32, 64, 128, 256, 512, 1024, 4096, *(2**k for k in range(14, 42, 3)))  # where a tail may begin
LONGEST = 4096  # logarithm of the farthest cut
FAR = 256  # logarithm of the place where a slow tail's power is read off

Path = tuple[Any, ...]  # of one number in a result: entries of arrays, "value" or a key of a jet


def aim(guard: int) -> arb:
    """What errors and cut tails are to stay below, at a working precision with `guard` bits more."""
    return arb(2) ** (SLACK - min(flint.ctx.prec - guard, FINEST))


def integrate(f: Frame, body: Code, name: str, low: Any, high: Any, integers: Fraction | None = None) -> Any:
    """The integral of `body` over `name` from low to high (None: without end), as balls or jets.

    integers: of a series, as `ComplexSystem` has it. Raises Unsupported where no bound is found,
    NoValue where the integral diverges, Unsure where a ball is too wide.
    """
    if not isinstance(f.system, BallSystem):
        raise Unsupported("an integral is evaluated in balls")
    if low is not None and high is not None:
        order = f.system.sign(high - low)
        if order < 0:
            return arrays.each(lambda v: -v, integrate(f, body, name, high, low, integers))
        if order == 0 and not (isinstance(low, Jet) or isinstance(high, Jet)):
            return f.system.number(0)
    integrand = Integrand(f, body, name, integers)
    before = flint.ctx.prec
    flint.ctx.prec = before + GUARD
    try:
        pieces = list(_stretches(integrand, low, high))
        form, paths = _outline(integrand, pieces)
        found = {path: _total(integrand, pieces, path) for path in paths}
    finally:
        flint.ctx.prec = before
    return rebuilt(form, (), found)


def _stretches(integrand: Integrand, low: Any, high: Any) -> Iterator[Stretch]:
    """The pieces: half-lines from beyond 0 on, and what lies between, split at 0 where supports end."""
    if any(isinstance(end, Jet) for end in (low, high)):
        yield from _moving(low, high)
        return
    first, last = low, high
    if high is None and low is not None and low > 0 and _is_bounded(integrand, low, arb(1)):
        yield Stretch("times", low)
        return
    if low is None:
        first = arb(-1) if high is None or high > 0 else (high - 1).mid()
        yield Stretch("down", first + 1)
    if high is None:
        last = arb(1) if low is None or low < 0 else (low + 1).mid()
        yield Stretch("up", last - 1)
    if first < 0 and last > 0:
        yield from _between(integrand, first, arb(0))
        first = arb(0)
    yield from _between(integrand, first, last)


def _moving(low: Any, high: Any) -> Iterator[Stretch]:
    """The same for ends that carry derivatives."""
    if high is None:
        yield Stretch("moving", low, low + 1)
        yield Stretch("up", low)
    elif low is None:
        yield Stretch("down", high)
        yield Stretch("moving", high - 1, high)
    else:
        yield Stretch("moving", low, high)


def _between(integrand: Integrand, low: arb, high: arb) -> Iterator[Stretch]:
    """A finite piece; an end at which the integrand is not bounded becomes a half-line."""
    width, middle = (high - low).mid(), ((low + high) / 2).mid()
    first, last = low, high
    if not _is_bounded(integrand, low, width):
        first = middle
        yield _singular(low, middle)
    if not _is_bounded(integrand, high, -width):
        last = middle
        yield _singular(high, middle)
    if last > first:
        yield Stretch("finite", first, last)


def _singular(end: arb, middle: arb) -> Stretch:
    return Stretch("end", end, None, middle - end)


def _is_bounded(integrand: Integrand, end: Any, width: Any) -> bool:
    """Whether a ball from the end inwards gives finite values."""
    ball = acb((end + width / 2**21) + arb(0, abs(width) / 2**21))
    integrand.disc.strict = True
    try:
        value = integrand.disc.every_way(lambda: integrand.near(ball))
    except (NoValue, Unsure, ZeroDivisionError):
        return False
    finally:
        integrand.disc.strict = False
    return all(v.is_finite() for v in _numbers(value))


def _numbers(value: Any) -> Iterator[acb]:
    for v in arrays.flat(value):
        if isinstance(v, Jet):
            yield from _numbers(v.value)
            for part in v.parts.values():
                yield from _numbers(part)
        else:
            yield number_of(v)


# -- the numbers that a result is made of ------------------------------------------------


def _outline(integrand: Integrand, pieces: list[Stretch]) -> tuple[Any, list[Path]]:
    """(a value of the form of the result, the paths to its numbers), from places on each piece."""
    values = []
    for piece in pieces:
        for s in (arb(19) / 16, arb(37) / 16, arb(101) / 16):
            if piece.form == "finite":
                s = piece.low + (piece.high - piece.low) * s / 7
            values.append(_value_at(integrand, piece, acb(s / 7 if piece.form == "moving" else s)))
    return values[-1], outline(values)


def _value_at(integrand: Integrand, piece: Stretch, s: acb) -> Any:
    def run() -> Any:
        x, slope = piece.place(s, acb)
        return arrays.each(lambda v: v * slope, integrand.near(x))

    return integrand.disc.every_way(run)


def paths_of(value: Any) -> Iterator[Path]:
    """The path to each number of a value."""
    if isinstance(value, list):
        for place, entry in enumerate(value):
            yield from ((("entry", place), *path) for path in paths_of(entry))
    elif isinstance(value, Jet):
        yield from ((("value", value.tag), *path) for path in paths_of(value.value))
        for key, part in value.parts.items():
            yield from ((("part", value.tag, key), *path) for path in paths_of(part))
    else:
        yield ()


def outline(values: list[Any]) -> list[Path]:
    """The paths to the numbers of values of one form; one of them may carry more partials."""
    found = dict.fromkeys(path for value in values for path in paths_of(value))
    return [path for path in found if not any(o != path and o[: len(path)] == path for o in found)]


def picked(value: Any, path: Path) -> Any:
    """The number at a path; 0 where the value does not carry that partial."""
    for step in path:
        if step[0] == "entry":
            value = value[step[1]]
        elif not isinstance(value, Jet) or value.tag != step[1]:
            if step[0] == "part":
                return 0
        else:
            value = value.value if step[0] == "value" else value.parts.get(step[2], 0)
    return value


def rebuilt(form: Any, done: Path, found: dict[Path, Any]) -> Any:
    """The numbers that were found, in the form of the result."""
    if isinstance(form, list):
        return [rebuilt(entry, (*done, ("entry", k)), found) for k, entry in enumerate(form)]
    heads = list(
        dict.fromkeys(path[len(done)] for path in found if path[: len(done)] == done and path[len(done) :])
    )
    if not heads:
        return found[done]
    tag = heads[0][1]
    parts = {h[2]: rebuilt(None, (*done, h), found) for h in heads if h[0] == "part"}
    return Jet(tag, rebuilt(None, (*done, ("value", tag)), found), parts)


# -- one number ----------------------------------------------------------------------------


def _total(integrand: Integrand, pieces: list[Stretch], path: Path) -> arb:
    total = arb(0)
    for piece in pieces:
        if piece.form == "finite":
            value = _enclosed(integrand, piece, path, piece.low, piece.high)
        elif piece.form == "moving":
            value = _enclosed(integrand, piece, path, arb(0), arb(1))
        else:
            value = _half_line(integrand, piece, path)
        total += value
    return total


def _enclosed(integrand: Integrand, piece: Stretch, path: Path, low: arb, high: arb, by: str = "") -> arb:
    """The integral of one number over v in [low, high]; s is v, by `logs` e^v, by `inverse` 1/v."""
    disc = integrand.disc

    def at(v: acb) -> acb:
        s = Near(acb(0), acb(1), v) if by == "logs" else Inverse(v, -1, acb(1)) if by else v
        x, slope = piece.place(s, acb)
        scale = slope * s * s if by == "inverse" else slope * s if by else slope
        return number_of(picked(arrays.each(lambda value: value * scale, integrand.near(x)), path))

    refused: list[MeaningError] = []  # kept until the end: the library loses what is raised inside

    def function(v: acb, analytic: bool) -> acb:
        if refused:
            return acb(0)
        disc.analytic = bool(analytic)
        try:
            return at(v) if analytic else disc.every_way(lambda: at(v))
        except (Unsure, ZeroDivisionError):
            return acb(arb("nan"))
        except MeaningError as error:
            refused.append(error)
            return acb(0)
        finally:
            disc.analytic = False

    goal = aim(GUARD)
    found = acb.integral(function, acb(low), acb(high), rel_tol=goal, abs_tol=goal, eval_limit=EVALUATIONS)
    if refused:
        raise refused[0]
    if not found.is_finite():
        raise Unsupported("no bound of this integral is found")
    if not found.imag.contains(0):
        raise NoValue("what stands under the integral is not real")
    return found.real


def _is_smooth_at_infinity(integrand: Integrand, piece: Stretch, path: Path) -> bool:
    """Whether the integrand is analytic in 1/s around 0, on a small disc."""
    s = Inverse(acb(arb(0, 2.0**-14), arb(0, 2.0**-14)), -1, acb(1))
    integrand.disc.analytic = True
    try:
        x, slope = piece.place(s, acb)
        scale = slope * s * s
        value = picked(arrays.each(lambda v: v * scale, integrand.near(x)), path)
        return bool(number_of(value).is_finite())
    except (Unsure, Unsupported, NoValue, ZeroDivisionError):
        return False
    finally:
        integrand.disc.analytic = False


def _half_line(integrand: Integrand, piece: Stretch, path: Path) -> arb:
    """From s = 1 on: up to a cut as it is where the tail falls exponentially, else in log s."""
    goal = aim(GUARD)
    slow: arb | None = None
    for cut in CUTS:
        tail, power = _tail(integrand, piece, path, cut)
        if tail is not None and tail < goal:
            return _enclosed(integrand, piece, path, arb(1), arb(cut)) + arb(0, tail)
        if tail is not None and power is not None:
            slow = power
            break
    if slow is None:
        raise Unsupported("no bound of the integral's tail is found")
    if _is_smooth_at_infinity(integrand, piece, path):
        with suppress(Unsupported):
            return _enclosed(integrand, piece, path, arb(0), arb(1), "inverse")
    _, farther = _tail(integrand, piece, path, arb(FAR).exp())  # logarithms count for less there
    falls = [power for power in (farther, slow) if power is not None]
    far = sorted(float(-goal.log() / (-power - 1)) * 1.05 + 4 for power in falls)
    for length in (far[0], 1.5 * far[0], far[-1], 1.5 * far[-1]):
        end = int(length) + 1
        if end > LONGEST:
            break
        tail, _ = _tail(integrand, piece, path, arb(end).exp())
        if tail is not None and tail < goal:
            return _enclosed(integrand, piece, path, arb(0), arb(end), "logs") + arb(0, tail)
    raise Unsupported("the integral converges too slowly")


def _tail(integrand: Integrand, piece: Stretch, path: Path, cut: Any) -> tuple[arb | None, arb | None]:
    """(bound of the tail from `cut` on, its power where it falls like one); (None, None) for no bound.

    Raises NoValue where the integral diverges.
    """
    system = GrowthSystem(cut, integers=integrand.integers)
    s = Growth([Term(acb(1), arb(1))], system.start)
    try:
        x, slope = piece.place(s, lambda v: constant(v, system.start))
        value = arrays.each(lambda v: v * slope, integrand.far(x, system))
        value = picked(value, path)
    except MeaningError:  # no bound, or no value between integers
        return None, None
    value = value if isinstance(value, Growth) else constant(value, system.start)
    return bounded_tail(value, system)


def bounded_tail(
    value: Growth, system: GrowthSystem, words: str = "the integral diverges"
) -> tuple[arb | None, arb | None]:
    """(bound of its integral, the slowest power), as `_tail` says. Raises NoValue where it diverges."""
    total, slowest = arb(0), None
    try:
        majorants = value.majorants()
    except Unsupported:
        majorants = None
    tails = [m.tail(system.start) for m in majorants or ()]
    if majorants is None or any(t is None for t in tails):
        if diverges(value):
            raise NoValue(words)
        return None, None
    for m, tail in zip(majorants, tails, strict=True):
        assert tail is not None
        total += tail.upper()
        if not m.rate > 0 and (slowest is None or m.power > slowest):
            slowest = m.power
    return (total.upper() if total.is_finite() else None), slowest


def diverges(value: Growth) -> bool:
    """Whether its sign is fixed and it does not fall faster than 1/t."""
    try:
        lead, _ = value.leading()
    except Unsure:
        return False
    if lead.coefficient.real.contains(0):
        return False
    if not lead.exponent:
        return bool(lead.power >= -1) and lead.logs >= 0
    rate, _, logs = lead.exponent[0]
    return bool(rate.real > 0 and logs >= 0)
