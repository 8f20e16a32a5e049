"""The generator of provinces: the same arguments give the same files, sizes grow evenly, counties lie side by side."""

import geopandas as gpd
import pytest
import shapely

from scripts.synthetic_province import synthetic_province


def bytes_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    synthetic_province(folder, 3, 16, blocks_to=48, seed=4)
    return folder


def test_the_same_seed_gives_the_same_bytes_also_over_older_files_and_another_seed_others(made, tmp_path):
    synthetic_province(tmp_path / "again", 3, 16, blocks_to=48, seed=4)
    synthetic_province(tmp_path / "again", 3, 16, blocks_to=48, seed=4)
    assert bytes_of(tmp_path / "again") == bytes_of(made)
    synthetic_province(tmp_path / "other", 1, 16, seed=5)
    assert (tmp_path / "other/370101/blocks.gpkg").read_bytes() != (made / "370101/blocks.gpkg").read_bytes()


def test_counties_grow_evenly_and_do_not_overlap(made):
    counties = [gpd.read_file(p) for p in sorted(made.glob("*/blocks.gpkg"))]
    assert [len(c) for c in counties] == [16, 32, 48]
    whole = [shapely.union_all(c.geometry.array) for c in counties]
    assert shapely.area(shapely.intersection(whole[:-1], whole[1:])).tolist() == [0.0, 0.0]
    assert all(shapely.coverage_is_valid(c.geometry.array) for c in counties)
