"""The closed table of conventions: what fixes how operators and named laws are read.

An author writes a name from this table; the sentence is printed and the name stands in
`Scope.conventions`, where the interpreter looks it up. A convention is no definition: it
chooses between readings that the field has, and claims nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from generator.errors import Finding, finding
from generator.model import Evidence, Maths, Text


@dataclass(frozen=True, slots=True)
class Convention:
    """One convention: the sentence a reader sees, and the reading it fixes."""

    name: str
    sentence: Evidence
    fixes: str


def _table(*rows: Convention) -> dict[str, Convention]:
    return {row.name: row for row in rows}


#: Name as authors write it -> convention.
CONVENTIONS = _table(
    Convention("natural log", (Maths(r"\log"), " is the natural logarithm."), "logarithm"),
    Convention(
        "eigenvalues descend", ("The first eigenvalue of a matrix is the largest.",), "order of eigenvalues"
    ),
    Convention(
        "eigenvalues ascend", ("The first eigenvalue of a matrix is the smallest.",), "order of eigenvalues"
    ),
    Convention("0^0 = 1", ("The empty product ", Maths("0^0"), " is ", Maths("1"), "."), "zero to the zero"),
    Convention("softmax over rows", ("Softmax of a matrix acts on each row.",), "softmax axis"),
    Convention("gradient is a column", ("The gradient by a vector is the column of partials.",), "layout"),
    Convention(
        "derivative by matrix has its shape",
        ("The derivative of a scalar by a matrix has the shape of that matrix.",),
        "matrix layout",
    ),
    Convention(
        "numerator layout",
        ("The derivative of a vector by a vector has a row for each entry of the vector above.",),
        "vector by vector",
    ),
    Convention(
        "denominator layout",
        ("The derivative of a vector by a vector has a column for each entry of the vector above.",),
        "vector by vector",
    ),
    Convention(
        "normal by variance",
        ("The second parameter of ", Maths(r"\mathcal N"), " is the variance."),
        "normal parameters",
    ),
    Convention(
        "gamma by rate",
        ("The second parameter of ", Maths(r"\mathrm{Gamma}"), " is the rate."),
        "gamma parameters",
    ),
    Convention(
        "gamma by scale",
        ("The second parameter of ", Maths(r"\mathrm{Gamma}"), " is the scale."),
        "gamma parameters",
    ),
    Convention(
        "exponential by rate",
        ("The parameter of ", Maths(r"\mathrm{Exp}"), " is the rate."),
        "exponential parameter",
    ),
    Convention(
        "exponential by scale",
        ("The parameter of ", Maths(r"\mathrm{Exp}"), " is the scale, its mean."),
        "exponential parameter",
    ),
    Convention("geometric from 1", ("The geometric law counts trials, from 1.",), "geometric counts"),
    Convention("geometric from 0", ("The geometric law counts failures, from 0.",), "geometric counts"),
    Convention(
        "pareto by least value first",
        ("The first parameter of ", Maths(r"\mathrm{Pareto}"), " is the least value."),
        "pareto parameters",
    ),
    Convention(
        "pareto by shape first",
        ("The first parameter of ", Maths(r"\mathrm{Pareto}"), " is the shape."),
        "pareto parameters",
    ),
    Convention(
        "wishart by degrees first",
        ("The first parameter of a Wishart law are its degrees of freedom.",),
        "wishart parameters",
    ),
    Convention(
        "inverse Wishart by degrees first",
        ("The first parameter of an inverse Wishart law are its degrees of freedom.",),
        "inverse Wishart parameters",
    ),
    Convention(
        "negative binomial counts failures",
        ("The negative binomial law counts failures, from 0.",),
        "negative binomial counts",
    ),
    Convention(
        "negative binomial counts trials",
        ("The negative binomial law counts trials.",),
        "negative binomial counts",
    ),
)


def read_conventions(names: Iterable[Text]) -> tuple[frozenset[str], list[Finding]]:
    """The names that are in the table, and a finding for each that is not, stands twice or contradicts."""
    known: set[str] = set()
    fixed: dict[str, str] = {}
    findings: list[Finding] = []
    for text in names:
        name = " ".join(text.value.split())
        end = len(text.value)
        if name in known:
            message = f"the convention `{name}` stands here twice"
            findings.append(finding(text, 0, end, "duplicate-convention", message, "keep one"))
        elif name not in CONVENTIONS:
            close = get_close_matches(name, CONVENTIONS, 1)
            remedy = f"did you mean `{close[0]}`?" if close else "known: " + "; ".join(CONVENTIONS)
            message = f"no convention is called `{name}`"
            findings.append(finding(text, 0, end, "unknown-convention", message, remedy))
        elif CONVENTIONS[name].fixes in fixed:
            message = f"`{fixed[CONVENTIONS[name].fixes]}` stands here already, and fixes the same"
            findings.append(finding(text, 0, end, "two-conventions", message, "keep one"))
        else:
            known.add(name)
            fixed[CONVENTIONS[name].fixes] = name
    return frozenset(known), findings
