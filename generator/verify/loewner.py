r"""`A \succeq B`: the difference is symmetric, and its smallest eigenvalue is not negative.

What is checked: at every point both, by enclosures of the eigenvalues, as an inequality of the smallest
one. Why it can fail: a turned sign, a term too much, a difference that is not symmetric, `\succ` where an
eigenvalue vanishes. Example refuted: `X^\top X \succ 0` where X may have fewer rows than columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from flint import arb

from generator.meaning import arrays
from generator.meaning.program import Frame, Program
from generator.meaning.systems import MeaningError
from generator.notation.tree import Expr, bare
from generator.verify import order
from generator.verify.question import Answer, IllFormed, Question, pack_sizes, sizes_evidence

#: Relation -> that of the smallest eigenvalue to 0, and whether it is that of right minus left.
FREELY = frozenset(
    {"positive definite", "positive semidefinite", "symmetric", "invertible"}
)  # moved as they are
FAR = (arb(1) / 16, arb(4))  # how far beside the border, along a vector
NEAR = arb(1) / 1024  # and in every other direction; powers of 2 are exact, so that products stay symmetric
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


def is_order(relation: Expr) -> bool:
    """Whether a relation orders two matrices."""
    return relation.head == "rel" and len(relation.data) == 1 and relation.data[0] in NUMBERS


def order_of(relation: Expr, frame: Frame) -> int:
    """How many rows the two matrices have. Raises MeaningError."""
    return max(
        len(side) for arg in relation.args if isinstance(side := frame.program.compiled(arg)(frame), list)
    )


def beside(relation: Expr, frame: Frame) -> Iterator[tuple[str, Frame]]:
    r"""(name, frame) with a symmetric matrix moved to just inside or just outside of an order.

    Its difference from the border is a multiple of v v^\top, and little more or less: the matrices
    do not commute there, and are apart in one direction alone.
    """
    program = frame.program
    left, right = (program.compiled(arg)(frame) for arg in relation.args)
    gap = arrays.zipped(lambda a, b: a - b, left, right)
    count = len(gap)
    vectors = [[arb(2) ** -i for i in range(count)], [arb(int(i == 0)) for i in range(count)]]
    for name in sorted(program.base_names([relation])):
        symbol, value = program.symbols[name], frame.values.get(name)
        if symbol.words - FREELY - {"random"} or not symbol.words or symbol.family:
            continue
        if not isinstance(value, list) or not isinstance(value[0], list) or len(value) != count:
            continue
        for sign, v, far, near in product((1, -1), vectors, FAR, (NEAR, -NEAR)):
            moved = [
                [
                    value[i][j] - sign * gap[i][j] + far * v[i] * v[j] + (near if i == j else 0)
                    for j in range(count)
                ]
                for i in range(count)
            ]
            child = frame.child({name: moved})
            child.index = dict(frame.index)
            if _fits(name, child, program):
                yield name, child


def _fits(name: str, frame: Frame, program: Program) -> bool:
    """Whether a symmetric matrix is as definite as its name is declared."""
    words, shape = program.symbols[name].words, program.symbols[name].shape
    for word, op in (("positive definite", "succ"), ("positive semidefinite", "succeq")):
        if word in words:
            zero = Expr("zeros", (), "", "0", shape=shape)
            subject = Expr("name", (), name, name, shape=shape)
            try:
                return bool(program.compiled(Expr("rel", (subject, zero), (op,)))(frame))
            except MeaningError:
                return False
    return True
