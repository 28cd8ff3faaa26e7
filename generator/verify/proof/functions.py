"""Powers, exponentials and logarithms of polynomials, each in one canonical form.

An argument is first written as content * product of factors * rest, over a common denominator.
Whole powers take everything apart; roots and logarithms only what is known to be positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from generator.verify.proof import sign
from generator.verify.proof.atoms import POSITIVE, Atom, Exponent, Factor, prime_atom
from generator.verify.proof.composite import composite, composite_atom, instance
from generator.verify.proof.labels import Label
from generator.verify.proof.leading import leading
from generator.verify.proof.polynomial import Polynomial, factor, from_terms, number
from generator.verify.proof.terms import Part, Term
from generator.verify.proof.work import NotProved, Work

LARGEST = 10**12  # numbers above it are not taken apart into primes
ROUNDS = 12  # of clearing denominators inside one argument


@dataclass(slots=True)
class Product:
    """content * factors * rest; content is positive, rest has coprime coefficients."""

    content: Fraction
    factors: list[Factor]
    rest: Polynomial


def taken_apart(p: Polynomial) -> Product:
    """p as a product over a common denominator; the rest is 0 where p turns out to be."""
    factors: dict[tuple[Atom, tuple[Label, ...]], Factor] = {}
    rest = p
    for _ in range(ROUNDS):
        common = _common(rest)
        if not common or rest.is_zero():
            break
        for a, labels, e in common:
            old = factors.get((a, labels), (a, labels, 0))
            factors[a, labels] = (a, labels, old[2] + e)
        rest = from_terms(
            [
                Term(c, free + tuple((a, labels, -e) for a, labels, e in common), parts)
                for (free, parts), c in rest.terms.items()
            ],
            p.work,
        )
    else:
        raise NotProved("a denominator that is not cleared")
    if rest.is_zero():
        return Product(Fraction(0), list(factors.values()), rest)
    shared = _shared_parts(rest)
    if shared:
        for part in shared:
            body = from_terms([Term(Fraction(1), (), (part,))], p.work)
            a, labels = power_atom(body)
            old = factors.get((a, labels), (a, labels, 0))
            factors[a, labels] = (a, labels, old[2] + 1)
        rest = _without_parts(rest, shared)
    content = _content(rest)
    return Product(content, [f for f in factors.values() if f[2]], rest.scaled(1 / content))


def _common(p: Polynomial) -> list[Factor]:
    """Free factors that all terms share, and those that stand below a fraction bar in one."""
    terms = list(p.terms)
    lowest: dict[tuple[Atom, tuple[Label, ...]], Factor] = {}
    for free, _ in terms:
        for a, labels, e in free:
            old = lowest.get((a, labels))
            if old is None or e < old[2]:
                lowest[a, labels] = (a, labels, e)
    out = []
    for key, (a, labels, e) in lowest.items():
        everywhere = all(any((f[0], f[1]) == key for f in free) for free, _ in terms)
        if a.kind != "delta" and (everywhere or e < 0):
            out.append((a, labels, e))
    return sorted(out)


def _shared_parts(p: Polynomial) -> list[Part]:
    monomials = list(p.terms)
    shared = list(monomials[0][1])
    for _, parts in monomials[1:]:
        left = list(parts)
        kept = []
        for part in shared:
            if part in left:
                left.remove(part)
                kept.append(part)
        shared = kept
    return shared


def _without_parts(p: Polynomial, shared: list[Part]) -> Polynomial:
    terms = {}
    for (free, parts), c in p.terms.items():
        left = list(parts)
        for part in shared:
            left.remove(part)
        terms[free, tuple(left)] = c
    return Polynomial(terms, p.work)


def _content(p: Polynomial) -> Fraction:
    top, bottom = 0, 1
    for c in p.terms.values():
        top = gcd(top, c.numerator)
        bottom = bottom * c.denominator // gcd(bottom, c.denominator)
    return Fraction(top, bottom)


def power_atom(p: Polynomial) -> tuple[Atom, tuple[Label, ...]]:
    """The atom of a polynomial as the base of a power, with its labels."""
    made, labels = composite_atom("pow", (p,))
    if sign.of_polynomial(p) == sign.POSITIVE or p.work.known.get(made) == sign.POSITIVE:
        made.words = POSITIVE
    elif sign.of_polynomial(p) == sign.NONNEGATIVE or p.work.known.get(made) == sign.NONNEGATIVE:
        made.words = frozenset({"nonnegative"})
    return made, labels


def known_sign(p: Polynomial) -> int:
    """What is known about the sign of p: by its terms, or as a declared bound times what is positive."""
    direct = sign.of_polynomial(p)
    if direct == sign.POSITIVE or not p.terms or len(p.terms) == 1:
        return direct
    whole = taken_apart(p)
    if not whole.content:
        return sign.NONNEGATIVE
    rest = whole.rest.constant()
    if rest is None:
        a, _ = power_atom(whole.rest)
        last = sign.POSITIVE if a.positive else sign.NONNEGATIVE if a.nonnegative else sign.UNKNOWN
    else:
        last = sign.POSITIVE if rest > 0 else sign.UNKNOWN
    return max(direct, min(last, sign.of_factors(whole.factors)))


def number_power(value: Fraction, e: Exponent, work: Work) -> Polynomial:
    """A positive rational to a rational power, by primes. Raises NotProved for other bases."""
    if isinstance(e, int) or e.denominator == 1:
        if not value and e <= 0:
            raise NotProved("0 to a power that is not positive")
        return number(value ** int(e), work)
    if value <= 0:
        if value == 0 and e > 0:
            return number(0, work)
        raise NotProved("a root of a negative number")
    factors = [(prime_atom(q), (), k * e) for q, k in primes(value).items()]
    return from_terms([Term(Fraction(1), tuple(factors))], work)


def primes(value: Fraction) -> dict[int, int]:
    """prime -> exponent of a positive rational. Raises NotProved for large numbers."""
    out: dict[int, int] = {}
    for n, direction in ((value.numerator, 1), (value.denominator, -1)):
        if n > LARGEST:
            raise NotProved("a number too large to take apart")
        q = 2
        while q * q <= n:
            while n % q == 0:
                out[q] = out.get(q, 0) + direction
                n //= q
            q += 1
        if n > 1:
            out[n] = out.get(n, 0) + direction
    return out


def power(p: Polynomial, e: Exponent) -> Polynomial:
    """p to a rational power. Raises NotProved for the inverse of 0."""
    if isinstance(e, Fraction) and e.denominator == 1:
        e = e.numerator
    if isinstance(e, int) and e >= 0:
        return p.power(e)
    constant = p.constant()
    if constant is not None:
        return number_power(constant, e, p.work)
    whole = taken_apart(p)
    if not whole.content:
        return number_power(Fraction(0), e, p.work)
    return _whole_power(whole, e) if isinstance(e, int) else _root(whole, e)


def _whole_power(whole: Product, e: int) -> Polynomial:
    work = whole.rest.work
    factors: list[Factor] = [(a, labels, k * e) for a, labels, k in whole.factors]
    content = whole.content**e
    if whole.rest.constant() is None:
        rest = whole.rest
        a, labels = power_atom(rest)
        if not a.positive:  # else by the sign that is known, or the sign of the leading term
            b, others = power_atom(-rest)
            if b.positive or leading(a).coefficient < 0:
                a, labels, content = b, others, -content if e % 2 else content
        factors.append((a, labels, e))
    else:
        content *= (whole.rest.constant() or Fraction(1)) ** e
    return from_terms([Term(content, tuple(factors))], work)


def _divided_up(whole: Product) -> tuple[list[Factor], list[Factor], Polynomial]:
    """(factors that may leave a root or a logarithm, those that stay, the rest that stays).

    Positive factors may leave. If nothing is left of unknown sign all may, but even powers of
    what has no known sign, which stay as squares.
    """
    factors, rest = list(whole.factors), whole.rest
    if rest.constant() is None:
        a, labels = power_atom(rest)
        if a.positive:
            return (
                [*(f for f in factors if f[0].positive), (a, labels, 1)],
                [f for f in factors if not f[0].positive],
                rest.number(1),
            )
        if a.nonnegative and all(f[0].nonnegative for f in factors):
            return [*factors, (a, labels, 1)], [], rest.number(1)
    out = [f for f in factors if f[0].positive]
    stay = [f for f in factors if not f[0].positive]
    if rest.constant() == 1 and all(f[0].nonnegative for f in stay):
        return [*out, *stay], [], rest
    return out, stay, rest


def _root(whole: Product, e: Fraction) -> Polynomial:
    work = whole.rest.work
    out, stay, rest = _divided_up(whole)
    result = number_power(whole.content, e, work)
    result = result * from_terms([Term(Fraction(1), tuple((a, n, k * e) for a, n, k in out))], work)
    if rest.constant() == 1 and not stay:
        return result
    if rest.constant() == 1 and len(stay) == 1:
        return result * _root_of_one(stay[0], e, work)
    inside = from_terms([Term(Fraction(1), tuple(stay))], work) * rest
    a, labels = power_atom(inside)
    return result * factor(a, labels, work, e)


def _root_of_one(f: Factor, e: Fraction, work: Work) -> Polynomial:
    """(f^k)^e: f^(ke) for an odd k (f is not negative where this has a value), else (f^2)^(ke/2)."""
    a, labels, k = f
    if isinstance(k, Fraction) or k % 2:
        return factor(a, labels, work, k * e)
    square = factor(a, labels, work, 2)
    base, places = power_atom(square)
    return factor(base, places, work, k * e / 2)


def exponential(p: Polynomial) -> Polynomial:
    """e to p: a product over the terms; a rational multiple of a logarithm is a power."""
    out = p.number(1)
    for (free, parts), c in sorted(p.terms.items()):
        if not parts and len(free) == 1 and free[0][0].kind == "log" and free[0][2] == 1:
            (body,) = instance(free[0][0], free[0][1])
            out = out * power(body, c)
            continue
        body = Polynomial({(free, parts): Fraction(1)}, p.work)
        exponent: Exponent = c.numerator if c.denominator == 1 else c
        out = out * composite("exp", (body,), exponent, words=POSITIVE)
    return out


def logarithm(p: Polynomial) -> Polynomial:
    """log p, taken apart as far as signs are known. Raises NotProved for a number that is not positive."""
    work = p.work
    constant = p.constant()
    if constant is not None:
        return _log_of_number(constant, work)
    whole = taken_apart(p)
    out, stay, rest = _divided_up(whole)
    total = _log_of_number(whole.content, work)
    for f in out:
        total = total + _log_of_factor(f, work)
    if rest.constant() == 1 and not stay:
        return total
    if rest.constant() == 1 and len(stay) == 1:
        a, labels, k = stay[0]
        if isinstance(k, Fraction) or k % 2:
            return total + _log_of_factor(stay[0], work)
        inside = factor(a, labels, work, 2)
        return total + composite("log", (inside,)) * Fraction(k, 2)
    inside = from_terms([Term(Fraction(1), tuple(stay))], work) * rest
    return total + composite("log", (inside,))


def _log_of_number(value: Fraction, work: Work) -> Polynomial:
    if value <= 0:
        raise NotProved("the logarithm of a number that is not positive")
    total = number(0, work)
    for q, k in sorted(primes(value).items()):
        total = total + composite("log", (number(q, work),)) * k
    return total


def _log_of_factor(f: Factor, work: Work) -> Polynomial:
    a, labels, k = f
    if a.kind == "exp":
        return instance(a, labels)[0] * k
    if a.kind == "pow":
        return composite("log", instance(a, labels)) * k
    if a.kind == "prime":
        return composite("log", (number(int(a.name), work),)) * k
    return composite("log", (factor(a, labels, work),)) * k
