"""A proof as plain data for the ledger: labels, atoms, sides, rewritings, multipliers.

Everything is written out in tables (`ranges`, `labels`, `atoms`), so that a reader needs none of
the prover's code: a polynomial is a list of [coefficient, factors], a factor [atom, labels,
exponent]; the labels of kind `bound` are summed over their range within their own term.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from generator.verify.proof.atoms import Atom, Exponent, place
from generator.verify.proof.labels import BOUND, FIXED, FREE, Label, Range, ends, parted, shifted
from generator.verify.proof.matching import COLUMN, ROW
from generator.verify.proof.polynomial import Polynomial, from_terms
from generator.verify.proof.prove import Proof, literal_axes
from generator.verify.proof.tactics import Stage
from generator.verify.proof.terms import Monomial, Term, bound_labels, relabelled
from generator.verify.proof.work import NotProved

SCHEMA = 1
KINDS = ("bound", "free", "fixed")

#: The labels that composite atoms bind in their bodies.
BINDING = {"inverse": (ROW, COLUMN), "det": (ROW, COLUMN), "product": ("$*",)}


def certificate(proof: Proof) -> dict[str, Any]:
    """The proof as data that json can write; `check.validate` reads it back."""
    packer = Packer()
    labels = [packer.label(label) for label in proof.labels]
    chosen = [dict[Label, Label]() for _ in proof.sides] if proof.optimum else literal_axes(proof.labels)
    places = proof.at or [tuple(n.get(label, label) for label in proof.labels) for n in chosen]
    sides = [
        {
            "at": [packer.label(label) for label in at],
            "left": packer.polynomial(left),
            "right": packer.polynomial(right),
            "stages": packer.stages(left - right, stages),
        }
        for at, (left, right), stages in zip(places, proof.sides, proof.stages, strict=True)
    ]
    steps = [[step.rule, packer.terms((step.before,)), packer.terms(step.after)] for step in proof.steps]
    return {
        "schema": SCHEMA,
        "of": "what vanishes at the solution" if proof.optimum else "both sides",
        "labels of the sides": labels,
        "sides": sides,
        "steps": steps,
        "ranges": packer.ranges,
        "labels": packer.labels,
        "atoms": packer.atoms,
    }


class Packer:
    """The tables of one certificate while it is written."""

    def __init__(self) -> None:
        self.ranges: list[Any] = []
        self.labels: list[Any] = []
        self.atoms: list[Any] = []
        self._ranges: dict[Range, int] = {}
        self._labels: dict[Label, int] = {}
        self._atoms: dict[Atom, int] = {}

    def range(self, where: Range) -> int:
        """The number of a range in the table; [lower, upper], each [[coefficient, size, ..], ..]."""
        if where not in self._ranges:
            self._ranges[where] = len(self.ranges)
            self.ranges.append([[[c, *names] for names, c in end] for end in ends(where)])
        return self._ranges[where]

    def label(self, label: Label) -> int:
        """The number of a label in the table; [kind, name or number, range].

        That of an index that is counted from another one: ["shift", [the other one, how far], range].
        """
        if label not in self._labels:
            where = -1 if label[0] == FIXED else self.range(label[2])
            by = parted(label)[1] if label[0] == FREE else 0
            row = ["shift", [self.label(shifted(label, -by)), by]] if by else [KINDS[label[0]], label[1]]
            self._labels[label] = len(self.labels)
            self.labels.append([*row, where])
        return self._labels[label]

    def atom(self, a: Atom) -> int:
        """The number of an atom in the table."""
        if a not in self._atoms:
            within = a.kind == "symbol" and bool(
                a.extra
            )  # bound by an expectation: it has no value of its own
            made: dict[str, Any] = {"kind": "cut" if within else a.kind}
            bodies = [self.polynomial(body) for body in a.bodies]
            made |= {
                "name": a.name,
                "places": [self.label(place(k, where)) for k, where in enumerate(a.ranges)],
                "bodies": bodies,
                "extra": self._extra(a),
                "positive": a.nonnegative and not within,
                "over": self._over(a),
            }
            self._atoms[a] = len(self.atoms)
            self.atoms.append(made)
        return self._atoms[a]

    def stages(self, gap: Polynomial, stages: Iterable[Stage]) -> list[Any]:
        """What clears a difference: multipliers, and what each of them makes of every term.

        Raises NotProved where the terms do not cancel in the end.
        """
        out = []
        for stage in stages:
            images, total = [], gap.number(0)
            for monomial, c in sorted(gap.terms.items()):
                image = _image(monomial, gap, stage)
                images.append([self.monomial(monomial, Fraction(1)), self.polynomial(image)])
                total = total + image.scaled(c)
            over = [] if stage.label is None or stage.new is None else [stage.label, stage.new]
            by = stage.multiplier
            multiplier = (
                self.polynomial(by) if isinstance(by, Polynomial) else [self.monomial((by, ()), Fraction(1))]
            )
            labels = [self.label(label) for label in over]
            out.append({"multiplier": multiplier, "images": images, "over": labels})
            gap = total
        if not gap.is_zero():
            raise NotProved("the terms of the certificate do not cancel")
        return out

    def _over(self, a: Atom) -> list[int]:
        """The labels that an atom binds: row and column of a matrix, the factors of a product."""
        names = BINDING.get(a.kind, ())
        return [self.label((FREE, name, a.extra[0])) for name in names]

    def _extra(self, a: Atom) -> list[int | str]:
        """What else an atom is told by: of a cumulant the names; orders of derivatives, bound variables."""
        if a.kind == "cumulant" and isinstance(a.extra[0], int):
            return [a.name] * a.extra[0]
        parts = () if a.kind in BINDING else a.extra
        return [part if isinstance(part, (int, str)) else str(part) for part in parts]

    def polynomial(self, p: Polynomial) -> list[Any]:
        """The terms in order."""
        return [self.monomial(m, c) for m, c in sorted(p.terms.items())]

    def terms(self, terms: Iterable[Term]) -> list[Any]:
        """Raw terms."""
        return [self.monomial((t.factors, t.parts), t.coefficient) for t in terms]

    def monomial(self, monomial: Monomial, c: Fraction) -> list[Any]:
        """[coefficient, factors]; the bound labels are numbered through the whole term."""
        factors: list[Any] = []
        count = 0
        for part in (monomial[0], *monomial[1]):
            own = bound_labels(part)
            names: dict[Label, Label] = {b: (BOUND, count + k, b[2]) for k, b in enumerate(own)}
            count += len(own)
            factors += [
                [self.atom(a), [self.label(label) for label in labels], _plain(e)]
                for a, labels, e in relabelled(part, names)
            ]
        return [_plain(c), factors]


def _image(monomial: Monomial, gap: Polynomial, stage: Stage) -> Polynomial:
    """A term times the multiplier of a stage."""
    free, parts = monomial
    if not isinstance(stage.multiplier, Polynomial):
        return from_terms([Term(Fraction(1), (*free, *stage.multiplier), parts)], gap.work)
    made = Polynomial({monomial: Fraction(1)}, gap.work) * stage.multiplier
    if stage.label is None or stage.new is None:
        return made
    return made.total(stage.label).renamed({stage.new: stage.label})


def _plain(value: Exponent | Fraction) -> int | str:
    """A rational as an integer, or as p/q."""
    value = Fraction(value)
    return value.numerator if value.denominator == 1 else str(value)
