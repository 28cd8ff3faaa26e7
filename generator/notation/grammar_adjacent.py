r"""What a factor directly behind another one must not look like: a call, an index, the end of a bar."""

from __future__ import annotations

from generator.notation.cursor import Reader
from generator.notation.tree import Expr


def check_bar(reader: Reader, factors: list[Expr]) -> None:
    """A plain bar behind a factor may open a value, close an outer one, or condition."""
    mark = reader.look()
    if mark not in ("|", r"\|"):
        return
    pairs = [arg for arg in factors[:-1] if arg.head in ("abs", "norm") and arg.form.split()[:1] == [mark]]
    if (mark == "|" and reader.inside_chance) or (pairs and factors[-1].head not in ("abs", "norm")):
        raise reader.unexpected()


def call_remedy(reader: Reader, last: Expr) -> str:
    """What to write where a name stands before brackets as a function does."""
    symbol = reader.table.symbols.get(last.data) if last.head == "name" else None
    if symbol is not None and symbol.shape:
        place = "{ij}" if len(symbol.shape) == 2 else "i"
        return rf"{last.data}_{place} for an entry, a \cdot (b) for a product"
    return r"a \cdot (b), or declare a function"


def check_bare_call(reader: Reader, last: Expr, bracket: str) -> None:
    r"""`f x` and `f\{x\}` look like f of x: a function without its arguments stands last, or before a dot."""
    if last.head not in ("call", "prime") or last.form != "bare":
        return
    if bracket == r"\{" or reader.kind() in ("letter", "word") or reader.kind_at(reader.pos) == "greek":
        name = last.data if last.head == "call" else last.data[0]
        symbol = reader.table.symbols.get(reader.look())
        if symbol is not None and symbol.kind == "function":
            return
        raise reader.refuse(
            "looks-like-a-call",
            f"is {reader.look()} the argument of {name}?",
            rf"{name}(x) for the value, x {name} or {name} \cdot x for the product",
            last.start,
            reader.tokens[reader.pos].end,
        )


def check_composition(reader: Reader, last: Expr, made: Expr) -> None:
    """`f g(x)` is a product to some, f of g(x) to others."""
    calls = last.head in ("call", "prime") and made.head in ("call", "prime")
    if calls and last.form == "bare" and made.form != "bare":
        raise reader.refuse(
            "looks-like-a-call",
            "is this a product, or a function of a function?",
            r"f(g(x)), or f \cdot g(x)",
            last.start,
            made.end,
        )


def callable_name(last: Expr) -> bool:
    """Whether a bracket behind this factor looks like the call of a function."""
    return last.head in ("name", "entry", "const") and (last.head != "entry" or last.args[0].head == "name")


def is_sum(inner: Expr) -> bool:
    """Whether brackets hold a sum, as arguments seldom do: `n (n - 1)`."""
    return (inner.head == "add" and len(inner.args) > 1) or inner.head == "pm"


def check_index_factor(reader: Reader, last: Expr, made: Expr, index: int) -> None:
    """`x_i j` prints like `x_{ij}`: an index directly behind a script is refused."""
    symbol = reader.table.symbols.get(made.data) if made.head == "name" else None
    if symbol is not None and symbol.kind == "index" and last.head == "entry":
        raise reader.refuse(
            "script-letter",
            f"the index {made.data} stands behind a script, as if in it",
            r"the index first, or \cdot between",
            last.start,
            reader.tokens[index].end,
        )
