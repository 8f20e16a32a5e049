"""The sample city is what its README says: made by the script byte for byte, feasible by construction, imperfect on purpose."""

import dataclasses
import re
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from python_calamine import CalamineWorkbook

import districting as dt
from districting.model.settings import ZoningSettings
from districting.planning.block_graph import block_graph
from districting.planning.zoning_build import build_stage
from scripts.make_sample_city import SEED
from scripts.sample_city.city import make_city, write_city
from scripts.sample_city.coordinates import gcj02_to_bd09, to_gcj02
from scripts.sample_city.counties import COUNTIES, PROVINCE
from scripts.sample_city.zones import grow

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
STAGES = ("preschool", "primary", "junior", "senior")
DETAILED = "619921"


@pytest.fixture(scope="module")
def made():
    return make_city(SEED)


@pytest.fixture(scope="module")
def city():
    return dt.read_city(SAMPLE / "config.toml")


@pytest.fixture(scope="module")
def graph(city):
    return block_graph(city)


@pytest.fixture(scope="module")
def stages(city):
    """School-stages with the county, owner and boarding of their school."""
    return city.school_stages.merge(pd.DataFrame(city.schools.drop(columns="geometry")), on="school_id")


def zoned(stages, stage):
    return stages[(stages["stage"] == stage) & (stages["ownership"] == "public") & ~stages["boarding"]]


def test_the_script_makes_the_files_byte_for_byte_and_they_are_small(made, tmp_path):
    write_city(made, tmp_path)
    here = {p.name: p.read_bytes() for p in SAMPLE.iterdir() if not p.name.startswith(".")}
    assert {p.name for p in tmp_path.iterdir()} == set(here)
    assert [n for n, content in here.items() if (tmp_path / n).read_bytes() != content] == []
    assert sum(len(c) for c in here.values()) < 3_000_000


def test_another_seed_makes_another_city(made, tmp_path):
    other = make_city(SEED + 1)
    assert len(other.land.shapes) == len(made.land.shapes)
    assert not np.array_equal(other.people.entrants["primary"], made.people.entrants["primary"])


def test_the_check_finds_only_what_can_be_repaired(city):
    assert city.notes
    assert {n.severity for n in city.notes} == {"warning"}
    assert len(city.unplaced) == 0


# ---- what a bureau's files look like ----


def test_the_workbook_has_a_title_a_two_line_header_totals_and_full_width_digits():
    rows = CalamineWorkbook.from_path(str(SAMPLE / "schools.xlsx")).get_sheet_by_name("学校").to_python()
    assert "情况表" in rows[0][0]
    assert not any(rows[0][1:])
    group = rows[1].index("小学")
    assert rows[2][group : group + 5] == ["学位数", "招生计划", "班数", "在校生数", "专任教师数"]
    assert rows[-1][0] == "合计"
    full_width = [c for r in rows for c in r if isinstance(c, str) and re.fullmatch("[０-９]+", c)]
    assert len(full_width) == 4
    assert sum(len(c) == 10 for c in full_width) == 1


def test_the_street_file_is_gbk_without_cpg_and_in_metres():
    assert not (SAMPLE / "streets.cpg").exists()
    streets = gpd.read_file(SAMPLE / "streets.shp", encoding="gbk")
    assert streets.crs.to_epsg() == 4545
    assert streets["名称"].str.contains("街道|镇|乡").all()
    assert streets["乡镇代码"].str.fullmatch(r"\d{9}").all()
    assert streets["乡镇代码"].is_unique
    with pytest.raises(UnicodeDecodeError):
        (SAMPLE / "streets.dbf").read_bytes().decode("utf-8")


def test_the_social_resources_are_gb18030_and_hold_a_university():
    raw = (SAMPLE / "social_resources.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    table = pd.read_csv(SAMPLE / "social_resources.csv", encoding="gb18030", dtype={"县级代码": str})
    assert (table["类别"] == "高等学校").sum() == 1
    assert set(table["县级代码"]) == {c.code for c in COUNTIES}


def test_web_map_coordinates_follow_the_public_series():
    """Vectors of the public code."""
    beijing = np.array([[116.404, 39.915]])
    assert to_gcj02(beijing)[0] == pytest.approx([116.41024449916938, 39.91640428150164], abs=1e-9)
    assert gcj02_to_bd09(beijing)[0] == pytest.approx([116.41036949371029, 39.92133699351021], abs=1e-9)


# ---- ground ----


def test_blocks_fit_together_but_for_one_ring_that_touches_itself_and_one_block_of_two_parts():
    blocks = gpd.read_file(SAMPLE / "blocks.geojson")
    assert (~blocks.is_valid).sum() == 1
    assert (blocks.geom_type == "MultiPolygon").sum() == 1
    sound = shapely.make_valid(blocks.geometry.array)
    assert set(shapely.get_type_id(sound)) <= {3, 6}
    assert shapely.coverage_is_valid(sound)
    streets = gpd.read_file(SAMPLE / "counties.geojson")
    assert shapely.union_all(streets.geometry.array).equals(shapely.union_all(sound))


def test_every_county_hangs_together_although_the_river_cuts_borders(city, graph):
    assert graph.cut.any()
    county = city.blocks["county_code"].to_numpy()
    for code in {c.code for c in COUNTIES}:
        net = nx.Graph()
        net.add_nodes_from(np.flatnonzero(county == code))
        net.add_edges_from(e for e in graph.open_edges.tolist() if county[e[0]] == code == county[e[1]])
        assert nx.is_connected(net), code


def test_the_town_has_four_bridges_and_without_them_its_banks_are_apart(city, graph):
    roads = gpd.read_file(SAMPLE / "roads.geojson")
    river = gpd.read_file(SAMPLE / "barriers.geojson").geometry.iloc[0]
    assert river.geom_type == "LineString"
    town = gpd.read_file(SAMPLE / "counties.geojson").set_index("县级代码").geometry[DETAILED]
    bridges = roads[roads["类型"] == "桥梁"]
    assert bridges.crosses(river).all()
    assert bridges.intersects(town).sum() == 4
    crossing = shapely.get_parts(shapely.intersection(roads.geometry.array, river))
    crossing = crossing[~shapely.is_empty(crossing)]
    assert shapely.distance(crossing, shapely.union_all(bridges.geometry.array)).max() < 1e-6
    banks = block_graph(dataclasses.replace(city, roads=None))
    inside = (city.blocks["county_code"] == DETAILED).to_numpy()
    net = nx.Graph(e for e in banks.open_edges.tolist() if inside[e].all())
    assert nx.number_connected_components(net) == 2


def test_the_size_of_the_city(city, stages):
    counts = city.blocks["county_code"].value_counts()
    assert 1450 <= counts[DETAILED] <= 1550
    assert counts.drop(DETAILED).between(25, 45).all()
    town = stages[stages["county_code"] == DETAILED]
    assert len(zoned(town, "primary")) == 40
    assert len(zoned(town, "junior")) == 14
    for code in counts.drop(DETAILED).index:
        here = stages[stages["county_code"] == code]
        assert 5 <= len(zoned(here, "primary")) <= 9
        assert 2 <= len(zoned(here, "junior")) <= 4
    assert 10 <= (city.admin["county_code"] == DETAILED).sum() <= 12


# ---- schools ----


def test_school_ids_say_type_and_province_and_are_unique(city, stages):
    ids = city.schools["school_id"]
    assert ids.is_unique
    assert ids.str.fullmatch(rf"(11|21|31|34){PROVINCE}\d{{6}}").all()
    assert city.schools["name"].is_unique
    first = stages.groupby("school_id")["stage"].first()
    digits = {"preschool": "11", "primary": "21", "junior": "31", "senior": "34"}
    single = stages[~stages["school_id"].duplicated(keep=False)]
    assert (single["stage"].map(digits) == single["school_id"].str[:2]).all()
    assert len(first) == len(ids)


def test_region_codes_begin_with_the_codes_above_them(city):
    blocks = gpd.read_file(SAMPLE / "blocks.geojson")
    assert blocks["行政代码12位"].str.fullmatch(r"\d{12}").all()
    assert (blocks["行政代码12位"].str[:9] == blocks["乡镇街道代码"]).all()
    assert (blocks["乡镇街道代码"].str[:6] == blocks["县级代码"]).all()
    assert blocks["地块编号"].is_unique
    assert blocks["小区/村组"].is_unique
    assert set(blocks["城乡分类"]) <= {"111", "112", "121", "122", "210", "220"}


def test_every_school_stands_inside_a_block_of_its_county_that_no_school_of_its_stage_shares(city, stages):
    blocks = city.blocks.geometry.array
    at = shapely.STRtree(blocks).query(city.schools.geometry.array, predicate="within")
    assert sorted(at[0]) == list(range(len(city.schools)))
    home = pd.Series(at[1], index=city.schools["school_id"].to_numpy()[at[0]])
    county = city.blocks["county_code"].to_numpy()[home[city.schools["school_id"]]]
    assert (county == city.schools["county_code"].to_numpy()).all()
    rows = stages.assign(home=stages["school_id"].map(home))
    assert not rows.duplicated(["stage", "home"]).any()


def test_there_are_nine_year_complete_private_boarding_schools_and_teaching_points(stages):
    several = stages.groupby("school_id")["stage"].agg(lambda s: tuple(sorted(s)))
    assert several.value_counts()[("junior", "primary")] == 2
    assert several.value_counts()[("junior", "senior")] == 1
    campus = stages.drop_duplicates("school_id")
    assert (campus["ownership"] == "private").sum() >= 3
    assert campus["boarding"].sum() >= 3
    points = stages[stages["name"].str.endswith("教学点")]
    assert len(points) >= 5
    assert points["plan"].max() < 0.7 * zoned(stages, "primary")["plan"].median()


def test_the_stages_of_a_school_add_up_to_its_common_columns(stages):
    header = CalamineWorkbook.from_path(str(SAMPLE / "schools.xlsx")).get_sheet_by_name("学校").to_python()
    rows = [r for r in header[3:-1] if "、" in r[3]]
    names = [b or a for a, b in zip(header[1], header[2], strict=True)]
    for kind in ("学位数", "招生计划", "班数", "在校生数", "专任教师数"):
        columns = [i for i, name in enumerate(names) if name == kind]
        for row in rows:
            whole = [row[i] for i in columns if header[1][i] == kind]
            parts = [row[i] for i in columns if header[1][i] != kind and row[i] != ""]
            assert len(parts) == 2
            assert whole == [sum(parts)]
    assert stages["teachers"].notna().all()


def test_the_teachers_are_as_many_as_each_school_says_and_nobody_is_named(city, stages):
    assert (SAMPLE / "teachers.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    counted = city.teachers.groupby(["school_id", "stage"]).size()
    wanted = stages.set_index(["school_id", "stage"])["teachers"]
    assert (counted.reindex(wanted.index).fillna(0) == wanted).all()
    assert set(counted.index) <= set(wanted.index)
    assert city.teachers["teacher_id"].is_unique
    assert city.teachers["teacher_id"].str.fullmatch("T[0-9a-f]{11}").all()
    whole = city.teachers.groupby("school_id")
    once = stages.drop_duplicates("school_id").set_index("school_id")
    assert (whole["backbone"].sum() == once["backbone_teachers"].reindex(list(whole.groups))).mean() > 0.9
    assert (city.teachers["years_here"] <= city.teachers["years_teaching"]).all()


def test_the_shares_name_six_layers_and_schools_by_their_names(city):
    raw = (SAMPLE / "shares.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert len(set(city.shares["layer"])) == 6
    assert set(city.shares["from_id"]) | set(city.shares["to_id"]) <= set(city.schools["school_id"])


def test_later_forms_find_enough_leads(stages):
    lead = stages[stages["tier"] == "lead"]
    assert (lead["stage"] == "preschool").sum() >= 12
    assert (lead["stage"] == "senior").sum() >= 7
    roles = gpd.read_file(SAMPLE / "counties.geojson")["帮扶角色"].value_counts()
    assert roles.to_dict() == {"支援": 4, "受援": 4}


def test_strong_schools_score_higher_yet_every_school_has_something_to_give(city, stages):
    """Tiers are ordered by score; but most weak schools are above the mean of their stage in some resource, so that differences can be shared."""
    for _, rows in stages.groupby("stage"):
        worst = rows.groupby("tier")["score"].min()
        best = rows.groupby("tier")["score"].max()
        assert worst["lead"] > best["regular"]
        assert "weak" not in worst or worst["regular"] > best["weak"]
    kinds = ["teachers", "backbone_teachers", "teaching_area_m2", "sports_area_m2", "equipment_yuan", "multimedia_rooms", "computers", "books"]
    rows = stages[stages["stage"].isin(["primary", "junior"])]
    each = rows[kinds].div(rows["pupils"], axis=0)
    mean = each.groupby(rows["stage"]).transform("mean")
    weak = rows["tier"] == "weak"
    assert (each > mean)[weak].any(axis=1).mean() > 0.9
    assert (each < mean)[rows["tier"] == "lead"].any(axis=1).mean() > 0.8


# ---- places ----


@pytest.mark.parametrize("stage", STAGES)
def test_every_county_has_a_few_more_places_than_children(city, stages, stage):
    taking = zoned(stages, stage).groupby("county_code")
    children = city.blocks.groupby("county_code")[[f"entrants_{stage}", f"pupils_{stage}"]].sum()
    assert (taking["plan"].sum() / children[f"entrants_{stage}"]).between(1.05, 1.08).all()
    assert (taking["seats"].sum() >= 1.02 * children[f"pupils_{stage}"]).all()


def test_schools_are_of_a_sensible_size(stages):
    town = stages[stages["county_code"] == DETAILED]
    assert zoned(town, "primary")["plan"].quantile([0.1, 0.9]).between(70, 290).all()
    assert zoned(town, "junior")["plan"].quantile([0.1, 0.9]).between(180, 600).all()
    assert (stages["pupils"] / stages["classes"]).max() <= 66


@pytest.mark.parametrize("demand", ["intake", "roll"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_plan_that_keeps_every_rule_exists(made, city, graph, stage, demand):
    """The zones the places were made from, judged on the files as the package reads them, by the independent checker."""
    zoning = {stage: ZoningSettings(demand=demand)}
    problem = build_stage(dataclasses.replace(city, settings=dataclasses.replace(city.settings, zoning=zoning)), graph, stage)
    campus_id = np.array([c.school_id for c in made.campuses])
    wanted = pd.Series(campus_id[made.offers.hidden[stage]], index=made.towns.block_id)[city.blocks["block_id"]].to_numpy()
    zone_of_school = {s: z for s, z in zip(problem.offers.taken["school_id"], problem.zone_of_offer, strict=True)}
    zone = np.array([zone_of_school[s] for s in wanted])
    for _, blocks, zones, part in problem.parts:
        local = np.searchsorted(zones, zone[blocks])
        assert (zones[local] == zone[blocks]).all()
        assert dt.check_zoning(part, local) == []


def test_alliance_districts_exist_in_every_county(made, city, graph, stages):
    """Zones of the hidden plan can be put together so that every district has a lead junior, one or two weak ones, and hangs together."""
    hidden = made.offers.hidden["primary"]
    rng = np.random.default_rng(0)
    near = nx.Graph()
    near.add_nodes_from(np.unique(hidden).tolist())
    place = {b: i for i, b in enumerate(made.towns.block_id)}
    row = np.array([place[b] for b in city.blocks["block_id"]])
    county = made.land.county
    for a, b in row[graph.open_edges].tolist():
        if county[a] == county[b]:
            near.add_edge(int(hidden[a]), int(hidden[b]))
    for position, _ in enumerate(COUNTIES):
        juniors = [c for c in made.campuses if c.county == position and "junior" in c.stages and not c.private]
        zones = sorted({int(z) for z in hidden[county == position]})
        local = {z: i for i, z in enumerate(zones)}
        arcs = [[(local[o], 1.0) for o in near[z]] for z in zones]
        unit = {t: [local[int(hidden[c.block])] for c in juniors if c.tier == t] for t in ("lead", "weak")}
        assert _grouped(arcs, unit["lead"], unit["weak"], rng), COUNTIES[position].name


def _grouped(arcs, lead, weak, rng):
    """Grow districts from some of the leads, with handicaps, until each holds one or two weak juniors."""
    for _ in range(4000):
        count = int(rng.integers(1, len(lead) + 1))
        homes = np.unique(rng.choice(lead, count, replace=False))
        label = grow(arcs, homes, rng.uniform(0, 2.5, len(homes)))
        held = np.bincount(label[weak], minlength=len(homes))
        if (label >= 0).all() and ((held >= 1) & (held <= 2)).all():
            return True
    return False


# ---- today ----


def test_today_some_schools_are_too_full_some_ways_are_long_and_a_few_zones_lie_apart(city, graph, stages):
    blocks = city.blocks.set_index("block_id")
    position = {b: i for i, b in enumerate(city.blocks["block_id"])}
    town = blocks["county_code"] == DETAILED
    for stage, apart in (("primary", 2), ("junior", 1)):
        today = city.today[city.today["stage"] == stage].set_index("block_id")["school_id"]
        assert set(today.index) == set(blocks.index)
        load = blocks[f"entrants_{stage}"].groupby(today).sum()
        plan = zoned(stages, stage).set_index("school_id")["plan"]
        full = load / plan.reindex(load.index)
        assert (full > 1.15).sum() >= 3
        assert full.max() < 1.8
        school = city.schools.set_index("school_id").geometry
        metres = blocks.geometry.centroid.distance(gpd.GeoSeries(school[today.reindex(blocks.index)].to_numpy(), index=blocks.index, crs=city.crs))
        assert metres[town].max() > 1500  # three service radii of a primary
        net = nx.Graph(graph.edges.tolist())
        pieces = [nx.number_connected_components(net.subgraph([position[b] for b in rows.index])) for school_id, rows in today[town[town].index].groupby(today)]
        assert sum(p > 1 for p in pieces) >= apart


def test_todays_rolls_agree_with_the_children_of_the_blocks(city, stages):
    """Within a fifth in every county, as the reading room asks."""
    for stage in STAGES:
        roll = zoned(stages, stage).groupby("county_code")["pupils"].sum()
        children = city.blocks.groupby("county_code")[f"pupils_{stage}"].sum()
        assert (roll / children).between(0.8, 1.2).all()


def test_one_school_goes_by_another_name_and_the_config_says_which(city):
    raw = gpd.read_file(SAMPLE / "blocks.geojson")
    (other, proper), *rest = city.settings.inputs["schools"][0].aliases.items()
    assert not rest
    assert (raw["现小学"] == other).any()
    assert not (raw["现小学"] == proper).any()
    code = city.schools.set_index("name")["school_id"][proper]
    today = city.today[city.today["stage"] == "primary"]
    assert (today["school_id"] == code).sum() == (raw["现小学"] == other).sum()


def test_what_the_share_commands_ask_for_is_there(city):
    own = set(city.schools["school_id"])
    for table in (city.posts, city.training_demand, city.research_topics, city.upgrades):
        assert len(table) > 20
        assert set(table["school_id"]) <= own
    teachers = city.teachers.set_index("teacher_id")
    couples = teachers["partner_id"][teachers["partner_id"] != ""]
    assert len(couples) == 80
    assert all(couples[other] == one for one, other in couples.items())
    assert 0 < (teachers["exemptions"] != "").mean() < 0.05
