"""The prover: equalities of printed formulas for all sizes and all declared values."""
