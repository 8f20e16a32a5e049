"""The notice of changes: every estate that moves stands once as added and once as moved away, exceptions and terms are told, nobody who stays is named."""

import pandas as pd
import pytest

from districting.outputs.report import make_report
from districting.outputs.report.adjustments import adjustments_chapter, has_adjustments
from districting.outputs.report.moves import moves_of
from districting.outputs.report.registry import DOCUMENTS


@pytest.fixture
def told(grid_plan):
    blocks = grid_plan.blocks.assign(name=[f"{b}家园" for b in grid_plan.blocks["block_id"]])
    rows = pd.DataFrame({"block_id": ["b00", "b01"], "stage": "primary", "school_id": "P1", "reason": ["裁定", None], "temporary_until": [2028, None]})
    exceptions = rows.astype({"temporary_until": "Int64"})
    return grid_plan.replace(blocks=blocks, exceptions=exceptions)


def test_every_block_that_changes_is_added_once_and_moved_away_once(told):
    chapter = adjustments_chapter(make_report(told, "public", "zh"))
    changes = chapter.tables[0]
    added, away = " ".join(str(r[1]) for r in changes.rows), " ".join(str(r[2]) for r in changes.rows)
    changed = {told.blocks["block_id"].iloc[i] for m in moves_of(told, "primary") for i in m.blocks}
    assert changed
    for block in told.blocks["block_id"]:
        assert (added.count(f"{block}家园"), away.count(f"{block}家园")) == ((1, 1) if block in changed else (0, 0))
    assert {len(r) for r in changes.rows} == {3}  # the public is not told how many live in an estate
    rows = adjustments_chapter(make_report(told, "internal", "zh")).tables[0].rows
    assert [r[:3] for r in rows] == changes.rows
    assert sum(r[3] for r in rows) == sum(r[4] for r in rows) == round(sum(m.pupils for m in moves_of(told, "primary")))


def test_exceptions_say_whether_they_end(told):
    table = adjustments_chapter(make_report(told, "public", "zh")).tables[1]
    assert [(r[0], r[3], r[4]) for r in table.rows] == [("b00家园", "裁定", "临时，至2028年"), ("b01家园", "", "长期")]
    english = adjustments_chapter(make_report(told, "public", "en")).tables[1]
    assert [r[4] for r in english.rows] == ["temporary, until 2028", "permanent"]


def test_a_plan_without_changes_has_no_such_notice_and_says_why(grid_plan):
    same = grid_plan.replace(today=grid_plan.today.iloc[:0])
    report = make_report(same, "public", "zh")
    assert not has_adjustments(report)
    document = next(d for d in DOCUMENTS if d.key == "adjustments")
    assert document.missing(report) is not None
    assert document.missing(make_report(grid_plan, "public", "zh")) is None
