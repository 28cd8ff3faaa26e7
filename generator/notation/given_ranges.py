"""Whether the indices of a law run over the entries that it is about: over all of them, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.notation.tree import ONE, Dim, Expr, Symbol, bare, dim_latex

Ends = tuple[Dim, Dim]


def ranges_beyond(subject: Expr, symbols: Mapping[str, Symbol]) -> Iterator[tuple[Expr, str, str]]:
    """(index, message, remedy) for each index of a law's subject that has another range than its axis."""
    core = bare(subject)
    if core.head in ("tuple", "list", "and", "set", "given"):
        for arg in core.args[: 1 if core.head == "given" else None]:
            yield from ranges_beyond(arg, symbols)
        return
    symbol = symbols.get(str(bare(core.args[0]).data)) if core.head == "entry" else None
    if symbol is None:
        return
    for arg, axis in zip(core.args[1:], _axes(symbol, symbols), strict=False):
        index = symbols.get(str(bare(arg).data)) if bare(arg).head == "name" else None
        if index is not None and index.kind == "index" and (index.lower, index.upper) != axis:
            shown, own = _ends((index.lower, index.upper)), _ends(axis)
            message = f"{index.latex} runs over {shown}, and what has this law over {own}"
            yield arg, message, f"an index over {own}"


def _axes(symbol: Symbol, symbols: Mapping[str, Symbol]) -> list[Ends]:
    if symbol.of:
        symbol = symbols[symbol.of]
    members = [(symbols[name].lower, symbols[name].upper) for name in symbol.family if name in symbols]
    return [*members, *((ONE, dim) for dim in symbol.shape)]


def _ends(ends: Ends) -> str:
    return f"{dim_latex(ends[0])}..{dim_latex(ends[1])}"
