"""Expressions made by the program: arithmetic on scalars and arrays, with shapes."""

from __future__ import annotations

from generator.notation.tree import Expr


def number(value: int) -> Expr:
    """A whole number that is not negative."""
    return Expr("num", (), str(value), shape=())


def plus(a: Expr, b: Expr) -> Expr:
    """a + b, of one shape."""
    return Expr("add", (a, b), "++", shape=a.shape)


def minus(a: Expr, b: Expr) -> Expr:
    """a - b, of one shape."""
    return Expr("add", (a, b), "+-", shape=a.shape)


def times(a: Expr, b: Expr) -> Expr:
    """a b, of scalars."""
    return Expr("mul", (a, b), ("",), shape=())


def over(a: Expr, b: Expr) -> Expr:
    """a / b, where b is a scalar."""
    return Expr("div", (a, b), form="frac", shape=a.shape)


def named(name: str) -> Expr:
    """A scalar name."""
    return Expr("name", (), name, shape=())
