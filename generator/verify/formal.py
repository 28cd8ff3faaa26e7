r"""Trees as S-expressions: what the second checker (`generator/recheck.py`) evaluates on its own.

A relation is `(claim (= left right) (when condition) ..)`, a scope a list of lines such as
`(symbol x (vector n))`, `(define z (i) ..)`, `(law x iid (normal \mu (^ \sigma 2)))`. Every
bracket is written and no spelling is left: groups are gone, ranges and dimensions explicit.
The language is described at the top of `recheck.py`, which shares no code with this file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product

from generator.meaning.drawn import drawn_sum
from generator.meaning.givens import LawOf, read_givens
from generator.meaning.program import substituted, takes_chance
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
from generator.verify.formal_structure import SILENT, STRUCTURE

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


def free_names_of(expr: Expr, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names in a tree that no sum or product in it binds."""
    if expr.head in ("sum", "prod", "maxover", "minover", "all"):
        bound = bound | frozenset(map(str, expr.data or ()))
    if expr.head == "name" and expr.data not in bound:
        yield str(expr.data)
    for arg in expr.args:
        yield from free_names_of(arg, bound)


class Writer:
    """Writes the trees of one scope."""

    def __init__(self, scope: Scope) -> None:
        self.symbols = scope.symbols
        self.definitions = {definition.name: definition for definition in scope.definitions}

    def places(self, name: str) -> tuple[str, ...]:
        """The names of a function's arguments."""
        known = self.definitions.get(name)
        return known.arguments if known else self.symbols[name].arguments

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

    def for_all(self, condition: Expr) -> str:
        """A declared condition, for all values of its free indices."""
        free = dict.fromkeys(free_names_of(condition))
        names = [n for n in free if n in self.symbols and self.symbols[n].kind == "index"]
        text = self.text(condition)
        return listed("all", listed(*map(self.range_of, names)), text) if names else text

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


def _entry(w: Writer, expr: Expr) -> str:
    """(entry x i); an entry of `rows X`, and a vector of a given family, is a row of a matrix."""
    base, *indices = expr.args
    symbol = w.symbols.get(str(bare(base).data)) if bare(base).head == "name" else None
    table = (
        symbol is not None
        and symbol.name not in w.definitions
        and len(symbol.family) == len(symbol.shape) == 1
    )
    if symbol is None or not (symbol.of or (table and len(indices) == 1)):
        return w.plain("entry", expr.args)
    row = listed("row", w.text(base), w.text(indices[0]))
    return listed("entry", row, *map(w.text, indices[1:])) if indices[1:] else row


def _name(w: Writer, expr: Expr) -> str:
    """A name; of `rows X` and `columns X` the matrix of these rows."""
    symbol = w.symbols.get(expr.data)
    if symbol is None or not symbol.of:
        return quoted(expr.data)
    return quoted(symbol.of) if symbol.kind == "rows" else listed("transpose", quoted(symbol.of))


def _array(w: Writer, expr: Expr) -> str:
    return listed(expr.head, *map(dimension, expr.shape or ()))


def _matrix(w: Writer, expr: Expr) -> str:
    columns = expr.data[1]
    rows = [expr.args[k : k + columns] for k in range(0, len(expr.args), columns)]
    return listed("matrix", *(listed(*map(w.text, row)) for row in rows))


def _counted(w: Writer, expr: Expr) -> str:
    """(sum ((i 1 n)) body condition?), and so prod, max-over, min-over."""
    head, rest = {"maxover": "max-over", "minover": "min-over"}.get(expr.head, expr.head), []
    if len(expr.args) == 3:
        ranges = [listed(quoted(expr.data[0]), w.text(expr.args[1]), w.text(expr.args[2]))]
    else:
        ranges = [w.range_of(name) for name in expr.data or ()]
        rest = [w.text(arg) for arg in expr.args[1:]]
    finite = all(text.count(" ") > 1 and "infty" not in text for text in ranges)
    return listed(head if finite else f"endless-{head}", listed(*ranges), w.text(expr.args[0]), *rest)


def _optimum(w: Writer, expr: Expr) -> str:
    domains = [text for name in expr.data for text in _structure(w.symbols[name])]
    return listed(expr.head, listed(*map(quoted, expr.data)), *map(w.text, expr.args), *domains)


def _structure(symbol: Symbol) -> Iterator[str]:
    """The declared structure of what an arg max binds; a word without relations as (structure word)."""
    dims = [dimension(dim) for dim in symbol.shape]
    for word in sorted(symbol.words - SILENT):
        known = STRUCTURE.get(word) if not symbol.family else None
        yield from known(quoted(symbol.name), *dims) if known else [listed("structure", quoted(word))]


def _integral(w: Writer, expr: Expr) -> str:
    where = listed(quoted(expr.data[0]), *(w.text(arg) for arg in expr.args[1:]))
    return listed(expr.head, where, w.text(expr.args[0]))


def _derivative(w: Writer, expr: Expr) -> str:
    """(derivative body x): of second order the derivative of a derivative."""
    text = w.text(expr.args[0])
    for variable, order in reversed(list(zip(expr.args[1:], expr.data, strict=True))):
        for _ in range(order):
            text = listed("derivative", text, w.text(variable))
    return text


def _gradient(w: Writer, expr: Expr) -> str:
    """(gradient body x); without a variable by the function's own argument, at what it is called with."""
    if len(expr.args) == 1 and expr.args[0].head == "call" and len(expr.args[0].args) == 1:
        return _at_own(w, expr.args[0].data, ("gradient",), expr.args[0].args[0])
    text = w.plain("gradient", expr.args)
    return listed("gradient", text, w.text(expr.args[1])) if expr.head == "hess" else text


def _at_own(w: Writer, name: str, operators: tuple[str, ...], argument: Expr | None) -> str:
    """Derivatives of a function by its own argument, at a value of that argument."""
    symbol = w.symbols[name]
    place = quoted(w.places(name)[0])
    text = (
        listed("call", quoted(name)) if symbol.builtin in ("", "density") else listed(symbol.builtin, place)
    )
    for operator in operators:
        text = listed(operator, text, place)
    return text if argument is None else listed("at", text, listed("set", place, w.text(argument)))


def _bar(w: Writer, expr: Expr) -> str:
    pairs = zip(expr.args[1::2], expr.args[2::2], strict=True)
    return listed("at", w.text(expr.args[0]), *(w.plain("set", pair) for pair in pairs))


def _call(w: Writer, expr: Expr) -> str:
    """(call f a ..), or (call f) at f's own argument names; a built-in function by its own name.

    A body that takes an expectation is written out: what is put in may itself be random.
    """
    symbol = w.symbols[expr.data]
    if symbol.builtin not in ("", "density"):
        return w.plain(symbol.builtin, expr.args)
    known = w.definitions.get(expr.data)
    if known and expr.args and any(takes_chance(node) for node in known.body.walk()):
        return w.text(substituted(known.body, dict(zip(known.arguments, expr.args, strict=True))))
    return listed("call", quoted(expr.data), *map(w.text, expr.args))


def _prime(w: Writer, expr: Expr) -> str:
    name, order = expr.data
    return _at_own(w, name, ("derivative",) * order, expr.args[0] if expr.args else None)


def _chance(w: Writer, expr: Expr) -> str:
    if isinstance(expr.data, Expr):
        drawn = drawn_sum(expr, w.symbols)
        if drawn is not None:
            return w.text(drawn)
        return listed(f"{expr.head}-under", w.text(expr.data), *map(w.text, expr.args))
    return w.plain(expr.head, expr.args)


def _named(w: Writer, expr: Expr) -> str:
    return w.plain(f"{expr.head} {expr.data}", expr.args)


def _density_of(expr: Expr) -> str:
    """The name of a density; that of a vector or a matrix has another one than that of a number."""
    joint = "joint-" if any(arg.shape for arg in expr.args) else ""
    return f"{expr.data}-{joint}density".replace(" ", "-")


def _inner(w: Writer, expr: Expr) -> str:
    product = listed("*", listed("transpose", w.text(expr.args[0])), w.text(expr.args[1]))
    return product if len(expr.args[0].shape or ()) == 1 else listed("tr", product)


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


def _function(w: Writer, expr: Expr) -> str:
    """(log x); what is made of others is written by them: (min (max x low) high)."""
    if expr.data == "clip":
        return listed("min", w.plain("max", expr.args[:2]), w.text(expr.args[2]))
    if expr.data == "kl" and all(arg.shape and len(arg.shape) == 1 for arg in expr.args):
        return _divergence(w, expr)
    return w.plain(expr.data, expr.args)


def _divergence(w: Writer, expr: Expr) -> str:
    """Of two vectors of probabilities, the sum of p log(p / q)."""
    p, q = (listed("entry", w.text(vector), "k'") for vector in expr.args)
    where = listed("k'", "1", dimension((expr.args[0].shape or ())[0]))
    return listed("sum", listed(where), listed("*", p, listed("log", listed("/", p, q))))


def _all(w: Writer, expr: Expr) -> str:
    return listed("all", listed(*map(w.range_of, expr.data)), w.text(expr.args[0]))


_WRITERS: dict[str, Callable[[Writer, Expr], str]] = {
    "num": lambda w, e: str(e.data),
    "const": lambda w, e: listed("const", e.data),
    "name": _name, "entry": _entry,
    "ones": _array, "zeros": _array, "identity": _array,
    "add": _add,
    "mul": lambda w, e: w.plain("*", e.args),
    "div": lambda w, e: w.plain("/", e.args),
    "pow": lambda w, e: w.plain("^", e.args),
    "invtranspose": lambda w, e: listed("transpose", w.plain("inverse", e.args)),
    "matrix": _matrix, "func": _function, "call": _call, "prime": _prime,
    "norm": _norm, "sum": _counted, "prod": _counted, "maxover": _counted, "minover": _counted,
    "argmax": _optimum, "argmin": _optimum, "integral": _integral, "between": _integral, "lim": _integral,
    "inner": _inner, "deriv": _derivative,
    "grad": _gradient, "hess": _gradient,
    "weights": lambda w, expr: w.text(expr.args[0]), "at": _bar, "E": _chance, "Var": _chance,
    "law": _named, "density": lambda w, e: w.plain(_density_of(e), e.args),
    "space": _named, "interval": _interval, "rel": _relation,
    "list": lambda w, e: w.plain("and", e.args), "all": _all,
}  # fmt: skip


# -- scopes ---------------------------------------------------------------------------


def scope_lines(scope: Scope, solutions: Mapping[str, Expr]) -> tuple[str, ...]:
    """What a claim of this scope may refer to, one S-expression a line.

    `solutions` are the closed forms of names that are defined by an arg max.
    """
    w = Writer(scope)
    lines = [_symbol(symbol, scope.symbols) for symbol in scope.symbols.values() if not symbol.of]
    conditions = [c for symbol in scope.symbols.values() for c in symbol.conditions]
    lines += [listed("domain", w.for_all(c)) for c in (*conditions, *scope.restrictions)]
    lines += [_definition(w, d, solutions) for d in scope.definitions]
    optima = [d for d in scope.definitions if bare(d.body).head in ("argmax", "argmin") and not d.tuple_of]
    lines += [listed("optimum", quoted(d.name), w.text(d.body)) for d in optima]
    givens = read_givens(scope)
    lines += [_law(w, law) for law in givens.laws.values()]
    pairs = sorted({tuple(sorted(pair)) for one, other in givens.independent for pair in product(one, other)})
    lines += [listed("independent", *map(quoted, pair)) for pair in pairs]
    lines += [listed("value", quoted(name), w.text(value)) for name, value in scope.values]
    return tuple(lines)


def _symbol(symbol: Symbol, symbols: Mapping[str, Symbol]) -> str:
    """(symbol x (vector n)); a family of numbers is a vector or a matrix, one of vectors a matrix."""
    dims = [dimension(symbols[index].upper) for index in symbol.family] + list(map(dimension, symbol.shape))
    kind = {1: "vector", 2: "matrix"}.get(len(dims), "array") if symbol.family else symbol.kind
    if kind == "index":
        dims = [dimension(symbol.lower), dimension(symbol.upper)]
    if kind == "function":
        dims = [quoted(argument) for argument in symbol.arguments]
    words = [listed("is", *(word.replace(" ", "-") for word in sorted(symbol.words)))] if symbol.words else []
    return listed("symbol", quoted(symbol.name), listed(kind, *dims), *words)


def _definition(w: Writer, definition: Definition, solutions: Mapping[str, Expr]) -> str:
    """(define name (i ..) body); the places are indices, fixed members or a function's arguments."""
    body = bare(solutions.get(definition.name, definition.body))
    if definition.tuple_of and body.head == "tuple":
        body = body.args[definition.position]
    places = [quoted(i) for i in (*definition.indices, *definition.arguments)] + [
        w.text(i) for i in definition.at
    ]
    text = w.text(body)
    value = listed("sqrt", text) if definition.power == 2 else text
    return listed("define", quoted(definition.name), listed(*places), value)


def _law(w: Writer, law: LawOf) -> str:
    """(law x iid (normal m v)): iid or dependent entries, or one value; free laws with what is given."""
    how = "iid" if law.iid else "entries" if law.entries else "whole"
    moments = [w.plain(word, [v]) for word, v in (("mean", law.mean), ("variance", law.variance)) if v]
    return listed("law", quoted(law.name), how, w.plain(law.law, law.parameters), *moments)


def scopes(
    read: ReadTopic, solutions: Mapping[str, Mapping[str, Expr]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(name, lines) of every scope of a topic: topic, example, by hand.

    An inner scope begins with (within topic) and adds its own lines to those of the topic.
    """
    found = {name: scope_lines(scope, solutions.get(name, {})) for name, scope in read.scopes.items()}
    outer = found["topic"]
    for name, lines in found.items():
        if name != "topic" and set(outer) <= set(lines):
            found[name] = ("(within topic)", *(line for line in lines if line not in outer))
    return tuple(found.items())
