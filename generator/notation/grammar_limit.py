r"""\lim, and where a name tends to: a place, or a place from one side, `0^+`."""

from __future__ import annotations

from generator.notation import commands
from generator.notation.cursor import Reader
from generator.notation.grammar_binder import bound_name
from generator.notation.grammar_name import read_scripts
from generator.notation.tree import Expr, Symbol

_SIDES = {("+",): "+", ("-",): "-", ("{", "+", "}"): "+", ("{", "-", "}"): "-"}


def place(reader: Reader) -> Expr:
    """Where something tends to; `0^+` is a place and the side from which it is approached."""
    marks = [reader.look(ahead) for ahead in range(1, 5)]
    for script, side in _SIDES.items():
        if marks[0] == "^" and tuple(marks[1 : 1 + len(script)]) == script:
            start = reader.start()
            made = reader.within((reader.pos, reader.pos + 1), reader.rules.expression)
            for _ in range(2 + len(script)):
                reader.take()
            return reader.node("side", (made,), start, side)
    return reader.rules.expression(reader)


def limit(reader: Reader) -> Expr:
    r"""\lim_{n \to \infty}; the body is one product. Raises ContentError: missing-bounds, one-sided-limit."""
    start = reader.start()
    reader.take()
    scripts = read_scripts(reader)
    if scripts.sub is None or scripts.sup is not None:
        raise reader.refuse(
            "missing-bounds", "a limit says of what", r"\lim_{n \to \infty}", start, reader.finish()
        )

    def approach(inner: Reader) -> tuple[str, str, Expr]:
        name, arrow = bound_name(inner), inner.take()
        if commands.RELATIONS.get(arrow) != "to":
            raise inner.refuse("expected-token", "a limit is written with an arrow", r"n \to \infty")
        last = inner.limit - 1
        if inner.look_at(last) in ("+", "-") and inner.look_at(last - 1) != "^":
            message = "the side of a limit stands above its place"
            raise inner.refuse("one-sided-limit", message, rf"0^{inner.look_at(last)}")
        return name, arrow, place(inner)

    name, arrow, point = reader.within(scripts.sub, approach)
    symbol = reader.table.symbols.get(name) or Symbol(name, "integer")
    with reader.binding({name: symbol}):
        body = reader.rules.term(reader)
    return reader.node("lim", (body, point), start, (name,), arrow)
