"""Web-map datums: published vectors, an independent implementation, and laws of the round trip."""

import hypothesis.strategies as st
import numpy as np
import prcoords
import pytest
from hypothesis import given

from districting.reading.datum import (
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    shifted,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

INLAND = st.tuples(st.floats(100, 118), st.floats(25, 40))


def test_the_published_vectors():
    np.testing.assert_allclose(wgs84_to_gcj02(116.404, 39.915), (116.41024449916938, 39.91640428150164), atol=1e-12)
    np.testing.assert_allclose(gcj02_to_bd09(116.404, 39.915), (116.41036949371029, 39.92133699351021), atol=1e-12)
    # the published way back is the closed form, which is up to 0.21 m off; ours is the exact inverse
    np.testing.assert_allclose(bd09_to_gcj02(116.404, 39.915), (116.39762729119315, 39.90865673957631), atol=5e-7)


def test_an_independent_implementation_agrees():
    rng = np.random.default_rng(0)
    lng, lat = rng.uniform(100, 118, 300), rng.uniform(25, 40, 300)
    ours = np.column_stack(wgs84_to_gcj02(lng, lat))
    theirs = np.array([(c.lon, c.lat) for c in (prcoords.wgs_gcj(prcoords.Coords(b, a)) for a, b in zip(lng, lat, strict=True))])
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


@given(INLAND)
def test_there_and_back_is_the_same_place(place):
    np.testing.assert_allclose(gcj02_to_wgs84(*wgs84_to_gcj02(*place)), place, atol=1e-9)
    np.testing.assert_allclose(bd09_to_wgs84(*wgs84_to_bd09(*place)), place, atol=1e-9)
    np.testing.assert_allclose(bd09_to_gcj02(*gcj02_to_bd09(*place)), place, atol=1e-9)


@pytest.mark.parametrize("place", [(139.7, 35.7), (121.5, 25.03), (126.98, 37.56), (106.9, 47.9), (-76.7, 39.2), (2.35, 48.85)])
def test_places_outside_china_do_not_move(place):
    for way in (wgs84_to_gcj02, gcj02_to_wgs84, wgs84_to_bd09, bd09_to_wgs84):
        assert tuple(map(float, way(*place))) == place


def test_cities_near_the_border_of_china_are_inside():
    cities = np.array([(87.6, 43.8), (91.1, 29.65), (126.6, 45.8), (121.47, 31.23), (110.3, 20.0), (121.6, 38.9), (130.3, 46.8), (118.1, 24.5), (102.7, 25.0)])
    assert shifted(cities[:, 0], cities[:, 1]).all()
