"""`group` on a town with something missing or impossible: exit code, words and remedy in both languages, and nothing half-written."""

import json

import pytest
from click.testing import CliRunner

from districting.cli.commands import cli
from districting.grouping import FORMS
from districting.outputs.geopackage import read_plan
from tests.cli.group_town import group, school, write

TOWN = [school("P", 0.5), school("JL", 1.5), school("JW", 2.5), school("JL", 4.5), school("JW", 5.5), school("P", 6.5)]
ONE_LEAD = [school("J", 4.5) if s["name"] == "JL4.5" else s for s in TOWN]
WEAK = [school("JW", x) for x in (7.5, 8.5, 9.5)]

REFUSED = {
    # name: (schools, form, lines under [grouping], columns not given, exit code, words in English, in Chinese)
    "fewer leads than districts": ([*ONE_LEAD, WEAK[0]], "alliance", "", (), 3, "takes 2 lead junior school(s); there are 1, 1 short", "缺1所"),
    "the best regular junior is offered": ([*ONE_LEAD, WEAK[0]], "alliance", "", (), 3, "best regular junior school(s) lead: J4.5", "列为牵头校：J4.5"),
    "three weak schools for every lead": ([*TOWN, *WEAK], "alliance", "", (), 3, "alliance.counts] junior_weak = [1, 3]", "3所薄弱初中"),
    "more districts than leads": (TOWN, "alliance", "districts = 3", (), 3, "could be relaxed: draw 2 district(s)", "可放宽：划2个学区"),
    "a stage with one school": ([*TOWN[:5], school("JW", 7.5)], "same_stage", "", (), 3, "primary: the whole area: at least 1", "小学——全域"),
    "that stage may be one school": ([*TOWN[:5], school("JW", 7.5)], "same_stage", "", (), 3, "same_stage.counts] school = [1, 6]", "只有1所学校"),
    "more districts than streets": (TOWN, "street", "districts = 20", (), 3, "there are 2, 18 short", "划2个学区（districts = 2）"),
    "counts that no number can meet": (TOWN, "custom", "counts = { school = [4, 5] }", (), 3, "takes 8 school(s); there are 6, 2 short", "缺2所"),
    "a radius that reaches nobody": (TOWN, "custom", 'centre = "junior_lead"\nradius_m = 500', (), 3, "widen the radius to 2,000 m", "把半径放宽到2,000米"),
    "least above most": (TOWN, "custom", "counts = { school = [5, 3] }", (), 4, "no count can meet the limits (5, 3)", "限额 (5, 3) 无法满足"),
    "a negative count": (TOWN, "custom", "counts = { school = [-1, 3] }", (), 4, "write [least, most] with least <= most", "最少不大于最多"),
    "a number of districts upside down": (TOWN, "custom", "districts = [3, 1]", (), 4, "'grouping.districts'", "“grouping.districts”"),
    "a key that counts nothing": (TOWN, "custom", "counts = { teachers = [1, 3] }", (), 4, "'teachers', which is nothing that can", "“teachers”无法识别"),
    "a centre that counts nothing": (TOWN, "custom", 'centre = "boss"', (), 4, "what can be counted: preschool, primary", "可用的计数项"),
    "four tiers": (TOWN, "custom", "min_tiers = 4", (), 4, "there are 3, lead, regular and weak", "只有优质、普通、薄弱3个等次"),
    "no stage": (TOWN, "custom", "stages = []", (), 4, "no stage is named", "没有写出任何学段"),
    "a setting that does not exist": (TOWN, "custom", "radius = 3", (), 4, "radius_m", "radius_m"),
    "no themes at all": (TOWN, "theme", "", ("themes",), 4, "no school has a theme", "没有任何特色标签"),
    "a theme nobody has": ([{**s, "themes": ""} for s in TOWN], "theme", "", (), 4, "fill in the column 'themes'", "特色"),
    "no urban-rural code": (TOWN, "urban_rural", "", ("urban_rural_code",), 4, "fill in 'urban_rural_code'", "补全“urban_rural_code”"),
    "no backbone teachers": (TOWN, "school_group", "", ("backbone_teachers",), 4, "needs the column 'backbone_teachers'", "需要“backbone_teachers”列"),
    "no places": (TOWN, "direct_feed", "", ("plan", "seats"), 4, "needs the column 'plan'", "需要“plan”列"),
    "no tiers": (TOWN, "alliance", "", ("tier",), 4, "4 school(s) have no tier", "4所学校没有等次"),
    "no school that the form takes": (TOWN[::5], "school_group", "", (), 4, "lead school(s), weak school(s)", "优质学校、薄弱学校"),
    "no senior for a chain": (TOWN, "vertical_chain", "", (), 4, "there is no senior school, so no chain", "没有高中"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_cannot_be_is_said_with_a_remedy_and_nothing_is_written(fault, tmp_path):
    schools, form, lines, drop, code, english, chinese = REFUSED[fault]
    config = write(tmp_path, schools, f'[grouping]\nform = "{form}"\n{lines}\n', drop=drop)
    before = sorted(p.name for p in tmp_path.iterdir())
    for lang, words in (("en", english), ("zh", chinese)):
        result = group(config, form, lang)
        assert result.exit_code == code, result.output
        assert words in result.stderr
        assert ("relaxed" if code == 3 else "Remedy") in result.stderr or lang == "zh"
        assert ("可放宽" if code == 3 else "处理办法") in result.stderr or lang == "en"
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_an_island_of_a_street_is_joined_by_the_nearest_bridge_with_a_note_and_the_terminal_says_what_was_done(tmp_path):
    """Streets 0-2, 2-4, 4-6 and, past a river, 6.2-8 km; the last holds a primary only and must be with the one beside it."""
    config = write(tmp_path, TOWN, '[grouping]\nform = "street"\ndistricts = 2\n', streets=[(0, 2), (2, 4), (4, 6), (6.2, 8)])
    result = group(config, "street")
    assert result.exit_code == 0, result.output
    assert "Street districts (street): 6 schools in 2 districts, proven to be the best there is" in result.stdout
    assert "pupil-metre: travel" in result.stdout
    assert "districts with too few or too many: lead school(s)" in result.stdout
    plan = read_plan(tmp_path / "out" / "plan.gpkg")
    assert plan.notes["problem"].str.contains("street 3").any()
    assert plan.notes["problem"].str.contains("200 m").any()
    of = dict(zip(plan.memberships["school_id"], plan.memberships["district_id"], strict=True))
    assert of["S-P6.5"] == of["S-JL4.5"] != of["S-JL1.5"]


def test_a_form_that_takes_only_some_schools_names_all_others_and_skips_a_stage_without_any(tmp_path):
    schools = [*TOWN, school("J", 8.5), school("P", 9.5, ownership="民办")]
    config = write(tmp_path, schools, '[grouping]\nform = "school_group"\ncomplementarity = 0.0\n')
    result = group(config, "school_group", "zh")
    assert result.exit_code == 0, result.output
    assert "学校集团（初中）（school_group_junior）：4所学校编成2个学区" in result.stdout
    tree = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    left = {(row["name"], row["reason"]) for row in tree["left_out"]}
    assert left == {("J8.5", "not_in_form"), ("P0.5", "not_in_form"), ("P6.5", "not_in_form"), ("P9.5", "private")}
    assert "小学没有可编入这种学区的学校" in " ".join(read_plan(tmp_path / "out" / "plan.gpkg").notes["problem"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_is_listed_in_one_line(lang):
    shown = CliRunner().invoke(cli, ["group", "--list", "--lang", lang], prog_name="districting").stdout.splitlines()
    assert [line.split()[0] for line in shown] == list(FORMS)
    assert all(("：" if lang == "zh" else ": ") in line for line in shown)


def test_a_fault_of_the_config_is_said_in_the_language_that_the_config_asks_for(tmp_path, monkeypatch):
    monkeypatch.delenv("DISTRICTING_LANG", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for lang, word in (("zh", "未知的设置项"), ("en", "unknown setting")):
        config = tmp_path / f"{lang}.toml"
        config.write_text(f'[project]\nlanguage = "{lang}"\n[grouping]\nmin_tier = 2\n', encoding="utf-8")
        refused = CliRunner().invoke(cli, ["group", str(config), "--form", "alliance"])
        assert refused.exit_code == 4
        assert word in refused.stderr
