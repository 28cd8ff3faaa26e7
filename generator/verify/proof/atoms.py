"""Atoms: what the factors of a monomial are made of, known by a digest of all that they mean.

kinds   size      a declared size                         name
        symbol    a declared name, its entries by labels   name, words
        cut       the variable of a derivative             name, extra (number)
        index     an index as a number                     one label
        delta     1 where two labels agree, else 0
        before    1 where the first of two labels is the smaller number, else 0
        prime pi  prime numbers (for roots and logarithms) and pi
        pow       a polynomial to a power                  body
        exp       e to ONE monomial with coefficient 1     body
        log       the logarithm of a polynomial            body
        inverse   entry ($0, $1) of the inverse of a matrix whose entry ($0, $1) is body
        det       of such a matrix;  product: over $* of body
        function  a function of the table or an open one   name, extra (order), body
        cumulant  an open joint cumulant                   name, extra
        event     the probability that events all happen   extra (their names)

A composite atom's body has the free labels $0, $1 .. in the order of the atom's places.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from generator.verify.proof.labels import FREE, Label, Range, range_of

if TYPE_CHECKING:
    from generator.verify.proof.polynomial import Polynomial

Exponent = int | Fraction
KINDS = (
    *("prime", "pi", "size", "index", "symbol", "cut", "cumulant", "event", "function", "exp", "log", "pow"),
    *("inverse", "det", "product", "before", "delta"),
)
#: What the local rules are about: kinds of atoms, and declared structure.
RULED = frozenset({"pow", "inverse", "index", "before"})
STRUCTURE = frozenset({"simplex", "unit", "one-hot", "orthogonal"})
_RANK = {kind: chr(ord("a") + place) for place, kind in enumerate(KINDS)}


class Atom(str):
    """A digest that compares and hashes like the text it is, with what it stands for beside it."""

    __slots__ = ("bodies", "extra", "kind", "name", "ranges", "ruled", "symmetric", "words")

    kind: str
    name: str
    ranges: tuple[Range, ...]
    bodies: tuple[Polynomial, ...]
    extra: tuple[Any, ...]
    symmetric: bool
    words: frozenset[str]
    ruled: bool  # whether a local rule may look at it

    @property
    def body(self) -> Polynomial:
        """The polynomial that a composite atom is made of."""
        return self.bodies[0]

    @property
    def positive(self) -> bool:
        """Whether every value is known to be above 0."""
        return "positive" in self.words

    @property
    def nonnegative(self) -> bool:
        """Whether every value is known to be 0 or more."""
        return "positive" in self.words or "nonnegative" in self.words


Factor = tuple[Atom, tuple[Label, ...], Exponent]


def atom(
    kind: str,
    name: str = "",
    ranges: tuple[Range, ...] = (),
    bodies: tuple[Polynomial, ...] = (),
    extra: tuple[Any, ...] = (),
    symmetric: bool = False,
    words: frozenset[str] = frozenset(),
) -> Atom:
    """The atom of this meaning. `symmetric`: the order of its labels does not matter."""
    text = "\x00".join(
        [kind, name, *ranges, "", *(b.text() for b in bodies), "", *map(str, extra), str(symmetric)]
    )
    made = Atom(f"{_RANK[kind]}{name}#{blake2b(text.encode(), digest_size=12).hexdigest()}")
    made.kind, made.name, made.ranges, made.bodies = kind, name, ranges, bodies
    made.extra, made.symmetric, made.words = extra, symmetric, words
    made.ruled = kind in RULED or bool(words & STRUCTURE) or name == "cos"
    return made


POSITIVE = frozenset({"positive"})
DELTA = atom("delta", symmetric=True, words=frozenset({"nonnegative"}))
BEFORE = atom("before", words=frozenset({"bit", "nonnegative"}))
PI = atom("pi", words=POSITIVE)


def size_atom(name: str) -> Atom:
    """A declared size."""
    return atom("size", name, words=POSITIVE)


def prime_atom(number: int) -> Atom:
    """A prime number as the base of a fractional power or in a logarithm."""
    return atom("prime", str(number), words=POSITIVE)


def index_atom() -> Atom:
    """An index as a number."""
    return atom("index", "", (range_of((), ()),))


def place(number: int, where: Range) -> Label:
    """The free label that stands for a composite atom's place."""
    return (FREE, f"${number}", where)
