"""The plan file holds the whole plan, reads back equal, is the same bytes every time, and refuses what is no plan."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import LineString, MultiPolygon, Point, box

from districting.errors import DataError, DistrictingError
from districting.model.plan import LAYERS, PLAN_TABLES, Plan
from districting.outputs import geopackage
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.plan_columns import kind_of, typed

CRS = "EPSG:4546"


def small_plan() -> Plan:
    """Three blocks in a row, two schools; the middle block goes with the left one.

    ::

        +----+----+----+
        | a  | b  | c  |      zones: {a, b} of 实验小学, {c} of 河东小学
        +----+----+----+
    """
    a, b, c = box(0, 0, 100, 100), box(100, 0, 200, 100), box(200, 0, 300, 100)
    return Plan(
        "示范市",
        2026,
        "zh",
        CRS,
        blocks=gpd.GeoDataFrame(
            {"block_id": ["001", "002", "003"], "name": ["东里", "西里", ""], "county_code": "110101", "zone_id_primary": ["z1", "z1", "z2"]},
            geometry=[a, b, c],
            crs=CRS,
        ),
        zones=gpd.GeoDataFrame({"zone_id": ["z1", "z2"], "stage": "primary"}, geometry=[box(0, 0, 200, 100), c], crs=CRS),
        districts=gpd.GeoDataFrame(
            {"district_id": ["d1"], "scheme": "alliance", "level": 1, "parent_id": "", "name": "第一学区", "county_code": "110101"},
            geometry=[MultiPolygon([a, c])],
            crs=CRS,
        ),
        schools=gpd.GeoDataFrame(
            {"school_id": ["s1", "s2", "s3"], "name": ["实验小学", "河东小学", "无址小学"], "county_code": "110101", "ownership": "public"},
            geometry=[Point(50, 50), Point(250, 50), None],
            crs=CRS,
        ),
        backdrop=gpd.GeoDataFrame(
            {"kind": ["outline", "road"], "name": ["", "人民路"]}, geometry=[box(0, 0, 300, 100), LineString([(0, 0), (300, 0)])], crs=CRS
        ),
        zone_schools=pd.DataFrame({"zone_id": ["z1", "z2"], "stage": "primary", "school_id": ["s1", "s2"]}),
        memberships=pd.DataFrame({"scheme": "alliance", "district_id": "d1", "school_id": ["s1", "s2"], "stage": "primary", "role": ["lead", "weak"]}),
        links=gpd.GeoDataFrame(
            {
                **{column: [None] for column in PLAN_TABLES["links"][:-1]},
                "kind": ["school"],
                "stage": ["primary"],
                "from_id": ["s1"],
                "to_id": ["s2"],
                "channel": ["=1+1"],
                "term": [3],
                "term_from": [2026],
                "term_to": [2028],
                "distance_m": [200.0],
                "remote": [False],
                "pinned": [True],
            },
            geometry=[LineString([(50, 50), (250, 50)])],
            crs=CRS,
        ),
        findings=pd.DataFrame(
            {
                "measure": ["mean_distance_m", "cv.books"],
                "stage": "primary",
                "scope": ["all", "schools"],
                "value": [50.5, 0.5153],
                "today": [np.nan, 0.6],
                "unit": ["m", "cv"],
                "threshold": [np.nan, 0.5],
                "verdict": ["", "breach"],
                "source": ["", "教督〔2012〕3号"],
            }
        ),
        edges=pd.DataFrame({"block_a": ["001", "002"], "block_b": ["002", "003"], "shared_m": [100.0, 100.0], "cut": [False, True]}),
        demand=pd.DataFrame({"block_id": ["001", "002", "003"], "stage": "primary", "year": 2026, "pupils": [3.0, 2.5, 0.1 + 0.2]}),
        provenance=pd.DataFrame({"part": ["run"], "key": ["seed"], "value": ["0"]}),
    )


def assert_same_plan(left: Plan, right: Plan) -> None:
    assert (left.name, left.year, left.language, left.crs) == (right.name, right.year, right.language, right.crs)
    for name in PLAN_TABLES:
        one, other = typed(name, getattr(left, name)), typed(name, getattr(right, name))
        assert_frame_equal(one, other, check_exact=True, obj=name)
        if name in LAYERS:
            shapes = (
                gpd.GeoSeries(np.asarray(getattr(left, name)["geometry"].array, dtype=object)),
                gpd.GeoSeries(np.asarray(getattr(right, name)["geometry"].array, dtype=object)),
            )
            assert shapes[0].to_wkt().tolist() == shapes[1].to_wkt().tolist(), name


def test_a_plan_reads_back_equal_from_its_file_alone(tmp_path: Path) -> None:
    write_plan(small_plan(), tmp_path / "plan.gpkg")
    (tmp_path / "plan.gpkg").rename(tmp_path / "moved.gpkg")
    back = read_plan(tmp_path / "moved.gpkg")
    assert_same_plan(small_plan(), back)
    assert back.zoned_stages == ("primary",)
    assert back.blocks["block_id"].tolist() == ["001", "002", "003"]
    assert all(str(getattr(back, layer).crs) == CRS for layer in LAYERS)


def test_columns_come_back_as_what_they_hold(tmp_path: Path) -> None:
    write_plan(small_plan(), tmp_path / "plan.gpkg")
    back = read_plan(tmp_path / "plan.gpkg")
    kinds = {"text": "str", "int": "int64", "float": "float64", "bool": "bool"}
    for name, frame in back.tables().items():
        for column in frame.columns:
            if column != "geometry":
                assert str(frame[column].dtype) == kinds[kind_of(name, column)], (name, column)


def test_what_is_missing_stays_missing(tmp_path: Path) -> None:
    write_plan(small_plan(), tmp_path / "plan.gpkg")
    back = read_plan(tmp_path / "plan.gpkg")
    assert back.schools.geometry.isna().tolist() == [False, False, True]
    assert back.links["score_gap"].isna().all()
    assert back.links["runner_up_id"].isna().all()
    assert back.blocks["name"].tolist() == ["东里", "西里", ""]


def test_a_plan_with_nothing_in_it_survives(tmp_path: Path) -> None:
    write_plan(Plan("空", 2026, "zh", CRS), tmp_path / "plan.gpkg")
    back = read_plan(tmp_path / "plan.gpkg")
    assert all(len(frame) == 0 for frame in back.tables().values())
    assert_same_plan(Plan("空", 2026, "zh", CRS), back)
    assert isinstance(back.zones, gpd.GeoDataFrame)


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    write_plan(small_plan(), tmp_path / "a.gpkg")
    write_plan(small_plan(), tmp_path / "b.gpkg")
    write_plan(read_plan(tmp_path / "a.gpkg"), tmp_path / "c.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "c.gpkg").read_bytes()


def test_many_blocks_give_the_same_bytes_too(tmp_path: Path) -> None:
    """Enough of them that the spatial index has more than one level; read back and written again nothing moves."""
    column, row = np.divmod(np.arange(1600), 40)
    ids = [f"b{i:04d}" for i in range(1600)]
    blocks = gpd.GeoDataFrame(
        {"block_id": ids, "name": "", "county_code": "", "zone_id_primary": np.where(column < 20, "west", "east")},
        geometry=list(shapely.box(column, row, column + 1, row + 1)),
        crs=CRS,
    )
    plan = small_plan().replace(blocks=blocks)
    for name in ("a", "b"):
        write_plan(plan, tmp_path / f"{name}.gpkg")
    write_plan(read_plan(tmp_path / "a.gpkg"), tmp_path / "c.gpkg")
    assert len({(tmp_path / f"{name}.gpkg").read_bytes() for name in "abc"}) == 1


def test_a_district_without_territory_and_two_stages_are_kept_and_styled(tmp_path: Path) -> None:
    plan = small_plan()
    districts = pd.concat([plan.districts, plan.districts.assign(district_id="d2", name="第二学区", geometry=None)], ignore_index=True)
    blocks = plan.blocks.assign(zone_id_junior=["j1", "j1", None])
    write_plan(plan.replace(districts=districts, blocks=blocks), tmp_path / "plan.gpkg")
    back = read_plan(tmp_path / "plan.gpkg")
    assert back.districts.geometry.isna().tolist() == [False, True]
    assert back.zoned_stages == ("primary", "junior")
    assert back.blocks["zone_id_junior"].isna().tolist() == [False, False, True]
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        names = [name for (name,) in base.execute("SELECT styleName FROM layer_styles WHERE f_table_name = 'zones'")]
    assert names == ["小学招生片区", "初中招生片区"]


def test_a_layer_in_another_coordinate_system_is_refused(tmp_path: Path) -> None:
    plan = small_plan()
    with pytest.raises(DataError) as caught:
        write_plan(plan.replace(schools=plan.schools.to_crs("EPSG:4490")), tmp_path / "plan.gpkg")
    assert "EPSG:4490" in caught.value.say("en")
    assert not list(tmp_path.iterdir())


def test_a_row_more_gives_other_bytes(tmp_path: Path) -> None:
    plan = small_plan()
    write_plan(plan, tmp_path / "a.gpkg")
    write_plan(plan.replace(edges=plan.edges.iloc[:1]), tmp_path / "b.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() != (tmp_path / "b.gpkg").read_bytes()


def test_it_is_a_geopackage_1_2_with_every_table_registered(tmp_path: Path) -> None:
    write_plan(small_plan(), tmp_path / "plan.gpkg")
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        assert base.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"GPKG", "big")
        assert base.execute("PRAGMA user_version").fetchone()[0] == 10200
        assert base.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        kinds = dict(base.execute("SELECT table_name, data_type FROM gpkg_contents"))
        days = {day for (day,) in base.execute("SELECT last_change FROM gpkg_contents")}
    assert {n for n, kind in kinds.items() if kind == "features"} == set(LAYERS)
    assert set(kinds) == {*PLAN_TABLES, "plan", "layer_styles"}
    assert days == {"2026-01-01T00:00:00.000Z"}


def test_tables_without_shapes_are_as_gdal_would_have_made_them(tmp_path: Path) -> None:
    """The same statement, the same registration, the same count and the same triggers, which keep the count when another program adds a row."""
    write_plan(small_plan(), tmp_path / "plan.gpkg")
    frames = geopackage.plan_frames(small_plan())
    for name in ("edges", "findings", "notes"):
        pyogrio.write_dataframe(frames[name], tmp_path / "gdal.gpkg", driver="GPKG", layer=name, append=name != "edges")
    seen = []
    for file in ("plan.gpkg", "gdal.gpkg"):
        with closing(sqlite3.connect(tmp_path / file)) as base:
            base.execute("INSERT INTO edges (block_a, block_b) VALUES ('x', 'y')")
            made = {n: sql for n, sql in base.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name IN ('edges', 'findings', 'notes')")}
            listed = base.execute(
                "SELECT table_name, data_type, identifier, description, min_x, srs_id, feature_count FROM gpkg_contents JOIN gpkg_ogr_contents USING (table_name)"
                " WHERE table_name IN ('edges', 'findings', 'notes')"
            ).fetchall()
            seen.append((made, sorted(listed), [base.execute(f"SELECT * FROM {n}").fetchall() for n in ("edges", "findings", "notes")]))
    assert seen[0] == seen[1]
    assert seen[0][1][0][-1] == len(frames["edges"]) + 1


def test_a_column_of_another_kind_is_kept_too(tmp_path: Path) -> None:
    days = pd.to_datetime(["2026-09-01", "2026-09-02"]).as_unit("ms")
    write_plan(small_plan().replace(edges=small_plan().edges.assign(day=days, note=["", None])), tmp_path / "plan.gpkg")
    back = read_plan(tmp_path / "plan.gpkg").edges
    assert back["day"].tolist() == list(days)
    assert back["note"].isna().tolist() == [False, True]
    assert back["cut"].tolist() == [False, True]


def test_a_word_among_numbers_is_refused_with_its_column(tmp_path: Path) -> None:
    write_plan(small_plan(), tmp_path / "plan.gpkg")
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        base.execute("UPDATE demand SET pupils = 'many' WHERE fid = 2")
        base.commit()
    with pytest.raises(DataError) as caught:
        read_plan(tmp_path / "plan.gpkg")
    assert [(f.file, f.column) for f in caught.value.faults] == [("plan.gpkg", "pupils")]


def test_other_programs_see_layers_with_their_coordinate_system(tmp_path: Path) -> None:
    write_plan(small_plan(), tmp_path / "plan.gpkg")
    for layer, kind in (("blocks", "MultiPolygon"), ("schools", "Point")):
        about = pyogrio.read_info(tmp_path / "plan.gpkg", layer=layer)
        assert (about["crs"], about["geometry_type"]) == (CRS, kind)
    assert pyogrio.read_info(tmp_path / "plan.gpkg", layer="edges")["geometry_type"] is None


def test_qgis_finds_a_style_for_zones_districts_and_schools_with_chinese_labels(tmp_path: Path) -> None:
    write_plan(small_plan(), tmp_path / "plan.gpkg")
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        rows = base.execute("SELECT f_table_name, styleName, styleQML, useAsDefault, f_geometry_column FROM layer_styles").fetchall()
    style = {layer: (name, ET.fromstring(qml.split("\n", 1)[1])) for layer, name, qml, default, _ in rows if default}
    assert {column for *_, column in rows} == {"geometry"}
    assert style["zones"][0] == "小学招生片区"
    zones = style["zones"][1].find("renderer-v2")
    assert zones is not None
    assert (zones.get("type"), zones.get("attr")) == ("categorizedSymbol", "zone_id")
    assert [(c.get("value"), c.get("label")) for c in zones.iter("category")] == [("z1", "实验小学"), ("z2", "河东小学")]
    assert len({c.get("v") for c in zones.iter("prop") if c.get("k") == "color"}) == 2, "zones that touch differ in colour"
    assert [c.get("label") for c in style["districts"][1].iter("category")] == ["第一学区"]
    assert [c.get("label") for c in style["schools"][1].iter("category")] == ["牵头学校", "成员学校", "薄弱校", "其他"]


def test_a_failed_write_leaves_the_old_plan_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "plan.gpkg"
    write_plan(small_plan(), target)
    before = target.read_bytes()

    def break_down(*_: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(geopackage, "write_styles", break_down)
    with pytest.raises(RuntimeError, match="disk on fire"):
        write_plan(small_plan().replace(name="别的"), target)
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["plan.gpkg"]


def test_a_plan_that_lacks_a_column_is_not_written(tmp_path: Path) -> None:
    plan = small_plan()
    with pytest.raises(DataError) as caught:
        write_plan(plan.replace(edges=plan.edges.drop(columns="cut"), demand=plan.demand.assign(pupils="many")), tmp_path / "plan.gpkg")
    assert {f.column for f in caught.value.faults} <= {"cut", "pupils"}
    assert not list(tmp_path.iterdir())


def _text_file(path: Path) -> None:
    path.write_text("block_id,zone_id\n1,2\n", encoding="utf-8")


def _other_geopackage(path: Path) -> None:
    small_plan().blocks.to_file(path, layer="blocks")


def _cut_short(path: Path) -> None:
    write_plan(small_plan(), path)
    path.write_bytes(path.read_bytes()[:9000])


def _newer_format(path: Path) -> None:
    write_plan(small_plan(), path)
    with closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE plan SET value = '99' WHERE key = 'format_version'")
        base.commit()


def _table_dropped(path: Path) -> None:
    write_plan(small_plan(), path)
    with closing(sqlite3.connect(path)) as base:
        base.execute("DROP TABLE edges")
        base.execute("DELETE FROM gpkg_contents WHERE table_name = 'edges'")
        base.commit()


def _column_dropped(path: Path) -> None:
    write_plan(small_plan(), path)
    with closing(sqlite3.connect(path)) as base:
        base.execute("ALTER TABLE edges DROP COLUMN cut")
        base.commit()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda path: None, "there is no plan file"),
        (_text_file, "not a GeoPackage"),
        (_other_geopackage, "not a plan"),
        (_cut_short, "not a GeoPackage, or it is damaged"),
        (_newer_format, "format version '99'"),
        (_table_dropped, "lacks the table 'edges'"),
        (_column_dropped, "the table 'edges' of the plan file lacks this column"),
    ],
)
def test_what_is_no_plan_is_refused_with_its_place_and_a_remedy(spoil: Callable[[Path], None], sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    spoil(path)
    with pytest.raises(DataError) as caught:
        read_plan(path)
    assert caught.value.exit_code == 4
    assert all(fault.file == "plan.gpkg" for fault in caught.value.faults)
    assert sentence in caught.value.say("en")
    assert "Remedy" in caught.value.say("en")
    assert "处理办法" in caught.value.say("zh")


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DistrictingError) as caught:
        write_plan(small_plan(), tmp_path / "file" / "plan.gpkg")
    assert "cannot write" in caught.value.say("en")


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


@settings(max_examples=8, deadline=None)
@given(names=st.lists(words, max_size=4), numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=4))
def test_any_text_and_any_number_come_back_as_they_were(names: list[str], numbers: list[float], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("plan") / "plan.gpkg"
    plan = Plan(
        "名",
        2026,
        "en",
        CRS,
        provenance=pd.DataFrame({"part": names, "key": names, "value": names}, dtype="str"),
        seat_prices=pd.DataFrame({"school_id": [str(i) for i in range(len(numbers))], "stage": "primary", "price_m": numbers}),
    )
    write_plan(plan, path)
    back = read_plan(path)
    assert back.provenance["value"].tolist() == names
    assert back.seat_prices["price_m"].tolist() == numbers
