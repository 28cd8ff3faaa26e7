"""The final .tex of handbook and slides: strict templates over views of a verified book.

Templates print `Tex` as it stands and escape every other string; content is never a
template. `maths_shifts` lists every piece of mathematics in a final .tex, so that each can
be held against the ledger.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import BuildError, Finding, InternalError
from generator.model import VerifiedBook
from generator.render.audited import AuditPages, audit_pages
from generator.render.board import Board, numbers
from generator.render.chips import Speller, written
from generator.render.contents import contents_pages
from generator.render.escape import Tex, escape, pdf_string
from generator.render.rows import TopicPage
from generator.render.seals import LEGEND, made_words, tally

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
LICENCE = "Text and formulas: CC BY 4.0. The program: MIT. The sources come with it."
CLAIM = "Every formula verified from the printed text itself, or it would not be here."
#: Results on one sheet.
SHEET_RESULTS = 12
#: Kinds of maths that claim nothing: they repeat what stands in a relation.
REPEATING = ("expression", "symbol", "condition")
#: The form in which maths made by the program reaches a page.
GENERATED = "wbmade"
_SHIFT = re.compile(r"\\(formulalines|formula\*|formula|wbmath|wbmade)\{")
_LAYOUT = re.compile(r"\\wb(?:align|break) ")
_BARE = re.compile(
    r"(?<!\\)(?:\\\\)*(?:\$|\\[(\[]|\\begin\{(?:equation|align|gather|math|displaymath)\*?\}|\\ensuremath)"
)


@dataclass(frozen=True, slots=True)
class Shift:
    """One piece of mathematics in a final .tex: its form and its characters."""

    form: str
    latex: str


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An outline entry; a part holds `count` topics below it (negative: folded)."""

    dest: str
    count: int
    title: Tex


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the results at a glance."""

    page: int
    topics: tuple[TopicPage, ...]


@dataclass(frozen=True, slots=True)
class BookPages:
    """Everything that the handbook prints around and on its topic pages."""

    title: Tex
    pdf_title: Tex
    date: str
    claim: str
    licence: str
    mark: Tex
    hash: str
    versions: tuple[tuple[str, str], ...]
    legend: tuple[tuple[str, str, str], ...]
    conventions: tuple[tuple[str, Tex, tuple[int, ...]], ...]
    contents: tuple[tuple[int, int], ...]  # topics on each page of contents: from, to
    reading_page: int
    sheets: tuple[Sheet, ...]
    glance_line: str
    topics: tuple[TopicPage, ...]
    audit: AuditPages | None
    closing_page: int
    bookmarks: tuple[Bookmark, ...]
    totals: tuple[tuple[str, int, str], ...]
    repeated: int


def _environment() -> Environment:
    """Strict Jinja: undefined names fail, Tex passes, any other string is escaped."""
    import jinja2
    from markupsafe import Markup

    def finalise(value: object) -> object:
        if isinstance(value, Tex):
            return Markup(value.source)
        if isinstance(value, Markup | jinja2.Undefined):
            return value
        if isinstance(value, str):
            return Markup(escape(value).source)
        if isinstance(value, int | float):
            return Markup(value)
        raise InternalError(f"a template printed a {type(value).__name__}")

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=finalise,
        keep_trailing_newline=True,
        auto_reload=False,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    for name in ("safe", "e", "escape", "forceescape"):
        environment.filters.pop(name, None)
    environment.globals["tex"] = Tex
    return environment


def topic_pages(book: VerifiedBook, first: int, spell: Speller) -> tuple[TopicPage, ...]:
    """The views of all topics, the first on page `first`, one behind the other.

    Raises BuildError with everything wrong in sentences and references of all topics.
    """
    topics = [verified.topic for verified in book.topics]
    known = numbers(topics)
    boards = [Board(verified, no, known, {}, spell) for no, verified in enumerate(book.topics, 1)]
    titles = {board.name: (board.no, board.sentence(board.verified.topic.title)) for board in boards}
    out: list[TopicPage] = []
    findings: list[Finding] = []
    page = first
    for board in boards:
        board.titles = titles
        board.errors.clear()
        try:
            out.append(board.page(page))
        except BuildError as error:
            findings += error.findings
        page += board.verified.topic.pages
    if findings:
        raise BuildError(findings)
    return tuple(out)


def _sheets(topics: Sequence[TopicPage], first: int) -> tuple[Sheet, ...]:
    """The results at a glance, on as few sheets as hold them, evenly; one sheet for a usual book."""
    groups = _grouped(topics, SHEET_RESULTS)
    for most in range(1, SHEET_RESULTS):
        even = _grouped(topics, most)
        if len(even) == len(groups):
            groups = even
            break
    return tuple(Sheet(first + k, tuple(group)) for k, group in enumerate(groups))


def _grouped(topics: Sequence[TopicPage], most: int) -> list[list[TopicPage]]:
    """Topics in a row, with at most so many results together; one with more stands alone."""
    groups: list[list[TopicPage]] = [[]]
    used = 0
    for topic in topics:
        if used and used + len(topic.result) > most:
            groups.append([])
            used = 0
        groups[-1].append(topic)
        used += len(topic.result)
    return groups


def _conventions(topics: Sequence[TopicPage]) -> tuple[tuple[str, Tex, tuple[int, ...]], ...]:
    """Name, sentence and topics of every convention in force, by name."""
    where: dict[str, list[int]] = {}
    sentences: dict[str, Tex] = {}
    for topic in topics:
        for name, sentence in topic.conventions:
            where.setdefault(name, []).append(topic.no)
            sentences[name] = sentence
    return tuple((name, sentences[name], tuple(where[name])) for name in sorted(where))


def _bookmarks(topics: Sequence[TopicPage]) -> tuple[Bookmark, ...]:
    """Parts (where there are any) with their topics below them."""
    out: list[Bookmark] = []
    for position, topic in enumerate(topics):
        part = topic.part_plain
        if part and (position == 0 or topics[position - 1].part_plain != part):
            run = 0
            while position + run < len(topics) and topics[position + run].part_plain == part:
                run += 1
            out.append(Bookmark(f"topic.{topic.no}", run, pdf_string(part)))
        out.append(Bookmark(f"topic.{topic.no}", 0, topic.bookmark))
    return tuple(out)


def book_pages(book: VerifiedBook, spell: Speller | None = None, licence: str = LICENCE) -> BookPages:
    """The whole handbook as views. Page numbers are known before TeX runs: budgets are fixed.

    Raises BuildError for sentences and references that cannot be printed.
    """
    spell = spell or written
    contents = contents_pages([t.topic.part.text.value if t.topic.part else "" for t in book.topics])
    front = len(contents) + 2
    topics = topic_pages(book, front + len(_sheets(topic_pages(book, 1, spell), front)), spell)
    last = topics[-1].page + topics[-1].pages if topics else front
    audit = audit_pages(book.audit, topics, last)
    version = dict(book.versions).get("proofboard", "")
    mark = f"Proofboard {version}".strip() + f" \u00b7 content {book.content_hash[:8]}"
    verdicts = [verdict for verified in book.topics for verdict in verified.verdicts]
    statuses = Counter(v.status for v in verdicts if v.kind not in REPEATING)
    return BookPages(
        title=made_words(book.title),
        pdf_title=pdf_string(book.title),
        date=book.date,
        claim=CLAIM,
        licence=licence,
        mark=made_words(mark),
        hash=book.content_hash,
        versions=book.versions,
        legend=LEGEND,
        conventions=_conventions(topics),
        contents=contents,
        reading_page=front - 1,
        sheets=_sheets(topics, front),
        glance_line=f"{len(topics)} derivations and what they end in" if topics[1:] else "what it ends in",
        topics=topics,
        audit=audit,
        closing_page=last + (len(audit.sheets) if audit else 0),
        bookmarks=_bookmarks(topics),
        totals=tally(statuses.elements()),
        repeated=len(verdicts) - statuses.total(),
    )


def render_handbook(
    book: VerifiedBook, paper: str = "a4", gray: bool = False, spell: Speller | None = None
) -> str:
    """The final handbook.tex. `paper` is a4 or letter; both break at the same words.

    `spell` gives the LaTeX of a condition in the symbols block. Raises BuildError for what
    cannot be printed, InternalError where a formula comes without a verdict.
    """
    if paper not in ("a4", "letter"):
        raise InternalError(f"no paper named {paper}")
    template = _environment().get_template("handbook.tex.j2")
    return _checked(template.render(book=book_pages(book, spell), paper=paper, gray=gray))


def render_slides(book: VerifiedBook, gray: bool = False, spell: Speller | None = None) -> str:
    """The final slides.tex: the same rows on 160 x 90 mm, revealed one by one."""
    template = _environment().get_template("slides.tex.j2")
    return _checked(template.render(book=book_pages(book, spell), gray=gray))


def _checked(tex: str) -> str:
    """The document, after a look that no mathematics stands outside the five forms."""
    maths_shifts(tex)
    return tex


def shifts(tex: str) -> list[Shift]:
    """Every piece of mathematics of a final .tex in order, with the form that prints it.

    Raises InternalError where mathematics stands outside these forms or a brace is open.
    """
    body = tex[tex.find(r"\begin{document}") :]
    out, at, outside = [], 0, []
    for match in _SHIFT.finditer(body):
        if match.start() < at:
            continue
        end = _closing(body, match.end())
        out.append(Shift(match.group(1), _LAYOUT.sub("", body[match.end() : end])))
        outside.append(body[at : match.start()])
        at = end + 1
    outside.append(body[at:])
    bare = next((found for piece in outside if (found := _BARE.search(piece))), None)
    if bare:
        raise InternalError(f"mathematics outside the printing forms: {bare.group()!r}")
    return out


def _closing(tex: str, start: int) -> int:
    """The offset of the brace that closes the one before `start`."""
    depth = 1
    for match in re.finditer(r"\\.|[{}]", tex[start:], re.S):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if depth == 0:
            return start + match.start()
    raise InternalError("a formula in the final .tex is not closed")


def maths_shifts(tex: str) -> list[str]:
    """The characters of every piece of mathematics of a final .tex, in order."""
    return [shift.latex for shift in shifts(tex)]
