"""Progress: a line on a terminal's stderr, nothing anywhere else, and no effect on the answer."""

import json
import os
import pty
import subprocess
import sys

import pytest

from districting.cli import bar
from districting.cli.bar import part_words
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.summary_three import three_lines
from districting.progress import Told, heard, tell_gap, tell_part
from districting.workflow import make_plan
from tests.cli.test_commands import call
from tests.planning.strip_city import strip_city


@pytest.fixture(scope="module")
def strip(tmp_path_factory):
    path = tmp_path_factory.mktemp("strip") / "plan.gpkg"
    write_plan(make_plan(strip_city()), path)
    return path


def on_a_terminal(*words: str) -> tuple[str, str, int]:
    """Stdout through a pipe, stderr on a terminal of its own."""
    here, there = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "DISTRICTING_LANG": "en"}
    with subprocess.Popen([sys.executable, "-m", "districting", *words], stdout=subprocess.PIPE, stderr=there, env=env) as process:
        os.close(there)
        assert process.stdout is not None
        out = process.stdout.read().decode()
    seen = b""
    while True:
        try:
            part = os.read(here, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(here)
    return out, seen.decode(errors="replace"), process.returncode


def test_on_a_terminal_the_line_moves_on_stderr_and_stdout_stays_one_object(strip, tmp_path):
    words = ("alternatives", str(strip), "--count", "2", "--within", "0.9", "--steps", "2000", "-o", str(tmp_path / "a"), "--json")
    out, seen, code = on_a_terminal(*words)
    assert code == 0, seen
    assert json.loads(out)["alternatives"]
    assert "looking for other plans" in seen


@pytest.mark.parametrize("words", [(), ("-q",)])
def test_away_from_a_terminal_or_when_quiet_nothing_is_told(strip, tmp_path, words, monkeypatch):
    monkeypatch.setattr(bar, "has_terminal", lambda: bool(words))
    done = call("alternatives", strip, "--count", "2", "--within", "0.9", "--steps", "2000", "-o", tmp_path / "a", *words)
    assert (done.exit_code, done.stderr) == (0, "")


def test_a_run_tells_its_parts_in_order_and_the_answer_is_the_same_unheard():
    said = []
    with heard(said.append):
        heard_plan = make_plan(strip_city())
    parts = list(dict.fromkeys(told.part for told in said if told.part))
    assert parts == ["zones", "audit"]
    assert all(0 <= told.gap <= 1 for told in said if told.gap is not None)
    assert make_plan(strip_city()).blocks["zone_id_primary"].tolist() == heard_plan.blocks["zone_id_primary"].tolist()


def test_outside_of_a_listener_telling_does_nothing():
    said = []
    with heard(said.append):
        pass
    tell_part("zones", "primary")
    tell_gap(0.5)
    assert said == []


def test_every_part_has_words_in_both_languages():
    assert part_words(Told("links", "school"), "zh") == "结对（校际结对）"
    assert part_words(Told("districts", "alliance"), "zh") == "组建学区（联盟学区）"
    assert part_words(Told("draws", done=3, total=200), "en") == "drawing lawful plans, 3 / 200"


def test_the_three_numbers_of_a_stage_stand_beside_today(strip):
    plan = read_plan(strip)
    of = plan.findings[plan.findings["stage"] == "primary"].drop_duplicates("measure").set_index("measure")["value"]
    head, names, primary = three_lines(plan, "en")
    assert head == "In short"
    assert names.split("  ")[0] == "stage"
    assert primary.startswith("primary")
    assert f"{of['mean_distance_m']:,.0f}" in primary
    assert three_lines(plan.replace(findings=plan.findings.iloc[:0]), "zh") == []
