"""Check again whenever the content changes, in one process that stays warm."""

from __future__ import annotations

import time

import click

from generator import pipeline
from generator.errors import BuildError
from generator.fingerprint import content_digest
from generator.job import Job
from generator.report import Progress, errors, summary

#: Seconds between two looks at the content. Looking is reading and hashing: no watcher library is needed.
PAUSE = 0.3


def watch(job: Job, once: bool = False) -> None:
    """Check `job` now and after every change of its files, until interrupted. Raises InternalError."""
    seen = ""
    while True:
        now = _state(job)
        if now != seen:
            seen = now
            _check(job)
            if once:
                return
        time.sleep(PAUSE)


def _state(job: Job) -> str:
    try:
        return content_digest(job.sources)
    except OSError:  # an editor is replacing the file; the next look will find it
        return ""


def _check(job: Job) -> None:
    progress = Progress()
    try:
        found = pipeline.check(job, progress if progress.live else None)
    except BuildError as error:
        progress.clear()
        click.echo(errors(error.findings))
        return
    progress.clear()
    if found.findings:
        click.echo(errors(found.findings))
    else:
        click.echo(f"all verified: {summary(found.relations, len(found.topics))}")
