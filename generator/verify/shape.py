r"""Membership: shapes are decided from the symbolic dimensions, intervals and sets by value.

What is checked: `QK^\top \in \mathbb R^{n \times m}` by the shapes of the factors for all
sizes; `p \in [0, 1]` at all points and borders. Example refuted: the transpose of the space.
"""

from __future__ import annotations

from dataclasses import replace

from generator.meaning.conditions import member_test
from generator.meaning.systems import MeaningError, Unsupported, Unsure
from generator.model import Counterexample
from generator.notation.tree import Dim, Expr, bare, dim_latex, dim_mul, dim_number, dim_size
from generator.verify.order import never_beyond
from generator.verify.question import (
    Answer,
    IllFormed,
    Question,
    Refuted,
    counterexample,
    pack_sizes,
    retry,
    sizes_evidence,
)


def check(question: Question) -> Answer:
    """A shape by its dimensions, else membership by value. Raises Refuted or Undecided."""
    element, domain = question.sides()
    target = bare(domain)
    if target.head == "space" and target.args:
        return _shape(element, target)
    if element.shape != () and target.head in ("space", "interval", "set"):
        found = " x ".join(dim_latex(d) for d in element.shape or ()) or "no number"
        raise Refuted(
            Counterexample((), (), found, "a number"), f"the shape is {found}, and this is about numbers"
        )
    return retry(lambda: _membership(question, target))  # type: ignore[no-any-return]


def _shape(element: Expr, space: Expr) -> Answer:
    want = tuple(dim_of(arg) for arg in space.args)
    have = element.shape
    if have is None:
        raise IllFormed("the left side has no shape")
    if tuple(have) != want:
        found = " x ".join(dim_latex(d) for d in have) or "a scalar"
        wanted = " x ".join(dim_latex(d) for d in want)
        raise Refuted(Counterexample((), (), found, wanted), f"the shape is {found}, not {wanted}")
    return Answer("proved", "symbolic shapes", ("shapes, for all sizes",), routes=("shapes",))


def dim_of(expr: Expr) -> Dim:
    """The dimension printed in the exponent of a space. Raises Undecided for other than size polynomials."""
    expr = bare(expr)
    if expr.head == "num":
        return dim_number(int(expr.data))
    if expr.head == "name":
        return dim_size(expr.data)
    if expr.head == "mul":
        out = dim_number(1)
        for arg in expr.args:
            out = dim_mul(out, dim_of(arg))
        return out
    if expr.head == "add":
        from generator.notation.tree import dim_add

        out = ()
        for sign, arg in zip(expr.data, expr.args, strict=True):
            out = dim_add(out, dim_of(arg), -1 if sign == "-" else 1)
        return out
    raise IllFormed("this dimension is not read")


def _ends_hold(question: Question, domain: Expr) -> None:
    """An interval is two inequalities: the gap to each end is searched. Raises Refuted."""
    element = question.sides()[0]
    if domain.head != "interval" or element.shape != ():
        return
    for end, bracket, closed, wide in zip(domain.args, domain.data, "[]", (">=", "<="), strict=True):
        if any(node.data == "infty" for node in end.walk()):
            continue
        op = wide if bracket == closed else wide[0]
        expr = replace(question.expr, args=(element, end), data=(op,))
        never_beyond(replace(question, statement=replace(question.statement, expr=expr)))


def _membership(question: Question, domain: Expr) -> Answer:
    inside = member_test(domain, question.program)
    element = question.program.compiled(question.sides()[0])
    count, sizes = 0, []
    for point, frame in question.frames((question.sides()[0],)):
        count += 1
        if point.sizes not in sizes:
            sizes.append(point.sizes)
        try:
            value = element(frame)
            member = all(inside(frame, v) for v in (value if isinstance(value, list) else [value]))
        except (Unsure, Unsupported):
            raise
        except MeaningError as error:
            lost = counterexample(point, frame, "", "", question.sides()[:1])
            raise Refuted(lost, f"has no value at an admissible point: {error}") from error
        if not member:
            raise Refuted(counterexample(point, frame, value, "outside", question.sides()[:1]))
    _ends_hold(question, domain)
    return Answer(
        "checked",
        "balls at points",
        (f"{count} points; ", *sizes_evidence(sizes)),
        pack_sizes(sizes),
        count,
        "",
        ("Arb",),
    )
