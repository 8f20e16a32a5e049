"""Real files as delivered: Baltimore County SW and Beijing Haidian (figures of their READMEs)."""

import numpy as np
import pytest
import shapely

from districting.model.settings import InputSpec, ProjectSettings, Settings, TierSettings, ZoningSettings
from districting.reading.formats import vector
from districting.reading.locate import WGS84
from districting.reading.mixed import outlines_say
from districting.reading.read_city import check_city, read_city

pytestmark = pytest.mark.real_data


@pytest.fixture
def baltimore(real_data):
    schools = InputSpec(
        path="schools.gpkg",
        layer="schools",
        where="TYPE == 'ES' and CAP2017 > 0 and NAME != 'Old Catonsville ES'",
        stage="primary",
        columns={"name": "NAME", "seats": "CAP2017"},
        aliases={"Edmonson Heights ES": "Edmondson Heights ES", "NewCatonsville ES": "Catonsville ES"},
    )
    blocks = InputSpec(path="blocks.gpkg", layer="blocks", columns={"block_id": "PBID", "pupils_primary": "K5LiveAtt", "current_school": "ES1516"})
    return Settings(inputs={"schools": (schools,), "blocks": (blocks,)}, zoning={"primary": ZoningSettings(demand="roll")}, folder=real_data / "bcps_sw")


def test_baltimore_reads_as_delivered(baltimore):
    city = read_city(baltimore)
    assert len(city.blocks) == 182
    assert "451" in set(city.blocks["block_id"])
    assert city.blocks["pupils_primary"].sum() == 5443
    assert len(city.schools) == 11
    assert city.school_stages["seats"].sum() == 6109
    assert len(city.today) == 182
    assert set(city.today["school_id"]) == set(city.schools["school_id"])
    assert city.crs == "EPSG:32618"
    assert len(city.unplaced) == 0


@pytest.fixture
def haidian(real_data):
    primary = InputSpec(path="primary_schools.csv", datum="wgs84", stage="primary", columns={"tier": ""})
    junior = InputSpec(path="junior_high_schools.csv", datum="gcj02", stage="junior", columns={"plan": "quota_2024"})
    admin = InputSpec(path="subdistricts.gpkg", columns={"residents": "pop_2020"})
    tiers = TierSettings(lead=("第一梯队", "第二梯队"), regular=("第三梯队", "第四梯队", "第五梯队"), weak=("第六梯队", "第七梯队", "第八梯队"))
    return Settings(project=ProjectSettings(), inputs={"schools": (primary, junior), "admin": (admin,)}, tiers=tiers, folder=real_data / "haidian")


def test_haidian_lists_what_it_repairs_and_what_it_cannot_place(haidian):
    city = read_city(haidian)
    assert city.crs == "EPSG:4547" or city.crs == "EPSG:4548"
    assert len(city.admin) == 29
    assert shapely.is_valid(city.admin.geometry.array).all()
    assert sum(n.problem.key == "reading.repaired" for n in city.notes) == 3
    assert city.admin["residents"].sum() == 3_133_469
    lost = city.unplaced
    assert (lost["reason"] == "no_coordinates").sum() == 28
    outside = lost[(lost["reason"] == "outside") & (lost["stage"] == "junior")]
    # the three borrowed campuses of the README, and one campus that stands 51 m outside the drawn streets
    assert outside["name"].str.contains("借址").sum() == 3
    assert len(outside) == 4
    juniors = city.school_stages[city.school_stages["stage"] == "junior"]
    assert len(juniors) == 50
    assert set(juniors["tier"]) == {"lead", "regular", "weak"}


def test_the_outline_of_haidian_is_known_to_be_in_gcj02(real_data):
    folder = real_data / "haidian"
    outline = vector.read(folder / "haidian_boundary_gcj02.geojson", InputSpec(path="o"), "counties").geometry
    streets = vector.read(folder / "subdistricts.gpkg", InputSpec(path="s"), "admin").geometry
    side, datum, now, after = outlines_say(shapely.make_valid(outline[0]), shapely.union_all(shapely.make_valid(streets)))
    assert (side, datum) == ("first", "gcj02")
    np.testing.assert_allclose([now, after], [0.907, 0.994], atol=5e-4)
    assert WGS84 == "EPSG:4326"


def test_an_outline_in_the_wrong_datum_is_a_fault_of_its_input(haidian):
    wrong = {**haidian.inputs, "counties": (InputSpec(path="haidian_boundary_gcj02.geojson"),)}
    import dataclasses

    city, faults = check_city(dataclasses.replace(haidian, inputs=wrong))
    assert city is None
    (fault,) = [f for f in faults if f.severity == "error"]
    assert fault.problem.key == "reading.mixed_datum"
    assert fault.file == "haidian_boundary_gcj02.geojson"
    declared = {**haidian.inputs, "counties": (InputSpec(path="haidian_boundary_gcj02.geojson", datum="gcj02"),)}
    assert len(read_city(dataclasses.replace(haidian, inputs=declared)).counties) == 1
