"""Verdicts as text that gives back the very same verdicts: what the cache stores."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from generator import model
from generator.model import Verdict


def pack(verdicts: Sequence[Verdict]) -> str:
    """Verdicts as JSON that `unpack` gives back exactly."""
    return json.dumps([_packed(verdict) for verdict in verdicts], ensure_ascii=False)


def unpack(text: str) -> tuple[Verdict, ...]:
    """The verdicts that `pack` wrote. Raises ValueError where `text` is anything else."""
    try:
        found = tuple(_unpacked(record) for record in json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not packed verdicts: {error}") from error
    if not all(isinstance(verdict, Verdict) for verdict in found):
        raise ValueError("not packed verdicts")
    return found


def _packed(value: Any) -> Any:
    """A data class as {its name: its fields in order}, a tuple as a list; numbers and texts as they are."""
    if is_dataclass(value):
        return {type(value).__name__: [_packed(getattr(value, field.name)) for field in fields(value)]}
    return [_packed(item) for item in value] if isinstance(value, tuple) else value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        ((name, parts),) = value.items()
        return getattr(model, name)(*map(_unpacked, parts))
    return tuple(map(_unpacked, value)) if isinstance(value, list) else value
