"""``explain`` from the command line: what it says, exit codes, one JSON object, the sample city."""

import json

import pytest

import districting as dt
from tests.cli.test_commands import call
from tests.planning.strip_city import strip_city
from tests.planning.test_reasons import city_with


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """The strip with three seats at B, all taken."""
    path = tmp_path_factory.mktemp("strip") / "plan.gpkg"
    dt.write_plan(dt.make_plan(city_with({"B": 3.0})), path)
    return path


def test_the_text_reads_as_a_proof_in_both_languages(full):
    english = call("explain", full, "--block", "b06", "--to", "B", lang="en")
    assert english.exit_code == 0, english.stderr
    for words in ("Block b06, primary, 1 pupils", "Its school: school C, 100 m", "School asked about: school B, 200 m", "would be 1 too many"):
        assert words in english.stdout
    assert "1 other block(s) would have to move too; 2 blocks with 2 pupils in all" in english.stdout
    assert "change by +0.2 pupil-km; it is proved" in english.stdout
    chinese = call("explain", full, "--block", "b06", "--to", "B", lang="zh").stdout
    for words in ("对应学校：school C", "再划入就超出1人", "还有1个地块须跟着调整", "已证明"):
        assert words in chinese


def test_json_is_one_object_with_schools_causes_and_moves(full):
    result = call("explain", full, "--block", "b06", "--to", "school B", "--json")
    told = json.loads(result.stdout)
    (one,) = told["stages"]
    assert (one["stage"], one["assigned"]["school_id"], one["target"]["school_id"], one["reason"]) == ("primary", "C", "B", "nearest")
    assert one["causes"][0]["rule"] == "seats"
    assert one["if_moved"]["pupils_moved"] == 2
    assert one["if_moved"]["least_change_pupil_km"] == pytest.approx([0.2, 0.2])


def test_the_rules_have_their_prices(full):
    told = json.loads(call("explain", full, "--rules", "--json").stdout)
    (one,) = told["stages"]
    assert {r["rule"] for r in one["rules"]} == {"seats", "connected", "home_block"}
    assert all(r["price_pupil_km"] == pytest.approx(0, abs=1e-6) for r in one["rules"])
    shown = call("explain", full, "--rules", lang="zh").stdout
    assert "代价（人·公里）" in shown
    assert "片区连片" in shown


@pytest.mark.parametrize("words", [(), ("--block", "b06", "--rules"), ("--rules", "--to", "B"), ("--block", "b06", "--stage", "college")])
def test_what_makes_no_question_is_a_usage_error(full, words):
    assert call("explain", full, *words).exit_code == 2


@pytest.mark.parametrize(
    "words", [("--block", "b99"), ("--block", "b06", "--to", "Z"), ("--block", "b06", "--stage", "junior"), ("--rules", "--stage", "junior")]
)
def test_what_is_not_in_the_plan_is_a_fault_with_a_remedy(full, words):
    result = call("explain", full, *words, "--json")
    assert result.exit_code == 4
    told = json.loads(result.stdout)
    assert told["status"] == "invalid"
    assert all(f["problem"] and f["remedy"] for f in told["faults"])


def test_a_file_that_is_no_plan_or_has_no_zones_is_a_fault(tmp_path):
    assert call("explain", tmp_path / "absent.gpkg", "--block", "b06").exit_code == 4
    plan = dt.make_plan(strip_city())
    dt.write_plan(plan.replace(blocks=plan.blocks.drop(columns="zone_id_primary")), tmp_path / "bare.gpkg")
    assert call("explain", tmp_path / "bare.gpkg", "--block", "b06").exit_code == 4
