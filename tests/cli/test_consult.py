"""A consultation on the strip of twelve blocks: comments find their blocks, scenarios answer them, nobody's number is written."""

import datetime as dt
import json

import openpyxl
import pandas as pd
import pytest

from districting.auditing.consultation import Period, consult
from districting.auditing.register import read_register, without_numbers
from districting.errors import DataError
from districting.outputs.consultation import consultation_lines
from districting.outputs.geopackage import read_plan, write_plan
from districting.workflow import make_plan
from tests.cli.test_commands import call
from tests.planning.strip_city import strip_city

HEAD = "编号,收到日期,姓名,电话,地块编号,小区,学段,希望学校,类别,意见内容,采纳情况,答复\n"


@pytest.fixture(scope="module")
def strip(tmp_path_factory):
    path = tmp_path_factory.mktemp("strip") / "plan.gpkg"
    plan = make_plan(strip_city())
    plan = plan.replace(blocks=plan.blocks.assign(name=[f"{n}号院" if n else "春风苑" for n in range(len(plan.blocks))]))
    write_plan(plan, path)
    return path


@pytest.fixture(scope="module")
def plan(strip):
    return read_plan(strip)


@pytest.fixture
def register(tmp_path):
    def write(*rows: str, encoding: str = "utf-8"):
        path = tmp_path / "register.csv"
        path.write_bytes((HEAD + "\n".join(row + "," * (11 - row.count(",")) for row in rows) + "\n").encode(encoding))
        return path

    return write


def moved(plan, block_id: str, school_id: str):
    """The plan with one block at another school."""
    zone = plan.zone_schools.loc[(plan.zone_schools["school_id"] == school_id) & (plan.zone_schools["stage"] == "primary"), "zone_id"].iloc[0]
    blocks = plan.blocks.copy()
    blocks.loc[blocks["block_id"] == block_id, "zone_id_primary"] = zone
    return plan.replace(blocks=blocks)


def school_of(plan, block_id: str) -> str:
    zone = plan.blocks.set_index("block_id")["zone_id_primary"][block_id]
    return plan.zone_schools.set_index("zone_id")["school_id"][zone]


def test_a_comment_finds_its_block_by_number_or_by_the_name_of_its_place(plan, register):
    path = register("1,2026-03-02,,,b03,,,,路程,太远", "2,2026-03-02,,,,春风苑,,,路程,太远", "3,2026-03-02,,,,没有这个小区名,,,,太远", "4,,,,,,,,,谢谢")
    made = consult(plan, read_register(path, plan), {})
    assert made.comments["placed"].tolist() == ["block", "place", "nowhere", "none"]
    assert made.comments["block_id"].tolist() == ["b03", "b00", "", ""]
    assert made.comments["school_id"].tolist()[:2] == [school_of(plan, "b03"), school_of(plan, "b00")]
    assert made.by_block["comments"].sum() == 2


def test_a_scenario_answers_takes_away_or_changes_nothing(plan, register):
    own = school_of(plan, "b05")
    other = next(s for s in plan.seats.loc[plan.seats["stage"] == "primary", "school_id"] if s != own)
    path = register(f"1,,,,b05,,,{other},,想去", f"2,,,,b05,,,{own},,满意", "3,,,,b05,,,,路程,太远", f"4,,,,b01,,,{other},,想去", "5,,,,,,,,,谢谢")
    made = consult(plan, read_register(path, plan), {"one": moved(plan, "b05", other)})
    nearer = made.comments["distance_m"][2] > 0
    assert nearer
    assert made.answers["one"].tolist()[:2] == ["as_asked", "lost"]
    assert made.answers["one"][2] in ("nearer", "farther")
    assert made.answers["one"].tolist()[3:] == ["as_asked" if school_of(plan, "b01") == other else "unchanged", "open"]
    row = made.scenarios.iloc[0]
    assert (row["blocks_changed"], row["as_asked"], row["lost"]) == (1, made.answers["one"].eq("as_asked").sum(), 1)
    assert row["pupils_changed"] == plan.demand.loc[(plan.demand["stage"] == "primary") & (plan.demand["block_id"] == "b05"), "pupils"].sum()


def test_days_are_counted_with_both_ends_and_late_comments_are_told(plan, register):
    path = register("1,2026-03-01,,,,,,,,甲", "2,2026年3月30日,,,,,,,,乙", "3,2026-03-31,,,,,,,,丙", "4,,,,,,,,,丁")
    made = consult(plan, read_register(path, plan), {}, Period(dt.date(2026, 3, 1), dt.date(2026, 3, 30), 30))
    assert (made.facts["days"], made.facts["long_enough"], made.facts["outside_the_period"]) == (30, True, 1)
    assert made.comments["in_time"].tolist() == [True, True, False, None]
    short = consult(plan, read_register(path, plan), {}, Period(dt.date(2026, 3, 1), dt.date(2026, 3, 20), 30))
    assert any("不足30天" in line for line in consultation_lines(plan, short, "zh"))


def test_every_fault_is_told_at_once_and_none_quotes_a_cell(plan, register):
    path = register("1,,,,,,,,,甲", "1,,,,zz9,,,,,乙", ",,,,,,大学,没有的学校,,丙", "4,三月三十二,,,,,,,,,也许,")
    with pytest.raises(DataError) as caught:
        read_register(path, plan)
    keys = sorted(f.problem.key for f in caught.value.faults)
    assert keys == sorted(
        [
            "consultation.twice",
            "consultation.block",
            "consultation.blank",
            "risk.families_stage",
            "consultation.school",
            "consultation.blank",
            "consultation.decision",
            "enrolment.not_date",
        ]
    )
    said = caught.value.say("zh") + caught.value.say("en")
    assert not any(cell in said for cell in ("三月", "zz9", "没有的学校", "也许"))


def test_numbers_of_people_are_masked_and_distances_are_not():
    assert without_numbers("打 138-0000-0000 或 010 6655 4433，走1200米过12号楼") == "打 *** 或 ***，走1200米过12号楼"


def test_the_command_writes_replies_and_no_personal_number_in_any_file(strip, register, tmp_path):
    path = register(
        "1,2026-03-02,王小明,13912345678,b03,,,,路程,电话13912345678，身份证11010519491231002X，=cmd|' /C calc'!A0,采纳,已安排校车 13912345678",
        encoding="gb18030",
    )
    out = tmp_path / "out"
    result = call("consult", strip, path, "-o", out, "--json", "--from", "2026-03-01", "--to", "2026-03-30", lang="zh")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["facts"]["comments"] == told["facts"]["placed"] == told["facts"]["replied"] == 1
    book = openpyxl.load_workbook(out / "consultation.xlsx")
    cells = [str(c.value) for sheet in book for row in sheet for c in row if c.value is not None]
    texts = cells + [(out / n).read_text(encoding="utf-8-sig") for n in ("replies.csv", "comments_by_block.csv", "consultation.json")]
    assert not any(secret in text for text in [*texts, result.stdout, result.stderr] for secret in ("13912345678", "11010519491231002X", "王小明"))
    assert any("划入" in c for c in cells)
    assert pd.read_csv(out / "comments_by_block.csv", dtype=str)["地块"].tolist() == ["b03"]
    assert call("consult", strip, path, "-o", out).exit_code == 2


def test_the_public_reads_no_comment_and_no_draft(strip, register, tmp_path):
    path = register("1,2026-03-02,,,b03,,,,路程,孩子要过三条马路,部分采纳,增设护学岗", "2,2026-03-02,,,b03,,,,路程,还没有答复")
    assert call("consult", strip, path, "-o", tmp_path / "out", "--audience", "public", lang="zh").exit_code == 0
    text = "".join((tmp_path / "out" / n).read_text(encoding="utf-8-sig") for n in ("replies.csv", "comments_by_block.csv", "consultation.json"))
    book = openpyxl.load_workbook(tmp_path / "out" / "consultation.xlsx")
    text += "".join(str(c.value) for sheet in book for row in sheet for c in row)
    assert "增设护学岗" in text
    assert "三条马路" not in text
    assert "还没有答复" not in text
    assert "答复初稿" not in text.replace("“答复初稿”由方案数据生成", "")


@pytest.mark.parametrize("words", [("--from", "2026-03-01"), ("--from", "2026-03-09", "--to", "2026-03-01"), ("--from", "tomorrow", "--to", "2026-03-01")])
def test_half_a_period_is_a_usage_error(strip, register, words):
    assert call("consult", strip, register("1,,,,,,,,,甲"), *words).exit_code == 2


def test_a_scenario_of_other_blocks_is_refused(plan, register, tmp_path):
    write_plan(plan.replace(blocks=plan.blocks.iloc[:5]), tmp_path / "other.gpkg")
    write_plan(plan, tmp_path / "plan.gpkg")
    result = call("consult", tmp_path / "plan.gpkg", register("1,,,,,,,,,甲"), "--scenario", tmp_path / "other.gpkg", lang="en")
    assert result.exit_code == 4
    assert "other" in result.stderr
