r"""Open laws as tables: what a page leaves open becomes a law on finite alphabets, with free probabilities.

A variable of a density that the topic declares (`p(x, z) : function, density`), and a random name of
an open law, takes the values of an alphabet: its size is a size as any other, its values are free
numbers. A joint law is a table of positive weights, divided by their sum, so every law on these
alphabets with mass everywhere is met. A variable that is no integer has cells of free widths: its
density is mass over width (a histogram), an integral the sum over the cells. So what is proved for all
sizes holds for all laws on finite alphabets, and what holds for masses only is refuted.

Here are the names, symbols and definitions of the tables; `lowering` puts them into formulas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from generator.notation.table import PLACES, Name, name_parts
from generator.notation.tree import (
    ONE,
    Definition,
    Dim,
    Expr,
    Shape,
    Symbol,
    bare,
    dim_size,
    meaning_key,
)

#: How the names of the sizes of alphabets begin.
ALPHABET = "\\#"
#: Kinds of names whose alphabet may be counted: masses, not densities.
COUNTED = frozenset({"integer", "event"})


def is_alphabet(size: str) -> bool:
    """Whether a size is that of an alphabet of an open law, which the page does not name."""
    return size.startswith(ALPHABET)


def named(name: str) -> Expr:
    """A name as a scalar."""
    return Expr("name", (), name, shape=())


def entry(base: str, indices: Sequence[str], shape: Shape = ()) -> Expr:
    """base[i, j ..] at index names."""
    array = Expr("name", (), base, shape=None)
    return Expr("entry", (array, *map(named, indices)), None, ",", shape=shape)


def product(factors: Sequence[Expr]) -> Expr:
    """A product, or the one factor; what stands as a factor and below another cancels (it is positive)."""
    kept = [f for f in factors if not (f.head == "num" and f.data == "1")] or [number(1)]
    for place, factor in enumerate(kept):
        inner = bare(factor)
        keys = [meaning_key(other) for other in kept]
        if inner.head == "div" and meaning_key(inner.args[1]) in keys:
            rest = list(kept)
            rest[place] = inner.args[0]
            del rest[keys.index(meaning_key(inner.args[1]))]
            return product(rest)
    if len(kept) == 1:
        return kept[0]
    shape = next((factor.shape for factor in kept if factor.shape), ())
    return Expr("mul", tuple(map(grouped, kept)), ("",) * (len(kept) - 1), shape=shape)


def average(mass: Expr, body: Expr, names: Sequence[str]) -> Expr:
    """The sum of mass times body over these names; a denominator that has none of them goes outside."""
    below = mass.args[1] if mass.head == "div" else None
    if below is None or any(node.data in names for node in below.walk() if node.head == "name"):
        return total(product([mass, body]), names)
    return quotient(total(product([mass.args[0], body]), names), below)


def quotient(above: Expr, below: Expr) -> Expr:
    """above / below."""
    if below.head == "num" and below.data == "1":
        return above
    return Expr("div", (above, below), None, "frac", shape=above.shape)


def number(value: int) -> Expr:
    """A whole number."""
    return Expr("num", (), str(value), shape=())


def grouped(expr: Expr) -> Expr:
    """An expression in round brackets where it stands as a factor or term."""
    plain = expr.head in ("name", "num", "group", "entry", "call", "func", "const")
    return expr if plain else Expr("group", (expr,), ("(", ")"), shape=expr.shape)


def logarithm(expr: Expr) -> Expr:
    r"""\log(..)."""
    return Expr("func", (expr,), "log", r"paren \log ( )", shape=())


def total(body: Expr, names: Sequence[str]) -> Expr:
    """The sum of a body over the alphabets of these names."""
    if not names:
        return body
    return Expr("sum", (grouped(body),), tuple(names), shape=body.shape)


def negative(expr: Expr) -> Expr:
    """-(..)."""
    return Expr("add", (grouped(expr),), "-", shape=())


@dataclass(frozen=True, slots=True)
class Law:
    """One joint law: `variables` have it, `given` are only conditioned on.

    letter: of its densities, with a label where that tells two laws apart; "" of random names.
    chain: the variables are a Markov chain in this order. parameters: declared names on which the law
    depends smoothly, in any way: `p_\\theta(x)`, `p(x; \\theta)`.
    """

    letter: str
    variables: tuple[str, ...]
    given: tuple[str, ...] = ()
    chain: bool = False
    parameters: tuple[str, ...] = ()


@dataclass(slots=True)
class Tables:
    """The alphabets and laws of a page, and the symbols and definitions that stand for them.

    `alphabet` says for each variable whose alphabet it shares (its own, mostly).
    """

    symbols: Mapping[str, Symbol]
    alphabet: dict[str, str] = field(default_factory=dict)
    made: dict[str, Symbol] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)

    def add(self, variable: str, alphabet: str = "") -> None:
        """A variable with an alphabet of its own, or that of another."""
        if variable in self.alphabet:
            return
        own = self.alphabet.get(alphabet, alphabet) or variable
        self.alphabet[variable] = own
        upper = dim_size(self._size(own))
        self.made[variable] = Symbol(variable, "index", lower=ONE, upper=upper, latex=variable)

    def _size(self, variable: str) -> str:
        name = ALPHABET + variable
        self.made.setdefault(name, Symbol(name, "size", latex=name))
        return name

    def upper(self, variable: str) -> Dim:
        """The size of a variable's alphabet."""
        return self.made[variable].upper

    def is_counted(self, variable: str) -> bool:
        """Whether a variable has masses: it is an integer."""
        symbol = self.symbols.get(self.alphabet[variable])
        return symbol is not None and symbol.kind in COUNTED

    def value(self, variable: str, at: Mapping[str, str]) -> Expr:
        """What a variable is as a number (or vector): its value at its place in the alphabet."""
        own = self.alphabet[variable]
        symbol = self.symbols.get(own) or Symbol(own, "scalar")
        name = self._spelled(r"\mathrm{value}", own)
        if name not in self.made:
            self.made[name] = replace(
                symbol, name=name, family=(own,), words=frozenset(), conditions=(), latex=name
            )
        return entry(name, [at.get(variable, variable)], symbol.shape)

    def cell(self, variable: str, at: Mapping[str, str]) -> Expr:
        """The width of a variable's cell, 1 where it has masses."""
        if self.is_counted(variable):
            return number(1)
        own = self.alphabet[variable]
        name = self._spelled(r"\mathrm{width}", own)
        if name not in self.made:
            self.made[name] = self._positive(name, (own,))
        return entry(name, [at.get(variable, variable)])

    def _positive(self, name: str, indices: tuple[str, ...]) -> Symbol:
        condition = Expr("rel", (entry(name, indices), number(0)), (">",), ">")
        return Symbol(name, "scalar", family=indices, conditions=(condition,), latex=name)

    def _spelled(self, word: str, *labels: str) -> str:
        """A name for one place: the word, labels below, then the index."""
        label = _below(labels)
        return Name(word, 0, (*label, ",", PLACES[0]) if label else (PLACES[0],)).spelled()

    # -- laws -------------------------------------------------------------------------

    def mass(
        self, law: Law, targets: Sequence[str], conditions: Sequence[str], at: Mapping[str, str]
    ) -> Expr:
        """The mass of some variables of a law given others; `at` renames variables to other indices."""
        behind = [name for name in conditions if name in law.variables]
        both = self._marginal(law, {*targets, *behind}, at)
        return quotient(both, self._marginal(law, set(behind), at)) if behind else both

    def _marginal(self, law: Law, names: set[str], at: Mapping[str, str]) -> Expr:
        kept = tuple(name for name in law.variables if name in names)
        indices = (*kept, *law.given)
        if not kept:
            return number(1)
        name = self._table(law, kept)
        return entry(name, [at.get(i, i) for i in indices])

    def _table(self, law: Law, kept: tuple[str, ...]) -> str:
        """The name of the table of a marginal, made where it is not there yet."""
        letter = law.letter or r"\mathrm{P}"
        indices = (*kept, *law.given)
        whole = kept == law.variables
        name = self._family(letter, (), indices) if whole else self._family(letter, kept, indices)
        if name in self.definitions:
            return name
        self.made[name] = Symbol(name, "scalar", family=indices, latex=name)
        if whole:
            body = self._chained(law) if law.chain else self._normalised(law, law.variables, law.given)
        else:
            rest = [v for v in law.variables if v not in kept]
            body = total(entry(self._table(law, law.variables), (*law.variables, *law.given)), rest)
        self.definitions[name] = Definition(name, body, indices=indices)
        return name

    def _normalised(self, law: Law, targets: tuple[str, ...], given: tuple[str, ...]) -> Expr:
        """Positive weights over their sum."""
        letter = law.letter or r"\mathrm{P}"
        indices = (*targets, *given)
        weight = self._family(r"\mathrm{weight}", (letter, *(targets if law.chain else ())), indices)
        self.made[weight] = self._positive(weight, indices)
        if law.parameters:
            self._open_function(weight, letter, indices, law.parameters)
        whole = self._family(r"\mathrm{total}", (letter, *(targets if law.chain else ())), given)
        if given:
            self.made[whole] = Symbol(whole, "scalar", family=given, latex=whole)
        else:
            self.made[whole] = Symbol(whole, "scalar", latex=whole)
        summed = total(entry(weight, indices), targets)
        self.definitions[whole] = Definition(whole, summed, indices=given)
        return quotient(entry(weight, indices), entry(whole, given) if given else named(whole))

    def _open_function(
        self, weight: str, letter: str, indices: tuple[str, ...], parameters: tuple[str, ...]
    ) -> None:
        """The weights as exponentials of any smooth function of the place and the parameters."""
        name = Name(r"\mathrm{exponent}", 0, None, _below((letter,))).spelled()
        places = (*indices, *parameters)
        self.made[name] = Symbol(name, "function", arguments=places, words=frozenset({"smooth"}), latex=name)
        shapes = [self.symbols[p].shape for p in parameters]
        values = [*map(named, indices)]
        values += [Expr("name", (), p, shape=s) for p, s in zip(parameters, shapes, strict=True)]
        call = Expr("call", tuple(values), name, "paren ( ) sep=" + "," * (len(values) - 1), shape=())
        self.made[weight] = Symbol(weight, "scalar", family=indices, latex=weight)
        body = Expr("func", (call,), "exp", r"paren \exp ( )", shape=())
        self.definitions[weight] = Definition(weight, body, indices=indices)

    def _chained(self, law: Law) -> Expr:
        """The first two together, then each given the one before."""
        parts = [self._normalised(law, law.variables[:2], ())]
        for before, following in zip(law.variables[1:], law.variables[2:], strict=False):
            parts.append(self._normalised(law, (following,), (before,)))
        return product(parts)

    def _family(self, word: str, labels: Sequence[str], indices: Sequence[str]) -> str:
        """A name with a place for each index below, and labels above."""
        parts = name_parts(word) if word else Name(word)
        places = [token for k in range(len(indices)) for token in (",", PLACES[k])][1:]
        below = (*(parts.sub or ()), *([","] if parts.sub and places else []), *places)
        above = (*(parts.sup or ()), *_below(labels))
        return Name(parts.nucleus, parts.primes, below or None, above or None).spelled()


def _below(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels as the tokens of a script, without braces around names that have scripts themselves."""
    return tuple(_tokens(labels))


def _tokens(labels: Iterable[str]) -> Iterator[str]:
    for place, label in enumerate(labels):
        if place:
            yield ","
        yield from name_parts(label).tokens()
