"""The commands as a user meets them: exit codes, messages, files left alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

TOPIC = r"""title: The variance shortcut
promise: One pass over the data is enough.
symbols: |
  n    : size
  x    : vector n
  m, S : scalar
setup:
- define: m = \frac1n \sum_{i=1}^n x_i
- define: S = \sum_{i=1}^n (x_i - m)^2
result:
- claim: S = \sum_{i=1}^n x_i^2 - n m^2
  as: short
"""
REFUTED = TOPIC.replace("- n m^2", "+ n m^2")
UNREADABLE = TOPIC.replace(r"\frac1n", r"\fraction1n")


@pytest.fixture
def topic(tmp_path: Path) -> Path:
    path = tmp_path / "shortcut.yaml"
    path.write_text(TOPIC)
    return path


def in_words(done: subprocess.CompletedProcess[str]) -> bool:
    """No traceback in what was said."""
    return "Traceback" not in done.stdout + done.stderr


def test_a_true_topic(proofboard: Run, topic: Path) -> None:
    done = proofboard("check", topic.name)
    assert (done.returncode, in_words(done)) == (0, True)
    assert done.stdout.startswith("all verified: 1 topic, ")


@pytest.mark.parametrize(
    ("text", "code"), [(REFUTED, 1), (UNREADABLE, 3), ("", 3), ("\0", 3), ("- a\n- b\n", 3)]
)
def test_a_false_or_unreadable_topic(proofboard: Run, topic: Path, text: str, code: int) -> None:
    topic.write_text(text)
    done = proofboard("check", topic.name)
    assert (done.returncode, in_words(done)) == (code, True)
    assert f"\n{topic.name}:" in "\n" + done.stderr


def test_all_errors_at_once_and_the_worst_decides(proofboard: Run, topic: Path) -> None:
    topic.write_text(REFUTED)
    other = topic.with_name("other.yaml")
    other.write_text(UNREADABLE)
    third = topic.with_name("third.yaml")
    third.write_text(TOPIC + "unknown key: 1\n")
    done = proofboard("check", topic.name, other.name, third.name)
    assert (done.returncode, in_words(done)) == (3, True)
    places = [line for line in done.stderr.splitlines() if ".yaml:" in line]
    assert [place.split(":")[0] for place in places] == [topic.name, other.name, third.name]
    assert done.stderr.endswith("3 errors\n")


def test_json(proofboard: Run, topic: Path) -> None:
    done = proofboard("check", "--json", topic.name)
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"], found["errors"]) == (0, True, [])
    short = next(record for record in found["relations"] if record["id"] == "shortcut/short")
    assert (short["file"], short["line"], short["column"]) == ("shortcut.yaml", 11, 10)
    assert short["latex"] == r"S = \sum_{i=1}^n x_i^2 - n m^2"
    topic.write_text(REFUTED)
    done = proofboard("check", "--json", topic.name)
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"]) == (1, False)
    assert [error["line"] for error in found["errors"]] == [11]
    short = next(record for record in found["relations"] if record["id"] == "shortcut/short")
    assert short["status"] == "refuted"
    assert short["counterexample"]["left"] != short["counterexample"]["right"]


def test_processes_do_not_change_the_answer(proofboard: Run, project: Path) -> None:
    answers = {
        proofboard("check", "--json", "--no-cache", "--workers", number, cwd=project).stdout
        for number in "12"
    }
    assert len(answers) == 1


def test_remembered_is_the_same_as_anew(proofboard: Run, project: Path) -> None:
    anew = proofboard("check", "--json", cwd=project)
    assert (project / "build" / ".cache" / "verdicts.sqlite").is_file()
    again = proofboard("check", "--json", cwd=project)
    assert (again.returncode, again.stdout) == (anew.returncode, anew.stdout)


def test_a_topic_alone_leaves_nothing_behind(proofboard: Run, topic: Path) -> None:
    proofboard("check", topic.name)
    assert [path.name for path in topic.parent.iterdir()] == [topic.name]


def test_explain(proofboard: Run, topic: Path) -> None:
    done = proofboard("explain", "shortcut/short")
    assert done.returncode == 0
    assert r"S = \sum_{i=1}^n x_i^2 - n m^2" in done.stdout
    assert "status" in done.stdout
    labels = [line[2:11].rstrip() for line in done.stdout.splitlines()[1:]]
    assert {"routes", "at", "left", "right", "slip"} <= set(labels)
    whole = proofboard("explain", "shortcut")
    assert done.stdout.strip() in whole.stdout
    for wrong, hint in (("shortcut/shrt", "shortcut/short"), ("shortcat/short", "shortcut")):
        done = proofboard("explain", wrong)
        assert (done.returncode, in_words(done)) == (2, True)
        assert f"did you mean {hint}?" in done.stderr


def test_new_makes_a_topic_that_is_verified(proofboard: Run, tmp_path: Path) -> None:
    assert proofboard("new", "sum-of-squares").returncode == 0
    assert proofboard("check", "sum-of-squares.yaml").returncode == 0
    done = proofboard("new", "sum-of-squares")
    assert (done.returncode, in_words(done)) == (3, True)


def test_watch_checks(proofboard: Run, topic: Path) -> None:
    assert "all verified" in proofboard("watch", "--once", topic.name).stdout


@pytest.mark.parametrize(
    "arguments",
    [["check"], ["build"], ["watch"], ["check", "absent.yaml"], ["build", "--paper", "a3"], ["chekc"],
     ["check", "--workers", "0"], ["new"], ["explain"], ["explain", "absent/one"], ["--no-such-option"]],
)  # fmt: skip
def test_usage(proofboard: Run, arguments: list[str]) -> None:
    done = proofboard(*arguments)
    assert (done.returncode, in_words(done)) == (2, True)
    assert "Error: " in done.stderr


def test_a_bug_of_ours_is_one_line(proofboard: Run, topic: Path) -> None:
    """A checker that no longer refutes the planted wrong formula is a bug, whatever the content says."""
    (topic.parent / "sitecustomize.py").write_text(
        "import generator.pipeline as p\np.read_topic = lambda topic: 1 / 0\n"
    )
    paths = f"{topic.parent}{os.pathsep}{ROOT}"
    for debug in ([], ["--debug"]):
        done = subprocess.run(
            [sys.executable, "-m", "generator", *debug, "check", topic.name],
            cwd=topic.parent,
            env=os.environ | {"PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 70
        assert "a bug in proofboard, not in your content: ZeroDivisionError" in done.stderr
        assert ("Traceback" in done.stderr) == bool(debug)


HEAVY = {"sympy", "numpy", "matplotlib", "jinja2", "yaml", "flint", "mpmath"}


def imported(*arguments: str, cwd: Path) -> set[str]:
    """The packages that a run imports."""
    script = (
        "import sys, runpy, atexit\natexit.register(lambda: print(*sys.modules, file=open('seen', 'w')))\n"
    )
    script += f"sys.argv[1:] = {list(arguments)!r}\nrunpy.run_module('generator', run_name='__main__')\n"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", script], cwd=cwd, env=environment, capture_output=True, check=False)
    return {name.split(".")[0] for name in (cwd / "seen").read_text().split()}


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["--version"], ["chekc"]])
def test_help_waits_for_no_mathematics(tmp_path: Path, arguments: list[str]) -> None:
    seen = imported(*arguments, cwd=tmp_path)
    assert "click" in seen
    assert seen & HEAVY == set()


def test_interrupted(project: Path) -> None:
    """Ctrl-C ends the command and its processes, quickly and with the documented code."""
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "check", "--no-cache", "--workers", "2"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    time.sleep(0.6)
    os.killpg(process.pid, signal.SIGINT)
    begun = time.monotonic()
    _, errors = process.communicate(timeout=20)
    assert time.monotonic() - begun < 2
    assert process.returncode == 130
    assert b"Traceback" not in errors
