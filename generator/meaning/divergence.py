r"""The divergence of two laws, $\mathrm{KL}(P \,\|\, Q) = \mathbb E_P[\log p - \log q]$, by closed forms.

One line a law; both laws are of one family, or two probability vectors. Sources: Penny, KL-divergences
of Normal, Gamma, Dirichlet and Wishart densities (2001); Cover and Thomas, Elements of Information
Theory, sec. 2.3. Every line is held against its own integral or sum by tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from generator.meaning import arrays
from generator.meaning.functions import FUNCTIONS
from generator.meaning.hierarchy import parents
from generator.meaning.interpret import SPECIAL
from generator.meaning.law import pi
from generator.meaning.laws import LAWS
from generator.meaning.program import Code, Program
from generator.meaning.systems import NoValue, Senseless, System, Unsupported, Unsure
from generator.notation.tree import Expr, bare

if TYPE_CHECKING:
    from generator.meaning.program import Frame


def _log(s: System, x: Any) -> Any:
    return s.call("log", x)


def _sum(values: list[Any]) -> Any:
    return sum(values[1:], values[0])


def _normal(f: Frame, m: Any, v: Any, m0: Any, v0: Any) -> Any:
    if isinstance(m, list):
        return _vector_normal(f, m, v, m0, v0)
    return (_log(f.system, v0 / v) - 1 + v / v0 + (m - m0) * (m - m0) / v0) / 2


def _vector_normal(f: Frame, m: list[Any], v: Any, m0: list[Any], v0: Any) -> Any:
    det = FUNCTIONS["det"]
    inverse = f.system.inverse(v0) if f.system.symbolic else arrays.eliminate(v0, f.system)[1]  # type: ignore[attr-defined]
    gap = [b - a for a, b in zip(m, m0, strict=True)]
    form = arrays.dot(gap, [arrays.dot(row, gap) for row in inverse])
    trace = FUNCTIONS["tr"](f, arrays.product(inverse, v))
    return (_log(f.system, det(f, v0) / det(f, v)) - len(m) + trace + form) / 2


def _bernoulli(f: Frame, p: Any, q: Any) -> Any:
    return _vectors(f, [p, 1 - p], [q, 1 - q])


def _binomial(f: Frame, n: Any, p: Any, n0: Any, q: Any) -> Any:
    if f.system.sign(n - n0) != 0:
        raise Unsupported("the divergence of two binomial laws of different sizes")
    return n * _bernoulli(f, p, q)


def _poisson(f: Frame, a: Any, b: Any) -> Any:
    return a * _log(f.system, a / b) + b - a


def _exponential(f: Frame, a: Any, b: Any) -> Any:
    return _log(f.system, a / b) + b / a - 1


def _geometric(f: Frame, p: Any, q: Any) -> Any:
    return _bernoulli(f, p, q) / p


def _gamma(f: Frame, a: Any, b: Any, a0: Any, b0: Any) -> Any:
    s = f.system
    above = (a - a0) * s.call("digamma", a) - s.call("lgamma", a) + s.call("lgamma", a0)
    return above + a0 * _log(s, b / b0) + a * (b0 - b) / b


def _dirichlet(f: Frame, a: list[Any], b: list[Any]) -> Any:
    s, total, other = f.system, _sum(a), _sum(b)
    parts = [
        s.call("lgamma", y)
        - s.call("lgamma", x)
        + (x - y) * (s.call("digamma", x) - s.call("digamma", total))
        for x, y in zip(a, b, strict=True)
    ]
    return s.call("lgamma", total) - s.call("lgamma", other) + _sum(parts)


def _beta(f: Frame, a: Any, b: Any, a0: Any, b0: Any) -> Any:
    return _dirichlet(f, [a, b], [a0, b0])


def _laplace(f: Frame, m: Any, b: Any, m0: Any, b0: Any) -> Any:
    gap = f.system.call("abs", m - m0)
    return _log(f.system, b0 / b) + gap / b0 + b / b0 * f.system.call("exp", -gap / b) - 1


def _vectors(f: Frame, p: list[Any], q: list[Any]) -> Any:
    """Of two vectors of probabilities; 0 log 0 is 0, and a mass where the second has none has no value."""
    s = f.system
    parts = [s.number(0)]
    for x, y in zip(p, q, strict=True):
        if s.symbolic or s.sign(x) != 0:
            if not s.symbolic and s.sign(y) == 0:
                raise NoValue("a divergence where the second law has no mass")
            parts.append(x * _log(s, x / y))
    return _sum(parts)


#: Law -> its divergence from another of the same family: (frame, *parameters, *the other's).
DIVERGENCES: dict[str, Callable[..., Any]] = {
    "normal": _normal, "bernoulli": _bernoulli, "binomial": _binomial, "poisson": _poisson,
    "exponential": _exponential, "geometric": _geometric, "gamma": _gamma, "beta": _beta,
    "dirichlet": _dirichlet, "categorical": _vectors, "laplace": _laplace,
}  # fmt: skip


def _divergence(expr: Expr, program: Program) -> Code:
    left, right = (_law_of(arg, program) for arg in expr.args)
    if left.head == right.head == "law":
        return _between_laws(left, right, program)
    if all(side.shape is not None and len(side.shape) == 1 for side in (left, right)):
        p, q = program.compiled(left), program.compiled(right)
        return lambda f: _vectors(f, *_distributions(f, p(f), q(f)))
    raise Unsupported("a divergence is known between two laws of one family, or two probability vectors")


def _law_of(expr: Expr, program: Program) -> Expr:
    """The law that a declared name of a law stands for, else the expression itself."""
    expr = bare(expr)
    while expr.head == "name" and program.definitions.get(expr.data):
        body = bare(program.definitions[expr.data][0].body)
        if body.head not in ("law", "name"):
            break
        expr = body
    return expr


def _between_laws(left: Expr, right: Expr, program: Program) -> Code:
    formula = DIVERGENCES.get(left.data)
    if formula is None or left.data != right.data:
        raise Unsupported(f"the divergence of a law {left.data} from a law {right.data} is not known")
    ranks = [[len(arg.shape or ()) for arg in side.args] for side in (left, right)]
    if ranks[0] != ranks[1] or (left.data == "normal" and ranks[0] not in ([0, 0], [1, 2])):
        raise Senseless("the parameters of the two laws have other shapes")
    codes = [program.compiled(arg) for arg in (*left.args, *right.args)]
    kinds = LAWS[left.data].kinds * 2 if left.data in LAWS else ""

    def run(f: Frame) -> Any:
        values = [code(f) for code in codes]
        for kind, value in zip(kinds, values, strict=False):
            _check_parameter(f, kind, value)
        return formula(f, *values)

    return run


def _check_parameter(f: Frame, kind: str, value: Any) -> None:
    """Raises NoValue for a parameter outside its set: p positive, u in the unit interval."""
    if f.system.symbolic or isinstance(value, list):
        return
    if kind in ("p", "u") and f.system.sign(value) <= 0:
        raise NoValue("a parameter of this law is not positive")
    if kind == "u" and f.system.sign(1 - value) < 0:
        raise NoValue("a probability of this law is more than 1")


def _distributions(f: Frame, p: list[Any], q: list[Any]) -> tuple[list[Any], list[Any]]:
    """Two vectors as they are; raises NoValue where their entries do not sum to 1."""
    for vector in (p, q):
        try:
            gap = 0 if f.system.symbolic else f.system.sign(_sum(vector) - 1)
        except Unsure:
            gap = 0  # a ball around 1
        if gap:
            raise NoValue("a divergence is between vectors of probabilities")
    return p, q


def _entropy(expr: Expr, program: Program) -> Code:
    """-sum p log p of a vector of probabilities, with 0 log 0 = 0; of two vectors -sum p log q."""
    group = bare(expr.args[0])
    laws = [bare(arg) for arg in (group.args if group.head == "tuple" else (group,))]
    if len(laws) > 2 or any(law.shape is None or len(law.shape) != 1 for law in laws):
        raise Unsupported("an entropy is of random names of open laws, densities, or probability vectors")
    if any(_is_outcome(name, program) for name in program.random_names(laws)):
        return _of_normal_vector(laws, program)
    codes = [program.compiled(law) for law in laws]

    def run(f: Frame) -> Any:
        values = [code(f) for code in codes]
        p, q = _distributions(f, values[0], values[-1])
        ones = [f.system.number(1) for _ in p]
        entropy = -_vectors(f, p, ones)
        return entropy if len(values) == 1 else entropy + _vectors(f, p, q)

    return run


def _is_outcome(name: str, program: Program) -> bool:
    """Whether a random name is no probability vector itself: an entropy is then that of its law."""
    law = program.laws.laws.get(name)
    return "simplex" not in program.symbols[name].words and (law is None or law.law != "dirichlet")


def _of_normal_vector(exprs: list[Expr], program: Program) -> Code:
    """n/2 log(2 pi e) + 1/2 log det S of a vector with the law N(m, S): Cover and Thomas (2006), (8.38).

    Raises Unsupported for what else is random.
    """

    def run(f: Frame) -> Any:
        name = str(exprs[0].data) if len(exprs) == 1 and exprs[0].head == "name" else ""
        given = f.program.laws.laws.get(name)
        if given is None or given.law != "normal" or given.entries or parents(given, f.program):
            raise Unsupported("the entropy of a random vector is that of a normal one")
        if f.chance is not None and name in f.chance.swapped:
            raise Unsupported("the entropy of a vector with another law")
        covariance = f.program.compiled(given.parameters[1])(f)
        if not isinstance(covariance, list):
            raise Unsupported("the entropy of a random vector is that of a normal one")
        constant = len(covariance) * (1 + _log(f.system, 2 * pi(f.system)))
        return (constant + _log(f.system, FUNCTIONS["det"](f, covariance))) / 2

    return run


SPECIAL.update({"kl": _divergence, "entropy": _entropy})
