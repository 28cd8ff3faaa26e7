"""The final .tex: formulas as written, nothing unescaped, no maths outside the printing forms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.errors import BuildError, InternalError
from generator.model import Counterexample, Entry, Text, Trap, Verdict, VerifiedTopic
from generator.notation.tree import Expr
from generator.render.board import displayed, numbers
from generator.render.chips import chips, written
from generator.render.document import (
    _environment,
    maths_shifts,
    render_handbook,
    render_slides,
    shifts,
)
from generator.render.escape import Tex
from generator.render.formulas import printed
from generator.render.seals import LEGEND, failure, seal, tally, weakest
from tests.render import sample
from tests.render.writer import Writer, segments

BOOK = sample.book()
HANDBOOK = render_handbook(BOOK, spell=sample.spell)


def text(value: str) -> Text:
    return Text(value, "content/logistic.yaml", ((0, 40, 5),))


def with_topic(**changes: object) -> VerifiedTopic:
    verified = sample.logistic()
    return replace(verified, topic=replace(verified.topic, **changes))  # type: ignore[arg-type]


def test_every_formula_is_printed_as_written() -> None:
    for verified in BOOK.topics:
        wanted = [entry.latex.value for entry in displayed(verified.topic) if entry.latex]
        wanted += [trap.wrong.latex.value for trap in verified.topic.traps if trap.wrong.latex]
        found = {s.latex for s in shifts(HANDBOOK) if s.form.startswith("formula")}
        assert set(wanted) <= found


def test_every_shift_is_a_formula_a_sentence_or_generated() -> None:
    read = set()
    for verified in BOOK.topics:
        topic = verified.topic
        entries = [*displayed(topic), *(t.wrong for t in topic.traps)]
        entries += topic.by_hand.given if topic.by_hand else ()
        read |= {piece.value for e in entries for piece in (e.latex, e.when) if piece}
        read |= {s.text.value for s in segments(topic) if s.kind == "maths"}
        read |= {label for label, _ in verified.figure.curves} if verified.figure else set()
        read |= {verified.figure.x_label} if verified.figure else set()
    for tex in (HANDBOOK, render_slides(BOOK, spell=sample.spell)):
        outside = [s for s in shifts(tex) if s.form != "wbmade" and s.latex not in read]
        assert outside == []
        assert maths_shifts(tex) == [s.latex for s in shifts(tex)]


@pytest.mark.parametrize("hidden", ["$x$", r"\(x\)", r"\[x\]", r"\begin{align*}x\end{align*}", r"\\$x$"])
def test_maths_outside_the_forms_is_refused(hidden: str) -> None:
    with pytest.raises(InternalError, match="outside"):
        shifts(HANDBOOK.replace(r"\end{document}", hidden + r"\end{document}"))


def test_escaped_dollar_is_no_maths() -> None:
    assert shifts(r"\begin{document}5\$ and \wbmath{x_{\{1\}}}")[0].latex == r"x_{\{1\}}"


def test_unclosed_formula_is_refused() -> None:
    with pytest.raises(InternalError, match="not closed"):
        shifts(r"\begin{document}\formula{a{b}")


BREAKS = {
    "two lines": (r"a = b = c", ("a = b", "= c"), r"a \wbalign = b \wbbreak = c"),
    "relation inside a brace is no place": (
        r"\frac{a = b}{c} \le d + e",
        (r"\frac{a = b}{c} \le d", "+ e"),
        r"\frac{a = b}{c} \wbalign \le d \wbbreak + e",
    ),
    "three lines": ("x=1=2=3", ("x=1", "=2", "=3"), r"x\wbalign =1\wbbreak =2\wbbreak =3"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_lines_are_the_only_addition(name: str) -> None:
    latex, lines, expected = BREAKS[name]
    entry = Entry("t/a", "claim", text(latex), lines=tuple(text(line) for line in lines))
    form = printed(entry)
    assert (form.form, form.source.source) == ("formulalines", expected)
    assert maths_shifts(rf"\begin{{document}}\formulalines{{{expected}}}") == [latex]


def test_numbers_are_fixed_per_topic() -> None:
    table = numbers([verified.topic for verified in BOOK.topics])
    assert table["logistic/score"] == ("1.1", "eq.1.1")
    assert table["gaussian/by-hand-1"][0] == "2.8"  # by hand stands before the example
    assert "gaussian/trap-1" not in table


def test_words_cannot_become_tex() -> None:
    goal = Writer("logistic").say(r"\input{x} & <<7*7>>")
    tex = render_handbook(sample.book(with_topic(goal=goal), sample.gaussian()), spell=sample.spell)
    assert r"\textbackslash{}input\{x\} \& \textless{}\textless{}7*7" in tex


def test_unknown_reference_and_topic_are_refused_together() -> None:
    broken = with_topic(goal=Writer("logistic").say("See @nowhere."), see=(text("no-such-topic"),))
    with pytest.raises(BuildError) as caught:
        render_handbook(sample.book(broken), spell=sample.spell)
    assert [f.code for f in caught.value.findings] == ["unknown-reference", "unknown-topic"]


def test_formula_without_verdict_is_refused() -> None:
    verified = sample.logistic()
    short = replace(verified, verdicts=tuple(v for v in verified.verdicts if v.id != "logistic/slope"))
    with pytest.raises(InternalError, match="logistic/slope"):
        render_handbook(sample.book(short, sample.gaussian()), spell=sample.spell)


@pytest.mark.parametrize("status", ["undecided", "refuted", "cited"])
def test_failed_status_is_never_printed(status: str) -> None:
    verified = sample.logistic()
    bad = tuple(replace(v, status=status) if v.id == "logistic/slope" else v for v in verified.verdicts)
    with pytest.raises(InternalError, match=status):
        render_handbook(sample.book(replace(verified, verdicts=bad), sample.gaussian()), spell=sample.spell)


def test_trap_that_is_not_refuted_is_not_printed() -> None:
    verified = sample.logistic()
    good = tuple(replace(v, status="proved") if v.kind == "trap" else v for v in verified.verdicts)
    with pytest.raises(InternalError, match="trap"):
        render_handbook(sample.book(replace(verified, verdicts=good), sample.gaussian()), spell=sample.spell)


def test_trap_carries_its_mark_and_both_values() -> None:
    trap = next(line for line in HANDBOOK.splitlines() if line.startswith(r"\trap"))
    assert "it says \\wbmade{0.3419}, true is \\wbmade{0.1140}" in trap
    style = (sample.TEMPLATES / "whiteboard.sty").read_text()
    assert "wrong:" in style and r"\wrongmark{#2}" in style
    assert isinstance(BOOK.topics[0].topic.traps[0], Trap)


def verdict(status: str, name: str = "t/a") -> Verdict:
    return replace(sample.logistic().verdicts[0], id=name, status=status, evidence=(status,))


WEAKEST = {
    "chain": (("proved", "checked", "exact"), "checked", "checked"),
    "sampled is weakest": (("sampled", "proved"), "sampled", "sampled"),
    "definition then claim": (("definition", "proved"), "proved", "definition, proved"),
    "definition alone": (("definition",), "definition", "definition"),
    "given alone": (("given",), "given", "given"),
}


@pytest.mark.parametrize("name", WEAKEST)
def test_display_shows_the_weakest(name: str) -> None:
    statuses, shown, word = WEAKEST[name]
    verdicts = [verdict(status) for status in statuses]
    assert weakest(verdicts).status == shown
    assert seal(verdicts, "1.2").heading.source == f"1.2~ {word}"
    assert seal(verdicts).evidence.source == shown


def test_tally_follows_the_legend() -> None:
    assert tally(["definition", "proved", "definition"]) == (
        ("proved", 1, "proved"),
        ("definition", 2, "definitions"),
    )


def test_long_counterexamples_are_cut() -> None:
    case = Counterexample((("n", 2),), tuple((f"x_{k}", str(k)) for k in range(9)), "1", "2")
    assert failure(case).source.count("wbmade") == 6
    assert "and 6 more" in failure(case).source


def test_powers_of_ten_of_a_counterexample_are_set_as_powers() -> None:
    case = Counterexample((), (("e", "2"),), "(1, 1.5e-05)", "4.42e+6")
    assert r"\wbmade{4.42 \cdot 10^{6}}, true is \wbmade{(1, 1.5 \cdot 10^{-5})}" in failure(case).source


def test_neighbours_of_one_type_share_a_chip() -> None:
    shown = [(c.names.source, c.type.source, c.domain.source) for c in chips(sample.SYMBOLS, sample.spell)]
    assert shown[0] == (r"\wbmade{n}, \wbmade{d}", r"\chipword{size}", "")
    assert (r"\wbmade{X}", r"\wbmade{\mathbb R^{n \times d}}", "") in shown
    assert (r"\wbmade{y}", r"\wbmade{\mathbb R^{n}}", r"\wbmade{y_i \in [0, 1]}") in shown


def test_every_status_has_its_own_shape() -> None:
    style = (sample.TEMPLATES / "whiteboard.sty").read_text()
    shapes = set()
    for name, _, _ in LEGEND:
        body = style.split(rf"\def\wb@seal@{name}")[1].split("\n\\def")[0]
        shapes.add("".join(part.split("}", 1)[-1] for part in body.split(r"\color{")))
    assert len(shapes) == len(LEGEND) == 8


REFUSED_TEMPLATES = {
    "undefined": "<< nothing >>",
    "list": "<< [value] >>",
    "safe filter": "<< value|safe >>",
    "none": "<< {}.get(value) >>",
}


@pytest.mark.parametrize("name", REFUSED_TEMPLATES)
def test_template_refuses(name: str) -> None:
    import jinja2

    refusals = (InternalError, jinja2.UndefinedError, jinja2.TemplateAssertionError)
    with pytest.raises(refusals):
        _environment().from_string(REFUSED_TEMPLATES[name]).render(value="x")


def test_template_escapes_all_but_tex() -> None:
    template = _environment().from_string(
        "<< word >> << formula >> <% macro m(x) %><< x >><% endmacro %><< m(word) >>"
    )
    assert template.render(word="a_b", formula=Tex("$x$")) == r"a\_b $x$ a\_b"


def test_paper_and_gray_change_options_only() -> None:
    letter = render_handbook(BOOK, "letter", True, sample.spell)
    assert letter.replace("[letter,gray]", "[a4]") == HANDBOOK
    with pytest.raises(InternalError):
        render_handbook(BOOK, "a5")


def test_figures_are_described() -> None:
    alt = sample.SIGMOID.alt.encode("utf-16-be").hex()
    assert r"\wbfigure{figure-logistic.pdf}{39.0}" in HANDBOOK and "{feff" + alt + "}" in HANDBOOK


def test_conditions_are_spelled_from_the_tree() -> None:
    n, two = Expr("name", data=r"\hat n"), Expr("num", data="2")
    assert written(Expr("rel", (n, two), (">=",), r"\ge")) == r"\hat n\ge2"
    assert written(Expr("rel", (two, n), ("in",), r"\in")) == r"2\in\hat n"


def test_no_path_or_time_in_the_output() -> None:
    assert "/" not in "".join(line for line in HANDBOOK.splitlines() if "wbplace" in line)
