"""What balance monitoring reads beside resources: classes, groups of pupils, special schools, older years."""

import dataclasses

import pandas as pd
import pytest

from districting.model.settings import AuditSettings, InputSpec
from districting.reading.read_city import read_city
from tests.reading.small_city import city_in, keys, schools_table, with_input


def nine_year(table):
    """The last school teaches two stages."""
    table.loc[3, "学段"] = "九年一贯制"
    table["小学招生计划"] = [None, None, None, 120]


def test_class_sizes_are_read_as_they_are_written_and_by_stage_where_a_school_has_several(tmp_path):
    table = schools_table().assign(各班人数=["45、46", "40, 41 42", None, "38"])
    nine_year(table)
    table["初中各班人数"] = [None, None, None, "50，52"]
    city = read_city(city_in(tmp_path, table))
    found = {key: group["pupils"].tolist() for key, group in city.class_sizes.groupby(["school_id", "stage"])}
    # the nine-year school does not say which of its stages the class of 38 is in
    assert found == {("S0", "primary"): [45, 46], ("S1", "primary"): [40, 41, 42], ("S3", "junior"): [50, 52]}


def test_a_cell_that_is_no_list_of_sizes_is_a_fault(tmp_path):
    assert "no_class_sizes" in " ".join(keys(city_in(tmp_path, schools_table().assign(各班人数=["约45人", "45", "45", "45"])), "error"))


def test_groups_of_pupils_and_teachers_by_stage_reach_the_schools(tmp_path):
    table = schools_table().assign(随迁子女数=[5, 6, None, 9], 小学县级以上骨干教师数=[None, None, None, 4])
    nine_year(table)
    stages = read_city(city_in(tmp_path, table)).school_stages.set_index(["school_id", "stage"])
    assert stages.loc[("S0", "primary"), "migrant_pupils"] == 5
    assert pd.isna(stages.loc[("S3", "primary"), "migrant_pupils"])  # a total over both stages is of neither
    assert stages.loc[("S3", "primary"), "backbone_teachers"] == 4


def test_what_a_nine_year_school_shares_is_split_by_the_weights_of_the_profile(tmp_path):
    table = schools_table().assign(图书册数=[0, 0, 0, 23226], 小学在校生数=[100, 100, 100, 166], 初中在校生数=[None, None, None, 210])
    nine_year(table)
    settings = city_in(tmp_path, table)
    stages = read_city(settings).school_stages.set_index(["school_id", "stage"])
    assert stages.loc["S3", "books"].tolist() == pytest.approx([9711.6, 13514.4], abs=0.05)
    alike = AuditSettings(balance={"split": {"weight": {"junior": 1.0}}})
    stages = read_city(dataclasses.replace(settings, audit=alike)).school_stages.set_index(["school_id", "stage"])
    assert stages.loc[("S3", "primary"), "books"] == pytest.approx(23226 * 166 / 376)


def test_a_special_school_is_known_by_its_type(tmp_path):
    schools = read_city(city_in(tmp_path, schools_table().assign(办学类型=["小学", "特殊教育学校", "教学点", "514"]))).schools
    assert schools["school_type"].tolist() == ["primary", "special", "teaching_point", "special"]


HISTORY = [[2024, "第0小学", "小学", "图书册数", 900], [2024, "S1", "小学", "books", 800], [2024, "S1", "小学", "在校生数", 100]]


def history(folder, rows):
    pd.DataFrame(rows, columns=["年度", "学校", "学段", "指标", "数值"]).to_csv(folder / "history.csv", index=False)
    return with_input(city_in(folder), history=InputSpec(path="history.csv"))


def test_older_years_are_read_by_school_and_indicator_in_either_language(tmp_path):
    table = read_city(history(tmp_path, HISTORY)).history
    assert table.to_numpy().tolist() == [
        [2024, "S0", "primary", "books", 900.0],
        [2024, "S1", "primary", "books", 800.0],
        [2024, "S1", "primary", "pupils", 100.0],
    ]


def test_rows_of_older_years_that_are_not_true_are_faults_all_at_once(tmp_path):
    wrong = {
        "unknown_history_school": [2024, "第9小学", "小学", "图书册数", 1],
        "balance.unknown_indicator": [2024, "第0小学", "小学", "游泳池", 1],
        "balance.history_twice": [2024, "第0小学", "小学", "图书册数", 1],
        "balance.history_without_stage": [2024, "第0小学", "大学", "图书册数", 1],
        "negative": [2023, "第0小学", "小学", "图书册数", -1],
    }
    assert sorted(keys(history(tmp_path, [*HISTORY, *wrong.values()]), "error")) == sorted(wrong)
