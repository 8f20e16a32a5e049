"""Charter and joint conference: one seat per principal, the lead's principal in the chair, a meeting a month in term."""

import pytest

from districting.errors import DataError
from districting.model.settings import GovernanceSettings
from districting.planning.governance import add_governance
from tests.planning.governance.drawn_districts import ROWS, drawn_plan


def charter(plan, district="D01"):
    return plan.charter[plan.charter["district_id"] == district]


def test_a_nine_year_school_that_sits_in_two_stages_holds_one_seat():
    seats = charter(add_governance(drawn_plan()))
    assert seats["school_id"].tolist() == ["A", "N", "P"]
    assert seats.set_index("school_id").loc["N", "stages"] == "primary,junior"


def test_a_principal_who_heads_two_campuses_holds_one_seat():
    seats = charter(add_governance(drawn_plan(), GovernanceSettings(one_principal=(("N校", "P"),))))
    assert seats["school_id"].tolist() == ["A", "N"]
    assert seats["also_heads"].tolist() == ["", "P"]


def test_a_principal_of_schools_in_two_districts_holds_a_seat_in_each():
    plan = add_governance(drawn_plan(), GovernanceSettings(one_principal=(("P", "Q"),)))
    assert (len(charter(plan)), len(charter(plan, "D02"))) == (3, 2)
    assert set(plan.charter["also_heads"]) == {""}


def test_the_principal_of_the_lead_has_the_chair_of_each_district():
    plan = add_governance(drawn_plan())
    assert plan.charter.loc[plan.charter["office"] == "chair", ["district_id", "school_id"]].to_numpy().tolist() == [["D01", "A"], ["D02", "B"]]


def test_where_no_school_leads_the_chair_goes_round():
    plan = add_governance(drawn_plan(rows=tuple((d, s, stage, "member", score) for d, s, stage, _, score in ROWS)))
    assert charter(plan)["office"].tolist() == ["first_chair", "member", "member"]


def test_the_charter_names_no_role_but_chair_and_member():
    assert set(add_governance(drawn_plan()).charter["office"]) == {"chair", "member"}


def test_the_term_runs_from_the_plan_for_the_years_of_the_settings():
    seat = charter(add_governance(drawn_plan(), GovernanceSettings(term_years=5))).iloc[0]
    assert (seat["term_years"], seat["term_from"], seat["term_to"]) == (5, 2026, 2031)


def test_the_conference_meets_once_a_month_in_term_and_the_hosts_take_turns():
    meetings = add_governance(drawn_plan(), GovernanceSettings(term_months=(11, 12, 1, 3))).conference
    first = meetings[meetings["district_id"] == "D01"]
    assert list(zip(first["year"], first["month"], first["host_id"], strict=True)) == [(2026, 11, "A"), (2026, 12, "N"), (2027, 1, "P"), (2027, 3, "A")]


def test_nine_meetings_are_the_default_and_none_falls_into_the_holidays():
    meetings = add_governance(drawn_plan()).conference
    assert meetings.groupby("district_id").size().tolist() == [9, 9]
    assert not set(meetings["month"]) & {2, 7, 8}


def test_two_meetings_a_month_may_be_held_by_the_chair_alone():
    meetings = add_governance(drawn_plan(), GovernanceSettings(term_months=(9,), meetings_per_month=2, hosts="chair")).conference
    assert meetings[meetings["district_id"] == "D02"][["meeting", "host_id"]].to_numpy().tolist() == [[1, "B"], [2, "B"]]


def test_schools_that_are_not_there_and_schools_of_two_principals_are_refused_by_name():
    with pytest.raises(DataError) as caught:
        add_governance(drawn_plan(), GovernanceSettings(one_principal=(("A", "Nowhere"), ("A", "P"))))
    assert [f.column for f in caught.value.faults] == ["governance.one_principal"] * 2
    assert "Nowhere" in caught.value.say("en")
