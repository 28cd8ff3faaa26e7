r"""The names of laws: how many parameters each takes, and the words that books print for it.

One row a law, each word in `\mathrm`, `\operatorname` and `\text`; the values are those of the
table in `meaning`.
"""

from __future__ import annotations

#: Law name in the tree -> (parameter counts, printed words).
LAWS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "normal": ((2,), ("Normal", "N", "Gaussian", "MVN", "MultivariateNormal")),
    "bernoulli": ((1,), ("Bernoulli", "Bern", "Ber")),
    "binomial": ((2,), ("Binomial", "Bin", "Binom")),
    "poisson": ((1,), ("Poisson", "Pois", "Poi", "Po")),
    "geometric": ((1,), ("Geometric", "Geom", "Geo")),
    "negative-binomial": ((2,), ("NegativeBinomial", "NegBinomial", "NegBin", "NBin", "NBinom", "NB")),
    "categorical": ((1,), ("Categorical", "Cat", "Multinoulli")),
    "multinomial": ((2,), ("Multinomial", "Mult", "Multi", "Mn")),
    "gamma": ((2,), ("Gamma", "Gam", "Ga")),
    "inverse-gamma": (
        (2,),
        ("InvGamma", "InverseGamma", "IG", "IGamma", "InvGam", "Inv-Gamma", "Inverse-Gamma", "IGa"),
    ),
    "beta": ((2,), ("Beta", "Bet")),
    "exponential": ((1,), ("Exponential", "Exp", "Expo", "Expon")),
    "uniform": ((2,), ("Uniform", "Unif", "U")),
    "laplace": ((2,), ("Laplace", "Lap", "DoubleExponential", "DE", "DExp")),
    "cauchy": ((2,), ("Cauchy",)),
    "gumbel": ((2,), ("Gumbel",)),
    "lognormal": (
        (2,),
        ("LogNormal", "Lognormal", "LN", "LogN", "logNormal", "Log-Normal", "log-normal", "lnN"),
    ),
    "weibull": ((2,), ("Weibull", "Wei", "Weib")),
    "pareto": ((2,), ("Pareto", "Pa")),
    "dirichlet": ((1,), ("Dirichlet", "Dir", "Di")),
    "rademacher": ((0,), ("Rademacher", "Rad")),
    "hypergeometric": ((3,), ("Hypergeometric", "HGeom", "Hyp", "HyperGeometric", "Hypergeom", "HG")),
    "discrete-uniform": ((2,), ("DiscreteUniform", "DUnif", "DU")),
    "logistic": ((2,), ("Logistic", "Logis")),
    "rayleigh": ((1,), ("Rayleigh",)),
    "maxwell": ((1,), ("Maxwell", "MaxwellBoltzmann")),
    "half-normal": ((1,), ("HalfNormal", "HN", "Half-Normal")),
    "half-cauchy": ((1,), ("HalfCauchy", "Half-Cauchy")),
    "chi": ((1,), ("Chi",)),
    "inverse-chi2": ((1,), ("InvChiSquared", "Inv-Chi2")),
    "inverse-gaussian": ((2,), ("InverseGaussian", "InvGaussian", "Wald", "InvGauss", "InverseNormal")),
    "beta-prime": ((2,), ("BetaPrime", "InvertedBeta", "InverseBeta")),
    "kumaraswamy": ((2,), ("Kumaraswamy",)),
    "triangular": ((3,), ("Triangular",)),
    "erlang": ((2,), ("Erlang",)),
    "frechet": ((2,), ("Frechet",)),
    "log-logistic": ((2,), ("LogLogistic", "Log-Logistic")),
    "lomax": ((2,), ("Lomax",)),
    "levy": ((2,), ("Levy",)),
    "arcsine": ((0,), ("Arcsine",)),
    "truncated-normal": ((4,), ("TruncatedNormal", "TruncNormal", "TN")),
    "beta-binomial": ((3,), ("BetaBinomial", "BetaBin", "Beta-Binomial", "BetaBinom")),
    "zeta": ((1,), ("Zeta",)),
    "zipf": ((2,), ("Zipf",)),
    "logarithmic": ((1,), ("Logarithmic", "LogSeries")),
    "wishart": ((2,), ("Wishart", "W")),
    "inverse-wishart": ((2,), ("InverseWishart", "InvWishart", "IW", "Inverse-Wishart", "Inv-Wishart")),
    "t": ((1, 3), ("StudentT", "Student", "t")),
    "chi2": ((1,), ("ChiSquared", "ChiSquare", "Chi2")),
    "f": ((2,), ("F",)),
}
#: Laws of vectors and matrices: by the rank of the variable, those of the parameters. A dimension is that
#: of the variable. Every other law is of a number, and its parameters are numbers.
RANKS: dict[str, dict[int, tuple[int, ...]]] = {
    "normal": {0: (0, 0), 1: (1, 2)},
    "moments": {0: (0, 0), 1: (1, 2)},
    "t": {0: (0, 0, 0), 1: (0, 1, 2)},
    "dirichlet": {1: (1,)},
    "multinomial": {1: (0, 1)},
    "categorical": {0: (1,), 1: (1,)},
    "wishart": {2: (2, 0)},
    "inverse-wishart": {2: (2, 0)},
    "wishart by degrees first": {2: (0, 2)},
    "inverse Wishart by degrees first": {2: (0, 2)},
}
#: Laws whose parameters a convention may read in another way; the convention is that law's name.
PARAMETRISED = {
    "exponential": ("exponential by scale",),
    "gamma": ("gamma by scale",),
    "geometric": ("geometric from 0",),
    "negative-binomial": ("negative binomial counts trials",),
    "pareto": ("pareto by shape first",),
    "wishart": ("wishart by degrees first",),
    "inverse-wishart": ("inverse Wishart by degrees first",),
}
FONTS = ("mathrm", "operatorname", "text", "mathsf", "mathit")
LAW_WORDS = {
    f"\\{font}{{{word}}}": law for law, (_, words) in LAWS.items() for word in words for font in FONTS
}
#: Words that name a law only where a topic does not declare them.
DECLARABLE = frozenset(
    f"\\{font}{{{word}}}" for font in FONTS for word in ("W", "LN", "HN", "TN", "DE", "HG", "DU", "IW")
)
CALLIGRAPHIC = {
    "N": "normal", "U": "uniform", "W": "wishart", "IW": "inverse-wishart", "IG": "inverse-gamma",
    "LN": "lognormal", "TN": "truncated-normal", "HN": "half-normal",
}  # fmt: skip
LAW_WORDS |= {f"\\mathcal{{{word}}}": law for word, law in CALLIGRAPHIC.items()}
DECLARABLE |= {f"\\mathcal{{{word}}}" for word in CALLIGRAPHIC} - {r"\mathcal{N}", r"\mathcal{U}"}
#: Laws printed by a letter: only right of a \sim, where undeclared, with their parameters below or behind.
SUBSCRIPT_LAWS = {"t": "t", r"\chi": "chi2", "F": "f", "T": "t"}
LETTER_LAWS = {"N": "normal", "U": "uniform", r"\Gamma": "gamma"}
#: Brackets that may stand around parameters: those of the uniform law may print its interval.
PARAMETER_BRACKETS = {"uniform": ("(", "[")}
