"""Every case file: what is read, how it is read, and what is refused where."""

from __future__ import annotations

import pytest

from generator.errors import ContentError
from generator.notation.explain import reading
from generator.notation.parse import parse_expression, parse_formula, parse_statement
from tests.notation.cases import Case, load, table_of, text

HOSTILE_READ, HOSTILE_REJECT = load("hostile/read"), load("hostile/reject")
READ, REJECT = load("read") + HOSTILE_READ, load("reject") + HOSTILE_REJECT


def test_there_are_cases_of_both_kinds() -> None:
    assert len(READ) > 150
    assert len(REJECT) > 120


def test_hostile_strings_are_many_and_each_has_one_answer() -> None:
    """Ambiguous, malformed or disguised: 600 at least, no two alike, each read or refused."""
    latex = [case.latex for case in (*HOSTILE_READ, *HOSTILE_REJECT)]
    assert len(set(latex)) == len(latex) >= 600
    assert len(HOSTILE_READ) >= 100


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_is_read_as_its_case_file_says(case: Case) -> None:
    assert reading(parse_formula(text(case.latex), case.table())) == case.expected


@pytest.mark.parametrize("case", REJECT, ids=lambda case: case.name)
def test_is_refused_as_its_case_file_says(case: Case) -> None:
    with pytest.raises(ContentError) as caught:
        parse_formula(text(case.latex), case.table())
    found = caught.value.finding
    start = found.place.column - 1
    assert f"{found.code} @ {start}-{start + found.width}\n{found.message}" == case.expected
    assert found.remedy, "a refusal says what to write instead"


def test_a_lone_expression_is_no_statement() -> None:
    table = table_of("a, b : scalar")
    with pytest.raises(ContentError) as caught:
        parse_statement(text("a + b"), table)
    assert caught.value.finding.code == "no-relation"


def test_a_relation_is_no_expression() -> None:
    table = table_of("a, b : scalar")
    with pytest.raises(ContentError) as caught:
        parse_expression(text("a = b"), table)
    assert caught.value.finding.code == "unexpected-token"


def test_two_meanings_have_two_readings() -> None:
    readings = {case.expected for case in READ}
    spellings = {(case.declarations, case.latex) for case in READ}
    assert len(spellings) == len(READ)
    assert len(readings) > 0.9 * len(READ)
