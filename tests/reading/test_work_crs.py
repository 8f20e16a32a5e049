"""The CRS of the work must fit the data: lengths that come out wrong are a fault, not a result."""

import dataclasses

import numpy as np
import pytest
import shapely
from pyproj import CRS

from districting.model.settings import ProjectSettings
from districting.reading.locate import is_ballpark, reproject
from districting.reading.read_city import check_city, read_city
from tests.reading.small_city import blocks_frame, city_in, lines, said


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


def blocks_in(folder, crs, dx=0.0):
    """The blocks in metres of ``crs``, moved east by ``dx`` as if the number of the zone had been added or dropped; the file says ``crs``."""
    frame = blocks_frame().to_crs(crs)
    return city_in(folder, blocks=frame.set_geometry(frame.translate(xoff=dx)))


@pytest.mark.parametrize(("crs", "dx", "fitting"), [("EPSG:4548", 39e6, "EPSG:4527"), ("EPSG:4527", -39e6, "EPSG:4548"), ("EPSG:2384", 39e6, "EPSG:2363")])
def test_a_zone_number_that_the_system_does_not_have_or_lacks_is_named_with_the_system_that_fits(tmp_path, crs, dx, fitting):
    found = [f for f in check_city(blocks_in(tmp_path, crs, dx))[1] if f.problem.key == "reading.other_zone"]
    assert len(found) == 1
    assert fitting in found[0].say("en")
    assert fitting in found[0].say("zh")


SEVEN = "+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=500000 +y_0=0 +ellps=krass +units=m +towgs84=15.8,-154.4,-82.3,0,0,0,0"


def test_seven_parameters_of_a_declared_system_are_used_and_without_them_a_warning_says_what_it_may_cost():
    point = np.array([shapely.Point(500_000, 4_400_000)], dtype=object)
    target = CRS("EPSG:4548")
    with_them, without = (shapely.get_coordinates(reproject(point, CRS(system), target))[0] for system in (SEVEN, SEVEN.split(" +towgs84")[0]))
    # by hand: at 117 E the shift of the centre (15.8, -154.4, -82.3) is 15.8 sin 117 - ... = -(15.8 sin(lng)) + (-154.4) cos(lng) to the east
    east = -15.8 * np.sin(np.radians(117)) - 154.4 * np.cos(np.radians(117))
    assert with_them[0] - without[0] == pytest.approx(east, abs=0.1)
    assert not is_ballpark(CRS(SEVEN))
    assert is_ballpark(CRS(SEVEN.split(" +towgs84")[0]))
