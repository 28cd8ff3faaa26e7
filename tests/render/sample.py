"""A verified book made by hand: two topics of every kind of row, and all seals but `sampled`."""

from __future__ import annotations

from pathlib import Path

from generator.model import (
    ByHand,
    Counterexample,
    Entry,
    Example,
    FigureData,
    Maths,
    Topic,
    Trap,
    VerifiedBook,
    VerifiedTopic,
)
from generator.notation.tree import ONE, Expr, Symbol, dim_size
from tests.render.writer import Writer

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

OUTER = (
    r"\frac{\partial L}{\partial p_i} = -\frac1n "
    r"\Bigl( \frac{y_i}{p_i} - \frac{1 - y_i}{1 - p_i} \Bigr)"
)
N, D = dim_size("n"), dim_size("d")


SIZES = ("6 tuples of sizes up to ", Maths("n = 31"), ", 3 points each, balls of 50 digits")
ALL = ("equal normal forms, all ", Maths("n, d"))


def logistic() -> VerifiedTopic:
    w = Writer("logistic")
    topic = Topic(
        "logistic",
        w.file,
        w.say("Logistic regression gradient"),
        promise=w.say('Why sigmoid and cross-entropy cancel to "prediction minus target".'),
        part=w.say("Classification"),
        symbols=w.text(""),
        conventions=(w.text("natural log"),),
        setup=(
            Entry(
                "logistic/text-1",
                "text",
                sentence=w.say(
                    "Targets $y_i \\in [0, 1]$, one row $x_i^\\top$ of $X$ per example. "
                    "A linear score passes through a sigmoid."
                ),
            ),
            w.entry("define", r"z_i = x_i^\top w + b", "score", "definition"),
            w.entry(
                "define",
                r"p_i = \sigma(z_i) = \frac{1}{1 + e^{-z_i}}",
                "prediction",
                "definition",
                more="proved",
            ),
            w.entry(
                "define",
                r"L = -\frac1n \sum_{i=1}^n \bigl[ y_i \log p_i + (1 - y_i) \log (1 - p_i) \bigr]",
                "loss",
                "definition",
            ),
        ),
        goal=w.say("The gradients $\\nabla_w L$ and $\\frac{\\partial L}{\\partial b}$, in matrix form."),
        steps=(
            w.entry(
                "claim",
                OUTER + r" = \frac1n \frac{p_i - y_i}{p_i (1 - p_i)}",
                "outer",
                "proved",
                ALL,
                why="Differentiate the loss with respect to the prediction.",
                lines=(
                    OUTER,
                    r"= \frac1n \frac{p_i - y_i}{p_i (1 - p_i)}",
                ),
            ),
            w.entry(
                "claim",
                r"\frac{\partial p_i}{\partial z_i} = p_i (1 - p_i)",
                "slope",
                "exact",
                ("symbolic identity",),
                why="The sigmoid's slope is a product of the two probabilities.",
            ),
            w.entry(
                "claim",
                r"\frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial p_i} "
                r"\frac{\partial p_i}{\partial z_i} = \frac{p_i - y_i}{n}",
                "chain",
                "proved",
                ALL,
                why="Chain rule: the factor $p_i (1 - p_i)$ of @slope cancels.",
            ),
            w.entry(
                "claim",
                r"\frac{\partial L}{\partial w} = \frac1n \sum_{i=1}^n (p_i - y_i) x_i",
                "inner",
                "proved",
                ALL,
                why="The score is linear in $w$, so each row contributes itself.",
            ),
        ),
        result=(
            w.entry("claim", r"\nabla_w L = \tfrac1n X^\top (p - y)", "gradient", "checked", SIZES),
            w.entry(
                "claim",
                r"\frac{\partial L}{\partial b} = \frac1n \sum_{i=1}^n (p_i - y_i)",
                "bias",
                "proved",
                ALL,
            ),
        ),
        say=w.say(
            "The important simplification is that BCE combined with sigmoid gives a very clean derivative "
            "with respect to the logits: prediction minus target."
        ),
        asked_next=w.say(
            "Is the loss convex in $w$? Yes: its Hessian is a sum of outer products with positive weights."
        ),
        see=(w.text("gaussian"),),
        traps=(
            Trap(
                w.text("chain"),
                Entry("logistic/trap-1", "wrong", w.text(r"\frac{\partial L}{\partial z_i} = p_i - y_i")),
                w.say("That is the loss of one example; the mean carries @chain with its $n$."),
            ),
        ),
    )
    w.verdict(
        "logistic/trap-1",
        "trap",
        "",
        "refuted",
        case=Counterexample(
            (("n", 3), ("d", 2)), ((r"y_1", "0.25"),), "0.1140", "0.3419", "holds with an extra factor 1/n"
        ),
    )
    return VerifiedTopic(topic, tuple(w.verdicts), SYMBOLS, figure=SIGMOID)


def gaussian() -> VerifiedTopic:
    w = Writer("gaussian")
    topic = Topic(
        "gaussian",
        w.file,
        w.say("Gaussian maximum likelihood"),
        promise=w.say("The sample mean, and a variance that divides by $n$."),
        part=w.say("Estimation"),
        setup=(
            w.entry("given", r"x_i \overset{\mathrm{iid}}{\sim} \mathcal N(\mu, v)", "model", "given"),
            w.entry("define", r"\bar x = \frac1n \sum_{i=1}^n x_i", "mean", "definition"),
            w.entry(
                "define",
                r"\ell(\mu, v) = -\frac n2 \log (2 \pi v) - \frac{1}{2 v} \sum_{i=1}^n (x_i - \mu)^2",
                "loglik",
                "definition",
            ),
        ),
        goal=w.say("The maximiser of $\\ell$ over all means and all positive variances."),
        steps=(
            w.entry(
                "claim",
                r"\frac{\partial \ell}{\partial \mu} = \frac1v \sum_{i=1}^n (x_i - \mu)",
                "score",
                "proved",
                ("equal normal forms",),
                why="The score in $\\mu$.",
            ),
            w.entry(
                "claim",
                r"\frac{\partial \ell}{\partial \mu} = 0 \iff \mu = \bar x",
                "root",
                "proved",
                ("one root, sign change",),
                why="Its root does not depend on $v$.",
            ),
            w.entry(
                "claim",
                r"\left. \frac{\partial \ell}{\partial v} \right|_{\mu = \bar x} = 0 "
                r"\iff v = \frac1n \sum_{i=1}^n (x_i - \bar x)^2",
                "root-v",
                "checked",
                SIZES,
                when=r"n \ge 2",
                why="At that mean, the score in $v$ has one root.",
            ),
        ),
        result=(
            w.entry(
                "claim",
                r"(\hat\mu, \hat v) = \Bigl( \bar x, \frac1n \sum_{i=1}^n (x_i - \bar x)^2 \Bigr)",
                "mle",
                "proved",
                ("maximised coordinate after coordinate, one root each",),
                when=r"n \ge 2",
            ),
        ),
        notes=(w.say("Both estimates are moments of the empirical distribution."),),
        example=Example(
            w.say("Three measurements with one repeated"),
            w.text(""),
            (w.entry("define", r"x = (1, 1, 4)", "ex-x", "definition", scope="example"),),
            (
                w.entry(
                    "claim", r"\hat\mu = 2", "ex-mu", "exact", ("by value",), why="The mean.", scope="example"
                ),
                w.entry(
                    "claim",
                    r"\hat v = 2",
                    "ex-v",
                    "exact",
                    ("by value",),
                    why="The mean square deviation.",
                    scope="example",
                ),
            ),
        ),
        by_hand=ByHand(
            (
                w.entry("given", "n = 3", "by-hand-given-1", "given", scope="by hand"),
                w.entry("given", "x = (1, 2, 6)", "by-hand-given-2", "given", scope="by hand"),
            ),
            (
                w.entry("by-hand", r"\hat\mu = 3", "by-hand-1", "exact", ("by value",), scope="by hand"),
                w.entry(
                    "by-hand",
                    r"\hat v = \frac{4 + 1 + 9}{3} \approx 4.67",
                    "by-hand-2",
                    "exact",
                    ("by value",),
                    scope="by hand",
                ),
            ),
        ),
        say=w.say(
            "For Gaussian MLE, the variance uses division by $n$. The unbiased estimator uses $n - 1$, "
            "which is a different objective."
        ),
        traps=(
            Trap(
                w.text("mle"),
                Entry(
                    "gaussian/trap-1",
                    "wrong",
                    w.text(r"\hat v = \frac{1}{n - 1} \sum_{i=1}^n (x_i - \bar x)^2"),
                ),
                w.say("Unbiased, but not where @loglik is largest."),
            ),
        ),
        see=(w.text("logistic"),),
    )
    w.verdict(
        "gaussian/trap-1",
        "trap",
        "",
        "refuted",
        case=Counterexample(
            (("n", 3),),
            (("x_1", "1"), ("x_2", "2"), ("x_3", "6"), (r"\mu", "3"), ("v", "2")),
            "14/3",
            "7",
            "holds with an extra factor (n-1)/n",
        ),
    )
    return VerifiedTopic(topic, tuple(w.verdicts), SAMPLE)


SYMBOLS = (
    Symbol("n", "size", latex="n"),
    Symbol("d", "size", latex="d"),
    Symbol("i", "index", lower=ONE, upper=N, latex="i"),
    Symbol("X", "matrix", (N, D), latex="X"),
    Symbol("x_{\0}", "rows", (D,), of="X", latex="x_i"),
    Symbol("w", "vector", (D,), latex="w"),
    Symbol("b", "scalar", latex="b"),
    Symbol("z", "vector", (N,), latex="z"),
    Symbol("p", "vector", (N,), latex="p"),
    Symbol("y", "vector", (N,), latex="y", conditions=(Expr("rel", data="y_i \\in [0, 1]"),)),
    Symbol("L", "scalar", latex="L"),
    Symbol("\\sigma", "function", builtin="sigmoid", latex=r"\sigma(u)"),
)
SAMPLE = (
    Symbol("n", "size", latex="n"),
    Symbol("i", "index", upper=N, latex="i"),
    Symbol("x", "vector", (N,), latex="x", words=frozenset({"random"})),
    Symbol(r"\mu", "scalar", latex=r"\mu"),
    Symbol("v", "scalar", latex="v", conditions=(Expr("rel", data="v > 0"),)),
    Symbol(r"\ell", "function", latex=r"\ell(\mu, v)"),
)
GRID = tuple(k / 8 for k in range(-44, 45))
SIGMOID = FigureData(
    "curves",
    GRID,
    (
        (r"\sigma(u)", tuple(1 / (1 + 2.718281828459045**-u) for u in GRID)),
        (
            r"\sigma(u) (1 - \sigma(u))",
            tuple(1 / (2 + 2.718281828459045**-u + 2.718281828459045**u) for u in GRID),
        ),
    ),
    x_label="u",
    alt="The sigmoid rises from nought to one; its slope is a bump.",
)


def spell(expr: object) -> str:
    """Conditions of the sample carry their own LaTeX."""
    return str(expr.data) if isinstance(expr, Expr) else ""


def book(*topics: VerifiedTopic) -> VerifiedBook:
    """The sample book, or one of other topics."""
    return VerifiedBook(
        "Whiteboard Handbook",
        "2024-05-01",
        topics or (logistic(), gaussian()),
        content_hash="3f9a1c27d0b54e8e",
        versions=(("proofboard", "0.1.0"), ("python", "3.11.9")),
    )
