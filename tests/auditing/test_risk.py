"""The risk of the row of six blocks, counted by hand: a2 (30 pupils) goes from T to S, a5 (30) from S to T; 60 of 120 pupils move."""

import dataclasses
import math
from importlib import resources

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from districting.auditing.audit import audit_plan, audited
from districting.auditing.balance import recorded_profile
from districting.auditing.families import read_families
from districting.auditing.quality_access import stage_access, with_access
from districting.auditing.risk import recorded_risk, risk_findings, stage_risk
from districting.auditing.risk_assessment import RiskOptions, assess_risk
from districting.auditing.risk_odds import scheme_odds, stage_odds
from districting.config import parse_settings
from districting.errors import DataError
from districting.model.draft_mark import is_draft
from districting.model.risk_rules import Errors
from districting.model.settings import AuditSettings
from districting.outputs.public import public_plan
from districting.outputs.risk import risk_lines, write_risk
from districting.outputs.risk_report import report_text
from districting.reading.risk_profile import read_risk_rules
from districting.wording import say
from tests.auditing.conftest import CRS
from tests.executing.elsewhere import Elsewhere

RULES = read_risk_rules()
SURE = Errors(common=0.0, dispersion=0.0, travel=0.0, score=0.0)


@pytest.fixture
def with_river(row_plan):
    """A barrier between a2 and a3, and the blocks named as groups of two villages."""
    line = gpd.GeoDataFrame({"kind": ["barrier"], "name": ["river"]}, geometry=[shapely.LineString([(300, -50), (300, 150)])], crs=CRS)
    return row_plan.replace(backdrop=line, blocks=row_plan.blocks.assign(name=["柳村1组", "柳村2组", "柳村3组", "槐村1组", "槐村2组", "槐村三组"]))


def test_moves_bands_crossings_and_split_villages_are_those_counted_by_hand(with_river):
    found = stage_risk(with_river, "primary", RULES)
    assert found.facts["share_moved"][0] == 0.5
    assert (found.moved_pupils, found.moved_blocks) == (60, 2)
    assert found.bands.tolist() == [0, 30, 30, 0, 0]  # a5 comes 500 m nearer, a2 100 m
    assert found.facts["pupils_across"] == (0.0, 60.0, "pupil")
    assert found.facts["share_newly_across"][0] == 0.0
    assert found.facts["communities_split"] == (0.0, 2.0, "community")
    assert found.facts["families_parted"][0] == pytest.approx(9.0)
    assert found.facts["share_to_lower_tier"][0] == 0.25  # a5 goes from the lead school to the weak one


def test_the_level_is_high_because_half_of_the_pupils_move_and_a_receiving_school_that_is_just_full_is_medium(row_plan):
    found = stage_risk(row_plan, "primary", RULES)
    assert found.ratio.tolist() == [1.0, pytest.approx(60 / 70)]
    assert found.receiving.tolist() == [True, True]
    assert {k: v for k, v in found.level_of.items() if v > 0} == {"share_moved": 2, "fullest_receiving": 1}
    rows = pd.DataFrame(risk_findings(row_plan, RULES)).set_index(["measure", "scope"])
    assert rows.loc[("risk_level", "all"), "verdict"] == "high"
    assert rows.loc[("risk.share_moved", "all"), "threshold"] == 0.10


def test_only_more_pupils_than_seats_make_a_receiving_school_high_unless_the_profile_is_stricter(row_plan, tmp_path):
    crowded = row_plan.replace(seats=row_plan.seats.assign(seats=[59.0, 70.0]))
    assert stage_risk(crowded, "primary", RULES).level_of["fullest_receiving"] == 2
    packaged = resources.files("districting.profiles").joinpath("risk.toml").read_text(encoding="utf-8")
    file = tmp_path / "strict.toml"
    file.write_text(packaged.replace('high_at = "above"', 'high_at = "from"'), encoding="utf-8")
    assert stage_risk(row_plan, "primary", read_risk_rules(file)).level_of["fullest_receiving"] == 2


def test_a_plan_carries_the_profile_it_was_audited_with_and_is_assessed_by_it(row_plan, tmp_path):
    lenient = dataclasses.replace(RULES, levels={"share_moved": dataclasses.replace(RULES.levels["share_moved"], medium=0.6, high=0.7)})
    made = audited(row_plan, AuditSettings(risk="mine.toml"), recorded_profile(row_plan), risk=lenient)
    assert recorded_risk(made) == lenient
    assert assess_risk(made, options=RiskOptions(draws=5, resolves=0)).level == 0
    assert audit_plan(made).findings.set_index("measure")["verdict"]["risk_level"] == "low"
    with pytest.raises(DataError) as caught:
        parse_settings({"audit": {"risk": "gone.toml"}}, folder=tmp_path)
    assert "gone.toml" in caught.value.faults[0].file


def test_a_plan_that_is_todays_is_of_low_risk_and_one_whose_today_is_not_known_is_not_called_so(row_plan):
    same = row_plan.replace(today=row_plan.today.assign(school_id=["S"] * 3 + ["T"] * 3))
    assert stage_risk(same, "primary", RULES).level == 0
    unknown = stage_risk(row_plan.replace(today=row_plan.today.iloc[:0]), "primary", RULES)
    assert unknown.level_of["share_moved"] == -1
    assert unknown.level == -1
    assert math.isnan(unknown.facts["fullest_receiving"][0])


def test_pupils_without_a_zone_and_broken_rules_are_of_high_risk_whatever_moves(row_plan):
    zones = row_plan.blocks["zone_id_primary"].tolist()
    holes = row_plan.replace(blocks=row_plan.blocks.assign(zone_id_primary=[*zones[:5], ""]))
    assert stage_risk(holes, "primary", RULES).level_of["pupils_without_zone"] == 2
    broken = row_plan.replace(rules=row_plan.rules.assign(holds=[False, True, True]))
    assert stage_risk(broken, "primary", RULES).level_of["rules_broken"] == 2


def test_the_highest_of_the_years_that_the_plan_knows_gives_the_seat_warning(row_plan):
    later = row_plan.demand.assign(year=2028, pupils=row_plan.demand["pupils"] * 2)
    beyond = later.assign(year=2029, pupils=1000.0)
    found = stage_risk(row_plan.replace(demand=pd.concat([row_plan.demand, later, beyond])), "primary", RULES)
    assert found.ratio.tolist() == [2.0, pytest.approx(120 / 70)]


def test_without_errors_rules_break_surely_or_never(row_plan):
    rng = np.random.default_rng(0)
    fits = stage_odds(row_plan, "primary", SURE, rng, draws=20, radius_m=150.0)
    assert fits.overflow.tolist() == [0.0, 0.0]
    assert fits.any_rule.share == 0.0
    assert fits.beyond == (pytest.approx(1 / 3),) * 3  # a2 and a3, 40 of 120 pupils, go 200 m
    tight = row_plan.replace(seats=row_plan.seats.assign(seats=[59.0, 70.0]))
    found = stage_odds(tight, "primary", SURE, rng, draws=20)
    assert found.overflow.tolist() == [1.0, 0.0]
    assert (found.rules["seats"].share, found.any_rule.share) == (1.0, 1.0)
    assert found.breaking["seats"].tolist() == [1.0, 0.0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_rule_that_breaks_and_the_school_that_breaks_it_are_named_in_the_report_the_terminal_and_the_workbook(row_plan, lang, tmp_path):
    made = assess_risk(row_plan.replace(seats=row_plan.seats.assign(seats=[60.0, 700.0])), RULES, RiskOptions(draws=200, resolves=0))
    share = made.odds["primary"].breaking["seats"]
    assert share.tolist() == [made.odds["primary"].any_rule.share, 0.0]
    named = say("risk.driver", lang, school="South", share=f"{share[0]:.1%}")
    assert named in report_text(made, lang)
    assert any(named in line for line in risk_lines(made, lang))
    write_risk(tmp_path, made, lang)
    sheet = openpyxl.load_workbook(tmp_path / "risk.xlsx")[say("risk.sheet_rules", lang)]
    assert next(row for row in sheet.iter_rows(values_only=True) if row[2] == "South")[3] == pytest.approx(share[0])


def test_rules_of_fill_and_distance_are_drawn_and_rules_of_the_zones_alone_are_told_as_they_are(row_plan):
    extra = pd.DataFrame(
        [("zoning", "primary", r, v, h) for r, v, h in (("minimum_fill", "0.9", True), ("maximum_distance_m", "240", True), ("connected", "on", False))],
        columns=["decision", "stage", "rule", "value", "holds"],
    )
    found = stage_odds(row_plan.replace(rules=extra), "primary", SURE, np.random.default_rng(0), draws=10)
    assert {r: c.share for r, c in found.rules.items()} == {"seats": 0.0, "minimum_fill": 1.0, "maximum_distance_m": 0.0, "connected": 1.0}
    assert found.rules["connected"].low == 1.0


def test_a_rule_that_counts_tiers_breaks_when_scores_are_off_and_never_when_they_are_not(row_plan):
    rules = row_plan.rules.assign(rule=["primary_lead", "primary_weak", "within_county"], value=["1..", "1..1", "on"])
    plan = row_plan.replace(rules=rules)
    assert scheme_odds(plan, "alliance", SURE, np.random.default_rng(0), draws=50).any_rule.share == 0.0
    off = scheme_odds(plan, "alliance", Errors(score=15.0), np.random.default_rng(0), draws=400)
    assert 0.1 < off.any_rule.share < 0.6  # one of the two schools passes the line at 75 with chance 0.16 each
    assert scheme_odds(row_plan.replace(rules=row_plan.rules.iloc[2:]), "alliance", SURE, np.random.default_rng(0)) is None


def test_access_before_and_after_by_hand_and_it_stands_in_the_blocks(row_plan):
    found = stage_access(row_plan, "primary", 250.0, np.array([True, False]))
    assert found.plan.tolist() == [2, 2, 2, 0, 0, 0]
    assert found.today.tolist() == [2, 2, 1, 0, 0, 0]
    assert stage_access(row_plan, "primary", 250.0) is None  # one indicator of seven: no school can be judged
    assert with_access(row_plan, AuditSettings()).blocks.columns.tolist() == row_plan.blocks.columns.tolist()


def test_an_assessment_writes_its_level_and_rows_once_and_the_plan_is_no_draft_any_more(row_plan):
    assert is_draft(row_plan)
    once = assess_risk(row_plan, RULES, RiskOptions(draws=30, resolves=0))
    twice = assess_risk(once.plan, RULES, RiskOptions(draws=30, resolves=0))
    assert once.plan.recorded("risk", "level") == "high"
    assert not is_draft(once.plan)
    pd.testing.assert_frame_equal(once.plan.findings, twice.plan.findings)
    pd.testing.assert_frame_equal(once.plan.provenance, twice.plan.provenance)


def test_the_public_sees_neither_access_nor_margins_nor_what_a_score_may_be_off(row_plan):
    made = assess_risk(row_plan, RULES, RiskOptions(draws=10, resolves=2, steps=500))
    assert "risk_flips_primary" in made.plan.blocks.columns
    shown = public_plan(made.plan)
    assert [c for c in shown.blocks.columns if c.startswith(("risk_", "quality_"))] == []
    assert shown.provenance.loc[shown.provenance["part"] == "risk", "key"].tolist() == ["level"]
    assert not shown.findings["measure"].str.contains("risk|chance|flip").any()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_tells_how_many_move_the_level_why_and_what_to_do(row_plan, lang):
    made = assess_risk(row_plan, RULES, RiskOptions(draws=30, resolves=0))
    report = report_text(made, lang)
    assert "60" in report
    assert "50.0%" in report
    assert say("risk.report_level", lang, level=say("risk.level_high", lang)) in report
    assert say("risk.measure_share_moved", lang) in report
    assert "30" in report.rsplit("\n", 2)[-2]


def test_every_fault_of_a_profile_is_told_at_once_with_its_place(tmp_path):
    text = (
        "[errors]\ncommon = -1\ndispersion = 1\ntravel = 0.1\nscore = 2\nluck = 3\n[seats]\nyellow = 0.9\nred = 1\n[distance]\nbands_m = [3, 1]\n"
        '[siblings]\nshare = 0.1\n[stability]\nchange = 0.1\n[levels.joy]\nmedium = 1\n[levels.share_moved]\nframe = "x"\nat = "from"\nmedium = 1\nhigh = 2\n'
    )
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_risk_rules(file)
    assert {f.column for f in caught.value.faults} == {"errors.common", "errors.luck", "distance.bands_m", "notice", "levels.joy", "levels.share_moved"}
    assert {f.file for f in caught.value.faults} == {"mine.toml"}
    with pytest.raises(DataError):
        read_risk_rules(tmp_path / "none.toml")


def test_families_with_children_at_two_schools_are_counted_from_a_list_of_children(row_plan, tmp_path):
    """F1 (a2, today T) has a child at T and one entering S; F2 (a5, today S) one at S entering T; F3 (a0) both at S; F4 has nobody entering."""
    file = tmp_path / "children.csv"
    rows = ["家庭编号,地块编号,在读学校", "F1,a2,Tower", "F1,a2,", "F2,a5,S", "F2,a5,", "F3,a0,South", "F3,a0,", "F4,a1,S", "F4,a1,T"]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = stage_risk(row_plan, "primary", RULES, read_families(file, row_plan))
    assert found.facts["families_counted"] == (2.0, 0.0, "family")
    assert "families_parted" not in found.facts
    made = assess_risk(row_plan, RULES, RiskOptions(draws=5, resolves=0), read_families(file, row_plan))
    assert say("risk.what_families_counted", "zh", value=2.0, today=0.0) in report_text(made, "zh")


def test_a_bad_list_of_children_is_refused_with_every_fault_and_no_cell_of_it(row_plan, tmp_path):
    file = tmp_path / "children.csv"
    file.write_text("家庭编号,地块编号,在读学校\n王家,a9,South\n,a1,\n李家,a1,Nowhere\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_families(file, row_plan)
    assert [(f.row, f.column) for f in caught.value.faults] == [(3, "家庭编号"), (2, "地块编号"), (4, "在读学校")]
    assert not any(word in f.problem.say("zh") + f.remedy.say("zh") for f in caught.value.faults for word in ("王家", "李家", "a9", "Nowhere"))


def test_plans_drawn_anew_elsewhere_are_those_drawn_here(row_plan):
    options, far = RiskOptions(draws=10, resolves=3, steps=500, seed=7), Elsewhere()
    here, there = assess_risk(row_plan, RULES, options), assess_risk(row_plan, RULES, options, executor=far)
    assert far.done == 2 * 3
    pd.testing.assert_frame_equal(here.plan.findings, there.plan.findings)
    pd.testing.assert_frame_equal(pd.DataFrame(here.plan.blocks), pd.DataFrame(there.plan.blocks))
    assert here.stability["primary"].flips.tobytes() == there.stability["primary"].flips.tobytes()
    assert here.stability["primary"].still.tobytes() == there.stability["primary"].still.tobytes()
