"""Alliances inside counties under the alliances of counties: one tree, every compulsory school in it once."""

import dataclasses
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.auditing import audit_plan
from districting.checking.pairing.second_level import check_second_level
from districting.errors import DataError
from districting.model.pairing_settings import PairingSettings, SecondLevelSettings
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.map.content import page_content
from districting.outputs.public import public_plan
from districting.outputs.public_alliances import tells_of_pairs
from districting.outputs.run_folder import write_run
from districting.outputs.scheme_names import scheme_name
from districting.outputs.summary import summary_lines
from districting.planning import start_plan
from districting.planning.links import add_links
from districting.planning.links.county_leads import lead_candidates, size_for
from tests.planning.county_city import ROW, at, county_city, county_table

TRAVEL = SecondLevelSettings(complementarity=0.0, evenness=0.0)
APART = dataclasses.replace(TRAVEL, linked=("school",))


def linked(city, form="second_level", **general):
    general.setdefault("second_level", TRAVEL)
    return add_links(start_plan(city), city, PairingSettings(form=form, **general))


def alliances(plan, level=2):
    """District -> its schools."""
    ids = plan.districts.loc[plan.districts["level"] == level, "district_id"]
    mine = plan.memberships[plan.memberships["district_id"].isin(ids)]
    return {d: sorted(set(rows["school_id"])) for d, rows in mine.groupby("district_id")}


def leads(plan):
    mine = plan.memberships[plan.memberships["role"] == "lead"]
    return dict(zip(mine["district_id"], mine["school_id"], strict=True))


TOWN = [
    *(at(f"a{i}", i, county="A", tier="lead" if i in (1, 8) else "regular") for i in range(1, 9)),
    *(at(f"g{i}", 10 + i) for i in range(1, 6)),
    at("x1", 25, county="X"),
    *(at(f"y{i}", 30 + i, "junior" if i == 2 else "primary", county="Y", score=60.0 + i) for i in (1, 2)),
]


@pytest.fixture(scope="module")
def town():
    """County A: eight schools at 1 to 8 km, leads at both ends; a zone without a code: five; X: one; Y: two."""
    return linked(county_city(TOWN))


def test_every_county_has_alliances_and_every_school_is_in_one(town):
    assert alliances(town) == {
        "D01-01": ["a1", "a2", "a3", "a4"],
        "D01-02": ["a5", "a6", "a7", "a8"],
        "D02-01": ["x1"],
        "D03-01": ["y1", "y2"],
        "D04-01": ["g1", "g2", "g3", "g4", "g5"],
    }
    assert dict(zip(town.districts["district_id"], town.districts["parent_id"], strict=True)) == {
        **{f"D{i:02d}": "" for i in range(1, 5)},
        **{d: d[:3] for d in alliances(town)},
    }


def test_the_lead_is_of_tier_lead_or_else_the_best_of_the_county(town):
    assert leads(town) == {"D01-01": "a1", "D01-02": "a8", "D02-01": "x1", "D03-01": "y2", "D04-01": "g1"}
    assert town.recorded("pairing.second_level", "leads.A") == "tier"
    assert town.recorded("pairing.second_level", "leads.高新区") == "level"
    assert set(town.memberships["role"]) == {"lead", "member"}


def test_the_objective_is_pupils_times_metres_to_the_lead_with_its_bound(town):
    metres = 2 * (1 + 2 + 3) + (1 + 2 + 3 + 4) + 1
    assert float(town.recorded("pairing.second_level", "objective")) == pytest.approx(100.0 * 1000 * metres)
    assert float(town.recorded("pairing.second_level", "bound")) == pytest.approx(100.0 * 1000 * metres)
    assert town.recorded("pairing.second_level", "unit") == "pupil-metre"
    assert town.recorded("pairing.second_level", "status") == "optimal"


def test_a_county_with_a_single_school_is_an_alliance_of_one_and_is_said(town):
    assert any("戊县" in p for p in town.notes["problem"])
    assert town.recorded("pairing.second_level", "size.Y") == "2..6"


def test_counties_that_are_paired_share_one_alliance_above():
    plan = linked(county_city(TOWN), form=("county", "second_level"))
    top = plan.districts[plan.districts["level"] == 1].set_index("district_id")
    donor = dict(zip(plan.links["to_id"], plan.links["from_id"], strict=True))
    assert len(top) == 2
    assert set(top["county_code"]) == {""}
    below = plan.districts[plan.districts["level"] == 2].groupby("parent_id")["county_code"].agg(set)
    assert sorted(map(sorted, below)) == sorted(sorted(pair) for pair in donor.items())
    for name in ("戊县", "己县"):
        assert top["name"].str.contains(name).sum() == 1


def test_a_donor_of_two_recipients_makes_one_alliance_of_three_counties():
    row = (ROW[0], (None, "高新区", "山区", "受援"), *ROW[2:3])
    schools = [s for s in TOWN if not s["school_id"].startswith("y")]
    plan = linked(county_city(schools, county_table(row)), form=("county", "second_level"))
    assert plan.districts.loc[plan.districts["level"] == 1, "district_id"].tolist() == ["D01"]


def test_shapes_nest_and_cover_the_ground_once(town):
    shape = dict(zip(town.districts["district_id"], town.districts.geometry, strict=True))
    for district in alliances(town):
        assert shape[district].difference(shape[district[:3]].buffer(0.1)).area < 1.0
    tops = [s for d, s in shape.items() if "-" not in d]
    assert sum(s.area for s in tops) == pytest.approx(4e8, rel=1e-6)
    assert all(a.intersection(b).area < 1.0 for a, b in combinations(tops, 2))


def test_schools_that_a_link_ties_stay_at_level_1():
    strong = [at("s", 3.5, county="A", tier="lead", score=95.0), at("w", 6.5, county="A", tier="weak", score=50.0)]
    city = county_city([*(dict(s, tier="regular") for s in TOWN), *strong])
    plan = linked(city, form=("school", "second_level"), stages=("primary",), second_level=APART)
    assert set(plan.links["from_id"]) | set(plan.links["to_id"]) == {"s", "w"}
    assert {"s", "w"} <= set(alliances(plan, 1)["D01"])
    assert not {"s", "w"} & {i for schools in alliances(plan).values() for i in schools}
    assert plan.recorded("pairing.second_level", "in_links") == "2"
    every = linked(city, form=("school", "second_level"), stages=("primary",))
    assert {"s", "w"} <= {i for schools in alliances(every).values() for i in schools}


def paired(**second_level):
    """The town with a strong and a weak school in county A, who are a pair, and alliances inside the counties."""
    strong = [at("s", 3.5, county="A", tier="lead", score=95.0), at("w", 6.5, county="A", tier="weak", score=50.0)]
    city = county_city([*(dict(s, tier="regular") for s in TOWN), *strong])
    return linked(city, form=("school", "second_level"), stages=("primary",), second_level=dataclasses.replace(TRAVEL, **second_level))


@pytest.mark.parametrize("stage_of", ["memberships", "districts.csv"])
def test_nobody_outside_can_tell_the_pair_from_the_alliances(stage_of, tmp_path):
    write_run(paired(), tmp_path, audience="public")
    if stage_of == "memberships":
        plan = read_plan(tmp_path / "plan.gpkg")
        above, below = ({i for schools in alliances(plan, level).values() for i in schools} for level in (1, 2))
        assert above == below >= {"s", "w"}
        assert not len(plan.notes)
    else:
        rows = pd.read_csv(tmp_path / "districts.csv", dtype=str, encoding="utf-8-sig")
        of = rows.groupby("school_id")["district_id"].nunique()
        assert of["s"] == of["w"] == of.max() == of.min()


def test_alliances_without_the_pair_are_kept_from_the_public_and_that_is_said(tmp_path):
    plan = paired(linked=("school",))
    assert tells_of_pairs(plan)
    write_run(plan, tmp_path, audience="public")
    shown = read_plan(tmp_path / "plan.gpkg")
    assert (len(shown.districts), len(shown.memberships)) == (0, 0)
    assert "second_level" not in "".join(shown.findings["scope"])
    assert len(shown.notes) == 1
    assert "二级学校联盟不列入公开内容" in "\n".join(summary_lines(public_plan(plan), "zh", "public"))
    for name in ("districts.csv", "summary.json"):
        assert not {"s", "w"} & set(pd.Series([(tmp_path / name).read_text("utf-8-sig")]).str.findall(r"\b[a-z]+\d?\b").iloc[0])


def test_schools_left_at_level_1_lower_the_share_that_is_said_and_are_not_counted_in_alliances():
    plan = paired(linked=("school",))
    share = audit_plan(plan).findings.set_index("measure").loc["share_covered"]
    assert share["value"] == pytest.approx(16 / 18)
    assert share["verdict"] == ""
    assert "16所学校编成" in "\n".join(summary_lines(plan, "zh"))
    every = audit_plan(paired()).findings.set_index("measure").loc["share_covered"]
    assert (every["value"], every["verdict"]) == (1.0, "pass")


def test_the_name_of_a_county_alliance_goes_by_the_codes_and_not_by_who_gives():
    for swapped in (False, True):
        roles = [("支援", "受援"), ("受援", "支援")][swapped]
        rows = (("A", "甲县", "山区", roles[0]), ("X", "乙县", "山区", roles[1]))
        schools = [s for s in TOWN if s["county_code"] in ("A", "X")]
        plan = linked(county_city(schools, county_table(rows)), form=("county", "second_level"))
        assert plan.links["from_id"].tolist() == ["X" if swapped else "A"]
        top = public_plan(plan).districts.query("level == 1")
        assert (top["name"].tolist(), top["county_code"].tolist()) == (["甲县、乙县县际联盟"], [""])


def test_where_all_schools_are_linked_nothing_is_left_for_a_second_level():
    schools = [at("s", 3, county="A", tier="lead", score=95.0), at("w", 5, county="A", tier="weak", score=50.0)]
    plan = linked(county_city(schools), form=("school", "second_level"), stages=("primary",), second_level=APART)
    assert not len(plan.districts)
    assert plan.inclusion["share"].tolist() == [1.0]
    assert "pairing.second_level" in plan.notes["column"].tolist()


def test_a_nine_year_school_is_one_school_and_other_stages_take_no_part():
    nine = [at("n", 5, "primary", county="A"), at("n", 5, "junior", county="A")]
    plan = linked(
        county_city([*nine, *(at(f"a{i}", i, county="A") for i in range(1, 4)), at("k", 4, "preschool", county="A"), at("h", 4, "senior", county="A")])
    )
    assert alliances(plan) == {"D01-01": ["a1", "a2", "a3", "n"]}
    mine = plan.memberships[(plan.memberships["school_id"] == "n") & (plan.memberships["district_id"] == "D01-01")]
    assert sorted(mine["stage"]) == ["junior", "primary"]


def test_who_is_left_out_is_named_with_the_reason():
    schools = [
        *(at(f"a{i}", i, county="A", pupils=30.0) for i in range(1, 4)),
        at("private", 4, county="A", ownership="private"),
        at("nowhere", np.nan, county="A"),
        at("outside", 95),
    ]
    city = county_city(schools)
    plan = linked(city)
    mine = plan.coverage[plan.coverage["decision"].isin(["pairing.second_level", "all"])]
    assert dict(zip(mine["school_id"], mine["reason"], strict=True)) == {"private": "private", "nowhere": "no_coordinates", "outside": "no_county"}
    assert "private" in alliances(linked(city, private=True))["D01-01"]


def test_a_county_without_compulsory_schools_is_said(town):
    plan = linked(county_city([s for s in TOWN if not s["school_id"].startswith("x")]))
    assert any("戊县" in p for p in plan.notes["problem"])
    assert len(plan.districts[plan.districts["level"] == 1]) == 3


def test_equal_scores_and_levels_go_by_pupils_and_then_by_code():
    members = pd.DataFrame({"school_id": ["b", "a", "c"], "stage": "primary", "tier": "weak", "score": 75.0, "pupils": [100.0, 100.0, 300.0], "level": ""})
    assert lead_candidates(members, 1)[0].tolist() == [False, False, True]
    assert lead_candidates(members, 2)[0].tolist() == [False, True, True]
    town = members.assign(level=["镇级", "村级", "村级"])
    assert lead_candidates(town, 1)[0].tolist() == [True, False, False]
    strong = members.assign(score=[75.0, 90.0, np.nan])
    assert lead_candidates(strong, 1)[0].tolist() == [False, True, False]
    led = members.assign(tier=["weak", "weak", "lead"], level=["市级", "", ""])
    assert lead_candidates(led, 1)[0].tolist() == [False, False, True]
    assert lead_candidates(led, 2)[0].tolist() == [True, False, True]


@given(st.integers(1, 200), st.integers(1, 9), st.integers(0, 9))
def test_every_number_of_schools_can_be_divided_by_the_size_used(schools, least, more):
    low, high = size_for(schools, (least, least + more))
    fits = [k for k in range(1, schools + 1) if k * low <= schools <= k * high]
    assert fits
    wanted = [k for k in range(1, schools + 1) if k * least <= schools <= k * (least + more)]
    assert (low, high) == (least, least + more) if wanted else low < least


def best_split(x, heads, low, high):
    """The least travel over all ways to give every place a head, counted by hand."""
    best = np.inf
    for count in range(1, len(heads) + 1):
        for chosen in combinations(heads, count):
            for label in np.ndindex(*([count] * len(x))):
                size = np.bincount(label, minlength=count)
                own = all(label[h] == i for i, h in enumerate(chosen))
                if own and size.min() >= low and size.max() <= high:
                    best = min(best, sum(abs(x[i] - x[chosen[g]]) for i, g in enumerate(label)))
    return best


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 99), min_size=6, max_size=6, unique=True), st.lists(st.booleans(), min_size=6, max_size=6))
def test_no_other_division_of_a_county_is_nearer(places, tiers):
    if not any(tiers):
        tiers[0] = True
    schools = [at(f"a{i}", x / 10 + 0.05, county="A", tier="lead" if t else "regular", pupils=1.0) for i, (x, t) in enumerate(zip(places, tiers, strict=True))]
    plan = linked(county_city(schools), second_level=dataclasses.replace(TRAVEL, size=(2, 6)))
    heads = [i for i, t in enumerate(tiers) if t]
    assert float(plan.recorded("pairing.second_level", "objective")) == pytest.approx(100.0 * best_split(places, heads, 2, 6), abs=1e-3)


def test_without_a_counties_table_the_codes_of_the_schools_make_the_counties():
    schools = [at("a", 2, county="A"), at("b", 12, county="B"), at("b2", 13, county="B")]
    admin = county_table().rename(columns={"county_code": "code"})[["name", "geometry"]]
    plan = linked(county_city(schools, table=False, admin=admin))
    assert alliances(plan) == {"D01-01": ["a"], "D02-01": ["b", "b2"]}
    with pytest.raises(DataError) as caught:
        linked(county_city([at("a", 2), at("b", 12)], table=False, admin=admin))
    assert [f.column for f in caught.value.faults] == ["county_code"]


def test_no_ground_and_no_school_are_faults():
    with pytest.raises(DataError) as caught:
        linked(county_city([at("a", 2, county="A")], table=False))
    assert caught.value.faults[0].column == "inputs.admin"
    with pytest.raises(DataError) as caught:
        linked(county_city([at("k", 2, "preschool", county="A")]))
    assert caught.value.faults[0].column == "stage"


def test_the_plan_is_written_read_and_audited_and_the_scheme_has_words(town, tmp_path):
    write_plan(town, tmp_path / "plan.gpkg")
    again = read_plan(tmp_path / "plan.gpkg")
    assert alliances(again) == alliances(town)
    failed = audit_plan(again).findings
    assert not len(failed[(failed["verdict"] == "fail") & (failed["measure"] != "share_covered")])
    assert scheme_name("second_level", "zh") == "二级学校联盟"
    assert "2" in scheme_name("second_level", "en", 2)
    assert "二级学校联盟" in "\n".join(summary_lines(town, "zh"))
    assert town.recorded("pairing.second_level", "territory") == public_plan(town).recorded("pairing.second_level", "territory") == "cells"
    assert {g["ground"] for g in page_content(public_plan(town), "public", "zh")["groupings"]} == {"cells"}


def test_the_check_finds_every_broken_rule():
    county, schools = ["A", "A", "B"], ["p", "q", "r"]
    assert check_second_level([0, 0, 1], county, schools, [0, 2]) == []
    assert check_second_level([0, -1, 1], county, schools, [0, 2]) == ["covered"]
    assert check_second_level([0, 1, 1], county, schools, [0, 2]) == ["within_county"]
    assert check_second_level([0, 0, 1], county, schools, [2, 2]) == ["lead"]
    assert check_second_level([0, 1, 2], ["A", "A", "B"], ["p", "p", "r"], [0, 1, 2]) == ["one_alliance"]
    assert "every_county" in check_second_level([0, 0, -1], county, schools, [0])


def test_the_only_school_of_a_town_joins_the_nearest_alliance():
    far = [at(f"a{i}", i, county="A", tier="lead" if i == 2 else "regular") for i in (1, 2, 3, 4)]
    near = [at(f"b{i}", 6 + i / 2, county="A", tier="lead" if i == 2 else "regular") for i in (1, 2, 3, 4)]
    plan = linked(county_city([*far, *near, at("alone", 5.5, county="A")]))
    assert alliances(plan)["D01-02"] == ["alone", "b1", "b2", "b3", "b4"]
