"""The attendance-zone problem as arrays: whole blocks to schools, seats hard, zones connected, each school in its own zone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from districting.errors import Conflict, DataError, Fault, InfeasibleError
from districting.model.goals import OBJECTIVES, Distance, Goal
from districting.model.rules import RULES, Connected, HomeBlock, Rule, SharedZones
from districting.wording import text


@dataclass(frozen=True, eq=False)
class ZoningProblem:
    """n blocks, k schools, m pairs of neighbouring blocks. Frozen: a changed copy comes from :meth:`replace`.

    Parameters
    ----------
    demand : (n,) pupils of a block, >= 0
    capacity : (k,) seats of a school, >= 0
    edges : (m, 2) positions of neighbouring blocks
    home_block : (k,) position of the block that holds the school
    xy, school_xy : (n, 2), (k, 2) metres; straight distances are computed from them
    distance_m : (n, k) array (``inf`` = not allowed) or scipy sparse matrix (absent = not allowed); instead of the coordinates
    objectives : :class:`~districting.model.goals.Goal` objects or names; empty means distance alone
    rules : :class:`~districting.model.rules.Rule` objects or names, on top of hard seats, connected zones and the home block, which hold unless a
        ``Seats``, ``Connected`` or ``HomeBlock`` among the rules lifts them
    today : (n,) position of today's school, -1 where unknown
    area_m2, perimeter_m, shared_border_m : (n,), (n,), (m,) for compactness and borders
    group_counts : (n,) or (n, g) members of each group, for the social mix; estimates may exceed the pupils of a block, not those of the city
    contiguous, keep_home : the same two switches, for short

    Raises
    ------
    DataError : lengths that do not fit, negative or NaN numbers, positions out of range, a goal or rule without what it needs
    InfeasibleError : two schools stand in one block (offers a shared zone)

    Examples
    --------
    >>> problem = ZoningProblem(demand=[3, 2, 4], capacity=[6, 6], edges=[(0, 1), (1, 2)], home_block=[0, 2],
    ...                         xy=[(0, 0), (100, 0), (200, 0)], school_xy=[(0, 0), (200, 0)])
    >>> problem.block_count, problem.school_count
    (3, 2)
    """

    demand: NDArray[np.float64]
    capacity: NDArray[np.float64]
    edges: NDArray[np.int64]
    home_block: NDArray[np.int64]
    xy: NDArray[np.float64] | None = None
    school_xy: NDArray[np.float64] | None = None
    distance_m: Any = None
    objectives: tuple[Goal, ...] = ()
    rules: tuple[Rule, ...] = ()
    today: NDArray[np.int64] | None = None
    area_m2: NDArray[np.float64] | None = None
    perimeter_m: NDArray[np.float64] | None = None
    shared_border_m: NDArray[np.float64] | None = None
    group_counts: NDArray[np.float64] | None = None
    contiguous: bool = True
    keep_home: bool = True

    def __post_init__(self) -> None:
        faults = self._convert()
        unfit = {fault.column for fault in faults}
        faults += self._number_faults()
        faults += self._shape_faults(unfit)
        faults += self._goal_faults(unfit)
        if not {fault.column for fault in faults} & {"", "demand", "capacity", "home_block", "today", "edges"}:
            faults += [f for rule in self.rules for f in _rule_faults(rule, self)]
        else:
            faults += [f for rule in self.rules for f in _faults_apart(rule, self)]
        if faults:
            raise DataError(faults)
        self._refuse_shared_home()

    @property
    def block_count(self) -> int:
        return len(self.demand)

    @property
    def school_count(self) -> int:
        return len(self.capacity)

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The goals that weigh anything; distance where none was named."""
        return tuple(g for g in self.objectives if g.weight > 0) if self.objectives else (Distance(),)

    def replace(self, **changes: Any) -> ZoningProblem:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def distance_of(self, block: ArrayLike, school: ArrayLike) -> NDArray[np.float64]:
        """Metres from each block to the school beside it; ``inf`` where the pair is not allowed."""
        b, s = np.asarray(block, dtype=np.int64), np.asarray(school, dtype=np.int64)
        if self.distance_m is None:
            if self.xy is None or self.school_xy is None:
                return np.zeros(np.broadcast(b, s).shape)
            return np.hypot(*(self.xy[b] - self.school_xy[s]).T)
        if sp.issparse(self.distance_m):
            found = np.asarray(self.distance_m[b, s]).ravel().astype(np.float64)
            stored = np.asarray(self._allowed[b, s]).ravel() > 0
            return np.where(stored, found, np.inf)
        return np.asarray(self.distance_m[b, s], dtype=np.float64)

    @property
    def _allowed(self) -> Any:
        ones = self.distance_m.copy()
        ones.data = np.ones_like(ones.data)
        return ones

    def _convert(self) -> list[Fault]:
        """Every field as an array; what cannot be one is left out and named."""
        faults = []
        as_float = ("demand", "capacity", "xy", "school_xy", "area_m2", "perimeter_m", "shared_border_m", "group_counts")
        for name in as_float:
            faults += self._set(name, np.float64)
        for name in ("edges", "home_block", "today"):
            faults += self._set(name, np.int64)
        if self.edges is not None and self.edges.size == 0:
            object.__setattr__(self, "edges", self.edges.reshape(-1, 2))
        if sp.issparse(self.distance_m):
            object.__setattr__(self, "distance_m", sp.csr_array(self.distance_m))
        else:
            faults += self._set("distance_m", np.float64, frozen=False)
        for name, registry, base in (("objectives", OBJECTIVES, Goal), ("rules", RULES, Rule)):
            found, unknown = _named(getattr(self, name), registry, base)
            object.__setattr__(self, name, found)
            if unknown:
                faults.append(Fault(text("problem.unsupported", names=unknown), text("problem.give_supported", names=sorted(registry)), column=name))
        for rule in self.rules:
            if isinstance(rule, Connected):
                object.__setattr__(self, "contiguous", rule.hard)
            elif isinstance(rule, HomeBlock):
                object.__setattr__(self, "keep_home", rule.hard)
        return faults

    def _set(self, name: str, dtype: Any, frozen: bool = True) -> list[Fault]:
        value = getattr(self, name)
        if value is None:
            needed = name in ("demand", "capacity", "edges", "home_block")
            return [Fault(text("problem.missing", name=name), text("problem.give_numbers"), column=name)] if needed else []
        try:
            array = np.array(_coordinates(value), dtype=dtype) if frozen else np.asarray(value, dtype=dtype)
            if dtype is np.int64 and not np.array_equal(array, np.array(value, dtype=np.float64)):
                raise ValueError(name)
        except (TypeError, ValueError, OverflowError):
            object.__setattr__(self, name, None)
            return [Fault(text("problem.not_numbers", name=name), text("problem.give_numbers"), column=name)]
        if frozen:
            array.setflags(write=False)
        object.__setattr__(self, name, array)
        return []

    def _number_faults(self) -> list[Fault]:
        faults = []
        for name in ("demand", "capacity", "distance_m", "area_m2", "perimeter_m", "shared_border_m", "group_counts"):
            value = getattr(self, name)
            data = value.data if sp.issparse(value) else value
            endless = name != "distance_m" and data is not None and not np.isfinite(data).all()
            if data is not None and data.size and (np.isnan(data).any() or (data < 0).any()):
                faults.append(Fault(text("problem.negative_or_nan", name=name), text("problem.give_non_negative"), column=name))
            elif endless:
                faults.append(Fault(text("problem.infinite", name=name), text("problem.give_finite_number"), column=name))
        for name in ("xy", "school_xy"):
            value = getattr(self, name)
            if value is not None and not np.isfinite(value).all():
                faults.append(Fault(text("problem.not_finite", name=name), text("problem.give_finite"), column=name))
        return faults

    def _shape_faults(self, unfit: Set[str]) -> list[Fault]:
        """Lengths that do not fit, positions out of range; ``unfit`` fields are named already, and what only they could tell is not asked."""
        n, k, m = _length(self.demand), _length(self.capacity), _length(self.edges)
        wanted: dict[str, tuple[int | str, ...]] = {
            "demand": (n,),
            "capacity": (k,),
            "edges": (m, 2),
            "home_block": (k,),
            "xy": (n, 2),
            "school_xy": (k, 2),
            "distance_m": (n, k),
            "today": (n,),
            "area_m2": (n,),
            "perimeter_m": (n,),
            "shared_border_m": (m,),
        }
        faults = [
            Fault(text("problem.shape", name=name, shape=str(value.shape), wanted=_shape(shape)), text("problem.give_shape"), column=name)
            for name, shape in wanted.items()
            if (value := getattr(self, name)) is not None and not _fits(value.shape, shape)
        ]
        if n == 0 or k == 0:
            faults.append(Fault(text("problem.empty"), text("problem.give_blocks_and_schools")))
        weighed = [g for g in self.objectives if _is_weight(g.weight) and g.weight > 0] if self.objectives or "objectives" in unfit else [Distance()]
        measured = any(isinstance(g, Distance) for g in weighed) and not unfit & {"distance_m", "xy", "school_xy"}
        if measured and self.distance_m is None and (self.xy is None or self.school_xy is None):
            faults.append(Fault(text("problem.no_distance"), text("problem.give_distance"), column="distance_m"))
        for name, least, upper in (("edges", 0, n), ("home_block", 0, n), ("today", -1, k)):
            value = getattr(self, name)
            if value is not None and value.size and not isinstance(upper, str) and (value.min() < least or value.max() >= upper):
                faults.append(Fault(text("problem.out_of_range", name=name, upper=upper - 1), text("problem.give_positions"), column=name))
        if self.group_counts is not None and _length(self.group_counts) != n and n != ANY:
            given = str(self.group_counts.shape)
            faults.append(Fault(text("problem.shape", name="group_counts", shape=given, wanted=f"({n}, g)"), text("problem.give_shape"), column="group_counts"))
        return faults

    def _goal_faults(self, unfit: Set[str]) -> list[Fault]:
        faults = []
        for goal in self.objectives:
            if not _is_weight(goal.weight):
                faults.append(Fault(text("problem.negative_weight", goal=goal.name), text("problem.give_weight"), column=goal.name))
            missing = [name for name in goal.needs if getattr(self, name) is None and name not in unfit]
            if missing:
                faults.append(Fault(text("problem.goal_needs", goal=goal.name, names=missing), text("problem.give_fields", names=missing), column=goal.name))
        fit = self.group_counts is not None and self.demand is not None and self.demand.ndim == 1 and _length(self.group_counts) == len(self.demand) > 0
        if fit and (self.groups().sum(axis=0) > self.demand.sum() * (1 + 1e-9)).any():
            faults.append(Fault(text("problem.group_too_big"), text("problem.give_group"), column="group_counts"))
        return faults

    def groups(self) -> NDArray[np.float64]:
        """(n, g) members of each group."""
        assert self.group_counts is not None
        return self.group_counts.reshape(len(self.demand), -1)

    def _refuse_shared_home(self) -> None:
        if not self.keep_home or any(isinstance(rule, SharedZones) for rule in self.rules):
            return
        blocks, counts = np.unique(self.home_block, return_counts=True)
        shared = blocks[counts > 1]
        if len(shared):
            schools = [np.flatnonzero(self.home_block == b).tolist() for b in shared]
            conflict = Conflict(
                "home_block", float(len(shared)), "block", text("problem.shared_home", blocks=shared.tolist(), schools=[str(s) for s in schools])
            )
            raise InfeasibleError([conflict], [text("problem.share_zone"), text("problem.split_block")])


def _rule_faults(rule: Rule, problem: ZoningProblem) -> list[Fault]:
    try:
        return rule.faults(problem)
    except (TypeError, ValueError, OverflowError):
        return [Fault(text("problem.not_numbers", name=rule.name), text("problem.give_numbers"), column=rule.name)]


def _faults_apart(rule: Rule, problem: ZoningProblem) -> list[Fault]:
    """What can be said of a rule whose problem is wrong itself: nothing where it looks at what is missing there."""
    if problem.demand is None or problem.capacity is None or problem.demand.ndim != 1 or problem.capacity.ndim != 1:
        return []
    try:
        return rule.faults(problem)
    except (TypeError, ValueError, OverflowError, IndexError, AttributeError):
        return []


ANY: Final = "*"
"""A length that is not known."""


def _length(array: NDArray[Any] | None) -> int | str:
    return array.shape[0] if array is not None and array.ndim else ANY


def _fits(shape: tuple[int, ...], wanted: tuple[int | str, ...]) -> bool:
    return len(shape) == len(wanted) and all(w in (ANY, s) for s, w in zip(shape, wanted, strict=True))


def _shape(wanted: tuple[int | str, ...]) -> str:
    return f"({', '.join(map(str, wanted))}{',' if len(wanted) == 1 else ''})"


def _is_weight(given: Any) -> bool:
    return isinstance(given, (int, float, np.integer, np.floating)) and bool(0 <= given < np.inf)


def _coordinates(value: Any) -> Any:
    """Points of a GeoSeries or GeoDataFrame as (n, 2) numbers, anything else as it is."""
    points = getattr(value, "geometry", None)
    return value if points is None else np.column_stack([points.x, points.y])


def _named(given: Any, registry: Any, base: type) -> tuple[tuple[Any, ...], list[str]]:
    """Objects as they are, names turned into objects with their defaults; and what is neither."""
    found, unknown = [], []
    for one in given if isinstance(given, Iterable) and not isinstance(given, str) else (given,):
        if isinstance(one, base):
            found.append(one)
        elif isinstance(one, str) and one in registry:
            try:
                found.append(registry[one]())
            except TypeError:
                unknown.append(one)
        else:
            unknown.append(str(one))
    return tuple(found), unknown
