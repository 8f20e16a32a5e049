"""What the documents say of a plan: the notice, seat warnings, what is left blank, names of files; English too."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.outputs.report import make_report
from districting.outputs.report import pdf_file as pdf_module
from districting.outputs.report.chapters import feeders_chapter, seats_chapter, zoning_chapter
from districting.outputs.report.cover import cover_rows
from districting.outputs.report.facts import warning_level
from districting.outputs.report.notice import NOTICE_COLUMNS, by_hand, closings, notice_rows
from tests.outputs.report.conftest import with_feeders


@pytest.fixture(scope="module")
def report(hard_plan):
    return make_report(hard_plan)


def row_of(report, school, stage="primary"):
    (row,) = [r for r in notice_rows(report, stage) if f"（{school}）" in r[1] or f"({school})" in r[1]]
    return dict(zip(NOTICE_COLUMNS, row, strict=True))


def test_the_zone_in_the_north_east_is_bounded_by_the_two_roads_and_its_neighbours(report):
    row = row_of(report, "P2")
    assert row["area"].startswith("东至东环路，南至")
    assert row["area"].endswith("北至北环路")
    assert "边界沿顺时针" not in row["area"]  # a square needs no more than its sides


def test_villages_are_put_together_and_a_door_that_goes_elsewhere_is_said(report):
    row = row_of(report, "P3")
    assert row["communities"] == "牛家村1、2组"
    assert "+海棠家园（3幢归第二小学）" in row["estates"]


def test_the_plan_of_the_intake_and_the_warning_come_from_the_plan(report):
    row = row_of(report, "P1")
    assert (row["plan"], row["mode"], row["warning"]) == ("25人", "单校划片", "")  # 20 entrants for 25 places


def test_what_the_plan_does_not_know_is_blank_and_listed_to_be_filled_in(report):
    row = row_of(report, "P1")
    assert [row[c] for c in ("address", "junior", "phone", "supervision", "period")] == [""] * 5
    listed = {column: short for column, short, _ in by_hand(report, "primary")}
    assert listed == {"type": 4, "address": 4, "junior": 4, "phone": 4, "supervision": 4, "period": 4, "classes": 4}
    assert "junior" not in {column for column, *_ in by_hand(report, "junior")}


def test_an_address_that_is_known_stands_in_the_notice(hard_plan):
    schools = hard_plan.schools.assign(address=["东环路1号" if i == "P1" else "" for i in hard_plan.schools["school_id"]])
    known = make_report(hard_plan.replace(schools=schools))
    assert row_of(known, "P1")["address"] == "东环路1号"
    assert {c: n for c, n, _ in by_hand(known, "primary")}["address"] == 3


def test_feeders_fill_the_junior_column_and_make_their_table(hard_plan):
    fed = make_report(with_feeders(hard_plan))
    assert row_of(fed, "P1")["junior"] == "../../etc/passwd"
    (table,) = feeders_chapter(fed).tables
    assert [row[3:] for row in table.rows] == [["P1", 20], ["P2", 21]]
    assert {r["number"] for r in cover_rows(fed) if r["files"]} >= {3}


@pytest.mark.parametrize(("pupils", "level"), [(100, "red"), (90, "yellow"), (89, "")])
def test_seat_warnings_begin_at_their_bounds(pupils, level):
    assert warning_level(pupils / 100) == level


def test_a_plan_of_one_year_says_that_three_cannot_be_shown(report):
    chapter = seats_chapter(report)
    assert any("2026" in p.text and "三年" in p.text for p in chapter.parts if hasattr(p, "look"))


def test_the_five_closing_sentences_are_there_in_both_languages(report, hard_plan):
    assert [w for w in ("相对就近", "购房", "每年核定", "统筹安排", "解释") if not any(w in s for s in closings(report))] == []
    english = closings(make_report(hard_plan, lang="en"))
    assert [w for w in ("proximity", "home", "every year", "places", "interpretation") if not any(w in s for s in english)] == []


def test_an_english_report_has_no_chinese_but_in_names_and_sources(hard_plan, grid_plan):
    plain = make_report(grid_plan, lang="en")
    words = "".join(p.text for p in zoning_chapter(plain).parts if hasattr(p, "text")) + "".join(notice_rows(plain, "primary")[0])
    assert not any("\u4e00" <= c <= "\u9fff" for c in words.replace("公示", ""))


def test_words_in_a_title_cannot_leave_the_style_sheet_or_the_page():
    page = pdf_module.pdf_html([], '</style>"; } SERIF RUNNING <script>', ["<b>"], [], "zh")
    assert page.count("</style>") == 1
    assert "<script>" not in page
    assert "&lt;b&gt;" in page


def test_without_pango_the_command_ends_with_5_and_names_the_package(plan_file, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    result = CliRunner().invoke(cli, ["report", str(plan_file), "-o", str(tmp_path / "out"), "--lang", "en"])
    assert result.exit_code == 5
    assert "libpango-1.0-0" in result.stderr
    assert not (tmp_path / "out").exists()


def test_without_a_chinese_font_the_command_warns_and_a_dry_run_writes_nothing(plan_file, tmp_path, monkeypatch):
    monkeypatch.setattr("districting.outputs.report.fonts.installed", lambda _wanted: ())
    result = CliRunner().invoke(cli, ["report", str(plan_file), "-o", str(tmp_path / "out"), "--dry-run"])
    assert result.exit_code == 0
    assert "fonts-noto-cjk" in result.stderr
    assert "notice.docx" in result.stdout
    assert [p.name for p in tmp_path.iterdir()] == []


def test_files_that_stand_there_are_kept_unless_overwrite_is_said(plan_file, tmp_path):
    (tmp_path / "notice.pdf").write_text("mine")
    result = CliRunner().invoke(cli, ["report", str(plan_file), "-o", str(tmp_path)])
    assert result.exit_code == 2
    assert (tmp_path / "notice.pdf").read_text() == "mine"
