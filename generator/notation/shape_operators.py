"""Shapes of binders, derivatives, chance and relations."""

from __future__ import annotations

from generator.notation.shape_algebra import certainly_negative, square
from generator.notation.shape_chance import law_of, may_be_law
from generator.notation.shape_core import VALUELESS, Elaborator, shaped, zero_as
from generator.notation.table import PLACES
from generator.notation.tree import Expr, Shape, Symbol, bare, dim_add, dim_latex, dim_number

_ORDERED = frozenset({"<", "<=", ">", ">="})
_EQUALS = frozenset({"=", "!=", "equiv", "approx", "propto", "to"})
_MEMBER = frozenset({"in", "notin", "subseteq", "subset"})
_LAWS = frozenset({"sim", "iid", "perp", "tolaw"})


def summed(elab: Elaborator, expr: Expr) -> Expr:
    """sum, prod, max and min over an index: the body's shape; prod and extrema of scalars."""
    bound = {name: elab.symbol(name) or Symbol(name, "integer") for name in expr.data}
    if len(expr.args) == 3:
        bounds = tuple(elab.visit(arg) for arg in expr.args[1:])
        _check_range(elab, expr, bounds)
        args = (elab.under(bound, expr.args[0]), *bounds)
    else:
        args = tuple(elab.under(bound, arg) for arg in expr.args)
    body = args[0]
    if expr.head != "sum":
        elab.scalar(body, expr.head)
    elif body.shape is None:
        raise elab.refuse(body, "no-value", "this has no value to sum", "a number, a vector or a matrix")
    return shaped(expr, body.shape, args=args)


def _check_range(elab: Elaborator, expr: Expr, bounds: tuple[Expr, ...]) -> None:
    """Refuses bounds that certainly leave the declared range of the index."""
    for bound in bounds:
        if bare(bound).head not in ("const", "add") or "infty" not in [n.data for n in bound.walk()]:
            elab.integer(bound, "a bound")
    symbol = elab.table.symbols.get(expr.data[0])
    if symbol is None or symbol.kind != "index":
        return
    lower, upper = elab.dimension(bounds[0]), elab.dimension(bounds[1])
    below = lower is not None and certainly_negative(dim_add(lower, symbol.lower, -1))
    above = upper is not None and certainly_negative(dim_add(symbol.upper, upper, -1))
    if below or above or bare(bounds[1]).head == "const":
        raise elab.refuse(
            expr,
            "index-range",
            f"{symbol.name} runs over {dim_latex(symbol.lower)}..{dim_latex(symbol.upper)} only",
            "bounds inside, or another index",
        )


def arg_extremum(elab: Elaborator, expr: Expr) -> Expr:
    """arg max: the shape of its name; of several scalars a column."""
    bound = {}
    for name in expr.data:
        symbol = elab.symbol(name)
        if symbol is None:
            raise elab.refuse(expr, "undeclared", f"{name} is not declared", "declare it in `symbols`")
        bound[name] = symbol
    args = tuple(elab.under(bound, arg) for arg in expr.args)
    elab.scalar(args[0], "an arg max")
    shapes = [symbol.shape for symbol in bound.values()]
    shape: Shape | None = shapes[0]
    if len(shapes) > 1:
        shape = (dim_number(len(shapes)),) if all(s == () for s in shapes) else None
    return shaped(expr, shape, args=args)


def integral(elab: Elaborator, expr: Expr) -> Expr:
    """A scalar between scalar bounds, or over a set that the variable's shape fits."""
    name = expr.data[0]
    bound = {name: elab.symbol(name) or Symbol(name, "scalar")}
    args = (elab.under(bound, expr.args[0]), *[elab.visit(arg) for arg in expr.args[1:]])
    for arg in args if len(args) == 3 else args[:1]:
        elab.scalar(arg, "an integral")
    if len(args) == 2:
        domain, shape = args[1], bound[name].shape
        dims = [elab.dimension(arg) for arg in domain.args] if domain.head == "space" else []
        known = [dim for dim in dims if dim is not None]
        if len(known) != len(dims) or not elab.fits(tuple(known), shape):
            raise elab.refuse(
                domain,
                "shape-relation",
                f"{name} is {elab.shown(shape)}, and no member of {elab.printed(domain)}",
                "a variable of the set's shape",
            )
    return shaped(expr, (), args=args)


def between(elab: Elaborator, expr: Expr) -> Expr:
    """A scalar's value at the upper bound less that at the lower."""
    name = expr.data[0]
    bound = {name: elab.symbol(name) or Symbol(name, "scalar")}
    args = (elab.under(bound, expr.args[0]), *[elab.visit(arg) for arg in expr.args[1:]])
    for arg in args:
        elab.scalar(arg, "a difference between two bounds")
    return shaped(expr, (), args=args)


def limit(elab: Elaborator, expr: Expr) -> Expr:
    """The shape of what goes to its limit."""
    name = expr.data[0]
    bound = {name: elab.symbol(name) or Symbol(name, "integer")}
    args = (elab.under(bound, expr.args[0]), elab.visit(expr.args[1]))
    return shaped(expr, args[0].shape, args=args)


def side(elab: Elaborator, expr: Expr) -> Expr:
    """A place that is approached from one side: of numbers only."""
    elab.scalar(expr.args[0], "a side")
    return shaped(expr, ())


def derivative(elab: Elaborator, expr: Expr) -> Expr:
    """A scalar by a vector or matrix has the variable's shape; anything by scalars keeps its own."""
    body, variables = expr.args[0], expr.args[1:]
    for variable in variables:
        _check_variable(elab, variable)
    arrays = [v for v in variables if v.shape]
    if body.shape is None:
        raise elab.refuse(body, "no-value", "this has no derivative", "an expression with a value")
    if not arrays:
        return shaped(expr, body.shape)
    if len(body.shape) == len(arrays[0].shape or ()) == len(variables) == 1 and expr.data == (1,):
        made = _jacobian(elab, expr)
        if made is not None:
            return made
    if body.shape or len(variables) > 1 or expr.data != (1,):
        raise elab.refuse(
            expr,
            "derivative-layout",
            f"{elab.printed(body)} is {elab.shown(body.shape)}, the variable "
            f"{elab.shown(arrays[0].shape)}: its layout is not said",
            r"indices: \frac{\partial y_i}{\partial x_j}, or the convention `numerator layout`",
        )
    return shaped(expr, arrays[0].shape)


def _jacobian(elab: Elaborator, expr: Expr) -> Expr | None:
    """A vector by a vector in the layout that the topic names; None where it names none.

    By value a derivative has a row for each entry of its variable: that is the denominator layout.
    """
    above, below = (arg.shape or () for arg in expr.args)
    columns = shaped(expr, (below[0], above[0]))
    if "denominator layout" in elab.table.conventions or _has_no_layout(elab, expr):
        return columns
    if "numerator layout" in elab.table.conventions:
        return Expr("transpose", (columns,), None, "layout", expr.start, expr.end, (above[0], below[0]))
    return None


def _has_no_layout(elab: Elaborator, expr: Expr) -> bool:
    """Whether a Jacobian stands where its transpose has the same value."""
    turned = elab.turned
    return turned is not None and (turned.start, turned.end) == (expr.start, expr.end)


def _check_variable(elab: Elaborator, variable: Expr) -> None:
    inner = bare(variable)
    ok = inner.head in ("name", "entry") or (
        inner.head == "pow"
        and bare(inner.args[0]).head in ("name", "entry")
        and bare(inner.args[1]).data == "2"
    )
    root = inner.args[0] if inner.head == "pow" else inner
    named = bare(root).args[0] if bare(root).head == "entry" else bare(root)
    symbol = elab.symbol(named.data) if named.head == "name" else None
    if not ok or symbol is None or symbol.kind in VALUELESS or symbol.kind in ("index", "size"):
        raise elab.refuse(
            variable,
            "derivative-variable",
            f"{elab.printed(variable)} is no variable",
            "a declared name or its entry",
        )


def gradient(elab: Elaborator, expr: Expr) -> Expr:
    """The column of partials; the Hessian is square."""
    body = expr.args[0]
    if body.shape != ():
        raise elab.refuse(
            body,
            "derivative-layout",
            f"{elab.printed(body)} is {elab.shown(body.shape)}: a gradient is of a scalar",
            r"indices: \frac{\partial y_i}{\partial x_j}",
        )
    variable = expr.args[1] if len(expr.args) > 1 else bare(body).args[0]
    if len(expr.args) > 1:
        _check_variable(elab, variable)
    shape = variable.shape or ()
    if expr.head == "hess" and shape:
        if len(shape) != 1:
            raise elab.refuse(
                expr, "derivative-layout", "a Hessian is by a vector", "a vector below the nabla"
            )
        shape = (shape[0], shape[0])
    return shaped(expr, shape)


def at(elab: Elaborator, expr: Expr) -> Expr:
    """The evaluation bar: values of their names' shapes."""
    args = list(expr.args)
    for place in range(1, len(args), 2):
        variable = args[place]
        _check_variable(elab, variable)
        value = args[place + 1] = zero_as(args[place + 1], variable.shape)
        if not elab.fits(variable.shape, value.shape):
            raise elab.refuse(
                value,
                "shape-relation",
                f"{elab.printed(variable)} is {elab.shown(variable.shape)}, "
                f"{elab.printed(value)} is {elab.shown(value.shape)}",
                "sides of one shape",
            )
    return shaped(expr, args[0].shape, args=tuple(args))


def call(elab: Elaborator, expr: Expr) -> Expr:
    """A declared function: as many arguments as it has places, each of its place's shape."""
    symbol = elab.symbol(expr.data if expr.head == "call" else expr.data[0])
    if symbol is None:
        raise elab.refuse(expr, "undeclared", f"{expr.data} is not declared", "declare it in `symbols`")
    args = expr.args
    places = [elab.table.symbols.get(place) for place in symbol.arguments]
    if expr.head == "prime" and symbol.builtin == "density":
        message = "a prime does not say by what a density is differentiated"
        raise elab.refuse(expr, "shape-argument", message, r"\frac{\partial}{\partial x} p(x)")
    if expr.head == "prime" and any(place is not None and place.shape for place in places):
        message = f"a prime is a derivative by one number, and {symbol.name} is of an array"
        raise elab.refuse(expr, "shape-argument", message, r"\nabla_x f(x)")
    if symbol.builtin == "softmax" and len(args) == 1:
        return shaped(expr, args[0].shape)
    plain = not any(arg.head == "given" for arg in args) and "density" not in symbol.words
    if symbol.builtin not in ("", "density") and not symbol.arguments and len(args) == 1:
        elab.scalar(args[0], symbol.name)
    if args and symbol.arguments and plain and symbol.builtin != "density":
        if len(args) != len(symbol.arguments):
            family = PLACES[0] in symbol.name
            raise elab.refuse(
                expr,
                "argument-count",
                f"{symbol.latex if family else symbol.name} has {len(symbol.arguments)} argument(s), "
                f"not {len(args)}",
                symbol.latex if family else f"{symbol.name}({', '.join(symbol.arguments)})",
            )
        args = tuple(
            arg if place is None else zero_as(arg, place.shape)
            for arg, place in zip(args, places, strict=True)
        )
        for arg, place in zip(args, symbol.arguments, strict=True):
            declared = elab.table.symbols.get(place)
            if declared is not None and not elab.fits(declared.shape, arg.shape):
                raise elab.refuse(
                    arg,
                    "shape-argument",
                    f"{place} is {elab.shown(declared.shape)}, "
                    f"{elab.printed(arg)} is {elab.shown(arg.shape)}",
                    "an argument of its place's shape",
                )
            if declared is None and symbol.builtin:
                elab.scalar(arg, symbol.name)
    return shaped(expr, symbol.shape, args=args)


def cases(elab: Elaborator, expr: Expr) -> Expr:
    """Values of one shape."""
    values = [arg for place, arg in enumerate(expr.args) if place % 2 == 0]
    for value in values[1:]:
        if not elab.fits(values[0].shape, value.shape):
            raise elab.refuse(
                value,
                "shape-relation",
                f"{elab.printed(values[0])} is {elab.shown(values[0].shape)}, "
                f"{elab.printed(value)} is {elab.shown(value.shape)}",
                "sides of one shape",
            )
    return shaped(expr, values[0].shape)


def indicator(elab: Elaborator, expr: Expr) -> Expr:
    """0 or 1."""
    return shaped(expr, ())


def valueless(elab: Elaborator, expr: Expr) -> Expr:
    """Laws, sets, spaces, statements: they have no shape."""
    return shaped(expr, None)


def space(elab: Elaborator, expr: Expr) -> Expr:
    """Its dimensions are sizes."""
    if len(expr.args) > 2:
        raise elab.refuse(
            expr, "unknown-space", "a space has one or two dimensions", r"\mathbb R^{n \times d}"
        )
    for arg in expr.args:
        elab.integer(arg, "a dimension")
    return shaped(expr, None)


def relation(elab: Elaborator, expr: Expr) -> Expr:
    """Both sides of each relation fit; a literal 0 beside an array is the zero array."""
    args = list(expr.args)
    if elab.orders and expr.data[-1] in ("=", "in"):
        _allow_order(elab, args[-1])
    for place, op in enumerate(expr.data):
        left, right = args[place], args[place + 1]
        if op in _ORDERED:
            for side in (left, right):
                elab.scalar(side, "an order")
        elif op in _EQUALS and left.shape is right.shape is None and "given" in (left.head, right.head):
            side = left if left.head == "given" else right
            raise elab.refuse(side, "no-value", f"{elab.printed(side)} has no value", r"\sim before a law")
        elif op in _EQUALS:
            args[place], args[place + 1] = _equal(elab, expr, left, right)
        elif op in ("succeq", "succ", "preceq", "prec"):
            args[place], args[place + 1] = _equal(elab, expr, left, right)
            for side in args[place : place + 2]:
                square(elab, side, "this order is between")
        elif op in _MEMBER and not is_order(right):
            _member(elab, left, right, op)
        elif op == "sim" and left.shape == right.shape == () and not may_be_law(right):
            elab.ratios.append(right)
        elif op in ("sim", "iid", "tolaw"):
            law_of(elab, left, right)
        if op in _LAWS and left.shape is None and left.head not in ("given", "tuple") and op != "perp":
            raise elab.refuse(left, "no-value", f"{elab.printed(left)} has no law", "a random name")
    return shaped(expr, None, args=tuple(args))


def is_order(expr: Expr) -> bool:
    """Whether an expression is an order of growth and nothing else."""
    return expr.head == "func" and expr.data in ("little-o", "big-O", "big-Theta", "big-Omega")


def _allow_order(elab: Elaborator, expr: Expr) -> None:
    """An order is a whole right side, the last term of a sum, or that of a factor: it has one place."""
    expr = bare(expr)
    if is_order(expr):
        elab.orders.pop(expr.start, None)
    elif expr.head == "add" and expr.data[-1] == "+":
        _allow_order(elab, expr.args[-1])
    elif expr.head == "mul" and len(elab.orders) == 1:
        for factor in expr.args:
            _allow_order(elab, factor)
    elif expr.head == "div":
        _allow_order(elab, expr.args[0])


def _equal(elab: Elaborator, expr: Expr, left: Expr, right: Expr) -> tuple[Expr, Expr]:
    right = zero_as(right, left.shape)
    if _fit_by_parts(elab, left, right):
        return left, right
    literal = any(bare(side).head in ("tuple", "matrix") for side in (left, right))
    if literal and left.shape and right.shape and len(left.shape) == len(right.shape):
        return left, right  # numbers given by hand fix the sizes
    message = (
        f"{elab.printed(left)} is {elab.shown(left.shape)}, {elab.printed(right)} is "
        f"{elab.shown(right.shape)}"
    )
    if left.shape is right.shape is None:
        message = f"the members of {elab.printed(left)} have not the shapes of those on the right"
    raise elab.refuse(expr, "shape-relation", message, "sides of one shape")


def _fit_by_parts(elab: Elaborator, left: Expr, right: Expr) -> bool:
    """Whether two sides have one shape; tuples of mixed shapes and their arg max, part by part."""
    if None not in (left.shape, right.shape):
        return elab.fits(left.shape, right.shape)
    one, other = _parts(elab, bare(left)), _parts(elab, bare(right))
    if one is None or other is None:
        return left.shape is right.shape or one is not other
    return len(one) == len(other) and all(elab.fits(a, b) for a, b in zip(one, other, strict=True))


def _parts(elab: Elaborator, side: Expr) -> list[Shape | None] | None:
    """The shapes of the members of a tuple, or of the names of an arg max."""
    if side.head == "tuple":
        return [arg.shape for arg in side.args]
    if side.head in ("argmax", "argmin"):
        return [elab.table.symbols[name].shape for name in side.data]
    return None


def _member(elab: Elaborator, left: Expr, right: Expr, op: str) -> None:
    if right.shape is not None:
        raise elab.refuse(
            right,
            "set-expected",
            f"{elab.printed(right)} is {elab.shown(right.shape)}, no set",
            r"an interval [a, b], a set \{0, 1\} or \mathbb R^n",
        )
    if right.head == "interval" and op in ("in", "notin"):
        elab.scalar(left, "an interval")
