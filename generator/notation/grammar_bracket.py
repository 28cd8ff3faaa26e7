r"""What stands between brackets: groups, tuples, intervals, sets, bars, norms, evaluation bars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from generator.notation import commands
from generator.notation.cursor import Reader
from generator.notation.grammar_ellipsis import listed
from generator.notation.grammar_name import power, read_scripts
from generator.notation.tree import Expr

_NORMS = {
    "2": "2", "1": "1", r"\infty": "infty", "*": "*", r"\star": "*",
    **dict.fromkeys(("F", r"\mathrm{F}", r"\text{F}", r"\mathsf{F}", r"\mathcal{F}"), "F"),
    **dict.fromkeys((r"\mathrm{op}", r"\text{op}", r"\operatorname{op}", r"\mathsf{op}"), "op"),
}  # fmt: skip
_INTERVAL = (")", "]")


def read_open(reader: Reader) -> tuple[str, str]:
    """The opening bracket and its size command ("" where none)."""
    size = reader.take() if reader.look() in commands.SIZES else ""
    return reader.take(), size


def read_close(reader: Reader, opened: str, size: str, either: bool = False) -> str:
    """The closing bracket that fits. Raises ContentError expected-token, bracket-mismatch."""
    if size:
        reader.expect(commands.SIZES[size], f" (for {size})")
    wanted = commands.BRACKETS[opened]
    if either and opened in ("(", "[") and reader.look() in _INTERVAL:
        return reader.take()
    if opened in commands.BARS and wanted not in commands.CLOSERS and reader.look() != wanted:
        raise reader.refuse(
            "bar-ambiguous",
            f"the bar {opened} has no other end before this place",
            r"\mid for a condition, \left| x \right| for a value",
        )
    if reader.look() in commands.CLOSERS and reader.look() != wanted:
        raise reader.refuse("bracket-mismatch", f"{opened} is closed by {reader.look()}", wanted)
    reader.expect(wanted, f" (for {opened})")
    return wanted


def inside(reader: Reader, opened: str, size: str, rule: Callable[[Reader], Expr]) -> Expr:
    """`rule` with only this bracket's own bar awaited."""
    saved = reader.bars
    closing = size if size in commands.BAR_SIZES else commands.BRACKETS[opened]
    reader.bars = [closing] if opened in commands.BARS else []
    try:
        return rule(reader)
    finally:
        reader.bars = saved


def bracket(reader: Reader) -> Expr:
    """A factor that begins with a bracket, with its scripts.

    Raises ContentError: bracket-mismatch, empty-brackets and what the content raises.
    """
    start = reader.start()
    if reader.look() == r"\left" and reader.look(1) == ".":
        return _left_bar(reader)
    opened, size = read_open(reader)
    begin = reader.pos
    if opened not in commands.BRACKETS:
        raise reader.refuse("unexpected-token", f"{opened} is no opening bracket", "( [ \\{ |", start)
    if opened in commands.BARS:
        return _bars(reader, opened, size, start)
    if reader.look() in commands.CLOSERS:
        raise reader.refuse("empty-brackets", "nothing stands between these brackets", "their content")
    marks = (",", ";") if opened == "[" else (",",)
    items, mark = listed(reader, lambda r: inside(r, opened, size, r.rules.expression), marks)
    if opened == "[" and len(items) == 1 and reader.look() in commands.RELATIONS:
        return _iverson(reader, begin, size, start)
    _check_content_end(reader)
    close = read_close(reader, opened, size, either=mark == ",")
    if mark == ";" or (opened == "[" and close == "]" and len(items) > 2):
        return reader.rules.scripts(reader, _blocks(reader, items, mark, size, start))
    return reader.rules.scripts(reader, _classified(reader, items, opened, close, size, start))


def _blocks(reader: Reader, items: list[Expr], mark: str, size: str, start: int) -> Expr:
    """`[a; b]`: blocks on top of one another; `[A, B, C]`: side by side (two of them: see shapes)."""
    grid = (len(items), 1) if mark == ";" else (1, len(items))
    form = f"stack {mark} [ ] {size}".rstrip()
    return reader.node("matrix", tuple(items), start, grid, form)


def _iverson(reader: Reader, begin: int, size: str, start: int) -> Expr:
    """`[x > 0]`: 1 where the relation holds, else 0 (Iverson's bracket)."""
    reader.pos = begin
    condition = inside(reader, "[", size, reader.rules.statement)
    close = read_close(reader, "[", size)
    form = " ".join(word for word in ("iverson", "[", close, size) if word)
    return reader.rules.scripts(reader, reader.node("indicator", (condition,), start, form=form))


def _check_content_end(reader: Reader) -> None:
    if reader.look() in (":", r"\mid"):
        raise reader.refuse(
            "unexpected-token",
            "a set is listed or declared, not described",
            r"\{0, 1\}, [0, 1], or a declared set",
        )
    if reader.look() in commands.RELATIONS:
        raise reader.refuse(
            "relation-inside", "a relation has no value inside brackets", r"\mathbf 1\{..\} for an indicator"
        )


def _classified(reader: Reader, items: list[Expr], opened: str, close: str, size: str, start: int) -> Expr:
    form = " ".join(word for word in (opened, close, size) if word)
    if opened in (r"\{", r"\lbrace") and (len(items) > 1):
        return reader.node("set", tuple(items), start, form=form)
    if (opened, close) in (("(", "]"), ("[", ")")) or (opened == "[" and len(items) == 2):
        if len(items) != 2:
            raise reader.refuse(
                "bracket-mismatch", f"{opened} is closed by {close}", commands.BRACKETS[opened]
            )
        return reader.node("interval", tuple(items), start, (opened, close), size.removeprefix("\\"))
    if opened == r"\langle":
        if len(items) != 2:
            message = r"\langle x, y \rangle is an inner product, of two"
            raise reader.refuse("argument-count", message, r"\mathbb E[x] for a mean", start, reader.finish())
        return reader.node("inner", tuple(items), start, form=form)
    if len(items) == 1:
        return reader.node("group", tuple(items), start, (opened, close), size.removeprefix("\\"))
    if opened == "[":
        raise reader.refuse("bracket-mismatch", "a tuple has round brackets", "(a, b, c)", start)
    return reader.node("tuple", tuple(items), start, form=form)


def as_set(made: Expr) -> Expr:
    r"""The set that brackets mean right of \in: (a, b) an interval, \{a\} a set."""
    words = made.form.split()
    if made.head == "tuple" and len(made.args) == 2 and words[:2] == ["(", ")"]:
        size = words[2].removeprefix("\\") if len(words) > 2 else ""
        return replace(made, head="interval", data=("(", ")"), form=size)
    if made.head == "group" and made.data[0] in (r"\{", r"\lbrace"):
        size = f" \\{made.form}" if made.form else ""
        return replace(made, head="set", data=None, form=f"{made.data[0]} {made.data[1]}{size}")
    return made


def _bars(reader: Reader, opened: str, size: str, start: int) -> Expr:
    """abs, norm, floor or ceil; a determinant is found by its shape later."""
    head = commands.BARS[opened]
    if not size and opened in reader.bars:
        raise reader.refuse(
            "bar-ambiguous",
            "does this bar open or close?",
            r"\left| x \right| or \lvert x \rvert",
            start,
            start + len(opened),
        )
    made = reader.rules.described(reader) if head == "abs" else None
    content = made or inside(reader, opened, size, reader.rules.expression)
    if reader.look() == r"\mid":
        message = r"\mid conditions inside \Pr and \mathbb E only"
        raise reader.refuse("unexpected-token", message, r"\lvert x \rvert for a value")
    close = read_close(reader, opened, size)
    form = " ".join(word for word in (opened, close, size) if word)
    if head != "norm":
        return reader.rules.scripts(reader, reader.node(head, (content,), start, form=form))
    scripts = read_scripts(reader)
    which = ""
    if scripts.sub is not None:
        printed = "".join(reader.texts[slice(*scripts.sub)])
        if printed not in _NORMS:
            raise reader.refuse(
                "unknown-norm",
                f"no norm is known as {printed}",
                r"one of 1, 2, \infty; of a matrix 2, F, *, 1, \infty",
                start,
            )
        which = _NORMS[printed]
        form = f"{form} _{printed}"
    return power(reader, reader.node("norm", (content,), start, which, form), scripts.sup)


def _left_bar(reader: Reader) -> Expr:
    r"""`\left. body \right|_{x = a}`: differentiate, then put in."""
    start = reader.start()
    reader.take()
    reader.take()
    saved, reader.bars = reader.bars, []
    body = reader.rules.expression(reader)
    reader.bars = saved
    reader.expect(r"\right", r" (for \left.)")
    reader.expect("|", " (an evaluation bar)")
    return _placed(reader, body, start, "left")


def bar(reader: Reader, body: Expr) -> Expr:
    r"""`\Big|_{x = a}` behind one factor. Raises ContentError bar-scope."""
    size = reader.take()
    if body.head not in ("deriv", "grad", "hess", "prime", "group"):
        raise reader.refuse(
            "bar-scope", "what does this bar evaluate?", r"\left. .. \right|_{x = a}", body.start
        )
    reader.take()
    return _placed(reader, body, body.start, size.removeprefix("\\"))


def _placed(reader: Reader, body: Expr, start: int, form: str) -> Expr:
    if reader.kind() != "sub":
        raise reader.refuse("expected-token", "an evaluation bar says where", r"_{x = a}")
    begin = reader.pos
    scripts = read_scripts(reader)
    if form == "left" and scripts.sub is not None and scripts.sup is not None:
        difference = reader.rules.between(reader, body, scripts.sub, scripts.sup)
        if difference is not None:
            return replace(difference, start=start, form=f"{difference.form} bar")
    reader.pos = begin
    reader.take()
    span = reader.argument()
    pairs: list[Expr] = []

    def read(inner: Reader) -> str:
        left = inner.rules.expression(inner)
        inner.expect("=", " (the bar says which name takes which value)")
        right = inner.rules.expression(inner)
        if left.head == "tuple" and right.head == "tuple" and len(left.args) == len(right.args):
            for variable, value in zip(left.args, right.args, strict=True):
                pairs.extend((variable, value))
            return f" tuple {left.form} , {right.form}"
        pairs.extend((left, right))
        while inner.accept(","):
            pairs.append(inner.rules.expression(inner))
            inner.expect("=", " (the bar says which name takes which value)")
            pairs.append(inner.rules.expression(inner))
        return ""

    form += reader.within(span, read)
    made = reader.node("at", (body, *pairs), start, form=form)
    return power(reader, made, read_scripts(reader).sup)


def matrix(reader: Reader) -> Expr:
    r"""`\begin{pmatrix} a & b \\ c & d \end{pmatrix}`. Raises ContentError ragged-matrix."""
    start, begin = reader.start(), reader.take()
    end, rows = begin.replace("begin", "end"), [[reader.rules.expression(reader)]]
    while reader.look() != end:
        if reader.kind() == "amp":
            reader.take()
            rows[-1].append(reader.rules.expression(reader))
        elif reader.kind() == "newline":
            reader.take()
            if reader.look() != end:
                rows.append([reader.rules.expression(reader)])
        else:
            raise reader.refuse("expected-token", f"&, \\\\ or {end} was expected here", end)
    reader.take()
    if len({len(row) for row in rows}) != 1:
        raise reader.refuse(
            "ragged-matrix",
            "the rows of this matrix differ in length",
            "the same number of & a row",
            start,
            reader.finish(),
        )
    entries = tuple(entry for row in rows for entry in row)
    name = begin.removeprefix(r"\begin{").removesuffix("}")
    made = reader.node("matrix", entries, start, (len(rows), len(rows[0])), name)
    if name == "vmatrix":
        made = reader.node("func", (made,), start, "det", "vmatrix")
    return reader.rules.scripts(reader, made)
