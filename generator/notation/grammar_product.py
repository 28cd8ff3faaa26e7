r"""Sums, products, quotients: what binds by position rather than by a printed word.

A product is n-ary; a slash takes everything before it in its term and one factor after it,
and whatever follows that could be read in two ways is refused.
"""

from __future__ import annotations

from dataclasses import replace

from generator.notation import commands
from generator.notation.binding import free_names
from generator.notation.cursor import Reader
from generator.notation.grammar_adjacent import (
    call_remedy,
    callable_name,
    check_bar,
    check_bare_call,
    check_composition,
    check_index_factor,
    is_sum,
)
from generator.notation.grammar_density import placeholder
from generator.notation.grammar_name import name, opens
from generator.notation.grammar_number import check_spelled, factorial, number
from generator.notation.grammar_spectrum import spectral
from generator.notation.tree import Expr, bare

#: Heads whose body already reaches to the end of the product.
REACHING = frozenset({"sum", "prod", "maxover", "minover", "lim", "argmax", "argmin", "bigcap", "bigcup"})
#: How deep factors may stand in one another: readers lose track long before.
MOST_NESTED = 30
#: Of these, the ones whose body a reader could stretch over a following + or -.
OPEN_BODIES = frozenset({"lim", "argmax", "argmin"})
#: The ones whose body goes on over the terms that hold its variable: outside it would stand free.
GOING_ON = OPEN_BODIES | {"maxover", "minover"}


def expression(reader: Reader) -> Expr:
    r"""[sign] term { (+|-) term } [ \pm term ]. Raises ContentError sign-after-operator, open-body."""
    start = reader.start()
    signs = ""
    if reader.look() in ("+", "-"):
        signs = "p" if reader.take() == "+" else "-"
    if reader.look() in (r"\pm", r"\mp"):
        if signs:
            raise reader.refuse("sign-after-operator", "a sign cannot follow a sign", r"\pm or \mp alone")
        return _plus_minus(reader, None, start)
    terms = [reader.rules.term(reader)]
    signs = signs or "+"
    while reader.look() in ("+", "-"):
        if _binder(terms[-1]).head in GOING_ON:
            terms[-1], more, others = _going_on(reader, terms[-1])
            signs, terms = signs + more, [*terms, *others]
            continue
        signs += reader.take()
        terms.append(reader.rules.term(reader))
    made = terms[0] if signs == "+" else reader.node("add", tuple(terms), start, signs)
    return _plus_minus(reader, made, start) if reader.look() in (r"\pm", r"\mp") else made


def _plus_minus(reader: Reader, left: Expr | None, start: int) -> Expr:
    mark = reader.take()
    right = reader.rules.term(reader)
    if reader.look() in ("+", "-", r"\pm", r"\mp"):
        raise reader.refuse("ambiguous-sign", f"a term after {mark} could belong to either side", "brackets")
    return reader.node("pm", (right,) if left is None else (left, right), start, form=mark)


def _binder(term: Expr) -> Expr:
    """The term itself, or its last factor: what could reach over a following sign."""
    return term.args[-1] if term.head == "mul" else term


def _going_on(reader: Reader, last: Expr) -> tuple[Expr, str, list[Expr]]:
    r"""`last` with the terms behind it that its body takes in; signs and terms of those outside it.

    A bracketed body is whole. `\arg\max_w f(w) + g(w)` has one reading, for outside the second w would
    be free and bound at once; with no w in the last term it has two. Raises ContentError open-body.
    """
    inner, edge = _binder(last), reader.start() + 1
    body = inner.args[0]
    signs, terms = "", []
    while reader.look() in ("+", "-"):
        signs += reader.take()
        terms.append(reader.rules.term(reader))
    holding = [any(free_names(term)[name] for name in inner.data) for term in terms]
    if bare(body) is not body or (not any(holding) and inner.head not in OPEN_BODIES):
        return last, signs, terms
    if not holding[-1]:
        message = f"does {inner.head.removesuffix('over')} reach over this sign?"
        raise reader.refuse("open-body", message, "brackets around its body", inner.start, edge)
    whole = replace(body, head="add", args=(body, *terms), data="+" + signs, form="", end=terms[-1].end)
    made = replace(inner, args=(whole, *inner.args[1:]), end=whole.end)
    if last is not inner:
        made = replace(last, args=(*last.args[:-1], made), end=whole.end)
    return made, "", []


def term(reader: Reader) -> Expr:
    """factor { [dot] factor } [ / factor ].

    Raises ContentError: ambiguous-slash, sign-after-operator, number-after-factor, looks-like-a-call.
    """
    start = reader.start()
    factors = [factor(reader)]
    separators: list[str] = []
    while not reader.done():
        text = reader.look()
        if text == "/":
            return _quotient(reader, _product(factors, separators, start), factors[-1])
        if text in commands.PRODUCTS:
            reader.take()
            _check_open_argument(reader, factors[-1])
            separators.append(text)
            factors.append(factor(reader))
        elif text in commands.SPECIAL_PRODUCTS:
            _check_open_argument(reader, factors[-1])
            return _special_product(reader, factors, start)
        elif starts_factor(reader):
            check_bar(reader, factors)
            factors.append(_next_factor(reader, factors[-1]))
            separators.append("")
        else:
            break
    return _product(factors, separators, start)


def _special_product(reader: Reader, factors: list[Expr], start: int) -> Expr:
    r"""`a \odot b`, `A \otimes B \otimes C`: one kind of product alone in its term.

    Raises ContentError ambiguous-product beside other factors: no rule says which binds first.
    """
    mark, mixed = reader.look(), len(factors) > 1
    while reader.accept(mark):
        _check_slash(reader, factors)
        factors.append(factor(reader))
    if (
        mixed
        or starts_factor(reader)
        or reader.look() in (*commands.SPECIAL_PRODUCTS, *commands.PRODUCTS, "/")
    ):
        raise reader.refuse(
            "ambiguous-product",
            f"which binds first, {mark} or the product beside it?",
            rf"(a b) {mark} c, or a (b {mark} c)",
            start,
            reader.finish(),
        )
    return reader.node(commands.SPECIAL_PRODUCTS[mark], tuple(factors), start, form=mark)


def _product(factors: list[Expr], separators: list[str], start: int) -> Expr:
    if len(factors) == 1:
        return factors[0]
    return Expr("mul", tuple(factors), tuple(separators), "", start, factors[-1].end)


def _quotient(reader: Reader, above: Expr, last: Expr) -> Expr:
    """A slash: all before it in the term over one factor, behind which nothing may follow."""
    reader.take()
    _check_open_argument(reader, last)
    _check_slash(reader, [last])
    below = factor(reader)
    made = reader.node("div", (above, below), above.start, form="slash")
    if reader.look() == "/" or reader.look() in commands.PRODUCTS or starts_factor(reader):
        raise reader.refuse(
            "ambiguous-slash",
            f"after a quotient with a slash, {reader.look()} can be read in two ways",
            r"\frac{a}{b}, or brackets",
        )
    return made


def _check_open_argument(reader: Reader, last: Expr) -> None:
    """After a dot or slash: a bare argument or an operator's operand could reach over it."""
    if last.head == "func" and last.form.startswith("bare") and reader.look() not in commands.FUNCTIONS:
        raise _ambiguous_argument(reader)
    if _open_operand(last):
        raise reader.refuse("open-body", "is this factor differentiated too?", "brackets around the body")


def _open_operand(last: Expr) -> bool:
    """A derivative whose operand stands behind it without brackets."""
    if last.head == "deriv":
        return last.form.split()[0] in ("op", "dop") and last.args[0].head != "group"
    return last.head in ("grad", "hess") and last.form != "own" and last.args[0].head != "group"


def _check_slash(reader: Reader, factors: list[Expr]) -> None:
    last = factors[-1]
    if last.head in REACHING and last.head != "sum":
        raise reader.refuse(
            "ambiguous-slash", f"does {last.head} reach over this slash?", r"\frac{a}{b}, or brackets"
        )


def _ambiguous_argument(reader: Reader) -> Exception:
    return reader.refuse(
        "ambiguous-argument",
        "is this factor in the function's argument or outside it?",
        r"\log\left((a) b\right), or b \log(a)",
    )


def _power_of_number(reader: Reader, last: Expr) -> bool:
    r"""Whether a power of a number comes: `n 2^{n-1}` has one reading; `2 2^n` and `n 2` may be misread."""
    ahead = 1
    while reader.kind(ahead) == "digit" or reader.look(ahead) == ".":
        ahead += 1
    return reader.kind(ahead) == "sup" and last.head not in ("num", "div")


def _next_factor(reader: Reader, last: Expr) -> Expr:
    """A factor that stands directly behind another one."""
    if reader.kind() == "digit" and last.head != "dots" and not _power_of_number(reader, last):
        raise reader.refuse(
            "number-after-factor",
            "a number behind a factor can be misread",
            r"the number first, or \cdot between",
        )
    if _open_operand(last):
        raise reader.refuse("open-body", "is this factor differentiated too?", "brackets around the body")
    bracket = opens(reader)
    check_bare_call(reader, last, bracket)
    index, begin = reader.pos, reader.start()
    made = factor(reader)
    check_composition(reader, last, made)
    if made.head == "indicator":  # a relation in brackets is no argument
        return made
    if bracket in ("(", "[") and callable_name(last) and "\\" not in reader.text.value[last.end : begin]:
        inner = made if made.head != "group" else made.args[0]
        if made.head not in ("group", "pow", "transpose", "entry") or (
            made.head == "group" and not is_sum(inner)
        ):
            raise reader.refuse(
                "looks-like-a-call",
                f"{reader.text.value[last.start : last.end]} is no function: this looks like a call",
                call_remedy(reader, last),
                last.start,
                reader.finish(),
            )
    check_index_factor(reader, last, made, index)
    return made


def starts_factor(reader: Reader) -> bool:
    """Whether another factor can begin at the coming token."""
    text = reader.look()
    if (
        not text
        or text in commands.STOPS
        or reader.kind() in ("text", "quad", "newline", "end", "amp", "close")
    ):
        return False
    if reader.bars and text == reader.bars[-1]:
        return False
    if text in commands.BAR_SIZES and reader.look(1) in commands.CLOSERS:
        return False
    return not (text in commands.BAR_SIZES and reader.look(1) in ("|", r"\|") and reader.kind(2) == "sub")


def factor(reader: Reader) -> Expr:
    """One factor with its scripts and factorials.

    Raises ContentError: sign-after-operator, undeclared, unexpected-token, unexpected-end, too-deep.
    """
    if reader.depth >= MOST_NESTED:
        message = f"brackets, scripts and operators are nested more than {MOST_NESTED} deep"
        raise reader.refuse("too-deep", message, "a name of its own for an inner part")
    reader.depth += 1
    try:
        return _factor(reader)
    finally:
        reader.depth -= 1


def _factor(reader: Reader) -> Expr:
    text = reader.look()
    if reader.kind() == "letter" and reader.kind(1) == "letter":
        check_spelled(reader)
    if text in ("+", "-", r"\pm"):
        raise reader.refuse("sign-after-operator", "a sign cannot follow an operator", f"({text}..)")
    if reader.done():
        raise reader.refuse("unexpected-end", "something is missing here", "the missing part")
    made = placeholder(reader) or spectral(reader) or name(reader)
    if made is None:
        made = _other(reader)
    if reader.look() == "!":
        made = factorial(reader, made)
    if (
        reader.look() in commands.BAR_SIZES
        and reader.look(1) == "|"
        and reader.kind(2) == "sub"
        and not reader.operand
    ):
        made = reader.rules.bar(reader, made)
    return made


def operand(reader: Reader) -> Expr:
    """The one factor that an operator such as d/dx applies to; a bar behind it is the operator's."""
    saved, reader.operand = reader.operand, True
    try:
        return factor(reader)
    finally:
        reader.operand = saved


def _other(reader: Reader) -> Expr:
    text = reader.look()
    if reader.kind() == "digit":
        return reader.rules.scripts(reader, number(reader))
    rule = reader.rules.heads.get(text)
    if rule is not None:
        return rule(reader)
    token = reader.tokens[reader.pos]
    if token.kind in ("letter", "word") or text in commands.GREEK or text in commands.ACCENTS:
        raise _undeclared(reader)
    raise reader.unexpected()


def _undeclared(reader: Reader) -> Exception:
    start, index = reader.start(), reader.pos
    token = reader.tokens[index]
    reader.pos += 1
    if token.text in commands.ACCENTS and not reader.done():
        reader.argument()
    while reader.kind() == "prime":
        reader.take()
    end = reader.finish()
    printed = reader.text.value[start:end]
    word = token.text[6:-1] if token.text.startswith(r"\text{") else ""
    if word and word not in commands.SPELLED and not reader.table.has(rf"\mathrm{{{word}}}"):
        return reader.refuse(
            "unknown-words",
            f"{token.text} is not read",
            r"\text{if}, \text{for} or \text{when} and a relation, or declare the name",
            start,
            end,
        )
    if token.text in commands.DIFFERENTIALS:
        return reader.undeclared(printed, start, end)
    if reader.kind() in ("sub", "sup") and reader.table.has(printed):
        reader.take()
        reader.argument()
        printed = reader.text.value[start : reader.finish()]
        return reader.undeclared(printed, start, reader.finish())
    return reader.undeclared(printed, start, end)
