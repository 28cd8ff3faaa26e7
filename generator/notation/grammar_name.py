r"""Names and their scripts: labels, family members, entries, primes, powers, transposes.

The longest declared name wins; what its label does not use up is an index below, a power or
a transpose above. Where a shorter name would be well typed too, the formula is refused.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from generator.notation import commands
from generator.notation.cursor import Reader, Span
from generator.notation.grammar_events import complement
from generator.notation.grammar_index import comma_form, index_spans, indices, split
from generator.notation.table import PLACES, Pattern, nucleus_end, nucleus_text, plain
from generator.notation.tree import Expr, Symbol

_INDEX_KINDS = frozenset({"index", "integer", "size"})


@dataclass(slots=True)
class Scripts:
    """The scripts after a nucleus; spans of tokens without their braces."""

    primes: int = 0
    sub: Span | None = None
    sup: Span | None = None


def read_scripts(reader: Reader, primes: bool = False) -> Scripts:
    """One subscript and one superscript in either order; primes before or behind where `primes` allows.

    Raises ContentError: double-script, script-digit, script-letter.
    """
    scripts = Scripts()
    while reader.kind() == "prime":
        if not primes:
            raise reader.refuse("unexpected-token", "only a name takes a prime", "take it out")
        scripts.primes += 1
        reader.take()
    first = scripts.primes
    while reader.kind() in ("sub", "sup"):
        mark = reader.kind()
        if getattr(scripts, mark) is not None or (mark == "sup" and scripts.primes):
            raise _double(reader, mark, scripts.primes)
        reader.take()
        setattr(scripts, mark, reader.argument())
        _check_after_script(reader)
    while primes and reader.kind() == "prime" and scripts.sup is None and not first:
        scripts.primes += 1  # behind a subscript a prime prints at the same place as before it
        reader.take()
    if reader.kind() in ("prime", "sub", "sup"):
        raise reader.refuse("double-script", "a prime after other scripts", "the prime first")
    return scripts


def _double(reader: Reader, mark: str, primes: int) -> Exception:
    if mark == "sup" and primes:
        message, remedy = "TeX sets a prime as a power: this is a second one", r"\left(f'(x)\right)^2"
    else:
        message = "a second script of the same kind"
        remedy = r"(x^a)^b" if mark == "sup" else r"x_{i,j}, or the label in brackets"
    return reader.refuse("double-script", message, remedy)


def _check_after_script(reader: Reader) -> None:
    """TeX takes one token as a script: refuse what a reader of the source would take for more."""
    last, coming = reader.pos - 1, reader.kind()
    sign = reader.texts[last] in ("+", "-") and coming in ("digit", "letter")
    first_power = reader.texts[last - 1 : last + 1] == ["^", "1"] and reader.look() == "/"
    digits = coming == "digit" and reader.tokens[last].kind == "digit"
    if (sign or first_power or digits) and reader.adjacent(reader.pos):
        raise reader.refuse(
            "script-digit",
            f"only {reader.texts[last]} is in the script: TeX prints {reader.look()} beside it",
            f"{{{reader.texts[last]}{reader.look()}{'..' * first_power}}}",
        )
    if coming == "letter" and reader.tokens[last].kind == "letter" and reader.adjacent(reader.pos):
        symbol = reader.table.symbols.get(reader.look())
        if symbol is not None and symbol.kind == "index":
            raise reader.refuse(
                "script-letter",
                f"only {reader.texts[last]} is in the script: the index {reader.look()} stands beside it",
                f"{{{reader.texts[last]}{reader.look()}}}",
            )


def name(reader: Reader) -> Expr | None:
    """A declared name with all its scripts; None (nothing read) where none is declared here.

    Raises ContentError: ambiguous-name, index-arity and what scripts raise.
    """
    begin, start = reader.pos, reader.start()
    end = nucleus_end(reader.tokens, begin, reader.pairs)
    if end == begin or end > reader.limit:
        return None
    nucleus = nucleus_text(reader.tokens[begin:end]) if end > begin + 1 else reader.texts[begin]
    patterns = reader.table.patterns(nucleus)
    if not patterns:
        return None
    reader.pos = end
    scripts = read_scripts(reader, primes=True)
    found = [(p, m) for p in patterns if (m := _match(reader, p, scripts)) is not None]
    if not found:
        reader.pos = begin
        return None
    if len(found) > 1:
        _check_ambiguous(reader, start, found[0][0], found[1:], scripts)
    pattern, places = found[0]
    if pattern.symbol.kind == "function":
        overloads = [other.symbol for other, _ in found if other.name == pattern.name]
        return _function(reader, overloads, pattern, places, scripts, start)
    stop = reader.tokens[end - 1].end
    for label, span in ((pattern.name.sub, scripts.sub), (pattern.name.sup, scripts.sup)):
        if label is not None and span is not None:
            stop = max(stop, span_end(reader, span))
    base = Expr("name", (), pattern.symbol.name, "", start, stop)
    return _member(reader, pattern, base, places, scripts)


def _member(reader: Reader, pattern: Pattern, base: Expr, places: list[Span], scripts: Scripts) -> Expr:
    symbol, start = pattern.symbol, base.start
    rank = rank_of(reader, symbol)
    spans = places
    if pattern.name.sub is None and scripts.sub is not None:
        if not rank and not places:
            raise reader.refuse(
                "index-arity",
                f"{symbol.latex or symbol.name} is a {symbol.kind} and takes no index",
                "another declaration, or a declared name with this label",
                start,
                reader.finish(),
            )
        spans = places + index_spans(reader, scripts.sub, rank_choices(symbol, rank))
    if pattern.name.primes < scripts.primes:
        raise reader.undeclared(symbol.name + "'", start, reader.finish())
    if symbol.kind in ("rows", "columns") and not spans:
        raise reader.refuse(
            "index-arity",
            f"{symbol.name} stands for the {symbol.kind} of {symbol.of}",
            f"{symbol.name}_i, or {symbol.of}",
            start,
            reader.finish(),
        )
    if spans:
        stop = base.end if scripts.sub is None else max(base.end, span_end(reader, scripts.sub))
        base = Expr("entry", (base, *indices(reader, spans)), None, comma_form(reader, spans), start, stop)
    return base if pattern.name.sup is not None else power(reader, base, scripts.sup)


def _function(
    reader: Reader,
    overloads: list[Symbol],
    pattern: Pattern,
    places: list[Span],
    scripts: Scripts,
    start: int,
) -> Expr:
    """A declared function: called with the places in its script, with brackets, or bare.

    `overloads` are the functions of this letter; the printed arguments tell them apart.
    """
    symbol, order = pattern.symbol, scripts.primes - pattern.name.primes
    if (pattern.name.sub is None and scripts.sub is not None) or (places and order):
        raise reader.undeclared(reader.text.value[start : reader.finish()], start, reader.finish())
    if places:
        args = tuple(reader.within(span, reader.rules.expression) for span in places)
        made = reader.node("call", args, start, symbol.name, f"script {comma_form(reader, places)}".strip())
        if len(symbol.arguments) > len(args) and opens(reader) in ("(", "["):
            return _member_called(made, reader.rules.call(reader, made.with_args(()), overloads))
        return made if pattern.name.sup is not None else power(reader, made, scripts.sup)
    sup = scripts.sup if pattern.name.sup is None else None
    made = Expr("prime", (), (symbol.name, order)) if order else Expr("call", (), symbol.name)
    if opens(reader) in ("(", "["):
        if sup is not None:
            raise reader.refuse(
                "ambiguous-power",
                "a power between a function and its argument can be read in two ways",
                r"\left(f(x)\right)^2",
                start,
                reader.finish(),
            )
        return reader.rules.call(reader, replace(made, start=start), overloads)
    if len(overloads) > 1 and not _is_one_law(reader, overloads):
        raise reader.refuse(
            "ambiguous-name",
            f"several functions are called {symbol.latex.partition('(')[0]}",
            "the arguments behind it, in brackets",
            start,
            reader.finish(),
        )
    if symbol.builtin and symbol.builtin != "density":
        raise reader.refuse(
            "missing-argument",
            f"{symbol.name} needs its argument in brackets",
            f"{symbol.name}(x)",
            start,
            reader.finish(),
        )
    return power(reader, replace(made, form="bare", start=start, end=reader.finish()), sup)


def _member_called(member: Expr, made: Expr) -> Expr:
    """A member of a family of functions with its arguments: the indices are the first of them."""
    if made.head != "call":  # a script behind the brackets
        return made.with_args((_member_called(member, made.args[0]), *made.args[1:]))
    form = f"{member.form} {len(member.args)} {made.form}"
    return replace(made, args=(*member.args, *made.args), form=form)


def _is_one_law(reader: Reader, overloads: list[Symbol]) -> bool:
    """Whether densities of one letter stand here for their law, as in a divergence."""
    return reader.law_here and all("density" in symbol.words for symbol in overloads)


def span_end(reader: Reader, span: Span) -> int:
    """The character after a script's content and its closing brace."""
    braced = reader.texts[span[0] - 1] == "{"
    return reader.tokens[span[1] if braced else span[1] - 1].end


def opens(reader: Reader) -> str:
    """The bracket that opens here, past a size command; "" where none does."""
    text = reader.look()
    if text in commands.SIZES:
        text = reader.look(1)
    return text if text in commands.BRACKETS else ""


def rank_of(reader: Reader, symbol: Symbol) -> int:
    """How many component indices a member of the symbol takes beyond its family's own."""
    if symbol.kind in ("rows", "columns"):
        return 2
    return len(symbol.shape)


def rank_choices(symbol: Symbol, rank: int) -> Collection[int]:
    """The numbers of component indices that may be printed."""
    return (1, 2) if symbol.kind in ("rows", "columns") else (rank,)


def _match(reader: Reader, pattern: Pattern, scripts: Scripts) -> list[Span] | None:
    """The spans of the name's own index places; None where the name is not printed here."""
    name_, symbol = pattern.name, pattern.symbol
    if name_.primes > scripts.primes or (name_.primes < scripts.primes and symbol.kind != "function"):
        return None
    spans: list[Span] = []
    for template, span, mark in ((name_.sub, scripts.sub, "sub"), (name_.sup, scripts.sup, "sup")):
        if template is None:
            continue
        if span is None:
            return None
        extra = rank_of(reader, symbol) if mark == "sub" and symbol.kind != "function" else 0
        places = _fit(reader, template, span, extra)
        if places is None:
            return None
        spans += places
    return spans


def _fit(reader: Reader, template: tuple[str, ...], span: Span, extra: int) -> list[Span] | None:
    where = [index for index, part in enumerate(template) if part in PLACES]
    if not where:
        return [] if plain(reader.tokens[span[0] : span[1]]) == template else None
    before, after = template[: where[0]], template[where[-1] + 1 :]
    low, high = span[0] + len(before), span[1] - len(after)
    if (
        low >= high
        or tuple(reader.texts[span[0] : low]) != before
        or tuple(reader.texts[high : span[1]]) != after
    ):
        return None
    count = len(where)
    choices = (count, count + extra) if extra and not after else (count,)
    return split(reader, (low, high), choices)


def _check_ambiguous(
    reader: Reader, start: int, best: Pattern, others: list[tuple[Pattern, list[Span]]], scripts: Scripts
) -> None:
    """Refuses a label that a shorter declared name would read as an index or a power."""
    for other, _ in others:
        label = best.name.sub is not None and other.name.sub is None and scripts.sub is not None
        if label and _index_like(reader, scripts.sub, other.symbol):
            break
        power_label = best.name.sup is not None and other.name.sup is None and scripts.sup is not None
        if power_label and other.symbol.kind != "function" and _value_like(reader, scripts.sup):
            break
    else:
        return
    printed = reader.text.value[start : reader.finish()]
    raise reader.refuse(
        "ambiguous-name",
        f"{printed} is the declared name {best.symbol.name}, and also {other.symbol.name} with a script",
        "another name for one of them",
        start,
        reader.finish(),
    )


def _index_like(reader: Reader, span: Span | None, symbol: Symbol) -> bool:
    """Whether a label could be the indices of an entry: as many as it has, from 1 on."""
    symbols, rank = reader.table.symbols, rank_of(reader, symbol)
    if span is None or not rank:
        return False
    if span[1] - span[0] == 1 and (1 not in rank_choices(symbol, rank) or reader.texts[span[0]] == "0"):
        return False
    return all(
        reader.tokens[i].kind == "digit"
        or reader.texts[i] in "+-,"
        or (reader.texts[i] in symbols and symbols[reader.texts[i]].kind in _INDEX_KINDS)
        for i in range(*span)
    )


def _value_like(reader: Reader, span: Span | None) -> bool:
    symbols = reader.table.symbols
    signs = [reader.texts[i] in "+-/" for i in range(*span)] if span is not None else [True]
    return not all(signs) and all(
        sign or reader.tokens[i].kind == "digit" or reader.texts[i] in symbols
        for i, sign in zip(range(*(span or (0, 0))), signs, strict=True)
    )


def scripts_on(reader: Reader, base: Expr) -> Expr:
    """The scripts after something that is no name: an entry below, a power or transpose above."""
    scripts = read_scripts(reader)
    if base.head == "group" and base.data == ("[", "]") and scripts.sub and scripts.sup:
        made = reader.rules.between(reader, base, scripts.sub, scripts.sup)
        if made is not None:
            return made
    if scripts.sub is not None and base.head == "group" and reader.texts[slice(*scripts.sub)] == ["+"]:
        base = reader.node("func", (base,), base.start, "relu", "plus")  # the positive part, (x)_+
    elif scripts.sub is not None:
        low, high = scripts.sub
        two = high - low == 2 and all(
            reader.kind_at(index) in ("letter", "greek", "digit") for index in (low, high - 1)
        )
        spans = index_spans(reader, scripts.sub, (2,) if two else (1, 2))
        found = indices(reader, spans)
        base = reader.node("entry", (base, *found), base.start, form=comma_form(reader, spans))
    return power(reader, base, scripts.sup)


def power(reader: Reader, base: Expr, span: Span | None) -> Expr:
    """A superscript that is no label: transpose, inverse transpose or power (inverse: see shapes).

    Raises ContentError unknown-script.
    """
    if span is None:
        return base
    event = complement(reader, base, span)
    if event is not None:
        return event
    texts = reader.texts[span[0] : span[1]]
    mark = texts[-1]
    if mark in commands.TRANSPOSES and not (mark == "T" and reader.table.has("T")):
        if len(texts) == 1:
            return reader.node("transpose", (base,), base.start, form=mark)
        if texts[0] == "-" and len(texts) == 2:
            return reader.node("invtranspose", (base,), base.start, form=mark)
    if len(texts) == 1 and mark in commands.PSEUDO_INVERSES and _may_be_matrix(reader, base):
        return reader.node("pinv", (base,), base.start, form=mark)
    label = len(texts) == 1 and (mark in commands.MARKS or mark in ("*", "+", "-"))
    if label or (texts[0] == "(" and texts[-1] == ")"):
        printed = reader.text.value[base.start : reader.finish()]
        raise reader.refuse(
            "unknown-script",
            f"{printed} is not declared, and {''.join(texts)} is no power",
            "declare the name with its label",
            base.start,
            reader.finish(),
        )
    exponent = reader.within(span, reader.rules.expression)
    if base.head == "num" and base.data == "1" and exponent.head != "num":
        raise reader.refuse(
            "power-of-one",
            "1 to any power is 1, and a sign before it is not in the power",
            r"(-1)^i, or 1",
            base.start,
            reader.finish(),
        )
    return reader.node("pow", (base, exponent), base.start)


def _may_be_matrix(reader: Reader, base: Expr) -> bool:
    """Whether a pseudo-inverse may be meant: of a declared matrix, or of what stands in brackets."""
    symbol = reader.table.symbols.get(str(base.data)) if base.head == "name" else None
    return base.head in ("group", "entry") or (symbol is not None and symbol.kind == "matrix")
