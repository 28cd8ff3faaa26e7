r"""Signs that the print shows, as facts about polynomials: `S = \sum_i (x_i - \bar x)^2` is never negative.

The normal form of such a part no longer shows it (`n \sum_i x_i^2 - (\sum_i x_i)^2`), so the sign rules
are asked before anything is multiplied out. What stands below a bar, or is inverted, is not 0 wherever
the claim has a value; so a square sum that stands there is positive.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.meaning.program import Program, free_names
from generator.notation.tree import Expr, bare, meaning_key
from generator.verify.poles import inverted
from generator.verify.proof import facts
from generator.verify.proof.assumptions import known
from generator.verify.proof.reading import Env, Translation
from generator.verify.proof.work import NotProved
from generator.verify.signs import sign_of

PLAIN = ("num", "const", "entry")  # heads whose sign their normal form still shows


def put_signs(t: Translation, exprs: tuple[Expr, ...], env: Env) -> None:
    """Put the signs of the printed parts of a claim, and of what it rests on, on the account of the proof."""
    program = t.program
    defined = [Expr("name", (), name, shape=()) for name in _numbers(program, exprs)]
    bodies = [program.body_of(program.definitions[str(name.data)][0]) for name in defined]
    divisors = list(inverted(exprs, bodies))
    strict = {meaning_key(part) for part in divisors}
    for part in {meaning_key(part): part for part in (*defined, *divisors)}.values():
        if part.shape != () or bare(part).head in PLAIN or not _usable(t, part):
            continue
        negative, zero, positive = sign_of(part, program, t.conditions)
        if not negative and positive:
            try:
                known(t.scalar(part, env), not zero or meaning_key(part) in strict)
            except NotProved:
                continue  # a fact that is not used


def _numbers(program: Program, exprs: tuple[Expr, ...]) -> Iterator[str]:
    """The names of numbers that a claim rests on and that one printed line defines."""
    for name in sorted(program.rests_on(exprs)):
        symbol = program.symbols.get(name)
        if symbol is None or symbol.kind != "scalar" or symbol.shape or symbol.family:
            continue
        if len(program.definitions.get(name, ())) == 1:
            definition = program.definitions[name][0]
            if not (definition.indices or definition.arguments or definition.at or definition.tuple_of):
                yield name


def _usable(t: Translation, part: Expr) -> bool:
    """Whether a part is one real number: no free index, nothing complex, under a mean nothing random."""
    symbols = [t.program.symbols.get(name) for name in t.program.rests_on([part])]
    return (
        all(name in t.program.symbols for name in free_names(part))
        and not facts.speaks_of_index(part, t.program)
        and not any(symbol is not None and symbol.kind == "complex" for symbol in symbols)
        and not (t.chance and any(s is not None and facts.is_random(s.name, t.program) for s in symbols))
    )
