"""The plan's tables before and after a scenario: a school more, a school less, pupils more, and the new zones laid down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import Fault
from districting.geography.block_middles import block_middles
from districting.model.plan import BALANCE_TABLES, Plan
from districting.planning.neighbourhood import LocalChange
from districting.planning.reasons import with_reasons
from districting.planning.rows import note_rows, provenance_rows, stack
from districting.planning.zones import zone_shapes
from districting.planning.zoning_build import ZONE_PREFIX
from districting.wording import text

if TYPE_CHECKING:
    from districting.planning.plan_part import PlanPart


def with_school(plan: Plan, stage: str, school_id: str, name: str, seats: float, block_id: str) -> Plan:
    """A school more, in the middle of its block where that has a place, with a zone of its own that has no block yet."""
    block = plan.blocks[plan.blocks["block_id"] == block_id].iloc[0]
    point = shapely.point_on_surface(block["geometry"])
    row = {"school_id": school_id, "name": name, "county_code": str(block["county_code"]), "ownership": "public", "home_block_id": block_id}
    school = gpd.GeoDataFrame([row], geometry=[point], crs=plan.crs)
    known = plan.school_stages.columns
    stage_row = pd.DataFrame([{c: {"school_id": school_id, "stage": stage, "tier": ""}.get(c, np.nan) for c in known}]).astype(
        plan.school_stages.dtypes.to_dict()
    )
    return plan.replace(
        schools=stack(plan.schools, school),
        zone_schools=stack(plan.zone_schools, pd.DataFrame([{"zone_id": f"{ZONE_PREFIX[stage]}-{school_id}", "stage": stage, "school_id": school_id}])),
        seats=stack(plan.seats, pd.DataFrame([{"school_id": school_id, "stage": stage, "seats": float(seats)}])),
        school_stages=stack(plan.school_stages, stage_row),
    )


def without_school(plan: Plan, stage: str, school_id: str) -> tuple[Plan, list[str]]:
    """A school less, and the blocks whose zone has no school left. What else named it at this stage goes too, and a note says so."""

    def kept(frame: Any, *columns: str) -> Any:
        named = np.zeros(len(frame), dtype=np.bool_)
        for column in columns:
            named |= (frame[column] == school_id).to_numpy()
        return frame[~(named & (frame["stage"] == stage).to_numpy())].reset_index(drop=True)

    members = plan.zone_schools[plan.zone_schools["stage"] == stage]
    zone = members.loc[members["school_id"] == school_id, "zone_id"].tolist()
    left = set(members.loc[members["school_id"] != school_id, "zone_id"])
    blocks = plan.blocks.loc[plan.blocks[f"zone_id_{stage}"].isin([z for z in zone if z not in left]), "block_id"].tolist()
    shrunk = plan.blocks.loc[plan.blocks[f"zone_id_{stage}"].isin(zone), "block_id"].tolist()
    memberships, links = kept(plan.memberships, "school_id"), kept(plan.links, "from_id", "to_id")
    gone = len(plan.memberships) - len(memberships), len(plan.links) - len(links)
    said = Fault(text("variants.closed_rows", school=school_id, memberships=gone[0], links=gone[1]), text("variants.group_again"), severity="warning")
    notes = stack(plan.notes, note_rows([said], plan.language)) if any(gone) else plan.notes
    tables = {
        name: kept(getattr(plan, name), "school_id")
        for name in ("zone_schools", "seats", "seat_prices", "distances", "school_stages", "indicators", *BALANCE_TABLES)
    }
    exceptions = kept(plan.exceptions, "school_id")
    return plan.replace(**tables, memberships=memberships, links=links, notes=notes, exceptions=exceptions), blocks or shrunk


def with_more_pupils(plan: Plan, stage: str, block_id: str, pupils: float) -> Plan:
    """Pupils more in a block, in the plan's year."""
    demand = plan.demand.copy()
    here = ((demand["block_id"] == block_id) & (demand["stage"] == stage) & (demand["year"] == plan.year)).to_numpy()
    if not here.any():
        row = pd.DataFrame([{"block_id": block_id, "stage": stage, "year": plan.year, "pupils": float(pupils)}])
        return plan.replace(demand=stack(demand, row))
    demand.loc[np.flatnonzero(here)[0], "pupils"] += float(pupils)
    return plan.replace(demand=demand)


def lay_down(before: Plan, changed: Plan, stage: str, found: list[tuple[PlanPart, LocalChange]], record: Mapping[str, Any]) -> Plan:
    """The new zones in the tables. Today becomes the plan before; districts, pairs and their outlines are not decided again, and a note says so."""
    column = f"zone_id_{stage}"
    labels = before.blocks[column].astype("str").to_numpy(dtype=object).copy()
    for part, local in found:
        labels[part.blocks] = part.zone_ids[local.solution.school_of_block]
    plan = with_zones(changed, stage, labels).replace(
        today=_today(before, stage),
        seat_prices=_prices(changed, stage, found),
        provenance=_provenance(changed, stage, record),
    )
    if len(plan.districts):
        plan = plan.replace(
            notes=stack(plan.notes, note_rows([Fault(text("variants.districts_kept"), text("variants.group_again"), severity="warning")], plan.language))
        )
    return with_reasons(plan, (stage,))


def with_zones(plan: Plan, stage: str, labels: NDArray[Any]) -> Plan:
    """``plan`` with other zones of the stage: labels, shapes, and distances of new pairs of block and school. Findings and reasons are emptied."""
    blocks = plan.blocks.copy()
    blocks[f"zone_id_{stage}"] = labels
    others = plan.zones[plan.zones["stage"] != stage].reset_index(drop=True)
    return plan.replace(
        blocks=blocks,
        zones=stack(others, zone_shapes(blocks, labels, stage)),
        distances=_with_arcs(plan, stage, labels),
        findings=plan.findings.iloc[:0],
        reasons=plan.reasons[plan.reasons["stage"] != stage].reset_index(drop=True),
    )


def _today(before: Plan, stage: str) -> pd.DataFrame:
    """The zones of the plan before, block by block, as today's assignment of the stage."""
    first = before.zone_schools[before.zone_schools["stage"] == stage].drop_duplicates("zone_id").set_index("zone_id")["school_id"]
    school = before.blocks[f"zone_id_{stage}"].map(first)
    rows = pd.DataFrame({"block_id": before.blocks["block_id"], "stage": stage, "school_id": school}).dropna(subset="school_id")
    return stack(before.today[before.today["stage"] != stage].reset_index(drop=True), rows.reset_index(drop=True))


def _with_arcs(plan: Plan, stage: str, labels: NDArray[Any]) -> pd.DataFrame:
    """The distances the plan holds, and straight ones of new pairs of block and school where the plan is made with straight lines and both have a place."""
    if plan.distance_word(stage) != "straight":
        return plan.distances
    zone = pd.DataFrame({"block_id": plan.blocks["block_id"].to_numpy(dtype=object), "zone_id": labels})
    members = plan.zone_schools.loc[plan.zone_schools["stage"] == stage, ["zone_id", "school_id"]]
    pairs = zone.merge(members, on="zone_id")[["block_id", "school_id"]]
    held = plan.distances.loc[plan.distances["stage"] == stage, ["block_id", "school_id"]].assign(held=True)
    new = pairs.merge(held, on=["block_id", "school_id"], how="left")
    new = new[new["held"].isna()]
    if not len(new):
        return plan.distances
    middle = pd.Series(block_middles(plan.blocks), index=plan.blocks["block_id"].to_numpy(dtype=object), dtype=object)
    at = pd.Series(np.asarray(plan.schools.geometry.array, dtype=object), index=plan.schools["school_id"].to_numpy(dtype=object), dtype=object)
    metres = shapely.distance(middle.loc[new["block_id"]].to_numpy(dtype=object), at.loc[new["school_id"]].to_numpy(dtype=object))
    rows = pd.DataFrame(
        {"block_id": new["block_id"].to_numpy(dtype=object), "stage": stage, "school_id": new["school_id"].to_numpy(dtype=object), "distance_m": metres}
    )
    return stack(plan.distances, rows[np.isfinite(metres)])


def _prices(plan: Plan, stage: str, found: list[tuple[PlanPart, LocalChange]]) -> pd.DataFrame:
    """Seat prices of the free plan in the counties touched: they prove its bound over every plan; elsewhere the old ones hold."""
    price = {z: float(p) for part, local in found for z, p in zip(part.zone_ids.tolist(), local.free.seat_price_m.tolist(), strict=True)}
    members = plan.zone_schools[plan.zone_schools["stage"] == stage]
    rows = members.assign(price_m=members["zone_id"].map(price)).dropna(subset="price_m")[["school_id", "stage", "price_m"]]
    old = plan.seat_prices
    kept = old[~((old["stage"] == stage) & old["school_id"].isin(set(rows["school_id"])))].reset_index(drop=True)
    return stack(kept, rows.reset_index(drop=True))


def _provenance(plan: Plan, stage: str, record: Mapping[str, Any]) -> pd.DataFrame:
    """The old proof of the stage goes: it was of other zones; distance and demand of the zoning stay."""
    old = plan.provenance
    stays = (old["part"] != f"zoning.{stage}") | old["key"].isin(["distance", "demand", "seed"])
    return pd.concat([old[stays & (old["part"] != f"scenario.{stage}")], provenance_rows(f"scenario.{stage}", record)], ignore_index=True)
