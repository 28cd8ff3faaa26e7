"""How a formula was read: one line, every bracket written, every array with its shape."""

from __future__ import annotations

from collections.abc import Callable

from generator.notation.tree import Expr, bare, dim_latex

_OPS = {
    "!=": "!=", "<=": "<=", ">=": ">=", "in": "in", "notin": "not in", "sim": "has law",
    "iid": "are iid with law", "tolaw": "tends in law to", "toprob": "tends in probability to",
    "propto": "is proportional to", "to": "tends to", "approx": "is approximately",
    "equiv": "equals identically",
    "perp": "is independent of", "succeq": "exceeds (semidefinite)", "succ": "exceeds (definite)",
    "preceq": "is below (semidefinite)", "prec": "is below (definite)", "subseteq": "is a subset of",
    "subset": "is a subset of",
}  # fmt: skip
_BINDERS = {"sum": "sum", "prod": "product", "maxover": "max", "minover": "min", "integral": "integral",
            "lim": "limit",
            "argmax": "arg max", "argmin": "arg min", "bigcap": "all", "bigcup": "any"}  # fmt: skip
_SUFFIX = {"transpose": "^T", "pinv": "^+", "inverse": "^-1", "invtranspose": "^-T", "factorial": "!"}
_NAMED = {"E": "E", "Var": "Var", "Cov": "Cov", "Pr": "P", "norm": "norm", "abs": "abs", "floor": "floor",
          "ceil": "ceil",
          "binom": "binom", "multinomial": "multinomial",
          "indicator": "indicator", "delta": "delta", "grad": "gradient",
          "hess": "hessian"}  # fmt: skip
_SPELLED = {"ones": "1", "zeros": "0", "identity": "I"}


def reading(expr: Expr) -> str:
    """The tree in plain words: the same for two spellings of one meaning, different for two meanings."""
    expr = bare(expr)
    writer = _WRITERS.get(expr.head)
    if writer is not None:
        return writer(expr)
    if expr.head in _BINDERS:
        return _binder(expr)
    if expr.head in _NAMED:
        return _operator(expr)
    return f"{expr.head}({_joined(expr.args)})"


def _joined(args: tuple[Expr, ...], separator: str = ", ") -> str:
    return separator.join(reading(arg) for arg in args)


def _shape(expr: Expr) -> str:
    return f":[{', '.join(dim_latex(dim) for dim in expr.shape)}]" if expr.shape else ""


def _name(expr: Expr) -> str:
    return str(expr.data) + _shape(expr)


def _filled(expr: Expr) -> str:
    return _SPELLED[expr.head] + _shape(expr)


def _entry(expr: Expr) -> str:
    base = expr.args[0]
    name = base.data if base.head == "name" else reading(base)
    return f"{name}[{_joined(expr.args[1:])}]{_shape(expr)}"


def _add(expr: Expr) -> str:
    out = ""
    for place, (sign, arg) in enumerate(zip(expr.data, expr.args, strict=True)):
        minus = sign == "-"
        out += ("-" if minus else "") if place == 0 else (" - " if minus else " + ")
        out += reading(arg)
    return f"({out})"


def _function(expr: Expr) -> str:
    return f"{expr.data}({_joined(expr.args)})"


def _call(expr: Expr) -> str:
    name, order = expr.data if expr.head == "prime" else (expr.data, 0)
    name = name.replace(r"\,", "")  # what tells functions of one letter apart; their arguments do it here
    return (
        f"{name}{chr(39) * order}({_joined(expr.args)})"
        if expr.args
        else f"{name}{chr(39) * order}(its own arguments)"
    )


def _binder(expr: Expr) -> str:
    names = ", ".join(expr.data)
    word, rest = _BINDERS[expr.head], expr.args[1:]
    if expr.head == "lim":
        where = f"{names} -> {reading(rest[0])}"
    elif len(rest) == 2 and expr.head not in ("argmax", "argmin"):
        where = f"{names} = {reading(rest[0])} .. {reading(rest[1])}"
    elif rest:
        where = f"{names}: {_joined(rest)}"
    else:
        where = names
    return f"{word}[{where}]({reading(expr.args[0])})"


def _side(expr: Expr) -> str:
    return f"{reading(expr.args[0])} from {'above' if expr.data == '+' else 'below'}"


def _derivative(expr: Expr) -> str:
    by = ", ".join(
        reading(v) + (f" {k} times" if k > 1 else "") for v, k in zip(expr.args[1:], expr.data, strict=True)
    )
    return f"derivative({reading(expr.args[0])} by {by}){_shape(expr)}"


def _operator(expr: Expr) -> str:
    name = _NAMED[expr.head] + (f"_{expr.data}" if expr.head == "norm" and expr.data else "")
    if isinstance(expr.data, Expr):
        name += f"[{reading(expr.data)}]"
    if expr.head in ("grad", "hess"):
        by = f" by {reading(expr.args[1])}" if len(expr.args) > 1 else " by its argument"
        return f"{name}({reading(expr.args[0])}{by})"
    separator = " given " if expr.head in ("E", "Var", "Pr") else ", "
    return f"{name}({_joined(expr.args, separator)})"


def _at(expr: Expr) -> str:
    values = ", ".join(
        f"{reading(a)} := {reading(b)}" for a, b in zip(expr.args[1::2], expr.args[2::2], strict=True)
    )
    return f"({reading(expr.args[0])} at {values})"


def _between(expr: Expr) -> str:
    body, lower, upper = (reading(arg) for arg in expr.args)
    return f"({body} from {expr.data[0]} = {lower} to {upper})"


def _law(expr: Expr) -> str:
    kind = "any law with moments" if expr.data == "moments" else expr.data
    return f"{kind}{' density' if expr.head == 'density' else ''}({_joined(expr.args)})"


def _space(expr: Expr) -> str:
    return str(expr.data) + (f"^({_joined(expr.args, ' x ')})" if expr.args else "")


def _relation(expr: Expr) -> str:
    out = reading(expr.args[0])
    for op, arg in zip(expr.data, expr.args[1:], strict=True):
        out += f" {_OPS.get(op, op)} {reading(arg)}"
    return out


def _cases(expr: Expr) -> str:
    args = list(expr.args)
    parts = [f"{reading(v)} if {reading(c)}" for v, c in zip(args[0::2], args[1::2], strict=False)]
    if len(args) % 2:
        parts.append(f"{reading(args[-1])} otherwise")
    return f"cases({'; '.join(parts)})"


def _matrix(expr: Expr) -> str:
    columns = expr.data[1]
    rows = [_joined(expr.args[k : k + columns]) for k in range(0, len(expr.args), columns)]
    return f"[{'; '.join(rows)}]"


def _plus_minus(expr: Expr) -> str:
    sign = "+-" if expr.form == r"\pm" else "-+"
    left = f"{reading(expr.args[0])} " if len(expr.args) == 2 else ""
    return f"({left}{sign} {reading(expr.args[-1])})"


def _suffixed(expr: Expr) -> str:
    return reading(expr.args[0]) + _SUFFIX[expr.head]


_WRITERS: dict[str, Callable[[Expr], str]] = {
    "num": lambda e: str(e.data), "const": lambda e: {"infty": "infinity"}.get(e.data, e.data), "name": _name,
    "ones": _filled, "zeros": _filled, "identity": _filled, "entry": _entry, "add": _add,
    "mul": lambda e: f"({_joined(e.args, ' * ')})", "div": lambda e: f"({_joined(e.args, ' / ')})",
    "pow": lambda e: f"({_joined(e.args, '^')})", "func": _function, "call": _call, "prime": _call,
    "deriv": _derivative, "side": _side, "at": _at, "between": _between, "law": _law, "density": _law,
    "space": _space,
    "rel": _relation,
    "cases": _cases, "matrix": _matrix, "tuple": lambda e: f"tuple({_joined(e.args)})",
    "described": lambda e: f"number of {{{_joined(e.args[0].args, '; ')}}}",
    "set": lambda e: f"{{{_joined(e.args)}}}",
    "given": lambda e: f"{reading(e.args[0])} given {reading(e.args[1])}",
    "interval": lambda e: f"{e.data[0]}{_joined(e.args)}{e.data[1]}",
    "pm": _plus_minus,
    "iff": lambda e: f"({reading(e.args[0])}) iff ({reading(e.args[1])})",
    "implies": lambda e: f"({reading(e.args[0])}) implies ({reading(e.args[1])})",
    "list": lambda e: _joined(e.args, "; "),
    "cond": lambda e: f"({reading(e.args[0])}) when {_joined(e.args[1:], ' and ')}",
    "run": lambda e: f"{reading(e.args[0])} .. {reading(e.args[-1])}",
    "all": lambda e: f"{reading(e.args[0])} for all {', '.join(e.data)}",
    "cap": lambda e: f"({_joined(e.args, ' and ')})", "cup": lambda e: f"({_joined(e.args, ' or ')})",
    "setminus": lambda e: f"({_joined(e.args, ' without ')})",
    "complement": lambda e: f"not {reading(e.args[0])}",
    "nothing": lambda e: "nothing", "sure": lambda e: "anything",
    **dict.fromkeys(_SUFFIX, _suffixed),
}  # fmt: skip
