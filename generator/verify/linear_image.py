r"""`A x + b \sim \mathcal N(A \mu + b, A \Sigma A^\top)`: the law of a linear image of normal names.

What is checked: the statistic is affine in normals that are said to be independent (or in one normal
vector), so it is normal; its mean and covariance, worked out from the givens, are compared with the
printed ones, and proved as two equations of their own. A normal law without variance is a constant;
a statistic that varies nowhere has no law. Example refuted: `A x \sim \mathcal N(A \mu, A A^\top \Sigma)`.
"""

from __future__ import annotations

from typing import Any

from generator.meaning.chance import Draw
from generator.meaning.polynomials import Mono, Poly
from generator.meaning.program import Frame, Program
from generator.notation.tree import Expr, bare
from generator.verify.parameters import by_value, weakest
from generator.verify.quadratic import alike
from generator.verify.question import Answer, IllFormed, Question, Undecided

RULE = "affine in independent normals"


def check(question: Question, statistic: Expr, law: Expr) -> Answer:
    """Compare the law of a vector with the printed one. Raises Refuted or Undecided."""
    program = question.program
    names = sorted(program.random_names([statistic]))
    if law.data != "normal" or len(law.args) != 2:
        raise Undecided("of vectors only normal laws are derived")
    seen: list[tuple[bool, bool]] = []

    def found(frame: Frame) -> tuple[Any, Any]:
        both, tied = _moments(frame, statistic, names)
        seen.append((tied, not all(alike(frame, row, frame.system.number(0)) for row in both[1])))
        return both

    answer = by_value(question, law.args, found, RULE)
    if any(tied for tied, _ in seen):
        raise Undecided("the names are not said to be independent, so their joint law is open")
    if not any(varies for _, varies in seen):
        raise IllFormed("the statistic does not vary")
    return proved(question, answer, statistic, law) if question.symbolic and not question.quick else answer


def _moments(frame: Frame, statistic: Expr, names: list[str]) -> tuple[tuple[Any, Any], bool]:
    """(mean, covariance) of an affine statistic, and whether its names are tied. Raises Undecided."""
    draw = Draw(frame, names)
    if any(source.kind != "normal" for source in draw.sources.values()):
        raise Undecided("a law is derived for normal samples only")
    values = frame.program.compiled(statistic)(frame.child(draw.values))
    zero = frame.system.number(0)
    rows: list[dict[Mono, Any]] = [
        value.terms if isinstance(value, Poly) else {(): value} for value in values
    ]
    if any(sum(e for _, e in mono) > 1 for row in rows for mono in row):
        raise Undecided("of vectors only linear images have a law by the rules")
    slopes = [_slopes(row, draw) for row in rows]
    covariance = [
        [sum((c * other[s] for s, c in row.items() if s in other), zero) for other in slopes]
        for row in slopes
    ]
    return ([row.get((), zero) for row in rows], covariance), draw.tied


def _slopes(row: dict[Mono, Any], draw: Draw) -> dict[int, Any]:
    """The factor of each source in an affine form: names that are tied share sources."""
    slopes: dict[int, Any] = {}
    for mono, c in row.items():
        if mono:
            source = id(draw.sources[mono[0][0]])
            slopes[source] = slopes[source] + c if source in slopes else c
    return slopes


def proved(question: Question, answer: Answer, statistic: Expr, law: Expr) -> Answer:
    """The status that the equations for mean and covariance earn, where the statistic is printed affine."""
    if not _is_affine(statistic, question.program):
        return answer
    shape = statistic.shape or ()
    moments = (Expr(head, (statistic,), (), shape=at) for head, at in (("E", shape), ("Var", shape * 2)))
    return weakest(question, answer, zip(moments, law.args, strict=True), RULE)


#: Heads over random parts that keep an expression affine.
_PLAIN = frozenset({"add", "group", "transpose", "sum", "entry", "each"})


def _is_affine(expr: Expr, program: Program, inside: frozenset[str] = frozenset()) -> bool:
    """Whether an expression is affine in its random names at all sizes, as it is printed.

    inside: the names whose definitions are open; a recursion is affine if its step is, by induction.
    """
    expr = bare(expr)
    if not program.random_names([expr]):
        return True
    if expr.head == "name":
        name = str(expr.data)
        bodies = program.definitions.get(name, ()) if name not in inside else ()
        opened = inside | {name}
        return all(not d.arguments and _is_affine(program.body_of(d), program, opened) for d in bodies)
    if expr.head in ("mul", "div", "inner"):
        random = [arg for arg in expr.args if program.random_names([arg])]
        below = expr.head == "div" and program.random_names([expr.args[1]])
        return len(random) == 1 and not below and _is_affine(random[0], program, inside)
    return expr.head in _PLAIN and all(_is_affine(arg, program, inside) for arg in expr.args)
