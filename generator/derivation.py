"""A proof's certificate as lines that a person can follow: both sides, the rules, what clears the rest.

Networks are written as `explain` writes readings: x[i], sum[i](..), matrices by their entries.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

LETTERS = "ijklmpqrstuvwabcdefgh"
TERMS = 4  # more terms than these stand on lines of their own
EXAMPLES = 2  # rewritings that are shown of each rule

#: What each rule of the prover says.
MEANING = {
    "power written out": "a bracket multiplied out",
    "a sum to an index, term by term": "the terms up to t are those before t and the one at t",
    "the claim at the index before": "induction: for the first index it was shown by itself",
    "leading term of a denominator": "with D = a + b below the bar, a/D = 1 - b/D",
    "partial fraction": "with D = b + c T below the bar, 1/(T D) = (1/T - c/D)/b",
    "sum of powers of an index": "Faulhaber's formula",
    "squares of sine and cosine": "cos^2 = 1 - sin^2",
    "entries sum to one": "declared: the entries sum to 1, or their squares do",
    "assumed sum": "an equation that the claim assumes",
    "a single one": "declared: one entry is 1, the others are 0",
    "orthogonal matrix": "declared: rows and columns are orthonormal",
    "inverse beside its matrix": "A A^(-1) = I, by its leading term where A is a sum",
}

Names = Mapping[int, str]


def derivation(certificate: str) -> Iterator[tuple[str, str]]:
    """(label, text) rows for a certificate as the ledger holds it."""
    tables = json.loads(certificate)
    printer = Printer(tables)
    both = tables["of"] == "both sides"
    if not tables["sides"]:
        yield "nothing", "is left to compare: the claim follows from the signs or the law of its parts"
    for number, pair in enumerate(tables["sides"], 1):
        mark = f" {number}" if len(tables["sides"]) > 1 else ""
        if not both and not pair["left"] and not pair["right"]:
            yield f"needed{mark}", "= 0: with the claim put in, every term of it cancels"
            continue
        fixed = [tables["labels"][label] for label in pair["at"]]
        at = ", ".join(str(entry[1]) for entry in fixed if entry[0] == "fixed")
        left, right = ("left", "right") if both else ("needed", "to be")
        yield f"{left}{mark}", "= " + printer.lines(pair["left"])
        other = "the same terms" if pair["left"] == pair["right"] else printer.lines(pair["right"])
        yield f"{right}{mark}", f"= {other}" + (f"  (entry {at})" if at else "")
        yield from _ending(pair, printer)
    if tables["sides"] and not both:
        yield "so", "all that is needed vanishes; why that is enough is the rule named in the evidence"
    yield from _rules(tables["steps"], printer)
    if both and tables["sides"]:
        yield "reads", "x[i] is an entry of x, sum[i](..) a sum over all i, delta[i, j] 1 if i = j, else 0"
    yield "checked", f"each line by itself, in numbers modulo a prime or balls; {tables.get('validated', '')}"


def _ending(pair: dict[str, Any], printer: Printer) -> Iterator[tuple[str, str]]:
    """Why the two are the same."""
    for stage in pair["stages"]:
        over = f", summed over {printer.name(stage['over'][0])}" if stage["over"] else ""
        yield "times", printer.polynomial(stage["multiplier"]) + over
    if pair["stages"]:
        yield "so", "the difference becomes 0, term by term"
    elif pair["left"] == pair["right"]:
        yield (
            "so",
            "definitions put in, derivatives taken and multiplied out, both sides have the same normal form",
        )
    else:
        yield "so", "the terms of the difference cancel"


def _rules(steps: list[Any], printer: Printer) -> Iterator[tuple[str, str]]:
    """Each rule that was used, how often, and an example or two."""
    for rule in dict.fromkeys(step[0] for step in steps):
        own = [step for step in steps if step[0] == rule]
        times = "once" if len(own) == 1 else f"{len(own)} times"
        yield "rule", f"{rule} ({times}): {MEANING[rule]}"
        shown = sorted(own, key=lambda step: len(json.dumps(step)))
        lines = (f"{printer.polynomial(before)} = {printer.polynomial(after)}" for _, before, after in shown)
        yield from (("", line) for line in list(dict.fromkeys(lines))[:EXAMPLES])


def _fraction(above: list[str], below: list[str]) -> str:
    bottom = " * ".join(below)
    top = " * ".join(above) or "1"
    return f"{top} / {bottom if len(below) == 1 else f'({bottom})'}" if below else top


class Printer:
    """The tables of one certificate, and a letter for each label without a name."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self.tables = tables
        taken = {str(name) for kind, name, _ in tables["labels"] if kind == "free"}
        self.letters = [letter for letter in LETTERS if letter not in taken]
        self.free: dict[int, str] = {}

    def name(self, label: int, own: Names | None = None) -> str:
        """What a label is called: its index name, its number, or a letter."""
        if own is not None and label in own:
            return own[label]
        kind, name, _ = self.tables["labels"][label]
        if kind == "shift":
            return f"{self.name(name[0], own)}{name[1]:+d}"
        if kind == "fixed" or (kind == "free" and str(name)[0] not in "@~$"):
            return str(name)
        if label not in self.free:
            letters = self.letters[::-1]
            self.free[label] = letters[len(self.free) % len(letters)]
        return self.free[label]

    def lines(self, terms: list[Any]) -> str:
        """A polynomial; a long one with a term a line."""
        if len(terms) <= TERMS:
            return self.polynomial(terms)
        return "\n".join(("  " if k else "") + self.signed(term, not k) for k, term in enumerate(terms))

    def polynomial(self, terms: list[Any], own: Names | None = None) -> str:
        """A sum of terms in one line."""
        return " ".join(self.signed(term, not k, own) for k, term in enumerate(terms)) or "0"

    def signed(self, term: Any, first: bool, own: Names | None = None) -> str:
        """A term with its sign."""
        coefficient, factors = str(term[0]), term[1]
        sign = "-" if coefficient.startswith("-") else "" if first else "+"
        body = self.product(coefficient.lstrip("-"), factors, own or {})
        return f"{sign} {body}" if sign and not first else sign + body

    def product(self, coefficient: str, factors: list[Any], own: Names) -> str:
        """coefficient * factors, those with bound labels behind one sum sign."""
        labels = [b for _, places, _ in factors for b in places if self.tables["labels"][b][0] == "bound"]
        bound = list(dict.fromkeys(labels))
        named = {**own, **dict(zip(bound, self._unused(own, len(bound)), strict=True))}
        above, below = self._split([f for f in factors if not set(f[1]) & set(bound)], named)
        inside = [f for f in factors if set(f[1]) & set(bound)]
        if inside:
            above.append(
                f"sum[{', '.join(named[b] for b in bound)}]({_fraction(*self._split(inside, named))})"
            )
        if coefficient != "1":
            above.insert(0, coefficient)
        return _fraction(above, below)

    def _split(self, factors: list[Any], own: Names) -> tuple[list[str], list[str]]:
        """What stands above the fraction bar, and below it."""
        above, below = list[str](), list[str]()
        for number, labels, exponent in factors:
            under = str(exponent).startswith("-")
            positive = str(exponent).lstrip("-")
            (below if under else above).append(self.factor((number, labels, positive), own))
        return above, below

    def _unused(self, own: Names, count: int) -> list[str]:
        taken = {*own.values(), *self.free.values()}
        letters = [letter for letter in self.letters if letter not in taken]
        return [letters[k] if k < len(letters) else f"i{k}" for k in range(count)]

    def factor(self, factor: tuple[int, list[int], str], own: Names) -> str:
        """An atom at its labels, to its power, which is positive."""
        number, labels, exponent = factor
        atom = self.tables["atoms"][number]
        text = self.atom(atom, [self.name(b, own) for b in labels], own)
        if exponent == "1":
            return text
        if exponent == "1/2":
            return f"sqrt{text}" if text.startswith("(") else f"sqrt({text})"
        return f"{text}^{exponent}" if exponent.isdigit() else f"{text}^({exponent})"

    def atom(self, atom: dict[str, Any], labels: list[str], own: Names) -> str:
        """A name with its entries, or a function of a polynomial."""
        kind, name = atom["kind"], atom["name"].replace("_{\0}", "").replace("^{(\0)}", "")
        where = f"[{', '.join(labels)}]" if labels else ""
        if kind in ("symbol", "cut", "size", "prime", "index", "pi", "delta", "before"):
            return (labels[0] if kind == "index" else name or kind) + (where if kind != "index" else "")
        if kind == "event":
            return f"P({' and '.join(atom['extra'])})"
        if kind == "cumulant":
            return f"kappa({', '.join(atom['extra'])}){where}"
        inner = {**own, **dict(zip(atom["places"], labels, strict=False))}
        rows = [letter for letter in "rcxy" if letter not in inner.values()]
        inner |= dict(zip(atom["over"], rows, strict=False))
        bodies = ", ".join(self.polynomial(body, inner) for body in atom["bodies"])
        if kind == "pow":
            return f"({bodies})"
        bound = ", ".join(inner[b] for b in atom["over"])
        primes = "'" * next((k for k in atom["extra"] if isinstance(k, int)), 0)
        own_labels = f"[{', '.join(labels[-2:])}]" if kind == "inverse" else ""
        return f"{name or kind}{primes}{f'[{bound}]' if bound else ''}({bodies}){own_labels}"
