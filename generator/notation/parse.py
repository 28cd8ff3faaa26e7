"""LaTeX -> typed tree: the reader's public face, and the table that ties its grammar together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generator.model import Text
from generator.notation import (
    commands,
    grammar_between,
    grammar_binder,
    grammar_bracket,
    grammar_calculus,
    grammar_chance,
    grammar_ellipsis,
    grammar_events,
    grammar_function,
    grammar_information,
    grammar_limit,
    grammar_name,
    grammar_number,
    grammar_optimum,
    grammar_product,
    grammar_set,
    grammar_statement,
    law_names,
)
from generator.notation.binding import settle
from generator.notation.cursor import Reader, Rules
from generator.notation.shapes import elaborate
from generator.notation.table import SymbolTable
from generator.notation.tokens import tokenize
from generator.notation.tree import Expr, Symbol

Rule = Callable[[Reader], Expr]


def _omega(reader: Reader) -> Expr:
    r"""`\Omega`: the sure event in a topic with events, else an order of growth."""
    events = any(symbol.kind == "event" for symbol in reader.table.symbols.values())
    return grammar_events.fixed(reader) if events else grammar_function.function(reader)


def _heads() -> dict[str, Rule]:
    """Token that begins a factor -> its rule; declared names come before all of these."""
    table: dict[str, Rule] = {}
    table.update(dict.fromkeys(commands.UNDECLARED_FUNCTIONS, grammar_function.function))
    table.update(dict.fromkeys(commands.FUNCTIONS, grammar_function.function))
    table.update(dict.fromkeys([*commands.BRACKETS, *commands.SIZES], grammar_bracket.bracket))
    table.update(dict.fromkeys(commands.FRACTIONS, grammar_function.fraction))
    table.update(dict.fromkeys([r"\binom", r"\tbinom", r"\dbinom"], grammar_number.binomial))
    table.update(dict.fromkeys(commands.CONSTANTS, grammar_function.constant))
    table.update(
        dict.fromkeys([*commands.ONES, *commands.ZEROS, *commands.IDENTITIES], grammar_function.special)
    )
    table.update(dict.fromkeys([r"\sum", r"\prod", r"\bigcap", r"\bigcup"], grammar_binder.large))
    table.update(dict.fromkeys([r"\neg", r"\lnot"], grammar_events.negated))
    table.update(dict.fromkeys([r"\emptyset", r"\varnothing"], grammar_events.fixed))
    table[r"\Omega"] = _omega
    table.update(dict.fromkeys([r"\overline", r"\bar"], grammar_events.over))
    table.update(dict.fromkeys([r"\max", r"\min", *commands.BOUNDS], grammar_binder.extremum))
    table.update(dict.fromkeys([r"\arg", *commands.ARGS], grammar_optimum.arg))
    table.update(dict.fromkeys(commands.CHANCE, grammar_chance.chance))
    table.update(dict.fromkeys(law_names.LAW_WORDS, grammar_chance.law))
    table.update(dict.fromkeys(commands.SPACES, grammar_statement.space))
    for name in ("pmatrix", "bmatrix", "matrix", "vmatrix"):
        table[f"\\begin{{{name}}}"] = grammar_bracket.matrix
    table.update(dict.fromkeys(commands.DOTS, grammar_ellipsis.ellipsis))
    table |= {
        r"\sqrt": grammar_function.root,
        r"\delta": grammar_function.delta,
        r"\int": grammar_binder.integral,
        r"\lim": grammar_limit.limit,
        r"\partial": grammar_calculus.partial,
        r"\nabla": grammar_calculus.nabla,
        **dict.fromkeys(commands.INFORMATION, grammar_information.information),
        **dict.fromkeys(("I", r"\mathrm{I}", r"\mathbb{I}"), grammar_information.letter),
        **dict.fromkeys(commands.DIVERGENCE_WORDS, grammar_chance.divergence),
        **dict.fromkeys(commands.DIVERGENCE_LETTERS, grammar_chance.divergence),
        "K": grammar_chance.divergence_letters,
        r"\begin{cases}": grammar_statement.cases,
    }
    return table


RULES = Rules(
    expression=grammar_product.expression,
    term=grammar_product.term,
    factor=grammar_product.factor,
    statement=grammar_statement.statement,
    chain=grammar_statement.chain,
    scripts=grammar_name.scripts_on,
    call=grammar_function.call,
    bar=grammar_bracket.bar,
    power=grammar_name.power,
    derivative=grammar_calculus.derivative,
    between=grammar_between.between,
    described=grammar_set.described,
    large=frozenset(
        [
            r"\sum",
            r"\prod",
            r"\bigcap",
            r"\bigcup",
            r"\int",
            r"\lim",
            r"\max",
            r"\min",
            r"\arg",
            r"\nabla",
            r"\partial",
            *commands.CHANCE,
        ]
    ),
    heads=_heads(),
)


def parse_statement(
    text: Text, table: SymbolTable, local: Mapping[str, Symbol] | None = None, regime: bool = False
) -> Expr:
    """The statement that a display is: a chain, a list, an equivalence, each with its shapes.

    `local` are further names, as the argument names of a function being defined; `regime` says
    that its conditions name what tends where. Raises ContentError; no-relation where the display is
    an expression only.
    """
    made = _parse(text, table, local, grammar_statement.statement, regime)
    if made.head not in grammar_statement.STATEMENTS:
        end = len(text.value)
        raise _reader(text, table, local).refuse(
            "no-relation", "an expression states nothing by itself", "a relation such as a = b", 0, end
        )
    return made


def parse_expression(text: Text, table: SymbolTable, local: Mapping[str, Symbol] | None = None) -> Expr:
    """The expression that a formula is, with its shapes. Raises ContentError."""
    return _parse(text, table, local, grammar_product.expression)


def parse_formula(text: Text, table: SymbolTable, local: Mapping[str, Symbol] | None = None) -> Expr:
    """A statement or an expression, whichever `text` is (maths inside a sentence). Raises ContentError."""
    return _parse(text, table, local, grammar_statement.statement)


def _reader(text: Text, table: SymbolTable, local: Mapping[str, Symbol] | None) -> Reader:
    return Reader(text, tokenize(text), table.with_names(local or {}), RULES)


def _parse(
    text: Text, table: SymbolTable, local: Mapping[str, Symbol] | None, rule: Rule, regime: bool = False
) -> Expr:
    reader = _reader(text, table, local)
    if reader.done():
        raise reader.refuse("empty-formula", "there is no formula here", "a formula", 0, len(text.value))
    made = rule(reader)
    if not reader.done():
        raise reader.unexpected()
    return elaborate(text, settle(text, made), reader.table, regime)
