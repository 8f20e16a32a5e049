"""Some three hundred bad files over every format: refused with what is wrong in a line, in bounded memory, and nothing is touched beside them."""

import resource
import shutil

import pytest

from districting.reading.load import READERS
from tests.cli.test_commands import call
from tests.hostile.cases import all_cases, put, schools
from tests.hostile.good_files import BLOCKS, SCHOOLS, schools_layer, shapefile_parts

CASES = all_cases()
DECLARED = 'datum = "wgs84"'


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    SCHOOLS["csv"](folder / "schools.csv")
    BLOCKS["gpkg"](folder / "blocks.gpkg")
    return folder


@pytest.fixture
def city_with(good, tmp_path):
    """A folder inside ``tmp_path`` with the good city, one file of it replaced by a bad one."""

    def make(case):
        folder = tmp_path / "inside" / "city"
        shutil.copytree(good, folder)
        path = folder / case.file
        path.unlink(missing_ok=True)
        case.write(path)
        said = {"schools": f'path = "schools.csv", {DECLARED}', "blocks": 'path = "blocks.gpkg"'}
        by_columns = case.file.endswith((".csv", ".xlsx", ".xls")) and case.table == "schools"
        parts = [f'path = "{case.file}"', *([DECLARED] if by_columns and "datum" not in case.spec else []), *([case.spec] if case.spec else [])]
        said[case.table] = ", ".join(parts)
        lines = ["[project]", "year = 2026", "[inputs]", *(f"{table} = {{ {spec} }}" for table, spec in said.items()), "[zoning.primary]"]
        (folder / "config.toml").write_text("\n".join(lines), encoding="utf-8")
        return folder

    return make


def test_the_files_are_many_and_of_every_format():
    assert len(CASES) >= 300
    assert len({c.name for c in CASES}) == len(CASES)
    made = {c.file.rsplit(".", 1)[1] for c in CASES}
    assert made >= {"csv", "xlsx", "xls", "gpkg", "geojson", "fgb", "kml", "parquet", "zip", "shp"}
    assert {f".{suffix}" for suffix in made} <= set(READERS)


def test_the_good_city_passes_so_that_what_is_refused_is_the_bad_file(city_with):
    result = call("check", city_with(schools("good", "csv", SCHOOLS["csv"])) / "config.toml")
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_bad_file_is_refused_in_lines_that_name_it(case, city_with, tmp_path):
    folder = city_with(case)
    before = sorted(tmp_path.rglob("*"))
    result = call("check", folder / "config.toml")
    said = result.stdout + result.stderr
    assert result.exit_code in (2, 4), said
    assert "Traceback" not in said
    assert case.file in said or (case.spec and "config.toml" in said)
    assert all(len(line) < 2000 for line in said.splitlines())
    assert sorted(tmp_path.rglob("*")) == before
    assert not (tmp_path.parent / "outside.shp").exists()


def test_a_bomb_takes_no_memory(city_with):
    """The peak of this process, which has read the other three hundred files too: the bombs alone unpack to three gibibytes each."""
    bombs = [c for c in CASES if c.name.endswith(("a bomb", "a cell at the very end", "a billion laughs"))]
    assert len(bombs) == 4
    for case in bombs:
        folder = city_with(case)
        assert call("check", folder / "config.toml").exit_code == 4
        shutil.rmtree(folder)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20 < 2.5


def test_a_page_of_letters_that_is_none_is_passed_over_and_said(city_with):
    parts = {**shapefile_parts(schools_layer()), ".cpg": b"../../etc"}
    result = call(
        "check", city_with(schools("a .cpg of nonsense", "shp", lambda path: [put(data)(path.with_suffix(s)) for s, data in parts.items()])) / "config.toml"
    )
    assert result.exit_code == 0, result.stderr
    assert "names no encoding" in result.stderr + result.stdout
