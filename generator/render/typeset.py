"""PDFs from final .tex: pdflatex shut into a scratch folder; publishing by renaming.

The engine reads and writes nothing outside its folder (its homes are there too), runs no
command, stops at the first error, and has limits on time and output. The same .tex, date
and TeX give the same bytes.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from generator.errors import BuildError, InternalError, ToolchainError
from generator.render.texlog import LogReading, read_log

STYLE = Path(__file__).resolve().parents[2] / "templates" / "whiteboard.sty"
MAX_RUNS = 3
WALL_SECONDS = 120.0
OUTPUT_BYTES = 200_000_000
INSTALL = (
    "install TeX, on Debian: apt-get install --no-install-recommends texlive-latex-recommended "
    "texlive-fonts-recommended texlive-pictures tex-gyre"
)
FLAGS = ("-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode")


@dataclass(frozen=True, slots=True)
class Job:
    """One document to set: its final .tex, and the files that it includes."""

    name: str
    tex: str
    assets: Sequence[Path] = ()
    files: Mapping[str, str] = field(default_factory=dict)


def epoch(date: str) -> int:
    """Seconds since 1970 of a book's date (YYYY-MM-DD, midnight UTC); InternalError otherwise."""
    try:
        return int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp())
    except ValueError as error:
        raise InternalError(f"{date!r} is no date") from error


def environment(scratch: Path, date: str) -> dict[str, str]:
    """TeX's whole environment: nothing of the user's but the search path for programs."""
    home = str(scratch / "home")
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        **dict.fromkeys(("HOME", "TEXMFHOME", "TEXMFVAR", "TEXMFCONFIG"), home),
        "TMPDIR": str(scratch),
        "LC_ALL": "C",
        "TZ": "UTC",
        "openin_any": "p",
        "openout_any": "p",
        "max_print_line": "10000",
        "error_line": "254",
        "half_error_line": "238",
        "SOURCE_DATE_EPOCH": str(epoch(date)),
        "FORCE_SOURCE_DATE": "1",
    }


def _size(folder: Path) -> int:
    """Bytes of all files directly in `folder`; files that vanish meanwhile count nothing."""
    total = 0
    for entry in os.scandir(folder):
        try:
            total += entry.stat().st_size
        except FileNotFoundError:
            continue
    return total


def run_tex(command: Sequence[str], scratch: Path, env: Mapping[str, str], seconds: float, limit: int) -> int:
    """The engine's exit code. Raises ToolchainError past the limits on time and output."""
    try:
        process = subprocess.Popen(
            command,
            cwd=scratch,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise ToolchainError(f"there is no pdflatex here; {INSTALL}") from error
    deadline = time.monotonic() + seconds
    try:
        while True:
            try:
                return process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                if _size(scratch) > limit:
                    raise ToolchainError(f"TeX wrote more than {limit} bytes and was stopped") from None
                if time.monotonic() > deadline:
                    raise ToolchainError(f"TeX ran longer than {seconds:g} s and was stopped") from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def typeset(
    tex: str,
    jobname: str,
    assets: Sequence[Path] = (),
    date: str = "1970-01-01",
    files: Mapping[str, str] | None = None,
    seconds: float = WALL_SECONDS,
    limit: int = OUTPUT_BYTES,
) -> bytes:
    """The PDF of a final .tex.

    `assets` are copied beside it, `files` maps topic names to YAML files for messages.
    Raises BuildError with all that the log complains of, ToolchainError without TeX.
    """
    if shutil.which("pdflatex") is None:
        raise ToolchainError(f"there is no pdflatex here; {INSTALL}")
    with tempfile.TemporaryDirectory(prefix="proofboard-") as name:
        scratch = Path(name)
        (scratch / "home").mkdir()
        for asset in (STYLE, *assets):
            shutil.copyfile(asset, scratch / asset.name)
        (scratch / f"{jobname}.tex").write_text(tex, encoding="utf-8")
        env = environment(scratch, date)
        aux = b""
        for _ in range(MAX_RUNS):
            code = run_tex(("pdflatex", *FLAGS, f"{jobname}.tex"), scratch, env, seconds, limit)
            reading = _reading(scratch / f"{jobname}.log", code, files)
            if code != 0 or not _again(scratch / f"{jobname}.aux", aux, reading):
                break
            aux = (scratch / f"{jobname}.aux").read_bytes()
        if reading.findings:
            raise BuildError(reading.findings)
        return (scratch / f"{jobname}.pdf").read_bytes()


def _reading(log: Path, code: int, files: Mapping[str, str] | None) -> LogReading:
    """The log's findings; a failed run without any is a ToolchainError with the log's end."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    reading = read_log(text, files)
    if code != 0 and not reading.findings:
        tail = " | ".join(line for line in text.splitlines()[-12:] if line.strip())
        raise ToolchainError(f"pdflatex failed with exit code {code}: {tail or 'no log was written'}")
    return reading


def _again(aux: Path, before: bytes, reading: LogReading) -> bool:
    """Whether another run could change the pages: the log asks, and the auxiliary file moved."""
    return reading.rerun and aux.exists() and aux.read_bytes() != before


def typeset_all(jobs: Sequence[Job], date: str) -> dict[str, bytes]:
    """Every job's PDF, set side by side.

    Raises one BuildError with the findings of all jobs, or the first ToolchainError.
    """
    with ThreadPoolExecutor(max_workers=max(1, len(jobs))) as pool:
        running = {
            job.name: pool.submit(typeset, job.tex, job.name, job.assets, date, job.files) for job in jobs
        }
    findings, out = [], {}
    for name, future in running.items():
        error = future.exception()
        if isinstance(error, BuildError):
            findings += [found for found in error.findings if found not in findings]
        else:
            out[name] = future.result()
    if findings:
        raise BuildError(findings)
    return out


def publish(
    folder: Path, outputs: Mapping[str, bytes], ledger: bytes, ledger_name: str = "ledger.json"
) -> None:
    """Put every output in place: all are written beside their places first, then renamed.

    The ledger, which holds the hashes of the others, is renamed last: a stop in between is
    seen by comparing hashes, and repaired by the next run. Raises OSError.
    """
    waiting: list[tuple[Path, Path]] = []
    try:
        for name, data in (*outputs.items(), (ledger_name, ledger)):
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = place.with_name(f".{place.name}.new")
            waiting.append((beside, place))
            beside.write_bytes(data)
        for beside, place in waiting:
            beside.replace(place)
    finally:
        for beside, _ in waiting:
            beside.unlink(missing_ok=True)
