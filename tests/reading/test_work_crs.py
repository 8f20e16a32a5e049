"""The CRS of the work must fit the data: lengths that come out wrong are a fault, not a result."""

import dataclasses

import pytest

from districting.model.settings import ProjectSettings
from districting.reading.read_city import check_city, read_city
from tests.reading.small_city import city_in, lines, said


def with_crs(folder, crs):
    return dataclasses.replace(city_in(folder), project=ProjectSettings(crs=crs))


@pytest.mark.parametrize(("crs", "percent"), [("EPSG:4534", "16."), ("EPSG:3857", "30."), ("EPSG:32618", "")])
def test_a_system_far_from_the_data_names_its_error_its_area_and_one_that_fits(tmp_path, crs, percent):
    settings = with_crs(tmp_path, crs)
    assert said(settings) == [("far_work_crs", "config.toml", None, "project.crs", "error")]
    (line,) = lines(settings)
    assert f"up to {percent}" in line
    assert "EPSG:4548" in line
    assert "longitude" in line


def test_a_system_two_zones_away_is_a_note(tmp_path):
    assert said(with_crs(tmp_path, "EPSG:4546"))[0][4] == "warning"


@pytest.mark.parametrize("crs", ["EPSG:4548", "EPSG:4527", "EPSG:4547", "EPSG:32650"])
def test_a_system_that_fits_is_kept(tmp_path, crs):
    settings = with_crs(tmp_path, crs)
    assert check_city(settings)[1] == ()
    assert read_city(settings).crs == crs
