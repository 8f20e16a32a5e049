"""What a planner sees first of an audit: three numbers, short tables, the risk under a heading of its own; the rest behind -v."""

import unicodedata

import pytest

from districting.auditing.audit import audit_plan
from districting.outputs.summary_audit import audit_summary
from districting.outputs.summary_balance import audit_lines
from districting.wording import say


def told(plan, lang, lines=audit_summary):
    found = audit_plan(plan)
    return lines(found.laid_on(plan), found.findings, found.school_lines, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_numbers_that_matter_most_come_first_and_the_whole_audit_is_longer(row_plan, lang):
    short, whole = told(row_plan, lang), told(row_plan, lang, audit_lines)
    assert short[0].startswith("1. " + say("balance.first_pupils_over_seats", lang))
    assert short[1].startswith("2. " + say("balance.first_share_moved", lang))
    assert "50.0%" in short[1]
    assert short[-1] == say("balance.more", lang)
    assert len(short) < 0.75 * len(whole)


@pytest.mark.parametrize("lines", [audit_summary, audit_lines])
def test_the_risk_stands_under_a_heading_of_its_own_and_not_among_the_zones(row_plan, lines):
    said = told(row_plan, "zh", lines)
    risk = [i for i, line in enumerate(said) if "风险" in line and not line.endswith("。")]
    assert said[risk[0]] == say("balance.subject_risk", "zh")
    assert said.index(say("balance.subject_zones", "zh")) < risk[0]
    assert all(said[i] for i in range(risk[0], risk[-1]))  # one table, no gap


def test_columns_of_the_tables_stand_under_each_other_although_chinese_is_two_cells_wide(row_plan):
    said = told(row_plan, "zh")
    start = said.index(say("balance.subject_zones", "zh"))
    table = said[start + 1 : said.index("", start)]

    def cells(words):
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)

    stage = say("word.primary", "zh")
    assert len({cells(line[: line.index(stage)]) for line in table[1:]}) == 1
    assert cells(table[0][: table[0].index(say("summary.head_stage", "zh"))]) == cells(table[1][: table[1].index(stage)])
