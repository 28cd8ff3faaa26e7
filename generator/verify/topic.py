"""A read topic to verdicts: every relation, the traps, the pins and the conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator import recheck
from generator.meaning.program import Program
from generator.meaning.sampling import Sampler, Wanted, seeded
from generator.meaning.systems import MeaningError
from generator.model import Need, Text, Verdict
from generator.notation.explain import reading
from generator.notation.tree import Definition, Expr, ReadTopic, Scope, Statement, Symbol, bare
from generator.notation.unparse import as_latex
from generator.verify.formal import Writer, scope_lines
from generator.verify.judge import FAILED, Options, judge, needless, refuted_everywhere, without_conditions
from generator.verify.narrow import laws_among, narrowed
from generator.verify.needs import answered
from generator.verify.pinning import NOT_PINNED, pins
from generator.verify.question import Answer, Question, Undecided
from generator.verify.routes import (
    Asked,
    asked_of,
    confirm_refuted,
    refuting_routes,
    second_routes,
)
from generator.verify.stated import by_entries
from generator.verify.witness import witness, witnessed

CLAIMS = ("claim", "by-hand", "prose")


def verify_topic(read: ReadTopic, options: Options | None = None) -> tuple[Verdict, ...]:
    """A verdict for every statement of the topic, in printing order, traps last."""
    return TopicCheck(read, options or Options()).verdicts()


class TopicCheck:
    """One topic while it is verified."""

    def __init__(self, read: ReadTopic, options: Options) -> None:
        self.read = read
        self.options = options
        self.solutions = {name: solutions(read, scope) for name, scope in read.scopes.items()}
        self.programs = {n: Program(s, self.solutions[n]) for n, s in read.scopes.items()}
        self.rechecked: dict[str, recheck.Scope] = {}

    def verdicts(self) -> tuple[Verdict, ...]:
        """A verdict for every statement, trap and convention."""
        out = [self._verdict(statement) for statement in self.read.statements]
        traps = [self._trap(claim, wrong) for claim, wrong in self.read.traps]
        if not any(v.status in FAILED for v in out):
            out = self._pinned(out)
        return (*out, *traps, *self._conventions())

    def _conventions(self) -> Iterator[Verdict]:
        """The conventions in force; they fix how formulas are read and claim nothing."""
        for position, text in enumerate(self.read.topic.conventions, 1):
            identity = f"{self.read.topic.name}/convention-{position}"
            yield Verdict(identity, "convention", text.at(0), text.value, "convention", "convention")

    def question(self, statement: Statement) -> Question:
        """The question that a statement asks. Raises Undecided for a law wider than the given."""
        program = narrowed(self.programs[statement.scope], statement)
        words = statement.latex.value if statement.latex else statement.id
        return Question(program[0], program[1], self._seed(words), symbolic=self.options.routes == "all")

    def _seed(self, words: str) -> int:
        """What the points of a formula are drawn from: its text, and the seed of the run unless that is 0."""
        return seeded(self.options.seed, self.read.topic.name, words)

    def _verdict(self, statement: Statement) -> Verdict:
        claims = statement.kind in CLAIMS and not (statement.defines or statement.repeats)
        return self._claim(statement) if claims else self._record(statement, self._answer(statement))

    def _answer(self, statement: Statement) -> Answer:
        if statement.defines:
            return Answer(
                "definition", "pinned", ("pinned",) if statement.kind == "define" else ("the definition",)
            )
        if statement.repeats:
            return Answer("given", "pinned", ("given",))
        if statement.kind == "given":
            reason = self.programs[statement.scope].laws.without_model.get(statement.id, "")
            return Answer("undecided", reason=reason) if reason else Answer("given", "pinned", ("pinned",))
        if statement.kind == "condition":
            return self._condition(statement)
        if statement.kind in ("expression", "symbol"):
            return Answer("definition", "stands in a formula of the topic")
        return Answer("undecided", reason="this is no relation")

    def _claim(self, statement: Statement) -> Verdict:
        """The verdict on a relation, with what stands beside it."""
        try:
            question = self.question(statement)
        except Undecided as error:
            return self._record(statement, Answer("undecided", reason=str(error)))
        answer = judge(question)
        sample = tuple(question.seen)
        if answer.status == "refuted":
            answer = self._under_its_givens(statement, question) or answer
        if answer.status in FAILED:
            if answer.status == "refuted" and self.options.witnesses:
                confirm_refuted(asked_of(question, self._second(statement, question)), answer)
            return self._record(statement, answer)
        found, why_not = self._when(statement, question)
        if why_not:
            return self._record(statement, Answer("undecided", reason=why_not))
        verdict = self._record(statement, answer)
        if not self.options.witnesses:
            return verdict
        asked = asked_of(question, self._second(statement, question))
        verdict = replace(verdict, routes=(*verdict.routes, *second_routes(asked)))
        return witnessed(self._told(verdict, statement, asked), question, sample, found)

    def _under_its_givens(self, statement: Statement, question: Question) -> Answer | None:
        """What is said instead of a refutation at points that need not meet a given without a model."""
        program = question.program
        random = program.random_names((*statement.expr.args, *statement.when))
        for given in program.scope.givens:
            if given.id in program.laws.without_model and program.base_names([given.expr]) & random:
                return Answer("undecided", reason="it rests on a given that has no model")
        return None

    def _second(self, statement: Statement, question: Question) -> recheck.Scope:
        """The scope of a statement, narrowed where a condition states a law, for the second evaluator."""
        own = question.program is not self.programs[statement.scope]
        key = statement.id if own else statement.scope
        if key not in self.rechecked:
            lines = scope_lines(question.program.scope, self.solutions[statement.scope])
            self.rechecked[key] = recheck.Scope(lines)
        return self.rechecked[key]

    def _told(self, verdict: Verdict, statement: Statement, asked: Asked) -> Verdict:
        """The verdict with what the second checker needs to decide its relation again.

        Where a condition states a law the ledger says so: its scope has the wider one. A claim about
        open laws is one about their tables, whose scope is told with it.
        """
        program, tables = asked.question.program, tuple[str, ...]()
        own = Writer(self.read.scopes[statement.scope]).statement(statement) if laws_among(statement) else ""
        if program is not self.programs[statement.scope] and not own:
            tables = scope_lines(program.scope, self.solutions[statement.scope])
        told = replace(verdict, scope=statement.scope, formal=own or asked.formal, tried=asked.points)
        return replace(told, tables=tables)

    def _when(self, statement: Statement, question: Question) -> tuple[list[Need], str]:
        """What each condition of a claim is needed for, or why one of them is not needed at all."""
        found: list[Need] = []
        laws = laws_among(statement)
        if laws:
            wide = replace(statement, when=question.statement.when)
            free = replace(question, program=self.programs[statement.scope], statement=wide, symbolic=False)
            answer = judge(free, False)
            if answer.status not in FAILED:
                return [], "the claim holds for the given law too; leave the condition out"
            change = "with the given law in its place"
            found += [answered("when", as_latex(law), answer, change) for law in laws]
        for condition, answer in without_conditions(question) if statement.kind == "claim" else ():
            why = needless(question, condition, answer)
            if why:
                return [], why
            found.append(answered("when", as_latex(condition), answer))
        return found, ""

    def _condition(self, statement: Statement) -> Answer:
        """A condition in a sentence claims nothing, but some admissible point must satisfy it."""
        program = self.programs[statement.scope]
        try:
            seed = 1 + self.options.seed
            question = Question(program, replace(statement, expr=statement.expr), seed)
            sampler = Sampler(program, Wanted(statement.expr.args, (statement.expr,)), seed)
            for sizes in question.sizes():
                try:
                    sampler.point(sizes, 0)
                    return Answer("given", "satisfiable", ("condition",))
                except MeaningError:
                    continue
        except (MeaningError, Undecided):
            pass
        return Answer("undecided", reason="no admissible point satisfies this condition")

    def _trap(self, claim: str, wrong: Statement) -> Verdict:
        try:
            question = self.question(wrong)
            answer, why_not = refuted_everywhere(question)
        except (MeaningError, Undecided) as error:
            answer, why_not = Answer("undecided"), str(error)
        if why_not:
            return self._record(wrong, Answer("undecided", reason=f"{why_not}; a trap must be false"))
        verdict = self._record(wrong, replace(answer, evidence=("refuted",), routes=("Arb",)))
        if not self.options.witnesses:
            return verdict
        asked = asked_of(question, self._second(wrong, question))
        names, points = refuting_routes(asked)
        asked, routes = replace(asked, points=(*asked.points, *points)), (*verdict.routes, *names)
        return self._told(replace(verdict, routes=routes, witness=witness(question)), wrong, asked)

    def _pinned(self, verdicts: list[Verdict]) -> list[Verdict]:
        """Definitions and givens that no claim would miss become undecided."""
        loose: dict[str, str] = {}
        for name, scope in self.read.scopes.items():
            if name == "by hand":
                continue
            ids = {
                s.id.split("#")[0]
                for s in self.read.statements
                if s.scope == name and s.kind in ("define", "given")
            }
            inner = [s for s in self.read.statements if self._sees(s, name)]
            for identity, words in pins(
                self.read, scope, name, self.solutions[name], inner, ids, self.options.seed
            ):
                loose.setdefault(identity, words)
        return [
            replace(
                v, status="undecided", reason=f"{NOT_PINNED}: {loose[v.id]}, and no displayed claim noticed"
            )
            if v.id in loose and v.kind in ("define", "given")
            else v
            for v in verdicts
        ]

    def _sees(self, statement: Statement, scope: str) -> bool:
        return statement.scope == scope or (scope == "topic" and statement.scope == "by hand")

    def _record(self, statement: Statement, answer: Answer) -> Verdict:
        text: Text = statement.latex
        expr = statement.expr
        start = text.at(expr.start)
        return Verdict(
            id=statement.id,
            kind=statement.kind,
            place=start,
            latex=text.value,
            status=answer.status,
            method=answer.method,
            evidence=answer.evidence,
            sizes=answer.sizes,
            points=answer.points,
            bound=answer.bound,
            seed=self._seed(text.value),
            routes=answer.routes,
            read=reading(expr),
            counterexample=answer.counterexample,
            reason=answer.reason,
            certificate=answer.certificate,
        )


def solutions(read: ReadTopic, scope: Scope) -> dict[str, Expr]:
    """Names defined by an arg max, with the closed form that a claim of the page gives."""
    out: dict[str, Expr] = {}
    for definition in scope.definitions:
        if bare(definition.body).head not in ("argmax", "argmin"):
            continue
        for statement in read.statements:
            found = _closed_form(definition, statement, scope.symbols.get(definition.name))
            if found is not None:
                out.setdefault(definition.name, found)
    return out


def _closed_form(definition: Definition, statement: Statement, symbol: Symbol | None) -> Expr | None:
    """The side that a claim equates with a name defined by an arg max (or with the arg max itself)."""
    expr, name, members = bare(statement.expr), definition.name, definition.tuple_of
    if (
        statement.kind not in ("claim", "prose")
        or expr.head != "rel"
        or expr.data != ("=",)
        or statement.defines
    ):
        return None
    sides = [bare(arg) for arg in expr.args]
    for one, other in (sides, sides[::-1]):
        if other.head in ("argmax", "argmin"):
            continue
        if one.head == "name" and one.data == name:
            return other
        if one.head == "tuple" and [bare(a).data for a in one.args] == list(members) and name in members:
            return other
        entrywise = by_entries(one, other, definition, symbol)
        if entrywise is not None:
            return entrywise
        if one.head in ("argmax", "argmin") and statement.id.split("#")[0] == definition.entry_id:
            return other
    return None
