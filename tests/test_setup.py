"""The set-up script: silent when done, one line to copy where it may not install."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOOLS = (
    "bash",
    "basename",
    "cat",
    "cksum",
    "comm",
    "dirname",
    "env",
    "head",
    "mkdir",
    "sort",
    "tr",
    "wc",
    "xargs",
)
PACKAGES = (ROOT / ".ci" / "debian-packages").read_text().split()


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A copy of the script, and in `bin` a system without TeX whose user is not root."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or "")
    program(tmp_path, "id", "echo 1000")
    return tmp_path


def program(bare: Path, name: str, script: str) -> None:
    """Put a program into the bare system."""
    path = bare / "bin" / name
    path.write_text(f"#!{shutil.which('bash')}\n{script}\n")
    path.chmod(0o755)


def set_up(bare: Path, *parts: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(bare / "bin" / "bash"), ".ci/set-up", *parts],
        cwd=bare, env={"PATH": str(bare / "bin")}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_silent_when_done() -> None:
    done = subprocess.run(
        [".ci/set-up", "python", "tex"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_prints_a_line_for_who_is_not_root(bare: Path) -> None:
    program(bare, "apt-get", "echo called; exit 1")
    done = set_up(bare, "tex")
    assert done.returncode == 4
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends " + " ".join(PACKAGES)
    assert line in done.stderr
    assert "called" not in done.stdout


def test_prints_a_line_for_a_mac(bare: Path) -> None:
    done = set_up(bare, "tex")
    assert done.returncode == 4
    assert "brew install" in done.stderr


def test_installs_as_root_and_says_what_is_missing_then(bare: Path) -> None:
    program(bare, "id", "echo 0")
    program(bare, "apt-get", 'echo "$*" >> calls')
    done = set_up(bare, "tex")
    assert done.returncode == 4
    assert "still missing" in done.stderr
    update, install = (bare / "calls").read_text().splitlines()
    assert update.endswith(" update")
    assert install.endswith(" ".join(["install -y --no-install-recommends", *PACKAGES]))


def test_installs_nothing_where_all_is_there(bare: Path) -> None:
    program(bare, "apt-get", 'echo "$*" >> calls')
    for name in ("pdflatex", "pdftotext", "pdftoppm"):
        program(bare, name, "exit 0")
    program(bare, "kpsewhich", 'printf "%s\\n" "$@"')
    for _ in range(2):
        done = set_up(bare, "tex")
        assert (done.returncode, done.stderr) == (0, "")
    assert not (bare / "calls").exists()


def test_python_too_old(bare: Path) -> None:
    program(bare, "python3", "exit 1")
    for name in ("constraints.txt", "pyproject.toml"):
        shutil.copyfile(ROOT / name, bare / name)
    done = set_up(bare, "python")
    assert done.returncode == 4
    assert "Python 3.11 or newer" in done.stderr


def test_wrong_use(bare: Path) -> None:
    assert set_up(bare, "everything").returncode == 2


def test_a_style_uses_only_listed_tex_files() -> None:
    """Every package that the templates load is listed, so that the set-up looks for it."""
    listed = set((ROOT / ".ci" / "tex-files").read_text().split())
    loaded: set[str] = set()
    for path in (ROOT / "templates").rglob("*"):
        if path.is_file():
            for names in re.findall(
                r"\\(?:RequirePackage|usepackage)(?:\[[^\]]*\])?\{([^}]*)\}", path.read_text()
            ):
                loaded |= {f"{name.strip()}.sty" for name in names.split(",")}
    kernel = {"array.sty", "calc.sty", "fontenc.sty", "inputenc.sty", "textcomp.sty", "whiteboard.sty"}
    assert loaded
    assert loaded - kernel - listed == set()
