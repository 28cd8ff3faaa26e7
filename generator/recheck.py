r"""The second checker: holds a published book against its ledger and works its claims out anew.

    python generator/recheck.py [FOLDER]      FOLDER is `build` unless named otherwise

Exit 0 if everything agrees, 1 if anything does not, 2 for a folder that cannot be read. This
file needs mpmath and the standard library and shares no line with the program that made the
book: who doubts the program can read this instead. From top to bottom:

1. the language of the ledger: S-expressions such as `(= (E |\bar x|) \mu)`;
2. numbers of 96 digits and matrices of them;
3. a scope (symbols, definitions, laws of random names), and a frame, one point of it;
4. values: definitions are looked up, derivatives are central differences, expectations are
   sums over the outcomes of finite laws;
5. the truth of a claim at a point;
6. the ledger: digest, hashes, counts, and every claim;
7. the printed .tex: each formula and each seal in it is one of the ledger's.

A derivative by a name sets that name free: what stands for it in its own definition no longer
matters. An expectation runs over all random names that its body is made from.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import cache, reduce
from itertools import product
from math import prod
from typing import Any, NamedTuple

from mpmath.ctx_mp import MPContext

mp = MPContext()  # of our own, so that nobody else's precision is touched
mp.prec = 320  # bits

STEP = mp.mpf(2) ** -80  # of a difference, whose error is about STEP squared
NEAR = mp.mpf(2) ** -64  # the relative error that two equal values may have, 5e-20
ZERO = mp.mpf(2) ** -100  # the absolute error beside 0
OUTCOMES = 5000  # of one expectation; more are not added up
NUDGES = [mp.mpf(text) for text in ("1e-6", "0.004", "0.3", "2", "17")]  # to the competitors of an optimum

Tree = Any  # an atom (str) or a tuple of trees
Value = Any  # a number, a matrix (a vector is a column), or a family: a dict of these by index


class Unable(Exception):
    """There is no way to calculate this here; it is counted, and is neither right nor wrong."""


class Wrong(Exception):
    """What a true claim cannot meet at an admissible point: no value, no such entry or shape."""


# -- 1. S-expressions -----------------------------------------------------------------

ATOM = re.compile(r"[()]|\|[^|]*\||[^\s()|]+")
NUMBER = re.compile(r"-?\d+(?:/\d+)?|-?\d*\.\d+")
NUMBERS: dict[str, Any] = {}  # every atom that is a number, once it was read


def read(text: str) -> Tree:
    """One S-expression as nested tuples; a name may stand between bars. Raises ValueError."""
    lists: list[list[Tree]] = [[]]
    for atom in ATOM.findall(text):
        if atom == "(":
            lists.append([])
        elif atom == ")" and len(lists) > 1:
            done = tuple(lists.pop())
            lists[-1].append(done)
        else:
            if atom not in NUMBERS and NUMBER.fullmatch(atom):
                NUMBERS[atom] = mp.mpf(Fraction(atom).numerator) / Fraction(atom).denominator
            lists[-1].append(atom.strip("|"))
    if len(lists) > 1 or len(lists[0]) != 1:
        raise ValueError(f"not one S-expression: {text[:60]}")
    return lists[0][0]


def atoms(tree: Tree, heads: bool = False) -> Iterator[str]:
    """All atoms of a tree, those that head a list only where `heads`."""
    if isinstance(tree, str):
        yield tree
    else:
        for part in tree if heads or not tree or not isinstance(tree[0], str) else tree[1:]:
            yield from atoms(part, heads)


def replaced(tree: Tree, values: dict[str, Tree]) -> Tree:
    """A tree with names written out."""
    return values.get(tree, tree) if isinstance(tree, str) else tuple(replaced(t, values) for t in tree)


# -- 2. numbers and matrices ----------------------------------------------------------


def array(lines: Iterable[Iterable[Any]]) -> Value:
    """The matrix of these rows; of a single entry, the number."""
    found = mp.matrix([list(line) for line in lines])
    return found if shape(found) != (1, 1) else found[0, 0]


def column(entries: Iterable[Any]) -> Value:
    """The vector of these numbers."""
    return array([x] for x in entries)


def shape(a: Value) -> tuple[int, int]:
    """Rows and columns; a number counts as 1 x 1."""
    return (a.rows, a.cols) if isinstance(a, mp.matrix) else (1, 1)


def flat(a: Value) -> list[Any]:
    """All entries, row after row."""
    return list(a) if isinstance(a, mp.matrix) else [a]


def each(function: Callable[[Any], Any], a: Value) -> Value:
    """`function` of every entry."""
    return a.apply(function) if isinstance(a, mp.matrix) else function(a)


def paired(step: Callable[[Any, Any], Any], a: Value, b: Value) -> Value:
    """`step` of the pairs of entries of two arrays of one shape; nothing is broadcast."""
    if not isinstance(a, mp.matrix) and not isinstance(b, mp.matrix):
        return step(a, b)
    if shape(a) != shape(b):
        raise Wrong(f"an array of shape {shape(a)} beside one of shape {shape(b)}")
    pairs = [step(x, y) for x, y in zip(flat(a), flat(b), strict=True)]
    return array(pairs[k : k + shape(a)[1]] for k in range(0, len(pairs), shape(a)[1]))


def transposed(a: Value) -> Value:
    """Rows become columns."""
    return a.T if isinstance(a, mp.matrix) else a


def plus(a: Value, b: Value) -> Value:
    """a + b."""
    return paired(operator.add, a, b)


def minus(a: Value, b: Value | None = None) -> Value:
    """a - b, or -a."""
    return -a if b is None else paired(operator.sub, a, b)


def times(a: Value, b: Value) -> Value:
    """The product of two matrices (a 1 x 1 product is a number), or of one and a number."""
    if not isinstance(a, mp.matrix) or not isinstance(b, mp.matrix):
        return a * b
    if a.cols != b.rows:
        raise Wrong(f"arrays of shapes {shape(a)} and {shape(b)} have no product")
    out = a * b
    return out if shape(out) != (1, 1) else out[0, 0]


def divided(a: Value, b: Value) -> Value:
    """a / b for a number b other than 0."""
    if isinstance(b, mp.matrix) or b == 0:
        raise Wrong("a division by 0 or by an array")
    return a / b


def power(a: Value, k: Any) -> Value:
    """A number to a power, a square matrix to a whole one."""
    if not isinstance(a, mp.matrix):
        return a * a if k == 2 else real(divided(mp.one, a ** (-k)) if k < 0 else a**k)
    if a.rows != a.cols or (k < 0 and mp.det(a) == 0):
        raise Wrong("a power of what is not square, or not invertible")
    return reduce(times, [a if k > 0 else mp.inverse(a)] * abs(int(k)))


def real(x: Any) -> Any:
    """A number as it is. Raises Wrong where it is not real or not finite."""
    if isinstance(x, mp.mpc) or not mp.isfinite(x):
        raise Wrong("a value that is no real number")
    return x


def same(a: Value, b: Value) -> bool:
    """Whether two values are equal but for the rounding of this file."""
    return shape(a) == shape(b) and all(
        abs(x - y) <= max(ZERO, NEAR * max(abs(x), abs(y))) for x, y in zip(flat(a), flat(b), strict=True)
    )


# -- 3. scopes and frames -------------------------------------------------------------


class Scope:
    """What claims may refer to, from the ledger's lines. Raises ValueError for other lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.symbols: dict[str, tuple[str, tuple[Tree, ...], tuple[str, ...]]] = {}  # kind, parts, family
        self.definitions: dict[str, list[tuple[bool, tuple[Tree, ...], Tree]]] = {}  # square?, places, body
        self.optima: dict[str, Tree] = {}  # names that are defined by an arg max
        self.laws: dict[str, tuple[str, Tree, dict[str, Tree]]] = {}  # iid entries or whole, law, moments
        self.values: dict[str, Tree] = {}  # given by hand
        self.independent: set[frozenset[str]] = set()
        self.domains: list[Tree] = []
        self.reached: dict[Tree, frozenset[str]] = {}  # what `made_of` has found
        for line in lines:
            match read(line):
                case ("symbol", name, (kind, *parts), *more):
                    over = next((part[1:] for part in more if part[0] == "over"), ())
                    self.symbols[name] = (kind, tuple(parts), over)
                case ("define" | "define-square" as head, name, places, body):
                    self.definitions.setdefault(name, []).append((head != "define", places, body))
                case ("optimum", name, tree):
                    self.optima[name] = tree
                case ("law", name, how, law, *moments):
                    self.laws[name] = (how, law, dict(moments))
                case ("value", name, tree):
                    self.values[name] = tree
                case ("independent", *names):
                    self.independent.add(frozenset(names))
                case ("domain", tree):
                    self.domains.append(tree)
                case _:
                    raise ValueError(f"not a line of a scope: {line[:60]}")

    def made_of(self, tree: Tree) -> frozenset[str]:
        """Every declared name that a tree's value may rest on, through definitions; laws are left out."""
        if tree not in self.reached:
            found = {name for name in atoms(tree) if name in self.symbols}
            self.reached[tree] = frozenset(found)  # where a recursion comes round
            for name in tuple(found):
                kind, parts, _ = self.symbols[name]
                for _, places, body in self.definitions.get(name, ()):
                    found |= self.made_of(("", body, *(places if kind == "function" else ())))
                if kind in ("rows", "columns"):
                    found |= self.made_of(parts[0])
            self.reached[tree] = frozenset(found)
        return self.reached[tree]


class Frame:
    """One point of a scope: sizes, indices, known values; what is calculated there is remembered."""

    def __init__(self, scope: Scope, sizes: dict[str, int], known: dict[str, Value]) -> None:
        self.scope, self.sizes, self.known = scope, sizes, known
        self.index: dict[str, int] = {}
        self.nodes: list[tuple[Any, ...]] = []  # (names, together or each entry, [(weight, values) ..])
        self.memo: dict[tuple[Any, ...], Value] = {}  # by (name, index ..)
        self.means: dict[Any, Value] = {}
        self.outcomes: dict[tuple[str, ...], list[tuple[Any, dict[str, Value]]]] = {}
        self.outside: tuple[Frame, frozenset[str]] | None = None  # before these random names had values

    def child(self, values: dict[str, Value]) -> Frame:
        """This point with other values for some names; only what rests on them is calculated anew."""
        frame = Frame(self.scope, self.sizes, {**self.known, **values})
        frame.index, frame.nodes = dict(self.index), self.nodes
        made_of = self.scope.made_of
        frame.memo = {k: v for k, v in self.memo.items() if made_of(k[0]).isdisjoint(values)}
        return frame

    def apart(self, tree: Tree, index: dict[str, int]) -> Value:
        """The value of a tree in which these indices are bound and no others."""
        saved, self.index = self.index, index
        try:
            return value(tree, self)
        finally:
            self.index = saved

    def range(self, name: str) -> range:
        """The values of a declared index."""
        low, high = (whole(part, self) for part in self.scope.symbols[name][1])
        return range(low, high + 1)

    def look_up(self, name: str) -> Value:
        """The whole value of a name: bound, known, a size, defined, by hand, or rows of a matrix."""
        if name in self.index:
            return mp.mpf(self.index[name])
        if name in self.known:
            return self.known[name]
        if (name,) not in self.memo:
            self.memo[(name,)] = self._whole(name)
        return self.memo[(name,)]

    def _whole(self, name: str) -> Value:
        kind, parts, over = self.scope.symbols.get(name, ("", (), ()))
        known = self.scope.definitions.get(name)
        if kind == "size":
            return mp.mpf(self.sizes[name])
        if kind in ("rows", "columns"):
            return self.look_up(parts[0])
        if over and known:
            return {i: self.entry(name, i) for i in product(*map(self.range, over))}
        if known and known[0][1]:
            low, *more = map(self.range, known[0][1])
            return array([self.entry(name, (i, *j)) for j in product(*more)] for i in low)
        if known:
            found = self.apart(known[0][2], {})
            return each(root, found) if known[0][0] else found
        if name in self.scope.values:
            found = self.apart(self.scope.values[name], {})
            return column(flat(found)) if kind == "vector" else found
        raise Wrong(f"{name} has no value at this point")

    def entry(self, name: str, where: tuple[int, ...]) -> Value:
        """The entry or member of a name at index values. Raises Wrong where there is none."""
        if name in self.known or (name, *where) not in self.memo:
            self.memo[(name, *where)] = self._entry(name, where)
        return self.memo[(name, *where)]

    def _entry(self, name: str, where: tuple[int, ...]) -> Value:
        kind, _, over = self.scope.symbols[name]
        for square, places, body in () if name in self.known else self.scope.definitions.get(name, ()):
            bound = {p: i for p, i in zip(places, where, strict=False) if p in self.scope.symbols}
            fixed = [whole(p, self) == i for p, i in zip(places, where, strict=False) if p not in bound]
            if places and all(fixed):
                if any(i not in self.range(p) for p, i in bound.items()):
                    raise Wrong(f"{name} has no entry {where}")
                found = self.apart(body, bound)
                return picked(each(root, found) if square else found, where[len(places) :])
        found = self.look_up(name)
        if kind in ("rows", "columns"):
            lines = found if kind == "rows" else transposed(found)
            found = column(picked(lines, (where[0], c)) for c in range(1, shape(lines)[1] + 1))
            return picked(found, where[1:])
        if over and where[: len(over)] not in found:
            raise Wrong(f"{name} has no member {where}")
        return picked(found[where[: len(over)]] if over else found, where[len(over) :])


def picked(a: Value, where: tuple[int, ...]) -> Value:
    """x_i of a vector, A_ij of a matrix. Raises Wrong outside it."""
    if not where:
        return a
    i, j = where if len(where) == 2 else (1, where[0]) if shape(a)[0] == 1 else (where[0], 1)
    if not (1 <= i <= shape(a)[0] and 1 <= j <= shape(a)[1]):
        raise Wrong(f"there is no entry {where}")
    return a[i - 1, j - 1] if isinstance(a, mp.matrix) else a


# -- 4. values ------------------------------------------------------------------------


def value(tree: Tree, f: Frame) -> Value:
    """A number, an array, or the truth of a relation. Raises Unable, or Wrong where there is none."""
    if isinstance(tree, str):
        return NUMBERS[tree] if tree in NUMBERS else f.look_up(tree)
    if tree[0] in FUNCTIONS:
        return FUNCTIONS[tree[0]](*[value(part, f) for part in tree[1:]])
    match tree:
        case ("entry", str() as name, *indices):
            return f.entry(name, tuple(whole(i, f) for i in indices))
        case ("entry", base, *indices):
            return picked(value(base, f), tuple(whole(i, f) for i in indices))
        case ("sum" | "prod" | "max-over" | "min-over" as head, ranges, body, *condition):
            return counted(f, head, ranges, body, condition)
        case ("cases", *parts):
            for k in range(0, len(parts), 2):
                if k + 1 == len(parts) or value(parts[k + 1], f):
                    return value(parts[k], f)
            raise Wrong("no case applies")
        case ("matrix", *lines):
            found = [[value(part, f) for part in line] for line in lines]
            aside = len(found) == 1 and any(isinstance(x, mp.matrix) for x in found[0])
            return transposed(array(map(flat, found[0]))) if aside else array(found)  # columns side by side
        case ("ones" | "zeros" | "identity" as head, *dims):
            n, m = [*(whole(d, f) for d in dims), 1, 1][:2]
            test = {"ones": lambda i, j: 1, "zeros": lambda i, j: 0}.get(head, operator.eq)
            return array([mp.mpf(test(i, j)) for j in range(m)] for i in range(n))
        case ("delta", i, j):
            return mp.mpf(whole(i, f) == whole(j, f))
        case ("const", name):
            return {"e": mp.e, "pi": mp.pi, "infty": mp.inf}[name] + 0
        case ("density", law, *args) if law in DENSITIES:
            inside, formula = DENSITIES[law]
            found = [value(arg, f) for arg in args]
            return real(formula(*found)) if inside(*found) else mp.zero
        case ("in" | "notin" as head, element, domain):
            return member(value(element, f), domain, f) == (head == "in")
        case ("approx", a, b):  # correct to half a unit of the last printed digit
            digits = [
                len(side.partition(".")[2]) for side in (a, b) if isinstance(side, str) and side in NUMBERS
            ]
            return abs(value(a, f) - value(b, f)) <= mp.mpf(10) ** -digits[0] / 2
        case ("E" | "Var" | "Cov", *_):
            return mean(f, tree)
    return calculus(tree, f)


def calculus(tree: Tree, f: Frame) -> Value:
    """Functions of the page, derivatives, evaluation bars."""
    match tree:
        case ("call", name, *args):
            places, body = function(f, name)
            if args and CHANCE & set(atoms(body, heads=True)):  # what is put in may itself be random
                return value(replaced(body, dict(zip(places, args, strict=True))), f)
            return value(body, inside(f, places, args))
        case ("prime", name, order, *args):
            places, body = function(f, name)
            return value(("derivative", body, *places[:1] * int(order)), inside(f, places, args))
        case ("derivative", body, by):
            return gradient(f, body, by)
        case ("derivative", body, by, *more):
            return gradient(f, ("derivative", body, *more), by)
        case ("gradient", ("call", name, arg)):  # by the function's own argument
            places, body = function(f, name)
            return gradient(inside(f, places, (arg,)), body, places[0])
        case ("gradient", body, by):
            return gradient(f, body, by)
        case ("hessian", body, by):
            return gradient(f, ("gradient", body, by), by)
        case ("at", body, *sets):
            for target, new in [(target, value(new, f)) for _, target, new in sets]:
                f = put(f, target, new)
            return value(body, f)
    raise Unable(f"({tree[0]} ..)")


def whole(tree: Tree, f: Frame) -> int:
    """The value of a tree that must be a whole number: an index, a bound, a dimension."""
    if isinstance(tree, str) and tree.isdigit():
        return int(tree)
    found = f.index[tree] if tree in f.index else value(tree, f)
    if isinstance(found, mp.matrix) or found != int(found):
        raise Wrong("an index or a dimension that is no whole number")
    return int(found)


def counted(f: Frame, head: str, ranges: Tree, body: Tree, condition: list[Tree]) -> Value:
    """(sum ((i 1 n) ..) body condition?), and so for products and extrema."""
    if any(len(part) != 3 or "infty" in atoms(part) for part in ranges):
        raise Unable(f"({head} ..) over what is no finite range")
    saved, terms = f.index, []
    for at in product(*(range(whole(low, f), whole(high, f) + 1) for _, low, high in ranges)):
        f.index = {**saved, **dict(zip((part[0] for part in ranges), at, strict=True))}
        if not condition or value(condition[0], f):
            terms.append(value(body, f))
    f.index = saved
    if terms:
        return reduce({"sum": plus, "prod": times, "max-over": max, "min-over": min}[head], terms)
    if head.endswith("over"):
        raise Wrong("the extremum of nothing")
    return mp.mpf(head == "prod")


def function(f: Frame, name: str) -> tuple[tuple[str, ...], Tree]:
    """The argument names and the body of a function: built in, defined, or standing in at this point."""
    builtin, *places = f.scope.symbols[name][1]
    if builtin != "-":
        return tuple(places), (builtin, *places)
    if name in f.scope.definitions:
        return f.scope.definitions[name][0][1:]
    if isinstance(f.known.get(name), tuple):
        return f.known[name]  # type: ignore[no-any-return]
    raise Unable("a function that the page leaves open")


def inside(f: Frame, places: tuple[str, ...], args: Iterable[Tree]) -> Frame:
    """The frame in which a function's body is read; without arguments they stand for themselves."""
    child = f.child(dict(zip(places, [value(arg, f) for arg in args], strict=False)))
    child.index = {}
    return child


def put(f: Frame, target: Tree, new: Value) -> Frame:
    """The frame in which a name, the square of a name or an entry of one has another value."""
    match target:
        case str():
            return f.child({target: new})
        case ("^", str() as name, "2"):
            return f.child({name: root(new)})
        case ("entry", str() as name, *indices) if f.scope.symbols[name][0] not in ("rows", "columns"):
            where, over = tuple(whole(i, f) for i in indices), len(f.scope.symbols[name][2])
            old, member, where = f.look_up(name), where[:over], where[over:]
            part = (old[member] if over else old) * mp.one  # a copy
            if where and isinstance(part, mp.matrix):
                part[where[0] - 1, where[1] - 1 if len(where) > 1 else 0] = new
            else:
                part = new
            return f.child({name: {**old, member: part} if over else part})
    raise Unable("a derivative by what is no name")


def gradient(f: Frame, body: Tree, by: Tree) -> Value:
    """The partials by a number or an array, in its shape: central differences, all else held fixed.

    Those of a vector by a vector are a row for each entry of the variable.
    """
    at, out = value(by, f), []
    for k in range(len(flat(at))):
        ends = []
        for step in (STEP, -STEP):
            moved = at.copy() if isinstance(at, mp.matrix) else at + step
            if isinstance(at, mp.matrix):
                moved[k // at.cols, k % at.cols] += step
            ends.append(value(body, put(f, by, moved)))
        out.append(minus(*ends) / (2 * STEP))
    if not isinstance(at, mp.matrix):
        return out[0]
    if isinstance(out[0], mp.matrix):
        return array(map(flat, out))
    return array(out[k : k + at.cols] for k in range(0, len(out), at.cols))


# Expectations run over the outcomes of finite laws. A law with infinitely many outcomes has nodes
# in the ledger, with the same moments up to the degree of what is averaged.

CHANCE = frozenset({"E", "Var", "Cov", "Pr", "sim", "E-under", "Var-under"})


def mean(f: Frame, tree: Tree) -> Value:
    """(E a), (Var a) and (Cov a b) over all random names that a and b are made from."""
    head, bodies, laws = tree[0], tree[1:], f.scope.laws
    names = tuple(sorted(n for n in f.scope.made_of(tree) if n in laws and n not in f.scope.definitions))
    if not names or len(bodies) != 1 + (head == "Cov"):
        raise Unable("an expectation of what is not random, or a conditional one")
    if f.outside and f.outside[1] <= set(names):  # the inner of two expectations has its own outcomes
        return f.outside[0].apart(tree, f.index)
    key = ("", tree, *sorted(f.index.items()))
    if key in f.means:
        return f.means[key]
    if names not in f.outcomes:
        f.outcomes[names] = outcomes(f, names)
    sums: list[Value] = []
    for weight, known in f.outcomes[names]:
        at = f.child(known)
        at.outside = (f, frozenset(known))
        found = [value(body, at) for body in bodies]
        found += [] if head == "E" else [found[-1], times(found[0], found[-1])]
        sums = (
            [plus(s, x * weight) for s, x in zip(sums, found, strict=True)]
            if sums
            else [x * weight for x in found]
        )
    f.means[key] = sums[0] if head == "E" else minus(sums[-1], times(sums[0], sums[-2]))
    return f.means[key]


def outcomes(f: Frame, names: tuple[str, ...]) -> list[tuple[Any, dict[str, Value]]]:
    """(probability, values) of every joint outcome: what is independent is combined in all ways."""
    axes: list[list[tuple[Any, Value]]] = []
    blocks: list[tuple[str, list[tuple[int, ...]]]] = []
    for name in names:
        group, together, nodes = next((n for n in f.nodes if name in n[0]), ((name,), False, []))
        if together:
            if name == min(set(group) & set(names)):
                axes.append([(w, dict(zip(group, values, strict=True))) for w, values in nodes])
                blocks.append(("", [()]))
            continue
        apart = all(frozenset((name, other)) in f.scope.independent for other in names if other != name)
        if not apart or f.scope.laws[name][0] == "entries":
            raise Wrong(f"nothing on the page says that {name} is independent")
        _, parts, over = f.scope.symbols[name]
        dims = [f.range(i) for i in over] + [range(1, whole(part, f) + 1) for part in parts]
        blocks.append((name, list(product(*dims))))
        axes += [law_atoms(f, name, place, nodes) for place in blocks[-1][1]]
    if prod(map(len, axes)) > OUTCOMES:
        raise Unable("an expectation over too many outcomes")
    out = []
    for parts in product(*axes):
        entries, known = iter([x for _, x in parts]), {}
        for name, places in blocks:
            found = {place: next(entries) for place in places}
            known.update(found[()] if not name else {name: assembled(found, f.scope.symbols[name][2])})
        out.append((prod((w for w, _ in parts), start=mp.one), known))
    return out


def assembled(entries: dict[tuple[int, ...], Any], over: tuple[str, ...]) -> Value:
    """A number, a vector or a matrix of its entries; a family as it is."""
    if over or () in entries:
        return entries if over else entries[()]
    lines = dict.fromkeys(place[0] for place in entries)
    return array([x for place, x in entries.items() if place[0] == i] for i in lines)


def law_atoms(
    f: Frame, name: str, place: tuple[int, ...], nodes: list[tuple[Any, Any]]
) -> list[tuple[Any, Any]]:
    """(weight, value) of one entry of a random name: of a finite law outright, else by the ledger's nodes."""
    _, (law, *trees), given = f.scope.laws[name]
    free = [a for a in dict.fromkeys(atoms(("", *trees))) if f.scope.symbols.get(a, ("",))[0] == "index"]
    a, b = [*(f.apart(tree, dict(zip(free, place, strict=False))) for tree in trees), mp.zero, mp.zero][:2]
    if law in ("bernoulli", "binomial"):
        n, p = (1, a) if law == "bernoulli" else (int(a), b)
        return [(mp.binomial(n, k) * p**k * (1 - p) ** (n - k), mp.mpf(k)) for k in range(n + 1)]
    found = [(w, x[0]) for w, x in nodes]
    moments = [sum((w * x**k for w, x in found), mp.zero) for k in range(max(3, 2 * len(found)))]
    if not found or law not in ("normal", "moments", "free"):
        raise Unable(f"the law {law} without nodes")
    if law == "free":  # any law will do that has the moments which the page gives
        known = {"mean": moments[1], "variance": moments[2] - moments[1] ** 2}
        right = same(moments[0], mp.one) and all(same(known[k], f.apart(t, {})) for k, t in given.items())
    else:  # nodes of mean 0 and variance 1; those of the normal law have its other moments too
        normal = [mp.fac2(k - 1) * (k % 2 == 0) for k in range(len(moments) if law == "normal" else 3)]
        right = all(same(m, x) for m, x in zip(moments, normal, strict=False))
        found = [(w, a + root(b) * x) for w, x in found]
    if not right or any(w <= 0 for w, _ in found):
        raise Wrong(f"nodes that are no law such as the page gives {name}")
    return found


# Tables: functions of values, and densities as (support, formula).


def root(x: Any) -> Any:
    """The square root of a number that is not negative, up to rounding."""
    return real(mp.sqrt(mp.zero if -ZERO < x < 0 else x))


def logarithm(x: Any) -> Any:
    """The natural logarithm of a positive number."""
    return real(mp.log(x)) if x > 0 else real(mp.nan)


def softmax(*args: Any) -> Value:
    """Of a vector or of numbers; of a matrix row by row."""
    if len(args) == 1 and shape(args[0])[1] > 1:
        return array(flat(softmax(column(row))) for row in args[0].tolist())
    powers = [mp.exp(x) for x in (flat(args[0]) if len(args) == 1 else args)]
    return column(x / mp.fsum(powers) for x in powers)


def diagonal(a: Value) -> Value:
    """The matrix with this diagonal; the diagonal of a matrix."""
    if shape(a)[1] > 1:
        return column(a[i, i] for i in range(a.rows))
    return array([x if i == j else mp.zero for j in range(shape(a)[0])] for i, x in enumerate(flat(a)))


def quantile(cdf: Callable[..., Any]) -> Callable[..., Any]:
    """The inverse of a distribution function by its last argument, to 36 digits."""

    @cache
    def inverse(*args: Any) -> Any:
        if not 0 < args[-1] < 1:
            raise Wrong("a quantile of what is no probability")
        with mp.workprec(120):
            return mp.findroot(
                lambda x: cdf(*args[:-1], x) - args[-1], (mp.mpf(-50), mp.mpf(400)), solver="anderson"
            )

    return inverse


def student(m: Any, x: Any) -> Any:
    """The distribution function of Student's law, by the incomplete beta function."""
    tail = mp.betainc(m / 2, mp.mpf(1) / 2, 0, m / (m + x * x), regularized=True) / 2
    return 1 - tail if x > 0 else tail


def chi_squared(k: Any, x: Any) -> Any:
    """The distribution function of the chi-squared law, by the incomplete gamma function."""
    return mp.gammainc(k / 2, 0, x / 2, regularized=True) if x > 0 else mp.zero


def ordered(test: Callable[[Any, bool], bool]) -> Callable[[Value, Value], bool]:
    """An order of two numbers: `test` of their difference and of whether they are equal."""

    def compare(a: Value, b: Value) -> bool:
        if isinstance(a, mp.matrix) or isinstance(b, mp.matrix):
            raise Unable("an order of arrays")
        return test(a - b, same(a, b))

    return compare


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "+": lambda *a: reduce(plus, a), "-": minus, "*": lambda *a: reduce(times, a), "/": divided, "^": power,
    "transpose": transposed, "inverse": lambda a: power(a, mp.mpf(-1)), "tuple": lambda *a: column(a),
    "hadamard": lambda *a: reduce(lambda x, y: paired(operator.mul, x, y), a), "diag": diagonal,
    "tr": lambda a: mp.fsum(a[i, i] for i in range(a.rows)) if isinstance(a, mp.matrix) else a,
    "det": lambda a: mp.det(a) if isinstance(a, mp.matrix) else a, "vec": lambda a: column(flat(transposed(a))),
    "norm": lambda a: root(mp.fsum(x * x for x in flat(a))), "norm-1": lambda a: mp.fsum(map(abs, flat(a))),
    "norm-max": lambda a: max(map(abs, flat(a))), "max": lambda *a: max(x for v in a for x in flat(v)),
    "min": lambda *a: min(x for v in a for x in flat(v)), "abs": abs, "sqrt": root, "exp": mp.exp,
    "log": logarithm, "ln": logarithm, "log2": lambda x: logarithm(x) / mp.ln2,
    "log10": lambda x: logarithm(x) / mp.ln10, "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "sinh": mp.sinh,
    "cosh": mp.cosh, "tanh": mp.tanh, "arctan": mp.atan, "gamma": mp.gamma, "lgamma": mp.loggamma,
    "digamma": mp.digamma, "trigamma": lambda x: mp.polygamma(1, x), "tetragamma": lambda x: mp.polygamma(2, x),
    "erf": mp.erf, "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "logit": lambda x: logarithm(divided(x, 1 - x)), "softmax": softmax, "relu": lambda x: max(x, mp.zero),
    "sign": mp.sign, "floor": mp.floor, "ceil": mp.ceil, "factorial": mp.factorial, "binom": mp.binomial,
    "normal-cdf": mp.ncdf, "normal-pdf": mp.npdf, "normal-quantile": quantile(mp.ncdf), "t-cdf": student,
    "t-quantile": quantile(student), "chi2-cdf": chi_squared, "chi2-quantile": quantile(chi_squared),
    "indicator": lambda truth: mp.mpf(bool(truth)), "=": same, "/=": lambda a, b: not same(a, b),
    "<": ordered(lambda d, equal: d < 0 and not equal), "<=": ordered(lambda d, equal: d < 0 or equal),
    ">": ordered(lambda d, equal: d > 0 and not equal), ">=": ordered(lambda d, equal: d > 0 or equal),
    "and": lambda *a: all(a), "iff": lambda a, b: a == b, "implies": lambda a, b: b or not a,
}  # fmt: skip
DENSITIES: dict[str, tuple[Callable[..., bool], Callable[..., Any]]] = {
    "normal": (lambda x, m, v: True, lambda x, m, v: mp.exp(-((x - m) ** 2) / (2 * v)) / mp.sqrt(2 * mp.pi * v)),
    "laplace": (lambda x, m, b: True, lambda x, m, b: mp.exp(-abs(x - m) / b) / (2 * b)),
    "bernoulli": (lambda x, p: x in (0, 1), lambda x, p: p**x * (1 - p) ** (1 - x)),
    "binomial": (lambda x, n, p: x in range(int(n) + 1), lambda x, n, p: mp.binomial(n, x) * p**x * (1 - p) ** (n - x)),
    "poisson": (lambda x, r: x == abs(int(x)), lambda x, r: r**x * mp.exp(-r) / mp.factorial(x)),
    "geometric": (lambda x, p: x == abs(int(x)) > 0, lambda x, p: (1 - p) ** (x - 1) * p),
    "exponential": (lambda x, r: x > 0, lambda x, r: r * mp.exp(-r * x)),
    "gamma": (lambda x, a, b: x > 0, lambda x, a, b: b**a * x ** (a - 1) * mp.exp(-b * x) / mp.gamma(a)),
    "beta": (lambda x, a, b: 0 < x < 1, lambda x, a, b: x ** (a - 1) * (1 - x) ** (b - 1) / mp.beta(a, b)),
    "uniform": (lambda x, a, b: a <= x <= b, lambda x, a, b: 1 / (b - a)),
}  # fmt: skip


# -- 5. truth -------------------------------------------------------------------------


def member(x: Value, domain: Tree, f: Frame) -> bool:
    """Whether an array has the shape of a space, and its entries lie in an interval or a finite set."""
    match domain:
        case str() if domain in f.scope.definitions:
            return member(x, f.scope.definitions[domain][0][2], f)
        case ("space", kind, *dims):
            fits = shape(x) == tuple([*(whole(d, f) for d in dims), 1, 1][:2])
            return fits and all(kind == "R" or (y == int(y) and (kind == "Z" or y >= 0)) for y in flat(x))
        case ("set", *items):
            return all(any(same(y, value(item, f)) for item in items) for y in flat(x))
        case ("interval", left, right, low, high):
            ends = value(low, f), value(high, f)
            tests = ">=" if left == "closed" else ">", "<=" if right == "closed" else "<"
            return all(
                FUNCTIONS[test](y, end) for y in flat(x) for test, end in zip(tests, ends, strict=True)
            )
    raise Unable("membership in this set")


def optimum(f: Frame, relation: Tree) -> bool | None:
    """`candidate = arg max`: inside the domain, and all admissible competitors do worse. None: no optimum."""
    for side, candidate in (relation[1:], relation[:0:-1]) if relation[0] == "=" else ():
        side = f.scope.optima.get(side, side) if isinstance(side, str) else side
        if side[0] not in ("argmax", "argmin") or candidate in f.scope.optima:
            continue
        _, names, objective, *domains = side
        parts = candidate[1:] if candidate[0] == "tuple" and len(names) > 1 else (candidate,)
        best = f.child({name: value(part, f) for name, part in zip(names, parts, strict=True)})
        top, tried = value(objective, best) * (1 if side[0] == "argmax" else -1), 0
        for name in names:
            for k, nudge in product(range(len(flat(best.known[name]))), (0, *NUDGES, *(-x for x in NUDGES))):
                moved = flat(best.known[name])
                moved[k] += nudge
                other = best.child({name: column(moved)})
                try:
                    admissible = all(value(domain, other) for domain in domains)
                    height = (
                        value(objective, other) * (1 if side[0] == "argmax" else -1) if admissible else None
                    )
                except Wrong:  # the competitor lies where the objective has no value
                    continue
                if (nudge == 0 and not admissible) or (nudge != 0 and admissible and not height < top):
                    return False
                tried += admissible
        if tried < 2:
            raise Unable("an arg max without competitors")
        return True
    return None


class Answer(NamedTuple):
    """holds: True, False, or None where this file cannot tell; and why."""

    holds: bool | None
    reason: str = ""


def agrees(scope: Scope, formal: str, point: str) -> Answer:
    """Whether a claim of the ledger holds at one of its points. Raises ValueError for another language."""
    _, relation, *conditions = read(formal)
    try:
        f = frame_at(scope, read(point))
        if any(condition[0] != "when" for condition in conditions):
            raise Unable("a limit")
        for condition in (*domains(f), *(c[1] for c in conditions)):
            if not value(condition, f):
                return Answer(False, "the point is not admissible")
        best = optimum(f, relation)
        holds = bool(value(relation, f) if best is None else best)
    except Unable as error:
        return Answer(None, str(error))
    except (Wrong, ZeroDivisionError) as error:
        return Answer(False, str(error) or "a division by zero")
    return Answer(holds, "" if holds else "false at this point")


def frame_at(scope: Scope, point: Tree) -> Frame:
    """The frame of (point (size n 3) (index i 2) (value x ..) (nodes x each (1/5 -2) (4/5 1/2)) ..)."""
    f = Frame(scope, {}, {})
    for part in point[1:]:
        match part:
            case ("size", name, number):
                f.sizes[name] = int(number)
            case ("index", name, number):
                f.index[name] = int(number)
            case ("value", name, tree):
                f.known[name] = f.apart(tree, {})
            case ("member", name, where, tree):
                f.known.setdefault(name, {})[tuple(map(int, where))] = f.apart(tree, {})
            case ("function", name, places, body):
                f.known[name] = (places, body)
            case ("nodes", names, how, *atoms_):
                found = [[f.apart(x, {}) for x in atom] for atom in atoms_]
                group = (names,) if isinstance(names, str) else names
                f.nodes.append((group, how == "together", [(w, values) for w, *values in found]))
            case _:
                raise ValueError(f"not a part of a point: {part}")
    return f


def domains(f: Frame) -> Iterator[Tree]:
    """The declared domains of all that has a value at this point, for every value of their indices."""
    scope = f.scope
    known = f.known.keys() | f.sizes.keys() | scope.values.keys()
    for domain in scope.domains:
        names = {n for n in scope.made_of(domain) if n not in scope.definitions}
        bound = {part[0] for tree in lists(domain) if tree[0] in ("sum", "prod") for part in tree[1]}
        free = sorted(
            n for n in set(atoms(domain)) & scope.symbols.keys() - bound if scope.symbols[n][0] == "index"
        )
        if {n for n in names if scope.symbols[n][0] not in ("index", "rows", "columns")} <= known:
            for at in product(*map(f.range, free)):
                yield replaced(domain, dict(zip(free, map(str, at), strict=True)))


def lists(tree: Tree) -> Iterator[Tree]:
    """Every list in a tree."""
    if not isinstance(tree, str):
        yield tree
        for part in tree:
            yield from lists(part)
