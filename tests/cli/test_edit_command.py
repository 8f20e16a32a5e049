"""``edit``: who moves, which rules break, what is written and what is refused."""

import json

import pandas as pd
import pytest

import districting as dt
from districting.model.draft_mark import is_draft
from districting.model.plan_key import plan_key
from districting.model.settings import GroupingSettings, Settings, ZoningSettings
from districting.planning.edit_ground import edit_ground
from districting.reading.city import City
from tests.cli.test_commands import call
from tests.planning.conftest import CRS, campus, grid_blocks
from tests.planning.strip_city import QUARTERS, strip_city


@pytest.fixture(scope="module")
def strip(tmp_path_factory):
    """Twelve blocks in a row, four primaries with four seats each; b01, b04, b07, b10 hold the schools."""
    path = tmp_path_factory.mktemp("strip") / "plan.gpkg"
    dt.write_plan(dt.make_plan(strip_city()), path)
    assert dt.read_plan(path).blocks["zone_id_primary"].tolist() == QUARTERS
    return path


@pytest.fixture(scope="module")
def grid_plan_of_districts(tmp_path_factory):
    """The grid of tests/planning with its districts."""
    schools, stages = campus()
    settings = Settings(zoning={"primary": ZoningSettings()}, grouping=GroupingSettings())
    path = tmp_path_factory.mktemp("grid") / "plan.gpkg"
    dt.write_plan(dt.make_plan(City(settings=settings, schools=schools, school_stages=stages, crs=CRS, blocks=grid_blocks())), path)
    return path, dt.read_plan(path)


def table(folder, *rows, name="moves.csv"):
    path = folder / name
    path.write_text("block_id,zone_id\r\n" + "\r\n".join(rows) + "\r\n", encoding="utf-8")
    return path


def moves_json(folder, plan, *moves, **more):
    path = folder / "moves.json"
    path.write_text(json.dumps({"format": "moves-1", "base": {"key": plan_key(dt.read_plan(plan))}, "moves": list(moves), **more}), encoding="utf-8")
    return path


def test_a_lawful_move_is_drawn_checked_audited_and_recorded(strip, tmp_path):
    target = tmp_path / "edited.gpkg"
    given = moves_json(tmp_path, strip, ["primary", "b02", "P-A", "P-B"], note="asked for in the meeting", author="Li")
    result = call("edit", strip, given, "-o", target, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["violations"] == []
    assert told["stages"][0]["moves"] == [{"from": "P-A", "to": "P-B", "blocks": 1, "pupils": 1, "block_ids": ["b02"]}]
    plan, before = dt.read_plan(target), dt.read_plan(strip)
    assert plan.blocks["zone_id_primary"].tolist() == ["P-A"] * 2 + ["P-B"] * 4 + QUARTERS[6:]
    assert plan.zones.set_index("zone_id").geometry["P-B"].area == pytest.approx(40_000)
    assert plan.recorded("edit.1", "note") == "asked for in the meeting"
    assert plan.recorded("edit.1", "author") == "Li"
    assert json.loads(plan.recorded("edit.1", "moves")) == [["primary", "b02", "P-A", "P-B"]]
    assert plan.recorded("zoning.primary", "status") == "feasible"
    assert is_draft(plan)
    bound, objective = (float(plan.recorded("zoning.primary", k)) for k in ("bound", "objective"))
    assert float(before.recorded("zoning.primary", "objective")) == pytest.approx(800)
    assert objective == pytest.approx(900)
    assert bound <= 800 + 1e-6
    assert float(plan.recorded("zoning.primary", "gap")) == pytest.approx((objective - bound) / objective)
    assert len(plan.findings) == len(before.findings)


def test_a_broken_rule_ends_with_3_and_writes_nothing_unless_allowed(strip, tmp_path):
    target = tmp_path / "edited.gpkg"
    given = table(tmp_path, "b00,B", "b02,B")
    result = call("edit", strip, given, "-o", target, "--json")
    assert result.exit_code == 3
    assert not target.exists()
    told = json.loads(result.stdout)
    assert told["status"] == "infeasible"
    assert {(b["rule"], b["zone"], b["amount"]) for b in told["stages"][0]["broken"]} == {
        ("seats", "P-B", 1),
        ("connected", "P-B", 1),
    }
    allowed = call("edit", strip, given, "-o", target, "--allow-broken", "--json")
    assert allowed.exit_code == 0
    assert json.loads(allowed.stdout)["violations"] == ["connected", "seats"]
    plan = dt.read_plan(target)
    rules = plan.rules.set_index("rule")["holds"].astype(bool)
    assert not rules["seats"]
    assert not rules["connected"]
    assert rules["home_block"]
    assert plan.recorded("zoning.primary", "gap") is None
    assert is_draft(plan)


def test_a_dry_run_tells_and_writes_nothing(strip, tmp_path):
    result = call("edit", strip, table(tmp_path, "b02,B"), "-o", tmp_path / "no.gpkg", "--dry-run", lang="zh")
    assert result.exit_code == 0
    assert "P-A → P-B" in result.stdout
    assert not (tmp_path / "no.gpkg").exists()


def test_every_fault_of_a_file_is_named_at_once(strip, tmp_path):
    given = moves_json(
        tmp_path, strip, ["primary", "zz", "P-A", "P-B"], ["primary", "b02", "P-A", "nowhere"], ["college", "b02", "", ""], ["primary", "b03", "P-A", "P-C"]
    )
    result = call("edit", strip, given, "-o", tmp_path / "no.gpkg", "--json")
    assert result.exit_code == 4
    assert [(f["row"], f["column"]) for f in json.loads(result.stdout)["faults"]] == [(1, "block_id"), (2, "zone_id"), (3, "stage"), (4, "from")]


@pytest.mark.parametrize(
    "words",
    ["", "{}", "[" * 100_000, '{"format": "moves-1", "moves": [], "base": 3}', '{"format": "moves-1", "base": {}, "moves": [1, null, ["a"]]}', "a,b,c\n"],
)
def test_a_hostile_file_is_refused_in_words(strip, tmp_path, words):
    path = tmp_path / "moves.json" if words[:1] != "a" else tmp_path / "moves.csv"
    path.write_text(words, encoding="utf-8")
    assert call("edit", strip, path, "-o", tmp_path / "no.gpkg").exit_code == 4


def test_moves_of_another_plan_are_refused(strip, tmp_path):
    edited = tmp_path / "edited.gpkg"
    assert call("edit", strip, table(tmp_path, "b02,B"), "-o", edited).exit_code == 0
    given = moves_json(tmp_path, strip, ["primary", "b03", "P-B", "P-A"])
    result = call("edit", edited, given, "-o", tmp_path / "no.gpkg")
    assert result.exit_code == 4
    assert "another plan" in result.stderr


def test_the_key_is_of_the_plan_and_not_of_its_file(strip, tmp_path):
    plan = dt.read_plan(strip)
    turned = plan.replace(demand=plan.demand.iloc[::-1].reset_index(drop=True), findings=plan.findings.iloc[:0])
    assert plan_key(turned) == plan_key(plan) == plan_key(dt.make_plan(strip_city()))
    assert plan_key(plan.replace(demand=plan.demand.assign(pupils=plan.demand["pupils"] + 1))) != plan_key(plan)


def test_lost_leading_zeros_are_found_again_where_only_one_id_fits(strip):
    plan = dt.read_plan(strip)
    new = {f"b{x:02d}": f"00{x}" for x in range(12)} | {"b11": "0002"}
    named = plan.replace(
        blocks=plan.blocks.assign(block_id=plan.blocks["block_id"].map(new)),
        schools=plan.schools.assign(home_block_id=plan.schools["home_block_id"].map(new)),
        demand=plan.demand.assign(block_id=plan.demand["block_id"].map(new)),
        distances=plan.distances.assign(block_id=plan.distances["block_id"].map(new)),
        edges=plan.edges.assign(block_a=plan.edges["block_a"].map(new), block_b=plan.edges["block_b"].map(new)),
    )
    edited = dt.apply_moves(named, {"3": "A"})
    assert edited.plan.blocks["zone_id_primary"].tolist()[3] == "P-A"
    assert len(edited.warnings) == 1
    with pytest.raises(dt.DataError) as refused:
        dt.apply_moves(named, {"2": "B", "99": "B"})  # 002 or 0002
    assert len(refused.value.faults) == 2


def test_names_stand_for_ids_where_only_one_bears_them(strip, tmp_path):
    plan = dt.read_plan(strip)
    told = plan.replace(
        blocks=plan.blocks.assign(name=["光明里", *["同名里"] * 2, *plan.blocks["name"][3:]]),
        schools=plan.schools.assign(name=["一小", "二小", "三小", "三小"]),
    )
    assert dt.apply_moves(told, {"光明里": "二小 "}).plan.blocks["zone_id_primary"].tolist()[0] == "P-B"
    path = tmp_path / "named.gpkg"
    dt.write_plan(told, path)
    result = call("edit", path, table(tmp_path, "同名里,二小", "b00,三小", "b00,四小"), "-o", tmp_path / "no.gpkg", "--json", lang="en")
    assert result.exit_code == 4
    faults = json.loads(result.stdout)["faults"]
    assert [(f["row"], f["column"]) for f in faults] == [(2, "block_id"), (3, "zone_id"), (4, "zone_id")]
    assert "b01" in faults[0]["problem"]
    assert "b02" in faults[0]["problem"]
    assert "C, D" in faults[1]["problem"]


def test_links_and_today_stay_as_they_are(strip):
    plan = dt.read_plan(strip)
    edited = dt.apply_moves(plan, {"b02": "B"}).plan
    for name in ("links", "today", "seat_prices", "memberships"):
        pd.testing.assert_frame_equal(getattr(edited, name), getattr(plan, name))


def test_schools_of_a_file_move_with_their_ground_and_outlines_follow_schools_and_blocks(grid_plan_of_districts, tmp_path):
    path, plan = grid_plan_of_districts
    grouping = edit_ground(plan).grouping("alliance")
    stage = edit_ground(plan).stage("primary")
    school = plan.schools["school_id"].tolist().index("P1")
    unit = int(grouping.unit_of_school[school])
    old = grouping.district_ids[grouping.base[unit]]
    new = next(d for d in grouping.district_ids if d != old)
    given = moves_json(tmp_path, path, schools=[["alliance", "P1", old, new]], note="n")
    result = call("edit", path, given, "-o", tmp_path / "e.gpkg", "--allow-broken", "--json")
    assert result.exit_code == 0, result.stderr
    edited = dt.read_plan(tmp_path / "e.gpkg")
    members = edited.memberships[edited.memberships["scheme"] == "alliance"].set_index("school_id")["district_id"]
    assert members["P1"] == new
    area = plan.zones.set_index("zone_id").geometry[stage.zone_ids[unit]].area
    was, now = (p.districts.set_index("district_id").geometry.area for p in (plan, edited))
    assert now[new] == pytest.approx(was[new] + area)
    assert edited.recorded("grouping.alliance", "ended") == "edited"
    assert ["alliance", "P1", old, new] in json.loads(edited.recorded("edit.1", "schools"))


def test_faults_of_schools_are_all_named(grid_plan_of_districts, tmp_path):
    path, _ = grid_plan_of_districts
    given = moves_json(tmp_path, path, schools=[["nothing", "P1", "", ""], ["alliance", "zz", "", "D01"], ["alliance", "P1", "D99", "D01"]])
    result = call("edit", path, given, "-o", tmp_path / "e.gpkg", "--json")
    assert result.exit_code == 4
    assert [(f["row"], f["column"]) for f in json.loads(result.stdout)["faults"]] == [(1, "schools"), (2, "schools"), (3, "schools")]
