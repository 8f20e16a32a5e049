"""Multi-school zones: schools are grouped, then blocks are zoned to the groups (a row of twelve blocks, junior schools A, B, C, D)."""

import dataclasses

import pandas as pd
import pytest

import districting as dt
from districting.auditing.views import stage_views
from districting.measures.pieces import detached_pieces
from districting.measures.seat_use import emptiest_school, fullest_school, pupils_over_seats
from districting.model.settings import GroupingSettings, Settings, ZoningSettings
from tests.planning.strip_city import strip_city

ROW = {"A": 1, "B": 5, "C": 6, "D": 10}
HOT = {"B": 90.0, "C": 90.0, "A": 60.0, "D": 60.0}


def row(**grouping):
    """B and C, side by side in the middle, are hot."""
    base = strip_city(ROW)
    stages = base.school_stages.assign(stage="junior", score=[HOT[s] for s in ROW], tier=["lead" if HOT[s] > 80 else "weak" for s in ROW])
    blocks = base.blocks.rename(columns={"entrants_primary": "entrants_junior"})
    form = GroupingSettings(form="multi_school_zone", **grouping)
    return dataclasses.replace(base, school_stages=stages, blocks=blocks, settings=Settings(zoning={"junior": ZoningSettings()}, grouping=form))


def groups(plan):
    return sorted("".join(sorted(g)) for _, g in plan.memberships.groupby("district_id")["school_id"])


def value(plan, measure, scope="all"):
    rows = plan.findings
    return float(rows.loc[(rows["measure"] == measure) & (rows["scope"] == scope), "value"].iloc[0])


@pytest.mark.parametrize("counts", [{"school": (1, 2)}, {"school": (2, 2)}])
def test_hot_schools_never_share_a_zone(counts):
    plan = dt.make_plan(row(counts=counts, districts=(2, 3)))
    served = plan.zone_schools.groupby("zone_id")["school_id"].agg(set)
    assert all(not {"B", "C"} <= zone for zone in served)
    assert sorted("".join(sorted(z)) for z in served) == groups(plan)
    assert value(plan, "most_hot_schools") == 1


def test_a_zone_of_two_schools_has_their_seats_and_is_the_district():
    plan = dt.make_plan(row(counts={"school": (2, 2)}))
    assert groups(plan) == ["AB", "CD"]
    assert plan.blocks["zone_id_junior"].tolist() == ["J-A"] * 6 + ["J-C"] * 6
    shape = plan.zones.set_index("zone_id").geometry
    assert [g.equals(shape[z]) for g, z in zip(plan.districts.geometry, ["J-A", "J-C"], strict=True)] == [True, True]
    assert plan.rules.loc[plan.rules["rule"] == "shared_zones", "value"].tolist() == ["multi_school_zone"]
    assert value(plan, "detached_pieces") == 0
    assert value(plan, "pupils_over_seats") == 0


def test_expected_quality_is_even_where_single_schools_differ():
    plan = dt.make_plan(row(counts={"school": (2, 2)}))
    assert value(plan, "expected_quality", "zone:J-A") == value(plan, "expected_quality", "zone:J-C") == 75.0
    assert (value(plan, "expected_quality_range"), value(plan, "single_quality_range")) == (0.0, 30.0)
    assert (value(plan, "single_quality_low", "zone:J-A"), value(plan, "single_quality_high", "zone:J-A")) == (60.0, 90.0)


def test_a_stage_that_the_config_does_not_zone_is_zoned_by_default_rules():
    city = row(counts={"school": (2, 2)})
    plan = dt.make_plan(dataclasses.replace(city, settings=dataclasses.replace(city.settings, zoning={})))
    assert plan.zoned_stages == ("junior",)
    assert groups(plan) == ["AB", "CD"]


def test_without_pupils_in_the_blocks_only_the_groups_are_made_and_a_note_says_so():
    city = row(counts={"school": (2, 2)})
    city = dataclasses.replace(city, blocks=city.blocks.drop(columns="entrants_junior"), settings=dataclasses.replace(city.settings, zoning={}))
    plan = dt.make_plan(city)
    assert plan.zoned_stages == ()
    assert groups(plan) == ["AB", "CD"]
    assert plan.notes["problem"].str.contains("multi-school|多校").any()
    assert isinstance(plan.notes, pd.DataFrame)


def test_seats_and_pieces_of_a_shared_zone_count_for_the_zone_as_a_whole():
    """A and D share one zone and have two seats and ten: eight blocks are nearest to A, and those nearest to D lie between them in two pieces."""
    plan = dt.make_plan(row(counts={"school": (2, 2)}))
    seats = plan.seats.assign(seats=[{"A": 1.0, "B": 7.0, "C": 1.0, "D": 7.0}[s] for s in plan.seats["school_id"]])
    view = stage_views(plan.replace(seats=seats), "junior").plan
    assert view.load.tolist() != view.zone_load.tolist()
    assert (view.zone_load.tolist(), view.zone_seats.tolist()) == ([6, 6], [8, 8])
    assert (pupils_over_seats(view), detached_pieces(view)) == (0, 0)
    assert emptiest_school(view) == fullest_school(view) == 0.75
