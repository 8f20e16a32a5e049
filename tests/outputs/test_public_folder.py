"""A folder written for the public: no file of it, the plan file included, holds a tier, a score, an indicator or a pair."""

import json
import re
import sqlite3
from contextlib import closing

import pytest

from districting.auditing import audit_plan
from districting.outputs.geopackage import read_plan
from districting.outputs.run_folder import write_run
from tests.outputs.conftest import ODD
from tests.planning.conftest import SCORE

WORDS = ("weak", "薄弱", "score_gap", "score_range", "runner_up", "no_stronger_donor", "team_exchange", "pairing")
SCORES = [f"{s + ODD:.3f}" for s in SCORE.values()]


@pytest.fixture(scope="module")
def folder(grid_plan, tmp_path_factory):
    target = tmp_path_factory.mktemp("public")
    write_run(grid_plan, target, audience="internal")
    assert len((target / "links.csv").read_text("utf-8-sig").splitlines()) > 1
    write_run(grid_plan, target, audience="public")
    return target


def cells(path):
    """Every value of every table of a GeoPackage, as text."""
    with closing(sqlite3.connect(path)) as base:
        names = [r[0] for r in base.execute("SELECT table_name FROM gpkg_contents")]
        return [f"{name}: {v}" for name in names for row in base.execute(f'SELECT * FROM "{name}"') for v in row if isinstance(v, (str, float))]


@pytest.mark.parametrize("name", ["zones.csv", "districts.csv", "links.csv", "findings.csv", "summary.json"])
def test_no_table_speaks_of_strength(folder, name):
    page = (folder / name).read_text("utf-8-sig")
    assert [w for w in (*WORDS, *SCORES) if w in page] == []


def test_the_plan_file_holds_no_tier_score_indicator_or_pair(folder):
    found = cells(folder / "plan.gpkg")
    assert [c for c in found if any(w in c for w in ("weak", "薄弱", "no_stronger_donor", "pairing", *SCORES))] == []
    plan = read_plan(folder / "plan.gpkg")
    assert (len(plan.links), len(plan.indicators), len(plan.notes)) == (0, 0, 0)
    assert plan.recorded("run", "audience") == "public"
    assert set(plan.memberships["role"]) == {"lead", "member"}


def test_pairs_of_an_internal_run_do_not_stay_behind(folder):
    assert (folder / "links.csv").read_text("utf-8-sig").splitlines() == ["kind,stage,from_id,to_id,channel,term,distance_m"]


def test_the_districts_still_say_who_leads(folder):
    rows = (folder / "districts.csv").read_text("utf-8-sig").splitlines()[1:]
    assert {r.rsplit(",", 1)[1] for r in rows} == {"lead", "member"}
    assert len(rows) == 8


def test_an_audit_of_the_public_plan_measures_what_is_left_and_fails_nothing(folder):
    findings = audit_plan(read_plan(folder / "plan.gpkg")).findings
    assert "pupils_over_seats" in set(findings["measure"])
    assert "mean_distance_m" not in set(findings["measure"])  # for want of the pupils of blocks; the findings in the file have it
    assert "mean_distance_m" in set(read_plan(folder / "plan.gpkg").findings["measure"])
    assert not findings["measure"].str.contains("lead|weak|score|cv\\.").any()
    assert "fail" not in set(findings["verdict"])


def test_the_summary_says_for_whom_it_is(folder):
    tree = json.loads((folder / "summary.json").read_text("utf-8"))
    assert (tree["audience"], tree["counts"]["pairs"]) == ("public", 0)
    assert not re.search("tier|score", json.dumps(tree["findings"]))
