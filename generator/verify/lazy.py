"""SymPy, loaded when it is first used: its import costs more than reading a book of remembered verdicts."""

from __future__ import annotations

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType
from typing import Any


def _lazy(name: str) -> ModuleType:
    """The module, whose code runs at its first attribute. Raises ImportError where it is missing."""
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ImportError(f"{name} is not installed")
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


sympy: Any = _lazy("sympy")
