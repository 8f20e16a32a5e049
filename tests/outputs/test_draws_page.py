"""The verifier and the draws beside the lottery: the same results and the same first difference as the command, in a real browser."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from districting.enrolment.class_draw import ClassList, class_lines
from districting.enrolment.quota_draw import QuotaList, quota_lines
from districting.enrolment.records import draw_record, verify_other
from districting.enrolment.split_draw import SplitList, split_lines
from districting.errors import DataError
from districting.outputs.lottery import record_text
from districting.outputs.lottery_page import verifier_html

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(chromium, tmp_path_factory):
    """One page for all tests here; nothing was asked for but the file, and nothing was complained of."""
    file = tmp_path_factory.mktemp("verifier") / "verifier.html"
    file.write_text(verifier_html("zh"), encoding="utf-8")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(file.as_uri())
    yield page
    context.close()
    assert errors == []
    assert asked == [file.as_uri()]


def verified(page, record):
    return page.evaluate("record => districting.verifyRecord(record)", record)


def random_split(seed):
    """Two primaries, three juniors, two strata; a quarter of the pupils go with the one before."""
    rng = np.random.default_rng(seed)
    count = rng.integers(0, 4, (2, 2, 4))
    cells = [(p, s) for p in range(2) for s in range(2) for _ in range(count[p, s].sum())]
    cells = [cells[i] for i in rng.permutation(len(cells))]
    bundle = list(range(len(cells)))
    for i in range(1, len(cells)):
        if rng.random() < 0.25 and cells[i - 1][0] == cells[i][0]:
            bundle[i] = bundle[i - 1]
    tokens = tuple(f"{i:016x}" for i in range(len(cells)))
    schools = ((("p1", "一小"), ("p2", "二小")), (("a", "甲"), ("b", "乙"), ("c", "丙")))
    return split_lines(SplitList({"name": "分配"}, *schools, ("男", "女"), count, tokens, *(tuple(c[k] for c in cells) for k in (0, 1)), tuple(bundle)))


def random_quota(seed):
    rng = np.random.default_rng(seed)
    seniors, juniors = int(rng.integers(1, 5)), int(rng.integers(2, 9))
    serves = rng.random((seniors, juniors)) < (0.7 if seed % 2 else 1.1)
    serves[:, 0] = True
    eligible = rng.integers(0 if seed % 3 else 40, 60, juniors)
    eligible[0] += 30
    factors = tuple(float(f) for f in rng.choice([1.0, 1.1, 1.25], juniors))
    names = tuple(f"高{i}" for i in range(seniors)), tuple(f"初{i}" for i in range(juniors))
    numbers = tuple(rng.integers(0, 40, seniors).tolist()), tuple(eligible.tolist())
    rounding = "draw" if seed % 5 == 0 else "largest_remainder"
    return quota_lines(QuotaList({"name": "指标"}, *names, *numbers, factors, serves, int(rng.integers(0, 3)), rounding))


def random_classes(seed):
    rng = np.random.default_rng(seed)
    n, classes = int(rng.integers(12, 80)), int(rng.integers(2, 6))
    order, together, apart = rng.permutation(n).tolist(), [0] * n, [0] * n
    for g in range(int(rng.integers(0, 4))):
        for m in order[2 * g : 2 * g + 2]:
            together[m] = g + 1
    for m in [order[0], *order[8:10]][:classes]:
        apart[m] = 1
    scores = tuple(float(s) for s in (rng.normal(75, 12, n).round(seed % 3) if seed % 4 else np.zeros(n)))
    tokens, teams = tuple(f"{i:016x}" for i in range(n)), tuple(f"G{c}" for c in range(classes if seed % 2 else 0))
    return class_lines(ClassList({}, classes, tokens, tuple(rng.integers(0, 2, n).tolist()), scores, tuple(together), tuple(apart), teams))


DRAWS = {"split-1": random_split, "quota-1": random_quota, "classes-1": random_classes}


@pytest.mark.parametrize("kind", DRAWS)
def test_it_draws_again_what_the_command_drew(opened, kind):
    same = 0
    for seed in range(24):
        try:
            record = draw_record(DRAWS[kind](seed), f"种子 {seed}")
        except ValueError:  # floors or groups that cannot be: there is no record
            continue
        found = verified(opened, record)
        assert {k: v for k, v in found.items() if k in ("part", "line", "expected", "found")} == {}, seed
        if found["status"] == "beyond":
            assert kind == "quota-1"
            continue
        assert (found["status"], found["numbers"], found["results"], found["summary"]) == ("identical", record["numbers"], record["results"], record["summary"])
        same += 1
    assert same >= 16


@pytest.mark.parametrize("kind", DRAWS)
def test_it_finds_the_same_first_difference_as_the_command(opened, kind):
    record = draw_record(DRAWS[kind](7), "384")
    middle = len(record["results"]) // 2
    other = "1,2" if kind == "quota-1" else 1 if record["results"][middle] != 1 else 2
    for part, change in (
        ("results", lambda r: r["results"].__setitem__(middle, other)),
        ("numbers", lambda r: r["numbers"].__setitem__(1, "0000000000")),
        ("frozen", lambda r: r["frozen"].__setitem__(-2, r["frozen"][-2] + "0")),
        ("frozen_checks", lambda r: r["frozen_checks"].__setitem__(3, "00000000")),
        ("commitment", lambda r: r.__setitem__("commitment", "0" * 64)),
        ("public_seed", lambda r: r.__setitem__("public_seed", "385")),
        ("audit_hash", lambda r: r.__setitem__("audit_hash", "0" * 64)),
        ("summary", lambda r: r["summary"].__setitem__(next(iter(r["summary"])), -1)),
    ):
        changed = copy.deepcopy(record)
        change(changed)
        with pytest.raises(DataError) as error:
            verify_other(changed)
        found = verified(opened, changed)
        (fault,) = error.value.faults
        assert (found["status"], found["part"], found["line"]) == ("differs", fault.column, fault.row), part


def test_it_says_so_where_it_cannot_tell(opened, tmp_path):
    """Floors that districts of seniors strain: the shares are a linear programme's, which the page has not; what it can check it still does."""
    record = draw_record(random_quota(103), "384")
    assert verify_other(record)["places"] > 0
    file = tmp_path / "record.json"
    file.write_text(record_text(record), encoding="utf-8")
    opened.set_input_files("#record", str(file))
    opened.wait_for_selector("#status[data-status=beyond]")
    assert "districting enrol verify" in opened.inner_text("#status")
    assert verified(opened, {**record, "commitment": "0" * 64})["status"] == "differs"


def test_a_part_that_no_record_has_is_refused_by_both(opened):
    record = {**draw_record(random_split(1), "384"), "note": "x"}
    with pytest.raises(DataError):
        verify_other(record)
    assert verified(opened, record) == {"status": "bad", "part": "note"}


@pytest.mark.parametrize(("kind", "at", "shown"), [("split-1", 3, "录取学校"), ("quota-1", 2, "个指标"), ("classes-1", 5, "班级")])
def test_a_family_looks_up_its_result(opened, tmp_path, kind, at, shown):
    record = draw_record(DRAWS[kind](7), "20260701")
    file = tmp_path / "record.json"
    file.write_text(record_text(record), encoding="utf-8")
    opened.set_input_files("#record", [])
    opened.set_input_files("#record", str(file))
    opened.wait_for_function("c => document.getElementById('facts').textContent.indexOf(c) >= 0", arg=record["commitment"])
    assert opened.get_attribute("#status", "data-status") == "identical"
    opened.fill("#position", str(at))
    assert record["numbers"][at - 1] in opened.inner_text("#entry")
    assert shown in opened.inner_text("#entry")
    assert record["audit_hash"] in opened.inner_text("#facts")
