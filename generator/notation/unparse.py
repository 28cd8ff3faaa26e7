r"""From the typed tree alone back to the printed tokens.

What a formula prints must be in its tree: `unparse` gives the tokens that `tokens.normal`
makes of the source, so that nothing printed can have been ignored. Every head has one
printer in a table; the spelling comes from `form` and `data`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from generator.model import Text
from generator.notation import commands
from generator.notation.table import PLACES, name_parts
from generator.notation.tokens import braced, normal, tokenize
from generator.notation.tree import Expr

Tokens = list[str]
_CONSTANTS = {"e": "e", "pi": r"\pi", "infty": r"\infty"}
_LARGE = {"sum": r"\sum", "prod": r"\prod", "maxover": r"\max", "minover": r"\min"}
_DEFAULTS = {"identity": "I", "ones": r"\mathbf{1}", "zeros": r"\mathbf{0}"}


def unparse(expr: Expr, table: object = None) -> tuple[str, ...]:
    """The printed tokens of a tree in normal spelling (see `tokens.normal`).

    `table` is not needed and is there for symmetry with the reader. Raises KeyError for a head
    that is not in the contract of `tree`.
    """
    return tuple(_print(expr))


def _print(expr: Expr) -> Tokens:
    return PRINTERS[expr.head](expr)


@lru_cache(maxsize=4096)
def _spelled(latex: str) -> tuple[str, ...]:
    return normal(tokenize(Text(latex, "", ((0, 1, 1),))))


def _script(mark: str, content: Sequence[str]) -> Tokens:
    return [mark, *braced(list(content))]


def _commas(lists: Sequence[Tokens], separator: str = ",") -> Tokens:
    out: Tokens = []
    for place, tokens in enumerate(lists):
        out += ([separator] if place and separator else []) + tokens
    return out


def _within(words: Sequence[str], content: Tokens) -> Tokens:
    """Content between the brackets that `words` (open, close, size) name."""
    opened, close = words[0], words[1]
    size = words[2] if len(words) > 2 else ""
    if not size:
        return [opened, *content, close]
    size = size if size.startswith("\\") else "\\" + size
    return [size, opened, *content, commands.SIZES[size], close]


# -- names and scripts ----------------------------------------------------------------


def _name(expr: Expr) -> Tokens:
    return _named(expr.data, (), "")


def _named(name: str, indices: Sequence[Tokens], form: str, primes: int = 0) -> Tokens:
    """A name with its places filled; indices beyond them go below."""
    parts = name_parts(name)
    filled = iter(indices)
    separator = "," if form else ""

    def fill(script: tuple[str, ...] | None) -> Tokens | None:
        if script is None:
            return None
        out: Tokens = []
        for place, part in enumerate(p for p in script if p != "," or not any(q in PLACES for q in script)):
            if part in PLACES:
                out += ([separator] if place and separator and out and out[-1] != "(" else []) + next(filled)
            else:
                out.append(part)
        return out

    sub, sup = fill(parts.sub), fill(parts.sup)
    for index in filled:
        sub = index if sub is None else [*sub, *([separator] if separator else []), *index]
    out = [*_spelled(parts.nucleus), *["'"] * (parts.primes + primes)]
    if sub is not None:
        out += _script("_", sub)
    return out + (_script("^", sup) if sup is not None else [])


def _entry(expr: Expr) -> Tokens:
    base, indices = expr.args[0], [_print(arg) for arg in expr.args[1:]]
    if base.head == "name":
        return _named(base.data, indices, expr.form)
    return _print(base) + _script("_", _commas(indices, expr.form))


def _power(expr: Expr) -> Tokens:
    base, exponent = expr.args
    if expr.form == "power":
        word, rest = _function_parts(base)
        return word + _script("^", _print(exponent)) + rest
    return _print(base) + _script("^", _print(exponent))


def _marked(expr: Expr) -> Tokens:
    mark = {"transpose": [expr.form], "inverse": ["-", "1"], "invtranspose": ["-", expr.form]}[expr.head]
    return _print(expr.args[0]) + _script("^", mark)


def _filled(expr: Expr) -> Tokens:
    if expr.form == "0":
        return ["0"]
    word = expr.form or _DEFAULTS[expr.head]
    return [word, *(_script("_", _spelled(expr.data)) if expr.data else [])]


# -- arithmetic -----------------------------------------------------------------------


def _number(expr: Expr) -> Tokens:
    return [] if expr.form == "unprinted" else list(expr.data)


def _add(expr: Expr) -> Tokens:
    out: Tokens = []
    for place, (sign, arg) in enumerate(zip(expr.data, expr.args, strict=True)):
        printed = "+" if sign == "p" else sign
        out += ([] if place == 0 and sign == "+" else [printed]) + _print(arg)
    return out


def _mul(expr: Expr) -> Tokens:
    out = _print(expr.args[0])
    for separator, arg in zip(expr.data, expr.args[1:], strict=True):
        out += ([separator] if separator else []) + _print(arg)
    return out


def _div(expr: Expr) -> Tokens:
    above, below = (_print(arg) for arg in expr.args)
    if expr.form == "slash":
        return [*above, "/", *below]
    return ["\\" + expr.form, *braced(above), *braced(below)]


def _plus_minus(expr: Expr) -> Tokens:
    left = _print(expr.args[0]) if len(expr.args) == 2 else []
    return [*left, expr.form, *_print(expr.args[-1])]


# -- functions and brackets -----------------------------------------------------------


def _function_parts(expr: Expr) -> tuple[Tokens, Tokens]:
    """A function's printed name and its printed argument."""
    words = expr.form.split()
    args = _commas([_print(arg) for arg in expr.args])
    name, _, base = words[1].partition("_")
    head = [name, *(_script("_", list(base)) if base else [])]
    return head, args if words[0] == "bare" else _within(words[2:], args)


def _function(expr: Expr) -> Tokens:
    words = expr.form.split()
    if expr.form == "brace":
        degree = ["[", *_print(expr.args[1]), "]"] if len(expr.args) == 2 else []
        return [r"\sqrt", *degree, *braced(_print(expr.args[0]))]
    if words[0] == "vmatrix":
        return _print(expr.args[0])
    if words[0] == "bars":
        return _within(words[1:], _print(expr.args[0]))
    if expr.data == "kl":
        label = words.pop().removeprefix("label=")
        left, right = (_print(arg) for arg in expr.args)
        head = [words[1], *(_script("_", _spelled(label)) if label else [])]
        return head + _within(words[2:], [*left, r"\|", *right])
    head, argument = _function_parts(expr)
    return head + argument


def _call(expr: Expr) -> Tokens:
    name, order = expr.data if expr.head == "prime" else (expr.data, 0)
    words = expr.form.split()
    if words[0] == "script":
        return _named(name, [_print(arg) for arg in expr.args], words[1] if len(words) > 1 else "")
    head = _named(name, (), "", order)
    return head if words[0] == "bare" else head + _within(words[1:-1], _separated(expr.args, words[-1]))


def _separated(args: Sequence[Expr], form: str) -> Tokens:
    """Arguments with the separators that `form` (sep=,;|) lists."""
    flat: list[Expr] = []
    for arg in args:
        for side in arg.args if arg.head == "given" else (arg,):
            flat += side.args if side.head == "tuple" and side.form == "bare" else (side,)
    out = _print(flat[0])
    for mark, arg in zip(form.removeprefix("sep="), flat[1:], strict=True):
        out += [r"\mid" if mark == "|" else mark, *_print(arg)]
    return out


def _given(expr: Expr) -> Tokens:
    left, right = (_print(arg) for arg in expr.args)
    return [*left, r"\mid", *right]


def _group(expr: Expr) -> Tokens:
    return _within(
        [*expr.data, *([expr.form] if expr.form else [])], _commas([_print(arg) for arg in expr.args])
    )


def _listed(expr: Expr) -> Tokens:
    content = _commas([_print(arg) for arg in expr.args])
    return content if expr.form == "bare" else _within(expr.form.split(), content)


def _norm(expr: Expr) -> Tokens:
    words = expr.form.split()
    below = words.pop()[1:] if words[-1].startswith("_") else ""
    return _within(words, _print(expr.args[0])) + (_script("_", [below]) if below else [])


def _binomial(expr: Expr) -> Tokens:
    return ["\\" + expr.form, *braced(_print(expr.args[0])), *braced(_print(expr.args[1]))]


def _matrix(expr: Expr) -> Tokens:
    rows, columns = expr.data
    out = [f"\\begin{{{expr.form}}}"]
    for row in range(rows):
        out += [r"\\"] if row else []
        out += _commas([_print(arg) for arg in expr.args[row * columns : (row + 1) * columns]], "&")
    return [*out, f"\\end{{{expr.form}}}"]


def _indicator(expr: Expr) -> Tokens:
    words, content = expr.form.split(), _print(expr.args[0])
    if words[1] == "low":
        return [words[0], *_script("_", [words[2], *content, words[3]])]
    return [words[0], *_within(words[1:], content)]


def _cases(expr: Expr) -> Tokens:
    out, args = [r"\begin{cases}"], iter(expr.args)
    for place, word in enumerate(expr.form.split()):
        out += ([r"\\"] if place else []) + _print(next(args))
        plain = word.removesuffix(r"\\")
        out += ([","] if plain.endswith(",") else []) + ["&"]
        plain = plain.removesuffix(",")
        out += [] if plain == "plain" else [f"\\text{{{plain}}}"]
        out += [] if plain == "otherwise" else _print(next(args))
        out += [r"\\"] if word.endswith(r"\\") else []
    return [*out, r"\end{cases}"]


# -- binders and calculus -------------------------------------------------------------


def _large(expr: Expr) -> Tokens:
    names, body = list(expr.data), expr.args[0]
    if len(expr.args) == 2:
        return [_LARGE[expr.head], *_script("_", _print(expr.args[1])), *_print(body)]
    inner = expr
    while inner.args[0].head == expr.head and inner.args[0].form == "joint":
        inner = inner.args[0]
        names += inner.data
    below = _commas([list(_spelled(name)) for name in names])
    if len(expr.args) == 1:
        return [_LARGE[expr.head], *_script("_", below), *_print(body)]
    lower, upper = _print(expr.args[1]), _print(expr.args[2])
    return [
        _LARGE[expr.head],
        *_script("_", [*below, "=", *lower]),
        *_script("^", upper),
        *_print(inner.args[0]),
    ]


def _arg(expr: Expr) -> Tokens:
    word, *kinds = expr.form.split()
    domains = iter(expr.args[1:])
    items = [
        _print(next(domains)) if kind == "r" else list(_named(name, (), ""))
        for kind, name in zip(kinds, expr.data, strict=True)
    ]
    head = [r"\arg", "\\" + expr.head[3:]] if word == "arg" else [word]
    return [*head, *_script("_", _commas(items)), *_print(expr.args[0])]


def _integral(expr: Expr) -> Tokens:
    body, lower, upper = (_print(arg) for arg in expr.args)
    return [r"\int", *_script("_", lower), *_script("^", upper), *body, expr.form, *_spelled(expr.data[0])]


def _limit(expr: Expr) -> Tokens:
    below = [*_spelled(expr.data[0]), expr.form, *_print(expr.args[1])]
    return [r"\lim", *_script("_", below), *_print(expr.args[0])]


def _derivative(expr: Expr) -> Tokens:
    words = expr.form.split()
    mark = words[2] if len(words) > 2 else "d" if words[0] in ("d", "dop") else r"\partial"
    order = sum(expr.data)
    above = [mark, *(_script("^", list(str(order))) if order > 1 else [])]
    below: Tokens = []
    for variable, times in zip(expr.args[1:], expr.data, strict=True):
        below += [mark, *_print(variable), *(_script("^", list(str(times))) if times > 1 else [])]
    body = _print(expr.args[0])
    if words[0] == "slash":
        return [*above, *body, "/", *below]
    if words[0] in ("op", "dop"):
        return [words[1], *braced(above), *braced(below), *body]
    return [words[1], *braced([*above, *body]), *braced(below)]


def _gradient(expr: Expr) -> Tokens:
    below = [] if expr.form == "own" else _script("_", _print(expr.args[1]))
    above = ["^", "2"] if expr.head == "hess" else []
    return [r"\nabla", *below, *above, *_print(expr.args[0])]


def _at(expr: Expr) -> Tokens:
    words = expr.form.split()
    pairs = [(_print(a), _print(b)) for a, b in zip(expr.args[1::2], expr.args[2::2], strict=True)]
    if "tuple" in words:
        middle = words.index(",")
        left = _within(words[2:middle], _commas([a for a, _ in pairs]))
        content = [*left, "=", *_within(words[middle + 1 :], _commas([b for _, b in pairs]))]
    else:
        content = _commas([[*a, "=", *b] for a, b in pairs])
    body = _print(expr.args[0])
    if words[0] == "left":
        return [r"\left", ".", *body, r"\right", "|", *_script("_", content)]
    return [*body, "\\" + words[0], "|", *_script("_", content)]


# -- chance and statements ------------------------------------------------------------


def _chance(expr: Expr) -> Tokens:
    words = expr.form.split()
    below = _script("_", _print(expr.data)) if expr.data else []
    separator = "," if expr.head == "Cov" else r"\mid"
    return [words[0], *below, *_within(words[1:], _commas([_print(arg) for arg in expr.args], separator))]


def _law(expr: Expr) -> Tokens:
    words = expr.form.split()
    if expr.data == "moments":
        return _within(words, _commas([_print(arg) for arg in expr.args]))
    square = ["^", "2"] if expr.data == "chi2" and words[0] == r"\chi" else []
    if words[1] == "script":
        below = _commas([_print(arg) for arg in expr.args], words[2] if len(words) > 2 else "")
        return [words[0], *_script("_", below), *square]
    return [words[0], *square, *_within(words[1:-1], _separated(expr.args, words[-1]))]


def _space(expr: Expr) -> Tokens:
    above = _commas([_print(arg) for arg in expr.args], r"\times")
    return [f"\\mathbb{{{expr.data}}}", *(_script("^", above) if above else [])]


def _relation(expr: Expr) -> Tokens:
    out = _print(expr.args[0])
    for operator, arg in zip(expr.form.split("|"), expr.args[1:], strict=True):
        words = operator.split()
        out += words + _print(arg)
    return out


def _arrow(expr: Expr) -> Tokens:
    left, right = (_print(arg) for arg in expr.args)
    return [*left, expr.form, *right]


def _statements(expr: Expr) -> Tokens:
    separators = expr.form.split("|")
    parts = [_print(arg) for arg in expr.args]
    if separators[0] == "each":
        separators = separators[1:]
        parts = [_print(arg.args[0]) for arg in expr.args[:-1]] + parts[-1:]
    out = parts[0]
    for separator, part in zip(separators, parts[1:], strict=True):
        out += separator.split(" ") + part
    return out


def _conditional(expr: Expr) -> Tokens:
    word, *separator = expr.form.split(" ")
    conditions = _commas([_print(arg) for arg in expr.args[1:]], r"\text{and}")
    return [*_print(expr.args[0]), *separator, f"\\text{{{word}}}", *conditions]


PRINTERS: dict[str, Callable[[Expr], Tokens]] = {
    "num": _number, "name": _name, "entry": _entry, "pow": _power, "add": _add, "mul": _mul, "div": _div,
    "const": lambda e: [e.form or _CONSTANTS[e.data]], "pm": _plus_minus, "transpose": _marked, "inverse": _marked,
    "invtranspose": _marked, "ones": _filled, "zeros": _filled, "identity": _filled,
    "delta": lambda e: [r"\delta", *_script("_", _commas([_print(a) for a in e.args], e.form))],
    "func": _function, "call": _call, "prime": _call, "given": _given, "group": _group, "interval": _group,
    "tuple": _listed, "set": _listed, "abs": _listed, "floor": _listed, "ceil": _listed, "norm": _norm,
    "binom": _binomial, "factorial": lambda e: [*_print(e.args[0]), "!"], "matrix": _matrix, "indicator": _indicator,
    "cases": _cases, "sum": _large, "prod": _large, "maxover": _large, "minover": _large, "argmax": _arg,
    "argmin": _arg, "integral": _integral, "lim": _limit, "deriv": _derivative, "grad": _gradient, "hess": _gradient,
    "at": _at, "E": _chance, "Var": _chance, "Cov": _chance, "Pr": _chance, "law": _law, "density": _law,
    "space": _space, "rel": _relation, "iff": _arrow, "implies": _arrow, "list": _statements, "cond": _conditional,
}  # fmt: skip
