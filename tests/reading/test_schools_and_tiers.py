"""What a school row means: stages of a type, columns of a stage, ownership and boarding words, tiers, text in any encoding."""

import dataclasses
import itertools

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from districting.model.settings import InputSpec, Settings, TierSettings
from districting.reading.balance_profile import balance_profile
from districting.reading.formats.delimited import decode
from districting.reading.read_city import check_city, read_city
from districting.reading.tiers import by_compliance, by_score

BASE = {"学校标识码": "S1", "学校名称": "第一学校", "学段": "小学"}

QUALITY = balance_profile().quality


@pytest.fixture
def city_of(tmp_path):
    """The City of some school rows and nothing else."""

    def make(*rows, **settings):
        pd.DataFrame([{**BASE, **row} for row in rows]).to_csv(tmp_path / "schools.csv", index=False)
        return Settings(inputs={"schools": (InputSpec(path="schools.csv"),)}, folder=tmp_path, **settings)

    return make


def stage_rows(settings, *columns):
    stages = read_city(settings).school_stages
    return {(r.school_id, r.stage): tuple(getattr(r, c) for c in columns) for r in stages.itertuples()}


def test_a_nine_year_school_is_two_rows_with_the_columns_of_each_stage(city_of):
    row = {"学段": "九年一贯制", "小学招生计划": 80, "初中招生计划": 120, "小学在校生数": 480, "初中在校生数": 360, "小学等次": "优质校", "初中等次": "薄弱校"}
    rows = stage_rows(city_of(row), "plan", "pupils", "tier")
    assert rows == {("S1", "primary"): (80, 480, "lead"), ("S1", "junior"): (120, 360, "weak")}


def test_the_school_type_says_more_than_the_stage_it_is_filed_under(city_of):
    assert set(stage_rows(city_of({"办学类型": "九年一贯制学校"}))) == {("S1", "primary"), ("S1", "junior")}


def test_one_number_for_a_school_of_two_stages_is_not_guessed_apart(city_of):
    rows = stage_rows(city_of({"学段": "九年一贯制", "学位数": 900}), "seats")
    assert all(np.isnan(seats) for (seats,) in rows.values())


def test_shared_resources_are_split_by_the_national_weights(city_of):
    """100 primary and 100 junior pupils weigh 100 and 110: of 2100 books they get 1000 and 1100."""
    row = {"学段": "九年一贯制", "小学在校生数": 100, "初中在校生数": 100, "图书册数": 2100}
    rows = stage_rows(city_of(row), "books")
    np.testing.assert_allclose([rows["S1", "primary"], rows["S1", "junior"]], [[1000], [1100]])


@pytest.mark.parametrize(
    ("said", "meant"),
    [("公办", "public"), ("民办", "private"), ("地方教育部门", "public"), ("县级教育部门", "public"), ("民办教育机构", "private"), ("", "public")],
)
def test_words_of_ownership(city_of, said, meant):
    assert read_city(city_of({"举办者": said})).schools["ownership"].tolist() == [meant]


@pytest.mark.parametrize(("said", "meant"), [("是", True), ("寄宿", True), ("√", True), ("1", True), ("否", False), ("走读", False), ("", False)])
def test_words_of_boarding(city_of, said, meant):
    assert read_city(city_of({"是否寄宿": said})).schools["boarding"].tolist() == [meant]


def test_full_width_digits_and_thousands_are_numbers(city_of):
    rows = stage_rows(city_of({"招生计划": "１２０", "在校生数": "1,234"}), "plan", "pupils")
    assert rows["S1", "primary"] == (120, 1234)


def test_a_row_of_totals_is_left_out_and_listed(city_of):
    settings = city_of({"招生计划": 120}, {"学校标识码": "合　计", "学校名称": "", "学段": "", "招生计划": 120})
    city = read_city(settings)
    assert len(city.schools) == 1
    assert [n.row for n in city.notes if n.problem.key == "reading.total_row"] == [3]


def test_rows_of_one_school_at_two_places_are_a_warning(city_of):
    rows = {"坐标系": "wgs84"}
    settings = city_of({**rows, "经度": 116.30, "纬度": 39.90}, {**rows, "学段": "初中", "经度": 116.32, "纬度": 39.90})
    city, notes = check_city(settings)
    assert len(city.schools) == 1
    (note,) = [n for n in notes if n.problem.key == "reading.two_places"]
    assert (note.severity, note.row) == ("warning", 3)
    metres = float(note.problem.values["metres"])
    assert metres == pytest.approx(0.02 * np.cos(np.radians(39.9)) * 111_320, rel=0.005)


def test_rows_of_one_school_at_one_place_are_no_warning(city_of):
    place = {"坐标系": "wgs84", "经度": 116.30, "纬度": 39.90}
    assert not check_city(city_of(place, {**place, "学段": "初中"}))[1]


def test_score_tiers_take_the_best_and_the_worst_of_each_county(city_of):
    """Of four schools a quarter is one lead, and 35 % is 1.4, rounded to one weak; a county of its own has its own best."""
    scores = [("A", 90), ("A", 80), ("A", 70), ("A", 60), ("B", 10)]
    rows = [{"学校标识码": f"S{i}", "学校名称": f"第{i}小学", "县级代码": c, "得分": s} for i, (c, s) in enumerate(scores)]
    tiers = stage_rows(city_of(*rows, tiers=TierSettings(source="score")), "tier")
    assert [t for (t,) in tiers.values()] == ["lead", "regular", "regular", "weak", "lead"]


@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=1, max_size=30))
def test_no_lead_scores_below_a_regular_and_no_weak_above(scores):
    stages = pd.DataFrame({"stage": "primary", "score": pd.Series(scores, dtype="float64")})
    tier = by_score(stages, pd.Series(["A"] * len(scores), dtype="str"), TierSettings())
    assert (tier.isna() == stages["score"].isna()).all()
    known = [stages["score"][(tier == t).to_numpy()] for t in ("weak", "regular", "lead")]
    filled = [s for s in known if len(s)]
    assert all(a.max() <= b.min() for a, b in itertools.pairwise(filled))


def compliant(**changed):
    """A primary of 100 pupils that meets every line exactly, except for the indicators that are multiplied."""
    row = {name: i.line["primary"] * 100 / i.per * changed.get(name, 1.0) for name, i in QUALITY.indicators.items()}
    return pd.DataFrame([{"stage": "primary", "pupils": 100.0, **row}])


@pytest.mark.parametrize(
    ("changed", "tier"),
    [
        ({}, "lead"),
        ({"equipment_yuan": 0.85}, "lead"),
        ({"equipment_yuan": 0.84}, "regular"),
        ({"equipment_yuan": 0.9, "backbone_teachers": 0.9}, "regular"),
        ({"equipment_yuan": 0.9, "backbone_teachers": 0.9, "pe_art_teachers": 0.9}, "regular"),
        ({"equipment_yuan": 0.9, "backbone_teachers": 0.9, "pe_art_teachers": 0.9, "sports_area_m2": 0.9}, "weak"),
    ],
)
def test_compliance_tiers_follow_the_lines(changed, tier):
    assert by_compliance(compliant(**changed), QUALITY).tolist() == [tier]


def test_a_missing_indicator_gives_no_tier():
    assert by_compliance(compliant().drop(columns="equipment_yuan"), QUALITY).isna().all()


CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4, max_size=40)


@given(CHINESE)
def test_text_comes_back_from_either_encoding(name):
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        data = f"学校名称,招生计划\n{name},120\n".encode(encoding)
        content, _ = decode(data, None, "t.csv")
        assert content == f"学校名称,招生计划\n{name},120\n"


@pytest.mark.parametrize(
    ("names", "said"), [(("x", "y"), True), (("X坐标", "Y坐标"), True), (("经度", "y"), True), (("经度", "纬度"), False), (("年级", "书库"), False)]
)
def test_columns_that_look_like_coordinates_and_are_not_known_are_named_with_the_remedy_and_not_guessed(city_of, names, said):
    settings = city_of(dict(zip(names, ("107.1", "34.4"), strict=True)))
    spec = InputSpec(path="schools.csv", datum="wgs84")
    city, faults = check_city(dataclasses.replace(settings, inputs={"schools": (spec,)}))
    named = [f for f in faults if f.problem.key == "reading.coordinates_unread"]
    assert [f.severity for f in named] == (["warning"] if said else [])
    assert city is not None
    assert city.schools.geometry.isna().iloc[0] == (names != ("经度", "纬度"))
    for fault in named:
        assert names[1] in fault.problem.say("zh")
        assert "[inputs.columns.schools]" in fault.remedy.say("en")
