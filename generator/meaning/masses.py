"""Laws whose masses a function of the page gives: a number with a finite set of values, and `x \\sim p`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from generator.meaning.domains import domain_of
from generator.meaning.givens import LawOf
from generator.meaning.program import Frame
from generator.meaning.systems import NoValue, RationalSystem, Unsupported

Atoms = tuple[tuple[Any, Any], ...]  # (weight, value)


def atoms_of(law: LawOf, f: Frame) -> Atoms:
    """The values with their masses. Raises Unsupported where they are not finitely many declared ones.

    Raises NoValue where the masses are negative or do not add up to 1.
    """
    program, function = f.program, law.mass
    definitions = program.definitions.get(function, [])
    symbol = program.symbols[law.name]
    if len(definitions) != 1 or not definitions[0].arguments or symbol.shape or symbol.family:
        raise Unsupported("a law by its masses is that of a defined function of one number")
    definition = definitions[0]
    first, *others = definition.arguments
    if len(others) != len(law.parameters):
        raise Unsupported("a mass function has other parameters than it is declared with")
    given = {name: program.compiled(p)(f) for name, p in zip(others, law.parameters, strict=True)}
    values = domain_of(symbol, Frame(RationalSystem(), program, f.sizes, {})).finite
    if not values:
        raise Unsupported("the values of a number with a mass function are declared: x \\in \\{-1, 1\\}")
    code, atoms = program.compiled(program.body_of(definition)), []
    for value in values:
        exact = f.system.number(_fraction(value))
        atoms.append((code(f.child({**given, first: exact})), exact))
    _is_a_law([weight for weight, _ in atoms], f)
    return tuple(atoms)


def _fraction(value: Any) -> Any:
    return Fraction(int(value.p), int(value.q))


def _is_a_law(masses: list[Any], f: Frame) -> None:
    if f.system.symbolic:
        return  # balls have tried
    if any(f.system.sign(mass) < 0 for mass in masses):
        raise NoValue("a mass is negative")
    if f.system.sign(sum(masses[1:], masses[0]) - 1) != 0:
        raise NoValue("the masses do not add up to 1")


def moment(atoms: Atoms, k: int) -> Any:
    """E[x^k]."""
    total = None
    for weight, value in atoms:
        term = weight
        for _ in range(k):
            term = term * value
        total = term if total is None else total + term
    return total
