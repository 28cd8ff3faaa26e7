"""The SymPy route: the claim re-derived with symbols at small named sizes.

SymPy differentiates and simplifies on its own; only the reading of the tree is shared. It
upgrades a claim that the balls have confirmed to `exact`, and answers nothing otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy

from generator.meaning import arrays
from generator.meaning.chance import Chance
from generator.meaning.domains import domain_of
from generator.meaning.points import free_indices, index_values
from generator.meaning.program import Frame, Program
from generator.meaning.sampling import RATIONAL, size_names
from generator.meaning.systems import MeaningError, System, Unsupported
from generator.notation.tree import Symbol, dim_value
from generator.verify.question import Question, work

#: What SymPy raises where it has no answer; the balls have answered already.
FAILURES = (
    MeaningError,
    KeyError,
    TypeError,
    AttributeError,
    ValueError,
    NotImplementedError,
    RecursionError,
)
OPERATION_BOUND = 1_500  # of one difference; larger ones are left to the balls
WORK_BOUND = 1_500


_NORMAL, _STUDENT = (sympy.Function(name, real=True) for name in ("z", "t"))


def _normal_cdf(x: Any) -> Any:
    """Phi, the inverse of its quantile function; symmetric around 0."""
    x = sympy.simplify(x)
    for sign in (1, -1):
        if (sign * x).func == _NORMAL:
            p = (sign * x).args[0]
            return p if sign == 1 else 1 - p
    return (1 + sympy.erf(x / sympy.sqrt(2))) / 2


def _student_cdf(freedom: Any, x: Any) -> Any:
    """The inverse of the quantile function with the same freedom; symmetric around 0."""
    x = sympy.simplify(x)
    for sign in (1, -1):
        if (sign * x).func == _STUDENT and is_zero((sign * x).args[0] - freedom):
            p = (sign * x).args[1]
            return p if sign == 1 else 1 - p
    raise Unsupported("Student's t at a point that is no quantile")


class SymbolicSystem(System):
    """SymPy expressions as scalars; derivatives by SymPy."""

    name = "SymPy"
    symbolic = True

    def __init__(self) -> None:
        self._fresh = 0
        self.functions = {
            "exp": sympy.exp,
            "log": sympy.log,
            "log2": lambda x: sympy.log(x) / sympy.log(2),
            "log10": lambda x: sympy.log(x) / sympy.log(10),
            "sqrt": sympy.sqrt,
            "sin": sympy.sin,
            "cos": sympy.cos,
            "tan": sympy.tan,
            "sinh": sympy.sinh,
            "cosh": sympy.cosh,
            "tanh": sympy.tanh,
            "arctan": sympy.atan,
            "abs": sympy.Abs,
            "gamma": sympy.gamma,
            "lgamma": sympy.loggamma,
            "digamma": sympy.digamma,
            "erf": sympy.erf,
            "normal-cdf": _normal_cdf,
            "t-cdf": _student_cdf,
            "normal-quantile": _NORMAL,
            "t-quantile": _STUDENT,
        }

    def number(self, value: Fraction | int) -> Any:
        return (
            sympy.Rational(value.numerator, value.denominator)
            if isinstance(value, Fraction)
            else sympy.Integer(value)
        )

    def sign(self, x: Any) -> int:
        if x == 0 or x.is_zero:
            return 0
        if x.is_positive:
            return 1
        if x.is_negative:
            return -1
        raise Unsupported("the sign of a symbol is not known")

    def whole(self, x: Any) -> int | None:
        return int(x) if isinstance(x, sympy.Integer) else None

    def power(self, base: Any, exponent: Any) -> Any:
        return base**exponent

    def pi(self) -> Any:
        return sympy.pi

    def e(self) -> Any:
        return sympy.E

    def inverse(self, matrix: list[list[Any]]) -> list[list[Any]]:
        """The inverse by the adjugate."""
        inverse = sympy.Matrix(matrix).inv(method="ADJ")
        return [[sympy.cancel(v) for v in row] for row in inverse.tolist()]

    def det(self, matrix: list[list[Any]]) -> Any:
        """The determinant (Berkowitz)."""
        return sympy.Matrix(matrix).det(method="berkowitz")

    def fresh(self, like: Any) -> Any:
        """A new symbol that is as positive or real as `like`."""
        self._fresh += 1
        if like.is_positive:
            return sympy.Symbol(f"u{self._fresh}", positive=True)
        return sympy.Symbol(f"u{self._fresh}", real=True)

    def derivative(self, value: Any, symbol: Any, at: Any) -> Any:
        """d value / d symbol at `at`."""
        return sympy.diff(value, symbol).subs(symbol, at)

    def open_moment(self, k: int) -> Any:
        """A standardised moment of an open law: known up to 2, a free symbol beyond."""
        return sympy.Integer((1, 0, 1)[k]) if k < 3 else sympy.Symbol(f"kappa{k}", real=True)

    def open_value(self, key: str) -> Any:
        """A moment that the page leaves open."""
        return sympy.Symbol(key.replace("\0", ""), positive="spread" in key, real=True)


def symbolic_frame(program: Program, names: list[str], sizes: dict[str, int]) -> Frame:
    """Every base name as symbols with the assumptions of its declaration."""
    frame = Frame(SymbolicSystem(), program, sizes, {}, Chance())
    rational = Frame(RATIONAL, program, sizes, {})
    for name in names:
        symbol = program.symbols[name]
        if symbol.kind not in ("scalar", "vector", "matrix", "integer"):
            raise Unsupported("no symbols for this kind of name")
        frame.values[name] = _symbols(name, symbol, rational)
    return frame


def _symbols(name: str, symbol: Symbol, f: Frame) -> Any:
    dims = [len(f.program.range_of(i, f.sizes)) for i in symbol.family]
    dims += [dim_value(d, f.sizes) for d in symbol.shape]
    if symbol.words - {"random", "invertible"}:
        raise Unsupported("structured names are left to the balls")
    try:
        domain = domain_of(symbol, f)
        positive = domain.low is not None and (domain.low > 0 or (domain.low == 0 and not domain.closed_low))
        nonnegative = domain.low is not None and domain.low >= 0
    except MeaningError:
        positive = nonnegative = False
    facts = {"positive": True} if positive else {"nonnegative": True} if nonnegative else {"real": True}
    plain = "".join(c for c in name if c.isalnum())

    def build(where: tuple[int, ...]) -> Any:
        if len(where) == len(dims):
            return sympy.Symbol("_".join([plain, str(len(name)), *map(str, where)]), **facts)
        return [build((*where, i + 1)) for i in range(dims[len(where)])]

    return build(())


def small_sizes(question: Question) -> list[dict[str, int]]:
    """One or two small tuples of sizes, all different first, that the conditions admit."""
    tuples = [s for s in question.sizes() if max(s.values(), default=1) <= 4]
    different = [s for s in tuples if len(set(s.values())) == len(s)]
    chosen = (different or tuples)[:1]
    for sizes in tuples:
        if sizes not in chosen and min(sizes.values(), default=2) > 1:
            chosen.append(sizes)
    return chosen[:2]


def rederive(question: Question) -> list[dict[str, int]]:
    """The sizes at which SymPy shows both sides equal; empty where it does not.

    Conditions of the claim are used by solving linear equations for one symbol.
    """
    done = []
    program = question.program
    try:
        for sizes in small_sizes(question):
            if work(question.sides(), program, sizes or {}) > WORK_BOUND:
                break
            if not _equal_at(question, sizes):
                return []
            done.append(sizes)
    except FAILURES:
        return []
    return done


def exact_sizes(question: Question, holds: Callable[[Frame], bool]) -> list[dict[str, int]]:
    """The small sizes at which `holds` is true of the point in symbols; empty where it is not everywhere."""
    if not question.symbolic or question.quick:
        return []
    program, done = question.program, []
    try:
        for sizes in small_sizes(question):
            everything = (question.expr, *question.statement.when)
            names = sorted(program.base_names(everything) - set(program.bound_values))
            if not holds(symbolic_frame(program, names, sizes)):
                return []
            done.append(sizes)
    except FAILURES:
        return []
    return done


def _equal_at(question: Question, sizes: dict[str, int]) -> bool:
    program = question.program
    everything = (*question.sides(), *question.statement.when)
    names = sorted(program.base_names(everything) - set(program.bound_values))
    frame = symbolic_frame(program, names, sizes)
    replace = _conditions(question, frame)
    if replace is None:
        return False
    left, right = (program.compiled(arg) for arg in question.sides())
    indices = free_indices(everything, program)
    for index in index_values(indices, program, sizes, 0, 12):
        frame.index = dict(index)
        a, b = left(frame), right(frame)
        for x, y in zip(arrays.flat(a), arrays.flat(b), strict=True):
            if not is_zero((x - y).subs(replace) if replace else x - y):
                return False
    return True


def _conditions(question: Question, frame: Frame) -> dict[Any, Any] | None:
    """Substitutions that make the equations among the conditions true; None where that is not known."""
    replace: dict[Any, Any] = {}
    relations = [r for r in question.program.scope.restrictions if _touches(question, r)]
    for condition in (*question.statement.when, *relations):
        used = question.program.rests_on([condition])
        if condition.head != "rel" or condition.data != ("=",):
            continue  # an inequality: what holds without it holds with it
        if not used or free_indices([condition], question.program):
            return None
        left, right = (question.program.compiled(arg)(frame) for arg in condition.args)
        gap = (left - right).subs(replace)
        for symbol in sorted(gap.free_symbols, key=str, reverse=True):
            slope = sympy.diff(gap, symbol)
            if slope.is_number and slope != 0:
                replace[symbol] = sympy.expand(symbol - gap / slope)
                break
        else:
            return None
    return replace


def _touches(question: Question, relation: Any) -> bool:
    used = question.program.rests_on(question.sides())
    return bool(question.program.rests_on([relation]) & used)


def is_zero(gap: Any) -> bool:
    """Whether SymPy reduces it to 0: expansion, a common numerator, split logarithms and powers."""
    gap = gap if isinstance(gap, sympy.Basic) else sympy.Integer(gap)
    if gap == 0:
        return True
    if sympy.count_ops(gap) > OPERATION_BOUND:
        return False
    gap = sympy.expand(gap)
    if gap == 0:
        return True
    if gap.has(sympy.log):
        gap = gap.replace(lambda e: isinstance(e, sympy.log), _split_log)
        gap = sympy.expand(gap)
        if gap == 0:
            return True
    numerator = sympy.fraction(sympy.together(sympy.expand(gap, power_exp=True, power_base=True)))[0]
    numerator = sympy.expand(numerator)
    if numerator == 0:
        return True
    if numerator.has(sympy.exp):
        numerator = sympy.expand(sympy.powsimp(numerator, combine="exp"))
        if numerator == 0:
            return True
    if sympy.count_ops(numerator) < 200:
        return bool(sympy.simplify(numerator) == 0)
    return False


def _split_log(value: Any) -> Any:
    argument = sympy.factor(sympy.together(value.args[0]))
    return sympy.expand_log(sympy.log(argument))


def sizes_matter(question: Question) -> bool:
    """Whether any size enters the claim at all."""
    return bool(size_names(question.program, (*question.sides(), *question.statement.when)))
