"""The rules by which each head is put over tables; see `lowering`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.meaning.lowering import AVERAGES, RULES, At, Lowering, Rule, is_event, laws_below, variable
from generator.meaning.program import substituted
from generator.meaning.systems import Senseless, Unsupported
from generator.meaning.tables import average, grouped, logarithm, named, negative, product, quotient, total
from generator.notation.law_names import LAWS
from generator.notation.tree import Definition, Expr, bare, law_variables

#: Before the name that a variable has where a named law binds it: a number, at no place of an alphabet.
PLAIN = "="


def _name(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """A variable as a number; a name defined by open random names, written out."""
    place = at.get(expr.data, "")
    if place.startswith(PLAIN):
        return replace(expr, data=place.removeprefix(PLAIN))
    if expr.data in low.tables.alphabet:
        return low.tables.value(expr.data, at)
    definition = low.defined.get(expr.data)
    if definition is not None and low.is_written_out(definition):
        return Expr("group", (low.lowered(definition.body, at),), ("(", ")"), shape=expr.shape)
    return None


def _entry(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """x_i of a variable that is a vector."""
    base = expr.args[0]
    if base.head != "name" or base.data not in low.tables.alphabet:
        return None
    value = _name(low, base, at)
    assert value is not None
    return replace(value, args=(*value.args, *expr.args[1:]), shape=expr.shape)


def _call(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """A density at variables; a defined function of variables, written out."""
    symbol = low.symbols[expr.data]
    definition = low.defined.get(expr.data)
    if definition is not None and low.is_written_out(definition):
        return _written_out(low, definition, expr, at)
    if "density" not in symbol.words:
        return None
    found = low.read(expr, at)
    cells = product([low.tables.cell(name, found.at) for name in found.before])
    return quotient(low.mass_of(expr, at), cells)


def _prime(low: Lowering, expr: Expr, at: At) -> Expr | None:
    if "density" in low.symbols[expr.data[0]].words:
        raise Senseless("a density of an open law has no derivative by its variable")
    return None


def _written_out(low: Lowering, definition: Definition, expr: Expr, at: At) -> Expr:
    """The body of a function at its printed arguments: variables move, anything else is put in."""
    places = definition.arguments
    printed = _flat_arguments(expr) or tuple(map(named, places))
    if len(printed) != len(places):
        raise Senseless("a function with other arguments than it is defined with")
    moved, values = dict(at), {}
    for place, arg in zip(places, printed, strict=True):
        if place in low.tables.alphabet:
            moved[place] = at.get(variable(arg), variable(arg))
        elif bare(arg).data != place:
            values[place] = arg
    body = substituted(definition.body, values) if values else definition.body
    return Expr("group", (low.lowered(body, moved),), ("(", ")"), shape=expr.shape)


def _flat_arguments(expr: Expr) -> tuple[Expr, ...]:
    """The printed arguments of a call, before and behind a bar."""
    if not expr.args or expr.args[0].head != "given":
        return expr.args
    return tuple(a for side in expr.args[0].args for a in (side.args if side.head == "tuple" else (side,)))


def _average(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """E, Var and Cov over declared densities or open random names."""
    if expr.args[0].shape is None:
        return None
    if expr.head == "E":
        return _mean(low, expr, expr.args[0], at)
    if expr.args[0].shape != () or (expr.head == "Cov" and expr.args[1].shape != ()):
        raise Unsupported("the covariance matrix of an open law")
    one, other = expr.args if expr.head == "Cov" else (expr.args[0], expr.args[0])
    rest = expr if expr.head == "Var" else replace(expr, args=(one,))
    both = Expr("mul", (grouped(one), grouped(other)), ("",), shape=())
    means = [_mean(low, rest, body, at) for body in (both, one, other)]
    if any(mean is None for mean in means):
        return None
    second, first, last = (grouped(mean) for mean in means if mean is not None)
    return Expr(
        "group", (Expr("add", (second, product([first, last])), "+-", shape=()),), ("(", ")"), shape=()
    )


def _mean(low: Lowering, expr: Expr, body: Expr, at: At) -> Expr | None:
    if isinstance(expr.data, Expr):
        found = _sampled(low, laws_below(expr.data), body, at)
        return _under_named_law(low, expr, body, at) if found is None else found
    condition = expr.args[1] if len(expr.args) == 2 else None
    if condition is not None and is_event(condition):
        return None
    behind = low.open_names(condition) if condition is not None else set()
    names = low.open_names(body) - behind
    if not names:
        if not any(node.data in low.random for node in body.walk() if node.head == "name"):
            raise Senseless("nothing random stands under this expectation")
        return low.lowered(body, at)
    ordered = [v for law in low.joint for v in law.variables if v in names]
    inner = {k: v for k, v in at.items() if k not in names}
    mass = low.random_mass(ordered, behind, inner)
    return average(mass, low.lowered(body, inner), ordered)


def _under_named_law(low: Lowering, expr: Expr, body: Expr, at: At) -> Expr:
    """E_{z ~ N(m, v)}: its variable is that number, whatever densities it has elsewhere."""
    names = law_variables(expr.data)
    if expr.data.head != "rel" or len(names) != 1 or bare(expr.data.args[0]).head != "name":
        raise Unsupported("an expectation over named laws and densities together")
    if names[0] not in low.tables.alphabet:
        return replace(expr, args=(low.lowered(body, at),), data=_lowered_law(low, expr.data, at))
    own = names[0] + "'"
    while own in low.symbols or own in low.tables.alphabet:
        own += "'"
    inner = {**at, names[0]: PLAIN + own}
    return replace(expr, args=(low.lowered(body, inner),), data=_lowered_law(low, expr.data, inner))


def _lowered_law(low: Lowering, law: Expr, at: At) -> Expr:
    return law.with_args(tuple(low.lowered(side, at) for side in law.args))


def _sampled(low: Lowering, laws: Sequence[Expr], body: Expr, at: At) -> Expr | None:
    """E_{x ~ p}: the sum of mass times body; of several, the last inside."""
    law, rest = laws[0], laws[1:]
    names, right = law_variables(law), bare(law.args[1])
    factors = right.args if right.head == "mul" else (right,)
    calls = [bare(factor) for factor in factors]
    if any(call.head != "call" for call in calls):
        return None
    inner = {k: v for k, v in at.items() if k not in names}
    masses = []
    for call in calls:
        own, moved = _placed(low, call, names, inner)
        masses.append(low.mass_of(own, moved))
    whole = _sampled(low, rest, body, inner) if rest else low.lowered(body, inner)
    return None if whole is None else average(product(masses), whole, names)


def _placed(low: Lowering, call: Expr, names: Sequence[str], at: At) -> tuple[Expr, At]:
    r"""A bare density in `x' \sim p`: its declared variables stand at the printed ones."""
    symbol = low.symbols[call.data]
    own = symbol.arguments[: symbol.bar] if symbol.bar else symbol.arguments
    if call.args or tuple(own) == tuple(names):
        return call, at
    if len(own) != len(names):
        known = set(low.laws[call.data].variables) if call.data in low.laws else set()
        if not set(names) <= known:
            raise Senseless("as many variables as the density was declared with")
        return replace(call, args=tuple(map(named, names))), at
    for name, place in zip(names, own, strict=True):
        low.tables.add(name, place)
    return call, {**at, **{place: at.get(name, name) for name, place in zip(names, own, strict=True)}}


def _function(low: Lowering, expr: Expr, at: At) -> Expr | None:
    rule = FUNCTIONS.get(expr.data)
    return rule(low, expr, at) if rule else None


def _divergence(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """KL(p || q): the mean of log p - log q under p."""
    left, right = (bare(arg) for arg in expr.args)
    factors = [bare(f) for f in right.args] if right.head == "mul" else [right]
    if left.head != "call" or any(f.head != "call" for f in factors):
        return None
    targets = low.read(left, at).before
    inner = {k: v for k, v in at.items() if k not in targets}
    alone = targets if len(factors) == 1 else ()
    above = low.lowered(_full(low, left), inner)
    below = product([low.lowered(_full(low, factor, alone), inner) for factor in factors])
    body = logarithm(quotient(above, below))
    return average(low.mass_of(left, inner), body, targets)


def _full(low: Lowering, call: Expr, names: Sequence[str] = ()) -> Expr:
    """A bare density at its own variables, or at those given."""
    symbol = low.symbols[call.data]
    if call.args:
        return call
    places = symbol.arguments[: symbol.bar] if symbol.bar else symbol.arguments
    if names and set(names) != set(places):
        raise Senseless("a divergence is between two laws of the same variables")
    return replace(call, args=tuple(map(named, symbol.arguments)))


def _entropy(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """H of random names (given others), of a density, or of one density under another."""
    what = bare(expr.args[0])
    left, behind = what.args if what.head == "given" else (what, None)
    members = [bare(m) for m in (left.args if left.head == "tuple" else (left,))]
    if members[0].head == "call":
        return _of_densities(low, members, at)
    if all(m.shape for m in members) and not _is_random(low, members):
        return None
    named_law = _of_named_law(low, members, at) if behind is None else None
    if named_law is not None:
        return named_law
    names = _random_names(low, left)
    known = _random_names(low, behind) if behind is not None else ()
    if not names or set(names) & set(known):
        raise Senseless("an entropy is of random names of open laws, or of declared densities")
    inner = {k: v for k, v in at.items() if k not in (*names, *known)}
    body = logarithm(low.density_of(names, known, inner))
    mass = low.random_mass((*names, *known), (), inner)
    return negative(total(product([mass, body]), (*names, *known)))


def _is_random(low: Lowering, members: Sequence[Expr]) -> bool:
    return all(m.head == "name" and m.data in low.random for m in members)


def _of_named_law(low: Lowering, members: Sequence[Expr], at: At) -> Expr | None:
    """-E[log density] of one random name with a law of the table; None for another."""
    law = low.givens.laws.get(members[0].data) if len(members) == 1 and members[0].head == "name" else None
    if law is None or law.law not in LAWS or not law.parameters or law.entries:
        return None
    above = {n.data for parameter in law.parameters for n in parameter.walk() if n.head == "name"}
    if above & set(low.random):
        raise Unsupported("the entropy of a name whose law rests on another")
    form = rf"\mathrm{{{LAWS[law.law][1][0]}}} ( ) sep=;{',' * (len(law.parameters) - 1)}"
    density = Expr("density", (members[0], *law.parameters), law.law, form, shape=())
    return negative(Expr("E", (logarithm(density),), (), r"\mathbb{E} [ ]", shape=()))


def _of_densities(low: Lowering, calls: Sequence[Expr], at: At) -> Expr:
    if len(calls) > 2 or any(call.head != "call" for call in calls):
        raise Senseless("an entropy is of one law, a cross-entropy of two")
    targets = low.read(calls[0], at).before
    inner = {k: v for k, v in at.items() if k not in targets}
    body = logarithm(low.lowered(_full(low, calls[-1], targets), inner))
    return negative(average(low.mass_of(calls[0], inner), body, targets))


def _random_names(low: Lowering, expr: Expr) -> tuple[str, ...]:
    members = expr.args if expr.head in ("tuple", "list") else (expr,)
    names = tuple(str(bare(m).data) for m in members)
    if any(bare(m).head != "name" for m in members) or not set(names) <= set(low.random):
        raise Senseless("information is of random names of open laws: X : integer, random")
    return names


def _mutual(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """I(X; Y | Z): the mean of the log of p(x, y | z) over p(x | z) p(y | z)."""
    first, last = (bare(arg) for arg in expr.args)
    second, behind = last.args if last.head == "given" else (last, None)
    a, b = _random_names(low, first), _random_names(low, second)
    known = _random_names(low, behind) if behind is not None else ()
    if set(known) & {*a, *b}:
        raise Senseless("information about a name that is given")
    both = tuple(dict.fromkeys((*a, *b)))
    inner = {k: v for k, v in at.items() if k not in (*both, *known)}
    above = low.density_of(both, known, inner)
    below = product([low.density_of(a, known, inner), low.density_of(b, known, inner)])
    mass = low.random_mass((*both, *known), (), inner)
    return total(product([mass, logarithm(quotient(above, below))]), (*both, *known))


def _integral(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """An integral over all values of a variable: the sum over its cells."""
    (name,) = expr.data
    if name not in low.tables.alphabet or not _is_everywhere(expr.args[1:]):
        return None
    inner = {k: v for k, v in at.items() if k != name}
    if low.tables.is_counted(name):
        raise Senseless(f"{name} is an integer: its law has masses, which are summed")
    return total(product([low.tables.cell(name, inner), low.lowered(expr.args[0], inner)]), (name,))


def _is_everywhere(bounds: Sequence[Expr]) -> bool:
    """Whether an integral's bounds, set or lack of both mean all values."""
    if len(bounds) < 2:
        return not bounds or bounds[0].head in ("space", "name")
    low, high = (bare(bound) for bound in bounds)
    return low.head == "add" and low.data == "-" and bare(low.args[0]).data == "infty" == high.data


def _sum(low: Lowering, expr: Expr, at: At) -> Expr | None:
    """A sum over all values of counted variables."""
    names = [name for name in expr.data if name in low.tables.alphabet]
    if not names:
        return None
    if len(expr.args) > 1 or len(names) < len(expr.data):
        raise Unsupported("a sum over a variable is over all its values")
    inner = {k: v for k, v in at.items() if k not in names}
    if not all(map(low.tables.is_counted, names)):
        raise Senseless("what is summed over is declared an integer: it has masses, not densities")
    return total(low.lowered(expr.args[0], inner), names)


FUNCTIONS: dict[str, Rule] = {"kl": _divergence, "entropy": _entropy, "mutual-information": _mutual}

RULES.update(
    {
        "name": _name,
        "entry": _entry,
        "call": _call,
        "prime": _prime,
        "func": _function,
        "integral": _integral,
        "sum": _sum,
        **dict.fromkeys(AVERAGES, _average),
    }
)
