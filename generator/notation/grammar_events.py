r"""Events: complements `A^c`, `\overline{A}`, `\neg A`, the empty and the sure event, unions over an index.

`\cap`, `\cup` and `\setminus` are products of their own kind (see `commands.SPECIAL_PRODUCTS`).
"""

from __future__ import annotations

from generator.notation.cursor import Reader, Span
from generator.notation.tree import Expr, bare

#: Heads of what is an event whatever the topic declares.
EVENTS = frozenset({"cap", "cup", "setminus", "complement", "nothing", "sure", "bigcap", "bigcup"})
_FONTS = ("mathrm", "mathsf", "mathit", "text", "mathtt")
#: Superscripts that print a complement.
COMPLEMENTS = frozenset({"c", "C", r"\complement", *(f"\\{font}{{{c}}}" for font in _FONTS for c in "cC")})


def is_event(reader: Reader, expr: Expr) -> bool:
    """Whether a tree is an event by its head, or by the declaration of its name."""
    expr = bare(expr)
    if expr.head in EVENTS:
        return True
    named = expr.args[0] if expr.head == "entry" else expr
    symbol = reader.table.symbols.get(named.data) if named.head == "name" else None
    return symbol is not None and symbol.kind == "event"


def complement(reader: Reader, base: Expr, span: Span) -> Expr | None:
    """`A^c`: the complement above an event; None where the script is no such mark."""
    texts = reader.texts[span[0] : span[1]]
    if len(texts) != 1 or texts[0] not in COMPLEMENTS or not is_event(reader, base):
        return None
    return reader.node("complement", (base,), base.start, form=f"above {texts[0]}")


def over(reader: Reader) -> Expr:
    r"""`\overline{A \cap B}`, `\bar A`: the complement of the event below the bar.

    Raises ContentError undeclared where it is no event.
    """
    start, begin = reader.start(), reader.pos
    word = reader.take()
    span = reader.argument()
    printed_end = reader.finish()
    made = reader.within(span, reader.rules.expression) if _known(reader, span) else None
    if made is None or not is_event(reader, made):
        reader.pos = begin + 1
        raise reader.undeclared(reader.text.value[start:printed_end], start, printed_end)
    return reader.node("complement", (made,), start, form=f"over {word}")


def _known(reader: Reader, span: Span) -> bool:
    """Whether a name below the bar is a declared event: no other name is read there."""
    symbols = reader.table.symbols.values()
    nuclei = {symbol.name.partition("_")[0].partition("^")[0] for symbol in symbols if symbol.kind == "event"}
    return any(reader.texts[index] in nuclei for index in range(*span))


def negated(reader: Reader) -> Expr:
    r"""`\neg A`, `\lnot A`. Raises ContentError event-expected before anything else."""
    start, word = reader.start(), reader.take()
    made = reader.rules.factor(reader)
    if not is_event(reader, made):
        raise reader.refuse(
            "event-expected",
            f"{word} stands before an event",
            "the relation that is meant",
            start,
            reader.finish(),
        )
    return reader.node("complement", (made,), start, form=f"before {word}")


def fixed(reader: Reader) -> Expr:
    r"""`\emptyset`, `\varnothing`, and an undeclared `\Omega`: the empty and the sure event."""
    start, word = reader.start(), reader.take()
    return reader.node("sure" if word == r"\Omega" else "nothing", (), start, form=word)
