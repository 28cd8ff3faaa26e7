"""What a page says of open laws, decided over their tables: statements with the scope of the tables."""

from __future__ import annotations

from dataclasses import replace

from generator.meaning import lowering_rules, written
from generator.meaning.givens import Givens
from generator.meaning.lowering import Lowering, needs_tables
from generator.meaning.program import Program, free_names
from generator.notation.tree import Scope, Statement

#: Importing these gives their heads a rule.
REGISTERED = (lowering_rules,)


def over_tables(program: Program, statement: Statement) -> tuple[Program, Statement]:
    """A statement over tables of open laws, and its program; both as they are where it speaks of none.

    Raises Unsupported for what the tables do not give.
    """
    if not program.may_need_tables:
        return program, statement
    exprs = (statement.expr, *statement.when)
    if any(written.applies(node, program) for expr in exprs for node in expr.walk()):
        return program, statement  # the givens tell these laws in closed form
    bodies = [program.body_of(d) for n in program.rests_on(exprs) for d in program.definitions.get(n, ())]
    if not any(needs_tables(expr, program.symbols) for expr in (*exprs, *bodies)):
        return program, statement
    scope, made = lowered(replace(program.scope, symbols=program.symbols), program.laws, statement)
    other = Program(scope, program.solutions)
    other.may_need_tables = False
    return other, made


def lowered(scope: Scope, givens: Givens, statement: Statement) -> tuple[Scope, Statement]:
    """A scope and a statement over tables. Raises Unsupported for what the tables do not give."""
    low = Lowering(scope, givens)
    low.prepare(statement.expr)
    for definition in scope.definitions:
        low.prepare(definition.body)
    expr = low.lowered(statement.expr, {})
    when = tuple(low.lowered(condition, {}) for condition in statement.when)
    definitions = low.definitions()
    low.check(name for tree in (expr, *when) for name in free_names(tree))
    return low.scope_with(definitions), replace(statement, expr=expr, when=when)
