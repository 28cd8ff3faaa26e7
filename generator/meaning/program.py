"""A scope compiled once: names, what each depends on, and a closure for every expression.

A `Program` turns typed trees into Python closures over a `Frame` (one point in one number
system). The same closures serve every number system, derivatives and expectations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import replace
from fractions import Fraction
from typing import Any

from generator.meaning.givens import Givens, read_givens
from generator.meaning.labels import behind
from generator.meaning.reach import reached
from generator.meaning.systems import MeaningError, System
from generator.notation.kinds import LABELLED
from generator.notation.tree import (
    Definition,
    Expr,
    Scope,
    Symbol,
    bare,
    dim_value,
    law_sides,
    law_variables,
    meaning_key,
)

Code = Callable[["Frame"], Any]

#: Heads that bind the index names in `data`.
BINDERS = {"sum", "prod", "maxover", "minover", "argmax", "argmin", "optmax", "optmin", "integral", "lim"}
BINDERS |= {"between", "bigcap", "bigcup", "all", "described"}


class Frame:
    """One point: sizes, values of the free names, bound indices, and remembered definitions."""

    __slots__ = ("chance", "draws", "index", "memo", "program", "sizes", "squares", "system", "values")

    def __init__(
        self,
        system: System,
        program: Program,
        sizes: dict[str, int],
        values: dict[str, Any],
        chance: Any = None,
    ) -> None:
        self.system = system
        self.program = program
        self.sizes = sizes
        self.values = values
        self.squares: dict[str, Any] = {}
        self.index: dict[str, int] = {}
        self.memo: dict[Any, Any] = {}
        self.draws: dict[Any, Any] = {}  # random names as polynomials, and the frame that holds them
        self.chance = chance

    def child(self, values: Mapping[str, Any], squares: Mapping[str, Any] | None = None) -> Frame:
        """This point with some names replaced; what rests on them is evaluated anew."""
        frame = Frame(self.system, self.program, self.sizes, {**self.values, **values}, self.chance)
        frame.squares = {k: v for k, v in self.squares.items() if k not in values}
        frame.squares.update(squares or {})
        if self.memo:
            changed, closure = {*values, *(squares or ())}, self.program.closure
            memo = self.memo.items()
            frame.memo = {key: value for key, value in memo if changed.isdisjoint(closure(key[0]))}
        frame.index = dict(self.index)
        return frame


def substituted(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """`expr` with names replaced by expressions (a call written out); not what an expectation binds."""
    if expr.head == "name" and expr.data in values:
        value = values[expr.data]
        return Expr("group", (value,), ("(", ")"), shape=value.shape)
    if isinstance(expr.data, Expr):  # the law below an expectation
        bound = law_variables(expr.data)
        values = {name: value for name, value in values.items() if name not in bound}
        expr = replace(expr, data=substituted(expr.data, values))
    return expr.with_args(tuple(substituted(arg, values) for arg in expr.args))


def free_names(expr: Expr) -> set[str]:
    """Names that occur in `expr` (symbols, called functions); bound index names are left out."""
    found: set[str] = set()
    _collect(expr, frozenset(), found)
    return found


def _collect(expr: Expr, bound: frozenset[str], found: set[str]) -> None:
    if expr.head in BINDERS:
        bound = bound | frozenset(str(d) for d in (expr.data or ()))
    if (expr.head == "name" and expr.data not in bound) or expr.head == "call":
        found.add(expr.data)
    elif expr.head == "prime":
        found.add(expr.data[0])
    if isinstance(expr.data, Expr):  # the law that an expectation binds its variable to
        bound = bound | frozenset(law_variables(expr.data))
        for side in law_sides(expr.data):
            _collect(side, bound, found)
    for arg in expr.args:
        _collect(arg, bound, found)


_IN_LAW = frozenset(["sim", "tolaw", "toprob"])


def takes_chance(node: Expr) -> bool:
    """Whether a node is about the law of what stands in it."""
    in_law = node.head == "rel" and not _IN_LAW.isdisjoint(node.data)
    return in_law or node.head in ("E", "Var", "Cov", "Pr")


class Program:
    """The compiled meaning of one scope.

    `extra` adds or replaces definitions (mutants for pinning); `solutions` maps a name
    defined by an arg max to the closed form the page claims for it.
    """

    def __init__(self, scope: Scope, solutions: Mapping[str, Expr] | None = None) -> None:
        self.scope = scope
        self.symbols: dict[str, Symbol] = scope.symbols
        self.conventions = scope.conventions
        self.definitions: dict[str, list[Definition]] = {}
        for definition in scope.definitions:
            self.definitions.setdefault(definition.name, []).append(definition)
        self.solutions = dict(solutions or {})
        self.bound_values = dict(scope.values)
        self._closures: dict[str, frozenset[str]] = {}
        self._closing = False
        self._reach: dict[int, tuple[Expr, frozenset[str]]] = {}
        self._code: dict[int, tuple[Expr, Code]] = {}
        self._chance: dict[int, tuple[Expr, bool]] = {}
        self._found: dict[tuple[str, int], tuple[Expr, Any]] = {}
        self.law_indices: dict[int, tuple[Any, list[str]]] = {}  # in the parameters of a law
        self.law_parents: dict[int, tuple[Any, set[str]]] = {}  # the random names there
        self.statistics: dict[str, Expr | None] = {}  # in labels, as they are asked for
        self.plans: dict[Any, Any] = {}  # how declared events are placed, at sizes and givens
        self.laws: Givens = read_givens(scope)
        self.may_need_tables = any(s.words & {"density", "random"} for s in self.symbols.values())

    def viewed(
        self,
        symbols: dict[str, Symbol] | None = None,
        laws: Givens | None = None,
        values: Mapping[str, Expr] | None = None,
    ) -> Program:
        """The same definitions under other domains, laws or by-hand values; compiled code is shared.

        No name may rest on anything new there: what is remembered of that is shared too.
        """
        other = copy(self)
        if symbols is not None:
            other.symbols = symbols
            other.scope = replace(self.scope, symbols=symbols)
        other.laws = laws if laws is not None else self.laws
        other.bound_values = dict(self.bound_values if values is None else values)
        return other

    def compiled(self, expr: Expr) -> Code:
        """The closure of `expr` (made once per tree)."""
        entry = self._code.get(id(expr))
        if entry is None:
            from generator.meaning.interpret import compile_expr

            entry = (expr, compile_expr(expr, self))
            self._code[id(expr)] = entry
        return entry[1]

    def found(self, what: str, expr: Expr, look: Callable[[Expr], Any]) -> Any:
        """What a look through one tree finds, remembered by the tree itself."""
        known = self._found.get((what, id(expr)))
        if known is None:
            known = self._found[what, id(expr)] = (expr, look(expr))
        return known[1]

    def body_of(self, definition: Definition) -> Expr:
        """The right side that gives the name its value."""
        return self.solutions.get(definition.name, definition.body)

    def closure(self, name: str) -> frozenset[str]:
        """Every name whose value `name` rests on, itself included."""
        if name not in self._closures:
            count, outermost, self._closing = len(self._closures), not self._closing, True
            self._closures[name] = frozenset([name])  # a cycle (recursion) ends here
            self._closures[name] = frozenset(self._first_closure(name))
            self._closing = not outermost
            if outermost:  # what ended at a cycle goes on
                self._closures |= {n: reached(n, self._closures) for n in [*self._closures][count:]}
        return self._closures[name]

    def _first_closure(self, name: str) -> set[str]:
        out = {name}
        for definition in self.definitions.get(name, ()):
            body = self.body_of(definition)
            inner = free_names(body) - set(definition.indices) - set(definition.arguments)
            for other in inner | self.own_arguments(body):
                out |= self.closure(other)
            out |= self.law_names(body, frozenset(out))
        symbol = self.symbols.get(name)
        if symbol is not None and symbol.kind == "event":
            out |= self._of_one_law()
        if symbol is not None and symbol.of:
            out |= self.closure(symbol.of)
        if symbol is not None and symbol.kind == "function" and not self.definitions.get(name):
            out |= set(symbol.arguments) if symbol.builtin == "density" else set()
            out |= behind(self, symbol) if symbol.builtin in LABELLED else set()
        return out

    def _of_one_law(self) -> set[str]:
        """All declared events, which have one joint law, and what the page says of them rests on."""
        names = {name for name, symbol in self.symbols.items() if symbol.kind == "event"}
        said = {name for given in self.laws.of_events for name in free_names(given.expr)}
        return {other for name in names | said if name in self.symbols for other in self.closure(name)}

    def rests_on(self, exprs: Iterable[Expr]) -> set[str]:
        """Every name that the expressions rest on, through definitions."""
        return set[str]().union(*map(self._rests_on, exprs))

    def _rests_on(self, expr: Expr) -> frozenset[str]:
        """What one expression rests on, remembered by the tree itself."""
        known = self._reach.get(id(expr))
        if known is None:
            known = (expr, frozenset(self._reached_names(expr)))
            self._reach[id(expr)] = known
        return known[1]

    def _reached_names(self, expr: Expr) -> set[str]:
        names = free_names(expr)
        out: set[str] = set()
        for name in names:
            out |= self.closure(name)
        out |= self.law_names(expr, frozenset(out))
        for argument in self.own_arguments(expr):
            out |= self.closure(argument)
        return out

    def own_arguments(self, expr: Expr) -> set[str]:
        r"""The argument names of functions that stand bare: \ell means \ell at its own argument names."""
        called = {e.data for e in expr.walk() if e.head == "call" and not e.args}
        called |= {e.data[0] for e in expr.walk() if e.head == "prime" and not e.args}
        out: set[str] = set()
        for name in called:
            out.update(*(definition.arguments for definition in self.definitions.get(name, ())))
            symbol = self.symbols.get(name)
            if symbol is not None and not symbol.builtin and not self.definitions.get(name):
                out.update(symbol.arguments)
        return out

    def law_names(self, expr: Expr, names: frozenset[str]) -> set[str]:
        """What the laws of the random `names` rest on, where `expr` takes an expectation or a law."""
        if not self.is_chancy(expr):
            return set()
        out: set[str] = set()
        waiting = list(names)
        while waiting:  # the parameters of a law may be random names with laws of their own
            law = self.laws.laws.get(waiting.pop())
            if law is not None:
                out |= self.closure(law.mass) if law.mass else set()
                for parameter in law.stated:
                    for other in free_names(parameter):
                        new = self.closure(other) - out
                        out |= new
                        waiting += new
        return out

    def is_chancy(self, expr: Expr) -> bool:
        """Whether an expectation or a law is taken in `expr`, or in a function that it calls."""
        if any(takes_chance(node) or self._is_implied(node) for node in expr.walk()):
            return True
        called = {node.data for node in expr.walk() if node.head == "call"}
        return any(
            takes_chance(node)
            for name in called
            for definition in self.definitions.get(name, ())
            for node in self.body_of(definition).walk()
        )

    def _is_implied(self, node: Expr) -> bool:
        """Whether a call is of the density that the givens imply, read by its arguments."""
        symbol = self.symbols.get(str(node.data)) if node.head == "call" else None
        return symbol is not None and symbol.builtin == "density" and "_" not in symbol.name

    def rests_on_chance(self, expr: Expr) -> bool:
        """Whether an expectation or a law is taken in an expression, or in a definition that it rests on."""
        known = self._chance.get(id(expr))
        if known is None:
            names = self._rests_on(expr)
            bodies = (self.body_of(d) for name in names for d in self.definitions.get(name, ()))
            known = (expr, self.is_chancy(expr) or any(map(self.is_chancy, bodies)))
            self._chance[id(expr)] = known
        return known[1]

    def valued(self, exprs: Iterable[Expr]) -> set[str]:
        """Base names whose own values enter: not those that expectations run over, and nothing else uses."""
        exprs = tuple(exprs)
        seen = {name for expr in exprs for name in self.found("valued", expr, self._valued)}
        return self.base_names(exprs) - (self.random_names(exprs) - seen)

    def _valued(self, expr: Expr) -> set[str]:
        """Every name that stands outside expectations, here or in the definitions of such names."""
        waiting, seen = [expr], set[str]()
        while waiting:
            node = waiting.pop()
            if takes_chance(node):
                continue
            waiting += node.args
            for name in free_names(replace(node, args=())) - seen:
                seen.add(name)
                waiting += [self.body_of(d) for d in self.definitions.get(name, ())]
        return seen

    def reached(self, expr: Expr, cut: str) -> set[str]:
        """Every name that `expr` rests on where the definition of `cut` is not looked into."""
        found: set[str] = set()
        waiting = [*free_names(expr), *self.own_arguments(expr)]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            if name == cut:
                continue
            for definition in self.definitions.get(name, ()):
                own = set(definition.indices) | set(definition.arguments)
                body = self.body_of(definition)
                waiting += (free_names(body) - own) | self.own_arguments(body)
            symbol = self.symbols.get(name)
            if symbol is not None and symbol.of:
                waiting.append(symbol.of)
        return found

    def base_names(self, exprs: Iterable[Expr]) -> set[str]:
        """Names that need a value of their own: neither defined nor sizes nor indices."""
        out = set()
        for name in self.rests_on(exprs):
            symbol = self.symbols.get(name)
            if symbol is None or symbol.kind in ("size", "index"):
                continue
            if self.definitions.get(name) or symbol.kind in ("rows", "columns", "sorted"):
                continue
            if symbol.kind in ("function", "law") and symbol.builtin:
                continue
            out.add(name)
        return out

    def random_names(self, exprs: Iterable[Expr]) -> set[str]:
        """The base names among them that are random."""
        return {n for n in self.base_names(exprs) if "random" in self.symbols[n].words}

    def range_of(self, index: str, sizes: Mapping[str, int]) -> range:
        """The values a declared index runs over. Raises MeaningError where it has no range."""
        symbol = self.symbols.get(index)
        if symbol is None or symbol.kind != "index":
            raise MeaningError(f"{index} is not a declared index")
        return range(dim_value(symbol.lower, sizes), dim_value(symbol.upper, sizes) + 1)

    def same(self, a: Expr, b: Expr) -> bool:
        """Whether two trees are the same up to spelling."""
        return meaning_key(a) == meaning_key(b)


def rational_value(expr: Expr) -> Fraction | None:
    """The rational that a closed expression of numbers is, else None."""
    expr = bare(expr)
    if expr.head == "num":
        return Fraction(expr.data)
    parts = [rational_value(arg) for arg in expr.args]
    if not parts or any(p is None for p in parts):
        return None
    values = [p for p in parts if p is not None]
    if expr.head == "add":
        return sum((-v if sign == "-" else v for sign, v in zip(expr.data, values, strict=True)), Fraction(0))
    if expr.head == "mul":
        out = Fraction(1)
        for v in values:
            out *= v
        return out
    if expr.head == "div" and values[1]:
        return values[0] / values[1]
    if (
        expr.head == "pow"
        and values[1].denominator == 1
        and abs(values[1]) < 64
        and (values[0] or values[1] > 0)
    ):
        return values[0] ** int(values[1])
    return None
