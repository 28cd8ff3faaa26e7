r"""Declared events: their joint law as a finite probability space, and the probabilities it gives.

The events of a topic are placed one after the other. To each atom of those before it an event gives
the probability that it happens there: numbers in [0, 1], drawn like those of a vector. So every joint
law of the events occurs, borders included. What the page says of them is built in: a relation between
events (`A \cap B = \emptyset`, a partition) takes atoms away, an equation between probabilities and
an independence fix numbers of the last of their events. All of these are linear in these numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from generator.meaning.calculus import index_terms
from generator.meaning.eventgivens import Gap, Member, Plan, planned
from generator.meaning.interpret import COMPILERS
from generator.meaning.names import compile_int
from generator.meaning.program import Code, Frame, Program
from generator.meaning.systems import NoPoint, NoValue, Unsupported
from generator.notation.tree import Expr, bare
