"""Balance monitoring of a plan that a person can check by hand.

school   kind       area   pupils  equipment  backbone  classes
A        primary    urban  100     300,000    2         2        3,000 yuan each, 2 per 100
B        primary    urban  100     200,000    1         2        2,000, 1
C        primary    rural  200     380,000    2         4        1,900, 1
D        primary    rural  100     -          1         3        not given, 1
E        special    urban  60      900,000    9         9        never measured
F        primary    rural  0       5,000      0         1        no pupils
"""

import dataclasses
import math

import numpy as np
import openpyxl
import pandas as pd
import pytest

from districting.auditing import audit_plan, compare_plans
from districting.auditing.audit import audited
from districting.errors import DataError
from districting.model.plan import Plan
from districting.model.settings import AuditSettings
from districting.outputs.balance_book import write_balance
from districting.outputs.finding_words import shown_value
from districting.outputs.map.judgement import findings as map_findings
from districting.outputs.plan_columns import typed
from districting.outputs.public import public_plan
from districting.outputs.summary import summary_lines, summary_tree
from districting.outputs.summary_balance import BALANCE, audit_lines
from districting.outputs.tables import findings_csv
from districting.reading.balance_profile import balance_profile

IDS = list("ABCDEF")
PUPILS = dict(zip(IDS, [100.0, 100, 200, 100, 60, 0], strict=True))
LINES = balance_profile()
SHORT = dataclasses.replace(
    LINES,
    quality=dataclasses.replace(LINES.quality, indicators={k: LINES.quality.indicators[k] for k in ("equipment_yuan", "backbone_teachers")}, least_met=1),
)
"""The national lines with two indicators, of which one must be met."""


def rows(indicator, values, stage="primary"):
    return pd.DataFrame({"school_id": list(values), "stage": stage, "indicator": indicator, "value": list(map(float, values.values()))})


def plan(**more) -> Plan:
    indicators = [
        rows("equipment_yuan", {"A": 300_000, "B": 200_000, "C": 380_000, "E": 900_000, "F": 5000}),
        rows("backbone_teachers", {"A": 2, "B": 1, "C": 2, "D": 1, "E": 9, "F": 0}),
        rows("classes", dict(zip(IDS, [2, 2, 4, 3, 9, 1], strict=True))),
    ]
    return Plan(
        "six",
        2026,
        "en",
        "EPSG:4546",
        schools=pd.DataFrame(
            {
                "school_id": IDS,
                "name": [f"School {i}" for i in IDS],
                "county_code": "150101",
                "ownership": "public",
                "school_type": ["primary"] * 4 + ["special", "primary"],
                "urban_rural_code": ["111", "111", "220", "220", "111", "220"],
            }
        ),
        school_stages=pd.DataFrame({"school_id": IDS, "stage": "primary", "tier": "", "score": np.nan, "pupils": list(PUPILS.values())}),
        indicators=pd.concat([*indicators, *more.pop("also", [])], ignore_index=True),
        districts=pd.DataFrame(
            {"district_id": ["D1", "D2"], "scheme": "alliance", "level": 1, "parent_id": "", "name": "", "county_code": "", "geometry": None}
        ),
        memberships=pd.DataFrame({"scheme": "alliance", "district_id": ["D1", "D1", "D2", "D2"], "school_id": IDS[:4], "stage": "primary", "role": "member"}),
        **more,
    )


@pytest.fixture(scope="module")
def found():
    return audit_plan(plan(), profile=SHORT)


def verdict(audit, measure, stage="primary"):
    mine = audit.findings[(audit.findings["measure"] == measure) & (audit.findings["stage"] == stage) & (audit.findings["scope"] == "schools")]
    assert len(mine) == 1, measure
    return mine["verdict"].iloc[0]


def test_special_schools_and_schools_without_pupils_are_not_measured_and_counted_by_reason(found):
    assert found.value("schools_measured", "primary", "schools") == 4
    assert found.value("schools_excluded.special", "primary", "schools") == 1
    assert found.value("schools_excluded.no_pupils", "primary", "schools") == 1


def test_coefficients_are_those_of_the_schools_that_give_the_indicator(found):
    # A, B and C: 880,000 yuan over 400 pupils, mean 2,200; S^2 = (100 * 800^2 + 100 * 200^2 + 200 * 300^2) / 400
    spread = math.sqrt((100 * 800**2 + 100 * 200**2 + 200 * 300**2) / 400)
    assert found.value("cv.equipment_yuan", "primary", "schools") == pytest.approx(spread / 2200)
    assert found.value("warning.equipment_yuan", "primary", "schools") == pytest.approx(spread / 2200 / 0.50)
    assert verdict(found, "cv.equipment_yuan") == "pass"
    assert "cv.classes" not in set(found.findings["measure"])  # classes are no resource


def test_a_coefficient_or_composite_with_something_unknown_is_no_pass(found):
    assert math.isnan(found.value("basic_composite", "primary", "schools"))  # six of the eight indicators are not given
    assert verdict(found, "basic_composite") == "unknown"


def test_missing_indicators_are_counted_and_named_school_by_school_and_nothing_stands_in_for_them(found):
    assert found.value("schools_missing_indicators", "primary", "schools") == 1
    assert found.value("missing.equipment_yuan", "primary", "schools") == 1
    missing = found.school_lines[found.school_lines["status"] == "missing"]
    assert missing[["school_id", "indicator"]].to_numpy().tolist() == [["D", "equipment_yuan"]]
    assert missing["value"].isna().all()


def test_every_school_stands_against_every_line_and_misses_are_nearest_first(found):
    table = found.school_lines
    assert len(table) == 4 * 2
    assert table.iloc[0][["school_id", "indicator", "status"]].tolist() == ["C", "equipment_yuan", "near"]
    assert table.iloc[0]["share_of_line"] == pytest.approx(1900 / 2000)
    assert set(table["school_id"]) == {"A", "B", "C", "D"}
    # one of two must be met: A, B and C pass; of D one line is not known, and that may be under the floor
    assert found.value("schools_passing", "primary", "schools") == 3 / 4
    assert found.value("schools_failing", "primary", "schools") == 0
    assert verdict(found, "schools_passing") == "unknown"


def test_theil_is_shared_out_between_town_and_country_and_between_districts(found):
    # equipment: towns 2,500 each, country 1,900 each (C alone reports)
    mean, town, country = 2200, 2500, 1900
    between = 200 / 400 * (town / mean * math.log(town / mean) + country / mean * math.log(country / mean))
    total = found.value("theil.equipment_yuan", "primary", "schools")
    assert found.value("theil_areas.equipment_yuan", "primary", "schools") == pytest.approx(between / total)
    assert found.value("theil_districts.equipment_yuan", "primary", "districts:alliance") == pytest.approx(between / total)  # D1 = A and B
    assert found.value("range_ratio.equipment_yuan", "primary", "schools") == pytest.approx(3000 / 1900)


def test_a_mean_class_over_the_cap_shows_a_class_over_it_and_sizes_tell_more(found):
    # 50, 50, 50 and 33 pupils a class; the cap is 45
    assert found.value("schools_over_class_cap", "primary", "schools") == 3
    assert found.value("schools_without_class_sizes", "primary", "schools") == 4
    sizes = pd.DataFrame({"school_id": list("AABB"), "stage": "primary", "class_number": [1, 2, 1, 2], "pupils": [70.0, 30, 45, 45]})
    told = audit_plan(plan(class_sizes=sizes), profile=SHORT)
    assert told.value("schools_over_class_cap", "primary", "schools") == 2  # A by its class of 70, C by its mean; B gives no class over 45
    assert told.value("large_classes", "primary", "schools") == 1 / 4
    assert told.value("huge_classes", "primary", "schools") == 1
    assert told.value("classes_in_band.36-45", "primary", "schools") == 2
    assert told.value("schools_without_class_sizes", "primary", "schools") == 2


def test_staff_rooms_and_pupils_from_outside_are_held_to_their_lines():
    staff = {"A": 6, "B": 4, "C": 11}  # one post for 19 pupils: 5.3, 5.3 and 10.5
    more = [rows("staff", staff), rows("music_rooms", {"A": 1, "C": 0}), rows("out_of_zone_pupils", {"A": 30, "B": 0})]
    told = audit_plan(plan(also=more), profile=SHORT)
    assert told.value("schools_short_of_staff", "primary", "schools") == 1
    assert told.value("posts_short", "primary", "schools") == 2
    assert told.value("pupils_per_staff", "primary", "schools") == pytest.approx(400 / 21)
    assert told.value("schools_short_of.music_rooms", "", "schools") == 1
    assert told.value("out_of_zone", "primary", "schools") == 30 / 200
    assert told.value("out_of_zone_most", "primary", "schools") == 0.3


def test_the_size_of_a_nine_year_school_is_that_of_both_its_stages():
    stages = pd.DataFrame(
        {"school_id": ["A", "A", "B"], "stage": ["primary", "junior", "primary"], "tier": "", "score": np.nan, "pupils": [1500.0, 1100, 2000]}
    )
    both = [rows("equipment_yuan", {"A": 1, "B": 1}), rows("equipment_yuan", {"A": 1}, "junior")]
    told = audit_plan(plan().replace(school_stages=stages, indicators=pd.concat(both)), profile=SHORT)
    assert told.value("schools_over_size", "", "schools") == 1  # 2,600 over 2,500; 2,000 is not over 2,000


def test_small_public_schools_in_the_country_are_funded_as_if_they_had_a_hundred_pupils():
    stages = pd.DataFrame(
        {"school_id": ["A", "C", "C", "D", "F"], "stage": ["primary", "primary", "junior", "primary", "primary"], "tier": "", "score": np.nan}
        | {"pupils": [30.0, 20, 15, 100, 40]}
    )
    given = [rows("equipment_yuan", {"A": 1, "C": 1, "D": 1, "F": 1}), rows("equipment_yuan", {"C": 1}, "junior")]
    facts = plan().schools.assign(urban_rural_code="220", ownership="public")
    facts.loc[facts["school_id"] == "A", "urban_rural_code"] = "111"
    facts.loc[facts["school_id"] == "F", "ownership"] = "private"
    told = audit_plan(plan().replace(school_stages=stages, indicators=pd.concat(given), schools=facts), profile=SHORT)
    assert told.value("small_schools", "", "schools") == 1  # C with 35 in both stages; A is in town, D has a hundred, F is private
    assert told.value("pupils_funded_more", "", "schools") == 65


def test_migrants_are_compared_with_all_others_and_bought_places_count_as_public():
    facts = plan().schools.assign(ownership=["public", "private", "public", "public", "public", "public"])
    more = [rows("migrant_pupils", {"A": 10, "B": 40}), rows("migrants_bought", {"B": 20})]
    told = audit_plan(plan(also=more).replace(schools=facts), profile=SHORT)
    assert told.value("group_share.migrant_pupils", "primary", "schools") == 50 / 200
    mine, others = (10 * 3000 + 40 * 2000) / 50, (90 * 3000 + 60 * 2000) / 150
    assert told.value("group_gap.migrant_pupils.equipment_yuan", "primary", "schools") == pytest.approx(mine / others - 1)
    assert told.value("migrants_in_public", "primary", "schools") == (10 + 20) / 50
    assert verdict(told, "migrants_in_public") == "fail"


def test_without_older_years_a_trend_is_unknown_and_with_them_it_is_the_fitted_line(found):
    assert verdict(found, "warning_trend.equipment_yuan") == "unknown"
    assert math.isnan(found.value("warning_trend.equipment_yuan", "primary", "schools"))
    now = found.value("warning.equipment_yuan", "primary", "schools")
    mean = 2200
    years = []
    for back, part in ((2, 0.5), (1, 0.75)):  # gaps that widen from half of today's
        totals = {s: PUPILS[s] * (mean + part * (each - mean)) for s, each in (("A", 3000), ("B", 2000), ("C", 1900))}
        for name, values in (("equipment_yuan", totals), ("pupils", {s: PUPILS[s] for s in totals})):
            years.append(rows(name, values).assign(year=2026 - back))
    told = audit_plan(plan(history=pd.concat(years)), profile=SHORT)
    # 0.5, 0.75 and 1 of today's coefficient: three years on 1.75 of it
    assert told.value("warning_trend.equipment_yuan", "primary", "schools") == pytest.approx(1.75 * now)
    assert verdict(told, "warning_trend.equipment_yuan") == ("trend" if 1.75 * now >= 1 else "pass")
    assert verdict(told, "warning_trend.backbone_teachers") == "unknown"  # the years without data say nothing of it


def test_a_single_school_is_even_and_said_to_be_one():
    alone = plan().replace(school_stages=plan().school_stages.iloc[:1])
    told = audit_plan(alone, profile=SHORT)
    assert told.value("cv.equipment_yuan", "primary", "schools") == 0
    assert verdict(told, "cv.equipment_yuan") == "single"
    assert verdict(told, "warning.equipment_yuan") == "few"


def test_a_mean_of_zero_is_undefined():
    nothing = audit_plan(plan().replace(indicators=rows("equipment_yuan", dict.fromkeys("ABCD", 0))), profile=SHORT)
    assert math.isnan(nothing.value("cv.equipment_yuan", "primary", "schools"))
    assert verdict(nothing, "coefficients_over_line") == "unknown"
    assert nothing.value("schools_failing", "primary", "schools") == 4


def test_a_plan_whose_schools_are_all_excluded_or_that_has_no_indicators_is_measured_without_a_row_too_many():
    profile = dataclasses.replace(SHORT, exclusions=dataclasses.replace(SHORT.exclusions, types=("primary", "special")))
    told = audit_plan(plan(), profile=profile)
    assert told.value("schools_measured", "primary", "schools") == 0
    assert not len(told.school_lines)
    bare = audit_plan(plan().replace(indicators=plan().indicators.iloc[:0]))
    assert not set(bare.findings["measure"].str.partition(".")[0]) & BALANCE


def test_the_same_number_stands_in_terminal_map_workbook_table_and_json(tmp_path):
    whole = audited(plan(also=[rows("migrant_pupils", {"A": 10, "B": 40, "C": 0})]), AuditSettings(), SHORT)
    write_balance(whole, tmp_path / "b.xlsx", lang="en")
    findings_csv(whole, tmp_path / "f.csv")
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    in_book = {(r[0], r[2]): r[3] for r in book["Findings"].iter_rows(min_row=4, values_only=True)}
    in_table = pd.read_csv(tmp_path / "f.csv").set_index(["measure", "scope"])["value"]
    in_json = {(f["measure"], f["scope"]): f["value"] for f in summary_tree(whole)["findings"]}
    on_map = {f["words"]["en"]: f["value"] for f in map_findings(whole, "internal")}
    said = "\n".join(audit_lines(whole, whole.findings, whole.school_lines, "en"))
    headlines = "\n".join(summary_lines(whole, "en"))
    wanted = {"cv.equipment_yuan": "CV of equipment value", "schools_passing": "schools that pass quality balance", "range_ratio.equipment_yuan": None}
    for measure, words in wanted.items():
        row = whole.findings[(whole.findings["measure"] == measure) & (whole.findings["scope"] == "schools")].iloc[0]
        assert in_json[measure, "schools"] == in_table[measure, "schools"] == pytest.approx(row["value"], rel=1e-9)
        assert shown_value(row["value"], row["unit"]) in said
        if words is not None:
            assert in_book[words, "between schools"] == in_json[measure, "schools"]
            assert next(v for w, v in on_map.items() if w.startswith(words)) == row["value"]
    assert "75.0%" in next(line for line in headlines.splitlines() if "pass quality balance" in line)


def test_both_languages_can_say_every_finding(found):
    for lang, subject in (("zh", "均衡监测"), ("en", "Balance monitoring")):
        said = audit_lines(plan(), found.findings, found.school_lines, lang)
        assert any(subject in line for line in said)
        assert any("School C" in line and "95.00%" in line for line in said)


def test_the_public_sees_no_school_against_a_line_and_no_finding_about_balance(tmp_path):
    whole = audited(plan(), AuditSettings(), SHORT)
    shown = public_plan(whole)
    assert not len(shown.school_lines) + len(shown.history) + len(shown.class_sizes) + len(shown.indicators)
    assert not set(shown.findings["measure"].str.partition(".")[0]) & BALANCE
    assert not set(audit_plan(shown).findings["measure"].str.partition(".")[0]) & BALANCE
    assert not any("CV" in f["words"]["en"] or "quality balance" in f["words"]["en"] for f in map_findings(whole, "public"))
    assert shown.provenance.loc[shown.provenance["part"] == "audit", "key"].tolist() == ["settings.service_radius_m"]
    write_balance(whole, tmp_path / "b.xlsx", audience="public", lang="en")
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    cells = [str(c) for sheet in book for r in sheet.iter_rows(values_only=True) for c in r if c is not None]
    assert book.sheetnames == ["Note"]
    assert not any("School" in c for c in cells)
    assert not any("quality balance" in line for line in summary_lines(whole, "en", audience="public"))


def test_a_plan_remembers_what_it_was_held_to(row_plan):
    profile = balance_profile(AuditSettings(balance={"quality": {"cv": {"primary": 0.6}}}))
    equipped = row_plan.replace(indicators=row_plan.indicators.assign(indicator="equipment_yuan"))
    made = audited(equipped, AuditSettings(service_radius_m={"primary": 150.0}), profile)
    again = audit_plan(made.replace(provenance=typed("provenance", made.provenance)))
    pd.testing.assert_frame_equal(again.findings, made.findings)
    lines = again.findings.set_index(["measure", "scope"])
    assert lines.loc[("cv.equipment_yuan", "schools"), ["threshold", "verdict"]].tolist() == [0.6, "pass"]  # 0.577: over the national line of 0.50
    assert audit_plan(made, profile=LINES).findings.set_index(["measure", "scope"]).loc[("cv.equipment_yuan", "schools"), "verdict"] == "fail"


def test_the_tables_of_balance_are_kept_in_the_plan_file_as_what_they_are(found):
    table = typed("school_lines", found.school_lines)
    assert [str(table[c].dtype) for c in ("value", "line", "share_of_line")] == ["float64"] * 3
    assert typed("history", rows("books", {"A": 5}).assign(year=2024))["year"].tolist() == [2024]


def test_two_plans_are_compared_over_their_balance_too(row_plan):
    rows_of = compare_plans(row_plan, row_plan)
    assert (rows_of.loc[rows_of["measure"] == "cv.books", "difference"] == 0).all()


def test_what_is_no_plan_is_refused():
    with pytest.raises(DataError):
        audit_plan("plan.gpkg")
