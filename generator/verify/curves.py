r"""Figures as numbers: each curve at 121 points of its range, by balls, at the page's own values.

A figure stands in a topic or in its example:

    figure:
      given: |                     # optional: literal values of its own, a line each
        x = (1, 1)
      over: \lambda \in [0, 4]     # one scalar without a definition, and an interval
      curves:
      - B(\lambda)
      alt: What the figure shows, in words.

or, instead of `over` and `curves`, `chart: bars` (`data:` one or more vectors of one
length) or `chart: heatmap` (`data:` one matrix). Names have the values of the figure's own
`given`, or where it has none, those of `by hand`. Every name that a curve rests on needs a
value, all values lie in the declared domain, and every curve has a value at every point:
anything else is an error. What is printed on the figure (curves, data, the symbol of the
range, its values) is recorded, one verdict each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from generator.errors import BuildError, ContentError, Finding, fail
from generator.meaning.points import BALLS, frame_at, free_indices, index_values, truth
from generator.meaning.program import Frame, Program, rational_value
from generator.meaning.sampling import Point
from generator.meaning.sizes import fixed_sizes, size_names
from generator.meaning.systems import MeaningError
from generator.model import Evidence, Figure, FigureData, Maths, Text, Verdict
from generator.notation.explain import reading
from generator.notation.tree import Expr, ReadFigure, ReadTopic, Symbol, bare
from generator.verify.question import PRECISIONS, shown, with_precision
from generator.verify.topic import solutions

BITS = 96  # of a figure's balls: far more than the 12 digits kept
STEPS = 120  # intervals of a range: a curve is a line through 121 points
MOST_CURVES = 4  # told apart by their dashes
MOST_BARS = 8
MOST_CELLS = 400
#: Numbers on an axis stay short: no larger ones, and no finer differences.
LARGEST, FINEST = 1e6, 1e-4
#: A number is drawn when its ball is this narrow beside it; a line is drawn far coarser.
WIDTH = Decimal("1e-9")
PRINTED_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Drawings:
    """A topic's figure and its example's, and a verdict for all that is printed on them."""

    figure: FigureData | None = None
    example: FigureData | None = None
    verdicts: tuple[Verdict, ...] = ()


def draw_figures(read: ReadTopic) -> Drawings:
    """The numbers of a topic's figures. Raises BuildError with everything that cannot be drawn."""
    found: dict[str, FigureData] = {}
    verdicts: list[Verdict] = []
    findings: list[Finding] = []
    with_precision(BITS)
    try:
        for part in read.figures:
            written = read.topic.figure if part.within == "topic" else read.topic.example.figure
            plotter = _Plotter(read, part, written)
            try:
                found[part.within] = plotter.data()
                verdicts += plotter.verdicts()
            except ContentError as error:
                findings.append(error.finding)
    finally:
        with_precision(PRECISIONS[0])
    if findings:
        raise BuildError(findings)
    return Drawings(found.get("topic"), found.get("example"), tuple(verdicts))


@dataclass(slots=True)
class _Plotter:
    """One figure: its program, the values that its names have, and its numbers."""

    read: ReadTopic
    part: ReadFigure
    written: Figure
    program: Program = field(init=False)
    sizes: dict[str, int] = field(init=False)
    used: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.program = Program(self.part.scope, solutions(self.read, self.part.scope))
        self.sizes = fixed_sizes(self.program)
        self.used = self.program.rests_on(self.exprs())

    def exprs(self) -> tuple[Expr, ...]:
        return (*self.part.curves, *(expr for _, expr in self.part.data))

    def texts(self) -> tuple[Text, ...]:
        """What `exprs` were read from, in the same order; each is a label."""
        return (*self.written.curves, *(text for _, text in self.written.data))

    def data(self) -> FigureData:
        """The numbers. Raises ContentError at the first thing that cannot be drawn."""
        over = self._over() if self.part.over is not None else None
        for expr, text in zip(self.exprs(), self.texts(), strict=True):
            self._valued(expr, text, over[0].name if over else "")
        if len(self.exprs()) > MOST_CURVES:
            message = f"a figure tells at most {MOST_CURVES} curves apart"
            raise _refused(self.texts()[MOST_CURVES], "figure-too-many", message, "leave the others out")
        self._inside({})
        if over is not None and self.written.over is not None:
            return self._curves(*over, self.written.over)
        chart = self.written.chart.value if self.written.chart else ""
        maker = CHARTS.get(chart)
        if maker is None:
            text = self.written.chart or self.written.alt.text
            raise _refused(
                text, "unknown-chart", f"no chart is called {chart}", f"known are {', '.join(CHARTS)}"
            )
        return maker(self)

    # -- curves -----------------------------------------------------------------------

    def _over(self) -> tuple[Symbol, tuple[Fraction, ...]]:
        """The symbol of the range, and the points on it."""
        text, span = self.written.over, self.part.over
        assert text is not None and span is not None
        name, interval = bare(span.args[0]), bare(span.args[1])
        symbol = self.program.symbols.get(str(name.data)) if name.head == "name" else None
        if symbol is None or symbol.kind != "scalar":
            raise _at(text, span.args[0], "figure-range", "a range is of one scalar", r"u \in [-1, 1]")
        if self.program.definitions.get(symbol.name):
            message = f"{symbol.latex} is defined, so it takes no other values"
            raise _at(text, span.args[0], "figure-range", message, "a range of a symbol without a definition")
        if interval.head != "interval":
            raise _at(text, span.args[1], "figure-range", "a range ends in an interval", r"u \in [-1, 1]")
        low, high = (self._end(text, end) for end in interval.args)
        if not low < high:
            raise _at(text, interval, "figure-range", "this range is empty", "the smaller end stands first")
        step = (high - low) / STEPS
        points = tuple(low + k * step for k in range(STEPS + 1))
        return symbol, points[interval.data[0] != "[" : len(points) - (interval.data[1] != "]")]

    def _end(self, text: Text, expr: Expr) -> Fraction:
        """An end of the range: a number, or the value of an expression to nine decimals."""
        known = rational_value(expr)
        if known is not None:
            return known
        try:
            return Fraction(_number(self.program.compiled(expr)(self._frame({})))).limit_denominator(10**9)
        except (MeaningError, KeyError, NotImplementedError) as error:
            message = f"this end of the range has no value: {_words(error)}"
            raise _at(text, expr, "figure-range", message, "write a number") from error

    def _curves(self, symbol: Symbol, points: Sequence[Fraction], over: Text) -> FigureData:
        assert self.part.over is not None
        curves = []
        for at in points:
            self._in_domain(symbol, at, over)
        for curve, text in zip(self.part.curves, self.written.curves, strict=True):
            if curve.shape != () or free_indices([curve], self.program):
                raise _refused(
                    text, "figure-not-a-number", "a curve is one number at a point", "one entry of it"
                )
            values = tuple(self._value(curve, text, {symbol.name: _rational(at)}) for at in points)
            curves.append((text.value, values))
        name = self.part.over.args[0]
        return self._finished(
            kind="curves",
            x=tuple(_number(BALLS.number(at)) for at in points),
            curves=tuple(curves),
            x_label=over.value[name.start : name.end],
        )

    def _value(self, expr: Expr, text: Text, values: dict[str, Any]) -> float:
        """One number. Raises ContentError where the expression has none."""
        return _number(self._raw(expr, text, values), text)

    def _raw(self, expr: Expr, text: Text, values: dict[str, Any]) -> Any:
        """The value of an expression, in balls."""
        try:
            return self.program.compiled(expr)(self._frame(values))
        except (MeaningError, KeyError, ZeroDivisionError) as error:
            where = ", ".join(
                f" at {shown(n)} = {Decimal(int(v.p)) / int(v.q):.6g}" for n, v in values.items()
            )
            message = f"this has no value{where}: {_words(error)}"
            raise _refused(text, "figure-no-value", message, "narrow the range under `over`") from error

    def _frame(self, values: dict[str, Any]) -> Frame:
        return frame_at(Point(self.sizes, values), self.program, BALLS)

    # -- charts -----------------------------------------------------------------------

    def _bars(self) -> FigureData:
        curves: list[tuple[str, tuple[float, ...]]] = []
        for (_, expr), (_, text) in zip(self.part.data, self.written.data, strict=True):
            raw = self._raw(expr, text, {})
            if not isinstance(raw, list) or not raw or isinstance(raw[0], list):
                raise _refused(text, "figure-not-a-vector", "bars show the entries of a vector", "a vector")
            curves.append((text.value, tuple(_number(value, text) for value in raw)))
            if len(raw) > MOST_BARS or len(raw) != len(curves[0][1]):
                message = f"bars are at most {MOST_BARS} positions, the same for all"
                raise _refused(text, "figure-too-many", message, "shorter values under `given`")
        if not curves:
            raise self._empty("bars want at least one vector")
        positions = tuple(float(k + 1) for k in range(len(curves[0][1])))
        return self._finished(kind="bars", x=positions, curves=tuple(curves))

    def _heatmap(self) -> FigureData:
        if len(self.part.data) != 1:
            raise self._empty("a heatmap shows one matrix")
        (_, expr), (_, text) = self.part.data[0], self.written.data[0]
        raw = self._raw(expr, text, {})
        if not isinstance(raw, list) or not isinstance(raw[0], list) or len(raw) * len(raw[0]) > MOST_CELLS:
            message = f"a heatmap shows a matrix of at most {MOST_CELLS} entries"
            raise _refused(text, "figure-not-a-matrix", message, "a matrix")
        matrix = tuple(tuple(_number(value, text) for value in row) for row in raw)
        return self._finished(kind="heatmap", matrix=matrix, x_label=text.value)

    def _empty(self, message: str) -> ContentError:
        return _refused(self.written.alt.text, "figure-data", message, "name: formula, under `data`")

    def _finished(self, **numbers: Any) -> FigureData:
        """The data with the values that it stands on; its numbers must fit on axes."""
        for (_, values), text in zip(numbers.get("curves", ()), self.texts(), strict=False):
            span = max(values) - min(values)
            if max(map(abs, values)) >= LARGEST or 0 < span < FINEST:
                message = f"the numbers run from {min(values):.6g} to {max(values):.6g}: too long for an axis"
                raise _refused(text, "figure-scale", message, "draw a multiple of it")
        own = tuple(statement.latex.value for statement in self.part.given)
        by_hand = not own and bool(self.used & set(self.program.bound_values))
        return FigureData(alt=self.written.alt.text.value, given=own, by_hand=by_hand, **numbers)

    # -- values -----------------------------------------------------------------------

    def _valued(self, expr: Expr, text: Text, over: str) -> None:
        """Every name under an expression has a value, and every size."""
        names = self.program.base_names([expr]) - set(self.program.bound_values) - {over}
        names |= set(size_names(self.program, [expr])) - set(self.sizes)
        if names:
            listed = ", ".join(sorted(self.program.symbols[name].latex or shown(name) for name in names))
            message = f"no value is known for {listed}"
            raise _refused(
                text, "figure-no-values", message, "set them under the figure's `given`, or by hand"
            )

    def _in_domain(self, symbol: Symbol, at: Fraction, over: Text) -> None:
        """A point of the range satisfies all that is declared about its symbol."""
        broken = next(self._broken([symbol.name], {symbol.name: _rational(at)}), None)
        if broken:
            message = f"the range leaves the declared domain at {Decimal(at.numerator) / at.denominator:.6g}"
            raise _refused(over, "figure-outside", message, f"stay where {broken}")

    def _inside(self, values: dict[str, Any]) -> None:
        """The figure's own values satisfy all that is declared about their names."""
        for statement in self.part.given:
            names = [node.data for node in statement.expr.args[0].walk() if node.head == "name"]
            broken = next(self._broken(names, values), None)
            if broken:
                message = "this value lies outside the declared domain"
                raise _refused(statement.latex, "figure-outside", message, f"a value where {broken}")

    def _broken(self, names: list[str], values: dict[str, Any]) -> Iterator[str]:
        """Declared conditions on the names that fail at these values, as they are read."""
        conditions = [c for name in names if name in self.program.symbols for c in self._about(name)]
        point = Point(self.sizes, values)
        for condition in conditions:
            open_names = self.program.base_names([condition]) - set(self.program.bound_values) - set(values)
            if open_names or not set(size_names(self.program, [condition])) <= set(self.sizes):
                continue  # about a name that this figure does not need
            indices = free_indices([condition], self.program)
            for index in index_values(indices, self.program, self.sizes, 1):
                try:
                    holds = truth(condition, self.program, point, index)
                except MeaningError:
                    holds = False
                if not holds:
                    yield reading(condition)

    def _about(self, name: str) -> tuple[Expr, ...]:
        restrictions = [r for r in self.program.scope.restrictions if name in self.program.rests_on([r])]
        return (*self.program.symbols[name].conditions, *restrictions)

    # -- the record -------------------------------------------------------------------

    def verdicts(self) -> Iterator[Verdict]:
        """A record of each label and value: what stands on a figure claims nothing."""
        prefix = f"{self.read.topic.name}/{'example-' if self.part.within == 'example' else ''}figure"
        count: Evidence = (Maths(str(STEPS + 1)), " points") if self.part.curves else ("drawn",)
        for number, (expr, text) in enumerate(zip(self.exprs(), self.texts(), strict=True), 1):
            yield _record(f"{prefix}-{number}", "expression", text, expr, "definition", count)
        if self.part.over is not None and self.written.over is not None:
            name = self.part.over.args[0]
            label = self.written.over.part(name.start, name.end)
            yield _record(f"{prefix}-over", "symbol", label, name, "definition", ("range",))
        for statement in self.part.given:
            yield _record(statement.id, "given", statement.latex, statement.expr, "given", ("value",))


CHARTS = {"bars": _Plotter._bars, "heatmap": _Plotter._heatmap}


def _record(identity: str, kind: str, text: Text, expr: Expr, status: str, evidence: Evidence) -> Verdict:
    return Verdict(identity, kind, text.at(0), text.value, status, "drawn", evidence, read=reading(expr))


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _number(value: Any, text: Text | None = None) -> float:
    """The middle of a narrow ball, to twelve digits.

    Raises MeaningError (ContentError where there is a text) for a ball too wide to be drawn.
    """
    ball = value if isinstance(value, arb) else arb(value)
    if not ball.is_finite() or ball.rad() > arb(str(WIDTH)) * (1 + abs(ball.mid())):
        message = "this number is not known closely enough to be drawn"
        if text is None:
            raise MeaningError(message)
        raise _refused(text, "figure-no-value", message, "narrow the range under `over`")
    return float(Decimal(ball.mid().str(PRINTED_DIGITS, radius=False)))


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, MeaningError) else f"{error.args[0]} has no value here"


def _refused(text: Text, code: str, message: str, remedy: str) -> ContentError:
    return fail(text, 0, len(text.value), code, message, remedy)


def _at(text: Text, expr: Expr, code: str, message: str, remedy: str) -> ContentError:
    return fail(text, expr.start, max(expr.end, expr.start + 1), code, message, remedy)
