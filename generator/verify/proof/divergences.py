r"""Readers of entropies and divergences: two vectors of probabilities, two normal laws (also of vectors).

`D_{KL}(p \| q)` of vectors is \sum_k p_k (\log p_k - \log q_k), where both are known to be positive. Of
normal laws it is the closed form of the table (Penny 2001), which the tests hold against its integral.
The density of a normal vector stands here too.
"""

from __future__ import annotations

from generator.notation.tree import ONE, Expr, bare
from generator.verify.proof import sign
from generator.verify.proof.elementary import LOG_DENSITIES, SHAPED
from generator.verify.proof.functions import known_sign, logarithm
from generator.verify.proof.labels import FREE
from generator.verify.proof.polynomial import Polynomial
from generator.verify.proof.reading import Env, Labels, Translation
from generator.verify.proof.work import NotProved


def _divergence(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    left, right = (bare(arg) for arg in expr.args)
    if left.head == right.head == "law" and left.data == right.data == "normal":
        return t.scalar(_normal(left, right), env)
    if any(side.shape is None or len(side.shape) != 1 for side in (left, right)):
        raise NotProved("the divergence of these laws")
    (label,) = t.axes(left.shape)
    p, q = t.entry(left, (label,), env), t.entry(right, (label,), env)
    if {known_sign(p), known_sign(q)} != {sign.POSITIVE}:
        raise NotProved("a law without mass somewhere")
    terms = p * (logarithm(p) - logarithm(q))
    return terms.total(label) if label[0] == FREE else terms


def _entropy(t: Translation, expr: Expr, labels: Labels, env: Env) -> Polynomial:
    """-sum p log p of a vector of probabilities that are known to be positive; of two -sum p log q."""
    group = bare(expr.args[0])
    laws = [bare(arg) for arg in (group.args if group.head == "tuple" else (group,))]
    if len(laws) > 2 or any(law.shape is None or len(law.shape) != 1 for law in laws):
        raise NotProved("the entropy of these laws")
    (label,) = t.axes(laws[0].shape)
    p, q = t.entry(laws[0], (label,), env), t.entry(laws[-1], (label,), env)
    if {known_sign(p), known_sign(q)} != {sign.POSITIVE}:
        raise NotProved("a law without mass somewhere")
    terms = -p * logarithm(q)
    return terms.total(label) if label[0] == FREE else terms


def _normal(left: Expr, right: Expr) -> Expr:
    """The closed form as a tree, with the sizes that the parameters have."""
    (m, v), (m0, v0) = left.args, right.args
    ranks = [len(arg.shape or ()) for arg in (m, v, m0, v0)]
    if ranks not in ([0, 0, 0, 0], [1, 2, 1, 2]):
        raise NotProved("parameters of other shapes")
    gap = _add("+-", m0, m)
    if not m.shape:
        ratio = _log(Expr("div", (v0, v), None, "frac", shape=()))
        square = Expr("pow", (_group(gap), _number("2")), shape=())
        spread = Expr("div", (_add("++", v, square), v0), None, "frac", shape=())
        return _half(_add("+-+", ratio, _number("1"), spread))
    inverse = Expr("inverse", (_group(v0),), shape=v0.shape)
    trace = Expr("func", (Expr("mul", (inverse, _group(v)), ("",), shape=v.shape),), "tr", shape=())
    row = Expr("transpose", (_group(gap),), None, r"\top", shape=(ONE, *m.shape))
    form = Expr("mul", (row, inverse, _group(gap)), ("", ""), shape=())
    identity = Expr("func", (Expr("identity", (), "", shape=v.shape),), "tr", shape=())
    ratio = _add("+-", _log(_det(v0)), _log(_det(v)))
    return _half(_add("++-+", trace, form, identity, _group(ratio)))


def _log_density(x: Expr, mean: Expr, covariance: Expr) -> Expr:
    r"""\log \mathcal N(x; m, S) = -(\log\det(2 \pi S) + (x - m)^\top S^{-1} (x - m)) / 2, as a tree."""
    gap, spread = _group(_add("+-", x, mean)), _group(covariance)
    circle = Expr(
        "mul", (_number("2"), Expr("const", (), "pi", shape=()), spread), ("", ""), shape=spread.shape
    )
    row = Expr("transpose", (gap,), None, r"\top", shape=(ONE, *x.shape))  # type: ignore[misc]
    form = Expr("mul", (row, Expr("inverse", (spread,), shape=spread.shape), gap), ("", ""), shape=())
    return _half(_add("--", _log(_det(circle)), form))


def _number(digits: str) -> Expr:
    return Expr("num", (), digits, shape=())


def _group(expr: Expr) -> Expr:
    return Expr("group", (expr,), ("(", ")"), shape=expr.shape)


def _add(signs: str, *terms: Expr) -> Expr:
    return Expr("add", terms, signs, shape=terms[0].shape)


def _log(expr: Expr) -> Expr:
    return Expr("func", (expr,), "log", r"paren \log ( )", shape=())


def _det(expr: Expr) -> Expr:
    return Expr("func", (expr,), "det", r"paren \det ( )", shape=())


def _half(expr: Expr) -> Expr:
    return Expr("div", (expr, _number("2")), None, "frac", shape=())


LOG_DENSITIES["normal", (1, 1, 2)] = _log_density
SHAPED.update({"kl": _divergence, "entropy": _entropy})
