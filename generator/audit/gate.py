"""The gate on one mutant: refused, refuted, undecided, equal, also true, or survived.

A mutant of a claim is read and judged alone, in the scope of the original; a mutant of a
definition or given re-reads its topic, and the claims are judged until one fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from generator import recheck
from generator.audit.outcomes import Outcome
from generator.audit.same import equal_everywhere, reordered, same_domains, same_optimum
from generator.audit.second import constant_ratio, mirrored, same_truth, true_again
from generator.audit.targets import Target, mutated, replaced, text
from generator.errors import BuildError, ContentError, InternalError, fail
from generator.meaning.program import Program
from generator.meaning.sampling import stable_number
from generator.meaning.systems import MeaningError
from generator.model import Entry, Segment, Topic
from generator.notation.define import read_definition
from generator.notation.names import cycle
from generator.notation.parse import parse_formula
from generator.notation.statements import STATING, numbered, read_statements, relations
from generator.notation.table import SymbolTable
from generator.notation.topic import read_topic
from generator.notation.tree import Definition, ReadTopic, Statement, bare, meaning_key
from generator.verify.formal import scope_lines
from generator.verify.judge import FAILED, judge, needless_condition, refuted_everywhere
from generator.verify.narrow import narrowed
from generator.verify.question import Answer, IllFormed, Question, Undecided
from generator.verify.rederive import where
from generator.verify.routes import asked_of, second_routes
from generator.verify.topic import CLAIMS, solutions
from generator.verify.vacuous import vacuous

#: Of several relations of one display the first of these decides ...
_STOPPED = ("refuted", "refused", "undecided", "passed", "equal", "also true", "survived")
#: ... and where none is stopped, the last of these.
_LEFT = ("passed", "equal", "also true", "survived", "undecided")


class Gate:
    """One topic, read once, and its mutants judged one by one."""

    def __init__(self, topic: Topic, read: ReadTopic) -> None:
        self.topic = topic
        self.read = read
        self.tables = {
            name: SymbolTable(scope.symbols, scope.conventions) for name, scope in read.scopes.items()
        }
        self.solutions = {name: solutions(read, scope) for name, scope in read.scopes.items()}
        self.programs = {n: Program(s, self.solutions[n]) for n, s in read.scopes.items()}
        self.defined = [s for s in read.statements if s.defines]
        self.killers: dict[str, str] = {}  # target id -> the claim that refuted its last mutant

    def outcome(self, target: Target, latex: str) -> Outcome:
        """The verdict on the target's formula replaced by `latex`."""
        try:
            if target.kind in ("claim", "by-hand", "prose", "when"):
                return self._claim(target, latex)
            if target.kind == "trap":
                return self._trap(target, latex)
            return self._assumed(target, latex)
        except ContentError as error:
            return Outcome("refused", error.finding.code)
        except BuildError as error:
            return Outcome("refused", error.findings[0].code)
        except Undecided as error:  # a condition that is no condition
            return Outcome("refused" if isinstance(error, IllFormed) else "undecided", str(error))

    # -- claims -----------------------------------------------------------------------------------

    def _statements(self, target: Target, latex: str) -> list[Statement]:
        """The relations that a mutant of a claim states. Raises ContentError."""
        table = self.tables[target.scope]
        if isinstance(target.entry, Segment):
            expr = parse_formula(text(latex), table)
            return [
                Statement(
                    numbered(target.id, k), "prose", relation, when, (), text(latex), None, target.scope
                )
                for k, (relation, when) in enumerate(relations(expr))
                if relation.head in STATING
            ]
        assert target.entry is not None
        entry = mutated(target.entry, target.kind, latex)
        return read_statements(entry, "claim" if target.kind == "when" else target.kind, table)

    def _originals(self, target: Target) -> list[Statement]:
        entry_id = target.id.removesuffix(" when")
        return [s for s in self.read.statements if s.id.split("#")[0] == entry_id]

    def _claim(self, target: Target, latex: str) -> Outcome:
        originals = self._originals(target)
        known = {_key(s) for s in originals}
        found = self._statements(target, latex)
        if not found:
            return Outcome("refused", "no-relation")
        fresh = [s for s in found if _key(s) not in known]
        if not fresh:
            return Outcome("equal", "the same reading")
        outcomes = []
        for quick in (True, False):
            outcomes = [self._judged(s, originals, quick) for s in fresh]
            worst = min(outcomes, key=lambda o: _STOPPED.index(o.result))
            if worst.result in ("refuted", "refused"):
                return worst
        return max(outcomes, key=lambda o: _LEFT.index(o.result))

    def _judged(self, statement: Statement, originals: Sequence[Statement], quick: bool) -> Outcome:
        """One relation: first where few points show that it fails, then, unless equal, in full."""
        if any(meaning_key(s.expr) == meaning_key(statement.expr) for s in self.defined):
            return Outcome("equal", "a definition of the page, word for word")
        program, inner = narrowed(self.programs[statement.scope], statement)
        if vacuous(program, inner.expr):
            return Outcome("refused", "vacuous")
        question = _question(program, inner, self.topic.name)
        if quick:
            answer = judge(replace(question, quick=True))
            return Outcome("refuted", answer.reason) if answer.status == "refuted" else Outcome("passed")
        answer = judge(question)
        if answer.status == "refuted" or answer.ill_formed:
            return _stopped(answer)
        if self._equal(program, inner, originals):
            return Outcome("equal", "the same values")
        if answer.status in FAILED:
            return _stopped(answer)
        if statement.kind == "claim" and statement.when and needless_condition(question):
            return Outcome("refused", "needless-condition")
        changed = any(meaning_key(o.expr) == meaning_key(statement.expr) for o in originals)
        if bare(statement.expr).data == ("=",) and not changed:
            wider = any(same_optimum(program, inner, o.expr, wider=True) for o in originals)
            if wider and self._shown_by_another_route(question):
                return Outcome("also true", "the same optimum over another set")
            return Outcome("survived", "it passes, and is not equal to the original")
        again = true_again(program, inner) or (changed and same_optimum(program, inner, inner.expr))
        again = again or any(mirrored(program, inner, o.expr) for o in originals)
        if again and self._shown_by_another_route(question):
            if changed:
                return Outcome("also true", "another condition")
            core = bare(statement.expr)
            return Outcome(
                "also true", "another statement", core.data[0] if core.head == "rel" else core.head
            )
        return Outcome("survived", "no second route shows it")

    def _shown_by_another_route(self, question: Question) -> bool:
        """Whether other code shows a relation that passed: mpmath or counted nodes, else SymPy."""
        lines = scope_lines(question.program.scope, question.program.solutions)
        in_symbols = replace(question, symbolic=True)
        if bare(question.expr).data == ("propto",) and where(in_symbols, partial(constant_ratio, question)):
            return True
        try:
            if second_routes(asked_of(question, recheck.Scope(lines))):
                return True
        except InternalError:  # it says that the relation is false
            return False
        return judge(in_symbols).status in ("exact", "proved")

    def _equal(self, program: Program, statement: Statement, originals: Sequence[Statement]) -> bool:
        """Whether a relation is one of the originals by value, under conditions as true as theirs."""
        same = [o for o in originals if o.id == statement.id]
        for original in (*same, *(o for o in originals if o.id != statement.id)):
            inner = narrowed(program, original)[1]
            if _conditions(inner) != _conditions(statement) and not same_truth(program, statement, inner):
                continue
            if equal_everywhere(program, statement, inner.expr):
                return True
        return False

    # -- definitions and givens -------------------------------------------------------------------

    def _assumed(self, target: Target, latex: str) -> Outcome:
        """A mutated definition or given: some claim of the page must fail."""
        read = self._reread(target, latex)
        own = [s for s in read.statements if s.id.split("#")[0] == target.id]
        before = {_key(s) for s in self._originals(target)}
        if own and {_key(s) for s in own} == before:
            return Outcome("equal", "the same reading")
        programs = {n: Program(s, solutions(read, s)) for n, s in read.scopes.items()}
        for statement in own:
            reason = programs[statement.scope].laws.without_model.get(statement.id, "")
            if reason:
                return Outcome("refused", "no-model")
        claims = self._by_likelihood(target, read, programs, self._touched(target, own))
        failed = self._failed(target, programs, claims[:1], True)
        if failed.result == "refuted":
            return failed
        olds = {s.id: s for s in self._originals(target)}
        if own and self._same_assumption(target, own, list(olds.values())):
            return Outcome("equal", "the same values")
        for quick in (True, False):
            failed = self._failed(target, programs, claims, quick)
            if failed.result == "refuted":
                return failed
        if failed.result != "passed":
            return failed
        if target.kind == "symbols" and all(same_domains(self.programs[n], p) for n, p in programs.items()):
            return Outcome("equal", "the same domains, by the laws of the names")
        if target.kind == "symbols":
            return Outcome("also true", "every claim holds on the wider domain")
        if target.kind == "by-hand-given" and reordered(own, olds.values()):
            return Outcome("equal", "the same sample in another order")
        if self._trap_comes_true(read, programs):
            return Outcome("refuted", "a trap comes true")
        return Outcome("survived", "no claim fails")

    def _trap_comes_true(self, read: ReadTopic, programs: dict[str, Program]) -> bool:
        """Whether a trap that was refuted passes now: the build refuses to print it as wrong."""
        before = {wrong.id: wrong for _, wrong in self.read.traps}
        true = [w.id for _, w in read.traps if self._answer(programs, w, False).status not in FAILED]
        known = [before[identity] for identity in true if identity in before]
        return any(self._answer(self.programs, wrong, False).status == "refuted" for wrong in known)

    def _same_assumption(self, target: Target, own: list[Statement], olds: list[Statement]) -> bool:
        """Whether a definition or given says by value what the original says; a chain may claim less."""
        program = self.programs[target.scope]
        if target.kind == "define":
            return all(any(equal_everywhere(program, s, o.expr) for o in olds) for s in own)
        pairs = {s.id: s for s in olds}
        same = pairs.keys() == {s.id for s in own}
        return same and all(equal_everywhere(program, s, pairs[s.id].expr) for s in own)

    def _failed(
        self, target: Target, programs: dict[str, Program], claims: Sequence[Statement], quick: bool
    ) -> Outcome:
        """The first claim that is refuted, else one that is undecided, else `passed`."""
        doubtful = Outcome("passed")
        for claim in claims:
            answer = self._answer(programs, claim, quick)
            if answer.status == "refuted":
                self.killers[target.id] = claim.id
                return Outcome("refuted", claim.id)
            if answer.status == "undecided":
                doubtful = _stopped(answer)
        return doubtful

    def _reread(self, target: Target, latex: str) -> ReadTopic:
        """The topic with the mutant in it; read anew only where other formulas may be read differently.

        Raises ContentError or BuildError. A definition of the same names leaves every other tree
        as it was: the reader knows a name by its declaration.
        """
        if target.kind == "define":
            entry = target.entry
            assert isinstance(entry, Entry)
            made, statements = read_definition(mutated(entry, target.kind, latex), self.tables[target.scope])
            if [(d.name, d.indices, d.at, d.arguments) for d in made] == [
                (d.name, d.indices, d.at, d.arguments)
                for d in self.read.scopes[target.scope].definitions
                if d.entry_id == target.id
            ]:
                return self._redefined(target, made, statements)
        elif target.kind != "symbols":
            self._statements(target, latex)  # most of what cannot be read is refused here, at little cost
        return read_topic(replaced(self.topic, target, latex))

    def _redefined(
        self, target: Target, made: Sequence[Definition], statements: Sequence[Statement]
    ) -> ReadTopic:
        scopes = {}
        for name, scope in self.read.scopes.items():
            own = iter(made)
            definitions = tuple(next(own) if d.entry_id == target.id else d for d in scope.definitions)
            scopes[name] = replace(scope, definitions=definitions)
            if cycle(definitions, scope.givens, scope.symbols):
                raise fail(text(""), 0, 0, "circular", "these definitions go round in a circle")
        others = tuple(s for s in self.read.statements if s.id.split("#")[0] != target.id)
        return replace(self.read, scopes=scopes, statements=(*statements, *others))

    def _touched(self, target: Target, own: Sequence[Statement]) -> set[str]:
        """The names that the mutated entry and its original speak of on their left sides."""
        out: set[str] = set()
        for statement in (*own, *self._originals(target)):
            out |= set(statement.defines)
            if not statement.defines:
                nodes = bare(statement.expr).args[0].walk() if bare(statement.expr).args else ()
                out |= {str(n.data) for n in nodes if n.head in ("name", "call")}
        return out

    def _by_likelihood(
        self, target: Target, read: ReadTopic, programs: dict[str, Program], names: set[str]
    ) -> list[Statement]:
        """The claims that rest on the names: the last killer first, then by-hand lines, then the others."""
        claims = [
            s
            for s in read.statements
            if s.kind in CLAIMS
            and not s.defines
            and bare(s.expr).head in ("rel", "iff", "implies")
            and (target.kind != "by-hand-given" or s.scope == "by hand")
            and (not names or programs[s.scope].rests_on([s.expr, *s.when]) & names)
        ]
        last = self.killers.get(target.id, "")
        claims.sort(key=lambda s: (s.id != last, s.kind != "by-hand", s.id.split("#")[0] != target.id))
        return claims

    def _answer(self, programs: dict[str, Program], claim: Statement, quick: bool) -> Answer:
        program, claim = narrowed(programs[claim.scope], claim)
        return judge(replace(_question(program, claim, self.topic.name), quick=quick))

    # -- traps ------------------------------------------------------------------------------------

    def _trap(self, target: Target, latex: str) -> Outcome:
        """A mutant that makes a trap true must fail the build; one that is false is a trap as well."""
        self._statements(target, latex)
        read = read_topic(replaced(self.topic, target, latex))
        wrong = next(s for _, s in read.traps if s.id == target.id)
        program, statement = narrowed(Program(read.scopes[wrong.scope], self.solutions[wrong.scope]), wrong)
        question = _question(program, statement, self.topic.name)
        answer = judge(question)
        if answer.status == "refuted":
            return Outcome("refuted", "false, as a trap is")
        try:
            _, why_not = refuted_everywhere(question)
        except (MeaningError, Undecided) as error:
            why_not = str(error)
        if not why_not:  # the build would print it as false
            if answer.status not in FAILED or true_again(program, statement):
                return Outcome("survived", "true, and passed as a trap")
            return Outcome("refuted", "false at each size")
        return _stopped(answer) if answer.status in FAILED else Outcome("refused", f"no trap: {why_not}")


def _stopped(answer: Answer) -> Outcome:
    """A failed verdict as an outcome: what is ill-formed is refused, not unknown."""
    return Outcome("refused" if answer.ill_formed else answer.status, answer.reason)


def _question(program: Program, statement: Statement, topic: str) -> Question:
    words = statement.latex.value if statement.latex else statement.id
    return Question(program, statement, stable_number(topic, words), symbolic=False)


def _conditions(statement: Statement) -> frozenset[object]:
    return frozenset(meaning_key(c) for c in (*statement.when, *statement.limits))


def _key(statement: Statement) -> tuple[object, ...]:
    return (meaning_key(statement.expr), _conditions(statement))
