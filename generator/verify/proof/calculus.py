"""Substitution into polynomials and derivatives: what goes through a term factor by factor.

While a term is worked on its bound labels are free labels of their own ("frozen"); summing over
them again at the end counts those that have vanished.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from generator.verify.proof.atoms import PI, Atom, Factor
from generator.verify.proof.composite import composite, instance
from generator.verify.proof.functions import exponential, logarithm, power
from generator.verify.proof.labels import FIXED, FREE, Label, parted
from generator.verify.proof.polynomial import Polynomial, delta, factor, from_terms, number
from generator.verify.proof.terms import Term, bound_labels, relabelled
from generator.verify.proof.work import NotProved, Work

Change = Callable[[Factor], Polynomial]


def frozen(term: Term, work: Work) -> tuple[tuple[Factor, ...], list[Label]]:
    """The factors of an opened term with free labels in place of the bound ones, and those labels."""
    names: dict[Label, Label] = {b: (FREE, f"~{work.fresh()}", b[2]) for b in bound_labels(term.factors)}
    return relabelled(term.factors, names), list(names.values())


def summed(p: Polynomial, labels: list[Label]) -> Polynomial:
    """The sum over several free labels."""
    for label in labels:
        p = p.total(label)
    return p


def holds(a: Atom, wanted: Callable[[Atom], bool]) -> bool:
    """Whether an atom, or one inside it, is wanted."""
    return wanted(a) or any(wanted(inner) for body in a.bodies for inner in body.atoms())


def mapped(p: Polynomial, wanted: Callable[[Atom], bool], change: Change) -> Polynomial:
    """p with every factor whose atom is or holds a wanted one replaced by `change` of it."""
    total = number(0, p.work)
    kept: list[Term] = []
    for monomial, c in p.terms.items():
        lists = (monomial[0], *monomial[1])
        if not any(holds(f[0], wanted) for factors in lists for f in factors):
            kept.append(Term(c, *monomial))
            continue
        (term,) = Polynomial({monomial: c}, p.work).bare_terms()
        factors, labels = frozen(term, p.work)
        touched = [f for f in factors if holds(f[0], wanted)]
        product = from_terms([Term(c, tuple(f for f in factors if f not in touched))], p.work)
        for f in touched:
            product = product * change(f)
        total = total + summed(product, labels)
    return total + from_terms(kept, p.work)


def specialised(p: Polynomial) -> Polynomial:
    """p with every function of an argument at a number, or at twice the same label, built anew there."""

    def special(f: Factor) -> bool:
        labels = f[1][:-2] if f[0].kind == "inverse" else f[1]
        counted = any(label[0] == FIXED or parted(label)[1] for label in labels)
        if p.work.shifts:  # over fewer numbers a sum to an index may have another form
            counted = counted or any(x[2] != r for x, r in zip(labels, f[0].ranges, strict=False))
        return f[0].kind in MAKERS and bool(f[0].ranges) and (counted or len(set(labels)) < len(labels))

    total = number(0, p.work)
    kept: list[Term] = []
    for monomial, c in p.terms.items():
        if not any(special(f) for factors in (monomial[0], *monomial[1]) for f in factors):
            kept.append(Term(c, *monomial))
            continue
        (term,) = Polynomial({monomial: c}, p.work).bare_terms()
        factors, labels = frozen(term, p.work)
        product = from_terms([Term(c, tuple(f for f in factors if not special(f)))], p.work)
        for f in (g for g in factors if special(g)):
            product = product * rebuilt(f, instance(f[0], f[1]))
        total = total + summed(product, labels)
    return total + from_terms(kept, p.work)


def rebuilt(f: Factor, bodies: tuple[Polynomial, ...]) -> Polynomial:
    """A composite factor over other bodies (at the factor's own labels)."""
    maker = MAKERS.get(f[0].kind)
    if maker is None:
        raise NotProved(f"nothing is put into {f[0].kind}")
    return maker(f, bodies)


def _function(f: Factor, bodies: tuple[Polynomial, ...]) -> Polynomial:
    if f[0].name in NAMED and not f[0].extra:
        return power(NAMED[f[0].name](bodies[0]), f[2])
    made = composite("function", bodies, 1, f[0].name, f[0].extra, f[0].words)
    return power(made, f[2])


#: Function of the table -> how it is built; filled where functions are read.
NAMED: dict[str, Callable[[Polynomial], Polynomial]] = {}


MAKERS: dict[str, Callable[[Factor, tuple[Polynomial, ...]], Polynomial]] = {
    "pow": lambda f, bodies: power(bodies[0], f[2]),
    "exp": lambda f, bodies: power(exponential(bodies[0]), f[2]),
    "log": lambda f, bodies: power(logarithm(bodies[0]), f[2]),
    "function": _function,
}


def substituted(p: Polynomial, old: Atom, value: Callable[[tuple[Label, ...]], Polynomial]) -> Polynomial:
    """p with every entry of an atom replaced by the value at its labels."""

    def change(f: Factor) -> Polynomial:
        a, labels, e = f
        if a == old:
            return power(value(labels), e)
        return rebuilt(f, tuple(substituted(body, old, value) for body in instance(a, labels)))

    return mapped(p, lambda a: a == old, change)


def derivative(p: Polynomial, cut: Atom, target: tuple[Label, ...]) -> Polynomial:
    """The partial derivative of p by one entry of the atom `cut`.

    Raises NotProved where an atom has no rule, or a moment is left open (it may depend on anything).
    """
    if any(a.kind == "cumulant" for a in p.atoms()):
        raise NotProved("the derivative of a moment that the page leaves open")
    total = number(0, p.work)
    for monomial, c in p.terms.items():
        lists = (monomial[0], *monomial[1])
        if not any(holds(f[0], lambda a: a == cut) for factors in lists for f in factors):
            continue
        (term,) = Polynomial({monomial: c}, p.work).bare_terms()
        factors, labels = frozen(term, p.work)
        for place, f in enumerate(factors):
            if not holds(f[0], lambda a: a == cut):
                continue
            rest = from_terms([Term(c, factors[:place] + factors[place + 1 :])], p.work)
            total = total + summed(rest * _of_factor(f, cut, target, p.work), labels)
    return total


def _of_factor(f: Factor, cut: Atom, target: tuple[Label, ...], work: Work) -> Polynomial:
    """d f by the product and chain rules."""
    a, labels, e = f
    outer = factor(a, labels, work, e - 1) * Fraction(e) if e != 1 else number(1, work)
    if a == cut:
        for one, other in zip(labels, target, strict=True):
            outer = outer * delta(one, other, work)
        return outer
    rule = RULES.get(a.kind)
    if rule is None:
        raise NotProved(f"no derivative is known for {a.kind}")
    return outer * rule(a, labels, lambda body: derivative(body, cut, target))


Inner = Callable[[Polynomial], Polynomial]


def _of_power(a: Atom, labels: tuple[Label, ...], inner: Inner) -> Polynomial:
    return inner(instance(a, labels)[0])


def _of_exponential(a: Atom, labels: tuple[Label, ...], inner: Inner) -> Polynomial:
    (body,) = instance(a, labels)
    return exponential(body) * inner(body)


def _of_logarithm(a: Atom, labels: tuple[Label, ...], inner: Inner) -> Polynomial:
    (body,) = instance(a, labels)
    return power(body, -1) * inner(body)


def _named(name: str) -> Callable[[Polynomial], Polynomial]:
    return lambda x: composite("function", (x,), name=name)


#: Function of the table that stays an atom -> its derivative.
SLOPES: dict[str, Callable[[Polynomial], Polynomial]] = {
    "sin": _named("cos"),
    "cos": lambda x: -_named("sin")(x),
    "gamma": lambda x: _named("gamma")(x) * _named("digamma")(x),
    "lgamma": _named("digamma"),
    "arctan": lambda x: power(1 + x * x, -1),
    "erf": lambda x: 2 * exponential(-x * x) * power(factor(PI, (), x.work), Fraction(-1, 2)),
}


def _of_function(a: Atom, labels: tuple[Label, ...], inner: Inner) -> Polynomial:
    """f^(k)(P)' = f^(k+1)(P) P' for an open function of one scalar."""
    bodies = instance(a, labels)
    if a.name in SLOPES and not a.extra:
        return SLOPES[a.name](bodies[0]) * inner(bodies[0])
    if len(bodies) != 1 or not a.extra or not isinstance(a.extra[0], int):
        raise NotProved("no derivative is known for this function")
    return composite("function", bodies, 1, a.name, (a.extra[0] + 1,)) * inner(bodies[0])


RULES: dict[str, Callable[[Atom, tuple[Label, ...], Inner], Polynomial]] = {
    "pow": _of_power,
    "exp": _of_exponential,
    "log": _of_logarithm,
    "function": _of_function,
}
