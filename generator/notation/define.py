r"""`define` entries: what name the left side gives a value, and which relations are left to claim.

The left side is one fresh declared name: plain, indexed (`p_j`), a function of arguments
(`\ell(\mu, v)`), the square of a name that is not negative (`s^2`), or a tuple of names. A
family defined by recursion has members at fixed indices (`x_0 = ..`) and a step (`x_{t+1} = ..`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generator.errors import ContentError, fail
from generator.model import Entry, Text
from generator.notation.names import free_names
from generator.notation.parse import parse_expression, parse_statement
from generator.notation.pieces import split_at, stripped
from generator.notation.statements import STATING, numbered, pairs
from generator.notation.table import (
    PLACES,
    SymbolTable,
    declared_function,
    declared_name,
    name_parts,
    split_name,
)
from generator.notation.tokens import tokenize
from generator.notation.tree import Definition, Expr, Statement, Symbol, bare

_LEFT = r"on the left stands one declared name: \hat p, p_j, \ell(\mu, v), s^2 or (\hat\mu, \hat v)"


#: Type -> why a name of it has no definition.
_NEVER_DEFINED = {
    "size": "is a size: it takes every value",
    "index": "is an index: it takes every value",
    "rows": "are the rows of a matrix: that matrix gives their value",
    "sorted": "are the entries of a vector by size: that vector gives their value",
    "columns": "are the columns of a matrix: that matrix gives their value",
}


def read_definition(entry: Entry, table: SymbolTable) -> tuple[list[Definition], list[Statement]]:
    """The definitions of one entry, its own statement and those that the rest of its chain claims.

    Raises ContentError: not-a-definition, bad-left-side, square-of-signed, undeclared names.
    """
    text = entry.latex
    assert text is not None
    local = _local_names(text, table.symbols)
    local |= _valued(text, table.with_names(local))
    expr = bare(parse_statement(text, table.with_names(local)))
    if expr.head == "cond":
        message = "a definition holds always; this one has a condition"
        raise fail(
            text,
            expr.args[1].start,
            expr.args[1].end,
            "not-a-definition",
            message,
            r"\begin{cases} .. \end{cases}",
        )
    if expr.head != "rel" or expr.data[0] != "=":
        message = "a definition is an equality, with the new name on its left"
        raise fail(text, expr.start, max(expr.end, 1), "not-a-definition", message, "name = value")
    if expr.args[1].head in STATING:
        raise fail(
            text, expr.args[1].start, expr.args[1].end, "not-a-definition", "its right side is no value", ""
        )
    definitions = [_counted(item, table.symbols) for item in _define(text, expr, table.symbols, entry.id)]
    _refuse_free_indices(text, definitions, table.symbols)
    if len(definitions) == 1:
        _refuse_idle_arguments(text, bare(expr.args[0]), definitions, set(local))
    statements = []
    names = tuple(dict.fromkeys(item.name for item in definitions))
    for position, pair in enumerate(pairs(expr)):
        kind, defines = ("define", names) if position == 0 else ("claim", ())
        statements.append(
            Statement(numbered(entry.id, position), kind, pair, (), (), text, entry, entry.scope, defines)
        )
    return definitions, statements


def _counted(item: Definition, symbols: Mapping[str, Symbol]) -> Definition:
    """A function's definition with names of its own for arguments that are sizes or indices.

    A size has one value at a point, and the function may be taken at others: T(n - 1) beside T(n).
    """
    for name in item.arguments:
        symbol = symbols.get(name)
        if symbol is None or symbol.kind not in ("size", "index"):
            continue
        fresh = name + "'"
        while fresh in symbols:
            fresh += "'"
        body = substitute(item.body, name, Expr("name", (), fresh, shape=()))
        arguments = tuple(fresh if argument == name else argument for argument in item.arguments)
        item = replace(item, body=body, arguments=arguments)
    return item


def _local_names(text: Text, symbols: Mapping[str, Symbol]) -> dict[str, Symbol]:
    """The arguments of a function on the left that the topic does not declare.

    An argument has the type its place was declared with, else it is a scalar.
    """
    symbol, arguments = _function_left(text, symbols)
    if symbol is None:
        return {}
    places = [*symbol.arguments, *arguments[len(symbol.arguments) :]]
    local = {}
    for argument, place in zip(arguments, places, strict=False):
        if argument not in symbols:
            members = (s for s in symbols.values() if _is_member(place, s))
            like = symbols.get(place) or next(members, Symbol(argument, "scalar"))
            local[argument] = replace(like, name=argument, latex=argument, family=())
    return local


def _is_member(argument: str, symbol: Symbol) -> bool:
    """Whether an argument is printed like a member of a family, `x_t` or `x_0`: there it is a plain name."""
    one, other = name_parts(argument), name_parts(symbol.name)
    if not symbol.family or (one.nucleus, one.primes) != (other.nucleus, other.primes):
        return False
    for printed, template in ((one.sub, other.sub), (one.sup, other.sup)):
        if len(printed or ()) != len(template or ()):
            return False
        if any(a != b and b not in PLACES for a, b in zip(printed or (), template or (), strict=True)):
            return False
    return True


def _function_left(text: Text, symbols: Mapping[str, Symbol]) -> tuple[Symbol | None, tuple[str, ...]]:
    """The declared function whose value a definition gives, and its arguments as they stand there."""
    left = stripped(split_at(text, "=")[:1])[0]
    try:
        tokens = [token for token in tokenize(left) if token.kind != "layout"]
        name, end = split_name(left, tokens)
        label = left.part(0, tokens[end - 1].end)
        spelled, family = declared_name(label, [s.name for s in symbols.values() if s.kind == "index"])
        if end == len(tokens) or not {spelled, name.spelled()} & symbols.keys():
            return None, ()
        arguments = (*(family if spelled in symbols else ()), *declared_function(left)[1])
    except ContentError:
        return None, ()  # no function of names: the parser says what is wrong with it
    own = (spelled, name.spelled())
    alike = [symbol for symbol in symbols.values() if symbol.name.replace(r"\,", "") in own]
    alike.sort(key=lambda symbol: symbol.arguments != arguments)  # of several of this letter, this one first
    return (alike[0] if alike[0].kind == "function" else None), arguments


def _valued(text: Text, table: SymbolTable) -> dict[str, Symbol]:
    """The function on the left with the shape of its value, where that is an array."""
    pieces = stripped(split_at(text, "="))
    symbol, _ = _function_left(text, table.symbols)
    if symbol is None or symbol.builtin or len(pieces) < 2:
        return {}
    try:
        shape = parse_expression(pieces[1], table).shape
    except ContentError:
        return {}  # read whole, the formula says what is wrong with it
    return {symbol.name: replace(symbol, shape=shape)} if shape else {}


def definition_of(text: Text, expr: Expr, symbols: Mapping[str, Symbol]) -> Definition:
    """What an equation defines, whose left side is one name. Raises ContentError where it defines nothing."""
    return _counted(_one(text, bare(expr.args[0]), expr.args[1], symbols), symbols)


def _define(text: Text, expr: Expr, symbols: Mapping[str, Symbol], identity: str) -> list[Definition]:
    left, body = bare(expr.args[0]), expr.args[1]
    if left.head != "tuple":
        return [replace(_one(text, left, body, symbols), entry_id=identity)]
    made = [_one(text, bare(member), body, symbols) for member in left.args]
    names = tuple(item.name for item in made)
    for member, item in zip(left.args, made, strict=True):
        if names.count(item.name) > 1 or item.arguments or item.at:
            message = "a tuple on the left has different plain names"
            raise fail(text, member.start, member.end, "bad-left-side", message, _LEFT)
    return [
        replace(item, tuple_of=names, position=place, entry_id=identity) for place, item in enumerate(made)
    ]


def _one(text: Text, left: Expr, body: Expr, symbols: Mapping[str, Symbol]) -> Definition:
    power = 1
    if left.head == "pow" and bare(left.args[1]).data == "2":
        power, left = 2, bare(left.args[0])
    if left.head == "name" and left.data in symbols:
        made = Definition(left.data, body)
    elif left.head == "entry" and bare(left.args[0]).head == "name":
        made = _indexed(text, left, body, symbols)
    elif left.head == "call" and power == 1:
        made = _called(text, left, body)
    else:
        raise fail(
            text, left.start, max(left.end, left.start + 1), "bad-left-side", "this is no single name", _LEFT
        )
    symbol = symbols[made.name]
    if power == 2 and not is_nonnegative(symbol):
        message = f"the square defines {symbol.latex or made.name} only where it is not negative"
        raise fail(
            text, left.start, left.end, "square-of-signed", message, rf"{symbol.latex} : {symbol.kind}, \ge 0"
        )
    if symbol.kind in _NEVER_DEFINED:
        message = f"{symbol.latex or made.name} {_NEVER_DEFINED[symbol.kind]}, and is not defined"
        raise fail(text, left.start, left.end, "bad-left-side", message, _LEFT)
    return replace(made, power=power)


def _refuse_idle_arguments(text: Text, left: Expr, definitions: list[Definition], local: set[str]) -> None:
    """A new name among the arguments that the right side never uses is a slip for a declared one."""
    for item in definitions:
        for place, name in enumerate(item.arguments):
            if name in local and name not in free_names(item.body, frozenset()):
                arg = left.args[place]
                message = f"the argument {name} does not occur on the right"
                raise fail(text, arg.start, arg.end, "bad-left-side", message, _LEFT)


def _refuse_free_indices(text: Text, definitions: list[Definition], symbols: Mapping[str, Symbol]) -> None:
    """An index on the right is bound there or stands on the left too."""
    for item in definitions:
        for name in free_names(item.body, frozenset((*item.indices, *item.arguments))):
            if name in symbols and symbols[name].kind == "index":
                message = f"the index {name} stands on the right only"
                remedy = f"put it on the left too, or bind it there: a sum over {name}"
                raise fail(text, item.body.start, item.body.end, "free-index", message, remedy)


def _called(text: Text, left: Expr, body: Expr) -> Definition:
    """A function at names, or by recursion: at a fixed number (`T(0)`), or its step (`T(n+1)`)."""
    inner = bare(left.args[0]) if len(left.args) == 1 else left
    if inner.head == "num" and str(inner.data).isdigit():
        return Definition(left.data, body, at=left.args)
    step = inner.head == "add" and [bare(arg).head for arg in inner.args] == ["name", "num"]
    if step and "-" not in inner.data:  # T(n+1) = f(T(n)) for every n is T(n) = f(T(n-1))
        name = str(bare(inner.args[0]).data)
        back = Expr("add", inner.args, "+-", "", inner.start, inner.end, ())
        return Definition(left.data, substitute(body, name, back), arguments=(name,))
    return Definition(left.data, body, arguments=_arguments(text, left))


def _arguments(text: Text, left: Expr) -> tuple[str, ...]:
    if not left.args:
        message = "a function is defined with its arguments"
        raise fail(text, left.start, max(left.end, left.start + 1), "bad-left-side", message, r"L(p) = ..")
    names = []
    for arg in left.args:
        if bare(arg).head != "name" or bare(arg).data in names:
            message = "the arguments on the left are different names"
            raise fail(text, arg.start, arg.end, "bad-left-side", message, r"\ell(\mu, v) = ..")
        names.append(str(bare(arg).data))
    return tuple(names)


def _indexed(text: Text, left: Expr, body: Expr, symbols: Mapping[str, Symbol]) -> Definition:
    r"""`p_j`, a member at a fixed index (`x_0`), or the step of a recursion (`x_{t+1}`)."""
    name, indices = str(bare(left.args[0]).data), [bare(arg) for arg in left.args[1:]]
    free = [_free_index(index, symbols) for index in indices]
    if all(index.head == "name" for index in indices):
        found = tuple(str(index.data) for index in indices)
        if None in free or len(set(found)) < len(found):
            message = "the indices on the left are different declared indices"
            if any(name in symbols and symbols[name].kind == "size" for name in found):
                message = "a recursion goes up from its first member; this one is the last"
                remedy = "a sum from t + 1 as the definition; the step down is a claim with `when: t < T`"
                raise fail(text, left.start, left.end, "bad-left-side", message, remedy)
            raise fail(text, left.start, left.end, "bad-left-side", message, "i : index n")
        return Definition(name, body, indices=found)
    if not any(free):
        return Definition(name, body, at=tuple(left.args[1:]))
    shift = indices[0]
    step = (
        shift.head == "add"
        and len(indices) == 1
        and [bare(arg).head for arg in shift.args] == ["name", "num"]
    )
    if not step or "-" in shift.data:
        message = "a recursion is defined at fixed members and at one step"
        raise fail(text, left.start, left.end, "bad-left-side", message, "x_0 = .. and x_{t+1} = ..")
    # x_{t+1} = f(x_t) for every t is x_t = f(x_{t-1}): later stages look a member up by its index
    index = bare(shift.args[0])
    back = Expr("add", shift.args, "+-", "", shift.start, shift.end, ())
    return Definition(name, substitute(body, str(index.data), back), indices=(str(index.data),))


def _free_index(index: Expr, symbols: Mapping[str, Symbol]) -> str | None:
    """The declared index in an index expression, if any."""
    for node in index.walk():
        if node.head == "name" and node.data in symbols and symbols[node.data].kind == "index":
            return str(node.data)
    return None


def substitute(expr: Expr, name: str, value: Expr) -> Expr:
    """`expr` with `value` for each free occurrence of `name`."""
    if expr.head == "name" and expr.data == name:
        return value
    if expr.head in ("sum", "prod", "maxover", "minover") and name in (expr.data or ()):
        return expr
    return expr.with_args(tuple(substitute(arg, name, value) for arg in expr.args))


def is_nonnegative(symbol: Symbol) -> bool:
    """Whether the declared conditions keep a symbol at 0 or above."""
    for condition in symbol.conditions:
        if condition.head != "rel":
            continue
        for op, left, right in zip(condition.data, condition.args, condition.args[1:], strict=False):
            a, b = bare(left), bare(right)
            if op in (">", ">=") and _about(a, symbol) and _is_number(b):
                return True
            if op in ("<", "<=") and _about(b, symbol) and _is_number(a):
                return True
            if op == "in" and b.head == "interval" and _about(a, symbol) and _is_number(bare(b.args[0])):
                return True
    return False


def _about(expr: Expr, symbol: Symbol) -> bool:
    expr = bare(expr.args[0]) if expr.head == "entry" else expr
    return expr.head == "name" and expr.data == symbol.name


def _is_number(expr: Expr) -> bool:
    """A printed number; printed numbers have no sign, so it is 0 or above."""
    return expr.head in ("num", "const") and expr.data != "infty"
