"""A province in a database: a row a county, one config for all; each county reads its own rows, and is done again only when they change."""

import geopandas as gpd
import pandas as pd
import pytest

from districting.batch import find_counties, run_batch
from districting.batch.task import CountyTask, settings_of
from districting.errors import DataError
from districting.executing import open_executor
from districting.model.settings import InputSpec, Settings
from districting.outputs.database import write_tables
from districting.reading.database import database_address
from districting.reading.database_table import read_table
from districting.reading.load import load
from districting.reading.read_city import read_city
from scripts.synthetic_province import synthetic_province

pytestmark = pytest.mark.postgis
CODES = ["370101", "370102"]


@pytest.fixture(scope="module")
def province(base, tmp_path_factory):
    """(url of its tables, the folder of the shared config)."""
    folder = tmp_path_factory.mktemp("files")
    synthetic_province(folder, 2, 16, language="en", steps=100)
    blocks = pd.concat([gpd.read_file(folder / code / "blocks.gpkg") for code in CODES], ignore_index=True)
    schools = pd.concat([pd.read_csv(folder / code / "schools.csv", dtype={"county_code": str}) for code in CODES], ignore_index=True)
    config = (folder / CODES[0] / "config.toml").read_text("utf-8")
    for name, file in (("blocks", "blocks.gpkg"), ("schools", "schools.csv")):
        config = config.replace(f'"{file}"', f'"{base[0](f"prov.{name}")}"')
    (folder / "all.toml").write_text(config, encoding="utf-8")
    counties = pd.DataFrame({"county_code": CODES, "name": ["甲县", "乙县"], "config": str(folder / "all.toml"), "where": [None, "county_code == '370102'"]})
    write_tables(database_address(base[0]("prov.counties")), {"blocks": blocks, "schools": schools, "counties": counties})
    return base[0], folder


def test_each_county_reads_its_own_rows_under_its_own_name(province, tmp_path):
    url, _ = province
    counties = find_counties(url("prov.counties"))
    assert [(c.code, c.name, c.where) for c in counties] == [("370101", "甲县", "county_code in ['370101']"), ("370102", "乙县", "county_code == '370102'")]
    for county in counties:
        settings = settings_of(CountyTask(county.code, str(county.config), str(tmp_path), name=county.name, where=county.where))
        city = read_city(settings)
        assert (settings.project.name, len(city.blocks), set(city.schools["county_code"])) == (county.name, 16, {county.code})


def test_a_county_is_done_again_only_when_its_rows_change(province, base, tmp_path):
    url, _ = province
    counties = find_counties(url("prov.counties"))
    with base[1]() as connection:
        connection.execute("UPDATE prov.schools SET stage = '?'")  # an answer that is quickly found: exit 4
        try:
            first = run_batch(counties, tmp_path, open_executor("serial"))
            assert [(c.code, c.status, c.name) for c in first.province.counties] == [("370101", "invalid", "甲县"), ("370102", "invalid", "乙县")]
            assert run_batch(counties, tmp_path, open_executor("serial")).kept == tuple(CODES)
            connection.execute("UPDATE prov.blocks SET entrants_primary = entrants_primary + 1 WHERE county_code = '370102'")
            assert run_batch(counties, tmp_path, open_executor("serial")).kept == ("370101",)
        finally:
            connection.execute("UPDATE prov.schools SET stage = '小学'")


@pytest.mark.parametrize(
    "where",
    [
        "county_code == '370101'",
        "county_code in ['370102', 5]",
        "not (county_code != '370101')",
        "entrants_primary > 20 and county_code is not None",
        "`county_code` < '370102'",
    ],
)
def test_the_server_leaves_what_the_where_leaves(province, where):
    url, _ = province
    item, faults = load(Settings(), "blocks", InputSpec(path=url("prov.blocks"), where=where))
    every = read_table(InputSpec(path=url("prov.blocks")))
    asked = read_table(InputSpec(path=url("prov.blocks"), where=where), "blocks")
    assert not [f for f in faults if f.severity == "error"]
    assert 0 < len(item.row) <= len(asked.row) < len(every.row)
    mine = every.frame.iloc[[r - 1 for r in item.row]]
    assert list(item.frame["block_id"]) == list(mine["block_id"])


def test_a_table_without_configs_is_one_fault_and_shows_no_password(province, base):
    url, _ = province
    with pytest.raises(DataError) as error:
        find_counties(url("prov.schools").replace("planner@", "planner:s3cret@"))
    assert [f.problem.key for f in error.value.faults] == ["batch.no_column"]
    assert "s3cret" not in error.value.say("en")
