r"""What the givens imply of random names under others: `\lambda \mid y`, `p(y \mid \lambda)`, `p(y)`.

The givens are a model in steps: each name has a law, whose parameters may rest on names before it. So
the joint density is a product. The law of a name under others is its own law, or, where what is known
was observed from it, the conjugate one (`conjugate`). A marginal density is the joint one over that
of the rest, at any value of the rest. All answers are expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from generator.meaning.conjugate import MEANS, VARIANCES, Observation, posterior
from generator.meaning.givens import Givens, LawOf
from generator.meaning.linear import affine, holds
from generator.meaning.program import Code, Frame, Program, free_names, substituted
from generator.meaning.systems import Unsupported
from generator.meaning.trees import minus, number, over, plus, times
from generator.meaning.vectors import normal_vector
from generator.notation.tree import Expr, bare

Law = tuple[str, tuple[Expr, ...]]


def parents(law: LawOf, program: Program) -> set[str]:
    """The random names that the parameters of a law rest on."""
    return program.random_names(law.parameters)


def law_under(program: Program, name: str, known: Iterable[str]) -> Law:
    """The law of a name under the names that are known. Raises Unsupported where the givens do not tell."""
    laws, known = program.laws.laws, set(known)
    own = laws.get(name)
    if own is None or own.law in ("free", "moments"):
        raise Unsupported(f"the law of {name} is left open")
    above = parents(own, program)
    if not above <= known:
        missing = ", ".join(sorted(above - known))
        raise Unsupported(f"the law of {name} rests on {missing}, which is not given")
    random = {other for other in known if other in laws}
    below = [other for other in sorted(random) if name in parents(laws[other], program)]
    beside = set(below) | above
    for other in below:
        beside |= parents(laws[other], program)
    for other in random - beside - {name}:
        apart = program.laws.conditionally.get(frozenset((name, other)), ())
        if not program.laws.are_independent(name, other) and not (apart and set(apart) <= known):
            raise Unsupported(f"how {other} and {name} depend is not said")
    _check_apart(program, below, name)
    if not below:
        return own.law, own.parameters
    if own.entries:
        raise Unsupported(f"the entries of {name} have no law in closed form under {', '.join(below)}")
    if program.symbols[name].shape and own.law == "normal":
        return normal_vector(own.parameters, name, [laws[other] for other in below])
    observed = [(_observation(laws[other], name), _summed(laws[other])) for other in below]
    return posterior(own.law, own.parameters, observed)


def _check_apart(program: Program, names: list[str], under: str) -> None:
    """Several observations of one name are independent under it, by a given."""
    for place, one in enumerate(names):
        for other in names[:place]:
            if under not in program.laws.conditionally.get(frozenset((one, other)), ()):
                raise Unsupported(f"how {other} and {one} depend under {under} is not said")


def _observation(law: LawOf, name: str) -> Observation:
    if law.target is None or (law.entries and not law.iid):
        raise Unsupported(f"how the entries of {law.name} depend is not said")
    return Observation(bare(law.target), law.law, law.parameters, name)


def _summed(law: LawOf) -> Callable[[Expr], Expr]:
    """Over the entries of what is observed."""
    indices = _indices(law)
    if not indices:
        return lambda expr: expr

    def total(expr: Expr) -> Expr:
        for index in reversed(indices):
            expr = Expr("sum", (expr,), (index,), shape=expr.shape)
        return expr

    return total


def _indices(law: LawOf) -> list[str]:
    target = bare(law.target) if law.target is not None else None
    return [str(bare(i).data) for i in target.args[1:]] if target is not None and target.head == "entry" else []


# -- densities ------------------------------------------------------------------------------------


def density(program: Program, names: list[str], known: set[str]) -> Expr:
    """The joint density of names under others, as an expression in them. Raises Unsupported."""
    if not names:
        return number(1)
    done, rest, factors = set(known), list(names), []
    while rest:
        for name in rest:
            try:
                law = law_under(program, name, done)
            except Unsupported:
                continue
            factors.append(_density_of(program, name, law))
            done.add(name)
            rest.remove(name)
            break
        else:
            return _marginal(program, names, known)
    total = factors[0]
    for factor in factors[1:]:
        total = times(total, factor)
    return total


def _density_of(program: Program, name: str, law: Law) -> Expr:
    given = program.laws.laws[name]
    if given.entries and not given.iid:
        raise Unsupported(f"how the entries of {name} depend is not said")
    symbol = program.symbols[name]
    target = Expr("name", (), name, shape=symbol.shape) if given.target is None else bare(given.target)
    made = Expr("density", (target, *law[1]), law[0], shape=())
    for index in reversed(_indices(given)):
        made = Expr("prod", (made,), (index,), shape=())
    return made


def _marginal(program: Program, names: list[str], known: set[str]) -> Expr:
    """p(y | r) = p(y, t | r) / p(t | y, r) for one name t that is not given, at any t."""
    laws = program.laws.laws
    above = {other for name in names for other in parents(laws[name], program)} - known - set(names)
    if len(above) != 1:
        raise Unsupported("the givens do not tell this density in closed form")
    (latent,) = above
    prior = law_under(program, latent, known)
    after = law_under(program, latent, {*known, *names})
    if (prior[0], after[0]) == ("beta", "beta") and all(laws[name].law == "bernoulli" for name in names):
        return over(*(Expr("func", law[1], "beta", "paren", shape=()) for law in (after, prior)))
    joint = density(program, [latent, *names], known)
    whole = Expr("div", (joint, _density_of(program, latent, after)), form="frac", shape=())
    return substituted(whole, {latent: _mean(prior)})


# -- means ----------------------------------------------------------------------------------------


def _mean(law: Law) -> Expr:
    rule = MEANS.get(law[0])
    if rule is None:
        raise Unsupported(f"the mean of a {law[0]} law is not known in closed form")
    return rule(*law[1])


def _variance(law: Law) -> Expr:
    rule = VARIANCES.get(law[0])
    if rule is None:
        raise Unsupported(f"the variance of a {law[0]} law is not known in closed form")
    return rule(*law[1])


def mean_under(program: Program, expr: Expr, known: set[str]) -> Expr:
    """E of an expression under known names, name by name, the last of the model first."""
    while True:
        name = _last(program, expr, known)
        if not name:
            return expr
        law = law_under(program, name, known | _others(program, expr, name))
        expr = averaged(expr, name, law)


def variance_under(program: Program, expr: Expr, known: set[str]) -> Expr:
    """E Var + Var E, name by name."""
    name = _last(program, expr, known)
    if not name:
        return number(0)
    law = law_under(program, name, known | _others(program, expr, name))
    slope, _ = affine(expr, name)
    own = _variance(law) if slope is None else times(times(slope, slope), _variance(law))
    inner = averaged(expr, name, law)
    first = mean_under(program, own, known)
    if not _last(program, inner, known):
        return first
    return plus(first, variance_under(program, inner, known))


def _last(program: Program, expr: Expr, known: set[str]) -> str:
    """A random name of the expression that no other one rests on; "" where none is left."""
    names = _random(program, expr) - known
    for name in sorted(names):
        law = program.laws.laws.get(name)
        if law is None:
            raise Unsupported(f"the law of {name} is left open")
        if not any(name in parents(program.laws.laws[other], program) for other in names if other in program.laws.laws):
            return name
    return ""


def _random(program: Program, expr: Expr) -> set[str]:
    return {n for n in free_names(expr) if n in program.symbols and "random" in program.symbols[n].words}


def _others(program: Program, expr: Expr, name: str) -> set[str]:
    """What a name is averaged under: the names its own law rests on, and those beside it."""
    own = program.laws.laws.get(name)
    return (parents(own, program) if own is not None else set()) | (_random(program, expr) - {name})


def averaged(expr: Expr, name: str, law: Law) -> Expr:
    """E of an expression in one name, a polynomial of degree 2 as it is printed. Raises Unsupported."""
    core = bare(expr)
    if not holds(core, name):
        return core
    if core.head == "name" and core.data == name:
        return _mean(law)
    if core.head == "entry" and bare(core.args[0]).data == name:
        return _mean(law)
    if core.head == "add":
        return Expr("add", tuple(averaged(arg, name, law) for arg in core.args), core.data, shape=core.shape)
    if core.head == "mul" and sum(holds(arg, name) for arg in core.args) == 1:
        return Expr("mul", tuple(averaged(arg, name, law) for arg in core.args), core.data, shape=core.shape)
    if core.head == "div" and not holds(core.args[1], name):
        return Expr("div", (averaged(core.args[0], name, law), core.args[1]), form="frac", shape=core.shape)
    if core.head == "sum" and not any(holds(arg, name) for arg in core.args[1:]):
        return replace(core, args=(averaged(core.args[0], name, law), *core.args[1:]))
    if core.head == "pow" and bare(core.args[1]).data == "2" and bare(core.args[0]).data == name:
        mean = _mean(law)
        return plus(_variance(law), times(mean, mean))
    raise Unsupported(f"the mean of this function of {name} is not known in closed form")


# -- rewriting ------------------------------------------------------------------------------------


def conditioned(expr: Expr, program: Program) -> set[str] | None:
    """The names behind the bar of an operator; None where another event stands there, or nothing."""
    if len(expr.args) != 2 or expr.head not in ("E", "Var", "Pr", "given"):
        return None
    names = set()
    for part in _parts(expr.args[1]):
        core = bare(part)
        if core.head == "rel" and core.data == ("=",) and not program.random_names(core.args[1:]):
            core = bare(core.args[0])  # X = x: the name with its value
        symbol = program.symbols.get(str(core.data)) if core.head == "name" else None
        if symbol is None or symbol.kind == "event" or (core is not bare(part) and _own(expr, core, program)):
            return None
        names.add(str(core.data))
    return names


def _own(expr: Expr, name: Expr, program: Program) -> bool:
    """Whether the name of an event X = x is no random name, or what the operator itself is about."""
    return str(name.data) not in program.laws.laws or holds(expanded(expr.args[0], program), str(name.data))


def observed_values(condition: Expr) -> dict[str, Expr]:
    """The values that are given to names: `X = x` behind a bar."""
    cores = [bare(part) for part in _parts(condition)]
    return {str(bare(core.args[0]).data): core.args[1] for core in cores if core.head == "rel"}


def steps_down(exprs: tuple[Expr, ...], program: Program) -> bool:
    """Whether the law of a random name in the expressions rests on another random name."""
    laws = program.laws.laws
    return any(name in laws and parents(laws[name], program) for name in program.random_names(exprs))


def applies(expr: Expr, program: Program) -> bool:
    """Whether an operator or a call is about laws under names: what `written_out` writes out."""
    if expr.head in ("E", "Var") and not expr.data:
        known = conditioned(expr, program)
        if known is None:
            return len(expr.args) == 1 and steps_down(expr.args, program)
        laws = program.laws.laws
        names = program.random_names(expr.args)
        return any(n in laws for n in names) and not any(
            n not in laws or laws[n].law in ("free", "moments") for n in names
        )
    if expr.head == "call":
        return is_density(expr, program)
    return expr.head == "Pr" and not expr.data and conditioned(expr, program) is not None


def written_out(expr: Expr, program: Program) -> Expr:
    """An operator or a density under names as an expression without it.

    Raises Unsupported where the givens do not tell it in closed form.
    """
    if expr.head == "call":
        return _call(expr, program)
    if expr.head == "Pr":
        return substituted(_chance(expr, program), observed_values(expr.args[1]))
    known = conditioned(expr, program) or set()
    body = expanded(rewritten(expr.args[0], program), program)
    made = (mean_under if expr.head == "E" else variance_under)(program, body, known)
    if not program.random_names([made]) <= known:
        raise Unsupported("this mean is not known in closed form")
    return substituted(made, observed_values(expr.args[1])) if len(expr.args) == 2 else made


def expanded(expr: Expr, program: Program) -> Expr:
    """An expression in which no defined name that is random is left. Raises Unsupported for one by cases."""
    core = expr.args[0] if expr.head == "entry" else expr
    name = str(core.data) if core.head in ("name", "call") else ""
    definitions = program.definitions.get(name, [])
    if definitions and program.random_names([core]):
        definition, indices = definitions[0], expr.args[1:] if expr.head == "entry" else ()
        plain = len(definitions) == 1 and definition.power == 1 and not definition.tuple_of and not definition.at
        if not plain or len(definition.indices) != len(indices) or definition.arguments:
            raise Unsupported(f"{name} is random, and its definition is not written out")
        values = dict(zip(definition.indices, indices, strict=True))
        return expanded(substituted(program.body_of(definition), values), program)
    args = tuple(expanded(arg, program) for arg in expr.args)
    return expr if all(a is b for a, b in zip(args, expr.args, strict=True)) else expr.with_args(args)


def code_of(expr: Expr, program: Program) -> Code:
    """The value of what is written out, under the givens of the frame's own program.

    Its code raises Unsupported where another model of the givens is asked for than their own.
    """
    made: dict[int, tuple[Givens, Expr]] = {}

    def run(f: Frame) -> Any:
        own = f.program
        if id(own.laws) not in made:
            made[id(own.laws)] = (own.laws, written_out(expr, own))
        names = own.random_names(expr.args)
        if f.chance is not None and (f.chance.swapped | f.chance.dependent) & names:
            raise Unsupported("under another law of these names nothing is known in closed form")
        tree = made[id(own.laws)][1]
        if f.system.symbolic and any(node.head == "inverse" for node in tree.walk()):
            raise Unsupported("a law of vectors under others is left to the balls")
        return own.compiled(tree)(f)

    return run


def is_density(expr: Expr, program: Program) -> bool:
    """Whether a call is of the density that the givens imply, read by its arguments."""
    symbol = program.symbols.get(str(expr.data)) if expr.head == "call" else None
    return symbol is not None and symbol.builtin == "density" and "_" not in symbol.name


def _call(expr: Expr, program: Program) -> Expr:
    left, right = expr.args, ()
    if len(expr.args) == 1 and bare(expr.args[0]).head == "given":
        one, two = bare(expr.args[0]).args
        left, right = _parts(one), _parts(two)
    words = expr.form.split("sep=")[-1]
    if ";" in words:  # p(y; theta): behind the semicolon stand parameters
        split = words.index(";") + 1
        left, right = left[:split], (*left[split:], *right)
    known = {str(bare(part).data) for part in right if bare(part).head == "name"}
    if len(left) == 1 and bare(left[0]).head == "entry":
        return _entry_density(bare(left[0]), known, program)
    names = [str(bare(part).data) for part in left]
    if any(bare(part).head != "name" or name not in program.laws.laws for part, name in zip(left, names, strict=True)):
        raise Unsupported("a density is that of random names, written with them")
    return density(program, names, known)


def _parts(expr: Expr) -> tuple[Expr, ...]:
    core = bare(expr)
    return core.args if core.head in ("tuple", "list", "and") else (core,)


def _entry_density(entry: Expr, known: set[str], program: Program) -> Expr:
    name = str(entry.args[0].data)
    given = program.laws.laws.get(name)
    if given is None or not given.entries or not parents(given, program) <= known:
        raise Unsupported("the density of one entry is that of its own law only")
    values = dict(zip(_indices(given), entry.args[1:], strict=True))
    parameters = tuple(substituted(p, values) for p in given.parameters)
    return Expr("density", (entry, *parameters), given.law, shape=())


def _chance(expr: Expr, program: Program) -> Expr:
    r"""`\Pr(x = k \mid y)` of a discrete name as its mass under y."""
    event, known = bare(expr.args[0]), conditioned(expr, program) or set()
    if event.head != "rel" or event.data != ("=",) or bare(event.args[0]).head != "name":
        raise Unsupported("the probability of this event under a name is not known")
    name = str(bare(event.args[0]).data)
    from generator.meaning.laws import LAWS

    law = program.laws.laws.get(name)
    if law is None or law.law not in LAWS or not LAWS[law.law].discrete:
        raise Unsupported("the probability of this event under a name is not known")
    outcome = bare(event.args[1])
    if law.law == "bernoulli" and outcome.head == "num" and outcome.data in ("0", "1"):
        p = law.parameters[0]
        return mean_under(program, p if outcome.data == "1" else minus(number(1), p), known)
    return substituted(density(program, [name], known), {name: outcome})


def rewritten(expr: Expr, program: Program) -> Expr:
    """An expression with all that rests on laws under names written out. Raises Unsupported."""
    if applies(expr, program):
        return written_out(expr, program)
    if not expr.args:
        return expr
    args = tuple(rewritten(arg, program) for arg in expr.args)
    return expr if all(a is b for a, b in zip(args, expr.args, strict=True)) else expr.with_args(args)
