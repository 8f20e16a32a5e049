"""Links in the terminal, summary.json, links.csv, QGIS, and what is left of them for the public."""

from __future__ import annotations

import csv
import itertools
import sqlite3
from contextlib import closing
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from districting.model.plan import LINK_TABLES
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.link_looks import LINK_LOOKS, coded
from districting.outputs.public import public_plan
from districting.outputs.qgis import layer_styles
from districting.outputs.run_folder import write_run
from districting.outputs.summary import summary_lines, summary_tree
from districting.outputs.tables import links_csv
from districting.planning.rows import provenance_rows
from tests.outputs.linked import ROWS, linked_plan


@pytest.fixture(scope="module")
def plan(grid_plan):
    return linked_plan(grid_plan)


def test_the_terminal_has_a_line_for_every_form_with_objective_bound_gap_remote_and_left_out(plan):
    lines = summary_lines(plan, "en")
    at = next(i for i, line in enumerate(lines) if line.startswith("form of link"))
    assert lines[at].split() == [
        "form",
        "of",
        "link",
        "stage",
        "number",
        "remote",
        "left",
        "out",
        "least",
        "score",
        "margin",
        "objective",
        "bound",
        "unit",
        "gap",
        "status",
    ]
    assert lines[at + 1].split() == ["School", "pairs", "junior", "2", "1", "0", "1.23", "200", "200", "metre", "0.0%", "proven", "best"]
    assert lines[at + 2].split() == ["Mentor", "chains", "junior", "3", "0", "0", "3", "2", "school-metre", "33.3%", "feasible"]
    assert lines[at + 3].split() == ["County", "partners", "1", "0", "0", "200", "200", "metre", "0.0%", "proven", "best"]


def test_a_form_that_proves_nothing_has_a_line_too_and_further_records_of_a_form_have_none(plan):
    more = [
        provenance_rows("pairing.six_shares", {"covered": 3}),
        provenance_rows("pairing.chain", {"events": 4}),
        provenance_rows("pairing.second_level", {"status": "optimal"}),
    ]
    lines = summary_lines(plan.replace(provenance=pd.concat([plan.provenance, *more], ignore_index=True)), "en")
    assert [line.split()[:4] for line in lines if line.startswith(("Six shares", "Mentor chains", "Second-level"))] == [
        ["Mentor", "chains", "junior", "3"],
        ["Six", "shares", "3", "0"],
    ]


def test_the_terminal_speaks_chinese_and_the_columns_stand_in_line(plan):
    head, school, chain, _ = [line for line in summary_lines(plan, "zh") if line.startswith(("结对形式", "校际结对", "链式带动", "县域结对"))]
    assert school.split() == ["校际结对", "初中", "2", "1", "0", "1.23", "200", "200", "米", "0.0%", "已证最优"]

    def cells_before(line, word):
        return sum(2 if ord(c) > 0x2E80 else 1 for c in line[: line.index(word)])

    assert cells_before(head, "学段") == cells_before(school, "初中") == cells_before(chain, "初中")
    assert cells_before(head, "结论") == cells_before(school, "已证最优") == cells_before(chain, "可行")


def test_the_public_terminal_has_no_such_line(plan):
    assert not any("form of link" in line for line in summary_lines(plan, "en", "public"))


def test_a_plan_without_links_has_no_such_line(grid_plan):
    bare = grid_plan.replace(links=grid_plan.links.iloc[:0], provenance=grid_plan.provenance[~grid_plan.provenance["part"].str.startswith("pairing")])
    assert not any("form of link" in line for line in summary_lines(bare, "en"))
    assert summary_tree(bare)["counts"]["links_by_kind"] == {}


def test_summary_json_counts_links_by_form(plan):
    counts = summary_tree(plan)["counts"]
    assert counts["pairs"] == len(ROWS)
    assert counts["links_by_kind"] == {"school": 2, "county": 1, "incubation": 2, "chain": 3, "difference": 1, "base_school": 3, "uds": 1, "six_shares": 3}


def test_links_csv_has_a_row_per_link_with_both_ends_named(plan, tmp_path):
    links_csv(plan, tmp_path / "links.csv")
    with (tmp_path / "links.csv").open(encoding="utf-8-sig", newline="") as page:
        rows = list(csv.DictReader(page))
    assert len(rows) == len(ROWS)
    county = next(r for r in rows if r["kind"] == "county")
    assert (county["from_kind"], county["from_name"], county["to_id"], county["pinned"], county["term_to"]) == ("county", "Weibin", "B", "true", "2028")


def test_qgis_draws_links_by_form_as_the_map_does_and_above_all_else(plan, tmp_path):
    write_plan(plan, tmp_path / "plan.gpkg")
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        (qml,) = base.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = 'links' AND useAsDefault").fetchone()
        layers = [r[0] for r in base.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features' ORDER BY rowid")]
    assert layers[-1] == "links"
    root = ET.fromstring(qml.split("\n", 1)[1])
    assert root.find("renderer-v2").get("attr") == "kind"
    assert [(c.get("value"), c.get("label")) for c in root.iter("category")] == [
        (k, coded("kind", k, "zh")) for k in summary_tree(plan)["counts"]["links_by_kind"]
    ]
    for category, symbol in zip(root.iter("category"), root.iter("symbol"), strict=True):
        look = LINK_LOOKS[category.get("value")]
        props = {p.get("k"): p.get("v") for p in symbol.iter("prop")}
        assert symbol.get("type") == "line"
        assert props["line_color"] == ",".join(str(int(look.colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"
        assert props.get("customdash", "") == ";".join(map(str, look.dash))


def test_qgis_has_no_style_for_links_that_are_not_there(grid_plan):
    assert "links" not in {s.layer for s in layer_styles(public_plan(grid_plan))}
    assert "links" not in {s.layer for s in layer_styles(grid_plan.replace(links=grid_plan.links.iloc[:0]))}


def test_the_public_plan_has_no_row_in_any_table_of_links(plan, tmp_path):
    assert all(len(getattr(plan, name)) for name in LINK_TABLES)
    write_run(plan, tmp_path, audience="public")
    back = read_plan(tmp_path / "plan.gpkg")
    assert {name: len(getattr(back, name)) for name in ("links", *LINK_TABLES)} == dict.fromkeys(("links", *LINK_TABLES), 0)
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        assert base.execute("SELECT count(*) FROM layer_styles WHERE f_table_name = 'links'").fetchone() == (0,)
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert [w for w in ("t-9f3a", "Weibin", "Linyou", "Teachers' University", "team_exchange", "1.2345") if w.encode() in content] == [], path.name


# Machado, Oliveira and Fernandes (2009), severity 1, for linear RGB
SEEN_BY = {
    "ordinary": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


def lab(colour, eye):
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.clip(SEEN_BY[eye] @ np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4), 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eye", SEEN_BY)
def test_no_two_forms_look_alike_to_any_eye(eye):
    for (a, one), (b, other) in itertools.combinations(LINK_LOOKS.items(), 2):
        assert np.linalg.norm(lab(one.colour, eye) - lab(other.colour, eye)) >= 19, (a, b)
        assert one.dash != other.dash, (a, b)


def proof(plan, **records):
    """What summary.json says of decisions together."""
    rows = [provenance_rows(f"pairing.{part}", {"gap": 0.0, "status": "optimal", **record}) for part, record in records.items()]
    tree = summary_tree(plan.replace(provenance=pd.concat(rows, ignore_index=True)))
    return {k: tree[k] for k in ("objective", "bound", "gap", "unit", "status")}


def test_objectives_of_one_form_are_added_and_those_of_unlike_units_or_senses_are_not(grid_plan):
    school = {"objective": 200.0, "bound": 200.0, "unit": "metre"}
    worth = {"objective": 80.0, "bound": 100.0, "gap": 0.2, "unit": "metre", "sense": "max", "status": "feasible"}
    area = {"objective": 50.0, "bound": 40.0, "gap": 0.2, "unit": "pupil-metre", "status": "feasible"}
    assert proof(grid_plan, school=school) == {"objective": 200, "bound": 200, "gap": 0, "unit": "metre", "status": "optimal"}
    assert proof(grid_plan, school=school, county=school)["objective"] == 400
    assert proof(grid_plan, difference=worth) == {"objective": 80, "bound": 100, "gap": pytest.approx(0.2), "unit": "metre", "status": "feasible"}
    none = {"objective": None, "bound": None, "gap": 0.2, "unit": "", "status": "feasible"}
    assert proof(grid_plan, school=school, incubation=area) == none
    assert proof(grid_plan, school=school, difference=worth) == none
