"""Where counties are named: folders, or a table in whatever encoding; what cannot be a county is said at once."""

from __future__ import annotations

import pytest

from districting.batch import find_counties
from districting.errors import DataError


def table(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "counties.csv"
    path.write_bytes(content.encode(encoding))
    return path


def faults(path):
    with pytest.raises(DataError) as raised:
        find_counties(path)
    return [(f.problem.key, f.row) for f in raised.value.faults]


def test_every_folder_with_a_config_is_a_county(tmp_path):
    for name in ("乙县", "甲县", ".hidden", "without"):
        (tmp_path / name).mkdir()
        if name != "without":
            (tmp_path / name / "config.toml").touch()
    assert [(c.code, c.config.parent.name) for c in find_counties(tmp_path)] == [("乙县", "乙县"), ("甲县", "甲县")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_names_configs_beside_it(tmp_path, encoding):
    path = table(tmp_path, "区县代码,配置\n0102,b/x.toml\n0101,a.toml\n\n", encoding)
    assert [(c.code, c.config.relative_to(tmp_path).as_posix()) for c in find_counties(path)] == [("0101", "a.toml"), ("0102", "b/x.toml")]


def test_codes_that_leave_the_folder_of_results_are_refused_all_at_once(tmp_path):
    path = table(tmp_path, 'county_code,config\n../x,a\n,a\nok,a\nOK,a\n/etc,a\nindex.html,a\n"a\nb",a\n..,a\n')
    bad = "batch.bad_code"
    assert faults(path) == [(bad, 2), (bad, 3), ("batch.twice", 5), (bad, 6), (bad, 7), (bad, 8), (bad, 9)]


def test_what_is_missing_is_said(tmp_path):
    assert faults(tmp_path / "nowhere") == [("batch.no_folder", None)]
    assert faults(tmp_path / "nowhere.csv") == [("batch.no_folder", None)]
    assert faults(tmp_path) == [("batch.no_counties", None)]
    assert faults(table(tmp_path, "a,b\n1,2\n")) == [("batch.no_column", None), ("batch.no_column", None)]
