"""A new topic to start from: small, complete, and true."""

from __future__ import annotations

import re
from pathlib import Path

from generator.errors import BuildError, Finding
from generator.model import Place

STARTER = r"""# A topic is one derivation. `proofboard check` reads this file; change a sign and see.
title: {title}
promise: One line on why this page is worth reading.
{part}symbols: |
  n            : size           # an integer, 1 or more
  i            : index n        # runs from 1 to n
  x            : vector n
  m, S         : scalar
setup:
- define: m = \frac1n \sum_{i=1}^n x_i
- define: S = \sum_{i=1}^n (x_i - m)^2
goal: Write $S$ without the differences.
steps:
- why: Open the square.
  claim: S = \sum_{i=1}^n x_i^2 - 2 m \sum_{i=1}^n x_i + n m^2
- why: Deviations from the mean cancel.
  claim: \sum_{i=1}^n (x_i - m) = 0
result:
- claim: S = \sum_{i=1}^n x_i^2 - n m^2
  as: short
by hand:
  given: |
    n = 3
    x = (1, 2, 6)
  claims:
  - m = 3
  - S = 14
say: >-
  The sum of squared deviations is the sum of squares less $n$ times the squared mean.
"""


def scaffold(name: str, part: str = "") -> Path:
    """Write a starter topic for `name` into `content/`, or here where there is no such folder.

    `part` is the part of the book that it joins. Returns the file's path.
    Raises BuildError if the name is unfit or the file exists.
    """
    folder = Path("content") if Path("content").is_dir() else Path()
    path = folder / f"{name}.yaml"
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or name == "book":
        remedy = "small letters, digits and single hyphens, such as ridge-regression"
        raise BuildError([_refused(path, "topic-name", f"`{name}` cannot be a topic's name", remedy)])
    try:
        with path.open("x", encoding="utf-8") as file:
            title = name.replace("-", " ").capitalize()
            file.write(STARTER.replace("{title}", title).replace("{part}", f"part: {part}\n" if part else ""))
    except FileExistsError:
        raise BuildError(
            [_refused(path, "topic-exists", "this topic exists", "choose another name")]
        ) from None
    return path


def _refused(path: Path, code: str, message: str, remedy: str) -> Finding:
    return Finding(Place(path.as_posix(), 1, 1), code, message, remedy)
