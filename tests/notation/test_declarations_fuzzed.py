"""No traceback for any block of declarations: it is read, or refused with places and remedies."""

from __future__ import annotations

import random

from generator.errors import BuildError
from generator.notation.declare import read_symbols
from tests.notation.cases import load, text

CHARACTERS = "abnijk\\{}()[]^_'|,;:.=<>+-*/ 0123&~!?\"%$#@\n"
PIECES = (":", ", ", " : size", " index", " scalar", " vector n", " matrix n n", ", > 0", " function")
PIECES += (" rows X", ", random", ", simplex", " law", "..", "0..T", r"\in [0,1]", r"\hat ", "_{i}", "^{(i)}")


def test_random_declarations_are_read_or_refused() -> None:
    rng, accepted = random.Random(2), 0
    blocks = sorted({case.declarations for case in (*load("read"), *load("hostile/read"))})
    for _ in range(1500):
        letters = list(rng.choice(blocks))
        for _ in range(rng.choice((1, 1, 2, 4))):
            place = rng.randrange(len(letters) + 1)
            piece = rng.choice(CHARACTERS) if rng.random() < 0.5 else rng.choice(PIECES)
            letters[place : place + rng.choice((0, 0, 1, 3))] = piece
        try:
            read_symbols(text("".join(letters)))
        except BuildError as error:
            assert error.findings
            assert all(item.remedy and item.place.line >= 1 for item in error.findings)
            continue
        accepted += 1
    assert accepted > 10
