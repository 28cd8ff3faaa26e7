"""How many sizes are enough: from the degree of a claim in its sizes.

With labels i, j, .. over 1..n, the networks sum_ij x_i A_ij y_j .. of at most K labels are linearly
independent functions of the entries for every n >= K, and what stands before one of them is a
polynomial in the sizes. So two expressions of at most K labels and degree C agree for all sizes
if they agree at as many tuples of sizes from K on as determine a polynomial of degree C.
A quotient counts by what clearing its denominator makes of it. Where a head has no such bound
(an inverse, a determinant, a function), or a name a structure, there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from generator.meaning.calls import calls_itself
from generator.meaning.drawn import drawn_sum
from generator.meaning.program import Program, free_names, rational_value, substituted
from generator.meaning.sizes import size_names, sizes_allowed
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, bare
from generator.verify.question import Question
from generator.verify.work import work

MOST = 40  # tuples of sizes of one claim
LARGEST = 12  # the largest single size
EFFORT = 300_000  # estimated scalar operations at all of them
FEW = 3  # tuples where there is no bound

#: Declared structure under which networks are no longer independent.
STRUCTURE = frozenset({"orthogonal", "simplex", "one-hot", "unit", "stochastic", "diagonal"})


class NoBound(Exception):
    """The claim's degree in its sizes is not known."""


@dataclass(frozen=True, slots=True)
class Degree:
    """Labels and degree of the numerator, labels and degree of the denominator, indices in it."""

    labels: int = 0
    power: int = 0
    below: int = 0
    below_power: int = 0
    inside: frozenset[str] = frozenset()

    def times(self, other: Degree) -> Degree:
        """Of a product."""
        return Degree(
            self.labels + other.labels,
            self.power + other.power,
            self.below + other.below,
            self.below_power + other.below_power,
            self.inside | other.inside,
        )

    def plus(self, other: Degree) -> Degree:
        """Of a sum, over the product of the denominators."""
        return Degree(
            max(self.labels + other.below, other.labels + self.below),
            max(self.power + other.below_power, other.power + self.below_power),
            self.below + other.below,
            self.below_power + other.below_power,
            self.inside | other.inside,
        )

    def over(self, indices: frozenset[str]) -> Degree:
        """One below a fraction bar, with the indices that stand in it."""
        return Degree(self.below, self.below_power, self.labels, self.power, self.inside | indices)

    def slope(self) -> Degree:
        """Of a derivative: (u / v)' = (u' v - u v') / v^2."""
        double = Degree(0, 0, self.below, self.below_power, self.inside)
        above = Degree(self.labels + self.below, self.power + self.below_power)
        return above.times(double).times(double)

    def wider(self, labels: int) -> Degree:
        """With more labels above."""
        return replace(self, labels=self.labels + labels)


def enough_sizes(question: Question, certificate: dict[str, Any]) -> tuple[list[dict[str, int]], str]:
    """Tuples of sizes to evaluate at, and in words what they show."""
    names = size_names(question.program, (*question.sides(), *question.statement.when))
    if not names:
        return question.sizes()[:1], "the claim has no sizes"
    few = sorted(question.sizes(), key=lambda s: (sum(s.values()), sorted(s.items())))[:FEW]
    tried = f"at {len(few)} tuples of sizes"
    if certificate["of"] != "both sides":
        return few, f"the rewritings only, {tried}"
    try:
        labels, degree = _needed(question, certificate)
    except (NoBound, MeaningError, KeyError):
        return (
            few,
            f"{tried}; that the rules hold at all others is the prover's word: there is no degree bound",
        )
    spread = range(max(1, labels), max(1, labels) + degree + 1)
    tuples = [t for t in product(spread, repeat=len(names)) if sum(t) <= degree + len(names) * spread[0]]
    made = [dict(zip(names, t, strict=True)) for t in tuples] if len(tuples) <= MOST else []
    wanted = [s for s in made if sizes_allowed(question.program, s)]
    effort = sum(work(question.sides(), question.program, s) for s in wanted)
    bound = f"at most {labels} sums in a product, degree {degree} in the sizes"
    if not made or len(wanted) != len(made) or spread[-1] > LARGEST or effort > EFFORT:
        return few, f"{tried}; all that would be enough are too many ({bound})"
    return made, f"at {len(made)} tuples of sizes, which is enough for all sizes ({bound})"


def _needed(question: Question, certificate: dict[str, Any]) -> tuple[int, int]:
    """(K, C) for the two sides and their normal forms. Raises NoBound."""
    program = question.program
    for name in program.rests_on(question.sides()):
        symbol = program.symbols.get(name)
        if symbol is not None and (symbol.words & STRUCTURE or symbol.kind == "law"):
            raise NoBound
    if not all(_plain_range(*ends) for ends in certificate["ranges"]):
        raise NoBound
    free = len(certificate["labels of the sides"])
    most = degree = 0
    for side, expr in zip(("left", "right"), question.sides(), strict=True):
        tree = of_tree(expr, program)
        for pair in certificate["sides"]:
            both = tree.plus(replace(of_terms(pair[side], certificate), inside=frozenset()))
            most = max(most, both.labels + free, both.below + free)
            degree = max(degree, both.power + both.labels, both.below_power + both.below)
    return most, degree


def _plain_range(lower: list[list[Any]], upper: list[list[Any]]) -> bool:
    """Whether a range is 1..n for a size, or lies between two numbers."""
    numbers = all(len(term) == 1 for term in (*lower, *upper))
    return numbers or (lower == [[1]] and len(upper) == 1 and len(upper[0]) == 2 and upper[0][0] == 1)


def of_terms(terms: list[Any], certificate: dict[str, Any]) -> Degree:
    """Of a polynomial of the certificate. Raises NoBound."""
    total = Degree()
    below: dict[str, Degree] = {}
    rows: list[tuple[Degree, dict[str, Degree]]] = []
    for _, factors in terms:
        bound = {b for _, labels, _ in factors for b in labels if certificate["labels"][b][0] == "bound"}
        own, under = Degree(len(bound)), {}
        for atom, labels, exponent in factors:
            e = Fraction(exponent)
            if e.denominator != 1:
                raise NoBound
            single = _of_atom(certificate["atoms"][atom], certificate)
            if e > 0:
                for _ in range(int(e)):
                    own = own.times(single)
            elif any(certificate["labels"][b][0] == "bound" for b in labels):
                raise NoBound
            else:
                power = Degree()
                for _ in range(-int(e)):
                    power = power.times(single)
                under[f"{atom} {labels}"] = power
        rows.append((own, under))
        for key, power in under.items():
            if key not in below or (power.labels, power.power) > (below[key].labels, below[key].power):
                below[key] = power
    common = Degree()
    for power in below.values():
        common = common.times(power)
    for own, under in rows:
        rest = own
        for key, power in below.items():
            missing = Degree(
                power.labels - (under[key].labels if key in under else 0),
                power.power - (under[key].power if key in under else 0),
            )
            rest = rest.times(missing)
        total = Degree(max(total.labels, rest.labels), max(total.power, rest.power))
    return Degree(total.labels, total.power, common.labels, common.power)


def _of_atom(entry: Any, certificate: dict[str, Any]) -> Degree:
    if entry["kind"] == "size":
        return Degree(power=1)
    if entry["kind"] in ("symbol", "delta"):
        return Degree()
    if entry["kind"] == "pow":
        inner = of_terms(entry["bodies"][0], certificate)
        if inner.below or inner.below_power:
            raise NoBound
        return inner
    raise NoBound


def of_tree(expr: Expr, program: Program) -> Degree:
    """Of an expression, definitions written out. Raises NoBound."""
    reader = READERS.get(expr.head)
    if reader is None:
        raise NoBound
    return reader(expr, program)


def _name(expr: Expr, program: Program) -> Degree:
    symbol = program.symbols.get(expr.data)
    if symbol is None or symbol.kind in ("index", "function"):
        raise NoBound
    if symbol.kind == "size":
        return Degree(power=1)
    if symbol.of:
        return _name(Expr("name", (), symbol.of), program)
    definitions = program.definitions.get(expr.data, [])
    if not definitions:
        return Degree()
    if len(definitions) != 1 or definitions[0].at or definitions[0].arguments or definitions[0].power != 1:
        raise NoBound
    return of_tree(program.body_of(definitions[0]), program)


def _product(expr: Expr, program: Program) -> Degree:
    total = Degree(labels=max(0, len([a for a in expr.args if a.shape]) - 1))
    for arg in expr.args:
        total = total.times(of_tree(arg, program))
    if total.labels and total.inside and any(arg.shape for arg in expr.args):
        raise NoBound
    return total


def _total(expr: Expr, program: Program) -> Degree:
    total = of_tree(expr.args[0], program)
    for arg in expr.args[1:]:
        total = total.plus(of_tree(arg, program))
    return total


def _quotient(expr: Expr, program: Program) -> Degree:
    above, below = (of_tree(arg, program) for arg in expr.args)
    return above.times(below.over(_indices(expr.args[1], program)))


def _indices(expr: Expr, program: Program) -> frozenset[str]:
    """The index names that an expression depends on."""
    names = program.rests_on([expr])
    return frozenset(n for n in names if n in program.symbols and program.symbols[n].kind == "index")


def _power(expr: Expr, program: Program) -> Degree:
    exponent = rational_value(expr.args[1])
    base = bare(expr.args[0])
    if exponent is None or exponent.denominator != 1 or abs(exponent) > 8:
        raise NoBound
    count = abs(int(exponent))
    square = _defined_square(base, program)
    if square is not None and count % 2 == 0:
        one, count = of_tree(square, program), count // 2
    elif base.head == "norm":
        if count % 2 or exponent < 0 or base.data == "1":
            raise NoBound
        inner = of_tree(base.args[0], program)
        one = inner.times(inner).wider(len(base.args[0].shape or ()))
        count //= 2
    else:
        one = of_tree(expr.args[0], program)
    if expr.args[0].shape and exponent < 0:
        raise NoBound
    total = Degree(labels=count - 1 if expr.args[0].shape else 0)
    for _ in range(count):
        total = total.times(one)
    return total if exponent > 0 else total.over(_indices(expr.args[0], program))


def _defined_square(base: Expr, program: Program) -> Expr | None:
    """What defines the square of a name, if something does."""
    definitions = program.definitions.get(str(base.data), []) if base.head == "name" else []
    single = len(definitions) == 1 and definitions[0].power == 2 and not definitions[0].at
    return program.body_of(definitions[0]) if single else None


def _call(expr: Expr, program: Program) -> Degree:
    """A defined function, written out at its arguments; its derivatives."""
    name, order = expr.data if expr.head == "prime" else (expr.data, 0)
    definitions = program.definitions.get(name, [])
    if len(definitions) != 1 or definitions[0].at or calls_itself(definitions[0], program):
        raise NoBound
    places = dict(zip(definitions[0].arguments, expr.args, strict=False))
    inner = of_tree(substituted(program.body_of(definitions[0]), places), program)
    for _ in range(order):
        inner = inner.slope()
    return inner


def _sum(expr: Expr, program: Program) -> Degree:
    inner = of_tree(expr.args[0], program)
    if inner.inside:  # a denominator of its own in every term
        raise NoBound
    if len(expr.args) == 2 and bare(expr.args[1]).data != ("!=",):
        raise NoBound
    return inner.wider(len(expr.data))


def _trace(expr: Expr, program: Program) -> Degree:
    if expr.data != "tr":
        raise NoBound
    inner = of_tree(expr.args[0], program)
    if inner.inside:
        raise NoBound
    return inner.wider(1)


def _derived(expr: Expr, program: Program) -> Degree:
    inner = of_tree(expr.args[0], program)
    times = sum(expr.data) if expr.head == "deriv" else 2 if expr.head == "hess" else 1
    for _ in range(times):
        inner = inner.slope()
    return inner


def _chance(expr: Expr, program: Program) -> Degree:
    drawn = drawn_sum(expr, program.symbols)
    if drawn is not None:
        return of_tree(drawn, program)
    if expr.data or any(_wide_law(n, program) for n in program.random_names(expr.args)):
        raise NoBound
    total = Degree()
    for arg in (expr.args * 2)[:2] if expr.head != "E" else expr.args:
        total = total.times(of_tree(arg, program))
    return total


def _wide_law(name: str, program: Program) -> bool:
    """Whether a law's parameters are more than plain scalars."""
    law = program.laws.laws[name]
    parts = [p for p in (*law.parameters, law.mean, law.variance) if p is not None]
    return any(
        p.shape or program.definitions.get(n) or program.symbols[n].kind != "scalar"
        for p in parts
        for n in free_names(p)
    )


def _inner(expr: Expr, program: Program) -> Degree:
    first, second = (of_tree(arg, program) for arg in expr.args)
    return first.times(second).wider(len(expr.args[0].shape or ()))


def _plain(expr: Expr, program: Program) -> Degree:
    return of_tree(expr.args[0], program)


READERS: dict[str, Callable[[Expr, Program], Degree]] = {
    **dict.fromkeys(("num", "ones", "zeros", "identity", "delta"), lambda expr, program: Degree()),
    **dict.fromkeys(("group", "weights", "transpose", "entry"), _plain),
    **dict.fromkeys(("deriv", "grad", "hess"), _derived),
    "inner": _inner,
    **dict.fromkeys(("E", "Var", "Cov"), _chance),
    "name": _name,
    "call": _call,
    "prime": _call,
    "add": _total,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "sum": _sum,
    "func": _trace,
}
