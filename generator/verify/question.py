"""One relation to be decided: its program, its points, and what an answer looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby, islice, product
from typing import Any

import flint

from generator.meaning import corners, joints
from generator.meaning.chance import Chance
from generator.meaning.open_events import about
from generator.meaning.open_laws import over_tables
from generator.meaning.points import BALLS, frame_at, free_indices, index_values, truth
from generator.meaning.program import Frame, Program
from generator.meaning.sampling import Point, Sampler, Wanted
from generator.meaning.sizes import fixed_sizes, size_names, size_tuples, sizes_allowed
from generator.meaning.systems import MeaningError, Unsure
from generator.meaning.tables import is_alphabet
from generator.model import Counterexample, Evidence, Maths
from generator.notation.tree import Expr, Statement, meaning_key
from generator.verify.assumed import assuming
from generator.verify.work import enumerable, work

DIGITS = 60
PRECISIONS = (230, 460, 920, 1840)  # bits: 60, 120, 250, 500 digits and guard bits
POINTS = 3  # generic points a tuple of sizes
SINGLE_POINTS = 12  # points where there are no sizes
WORK_BOUND = 5_000  # estimated scalar operations of one evaluation; larger sizes are not tried
FREE_INDEX_BOUND, LARGEST_SIZE = 12, 40
SMALL = 8  # of two sizes, all up to here are tried where nothing else has a value


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found. status: proved exact checked sampled refuted undecided."""

    status: str
    method: str = ""
    evidence: Evidence = ()
    sizes: tuple[tuple[tuple[str, int], ...], ...] = ()
    points: int = 0
    bound: str = ""
    routes: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    reason: str = ""
    ill_formed: bool = False  # of undecided: no truth is missing, the relation cannot stand as written
    certificate: str = ""  # of a proof in normal form: all its parts, as JSON


#: A point, the values of the free indices there, and which point of the sample it is.
Seen = tuple[Point, dict[str, int], int]


class Refuted(Exception):
    """A point at which the relation fails."""

    def __init__(self, counterexample: Counterexample, reason: str = "") -> None:
        super().__init__(reason)
        self.counterexample = counterexample
        self.reason = reason


class Undecided(Exception):
    """No route decides the relation; the text says what is missing."""


class IllFormed(Undecided):
    """A relation that cannot stand as it is written, whatever is true; the text says why."""


@dataclass(slots=True)
class Question:
    """A statement, the program of its scope, a seed from the content."""

    program: Program
    statement: Statement
    seed: int
    chance: Chance = field(default_factory=Chance)
    symbolic: bool = True  # whether the SymPy route is taken
    quick: bool = False  # fewer sizes and points (pinning)
    tried: dict[Any, Any] = field(default_factory=dict)  # sizes found so far, shared by variants
    outside: Expr | None = None  # only points at which this relation is false
    only: dict[str, int] | None = None  # one tuple of sizes (traps are refuted at each)
    seen: list[Seen] = field(default_factory=list)  # the sample, as the last whole pass drew it
    sample: tuple[Seen, ...] | None = None  # these points alone, and no search beyond them
    last: tuple[Point, Frame] | None = None  # where the check stands
    fault: MeaningError | None = None  # why what is said of open laws has no tables
    spelled_out: bool = False  # whether the printed sides differ, though they may be one sum over tables

    def __post_init__(self) -> None:
        """What is said of open laws is decided over their tables."""
        printed = self.statement.expr
        try:
            self.program, self.statement = over_tables(assuming(self.program, self.statement), self.statement)
            self.spelled_out |= self.statement.expr is not printed and not same_sides(printed)
        except MeaningError as error:
            self.fault = error

    @property
    def expr(self) -> Expr:
        """The relation itself."""
        return self.statement.expr

    def sides(self) -> tuple[Expr, ...]:
        """What needs values: the relation's sides."""
        return self.expr.args

    def aside(self) -> Question:
        """The same question, whose passes leave no trace in this one; where this one stands is forgotten."""
        self.last = None
        return replace(self, seen=[])

    def sizes(self, exprs: tuple[Expr, ...] | None = None) -> list[dict[str, int]]:
        """The tuples of sizes to try, within the work bound."""
        if self.only is not None:
            return [self.only]
        chosen = (exprs or self.sides(), self.statement.when)
        key = (*(tuple(map(id, part)) for part in chosen), self.seed)
        if key not in self.tried:  # the trees are kept with what was found for them
            self.tried[key] = (chosen, self._all_sizes(exprs))
        tuples = self.tried[key][1]
        return list(tuples[:2] if self.quick else tuples)

    def _all_sizes(self, exprs: tuple[Expr, ...] | None) -> list[dict[str, int]]:
        everything = (*(exprs or self.sides()), *self.statement.when)
        names = size_names(self.program, everything)
        largest = LARGEST_SIZE
        while largest > 5 and names:
            trial = dict.fromkeys(names, largest)
            try:
                if work(exprs or self.sides(), self.program, trial) <= WORK_BOUND:
                    break
            except (MeaningError, KeyError):
                break
            largest = largest * 3 // 5
        while True:
            tuples = size_tuples(self.program, names, self.seed, largest, self.sizes_meet)
            tuples = tuples or self._larger(names)
            if not tuples:
                raise IllFormed("no tuple of sizes satisfies the declarations and the conditions")
            few = tuples if self.quick else enumerable(self._sampler(everything), tuples)
            if len(few) == len(tuples) or largest <= 5:
                return [*(few or tuples), *self._further(names, everything, largest, tuples)]
            largest = largest * 3 // 5

    def _larger(self, names: list[str]) -> list[dict[str, int]]:
        """Sizes in a row that meet a condition of the claim which the usual tuples do not meet."""
        rows = (dict.fromkeys(names, size) for size in range(6, LARGEST_SIZE + 1))
        allowed = (sizes for sizes in rows if names and sizes_allowed(self.program, sizes))
        return list(islice((sizes for sizes in allowed if self.sizes_meet(sizes)), 3))

    def _further(
        self, names: list[str], exprs: tuple[Expr, ...], largest: int, known: list[dict[str, int]]
    ) -> list[dict[str, int]]:
        """Of a claim about one or two sizes alone, all small ones; else one size as the numbers printed."""
        if self.quick or len(names) not in (1, 2) or set(names) & set(fixed_sizes(self.program)):
            return []
        rows: Iterable[tuple[int, ...]] = ()
        if not self._sampler(exprs).names:
            rows = product(range(1, (largest if len(names) == 1 else SMALL) + 1), repeat=len(names))
        elif len(names) == 1:
            printed = (int(v) for v in corners.printed_numbers(exprs) if v.q == 1)
            rows = ((size,) for size in sorted(set(printed)) if SMALL <= size <= largest)
        tuples = (dict(zip(names, row, strict=True)) for row in rows)
        allowed = (sizes for sizes in tuples if sizes not in known and sizes_allowed(self.program, sizes))
        return [sizes for sizes in allowed if self.sizes_meet(sizes)]

    def _sampler(self, exprs: tuple[Expr, ...]) -> Sampler:
        return Sampler(self.program, Wanted(exprs, self.statement.when), self.seed)

    def sizes_meet(self, sizes: dict[str, int]) -> bool:
        """Whether sizes satisfy those conditions of the claim that are about sizes alone."""
        for condition in self.statement.when:
            used = self.program.rests_on([condition])
            if used and all(
                self.program.symbols[n].kind == "size" for n in used if n in self.program.symbols
            ):
                try:
                    if not truth(condition, self.program, Point(sizes, {})):
                        return False
                except (MeaningError, KeyError):
                    continue
        return True

    def points(self, exprs: tuple[Expr, ...] | None = None) -> Iterator[Point]:
        """All points to try. Raises MeaningError where a domain is empty (vacuous)."""
        exprs = exprs or self.sides()
        tuples = self.sizes(exprs)
        wanted = Wanted(exprs, self.statement.when)
        sampler = Sampler(self.program, wanted, self.seed)
        closed = not sampler.names
        if self.outside is not None:
            yield from self._points_outside(sampler, tuples)
            return
        smallest = min(tuples, key=lambda sizes: sum(sizes.values()))
        for place, sizes in enumerate(tuples):
            count = 1 if closed else POINTS if sizes else SINGLE_POINTS
            bases = 3 if place == 0 else 1 if place == 1 or sizes is smallest else 0  # at each border
            bases = 0 if self.quick else bases
            yield from corners.points(sampler, sizes, 1 if self.quick else count, bases)
            if sizes in tuples[:3] and not closed and not self.quick:
                yield from corners.degenerate(sampler, sizes)
            if sizes == tuples[0] and not closed and not self.quick:
                yield from corners.corners(sampler, sizes, False)
                yield from corners.samples(sampler, sizes)
            elif sizes is smallest and not closed and not self.quick:  # a matrix of one entry is regular
                yield from corners.corners(sampler, sizes, False)
            if (place == 0 or sizes is smallest) and not closed and not self.quick:
                yield from joints.points(sampler, sizes)

    def _points_outside(self, sampler: Sampler, tuples: list[dict[str, int]]) -> Iterator[Point]:
        """Points at which the condition `outside` is false and all others hold: corners, then its border."""
        assert self.outside is not None
        for sizes in tuples:
            for point in corners.corners(sampler, sizes) if sampler.names else [Point(sizes, {})]:
                try:
                    if not truth(self.outside, self.program, point):
                        yield point
                except MeaningError:
                    continue
        for sizes in tuples:
            yield from joints.at_border(sampler, self.outside, sizes)

    def first_frames(self, sizes: dict[str, int]) -> Iterator[tuple[Point, Frame]]:
        """The first point at these sizes as balls, at the admissible values of the free indices."""
        alone = replace(self, only=sizes, quick=True)
        first: Point | None = None
        try:
            for point, frame in alone.frames():
                first = first or point
                if point is not first:
                    return
                yield point, frame
        except IllFormed:
            if first is not None:
                raise

    def frames(self, exprs: tuple[Expr, ...] | None = None) -> Iterator[tuple[Point, Frame]]:
        """Every point as balls, at every value of the free indices that the conditions admit."""
        for point, frame in self._frames(exprs) if self.sample is None else self._again(self.sample):
            self.last = point, frame
            yield point, frame

    def _frames(self, exprs: tuple[Expr, ...] | None) -> Iterator[tuple[Point, Frame]]:
        whole = not self.quick and self.outside is None and self.only is None
        if whole:
            self.seen.clear()
        exprs = exprs or self.sides()
        indices = free_indices((*exprs, *self.statement.when), self.program)
        indexed = [c for c in self.statement.when if free_indices([c], self.program)]
        seen = 0
        for number, point in enumerate(self.points(exprs)):
            frame = frame_at(point, self.program, BALLS, self._model(number))
            for index in index_values(
                indices, self.program, point.sizes, self.seed + number, FREE_INDEX_BOUND
            ):
                if all(truth(c, self.program, point, index) for c in indexed):
                    frame.index = dict(index)
                    seen += 1
                    if whole:
                        self.seen.append((point, index, number))
                    yield point, frame
        if not seen:
            raise IllFormed("no admissible point: the conditions cannot be met")

    def _model(self, number: int) -> Chance:
        self.settled()
        return replace(self.chance, variant=self.chance.variant + number)

    def settled(self) -> None:
        """The chance knows what the claim averages, and what it compares random names with."""
        if not self.chance.names:
            self.chance = about(self.chance, self.program, self.sides())

    def _again(self, sample: tuple[Seen, ...]) -> Iterator[tuple[Point, Frame]]:
        """The frames of a sample that was drawn before."""
        for point, index, number in sample:
            frame = frame_at(point, self.program, BALLS, self._model(number))
            frame.index = dict(index)
            yield point, frame


def closed(question: Question) -> bool:
    """Whether nothing varies: every name has a by-hand value."""
    program = question.program
    return not (program.base_names(question.sides()) - set(program.bound_values)) and bool(
        program.bound_values
    )


def with_precision(bits: int) -> None:
    """Set the working precision of all balls."""
    flint.ctx.prec = bits


def plain(value: Any, digits: int = 6) -> str:
    """A value for people: a few digits, vectors in parentheses."""
    if isinstance(value, list):
        more = ", ..." if len(value) > 6 else ""
        return f"({', '.join(plain(v, digits) for v in value[:6])}{more})"
    if isinstance(value, dict):  # names with their values
        return ", ".join(f"{shown(name)} = {plain(v, digits)}" for name, v in value.items())
    if hasattr(value, "p") and hasattr(value, "q"):
        return str(value.p) if value.q == 1 else f"{value.p}/{value.q}"
    if hasattr(value, "str"):
        return str(value.str(digits, radius=False))
    return str(value)


def counterexample(
    point: Point, frame: Frame, left: Any, right: Any, exprs: tuple[Expr, ...], note: str = ""
) -> Counterexample:
    """The point at which a relation fails, with the values of the names that it mentions."""
    program = frame.program
    sizes = tuple(sorted(point.sizes.items())) + tuple(sorted(frame.index.items()))
    used = program.valued(exprs)  # what only an expectation runs over has no single value
    values = tuple((shown(name), plain(point.values[name])) for name in point.values if name in used)
    values = tuple(v for v in values if not v[1].startswith("<"))
    return Counterexample(sizes, values[:8], plain(left), plain(right), note)


#: Where an index stands in a canonical name, and a script that held nothing else.
_PLACE = re.compile(r",?(?:\(\\[0-7]\)|\\[0-7])")
_EMPTY = re.compile(r"[_^]\{\}|[_^](?=$|\^)")


def shown(name: str) -> str:
    """A canonical name as people write it (placeholders of families dropped)."""
    return _EMPTY.sub("", _PLACE.sub("", name))


def same_sides(expr: Expr) -> bool:
    """Whether both sides of a relation are one formula."""
    return (
        expr.head == "rel" and len(expr.args) == 2 and meaning_key(expr.args[0]) == meaning_key(expr.args[1])
    )


def sizes_evidence(sizes: list[dict[str, int]]) -> Evidence:
    """ "n = 2, 3, 5" as words and generated maths."""
    names = sorted({n for s in sizes for n in s})
    out: list[str | Maths] = []
    counts = {s[name] for s in sizes for name in s if is_alphabet(name)}
    if counts:
        most = f"1 to {max(counts)}" if min(counts) == 1 else f"{min(counts)} to {max(counts)}"
        out += [f"laws on {most} values"]
    for name in names:
        if is_alphabet(name):
            continue
        values = _runs(sorted({s[name] for s in sizes if name in s}))
        out += [", " if out else "", Maths(f"{shown(name)} = {', '.join(values)}")]
    return tuple(x for x in out if x != "")


def _runs(values: list[int]) -> list[str]:
    """Numbers in print; of more than eight in a row the first and the last."""
    out: list[str] = []
    for _, row in groupby(enumerate(values), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in row]
        out += [str(run[0]), r"\dots", str(run[-1])] if len(run) > 8 else map(str, run)
    return out


def pack_sizes(sizes: list[dict[str, int]]) -> tuple[tuple[tuple[str, int], ...], ...]:
    """Sizes as the ledger holds them."""
    return tuple(tuple(sorted(s.items())) for s in sizes)


def retry(check: Any) -> Any:
    """Run a ball computation with more and more digits until no ball is too wide.

    Raises Undecided where the last precision does not decide.
    """
    reason = ""
    for bits in PRECISIONS:
        with_precision(bits)
        try:
            return check()
        except Unsure as error:
            reason = str(error)
        finally:
            with_precision(PRECISIONS[0])
    raise Undecided(reason or "not decided at the largest precision")
