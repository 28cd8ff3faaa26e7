r"""Operators under names, and densities read by their arguments, as expressions without them.

`\mathbb E[\lambda \mid y]`, `\mathrm{Var}(\lambda \mid y)`, `\Pr(x = 1 \mid y)`, `p(\lambda \mid y)`: what
the givens imply (see `hierarchy`) takes their place, in every number system and in proofs.
"""

from __future__ import annotations

from typing import Any

from generator.meaning.givens import Givens
from generator.meaning.hierarchy import (
    density,
    indices_of,
    law_under,
    mean_under,
    parents,
    steps_down,
    variance_under,
)
from generator.meaning.laws import LAWS
from generator.meaning.linear import holds
from generator.meaning.program import Code, Frame, Program, substituted
from generator.meaning.systems import Senseless, Unsupported
from generator.meaning.trees import minus, number, times
from generator.notation.tree import Expr, bare, law_variables


def conditioned(expr: Expr, program: Program) -> set[str] | None:
    """The names behind the bar of an operator; None where another event stands there, or nothing."""
    if len(expr.args) != 2 or expr.head not in ("E", "Var", "Pr", "given"):
        return None
    names = set()
    for part in _parts(expr.args[1]):
        core = bare(part)
        if core.head == "rel" and core.data == ("=",) and not program.random_names(core.args[1:]):
            core = bare(core.args[0])  # X = x: the name with its value
        _check_plain(core, program)
        symbol = program.symbols.get(str(core.data)) if core.head == "name" else None
        if symbol is None or symbol.kind == "event" or (core is not bare(part) and _own(expr, core, program)):
            return None
        names.add(str(core.data))
    return names


def _check_plain(core: Expr, program: Program) -> None:
    """What stands behind a bar is random, and no multiple of a name. Raises Senseless."""
    if core.shape is None:
        return
    if not program.random_names([core]):
        raise Senseless("nothing random stands behind the bar")
    multiple = core.head in ("mul", "transpose") or (core.head == "add" and len(core.args) == 1)
    factors = core.args if multiple else core.args[:1] if core.head == "div" else ()
    random = [bare(part) for part in factors if program.random_names([part])]
    if len(random) == 1 and random[0].head == "name":
        raise Senseless("behind the bar stands a multiple of a name: condition on the name itself")


def _own(expr: Expr, name: Expr, program: Program) -> bool:
    """Whether the name of an event X = x is no random name, or what the operator itself is about."""
    return str(name.data) not in program.laws.laws or holds(expanded(expr.args[0], program), str(name.data))


def observed_values(condition: Expr) -> dict[str, Expr]:
    """The values that are given to names: `X = x` behind a bar."""
    cores = [bare(part) for part in _parts(condition)]
    return {str(bare(core.args[0]).data): core.args[1] for core in cores if core.head == "rel"}


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
    if expr.head == "Cov":
        return not any(arg.shape for arg in expr.args) and steps_down(expr.args, program)
    return expr.head == "Pr" and not expr.data and conditioned(expr, program) is not None


def written_out(expr: Expr, program: Program) -> Expr:
    """An operator or a density under names as an expression without it.

    Raises Unsupported where the givens do not tell it in closed form.
    """
    if expr.head == "call":
        return _call(expr, program)
    if expr.head == "Pr":
        return substituted(_chance(expr, program), observed_values(expr.args[1]))
    if expr.head == "Cov":
        a, b = expr.args
        means = [written_out(Expr("E", (part,), shape=()), program) for part in (times(a, b), a, b)]
        return minus(means[0], times(means[1], means[2]))
    known = conditioned(expr, program) or set()
    body = expanded(rewritten(expr.args[0], program), program)
    made = (mean_under if expr.head == "E" else variance_under)(program, body, known)
    if not _still_random(made, program) <= known:
        raise Unsupported("this mean is not known in closed form")
    return substituted(made, observed_values(expr.args[1])) if len(expr.args) == 2 else made


def _still_random(expr: Expr, program: Program) -> set[str]:
    """The random names of an expression, but those that a mean over a printed law binds."""
    if expr.head == "E" and expr.data:
        inside, law = _still_random(expr.args[0], program), bare(expr.data.args[1])
        return inside - set(law_variables(expr.data)) | set(program.random_names(law.args))
    if any(node.head == "E" and node.data for node in expr.walk()):
        return set().union(*(_still_random(arg, program) for arg in expr.args))
    return set(program.random_names([expr]))


def expanded(expr: Expr, program: Program) -> Expr:
    """An expression in which no defined name that is random is left. Raises Unsupported for one by cases."""
    core = expr.args[0] if expr.head == "entry" else expr
    name = str(core.data) if core.head in ("name", "call") else ""
    definitions = program.definitions.get(name, [])
    if definitions and program.random_names([core]):
        definition, indices = definitions[0], expr.args[1:] if expr.head == "entry" else ()
        plain = (
            len(definitions) == 1 and definition.power == 1 and not definition.tuple_of and not definition.at
        )
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
    left: tuple[Expr, ...] = expr.args
    right: tuple[Expr, ...] = ()
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
    if any(
        bare(part).head != "name" or name not in program.laws.laws
        for part, name in zip(left, names, strict=True)
    ):
        raise Senseless("a density is that of random names, written with them")
    return density(program, names, known)


def _parts(expr: Expr) -> tuple[Expr, ...]:
    core = bare(expr)
    return core.args if core.head in ("tuple", "list", "and") else (core,)


def _entry_density(entry: Expr, known: set[str], program: Program) -> Expr:
    name = str(entry.args[0].data)
    given = program.laws.laws.get(name)
    if given is None or not given.entries or not parents(given, program) <= known:
        raise Senseless("the density of one entry is that of its own law only")
    values = dict(zip(indices_of(given), entry.args[1:], strict=True))
    parameters = tuple(substituted(p, values) for p in given.parameters)
    return Expr("density", (entry, *parameters), given.law, shape=())


def _chance(expr: Expr, program: Program) -> Expr:
    r"""`\Pr(x = k \mid y)` of a discrete name as its mass under y."""
    event, known = bare(expr.args[0]), conditioned(expr, program) or set()
    if event.head != "rel" or event.data != ("=",) or bare(event.args[0]).head != "name":
        raise Senseless("under a name, the probability is that of one value of a random name: x = 1")
    name = str(bare(event.args[0]).data)
    law = program.laws.laws.get(name)
    if law is None or law.law not in LAWS or not LAWS[law.law].discrete:
        raise Senseless("under a name, the probability is that of one value of a discrete random name: x = 1")
    outcome = bare(event.args[1])
    if law.law == "bernoulli" and outcome.head == "num" and outcome.data in ("0", "1"):
        p = law.parameters[0]
        law_under(program, name, known | parents(law, program))  # nothing else that is known says more of it
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
