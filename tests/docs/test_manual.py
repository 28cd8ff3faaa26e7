"""The manual is true: its examples do what it says, its tables are the program's tables."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from generator import cli, ledger, recheck
from generator.audit.outcomes import OUTCOMES
from generator.load import load_book, load_topic, yaml_nodes
from generator.meaning import enumeration, sampling
from generator.meaning.laws import LAWS
from generator.notation import commands, kinds, law_names
from generator.notation.conventions import CONVENTIONS
from generator.notation.topic import read_topic
from generator.verify import approach, curves, grid, optimum, order, question, verify_topic
from generator.verify.judge import CHECKS
from tests.conftest import ROOT, Run
from tests.docs import tables
from tests.docs.blocks import DOCS, Block, Formula, answers, blocks, completed, formulas, read

PAGES = {page.name: page.read_text(encoding="utf-8") for page in sorted(DOCS.glob("*.md"))}
YAML = blocks("yaml")
BASE = {block.page: block.text for block in blocks("symbols")}
FORMULAS = [formula for block in blocks("formulas") for formula in formulas(BASE[block.page], block)]
TOPICS = [block for block in YAML if block.marks[:1] in (("good",), ("refused",))]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


def only(marks: tuple[str, ...], languages: tuple[str, ...] = ("yaml", "text")) -> Block:
    """The one block with these marks."""
    (found,) = [block for block in blocks(*languages) if block.marks == marks]
    return found


def test_every_yaml_block_says_what_becomes_of_it() -> None:
    known = {"good", "refused", "book", "example", "example-for-json", "wrong"}
    assert [str(block) for block in YAML if not block.marks or block.marks[0] not in known] == []
    assert [str(block) for block in TOPICS if (block.marks[0] == "refused") == (len(block.marks) == 1)] == []
    assert len(TOPICS) > 80


@pytest.mark.parametrize("block", TOPICS, ids=str)
def test_topic(block: Block, tmp_path: Path) -> None:
    assert answers(completed(block.text), tmp_path) == set(block.marks[1:])


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.where)
def test_formula(formula: Formula) -> None:
    code, reading = read(formula)
    assert code == formula.code
    if formula.reading:
        assert reading == formula.reading


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_verified(path: Path, tmp_path: Path) -> None:
    assert answers(path.read_text(encoding="utf-8"), tmp_path) == set()


def test_the_manual_shows_the_example_as_it_is() -> None:
    block = only(("example", "thin-lens"))
    assert block.text == (ROOT / "examples" / "thin-lens.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("position", [0, 1])
def test_a_wrong_line_gives_the_message_that_is_shown(position: int, proofboard: Run, tmp_path: Path) -> None:
    wrong = [block for block in YAML if block.marks == ("wrong", "thin-lens")][position]
    shown = only((("refuted",), ("undeclared",))[position])
    old, new = (line[2:] for line in wrong.text.splitlines())
    good = (ROOT / "examples" / "thin-lens.yaml").read_text(encoding="utf-8")
    assert good.count(old) == 1
    (tmp_path / "thin-lens.yaml").write_text(good.replace(old, new), encoding="utf-8")
    done = proofboard("check", "thin-lens.yaml")
    assert done.returncode == (1, 3)[position]
    pattern = re.escape(shown.text.strip()).replace(r"\.\.", r"-?[0-9./e+]+")
    assert re.search(rf"^{pattern}$", done.stderr, re.M)


def test_the_book_is_read(tmp_path: Path) -> None:
    block = only(("book",))
    (tmp_path / "book.yaml").write_text(block.text, encoding="utf-8")
    for name in re.findall(r"^- ([a-z-]+)$", block.text, re.M):
        (tmp_path / f"{name}.yaml").write_text(completed("promise: Short.\n"), encoding="utf-8")
    assert [topic.name for topic in load_book(tmp_path / "book.yaml").topics] == ["square"]


def test_one_new_topic_is_one_new_file(project: Path) -> None:
    before = [topic.name for topic in load_book(project / "content" / "book.yaml").topics]
    shutil.copy(ROOT / "examples" / "thin-lens.yaml", project / "content")
    assert [topic.name for topic in load_book(project / "content" / "book.yaml").topics] == [
        *before,
        "thin-lens",
    ]


def test_json_is_as_shown(proofboard: Run, tmp_path: Path) -> None:
    (tmp_path / "square.yaml").write_text(only(("example-for-json",)).text, encoding="utf-8")
    done = proofboard("check", "--json", "square.yaml")
    assert done.returncode == 1
    (shown,) = blocks("json")
    assert _without_values(json.loads(done.stdout)) == _without_values(json.loads(shown.text))


def _without_values(answer: dict[str, list[dict[str, dict[str, object]]]]) -> object:
    """The answer with the counterexample's numbers taken out: they depend on the points."""
    example = answer["relations"][0]["counterexample"]
    assert example["left"]
    assert example["values"]
    example |= {"values": sorted(example["values"]), "left": "", "right": "", "note": ""}  # type: ignore[call-overload]
    return answer


# -- tables ---------------------------------------------------------------------------


@pytest.mark.parametrize("page", sorted(PAGES))
def test_tables_are_the_programs_own(page: str) -> None:
    """Where this fails, run `python -m tests.docs.tables` and look at the difference."""
    assert PAGES[page] == tables.filled(PAGES[page])


def test_every_table_is_printed_once() -> None:
    printed = [name for page in PAGES.values() for name in re.findall(r"<!-- table: ([a-z-]+) -->", page)]
    assert sorted(printed) == sorted(tables.TABLES)


def test_every_command_is_in_a_table() -> None:
    spans = set(re.findall(r"`([^`\n]+)`", "".join(part() for part in tables.TABLES.values())))
    spans = {span.replace("\\|", "|") for span in spans} | spans
    assert commands.ALLOWED - spans == set()


def test_every_relation_is_explained() -> None:
    section = PAGES["checks.md"].partition("## Relations")[2].partition("\n## ")[0]
    shown = {"=": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "in": r"\in", "sim": r"\sim"}
    shown |= {"to": r"\to", "approx": r"\approx", "propto": r"\propto", "equiv": r"\equiv"}
    shown |= {"tolaw": r"\xrightarrow{d}", "toprob": r"\xrightarrow{P}"}
    shown |= {op: f"\\{op}" for op in ("succeq", "succ", "preceq", "prec")}
    for op in (*CHECKS, "=", "equiv"):
        assert f"`{shown.get(op, op)}" in section, op
    for heading in (r"\iff", r"\implies", r"\arg\max", r"\Pr", r"\mathbb E"):
        assert f"`{heading}" in section, heading


def test_every_refused_code_that_is_explained_exists() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "generator").rglob("*.py"))
    codes = {code for block in TOPICS for code in block.marks[1:]} | {f.code for f in FORMULAS if f.code}
    assert [code for code in sorted(codes) if f'"{code}"' not in source] == []


def test_names_of_the_closed_tables_have_a_place() -> None:
    page = PAGES["format.md"]
    for name in (*kinds.TYPES, *kinds.WORDS, *kinds.BUILTINS, *CONVENTIONS):
        assert f"`{name}`" in page, name
    for law in (*law_names.LAWS, *LAWS):
        assert f"`{law}`" in PAGES["language.md"], law


def test_every_key_has_a_section() -> None:
    from generator.load.entries import ATTRIBUTES, ENTRY_KINDS, FIGURE_KEYS, TOPIC_KEYS, TRAP_KEYS

    page = PAGES["format.md"].lower()
    headings = " ".join(re.findall(r"^## (.*)$", page, re.M))
    for key in TOPIC_KEYS:
        assert key in headings, key
    small = {*TRAP_KEYS, *FIGURE_KEYS, "why"}
    small |= {kind for entries in ENTRY_KINDS.values() for kind in entries}
    for key in small | {name for names in ATTRIBUTES.values() for name in names}:
        assert f"`{key}`" in page, key


# -- facts ----------------------------------------------------------------------------


def test_record_fields_are_those_of_the_ledger() -> None:
    from tests.conftest import verdict

    section = PAGES["checks.md"].partition("A record:")[2].partition("\n## ")[0]
    named = {
        name for row in re.findall(r"^\| (`.*?) \|", section, re.M) for name in re.findall(r"`(\w+)`", row)
    }
    assert named == set(ledger.full(verdict(status="refuted")))


def test_results_of_an_audit_are_those_of_the_program() -> None:
    section = PAGES["checks.md"].partition("## The audit")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"^\| ([a-z ]+) \| (?!means)", section, re.M)) == OUTCOMES


def test_exit_codes_are_those_of_the_program() -> None:
    codes = {cli.USAGE, cli.TOOLCHAIN, cli.BUG, cli.INTERRUPTED}
    for page in ("checks.md", "how-it-works.md"):
        listed = set(map(int, re.findall(r"^\| (\d+) \| ", PAGES[page], re.M)))
        assert listed == codes | {0, 1, 3}, page


def facts() -> dict[str, list[str]]:
    """Sentences with numbers in them, made from the program's own numbers, by page."""

    def thousands(number: int) -> str:
        return f"{number:,}".replace(",", " ")

    low, high = min(approach.STAGES), max(approach.STAGES)
    first, *more = question.PRECISIONS
    return {
        "checks.md": [
            f"{question.POINTS} points a tuple of sizes, {question.SINGLE_POINTS} where there are no sizes",
            f"as far as {thousands(question.WORK_BOUND)} estimated operations",
            f"all values up to {question.FREE_INDEX_BOUND}",
            f"where {sampling.TRIES} tries give no admissible point",
            f"{optimum.COMPETITORS} competitors",
            f"{order.SEARCH_STEPS} steps towards a smaller gap",
            f"at most {thousands(enumeration.ENUMERATION_BOUND)}",
            f"$2^{low}$ to $2^{{{high}}}$",
            f"have {first} bits, which is more than {question.DIGITS} digits, then "
            f"{', '.join(map(str, more[:-1]))} and {more[-1]}",
            f"shares of {thousands(grid.SPREAD)} points of equal probability",
            f"against numbers of {recheck.mp.dps} digits",
        ],
        "format.md": [
            f"at most {thousands(yaml_nodes.MAX_BYTES)} bytes",
            f"at most {yaml_nodes.MAX_DEPTH} levels",
            f"drawn at {curves.STEPS + 1} points",
            f"at most {curves.MOST_BARS} entries",
            f"at most {curves.MOST_CELLS} entries",
        ],
    }


@pytest.mark.parametrize("page", sorted(facts()))
def test_numbers_are_those_of_the_program(page: str) -> None:
    """Where this fails, the page must say instead what the assertion shows."""
    flat = " ".join(PAGES[page].split())
    assert [fact for fact in facts()[page] if fact not in flat] == []


def test_every_route_is_explained() -> None:
    """The evidence names a route by a capital or in words; each stands in the table."""
    section = PAGES["checks.md"].partition("## Routes")[2].partition("\n## ")[0]
    listed = set(re.findall(r"^\| `([^`]+)` \|", section, re.M))
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "generator/verify").glob("*.py"))
    routes = re.findall(r'\(((?:"[\w ]+",? ?)+)(?:\*[\w.]+)?\)', source)
    known = {name for group in routes if '"Arb"' in group for name in re.findall(r'"([\w ]+)"', group)}
    assert known <= listed
    assert {"Arb", "SymPy"} <= known


def test_the_nearest_true_variant_is_the_one_that_is_shown(tmp_path: Path) -> None:
    (block,) = [b for b in TOPICS if "= 2 (z_i - y_i)" in b.text]
    (tmp_path / "mean.yaml").write_text(completed(block.text), encoding="utf-8")
    verdicts = verify_topic(read_topic(load_topic(tmp_path / "mean.yaml")))
    notes = [v.counterexample.note for v in verdicts if v.counterexample]
    assert notes
    assert f'here "{notes[0]}"' in " ".join(PAGES["checks.md"].split())


NORMAL = "symbols: |\n  x : scalar\nsetup:\n- given: x \\sim \\mathcal N(0, 1)\n"
UNDECIDED = {
    "through a pole": r"a = \int_0^1 \frac{1}{3 u - 1} \, du",
    "infinite products": r"a + \prod_{k=1}^\infty (1 + 2^{-k}) = a + 1",
    "maxima over a continuum": r"a + \max_{b \in [0, 1]} b = a + 1",
    "a `complex` name": r"z^2 = z z + a - a",
    "divergences of two families": r"\mathrm{KL}(\mathcal N(a, 1) \,\|\, \mathrm{Laplace}(b, 1)) \ge 0",
}


@pytest.mark.parametrize("phrase", sorted(UNDECIDED))
def test_what_is_not_decided_is_not(phrase: str, tmp_path: Path) -> None:
    """Where this fails the checker has learnt something: take the words out of the manual."""
    section = " ".join(PAGES["checks.md"].partition("## What is not decided")[2].split())
    assert phrase in section
    claim = f"steps:\n- claim: {UNDECIDED[phrase]}\n"
    names = [name for name in ("a", "b") if re.search(rf"\b{name}\b", UNDECIDED[phrase])]
    symbols = f"symbols: |\n  {', '.join(names)} : scalar\n" if names else NORMAL
    symbols += "  z : complex\n" if "z" in UNDECIDED[phrase] else ""
    assert answers(completed(symbols + claim), tmp_path) == {"undecided"}


def test_messages_that_are_explained_exist() -> None:
    section = PAGES["manual.md"].partition("## Which message")[2]
    source = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "generator").rglob("*.py"))
    told = re.findall(r"^\| `(?:refuted|undecided): \.\. ([^`]+?)(?: \.\.)?` \|", section, re.M)
    assert len(told) > 4
    assert [words for words in told if words not in source] == []


def test_commands_and_options_exist(proofboard: Run) -> None:
    text = "".join(PAGES.values())
    names = set(re.findall(r"`?(?:\$ )?proofboard ([a-z]+)\b", text)) - {"topic"}
    assert names <= set(cli.main.commands)
    options = {option for command in cli.main.commands.values() for p in command.params for option in p.opts}
    assert set(re.findall(r"`(?:check )?(--[a-z-]+)", text)) <= options | {"--help"}


def test_links_lead_somewhere() -> None:
    for name, page in PAGES.items():
        prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page, flags=re.M | re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            file, _, anchor = target.partition("#")
            assert (DOCS / (file or name)).is_file(), target
            if anchor:
                headings = re.findall(r"^#+ (.*)$", PAGES[file or name], re.M)
                assert anchor in [_anchor(heading) for heading in headings], f"{name}: {target}"


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_files_that_are_named_exist() -> None:
    for name, page in PAGES.items():
        for path in re.findall(r"`((?:generator|tests|docs|content|examples|templates)/[\w./-]+)`", page):
            assert (ROOT / path).exists(), f"{name}: {path}"
