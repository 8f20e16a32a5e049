"""The lottery that ships with the sample city is ready to draw and holds no name."""

from __future__ import annotations

from pathlib import Path

from districting.enrolling.lottery import freeze
from districting.enrolment import lottery, verify_record
from districting.reading.lottery_rules import load_rules

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


def test_the_sample_lottery_is_drawn_and_replayed():
    frozen = freeze(load_rules(SAMPLE / "lottery.toml"))
    assert len(frozen.draw.entries) == 300
    assert sum(e.bundle != i for i, e in enumerate(frozen.draw.entries)) == 6
    assert frozen.notes == ()
    record = lottery(frozen.draw, "384721")
    assert verify_record(record)["unplaced"] >= 300 - sum(s.plan for s in frozen.draw.schools) - record["summary"]["over_plan"]


def test_its_pupils_are_codes():
    frozen = freeze(load_rules(SAMPLE / "lottery.toml"))
    assert set(frozen.names) == {f"学生{i:04d}" for i in range(1, 301)}
