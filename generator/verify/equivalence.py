r"""`A \iff B`: an equation and its solution, or two descriptions of one set.

What is checked: for an equation `g = 0 \iff u = u_0`, that u_0 is a root and that g keeps
one sign on either side of it, everywhere in the domain of u (by SymPy at named sizes where
g times a positive factor is affine in u); otherwise that both sides are true and false
together at points on both sides of every border. Example refuted: a second root, a lost sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

from flint import arb

from generator.meaning import arrays
from generator.meaning.points import free_indices
from generator.meaning.program import Frame
from generator.meaning.sampling import Point
from generator.meaning.systems import MeaningError, Unsupported, Unsure
from generator.notation.tree import Expr, bare
from generator.verify import equality, loewner, order, two_roots
from generator.verify.crossing import crossings
from generator.verify.proof.certified import certified
from generator.verify.proof.roots import prove_root
from generator.verify.question import (
    Answer,
    IllFormed,
    Question,
    Refuted,
    Undecided,
    counterexample,
    pack_sizes,
    retry,
    sizes_evidence,
)
from generator.verify.rederive import upgraded
from generator.verify.roots import single_root
from generator.verify.samples import root_of_every_sample
from generator.verify.scan import guarded, other_root
from generator.verify.uniqueness import only_on_rays
from generator.verify.unknown import Unknown, unknown_of

LONG_LOOKS = 1  # tuples of sizes at which the whole line is scanned for a second root
EARLY_LOOKS = 7  # points with all signs and reaches among them
SHIFTS = ("1/1000", "1/64", "1/8", "1/2", "1", "3", "17")


def check(question: Question) -> Answer:
    """Both directions. Raises Refuted or Undecided."""
    left, right = (bare(arg) for arg in question.expr.args)
    left, right = _oriented(question, left, right), _oriented(question, right, left)
    for equation, solution in ((left, right), (right, left)):
        unknown = unknown_of(solution, question.program)
        if not _is_equation(equation) or unknown is None:
            continue
        two = two_roots.both_signs(solution.args[1])
        if two is not None:
            inside = partial(_meets_conditions, question, unknown.name)
            answer = retry(partial(two_roots.check, question, equation, two, unknown, inside))
        else:
            answer = retry(partial(_solution, question, equation, solution, unknown))
        return answer  # type: ignore[no-any-return]
    return retry(lambda: _same_truth(question, left, right))  # type: ignore[no-any-return]


def implies(question: Question) -> Answer:
    """`A \\implies B`: B wherever A holds; A must hold somewhere."""
    inner = concluded(question)
    core = bare(inner.expr)
    check = CONCLUSIONS.get(core.data) if core.head == "rel" else None
    if check is None:
        raise Undecided("an implication is checked for one equation or inequality on its right")
    return check(inner)


def concluded(question: Question) -> Question:
    """What an implication concludes, under its left side; any other question as it is."""
    if bare(question.expr).head != "implies":
        return question
    left, right = bare(question.expr).args
    inner = replace(question.statement, expr=right, when=(*question.statement.when, left))
    return replace(question, statement=inner)


#: What an implication may conclude.
CONCLUSIONS: dict[Any, Callable[[Question], Answer]] = {
    ("=",): equality.check,
    **dict.fromkeys([("<",), ("<=",), (">",), (">=",)], order.check),
    **{(relation,): loewner.check for relation in loewner.NUMBERS},
}


def _is_equation(expr: Expr) -> bool:
    return expr.head == "rel" and expr.data == ("=",)


def _oriented(question: Question, solution: Expr, equation: Expr) -> Expr:
    """`u_0 = u` as `u = u_0` where the equation is about u."""
    if not _is_equation(solution) or not _is_equation(equation):
        return solution
    names = question.program.base_names([equation])
    one, other = (bare(arg) for arg in solution.args)
    turned = other.head == "name" and other.data in names and not (one.head == "name" and one.data in names)
    return solution.with_args(solution.args[::-1]) if turned else solution


def _solution(question: Question, equation: Expr, solution: Expr, unknown: Unknown) -> Answer:
    """g = 0 exactly at u = u_0: the root by value, uniqueness by the sign of g on both sides."""
    name, program = unknown.name, question.program
    if name not in program.base_names([equation]):
        raise IllFormed("the solved name does not occur in the equation")
    root = program.compiled(solution.args[1])
    sides = [program.compiled(arg) for arg in equation.args]
    exprs = (*equation.args, solution.args[1])
    count, inside, sizes = 0, 0, []
    for point, frame in question.frames(exprs):
        count += 1
        first = point.sizes not in sizes
        if first:
            sizes.append(point.sizes)
        look = first or count <= EARLY_LOOKS or bool(point.border)
        inside += _root_at(question, point, frame, unknown, root, sides, look)
        if (first or count <= EARLY_LOOKS) and len(sizes) <= LONG_LOOKS and not question.quick:
            _no_root_on_the_line(question, point, frame, unknown, root, sides)
    if not inside:
        raise Undecided("the stated solution never lies in the declared domain")
    answer = Answer("checked", "", (), (), count, "", ("Arb",))
    if question.symbolic and not question.quick:
        proof = prove_root(question.program, question.statement, equation, solution)
        made = certified(question, answer, proof, "; one root")
        if made is not None:
            return made
    whole = not unknown.places
    every = root_of_every_sample(question, name, equation, solution.args[1]) if whole else None
    if every:
        return upgraded(question, answer, every, "one root, every sample", "root counts")
    exact = single_root(question, name, equation, solution.args[1]) if whole else None
    if exact:
        words = ("one root, with a sign change; ", *sizes_evidence(exact))
        return Answer("exact", "one root", words, pack_sizes(exact), count, "", ("SymPy", "Arb"))
    shown_sizes = sizes_evidence(sizes)
    evidence = (f"root and signs at {count} points{'; ' if shown_sizes else ''}", *shown_sizes)
    return Answer("checked", "balls at points", evidence, pack_sizes(sizes), count, "", ("Arb",))


def _root_at(
    question: Question,
    point: Point,
    frame: Frame,
    unknown: Unknown,
    root: Any,
    sides: list[Any],
    around: bool,
) -> bool:
    """Whether the solution lies in the domain here. Raises Refuted, also for a second solution."""
    try:
        at = root(frame)
    except MeaningError as error:
        lost = counterexample(point, frame, "", "", question.expr.args)
        raise Refuted(lost, f"the solution has no value: {error}") from error
    inside = _meets_conditions(question, unknown.name, unknown.put(frame, at))
    values = arrays.flat(_gap(frame, unknown, at, sides)) if inside else []
    for value in values:
        same = equality.equal(value, arb(0))
        if same is None:
            raise Unsure("the equation at its root is too wide")
        if not same:
            lost = counterexample(point, frame, value, arb(0), question.expr.args)
            raise Refuted(lost, "the stated solution does not solve the equation")
    if isinstance(at, list):
        _only_vector(question, point, frame, unknown, at, sides)
        return inside
    for shift in SHIFTS if around else ():
        top, _, bottom = shift.partition("/")
        step = arb(int(top)) / int(bottom or 1)
        for trial in (at + step, at - step):
            _no_other_root(question, point, frame, unknown, trial, sides)
    return inside


def _no_root_on_the_line(
    question: Question, point: Point, frame: Frame, unknown: Unknown, root: Any, sides: list[Any]
) -> None:
    """A scan along the whole line for a second root. Raises Refuted where there is one."""
    at = root(frame)
    if isinstance(at, list) or isinstance(_value_at(question, frame, unknown, sides, at), list):
        return
    second = other_root(guarded(lambda x: _value_at(question, frame, unknown, sides, x)), at)
    if second is not None:
        lost = counterexample(point, frame, second, at, question.expr.args)
        raise Refuted(lost, "the equation also holds elsewhere, so only one direction is true")


def _value_at(question: Question, frame: Frame, unknown: Unknown, sides: list[Any], x: Any) -> Any:
    """Left minus right at x, None outside the declared domain."""
    if not _meets_conditions(question, unknown.name, unknown.put(frame, x)):
        return None
    return _gap(frame, unknown, x, sides)


def _only_vector(
    question: Question, point: Point, frame: Frame, unknown: Unknown, at: list[Any], sides: list[Any]
) -> None:
    """A vector is the only solution where the equation is affine in it with a regular matrix."""
    if arrays.rank_of(at) != 1:
        raise Undecided("whether a matrix is the only solution is not known")
    if question.program.symbols[unknown.name].words & {"simplex"}:
        only_on_rays(
            question, point, frame, unknown.name, at, lambda value: _gap(frame, unknown, value, sides)
        )
        return
    zero = arrays.flat(_gap(frame, unknown, at, sides))
    columns = []
    for k in range(len(at)):
        moved = [v + 1 if i == k else v for i, v in enumerate(at)]
        columns.append(
            [a - b for a, b in zip(arrays.flat(_gap(frame, unknown, moved, sides)), zero, strict=True)]
        )
    for weights in ((2, 3, 5, 7), (-3, 1, -1, 4)):
        step = [arb(weights[k % 4] + k) for k in range(len(at))]
        there = arrays.flat(_gap(frame, unknown, [v + s for v, s in zip(at, step, strict=True)], sides))
        for row, value in enumerate(there):
            straight = zero[row] + arrays.dot([c[row] for c in columns], step)
            if not equality.equal(value, straight):
                raise Undecided("whether a vector is the only solution is known for linear equations")
    if len(zero) != len(at):
        raise Undecided("as many equations as unknowns are needed")
    try:
        arrays.eliminate(columns, frame.system)
    except MeaningError as error:
        lost = counterexample(point, frame, "", "", question.expr.args)
        raise Refuted(lost, "a singular system has other solutions too") from error


def _meets_conditions(question: Question, name: str, frame: Frame) -> bool:
    """Whether the solved name, at this value, is in its declared domain and meets the conditions."""
    conditions = (*question.program.symbols[name].conditions, *question.statement.when)
    try:
        return all(_holds_everywhere(question, c, frame) for c in conditions)
    except Unsure:
        raise
    except MeaningError:
        return False


def _holds_everywhere(question: Question, condition: Expr, frame: Frame) -> bool:
    """Whether a condition holds at all values of the indices that stand free in it and have none here."""
    program = question.program
    names = [name for name in free_indices([condition], program) if name not in frame.index]
    code, inner = program.compiled(condition), frame.child({}) if names else frame
    for values in product(*(program.range_of(name, frame.sizes) for name in names)):
        inner.index.update(zip(names, values, strict=True))
        if not code(inner):
            return False
    return True


def _no_other_root(
    question: Question, point: Point, frame: Frame, unknown: Unknown, trial: Any, sides: list[Any]
) -> None:
    try:
        if not _meets_conditions(question, unknown.name, unknown.put(frame, trial)):
            return
        value = _gap(frame, unknown, trial, sides)
    except (Unsure, Unsupported):
        return
    except MeaningError as error:
        lost = counterexample(point, unknown.put(frame, trial), "", "", question.expr.args)
        raise Refuted(lost, f"has no value at an admissible point: {error}") from error
    if equality.equal(value, arb(0)):
        lost = counterexample(point, frame, value, arb(0), question.expr.args)
        raise Refuted(lost, "the equation also holds elsewhere, so only one direction is true")


def _gap(frame: Frame, unknown: Unknown, at: Any, sides: list[Any]) -> Any:
    child = unknown.put(frame, at)
    a, b = (side(child) for side in sides)
    return arrays.zipped(lambda x, y: x - y, a, b)


def _same_truth(question: Question, left: Expr, right: Expr) -> Answer:
    """Both statements true, and both false, at points on both sides of the border."""
    program = question.program
    a, b = program.compiled(left), program.compiled(right)
    seen = {True: 0, False: 0}
    truths: dict[tuple[tuple[str, int], ...], set[bool]] = {}
    sizes: list[dict[str, int]] = []
    orders = [side for side in (left, right) if loewner.is_order(side)]
    names = _moving_names(question, left, right)
    for point, frame in question.frames((left, right)):
        shifts = SHIFTS if point.sizes not in sizes else SHIFTS[:2]  # the wide look once a tuple of sizes
        if point.sizes not in sizes:
            sizes.append(point.sizes)
        moved = [(name, t) for name in names for t in _trials(frame, name, left, right, question, shifts)]
        if shifts is SHIFTS:
            moved += [trial for side in orders for trial in loewner.beside(side, frame)]
        for name, trial in [("", frame), *moved]:
            if name and not _meets_conditions(question, name, trial):
                continue
            try:
                x, y = a(trial), b(trial)
            except Unsure:
                continue
            except Unsupported:
                raise
            except MeaningError as error:
                lost = counterexample(point, frame, "", "", (left, right))
                raise Refuted(lost, f"has no value at an admissible point: {error}") from error
            if x != y:
                lost = counterexample(point, trial, str(x), str(y), (left, right))
                raise Refuted(lost, "one side is true where the other is false")
            seen[x] += 1
            if any(loewner.order_of(side, trial) == 1 for side in orders):
                continue  # numbers tell nothing about an order of matrices
            truths.setdefault(tuple(sorted(point.sizes.items())), set()).add(x)
    if not question.quick:
        for name in sorted(program.base_names([left]) & program.base_names([right])):
            crossings(question, name, left, right, partial(_meets_conditions, question, name))
    if not seen[True] or not seen[False]:
        raise Undecided("the two statements were never true, or never false, at the points tried")
    told = any(len(both) == 2 for both in truths.values())
    if not told and all(program.base_names([side]) for side in (left, right)):
        raise Undecided("at no sizes were the two statements seen both true and false")
    evidence = (
        f"true together {seen[True]} times, false together {seen[False]} times; ",
        *sizes_evidence(sizes),
    )
    return Answer(
        "checked", "both sides of the border", evidence, pack_sizes(sizes), sum(seen.values()), "", ("Arb",)
    )


def _moving_names(question: Question, left: Expr, right: Expr) -> list[str]:
    """The scalars that are moved across a border: those whose place is stated, else the first of all."""
    names = question.program.base_names([left, right])
    scalars = [n for n in sorted(names) if question.program.symbols[n].kind == "scalar"]
    sides = [bare(arg) for s in (left, right) if s.head == "rel" for arg in s.args]
    stated = [str(side.data) for side in sides if side.head == "name"]
    return [n for n in dict.fromkeys(stated) if n in scalars] or scalars[:1]


def _trials(
    frame: Frame, name: str, left: Expr, right: Expr, question: Question, shifts: tuple[str, ...]
) -> list[Frame]:
    """`name` just inside and outside every end of an interval, and near by."""
    base = frame.values.get(name)
    if base is None or isinstance(base, list):  # a defined name moves with what it is made from
        return []
    out: list[Frame] = []
    for end in _ends(frame, left, right, question, name):
        out.append(frame.child({name: end}))  # an end belongs to both sides, or to neither
        for shift in shifts:
            top, _, bottom = shift.partition("/")
            step = arb(int(top)) / int(bottom or 1) / 100
            out += [frame.child({name: end + step}), frame.child({name: end - step})]
        for digits in (6, 12, 24) if len(shifts) > 2 else ():  # a border that is slightly off
            out += [frame.child({name: end + s * arb(10) ** -digits}) for s in (1, -1)]
    for shift in shifts:
        top, _, bottom = shift.partition("/")
        step = arb(int(top)) / int(bottom or 1)
        out += [frame.child({name: base + step}), frame.child({name: base - step})]
    for child in out:
        child.index = dict(frame.index)
    return out


def _ends(frame: Frame, left: Expr, right: Expr, question: Question, name: str) -> list[Any]:
    ends = []
    for statement in (left, right):
        if statement.head == "rel" and set(statement.data) <= {"<", "<=", ">", ">=", "="}:
            ends += [
                question.program.compiled(other)(frame)
                for one, other in (statement.args[:2], statement.args[1::-1])
                if bare(one).head == "name" and bare(one).data == name
            ]
        if statement.head != "rel" or statement.data[0] not in ("in", "notin"):
            continue
        domain = bare(statement.args[1])
        if domain.head == "name" and question.program.definitions.get(domain.data):
            domain = bare(question.program.body_of(question.program.definitions[domain.data][0]))
        if domain.head == "interval":
            ends += [question.program.compiled(arg)(frame) for arg in domain.args]
    return ends
