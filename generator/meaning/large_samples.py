r"""Statistics of n independent numbers, expanded in powers of 1/\sqrt n (see `expansions`).

A sum over the sample is n times a mean, and a mean of functions of the members is its expectation plus
W/\sqrt n, where all W together are normal in the limit (the central limit theorem); their covariances
are those of the functions under the law of one member. Numbers whose law grows with n (binomial, Poisson,
chi-squared, gamma, multinomial counts) are their mean plus their deviation times a normal number in the
limit. Conditions: independent members of one law whose second moments exist; what stands under a function
tends to a number at which it is analytic.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from generator.meaning.expansions import EXACT, SMOOTH, Expansion, Monomial, lifted, power, smooth, variable
from generator.meaning.givens import LawOf
from generator.meaning.program import Frame, free_names, rational_value, substituted
from generator.meaning.systems import Unsupported
from generator.notation.tree import ONE, Definition, Expr, bare, dim_size, meaning_key

#: Mean and variance of laws that are normal in the limit where they grow, from their parameters.
GROWING: dict[str, Callable[..., tuple[Any, Any]]] = {
    "normal": lambda m, v: (m, v),
    "binomial": lambda n, p: (n * p, n * p * (1 - p)),
    "poisson": lambda rate: (rate, rate),
    "chi2": lambda k: (k, 2 * k),
    "gamma": lambda a, b: (a * power(b, Fraction(-1)), a * power(b, Fraction(-2))),
}
OPEN = ("moments", "free")  # laws of which the page says two moments at most


class Sample:
    """The expansions of one point: `frame` has every value but those of n and of the random names."""

    def __init__(self, frame: Frame, name: str) -> None:
        self.frame, self.program, self.name = frame, frame.program, name
        self.members: dict[Any, Expr] = {}  # what the variables of a member, and of a mean, stand for
        self.bounded = True  # whether the moments that the limits need are known to be finite
        self.indices: tuple[str, ...] = ()  # of the sums around
        self._known: dict[str, Expansion] = {}
        self._means: dict[Any, Any] = {}

    # -- from trees to expansions ------------------------------------------------------

    def of(self, expr: Expr) -> Expansion:
        """The expansion of an expression. Raises Unsupported where no rule gives one."""
        expr = bare(expr)
        if self._is_still(expr):
            return lifted(self.program.compiled(expr)(self.frame))
        try:
            return RULES.get(expr.head, _without_rule)(self, expr)
        except Unsupported:
            if not self._is_of_a_member(expr):
                raise
            return self._member(expr)

    def _is_still(self, expr: Expr) -> bool:
        """Whether neither n nor anything random stands in an expression, nor a member of the sample."""
        names = self.program.rests_on([expr])
        random = self.program.random_names([expr])
        return self.name not in names and not random and not set(self.indices) & free_names(expr)

    def _is_of_a_member(self, expr: Expr) -> bool:
        """Whether an expression is a function of members at one index, and of what does not move."""
        names = {n for n in self.program.rests_on([expr]) if n not in self.indices}
        used = set(self.indices) & free_names(expr)
        if self.name in names or len(used) != 1 or set(self._defined(names)):
            return False
        entries = [e for e in expr.walk() if e.head == "entry"]
        random = self.program.random_names([expr])
        return bool(random) and random <= {str(bare(e.args[0]).data) for e in entries}

    def _defined(self, names: set[str]) -> set[str]:
        return {
            n
            for n in names
            if self.program.definitions.get(n) and self.program.random_names([Expr("name", (), n)])
        }

    def _member(self, expr: Expr) -> Expansion:
        """A function of one member as a variable of its own."""
        index = next(iter(set(self.indices) & free_names(expr)))
        for name in self.program.random_names([expr]):
            self._check_law(name)
        key = ("member", index, repr(meaning_key(expr)))
        self.members[key] = expr
        return variable(key)

    def _check_law(self, name: str) -> None:
        """Members are independent, of one law that does not move. Raises Unsupported."""
        law, chance = self.program.laws.laws.get(name), self.frame.chance
        if law is None or not law.iid or (chance is not None and name in chance.dependent):
            raise Unsupported("the members of the sample are not said to be independent, of one law")
        used = {n for part in law.stated for n in self.program.rests_on([part])}
        moving = [n for n in used if n == self.name or self.program.symbols[n].kind == "index"]
        if moving or self.program.random_names(law.stated):
            raise Unsupported("the members of the sample do not have one law")
        if law.law == "free" and law.variance is None:
            raise Unsupported("nothing says that this sample has a variance")

    def name_of(self, expr: Expr) -> Expansion:
        """A size, a defined name, or a random number whose law grows."""
        name = str(expr.data)
        if name == self.name:
            return Expansion({(-2, ()): self.frame.system.number(1)})
        if name not in self._known:
            definitions = self.program.definitions.get(name, [])
            if not definitions:
                self._known[name] = self._growing(name)
            elif len(definitions) > 1 or definitions[0].tuple_of or definitions[0].indices:
                raise Unsupported("the expansion of a name with members")
            else:
                value = self.of(self.program.body_of(definitions[0]))
                root = Fraction(1, definitions[0].power)
                self._known[name] = value if root == 1 else power(value, root)
        return self._known[name]

    def _growing(self, name: str) -> Expansion:
        """A random number as mean plus deviation times a normal one."""
        law = self.program.laws.laws.get(name)
        if law is None or law.law not in GROWING or law.entries or law.under:
            raise Unsupported("a limit in law is decided for functions of means")
        parameters = [self.of(p) for p in law.parameters]
        mean, variance = map(lifted, GROWING[law.law](*parameters))
        if law.law == "binomial" and parameters[1].constant() is None:
            raise Unsupported("a success probability that moves")
        if law.law not in ("normal", "binomial") and parameters[0].first() >= 0:
            raise Unsupported("a law that does not grow has no normal limit")
        if law.law == "binomial" and parameters[0].first() >= 0:
            raise Unsupported("a law that does not grow has no normal limit")
        return mean + power(variance, Fraction(1, 2)) * variable(("number", name))

    def entry_of(self, expr: Expr) -> Expansion:
        """A member of the sample, a count, or a member of a defined family."""
        name = str(bare(expr.args[0]).data)
        definitions = self.program.definitions.get(name, [])
        if definitions:
            return self._defined_entry(definitions, expr.args[1:])
        used = set(self.indices) & free_names(expr)
        if used:
            return self._member(expr)
        law = self.program.laws.laws.get(name)
        if law is None or law.law != "multinomial" or len(expr.args) != 2:
            raise Unsupported("one member of a sample has no limit")
        k = self.frame.system.whole(self.program.compiled(expr.args[1])(self.frame))
        total, shares = self.of(law.parameters[0]), self.program.compiled(law.parameters[1])(self.frame)
        if k is None or total.first() >= 0:
            raise Unsupported("counts that do not grow have no limit")
        return total * lifted(shares[k - 1]) + power(total, Fraction(1, 2)) * variable(("count", name, k))

    def _defined_entry(self, definitions: list[Definition], places: tuple[Expr, ...]) -> Expansion:
        definition = definitions[0]
        if len(definitions) > 1 or len(definition.indices) != len(places) or definition.power != 1:
            raise Unsupported("the expansion of a family by recursion")
        body = self.program.body_of(definition)
        return self.of(substituted(body, dict(zip(definition.indices, places, strict=True))))

    def call_of(self, expr: Expr) -> Expansion:
        """A function of the page, or a quantile whose degrees of freedom grow."""
        symbol, name = self.program.symbols.get(str(expr.data)), str(expr.data)
        definitions = self.program.definitions.get(name, [])
        if (
            len(definitions) == 1
            and not definitions[0].at
            and len(definitions[0].arguments) == len(expr.args)
        ):
            values = dict(zip(definitions[0].arguments, expr.args, strict=True))
            return self.of(substituted(self.program.body_of(definitions[0]), values))
        if symbol is not None and symbol.builtin == "t-quantile" and len(expr.args) == 2:
            return self._student(expr)
        if symbol is None or symbol.builtin or definitions or len(expr.args) != 1 or expr.args[0].shape:
            raise Unsupported("the expansion of this function is not known")
        return lifted(self.frame.values[name](self.frame, self.of(expr.args[0])))

    def _student(self, expr: Expr) -> Expansion:
        """t_{m, q} tends to z_q as m grows, with an error of the order 1/m (DLMF has the series)."""
        freedom, at = self.of(expr.args[0]), self.of(expr.args[1]).constant()
        if freedom.first() != -2 or set(freedom.at(-2)) != {()} or at is None:
            raise Unsupported("a quantile whose degrees of freedom do not grow")
        return lifted(self.frame.system.call("normal-quantile", at)) + Expansion({}, 2)

    def sum_of(self, expr: Expr) -> Expansion:
        """n times a mean, or the sum over a range that does not move."""
        index = str(expr.data[0])
        if len(expr.data) != 1 or len(expr.args) not in (1, 3) or expr.form == "colon":
            raise Unsupported("a sum over another range than the sample")
        if not self._whole_sample(expr, index):
            return self._short_sum(expr, index)
        before, self.indices = self.indices, (*self.indices, index)
        try:
            body = self.of(expr.args[0])
        finally:
            self.indices = before
        total = lifted(0)
        for (order, mono), value in body.terms.items():
            own = tuple(pair for pair in mono if pair[0][0] == "member" and pair[0][1] == index)
            other = tuple(pair for pair in mono if pair not in own)
            mean = (
                lifted(1)
                if not own
                else self.mean(self._written(own)) + variable(("mean", self._plain(own)), 1)
            )
            total = total + Expansion({(order - 2, other): value}) * mean
        if body.rest < EXACT:
            total = total + Expansion({}, body.rest - 2)
        return total

    def _whole_sample(self, expr: Expr, index: str) -> bool:
        """Whether a sum runs from 1 to n. Raises Unsupported where n is in another way in its range."""
        if len(expr.args) == 3:
            low, high = (bare(arg) for arg in expr.args[1:])
            if high.head == "name" and high.data == self.name and low.head == "num" and low.data == "1":
                return True
            moving = self.name in self.program.rests_on(expr.args[1:])
        else:
            symbol = self.program.symbols[index]
            if symbol.lower == ONE and symbol.upper == dim_size(self.name):
                return True
            moving = any(self.name in mono for mono, _ in symbol.upper)
        if moving:
            raise Unsupported("a sum over another range than the sample")
        return False

    def _short_sum(self, expr: Expr, index: str) -> Expansion:
        if len(expr.args) == 3:
            ends = [self.frame.system.whole(self.program.compiled(a)(self.frame)) for a in expr.args[1:]]
            if None in ends:
                raise Unsupported("the range of this sum is not known")
            values = range(int(ends[0] or 0), int(ends[1] or 0) + 1)
        else:
            values = self.program.range_of(index, self.frame.sizes)
        total, before = lifted(0), dict(self.frame.index)
        try:
            for k in values:
                self.frame.index = {**before, index: k}
                total = total + self.of(expr.args[0])
        finally:
            self.frame.index = before
        return total

    # -- moments ------------------------------------------------------------------------

    def _plain(self, own: Monomial) -> Any:
        """The key of a product of members, whatever the index."""
        index = own[0][0][1]
        parts = []
        for key, degree in own:
            first = Expr("name", (), "member", shape=())
            expr = substituted(self.members[key], {index: first})
            parts.append((repr(meaning_key(expr)), degree))
        made = tuple(sorted(parts))
        self.members[("mean", made)] = self._written(own)
        return made

    def _written(self, own: Monomial) -> Expr:
        """A product of members as an expression, at one and the same first index."""
        factors: list[Expr] = []
        for key, degree in own:
            expr = Expr("group", (self.members[key],), ("(", ")"), shape=())
            exponent = Expr("num", (), str(degree), shape=())
            factors.append(expr if degree == 1 else Expr("pow", (expr, exponent), shape=()))
        return _replaced(_times(factors), own[0][0][1])

    def mean(self, expr: Expr) -> Any:
        """The expectation of a function of the first member."""
        key = repr(meaning_key(expr))
        if key not in self._means:
            names = sorted(self.program.random_names([expr]))
            if not self.program.laws.are_apart([name] for name in names):
                raise Unsupported("the joint law of these names is open")
            self._means[key] = self.program.compiled(Expr("E", (expr,), (), shape=()))(self.frame)
        return self._means[key]

    def covariance(self, a: Any, b: Any) -> Any:
        """The covariance of two variables of an expansion, in the limit."""
        if a[0] == b[0] == "mean":
            one, other = self.members[a], self.members[b]
            return self.mean(_times([one, other])) - self.mean(one) * self.mean(other)
        number = self.frame.system.number
        if a[0] == b[0] == "count" and a[1] == b[1]:
            law: LawOf = self.program.laws.laws[a[1]]
            shares = self.program.compiled(law.parameters[1])(self.frame)
            p, q = shares[a[2] - 1], shares[b[2] - 1]
            return (p if a[2] == b[2] else number(0)) - p * q
        if a == b:
            return number(1)
        names = [self._names(v) for v in (a, b)]
        if not self.program.laws.are_apart(names):
            raise Unsupported("the joint law of these names is open")
        return number(0)

    def _names(self, key: Any) -> set[str]:
        return self.program.random_names([self.members[key]]) if key[0] == "mean" else {key[1]}

    def is_heavy(self, key: Any) -> bool:
        """Whether nothing says that a variable has a finite variance: powers of members of an open law."""
        if key[0] != "mean":
            return False
        laws = [self.program.laws.laws[n].law for n in self._names(key)]
        return any(law in OPEN for law in laws) and bare(self.members[key]).head not in ("entry", "indicator")


def _replaced(expr: Expr, index: str) -> Expr:
    """An expression at the first member: the index is the number 1."""
    if expr.head == "name" and expr.data == index:
        return Expr("num", (), "1", shape=())
    return expr.with_args(tuple(_replaced(arg, index) for arg in expr.args))


def _times(factors: list[Expr]) -> Expr:
    if len(factors) == 1:
        return bare(factors[0])
    grouped = tuple(Expr("group", (factor,), ("(", ")"), shape=()) for factor in factors)
    return Expr("mul", grouped, ("",) * (len(grouped) - 1), shape=())


def _without_rule(sample: Sample, expr: Expr) -> Expansion:
    raise Unsupported("a limit in law is decided for smooth functions of means")


def _add(sample: Sample, expr: Expr) -> Expansion:
    total = lifted(0)
    for sign, arg in zip(expr.data, expr.args, strict=True):
        total = total - sample.of(arg) if sign == "-" else total + sample.of(arg)
    return total


def _mul(sample: Sample, expr: Expr) -> Expansion:
    total = lifted(1)
    for arg in expr.args:
        total = total * sample.of(arg)
    return total


def _div(sample: Sample, expr: Expr) -> Expansion:
    return sample.of(expr.args[0]) * power(_moving(sample, expr.args[1]), Fraction(-1))


def _pow(sample: Sample, expr: Expr) -> Expansion:
    exponent = rational_value(expr.args[1])
    if exponent is None:
        raise Unsupported("a power whose exponent is no number")
    if exponent.denominator == 1 and exponent >= 0:
        return power(sample.of(expr.args[0]), exponent)
    return power(_moving(sample, expr.args[0]), exponent)


def _func(sample: Sample, expr: Expr) -> Expansion:
    if len(expr.args) != 1:
        raise Unsupported("the expansion of this function is not known")
    inner = _moving(sample, expr.args[0])
    if expr.data == "sqrt":
        return power(inner, Fraction(1, 2))
    if expr.data not in SMOOTH:
        raise Unsupported("the expansion of this function is not known")
    return smooth(inner, SMOOTH[expr.data])


def _moving(sample: Sample, expr: Expr) -> Expansion:
    """What stands under a function; a single member has no expansion there. Raises Unsupported."""
    inner = sample.of(expr)
    if any(key[0] == "member" for _, mono in inner.terms for key, _ in mono):
        raise Unsupported("a function of one member of the sample")
    return inner


def _abs(sample: Sample, expr: Expr) -> Expansion:
    inner = _moving(sample, expr.args[0])
    head = inner.at(inner.first())
    if set(head) != {()}:
        raise Unsupported("the absolute value of what changes its sign")
    return inner if sample.frame.system.sign(head[()]) > 0 else -inner


RULES: dict[str, Callable[[Sample, Expr], Expansion]] = {
    "name": Sample.name_of,
    "entry": Sample.entry_of,
    "call": Sample.call_of,
    "sum": Sample.sum_of,
    "add": _add,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "func": _func,
    "abs": _abs,
}
