"""Nothing vouches for itself: every definition and given is changed, and some claim must notice.

Each right side gets a fresh constant (one an entry) and is doubled; a named law becomes
another with the same support, mean and variance; independence becomes dependence. What no
displayed claim notices is not pinned by the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from generator.meaning.chance import Chance
from generator.meaning.givens import LawOf
from generator.meaning.interpret import COMPILERS
from generator.meaning.labels import laws_behind
from generator.meaning.program import Code, Frame, Program, rational_value
from generator.meaning.sampling import seeded, stable_number
from generator.notation.tree import (
    Definition,
    Expr,
    ReadTopic,
    Scope,
    Statement,
    bare,
    dim_value,
    meaning_key,
)
from generator.verify.judge import judge
from generator.verify.narrow import narrowed
from generator.verify.question import IllFormed, Question

CLAIMING = ("claim", "by-hand", "prose")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of what the page assumes: the names it touches, the program, the chance, in words.

    about: which part of a given it changes: a parameter, the law, independence or a moment.
    """

    names: frozenset[str]
    program: Program
    chance: Chance
    words: str
    about: str = ""


def _fresh(expr: Expr, program: Program) -> Code:
    """A constant that is different for every entry and index value (and nothing else)."""
    shape, seed = expr.shape or (), expr.data

    def run(f: Frame) -> Any:
        where = tuple(sorted(f.index.items()))

        def entry(path: tuple[int, ...], dims: list[int]) -> Any:
            if dims:
                return [entry((*path, i), dims[1:]) for i in range(dims[0])]
            return f.system.number(Fraction(stable_number(seed, where, path) % 97 + 11, 64))

        return entry((), [dim_value(d, f.sizes) for d in shape])

    return run


COMPILERS["fresh"] = _fresh


#: How the reason of a definition or given that nothing ties down begins.
NOT_PINNED = "not pinned"


def pins(
    read: ReadTopic,
    scope: Scope,
    name: str,
    solutions: dict[str, Expr],
    statements: list[Statement],
    ids: set[str],
    seed: int = 0,
) -> list[tuple[str, str]]:
    """(entry id, unnoticed change): by claims at a few points, by those of `by hand`, then at all points."""
    own = [s for s in statements if s.scope == name]
    loose = frozenset(unpinned(scope, solutions, own, ids, seed, (True,)))
    hand = read.scopes.get("by hand")
    if loose and name == "topic" and hand is not None:
        lines = [s for s in statements if s.scope == "by hand" or s.kind == "define"]
        loose &= frozenset(unpinned(hand, solutions, lines, _entries(loose), seed, among=loose))
    return list(unpinned(scope, solutions, own, _entries(loose), seed, among=loose))


def _entries(changes: frozenset[tuple[str, str]]) -> set[str]:
    return {identity.split("#")[0] for identity, _ in changes}


def unpinned(
    scope: Scope,
    solutions: dict[str, Expr],
    statements: list[Statement],
    entry_ids: set[str],
    seed: int = 0,
    passes: tuple[bool, ...] = (True, False),
    among: frozenset[tuple[str, str]] | None = None,
) -> Iterator[tuple[str, str]]:
    """(entry id, what changed without being noticed) for the definitions and givens of `entry_ids`.

    The points are those of each claim's id and `seed`, 0 for the content's own; the claims are tried
    at a few of them (a pass True) or at all (False). `among`: these changes only.
    """
    claims = sorted(
        (
            s
            for s in statements
            if s.kind in CLAIMING and not s.defines and not s.repeats and _claims_something(s)
        ),
        key=_cost,
    )
    for definition in scope.definitions:
        if definition.entry_id in entry_ids:
            own = [d for d in statements if d.id.split("#")[0] == definition.entry_id and d.kind == "define"]
            for change in definition_changes(scope, solutions, definition):
                if among is not None and (definition.entry_id, change.words) not in among:
                    continue
                if not _noticed(change, [c for c in claims if not _repeats(c, own)], seed, passes):
                    yield definition.entry_id, change.words
    base = Program(scope, solutions)
    for given in scope.givens:
        if given.id.split("#")[0] in entry_ids:
            for change in given_changes(base, given):
                if among is not None and (given.id, change.words) not in among:
                    continue
                if not _noticed(change, claims, seed, passes):
                    yield given.id, change.words


def _cost(statement: Statement) -> int:
    """By-hand lines are evaluated at one point, equalities at a few; the rest looks further around."""
    if statement.kind == "by-hand":
        return 0
    expr = bare(statement.expr)
    plain = expr.head == "rel" and expr.data == ("=",)
    return 1 if plain and not any(node.head in ("argmax", "argmin") for node in expr.walk()) else 2


def _claims_something(statement: Statement) -> bool:
    return bare(statement.expr).head in ("rel", "iff", "implies")


def _repeats(claim: Statement, own: list[Statement]) -> bool:
    key = meaning_key(claim.expr)
    return any(meaning_key(o.expr) == key for o in own)


def _noticed(change: Change, claims: list[Statement], seed: int, passes: tuple[bool, ...]) -> bool:
    """Whether a claim fails after the change, at a few points or at as many as a claim is held to."""
    touched = []
    for claim in claims:
        reached = change.program.rests_on([claim.expr, *claim.when])
        if change.names & (reached | laws_behind(change.program, reached)):
            touched.append(claim)
    return any(_fails(change, claim, seed, quick) for quick in passes for claim in touched)


def _fails(change: Change, claim: Statement, seed: int, quick: bool) -> bool:
    try:
        program, claim = narrowed(change.program, claim)
    except IllFormed:
        return False  # its condition says the given again: it does not vouch for it
    answer = judge(Question(program, claim, seeded(seed, claim.id), change.chance, False, quick), mend=False)
    if answer.status == "undecided" and (change.chance.swapped or change.chance.dependent):
        return True  # the law of the statistic is no longer what is printed
    return answer.status == "refuted"


def definition_changes(scope: Scope, solutions: dict[str, Expr], definition: Definition) -> Iterator[Change]:
    """The definition plus a fresh constant, and doubled."""
    name = definition.name
    body = bare(definition.body)
    if body.head in optimum_heads():
        return  # an arg max is tied by the claim that solves it
    for words, new in _changed(
        definition.body, definition.entry_id, definition.position if definition.tuple_of else None
    ):
        others = tuple(replace(d, body=new) if d is definition else d for d in scope.definitions)
        program = Program(replace(scope, definitions=others), solutions)
        yield Change(frozenset([name]), program, Chance(), words)


def optimum_heads() -> tuple[str, ...]:
    """Heads whose definitions have their value from a claim."""
    return ("argmax", "argmin")


def _changed(body: Expr, seed: str, position: int | None) -> Iterator[tuple[str, Expr]]:
    core = bare(body)
    if core.head in ("interval", "tuple", "law"):
        places = range(len(core.args)) if position is None else [position]
        for place in places:
            for words, part in _changed(core.args[place], f"{seed} {place}", None):
                args = (*core.args[:place], part, *core.args[place + 1 :])
                yield f"{words} in part {place + 1}", replace(core, args=args)
        return
    grouped = Expr("group", (body,), ("(", ")"), shape=body.shape)
    fresh = Expr("fresh", (), seed, shape=body.shape)
    yield "a constant was added to its right side", Expr("add", (grouped, fresh), "++", shape=body.shape)
    if rational_value(core) != 0 and core.head != "zeros":
        two = Expr("num", (), "2", shape=())
        yield "its right side was doubled", Expr("mul", (two, grouped), ("",), shape=body.shape)


def given_changes(base: Program, given: Statement) -> Iterator[Change]:
    """Every parameter moved and doubled; another law; dependence in place of independence."""
    for name, law in base.laws.laws.items():
        if law.entry_id != given.id:
            continue
        for place, parameter in enumerate(law.parameters):
            for words, new in _changed(parameter, f"{given.id} {place}", None):
                parameters = (*law.parameters[:place], new, *law.parameters[place + 1 :])
                program = with_law(base, replace(law, parameters=parameters))
                about = f"parameter {place + 1}"
                yield Change(frozenset([name]), program, Chance(), f"{words} ({about})", about)
        if law.law == "normal":
            words = "the normal law was replaced by another with the same mean and variance"
            yield Change(frozenset([name]), base, Chance(swapped=frozenset([name])), words, "law")
        if law.iid:
            words = "the independent entries were replaced by equal ones"
            yield Change(frozenset([name]), base, Chance(dependent=frozenset([name])), words, "independence")
    yield from _event_changes(base, given)
    yield from _moment_changes(base, given)
    yield from _independence_changes(base, given)


def with_law(program: Program, law: LawOf) -> Program:
    """The program with another law for one name."""
    return program.viewed(laws=replace(program.laws, laws={**program.laws.laws, law.name: law}))


def _event_changes(base: Program, given: Statement) -> Iterator[Change]:
    """What is said of declared events: another probability, or nothing at all."""
    own = [item for item in base.laws.of_events if item.id == given.id]
    names = frozenset(n.data for n in given.expr.walk() if n.head == "name" and n.data in base.symbols)
    events = frozenset(n for n in names if base.symbols[n].kind == "event")
    rest = tuple(item for item in base.laws.of_events if item.id != given.id)
    for item in own:
        if not any(node.head == "Pr" for node in item.expr.walk()):
            program = base.viewed(laws=replace(base.laws, of_events=rest))
            yield Change(events, program, Chance(), "it was left out", "independence")
            continue
        left, right = bare(item.expr).args
        for words, new in _other_chances(right):
            moved = replace(item, expr=replace(bare(item.expr), args=(left, new)))
            program = base.viewed(laws=replace(base.laws, of_events=(*rest, moved)))
            yield Change(events, program, Chance(), words, "probability")


def _other_chances(value: Expr) -> Iterator[tuple[str, Expr]]:
    """A probability halved, and moved half of the way to 1: both are probabilities again."""
    two, one = (Expr("num", (), digit, shape=()) for digit in "21")
    grouped = Expr("group", (value,), ("(", ")"), shape=())
    yield "its right side was halved", Expr("div", (grouped, two), form="frac", shape=())
    above = Expr("add", (one, grouped), "++", shape=())
    yield "its right side was moved half way to 1", Expr("div", (above, two), form="frac", shape=())


def _moment_changes(base: Program, given: Statement) -> Iterator[Change]:
    expr = bare(given.expr)
    left = bare(expr.args[0])
    if expr.data != ("=",) or left.head not in ("E", "Var"):
        return
    name = _only_name(left)
    for words, new in _changed(expr.args[1], given.id, None):
        law = base.laws.laws[name]
        moved = replace(law, mean=new) if left.head == "E" else replace(law, variance=new)
        yield Change(frozenset([name]), with_law(base, moved), Chance(), words, "moment")


def _only_name(expr: Expr) -> str:
    for node in expr.walk():
        if node.head == "name":
            return str(node.data)
    return ""


def _independence_changes(base: Program, given: Statement) -> Iterator[Change]:
    expr = bare(given.expr)
    if expr.data != ("perp",):
        return
    names = frozenset(
        n.data for n in expr.walk() if n.head == "name" and "random" in base.symbols[n.data].words
    )
    if any(base.symbols[name].kind == "event" for name in names):
        return
    loose = tuple((a, b) for a, b in base.laws.independent if not a | b <= names)
    program = base.viewed(laws=replace(base.laws, independent=loose))
    words = "independence was replaced by dependence"
    yield Change(names, program, Chance(dependent=names), words, "independence")
