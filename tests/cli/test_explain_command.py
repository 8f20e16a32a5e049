"""``explain`` from the command line: what it says, exit codes, one JSON object, the sample city."""

import json

import pytest

import districting as dt
from districting.outputs.projects import sample_files, write_project
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


def test_on_the_sample_city_every_reason_is_backed_by_a_cause(tmp_path):
    """Three blocks of each reason that is not the nearest; every stage is told where none is named, and moves are honest."""
    write_project(tmp_path / "demo", sample_files())
    done = call("run", tmp_path / "demo" / "config.toml", "-o", tmp_path / "out", "--steps", "200000")
    assert done.exit_code == 0, done.stderr
    path = tmp_path / "out" / "plan.gpkg"
    plan = dt.read_plan(path)
    assert set(plan.reasons["reason"]) <= {"nearest", "seats", "connected", "county", "nobody", "home_block", "open"}
    assert (plan.reasons["reason"] == "nearest").mean() > 0.5
    cause_of = {"seats": {"seats"}, "connected": {"connected", "barrier"}, "county": {"within_county"}}
    for reason, causes in cause_of.items():
        rows = plan.reasons[plan.reasons["reason"] == reason]
        for row in rows.iloc[:: max(1, len(rows) // 2)].head(2).itertuples():
            result = call("explain", path, "--block", row.block_id, "--stage", row.stage, "--json", "--steps", "50000")
            assert result.exit_code == 0, result.stderr
            (one,) = json.loads(result.stdout)["stages"]
            assert one["reason"] == reason
            assert causes & {c["rule"] for c in one["causes"]}
            moved = one["if_moved"]
            if moved is None:
                assert one["target"]["zone_id"] == one["assigned"]["zone_id"]
            elif moved["found"]:
                low, high = moved["least_change_pupil_km"]
                assert low <= high == pytest.approx(moved["change_pupil_km"])
                assert row.block_id in moved["shifts"][0]["block_ids"]
            else:
                assert moved["why"]
    both = json.loads(call("explain", path, "--block", plan.blocks["block_id"].iloc[0], "--json", "--steps", "20000").stdout)
    assert [one["stage"] for one in both["stages"]] == ["primary", "junior"]
