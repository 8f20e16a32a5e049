"""What a file and a page for the public may hold: a list of what is told, and nothing that is not on it; no block's pupils; no lead of an incubation area."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import districting as dt
from districting.auditing import audit_plan
from districting.errors import DataError
from districting.model import plan as plan_model
from districting.model.plan import PLAN_TABLES
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.map import map_html
from districting.outputs.map.content import page_content
from districting.outputs.map.plain import plain_html
from districting.outputs.public import public_plan
from districting.outputs.public_pupils import school_demand, told_distances
from districting.outputs.public_tables import PUBLIC_RECORDS, PUBLIC_TABLES, public_columns, public_records
from districting.outputs.report import make_report
from districting.outputs.report.book import book_sheets
from districting.outputs.report.chapters import districts_chapter, seats_chapter
from districting.planning.edit_ground import edit_ground
from districting.planning.governance.add import add_governance
from districting.planning.plan_ground import stage_ground
from tests.planning.test_incubation_links import row_city

PRIVATE = ("demand", "edges", "seat_prices", "indicators", "links", "gains", "intake", "history", "class_sizes", "school_lines", "score_cards", "aliases")


@pytest.fixture(scope="module")
def counted(grid_plan):
    """The grid with 3 pupils at P3's own block and 17 at its neighbour, 6.25 at every other, and nobody at b33; a reason says so."""
    of = {"b00": 3.0, "b10": 17.0, "b33": 0.0}
    pupils = [of.get(b, 6.25) if s == "primary" else p for b, s, p in zip(*(grid_plan.demand[c] for c in ("block_id", "stage", "pupils")), strict=True)]
    told = [r if (b, s) != ("b33", "primary") else "nobody" for b, s, r in zip(*(grid_plan.reasons[c] for c in ("block_id", "stage", "reason")), strict=True)]
    return grid_plan.replace(demand=grid_plan.demand.assign(pupils=pupils), reasons=grid_plan.reasons.assign(reason=told))


@pytest.fixture(scope="module")
def public_file(counted, tmp_path_factory):
    path = tmp_path_factory.mktemp("public_file") / "plan.gpkg"
    write_plan(public_plan(counted), path)
    return path


def test_of_every_table_only_the_columns_on_the_list_are_told():
    for table, columns in PLAN_TABLES.items():
        frame = pd.DataFrame({c: [f"{table}.{c}"] for c in (*columns, "a_new_column", "zone_id_primary", "quality_access_primary")}, dtype="object")
        told = {c for c, v in public_columns(table, frame).stack().items() if str(v).startswith(f"{table}.") for c in [c[1]]}
        assert told == set(PUBLIC_TABLES.get(table, ())) | ({"zone_id_primary"} if table == "blocks" else set())
    assert not set(PRIVATE) & set(PUBLIC_TABLES)


def test_a_new_table_and_a_new_column_are_private_until_somebody_lists_them(monkeypatch):
    monkeypatch.setattr(plan_model, "PLAN_TABLES", {**PLAN_TABLES, "rumours": ("school_id", "said")})
    assert len(public_columns("rumours", pd.DataFrame({"school_id": ["S"], "said": ["weak"]}))) == 0
    assert "mood" not in public_columns("schools", pd.DataFrame({"school_id": ["S"], "mood": ["bad"]})).columns


def test_a_record_is_told_only_where_part_and_key_are_listed():
    rows = [
        ("run", "seed"),
        ("run", "secret"),
        ("scores", "method"),
        ("zoning.primary", "gap"),
        ("zoning.primary", "hot_schools"),
        ("pairing.school", "pairs"),
        ("new", "x"),
    ]
    frame = pd.DataFrame(rows, columns=["part", "key"]).assign(value="v")
    assert public_records(frame)[["part", "key"]].to_numpy().tolist() == [["run", "seed"], ["zoning.primary", "gap"]]
    assert "scores" not in PUBLIC_RECORDS


def test_a_public_file_has_no_prices_no_neighbours_no_distances_and_no_pupils_of_blocks(counted, public_file):
    plan = read_plan(public_file)
    assert [name for name in (*PRIVATE, "distances") if len(getattr(plan, name))] == []
    assert [name for name in ("demand", "edges", "seat_prices", "distances") if not len(getattr(counted, name))] == []
    rows = plan.school_demand.set_index(["stage", "school_id"])
    assert rows.loc["primary", "pupils"].to_dict() == {
        "P1": 25.0,
        "P2": 18.75,
        "P3": 32.5,
        "P4": 25.0,
    }  # four blocks each: 4 x 6.25; 0 + 3 x 6.25; 3 + 17 + 2 x 6.25
    assert rows.loc["primary", "pupils_today"].to_dict() == {"P1": 0.0, "P2": 0.0, "P3": 57.5, "P4": 43.75}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_and_no_sheet_tells_how_many_live_in_a_block(counted, lang):
    page = map_html(counted, audience="public", lang=lang)
    content = page_content(counted, "public", lang)
    here = content["unit"]["stage"]["primary"]
    assert here["pupils"] == [None] * 16
    assert "nobody" not in json.dumps(content)
    assert {m["name"] for m in content["measures"]} == {"distance", "seat_use", "change", "odds"}
    assert "6.25" not in page
    assert "6.25" not in plain_html(counted, audience="public", lang=lang)
    assert "6.25" in plain_html(counted, audience="internal", lang=lang)
    sheets = book_sheets(make_report(counted, "public", lang))
    assert 6.2 not in {c for s in sheets for row in s.rows for c in row if isinstance(c, float)}
    assert [s["load"]["primary"] for s in content["schools"] if s["id"] == "P3"] == [[32.5, 25, 57.5]]


def test_the_file_opens_as_the_page_and_the_report_of_the_plan_it_was_made_from(counted, public_file):
    plan = read_plan(public_file)
    assert map_html(plan, audience="public") == map_html(counted, audience="public")
    assert [s.rows for s in book_sheets(make_report(plan))] == [s.rows for s in book_sheets(make_report(counted))]
    told, whole = (make_report(counted, audience) for audience in ("public", "internal"))
    assert seats_chapter(told).parts[-2] == seats_chapter(whole).parts[-2]  # the table of seats: totals are the same


def test_publishing_twice_changes_nothing(counted):
    once = public_plan(counted)
    twice = public_plan(once)
    for name, frame in once.tables().items():
        assert frame.astype("str").to_dict("list") == getattr(twice, name).astype("str").to_dict("list"), name


def test_an_audit_of_the_file_finds_nothing_else_than_the_whole_plan_did(counted, public_file):
    told = audit_plan(read_plan(public_file)).findings
    both = told.merge(audit_plan(counted).findings, on=["measure", "stage", "scope"], suffixes=("", "_whole"))
    assert {"pupils", "pupils_over_seats", "fullest_school", "blocks_moved"} <= set(both["measure"])
    assert not {"mean_distance_m", "share_moved", "detached_pieces"} & set(told["measure"])
    assert both["value"].fillna(-1).tolist() == both["value_whole"].fillna(-1).tolist()
    assert "mean_distance_m" in set(public_plan(counted).findings["measure"])  # as the whole plan found it


@pytest.mark.parametrize("asked", [edit_ground, lambda p: stage_ground(p, "primary"), lambda p: dt.compare_plans(p, p)])
def test_what_needs_the_whole_plan_refuses_a_public_one_in_a_sentence(counted, asked):
    with pytest.raises(DataError, match="for the public"):
        asked(public_plan(counted))


def test_a_handful_of_pupils_is_not_told_nor_to_be_reckoned_from_the_rest(counted):
    few = counted.replace(
        demand=counted.demand.assign(pupils=[1.0 if b in ("b03", "b02") else 0.0 if b in ("b12", "b13") else 6.0 for b in counted.demand["block_id"]])
    )
    rows = school_demand(few).query("stage == 'primary'").set_index("school_id")["pupils"]
    assert rows.isna().to_dict() == {"P1": True, "P2": True, "P3": False, "P4": False}  # P1 has 2, P2 24 as the smallest of the others
    content = page_content(few, "public", "zh")
    assert "odds" not in next(z for z in content["zones"]["primary"] if z["id"] == "P-P1")
    assert next(s for s in content["schools"] if s["id"] == "P1")["load"]["primary"][0] is None


def test_ways_on_foot_are_told_to_the_schools_that_the_page_names(counted):
    part, key = "zoning.primary", "distance"
    kept = counted.provenance[~((counted.provenance["part"] == part) & (counted.provenance["key"] == key))]
    walked = counted.replace(provenance=pd.concat([kept, pd.DataFrame({"part": [part], "key": [key], "value": ["walk"]})], ignore_index=True))
    rows = told_distances(walked)
    of = rows[(rows["block_id"] == "b03") & (rows["stage"] == "primary")]
    assert sorted(of["school_id"]) == ["P1", "P3"]  # its school in the plan, which is the nearest, and today's
    assert 0 < len(rows) < len(counted.distances)
    before, after = (page_content(p, a, "zh")["unit"]["stage"]["primary"] for p, a in ((walked, "internal"), (walked, "public")))
    assert [before[k] for k in ("metres", "nearest", "was")] == [after[k] for k in ("metres", "nearest", "was")]


@pytest.fixture(scope="module")
def incubated():
    """Six senior highs in two areas, S0 and S5 at their centres, and a committee that S0 and S5 chair."""
    return add_governance(dt.make_plan(row_city()))


def test_nothing_that_the_public_gets_tells_who_incubates(incubated):
    plan = public_plan(incubated)
    assert set(plan.memberships["role"]) == {"member"}
    assert plan.memberships["school_id"].tolist() == ["S0", "S1", "S2", "S3", "S4", "S5"]
    assert plan.districts["name"].tolist() == ["普通高中孵化片区1", "普通高中孵化片区2"]
    assert [len(getattr(plan, t)) for t in ("charter", "conference", "duties", "inspectors", "mechanisms")] == [0] * 5
    assert len(incubated.charter)
    rows = next(p for p in districts_chapter(make_report(incubated)).parts if hasattr(p, "rows")).rows
    assert [row[1] for row in rows] == ["", ""]
    content = page_content(incubated, "public", "zh")
    assert [d["lead"] for d in content["groupings"][0]["districts"]] == [[], []]
    assert {role for s in content["schools"] for role in s["role"].values()} == {"member"}
    assert "school S5孵化片区" in map_html(incubated)
    assert "school S5孵化片区" not in map_html(incubated, audience="public")


def test_areas_look_the_same_whichever_of_their_schools_is_the_centre(incubated):
    """With S2 at the centre of the first area and S3 of the second the public sees what it saw before."""
    other = incubated.memberships["school_id"].map(lambda s: "lead" if s in ("S2", "S3") else "member")
    swapped = incubated.memberships["district_id"].map({"I01": "I02", "I02": "I01"})  # ids go by the codes of centres
    turned = incubated.replace(
        memberships=incubated.memberships.assign(role=other, district_id=swapped).iloc[::-1].reset_index(drop=True),
        districts=incubated.districts.assign(district_id=["I02", "I01"], name=["school S2孵化片区", "school S3孵化片区"], county_code=["B", "A"])
        .iloc[::-1]
        .reset_index(drop=True),
    )
    seen, again = (public_plan(p) for p in (incubated, turned))
    assert np.array_equal(seen.memberships.to_numpy(), again.memberships.to_numpy())
    assert seen.districts.drop(columns="geometry").to_dict("list") == again.districts.drop(columns="geometry").to_dict("list")
    assert seen.districts.geometry.tolist() == again.districts.geometry.tolist()


def test_a_school_district_still_says_who_leads(grid_plan):
    roles = dict(zip(public_plan(grid_plan).memberships["school_id"], public_plan(grid_plan).memberships["role"], strict=True))
    assert (roles["L"], roles["W"]) == ("lead", "member")
