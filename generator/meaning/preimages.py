r"""Where a number must lie for a function of it to lie in a union of intervals, one layer at a time.

`e^{2X} \le t` says that 2 X is at most log t: the outermost function is undone, and what is left is
asked again. Monotone functions are a table; bars, powers, reciprocals and steps have rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb

from generator.meaning.intervals import Interval, Union, common, mapped, sign
from generator.meaning.jets import still
from generator.meaning.law import floored, log
from generator.meaning.program import Frame
from generator.meaning.systems import BallSystem, NoValue, System, Unsupported
from generator.notation.tree import Expr, bare

Asked = tuple[Expr, Union]  # an expression, and where its value is to lie


@dataclass(frozen=True, slots=True)
class Monotone:
    """A function by its inverse: between `low` and `high` its values, whether it rises.

    `inside`: where it is defined (None: everywhere), as (low, high) with None for no end.
    """

    inverse: Callable[[System, Any], Any]
    low: int | None = None
    high: int | None = None
    inside: tuple[int | None, int | None] = (None, None)


MONOTONE: dict[str, Monotone] = {
    "exp": Monotone(lambda s, y: log(s, y), 0),
    "log": Monotone(lambda s, y: s.call("exp", y), inside=(0, None)),
    "sqrt": Monotone(lambda s, y: y * y, 0, inside=(0, None)),
    "tanh": Monotone(lambda s, y: log(s, (1 + y) / (1 - y)) / 2, -1, 1),
    "sinh": Monotone(lambda s, y: log(s, y + s.call("sqrt", y * y + 1))),
    "sigmoid": Monotone(lambda s, y: log(s, y / (1 - y)), 0, 1),
    "logit": Monotone(lambda s, y: 1 / (1 + s.call("exp", -y)), inside=(0, 1)),
    "softplus": Monotone(lambda s, y: log(s, s.call("exp", y) - 1), 0),
    "normal-cdf": Monotone(lambda s, y: s.call("normal-quantile", y), 0, 1),
    "normal-quantile": Monotone(lambda s, y: s.call("normal-cdf", y), inside=(0, 1)),
}


def within(target: Union, low: int | None, high: int | None, f: Frame) -> Union:
    """The part of a union between two integers, without them; an end at one of them is no end."""
    out = []
    for piece in target:
        first, last = piece.low, piece.high
        if low is not None and (last is not None and sign(f, last - low) <= 0):
            continue
        if high is not None and (first is not None and sign(f, high - first) <= 0):
            continue
        first = None if first is None or (low is not None and sign(f, first - low) <= 0) else first
        last = None if last is None or (high is not None and sign(f, high - last) <= 0) else last
        out.append(Interval(first, last, piece.with_low, piece.with_high))
    return out


def undone(expr: Expr, target: Union, varying: Callable[[Expr], bool], f: Frame) -> Asked | None:
    """What is asked of the argument of the outermost function; None where no rule undoes it."""
    expr = bare(expr)
    rule = RULES.get(expr.head)
    return None if rule is None else rule(expr, target, varying, f)


def _value(expr: Expr, f: Frame) -> Any:
    return f.program.compiled(expr)(f)


def _one(expr: Expr, varying: Callable[[Expr], bool]) -> int | None:
    """The place of the only argument that varies."""
    places = [place for place, arg in enumerate(expr.args) if varying(arg)]
    return places[0] if len(places) == 1 else None


def _sum(expr: Expr, target: Union, varying: Callable[[Expr], bool], f: Frame) -> Asked | None:
    place = _one(expr, varying)
    if place is None:
        return None
    rest = f.system.number(0)
    for k, (mark, arg) in enumerate(zip(expr.data, expr.args, strict=True)):
        if k != place:
            rest = rest - _value(arg, f) if mark == "-" else rest + _value(arg, f)
    if expr.data[place] == "-":
        return expr.args[place], mapped(target, lambda y: rest - y, False)
    return expr.args[place], mapped(target, lambda y: y - rest, True)


def scaled(target: Union, factor: Any, f: Frame) -> Union:
    """Where x must lie for factor * x to lie in the union."""
    side = sign(f, factor)
    if side == 0:
        raise Unsupported("a factor of 0 before a random number")
    return mapped(target, lambda y: y / factor, side > 0)


def _product(expr: Expr, target: Union, varying: Callable[[Expr], bool], f: Frame) -> Asked | None:
    place = _one(expr, varying)
    if place is None:
        return None
    factor = f.system.number(1)
    for k, arg in enumerate(expr.args):
        if k != place:
            factor = factor * _value(arg, f)
    return expr.args[place], scaled(target, factor, f)


def _quotient(expr: Expr, target: Union, varying: Callable[[Expr], bool], f: Frame) -> Asked | None:
    above, below = expr.args
    if not varying(below):
        return above, scaled(target, 1 / _value(below, f), f)
    if not varying(above):
        return below, _reciprocal(scaled(target, _value(above, f), f), f)
    return None


def _reciprocal(target: Union, f: Frame) -> Union:
    """The x, other than 0, with 1/x in the union: on each side of 0 the ends are turned over."""
    zero, out = f.system.number(0), []
    for piece in common(target, [Interval(None, zero, True, False), Interval(zero, None, False, True)], f):
        positive = piece.low is not None and sign(f, piece.low) >= 0
        near, far = (piece.low, piece.high) if positive else (piece.high, piece.low)
        outer = None if near is None or sign(f, near) == 0 else 1 / near
        inner = zero if far is None else 1 / far
        with_near, with_far = (
            (piece.with_low, piece.with_high) if positive else (piece.with_high, piece.with_low)
        )
        if positive:
            out.append(Interval(inner, outer, with_far and far is not None, with_near))
        else:
            out.append(Interval(outer, inner, with_near, with_far and far is not None))
    return out


def _power(expr: Expr, target: Union, varying: Callable[[Expr], bool], f: Frame) -> Asked | None:
    base, exponent = expr.args
    if varying(exponent):
        if varying(base):
            return None
        logs = mapped(within(target, 0, None, f), lambda y: log(f.system, y), True)
        return exponent, scaled(logs, f.system.call("log", _value(base, f)), f)
    power = _value(exponent, f)
    whole = f.system.whole(power)
    if whole is None or whole == 0:
        return base, _positive_power(target, power, f)
    if whole < 0:
        return base, _whole_power(_reciprocal(target, f), -whole, f)
    return base, _whole_power(target, whole, f)


def _positive_power(target: Union, power: Any, f: Frame) -> Union:
    """u^a for u > 0 and a real a."""
    side = sign(f, power)
    if side == 0:
        raise Unsupported("a power of 0")
    zero = f.system.number(0)
    turned = mapped(within(target, 0, None, f), lambda y: f.system.power(y, 1 / power), side > 0)
    return common(turned, [Interval(zero, None, True, True)], f)


def _root(f: Frame, y: Any, k: int) -> Any:
    if k == 2:
        return f.system.call("sqrt", y)
    return f.system.power(y, 1 / f.system.number(k))


def _whole_power(target: Union, k: int, f: Frame) -> Union:
    zero = f.system.number(0)
    if k == 1:
        return target
    if k % 2 == 0:
        return _both_sides(target, lambda y: _root(f, y, k), f)

    def odd(y: Any) -> Any:
        side = sign(f, y)
        return zero if side == 0 else _root(f, y, k) if side > 0 else -_root(f, -y, k)

    return mapped(target, odd, True)


def _both_sides(target: Union, inverse: Callable[[Any], Any], f: Frame) -> Union:
    """The x with |x| (or an even power of it) in the union, by the inverse for positive numbers."""
    zero, out = f.system.number(0), []
    for piece in common(target, [Interval(zero, None)], f):
        at_zero = piece.low is None or sign(f, piece.low) == 0
        low = zero if at_zero else inverse(piece.low)
        high = None if piece.high is None else zero if sign(f, piece.high) == 0 else inverse(piece.high)
        if at_zero and piece.with_low:
            out.append(Interval(None if high is None else -high, high, piece.with_high, piece.with_high))
        else:
            out.append(Interval(low, high, piece.with_low, piece.with_high))
            out.append(Interval(None if high is None else -high, -low, piece.with_high, piece.with_low))
    return out


def _bars(expr: Expr, target: Union, varying: Callable[[Expr], bool], f: Frame) -> Asked | None:
    return (expr.args[0], _both_sides(target, lambda y: y, f)) if expr.args[0].shape == () else None


def _by(rule: Monotone, target: Union, f: Frame) -> Union:
    return mapped(within(target, rule.low, rule.high, f), lambda y: rule.inverse(f.system, y), True)


def _function(expr: Expr, target: Union, varying: Callable[[Expr], bool], f: Frame) -> Asked | None:
    rule = MONOTONE.get(expr.data)
    if rule is None or len(expr.args) != 1 or expr.args[0].shape != ():
        return None
    found = _by(rule, target, f)
    if rule.low == 0 and expr.data == "sqrt":
        found = common(found, [Interval(f.system.number(0), None)], f)
    return expr.args[0], found


def _floor(expr: Expr, target: Union, varying: Callable[[Expr], bool], f: Frame) -> Asked | None:
    """The largest integer below lies in [a, b] where x lies in [ceil a, floor b + 1)."""
    up = expr.head == "ceil"
    out = []
    for piece in mapped(target, lambda y: -y, False) if up else target:
        low, high = piece.low, piece.high
        if low is not None:
            first = -floored(f.system, -low)
            low = first + 1 if not piece.with_low and sign(f, first - low) == 0 else first
        if high is not None:
            last = floored(f.system, high)
            high = last if not piece.with_high and sign(f, last - high) == 0 else last + 1
        out.append(Interval(low, high, True, False))
    return expr.args[0], (mapped(out, lambda y: -y, False) if up else out)


RULES: dict[str, Callable[..., Asked | None]] = {
    "add": _sum,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "abs": _bars,
    "func": _function,
    "floor": _floor,
    "ceil": _floor,
}


def undefined(expr: Expr, inner: Expr, f: Frame) -> Union | None:
    """The values of `inner` at which the outermost function has none; None where it always has one."""
    expr = bare(expr)
    if expr.args[-1] is inner and expr.head in ("div", "pow"):
        return [Interval(f.system.number(0), f.system.number(0))] if expr.head == "div" else None
    if expr.head == "div":
        return None
    zero = f.system.number(0)
    if expr.head == "pow":
        whole = f.system.whole(_value(expr.args[1], f))
        if whole is None:
            return [Interval(None, zero)]
        return [Interval(zero, zero)] if whole < 0 else None
    rule = MONOTONE.get(expr.data) if expr.head == "func" else None
    if rule is None or rule.inside == (None, None):
        return None
    low, high = (None if end is None else f.system.number(end) for end in rule.inside)
    out = [] if low is None else [Interval(None, low, True, expr.data != "sqrt")]
    return out + ([] if high is None else [Interval(high, None)])


def refuse(chance: Any, f: Frame) -> None:
    """Raises NoValue where a function has no value with positive probability.

    On a disc around a piece of an integral only what is positive on all of it counts.
    """
    value = still(chance)
    plain = value.plain() if hasattr(value, "plain") else value
    real = getattr(plain, "real", plain)
    if real is not None and real > (arb(10) ** -30 if isinstance(f.system, BallSystem) else 0):
        raise NoValue("a function has no value with positive probability")
