r"""Functions by name: `\log x`, `\sqrt{x}`, `\frac{a}{b}`, `\binom{n}{k}`, f(x), and their arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.notation import commands
from generator.notation.cursor import Reader, Span
from generator.notation.grammar_bracket import inside, read_close, read_open
from generator.notation.grammar_density import bar_mark, condition_bar, member
from generator.notation.grammar_ellipsis import listed, run_behind
from generator.notation.grammar_index import comma_form, index_spans
from generator.notation.grammar_name import opens, read_scripts
from generator.notation.grammar_product import REACHING, factor, starts_factor
from generator.notation.table import name_parts
from generator.notation.tree import Expr, Symbol, bare

#: What may stand in a bare argument beside other factors.
_ATOMS = frozenset(
    ["num", "const", "name", "entry", "pow", "factorial", "group", "identity", "ones"]
) | frozenset(["transpose", "inverse", "invtranspose", "pinv"])
_CLOSED = frozenset({"div", "abs", "norm", "group", "tuple", "call", "prime", "cases", "matrix"})
_BASES = {"2": "log2", "10": "log10"}


def function(reader: Reader) -> Expr:
    r"""A built-in function. Raises ContentError: missing-brackets, ambiguous-argument, ambiguous-power."""
    start, word = reader.start(), reader.take()
    table = commands.FUNCTIONS.get(word) or commands.UNDECLARED_FUNCTIONS[word]
    primed = commands.PRIMED.get(table.name, ())
    scripts = read_scripts(reader, primes=bool(primed))
    name, base = table.name, ""
    if scripts.primes:
        if scripts.primes >= len(primed):
            remedy = f"at most {len(primed) - 1} primes"
            raise reader.refuse("unexpected-token", f"{word} takes fewer primes", remedy, start)
        name, word = primed[scripts.primes], word + "'" * scripts.primes
    if scripts.sub is not None:
        base = "".join(reader.texts[slice(*scripts.sub)])
        if word != r"\log" or base not in _BASES:
            raise reader.refuse("unexpected-token", f"{word} takes no index", r"\log_2 or \log_{10}", start)
        name, word = _BASES[base], f"{word}_{base}"
    exponent = None if scripts.sup is None else reader.within(scripts.sup, _exponent)
    made = Expr("func", (), name, "", start, reader.finish())
    if opens(reader) in ("(", "[", r"\{") and not (table.name in ("tr", "det") and opens(reader) == r"\{"):
        made = _bracketed(reader, made, word, table.arity)
        if reader.kind() == "sup" and (table.bare or table.name == "exp") and table.shapes == "scalar":
            raise reader.refuse(
                "ambiguous-power",
                "does this power belong to the function or to its argument?",
                rf"\left({word}(x)\right)^2",
                start,
            )
    elif table.bare:
        made = replace(made, args=(bare_argument(reader),), form=f"bare {word}", end=reader.finish())
    elif word in commands.UNDECLARED_FUNCTIONS:
        raise reader.undeclared(word, start, reader.finish())
    else:
        raise reader.refuse(
            "missing-brackets", f"{word} needs its argument in brackets", f"{word}(x)", start, reader.finish()
        )
    if exponent is None:
        return reader.rules.scripts(reader, made)
    return reader.node("pow", (made, exponent), start, form="power")


def _exponent(reader: Reader) -> Expr:
    made = reader.rules.expression(reader)
    if made.head != "num" or not made.data.isdigit() or int(made.data) < 2:
        raise reader.refuse(
            "ambiguous-power",
            "a function's name takes a whole power from 2 on only: this could mean its inverse",
            r"\left(f(x)\right)^{-1}, or the inverse by name",
            made.start,
            made.end,
        )
    return made


def _bracketed(reader: Reader, made: Expr, word: str, arity: int) -> Expr:
    opened, size = read_open(reader)
    args, _ = listed(reader, lambda r: inside(r, opened, size, r.rules.expression))
    close = read_close(reader, opened, size)
    if arity and len(args) != arity:
        raise reader.refuse(
            "argument-count",
            f"{word} takes {arity} argument{'s' * (arity > 1)}, not {len(args)}",
            f"{word}(..)",
            made.start,
            reader.finish(),
        )
    if made.data == "softmax" and len(args) > 1:
        args = [Expr("tuple", tuple(args), None, "bare", args[0].start, args[-1].end)]
    form = " ".join(part for part in ("paren", word, opened, close, size) if part)
    return replace(made, args=tuple(args), form=form, end=reader.finish())


def bare_argument(reader: Reader) -> Expr:
    r"""The product after a function without brackets, up to + - , a relation or another function.

    Raises ContentError ambiguous-argument where a bracket or a large operator follows in it.
    """
    start = reader.start()
    if reader.look() in ("+", "-"):
        raise reader.refuse("sign-after-operator", "a sign cannot follow a function's name", r"\log(-x)")
    first = factor(reader)
    if first.head == "func" or first.head in REACHING or (first.head == "pow" and first.form == "power"):
        return first
    factors = [first]
    while starts_factor(reader) and reader.look() not in commands.FUNCTIONS:
        if first.head in _CLOSED or opens(reader) or reader.look() in reader.rules.large:
            raise reader.refuse(
                "ambiguous-argument",
                "is this factor in the function's argument or outside it?",
                r"brackets: \log(a b), or b \log a",
            )
        if reader.kind() == "digit":
            raise reader.refuse(
                "number-after-factor", "a number behind a factor can be misread", r"the number first"
            )
        following = factor(reader)
        if following.head not in _ATOMS and not (following.head == "func" and following.data == "sqrt"):
            raise reader.refuse(
                "ambiguous-argument",
                "is this factor in the function's argument or outside it?",
                r"brackets: \log(a b), or b \log a",
                following.start,
                following.end,
            )
        factors.append(following)
    if len(factors) == 1:
        return first
    return reader.node("mul", tuple(factors), start, ("",) * (len(factors) - 1))


def call(reader: Reader, made: Expr, overloads: Sequence[Symbol]) -> Expr:
    r"""The bracketed arguments of a declared function, split by , ; or \mid.

    Arguments left and right of \mid become one `given` node: p(a \mid b) is not p(a, b). A function
    declared with its bar has all of them as places, and is called with the bar where it stands.
    """
    opened, size = read_open(reader)
    if any(symbol.bar or symbol.words & {"density"} or symbol.builtin == "density" for symbol in overloads):
        condition_bar(reader)
    args, condition_from, separators = list[Expr](), -1, ""
    while True:
        with reader.conditioning():
            args.append(inside(reader, opened, size, reader.rules.expression))
        if reader.look() == "," and reader.look(1) in commands.DOTS:
            args = run_behind(reader, args, lambda r: inside(r, opened, size, r.rules.expression))
            separators = separators[: len(args) - 1]
        if reader.look() in (",", ";"):
            separators += reader.take()
        elif reader.look() == r"\mid" and condition_from < 0:
            separators += bar_mark(reader, reader.pos)
            reader.take()
            condition_from = len(args)
        else:
            break
    if reader.look() in ("|", r"\vert"):
        raise reader.refuse("bar-ambiguous", "a conditioning bar is written with its own command", r"\mid")
    close = read_close(reader, opened, size)
    implied = _implied(reader, made, args, max(condition_from, 0), overloads)
    if implied:
        made = replace(made, data=implied)
    elif len(overloads) > 1:
        chosen = _told_apart(reader, made, args, max(condition_from, 0), overloads)
        made = replace(made, data=(chosen, made.data[1]) if made.head == "prime" else chosen)
    if not implied:
        _check_declared(reader, made, len(args), max(condition_from, 0), overloads)
    declared = -1 if implied else _declared_bar(reader, made)
    _check_bar(reader, made, declared, max(condition_from, 0))
    if condition_from >= 0 and declared <= 0:
        args = [given(args[:condition_from], args[condition_from:])]
    form = " ".join(part for part in ("paren", opened, close, size, f"sep={separators}") if part)
    return reader.rules.scripts(reader, replace(made, args=tuple(args), form=form, end=reader.finish()))


def _check_bar(reader: Reader, made: Expr, declared: int, printed: int) -> None:
    """Refuses a bar at another place than the declaration has it (-1: anywhere)."""
    if declared < 0 or printed == declared:
        return
    where = f"a bar behind {declared} argument{'s' * (declared > 1)}" if declared else "no bar"
    raise reader.refuse(
        "argument-bar",
        f"the declaration has {where}",
        r"the call as it is declared, or p : function density, which reads its arguments",
        made.start,
        reader.finish(),
    )


def _check_declared(reader: Reader, made: Expr, count: int, bar: int, overloads: Sequence[Symbol]) -> None:
    """Refuses a call of densities with other arguments than those of a declared one."""
    densities = all("density" in symbol.words and symbol.arguments for symbol in overloads)
    if not densities or any((len(s.arguments), s.bar) == (count, bar) for s in overloads):
        return
    raise reader.refuse(
        "argument-count",
        f"{made.data!s} is not declared as a density of these arguments",
        "variables it is declared with: " + ", ".join(symbol.latex for symbol in overloads),
        made.start,
        reader.finish(),
    )


def _implied(reader: Reader, made: Expr, args: Sequence[Expr], bar: int, overloads: Sequence[Symbol]) -> str:
    """The density of this letter of which a call is a marginal or a conditional; "" for one as declared."""
    if made.head != "call" or any(
        (len(s.arguments), s.bar) == (len(args), bar) for s in overloads if not _other(s, args)
    ):
        return ""
    letter = name_parts(str(made.data)).nucleus
    return member(overloads, [pattern.symbol for pattern in reader.table.patterns(letter)], args)


def _other(symbol: Symbol, args: Sequence[Expr]) -> bool:
    """Whether a density is declared with other names than those printed, all of them."""
    printed = tuple(str(_named(arg).data) for arg in args)
    return "density" in symbol.words and symbol.arguments != printed


def _told_apart(reader: Reader, made: Expr, args: list[Expr], bar: int, overloads: Sequence[Symbol]) -> str:
    """The function of a letter that a call means: by number of places and bar, else by their names."""
    fitting = [symbol for symbol in overloads if (len(symbol.arguments), symbol.bar) == (len(args), bar)]
    if len(fitting) > 1:
        printed = tuple(str(_named(arg).data) for arg in args)
        fitting = [symbol for symbol in fitting if symbol.arguments == printed]
    if len(fitting) != 1:
        raise reader.refuse(
            "ambiguous-name",
            "several functions have this letter, and these arguments do not say which is meant",
            "the arguments as they are declared: " + ", ".join(symbol.latex for symbol in overloads),
            made.start,
            reader.finish(),
        )
    return fitting[0].name


def _named(arg: Expr) -> Expr:
    arg = bare(arg)
    return arg.args[0] if arg.head == "entry" else arg


def _declared_bar(reader: Reader, made: Expr) -> int:
    """How many places the called function was declared with before a bar; -1 where the call says."""
    symbol = reader.table.symbols.get(made.data[0] if made.head == "prime" else made.data)
    if symbol is None or symbol.builtin == "density" or not symbol.arguments:
        return -1
    return symbol.bar


def given(left: list[Expr], right: list[Expr]) -> Expr:
    """Left conditioned on right; several of either stand in a tuple of form "bare"."""
    sides = tuple(
        side[0] if len(side) == 1 else Expr("tuple", tuple(side), None, "bare", side[0].start, side[-1].end)
        for side in (left, right)
    )
    return Expr("given", sides, None, "", left[0].start, right[-1].end)


def fraction(reader: Reader) -> Expr:
    r"""`\frac{a}{b}`, or a derivative where both parts begin with \partial or a differential."""
    start, word = reader.start(), reader.take()
    above = reader.argument()
    below = reader.argument()
    made = reader.rules.derivative(reader, start, word, above, below)
    if made is None:
        args = (reader.within(above, reader.rules.expression), reader.within(below, reader.rules.expression))
        made = reader.node("div", args, start, form=commands.FRACTIONS[word])
    if reader.kind() in ("sub", "sup"):
        raise reader.refuse(
            "script-on-fraction",
            "a script on a fraction can be read in two ways",
            r"\left(\frac{a}{b}\right)^2",
            start,
            reader.finish() + 1,
        )
    return made


def root(reader: Reader) -> Expr:
    r"""`\sqrt{x}` or `\sqrt[3]{x}` (func "root" of x and 3)."""
    start = reader.start()
    reader.take()
    degree: Expr | None = None
    if reader.accept("["):
        degree = reader.rules.expression(reader)
        reader.expect("]", " (of the root's degree)")
    content = reader.within(reader.argument(), reader.rules.expression)
    if degree is None:
        made = reader.node("func", (content,), start, "sqrt", "brace")
    else:
        made = reader.node("func", (content, degree), start, "root", "brace")
    return reader.rules.scripts(reader, made)


def constant(reader: Reader) -> Expr:
    r"""e, \pi or \infty where the topic does not declare them."""
    start, word = reader.start(), reader.take()
    form = "" if word in ("e", r"\pi", r"\infty") else word
    return reader.rules.scripts(reader, reader.node("const", (), start, commands.CONSTANTS[word], form))


def delta(reader: Reader) -> Expr:
    r"""Kronecker's `\delta_{jk}`, also printed as an entry `I_{jk}` of the identity (form: its letter).

    Raises ContentError undeclared for a \delta without two indices.
    """
    start = reader.start()
    reader.take()
    scripts = read_scripts(reader)
    if scripts.sub is None or scripts.sup is not None:
        raise reader.undeclared(r"\delta", start, reader.finish())
    return _kronecker(reader, scripts.sub, start, "")


def _kronecker(reader: Reader, span: Span, start: int, letter: str) -> Expr:
    spans = index_spans(reader, span, (2,))
    args = tuple(reader.within(span, reader.rules.expression) for span in spans)
    form = " ".join(part for part in (letter, comma_form(reader, spans)) if part)
    return reader.node("delta", args, start, form=form)


def _two_indices(reader: Reader, span: Span) -> bool:
    """Whether a subscript is two declared indices, as those of an entry: no dimension is printed so."""
    texts = [text for text in reader.texts[slice(*span)] if text != ","]
    symbols = [reader.table.symbols.get(text) for text in texts]
    return len(texts) == 2 and all(symbol is not None and symbol.kind == "index" for symbol in symbols)


def special(reader: Reader) -> Expr:
    r"""I, \mathbf 1 and \mathbf 0 with their dimension as a subscript, or an indicator."""
    start, word = reader.start(), reader.take()
    head = "identity" if word in commands.IDENTITIES else "ones" if word in commands.ONES else "zeros"
    if head != "zeros" and opens(reader) in (r"\{", "[", "("):
        saved = reader.pos
        opened, size = read_open(reader)
        condition = reader.rules.statement(reader)
        if condition.head in ("rel", "and", "list") or _is_event(reader, condition):
            close = read_close(reader, opened, size)
            form = " ".join(part for part in (word, opened, close, size) if part)
            return reader.rules.scripts(reader, reader.node("indicator", (condition,), start, form=form))
        reader.pos = saved
    scripts = read_scripts(reader)
    label = ""
    if scripts.sub is not None:
        if reader.look_at(scripts.sub[0]) in (r"\{", "[") or _relates(reader, scripts.sub):
            return _low_indicator(reader, scripts.sub, start, word)
        if head == "identity" and scripts.sup is None and _two_indices(reader, scripts.sub):
            return _kronecker(reader, scripts.sub, start, word)
        label = reader.label(scripts.sub)
    form = "" if word in ("I", r"\mathbf{1}", r"\mathbf{0}") else word
    made = reader.node(head, (), start, label, form)
    return reader.rules.power(reader, made, scripts.sup)


def _is_event(reader: Reader, made: Expr) -> bool:
    """Whether an expression is a declared event, or a member of a family of them."""
    named = made.args[0] if made.head == "entry" else made
    symbol = reader.table.symbols.get(named.data) if named.head == "name" else None
    return symbol is not None and symbol.kind == "event"


def _relates(reader: Reader, span: Span) -> bool:
    """Whether a subscript holds a relation, so that it is no dimension."""
    return any(text in commands.RELATIONS for text in reader.texts[slice(*span)])


def _low_indicator(reader: Reader, span: Span, start: int, word: str) -> Expr:
    bracketed = reader.look_at(span[0]) in (r"\{", "[")
    inner = (span[0] + 1, span[1] - 1) if bracketed else span
    condition = reader.within(inner, reader.rules.statement)
    if condition.head not in ("rel", "and", "list") and not _is_event(reader, condition):
        raise reader.refuse(
            "no-relation", "an indicator is of a relation", r"\mathbf 1\{x > 0\}", start, reader.finish()
        )
    ends = f" {reader.look_at(span[0])} {reader.look_at(span[1] - 1)}" if bracketed else ""
    form = f"{word} low{ends}"
    return reader.node("indicator", (condition,), start, form=form)
