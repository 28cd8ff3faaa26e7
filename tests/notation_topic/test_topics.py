"""Topic files: those under cases/yaml/good are read, those under refused_topic as they say.

The first line of a refused file holds what is found: `# line:column code ...`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.errors import BuildError, show
from generator.load import load_topic
from generator.notation.topic import read_topic

CASES = Path(__file__).parents[1] / "cases" / "yaml"
GOOD = sorted((CASES / "good").glob("*.yaml"))
REFUSED = sorted((CASES / "refused_topic").glob("*.yaml"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good(path: Path) -> None:
    read = read_topic(load_topic(path))
    assert [item for item in read.statements if item.kind in ("claim", "by-hand")]
    assert len({item.id for item in read.statements}) == len(read.statements)


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_refused(path: Path) -> None:
    expected = re.findall(r"\d+:\d+ [a-z0-9-]+", path.read_text(encoding="utf-8").split("\n")[0])
    topic = load_topic(path)
    with pytest.raises(BuildError) as caught:
        read_topic(topic)
    found = [f"{item.place.line}:{item.place.column} {item.code}" for item in caught.value.findings]
    assert found == expected, "\n".join(show(item) for item in caught.value.findings)
    assert all(item.remedy for item in caught.value.findings)
