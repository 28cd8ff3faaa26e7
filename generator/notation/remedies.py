r"""What to write instead: remedies for commands, characters and marks that are not in the language.

Tables that a refusal looks its remedy up in; nothing here decides what is read.
"""

from __future__ import annotations

import unicodedata

from generator.notation import commands

_NO_MACROS = "only formulas, no macros"
_TERMS = "a sum, or each term"
_FRACTION = r"\frac{a}{b}"
_NOTHING = "nothing in its place"

#: Commands people write that are not in the language -> what to write instead.
INSTEAD = {
    r"\argmax": r"\arg\max", r"\argmin": r"\arg\min",
    **dict.fromkeys(
        (r"\def", r"\newcommand", r"\renewcommand", r"\catcode", r"\let", r"\input", r"\write", r"\csname",
         r"\char", r"\relax", r"\expandafter", r"\begingroup", r"\endgroup", r"\mathchoice", r"\lowercase",
         r"\uppercase", r"\ifmmode", r"\else", r"\fi", r"\include", r"\openin", r"\read", r"\special",
         r"\edef", r"\gdef", r"\xdef", r"\futurelet", r"\mathchardef", r"\usepackage"),
        _NO_MACROS,
    ),
    r"\E": r"\mathbb{E}", r"\R": r"\mathbb R", r"\Var": r"\mathrm{Var}", r"\Cov": r"\mathrm{Cov}",
    r"\tr": r"\mathrm{tr}", r"\diag": r"\mathrm{diag}", r"\softmax": r"\mathrm{softmax}",
    r"\KL": r"\mathrm{KL}", r"\N": r"\mathcal N or \mathbb N", r"\Z": r"\mathbb Z", r"\sgn": r"\mathrm{sgn}",
    r"\bf": r"\mathbf{x}", r"\bold": r"\mathbf{x}", r"\rm": r"\mathrm{x}",
    r"\it": r"\mathit{x}", r"\cal": r"\mathcal{X}",
    r"\mbox": r"\text{..}", r"\textbf": r"\mathbf{x}", r"\textit": r"\mathit{x}",
    r"\over": _FRACTION, r"\above": _FRACTION, r"\atop": r"\binom{n}{k}", r"\choose": r"\binom{n}{k}",
    r"\sfrac": _FRACTION, r"\nicefrac": _FRACTION, r"\div": _FRACTION,
    r"\vdots": _TERMS, r"\ddots": _TERMS,
    r"\middle": r"\mid", r"\given": r"\mid", r"\vline": r"\mid",
    r"\doteq": "=", r"\leftarrow": "= with a name of its own for the new value",
    r"\gets": "= with a name of its own for the new value",
    r"\label": "`as:` of the entry", r"\tag": "`as:` of the entry",
    r"\norm": r"\|x\|", r"\abs": r"|x|",
    r"\wedge": r"\text{and}",
    r"\circ": r"f(g(x)) for a composition, A \odot B for entry by entry",
    r"\land": r"\text{and}", r"\vee": "a claim for each case", r"\lor": "a claim for each case",
    r"\not": r"\ne or \notin", r"\exists": "the value itself, as a definition",
    r"\mapsto": "f(x) = ..",
    r"\simeq": r"\approx", r"\cong": "=", r"\ll": "<, with a bound", r"\gg": ">, with a bound",
    r"\lesssim": r"\le", r"\gtrsim": r"\ge", r"\leqq": r"\le", r"\geqq": r"\ge", r"\asymp": r"\propto",
    r"\limsup": r"\lim", r"\liminf": r"\lim",
    r"\iint": r"\int \int", r"\iiint": r"\int \int \int", r"\oint": r"\int_a^b",
    r"\bmod": "a - b \\lfloor a/b \\rfloor", r"\mod": "a - b \\lfloor a/b \\rfloor",
    r"\pmod": "a - b \\lfloor a/b \\rfloor",
    r"\mathop": r"\operatorname{..}", r"\underset": r"\arg\max_{x}, with its range below",
    r"\underbrace": "the expression alone, and a claim for what it equals",
    r"\overbrace": "the expression alone, and a claim for what it equals",
    r"\boxed": "the formula alone", r"\color": "the formula alone", r"\cancel": "the formula alone",
    r"\phantom": _NOTHING, r"\hspace": r"\quad or \,", r"\hskip": r"\quad or \,", r"\kern": r"\quad or \,",
    r"\mkern": r"\quad or \,", r"\vspace": _NOTHING, r"\newline": r"\\", r"\nonumber": _NOTHING,
    r"\notag": _NOTHING, r"\hfill": _NOTHING,
    r"\degree": r"\pi/2 for 90 degrees", r"\angle": r"\arccos(..)", r"\indep": r"\perp",
    r"\Re": "a declared name", r"\Im": "a declared name", r"\aleph": "a declared name",
    r"\brace": r"\{ .. \}", r"\brack": r"[ .. ]", r"\eqref": "@name in a sentence",
    r"\ref": "@name in a sentence",
    r"\%": "the number as a fraction: 0.05", r"\$": "a unit in a sentence",
    r"\#": "the number of them, declared",
    r"\&": r"\text{and}", r"\_": "a label below: x_{ab}",
    r"\(": "nothing: a formula is maths already", r"\)": "nothing: a formula is maths already",
    r"\[": "nothing: a formula is maths already", r"\]": "nothing: a formula is maths already",
    r"\'": "a declared name with a prime: x'", r"\/": _NOTHING, r"\-": _NOTHING,
}  # fmt: skip

#: Environments people write that are not in the language -> what to write instead.
ENVIRONMENTS = {
    **dict.fromkeys(
        ("align", "align*", "equation", "equation*", "gather", "gather*", "eqnarray", "split", "alignat",
         "multline", "gathered", "alignedat", "displaymath", "math"),
        r"\begin{aligned} .. \end{aligned}, or nothing around one line",
    ),
    "array": r"\begin{pmatrix} .. \end{pmatrix}, or \begin{cases}",
    **dict.fromkeys(("smallmatrix", "Bmatrix", "Vmatrix", "tabular"), r"\begin{pmatrix}"),
}  # fmt: skip

#: A mark that stands where none can -> what the author may have meant, and what to write.
MARKS = {
    ".": ("a point stands inside a number only", "0.5 with a digit on both sides, and no full stop behind"),
    "{": ("braces are for TeX's arguments and scripts only", "( .. )"),
    ":": ("a colon stands below a sum only", "= for a definition, a fraction for a ratio"),
    **dict.fromkeys(("*", r"\ast"), ("a star is no product", r"\cdot, or nothing between the factors")),
    r"\bullet": ("a bullet is no product", r"\cdot, or nothing between the factors"),
    "]": ("a bracket that nothing opens", "(a, b) for an open interval"),
    ")": ("a bracket that nothing opens", "take it out, or open it"),
    r"\}": ("a bracket that nothing opens", "take it out, or open it"),
    r"\right": (r"a \right that no \left opens", r"\left( .. \right)"),
    "&": ("& stands in an environment only", r"\begin{aligned} .. \end{aligned}, or nothing"),
    "_": ("this cannot take a subscript", r"( .. )_{ij}, or \Big|_{x = a} for an evaluation bar"),
    "^": ("this cannot take a power", "( .. )^2"),
    "'": ("only a name takes a prime", r"\top for a transpose, or a declared name"),
    ">": ("a relation cannot stand here", r"\to, \ge, \ne or \implies where one of them is meant"),
    "<": ("a relation cannot stand here", r"\le, \ne or \iff where one of them is meant"),
    r"\forall": (r"\forall stands behind the statement", r"a = b \quad \forall j \ne k, or nothing"),
    r"\top": ("a transpose is a script of its own", r"(x^\top)^\top, A^{-\top}"),
    r"\parallel": (r"\parallel stands between the laws of a divergence", r"\mathrm{KL}(p \parallel q)"),
}  # fmt: skip

_INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp", "Co", "Cn", "Cs")
_BY_SIGN = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": r"\times", "·": r"\cdot", "∙": r"\cdot",
    "⋅": r"\cdot", "∗": r"\cdot", "÷": _FRACTION, "∕": "/", "⁄": "/", "±": r"\pm", "∓": r"\mp",
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "≡": r"\equiv", "∝": r"\propto",
    "∼": r"\sim", "∈": r"\in", "∉": r"\notin", "⊂": r"\subset", "⊆": r"\subseteq", "→": r"\to",
    "⇒": r"\implies", "⇔": r"\iff", "∞": r"\infty", "∂": r"\partial", "∇": r"\nabla", "∑": r"\sum",
    "∏": r"\prod", "∫": r"\int", "√": r"\sqrt{..}", "⊤": r"\top", "ᵀ": r"^\top", "⊥": r"\perp",
    "∥": r"\|", "‖": r"\|", "∣": r"\mid", "⊗": r"\otimes", "⊙": r"\odot", "⌊": r"\lfloor",
    "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "ℝ": r"\mathbb R", "ℕ": r"\mathbb N",
    "ℤ": r"\mathbb Z", "ℓ": r"\ell", "𝔼": r"\mathbb E", "′": "'", "″": "''", "’": "'", "‘": "'",
    "½": r"\frac12", "⅓": r"\frac13", "¼": r"\frac14", "¾": r"\frac34", "µ": r"\mu", "∀": r"\forall",
    "…": _TERMS, "⋯": _TERMS, "∧": r"\text{and}", "Σ": r"\sum or \Sigma", "Π": r"\prod or \Pi",
}  # fmt: skip
_SCRIPTS = {"<super>": "^", "<sub>": "_"}


def for_character(character: str) -> tuple[str, str]:
    """What is wrong with a character outside the language, and what to write in its place."""
    if character in _BY_SIGN:
        return f"the character {character} is no LaTeX", _BY_SIGN[character]
    if unicodedata.category(character) in _INVISIBLE:
        name = unicodedata.name(character, "a control character").lower()
        return f"an invisible character ({name}, {_code(character)})", "take it out, or a plain space"
    name = unicodedata.name(character, "")
    if name.startswith("GREEK") and "LETTER" in name:
        letter = name.split(" LETTER ")[1].split()[0].lower()
        command = "\\" + (letter.capitalize() if "CAPITAL" in name else letter)
        if command in commands.GREEK:
            return f"the character {character} is no LaTeX", command
    mark, _, plain = unicodedata.decomposition(character).partition(" ")
    plain = "".join(chr(int(part, 16)) for part in plain.split())
    if plain.isascii() and plain:
        return f"the character {character} is no LaTeX", _SCRIPTS.get(mark, "") + plain
    is_letter = unicodedata.category(character).startswith("L")
    known = name.split()[0].capitalize() if is_letter else name.lower()
    message = f"the character {character} ({known}, {_code(character)}) is not in the formula language"
    return message, "a plain Latin letter" if is_letter else "its LaTeX command, if it has one"


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
