"""A plan with districts to splits of graduates, and the draw inside each primary (policy R03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.checking.enrolment_quotas import check_draw, check_split
from districting.enrolling.privacy import Private
from districting.enrolling.split_districts import District, School, districts_of
from districting.enrolling.split_pupils import SplitPupils, split_pupils
from districting.enrolment.split import SplitPlan, split_graduates
from districting.enrolment.split_draw import SplitList
from districting.errors import DataError, DistrictingError, Fault
from districting.model.plan import Plan
from districting.wording import Text, text


@dataclass(frozen=True, eq=False)
class DistrictSplit:
    """A district and its split; ``graduates`` (p, s) by stratum."""

    district: District
    graduates: NDArray[np.int64]
    split: SplitPlan


@dataclass(frozen=True, eq=False)
class Split:
    """All splits of a scheme. ``alone``: (district, primary, graduates) where a district has no junior; ``draw``, ``private``: with a list of pupils."""

    name: str
    year: int
    scheme: str
    strata: tuple[str, ...]
    districts: tuple[DistrictSplit, ...]
    alone: tuple[tuple[str, School, int], ...]
    draw: SplitList | None
    private: Private | None
    notes: tuple[Fault, ...]
    remarks: tuple[Text, ...]

    @property
    def off(self) -> float:
        """Sum of |pupils - target| over all districts."""
        return float(sum(d.split.off for d in self.districts))

    @property
    def bound(self) -> float:
        """The least that it can be, as proven."""
        return float(sum(d.split.bound for d in self.districts))

    @property
    def pupils(self) -> int:
        """Graduates with a junior."""
        return int(sum(d.split.pupils.sum() for d in self.districts))

    @property
    def surplus(self) -> int:
        """Graduates without a place, to the overflow (R40)."""
        return int(sum(d.split.left_over.sum() for d in self.districts)) + sum(count for *_, count in self.alone)

    @property
    def dissimilarity(self) -> float:
        """That of the districts, weighed by their pupils."""
        return float(sum(d.split.dissimilarity * d.split.pupils.sum() for d in self.districts) / max(self.pupils, 1))

    @property
    def largest_deviation(self) -> float:
        """The largest of any district."""
        return max((d.split.largest_deviation for d in self.districts), default=0.0)


def split_plan(plan: Plan, scheme: str | None = None, pupils: str | Path | None = None, strata: Sequence[str] = ()) -> Split:
    """Split the graduates of every district of ``scheme``; with a list of ``pupils`` they are counted from it, by ``strata`` if any are named.

    Raises
    ------
    DataError : what the plan or the list lacks
    DistrictingError : a split that breaks a hard rule, found by the independent check
    """
    chosen, districts, notes = districts_of(plan, scheme, counted=pupils is not None)
    if strata and pupils is None:
        raise DataError(Fault(text("enrolment.split_strata_list"), text("enrolment.split_strata_list_remedy"), column="strata"))
    primaries = [p for d in districts for p in d.primaries]
    listed = None if pupils is None else split_pupils(pupils, primaries, strata)
    by_primary = _counted(listed, len(primaries)) if listed else np.concatenate([d.graduates for d in districts])[:, None]
    done, alone, start = [], [], 0
    for district in districts:
        mine = by_primary[start : start + len(district.primaries)]
        start += len(district.primaries)
        if not district.juniors:
            alone += [(district.district_id, p, int(g.sum())) for p, g in zip(district.primaries, mine, strict=True)]
        elif district.primaries:
            done.append(_split(district, mine))
    remarks = [*(listed.remarks if listed else ()), *_remarks(districts)]
    if listed and (none := int((by_primary.sum(axis=1) == 0).sum())):
        remarks.append(text("enrolment.split_not_listed", count=none))
    result = Split(
        plan.name, plan.year, chosen, listed.strata if listed else ("",), tuple(done), tuple(alone), None, None,
        (*notes, *(listed.notes if listed else ())), tuple(remarks),
    )  # fmt: skip
    return result if listed is None else _with_draw(result, districts, listed)


def _counted(listed: SplitPupils, primaries: int) -> NDArray[np.int64]:
    found = np.zeros((primaries, len(listed.strata)), dtype=np.int64)
    np.add.at(found, (np.array(listed.primary, dtype=np.int64), np.array(listed.stratum, dtype=np.int64)), 1)
    return found


def _split(district: District, graduates: NDArray[np.int64]) -> DistrictSplit:
    if not district.plans.sum():
        raise DataError(Fault(text("enrolment.split_no_place", district=district.district_id), text("enrolment.split_no_place_remedy"), column="plan"))
    split = split_graduates(graduates, district.plans)
    broken = check_split(graduates, district.plans, split.pupils, split.left_over)
    if broken:
        raise DistrictingError(text("enrolment.broken_rule", rule=broken[0].rule, at=district.district_id))
    return DistrictSplit(district, graduates, split)


def _remarks(districts: Sequence[District]) -> list[Text]:
    idle = [f"{d.district_id} {d.name}".strip() for d in districts if not d.primaries]
    lost = [f"{d.district_id} {d.name}".strip() for d in districts if not d.juniors]
    said = [text("enrolment.split_without_primary", names=idle)] if idle else []
    return [*said, text("enrolment.split_without_junior", names=lost)] if lost else said


def _with_draw(result: Split, districts: Sequence[District], listed: SplitPupils) -> Split:
    """The list of the draw: every primary's numbers for every junior, and the pupils."""
    primaries = tuple(p for d in districts for p in d.primaries)
    juniors = tuple(j for d in districts for j in d.juniors)
    at_primary, at_junior = {p[0]: i for i, p in enumerate(primaries)}, {j[0]: i for i, j in enumerate(juniors)}
    count = np.zeros((len(primaries), len(listed.strata), len(juniors) + 1), dtype=np.int64)
    for done in result.districts:
        rows = [at_primary[p[0]] for p in done.district.primaries]
        columns = [at_junior[j[0]] for j in done.district.juniors]
        count[np.ix_(rows, range(len(listed.strata)), columns)] = done.split.pupils
        count[rows, :, -1] = done.split.left_over
    lone = _counted(listed, len(primaries)) - count.sum(axis=2)
    count[:, :, -1] += lone
    labels: dict[str, Any] = {"name": result.name, "year": str(result.year), "scheme": result.scheme}
    drawn = SplitList(labels, primaries, juniors, listed.strata, count, listed.private.tokens, listed.primary, listed.stratum, listed.bundle)
    return Split(
        result.name, result.year, result.scheme, result.strata, result.districts, result.alone, drawn, listed.private, result.notes, result.remarks
    )  # fmt: skip


def recheck_draw(draw: SplitList, results: Sequence[int | None]) -> int:
    """Whether every junior got its number of each primary; how many bundles were taken apart because no junior had room for them.

    Raises
    ------
    DistrictingError : a broken rule
    """
    juniors, apart = len(draw.juniors), 0
    for p in range(len(draw.primaries)):
        mine = [i for i, own in enumerate(draw.primary) if own == p]
        at = {i: k for k, i in enumerate(mine)}
        groups: dict[int, list[int]] = {}
        for i in mine:
            groups.setdefault(draw.bundle[i], []).append(at[i])
        label = [juniors if (own := results[i]) is None else own - 1 for i in mine]
        broken, split = check_draw(draw.count[p].sum(axis=0), label, [g for g in groups.values() if len(g) > 1])
        if broken:
            raise DistrictingError(text("enrolment.broken_rule", rule=broken[0].rule, at=draw.primaries[p][0]))
        apart += split
    return apart
