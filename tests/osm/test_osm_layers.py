"""OpenStreetMap extracts as input: what each layer holds of a drawn town, how its streets meet, and files that are none."""

import builtins

import geopandas as gpd
import pytest
import shapely

from districting.errors import DataError, DependencyError
from districting.geography.street_network import street_network
from districting.geography.walking import walking
from districting.model.settings import InputSpec, ProjectSettings, Settings
from districting.planning.block_graph import block_graph
from districting.planning.streets import roads_to_show, streets_of, walked_lines
from districting.reading.city import City
from districting.reading.formats import READERS
from districting.reading.load import load
from tests.osm.drawn_town import Drawing, drawn_town, packed
from tests.planning.test_travel import NAMES, STREETS, lines, river_city


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return drawn_town().write(tmp_path_factory.mktemp("osm") / "town.osm")


def read(path, table, **spec):
    return READERS[path.suffix](path, InputSpec(path=path.name, **spec), table)


def loaded(path, table):
    item, faults = load(Settings(project=ProjectSettings(language="en"), folder=path.parent), table, InputSpec(path=path.name))
    return item, faults


def city_of(path):
    item, _ = loaded(path, "roads")
    roads = gpd.GeoDataFrame(item.frame, geometry=item.shapes, crs=item.crs).to_crs(32631)
    return City(settings=Settings(), schools=None, school_stages=None, crs="EPSG:32631", roads=roads)


def test_each_input_finds_its_own_layer(town):
    rows = {table: len(read(town, table).frame) for table in ("roads", "barriers", "schools")}
    assert rows == {"roads": 4, "barriers": 1, "schools": 4}
    assert len(read(town, "blocks", layer="buildings").frame) == 5
    assert read(town, "schools").frame["name"].tolist().count("城北小学") == 2
    assert set(shapely.get_dimensions(read(town, "schools").geometry)) == {0}


def test_a_motorway_on_a_bridge_stops_nobody_below_and_a_river_stops_all(town):
    assert read(town, "barriers").frame["kind"].tolist() == ["river"]


def test_water_in_a_culvert_rails_on_a_bridge_and_small_ponds_are_no_barriers(tmp_path):
    town = Drawing()
    for y, tags in enumerate(({"waterway": "canal", "tunnel": "culvert"}, {"railway": "rail", "bridge": "yes"}, {"waterway": "stream"}, {"railway": "rail"})):
        town.way([(0, y), (1, y)], **tags)
    town.box(5, 5, 0.2, natural="water")  # 22 m wide
    town.box(6, 6, 0.5, natural="water")  # 55 m
    assert read(town.write(tmp_path / "t.osm"), "barriers").frame["kind"].tolist() == ["rail", "water"]


@pytest.mark.parametrize(
    ("tags", "walked"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "footway", "foot": "no"}, False),
        ({"highway": "motorway"}, False),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk_link"}, False),
        ({"highway": "construction"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "trunk", "sidewalk": "both"}, True),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
    ],
)
def test_which_ways_are_walked_along(tmp_path, tags, walked):
    town = Drawing()
    town.way([(0, 0), (1, 0)], **tags)
    town.way([(0, 1), (1, 1)], highway="path")
    assert len(walked_lines(city_of(town.write(tmp_path / "t.osm")))) == 1 + walked


def test_a_way_meets_what_shares_its_node_and_not_what_it_crosses(tmp_path):
    town = Drawing()
    town.way([(0, 0), (2, 0)], highway="residential")
    town.way([(1, -1), (1, 1)], highway="residential")  # crosses on the same level, without a common node
    town.way([(2, 0), (2, 1)], highway="residential")  # shares a node with the first
    network, _ = streets_of(city_of(town.write(tmp_path / "t.osm")))
    assert (network.crossings, network.loose_ends, network.parts) == (0, 0, 2)


def test_streets_of_a_shapefile_are_still_joined_beside_those_that_say_where_they_meet():
    cross = [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(50, -50), (50, 50)]), shapely.LineString([(20, -50), (20, 50)])]
    network = street_network(cross, by_points=[False, False, True])
    assert network.crossings == 1


def test_the_way_over_the_river_goes_by_the_bridge(town):
    """From (4, 3) west to the bridge at 1, over it to 7, and east again to 4: 3 + 4 + 3 thousandths of a degree, where the straight line is 4."""
    network, notes = streets_of(city_of(town))
    unit = 111.3  # metres of a thousandth of a degree here, within 1 %
    xy = gpd.GeoSeries(shapely.points([[0.004, 0.003], [0.004, 0.007]]), crs=4326).to_crs(32631).get_coordinates().to_numpy()
    assert walking(network, xy[:1], xy[1:]).table_m()[0, 0] == pytest.approx(10 * unit, rel=0.01)
    assert "1 road(s) are not for walking" in notes[0].say("en")


def test_only_ways_one_may_walk_open_a_barrier():
    """The bridge of the river city opens the border below it; made a motorway it opens nothing."""
    for kind, open_pairs in (("footway", {("n0", "s0")}), ("motorway", set()), ("trunk", set())):
        graph = block_graph(river_city(roads=lines(STREETS, kind=["residential", "residential", kind])))
        pairs = {(NAMES[a], NAMES[b]) for a, b in graph.open_edges.tolist()}
        assert {p for p in pairs if p[0][0] != p[1][0]} == open_pairs


def test_the_map_shows_main_roads_and_zones_are_bounded_by_named_streets(tmp_path):
    town = Drawing()
    town.way([(0, 0), (1, 0)], highway="primary")
    town.way([(0, 1), (1, 1)], highway="residential", name="East Street")
    town.way([(0, 2), (1, 2)], highway="residential")
    town.way([(0, 3), (1, 3)], highway="footway", name="Old Path")
    shown = roads_to_show(city_of(town.write(tmp_path / "t.osm")))
    assert [(kind, rows["kind"].tolist()) for kind, rows in shown] == [("road", ["primary"]), ("street", ["residential"])]


def test_a_way_that_leaves_the_extract_is_kept_as_far_as_its_points_are_known(tmp_path):
    path = drawn_town().write(tmp_path / "t.osm")
    path.write_text(path.read_text(encoding="utf-8").replace('<way id="100" version="1">', '<way id="100" version="1"><nd ref="999"/>'), encoding="utf-8")
    assert shapely.get_num_coordinates(read(path, "roads").geometry[0]) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.pbf", b"no map at all"),
        ("t.osm.pbf", b""),
        ("t.osm", b"<html></html>"),
        ("t.osm", b"<osm><node"),
        ("t.osm", b'<!DOCTYPE x [<!ENTITY a "b">]><osm>&a;</osm>'),
    ],
)
def test_a_file_that_is_no_extract_is_one_plain_fault(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    item, faults = loaded(path, "roads")
    assert item is None
    assert [f.severity for f in faults] == ["error"]
    assert faults[0].file == name


def test_a_pbf_holds_the_same_and_one_that_ends_early_is_refused(town, tmp_path):
    whole = packed(town, tmp_path / "town.osm.pbf")
    assert read(whole, "roads").frame.equals(read(town, "roads").frame)
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole.read_bytes()[:-40])
    item, (fault,) = loaded(cut, "roads")
    assert item is None
    assert fault.problem.key == "reading.unreadable"


def test_a_layer_nobody_knows_is_refused_with_those_there_are(town):
    with pytest.raises(DataError) as caught:
        read(town, "roads", layer="streets")
    assert "roads" in caught.value.say("en")
    assert "barriers" in caught.value.say("en")


def test_without_pyosmium_one_sentence_says_what_to_install(town, monkeypatch):
    real = builtins.__import__

    def refusing(name, *rest, **more):
        if name.startswith("osmium"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(DependencyError) as caught:
        read(town, "roads")
    assert "districting[osm]" in caught.value.say("en")
