r"""The symbols block: one declaration a line, to Symbols and restrictions.

    line = names ":" type { "," condition } [ "#" comment ]  |  relation

Sizes are read first, then indices, then everything whose shape or spelling needs them;
conditions and relations last, when every name is known. All findings of a block are shown
together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from generator.errors import BuildError, ContentError, Finding, fail
from generator.model import Text
from generator.notation import commands, law_names
from generator.notation.declaration import Line, entry_of, is_word, joined, lines_of_block, split_line
from generator.notation.dims import read_dim
from generator.notation.kinds import BUILTINS, LABELLED, SPELLINGS, TYPES, WORDS
from generator.notation.lookalikes import look_alikes
from generator.notation.parse import parse_statement
from generator.notation.pieces import split_spaces
from generator.notation.table import (
    PLACES,
    SymbolTable,
    canonical,
    declared_bar,
    declared_function,
    declared_name,
    name_parts,
)
from generator.notation.tree import ONE, Dim, Expr, Symbol

#: Operators in their usual spellings; a single letter is free to be declared.
OPERATORS = frozenset(
    {
        word
        for word in (*commands.CHANCE, *commands.FUNCTIONS, *law_names.LAW_WORDS, *commands.SPACES)
        if len(word) > 1 and word not in law_names.DECLARABLE
    }
    | commands.DIVERGENCE_WORDS
)

#: The order in which types are read: each needs only names of the groups before it.
_ORDER = (
    ("size",),
    ("index",),
    ("scalar", "complex", "integer", "vector", "matrix", "interval", "set", "event", "law"),
    ("rows", "columns", "sorted", "function"),
)


def read_symbols(
    text: Text | None, outer: Mapping[str, Symbol] | None = None
) -> tuple[dict[str, Symbol], tuple[Expr, ...]]:
    """The symbols of a block by canonical name, `outer` ones first, and its restrictions.

    Raises BuildError with all findings of the block.
    """
    reading = _Block(dict(outer or {}), text)
    if text is not None:
        reading.read(text)
    if reading.findings:
        raise BuildError(reading.findings)
    return reading.symbols, tuple(reading.restrictions)


class _Block:
    """One block while it is read."""

    def __init__(self, symbols: dict[str, Symbol], text: Text | None) -> None:
        self.symbols = symbols
        self.block = text
        self.findings: list[Finding] = []
        self.restrictions: list[Expr] = []
        self.first: dict[str, Text] = {}
        self.local: dict[str, Text] = {}

    def read(self, text: Text) -> None:
        lines: list[Line] = []
        relations: list[Text] = []
        for line in lines_of_block(text):
            try:
                declared = split_line(line)
            except ContentError as error:
                self.findings.append(error.finding)
                continue
            if declared:
                lines.append(declared)
            else:
                relations.append(line)
        declared_by: list[tuple[Line, tuple[str, ...]]] = []
        for group in _ORDER:
            for item in (item for item in lines if item.kind in group):
                declared_by.append((item, tuple(self._declare(item))))
        self._restore_order()
        self._refuse_index_labels()
        self._refuse_look_alikes()
        if not self.findings:
            self._conditions(declared_by, relations)

    def _declare(self, line: Line) -> Iterator[str]:
        """Declares the names of a line; yields them."""
        for name in line.names:
            try:
                symbol = self._symbol(line, name)
            except ContentError as error:
                self.findings.append(error.finding)
                continue
            symbol = self._overload(symbol)
            if symbol.name in self.symbols:
                message = f"{name.value} is declared already"
                remedy = (
                    r"p : function density, which reads its arguments, or names of their own: p_1, p_2"
                    if symbol.kind == "function"
                    else "keep one of the two lines; an example takes over the topic's names as they are"
                )
                self.findings.append(
                    fail(name, 0, len(name.value), "declared-twice", message, remedy).finding
                )
                continue
            self.symbols[symbol.name] = symbol
            self.first[symbol.name] = name
            yield symbol.name

    def _overload(self, symbol: Symbol) -> Symbol:
        r"""A function of a letter that is taken by functions of other arguments: p(z) beside p(x \mid z).

        Its name gets thin spaces, which are layout: it prints the same and is another name.
        """
        while symbol.arguments and symbol.name in self.symbols:
            other = self.symbols[symbol.name]
            same = (other.arguments, other.bar) == (symbol.arguments, symbol.bar)
            if same or not other.arguments or other.builtin or symbol.builtin or PLACES[0] in symbol.name:
                break
            symbol = replace(symbol, name=symbol.name + r"\,")
        return symbol

    def _symbol(self, line: Line, name: Text) -> Symbol:
        spelled, family, arguments = self._spelling(line, name)
        if name_parts(spelled).nucleus in OPERATORS:
            message = f"{name.value} is an operator in its usual spelling"
            raise fail(name, 0, len(name.value), "reserved-name", message, "another name")
        for argument in arguments:
            self.local.setdefault(argument, name)
        symbol = Symbol(
            spelled,
            line.kind,
            family=family,
            arguments=arguments,
            bar=declared_bar(name) if arguments else 0,
            words=frozenset(self._words(line)),
            latex=name.value,
            start=self._offset(name),
            end=self._offset(name) + len(name.value),
        )
        return self._typed(symbol, line)

    def _spelling(self, line: Line, name: Text) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Canonical name, indices of a family, argument places of a function."""
        if line.kind == "function":
            spelled, arguments = declared_function(name)
            # without a built-in a subscript is a label: `f_1 : function`
            if "(" in name.value and not line.rest.value:
                spelled, family = declared_name(_before_arguments(name), self._indices())
                return spelled, (), (*family, *arguments)  # its own indices are its first places
            if "(" in name.value or line.rest.value or not arguments:
                return spelled, (), arguments
        return *declared_name(name, self._indices()), ()

    def _indices(self) -> list[str]:
        return [item.name for item in self.symbols.values() if item.kind == "index"]

    def _restore_order(self) -> None:
        """Symbols stand as they were declared, whatever order they were read in."""
        own = sorted(self.first, key=lambda name: self.symbols[name].start)
        self.symbols.update({name: self.symbols.pop(name) for name in own})

    def _refuse_index_labels(self) -> None:
        """Sizes and indices are read before all indices are known: their subscripts are looked at again."""
        for spelled, name in self.first.items():
            kind = self.symbols[spelled].kind
            label = _before_arguments(name)
            plain = kind in ("size", "index") or (kind == "function" and PLACES[0] not in spelled)
            plain = plain and self.symbols[spelled].builtin not in LABELLED
            if plain and declared_name(label, self._indices())[1]:
                message = f"the subscript of {name.value} is a declared index, and a {kind} has none"
                remedy = "rename the index or the label"
                self.findings.append(
                    fail(name, 0, len(name.value), "index-as-label", message, remedy).finding
                )

    def _offset(self, name: Text) -> int:
        """Where the name stands in the block (its line's mark plus the column's difference)."""
        place = name.at(0)
        for start, number, column in self.block.marks if self.block else ():
            if number == place.line:
                return start + place.column - column
        return 0

    def _typed(self, symbol: Symbol, line: Line) -> Symbol:
        """The symbol with what its type says: shape, range, rows of which matrix, built-in."""
        form, rest = TYPES[line.kind], line.rest
        if form == "range":
            lower, upper = self._range(rest)
            return replace(symbol, lower=lower, upper=upper)
        if form in ("dim", "two dims") or (form == "dim or nothing" and rest.value.strip()):
            return replace(symbol, shape=self._shape(line, 2 if form == "two dims" else 1))
        if form == "matrix":
            of = self.symbols.get(canonical(rest)) if rest.value.strip() else None
            if of is None or of.kind != "matrix":
                message = f"{line.kind} are those of a declared matrix"
                raise fail(line.type, 0, len(line.type.value), "bad-type", message, f"{line.kind} X")
            return replace(symbol, of=of.name, shape=(of.shape[1 if line.kind == "rows" else 0],))
        if form == "vector":
            return self._sorted(symbol, line)
        if form == "built-in" and rest.value.split()[:1] in (["vector"], ["matrix"]):
            return replace(symbol, shape=self._value_shape(rest), of=self._inverse_of(symbol))
        if form == "built-in" and not rest.value.strip():
            return replace(symbol, of=self._inverse_of(symbol))
        if form == "built-in" and rest.value.strip():
            return replace(symbol, builtin=self._builtin(symbol, rest))
        if rest.value.strip() and form == "nothing":
            message = f"nothing follows the type {line.kind}"
            raise fail(rest, 0, len(rest.value), "bad-type", message, "begin a condition with a comma")
        return symbol

    def _sorted(self, symbol: Symbol, line: Line) -> Symbol:
        """The order statistics `x_{(j)}` of a declared vector: a family over one index."""
        of = self.symbols.get(canonical(line.rest)) if line.rest.value.strip() else None
        if of is None or of.kind != "vector" or of.family or len(symbol.family) != 1:
            message = f"{line.kind} values are those of a declared vector, with a declared index"
            raise fail(line.type, 0, len(line.type.value), "bad-type", message, "x_{(j)} : sorted x")
        return replace(symbol, of=of.name)

    def _shape(self, line: Line, count: int) -> tuple[Dim, ...]:
        parts = [line.rest] if count == 1 else split_spaces(line.rest)
        if len(parts) != count or not line.rest.value.strip():
            message = f"a {line.kind} needs {'its length' if count == 1 else 'two dimensions'}"
            remedy = SPELLINGS[TYPES[line.kind]].format(line.kind)
            raise fail(line.type, 0, len(line.type.value), "bad-type", message, remedy)
        return tuple(read_dim(part, self.symbols) for part in parts)

    def _value_shape(self, rest: Text) -> tuple[Dim, ...]:
        """Of a function whose value is a vector or a matrix: `function vector d`."""
        word = rest.value.split()[0]
        dims = rest.part(rest.value.index(word) + len(word), len(rest.value))
        parts = [dims] if word == "vector" else split_spaces(dims)
        if not dims.value.strip() or len(parts) != (1 if word == "vector" else 2):
            message = f"a function whose value is a {word} needs its dimensions"
            remedy = "function vector d, or function matrix m n"
            raise fail(rest, 0, len(rest.value), "bad-type", message, remedy)
        return tuple(read_dim(part, self.symbols) for part in parts)

    def _inverse_of(self, symbol: Symbol) -> str:
        """The declared invertible function that `g^{-1}` is the inverse of; "" for another function."""
        parts = name_parts(symbol.name)
        if parts.sup != ("-", "1"):
            return ""
        base = self.symbols.get(replace(parts, sup=None).spelled())
        return base.name if base is not None and "invertible" in base.words else ""

    def _range(self, rest: Text) -> tuple[Dim, Dim]:
        parts = rest.value.split("..")
        if len(parts) > 2 or not all(part.strip() for part in parts):
            remedy = "index n, or index 0..T"
            raise fail(rest, 0, len(rest.value), "bad-type", "an index runs over a range", remedy)
        if len(parts) == 1:
            return ONE, read_dim(rest, self.symbols)
        cut = len(parts[0])
        lower = read_dim(rest.part(0, cut), self.symbols)
        return lower, read_dim(rest.part(cut + 2, len(rest.value)), self.symbols)

    def _builtin(self, symbol: Symbol, rest: Text) -> str:
        name = rest.value.strip()
        if name not in BUILTINS:
            close = get_close_matches(name, BUILTINS, 1)
            remedy = f"did you mean {close[0]}?" if close else "known: " + ", ".join(BUILTINS)
            message = f"no built-in function is called {name}"
            raise fail(rest, 0, len(rest.value), "unknown-built-in", message, remedy)
        count = BUILTINS[name]
        if count and len(symbol.arguments) != count:
            message = f"{name} has {count} argument places, {symbol.latex} shows {len(symbol.arguments)}"
            raise fail(rest, 0, len(rest.value), "argument-places", message, "show them: f(u), t_{m,q}")
        return name

    def _words(self, line: Line) -> Iterator[str]:
        for condition in line.conditions:
            word = " ".join(condition.value.split())
            if not is_word(word):
                continue
            if word not in WORDS:
                close = get_close_matches(word, WORDS, 1)
                remedy = f"did you mean {close[0]}?" if close else "known: " + ", ".join(WORDS)
                message = f"`{word}` is neither a relation nor a word of the table"
                raise fail(condition, 0, len(condition.value), "unknown-word", message, remedy)
            if line.kind not in WORDS[word]:
                message = f"a {line.kind} cannot be {word}"
                remedy = f"{word} follows " + ", ".join(WORDS[word])
                raise fail(condition, 0, len(condition.value), "word-not-here", message, remedy)
            yield word

    def _refuse_look_alikes(self) -> None:
        for later, earlier in look_alikes([*self.symbols, *self.local]):
            text = self.first.get(later) or self.local.get(later) or self.first.get(earlier)
            if text is not None:
                message = f"{later} and {earlier} look alike in print"
                remedy = "rename one of them"
                self.findings.append(fail(text, 0, len(text.value), "look-alike", message, remedy).finding)

    def _conditions(self, lines: list[tuple[Line, tuple[str, ...]]], relations: list[Text]) -> None:
        table = SymbolTable(self.symbols)
        for line, names in lines:
            for condition in line.conditions:
                if not is_word(" ".join(condition.value.split())):
                    self._condition(condition, line, names, table)
        for relation in relations:
            try:
                self.restrictions.append(parse_statement(relation, table))
            except ContentError as error:
                self.findings.append(error.finding)

    def _condition(self, condition: Text, line: Line, names: tuple[str, ...], table: SymbolTable) -> None:
        """`> 0` is about each name of the line; a relation is about the names in it."""
        texts = [condition]
        if condition.value[:1] in "<>=" or condition.value.startswith(_LEADING):
            if line.kind in ("vector", "matrix", "rows", "columns") and not condition.value.startswith(
                _OF_WHOLE
            ):
                entries = [entry_of(name, self.symbols) for name in line.names]
                if None in entries:
                    message = f"{line.names[0].value} is a {line.kind}: this relation is about its entries"
                    remedy = f"say it of each entry, with a declared index: x_i {condition.value}"
                    item = fail(condition, 0, len(condition.value), "condition-of-entries", message, remedy)
                    self.findings.append(item.finding)
                    return
                texts = [joined(entry, condition) for entry in entries if entry is not None]
            else:
                texts = [joined(name, condition) for name in line.names]
        local = {name: Symbol(name, "scalar") for name in self.local if name not in self.symbols}
        for text in texts:
            try:
                expr = parse_statement(text, table, local)
            except ContentError as error:
                self.findings.append(error.finding)
                continue
            about = names_about(expr, self.symbols)
            if len(about) == 1:
                (name,) = about
                symbol = self.symbols[name]
                word = definite_word(expr)
                conditions = symbol.conditions if word else (*symbol.conditions, expr)
                words = symbol.words | {word} if word else symbol.words
                self.symbols[name] = replace(symbol, words=words, conditions=conditions)
            else:
                self.restrictions.append(expr)
            if not about & set(names):
                message = f"this condition says nothing about {line.names[0].value}"
                remedy = "put it on the line of the name it is about"
                self.findings.append(
                    fail(condition, 0, len(condition.value), "condition-elsewhere", message, remedy).finding
                )


def _before_arguments(name: Text) -> Text:
    """A declared function's name: what stands before the bracket that is in no script."""
    depth = 0
    for at, char in enumerate(name.value):
        if char == "(" and not depth:
            return name.part(0, at)
        depth += (char == "{") - (char == "}")
    return name


def definite_word(expr: Expr) -> str:
    r"""The word for `A \succ 0` or `A \succeq 0` of a whole matrix; "" for another condition."""
    word = {("succ",): "positive definite", ("succeq",): "positive semidefinite"}.get(expr.data, "")
    plain = expr.head == "rel" and expr.args[0].head == "name" and expr.args[1].head in ("zeros", "num")
    return word if plain else ""


def names_about(expr: Expr, symbols: Mapping[str, Symbol]) -> set[str]:
    """The declared names a condition is about: not its indices, nor sizes beside other names."""
    names = {node.data for node in expr.walk() if node.head in ("name", "call") and node.data in symbols}
    names |= {node.data[0] for node in expr.walk() if node.head == "prime"}
    about = {name for name in names if symbols[name].kind != "index"}
    return {name for name in about if symbols[name].kind != "size"} or about


#: Relations that a whole vector or matrix can stand in.
_OF_WHOLE = (r"\in", r"\notin", r"\succ", r"\prec", r"\ne", "=")
_LEADING = (r"\le", r"\ge", r"\ne", r"\in", r"\notin", r"\succ", r"\prec")
