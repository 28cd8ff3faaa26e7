"""Printed formulas and published errata: the right form is verified, the wrong one is not.

`formulas.json`, `errata.json` and `books.json` (formulas in the spelling of well-known books, each
with a slip) hold what was printed (`right`, `wrong`) and its source. For
each one that works a topic file in `formulas/` or `errata/` declares its symbols and holds the
right form as the claim named `claim`; the test puts the wrong form in its place. Where our
language refuses the printed form, `restated` holds both forms as the remedy says them. A wrong
form is refuted by value, unless `wrong_is` names the code of the error that refuses it.
`MISSING.yaml` lists what does not work yet, and `WITHIN.yaml` what of it uses only constructs of the
manual; those topics stand in `missing/`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.errors import BuildError, Finding
from generator.load import load_topic
from generator.model import Verdict
from generator.notation.topic import read_topic
from generator.verify import Options, verify_topic
from generator.verify.gate import passed

FOLDER = Path(__file__).parent
KINDS = ("formulas", "errata", "books")
FACTS = {fact["id"]: fact for kind in KINDS for fact in json.loads((FOLDER / f"{kind}.json").read_text())}
WORKING = {path.stem: path for kind in KINDS for path in sorted((FOLDER / kind).glob("*.yaml"))}
ATTEMPTS = {path.stem: path for kind in KINDS for path in sorted((FOLDER / "missing" / kind).glob("*.yaml"))}
MISSING = yaml.safe_load((FOLDER / "MISSING.yaml").read_text())
WITHIN = yaml.safe_load((FOLDER / "WITHIN.yaml").read_text())
RESTATED = sorted(name for name, fact in FACTS.items() if "restated" in fact)
VALUE = {"proved", "exact", "checked"}
EVERY_ROUTE, NUMERIC = Options(), Options("numeric")


def forms(name: str) -> tuple[str, str]:
    """The right and the wrong form as our language reads them."""
    fact: dict[str, Any] = FACTS[name].get("restated", FACTS[name])
    return fact["right"], fact["wrong"]


@cache
def topic_with(path: Path, form: str) -> str:
    """The topic's text with another form in the place of its claim."""
    right, text = forms(path.stem)[0], path.read_text()
    assert text.count(f"    {right}\n  as: claim") == 1, "the file holds the right form once"
    return text.replace(f"    {right}\n  as: claim", f"    {form}\n  as: claim")


def answers(
    path: Path, form: str, folder: Path, options: Options = EVERY_ROUTE
) -> tuple[list[Verdict], list[Finding]]:
    """Verdicts of all statements with `form` as the claim, or the findings that refuse it."""
    written = folder / path.name
    written.write_text(topic_with(path, form))
    try:
        return list(verify_topic(read_topic(load_topic(written)), options)), []
    except BuildError as error:
        return [], list(error.findings)


def about_claim(path: Path, verdicts: list[Verdict]) -> list[Verdict]:
    """Those about the relations of the claim."""
    return [verdict for verdict in verdicts if verdict.id.split("#")[0] == f"{path.stem}/claim"]


def verified(path: Path, form: str, folder: Path, options: Options = EVERY_ROUTE) -> bool:
    """Whether every relation of the claim passes and one of them by value; givens have a model."""
    verdicts, _ = answers(path, form, folder, options)
    claims = about_claim(path, verdicts)
    others = all(passed(v) or "not pinned" in v.reason for v in verdicts)
    return others and all(map(passed, claims)) and any(v.status in VALUE for v in claims)


def rejected(path: Path, form: str, folder: Path, options: Options = EVERY_ROUTE) -> str:
    """How a wrong form is rejected: `refuted`, `empty`, the code that refuses it, or nothing.

    `empty`: no admissible value meets its condition, so it would say nothing.
    """
    verdicts, findings = answers(path, form, folder, options)
    claims = about_claim(path, verdicts)
    if any(verdict.status == "refuted" for verdict in claims):
        return "refuted"
    if claims and all(v.reason.startswith("no admissible point was found") for v in claims):
        return "empty"
    return findings[0].code if findings else ""


def has_remedy(findings: list[Finding]) -> bool:
    """Whether a form is refused, and every refusal says what to write."""
    return bool(findings) and all(finding.remedy for finding in findings)


def works(path: Path, folder: Path) -> bool:
    """Whether the pair counts (by numbers alone: that is quick): right verified, wrong rejected."""
    right, wrong = forms(path.stem)
    if path.stem in RESTATED and not has_remedy(answers(path, FACTS[path.stem]["right"], folder, NUMERIC)[1]):
        return False
    return verified(path, right, folder, NUMERIC) and bool(rejected(path, wrong, folder, NUMERIC))


@pytest.mark.parametrize("path", WORKING.values(), ids=list(WORKING))
def test_right_is_verified(path: Path, tmp_path: Path) -> None:
    assert verified(path, forms(path.stem)[0], tmp_path), answers(path, forms(path.stem)[0], tmp_path)


@pytest.mark.parametrize("path", WORKING.values(), ids=list(WORKING))
def test_wrong_is_rejected(path: Path, tmp_path: Path) -> None:
    assert rejected(path, forms(path.stem)[1], tmp_path) == FACTS[path.stem].get("wrong_is", "refuted")


@pytest.mark.parametrize("name", sorted(WORKING.keys() & set(RESTATED)))
def test_printed_form_is_refused_with_a_remedy(name: str, tmp_path: Path) -> None:
    assert has_remedy(answers(WORKING[name], FACTS[name]["right"], tmp_path)[1])


@pytest.mark.parametrize("path", ATTEMPTS.values(), ids=list(ATTEMPTS))
def test_missing_does_not_work_yet(path: Path, tmp_path: Path) -> None:
    assert not works(path, tmp_path), f"{path.stem} works now: it belongs with the others"


def test_each_formula_stands_in_one_place() -> None:
    assert sorted([*WORKING, *ATTEMPTS]) == sorted(FACTS)
    assert not set(WORKING) & set(ATTEMPTS)
    assert sorted(MISSING) == sorted(ATTEMPTS)
    assert all(MISSING.values())


def test_nearly_all_that_uses_only_the_manual_is_accepted() -> None:
    """Of the right forms of both corpora, without those that need what the manual excludes."""
    accepted = [name for name, path in WORKING.items() if path.parent.name != "books"]
    assert WITHIN.keys() <= MISSING.keys()
    assert len(accepted) >= 95 and len(accepted) / (len(accepted) + len(WITHIN)) >= 0.95


def test_forty_formulas_stand_as_other_books_print_them() -> None:
    """Each with its source, from twenty books and papers at least."""
    books = [
        fact
        for fact in FACTS.values()
        if fact["id"] in WORKING and WORKING[fact["id"]].parent.name == "books"
    ]
    assert len(books) >= 40
    assert len({fact["source"].split(",")[0] for fact in books}) >= 20


def test_forms_differ() -> None:
    for name in FACTS:
        right, wrong = forms(name)
        assert right != wrong, name
