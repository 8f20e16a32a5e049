"""The workbook of links: what a planner finds in it, and that the public finds nothing."""

from __future__ import annotations

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

import districting as dt
from districting.model.plan import LINK_TABLES
from districting.outputs.run_folder import write_run
from tests.outputs.linked import ROWS, link, linked_plan, links_frame

LEAKS = ("薄弱", "结对", "帮扶", "受援", "联盟", "得分", "内部", "weak", "score", "link", "pair", "internal", "giver", "taker", "t-9f3a", "1.23")


@pytest.fixture(scope="module")
def plan(grid_plan):
    return linked_plan(grid_plan)


def cells(path):
    return {s.title: [[c for c in row if c is not None] for row in s.iter_rows(values_only=True)] for s in openpyxl.load_workbook(path)}


def said(path):
    book = openpyxl.load_workbook(path)
    heads = [f"{s.oddHeader.left.text} {s.oddHeader.right.text}" for s in book]
    return "\n".join([*book.sheetnames, *heads, *(str(c) for rows in cells(path).values() for row in rows for c in row)])


def table(path, sheet):
    """The rows of a sheet under its header: column -> cell, or None where it is empty."""
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    top = next(i for i, row in enumerate(rows) if sum(c is not None for c in row) > 1)
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


@pytest.fixture
def book(plan, tmp_path):
    dt.write_links(plan, tmp_path / "links.xlsx", lang="en")
    return tmp_path / "links.xlsx"


def test_every_form_with_links_has_a_sheet_and_so_has_every_table_that_comes_with_them(book):
    forms = ["School pairs", "County partners", "Incubation areas", "Mentor chains", "Pairs by difference", "Base schools", "U-D-S communities", "Six shares"]
    more = ["Who gives what", "End of term", "Masters, apprentices", "Experts", "Support calendar", "Six-shares coverage", "Inclusion", "Left out", "Drives"]
    assert list(cells(book)) == [*forms, *more, "Reach of chains"]


def test_a_pair_is_told_by_name_and_id_with_its_term_margin_runner_up_and_drive(book):
    first, second = table(book, "School pairs")
    assert (first["giver"], first["giver (id)"], first["taker"], first["taker (id)"]) == ("school L", "L", "school W", "W")
    assert (first["distance (m)"], first["term"], first["score gap"], first["runner-up"]) == (100, "2026–2028", 30, "school M")
    assert first["stays if a score moves by less than (tiers and spread of scores as they are)"] == 1.23
    assert first["channels"] == "team exchange, project support, joint research"
    assert (first["drive"], first["farther than wanted"] or "", second["farther than wanted"]) == ("administrative assignment", "", "remote")


def test_columns_that_say_nothing_are_left_out_but_names_ids_distance_and_term_stay(book):
    assert list(table(book, "Incubation areas")[0]) == ["stage", "incubator", "incubator (id)", "school", "school (id)", "distance (m)", "term"]


def test_ends_that_are_no_schools_say_what_they_are(book):
    (row,) = table(book, "County partners")
    assert (row["giver is a"], row["giver"], row["taker"], row["set by the planner"]) == ("county", "Weibin", "Linyou", "pinned")
    (row,) = table(book, "U-D-S communities")
    assert (row["giver is a"], row["taker is a"]) == ("university", "school")


def test_the_note_of_a_form_says_what_is_proven(book):
    assert any("objective 200 metre, proven bound 200, gap 0.0%, proven best" in str(c) for row in cells(book)["School pairs"] for c in row)
    assert ["2 link(s)"] in cells(book)["Incubation areas"]


def test_inclusion_has_totals_by_stage_and_over_all(book):
    rows = [tuple(r.values()) for r in table(book, "Inclusion")]
    assert ("primary", "Total", 4, 3, 1, 0.75) in rows
    assert rows[-1][:5] == ("Total", "Total", 6, 5, 1)
    assert rows[-1][5] == pytest.approx(5 / 6)
    sheet = openpyxl.load_workbook(book)["Inclusion"]
    assert sheet.cell(sheet.max_row, 6).number_format == "0.0%"


def test_those_left_out_are_listed_with_the_form_and_the_reason(book):
    (row,) = table(book, "Left out")
    assert tuple(row.values()) == ("school P4", "P4", "primary", "School pairs", "no stronger school of the stage to pair with")


def test_the_drive_matrix_counts_every_link_once(book):
    rows = table(book, "Drives")
    assert rows[-1] == {"form": "Total", "voluntary contract": 1, "administrative assignment": 3, "not labelled": len(ROWS) - 4, "all": len(ROWS)}
    assert sum(r["all"] for r in rows[:-1]) == len(ROWS)


def test_the_reach_of_a_chain_counts_its_head_and_all_below(book):
    """L carries M, M carries V and W: four schools of 120 pupils, two levels down, the farthest 300 m away."""
    assert [tuple(r.values()) for r in table(book, "Reach of chains")] == [("junior", "school L", "L", 4, 480, 2, 300)]


def test_the_end_of_a_term_names_what_comes_next(book):
    (row,) = table(book, "End of term")
    assert (row["term that ended"], row["share closed"], row["decision"], row["next giver"]) == ("2023–2025", 0.0625, "rematch", "school M")


def test_guests_of_an_event_stand_by_name(book):
    (row,) = table(book, "Support calendar")
    assert (row["month"], row["event"], row["guests"], row["hours"]) == ("2026-10", "one lesson taught two ways", "school W, school V", 6.5)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_public_workbook_holds_nothing(plan, tmp_path, lang):
    dt.write_links(plan, tmp_path / "l.xlsx", audience="public", lang=lang)
    page = said(tmp_path / "l.xlsx").casefold()
    assert [w for w in LEAKS if w in page] == []
    dt.write_links(plan, tmp_path / "l.xlsx", lang=lang)
    assert [w for w in LEAKS if w in said(tmp_path / "l.xlsx").casefold()] != []  # the search does see them


def test_a_public_run_takes_the_place_of_the_links_of_an_internal_one(plan, tmp_path):
    assert "links.xlsx" in [p.name for p in write_run(plan, tmp_path)]
    assert "校际结对" in cells(tmp_path / "links.xlsx")
    write_run(plan, tmp_path, audience="public")
    assert [w for w in LEAKS if w in said(tmp_path / "links.xlsx").casefold()] == []


def test_a_public_run_and_a_plan_without_links_write_no_workbook(plan, grid_plan, tmp_path):
    assert "links.xlsx" not in [p.name for p in write_run(plan, tmp_path / "a", audience="public")]
    none = {name: getattr(grid_plan, name).iloc[:0] for name in ("links", *LINK_TABLES)}
    assert "links.xlsx" not in [p.name for p in write_run(grid_plan.replace(**none), tmp_path / "b")]


def test_names_never_run_as_formulas_and_ids_stay_text(plan, tmp_path):
    names = {"P1": "=1+1", "P2": "+A1"}
    risky = plan.replace(schools=plan.schools.assign(name=[names.get(i, n) for i, n in zip(plan.schools["school_id"], plan.schools["name"], strict=True)]))
    rows = [link("chain", "P1", "P2", "primary", subject="=HYPERLINK(1)")]
    dt.write_links(risky.replace(links=links_frame(risky, rows)), tmp_path / "l.xlsx", lang="zh")
    sheet = openpyxl.load_workbook(tmp_path / "l.xlsx")["链式带动"]
    found = {c.value: c for row in sheet.iter_rows() for c in row if c.value is not None}
    assert {"=1+1", "+A1", "=HYPERLINK(1)"} <= set(found)
    assert all(found[v].data_type == "s" and found[v].number_format == "@" for v in ("=1+1", "+A1", "=HYPERLINK(1)", "P1", "P2"))


def test_no_column_is_narrower_than_its_header_and_every_sheet_prints_on_a4_with_a_filter(plan, tmp_path):
    dt.write_links(plan, tmp_path / "l.xlsx", lang="zh")
    for sheet in openpyxl.load_workbook(tmp_path / "l.xlsx"):
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.auto_filter.ref
        assert "内部资料" in sheet.oddHeader.left.text
        top = next(i for i, row in enumerate(sheet.iter_rows(values_only=True), start=1) if sum(c is not None for c in row) > 1)
        for cell in sheet[top]:
            assert not cell.value.isascii(), (sheet.title, cell.value)
            assert sheet.column_dimensions[cell.column_letter].width >= 2 * len(cell.value), (sheet.title, cell.value)


def test_a_form_that_nobody_knows_and_two_names_alike_still_give_sheets(plan, tmp_path):
    rows = [link("new: form/of*every[kind]?and so very long", "L", "W"), link("new: form/of*every[kind]?and so very wide", "L", "V")]
    dt.write_links(plan.replace(links=links_frame(plan, rows)), tmp_path / "l.xlsx", lang="en")
    assert len(cells(tmp_path / "l.xlsx")) >= 2


def test_the_same_plan_gives_the_same_bytes(plan, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        dt.write_links(plan, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_links_without_the_newer_columns_are_written_too(grid_plan, tmp_path):
    old = ["kind", "stage", "from_id", "to_id", "channel", "term", "distance_m", "score_gap", "runner_up_id", "remote"]
    dt.write_links(grid_plan.replace(links=gpd.pd.DataFrame(grid_plan.links[old])), tmp_path / "l.xlsx", lang="en")
    rows = table(tmp_path / "l.xlsx", "School pairs")
    assert {r["taker"] for r in rows} == {"school W", "school V"}


def test_teachers_stand_by_their_ids_alone(plan):
    assert isinstance(plan.apprentices, pd.DataFrame)
    assert not {"master_name", "apprentice_name", "name"} & set(plan.apprentices.columns)
