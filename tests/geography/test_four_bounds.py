"""Four bounds (四至) of zones drawn by hand: what a person would say who walks around them clockwise."""

from __future__ import annotations

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.geography.four_bounds import SIDES, Bound, Surroundings, zone_bounds

ROADS = [
    ("road", "East Avenue", shapely.LineString([(110, -300), (110, 400)])),
    ("road", "South Street", shapely.LineString([(-300, -10), (400, -10)])),
    ("barrier", "Clear River", shapely.LineString([(-300, 105), (400, 105)])),
]


def around(lines=ROADS, **areas):
    return Surroundings(lines, areas)


def said(part, side):
    return [(b.kind, b.name) for b in part.sides[side]]


def test_a_square_between_two_roads_a_river_and_a_neighbour_is_bounded_by_them() -> None:
    (part,) = zone_bounds(shapely.box(0, 0, 100, 100), around(zone=[("Z1", shapely.box(0, 0, 100, 100)), ("Z2", shapely.box(-100, 0, 0, 100))]), "Z1")
    assert [said(part, side) for side in SIDES] == [[("road", "East Avenue")], [("road", "South Street")], [("zone", "Z2")], [("barrier", "Clear River")]]
    assert part.rectangle


def test_the_ring_goes_clockwise_from_the_north_west() -> None:
    (part,) = zone_bounds(shapely.box(0, 0, 100, 100), around())
    assert [b.name or b.kind for b in part.ring] == ["Clear River", "East Avenue", "South Street", "edge"]


def test_a_road_that_crosses_the_outline_does_not_bound_it_and_neither_does_one_too_far_away() -> None:
    crossing = ("road", "Crossing", shapely.LineString([(50, -300), (50, 300)]))
    far = ("road", "Far", shapely.LineString([(150, -300), (150, 300)]))
    (part,) = zone_bounds(shapely.box(0, 0, 100, 100), around([crossing, far]))
    assert {b.kind for side in SIDES for b in part.sides[side]} == {"edge"}


def test_of_two_roads_along_a_side_the_nearer_is_named() -> None:
    near, other = (("road", name, shapely.LineString([(x, -50), (x, 150)])) for name, x in (("near", 105), ("other", 125)))
    for lines in ([near, other], [other, near]):
        (part,) = zone_bounds(shapely.box(0, 0, 100, 100), around(lines))
        assert said(part, "east") == [("road", "near")]


def test_an_l_shape_is_no_rectangle_and_names_both_pieces_of_a_side() -> None:
    shape = shapely.Polygon([(0, 0), (300, 0), (300, 100), (100, 100), (100, 300), (0, 300)])
    lines = [("road", "Low Road", shapely.LineString([(300, 0), (300, 100)])), ("road", "High Road", shapely.LineString([(100, 100), (100, 300)]))]
    (part,) = zone_bounds(shape, around(lines))
    assert not part.rectangle
    assert said(part, "east") == [("road", "High Road"), ("road", "Low Road")]  # clockwise: the upper first
    assert [b.name for b in part.ring if b.kind == "road"] == ["High Road", "Low Road"]


def test_a_piece_below_a_fifth_of_its_side_is_not_named() -> None:
    short = ("road", "Short", shapely.LineString([(100, 85), (100, 100)]))
    long = ("road", "Long", shapely.LineString([(100, 0), (100, 85)]))
    (part,) = zone_bounds(shapely.box(0, 0, 100, 100), around([short, long]))
    assert said(part, "east") == [("road", "Long")]


def test_parts_are_told_one_by_one_the_largest_first() -> None:
    shape = shapely.MultiPolygon([shapely.box(500, 0, 550, 50), shapely.box(0, 0, 100, 100)])
    parts = zone_bounds(shape, around())
    assert len(parts) == 2
    assert [said(p, "east") for p in parts] == [[("road", "East Avenue")], [("edge", "")]]


def test_the_border_of_a_county_comes_before_the_zone_beyond_it() -> None:
    here, there = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)
    (part,) = zone_bounds(here, around([], county=[("A", here), ("B", there)], zone=[("Z1", here), ("Z2", there)]), "Z1")
    assert said(part, "east") == [("county", "B")]


def test_a_zone_across_a_nameless_road_is_still_the_neighbour() -> None:
    nameless = ("road", "", shapely.LineString([(110, -50), (110, 150)]))
    (part,) = zone_bounds(shapely.box(0, 0, 100, 100), around([nameless], zone=[("Z2", shapely.box(120, 0, 200, 100))]), "Z1")
    assert said(part, "east") == [("zone", "Z2")]


def test_an_empty_shape_has_no_bounds() -> None:
    assert zone_bounds(None, around()) == []
    assert zone_bounds(shapely.Polygon(), around()) == []


@settings(max_examples=25, deadline=None)
@given(start=st.integers(0, 3), backwards=st.booleans(), shift=st.floats(-1e5, 1e5))
def test_neither_where_the_outline_begins_nor_which_way_it_runs_nor_where_it_lies_changes_the_answer(start, backwards, shift) -> None:
    corners = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
    ring = corners[start:] + corners[:start]
    shape = shapely.transform(shapely.Polygon(ring[::-1] if backwards else ring), lambda xy: xy + shift)
    moved = [(kind, name, shapely.transform(line, lambda xy: xy + shift)) for kind, name, line in ROADS]
    (part,) = zone_bounds(shape, Surroundings(moved, {}))
    assert part.sides == {
        "east": (Bound("road", "East Avenue"),),
        "south": (Bound("road", "South Street"),),
        "west": (Bound("edge"),),
        "north": (Bound("barrier", "Clear River"),),
    }
