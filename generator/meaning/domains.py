"""Where a name may lie: bounds, finite sets and structure, read off its declaration and its law."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

from flint import arb, fmpq, fmpq_mat

from generator.meaning.laws import LAWS
from generator.meaning.program import Frame, Program, free_names, rational_value
from generator.meaning.supports import SUPPORTS, narrow_to_support
from generator.meaning.systems import MeaningError, RationalSystem
from generator.notation.tree import Expr, Symbol, bare


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a draw goes: `sign` of an unbounded one (0: either), `far` and `near` times the usual size.

    What fails beyond a literal of the formula, or close to a border only, is met this way.
    """

    sign: int = 0
    far: int = 1
    near: int = 1


USUAL = Reach()

#: Of a bounded interval, and from an only border or from 0: generic, with small denominators.
SHARES = [fmpq(k, 64) for k in (3, 5, 7, 11, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 61)]
LENGTHS = [fmpq(k, 16) for k in (5, 7, 9, 11, 13, 19, 21, 23, 27, 29, 35, 37, 41)]


@dataclass(slots=True)
class Domain:
    """Bounds of one scalar (None: none), whether they belong to it, or its finite set."""

    low: Any = None
    high: Any = None
    closed_low: bool = False
    closed_high: bool = False
    finite: tuple[Any, ...] = ()
    integer: bool = False
    excluded: list[Any] = field(default_factory=list)

    def above(self, value: Any, closed: bool) -> None:
        """Narrow to values above `value`."""
        if self.low is None or value > self.low or (value == self.low and not closed):
            self.low, self.closed_low = value, closed

    def below(self, value: Any, closed: bool) -> None:
        """Narrow to values below `value`."""
        if self.high is None or value < self.high or (value == self.high and not closed):
            self.high, self.closed_high = value, closed

    def borders(self) -> list[Any]:
        """The ends that belong to a closed domain."""
        if self.finite:
            return []
        out = [self.low] if self.closed_low and self.low is not None else []
        return out + ([self.high] if self.closed_high and self.high is not None else [])

    def holds(self, value: Any) -> bool:
        """Whether a rational lies in the domain."""
        if value in self.excluded or (self.integer and not _whole(value)):
            return False
        if self.finite:
            return value in self.finite
        if self.low is not None and (value < self.low or (value == self.low and not self.closed_low)):
            return False
        return self.high is None or value < self.high or (value == self.high and self.closed_high)

    def draw(self, rng: Random, reach: Reach = USUAL) -> Any:
        """A generic rational inside the domain. Raises MeaningError where it is empty."""
        if self.finite:
            return rng.choice(self.finite)
        if self.integer:
            return self._integer(rng, reach)
        for _ in range(50):
            value = self._rational(rng, reach)
            if value not in self.excluded:
                return value
        raise MeaningError("the declared domain is empty")

    def _rational(self, rng: Random, reach: Reach) -> Any:
        share = rng.choice(SHARES)
        if self.low is not None and self.high is not None:
            if self.low > self.high or (self.low == self.high and not (self.closed_low and self.closed_high)):
                raise MeaningError("the declared domain is empty")
            if reach.near > 1:
                share = share / reach.near
            elif reach.far > 1:
                share = 1 - share / reach.far
            return self.low + (self.high - self.low) * share
        size = rng.choice(LENGTHS)
        if reach.far != reach.near:
            size = size * reach.far / reach.near
        if self.low is not None:
            return self.low + size
        if self.high is not None:
            return self.high - size
        return size * (reach.sign or rng.choice([1, 1, -1]))

    def _integer(self, rng: Random, reach: Reach) -> Any:
        low = (
            -6
            if self.low is None
            else int(_ceil(self.low)) + (0 if self.closed_low or not _whole(self.low) else 1)
        )
        wide = min(12 * reach.far, 60)
        high = low + wide if self.high is None else int(_floor(self.high))
        if self.high is not None and not self.closed_high and _whole(self.high):
            high -= 1
        if self.low is None and self.high is not None:
            low = high - 12
        choices = [v for v in range(low, high + 1) if fmpq(v) not in self.excluded]
        if not choices:
            raise MeaningError("the declared domain is empty")
        return fmpq(rng.choice(choices))


def _whole(value: Any) -> bool:
    return isinstance(value, fmpq) and value.q == 1


def _floor(value: Any) -> int:
    return int(value.p // value.q) if isinstance(value, fmpq) else int(float(value))


def _ceil(value: Any) -> int:
    return -int((-value.p) // value.q) if isinstance(value, fmpq) else int(float(value)) + 1


def subject_of(expr: Expr, program: Program | None = None) -> str | None:
    """The name that an expression is: itself or any entry of it (not one entry at a fixed index)."""
    expr = bare(expr)
    if expr.head == "entry":
        for index in expr.args[1:] if program is not None else ():
            symbol = program.symbols.get(str(bare(index).data)) if program is not None else None
            if bare(index).head != "name" or symbol is None or symbol.kind != "index":
                return None
        expr = bare(expr.args[0])
    return str(expr.data) if expr.head == "name" else None


def domain_of(symbol: Symbol, f: Frame, extra: tuple[Expr, ...] = ()) -> Domain:
    """The domain of one entry of a name at a point whose sizes (and earlier names) are set."""
    program = f.program
    domain = Domain(integer=symbol.kind == "integer")
    if symbol.kind == "event":
        domain.above(fmpq(0), True)
        domain.below(fmpq(1), True)
    law = program.laws.laws.get(symbol.name)
    if law is not None and law.law in LAWS:
        narrow_to_support(LAWS[law.law].support, law.parameters, domain, f)
    for condition in (*symbol.conditions, *extra):
        narrow(domain, condition, symbol.name, f)
    if "density" in symbol.words and not symbol.shape:
        domain.above(fmpq(0), False)
    return domain


def declared_inside(expr: Expr, law: str, f: Frame) -> bool:
    """Whether a name, by its declaration alone, lies in the support of a law."""
    support = LAWS[law].support if law in LAWS else "real"
    name = subject_of(expr)
    if support == "real" or name is None or name in f.program.definitions:
        return support == "real"
    empty = Frame(RationalSystem(), f.program, f.sizes, {})
    try:
        domain = domain_of(f.program.symbols[name], empty)
    except (MeaningError, KeyError):
        return False
    if support == "bit":
        return bool(domain.finite) and set(domain.finite) <= {fmpq(0), fmpq(1)}
    if domain.finite or domain.low is None or support not in SUPPORTS:
        return False
    low, high = SUPPORTS[support]
    above = domain.low > low or (domain.low == low and (domain.integer or not domain.closed_low))
    below = high is None or (domain.high is not None and domain.high <= high and not domain.closed_high)
    return above and below and domain.integer == (support in ("count", "from-one"))


def narrow(domain: Domain, condition: Expr, name: str, f: Frame) -> bool:
    """Narrow `domain` by a relation about `name`; False where the relation has another form."""
    condition = bare(condition)
    if condition.head in ("list", "and"):
        parts = [narrow(domain, part, name, f) for part in condition.args]  # every part narrows
        return all(parts)
    if condition.head == "all":
        return narrow(domain, condition.args[0], name, f)
    if condition.head != "rel":
        return False
    done = True
    for op, left, right in zip(condition.data, condition.args, condition.args[1:], strict=False):
        if (
            bare(left).head == "abs"
            and op in ("<", "<=")
            and subject_of(bare(left).args[0], f.program) == name
        ):
            done &= _narrow_bound(domain, op, right, f)
            done &= _narrow_bound(domain, MIRROR[op], Expr("add", (right,), "-", shape=()), f)
        elif subject_of(left, f.program) == name and op in ("in", "notin"):
            done &= op == "in" and _narrow_set(domain, right, f)
        elif subject_of(left, f.program) == name:
            done &= _narrow_bound(domain, op, right, f)
        elif subject_of(right, f.program) == name:
            done &= _narrow_bound(domain, MIRROR.get(op, op), left, f)
        else:
            done = False
    return done


MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _narrow_bound(domain: Domain, op: str, bound: Expr, f: Frame) -> bool:
    try:
        value = f.program.compiled(bound)(f)
    except (MeaningError, KeyError):
        return False
    if not isinstance(value, (fmpq, arb)):
        return False
    if op in (">", ">="):
        domain.above(value, op == ">=")
    elif op in ("<", "<="):
        domain.below(value, op == "<=")
    elif op == "!=":
        domain.excluded.append(value)
    elif op == "=":
        inside = domain.holds(value)
        domain.finite = (value,) if inside else ()
        domain.above(value, True)  # outside of the declared domain nothing is left
        domain.below(value, True)
    else:
        return False
    return True


def _narrow_set(domain: Domain, target: Expr, f: Frame) -> bool:
    target = bare(target)
    try:
        if target.head == "set":
            domain.finite = tuple(f.program.compiled(arg)(f) for arg in target.args)
            return True
        if target.head == "interval":
            low, high = (bare(a) for a in target.args)
            if not any(e.data == "infty" for e in low.walk()):
                domain.above(f.program.compiled(low)(f), target.data[0] == "[")
            if not any(e.data == "infty" for e in high.walk()):
                domain.below(f.program.compiled(high)(f), target.data[1] == "]")
            return True
    except (MeaningError, KeyError):
        return False
    if target.head == "space" and target.data in ("N", "Z"):
        domain.integer = True
        if target.data == "N":
            domain.above(fmpq(0), True)
        return True
    return target.head == "space"


#: Words of a declaration that exclude the matrices of lower rank.
REGULAR = frozenset({"invertible", "full rank"})


def has_full_rank(value: list[list[Any]]) -> bool:
    """Whether the rows or the columns of a matrix of rationals, whichever are fewer, are independent."""
    rows, columns = len(value), len(value[0]) if value else 0
    return bool(fmpq_mat(rows, columns, [v for row in value for v in row]).rank() == min(rows, columns))


def structured(symbol: Symbol, dims: list[int], rng: Random, domain: Domain) -> Any:
    """A value for a vector or matrix whose declaration names a structure, else None."""
    words = symbol.words
    if len(dims) == 1:
        if "simplex" in words:
            return simplex(dims[0], rng)
        if "one-hot" in words:
            hot = rng.randrange(dims[0])
            return [fmpq(1 if i == hot else 0) for i in range(dims[0])]
        if "unit" in words:
            return [v * rng.choice((-1, 1)) for v in unit(dims[0], rng)]
        if words & {"increasing", "decreasing"}:
            return sorted((domain.draw(rng) for _ in range(dims[0])), reverse="decreasing" in words)
        return None
    if len(dims) != 2:
        return None
    rows, columns = dims
    if "stochastic" in words:
        return [simplex(columns, rng) for _ in range(rows)]
    if "diagonal" in words:
        return [[domain.draw(rng) if i == j else fmpq(0) for j in range(columns)] for i in range(rows)]
    if "orthogonal" in words:  # of a matrix that is not square, the longer lines are
        whole = orthogonal(max(rows, columns), rng)
        return [row[:columns] for row in whole[:rows]]
    if words & {"positive definite", "positive semidefinite"}:
        definite = "positive definite" in words or rng.random() < 0.5
        inner = columns if definite else max(1, columns - 1)  # singular where that is allowed
        half = [[Domain().draw(rng) for _ in range(inner)] for _ in range(rows)]
        shift = fmpq(1, 2) if definite else fmpq(0)
        return [
            [_dot(half[i], half[j]) + (shift if i == j else 0) for j in range(columns)] for i in range(rows)
        ]
    if "symmetric" in words:
        value = [[domain.draw(rng) for _ in range(columns)] for _ in range(rows)]
        return [[value[min(i, j)][max(i, j)] for j in range(columns)] for i in range(rows)]
    return None


def fits(words: frozenset[str], value: Any) -> bool:
    """Whether a value has the rank that its declaration names, and is diagonal or symmetric if it says so."""
    if words & {"diagonal", "symmetric"}:
        pairs = [(value[i][j], value[j][i]) for i in range(len(value)) for j in range(i)]
        if any(a != b or (a != 0 and "diagonal" in words) for a, b in pairs):
            return False
    return not words & REGULAR or has_full_rank(value)


def _dot(a: list[Any], b: list[Any]) -> Any:
    return sum((x * y for x, y in zip(a, b, strict=True)), fmpq(0))


def simplex(n: int, rng: Random) -> list[Any]:
    """A point inside the probability simplex with different entries."""
    weights = [rng.randrange(2, 60) for _ in range(n)]
    total = sum(weights)
    return [fmpq(w, total) for w in weights]


def unit(n: int, rng: Random) -> list[Any]:
    """A rational point on the sphere (stereographic projection)."""
    t = [fmpq(rng.randrange(2, 12), 7) for _ in range(n - 1)]
    square = sum((v * v for v in t), fmpq(0))
    return [2 * v / (square + 1) for v in t] + [(square - 1) / (square + 1)] if n > 1 else [fmpq(1)]


def orthogonal(n: int, rng: Random) -> list[list[Any]]:
    """A rational orthogonal matrix (one Householder reflection or two)."""
    value = [[fmpq(1 if i == j else 0) for j in range(n)] for i in range(n)]
    for _ in range(rng.choice([1, 2])):  # determinant -1 or 1
        v = [fmpq(rng.choice((-1, 1)) * rng.randrange(1, 9)) for _ in range(n)]
        norm = _dot(v, v)
        reflect = [
            [(fmpq(1) if i == j else fmpq(0)) - 2 * v[i] * v[j] / norm for j in range(n)] for i in range(n)
        ]
        value = [[_dot(row, list(col)) for col in zip(*value, strict=True)] for row in reflect]
    return value


def admissible_sizes(program: Program, sizes: dict[str, int]) -> bool:
    """Whether sizes satisfy their own declarations (conditions about sizes alone)."""
    f = Frame(RationalSystem(), program, sizes, {})
    for symbol in program.symbols.values():
        if symbol.kind != "size":
            continue
        for condition in symbol.conditions:
            if not program.compiled(condition)(f):
                return False
    return True


def in_open_set(condition: Expr) -> bool:
    """Whether a condition puts a name into a set whose members are not all closed numbers."""
    condition = bare(condition)
    if condition.data[0] not in ("in", "notin"):
        return False
    return any(rational_value(arg) is None for arg in bare(condition.args[1]).args)


def plain_bound(condition: Expr, name: str) -> bool:
    """Whether a condition bounds a name by closed numbers only, so that draws meet it by construction."""
    condition = bare(condition)
    if condition.head != "rel":
        return False
    others = free_names(condition) - {name}
    subjects = [subject_of(arg) == name for arg in condition.args]
    sides_apart = all(a != b for a, b in pairwise(subjects))
    closed = all(
        rational_value(arg) is not None for arg, own in zip(condition.args, subjects, strict=True) if not own
    )
    in_set = condition.data[0] in ("in", "notin") and subjects[0]
    bound = sides_apart and closed
    indices = {e.data for arg in condition.args for e in arg.walk() if e.head == "name"} - {name}
    return (bound or in_set) and not (others - indices)
