"""Plans with links of every kind, drawn by hand: the 4 x 4 grid of tests/planning with two counties and a university outside."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from districting.model.plan import PLAN_TABLES, Plan
from districting.planning.rows import provenance_rows, stack

TERM = {"term": 3, "term_from": 2026, "term_to": 2028}
SPOTS = {("county", "A"): (100.0, 200.0), ("county", "B"): (300.0, 200.0), ("university", "U1"): (460.0, 420.0)}
NAMES = {("county", "A"): "Weibin", ("county", "B"): "Linyou", ("university", "U1"): "Teachers' University"}
SECRET_MARGIN = 1.2345


def link(kind, giver, taker, stage="junior", **more):
    """One row: ends as (kind, id) or a school id."""
    ends = [e if isinstance(e, tuple) else ("school", e) for e in (giver, taker)]
    return {"kind": kind, "stage": stage, "from": ends[0], "to": ends[1], **TERM, **more}


ROWS = [
    link("school", "L", "W", channel="team_exchange,project_support,joint_research", score_gap=30.0, score_margin=SECRET_MARGIN, runner_up_id="M", drive="administrative"),
    link("school", "M", "V", channel="team_exchange", score_gap=30.0, runner_up_id="L", remote=True, drive="administrative"),
    link("county", ("county", "A"), ("county", "B"), "", pinned=True, drive="administrative"),
    link("incubation", "L", "P1"),
    link("incubation", "L", "P3"),
    link("chain", "L", "M", outcome="renewed"),
    link("chain", "M", "V", outcome="new"),
    link("chain", "M", "W"),
    link("difference", "P1", "P2", "primary", gain_from=0.25, gain_to=0.5, drive="voluntary"),
    link("base_school", "P1", "P2", "primary", subject="语文"),
    link("base_school", "P1", "P3", "primary", subject="语文"),
    link("base_school", "P4", "P3", "primary", subject="maths"),
    link("uds", ("university", "U1"), "L", ""),
    link("six_shares", "P1", "P2", "primary", subject="book"),
    link("six_shares", "P2", "P1", "primary", subject="book"),
    link("six_shares", "P1", "P2", "primary", subject="venue"),
]  # fmt: skip


def links_frame(plan: Plan, rows=ROWS) -> gpd.GeoDataFrame:
    """The table ``links`` with its lines."""
    at = {("school", i): (p.x, p.y) for i, p in zip(plan.schools["school_id"], plan.schools.geometry, strict=True)} | SPOTS
    name = {("school", i): n for i, n in zip(plan.schools["school_id"], plan.schools["name"], strict=True)} | NAMES
    flat = [
        {
            **{k: v for k, v in row.items() if k not in ("from", "to")},
            **{f"{end}_{c}": v for end in ("from", "to") for c, v in zip(("kind", "id", "name"), (*row[end], name[row[end]]), strict=True)},
        }
        for row in rows
    ]
    frame = pd.DataFrame(flat).reindex(columns=[c for c in PLAN_TABLES["links"] if c != "geometry"])
    lines = [shapely.LineString([at[row["from"]], at[row["to"]]]) for row in rows]
    frame = frame.assign(distance_m=[line.length for line in lines])
    for column in ("stage", "channel", "subject", "runner_up_id", "drive", "outcome"):
        frame[column] = frame[column].astype("object").fillna("")
    for column in ("remote", "pinned"):
        frame[column] = frame[column].eq(True)
    for column in ("score_gap", "score_margin", "gain_from", "gain_to"):
        frame[column] = frame[column].astype(np.float64)
    return gpd.GeoDataFrame(frame, geometry=lines, crs=plan.crs)


def linked_plan(plan: Plan) -> Plan:
    """``plan`` with links of every kind and every table that comes with links."""
    years = {"term_from": 2023, "term_to": 2025}
    tables = {
        "gains": [("difference", "primary", "P1", "P2", "books", 0.5), ("difference", "primary", "P2", "P1", "computers", 0.25)],
        "renewals": [("school", "junior", "L", "W", *years.values(), 32.0, 30.0, 0.0625, "rematch", "gap hardly closed", "M", "", "", 1)],
        "apprentices": [("maths", "junior", "t-9f3a", "t-77b0", "L", "W", 100.0, 3, 2026, 2028, False)],
        "experts": [("语文", "primary", "P1", "t-1c2d", "P2", "county expert")],
        "support_events": [("same_lesson", "school", "junior", 2026, 10, "L", "W,V", "maths", 2, 6.5)],
        "share_coverage": [("alliance", "D01", "book", 4, 2, 0.5), ("alliance", "D01", "mean", 4, 2, 0.25)],
        "inclusion": [("primary", "A", 2, 2, 1.0), ("primary", "B", 2, 1, 0.5), ("junior", "A", 2, 2, 1.0)],
    }
    made = {name: pd.DataFrame(rows, columns=list(PLAN_TABLES[name])) for name, rows in tables.items()}
    coverage = pd.DataFrame([("P4", "school P4", "primary", "no_stronger_donor", "pairing.school.primary")], columns=list(PLAN_TABLES["coverage"]))
    record = {"status": "feasible", "objective": 3.0, "bound": 2.0, "gap": 1 / 3, "unit": "school-metre", "pairs": 3}
    provenance = stack(plan.provenance, provenance_rows("pairing.chain.junior", record))
    provenance = stack(
        provenance, provenance_rows("pairing.county", {"status": "optimal", "objective": 200.0, "bound": 200.0, "gap": 0.0, "unit": "metre", "pairs": 1})
    )
    return plan.replace(links=links_frame(plan), coverage=stack(plan.coverage, coverage), provenance=provenance, **made)


def many_links(plan: Plan, count: int) -> Plan:
    """``plan`` with ``count`` links of six shares between 400 schools of its own, spread over the grid."""
    random = np.random.default_rng(5)
    xy = random.uniform(0, 400, (400, 2))
    ids = [f"m{i:03d}" for i in range(400)]
    schools = gpd.GeoDataFrame(
        {"school_id": ids, "name": [f"school {i}" for i in ids], "county_code": "A", "ownership": "public"}, geometry=shapely.points(xy), crs=plan.crs
    )
    both = gpd.GeoDataFrame(pd.concat([plan.schools, schools], ignore_index=True), geometry="geometry", crs=plan.crs)
    at = random.integers(0, 400, (count, 2))
    plan = plan.replace(schools=both)
    kinds = list(random.choice(["school", "chain", "six_shares", "base_school"], count))
    return plan.replace(links=links_frame(plan, [link(kinds[n], ids[a], ids[b], "") for n, (a, b) in enumerate(at.tolist())]))
