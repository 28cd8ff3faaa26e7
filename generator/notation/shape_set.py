"""Shapes of a set that is written by a condition: its members fit the set that they are from."""

from __future__ import annotations

from generator.notation.shape_core import Elaborator, shaped
from generator.notation.tree import Expr, Symbol, bare


def described(elab: Elaborator, expr: Expr) -> Expr:
    """The number of elements of a set of whole numbers, or of vectors of them.

    Raises ContentError shape-relation, space-expected.
    """
    name, (first, *conditions) = expr.data[0], expr.args[0].args
    bound = {name: elab.symbol(name) or Symbol(name, "integer")}
    member, domain = first.args
    kind = bare(domain.args[0]) if domain.head == "pow" else domain
    if kind.head != "set" and (kind.head != "space" or kind.data not in ("N", "Z")):
        message = "the elements of a set are counted where they are whole numbers or listed"
        raise elab.refuse(domain, "space-expected", message, r"\mathbb N^k, \{0, 1\}^n")
    dims = domain.args[1:] if domain.head == "pow" else domain.args if domain.head == "space" else ()
    made = elab.under(bound, member)
    shape = tuple(dim for arg in dims if (dim := elab.dimension(elab.visit(arg))) is not None)
    if len(shape) < len(dims) or not elab.fits(shape, made.shape) or made.shape != bound[name].shape:
        message = f"{elab.printed(member)} is {elab.shown(made.shape)}, and no member of this set"
        raise elab.refuse(first, "shape-relation", message, "a name of the shape of the set's members")
    inner = [elab.under(bound, condition) for condition in conditions]
    listed = [shaped(kind, None, args=tuple(map(elab.visit, kind.args)))] if kind.head == "set" else []
    if listed and domain.head == "pow":
        listed = [shaped(domain, None, args=(listed[0], elab.visit(domain.args[1])))]
    first = shaped(first, None, args=(made, listed[0] if listed else elab.visit(domain)))
    return shaped(expr, (), args=(shaped(expr.args[0], None, args=(first, *inner)),))
