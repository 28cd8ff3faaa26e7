"""The tables behind a symbols block: types, the words that may follow them, built-in functions."""

from __future__ import annotations

#: Type -> what follows its name: nothing, one dim, two dims, a range, a declared matrix, a
#: built-in function, or a dim that may be left out.
TYPES = {
    "size": "nothing",
    "index": "range",
    "scalar": "nothing",
    "complex": "nothing",
    "integer": "nothing",
    "vector": "dim",
    "matrix": "two dims",
    "rows": "matrix",
    "columns": "matrix",
    "sorted": "vector",
    "function": "built-in",
    "interval": "nothing",
    "set": "nothing",
    "event": "dim or nothing",
    "law": "nothing",
}

#: How each type is written, for remedies.
SPELLINGS = {
    "nothing": "{}",
    "dim": "{} n",
    "two dims": "{} n d",
    "range": "{0} n, or {0} 0..T",
    "matrix": "{} X",
    "vector": "{} x",
    "built-in": "{0}, {0} sigmoid, or {0} vector n",
    "dim or nothing": "{0}, or {0} n",
}

_NUMBERS = ("scalar", "complex", "integer", "vector", "matrix", "rows", "columns")

#: Word behind a type -> the types it may follow.
WORDS = {
    "random": (*_NUMBERS, "function", "interval", "set", "event"),
    "simplex": ("vector", "rows", "columns"),
    "one-hot": ("vector", "rows", "columns"),
    "unit": ("vector", "rows", "columns"),
    "symmetric": ("matrix",),
    "positive definite": ("matrix",),
    "positive semidefinite": ("matrix",),
    "invertible": ("matrix", "function"),
    "orthogonal": ("matrix",),
    "diagonal": ("matrix",),
    "stochastic": ("matrix",),
    "full rank": ("matrix",),
    "convex": ("function",),
    "concave": ("function",),
    "smooth": ("function",),
    "continuous": ("function",),
    "increasing": ("function", "vector"),
    "decreasing": ("function", "vector"),
    "density": ("function",),
    "cdf": ("function",),
    "partition": ("event",),
    "disjoint": ("event",),
    "independent": ("event",),
}

#: Built-in functions of the random name that their label is, or of the statistic in it: `f_{X+Y}`.
LABELLED = frozenset(["density", "cdf", "quantile", "survival", "hazard", "mgf", "cgf"])

#: Built-in function under a printed name -> how many argument places it has (0: any).
BUILTINS = {
    "sigmoid": 1,
    "softplus": 1,
    "softmax": 0,
    "relu": 1,
    "sign": 1,
    "clip": 3,
    "logit": 1,
    "tanh": 1,
    "normal-quantile": 1,
    "normal-cdf": 1,
    "normal-density": 1,
    "t-quantile": 2,
    "t-cdf": 2,
    "chi2-quantile": 2,
    "chi2-cdf": 2,
    "f-quantile": 3,
    "density": 0,
    "cdf": 1,
    "quantile": 1,
    "survival": 1,
    "hazard": 1,
    "mgf": 1,
    "cgf": 1,
}
