"""One mark for every estimate: what the config calls one and what was brought from a population layer are said alike, to the planner and to the public."""

import geopandas as gpd
import pytest
import shapely

from districting.auditing import compare_plans
from districting.model.estimate_mark import estimated_columns
from districting.model.settings import InputSpec
from districting.outputs.estimate_words import estimate_sentence
from districting.outputs.map.compare_content import compare_content
from districting.outputs.map.content import page_content
from districting.outputs.public import public_plan
from districting.outputs.report.facts import make_report
from districting.outputs.report.notice import draft_mark
from districting.outputs.summary import summary_lines, summary_tree
from districting.planning.rows import provenance_rows, stack
from districting.planning.start import start_plan
from districting.reading.read_city import read_city
from tests.reading.small_city import blocks_frame, city_in, with_input


@pytest.fixture
def guessed(grid_plan):
    rows = provenance_rows("estimated", {"schools.seats": "config", "blocks.entrants_primary": "area secret.parquet 100+0"})
    return grid_plan.replace(provenance=stack(grid_plan.provenance, rows))


def test_columns_of_the_config_and_of_a_population_layer_bear_one_mark(tmp_path):
    settings = city_in(tmp_path, blocks=blocks_frame().drop(columns="小学适龄儿童数"), estimated=("plan",))
    area = shapely.box(116.3, 39.9, 116.318, 39.918)
    gpd.GeoDataFrame({"小学新生数": [100]}, geometry=[area], crs="EPSG:4326").to_parquet(tmp_path / "people.parquet")
    city = read_city(with_input(settings, population=InputSpec("people.parquet")))
    assert city.estimates[["table", "column", "method"]].to_numpy().tolist() == [["schools", "plan", "config"], ["blocks", "entrants_primary", "area"]]
    plan = start_plan(city)
    assert estimated_columns(plan) == ["schools.plan", "blocks.entrants_primary"]
    assert plan.recorded("estimated", "schools.plan") == "config"
    assert plan.recorded("estimated", "blocks.entrants_primary") == "area people.parquet 100+0"
    assert estimate_sentence(plan, "zh") == "学生数、学位数为估算，并非统计数据"


def test_the_panel_of_the_map_says_it_to_everybody(guessed, grid_plan):
    for audience in ("internal", "public"):
        content = page_content(guessed, audience, "zh")
        assert content["estimated"]["zh"] == "学生数、学位数为估算，并非统计数据"
        assert content["estimated"]["en"] == "Pupils and seats are estimates, not counts"
        assert "估算" in content["title"]
        assert "estimated" not in page_content(grid_plan, audience, "zh")


def test_summary_and_report_say_it_and_the_public_learns_no_file(guessed):
    told = public_plan(guessed)
    for plan in (guessed, told):
        assert summary_tree(plan)["estimated"] == ["schools.seats", "blocks.entrants_primary"]
        assert any("schools.seats" in line for line in summary_lines(plan, "en"))
        marks = [p.text for p in draft_mark(make_report(plan, "public", "en"))]
        assert "ESTIMATED: pupils and seats are no counts; for a first look only" in marks
    assert not told.provenance["value"].str.contains("secret").any()


def test_plans_side_by_side_say_which_of_them_rest_on_estimates(guessed, grid_plan):
    content = compare_content((grid_plan, guessed.replace(name="初步方案")), [compare_plans(grid_plan, guessed)], "zh")
    assert [r["zh"] for r in content["remarks"]] == ["初步方案：学生数、学位数为估算，并非统计数据"]
