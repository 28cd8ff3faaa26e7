r"""Trees as S-expressions: what the second checker (`generator/recheck.py`) evaluates on its own.

A relation is `(claim (= left right) (when condition) ..)`, a scope a list of lines such as
`(symbol x (vector n))`, `(define z (i) ..)`, `(law x iid (normal \mu (^ \sigma 2)))`. Every
bracket is written and no spelling is left: groups are gone, ranges and dimensions explicit.
The language is described at the top of `recheck.py`, which shares no code with this file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from generator.meaning.givens import LawOf, read_givens
from generator.notation.tree import (
    Definition,
    Dim,
    Expr,
    ReadTopic,
    Scope,
    Statement,
    Symbol,
    bare,
)

_PLAIN = re.compile(r"[^\s()|\"]+")
_OPS = {"equiv": "=", "!=": "/="}
_PLACE = re.compile(r"\\(\d)")  # where a family's or function's index stands in its canonical name


def quoted(name: str) -> str:
    """A canonical name as one atom: between bars where it has blanks or brackets or starts like a number."""
    name = _PLACE.sub(lambda found: f"#{int(found[1]) + 1}", name)
    plain = _PLAIN.fullmatch(name) and not name[0].isdigit() and name[0] not in "-."
    return name if plain else f"|{name}|"


def listed(*parts: str) -> str:
    """(a b c)."""
    return f"({' '.join(parts)})"


def dimension(dim: Dim) -> str:
    """A dimension as an expression in sizes."""
    terms = []
    for names, coefficient in dim:
        factors = [*([str(coefficient)] if coefficient != 1 or not names else []), *map(quoted, names)]
        terms.append(factors[0] if len(factors) == 1 else listed("*", *factors))
    return "0" if not terms else terms[0] if len(terms) == 1 else listed("+", *terms)


class Writer:
    """Writes the trees of one scope; `symbols` tell the ranges of declared indices."""

    def __init__(self, symbols: Mapping[str, Symbol]) -> None:
        self.symbols = symbols

    def text(self, expr: Expr) -> str:
        """The S-expression of a tree."""
        expr = bare(expr)
        writer = _WRITERS.get(expr.head)
        return writer(self, expr) if writer else self.plain(expr.head, expr.args)

    def plain(self, head: str, args: Iterable[Expr]) -> str:
        """(head arg arg ..)."""
        return listed(head, *map(self.text, args))

    def statement(self, statement: Statement) -> str:
        """(claim relation (when ..) (limit ..)) of a statement, its conditions included."""
        parts = [self.text(statement.expr)]
        parts += [listed("when", self.text(condition)) for condition in statement.when]
        parts += [listed("limit", self.text(regime)) for regime in statement.limits]
        return listed("claim", *parts)

    def range_of(self, name: str) -> str:
        """(i 1 n) of a declared index."""
        symbol = self.symbols.get(name)
        if symbol is None or symbol.kind != "index":
            return listed(quoted(name))
        return listed(quoted(name), dimension(symbol.lower), dimension(symbol.upper))


def _add(w: Writer, expr: Expr) -> str:
    terms = [w.text(arg) for arg in expr.args]
    if len(terms) == 2 and expr.data[0] != "-" and expr.data[1] == "-":
        return listed("-", *terms)
    signed = [listed("-", t) if sign == "-" else t for sign, t in zip(expr.data, terms, strict=True)]
    return signed[0] if len(signed) == 1 else listed("+", *signed)


def _array(w: Writer, expr: Expr) -> str:
    return listed(expr.head, *map(dimension, expr.shape or ()))


def _matrix(w: Writer, expr: Expr) -> str:
    columns = expr.data[1]
    rows = [expr.args[k : k + columns] for k in range(0, len(expr.args), columns)]
    return listed("matrix", *(listed(*map(w.text, row)) for row in rows))


def _counted(w: Writer, expr: Expr) -> str:
    """(sum ((i 1 n)) body condition?), and so prod, max-over, min-over."""
    head = {"maxover": "max-over", "minover": "min-over"}.get(expr.head, expr.head)
    rest: list[str] = []
    if len(expr.args) == 3:
        bounds = listed(quoted(expr.data[0]), w.text(expr.args[1]), w.text(expr.args[2]))
        ranges = listed(bounds)
    else:
        ranges = listed(*(w.range_of(name) for name in expr.data or ()))
        rest = [w.text(arg) for arg in expr.args[1:]]
    return listed(head, ranges, w.text(expr.args[0]), *rest)


def _optimum(w: Writer, expr: Expr) -> str:
    return listed(expr.head, listed(*map(quoted, expr.data)), *map(w.text, expr.args))


def _integral(w: Writer, expr: Expr) -> str:
    where = listed(quoted(expr.data[0]), *(w.text(arg) for arg in expr.args[1:]))
    return listed(expr.head, where, w.text(expr.args[0]))


def _derivative(w: Writer, expr: Expr) -> str:
    by = [w.text(v) for v, order in zip(expr.args[1:], expr.data, strict=True) for _ in range(order)]
    return listed("derivative", w.text(expr.args[0]), *by)


def _bar(w: Writer, expr: Expr) -> str:
    pairs = zip(expr.args[1::2], expr.args[2::2], strict=True)
    return listed("at", w.text(expr.args[0]), *(w.plain("set", pair) for pair in pairs))


def _call(w: Writer, expr: Expr) -> str:
    return listed("call", quoted(expr.data), *map(w.text, expr.args))


def _prime(w: Writer, expr: Expr) -> str:
    return listed("prime", quoted(expr.data[0]), str(expr.data[1]), *map(w.text, expr.args))


def _chance(w: Writer, expr: Expr) -> str:
    if isinstance(expr.data, Expr):
        return listed(f"{expr.head}-under", w.text(expr.data), *map(w.text, expr.args))
    return w.plain(expr.head, expr.args)


def _named(w: Writer, expr: Expr) -> str:
    return w.plain(f"{expr.head} {expr.data}", expr.args)


def _norm(w: Writer, expr: Expr) -> str:
    return w.plain({"1": "norm-1", "infty": "norm-max"}.get(expr.data or "2", "norm"), expr.args)


def _interval(w: Writer, expr: Expr) -> str:
    kinds = ("closed" if expr.data[0] == "[" else "open", "closed" if expr.data[1] == "]" else "open")
    return listed("interval", *kinds, *map(w.text, expr.args))


def _relation(w: Writer, expr: Expr) -> str:
    """A chain is the conjunction of its links."""
    links = [
        w.plain(_OPS.get(op, op), pair)
        for op, pair in zip(expr.data, zip(expr.args, expr.args[1:], strict=False), strict=True)
    ]
    return links[0] if len(links) == 1 else listed("and", *links)


_WRITERS: dict[str, Callable[[Writer, Expr], str]] = {
    "num": lambda w, e: str(e.data),
    "const": lambda w, e: listed("const", e.data),
    "name": lambda w, e: quoted(e.data),
    "ones": _array, "zeros": _array, "identity": _array,
    "add": _add,
    "mul": lambda w, e: w.plain("*", e.args),
    "div": lambda w, e: w.plain("/", e.args),
    "pow": lambda w, e: w.plain("^", e.args),
    "invtranspose": lambda w, e: listed("transpose", w.plain("inverse", e.args)),
    "matrix": _matrix, "func": lambda w, e: w.plain(e.data, e.args), "call": _call, "prime": _prime,
    "norm": _norm, "sum": _counted, "prod": _counted, "maxover": _counted, "minover": _counted,
    "argmax": _optimum, "argmin": _optimum, "integral": _integral, "between": _integral, "lim": _integral,
    "deriv": _derivative,
    "grad": lambda w, e: w.plain("gradient", e.args), "hess": lambda w, e: w.plain("hessian", e.args),
    "at": _bar, "E": _chance, "Var": _chance,
    "law": _named, "density": _named, "space": _named, "interval": _interval, "rel": _relation,
    "list": lambda w, e: w.plain("and", e.args),
}  # fmt: skip


# -- scopes ---------------------------------------------------------------------------


def scope_lines(scope: Scope, solutions: Mapping[str, Expr]) -> tuple[str, ...]:
    """What a claim of this scope may refer to, one S-expression a line.

    `solutions` are the closed forms of names that are defined by an arg max.
    """
    w = Writer(scope.symbols)
    lines = [_symbol(symbol) for symbol in scope.symbols.values()]
    conditions = [c for symbol in scope.symbols.values() for c in symbol.conditions]
    lines += [listed("domain", w.text(c)) for c in (*conditions, *scope.restrictions)]
    lines += [_definition(w, d, solutions) for d in scope.definitions]
    givens = read_givens(scope)
    lines += [_law(w, law) for law in givens.laws.values()]
    pairs = sorted(tuple(sorted(pair)) for pair in givens.independent if len(pair) == 2)
    lines += [listed("independent", *map(quoted, pair)) for pair in pairs]
    lines += [listed("value", quoted(name), w.text(value)) for name, value in scope.values]
    return tuple(lines)


def _symbol(symbol: Symbol) -> str:
    dims = [dimension(d) for d in symbol.shape]
    parts = {
        "index": [dimension(symbol.lower), dimension(symbol.upper)],
        "rows": [quoted(symbol.of)],
        "columns": [quoted(symbol.of)],
        "function": [symbol.builtin or "-", *map(quoted, symbol.arguments)],
    }.get(symbol.kind, dims)
    over = [listed("over", *map(quoted, symbol.family))] if symbol.family else []
    words = [listed("is", *(word.replace(" ", "-") for word in sorted(symbol.words)))] if symbol.words else []
    return listed("symbol", quoted(symbol.name), listed(symbol.kind, *parts), *over, *words)


def _definition(w: Writer, definition: Definition, solutions: Mapping[str, Expr]) -> str:
    """(define name (i ..) body), define-square, define-function or define-at (fixed indices)."""
    body = bare(solutions.get(definition.name, definition.body))
    if definition.tuple_of and body.head == "tuple":
        body = body.args[definition.position]
    head, places = "define", [quoted(i) for i in definition.indices]
    if definition.at:
        head, places = "define-at", [w.text(i) for i in definition.at]
    elif definition.power == 2:
        head = "define-square"
    elif w.symbols[definition.name].kind == "function":
        head, places = "define-function", [quoted(a) for a in definition.arguments]
    return listed(head, quoted(definition.name), listed(*places), w.text(body))


def _law(w: Writer, law: LawOf) -> str:
    """(law x iid (normal m v)): iid or dependent entries, or one value; free laws with what is given."""
    how = "iid" if law.iid else "entries" if law.entries else "whole"
    moments = [w.plain(word, [v]) for word, v in (("mean", law.mean), ("variance", law.variance)) if v]
    return listed("law", quoted(law.name), how, w.plain(law.law, law.parameters), *moments)


def scopes(read: ReadTopic, solutions: Mapping[str, Mapping[str, Expr]]) -> dict[str, tuple[str, ...]]:
    """The lines of every scope of a topic by its name (topic, example, by hand)."""
    return {name: scope_lines(scope, solutions.get(name, {})) for name, scope in read.scopes.items()}
