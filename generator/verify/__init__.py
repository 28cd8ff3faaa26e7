"""Claims to verdicts. `require` is the gate: only it makes a VerifiedBook.

The checks, and SymPy with them, are loaded when the first topic is verified: a run whose
verdicts are all remembered needs the gate and the canary only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.verify.gate import require

if TYPE_CHECKING:
    from generator.verify.judge import Options
    from generator.verify.planted import canary
    from generator.verify.topic import verify_topic

__all__ = ["Options", "canary", "require", "verify_topic"]

_HOMES = {"canary": "planted", "Options": "judge", "verify_topic": "topic"}


def __getattr__(name: str) -> Any:
    """A public name from the module it lives in (PEP 562)."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"generator.verify.{_HOMES[name]}"), name)
