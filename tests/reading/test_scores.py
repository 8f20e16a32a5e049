"""Scores made of indicators while reading: what is used, what is missing, what comes out."""

import dataclasses

import numpy as np
import pytest

from districting.config import parse_settings
from districting.errors import DataError
from districting.model.settings import ScoreSettings, TierSettings
from districting.reading.read_city import check_city, read_city
from tests.reading.small_city import city_in, keys, lines, said, schools_table


def with_scores(folder, table, **scores):
    return dataclasses.replace(city_in(folder, table), scores=ScoreSettings(**scores))


def table(books=(100.0, 200.0, 400.0, 300.0), pupils=(10, 10, 10, 10), **more):
    return schools_table().drop(columns="得分").assign(**{"图书册数": books, "在校生数": pupils, **more})


def scores(settings):
    return read_city(settings).school_stages["score"].tolist()


def test_the_score_column_stands_as_it_is_unless_the_config_asks_for_more(tmp_path):
    city = read_city(city_in(tmp_path, schools_table().assign(图书册数=1)))
    assert city.school_stages["score"].tolist() == [80.0] * 4
    assert len(city.score_weights) == 0


def test_one_indicator_gives_points_from_the_worst_school_to_the_best(tmp_path):
    for method in ("entropy", "pca"):
        assert scores(with_scores(tmp_path, table(), method=method)) == pytest.approx([0.0, 100 / 3, 100.0, 200 / 3])
    assert scores(with_scores(tmp_path, table(), method="weights", weights={"books": 2.0})) == pytest.approx([0.0, 100 / 3, 100.0, 200 / 3])


def test_totals_are_divided_by_pupils_unless_the_school_is_the_measure(tmp_path):
    same_per_pupil = table(books=(100.0, 200.0, 400.0, 300.0), pupils=(10, 20, 40, 20))
    assert scores(with_scores(tmp_path, same_per_pupil, method="entropy")) == [0.0, 0.0, 0.0, 100.0]
    assert scores(with_scores(tmp_path, same_per_pupil, method="entropy", per="school")) == pytest.approx([0.0, 100 / 3, 100.0, 200 / 3])


def test_an_indicator_may_be_named_by_its_header_or_be_a_column_of_the_planners_own(tmp_path):
    own = table(pupils=(10, 20, 40, 20), 毕业合格率=[0.9, 0.8, 1.0, 0.7])
    settings = with_scores(tmp_path, own, method="weights", weights={"图书册数": 1.0, "毕业合格率": 1.0})
    made = read_city(settings).score_weights
    assert made["indicator"].tolist() == ["图书册数", "毕业合格率"]
    assert made["weight"].tolist() == [0.5, 0.5]
    only_own = with_scores(tmp_path, own, method="weights", weights={"毕业合格率": 1.0})
    assert scores(only_own) == pytest.approx([200 / 3, 100 / 3, 100.0, 0.0])  # a rate is not divided by pupils


def test_an_indicator_that_no_table_has_is_a_fault_at_its_key(tmp_path):
    assert [s[0] for s in said(with_scores(tmp_path, table(), method="weights", weights={"毕业率": 1.0})) if s[4] == "error"] == ["no_named"]


def test_a_school_that_lacks_an_indicator_gets_no_score_and_is_named_with_its_row(tmp_path):
    settings = with_scores(tmp_path, table(books=(100.0, np.nan, 400.0, 300.0), 计算机台数=[1, 2, 3, 4]), method="pca")
    assert np.isnan(read_city(settings).school_stages["score"]).tolist() == [False, True, False, False]
    assert ("no_composite", "schools.csv", 3, "score", "warning") in said(settings)
    assert any("第1小学" in line and "books" in line and "computers" not in line for line in lines(settings))


def test_a_school_without_pupils_lacks_every_indicator_per_pupil(tmp_path):
    settings = with_scores(tmp_path, table(pupils=(10, 0, 10, 10)), method="entropy")
    assert np.isnan(read_city(settings).school_stages["score"].iloc[1])
    assert "no_composite" in keys(settings)


def test_scores_that_are_given_and_not_used_are_said(tmp_path):
    settings = with_scores(tmp_path, table().assign(得分=80), method="entropy")
    assert "score_replaced" in keys(settings)
    assert scores(settings)[0] == 0.0


def test_a_stage_without_any_indicator_has_no_scores_and_that_is_said(tmp_path):
    settings = with_scores(tmp_path, schools_table().drop(columns="得分"), method="entropy")
    assert "score_of_nothing" in keys(settings)
    assert read_city(settings).school_stages["score"].isna().all()


def test_an_indicator_that_is_named_and_that_nobody_has_in_the_stage_is_said(tmp_path):
    settings = with_scores(tmp_path, table(物理教师数=np.nan), method="entropy", indicators=("books", "physics_teachers"))
    assert "indicator_absent" in keys(settings)
    assert scores(settings) == pytest.approx([0.0, 100 / 3, 100.0, 200 / 3])


def test_a_constant_indicator_weighs_nothing(tmp_path):
    made = read_city(with_scores(tmp_path, table(计算机台数=5), method="entropy")).score_weights
    assert dict(zip(made["indicator"], made["weight"], strict=True)) == {"computers": 0.0, "books": 1.0}


def test_a_component_comes_with_its_loadings_and_its_share_of_the_variance(tmp_path):
    made = read_city(with_scores(tmp_path, table(计算机台数=[10, 20, 40, 30]), method="pca")).score_weights
    assert made["loading"].tolist() == pytest.approx([0.5**0.5] * 2)
    assert made["explained"].tolist() == pytest.approx([1.0, 1.0])


def test_tiers_by_score_follow_the_composite(tmp_path):
    settings = dataclasses.replace(with_scores(tmp_path, table(), method="entropy"), tiers=TierSettings(source="score"))
    assert read_city(settings).school_stages["tier"].tolist() == ["weak", "regular", "lead", "regular"]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"method": "weights"}, "scores.weights"),
        ({"method": "entropy", "weights": {"books": 1}}, "scores.weights"),
        ({"weights": {"books": 1}}, "scores.weights"),
        ({"method": "weights", "weights": {"books": -1, "computers": 1}}, "scores.weights.books"),
        ({"method": "weights", "weights": {"books": 0}}, "scores.weights"),
        ({"indicators": ["books"]}, "scores.indicators"),
        ({"method": "best"}, "scores.method"),
    ],
)
def test_settings_that_contradict_themselves_are_refused_at_their_key(tmp_path, given, place):
    with pytest.raises(DataError) as caught:
        parse_settings({"scores": given}, folder=tmp_path, file="config.toml")
    assert [f.column for f in caught.value.faults] == [place]
    assert caught.value.say("zh") != caught.value.say("en")


def test_theme_tags_and_teachers_by_subject_are_read_under_their_chinese_headers(tmp_path):
    city, faults = check_city(city_in(tmp_path, schools_table().assign(特色="科技教育；戏曲", 音乐教师数=2, 高级及以上职称教师数=5, 实验室数=3)))
    assert [f for f in faults if f.severity == "error"] == []
    assert city.schools["themes"].tolist() == ["科技教育;戏曲"] * 4  # width is folded while reading
    assert city.school_stages[["music_teachers", "high_title_teachers", "laboratories"]].to_numpy().tolist() == [[2.0, 5.0, 3.0]] * 4
