"""Expectations by the law itself: linear steps over the tree, then an integral or a series each.

E is linear, and a product of functions of independent names has the product of their means. What is
left is a function of one random number with a law of the table: its mean is the integral of the
function times the density over the support, or the sum over the outcomes. An expectation under an
event of that number runs over the outcomes in the event, over its probability.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from generator.meaning.arrays import each
from generator.meaning.cumulative import OUTCOMES, borders, law_of_numbers
from generator.meaning.givens import LawOf
from generator.meaning.hierarchy import parents
from generator.meaning.law import finite
from generator.meaning.laws import LAWS, RAW_MOMENTS, ends
from generator.meaning.names import compile_int
from generator.meaning.polynomials import Poly
from generator.meaning.program import BINDERS, Code, Frame, Program, free_names
from generator.meaning.quadrature import integrate
from generator.meaning.ranges import index_terms
from generator.meaning.series import add_up
from generator.meaning.systems import BallSystem, Unsupported
from generator.notation.tree import Expr, bare, dim_value

PLACE = "\0outcome"  # the variable of these integrals and series


@dataclass(frozen=True, slots=True)
class Number:
    """One random number: a name, or the entry of a name at these indices."""

    name: str
    where: tuple[int, ...] = ()


class Mean:
    """Expectations of one program, by linear steps.

    laws: of the random names; bound: a name that is random in this expectation alone.
    """

    def __init__(self, program: Program, laws: dict[str, LawOf], bound: str = "") -> None:
        self.program = program
        self.laws = laws
        self.bound = bound

    def varies(self, expr: Expr) -> bool:
        """Whether an expression is random here."""
        if self.bound:
            return self.bound in self.program.rests_on([expr]) | free_names(expr)
        return bool(self.program.random_names([expr]))

    def numbers(self, expr: Expr, f: Frame) -> set[Number]:
        """The random numbers that an expression is made of, at this point.

        Raises Unsupported where a whole vector, a bound index or a defined name enters it.
        """
        found: set[Number] = set()
        self._collect(expr, f, found)
        return found

    def _collect(self, expr: Expr, f: Frame, found: set[Number]) -> None:
        if expr.head in BINDERS and self.varies(expr):
            raise Unsupported("a function of many random numbers")
        if expr.head == "entry" and expr.args[0].head == "name" and self._is_random(expr.args[0].data):
            where = tuple(compile_int(i, self.program)(f) for i in expr.args[1:])
            found.add(Number(expr.args[0].data, where))
            return
        if expr.head in ("name", "call", "prime"):
            self._named(expr, found)
        for arg in expr.args:
            self._collect(arg, f, found)

    def _named(self, expr: Expr, found: set[Number]) -> None:
        name = expr.data[0] if expr.head == "prime" else expr.data
        symbol = self.program.symbols.get(name)
        if self._is_random(name):
            if symbol is not None and (symbol.shape or symbol.family):
                raise Unsupported("a function of many random numbers")
            found.add(Number(name))
        elif self.program.definitions.get(name) and self.varies(Expr(expr.head, (), expr.data)):
            raise Unsupported("a defined name that is random stands inside a function")

    def _is_random(self, name: Any) -> bool:
        if self.bound:
            return bool(name == self.bound)
        symbol = self.program.symbols.get(name)
        defined = self.program.definitions.get(name)
        return symbol is not None and "random" in symbol.words and not defined

    def of(self, expr: Expr, f: Frame) -> Any:
        """E[expr]. Raises Unsupported where it is no sum of products of functions of one number."""
        if not isinstance(f.system, BallSystem):
            raise Unsupported("a mean by integration is evaluated in balls")
        expr = bare(expr)
        if not self.varies(expr):
            return self.program.compiled(expr)(f)
        step = STEPS.get(expr.head)
        made = step(self, expr, f) if step is not None else None
        return self.of_one(expr, f) if made is None else made

    def of_one(self, expr: Expr, f: Frame) -> Any:
        """E of a function of one random number, or of one order statistic."""
        ordered = STEPS["ordered"](self, expr, f)
        if ordered is not None:
            return ordered
        found = self.numbers(expr, f)
        if len(found) != 1:
            raise Unsupported("a function of several random numbers")
        number = next(iter(found))
        made = self._polynomial(expr, number, f)
        made = self._exponential(expr, number, f) if made is None else made
        return self.over(number, self.program.compiled(expr), f) if made is None else made

    def _exponential(self, expr: Expr, number: Number, f: Frame) -> Any:
        """E[e^(c + s x)] by the generating function of the law; None for another function."""
        exponent = exponent_of(expr)
        kind, parameters = self.law(number, f)
        law = law_of_numbers(kind, parameters)
        if exponent is None or law.mgf is None:
            return None
        try:
            constant, slope = self.affine(exponent, number, f)
        except Unsupported:
            return None
        if law.exists is not None:
            margin = law.exists(f.system, slope, *parameters)
            finite(f.system, margin, "the mean of this exponential diverges")
        return f.system.call("exp", constant) * law.mgf(f.system, slope, *parameters)

    def _polynomial(self, expr: Expr, number: Number, f: Frame) -> Any:
        """E of a polynomial by the moments of the law; None for another function, or a law without."""
        kind, parameters = self.law(number, f)
        if kind not in RAW_MOMENTS or len(parameters) != len(LAWS[kind].kinds):
            return None
        try:
            coefficients = self._coefficients(expr, number, f)
        except Unsupported:
            return None
        total = f.system.number(0)
        for k, coefficient in coefficients.items():
            total = total + coefficient * RAW_MOMENTS[kind](f.system, k, *parameters)
        return total

    def _coefficients(self, expr: Expr, number: Number, f: Frame) -> dict[int, Any]:
        """Power -> coefficient of a polynomial in the number. Raises Unsupported for another form."""
        x = Poly({((0, 1),): f.system.number(1)})
        value = self.program.compiled(expr)(f.child({number.name: self.placed(number, x, f)}))
        if getattr(value, "outer", False) and not isinstance(value, Poly):
            raise Unsupported("this is no polynomial in its random number")
        if not isinstance(value, Poly):
            return {0: value}
        return {sum(power for _, power in mono): c for mono, c in value.terms.items()}

    def affine(self, expr: Expr, number: Number, f: Frame) -> tuple[Any, Any]:
        """(constant, slope) of an expression in the number. Raises Unsupported for another form."""
        coefficients, zero = self._coefficients(expr, number, f), f.system.number(0)
        if max(coefficients, default=0) > 1:
            raise Unsupported("this is not linear in its random number")
        return coefficients.get(0, zero), coefficients.get(1, zero)

    def over(self, number: Number, code: Code, f: Frame, low: Any = None, high: Any = None) -> Any:
        """The integral of a function of the number times its density, or the sum; between low and high."""
        kind, parameters = self.law(number, f)
        law = law_of_numbers(kind, parameters)
        names = [f"\0parameter {k}" for k in range(len(parameters))]
        outside = f.child(dict(zip(names, parameters, strict=True)))
        outside.values.pop(number.name, None)

        def weighted(g: Frame) -> Any:
            x = g.system.number(g.index[PLACE]) if PLACE in g.index else g.values[PLACE]
            density = law.density(g.system, x, *(g.values[n] for n in names))
            inner = g.child({number.name: self.placed(number, x, g)})
            return each(lambda v: v * density, code(inner))

        if law.discrete:
            return self._summed(outside, weighted, law.support, parameters, (low, high))
        first, last = borders(f, law, parameters)
        first = low if first is None or (low is not None and f.system.sign(low - first) > 0) else first
        last = high if last is None or (high is not None and f.system.sign(last - high) > 0) else last
        if first is not None and last is not None and f.system.sign(last - first) <= 0:
            return f.system.number(0)
        return integrate(outside, weighted, PLACE, first, last)

    def _summed(
        self, f: Frame, weighted: Code, support: str, parameters: list[Any], between: tuple[Any, Any]
    ) -> Any:
        low, high = (None if v is None else f.system.whole(v) for v in between)
        if support == "sign":
            least, most = -1 if low is None else low, 1 if high is None else high
            return self._all(f, weighted, [k for k in (-1, 1) if least <= k <= most])
        first, last = ends(f.system, support, parameters)
        if first is None:
            raise Unsupported("a law without a least outcome")
        first = first if low is None else max(first, low)
        if last is None and high is None:
            return add_up(f, weighted, PLACE, first)
        stop = min(v for v in (last, high) if v is not None)
        if stop - first > OUTCOMES:
            raise Unsupported("too many outcomes to add up")
        return self._all(f, weighted, range(first, stop + 1))

    def _all(self, f: Frame, weighted: Code, outcomes: Any) -> Any:
        total, g = f.system.number(0), f.child({})
        for k in outcomes:
            g.index[PLACE] = k
            total = total + weighted(g)
        return total

    def law(self, number: Number, f: Frame) -> tuple[str, list[Any]]:
        """(name, parameters) of the law of one number; another law of the same variance where it is pinned.

        Raises Unsupported for a law that is not in the table.
        """
        given = self.laws.get(number.name)
        if given is None or given.law not in LAWS:
            raise Unsupported(f"the law of {number.name} is not in the table")
        if not self.bound:
            self._check_known(given, f)
        parameters = self._parameters(given, number, f)
        if isinstance(parameters[0] if parameters else 0, list):  # one entry of a normal vector
            if given.law != "normal" or len(number.where) != 1:
                raise Unsupported("the law of one entry is not known")
            place = number.where[0] - 1
            parameters = [parameters[0][place], parameters[1][place][place]]
        if given.law == "normal" and f.chance is not None and number.name in f.chance.swapped:
            return "laplace", [parameters[0], f.system.call("sqrt", parameters[1] / 2)]
        return given.law, parameters

    def _check_known(self, given: LawOf, f: Frame) -> None:
        """Raises Unsupported where the law rests on a random name that is not averaged over."""
        known = f.chance.known if f.chance is not None else frozenset()
        above = sorted(above_of(given, self.program) - known)
        if above:
            raise Unsupported(f"the law of {given.name} rests on {', '.join(above)}, which is not given")

    def _parameters(self, given: LawOf, number: Number, f: Frame) -> list[Any]:
        indices = self.indices_of(given)
        frame = f.child({}) if indices else f
        if indices:
            frame.index = {**frame.index, **dict(zip(indices, number.where, strict=False))}
        return [self.program.compiled(p)(frame) for p in given.parameters]

    def indices_of(self, given: LawOf) -> list[str]:
        """The indices in the parameters of a law, looked for once."""
        known = self.program.law_indices.get(id(given))
        if known is None:
            names, symbols = [n for p in given.parameters for n in free_names(p)], self.program.symbols
            found = [n for n in dict.fromkeys(names) if n in symbols and symbols[n].kind == "index"]
            known = self.program.law_indices[id(given)] = (given, found)
        return known[1]

    def placed(self, number: Number, x: Any, f: Frame) -> Any:
        """The value of the name in which this entry is x and no other is known."""
        if not number.where:
            return x
        symbol = self.program.symbols[number.name]
        dims = [
            (f.program.range_of(i, f.sizes).start, len(f.program.range_of(i, f.sizes))) for i in symbol.family
        ]
        dims += [(1, dim_value(d, f.sizes)) for d in symbol.shape]

        if len(number.where) != len(dims):
            raise Unsupported("the entries of random vectors have no law each")

        def build(rest: list[tuple[int, int]], where: tuple[int, ...]) -> Any:
            if not rest:
                return x
            (start, count), *more = rest
            return [build(more, where[1:]) if where[0] - start == k else None for k in range(count)]

        return build(dims, number.where)

    def independent(self, groups: list[set[Number]], f: Frame) -> bool:
        """Whether the page says that the numbers of different groups are independent."""
        if not all(
            self._apart(a, b, f) for one, other in combinations(groups, 2) for a in one for b in other
        ):
            return False
        named = [{number.name for number in group} for group in groups]
        several = {name for one, other in combinations(named, 2) for name in one & other}  # of iid entries
        whole = [group - several for group in named]
        return self.program.laws.are_apart([*(group for group in whole if group), *({n} for n in several)])

    def _apart(self, a: Number, b: Number, f: Frame) -> bool:
        dependent = f.chance.dependent if f.chance is not None else frozenset()
        if a.name != b.name:
            both = {a.name, b.name} <= dependent
            return self.program.laws.are_independent(a.name, b.name) and not both
        given = self.laws.get(a.name)
        return a.where != b.where and given is not None and given.iid and a.name not in dependent


def above_of(given: LawOf, program: Program) -> set[str]:
    """The random names that a law rests on, looked for once."""
    if given.law not in LAWS:
        return set()
    kept = program.law_parents.get(id(given))
    if kept is None:
        kept = program.law_parents[id(given)] = (given, parents(given, program))
    return kept[1]


def mean_of(f: Frame) -> Mean:
    """Expectations under the laws of a frame's own program, which shares its code with others."""
    return Mean(f.program, f.program.laws.laws)


def exponent_of(expr: Expr) -> Expr | None:
    """What stands in an exponential; None for another function."""
    if expr.head == "func" and expr.data == "exp":
        return expr.args[0]
    if expr.head == "pow" and bare(expr.args[0]).head == "const" and bare(expr.args[0]).data == "e":
        return expr.args[1]
    return None


def _sum(mean: Mean, expr: Expr, f: Frame) -> Any:
    total = f.system.number(0)
    for sign, arg in zip(expr.data, expr.args, strict=True):
        value = mean.of(arg, f)
        total = total - value if sign == "-" else total + value
    return total


def _product(mean: Mean, expr: Expr, f: Frame) -> Any:
    """Factors that do not vary, and one that does; or factors of independent numbers."""
    if any(arg.shape for arg in expr.args):
        return None
    program = mean.program
    fixed = [arg for arg in expr.args if not mean.varies(arg)]
    varying = [arg for arg in expr.args if mean.varies(arg)]
    total = f.system.number(1)
    for arg in fixed:
        total = total * program.compiled(arg)(f)
    if len(varying) == 1:
        return total * mean.of(varying[0], f)
    groups = [mean.numbers(arg, f) for arg in varying]
    if not mean.independent(groups, f):
        return None
    for arg in varying:
        total = total * mean.of(arg, f)
    return total


def _quotient(mean: Mean, expr: Expr, f: Frame) -> Any:
    if mean.varies(expr.args[1]):
        return None
    return mean.of(expr.args[0], f) / mean.program.compiled(expr.args[1])(f)


def _indexed_sum(mean: Mean, expr: Expr, f: Frame) -> Any:
    """E of a finite sum over declared or bounded indices is the sum of the means."""
    total = f.system.number(0)
    for _ in index_terms(expr, mean.program)(f):
        total = total + mean.of(expr.args[0], f)
    return total


def _defined(mean: Mean, expr: Expr, f: Frame) -> Any:
    """A defined name is what defines it."""
    definitions = [] if mean.bound else mean.program.definitions.get(expr.data, [])
    if len(definitions) != 1:
        return None
    definition = definitions[0]
    if definition.indices or definition.arguments or definition.power != 1 or definition.tuple_of:
        return None
    saved, f.index = f.index, {}
    try:
        return mean.of(mean.program.body_of(definition), f)
    finally:
        f.index = saved


STEPS: dict[str, Callable[[Mean, Expr, Frame], Any]] = {
    "add": _sum,
    "mul": _product,
    "div": _quotient,
    "sum": _indexed_sum,
    "name": _defined,
}
