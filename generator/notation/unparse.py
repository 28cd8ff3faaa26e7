r"""From the typed tree alone back to the printed tokens.

What a formula prints must be in its tree: `unparse` gives the tokens that `tokens.normal`
makes of the source, so that nothing printed can have been ignored. Every head has one
printer in a table; the spelling comes from `form` and `data`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from generator.notation import commands, unparse_operators
from generator.notation.table import PLACES, name_parts
from generator.notation.tokens import braced, joined
from generator.notation.tree import Expr
from generator.notation.unparse_parts import Tokens, commas, kept, script, separated, spelled, within

_CONSTANTS = {"e": "e", "pi": r"\pi", "infty": r"\infty"}
_DEFAULTS = {"identity": "I", "ones": r"\mathbf{1}", "zeros": r"\mathbf{0}"}


def unparse(expr: Expr, table: object = None) -> tuple[str, ...]:
    """The printed tokens of a tree in normal spelling (see `tokens.normal`).

    `table` is not needed and is there for symmetry with the reader. Raises KeyError for a head
    that is not in the contract of `tree`.
    """
    return tuple(_print(expr))


_BAR = re.compile(r"\\[A-Za-z]+|\\\||\|")  # the tokens of a double bar


def _print(expr: Expr) -> Tokens:
    printer = PRINTERS.get(expr.head)
    return printer(expr) if printer is not None else unparse_operators.PRINTERS[expr.head](expr, _print)


# -- names and scripts ----------------------------------------------------------------


def _name(expr: Expr) -> Tokens:
    if expr.form == r"\cdot":  # the dot of a law
        return [expr.form]
    return kept(expr) or _named(expr.data, (), "")


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
    out = [*spelled(parts.nucleus), *["'"] * (parts.primes + primes)]
    if sub is not None:
        out += script("_", sub)
    return out + (script("^", sup) if sup is not None else [])


def _entry(expr: Expr) -> Tokens:
    base, indices = expr.args[0], [_print(arg) for arg in expr.args[1:]]
    if base.head == "name":
        return _named(base.data, indices, expr.form)
    return _print(base) + script("_", commas(indices, expr.form))


def _power(expr: Expr) -> Tokens:
    base, exponent = expr.args
    if expr.form == "power":
        word, rest = _function_parts(base)
        return word + script("^", _print(exponent)) + rest
    return _print(base) + script("^", _print(exponent))


def _marked(expr: Expr) -> Tokens:
    if expr.form == "layout":  # of a Jacobian, by a convention: nothing prints it
        return _print(expr.args[0])
    mark = {"inverse": ["-", "1"], "invtranspose": ["-", expr.form]}.get(expr.head, [expr.form])
    return _print(expr.args[0]) + script("^", mark)


def _delta(expr: Expr) -> Tokens:
    words = expr.form.split()
    letter = next((word for word in words if word != ","), r"\delta")
    return [letter, *script("_", commas([_print(arg) for arg in expr.args], "," if "," in words else ""))]


def _filled(expr: Expr) -> Tokens:
    if expr.form == "0":
        return ["0"]
    word = expr.form or _DEFAULTS[expr.head]
    return [word, *(script("_", spelled(expr.data)) if expr.data else [])]


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


def _special_product(expr: Expr) -> Tokens:
    return commas([_print(arg) for arg in expr.args], expr.form)


def _plus_minus(expr: Expr) -> Tokens:
    left = _print(expr.args[0]) if len(expr.args) == 2 else []
    return [*left, expr.form, *_print(expr.args[-1])]


# -- functions and brackets -----------------------------------------------------------


def _function_parts(expr: Expr) -> tuple[Tokens, Tokens]:
    """A function's printed name and its printed argument."""
    words = expr.form.split()
    if words[0] == "spectral":
        letter, _, label = words[1].partition("=")
        below = [label] if label else [token for arg in expr.args[1:] for token in _print(arg)]
        head = [letter, *(script("_", below) if below else [])]
        return head, within(words[2:], _print(expr.args[0]))
    args = commas([_print(arg) for arg in expr.args])
    name, _, base = words[1].partition("_")
    primes = len(name) - len(name.rstrip("'"))
    head = [name.rstrip("'"), *["'"] * primes, *(script("_", list(base)) if base else [])]
    return head, args if words[0] == "bare" else within(words[2:], args)


def _function(expr: Expr) -> Tokens:
    words = expr.form.split()
    if expr.form == "brace":
        degree = ["[", *_print(expr.args[1]), "]"] if len(expr.args) == 2 else []
        return [r"\sqrt", *degree, *braced(_print(expr.args[0]))]
    if words[0] == "vmatrix":
        return _print(expr.args[0])
    if words[0] == "norm":
        return _norm(expr)
    if words[0] == "bars":
        return within(words[1:], _print(expr.args[0]))
    if words[0] == "plus":
        return _print(expr.args[0]) + script("_", ["+"])
    if expr.data == "kl":
        label, bar = words.pop().removeprefix("label="), words.pop().removeprefix("bar=")
        left, right = (_print(arg) for arg in expr.args)
        word = ["K", "L"] if words[1] == "K" else [words[1]]
        words = [*words[:2], *words[3:]] if words[1] == "K" else words
        head = [*word, *(script("_", spelled(label)) if label else [])]
        return head + within(words[2:], [*left, *_BAR.findall(bar), *right])
    if words[0] == "information":
        return [words[1], *within(words[2:-1], separated(_print, expr.args, words[-1]))]
    head, argument = _function_parts(expr)
    return head + argument


def _call(expr: Expr) -> Tokens:
    name, order = expr.data if expr.head == "prime" else (expr.data, 0)
    words = expr.form.split()
    if words[0] == "script" and "paren" in words:
        place = words.index("paren")
        own, rest = (
            expr.args[slice(*ends)] for ends in ((int(words[place - 1]),), (int(words[place - 1]), None))
        )
        head = _named(name, [_print(arg) for arg in own], words[1] if place == 3 else "")
        return head + within(words[place + 1 : -1], separated(_print, rest, words[-1]))
    if words[0] == "script":
        return _named(name, [_print(arg) for arg in expr.args], words[1] if len(words) > 1 else "")
    head = _named(name, (), "", order)
    return head if words[0] == "bare" else head + within(words[1:-1], separated(_print, expr.args, words[-1]))


def _given(expr: Expr) -> Tokens:
    left, right = (_print(arg) for arg in expr.args)
    return [*left, r"\mid", *right]


def _group(expr: Expr) -> Tokens:
    return within(
        [*expr.data, *([expr.form] if expr.form else [])], commas([_print(arg) for arg in expr.args])
    )


def _listed(expr: Expr) -> Tokens:
    content = commas([_print(arg) for arg in expr.args])
    return content if expr.form == "bare" else within(expr.form.split(), content)


def _norm(expr: Expr) -> Tokens:
    words = expr.form.removeprefix("norm ").split()
    below = words.pop()[1:] if words[-1].startswith("_") else ""
    return within(words, _print(expr.args[0])) + (script("_", [below]) if below else [])


def _binomial(expr: Expr) -> Tokens:
    below = commas([_print(arg) for arg in expr.args[1:]])
    return ["\\" + expr.form, *braced(_print(expr.args[0])), *braced(below)]


def _matrix(expr: Expr) -> Tokens:
    rows, columns = expr.data
    if expr.form.startswith("stack"):
        _, mark, *words = expr.form.split()
        return within(words, commas([_print(arg) for arg in expr.args], mark))
    out = [f"\\begin{{{expr.form}}}"]
    for row in range(rows):
        out += [r"\\"] if row else []
        out += commas([_print(arg) for arg in expr.args[row * columns : (row + 1) * columns]], "&")
    return [*out, f"\\end{{{expr.form}}}"]


def _run(expr: Expr) -> Tokens:
    *shown, last = [_print(arg) for arg in expr.args]
    return commas([*shown, [expr.form], last], expr.data)


def _indicator(expr: Expr) -> Tokens:
    words, content = expr.form.split(), _print(expr.args[0])
    if words[0] == "iverson":
        return within(words[1:], content)
    if words[1] == "low":
        return [words[0], *script("_", [*words[2:3], *content, *words[3:]])]
    return [words[0], *within(words[1:], content)]


def _cases(expr: Expr) -> Tokens:
    out, args = [r"\begin{cases}"], iter(expr.args)
    for place, word in enumerate(expr.form.split()):
        out += ([r"\\"] if place else []) + _print(next(args))
        plain, _, mark = word.removesuffix(r"\\").partition("~")
        out += ([","] if plain.endswith(",") else []) + ["&"]
        plain = plain.removesuffix(",")
        out += [] if plain == "plain" else [f"\\text{{{plain}}}"]
        out += [] if plain.rstrip(".") == "otherwise" else _print(next(args))
        out += [mark] if mark else []
        out += [r"\\"] if word.endswith(r"\\") else []
    return [*out, r"\end{cases}"]


def _complement(expr: Expr) -> Tokens:
    where, mark = expr.form.split()
    inner = _print(expr.args[0])
    if where == "above":
        return inner + script("^", [mark])
    return [mark, *(braced(inner) if where == "over" else inner)]


TWO_ARGUMENTS = (r"\frac", r"\tfrac", r"\dfrac", r"\cfrac", r"\binom", r"\tbinom", r"\dbinom", r"\overset")
ARGUMENTS = (*TWO_ARGUMENTS, r"\sqrt", "_", "^")


def as_latex(expr: Expr) -> str:
    r"""A tree as LaTeX for people: blanks around relations; `\mathrm{SE}` as an argument is in braces."""
    out: list[str] = []
    for token in unparse(expr):
        before = (out[-1:] or [""])[0], (out[-2:-1] or [""])[0]
        argument = before[0] in ARGUMENTS or before[1] in TWO_ARGUMENTS
        braces = argument and token[:1] == "\\" and token[-1:] == "}"
        out.append(f"{{{token}}}" if braces else f" {token} " if token in commands.RELATIONS else token)
    return joined(out).strip()


PRINTERS: dict[str, Callable[[Expr], Tokens]] = {
    "num": _number, "name": _name, "entry": _entry, "pow": _power, "add": _add, "mul": _mul, "div": _div,
    "const": lambda e: [e.form or _CONSTANTS[e.data]], "pm": _plus_minus, "transpose": _marked,
    "inverse": _marked,
    "invtranspose": _marked, "pinv": _marked, "ones": _filled, "zeros": _filled, "identity": _filled,
    "delta": _delta,
    "func": _function, "call": _call, "prime": _call, "given": _given, "group": _group, "interval": _group,
    "tuple": _listed, "set": _listed, "abs": _listed, "floor": _listed, "ceil": _listed, "norm": _norm,
    "inner": _listed, "binom": _binomial, "multinomial": _binomial,
    "factorial": lambda e: [*_print(e.args[0]), "!"], "matrix": _matrix,
    "indicator": _indicator,
    "cases": _cases, "hadamard": _special_product, "kron": _special_product,
    "cap": _special_product, "cup": _special_product, "setminus": _special_product,
    "all": lambda e: _print(e.args[0]), "run": _run, "dots": lambda e: [e.form],
    "complement": _complement, "nothing": lambda e: [e.form], "sure": lambda e: [e.form],
}  # fmt: skip
