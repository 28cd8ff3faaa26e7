"""Topic and book files to text with positions; nothing in them is interpreted here.

`load_topic` and `load_book` raise one BuildError with all findings of all files they read.
"""

from __future__ import annotations

from pathlib import Path

from generator.errors import BuildError, Finding
from generator.load.entries import TopicReader
from generator.load.fields import Fields, unknown
from generator.load.yaml_nodes import Node, decode, read_nodes
from generator.model import Book, Place, Text, Topic

__all__ = ["load_book", "load_topic"]

BOOK_KEYS = ("title", "date", "parts", "topics")


def load_topic(path: Path | str) -> Topic:
    """The topic in one file. Raises BuildError with all findings of the file."""
    path = Path(path)
    source, node, findings = _read(path)
    reader = TopicReader(path.stem, str(path), source.split("\n"), findings)
    topic = reader.topic(node, source)
    if findings or topic is None:
        raise BuildError(sorted(findings, key=lambda item: (item.place.line, item.place.column)))
    return topic


def load_book(path: Path | str) -> Book:
    """The book in `path` and its topics, from the same folder, in printing order.

    A topic file that the book does not list stands after the last topic of its part.
    Raises BuildError with all findings of the book and of every topic.
    """
    path = Path(path)
    source, node, findings = _read(path)
    reader = Fields(path.stem, str(path), source.split("\n"), findings)
    values = reader.keys(node, BOOK_KEYS, "the book")
    title = reader.required(values, node, "title", reader.words)
    day = reader.required(values, node, "date", reader.date)
    parts = reader.each(values, "parts", reader.words)
    listed = reader.each(values, "topics", lambda item: _topic_name(reader, item, path.parent))
    topics = _load_all(path, [text.value for text in listed], findings)
    _check_names(topics, [text.value for text in parts], findings)
    if not topics and not findings:
        findings.append(_at_start(str(path), "no-topic", "the book has no topic", "list one under `topics:`"))
    if findings or title is None or day is None:
        raise BuildError(findings)
    return Book(title.value, day.value, tuple(topics), tuple(text.value for text in parts), source)


def _at_start(file: str, code: str, message: str, remedy: str = "") -> Finding:
    return Finding(Place(file, 1, 1), code, message, remedy)


def _read(path: Path) -> tuple[str, Node | None, list[Finding]]:
    """Source, root node and findings so far. Raises BuildError where the file cannot be opened."""
    try:
        source = decode(path.read_bytes(), str(path))
    except OSError as error:
        message = f"the file cannot be opened: {error.strerror}"
        raise BuildError([_at_start(str(path), "no-such-file", message)]) from error
    node, findings = read_nodes(source, str(path))
    return source, node, findings


def _load_all(book: Path, listed: list[str], findings: list[Finding]) -> list[Topic]:
    names = list(dict.fromkeys(listed))
    names += sorted(
        item.stem for item in book.parent.glob("*.yaml") if item != book and item.stem not in names
    )
    topics: list[Topic] = []
    for name in names:
        try:
            topic = load_topic(book.parent / f"{name}.yaml")
        except BuildError as error:
            findings.extend(error.findings)
            continue
        position = len(topics)
        if name not in listed and topic.part:
            same = [k for k, other in enumerate(topics) if other.part and _part(other) == _part(topic)]
            position = same[-1] + 1 if same else position
        topics.insert(position, topic)
    return topics


def _part(topic: Topic) -> str:
    return topic.part.text.value if topic.part else ""


def _check_names(topics: list[Topic], parts: list[str], findings: list[Finding]) -> None:
    """Every `see` names a topic of the book, every `part` one of its parts."""
    known = {topic.name for topic in topics}
    for topic in topics:
        lines = topic.source.split("\n")
        for other in topic.see:
            if other.value not in known and not findings:  # a topic that failed to load is missing here
                message = f"no topic is called `{other.value}`"
                findings.append(unknown(lines, other, "unknown-topic", message, known))
        if topic.part and parts and _part(topic) not in parts:
            message = f"the book has no part `{_part(topic)}`"
            findings.append(unknown(lines, topic.part.text, "unknown-part", message, parts))


def _topic_name(fields: Fields, node: Node, folder: Path) -> Text | None:
    text = fields.slug(node)
    if text is not None and not (folder / f"{text.value}.yaml").is_file():
        known = [item.stem for item in folder.glob("*.yaml")]
        message = f"there is no file `{text.value}.yaml` beside the book"
        fields.findings.append(unknown(fields.lines, text, "unknown-topic", message, known))
        return None
    return text
