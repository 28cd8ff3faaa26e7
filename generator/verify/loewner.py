r"""`A \succeq B`: the difference is symmetric, and its smallest eigenvalue is not negative.

What is checked: at every point both, by enclosures of the eigenvalues, as an inequality of the smallest
one. Why it can fail: a turned sign, a term too much, a difference that is not symmetric, `\succ` where an
eigenvalue vanishes. Example refuted: `X^\top X \succ 0` where X may have fewer rows than columns.
"""

from __future__ import annotations

from dataclasses import replace

from generator.meaning import arrays
from generator.notation.tree import Expr, bare
from generator.verify import order
from generator.verify.question import Answer, IllFormed, Question, pack_sizes, sizes_evidence

#: Relation -> that of the smallest eigenvalue to 0, and whether it is that of right minus left.
NUMBERS = {"succeq": (">=", False), "succ": (">", False), "preceq": (">=", True), "prec": (">", True)}


def check(question: Question) -> Answer:
    """As an inequality of the smallest eigenvalue. Raises Refuted, Undecided."""
    left, right = question.sides()
    shape = left.shape or right.shape
    if shape is None or len(shape) != 2:
        raise IllFormed("this order is one of symmetric matrices; write \\le of numbers, or of entries")
    op, turned = NUMBERS[question.expr.data[0]]
    large, small = (right, left) if turned else (left, right)
    bounded = bare(small).head != "zeros" or bare(small).form != "0"
    whole = Expr("add", (large, small), "+-", shape=shape) if bounded else large
    least = Expr("func", (whole,), "smallest-eigenvalue-of-symmetric", r"paren \lambda ( )", shape=())
    # A bound has to be reached somewhere; a mere sign has not, and only the digit 0 alone says one.
    zero = Expr("num", (), "0.0" if bounded else "0", shape=())
    relation = replace(question.expr, args=(least, zero), data=(op,))
    inner = replace(question, statement=replace(question.statement, expr=relation))
    try:
        return order.check(inner)
    except IllFormed as error:
        return _touching(inner, whole, error)


def _touching(question: Question, gap: Expr, error: IllFormed) -> Answer:
    r"""An order whose gap is singular everywhere, as A - \lambda_{\min}(A) I is, but somewhere not 0."""
    code, least = (question.program.compiled(expr) for expr in (gap, question.sides()[0]))
    count, apart, sizes = 0, False, list[dict[str, int]]()
    for point, frame in question.frames():
        count += 1
        if not least(frame).contains(0):
            raise error
        sizes += [] if point.sizes in sizes else [point.sizes]
        apart = apart or any(not v.contains(0) for v in arrays.flat(code(frame)))
    if not apart:
        raise error
    order.never_beyond(question)
    evidence = (f"{count} points, with a smallest eigenvalue of 0", "; ", *sizes_evidence(sizes))
    return Answer("checked", "balls at points", evidence, pack_sizes(sizes), count, "", ("Arb",))
