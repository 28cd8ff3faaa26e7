r"""What an ellipsis leaves out: the general term behind `x_1 + x_2 + \dots + x_n`.

The last term shown before the ellipsis is laid beside the term behind it. Where they differ, whole
numbers must stand on both sides; they move by one step a term, and all of them reach the end after
the same number of terms. Every other term shown must be the general term at its place, compared at
hashed values modulo a prime. One reading must remain, else the ellipsis is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from generator.notation.alike import same_value
from generator.notation.tree import ONE, Dim, Expr, bare, dim_add, dim_mul, dim_number, meaning_key

STEPS = (1, -1, 2, -2)  # tried where only one of the shown terms has the form of the last
PLACES = range(-3, 6)  # tried for the first value of a name that runs
#: Heads whose parts are compared one by one; of all others (binders ..) the whole.
_ALIKE = frozenset(["entry", "add", "mul", "div", "pow", "group", "func", "call", "factorial", "binom", "abs",
                    "norm", "indicator", "rel", "transpose", "neg", "inner", "tuple"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """The general term over `name` from `lower` to `upper` (None: without end).

    `shown` of the terms before the ellipsis are its first ones; the others stand for themselves.
    """

    body: Expr
    lower: Expr
    upper: Expr | None
    shown: int
    name: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What is printed around an ellipsis, and what the names are.

    whole: tells the names of whole numbers; name: the one that is to run.
    """

    before: Sequence[Expr]
    last: Expr | None
    whole: Callable[[str], bool]
    name: str


class Ambiguous(Exception):
    """Two readings of one ellipsis; the text says what to show instead."""


def general_term(terms: Terms) -> Run | None:
    """The one reading of an ellipsis, None where there is none. Raises Ambiguous."""
    end = terms.last if terms.last is not None else terms.before[-1]
    by_steps = _by_steps(terms, end)
    by_name = _by_name(terms, end) if terms.last is not None else None
    close = all(_number(term) is not None for term in terms.before[-2:])
    if by_steps is not None and by_name is not None and close and not _agree(by_steps, by_name, terms.name):
        raise Ambiguous("a further term before it")
    if by_steps is not None:
        return by_steps
    enough = 3 if all(_number(term) is not None for term in terms.before) else 2
    return by_name if by_name is not None and by_name.shown >= enough else None


# -- whole numbers as polynomials -----------------------------------------------------


def polynomial(expr: Expr, whole: Callable[[str], bool]) -> Dim | None:
    """The polynomial in names of whole numbers that an expression is; None where it is none."""
    expr = bare(expr)
    if expr.head == "num":
        return dim_number(int(expr.data)) if str(expr.data).isdigit() else None
    if expr.head == "name":
        return (((str(expr.data),), 1),) if whole(str(expr.data)) else None
    if expr.head == "pow":
        base, exponent = polynomial(expr.args[0], whole), _number(expr.args[1])
        if base is None or exponent is None or exponent > 9:
            return None
        out = ONE
        for _ in range(exponent):
            out = dim_mul(out, base)
        return out
    if expr.head not in ("add", "mul"):
        return None
    total: Dim = () if expr.head == "add" else ONE
    for place, arg in enumerate(expr.args):
        part = polynomial(arg, whole)
        if part is None:
            return None
        if expr.head == "add":
            total = dim_add(total, part, -1 if expr.data[place] == "-" else 1)
        else:
            total = dim_mul(total, part)
    return total


def written(dim: Dim) -> Expr:
    """A polynomial as an expression, numbers last."""
    terms, signs = [], ""
    for names, coefficient in sorted(dim, key=lambda term: (not term[0], term[1] < 0, term[0])):
        factors = [Expr("name", (), name, shape=()) for name in names]
        if abs(coefficient) != 1 or not names:
            factors.insert(0, Expr("num", (), str(abs(coefficient)), shape=()))
        joints = ("",) * (len(factors) - 1)
        terms.append(factors[0] if len(factors) == 1 else Expr("mul", tuple(factors), joints, shape=()))
        signs += "-" if coefficient < 0 else "+"
    if not terms:
        return Expr("num", (), "0", shape=())
    return terms[0] if signs == "+" else Expr("add", tuple(terms), signs, shape=())


def _number(expr: Expr) -> int | None:
    expr = bare(expr)
    return int(expr.data) if expr.head == "num" and str(expr.data).isdigit() else None


def _constant(dim: Dim) -> int | None:
    return 0 if not dim else dim[0][1] if len(dim) == 1 and not dim[0][0] else None


def _divided(dim: Dim, by: int) -> Dim | None:
    if any(coefficient % by for _, coefficient in dim):
        return None
    return tuple((names, coefficient // by) for names, coefficient in dim)


def _times(dim: Dim, factor: int) -> Dim:
    return dim_mul(dim, dim_number(factor))


# -- terms side by side ---------------------------------------------------------------

Path = tuple[int, ...]
#: Where two terms differ: the path to it, both whole numbers there.
Slot = tuple[Path, Dim, Dim]


def _slots(one: Expr, other: Expr, whole: Callable[[str], bool], path: Path = ()) -> list[Slot] | None:
    """All places at which two terms differ, by whole numbers only; None where they differ otherwise."""
    if meaning_key(one) == meaning_key(other):
        return []
    if one.head == other.head and one.head in _ALIKE:
        same = one.head == "mul" or one.data == other.data
        if same and len(one.args) == len(other.args):
            found: list[Slot] | None = []
            for place, (part_of_one, part_of_other) in enumerate(zip(one.args, other.args, strict=True)):
                part = _slots(part_of_one, part_of_other, whole, (*path, place))
                found = None if part is None or found is None else found + part
            if found is not None:
                return found
    a, b = polynomial(one, whole), polynomial(other, whole)
    return [(path, a, b)] if a is not None and b is not None else None


def _like(term: Expr, form: Expr) -> Expr:
    """`term` with the power 1 written out where `form` has a power: x beside x^n, but not 2 beside 2^n."""
    same = form.head == "pow" != term.head and meaning_key(term) == meaning_key(form.args[0])
    if same and _number(term) is None:
        return form.with_args((form.args[0], Expr("num", (), "1", "unprinted", shape=())))
    if form.head in ("mul", "div") and term.head == form.head and len(term.args) == len(form.args):
        return term.with_args(tuple(map(_like, term.args, form.args)))
    return term


def _put(expr: Expr, path: Path, value: Expr) -> Expr:
    if not path:
        return value
    args = list(expr.args)
    args[path[0]] = _put(args[path[0]], path[1:], value)
    return expr.with_args(tuple(args))


def _bracketed(expr: Expr) -> Expr:
    return Expr("group", (expr,), ("(", ")"), shape=()) if expr.head in ("add", "mul") else expr


def _by_steps(terms: Terms, end: Expr) -> Run | None:
    """The reading in which whole numbers move by a step a term."""
    nearest = _like(terms.before[-1], end)
    if terms.last is None:
        return _endless(terms)
    end = _like(end, nearest)
    slots = _slots(nearest, end, terms.whole)
    if not slots:
        return None
    found: list[Run] = []
    for steps in _steps(terms, slots, end):
        count = _count(slots, steps)
        if count is None or _backwards(count):
            continue
        shown = _shown(terms, nearest, slots, steps)
        if shown == 1 and not _lone(steps, count):
            continue
        if shown < len(terms.before) and _is_member(terms.before[-shown - 1], terms.before[-shown], terms):
            continue
        found.append(_run(terms, nearest, slots, steps, shown, count))
    best = max((run.shown for run in found), default=0)
    found = [run for run in found if run.shown == best]
    if len(found) > 1:
        raise Ambiguous("two terms before it")
    return found[0] if found else None


def _steps(terms: Terms, slots: list[Slot], end: Expr) -> Iterator[tuple[int, ...]]:
    """The steps of the slots: from the two terms before the ellipsis, else those that may be."""
    if len(terms.before) > 1:
        earlier = _slots(_like(terms.before[-2], end), end, terms.whole)
        if earlier is not None and [s[0] for s in earlier] == [s[0] for s in slots]:
            gaps = [_constant(dim_add(a[1], b[1], -1)) for a, b in zip(slots, earlier, strict=True)]
            if all(gaps):
                yield tuple(gap for gap in gaps if gap)
                return
    yield from product(STEPS, repeat=min(len(slots), 4)) if len(slots) <= 4 else ()


def _count(slots: list[Slot], steps: Sequence[int]) -> Dim | None:
    """How many terms behind the last shown one the end stands, the same for every slot."""
    counts = [_divided(dim_add(b, a, -1), step) for (_, a, b), step in zip(slots, steps, strict=True)]
    first = counts[0]
    return first if first is not None and all(count == first for count in counts) else None


def _backwards(count: Dim) -> bool:
    """Whether there would be ever fewer terms: the steps lead away from the end."""
    growing = [c for names, c in count if names]
    return all(c < 0 for c in growing) if growing else (_constant(count) or 0) <= 0


def _lone(steps: Sequence[int], count: Dim) -> bool:
    """Whether one term alone tells: steps of 1 towards the end."""
    growing = [c for names, c in count if names]
    if any(abs(step) != 1 for step in steps) or any(abs(c) != 1 for c in growing):
        return False
    return steps[0] > 0 or all(c > 0 for c in growing)


def _is_member(term: Expr, first: Expr, terms: Terms) -> bool:
    """Whether a term before the run looks like one of it, at the wrong place."""
    return _slots(_like(term, first), _like(first, term), terms.whole) is not None


def _shown(terms: Terms, nearest: Expr, slots: list[Slot], steps: Sequence[int]) -> int:
    """How many of the terms before the ellipsis are the general term at their places, from the last one."""
    shown = 1
    for term in list(terms.before)[-2::-1]:
        moved = nearest
        for (path, a, _), step in zip(slots, steps, strict=True):
            moved = _put(moved, path, written(dim_add(a, dim_number(-step * shown))))
        if not same_value(moved, term):
            break
        shown += 1
    return shown


def _run(
    terms: Terms, nearest: Expr, slots: list[Slot], steps: Sequence[int], shown: int, count: Dim | None
) -> Run:
    """The general term over the first slot that goes up by 1, else over 1, 2, 3 .."""
    name: Dim = (((terms.name,), 1),)
    leading = next((k for k, step in enumerate(steps) if step == 1), None)
    zero = slots[leading][1] if leading is not None else dim_number(shown)  # the name at the last shown term
    body = nearest
    for (path, a, _), step in zip(slots, steps, strict=True):
        value = dim_add(_times(dim_add(name, zero, -1), step), a)
        body = _put(body, path, written(value) if _scripted(nearest, path) else _bracketed(written(value)))
    lower = dim_add(zero, dim_number(1 - shown))
    upper = None if count is None else written(dim_add(zero, count))
    body = _from_one(body, terms.name) if _shortened(terms.before[-shown], nearest, terms) else body
    return Run(body, written(lower), upper, shown, terms.name)


def _scripted(expr: Expr, path: Path) -> bool:
    """Whether the place is a script, an argument or a bracket, where a sum needs no brackets."""
    if not path:
        return False
    if len(path) > 1:
        return _scripted(expr.args[path[0]], path[1:])
    return expr.head in ("entry", "div", "group", "func", "call", "binom") or (
        expr.head == "pow" and path[0] == 1
    )


def _shortened(first: Expr, form: Expr, terms: Terms) -> bool:
    """Whether the first term is printed without what its general form shows: 1 for r^0."""
    return _slots(first, form, terms.whole) is None


def _from_one(body: Expr, name: str) -> Expr:
    """The general term where each power with the running name above is 1 at the exponent 0."""
    args = tuple(_from_one(arg, name) for arg in body.args)
    made = body.with_args(args) if args else body
    runs = made.head == "pow" and any(n.head == "name" and n.data == name for n in made.args[1].walk())
    return replace(made, data="1 at 0") if runs else made


def _endless(terms: Terms) -> Run | None:
    """The reading of three terms or more without an end."""
    if len(terms.before) < 3:
        return None
    one, other = terms.before[-2], terms.before[-1]
    nearest = other
    slots = _slots(_like(one, other), nearest, terms.whole)
    if not slots:
        return None
    gaps = [_constant(dim_add(b, a, -1)) for _, a, b in slots]
    if not all(gaps):
        return None
    steps = tuple(gap for gap in gaps if gap)
    placed = [(path, b, b) for path, _, b in slots]
    shown = _shown(terms, nearest, placed, steps)
    return _run(terms, nearest, placed, steps, shown, None) if shown == len(terms.before) else None


# -- the last term as it is -----------------------------------------------------------


def _by_name(terms: Terms, end: Expr) -> Run | None:
    """The reading in which one name of the last term runs from a small number up to itself."""
    names = dict.fromkeys(str(n.data) for n in end.walk() if n.head == "name" and terms.whole(str(n.data)))
    found: list[Run] = []
    for name in names:
        for first in PLACES:
            places = [written(dim_number(first + k)) for k in range(len(terms.before))]
            if all(
                same_value(_substituted(end, name, p), t) for p, t in zip(places, terms.before, strict=True)
            ):
                body = _substituted(end, name, Expr("name", (), terms.name, shape=()))
                if _shortened(terms.before[0], end, terms):
                    body = _from_one(body, terms.name)
                lower, upper = written(dim_number(first)), Expr("name", (), name, shape=())
                found.append(Run(body, lower, upper, len(terms.before), terms.name))
                break
    if len(found) > 1:
        raise Ambiguous("the sum or product written with its sign")
    return found[0] if found and len(terms.before) > 1 else None


def _agree(one: Run, other: Run, name: str) -> bool:
    """Whether two readings are one: they end alike, and have the same first five terms."""
    if one.upper is None or other.upper is None:
        return one.upper is other.upper
    if not same_value(_shifted(one.upper, one.lower), _shifted(other.upper, other.lower)):
        return False
    first = [polynomial(run.lower, lambda name: True) or () for run in (one, other)]
    for k in range(5):
        there = [
            _substituted(run.body, name, written(dim_add(low, dim_number(k))))
            for run, low in zip((one, other), first, strict=True)
        ]
        if not same_value(*there):
            return False
    return True


def _shifted(upper: Expr, lower: Expr) -> Expr:
    return Expr("add", (upper, lower), "+-", shape=())


def _substituted(expr: Expr, name: str, value: Expr) -> Expr:
    if expr.head == "name" and expr.data == name:
        return value
    return expr.with_args(tuple(_substituted(arg, name, value) for arg in expr.args)) if expr.args else expr
