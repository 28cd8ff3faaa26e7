"""The rules of the house, held by a test: sizes, forbidden calls, docstrings, nothing of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FILE_LINES = 400
LONGER = {"generator/recheck.py": 700}  # with recheck_proofs.py the second checker, read without the rest
FUNCTION_LINES = 50

#: Calls that run text as a program, or read text as a formula by guessing.
FORBIDDEN = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr", "parse_latex", "lambdify", "S"}

#: Methods of these names are something else: `re.compile`, the value of a polynomial, a letter.
FUNCTIONS_ONLY = {"eval", "compile", "S"}

#: Names that say nothing about what a thing is.
EMPTY_NAMES = re.compile(r"Manager|Handler|Context|Utils?$|Helper|Factory$|^utils?$|^helpers?$|^misc$")

#: A registry of packages, or a path of one machine. Written so that this file holds none of them.
HOSTS = re.compile(
    "|".join(
        ["py" + r"pi\.org", "python" + r"hosted\.org", "registry" + r"\.npmjs", "--(?:extra-)?index" + "-url"]
    )
)
PATHS = re.compile("|".join(["/wo" + r"rk/\w", "/ro" + r"ot/", "/ho" + r"me/\w"]))

MODULES = sorted((ROOT / "generator").rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    """Text files that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file() and path.suffix not in {".png", ".pdf", ".sqlite"}]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def broken_rules(source: str, most: int = FILE_LINES) -> list[str]:
    """The rules that a module of at most `most` lines breaks, each with its line."""
    tree = ast.parse(source)
    found = []
    if source.count("\n") > most:
        found.append(f"1: more than {most} lines")
    if not ast.get_docstring(tree) and tree.body:
        found.append("1: no docstring")
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Call):
            method = not isinstance(node.func, ast.Name)
            called = getattr(node.func, "attr" if method else "id", "")
            if called in FORBIDDEN and not (method and called in FUNCTIONS_ONLY):
                found.append(f"{line}: calls {called}")
        if isinstance(node, ast.ExceptHandler):
            silent = all(isinstance(inner, ast.Pass) for inner in node.body)
            blind = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            if node.type is None or (blind and silent):
                found.append(f"{line}: catches everything")
        if isinstance(node, ast.ClassDef) and EMPTY_NAMES.search(node.name):
            found.append(f"{line}: an empty name, {node.name}")
    for function in functions(tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > FUNCTION_LINES:
            found.append(f"{function.lineno}: {function.name} has {length} lines")
    return found + undocumented(tree)


def undocumented(tree: ast.Module) -> list[str]:
    """Public functions, classes and methods without a docstring."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            public = [node]
            if isinstance(node, ast.ClassDef):
                public += [inner for inner in node.body if isinstance(inner, ast.FunctionDef)]
            found += [
                f"{each.lineno}: {each.name} has no docstring"
                for each in public
                if not each.name.startswith("_") and not ast.get_docstring(each)
            ]
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_keeps_the_rules(path: Path) -> None:
    assert broken_rules(path.read_text(), LONGER.get(name_of(path), FILE_LINES)) == []
    assert not EMPTY_NAMES.search(path.stem)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""D."""\nx = eval("1")', "2: calls eval"),
        ('"""D."""\nx = sympy.sympify("1")', "2: calls sympify"),
        ('"""D."""\ntry:\n    x = 1\nexcept:\n    raise', "4: catches everything"),
        ('"""D."""\ntry:\n    x = 1\nexcept Exception:\n    pass', "4: catches everything"),
        ('"""D."""\nclass FileManager:\n    """D."""', "2: an empty name, FileManager"),
        ('"""D."""\ndef f():\n    return 1', "2: f has no docstring"),
        ('"""D."""\nclass C:\n    """D."""\n    def m(self):\n        return 1', "4: m has no docstring"),
        ("x = 1", "1: no docstring"),
        ('"""D."""\n' + "x = 1\n" * 400, "1: more than 400 lines"),
        ('"""D."""\ndef _f():\n' + "    x = 1\n" * 50, "2: _f has 51 lines"),
    ],
)
def test_rule_is_seen_to_be_broken(source: str, expected: str) -> None:
    assert broken_rules(source) == [expected]


def test_nothing_of_one_machine() -> None:
    """No path of a machine and no registry address in any file of the project."""
    found = []
    for path in tracked():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if HOSTS.search(line) or PATHS.search(line):
                found.append(f"{name_of(path)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_constraints_are_exact_and_complete() -> None:
    """Every line is name==version, and every direct dependency of the project has one."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    named += project["project"]["optional-dependencies"]["dev"]
    wanted = {re.split(r"[^\w-]", name)[0].lower().replace("_", "-") for name in named}
    assert {"click", "sympy", "pytest", "hatchling"} <= wanted
    assert wanted - pinned == set()
