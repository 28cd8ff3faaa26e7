r"""The difference of a value between two bounds: `\left[ F(x) \right]_a^b`, `\left. F(x) \right|_a^b`."""

from __future__ import annotations

from generator.notation import commands
from generator.notation.cursor import Reader, Span
from generator.notation.grammar_binder import bound_name
from generator.notation.tree import Expr

#: Heads that make a scalar of what they hold.
_SCALAR = frozenset({"entry", "call", "prime", "norm", "abs", "indicator"})
_ARRAYS = frozenset({"tuple", "matrix", "ones", "zeros", "identity", "grad", "hess"})


def between(reader: Reader, body: Expr, sub: Span, sup: Span) -> Expr | None:
    r"""The difference that two scripts on a square bracket or bar mean; None where they mean none.

    An array has entries and powers. Of a scalar the scripts are bounds of the variable named in
    them (`_{x=0}^{x=1}`, `_{x=0}^1`), else of its only scalar name. Raises ContentError which-variable.
    """
    marked = [_named(reader, span) for span in (sub, sup)]
    if reader.look_at(sup[1] - 1) in commands.TRANSPOSES:
        return None
    if body.head != "group" and marked == [True, False]:
        raise reader.refuse(
            "ambiguous-power",
            "this script could be a power or the upper bound",
            r"\right|_{x=0}^{x=1}, or a power of brackets around it",
            body.start,
            reader.finish(),
        )
    if not any(marked) and not _is_scalar(reader, body):
        return None
    if marked[1] and not marked[0]:
        raise _which(reader, body)
    spans = tuple(zip((sub, sup), marked, strict=True))
    names = [reader.within(span, _name_before) for span, is_named in spans if is_named]
    names = names or _scalars(reader, body)
    if len(set(names)) != 1:
        raise _which(reader, body)
    values = [(span[0] + 2 * is_named, span[1]) for span, is_named in spans]
    lower, upper = (reader.within(span, reader.rules.expression) for span in values)
    form = "both" if all(marked) else "lower" if any(marked) else "plain"
    return reader.node("between", (body, lower, upper), body.start, (names[0],), form)


def _named(reader: Reader, span: Span) -> bool:
    """Whether a script names its variable: `x = a`."""
    return span[1] - span[0] > 2 and reader.look_at(span[0] + 1) == "="


def _name_before(reader: Reader) -> str:
    name = bound_name(reader)
    reader.pos = reader.limit
    return name


def _which(reader: Reader, body: Expr) -> Exception:
    return reader.refuse(
        "which-variable",
        "which name goes from the lower bound to the upper?",
        r"\left[ F(x) \right]_{x=a}^{x=b}",
        body.start,
        reader.finish(),
    )


def _is_scalar(reader: Reader, body: Expr) -> bool:
    """Whether no array stands in `body` but under what makes a scalar of it."""
    if body.head in _SCALAR:
        return True
    symbol = reader.table.symbols.get(body.data) if body.head == "name" else None
    if body.head in _ARRAYS or (symbol is not None and symbol.shape):
        return False
    return all(_is_scalar(reader, arg) for arg in body.args)


def _scalars(reader: Reader, body: Expr) -> list[str]:
    """The scalar names in `body`, each once."""
    found = (node.data for node in body.walk() if node.head == "name")
    symbols = reader.table.symbols
    return list(dict.fromkeys(name for name in found if name in symbols and symbols[name].kind == "scalar"))
