"""A plan that tells the seats of some schools only, or of none: its map and its audit say the rest."""

import pytest

from districting.auditing import audit_plan
from districting.auditing.views import stage_views
from districting.outputs.map.content import page_content


@pytest.mark.parametrize(("told", "audience"), [([], "internal"), (["P1"], "public")])
def test_a_zoned_stage_whose_seats_are_not_told_is_drawn_and_measured(grid_plan, told, audience):
    seats = grid_plan.seats[grid_plan.seats["school_id"].isin(told)]
    silent = grid_plan.replace(seats=seats)
    whole, views = stage_views(grid_plan, "primary"), stage_views(silent, "primary")
    assert set(views.school_ids) == set(whole.school_ids)
    assert views.plan.distance_m.tolist() == whole.plan.distance_m.tolist()
    assert views.plan.load.sum() == whole.plan.load.sum()
    drawn = page_content(silent, audience, "en")
    ids = [s["id"] for s in drawn["schools"]]
    assert [ids[s] for s in drawn["unit"]["stage"]["primary"]["school"]] == [whole.school_ids[s] for s in whole.plan.school_of_block]
    assert {s["id"] for s in drawn["schools"] if s["load"].get("primary", [0, None])[1] is not None} == set(told)
    found, before = (_of_primary(audit_plan(p).findings) for p in (silent, grid_plan))
    assert found["mean_distance_m"] == before["mean_distance_m"]
    assert {"risk.zones_red", "risk.fullest_receiving"} <= set(before) - set(found)  # seats that are not known are not none


def _of_primary(findings):
    mine = findings[(findings["stage"] == "primary") & (findings["scope"] == "all")]
    return dict(zip(mine["measure"], mine["value"], strict=True))
