"""YAML to nodes with positions: the strict subset that keeps LaTeX as it was typed.

YAML's events are read one by one (the scanner keeps its own heap stack, so deep nesting
cannot exhaust ours) and built into nodes here, where everything that could silently change a
formula is refused: quotes, anchors, tags, flow collections, comments behind a value, folded
plain scalars. Scalars stay strings: `y`, `n` and `no` are names, not booleans.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from generator.errors import BuildError, Finding
from generator.model import Place, Text

#: A topic is a page or two; ten times the longest one is refused before YAML sees it.
MAX_BYTES = 400_000
MAX_DEPTH = 8
MAX_FINDINGS = 20

#: libyaml where the wheel has it (eight times faster), PyYAML's own parser elsewhere; the
#: loader is used for its events only, nothing is ever constructed from tags.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BLOCK = "put the value in a block: `|` after the key, and the text as it stands on the next line, indented"

_FLAT = "write it in fewer levels, as the topic format shows"

#: What YAML says (a part common to both of its parsers): our code and message.
_YAML_PROBLEMS = (
    ("mapping values are not allowed", "colon-in-value", "YAML takes `: ` in this line for a second key"),
    (
        "sequence entries are not allowed",
        "yaml-syntax",
        "YAML takes the `- ` at the start of this value for a list",
    ),
    ("escape character", "quoted-value", "between double quotes YAML reads each backslash as an escape"),
    ("quoted scalar", "quoted-value", "YAML takes this quote for the start of a quoted value"),
    ("could not find expected ':'", "yaml-syntax", "this line is neither `key: value` nor a list item"),
    ("block scalar", "yaml-syntax", "YAML takes this `|` or `>` for the start of a block"),
    ("cannot start any token", "yaml-syntax", "YAML gives this first character a meaning of its own"),
    ("did not find expected '-' indicator", "yaml-syntax", "this line breaks the list above it"),
)


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place: kind `scalar` (text, block), `list` (items) or `map` (pairs)."""

    kind: str
    place: Place
    text: Text = field(default_factory=lambda: Text("", "", ((0, 1, 1),)))
    block: bool = False
    flow: bool = False
    items: tuple[Node, ...] = ()
    pairs: tuple[tuple[Text, Node], ...] = ()


def source_finding(
    lines: Sequence[str], place: Place, width: int, code: str, message: str, remedy: str = ""
) -> Finding:
    """A finding about `width` characters at `place`, with its line of the file as excerpt."""
    excerpt = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    caret = max(0, min(place.column - 1, len(excerpt)))
    return Finding(
        place, code, message, remedy, "unreadable", excerpt, caret, max(1, min(width, len(excerpt) - caret))
    )


def decode(data: bytes, file: str) -> str:
    """The text of a file. Raises BuildError: too large, not UTF-8, or characters nobody sees."""
    start = Place(file, 1, 1)
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data)} bytes, more than {MAX_BYTES}"
        raise BuildError([Finding(start, "file-too-large", message, "one topic is one file: split it")])
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"byte {data[error.start]:#04x} is not UTF-8"
        raise BuildError(
            [Finding(Place(file, line, column), "not-utf8", message, "save the file as UTF-8")]
        ) from error
    findings = list(_unseen_characters(source, file))
    if findings:
        raise BuildError(findings[:MAX_FINDINGS])
    return source


def _unseen_characters(source: str, file: str) -> Iterator[Finding]:
    lines = source.split("\n")
    for number, line in enumerate(lines, 1):
        if line.isascii() and line.isprintable():
            continue
        for column, char in enumerate(line, 1):
            code, remedy = _unseen(char, number, column)
            if code:
                name = unicodedata.name(char, f"character U+{ord(char):04X}").lower()
                place = Place(file, number, column)
                found = source_finding(lines, place, 1, code, f"{name} in the text", remedy)
                yield replace(found, excerpt=found.excerpt.replace(char, " "))


def _unseen(char: str, line: int, column: int) -> tuple[str, str]:
    if char == "\t":
        return "tab", "indent and separate with spaces"
    if char == "\r":
        return "carriage-return", "save the file with line ends as Unix has them (LF)"
    if char == "\ufeff":
        first = (line, column) == (1, 1)
        return ("byte-order-mark" if first else "invisible-character"), "save the file as UTF-8 without BOM"
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return "invisible-character", "delete it: what nobody sees cannot be checked by a reader"
    if unicodedata.category(char) == "Zs" and char != " ":
        return "invisible-character", "write an ordinary space"
    return "", ""


def read_nodes(source: str, file: str) -> tuple[Node | None, list[Finding]]:
    """The file's one value and all findings; None where YAML could not go on or nothing is there."""
    builder = _Builder(file, source.split("\n"))
    return builder.document(source), builder.findings


class _Stop(Exception):
    """The structure is not to be trusted from here on; a finding says why."""


class _Builder:
    """Builds nodes from events, collecting findings."""

    def __init__(self, file: str, lines: list[str]) -> None:
        self.file = file
        self.lines = lines
        self.findings: list[Finding] = []
        self.events: Iterator[Any] = iter(())

    def document(self, source: str) -> Node | None:
        self.events = yaml.parse(source, Loader=_LOADER)
        try:
            return self._one_document()
        except _Stop:
            return None
        except yaml.MarkedYAMLError as error:
            self._yaml_error(error)
        except yaml.YAMLError as error:  # the reader's own: a character YAML has no name for
            self._report(Place(self.file, 1, 1), 1, "yaml-syntax", str(error).split("\n")[0], _BLOCK)
        return None

    def _one_document(self) -> Node | None:
        next(self.events)
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            return None
        node = self._node(next(self.events), 0, "")
        next(self.events)
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            place = self._place(event.start_mark)
            self._report(
                place, 3, "second-document", "a second YAML document begins here", "one file, one topic"
            )
        return node

    def _place(self, mark: Any) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _report(self, place: Place, width: int, code: str, message: str, remedy: str) -> None:
        self.findings.append(source_finding(self.lines, place, width, code, message, remedy))

    def _yaml_error(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.context_mark if "scalar" in (error.context or "") else error.problem_mark
        place = self._place(mark or error.problem_mark or error.context_mark)
        if any(item.place.line == place.line for item in self.findings):
            return  # the cause on that line is already reported
        said = f"{error.context} {error.problem}"
        known = [(code, message) for part, code, message in _YAML_PROBLEMS if part in said]
        code, message = known[0] if known else ("yaml-syntax", f"this is not YAML: {error.problem}")
        remedy = _BLOCK if code != "quoted-value" else "write the value without quotes, or " + _BLOCK
        self._report(place, 1, code, message, remedy)

    def _node(self, event: Any, depth: int, key: str) -> Node:
        place = self._place(event.start_mark)
        if depth > MAX_DEPTH:
            self._report(
                place, 1, "nested-too-deep", f"more than {MAX_DEPTH} levels of lists and keys", _FLAT
            )
            raise _Stop
        self._refuse_extras(event, place)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        if event.flow_style and (key != "see" or isinstance(event, yaml.MappingStartEvent)):
            what = "a list" if isinstance(event, yaml.SequenceStartEvent) else "a mapping"
            message = f"YAML reads a value that begins with this bracket as {what}"
            self._report(place, 1, "flow-collection", message, _BLOCK)
            raise _Stop
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(event, place, depth)
        return self._map(place, depth)

    def _refuse_extras(self, event: Any, place: Place) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._report(place, 1, "alias", "YAML reads a value that begins with * as an alias", _BLOCK)
            raise _Stop
        if event.anchor is not None:
            self._report(place, 1, "anchor", "YAML reads a value that begins with & as an anchor", _BLOCK)
        if event.tag is not None:
            self._report(place, 1, "tag", "YAML reads a value that begins with ! as a tag", _BLOCK)

    def _list(self, start: Any, place: Place, depth: int) -> Node:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1, ""))
        return Node("list", place, flow=bool(start.flow_style), items=tuple(items))

    def _map(self, place: Place, depth: int) -> Node:
        pairs: list[tuple[Text, Node]] = []
        seen: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event)
            value = self._node(next(self.events), depth + 1, key.value)
            where = key.at(0)
            if key.value in seen:
                message = f"the key `{key.value}` stands already in line {seen[key.value]}"
                self._report(where, len(key.value), "duplicate-key", message, "keep one of them")
                continue
            seen[key.value] = where.line
            pairs.append((key, value))
        return Node("map", place, pairs=tuple(pairs))

    def _key(self, event: Any) -> Text:
        place = self._place(event.start_mark)
        if not isinstance(event, yaml.ScalarEvent):
            self._report(place, 1, "key-not-a-word", "a key is a word, not a list, mapping or alias", _BLOCK)
            raise _Stop
        self._refuse_extras(event, place)
        if event.style:
            message = "a key is written without quotes"
            self._report(place, 1, "quoted-value", message, f"write {event.value}:")
        return Text(event.value, self.file, ((0, place.line, place.column),))

    def _scalar(self, event: Any, place: Place) -> Node:
        if event.style in ("'", '"'):
            why = (
                "double quotes turn \\b into a backspace"
                if event.style == '"'
                else "single quotes double a prime"
            )
            message = f"a value is written without quotes ({why})"
            self._report(place, 1, "quoted-value", message, "take the quotes away, or " + _BLOCK)
        if event.style in ("|", ">"):
            return self._block(event, place)
        text = Text(event.value, self.file, ((0, place.line, place.column),))
        if not event.style and not event.anchor and not event.tag:
            self._check_plain(event, place)
        return Node("scalar", place, text)

    def _check_plain(self, event: Any, place: Place) -> None:
        end = event.end_mark
        if end.line != event.start_mark.line:
            message = "a value over several lines goes in a block"
            self._report(place, 1, "plain-over-lines", message, "put it in a block after `>-`, indented")
            return
        line = self.lines[end.line]
        if line[event.start_mark.column : end.column] != event.value:
            message = "YAML changes this value while reading it"
            self._report(place, 1, "plain-changed", message, _BLOCK)
        rest = line[end.column :]
        if rest.lstrip().startswith("#"):
            column = end.column + len(rest) - len(rest.lstrip()) + 1
            message = "YAML takes the end of this line for a comment, and drops it"
            remedy = "put the comment on a line of its own; where it belongs to the value, " + _BLOCK
            self._report(Place(self.file, end.line + 1, column), 1, "comment-behind-value", message, remedy)

    def _block(self, event: Any, place: Place) -> Node:
        """A block's text, taken from the source lines themselves; must equal what YAML made of it."""
        if not event.value.strip("\n"):
            return Node("scalar", place, Text("", self.file, ((0, place.line, place.column),)), block=True)
        raw, first, indent = self._block_lines(place.line)
        joiner = "\n" if event.style == "|" else " "
        value, marks = "", []
        for offset, line in enumerate(raw):
            if offset and line:
                value += joiner if event.style == "|" or raw[offset - 1] else ""
            elif offset:
                value += "\n"
            marks.append((len(value), first + offset, indent + 1))
            value += line
        if event.value.rstrip("\n") != value:
            message = "YAML changes the layout of this block while reading it"
            remedy = "start all lines of a `>-` block at one column, without an indentation number"
            self._report(place, 1, "block-layout", message, remedy)
        text = Text(value, self.file, tuple(marks) or ((0, place.line, place.column),))
        return Node("scalar", place, text, block=True)

    def _block_lines(self, header: int) -> tuple[list[str], int, int]:
        """The block's lines without indentation, the first one's number, and the indentation."""
        indent, raw = 0, []
        for line in self.lines[header:]:
            here = len(line) - len(line.lstrip(" "))
            if line.strip(" "):
                indent = indent or here
                if here < indent or not here:
                    break
            raw.append(line[indent:] if indent else "")
        while raw and not raw[-1].strip(" "):
            raw.pop()
        return raw, header + 1, indent
