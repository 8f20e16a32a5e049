"""Districts as edits take them: which ground moves with which schools, and the rules of the form from the plan's own table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import DataError
from districting.geography.adjacency import rook_adjacency
from districting.grouping import district_form
from districting.grouping.keys import KEYS, counted
from districting.model.district_spec import DistrictSpec
from districting.model.edit_ground import EditStage, Ints
from districting.model.edit_grouping import EditGrouping, NotEdited
from districting.model.grouping_problem import GroupingProblem, MemberFacts
from districting.model.plan import Plan
from districting.model.stages import TIERS, area_of_code, kind_of_stages
from districting.planning.territory import divided

AGREED: Final = 0.99
"""Share of the blocks that must lie where the units say, or else the ground of a grouping counts as not known."""
_PLAIN: Final = frozenset({"connected", "within_county", "districts", "min_tiers", "radius_m", "diameter_m"})


@dataclass(frozen=True, eq=False)
class Units:
    """``of_school`` (s,), ``base`` (u,) districts, ``county`` (u,); where the ground is known: ``stage`` or ``of_block`` (n,), ``edges`` and ``shape`` (u,) of cells."""

    of_school: Ints
    base: Ints
    county: NDArray[Any]
    stage: str = ""
    of_block: Ints | None = None
    edges: Ints | None = None
    shape: NDArray[Any] | None = None


def layers_of(plan: Plan) -> list[Any]:
    """The districts, one layer for each scheme and level, in the order they were made; as the map page lists them."""
    if not len(plan.districts):
        return []
    return [layer.reset_index(drop=True) for _, layer in plan.districts.groupby(["scheme", "level"], sort=False)]


def edit_groupings(plan: Plan, stages: tuple[EditStage, ...]) -> tuple[EditGrouping | NotEdited, ...]:
    """One for each layer of :func:`layers_of`."""
    return tuple(_grouping(plan, layer, stages) for layer in layers_of(plan))


def _grouping(plan: Plan, layer: Any, stages: tuple[EditStage, ...]) -> EditGrouping | NotEdited:
    scheme, level = str(layer["scheme"].iloc[0]), int(layer["level"].iloc[0])
    spec = spec_of_scheme(scheme)
    rules = rules_of_scheme(plan, scheme)
    rows = plan.memberships[(plan.memberships["scheme"] == scheme) & plan.memberships["district_id"].isin(layer["district_id"])]
    why = ""
    if not rules:
        why = "not_a_form"
    elif spec.tree or plan.districts.loc[plan.districts["scheme"] == scheme, "level"].nunique() > 1:
        why = "tree"
    elif spec.one_zone:
        why = "one_zone"
    elif not len(rows) or (rows.groupby("school_id")["district_id"].nunique() > 1).any():
        why = "shared"
    if why:
        return NotEdited(scheme, level, why)
    units = _units(plan, layer, rows, spec, stages)
    return _with_rules(plan, layer, rows, units, rules)


def spec_of_scheme(scheme: str) -> DistrictSpec:
    """The preset of the form that a scheme is named after; a form of one's own counts as one that takes ground."""
    for name in (scheme, scheme.rpartition("_")[0]):
        try:
            return district_form(name)
        except DataError:
            continue
    return DistrictSpec(scheme, ("primary", "junior"))


def rules_of_scheme(plan: Plan, scheme: str) -> dict[str, str]:
    """Rule -> value, from the plan's table."""
    rows = plan.rules[plan.rules["decision"] == f"grouping.{scheme}"]
    return dict(zip(rows["rule"].astype("str"), rows["value"].astype("str"), strict=True))


# ---- ground


def _units(plan: Plan, layer: Any, rows: Any, spec: DistrictSpec, stages: tuple[EditStage, ...]) -> Units:
    """The units of the form where the file shows them again, and every school alone where it does not."""
    ids = pd.Index(plan.schools["school_id"])
    at = pd.Index(layer["district_id"])
    district = np.full(len(ids), -1, dtype=np.int64)
    district[ids.get_indexer(rows["school_id"])] = at.get_indexer(rows["district_id"])
    kind = plan.recorded(f"grouping.{layer['scheme'].iloc[0]}", "territory") or ""
    found = None
    if kind == "zones":
        found = _zone_units(plan, layer, rows, district, spec, stages)
    elif kind == "cells":
        found = _cell_units(plan, layer, rows, district, spec)
    if found is not None:
        return found
    of_school = np.full(len(ids), -1, dtype=np.int64)
    of_school[district >= 0] = np.arange(int((district >= 0).sum()))
    return Units(of_school, district[district >= 0], plan.schools["county_code"].fillna("").astype("str").to_numpy(dtype=object)[district >= 0])


def district_of_blocks(plan: Plan, layer: Any) -> Ints:
    """(n,) the district a block's inner point lies in, -1 = none."""
    points = shapely.point_on_surface(np.asarray(plan.blocks.geometry.array))
    block, district = shapely.STRtree(np.asarray(layer.to_crs(plan.crs).geometry.array)).query(points, predicate="intersects")
    found = np.full(len(points), -1, dtype=np.int64)
    found[block[::-1]] = district[::-1]
    return found


def finest_stage(plan: Plan, wanted: tuple[str, ...]) -> str:
    """The zoned stage of most zones among those wanted, of all where none of them is zoned; as districts are made of."""
    stages = tuple(s for s in plan.zoned_stages if s in wanted) or plan.zoned_stages
    return max(stages, key=lambda s: int(plan.blocks[f"zone_id_{s}"].nunique()))


def base_of_zones(stage: EditStage, of_block: Ints, districts: int) -> Ints | None:
    """(z,) the district that each zone lies in, or None where the districts are not made of these zones."""
    z = len(stage.zone_ids)
    known = (stage.base >= 0) & (of_block >= 0)
    votes = np.zeros((z, districts), dtype=np.int64)
    np.add.at(votes, (stage.base[known], of_block[known]), 1)
    base = np.where(votes.sum(axis=1) > 0, votes.argmax(axis=1), -1).astype(np.int64)
    zoned = stage.base >= 0
    agreed = (base[stage.base[zoned]] == of_block[zoned]).mean() if zoned.any() else 0.0
    return base if agreed >= AGREED else None


def _zone_units(plan: Plan, layer: Any, rows: Any, district: Ints, spec: DistrictSpec, stages: tuple[EditStage, ...]) -> Units | None:
    name = finest_stage(plan, ("primary",) if spec.units == "feeders" else tuple(rows["stage"].unique()))
    stage = next(s for s in stages if s.stage == name)
    base = base_of_zones(stage, district_of_blocks(plan, layer), len(layer))
    if base is None:
        return None
    members = np.flatnonzero(district >= 0)
    of_school = np.full(len(district), -1, dtype=np.int64)
    extra: list[int] = []
    own = _own_zones(plan, stage) if spec.units == "feeders" else {}
    place = np.asarray(plan.schools.geometry.array, dtype=object)
    nearest = shapely.STRtree(np.asarray(plan.blocks.geometry.array)).nearest(place[members])
    for i, block in zip(members.tolist(), nearest.tolist(), strict=True):
        unit = own.get(i, -1) if spec.units == "feeders" else int(stage.base[block])
        of_school[i] = unit if unit >= 0 else len(stage.zone_ids) + len(extra)
        if unit < 0:
            extra.append(i)
    base = np.concatenate([base, district[np.array(extra, dtype=np.int64)]])
    if (base[of_school[members]] != district[members]).any():
        return None
    county = np.full(len(stage.zone_ids), "", dtype=object)
    codes = plan.blocks["county_code"].fillna("").astype("str").to_numpy(dtype=object)
    zone, first = np.unique(stage.base, return_index=True)
    county[zone[zone >= 0]] = codes[first[zone >= 0]]
    mine = plan.schools["county_code"].fillna("").astype("str").to_numpy(dtype=object)[np.array(extra, dtype=np.int64)]
    return Units(of_school, base, np.concatenate([county, mine]), stage=name)


def _own_zones(plan: Plan, stage: EditStage) -> dict[int, int]:
    rows = plan.zone_schools[plan.zone_schools["stage"] == stage.stage]
    school, zone = (
        pd.Index(plan.schools["school_id"]).get_indexer(rows["school_id"]),
        pd.Index(stage.zone_ids).get_indexer(pd.Index(rows["zone_id"].astype("str"))),
    )
    return {int(s): int(z) for s, z in zip(school, zone, strict=True) if s >= 0 and z >= 0}


def _cell_units(plan: Plan, layer: Any, rows: Any, district: Ints, spec: DistrictSpec) -> Units | None:
    """The cells of the schools drawn again inside the districts taken together; None where they do not give these districts."""
    area = layer.to_crs(plan.crs)
    holders = np.flatnonzero(district >= 0)
    if spec.units == "feeders":
        primary = set(rows.loc[rows["stage"] == "primary", "school_id"])
        holders = holders[plan.schools["school_id"].isin(primary).to_numpy(dtype=bool)[holders]]
    place = np.asarray(plan.schools.geometry.array, dtype=object)[holders]
    if not len(holders) or not all(p is not None and not p.is_empty for p in place):
        return None
    xy = np.column_stack([shapely.get_x(place), shapely.get_y(place)])
    shape, county, cell = divided(area, xy, within_county=rules_of_scheme(plan, str(layer["scheme"].iloc[0])).get("within_county") == "on")
    if (cell < 0).any():
        return None
    of_school = np.full(len(district), -1, dtype=np.int64)
    of_school[holders] = cell
    alone = np.setdiff1d(np.flatnonzero(district >= 0), holders)
    of_school[alone] = len(shape) + np.arange(len(alone))
    base = np.full(len(shape) + len(alone), -1, dtype=np.int64)
    base[of_school[district >= 0]] = district[district >= 0]
    inner = shapely.STRtree(shape).nearest(shapely.point_on_surface(np.asarray(plan.blocks.geometry.array)))
    known = district_of_blocks(plan, layer)
    here = known >= 0
    agreed = (base[inner[here]] == known[here]).mean() if here.any() else 0.0
    if (base[of_school[district >= 0]] != district[district >= 0]).any() or agreed < AGREED:
        return None
    codes = plan.schools["county_code"].fillna("").astype("str").to_numpy(dtype=object)
    counties = np.concatenate([county, codes[alone]])
    edges = np.unique(np.sort(rook_adjacency(shape).edges, axis=1), axis=0).astype(np.int64).reshape(-1, 2)
    return Units(of_school, base, counties, of_block=np.where(here, inner, -1).astype(np.int64), edges=edges, shape=shape)


def cells_of(plan: Plan, layer: Any) -> NDArray[Any] | None:
    """The cells that the units of a grouping of cells are, in the order of its units."""
    scheme = str(layer["scheme"].iloc[0])
    rows = plan.memberships[(plan.memberships["scheme"] == scheme) & plan.memberships["district_id"].isin(layer["district_id"])]
    return _units(plan, layer, rows, spec_of_scheme(scheme), ()).shape if plan.recorded(f"grouping.{scheme}", "territory") == "cells" else None


# ---- rules


def _with_rules(plan: Plan, layer: Any, rows: Any, units: Units, rules: dict[str, str]) -> EditGrouping:
    ids = pd.Index(plan.schools["school_id"])
    role = pd.Series("", index=ids, dtype=object)
    for one in rows.itertuples():
        role[one.school_id] = "lead" if "lead" in (one.role, role[one.school_id]) else "weak" if "weak" in (one.role, role[one.school_id]) else "member"
    probe, member = probe_of(plan, rows)
    place = np.asarray(plan.schools.geometry.array, dtype=object)
    xy = np.nan_to_num(np.column_stack([shapely.get_x(place), shapely.get_y(place)]))
    known = units.of_school >= 0
    origin = np.floor(xy[known].min(axis=0))
    counts, unchecked = _limits(rules, probe)
    spec = spec_of_rules(rules, probe)
    grounded = bool(units.stage) or units.of_block is not None
    unchecked += [] if grounded or rules.get("connected") != "on" else ["connected"]
    amounts = [np.bincount(member, counted(probe, key), len(ids)).astype(np.int64) for key, _, _ in counts]
    return EditGrouping(
        *(str(layer["scheme"].iloc[0]), int(layer["level"].iloc[0]), tuple(layer["district_id"].astype("str"))),
        base=units.base,
        unit_of_school=units.of_school,
        county_of_unit=pd.factorize(units.county)[0].astype(np.int64),
        lead=(role == "lead").to_numpy().astype(np.int64),
        weak=(role == "weak").to_numpy().astype(np.int64),
        score=_scores(plan, rows, ids),
        tiers=_tiers(probe, member, len(ids)),
        place_dm=np.where(known[:, None], np.floor((xy - origin) * 10 + 0.5), 0).astype(np.int64),
        limits=tuple(counts),
        amounts=np.array(amounts, dtype=np.int64).reshape(len(counts), len(ids)),
        unit_stage=units.stage,
        unit_of_block=np.empty(0, dtype=np.int64) if units.of_block is None else units.of_block,
        edges=np.empty((0, 2), dtype=np.int64) if units.edges is None else units.edges,
        districts=(spec.districts[0], -1 if spec.districts[1] is None else spec.districts[1]),
        min_tiers=spec.min_tiers,
        connected=grounded and spec.connected,
        within_county=spec.within_county,
        radius_dm=-1 if spec.radius_m is None else int(np.floor(spec.radius_m * 10 + 0.5)),
        diameter_dm=-1 if spec.diameter_m is None else int(np.floor(spec.diameter_m * 10 + 0.5)),
        unchecked=tuple(sorted(unchecked)),
    )


def probe_of(plan: Plan, rows: Any) -> tuple[GroupingProblem, Ints]:
    """Just enough of the problem to count keys, and the position of each member's school in the plan."""
    rows = rows.reset_index(drop=True)
    ids = pd.Index(plan.schools["school_id"])
    member = ids.get_indexer(rows["school_id"]).astype(np.int64)
    stages = plan.school_stages.drop_duplicates(["school_id", "stage"]).set_index(["school_id", "stage"])
    tier = stages["tier"].reindex(pd.MultiIndex.from_frame(rows[["school_id", "stage"]])).fillna("").to_numpy(dtype=str)
    kinds = rows.groupby("school_id")["stage"].agg(kind_of_stages)
    points = (plan.schools["school_type"] == "teaching_point").to_numpy(dtype=bool) if "school_type" in plan.schools.columns else np.zeros(len(ids), dtype=bool)
    code = plan.schools["urban_rural_code"].to_numpy(dtype=object) if "urban_rural_code" in plan.schools.columns else np.full(len(ids), "", dtype=object)
    place = np.asarray(plan.schools.geometry.array, dtype=object)[member]
    s = len(rows)
    facts = MemberFacts(
        school=member,
        kind=np.where(points[member], "teaching_point", kinds.reindex(rows["school_id"]).to_numpy(dtype=str)),
        area=np.array([area_of_code(c) for c in code[member]], dtype="U8"),
    )
    none = np.zeros(s)
    return GroupingProblem(
        *(DistrictSpec("custom", ("primary", "junior")), np.arange(s), rows["stage"].to_numpy(dtype=str), tier, np.ones(s), none, np.zeros((s, 0))),
        member_xy=np.column_stack([shapely.get_x(place), shapely.get_y(place)]),
        edges=np.zeros((0, 2), dtype=np.int64),
        county_of_unit=np.zeros(s, dtype=np.int64),
        weight_of_unit=np.ones(s),
        facts=facts,
    ), member


def spec_of_rules(rules: dict[str, str], probe: GroupingProblem) -> DistrictSpec:
    """The hard rules that the file tells and that can be counted from it, as a specification."""
    spread = tuple(rule.removeprefix("spread.") for rule in rules if rule.startswith("spread."))
    counts = {key: _pair(value) for key, value in rules.items() if key in KEYS and ".." in value}
    return probe.spec.replace(
        centre="school",
        counts=counts,
        spread=tuple(key for key in spread if key in KEYS),
        districts=_pair(rules["districts"]) if ".." in rules.get("districts", "") else (1, None),
        min_tiers=int(rules.get("min_tiers", "1")),
        connected=rules.get("connected", "off") == "on",
        within_county=rules.get("within_county", "off") == "on",
        radius_m=float(rules["radius_m"]) if "radius_m" in rules else None,
        diameter_m=float(rules["diameter_m"]) if "diameter_m" in rules else None,
    )


def _limits(rules: dict[str, str], probe: GroupingProblem) -> tuple[list[tuple[str, int, int]], list[str]]:
    """Key, least, most (-1 = no limit) of each count; an even share of schools to be spread is a limit at most. And rules that the file only names."""
    spec = spec_of_rules(rules, probe)
    found = {key: [least, -1 if most is None else most] for key, (least, most) in spec.counts.items()}
    for key in spec.spread:
        share = probe_with(probe, spec).spread_limit(int(counted(probe, key).sum()))
        old = found.setdefault(key, [0, -1])
        old[1] = share if old[1] < 0 else min(old[1], share)
    read = {*spec.counts, *(f"spread.{key}" for key in spec.spread), *_PLAIN}
    return [(key, low, high) for key, (low, high) in found.items()], [r for r, value in rules.items() if r not in read and value != "off"]


def probe_with(probe: GroupingProblem, spec: DistrictSpec) -> GroupingProblem:
    """The same members under another specification."""
    from dataclasses import replace

    return replace(probe, spec=spec)


def _pair(value: str) -> tuple[int, int | None]:
    low, _, high = value.partition("..")
    return int(low), int(high) if high else None


def _tiers(probe: GroupingProblem, member: Ints, schools: int) -> Ints:
    bits = np.zeros(schools, dtype=np.int64)
    for n, tier in enumerate(TIERS):
        np.bitwise_or.at(bits, member[probe.tier_of_member == tier], 1 << n)
    return bits


def _scores(plan: Plan, rows: Any, ids: Any) -> Ints:
    """Hundredths of the mean score over a school's stages in the grouping, -1 = not known."""
    stages = plan.school_stages.drop_duplicates(["school_id", "stage"]).set_index(["school_id", "stage"])["score"]
    value = pd.to_numeric(stages.reindex(pd.MultiIndex.from_frame(rows[["school_id", "stage"]])), errors="coerce")
    mean = value.groupby(level=0).mean().reindex(ids).to_numpy(dtype=np.float64)
    known = np.isfinite(mean) & (mean >= 0)
    return np.where(known, np.floor(np.where(known, mean, 0.0) * 100 + 0.5), -1).astype(np.int64)
