r"""Where a claim has no value: what stands below a bar, or is inverted, is 0 inside the declared domain.

No generic point meets `1 + y^\top x = 0`, and scalars that are equal are met at special points only. So
each such part of a claim is made 0, by moving one entry, or one name for vectors that are equal; at that
point, if it is admissible, the sides must have values. Example refuted: `\frac{x y}{x y + 1} \frac{x y
+ 1}{x y} = 1`, which wants `x y \ne 0` and `x y + 1 \ne 0`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import Any

from generator.meaning import arrays, joints
from generator.meaning.corners import is_continuous
from generator.meaning.domains import REGULAR
from generator.meaning.points import RATIONAL, frame_at, free_indices, index_values, truth
from generator.meaning.program import BINDERS, Frame, Program, free_names, rational_value
from generator.meaning.sampling import Point, Sampler, Wanted
from generator.meaning.systems import Kink, MeaningError, NoValue, Unsupported, Unsure
from generator.notation.tree import Expr, bare, law_variables, meaning_key
from generator.notation.unparse import as_latex, unparse
from generator.verify.question import Question, Refuted, counterexample
from generator.verify.signs import sign_of

PARTS = 8  # parts of one claim that are made 0
INDICES = 4  # values of the free indices at one point
UNDER = ("deriv", "grad", "hess")  # what stands in them bends where a norm or a root is 0
APART = ("cases", "indicator")  # what stands in them need not have a value everywhere


def check(question: Question) -> None:
    """Raises Refuted where a side has no value at an admissible point."""
    if question.statement.limits:
        return
    _of_open_laws(question)
    parts = list(islice(_parts(question), PARTS))
    if not parts:
        return
    program = question.program
    sampler = Sampler(program, Wanted(question.sides(), question.statement.when), question.seed)
    fixed = frozenset(name for name in sampler.names if is_continuous(sampler, name))
    tuples = question.sizes()
    smallest = min(tuples, key=lambda sizes: sum(sizes.values()))
    for sizes in (tuples[0], smallest) if smallest != tuples[0] else tuples[:1]:
        for part in parts:
            for point in joints.zeros(sampler, part, sizes, fixed):
                _must_have_values(question, point)


def _of_open_laws(question: Question) -> None:
    """Raises Refuted where a mean or a variance below a bar is 0 for a law that the page leaves open."""
    parts = list(islice(_parts(question, averaged=True), PARTS))
    if not parts:
        return
    when = [question.program.compiled(c) for c in question.statement.when]
    names = sorted(question.program.random_names(question.sides()))
    for edge, name in product(("constant", "nothing"), ["", *names] if len(names) > 1 else [""]):
        chance = replace(question.chance, edge=edge, alone=name)
        there = replace(question.aside(), chance=chance, quick=True)
        try:
            for point, frame in there.frames():
                if all(bool(code(frame)) for code in when):
                    _must_not_divide(question, parts, point, frame)
        except (Unsure, Unsupported):
            continue


def _must_not_divide(question: Question, parts: list[Expr], point: Point, frame: Frame) -> None:
    """Raises Refuted where one of these parts is exactly 0, and a side has no value for it."""
    for part in parts:
        value = question.program.compiled(part)(frame)
        error = next(filter(None, (_loss(side, frame) for side in question.sides())), None)
        if value == 0 and isinstance(error, NoValue):
            lost = counterexample(point, frame, "", "", question.sides())
            raise Refuted(lost, f"has no value at an admissible law: {error}; {_excluded(part)}")


def remedy(question: Question, frame: Frame) -> str:
    """The condition that excludes the point of a frame at which the claim has no value, or "" in words."""
    for part in sorted(_parts(question), key=lambda part: (_is_determinant(part), part.shape != ())):
        try:
            values = arrays.flat(question.program.compiled(part)(frame))
        except (MeaningError, KeyError, TypeError, ZeroDivisionError):
            continue
        if all(value == 0 for value in values):
            return _excluded(part)
    return ""


def excludes(question: Question, condition: Expr) -> bool:
    r"""Whether `a \ne b` says of something random that a fraction bar, or an inverse, has no 0 below it.

    No point shows that it is needed: that a law has mass there is not asked.
    """
    relation, program = bare(condition), question.program
    if relation.head != "rel" or relation.data != ("!=",) or not program.random_names([condition]):
        return False
    bodies = [
        program.body_of(d)
        for name in program.rests_on(question.sides())
        for d in program.definitions.get(name, ())
        if not d.arguments
    ]
    printed = {meaning_key(side) for side in relation.args}
    parts = inverted(question.sides(), bodies)
    return any({meaning_key(side) for side in _sides_of(part)} == printed for part in parts)


def _sides_of(part: Expr) -> tuple[Expr, Expr]:
    """What must differ for a part not to be 0."""
    core = bare(part)
    if core.head == "add" and core.data == "+-":
        return core.args[0], core.args[1]
    return part, joints.ZERO


def _excluded(part: Expr) -> str:
    core = bare(part)
    if _is_determinant(core) and bare(core.args[0]).head == "name":
        return f"declare {_text(core.args[0])} invertible"
    left, right = _sides_of(part)
    return rf"exclude that by `when: {as_latex(left)} \ne {as_latex(right)}`, or by a narrower domain"


def _is_determinant(expr: Expr) -> bool:
    return expr.head == "func" and expr.data == "det"


def _text(expr: Expr) -> str:
    return " ".join(unparse(expr))


def _parts(question: Question, averaged: bool = False) -> Iterator[Expr]:
    """What must not be 0, of the sides and of the definitions that they rest on, where 0 is possible.

    `averaged`: only what rests on the mean of a name whose law is open; else only what rests on none.
    """
    program, when = question.program, question.statement.when
    bends = any(node.head in UNDER for side in question.sides() for node in side.walk())
    definitions = [
        d for n in sorted(program.rests_on(question.sides())) for d in program.definitions.get(n, ())
    ]
    bodies = [program.body_of(d) for d in definitions if not d.arguments]
    seen = set()
    for expr, under in (*((side, False) for side in question.sides()), *((body, bends) for body in bodies)):
        for part in _within(expr, under, frozenset()):
            text = _text(part)
            known = (
                all(n in program.symbols for n in free_names(part)) and program.is_chancy(part) == averaged
            )
            known = known and (not averaged or has_open_law(program, part))
            if text not in seen and known and _may_vanish(part, program, when):
                seen.add(text)
                yield part


def has_open_law(program: Program, expr: Expr) -> bool:
    """Whether an expression rests on a random name whose law the page leaves open."""
    laws = (program.laws.laws.get(name) for name in program.random_names([expr]))
    return any(law is not None and law.law in ("free", "moments") for law in laws)


def inverted(exprs: Sequence[Expr], bodies: Sequence[Expr]) -> Iterator[Expr]:
    """What is not 0 wherever expressions have values: what they divide by, or invert.

    `bodies`: of the definitions that they rest on, which count unless some branch or range may leave one out.
    """
    whole = [*exprs, *bodies]
    certain = not any(
        node.head in APART or (len(node.args) > 1 and node.head in ("at", "sum", "prod"))
        for expr in whole
        for node in expr.walk()
    )
    for expr in whole if certain else exprs:
        if certain or not any(node.head == "at" for node in expr.walk()):
            yield from _within(expr, False, frozenset())


def _may_vanish(part: Expr, program: Program, when: tuple[Expr, ...]) -> bool:
    core = bare(part)
    if _is_determinant(core):
        inner = bare(core.args[0])
        words = program.symbols[inner.data].words if inner.head == "name" else frozenset[str]()
        return not words & (REGULAR | {"positive definite", "orthogonal"})
    return part.shape != () or sign_of(part, program, when)[1]


def _within(expr: Expr, under: bool, bound: frozenset[str]) -> Iterator[Expr]:
    """Of an expression; `under` a derivative norms and roots count too. Not what rests on a bound name."""
    if expr.head in APART or (expr.head == "sum" and len(expr.args) > 1):
        return
    if expr.head in BINDERS:
        bound |= frozenset(map(str, expr.data or ()))
    if isinstance(expr.data, Expr):
        bound |= frozenset(law_variables(expr.data))
    found = _of_node(expr, under)
    if found is not None and not free_names(found) & bound:
        yield found
    even = expr.head == "pow" and bare(expr.args[0]).head == "norm" and _is_even(expr.args[1])
    for arg in bare(expr.args[0]).args if even else expr.args:
        yield from _within(arg, under or expr.head in UNDER, bound)


def _is_even(exponent: Expr) -> bool:
    value = rational_value(exponent)
    return value is not None and value > 0 and value % 2 == 0


def _is_negative_power(expr: Expr) -> bool:
    return expr.head == "pow" and (rational_value(expr.args[1]) or 0) < 0


def _of_node(expr: Expr, under: bool) -> Expr | None:
    """What of a node must not be 0, for a matrix its determinant, for a norm the vector; None if nothing."""
    core: Expr | None = None
    if expr.head == "div":
        core = expr.args[1]
    elif expr.head in ("inverse", "invtranspose") or _is_negative_power(expr):
        core = expr.args[0]
    elif under and (expr.head == "norm" or (expr.head == "func" and expr.data == "sqrt")):
        core = expr
    if core is None:
        return None
    if len(core.shape or ()) == 2 and bare(core).head != "norm":
        return Expr("func", (core,), "det", r"bare \det", shape=())
    inner = bare(core)
    while inner.head in ("norm", "pow") or (inner.head == "func" and inner.data == "sqrt"):
        core, inner = inner.args[0], bare(inner.args[0])
    return core


def _must_have_values(question: Question, point: Point) -> None:
    """Raises Refuted where a side has none at this point, at some values of the free indices."""
    program, when = question.program, question.statement.when
    names = free_indices((*question.sides(), *when), program)
    for index in islice(index_values(names, program, point.sizes, question.seed), INDICES):
        if not all(truth(c, program, point, index) for c in when if free_indices([c], program)):
            continue
        sample = ((point, index, 0),)
        for _, frame in replace(question.aside(), sample=sample).frames():
            exact = frame_at(point, program, RATIONAL, frame.chance)
            exact.index = dict(index)
            for side in question.sides():
                error = _loss(side, exact) or _loss(side, frame)
                if error is not None:
                    lost = counterexample(point, frame, "", "", question.sides())
                    words = remedy(question, exact)
                    told = f"has no value at an admissible point: {error}"
                    raise Refuted(lost, f"{told}; {words}" if words else told)


def _loss(side: Expr, frame: Frame) -> Any:
    """Why a side has no value, or None where it has one or nothing is known of that here."""
    try:
        frame.program.compiled(side)(frame)
    except (NoValue, Kink) as error:
        return error
    except (MeaningError, KeyError, TypeError, ZeroDivisionError):
        return None
    return None
