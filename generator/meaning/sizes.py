"""Which sizes a claim has, and the tuples of them to try: all different first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from random import Random

from generator.meaning.domains import admissible_sizes
from generator.meaning.program import Frame, Program, free_names
from generator.meaning.stated import rank_fits
from generator.meaning.systems import RationalSystem
from generator.notation.literals import lengths
from generator.notation.tree import Expr, Symbol

RATIONAL = RationalSystem()
Fits = Callable[[dict[str, int]], bool]  # whether a tuple of sizes is admissible


def size_names(program: Program, exprs: Sequence[Expr]) -> list[str]:
    """The sizes on which the expressions (through definitions and shapes) depend, in declared order."""
    used = set(program.rests_on(exprs))
    for name in list(used):
        symbol = program.symbols.get(name)
        if symbol is not None:
            used |= _sizes_of(symbol, program)
    for expr in exprs:
        for node in expr.walk():
            for dim in node.shape or ():
                used |= {s for mono, _ in dim for s in mono}
            for bound in node.data if node.head in ("sum", "prod", "maxover", "minover") else ():
                if bound in program.symbols:
                    used |= _sizes_of(program.symbols[bound], program)
    own = [c for name in used & program.symbols.keys() for c in program.symbols[name].conditions]
    for condition in (*own, *program.scope.restrictions):  # x <= n of an integer x has the size n
        if free_names(condition) & used:
            used |= free_names(condition)
    used |= _tied(used, program)
    return [n for n, s in program.symbols.items() if s.kind == "size" and n in used]


def _tied(used: set[str], program: Program) -> set[str]:
    """Sizes that a declaration ties to those in use: with d < n, no n may be 1 even where d is not used."""
    sizes = {name for name, symbol in program.symbols.items() if symbol.kind == "size"}
    conditions = [c for name in sizes for c in program.symbols[name].conditions] + list(
        program.scope.restrictions
    )
    groups = [free_names(c) for c in conditions]
    found = used & sizes
    while True:
        more = {n for group in groups if group <= sizes and group & found for n in group} - found
        if not more:
            return found
        found |= more


def _sizes_of(symbol: Symbol, program: Program) -> set[str]:
    dims = [*symbol.shape, symbol.lower, symbol.upper]
    out = {s for dim in dims for mono, _ in dim for s in mono}
    for index in symbol.family:
        out |= _sizes_of(program.symbols[index], program)
    return out


def fixed_sizes(program: Program) -> dict[str, int]:
    """Sizes that by-hand literals determine (a vector of 3 entries makes its size 3)."""
    pairs = (lengths(n, expr, program.symbols) for n, expr in program.bound_values.items())
    return {size: length for found in pairs for size, length in found}


def size_tuples(
    program: Program, names: list[str], seed: int, largest: int, meets: Fits
) -> list[dict[str, int]]:
    """At least six tuples: all different first, all equal, the smallest, and a large random one.

    `meets` says whether sizes satisfy the conditions of the claim. Of several sizes each is far below the
    next in one tuple, far above in another: what is wrong for empty ranges may hold one step beyond them.
    Empty where no tuple satisfies the declarations and the conditions.
    """
    fixed = fixed_sizes(program)
    free = [n for n in names if n not in fixed]
    if not free:
        return [fixed]
    k = len(free)
    candidates = [tuple(range(2, 2 + k)), tuple(range(k + 2, 2, -1)), (3,) * k, (2,) * k, (1,) * k]
    step = 3 if k == 2 else 2
    far = tuple(range(2, 2 + step * k, step))
    wide = [far, far[::-1]] if k > 1 else []
    candidates += [*wide, (4,) * k, tuple(range(3, 3 + k)), tuple(range(k + 4, 4, -1)), (5,) * k]
    count = 6 + len(wide)
    rng = Random(seed)
    big = [tuple(rng.randrange(max(2, largest // 2), largest + 1) for _ in free) for _ in range(12)]

    def fits(sizes: dict[str, int]) -> bool:
        return sizes_allowed(program, sizes) and meets(sizes)

    out: list[dict[str, int]] = []
    for candidate in [*candidates, *big]:
        sizes = {**fixed, **dict(zip(free, candidate, strict=True))}
        if sizes in out or not fits(sizes):
            continue
        out.append(sizes)
        if len(out) >= count and candidate in big:
            break
    out = out[: count - 1] + out[-1:] if len(out) > count else out
    for size in range(6, 12):  # where work is bounded, sizes in a row make up the number
        sizes = {**fixed, **dict.fromkeys(free, size)}
        if 0 < len(out) < 6 and sizes not in out and fits(sizes):
            out.append(sizes)
    for sizes in _smallest(free, fixed, fits) if len(out) < 6 else ():
        if sizes not in out:
            out.append(sizes)
        if len(out) == 6:
            break
    return out


def _smallest(free: list[str], fixed: dict[str, int], fits: Fits) -> Iterator[dict[str, int]]:
    """The fitting tuples of up to four small sizes: the smallest, then those with few ones and small sums."""
    if len(free) > 4:
        return
    small = sorted(product(range(1, 8), repeat=len(free)), key=sum)
    allowed = list(filter(fits, ({**fixed, **dict(zip(free, one, strict=True))} for one in small)))
    yield from allowed[:1]
    yield from sorted(allowed[1:], key=lambda sizes: list(sizes.values()).count(1))


def sizes_allowed(program: Program, sizes: dict[str, int]) -> bool:
    """Whether sizes satisfy their declarations and the relations among them."""
    try:
        if not admissible_sizes(program, sizes):
            return False
    except KeyError:
        pass
    f = Frame(RATIONAL, program, sizes, {})
    for relation in program.scope.restrictions:
        names = free_names(relation)
        about_sizes = all(program.symbols[n].kind == "size" for n in names) and names <= set(sizes)
        if about_sizes and not program.compiled(relation)(f):
            return False
    return rank_fits(program, sizes)


NO_LITERAL = -1.0  # literals have no sign


def largest_literal(program: Program, exprs: Sequence[Expr]) -> int:
    """The largest number printed in the expressions and in what they rest on, at most 1000."""
    trees = list(exprs)
    for name in program.rests_on(exprs):
        trees += [program.body_of(d) for d in program.definitions.get(name, ())]
    numbers = [program.found("largest literal", tree, _largest_literal) for tree in trees]
    largest = max(numbers, default=NO_LITERAL)
    return 1 if largest == NO_LITERAL else int(min(1000.0, largest))


def _largest_literal(tree: Expr) -> float:
    return max((float(node.data) for node in tree.walk() if node.head == "num"), default=NO_LITERAL)
