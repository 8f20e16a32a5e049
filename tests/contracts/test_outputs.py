"""What every output in OUTPUTS keeps to: one file, the same bytes whatever the hour, nothing of strength for the public; and all of them change or none."""

from __future__ import annotations

import datetime as dt
import time
import uuid

import pytest

from districting.outputs import run_folder
from districting.outputs.public import public_plan
from districting.outputs.run_folder import OUTPUTS, Output, planned_outputs, write_run
from tests.outputs.report.test_report_files import SECRET, words_of
from tests.outputs.test_map_audience import ours


@pytest.fixture
def elsewhere(monkeypatch):
    """Sets the clock of this process to a zone nine hours ahead, and back in the end."""

    def moved():
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        time.tzset()

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield moved
    monkeypatch.undo()
    time.tzset()


def broken(name, plan, folder, elsewhere):
    """The laws that an output breaks; the file is written three times."""
    output = OUTPUTS[name]
    if not (output.has(plan) or output.stays):
        return {"nothing to write in the plan of this test"}
    places = [folder / of / name for of in ("one", "two", "public")]
    for place in places:
        place.parent.mkdir()
    output.write(plan, places[0], "internal")
    elsewhere()
    output.write(plan, places[1], "internal")
    output.write(public_plan(plan), places[2], "public")
    found = set()
    for place in places:
        found |= set() if [p.name for p in place.parent.iterdir()] == [name] and place.stat().st_size else {"one file"}
    if found:
        return found
    found |= set() if places[0].read_bytes() == places[1].read_bytes() else {"same bytes"}
    return found | {f"for the public: {word}" for word in SECRET if word in ours(words_of(places[2]))}


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_keeps_every_law(name, full_plan, tmp_path, elsewhere):
    assert broken(name, full_plan, tmp_path, elsewhere) == set()


def test_the_same_search_finds_strength_in_what_is_not_for_the_public(full_plan, tmp_path):
    OUTPUTS["links.csv"].write(full_plan, tmp_path / "links.csv", "internal")
    OUTPUTS["plan.gpkg"].write(full_plan, tmp_path / "plan.gpkg", "internal")
    assert [w for w in SECRET if w in words_of(tmp_path / "links.csv")]
    assert [w for w in SECRET if w in words_of(tmp_path / "plan.gpkg")]


def told(mark):
    return Output(lambda plan, path, audience: path.write_text(f"{mark} {path.suffix} {audience}", encoding="utf-8"))


@pytest.mark.parametrize("name", OUTPUTS)
def test_when_an_output_fails_all_files_stay_as_they_were(name, full_plan, tmp_path, monkeypatch):
    for each in OUTPUTS:
        monkeypatch.setitem(OUTPUTS, each, told("old"))
    write_run(full_plan, tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert set(before) == set(OUTPUTS)
    for each in OUTPUTS:
        monkeypatch.setitem(OUTPUTS, each, told("new"))

    def failing(plan, path, audience):
        path.write_text("half", encoding="utf-8")
        raise RuntimeError(name)

    monkeypatch.setitem(OUTPUTS, name, Output(failing))
    with pytest.raises(RuntimeError, match=name):
        write_run(full_plan, tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_a_new_output_is_written_by_being_registered(full_plan, tmp_path, monkeypatch):
    monkeypatch.setattr(run_folder, "OUTPUTS", {"a.txt": told("new"), "none.txt": Output(lambda *_: None, lambda plan: False)})
    assert write_run(full_plan, tmp_path, audience="public") == [tmp_path / "a.txt"]
    assert (tmp_path / "a.txt").read_text("utf-8") == "new .txt public"
    assert planned_outputs("x")[1].name == "none.txt"


def _beside(plan, path, audience):
    path.write_text("a", encoding="utf-8")
    path.with_suffix(".bak").write_text("b", encoding="utf-8")


@pytest.mark.parametrize(
    ("write", "law"),
    [
        (lambda plan, path, audience: path.write_text(uuid.uuid4().hex, encoding="utf-8"), "same bytes"),
        (lambda plan, path, audience: path.write_text(str(dt.datetime.now().hour), encoding="utf-8"), "same bytes"),
        (_beside, "one file"),
        (lambda plan, path, audience: None, "one file"),
        (lambda plan, path, audience: path.write_text("weak", encoding="utf-8"), "for the public: weak"),
    ],
)
def test_a_bad_output_that_is_registered_is_caught(write, law, full_plan, tmp_path, monkeypatch, elsewhere):
    monkeypatch.setitem(OUTPUTS, "planted.txt", Output(write))
    assert law in broken("planted.txt", full_plan, tmp_path, elsewhere)


def test_scores_of_the_plan_that_reach_a_public_file_are_caught(full_plan, tmp_path, monkeypatch, elsewhere):
    monkeypatch.setitem(OUTPUTS, "planted.csv", Output(lambda plan, path, audience: OUTPUTS["links.csv"].write(full_plan, path, "internal")))
    assert any(law.startswith("for the public") for law in broken("planted.csv", full_plan, tmp_path, elsewhere))
