r"""`X \mid (X + Y = n) \sim law`, where no rule gives the law: by the ratio of two densities.

What is checked: the joint density of the names, as a function of the one whose law is stated and with
the condition put in, is the printed density times one positive number, wherever either is not 0. Both
are densities of that name, so the printed law is the right one. Example refuted: a binomial law with
the odds in place of the share, for two Poisson numbers under their sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flint import fmpq

from generator.meaning.hierarchy import density
from generator.meaning.laws import LAWS
from generator.meaning.linear import affine, holds
from generator.meaning.points import convert
from generator.meaning.program import Frame, free_names, rational_value, substituted
from generator.meaning.sampling import Sampler, Wanted
from generator.meaning.systems import MeaningError, Unsupported
from generator.meaning.trees import minus, over
from generator.notation.tree import Expr, bare
from generator.verify.equality import equal
from generator.verify.question import (
    Answer,
    Question,
    Refuted,
    Undecided,
    counterexample,
    pack_sizes,
    sizes_evidence,
)

FRAMES = 8  # points of what is held
VALUES = 5  # of the name, besides a run of whole numbers for a discrete law
WHOLE = range(-1, 13)


def by_ratio(question: Question, name: str, condition: Expr, law: Expr) -> Answer:
    """Compare the law of a name under a condition with the printed one. Raises Refuted or Undecided."""
    program = question.program
    if law.data not in LAWS and not program.symbols[name].shape:
        raise Undecided("the density of the printed law is not known")
    joint, held = _joint(question, name, condition)
    printed = Expr(
        "density", (Expr("name", (), name, shape=program.symbols[name].shape), *law.args), law.data, shape=()
    )
    codes = [program.compiled(substituted(tree, held)) for tree in (joint, printed)]
    sampler = Sampler(
        program, Wanted((question.expr, joint, printed), question.statement.when), question.seed
    )
    count, sizes = 0, []
    for number_, (point, frame) in enumerate(question.frames((question.expr, joint))):
        if number_ >= FRAMES:
            break
        if point.sizes not in sizes:
            sizes.append(point.sizes)
        pairs = []
        for value in _values(sampler, name, law, point.sizes):
            inner = frame.child({name: _converted(value, frame)})
            pairs.append((value, *(code(inner) for code in codes)))
        count += _one_ratio(question, point, frame, pairs)
    if not count:
        raise Undecided("no value of the name was found at which the densities are positive")
    evidence = (f"ratio of densities at {count} points; ", *sizes_evidence(sizes))
    return Answer("checked", "ratio of densities", evidence, pack_sizes(sizes), count, "1e-40", ("Arb",))


def _joint(question: Question, name: str, condition: Expr) -> tuple[Expr, dict[str, Expr]]:
    """The joint density of the names, and the values that the condition gives to some of them."""
    program = question.program
    laws, held, names = program.laws.laws, dict[str, Expr](), [name]
    core = bare(condition)
    for part in core.args if core.head in ("tuple", "list", "and") else (core,):
        part = bare(part)
        if part.head == "name":
            names += [str(part.data)] if part.data in laws and part.data not in names else []
            continue
        if part.head != "rel" or part.data != ("=",):
            raise Undecided("the law under this condition has no rule")
        random = sorted(n for n in free_names(part) if n in laws)
        names += [n for n in random if n not in names]
        solved = [n for n in random if n != name and n not in held]
        if not solved:
            raise Undecided("the law under this condition has no rule")
        held[solved[-1]] = _solved(part, solved[-1], name)
    open_names = [n for n in names if laws[n].law in ("free", "moments")]
    if open_names:
        raise Undecided(f"the law of {open_names[0]} is left open")
    return density(program, names, set()), held


def _solved(relation: Expr, name: str, kept: str) -> Expr:
    """The value of a name by a linear equation whose slope is a number. Raises Undecided for another."""
    left, right = relation.args
    if holds(right, name):
        left, right = right, left
    try:
        slope, constant = affine(left, name)
    except Unsupported as error:
        raise Undecided(str(error)) from error
    if slope is not None and (rational_value(slope) is None or holds(slope, kept)):
        raise Undecided("the condition is not linear in its names with numbers as factors")
    rest = right if constant is None else minus(right, constant)
    return rest if slope is None else over(rest, slope)


def _values(sampler: Sampler, name: str, law: Expr, sizes: dict[str, int]) -> Iterator[Any]:
    entry = LAWS.get(law.data)
    if entry is not None and entry.discrete:
        yield from (fmpq(k) for k in WHOLE)
        return
    for k in range(VALUES):
        try:
            yield sampler.point(sizes, 40 + k).values[name]
        except (MeaningError, KeyError):
            continue
    if entry is not None:
        yield from (fmpq(k, 7) for k in (-9, 2, 5, 10))


def _converted(value: Any, frame: Frame) -> Any:
    if isinstance(value, list):
        return [_converted(v, frame) for v in value]
    return convert(value, frame.system)


def _one_ratio(question: Question, point: Any, frame: Frame, pairs: list[tuple[Any, Any, Any]]) -> int:
    """How many values have one and the same ratio. Raises Refuted."""
    zero, first, count = frame.system.number(0), None, 0
    for value, joint, printed in pairs:
        nothing = equal(joint, zero), equal(printed, zero)
        if all(nothing):
            continue
        ratio = None if any(nothing) else joint / printed
        if ratio is None or (first is not None and not equal(ratio, first)):
            lost = counterexample(point, frame, joint, printed, (question.expr,), f"at the value {value}")
            raise Refuted(lost, "the densities are not in proportion")
        first, count = ratio, count + 1
    return count if count > 1 else 0
