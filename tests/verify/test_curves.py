"""Figures as numbers: values that are known, and figures that must be refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import BuildError
from generator.load import load_topic
from generator.model import FigureData
from generator.notation.topic import read_topic
from generator.verify.curves import STEPS, Drawings, draw_figures
from tests.conftest import ROOT

REFUSED = sorted((ROOT / "tests" / "cases" / "figure" / "refused").glob("*.yaml"))


def drawn(topic: str) -> Drawings:
    return draw_figures(read_topic(load_topic(ROOT / "content" / f"{topic}.yaml")))


def curve(data: FigureData | None, number: int = 0) -> dict[float, float]:
    assert data is not None
    return dict(zip(data.x, data.curves[number][1], strict=True))


def test_sigmoid_and_its_slope() -> None:
    data = drawn("logistic-regression").figure
    assert data is not None and len(data.x) == STEPS + 1 and (data.x[0], data.x[-1]) == (-6, 6)
    assert curve(data)[0.0] == 0.5 and curve(data, 1)[0.0] == 0.25
    assert curve(data)[6.0] == pytest.approx(0.997527376843, abs=1e-11)
    assert not data.by_hand


def test_values_by_hand_enter() -> None:
    data = drawn("bernoulli-mle").figure
    values = curve(data)
    peak = max(values, key=lambda x: values[x])
    assert abs(peak - 0.75) < 0.008 and data is not None and data.by_hand


def test_quantiles() -> None:
    t, z = (curve(drawn("confidence-interval").figure, k) for k in (0, 1))
    assert t[0.1] == pytest.approx(2.35336343480, abs=1e-10)
    assert z[0.1] == pytest.approx(1.64485362695, abs=1e-10)
    assert all(t[x] > z[x] for x in t)


def test_an_example_has_values_of_its_own() -> None:
    found = drawn("bias-variance")
    total = curve(found.example, 2)
    assert min(total, key=lambda x: total[x]) == 1.0 and total[1.0] == pytest.approx(1 / 3, abs=1e-11)
    assert found.example is not None and found.example.given == ("x = (1, 1)", "w = 1", r"\tau = 1")


def test_bars_are_the_entries() -> None:
    data = drawn("softmax-cross-entropy").figure
    assert data is not None
    assert (data.kind, data.x, data.curves) == (
        "bars", (1, 2, 3), (("p", (0.25, 0.25, 0.5)), ("y", (0, 0, 1))),
    )  # fmt: skip


def test_a_heatmap_is_the_matrix() -> None:
    data = drawn("attention-shapes").figure
    assert data is not None and [len(row) for row in data.matrix] == [3, 3]
    assert [sum(row) for row in data.matrix] == pytest.approx([1, 1], abs=1e-10)
    assert data.x_label == "A" and len(data.given) == 2 and not data.by_hand


def test_all_that_is_printed_is_recorded() -> None:
    found = drawn("bias-variance")
    assert [(v.kind, v.latex) for v in found.verdicts] == [
        ("expression", r"B(\lambda)"),
        ("expression", r"V(\lambda)"),
        ("expression", r"B(\lambda) + V(\lambda)"),
        ("symbol", r"\lambda"),
        ("given", "x = (1, 1)"),
        ("given", "w = 1"),
        ("given", r"\tau = 1"),
    ]
    assert len({v.id for v in found.verdicts}) == len(found.verdicts)


@pytest.mark.parametrize("case", REFUSED, ids=lambda path: path.stem)
def test_refused(case: Path) -> None:
    """The first line of a case is `# line:column code`."""
    wanted = case.read_text().split("\n", 1)[0].lstrip("# ")
    with pytest.raises(BuildError) as caught:
        draw_figures(read_topic(load_topic(case)))
    found = caught.value.findings
    assert [f"{f.place.line}:{f.place.column} {f.code}" for f in found] == [wanted]
    assert all(f.remedy and f.excerpt for f in found)
