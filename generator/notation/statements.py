r"""Displays into single relations: chains, lists and conditions taken apart.

One printed display is often several relations; each is checked, and recorded, on its own:
`id` for the first, `id#2`, `id#3` .. for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.errors import Finding, fail
from generator.model import Entry, Text
from generator.notation.names import free_names
from generator.notation.parse import parse_statement
from generator.notation.table import SymbolTable
from generator.notation.tree import Expr, Statement, bare, is_markov, meaning_key

#: Heads of what states something; everything else is an expression.
STATING = frozenset({"rel", "iff", "implies", "list", "cond", "and"})

Relation = tuple[Expr, tuple[Expr, ...]]


def relations(expr: Expr) -> Iterator[Relation]:
    """Every relation of a display with the conditions printed for it, in printing order.

    A relation is a `rel` with two sides, an `iff` or an `implies`; an expression that
    states nothing is yielded as it stands.
    """
    expr = bare(expr)
    if expr.head in ("list", "and"):
        for arg in expr.args:
            yield from relations(arg)
    elif expr.head == "cond":
        conditions = tuple(c for arg in expr.args[1:] for c in conditions_in(arg))
        for relation, inner in relations(expr.args[0]):
            yield relation, (*inner, *conditions)
    elif expr.head == "rel" and not is_markov(expr):
        for pair in pairs(expr):
            yield pair, ()
    elif expr.head == "implies" and states_laws(expr.args[0]):
        premises = tuple(
            Expr("premise", (part,), start=part.start, end=part.end) for part in parts(expr.args[0])
        )
        for relation, inner in relations(expr.args[1]):
            yield relation, (*inner, *premises)
    elif expr.head == "implies" and bare(expr.args[1]).head == "rel" and not is_markov(expr.args[1]):
        for pair in pairs(bare(expr.args[1])):
            yield expr.with_args((expr.args[0], pair)), ()
    else:
        yield expr, ()


def states_independence(expr: Expr) -> bool:
    """Whether a relation says that random names are independent, perhaps given others."""
    return is_markov(expr) or bare(expr).data == ("perp",)


def states_laws(expr: Expr) -> bool:
    """Whether what stands before an arrow says what random names are like: laws, independence."""
    stated = [bare(part) for part in parts(expr)]
    return all(states_independence(p) or states_law(p) for p in stated)


def states_law(expr: Expr) -> bool:
    """Whether a relation says which law random names have."""
    return expr.head == "rel" and expr.data in (("sim",), ("iid",)) and bare(expr.args[1]).head == "law"


def parts(expr: Expr) -> tuple[Expr, ...]:
    """The statements that are printed side by side, one by one."""
    expr = bare(expr)
    return tuple(p for arg in expr.args for p in parts(arg)) if expr.head in ("list", "and") else (expr,)


def pairs(chain: Expr) -> Iterator[Expr]:
    """The links of a chain: `a = b = c` is `a = b` and `b = c`."""
    marks = chain.form.split("|")  # how each relation was spelled
    for op, mark, left, right in zip(chain.data, marks, chain.args, chain.args[1:], strict=False):
        yield Expr("rel", (left, right), (op,), mark, left.start, right.end)


def conditions_in(expr: Expr) -> Iterator[Expr]:
    """The single conditions in what follows `when`, `if` or `for`."""
    for relation, inner in relations(expr):
        yield relation
        yield from inner


def split_limits(conditions: Iterable[Expr]) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    r"""Conditions proper, and regimes of a limit (`n \to \infty`)."""
    when: list[Expr] = []
    limits: list[Expr] = []
    for condition in conditions:
        regime = condition.head == "rel" and condition.data == ("to",)
        (limits if regime else when).append(condition)
    return tuple(when), tuple(limits)


def for_every_index(condition: Expr, relation: Expr, table: SymbolTable) -> Expr:
    """A condition, for all values of its free indices that the relation does not speak of.

    A law is stated of a whole name already, whatever index it is printed with.
    """
    if condition.head == "premise" or (condition.head == "rel" and condition.data[0] in ("sim", "iid")):
        return condition
    spoken = set(free_names(relation))
    symbols = (table.symbols.get(name) for name in dict.fromkeys(free_names(condition)) if name not in spoken)
    own = tuple(symbol.name for symbol in symbols if symbol is not None and symbol.kind == "index")
    if not own:
        return condition
    return Expr("all", (condition,), own, "", condition.start, condition.end)


def numbered(identity: str, position: int) -> str:
    """The id of relation `position` (from 0) of a display."""
    return identity if position == 0 else f"{identity}#{position + 1}"


def read_when(text: Text | None, table: SymbolTable) -> tuple[Expr, ...]:
    """The conditions of an entry's `when`. Raises ContentError."""
    if text is None:
        return ()
    expr = parse_statement(text, table)
    conditions = tuple(conditions_in(expr))
    for condition in conditions:
        if condition.head not in STATING:
            message = "a condition is a relation"
            remedy = r"n \ge 2, \bar x = 0, n \to \infty"
            raise fail(
                text, condition.start, max(condition.end, condition.start + 1), "no-relation", message, remedy
            )
    return conditions


def read_statements(entry: Entry, kind: str, table: SymbolTable) -> list[Statement]:
    """The statements of one displayed entry. Raises ContentError; no-relation where it states nothing."""
    text = entry.latex
    assert text is not None
    common = read_when(entry.when, table)
    out = []
    regime = bool(split_limits(common)[1])
    for position, (expr, conditions) in enumerate(relations(parse_statement(text, table, regime=regime))):
        if expr.head not in STATING:
            message = f"this is an expression, and a {entry.kind} states a relation"
            remedy = "write what it equals: .. = .."
            raise fail(text, expr.start, max(expr.end, expr.start + 1), "no-relation", message, remedy)
        when, limits = split_limits((*conditions, *common))
        when = tuple(for_every_index(condition, expr, table) for condition in when)
        identity = numbered(entry.id, position)
        out.append(Statement(identity, kind, expr, when, limits, text, entry, entry.scope))
    return out


def shares_a_side(wrong: Expr, right: Expr) -> bool:
    """Whether two relations have the same left or the same right side."""
    if len(wrong.args) != 2 or len(right.args) != 2:
        return False
    return any(meaning_key(a) == meaning_key(b) for a, b in zip(wrong.args, right.args, strict=True))


def said(expr: Expr) -> Iterator[tuple[object, ...]]:
    """What a relation says, as hashable keys: as it stands, and exchanged where that says the same."""
    if expr.head == "rel":
        key = tuple(meaning_key(arg) for arg in expr.args)
        yield (expr.data, key)
        if expr.data[0] in ("=", "perp"):
            yield (expr.data, key[::-1])


def claimed_samples(statements: Iterable[Statement]) -> list[Finding]:
    """A finding for each claim that names are iid which does not say a given of the page again."""
    found, told = [], list(statements)
    given = {meaning_key(s.expr) for s in told if s.kind == "given"}
    for s in told:
        if s.kind == "claim" and s.expr.data == ("iid",) and meaning_key(s.expr) not in given:
            message = "that names are independent with one law is assumed, not claimed"
            remedy = "a `given` of its own in the setup"
            item = fail(s.latex, s.expr.start, s.expr.end, "iid-in-a-claim", message, remedy)
            found.append(item.finding)
    return found
