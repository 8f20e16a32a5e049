"""Every form of district from the command line, on two districts of the sample city with cells for ground: exit 0, every rule kept, a map with the form in words."""

import dataclasses
import json
import re

import pytest

import districting as dt
from districting.grouping import FORMS
from districting.outputs.projects import sample_files, write_project
from districting.reading import read_city as reading
from tests.cli.test_commands import call

COUNTIES = "县级代码 in ['619902', '619903']"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The shipped config without zones and pairs, narrowed to two counties, and the city it reads."""
    folder = tmp_path_factory.mktemp("forms") / "demo"
    write_project(folder, sample_files())
    tables = re.split(r"(?m)^(?=\[)", (folder / "config.toml").read_text(encoding="utf-8"))
    words = "".join(t for t in tables if not re.match(r"\[(zoning|pairing|inputs\.aliases)", t))
    words = re.sub(r"(?m)^(blocks|roads|barriers) = .*\n", "", words)
    for file, rest in (("schools.xlsx", ', sheet = "学校"'), ("streets.shp", ', encoding = "gbk"')):
        words = words.replace(f'path = "{file}"{rest}', f'path = "{file}"{rest}, where = "{COUNTIES}"')
    words = words.replace('counties = "counties.geojson"', f'counties = {{ path = "counties.geojson", where = "{COUNTIES}" }}').replace(
        "districts = 15", "districts = 4"
    )
    (folder / "small.toml").write_text(words, encoding="utf-8")
    return folder / "small.toml", dt.read_city(folder / "small.toml")


@pytest.mark.parametrize("form", FORMS)
def test_a_form_ends_well_and_draws_its_map(small, form, tmp_path, monkeypatch):
    config, city = small
    monkeypatch.setattr(reading, "read_city", lambda settings: dataclasses.replace(city, settings=settings))
    result = call("group", config, "--form", form, "-o", tmp_path, "--time-limit", "20", "--gap", "0.3", "--json", lang="zh")
    assert result.exit_code == 0, result.stderr or result.stdout
    told = json.loads(result.stdout)
    assert [f for f in told["findings"] if f["verdict"] == "fail" and f["measure"].startswith(("districts_", "schools_in"))] == []
    assert all(d["gap"] <= 1.0 and d["districts"] >= 1 for d in told["decisions"])
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="plan-data">(.*?)</script>', page, re.DOTALL)[1])
    assert data["groupings"]
    assert all(re.search("[\u4e00-\u9fff]", g["names"]["zh"]) and "_" not in g["names"]["en"] for g in data["groupings"])
    if form == "theme":
        assert any(d["anchors"] for g in data["groupings"] for d in g["districts"])
        assert [f["value"] >= 0 for f in told["findings"] if f["measure"] == "neighbours_of_one_theme"] == [True]
