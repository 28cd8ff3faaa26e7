r"""The joint law of the declared events of a page, built event by event.

The events are placed one after the other. At each atom of those before it, an event has a probability
of its own: the numbers in [0, 1] that are its value at a point. So every joint law of the events
occurs, borders included. What the page says of them is built in: a relation between events
(`A \cap B = \emptyset`, a partition) takes atoms away; an equation between probabilities, or an
independence, fixes one number of the last of its events, in which it is linear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from generator.meaning.eventsets import (
    SPACE,
    Atoms,
    Member,
    Space,
    atoms_of,
    base_events,
    has_events,
    held,
    members_of,
    mentioned,
)
from generator.meaning.points_index import index_values_all
from generator.meaning.program import Frame, Program
from generator.meaning.systems import MeaningError, NoPoint, RationalSystem, TooMuch, Unsupported
from generator.notation.tree import Expr, Statement, Symbol, bare
