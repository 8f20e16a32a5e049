"""Baltimore County south-west, as delivered: one command gives connected zones within the 2017 seats; the 2015 seats are refused with the number."""

import json

import geopandas as gpd
import pandas as pd
import pytest

import districting as dt
from scripts.baltimore import write_config
from tests.cli.test_commands import call

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def done(tmp_path_factory, real_data):
    folder = tmp_path_factory.mktemp("bcps")
    config = write_config(folder, real_data / "bcps_sw", "CAP2017", "Old Catonsville ES", "NewCatonsville ES")
    result = call("zone", config, "--stage", "primary", "-o", folder / "out", "--json")
    assert result.exit_code == 0, result.stderr
    return folder, json.loads(result.stdout)


def value(tree, measure):
    return next(f["value"] for f in tree["findings"] if f["measure"] == measure and f["stage"] == "primary")


def test_eleven_connected_zones_nobody_over_the_seats_and_nearer_than_any_official_option(done):
    _, tree = done
    assert tree["counts"]["zones"] == 11
    assert tree["counts"]["blocks"] == 182
    assert value(tree, "pupils") == 5443
    assert value(tree, "pupils_over_seats") == 0
    assert value(tree, "detached_pieces") == 0
    assert value(tree, "mean_distance_m") <= 1085
    # the transportation bound published beside the data is 1,059 m
    assert 1055 <= tree["bound"] / 5443 <= value(tree, "mean_distance_m")


def test_today_stands_beside_the_plan(done):
    _, tree = done
    today = {f["measure"]: f["today"] for f in tree["findings"] if f["stage"] == "primary"}
    assert today["mean_distance_m"] == pytest.approx(1071, abs=25)
    assert value(tree, "pupils_moved") > 0


def test_the_2015_seats_are_188_short(tmp_path, real_data):
    config = write_config(tmp_path, real_data / "bcps_sw", "SRC", "NewCatonsville ES", "Old Catonsville ES")
    result = call("zone", config, "--stage", "primary", "-o", tmp_path / "out", "--json")
    assert result.exit_code == 3
    answer = json.loads(result.stdout)
    assert answer["conflicts"][0]["amount"] == 188
    assert "188 seats short" in answer["conflicts"][0]["problem"]
    assert not (tmp_path / "out").exists()


def test_every_published_option_can_be_compared(done, real_data, tmp_path):
    folder, _ = done
    blocks = gpd.read_file(real_data / "bcps_sw" / "blocks.gpkg", layer="blocks")
    metrics = pd.read_csv(real_data / "bcps_sw" / "option_metrics.csv").set_index("option")
    options = [c for c in metrics.index if c in blocks.columns and c.startswith(("Opt", "NovOpt"))]
    assert len(options) == 22
    names = {"Catonsville ES": "NewCatonsville ES", "Edmondson Heights ES": "Edmonson Heights ES"}
    plan = dt.read_plan(folder / "out" / "plan.gpkg")
    for option in options:
        table = tmp_path / f"{option}.csv"
        pd.DataFrame({"block_id": blocks["PBID"], "school": blocks[option].replace(names)}).to_csv(table, index=False)
        theirs = dt.plan_from_assignment(plan, dict(zip(blocks["PBID"], blocks[option].replace(names), strict=True)), "primary")
        rows = dt.compare_plans(plan, theirs).set_index("measure")
        assert rows.loc["mean_distance_m", "b"] > rows.loc["mean_distance_m", "a"], option
        if metrics.loc[option, "capacity_used"] == "CAP2017":
            assert rows.loc["pupils_over_seats", "b"] == metrics.loc[option, "over_students"], option
    result = call("compare", folder / "out" / "plan.gpkg", tmp_path / "OptA.csv", "-o", tmp_path / "compare.html", "--json")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "compare.html").stat().st_size > 10_000


@pytest.mark.parametrize("option", ["Opt1", "OptA", "OptJ", "NovOpt4"])
def test_an_option_may_be_given_in_the_spelling_the_config_maps(done, real_data, tmp_path, option):
    folder, _ = done
    blocks = gpd.read_file(real_data / "bcps_sw" / "blocks.gpkg", layer="blocks")
    assert {"Catonsville ES", "Edmondson Heights ES"} <= set(blocks[option])
    blocks[["PBID", option]].to_csv(tmp_path / "theirs.csv", index=False)
    result = call("compare", folder / "out" / "plan.gpkg", tmp_path / "theirs.csv", "--json")
    assert result.exit_code == 0, result.stderr
    rows = {r["measure"]: r for r in json.loads(result.stdout)["comparison"]}
    metrics = pd.read_csv(real_data / "bcps_sw" / "option_metrics.csv").set_index("option")
    assert rows["mean_distance_m"]["b"] == pytest.approx(metrics.loc[option, "mean_dist_m"], rel=0.02)
