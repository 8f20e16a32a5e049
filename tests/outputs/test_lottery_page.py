"""The verifier in a real browser with the network cut: the same numbers, decisions and differences as the command line."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from districting.enrolment import lottery
from districting.enrolment.verify import verify_record
from districting.errors import DataError
from districting.outputs.lottery import record_text
from districting.outputs.lottery_page import verifier_html
from tests.enrolment.lists import NAMES, random_list

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(chromium, tmp_path):
    """The page, what it asked for and what it complained of."""
    file = tmp_path / "verifier.html"
    file.write_text(verifier_html("zh"), encoding="utf-8")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: page.errors.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(file.as_uri())
    yield page
    assert page.errors == []
    assert page.asked == [file.as_uri()]
    context.close()


def verified(page, record):
    return page.evaluate("record => districting.verifyRecord(record)", record)


@pytest.mark.parametrize("text", ["", "abc", "学区" * 40, "𠀀x" * 31, "a" * 55, "a" * 56, "a" * 64, "a" * 1000])
def test_its_hashes_are_those_of_the_standard_library(opened, text):
    assert opened.evaluate("t => districting.sha256(t)", text) == hashlib.sha256(text.encode()).hexdigest()
    assert opened.evaluate("t => districting.hmac(t, '消息')", text) == hmac.digest(text.encode(), "消息".encode(), "sha256").hex()


@pytest.mark.parametrize("digits", [7, 9, 10])
def test_its_numbers_are_floors_of_the_fraction(opened, digits):
    for start in ("0" * 16, "f" * 16, "8" + "0" * 15, "0123456789abcdef", "00000000ffffffff"):
        shown = opened.evaluate("([d, n]) => districting.shownNumber(d, n)", [start + "0" * 48, digits])
        assert shown == str(int(start, 16) * 10**digits // 2**64).zfill(digits)


@pytest.mark.parametrize("engine", NAMES)
def test_it_draws_every_engine_again_with_bundles_reserves_and_tiers(opened, engine):
    steps = 0
    for seed in range(12):
        record = lottery(random_list(engine, seed), f"种子 {seed}")
        found = verified(opened, record)
        assert {k: v for k, v in found.items() if k in ("part", "line", "expected", "found")} == {}
        assert found["status"] == "identical"
        assert (found["numbers"], found["results"], found["log"]) == (record["numbers"], record["results"], record["log"])
        steps += len(record["log"])
    assert steps > 100


@pytest.mark.parametrize("part", ["frozen", "frozen_checks", "numbers", "log", "results", "commitment", "public_seed", "rules", "summary"])
def test_it_finds_the_same_first_difference_as_the_command(opened, part):
    record = json.loads(record_text(lottery(random_list("number_first", 3), "384")))
    value = record[part]
    if isinstance(value, list):
        value[len(value) // 2] = 1 + (value[len(value) // 2] or 0) if part == "results" else value[len(value) // 2].replace("1", "2") + "0"
    elif isinstance(value, dict):
        value[next(iter(value))] = "9"
    else:
        record[part] = ("0" if value[0] != "0" else "1") + value[1:]
    with pytest.raises(DataError) as error:
        verify_record(record)
    found = verified(opened, record)
    assert found["status"] == "differs"
    (fault,) = error.value.faults
    assert (found["part"], found["line"]) == (fault.column, fault.row)


def test_a_family_chooses_the_file_and_looks_up_its_position(opened, tmp_path):
    draw = random_list("preference_first", 5)
    record = lottery(draw, "20260701")
    file = tmp_path / "RECORD.json"
    file.write_text(record_text(record), encoding="utf-8")
    opened.set_input_files("#record", str(file))
    opened.wait_for_selector("#status[data-status=identical]")
    opened.fill("#position", "7")
    shown = opened.inner_text("#entry")
    at = record["results"][6]
    assert record["numbers"][6] in shown
    assert (draw.schools[at - 1].name if at else "未录取") in shown
    opened.fill("#commitment", "0" * 64)
    assert opened.get_attribute("#status", "data-status") == "differs"
    opened.fill("#commitment", record["commitment"])
    opened.fill("#seed", "20260701")
    assert opened.get_attribute("#status", "data-status") == "identical"
    opened.click("#lang")
    assert opened.inner_text("#status").startswith("Identical")
    assert opened.evaluate("document.documentElement.lang") == "en"


def test_a_file_that_is_no_record_is_said_to_be_none(opened, tmp_path):
    for name, content, kind in (("a.json", "{", "failed"), ("b.json", "[]", "bad"), ("c.json", '{"algorithm": "draw-1"}', "bad")):
        file = tmp_path / name
        file.write_text(content, encoding="utf-8")
        opened.set_input_files("#record", str(file))
        opened.wait_for_selector(f"#status[data-status={kind}]")


def test_the_page_needs_nothing_from_elsewhere():
    page = verifier_html("en")
    assert "http" not in page.replace("http-equiv", "")
    assert page == verifier_html("en")
