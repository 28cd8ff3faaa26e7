"""Whether a mutant says what the original says: the same values, an equation turned round, the same optimum.

Which parts of two statements must agree is read off their trees; that they agree is found by
the second evaluation, part by part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product, zip_longest
from typing import Any

from flint import arb

from generator.audit.second import same_value, settings
from generator.meaning.domains import domain_of, plain_bound
from generator.meaning.points import RATIONAL
from generator.meaning.program import Frame, Program, free_names
from generator.meaning.systems import MeaningError, NoValue, Unsure
from generator.notation.tree import Expr, Statement, bare, meaning_key
from generator.verify.feasible import structure_holds
from generator.verify.optimum import Optimum, find
from generator.verify.question import Question, Undecided
from generator.verify.rivals import for_every_index

#: Relations whose sides may be exchanged.
SYMMETRIC = (("=",), ("perp",), ("!=",), ("approx",))

#: Inside a probability of a continuous law, strict or not is the same event.
WEAK = {"<": "<=", ">": ">="}

#: Competitors of an optimum stand so far from it.
SHIFTS = ("1/512", "1/32", "1/4", "1", "5")


def equal_everywhere(program: Program, statement: Statement, original: Expr) -> bool:
    """Whether the statement says what `original` says at every point of the second evaluation."""
    if statement.kind == "given":
        mutant, old = (renamed(expr, program) for expr in (statement.expr, original))
        if meaning_key(mutant) == meaning_key(old):
            return True
    for candidate in _turns(original):
        parts = pairs(statement.expr, candidate)
        if parts is not None and all(same_value(program, statement, a, b) for a, b in parts):
            return True
    return rearranged(program, statement, original) or same_optimum(program, statement, original)


def pairs(mutant: Expr, original: Expr, event: bool = False) -> list[tuple[Expr, Expr]] | None:
    """The parts with a value in which two statements differ; None where they differ in more than values."""
    a, b = bare(mutant), bare(original)
    if meaning_key(a) == meaning_key(b):
        return []
    whole = a.head not in ("argmax", "argmin", "Pr") or a.head != b.head
    if a.shape is not None and b.shape is not None and whole:
        return [(a, b)] if a.shape == b.shape else None
    event = event or a.head == "Pr"
    if a.head != b.head or _relation(a, event) != _relation(b, event) or len(a.args) != len(b.args):
        return None
    out: list[tuple[Expr, Expr]] = []
    for x, y in zip_longest(a.args, b.args):
        inner = pairs(x, y, event)
        if inner is None:
            return None
        out += inner
    return out


def _relation(expr: Expr, event: bool) -> Any:
    if event and expr.head == "rel":
        return tuple(WEAK.get(op, op) for op in expr.data)
    return expr.data


def turned(expr: Expr) -> Expr | None:
    """A symmetric relation with its sides exchanged."""
    expr = bare(expr)
    if expr.head == "rel" and expr.data == ("perp",) and bare(expr.args[1]).head == "given":
        other, condition = bare(expr.args[1]).args  # A \perp B \mid C
        return expr.with_args((other, bare(expr.args[1]).with_args((expr.args[0], condition))))
    symmetric = expr.head == "iff" or (expr.head == "rel" and expr.data in SYMMETRIC)
    return expr.with_args(expr.args[::-1]) if symmetric else None


def _turns(expr: Expr) -> Iterator[Expr]:
    """A statement as it is, and with its sides exchanged, or those of one of its parts."""
    yield expr
    whole = turned(expr)
    if whole is not None:
        yield whole
    core = bare(expr)
    for place, arg in enumerate(core.args if core.head in ("iff", "implies") else ()):
        inner = turned(arg)
        if inner is not None:
            yield core.with_args((*core.args[:place], inner, *core.args[place + 1 :]))


def renamed(expr: Expr, program: Program) -> Expr:
    """A given with the free indices of its left side named by their order and range."""
    left = bare(expr).args[0] if bare(expr).args else expr
    found: dict[str, str] = {}
    for node in left.walk():
        symbol = program.symbols.get(str(node.data)) if node.head == "name" else None
        if symbol is not None and symbol.kind == "index" and symbol.name not in found:
            found[symbol.name] = f"index {len(found)} of {symbol.lower} .. {symbol.upper}"
    return _with_names(expr, found)


def _with_names(expr: Expr, names: dict[str, str]) -> Expr:
    if expr.head == "name" and expr.data in names:
        return replace(expr, data=names[expr.data])
    return expr.with_args(tuple(_with_names(arg, names) for arg in expr.args))


def rearranged(program: Program, statement: Statement, original: Expr) -> bool:
    """Whether an equation is the original with the same moved on both sides, whatever its names stand for.

    The definitions are taken away first, so that every name is free.
    """
    new, old = bare(statement.expr), bare(original)
    if not new.head == old.head == "rel" or not new.data == old.data == ("=",):
        return False
    (a, b), (c, d) = new.args, old.args
    if a.shape is None or not a.shape == b.shape == c.shape == d.shape:
        return False
    try:
        free = Program(replace(program.scope, definitions=()), {})
        return any(
            same_value(free, statement, _sum(x, y), _sum(u, v))
            for (x, y), (u, v) in (((a, d), (b, c)), ((a, c), (b, d)))
        )
    except MeaningError:
        return False


def _sum(a: Expr, b: Expr) -> Expr:
    return Expr("add", (a, b), "++", shape=a.shape)


def same_domains(one: Program, other: Program) -> bool:
    """Whether every name may take the same values in two scopes: a law keeps what a declaration drops."""
    if one.symbols.keys() != other.symbols.keys() or one.scope.restrictions != other.scope.restrictions:
        return False
    return all(_domain_key(one, name) == _domain_key(other, name) for name in one.symbols)


def _domain_key(program: Program, name: str) -> Any:
    """What decides the values of a name; its own conditions where they are more than bounds."""
    symbol = program.symbols[name]
    outline = (symbol.kind, symbol.shape, symbol.family, symbol.words - {"random"}, name in program.laws.laws)
    try:
        domain = domain_of(symbol, Frame(RATIONAL, program, {}, {}))
    except (MeaningError, KeyError):
        return outline, [meaning_key(c) for c in symbol.conditions]
    further = [meaning_key(c) for c in symbol.conditions if not plain_bound(c, name)]
    bounds = (domain.low, domain.high, domain.closed_low, domain.closed_high)
    return (
        outline,
        sorted(domain.finite),
        bounds * (not domain.finite),
        domain.integer,
        domain.excluded,
        further,
    )


def reordered(mutants: Iterable[Statement], originals: Iterable[Statement]) -> bool:
    """Whether literal values are those of the original, the entries of some vector in another order."""
    return [_in_order(s.expr) for s in mutants] == [_in_order(s.expr) for s in originals]


def _in_order(expr: Expr) -> Any:
    """A literal value with the entries of a vector sorted."""
    left, right = bare(expr).args
    value = bare(right)
    entries = (
        sorted(str(meaning_key(arg)) for arg in value.args) if value.head == "tuple" else meaning_key(value)
    )
    return meaning_key(left), entries


def same_optimum(program: Program, statement: Statement, original: Expr, wider: bool = False) -> bool:
    """Whether an arg max with another objective or domain has the original's candidate as its optimum.

    `wider`: over a set that the original's need not hold.
    """
    try:
        new = find(Question(program, statement, 0, symbolic=False))
        old = find(Question(program, replace(statement, expr=original), 0, symbolic=False))
    except (MeaningError, Undecided):
        return False
    if new is None or old is None or new.minimise != old.minimise:
        return False
    new = _bound_alike(new, old)
    if new is None:
        return False
    if not all(
        same_value(program, statement, a, b) for a, b in zip(new.candidate, old.candidate, strict=True)
    ):
        return False
    seen = False
    for sizes, seed in settings(program, statement):
        question = Question(program, statement, seed, only=sizes, symbolic=False, quick=True)
        try:
            for _, frame in question.frames((*new.candidate, new.objective)):
                best = _best(program, new, None if wider else old, frame)
                if best is False:
                    return False
                seen = seen or best is True
        except (MeaningError, Undecided):
            continue
    return seen


def _bound_alike(new: Optimum, old: Optimum) -> Optimum | None:
    """An optimum with its bound names called as in another; None where that would catch a free name."""
    if new.names == old.names:
        return new
    inner = set().union(*(free_names(e) for e in (new.objective, *new.domains)))
    if len(new.names) != len(old.names) or inner & (set(old.names) - set(new.names)):
        return None
    names = dict(zip(new.names, old.names, strict=True))
    domains = tuple(_with_names(domain, names) for domain in new.domains)
    return replace(new, objective=_with_names(new.objective, names), names=old.names, domains=domains)


def _best(program: Program, new: Optimum, old: Optimum | None, frame: Frame) -> bool | None:
    """Whether no competitor near by is better, or outside the domain of an original.

    None where no competitor lies in the printed set.
    """
    compared = None
    objective = program.compiled(new.objective)
    place = [program.compiled(c)(frame) for c in new.candidate]
    value = objective(frame.child(dict(zip(new.names, place, strict=True))))
    for trial in _trials(place):
        child, outside = frame.child(dict(zip(new.names, trial, strict=True))), False
        try:
            words = [program.symbols[name].words for name in new.names]
            kept = all(structure_holds(own, value) for own, value in zip(words, trial, strict=True))
            if not kept or not _surely_inside(program, new, child):
                continue
            if old is not None and not _inside(program, old, child):
                return False
            outside = not _declared(program, new, child)
            if outside and old is not None:
                if old.domains:
                    continue
                return False
            gain = objective(child) - value
        except MeaningError as error:
            if outside and isinstance(error, NoValue):
                continue
            return False
        if not (gain > 0 if new.minimise else gain < 0):
            return False
        compared = True
    return compared


def _trials(place: list[Any]) -> Iterator[list[Any]]:
    """Each number, entry of a vector, or entry of a matrix with the one across, moved a little.

    Of a vector also each entry as much as its neighbour is moved the other way: a sum may be fixed.
    """
    for k, part in enumerate(place):
        for shift in SHIFTS:
            top, _, bottom = shift.partition("/")
            step = arb(int(top)) / int(bottom or 1)
            for moved in (*_moved(part, step), *_moved(part, -step)):
                yield [*place[:k], moved, *place[k + 1 :]]


def _moved(part: Any, step: Any) -> Iterator[Any]:
    if not isinstance(part, list):
        yield part + step
    elif part and isinstance(part[0], list):
        square = len(part) == len(part[0])
        for i, j in product(range(len(part)), range(len(part[0]))):
            own = {(i, j), (j, i)} if square else {(i, j)}
            yield [
                [v + step if (a, b) in own else v for b, v in enumerate(row)] for a, row in enumerate(part)
            ]
    else:
        yield from ([v + step if a == i else v for a, v in enumerate(part)] for i in range(len(part)))
        for i in range(len(part) - 1):
            yield [v + step if a == i else v - step if a == i + 1 else v for a, v in enumerate(part)]


def _surely_inside(program: Program, optimum: Optimum, frame: Frame) -> bool:
    """Whether the bound names are in the printed domains; not where that is on an edge."""
    try:
        return _inside(program, optimum, frame)
    except Unsure:
        return False


def _inside(program: Program, optimum: Optimum, frame: Frame) -> bool:
    """Whether the bound names are in the printed domains."""
    conditions = [d for d in optimum.domains if bare(d).head == "rel" and bare(bare(d).args[1]).data != "R"]
    return all(program.compiled(for_every_index(c, program))(frame) for c in conditions)


def _declared(program: Program, optimum: Optimum, frame: Frame) -> bool:
    """Whether the bound names are in their declared domains."""
    conditions = [c for name in optimum.names for c in program.symbols[name].conditions]
    return all(program.compiled(for_every_index(c, program))(frame) for c in conditions)
