"""Labels: what an index of a tensor may be, and the ranges (of symbolic length) that it runs over.

A label is a tuple (kind, name, range): bound labels are summed over their range, free ones are
"for all", a fixed one is a number. A range is the text of its two ends, so that labels compare
and hash quickly; `ends` gives the two dimensions back.

The label of t + k beside that of t is free too, and named "t +k": `parted` tells them from one another.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import comb

from generator.notation.tree import ONE, Dim, dim_add, dim_mul, dim_number

BOUND, FREE, FIXED = 0, 1, 2

_TO, _PLUS, _TIMES = "\x01", "\x02", "\x03"  # stand in no name

Range = str
Label = tuple[int, int | str, Range]


def range_of(lower: Dim, upper: Dim) -> Range:
    """The range lower..upper as text."""
    return f"{_text(lower)}{_TO}{_text(upper)}"


def axis(dim: Dim) -> Range:
    """The range 1..dim."""
    return range_of(ONE, dim)


def ends(where: Range) -> tuple[Dim, Dim]:
    """The lower and the upper end of a range."""
    lower, _, upper = where.partition(_TO)
    return _dim(lower), _dim(upper)


def _text(dim: Dim) -> str:
    return _PLUS.join(_TIMES.join([str(coefficient), *names]) for names, coefficient in dim) or "0"


@cache
def _dim(text: str) -> Dim:
    terms = []
    for part in text.split(_PLUS):
        number, *names = part.split(_TIMES)
        terms.append((tuple(names), int(number)))
    return tuple((names, number) for names, number in terms if number)


@cache
def length(where: Range) -> Dim:
    """How many values a range has: upper - lower + 1."""
    lower, upper = ends(where)
    return dim_add(dim_add(upper, lower, -1), ONE)


def single(where: Range) -> int | None:
    """The one value of a range of length 1 between two numbers, else None."""
    lower, upper = ends(where)
    if lower != upper or any(names for names, _ in lower):
        return None
    return lower[0][1] if lower else 0


def free(name: str, where: Range) -> Label:
    """A free label; over a range of one value it is that value."""
    value = single(where)
    return (FREE, name, where) if value is None else (FIXED, value, "")


def fixed(value: int) -> Label:
    """A label that is a number."""
    return (FIXED, value, "")


def shifted(label: Label, by: int) -> Label:
    """The label of an index that is larger by a whole number."""
    if label[0] == FIXED:
        return fixed(int(label[1]) + by)
    base, offset = parted(label)
    lower, upper = (dim_add(end, dim_number(by)) for end in ends(label[2]))
    name = f"{base} {offset + by:+d}" if offset + by else base
    return (label[0], name, range_of(lower, upper))


def parted(label: Label) -> tuple[str, int]:
    """The name t and the number k of a free label "t +k"; k is 0 for most."""
    base, space, offset = str(label[1]).partition(" ")
    return (base, int(offset)) if space else (base, 0)


def same_index(a: Label, b: Label) -> bool:
    """Whether two labels are numbers, or one index with what is added to it."""
    return a[0] == b[0] == FIXED or (a[0] == b[0] == FREE and parted(a)[0] == parted(b)[0])


def is_later(a: Label, b: Label) -> bool:
    """Whether one label of an index, or one number, is larger than another."""
    if a[0] == FIXED:
        return same_index(a, b) and int(a[1]) > int(b[1])
    return same_index(a, b) and parted(a)[1] > parted(b)[1]


def inside(value: int, where: Range, smallest: dict[str, int]) -> bool:
    """Whether a number certainly lies in a range, for all sizes from `smallest` (default 1) up."""
    lower, upper = ends(where)
    number = dim_number(value)
    return never_negative(dim_add(number, lower, -1), smallest) and never_negative(
        dim_add(upper, number, -1), smallest
    )


def never_negative(dim: Dim, smallest: dict[str, int]) -> bool:
    """Whether a dimension is 0 or more for all sizes from `smallest` (default 1) up.

    Each size is written as its smallest value plus something that is not negative; no
    negative coefficient may be left.
    """
    terms: dict[tuple[str, ...], int] = {}
    for names, coefficient in dim:
        parts: dict[tuple[str, ...], int] = {(): coefficient}
        for name in names:
            low = smallest.get(name, 1)
            shifted: dict[tuple[str, ...], int] = {}
            for mono, number in parts.items():
                longer = tuple(sorted((*mono, name)))
                shifted[longer] = shifted.get(longer, 0) + number
                shifted[mono] = shifted.get(mono, 0) + number * low
            parts = shifted
        for mono, number in parts.items():
            terms[mono] = terms.get(mono, 0) + number
    return all(number >= 0 for number in terms.values())


def contained(inner: Range, outer: Range, smallest: dict[str, int]) -> bool:
    """Whether every value of one range certainly lies in the other."""
    if inner == outer:
        return True
    low, high = ends(inner)
    lower, upper = ends(outer)
    return never_negative(dim_add(low, lower, -1), smallest) and never_negative(
        dim_add(upper, high, -1), smallest
    )


@cache
def power_sum(where: Range, exponent: int) -> tuple[tuple[tuple[str, ...], Fraction], ...]:
    """The sum of i^exponent over a range, as a polynomial in sizes (Faulhaber's formula).

    S(m) = 1^k + .. + m^k has S(0) = 0 and S(m) - S(m-1) = m^k, which fixes its coefficients;
    the sum is S(upper) - S(lower - 1).
    """
    coefficients = _faulhaber(exponent)
    lower, upper = ends(where)
    out: dict[tuple[str, ...], Fraction] = {}
    for end, mark in ((upper, 1), (dim_add(lower, ONE, -1), -1)):
        power = ONE
        for c in coefficients:
            power = dim_mul(power, end)
            for names, k in power:
                out[names] = out.get(names, Fraction(0)) + mark * c * k
    return tuple(sorted((names, c) for names, c in out.items() if c))


@cache
def _faulhaber(exponent: int) -> tuple[Fraction, ...]:
    """The coefficients of m, m^2 .. in 1^k + .. + m^k."""
    top = exponent + 1
    coefficients = [Fraction(0)] * (top + 1)
    rest = [Fraction(0)] * (top + 1)  # of m^k less what the higher terms give
    rest[exponent] = Fraction(1)
    for j in range(top, 0, -1):
        # m^j - (m-1)^j leads with j m^(j-1)
        c = rest[j - 1] / j
        coefficients[j] = c
        for i in range(j):
            rest[i] += c * comb(j, i) * (-1) ** (j - i)
    return tuple(coefficients[1:])
