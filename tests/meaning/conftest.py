"""Balls of the checker's own first precision in every test of meaning."""

from __future__ import annotations

from collections.abc import Iterator

import flint
import pytest


@pytest.fixture(autouse=True)
def precision() -> Iterator[None]:
    before = flint.ctx.prec
    flint.ctx.prec = 230
    yield
    flint.ctx.prec = before
