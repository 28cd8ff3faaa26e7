r"""Functions of a matrix with their number below: `\lambda_i(A)`, `\sigma_{\max}(A)`, `\kappa(A)`.

A letter is one of them where a bracket follows and the topic does not declare it so: a declared
scalar takes no index, so that `\lambda_{\max}(A)` has one reading beside a declared `\lambda`; and
nobody brackets a lone factor, so that `\sigma_i = \sigma_i(A)` defines a declared vector.
"""

from __future__ import annotations

from generator.notation import commands
from generator.notation.cursor import Reader
from generator.notation.grammar_bracket import inside, read_close, read_open
from generator.notation.grammar_name import opens, power, rank_of, read_scripts
from generator.notation.table import name_parts
from generator.notation.tree import Expr


def spectral(reader: Reader) -> Expr | None:
    """The function that begins here; None (nothing read) where it is none."""
    letter, begin = reader.look(), reader.pos
    if letter not in commands.SPECTRA and letter not in commands.SPECTRAL_LETTERS:
        return None
    if reader.kind(1) != "sub" and letter not in commands.SPECTRAL_LETTERS:
        return None
    if reader.kind(1) in ("prime", "sup") or (
        letter in commands.SPECTRAL_LETTERS and reader.kind(1) == "sub"
    ):
        return None
    start = reader.start()
    reader.take()
    scripts = read_scripts(reader)
    if opens(reader) not in ("(", "[") or _is_declared(reader, letter, scripts.sub is not None):
        reader.pos = begin
        return None
    label, name = "", commands.SPECTRAL_LETTERS.get(letter, "")
    places: tuple[Expr, ...] = ()
    if scripts.sub is not None:
        names, label = commands.SPECTRA[letter], "".join(reader.texts[slice(*scripts.sub)])
        name = names[commands.SPECTRAL_LABELS.get(label, 0)]
        if label not in commands.SPECTRAL_LABELS:
            label, places = "", (reader.within(scripts.sub, reader.rules.expression),)
    opened, size = read_open(reader)
    matrix = inside(reader, opened, size, reader.rules.expression)
    close = read_close(reader, opened, size)
    form = " ".join(word for word in ("spectral", f"{letter}={label}", opened, close, size) if word)
    made = reader.node("func", (matrix, *places), start, name, form)
    if scripts.sup is None:
        return reader.rules.scripts(reader, made)
    made = power(reader, made, scripts.sup)
    if made.head != "pow":
        raise reader.refuse("unknown-script", "a number has no transpose", f"{letter}_i(A)", start)
    return Expr(made.head, made.args, made.data, "power", start, reader.finish())


def _is_declared(reader: Reader, letter: str, indexed: bool) -> bool:
    """Whether the topic declares the letter in a way that takes what stands below it."""
    for pattern in reader.table.patterns(letter):
        symbol = pattern.symbol
        if name_parts(symbol.name).sub is not None or not indexed:
            return True
        if symbol.kind == "vector" and not symbol.family and _holds_one_matrix(reader):
            continue
        if rank_of(reader, symbol) or symbol.kind in ("function", "rows", "columns", "sorted", "event"):
            return True
    return False


def _holds_one_matrix(reader: Reader) -> bool:
    r"""Whether a bracket holds a matrix's name alone: then it is no factor, which needs no bracket."""
    symbol = reader.table.symbols.get(reader.look(1))
    return reader.look(2) in (")", "]") and symbol is not None and symbol.kind == "matrix"
