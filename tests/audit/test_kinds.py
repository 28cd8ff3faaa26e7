"""The kinds of slips: each that people make has operators, and most printed errata are one slip away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.audit.mutate import mutants, printed
from generator.audit.operators import OPERATORS
from generator.audit.pieces import Names
from generator.audit.targets import names_of
from generator.load import load_topic

CORPUS = Path(__file__).parents[1] / "corpus"
NAMES = {operator.name for operator in OPERATORS}

#: Kinds in which books and lecture notes err, and the kinds of ours that imitate them.
PEOPLE_ERR = {
    "factor and constant": {"factor", "constant"},
    "off by one": {"off by one"},
    "exponent and root": {"exponent"},
    "index and free variable": {"index"},
    "stray or missing differential": {"differential"},
    "wrong function or scope of a bracket": {"function", "scope"},
    "wrong or swapped symbol": {"symbol"},
    "sign": {"sign"},
    "inverted ratio": {"ratio"},
    "missing or extra term": {"term"},
    "transpose and shape": {"transpose"},
    "direction of a relation": {"relation"},
    "domain and assumption": {"domain"},
    "parametrisation": {"parametrisation"},
    "any single token": {"deletion"},
}

#: Slips of a first audit of this field, each with the operators that make it.
SLIPS = {
    "sign": {"plus-to-minus"},
    "drop or insert minus": {"drop-minus", "insert-minus"},
    "negate": {"negate-side"},
    "number one more or less": {"number-more", "number-less"},
    "drop a script": {"drop-subscript", "drop-exponent"},
    "square to cube": {"other-exponent"},
    "insert square": {"insert-square"},
    "add or drop a transpose": {"add-transpose", "drop-transpose"},
    "symbol for another of its kind": {"other-symbol"},
    "swap neighbours": {"swap-neighbours", "swap-terms"},
    "swap or drop an index": {"swap-indices", "drop-subscript", "other-index"},
    "size one more or less": {"size-more", "size-less"},
    "drop a factor, term, brackets, accent": {"drop-factor", "drop-term", "drop-brackets", "drop-accent"},
    "times two": {"times-two"},
    "swap or drop numerator and denominator": {"invert-ratio", "drop-numerator", "drop-denominator"},
    "sum and product": {"sum-or-product"},
    "bounds and index of a sum": {"lower-bound", "other-range", "other-index"},
    "log and exp": {"other-function", "wrap-word"},
    "drop a function, root or operator": {"drop-word", "drop-root", "derivative-part"},
    "min and max": {"sum-or-product"},
    "expectation and variance": {"other-function"},
    "another relation": {"other-relation"},
    "swap dimensions": {"swap-dimensions"},
}


@pytest.mark.parametrize("kind", PEOPLE_ERR)
def test_every_kind_of_error_has_operators(kind: str) -> None:
    ours = {operator.kind for operator in OPERATORS}
    assert PEOPLE_ERR[kind] <= ours


def test_no_kind_of_ours_is_without_a_word() -> None:
    assert {operator.kind for operator in OPERATORS} == set().union(*PEOPLE_ERR.values())


@pytest.mark.parametrize("slip", SLIPS)
def test_every_slip_has_an_operator(slip: str) -> None:
    assert SLIPS[slip] <= NAMES


def test_most_printed_errata_are_one_slip_away() -> None:
    """The wrong form that a book printed is among the mutants of the right one, token for token."""
    facts = json.loads((CORPUS / "errata.json").read_text(encoding="utf-8"))
    reached = [fact["id"] for fact in facts if _is_reached(fact["id"], fact["right"], fact["wrong"])]
    assert len(facts) >= 58
    assert len(reached) >= 45, sorted({fact["id"] for fact in facts} - set(reached))


def _is_reached(identity: str, right: str, wrong: str) -> bool:
    path = CORPUS / "errata" / f"{identity}.yaml"
    names = names_of(load_topic(path)) if path.exists() else Names()
    return printed(wrong) in {printed(mutant.latex) for mutant in mutants(right, names)}
