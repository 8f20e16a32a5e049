"""Where names stand on a map of a report."""

import pytest
import shapely

from districting.outputs.report.map_letters import Room

FRAME = (0.0, 0.0, 500.0, 700.0)
"""A map 500 points wide that shows 500 metres: a point is a metre."""


def test_names_stand_apart_and_move_beside_a_dot():
    room = Room(FRAME, 500.0)
    dot = shapely.Point(250, 350)
    room.keep(dot.x, dot.y, 10, 10)
    tries = ((0, 14), (0, -14), (1, 0))
    assert room.place(dot, "第一小学", 10, tries) == (250, 364)
    assert room.place(dot, "第二小学", 10, tries) == (250, 336)
    assert room.place(dot, "第三小学", 10, tries) == (275, 350)  # half its width of 40 and half a letter to the east
    assert room.place(dot, "第四小学", 10, tries) is None


@pytest.mark.parametrize(("x", "fits"), [(19.0, False), (21.0, True)])
def test_a_name_that_the_frame_would_cut_is_left_out(x, fits):
    """Four letters of ten points reach twenty points to each side."""
    assert (Room(FRAME, 500.0).place(shapely.Point(x, 350), "第一小学", 10) is not None) == fits
