r"""Index expressions in a script: how many there are, where each stands, and each one read."""

from __future__ import annotations

from collections.abc import Collection

from generator.notation.cursor import Reader, Span
from generator.notation.tree import Expr


def split(reader: Reader, span: Span, choices: Collection[int]) -> list[Span] | None:
    """The index spans in a script, or None where their number fits none of `choices`."""
    pieces: list[Span] = []
    depth, begin = 0, span[0]
    for index in range(*span):
        text = reader.texts[index]
        depth += (text in "([{") - (text in ")]}")
        if text == "," and not depth:
            pieces.append((begin, index))
            begin = index + 1
    pieces.append((begin, span[1]))
    if len(pieces) > 1:
        return pieces if len(pieces) in choices and all(a < b for a, b in pieces) else None
    length = span[1] - span[0]
    kinds = {reader.kind_at(index) for index in range(*span)}
    if length > 1 and kinds <= {"letter", "digit", "greek"}:
        if kinds == {"digit"} and 1 in choices and length not in choices:
            return [span]
        if length in choices and not (1 in choices and reader.kind_at(span[0]) == "digit"):
            return [(index, index + 1) for index in range(*span)]
        return (
            [span] if 1 in choices and reader.kind_at(span[0]) == "digit" and length not in choices else None
        )
    return [span] if 1 in choices else None


def index_spans(reader: Reader, span: Span, choices: Collection[int]) -> list[Span]:
    """The index expressions in a subscript: split at commas, else one a token, else one.

    Raises ContentError index-arity where their number is none of `choices`.
    """
    spans = split(reader, span, choices)
    if spans is None:
        wanted = " or ".join(str(choice) for choice in choices)
        remedy = (
            "one index, or a declared name with this label" if wanted == "1" else "indices split by commas"
        )
        if wanted == "2":
            remedy += "; a row of a matrix is declared: x_i : rows X"
        raise reader.refuse(
            "index-arity",
            f"{wanted} {'index is' if wanted == '1' else 'indices are'} expected here",
            remedy,
            reader.tokens[span[0]].start,
            reader.tokens[span[1] - 1].end,
        )
    return spans


def comma_form(reader: Reader, spans: list[Span]) -> str:
    """ "," where the index expressions are printed with commas between them, else ""."""
    return "," if any(reader.look_at(end) == "," for _, end in spans[:-1]) else ""


def indices(reader: Reader, spans: list[Span]) -> tuple[Expr, ...]:
    """Each index expression read. Raises ContentError order-statistic for one in brackets of its own."""
    for low, high in spans:
        if (reader.look_at(low), reader.look_at(high - 1)) in (("(", ")"), ("[", "]")):
            printed = reader.text.value[reader.tokens[low].start : reader.tokens[high - 1].end]
            raise reader.refuse(
                "order-statistic",
                f"{printed} below is the place in order of size, not an index",
                "the index without brackets, or a declared name with this label",
                reader.tokens[low].start,
                reader.tokens[high - 1].end,
            )
    return tuple(reader.within(span, reader.rules.expression) for span in spans)
