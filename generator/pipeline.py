"""From content to pages: load, read, verify, require, render, typeset, publish.

Each stage takes plain data and gives plain data back. What is wrong with the content is
collected on the way, so that one run shows all of it; `require` is the gate behind
which nothing unverified exists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.audit.record import audited
from generator.cache import VerdictCache, key
from generator.errors import BuildError, ContentError, Finding, InternalError, ToolchainError
from generator.fingerprint import checker_digest, digest, versions
from generator.job import Job
from generator.ledger import conditions, ledger
from generator.load import load_book, load_topic
from generator.model import Book, Place, Topic, Verdict, VerifiedBook
from generator.notation.topic import read_topic
from generator.notation.tree import Expr, ReadTopic
from generator.notation.unparse import as_latex
from generator.parallel import Lost, each

#: The date of outputs made without a book: any constant will do, the clock will not.
UNDATED = "2000-01-01"

#: Seconds after which a topic's check is taken to hang. Work is bounded by counts, so this is a bug.
HANG = 900.0

#: Called with the topic just verified, how many are done, and of how many.
Tell = Callable[[str, int, int], None]


@dataclass(slots=True)
class Checked:
    """What a check found: the topics that could be read, their verdicts, and everything wrong."""

    topics: list[ReadTopic] = field(default_factory=list)
    verdicts: dict[str, tuple[Verdict, ...]] = field(default_factory=dict)  # by the topic's name
    findings: list[Finding] = field(default_factory=list)
    order: list[str] = field(default_factory=list)  # of the files, for the findings
    verified: VerifiedBook | None = None

    @property
    def relations(self) -> list[Verdict]:
        """All verdicts in printing order."""
        return [v for topic in self.topics for v in self.verdicts.get(topic.topic.name, ())]


def check(job: Job, tell: Tell | None = None) -> Checked:
    """Load, read and verify; findings are returned, not raised. Raises InternalError."""
    found = Checked()
    book = load(job, found)
    read(book, found)
    verify(found, job, tell)
    require(book, found)
    return found


def build(job: Job, tell: Tell | None = None) -> Checked:
    """Check everything and publish the documents.

    Raises BuildError with all findings, in which case the outputs are as they were before,
    ToolchainError where TeX is missing or failed, InternalError for a bug of ours.
    """
    inputs = _inputs(job)
    found = check(job, tell)
    if found.verified is None:
        raise BuildError(found.findings)
    if job.audit is not None:
        audit = audited(job.audit, [verified.topic for verified in found.verified.topics])
        found.verified = replace(found.verified, audit=audit)
    documents = render(found.verified, job)
    made = account(documents, found.verified)
    try:
        pages = typeset(documents, found.verified, job)
        publish(found.verified, documents | pages, made, job, inputs)
    except OSError as error:  # a full disk, a folder that may not be written
        raise ToolchainError(f"{error.filename}: cannot be written: {error.strerror}") from error
    return found


def load(job: Job, found: Checked) -> Book:
    """The book, or the named topics as one; those that cannot be loaded are findings."""
    found.order = [str(path) for path in job.sources]
    if job.book is None:
        topics = _load_topics([Path(file) for file in job.files], found)
        title = topics[0].title.text.value if topics else ""
        return Book(title, UNDATED, tuple(topics))
    try:
        book = load_book(str(job.book))
        found.order = [topic.file for topic in book.topics]
        return book
    except BuildError as error:
        found.findings.extend(error.findings)
    except OSError as error:
        found.findings.append(_unreadable(str(job.book), error))
        return Book("", UNDATED, ())
    # One unreadable topic must not hide what is wrong with the others.
    others = [path for path in job.sources if path != job.book]
    return Book("", UNDATED, tuple(_load_topics(others, Checked())))


def _load_topics(paths: Sequence[Path], found: Checked) -> list[Topic]:
    topics = []
    for path in paths:
        try:
            topics.append(load_topic(str(path)))
        except BuildError as error:
            found.findings.extend(error.findings)
        except ContentError as error:
            found.findings.append(error.finding)
        except OSError as error:
            found.findings.append(_unreadable(str(path), error))
    return topics


def _unreadable(file: str, error: OSError) -> Finding:
    reason = (error.strerror or str(error)).lower()
    return Finding(Place(file, 1, 1), "file-unreadable", f"this file cannot be read: {reason}")


def _inputs(job: Job) -> str:
    """The hash of what the outputs are made from; empty where it cannot be told."""
    try:
        return job.inputs()
    except OSError:
        return ""


def read(book: Book, found: Checked) -> None:
    """Every formula of the book as typed expressions; topics that cannot be read are findings."""
    for topic in book.topics:
        try:
            found.topics.append(read_topic(topic))
        except BuildError as error:
            found.findings.extend(error.findings)
        except ContentError as error:
            found.findings.append(error.finding)


def verify(found: Checked, job: Job, tell: Tell | None) -> None:
    """A verdict for every relation: remembered where nothing has changed, else made by workers."""
    remembered = VerdictCache(job.cache)
    checker = checker_digest()
    keys = {topic.topic.name: key(topic.topic, checker, job.routes) for topic in found.topics}
    fresh = []
    for topic in found.topics:
        name = topic.topic.name
        verdicts = remembered.get(keys[name])
        if verdicts is not None and covers(verdicts, topic):
            found.verdicts[name] = verdicts
        else:
            fresh.append(topic)
    if not fresh and found.topics:
        _canary()  # in every build, also where all verdicts are remembered
    # The longest first, so that the workers finish together.
    fresh.sort(key=lambda topic: -len(topic.statements))
    items = [(topic, job.routes) for topic in fresh]
    for done, (index, result) in enumerate(each(verify_one, items, job.processes, HANG), 1):
        name = fresh[index].topic.name
        if isinstance(result, Lost):
            found.findings.append(_lost(fresh[index].topic, result))
            continue
        found.verdicts[name] = result.verdicts
        found.findings.extend(result.findings)
        remembered.put(keys[name], () if result.findings else result.verdicts)
        if tell is not None:
            tell(name, done, len(fresh))


def covers(verdicts: tuple[Verdict, ...], topic: ReadTopic) -> bool:
    """Whether remembered verdicts speak of every statement that was read just now."""
    statements = [*topic.statements, *(wrong for _, wrong in topic.traps)]
    return {statement.id for statement in statements} <= {verdict.id for verdict in verdicts}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answers about one topic."""

    verdicts: tuple[Verdict, ...] = ()
    findings: tuple[Finding, ...] = ()


def verify_one(item: tuple[ReadTopic, str]) -> Answer:
    """The verdicts of one topic, made in this process once its checker has refuted the canary."""
    from generator import verify as checker  # loads the number systems, which only workers need

    topic, routes = item
    _canary()
    try:
        return Answer(tuple(checker.verify_topic(topic, checker.Options(routes=routes))))
    except BuildError as error:
        return Answer(findings=error.findings)
    except ContentError as error:
        return Answer(findings=(error.finding,))


@cache
def _canary() -> None:
    """Refute the planted wrong formula, once a process. Raises InternalError if it passes."""
    from generator.verify import canary

    canary()


def _lost(topic: Topic, lost: Lost) -> Finding:
    """A dead worker leaves its topic undecided. Raises InternalError for our own bugs and hangs."""
    if lost.why != "died":
        raise InternalError(f"{topic.name}: {lost.text}")
    message = f"the process that checked this topic ended ({lost.text}); too little memory is the usual cause"
    return Finding(
        Place(topic.file, 1, 1), "checker-died", message, "less work at a time: --workers 1", "undecided"
    )


def require(book: Book, found: Checked) -> None:
    """Pass the gate: `found.verified` is set only if nothing at all is wrong."""
    from generator.verify import require as gate

    read_names = {topic.topic.name for topic in found.topics if topic.topic.name in found.verdicts}
    whole = replace(book, topics=tuple(topic for topic in book.topics if topic.name in read_names))
    pairs = [(t, found.verdicts[t.topic.name]) for t in found.topics if t.topic.name in read_names]
    if not pairs and not found.findings:
        found.findings.append(_empty(book))
    try:
        verified = gate(whole, pairs)
    except BuildError as error:
        found.findings.extend(error.findings)
    if found.findings:
        found.findings = in_order(found.findings, found.order)
        return
    sources = digest("\0".join([book.source, *(topic.source for topic in book.topics)]))
    found.verified = replace(verified, content_hash=sources, versions=versions())


def _empty(book: Book) -> Finding:
    """Nothing to verify is not success."""
    return Finding(Place(book.title or "content", 1, 1), "no-topics", "there is no topic here to verify")


def in_order(findings: Sequence[Finding], files: Sequence[str]) -> list[Finding]:
    """Findings without repetition, by file in the book's order, then by place."""
    rank = {file: position for position, file in enumerate(files)}
    return sorted(
        dict.fromkeys(findings),
        key=lambda item: (rank.get(item.place.file, -1), item.place.file, item.place.line, item.place.column),
    )


def render(book: VerifiedBook, job: Job) -> dict[str, bytes]:
    """The final .tex of both documents, by output name."""
    from generator.render.document import render_handbook, render_slides

    return {
        "tex/handbook.tex": render_handbook(book, job.paper, job.gray, spell).encode(),
        "tex/slides.tex": render_slides(book, job.gray, spell).encode(),
    }


def spell(condition: Expr) -> str:
    """A condition of the symbols block as LaTeX, from its tree."""
    return as_latex(condition)


def typeset(documents: dict[str, bytes], book: VerifiedBook, job: Job) -> dict[str, bytes]:
    """Both PDFs, set side by side, by output name. Raises ToolchainError, BuildError."""
    from generator.render.figures import draw_all
    from generator.render.typeset import Job as Setting
    from generator.render.typeset import typeset_all

    files = {topic.topic.name: topic.topic.file for topic in book.topics}
    with TemporaryDirectory(prefix="proofboard-") as scratch:
        known = job.cache.parent / "figures" if job.cache is not None else None
        figures = draw_all(book, Path(scratch), job.gray, known)
        settings = [
            Setting(name, documents[f"tex/{name}.tex"].decode(), figures, files)
            for name in ("handbook", "slides")
        ]
        pages = typeset_all(settings, book.date)
    return {f"{name}.pdf": page for name, page in pages.items()}


def account(documents: dict[str, bytes], book: VerifiedBook) -> dict[str, list[str]]:
    """The maths that the program itself made, by document, once all the rest is found recorded.

    This closes the circle: whatever a template did, each formula in the final .tex is one
    that was verified. Raises InternalError with those that are not.
    """
    from generator.render.document import GENERATED, shifts

    recorded = {verdict.latex for topic in book.topics for verdict in topic.verdicts}
    recorded |= {record["latex"] for topic in book.topics for record in conditions(topic)}
    made: dict[str, list[str]] = {}
    for name, tex in documents.items():
        pieces = shifts(tex.decode())
        strange = [piece.latex for piece in pieces if piece.form != GENERATED and piece.latex not in recorded]
        if strange:
            raise InternalError(f"{name} prints formulas that nobody verified: {strange[:5]}")
        made[name] = [piece.latex for piece in pieces if piece.form == GENERATED]
    return made


def publish(
    book: VerifiedBook, outputs: dict[str, bytes], made: dict[str, list[str]], job: Job, inputs: str
) -> None:
    """Write every output beside its place and rename it there; the ledger, with their hashes, last."""
    from generator.render.typeset import publish as put

    # Content edited meanwhile: the outputs are right, but must not be taken for those of the new content.
    inputs = inputs if inputs == _inputs(job) else ""
    hashes = {name: digest(data) for name, data in outputs.items()}
    put(job.folder, outputs, ledger(book, inputs, job.options, hashes, made))
