"""Figures: matplotlib draws lines only, TeX sets every label over them.

`layout` says where on the figure (in millimetres from its lower left corner) each label
goes; `draw` makes the PDF of curves, axes and dash samples, the same bytes for the same
data. A figure is 39 mm wide: it hangs in the evidence rail.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.model import VerifiedBook

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

WIDTH = 39.0  # mm, the evidence rail
PLOT_HEIGHT = 23.0
LEFT, RIGHT, BOTTOM, TOP = 8.0, 1.5, 7.5, 1.0
LEGEND_LINE = 4.6
INKS = {
    False: ("#17498A", "#A8261D", "#14181D", "#1E6B45"),
    True: ("#222222", "#555555", "#000000", "#777777"),
}
DASHES: tuple[Any, ...] = ("-", (0, (3.2, 1.6)), (0, (1, 1.2)), (0, (5, 1.4, 1, 1.4)))
AXIS = {False: "#434B54", True: "#4A4A4A"}


@dataclass(frozen=True, slots=True)
class FigureData:
    r"""What a figure shows; numbers as drawn, labels as LaTeX that was read.

    kind `curves`: x (k points) and per curve (label, k values); NaN interrupts a curve.
    `bars`: curves share the positions 1..len(x) and x gives their numbers.
    `heatmap`: `matrix` (rows from above), x_label names columns, y_label rows.
    `interval`: `intervals` (low, centre, high) from above, `reference` a vertical line
    labelled `reference_label`.
    """

    kind: str
    x: tuple[float, ...] = ()
    curves: tuple[tuple[str, tuple[float, ...]], ...] = ()
    x_label: str = ""
    y_label: str = ""
    matrix: tuple[tuple[float, ...], ...] = ()
    intervals: tuple[tuple[float, float, float], ...] = ()
    reference: float | None = None
    reference_label: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """LaTeX at (x, y) mm; `anchor` is the picture box position; `made` for axis numbers."""

    x: float
    y: float
    anchor: str
    latex: str
    made: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Size of a figure in mm, the data window, tick values, and all its labels."""

    width: float
    height: float
    base: float  # mm below the axes: labels and legend
    window: tuple[float, float, float, float]  # x from, x to, y from, y to
    x_ticks: tuple[Decimal, ...]
    y_ticks: tuple[Decimal, ...]
    labels: tuple[Label, ...]


def ticks(low: float, high: float, most: int = 4) -> tuple[Decimal, ...]:
    """At most `most` round numbers (1, 2 or 5 times a power of ten) inside [low, high].

    Raises ValueError where the range is empty or not finite.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"no axis from {low} to {high}")
    exponent = math.floor(math.log10((high - low) / most))
    for factor in (1, 2, 5, 10, 20, 50):
        step = Decimal(factor).scaleb(exponent)
        first = math.ceil(low / float(step) - 1e-9)
        last = math.floor(high / float(step) + 1e-9)
        if last - first + 1 <= most:
            return tuple((step * k).normalize() + 0 for k in range(first, last + 1))
    raise ValueError(f"no axis from {low} to {high}")


def number(value: Decimal) -> str:
    """An axis number in plain digits."""
    return format(value, "f")


def _span(values: list[float], margin: float) -> tuple[float, float]:
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        raise ValueError("a figure without a finite value")
    low, high = min(finite), max(finite)
    if low == high:
        low, high = low - 0.5, high + 0.5
    pad = margin * (high - low)
    return low - pad, high + pad


def window(data: FigureData) -> tuple[float, float, float, float]:
    """The data rectangle shown: x from, x to, y from, y to. ValueError without finite values."""
    if data.kind == "curves":
        values = [value for _, curve in data.curves for value in curve]
        return (min(data.x), max(data.x), *_span(values, 0.05))
    if data.kind == "bars":
        values = [value for _, curve in data.curves for value in curve] + [0.0]
        return (0.4, len(data.x) + 0.6, *_span(values, 0.04))
    if data.kind == "heatmap":
        return 0.5, len(data.matrix[0]) + 0.5, 0.5, len(data.matrix) + 0.5
    if data.kind == "interval":
        reference = [] if data.reference is None else [data.reference]
        values = [value for row in data.intervals for value in row] + reference
        return (*_span(values, 0.06), 0.5, len(data.intervals) + 0.5)
    raise ValueError(f"no figure of kind {data.kind!r}")


def _ticks_of(data: FigureData, box: tuple[float, float, float, float]) -> tuple[Any, Any]:
    """Tick values of both axes; positions of categories have no y ticks."""
    if data.kind == "heatmap":
        return ticks(1, max(2, box[1]), 4), ()
    if data.kind == "interval":
        return ticks(box[0], box[1]), ()
    if data.kind == "bars":
        return tuple(Decimal(k + 1) for k in range(len(data.x)))[:8], ticks(box[2], box[3], 3)
    return ticks(box[0], box[1]), ticks(box[2], box[3], 3)


def layout(data: FigureData) -> Layout:
    """Where everything of this figure stands. Raises ValueError for data that draws nothing."""
    box = window(data)
    x_ticks, y_ticks = _ticks_of(data, box)
    named = [label for label, _ in data.curves if label]
    legend = len(named) * LEGEND_LINE if data.kind in ("curves", "bars") else 0.0
    base = BOTTOM + legend
    height = base + PLOT_HEIGHT + TOP
    labels: list[Label] = []
    for value in x_ticks:
        shown = value if data.kind != "bars" else Decimal(str(data.x[int(value) - 1])).normalize()
        labels.append(Label(_x(box, float(value)), base - 1.4, "t", number(shown), made=True))
    for value in y_ticks:
        labels.append(Label(LEFT - 1.6, _y(box, base, float(value)), "r", number(value), made=True))
    if data.x_label:
        labels.append(Label((LEFT + WIDTH - RIGHT) / 2, base - 4.4, "t", data.x_label))
    if data.y_label:
        labels.append(Label(LEFT - 1.6, base + PLOT_HEIGHT / 2, "r", data.y_label))
    for row, label in enumerate(named if legend else []):
        labels.append(Label(LEFT + 9.0, legend - (row + 0.5) * LEGEND_LINE, "l", label))
    if data.reference is not None and data.reference_label:
        labels.append(Label(_x(box, data.reference), base + PLOT_HEIGHT + 0.6, "b", data.reference_label))
        height += 3.2
    return Layout(WIDTH, height, base, box, x_ticks, y_ticks, tuple(labels))


def _x(box: tuple[float, float, float, float], value: float) -> float:
    return LEFT + (value - box[0]) / (box[1] - box[0]) * (WIDTH - LEFT - RIGHT)


def _y(box: tuple[float, float, float, float], base: float, value: float) -> float:
    return base + (value - box[2]) / (box[3] - box[2]) * PLOT_HEIGHT


def _axes(drawing: Drawing, plan: Layout, gray: bool) -> Axes:
    """Bare axes at the planned place: two lines and tick marks, no text at all."""
    axes = drawing.add_axes(
        (
            LEFT / plan.width,
            plan.base / plan.height,
            (plan.width - LEFT - RIGHT) / plan.width,
            PLOT_HEIGHT / plan.height,
        )
    )
    axes.set_xlim(plan.window[0], plan.window[1])
    axes.set_ylim(plan.window[2], plan.window[3])
    axes.set_xticks([float(value) for value in plan.x_ticks], labels=[])
    axes.set_yticks([float(value) for value in plan.y_ticks], labels=[])
    axes.tick_params(length=2, width=0.5, color=AXIS[gray])
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_linewidth(0.5)
        axes.spines[side].set_color(AXIS[gray])
    return axes


def _curves(axes: Axes, data: FigureData, gray: bool) -> None:
    for k, (_, values) in enumerate(data.curves):
        axes.plot(data.x, values, color=INKS[gray][k % 4], linestyle=DASHES[k % 4], linewidth=1.1)


def _bars(axes: Axes, data: FigureData, gray: bool) -> None:
    width = 0.8 / max(1, len(data.curves))
    for k, (_, values) in enumerate(data.curves):
        places = [j + 0.6 + (k + 0.5) * width for j in range(len(data.x))]
        axes.bar(
            places,
            values,
            width * 0.9,
            facecolor=INKS[gray][k % 4] if k % 2 == 0 else "white",
            edgecolor=INKS[gray][k % 4],
            linewidth=0.7,
        )


def _heatmap(axes: Axes, data: FigureData, gray: bool) -> None:
    from matplotlib.patches import Rectangle

    rows = len(data.matrix)
    flat = [value for row in data.matrix for value in row]
    low, high = min(flat), max(flat)
    for j, row in enumerate(data.matrix):
        for k, value in enumerate(row):
            share = (value - low) / (high - low) if high > low else 0.5
            axes.add_patch(
                Rectangle(
                    (k + 0.5, rows - j - 0.5),
                    1,
                    1,
                    linewidth=0.4,
                    edgecolor="white",
                    facecolor=_shade(INKS[gray][0], share),
                )
            )


def _shade(ink: str, share: float) -> tuple[float, ...]:
    """Between white (0) and `ink` (1), ending at a fifth so that a low cell is still seen."""
    weight = 0.08 + 0.92 * share
    return tuple(1 - weight * (1 - int(ink[k : k + 2], 16) / 255) for k in (1, 3, 5))


def _interval(axes: Axes, data: FigureData, gray: bool) -> None:
    rows = len(data.intervals)
    for j, (low, centre, high) in enumerate(data.intervals):
        hit = data.reference is None or low <= data.reference <= high
        ink = INKS[gray][0 if hit else 1]
        axes.plot([low, high], [rows - j] * 2, color=ink, linewidth=1.0, linestyle="-" if hit else DASHES[2])
        axes.plot([centre], [rows - j], color=ink, marker="o" if hit else "x", markersize=2.4, linestyle="")
    if data.reference is not None:
        axes.axvline(data.reference, color=AXIS[gray], linewidth=0.6, linestyle=DASHES[1])


PAINTERS = {"curves": _curves, "bars": _bars, "heatmap": _heatmap, "interval": _interval}


def _samples(drawing: Drawing, data: FigureData, plan: Layout, gray: bool) -> None:
    """A dash or bar sample at each line of the legend."""
    from matplotlib.lines import Line2D

    row = 0
    for k, (label, _) in enumerate(data.curves):
        if not label or data.kind not in ("curves", "bars"):
            continue
        y = next(
            item.y for item in plan.labels if not item.made and item.anchor == "l" and item.latex == label
        )
        hollow = data.kind == "bars" and k % 2 == 1
        drawing.add_artist(
            Line2D(
                [LEFT / plan.width, (LEFT + 7.4) / plan.width],
                [y / plan.height] * 2,
                color=INKS[gray][k % 4],
                linestyle=DASHES[k % 4] if data.kind == "curves" else "-",
                linewidth=1.1 if data.kind == "curves" else 1.0 if hollow else 4.0,
            )
        )
        row += 1


def draw(data: FigureData, gray: bool = False) -> bytes:
    """The PDF of one figure: lines only, no text. Raises ValueError for data that draws nothing."""
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure as Drawing

    plan = layout(data)
    drawing = Drawing(figsize=(plan.width / 25.4, plan.height / 25.4))
    FigureCanvasPdf(drawing)
    axes = _axes(drawing, plan, gray)
    if data.kind in ("heatmap", "interval"):
        axes.spines["left"].set_visible(False)
    PAINTERS[data.kind](axes, data, gray)
    _samples(drawing, data, plan, gray)
    out = BytesIO()
    drawing.savefig(
        out,
        format="pdf",
        transparent=True,
        metadata={"CreationDate": None, "ModDate": None, "Producer": None, "Creator": None},
    )
    return out.getvalue()


def file_name(topic: str) -> str:
    """The name under which a topic's figure is included."""
    return f"figure-{topic}.pdf"


def draw_all(book: VerifiedBook, folder: Path, gray: bool = False) -> list[Path]:
    """Every figure of a book as a file in `folder`; the paths in printing order."""
    paths = []
    for verified in book.topics:
        if isinstance(verified.figure, FigureData):
            path = folder / file_name(verified.topic.name)
            path.write_bytes(draw(verified.figure, gray))
            paths.append(path)
    return paths
