"""Printers of what binds, differentiates, averages or states something; see `unparse`."""

from __future__ import annotations

from collections.abc import Callable

from generator.notation.tokens import braced
from generator.notation.tree import Expr
from generator.notation.unparse_parts import Show, Tokens, commas, kept, script, separated, spelled, within

_LARGE = {"sum": r"\sum", "prod": r"\prod", "maxover": r"\max", "minover": r"\min",
          "bigcap": r"\bigcap", "bigcup": r"\bigcup"}  # fmt: skip


# -- binders and calculus -------------------------------------------------------------


def _large(expr: Expr, show: Show) -> Tokens:
    names, body = list(expr.data), expr.args[0]
    word = expr.form.split()[0] if expr.form.startswith("\\") else _LARGE[expr.head]
    printed = kept(expr)
    if printed is not None:
        return printed
    if len(expr.args) == 2:
        if expr.form.endswith("colon"):
            below = [*commas([list(spelled(name)) for name in names]), ":", *show(expr.args[1])]
            return [word, *script("_", below), *show(body)]
        return [word, *script("_", show(expr.args[1])), *show(body)]
    inner = expr
    while inner.args[0].head == expr.head and inner.args[0].form == "joint":
        inner = inner.args[0]
        names += inner.data
    below = commas([list(spelled(name)) for name in names])
    if len(expr.args) == 1:
        return [word, *script("_", below), *show(body)]
    lower, upper = show(expr.args[1]), show(expr.args[2])
    return [
        _LARGE[expr.head],
        *script("_", [*below, "=", *lower]),
        *script("^", upper),
        *show(inner.args[0]),
    ]


def _arg(expr: Expr, show: Show) -> Tokens:
    word, *kinds = expr.form.split()
    domains = iter(expr.args[1:])
    bound = [kind for kind in kinds if kind != "c"]
    items = [
        show(next(domains)) if kind == "r" else list(spelled(name))
        for kind, name in zip(bound, expr.data, strict=True)
    ]
    constraints = [show(domain) for domain in domains]
    below = [*commas(items), *([":", *commas(constraints)] if constraints else [])]
    head = [r"\arg", "\\" + expr.head[3:]] if word == "arg" else [word]
    return [*head, *script("_", below), *show(expr.args[0])]


def _integral(expr: Expr, show: Show) -> Tokens:
    body, *bounds = (show(arg) for arg in expr.args)
    scripts = [token for mark, bound in zip("_^", bounds, strict=False) for token in script(mark, bound)]
    return [r"\int", *scripts, *body, expr.form, *spelled(expr.data[0])]


def _described(expr: Expr, show: Show) -> Tokens:
    first, *conditions = expr.args[0].args
    content = [*show(first), expr.args[0].form, *commas([show(condition) for condition in conditions])]
    return within(expr.form.split(), content)


def _limit(expr: Expr, show: Show) -> Tokens:
    below = [*spelled(expr.data[0]), expr.form, *show(expr.args[1])]
    return [r"\lim", *script("_", below), *show(expr.args[0])]


def _side(expr: Expr, show: Show) -> Tokens:
    return [*show(expr.args[0]), *script("^", [expr.data])]


def _derivative(expr: Expr, show: Show) -> Tokens:
    words = expr.form.split()
    mark = words[2] if len(words) > 2 else "d" if words[0] in ("d", "dop") else r"\partial"
    order = sum(expr.data)
    above = [mark, *(script("^", list(str(order))) if order > 1 else [])]
    below: Tokens = []
    for variable, times in zip(expr.args[1:], expr.data, strict=True):
        below += [mark, *show(variable), *(script("^", list(str(times))) if times > 1 else [])]
    body = show(expr.args[0])
    if words[0] == "slash":
        return [*above, *body, "/", *below]
    if words[0] in ("op", "dop"):
        return [words[1], *braced(above), *braced(below), *body]
    return [words[1], *braced([*above, *body]), *braced(below)]


def _gradient(expr: Expr, show: Show) -> Tokens:
    below = [] if expr.form == "own" else script("_", show(expr.args[1]))
    above = ["^", "2"] if expr.head == "hess" else []
    return [r"\nabla", *below, *above, *show(expr.args[0])]


def _at(expr: Expr, show: Show) -> Tokens:
    words = expr.form.split()
    pairs = [(show(a), show(b)) for a, b in zip(expr.args[1::2], expr.args[2::2], strict=True)]
    if "tuple" in words:
        middle = words.index(",")
        left = within(words[2:middle], commas([a for a, _ in pairs]))
        content = [*left, "=", *within(words[middle + 1 :], commas([b for _, b in pairs]))]
    else:
        content = commas([[*a, "=", *b] for a, b in pairs])
    body = show(expr.args[0])
    if words[0] == "left":
        return [r"\left", ".", *body, r"\right", "|", *script("_", content)]
    return [*body, "\\" + words[0], "|", *script("_", content)]


def _between(expr: Expr, show: Show) -> Tokens:
    body, lower, upper = (show(arg) for arg in expr.args)
    words, named = expr.form.split(), [*spelled(expr.data[0]), "="]
    scripts = script("_", [*(named if words[0] != "plain" else []), *lower])
    scripts += script("^", [*(named if words[0] == "both" else []), *upper])
    if words[-1] == "bar":
        return [r"\left", ".", *body, r"\right", "|", *scripts]
    return [*body, *scripts]


# -- chance and statements ------------------------------------------------------------


def _chance(expr: Expr, show: Show) -> Tokens:
    words = expr.form.split()
    plain = words[-1] == "bar=!"
    words = words[:-1] if plain else words
    law = expr.data.args[1] if expr.data and expr.data.form == "law" else expr.data
    below = script("_", show(law)) if expr.data else []
    separator = "," if expr.head == "Cov" else "|" if plain else r"\mid"
    return [words[0], *below, *within(words[1:], commas([show(arg) for arg in expr.args], separator))]


def _law(expr: Expr, show: Show) -> Tokens:
    words = expr.form.split()
    if expr.data == "moments":
        return within(words, commas([show(arg) for arg in expr.args]))
    square = ["^", "2"] if expr.data == "chi2" and words[0] == r"\chi" else []
    if words[1] == "script":
        below = commas([show(arg) for arg in expr.args], words[2] if len(words) > 2 else "")
        return [words[0], *script("_", below), *square]
    return [words[0], *square, *within(words[1:-1], separated(show, expr.args, words[-1]))]


def _space(expr: Expr, show: Show) -> Tokens:
    natural = script("_", [expr.form]) if expr.form else []
    above = commas([show(arg) for arg in expr.args], r"\times")
    return [f"\\mathbb{{{expr.data}}}", *natural, *(script("^", above) if above else [])]


def _relation(expr: Expr, show: Show) -> Tokens:
    out = show(expr.args[0])
    for operator, arg in zip(expr.form.split("|"), expr.args[1:], strict=True):
        words = operator.split()
        out += words + show(arg)
    return out


def _arrow(expr: Expr, show: Show) -> Tokens:
    left, right = (show(arg) for arg in expr.args)
    return [*left, expr.form, *right]


def _statements(expr: Expr, show: Show) -> Tokens:
    separators = expr.form.split("|")
    parts = [show(arg) for arg in expr.args]
    if separators[0] == "each":
        separators = separators[1:]
        parts = [show(arg.args[0]) for arg in expr.args[:-1]] + parts[-1:]
    out = parts[0]
    for separator, part in zip(separators, parts[1:], strict=True):
        out += separator.split(" ") + part
    return out


def _conditional(expr: Expr, show: Show) -> Tokens:
    word, *separator = expr.form.split(" ")
    conditions = commas([show(arg) for arg in expr.args[1:]], r"\text{and}")
    mark = r"\forall" if word == "forall" else f"\\text{{{word.replace('~', ' ')}}}"
    return [*show(expr.args[0]), *separator, mark, *conditions]


PRINTERS: dict[str, Callable[[Expr, Show], Tokens]] = {
    "described": _described,
    "sum": _large,
    "prod": _large,
    "bigcap": _large,
    "bigcup": _large,
    "maxover": _large,
    "minover": _large,
    "argmax": _arg,
    "argmin": _arg,
    "integral": _integral,
    "lim": _limit,
    "side": _side,
    "deriv": _derivative,
    "grad": _gradient,
    "hess": _gradient,
    "at": _at,
    "between": _between,
    "E": _chance,
    "Var": _chance,
    "Cov": _chance,
    "Pr": _chance,
    "law": _law,
    "density": _law,
    "space": _space,
    "rel": _relation,
    "iff": _arrow,
    "implies": _arrow,
    "list": _statements,
    "cond": _conditional,
}
