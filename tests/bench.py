"""How fast: every figure a ratio within one run, so that it means the same on any machine.

    make bench            all rows
    make bench ARGS=NAME  the rows whose name contains NAME

Each time is the least of several runs in a copy of the content, with nothing else changed. What runs on
one processor is told in seconds of that processor, which other work on the machine hardly changes.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from generator.cli import COLLECTED

ROOT = Path(__file__).resolve().parent.parent
PROOFBOARD = (sys.executable, "-c", "from generator.cli import run; run()")


class Spent(NamedTuple):
    """What a process and all it waited for took: seconds, those of processors, peak memory in KiB."""

    seconds: float
    busy: float
    memory: int


#: The topics with which the book began: what all of them take is told against these.
FIRST = (
    "logistic-regression", "softmax-cross-entropy", "bernoulli-mle", "gaussian-mle",
    "why-n-minus-1", "confidence-interval", "attention-shapes", "bias-variance",
)  # fmt: skip


def run(*command: str, cwd: Path) -> Spent:
    """One process to its end. Fails where it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(command)} failed:\n{errors.decode()[-2000:]}")
    memory = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
    return Spent(seconds, usage.ru_utime + usage.ru_stime, memory)


def least(times: int, *command: str, cwd: Path) -> float:
    """The least seconds of several runs: what the machine's other work cannot lower."""
    return min(run(*command, cwd=cwd).seconds for _ in range(times))


def reading(folder: Path) -> None:
    """Reading alone, warm: from text with positions to typed statements."""
    from generator.load import load_book
    from generator.notation.topic import read_topic

    topics = load_book(folder / "content" / "book.yaml").topics
    formulas = sum(len(read_topic(topic).statements) for topic in topics)
    times = []
    for _ in range(5):
        begun = time.process_time()
        for topic in topics:
            read_topic(topic)
        times.append(time.process_time() - begun)
    spent = min(times)
    row(
        "reading", f"{spent / formulas * 1000:.2f} ms a formula", f"{formulas} formulas, {len(topics)} topics"
    )


def judging(folder: Path) -> None:
    """Each claim alone, all its routes: seconds of this processor from the question to the answer."""
    import sympy  # noqa: F401  (its import is no claim's)

    from generator.load import load_book
    from generator.notation.topic import read_topic
    from generator.verify.judge import Options, judge
    from generator.verify.topic import CLAIMS, TopicCheck

    spent = []
    for topic in load_book(folder / "content" / "book.yaml").topics:
        read = read_topic(topic)
        check = TopicCheck(read, Options())
        for statement in read.statements:
            if statement.kind in CLAIMS and not (statement.defines or statement.repeats):
                question = check.question(statement)
                begun = time.process_time()
                judge(question)
                spent.append((time.process_time() - begun, statement.id))
    spent.sort()
    middle, high, (most, slowest) = spent[len(spent) // 2][0], spent[len(spent) * 99 // 100][0], spent[-1]
    row(
        "a claim",
        f"{middle * 1000:.1f} ms half, {high * 1000:.0f} ms 99 %",
        f"{len(spent)} claims, at most {most:.2f} s ({slowest})",
    )


def proving(folder: Path) -> None:
    """Each proof in normal form again, with its certificate: seconds of this processor."""
    from generator.load import load_book
    from generator.notation.topic import read_topic
    from generator.verify.judge import Options, judge
    from generator.verify.proof.certified import certified
    from generator.verify.proof.induction import prove
    from generator.verify.topic import CLAIMS, TopicCheck

    spent = []
    for topic in load_book(folder / "content" / "book.yaml").topics:
        read = read_topic(topic)
        check = TopicCheck(read, Options())
        for statement in read.statements:
            if statement.kind in CLAIMS and not (statement.defines or statement.repeats):
                answer, question = judge(check.question(statement)), check.question(statement)
                begun = time.process_time()
                if answer.certificate and certified(question, answer, prove(question)):
                    spent.append((time.process_time() - begun, statement.id))
    most, slowest = max(spent)
    average = sum(seconds for seconds, _ in spent) / len(spent)
    row(
        "a proof, certified",
        f"{average * 1000:.1f} ms on average",
        f"{len(spent)} proofs, at most {most * 1000:.0f} ms ({slowest})",
    )


def checking(folder: Path) -> None:
    """A cold check of all topics on one processor, against the first ones alone, and on two."""
    sympy = min(run(sys.executable, "-c", "import sympy", cwd=folder).busy for _ in range(5))
    check = (*PROOFBOARD, "check", "--no-cache")
    alone, numeric = (*check, "--workers", "1"), (*check, "--workers", "1", "--routes", "numeric")
    few = [f"content/{name}.yaml" for name in FIRST]
    first = min(run(*alone, *few, cwd=folder).busy for _ in range(2))
    row("check, first topics", f"{first / sympy:.1f} x import sympy", f"{first:.2f} s, {len(few)} topics")
    for name, command in (("check", alone), ("check, numeric", numeric)):
        spent = min((run(*command, cwd=folder) for _ in range(2)), key=lambda s: s.busy)
        row(
            name,
            f"{spent.busy / first:.2f} x the first topics",
            f"{spent.busy:.2f} s, {spent.memory // 1024} MiB at most",
        )
    one, two = (least(2, *check, "--workers", str(n), cwd=folder) for n in (1, 2))
    row("check, parallel", f"{one / two:.2f} x as fast on 2 processes", f"{one:.2f} s and {two:.2f} s")
    run(*PROOFBOARD, "check", cwd=folder)
    again = min(run(*PROOFBOARD, "check", cwd=folder).busy for _ in range(3))
    row("check, remembered", f"{again / sympy:.1f} x import sympy", f"{again:.2f} s")


def starting(folder: Path) -> None:
    """`--help`, against importing the library of the command line."""
    click = least(20, sys.executable, "-c", "import click", cwd=folder)
    spent = least(20, *PROOFBOARD, "--help", cwd=folder)
    row("--help", f"{spent / click:.2f} x import click", f"{spent * 1000:.0f} ms")


def building(folder: Path) -> None:
    """A whole build, against the work it cannot do without; then a build with nothing to do."""
    spent, _, memory = min(run(*PROOFBOARD, "build", "--no-cache", cwd=folder) for _ in range(2))
    check = least(2, *PROOFBOARD, "check", "--no-cache", cwd=folder)
    tex = typesetting(folder)
    row(
        "build",
        f"{spent / (check + tex):.2f} x (check + figures + TeX)",
        f"{spent:.2f} s, {memory // 1024} MiB at most",
    )
    row("  figures and TeX", f"{tex / spent:.0%} of it", f"{tex:.2f} s, both documents side by side")
    click = least(20, sys.executable, "-c", "import click", cwd=folder)
    again = least(20, *PROOFBOARD, "build", cwd=folder)
    row("build, no change", f"{again / click:.2f} x import click", f"{again * 1000:.0f} ms")


def typesetting(folder: Path) -> float:
    """Seconds of figures and TeX alone, on the .tex that the pipeline hands to it."""
    from generator import pipeline
    from generator.job import Job

    os.chdir(folder)
    job = Job()
    book = pipeline.check(job).verified
    assert book is not None
    documents = pipeline.render(book, job)
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        pipeline.typeset(documents, book, job)
        times.append(time.perf_counter() - begun)
    return min(times)


#: Prints the seconds and the number of mutants of an audit with so many processes. What is counted
#: is the work on the mutants, not the choice of the sample, which a whole audit does not make.
AUDIT = """
import sys, time
from generator.audit.run import items_of, outcomes, sampled, topics_of
items = sampled(items_of(topics_of()), int(sys.argv[2]), 0)
begun = time.perf_counter()
found = outcomes(items, int(sys.argv[1]))
print(time.perf_counter() - begun, len(found))
"""
MUTANTS = 2_400


def auditing(folder: Path) -> None:
    """A sample of the book's mutants on one processor, against importing SymPy, and on two."""
    sympy = least(5, sys.executable, "-c", "import sympy", cwd=folder)
    one, mutants = _audited(1, folder)
    two, _ = _audited(2, folder)
    spent = one / mutants
    row("audit", f"{spent / sympy:.4f} x import sympy a mutant", f"{spent * 1000:.1f} ms, {mutants} mutants")
    row("audit, parallel", f"{one / two:.2f} x as fast on 2 processes", f"{two:.1f} s")


def _audited(workers: int, folder: Path) -> tuple[float, int]:
    """The least seconds of two runs, and the number of mutants."""
    found = []
    for _ in range(2):
        command = (sys.executable, "-c", AUDIT, str(workers), str(MUTANTS))
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        told = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=True
        )
        seconds, mutants = told.stdout.split()
        found.append((float(seconds), int(mutants)))
    return min(found)


def row(name: str, ratio: str, detail: str) -> None:
    """One line of the table."""
    print(f"{name:<20}{ratio:<32}{detail}", flush=True)


ROWS: tuple[Callable[[Path], None], ...] = (
    reading, judging, proving, starting, checking, building, auditing,
)  # fmt: skip


def main(wanted: str) -> None:
    """Print the rows whose function's name contains `wanted`, with the commands' own collector settings."""
    gc.set_threshold(*COLLECTED)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copytree(ROOT / "content", folder / "content")
        for measure in ROWS:
            if wanted in measure.__name__:
                measure(folder)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
