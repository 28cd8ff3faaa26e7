r"""The knowledge of the notation: every command, bracket, relation, function and law it reads.

Code elsewhere only walks these tables; a new command is one line here and one case file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from generator.notation.law_names import LAW_WORDS

GREEK = frozenset(
    rf"\{name}"
    for name in [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "varepsilon",
        "zeta",
        "eta",
        "theta",
        "vartheta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "varrho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "varphi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
        "ell",
        "hbar",
        "varsigma",
        "varpi",
        "imath",
        "jmath",
    ]
)
ACCENTS = frozenset(
    [
        r"\hat",
        r"\bar",
        r"\tilde",
        r"\vec",
        r"\dot",
        r"\ddot",
        r"\check",
        r"\breve",
        r"\widehat",
        r"\widetilde",
        r"\overline",
        r"\underline",
        r"\mathring",
        r"\acute",
        r"\grave",
        r"\overrightarrow",
    ]
)
#: Tokens that set space or size only: taking one out never changes the meaning.
LAYOUT = frozenset(
    [
        *[
            r"\,",
            r"\;",
            r"\:",
            r"\!",
            r"\>",
            r"\displaystyle",
            r"\textstyle",
            r"\limits",
            r"\nolimits",
            r"\allowbreak",
            r"\thinspace",
            r"\medspace",
            r"\thickspace",
            r"\negthinspace",
            r"\enspace",
            r"\scriptstyle",
            r"\mathstrut",
            r"\strut",
        ],
        "\\ ",
    ]
)
QUADS = frozenset({r"\quad", r"\qquad"})
ENVIRONMENTS = frozenset({"aligned", "cases", "pmatrix", "bmatrix", "matrix", "vmatrix"})
ALIGNED = frozenset({r"\begin{aligned}", r"\end{aligned}"})

#: Printed relation -> its name in the tree.
RELATIONS = {
    "=": "=", r"\ne": "!=", r"\neq": "!=", "<": "<", r"\lt": "<", ">": ">", r"\gt": ">",
    r"\le": "<=", r"\leq": "<=", r"\leqslant": "<=", r"\ge": ">=", r"\geq": ">=", r"\geqslant": ">=",
    r"\in": "in", r"\notin": "notin", r"\sim": "sim", r"\propto": "propto", r"\to": "to",
    r"\rightarrow": "to", r"\approx": "approx", r"\equiv": "equiv", r"\perp": "perp",
    r"\succeq": "succeq", r"\succ": "succ", r"\preceq": "preceq", r"\prec": "prec",
    r"\succcurlyeq": "succeq", r"\preccurlyeq": "preceq",
    r"\subseteq": "subseteq", r"\subset": "subset", r"\triangleq": "=", r"\coloneqq": "=",
    r"\rightsquigarrow": "tolaw",
}  # fmt: skip
#: Words over \sim that make it "independent and identically distributed as", or "independent, each with
#: the law": of every entry the law at its own index, which may be one for all.
IID_WORDS = frozenset(
    f"\\{font}{{{word}}}"
    for font in ("mathrm", "text", "textrm", "operatorname", "mathit", "mathsf")
    for word in ("iid", "i.i.d.", "IID", "i.i.d", "ind", "ind.", "indep", "indep.")
)
#: Words over = that say that this is a definition.
DEFINED_WORDS = frozenset([r"\triangle", r"\Delta"]) | frozenset(
    f"\\{font}{{{word}}}" for font in ("mathrm", "text", "textrm") for word in ("def", "def.")
)
ARROWS = {
    r"\iff": "iff", r"\Leftrightarrow": "iff", r"\Longleftrightarrow": "iff",
    r"\implies": "implies", r"\Rightarrow": "implies", r"\Longrightarrow": "implies",
}  # fmt: skip
CONDITION_WORDS = {word: word for word in ("if", "for", "when", "for all", "where", "as")}
#: Words that a display itself is made of: no name is spelled so.
RESERVED_TEXT = frozenset(
    f"\\text{{{word}}}" for word in (*CONDITION_WORDS, "and", "or", "otherwise", "otherwise.", "else")
)

#: Bounds that are read as the extremum that reaches them.
BOUNDS = frozenset({r"\sup", r"\inf"})
PRODUCTS = frozenset({r"\cdot", r"\times"})
#: Products of their own kind -> head: a dot means another thing than they do.
SPECIAL_PRODUCTS = {
    r"\otimes": "kron", r"\odot": "hadamard", r"\cap": "cap", r"\cup": "cup", r"\setminus": "setminus",
}  # fmt: skip
_FONTS = ("mathrm", "operatorname", "text", "mathsf", "mathbb", "mathcal", "mathit")
#: Printed operator of information -> head; h is the same of a law with a density.
INFORMATION = {
    "H": "entropy", "h": "entropy", "I": "mutual-information",
    **{f"\\{font}{{{letter}}}": "entropy" for font in _FONTS for letter in "Hh"},
    **{f"\\{font}{{{word}}}": "mutual-information" for font in _FONTS for word in ("I", "MI")},
}  # fmt: skip
#: Operators of the divergence: words alone, letters with a label below (or none).
DIVERGENCE_WORDS = frozenset(f"\\{font}{{KL}}" for font in _FONTS)
DIVERGENCE_LETTERS = frozenset(["D", *(f"\\{font}{{D}}" for font in _FONTS)])
DIVERGENCE_LABELS = frozenset(["", "KL", *DIVERGENCE_WORDS])
#: What stands between the two laws of a divergence, besides || (two tokens).
DIVERGENCE_BARS = frozenset({r"\|", r"\Vert", r"\parallel"})
#: Opening token -> closing token.
BRACKETS = {
    "(": ")", "[": "]", r"\{": r"\}", "|": "|", r"\|": r"\|", r"\lvert": r"\rvert", r"\lVert": r"\rVert",
    r"\lfloor": r"\rfloor", r"\lceil": r"\rceil", r"\lbrace": r"\rbrace", r"\vert": r"\vert",
    r"\Vert": r"\Vert", r"\langle": r"\rangle",
}  # fmt: skip
CLOSERS = frozenset(BRACKETS.values()) - {"|", r"\|", r"\vert", r"\Vert"}
#: What an opening token makes of its content.
BARS = {"|": "abs", r"\lvert": "abs", r"\vert": "abs", r"\|": "norm", r"\lVert": "norm", r"\Vert": "norm",
        r"\lfloor": "floor", r"\lceil": "ceil"}  # fmt: skip
#: Size command before an opening bracket -> the one before its closing bracket.
SIZES = {r"\left": r"\right"} | {
    f"\\{size}{side}": f"\\{size}{'r' if side else ''}"
    for size in ("big", "Big", "bigg", "Bigg")
    for side in ("", "l")
}
CLOSING_SIZES = frozenset(SIZES.values()) - {r"\big", r"\Big", r"\bigg", r"\Bigg"}
BAR_SIZES = frozenset(f"\\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "m"))
FRACTIONS = {r"\frac": "frac", r"\tfrac": "tfrac", r"\dfrac": "dfrac", r"\cfrac": "cfrac"}
TRANSPOSES = frozenset({r"\top", r"\intercal", r"\mathsf{T}", r"\mathrm{T}", r"\mathtt{T}", r"\text{T}", "T"})
PSEUDO_INVERSES = frozenset({"+", r"\dagger"})
ONES = frozenset({r"\mathbf{1}", r"\mathbb{1}", r"\boldsymbol{1}", r"\bm{1}", r"\pmb{1}"})
ZEROS = frozenset({r"\mathbf{0}", r"\boldsymbol{0}", r"\bm{0}", r"\pmb{0}"})
SPACES = {r"\mathbb{R}": "R", r"\mathbb{N}": "N", r"\mathbb{Z}": "Z", r"\mathbb{C}": "C", r"\mathbb{Q}": "Q"}
DOTS = frozenset({r"\dots", r"\ldots", r"\cdots"})
#: Commands that stand alone as a script: labels, mostly.
MARKS = frozenset(
    {
        r"\ast",
        r"\bullet",
        r"\sharp",
        r"\flat",
        r"\natural",
        r"\ddagger",
        r"\complement",
        r"\prime",
        r"\dagger",
        r"\star",
        r"\bot",
        r"\perp",
    }
)
IDENTITIES = frozenset(
    {"I", *(f"\\{font}{{I}}" for font in ("mathbf", "mathrm", "mathbb", "boldsymbol", "bm"))}
)
DIFFERENTIALS = frozenset({"d", r"\mathrm{d}"})


@dataclass(frozen=True, slots=True)
class Function:
    r"""A built-in function: name in the tree, argument count (0: any), and how it treats shapes.

    `bare`: the field writes it without brackets before a product (`\log 2\pi v`).
    `shapes`: scalar, square (square matrix to scalar), softmax, diag, extremum, any.
    """

    name: str
    arity: int = 1
    bare: bool = False
    shapes: str = "scalar"


def _words(*names: str) -> list[str]:
    return [f"\\{font}{{{name}}}" for name in names for font in ("mathrm", "operatorname", "text")]


#: Functions that some books set by a word of their own font.
_UPRIGHT = ("log", "ln", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh")


def _functions() -> dict[str, Function]:
    table = {r"\ln": Function("log", bare=True), r"\lg": Function("lg", bare=True)}
    for name in [
        "log",
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "arcsin",
        "arccos",
        "arctan",
    ]:
        table["\\" + name] = Function(name, bare=True)
    table[r"\exp"] = Function("exp")
    table[r"\det"] = Function("det", shapes="square", bare=True)
    table[r"\max"] = Function("max", 0, shapes="extremum")
    table[r"\min"] = Function("min", 0, shapes="extremum")
    words = {
        "tr": Function("tr", shapes="square", bare=True), "Tr": Function("tr", shapes="square", bare=True),
        "trace": Function("tr", shapes="square"), "det": Function("det", shapes="square"),
        "rank": Function("rank", shapes="matrix"), "diag": Function("diag", shapes="diag"),
        "softmax": Function("softmax", 0, shapes="softmax"), "sigmoid": Function("sigmoid"),
        "logit": Function("logit"), "softplus": Function("softplus"), "relu": Function("relu"),
        "ReLU": Function("relu"), "sign": Function("sign"), "sgn": Function("sign"), "erf": Function("erf"),
        "arctanh": Function("arctanh"), "artanh": Function("arctanh"),
        "logsumexp": Function("logsumexp", 1, shapes="vector"),
        "vec": Function("vec", shapes="vec"),
        "concat": Function("concat", 0, shapes="concat"), "Concat": Function("concat", 0, shapes="concat"),
        "clip": Function("clip", 3), "clamp": Function("clip", 3),
        "cond": Function("condition-number", shapes="matrix"),
    }  # fmt: skip
    words |= {name: table["\\" + name] for name in _UPRIGHT}
    for name, function in words.items():
        for word in _words(name):
            table[word] = function
    return table


FUNCTIONS = _functions()
#: Read as a function only where the topic declares no such name and a bracket follows.
UNDECLARED_FUNCTIONS = {
    "o": Function("little-o", shapes="order"), "O": Function("big-O", shapes="order"),
    **dict.fromkeys((r"\mathcal{O}", r"\mathrm{O}"), Function("big-O", shapes="order")),
    r"\mathrm{o}": Function("little-o", shapes="order"), r"\Theta": Function("big-Theta", shapes="order"),
    r"\Omega": Function("big-Omega", shapes="order"),
    r"\Gamma": Function("gamma"), r"\psi": Function("digamma"), "B": Function("beta", 2),
    r"\mathrm{B}": Function("beta", 2),
}  # fmt: skip

#: Letter of a spectrum -> the function it is with an index below, and with \max or \min there.
SPECTRA = {
    r"\lambda": ("eigenvalue", "largest-eigenvalue", "smallest-eigenvalue"),
    r"\sigma": ("singular-value", "largest-singular-value", "smallest-singular-value"),
}  # fmt: skip
#: Letters that are a function of a matrix where they stand alone, undeclared, before a bracket.
SPECTRAL_LETTERS = {r"\kappa": "condition-number", r"\rho": "spectral-radius"}
SPECTRAL_LABELS = {
    **dict.fromkeys((r"\max", r"\mathrm{max}", r"\text{max}", r"\operatorname{max}"), 1),
    **dict.fromkeys((r"\min", r"\mathrm{min}", r"\text{min}", r"\operatorname{min}"), 2),
}
#: Norms of a matrix by what stands below; of a vector the same marks mean other norms.
MATRIX_NORMS = {
    "F": "F", "2": "operator-norm", "op": "operator-norm", "*": "nuclear-norm", "1": "column-sum-norm",
    "infty": "row-sum-norm",
}  # fmt: skip

#: Built-in function -> its derivatives by number of primes, where they have names of their own.
PRIMED = {"digamma": ("digamma", "trigamma", "tetragamma")}

#: Printed operator -> head. Single letters count only where the topic does not declare them.
CHANCE = {
    r"\mathbb{E}": "E", r"\mathrm{E}": "E", r"\operatorname{E}": "E", "E": "E",
    r"\mathrm{Var}": "Var", r"\operatorname{Var}": "Var", r"\mathbb{V}": "Var", r"\mathrm{var}": "Var",
    r"\operatorname{var}": "Var", r"\mathrm{Cov}": "Cov", r"\operatorname{Cov}": "Cov",
    r"\mathrm{cov}": "Cov",
    r"\operatorname{cov}": "Cov", r"\Pr": "Pr", r"\mathbb{P}": "Pr", r"\mathrm{P}": "Pr", "P": "Pr",
    r"\operatorname{P}": "Pr", r"\mathrm{Pr}": "Pr", r"\text{Var}": "Var", r"\text{Cov}": "Cov",
}  # fmt: skip

ARGS = {
    **dict.fromkeys((r"\operatorname{argmax}", r"\operatorname*{argmax}", r"\mathrm{argmax}"), "argmax"),
    **dict.fromkeys((r"\operatorname{argmin}", r"\operatorname*{argmin}", r"\mathrm{argmin}"), "argmin"),
}

#: Letters side by side that spell an operator or a law print as a product of names: nobody reads them so.
SPELLED = {
    re.sub(r"\\[a-z]+\{(\w+)\}|\\", r"\1", word): word
    for word in (r"\mathrm{Var}", r"\mathrm{Cov}", r"\arg", r"\lim", *FUNCTIONS, *LAW_WORDS)
    if (word.startswith(r"\mathrm") and "-" not in word) or not word.endswith("}")
}
SPELLED |= {word[1:]: word for word in FUNCTIONS if not word.endswith("}")}
SPELLED = {letters: word for letters, word in SPELLED.items() if len(letters) > 2 or letters == "ln"}

CONSTANTS = {"e": "e", r"\pi": "pi", r"\infty": "infty", r"\mathrm{e}": "e"}
_OTHER = [
    r"\cdot",
    r"\times",
    r"\pm",
    r"\mp",
    r"\frac",
    r"\tfrac",
    r"\dfrac",
    r"\sqrt",
    r"\binom",
    r"\tbinom",
    r"\dbinom",
    r"\sum",
    r"\prod",
    r"\int",
    r"\lim",
    r"\arg",
    r"\partial",
    r"\nabla",
    r"\mid",
    r"\infty",
    r"\top",
    r"\intercal",
    r"\overset",
    r"\stackrel",
    r"\xrightarrow",
    r"\right",
    r"\Pr",
    r"\odot",
    *MARKS,
    *FRACTIONS,
    r"\sup",
    r"\inf",
    r"\forall",
    r"\rvert",
    r"\rVert",
    r"\rfloor",
    r"\rangle",
    r"\rceil",
    r"\rbrace",
    r"\max",
    r"\min",
    r"\circ",
    r"\otimes",
    r"\parallel",
    r"\forall",
    *DOTS,
    *[r"\cap", r"\cup", r"\setminus", r"\bigcap", r"\bigcup", r"\emptyset", r"\varnothing", r"\complement"],
    *[r"\neg", r"\lnot"],
]
_SIZED = (*SIZES, *SIZES.values(), *BAR_SIZES)
ALLOWED = frozenset([*GREEK, *ACCENTS, *RELATIONS, *ARROWS, *BRACKETS, *_SIZED, *FUNCTIONS, *_OTHER]) - {
    r"\circ"
}
#: Tokens after which a product cannot go on.
STOPS = frozenset(
    [*RELATIONS, *ARROWS, *CLOSERS, *CLOSING_SIZES, *",;+-:!.&".strip(), r"\pm", r"\mp", r"\mid", r"\\", "}",
     "_", "^",
     "'", r"\overset", r"\stackrel", r"\xrightarrow", *QUADS, "/", r"\cdot", r"\times",
     *SPECIAL_PRODUCTS, r"\parallel", r"\forall",
     *[f"\\end{{{name}}}" for name in ENVIRONMENTS]]
)  # fmt: skip
