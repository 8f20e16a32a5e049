"""A record replayed: identical, or the first line that differs is named."""

from __future__ import annotations

import copy

import pytest

from districting.enrolment import lottery
from districting.enrolment.frozen import commitment_of, line_checks
from districting.enrolment.verify import verify_record
from districting.errors import DataError
from tests.enrolment.lists import random_list


@pytest.fixture
def record():
    return lottery(random_list("preference_first", 4), "20260701")


def first_fault(record, **given):
    with pytest.raises(DataError) as error:
        verify_record(record, file="RECORD.json", **given)
    return error.value.faults[0]


@pytest.mark.parametrize("part", ["numbers", "log", "results"])
def test_a_changed_line_is_named(record, part):
    changed = copy.deepcopy(record)
    at = len(changed[part]) - 2
    changed[part][at] = 1 if part == "results" and changed[part][at] != 1 else 2 if part == "results" else f"{changed[part][at]}0"
    fault = first_fault(changed)
    assert (fault.column, fault.row) == (part, at + 1)
    assert f"line {at + 1}" in fault.problem.say("en")


@pytest.mark.parametrize("part", ["numbers", "log", "results"])
def test_a_line_too_few_or_too_many_is_named(record, part):
    short, long = copy.deepcopy(record), copy.deepcopy(record)
    last = short[part].pop()
    long[part].append(last)
    assert first_fault(short).row == len(record[part])
    assert first_fault(long).row == len(record[part]) + 1


def test_a_changed_entry_of_the_list_is_found_by_its_line(record):
    at = next(i for i, line in enumerate(record["frozen"]) if line.startswith("entry\t9\t"))
    record["frozen"][at] += ",1"
    fault = first_fault(record)
    assert (fault.column, fault.row) == ("frozen", at + 1)


def test_a_list_changed_with_all_its_checks_is_still_not_the_one_committed_to(record):
    record["frozen"][-1] = record["frozen"][-1].replace("entry", "Entry")
    record["frozen_checks"] = line_checks(record["frozen"])
    assert first_fault(record).column == "commitment"


def test_a_record_made_anew_from_another_list_is_refused_by_the_published_commitment(record):
    other = lottery(random_list("preference_first", 5), "20260701")
    assert verify_record(other)
    assert first_fault(other, commitment=record["commitment"]).column == "commitment"


def test_a_wrong_seed_is_told(record):
    assert first_fault(record, seed="20260702").column == "public_seed"
    fault = first_fault({**record, "public_seed": "20260702"})
    assert (fault.column, fault.row) == ("numbers", 1)


def test_a_list_that_is_none_of_the_format_is_refused_at_its_line(record):
    lines = [*record["frozen"][:3], "rule\tengine\tbest_parents", *record["frozen"][5:]]
    changed = {**record, "frozen": lines, "frozen_checks": line_checks(lines), "commitment": commitment_of(lines)}
    assert first_fault(changed).column == "frozen"


@pytest.mark.parametrize("given", [None, [], {}, "x", {"algorithm": "draw-1"}])
def test_what_is_no_record_is_refused(given):
    first_fault(given)


@pytest.mark.parametrize(
    ("part", "value"), [("frozen", [1]), ("results", ["1"]), ("results", [True]), ("log", "x"), ("rules", []), ("public_seed", 3), ("frozen", ["\ud800"])]
)
def test_a_part_of_the_wrong_kind_is_named(record, part, value):
    assert first_fault({**record, part: value}).column == part


def test_parts_that_are_missing_or_too_many_are_named_all_at_once(record):
    changed = {k: v for k, v in record.items() if k not in ("log", "numbers")} | {"extra": 1}
    with pytest.raises(DataError) as error:
        verify_record(changed)
    assert {f.column for f in error.value.faults} == {"log", "numbers", "extra"}
