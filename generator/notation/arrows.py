"""What a letter above an arrow says: a limit in law, or in probability."""

from __future__ import annotations

#: Words over an arrow: convergence in law, in probability.
ARROW_WORDS = {
    **dict.fromkeys(("w", "L", r"\mathcal{D}", r"\mathcal{L}"), "tolaw"),
    **dict.fromkeys((r"\Pr", r"\mathbb{P}"), "toprob"),
    **{shape % letter: "tolaw" if letter in "dD" else "toprob"
       for letter in "dDpP" for shape in ("%s", r"\mathrm{%s}", r"\text{%s}", r"\textrm{%s}")},
}  # fmt: skip
