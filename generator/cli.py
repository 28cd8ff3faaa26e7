"""The commands. Each imports what it needs when it runs: `--help` must not wait for mathematics."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from generator.job import Job
    from generator.pipeline import Checked

BOOK = "content/book.yaml"

#: Exit codes, besides those of BuildError.exit_code (1 refuted or undecided, 3 not readable, 4 toolchain).
SURVIVED, USAGE, TOOLCHAIN, BUG, INTERRUPTED, CLOSED = 1, 2, 4, 70, 130, 141

#: Trees live as long as the run, and a search for dead ones among them costs a tenth of it: seldom, then.
COLLECTED = (50_000, 20, 50)

_FILES = click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False))
_NO_CACHE = click.option("--no-cache", is_flag=True, help="Verify everything anew; for releases.")
_WORKERS = click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help="Processes to verify with (default: one a processor).",
)
_ROUTES = click.option("--routes", type=click.Choice(["all", "numeric"]), default="all", hidden=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show the traceback of a bug of ours.")
@click.version_option(package_name="proofboard", message="%(prog)s %(version)s")
def main(debug: bool) -> None:
    """Maths handbooks whose every formula was verified from the printed LaTeX itself.

    Without FILES the commands work on the book of this folder, content/book.yaml.
    """
    import signal

    signal.signal(signal.SIGTERM, _terminated)


@main.command()
@_FILES
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option("--gray", is_flag=True, help="For printing without colour.")
@_NO_CACHE
@_WORKERS
@_ROUTES
def build(
    files: tuple[str, ...], paper: str, gray: bool, no_cache: bool, workers: int | None, routes: str
) -> None:
    """Verify everything, then make handbook, slides and ledger in build/."""
    from pathlib import Path

    from generator.job import Job

    job = Job(_named(files), Path("build"), paper, gray, not no_cache, workers or 0, routes)
    if job.is_done():
        click.echo("build/ is up to date")
        return
    from generator import pipeline
    from generator.errors import BuildError, ToolchainError
    from generator.report import Progress, summary

    progress = Progress()
    try:
        found = pipeline.build(job, progress)
    except (BuildError, ToolchainError):
        progress.clear()
        kept = (job.folder / "ledger.json").exists()
        click.echo(
            "nothing was printed; " + ("build/ is as it was before" if kept else "build/ has no documents")
        )
        raise
    progress.clear()
    click.echo(summary(found.relations, len(found.topics)))
    click.echo("build/handbook.pdf  build/slides.pdf  build/ledger.json")


@main.command()
@_FILES
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for editors and scripts.")
@_NO_CACHE
@_WORKERS
@_ROUTES
def check(files: tuple[str, ...], as_json: bool, no_cache: bool, workers: int | None, routes: str) -> None:
    """Verify FILES, or the book, without printing; needs no TeX."""
    from generator import pipeline
    from generator.errors import BuildError
    from generator.job import Job
    from generator.ledger import answer
    from generator.report import Progress

    job = Job(_named(files), cached=not no_cache, workers=workers or 0, routes=routes)
    progress = Progress()
    found = pipeline.check(job, None if as_json else progress)
    progress.clear()
    if as_json:
        click.echo(answer(found.relations, found.findings), nl=False)
        if found.findings:
            sys.exit(BuildError(found.findings).exit_code)
        return
    _tell(found)
    if found.findings:
        raise BuildError(found.findings)


def _tell(found: Checked) -> None:
    from generator.report import summary

    if not found.findings:
        click.echo(f"all verified: {summary(found.relations, len(found.topics))}")


@main.command()
@click.argument("relation", metavar="ID")
@click.option("--proof", is_flag=True, help="Show the proof for all sizes, step by step.")
def explain(relation: str, proof: bool) -> None:
    """Show how a formula was read and how it is known; ID is topic/name or topic."""
    from generator import pipeline
    from generator.errors import BuildError
    from generator.job import Job
    from generator.report import explanation, proof_rows

    job = Job((_topic_file(relation.partition("/")[0]),))
    found = pipeline.check(job)
    wanted = [
        v for v in found.relations if relation in (v.id, v.id.partition("/")[0], v.id.partition("#")[0])
    ]
    if wanted:
        from generator.verify.closeup import closeup

        close = {v.id: [row for topic in found.topics for row in closeup(topic, v.id)] for v in wanted}
        for verdict in wanted if proof else ():
            close[verdict.id] += proof_rows(verdict)
        click.echo("\n\n".join(explanation(v, close[v.id]) for v in wanted))
    if found.findings:
        raise BuildError(found.findings)
    if not wanted:
        raise click.UsageError(f"no relation {relation}{_nearest(relation, [v.id for v in found.relations])}")


@main.command()
@click.argument("name")
def new(name: str) -> None:
    """Start a topic: writes content/NAME.yaml (or NAME.yaml here)."""
    from generator.scaffold import scaffold

    path = scaffold(name, _last_part())
    click.echo(f"{path.as_posix()} written; check it:  proofboard check {path.as_posix()}")


def _last_part() -> str:
    """The book's last part; empty without a book, or where it cannot be read."""
    from generator.errors import BuildError
    from generator.load import load_book

    try:
        parts = load_book(BOOK).parts if _has_book() else ()
    except BuildError:
        return ""
    return parts[-1] if parts else ""


@main.command()
@_FILES
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Only N mutants, chosen by --seed.")
@click.option("--seed", type=int, default=0, show_default=True, help="What the sample is chosen by.")
@click.option("--record", is_flag=True, help="Keep the totals, for the page in the book.")
@click.option(
    "--seeds",
    type=click.IntRange(1),
    metavar="N",
    help="No mutants: every statement at the points of N other seeds instead.",
)
@_WORKERS
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for scripts.")
def audit(
    files: tuple[str, ...],
    sample: int | None,
    seed: int,
    record: bool,
    seeds: int | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Change every formula by one slip at a time: what is wrong must not pass."""
    from generator.job import Job

    if sum((sample is not None, record, seeds is not None)) > 1:
        raise click.UsageError("--sample, --record and --seeds exclude one another")
    if record and files:
        raise click.UsageError("--record is for the whole book: leave the files out")
    job = Job(_named(files), workers=workers or 0)
    passed = _steady(job, seeds, as_json) if seeds else _mutants(job, sample or 0, seed, record, as_json)
    if not passed:
        sys.exit(SURVIVED)


def _mutants(job: Job, sample: int, seed: int, record: bool, as_json: bool) -> bool:
    """Audit, tell, and keep the totals where they are wanted; whether nothing was found."""
    from generator.audit import report
    from generator.audit.record import kept
    from generator.audit.run import audit as run_audit
    from generator.audit.run import topics_of
    from generator.report import Progress

    progress = Progress()
    found = run_audit(job.files, job.processes, sample, seed, None if as_json else progress)
    progress.clear()
    click.echo(report.as_json(found) if as_json else report.as_text(found) + "\n", nl=False)
    if record and job.audit is not None:
        if found.faults:
            click.echo(f"nothing was written to {job.audit.as_posix()}", err=True)
        else:
            kept(job.audit, found.counts("topic"), topics_of())
            click.echo(f"{job.audit.as_posix()} written", err=as_json)
    return not found.faults


def _steady(job: Job, seeds: int, as_json: bool) -> bool:
    """Verify under other seeds and tell; whether no verdict differed."""
    from generator.audit import seeds as other
    from generator.audit.run import topics_of
    from generator.report import Progress

    progress = Progress()
    tell = None if as_json else progress
    found = other.steadiness(topics_of(job.files), seeds, job.processes, tell)
    progress.clear()
    click.echo(other.as_json(found) if as_json else other.as_text(found) + "\n", nl=False)
    return not found.alarms


@main.command()
@_FILES
@_WORKERS
@click.option("--once", is_flag=True, hidden=True, help="Stop after the first check.")
def watch(files: tuple[str, ...], workers: int | None, once: bool) -> None:
    """Check again whenever the content changes; Ctrl-C ends it."""
    from generator.job import Job
    from generator.watch import watch as follow

    follow(Job(_named(files), workers=workers or 0), once)


def _has_book() -> bool:
    return os.path.isfile(BOOK)  # noqa: PTH113  pathlib costs `--help` a tenth of its time


def _named(files: tuple[str, ...]) -> tuple[str, ...]:
    """The files as given, or none where the book of this folder is meant. Raises UsageError."""
    if not files and not _has_book():
        raise click.UsageError(f"there is no {BOOK} here: name the topic files to work on")
    return files


def _topic_file(topic: str) -> str:
    """The file of a topic by its name. Raises UsageError with the nearest name."""
    from pathlib import Path

    for path in (Path("content") / f"{topic}.yaml", Path(f"{topic}.yaml")):
        if path.is_file():
            return str(path)
    names = [path.stem for folder in ("content", ".") for path in Path(folder).glob("*.yaml")]
    raise click.UsageError(f"no topic {topic} in content/ or here{_nearest(topic, names)}")


def _nearest(word: str, words: list[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(word, words, 1)
    return f"; did you mean {found[0]}?" if found else ""


def _terminated(number: int, frame: object) -> None:
    raise SystemExit(128 + number)  # unwinds, so that no child process is left


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the code that the manual documents."""
    given = sys.argv[1:] if arguments is None else arguments
    gc.set_threshold(*COLLECTED)
    try:
        code = main.main(given, prog_name="proofboard", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = USAGE
    except BrokenPipeError:  # the reader of our output, `head` for one, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = CLOSED
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001  whatever it is, the reader gets words and a documented code
        code = _failed(error, "--debug" in given)
    sys.exit(code)


def _failed(error: Exception, debug: bool) -> int:
    """Say what went wrong, as a line of words; the exit code for it."""
    from generator.errors import BuildError, InternalError, ToolchainError

    if isinstance(error, BuildError):
        from generator.report import errors

        click.echo(errors(error.findings), err=True)
        return error.exit_code
    if isinstance(error, ToolchainError):
        click.echo(str(error), err=True)
        return TOOLCHAIN
    if debug:
        import traceback

        traceback.print_exception(error)
    name = "" if isinstance(error, InternalError) else f"{type(error).__name__}: "
    line = (str(error).strip().splitlines() or [""])[-1]
    click.echo(f"a bug in proofboard, not in your content: {name}{line}", err=True)
    click.echo("please report it with the output of the same command after `proofboard --debug`", err=True)
    return BUG
