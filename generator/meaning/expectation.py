r"""E and Var where moments and enumeration do not do: by the law itself, also under an event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.meaning import chance, means, order_means
from generator.meaning.averages import STEPS, Mean, Number, exponent_of, mean_of
from generator.meaning.drawn import drawn_sum
from generator.meaning.events import chance_of, places
from generator.meaning.givens import LawOf
from generator.meaning.interpret import COMPILERS
from generator.meaning.intervals import Interval
from generator.meaning.log_means import mean_of_function
from generator.meaning.polynomials import Poly
from generator.meaning.program import Code, Frame, Program
from generator.meaning.systems import BallSystem, NoValue, OpenJoint, Senseless, TooMuch, Unsupported
from generator.notation.tree import Expr, bare


def _otherwise(first: Code, second: Code, symbols: bool = False) -> Code:
    """The second way where the first has no rule: in balls, with `symbols` in symbols too."""

    def run(f: Frame) -> Any:
        try:
            return first(f)
        except (Senseless, TooMuch):
            raise
        except Unsupported as error:
            if not (isinstance(f.system, BallSystem) or (symbols and f.system.symbolic)):
                raise
            open_joint = error if isinstance(error, OpenJoint) else None
        try:
            return second(f)
        except Unsupported:
            if open_joint is None:
                raise
            raise open_joint from None

    return run


def _expectation(expr: Expr, program: Program) -> Code:
    if len(expr.args) == 2:
        return _under_event(expr, program)
    drawn = drawn_sum(expr, program.symbols)
    if drawn is not None:
        return program.compiled(drawn)
    first = means.expectation_code(expr, program)
    if isinstance(expr.data, Expr):
        variable, law = bare(expr.data.args[0]).data, bare(expr.data.args[1])
        laws = {variable: LawOf(variable, law.data, law.args)}

        def mean(f: Frame) -> Mean:
            return Mean(f.program, laws, variable)
    else:
        mean = mean_of
    if expr.args[0].shape:
        return first
    exponent = exponent_of(bare(expr.args[0]))
    if exponent is not None and not isinstance(expr.data, Expr):
        first = _otherwise(first, _of_normals(exponent, program), True)
    return _otherwise(first, lambda f: mean(f).of(expr.args[0], f))


def _of_normals(exponent: Expr, program: Program) -> Code:
    """E[e^L] = e^(E L + Var L / 2) for an affine form L of independent normals."""
    names, code = sorted(program.random_names([exponent])), program.compiled(exponent)

    def run(f: Frame) -> Any:
        draw, child = chance.drawn(f, names)
        form = code(child)
        normal = all(source.kind == "normal" for source in draw.sources.values())
        if draw.tied or not normal or not isinstance(form, Poly) or form.degree() > 1:
            raise Unsupported("the exponent is no affine form of independent normals")
        slopes = [coefficient for mono, coefficient in form.terms.items() if mono]
        half = sum((c * c for c in slopes), f.system.number(0)) / 2
        return f.system.call("exp", form.terms.get((), f.system.number(0)) + half)

    return run


def _variance(expr: Expr, program: Program) -> Code:
    """E[g^2] - E[g]^2 for a function g of one random number."""
    drawn = drawn_sum(expr, program.symbols)
    if drawn is not None:
        return program.compiled(drawn)
    first = means.variance_code(expr, program)
    if expr.args[0].shape:
        return first
    two = Expr("num", (), "2", shape=())
    square = Expr("pow", (Expr("group", (expr.args[0],), ("(", ")"), shape=()), two), shape=())

    def second(f: Frame) -> Any:
        mean = mean_of(f)
        middle = mean.of_one(expr.args[0], f)
        return mean.of_one(square, f) - middle * middle

    return _otherwise(first, second)


def _under_event(expr: Expr, program: Program) -> Code:
    r"""E[g \mid A]: over the outcomes in A, divided by its probability."""
    body, condition = expr.args[0], bare(expr.args[1])
    if body.shape or condition.shape is not None or condition.head not in ("rel", "list", "and"):
        raise Senseless("behind the bar of an expectation stands a random name, or an event of one")
    if not program.random_names([body]):
        raise Senseless("nothing random stands under this expectation")
    code = program.compiled(body)

    def run(f: Frame) -> Any:
        if not isinstance(f.system, BallSystem):
            raise Unsupported("an expectation under an event is evaluated in balls")
        mean = mean_of(f)
        found = places(mean, [condition], f)
        total = chance_of(mean, found, f)
        if found is None or f.system.sign(total) == 0:
            raise NoValue("the condition has probability 0")
        own = mean.numbers(body, f)
        if not own <= set(found):  # nothing is known of it
            raise Unsupported("the condition is about another random number")
        if len(found) != 1:
            raise Unsupported("a condition about several random numbers")
        number = next(iter(found))
        parts = [
            mean.over(number, code, f, piece.low, piece.high)
            for piece in _closed(mean, number, found[number], f)
        ]
        return sum(parts[1:], parts[0]) / total

    return run


def _closed(mean: Mean, number: Number, pieces: list[Interval], f: Frame) -> Iterator[Interval]:
    """The pieces, of a discrete law with integers as ends that belong to them."""
    from generator.meaning.law import floored
    from generator.meaning.laws import LAWS

    discrete = LAWS[mean.law(number, f)[0]].discrete
    for piece in pieces:
        low, high = piece.low, piece.high
        if discrete and low is not None:
            step = -floored(f.system, -low)
            low = step + 1 if not piece.with_low and f.system.sign(step - low) == 0 else step
        if discrete and high is not None:
            step = floored(f.system, high)
            high = step - 1 if not piece.with_high and f.system.sign(step - high) == 0 else step
        yield Interval(low, high)


COMPILERS.update({"E": _expectation, "Var": _variance})
STEPS["ordered"] = order_means.mean_of_ordered
STEPS["func"] = mean_of_function
