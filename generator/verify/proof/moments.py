"""Expectations: products of random names by cumulants over set partitions, normals in exponentials.

E[x_1 .. x_k] is the sum over all set partitions of the product of the blocks' joint cumulants
(Leonov and Shiryaev, 1959); for normal names only blocks of one and two remain (Isserlis, 1918).
E[g(x) e^Q] = e^(E Q + Var Q / 2) E[g(x + Cov(x, Q))] for a Q that is linear in independent or
jointly normal x (Cameron and Martin). What else is random inside a function is not proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from math import comb

from generator.meaning.drawn import drawn_sum
from generator.meaning.givens import LawOf
from generator.meaning.laws import LAWS, RAW_MOMENTS
from generator.notation.tree import Expr, bare
from generator.verify.proof import facts
from generator.verify.proof.algebra import product_over
from generator.verify.proof.atoms import Atom, Factor, atom
from generator.verify.proof.calculus import frozen, summed
from generator.verify.proof.composite import instance
from generator.verify.proof.elementary import Number, PolynomialSystem
from generator.verify.proof.functions import exponential
from generator.verify.proof.labels import Label, is_later
from generator.verify.proof.polynomial import Polynomial, delta, factor, from_terms
from generator.verify.proof.reading import READERS, Env, Labels, Translation, Value
from generator.verify.proof.recursion import looks_back
from generator.verify.proof.terms import Term
from generator.verify.proof.work import NotProved

ORDER = 8  # random factors of one term

Copy = tuple[Atom, Labels]  # one random factor: which name, which entry


def is_random(a: Atom) -> bool:
    """Whether an atom is a random name or holds one."""
    return "random" in a.words or any("random" in inner.words for b in a.bodies for inner in b.atoms())


@cache
def partitions(count: int) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """All set partitions of 0 .. count-1."""
    if count == 0:
        return ((),)
    out = []
    for smaller in partitions(count - 1):
        out.append((*smaller, (count - 1,)))
        for place, block in enumerate(smaller):
            out.append((*smaller[:place], (*block, count - 1), *smaller[place + 1 :]))
    return tuple(out)


@dataclass(slots=True)
class Expectation:
    """The expectation over some random names, in one environment."""

    t: Translation
    env: Env
    laws: dict[Atom, LawOf]

    def of(self, p: Polynomial) -> Polynomial:
        """E[p]. Raises NotProved for what has no rule."""
        total = self.t.number(0)
        kept: list[Term] = []
        for monomial, c in p.terms.items():
            lists = (monomial[0], *monomial[1])
            if not any(is_random(f[0]) for factors in lists for f in factors):
                kept.append(Term(c, *monomial))
                continue
            (term,) = Polynomial({monomial: c}, p.work).bare_terms()
            factors, labels = frozen(term, p.work)
            chance = [f for f in factors if is_random(f[0])]
            sure = from_terms([Term(c, tuple(f for f in factors if f not in chance))], p.work)
            total = total + summed(sure * self._of_factors(chance), labels)
        return total + from_terms(kept, p.work)

    def _of_factors(self, factors: list[Factor]) -> Polynomial:
        copies: list[Copy] = []
        exponent = self.t.number(0)
        for a, labels, e in factors:
            if a.kind == "exp":
                exponent = exponent + instance(a, labels)[0] * Fraction(e)
            elif self._has_law(a) and isinstance(e, int) and e > 0:
                copies += [(a, labels)] * e
            else:
                raise NotProved("an expectation of something that is no polynomial")
        if len(copies) > ORDER:
            raise NotProved("an expectation of a high power")
        return self._tilted(copies, exponent) if exponent.terms else self.moment(copies)

    def _has_law(self, a: Atom) -> bool:
        """Whether a law is known, or left open as that of a member of a recursion."""
        if a in self.t.states:
            self.laws.setdefault(a, LawOf(a.name, "free", ()))
        return a in self.laws

    def moment(self, copies: Sequence[Copy]) -> Polynomial:
        """E of a product of entries."""
        total = self.t.number(0)
        found: dict[tuple[int, ...], Polynomial] = {}
        for partition in partitions(len(copies)):
            product = self.t.number(1)
            for block in partition:
                if block not in found:
                    found[block] = self.cumulant([copies[k] for k in block])
                product = product * found[block]
                if product.is_zero():
                    break
            total = total + product
        return total

    def _tilted(self, copies: list[Copy], exponent: Polynomial) -> Polynomial:
        """E[product e^Q] for a Q that is linear in normal names, or in others where nothing stands beside."""
        if not copies and not self._all_normal(exponent):
            return self._generated(exponent)
        names = self._linear(exponent)
        for a in {c[0] for c in copies}:
            if self.laws[a].law != "normal" and not self._apart([a], names):
                raise NotProved("an exponential of something random beside another law")
        together = sorted({*names, *(c[0] for c in copies)})
        if not self._apart(*([a] for a in together)):
            raise NotProved("an exponential of names that may depend on one another")
        mean = self.of(exponent)
        variance = self.of(exponent * exponent) - mean * mean
        shifted = self.t.number(1)
        for a, labels in copies:
            x = factor(a, labels, self.t.work)
            shifted = shifted * (x + self.of(x * exponent) - self.of(x) * mean)
        return exponential(mean + variance * Fraction(1, 2)) * self.of(shifted)

    def _all_normal(self, exponent: Polynomial) -> bool:
        chance = {a for a in exponent.atoms() if "random" in a.words}
        return all(a in self.laws and self.laws[a].law == "normal" for a in chance)

    def _generated(self, exponent: Polynomial) -> Polynomial:
        """E[e^Q] for a Q that is linear in independent entries, by their moment generating functions."""
        result, met = self.t.number(1), list[Atom]()
        for monomial, c in exponent.terms.items():
            (term,) = Polynomial({monomial: c}, exponent.work).bare_terms()
            factors, bound = frozen(term, exponent.work)
            chance = [f for f in factors if is_random(f[0])]
            rest = from_terms([Term(c, tuple(f for f in factors if f not in chance))], exponent.work)
            if not chance:
                result = result * exponential(summed(rest, bound))
                continue
            a, labels, e = chance[0]
            fits = len(chance) == 1 and e == 1 and a in self.laws and tuple(bound) in ((), labels)
            if not fits or len(bound) > 1 or a in met or not self._apart([a], met):
                raise NotProved("an exponential that is not linear in independent names")
            met.append(a)
            result = result * self._generating(a, labels, rest, bound)
        return result

    def _generating(self, a: Atom, labels: Labels, by: Polynomial, over: list[Label]) -> Polynomial:
        """E[e^(s x)] of one entry, or the product over all entries of an iid name."""
        law = self.laws[a]
        known = LAWS.get(law.law)
        if known is None or known.mgf is None or (labels and not (law.entries and law.iid)):
            raise NotProved("a law without a known moment generating function")
        if len(law.parameters) != len(known.kinds) or any(p.shape for p in law.parameters):
            raise NotProved("a law of arrays")
        parameters = [Number(self.parameter(p, labels)) for p in law.parameters]
        found: Number = known.mgf(PolynomialSystem(self.t.work), Number(by), *parameters)
        return product_over(found.polynomial, over[0]) if over else found.polynomial

    def _linear(self, exponent: Polynomial) -> set[Atom]:
        """The normal names in a linear exponent. Raises NotProved for any other."""
        names = set()
        for free, parts in exponent.terms:
            chance = [f for factors in (free, *parts) for f in factors if is_random(f[0])]
            if len(chance) > 1 or any(f[2] != 1 or f[0] not in self.laws for f in chance):
                raise NotProved("an exponential that is not linear in what is random")
            names |= {f[0] for f in chance}
        for a in names:
            law = self.laws[a]
            if law.law != "normal" or (law.entries and not law.iid):
                raise NotProved("an exponential of something that is not normal")
        return names

    def _apart(self, *groups: Iterable[Atom]) -> bool:
        """Whether the page says that groups of names are independent of one another, as wholes."""
        return self.t.program.laws.are_apart([self.laws[a].name for a in group] for group in groups)

    # -- cumulants ------------------------------------------------------------------

    def cumulant(self, block: list[Copy]) -> Polynomial:
        """The joint cumulant of the entries in a block."""
        names = sorted({a for a, _ in block})
        if self.t.states & set(names):
            return self._of_states(block)
        if len(names) > 1:
            if self._separate(names):
                return self.t.number(0)
            return self._open(block)
        law = self.laws[names[0]]
        axes = len(block[0][1])
        if law.law == "free":
            return self._free(law, block)
        if not law.entries and axes:
            return self._of_vector(law, [labels for _, labels in block])
        if law.entries and not law.iid and any(labels != block[0][1] for _, labels in block):
            raise NotProved("entries that may depend on one another")
        vectors = law.law in ("normal", "moments") and [len(p.shape or ()) for p in law.parameters] == [1, 2]
        if vectors:  # the last label is the axis of one member
            result = self._of_vector(law, [labels[-1:] for _, labels in block])
        else:
            result = self._of_law(law, len(block), block[0][1])
        for _, labels in block[1:]:
            pairs = list(zip(block[0][1], labels, strict=True))
            for one, other in pairs[:-1] if vectors else pairs:
                result = result * delta(one, other, self.t.work)
        return result

    def _of_states(self, block: list[Copy]) -> Polynomial:
        """0 beside later draws, of which members that rest on what came before are independent."""
        laws, program = self.t.program.laws, self.t.program
        states = [copy for copy in block if copy[0] in self.t.states]
        later = [copy for copy in block if copy[0] not in self.t.states]
        if not later:
            return self._open(block)
        for (a, (place, *_)), (b, labels) in product(states, later):
            law, rests = self.laws[b], program.random_names([Expr("name", (), a.name)])
            apart = laws.are_apart([{law.name}, rests - {law.name}])
            drawn = law.entries and law.iid and len(labels) == 1 and is_later(labels[0], place)
            if not (drawn and apart and looks_back(a.name, program)):
                raise NotProved("a member of a recursion beside what it may rest on")
        return self.t.number(0)

    def _separate(self, names: list[Atom]) -> bool:
        """Whether the names fall into two groups that are independent of one another."""
        reached, waiting = {names[0]}, [names[0]]
        while waiting:
            a = waiting.pop()
            new = [b for b in names if b not in reached and not self._apart([a], [b])]
            reached |= set(new)
            waiting += new
        return len(reached) < len(names) and self._apart(reached, set(names) - reached)

    def _open(self, block: list[Copy]) -> Polynomial:
        """A joint cumulant that the page leaves open: an atom, the same for every order of its entries."""
        if any(self.laws[a].law != "free" or len(labels) > 1 for a, labels in block):
            raise NotProved("names that may depend on one another")
        ordered = sorted(block)
        names = tuple(a.name for a, _ in ordered)
        ranges = tuple(where for a, labels in ordered for where in a.ranges[: len(labels)])
        same = len(set(names)) == 1
        made = atom("cumulant", names[0], ranges, extra=names, symmetric=same and len(names) > 1)
        return factor(made, tuple(label for _, labels in ordered for label in labels), self.t.work)

    def _free(self, law: LawOf, block: list[Copy]) -> Polynomial:
        given = {1: law.mean, 2: law.variance}.get(len(block))
        if given is not None and len(block) == 2 and len(given.shape or ()) == 2:
            return self.parameter(given, block[0][1] + block[1][1])
        if given is None or (len(block) == 2 and block[0][1] != block[1][1]):
            if len(block) == 2 and law.variance is not None:
                raise NotProved("entries that may depend on one another")
            return self._open(block)
        return self.parameter(given, block[0][1])

    def _of_vector(self, law: LawOf, entries: list[Labels]) -> Polynomial:
        """A vector: its mean, its covariance matrix, of a normal one nothing beyond."""
        if law.law not in ("normal", "moments") or len(entries[0]) != 1:
            raise NotProved("a joint law without a rule")
        if len(entries) > 2:
            if law.law != "normal":
                raise NotProved("a moment of a vector that the page leaves open")
            return self.t.number(0)
        labels = tuple(label for entry in entries for label in entry)
        return self.parameter(law.parameters[len(entries) - 1], labels)

    def parameter(self, expr: Expr, labels: Labels) -> Polynomial:
        """A parameter of a law at the entry's labels (of its own index, or of its axes)."""
        names = [n.data for n in expr.walk() if n.head == "name" and self._is_index(n.data)]
        env = self.env.clean()
        if names:
            if len(set(names)) != 1 or len(labels) != 1 or expr.shape:
                raise NotProved("a parameter with several indices")
            value = self.t.entry(expr, (), env.at({names[0]: labels[0]}))
        elif expr.shape:
            value = self.t.entry(expr, labels, env)
        else:
            value = self.t.entry(expr, (), env)
        if any(is_random(a) for a in value.atoms()):
            raise NotProved("a law with a random parameter")
        return value

    def _is_index(self, name: str) -> bool:
        symbol = self.t.program.symbols.get(name)
        return symbol is not None and symbol.kind == "index"

    def _of_law(self, law: LawOf, order: int, labels: Labels) -> Polynomial:
        """The cumulant of one entry by its law's table line."""
        if any(p.shape for p in law.parameters):
            raise NotProved("a law of arrays for each entry")
        parameters = [self.parameter(p, labels) for p in law.parameters]
        if law.law in ("normal", "moments"):
            if order <= 2:
                return parameters[order - 1]
            if law.law == "normal":
                return self.t.number(0)
            made = atom("cumulant", law.name, extra=(order,))
            return factor(made, (), self.t.work)
        raw = RAW_MOMENTS.get(law.law)
        if raw is None or len(parameters) != len(LAWS[law.law].kinds):
            raise NotProved("a law without known moments")
        system = PolynomialSystem(self.t.work)
        numbers = [Number(p) for p in parameters]
        moments = [Number(self.t.number(1)), *(raw(system, k, *numbers) for k in range(1, order + 1))]
        return _cumulant_of(moments, order).polynomial


def _cumulant_of(moments: list[Number], order: int) -> Number:
    """kappa_k = m_k - sum_j C(k-1, j-1) kappa_j m_(k-j)."""
    known: list[Number] = [moments[0]]
    for k in range(1, order + 1):
        value = moments[k]
        for j in range(1, k):
            value = value - comb(k - 1, j - 1) * known[j] * moments[k - j]
        known.append(value)
    return known[order]


# -- the heads E, Var, Cov ------------------------------------------------------------


def _expectation(t: Translation, expr: Expr, env: Env) -> Expectation:
    """Over the random names that the bodies rest on. Raises NotProved where none is, or one is cut."""
    if expr.data or len(expr.args) > (2 if expr.head == "Cov" else 1):
        raise NotProved("a conditional expectation")
    names = t.program.random_names(expr.args)
    if not names:
        raise NotProved("nothing random")
    for name in env.values:
        if facts.is_random(name, t.program) or _smuggles(env.values[name]):
            raise NotProved("a random name that was replaced")
    return Expectation(t, env, {t.atom_of(n): t.program.laws.laws[n] for n in names})


def _smuggles(value: Value) -> bool:
    return any(is_random(a) for a in value.polynomial.atoms())


def _mean(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    if isinstance(expr.data, Expr):
        drawn = drawn_sum(expr, t.program.symbols)
        return t.entry(drawn, labels, env) if drawn is not None else _mean_bound(t, expr, labels, env)
    return _expectation(t, expr, env).of(t.entry(expr.args[0], labels, env))


def _mean_bound(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """E_{x ~ law}: the variable is random in this body only."""
    name, law = bare(expr.data.args[0]), bare(expr.data.args[1])
    if name.head != "name" or law.head != "law" or len(expr.args) != 1:
        raise NotProved("an expectation over this law")
    symbol = t.program.symbols.get(name.data)
    where = facts.ranges(symbol, t.program) if symbol is not None else ()
    made = atom("symbol", name.data, where, extra=(t.work.fresh(),), words=frozenset({"random"}))
    own: tuple[Label, ...] = tuple(t.fresh(r) for r in where)
    inner = env.put(name.data, Value(own, factor(made, own, t.work)), t.work)
    laws = {made: LawOf(name.data, law.data, law.args)}
    return Expectation(t, env, laws).of(t.entry(expr.args[0], labels, inner))


def _variance(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """Of a number, or the covariance matrix of a vector."""
    drawn = drawn_sum(expr, t.program.symbols)
    if drawn is not None:
        return t.entry(drawn, labels, env)
    over = _expectation(t, expr, env)
    if len(labels) != 2 * len(expr.args[0].shape or ()):
        raise NotProved("a variance of another shape")
    half = len(labels) // 2
    bodies = [t.entry(expr.args[0], part, env) for part in (labels[:half], labels[half:])]
    a, b = (body - over.of(body) for body in bodies)
    return over.of(a * b)


def _covariance(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """Of two numbers, or the matrix of covariances between the entries of two vectors."""
    over = _expectation(t, expr, env)
    shapes = [len(arg.shape or ()) for arg in expr.args]
    if len(labels) != sum(shapes):
        raise NotProved("a covariance of another shape")
    parts = (labels[: shapes[0]], labels[shapes[0] :])
    a, b = (t.entry(arg, part, env) for arg, part in zip(expr.args, parts, strict=True))
    return over.of((a - over.of(a)) * (b - over.of(b)))


READERS.update({"E": _mean, "Var": _variance, "Cov": _covariance})
