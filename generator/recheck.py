r"""The second checker: holds a published book against its ledger and works its claims out anew.

    python generator/recheck.py [FOLDER]      FOLDER is `build` unless named otherwise

Exit 0 if everything agrees, 1 if not, 2 for a folder that cannot be read. This file, and beside it
`recheck_proofs.py` with the arithmetic and the proofs, need mpmath and the standard library and share no line
with the program that made the book: who doubts the program can read these instead. They evaluate the ledger's
S-expressions, such as `(= (E |\bar x|) \mu)`. A derivative is a central difference; by a name it sets that
name free: its own definition no longer matters. An expectation is a sum over the outcomes of the finite laws
that its body rests on.
"""

from __future__ import annotations

import hashlib
import json
import operator
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, reduce
from itertools import count, groupby, product
from math import prod
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # run as a file: its other half lies beside it
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from generator.recheck_proofs import (
    ZERO,
    Answer,
    Record,
    Tree,
    Unable,
    Value,
    Wrong,
    array,
    certified,
    flat,
    grid,
    mp,
    need,
    picked,
    plus,
    power,
    real,
    rows,
    same,
    shape,
    times,
)  # fmt: skip

__all__ = ["ZERO", "Answer", "Scope", "Unable", "Wrong", "agrees", "frame_at", "main", "mp", "read", "same"]

STEP = mp.mpf(2) ** -80  # of a difference, whose error is about STEP squared
COARSE = ((STEP, 1 / (2 * STEP)), (-STEP, -1 / (2 * STEP)))  # places and weights of a difference
STENCILS = (COARSE, (*((s / 2, 4 * w) for s, w in COARSE), *((s, -w) for s, w in COARSE)))  # extrapolated
OUTCOMES = 5000  # of one expectation; more are not added up
NUDGES = [mp.mpf(sign + size) for size in ("1e-6", "0.004", "0.3", "2", "17") for sign in "+-"]

# -- 1. S-expressions -----------------------------------------------------------------

ATOM = re.compile(r"[()]|\|[^|]*\||[^\s()|]+")
NUMBER = re.compile(r"-?\d+(?:/\d+)?|-?\d*\.\d+")
NUMBERS: dict[str, Any] = {"1": mp.one}  # every atom that is a number, once it was read


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
                NUMBERS[atom] = reduce(operator.truediv, map(mp.mpf, atom.split("/")))
            lists[-1].append(atom.strip("|"))
    if len(lists) > 1 or len(lists[0]) != 1 or lists[0] == [")"]:
        raise ValueError(f"not one S-expression: {text[:60]}")
    return lists[0][0]


def atoms(tree: Tree) -> Iterator[str]:
    """All atoms of a tree but those that head a list."""
    if isinstance(tree, str):
        yield tree
    else:
        for part in tree[1:] if tree and isinstance(tree[0], str) else tree:
            yield from atoms(part)


# -- 2. scopes and frames -------------------------------------------------------------
class Scope:
    """What claims may refer to, from the ledger's lines. Raises ValueError for other lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.symbols: dict[str, tuple[str, ...]] = {}  # kind, then dimensions or a range
        self.definitions: dict[str, list[tuple[tuple[Tree, ...], Tree]]] = {}  # (indices or arguments, body)
        self.laws: dict[str, tuple[str, Tree, dict[str, Tree]]] = {}  # iid entries or whole, law, moments
        self.optima: dict[str, Tree] = {}  # names that are defined by an arg max
        self.values: dict[str, Tree] = {}  # given by hand
        self.independent: set[frozenset[str]] = set()
        self.domains: list[Tree] = []
        self.reached: dict[Tree, frozenset[str]] = {}  # what `made_of` has found
        self.calls: dict[Any, Value] = {}  # of functions that call themselves, by all that they rest on
        self.stencil: tuple[tuple[Value, Value], ...] = STENCILS[0]
        for line in lines:
            match read(line):
                case ("symbol", name, kind, *_):
                    self.symbols[name] = kind
                case ("define", name, places, body):
                    self.definitions.setdefault(name, []).append((places, body))
                case ("law", name, how, law, *moments):
                    self.laws[name] = (how, law, dict(moments))
                case ("optimum" | "value" as head, name, tree):
                    (self.optima if head == "optimum" else self.values)[name] = tree
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
                _, law, moments = self.laws.get(name, ("", (), {}))
                found |= self.made_of(("", *bodies, law, *moments.values()))
            self.reached[tree] = frozenset(found)
        return self.reached[tree]


class Frame:
    """One point of a scope: the values of sizes, indices and free names; the rest is calculated."""

    def __init__(self, scope: Scope, known: dict[str, Value], memo: dict[Any, Value], nodes: Any) -> None:
        self.scope, self.known, self.memo = scope, known, memo  # memo: by (name or tree, index ..)
        self.nodes = nodes  # of random names: (names, whether together, [(weight, values) ..])

    def child(self, values: dict[str, Value]) -> Frame:
        """This point with other values for some names; only what rests on them is calculated anew."""
        made_of = self.scope.made_of
        memo = {key: found for key, found in self.memo.items() if made_of(key[0]).isdisjoint(values)}
        return Frame(self.scope, {**self.known, **values}, memo, self.nodes)

    def bound(self, indices: dict[str, int]) -> Frame:
        """This point with values for bound indices, on which no name rests as a whole."""
        known = self.known | {name: mp.mpf(i) for name, i in indices.items()}
        return Frame(self.scope, known, self.memo, self.nodes)

    def range(self, name: str) -> range:
        """The values of a declared index."""
        low, high = (self.whole(part) for part in self.scope.symbols[name][1:])
        return range(low, high + 1)

    def of(self, name: str, *where: int) -> Value:
        """The value of a name, or of its entry at index values. Raises Wrong where there is none."""
        if name in self.known:
            return picked(self.known[name], where)
        if (name, *where) not in self.memo:
            self.memo[(name, *where)] = self._defined(name, where)
        return self.memo[(name, *where)]

    def _defined(self, name: str, where: tuple[int, ...]) -> Value:
        for places, body in self.scope.definitions.get(name, ()):
            at = dict(zip(places, where, strict=False))
            free = {p: i for p, i in at.items() if p in self.scope.symbols}  # others are fixed members
            if len(at) == len(places) and all(p in free or self.whole(p) == i for p, i in at.items()):
                need(all(i in self.range(p) for p, i in free.items()), f"{name} has no entry {where}")
                return picked(self.bound(free).value(body), where[len(places) :])
            if not where:
                low, *more = map(self.range, places)
                return array([self.of(name, i, *j) for j in product(*more)] for i in low)
        if where:
            return picked(self.of(name), where)
        need(name in self.scope.values, f"{name} has no value at this point")
        found = self.value(self.scope.values[name])
        return grid(flat(found)) if self.scope.symbols[name][0] == "vector" else found

    def value(self, tree: Tree) -> Value:
        """The value of a tree: number, array or truth. Raises Unable, or Wrong where there is none."""
        if isinstance(tree, str):
            return NUMBERS[tree] if tree in NUMBERS else self.of(tree)
        if tree[0] in FUNCTIONS:
            return FUNCTIONS[tree[0]](*[self.value(part) for part in tree[1:]])
        if tree[0] not in HEADS:
            raise Unable(f"({tree[0]} ..)")
        return HEADS[tree[0]](self, *tree[1:])

    def whole(self, tree: Tree) -> int:
        """The value of a tree that must be a whole number: an index, a bound, a dimension."""
        found = self.value(tree)
        need(not isinstance(found, mp.matrix) and found == int(found), "an index that is no whole number")
        return int(found)

    def entry(self, base: Tree, *indices: Tree) -> Value:
        """(entry x i ..)."""
        where = tuple(self.whole(i) for i in indices)
        return self.of(base, *where) if isinstance(base, str) else picked(self.value(base), where)

    def terms(self, ranges: Tree, body: Tree, condition: Tree = ("and",)) -> list[Value]:
        """The bodies of (sum ((i 1 n) ..) body condition?)."""
        ends = [range(self.whole(low), self.whole(high) + 1) for _, low, high in ranges]
        frames = [self.bound(dict(zip((r[0] for r in ranges), at, strict=True))) for at in product(*ends)]
        return [frame.value(body) for frame in frames if frame.value(condition)]

    def call(self, name: str, *args: Tree) -> Value:
        """(call f a ..); (call f) is f at its own argument names."""
        at, parts = tuple(map(self.value, args)), () if name in self.known else self.scope.definitions[name]
        places, body = self.known.get(name) or next(d for d in parts if not d[0] or d[0][0] not in NUMBERS)
        if name not in atoms(body) and len(parts) < 2:
            return self.child(dict(zip(places, at, strict=False))).value(body)
        for fixed, value in parts:  # a recursion: its first values, then what is known of the others
            if fixed[0] in NUMBERS and at == tuple(map(self.value, fixed)):
                return self.value(value)
        others = (self.scope.made_of(body) - {*places}) & {*self.known}
        rest = {n: tuple(flat(self.known[n])) for n in others}
        if (key := (name, at, *sorted(rest.items()))) not in self.scope.calls:
            self.scope.calls[key] = self.child(dict(zip(places, at, strict=True))).value(body)
        return self.scope.calls[key]

    def put(self, target: Tree, new: Value) -> Frame:
        """The frame in which a name, the square of a name or an entry of one has another value."""
        match target:
            case str():
                return self.child({target: new})
            case ("^", str() as name, "2"):
                return self.child({name: FUNCTIONS["sqrt"](new)})
            case ("entry", str() as name, *indices):
                i, j = [*map(self.whole, indices), 1][:2]
                table = rows(self.of(name))
                table[i - 1][j - 1] = new
                return self.child({name: array(table)})
        raise Unable("a derivative by what is no name")

    def gradient(self, body: Tree, by: Tree) -> Value:
        """The partials by a number or an array, in its shape; of a vector by a vector a row for each."""
        at, out = self.value(by), []
        for k, cell in enumerate(cells := flat(at)):
            beside = [[*cells[:k], cell + step, *cells[k + 1 :]] for step, _ in self.scope.stencil]
            ends = [self.put(by, grid(moved, shape(at)[1])).value(body) for moved in beside]
            out.append(reduce(plus, [end * w for end, (_, w) in zip(ends, self.scope.stencil, strict=True)]))
        many = isinstance(out[0], mp.matrix) and len(out) > 1
        return array(map(flat, out)) if many else out[0] if len(out) == 1 else grid(out, shape(at)[1])

    def member(self, x: Value, domain: Tree) -> bool:
        """Whether an array has the shape of a space, and its entries lie in an interval or a finite set."""
        match domain:
            case str() if domain in self.scope.definitions:
                return self.member(x, self.scope.definitions[domain][0][1])
            case ("space", kind, *dims):
                fits = shape(x) == tuple([*map(self.whole, dims), 1, 1][:2])
                return fits and all(kind == "R" or (y == int(y) and (kind == "Z" or y >= 0)) for y in flat(x))
            case ("set", *items):
                return all(any(same(y, self.value(item)) for item in items) for y in flat(x))
            case ("interval", left, right, *ends):
                (low, high), order = map(self.value, ends), {"closed": "=", "open": ""}
                above, below = FUNCTIONS[">" + order[left]], FUNCTIONS["<" + order[right]]
                return all(above(y, low) and below(y, high) for y in flat(x))
        raise Unable("membership in this set")

    def mean(self, body: Tree) -> Value:
        """The expectation of a tree over all random names that it is made from."""
        names = sorted(self.scope.made_of(body) & ({*self.scope.laws} - {*self.scope.definitions}))
        need(bool(names), "an expectation of what is not random")
        key = (("E", body), *(x for a in atoms(body) if isinstance(x := self.known.get(a), mp.mpf)))
        if key not in self.memo:
            parts = [self.child(known).value(body) * weight for weight, known in self.outcomes(names)]
            self.memo[key] = reduce(plus, parts)
        return self.memo[key]

    def outcomes(self, names: list[str]) -> Iterator[tuple[Any, dict[str, Value]]]:
        """(probability, values) of every joint outcome: what is independent is combined in all ways."""
        axes: list[list[tuple[Any, dict[Any, Value]]]] = []  # (weight, {name or (name, entry): value})
        for name in names:
            group, together, nodes = next((n for n in self.nodes if name in n[0]), ((name,), False, []))
            apart = all(frozenset((name, other)) in self.scope.independent for other in {*names} - {*group})
            if not apart or (not together and self.scope.laws[name][0] == "entries"):
                raise (Wrong if nodes else Unable)(f"nothing on the page says that {name} is independent")
            if together:
                own = [(w, flat(values[group.index(name)])) for w, values in nodes]
                for other in (n for n in group if frozenset((name, n)) in self.scope.independent):
                    both = [[tuple(flat(v[group.index(n)])) for n in (name, other)] for _, v in nodes]
                    linked = not unlinked([(w, *pair) for (w, _), pair in zip(nodes, both, strict=True)])
                    need(not linked, f"nodes by which {name} and {other} are not independent")
                for k in range(len(own[0][1])):
                    self.law(name, (), [(w, [x[k]]) for w, x in own])
                if name == min({*group} & {*names}):
                    axes.append([(w, dict(zip(group, values, strict=True))) for w, values in nodes])
            else:
                for at in product(*(range(1, self.whole(part) + 1) for part in self.scope.symbols[name][1:])):
                    axes.append([(w, {(name, at): x}) for w, x in self.law(name, at, nodes)])
        if prod(map(len, axes)) > OUTCOMES:
            raise Unable("an expectation over too many outcomes")
        for choice in product(*axes):
            entries = {key: x for _, part in choice for key, x in part.items()}
            known = {key: x for key, x in entries.items() if isinstance(key, str)}
            for name in {*names} - known.keys():
                _, _, columns = (*self.scope.symbols[name], "1", "1")[:3]
                known[name] = grid([x for key, x in entries.items() if key[0] == name], self.whole(columns))
            yield prod((w for w, _ in choice), start=mp.one), known

    def law(self, name: str, at: tuple[int, ...], nodes: list[Any]) -> list[tuple[Any, Any]]:
        """(weight, value) of one entry of a random name: its outcomes, or nodes with the law's moments."""
        _, (law, *trees), given = self.scope.laws[name]
        free = [a for a in dict.fromkeys(atoms(("", *trees))) if self.scope.symbols.get(a, "?")[0] == "index"]
        inner = self.bound(dict(zip(free, at, strict=False)))
        a, b = [*map(inner.value, trees), mp.zero, mp.zero][:2]
        if law in ("bernoulli", "binomial"):
            n, p = (1, a) if law == "bernoulli" else (int(a), b)
            return [(mp.binomial(n, k) * p**k * (1 - p) ** (n - k), mp.mpf(k)) for k in range(n + 1)]
        found = [(w, x[0]) for w, x in nodes]
        if not found or law not in ("normal", "moments", "free") or {shape(a), shape(b)} != {(1, 1)}:
            raise Unable(f"the law {law} without nodes, or of vectors")
        moments = [mp.fsum(w * x**k for w, x in found) for k in range(max(3, 2 * len(found)))]
        if law == "free":  # any law will do that has the moments which the page gives
            known = {"mean": moments[1], "variance": moments[2] - moments[1] ** 2}
            right = same(moments[0], mp.one) and all(same(known[k], self.value(t)) for k, t in given.items())
        else:  # nodes of mean 0 and variance 1; for the normal law also with its other moments
            normal = [mp.fac2(k - 1) * (k % 2 == 0) for k in range(len(moments) if law == "normal" else 3)]
            right = all(same(m, x) for m, x in zip(moments, normal, strict=False))
            found = [(w, a + FUNCTIONS["sqrt"](b) * x) for w, x in found]
        need(right and all(w > 0 for w, _ in found), f"nodes that are no law such as the page gives {name}")
        return found

    def declared(self) -> list[Tree]:
        """The declared domains of what has a value at this point."""
        known = self.scope.values.keys() | self.scope.definitions.keys() | self.known.keys()
        known |= {name for name, kind in self.scope.symbols.items() if kind[0] == "index"}
        return [domain for domain in self.scope.domains if self.scope.made_of(domain) <= known]

    def optimal(self, side: Tree, candidate: Tree) -> bool:
        """Whether a candidate lies in the domain of an arg max and all admissible competitors do worse."""
        head, names, objective, *domains = side
        best = dict(zip(names, map(self.value, candidate[1:] if names[1:] else (candidate,)), strict=True))
        domains += [d for d in self.child(best).declared() if {*names} & self.scope.made_of(d)]

        def height(values: dict[str, Value]) -> Any:  # None outside the domain
            other = self.child(values)
            try:
                inside = all(map(other.value, domains))
                return other.value(objective) * (-1) ** (head == "argmin") if inside else None
            except (Wrong, ZeroDivisionError, ValueError):  # the objective has no value here
                return None

        top, others = height(best), []
        for name in names:
            entries, (_, columns) = flat(best[name]), shape(best[name])
            for k, step, nudge in product(range(len(entries)), range(min(2, len(entries))), NUDGES):
                moved = [x + nudge * (i == k) for i, x in enumerate(entries)]
                moved[k - step] -= nudge * step  # with a step the sum stays as it is
                others.append(height({**best, name: grid(moved, columns)}))
        if top is not None and not (others := [h for h in others if h is not None]):
            raise Unable("a competitor inside the domain")
        return top is not None and max(others) < top


# -- 3. tables: what takes trees, and functions of values ----------------------------------------


def under_normal(f: Frame, name: str, law: Tree, body: Tree) -> Value:
    """The mean of a quadratic under a normal law: points in two ways that agree. Raises Unable for others."""
    if law[:2] != ("law", "normal"):
        raise Unable("a mean under this law")
    middle, spread = map(f.value, law[2:])
    root = mp.cholesky(mp.matrix(rows(spread))).T
    found = []
    for wide in (root.rows + 1, root.rows + 3):
        ends = [[x * mp.sqrt(wide) for x in line] for line in root.tolist()]
        places = [plus(middle, grid([sign * x for x in end])) for end in ends for sign in (1, -1)]
        at = mp.fsum(f.child({name: x}).value(body) for x in places) / (2 * wide)
        found.append(at + (1 - mp.mpf(root.rows) / wide) * f.child({name: middle}).value(body))
    if not same(*found):
        raise Unable("a mean of what is no quadratic")
    return found[0]


def divergence(f: Frame, p: Tree, q: Tree) -> Value:
    """Of two normal laws as the mean of the log-ratio, of two probability vectors as their sum."""
    if p[:2] == q[:2] == ("law", "normal"):
        logs = [("log", ("normal-joint-density", "$", *law[2:])) for law in (p, q)]
        return under_normal(f, "$", p, ("-", *logs))
    return mp.fsum(x * mp.log(x / y) for x, y in zip(flat(f.value(p)), flat(f.value(q)), strict=True) if x)


def joint_density(x: Value, middle: Value, spread: Value) -> Value:
    """The density of a normal vector, or number."""
    gap = plus(x, -middle)
    square = times(times(FUNCTIONS["transpose"](gap), power(spread, -1)), gap)
    return mp.exp(-square / 2) / mp.sqrt(mp.det(rows(2 * mp.pi * spread)))


HEADS: dict[str, Callable[..., Value]] = {
    "E-under": lambda f, sim, body: under_normal(f, sim[1], sim[2], body), "kl": divergence,
    "entry": Frame.entry, "call": Frame.call, "derivative": Frame.gradient, "gradient": Frame.gradient,
    "implies": lambda f, a, b: not f.value(a) or f.value(b),
    "when": Frame.value, "Var": lambda f, a: f.value(("Cov", a, a)), "Cov": lambda f, a, b, t="transpose":
        f.value(("-", ("E", ("*", a, (t, b))), ("*", ("E", a), (t, ("E", b))))), "E": Frame.mean,
    "row": lambda f, a, i: grid(rows(f.value(a))[f.whole(i) - 1]),
    "matrix": lambda f, *lines: array(  # of numbers or of blocks
        reduce(operator.add, p) for line in lines for p in zip(*map(rows, map(f.value, line)), strict=True)),
    "ones": lambda f, n, m="1": array(rows(mp.ones(f.whole(n), f.whole(m)))),
    "zeros": lambda f, n, m="1": array(rows(mp.zeros(f.whole(n), f.whole(m)))),
    "identity": lambda f, n, m: array(rows(mp.eye(f.whole(n)))),
    "sum": lambda f, *a: reduce(plus, f.terms(*a) or [mp.zero]),
    "prod": lambda f, *a: reduce(times, f.terms(*a), mp.one), "all": lambda f, *a: all(f.terms(*a)),
    "max-over": lambda f, *a: max(f.terms(*a)), "min-over": lambda f, *a: min(f.terms(*a)),
    "cases": lambda f, *p: f.value(next(p[k] for k in range(0, len(p), 2) if f.value((*p, ("and",))[k + 1]))),
    "const": lambda f, name: {"e": mp.e, "pi": mp.pi, "infty": mp.inf}[name] + 0,
    # (at body (set x value) ..): the body, derivatives and all, where x has this value
    "at": lambda f, body, *sets: reduce(lambda g, s: g.put(s[1], f.value(s[2])), sets, f).value(body),
    "in": lambda f, x, a: f.member(f.value(x), a), "notin": lambda f, x, a: not f.member(f.value(x), a),
    # correct to half a unit of the last printed digit
    "approx": lambda f, a, b: abs(f.value(a) - f.value(b)) <= mp.mpf(10) ** -len(b.partition(".")[2]) / 2,
}  # fmt: skip


def softmax(*args: Any) -> Value:
    """Of a vector or of numbers; of a matrix row by row."""
    if len(args) == 1 and shape(args[0])[1] > 1:
        return array(flat(softmax(*row)) for row in rows(args[0]))
    powers = [mp.exp(x) for x in (flat(args[0]) if len(args) == 1 else args)]
    return grid(x / mp.fsum(powers) for x in powers)


@cache
def student_quantile(m: Any, q: Any) -> Any:
    """The inverse of Student's distribution function, to 40 digits."""
    with mp.workprec(150):
        inside = abs(2 * q - 1)  # the probability of T^2 / (m + T^2) < y, which has a beta law
        gap = lambda y: mp.betainc(0.5, m / 2, 0, y, True) - inside  # noqa: E731
        y = mp.findroot(gap, (0, 1), solver="illinois", tol=1e-80)
        return mp.sign(2 * q - 1) * mp.sqrt(m * y / (1 - y))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "+": lambda *a: reduce(plus, a), "-": lambda a, *b: plus(a, -b[0]) if b else -a,
    "*": lambda *a: reduce(times, a), "/": lambda a, b: a / b, "^": power, "inverse": lambda a: power(a, -1),
    "transpose": lambda a: a.T if isinstance(a, mp.matrix) else a, "normal-joint-density": joint_density,
    "beta": mp.beta, "tuple": lambda *a: grid(a),
    "diag": lambda a: mp.diag(flat(a)) if shape(a)[1] == 1 else grid(a[i, i] for i in range(a.rows)),
    "tr": lambda a: mp.fsum(row[i] for i, row in enumerate(rows(a))), "det": lambda a: mp.det(rows(a)),
    "hadamard": lambda a, b: array(map(lambda p, q: map(operator.mul, p, q), rows(a), rows(b))),
    "norm": lambda a: mp.norm(flat(a), 2), "norm-1": lambda a: mp.fsum(map(abs, flat(a))),
    "norm-max": lambda a: max(map(abs, flat(a))), "max": lambda *a: max(x for v in a for x in flat(v)),
    "min": lambda *a: min(x for v in a for x in flat(v)), "abs": abs, "exp": mp.exp,
    "sqrt": lambda x: real(mp.sqrt(x if abs(x) > ZERO else mp.zero)),
    "log": lambda x: real(mp.log(x)), "ln": lambda x: real(mp.log(x)), "log2": lambda x: real(mp.log(x, 2)),
    "log10": lambda x: real(mp.log10(x)), "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "tanh": mp.tanh,
    "sinh": mp.sinh, "cosh": mp.cosh, "arctan": mp.atan, "gamma": mp.gamma, "lgamma": mp.loggamma,
    "digamma": mp.digamma, "trigamma": lambda x: mp.polygamma(1, x), "erf": mp.erf, "softmax": softmax,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "logit": lambda x: real(mp.log(x / (1 - x))), "relu": lambda x: max(x, mp.zero), "sign": mp.sign,
    "floor": mp.floor, "ceil": mp.ceil, "factorial": mp.factorial, "binom": mp.binomial,
    "and": lambda *a: all(a), "iff": operator.eq, "indicator": lambda a: mp.mpf(bool(a)),
    "t-quantile": student_quantile, "normal-quantile": lambda q: mp.sqrt(2) * mp.erfinv(2 * q - 1),
    "t-cdf": lambda m, x: (1 + mp.sign(x) * mp.betainc(0.5, m / 2, 0, x * x / (m + x * x), True)) / 2,
    "root": lambda x, n: mp.sign(x) * mp.root(abs(x), n) if n % 2 else real(mp.root(x, n)),
    "=": same, "/=": lambda a, b: not same(a, b), "<": lambda a, b: a < b and not same(a, b),
    "<=": lambda a, b: a < b or same(a, b), ">": lambda a, b: a > b and not same(a, b),
    ">=": lambda a, b: a > b or same(a, b), "delta": lambda i, j: mp.mpf(i == j), "normal-cdf": mp.ncdf,
    # densities and masses, 0 outside the support
    "normal-density": lambda x, m=0, v=1: mp.exp(-((x - m) ** 2) / (2 * v)) / mp.sqrt(2 * mp.pi * v),
    "bernoulli-density": lambda x, p: p**x * (1 - p) ** (1 - x) * (x in (0, 1)),
    "binomial-density": lambda x, n, p: mp.binomial(n, x) * p**x * (1 - p) ** (n - x) * (x % 1 == 0 <= x),
    "poisson-density": lambda x, r: r**x * mp.exp(-r) / mp.factorial(x) if x == abs(int(x)) else mp.zero,
    "exponential-density": lambda x, r: r * mp.exp(-r * x) * (x > 0),
    "gamma-density": lambda x, a, b: b**a * x ** (a - 1) * mp.exp(-b * x) / mp.gamma(a) if x > 0 else 0 * x,
    "beta-density": lambda x, a, b: x ** (a - 1) * (1 - x) ** (b - 1) / mp.beta(a, b) if 0 < x < 1 else 0 * x,
    "uniform-density": lambda x, a, b: mp.mpf(a <= x <= b) / (b - a),
}  # fmt: skip


# -- 4. truth -------------------------------------------------------------------------
def agrees(scope: Scope, formal: str, point: str) -> Answer:
    """Whether a claim of the ledger holds at one of its points. Raises ValueError for another language."""
    (_, relation, *conditions), at = read(formal), read(point)
    try:
        f = frame_at(scope, at)
        if not all(map(f.value, [*f.declared(), *conditions])):
            return Answer(False, "the point is not admissible")
        for side, other in (relation[1:], relation[:0:-1]) if relation[0] == "=" else ():
            side = scope.optima.get(side, side) if isinstance(side, str) else side
            if side[0] in ("argmax", "argmin") and other not in scope.optima:
                return Answer(f.optimal(side, other), "no optimum at this point")
        for scope.stencil in STENCILS:  # the second where two cases meet: one difference is off by its step
            if holds := bool(frame_at(scope, at).value(relation)):
                break
    except (Unable, TypeError, AttributeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        return Answer(None, str(error))
    except (Wrong, ZeroDivisionError, ValueError) as error:  # mpmath: outside the domain of a function
        return Answer(False, str(error) or "a division by 0")
    return Answer(holds, "" if holds else "false at this point")


def unlinked(nodes: list[Any]) -> bool:
    """Whether two names are independent by joint nodes (weight, value, value)."""
    chance = Counter[Any]()
    for w, x, y in nodes:
        chance.update({(x, y): w, (x, None): w, (None, y): w})
    return all(same(chance[x, y], chance[x, None] * chance[None, y]) for _, x, _ in nodes for *_, y in nodes)


def frame_at(scope: Scope, point: Tree) -> Frame:
    """The frame of (point (value x ..) (function g (u) ..) (nodes x each (1/5 -2) (4/5 1/2)) ..)."""
    f = Frame(scope, {}, {}, [])
    for part in point[1:]:
        match part:
            case ("value", name, tree):
                f.known[name] = f.value(tree)
            case ("function", name, places, body):
                f.known[name] = (places, body)
            case ("nodes", names, how, *nodes):
                group = (names,) if isinstance(names, str) else names
                found = [[f.value(x) for x in node] for node in nodes]
                f.nodes.append((group, how == "together", [(w, values) for w, *values in found]))
            case _:
                raise ValueError(f"not a part of a point: {part}")
    return f


# -- 5. the ledger --------------------------------------------------------------------

PROOFS = "proofs"  # what is counted beside the relations
STRENGTH = ("sampled", "checked", "exact", "proved")  # of a display the weakest relation is shown
APART = ("definition", "given", "convention")  # statuses that verify nothing
OUTPUTS = ("tex/handbook.tex", "tex/slides.tex", "handbook.pdf", "slides.pdf")
SHOWN = ("define", "given", "claim", "by-hand", "trap")  # kinds of displays
COMPARED = ("=", "<", "<=", ">", ">=")  # nine in ten of these relations must be decided again


def load(data: bytes, faults: list[str]) -> Record:
    """The ledger, once its digest, counts, ids and statuses were looked at. Raises ValueError."""
    body, _, seal = data.rpartition(b',\n "digest": "')
    digest = hashlib.sha256(body).hexdigest().encode() + b'"\n}\n'
    ledger: Record = json.loads(data)
    records = ledger["relations"]
    own = [r["status"] for r in records if r["kind"] != "generated" and not r["id"].endswith("/when")]
    checks = {
        "the digest is not that of the bytes before it": seal == digest,
        "the counts are not those of the records": Counter(own) == ledger["counts"],
        "two records have one id": len({r["id"] for r in records}) == len(records),
    }
    faults += [f"ledger.json: {fault}" for fault, good in checks.items() if not good]
    may = {"trap": ("refuted",), "generated": ("generated",)}
    wrong = [r for r in records if r["status"] not in may.get(r["kind"], STRENGTH + APART)]
    faults += [f"{r['id']}: a {r['kind']} may not be printed as {r['status']}" for r in wrong]
    return ledger


def decide(ledger: Record, faults: list[str]) -> Counter[tuple[str, str]]:
    """Every claim at its points: how many of each relation were decided again, or why they were not."""
    count: Counter[tuple[str, str]] = Counter()
    scopes: dict[str, Scope] = {}
    for topic, own in ledger["scopes"].items():
        for name, lines in own.items():
            inner = lines[:1] == ["(within topic)"]
            scopes[f"{topic}/{name}"] = Scope([*own["topic"], *lines[1:]] if inner else lines)
    apart = ("condition", "generated")
    for r in [r for r in ledger["relations"] if r["status"] not in APART and r["kind"] not in apart]:
        scope = scopes[f"{r['id'].partition('/')[0]}/{r['scope']}"]
        answers = [agrees(scope, r["formal"], point) for point in r.get("tried", ())]
        told = [answer.holds for answer in answers if answer.holds is not None]
        if told and all(told) == (r["kind"] == "trap"):
            reason = next((a.reason for a in answers if a.holds is False), "a trap, yet true")
            faults.append(f"{r['id']}: {reason}: {r['formal']}")
        count[read(r["formal"])[1][0], "" if told else answers[0].reason if answers else "no point"] += 1
        if r["status"] == "proved":
            answer = proof_holds(scope, r)
            count[PROOFS, "refused" if answer.holds is False else answer.reason] += 1
            faults += [f"{r['id']}: its proof: {answer.reason}"] if answer.holds is False else []
    return count


def proof_holds(scope: Scope, r: Record) -> Answer:
    """Whether the certificate of a claim is true, part by part, at the points where the claim was tried."""
    if "certificate" not in r:
        return Answer(None, f"no certificate ({r['method']})")
    frames = (frame_at(scope, read(point)) for point in r.get("tried", ()))
    return certified(r["certificate"], read(r["formal"]), frames, FUNCTIONS)


# -- 6. the printed .tex --------------------------------------------------------------

INNER = reduce(lambda inner, _: rf"(?:\\.|[^\\{{}}]|\{{{inner}\}})*", range(12), r"(?:\\.|[^\\{}])*")
FORM = re.compile(rf"\\(formulalines|formula\*?|wbmath|wbmade)\{{({INNER})\}}", re.DOTALL)
LAYOUT = re.compile(r"\\wb(?:align|break) ")
EVENT = re.compile(  # topics, seals, marks, and the numbers of the formulas that were cut out
    r"\\wbplace\{([^:}]*):|\\rail\{(\w+)\}\{(?:[^{}~]*~ )?([^{}]*)\}|\\glanceseal\{(\w+)\}"
    r"|\\(trap|when)\{|\0(\d+);"
)
OUTSIDE = re.compile(  # what may stand outside formulas: nothing that opens maths or defines a command
    r"""[^\\$^_#&%]|%\n|\\[,$%&#_{}0-3]|\\(?:wb[a-z]+|board[a-z]+|text[a-z]+|audit[a-z]+|documentclass|usepackage
    |(?:begin|end)\{document\}|rail|glance(?:seal)?|trap|when|seals?|row|slimrow|eqrow|step|result|goal|promise
    |sayrow|entry|notes|chip(?:row|word)?|conventionchip|closing|topic|legend|figlabel|fit|gap|hairrule|turn|mbox
    |whyfont|clearpage|leavevmode|null|relax|[a-z]+title|vskip|hspace|q?quad|enspace|string|dots
    |guillemot\w+)(?![a-zA-Z@])""",
    re.VERBOSE,
)


def cut(tex: str) -> tuple[list[tuple[str, str]], str]:
    """(form, LaTeX) of every formula, and the document with their numbers in their place."""
    n = count()
    return [(f, LAYOUT.sub("", x)) for f, x in FORM.findall(tex)], FORM.sub(lambda _: f"\0{next(n)};", tex)


def sealed(group: list[Record]) -> tuple[str, str]:
    """The seal of a display and the words beside it: the weakest of its relations, and what it defines."""
    statuses = [r["status"] for r in group]
    shown = min((s for s in statuses if s in STRENGTH), key=STRENGTH.index, default=statuses[0])
    return shown, ", ".join([*(s for s in APART if s != shown and s in statuses), shown])


def compare(name: str, tex: str, records: list[Record]) -> Iterator[str]:
    """What is wrong with a document: formulas that are not the ledger's, seals that are not theirs."""
    forms, rest = cut(tex)
    if strange := OUTSIDE.sub("", rest.replace("\0", "")):
        yield f"{strange[:40]!r} outside its formulas"
    cover = re.findall(r"\\seals\{(\w+)\}\{(\d+)\}", rest.partition(r"\wbplace")[0])
    claimed = Counter(r["status"] for r in records if r["kind"] in (*SHOWN, "prose", "convention"))
    if {status: int(number) for status, number in cover} != claimed:
        yield "the counts on the cover are not the ledger's"
    groups: dict[tuple[str, str], list[list[Record]]] = {}  # displays by topic (made ones by file) and LaTeX
    for _, relations in groupby(records, key=lambda r: r["id"].partition("#")[0]):
        group = list(relations)
        where = group[0]["file"] if group[0]["kind"] == "generated" else group[0]["id"].partition("/")[0]
        groups.setdefault((where, group[0]["latex"]), []).append(group)
    everywhere = {latex for where, latex in groups if not where.endswith(".tex")}
    topic, mark, shown = "", "", set[str]()
    waiting: list[list[list[Record]]] = []  # displays whose seal has not come yet
    said: list[Record] = []  # what a sentence claims
    for place, status, words, glance, word, formula in [*EVENT.findall(rest), ("end", *[""] * 5)]:
        if place:
            yield from (f"no seal beside {own[0][0]['id']}" for own in waiting)
            topic, waiting, said = place, [], []
        elif status:
            for own in waiting or [[said]]:
                if not any(group and sealed(group) == (status, words) for group in own):
                    yield f"the seal {status} ({words}) beside {[r['id'] for group in own for r in group]}"
            waiting = []
        elif not formula:
            mark = glance or word
        else:
            form, latex = forms[int(formula)]
            own = groups.get((name if form == "wbmade" else topic, latex), [])
            shown.update(r["id"] for group in own for r in group)
            said += [r for group in own for r in group if r["kind"] == "prose"]
            if form in ("wbmade", "wbmath"):
                good = bool(own) or (form == "wbmath" and latex in everywhere)
            else:
                kinds = {"trap": ("trap",), "when": ("condition",)}.get(mark, SHOWN[:4])
                own = [group for group in own if group[0]["kind"] in kinds]
                good = any(mark in ("", "trap", "when", sealed(group)[0]) for group in own)
                waiting += [own] if good and not mark else []
            yield from () if good else [f"the ledger has not: {mark} {latex}"]
            mark = mark if form in ("wbmade", "wbmath") else ""
    for r in records:
        due = r["file"] == name or (name == OUTPUTS[0] and r["kind"] in SHOWN)
        if due and r["id"] not in shown:
            yield f"nowhere prints {r['id']}"


def main(arguments: list[str]) -> int:
    """Prints what was decided again and what is refused; the exit code."""
    folder, faults, count = Path((*arguments, "build")[0]), list[str](), Counter[tuple[str, str]]()
    try:
        ledger = load((folder / "ledger.json").read_bytes(), faults)
        for name in OUTPUTS:
            data = (folder / name).read_bytes()
            if hashlib.sha256(data).hexdigest() != ledger["outputs"].get(name):
                faults.append(f"{name}: its SHA-256 is not the ledger's")
            if name.endswith(".tex"):
                faults += [f"{name}: {fault}" for fault in compare(name, data.decode(), ledger["relations"])]
        count = decide(ledger, faults)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, StopIteration) as error:
        faults.append(f"not a book and its ledger: {error!r}")
    for kind in sorted({kind for kind, _ in count}):
        left = ", ".join(f"{n} {why}" for (k, why), n in sorted(count.items()) if k == kind and why)
        done = "re-validated" if kind == PROOFS else "decided again"
        print(f"{kind:8} {count[kind, '']} {done}" + (f"; not: {left}" if left else ""))
    if sum(count[k, ""] for k in COMPARED) < 0.9 * sum(n for (k, _), n in count.items() if k in COMPARED):
        faults.append("fewer than nine in ten of the equalities and inequalities were decided again")
    print("\n".join(f"refused: {fault}" for fault in faults) or "the book agrees with its ledger")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
