"""Two years of pairs from the command line: the plan of the first year, new scores, and ``pair --renew``; and files that cannot be renewed."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.public import public_plan
from tests.cli.group_town import CONFIG, school

PAIRING = """
[pairing]
form = "school"
stages = ["junior"]
donor_cap = 2
"""


def town(folder, year, scores):
    """Strong juniors at 0 and 10 km; weak ones at 1, 2 and 9 km; ``scores`` of X, Y and Z."""
    strong = [school("JL", 0, name="A"), school("JL", 10, name="B")]
    weak = [school("JW", km, name=name, score=score) for name, km, score in zip("XYZ", (1, 2, 9), scores, strict=True)]
    pd.DataFrame(strong + weak).to_csv(folder / "schools.csv", index=False)
    words = CONFIG.replace('language = "en"', f'language = "en"\nyear = {year}').replace('admin = "streets.geojson"\n', "").replace('admin = "EPSG:4546"\n', "")
    (folder / "config.toml").write_text(words + PAIRING, encoding="utf-8")
    return folder / "config.toml"


def pair(config, out, *more):
    words = ["pair", config, "--form", "school", "-o", out, "--overwrite", *more]
    result = CliRunner().invoke(cli, [str(w) for w in words], prog_name="districting")
    assert "Traceback" not in result.output
    assert "unexpected" not in result.output
    return result


@pytest.fixture
def first(tmp_path):
    """The config of the first year and its plan: A carries X and Y, B carries Z, 2026 to 2028."""
    config = town(tmp_path, 2026, (60, 60, 60))
    assert pair(config, tmp_path / "one").exit_code == 0
    return config, tmp_path / "one" / "plan.gpkg"


def test_the_story_of_two_terms(first, tmp_path):
    _, plan = first
    config = town(tmp_path, 2028, (65, 58, 61))
    assert pair(config, tmp_path / "two", "--renew", plan).exit_code == 0
    links = pd.read_csv(tmp_path / "two" / "links.csv").set_index("to_name")
    assert links["outcome"].tolist() == ["kept"] * 3
    assert links["term_to"].tolist() == [2028] * 3

    config = town(tmp_path, 2029, (72, 61, 88))  # the gaps to 90 were 30: X closed 40 %, Y 3 %, Z 93 %
    result = pair(config, tmp_path / "three", "--renew", tmp_path / "two" / "plan.gpkg")
    assert result.exit_code == 0
    assert "0 kept, 1 renewed, 1 rematched, 1 graduated, 0 ended" in result.output
    links = pd.read_csv(tmp_path / "three" / "links.csv").set_index("to_name")
    assert links[["from_name", "outcome", "term_from", "term_to"]].T.to_dict("list") == {"X": ["A", "renewed", 2029, 2031], "Y": ["B", "rematched", 2029, 2031]}
    made = read_plan(tmp_path / "three" / "plan.gpkg")
    rows = made.renewals.set_index("to_id")
    assert rows["decision"].to_dict() == {"S-X": "renew", "S-Y": "rematch", "S-Z": "graduate"}
    assert rows["next_from_id"].to_dict() == {"S-X": "S-A", "S-Y": "S-B", "S-Z": ""}
    assert rows["closed_share"].round(3).to_dict() == {"S-X": 0.4, "S-Y": 0.033, "S-Z": 0.933}
    told = json.loads((tmp_path / "three" / "summary.json").read_text(encoding="utf-8"))
    assert [(r["name"], r["reason"]) for r in told["left_out"]] == [("Z", "graduated")]


def test_the_summary_speaks_chinese(first, tmp_path):
    result = pair(town(tmp_path, 2029, (72, 61, 88)), tmp_path / "out", "--renew", first[1], "--lang", "zh")
    assert "保留0对，续期1对，换校1对，出组1对" in result.output
    assert "差距已基本消除1对" in result.output


def test_the_older_plan_may_come_from_the_environment(first, tmp_path, monkeypatch):
    monkeypatch.setenv("DISTRICTING_RENEW", str(first[1]))
    assert pair(first[0], tmp_path / "out").exit_code == 0
    assert pd.read_csv(tmp_path / "out" / "links.csv")["outcome"].tolist() == ["kept"] * 3


def test_what_cannot_be_renewed_is_refused_in_words(first, tmp_path):
    config, plan = first
    write_plan(public_plan(read_plan(plan)), tmp_path / "public.gpkg")
    (tmp_path / "text.gpkg").write_text("no plan", encoding="utf-8")
    write_plan(read_plan(plan).replace(links=read_plan(plan).links.iloc[:0]), tmp_path / "bare.gpkg")
    for file, said in (("public.gpkg", "for the public"), ("text.gpkg", "text.gpkg"), ("bare.gpkg", "no link of this form"), ("absent.gpkg", "absent.gpkg")):
        result = pair(config, tmp_path / "out", "--renew", tmp_path / file)
        assert (result.exit_code, said in result.output) == (4, True), result.output
    assert not (tmp_path / "out").exists()
    late = pair(town(tmp_path, 2025, (60, 60, 60)), tmp_path / "out", "--renew", plan)
    assert (late.exit_code, "later than the project's 2025" in late.output) == (4, True)


def test_the_public_files_of_a_renewal_say_nothing_of_it(first, tmp_path):
    result = pair(town(tmp_path, 2029, (72, 61, 88)), tmp_path / "out", "--renew", first[1], "--audience", "public")
    assert result.exit_code == 0
    said = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "out").iterdir() if p.suffix in (".json", ".csv", ".html"))
    assert [w for w in ("graduate", "rematch", "出组", "least_margin", "closed_share") if w in said] == []
    plan = read_plan(tmp_path / "out" / "plan.gpkg")
    assert len(plan.renewals) == len(plan.links) == 0
    assert "renewal" not in set(plan.provenance["part"])
