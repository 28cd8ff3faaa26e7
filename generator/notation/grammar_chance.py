r"""Expectation, variance, covariance, probability, laws and their densities, divergences."""

from __future__ import annotations

from generator.notation import commands, law_names
from generator.notation.cursor import Reader, Span
from generator.notation.grammar_bracket import inside, read_close, read_open
from generator.notation.grammar_density import bar_mark, condition_bar, sampled
from generator.notation.grammar_function import given
from generator.notation.grammar_index import comma_form, index_spans
from generator.notation.grammar_name import name, opens, read_scripts
from generator.notation.tree import Expr, Symbol

#: Brackets whose closing one can be told from its opening one.
_OPENING = {opened for opened, close in commands.BRACKETS.items() if close in commands.CLOSERS} | {"{"}


def chance(reader: Reader) -> Expr:
    r"""\mathbb E[..], \mathrm{Var}(..), \mathrm{Cov}(a, b), \Pr(..), with \mid inside and `x \sim p` below.

    Raises ContentError: missing-brackets, bar-ambiguous, unknown-subscript.
    """
    start, word = reader.start(), reader.take()
    head = commands.CHANCE[word]
    scripts = read_scripts(reader)
    law: object = ()
    bound: dict[str, Symbol] = {}
    if scripts.sub is not None:
        law, bound = reader.within(scripts.sub, sampled)
    if scripts.sup is not None or opens(reader) not in ("(", "[", r"\{"):
        raise reader.refuse(
            "missing-brackets", f"{word} needs brackets", f"{word}[..]", start, reader.finish()
        )
    opened, size = read_open(reader)
    condition_bar(reader)
    with reader.binding(bound), reader.conditioning():
        head, args, mark = inside_all(reader, opened, size, head)
    close = read_close(reader, opened, size)
    if close == ")" and reader.kind() == "sup" and head == "E":
        raise reader.refuse(
            "ambiguous-power",
            "is this the power of the mean or of what is in the brackets?",
            rf"{word}[X]^2, or {word}[(..)^2]",
            start,
        )
    form = " ".join(part for part in (word, opened, close, size, mark) if part)
    return reader.rules.scripts(reader, reader.node(head, args, start, law, form))


def inside_all(reader: Reader, opened: str, size: str, head: str) -> tuple[str, tuple[Expr, ...], str]:
    """The arguments between the brackets of a chance operator, and how its bar was printed.

    A covariance of one is its variance.
    """
    read = reader.rules.statement if head == "Pr" else reader.rules.expression
    args = [inside(reader, opened, size, read)]
    if head == "Cov" and reader.look() in (",", ";"):
        reader.expect(",", " (between the two of a covariance)")
        return head, (*args, inside(reader, opened, size, reader.rules.expression)), ""
    if reader.look() in ("|", r"\vert"):
        raise reader.refuse("bar-ambiguous", "a conditioning bar is written with its own command", r"\mid")
    mark = ""
    if reader.look() == r"\mid":
        mark = f"bar={bar_mark(reader, reader.pos)}".removesuffix("bar=|")
        reader.take()
        args.append(inside(reader, opened, size, reader.rules.statement))
    return "Var" if head == "Cov" else head, tuple(args), mark


def law(reader: Reader) -> Expr:
    r"""A named law: \mathcal N(\mu, \sigma^2), or its density \mathcal N(x; \mu, \sigma^2).

    Raises ContentError argument-count.
    """
    start, word = reader.start(), reader.take()
    which = law_names.LAW_WORDS[word]
    if opens(reader) not in law_names.PARAMETER_BRACKETS.get(which, ("(",)):
        if word in law_names.DECLARABLE:
            raise reader.undeclared(word, start, reader.finish())
        raise reader.refuse(
            "missing-brackets",
            f"{word} needs its parameters in brackets",
            f"{word}(..)",
            start,
            reader.finish(),
        )
    return _parameters(reader, which, word, start)


def _parameters(reader: Reader, which: str, word: str, start: int) -> Expr:
    opened, size = read_open(reader)
    condition_bar(reader)
    args, separators = [], ""
    while True:
        with reader.conditioning():
            args.append(inside(reader, opened, size, reader.rules.expression))
        if reader.look() not in (",", ";", r"\mid"):
            break
        mark = bar_mark(reader, reader.pos) if reader.look() == r"\mid" else ""
        separators += mark or reader.take()
        reader.pos += bool(mark)
    if reader.look() in ("|", r"\vert"):
        raise reader.refuse("bar-ambiguous", "a conditioning bar is written with its own command", r"\mid")
    close = read_close(reader, opened, size)
    counts = law_names.LAWS[which][0]
    form = " ".join(part for part in (word, opened, close, size, f"sep={separators}") if part)
    if separators[:1] in (";", "|", "!") and set(separators[1:]) <= {","} and len(args) - 1 in counts:
        meant = reader.table.meant(which)
        return reader.rules.scripts(reader, reader.node("density", tuple(args), start, meant, form))
    if len(args) not in counts or set(separators) - {","}:
        wanted = " or ".join(str(count) for count in counts)
        raise reader.refuse(
            "argument-count",
            f"the {which} law takes {wanted} parameters, and a density its variable before a ;",
            f"{word}(..), {word}(x; ..)",
            start,
            reader.finish(),
        )
    return reader.node("law", tuple(args), start, reader.table.meant(which), form)


def law_side(reader: Reader) -> Expr:
    r"""What may stand right of \sim: a law, a declared one, or the moments (\mu, \sigma^2) of any law."""
    text = reader.look()
    if text in law_names.SUBSCRIPT_LAWS and reader.kind(1) in ("sub", "sup"):
        declared = name(reader)
        if declared is not None:
            return declared
        return _subscript_law(reader)
    if text == r"\chi" and not reader.table.has(text):
        return _subscript_law(reader)
    letter = law_names.LETTER_LAWS.get(text)
    called = any(pattern.symbol.kind in ("function", "law") for pattern in reader.table.patterns(text))
    if (
        letter is not None
        and not called
        and opens_behind(reader) in law_names.PARAMETER_BRACKETS.get(letter, ("(",))
    ):
        start, word = reader.start(), reader.take()
        return _parameters(reader, letter, word, start)
    made = reader.rules.expression(reader)
    if made.head == "tuple" and len(made.args) == 2:
        return Expr("law", made.args, "moments", made.form, made.start, made.end)
    return made


def opens_behind(reader: Reader) -> str:
    """The bracket that opens after the next token, past a size command; "" where none does."""
    text = reader.look(1)
    return reader.look(2) if text in commands.SIZES else text


def _subscript_law(reader: Reader) -> Expr:
    start, word = reader.start(), reader.take()
    which = law_names.SUBSCRIPT_LAWS[word]
    scripts = read_scripts(reader)
    square = scripts.sup is not None and reader.label(scripts.sup) == "2"
    if (which == "chi2") != square or (scripts.sup is not None and not square):
        raise reader.refuse(
            "unknown-law",
            "no law is known by this name",
            r"\chi^2_{n-1}, t_{n-1}, F_{a,b}",
            start,
            reader.finish(),
        )
    if scripts.sub is None:
        if opens(reader) != "(":
            raise reader.refuse(
                "missing-brackets",
                "this law needs its parameter",
                rf"{word}^2_{{n-1}}",
                start,
                reader.finish(),
            )
        return _parameters(reader, which, word, start)
    spans = index_spans(reader, scripts.sub, (2,) if which == "f" else (1,))
    args = tuple(reader.within(span, reader.rules.expression) for span in spans)
    return reader.node("law", args, start, which, f"{word} script {comma_form(reader, spans)}".strip())


def divergence(reader: Reader) -> Expr:
    r"""D_{\mathrm{KL}}(p \,\|\, q): func "kl" of two laws or densities."""
    start, word = reader.start(), reader.take()
    label = ""
    if word == "K":  # two letters, which spell the operator where neither is declared
        word = f"K {reader.take()}"
    elif word in commands.DIVERGENCE_LETTERS:
        scripts = read_scripts(reader)
        label = "" if scripts.sub is None else reader.label(scripts.sub)
        if label not in commands.DIVERGENCE_LABELS:
            raise reader.undeclared(word, start, reader.finish())
    if opens(reader) not in ("(", "["):
        raise reader.refuse(
            "missing-brackets",
            "a divergence needs brackets",
            r"D_{\mathrm{KL}}(p \,\|\, q)",
            start,
            reader.finish(),
        )
    opened, size = read_open(reader)
    bar = _laws_bar(reader)
    if bar is None:
        raise reader.refuse("bar-ambiguous", "two laws are split by a double bar", r"\|")
    with reader.naming_law():
        left = reader.within((reader.pos, bar[0]), law_side)
        reader.pos = bar[1]
        right = inside(reader, opened, size, law_side)
    close = read_close(reader, opened, size)
    printed = "".join(reader.texts[slice(*bar)])
    words = ("paren", word, opened, close, size, f"bar={printed}", f"label={label}")
    form = " ".join(part for part in words if part)
    return reader.rules.scripts(reader, reader.node("func", (left, right), start, "kl", form))


def divergence_letters(reader: Reader) -> Expr:
    """`KL(p || q)` in two plain letters. Raises ContentError undeclared where they are not these two."""
    bracket = reader.look(2) in ("(", "[") or (
        reader.look(2) in commands.SIZES and reader.look(3) in ("(", "[")
    )
    if reader.look(1) != "L" or reader.table.has("L") or not bracket:
        start = reader.start()
        raise reader.undeclared(reader.take(), start, reader.finish())
    return divergence(reader)


def _laws_bar(reader: Reader) -> Span | None:
    r"""Where the one double bar outside inner brackets stands: \|, \parallel, or || typed as two.

    None where there is none, or where further bars make it unclear which one it is.
    """
    depth, single, double = 0, [], []
    for index in range(reader.pos, reader.limit):
        text = reader.texts[index]
        if text in _OPENING:
            depth += 1
        elif text in commands.CLOSERS or reader.kind_at(index) == "close":
            depth -= 1
        if depth < 0:
            break
        if depth == 0:
            single += [index] if text in ("|", r"\vert") else []
            double += [index] if text in commands.DIVERGENCE_BARS else []
    if len(double) == 1:  # with its size: \Big\|
        sized = double[0] > reader.pos and reader.texts[double[0] - 1] in commands.BAR_SIZES
        return double[0] - sized, double[0] + 1
    if not double and len(single) == 2 and single[1] == single[0] + 1 and reader.adjacent(single[1]):
        return single[0], single[1] + 1
    return None


def conditional(reader: Reader, left: Expr) -> Expr:
    r"""`y_i \mid \lambda` or `X \mid (X + Y = n)` left of a \sim: a `given` node."""
    reader.take()
    right = [_condition(reader)]
    while reader.look() == "," and reader.kind(1) != "quad":  # behind a wide space another statement begins
        reader.take()
        right.append(_condition(reader))
    return given([left], right)


def _condition(reader: Reader) -> Expr:
    """A name that is given, or an event in brackets: a group around a relation."""
    if opens(reader) in ("(", r"\{"):
        begin, start = reader.pos, reader.start()
        opened, size = read_open(reader)
        event = inside(reader, opened, size, reader.rules.chain)
        if event.head == "rel":
            close = read_close(reader, opened, size)
            return reader.node("group", (event,), start, (opened, close), size.removeprefix("\\"))
        reader.pos = begin
    return reader.rules.expression(reader)
