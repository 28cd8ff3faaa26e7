"""What one proof may spend and what it did: a count of rewritings, fresh labels, recorded steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

BOUND = 4_000  # rewritings of one monomial in one proof
TERMS = 3_000  # terms of one polynomial


class NotProved(Exception):
    """No rule applies, or the work is over its bound: the claim keeps the status it has."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rewriting: a term (coefficient, factors, parts) and what stands for it, by a named rule."""

    rule: str
    before: Any
    after: tuple[Any, ...]


@dataclass(slots=True)
class Work:
    """The account of one proof. `smallest` is the least value of each size (1 where it has none)."""

    smallest: dict[str, int] = field(default_factory=dict)
    spent: int = 0
    labels: int = 0
    steps: dict[Any, Step] = field(default_factory=dict)
    rules: set[str] = field(default_factory=set)
    known: dict[Any, int] = field(default_factory=dict)  # base of a power -> what is known of its sign
    sums: dict[Any, Any] = field(default_factory=dict)  # a name's atom -> the sum of all its entries
    apart: set[Any] = field(default_factory=set)  # (zero(u), labels) of what is never 0; None: at all of them

    shifts: bool = False  # whether an index stands beside one that is counted from it

    def spend(self, amount: int = 1) -> None:
        """Count some work. Raises NotProved over the bound."""
        self.spent += amount
        if self.spent > BOUND:
            raise NotProved("over the work bound")

    def fresh(self) -> int:
        """A number that no label of this proof has had."""
        self.labels += 1
        return self.labels

    def record(self, step: Step) -> None:
        """Keep a rewriting for the certificate (each once)."""
        self.rules.add(step.rule)
        self.steps.setdefault((step.rule, step.before), step)
