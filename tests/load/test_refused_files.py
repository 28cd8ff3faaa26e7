"""Every file under cases/yaml/refused is refused as its first line says: `# line:column code ...`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import generator.load.yaml_nodes as yaml_nodes
from generator.errors import BuildError, show
from generator.load import load_topic

CASES = sorted((Path(__file__).parents[1] / "cases" / "yaml" / "refused").glob("*.yaml"))


def expected(path: Path) -> list[str]:
    first = path.read_bytes().split(b"\n")[0].decode("utf-8-sig")
    return re.findall(r"\d+:\d+ [a-z0-9-]+", first)


def found(path: Path) -> list[str]:
    with pytest.raises(BuildError) as caught:
        load_topic(path)
    for item in caught.value.findings:
        assert item.message and item.remedy, show(item)
    return [f"{item.place.line}:{item.place.column} {item.code}" for item in caught.value.findings]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_refused(path: Path) -> None:
    assert found(path) == expected(path)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_refused_by_the_python_loader_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "_LOADER", yaml.SafeLoader)
    assert found(path) == expected(path)


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_large_and_deep_files(loader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "_LOADER", getattr(yaml, loader))
    path = tmp_path / "topic.yaml"
    path.write_text("title: Deep\nsymbols: " + "[" * 50_000, encoding="utf-8")
    assert found(path) == ["2:10 flow-collection"]
    path.write_text("title: Deep\nsee: " + "[" * 50_000, encoding="utf-8")
    assert found(path) == ["2:7 flow-collection"]
    path.write_text("x" * 500_000, encoding="utf-8")
    assert found(path) == ["1:1 file-too-large"]
