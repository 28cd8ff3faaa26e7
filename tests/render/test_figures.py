"""Figures: lines only, the same bytes, labels set by TeX at the right places."""

from __future__ import annotations

import math
import re
import zlib
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from generator.model import FigureData
from generator.render.figures import BOARD, RAIL, Size, draw, draw_all, figures, layout, number, ticks
from tests.render import sample

KINDS = {
    "curves": sample.SIGMOID,
    "bars": FigureData("bars", (0, 1, 2), (("p_j", (0.2, 0.5, 0.3)), ("y_j", (0, 1, 0))), x_label="j"),
    "heatmap": FigureData("heatmap", matrix=((0.1, 0.9), (0.7, 0.3)), x_label="j", y_label="i"),
}
REFUSED = {
    "no finite value": FigureData("curves", (0.0, 1.0), (("y", (math.nan, math.inf)),)),
    "one point": FigureData("curves", (1.0, 1.0), (("y", (0.0, 1.0)),)),
    "unknown kind": FigureData("pie", (1.0, 2.0), (("y", (1.0, 2.0)),)),
}
TICKS = {
    (0.0, 1.0): ("0", "0.5", "1"),
    (-5.5, 5.5): ("-5", "0", "5"),
    (0.0, 30.0): ("0", "10", "20", "30"),
    (0.001, 0.0042): ("0.001", "0.002", "0.003", "0.004"),
    (-2e6, 1e6): ("-2000000", "-1000000", "0", "1000000"),
}


def content(pdf: bytes) -> bytes:
    """The drawing operators of a PDF, its streams inflated."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    return b"".join(zlib.decompress(stream) for stream in streams if stream[:1] == b"x")


@pytest.mark.parametrize("kind", KINDS)
def test_lines_only_and_the_same_bytes(kind: str) -> None:
    first = draw(KINDS[kind])
    assert first == draw(KINDS[kind])
    assert b"CreationDate" not in first
    assert b"BT" not in content(first).split() and b"/Font\n" not in content(first)
    assert len(re.findall(rb"\b[lc]\n", content(first))) > 3


@pytest.mark.parametrize("kind", KINDS)
def test_gray_has_no_colour(kind: str) -> None:
    inks = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)\b", content(draw(KINDS[kind], gray=True)))
    assert all(len(set(ink)) == 1 for ink in inks)
    inks = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)\b", content(draw(KINDS[kind])))
    assert any(max(map(float, ink)) - min(map(float, ink)) > 0.2 for ink in inks)


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_to_draw_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"fig|axis"):
        draw(REFUSED[name])


@pytest.mark.parametrize("span", TICKS)
def test_ticks_are_round_and_exact(span: tuple[float, float]) -> None:
    assert tuple(number(value) for value in ticks(*span)) == TICKS[span]


def test_labels_stand_on_the_figure_at_their_values() -> None:
    plan = layout(sample.SIGMOID)
    zero = next(item for item in plan.labels if item.latex == "0" and item.anchor == "t")
    assert math.isclose(zero.x, (8.0 + 39.0 - 1.5) / 2)
    assert all(0 <= item.x <= plan.width and 0 <= item.y <= plan.height for item in plan.labels)
    assert {item.latex for item in plan.labels if not item.made} == {
        "u",
        *(label for label, _ in sample.SIGMOID.curves),
    }


@pytest.mark.parametrize("size", [RAIL, BOARD])
@pytest.mark.parametrize("kind", ["curves", "bars"])
def test_every_label_has_its_sample_and_its_place(kind: str, size: Size) -> None:
    data = KINDS[kind]
    plan = layout(data, size)
    named = [item for item in plan.labels if item.anchor == "l"]
    assert [item.latex for item in named] == [label for label, _ in data.curves]
    assert [(y, x < item.x) for (_, x, y), item in zip(plan.samples, named, strict=True)] == [
        (item.y, True) for item in named
    ]
    assert all(a.y - b.y > 4 for a, b in pairwise(named))
    right = plan.width - size.legend if size.legend else plan.width
    assert all(item.x <= right for item in plan.labels if item.anchor != "l")
    assert draw(data, size=size) != draw(data, size=RAIL) or size is RAIL


def test_long_numbers_push_the_axis_to_the_right() -> None:
    short, long = (layout(FigureData("curves", (0.0, 1.0), (("y", (0.0, top)),))) for top in (1.0, 900000.0))
    assert long.left > short.left and long.plot[0] + long.left == short.plot[0] + short.left


def test_rows_of_a_heatmap_are_counted_from_above() -> None:
    rows = [item for item in layout(KINDS["heatmap"]).labels if item.anchor == "r" and item.made]
    assert [item.latex for item in rows] == ["1", "2"] and rows[0].y > rows[1].y


def test_an_axis_has_numbers_to_measure_by() -> None:
    for low, high in ((-9.4, -1.9), (0, 1), (3.1, 3.9), (-0.02, 0.26)):
        data = FigureData("curves", (0.0, 1.0), (("y", (low, high)),))
        assert len(layout(data).y_ticks) >= 2


def test_curves_differ_by_dash() -> None:
    dashes = set(re.findall(rb"\[[^\]]+\] [\d.]+ d\b", content(draw(sample.SIGMOID))))
    assert len(dashes) == len(sample.SIGMOID.curves) - 1  # the first is solid


def test_one_file_a_figure(tmp_path: Path) -> None:
    assert [path.name for path in draw_all(sample.book(), tmp_path)] == ["figure-logistic.pdf"]
    both = replace(sample.logistic(), example_figure=KINDS["bars"])
    names = [path.name for path in draw_all(sample.book(both), tmp_path)]
    assert names == ["figure-logistic.pdf", "figure-logistic-example.pdf"]
    assert {name: size for name, _, size in figures(both)} == {names[0]: RAIL, names[1]: BOARD}
    alone = replace(both, figure=None)
    assert [(name, size) for name, _, size in figures(alone)] == [(names[1], RAIL)]


def test_number_is_plain_digits() -> None:
    assert number(Decimal("1E+3")) == "1000"


def test_a_figure_drawn_before_is_the_same_bytes_and_a_damaged_one_is_drawn_again(tmp_path: Path) -> None:
    known = tmp_path / "known"
    first = [path.read_bytes() for path in draw_all(sample.book(), tmp_path)]
    assert [path.read_bytes() for path in draw_all(sample.book(), tmp_path, known=known)] == first
    kept = list(known.iterdir())
    assert len(kept) == 1
    assert [path.read_bytes() for path in draw_all(sample.book(), tmp_path, known=known)] == first
    kept[0].write_bytes(kept[0].read_bytes()[:100])
    assert [path.read_bytes() for path in draw_all(sample.book(), tmp_path, known=known)] == first
