"""What the README shows is what happens: its topic, its commands, its error, word for word."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import ROOT, Run

README = (ROOT / "README.md").read_text()


def block(language: str, ordinal: int = 0) -> str:
    """The text of the README's k-th block in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)[ordinal]


def test_the_topic_is_verified(proofboard: Run, tmp_path: Path) -> None:
    (tmp_path / "variance.yaml").write_text(block("yaml"))
    command, shown = block("console").split("\n", 1)
    done = proofboard(*command.removeprefix("$ proofboard ").split())
    assert done.stdout == shown
    assert done.returncode == 0


def test_the_wrong_sign_prints_what_is_shown(proofboard: Run, tmp_path: Path) -> None:
    assert "`+ n m^2` in the last line" in README
    right, wrong = block("yaml"), block("yaml").replace("x_i^2 - n m^2", "x_i^2 + n m^2")
    assert wrong != right
    (tmp_path / "variance.yaml").write_text(wrong)
    done = proofboard("check", "variance.yaml")
    assert done.returncode == 1
    shown = [line for line in done.stderr.splitlines() if not line.startswith("checked ")]
    assert "\n".join(shown).strip() == block("text").strip()


def test_its_commands_exist(proofboard: Run) -> None:
    listed = proofboard("--help").stdout
    for command in re.findall(r"`?proofboard (\w+)", README):
        assert f"\n  {command} " in listed, command
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", README, re.M):
        assert f"\n{target}:\n" in makefile, target


def test_its_options_exist(proofboard: Run) -> None:
    listed = proofboard("build", "--help").stdout
    arguments = re.findall(r'ARGS="(.*?)"', README)
    assert arguments
    for option in re.findall(r"--\w[\w-]*", " ".join(arguments)):
        assert option in listed, option


def test_its_files_exist() -> None:
    for name in re.findall(r"\]\(([^):#]+)\)", README):
        assert (ROOT / name).exists(), name
    assert (ROOT / "docs").is_dir()
