r"""`\arg\max` and `\arg\min`: existence, uniqueness and place of the optimum.

What is checked: the candidate lies in the domain, no competitor does better, and the
optimum is the only one: exactly, by optimising coordinate after coordinate (SymPy), by
Sturm's root count for polynomials on an interval with all samples enumerated, by a gap
identity verified on the page; else by competitors at points (`checked`). Example refuted:
division by n - 1 as the maximum-likelihood variance.
"""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from generator.meaning import arrays
from generator.meaning.conditions import member_test
from generator.meaning.domains import domain_of
from generator.meaning.points import BALLS
from generator.meaning.program import Frame, free_names, takes_chance
from generator.meaning.sampling import RATIONAL, Point, stable_number
from generator.meaning.systems import MeaningError, Unsupported, Unsure
from generator.notation.tree import Expr, bare
from generator.verify.climb import guarded_height, other_valley
from generator.verify.feasible import Feasible
from generator.verify.lazy import sympy
from generator.verify.proof.certified import certified
from generator.verify.proof.extremum import prove_optimum
from generator.verify.question import (
    Answer,
    IllFormed,
    Question,
    Refuted,
    Undecided,
    counterexample,
    pack_sizes,
    retry,
    shown,
    sizes_evidence,
)
from generator.verify.rederive import failures, small_sizes, symbolic_frame
from generator.verify.rivals import competitor, declared, is_closest
from generator.verify.roots import bounds, maximum_by_coordinates, polynomial_maximum
from generator.verify.scan import guarded, other_minimum
from generator.verify.stated import Optimum, find
from generator.verify.symbolic import is_zero

LONG_LOOKS = 1  # tuples of sizes at which the whole line is searched
EARLY_LOOKS = 7  # points with all signs and reaches among them
FEW = 8  # at the further points of a tuple of sizes
COMPETITORS = 30
ENUMERATED = 64  # samples of a finite law at one size


def check(question: Question, optimum: Optimum) -> Answer:
    """Decide the optimum. Raises Refuted or Undecided."""
    averaged = any(takes_chance(node) for node in question.expr.walk())
    for name in optimum.names:
        if question.program.definitions.get(name) or (averaged and name in question.program.laws.laws):
            raise IllFormed(
                f"the arg max binds {shown(name)}, which the page defines; bind a name that is free"
            )
    for part in optimum.candidate:
        if question.program.rests_on([part]) & set(optimum.names):
            raise IllFormed("the candidate depends on the variable that is optimised")
    answer = retry(lambda: _numeric(question, optimum))
    if question.quick:
        return answer  # type: ignore[no-any-return]
    if not question.symbolic:
        _only_valley(question, optimum)
        return answer  # type: ignore[no-any-return]
    proof = prove_optimum(question.program, question.statement, optimum)
    made = certified(question, answer, proof, "; one optimum")
    if made is not None:
        return made
    exact = _by_coordinates(question, optimum) or _by_enumeration(question, optimum)
    if exact:
        method, words, sizes = exact
        evidence = (words + "; ", *sizes_evidence(sizes)) if sizes and sizes[0] else (words,)
        status = "exact" if sizes and sizes[0] else "proved"
        return Answer(status, method, evidence, pack_sizes(sizes), answer.points, "", ("SymPy", "Arb"))
    _only_valley(question, optimum)
    return answer  # type: ignore[no-any-return]


def _only_valley(question: Question, optimum: Optimum) -> None:
    """A descent from other places must not end as well as the candidate. Raises Undecided."""
    program = question.program
    objective, tests = program.compiled(optimum.objective), _domain_tests(question, optimum)
    smallest = min(
        question.sizes(), key=lambda sizes: (min(sizes.values(), default=0) < 2, sum(sizes.values()))
    )
    for _, frame in question.first_frames(smallest):
        values = [program.compiled(part)(frame) for part in optimum.candidate]
        at = [v for value in values for v in arrays.flat(value)]

        def height(x: list[Any], frame: Frame = frame, values: list[Any] = values) -> Any:
            rest = iter(x)
            moved = {
                name: arrays.each(lambda _: next(rest), value)
                for name, value in zip(optimum.names, values, strict=True)
            }
            child = frame.child(moved)
            if not _inside(child, tests) or not declared(question, optimum, child):
                return None
            return objective(child) if optimum.minimise else -objective(child)

        if other_valley(guarded_height(height), at, height(at), question.seed) is not None:
            raise Undecided("a descent from elsewhere ends as well as the candidate: is it the only optimum?")


PROBES = (-3, -1, 0, 1, 3)


def _ends(question: Question, domain: Expr, name: str, frame: Frame) -> list[Any]:
    """The finite ends of the interval printed for a name, and places between them."""
    relation = bare(domain)
    if relation.head != "rel" or relation.data[0] != "in" or bare(relation.args[0]).data != name:
        return []
    interval = bare(relation.args[1])
    if interval.head != "interval":
        return []
    try:
        low, high = (question.program.compiled(arg)(frame) for arg in interval.args)
    except MeaningError:
        return []
    return [low + (high - low) * k / 16 for k in range(17)]


def _printed_domain(question: Question, optimum: Optimum, frame: Frame, tests: list[tuple[str, Any]]) -> None:
    """The printed domain must not reach beyond the declared one. Raises Undecided."""
    for domain in optimum.domains:
        relation = bare(domain)
        space = bare(relation.args[1]) if relation.head == "rel" and relation.data[0] == "in" else relation
        if space.head == "space" and len(space.args) != len(bare(relation.args[0]).shape or ()):
            raise IllFormed("the space printed under the arg max has another shape than its variable")
    printed = set().union(*(free_names(domain) for domain in optimum.domains)) if optimum.domains else set()
    for name in printed & set(optimum.names):
        symbol = question.program.symbols.get(name)
        if symbol is None or symbol.shape or symbol.family:
            continue
        ends = [e for domain in optimum.domains for e in _ends(question, domain, name, frame)]
        for probe in (*map(BALLS.number, PROBES), BALLS.number(-1) / 2, BALLS.number(1) / 2, *ends):
            child = frame.child({name: probe})
            try:
                if _inside(child, tests) and not declared(question, optimum, child):
                    raise IllFormed("the domain printed under the arg max is wider than the declared one")
            except (Unsure, MeaningError):
                continue


def _numeric(question: Question, optimum: Optimum) -> Answer:
    program = question.program
    objective = program.compiled(optimum.objective)
    candidate = [program.compiled(part) for part in optimum.candidate]
    tests = _domain_tests(question, optimum)
    count, sizes = 0, []
    for point, frame in question.frames((optimum.objective, *optimum.candidate, *optimum.domains)):
        count += 1
        first = point.sizes not in sizes
        if first:
            sizes.append(point.sizes)
            _printed_domain(question, optimum, frame, tests)
        codes, rivals = (objective, candidate, tests), COMPETITORS if first else FEW
        _beats_competitors(question, optimum, point, frame, codes, rivals)
        if (first or count <= EARLY_LOOKS) and len(sizes) <= LONG_LOOKS and not question.quick:
            _along_the_line(question, optimum, point, frame, (objective, candidate, tests))
    evidence = (f"up to {COMPETITORS} competitors at each of {count} points; ", *sizes_evidence(sizes))
    return Answer("checked", "competitors", evidence, pack_sizes(sizes), count, "", ("Arb",))


def _domain_tests(question: Question, optimum: Optimum) -> list[tuple[str, Any]]:
    """(name, test) for every domain that is printed with the arg max."""
    tests: list[tuple[str, Any]] = []
    for domain in optimum.domains:
        relation = bare(domain)
        if relation.head == "rel" and relation.data[0] == "in":
            name = str(bare(relation.args[0]).data)
            tests.append((name, member_test(relation.args[1], question.program)))
        else:
            code = question.program.compiled(relation)
            tests.append(("", lambda f, _v, code=code: code(f)))
    return tests


def _inside(frame: Frame, tests: list[tuple[str, Any]]) -> bool:
    for name, test in tests:
        if name and name not in frame.values:
            raise IllFormed("a name bound by the arg max does not occur in what is optimised")
        values = arrays.flat(frame.values[name]) if name else [None]
        if not all(test(frame, v) for v in values):
            return False
    return True


def _beats_competitors(
    question: Question, optimum: Optimum, point: Point, frame: Frame, codes: Any, rivals: int
) -> None:
    objective, candidate, tests = codes
    exprs = (optimum.objective, *optimum.candidate)
    try:
        at = dict(zip(optimum.names, [code(frame) for code in candidate], strict=True))
        best_frame = frame.child(at)
        if not _inside(best_frame, tests) or not declared(question, optimum, best_frame):
            raise Refuted(
                counterexample(point, frame, at, "outside", exprs), "the candidate lies outside the domain"
            )
        best = objective(best_frame)
    except (Unsure, Unsupported):
        raise
    except MeaningError as error:
        lost = counterexample(point, frame, "", "", exprs)
        raise Refuted(lost, f"has no value at an admissible point: {error}") from error
    rng = Random(stable_number(question.seed, sorted(point.sizes.items()), str(best)))
    differs = False
    for number in range(COMPETITORS):
        if number >= rivals and differs:
            break
        rival = competitor(question, optimum, frame, at, rng, number)
        if rival is None or not _inside(rival, tests):
            continue
        try:
            value = objective(rival)
            sign = BALLS.sign(best - value)
        except Unsure:
            continue
        except MeaningError:
            continue  # outside the objective's domain
        if (sign < 0) != optimum.minimise and sign != 0:
            lost = counterexample(point, rival, best, value, exprs)
            raise Refuted(lost, "another value does better than the candidate")
        if sign == 0 and is_closest(number):
            continue  # too close to tell a flat place from a rounded one
        if sign == 0:
            lost = counterexample(point, rival, best, value, exprs)
            raise Refuted(lost, "another value does as well, so the optimum is not the only one")
        differs = True
    if not differs and not Feasible(question, optimum, frame, at).alone():
        raise Undecided("no competitor inside the domain was found")


def _along_the_line(question: Question, optimum: Optimum, point: Point, frame: Frame, codes: Any) -> None:
    """A scalar optimum against other hills along its whole line. Raises Refuted."""
    objective, candidate, tests = codes
    name = optimum.names[0]
    at = candidate[0](frame)
    if len(optimum.names) != 1 or isinstance(at, list):
        return
    best = objective(frame.child({name: at}))

    def height(x: Any) -> Any:
        child = frame.child({name: x})
        if not _inside(child, tests) or not declared(question, optimum, child):
            return None
        return objective(child) if optimum.minimise else -objective(child)

    rival = other_minimum(guarded(height), at, best if optimum.minimise else -best)
    if rival is not None:
        lost = counterexample(point, frame, at, rival, (optimum.objective, *optimum.candidate))
        raise Refuted(lost, "another value does as well or better, so the optimum is not the only one")


def _by_coordinates(question: Question, optimum: Optimum) -> tuple[str, str, list[dict[str, int]]] | None:
    program = question.program
    done = []
    try:
        for sizes in small_sizes(question):
            exprs = (optimum.objective, *optimum.candidate)
            names = sorted(program.base_names((*exprs, *question.statement.when)) | set(optimum.names))
            frame = symbolic_frame(program, [n for n in names if n not in program.bound_values], sizes)
            unknowns = [u for name in optimum.names for u in arrays.flat(frame.values[name])]
            objective = program.compiled(optimum.objective)(frame)
            objective = sympy.expand_log(objective)
            roots = maximum_by_coordinates(objective, unknowns, optimum.minimise)
            if roots is None:
                return None
            wanted = [v for part in optimum.candidate for v in arrays.flat(program.compiled(part)(frame))]
            if not all(is_zero(r - w) for r, w in zip(roots, wanted, strict=True)):
                return None
            done.append(sizes)
    except failures():
        return None
    if not done:
        return None
    words = "one root with a sign change" if len(optimum.names) == 1 else "one coordinate after the other"
    return "coordinate after coordinate", words, done


def _by_enumeration(question: Question, optimum: Optimum) -> tuple[str, str, list[dict[str, int]]] | None:
    """All samples of a finite law, each objective a polynomial on a closed interval."""
    if len(optimum.names) != 1 or optimum.minimise:
        return None
    done = []
    try:
        limits = _limits(question, optimum)
        if limits is None:
            return None
        for sizes in question.sizes():
            if max(sizes.values(), default=1) > 5:
                continue
            if not _every_sample(question, optimum, sizes, limits):
                return None
            done.append(sizes)
    except failures():
        return None
    if not done:
        return None
    return "complete enumeration", "every sample, by root counts", done


def _limits(question: Question, optimum: Optimum) -> tuple[Any, Any] | None:
    for domain in optimum.domains:
        relation = bare(domain)
        target = bare(relation.args[1]) if relation.head == "rel" else relation
        if target.head == "interval" and target.data == ("[", "]"):
            frame = Frame(RATIONAL, question.program, {}, {})
            low, high = (question.program.compiled(arg)(frame) for arg in target.args)
            return sympy.Rational(int(low.p), int(low.q)), sympy.Rational(int(high.p), int(high.q))
    return bounds(question, optimum.names[0])


def _every_sample(
    question: Question, optimum: Optimum, sizes: dict[str, int], limits: tuple[Any, Any]
) -> bool:
    program = question.program
    name = optimum.names[0]
    data = sorted(program.base_names((optimum.objective, *optimum.candidate)) - {name})
    if len(data) != 1:
        return False
    frame = symbolic_frame(program, [name], sizes)
    symbol = program.symbols[data[0]]
    finite = domain_of(symbol, Frame(RATIONAL, program, sizes, {})).finite
    length = (
        len(program.range_of(symbol.family[0], sizes))
        if symbol.family
        else sizes.get(symbol.shape[0][0][0][0], 0)
    )
    if not finite or len(finite) ** length > ENUMERATED:
        return False
    unknown = frame.values[name]
    for sample in product(finite, repeat=length):
        at = frame.child({data[0]: [sympy.Rational(int(v.p), int(v.q)) for v in sample]})
        objective = program.compiled(optimum.objective)(at)
        candidate = program.compiled(optimum.candidate[0])(at)
        if not polynomial_maximum(objective, unknown, *limits, candidate):
            return False
    return True


__all__ = ["Optimum", "check", "find"]
