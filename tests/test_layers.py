"""Imports point one way, and nothing outside the tables of this file is imported."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

#: From the ground up; a module may import its own row and the rows above it in this table.
LAYERS = (
    ("model", "recheck_proofs"),
    ("errors",),
    ("fingerprint", "parallel", "recheck"),
    ("load",),
    ("notation",),
    ("meaning",),
    ("verify",),
    ("render", "audit"),
    ("derivation", "ledger", "packing"),
    ("cache", "job"),
    ("pipeline",),
    ("report", "scaffold"),
    ("watch",),
    ("cli",),
    ("__main__",),
)
RANK = {name: rank for rank, row in enumerate(LAYERS) for name in row}

FILES = sorted((ROOT / "generator").rglob("*.py"))


def layer(module: str) -> str:
    """The row of `generator.x.y` is that of x; the package itself belongs to none."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports(source: str) -> list[str]:
    """Every module of ours that `source` imports, anywhere in it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the direction"
            base = node.module or ""
            found += [module_of(base, alias.name) for alias in node.names]
    return [name for name in found if name.split(".")[0] == "generator"]


def module_of(base: str, name: str) -> str:
    """What `from base import name` loads: the module of that name, or else the package."""
    path = ROOT.joinpath(*base.split("."), name)
    return f"{base}.{name}" if path.with_suffix(".py").is_file() or path.is_dir() else base


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    own = layer(name_of(path))
    if not own:
        assert imports(path.read_text()) == []
        return
    for target in map(layer, imports(path.read_text())):
        assert RANK[target] < RANK[own] or target == own, f"{own} must not import {target}"


def test_no_cycles() -> None:
    graph = {name_of(path): resolved(path) for path in FILES}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " > ".join([*trail, name])
        if name not in done:
            for target in graph.get(name, ()):
                visit(target, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def resolved(path: Path) -> set[str]:
    """Modules of ours imported when this one is imported; imports inside functions come later."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [ast.Pass()]
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = [ast.Pass()]
    return set(imports(ast.unparse(tree)))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from generator.verify import gate", ["generator.verify.gate"]),
        ("from generator.verify import require", ["generator.verify"]),
        ("from generator import cli", ["generator.cli"]),
        ("def f():\n    import generator.render.document", ["generator.render.document"]),
        ("import os", []),
    ],
)
def test_imports_are_seen(source: str, expected: list[str]) -> None:
    assert imports(source) == expected
