"""What the tokenizer makes: a piece of LaTeX with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `kind`: letter digit command word text begin end open close sub sup prime
    punct layout quad amp newline place. `text` is its canonical spelling; [start:end] its characters."""

    kind: str
    text: str
    start: int
    end: int
