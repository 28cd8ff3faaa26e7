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
from generator.meaning.program import free_names, substituted
from generator.meaning.systems import Senseless, Unsupported
from generator.meaning.tables import (
    Law,
    Tables,
    average,
    grouped,
    logarithm,
    named,
    negative,
    product,
    quotient,
    total,
)
from generator.notation.grammar_density import unprimed
from generator.notation.table import name_parts
from generator.notation.tree import Definition, Expr, Scope, Statement, Symbol, bare, law_variables

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
        return node.data != "kl" or any(bare(arg).head == "call" for arg in node.args)
    if node.head in AVERAGES and isinstance(node.data, Expr):
        return any(needs_tables(side, symbols) for part in laws_below(node.data) for side in part.args[1:])
    if node.head in ("E", "Var") and len(node.args) == 2:
        return not is_event(node.args[1])
    return False


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
        self._free: dict[str, bool] = {}  # whether a definition is written out where its name stands
        self._densities()
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
                for name in symbol.arguments:
                    self.tables.add(name)
        for letter, members in letters.items():
            said = [(s.arguments, s.bar) for s in members]
            groups: dict[str, list[Symbol]] = {}
            for symbol in members:
                key = _labelled(symbol.name) if len(set(said)) < len(said) else letter
                groups.setdefault(key, []).append(symbol)
            for key, group in groups.items():
                law = _law_of(key, group)
                for symbol in group:
                    self.laws[symbol.name] = law

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
                raise Unsupported("a Markov chain holds for all random names that are not independent, or none")
            ordered = tuple(chains[0]) if chains else tuple(sorted(group, key=self.random.index))
            laws.append(Law("", ordered, (), bool(chains)))
        for first, second in combinations(self.random, 2):
            together = any({first, second} <= set(law.variables) for law in laws)
            if together and self.givens.are_independent(first, second):
                raise Unsupported("independence of some names beside dependence through others")
        return laws if len(laws) < 2 else [replace(law, letter=rf"\mathrm{{P}}^{k + 1}") for k, law in enumerate(laws)]

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
            raise Unsupported(f"{symbol.latex} is no density: say `function, density`, or define it")
        printed, cut = self._arguments(call, symbol)
        names, moved = [], dict(at)
        for name, place in printed:
            if name not in self.tables.alphabet:
                raise Unsupported(f"{name} is no variable of a declared density")
            if law is None or name in law.variables or name in law.given:
                names.append(name)
                continue
            if unprimed(name) in (*law.variables, *law.given):
                place = unprimed(name)
            if self.tables.alphabet[name] != self.tables.alphabet.get(place):
                raise Unsupported(f"the law of {symbol.latex} is not declared with {name}")
            names.append(place)
            moved[place] = at.get(name, name)
        before, behind = tuple(names[:cut]), tuple(names[cut:])
        if law is not None and (set(before) & set(law.given) or not set(law.given) <= set(behind)):
            raise Unsupported(f"what is declared of {law.letter} does not give this law")
        return Called(law, before, behind, moved)

    def prepare(self, expr: Expr) -> None:
        """Gives a name at which a density is taken, as x' in p(x'), the alphabet of the declared place."""
        for node in expr.walk():
            if isinstance(node.data, Expr):
                self.prepare(node.data)
            symbol = self.symbols.get(node.data) if node.head == "call" and node.args else None
            if symbol is None or "density" not in symbol.words:
                continue
            for name, place in self._arguments(node, symbol)[0]:
                known = unprimed(name) if unprimed(name) in self.tables.alphabet else place
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
        return [(_variable(arg), place) for arg, place in zip(args, places, strict=True)], cut

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
                free = free_names(self.lowered(definition.body, {}))
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
        """The page's own definitions over tables; those that are written out where they stand are left out."""
        out = []
        for definition in self.scope.definitions:
            try:
                if definition.name not in self.defined or not self.is_written_out(definition):
                    out.append(replace(definition, body=self.lowered(definition.body, {})))
            except Unsupported:
                continue  # what rests on it has no value
        return out


def _labelled(name: str) -> str:
    """A canonical name without the thin spaces that tell functions of one letter apart."""
    return name.replace(r"\,", "")


def _law_of(letter: str, members: Sequence[Symbol]) -> Law:
    """The joint law of densities of one letter: given is what stands behind every bar and nowhere else."""
    before = [n for s in members for n in (s.arguments[: s.bar] if s.bar else s.arguments)]
    behind = [n for s in members for n in (s.arguments[s.bar :] if s.bar else ())]
    given = tuple(dict.fromkeys(n for n in behind if n not in before))
    if not all(set(given) <= set(s.arguments[s.bar :] if s.bar else ()) for s in members):
        before, given = [*before, *given], ()  # one of them is averaged over it
    return Law(letter, tuple(dict.fromkeys(before)), given)


def _variable(arg: Expr) -> str:
    inner = bare(arg)
    if inner.head != "name":
        raise Unsupported("a declared density is taken at variables")
    return str(inner.data)


# -- rules ----------------------------------------------------------------------------


def _name(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """A variable as a number; a name defined by open random names, written out."""
    if expr.data in low.tables.alphabet:
        return low.tables.value(expr.data, at)
    definition = low.defined.get(expr.data)
    if definition is not None and low.is_written_out(definition):
        return Expr("group", (low.lowered(definition.body, at),), ("(", ")"), shape=expr.shape)
    return None


def _entry(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """x_i of a variable that is a vector."""
    base = expr.args[0]
    if base.head != "name" or base.data not in low.tables.alphabet:
        return None
    value = _name(low, base, at)
    assert value is not None
    return replace(value, args=(*value.args, *expr.args[1:]), shape=expr.shape)


def _call(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """A density at variables; a defined function of variables, written out."""
    symbol = low.symbols[expr.data]
    definition = low.defined.get(expr.data)
    if definition is not None and low.is_written_out(definition):
        return _written_out(low, definition, expr, at)
    if "density" not in symbol.words:
        return None
    found = low.read(expr, at)
    cells = product([low.tables.cell(name, found.at) for name in found.before])
    return quotient(low.mass_of(expr, at), cells)


def _written_out(low: Lowering, definition: Definition, expr: Expr, at: At) -> Expr:
    """The body of a function at its printed arguments: variables move, anything else is put in."""
    places = definition.arguments
    printed = _flat_arguments(expr) or tuple(map(named, places))
    if len(printed) != len(places):
        raise Unsupported("a function with other arguments than it is defined with")
    moved, values = dict(at), {}
    for place, arg in zip(places, printed, strict=True):
        if place in low.tables.alphabet:
            moved[place] = at.get(_variable(arg), _variable(arg))
        elif bare(arg).data != place:
            values[place] = arg
    body = substituted(definition.body, values) if values else definition.body
    return Expr("group", (low.lowered(body, moved),), ("(", ")"), shape=expr.shape)


def _flat_arguments(expr: Expr) -> tuple[Expr, ...]:
    """The printed arguments of a call, before and behind a bar."""
    if not expr.args or expr.args[0].head != "given":
        return expr.args
    return tuple(a for side in expr.args[0].args for a in (side.args if side.head == "tuple" else (side,)))


def _average(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """E, Var and Cov over declared densities or open random names."""
    if expr.args[0].shape is None:
        return None
    if expr.head == "E":
        return _mean(low, expr, expr.args[0], at)
    if expr.args[0].shape != () or (expr.head == "Cov" and expr.args[1].shape != ()):
        raise Unsupported("the covariance matrix of an open law")
    one, other = expr.args if expr.head == "Cov" else (expr.args[0], expr.args[0])
    rest = expr if expr.head == "Var" else replace(expr, args=(one,))
    both = Expr("mul", (grouped(one), grouped(other)), ("",), shape=())
    means = [_mean(low, rest, body, at) for body in (both, one, other)]
    if any(mean is None for mean in means):
        return None
    second, first, last = (grouped(mean) for mean in means if mean is not None)
    return Expr("group", (Expr("add", (second, product([first, last])), "+-", shape=()),), ("(", ")"), shape=())


def _mean(low: Lowering, expr: Expr, body: Expr, at: At) -> Expr | None:
    if isinstance(expr.data, Expr):
        return _sampled(low, laws_below(expr.data), body, at)
    condition = expr.args[1] if len(expr.args) == 2 else None
    if condition is not None and is_event(condition):
        return None
    behind = low.open_names(condition) if condition is not None else set()
    names = low.open_names(body) - behind
    if not names:
        if not any(node.data in low.random for node in body.walk() if node.head == "name"):
            raise Senseless("nothing random stands under this expectation")
        return low.lowered(body, at)
    ordered = [v for law in low.joint for v in law.variables if v in names]
    inner = {k: v for k, v in at.items() if k not in names}
    mass = low.random_mass(ordered, behind, inner)
    return average(mass, low.lowered(body, inner), ordered)


def _sampled(low: Lowering, laws: Sequence[Expr], body: Expr, at: At) -> Expr | None:
    """E_{x ~ p}: the sum of mass times body; of several, the last inside."""
    law, rest = laws[0], laws[1:]
    names, right = law_variables(law), bare(law.args[1])
    factors = right.args if right.head == "mul" else (right,)
    calls = [bare(factor) for factor in factors]
    if any(call.head != "call" for call in calls):
        return None
    inner = {k: v for k, v in at.items() if k not in names}
    masses = []
    for call in calls:
        own, moved = _placed(low, call, names, inner)
        masses.append(low.mass_of(own, moved))
    whole = _sampled(low, rest, body, inner) if rest else low.lowered(body, inner)
    return None if whole is None else average(product(masses), whole, names)


def _placed(low: Lowering, call: Expr, names: Sequence[str], at: At) -> tuple[Expr, At]:
    r"""A bare density in `x' \sim p`: its declared variables stand at the printed ones."""
    symbol = low.symbols[call.data]
    own = symbol.arguments[: symbol.bar] if symbol.bar else symbol.arguments
    if call.args or tuple(own) == tuple(names):
        return call, at
    if len(own) != len(names):
        known = set(low.laws[call.data].variables) if call.data in low.laws else set()
        if not set(names) <= known:
            raise Unsupported("as many variables as the density was declared with")
        return replace(call, args=tuple(map(named, names))), at
    for name, place in zip(names, own, strict=True):
        low.tables.add(name, place)
    return call, {**at, **{place: at.get(name, name) for name, place in zip(names, own, strict=True)}}


def _function(low: Lowering, expr: Expr, at: At) -> Expr | None:
    rule = FUNCTIONS.get(expr.data)
    return rule(low, expr, at) if rule else None


def _divergence(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """KL(p || q): the mean of log p - log q under p."""
    left, right = (bare(arg) for arg in expr.args)
    factors = [bare(f) for f in right.args] if right.head == "mul" else [right]
    if left.head != "call" or any(f.head != "call" for f in factors):
        return None
    targets = low.read(left, at).before
    inner = {k: v for k, v in at.items() if k not in targets}
    alone = targets if len(factors) == 1 else ()
    above = low.lowered(_full(low, left), inner)
    below = product([low.lowered(_full(low, factor, alone), inner) for factor in factors])
    body = logarithm(quotient(above, below))
    return average(low.mass_of(left, inner), body, targets)


def _full(low: Lowering, call: Expr, names: Sequence[str] = ()) -> Expr:
    """A bare density at its own variables, or at those given."""
    symbol = low.symbols[call.data]
    if call.args:
        return call
    places = symbol.arguments[: symbol.bar] if symbol.bar else symbol.arguments
    if names and set(names) != set(places):
        raise Unsupported("a divergence is between two laws of the same variables")
    return replace(call, args=tuple(map(named, symbol.arguments)))


def _entropy(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """H of random names (given others), of a density, or of one density under another."""
    what = bare(expr.args[0])
    left, behind = what.args if what.head == "given" else (what, None)
    members = [bare(m) for m in (left.args if left.head == "tuple" else (left,))]
    if members[0].head == "call":
        return _of_densities(low, members, at)
    names = _random_names(low, left)
    known = _random_names(low, behind) if behind is not None else ()
    if not names or set(names) & set(known):
        raise Unsupported("an entropy is of random names of open laws, or of declared densities")
    inner = {k: v for k, v in at.items() if k not in (*names, *known)}
    body = logarithm(low.density_of(names, known, inner))
    mass = low.random_mass((*names, *known), (), inner)
    return negative(total(product([mass, body]), (*names, *known)))


def _of_densities(low: Lowering, calls: Sequence[Expr], at: At) -> Expr:
    if len(calls) > 2 or any(call.head != "call" for call in calls):
        raise Unsupported("an entropy is of one law, a cross-entropy of two")
    targets = low.read(calls[0], at).before
    inner = {k: v for k, v in at.items() if k not in targets}
    body = logarithm(low.lowered(_full(low, calls[-1], targets), inner))
    return negative(average(low.mass_of(calls[0], inner), body, targets))


def _random_names(low: Lowering, expr: Expr) -> tuple[str, ...]:
    members = expr.args if expr.head in ("tuple", "list") else (expr,)
    names = tuple(str(bare(m).data) for m in members)
    if any(bare(m).head != "name" for m in members) or not set(names) <= set(low.random):
        raise Unsupported("information is of random names of open laws: X : integer, random")
    return names


def _mutual(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """I(X; Y | Z): the mean of the log of p(x, y | z) over p(x | z) p(y | z)."""
    first, last = (bare(arg) for arg in expr.args)
    second, behind = last.args if last.head == "given" else (last, None)
    a, b = _random_names(low, first), _random_names(low, second)
    known = _random_names(low, behind) if behind is not None else ()
    if set(known) & {*a, *b}:
        raise Unsupported("information about a name that is given")
    both = tuple(dict.fromkeys((*a, *b)))
    inner = {k: v for k, v in at.items() if k not in (*both, *known)}
    above = low.density_of(both, known, inner)
    below = product([low.density_of(a, known, inner), low.density_of(b, known, inner)])
    mass = low.random_mass((*both, *known), (), inner)
    return total(product([mass, logarithm(quotient(above, below))]), (*both, *known))


def _integral(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """An integral over all values of a variable: the sum over its cells."""
    (name,) = expr.data
    if name not in low.tables.alphabet or not _is_everywhere(expr.args[1:]):
        return None
    inner = {k: v for k, v in at.items() if k != name}
    if low.tables.is_counted(name):
        raise Senseless(f"{name} is an integer: its law has masses, which are summed")
    return total(product([low.tables.cell(name, inner), low.lowered(expr.args[0], inner)]), (name,))


def _is_everywhere(bounds: Sequence[Expr]) -> bool:
    """Whether an integral's bounds, set or lack of both mean all values."""
    if len(bounds) < 2:
        return not bounds or bounds[0].head in ("space", "name")
    low, high = (bare(bound) for bound in bounds)
    return low.head == "add" and low.data == "-" and bare(low.args[0]).data == "infty" == high.data


def _sum(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """A sum over all values of counted variables."""
    names = [name for name in expr.data if name in low.tables.alphabet]
    if not names:
        return None
    if len(expr.args) > 1 or len(names) < len(expr.data):
        raise Unsupported("a sum over a variable is over all its values")
    inner = {k: v for k, v in at.items() if k not in names}
    if not all(map(low.tables.is_counted, names)):
        raise Senseless("what is summed over is declared an integer: it has masses, not densities")
    return total(low.lowered(expr.args[0], inner), names)


Rule = Callable[[Lowering, Expr, At], Expr | None]

FUNCTIONS: dict[str, Rule] = {"kl": _divergence, "entropy": _entropy, "mutual-information": _mutual}

RULES: dict[str, Rule] = {
    "name": _name,
    "entry": _entry,
    "call": _call,
    "E": _average,
    "Var": _average,
    "Cov": _average,
    "func": _function,
    "integral": _integral,
    "sum": _sum,
}


def lowered(scope: Scope, givens: Givens, statement: Statement) -> tuple[Scope, Statement]:
    """A scope and a statement over tables. Raises Unsupported for what the tables do not give."""
    low = Lowering(scope, givens)
    low.prepare(statement.expr)
    for definition in scope.definitions:
        low.prepare(definition.body)
    expr = low.lowered(statement.expr, {})
    when = tuple(low.lowered(condition, {}) for condition in statement.when)
    definitions = low.definitions()
    return low.scope_with(definitions), replace(statement, expr=expr, when=when)
