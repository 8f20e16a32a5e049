"""Before and after sharing on two schools drawn by hand: 3,000 books each, 300 and 100 pupils, 500 m apart."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from districting.auditing import audit_plan
from districting.auditing.audit import audited
from districting.auditing.sharing_rates import packaged_rates
from districting.config import parse_settings
from districting.errors import DataError
from districting.model.plan import Plan
from districting.model.settings import AuditSettings
from districting.outputs.balance_book import write_balance
from districting.outputs.public import public_plan
from districting.outputs.summary import summary_tree
from districting.outputs.summary_balance import audit_lines
from districting.outputs.tables import findings_csv
from districting.reading.balance_profile import balance_profile

HALF = AuditSettings(shared={"books": 0.5})


def test_half_of_the_books_pooled_halves_the_coefficient(row_plan: Plan) -> None:
    # 10 and 30 a pupil, mean 15. Half pooled: 5 + 7.5 and 15 + 7.5, each half as far from 15
    audit = audit_plan(row_plan, HALF)
    scope = "districts:alliance"
    before = audit.value("cv.books", "primary", "schools")
    row = audit.findings[audit.findings["measure"] == "cv_shared.books"].iloc[0]
    assert row["value"] == pytest.approx(before / 2)
    assert row["today"] == before
    assert row["verdict"] == ""  # books are no indicator of quality balance: no line
    rooms = audit_plan(row_plan.replace(indicators=row_plan.indicators.assign(indicator="multimedia_rooms")), AuditSettings(shared={"multimedia_rooms": 0.5}))
    assert rooms.findings.set_index("measure").loc["cv_shared.multimedia_rooms", "verdict"] == "pass"  # 0.289 under the line of 0.50, which 0.577 is over
    assert audit.value("gap_closed", "primary", scope) == pytest.approx(0.5)
    assert audit.value("cv_mean_shared", "primary", scope) == pytest.approx(before / 2)


def test_weak_first_gives_the_pool_to_the_one_with_less(row_plan: Plan) -> None:
    # 1,500 of 3,000 stay with each: 5 and 15 a pupil; the pool of 3,000 lifts the first to 15: all alike
    audit = audit_plan(row_plan, AuditSettings(shared={"books": 0.5}, weak_first=True))
    assert audit.value("cv_shared.books", "primary", "districts:alliance") == pytest.approx(0.0, abs=1e-12)


def test_a_venue_out_of_reach_is_not_shared_but_a_teacher_travels(row_plan: Plan) -> None:
    both = pd.concat([row_plan.indicators, row_plan.indicators.assign(indicator="backbone_teachers")], ignore_index=True)
    audit = audit_plan(row_plan.replace(indicators=both), AuditSettings(shared={"books": 0.5, "backbone_teachers": 0.5}, shared_reach_m=400.0))
    before = audit.value("cv.books", "primary", "schools")
    assert audit.value("cv_shared.books", "primary", "districts:alliance") == before
    assert audit.value("cv_shared.backbone_teachers", "primary", "districts:alliance") == pytest.approx(before / 2)
    steps = audit.sharing["sharing_steps"].set_index("step")
    assert steps.index.tolist() == ["today", "venue", "teacher", "lesson"]
    np.testing.assert_allclose(steps["cv_mean"], [before, before, 0.75 * before, 0.75 * before])
    np.testing.assert_allclose(steps["change"].cumsum(), steps["cv_mean"] - before, atol=1e-12)


def test_the_table_tells_every_district_and_the_whole_with_the_number_of_the_findings(row_plan: Plan) -> None:
    plan = audit_plan(row_plan, HALF).laid_on(row_plan)
    effect = plan.sharing_effect.set_index("district_id")
    assert effect.index.tolist() == ["", "D01"]
    assert (effect["schools"] == 2).all()
    assert (effect["sharing"] == 2).all()
    found = plan.findings[plan.findings["measure"] == "cv_shared.books"].iloc[0]
    assert effect.loc["", "after"] == found["value"]
    assert effect.loc["", "closed_share"] == pytest.approx(0.5)


def test_a_school_whose_resource_is_not_known_is_counted_out(row_plan: Plan) -> None:
    audit = audit_plan(row_plan.replace(indicators=row_plan.indicators.iloc[:1]), HALF)
    effect = audit.sharing["sharing_effect"].iloc[0]
    assert (effect["schools"], effect["sharing"]) == (1, 1)
    assert effect["before"] == effect["after"] == 0
    assert math.isnan(effect["closed_share"])


def test_the_same_number_and_the_rates_stand_in_terminal_workbook_table_and_json(row_plan: Plan, tmp_path: Path) -> None:
    whole = audited(row_plan.replace(provenance=row_plan.provenance.iloc[:0]), HALF, balance_profile())
    write_balance(whole, tmp_path / "b.xlsx", lang="en")
    findings_csv(whole, tmp_path / "f.csv")
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    effect = next(r for r in book["Sharing"].iter_rows(min_row=4, values_only=True) if r[1] == "all schools")
    found = whole.findings.set_index("measure")
    in_table = pd.read_csv(tmp_path / "f.csv").set_index("measure")["value"]
    in_json = {f["measure"]: f["value"] for f in summary_tree(whole)["findings"]}
    after, before = found.loc["cv_shared.books", ["value", "today"]]
    assert effect[8] == in_json["cv_shared.books"] == in_table["cv_shared.books"] == pytest.approx(after, rel=1e-9)
    assert effect[7] == pytest.approx(before, rel=1e-9)
    assert effect[10] == in_json["gap_closed"] == pytest.approx(0.5)
    steps = list(book["Sharing steps"].iter_rows(min_row=4, values_only=True))
    assert steps[-1][3] == in_json["cv_mean_shared"]
    said = audit_lines(whole, whole.findings, whole.school_lines, "en")
    row = next(line.split() for line in said if line.startswith("books") and "venues" in line)
    assert row[-3:] == [f"{before:.3f}", f"{after:.3f}", "50.0%"]
    assert any("books 50.0%" in line and "5,000 m" in line for line in said)
    assert not any("CV with sharing" in line for line in said)  # each number once
    record = whole.provenance[whole.provenance["part"] == "sharing"].set_index("key")["value"]
    assert record.to_dict() == {"reach_m": "5000.0", "books": "0.5"}


def test_the_public_sees_none_of_it(row_plan: Plan) -> None:
    public = public_plan(audit_plan(row_plan, HALF).laid_on(row_plan))
    assert len(public.sharing_effect) == len(public.sharing_steps) == 0
    assert not public.findings["measure"].str.startswith(("cv_", "gap_closed")).any()


def test_shares_of_the_config_must_be_shares_of_known_resources(tmp_path) -> None:
    with pytest.raises(DataError) as caught:
        parse_settings({"audit": {"shared": {"books": 1.5, "boks": 0.1}, "shared_reach_m": -1.0}}, folder=tmp_path)
    assert [f.column for f in caught.value.faults] == ["audit.shared_reach_m", "audit.shared.books", "audit.shared.boks"]


def test_every_rate_of_the_package_is_a_share() -> None:
    rates = packaged_rates()
    assert all(0 < one.share < 1 for one in rates.indicators.values())
    assert rates.reach_m > 0
