r"""What the givens imply of random names under others: `\lambda \mid y`, `p(y \mid \lambda)`, `p(y)`.

The givens are a model in steps: each name has a law, whose parameters may rest on names before it. So
the joint density is a product. The law of a name under others is its own law, or, where what is known
was observed from it, the conjugate one (`conjugate`). A marginal density is the joint one over that
of the rest, at any value of the rest. All answers are expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from generator.meaning.conjugate import MEANS, VARIANCES, Observation, posterior
from generator.meaning.givens import LawOf
from generator.meaning.linear import affine, holds
from generator.meaning.program import Program, free_names, substituted
from generator.meaning.systems import Unsupported
from generator.meaning.trees import minus, number, over, plus, times
from generator.meaning.vectors import image, linear, normal_vector
from generator.notation.tree import Expr, bare

Law = tuple[str, tuple[Expr, ...]]


def parents(law: LawOf, program: Program) -> set[str]:
    """The random names that the parameters of a law rest on; not those that only an expectation is over."""
    found: set[str] = set()
    waiting, seen = list(law.parameters), set[str]()
    while waiting:
        node = waiting.pop()
        if node.head in ("E", "Var", "Cov", "Pr"):
            continue
        if node.head in ("name", "call") and node.data not in seen:
            seen.add(node.data)
            waiting += [program.body_of(d) for d in program.definitions.get(node.data, ())]
            found |= program.random_names([node]) if node.data not in program.definitions else set()
        waiting += node.args
    return found


def ancestors(name: str, program: Program) -> set[str]:
    """A name with all names that its law rests on, through any number of steps."""
    found, waiting = set[str](), {name}
    while waiting:
        found |= waiting
        laws = (program.laws.laws[n] for n in waiting if n in program.laws.laws)
        waiting = {other for law in laws for other in parents(law, program)} - found
    return found


def law_under(program: Program, name: str, known: Iterable[str]) -> Law:
    """The law of a name under the names that are known. Raises Unsupported where the givens do not tell."""
    laws, known = program.laws.laws, set(known)
    own = laws.get(name)
    if own is None or own.law in ("free", "moments"):
        raise Unsupported(f"the law of {name} is left open")
    above = parents(own, program)
    if not above <= known:
        return _integrated(program, name, known, above - known)
    random = {other for other in known if other in laws}
    below = [other for other in sorted(random) if name in parents(laws[other], program)]
    beside = set(below) | above
    for other in below:
        beside |= parents(laws[other], program)
    far = set[str]()
    for other in random - beside - {name}:
        apart = program.laws.conditionally.get(frozenset((name, other)), ())
        far |= set() if apart and set(apart) <= known else {other}
    if not program.laws.are_apart([{name}, far]):
        raise Unsupported(f"how {', '.join(sorted(far))} and {name} depend is not said")
    _check_apart(program, below, name)
    if not below:
        return own.law, own.parameters
    if own.entries:
        raise Unsupported(f"the entries of {name} have no law in closed form under {', '.join(below)}")
    if program.symbols[name].shape and own.law == "normal":
        return normal_vector(own.parameters, name, [laws[other] for other in below])
    observed = [(_observation(laws[other], name), _summed(laws[other])) for other in below]
    return posterior(own.law, own.parameters, observed)


def _integrated(program: Program, name: str, known: set[str], missing: set[str]) -> Law:
    """The normal law of a name whose mean is linear in normal names that are not given, one by one.

    y | x ~ N(A x + b, S) and x ~ N(m, V) make y ~ N(A m + b, S + A V A^T): Bishop (2006), (2.115).
    """
    laws = program.laws.laws
    law, parameters = law_under(program, name, known | missing)
    while missing:
        words = f"the law of {name} rests on {', '.join(sorted(missing))}, which is not given"
        last = [t for t in sorted(missing) if not any(t in parents(laws[o], program) for o in missing - {t})]
        missing = missing - set(last[:1])
        inner = law_under(program, last[0], known | missing)
        if (law, inner[0]) != ("normal", "normal") or laws[name].entries or holds(parameters[1], last[0]):
            raise Unsupported(words)
        own = _image(parameters[0], last[0], inner, program)
        parameters = (substituted(parameters[0], {last[0]: inner[1][0]}), plus(parameters[1], own))
    return law, parameters


def _image(expr: Expr, name: str, law: Law, program: Program) -> Expr:
    """The variance of an expression that is linear in a name. Raises Unsupported."""
    if program.symbols[name].shape:
        return image(linear(expr, name)[0], _variance(law))
    slope, _ = affine(expr, name)
    return _variance(law) if slope is None else times(times(slope, slope), _variance(law))


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
    indices = indices_of(law)
    if not indices:
        return lambda expr: expr

    def total(expr: Expr) -> Expr:
        for index in reversed(indices):
            expr = Expr("sum", (expr,), (index,), shape=expr.shape)
        return expr

    return total


def indices_of(law: LawOf) -> list[str]:
    """The indices of the entries that a law is stated of."""
    target = bare(law.target) if law.target is not None else None
    return (
        [str(bare(i).data) for i in target.args[1:]] if target is not None and target.head == "entry" else []
    )


# -- densities ------------------------------------------------------------------------------------


def density(program: Program, names: list[str], known: set[str]) -> Expr:
    """The joint density of names under others, as an expression in them. Raises Unsupported."""
    if not names:
        return number(1)
    done, rest, factors = set(known), list(names), []
    while rest:
        for name in rest:
            if name in program.laws.laws and not parents(program.laws.laws[name], program) <= done:
                continue
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
    for index in reversed(indices_of(given)):
        made = Expr("prod", (made,), (index,), shape=())
    return made


def _marginal(program: Program, names: list[str], known: set[str]) -> Expr:
    """p(y | r) = p(y, t | r) / p(t | y, r) for one name t that is not given, at any t."""
    laws = program.laws.laws
    if len(names) == 1 and not laws[names[0]].entries:
        try:
            return _density_of(program, names[0], law_under(program, names[0], known))
        except Unsupported:
            pass  # no normal law: by the law of what is not given
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
        try:
            expr = averaged(expr, name, law)
        except Unsupported:
            if _random(program, expr) - known != {name} or expr.shape != ():
                raise
            sampled = Expr("rel", (Expr("name", (), name, shape=()), Expr("law", law[1], law[0])), ("sim",))
            return Expr("E", (expr,), sampled, shape=())  # by the integral over the law


def variance_under(program: Program, expr: Expr, known: set[str]) -> Expr:
    """E Var + Var E, name by name; E g^2 - (E g)^2 where g is not linear."""
    name = _last(program, expr, known)
    if not name:
        return number(0)
    law = law_under(program, name, known | _others(program, expr, name))
    try:
        own, inner = _image(expr, name, law, program), averaged(expr, name, law)
    except Unsupported:
        if expr.shape != ():
            raise
        mean, square = (mean_under(program, e, known) for e in (expr, times(expr, expr)))
        return minus(square, times(mean, mean))
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
        if not any(
            name in parents(program.laws.laws[other], program)
            for other in names
            if other in program.laws.laws
        ):
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
        mean = _mean(law)
        whole = Expr("group", (mean,), ("(", ")"), shape=mean.shape)
        return replace(core, args=(whole, *core.args[1:])) if mean.shape else mean
    if core.head == "transpose":
        return replace(core, args=(averaged(core.args[0], name, law),))
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


def steps_down(exprs: tuple[Expr, ...], program: Program) -> bool:
    """Whether the law of a random name in the expressions rests on another random name."""
    laws = program.laws.laws
    return any(name in laws and parents(laws[name], program) for name in program.random_names(exprs))
