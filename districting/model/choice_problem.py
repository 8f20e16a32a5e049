"""Choice inside zones of several schools: who may wish what (``ChoiceTown``), one list of wishes for every pupil (``ChoiceProblem``), what was found (``ChoiceResult``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

NONE = -1


@dataclass(frozen=True, eq=False)
class ChoiceProblem:
    """n pupils, each with at most w options, s schools.

    Attributes
    ----------
    options : (n, w) int32 schools, the most wanted first; after the wishes those offered to whom no wish has placed; ``NONE`` fills the row up
    wishes : (n,) how many of the options are wishes
    tier : (n, w) uint8 priority of the pupil at each option, 0 comes first
    number : (n,) permutation of 0 .. n-1: the number drawn, the smallest comes first at every school
    seats : (s,) int64
    size : (n,) children of each: a bundle of twins or siblings is one pupil of several children and enters where one seat is left (overfill, policy 2.6); None = one each
    """

    options: NDArray[np.int32]
    wishes: NDArray[np.int64]
    tier: NDArray[np.uint8]
    number: NDArray[np.int64]
    seats: NDArray[np.int64]
    size: NDArray[np.int64] | None = None

    @property
    def sizes(self) -> NDArray[np.int64]:
        """(n,) children of each."""
        return np.ones(len(self.number), dtype=np.int64) if self.size is None else self.size


@dataclass(frozen=True)
class Tastes:
    """What families want, as a model: utility = quality_weight x score - distance_weight x km + noise x Gumbel(0, 1), drawn for every pupil and school.

    The weights are assumptions to be set from a survey; nothing in the sources gives them. ``most_wishes``: length of a list, 0 = all schools of the zone.

    >>> Tastes().distance_weight
    1.0
    """

    quality_weight: float = 0.1
    distance_weight: float = 1.0
    noise: float = 1.0
    most_wishes: int = 0

    def __post_init__(self) -> None:
        values = (self.quality_weight, self.distance_weight, self.noise, self.most_wishes)
        if not all(np.isfinite(values)) or self.noise < 0 or self.most_wishes < 0:
            raise ValueError("weights of tastes are finite, noise and most_wishes not negative")


@dataclass(frozen=True, eq=False)
class ChoiceTown:
    """b blocks whose families choose among the schools of their zone.

    Attributes
    ----------
    options : (b, w) int32 schools offered to each block, nearest first; ``NONE`` fills the row up
    distance_m : (b, w) metres to each; NaN unknown
    tier : (b, w) uint8 priority of the block at each
    pupils : (b,) pupils who choose
    zone : (b,) number of the zone
    seats : (s,); quality : (s,) score, NaN unknown
    stated : (n, v) int32 wishes of every pupil, or None where a model gives them; ``block_of_pupil`` (n,) goes with it, ``size_of_pupil`` (n,) children of a bundle,
        ``tier_of_pupil`` (n,) priority at every school, in place of that of the block
    further : (s,) schools that are offered beyond stated wishes; None = all of the zone
    left_out : pupils of blocks without a zone, in no count; ``left_out_blocks``: how many blocks
    before : name -> (b,) school of each block before (today, single-school zones), ``NONE`` unknown; ``before_m``: metres to it
    """

    options: NDArray[np.int32]
    distance_m: NDArray[np.float64]
    tier: NDArray[np.uint8]
    pupils: NDArray[np.int64]
    zone: NDArray[np.int64]
    seats: NDArray[np.int64]
    quality: NDArray[np.float64]
    stated: NDArray[np.int32] | None = None
    block_of_pupil: NDArray[np.int64] | None = None
    size_of_pupil: NDArray[np.int64] | None = None
    tier_of_pupil: NDArray[np.uint8] | None = None
    further: NDArray[np.bool_] | None = None
    left_out: float = 0.0
    left_out_blocks: int = 0
    before: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    before_m: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    block_ids: tuple[str, ...] = ()
    school_names: tuple[str, ...] = ()
    school_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Access:
    """Expected quality of the school of a pupil, by block: ``mean`` over pupils, ``variance`` between blocks (weighted by pupils), of it ``within_zones``.

    ``noise``: what chance in so many draws adds to the variance on average, already taken off. ``mean_m``: metres to school, NaN unknown.

    >>> found = Access(80.0, 64.0, 16.0, 0.0, 900.0)
    >>> found.cv, found.between_share
    (0.1, 0.75)
    """

    mean: float
    variance: float
    within_zones: float
    noise: float
    mean_m: float

    @property
    def cv(self) -> float:
        """Coefficient of variation between blocks; NaN without a positive mean."""
        return float(np.sqrt(self.variance)) / self.mean if self.mean > 0 else float("nan")

    @property
    def between_share(self) -> float:
        """Share of the variance that lies between zones: what no draw inside zones can level. NaN where there is no variance."""
        return min(max(1.0 - self.within_zones / self.variance, 0.0), 1.0) if self.variance > 0 else float("nan")


@dataclass(frozen=True, eq=False)
class EngineOutcome:
    """One engine over all draws. Shares are of all pupils and means over draws; ``*_se``: standard error of that mean.

    ``strategic``: share of pupils who, knowing the draw, would get a better wish by another order; NaN where that is not computed.
    ``quality_of_block`` (b,): expected score, NaN where nobody of the block is placed.
    """

    engine: str
    first_wish: float
    first_wish_se: float
    by_wish: float
    mean_rank: float
    left_over: float
    unplaced: float
    mean_m: float
    envious: float
    envy_pairs: float
    wasted: float
    strategic: float
    access: Access
    quality_of_block: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ChoiceResult:
    """``outcomes`` in the order of the engines asked for; ``before``: access before, on the blocks where it is known; ``bundles`` of twins and siblings."""

    pupils: int
    seats: int
    draws: int
    seed: int
    before: Mapping[str, Access]
    outcomes: tuple[EngineOutcome, ...]
    bundles: int = 0
    left_out: float = 0.0
    left_out_blocks: int = 0
