r"""`X \sim law` and coverage: statistics of normal samples by their pivot, exactly.

What is checked: a linear form of independent normals is normal with its mean and variance;
a quadratic form with an idempotent matrix is chi-squared (Cochran); a linear form over the
root of an independent one is Student's t. Coverage is the probability that these laws give.
Nothing is sampled. Example refuted: the normal quantile with an estimated deviation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from generator.meaning.chance import Draw
from generator.meaning.hierarchy import parents
from generator.meaning.polynomials import Poly, Surd, mean_of
from generator.meaning.program import Code, Frame, Program
from generator.meaning.systems import NotPolynomial, Unsupported
from generator.notation.tree import Expr, bare
from generator.verify import empirical, linear_image, places, posterior
from generator.verify.event_ends import event_parts
from generator.verify.proof.certified import certified
from generator.verify.proof.pivots import prove_coverage, prove_law
from generator.verify.quadratic import orthogonal, projection, same
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
from generator.verify.rederive import upgraded, where
from generator.verify.symbolic import is_zero


@dataclass(frozen=True, slots=True)
class Found:
    """The law that a statistic has: its name in the table of laws, its parameters, the rule used."""

    law: str
    parameters: tuple[Any, ...]
    rule: str


def check(question: Question) -> Answer:
    """Compare the law of the left side with the printed one. Raises Refuted or Undecided."""
    statistic, law = question.sides()
    return _decided(question, _by_rule_or_places, lambda: empirical.other_law(question, statistic, bare(law)))


def _decided(question: Question, by_rule: Callable[[Question], Answer], refute: Callable[[], None]) -> Answer:
    """The answer of a rule; where no rule decides, samples may still refute. Raises Refuted or Undecided."""
    try:
        return retry(lambda: by_rule(question))  # type: ignore[no-any-return]
    except IllFormed:
        raise
    except (Undecided, Unsupported):
        if not question.quick:
            refute()
        raise


def _by_rule_or_places(question: Question) -> Answer:
    """By the rules for normal samples, else by the distribution function."""
    try:
        return _check(question)
    except IllFormed:
        raise
    except (Undecided, Unsupported) as error:
        try:
            return places.check(question)
        except Unsupported as other:  # of normal names the rules know better what is missing
            laws = question.program.laws.laws
            names = question.program.random_names(question.sides())
            normal = all(name in laws and laws[name].law in ("normal", "moments") for name in names)
            raise (error if normal else other) from None


def _check(question: Question) -> Answer:
    statistic, law = question.sides()
    law = bare(law)
    if law.head != "law":
        raise IllFormed("the right side of ~ must be a law")
    program = question.program
    if bare(statistic).head == "given":
        return posterior.check(question, bare(statistic), law)
    names = sorted(program.random_names([statistic]))
    if not names:
        raise IllFormed("nothing random stands on the left of ~")
    if any(parents(program.laws.laws[name], program) for name in names if name in program.laws.laws):
        return posterior.whole(question, bare(statistic), law)
    if statistic.shape:
        return linear_image.check(question, statistic, law)
    return _of_number(question, statistic, law, names)


def _of_number(question: Question, statistic: Expr, law: Expr, names: list[str]) -> Answer:
    program = question.program
    count, sizes, rule, constant = 0, [], "", True
    for point, frame in question.frames((question.expr,)):
        count += 1
        if point.sizes not in sizes:
            sizes.append(point.sizes)
        found = _named(_found(frame, statistic, names), law.data, frame)
        rule = found.rule
        constant &= found.law == "normal" and same(frame, found.parameters[1], frame.system.number(0))
        wanted = [program.compiled(arg)(frame) for arg in law.args]
        if found.law != law.data:
            lost = counterexample(point, frame, found.law, law.data, (question.expr,))
            raise Refuted(lost, f"the law is {found.law}, not {law.data}")
        for x, y in zip(found.parameters, wanted, strict=True):
            if not same(frame, x, y):
                raise Refuted(
                    counterexample(point, frame, x, y, (question.expr,)), "a parameter of the law differs"
                )
    if constant:
        raise IllFormed("the statistic does not vary")
    evidence = (f"{rule}; ", *sizes_evidence(sizes))
    answer = Answer("checked", rule, evidence, pack_sizes(sizes), count, "1e-40", ("Arb",))
    if question.symbolic and not question.quick:
        made = certified(
            question, answer, prove_law(program, question.statement, statistic, law), f"; {rule}"
        )
        if made is not None:
            return made
        if law.data == "normal" and rule == linear_image.RULE:
            answer = linear_image.proved(question, answer, statistic, law)
            if answer.status == "proved":
                return answer
    shown = where(question, lambda f: _same_law(f, statistic, names, law), infinite=False)
    return upgraded(question, answer, shown, rule, rule) if shown else answer


def _same_law(frame: Frame, statistic: Expr, names: list[str], law: Expr) -> bool:
    """Whether the statistic has the printed law, in symbols."""
    found = _named(_found(frame, statistic, names), law.data, frame)
    wanted = [frame.program.compiled(arg)(frame) for arg in law.args]
    return found.law == law.data and all(
        is_zero(x - y) for x, y in zip(found.parameters, wanted, strict=True)
    )


def _found(frame: Frame, statistic: Expr, names: list[str]) -> Found:
    """The law of a statistic; of a quotient of random forms by the laws of both."""
    try:
        return law_of(frame, frame.program.compiled(statistic), names)
    except NotPolynomial:
        quotient = bare(statistic)
        if quotient.head != "div":
            raise
        above, below = (frame.program.compiled(arg) for arg in quotient.args)
        return _fisher(frame, above, below, names)


def law_of(frame: Frame, statistic: Any, names: list[str]) -> Found:
    """The law of a statistic of independent normals. Raises Undecided where no rule applies."""
    draw = Draw(frame, names)
    if any(source.kind != "normal" for source in draw.sources.values()):
        raise Undecided("a law is derived for normal samples only")
    value = statistic(frame.child(draw.values))
    if draw.tied:
        raise Undecided("the names are not said to be independent, so their joint law is open")
    if isinstance(value, Poly):
        if value.degree() <= 1:
            return _normal(frame, value, draw)
        return _chi_squared(frame, value)
    if isinstance(value, Surd):
        return _student(frame, value, draw)
    raise Undecided("this statistic has no law by the rules")


def _normal(frame: Frame, value: Poly, draw: Draw) -> Found:
    mean = mean_of(value, draw.sources, frame.system)
    second = mean_of(value * value, draw.sources, frame.system)
    variance = second - mean * mean
    return Found("normal", (mean, variance), "affine in independent normals")


def _chi_squared(frame: Frame, value: Poly) -> Found:
    if value.degree() != 2:
        raise Undecided("no rule for a polynomial of this degree")
    _, scale, rank = projection(frame, value)
    rule = "Cochran: idempotent quadratic form"
    if not same(frame, scale, frame.system.number(1)):
        return Found("a multiple of chi-squared", (rank, scale), rule)
    return Found("chi2", (rank,), rule)


def _student(frame: Frame, value: Surd, draw: Draw) -> Found:
    """L / sqrt(Q) with L centred normal, Q an independent multiple of a chi-squared."""
    if value.factor is None or value.radicand is None or value.sign != -1:
        raise Undecided("no rule for this statistic")
    if any(not same(frame, c, frame.system.number(0)) for c in value.plain.terms.values()):
        raise Undecided("no rule for this statistic")
    ratio, rank = pivot_scale(frame, value.factor, value.radicand, draw)
    rule = "Cochran: normal over the root of an independent chi-squared"
    if not same(frame, ratio, frame.system.number(1)):
        return Found("a multiple of Student's t", (rank, ratio), rule)
    return Found("t", (rank,), rule)


def _fisher(frame: Frame, above: Code, below: Code, names: list[str]) -> Found:
    """Q_1 / Q_2 for two independent multiples of chi-squared: c F, with c = 1 where both are means."""
    draw = Draw(frame, names)
    if any(source.kind != "normal" for source in draw.sources.values()):
        raise Undecided("a law is derived for normal samples only")
    values = [code(frame.child(draw.values)) for code in (above, below)]
    if draw.tied or not all(isinstance(value, Poly) and value.degree() == 2 for value in values):
        raise Undecided("this quotient has no law by the rules")
    (one, s, k), (other, t, m) = (projection(frame, value) for value in values)
    if not orthogonal(frame, one, other):
        raise Undecided("numerator and denominator are not independent")
    ratio, rule = (s * k) / (t * m), "Cochran: quotient of independent chi-squared means"
    if not same(frame, ratio, frame.system.number(1)):
        return Found("a multiple of F", (k, m, ratio), rule)
    return Found("f", (k, m), rule)


def _named(found: Found, name: str, frame: Frame) -> Found:
    """A chi-squared law under another name: c * chi2_k is gamma with shape k/2 and rate 1/(2c)."""
    if name == "gamma" and found.law in ("chi2", "a multiple of chi-squared"):
        rank, scale = (*found.parameters, frame.system.number(1))[:2]
        return Found("gamma", (rank / 2, 1 / (2 * scale)), found.rule)
    return found


def pivot_scale(frame: Frame, linear: Poly, radicand: Poly, draw: Draw) -> tuple[Any, Any]:
    """(c, k) such that linear / sqrt(radicand) = c * t_k. Raises Undecided where it is none."""
    mean = mean_of(linear, draw.sources, frame.system)
    zero = frame.system.number(0)
    if not same(frame, mean, zero):
        raise Undecided("the numerator is not centred")
    matrix, scale, rank = projection(frame, radicand)
    weights = {m[0][0]: c for m, c in linear.terms.items() if m}
    for i in sorted({i for i, _ in matrix}):
        mixed = sum((matrix.get((i, j), zero) * w for j, w in weights.items()), zero)
        if not same(frame, mixed, zero):
            raise Undecided("numerator and denominator are not independent")
    variance = sum((w * w for w in weights.values()), zero)
    return frame.system.call("sqrt", variance / (scale * rank)), rank


# -- coverage -------------------------------------------------------------------------


def coverage(question: Question) -> Answer:
    r"""`\Pr(\mu \in C) = ..` for an interval whose ends are statistics of normals."""
    event, stated = _stated(question)
    return _decided(question, _coverage, lambda: empirical.other_probability(question, event, stated))


def _stated(question: Question) -> tuple[Expr, Expr]:
    """(event, what its probability is said to be)."""
    left, right = question.sides()
    probability, stated = (left, right) if bare(left).head == "Pr" else (right, left)
    return bare(bare(probability).args[0]), stated


def _coverage(question: Question) -> Answer:
    event, stated = _stated(question)
    program = question.program
    low, subject, high = event_parts(program, event)
    names = sorted(program.random_names([e for e in (low, subject, high) if e is not None]))
    count, sizes, rule = 0, [], ""
    for point, frame in question.frames():
        count += 1
        if point.sizes not in sizes:
            sizes.append(point.sizes)
        value, rule = _probability(frame, program, names, (low, subject, high))
        want = program.compiled(stated)(frame)
        if value < 0:  # low and high are apart by the same at every sample
            empty = "the interval is empty: its ends are exchanged"
            if same(frame, want, frame.system.number(0)):
                raise IllFormed(empty)
            raise Refuted(counterexample(point, frame, 0, want, question.sides()), empty)
        if not same(frame, value, want):
            raise Refuted(counterexample(point, frame, value, want, question.sides()), "the coverage differs")
    words = f"exact law of the pivot ({rule})"
    answer = Answer(
        "checked",
        "pivot",
        (f"{words}; ", *sizes_evidence(sizes)),
        pack_sizes(sizes),
        count,
        "1e-40",
        ("Arb",),
    )
    if question.symbolic and not question.quick:
        proof = prove_coverage(program, question.statement, (low, subject, high), stated)
        made = certified(question, answer, proof, f"; {words}")
        if made is not None:
            return made
    shown = where(question, lambda f: _same_coverage(f, names, (low, subject, high), stated), infinite=False)
    return upgraded(question, answer, shown, words, "pivot") if shown else answer


def _same_coverage(frame: Frame, names: list[str], parts: tuple[Any, Any, Any], stated: Expr) -> bool:
    value, _ = _probability(frame, frame.program, names, parts)
    return is_zero(value - frame.program.compiled(stated)(frame))


def _probability(
    frame: Frame, program: Any, names: list[str], parts: tuple[Any, Any, Any]
) -> tuple[Any, str]:
    """P(low <= subject <= high) = F(upper margin) - F(lower margin) of one pivot."""
    if not names:
        raise IllFormed("nothing random stands in this event")
    draw = Draw(frame, names)
    if any(source.kind != "normal" for source in draw.sources.values()):
        raise Undecided("coverage is derived for normal samples only")
    if draw.tied:
        raise Undecided("the names are not said to be independent, so their joint law is open")
    child = frame.child(draw.values)
    low, subject, high = parts
    if low is not None and high is not None:
        _ends_in_order(frame, program.compiled(high)(child) - program.compiled(low)(child))
    centre = program.compiled(subject)(child)
    total, rule = frame.system.number(0), ""
    if high is not None:  # P(subject - high <= 0)
        value, rule = _below_zero(frame, centre - program.compiled(high)(child), draw)
        total = value
    else:
        total = frame.system.number(1)
    if low is not None:
        value, rule = _below_zero(frame, centre - program.compiled(low)(child), draw)
        total = total - value
    return total, rule


def _ends_in_order(frame: Frame, width: Any) -> None:
    """The difference of two probabilities is one only where the ends never cross. Raises Undecided."""
    zero = frame.system.number(0)
    plain = width.plain if isinstance(width, Surd) else width
    varying = [c for m, c in plain.terms.items() if m] if isinstance(plain, Poly) else []
    if isinstance(width, Surd) and isinstance(plain, Poly):
        varying = list(plain.terms.values())
        if width.sign != 1 or width.factor is None or width.factor.constant() is None:
            raise Undecided("the ends of the interval may cross")
    if any(not same(frame, c, zero) for c in varying):
        raise Undecided("the ends of the interval may cross")


def _below_zero(frame: Frame, form: Any, draw: Draw) -> tuple[Any, str]:
    """P(form <= 0) for an affine form of normals, or affine + c * root of an independent square."""
    if isinstance(form, Poly) and form.degree() <= 1:
        found = _normal(frame, form, draw)
        mean, variance = found.parameters
        return frame.system.call("normal-cdf", -mean / frame.system.call("sqrt", variance)), "normal"
    if isinstance(form, Surd) and form.sign == -1 and form.factor is not None and form.radicand is not None:
        shift = form.plain.constant()  # shift + L / sqrt(Q) <= 0
        if shift is None:
            raise Undecided("no rule for this event")
        scale, rank = pivot_scale(frame, form.factor, form.radicand, draw)
        return frame.system.call("t-cdf", rank, -shift / scale), "Student t"
    if isinstance(form, Surd) and form.sign == 1 and form.factor is not None and form.radicand is not None:
        factor = form.factor.constant()
        if factor is None or form.plain.degree() > 1:
            raise Undecided("no rule for this event")
        scale, rank = pivot_scale(frame, form.plain, form.radicand, draw)
        # L + factor sqrt(Q) <= 0  <=>  L / sqrt(Q) <= -factor  <=>  t <= -factor / scale
        return frame.system.call("t-cdf", rank, -factor / scale), "Student t"
    raise Undecided("no rule for this event")


def pivot_code(expr: Expr, program: Program) -> Code:
    """A probability as a number inside an expression, by its pivot. Raises Unsupported for another."""
    if expr.data or len(expr.args) != 1:
        raise Unsupported("a conditional probability has no pivot")
    try:
        parts = event_parts(program, bare(expr.args[0]))
    except Undecided as error:
        raise Unsupported(str(error)) from error
    names = sorted(program.random_names([part for part in parts if part is not None]))

    def run(f: Frame) -> Any:
        try:
            value, _ = _probability(f, program, names, parts)
        except Undecided as error:
            raise Unsupported(str(error)) from error
        return f.system.number(0) if not f.system.symbolic and value < 0 else value

    return run
