"""Base schools, masters and apprentices, the calendar and the layers of sharing on the hand-drawn grid: rows of the plan."""

import dataclasses

import pandas as pd
import pytest

from districting.errors import DataError, InfeasibleError
from districting.model.pairing_settings import ApprenticeSettings, BaseSchoolSettings, PairingSettings, ShareSettings
from districting.planning import start_plan
from districting.planning.links import add_links
from districting.planning.links.calendar import support_events

COLUMNS = ("teacher_id", "school_id", "stage", "subject", "years_teaching", "backbone", "expert", "title")
TEACHERS = [
    ("t1", "L", "junior", "语文", 20, True, True, "高级教师"),
    ("t2", "L", "junior", "语文", 10, True, False, "一级教师"),
    ("t3", "W", "junior", "语文", 1, False, False, "三级教师"),
    ("t4", "M", "junior", "语文", 25, False, False, "高级教师"),
    ("t5", "V", "junior", "语文", 2, False, False, "二级教师"),
    ("t6", "V", "junior", "语文", 9, False, False, "一级教师"),
    ("t7", "W", "junior", "音乐、美术", 2, False, False, "二级教师"),
    ("t8", "M", "junior", "", 1, False, False, ""),
]


def table(rows=TEACHERS):
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.assign(years_here=float("nan"), years_teaching=frame["years_teaching"].astype(float), age=float("nan"), sex="", hours_free=float("nan"))


def linked(city, form, **changes):
    settings = dataclasses.replace(city.settings.pairing, form=form, **changes)
    return add_links(start_plan(city), city, settings)


@pytest.fixture
def staffed(grid_city):
    return dataclasses.replace(grid_city, teachers=table())


def pairs_of(plan, kind):
    rows = plan.links[plan.links["kind"] == kind]
    return sorted(zip(rows["subject"], rows["from_id"], rows["to_id"], strict=True))


# ---- base schools ----


def test_every_county_has_its_base_of_a_subject_and_single_teachers_join(staffed):
    plan = linked(staffed, "base_school", base_school=BaseSchoolSettings(subjects=("语文",), bases=2))
    assert pairs_of(plan, "base_school") == [("语文", "L", "W"), ("语文", "M", "V")]
    assert set(plan.links["channel"]) == {"joint_research"}
    assert plan.recorded("pairing.base_school.junior", "status") == "optimal"
    assert float(plan.recorded("pairing.base_school.junior", "objective")) == 100.0 + 2 * 100.0  # one teacher at W, two at V


def test_experts_of_a_base_stand_by_reason(staffed):
    plan = linked(staffed, "base_school", base_school=BaseSchoolSettings(subjects=("语文",), bases=2))
    rows = list(plan.experts[["base_id", "teacher_id", "reason"]].itertuples(index=False, name=None))
    assert rows == [("L", "t1", "expert"), ("L", "t2", "backbone"), ("M", "t4", "senior_title")]
    one = linked(staffed, "base_school", base_school=BaseSchoolSettings(subjects=("语文",), bases=2, experts=1))
    assert one.experts["teacher_id"].tolist() == ["t1", "t4"]


def test_a_subject_without_a_strong_school_is_refused_and_any_candidate_helps(staffed):
    settings = BaseSchoolSettings(subjects=("音乐",), bases=1)
    with pytest.raises(InfeasibleError) as caught:
        linked(staffed, "base_school", base_school=settings)
    assert [c.rule for c in caught.value.conflicts] == ["base_in_every_area"]
    plan = linked(staffed, "base_school", base_school=dataclasses.replace(settings, candidates="any"))
    assert len(plan.links) == 0
    assert plan.recorded("pairing.base_school.junior", "bases.音乐") == "school W"


def test_schools_without_a_teacher_of_the_subjects_are_named(staffed):
    plan = linked(staffed, "base_school", base_school=BaseSchoolSettings(subjects=("音乐",), bases=1, candidates="any"))
    left = plan.coverage[plan.coverage["decision"] == "pairing.base_school.junior"]
    assert set(zip(left["school_id"], left["reason"], strict=True)) == {(s, "no_teachers") for s in ("L", "M", "V")}


def test_the_number_of_bases_follows_from_the_towns_and_is_asked_for_where_they_are_not_known(staffed):
    with pytest.raises(DataError, match="bases"):
        linked(staffed, "base_school")
    towns = [f"t{i}" for i in range(len(staffed.schools) - 1)] + ["t0"]
    known = dataclasses.replace(staffed, schools=staffed.schools.assign(town_code=towns))
    plan = linked(known, "base_school", base_school=BaseSchoolSettings(subjects=("语文",)))
    assert plan.recorded("pairing.base_school.junior", "bases.语文") == "school L、school M"  # seven towns: two bases


def test_counts_of_the_schools_stand_in_for_a_table_of_teachers(grid_city):
    with pytest.raises(DataError, match="maths_teachers"):
        linked(grid_city, "base_school")
    counted = dataclasses.replace(grid_city, school_stages=grid_city.school_stages.assign(maths_teachers=3.0))
    plan = linked(counted, "base_school", base_school=BaseSchoolSettings(bases=2))
    assert pairs_of(plan, "base_school") == [("数学", "L", "W"), ("数学", "M", "V")]
    assert len(plan.experts) == 0


def test_one_set_of_bases_for_all_subjects(staffed):
    plan = linked(staffed, "base_school", base_school=BaseSchoolSettings(by="all", bases=2))
    assert pairs_of(plan, "base_school") == [("", "L", "W"), ("", "M", "V")]


def test_all_seniors_are_one_community_on_the_ground_of_the_city_and_host_in_turn(staffed):
    stages = staffed.school_stages.assign(stage=staffed.school_stages["stage"].replace("primary", "senior"))
    city = dataclasses.replace(staffed, school_stages=stages)
    plan = linked(city, "base_school", base_school=BaseSchoolSettings(subjects=("语文",), bases=2))
    (district,) = plan.districts.itertuples()
    assert (district.scheme, district.geometry.area) == ("senior_community", 160_000.0)
    assert plan.memberships["school_id"].tolist() == ["P1", "P2", "P3", "P4"]
    assert set(plan.memberships["role"]) == {"member"}
    events = plan.support_events
    assert events["host_id"].tolist() == ["P1", "P2", "P3", "P4", "P1", "P2", "P3", "P4", "P1"]
    assert events["month"].tolist() == [9, 10, 11, 12, 1, 3, 4, 5, 6]
    assert events["year"].tolist() == [plan.year] * 4 + [plan.year + 1] * 5
    without = linked(city, "base_school", base_school=BaseSchoolSettings(subjects=("语文",), bases=2, senior_community=False))
    assert len(without.districts) == len(without.support_events) == 0


# ---- masters and apprentices ----


def test_apprentices_learn_from_the_near_master_of_another_school(staffed):
    plan = linked(staffed, "master_apprentice")
    rows = plan.apprentices
    assert list(rows[["subject", "master_id", "apprentice_id", "distance_m"]].itertuples(index=False, name=None)) == [
        ("语文", "t1", "t3", 100.0),
        ("语文", "t4", "t5", 100.0),
    ]
    assert rows["term_to"].tolist() == [plan.year + 2] * 2
    assert pairs_of(plan, "master_apprentice") == [("语文", "L", "W"), ("语文", "M", "V")]


def test_apprentices_without_a_master_are_counted_with_the_reason(staffed):
    plan = linked(staffed, "master_apprentice")
    assert plan.recorded("pairing.master_apprentice.junior", "unmatched.no_master") == "1"
    assert plan.notes["problem"].str.contains("音乐 1").any()
    assert not plan.notes["problem"].str.contains("t7").any()


def test_without_a_table_of_teachers_nobody_is_paired_and_the_form_says_so(grid_city):
    with pytest.raises(DataError, match="table of teachers"):
        linked(grid_city, "master_apprentice")


def test_years_at_the_school_stand_in_where_years_of_teaching_are_not_given(staffed):
    here = staffed.teachers.assign(years_here=staffed.teachers["years_teaching"], years_teaching=float("nan"))
    plan = linked(dataclasses.replace(staffed, teachers=here), "master_apprentice")
    assert plan.apprentices["apprentice_id"].tolist() == ["t3", "t5"]


# ---- the calendar ----


def test_the_calendar_holds_every_link_as_often_as_it_is_asked(staffed):
    asked = ApprenticeSettings(per_year={"joint_research": 1, "lessons_sent": 2, "same_lesson": 3, "master_apprentice": 4})
    plan = linked(staffed, ("school", "master_apprentice"), master_apprentice=asked)
    counts = plan.support_events.groupby(["kind", "event"]).size().to_dict()
    assert counts == {
        ("school", "joint_research"): 2,
        ("school", "lessons_sent"): 4,
        ("school", "same_lesson"): 6,
        ("master_apprentice", "master_apprentice"): 8,
    }
    sent = plan.support_events[plan.support_events["event"] == "lessons_sent"]
    assert set(zip(sent["host_id"], sent["guest_ids"], strict=True)) == {("L", "W"), ("M", "V")}
    assert set(plan.support_events["month"]) <= set(staffed.settings.governance.term_months)
    assert (plan.support_events[["subject", "host_id", "guest_ids"]] != "").all().all()
    masters = plan.support_events[plan.support_events["event"] == "master_apprentice"]
    assert set(masters["teachers"]) == {2}


def test_the_whole_circle_of_a_base_meets_and_the_base_is_always_host(staffed):
    city = dataclasses.replace(staffed, schools=staffed.schools.assign(county_code="A"))
    plan = linked(city, "base_school", base_school=BaseSchoolSettings(subjects=("语文",), bases=1))
    events = support_events(plan, ApprenticeSettings(), (9, 3))
    assert len(events) == 2
    assert set(events["host_id"]) == {plan.links["from_id"].iloc[0]}
    assert {len(g.split(",")) for g in events["guest_ids"]} == {3}
    assert list(zip(events["year"], events["month"], strict=True)) == [(plan.year, 9), (plan.year + 1, 3)]
    assert set(events["teachers"]) == {8}


def test_without_links_there_is_no_event(grid_city):
    assert len(support_events(start_plan(grid_city), ApprenticeSettings(), (9,))) == 0


# ---- six shares ----


def shared(city, rows):
    return dataclasses.replace(city, shares=pd.DataFrame(rows, columns=["layer", "from_id", "to_id"]))


def test_shares_are_links_of_their_layer_and_cover_the_city(grid_city):
    plan = linked(shared(grid_city, [("book", "L", "W"), ("lesson", "M", "W")]), "six_shares")
    assert list(plan.links[["channel", "from_id", "to_id", "distance_m"]].itertuples(index=False, name=None)) == [
        ("book", "L", "W", 100.0),
        ("lesson", "M", "W", 100.0),
    ]
    rows = plan.share_coverage.set_index("layer")
    assert set(rows["scheme"]) == {""}
    assert rows.loc["book", ["schools", "covered", "share"]].tolist() == [4, 2, 0.5]
    assert rows.loc["mean", "share"] == pytest.approx((0.5 + 0.5) / 6)
    assert plan.notes["problem"].str.contains("好场所共用").any()


@pytest.mark.parametrize(("inside", "covered"), [(False, [1, 1]), (True, [0, 0])])
def test_every_district_of_the_plan_has_its_coverage(grid_city, inside, covered):
    city = shared(grid_city, [("venue", "L", "V")])
    plan = start_plan(city)
    districts = pd.DataFrame({"district_id": ["D1", "D2"], "scheme": "mine", "level": 1, "parent_id": "", "name": "", "theme": "", "county_code": ""})
    members = pd.DataFrame({"scheme": "mine", "district_id": ["D1", "D1", "D2", "D2"], "school_id": ["L", "W", "M", "V"], "stage": "junior", "role": "member"})
    settings = PairingSettings(form="six_shares", stages=("junior",), six_shares=ShareSettings(inside=inside))
    rows = add_links(plan.replace(districts=districts, memberships=members), city, settings).share_coverage
    mine = rows[(rows["scheme"] == "mine") & (rows["layer"] == "venue")]
    assert mine["schools"].tolist() == [2, 2]
    assert mine["covered"].tolist() == covered


def test_without_a_table_of_sharing_the_form_says_so(grid_city):
    with pytest.raises(DataError, match="table of sharing"):
        linked(grid_city, "six_shares")


def test_what_stands_in_the_way_of_several_forms_is_said_together(grid_city):
    with pytest.raises(DataError) as caught:
        linked(grid_city, ("master_apprentice", "six_shares"))
    assert {f.column for f in caught.value.faults} == {"inputs.teachers", "inputs.shares"}
