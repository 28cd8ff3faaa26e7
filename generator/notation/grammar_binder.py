r"""Operators that bind a name: \sum, \prod, \max, \min, \int."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from generator.notation import commands
from generator.notation.cursor import Reader, Span
from generator.notation.grammar_bracket import as_set
from generator.notation.grammar_density import is_variable
from generator.notation.grammar_function import function
from generator.notation.grammar_name import read_scripts
from generator.notation.table import nucleus_end, nucleus_text
from generator.notation.tree import Expr, Symbol

_HEADS = {r"\sum": "sum", r"\prod": "prod", r"\max": "maxover", r"\min": "minover",
          r"\sup": "maxover", r"\inf": "minover",
          r"\bigcap": "bigcap", r"\bigcup": "bigcup"}  # fmt: skip
_COUNTED = frozenset({"index", "integer", "scalar"})


def bound_name(reader: Reader) -> str:
    """The canonical spelling of a name without scripts, which a binder binds."""
    begin = reader.pos
    end = nucleus_end(reader.tokens, begin, reader.pairs) if not reader.done() else begin
    if end == begin:
        raise reader.refuse("expected-name", "the bound name is missing", "i = 1")
    reader.pos = end
    name = nucleus_text(reader.tokens[begin:end])
    while reader.kind() == "prime":
        name += reader.take()
    return name


def _symbol(reader: Reader, name: str, start: int) -> Symbol:
    declared = reader.table.symbols.get(name)
    if declared is None:
        return Symbol(name, "integer")
    if declared.kind not in _COUNTED:
        raise reader.refuse(
            "bound-name",
            f"{name} is declared as a {declared.kind} and cannot be counted over",
            "another index",
            start,
            reader.finish(),
        )
    return declared


def large(reader: Reader) -> Expr:
    r"""\sum and \prod. Raises ContentError: missing-bounds, no-range, bound-name, ambiguous-body."""
    start, word = reader.start(), reader.take()
    scripts = read_scripts(reader)
    if scripts.sub is None:
        raise reader.refuse(
            "missing-bounds", f"{word} says over which index", rf"{word}_{{i=1}}^n", start, reader.finish()
        )
    return _over(reader, _HEADS[word], start, scripts.sub, scripts.sup)


def extremum(reader: Reader) -> Expr:
    r"""\max and \min, over an index or domain where a subscript stands, else of a list; \sup and \inf."""
    bound = reader.look() in commands.BOUNDS
    if reader.kind(1) != "sub" and not bound:
        return function(reader)
    start, word = reader.start(), reader.take()
    scripts = read_scripts(reader)
    if scripts.sub is None or scripts.sup is not None:
        raise reader.refuse(
            "unexpected-token",
            f"{word} takes its range below",
            rf"{word}_i, with nothing above",
            start,
            reader.finish(),
        )
    made = _over(reader, _HEADS[word], start, scripts.sub, None)
    return replace(made, form=f"{word} {made.form}".rstrip()) if bound else made


def _over(reader: Reader, head: str, start: int, sub: Span, sup: Span | None) -> Expr:
    names, lower = reader.within(sub, lambda r: _lower(r, head))
    first = reader.tokens[sub[0]].start
    if lower is not None and sup is not None:
        upper = reader.within(sup, reader.rules.expression)
        symbols = {name: _symbol(reader, name, first) for name in names}
        with reader.binding(symbols):
            body, rest = _ended(head, names, reader.rules.term(reader))
        made = body
        for position, name in enumerate(reversed(names)):
            form = "joint" if position < len(names) - 1 else ""
            made = reader.node(head, (made, lower, upper), start, (name,), form)
        _check_body(reader, head, names, body)
        return rest(made)
    if lower is not None or sup is not None:
        raise reader.refuse(
            "missing-bounds",
            "one bound without the other",
            r"_{i=1}^n, or _i over the declared range",
            start,
            reader.finish(),
        )
    if names:
        return _declared_range(reader, head, names, start, first)
    if ":" in reader.texts[slice(*sub)]:
        return _such_that(reader, head, sub, start)
    return _conditioned(reader, head, sub, start)


def _declared_range(reader: Reader, head: str, names: tuple[str, ...], start: int, first: int) -> Expr:
    for name in names:
        declared = reader.table.symbols.get(name)
        counted = head == "sum" and is_variable(reader.table.symbols, name)
        if declared is None or (
            declared.kind != "index" and head not in ("maxover", "minover") and not counted
        ):
            raise reader.refuse(
                "no-range",
                f"{name} has no declared range",
                rf"_{{{name}=1}}^n, or declare {name} : index n",
                first,
                first + 1,
            )
    with reader.binding({name: reader.table.symbols[name] for name in names}):
        body, rest = _ended(head, names, reader.rules.term(reader))
    _check_body(reader, head, names, body)
    return rest(reader.node(head, (body,), start, names))


def _lower(reader: Reader, head: str) -> tuple[tuple[str, ...], Expr | None]:
    """Names alone, or names = lower bound; no names where a condition stands."""
    if ":" in reader.texts[reader.pos : reader.limit]:
        reader.pos = reader.limit  # names : a condition on them
        return (), None
    end = nucleus_end(reader.tokens, reader.pos, reader.pairs)
    names = [] if end == reader.pos and head in ("maxover", "minover") else _first(reader)
    while names and reader.accept(","):
        names.append(bound_name(reader))
    if names and (reader.done() or reader.look() == "="):
        if reader.done():
            return tuple(names), None
        reader.take()
        return tuple(names), reader.rules.expression(reader)
    reader.pos = reader.limit  # a condition: read again once the names it binds are known
    return (), None


def _first(reader: Reader) -> list[str]:
    return [bound_name(reader)] if reader.kind() != "digit" else []


def _conditioned(reader: Reader, head: str, sub: Span, start: int) -> Expr:
    r"""\sum_{i \ne j}, \sum_{1 \le i < j \le n}, \max_{x \in [0, 1]}.

    Of a pair, which names are bound is settled in `binding`.
    """
    symbols: dict[str, Symbol] = {}
    extremum = head in ("maxover", "minover")
    for index in range(*sub):
        text = reader.texts[index]
        beside = index + 1 < sub[1] and reader.tokens[index + 1].kind in ("sub", "sup")
        declared = reader.table.symbols.get(text)
        if extremum and declared is not None and declared.kind in ("vector", "matrix"):
            symbols[text] = declared  # a constraint such as \|x\| = 1: see `_within`
            continue
        if reader.kind_at(index) not in ("letter", "greek") or beside or (extremum and declared is None):
            continue
        if declared is None or declared.kind in ("index", "integer", "scalar", "vector"):
            symbols[text] = declared or Symbol(text, "integer")
            if symbols[text].kind in ("scalar", "vector"):
                break
    with reader.binding(symbols):
        condition = reader.within(sub, reader.rules.statement)
        if condition.head != "rel":
            raise reader.refuse(
                "missing-bounds",
                "a range is written with bounds or as a relation",
                r"_{i=1}^n",
                reader.tokens[sub[0]].start,
                reader.tokens[sub[1] - 1].end,
            )
        names = _within(reader, condition) if extremum else ()
        names = names or tuple(
            dict.fromkeys(arg.data for arg in condition.args if arg.head == "name" and arg.data in symbols)
        )
        if not names:
            raise reader.refuse(
                "missing-bounds", "this condition binds no name", r"_{i=1}^n", condition.start, condition.end
            )
        body = reader.rules.term(reader)
    _check_body(reader, head, names, body)
    form = "pair" if len(names) == 2 and len(condition.args) == 2 else ""
    return reader.node(head, (body, condition), start, names, form)


def _within(reader: Reader, condition: Expr) -> tuple[str, ...]:
    r"""The vector that a constraint is about, or the matrix: `\|x\| = 1`, `\operatorname{rank}(B) \le k`.

    Nothing where neither a norm nor a rank nor a form is bounded; where it holds two vectors, or no
    vector and two matrices, nothing says which of them moves.
    """
    if all(arg.head in ("name", "num", "space") for arg in condition.args):
        return ()
    found = {str(node.data) for node in condition.walk() if node.head == "name"}
    for kind in ("vector", "matrix"):
        of_kind = [name for name in found if name in reader.table.symbols]
        of_kind = [name for name in of_kind if reader.table.symbols[name].kind == kind]
        if of_kind:
            return tuple(of_kind) if len(of_kind) == 1 else ()
    return ()


def _such_that(reader: Reader, head: str, sub: Span, start: int) -> Expr:
    r"""\sum_{i : y_i = 1}, \min_{x : Ax = b}: declared names before the colon, a condition behind it."""
    colon = reader.texts.index(":", *sub)
    first = reader.tokens[sub[0]].start
    names = reader.within((sub[0], colon), _names)
    for name in names:
        declared = reader.table.symbols.get(name)
        ranged = declared is not None and (declared.kind == "index" or head in ("maxover", "minover"))
        if not ranged:
            raise reader.refuse(
                "no-range",
                f"{name} has no declared range",
                rf"declare {name} : index n",
                first,
                reader.tokens[colon].start,
            )
    with reader.binding({name: reader.table.symbols[name] for name in names}):
        condition = reader.within((colon + 1, sub[1]), reader.rules.chain)
        used = {node.data for node in condition.walk() if node.head == "name"}
        if condition.head != "rel" or not used.issuperset(names):
            raise reader.refuse(
                "missing-bounds",
                "behind the colon stands a relation of the names before it",
                r"_{i : y_i = 1}",
                condition.start,
                condition.end,
            )
        body = reader.rules.term(reader)
    _check_body(reader, head, names, body)
    return reader.node(head, (body, condition), start, names, "colon")


def _names(reader: Reader) -> tuple[str, ...]:
    names = [bound_name(reader)]
    while reader.accept(","):
        names.append(bound_name(reader))
    return tuple(names)


def _ended(head: str, names: tuple[str, ...], body: Expr) -> tuple[Expr, Callable[[Expr], Expr]]:
    r"""The body up to a sum over the same index, and what puts the rest behind the made sum.

    `\sum_i x_i \sum_i y_i` has one reading, the product of two sums: inside the first sum the second
    would bind its index again. So has `\sum_i x_i / \sum_i y_i`.
    """

    def again(factor: Expr) -> bool:
        first = factor.args[0] if factor.head == "mul" else factor  # the next sum ended likewise
        return first.head == "sum" and any(name in first.data for name in names)

    def closed(made: Expr, last: Expr) -> Expr:
        return replace(made, end=last.end)

    if head == "sum" and body.head == "div" and body.form == "slash" and again(body.args[1]):
        above = body.args[0]
        return above, lambda made: replace(body, args=(closed(made, above), body.args[1]), start=made.start)
    places = [k for k, factor in enumerate(body.args) if k and again(factor)] if body.head == "mul" else []
    if head != "sum" or not places:
        return body, lambda made: made
    cut = places[0]
    inner, marks = body.args[:cut], body.data
    first = replace(body, args=inner, data=marks[: cut - 1], end=inner[-1].end) if cut > 1 else inner[0]
    return first, lambda made: replace(
        body, args=(closed(made, first), *body.args[cut:]), data=marks[cut - 1 :], start=made.start
    )


def _check_body(reader: Reader, head: str, names: tuple[str, ...], body: Expr) -> None:
    """For \\prod and \\max it matters where the body ends: refuse what two readers could end differently."""
    if head == "sum":
        return
    reason = ""
    if body.head == "div" and body.form == "slash":
        reason = "does it reach over the slash?"
    if body.head == "mul":
        mentions = [
            any(node.data in names for node in arg.walk() if node.head == "name") for arg in body.args
        ]
        if True in mentions and not mentions[-1]:
            reason = "a factor without the index follows one with it"
        if any(arg.head in ("sum", "prod", "maxover", "minover") for arg in body.args[1:]):
            reason = "another large operator follows in its body"
        if head != "prod":
            reason = reason or ("" if any(mentions) else "no factor of it has the index")
    if reason:
        raise reader.refuse(
            "ambiguous-body",
            f"where does the body of this {head} end: {reason}",
            "brackets around the body",
            body.start,
            body.end,
        )


def integral(reader: Reader) -> Expr:
    r"""\int_a^b .. dx. Raises ContentError: missing-bounds, missing-differential."""
    start = reader.start()
    reader.take()
    scripts = read_scripts(reader)
    head_end = reader.finish()
    bounds = [reader.within(s, reader.rules.expression) for s in (scripts.sub, scripts.sup) if s is not None]
    if len(bounds) == 1:
        bounds = [as_set(bounds[0])]
        _check_domain(reader, bounds[0], start)
    end = _differential(reader, start)
    begin, mark = reader.pos, reader.texts[end]
    reader.pos = end + 1
    name = bound_name(reader)
    after = reader.pos
    if not bounds and not is_variable(reader.table.symbols, name):
        raise reader.refuse("missing-bounds", "an integral needs both bounds", r"\int_a^b", start, head_end)
    symbol = reader.table.symbols.get(name) or Symbol(name, "scalar")
    with reader.binding({name: symbol}):
        body = (
            Expr("num", (), "1", "unprinted", reader.start(), reader.start())
            if begin == end
            else reader.within((begin, end), reader.rules.expression)
        )
    reader.pos = after
    return reader.node("integral", (body, *bounds), start, (name,), mark)


def _check_domain(reader: Reader, domain: Expr, start: int) -> None:
    """One script alone is the set that the integral is over: a space, an interval, a declared set."""
    symbol = reader.table.symbols.get(domain.data) if domain.head == "name" else None
    declared = symbol is not None and symbol.kind in ("set", "interval")
    if domain.head not in ("space", "interval") and not declared:
        raise reader.refuse(
            "missing-bounds",
            "an integral needs both bounds, or a set",
            r"\int_a^b, or \int_{\mathbb R}",
            start,
            reader.finish(),
        )


def _differential(reader: Reader, start: int) -> int:
    """The token index of this integral's d: of as many as integrals open before it."""
    depth, open_integrals = 0, 1
    for index in range(reader.pos, reader.limit):
        text = reader.texts[index]
        depth += (text in ("(", "[", "{", r"\{", r"\left")) - (text in (")", "]", "}", r"\}"))
        if text == r"\left":
            depth -= 1
        if depth:
            continue
        if text == r"\int":
            open_integrals += 1
        elif _is_differential(reader, index):
            open_integrals -= 1
            if not open_integrals:
                return index
    raise reader.refuse(
        "missing-differential", "by which variable is this integral?", r"\, dx", start, reader.finish()
    )


def _is_differential(reader: Reader, index: int) -> bool:
    text = reader.texts[index]
    if text not in commands.DIFFERENTIALS or (text == "d" and "d" in reader.table.symbols):
        return False
    if index + 1 >= reader.limit:
        return False
    word = reader.kind_at(index + 1) == "word" and reader.table.has(reader.texts[index + 1])
    return word or reader.kind_at(index + 1) in ("letter", "greek")
