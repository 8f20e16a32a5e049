"""The whole job on the sample city, from the command line, and what its files say."""

import hashlib
import json
import shutil
import tomllib

import pandas as pd
import pytest

import districting as dt
from districting.outputs.summary_balance import BALANCE
from tests.cli.conftest import STEPS
from tests.cli.test_commands import call


@pytest.fixture(scope="module")
def done(demo):
    return json.loads((demo / "out.json").read_text(encoding="utf-8"))


def test_the_sample_city_passes_the_check_with_notes(demo):
    result = call("check", demo / "config.toml", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["notes"]


def test_run_reports_status_objective_bound_gap_and_its_files(done):
    assert done["status"] in ("optimal", "feasible")
    assert done["violations"] == []
    assert 0 < done["bound"] <= done["objective"]
    assert done["gap"] == pytest.approx((done["objective"] - done["bound"]) / done["objective"], abs=1e-9)  # both are shown to ten digits
    assert {p.rsplit("/", 1)[-1] for p in done["outputs"]} == {
        "plan.gpkg",
        "zones.csv",
        "districts.csv",
        "links.csv",
        "findings.csv",
        "governance.xlsx",
        "links.xlsx",
        "balance.xlsx",
        "map.html",
        "summary.json",
    }


def test_every_block_has_a_zone_and_no_school_is_over_its_seats(demo, done):
    plan = dt.read_plan(demo / "out" / "plan.gpkg")
    for stage in ("primary", "junior"):
        demand = plan.demand[plan.demand["stage"] == stage].set_index("block_id")["pupils"]
        zone = plan.blocks.set_index("block_id")[f"zone_id_{stage}"]
        assert (zone != "").all()
        school = plan.zone_schools[plan.zone_schools["stage"] == stage].set_index("zone_id")["school_id"]
        load = demand.groupby(zone.map(school).reindex(demand.index)).sum()
        seats = plan.seats[plan.seats["stage"] == stage].set_index("school_id")["seats"]
        assert (load <= seats.reindex(load.index) + 1e-9).all()


def test_every_district_has_a_lead_one_or_two_weak_juniors_and_a_primary(demo, done):
    plan = dt.read_plan(demo / "out" / "plan.gpkg")
    alliance = plan.memberships[plan.memberships["scheme"] == "alliance"]
    members = alliance.merge(plan.school_stages, on=["school_id", "stage"])
    junior = members[members["stage"] == "junior"].groupby("district_id")["tier"].value_counts().unstack(fill_value=0)
    assert (junior["lead"] >= 1).all()
    assert junior["weak"].between(1, 2).all()
    assert set(plan.districts.loc[plan.districts["scheme"] == "alliance", "district_id"]) == set(members.loc[members["stage"] == "primary", "district_id"])
    assert not members.duplicated(["school_id", "stage"]).any()


def test_every_audit_rule_of_the_plan_passes(done):
    lines = [f for f in done["findings"] if f["threshold"] is not None and f["measure"].partition(".")[0] not in BALANCE | {"risk", "cv_shared"}]
    # the schools of the sample are not equal, and a line of risk is no rule
    assert lines
    assert {f["verdict"] for f in lines} == {"pass"}


def test_every_school_is_covered_but_the_private_ones_that_the_settings_leave_out_and_they_are_named(done):
    covered = next(f for f in done["findings"] if f["measure"] == "share_covered")
    uncovered = [r for r in done["left_out"] if r["decision"] == "grouping.alliance"]
    assert (covered["threshold"], covered["verdict"], len(uncovered)) == (1.0, "pass", 4)
    assert {r["reason"] for r in uncovered} == {"private"}
    assert all(r["name"] for r in uncovered)


def test_on_the_sample_city_every_reason_is_backed_by_a_cause(demo, done):
    """One block of each reason that is not the nearest; every stage is told where none is named, and moves are honest."""
    path = demo / "out" / "plan.gpkg"
    plan = dt.read_plan(path)
    assert set(plan.reasons["reason"]) <= {"nearest", "seats", "connected", "county", "nobody", "home_block", "open"}
    assert (plan.reasons["reason"] == "nearest").mean() > 0.5
    cause_of = {"seats": {"seats"}, "connected": {"connected", "barrier"}, "county": {"within_county"}}
    for reason, causes in cause_of.items():
        rows = plan.reasons[plan.reasons["reason"] == reason]
        for row in rows.iloc[len(rows) // 2 :].head(1).itertuples():
            result = call("explain", path, "--block", row.block_id, "--stage", row.stage, "--json", "--steps", "50000")
            assert result.exit_code == 0, result.stderr
            (one,) = json.loads(result.stdout)["stages"]
            assert one["reason"] == reason
            assert causes & {c["rule"] for c in one["causes"]}
            moved = one["if_moved"]
            if moved is None:
                assert one["target"]["zone_id"] == one["assigned"]["zone_id"]
            elif moved["found"]:
                low, high = moved["least_change_pupil_km"]
                assert low <= high == pytest.approx(moved["change_pupil_km"])
                assert row.block_id in moved["shifts"][0]["block_ids"]
            else:
                assert moved["why"]
    both = json.loads(call("explain", path, "--block", plan.blocks["block_id"].iloc[0], "--json", "--steps", "20000").stdout)
    assert [one["stage"] for one in both["stages"]] == ["primary", "junior"]


def test_the_same_seed_gives_the_same_bytes(demo, done):
    again = call("run", demo / "config.toml", "-o", demo / "again", "--json", *STEPS)
    assert again.exit_code == 0
    for name in ("zones.csv", "districts.csv", "links.csv", "findings.csv", "summary.json", "map.html", "plan.gpkg"):
        one, two = ((demo / folder / name).read_bytes() for folder in ("out", "again"))
        assert hashlib.sha256(one).hexdigest() == hashlib.sha256(two).hexdigest(), name


def test_existing_outputs_are_not_replaced_unasked(demo, done):
    before = (demo / "out" / "plan.gpkg").read_bytes()
    assert call("zone", demo / "config.toml", "--stage", "primary", "-o", demo / "out").exit_code == 2
    assert (demo / "out" / "plan.gpkg").read_bytes() == before


def test_zone_group_and_pair_alone(demo):
    zone = json.loads(call("zone", demo / "config.toml", "--stage", "junior", "-o", demo / "z", "--json", "--gap", "0.02", *STEPS).stdout)
    assert zone["counts"]["zones"] > 0
    assert zone["counts"]["districts"] == zone["counts"]["pairs"] == 0
    pair = json.loads(call("pair", demo / "config.toml", "--form", "school", "-o", demo / "p", "--json").stdout)
    assert pair["counts"]["pairs"] > 0
    assert pair["counts"]["zones"] == 0
    group = json.loads(call("group", demo / "config.toml", "--form", "alliance", "-o", demo / "g", "--json", "--gap", "0.02").stdout)
    assert group["counts"]["districts"] > 0
    assert group["counts"]["pairs"] == 0


def test_audit_export_map_and_compare_take_the_plan_alone(demo, done, tmp_path):
    plan = shutil.copy(demo / "out" / "plan.gpkg", tmp_path / "plan.gpkg")
    findings = json.loads(call("audit", plan, "--json").stdout)["findings"]
    assert {"measure", "stage", "scope", "value", "today", "threshold", "verdict", "source"} <= set(findings[0])
    assert call("export", plan, tmp_path / "a.csv", "--as", "ID,ZONE", "--stage", "primary").exit_code == 0
    table = pd.read_csv(tmp_path / "a.csv", dtype=str)
    assert list(table.columns) == ["ID", "ZONE"]
    assert len(table) == done["counts"]["blocks"]
    assert call("map", plan, "-o", tmp_path / "m.html", "--audience", "public").exit_code == 0
    same = json.loads(call("compare", plan, plan, "--json").stdout)["comparison"]
    assert all(not row["difference"] for row in same)
    back = json.loads(call("compare", plan, tmp_path / "a.csv", "--stage", "primary", "-o", tmp_path / "c.html", "--json").stdout)["comparison"]
    assert next(r for r in back if r["measure"] == "pupils_differing" and r["stage"] == "primary")["b"] == 0


def test_seats_that_are_short_are_exit_3_with_the_number_and_the_old_outputs_stand(demo, done):
    before = {p.name: p.read_bytes() for p in (demo / "out").iterdir()}
    config = (demo / "config.toml").read_text(encoding="utf-8")
    (demo / "short.toml").write_text(config + "\n", encoding="utf-8")
    import geopandas as gpd

    blocks_path = next(p for p in demo.iterdir() if p.stem == "blocks" and p.suffix in (".gpkg", ".geojson", ".shp", ".parquet"))
    blocks = gpd.read_file(blocks_path) if blocks_path.suffix != ".parquet" else gpd.read_parquet(blocks_path)
    column = next(c for c in blocks.columns if c in ("小学一年级适龄儿童数", "小学适龄儿童数", "entrants_primary"))
    blocks[column] = blocks[column].astype(int) * 2
    blocks.to_file(demo / "doubled.geojson", driver="GeoJSON")
    tree = config.replace(f'"{blocks_path.name}"', '"doubled.geojson"')
    (demo / "short.toml").write_text(tree, encoding="utf-8")
    result = call("run", demo / "short.toml", "-o", demo / "out", "--overwrite", "--json")
    assert result.exit_code == 3, result.stderr
    answer = json.loads(result.stdout)
    assert answer["status"] == "infeasible"
    assert answer["conflicts"]
    assert answer["relaxations"]
    assert all(c["amount"] > 0 for c in answer["conflicts"])
    assert {p.name: p.read_bytes() for p in (demo / "out").iterdir()} == before


@pytest.mark.parametrize(("rules", "stage", "method"), [("forecast.toml", "primary", "births"), ("forecast_junior.toml", "junior", "graduates")])
def test_the_sample_forecasts_run_as_shipped_on_the_plan_of_the_run(demo, done, rules, stage, method):
    """The rules name the plan where ``run`` writes it; children of blocks are those of schools, and some warnings need a rule only."""
    config = tomllib.loads((demo / "config.toml").read_text(encoding="utf-8"))
    given = tomllib.loads((demo / rules).read_text(encoding="utf-8"))
    assert given["plan"] == f"{config['output']['folder']}/plan.gpkg"
    (demo / given["plan"]).parent.mkdir(exist_ok=True)
    shutil.copy(demo / "out" / "plan.gpkg", demo / given["plan"])
    told = call("enrol", "forecast", demo / rules, "-o", demo / f"{stage}_out", "--json")
    assert told.exit_code == 0, told.stderr
    tree = json.loads(told.stdout)
    assert (tree["stage"], tree["method"], tree["children_without_zone"]) == (stage, method, [0] * 6)
    schools = pd.read_csv(demo / f"{stage}_out" / "forecast_schools.csv")
    assert schools.groupby("year")["demand_mid"].sum().tolist() == pytest.approx(tree["children"]["mid"], abs=1.0)
    assert tree["warnings"][0]["remedies"] or tree["warnings"][0]["level"] in ("none", "unknown")
    if stage == "primary":
        assert 0 < tree["blocks_unknown"][1] < 100
        assert any(r["kind"] == "rule" for w in tree["warnings"] for r in w["remedies"])
