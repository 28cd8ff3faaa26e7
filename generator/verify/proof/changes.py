"""Readers of derivatives, evaluation bars and calls: names that are cut, replaced and put back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from generator.meaning.calls import calls_itself
from generator.meaning.program import substituted as written_out
from generator.meaning.program import takes_chance
from generator.notation.tree import Definition, Expr, bare
from generator.verify.proof import facts, sign
from generator.verify.proof.assumptions import known
from generator.verify.proof.atoms import POSITIVE, Atom, atom
from generator.verify.proof.calculus import derivative, substituted
from generator.verify.proof.composite import composite
from generator.verify.proof.elementary import applied
from generator.verify.proof.functions import known_sign, power
from generator.verify.proof.polynomial import Polynomial, factor
from generator.verify.proof.reading import READERS, Env, Labels, Translation, Value
from generator.verify.proof.work import NotProved


@dataclass(frozen=True, slots=True)
class Variable:
    """What a derivative is by: a name, the labels of its own entry, whether it is the square of it."""

    name: str
    labels: Labels
    square: bool = False


def variable(t: Translation, expr: Expr, env: Env) -> Variable:
    """The variable of a derivative. Raises NotProved for something that is none."""
    expr = bare(expr)
    if expr.head == "name":
        return Variable(expr.data, ())
    if expr.head == "pow" and bare(expr.args[0]).head == "name" and bare(expr.args[1]).data == "2":
        return Variable(bare(expr.args[0]).data, (), True)
    if expr.head == "entry" and expr.args[0].head == "name":
        return Variable(expr.args[0].data, tuple(t.label(arg, env) for arg in expr.args[1:]))
    raise NotProved("a derivative by something that is no variable")


@dataclass(frozen=True, slots=True)
class Cut:
    """A name made independent: its atom, and the value it has otherwise."""

    atom: Atom
    value: Value


def cut(t: Translation, name: str, env: Env, square: bool = False) -> tuple[Cut, Env]:
    """The name as a fresh atom without declared structure (its sign apart), and where it is one."""
    symbol = t.program.symbols.get(name)
    if symbol is not None and symbol.of and name not in env.values:
        name, symbol = symbol.of, t.program.symbols[symbol.of]
    if name in env.values:
        where = tuple(label[2] or "" for label in env.values[name].labels)
    elif symbol is not None:
        where = facts.ranges(symbol, t.program)
    else:
        raise NotProved("a derivative by an unknown name")
    labels = tuple(t.fresh(r) for r in where)
    value = Value(labels, t.name(name, labels, env))
    if any("random" in a.words for a in value.polynomial.atoms()) and facts.is_random(name, t.program):
        words = frozenset({"random"})
    else:
        words = frozenset()
    if known_sign(value.polynomial) == sign.POSITIVE:
        words |= POSITIVE
    made = atom("cut", name, where, extra=(t.work.fresh(),), words=words)
    inner = factor(made, labels, t.work)
    _inherit(t, name, made, env)
    if square:
        if known_sign(value.polynomial) == sign.UNKNOWN:
            raise NotProved("a square of something that may be negative")
        made.words = words | {"nonnegative"}
        value = Value(labels, value.polynomial * value.polynomial)
        inner = factor(made, labels, t.work, Fraction(1, 2))
    return Cut(made, value), env.put(name, Value(labels, inner), t.work)


def _inherit(t: Translation, name: str, made: Atom, env: Env) -> None:
    """Strict bounds of a base name hold around each point, so its independent copy has them too."""
    if name in env.values or t.program.definitions.get(name) or name not in t.program.symbols:
        return
    own = t.atom_of(name)
    if len(own.ranges) != len(made.ranges):
        return
    for a, found in list(t.work.known.items()):
        if found == sign.POSITIVE and any(inner == own for inner in a.body.atoms()):
            known(substituted(a.body, own, lambda labels: factor(made, labels, t.work)), True)


def differentiated(t: Translation, body: Expr, labels: Labels, steps: list[Variable], env: Env) -> Polynomial:
    """The body cut at each variable in turn, differentiated, and every value put back."""
    if not steps:
        return t.entry(body, labels, env)
    first = steps[0]
    upstream = through_open(t, body, labels, steps, env)
    if upstream is not None:
        return upstream
    made, inner = cut(t, first.name, env, first.square)
    p = differentiated(t, body, labels, steps[1:], inner)
    if len(first.labels) != len(made.atom.ranges):
        raise NotProved("a derivative by an array at no index")
    slope = derivative(p, made.atom, first.labels)
    return substituted(slope, made.atom, made.value.at)


#: An open function, and the names that it is at.
OpenCall = tuple[str, tuple[str, ...]]


def through_open(
    t: Translation, body: Expr, labels: Labels, steps: list[Variable], env: Env
) -> Polynomial | None:
    r"""The chain rule through a function that the page leaves open, of names alone, as L(A).

    \partial L/\partial w is the sum over all entries of G times \partial A/\partial w, where the page
    defines the upstream gradient G as \partial L/\partial A: here G is a name like any other, as long as
    nothing that it rests on is replaced. None where the body is no such function.
    """
    found = _of_names(t, body, env)
    if found is None:
        return None
    if len(steps) != 1 or labels:
        raise NotProved("a second derivative of an open function")
    total = t.number(0)
    for argument in found[1]:
        if steps[0].name not in t.program.closure(argument):
            continue
        a = _upstream(t, found, argument, env)
        own = tuple(t.fresh(r) for r in a.ranges)
        slope = differentiated(t, Expr("name", (), argument), own, steps, env)
        product = factor(a, own, t.work) * slope
        for label in own:
            product = product.total(label)
        total = total + product
    return total


def _of_names(t: Translation, body: Expr, env: Env) -> OpenCall | None:
    """The open function that a body is, and the names that it is at (its own ones where it stands bare)."""
    core = bare(body)
    while core.head == "name" and core.data not in env.values:
        definitions = t.program.definitions.get(core.data, [])
        if len(definitions) != 1 or definitions[0].indices or definitions[0].at or definitions[0].power != 1:
            return None
        core = bare(t.program.body_of(definitions[0]))
    if core.head != "call" or t.program.definitions.get(core.data) or t.program.symbols[core.data].builtin:
        return None
    args = [bare(arg) for arg in core.args]
    if any(arg.head != "name" for arg in args):
        return None
    names = tuple(str(arg.data) for arg in args) or t.program.symbols[core.data].arguments
    arrays = any(name in t.program.symbols and t.program.symbols[name].shape for name in names)
    return (core.data, names) if arrays or not args else None


def _upstream(t: Translation, call: OpenCall, argument: str, env: Env) -> Atom:
    """The name that the page defines as the whole gradient of an open function by one of its arguments."""
    for name, definitions in t.program.definitions.items():
        symbol = t.program.symbols.get(name)
        if len(definitions) != 1 or symbol is None or symbol.kind == "function":
            continue
        if not _is_gradient(t, definitions[0], call, argument):
            continue
        behind = t.program.closure(name)
        if behind & env.values.keys() or (t.chance and facts.is_random(name, t.program)):
            raise NotProved("an upstream gradient at another point")
        return facts.symbol_atom(symbol, t.program, ())
    raise NotProved("an upstream gradient without a name")


def _is_gradient(t: Translation, definition: Definition, call: OpenCall, argument: str) -> bool:
    """Whether a definition says G = dL/dA, or G_ij = dL/dA_ij, of this function and this name."""
    core = bare(definition.body)
    by = bare(core.args[1]) if core.head in ("deriv", "grad") and len(core.args) == 2 else None
    if by is None or definition.at or definition.power != 1 or (core.head == "deriv" and core.data != (1,)):
        return False
    entries: tuple[str, ...] = ()
    if by.head == "entry":
        entries = tuple(str(bare(arg).data) if bare(arg).head == "name" else "" for arg in by.args[1:])
        by = by.args[0]
    same = _of_names(t, core.args[0], Env()) == call
    return by.head == "name" and by.data == argument and entries == definition.indices and same


def _deriv(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    steps = []
    arrays = [v for v in expr.args[1:] if v.shape]
    axes = len(expr.args[0].shape or ()) if arrays else len(labels)  # of the body: its labels stand last
    own, labels = labels[: len(labels) - axes], labels[len(labels) - axes :]
    for part, order in zip(expr.args[1:], expr.data, strict=True):
        step = variable(t, part, env)
        steps += [Variable(step.name, step.labels + (own if part.shape else ()), step.square)] * order
    return differentiated(t, expr.args[0], labels, steps, env)


def _grad(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    if len(expr.args) != 2:
        raise NotProved("a gradient without a variable")
    step = variable(t, expr.args[1], env)
    return differentiated(t, expr.args[0], (), [Variable(step.name, step.labels + labels)], env)


def _hess(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    if len(expr.args) != 2:
        raise NotProved("a Hessian without a variable")
    step = variable(t, expr.args[1], env)
    own = [labels[:1], labels[1:]] if labels else [(), ()]
    return differentiated(t, expr.args[0], (), [Variable(step.name, step.labels + o) for o in own], env)


def _at(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """The evaluation bar: names get other values, the derivative inside is taken there."""
    inner = env
    for part, value in zip(expr.args[1::2], expr.args[2::2], strict=True):
        made = t.value(value, env)
        core = bare(part)
        if core.head == "pow":
            core = bare(core.args[0])
            made = Value(made.labels, power(made.polynomial, Fraction(1, 2)))
        if core.head != "name" or len(made.labels) != len(t.program.symbols[core.data].shape):
            raise NotProved("an evaluation bar at an entry")
        _not_random(t, core.data, made)
        inner = inner.put(core.data, made, t.work)
    return t.entry(expr.args[0], labels, inner)


def _not_random(t: Translation, name: str, value: Value) -> None:
    """Something random may not be smuggled into an expectation by another name."""
    if any("random" in a.words for a in value.polynomial.atoms()) and t.chance:
        raise NotProved("something random under another name")


def _definition(t: Translation, name: str) -> Definition:
    definitions = t.program.definitions.get(name, [])
    if len(definitions) != 1 or definitions[0].indices or definitions[0].at or definitions[0].power != 1:
        raise NotProved("a function defined in parts")
    if calls_itself(definitions[0], t.program):
        raise NotProved("a recursion")
    return definitions[0]


def _call(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    symbol = t.program.symbols[expr.data]
    if symbol.builtin:
        return applied(symbol.builtin, [t.scalar(arg, env) for arg in expr.args])
    if not t.program.definitions.get(expr.data):
        return _open(t, expr.data, expr.args, 0, env)
    definition = _definition(t, expr.data)
    body = t.program.body_of(definition)
    if expr.args and any(takes_chance(node) for node in body.walk()):
        places = dict(zip(definition.arguments, expr.args, strict=True))
        return t.entry(written_out(body, places), labels, env)
    return t.entry(body, labels, _with_arguments(t, definition, expr.args, env))


def _with_arguments(t: Translation, definition: Definition, args: tuple[Expr, ...], env: Env) -> Env:
    inner = env.clean()
    for name, arg in zip(definition.arguments, args, strict=True) if args else ():
        made = t.value(arg, env)
        _not_random(t, name, made)
        inner = inner.put(name, made, t.work)
    return inner


def _open(t: Translation, name: str, args: tuple[Expr, ...], order: int, env: Env) -> Polynomial:
    """A function that the page leaves open, at scalars; its k-th derivative for one argument."""
    if any(arg.shape != () for arg in args) or not args or (order and len(args) != 1):
        raise NotProved("an open function of an array")
    return composite("function", tuple(t.scalar(arg, env) for arg in args), name=name, extra=(order,))


def _prime(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """f'(x): the derivative by the function's own argument, at x."""
    name, order = expr.data
    if not t.program.definitions.get(name):
        if t.program.symbols[name].builtin:
            return _prime_of_builtin(t, expr, env)
        return _open(t, name, expr.args, order, env)
    definition = _definition(t, name)
    inner = _with_arguments(t, definition, expr.args, env)
    step = Variable(definition.arguments[0], ())
    return differentiated(t, t.program.body_of(definition), labels, [step] * order, inner)


def _prime_of_builtin(t: Translation, expr: Expr, env: Env) -> Polynomial:
    name, order = expr.data
    made = atom("cut", "argument", (), extra=(t.work.fresh(),))
    p = applied(t.program.symbols[name].builtin, [factor(made, (), t.work)])
    for _ in range(order):
        p = derivative(p, made, ())
    value = t.scalar(expr.args[0], env)
    return substituted(p, made, lambda _: value)


READERS.update({"deriv": _deriv, "grad": _grad, "hess": _hess, "at": _at, "call": _call, "prime": _prime})
