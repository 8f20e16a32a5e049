"""The shipped sample passes the check as it is; one wrong declaration or one moved school is found and named."""

import re
import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.config import load_settings
from districting.reading.read_city import check_city

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


@pytest.fixture
def sample(tmp_path):
    """A copy of the sample whose config a test may change line by line."""
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder)

    def check(**datum):
        config = folder / "config.toml"
        words = config.read_text(encoding="utf-8")
        for table, name in datum.items():
            words, count = re.subn(rf'^({table} = ")(wgs84|gcj02|EPSG:\d+)"', rf'\g<1>{name}"', words, flags=re.MULTILINE)
            assert count == 1
        config.write_text(words, encoding="utf-8")
        return check_city(load_settings(config))

    check.folder = folder
    return check


@pytest.fixture
def shown(monkeypatch, sample):
    """What the command ``check`` answers to what was found: the sample is read once, not again for the command."""

    def run(found, lang):
        monkeypatch.setattr("districting.workflow.look_at_city", lambda settings: found)
        return CliRunner().invoke(cli, ["check", str(sample.folder / "config.toml"), "--lang", lang], prog_name="districting")

    return run


def test_the_sample_passes_with_two_notes(sample):
    city, notes = sample()
    assert city is not None
    assert [n.problem.key for n in notes] == ["reading.total_row", "reading.repaired"]
    shown = CliRunner().invoke(cli, ["check", str(sample.folder / "config.toml"), "--lang", "en"], prog_name="districting")
    assert shown.exit_code == 0, shown.output


@pytest.mark.parametrize(
    ("table", "wrong", "right"),
    [
        ("schools", "bd09", "gcj02"),
        ("blocks", "gcj02", "wgs84"),
        ("counties", "gcj02", "wgs84"),
    ],
)
def test_a_wrong_datum_names_the_input_and_the_right_one(sample, shown, table, wrong, right):
    city, faults = sample(**{table: wrong})
    assert city is None
    (fault,) = [f for f in faults if f.problem.key == "reading.mixed_datum"]
    assert (fault.column, fault.remedy.values["datum"]) == (f"inputs.datum.{table}", right)
    answer = shown((city, faults), "zh")
    assert answer.exit_code == 4
    assert f"inputs.datum.{table}" in answer.output


def test_two_faults_in_two_layers_are_listed_together(sample):
    path = sample.folder / "blocks.geojson"
    blocks = gpd.read_file(path)
    blocks.loc[3, blocks.columns[0]] = blocks.loc[2, blocks.columns[0]]
    blocks.loc[9, "geometry"] = shapely.Polygon()
    blocks.to_file(path, driver="GeoJSON")
    (sample.folder / "roads.geojson").unlink()
    city, faults = sample()
    assert city is None
    said = {(f.file, f.problem.key) for f in faults if f.severity == "error"}
    assert said >= {("blocks.geojson", "reading.duplicate"), ("blocks.geojson", "reading.no_shape"), ("roads.geojson", "reading.missing_file")}
