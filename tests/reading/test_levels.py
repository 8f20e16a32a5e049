"""Levels of schools: words that are known, and a warning at the row of one that is not."""

from districting.model.school_levels import level_of
from districting.reading.read_city import read_city
from tests.reading.small_city import city_in, lines, said, schools_table


def test_an_unknown_level_is_a_warning_at_its_row_with_the_remedy(tmp_path):
    settings = city_in(tmp_path, schools_table().assign(学校级别=["市级", "其他", "其他", None]))
    assert [s for s in said(settings) if s[0] == "unknown_level"] == [("unknown_level", "schools.csv", 3, "学校级别", "warning")]
    (line,) = [s for s in lines(settings, "zh") if "其他" in s]
    assert "市级" in line.split("其他")[1]


def test_known_levels_pass_without_a_word(tmp_path):
    settings = city_in(tmp_path, schools_table().assign(学校级别=["市级", "区级", "中心校", "教学点"]))
    assert not [s for s in said(settings) if s[0] == "unknown_level"]
    assert [level_of(w) for w in read_city(settings).schools["level"]] == ["city", "county", "town", "village"]
