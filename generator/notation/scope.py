"""A scope while it is read: what is declared, defined, assumed and stated in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from generator.errors import Finding, finding
from generator.model import Text
from generator.notation.define import is_nonnegative
from generator.notation.dims import as_dim
from generator.notation.given_ranges import ranges_beyond
from generator.notation.literals import is_size, lengths
from generator.notation.names import cycle, free_names, labels_of, law_subjects, names_used, used_names
from generator.notation.table import SymbolTable
from generator.notation.tree import (
    Definition,
    Expr,
    Scope,
    Statement,
    Symbol,
    bare,
    is_markov,
    markov_names,
    meaning_key,
)

#: Relations of a given that state a law.
LAWS = frozenset({"sim", "iid"})
#: Relations of a given about events: probabilities, one event in another, independence.
OF_EVENTS = frozenset({"=", "subseteq", "perp"})
#: The relation of a given about their probabilities.
OF_CHANCES = frozenset({"="})
#: Types whose names are real numbers or arrays of them.
_REAL = frozenset({"scalar", "vector", "matrix"})
#: Operators whose value a given may state.
MOMENTS = frozenset({"E", "Var", "Cov", "Pr"})


def _about(text: Text, expr: Expr, code: str, message: str, remedy: str) -> Finding:
    return finding(text, expr.start, max(expr.end, expr.start + 1), code, message, remedy)


def _beside_zero(node: Expr) -> bool:
    """Whether the letter O and the digit 0 stand side by side in a product."""
    if node.head != "mul":
        return False
    for left, right in pairwise(bare(arg) for arg in node.args):
        before = left.head == "num" and left.data.endswith("0") and "O" in names_used(right)
        behind = right.head == "num" and right.data.startswith("0") and "O" in names_used(left)
        if before or behind:
            return True
    return False


@dataclass
class Draft:
    """The names and statements of `topic`, `example` or `by hand`; an inner one holds its outer's."""

    scope: str
    symbols: dict[str, Symbol]
    restrictions: list[Expr]
    conventions: frozenset[str]
    outer: Draft | None = None
    definitions: list[Definition] = field(default_factory=list)
    givens: list[Statement] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    values: list[tuple[str, Expr]] = field(default_factory=list)
    assumed: dict[str, Statement] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.table = SymbolTable(self.symbols, self.conventions)

    def inner(
        self, scope: str, symbols: dict[str, Symbol] | None = None, restrictions: list[Expr] | None = None
    ) -> Draft:
        """A scope inside this one."""
        return Draft(scope, symbols or self.symbols, restrictions or [], self.conventions, self)

    def all_definitions(self) -> list[Definition]:
        """The definitions in force here, the outer scope's first."""
        return [*(self.outer.all_definitions() if self.outer else ()), *self.definitions]

    def all_givens(self) -> list[Statement]:
        """The givens in force here, the outer scope's first."""
        return [*(self.outer.all_givens() if self.outer else ()), *self.givens]

    def all_restrictions(self) -> list[Expr]:
        """The relation lines in force here."""
        return [*(self.outer.all_restrictions() if self.outer else ()), *self.restrictions]

    def defined(self) -> set[str]:
        """The names that have a definition here."""
        return {item.name for item in self.all_definitions()}

    def formulas(self) -> Iterator[Expr]:
        """Every expression of this scope's own entries."""
        for statement in self.statements:
            yield from (statement.expr, *statement.when, *statement.limits)
        yield from self.restrictions

    def define(self, definitions: list[Definition], statements: list[Statement]) -> Iterator[Finding]:
        """Adds definitions; a name that has one already is a finding."""
        left = statements[0].expr.args[0]
        for item in definitions:
            for other in self.all_definitions():
                if other.name == item.name and (not (other.at or item.at) or other.at == item.at):
                    message = f"{item.name} is defined already, in {other.entry_id}"
                    remedy = "one name, one definition: make the second a claim"
                    yield _about(statements[0].latex, left, "defined-twice", message, remedy)
                    return
        for item in definitions:
            if item.arguments and item.body.shape:
                self.symbols[item.name] = replace(self.symbols[item.name], shape=item.body.shape)
                self.table = SymbolTable(self.symbols, self.conventions)
        self.definitions += definitions
        self.statements += statements

    def give(self, statements: list[Statement]) -> Iterator[Finding]:
        """Adds what is assumed; the names it speaks of become random."""
        for statement in statements:
            text, expr = statement.latex, statement.expr
            self.givens.append(statement)
            self.statements.append(statement)
            subjects = self._subjects(expr)
            if not subjects:
                message = "a given states a law, independence or a moment of declared random names"
                remedy = (
                    r"x_i \sim \mathcal N(\mu, \sigma^2); a relation of other names is a line of `symbols`"
                )
                yield _about(text, expr, "bad-given", message, remedy)
            if expr.head == "rel" and expr.data[0] in LAWS:
                for index, message, remedy in ranges_beyond(expr.args[0], self.symbols):
                    yield _about(text, index, "index-range", message, remedy)
            for name in subjects:
                symbol = self.symbols[name]
                if symbol.kind in ("size", "index"):
                    message = f"{symbol.latex} is a {symbol.kind}, and not random"
                    yield _about(text, expr, "bad-given", message, f"{symbol.latex} : integer")
                self.assumed.setdefault(name, statement)
                self.symbols[name] = replace(symbol, words=symbol.words | {"random"})
        self.table = SymbolTable(self.symbols, self.conventions)

    def without_declared(self, statement: Statement) -> Statement:
        r"""A statement without the conditions that a declaration already is: `x \in \mathbb R`.

        Of a real name whose domain nothing narrows: there the condition asks for nothing. What stands
        before an arrow, `x \sim P \implies ..`, is no condition either where it repeats a given; else the
        names that it speaks of are random.
        """
        given = {meaning_key(item.expr) for item in self.givens}
        when: list[Expr] = []
        for condition in statement.when:
            premise = condition.head == "premise"
            plain = condition.args[0] if premise else condition
            if self._declares(plain) or (premise and meaning_key(plain) in given):
                continue
            when.append(plain)
            for name in self._subjects(plain) if premise else ():
                self.symbols[name] = replace(self.symbols[name], words=self.symbols[name].words | {"random"})
        return replace(statement, when=tuple(when)) if tuple(when) != statement.when else statement

    def _declares(self, condition: Expr) -> bool:
        if condition.head != "rel" or condition.data != ("in",) or condition.args[1].data != "R":
            return False
        member, space = condition.args
        symbol = self.symbols.get(member.data) if member.head == "name" and space.head == "space" else None
        if symbol is None or symbol.kind not in _REAL or symbol.conditions or symbol.words:
            return False
        narrowed = any(symbol.name in names_used(relation) for relation in self.all_restrictions())
        return not narrowed and tuple(as_dim(arg) for arg in space.args) == symbol.shape

    def _subjects(self, expr: Expr) -> tuple[str, ...]:
        """The names a given makes random; () where it is no law, independence or moment."""
        if expr.head != "rel":
            return ()
        left, right = expr.args[0], expr.args[-1]
        events = [
            name for name in names_used(expr) if name in self.symbols and self.symbols[name].kind == "event"
        ]
        if events:
            stated = OF_CHANCES if any(node.head == "Pr" for node in expr.walk()) else OF_EVENTS
            return tuple(dict.fromkeys(events)) if expr.data[0] in stated else ()
        if expr.data[0] in LAWS:
            found = law_subjects(left)
        elif is_markov(expr):
            found = markov_names(expr)
        elif expr.data[0] == "perp":
            found = (*law_subjects(left), *law_subjects(right))
        elif bare(left).head in MOMENTS:
            found = tuple(self._of_moments(left))
        else:
            return ()
        return tuple(dict.fromkeys(name for name in found if name in self.symbols))

    def _of_moments(self, expr: Expr) -> Iterator[str]:
        r"""The names under `\mathbb E`, `Var`, `Cov`: the random ones, else the first."""
        for node in expr.walk():
            if node.head in MOMENTS:
                inside = [name for arg in node.args for name in names_used(arg) if name in self.symbols]
                inside = [name for name in inside if self.symbols[name].kind not in ("size", "index")]
                known = [name for name in inside if "random" in self.symbols[name].words]
                count = len(node.args) if node.head == "Cov" else 1
                yield from known or inside[:count]

    def value(self, statement: Statement) -> Iterator[Finding]:
        """Adds one by-hand line, `name = literal`, or `name^2 = literal` of a name not negative."""
        text, expr = statement.latex, statement.expr
        left = bare(expr.args[0]) if expr.args else expr
        square = left.head == "pow" and bare(left.args[1]).data == "2"
        name_at = bare(left.args[0]) if square else left
        if expr.head != "rel" or expr.data != ("=",) or name_at.head != "name":
            message = "a line of `given` sets one declared name"
            yield _about(text, expr, "bad-value", message, "x = (1, 2, 3)")
            return
        name, value = str(name_at.data), expr.args[1]
        used = [other for other in free_names(value) if other in self.symbols]
        if used:
            message = f"the value holds the name {used[0]}, and is no literal"
            yield _about(text, value, "bad-value", message, "write the number")
        elif self.symbols[name].kind == "size" and not is_size(value):
            message = f"{name} is a size, and this is no whole number from 1 on"
            yield _about(text, value, "bad-value", message, f"{name} = 3")
        elif square and not is_nonnegative(self.symbols[name]):
            message = f"the square sets {name} only where it is not negative"
            yield _about(text, left, "square-of-signed", message, rf"{name} : scalar, \ge 0")
        elif name in self.defined():
            message = f"{name} is defined, so its value follows"
            yield _about(text, left, "value-of-defined", message, "claim its value under `claims`")
        elif name in dict(self.values):
            yield _about(text, left, "value-twice", f"{name} has a value already", "keep one")
        elif (clash := self._clash(name, value)) is not None:
            yield _about(text, value, "bad-value", clash, "give as many entries as before")
        else:
            if square:
                value = Expr("func", (value,), "sqrt", "brace", value.start, value.end, value.shape)
            self.values.append((name, value))
            self.statements.append(statement)

    def _clash(self, name: str, value: Expr) -> str | None:
        """How a value makes a size another number than an earlier value does, in words."""
        own = dict(lengths(name, value, self.symbols))
        for other, known in self.values:
            for size, length in lengths(other, known, self.symbols):
                if own.get(size, length) != length:
                    return f"by {name} the size {size} is {own[size]}, by {other} it is {length}"
        return None

    def _idle_arguments(self) -> Iterator[Finding]:
        """A defined name among the arguments of a function that never uses it is a slip for a free one."""
        defined = self.defined()
        for item in self.definitions:
            for name in item.arguments:
                if name in defined and name not in free_names(item.body, frozenset()):
                    by = next(s for s in self.statements if s.id.split("#")[0] == item.entry_id)
                    message = f"the argument {name} is defined here, and does not occur on the right"
                    yield _about(by.latex, by.expr.args[0], "bad-left-side", message, "the free name meant")

    def check(self) -> Iterator[Finding]:
        """No name is both defined and assumed, no definition goes round in a circle."""
        for name in sorted(self.defined()):
            given = self.assumed.get(name)
            by = [item for item in self.statements if name in item.defines]
            if given is not None:
                message = f"{name} is defined, so its law follows"
                remedy = "claim the law in a step, or take the definition away"
                yield _about(given.latex, given.expr, "given-of-defined", message, remedy)
            elif by and "random" in self.symbols[name].words:
                message = f"{name} is declared random, with its law left open, and this defines it"
                remedy = "take the word random away: the law follows from the definition"
                yield _about(by[0].latex, by[0].expr.args[0], "random-of-defined", message, remedy)
        yield from self._idle_arguments()
        names = cycle(self.all_definitions(), self.all_givens(), self.symbols)
        own = [item for item in self.statements if set(item.defines) & set(names)]
        own += [item for item in self.givens if names and set(names) & set(free_names(item.expr.args[0]))]
        if names and own:
            message = "these definitions and laws go round in a circle: " + " -> ".join(names)
            told = [item for item in own if set(names) & set(free_names(item.expr.args[-1]))] or own
            remedy = "define each by earlier names only"
            yield _about(told[0].latex, told[0].expr, "circular", message, remedy)

    def unused(
        self, formulas: Sequence[Expr], symbols: Mapping[str, Symbol], block: Text
    ) -> Iterator[Finding]:
        """A declared name that nothing uses is a finding."""
        own = {name: s for name, s in self.symbols.items() if not (self.outer and name in self.outer.symbols)}
        used = used_names(formulas, symbols)
        used |= used_names(labels_of((symbols[name] for name in used), symbols), symbols)
        for name, symbol in own.items():
            if name not in used:
                message = f"nothing uses {symbol.latex or name}"
                yield finding(
                    block, symbol.start, symbol.end, "unused-name", message, "take the declaration away"
                )
        if "O" in own and any(_beside_zero(node) for expr in formulas for node in expr.walk()):
            symbol = own["O"]
            message = "O and the digit 0 look alike in print, and stand side by side"
            yield finding(block, symbol.start, symbol.end, "look-alike", message, "rename O")

    def scope_data(self) -> Scope:
        """The finished scope, with everything of the outer one."""
        return Scope(
            dict(self.symbols),
            tuple(self.all_definitions()),
            tuple(self.all_givens()),
            tuple(self.all_restrictions()),
            tuple(self.values),
            self.conventions,
        )
