"""Where the laws of the table live, as domains that points are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flint import fmpq

from generator.meaning.law import ABOVE, BETWEEN
from generator.meaning.laws import LAWS
from generator.meaning.program import Frame, Program
from generator.notation.tree import Expr

if TYPE_CHECKING:
    from generator.meaning.domains import Domain

#: Laws whose support is the same for all parameters.
SAME_SUPPORT = frozenset({"normal", "moments", "free", "bernoulli"})
#: Ends of the supports that are the same for all parameters.
SUPPORTS: dict[str, tuple[int | None, int | None]] = {
    "positive": (0, None),
    "unit": (0, 1),
    "count": (0, None),
    "from-one": (1, None),
}


def behind_their_parameters(names: list[str], program: Program) -> list[str]:
    """The same order, but a random name whose support has moving ends stands behind what they rest on."""
    waiting, ordered = list(names), list[str]()
    while waiting:
        ready = (n for n in waiting if not _ends_rest_on(n, program) & ({*waiting} - {n}))
        ordered.append(next(ready, waiting[0]))
        waiting.remove(ordered[-1])
    return ordered


def _ends_rest_on(name: str, program: Program) -> set[str]:
    law = program.laws.laws.get(name)
    known = LAWS.get(law.law) if law is not None else None
    moving = law is not None and known is not None and known.support in {*BETWEEN, *ABOVE}
    return program.rests_on(law.stated) if law is not None and moving else set()


def narrow_to_support(support: str, parameters: tuple[Expr, ...], domain: Domain, f: Frame) -> None:
    """Narrow the domain of a random name to where its law lives."""
    if support == "bit":
        domain.finite = (fmpq(0), fmpq(1))
    elif support == "to-n":
        top = int(_rational(parameters[0], f).p)
        domain.finite = tuple(fmpq(k) for k in range(top + 1))
    elif support == "sign":
        domain.finite = (fmpq(-1), fmpq(1))
    elif support == "range":
        first, last = (int(_rational(p, f).p) for p in parameters)
        domain.finite = tuple(fmpq(k) for k in range(first, last + 1))
    elif support == "draws":
        total, good, n = (int(_rational(p, f).p) for p in parameters)
        domain.finite = tuple(fmpq(k) for k in range(max(0, n - (total - good)), min(n, good) + 1))
    elif support == "to-last":
        domain.finite = tuple(fmpq(k) for k in range(1, int(_rational(parameters[-1], f).p) + 1))
    elif support in BETWEEN:
        low_end, high_end = parameters[BETWEEN[support]]
        domain.above(_rational(low_end, f), False)
        domain.below(_rational(high_end, f), False)
    elif support == "from-first":
        domain.integer = True
        domain.above(_rational(parameters[0], f), True)
    elif support in ABOVE:
        domain.above(_rational(parameters[ABOVE[support]], f), False)
    elif support in SUPPORTS:
        low, high = SUPPORTS[support]
        domain.integer = support in ("count", "from-one")
        if low is not None:
            domain.above(fmpq(low), domain.integer)
        if high is not None:
            domain.below(fmpq(high), False)


def _rational(expr: Expr, f: Frame) -> Any:
    return f.program.compiled(expr)(f)
