"""Readers of arithmetic: numbers, sums, products by shape, quotients, powers, binders, entries."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from generator.meaning.program import rational_value
from generator.notation.dims import as_dim
from generator.notation.tree import ONE, Dim, Expr, bare, dim_add, dim_number
from generator.verify.proof import sign
from generator.verify.proof.atoms import BEFORE, PI, index_atom, size_atom
from generator.verify.proof.composite import composite
from generator.verify.proof.functions import exponential, known_sign, logarithm, power
from generator.verify.proof.labels import (
    FIXED,
    FREE,
    Label,
    ends,
    fixed,
    never_negative,
    parted,
    range_of,
    shifted,
)
from generator.verify.proof.polynomial import Polynomial, delta, factor
from generator.verify.proof.printed import printed_power
from generator.verify.proof.reading import READERS, Env, Labels, Translation, Value
from generator.verify.proof.work import NotProved

#: Relations between two indices of which one is summed over.
ORDERED = frozenset({"<", "<=", ">", ">="})


def _num(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    return t.number(Fraction(expr.data))


def _const(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    if expr.data == "pi":
        return factor(PI, (), t.work)
    if expr.data == "e":
        return exponential(t.number(1))
    raise NotProved("infinity")


def _name(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    name = expr.data
    if name in env.index:
        label = env.index[name]
        return t.number(int(label[1])) if label[0] == FIXED else factor(index_atom(), (label,), t.work)
    symbol = t.program.symbols.get(name)
    if symbol is not None and symbol.kind == "size":
        if name in t.program.bound_values:
            raise NotProved("a size given by hand")
        return factor(size_atom(name), (), t.work)
    return t.name(name, labels, env)


def _delta(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    a, b = labels or tuple(t.label(arg, env) for arg in expr.args)
    return delta(a, b, t.work)


def _group(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    return t.entry(expr.args[0], labels, env)


def _add(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    total = t.number(0)
    for arg, mark in zip(expr.args, expr.data, strict=True):
        term = t.entry(arg, labels, env)
        total = total - term if mark == "-" else total + term
    return total


def _mul(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """A chain by shape: neighbouring axes are contracted, a finished 1 x 1 product is a number."""
    result = t.number(1)
    arrays = []
    for arg in expr.args:
        if arg.shape:
            arrays.append(arg)
        elif arg.shape is None:
            raise NotProved("a factor without a value")
        else:
            result = result * t.entry(arg, (), env)
    used = False
    for chain in _chains(arrays):
        left, right = _sides(chain[0])[0], _sides(chain[-1])[1]
        outer = [dim for dim in (left, right) if dim != ONE]
        if outer and used:
            raise NotProved("two arrays side by side")
        used = used or bool(outer)
        ends_at = _outer_labels(expr, labels, left, right) if outer else (fixed(1), fixed(1))
        result = result * _chain(t, chain, ends_at, env)
    return result


def _sides(expr: Expr) -> tuple[Dim, Dim]:
    """(left, right) dimension of an array: a column is n x 1."""
    shape = expr.shape or ()
    return (shape[0], shape[1]) if len(shape) == 2 else (shape[0], ONE)


def _chains(arrays: list[Expr]) -> list[list[Expr]]:
    """The arrays cut where a 1 x 1 product is finished."""
    chains: list[list[Expr]] = []
    for array in arrays:
        fits = bool(chains) and _sides(chains[-1][-1])[1] == _sides(array)[0]
        if chains and (fits and not (_sides(array)[0] == ONE and _sides(chains[-1][0])[0] == ONE)):
            chains[-1].append(array)
        else:
            chains.append([array])
    return chains


def _outer_labels(expr: Expr, labels: Labels, left: Dim, right: Dim) -> tuple[Label, Label]:
    """The labels of a product's first and last axis."""
    shape = expr.shape or ()
    if len(labels) == 2:
        return labels[0], labels[1]
    if len(labels) == 1 and len(shape) == 1:
        return (labels[0], fixed(1)) if right == ONE else (fixed(1), labels[0])
    raise NotProved("a product of another shape")


def _chain(t: Translation, chain: list[Expr], outer: tuple[Label, Label], env: Env) -> Polynomial:
    inner: list[Label] = []
    for a, b in pairwise(chain):
        if _sides(a)[1] != _sides(b)[0]:
            raise NotProved("a product of shapes that do not fit")
        inner.append(t.axes((_sides(a)[1],))[0])
    marks = [outer[0], *inner, outer[1]]
    result = t.number(1)
    for place, array in enumerate(chain):
        pair = (marks[place], marks[place + 1])
        result = result * t.entry(array, pair if len(array.shape or ()) == 2 else pair[:1], env)
        if place and marks[place][0] == FREE:
            result = result.total(marks[place])
    return result


def _div(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    return t.entry(expr.args[0], labels, env) * printed_power(t, expr.args[1], -1, env)


def _pow(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    base, exponent = expr.args
    literal = rational_value(exponent)
    if base.shape:
        return _matrix_power(t, base, literal, labels, env)
    if literal is not None:
        return printed_power(t, base, literal, env)
    if bare(base).head == "const" and bare(base).data == "e":
        return exponential(t.scalar(exponent, env))
    return general_power(t.scalar(base, env), t.scalar(exponent, env))


def general_power(base: Polynomial, exponent: Polynomial) -> Polynomial:
    """b^q: exp(q log b) for a positive b, 1 - q + q b for a q that is 0 or 1, else an atom."""
    constant = exponent.constant()
    if constant is not None:
        return power(base, constant)
    if known_sign(base) == sign.POSITIVE:
        return exponential(exponent * logarithm(base))
    if (exponent * exponent).same(exponent):
        return 1 - exponent + exponent * base
    return composite("function", (base, exponent), name="power")


def _matrix_power(
    t: Translation, base: Expr, exponent: Fraction | None, labels: Labels, env: Env
) -> Polynomial:
    if exponent is None or exponent.denominator != 1 or len(labels) != 2 or not 1 <= exponent <= 6:
        raise NotProved("this power of a matrix")
    value = t.value(base, env)
    marks = [labels[0], *(t.fresh(value.labels[0][2]) for _ in range(int(exponent) - 1)), labels[1]]
    result = t.number(1)
    for place, pair in enumerate(pairwise(marks)):
        result = result * value.at(pair)
        if place:
            result = result.total(pair[0])
    return result


def _transpose(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    inner = expr.args[0]
    if len(inner.shape or ()) == 2:
        turned = labels[::-1] if len(labels) == 2 else (fixed(1), labels[0])  # a row as a column
        return t.entry(inner, turned, env)
    return t.entry(inner, labels[1:] if len(labels) == 2 else labels, env)


def _entry(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    base, own = expr.args[0], tuple(t.label(arg, env) for arg in expr.args[1:])
    if bare(base).head == "name" and base.head == "name":
        return t.name(base.data, own + labels, env)
    return t.entry(base, own + labels, env)


def _sum(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    own, inner = _bound(t, expr, env)
    body = t.entry(expr.args[0], labels, inner)
    if len(expr.args) == 2:
        body = _restricted(t, body, expr, own, inner)
    body = _until(t, body, expr, own, env)
    for label in own:
        body = body.total(label)
    return body


def _bound(t: Translation, expr: Expr, env: Env) -> tuple[list[Label], Env]:
    """The labels of a binder, and the environment inside it."""
    if len(expr.args) == 3:
        low, high = as_dim(expr.args[1]), as_dim(expr.args[2])
        if _index_of(t, expr.args[2], env) is not None:
            high = _furthest(t, expr.args[2], env)
        sizes = {n for d in (low or (), high or ()) for mono, _ in d for n in mono}
        if low is None or high is None or any(t.program.symbols[n].kind != "size" for n in sizes):
            raise NotProved("a sum between bounds that are no sizes")
        if not never_negative(dim_add(dim_add(high, low, -1), ONE), t.work.smallest):
            raise NotProved("a sum that may be empty")
        where = [range_of(low, high)]
    else:
        where = [t.index_range(name) for name in expr.data]
    labels = [t.fresh(r) for r in where]
    return [b for b in labels if b[0] == FREE], env.at(dict(zip(expr.data, labels, strict=True)))


def _index_of(t: Translation, end: Expr, env: Env) -> Label | None:
    """The index that a sum ends at, or None where it ends at a size or a number."""
    names = {node.data for node in end.walk() if node.head == "name"}
    return t.label(end, env) if names & env.index.keys() else None


def _furthest(t: Translation, end: Expr, env: Env) -> Dim:
    """The largest value of the index that a sum ends at, or of the one that it is counted back from."""
    label = t.label(end, env)
    if label[0] == FREE and parted(label)[1] < 0:
        label = shifted(label, -parted(label)[1])
    return dim_number(int(label[1])) if label[0] == FIXED else ends(label[2])[1]


def _until(t: Translation, body: Polynomial, expr: Expr, own: list[Label], env: Env) -> Polynomial:
    """A body that is summed to an index: 0 behind it."""
    end = _index_of(t, expr.args[2], env) if len(expr.args) == 3 else None
    if end is None or end[0] == FIXED or not own:
        return body
    t.work.shifts = True
    return body * factor(BEFORE, (own[0], shifted(end, 1)), t.work)


def _restricted(t: Translation, body: Polynomial, expr: Expr, own: list[Label], env: Env) -> Polynomial:
    """A sum with the condition j != i: all terms less the one where the two agree."""
    condition = bare(expr.args[1])
    if condition.head != "rel" or len(condition.args) != 2:
        raise NotProved("a sum under a condition")
    a, b = (t.label(arg, env) for arg in condition.args)
    if condition.data[0] in ORDERED and (a in own or b in own):
        t.work.shifts = True
        a, b = (b, a) if condition.data[0] in (">", ">=") else (a, b)
        return body * factor(BEFORE, (a, shifted(b, 1) if condition.data[0] in ("<=", ">=") else b), t.work)
    if condition.data != ("!=",):
        raise NotProved("a sum under a condition")
    if a[2] != b[2] or (a not in own and b not in own):
        raise NotProved("a sum under a condition")
    return body - body * delta(a, b, t.work)


def _prod(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    own, inner = _bound(t, expr, env)
    body = t.entry(expr.args[0], (), inner)
    if len(expr.args) == 2 or len(expr.data) != 1:
        raise NotProved("a product under a condition")
    if not own:  # over one number
        return body
    end = _index_of(t, expr.args[2], env) if len(expr.args) == 3 else None
    if end is None or end[0] == FIXED:
        return product_over(body, own[0])
    if known_sign(body) != sign.POSITIVE:
        raise NotProved("a product to an index of factors that may be 0")
    return exponential(_until(t, logarithm(body), expr, own, env).total(own[0]))


def product_over(body: Polynomial, label: Label) -> Polynomial:
    """The product over a label: exp of the sum of logarithms where the factors are positive."""
    if label not in body.labels():
        return general_power(body, body.number(1).total(label))
    if known_sign(body) == sign.POSITIVE:
        return exponential(logarithm(body).total(label))
    star: Label = (FREE, "$*", label[2])
    if star in body.labels():
        raise NotProved("a product inside a product at its own index")
    return composite("product", (body.renamed({label: star}),), extra=(label[2],), keep=(star,))


def _matrix(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """A literal column or grid of numbers at fixed labels."""
    if any(arg.shape != () for arg in expr.args) or any(label[0] != FIXED for label in labels):
        raise NotProved("a literal matrix at a free index")
    rows, columns = (len(expr.args), 1) if expr.head == "tuple" else expr.data
    at = [int(label[1]) - 1 for label in labels]
    if len(at) == 1:
        at = [at[0], 0] if columns == 1 else [0, at[0]]
    if not (0 <= at[0] < rows and 0 <= at[1] < columns):
        raise NotProved("an index outside")
    return t.entry(expr.args[at[0] * columns + at[1]], (), env)


def _hadamard(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    result = t.number(1)
    for arg in expr.args:
        result = result * t.entry(arg, labels, env)
    return result


def _inner(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    first = t.value(expr.args[0], env)
    total = first.polynomial * t.entry(expr.args[1], first.labels, env)
    for label in first.labels:
        total = total.total(label) if label[0] == FREE else total
    return total


def _norm(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    if expr.data == "1":
        value = t.value(expr.args[0], env)
        total = power(value.polynomial * value.polynomial, Fraction(1, 2))
        for label in value.labels:
            total = total.total(label) if label[0] == FREE else total
        return total
    if expr.data not in ("", "2", "F"):
        raise NotProved("this norm")
    value = t.value(expr.args[0], env)
    return power(_sum_of_squares(value), Fraction(1, 2))


def _sum_of_squares(value: Value) -> Polynomial:
    total = value.polynomial * value.polynomial
    for label in value.labels:
        total = total.total(label) if label[0] == FREE else total
    return total


def _abs(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    inner = t.scalar(expr.args[0], env)
    return power(inner * inner, Fraction(1, 2))


READERS.update(
    {
        "num": _num,
        "const": _const,
        "name": _name,
        "ones": lambda t, expr, labels, env: t.number(1),
        "zeros": lambda t, expr, labels, env: t.number(0),
        "identity": _delta,
        "delta": _delta,
        "group": _group,
        "weights": _group,
        "add": _add,
        "mul": _mul,
        "div": _div,
        "pow": _pow,
        "transpose": _transpose,
        "entry": _entry,
        "sum": _sum,
        "prod": _prod,
        "tuple": _matrix,
        "matrix": _matrix,
        "hadamard": _hadamard,
        "inner": _inner,
        "norm": _norm,
        "abs": _abs,
    }
)
