r"""`T(n) = .. \implies T(n) = ..`: a recursion that one claim assumes, as a definition for it alone."""

from __future__ import annotations

from dataclasses import replace

from generator.meaning.program import Program
from generator.notation.tree import Statement, Symbol


def assuming(program: Program, statement: Statement) -> Program:
    """The program with the definitions that a statement assumes; a first member left free is any value."""
    new = tuple(item for item in statement.assumes if item not in program.scope.definitions)
    if not new:
        return program
    symbols = dict(program.scope.symbols)
    for item in new:
        if item.at:
            symbols[str(item.body.data)] = Symbol(str(item.body.data), "scalar")
    scope = replace(program.scope, symbols=symbols, definitions=(*program.scope.definitions, *new))
    return Program(scope, program.solutions)
