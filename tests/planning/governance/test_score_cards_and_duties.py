"""The tied score of lead and members; actors, duties and mechanisms from a data file."""

import numpy as np
import pytest

import districting as dt
from districting.errors import DataError
from districting.model.settings import GovernanceSettings
from districting.planning.governance import add_governance, check_governance
from districting.planning.governance.profile import read_profile
from tests.planning.governance.drawn_districts import ROWS, drawn_plan


def cards(plan):
    return plan.score_cards.set_index("district_id")


def test_half_the_lead_and_half_the_mean_of_the_members():
    card = cards(add_governance(drawn_plan())).loc["D01"]
    assert card["lead_score"] == pytest.approx(90.137)
    assert card["members_mean"] == pytest.approx((75.137 + 65.137) / 2)  # N counts once, with the mean of its two stages
    assert card["tied_score"] == pytest.approx(80.137)


def test_the_share_of_the_lead_is_a_setting():
    assert cards(add_governance(drawn_plan(), GovernanceSettings(lead_share=0.75))).loc["D01", "tied_score"] == pytest.approx(85.137)


def test_members_without_a_score_are_counted_and_not_guessed():
    card = cards(add_governance(drawn_plan())).loc["D02"]
    assert (card["members_scored"], card["without_score"]) == (0, 1)
    assert np.isnan(card["tied_score"])


def test_without_a_lead_there_is_no_tied_score():
    plan = add_governance(drawn_plan(rows=tuple((d, s, stage, "member", score) for d, s, stage, _, score in ROWS)))
    assert cards(plan)["tied_score"].isna().all()


def test_every_duty_has_exactly_one_actor_who_answers_for_it_and_one_or_more_who_do_it():
    duties = add_governance(drawn_plan()).duties
    assert set(duties["actor"]) == {"bureau", "lead", "members", "community", "parents", "inspector"}
    assert (duties["letters"].str.contains("A").groupby(duties["duty"]).sum() == 1).all()
    assert (duties["letters"].str.contains("R").groupby(duties["duty"]).sum() >= 1).all()


def test_every_district_has_the_six_mechanisms_with_owner_evidence_and_frequency():
    table = add_governance(drawn_plan()).mechanisms
    six = {"district_evaluation", "rotation", "sharing", "inspector", "pupil_evaluation", "fund"}
    assert table.groupby("district_id")["mechanism"].agg(set).to_dict() == {"D01": six, "D02": six}
    assert (table[["owner_name", "evidence", "frequency"]] != "").all(axis=None)


@pytest.mark.parametrize(("language", "owner"), [("zh", "教育局"), ("en", "education bureau")])
def test_the_words_are_in_the_language_of_the_plan(language, owner):
    assert owner in set(add_governance(drawn_plan(language)).mechanisms["owner_name"])


OWN = """
actors.bureau = { zh = "局", en = "bureau" }
duties.one = { zh = "甲", en = "one", bureau = "AR" }
mechanisms.fund = { zh = "钱", en = "money", owner = "bureau", evidence = { zh = "账", en = "account" }, frequency = { zh = "常", en = "often" } }
"""


def test_a_file_of_the_planner_takes_the_place_of_the_packages(tmp_path):
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    plan = add_governance(drawn_plan(), GovernanceSettings(profile="own.toml"), tmp_path)
    assert plan.duties["name"].tolist() == ["甲"]
    assert plan.mechanisms["mechanism"].tolist() == ["fund", "fund"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('bureau = "AR"', 'bureau = "R"', "duties.one"),
        ('bureau = "AR"', 'bureau = "AX"', "duties.one"),
        ('bureau = "AR"', 'nobody = "AR"', "duties.one"),
        ('owner = "bureau"', 'owner = "nobody"', "mechanisms.fund"),
        (', en = "often"', "", "mechanisms.fund.frequency"),
        ('zh = "局", ', "", "actors.bureau"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused_at_its_place(tmp_path, old, new, place):
    assert old in OWN
    (tmp_path / "own.toml").write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_profile(tmp_path / "own.toml")
    assert place in [f.column for f in caught.value.faults]


def test_a_file_that_is_not_there_is_said_before_the_districts_are_searched_for(tmp_path):
    with pytest.raises(DataError):
        check_governance(drawn_plan(), GovernanceSettings(profile="none.toml"), tmp_path)


def test_made_again_with_other_settings_nothing_of_before_is_left():
    twice = add_governance(add_governance(drawn_plan(), GovernanceSettings(inspector_load=1)), GovernanceSettings())
    once = add_governance(drawn_plan())
    for name in ("charter", "conference", "duties", "inspectors", "mechanisms", "score_cards", "provenance"):
        assert getattr(twice, name).equals(getattr(once, name))


def test_a_plan_without_districts_has_none_of_it_and_something_else_is_refused():
    assert len(dt.add_governance(dt.Plan("x", 2026, "zh", "EPSG:4546")).charter) == 0
    with pytest.raises(DataError):
        dt.add_governance("plan.gpkg")
