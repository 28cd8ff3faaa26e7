r"""Densities told apart by their arguments, and the law below an expectation.

A letter declared as a density, `p(x, z) : function, density`, has all its marginals and conditionals:
`p(x)`, `p(z \mid x)`. Below an expectation stands a variable with its law, `_{x \sim p}`, several, or
the law alone, `_{q(z)}`: then its own arguments are the variables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from generator.notation import commands
from generator.notation.cursor import Reader, Span
from generator.notation.tree import Expr, Symbol, bare

_OPENING = frozenset(opened for opened, close in commands.BRACKETS.items() if close in commands.CLOSERS)
_BARS = frozenset({"|", r"\vert"})
_BEHIND_DOT = frozenset({")", "]", ",", ";", r"\mid", *_BARS})
_SIZED = frozenset([*commands.SIZES, *commands.CLOSING_SIZES, *commands.BAR_SIZES])


def condition_bar(reader: Reader) -> None:
    r"""Reads the one plain bar in the bracket that is open here as a `\mid`: nothing else fits it.

    A bar with a size or a script, and two of them (an absolute value), are left as they are.
    """
    depth, found = 0, []
    for index in range(reader.pos, reader.limit):
        text = reader.texts[index]
        if text in _OPENING or text == "{":
            depth += 1
        elif text in commands.CLOSERS or reader.kind_at(index) == "close":
            depth -= 1
        if depth < 0:
            break
        if depth == 0 and (text in _BARS or text == r"\mid"):
            found.append(index)
    if len(found) != 1 or reader.texts[found[0]] not in _BARS:
        return
    (place,) = found
    sized = place > 0 and reader.texts[place - 1] in _SIZED
    scripted = place + 1 < reader.limit and reader.kind_at(place + 1) in ("sub", "sup")
    if not sized and not scripted and reader.pos < place:
        reader.texts[place] = r"\mid"


def bar_mark(reader: Reader, index: int) -> str:
    r"""How a condition's bar was printed: "|" for `\mid`, "!" for a plain one."""
    return "!" if reader.tokens[index].text in _BARS else "|"


def member(overloads: Sequence[Symbol], letter: Sequence[Symbol], args: Sequence[Expr]) -> str:
    """The density among `overloads` of which a call is a marginal or a conditional; "" where it is none.

    Its arguments are names with which densities of this letter (under any label) were declared.
    """
    own = [symbol for symbol in overloads if "density" in symbol.words]
    declared = {name for symbol in letter if "density" in symbol.words for name in symbol.arguments}
    names = [unprimed(argument_name(arg)) for arg in args]
    if not own or not all(name in declared for name in names) or len(set(names)) != len(names):
        return ""
    return own[0].name


def unprimed(name: str) -> str:
    """The variable that a name is another value of: x of x'."""
    return name.rstrip("'")


def argument_name(arg: Expr) -> str:
    """The name that an argument is, else ""."""
    inner = bare(arg)
    return str(inner.data) if inner.head == "name" else ""


def sampled(reader: Reader) -> tuple[Expr, dict[str, Symbol]]:
    r"""What stands below an expectation: `x \sim p`, `x \sim p, z \sim q(z \mid x)`, or a law `q(z)`.

    A relation `sim` (form "law" where its variable is not printed), or a list of them; and the
    variables it binds. Raises ContentError unknown-subscript.
    """
    start = reader.start()
    marks = [k for k in _outermost(reader) if reader.texts[k] == r"\sim"]
    if not marks:
        return _law_alone(reader, start)
    relations: list[Expr] = []
    bound: dict[str, Symbol] = {}
    end = reader.limit
    for place, mark in enumerate(marks):
        following = marks[place + 1] if place + 1 < len(marks) else None
        stop = end if following is None else _comma_before(reader, following)
        names = _variables(reader, (reader.pos, mark))
        bound |= names
        relations.append(_drawn(reader, names, mark, stop, start))
        reader.pos = stop if following is None else stop + 1
    if len(relations) == 1:
        return relations[0], bound
    return Expr("list", tuple(relations), None, "|".join(["," for _ in relations[1:]]), start, end), bound


def _drawn(reader: Reader, names: dict[str, Symbol], mark: int, stop: int, start: int) -> Expr:
    from generator.notation.grammar_chance import law_side

    with reader.binding(names), reader.naming_law():
        left = _left_side(reader, (reader.pos, mark))
        with reader.dotted(next(iter(names)) if len(names) == 1 else ""):
            right = reader.within((mark + 1, stop), law_side)
    if any(side.head not in ("name", "entry") for side in (left.args if left.head == "tuple" else (left,))):
        raise _unknown(reader, start)
    return Expr("rel", (left, right), ("sim",), r"\sim", left.start, right.end)


def placeholder(reader: Reader) -> Expr | None:
    r"""The dot of `\pi(\cdot \mid s)`, which is the variable drawn from it; None where none stands here.

    Raises ContentError placeholder where no single variable is drawn.
    """
    opened = reader.pos > 0 and reader.texts[reader.pos - 1] in ("(", "[", ",")
    if reader.look() != r"\cdot" or not opened or reader.look(1) not in _BEHIND_DOT:
        return None
    start = reader.start()
    if not reader.placeholder:
        raise reader.refuse(
            "placeholder",
            "a dot in the place of an argument is the variable that is drawn from a law, and none is here",
            r"_{a \sim \pi(\cdot \mid s)}, or the argument itself",
        )
    reader.take()
    return Expr("name", (), reader.placeholder, r"\cdot", start, reader.finish())


def _left_side(reader: Reader, span: Span) -> Expr:
    r"""One name; several are a tuple, in brackets or bare."""
    bracket = reader.texts[span[0]] == "(" and reader.texts[span[1] - 1] == ")"
    if bracket:
        return reader.within(span, reader.rules.expression)
    pieces = list(_pieces(reader, span))
    made = [reader.within(piece, reader.rules.expression) for piece in pieces]
    return (
        made[0] if len(made) == 1 else Expr("tuple", tuple(made), None, "bare", made[0].start, made[-1].end)
    )


def _variables(reader: Reader, span: Span) -> dict[str, Symbol]:
    """The names left of a law. Raises ContentError unknown-subscript."""
    if reader.texts[span[0]] == "(" and reader.texts[span[1] - 1] == ")":
        span = (span[0] + 1, span[1] - 1)
    names: dict[str, Symbol] = {}
    for piece in _pieces(reader, span):
        label = reader.label(piece) if piece[0] < piece[1] else ""
        single = piece[1] - piece[0] == 1 and reader.kind_at(piece[0]) in ("letter", "greek", "word")
        if label not in reader.table.symbols and not single:
            if reader.texts[piece[0]] in reader.table.symbols:
                label = reader.texts[piece[0]]  # an entry of a declared array
            else:
                raise _unknown(reader, reader.start())
        names[label] = reader.table.symbols.get(label) or Symbol(label, "scalar")
    return names


def _unknown(reader: Reader, start: int) -> Exception:
    return reader.refuse(
        "unknown-subscript",
        "the subscript of an expectation names a variable and its law, or a declared density",
        r"_{x \sim p}, or _{q(z)}",
        start,
        reader.tokens[reader.limit - 1].end,
    )


def _law_alone(reader: Reader, start: int) -> tuple[Expr, dict[str, Symbol]]:
    r"""`q`, `q(z)`, `q(z \mid x)`, a product of them: form "law", as its variable is not printed."""
    with reader.naming_law():
        made = reader.rules.expression(reader)
    factors = made.args if made.head == "mul" else (made,)
    names: dict[str, Symbol] = {}
    for factor in map(bare, factors):
        if factor.head != "call":
            reader.pos = reader.limit
            raise _unknown(reader, start)
        names |= {name: _symbol_of(reader, name) for name in variables_of(factor, reader.table.symbols)}
    variables = tuple(Expr("name", (), name, "", made.start, made.end) for name in names)
    if not variables:
        raise _unknown(reader, start)
    left = (
        variables[0] if len(variables) == 1 else Expr("tuple", variables, None, "bare", made.start, made.end)
    )
    return Expr("rel", (left, made), ("sim",), "law", made.start, made.end), names


def _symbol_of(reader: Reader, name: str) -> Symbol:
    return reader.table.symbols.get(name) or Symbol(name, "scalar")


def density_variables(symbol: Symbol) -> tuple[str, ...]:
    """The arguments of a density that are variables: what stands behind a semicolon is a parameter."""
    shown = symbol.latex.partition(";")[0] if ";" in symbol.latex and not symbol.bar else ""
    return symbol.arguments[: shown.count(",") + 1] if shown else symbol.arguments


def variables_of(call: Expr, symbols: dict[str, Symbol]) -> tuple[str, ...]:
    """The variables that a density is of: its printed arguments before the bar, or its declared ones."""
    symbol = symbols[call.data]
    if not call.args:
        return symbol.arguments[: symbol.bar] if symbol.bar else density_variables(symbol)
    args: tuple[Expr, ...] = call.args[: symbol.bar or len(density_variables(symbol))]
    if call.args[0].head == "given":
        side = call.args[0].args[0]
        args = side.args if side.head == "tuple" else (side,)
    return tuple(name for name in map(argument_name, args) if name)


def is_variable(symbols: Mapping[str, Symbol], name: str) -> bool:
    """Whether a name is a variable of a declared density: a sum or integral over it has no bounds."""
    densities = (symbol for symbol in symbols.values() if "density" in symbol.words)
    return any(unprimed(name) in density_variables(symbol) for symbol in densities)


def _outermost(reader: Reader) -> Iterator[int]:
    """The tokens of this piece that stand in no bracket."""
    depth = 0
    for index in range(reader.pos, reader.limit):
        text = reader.texts[index]
        if text in _OPENING or text == "{":
            depth += 1
        elif text in commands.CLOSERS or reader.kind_at(index) == "close":
            depth -= 1
        elif not depth:
            yield index


def _comma_before(reader: Reader, mark: int) -> int:
    """The last comma outside brackets before a token. Raises ContentError unknown-subscript."""
    commas = [k for k in _outermost(reader) if k < mark and reader.texts[k] in (",", ";")]
    if not commas:
        raise _unknown(reader, reader.start())
    return commas[-1]


def _pieces(reader: Reader, span: Span) -> Iterator[Span]:
    """What stands between the commas of a span."""
    saved, reader.pos, limit, reader.limit = reader.pos, span[0], reader.limit, span[1]
    try:
        cuts = [k for k in _outermost(reader) if reader.texts[k] == ","]
    finally:
        reader.pos, reader.limit = saved, limit
    starts = [span[0], *(k + 1 for k in cuts)]
    yield from zip(starts, [*cuts, span[1]], strict=True)
