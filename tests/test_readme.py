"""What the README shows is what happens: its topic, its commands, its error, word for word.

`python -m tests.test_readme` writes what happens now into the README; read the change.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT, Run

README = (ROOT / "README.md").read_text()


def block(language: str, ordinal: int = 0) -> str:
    """The text of the README's k-th block in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)[ordinal]


COMMAND = block("console").split("\n")[0].removeprefix("$ proofboard ")


def shown(done: subprocess.CompletedProcess[str]) -> str:
    """What a run says, without its progress."""
    lines = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("checked ")]
    return "\n".join(lines).strip() + "\n"


def test_the_topic_is_verified(proofboard: Run, tmp_path: Path) -> None:
    (tmp_path / "variance.yaml").write_text(block("yaml"))
    done = proofboard(*COMMAND.split())
    assert f"$ proofboard {COMMAND}\n{shown(done)}" == block("console")
    assert done.returncode == 0


def test_the_wrong_sign_prints_what_is_shown(proofboard: Run, tmp_path: Path) -> None:
    assert "`+ n m^2` in the last line" in README
    right, wrong = block("yaml"), block("yaml").replace("x_i^2 - n m^2", "x_i^2 + n m^2")
    assert wrong != right
    (tmp_path / "variance.yaml").write_text(wrong)
    done = proofboard(*COMMAND.split())
    assert done.returncode == 1
    assert shown(done) == block("text")


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


def rewrite() -> None:
    """Put what the commands print today into the README's blocks."""
    text = README
    right = block("yaml")
    wrong = right.replace("x_i^2 - n m^2", "x_i^2 + n m^2")
    with tempfile.TemporaryDirectory() as folder:
        for topic, old, first in (
            (right, block("console"), f"$ proofboard {COMMAND}\n"),
            (wrong, block("text"), ""),
        ):
            Path(folder, "variance.yaml").write_text(topic)
            command = [sys.executable, "-m", "generator", *COMMAND.split()]
            environment = os.environ | {"PYTHONPATH": str(ROOT)}
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            text = text.replace(old, first + shown(done))
    (ROOT / "README.md").write_text(text)


if __name__ == "__main__":
    rewrite()
