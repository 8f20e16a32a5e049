"""``scenario`` and ``run --base`` from the command line: exit codes, numbers, files, the sample city."""

import json

import pytest

import districting as dt
from districting.outputs.geopackage import read_plan, write_plan
from tests.cli.test_commands import call
from tests.planning.strip_city import QUARTERS, strip_city


@pytest.fixture(scope="module")
def strip(tmp_path_factory):
    path = tmp_path_factory.mktemp("strip") / "plan.gpkg"
    write_plan(dt.make_plan(strip_city()), path)
    return path


def test_a_scenario_writes_a_plan_and_tells_moves_price_and_gap(strip, tmp_path):
    target = tmp_path / "what_if.gpkg"
    result = call("scenario", strip, "--estate", "b00=2", "-o", target, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["pupils_moved"] == 1
    assert told["zones_changed"] == 2
    assert 0 <= told["gap"] < 1e-6
    assert told["price_pupil_km"] <= told["price_at_most_pupil_km"] + 1e-9
    assert told["violations"] == []
    plan = read_plan(target)
    assert plan.blocks["zone_id_primary"].tolist() == ["P-A"] * 2 + ["P-B"] * 4 + QUARTERS[6:]
    assert len(plan.recorded("base", "sha256")) == 64
    assert len(plan.findings)
    assert call("audit", target).exit_code == 0


def test_the_same_scenario_gives_the_same_bytes(strip, tmp_path):
    for name in ("a.gpkg", "b.gpkg"):
        assert call("scenario", strip, "--open", "新校,2,b06", "--close", "C", "-o", tmp_path / name).exit_code in (0, 3)
        assert call("scenario", strip, "--open", "新校,4,b08", "--close", "C", "-o", tmp_path / name, "--overwrite").exit_code == 0
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_where_the_neighbours_have_no_room_the_exit_code_is_3_with_numbers_and_nothing_is_written(strip, tmp_path):
    target = tmp_path / "none.gpkg"
    result = call("scenario", strip, "--close", "C", "-o", target, "--json")
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    assert told["status"] == "infeasible"
    assert told["conflicts"][0]["amount"] == 1
    assert told["relaxations"]
    assert not target.exists()


@pytest.mark.parametrize(
    "words", [(), ("--open", "N,2"), ("--open", "N,two,b06"), ("--estate", "b00"), ("--estate", "b00=many"), ("--close", "C", "--touch", "far")]
)
def test_what_cannot_be_read_is_a_usage_error(strip, tmp_path, words):
    assert call("scenario", strip, *words, "-o", tmp_path / "x.gpkg").exit_code == 2


def test_unknown_names_are_faults_and_an_existing_file_is_not_overwritten(strip, tmp_path):
    target = tmp_path / "x.gpkg"
    assert call("scenario", strip, "--close", "Z", "-o", target).exit_code == 4
    target.write_text("mine")
    assert call("scenario", strip, "--estate", "b00=1", "-o", target).exit_code == 2
    assert target.read_text() == "mine"
    assert call("scenario", strip, "--estate", "b00=1", "-o", tmp_path / "dry.gpkg", "--dry-run").exit_code == 0
    assert not (tmp_path / "dry.gpkg").exists()


def test_the_yearly_update_of_the_sample_city_stays_near_the_plan_and_says_what_that_costs(demo):
    base = demo / "out" / "plan.gpkg"
    before = read_plan(base)
    block, school = before.blocks["block_id"].iloc[0], before.zone_schools[before.zone_schools["stage"] == "primary"]["school_id"].iloc[5]
    (demo / "exceptions.csv").write_text(f"地块编号,学段,学校,原因,有效期至\n{block},小学,{school},法院裁定,2027\n", encoding="utf-8")
    config = (demo / "config.toml").read_text(encoding="utf-8").replace("year = 2026", "year = 2027")
    config = config.replace('barriers = "barriers.geojson"', 'exceptions = "exceptions.csv"\nbarriers = "barriers.geojson"', 1)
    (demo / "next.toml").write_text(config, encoding="utf-8")
    result = call("run", demo / "next.toml", "--base", base, "-o", demo / "2027", "--steps", "60000")
    assert result.exit_code == 0, result.stderr
    assert "last year's plan" in result.stdout or "上年方案" in result.stdout
    after = read_plan(demo / "2027" / "plan.gpkg")
    for stage in ("primary", "junior"):
        moved, free = (float(after.recorded(f"yearly.{stage}", key)) for key in ("pupils_moved", "pupils_moved_free"))
        pupils = after.demand.loc[after.demand["stage"] == stage, "pupils"].sum()
        assert moved <= 0.1 * pupils
        assert moved <= free + 1e-9 or moved == pytest.approx(free, rel=0.2)
        assert float(after.recorded(f"yearly.{stage}", "price_pupil_km")) >= 0
    zone = after.blocks.set_index("block_id")["zone_id_primary"][block]
    assert after.zone_schools.set_index("zone_id")["school_id"][zone] == school
    assert after.exceptions["block_id"].tolist() == [block]
    assert after.recorded("base", "file") == "plan.gpkg"


def test_a_scenario_on_the_sample_city_touches_neighbours_only(demo, tmp_path):
    base = read_plan(demo / "out" / "plan.gpkg")
    block = base.blocks["block_id"].iloc[700]
    result = call("scenario", demo / "out" / "plan.gpkg", "--stage", "primary", "--open", f"新城小学,60,{block}", "-o", tmp_path / "new.gpkg", "--json")
    assert result.exit_code in (0, 3), result.stderr
    if result.exit_code == 3:
        assert json.loads(result.stdout)["conflicts"]
        return
    after = read_plan(tmp_path / "new.gpkg")
    old, new = (p.blocks.set_index("block_id")["zone_id_primary"] for p in (base, after))
    edges = base.edges[~base.edges["cut"]]
    pairs = {frozenset(x) for x in zip(edges["block_a"].map(old), edges["block_b"].map(old), strict=True)}
    host = old[block]
    beside = {z for pair in pairs if host in pair for z in pair} | {host}
    for zone in set(old) - beside:
        assert set(old.index[old == zone]) == set(new.index[new == zone])


def test_alternatives_are_plans_of_their_own_and_the_answer_says_how_many_there_are(demo, tmp_path):
    folder = tmp_path / "alternatives"
    result = call("alternatives", demo / "out" / "plan.gpkg", "--stage", "junior", "--within", "0.1", "-o", folder, "--json", "--steps", "60000")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["ended"] in ("found", "none_exists", "none_found")
    assert len(told["outputs"]) == len(told["alternatives"]) >= 1
    rows = told["alternatives"]
    assert all(r["cost_over_best"] <= 0.1 + 1e-9 for r in rows)
    assert all(r["moved_from_best"] >= 0.05 - 1e-9 for r in rows[1:])
    for row, path in zip(rows, told["outputs"], strict=True):
        plan = read_plan(path)
        zone = plan.findings.set_index(["measure", "stage"])["value"]
        assert zone["pupils_over_seats", "junior"] == 0
        pupils = zone["pupils", "junior"]
        assert zone["mean_distance_m", "junior"] * pupils / 1000 == pytest.approx(row["distance_pupil_km"], rel=1e-6)


def test_the_tradeoff_is_a_curve_with_gaps(demo, tmp_path):
    target = tmp_path / "curve.csv"
    result = call("tradeoff", demo / "out" / "plan.gpkg", "--stage", "junior", "--points", "3", "-o", target, "--json", "--steps", "60000")
    assert result.exit_code == 0, result.stderr
    points = json.loads(result.stdout)["points"]
    moved, metres = [p["pupils_moved"] for p in points], [p["distance_pupil_m"] for p in points]
    assert metres == sorted(metres)
    assert moved == sorted(moved, reverse=True)
    assert moved[-1] > 0  # counted from today, whose zones are over the seats: somebody must move
    assert all(0 <= p["gap"] < 1 for p in points)
    assert target.read_text().splitlines()[0].startswith("mean_distance_m,distance_pupil_m,pupils_moved")


def test_the_ensemble_places_today_and_the_plan(demo, strip):
    result = call("ensemble", demo / "out" / "plan.gpkg", "--stage", "junior", "--size", "16", "--between", "50", "--json", "--steps", "60000")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    places = {(p["plan"], p["measure"]): p for p in told["places"]}
    assert places["plan", "mean_distance_m"]["lawful"]
    assert 0 <= places["plan", "mean_distance_m"]["share_below"] <= 1
    assert ("today", "pupils_moved") in places
    assert len(told["acceptance"]) == 4
    shown = call("ensemble", strip, "--size", "16", "--between", "5", "--steps", "2000", lang="zh")
    assert "平均距离" in shown.stdout
