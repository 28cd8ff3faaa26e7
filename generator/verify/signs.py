r"""Signs that hold for all values and sizes, by rules over the tree (named in the manual).

Rules: even powers, norms, absolute values, `v^\top v`, variances and probabilities are at least 0,
exponentials and roots of positives are positive; sums of like signs, products and quotients multiply signs;
`r - 1 - \log r >= 0` for r > 0 (the tangent of the logarithm); declared domains.
"""

from __future__ import annotations

from collections.abc import Callable

from generator.meaning.domains import domain_of
from generator.meaning.program import Frame, Program, free_names, rational_value
from generator.meaning.sampling import RATIONAL
from generator.meaning.systems import MeaningError
from generator.notation.tree import ONE, Expr, bare, meaning_key
from generator.verify.question import Question

#: Sign lattice: (may be negative, may be zero, may be positive).
Sign = tuple[bool, bool, bool]
ANY: Sign = (True, True, True)
POSITIVE: Sign = (False, False, True)
NONNEGATIVE: Sign = (False, True, True)
CONDITIONS: dict[str, Sign] = {
    ">": POSITIVE,
    ">=": NONNEGATIVE,
    "<": (True, False, False),
    "!=": (True, False, True),
}


def sign_by_rules(question: Question) -> str:
    """The rule by which the relation holds everywhere, in words; "" where no rule applies."""
    op = question.expr.data[0]
    left, right = question.sides()
    small, large = (left, right) if op in ("<", "<=") else (right, left)
    terms = [("+", large), ("-", small)]
    marks, args = zip(*(t for t in _flat(terms) if rational_value(t[1]) != 0), strict=True)
    gap = Expr("add", tuple(args), "".join(marks), shape=())
    negative, zero, _ = sign_of(gap, question.program, question.statement.when)
    fits = not negative and not (zero and op in ("<", ">"))
    return "sign rules: for all values and sizes" if fits else ""


def _flat(terms: list[tuple[str, Expr]]) -> list[tuple[str, Expr]]:
    """Nested sums as one list of signed terms."""
    out: list[tuple[str, Expr]] = []
    for mark, term in terms:
        inner = bare(term)
        if inner.head != "add":
            out.append((mark, inner))
            continue
        for sign, part in _flat(
            [("-" if m == "-" else "+", a) for m, a in zip(inner.data, inner.args, strict=True)]
        ):
            out.append(("-" if (sign == "-") != (mark == "-") else "+", part))
    return out


def sign_of(expr: Expr, program: Program, conditions: tuple[Expr, ...] = ()) -> Sign:
    """The signs that an expression may take, by rules alone."""
    expr = bare(expr)
    value = rational_value(expr)
    if value is not None:
        return (value < 0, value == 0, value > 0)
    rule = RULES.get(expr.head)
    found = rule(expr, program, conditions) if rule else ANY
    for condition in conditions:
        known = _from_condition(expr, condition)
        if known is not None:
            found = (found[0] and known[0], found[1] and known[1], found[2] and known[2])
    return found


def _from_condition(expr: Expr, condition: Expr) -> Sign | None:
    condition = bare(condition)
    if condition.head != "rel" or len(condition.data) != 1 or bare(condition.args[1]).data != "0":
        return None
    if meaning_key(condition.args[0]) != meaning_key(expr):
        return None
    return CONDITIONS.get(condition.data[0])


def _name(expr: Expr, program: Program, conditions: tuple[Expr, ...]) -> Sign:
    base = expr if expr.head == "name" else bare(expr.args[0])
    if base.head == "weights":
        return NONNEGATIVE  # those of a law, or it has no value
    if base.head != "name":
        return ANY
    symbol = program.symbols.get(base.data)
    if symbol is None:
        return ANY
    if symbol.kind == "size":
        return POSITIVE
    if symbol.kind == "index":
        return ANY
    if program.definitions.get(base.data):
        return _defined(base.data, expr, program, conditions)
    try:
        domain = domain_of(symbol, Frame(RATIONAL, program, {}, {}))
    except (MeaningError, KeyError):
        return ANY
    if domain.finite:
        return (
            any(v < 0 for v in domain.finite),
            any(v == 0 for v in domain.finite),
            any(v > 0 for v in domain.finite),
        )
    if domain.low is not None and domain.low >= 0:
        return POSITIVE if domain.low > 0 or not domain.closed_low else NONNEGATIVE
    return ANY


def _defined(name: str, expr: Expr, program: Program, conditions: tuple[Expr, ...]) -> Sign:
    """The sign of what a name is defined to be; its declaration does not vouch for it."""
    definition, *more = program.definitions[name]
    body = program.body_of(definition)
    whole = (expr.head == "name") == (not definition.indices)
    if more or definition.at or definition.tuple_of or not whole or name in free_names(body) or body.shape:
        return ANY
    sign = sign_of(body, program, () if definition.indices else conditions)
    if definition.power == 2:
        return POSITIVE if sign == POSITIVE else NONNEGATIVE
    return sign


def _add(expr: Expr, program: Program, conditions: tuple[Expr, ...]) -> Sign:
    tangent = _tangent(expr, program, conditions)
    if tangent is not None:
        return tangent
    negative, zero, positive = False, True, False
    for mark, term in zip(expr.data, expr.args, strict=True):
        low, nil, high = sign_of(term, program, conditions)
        if mark == "-":
            low, high = high, low
        negative, positive = negative or low, positive or high
        zero = zero and nil
    return (negative, zero or (negative and positive), positive)


def _tangent(expr: Expr, program: Program, conditions: tuple[Expr, ...]) -> Sign | None:
    """r - 1 - log r is at least 0 for r > 0, with equality at r = 1 only."""
    if len(expr.args) != 3:
        return None
    plus = [a for m, a in zip(expr.data, expr.args, strict=True) if m != "-"]
    minus = [bare(a) for m, a in zip(expr.data, expr.args, strict=True) if m == "-"]
    logs = [a for a in minus if a.head == "func" and a.data in ("log", "ln")]
    ones = [a for a in minus if rational_value(a) == 1]
    if (
        len(plus) == 1
        and len(logs) == 1
        and len(ones) == 1
        and meaning_key(logs[0].args[0]) == meaning_key(plus[0])
    ):
        return NONNEGATIVE
    return None


def _product(expr: Expr, program: Program, conditions: tuple[Expr, ...]) -> Sign:
    if any(arg.shape for arg in expr.args):
        return NONNEGATIVE if _is_square(expr) else ANY
    total = POSITIVE
    for arg in expr.args:
        total = _times(total, sign_of(arg, program, conditions))
    return total


def _is_square(expr: Expr) -> bool:
    r"""Whether a product is `v^\top v`."""
    if len(expr.args) != 2 or expr.shape != ():
        return False
    first, last = map(bare, expr.args)
    return first.head == "transpose" and meaning_key(bare(first.args[0])) == meaning_key(last)


def _mean(expr: Expr, program: Program, conditions: tuple[Expr, ...]) -> Sign:
    """Of what is never negative; the conditions speak of values, and the mean runs over all of them."""
    body = sign_of(expr.args[0], program, ())
    return body if body in (POSITIVE, NONNEGATIVE) else ANY


def _times(a: Sign, b: Sign) -> Sign:
    return (
        (a[0] and b[2]) or (a[2] and b[0]),
        a[1] or b[1],
        (a[2] and b[2]) or (a[0] and b[0]),
    )


def _quotient(expr: Expr, program: Program, conditions: tuple[Expr, ...]) -> Sign:
    top = sign_of(expr.args[0], program, conditions)
    bottom = sign_of(expr.args[1], program, conditions)
    return _times(top, (bottom[0], False, bottom[2]))  # where defined, the bottom is not 0


def _power(expr: Expr, program: Program, conditions: tuple[Expr, ...]) -> Sign:
    base = sign_of(expr.args[0], program, conditions)
    exponent = rational_value(bare(expr.args[1]))
    if exponent is not None and exponent.denominator == 1 and not expr.args[0].shape:
        if exponent % 2 == 0:
            return NONNEGATIVE if base[1] else POSITIVE
        return base
    if base == POSITIVE or (bare(expr.args[0]).head == "const"):
        return POSITIVE
    return ANY


def _sum(expr: Expr, program: Program, conditions: tuple[Expr, ...]) -> Sign:
    low, nil, high = sign_of(expr.args[0], program, conditions)
    ranges = [program.symbols.get(name) for name in expr.data] if len(expr.args) == 1 else [None]
    # The range 1..n of a size has at least one member; others may be empty.
    certain = all(
        s is not None and s.lower == ONE and len(s.upper) == 1 and s.upper[0][1] > 0 for s in ranges
    )
    return (low, nil or (low and high) or not certain, high)


def _prod(expr: Expr, program: Program, conditions: tuple[Expr, ...]) -> Sign:
    body = sign_of(expr.args[0], program, conditions)
    return body if body in (POSITIVE, NONNEGATIVE) else ANY


def _func(expr: Expr, program: Program, conditions: tuple[Expr, ...]) -> Sign:
    if expr.data in ("exp", "sigmoid", "softplus", "cosh", "normal-pdf"):
        return POSITIVE
    if expr.data == "sqrt":
        inner = sign_of(expr.args[0], program, conditions)
        return POSITIVE if inner == POSITIVE else NONNEGATIVE
    return ANY


RULES: dict[str, Callable[[Expr, Program, tuple[Expr, ...]], Sign]] = {
    "name": _name,
    "entry": _name,
    "add": _add,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "sum": _sum,
    "prod": _prod,
    "func": _func,
    "E": _mean,
    "Pr": lambda e, p, c: NONNEGATIVE,
    "indicator": lambda e, p, c: NONNEGATIVE,
    "abs": lambda e, p, c: NONNEGATIVE,
    "norm": lambda e, p, c: NONNEGATIVE,
    "Var": lambda e, p, c: NONNEGATIVE,
    "const": lambda e, p, c: POSITIVE,
}
