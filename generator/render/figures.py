"""Figures: matplotlib draws lines only, TeX sets every label over them.

`layout` says where on the figure (in millimetres from its lower left corner) each label
goes; `draw` makes the PDF of curves, axes and dash samples, the same bytes for the same
data. A figure hangs in the evidence rail; where a topic and its example have one each, the
example's lies on the board.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.model import FigureData, VerifiedBook, VerifiedTopic

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

LEFT, RIGHT, BOTTOM, TOP = 8.0, 1.5, 7.5, 1.0  # mm around the plot
LEGEND_LINE = 4.6
MOST_ROWS = 8  # of a heatmap with row numbers
DIGIT = 1.4  # mm, the width of a digit on an axis
SAMPLE = 7.4  # mm of dash before a label of the legend
INKS = {
    False: ("#17498A", "#A8261D", "#14181D", "#1E6B45"),
    True: ("#222222", "#555555", "#000000", "#777777"),
}
DASHES: tuple[Any, ...] = ("-", (0, (3.2, 1.6)), (0, (1, 1.2)), (0, (5, 1.4, 1, 1.4)))
AXIS = {False: "#434B54", True: "#4A4A4A"}


@dataclass(frozen=True, slots=True)
class Size:
    """Millimetres: the whole width, the plot's height, and the width of a legend beside the plot.

    Without a width of its own the legend stands below, a line a curve.
    """

    width: float
    plot_height: float
    legend: float = 0.0


RAIL = Size(39.0, 24.0)
BOARD = Size(101.0, 30.0, 38.0)


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
    """Size of a figure in mm, its plot, the data window, tick values, all labels, dash samples."""

    width: float
    height: float
    base: float  # mm below the axes: labels and legend
    left: float  # mm left of the axes: the numbers of the y axis
    plot: tuple[float, float]  # mm: width and height of the axes
    window: tuple[float, float, float, float]  # x from, x to, y from, y to
    x_ticks: tuple[Decimal, ...]
    y_ticks: tuple[Decimal, ...]
    labels: tuple[Label, ...]
    samples: tuple[tuple[int, float, float], ...] = ()  # curve, x and y of its sample's left end


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
    raise ValueError(f"no figure of kind {data.kind!r}")


def _ticks_of(data: FigureData, box: tuple[float, float, float, float]) -> tuple[Any, Any]:
    """Tick values of both axes; positions of categories have no y ticks."""
    if data.kind == "heatmap":
        return ticks(1, max(2, box[1]), 4), ()
    if data.kind == "bars":
        return tuple(Decimal(k + 1) for k in range(len(data.x)))[:8], ticks(box[2], box[3], 3)
    return ticks(box[0], box[1]), ticks(box[2], box[3])


def layout(data: FigureData, size: Size = RAIL) -> Layout:
    """Where everything of this figure stands. Raises ValueError for data that draws nothing."""
    box = window(data)
    x_ticks, y_ticks = _ticks_of(data, box)
    named = [
        (k, label) for k, (label, _) in enumerate(data.curves) if label and data.kind in ("curves", "bars")
    ]
    base = BOTTOM + (0.0 if size.legend else len(named) * LEGEND_LINE)
    left = max([LEFT, *(2.6 + DIGIT * len(number(value)) for value in y_ticks)])
    plot = (size.width - size.legend - left - RIGHT, size.plot_height)
    height = base + plot[1] + TOP
    labels = [*_axis_labels(data, box, (left, base), plot, x_ticks, y_ticks)]
    samples = []
    for row, (k, label) in enumerate(named):
        x = size.width - size.legend + 3.0 if size.legend else left
        y = base + plot[1] if size.legend else len(named) * LEGEND_LINE
        y -= (row + 0.5) * LEGEND_LINE * (1.2 if size.legend else 1.0)
        samples.append((k, x, y))
        labels.append(Label(x + SAMPLE + 1.6, y, "l", label))
    return Layout(size.width, height, base, left, plot, box, x_ticks, y_ticks, tuple(labels), tuple(samples))


def _axis_labels(
    data: FigureData,
    box: tuple[float, float, float, float],
    corner: tuple[float, float],
    plot: tuple[float, float],
    x_ticks: tuple[Decimal, ...],
    y_ticks: tuple[Decimal, ...],
) -> Iterator[Label]:
    """Axis numbers, and the names of the axes."""
    left, base = corner
    for value in x_ticks:
        shown = value if data.kind != "bars" else Decimal(str(data.x[int(value) - 1])).normalize()
        yield Label(_x(box, plot, left, float(value)), base - 1.4, "t", number(shown), made=True)
    for value in y_ticks:
        yield Label(left - 1.4, _y(box, plot, base, float(value)), "r", number(value), made=True)
    for row in range(len(data.matrix) if len(data.matrix) <= MOST_ROWS else 0):
        middle = _y(box, plot, base, len(data.matrix) - row)
        yield Label(left - 1.4, middle, "r", str(row + 1), made=True)
    if data.x_label:
        yield Label(left + plot[0] / 2, base - 4.4, "t", data.x_label)
    if data.y_label:
        yield Label(left - 1.6, base + plot[1] / 2, "r", data.y_label)


def _x(box: tuple[float, float, float, float], plot: tuple[float, float], left: float, value: float) -> float:
    return left + (value - box[0]) / (box[1] - box[0]) * plot[0]


def _y(box: tuple[float, float, float, float], plot: tuple[float, float], base: float, value: float) -> float:
    return base + (value - box[2]) / (box[3] - box[2]) * plot[1]


def _axes(drawing: Drawing, plan: Layout, gray: bool) -> Axes:
    """Bare axes at the planned place: two lines and tick marks, no text at all."""
    axes = drawing.add_axes(
        (
            plan.left / plan.width,
            plan.base / plan.height,
            plan.plot[0] / plan.width,
            plan.plot[1] / plan.height,
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


PAINTERS = {"curves": _curves, "bars": _bars, "heatmap": _heatmap}


def _samples(drawing: Drawing, data: FigureData, plan: Layout, gray: bool) -> None:
    """A dash or bar sample before each label of the legend."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    for k, x, y in plan.samples:
        ink, left, middle = INKS[gray][k % 4], x / plan.width, y / plan.height
        if data.kind == "bars":
            half = 1.0 / plan.height
            face = ink if k % 2 == 0 else "white"
            box = Rectangle((left, middle - half), 3.4 / plan.width, 2 * half, transform=drawing.transFigure)
            box.set(facecolor=face, edgecolor=ink, linewidth=0.7)
            drawing.add_artist(box)
        else:
            ends = [left, (x + SAMPLE) / plan.width]
            drawing.add_artist(Line2D(ends, [middle] * 2, color=ink, linestyle=DASHES[k % 4], linewidth=1.1))


def draw(data: FigureData, gray: bool = False, size: Size = RAIL) -> bytes:
    """The PDF of one figure: lines only, no text. Raises ValueError for data that draws nothing."""
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure as Drawing

    plan = layout(data, size)
    drawing = Drawing(figsize=(plan.width / 25.4, plan.height / 25.4))
    FigureCanvasPdf(drawing)
    axes = _axes(drawing, plan, gray)
    if data.kind == "heatmap":
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


def figures(verified: VerifiedTopic) -> Iterator[tuple[str, FigureData, Size]]:
    """File name, data and size of each figure of a topic; the rail holds one."""
    if verified.figure is not None:
        yield file_name(verified.topic.name), verified.figure, RAIL
    if verified.example_figure is not None:
        size = RAIL if verified.figure is None else BOARD
        yield file_name(verified.topic.name, "-example"), verified.example_figure, size


def file_name(topic: str, of: str = "") -> str:
    """The name under which a topic's figure is included."""
    return f"figure-{topic}{of}.pdf"


def draw_all(book: VerifiedBook, folder: Path, gray: bool = False, known: Path | None = None) -> list[Path]:
    """Every figure of a book as a file in `folder`; the paths in printing order.

    `known` is a folder of figures drawn before, by their content; None means draw all anew.
    """
    paths = []
    for verified in book.topics:
        for name, data, size in figures(verified):
            paths.append(folder / name)
            paths[-1].write_bytes(_drawn(data, gray, size, known))
    return paths


def _drawn(data: FigureData, gray: bool, size: Size, known: Path | None) -> bytes:
    """The figure from `known` where just this one was drawn before by this very code, else drawn."""
    if known is None:
        return draw(data, gray, size)
    own = Path(__file__).read_text(encoding="utf-8")
    parts = (repr(data), repr(size), str(gray), metadata.version("matplotlib"), own)
    place = known / f"{sha256(chr(0).join(parts).encode()).hexdigest()[:32]}.pdf"
    with suppress(OSError):
        body, _, mark = place.read_bytes().rpartition(b"\n")
        if sha256(body).hexdigest().encode() == mark:
            return body
    body = draw(data, gray, size)
    with suppress(OSError):  # a figure that cannot be kept is drawn again
        known.mkdir(parents=True, exist_ok=True)
        beside = place.with_suffix(f".{os.getpid()}")
        beside.write_bytes(body + b"\n" + sha256(body).hexdigest().encode())
        beside.replace(place)
    return body
