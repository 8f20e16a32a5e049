"""PostGIS as a source and as a place for results, on a real server: what goes in comes out, and nothing is replaced, shown or run that should not be."""

import dataclasses
import json
import os
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import districting
from districting.errors import DataError, DependencyError, OutputError
from districting.model.settings import InputSpec
from districting.outputs.database import write_tables
from districting.outputs.geopackage import plan_frames, write_plan
from districting.reading.database import database_address
from districting.reading.database_table import read_table
from districting.reading.read_city import check_city
from tests.cli.test_commands import call
from tests.reading.small_city import blocks_frame, city_in, schools_table

pytestmark = pytest.mark.postgis
PASSWORD = "op3n/sesame"


def layer():
    frame = pd.DataFrame(
        {
            "编号": ["0012", "3", None],
            "学位; DROP TABLE": [120, 0, 845],
            "得分": [1.5, np.nan, -2.0],
            "寄宿": [True, False, True],
            "说明": ['a\t"b"\n\\N', "%(x)s {y} :z", ""],
        }
    )
    return gpd.GeoDataFrame(frame, geometry=[shapely.Point(1, 2), None, shapely.box(0, 0, 1, 1)], crs="EPSG:4546")


def rows_of(base, query):
    with base[1]() as connection:
        return connection.execute(query).fetchall()


def write(base, place, tables, **how):
    return write_tables(database_address(base[0](place), needs_table=False), tables, **how)


def test_what_is_written_comes_back_the_same_with_chinese_names_and_its_crs(base):
    assert write(base, "一区", {"图层": layer()}) == [base[0]("一区.图层")]
    back = read_table(InputSpec(path=base[0]("一区.图层")))
    # in the order of the first column: "0012", "3", and last what is missing
    assert back.frame["编号"].tolist()[:2] == ["0012", "3"]
    assert pd.isna(back.frame["编号"].iloc[2])
    assert list(back.frame.columns) == list(layer().columns[:-1])
    assert back.frame["学位; DROP TABLE"].tolist() == [120, 0, 845]
    assert back.frame["寄宿"].tolist() == [True, False, True]
    assert back.frame["说明"].tolist() == layer()["说明"].tolist()
    assert np.isnan(back.frame["得分"].iloc[1])
    assert back.geometry[0] == shapely.Point(1, 2)
    assert back.geometry[1] is None
    assert back.geometry[2].equals(shapely.box(0, 0, 1, 1))
    assert back.crs == "EPSG:4546"
    assert back.row.tolist() == [1, 2, 3]


def test_a_city_in_a_database_is_the_city_of_the_files_whatever_the_order_of_the_rows(base, tmp_path):
    files = city_in(tmp_path)
    schools, blocks = schools_table().astype({"招生计划": int}), blocks_frame()
    write(base, "town", {"schools": schools, "blocks": blocks})
    inputs = {"schools": (InputSpec(path=base[0]("town.schools"), datum="wgs84"),), "blocks": (InputSpec(path=base[0]("town.blocks")),)}
    settings = dataclasses.replace(files, inputs=inputs)
    ours, notes = check_city(settings)
    theirs, _ = check_city(files)
    assert not [n for n in notes if n.severity == "error"]
    order = np.argsort(ours.blocks["block_id"].to_numpy()), np.argsort(theirs.blocks["block_id"].to_numpy())
    pd.testing.assert_frame_equal(
        pd.DataFrame(ours.blocks.drop(columns="geometry")).iloc[order[0]].reset_index(drop=True),
        pd.DataFrame(theirs.blocks.drop(columns="geometry")).iloc[order[1]].reset_index(drop=True),
        check_dtype=False,
    )
    pd.testing.assert_frame_equal(ours.school_stages, theirs.school_stages, check_dtype=False)
    write(base, "town", {"schools": schools[::-1], "blocks": blocks[::-1]}, overwrite=True)
    again, _ = check_city(settings)
    assert again.hashes == ours.hashes
    assert len(set(ours.hashes.values())) == 2
    pd.testing.assert_frame_equal(pd.DataFrame(again.blocks), pd.DataFrame(ours.blocks))
    with base[1]() as connection:
        connection.execute('UPDATE town.blocks SET "小学适龄儿童数" = 11 WHERE "地块编号" = \'b00\'')
    assert check_city(settings)[0].hashes["blocks"] != ours.hashes["blocks"]


def test_tables_that_are_there_are_replaced_only_when_asked_and_only_together(base):
    first, second = pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})
    write(base, "kept", {"one": first, "two": first})
    with pytest.raises(OutputError) as refused:
        write(base, "kept", {"one": second, "new": second})
    assert refused.value.exit_code == 2
    assert "kept.one" in refused.value.say("zh")
    assert "kept.new" not in refused.value.say("en")
    assert rows_of(base, "SELECT a FROM kept.one") == [(1,)]
    assert rows_of(base, "SELECT to_regclass('kept.new')") == [(None,)]
    many = {f"t{i}": first for i in range(9)}
    write(base, "kept", many)
    with pytest.raises(OutputError) as refused:
        write(base, "kept", many)
    assert refused.value.say("en").count("postgresql://") == 1
    assert "9 of these tables" in refused.value.say("en")
    write(base, "kept", {"one": second}, overwrite=True)
    assert rows_of(base, "SELECT a FROM kept.one") == [(2,)]


def test_a_write_that_fails_half_way_leaves_everything_as_it_was(base):
    write(base, "whole", {"a": pd.DataFrame({"n": [1]}), "b": pd.DataFrame({"n": [1]})})
    with base[1]() as connection:
        connection.execute("CREATE VIEW whole.of_b AS SELECT n FROM whole.b")
    before = rows_of(base, "SELECT relname FROM pg_class WHERE relnamespace = 'whole'::regnamespace ORDER BY 1")
    with pytest.raises(OutputError) as refused:
        write(base, "whole", {"a": pd.DataFrame({"n": [2]}), "b": pd.DataFrame({"n": [2]})}, overwrite=True)
    assert "depend" in refused.value.say("zh")
    with pytest.raises(OutputError):
        write(base, "whole", {"of_b": pd.DataFrame({"n": [2]})}, overwrite=True)
    nowhere = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.Point(0, 0)], crs="+proj=tmerc +lon_0=111.1 +ellps=GRS80 +units=m")
    with pytest.raises(OutputError):
        write(base, "whole", {"c": pd.DataFrame({"n": [2]}), "d": nowhere})
    assert rows_of(base, "SELECT n FROM whole.a") == rows_of(base, "SELECT n FROM whole.b") == [(1,)]
    assert rows_of(base, "SELECT relname FROM pg_class WHERE relnamespace = 'whole'::regnamespace ORDER BY 1") == before


def test_a_writer_that_is_killed_leaves_the_old_table(base):
    write(base, "killed", {"t": pd.DataFrame({"n": [1]})})
    child = os.fork()
    if child == 0:  # dies with its table half copied, without a word to the server
        try:

            class Deadly:
                def __str__(self):
                    os.kill(os.getpid(), 9)

            write(base, "killed", {"t": pd.DataFrame({"n": pd.Series([*["2"] * 5000, Deadly()], dtype=object)})}, overwrite=True)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9
    assert rows_of(base, "SELECT n FROM killed.t") == [(1,)]
    assert rows_of(base, "SELECT count(*) FROM pg_class WHERE relnamespace = 'killed'::regnamespace AND relkind = 'r'") == [(1,)]


@pytest.mark.parametrize(
    "name",
    ["s; DROP TABLE safe.t", 's"; DROP TABLE safe.t; --', "t' OR '1'='1", "t--", "t)", "t/*x*/", "1t", "", "x" * 64, "pg_sleep(9)", "t\x00", "a.b", "%s", "{}"],
)
def test_sql_in_a_table_name_is_a_fault_and_is_never_run(base, name):
    if not rows_of(base, "SELECT to_regclass('safe.t')")[0][0]:
        write(base, "safe", {"t": pd.DataFrame({"n": [1]})})
    for place in (f"safe.{name}", f"{name}.t"):
        with pytest.raises(DataError) as refused:
            read_table(InputSpec(path=base[0](place)))
        assert refused.value.exit_code == 4
        assert len(refused.value.say("en").splitlines()) == 1
    assert rows_of(base, "SELECT n FROM safe.t") == [(1,)]


def test_a_table_that_is_not_there_and_two_columns_of_shapes_are_faults_that_name_the_choice(base):
    write(base, "here", {"schools": pd.DataFrame({"n": [1]})})
    with pytest.raises(DataError, match=r"here\.schools"):
        read_table(InputSpec(path=base[0]("here.school")))
    with base[1]() as connection:
        connection.execute("CREATE TABLE here.two AS SELECT 1 AS id, ST_Point(1, 2, 4326) AS gate, ST_Point(3, 4, 4326)::geography AS yard")
    with pytest.raises(DataError, match="gate, yard"):
        read_table(InputSpec(path=base[0]("here.two")))
    assert read_table(InputSpec(path=base[0]("here.two"), layer="yard")).geometry[0] == shapely.Point(3, 4)


def test_no_server_no_rights_no_postgis_and_no_driver_are_exit_5_in_words_without_the_password(base, tmp_path, monkeypatch):
    url = base[0]("town.schools", user=f"guarded:{PASSWORD.replace('/', '%2F')}wrong")
    bad = [
        url,
        url.replace("5433", "5999"),
        base[0]("public.t", database="postgres"),
        base[0]("public.t", database="nowhere"),
        "postgresql://u@127.0.0.1:9/d/a.b",
    ]
    for path in bad:
        with pytest.raises(DependencyError) as refused:
            read_table(InputSpec(path=path))
        for lang in ("zh", "en"):
            assert "sesame" not in refused.value.say(lang)
            assert len(refused.value.say(lang).splitlines()) == 1
        assert refused.value.exit_code == 5
    config = tmp_path / "config.toml"
    config.write_text(f'[inputs]\nschools = "{url}"\n', encoding="utf-8")
    for command in (["check", config], ["run", config, "-v"], ["config", "show", config], ["config", "show", config, "--json"]):
        done = call(*command)
        assert "sesame" not in done.output
        assert "guarded@" in done.output
        assert done.exit_code == (0 if command[0] == "config" else 5)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DependencyError, match="pip install"):
        read_table(InputSpec(path=url))


def test_a_right_password_opens_what_its_user_may_see_and_no_more(base):
    write(base, "rights", {"open": pd.DataFrame({"n": [1]}), "shut": pd.DataFrame({"n": [1]})})
    with base[1]() as connection:
        connection.execute("GRANT USAGE ON SCHEMA rights TO guarded; GRANT SELECT ON rights.open TO guarded")
    known = f"guarded:{PASSWORD}"
    assert read_table(InputSpec(path=base[0]("rights.open", user=known))).frame["n"].tolist() == [1]
    with pytest.raises(DataError, match="permission denied"):
        read_table(InputSpec(path=base[0]("rights.shut", user=known)))
    with pytest.raises(OutputError, match="permission denied"):
        write_tables(database_address(base[0]("rights.new", user=known)), {"new": pd.DataFrame({"n": [1]})})


def test_export_writes_a_whole_plan_into_a_schema_and_an_assignment_into_a_table(base, tmp_path):
    plan = districting.make_plan(check_city(city_in(tmp_path))[0])
    write_plan(plan, tmp_path / "plan.gpkg")
    done = call("export", tmp_path / "plan.gpkg", base[0]("plans"), "--json", "--dry-run")
    assert json.loads(done.stdout)["status"] == "dry_run"
    assert rows_of(base, "SELECT to_regnamespace('plans')") == [(None,)]
    done = call("export", tmp_path / "plan.gpkg", base[0]("plans"), "--json")
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)["outputs"]) == len(plan_frames(plan))
    zones = read_table(InputSpec(path=base[0]("plans.zones")))
    assert zones.crs == plan.crs
    assert sorted(zones.frame["zone_id"]) == sorted(plan.zones["zone_id"])
    assert shapely.area(zones.geometry).sum() == pytest.approx(plan.zones.geometry.area.sum())
    assert call("export", tmp_path / "plan.gpkg", base[0]("plans")).exit_code == 2
    done = call("export", tmp_path / "plan.gpkg", base[0]("plans"), "--dry-run", "--overwrite")
    assert done.stdout.count("postgresql://") == 1
    assert str(len(plan_frames(plan))) in done.stdout
    done = call("export", tmp_path / "plan.gpkg", base[0]("plans.分配"), "--as", "地块,学校")
    assert done.exit_code == 0, done.output
    pairs = read_table(InputSpec(path=base[0]("plans.分配"))).frame
    assert list(pairs.columns) == ["地块", "学校"]
    assert len(pairs) == 36
    assert set(pairs["学校"]) == {"S0", "S1", "S2", "S3"}
