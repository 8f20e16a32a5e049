"""Files appear whole or not at all; several appear together or none."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from districting.errors import DistrictingError
from districting.outputs.atomic import atomic_path, atomic_paths, write_json, write_text
from districting.wording import text


def test_nothing_changes_when_the_work_breaks_off(tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("old")

    def work() -> None:
        with atomic_paths([old, new]) as (first, _):
            first.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert old.read_text() == "old"
    assert os.listdir(tmp_path) == ["old.txt"]


def test_when_the_last_of_several_cannot_be_renamed_the_first_are_put_back(tmp_path: Path) -> None:
    """The third target is a folder, which no file can replace."""
    old, new, folder = tmp_path / "old.txt", tmp_path / "new.txt", tmp_path / "folder"
    old.write_text("old")
    (folder / "inside").mkdir(parents=True)

    def work() -> None:
        with atomic_paths([old, new, folder]) as temporaries:
            for temporary in temporaries:
                temporary.write_text("fresh")

    with pytest.raises(DistrictingError) as caught:
        work()
    assert "folder" in caught.value.say("zh")
    assert old.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["folder", "old.txt"]


def test_a_target_that_was_promised_but_not_written_changes_nothing(tmp_path: Path) -> None:
    def work() -> None:
        with atomic_paths([tmp_path / "a", tmp_path / "b"]) as (first, _):
            first.write_text("a")

    with pytest.raises(DistrictingError):
        work()
    assert os.listdir(tmp_path) == []


def test_all_appear_when_all_went_well_and_missing_folders_are_made(tmp_path: Path) -> None:
    targets = [tmp_path / "deep" / "a.txt", tmp_path / "deep" / "b.txt"]
    with atomic_paths(targets) as temporaries:
        assert [t.suffix for t in temporaries] == [".txt", ".txt"]
        for temporary in temporaries:
            temporary.write_text(temporary.name)
    assert sorted(os.listdir(tmp_path / "deep")) == ["a.txt", "b.txt"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    with atomic_path(tmp_path / "link.txt") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_text_keeps_its_line_ends(tmp_path: Path) -> None:
    write_text("学区\r\nb\n", tmp_path / "t")
    assert (tmp_path / "t").read_bytes() == "学区\r\nb\n".encode()


def test_json_has_no_value_that_json_lacks(tmp_path: Path) -> None:
    obj = {"b": np.int64(1), "a": [np.float64("nan"), float("inf"), True, None], "word": text("word.zone"), "path": Path("x"), "array": np.arange(2)}
    write_json(obj, tmp_path / "s.json")
    written = (tmp_path / "s.json").read_text("utf-8")
    assert json.loads(written) == {"b": 1, "a": [None, None, True, None], "word": "attendance zone", "path": "x", "array": [0, 1]}
    assert list(json.loads(written)) == ["b", "a", "word", "path", "array"]
    assert written.endswith("}\n")
