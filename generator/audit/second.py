"""The second, independent evaluation: whether a mutant has the value of the original everywhere.

Other sizes, other seeds and so other points than the gate's, on the widened domain: every
declared set of points becomes its convex hull, unless a printed law says why it cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from flint import arb

from generator.meaning import arrays
from generator.meaning.corners import corners
from generator.meaning.domains import admissible_sizes
from generator.meaning.laws import LAWS
from generator.meaning.laws_joint import JOINT
from generator.meaning.open_laws import over_tables
from generator.meaning.points import BALLS, frame_at, free_indices, index_values, truth
from generator.meaning.program import Frame, Program
from generator.meaning.sampling import Point, Sampler, Wanted, stable_number
from generator.meaning.sizes import fixed_sizes, size_names
from generator.meaning.systems import MeaningError, Unsupported, Unsure
from generator.notation.tree import Expr, Scope, Statement, Symbol, bare, meaning_key
from generator.verify import equality
from generator.verify.lazy import sympy
from generator.verify.limit import variables
from generator.verify.question import Question, Undecided, retry

#: Tuples of sizes (repeated to as many as are needed); the gate tries none of the first two.
SIZES = ((7, 4, 6, 5), (4, 7, 5, 8), (2, 6, 3, 4), (1, 2, 1, 3), (3, 1, 2, 1))
SINGLE = 4  # seeds where no size occurs

#: Laws on a finite set of numbers: the set is theirs, and is not widened.
DISCRETE = frozenset(name for table in (LAWS, JOINT) for name, law in table.items() if law.discrete)


#: Structures that are sets of points, and the structure of their convex hull.
HULLS: Mapping[str, frozenset[str]] = {
    "one-hot": frozenset({"simplex"}),
    "unit": frozenset(),
    "orthogonal": frozenset(),
}


def same_value(program: Program, statement: Statement, a: Expr, b: Expr) -> bool:
    """Whether two expressions agree at every point, on the widened domain where they have values there."""
    relation = replace(statement, expr=Expr("rel", (a, b), ("=",)), limits=())
    try:
        program, relation = over_tables(program, relation)
    except MeaningError:
        return False
    wide = widened(program)
    if wide is not None:
        agreed = _agree(wide, relation)
        if agreed is not None:
            return agreed
    return _agree(program, relation) is True


def _agree(program: Program, relation: Statement) -> bool | None:
    """True or False; None where no point gave values."""
    seen = False
    for number, (sizes, seed) in enumerate(settings(program, relation)):
        question = Question(program, relation, seed, only=sizes, symbolic=False, quick=number > 0)
        try:
            agreed = retry(partial(_agree_at, question))
        except (Undecided, MeaningError):
            continue
        if agreed is False:
            return False
        seen = seen or agreed is True
    return True if seen else None


def _agree_at(question: Question) -> bool | None:
    """Both sides at every point where the original (the second of them) has a value."""
    mutant, original = (question.program.compiled(arg) for arg in question.sides())
    seen = None
    for _, frame in question.frames():
        try:
            wanted = arrays.flat(original(frame))
        except (Unsure, Unsupported):
            raise
        except MeaningError:
            continue  # the definitions make no sense here
        try:
            found = arrays.flat(mutant(frame))
        except (Unsure, Unsupported):
            raise
        except MeaningError:
            return False
        for x, y in zip(found, wanted, strict=True):
            same = equality.equal(x, y)
            if same is None:
                raise Unsure("the balls are too wide")
            if not same:
                return False
        seen = True
    return seen


def settings(program: Program, relation: Statement) -> Iterator[tuple[dict[str, int], int]]:
    """The sizes, each with a seed, at which a relation is evaluated once more."""
    fixed = fixed_sizes(program)
    names = [n for n in size_names(program, (relation.expr, *relation.when)) if n not in fixed]
    for number, values in enumerate(SIZES if names else SIZES[:1] * SINGLE):
        sizes = {**fixed, **{name: values[k % len(values)] for k, name in enumerate(names)}}
        if _allowed(program, sizes):
            yield sizes, stable_number("second", relation.id, number)


def _allowed(program: Program, sizes: dict[str, int]) -> bool:
    try:
        return admissible_sizes(program, sizes)
    except KeyError:  # a condition on a size that does not occur here
        return True


def widened(program: Program) -> Program | None:
    """The program with every declared set of points widened to its convex hull; None where there is none."""
    symbols = {name: _wide(symbol, program) for name, symbol in program.symbols.items()}
    if symbols == program.symbols:
        return None
    scope: Scope = replace(program.scope, symbols=symbols)
    return Program(scope, program.solutions)


def _wide(symbol: Symbol, program: Program) -> Symbol:
    law = program.laws.laws.get(symbol.name)
    if law is not None and law.law in DISCRETE:
        return symbol
    kind = "scalar" if symbol.kind == "integer" else symbol.kind
    words = frozenset().union(*(HULLS.get(word, {word}) for word in symbol.words))
    conditions = tuple(_hull(c) for c in symbol.conditions)
    return replace(symbol, kind=kind, words=words, conditions=conditions)


def _hull(condition: Expr) -> Expr:
    target = bare(condition.args[-1])
    if condition.head != "rel" or condition.data != ("in",):
        return condition
    if target.head == "space" and target.data in ("N", "Z"):
        return _within(condition, Expr("space", target.args, "R", shape=target.shape))
    if target.head != "set":
        return condition
    numbers = [bare(arg) for arg in target.args]
    if not all(n.head == "num" for n in numbers):
        return condition
    ends = sorted(numbers, key=lambda n: float(n.data))
    return _within(condition, Expr("interval", (ends[0], ends[-1]), ("[", "]")))


def _within(condition: Expr, target: Expr) -> Expr:
    return replace(condition, args=(*condition.args[:-1], target))


def same_truth(program: Program, one: Statement, other: Statement) -> bool:
    """Whether the conditions of two statements are true and false together, on the widened domain."""
    program = widened(program) or program
    seen = False
    for sizes, seed in settings(program, replace(one, when=(*one.when, *other.when))):
        sampler = Sampler(program, Wanted((one.expr, *one.when, *other.when)), seed)
        try:
            points = [sampler.point(sizes, number) for number in range(3)] + list(corners(sampler, sizes))
        except MeaningError:
            continue
        names = free_indices((*one.when, *other.when), program)
        for point in points:
            for index in index_values(names, program, sizes, seed, 12):
                found = [_met(conditions, program, point, index) for conditions in (one.when, other.when)]
                if found[0] != found[1] or None in found:
                    return False
                seen = True
    return seen and one.limits == other.limits


def _met(conditions: Sequence[Expr], program: Program, point: Point, index: dict[str, int]) -> bool | None:
    """Whether conditions hold at a point, None where one has no value there."""
    try:
        return all(truth(c, program, point, index) for c in conditions)
    except MeaningError:
        return None


def mirrored(program: Program, statement: Statement, original: Expr) -> bool:
    """Whether a law symmetric about 0 is stated of the negative of what the original states it of."""
    new, old = bare(statement.expr), bare(original)
    if not new.head == old.head == "rel" or not new.data == old.data == ("sim",):
        return False
    (a, law), (b, same) = new.args, old.args
    centred = bare(law).data == "t" or (bare(law).data == "normal" and bare(bare(law).args[0]).data == "0")
    negative = Expr("add", (b,), "-", shape=b.shape)
    return centred and meaning_key(law) == meaning_key(same) and same_value(program, statement, a, negative)


def true_again(program: Program, statement: Statement) -> bool:
    """Whether a relation holds at points of the second evaluation, by the truth of its own tree.

    Only for relations that have a truth value at a point: order, membership, difference,
    equality, and the equivalence of such.
    """
    if bare(statement.expr).data == ("propto",):
        return bool(retry(partial(_one_factor, program, statement)))
    try:
        program, statement = over_tables(program, statement)
    except MeaningError:
        return False
    seen = False
    for sizes, seed in settings(program, statement):
        sampler = Sampler(program, Wanted((statement.expr,), statement.when), seed)
        try:
            points = [sampler.point(sizes, 0), *corners(sampler, sizes)]
        except MeaningError:
            continue
        names = free_indices((statement.expr, *statement.when), program)
        for point in points:
            for index in index_values(names, program, sizes, seed, 12):
                try:
                    if not all(truth(c, program, point, index) for c in statement.when):
                        continue
                    if not _true_at(program, statement.expr, point, index):
                        return False
                    seen = True
                except MeaningError:
                    return False
    return seen


def constant_ratio(question: Question, frame: Frame) -> bool:
    """Whether, in symbols, the ratio of two sides is free of all that the right side varies with."""
    left, right = (question.program.compiled(arg)(frame) for arg in bare(question.expr).args)
    ratio = sympy.cancel(sympy.together(left / right))
    return not ratio.free_symbols & right.free_symbols and ratio.is_positive is not False


def _one_factor(program: Program, statement: Statement) -> bool:
    """Whether one side is a positive factor times the other, the same while only what varies moves."""
    seen = False
    moving = variables(Question(program, statement, 0))
    for sizes, seed in settings(program, statement):
        sampler = Sampler(program, Wanted(statement.expr.args, statement.when), seed)
        ratios = []
        try:
            held = sampler.point(sizes, 0)
            for number in range(4):
                point = sampler.point(sizes, number)
                values = {n: v if n in moving else held.values[n] for n, v in point.values.items()}
                frame = frame_at(replace(point, values=values), program, BALLS)
                a, b = (program.compiled(arg)(frame) for arg in bare(statement.expr).args)
                if isinstance(a, list) or isinstance(b, list) or b.contains(0):
                    return False
                ratios.append(a / b)
        except MeaningError:
            return False
        if not all(ratio > 0 and equality.equal(ratio, ratios[0]) for ratio in ratios):
            return False
        seen = True
    return seen


def _true_at(program: Program, expr: Expr, point: Point, index: dict[str, int]) -> bool:
    """One statement at one point; an equality by the width of its balls."""
    expr = bare(expr)
    if expr.head in ("iff", "implies"):
        left, right = (_true_at(program, arg, point, index) for arg in expr.args)
        return left == right if expr.head == "iff" else right or not left
    if expr.head == "rel" and expr.data == ("in",) and bare(expr.args[1]).head == "space":
        return True  # a shape is read off the dimensions, at no point
    if expr.head == "rel" and expr.data == ("=",):
        frame = frame_at(point, program, BALLS)
        frame.index = dict(index)
        a, b = (arrays.flat(program.compiled(arg)(frame)) for arg in expr.args)
        return len(a) == len(b) and all(equality.equal(x, y) for x, y in zip(a, b, strict=True))
    if expr.head == "rel" and expr.data == ("approx",):
        return _rounded(program, expr, point, index)
    return truth(expr, program, point, index)


def _rounded(program: Program, expr: Expr, point: Point, index: dict[str, int]) -> bool:
    """Whether a value is half a unit of the last printed digit, or less, from the decimal beside it."""
    frame = frame_at(point, program, BALLS)
    frame.index = dict(index)
    a, b = (program.compiled(arg)(frame) for arg in expr.args)
    literals = [node.data for arg in expr.args for node in [bare(arg)] if node.head == "num"]
    if len(literals) != 1:
        return False
    digits = len(literals[0].partition(".")[2])
    return bool(abs(a - b) <= arb(10) ** -digits / 2)
