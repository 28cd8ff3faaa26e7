"""Points for the second checker: admissible ones, not those that the first route took.

A point is one S-expression of exact values, with the sizes, one value of every free index and,
where something random is averaged, the nodes of a finite law that the page's givens admit.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product
from math import prod
from random import Random
from typing import Any

from flint import fmpq

from generator.meaning.domains import Domain, narrow
from generator.meaning.givens import LawOf
from generator.meaning.independence import Names
from generator.meaning.points import RATIONAL, free_indices, index_values, truth
from generator.meaning.program import Frame, Program, takes_chance
from generator.meaning.ranged import declared
from generator.meaning.sampling import Point, Sampler, Wanted, stable_number
from generator.meaning.sizes import fixed_sizes, size_names, sizes_allowed
from generator.meaning.systems import MeaningError, NoPoint
from generator.meaning.tied import kin
from generator.notation.tree import Expr, Symbol, dim_value
from generator.verify.degrees import degree
from generator.verify.formal import Writer, listed, quoted
from generator.verify.question import Question, Undecided

POINTS = 3
OUTCOMES = 128  # joint outcomes of one expectation
#: Standardised laws of two values: a with weight 1 / (1 + a^2), else -1/a.
SKEWED = (Fraction(2), Fraction(-3), Fraction(3, 2))
#: The nodes of Gauss and Hermite (weight, value): the standard normal law up to degree 5, 7 and 9.
HERMITE = {
    3: (("2/3", "0"), ("1/6", "(sqrt 3)"), ("1/6", "(- (sqrt 3))")),
    4: tuple(
        (f"(/ ({other} 3 (sqrt 6)) 12)", f"({sign} (sqrt ({one} 3 (sqrt 6))))")
        for one, other in ("+-", "-+")
        for sign in ("+", "-")
    ),
    5: (
        ("8/15", "0"),
        *(
            (f"(/ ({other} 7 (* 2 (sqrt 10))) 60)", f"({sign} (sqrt ({one} 5 (sqrt 10))))")
            for one, other in ("+-", "-+")
            for sign in ("+", "-")
        ),
    ),
}


class Unwritten(Exception):
    """No point can be written down: an open law or function without a stand-in."""


def trial_points(question: Question) -> tuple[str, ...]:
    """Up to three points of a claim as S-expressions; () where none can be had or written."""
    out: list[str] = []
    missed = 0
    try:
        trials = Trials(question)
        for sizes in trials.sizes():
            try:
                made = list(trials.at(sizes, len(out) + 2 * missed))  # what is odd asks for more
            except NoPoint:
                made = []
            out += made
            missed += not made
            if len(out) >= POINTS:
                break
    except (MeaningError, Undecided, Unwritten, KeyError):
        pass
    return tuple(out[:POINTS])


class Trials:
    """The points of one claim."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.program: Program = question.program
        self.statement = question.statement
        self.sides = question.sides()
        self.everything = (*self.sides, *self.statement.when)
        self.writer = Writer(self.program.scope)
        self.seed = stable_number(question.seed, "second checker")
        averaged = any(takes_chance(node) for tree in self._trees() for node in tree.walk())
        self.random = sorted(self.program.random_names(self.everything)) if averaged else []
        self.degree = max(degree(e, self.program, frozenset(self.random)) for e in self.everything)

    def _trees(self) -> Iterator[Expr]:
        """The claim's own trees, and the definitions that it rests on."""
        yield from self.everything
        for name in self.program.rests_on(self.everything):
            yield from (self.program.body_of(d) for d in self.program.definitions.get(name, ()))

    def sizes(self) -> Iterator[dict[str, int]]:
        """Small sizes, all different first, again and again; few outcomes where something is averaged."""
        fixed = fixed_sizes(self.program)
        free = [n for n in size_names(self.program, self.everything) if n not in fixed]
        k = len(free)
        turned = tuple(range(k + 1, 1, -1)) if k > 1 else (3,) * k
        orders = [[tuple(range(2, 2 + k)), (2,) * k], [turned, (3,) * k]]
        if self.random and 0 < k < 5:
            small = [t for t in product((2, 3, 1), repeat=k) if self._outcomes(free, t) <= OUTCOMES]
            small.sort(key=lambda t: (-len(set(t)), t.count(1), self._outcomes(free, t)))
            orders = [small, sorted(small, key=lambda t: _ones(t, small[0]))]  # another size is 1
        found: list[dict[str, int]] = []
        for order in orders:
            named = ({**fixed, **dict(zip(free, sizes, strict=True))} for sizes in order)
            fitting = (s for s in named if sizes_allowed(self.program, s) and self.question.sizes_meet(s))
            found += [s for s in fitting if s not in found][:1]
        found = found or sorted(self.question.sizes(), key=lambda s: sum(s.values()))[:2]
        found = [s for s in found if not self.random or self._count(s) <= OUTCOMES]
        for _ in range(POINTS if found else 0):
            yield from found

    def _outcomes(self, free: list[str], sizes: tuple[int, ...]) -> int:
        return self._count({**fixed_sizes(self.program), **dict(zip(free, sizes, strict=True))})

    def _count(self, sizes: dict[str, int]) -> int:
        return prod(
            (3 if self.program.laws.laws[name].law == "normal" else 2) ** prod(self._dims(name, sizes))
            for name in self.random
        )

    def _dims(self, name: str, sizes: dict[str, int]) -> list[int]:
        symbol = self.program.symbols[name]
        dims = [len(self.program.range_of(i, sizes)) for i in symbol.family]
        return dims + [dim_value(d, sizes) for d in symbol.shape]

    def at(self, sizes: dict[str, int], number: int) -> Iterator[str]:
        """The point with this number at these sizes; of an equivalence one at which both sides hold."""
        conditions = [*self.statement.when, *self._standing()]
        if self.statement.expr.head == "iff" and number % 2:
            conditions.append(self.statement.expr.args[1])
        elif self.statement.expr.head == "implies":  # elsewhere it claims nothing
            conditions.append(self.statement.expr.args[0])
        sampler = Sampler(self.program, Wanted(self.sides, tuple(conditions)), self.seed)
        point = sampler.point(sizes, number)
        indices = self._indices(point, number)
        alone = number == 0 and len(indices[0] if indices else ()) == 1
        for index in indices[: 2 if alone else 1]:  # two entries of one point: of bits, a 0 and a 1
            yield self.written(point, index, number)

    def _standing(self) -> Iterator[Expr]:
        """Declared conditions on what the claim's names make up, although the claim does not speak of it.

        The second checker knows nothing of what a claim rests on, and holds a point to all of them.
        """
        program = self.program
        drawn = program.base_names(self.everything)
        declared = (c for name in program.definitions for c in program.symbols[name].conditions)
        for condition in (*program.scope.restrictions, *declared):
            if program.base_names((condition,)) <= drawn:
                yield condition

    def _indices(self, point: Point, number: int) -> list[dict[str, int]]:
        """The free indices, the best first: all different, later some of one range equal, some not."""
        names = free_indices(self.everything, self.program)
        found = list(index_values(names, self.program, point.sizes, self.seed + number, 64))
        indexed = [c for c in self.statement.when if free_indices([c], self.program)]
        found = [i for i in found if all(truth(c, self.program, point, i) for c in indexed)]
        Random(self.seed + number).shuffle(found)
        symbols = self.program.symbols
        pairs = [(a, b) for a, b in combinations(names, 2) if symbols[a].upper == symbols[b].upper]

        def wanted(values: dict[str, int]) -> int:
            equal = sum(values[a] == values[b] for a, b in pairs)
            return equal if number == 0 else abs(2 * equal - len(pairs)) if len(pairs) > 1 else -equal

        ordered = sorted(found, key=wanted)
        first = max(0, number - 1) % max(1, len(ordered))
        return ordered[first:] + ordered[:first]

    def written(self, point: Point, index: dict[str, int], number: int = 0) -> str:
        """A point with its index values. Raises Unwritten."""
        rng = Random(self.seed + number)
        parts = [listed("value", quoted(name), str(size)) for name, size in point.sizes.items()]
        parts += [listed("value", quoted(name), str(i)) for name, i in index.items()]
        for name, value in point.values.items():
            symbol = self.program.symbols[name]
            if callable(value):
                parts.append(self._function(symbol, point.sizes, rng))
            else:
                if symbol.family:
                    self._family(symbol, point.sizes)
                parts.append(listed("value", quoted(name), literal(value)))
        return listed("point", *parts, *self._nodes(point, number, rng))

    def _family(self, symbol: Symbol, sizes: dict[str, int]) -> None:
        """A family is written as an array. Raises Unwritten where it is none."""
        starts = {self.program.range_of(i, sizes).start for i in symbol.family}
        if starts != {1} or len(symbol.family) + len(symbol.shape) > 2:
            raise Unwritten(symbol.name)

    def _function(self, symbol: Symbol, sizes: dict[str, int], rng: Random) -> str:
        """A polynomial for a function that the page leaves open, convex or increasing where it must be."""
        if symbol.shape or symbol.words - {
            "convex",
            "concave",
            "smooth",
            "continuous",
            "increasing",
            "decreasing",
            "random",
        }:
            raise Unwritten(symbol.name)
        entries = self._entries(symbol, sizes)
        c = [f"{rng.randrange(3, 23)}/16" for _ in range(8 + 2 * len(entries))]
        if len(entries) > 1:
            squares = [f"(* {x} (^ {u} 2))" for x, u in zip(c[8:], entries, strict=False)]
            signs = [
                rng.choice(("", "", "-")) if symbol.words <= {"smooth", "random"} else "" for _ in entries
            ]
            inner = [f"(* {s}{x} {u})" for s, x, u in zip(signs, c[::-1], entries, strict=False)]
            cubed = listed("^", listed("+", c[0], *inner), "3")
            body = listed("+", c[1], *squares, *([] if symbol.words & {"convex", "concave"} else [cubed]))
        elif symbol.words & {"convex", "concave"}:
            body = "(+ -{0} (* {1} (^ (- {u} {2}) 2)) (* {3} (^ (- {u} {2}) 4)))".format(*c, u=entries[0])
        elif symbol.words & {"increasing", "decreasing"}:
            body = "(+ -{0} (* {1} {u}) (* {2} (^ {u} 3)))".format(*c, u=entries[0])
        else:
            terms = [f"(* {'-' if k % 3 else ''}{x} (^ {entries[0]} {k}))" for k, x in enumerate(c[:8])]
            body = listed("+", *terms)
        places = listed(*map(quoted, symbol.arguments))
        down = symbol.words & {"concave", "decreasing"}
        return listed("function", quoted(symbol.name), places, listed("-", body) if down else body)

    def _entries(self, symbol: Symbol, sizes: dict[str, int]) -> list[str]:
        """The scalars that enter a function: its arguments, or their entries where these are arrays."""
        trees = (node for tree in self._trees() for node in tree.walk())
        symbols = self.program.symbols
        declared = tuple(symbols[name].shape if name in symbols else () for name in symbol.arguments)
        shapes = {
            tuple(arg.shape for arg in e.args) or declared
            for e in trees
            if e.head == "call" and e.data == symbol.name
        }
        found: list[str] = []
        for place, shape in zip(symbol.arguments, shapes.pop() if len(shapes) == 1 else [()], strict=False):
            if shape is None:
                raise Unwritten(symbol.name)
            name, places = quoted(place), product(*(range(1, dim_value(d, sizes) + 1) for d in shape))
            found += [listed("entry", name, *map(str, at)) if at else name for at in places]
        if shapes or not found:
            raise Unwritten(symbol.name)
        return found

    # -- laws ---------------------------------------------------------------------------

    def _nodes(self, point: Point, number: int, rng: Random) -> Iterator[str]:
        """Nodes of every random name that has not finitely many outcomes by its law."""
        laws = self.program.laws
        done: set[str] = set()
        for name in self.random:
            law = laws.laws[name]
            partners = kin(laws, [name], self.random)
            apart = not partners and (law.iid or not law.entries)
            if name in done or (law.law in ("bernoulli", "binomial") and apart):
                continue
            if not apart:
                group = sorted([name, *partners])
                done |= set(group)
                yield self._together(group, point, rng, number)
            elif law.law == "normal" and (law.iid or not self.program.symbols[name].shape):
                yield listed("nodes", quoted(name), "each", *(listed(*atom) for atom in self._hermite()))
            elif law.law in ("moments", "free") and declared(self.program, self.program.symbols[name]):
                values = self._within(name, point, rng, law)
                yield listed("nodes", quoted(name), "each", *(listed("1/2", str(v)) for v in values[:2]))
            elif law.law == "moments":
                yield listed("nodes", quoted(name), "each", *self._skewed(number, "0", "1"))
            elif law.law == "free":
                yield listed("nodes", quoted(name), "each", *self._free(law, number, rng))
            else:
                raise Unwritten(name)

    def _hermite(self) -> tuple[tuple[str, str], ...]:
        for size, nodes in HERMITE.items():
            if self.degree <= 2 * size - 1:
                return nodes
        raise Unwritten("what is averaged is no polynomial of low degree")

    def _skewed(self, number: int, mean: str, spread: str) -> Iterator[str]:
        a = SKEWED[number % len(SKEWED)]
        for weight, value in ((1 / (1 + a * a), a), (a * a / (1 + a * a), -1 / a)):
            moved = str(value) if (mean, spread) == ("0", "1") else f"(+ {mean} (* {value} {spread}))"
            yield listed(str(weight), moved)

    def _free(self, law: LawOf, number: int, rng: Random) -> Iterator[str]:
        mean = self.writer.text(law.mean) if law.mean is not None else f"{rng.randrange(7, 40)}/16"
        spread = f"{rng.randrange(7, 40)}/16"
        if law.variance is not None:
            spread = listed("sqrt", self.writer.text(law.variance))
        yield from self._skewed(number, mean, spread)

    def _within(self, name: str, point: Point, rng: Random, law: LawOf, count: int = 2) -> list[Any]:
        """Numbers in the declared range of a name. Raises Unwritten where moments are stated as well."""
        symbol, domain = (
            self.program.symbols[name],
            Domain(integer=self.program.symbols[name].kind == "integer"),
        )
        frame = Frame(RATIONAL, self.program, point.sizes, point.values)
        if law.stated or not all(narrow(domain, c, name, frame) for c in declared(self.program, symbol)):
            raise Unwritten("a law in a declared range")
        return [domain.draw(rng) for _ in range(count)]

    def _together(self, group: list[str], point: Point, rng: Random, number: int) -> str:
        """Joint outcomes of names that may depend on one another, with the given means.

        A name has a value of its own for all that it may learn of an outcome.
        """
        outcomes = joint_outcomes(self.program.laws.ties(group), group, number)
        weights = [weight for weight, _ in outcomes]
        columns = []
        for name in group:
            law = self.program.laws.laws[name]
            if law.law != "free" or law.variance is not None or (law.mean is not None and law.entries):
                raise Unwritten(name)
            dims = self._dims(name, point.sizes)
            known = list(dict.fromkeys(known[name] for _, known in outcomes))
            made = [[Fraction(rng.randrange(-40, 40), 16) for _ in range(prod(dims))] for _ in known]
            if declared(self.program, self.program.symbols[name]):
                made = [self._within(name, point, rng, law, prod(dims)) for _ in known]
            drawn = [made[known.index(told[name])] for _, told in outcomes]
            if law.mean is not None:
                means = [
                    sum(w * x for w, x in zip(weights, xs, strict=True)) for xs in zip(*drawn, strict=True)
                ]
                drawn = [[x - m for x, m in zip(xs, means, strict=True)] for xs in drawn]
            mean = self.writer.text(law.mean) if law.mean is not None else "0"
            columns.append([arranged(xs, dims) if mean == "0" else f"(+ {mean} {xs[0]})" for xs in drawn])
        atoms = (listed(str(w), *values) for w, *values in zip(weights, *columns, strict=True))
        return listed("nodes", listed(*map(quoted, group)), "together", *atoms)


def joint_outcomes(
    ties: tuple[Names, ...], group: list[str], number: int
) -> list[tuple[Fraction, dict[str, tuple[int, ...]]]]:
    """(weight, what each name learns) of every outcome of sources that tied names share.

    Names of which all may depend on one another share one source of three values. Where some may not,
    each tied pair shares a coin that is not fair, and one larger set (another one for another number) fair
    coins, of which the last name learns the parity. Raises Unwritten for too many outcomes.
    """
    pairs, larger = ([tie for tie in ties if (len(tie) > 2) == many] for many in (False, True))
    if not larger:
        weights = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
        return [(weight, dict.fromkeys(group, (k,))) for k, weight in enumerate(weights)]
    chosen = sorted(larger[number % len(larger)])
    if 2 ** (len(pairs) + len(chosen) - 1) > OUTCOMES:
        raise Unwritten("too many names that are independent in part")
    found = []
    for coins in product((0, 1), repeat=len(pairs)):
        weight = prod((Fraction(2 + coin, 5) for coin in coins), start=Fraction(1))
        for fair in product((0, 1), repeat=len(chosen) - 1):
            signs = dict(zip(chosen, (*fair, sum(fair) % 2), strict=True))
            told = {
                name: (*(c for c, pair in zip(coins, pairs, strict=True) if name in pair), signs.get(name, 0))
                for name in group
            }
            found.append((weight / 2 ** len(fair), told))
    return found


def _ones(sizes: tuple[int, ...], others: tuple[int, ...]) -> int:
    """How many sizes are 1 in both tuples."""
    return sum(a == b == 1 for a, b in zip(sizes, others, strict=True))


def arranged(entries: list[Fraction], dims: list[int]) -> str:
    """Numbers as a scalar, vector or matrix of these dimensions."""
    if not dims:
        return str(entries[0])
    if len(dims) == 1:
        return listed("tuple", *map(str, entries))
    rows = [entries[k : k + dims[1]] for k in range(0, len(entries), dims[1])]
    return listed("matrix", *(listed(*map(str, row)) for row in rows))


def literal(value: Any) -> str:
    """A sampled rational, vector or matrix as an S-expression. Raises Unwritten for anything else."""
    if isinstance(value, fmpq):
        return str(value)
    if not isinstance(value, list):
        raise Unwritten("a value that is no rational")
    if value and isinstance(value[0], list):
        return listed("matrix", *(listed(*map(literal, row)) for row in value))
    return listed("tuple", *map(literal, value))
