"""The assumptions of a claim, one by one: declared domains, givens, values by hand.

Each is dropped by a program without it, and by points or a chance that show the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from generator.meaning.chance import Chance
from generator.meaning.laws import LAWS
from generator.meaning.program import Program, free_names
from generator.meaning.sampling import Point
from generator.meaning.sizes import fixed_sizes, size_names
from generator.notation.tree import Expr, Statement, Symbol, bare
from generator.notation.unparse import as_latex
from generator.verify.judge import parts_of
from generator.verify.outside import Stages, points_outside
from generator.verify.pinning import Change, given_changes
from generator.verify.question import Question, Seen, closed
from generator.verify.slips import whole_numbers

REFUTING = 3  # points of the sample at which another law is tried; values tried in place of one by hand


@dataclass(frozen=True, slots=True)
class Dropped:
    """One assumption and the claim's program without it; the points at which the claim is tried then."""

    kind: str
    words: str
    program: Program
    stages: Stages
    chance: Chance = field(default_factory=Chance)
    change: str = ""


def assumptions(question: Question, sample: tuple[Seen, ...]) -> Iterator[tuple[Dropped, ...]]:
    """Each assumption of the claim with the ways to drop it; those of `when` are not among them."""
    yield from ((dropped,) for dropped in _domains(question))
    yield from _givens(question, sample[:REFUTING])
    yield from _by_hand(question)


# -- declared domains -----------------------------------------------------------------------------


def _domains(question: Question) -> Iterator[Dropped]:
    """Every condition and structural word of the names that the claim rests on, and the restrictions."""
    program = question.program
    everything = (question.expr, *question.statement.when)
    names = program.rests_on(everything) | set(size_names(program, everything))
    drawn = program.random_names(everything) if program.rests_on_chance(question.expr) else set()
    fixed = set(program.bound_values) | set(fixed_sizes(program))
    if closed(question):
        return
    for name, symbol in program.symbols.items():
        if name not in names - drawn or name in fixed:
            continue
        conditions = tuple(part for c in symbol.conditions for part in links(c))
        for part in conditions:
            rest = tuple(c for c in conditions if c is not part)
            yield _outside(question, replace(symbol, conditions=rest), part)
        for word in sorted(symbol.words - {"random"}):
            yield _unstructured(question, replace(symbol, words=symbol.words - {word}), word)
        if symbol.kind == "integer":
            yield _unstructured(question, replace(symbol, kind="scalar"), "integer")
    for restriction in program.scope.restrictions:
        if free_names(restriction) & (names - drawn):
            yield _unrestricted(question, restriction)


def links(condition: Expr) -> tuple[Expr, ...]:
    """`0 < p < 1` as two conditions; a list as its members."""
    out: list[Expr] = []
    for part in parts_of(condition):
        core = bare(part)
        if core.head != "rel" or len(core.data) == 1:
            out.append(part)
            continue
        printed = core.form.split("|")
        for place, sides in enumerate(pairwise(core.args)):
            out.append(replace(core, args=sides, data=(core.data[place],), form=printed[place]))
    return tuple(out)


def _free_of_law(question: Question, name: str) -> Program:
    """The program in which no law bounds a name whose value the claim uses, not its law."""
    laws = question.program.laws
    if question.program.rests_on_chance(question.expr) or name not in laws.laws:
        return question.program
    rest = {other: law for other, law in laws.laws.items() if other != name}
    return question.program.viewed(laws=replace(laws, laws=rest))


def _declared(question: Question, symbol: Symbol) -> Program:
    """The program with another declaration of one name."""
    program = _free_of_law(question, symbol.name)
    return program.viewed(symbols={**program.symbols, symbol.name: symbol}, laws=program.laws)


def _outside(question: Question, symbol: Symbol, condition: Expr) -> Dropped:
    """`symbol` has all conditions but the dropped one, whose opposite is put in its place for the draws."""
    opposite = _opposite(condition)
    drawn = replace(symbol, conditions=(*symbol.conditions, *opposite))
    program, there = _declared(question, symbol), _declared(question, drawn)
    kind = "size" if symbol.kind == "size" else "domain"
    return Dropped(kind, as_latex(condition), program, points_outside(question, program, there, condition))


def _opposite(condition: Expr) -> tuple[Expr, ...]:
    """The relation that holds where a single one is false; nothing where it has no such form."""
    core = bare(condition)
    if core.head != "rel" or len(core.data) != 1 or core.data[0] not in OPPOSITE:
        return ()
    return (replace(core, data=(OPPOSITE[core.data[0]],)),)


OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "!=": "="}


def _unstructured(question: Question, symbol: Symbol, word: str) -> Dropped:
    """Without a word there are as good as no values that have the structure by chance."""
    program = _declared(question, symbol)
    shown = symbol.latex or symbol.name
    return Dropped("domain", f"{shown}: {word}", program, points_outside(question, program, program, None))


def _unrestricted(question: Question, restriction: Expr) -> Dropped:
    program, there = question.program.viewed(), question.program.viewed()
    rest = tuple(r for r in program.scope.restrictions if r is not restriction)
    program.scope = replace(program.scope, restrictions=rest)
    there.scope = replace(program.scope, restrictions=(*rest, *_opposite(restriction)))
    stages = points_outside(question, program, there, restriction)
    return Dropped("domain", as_latex(restriction), program, stages)


# -- givens, and values by hand -------------------------------------------------------------------


def _once(sample: tuple[Seen, ...]) -> Stages:
    return lambda: iter((sample,))


def _givens(question: Question, sample: tuple[Seen, ...]) -> Iterator[tuple[Dropped, ...]]:
    """Each part of each given that the claim rests on, with all that is put in its place."""
    program = question.program
    names = program.rests_on([question.expr, *question.statement.when])
    if not program.rests_on_chance(question.expr):
        yield from _unused(question, names, sample)
        return
    for given in program.scope.givens:
        changes = [c for c in given_changes(program, given) if c.names & names]
        words = _printed(given)
        for _, group in groupby(changes, lambda change: change.about):
            change = next(group)  # the first tells: a fresh constant, another law, dependence
            told = _instead(change)
            yield (Dropped("given", words, change.program, _once(sample), change.chance, told),)


def _unused(question: Question, names: set[str], sample: tuple[Seen, ...]) -> Iterator[tuple[Dropped, ...]]:
    """Givens whose law the claim does not take: of them it may need the support, and nothing else."""
    laws = question.program.laws.laws
    for given in question.program.scope.givens if not closed(question) else ():
        own = [n.data for n in given.expr.walk() if n.head == "name" and n.data in laws and n.data in names]
        bounded = [n for n in own if laws[n].entry_id == given.id and laws[n].law not in UNBOUNDED]
        program = _free_of_law(question, bounded[0]) if bounded else question.program
        stages = points_outside(question, program, program, None) if bounded else _once(sample)
        if own:
            yield (Dropped("given", _printed(given), program, stages),)


#: Laws that bound no name: without them no other values are admissible.
UNBOUNDED = frozenset(["moments", "free", *(name for name, law in LAWS.items() if law.support == "real")])


#: What is put in the place of a part of a given, in words.
INSTEAD = {
    "law": "with another law of the same mean and variance",
    "independence": "with dependence",
    "moment": "with another value",
}


def _instead(change: Change) -> str:
    return INSTEAD.get(change.about, f"with another {change.about}")


def _printed(given: Statement) -> str:
    """A given as the author wrote it."""
    text = given.latex.value if given.latex is not None else ""
    return text[given.expr.start : given.expr.end].strip() or as_latex(given.expr)


def _by_hand(question: Question) -> Iterator[tuple[Dropped, ...]]:
    """Every value by hand that the claim uses, with one of its numbers changed."""
    program = question.program
    names = program.rests_on([question.expr])
    for name, value in program.bound_values.items():
        if name not in names or program.symbols[name].kind == "size":
            continue
        words = f"{as_latex(Expr('name', (), name))} = {as_latex(value)}"
        group = []
        for other in whole_numbers(value, program):
            view = program.viewed(values={**program.bound_values, name: other})
            sample: tuple[Seen, ...] = ((Point(fixed_sizes(view), {}), {}, 0),)
            change = f"with {as_latex(other)} in its place"
            group.append(Dropped("given", words, view, _once(sample), change=change))
            if len(group) == REFUTING:
                break
        if group:
            yield tuple(group)
