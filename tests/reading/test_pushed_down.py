"""What DuckDB leaves of a GeoParquet is what the where leaves of the whole file; no word of an expression becomes a query."""

import dataclasses
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from districting.model.settings import InputSpec, Settings
from districting.reading.formats import geoparquet
from districting.reading.formats.pushed_down import read_rows
from districting.reading.load import load
from districting.reading.where_sql import SqlColumn, sql_where
from tests.reading.small_city import blocks_frame, city_in, said, with_input

WORDS = ["510107", "510108", "", "5", "nan", "b'; DROP TABLE x; --", "武侯", "(SELECT 1)", "5.5"]
NUMBERS = [0, 1, 5, -2, 2.5, 510107, 1e15]
COLUMNS = {"county": WORDS, "size": NUMBERS, "whole": [0, 5, 510107, -2], "gaps": [0, 5, None, 510107], "县": WORDS}


@pytest.fixture(scope="module")
def national(tmp_path_factory):
    """A file of 60 blocks with text, numbers, blanks, and its number of shapes."""
    rng = np.random.default_rng(7)
    frame = {"block_id": [f"b{i}" for i in range(60)]}
    for name, values in COLUMNS.items():
        frame[name] = [values[k] for k in rng.integers(0, len(values), 60)]
    frame["county"] = pd.Series(frame["county"]).where(rng.random(60) > 0.2)
    frame["size"] = pd.Series(frame["size"], dtype="float64").where(rng.random(60) > 0.2)
    frame["yes"] = rng.random(60) > 0.5
    path = tmp_path_factory.mktemp("national") / "a 'file'.parquet"
    gaps = pd.array(frame.pop("gaps"), dtype="Int64")  # whole numbers with blanks, in a kind of pandas's own
    shapes = shapely.box(np.arange(60), 0, np.arange(60) + 1, 1)
    gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4490").assign(gaps=gaps, own=gaps).to_parquet(path, write_covering_bbox=True, row_group_size=16)
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({b"geo": table.schema.metadata[b"geo"]}), path.with_name("other.parquet"))
    return path


constants = st.sampled_from([repr(v) for v in (*WORDS, *NUMBERS, "read_csv('/etc/passwd')")])
names = st.sampled_from([*COLUMNS, "own", "`county`", "`县`", "block_id", "地块编号"])
lists = st.lists(constants, min_size=1, max_size=3).map(lambda v: f"[{', '.join(v)}]")
signs = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
atoms = st.one_of(
    st.tuples(names, signs, constants).map(" ".join),
    st.tuples(constants, signs, names).map(" ".join),
    st.tuples(names, st.sampled_from(["in", "not in"]), lists).map(" ".join),
    st.tuples(names, st.sampled_from(["is None", "is not None", "== None", "!= None"])).map(" ".join),
    st.tuples(st.just("0 <"), names, st.just("<= 5.5")).map(" ".join),
    st.sampled_from(["yes", "size * 2 > 3", "whole + size == 5", "yes == True"]),
)
expressions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        inner.map(lambda e: f"not ({e})"), st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})")
    ),
    max_leaves=4,
)


def loaded(path, where):
    settings_ = Settings(folder=path.parent)
    item, faults = load(settings_, "blocks", InputSpec(path=path.name, where=where))
    return item, [f.say("en") for f in faults]


@given(expressions, st.sampled_from(["a 'file'.parquet", "other.parquet"]))
@example("county == '510107'", "other.parquet")
@example("not (size > 1)", "other.parquet")
@example("gaps in [5, 510107]", "other.parquet")
@example("not (own != 5)", "a 'file'.parquet")
@settings(max_examples=15, deadline=None)
def test_duckdb_and_pyarrow_leave_the_same(national, where, file):
    """``other``: written by a program that is not pandas."""
    national = national.with_name(file)
    some, told = loaded(national, where)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "duckdb", None)
        all_, told_all = loaded(national, where)
    assert told == told_all
    assert (some is None) == (all_ is None)
    if some is not None:
        pd.testing.assert_frame_equal(some.frame, all_.frame)
        assert list(some.row) == list(all_.row)
        assert some.crs == all_.crs
        assert shapely.equals(some.shapes, all_.shapes).all()
        assert some.headers == all_.headers


def test_only_the_rows_that_are_wanted_are_read(national):
    spec = InputSpec(path=national.name, where="county == '510107' and size * 2 > 3")
    some, every = read_rows(national, spec, "blocks"), geoparquet.read_all(national, spec)
    mine = (every.frame["county"] == "510107").to_numpy()
    assert 0 < mine.sum() < 60
    assert list(some.row) == list(np.flatnonzero(mine) + 1)
    pd.testing.assert_frame_equal(some.frame, every.frame[mine].reset_index(drop=True))


@pytest.mark.parametrize(
    "where", ["county == 'x'; DROP TABLE y", "(SELECT 1)", "read_csv('/etc/passwd') == 1", "county == (lambda: 1)()", "county.x == 1", "a" * 10 + " ==", "("]
)
def test_what_is_not_of_the_language_becomes_no_query_and_is_one_fault(national, where):
    _, told = loaded(national, where)
    assert any("where" in line for line in told)
    assert read_rows(national, InputSpec(path=national.name, where=where), "blocks") is None


def test_names_are_quoted_and_values_bound():
    found = sql_where('`a" OR 1=1 --` == "x\'; DROP"', lambda name: SqlColumn(name, "text", True))
    assert found.condition == '("a"" OR 1=1 --" IS NOT NULL AND "a"" OR 1=1 --" = ?)'
    assert found.values == ["x'; DROP"]


def test_a_where_that_keeps_nothing_is_the_same_fault_with_and_without_duckdb(national):
    assert any("keeps no row" in line or "where" in line for line in loaded(national, "county == 'nowhere'")[1])


def test_a_city_out_of_a_national_file(tmp_path):
    settings_ = city_in(tmp_path)
    far = blocks_frame().assign(县="510108", 地块编号=lambda f: "x" + f["地块编号"])
    whole = pd.concat([blocks_frame().assign(县="510107"), far], ignore_index=True)
    whole.to_parquet(tmp_path / "national.parquet")
    one = dataclasses.replace(settings_, inputs={**settings_.inputs, "blocks": (InputSpec(path="national.parquet", where="县 == '510107'"),)})
    assert [s for s in said(one) if s[4] == "error"] == []


def plain_wkb(path, **named):
    """The blocks as pandas or Spark write them: a column of WKB, and no word of what it is."""
    frame = blocks_frame()
    bare = pd.DataFrame(frame.drop(columns="geometry"))
    bare["geometry"] = shapely.to_wkb(shapely.set_srid(frame.geometry.to_numpy(), named.get("srid", 0)), include_srid="srid" in named)
    bare.to_parquet(path)


@pytest.mark.parametrize("where", [None, "地块编号 != 'b10'"])
def test_wkb_without_a_word_of_what_it_is_makes_shapes_whose_system_is_asked_for(tmp_path, where):
    settings_ = city_in(tmp_path)
    plain_wkb(tmp_path / "b.parquet")
    spec = InputSpec("b.parquet", where=where)
    assert ("no_crs", "b.parquet", None, "", "error") in said(with_input(settings_, blocks=spec))
    assert [f for f in said(with_input(settings_, blocks=dataclasses.replace(spec, datum="wgs84"))) if f[4] == "error"] == []
    item, _ = load(Settings(folder=tmp_path), "blocks", dataclasses.replace(spec, datum="wgs84"))
    assert shapely.equals(item.shapes[-1], blocks_frame().geometry.iloc[-1])
    assert len(item.shapes) == 36 - (where is not None)


def test_wkb_that_names_its_system_is_not_asked(tmp_path):
    settings_ = city_in(tmp_path)
    plain_wkb(tmp_path / "b.parquet", srid=4490)
    assert [f for f in said(with_input(settings_, blocks=InputSpec("b.parquet"))) if f[4] == "error"] == []


def test_a_column_called_geometry_that_holds_words_is_a_column(tmp_path):
    pd.DataFrame({"地块编号": ["a"], "geometry": ["square"]}).to_parquet(tmp_path / "b.parquet")
    raw = geoparquet.read(tmp_path / "b.parquet", InputSpec("b.parquet"), "blocks")
    assert raw.geometry is None
    assert raw.frame["geometry"].tolist() == ["square"]
