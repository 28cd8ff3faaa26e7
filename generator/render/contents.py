"""The pages of contents: which topics stand on which, known before TeX runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

#: Entries that one page holds on the smaller paper, and how much of one the name of a part takes.
PAGE_ENTRIES, PART_NAME = 16.0, 0.7


def contents_pages(parts: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """(first topic, one behind the last) of each page, from every topic's part ("" for none).

    Pages are filled evenly, and a part stays together where it fits on a page.
    """
    runs = [len(list(run)) for _, run in groupby(parts)]
    named = PART_NAME if any(parts) else 0.0
    whole = len(parts) + named * len(runs)
    target = whole / max(1, math.ceil(whole / PAGE_ENTRIES))
    out, first, end, used = [], 0, 0, 0.0
    for run in runs if any(parts) else [1] * len(parts):
        if end > first and (used + named + run > PAGE_ENTRIES or used + (named + run) / 2 > target):
            out.append((first, end))
            first, used = end, 0.0
        room = int(PAGE_ENTRIES - named)
        for part in [room] * (run // room) + [run % room]:  # a part of more than a page
            if end > first and used + named + part > PAGE_ENTRIES:
                out.append((first, end))
                first, used = end, 0.0
            end, used = end + part, used + named + part
    return (*out, (first, end))
