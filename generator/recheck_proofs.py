"""The second checker's arithmetic, and the proofs: certificates of the ledger worked out at their points.

`recheck.py` beside it reads the ledger and runs this. This file needs mpmath and the standard library, and
shares no line with the prover or with the step checker that wrote `validated`. A certificate gives both sides
as polynomials, the rewritings with which they were found, and the multipliers after which their difference
cancels. Every part is worked out by itself at the points at which the ledger says the claim was tried: the
printed sides against their polynomials, each rewriting and each multiplication before and after; then the
terms must cancel literally. The digits are the second checker's own; functions are functions here, where
the step checker draws a residue for each argument.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import partial, reduce
from itertools import product
from math import prod
from random import Random
from typing import Any, NamedTuple

from mpmath.ctx_mp import MPContext

mp = MPContext()  # of our own, so that nobody else's precision is touched
mp.prec = 320  # bits
NEAR = mp.mpf(2) ** -110  # the relative error that two equal values may have, 8e-34
ZERO = mp.mpf(2) ** -130  # the absolute error beside 0
TRIED = 6  # values of the free labels of one part of a proof
DRAWS = 4  # and of the variables of derivatives, which are open

Tree = Any  # an atom (str) or a tuple of trees
Value = Any  # a number or a matrix; a vector is a column
Frame = Any  # a point of recheck.py, which gives names and trees their values
Record = dict[str, Any]
Pairs = Iterator[tuple[Any, Any]]  # of values that must be one


class Unable(Exception):
    """There is no way to calculate this here; it is counted, and is neither right nor wrong."""


class Wrong(Exception):
    """What a true claim cannot meet at an admissible point: no value, no such entry or shape."""


def need(truth: bool, why: str) -> None:
    """Raises Wrong where something is not as it must be."""
    if not truth:
        raise Wrong(why)


class Answer(NamedTuple):
    """holds: True, False, or None where this file cannot tell; and why."""

    holds: bool | None
    reason: str = ""


# -- 1. numbers and matrices ----------------------------------------------------------
def array(lines: Iterable[Iterable[Any]]) -> Value:
    """The matrix of these rows; of a single entry, the number."""
    found = mp.matrix([list(line) for line in lines])
    return found if (found.rows, found.cols) != (1, 1) else found[0, 0]


def grid(entries: Iterable[Any], columns: int = 1) -> Value:
    """The array of these entries, row after row; a vector has one column."""
    entries = list(entries)
    return array(entries[k : k + columns] for k in range(0, len(entries), columns))


def rows(a: Value) -> list[list[Any]]:
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
    need(shape(a) == shape(b), f"an array of shape {shape(a)} beside one of shape {shape(b)}")
    return a + b


def times(a: Value, b: Value) -> Value:
    """The product of two matrices (a 1 x 1 product is a number), or of one and a number."""
    if not isinstance(a, mp.matrix) or not isinstance(b, mp.matrix):
        return a * b
    need(a.cols == b.rows, f"arrays of shapes {shape(a)} and {shape(b)} have no product")
    columns = list(zip(*rows(b), strict=True))
    return array([mp.fdot(row, column) for column in columns] for row in rows(a))


def power(a: Value, k: Any) -> Value:
    """A number to a power, a square matrix to a whole one."""
    if not isinstance(a, mp.matrix):
        return a * a if k == 2 else real(a**k)
    need(a.rows == a.cols and (k > 0 or mp.det(a) != 0), "a power of what is not square or not invertible")
    return reduce(times, [a if k > 0 else mp.inverse(a)] * abs(int(k)))


def real(x: Any) -> Any:
    """A number that is real and finite, as it is."""
    need(not isinstance(x, mp.mpc) and mp.isfinite(x), "a value that is no real number")
    return x


def same(a: Value, b: Value) -> bool:
    """Whether two values are equal but for the rounding of this file."""
    pairs = list(zip(flat(a), flat(b), strict=False))
    return shape(a) == shape(b) and all(abs(x - y) <= max(ZERO, NEAR * max(abs(x), abs(y))) for x, y in pairs)


def picked(a: Value, where: tuple[int, ...]) -> Value:
    """x_i of a vector, A_ij of a matrix."""
    if not where:
        return a
    i, j = where if len(where) == 2 else (1, where[0]) if shape(a)[0] == 1 else (where[0], 1)
    need(1 <= i <= shape(a)[0] and 1 <= j <= shape(a)[1], f"there is no entry {where}")
    return a[i - 1, j - 1] if isinstance(a, mp.matrix) else a


PLAIN: dict[str, Callable[..., Any]] = {  # atoms of certificates that are no functions of the page
    "pow": lambda a: a, "prime": mp.mpf, "pi": lambda: +mp.pi, "product": lambda *a: prod(a, start=mp.one),
    "index": mp.mpf, "delta": lambda i, j: mp.mpf(i == j), "power": power,
    "before": lambda i, j: mp.mpf(i < j), "step": lambda x: mp.mpf(x > 0), "zero": lambda x: mp.mpf(x == 0),
}  # fmt: skip


# -- 2. certificates ------------------------------------------------------------------
class Proof:
    """A certificate at a point, where a polynomial is a list of [coefficient, [[atom, labels, exponent] ..]].

    `draw` says which values the variables of derivatives have, which are open. Raises Wrong for no value.
    """

    def __init__(self, tables: Record, f: Frame, functions: Mapping[str, Any], draw: int) -> None:
        self.atoms, self.labels, self.ranges = tables["atoms"], tables["labels"], tables["ranges"]
        self.f, self.functions, self.draw, self.memo = f, PLAIN | dict(functions), draw, dict[Any, Any]()
        self.fixed = {b: label[1] for b, label in enumerate(self.labels) if label[0] == "fixed"}
        own = {b: (b, 0) for b, label in enumerate(self.labels) if label[0] == "free"}  # from where, how far
        self.base = own | {b: label[1] for b, label in enumerate(self.labels) if label[0] == "shift"}

    def span(self, label: int) -> list[int]:
        """What a label runs over; its range has ends such as [[2, "n"], [-1]] for 2n - 1."""
        kind, own, place = self.labels[label]
        if kind == "fixed":
            return [own]
        low, high = (
            sum(c * prod(map(self.f.whole, names)) for c, *names in end) for end in self.ranges[place]
        )
        return list(range(low, high + 1))

    def value(self, terms: Any, at: dict[int, int]) -> Any:
        """A polynomial at values of its free labels."""
        at = self.fixed | at | {b: at[base] + by for b, (base, by) in self.base.items() if base in at}
        return mp.fsum(self.total(factors, at) * rational(c) for c, factors in terms)

    def total(self, factors: Any, at: dict[int, int]) -> Any:
        """The product of some factors, summed over the labels that have no value yet."""
        done = [self.power(a, tuple(at[b] for b in own), k) for a, own, k in factors if at.keys() >= {*own}]
        if rest := [factor for factor in factors if not at.keys() >= {*factor[1]}]:
            label = next(b for b in rest[0][1] if b not in at)
            need(self.labels[label][0] == "bound", "a free label on one side only")
            near = {*rest[0][1]} - at.keys()
            for _, own, _ in rest * len(rest):  # what shares a label with it, and so on
                near |= {*own} - at.keys() if near & {*own} else set()
            inner, outer = ([x for x in rest if bool(near & {*x[1]}) == side] for side in (True, False))
            done.append(mp.fsum(self.total(inner, at | {label: i}) for i in self.span(label)))
            done.append(self.total(outer, at))
        return prod(done, start=mp.one)

    def power(self, atom: int, where: tuple[int, ...], exponent: Any) -> Any:
        """An entry of an atom to a rational power."""
        if (atom, where) not in self.memo:
            self.memo[atom, where] = real(self.entry(self.atoms[atom], where))
        base, k = self.memo[atom, where], rational(exponent)
        need(abs(base) > ZERO or k > 0, "a division by 0")
        return power(base, k)

    def entry(self, a: Record, where: tuple[int, ...]) -> Any:
        """An entry of an atom at values of its labels. Raises Unable for what no table has."""
        kind, name, extra, over, bodies = (a[key] for key in ("kind", "name", "extra", "over", "bodies"))
        if kind == "cut":  # a variable that has no value of its own
            x = mp.mpf(Random(f"{self.draw}{name}{extra}{where}").uniform(0.05, 0.95))
            return x if a["positive"] or self.draw % 2 == 0 else 1 - 4 * x
        if kind == "cumulant":
            return self.cumulant(extra, where)
        if kind == "size":
            return self.f.of(name)
        if kind == "symbol":
            diagonal = self.f.scope.symbols[name][0] == "matrix" and len(where) == 1
            return self.f.of(name, *(where * 2 if diagonal else where))
        at, spans = dict(zip(a["places"], where, strict=False)), [self.span(b) for b in over]
        cells = [self.value(bodies[0], at | dict(zip(over, i, strict=True))) for i in product(*spans) if over]
        if kind == "det":
            return mp.det(rows(grid(cells, len(spans[1]))))
        if kind == "inverse":
            first = [where[k] - spans[k][0] + 1 for k in (-2, -1)]
            return picked(power(grid(cells, len(spans[1])), -1), tuple(first))
        return self.called(a, cells if over else [self.value(body, at) for body in bodies], where)

    def called(self, a: Record, values: list[Any], where: tuple[int, ...]) -> Any:
        """A function of the page, of the tables, or a derivative of one by its first argument."""
        kind, name, extra = a["kind"], a["name"], a["extra"]
        if kind == "function" and name in self.f.known and not any(extra):
            places, body = self.f.known[name]
            return self.f.child(dict(zip(places, values, strict=True))).value(body)
        known = self.functions.get(name or kind if kind in ("exp", "log", "function") else kind)
        if not known or any(extra):
            raise Unable(f"an atom {kind} {name}")
        plain = {"prime": [name], "index": where, "delta": where, "before": where}
        return known(*values, *plain.get(kind, ()))

    def cumulant(self, names: list[str], where: tuple[int, ...]) -> Any:
        """The joint cumulant of entries of random names."""
        f, rest, parts = self.f, list(where), list[Tree]()
        for k, name in enumerate(names):
            many = len(f.scope.symbols[name]) - 1
            own = {f"${k}.{i}": place for i, place in enumerate(rest[:many])}
            f, rest = f.bound(own), rest[many:]
            parts.append(("entry", name, *own) if own else name)
        return joint(f, parts)

    def choices(self, labels: Iterable[int]) -> list[dict[int, int]]:
        """Values of some labels: the first and the last, and some of the others."""
        labels = sorted({*labels})
        ways = list(product(*map(self.span, labels)))
        ways = ways if len(ways) <= TRIED else [ways[0], ways[-1], *Random(len(ways)).sample(ways, TRIED)]
        return [dict(zip(labels, way, strict=True)) for way in ways]

    def named(self, *polynomials: Any) -> list[dict[int, int]]:
        """Values of their free labels."""
        used = {b for terms in polynomials for _, factors in terms for _, own, _ in factors for b in own}
        return self.choices(self.base[b][0] for b in used & self.base.keys())

    def multiplied(self, stage: Record, term: Any, image: Any) -> Pairs:
        """A term times the multiplier of a stage, summed over a label if it has one; and the image."""
        for at in self.named([term], image, stage["multiplier"]):
            inner = [at]
            if stage["over"]:
                label, new = stage["over"]
                inner = [{**at, new: at[label], label: k} for k in self.span(label)]
            by = [self.value(stage["multiplier"], a) for a in inner]
            need(any(abs(x) > ZERO for x in by), "a multiplier that is 0")
            terms = [self.value([term], a) for a in inner]
            yield mp.fsum(map(operator.mul, by, terms)), self.value(image, at)

    def rewritten(self, before: Any, after: Any) -> Pairs:
        """Terms, and what a rule made of them."""
        yield from ((self.value(before, at), self.value(after, at)) for at in self.named(before, after))

    def printed(
        self, pair: Record, side: str, names: Any, tree: Tree, when: Any
    ) -> Iterator[tuple[Any, Any]]:
        """The entries of a printed side, and what the certificate says that they are."""
        for at in self.choices(pair["at"]):
            values = [(name, at[b]) for name, b in zip(names, pair["at"], strict=True)]
            f = self.f.child({name: mp.mpf(i) for name, i in values if name in self.f.known})
            axes = [i for name, i in values if name not in self.f.known]
            if all(map(f.value, when)):
                whole = f.value(tree)
                where = axes if len(axes) != 1 else [*axes, 1] if shape(whole)[1] == 1 else [1, *axes]
                yield picked(whole, tuple(where)), self.value(pair[side], at)


def joint(f: Frame, parts: list[Tree]) -> Any:
    """The joint cumulant: the mean of the product less that of every smaller block with the first."""
    first, *rest = parts
    found = f.value(("E", ("*", *parts)))
    for chosen in list(product((False, True), repeat=len(rest)))[:-1]:
        inner, outer = ([x for x, c in zip(rest, chosen, strict=True) if c == w] for w in (True, False))
        found -= joint(f, [first, *inner]) * f.value(("E", ("*", *outer)))
    return found


def rational(text: Any) -> Any:
    """3, or "-1/2"."""
    return mp.mpf(Fraction(text).numerator) / Fraction(text).denominator


def summed(parts: Iterable[tuple[Any, Any]]) -> dict[str, Fraction]:
    """Polynomials by number, added up; what cancels is left out."""
    total: dict[str, Fraction] = {}
    for c, terms in parts:
        for k, factors in terms:
            key = json.dumps(factors)
            total[key] = total.get(key, Fraction(0)) + c * Fraction(k)
    return {key: c for key, c in total.items() if c}


KEYS = {"schema", "of", "labels of the sides", "sides", "steps", "ranges", "labels", "atoms", "validated"}
OF = ("both sides", "what vanishes at the solution")
ATOM = {"kind", "name", "places", "bodies", "extra", "positive", "over"}
ANYWHERE = {"delta": 2, "before": 2, "index": 1}  # atoms that are about labels of any range -> how many
KINDS = {"symbol", "size", "cut", "cumulant", "event", "det", "inverse", "exp", "log", "function", *PLAIN}


def formed(tables: Record) -> None:
    """Raises Wrong for tables that are no certificate: every number in them must refer to what it may."""
    atoms, labels, most = tables["atoms"], tables["labels"], len(tables["ranges"])
    need(tables.keys() == KEYS and tables["schema"] == 1 and tables["of"] in OF, "other keys")
    for kind, name, place in labels:
        fixed = kind == "fixed" and place == -1 and isinstance(name, int)
        shift = kind == "shift" and labels[name[0]][0] == "free" and isinstance(name[1], int)
        need(fixed or ((kind in ("bound", "free") or shift) and 0 <= place < most), f"no label {name}")
    for k, a in enumerate(atoms):  # made of earlier ones
        need(a.keys() == ATOM and a["kind"] in KINDS and isinstance(a["positive"], bool), f"no atom {k}")
        need(all(labels[b][:2] == ["free", f"${i}"] for i, b in enumerate(a["places"])), f"no places: {k}")
        for body in a["bodies"]:
            refers(body, atoms[:k])
    for pair in tables["sides"]:
        need(pair.keys() == {"at", "left", "right", "stages"}, "no pair of sides")
        chosen = zip(pair["at"], tables["labels of the sides"], strict=True)
        need(all(b == of or labels[b][0] == "fixed" for b, of in chosen), "a side at other labels")
        terms = [*pair["left"], *pair["right"]]
        for stage in pair["stages"]:
            need(stage.keys() == {"multiplier", "images", "over"}, "no multiplication")
            terms += stage["multiplier"]
            for term, image in stage["images"]:
                terms += [term, *image]
        refers(terms, atoms)
    refers([term for _, *sides in tables["steps"] for side in sides for term in side], atoms)


def refers(terms: Any, atoms: list[Record]) -> None:
    """Raises Wrong unless every factor is one of these atoms at as many labels as it has."""
    for a, own, _ in (factor for _, factors in terms for factor in factors):
        need(0 <= a < len(atoms) and min(own, default=0) >= 0, f"no atom {a}")
        if atoms[a]["kind"] in ANYWHERE:
            need(len(own) == ANYWHERE[atoms[a]["kind"]], "a number of labels, or two that are compared")
        else:
            need(len(own) == len(atoms[a]["places"]), "other labels than an atom has")


Part = tuple[str, Callable[[Proof], Pairs]]  # what it is, and how to work it out


def parts_of(tables: Record, sides: Iterable[Tree], conditions: Any) -> Iterator[Part]:
    """What a certificate asserts. Raises Wrong where its terms do not cancel."""
    names = [tables["labels"][b][1] for b in tables["labels of the sides"]]
    for pair in tables["sides"]:
        gap = summed([(1, pair["left"]), (-1, pair["right"])])
        for stage in pair["stages"]:
            images = {json.dumps(term[1]): image for term, image in stage["images"] if term[0] == 1}
            need(gap.keys() <= images.keys(), "a term is not multiplied")
            gap = summed((c, images[key]) for key, c in gap.items())
            for term, image in stage["images"]:
                yield "a multiplication", partial(Proof.multiplied, stage=stage, term=term, image=image)
        need(not gap, "the terms do not cancel")
        for side, tree in zip(("left", "right"), sides, strict=False):
            more = {"pair": pair, "side": side, "names": names, "tree": tree, "when": conditions}
            yield f"the {side} side", partial(Proof.printed, **more)
    for rule, before, after in tables["steps"]:
        yield f"the rule {rule!r}", partial(Proof.rewritten, before=before, after=after)


def certified(text: str, claim: Tree, frames: Iterable[Frame], functions: Mapping[str, Any]) -> Answer:
    """Whether every part of a certificate is true at the points of `(claim relation condition ..)`.

    True with the reason "rewritings only" where the certificate is about what vanishes at a solution, and not
    about the sides that are printed.
    """
    _, relation, *conditions = claim
    what = "not a certificate"
    try:
        tables = json.loads(re.sub(r"\\\\(\d)", lambda place: f"#{int(place[1]) + 1}", text))  # of a family
        formed(tables)
        whole = tables["of"] == "both sides" and relation[0] != "sim"  # of a law: of its moments
        is_open = any(a["kind"] == "cut" for a in tables["atoms"])
        if not (points := list(frames)):
            return Answer(None, "no point")
        for name, values in parts_of(tables, relation[1:] if whole else (), conditions):
            what, seen, why = name, 0, "no point"
            for f, draw in product(points, range(DRAWS if is_open else 1)):
                try:
                    pairs = list(values(Proof(tables, f, functions, draw)))
                except (Wrong, ZeroDivisionError, ValueError) as error:  # of this draw
                    why = str(error)
                    continue
                need(all(same(a, b) for a, b in pairs), "two values that should be one")
                seen += len(pairs)
            need(seen > 0, why)
    except (Unable, OverflowError) as error:
        return Answer(None, str(error))
    except (Wrong, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        return Answer(False, f"{what}: {error}")
    return Answer(True, "" if whole else "rewritings only")
