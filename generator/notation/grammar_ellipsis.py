r"""An ellipsis in a list: `x_1, \dots, x_n` are the entries of one name from the first index to the last.

Among terms or factors it is a sum or a product (see `shape_ellipsis`).
"""

from __future__ import annotations

from collections.abc import Callable

from generator.errors import ContentError
from generator.notation import commands
from generator.notation.cursor import Reader
from generator.notation.tree import Expr, dim_number, dim_size, meaning_key
from generator.notation.unparse import unparse
from generator.notation.unparse_parts import keeping


def listed(
    reader: Reader, read: Callable[[Reader], Expr], marks: tuple[str, ...] = (",",)
) -> tuple[list[Expr], str]:
    """The items of a list and the mark between them; an ellipsis and the items around it are one run."""
    items = [read(reader)]
    mark = reader.look() if reader.look() in marks else marks[0]
    while reader.accept(mark):
        if reader.look() in commands.DOTS:
            items = _run(reader, items, read, mark)
        else:
            items.append(read(reader))
    return items, mark


def _run(reader: Reader, items: list[Expr], read: Callable[[Reader], Expr], mark: str) -> list[Expr]:
    """The items with `a_1, \\dots, a_n` (or `a_1, a_2, \\dots, a_n`) at their end as one.

    Raises ContentError ellipsis-place.
    """
    dots = reader.take()
    reader.expect(mark, " (behind an ellipsis)")
    last = read(reader)
    count = 2 if len(items) > 1 and _neighbours(items[-2], items[-1]) else 1
    first = items[-count:]
    if not _entry(last) or not _entry(first[0]) or meaning_key(first[0].args[0]) != meaning_key(last.args[0]):
        raise _refused(reader, first[0].start)
    return [*items[:-count], reader.node("run", (*first, last), first[0].start, mark, dots)]


def run_behind(reader: Reader, items: list[Expr], read: Callable[[Reader], Expr]) -> list[Expr]:
    """The arguments of a call with `x_1, \\dots, x_n` at their end: all entries of a vector are the vector.

    Raises ContentError ellipsis-place.
    """
    reader.expect(",")
    *others, run = _run(reader, items, read, ",")
    name, first, last = run.args[0].args[0], run.args[0].args[1], run.args[-1].args[1]
    symbol = reader.table.symbols.get(name.data)
    ends = {"num": lambda e: dim_number(int(e.data)), "name": lambda e: dim_size(e.data)}
    whole = symbol is not None and len(symbol.shape) == 1 and not symbol.family and first.data == "1"
    if symbol is None or not whole or last.head not in ends or ends[last.head](last) != symbol.shape[0]:
        return [*others, run]
    form = keeping((), unparse(run))
    return [*others, Expr("name", (), symbol.name, form, run.start, run.end)]


def _entry(item: Expr) -> bool:
    """Whether an item is an entry of a name at one index."""
    return item.head == "entry" and item.args[0].head == "name" and len(item.args) == 2


def _neighbours(one: Expr, other: Expr) -> bool:
    """Whether two items are entries of one name at a number and at the next one."""
    if not (_entry(one) and _entry(other)) or meaning_key(one.args[0]) != meaning_key(other.args[0]):
        return False
    numbers = [str(item.args[1].data) for item in (one, other) if item.args[1].head == "num"]
    return len(numbers) == 2 and all(map(str.isdigit, numbers)) and int(numbers[1]) == int(numbers[0]) + 1


def ellipsis(reader: Reader) -> Expr:
    """An ellipsis among terms or factors: what it leaves out is found with the shapes.

    Raises ContentError ellipsis-place beside a comma outside of brackets.
    """
    start, mark = reader.start(), reader.take()
    if reader.look() == "," or reader.look(-2) == ",":
        raise _refused(reader, start)
    return reader.node("dots", (), start, None, mark)


def _refused(reader: Reader, start: int) -> ContentError:
    message = "in a list, an ellipsis stands between entries of one name"
    remedy = r"x_1, \dots, x_n in brackets, or x_1 + \dots + x_n; of squares x \odot x"
    return reader.refuse("ellipsis-place", message, remedy, start, reader.finish())
