r"""The second checker: holds a published book against its ledger and works its claims out anew.

    python generator/recheck.py [FOLDER]      FOLDER is `build` unless named otherwise

Exit 0 if everything agrees, 1 if anything does not, 2 for a folder that cannot be read. This
file needs mpmath and the standard library and shares no line with the program that made the
book: who doubts the program can read this instead. From top to bottom:

1. the language of the ledger: S-expressions such as `(= (E |\bar x|) \mu)`;
2. numbers of 96 digits, and matrices of them;
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

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import cache, reduce
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from mpmath.ctx_mp import MPContext

mp = MPContext()  # of our own, so that nobody else's precision is touched
mp.prec = 320  # bits

STEP = mp.mpf(2) ** -80  # of a difference, whose error is about STEP squared
NEAR = mp.mpf(2) ** -110  # the relative error that two equal values may have, 8e-34
ZERO = mp.mpf(2) ** -130  # the absolute error beside 0
OUTCOMES = 5000  # of one expectation; more are not added up
NUDGES = [mp.mpf(text) for text in ("0", "1e-6", "0.004", "0.3", "2", "17")]  # to competitors of an optimum

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


def atoms(tree: Tree) -> Iterator[str]:
    """All atoms of a tree but those that head a list."""
    if isinstance(tree, str):
        yield tree
    else:
        for part in tree[1:] if tree and isinstance(tree[0], str) else tree:
            yield from atoms(part)


# -- 2. numbers and matrices ----------------------------------------------------------


def array(lines: Iterable[Iterable[Any]]) -> Value:
    """The matrix of these rows; of a single entry, the number."""
    found = mp.matrix([list(line) for line in lines])
    return found if (found.rows, found.cols) != (1, 1) else found[0, 0]


def lines(a: Value) -> list[list[Any]]:
    """The rows of an array; a number is one row of one entry."""
    return a.tolist() if isinstance(a, mp.matrix) else [[a]]


def flat(a: Value) -> list[Any]:
    """All entries, row after row."""
    return list(a) if isinstance(a, mp.matrix) else [a]


def shape(a: Value) -> tuple[int, int]:
    """Rows and columns; a number counts as 1 x 1."""
    return (a.rows, a.cols) if isinstance(a, mp.matrix) else (1, 1)


def plus(a: Value, b: Value) -> Value:
    """a + b of one shape; nothing is broadcast."""
    if shape(a) != shape(b):
        raise Wrong(f"an array of shape {shape(a)} beside one of shape {shape(b)}")
    return a + b


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

    def __init__(self, scope_lines: Iterable[str]) -> None:
        self.lines = tuple(scope_lines)
        self.symbols: dict[str, tuple[str, tuple[Tree, ...], tuple[str, ...]]] = {}  # kind, parts, family
        self.definitions: dict[str, list[tuple[tuple[Tree, ...], Tree]]] = {}  # (indices or arguments, body)
        self.optima: dict[str, Tree] = {}  # names that are defined by an arg max
        self.laws: dict[str, tuple[str, Tree, dict[str, Tree]]] = {}  # iid entries or whole, law, moments
        self.values: dict[str, Tree] = {}  # given by hand
        self.independent: set[frozenset[str]] = set()
        self.domains: list[Tree] = []
        self.reached: dict[Tree, frozenset[str]] = {}  # what `made_of` has found
        for line in self.lines:
            match read(line):
                case ("symbol", name, (kind, *parts), *more):
                    over = next((part[1:] for part in more if part[0] == "over"), ())
                    self.symbols[name] = (kind, tuple(parts), over)
                case ("define", name, places, body):
                    self.definitions.setdefault(name, []).append((places, body))
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
        """Every declared name that a tree's value may rest on, through definitions and laws."""
        if tree not in self.reached:
            found = {name for name in atoms(tree) if name in self.symbols}
            self.reached[tree] = frozenset(found)  # where a recursion comes round
            for name in tuple(found):
                bodies = [part for definition in self.definitions.get(name, ()) for part in definition]
                if name in self.laws:
                    bodies += [self.laws[name][1], *self.laws[name][2].values()]
                found |= self.made_of(("", *bodies))
            self.reached[tree] = frozenset(found)
        return self.reached[tree]


class Frame:
    """One point of a scope: the values of sizes, indices and free names; the rest is looked up."""

    def __init__(self, scope: Scope, known: dict[str, Value], memo: dict[Any, Value], nodes: list[Any]) -> None:
        self.scope, self.known, self.memo = scope, known, memo  # memo: by (name or tree, index ..)
        self.nodes = nodes  # of random names: (names, whether together, [(weight, values) ..])

    def child(self, values: dict[str, Value]) -> Frame:
        """This point with other values for some names; only what rests on them is calculated anew."""
        made_of = self.scope.made_of
        memo = {key: found for key, found in self.memo.items() if made_of(key[0]).isdisjoint(values)}
        return Frame(self.scope, {**self.known, **values}, memo, self.nodes)

    def bound(self, indices: dict[str, Any]) -> Frame:
        """This point with values for bound indices, on which no name rests as a whole."""
        return Frame(self.scope, {**self.known, **indices}, self.memo, self.nodes)

    def range(self, name: str) -> range:
        """The values of a declared index."""
        low, high = (whole(part, self) for part in self.scope.symbols[name][1])
        return range(low, high + 1)

    def of(self, name: str, *where: int) -> Value:
        """The value of a name, or of its entry or member at index values. Raises Wrong without one."""
        if name not in self.known:
            if (name, *where) not in self.memo:
                self.memo[(name, *where)] = self._defined(name, where)
            return self.memo[(name, *where)]
        found = self.known[name]
        if isinstance(found, dict) and where:
            member = len(self.scope.symbols[name][2])
            found, where = found.get(where[:member]), where[member:]
        return picked(found, where)

    def _defined(self, name: str, where: tuple[int, ...]) -> Value:
        kind, _, over = self.scope.symbols.get(name, ("", (), ()))
        for places, body in self.scope.definitions.get(name, ()):
            at = dict(zip(places, where, strict=False))
            if len(at) == len(places) and all(p in self.scope.symbols or whole(p, self) == i for p, i in at.items()):
                if any(p in self.scope.symbols and i not in self.range(p) for p, i in at.items()):
                    raise Wrong(f"{name} has no entry {where}")
                inner = self.bound({p: mp.mpf(i) for p, i in at.items() if p in self.scope.symbols})
                return picked(value(body, inner), where[len(places) :])
            if not where and places and not over:
                low, *more = map(self.range, places)
                return array([self.of(name, i, *j) for j in product(*more)] for i in low)
        if not where and over:
            return {i: self.of(name, *i) for i in product(*map(self.range, over))}
        if where:
            return picked(self.of(name), where)
        if name not in self.scope.values:
            raise Wrong(f"{name} has no value at this point")
        found = value(self.scope.values[name], self)
        return array([x] for x in flat(found)) if kind == "vector" else found


def picked(a: Value, where: tuple[int, ...]) -> Value:
    """x_i of a vector, A_ij of a matrix. Raises Wrong outside it."""
    if not where:
        return a
    i, j = where if len(where) == 2 else (1, where[0]) if shape(a)[0] == 1 else (where[0], 1)
    if a is None or not (1 <= i <= shape(a)[0] and 1 <= j <= shape(a)[1]):
        raise Wrong(f"there is no entry {where}")
    return lines(a)[i - 1][j - 1]


def whole(tree: Tree, f: Frame) -> int:
    """The value of a tree that must be a whole number: an index, a bound, a dimension."""
    found = value(tree, f)
    if isinstance(found, mp.matrix) or found != int(found):
        raise Wrong("an index or a dimension that is no whole number")
    return int(found)


# -- 4. values ------------------------------------------------------------------------

def value(tree: Tree, f: Frame) -> Value:
    """A number, an array, or the truth of a relation. Raises Unable, or Wrong where there is none."""
    if isinstance(tree, str):
        return NUMBERS[tree] if tree in NUMBERS else f.of(tree)
    if tree[0] in FUNCTIONS:
        return FUNCTIONS[tree[0]](*[value(part, f) for part in tree[1:]])
    match tree:
        case ("entry", str() as name, *indices):
            return f.of(name, *(whole(i, f) for i in indices))
        case ("entry", base, *indices):
            return picked(value(base, f), tuple(whole(i, f) for i in indices))
        case ("row", base, i):
            return array([x] for x in lines(value(base, f))[whole(i, f) - 1])
        case ("sum" | "prod" | "max-over" | "min-over" | "all" as head, ranges, body, *condition):
            return counted(f, head, ranges, body, condition)
        case ("cases", *parts):
            for k in range(0, len(parts), 2):
                if k + 1 == len(parts) or value(parts[k + 1], f):
                    return value(parts[k], f)
            raise Wrong("no case applies")
        case ("matrix", *rows):
            return array([value(part, f) for part in row] for row in rows)
        case ("ones" | "zeros" | "identity" as head, *dims):
            n, m = [*(whole(d, f) for d in dims), 1, 1][:2]
            entry = {"ones": lambda i, j: 1, "zeros": lambda i, j: 0, "identity": lambda i, j: i == j}[head]
            return array([mp.mpf(entry(i, j)) for j in range(m)] for i in range(n))
        case ("const", name):
            return {"e": mp.e, "pi": mp.pi, "infty": mp.inf}[name] + 0
        case ("in" | "notin" as head, element, domain):
            return member(value(element, f), domain, f) == (head == "in")
        case ("approx", a, str() as b):  # correct to half a unit of the last printed digit
            return abs(value(a, f) - NUMBERS[b]) <= mp.mpf(10) ** -len(b.partition(".")[2]) / 2
    return calculus(tree, f)


def calculus(tree: Tree, f: Frame) -> Value:
    """Functions of the page, derivatives, evaluation bars, expectations."""
    match tree:
        case ("call", name, *args):
            places, body = f.known.get(name) or f.scope.definitions.get(name, [((), "")])[0]
            if not body:
                raise Unable("a function that the page leaves open")
            return value(body, f.child(dict(zip(places, [value(arg, f) for arg in args], strict=False))))
        case ("derivative" | "gradient", body, by):
            return gradient(f, body, by)
        case ("at", body, *sets):
            for target, new in [(target, value(new, f)) for _, target, new in sets]:
                f = put(f, target, new)
            return value(body, f)
        case ("E", body):
            return mean(f, body)
        case ("Var", a):
            return value(("Cov", a, a), f)
        case ("Cov", a, b):
            return value(("-", ("E", ("*", a, b)), ("*", ("E", a), ("E", b))), f)
    raise Unable(f"({tree[0]} ..)")


def counted(f: Frame, head: str, ranges: Tree, body: Tree, condition: list[Tree]) -> Value:
    """(sum ((i 1 n) ..) body condition?), and so for products, extrema and `for all`."""
    if any(len(part) != 3 or "infty" in atoms(part) for part in ranges):
        raise Unable(f"({head} ..) over what is no finite range")
    terms = []
    for at in product(*(range(whole(low, f), whole(high, f) + 1) for _, low, high in ranges)):
        inner = f.bound(dict(zip((part[0] for part in ranges), map(mp.mpf, at), strict=True)))
        if not condition or value(condition[0], inner):
            terms.append(value(body, inner))
    if head == "all":
        return all(terms)
    if not terms and head.endswith("over"):
        raise Wrong("the extremum of nothing")
    step: Any = {"sum": plus, "prod": times, "max-over": max, "min-over": min}[head]
    return reduce(step, terms) if terms else mp.mpf(head == "prod")


def put(f: Frame, target: Tree, new: Value) -> Frame:
    """The frame in which a name, the square of a name or an entry of one has another value."""
    match target:
        case str():
            return f.child({target: new})
        case ("^", str() as name, "2"):
            return f.child({name: root(new)})
        case ("entry", str() as name, *indices):
            where, over = tuple(whole(i, f) for i in indices), len(f.scope.symbols[name][2])
            old, member, where = f.of(name), where[:over], where[over:]
            part = old[member] if over else old
            if where and isinstance(part, mp.matrix):
                part = part.copy()
                part[where[0] - 1, where[1] - 1 if len(where) > 1 else 0] = new
                new = part
            return f.child({name: {**old, member: new} if over else new})
    raise Unable("a derivative by what is no name")


def gradient(f: Frame, body: Tree, by: Tree) -> Value:
    """The partials by a number or an array, in its shape: central differences, all else held fixed.

    Those of a vector by a vector are a row for each entry of the variable.
    """
    at, out = value(by, f), []
    for k, x in enumerate(flat(at)):
        ends = []
        for step in (STEP, -STEP):
            moved = at.copy() if isinstance(at, mp.matrix) else x + step
            if isinstance(at, mp.matrix):
                moved[k // at.cols, k % at.cols] = x + step
            ends.append(value(body, put(f, by, moved)))
        out.append(plus(ends[0], -ends[1]) / (2 * STEP))
    if not isinstance(at, mp.matrix):
        return out[0]
    if isinstance(out[0], mp.matrix):
        return array(map(flat, out))
    return array(out[k : k + at.cols] for k in range(0, len(out), at.cols))


def mean(f: Frame, body: Tree) -> Value:
    """The expectation of a tree over all random names that it is made from."""
    names = tuple(sorted(n for n in f.scope.made_of(body) & f.scope.laws.keys() if n not in f.scope.definitions))
    if not names:
        raise Unable("an expectation of what is not random")
    key = (("E", body), *(x for a in atoms(body) if isinstance(x := f.known.get(a), mp.mpf)))
    if key not in f.memo:
        terms = (value(body, f.child(known)) * weight for weight, known in outcomes(f, names))
        f.memo[key] = reduce(plus, terms)
    return f.memo[key]


def outcomes(f: Frame, names: tuple[str, ...]) -> Iterator[tuple[Any, dict[str, Value]]]:
    """(probability, values) of every joint outcome: what is independent is combined in all ways."""
    axes: list[list[tuple[Any, dict[Any, Value]]]] = []  # (weight, {(name, entry) or name: value})
    for name in names:
        group, together, nodes = next((n for n in f.nodes if name in n[0]), ((name,), False, []))
        others = set(names) - set(group)
        apart = all(frozenset((name, other)) in f.scope.independent for other in others)
        if not apart or (not together and f.scope.laws[name][0] == "entries"):
            raise (Wrong if nodes else Unable)(f"nothing on the page says that {name} is independent")
        if together:
            if name == min(set(group) & set(names)):
                axes.append([(w, dict(zip(group, values, strict=True))) for w, values in nodes])
            own = [(w, flat(values[group.index(name)])) for w, values in nodes]
            for k in range(len(own[0][1])):
                law_nodes(f, name, (), [(w, [x[k]]) for w, x in own])
            continue
        _, parts, over = f.scope.symbols[name]
        dims = [f.range(i) for i in over] + [range(1, whole(part, f) + 1) for part in parts]
        for place in product(*dims):
            axes.append([(w, {(name, place): x}) for w, x in law_nodes(f, name, place, nodes)])
    if prod(map(len, axes)) > OUTCOMES:
        raise Unable("an expectation over too many outcomes")
    for parts_of in product(*axes):
        entries = {key: x for _, part in parts_of for key, x in part.items()}
        known: dict[str, Value] = {key: x for key, x in entries.items() if isinstance(key, str)}
        for name in set(names) - known.keys():
            own = {key[1]: x for key, x in entries.items() if key[0] == name}
            table = [[x for place, x in own.items() if place[:1] == i] for i in dict.fromkeys(p[:1] for p in own)]
            known[name] = own if f.scope.symbols[name][2] else array(table)
        yield prod((w for w, _ in parts_of), start=mp.one), known


def law_nodes(f: Frame, name: str, place: tuple[int, ...], nodes: list[Any]) -> list[tuple[Any, Any]]:
    """(weight, value) of one entry of a random name.

    A law with finitely many outcomes has just these. Any other has nodes in the ledger: the same
    moments up to a degree, which must be those of the law.
    """
    _, (law, *trees), given = f.scope.laws[name]
    free = [a for a in dict.fromkeys(atoms(("", *trees))) if f.scope.symbols.get(a, ("",))[0] == "index"]
    inner = f.bound(dict(zip(free, map(mp.mpf, place), strict=False)))
    a, b = [*(value(tree, inner) for tree in trees), mp.zero, mp.zero][:2]
    if law in ("bernoulli", "binomial"):
        n, p = (1, a) if law == "bernoulli" else (int(a), b)
        return [(mp.binomial(n, k) * p**k * (1 - p) ** (n - k), mp.mpf(k)) for k in range(n + 1)]
    found = [(w, x[0]) for w, x in nodes]
    if not found or law not in ("normal", "moments", "free"):
        raise Unable(f"the law {law} without nodes")
    moments = [mp.fsum(w * x**k for w, x in found) for k in range(max(3, 2 * len(found)))]
    if law == "free":  # any law will do that has the moments which the page gives
        known = {"mean": moments[1], "variance": moments[2] - moments[1] ** 2}
        right = same(moments[0], mp.one) and all(same(known[k], value(t, f)) for k, t in given.items())
    else:  # nodes of mean 0 and variance 1; for the normal law also with its other moments
        normal = [mp.fac2(k - 1) * (k % 2 == 0) for k in range(len(moments) if law == "normal" else 3)]
        right = all(same(m, x) for m, x in zip(moments, normal, strict=False))
        found = [(w, a + root(b) * x) for w, x in found]
    if not right or any(w <= 0 for w, _ in found):
        raise Wrong(f"nodes that are no law such as the page gives {name}")
    return found


def root(x: Any) -> Any:
    """The square root of a number that is not negative, up to rounding."""
    return real(mp.sqrt(mp.zero if -ZERO < x < 0 else x))


def softmax(*args: Any) -> Value:
    """Of a vector or of numbers; of a matrix row by row."""
    if len(args) == 1 and shape(args[0])[1] > 1:
        return array(flat(softmax(*row)) for row in lines(args[0]))
    powers = [mp.exp(x) for x in (flat(args[0]) if len(args) == 1 else args)]
    return array([x / mp.fsum(powers)] for x in powers)


def student(m: Any, x: Any) -> Any:
    """The distribution function of Student's law, by the incomplete beta function."""
    tail = mp.betainc(m / 2, mp.mpf(1) / 2, 0, m / (m + x * x), regularized=True) / 2
    return 1 - tail if x > 0 else tail


@cache
def student_quantile(m: Any, q: Any) -> Any:
    """The inverse of Student's distribution function, to 40 digits."""
    with mp.workprec(150):
        end = mp.one
        while not student(m, -end) < q < student(m, end):
            end *= 2
        return mp.findroot(lambda x: student(m, x) - q, (-end, end), solver="illinois", tol=mp.mpf(10) ** -80)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "+": lambda *a: reduce(plus, a), "-": lambda a, *b: plus(a, -b[0]) if b else -a,
    "*": lambda *a: reduce(times, a), "/": divided, "^": power, "inverse": lambda a: power(a, -mp.one),
    "transpose": lambda a: a.T if isinstance(a, mp.matrix) else a, "tuple": lambda *a: array([x] for x in a),
    "diag": lambda a: mp.diag(flat(a)) if shape(a)[1] == 1 else array([a[i, i]] for i in range(a.rows)),
    "tr": lambda a: mp.fsum(row[i] for i, row in enumerate(lines(a))), "det": lambda a: mp.det(mp.matrix(lines(a))),
    "hadamard": lambda a, b: array([x * y for x, y in zip(p, q, strict=True)] for p, q in zip(lines(a), lines(b), strict=True)),
    "vec": lambda a: array([x] for x in flat(a.T)), "norm": lambda a: root(mp.fsum(x * x for x in flat(a))),
    "norm-1": lambda a: mp.fsum(map(abs, flat(a))), "norm-max": lambda a: max(map(abs, flat(a))),
    "max": lambda *a: max(x for v in a for x in flat(v)), "min": lambda *a: min(x for v in a for x in flat(v)),
    "abs": abs, "sqrt": root, "exp": mp.exp, "log": lambda x: real(mp.log(x)), "ln": lambda x: real(mp.log(x)),
    "log2": lambda x: real(mp.log(x, 2)), "log10": lambda x: real(mp.log10(x)), "sin": mp.sin, "cos": mp.cos,
    "tan": mp.tan, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh, "arctan": mp.atan, "gamma": mp.gamma,
    "lgamma": mp.loggamma, "digamma": mp.digamma, "trigamma": lambda x: mp.polygamma(1, x), "erf": mp.erf,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "softplus": lambda x: mp.log(1 + mp.exp(x)), "softmax": softmax,
    "logit": lambda x: real(mp.log(divided(x, 1 - x))), "relu": lambda x: max(x, mp.zero), "sign": mp.sign,
    "floor": mp.floor, "ceil": mp.ceil, "factorial": mp.factorial, "binom": mp.binomial, "normal-pdf": mp.npdf,
    "normal-cdf": mp.ncdf, "normal-quantile": lambda q: mp.sqrt(2) * mp.erfinv(2 * q - 1),
    "t-cdf": student, "t-quantile": student_quantile, "indicator": lambda truth: mp.mpf(bool(truth)),
    "delta": lambda i, j: mp.mpf(i == j), "=": same, "/=": lambda a, b: not same(a, b),
    "<": lambda a, b: a < b and not same(a, b), "<=": lambda a, b: a < b or same(a, b),
    ">": lambda a, b: a > b and not same(a, b), ">=": lambda a, b: a > b or same(a, b),
    "and": lambda *a: all(a), "iff": lambda a, b: a == b, "implies": lambda a, b: b or not a,
    # Densities and masses: 0 outside the support.
    "normal-density": lambda x, m=0, v=1: mp.exp(-((x - m) ** 2) / (2 * v)) / mp.sqrt(2 * mp.pi * v),
    "bernoulli-density": lambda x, p: p**x * (1 - p) ** (1 - x) * (x in (0, 1)),
    "binomial-density": lambda x, n, p: mp.binomial(n, x) * p**x * (1 - p) ** (n - x) * (x in range(int(n) + 1)),
    "poisson-density": lambda x, r: r**x * mp.exp(-r) / mp.factorial(x) if x == int(x) >= 0 else mp.zero,
    "exponential-density": lambda x, r: r * mp.exp(-r * x) * (x > 0),
    "gamma-density": lambda x, a, b: b**a * x ** (a - 1) * mp.exp(-b * x) / mp.gamma(a) if x > 0 else mp.zero,
    "beta-density": lambda x, a, b: x ** (a - 1) * (1 - x) ** (b - 1) / mp.beta(a, b) if 0 < x < 1 else mp.zero,
    "uniform-density": lambda x, a, b: mp.mpf(a <= x <= b) / (b - a),
}  # fmt: skip


# -- 5. truth -------------------------------------------------------------------------


def member(x: Value, domain: Tree, f: Frame) -> bool:
    """Whether an array has the shape of a space, and its entries lie in an interval or a finite set."""
    match domain:
        case str() if domain in f.scope.definitions:
            return member(x, f.scope.definitions[domain][0][1], f)
        case ("space", kind, *dims):
            fits = shape(x) == tuple([*(whole(d, f) for d in dims), 1, 1][:2])
            return fits and all(kind == "R" or (y == int(y) and (kind == "Z" or y >= 0)) for y in flat(x))
        case ("set", *items):
            return all(any(same(y, value(item, f)) for item in items) for y in flat(x))
        case ("interval", left, right, *ends):
            low, high = (value(end, f) for end in ends)
            above, below = FUNCTIONS[">=" if left == "closed" else ">"], FUNCTIONS["<=" if right == "closed" else "<"]
            return all(above(y, low) and below(y, high) for y in flat(x))
    raise Unable("membership in this set")


def declared(f: Frame) -> list[Tree]:
    """The declared domains of what has a value at this point."""
    known = f.scope.values.keys() | f.scope.definitions.keys() | f.known.keys()
    known |= {name for name, (kind, *_) in f.scope.symbols.items() if kind == "index"}
    return [domain for domain in f.scope.domains if f.scope.made_of(domain) <= known]


def optimal(f: Frame, side: Tree, candidate: Tree) -> bool:
    """Whether a candidate lies in the domain of an arg max and all admissible competitors do worse."""
    head, names, objective, *domains = side
    parts = candidate[1:] if candidate[0] == "tuple" and len(names) > 1 else (candidate,)
    best = {name: value(part, f) for name, part in zip(names, parts, strict=True)}
    domains += [d for d in declared(f.child(best)) if not f.scope.made_of(d).isdisjoint(names)]

    def height(values: dict[str, Value]) -> Any:  # None outside the domain
        other = f.child(values)
        try:
            inside = all(value(domain, other) for domain in domains)
            return value(objective, other) * (1 if head == "argmax" else -1) if inside else None
        except Wrong:  # the objective has no value here
            return None

    top, tried = height(best), 0
    for name in names if top is not None else ():
        for k, x in product(range(len(flat(best[name]))), [y for x in NUDGES[1:] for y in (x, -x)]):
            moved = flat(best[name])
            moved[k] += x
            found = height({**best, name: array([y] for y in moved)})
            tried += found is not None
            if found is not None and not found < top:
                return False
    return tried > 0


class Answer(NamedTuple):
    """holds: True, False, or None where this file cannot tell; and why."""

    holds: bool | None
    reason: str = ""


def agrees(scope: Scope, formal: str, point: str) -> Answer:
    """Whether a claim of the ledger holds at one of its points. Raises ValueError for another language."""
    (_, relation, *conditions), at = read(formal), read(point)
    try:
        f = frame_at(scope, at)
        if any(condition[0] != "when" for condition in conditions):
            raise Unable("a limit")
        for condition in [*declared(f), *(part[1] for part in conditions)]:
            if not value(condition, f):
                return Answer(False, "the point is not admissible")
        for side, other in (relation[1:], relation[:0:-1]) if relation[0] == "=" else ():
            side = scope.optima.get(side, side) if isinstance(side, str) else side
            if side[0] in ("argmax", "argmin") and other not in scope.optima:
                return Answer(optimal(f, side, other), "by competitors")
        holds = bool(value(relation, f))
    except (Unable, TypeError, AttributeError) as error:
        return Answer(None, str(error))
    except (Wrong, ZeroDivisionError, ValueError) as error:  # mpmath: outside the domain of a function
        return Answer(False, str(error) or "a division by 0")
    return Answer(holds, "" if holds else "false at this point")


def frame_at(scope: Scope, point: Tree) -> Frame:
    """The frame of (point (value x ..) (member x (1) ..) (function g (u) ..) (nodes x each (1/5 -2) ..) ..)."""
    f = Frame(scope, {}, {}, [])
    for part in point[1:]:
        match part:
            case ("value", name, tree):
                f.known[name] = value(tree, f)
            case ("member", name, where, tree):
                f.known.setdefault(name, {})[tuple(map(int, where))] = value(tree, f)
            case ("function", name, places, body):
                f.known[name] = (places, body)
            case ("nodes", names, how, *nodes):
                found = [[value(x, f) for x in node] for node in nodes]
                group = (names,) if isinstance(names, str) else names
                f.nodes.append((group, how == "together", [(w, values) for w, *values in found]))
            case _:
                raise ValueError(f"not a part of a point: {part}")
    f.memo.clear()
    return f
