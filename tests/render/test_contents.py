"""Topics on the pages of contents: all, in order, evenly, parts together where they fit."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from generator.render.contents import PAGE_ENTRIES, PART_NAME, contents_pages

BOOK = ["a"] * 3 + ["b"] * 5 + ["c"] * 3 + ["d"] * 2 + ["e"] * 5 + ["f"] * 2


@pytest.mark.parametrize(
    ("parts", "pages"),
    [
        ([], ((0, 0),)),
        ([""], ((0, 1),)),
        ([""] * 16, ((0, 16),)),
        ([""] * 17, ((0, 9), (9, 17))),
        (["a"] * 20, ((0, 15), (15, 20))),
        (BOOK, ((0, 11), (11, 20))),
    ],
)
def test_pages(parts: list[str], pages: tuple[tuple[int, int], ...]) -> None:
    assert contents_pages(parts) == pages


@given(strategies.lists(strategies.integers(1, 40), max_size=12))
def test_every_topic_once_and_no_page_too_full(runs: list[int]) -> None:
    parts = [str(number) for number, run in enumerate(runs) for _ in range(run)]
    pages = contents_pages(parts)
    assert [k for first, end in pages for k in range(first, end)] == list(range(len(parts)))
    for first, end in pages:
        assert end - first + PART_NAME * len(set(parts[first:end])) <= PAGE_ENTRIES
