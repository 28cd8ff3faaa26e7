"""Names that look alike in print may not meet in one topic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

#: Closed table: each group is one shape to a reader at arm's length.
LOOK_ALIKES: tuple[tuple[str, ...], ...] = (
    ("v", r"\nu"),
    ("u", r"\upsilon"),
    ("w", r"\omega", r"\varpi"),
    ("p", r"\rho", r"\varrho"),
    ("a", r"\alpha"),
    ("l", r"\ell"),
    (r"\epsilon", r"\varepsilon"),
    (r"\theta", r"\vartheta"),
    (r"\phi", r"\varphi"),
    (r"\sigma", r"\varsigma"),
    ("k", r"\kappa"),
    ("i", r"\iota"),
    (r"\boldsymbol", r"\bm", r"\pmb"),
    ("*", r"\ast"),
)

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
_SHAPE = {name: group[0] for group in LOOK_ALIKES for name in group}


def _shape(name: str) -> str:
    return "".join(_SHAPE.get(token, token) for token in _TOKEN.findall(name) if token != " ")


def look_alikes(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs (later, earlier) of different canonical names that print almost the same."""
    seen: dict[str, str] = {}
    for name in names:
        first = seen.setdefault(_shape(name), name)
        if first != name:
            yield name, first
