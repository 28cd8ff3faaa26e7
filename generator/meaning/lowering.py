r"""Formulas about open laws as formulas about tables (see `tables`): sums in place of expectations.

`\mathbb E_{x \sim p}`, `p(z \mid x)`, `\int p(x)\,dx`, divergences, entropies, mutual information,
conditional expectations of open random names: each becomes finite sums, which every route then takes.
Sources: Cover and Thomas, Elements of Information Theory, chapter 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from generator.meaning.givens import Givens
from generator.meaning.polynomials import left_open
from generator.meaning.program import free_names
from generator.meaning.systems import MeaningError, Senseless, Unsupported
from generator.meaning.tables import (
    Law,
    Tables,
    product,
    quotient,
)
from generator.notation.grammar_density import density_variables, unprimed
from generator.notation.table import name_parts
from generator.notation.tree import Definition, Expr, Scope, Statement, Symbol, bare

#: Where each variable of a formula stands now: the index that runs over its alphabet.
At = Mapping[str, str]

AVERAGES = ("E", "Var", "Cov")
INFORMATION = ("kl", "entropy", "mutual-information")


def needs_tables(expr: Expr, symbols: Mapping[str, Symbol]) -> bool:
    """Whether a formula speaks of a declared density, of information, or conditions on a name."""
    return any(_needs(node, symbols) for node in expr.walk())


def _needs(node: Expr, symbols: Mapping[str, Symbol]) -> bool:
    if node.head == "call":
        symbol = symbols.get(node.data)
        return symbol is not None and "density" in symbol.words
    if node.head == "func" and node.data in INFORMATION:
        return any(_is_named(arg, symbols) for arg in node.args)
    if node.head in AVERAGES and isinstance(node.data, Expr):
        return any(needs_tables(side, symbols) for part in laws_below(node.data) for side in part.args[1:])
    if node.head in ("E", "Var") and len(node.args) == 2:
        return not is_event(node.args[1])
    return False


def _is_named(expr: Expr, symbols: Mapping[str, Symbol]) -> bool:
    """Whether an argument of information is a density or a random name, not a vector or a named law."""
    inner = bare(expr)
    if inner.head in ("tuple", "given", "mul"):
        return any(_is_named(arg, symbols) for arg in inner.args)
    symbol = symbols.get(inner.data) if inner.head == "name" else None
    return inner.head == "call" or (symbol is not None and "random" in symbol.words)


def is_event(condition: Expr) -> bool:
    """Whether what an expectation is conditioned on is an event, not random names."""
    inner = bare(condition)
    members = inner.args if inner.head in ("list", "tuple") else (inner,)
    return any(bare(member).head not in ("name", "entry") for member in members)


def laws_below(law: Expr) -> tuple[Expr, ...]:
    """The relations below an expectation, one each variable."""
    return law.args if law.head == "list" else (law,)


@dataclass(frozen=True, slots=True)
class Called:
    """A call of a density: its law, the variables before and behind the bar, where they stand."""

    law: Law | None
    before: tuple[str, ...]
    behind: tuple[str, ...]
    at: At


class Lowering:
    """The tables of one scope, and the formulas over them."""

    def __init__(self, scope: Scope, givens: Givens) -> None:
        self.scope, self.givens = scope, givens
        self.symbols = scope.symbols
        self.tables = Tables(scope.symbols)
        self.defined = {d.name: d for d in scope.definitions if not d.at and not d.tuple_of}
        self.laws: dict[str, Law] = {}  # of a density's canonical name
        self._faults: dict[str, MeaningError] = {}  # why a definition of the page has no tables
        self._free: dict[str, bool] = {}  # whether a definition is written out where its name stands
        self._densities()
        for name in self.tables.alphabet:
            if name in self.defined:
                raise Senseless(f"{name} is a variable of a density, and has no definition")
        for name in self.laws:
            if name in self.defined and self.defined[name].arguments != self.symbols[name].arguments:
                raise Senseless("a density is defined with the variables it is declared with")
        self.random = tuple(n for n in self.symbols if self._is_open(n))
        self.joint = self._joint()
        for name in self.random:
            self.tables.add(name)

    # -- which laws there are -----------------------------------------------------------

    def _densities(self) -> None:
        """The joint law of each letter: one for all its labels, unless two say the same of the same names."""
        letters: dict[str, list[Symbol]] = {}
        for symbol in self.symbols.values():
            if symbol.kind == "function" and "density" in symbol.words:
                letters.setdefault(name_parts(symbol.name).nucleus, []).append(symbol)
                for name in density_variables(symbol):
                    self.tables.add(name)
        for letter, members in letters.items():
            said = [(s.arguments, s.bar) for s in members]
            groups: dict[str, list[Symbol]] = {}
            for symbol in members:
                key = _labelled(symbol.name) if len(set(said)) < len(said) else letter
                groups.setdefault(key, []).append(symbol)
            for key, group in groups.items():
                law = _law_of(key, group, self._parameters(group))
                for symbol in group:
                    self.laws[symbol.name] = law

    def _parameters(self, group: Sequence[Symbol]) -> tuple[str, ...]:
        r"""Declared numbers that label these densities, or stand behind their semicolon."""
        found = [
            name for symbol in group for name in symbol.arguments if name not in density_variables(symbol)
        ]
        found += [label for symbol in group for label in name_parts(symbol.name).sub or ()]
        kinds = ("scalar", "vector", "matrix")
        declared = [n for n in dict.fromkeys(found) if n in self.symbols and self.symbols[n].kind in kinds]
        return tuple(n for n in declared if n not in self.tables.alphabet)

    def _is_open(self, name: str) -> bool:
        law = self.givens.laws.get(name)
        symbol = self.symbols[name]
        open_law = law is not None and law.law == "free" and law.mean is None and law.variance is None
        return open_law and not symbol.family and symbol.kind in ("scalar", "integer", "vector", "matrix")

    def _joint(self) -> list[Law]:
        """The laws of the random names: one for those that nothing says to be independent."""
        groups: list[list[str]] = []
        for name in self.random:
            tied = [g for g in groups if any(not self.givens.are_independent(name, other) for other in g)]
            groups = [g for g in groups if g not in tied] + [[n for g in tied for n in g] + [name]]
        laws = []
        for group in groups:
            chains = [c for c in self.givens.chains if set(c) & set(group)]
            if len(chains) > 1 or any(set(c) != set(group) for c in chains):
                raise Unsupported("a Markov chain is of all random names that are not independent, or none")
            ordered = tuple(chains[0]) if chains else tuple(sorted(group, key=self.random.index))
            laws.append(Law("", ordered, (), bool(chains)))
        for first, second in combinations(self.random, 2):
            together = any({first, second} <= set(law.variables) for law in laws)
            if together and self.givens.are_independent(first, second):
                raise Unsupported("independence of some names beside dependence through others")
        if not self.givens.are_apart(law.variables for law in laws):
            raise Unsupported(left_open(self.random))
        if len(laws) < 2:
            return laws
        return [replace(law, letter=rf"\mathrm{{P}}^{k}") for k, law in enumerate(laws, 1)]

    # -- formulas ---------------------------------------------------------------------

    def lowered(self, expr: Expr, at: At) -> Expr:
        """The formula over tables, its free variables at the indices of their own names."""
        rule = RULES.get(expr.head)
        if rule is not None:
            made = rule(self, expr, at)
            if made is not None:
                return made
        args = tuple(self.lowered(arg, at) for arg in expr.args)
        return expr if all(a is b for a, b in zip(args, expr.args, strict=True)) else expr.with_args(args)

    def mass_of(self, call: Expr, at: At) -> Expr:
        """The mass that a call of a density gives its variables: density times width."""
        found = self.read(call, at)
        if found.law is None:
            cells = [self.tables.cell(name, found.at) for name in found.before]
            return product([self.lowered(call, at), *cells])
        return self.tables.mass(found.law, found.before, found.behind, found.at)

    def read(self, call: Expr, at: At) -> Called:
        """What a call of a density means; no law where it is defined.

        The printed arguments take the places of the declared ones: `p(x')` of a declared `p(x)`.
        Raises Unsupported where they are no variables, or the law of this letter does not give it.
        """
        symbol = self.symbols[call.data]
        law = None if call.data in self.defined else self.laws.get(call.data)
        if law is None and call.data not in self.defined:
            raise Senseless(f"{symbol.latex} is no density: say `function, density`, or define it")
        printed, cut = self._arguments(call, symbol)
        names, moved = [], dict(at)
        for name, place in printed:
            if law is not None and name in law.parameters and name not in self.tables.alphabet:
                continue
            if name not in self.tables.alphabet:
                raise Senseless(f"{name} is no variable of a declared density")
            if law is None or name in law.variables or name in law.given:
                names.append(name)
                continue
            if unprimed(name) in (*law.variables, *law.given):
                place = unprimed(name)
            if self.tables.alphabet[name] != self.tables.alphabet.get(place):
                raise Senseless(f"the law of {symbol.latex} is not declared with {name}")
            names.append(place)
            moved[place] = at.get(name, name)
        before, behind = tuple(names[:cut]), tuple(names[cut:])
        if law is not None and (set(before) & set(law.given) or not set(law.given) <= set(behind)):
            raise Senseless(f"what is declared of {law.letter} does not give this law")
        return Called(law, before, behind, moved)

    def prepare(self, expr: Expr) -> None:
        """Gives a name at which a density is taken, as x' in p(x'), the alphabet of the declared place."""
        for node in expr.walk():
            if isinstance(node.data, Expr):
                self.prepare(node.data)
            symbol = self.symbols.get(node.data) if node.head == "call" and node.args else None
            if symbol is None or "density" not in symbol.words:
                continue
            law = self.laws.get(symbol.name)
            for name, place in self._arguments(node, symbol)[0]:
                if law is not None and place in law.parameters:
                    continue
                known = unprimed(name) if unprimed(name) in self.tables.alphabet else place
                if known and name in self.defined:
                    raise Senseless(f"{name} has a definition, and is no variable of a density")
                if known and name not in self.tables.alphabet:
                    self.tables.add(name, known)

    def _arguments(self, call: Expr, symbol: Symbol) -> tuple[list[tuple[str, str]], int]:
        """(printed name, declared place) of each argument, and how many stand before the bar."""
        if not call.args:
            cut = symbol.bar or len(symbol.arguments)
            return [(name, name) for name in symbol.arguments], cut
        args, cut = call.args, symbol.bar or len(call.args)
        if args[0].head == "given":
            left, right = (side.args if side.head == "tuple" else (side,) for side in args[0].args)
            args, cut = (*left, *right), len(left)
        places = symbol.arguments if len(args) == len(symbol.arguments) else ("",) * len(args)
        return [(variable(arg), place) for arg, place in zip(args, places, strict=True)], cut

    def open_names(self, expr: Expr) -> set[str]:
        """The random names that an expectation around this would run over."""
        if expr.head in ("E", "Var") and not expr.data:
            return self.open_names(expr.args[1]) if len(expr.args) == 2 else set()
        if expr.head == "Cov" or (expr.head == "func" and expr.data in INFORMATION):
            return set()
        found: set[str] = set()
        if expr.head == "name":
            if expr.data in self.random:
                found.add(expr.data)
            elif expr.data in self.defined and not self.defined[expr.data].indices:
                found |= self.open_names(self.defined[expr.data].body)
        for arg in expr.args:
            found |= self.open_names(arg)
        return found

    def check(self, names: Iterable[str]) -> None:
        """Raises what keeps one of these names' definitions from having a value."""
        for name in names:
            if name in self._faults:
                raise self._faults[name]

    def is_written_out(self, definition: Definition) -> bool:
        """Whether a definition rests on variables or open random names that stand free in it.

        Its name is then what its body is, at the place where it stands.
        """
        if definition.indices:
            return False
        if definition.name not in self._free:
            self._free[definition.name] = True  # a recursion ends here
            own = bool(set(definition.arguments) & set(self.tables.alphabet)) or definition.name in self.laws
            if not own and not self.open_names(definition.body):
                try:
                    free = free_names(self.lowered(definition.body, {}))
                except MeaningError:
                    free = set()  # what rests on it has no value: `definitions` says why
                self._free[definition.name] = bool(free & set(self.tables.alphabet))
        return self._free[definition.name]

    def random_mass(self, targets: Iterable[str], conditions: Iterable[str], at: At) -> Expr:
        """The mass of some random names given others."""
        wanted, known = set(targets), set(conditions)
        factors = []
        for law in self.joint:
            own = [v for v in law.variables if v in wanted]
            if own:
                factors.append(self.tables.mass(law, own, [v for v in law.variables if v in known], at))
        return product(factors)

    def density_of(self, names: Sequence[str], conditions: Sequence[str], at: At) -> Expr:
        """The density of random names given others: mass over the widths of the cells."""
        cells = product([self.tables.cell(name, at) for name in names])
        return quotient(self.random_mass(names, conditions, at), cells)

    # -- scopes -----------------------------------------------------------------------

    def scope_with(self, done: Sequence[Definition]) -> Scope:
        """The scope with the tables in place of densities, their variables and open random names."""
        tables = self.tables
        for name in list(tables.alphabet):
            symbol = self.symbols.get(name)
            if symbol is not None and symbol.conditions and tables.alphabet[name] == name:
                value = tables.value(name, {}).args[0].data
                conditions = tuple(self.lowered(c, {}) for c in symbol.conditions)
                tables.made[value] = replace(tables.made[value], conditions=conditions)
        kept = {n: s for n, s in self.symbols.items() if n not in tables.alphabet and n not in self.laws}
        restrictions = tuple(self.lowered(r, {}) for r in self.scope.restrictions)
        givens = tuple(g for g in self.scope.givens if not self._is_about_tables(g))
        definitions = (*done, *tables.definitions.values())
        return replace(
            self.scope,
            symbols={**kept, **tables.made},
            definitions=definitions,
            givens=givens,
            restrictions=restrictions,
        )

    def _is_about_tables(self, given: Statement) -> bool:
        names = {node.data for node in given.expr.walk() if node.head == "name"}
        return bool(names & set(self.random))

    def definitions(self) -> list[Definition]:
        """The page's own definitions over tables; not those that are written out where they stand."""
        out = []
        for definition in self.scope.definitions:
            try:
                if definition.name not in self.defined or not self.is_written_out(definition):
                    out.append(replace(definition, body=self.lowered(definition.body, {})))
            except MeaningError as error:
                self._faults[definition.name] = error  # of what rests on it
        return out


def _labelled(name: str) -> str:
    """A canonical name without the thin spaces that tell functions of one letter apart."""
    return name.replace(r"\,", "")


def _law_of(letter: str, members: Sequence[Symbol], parameters: tuple[str, ...]) -> Law:
    """The joint law of densities of one letter: given is what stands behind every bar and nowhere else."""
    before = [n for s in members for n in (s.arguments[: s.bar] if s.bar else density_variables(s))]
    behind = [n for s in members for n in (s.arguments[s.bar :] if s.bar else ())]
    given = tuple(dict.fromkeys(n for n in behind if n not in before))
    if not all(set(given) <= set(s.arguments[s.bar :] if s.bar else ()) for s in members):
        before, given = [*before, *given], ()  # one of them is averaged over it
    return Law(letter, tuple(dict.fromkeys(before)), given, parameters=parameters)


def variable(arg: Expr) -> str:
    """The variable at which a density is taken. Raises Unsupported for anything but a name."""
    inner = bare(arg)
    if inner.head != "name":
        raise Senseless("a declared density is taken at variables")
    return str(inner.data)


Rule = Callable[[Lowering, Expr, At], Expr | None]

#: Head -> how it is put over tables (None: as its parts are); filled by `lowering_rules`.
RULES: dict[str, Rule] = {}
