r"""The slips: a table of operators, each a function from a formula to the edits that make it wrong.

An operator knows tokens and units, never what they mean; many of its results are unreadable,
and some are equal to the original: the gate tells. Kinds are those in which people err.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.audit import slips_book, slips_form, slips_name, slips_value
from generator.audit.places import Slips, swapped


@dataclass(frozen=True, slots=True)
class Operator:
    """A named kind of edit; `kind` is the kind of slip that it imitates."""

    name: str
    kind: str
    slips: Slips


#: Relations under the spelling that the mutants write; other spellings have the same mutants.
_RELATIONS = ("=", r"\ne", "<", r"\le", ">", r"\ge", r"\approx", r"\propto", r"\sim", r"\in")
RELATION_TABLE = {one: tuple(o for o in _RELATIONS if o != one) for one in (*_RELATIONS, r"\to", r"\notin")}
RELATION_TABLE |= {
    other: RELATION_TABLE[one] for other, one in ((r"\geq", r"\ge"), (r"\leq", r"\le"), (r"\neq", r"\ne"))
}
RELATION_TABLE |= {r"\iff": (r"\implies",), r"\implies": (r"\iff",)}
_FUNCTION_TABLE = {
    r"\log": (r"\exp", r"\sin"), r"\exp": (r"\log", r"\cosh"), r"\sin": (r"\cos",), r"\cos": (r"\sin",),
    r"\mathbb{E}": (r"\mathrm{Var}",), r"\mathrm{Var}": (r"\mathbb{E}",),
    r"\mathrm{Cov}": (r"\mathbb{E}",), r"\det": (r"\mathrm{tr}",), r"\mathrm{tr}": (r"\det",),
    r"\sqrt": (r"\exp",),
}  # fmt: skip
_BINDER_TABLE = {
    r"\sum": (r"\prod",), r"\prod": (r"\sum",), r"\max": (r"\min",), r"\min": (r"\max",),
}  # fmt: skip

#: Every operator, by the kind of slip; at least one case of each stands in tests/audit.
OPERATORS = (
    Operator("plus-to-minus", "sign", swapped({"+": ("-",), "-": ("+",), r"\pm": ("+", "-")})),
    Operator("insert-minus", "sign", slips_value.insert_minus),
    Operator("drop-minus", "sign", slips_value.drop_minus),
    Operator("number-more", "constant", slips_value.number_more),
    Operator("number-less", "constant", slips_value.number_less),
    Operator("number-ten", "constant", slips_value.number_ten),
    Operator("times-two", "factor", slips_value.before_terms("2 ")),
    Operator("half", "factor", slips_value.before_terms(r"\frac{1}{2} ")),
    Operator("times-size", "factor", slips_value.times_size),
    Operator("over-size", "factor", slips_value.over_size),
    Operator("drop-word", "function", slips_form.drop_word),
    Operator("drop-factor", "factor", slips_value.drop_factor),
    Operator("repeat-factor", "factor", slips_value.repeat_factor),
    Operator("size-less", "off by one", slips_value.sized("-1")),
    Operator("size-more", "off by one", slips_value.sized("+1")),
    Operator("drop-one", "off by one", slips_value.drop_one),
    Operator("lower-bound", "off by one", slips_value.lower_bound),
    Operator("insert-square", "exponent", slips_value.insert_square),
    Operator("drop-transpose", "transpose", slips_name.drop_transpose),
    Operator("drop-exponent", "exponent", slips_value.drop_exponent),
    Operator("other-exponent", "exponent", slips_value.other_exponent),
    Operator("drop-root", "exponent", slips_value.drop_root),
    Operator("insert-root", "exponent", slips_value.insert_root),
    Operator("invert-operand", "exponent", slips_value.invert_operand),
    Operator("script-level", "exponent", slips_value.script_level),
    Operator("other-index", "index", slips_name.other_index),
    Operator("fixed-index", "index", slips_name.fixed_index),
    Operator("shifted-index", "index", slips_name.shifted_index),
    Operator("swap-indices", "index", slips_name.swap_indices),
    Operator("drop-subscript", "index", slips_name.drop_subscript),
    Operator("insert-subscript", "index", slips_name.insert_subscript),
    Operator("derivative-order", "differential", slips_name.derivative_order),
    Operator("derivative-part", "differential", slips_name.derivative_part),
    Operator("stray-differential", "differential", slips_name.stray_differential),
    Operator("prime", "differential", slips_name.other_prime),
    Operator("other-function", "function", swapped(_FUNCTION_TABLE)),
    Operator("sum-or-product", "function", swapped(_BINDER_TABLE)),
    Operator("wrap-word", "function", slips_form.wrap_word),
    Operator("drop-brackets", "scope", slips_form.drop_brackets),
    Operator("move-bracket", "scope", slips_form.move_bracket),
    Operator("insert-brackets", "scope", slips_form.insert_brackets),
    Operator("exponent-scope", "scope", slips_form.exponent_scope),
    Operator("other-symbol", "symbol", slips_name.other_symbol),
    Operator("swap-neighbours", "symbol", slips_name.swap_neighbours),
    Operator("drop-accent", "symbol", slips_name.drop_accent),
    Operator("other-accent", "symbol", slips_name.other_accent),
    Operator("invert-ratio", "ratio", slips_value.invert_ratio),
    Operator("drop-denominator", "ratio", slips_value.drop_denominator),
    Operator("drop-numerator", "ratio", slips_value.drop_numerator),
    Operator("ratio-to-product", "ratio", slips_value.ratio_to_product),
    Operator("drop-term", "term", slips_form.drop_term),
    Operator("plus-one", "term", slips_form.after_terms(" + 1")),
    Operator("minus-one", "term", slips_form.after_terms(" - 1")),
    Operator("extra-symbol", "term", slips_form.extra_symbol),
    Operator("product-to-sum", "term", slips_form.product_to_sum),
    Operator("sum-to-product", "term", slips_form.sum_to_product),
    Operator("add-transpose", "transpose", slips_name.add_transpose),
    Operator("reverse-product", "transpose", slips_name.reverse_product),
    Operator("swap-dimensions", "transpose", slips_name.swap_dimensions),
    Operator("other-relation", "relation", swapped(RELATION_TABLE)),
    Operator("other-interval", "domain", slips_name.other_interval),
    Operator("drop-condition", "domain", slips_name.drop_condition),
    Operator("squared-parameter", "parametrisation", slips_name.squared_parameter),
    Operator("other-law", "parametrisation", slips_name.other_law),
    Operator("lone-bracket", "factor", slips_book.lone_bracket),
    Operator("borrow-factor", "factor", slips_book.borrow_factor),
    Operator("operand-to-one", "constant", slips_book.operand_to_one),
    Operator("number-half", "constant", slips_book.number_half),
    Operator("throughout-a-term", "symbol", slips_book.throughout_a_term),
    Operator("other-range", "index", slips_book.other_range),
    Operator("drop-link", "domain", slips_book.drop_link),
    Operator("root-degree", "exponent", slips_book.root_degree),
    Operator("negate-side", "sign", slips_book.negate_side),
    Operator("swap-terms", "symbol", slips_book.swap_terms),
    Operator("brackets-over-terms", "scope", slips_book.brackets_over_terms),
    Operator("wider-exponent", "scope", slips_book.wider_exponent),
    Operator("function-out", "scope", slips_book.function_out),
    Operator("denominator-out", "ratio", slips_book.denominator_out),
    Operator("delete-token", "deletion", slips_form.delete_token),
)
