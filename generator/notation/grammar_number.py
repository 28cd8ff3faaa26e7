"""Numbers, factorials, and letters side by side that spell an operator."""

from __future__ import annotations

from generator.notation import commands
from generator.notation.cursor import Reader
from generator.notation.grammar_ellipsis import listed
from generator.notation.tree import Expr

#: The longest number: what is longer is no number that a reader reads.
MOST_DIGITS = 100


def number(reader: Reader) -> Expr:
    """A run of adjacent digits with an optional decimal point.

    Raises ContentError: bad-number, number-comma, number-after-factor.
    """
    start, digits = reader.start(), reader.take()
    while reader.kind() == "digit" and reader.adjacent(reader.pos):
        digits += reader.take()
    if reader.look() == "." and reader.kind(1) == "digit" and reader.adjacent(reader.pos):
        digits += reader.take()
        while reader.kind() == "digit" and reader.adjacent(reader.pos):
            digits += reader.take()
    if reader.kind() == "digit":
        raise reader.refuse(
            "number-after-factor", "two numbers side by side", r"one number without a gap, or \cdot between"
        )
    if (len(digits) > 1 and digits[0] == "0" and digits[1] != ".") or len(digits) > MOST_DIGITS:
        long = len(digits) > MOST_DIGITS
        message = f"a number of more than {MOST_DIGITS} digits" if long else "a number that begins with 0"
        remedy = r"a power, 10^{100}" if long else "the number without it; a comma is no thousands sign"
        raise reader.refuse("bad-number", message, remedy, start, reader.finish())
    if reader.look() == "{" and reader.look(1) == ",":
        message = "a comma in a number is a thousands sign to some, a decimal one to others"
        raise reader.refuse("number-comma", message, "1000, or 1.5", start, reader.finish())
    return reader.node("num", (), start, digits)


def binomial(reader: Reader) -> Expr:
    r"""`\binom{n}{k}`; with a list below, `\binom{n}{k_1, \dots, k_m}`, the multinomial coefficient."""
    start, word = reader.start(), reader.take()
    above = reader.within(reader.argument(), reader.rules.expression)
    below, _ = reader.within(reader.argument(), lambda r: listed(r, r.rules.expression))
    head = "multinomial" if len(below) > 1 or below[0].head == "run" else "binom"
    made = reader.node(head, (above, *below), start, form=word.removeprefix("\\"))
    return reader.rules.scripts(reader, made)


def factorial(reader: Reader, made: Expr) -> Expr:
    """One `!` behind a factor. Raises ContentError: not-equal, ambiguous-factorial."""
    if reader.look(1) == "=" and reader.adjacent(reader.pos + 1):
        raise reader.refuse(
            "not-equal",
            "!= prints as a factorial and an equals sign",
            r"\ne, or a space before = where a factorial is meant",
        )
    if made.head in ("pow", "transpose", "inverse"):
        raise reader.refuse(
            "ambiguous-factorial",
            "is this the factorial of the power or of the exponent?",
            "(a^b)!, or a^{b!}",
            made.start,
            reader.start() + 1,
        )
    reader.take()
    made = reader.node("factorial", (made,), made.start)
    if reader.look() == "!":
        raise reader.refuse(
            "ambiguous-factorial",
            "!! is a factorial of a factorial, or the product of every second number",
            "(n!)!, or the product written out",
        )
    return made


def check_spelled(reader: Reader) -> None:
    """Refuses letters side by side that spell an operator: `log a`, `max(a, b)`."""
    start = reader.pos
    end = start + 1
    while end < reader.limit and reader.tokens[end].kind == "letter" and reader.adjacent(end):
        end += 1
    word = "".join(reader.texts[start:end])
    if word in commands.SPELLED and not (
        start and reader.kind_at(start - 1) == "letter" and reader.adjacent(start)
    ):
        raise reader.refuse(
            "spelled-function",
            f"{word} prints as a product of {len(word)} names",
            f"{commands.SPELLED[word]}, or spaces between the names",
            reader.start(),
            reader.tokens[end - 1].end,
        )
