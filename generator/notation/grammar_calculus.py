r"""Derivatives: \frac{\partial L}{\partial p_i}, \frac{d}{dx}, \partial L/\partial b, \nabla_w L."""

from __future__ import annotations

from collections.abc import Sequence

from generator.notation import commands
from generator.notation.cursor import Reader, Span
from generator.notation.grammar_bracket import read_close, read_open
from generator.notation.grammar_name import name, opens, read_scripts
from generator.notation.grammar_product import factor, operand, starts_factor
from generator.notation.tree import Expr, bare


def derivative(reader: Reader, start: int, word: str, above: Span, below: Span) -> Expr | None:
    """The derivative that a fraction is, or None where it is a quotient.

    Raises ContentError: derivative-order, differential-declared.
    """
    mark = reader.texts[above[0]]
    if mark != reader.texts[below[0]] or not _is_mark(reader, mark, above, below):
        return None
    order, body = reader.within(above, lambda inner: _above(inner, mark))
    variables = reader.within(below, lambda inner: _below(inner, mark))
    pairs = _settle_orders(reader, order, variables, start)
    form = ("d" if mark != r"\partial" else "") + ("frac" if body is not None and mark == r"\partial" else "")
    if body is None:
        form = "dop" if mark != r"\partial" else "op"
        body = _operand(reader)
    words = [form, word] + ([mark] if mark not in ("d", r"\partial") else [])
    return reader.node(
        "deriv", (body, *[v for v, _ in pairs]), start, tuple(k for _, k in pairs), " ".join(words)
    )


def _is_mark(reader: Reader, mark: str, above: Span, below: Span) -> bool:
    if mark == r"\partial":
        return True
    if mark not in commands.DIFFERENTIALS or below[1] - below[0] < 2:
        return False
    follows = reader.kind_at(below[0] + 1) in ("letter", "greek", "command", "word")
    over = above[1] - above[0] == 1 or reader.kind_at(above[0] + 1) != "sub"
    if not (follows and over):
        return False
    if mark == "d" and "d" in reader.table.symbols:
        raise reader.refuse(
            "differential-declared",
            "d is a declared name here: this could be a quotient or a derivative",
            r"\mathrm d, or \partial",
            reader.tokens[above[0]].start,
            reader.finish(),
        )
    return True


def _above(reader: Reader, mark: str) -> tuple[int, Expr | None]:
    reader.expect(mark)
    order = _order(reader)
    return order, None if reader.done() else reader.rules.term(reader)


def _order(reader: Reader) -> int:
    if reader.kind() != "sup":
        return 1
    reader.take()
    start, end = reader.argument()
    digits = "".join(reader.texts[start:end])
    if not digits.isdigit() or not 2 <= int(digits) <= 6:
        raise reader.refuse(
            "derivative-order",
            "a printed order of a derivative is a whole number from 2 to 6",
            r"\partial^2",
            reader.tokens[start].start,
            reader.tokens[end - 1].end,
        )
    return int(digits)


def _below(reader: Reader, mark: str) -> list[tuple[Expr, int]]:
    variables: list[tuple[Expr, int]] = []
    while not reader.done():
        reader.expect(mark, " (before each variable)")
        variables.append(_variable(reader))
    return variables


def _variable(reader: Reader) -> tuple[Expr, int]:
    """A name or entry with the power printed on it, or a bracketed square such as (\\sigma^2)."""
    if opens(reader) == "(":
        start = reader.start()
        opened, size = read_open(reader)
        inner = reader.rules.expression(reader)
        close = read_close(reader, opened, size)
        group = reader.node("group", (inner,), start, (opened, close), size.removeprefix("\\"))
        return group, _order(reader)
    made = name(reader)
    if made is None:
        return _refuse_variable(reader)
    if made.head == "pow" and made.args[1].head == "num" and str(made.args[1].data).isdigit():
        if made.args[1].data == "1":
            raise reader.refuse(
                "derivative-order", "a first derivative prints no order", r"\partial x", made.start, made.end
            )
        return made.args[0], int(made.args[1].data)
    return made, 1


def _refuse_variable(reader: Reader) -> tuple[Expr, int]:
    made = factor(reader)
    raise reader.refuse(
        "derivative-variable",
        "a derivative is by a name, an entry or a square of a name",
        r"\partial x",
        made.start,
        made.end,
    )


def _settle_orders(
    reader: Reader, order: int, variables: Sequence[tuple[Expr, int]], start: int
) -> list[tuple[Expr, int]]:
    r"""Printed powers are orders where they add up to the order above.

    Else `\partial\sigma^2` under one \partial is by the square.
    """
    if sum(k for _, k in variables) == order and all(k >= 1 for _, k in variables):
        return list(variables)
    if len(variables) == order and all(k in (1, 2) for _, k in variables):
        return [(_square(v) if k == 2 else v, 1) for v, k in variables]
    raise reader.refuse(
        "derivative-order",
        f"the orders below do not add up to the {order} above",
        r"\frac{\partial^2 f}{\partial x^2}",
        start,
        reader.finish(),
    )


def _square(variable: Expr) -> Expr:
    two = Expr("num", (), "2", "", variable.end, variable.end)
    return Expr("pow", (variable, two), None, "", variable.start, variable.end)


def _operand(reader: Reader) -> Expr:
    """What an operator such as d/dx applies to: one factor."""
    if reader.look() in ("+", "-") or not starts_factor(reader):
        raise reader.refuse("missing-operand", "what is differentiated?", r"\frac{d}{dx}\left[ .. \right]")
    body = operand(reader)
    if body.head in ("pow", "transpose", "entry") and body.args[0].head == "group":
        raise reader.refuse(
            "open-body",
            "is the bracket differentiated, or its power?",
            "brackets around the body",
            body.start,
            body.end,
        )
    return body


def partial(reader: Reader) -> Expr:
    r"""`\partial L/\partial b` on one line."""
    start = reader.start()
    mark = reader.take()
    order = _order(reader)
    body = factor(reader)
    reader.expect("/", r" (or \frac{\partial ..}{\partial ..})")
    variables: list[tuple[Expr, int]] = []
    while reader.look() == mark:
        reader.take()
        variables.append(_variable(reader))
    if not variables:
        raise reader.refuse("expected-token", "by what?", mark)
    if starts_factor(reader) or reader.look() == "/":
        raise reader.refuse(
            "ambiguous-slash",
            "a factor after a quotient with a slash can be read in two ways",
            r"\frac{\partial L}{\partial b}",
        )
    pairs = _settle_orders(reader, order, variables, start)
    return reader.node("deriv", (body, *[v for v, _ in pairs]), start, tuple(k for _, k in pairs), "slash")


def nabla(reader: Reader) -> Expr:
    r"""`\nabla_w L`, `\nabla^2_w f`, `\nabla f(x)`: one factor is differentiated.

    Without a variable below, the function's own argument is it: args (body, argument) where
    that is a name, else (body,) with form "own". Raises ContentError: open-body, missing-variable.
    """
    start = reader.start()
    reader.take()
    scripts = read_scripts(reader)
    head = "grad"
    if scripts.sup is not None:
        if reader.label(scripts.sup) != "2":
            raise reader.refuse(
                "derivative-order",
                r"\nabla takes the power 2 only (the Hessian)",
                r"\nabla^2",
                start,
                reader.finish(),
            )
        head = "hess"
    variable = None if scripts.sub is None else reader.within(scripts.sub, reader.rules.expression)
    if reader.look() in ("+", "-") or not starts_factor(reader):
        raise reader.refuse("missing-operand", "what is differentiated?", r"\nabla_w L")
    body, marks = _peeled(reader, operand(reader))
    if variable is None:
        args = _own_variable(reader, body, start)
        made = reader.node(head, args, start, form="own")
    else:
        made = reader.node(head, (body, variable), start)
    return reader.node("transpose", (made,), start, form=marks) if marks else made


def _peeled(reader: Reader, body: Expr) -> tuple[Expr, str]:
    r"""`\nabla f(x)^\top` is the transpose of the gradient: the mark is taken off the body."""
    if body.head == "transpose" and bare(body.args[0]).head in ("call", "name", "prime", "func", "E"):
        return body.args[0], body.form
    if body.head == "pow" and body.form != "power" and body.args[0].head not in ("norm", "abs"):
        raise reader.refuse(
            "open-body",
            "is the power taken before or after the derivative?",
            "brackets",
            body.start,
            body.end,
        )
    return body, ""


def _own_variable(reader: Reader, body: Expr, start: int) -> tuple[Expr, ...]:
    call = bare(body)
    if call.head != "call" or len(call.args) != 1:
        raise reader.refuse(
            "missing-variable",
            "by what is this the gradient?",
            r"\nabla_w L, or \nabla f(x)",
            start,
            reader.finish(),
        )
    return (body, call.args[0]) if call.args[0].head == "name" else (body,)
