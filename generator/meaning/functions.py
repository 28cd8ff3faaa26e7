"""The functions of the formula language by value; a new one is one line of the table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from flint import arb, arb_mat

from generator.meaning import arrays
from generator.meaning.jets import still
from generator.meaning.spectrum import SPECTRAL
from generator.meaning.systems import Kink, MeaningError, NoValue

if TYPE_CHECKING:
    from generator.meaning.program import Frame


def _elementary(name: str) -> Callable[..., Any]:
    return lambda f, *args: f.system.call(name, *args)


def _sigmoid(f: Frame, x: Any) -> Any:
    return 1 / (1 + f.system.call("exp", -x))


def _ratio(above: str, below: str) -> Callable[..., Any]:
    """A quotient of two elementary functions of one number; of none, 1. Raises NoValue at a pole."""

    def run(f: Frame, x: Any) -> Any:
        divisor = f.system.call(below, x)
        if not f.system.symbolic and not hasattr(still(divisor), "dtype") and still(divisor) == 0:
            raise NoValue(f"a pole: {below} is 0 here")
        return (f.system.call(above, x) if above else 1) / divisor

    return run


def _arctanh(f: Frame, x: Any) -> Any:
    return f.system.call("log", (1 + x) / (1 - x)) / 2


def _softplus(f: Frame, x: Any) -> Any:
    return f.system.call("log", 1 + f.system.call("exp", x))


def _softmax(f: Frame, *args: Any) -> Any:
    """Of a vector over all entries; of a matrix row by row (a printed convention)."""
    x = args[0] if len(args) == 1 else list(args)
    if arrays.rank_of(x) == 2:
        return [_softmax(f, row) for row in x]
    powers = [f.system.call("exp", v) for v in x]
    total = sum(powers[1:], powers[0])
    return [v / total for v in powers]


def _logsumexp(f: Frame, x: Any) -> Any:
    powers = [f.system.call("exp", v) for v in x]
    return f.system.call("log", sum(powers[1:], powers[0]))


def _max(f: Frame, *args: Any) -> Any:
    values = arrays.flat(list(args))
    best = values[0]
    for value in values[1:]:
        best = pick(f, value - best, value, best)
    return best


def _min(f: Frame, *args: Any) -> Any:
    values = arrays.flat(list(args))
    best = values[0]
    for value in values[1:]:
        best = pick(f, best - value, value, best)
    return best


def _clip(f: Frame, x: Any, low: Any, high: Any) -> Any:
    """x moved to the nearer end where it lies outside [low, high]."""
    return _min(f, _max(f, x, low), high)


def pick(f: Frame, gap: Any, positive: Any, other: Any) -> Any:
    """`positive` where gap > 0, else `other`."""
    return f.system.choose(_positive(f, gap), lambda: positive, lambda: other)


def _positive(f: Frame, gap: Any) -> Any:
    if hasattr(gap, "dtype"):
        return gap > 0
    sign = f.system.sign(gap)
    if sign == 0:
        refuse_kink(gap, f)
    return sign > 0


def refuse_kink(gap: Any, f: Frame) -> None:
    """Raises Kink where a number that decides a branch is 0 and moves with the variable of a derivative."""
    while hasattr(gap, "parts"):
        for part in gap.parts.values():
            if f.system.sign(part) != 0:
                raise Kink("a derivative is taken at a kink")
        gap = gap.value


def _relu(f: Frame, x: Any) -> Any:
    return pick(f, x, x, f.system.number(0))


def _sign(f: Frame, x: Any) -> Any:
    return f.system.number(f.system.sign(x))


def _root(f: Frame, x: Any, degree: Any) -> Any:
    """The real root of a printed degree: of a negative number where the degree is odd."""
    k = f.system.whole(degree)
    if k is None or k < 1:
        raise MeaningError("a root has a positive whole degree")
    if k % 2 and not f.system.symbolic and f.system.sign(x) < 0:
        return -_root(f, -x, degree)
    if not f.system.symbolic and f.system.sign(x) == 0:
        refuse_kink(x, f)
        return f.system.number(0)
    return f.system.call("exp", f.system.call("log", x) / k)


def _vec(f: Frame, x: Any) -> Any:
    """The columns of a matrix under one another."""
    return [row[j] for j in range(len(x[0])) for row in x]


def _trace(f: Frame, x: Any) -> Any:
    if not isinstance(x, list):
        return x
    return sum((x[i][i] for i in range(1, len(x))), x[0][0])


def _det(f: Frame, x: Any) -> Any:
    if not isinstance(x, list):
        return x
    if f.system.symbolic:
        return f.system.det(x)  # type: ignore[attr-defined]
    try:
        return arrays.eliminate(x, f.system)[0]
    except NoValue:  # a pivot may be 0: without divisions the value and its derivatives still come out
        if len(x) > arrays.MOST_EXPANDED and all(isinstance(v, arb) for v in arrays.flat(x)):
            return arb_mat(x).det()
        return arrays.expanded(x, f.system)


def _diag(f: Frame, x: Any) -> Any:
    if arrays.rank_of(x) == 2:
        return [x[i][i] for i in range(len(x))]
    zero = f.system.number(0)
    return [[v if i == j else zero for j in range(len(x))] for i, v in enumerate(x)]


def _norm2(f: Frame, x: Any) -> Any:
    return f.system.call("sqrt", norm_squared(x))


def norm_squared(x: Any) -> Any:
    """The sum of squares of all entries."""
    entries = arrays.flat(x)
    return arrays.dot(entries, entries)


def _norm1(f: Frame, x: Any) -> Any:
    values = [f.system.call("abs", v) for v in arrays.flat(x)]
    return sum(values[1:], values[0])


def _norm_infinity(f: Frame, x: Any) -> Any:
    return _max(f, *[f.system.call("abs", v) for v in arrays.flat(x)])


LARGE = 4000  # factors of a factorial; beyond, the gamma function


def _factorial(f: Frame, x: Any) -> Any:
    whole = f.system.whole(x)
    if whole is None:
        return f.system.call("gamma", x + 1)
    if whole < 0:
        raise MeaningError("the factorial of a negative number")
    if whole > LARGE:
        return f.system.call("gamma", x + 1)
    out = 1
    for k in range(2, whole + 1):
        out *= k
    return f.system.number(out)


def _binom(f: Frame, n: Any, k: Any) -> Any:
    top, bottom = f.system.whole(n), f.system.whole(k)
    if bottom is None and getattr(f.system, "continued", False):
        below = f.system.call("gamma", k + 1) * f.system.call("gamma", n - k + 1)
        return f.system.call("gamma", n + 1) / below
    if bottom is None:
        raise MeaningError("a binomial needs an integer below")
    if bottom < 0 or (top is not None and 0 <= top < bottom):
        return f.system.number(0)
    if top is not None and top >= bottom:
        bottom = min(bottom, top - bottom)
    if bottom > LARGE and n > bottom:
        over, under, rest = (f.system.call("gamma", m + 1) for m in (n, f.system.number(bottom), n - bottom))
        return over / (under * rest)
    out = f.system.number(1)
    for j in range(bottom):
        out = out * (n - j) / (j + 1)
    return out


def _beta(f: Frame, a: Any, b: Any) -> Any:
    gamma = partial(f.system.call, "gamma")
    return gamma(a) * gamma(b) / gamma(a + b)


def _logit(f: Frame, x: Any) -> Any:
    return f.system.call("log", x / (1 - x))


def _floor(f: Frame, x: Any) -> Any:
    whole = f.system.whole(x)
    if whole is not None:
        return f.system.number(whole)
    if getattr(f.system, "continued", False):
        return f.system.integer_part(x)  # type: ignore[attr-defined]
    low = int(x // 1) if not hasattr(x, "floor") else f.system.whole(x.floor())
    if low is None:
        raise MeaningError("floor is not decided at this point")
    return f.system.number(low)


def _ceil(f: Frame, x: Any) -> Any:
    return -_floor(f, -x)


ELEMENTARY = (
    *(
        "exp",
        "log",
        "log2",
        "log10",
        "sqrt",
        "abs",
        "gamma",
        "lgamma",
        "digamma",
        "trigamma",
        "tetragamma",
        "erf",
    ),
    *("sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "arcsin", "arccos"),
    *("normal-cdf", "normal-pdf", "normal-quantile", "t-quantile", "t-cdf", "chi2-quantile", "chi2-cdf"),
    "f-quantile",
)

FUNCTIONS: dict[str, Callable[..., Any]] = {name: _elementary(name) for name in ELEMENTARY} | {
    "ln": _elementary("log"),
    "normal-density": _elementary("normal-pdf"),
    "cot": _ratio("cos", "sin"),
    "sec": _ratio("", "cos"),
    "csc": _ratio("", "sin"),
    "coth": _ratio("cosh", "sinh"),
    "arctanh": _arctanh,
    "beta": _beta,
    "logit": _logit,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "softmax": _softmax,
    "logsumexp": _logsumexp,
    "relu": _relu,
    "clip": _clip,
    "sign": _sign,
    "max": _max,
    "min": _min,
    "root": _root,
    "vec": _vec,
    "tr": _trace,
    "det": _det,
    "diag": _diag,
    "norm 2": _norm2,
    "norm F": _norm2,
    "norm 1": _norm1,
    "norm infty": _norm_infinity,
    "norm": _norm2,
    "factorial": _factorial,
    "binom": _binom,
    "floor": _floor,
    "ceil": _ceil,
    **SPECTRAL,
}
