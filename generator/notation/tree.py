r"""The typed expression: one small tree that every later stage reads.

An `Expr` knows what it means and how it was spelled (`form`), and where it stands
(`start`, `end`: character offsets in its formula), but not how it will be used.
`shape` is filled in by `shapes.elaborate`: () a scalar, (n,) a column vector, (n, m) a
matrix, (ONE, n) a row vector (the transpose of a column), None for what has no value
(a relation, a law, a set). Dimensions are polynomials in sizes with integer coefficients.

Heads. args are expressions, data is plain hashable data, form is the spelling.

leaf
  num        data "12", "0.5": the printed digits
  const      data "e", "pi", "infty"
  name       data: canonical spelling of a declared symbol; its indices as placeholders
             "\0", "\1": `x^{(\0)}`, `\mu_{\0}` for families, plain `\hat p` otherwise
  ones zeros identity   data: explicit dimension label as printed or ""; shape is inferred
  delta      args (j, k): Kronecker
arithmetic
  group      args (x,); data (open, close) tokens, form: size command ("", "left", "big", "Bigl"..)
  add        args terms; data: signs "+-.." one per term (the first "+" is unprinted, "p" if printed)
  mul        args factors; data: separators ("", "\cdot", "\times", "\,"...), one less than factors
  div        args (a, b); form frac tfrac dfrac slash
  pow        args (base, exponent); data "1 at 0" where 0^0 is printed as 1; neg is add with one "-"
  transpose  args (x,); form: the printed mark, `\top`, `T`, `\intercal`, `\mathsf T`..
  inverse    args (x,): a matrix to the -1;  invtranspose: to the -T
  entry      args (base, i, j ...): base is a name (vector, matrix, rows, family) or a group
  pm         args (a, b): a \pm b
  inner      args (a, b), arrays of one shape: \langle a, b \rangle
  hadamard   args arrays of one shape: a \odot b;  kron  args: A \otimes B
functions
  func       args; data: name in the FUNCTIONS table (log exp sqrt sin max tr det diag softmax ..), or
             little-o, big-O (a remainder: last term of a right side), trigamma, tetragamma, vec;
             form: "paren", "bare" (`\log x`), "brace" (sqrt), "power" (`\sin^2 x` is pow of it) ..
  call       args; data: canonical name of a declared function symbol
  prime      args (possibly none); data (function name, order): f'(x), \ell''
  abs norm   args (x,); norm data: "2" "1" "F" "infty" "" ; det bars become func det
  floor ceil binom factorial indicator(relation) cases(value, condition, ... )
  tuple matrix   args; matrix data (rows, columns)
  run        args entries of one name: the first, perhaps the second, the last; data the mark: x_1, \dots, x_n
  dots       form the mark: an ellipsis among terms or factors, until its sum or product is found
binders: data = tuple of bound names
  sum prod   args (body,) with the declared range | (body, lower, upper) | (body, condition)
  maxover minover   like sum (over an index), or over a domain: (body, domain relation)
  argmax argmin     args (body, *domains): a domain is a `rel` such as p \in [0,1], or a constraint
  (sum maxover minover of form "colon": _{i : condition}, over declared names)
  integral   args (body, lower, upper) | (body, set: a space, an interval or a name); data (variable,)
  between    args (body, lower, upper); data (variable,): [F(x)]_a^b, the difference
  lim        args (body, point); data (variable,)
  side       args (point,); data "+" "-": a point approached from one side, `0^+`
calculus
  deriv      args (body, v1, v2 ..); data orders per variable; form: "frac" `\frac{\partial L}{\partial q}`,
             "op" `\frac{\partial}{\partial q} L`, "d", "dop"
  grad hess  args (body, variable)
  at         args (body, v1, value1, v2, value2 ..): the evaluation bar
chance
  E Var      args (body,) | (body, condition); data: () or the bound law; form: operator and bracket
  Cov        args (a, b);  Pr  args (event,) | (event, condition)
  given      args (what, condition); the condition may be a group around a rel: X \mid (X + Y = n)
  law        args parameters; data: law name in the LAWS table ("normal", "moments", "t" ..)
sets
  space      args dims; data "R" "N" "Z": \mathbb R^{n \times d};  interval args (a, b), data ("[", "]")
  multinomial args (n, k1, k2 ..): \binom{n}{k_1, k_2}, a run among them; the lower ones add up to n
  set        args elements
  described  args (and,) of x \in domain and the conditions, whose form is the colon: a set; data (x,);
             its value is the number of its elements, and it stands between bars only
statements (shape None)
  rel        args (e0, e1, .. ek); data (op1 .. opk): a chain. ops: = != < <= > >= in notin sim iid
             tolaw toprob propto to approx equiv perp
  iff implies  args (statement, statement)
  list       args statements; form: separators
  cond       args (statement, condition ...); form: "if" "for" "when" "for~all" "forall"
  and        args statements
  all        args (relation,); data indices: a condition that holds for all their values (nothing prints it)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

#: A dimension: ((monomial of size names, coefficient), ...) sorted; n+1 is ((((),1)), (("n",),1)).
Dim = tuple[tuple[tuple[str, ...], int], ...]
Shape = tuple[Dim, ...]

ONE: Dim = (((), 1),)


def dim_number(value: int) -> Dim:
    """The constant dimension `value`."""
    return (((), value),) if value else ()


def dim_size(name: str) -> Dim:
    """The dimension that is one declared size."""
    return (((name,), 1),)


def dim_add(a: Dim, b: Dim, sign: int = 1) -> Dim:
    """a + sign * b."""
    terms = dict(a)
    for mono, coefficient in b:
        terms[mono] = terms.get(mono, 0) + sign * coefficient
    return tuple(sorted((m, c) for m, c in terms.items() if c))


def dim_mul(a: Dim, b: Dim) -> Dim:
    """a * b."""
    terms: dict[tuple[str, ...], int] = {}
    for m1, c1 in a:
        for m2, c2 in b:
            mono = tuple(sorted(m1 + m2))
            terms[mono] = terms.get(mono, 0) + c1 * c2
    return tuple(sorted((m, c) for m, c in terms.items() if c))


def dim_value(dim: Dim, sizes: Mapping[str, int]) -> int:
    """The integer that `dim` is at `sizes`. Raises KeyError for a size without a value."""
    total = 0
    for mono, coefficient in dim:
        product = coefficient
        for name in mono:
            product *= sizes[name]
        total += product
    return total


def dim_latex(dim: Dim) -> str:
    """The dimension as printed in messages and chips."""
    if not dim:
        return "0"
    out = ""
    for mono, coefficient in sorted(dim, key=lambda term: (-len(term[0]), term[0])):
        body = " ".join(mono)
        digits = "" if abs(coefficient) == 1 and body else str(abs(coefficient))
        out += ("-" if coefficient < 0 else "+" if out else "") + digits + body
    return out


@dataclass(frozen=True, slots=True)
class Expr:
    """A node of the tree; equality ignores positions and shapes."""

    head: str
    args: tuple[Expr, ...] = ()
    data: Any = None
    form: str = ""
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    shape: Shape | None = field(default=None, compare=False)

    def walk(self) -> Iterator[Expr]:
        """This node and all below it, parents first."""
        yield self
        for arg in self.args:
            yield from arg.walk()

    def with_args(self, args: tuple[Expr, ...]) -> Expr:
        """The same node over other children."""
        return replace(self, args=args)


def bare(expr: Expr) -> Expr:
    """`expr` without the groups (printed brackets) around it."""
    while expr.head == "group":
        expr = expr.args[0]
    return expr


def law_variables(law: Expr) -> tuple[str, ...]:
    r"""The names that what stands below an expectation binds: `x \sim p`, `(x, y) \sim p`, a list of such."""
    if law.head == "list":
        return tuple(name for part in law.args for name in law_variables(part))
    left = bare(law.args[0])
    members = left.args if left.head == "tuple" else (left,)
    named = (bare(m.args[0]) if m.head == "entry" else bare(m) for m in members)
    return tuple(str(m.data) for m in named if m.head == "name")


def law_sides(law: Expr) -> tuple[Expr, ...]:
    """The laws below an expectation, without the variables that they are of."""
    return tuple(side for part in (law.args if law.head == "list" else (law,)) for side in part.args[1:])


def is_markov(expr: Expr) -> bool:
    r"""Whether a relation is a Markov chain: `X \to Y \to Z`, or `X \perp Z \mid Y`."""
    expr = bare(expr)
    if expr.head != "rel":
        return False
    if expr.data == ("perp",):
        return bare(expr.args[1]).head == "given"
    return len(expr.data) > 1 and set(expr.data) == {"to"} and all(bare(a).head == "name" for a in expr.args)


def markov_names(expr: Expr) -> tuple[str, ...]:
    """The names of a Markov chain in its order: what is given stands between."""
    expr = bare(expr)
    if expr.data == ("perp",):
        right, middle = bare(expr.args[1]).args
        ends = (bare(expr.args[0]), bare(middle), bare(right))
        return tuple(str(end.data) for end in ends)
    return tuple(str(bare(arg).data) for arg in expr.args)


def meaning_key(expr: Expr) -> tuple[Any, ...]:
    """A hashable key equal for two trees that differ in spelling only (groups, forms, positions)."""
    expr = bare(expr)
    data = expr.data
    if expr.head == "mul":
        data = None
    if expr.head == "add":
        data = data.replace("p", "+")
    return (expr.head, data, *(meaning_key(arg) for arg in expr.args))


@dataclass(frozen=True, slots=True)
class Symbol:
    r"""A declared name.

    kind: size index scalar complex integer vector matrix rows columns function interval
    set event law. `shape` is that of one member: () for a scalar, (n,) for a vector.
    `family` are the declared indices in a family's own spelling (`\mu_k : vector L` has
    family ("k",), name `\mu_{\0}`, shape (L,)). `rows X` has family () and of="X": its
    one index runs over X's rows and its members have X's columns as entries.
    """

    name: str
    kind: str
    shape: Shape = ()
    family: tuple[str, ...] = ()
    of: str = ""
    arguments: tuple[str, ...] = ()  # canonical names of a function's declared places
    builtin: str = ""  # sigmoid, t-quantile, density ...
    words: frozenset[str] = frozenset()  # random, simplex, symmetric, positive definite, convex ...
    conditions: tuple[Expr, ...] = ()  # rel expressions about this name alone
    lower: Dim = ONE  # of an index
    upper: Dim = ()
    latex: str = ""  # as declared, for chips
    start: int = 0  # offset in the symbols block
    end: int = 0
    bar: int = 0  # how many of a function's places are declared before a \mid; 0: there is none


@dataclass(frozen=True, slots=True)
class Definition:
    r"""What a `define` entry says: `name` at `indices` (or of `arguments`) is `body`.

    indices: bound names for an entry-wise definition (`p_j = ..` has ("j",)); arguments:
    canonical names for a function's places. `power` 2 where the square of a name is
    defined (`s^2 = ..`). `tuple_of` names the other members where the left side is a tuple;
    `position` is this member's place. base: the member of a recursive family at a fixed
    index (`x_0 = ..`), given as that index expression.
    """

    name: str
    body: Expr
    indices: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    power: int = 1
    tuple_of: tuple[str, ...] = ()
    position: int = 0
    at: tuple[Expr, ...] = ()
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One relation to be verified (or recorded): what later becomes one Verdict.

    `expr` is a `rel` with exactly two sides, or `iff`/`implies`. `when` are the conditions
    under which it is claimed (from `when:` and from `\\text{if}` inside the display), each
    a statement expression. `limits` are regimes (`n \\to \\infty`) found among them.
    """

    id: str
    kind: str
    expr: Expr
    when: tuple[Expr, ...] = ()
    limits: tuple[Expr, ...] = ()
    latex: Any = None  # model.Text of the printed display
    entry: Any = None  # model.Entry or None for prose
    scope: str = "topic"
    defines: tuple[str, ...] = ()  # names this relation defines (status definition)
    repeats: str = ""  # id of the given that this claim says again (status given)
    assumes: tuple[Definition, ...] = ()  # the recursion that an implication assumes


@dataclass(frozen=True, slots=True)
class Scope:
    """What a statement may refer to: symbols, definitions, givens, restrictions.

    An example's scope and the by-hand scope hold everything of the topic's scope too (the
    reader merges them); `values` are the by-hand literals (name -> expression).
    """

    symbols: dict[str, Symbol]
    definitions: tuple[Definition, ...] = ()
    givens: tuple[Statement, ...] = ()
    restrictions: tuple[Expr, ...] = ()  # relation lines of the symbols block
    values: tuple[tuple[str, Expr], ...] = ()
    conventions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """A figure as read: what is drawn, in the scope (`values` included) in which its names stand.

    within: topic or example. `given` are the values that are its own; where there are none,
    the scope has those of `by hand`.
    """

    within: str
    scope: Scope
    over: Expr | None = None  # rel: a name in an interval
    curves: tuple[Expr, ...] = ()
    data: tuple[tuple[str, Expr], ...] = ()
    given: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadTopic:
    """A topic whose every formula has been read: scopes and statements in printing order."""

    topic: Any  # model.Topic
    scopes: dict[str, Scope]  # "topic", "example", "by hand"
    statements: tuple[Statement, ...]
    traps: tuple[tuple[str, Statement], ...] = ()  # (id of the replaced claim, wrong statement)
    figure: tuple[tuple[str, Expr], ...] = ()  # ("curve 0", expr) ..., ("over", rel expr)
    figures: tuple[ReadFigure, ...] = ()  # the same by parts, and the example's
