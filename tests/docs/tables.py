"""The tables of the manual, written from the program's own tables.

`python -m tests.docs.tables` writes them into docs/ between their markers; a test compares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from generator.meaning.functions import FUNCTIONS as VALUED
from generator.meaning.laws import LAWS as KNOWN
from generator.meaning.laws_joint import JOINT
from generator.notation import commands, kinds, law_names, prose, remedies
from generator.notation.conventions import CONVENTIONS
from generator.notation.lookalikes import LOOK_ALIKES
from generator.verify.judge import CHECKS

DOCS = Path(__file__).parents[2] / "docs"
_MARKED = re.compile(r"(<!-- table: ([a-z-]+) -->\n).*?(<!-- end -->)", re.S)

#: Functions that meaning/laws gives a value to by name: what the manual calls "has a value".
_BUILT_IN_VALUES = frozenset(VALUED)


def code(text: str) -> str:
    """A code span; a span that holds a backquote does not occur."""
    return f"`{text}`"


def spans(items: Iterable[str]) -> str:
    """Code spans side by side, in the order of the alphabet."""
    return " ".join(code(item) for item in sorted(items, key=lambda item: (item.lower(), item))) + "\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Printed spellings by what they mean, in the order of the table."""
    out: dict[str, list[str]] = {}
    for spelling, meaning in pairs:
        out.setdefault(meaning, []).append(spelling)
    return out


def _spellings(pairs: Iterable[tuple[str, str]], head: tuple[str, str] = ("name", "printed")) -> str:
    found = grouped(pairs)
    return table(head, [(code(name), " ".join(map(code, words))) for name, words in found.items()])


def _relations() -> str:
    iid, arrows = (
        r"\overset{\mathrm{iid}}{\sim}",
        ((r"\xrightarrow{d}", "tolaw"), (r"\xrightarrow{P}", "toprob")),
    )
    found = grouped((*commands.RELATIONS.items(), *arrows, (iid, "iid")))
    rows = [
        (code(op), " ".join(map(code, words)), "yes" if op in (*CHECKS, "=", "equiv") else _given_only(op))
        for op, words in found.items()
    ]
    return table(("relation", "printed", "checked as a claim"), rows)


def _given_only(op: str) -> str:
    return "no: stands in a given" if op in ("iid", "perp") else "no: a claim with it is undecided"


def _functions() -> str:
    named = commands.FUNCTIONS | commands.UNDECLARED_FUNCTIONS
    found: dict[str, list[str]] = {}
    for word, function in named.items():
        found.setdefault(function.name, []).append(word)
    by_name = {function.name: function for function in named.values()}
    rows = []
    for name, words in found.items():
        function = by_name[name]
        bare = any(named[word].bare for word in words)
        rows.append(
            (
                code(name),
                " ".join(map(code, words)),
                str(function.arity or "any"),
                "may stand without" if bare else "wants them",
                "yes" if name in _BUILT_IN_VALUES else "no",
            )
        )
    return table(("function", "printed", "arguments", "brackets", "has a value"), rows)


def _laws() -> str:
    words: dict[str, list[str]] = {}
    for word, law in law_names.LAW_WORDS.items():
        words.setdefault(law, []).append(word)
    for letter, law in law_names.SUBSCRIPT_LAWS.items():
        words.setdefault(law, []).append(letter)
    rows = []
    every = {
        **law_names.LAWS,
        **{v: law_names.LAWS[law] for law, vs in law_names.PARAMETRISED.items() for v in vs},
    }
    words |= {v: [f"{v} (a convention)"] for vs in law_names.PARAMETRISED.values() for v in vs}
    for law, (counts, _) in every.items():
        printed = [w for w in words[law] if not w.startswith(r"\operatorname")]
        known = (KNOWN[law].parameters,) if law in KNOWN else ()
        meant = "; ".join((*known, *((JOINT[law].parameters,) if law in JOINT else ())))
        number = " or ".join(map(str, counts))
        rows.append((code(law), " ".join(map(code, printed)), f"{number}: {meant}", _known_of(law)))
    return table(("law", "printed", "parameters", "what is known of it"), rows)


def _known_of(name: str) -> str:
    """Density, moments and the functions that belong to a law."""
    law = KNOWN.get(name)
    if law is None:
        return "density, of a vector or a matrix" if name in JOINT else "none"
    moments = "finite moments" if law.moments else "all moments"
    found = ["mass" if law.discrete else "density", moments if law.raw else "no moments"]
    found += ["generating function"] if law.mgf else []
    found += ["quantiles"] if not law.discrete else []
    return ", ".join(found) + (", density of a vector" if name in JOINT else "")


def _conventions() -> str:
    rows = []
    for convention in CONVENTIONS.values():
        sentence = "".join(p if isinstance(p, str) else code(p.latex) for p in convention.sentence)
        rows.append((code(convention.name), sentence))
    return table(("name", "what is printed"), rows)


def _types() -> str:
    rows = [(code(name), code(kinds.SPELLINGS[form].format(name))) for name, form in kinds.TYPES.items()]
    return table(("type", "written"), rows)


def _words() -> str:
    rows = [(code(word), ", ".join(types)) for word, types in kinds.WORDS.items()]
    return table(("word", "may follow"), rows)


def _built_ins() -> str:
    rows = [
        (code(name), str(count or "any"), _value_of_built_in(name)) for name, count in kinds.BUILTINS.items()
    ]
    return table(("built-in", "argument places", "has a value"), rows)


def _value_of_built_in(name: str) -> str:
    if name in kinds.LABELLED:
        return "that of the law of the random name in its label"
    return "yes" if name in _BUILT_IN_VALUES else "no"


def _instead() -> str:
    found = grouped(sorted(remedies.INSTEAD.items()))
    return table(
        ("not in the language", "write"),
        [(" ".join(map(code, words)), remedy) for remedy, words in found.items()],
    )


#: Every command that may stand in a formula, grouped as the tables group them.
LETTERS = commands.GREEK | commands.ACCENTS


def _other() -> str:
    listed = {
        *LETTERS,
        *commands.RELATIONS,
        *commands.ARROWS,
        *commands.BRACKETS,
        *commands.BRACKETS.values(),
    }
    listed |= {*commands.SIZES, *commands.SIZES.values(), *commands.BAR_SIZES, *commands.FUNCTIONS}
    return spans(word for word in commands.ALLOWED if word not in listed)


TABLES: dict[str, Callable[[], str]] = {
    "greek": lambda: spans(commands.GREEK),
    "accents": lambda: spans(commands.ACCENTS),
    "layout": lambda: spans(commands.LAYOUT | {"~"}),
    "wide-spaces": lambda: spans(commands.QUADS),
    "environments": lambda: spans(commands.ENVIRONMENTS),
    "relations": _relations,
    "arrows": lambda: _spellings(commands.ARROWS.items(), ("meaning", "printed")),
    "brackets": lambda: table(
        ("opens", "closes"), [(code(a), code(b)) for a, b in commands.BRACKETS.items()]
    ),
    "sizes": lambda: spans({*commands.SIZES, *commands.SIZES.values(), *commands.BAR_SIZES}),
    "functions": _functions,
    "chance": lambda: _spellings(commands.CHANCE.items(), ("operator", "printed")),
    "information": lambda: _spellings(commands.INFORMATION.items(), ("operator", "printed")),
    "divergences": lambda: spans(commands.DIVERGENCE_WORDS | commands.DIVERGENCE_LETTERS),
    "arg-max": lambda: _spellings(commands.ARGS.items(), ("operator", "printed")),
    "laws": _laws,
    "spaces": lambda: spans(commands.SPACES),
    "constants": lambda: spans(commands.CONSTANTS),
    "filled": lambda: spans(commands.ONES | commands.ZEROS | commands.IDENTITIES),
    "transposes": lambda: spans(commands.TRANSPOSES),
    "fractions": lambda: spans(commands.FRACTIONS),
    "other": _other,
    "instead": _instead,
    "types": _types,
    "words": _words,
    "built-ins": _built_ins,
    "look-alikes": lambda: "".join(f"- {' '.join(map(code, group))}\n" for group in LOOK_ALIKES),
    "conventions": _conventions,
    "plain-words": lambda: spans(prose.ALLOWED),
}


def filled(page: str) -> str:
    """The page with every table written anew. Raises KeyError for a marker without a table."""
    return _MARKED.sub(lambda match: f"{match[1]}{TABLES[match[2]]()}{match[3]}", page)


def used(page: str) -> set[str]:
    """The tables that a page holds."""
    return {match[2] for match in _MARKED.finditer(page)}


def main() -> None:
    """Write the tables into all pages."""
    for path in sorted(DOCS.glob("*.md")):
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
