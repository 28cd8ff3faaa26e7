r"""Claims about recursions for all sizes: by induction on a free index.

The claim is shown at the first value of the index, and at every later one, t, by the step of the
recursion and the claim at t - 1: there one of its terms gives way to all the others. The members at t - 1
stand as they are (`d_{t-1}`), and of a random one nothing is known but that it is independent of what is
drawn later.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from generator.meaning.program import Program, free_names
from generator.notation.tree import Expr, Statement, dim_add, dim_number
from generator.verify.proof import branches, facts, ranges
from generator.verify.proof.atoms import Atom
from generator.verify.proof.calculus import holds, specialised
from generator.verify.proof.labels import FREE, Label, ends, fixed, free, range_of, shifted
from generator.verify.proof.polynomial import Polynomial, from_terms
from generator.verify.proof.prove import Proof, closing, literal_axes, prepared, proved, shown_zero
from generator.verify.proof.reading import Env, Translation
from generator.verify.proof.recursion import offset, recursion_of
from generator.verify.proof.rules import divided
from generator.verify.proof.tactics import Stage
from generator.verify.proof.terms import Monomial, Term
from generator.verify.proof.work import NotProved, Step
from generator.verify.question import Question

RULE = "the claim at the index before"

Sides = tuple[Polynomial, Polynomial]


def prove(question: Question) -> Proof | None:
    """A proof of the question's equality, by the normal forms of both sides or by induction; or None."""
    asked = question.program, question.statement
    return proved(*asked) or proved(*asked, by_induction)


def by_induction(program: Program, statement: Statement) -> Proof:
    """A proof by induction on one of the free indices. Raises NotProved."""
    names = [name for name in program.rests_on(statement.expr.args) if recursion_of(name, program)]
    why = "no recursion"
    for index in sorted(free_names(statement.expr)) if names else ():
        symbol = program.symbols.get(index)
        for keeps in (True, False) if symbol is not None and symbol.kind == "index" else ():
            try:
                return _along(program, statement, index, names, keeps)
            except NotProved as error:
                why = str(error)
    raise NotProved(why)


def _along(program: Program, statement: Statement, index: str, names: list[str], keeps: bool) -> Proof:
    t, env, labels = prepared(program, statement)
    place = env.index.get(index)
    if place is None or place[0] != FREE or sum(1 for _ in literal_axes(labels)) != 1:
        raise NotProved("an induction on this index")
    for condition in facts.plain_conditions(statement.when):
        if index in free_names(condition) and ranges.end_of(condition, index, t) is None:
            raise NotProved("an induction under this condition")
    low, high = ends(ranges.narrowed(place[2], index, t, statement.when))
    if any(mono for mono, _ in low):
        raise NotProved("an induction without a first value")
    t.keeps_extrema, t.work.shifts = keeps, True
    first = low[0][1] if low else 0
    later = free(index, range_of(dim_add(low, dim_number(1)), high))
    places = [tuple(new if label == place else label for label in labels) for new in (fixed(first), later)]
    base = _sides(t, statement, places[0], env.at({index: fixed(first)}))
    stages = [shown_zero(base[0] - base[1])]
    t.unfolded = {shifted(later, _furthest(statement.expr, index, names))}
    step = _sides(t, statement, places[1], env.at({index: later}))
    try:
        stages.append(shown_zero(step[0] - step[1]))
    except NotProved:
        t.unfolded = set()
        earlier = shifted(later, -1)
        before = tuple(earlier if label == place else label for label in labels)
        left, right = _sides(t, statement, before, env.at({index: earlier}))
        step, cleared = _by_the_one_before(t, step, left - right)
        stages.append(cleared)
    proof = closing(t, [base, step], stages, places[1], (*statement.expr.args, *statement.when))
    return replace(proof, at=tuple(places))


def _sides(t: Translation, statement: Statement, at: tuple[Label, ...], env: Env) -> Sides:
    axes = max(len([d for d in arg.shape or () if d]) for arg in statement.expr.args)
    left, right = (
        branches.without_zeros(specialised(t.entry(arg, t.fitted(arg, at[:axes]), env)))
        for arg in statement.expr.args
    )
    return left, right


def _furthest(expr: Expr, index: str, names: list[str]) -> int:
    """How far beyond the index the latest printed member of a recursion stands."""
    entries = [node for node in expr.walk() if node.head == "entry" and len(node.args) == 2]
    found = [offset(e.args[1], index) for e in entries if e.args[0].data in names]
    return max((by for by in found if by is not None), default=0)


def _by_the_one_before(t: Translation, step: Sides, known: Polynomial) -> tuple[Sides, tuple[Stage, ...]]:
    """The sides at t and what clears their difference, by `known` = 0."""
    for lead, c in known.terms.items():
        if not any(_is_state(t, f[0]) for factors in (lead[0], *lead[1]) for f in factors):
            continue
        left, right = (side - _multiple(side, lead) * known.scaled(1 / c) for side in step)
        try:
            stages = shown_zero(left - right)
        except NotProved:
            continue
        rest = Polynomial({m: -v / c for m, v in known.terms.items() if m != lead}, known.work)
        after = tuple(Term(v, *m) for m, v in rest.terms.items())
        known.work.record(Step(RULE, Term(Fraction(1), *lead), after))
        return (left, right), stages
    raise NotProved("the step does not follow from the claim before")


def _is_state(t: Translation, a: Atom) -> bool:
    """Whether an atom is a member of a recursion, a moment of one, or a function of one."""
    names = {state.name for state in t.states}
    return holds(a, lambda b: b in t.states or (b.kind == "cumulant" and bool(names & {*b.extra})))


def _multiple(p: Polynomial, lead: Monomial) -> Polynomial:
    """What stands beside a monomial in the terms of p that hold it."""
    terms = [Term(c, *monomial) for monomial, c in p.terms.items()]
    found = (divided(term, lead[0], lead[1], (), p.work) for term in terms)
    return from_terms([term for term in found if term is not None], p.work)
