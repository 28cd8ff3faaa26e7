r"""The number of elements of a set written by a condition: `|\{x \in \mathbb N^k : \sum_i x_i = n\}|`."""

from __future__ import annotations

from generator.notation import commands
from generator.notation.cursor import Reader
from generator.notation.grammar_bracket import as_set, inside, read_close, read_open
from generator.notation.tree import Expr, Symbol, bare

_OPENS = frozenset([r"\{", r"\lbrace"])


def described(reader: Reader) -> Expr | None:
    """The set between the bars that were just opened; None where no set by a condition stands there.

    Raises ContentError bound-name for members that are no declared name, and what its parts raise.
    """
    ahead = 1 if reader.look() in commands.SIZES else 0
    if reader.look(ahead) not in _OPENS or not _has_condition(reader, reader.pos + ahead + 1):
        return None
    start = reader.start()
    opened, size = read_open(reader)
    begin = reader.pos
    name = next((t for t in reader.texts[begin : reader.limit] if t not in ("(", r"\left", r"\bigl")), "")
    symbol = reader.table.symbols.get(name, Symbol(name, "integer"))
    with reader.binding({name: symbol}):
        made = inside(reader, opened, size, lambda r: _content(r, name))
    close = read_close(reader, opened, size)
    form = " ".join(word for word in (opened, close, size) if word)
    return reader.node("described", (made,), start, (name,), form)


def _has_condition(reader: Reader, index: int) -> bool:
    r"""Whether a `:` or `\mid` stands between these brackets, and no smaller ones around it."""
    depth = 1
    while index < reader.limit and depth:
        text = reader.texts[index]
        if depth == 1 and text in (":", r"\mid", "|"):
            return True
        depth += (text in _OPENS) - (text in (r"\}", r"\rbrace"))
        index += 1
    return False


def _is_member(member: Expr, name: str) -> bool:
    """Whether this is the name, or all its entries in their order."""
    if member.head == "run":
        first = member.args[0]
        return bool(first.args[0].data == name and first.args[1].data == "1")
    if member.head == "tuple":
        places = [(e.args[0].data, e.args[1].data) for e in member.args if e.head == "entry"]
        return places == [(name, str(k + 1)) for k in range(len(member.args))]
    return bool(member.head == "name" and member.data == name)


def _content(reader: Reader, name: str) -> Expr:
    """Member and domain as a relation, then the conditions; the separator stays in the first one's form."""
    start = reader.start()
    member = reader.rules.expression(reader)
    if not _is_member(bare(member), name):
        message = "the members of this set are no name"
        raise reader.refuse("bound-name", message, r"x \in \mathbb N^k : .., with x declared", start)
    reader.expect(r"\in", " (the set that the members are from)")
    domain = as_set(reader.rules.expression(reader))
    first = Expr("rel", (member, domain), ("in",), r"\in", start, domain.end)
    mark = reader.take()
    if mark not in (":", r"\mid", "|"):
        raise reader.refuse("expected-token", f": was expected here, not {mark}", ":")
    conditions = [reader.rules.chain(reader)]
    while reader.accept(","):
        conditions.append(reader.rules.chain(reader))
    for condition in conditions:
        if condition.head != "rel":
            message = "a condition on the members is a relation"
            raise reader.refuse("no-relation", message, "x_1 + x_2 = n", condition.start, condition.end)
    return Expr("and", (first, *conditions), None, mark, start, reader.finish())
