r"""Statements: chains of relations, \iff, conditions after \text{if}, lists, cases, sets.

A chain keeps its operators as printed in `form` (split by |): `\le` and `\leq` are one relation.
"""

from __future__ import annotations

from dataclasses import replace

from generator.notation import commands
from generator.notation.arrows import ARROW_WORDS
from generator.notation.cursor import Reader
from generator.notation.grammar_bracket import as_set
from generator.notation.grammar_chance import conditional, law_side
from generator.notation.grammar_limit import place as place_of
from generator.notation.tree import Expr

_WIDE = commands.QUADS
#: Relations of which a chain has one at most.
_ONCE = frozenset({"sim", "iid", "tolaw", "toprob", "perp", "in", "notin"})
STATEMENTS = frozenset({"rel", "iff", "implies", "list", "cond", "and"})


def statement(reader: Reader) -> Expr:
    """A display: statements beside one another, each with its conditions; or a lone expression.

    Raises ContentError: ambiguous-condition, no-relation, trailing-separator.
    """
    start = reader.start()
    items: list[Expr] = []
    separators: list[str] = []
    while True:
        item = _each(reader)
        if _condition_word(reader):
            item = _conditioned(reader, item, "")
        items.append(item)
        separator = _separator(reader)
        if not separator:
            break
        if _condition_word(reader):
            if len(items) > 1:
                raise reader.refuse(
                    "ambiguous-condition",
                    "does this condition belong to the last statement or to all?",
                    "the condition in `when`, or without a comma before it",
                )
            items[-1] = _conditioned(reader, item, separator)
            separator = _separator(reader)
            if not separator:
                break
        if _ended(reader):
            raise reader.refuse("trailing-separator", f"nothing follows {separator}", "take it out")
        separators.append(separator)
    if len(items) == 1:
        return items[0]
    for item in items:
        if item.head not in STATEMENTS and not reader.inside_chance:
            raise reader.refuse(
                "no-relation",
                "an expression states nothing by itself",
                "a relation such as a = b",
                item.start,
                item.end,
            )
    _check_reach(reader, items, separators)
    return reader.node("list", tuple(items), start, form="|".join(separators))


def _check_reach(reader: Reader, items: list[Expr], separators: list[str]) -> None:
    """An arrow or a condition beside a plain comma may reach over it: wide spaces or lines tell.

    Raises ContentError: ambiguous-arrows, ambiguous-condition.
    """
    for place, separator in enumerate(separators):
        words = separator.split(" ")
        if r"\\" in words or (_WIDE & set(words) and r"\text{and}" not in words):
            continue
        heads = {items[place].head, items[place + 1].head}
        if heads & {"iff", "implies"}:
            code, message = "ambiguous-arrows", f"does the arrow reach over {words[0]}?"
            remedy = r"\quad between two statements, or one claim with `when`"
        elif "cond" in heads:
            code, message = "ambiguous-condition", f"does the condition, or its list, reach over {words[0]}?"
            remedy = r"\text{and} between conditions, \quad between statements, or the condition in `when`"
        else:
            continue
        raise reader.refuse(code, message, remedy, items[place].start, items[place + 1].end)


def _ended(reader: Reader) -> bool:
    return reader.done() or reader.look() in commands.CLOSERS or reader.look() in (r"\mid", r"\right")


def _separator(reader: Reader) -> str:
    """Commas, wide spaces, line ends or `and` between statements, as printed."""
    parts: list[str] = []
    begin = reader.pos
    while (
        reader.look() in (",", ";") or reader.kind() in ("quad", "newline") or reader.look() == r"\text{and}"
    ):
        parts.append(reader.take())
    if parts == [","] and reader.kind_at(begin - 1) == reader.kind() == "digit":
        while reader.kind(1) == "digit" and reader.adjacent(reader.pos + 1):
            reader.pos += 1
        raise reader.refuse(
            "number-comma",
            "two numbers with a comma between print as one number to some readers",
            r"1000 or 1.5 for a number, \quad or \text{and} between two statements",
            reader.tokens[begin - 1].start,
            reader.tokens[reader.pos].end,
        )
    return " ".join(parts)


def _each(reader: Reader) -> Expr:
    """One statement; `a, b > 0` is two with one right side (form "each")."""
    first = implication(reader)
    if first.head in STATEMENTS or reader.look() != "," or reader.inside_chance:
        return first
    pending, separators = [first], [_separator(reader)]
    while not _ended(reader) and reader.kind() != "text" and not _condition_word(reader):
        item = implication(reader)
        if item.head == "rel":
            rights = item.args[1:]
            made = [
                replace(item, args=(left, *rights), start=left.start) for left in (*pending, item.args[0])
            ]
            return reader.node("list", tuple(made), first.start, form="each|" + "|".join(separators))
        if item.head in STATEMENTS or reader.look() != ",":
            break
        pending.append(item)
        separators.append(_separator(reader))
    raise reader.refuse(
        "no-relation",
        "an expression states nothing by itself",
        "a relation such as a = b",
        first.start,
        first.end,
    )


def _condition_word(reader: Reader) -> str:
    """The word before a condition that comes here, "" where none does."""
    if reader.look() == r"\forall":
        return "forall"
    if reader.kind() != "text":
        return ""
    word = reader.look().removeprefix(r"\text{").removesuffix("}")
    return commands.CONDITION_WORDS.get(word, "")


def _conditioned(reader: Reader, item: Expr, separator: str) -> Expr:
    """`statement \\text{if} relation [\\text{and} relation ..]`; form: word, then what stood before it."""
    if item.head not in STATEMENTS:
        raise reader.refuse(
            "no-relation",
            "a condition belongs to a relation",
            "a relation such as a = b",
            item.start,
            item.end,
        )
    word = _condition_word(reader)
    if word == "where":
        raise reader.refuse(
            "unknown-words",
            r"\text{where} could define what follows or ask for it",
            r"\text{if}, \text{for} or \text{when} and a relation",
        )
    start = reader.start()
    reader.take()
    conditions = [_relation(reader)]
    if word == "as" and set(conditions[0].data) != {"to"}:
        message, remedy = r"behind \text{as} stands what tends where", r"\text{as } n \to \infty"
        raise reader.refuse("unknown-words", message, remedy, start, reader.finish())
    while reader.look() == r"\text{and}":
        reader.take()
        conditions.append(_relation(reader))
    form = " ".join(part for part in (word.replace(" ", "~"), separator) if part)
    return reader.node("cond", (item, *conditions), item.start, form=form)


def _relation(reader: Reader) -> Expr:
    made = chain(reader)
    if made.head != "rel":
        raise reader.refuse(
            "no-relation",
            "a condition is a relation; a free index means for all by itself",
            r"\text{for } j \ne k, or nothing",
            made.start,
            made.end,
        )
    return made


def implication(reader: Reader) -> Expr:
    r"""chain [\iff chain | \implies chain]. Raises ContentError ambiguous-arrows."""
    left = chain(reader)
    if reader.look() not in commands.ARROWS:
        return left
    arrow = reader.take()
    right = chain(reader)
    if reader.look() in commands.ARROWS:
        raise reader.refuse("ambiguous-arrows", "a second arrow can be read in two ways", "two claims")
    for side in (left, right):
        if side.head != "rel":
            raise reader.refuse(
                "no-relation", f"{arrow} stands between statements", "a relation", side.start, side.end
            )
    return reader.node(commands.ARROWS[arrow], (left, right), left.start, form=arrow)


def chain(reader: Reader) -> Expr:
    """side { relation side }; the first side alone where no relation follows."""
    if reader.look() == r"\perp":
        raise reader.unexpected()
    first = reader.rules.expression(reader)
    if reader.look() == r"\mid" and not reader.inside_chance:
        first = conditional(reader, first)
    sides, ops, printed = [first], [], []
    while True:
        found = _operator(reader)
        if found is None:
            break
        ops.append(found[0])
        printed.append(found[1])
        sides.append(_side(reader, found[0]))
    if not ops:
        return first
    _check_chain(reader, first, ops)
    return reader.node("rel", tuple(sides), first.start, tuple(ops), "|".join(printed))


def _check_chain(reader: Reader, first: Expr, ops: list[str]) -> None:
    r"""Refuses `a \ne b \ne c` (does a differ from c?) and `a \sim b \sim c` (which is the law?)."""
    if ops.count("!=") > 1:
        message, remedy = r"does the first differ from the last too?", r"a \ne b, b \ne c, a \ne c"
    elif sum(op in _ONCE for op in ops) > 1:
        message = "a chain of these can be read in two ways"
        remedy = r"X \perp Y, \quad (X, Y) \perp Z" if "perp" in ops else "two statements"
    else:
        return
    raise reader.refuse("ambiguous-chain", message, remedy, first.start, reader.finish())


def _operator(reader: Reader) -> tuple[str, str] | None:
    text = reader.look()
    if text == ":" and reader.look(1) == "=":
        reader.take()
        reader.take()
        return "=", ": ="
    if text in (r"\overset", r"\stackrel"):
        start = reader.start()
        reader.take()
        over, under = reader.argument(), reader.argument()
        words = [reader.texts[slice(*over)], reader.texts[slice(*under)]]
        if len(words[0]) == 1 and words[0][0] in commands.IID_WORDS and words[1] == [r"\sim"]:
            return "iid", f"{text} {words[0][0]} \\sim"
        if len(words[0]) == 1 and words[0][0] in commands.DEFINED_WORDS and words[1] == ["="]:
            return "=", f"{text} {words[0][0]} ="
        if len(words[0]) == 1 and words[0][0] in ARROW_WORDS and words[1] in ([r"\to"], [r"\rightarrow"]):
            return ARROW_WORDS[words[0][0]], f"{text} {words[0][0]} {words[1][0]}"
        raise reader.refuse(
            "unknown-relation",
            "this relation is not in the formula language",
            r"\overset{\mathrm{iid}}{\sim}, or the plain relation",
            start,
            reader.finish(),
        )
    if text == r"\xrightarrow":
        return _arrow(reader)
    if text not in commands.RELATIONS:
        return None
    if (text == "<" and reader.look(1) == "=") or (text == ">" and reader.look(1) == "="):
        raise reader.refuse(
            "unknown-relation", f"{text}= prints as two relations", r"\le" if text == "<" else r"\ge"
        )
    reader.take()
    if text == "=" and reader.look() == "=":
        raise reader.refuse("unknown-relation", "== prints as two relations", "=")
    return commands.RELATIONS[text], text


def _arrow(reader: Reader) -> tuple[str, str]:
    r"""`\xrightarrow{d}` in law, `\xrightarrow{P}` in probability. Raises ContentError unknown-relation."""
    start = reader.start()
    reader.take()
    words = reader.texts[slice(*reader.argument())]
    if len(words) != 1 or words[0] not in ARROW_WORDS:
        message, remedy = "this arrow is not in the formula language", r"\xrightarrow{d} or \xrightarrow{P}"
        raise reader.refuse("unknown-relation", message, remedy, start, reader.finish())
    return ARROW_WORDS[words[0]], rf"\xrightarrow {words[0]}"


def _side(reader: Reader, op: str) -> Expr:
    if op in ("sim", "iid", "tolaw"):
        return law_side(reader)
    made = place_of(reader) if op == "to" else reader.rules.expression(reader)
    if op == "perp" and reader.look() == r"\mid" and not reader.inside_chance:
        return conditional(reader, made)
    if op in ("in", "notin", "subseteq", "subset"):
        return as_set(made)
    return made


def space(reader: Reader) -> Expr:
    r"""\mathbb R, \mathbb R^d, \mathbb R^{n \times d}. Raises ContentError unknown-space."""
    start, word = reader.start(), reader.take()
    natural = ""
    if reader.kind() == "sub" and commands.SPACES[word] == "N" and reader.look(1) == "0":
        reader.take()
        natural = reader.take()
    if reader.kind() == "sub":
        raise reader.refuse(
            "unknown-space", "a space takes no subscript", r"\mathbb R with a condition x > 0", start
        )
    dims: tuple[Expr, ...] = ()
    if reader.kind() == "sup":
        reader.take()
        span = reader.argument()
        if reader.look_at(span[0]) in ("+", "-", "*", ">", "<", r"\ge"):
            raise reader.refuse(
                "unknown-space",
                "a space takes its dimensions above, no sign",
                r"\mathbb R with a condition x > 0",
                start,
                reader.finish(),
            )
        dims = _dims(reader, reader.within(span, reader.rules.expression))
    return reader.node("space", dims, start, commands.SPACES[word], natural)


def _dims(reader: Reader, made: Expr) -> tuple[Expr, ...]:
    if made.head != "mul" or r"\times" not in made.data:
        return (made,)
    groups: list[list[Expr]] = [[made.args[0]]]
    for separator, arg in zip(made.data, made.args[1:], strict=True):
        if separator == r"\times":
            groups.append([arg])
        else:
            groups[-1].append(arg)
    return tuple(
        group[0]
        if len(group) == 1
        else Expr("mul", tuple(group), ("",) * (len(group) - 1), "", group[0].start, group[-1].end)
        for group in groups
    )


def cases(reader: Reader) -> Expr:
    r"""\begin{cases} value & condition \\ .. \end{cases}; the last row may be \text{otherwise}.

    args value, condition, value, condition .. [, value]; form: a word a row, `,` where a comma stood.
    """
    start, begin = reader.start(), reader.take()
    end = begin.replace("begin", "end")
    args: list[Expr] = []
    words: list[str] = []
    while reader.look() != end:
        args.append(reader.rules.expression(reader))
        comma = "," if reader.accept(",") else ""
        if reader.kind() != "amp":
            raise reader.refuse("expected-token", "a row of cases is value & condition", "&")
        reader.take()
        word = _case_word(reader)
        words.append(word + comma)
        if word.rstrip(".") != "otherwise":
            args.append(_relation(reader))
        if reader.look() in (",", "."):
            words[-1] += f"~{reader.take()}"
        if reader.look() != end:
            if reader.kind() != "newline":
                raise reader.refuse("expected-token", r"a row of cases ends with \\", r"\\")
            reader.take()
            if word.rstrip(".") == "otherwise" and reader.look() != end:
                raise reader.refuse("unexpected-token", "a row after otherwise", "otherwise last")
            if reader.look() == end:
                words[-1] += r"\\"
    reader.take()
    if len(args) < 2:
        raise reader.refuse(
            "empty-brackets", "cases without a row", "value & condition", start, reader.finish()
        )
    return reader.node("cases", tuple(args), start, form=" ".join(words))


def _case_word(reader: Reader) -> str:
    if reader.kind() != "text":
        return "plain"
    word = reader.take().removeprefix(r"\text{").removesuffix("}")
    if word not in ("if", "for", "when", "otherwise", "otherwise."):
        raise reader.refuse(
            "unknown-words",
            f"{word} is not read here",
            r"\text{if}, \text{otherwise}",
            reader.tokens[reader.pos - 1].start,
            reader.finish(),
        )
    return word
