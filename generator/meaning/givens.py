"""What the page assumes about its random names: laws, independence, given moments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from generator.meaning.independence import Names, Statements, apart, between, mutual, ties
from generator.meaning.systems import Unsupported
from generator.notation.tree import Expr, Scope, Statement, Symbol, bare, is_markov, markov_names

#: The law of a number whose masses a function of the page gives; its parameters are the other arguments.
DECLARED = "declared mass"


@dataclass(frozen=True, slots=True)
class LawOf:
    """The law of one random name.

    law "free" is any joint law (the word `random`), with the given mean and variance where
    the page states them. `entries`: the law is that of each entry, and `iid` says that the
    entries are independent.
    """

    name: str
    law: str
    parameters: tuple[Expr, ...] = ()
    entries: bool = False
    iid: bool = False
    mean: Expr | None = None
    variance: Expr | None = None
    entry_id: str = ""
    mass: str = ""  # of a declared mass: the function
    target: Expr | None = None  # what the law is stated of: a name, or its entry at plain indices
    under: tuple[str, ...] = ()  # what stands behind the bar: the law is that under these

    @property
    def stated(self) -> tuple[Expr, ...]:
        """The expressions that state the law: its parameters, a mean, a variance."""
        return tuple(part for part in (*self.parameters, self.mean, self.variance) if part is not None)


@dataclass(slots=True)
class Givens:
    """All laws by name, and which sets of names are said to be independent of one another."""

    laws: dict[str, LawOf] = field(default_factory=dict)
    independent: Statements = ()
    symbols: dict[str, Symbol] = field(default_factory=dict)
    without_model: dict[str, str] = field(default_factory=dict)  # id of a given: why it has no model
    of_events: tuple[Statement, ...] = ()  # what is said of declared events
    conditionally: dict[frozenset[str], tuple[str, ...]] = field(
        default_factory=dict
    )  # independent, given these
    open_laws: frozenset[str] = frozenset()  # letters of laws that nothing defines
    chains: list[tuple[str, ...]] = field(default_factory=list)  # Markov chains of random names

    def are_independent(self, a: str, b: str) -> bool:
        """Whether the page says that two different names are independent."""
        return apart(self.independent, frozenset({a}), frozenset({b}))

    def are_apart(self, groups: Iterable[Iterable[str]]) -> bool:
        """Whether the page says that groups of names, none of them in two, are independent of one another."""
        seen: Names = frozenset()
        for group in map(frozenset, groups):
            if not apart(self.independent, seen, group):
                return False
            seen |= group
        return True

    def ties(self, names: Iterable[str]) -> tuple[Names, ...]:
        """The sets of these names that may depend on one another, as `independence.ties` has them."""
        return ties(self.independent, tuple(sorted(names)))


def read_givens(scope: Scope) -> Givens:
    """Collect the givens of a scope; those without a model are kept with the reason."""
    givens = Givens(symbols=scope.symbols)
    defined = {definition.name for definition in scope.definitions}
    letters = (symbol.name for symbol in scope.symbols.values() if symbol.kind == "law")
    givens.open_laws = frozenset(letters) - defined
    for symbol in scope.symbols.values():
        if "random" in symbol.words:
            givens.laws[symbol.name] = LawOf(symbol.name, "free", entries=bool(symbol.shape or symbol.family))
    givens.of_events = tuple(given for given in scope.givens if _about_events(given, scope))
    for given in scope.givens:
        if given in givens.of_events:
            continue
        try:
            _read(given, givens)
        except Unsupported as error:
            givens.without_model[given.id] = str(error)
    _shared(scope.givens, givens)
    return givens


def _about_events(given: Statement, scope: Scope) -> bool:
    names = (scope.symbols.get(node.data) for node in given.expr.walk() if node.head == "name")
    return any(symbol is not None and symbol.kind == "event" for symbol in names)


def _shared(statements: tuple[Statement, ...], givens: Givens) -> None:
    r"""One iid over several names, `q_i, k_i \overset{\mathrm{iid}}{\sim} P`, means all of them together.

    Each name has its relation of the display; those of one iid have one and the same right side.
    """
    together: dict[tuple[str, int], list[str]] = {}
    for given in statements:
        expr = bare(given.expr)
        own = expr.head == "rel" and expr.data == ("iid",) and given.id not in givens.without_model
        if own and bare(expr.args[0]).head != "given":
            place = (given.id.partition("#")[0], expr.args[1].start)
            together.setdefault(place, []).extend(_names_of(bare(expr.args[0])))
    for names in together.values():
        givens.independent += mutual(names)


def _read(given: Statement, givens: Givens) -> None:
    expr = bare(given.expr)
    if expr.head in ("list", "and"):
        for part in expr.args:
            _read(replace(given, expr=part), givens)
        return
    right = bare(expr.args[-1]) if expr.args else expr
    if expr.head == "rel" and expr.data == ("perp",) and right.head == "given":
        _under_a_third(bare(expr.args[0]), right, givens)
    if is_markov(expr):
        givens.chains.append(markov_names(expr))
        return
    if right.head == "given" and expr.head == "rel" and expr.data == ("perp",):
        return
    if expr.head != "rel" or len(expr.data) != 1:
        raise Unsupported("this given has no model")
    op, left, right = expr.data[0], bare(expr.args[0]), bare(expr.args[1])
    if op in ("iid", "sim"):
        _law(given, op, left, right, givens)
    elif op == "perp":
        givens.independent += between(_names_of(left), _names_of(right))
    elif op == "=" and left.head in ("E", "Var"):
        name = _name_of(bare(left.args[0]))
        law = givens.laws.get(name, LawOf(name, "free"))
        givens.laws[name] = replace(law, mean=right) if left.head == "E" else replace(law, variance=right)
    elif op == "=" and left.head == "Cov" and right.head == "num" and right.data == "0":
        raise Unsupported("uncorrelated names need a model of their own")
    elif op == "=" and left.head == "Cov" and len(left.args) == 2:
        raise Unsupported(
            "a covariance of two names has no model: define one by the other and an independent third"
        )
    elif op in ("<", "in"):
        return  # existence of a moment needs no model
    else:
        raise Unsupported("this given has no model")


def _law(given: Statement, op: str, left: Expr, right: Expr, givens: Givens) -> None:
    if right.head == "call" and not right.args and op == "sim":
        declared = givens.symbols.get(str(right.data))
        places = declared.arguments[1:] if declared is not None else ()
        right = Expr(
            "law", tuple(Expr("name", (), place, shape=()) for place in places), DECLARED, right.data
        )
    if right.head == "name" and right.data in givens.open_laws:
        right = Expr("law", (), "free", right.data)  # a law with a letter that nothing defines: any law
    if right.head != "law":
        raise Unsupported("a given names a law on its right")
    under: tuple[str, ...] = ()
    if left.head == "given":
        under = tuple(_names_of(bare(left.args[1])))
        left = bare(left.args[0])
    _check_bar(right, under, givens)
    names = [left] if left.head not in ("tuple", "list") else list(left.args)
    heads = []
    for target in names:
        _plainly_indexed(bare(target), op, givens)
        name = _name_of(bare(target))
        entries = op == "iid" or bare(target).head == "entry"
        law = LawOf(
            name,
            right.data,
            right.args,
            entries,
            op == "iid",
            entry_id=given.id,
            target=target,
            under=under,
            mass=right.form if right.data == DECLARED else "",
        )
        givens.laws[name] = law
        heads.append(name)
    if op == "iid" and not under:
        givens.independent += mutual(heads)


def _under_a_third(left: Expr, right: Expr, givens: Givens) -> None:
    r"""`x \perp y \mid \theta`. Raises Unsupported where one name stands in two places."""
    if any(node.head == "entry" for node in (left, bare(right.args[0]))):
        raise Unsupported("independence under a third name is that of whole names, not of an entry")
    ones, others = _names_of(left), _names_of(bare(right.args[0]))
    known = tuple(_names_of(bare(right.args[1])))
    if set(known) & {*ones, *others} or set(ones) & set(others):
        raise Unsupported("a name is independent of others, under a third")
    for a in ones:
        for b in others:
            givens.conditionally[frozenset((a, b))] = known


def _check_bar(law: Expr, under: tuple[str, ...], givens: Givens) -> None:
    """Behind a bar stands every random name that the parameters are made of."""
    used = {str(node.data) for node in law.walk() if node.head == "name"}
    random = {n for n in used if n in givens.symbols and "random" in givens.symbols[n].words}
    if under and not random <= set(under):
        raise Unsupported(f"this law rests on {', '.join(sorted(random - set(under)))}, not behind its bar")
    if under and not used & set(under):
        raise Unsupported("this law does not rest on what stands behind its bar")


def _plainly_indexed(target: Expr, op: str, givens: Givens) -> None:
    """A law is stated for every entry: `x_i`, not `x_1`, `x_{i+1}`, `A_{ii}` or plain `x`.

    Raises Unsupported where an index is no declared one that runs over just its axis.
    """
    symbol = givens.symbols.get(_name_of(target))
    axes = (*(givens.symbols[i].upper for i in symbol.family), *symbol.shape) if symbol is not None else ()
    if target.head != "entry":
        if op == "iid" and axes:
            raise Unsupported("independent entries are written with their index: x_i")
        return
    indices = [bare(arg) for arg in target.args[1:]]
    names = [i.data for i in indices if i.head == "name"]
    if len(names) != len(indices) or len(set(names)) != len(names):
        raise Unsupported("a law is given for every entry at once: write x_i with a declared index")
    for name, axis in zip(names, axes, strict=False):
        index = givens.symbols.get(name)
        if index is None or index.kind != "index" or index.upper != axis:
            raise Unsupported(f"the index {name} does not run over the axis where it stands")


def _name_of(expr: Expr) -> str:
    expr = bare(expr)
    if expr.head == "entry":
        expr = expr.args[0]
    if expr.head == "call" or expr.head == "name":
        return str(expr.data)
    raise Unsupported("a given is about names")


def _names_of(expr: Expr) -> list[str]:
    if expr.head in ("tuple", "list"):
        return [_name_of(arg) for arg in expr.args]
    if expr.head == "group" and expr.args[0].head in ("tuple", "list"):
        return _names_of(expr.args[0])
    return [_name_of(expr)]
