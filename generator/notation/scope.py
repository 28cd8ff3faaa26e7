"""A scope while it is read: what is declared, defined, assumed and stated in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from generator.errors import Finding, finding
from generator.model import Text
from generator.notation.names import cycle, free_names, law_subjects, names_used, used_names
from generator.notation.table import SymbolTable
from generator.notation.tree import Definition, Expr, Scope, Statement, Symbol, bare

#: Relations of a given that state a law.
LAWS = frozenset({"sim", "iid"})


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

    def __post_init__(self) -> None:
        self.table = SymbolTable(self.symbols)

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
        text = statements[0].latex
        left = statements[0].expr.args[0]
        for item in definitions:
            for other in self.all_definitions():
                if other.name == item.name and (not (other.at or item.at) or other.at == item.at):
                    message = f"{item.name} is defined already, in {other.entry_id}"
                    remedy = "one name, one definition: make the second a claim"
                    yield finding(text, left.start, left.end, "defined-twice", message, remedy)
                    return
        self.definitions += definitions
        self.statements += statements

    def give(self, statements: list[Statement]) -> Iterator[Finding]:
        """Adds what is assumed; the names it speaks of become random."""
        for statement in statements:
            text, expr = statement.latex, statement.expr
            self.givens.append(statement)
            self.statements.append(statement)
            subjects = self._subjects(expr)
            if not subjects and expr.data in (("sim",), ("iid",), ("perp",)):
                message = "a law is given to declared names"
                yield finding(
                    text, expr.start, expr.end, "bad-given", message, r"x_i \sim \mathcal N(\mu, \sigma^2)"
                )
            for name in subjects:
                symbol = self.symbols[name]
                if symbol.kind in ("size", "index"):
                    message = f"{symbol.latex} is a {symbol.kind}, and not random"
                    yield finding(
                        text, expr.start, expr.end, "bad-given", message, f"{symbol.latex} : integer"
                    )
                self.symbols[name] = replace(symbol, words=symbol.words | {"random"})

    def _subjects(self, expr: Expr) -> tuple[str, ...]:
        """The names a given makes random."""
        if expr.head != "rel":
            return ()
        left, right = expr.args[0], expr.args[-1]
        if expr.data[0] in LAWS:
            found = law_subjects(left)
        elif expr.data[0] == "perp":
            found = (*law_subjects(left), *law_subjects(right))
        else:
            found = tuple(name for side in (left, right) for name in self._of_moments(side))
        return tuple(dict.fromkeys(name for name in found if name in self.symbols))

    def _of_moments(self, expr: Expr) -> Iterator[str]:
        r"""The names under `\mathbb E`, `Var`, `Cov`: the random ones, or the only one there is."""
        for node in expr.walk():
            if node.head in ("E", "Var", "Cov"):
                inside = [name for arg in node.args for name in names_used(arg) if name in self.symbols]
                inside = [name for name in inside if self.symbols[name].kind not in ("size", "index")]
                known = [name for name in inside if "random" in self.symbols[name].words]
                yield from known or (inside if len(set(inside)) == 1 else inside[:1])

    def value(self, statement: Statement) -> Iterator[Finding]:
        """Adds one by-hand line, `name = literal`."""
        text, expr = statement.latex, statement.expr
        left = bare(expr.args[0]) if expr.args else expr
        if expr.head != "rel" or expr.data != ("=",) or left.head != "name":
            message = "a line of `given` sets one declared name"
            yield finding(text, expr.start, expr.end, "bad-value", message, "x = (1, 2, 3)")
            return
        name = str(left.data)
        used = [other for other in free_names(expr.args[1]) if other in self.symbols]
        if used:
            message = f"the value holds the name {used[0]}, and is no literal"
            yield finding(
                text, expr.args[1].start, expr.args[1].end, "bad-value", message, "write the number"
            )
        elif name in self.defined():
            message = f"{name} is defined, so its value follows"
            yield finding(
                text, left.start, left.end, "value-of-defined", message, "claim its value under `claims`"
            )
        elif name in dict(self.values):
            yield finding(
                text, left.start, left.end, "value-twice", f"{name} has a value already", "keep one"
            )
        else:
            self.values.append((name, expr.args[1]))
            self.statements.append(statement)

    def check(self) -> Iterator[Finding]:
        """No name is both defined and given a law, no definition goes round in a circle."""
        defined = self.defined()
        for given in self.givens:
            if given.expr.head == "rel" and given.expr.data[0] in LAWS:
                for name in law_subjects(given.expr.args[0]):
                    if name in defined:
                        message = f"{name} is defined, so its law follows"
                        remedy = "claim the law in a step, or take the definition away"
                        yield finding(
                            given.latex, given.expr.start, given.expr.end, "given-of-defined", message, remedy
                        )
        names = cycle(self.all_definitions(), self.all_givens(), self.symbols)
        own = [item for item in self.statements if set(item.defines) & set(names)]
        if names and own:
            message = "these definitions go round in a circle: " + " -> ".join(names)
            expr = own[0].expr
            yield finding(
                own[0].latex, expr.start, expr.end, "circular", message, "define each by earlier names only"
            )

    def unused(
        self, formulas: Sequence[Expr], symbols: Mapping[str, Symbol], block: Text
    ) -> Iterator[Finding]:
        """A declared name that nothing uses is a finding."""
        own = {name: s for name, s in self.symbols.items() if not (self.outer and name in self.outer.symbols)}
        used = used_names(formulas, symbols)
        for name, symbol in own.items():
            if name not in used:
                message = f"nothing uses {symbol.latex or name}"
                yield finding(
                    block, symbol.start, symbol.end, "unused-name", message, "take the declaration away"
                )
        zero = any(node.head == "num" and node.data == "0" for expr in formulas for node in expr.walk())
        if "O" in own and zero:
            symbol = own["O"]
            message = "O and the digit 0 look alike in print"
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
