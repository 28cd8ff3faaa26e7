r"""Laws and probabilities of normal samples, counted on points: no Cochran, no pivot, no polynomials.

The samples are put on nodes: Gauss-Hermite nodes (Golub and Welsch 1969), whose weighted
sums are exact moments of polynomial statistics, or a low-discrepancy sequence (a Kronecker
sequence with the generalised golden ratio, Roberts 2018), on which each point has the same
probability. The statistic is evaluated there by NumPy, from the definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import comb
from statistics import NormalDist
from types import MappingProxyType
from typing import Any

import numpy as np
from mpmath import mp

from generator.meaning import arrays
from generator.meaning.floats import ArraySystem
from generator.meaning.points import BALLS
from generator.meaning.program import Frame, Program
from generator.meaning.sampling import Point
from generator.meaning.systems import Unsupported
from generator.notation.tree import Expr, bare, dim_value
from generator.verify.event_ends import event_parts
from generator.verify.question import Question

HERMITE = 7  # nodes a sample: exact for polynomials up to degree 13
SPREAD = 4096  # points of equal probability
MOMENTS = 3  # of a polynomial statistic
LARGEST = 4  # samples at once
EXACT = 1e-7  # relative error of a moment
COUNTED = 0.02  # error of a probability
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)

Nodes = tuple[Any, Any]  # (samples, points) and the weights of the points


@cache
def hermite(samples: int) -> Nodes:
    """All combinations of Gauss-Hermite nodes, with their weights."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(HERMITE)
    places = np.meshgrid(*[nodes] * samples, indexing="ij")
    masses = np.meshgrid(*[weights / weights.sum()] * samples, indexing="ij")
    return np.stack([p.ravel() for p in places]), np.prod([m.ravel() for m in masses], axis=0)


@cache
def spread(samples: int) -> Nodes:
    """Normal samples at points of equal probability: each probability is a share of them."""
    ratio = 1.5
    for _ in range(60):  # the root of x^(d+1) = x + 1
        ratio = (1 + ratio) ** (1 / (samples + 1))
    steps = ratio ** -np.arange(1, samples + 1)
    uniform = (0.5 + np.outer(steps, np.arange(1, SPREAD + 1))) % 1
    normal = NormalDist()
    rows = [[normal.inv_cdf(u) for u in row] for row in uniform]
    return np.array(rows), np.full(SPREAD, 1 / SPREAD)


class _Grid(ArraySystem):
    """Arrays in which a function without a NumPy meaning has one where its arguments are constant."""

    functions: Mapping[str, Callable[..., Any]] = MappingProxyType(dict(ArraySystem.functions))

    def call(self, name: str, *args: Any) -> Any:
        """The function entrywise, or its one value. Raises Unsupported otherwise."""
        if name in self.functions or any(not isinstance(a, np.ndarray) for a in args):
            return super().call(name, *args)
        if any(np.ptp(a) > 0 for a in args):
            raise Unsupported(f"no values of {name} at arrays")
        balls = [BALLS.number(Fraction(float(a[0])).limit_denominator(10**9)) for a in args]
        return self.number(Fraction(float(BALLS.call(name, *balls).mid())))


@dataclass(frozen=True, slots=True)
class Sampled:
    """A frame whose random names stand on nodes, and the weights of the nodes."""

    frame: Frame
    weights: Any

    def value(self, expr: Expr) -> Any:
        """The values of a scalar at all nodes. Raises MeaningError where there are none."""
        with np.errstate(all="ignore"):  # what has no value is not finite, and refused below
            found = self.frame.program.compiled(expr)(self.frame)
        if isinstance(found, list) or not np.all(np.isfinite(found)):
            raise Unsupported("no finite values at the nodes")
        return found

    def number(self, expr: Expr) -> float:
        """A value that is the same at all nodes."""
        return float(self.value(expr)[0])


def sampled(question: Question, point: Point, index: dict[str, int], make: Callable[[int], Nodes]) -> Sampled:
    """The point with its random names on nodes.

    Raises Unsupported where they are not independent normals, or too many.
    """
    program = question.program
    names = sorted(program.random_names((question.expr,)))
    rational = {name: value for name, value in point.values.items() if name not in names}
    counts = {name: _count(name, program, point.sizes) for name in names}
    _independent(names, program)
    total = sum(counts.values())
    if not 0 < total <= LARGEST:
        raise Unsupported("too many samples to put on nodes")
    places, weights = make(total)
    system = _Grid(len(weights))
    fixed = {n: arrays.each(lambda v: system.number(_fraction(v)), v) for n, v in rational.items()}
    frame = Frame(system, program, point.sizes, fixed)
    rows = iter(places)
    for name in names:
        frame.values[name] = _put(name, frame, rows)
    frame.memo.clear()
    frame.index = dict(index)
    return Sampled(frame, weights)


def _fraction(value: Any) -> Fraction:
    if not hasattr(value, "p"):
        raise Unsupported("a function that the page leaves open")
    return Fraction(int(value.p), int(value.q))


def _dims(name: str, program: Program, sizes: dict[str, int]) -> list[int]:
    symbol = program.symbols[name]
    dims = [len(program.range_of(i, sizes)) for i in symbol.family]
    return dims + [dim_value(d, sizes) for d in symbol.shape]


def _count(name: str, program: Program, sizes: dict[str, int]) -> int:
    count = 1
    for dim in _dims(name, program, sizes):
        count *= dim
    return count


def _independent(names: list[str], program: Program) -> None:
    """Raises Unsupported unless all samples are independent normals of which each entry has a law."""
    if not program.laws.are_apart([name] for name in names):
        raise Unsupported("the names are not said to be independent")
    for name in names:
        law = program.laws.laws.get(name)
        if law is None or law.law != "normal":
            raise Unsupported("only normal samples are put on nodes")
        symbol = program.symbols[name]
        if (symbol.shape or symbol.family) and not law.iid:
            raise Unsupported("the entries are not said to be independent")


def _put(name: str, frame: Frame, rows: Iterator[Any]) -> Any:
    """The entries of a random name: mean plus standard deviation times a standard normal each."""
    law = frame.program.laws.laws[name]
    mean, variance = (frame.program.compiled(p)(frame) for p in law.parameters)
    if isinstance(mean, list) or isinstance(variance, list):
        raise Unsupported("a joint law is not put on nodes")

    def build(dims: list[int]) -> Any:
        return [build(dims[1:]) for _ in range(dims[0])] if dims else mean + spread * next(rows)

    spread = np.sqrt(variance)
    return build(_dims(name, frame.program, frame.sizes))


# -- laws -----------------------------------------------------------------------------------------


def law_holds(question: Question, point: Point, index: dict[str, int]) -> bool:
    r"""Whether `statistic \sim law` agrees with what is counted: by moments, else by shares below levels.

    Raises MeaningError where it cannot be counted.
    """
    statistic, law = question.sides()
    law = bare(law)
    if law.data in RAW and _polynomial(statistic, question.program):
        at = sampled(question, point, index, hermite)
        values, parameters = at.value(statistic), [at.number(p) for p in law.args]
        found = [float(np.sum(at.weights * values**k)) for k in range(1, MOMENTS + 1)]
        wanted = [RAW[law.data](k, *parameters) for k in range(1, MOMENTS + 1)]
        return all(abs(a - b) <= EXACT * (1 + abs(b)) for a, b in zip(found, wanted, strict=True))
    if law.data not in BELOW:
        raise Unsupported(f"{law.data} is not counted")
    at = sampled(question, point, index, spread)
    values, parameters = np.sort(at.value(statistic)), [at.number(p) for p in law.args]
    shares = [(BELOW[law.data](float(values[int(q * SPREAD)]), *parameters), q) for q in LEVELS]
    return all(abs(share - q) <= COUNTED for share, q in shares)


def _polynomial(statistic: Expr, program: Program) -> bool:
    """Whether no root or quotient of something random occurs, in what the statistic is made from either."""
    trees = [statistic]
    for name in program.rests_on([statistic]):
        trees += [program.body_of(d) for d in program.definitions.get(name, ())]
    for node in (node for tree in trees for node in tree.walk()):
        bottom = node.args[1:] if node.head == "div" else node.args if node.head in ("func", "abs") else ()
        if program.random_names(bottom):
            return False
    return True


def _normal_raw(k: int, mean: float, variance: float) -> float:
    """E[(m + s z)^k] by the moments of z: 1, 0, 1, 0, 3."""
    standard = (1, 0, 1, 0, 3)
    return float(sum(comb(k, j) * mean ** (k - j) * variance ** (j / 2) * standard[j] for j in range(k + 1)))


def _gamma_raw(k: int, shape: float, rate: float) -> float:
    out = 1.0
    for j in range(k):
        out *= (shape + j) / rate
    return out


#: Raw moments by law: E[T^k] from k and the parameters.
RAW: dict[str, Callable[..., float]] = {
    "normal": _normal_raw,
    "gamma": _gamma_raw,
    "chi2": lambda k, m: _gamma_raw(k, m / 2, 0.5),
}


def _student_below(x: float, degrees: float) -> float:
    """The cdf of Student's t through the incomplete beta function."""
    tail = float(mp.betainc(degrees / 2, 0.5, 0, degrees / (degrees + x * x), regularized=True)) / 2
    return 1 - tail if x > 0 else tail


def _gamma_below(x: float, shape: float, rate: float) -> float:
    return float(mp.gammainc(shape, 0, rate * x, regularized=True)) if x > 0 else 0.0


#: The probability of a value of at most x, by law, from mpmath.
BELOW: dict[str, Callable[..., float]] = {
    "t": _student_below,
    "normal": lambda x, m, v: float(mp.ncdf((x - m) / v**0.5)),
    "chi2": lambda x, m: _gamma_below(x, m / 2, 0.5),
    "gamma": _gamma_below,
}


def probability_holds(question: Question, point: Point, index: dict[str, int]) -> bool:
    r"""Whether `\Pr(..) = ..` agrees with the share of points in the event.

    Raises MeaningError where it cannot be counted.
    """
    left, right = question.sides()
    probability, stated = (left, right) if bare(left).head == "Pr" else (right, left)
    if any(node.head == "Pr" for node in stated.walk()):
        raise Unsupported("a probability on both sides is not counted")
    low, subject, high = event_parts(question.program, bare(bare(probability).args[0]))
    at = sampled(question, point, index, spread)
    values = at.value(subject)
    inside = np.ones(SPREAD, dtype=bool)
    if low is not None:
        inside &= at.value(low) <= values
    if high is not None:
        inside &= values <= at.value(high)
    return abs(float(np.mean(inside)) - at.number(stated)) <= COUNTED
