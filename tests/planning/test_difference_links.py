"""Pairs of differences and the drives of links, on a city drawn by hand (see conftest)."""

import dataclasses

import numpy as np
import pytest

import districting as dt
from districting.model.pairing_settings import DifferenceSettings, DriveSettings
from districting.model.resources import RESOURCES
from districting.model.settings import PairingSettings
from districting.planning.links.drive import with_drives
from districting.reading.schema import header_index, normal


def city_with(grid_city, resources, **pairing):
    """The grid city with totals of resources by school; pupils are 100 everywhere."""
    given = {"stages": ("junior",), "form": "difference", **pairing}
    stages = grid_city.school_stages.drop(columns="books").assign(pupils=100.0)
    for name, of_school in resources.items():
        stages[name] = [of_school.get(s, np.nan) for s in stages["school_id"]]
    settings = dataclasses.replace(grid_city.settings, zoning={}, grouping=None, pairing=PairingSettings(**given))
    return dataclasses.replace(grid_city, school_stages=stages, settings=settings)


def left_out(plan):
    """School -> why it has no partner in this form."""
    rows = plan.coverage[plan.coverage["decision"] == "pairing.difference.junior"]
    return dict(zip(rows["school_id"], rows["reason"], strict=True))


BOOKS = {"L": 300.0, "W": 100.0, "M": 300.0, "V": 100.0}
COMPUTERS = {"L": 10.0, "W": 30.0, "M": 30.0, "V": 10.0}
MIXED = {"books": BOOKS, "computers": COMPUTERS}


def test_the_school_with_books_and_the_one_with_computers_become_partners(grid_city):
    plan = dt.make_plan(city_with(grid_city, MIXED))
    (link,) = plan.links.to_dict(orient="records")
    assert (link["kind"], link["from_id"], link["to_id"], link["stage"]) == ("difference", "L", "W", "junior")
    assert link["gain_from"] == link["gain_to"] == pytest.approx(0.5)
    assert link["distance_m"] == pytest.approx(100.0)
    assert link["drive"] == "voluntary"
    given = plan.gains[["giver_id", "taker_id", "resource", "amount"]].to_numpy().tolist()
    assert given == [["L", "W", "books", pytest.approx(0.5)], ["W", "L", "computers", pytest.approx(0.5)]]
    assert left_out(plan) == {"M": "nothing_to_gain", "V": "dominated"}
    assert plan.recorded("pairing.difference.junior", "status") == "optimal"


def test_a_dominated_school_that_a_strong_one_carries_is_not_listed(grid_city):
    plan = dt.make_plan(city_with(grid_city, MIXED, form=("school", "difference")))
    assert set(plan.links["kind"]) == {"school", "difference"}
    assert "pairing.difference.junior" not in set(plan.coverage["decision"])


def test_every_link_between_schools_says_what_drives_it(grid_city):
    plan = dt.make_plan(city_with(grid_city, MIXED, form=("school", "difference"), drive=DriveSettings(mutual=0.4, large=0.45, least=0.0)))
    of_pair = plan.links.set_index(["kind", "from_id", "to_id"])["drive"].to_dict()
    assert of_pair == {("difference", "L", "W"): "voluntary", ("school", "L", "W"): "voluntary", ("school", "M", "V"): "administrative"}


def test_a_school_without_resources_is_left_out_and_its_links_have_no_drive(grid_city):
    silent = {name: {k: v for k, v in of.items() if k != "W"} for name, of in MIXED.items()}
    plan = dt.make_plan(city_with(grid_city, silent, form=("school", "difference")))
    assert left_out(plan)["W"] == "no_resources"
    drives = plan.links.set_index(["kind", "to_id"])["drive"].to_dict()
    assert drives[("school", "W")] == ""
    assert plan.recorded("pairing.drive", "unknown") == "1"


def test_what_one_school_does_not_say_is_average_and_noted(grid_city):
    some = {"books": BOOKS, "computers": {k: v for k, v in COMPUTERS.items() if k != "V"}}
    plan = dt.make_plan(city_with(grid_city, some))
    assert "computers" in set(plan.notes["column"])


def test_resources_that_nobody_gives_are_refused_with_the_columns_to_add(grid_city):
    with pytest.raises(dt.DataError, match="columns of resources") as caught:
        dt.make_plan(city_with(grid_city, {}))
    assert "资源指标" in caught.value.say("zh")
    (fault,) = caught.value.faults
    known = header_index("schools")
    for word in (*fault.remedy.values["headers"], *fault.remedy.values["names"]):
        assert known[normal(word)] in RESOURCES
        assert word in fault.remedy.say("zh")


def test_a_weight_for_a_resource_that_is_not_there_is_refused(grid_city):
    with pytest.raises(dt.DataError, match="pianos"):
        dt.make_plan(city_with(grid_city, MIXED, difference=DifferenceSettings(weights={"pianos": 1.0})))


def test_weights_lay_over_the_usual_ones(grid_city):
    plan = dt.make_plan(city_with(grid_city, MIXED, difference=DifferenceSettings(weights={"books": 3.0})))
    (link,) = plan.links.to_dict(orient="records")
    assert (link["gain_from"], link["gain_to"]) == (pytest.approx(0.25), pytest.approx(0.75))


def test_counties_may_keep_to_themselves(grid_city):
    crossed = {"books": BOOKS, "computers": {"L": 10.0, "W": 10.0, "M": 30.0, "V": 30.0}}
    plan = dt.make_plan(city_with(grid_city, crossed))
    assert plan.links[["from_id", "to_id"]].to_numpy().tolist() == [["L", "V"]]
    apart = dt.make_plan(city_with(grid_city, crossed, within_county=True))
    assert len(apart.links) == 0
    assert set(left_out(apart).values()) == {"dominated", "nothing_to_gain", "no_partner_near"}


def test_the_public_hears_nothing_of_it(grid_city):
    from districting.outputs.public import public_plan

    shown = public_plan(dt.make_plan(city_with(grid_city, MIXED)))
    assert len(shown.links) == 0
    assert len(shown.gains) == 0
    assert not shown.provenance["part"].str.startswith("pairing").any()


def test_a_stage_without_a_pair_says_so_in_the_summary(grid_city):
    from districting.outputs.summary import summary_lines

    plan = dt.make_plan(city_with(grid_city, {"books": BOOKS}))
    assert len(plan.links) == 0
    assert any("没有两所学校" in line for line in summary_lines(plan, "zh"))
    assert any("both gain" in line for line in summary_lines(plan, "en"))


def test_a_link_without_a_stage_is_driven_by_the_first_stage_that_both_ends_teach(grid_city):
    plan = dt.make_plan(city_with(grid_city, MIXED))
    rows = plan.links.assign(kind="six_shares", stage="", drive="", gain_from=np.nan, gain_to=np.nan)
    city = city_with(grid_city, MIXED)
    given = with_drives(plan.replace(links=rows), city, city.settings.pairing)
    assert given.links["drive"].tolist() == ["voluntary"]
    assert given.links["gain_from"].tolist() == plan.links["gain_from"].tolist()
    apart = plan.school_stages.assign(
        stage=["senior" if s == "W" else t for s, t in zip(plan.school_stages["school_id"], plan.school_stages["stage"], strict=True)]
    )
    lost = with_drives(plan.replace(links=rows, school_stages=apart), city, city.settings.pairing)
    assert (lost.links["drive"].tolist(), lost.recorded("pairing.drive", "unknown")) == ([""], "1")
    far = rows.assign(from_kind="university", from_id="U")
    foreign = with_drives(plan.replace(links=far), city, city.settings.pairing)
    assert (foreign.links["drive"].tolist(), foreign.recorded("pairing.drive", "unknown")) == ([""], "0")
