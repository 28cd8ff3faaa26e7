r"""Functions that the givens imply, under a printed name: `f_X : function density`, `F_X`, `M_{X+Y}`.

The label below says of which random number or statistic it is the density or mass, the distribution,
quantile, survival, hazard or generating function; the law is that of the givens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from generator.meaning.averages import Mean, Number, mean_of
from generator.meaning.calculus import call_code
from generator.meaning.cumulative import cdf, law_of_numbers, quantile_of
from generator.meaning.events import mass
from generator.meaning.hierarchy import steps_down
from generator.meaning.images import density_code, image_of
from generator.meaning.interpret import COMPILERS
from generator.meaning.intervals import Interval
from generator.meaning.labels import statistic
from generator.meaning.law import finite
from generator.meaning.laws import LAWS, density
from generator.meaning.mixtures import averaged
from generator.meaning.program import Code, Frame, Program
from generator.meaning.scenes import Scene, apart, law_of, opened, terms_of
from generator.meaning.statistics import chance_in, density_at
from generator.meaning.systems import BallSystem, Unsupported
from generator.notation.kinds import LABELLED
from generator.notation.tree import Expr, bare


def generating(f: Frame, name: str, t: Any, parameters: list[Any]) -> Any:
    """E[e^(t X)]. Raises NoValue where it is infinite, Unsupported for a law without one in the table."""
    law = law_of_numbers(name, parameters)
    if law.mgf is None:
        raise Unsupported(f"the generating function of {name} is not known")
    if law.exists is not None:
        finite(f.system, law.exists(f.system, t, *parameters), "the generating function is infinite here")
    return law.mgf(f.system, t, *parameters)


def survival(f: Frame, name: str, x: Any, parameters: list[Any]) -> Any:
    """P(X > x)."""
    return 1 - cdf(f, name, x, parameters)


def hazard(f: Frame, name: str, x: Any, parameters: list[Any]) -> Any:
    """The density over the survival function; of a discrete law P(X = x | X >= x)."""
    before = 1 - cdf(f, name, x, parameters, LAWS[name].discrete)
    return density(f, name, x, parameters) / before


FUNCTIONS: dict[str, Callable[[Frame, str, Any, list[Any]], Any]] = {
    "density": density,
    "cdf": cdf,
    "quantile": quantile_of,
    "survival": survival,
    "hazard": hazard,
    "mgf": generating,
    "cgf": lambda f, name, t, parameters: f.system.call("log", generating(f, name, t, parameters)),
}

#: Those that are the mean of what they are under a name that is not given.
AVERAGED = frozenset({"density", "cdf", "survival", "mgf"})


def implied(expr: Expr, program: Program) -> Code:
    """The value of a call of such a function.

    Raises Unsupported where the label is no statistic of random numbers with laws in the table.
    """
    symbol = program.symbols[expr.data]
    subject, function = statistic(program, symbol), FUNCTIONS[symbol.builtin]
    if subject is None or len(expr.args) != 1 or not program.random_names([subject]):
        raise Unsupported(f"of which random name this is the {symbol.builtin} is not said by its label")
    code = program.compiled(expr.args[0])
    image = image_of(program, subject)
    if image is not None and symbol.builtin == "density":
        return density_code(image, code, program)
    name = bare(subject)
    if (
        name.head == "name"
        and not program.symbols[name.data].shape
        and not program.definitions.get(name.data)
    ):

        def one(f: Frame) -> Any:
            kind, parameters = mean_of(f).law(Number(name.data), f)
            return function(f, kind, code(f), parameters)

        if not steps_down((name,), program):
            return one
        if symbol.builtin not in AVERAGED:
            raise Unsupported(f"the {symbol.builtin} function of a name whose law rests on another")
        chance = symbol.builtin in ("cdf", "survival")
        return lambda f: averaged([name], one, f, chance)
    return lambda f: _of_statistic(symbol.builtin, subject, code, f)


def _of_statistic(kind: str, subject: Expr, place: Code, f: Frame) -> Any:
    """The function of a sum, an extremum or another statistic, by the law of its family or by events."""
    if f.system.symbolic:
        raise Unsupported("the law of a statistic is evaluated in balls")
    mean = mean_of(f)
    scene = Scene(mean, mass)
    known = law_of(scene, subject, f)
    if known is not None and f.system.sign(known.scale) > 0 and kind in FUNCTIONS:
        one = f.system.number(1)
        same = f.system.sign(known.shift) == 0 and f.system.sign(known.scale - one) == 0
        if same:
            return FUNCTIONS[kind](f, known.law, place(f), list(known.parameters))
    if kind in ("mgf", "cgf"):
        value = _mean_of_exponential(mean, subject, place, f)
        return value if kind == "mgf" else f.system.call("log", value)
    rule = _STATISTICS.get(kind)
    if rule is None:
        raise Unsupported(f"the {kind} function of this statistic is not known")
    return rule(scene, subject, place, f)


def _mean_of_exponential(mean: Mean, subject: Expr, place: Code, f: Frame) -> Any:
    """E[e^(t T)]: of a sum of independent numbers the product of theirs."""
    if not isinstance(f.system, BallSystem):
        raise Unsupported("a generating function is evaluated in balls")
    scene, total, groups = Scene(mean, mass), f.system.number(1), []
    t = place(f)
    for term, side in terms_of(scene, subject, f):
        if scene.varies(term, f):
            groups.append(scene.numbers(term, f))
        total = total * _exponential(scene, term, side * t, f)
    if not apart(scene, groups, f):
        raise Unsupported("the names of this statistic are not said to be independent")
    return total


def _exponential(scene: Scene, term: Expr, t: Any, f: Frame) -> Any:
    """E[e^(t x)] of one term."""
    if not scene.varies(term, f):
        return f.system.call("exp", t * scene.mean.program.compiled(term)(f))
    known = law_of(scene, term, f)
    if known is not None and LAWS[known.law].mgf is not None:
        factor = f.system.call("exp", t * known.shift)
        return factor * generating(f, known.law, t * known.scale, list(known.parameters))
    slot = Expr("name", (), "\0argument", shape=())
    product = Expr("mul", (slot, Expr("group", (term,), ("(", ")"), shape=())), ("",), shape=())
    exponential = Expr("func", (product,), "exp", "paren", shape=())
    return scene.mean.of(exponential, f.child({slot.data: t}))


def _below(scene: Scene, subject: Expr, place: Code, f: Frame, strict: bool = False) -> Any:
    return chance_in(scene, subject, lambda g: [Interval(None, place(g), True, not strict)], f)


def _mass_or_density(scene: Scene, subject: Expr, place: Code, f: Frame) -> Any:
    body = opened(scene.mean, bare(subject), f)
    numbers = scene.numbers(subject, f) if body is None else scene.numbers(*body)
    if all(LAWS[scene.mean.law(number, f)[0]].discrete for number in numbers):
        return chance_in(scene, subject, lambda g: [Interval(place(g), place(g))], f)
    if any(LAWS[scene.mean.law(number, f)[0]].discrete for number in numbers):
        raise Unsupported("a statistic of discrete and continuous numbers")
    return density_at(scene, subject, place, f)


def _hazard(scene: Scene, subject: Expr, place: Code, f: Frame) -> Any:
    return _mass_or_density(scene, subject, place, f) / (1 - _below(scene, subject, place, f))


_STATISTICS: dict[str, Callable[[Scene, Expr, Code, Frame], Any]] = {
    "density": _mass_or_density,
    "cdf": _below,
    "survival": lambda scene, subject, place, f: 1 - _below(scene, subject, place, f),
    "hazard": _hazard,
}


def _call(expr: Expr, program: Program) -> Code:
    implies = program.symbols[expr.data].builtin in LABELLED
    return implied(expr, program) if implies else call_code(expr, program)


COMPILERS["call"] = _call
