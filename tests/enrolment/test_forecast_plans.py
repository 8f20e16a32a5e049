"""Forecasts of plans drawn by hand: juniors by feeders, warnings three years ahead, what clears them, ways around a river, and no child lost on the way to a school."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import shapely

import districting as dt
from districting.enrolling.forecast import ask_what_if, load_forecast, make_forecast
from districting.errors import DataError
from districting.model.forecast_rules import ForecastRules
from districting.outputs.forecast import as_json, caveats, forecast_lines, write_forecast
from tests.planning.strip_city import strip_city

HEAD = 'plan = "plan.gpkg"\ndata_date = "2026-03-01"\nyears = 4\nclass_size = 2\n'
RATES = "[rates]\nmigration_spread = 0.0\n"


@pytest.fixture(scope="module")
def plan():
    """Twelve blocks in a row, three to each of A, B, C and D, four seats a school."""
    return dt.make_plan(strip_city())


@pytest.fixture(scope="module")
def two_stages(plan):
    """Juniors at A and at D; half of the graduates of B go to either."""
    west = [f"J-{'A' if x < 6 else 'D'}" for x in range(12)]
    zones = pd.DataFrame({"zone_id": ["J-A", "J-D"], "stage": "junior", "school_id": ["A", "D"]})
    seats = pd.DataFrame({"school_id": ["A", "D"], "stage": "junior", "seats": 4.0})
    feeders = pd.DataFrame([("A", "A", 10), ("B", "A", 5), ("B", "D", 5), ("C", "D", 8), ("D", "D", 8)], columns=["from_id", "to_id", "pupils"])
    return plan.replace(
        blocks=plan.blocks.assign(zone_id_junior=west),
        zone_schools=pd.concat([plan.zone_schools, zones], ignore_index=True),
        seats=pd.concat([plan.seats, seats], ignore_index=True),
        feeders=feeders,
    )


def made(folder, plan, rules, **tables):
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    lines = "".join(f'{name} = "{name}.csv"\n' for name in tables)
    (folder / "f.toml").write_text(HEAD + lines + rules, encoding="utf-8")
    return make_forecast(load_forecast(folder / "f.toml"), plan)


def entrants(of_year, blocks=12):
    """``of_year``: year -> children of each block."""
    years = list(of_year)
    return (
        "地块编号,"
        + ",".join(f"{y}入学" for y in years)
        + "\n"
        + "".join(f"b{x:02d}," + ",".join(str(of_year[y][x]) for y in years) + "\n" for x in range(blocks))
    )


@pytest.fixture
def one_red(tmp_path):
    """B has six children for four seats in 2027, and three again later."""

    def build(plan, rules=RATES, **tables):
        even, more = [1] * 12, [1] * 3 + [2] * 3 + [1] * 6
        return made(tmp_path, plan, rules, births=entrants({2026: even, 2027: more, 2028: even, 2029: even}), **tables)

    return build


def sums(outlook):
    return outlook.schools.demand["mid"].sum(axis=0)


# ---- juniors by graduates (J1 = G6 x direct feed) ----


@pytest.fixture
def graduates(tmp_path):
    """Last grade: A 4, B 6, C 2, D 3; the grade below: A 2, B 2, C 4, D 4; nobody is lost on the way up."""

    def build(plan, rules='stage = "junior"\n[rates]\nmigration_spread = 0.0\ndirect_feed = 0.5\nprogression = [1.0]\n'):
        last, below = {"A": 4, "B": 6, "C": 2, "D": 3}, {"A": 2, "B": 2, "C": 4, "D": 4}
        rows = [f"school {s},2025,{g},{n}" for s in "ABCD" for g, n in ((1, below[s]), (2, last[s]))]
        return made(tmp_path, plan, rules, rolls="学校,年份,年级,在校生数\n" + "\n".join(rows) + "\n")

    return build


def test_juniors_are_the_graduates_of_their_feeders_times_the_direct_feed_rate(graduates, two_stages):
    """2026 at A: half of (4 + 6 / 2); at D: half of (6 / 2 + 2 + 3). 2027 a grade lower: 2 + 2 / 2 and 2 / 2 + 4 + 4."""
    found = graduates(two_stages)
    assert found.method == "graduates"
    assert found.schools.demand["mid"][:, :2].tolist() == [[3.5, 1.5], [4.0, 4.5]]
    assert [found.schools.level("mid", z, 0) for z in (0, 1)] == ["none", "red"]
    assert sums(found).tolist() == pytest.approx(found.children["mid"].sum(axis=0).tolist())
    assert any("feeders" in line or "对口" in line for line in caveats(found, "zh"))


def test_without_feeders_juniors_go_by_the_zone_of_their_block(graduates, two_stages):
    """A and B lie in the west, C and D in the east: half of 4 + 6, half of 2 + 3."""
    found = graduates(two_stages.replace(feeders=two_stages.feeders.iloc[:0]))
    assert found.schools.demand["mid"][:, 0].tolist() == pytest.approx([5.0, 2.5])


def test_a_primary_that_feeds_no_junior_is_named(graduates, two_stages):
    with pytest.raises(DataError) as error:
        graduates(two_stages.replace(feeders=two_stages.feeders[two_stages.feeders["from_id"] != "C"]))
    assert "school C" in error.value.say("en")


def test_a_junior_by_feeders_can_be_enlarged_and_nothing_else(graduates, two_stages):
    """D has 4, 4.5, then none of 4 seats: six seats, a class of two more, clear it."""
    found = graduates(two_stages)
    (remedy,) = found.remedies.values()
    assert (remedy.classes, remedy.rule) == (1, "")
    assert ask_what_if(found, remedy.building).clears
    for words in ("close A", "share A D"):
        with pytest.raises(DataError):
            ask_what_if(found, words)


# ---- warnings of the policy ----


@pytest.mark.parametrize(("children", "level"), [(89, "none"), (90, "yellow"), (99, "yellow"), (100, "red"), (101, "red")])
def test_yellow_begins_at_ninety_of_a_hundred_and_red_at_a_hundred(tmp_path, plan, children, level):
    hundred = plan.replace(seats=plan.seats.assign(seats=100.0))
    found = made(tmp_path, hundred, RATES, births=entrants({2026: [children, 0, 0, *[1] * 9]}))
    assert found.schools.level("mid", 0, 0) == level


def test_primaries_are_warned_three_years_ahead_and_not_four(tmp_path, plan):
    calm, full = [1] * 12, [2] * 12
    for year, warned in ((2028, True), (2029, False)):
        found = made(tmp_path, plan, RATES, births=entrants({y: full if y == year else calm for y in range(2026, 2030)}))
        assert any(w["level"] == "red" for w in as_json(found, [])["warnings"]) is warned
        assert bool(found.remedies) is warned


def test_high_and_low_stand_around_the_middle_in_every_year_and_warn_more_and_less(one_red, plan):
    found = one_red(plan, "[rates]\nmigration_spread = 0.05\n")
    low, mid, high = (found.children[k].sum(axis=0) for k in ("low", "mid", "high"))
    assert (low[1:] < mid[1:]).all()
    assert (mid[1:] < high[1:]).all()
    text = "\n".join(forecast_lines(found, [], "zh"))
    assert "按高方案：" in text
    assert "按低方案：" in text


# ---- what clears a warning ----


def span_levels(asked, zone, outlook):
    return [asked.schools.level("mid", zone, y) for y in range(outlook.rules.warn_years)]


def test_the_least_building_clears_the_warning_when_applied_and_a_class_less_does_not(one_red, plan):
    found = one_red(plan)
    (remedy,) = found.remedies.values()
    assert (remedy.classes, remedy.building, remedy.rule) == (2, "enlarge 'school B' 4 2027", "")  # A and C are too full to share
    assert set(span_levels(ask_what_if(found, remedy.building), 1, found)) == {"none"}
    assert span_levels(ask_what_if(found, "enlarge 'school B' 1班 2027"), 1, found) == ["none", "red", "none"]


def test_a_neighbour_with_seats_to_spare_clears_it_by_a_rule_that_builds_nothing(one_red, plan):
    """C has eight seats: B and C together have nine children on twelve."""
    found = one_red(plan.replace(seats=plan.seats.assign(seats=np.where(plan.seats["school_id"] == "C", 8.0, plan.seats["seats"]))))
    (remedy,) = found.remedies.values()
    assert (remedy.rule, remedy.partner) == ("share 'school B' 'school C' 2027", "school C")
    asked = ask_what_if(found, remedy.rule)
    assert set(span_levels(asked, 1, found)) == {"none"}
    assert asked.come == ()
    assert asked.schools.demand["mid"].sum(axis=0).tolist() == sums(found).tolist()
    assert as_json(found, [])["warnings"][1]["remedies"][0] == {"kind": "rule", "what_if": remedy.rule, "classes": 0}


def test_what_all_seats_together_lack_is_said_and_no_plan_can_do_without(one_red, plan):
    """15 children on 16 seats in 2027: below 90 % only with 17, one class of two; with six more seats anywhere nothing is lacking."""
    found = one_red(plan)
    (balance,) = found.balances
    assert (balance.classes, balance.year, balance.ratio) == (1, 2027, 0.9375)
    assert "无论怎样划片，至少还要增1个班" in "\n".join(forecast_lines(found, [], "zh"))
    more = one_red(plan.replace(seats=plan.seats.assign(seats=np.where(plan.seats["school_id"] == "D", 10.0, plan.seats["seats"]))))
    assert more.balances[0].classes == 0
    assert "There are seats enough in all" in "\n".join(forecast_lines(more, [], "en"))


def test_of_a_new_school_the_fewest_classes_with_the_same_effect_are_said(one_red, plan):
    """B's school moved to the far end of its zone leaves b03 and b04 to a new one: they bring four children in 2027, five seats are enough, three classes of two."""
    schools = plan.schools.copy()
    schools.loc[schools["school_id"] == "B", "geometry"] = shapely.Point(590, 50)
    found = one_red(plan.replace(schools=schools))
    asked = ask_what_if(found, "open 新校 b04 20班")
    assert ("school B", 2027, "red", "none") in asked.gone
    least = asked.least_classes
    assert 0 < least < 20
    assert set(ask_what_if(found, f"open 新校 b04 {least}班").gone) >= {g for g in asked.gone if g[3] == "none"}
    fewer = ask_what_if(found, f"open 新校 b04 {least - 1}班") if least > 1 else None
    assert fewer is None or not set(fewer.gone) >= {g for g in asked.gone if g[3] == "none"}


# ---- which way blocks go ----


def walked(plan, metres):
    """The plan as if made with walking distances: ``metres`` of (block, school)."""
    rows = [(b, "primary", s, m) for (b, s), m in metres.items()]
    mine = (plan.provenance["part"] == "zoning.primary") & (plan.provenance["key"] == "distance")
    return plan.replace(
        distances=pd.DataFrame(rows, columns=["block_id", "stage", "school_id", "distance_m"]),
        provenance=plan.provenance.assign(value=plan.provenance["value"].where(~mine, "walk")),
    )


def test_blocks_of_a_closed_school_go_by_the_walk_the_plan_knows_and_it_is_said(one_red, plan):
    """On foot D is nearer to the west than B, whatever the map says; b02 has no way to any."""
    metres = {(f"b{x:02d}", s): 100.0 + 900 * (s == "B") for x in range(2) for s in "ABD"} | {("b02", "A"): 50.0}
    asked = ask_what_if(one_red(walked(plan, metres)), "close A 2028")
    assert asked.schools.demand["mid"][:, 2].tolist() == [0, 3, 3, 5]
    assert asked.stranded == (1, 1.0)
    assert asked.ways.key == "forecast.way_walk"
    words = "\n".join(forecast_lines(one_red(walked(plan, metres)), [asked], "zh"))
    assert "沿道路的步行距离" in words
    assert "1个地块没有去路" in words


def test_nobody_is_sent_across_a_river(one_red, plan):
    """C is 200 m from b05 and A 400 m, but there is water between b05 and b06."""
    straight = ask_what_if(one_red(plan), "close B")
    assert straight.schools.demand["mid"][:, 0].tolist() == [5, 0, 4, 3]
    water = (plan.edges["block_a"] == "b05") & (plan.edges["block_b"] == "b06")
    assert water.sum() == 1
    around = ask_what_if(one_red(plan.replace(edges=plan.edges.assign(cut=plan.edges["cut"].astype(bool) | water))), "close B")
    assert around.schools.demand["mid"][:, 0].tolist() == [6, 0, 3, 3]
    assert "绕开障碍物" in around.ways.say("zh")


def test_blocks_stay_in_their_county_where_the_plan_keeps_zones_in_it(one_red, plan):
    """A alone is of another county than B, C and D: its blocks have nowhere to go."""
    code = plan.schools["school_id"].map({"A": "1"}).fillna("2")
    blocks = plan.blocks.assign(county_code=["1"] * 3 + ["2"] * 9)
    rule = pd.DataFrame({"decision": ["zoning"], "stage": "primary", "rule": "within_county", "value": "on", "holds": True})
    found = one_red(plan.replace(blocks=blocks, schools=plan.schools.assign(county_code=code), rules=rule))
    assert ask_what_if(found, "close A").stranded == (3, 3.0)
    assert [b.county for b in found.balances] == ["2", "1"]


# ---- no child is lost ----


def test_children_of_blocks_and_of_schools_are_the_same_each_year_and_those_without_a_zone_are_told(one_red, plan):
    found = one_red(plan)
    for name, children in found.children.items():
        assert found.schools.demand[name].sum(axis=0).tolist() == pytest.approx(children.sum(axis=0).tolist())
    blocks = plan.blocks.assign(zone_id_primary=plan.blocks["zone_id_primary"].where(plan.blocks["block_id"] != "b04", None))
    hole = one_red(plan.replace(blocks=blocks))
    assert (sums(hole) + hole.zoneless["mid"]).tolist() == hole.children["mid"].sum(axis=0).tolist()
    assert hole.zoneless["mid"].tolist() == [1, 2, 1, 1]
    assert "不在任何片区" in "\n".join(caveats(hole, "zh"))


def test_the_published_table_carries_its_date_and_that_it_is_no_basis_for_a_house(one_red, plan, tmp_path):
    write_forecast(tmp_path / "out", one_red(plan), [], "zh")
    table = pd.read_csv(tmp_path / "out" / "forecast_warnings.csv")
    assert set(table["数据截至"]) == {"2026-03-01"}
    assert table["说明"].str.contains("不作为购房").all()
    assert list(table["最少扩建"].dropna()) == ["2027年增2个班（仅这一年）"]


def test_a_class_of_the_seats_to_clear_is_the_designed_size_of_the_stage():
    rules = ForecastRules(plan="p", data_date="2026-03-01")
    assert (rules.pupils_of_class, dataclasses.replace(rules, stage="junior").pupils_of_class) == (45, 50)
