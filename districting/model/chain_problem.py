"""Schools of one stage by level as arrays, and the forest of mentors over them (policy R12)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districting.model.solution import Status
from districting.wording import Text, text


@dataclass(frozen=True, eq=False)
class ChainProblem:
    """Who may be whose mentor among s schools of one stage.

    Parameters
    ----------
    level : (s,) whole numbers, 0 the strongest; a mentor stands strictly higher, that is, its number is smaller
    is_root : (s,) bool: schools that need no mentor
    xy : (s, 2) metres
    max_mentees : most mentees of a school
    max_depth : most links from a school up to its root
    level_gap_weight_m : metres that every level skipped between mentor and mentee costs
    max_distance_m : a link beyond it is remote: kept, flagged, and avoided before any metre is counted
    county : (s,) labels: mentors only in the same county; None: anywhere
    pinned : (s,) position of the mentor a school must have, -1 where it is free; it must be of a higher level, may stand in another county, and a pinned root
        is no root
    forbidden : (f, 2) pairs (mentor, mentee) that must not be
    allow_new_roots : where not all can be carried, the fewest further schools become roots
    code : ids, which decide ties; () takes the schools as they stand
    level_names : words of the levels, for messages
    """

    level: NDArray[np.int64]
    is_root: NDArray[np.bool_]
    xy: NDArray[np.float64]
    max_mentees: int = 5
    max_depth: int = 3
    level_gap_weight_m: float = 2_000.0
    max_distance_m: float = np.inf
    county: NDArray[np.str_] | None = None
    pinned: NDArray[np.int64] | None = None
    forbidden: NDArray[np.int64] | None = None
    allow_new_roots: bool = False
    code: tuple[str, ...] = ()
    level_names: tuple[Text, ...] = ()

    @property
    def school_count(self) -> int:
        return len(self.level)

    def name_of(self, level: int) -> Text:
        """The level in words.

        >>> ChainProblem(np.array([0]), np.array([True]), np.zeros((1, 2))).name_of(1).say("en")
        'level 2'
        """
        return self.level_names[level] if level < len(self.level_names) else text("pairing.level_number", number=level + 1)

    def replace(self, **changes: object) -> ChainProblem:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class ChainSolution:
    """A forest of mentors with its proof.

    ``mentor_of_school`` (s,) position, -1 of roots; ``depth_of_school`` (s,) links up to the root; ``remote`` (s,) whether the school's link is too long;
    ``new_roots`` positions of schools that became roots for want of room. ``objective`` in metres: distances of all links and what skipped levels cost;
    ``bound``: no forest with as few new roots and as many remote links costs less. ``fewest_remote``: that no forest has fewer remote links is proven.
    """

    mentor_of_school: NDArray[np.int64]
    depth_of_school: NDArray[np.int64]
    remote: NDArray[np.bool_]
    new_roots: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    status: Status
    fewest_remote: bool = True
