r"""Probabilities of declared events: polynomials in the probabilities that some of them happen together.

Every event made of A_1 .. A_k has a probability that is linear in the numbers m_S = \Pr(\bigcap_{i \in S}
A_i) (inclusion and exclusion), and \Pr(A \mid B) is a quotient of two of them. What the page says of the
events is solved for these numbers, one equation after the other: P(AB) = v P(B) for \Pr(A \mid B) = v,
P(ABC) P(C) = P(AC) P(BC) for A \perp B \mid C, P(atom) = 0 for a relation between events. An equation
is used only for a number in which it is linear, with a slope that is nowhere 0; one that is
left out costs a proof and never makes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

from generator.meaning.eventsets import base_events, has_events
from generator.notation.tree import Expr, bare
from generator.verify.proof import sign
from generator.verify.proof.atoms import Atom, atom
from generator.verify.proof.calculus import holds, substituted
from generator.verify.proof.functions import known_sign, power
from generator.verify.proof.polynomial import Polynomial, factor
from generator.verify.proof.reading import READERS, Env, Labels, Translation
from generator.verify.proof.tactics import without_denominators
from generator.verify.proof.work import NotProved

MOST = 5  # declared events of one page

#: The outcomes in which an event happens: of each, which base events happen (a bit each).
Outcomes = frozenset[int]


@dataclass(slots=True)
class Masses:
    """The joint law of the events in one environment: m_S for each set S of base events (a bit each)."""

    t: Translation
    env: Env
    names: list[str]
    values: list[Polynomial]
    apart: list[Polynomial]  # probabilities that are not 0: what stands behind a bar in a given

    @property
    def all(self) -> range:
        """Every outcome."""
        return range(1 << len(self.names))

    def chance(self, event: Outcomes) -> Polynomial:
        """P(exactly the events of w happen) is the sum of (-1)^(|S| - |w|) m_S over the S that hold w."""
        total = self.t.number(0)
        for s in self.all:
            total = total + self.values[s] * sum((-1) ** (s ^ w).bit_count() for w in event if w & s == w)
        return total

    def outcomes(self, event: Expr) -> Outcomes:
        """The outcomes of an event. Raises NotProved for what is no combination of single declared events."""
        event = bare(event)
        if event.head == "name":
            definitions = self.t.program.definitions.get(event.data, [])
            if definitions:
                return self.outcomes(self.t.program.body_of(definitions[0]))
            if event.data not in self.names:
                raise NotProved("an event that is not declared alone")
            place = self.names.index(event.data)
            return frozenset(w for w in self.all if w >> place & 1)
        rule = SETS.get(event.head)
        if rule is None:
            raise NotProved(f"no rule reads the event {event.head}")
        return rule(frozenset(self.all), [self.outcomes(arg) for arg in event.args])

    def solve(self, gap: Polynomial) -> bool:
        """Put what gap = 0 says of one number in its place; False where it says it of none."""
        found = sorted({a for a in gap.atoms() if a.kind == "event"}, key=lambda a: (-len(a.extra), a))
        lines = [
            (a, line) for a in found if (line := _line(gap, a)) is not None and self._nowhere_zero(line[0])
        ]
        if not lines:
            return gap.is_zero()
        a, (slope, rest) = min(lines, key=lambda entry: entry[1][0].constant() is None)
        value = -rest * power(slope, -1)
        self.values = [substituted(p, a, lambda _: value) for p in self.values]
        self.apart = [substituted(p, a, lambda _: value) for p in self.apart]
        return True

    def _nowhere_zero(self, p: Polynomial) -> bool:
        return sign.POSITIVE in (known_sign(p), known_sign(-p)) or any(
            p.same(q) or p.same(-q) for q in self.apart
        )

    def gaps(self, relation: Expr) -> Iterator[Polynomial]:
        """What is 0 by a given. Raises NotProved for one without a rule."""
        relation = bare(relation)
        if relation.head in ("list", "and"):
            for arg in relation.args:
                yield from self.gaps(arg)
            return
        if relation.head != "rel" or len(relation.data) != 1:
            raise NotProved("a given of another kind")
        left, right = (bare(arg) for arg in relation.args)
        op = relation.data[0]
        if op == "perp":
            yield self._independence(left, right)
        elif left.head == "Pr" and op == "=" and not has_events([right], self.t.program):
            both, behind = self.parts(left)
            yield self.chance(both) - self.t.scalar(right, self.env) * self.chance(behind)
        elif not any(node.head == "Pr" for node in relation.walk()) and op in ("=", "subseteq", "subset"):
            one, other = self.outcomes(left), self.outcomes(right)
            for w in (one ^ other) if op == "=" else (one - other):
                yield self.chance(frozenset({w}))
        elif op == "=":
            gap = self.t.scalar(left, self.env) - self.t.scalar(right, self.env)
            cleared = without_denominators(gap)
            yield gap if cleared is None else cleared.after
        else:
            raise NotProved("a given of another kind")

    def _independence(self, left: Expr, right: Expr) -> Polynomial:
        behind = self.outcomes(right.args[1]) if right.head == "given" else frozenset(self.all)
        one, other = self.outcomes(left), self.outcomes(right.args[0] if right.head == "given" else right)
        joint = self.chance(one & other & behind) * self.chance(behind)
        return joint - self.chance(one & behind) * self.chance(other & behind)

    def parts(self, expr: Expr) -> tuple[Outcomes, Outcomes]:
        r"""The outcomes of A \cap B and of B for \Pr(A \mid B); B is the sure event in \Pr(A)."""
        if expr.data or len(expr.args) > 2:
            raise NotProved("a probability of another kind")
        sets = [self.outcomes(arg) for arg in expr.args]
        behind = sets[1] if len(sets) == 2 else frozenset(self.all)
        return sets[0] & behind, behind


#: Head -> how it joins the outcomes of its parts (and all outcomes).
SETS: dict[str, Callable[[Outcomes, list[Outcomes]], Outcomes]] = {
    **dict.fromkeys(
        ("cap", "list", "and", "tuple"), lambda everything, parts: reduce(Outcomes.__and__, parts)
    ),
    "cup": lambda everything, parts: reduce(Outcomes.__or__, parts),
    "setminus": lambda everything, parts: reduce(Outcomes.__sub__, parts),
    "complement": lambda everything, parts: everything - parts[0],
    "nothing": lambda everything, parts: frozenset(),
    "sure": lambda everything, parts: everything,
}


def _line(p: Polynomial, a: Atom) -> tuple[Polynomial, Polynomial] | None:
    """(slope, rest) of p = slope * a + rest, both without a; None where p is no such line."""
    slope, rest = {}, {}
    for (free, parts), c in p.terms.items():
        if (a, (), 1) in free:
            slope[tuple(f for f in free if f[0] != a), parts] = c
        else:
            rest[free, parts] = c
    made = Polynomial(slope, p.work), Polynomial(rest, p.work)
    return None if any(holds(b, lambda x: x == a) for q in made for b in q.atoms()) else made


def _masses(t: Translation, about: Expr, env: Env) -> Masses:
    """The joint law, by the page's givens and the claim's conditions, of the events tied together."""
    givens = [g.expr for g in t.program.laws.of_events if not g.when]
    tied = [*givens, *(c for c in t.conditions if has_events([c], t.program))]
    names = _tied(t, about, tied)
    found: Masses | None = t.masses.get((env.key, *names))
    if found is not None:
        return found
    if any(a.kind == "cut" for value in env.values.values() for a in value.polynomial.atoms()):
        raise NotProved("the derivative of a probability")
    if len(names) > MOST:
        raise NotProved("too many events")
    values = [t.number(1)]
    for s in range(1, 1 << len(names)):
        together = tuple(sorted(name for k, name in enumerate(names) if s >> k & 1))
        made = atom("event", extra=together, words=frozenset({"nonnegative"}))
        values.append(factor(made, (), t.work))
    law = t.masses[env.key, *names] = Masses(t, env.clean(), names, values, [])
    for node in (
        node for given in givens for node in given.walk() if node.head == "Pr" and len(node.args) == 2
    ):
        law.apart += _tried(lambda node=node: [law.chance(law.parts(node)[1])])  # type: ignore[misc]
    waiting = tied
    while True:  # an equation may be linear only after others
        left = [g for g in waiting if not _all_used(law, g)]
        if len(left) == len(waiting):
            return law
        waiting = left


def _tied(t: Translation, about: Expr, tied: list[Expr]) -> list[str]:
    """The base events of an expression, and those that the page ties to them."""
    base = [s.name for s in base_events(t.program) if not s.family and not s.shape]
    reached = _behind(t, about) & set(base)
    more = [_behind(t, given) & set(base) for given in tied]
    while True:
        grown = reached.union(*(group for group in more if group & reached))
        if grown == reached:
            return [name for name in base if name in reached]
        reached = grown


def _behind(t: Translation, expr: Expr) -> set[str]:
    """The names of an expression, those that define them too."""
    found: set[str] = set()
    waiting = [expr]
    while waiting:
        new = {str(node.data) for node in waiting.pop().walk() if node.head == "name"} - found
        waiting += [t.program.body_of(d) for name in new for d in t.program.definitions.get(name, ())]
        found |= new
    return found


def _all_used(law: Masses, given: Expr) -> bool:
    """Whether a given is solved or can never be; each of its equations by the values so far."""
    count = len(_tried(lambda: list(law.gaps(given))))
    done = True
    for k in range(count):
        done = law.solve(list(law.gaps(given))[k]) and done
    return done


def _tried(make: Callable[[], list[Polynomial]]) -> list[Polynomial]:
    try:
        return make()
    except NotProved:
        return []  # a fact that is not used


def _probability(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    if not has_events(expr.args, t.program):
        raise NotProved("a probability that is not of declared events")
    law = _masses(t, expr, env)
    both, behind = law.parts(expr)
    return law.chance(both) * power(law.chance(behind), -1)


READERS["Pr"] = _probability
