"""The claim once more, by SymPy at small named sizes, or for all sizes where none is counted up to.

It upgrades what the balls have confirmed and answers nothing otherwise. Samples of finite
laws are enumerated; an open interval (a, b) is written a + (b - a) u / (1 + u) with u > 0,
so that SymPy knows the signs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import count, product
from typing import Any

from generator.meaning import arrays
from generator.meaning.chance import Chance
from generator.meaning.domains import Domain, domain_of
from generator.meaning.points import free_indices, index_values
from generator.meaning.program import Frame, Program, free_names
from generator.meaning.sampling import RATIONAL
from generator.meaning.sizes import size_names
from generator.meaning.space import drawn
from generator.meaning.systems import MeaningError, Unsupported
from generator.notation.tree import Expr, Symbol, bare, dim_value
from generator.verify.lazy import sympy
from generator.verify.question import Answer, Question, closed, pack_sizes, sizes_evidence
from generator.verify.symbolic import SymbolicSystem, is_zero
from generator.verify.work import work

WORK_BOUND = 2_500
INDEX_BOUND = 100  # values of the free indices at one tuple of sizes; all of them or none
SAMPLES = 40  # enumerated samples at one tuple of sizes


@cache
def failures() -> tuple[type[Exception], ...]:
    """What SymPy raises where it has no answer; the balls have answered already."""
    own = (MeaningError, KeyError, TypeError, AttributeError, ValueError, NotImplementedError, RecursionError)
    return (*own, sympy.polys.polyerrors.BasePolynomialError)


@dataclass(frozen=True, slots=True)
class Rederived:
    """Where SymPy agrees: at these sizes, or (`everywhere`) with every size a symbol."""

    sizes: tuple[dict[str, int], ...] = ()
    everywhere: bool = False

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.sizes)


def rederive(question: Question) -> Rederived:
    """Both sides equal, in symbols."""
    return where(question, lambda frame: _sides_equal(question, frame))


def where(question: Question, holds: Callable[[Frame], bool], infinite: bool = True) -> Rederived:
    """Where `holds` is true of the point in symbols; falsy where it is not shown everywhere tried."""
    if not question.symbolic or question.quick:
        return Rederived()
    names = size_names(question.program, (question.expr, *question.statement.when))
    if infinite and _holds_at(question, _symbolic_sizes(question, names), holds):
        return Rederived((), True)
    if not names:
        return Rederived()
    done = []
    for sizes in small_sizes(question):
        if work(question.sides(), question.program, sizes) > WORK_BOUND:
            break
        if not _holds_at(question, sizes, holds):
            return Rederived()
        done.append(sizes)
    return Rederived(tuple(done))


def _holds_at(question: Question, sizes: dict[str, Any], holds: Callable[[Frame], bool]) -> bool:
    try:
        seen = False
        for frame in frames(question, sizes):
            if not holds(frame):
                return False
            seen = True
        return seen
    except failures():
        return False


def _symbolic_sizes(question: Question, names: list[str]) -> dict[str, Any]:
    """Every size as a symbol: its smallest allowed value minus 1, plus a positive integer."""
    sizes: dict[str, Any] = {}
    for name in names:
        low = 1
        for condition in question.program.symbols[name].conditions:
            bound = bare(condition.args[-1])
            if (
                condition.data in ((">=",), (">",))
                and bound.head == "num"
                and bare(condition.args[0]).data == name
            ):
                low = max(low, int(bound.data) + (condition.data == (">",)))
        sizes[name] = sympy.Symbol(f"size{len(sizes)}", integer=True, positive=True) + (low - 1)
    return sizes


def small_sizes(question: Question) -> list[dict[str, int]]:
    """One or two small tuples of sizes, all different first, that the conditions admit."""
    tuples = [s for s in question.sizes() if max(s.values(), default=1) <= 4]
    different = [s for s in tuples if len(set(s.values())) == len(s)]
    chosen = (different or tuples)[:1]
    for sizes in tuples:
        if sizes not in chosen and min(sizes.values(), default=2) > 1:
            chosen.append(sizes)
    return chosen[:2]


def frames(question: Question, sizes: dict[str, Any]) -> Iterator[Frame]:
    """The point in symbols, once for every sample of a finite law that the conditions admit.

    Linear equations among the conditions are solved for one symbol. Raises Unsupported for others.
    """
    program = question.program
    everything = (question.expr, *question.statement.when)
    restrictions = tuple(r for r in program.scope.restrictions if _touches(question, r))
    names = sorted(program.base_names((*everything, *restrictions)) - set(program.bound_values))
    rational = Frame(RATIONAL, program, sizes, {})
    conditions = (*question.statement.when, *restrictions)
    choices: list[list[tuple[str, Any]]] = []
    for name in names:
        about = tuple(c for c in conditions if free_names(c) - _indices(program) == {name})
        choices.append([(name, value) for value in _values(name, rational, about)])
    if _count(choices) > SAMPLES:
        raise Unsupported("too many samples to enumerate")
    for chosen in product(*choices):
        frame = Frame(SymbolicSystem(), program, sizes, dict(chosen), Chance())
        if _meets(frame, conditions):
            yield frame


def _indices(program: Program) -> set[str]:
    return {n for n, s in program.symbols.items() if s.kind in ("index", "size")}


def _count(choices: list[list[tuple[str, Any]]]) -> int:
    total = 1
    for options in choices:
        total *= len(options)
    return total


def _touches(question: Question, relation: Expr) -> bool:
    return bool(question.program.rests_on([relation]) & question.program.rests_on(question.sides()))


def _values(name: str, f: Frame, about: tuple[Expr, ...]) -> list[Any]:
    """The symbols (or all samples of a finite domain) that stand for one name."""
    symbol = f.program.symbols[name]
    if symbol.kind == "event":
        return [_event_symbols(symbol, f)]
    if symbol.kind not in ("scalar", "vector", "matrix", "integer"):
        raise Unsupported("no symbols for this kind of name")
    if symbol.words - {"random", "invertible"}:
        raise Unsupported("structured names are left to the balls")
    dims = [len(f.program.range_of(i, f.sizes)) for i in symbol.family]
    dims += [dim_value(d, f.sizes) for d in symbol.shape]
    domain = domain_of(symbol, f, about)
    count = 1
    for d in dims:
        count *= d
    if domain.finite and len(domain.finite) ** count <= SAMPLES:
        return [
            _shaped(list(entries), dims) for entries in product(map(_rational, domain.finite), repeat=count)
        ]
    if domain.finite:
        raise Unsupported("too many samples to enumerate")
    return [_symbols(name, symbol, dims, domain, ())]


def _event_symbols(symbol: Symbol, f: Frame) -> Any:
    """Of each atom left open, the probability of an event there, as a symbol between 0 and 1."""
    numbers = count(1)

    def fresh() -> Any:
        share = sympy.Symbol(
            f"atom{next(numbers)}of{len(symbol.name)}{symbol.name.strip(chr(92))}", positive=True
        )
        return share / (1 + share)

    return drawn(symbol, f, fresh)


def _rational(value: Any) -> Any:
    return sympy.Rational(int(value.p), int(value.q))


def _shaped(entries: list[Any], dims: list[int]) -> Any:
    if not dims:
        return entries.pop(0)
    return [_shaped(entries, dims[1:]) for _ in range(dims[0])]


def _symbols(name: str, symbol: Symbol, dims: list[int], domain: Domain, at: tuple[int, ...]) -> Any:
    if len(at) < len(dims):
        return [_symbols(name, symbol, dims, domain, (*at, i + 1)) for i in range(dims[len(at)])]
    label = "_".join(["".join(c for c in name if c.isalnum()), str(len(name)), *map(str, at)])
    if domain.integer:
        return sympy.Symbol(label, integer=True)
    low, high = domain.low, domain.high
    if low is not None and high is not None and not domain.closed_low and not domain.closed_high:
        share = sympy.Symbol(label, positive=True)
        return _rational(low) + (_rational(high) - _rational(low)) * share / (1 + share)
    if low is not None and (low > 0 or (low == 0 and not domain.closed_low)):
        return sympy.Symbol(label, positive=True)
    if low is not None and low == 0:
        return sympy.Symbol(label, nonnegative=True)
    return sympy.Symbol(label, real=True)


def _meets(frame: Frame, conditions: tuple[Expr, ...]) -> bool:
    """Make the equations among the conditions true; False where a sample violates a condition.

    Raises Unsupported for an equation that is not solved. An inequality in symbols is left
    out: what is shown without it holds with it.
    """
    for condition in conditions:
        if free_indices([condition], frame.program):
            continue  # decided index by index
        if condition.head != "rel" or len(condition.data) != 1:
            continue
        if condition.data[0] not in RELATIONS:
            continue
        a, b = (frame.program.compiled(arg)(frame) for arg in condition.args)
        if isinstance(a, list) or isinstance(b, list):
            raise Unsupported("a vector equation is not solved")
        gap = sympy.expand(a - b)
        if gap.is_number:
            if not RELATIONS[condition.data[0]](gap):
                return False
        elif condition.data == ("=",):
            _solve(frame, gap)
    return True


RELATIONS: dict[str, Callable[[Any], bool]] = {
    "=": lambda g: bool(g == 0),
    "!=": lambda g: bool(g != 0),
    "<": lambda g: bool(g < 0),
    "<=": lambda g: bool(g <= 0),
    ">": lambda g: bool(g > 0),
    ">=": lambda g: bool(g >= 0),
}


def _solve(frame: Frame, gap: Any) -> None:
    """Replace one symbol so that a linear gap is 0; the symbol must be free to be any real number."""
    for symbol in sorted(gap.free_symbols, key=str, reverse=True):
        slope = sympy.diff(gap, symbol)
        if slope.is_number and slope != 0 and not symbol.is_nonnegative and not symbol.is_integer:
            root = sympy.expand(symbol - gap / slope)
            for name, value in frame.values.items():
                frame.values[name] = arrays.each(partial(_replaced, {symbol: root}), value)
            frame.memo.clear()
            frame.draws.clear()
            return
    raise Unsupported("this equation is not solved")


def _replaced(replacement: dict[Any, Any], value: Any) -> Any:
    return value.xreplace(replacement)


def indexed(question: Question, frame: Frame) -> Iterator[Frame]:
    """The frame at every value of the free indices that the indexed conditions admit."""
    everything = (*question.sides(), *question.statement.when)
    names = free_indices(everything, question.program)
    conditions = [c for c in question.statement.when if free_indices([c], question.program)]
    codes = [question.program.compiled(c) for c in conditions]
    combinations = 1
    for name in names:
        combinations *= len(question.program.range_of(name, frame.sizes))
    if combinations > INDEX_BOUND:
        raise Unsupported("too many values of the indices to try all")
    for index in index_values(names, question.program, frame.sizes, 0, INDEX_BOUND):
        frame.index = dict(index)
        if all(code(frame) for code in codes):
            yield frame


def _sides_equal(question: Question, frame: Frame) -> bool:
    left, right = (question.program.compiled(arg) for arg in question.sides())
    for at in indexed(question, frame):
        a, b = left(at), right(at)
        if not all(is_zero(x - y) for x, y in zip(arrays.flat(a), arrays.flat(b), strict=True)):
            return False
    return True


def symbolic_frame(program: Program, names: list[str], sizes: dict[str, Any]) -> Frame:
    """Every one of `names` as symbols with the assumptions of its declaration; no conditions."""
    rational = Frame(RATIONAL, program, sizes, {})
    values = {}
    for name in names:
        options = _values(name, rational, ())
        if len(options) != 1:
            raise Unsupported("a finite law is enumerated elsewhere")
        values[name] = options[0]
    return Frame(SymbolicSystem(), program, sizes, values, Chance())


def upgraded(question: Question, answer: Answer, shown: Rederived, words: str, method: str) -> Answer:
    """The answer with the status that a symbolic route earns: `proved` where every size was a symbol."""
    routes = ("SymPy", *answer.routes)
    if shown.everywhere:
        status = "exact" if closed(question) else "proved"
        return replace(answer, status=status, method=method, evidence=(words,), routes=routes)
    sizes = list(shown.sizes)
    evidence = (f"{words} at ", *sizes_evidence(sizes))
    return replace(
        answer, status="exact", method=method, evidence=evidence, sizes=pack_sizes(sizes), routes=routes
    )
