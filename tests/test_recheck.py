"""The second checker: its evaluator case by case, and what it refuses of a published book.

A case of tests/recheck is a scope, a claim and its points; its folder says what the evaluator
finds. The attacks are on a real build of three topics, without the pages themselves: an
attacker who changes something also puts every hash and count right again.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from generator import ledger, pipeline, recheck
from generator.fingerprint import digest
from generator.job import Job
from tests.conftest import ROOT

CASES = sorted((ROOT / "tests" / "recheck").rglob("*.txt"))
FOUND = {"holds": {True}, "fails": {False}, "unable": {None}}
TOPICS = ("bernoulli-mle", "gaussian-mle", "softmax-cross-entropy")
Record = dict[str, Any]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    claims = [line for line in lines if line.startswith("(claim ")]
    points = [line for line in lines if line.startswith("(point")]
    scope = recheck.Scope(line for line in lines if line not in {*claims, *points})
    answers = [recheck.agrees(scope, claims[0], point) for point in points]
    assert points
    assert {answer.holds for answer in answers} == FOUND[path.parent.name], answers


def test_cases_of_every_kind() -> None:
    for folder in FOUND:
        assert sum(path.parent.name == folder for path in CASES) > 5


@pytest.mark.parametrize("text", ["(", ")", "(a))", "a b", ""])
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(ValueError, match="not one S-expression"):
        recheck.read(text)


def test_imports_nothing_of_ours() -> None:
    """The second checker is two files: neither imports anything of the program, nor its libraries."""
    modules: set[str] = set()
    for name in ("recheck.py", "recheck_proofs.py"):
        nodes = list(ast.walk(ast.parse((ROOT / "generator" / name).read_text())))
        modules |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        modules |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    own = {name for name in modules if name.split(".")[0] in {"generator", "sympy", "numpy", "flint"}}
    assert own == {"generator.recheck_proofs"}
    assert (ROOT / "generator" / "__init__.py").read_text() == ""


# -- a published book -----------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three topics as they are published; only the pages are blank."""
    folder = tmp_path_factory.mktemp("published") / "build"
    files = []
    for name in TOPICS:
        text = (ROOT / "content" / f"{name}.yaml").read_text()
        files.append(folder.parent / f"{name}.yaml")
        files[-1].write_text(re.sub(r"^see: .*\n", "", text, flags=re.M))  # the other topics are not here
    job = Job(files=tuple(map(str, files)), folder=folder, cached=False, workers=1)
    book = pipeline.check(job).verified
    assert book is not None
    documents = pipeline.render(book, job)
    made = pipeline.account(documents, book)
    outputs = documents | {"handbook.pdf": b"pages", "slides.pdf": b"slides"}
    for name, data in outputs.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    hashes = {name: digest(data) for name, data in outputs.items()}
    (folder / "ledger.json").write_bytes(ledger.ledger(book, "inputs", job.options, hashes, made))
    return folder


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "copy"))


def verdict(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """(exit code, what was printed)."""
    code = recheck.main([str(folder)])
    return code, capsys.readouterr().out


def reseal(folder: Path, change: Callable[[Record], None] = lambda record: None) -> None:
    """Change the ledger, then put its hashes, counts and digest right again."""
    record = json.loads((folder / "ledger.json").read_bytes())
    record.pop("digest")
    change(record)
    record["outputs"] = {name: digest((folder / name).read_bytes()) for name in record["outputs"]}
    own = [r for r in record["relations"] if r["kind"] != "generated" and not r["id"].endswith("/when")]
    record["counts"] = dict(Counter(r["status"] for r in own))
    (folder / "ledger.json").write_bytes(ledger.sealed(record))


def rewrite(folder: Path, name: str, pattern: str, new: str) -> None:
    """Replace the first match of `pattern` in a file."""
    text = (folder / name).read_text()
    changed = re.sub(pattern, lambda _: new, text, count=1)
    assert changed != text
    (folder / name).write_text(changed)


def test_a_published_book_agrees(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = verdict(published, capsys)
    assert (code, out.splitlines()[-1]) == (0, "the book agrees with its ledger")


def test_resealing_alone_changes_nothing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reseal(copy)
    assert verdict(copy, capsys)[0] == 0


def test_nothing_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recheck.main([str(tmp_path)]) == 2
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["ledger.json", "tex/handbook.tex", "tex/slides.tex", "handbook.pdf"])
def test_one_character(copy: Path, name: str, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    data = bytearray((copy / name).read_bytes())
    at = Random(seed).randrange(len(data))
    data[at] = ord("7") if data[at] != ord("7") else ord("8")
    (copy / name).write_bytes(data)
    assert verdict(copy, capsys)[0] == 1


def test_two_records_swapped(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = json.loads((copy / "ledger.json").read_bytes())
    one, other = record["relations"][3:5]
    record["relations"][3:5] = [other, one]
    (copy / "ledger.json").write_bytes(ledger.dump(record))
    assert verdict(copy, capsys)[0] == 1


#: What a document shows, what is put in its place, and what the second checker says.
FORGED = {
    "formula": (r"\\formula\{L\(p\) = ", r"\formula{L(p) = -", "the ledger has not"),
    "formula-in-a-sentence": (r"\\wbmath\{L\(p\)\}", r"\wbmath{L(q)}", "the ledger has not"),
    "made-number": (r"\\wbmade\{n = 2", r"\wbmade{n = 97", "the ledger has not"),
    "seal": (r"\\rail\{(?:exact|checked)\}\{", r"\rail{sampled}{", "the seal sampled"),
    "word-beside-a-seal": (r"~ exact\}", "~ given}", "(given) beside"),
    "seal-taken-away": (r"\\rail\{definition\}\{[^}]*\}\{[^}]*\}", "", "no seal beside"),
    "seal-at-a-glance": (r"\\glanceseal\{\w+\}", r"\glanceseal{given}", "the ledger has not: given"),
    "trap-without-its-mark": (r"\\trap\{", r"\row{", "the ledger has not"),
    "count-on-the-cover": (r"\\seals\{given\}\{\d+\}", r"\seals{given}{99}", "the counts on the cover"),
    "display-left-out": (r"\\formula\{\\hat p = \\bar x\}", "", "beside"),
    "dollars": (r"Setup", "Setup $x = 1$", "outside its formulas"),
    "display-in-brackets": (r"Setup", r"Setup \[x = 1\]", "outside its formulas"),
    "ensuremath": (r"Setup", r"Setup \ensuremath{x = 1}", "outside its formulas"),
    "new-command": (
        r"\\begin\{document\}",
        r"\begin{document}\def\rail{}",
        "outside its formulas",
    ),
    "primitive": (r"\\begin\{document\}", r"\begin{document}\let\seal\relax", "outside its formulas"),
    "environment": (r"Setup", r"Setup \begin{math}x = 1\end{math}", "outside its formulas"),
    "file": (r"\\begin\{document\}", r"\begin{document}\input{more}", "outside its formulas"),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_forged_document(copy: Path, forgery: str, capsys: pytest.CaptureFixture[str]) -> None:
    pattern, new, words = FORGED[forgery]
    rewrite(copy, "tex/handbook.tex", pattern, new)
    reseal(copy)
    code, out = verdict(copy, capsys)
    assert code == 1
    assert words in out


def named(record: Record, identity: str) -> Record:
    return next(r for r in record["relations"] if r["id"] == identity)


def test_forged_status(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reseal(copy, lambda record: named(record, "gaussian-mle/bias").update(status="checked"))
    code, out = verdict(copy, capsys)
    assert code == 1
    assert "beside ['gaussian-mle/bias']" in out


def test_a_trap_called_proved(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reseal(copy, lambda record: named(record, "gaussian-mle/trap-1").update(status="proved"))
    assert "a trap may not be printed as proved" in verdict(copy, capsys)[1]


def test_a_claim_called_undecided(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reseal(copy, lambda record: named(record, "gaussian-mle/bias").update(status="undecided"))
    assert "may not be printed as undecided" in verdict(copy, capsys)[1]


def test_the_points_taken_away(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without points nothing is decided again, which is said and refused."""
    reseal(copy, lambda record: [r.pop("tried", None) for r in record["relations"]] and None)
    code, out = verdict(copy, capsys)
    assert code == 1
    assert "no point" in out
    assert "fewer than nine in ten" in out


def test_an_output_that_the_ledger_does_not_name(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reseal(copy, lambda record: record["outputs"].pop("tex/slides.tex") and None)
    assert "tex/slides.tex: its SHA-256 is not the ledger's" in verdict(copy, capsys)[1]


def test_a_definition_changed(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def change(record: Record) -> None:
        lines = record["scopes"]["gaussian-mle"]["topic"]
        record["scopes"]["gaussian-mle"]["topic"] = [line.replace("(/ 1 n)", "(/ 2 n)") for line in lines]

    reseal(copy, change)
    code, out = verdict(copy, capsys)
    assert code == 1
    assert "gaussian-mle/bias" in out


def spelled(tree: Any) -> str:
    """A tree as text, names between bars where they have blanks."""
    if isinstance(tree, tuple):
        return f"({' '.join(map(spelled, tree))})"
    return f"|{tree}|" if " " in tree else str(tree)


def slipped(formal: str, seed: int) -> str:
    """The equality with a factor, a sign, a term, a power or an index of one side changed."""
    _, (_, left, right), *conditions = recheck.read(formal)
    if right[0] in ("argmax", "argmin"):
        left, right = right, left
    changes = [("*", "2", right), ("+", "1", right), ("-", right)] if right != "0" else ["1", "1/9", "-1"]
    slips = ((r"\(\^ (\S+) 2\)", r"(^ \1 3)"), (r"\(- n 1\)", "(+ n 1)"), (r"entry (\w) j", r"entry \1 k"))
    if right[0] == "tuple":
        changes = [("tuple", change, *right[2:]) for change in (("*", "2", right[1]), ("+", "1", right[1]))]
    found = (re.sub(pattern, new, spelled(right), count=1) for pattern, new in slips)
    changes += [recheck.read(text) for text in found if text != spelled(right)]
    return spelled(("claim", ("=", left, changes[seed % len(changes)]), *conditions))


@pytest.mark.parametrize("seed", range(6))
def test_planted_errors(published: Path, seed: int) -> None:
    """Every equality that was decided again is refused with an error in it."""
    record = json.loads((published / "ledger.json").read_bytes())
    tried = 0
    for r in record["relations"]:
        if r.get("tried") and r["status"] != "refuted" and r["formal"].startswith("(claim (= "):
            scope = scope_of(record, r)
            assert {recheck.agrees(scope, r["formal"], point).holds for point in r["tried"]} == {True}
            wrong = slipped(r["formal"], seed)
            assert False in {recheck.agrees(scope, wrong, point).holds for point in r["tried"]}, wrong
            tried += 1
    assert tried > 20


def scope_of(record: Record, r: Record) -> recheck.Scope:
    own = record["scopes"][r["id"].partition("/")[0]]
    lines = own[r["scope"]]
    return recheck.Scope([*own["topic"], *lines[1:]] if lines[0] == "(within topic)" else lines)


def words_apart(certificate: str) -> Any:
    """A certificate without what is only said: the names of rules, labels and cut variables."""
    tables = json.loads(certificate)
    tables["steps"] = [step[1:] for step in tables["steps"]]
    tables["labels"] = [
        [kind, name if kind == "fixed" else "", place] for kind, name, place in tables["labels"]
    ]
    for a in tables["atoms"]:
        a["name"] = "" if a["kind"] in ("cut", "cumulant") else a["name"]
    return tables


@pytest.mark.parametrize("seed", range(4))
def test_one_character_of_a_certificate(published: Path, seed: int) -> None:
    """It is refused, but for words, or where the other proof is true too (a sum under another letter)."""
    record, rng = json.loads((published / "ledger.json").read_bytes()), Random(seed)
    proofs = [r for r in record["relations"] if "certificate" in r]
    found: Counter[bool | None] = Counter()
    for r in rng.choices(proofs, k=150):
        text = r["certificate"]
        at = rng.randrange(text.index(',"validated"'))
        changed = text[:at] + rng.choice([c for c in '0123456789-a[]",' if c != text[at]]) + text[at + 1 :]
        answer = recheck.proof_holds(scope_of(record, r), {**r, "certificate": changed})
        if answer.holds is not True or words_apart(changed) != words_apart(text):
            found[answer.holds] += 1
    assert found[False] > 100
    assert found[None] + found[True] <= 2, found


def damaged(certificate: str, kind: str, rng: Random) -> str | None:
    """One coefficient, exponent, label or atom of a side, an image or a step is another."""
    tables = json.loads(certificate)
    polynomials = [pair[side] for pair in tables["sides"] for side in ("left", "right")]
    polynomials += [i for pair in tables["sides"] for stage in pair["stages"] for _, i in stage["images"]]
    polynomials += [terms for step in tables["steps"] for terms in step[1:]]
    terms = [term for polynomial in polynomials for term in polynomial]
    factors = [f for term in terms for f in term[1] if kind != "label" or f[1]]
    if not (terms if kind == "coefficient" else factors):
        return None
    if kind == "coefficient":
        rng.choice(terms)[0] = "7/5"
    else:
        factor = rng.choice(factors)
        where, place = (factor, 0 if kind == "atom" else 2) if kind != "label" else (factor[1], 0)
        others = {
            "atom": range(len(tables["atoms"])),
            "label": range(len(tables["labels"])),
            "exponent": (2, 3),
        }
        choices = [k for k in others[kind] if k != where[place]]
        where[place] = rng.choice(choices) if choices else "no"
    return json.dumps(tables)


@pytest.mark.parametrize("kind", ["coefficient", "exponent", "label", "atom"])
def test_a_part_of_a_certificate(published: Path, kind: str) -> None:
    record, rng = json.loads((published / "ledger.json").read_bytes()), Random(kind)
    found: Counter[bool | None] = Counter()
    for r in record["relations"]:
        if "certificate" in r and (changed := damaged(r["certificate"], kind, rng)):
            found[recheck.proof_holds(scope_of(record, r), {**r, "certificate": changed}).holds] += 1
    assert found[False] > 20
    assert found[None] == 0
    assert found[True] <= 3, found  # a power of an outcome that is 0 or 1 is the outcome


@pytest.mark.parametrize(
    "name", ["gaussian-mle/bias", "bernoulli-mle/root", "softmax-cross-entropy/jacobian"]
)
def test_a_certificate_of_another_claim(published: Path, name: str) -> None:
    """Every part of it is true, but its sides are not the printed ones."""
    record = json.loads((published / "ledger.json").read_bytes())
    r, seen = named(record, name), 0
    for other in record["relations"]:
        if "certificate" in other and other["id"].startswith(name.partition("/")[0]):
            changed = {**r, "certificate": other["certificate"]}
            if json.loads(other["certificate"])["of"] == "both sides" and other["formal"] != r["formal"]:
                assert recheck.proof_holds(scope_of(record, r), changed).holds is not True, other["id"]
                seen += 1
    assert seen > 2


def test_a_proof_for_the_printed_sides_only(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A forged certificate fails the whole book."""

    def change(record: Record) -> None:
        r = next(r for r in record["relations"] if r["id"] == "gaussian-mle/bias")
        r["certificate"] = r["certificate"].replace('"left":[[', '"left":[[9', 1)

    reseal(copy, change)
    code, out = verdict(copy, capsys)
    assert code == 1
    assert "gaussian-mle/bias: its proof" in out
