"""Every form of link from the command line, on the sample city: exit 0, an honest bound, rows in every output, and nothing of it for the public."""

import dataclasses
import json
import re
from pathlib import Path

import pytest

import districting as dt
from districting.outputs.projects import sample_files, write_project
from districting.outputs.run_folder import write_run
from districting.pairing import FORMS
from districting.reading import read_city as reading
from tests.cli.test_commands import call

SILENT = ("薄弱", "weak", "结对", "帮扶", "score_gap", "mentor", "administrative")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The shipped config and the city it reads."""
    folder = tmp_path_factory.mktemp("links") / "demo"
    write_project(folder, sample_files())
    return folder / "config.toml", dt.read_city(folder / "config.toml")


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Form -> its first run: the answer and the folder. Filled as the forms are asked for."""
    return {}, tmp_path_factory.mktemp("first")


@pytest.fixture
def made_once(first, pair):
    """A form is made once, whoever asks for it."""
    runs, folder = first

    def made(form: str):
        if form not in runs:
            runs[form] = pair(form, folder / form), folder / form
        return runs[form]

    return made


@pytest.fixture
def pair(sample, monkeypatch):
    config, city = sample
    monkeypatch.setattr(reading, "read_city", lambda settings: dataclasses.replace(city, settings=settings))

    def run(form: str, folder: Path, *more: str):
        return call("pair", config, "--form", form, "-o", folder, "--json", *more, lang="zh")

    return run


@pytest.mark.parametrize("form", FORMS)
def test_a_form_ends_well_and_says_what_it_made(form, made_once):
    result, folder = made_once(form)
    assert result.exit_code == 0, result.stderr or result.stdout
    told = json.loads(result.stdout)
    made = [d for d in told["decisions"] if d["decision"].startswith(f"pairing.{form}")]
    assert made
    for decision in made:
        if "objective" in decision:
            assert decision["status"] in ("optimal", "feasible")
            assert 0 <= decision["gap"] <= 0.05, decision
            assert decision["unit"]
    plan = dt.read_plan(folder / "plan.gpkg")
    links = plan.links[plan.links["kind"] == form]
    assert len(links) or len(plan.apprentices) or len(plan.districts)
    assert not (links["from_id"] == links["to_id"]).any()
    assert (links["term_to"] - links["term_from"] == links["term"] - 1).all()
    drawn = links.geometry.notna()
    assert drawn.all()
    assert ((links.geometry.length - links["distance_m"]).abs() < 0.01).all()


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_the_same_twice(form, pair, made_once, tmp_path):
    _, once = made_once(form)
    assert pair(form, tmp_path).exit_code == 0
    for name in ("plan.gpkg", "links.csv", "summary.json"):
        assert (once / name).read_bytes() == (tmp_path / name).read_bytes(), name


@pytest.mark.parametrize("form", FORMS)
def test_the_public_sees_no_link_and_no_strength(form, made_once, tmp_path):
    _, folder = made_once(form)
    write_run(dt.read_plan(folder / "plan.gpkg"), tmp_path, audience="public")
    plan = dt.read_plan(tmp_path / "plan.gpkg")
    assert len(plan.links) == len(plan.gains) == len(plan.renewals) == len(plan.apprentices) == len(plan.experts) == 0
    assert not (tmp_path / "links.xlsx").exists()
    for name in ("map.html", "summary.json", "links.csv", "districts.csv"):
        if (tmp_path / name).exists():
            text = (tmp_path / name).read_text(encoding="utf-8-sig")
            text = text if name != "map.html" else re.search(r'id="plan-data">(.*?)</script>', text, re.DOTALL)[1]
            assert [w for w in SILENT if w in text] == [], name
