"""What two districts share, drawn by hand.

district   school      stage     pupils   books a pupil   rooms per 100   deviations of the stage
D01        A (weak)    primary      100               1               3       -1          +1
D01        B           primary      100               3               1       +1          -1
D02        C           junior       100               2               2       -1           0
D02        D           junior       100               4               2       +1           0
"""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from districting.auditing import audit_plan, compare_plans, who_gives_what
from districting.model.plan import Plan
from districting.model.settings import AuditSettings
from districting.outputs.finding_words import scope_name
from districting.outputs.public import PUBLIC_MEASURES, public_plan
from districting.outputs.summary import summary_lines

CRS = "EPSG:4546"
STAGE = {"A": "primary", "B": "primary", "C": "junior", "D": "junior"}
BOOKS, ROOMS = [100.0, 300.0, 200.0, 400.0], [3.0, 1.0, 2.0, 2.0]


def memberships(district, scheme="alliance"):
    return pd.DataFrame({"scheme": scheme, "district_id": list(district), "school_id": list(STAGE), "stage": list(STAGE.values()), "role": "member"})


def plan(district=("D01", "D01", "D02", "D02"), themes="", **changes):
    ids = list(STAGE)
    square = shapely.box(0, 0, 100, 100)
    indicators = [(i, STAGE[i], name, v) for name, column in (("books", BOOKS), ("multimedia_rooms", ROOMS)) for i, v in zip(ids, column, strict=True)]
    names = sorted(set(district))
    made = Plan(
        "drawn", 2026, "en", CRS,
        schools=gpd.GeoDataFrame({"school_id": ids, "name": ids, "county_code": "", "ownership": "public", "themes": themes}, geometry=[shapely.Point(5, 5)] * 4, crs=CRS),
        districts=gpd.GeoDataFrame({"district_id": names, "scheme": "alliance", "level": 1, "parent_id": "", "name": names, "county_code": ""}, geometry=[square] * len(names), crs=CRS),
        memberships=memberships(district),
        school_stages=pd.DataFrame({"school_id": ids, "stage": list(STAGE.values()), "tier": ["weak", "regular", "regular", "lead"], "score": 1.0, "pupils": 100.0}),
        indicators=pd.DataFrame(indicators, columns=["school_id", "stage", "indicator", "value"]),
        provenance=pd.DataFrame({"part": "run", "key": ["seed"], "value": ["0"]}),
    )  # fmt: skip
    return made.replace(**changes)


def test_everything_is_covered_where_each_has_what_the_other_lacks():
    audit = audit_plan(plan())
    for scope in ("districts:alliance", "district:alliance:D01", "district:alliance:D02"):
        assert audit.value("complementarity", scope=scope) == 1.0


def test_before_each_school_stands_alone_and_covers_nothing():
    rows = audit_plan(plan()).findings
    mine = rows[rows["measure"] == "complementarity"]
    assert (mine["today"].tolist(), set(mine["verdict"]), set(mine["unit"])) == ([0.0] * 3, {"better"}, {"share"})


def test_before_is_what_todays_districts_cover_where_the_plan_holds_them():
    today = memberships(["T1", "T1", "T2", "T3"], "today")  # C and D stand alone today
    held = plan(memberships=pd.concat([memberships(["D01", "D01", "D02", "D02"]), today], ignore_index=True))
    rows = audit_plan(held).findings.set_index(["measure", "scope"]).loc["complementarity"]
    assert rows.loc["district:alliance:D01", ["today", "verdict"]].tolist() == [1.0, "same"]
    assert rows.loc["district:alliance:D02", ["today", "verdict"]].tolist() == [0.0, "better"]
    # lacking: A 2 x 1 book, B 1 room, C 1 book; today A and B are covered
    assert rows.loc["districts:alliance", "today"] == pytest.approx(3 / 4)


def test_a_weak_schools_shortfall_counts_as_often_as_the_settings_say():
    apart = plan(district=("D01", "D02", "D02", "D01"))  # D covers A's books; A covers nothing of B's, C's none
    # D01: A lacks 1 book, D has 1 to spare. D02: B lacks 1 room, C lacks 1 book that B has to spare.
    assert audit_plan(apart).value("complementarity", scope="districts:alliance") == pytest.approx((2 + 1) / (2 + 1 + 1))
    assert audit_plan(apart, AuditSettings(weak_weight=1.0)).value("complementarity", scope="districts:alliance") == pytest.approx(2 / 3)


def test_a_district_in_which_nobody_is_short_has_no_share():
    alone = plan(district=("D01", "D01", "D01", "D02"))
    assert math.isnan(audit_plan(alone).value("complementarity", scope="district:alliance:D02"))


def test_theme_tags_count_too():
    tagged = plan(themes=["", "戏曲", "足球", "足球"])
    table = who_gives_what(tagged)
    row = table[(table["school_id"] == "A") & (table["resource"] == "theme:戏曲")].iloc[0]
    assert (row["giver_id"], row["shortfall"], row["cover"]) == ("B", 1.0, 1.0)


def test_who_gives_what_names_the_giver_and_lists_what_nobody_covers():
    table = who_gives_what(plan(district=("D01", "D01", "D02", "D03"))).round(9)
    assert table[["district_id", "school_id", "resource", "giver_id", "cover"]].to_numpy().tolist() == [
        ["D01", "A", "books", "B", 1.0],
        ["D01", "B", "multimedia_rooms", "A", 1.0],
        ["D02", "C", "books", "", 0.0],
    ]


def test_a_plan_without_districts_or_resources_has_no_such_finding():
    for empty in (plan(memberships=plan().memberships.iloc[:0], districts=plan().districts.iloc[:0]), plan(indicators=plan().indicators.iloc[:0])):
        assert "complementarity" not in set(audit_plan(empty).findings["measure"])
        assert len(who_gives_what(empty)) == 0


def test_the_public_sees_neither_the_finding_nor_what_it_is_made_of():
    whole = plan(themes="戏曲")
    whole = whole.replace(findings=audit_plan(whole).findings)
    public = public_plan(whole)
    assert "complementarity" not in PUBLIC_MEASURES
    assert "complementarity" not in set(public.findings["measure"])
    assert "complementarity" not in set(audit_plan(public).findings["measure"])
    assert len(who_gives_what(public)) == 0
    assert "complementarity" in "\n".join(summary_lines(whole, "en"))
    assert "complementarity" not in "\n".join(summary_lines(whole, "en", "public"))


def test_districts_are_compared_in_all_and_not_one_by_one_and_more_is_better():
    worse = plan(district=("D01", "D02", "D02", "D01"))
    rows = compare_plans(worse, plan()).set_index("measure").loc[["complementarity"]]
    assert rows[["scope", "verdict"]].to_numpy().tolist() == [["districts:alliance", "better"]]


def test_a_district_is_called_by_its_number_in_both_languages():
    assert scope_name("district:alliance:D01", "en") == "district D01 (Alliance districts)"
    assert scope_name("district:alliance:D01", "zh") == "学区D01（联盟学区）"


def test_a_nine_year_school_does_not_cover_itself():
    nine = plan()
    joined = {"C": "A"}  # the junior C is the upper part of A
    ids = lambda frame: frame.assign(school_id=frame["school_id"].replace(joined))  # noqa: E731
    nine = nine.replace(
        memberships=ids(memberships(["D01", "D02", "D01", "D02"])),
        school_stages=ids(nine.school_stages),
        indicators=ids(nine.indicators),
        schools=nine.schools[nine.schools["school_id"] != "C"],
    )
    assert audit_plan(nine).value("complementarity", scope="district:alliance:D01") == 0.0
    assert not np.isnan(audit_plan(nine).value("complementarity", scope="districts:alliance"))
