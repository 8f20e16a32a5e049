"""What composite scores are made of: in the plan file, in the terminal of the bureau, and nowhere in what the public gets."""

import json

import numpy as np
import pandas as pd
import pytest

from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.public import public_plan
from districting.outputs.run_folder import write_run
from districting.outputs.summary import summary_lines
from districting.planning.rows import provenance_rows, stack

MADE = pd.DataFrame({"stage": "primary", "indicator": ["books", "毕业合格率"], "weight": [0.25, 0.75], "loading": [0.5, 0.8660254], "method": "pca"})


@pytest.fixture
def scored(grid_plan):
    record = provenance_rows("scores", {"method": "pca", "per": "pupil", "explained.primary": 0.6})
    return grid_plan.replace(score_weights=MADE, provenance=stack(grid_plan.provenance, record))


def test_the_plan_file_keeps_them(scored, tmp_path):
    write_plan(scored, tmp_path / "plan.gpkg")
    again = read_plan(tmp_path / "plan.gpkg")
    pd.testing.assert_frame_equal(again.score_weights, MADE, check_dtype=False)
    assert again.recorded("scores", "method") == "pca"


def test_the_bureau_reads_them_in_its_terminal(scored):
    page = "\n".join(summary_lines(scored, "en"))
    assert "first principal component" in page
    assert "books" in page
    assert "毕业合格率" in page
    assert "0.866" in page
    assert "60.0%" in page
    assert "主成分" in "\n".join(summary_lines(scored, "zh"))


def test_the_public_does_not(scored, tmp_path):
    assert len(public_plan(scored).score_weights) == 0
    assert public_plan(scored).recorded("scores", "method") is None
    assert "principal" not in "\n".join(summary_lines(scored, "en", "public"))
    write_run(scored, tmp_path, audience="public")
    for path in tmp_path.iterdir():
        for secret in ("毕业合格率", "0.8660254", "district:alliance", "优势互补度"):
            assert secret.encode() not in path.read_bytes()
    assert json.loads((tmp_path / "summary.json").read_text("utf-8"))["audience"] == "public"


def test_given_scores_leave_no_trace(grid_plan):
    assert len(grid_plan.score_weights) == 0
    assert grid_plan.recorded("scores", "method") is None
    assert not np.any(["made of indicators" in line for line in summary_lines(grid_plan, "en")])
