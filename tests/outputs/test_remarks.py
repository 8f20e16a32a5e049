"""Work that was asked for and came to nothing, and ground that is made otherwise than one may think, are said on the console and in the notes."""

import dataclasses

import geopandas as gpd
import shapely

import districting as dt
from districting.model.settings import Settings
from districting.outputs.map.judgement import findings
from districting.outputs.summary import summary_lines, summary_tree
from tests.planning.conftest import CRS, grid_city  # noqa: F401


def test_pairs_without_a_weak_school_are_explained_in_notes_console_and_summary(grid_city):  # noqa: F811
    stages = grid_city.school_stages.assign(tier=grid_city.school_stages["tier"].replace("weak", "regular"))
    city = dataclasses.replace(grid_city, school_stages=stages, settings=dataclasses.replace(grid_city.settings, grouping=None))
    plan = dt.make_plan(city)
    assert len(plan.links) == 0
    assert plan.notes["problem"].str.contains("没有薄弱校").sum() == 1
    assert any("no junior school is weak" in line for line in summary_lines(plan, "en"))
    made = {d["decision"]: d for d in summary_tree(plan)["decisions"]}
    assert (made["pairing.school.junior"]["pairs"], made["pairing.school.junior"]["ended"]) == (0, "no_weak")


def test_a_finding_of_a_band_says_its_band_and_no_two_rows_of_the_page_have_the_same_words(grid_plan):
    told = findings(grid_plan, "internal")
    bands = set(grid_plan.findings.loc[grid_plan.findings["measure"] == "distance_change", "scope"])
    assert {"band:..-1000", "band:-300..300", "band:1000.."} <= bands
    mine = {lang: {f["words"][lang] for f in told if "距离变化" in f["words"]["zh"]} for lang in ("zh", "en")}
    assert {w.rpartition("：")[2] for w in mine["zh"]} >= {"近1000米以上", "近300米至远300米", "远1000米以上"}
    assert {w.rpartition(": ")[2] for w in mine["en"]} >= {"more than 1000 m nearer", "300 m nearer to 300 m farther", "more than 1000 m farther"}
    assert len(mine["zh"]) == len(mine["en"]) == len(bands)
    labels = [(f["words"]["zh"], f["stage"], f["of_districts"], f["scheme"]) for f in told]
    assert len(set(labels)) == len(labels)


def test_districts_made_of_cells_are_said_to_be_and_have_their_findings_on_the_console(grid_city):  # noqa: F811
    streets = gpd.GeoDataFrame({"name": ["all"]}, geometry=[shapely.box(0, 0, 400, 400)], crs=CRS)
    city = dataclasses.replace(grid_city, blocks=None, admin=streets, settings=Settings(grouping=grid_city.settings.grouping))
    lines = summary_lines(dt.make_plan(city), "en")
    assert any("made of the cells of their schools" in line for line in lines)
    table = [line for line in lines if "too few or too many" in line or "schools covered" in line]
    assert len(table) >= 3


def test_a_table_without_rows_is_not_printed(grid_city):  # noqa: F811
    settings = Settings(pairing=grid_city.settings.pairing)
    lines = summary_lines(dt.make_plan(dataclasses.replace(grid_city, settings=settings)), "en")
    assert not any(line.startswith("measure") for line in lines)
