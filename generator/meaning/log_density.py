"""The logarithm of a density, term by term: far out the density itself is too small for a ball.

The table of laws holds densities as products of powers and exponentials. Run on numbers that keep
their logarithm, the same row of the table gives the logarithm as a sum.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from generator.meaning.laws import LAWS
from generator.meaning.program import Frame
from generator.meaning.systems import System, Unsupported
from generator.meaning.tables import grouped, negative, number, product, quotient
from generator.notation.tree import Expr

#: Functions whose logarithm is known without their value -> it, from the plain argument.
LOGARITHMS: dict[str, Callable[[System, Any], Any]] = {
    "exp": lambda s, x: x,
    "gamma": lambda s, x: s.call("lgamma", x),
}


class Factor:
    """A number known by its value, or a positive one known by its logarithm."""

    __slots__ = ("_log", "_value", "system")

    def __init__(self, system: System, value: Any = None, log: Any = None):
        self.system, self._value, self._log = system, value, log

    @property
    def value(self) -> Any:
        """The number itself."""
        return self.system.call("exp", self._log) if self._value is None else self._value

    @property
    def log(self) -> Any:
        """Its logarithm. Raises NoValue where it is not positive."""
        return self.system.call("log", self._value) if self._log is None else self._log

    def _of(self, other: Any) -> Factor:
        return other if isinstance(other, Factor) else Factor(self.system, self.system.number(other))

    def __add__(self, other: Any) -> Factor:
        return Factor(self.system, self.value + self._of(other).value)

    __radd__ = __add__

    def __neg__(self) -> Factor:
        return Factor(self.system, -self.value)

    def __sub__(self, other: Any) -> Factor:
        return Factor(self.system, self.value - self._of(other).value)

    def __rsub__(self, other: Any) -> Factor:
        return Factor(self.system, self._of(other).value - self.value)

    def __mul__(self, other: Any) -> Factor:
        other = self._of(other)
        if self._log is None and other._log is None:
            return Factor(self.system, self._value * other._value)
        return Factor(self.system, log=self.log + other.log)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Factor:
        other = self._of(other)
        if self._log is None and other._log is None:
            return Factor(self.system, self._value / other._value)
        return Factor(self.system, log=self.log - other.log)

    def __rtruediv__(self, other: Any) -> Factor:
        return self._of(other) / self


class FactorSystem(System):
    """Any number system over factors."""

    def __init__(self, base: System):
        self.base, self.symbolic = base, base.symbolic

    def number(self, value: Any) -> Factor:
        """A rational as a factor."""
        return Factor(self.base, self.base.number(value))

    def pi(self) -> Factor:
        """Pi."""
        return Factor(self.base, self.base.pi())  # type: ignore[attr-defined]

    def call(self, name: str, *args: Any) -> Factor:
        """A function of the table; its logarithm where that is known without its value."""
        if name in LOGARITHMS:
            return Factor(self.base, log=LOGARITHMS[name](self.base, args[0].value))
        return Factor(self.base, self.base.call(name, *(arg.value for arg in args)))

    def power(self, base: Any, exponent: Any) -> Factor:
        """A power of what is positive where a density has its values."""
        return Factor(self.base, log=exponent.value * base.log)

    def sign(self, x: Any) -> int:
        """The sign of the number itself."""
        return self.base.sign(x.value)

    def whole(self, x: Any) -> int | None:
        """The integer that it is."""
        return self.base.whole(x.value)


def log_density(f: Frame, density: Callable[..., Any], x: Any, parameters: list[Any]) -> Any:
    """log density(x, *parameters) at a point of the support. Raises NoValue where the density is 0."""
    made = density(FactorSystem(f.system), *(Factor(f.system, v) for v in (x, *parameters)))
    return made.log


class Tree:
    """A tree under arithmetic: the number of a system in which a row of the table writes its formula."""

    __slots__ = ("expr",)

    def __init__(self, expr: Expr):
        self.expr = expr

    def __add__(self, other: Tree) -> Tree:
        return _sum("++", self, other)

    def __sub__(self, other: Tree) -> Tree:
        return _sum("+-", self, other)

    def __neg__(self) -> Tree:
        return Tree(negative(self.expr))

    def __mul__(self, other: Any) -> Tree:
        return Tree(product([self.expr, _tree(other).expr]))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Tree:
        return Tree(quotient(self.expr, _tree(other).expr))

    def __rtruediv__(self, other: Any) -> Tree:
        return _tree(other) / self


def _tree(value: Any) -> Tree:
    return value if isinstance(value, Tree) else TreeSystem().number(value)


def _sum(signs: str, left: Tree, right: Tree) -> Tree:
    return Tree(Expr("add", (grouped(left.expr), grouped(right.expr)), signs, shape=()))


class TreeSystem(System):
    """Trees instead of numbers: no branch can be taken."""

    symbolic = True

    def number(self, value: Fraction | int) -> Tree:
        """A rational."""
        value = Fraction(value)
        whole = Tree(number(value.numerator))
        return whole if value.denominator == 1 else whole / Tree(number(value.denominator))

    def pi(self) -> Tree:
        """Pi."""
        return Tree(Expr("const", (), "pi", shape=()))

    def call(self, name: str, *args: Any) -> Tree:
        """A function of the table."""
        return Tree(Expr("func", tuple(arg.expr for arg in args), name, shape=()))

    def sign(self, x: Any) -> int:
        """Raises Unsupported: a tree has no sign."""
        raise Unsupported("a formula of branches")

    def whole(self, x: Any) -> int | None:
        """None: a tree is no known integer."""
        return None


def log_density_of(expr: Expr) -> Expr | None:
    """log of a density of one number as a sum of terms; None where the formula has branches."""
    if any(arg.shape for arg in expr.args):
        return None
    system = TreeSystem()
    numbers = [Factor(system, Tree(arg)) for arg in expr.args]
    try:
        made: Tree = LAWS[expr.data].density(FactorSystem(system), *numbers).log
    except Unsupported:
        return None
    return made.expr
