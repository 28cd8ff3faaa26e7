r"""An ellipsis in a sum or product, `x_1 + x_2 + \dots + x_n`: the sum or product that it stands for.

What is printed is kept in the node's form with a fingerprint of what it means (see `unparse_parts.kept`),
so that a tree that means something else is printed with its \sum or \prod.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from generator.errors import ContentError
from generator.notation import shape_algebra as algebra
from generator.notation.patterns import Ambiguous, Run, Terms, general_term, polynomial
from generator.notation.shape_core import Elaborator, shaped
from generator.notation.tree import Dim, Expr, bare, dim_add, dim_number
from generator.notation.unparse import unparse
from generator.notation.unparse_parts import Tokens, keeping

_WHOLE = frozenset({"size", "index", "integer"})
#: Names for what runs: the first that neither the topic nor the formula uses.
_RUNNING = "jiklmsqruvtbchjzwxypa"
_INFINITY = Expr("const", (), "infty", shape=())


def dots(elab: Elaborator, expr: Expr) -> Expr:
    """An ellipsis by itself; a sum or a product around it takes it in, else it is refused."""
    elab.dots[expr.start] = expr
    return shaped(expr, ())


def refused(elab: Elaborator, expr: Expr) -> ContentError:
    """The error about an ellipsis of which it is not clear what it leaves out."""
    message = "what this ellipsis leaves out cannot be told from the terms around it"
    remedy = r"the first terms and the last, x_1 + x_2 + \dots + x_n, or \sum or \prod with bounds"
    return elab.refuse(expr, "ellipsis-place", message, remedy)


def add(elab: Elaborator, expr: Expr) -> Expr:
    """A sum, its ellipses as sums of their own. Raises ContentError ellipsis-place, ellipsis-ambiguous."""
    while elab.dots and any(arg.head == "dots" for arg in expr.args):
        expr = _summed(elab, expr)
    return algebra.add(elab, expr) if expr.head == "add" else expr


def mul(elab: Elaborator, expr: Expr) -> Expr:
    """A product, its ellipses as products of their own. Raises as `add` does."""
    while elab.dots and any(arg.head == "dots" for arg in expr.args):
        expr = _multiplied(elab, expr)
    return algebra.mul(elab, expr) if expr.head == "mul" else expr


def _summed(elab: Elaborator, expr: Expr) -> Expr:
    terms, printed, signs = expr.args, expr.data, expr.data.replace("p", "+")
    place = next(k for k, term in enumerate(terms) if term.head == "dots")
    end = min(place + 2, len(terms))  # behind the last term, or behind the ellipsis
    if not place or (end > place + 1 and terms[place + 1].head == "dots"):
        raise refused(elab, terms[place])
    sign, whole = signs[place], set(signs[:end]) == {signs[place]}
    tail = len(signs[:place]) - len(signs[:place].rstrip(sign))  # terms of the sign of the ellipsis before it
    run, first = None, place - tail
    if tail and signs[place] == signs[end - 1]:
        run = _found(elab, terms[place], terms[first:place], terms[place + 1 : end])
    if run is None and not whole:
        run, first, sign = _signed(elab, terms, signs, place, end), 0, ""
    if run is None:
        raise refused(elab, terms[place])
    first = place - run.shown
    inner = printed[first:end] if not sign else "+" + signs[first + 1 : end]
    made = _made("sum", run, terms, first, end, _signs(terms[first:end], inner))
    rest, outer = terms[end:], (printed[first] if sign else "+")
    if not (first or rest or outer != "+"):
        return made
    return shaped(expr, expr.shape, args=(*terms[:first], made, *rest),
                  data=printed[:first] + outer + printed[end:])  # fmt: skip


def _signed(elab: Elaborator, terms: Sequence[Expr], signs: str, place: int, end: int) -> Run | None:
    """The run of terms whose signs differ: they are in the last term, or turn each time without end."""
    if end > place + 1:
        shown = [_negative(t) if s == "-" else t for s, t in zip(signs[:place], terms, strict=False)]
        last = _negative(terms[place + 1]) if signs[place + 1] == "-" else terms[place + 1]
        run = _found(elab, terms[place], shown, (last,))
        if run is not None and run.shown == place:
            return run
    if any(a == b for a, b in pairwise(signs[: place + 1])):
        return None
    return _turning(elab, terms, signs, place, end)


def _turning(elab: Elaborator, terms: Sequence[Expr], signs: str, place: int, end: int) -> Run | None:
    """The run of terms whose sign turns each time, up to a last one with a power of -1, or without end."""
    power, last = (None, None) if end == place + 1 else _without_sign(terms[place + 1])
    if end > place + 1 and (power is None or signs[place + 1] == "-"):
        return None
    run = _found(elab, terms[place], terms[:place], () if last is None else (last,))
    if run is None or run.shown < place:
        return None
    name = Expr("name", (), run.name, shape=())
    ends = tuple(_polynomial(elab, e) for e in (power, run.upper, run.lower) if e is not None)
    if power is not None:
        whole = [dim for dim in ends if dim is not None]
        if len(whole) < 3:
            return None
        odd = dim_add(dim_add(whole[0], whole[1], -1), whole[2])
        odd = dim_add(odd, dim_number(signs[0] == "-"))
        if any(coefficient % 2 for _, coefficient in odd):
            return None
    one = Expr("group", (_negative(Expr("num", (), "1", shape=())),), ("(", ")"), shape=())
    factor = Expr("pow", (one, Expr("add", (name, run.lower), "+-", shape=())), shape=())
    body = Expr("mul", (factor, run.body), ("",), shape=run.body.shape)
    return replace(run, body=_negative(body) if signs[0] == "-" else body)


def _without_sign(term: Expr) -> tuple[Expr | None, Expr | None]:
    """The exponent of a leading power of -1, and the factors behind it; None where there is none."""
    if term.head != "mul" or term.args[0].head != "pow":
        return None, None
    base, exponent = bare(term.args[0].args[0]), term.args[0].args[1]
    if base.head != "add" or base.data != "-" or bare(base.args[0]).data != "1":
        return None, None
    rest = term.args[1:]
    return exponent, rest[0] if len(rest) == 1 else term.with_args(rest)


def _multiplied(elab: Elaborator, expr: Expr) -> Expr:
    factors, separators = expr.args, expr.data
    place = next(k for k, factor in enumerate(factors) if factor.head == "dots")
    end = place + 2
    if not place or end > len(factors) or factors[place + 1].head == "dots":
        raise refused(elab, factors[place])
    run = _found(elab, factors[place], factors[:place], factors[place + 1 : end])
    if run is None:
        raise refused(elab, factors[place])
    first = place - run.shown
    for factor in factors[first:end]:
        elab.scalar(factor, "a product with an ellipsis")
    tokens: Tokens = []
    for k in range(first, end):
        tokens += [*([separators[k - 1]] if k > first and separators[k - 1] else []), *_shown(factors[k])]
    made = _made("prod", run, factors, first, end, tokens)
    if not first and end == len(factors):
        return made
    return shaped(expr, expr.shape, args=(*factors[:first], made, *factors[end:]),
                  data=(*separators[:first], *separators[end - 1 :]))  # fmt: skip


def _found(elab: Elaborator, mark: Expr, before: Sequence[Expr], last: Sequence[Expr]) -> Run | None:
    """The run of terms around an ellipsis, None where there is none."""
    whole = partial(_is_whole, elab)
    try:
        return general_term(Terms(before, last[0] if last else None, whole, _fresh(elab)))
    except Ambiguous as error:
        message = "what this ellipsis leaves out can be read in two ways"
        raise elab.refuse(mark, "ellipsis-ambiguous", message, str(error)) from error


def _fresh(elab: Elaborator) -> str:
    letters = set(re.sub(r"\\[A-Za-z]+", "", elab.text.value)) | set(elab.table.symbols) | set(elab.bound)
    return next((letter for letter in _RUNNING if letter not in letters), "j'")


def _made(head: str, run: Run, terms: Sequence[Expr], first: int, end: int, tokens: Tokens) -> Expr:
    args = (run.body, run.lower, run.upper or _INFINITY)
    form = keeping(args, tokens)
    return Expr(head, args, (run.name,), form, terms[first].start, terms[end - 1].end, terms[first].shape)


def _polynomial(elab: Elaborator, expr: Expr) -> Dim | None:
    return polynomial(expr, partial(_is_whole, elab))


def _is_whole(elab: Elaborator, name: str) -> bool:
    symbol = elab.symbol(name)
    return symbol is not None and symbol.kind in _WHOLE and not symbol.shape and not symbol.family


def _negative(term: Expr) -> Expr:
    return Expr("add", (term,), "-", "", term.start, term.end, term.shape)


def _shown(term: Expr) -> Tokens:
    return [term.form] if term.head == "dots" else list(unparse(term))


def _signs(terms: Sequence[Expr], signs: str) -> Tokens:
    """The tokens of terms with their signs; a first + is not printed."""
    out: Tokens = []
    for place, (sign, term) in enumerate(zip(signs, terms, strict=True)):
        out += [*([] if place == 0 and sign == "+" else [sign.replace("p", "+")]), *_shown(term)]
    return out
