"""How much work an evaluation is, told before it is done: sizes that are too large are not tried."""

from __future__ import annotations

from typing import Any

from generator.meaning.chance import Chance
from generator.meaning.enumeration import ENUMERATION_BOUND
from generator.meaning.eventsets import has_events
from generator.meaning.open_events import about, is_open
from generator.meaning.points import BALLS, frame_at, free_indices, index_values
from generator.meaning.program import Program
from generator.meaning.sampling import Sampler
from generator.meaning.space import outcomes
from generator.meaning.spectrum import SPECTRAL
from generator.meaning.systems import MeaningError, TooMuch
from generator.notation.tree import Expr, dim_value

MOST_OUTCOMES = 20_000  # of the joint law of declared events, with the work to fix its numbers
EIGENVALUES = 4  # times the work of an inverse
AVERAGED = 80  # times the work of one term: more terms than a few cost seconds
APART = 1  # a variant of the open laws in which no two entries are equal: it has the most outcomes


def work(exprs: tuple[Expr, ...], program: Program, sizes: dict[str, int]) -> int:
    """A rough count of scalar operations at these sizes (so that work is bounded by counts)."""
    memo: dict[str, int] = {}
    return sum(_work(e, program, sizes, memo) for e in exprs)


def _work(expr: Expr, program: Program, sizes: dict[str, int], memo: dict[str, int]) -> int:
    own = 1
    for dim in expr.shape or ():
        own *= max(1, dim_value(dim, sizes))
    if expr.head in ("name", "call", "prime"):
        name = expr.data[0] if expr.head == "prime" else expr.data
        if name not in memo:
            memo[name] = 1
            memo[name] = sum(
                _definition_work(d, program, sizes, memo) for d in program.definitions.get(name, ())
            )
        own += memo[name] if expr.head != "name" or name in program.definitions else 0
    inner = sum(_work(arg, program, sizes, memo) for arg in expr.args)
    if expr.head == "described":
        symbol = program.symbols.get(expr.data[0])
        inner *= 8 ** max((dim_value(dim, sizes) for dim in (symbol.shape if symbol else ())), default=1)
    if expr.head in ("sum", "prod", "maxover", "minover"):
        for name in expr.data:
            inner *= _range_length(name, program, sizes)
    elif expr.head in ("grad", "hess", "inverse", "invtranspose", "func") and max(
        map(len, [e.shape or () for e in expr.args]), default=0
    ):
        inner *= max(2, max(sizes.values(), default=2))
        if expr.data in SPECTRAL:
            inner *= EIGENVALUES
    elif expr.head == "E":
        inner *= max(4, max(sizes.values(), default=4))
    elif expr.head == "Pr" and has_events(expr.args, program):
        own += outcomes(program, sizes)
    elif expr.head == "Pr" and any(node.head in ("argmax", "argmin") for node in expr.walk()):
        inner *= AVERAGED * max(2, max(sizes.values(), default=2))  # an integral over one of the terms
    elif expr.head in ("Var", "Cov"):  # the square of a polynomial
        inner *= max(4, max(sizes.values(), default=4)) ** 2
    return own + inner


def _definition_work(definition: Any, program: Program, sizes: dict[str, int], memo: dict[str, int]) -> int:
    inner = _work(program.body_of(definition), program, sizes, memo)
    for name in definition.indices:
        inner *= _range_length(name, program, sizes)
    return inner


def _range_length(name: str, program: Program, sizes: dict[str, int]) -> int:
    try:
        return max(1, len(program.range_of(name, sizes)))
    except (MeaningError, KeyError):
        return max(2, max(sizes.values(), default=2))


def enumerates(sampler: Sampler, sizes: dict[str, int], bound: int = 1) -> bool:
    """Whether an expectation in what the sampler draws for has more than `bound` joint outcomes.

    Only an evaluation tells: a polynomial is taken apart into moments at any size, and has none.
    """
    program, exprs = sampler.program, sampler.wanted.exprs
    try:
        frame = frame_at(
            sampler.point(sizes, 0), program, BALLS, about(Chance(APART, counting=bound), program, exprs)
        )
        names = free_indices(exprs, program)
        frame.index = next(index_values(names, program, sizes, sampler.seed))
        for expr in exprs:
            program.compiled(expr)(frame)
    except TooMuch:
        return True
    except (MeaningError, KeyError, TypeError, AttributeError):
        pass  # what has no value here, or is a law, is for the check to say
    return False


def enumerable(sampler: Sampler, tuples: list[dict[str, int]]) -> list[dict[str, int]]:
    """The tuples of sizes at which no expectation has more joint outcomes than are enumerated."""
    program, exprs = sampler.program, sampler.wanted.exprs
    used = program.rests_on(exprs)
    trees = [*exprs, *(program.body_of(d) for name in used for d in program.definitions.get(name, ()))]
    if any(program.symbols[name].kind == "event" for name in used if name in program.symbols):
        tuples = [sizes for sizes in tuples if outcomes(program, sizes) <= MOST_OUTCOMES]
    averages = any(
        node.head in ("E", "Var", "Cov") or (node.head == "Pr" and is_open(list(node.args), program))
        for tree in trees
        for node in tree.walk()
    )
    if not averages or not tuples or not enumerates(sampler, tuples[0]):
        return tuples
    return [sizes for sizes in tuples if not enumerates(sampler, sizes, ENUMERATION_BOUND)]
