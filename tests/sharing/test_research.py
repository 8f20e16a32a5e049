"""Joint research: half-days, hosts in turn and seats against all answers there are; a town whose answers a person can check."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from districting.checking.sharing.research import check_groups, check_half_days, check_rota, check_seats
from districting.cli.commands import cli
from districting.model.research_problem import HalfDayProblem, RotaProblem, SeatProblem
from districting.sharing.half_days import spread_half_days
from districting.sharing.rota import rota
from districting.sharing.seating import seat_people, seat_where_many
from tests.sharing.small_town import town_config, write_town


@pytest.mark.parametrize("seed", range(5))
def test_no_other_spread_of_half_days_has_fewer_teachers_of_a_school_away_together(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = HalfDayProblem(rng.integers(0, 6, (4, 5)), 2 + seed % 3)
    best = min(
        sum(problem.away(np.flatnonzero(np.array(days) == d)) for d in range(problem.half_days))
        for days in itertools.product(range(problem.half_days), repeat=5)
        if max(days.count(d) for d in days) <= problem.most
    )
    found = spread_half_days(problem)
    assert (found.objective, found.bound, found.status) == (best, best, "optimal")
    assert check_half_days(problem, found) == []


def test_with_too_many_sets_of_subjects_the_bound_is_honest() -> None:
    problem = HalfDayProblem(np.random.default_rng(0).integers(0, 6, (3, 22)), 2)
    found = spread_half_days(problem)
    assert check_half_days(problem, found) == []
    assert (found.bound, found.status) == (0.0, "feasible")


def crowded(seed: int) -> RotaProblem:
    """Two groups of two or three schools of the same three, on one half-day, whose visitors a school does not seat together."""
    rng = np.random.default_rng(seed)
    pairs = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)][: 5 + seed % 2]
    group, host = np.array(pairs).T
    return RotaProblem(group, host, rng.integers(1, 50, len(pairs)).astype(float), np.full(len(pairs), 4), np.zeros(2, dtype=int), np.full(3, 6), 3)


def all_rotas(problem: RotaProblem) -> list[float]:
    hosts = [problem.host[problem.group == g].tolist() for g in range(problem.groups)]
    cost = {(g, h): c for g, h, c in zip(problem.group.tolist(), problem.host.tolist(), problem.cost.tolist(), strict=True)}
    out = []
    for choice in itertools.product(*(itertools.product(h, repeat=problem.turns) for h in hosts)):
        fair = all(max(c.count(h) for h in hs) - min(c.count(h) for h in hs) <= 1 for c, hs in zip(choice, hosts, strict=True))
        apart = all(a != b for c in choice for a, b in itertools.pairwise(c))
        seated = all(len(set(turn)) == problem.groups for turn in zip(*choice, strict=True))
        if fair and apart and seated:
            out.append(sum(cost[g, h] for g, c in enumerate(choice) for h in c))
    return out


@pytest.mark.parametrize("seed", range(6))
def test_groups_that_meet_at_one_time_have_the_cheapest_fair_rota_that_seats_them(seed: int) -> None:
    problem = crowded(seed)
    found = rota(problem)
    assert found is not None
    assert found.objective == pytest.approx(min(all_rotas(problem)))
    assert found.bound == pytest.approx(found.objective)
    assert check_rota(problem, found) == []


def test_a_rota_that_breaks_a_rule_is_found_out() -> None:
    problem = crowded(1)
    found = rota(problem)
    assert found is not None
    same = dataclasses.replace(found, choice=np.zeros_like(found.choice))
    assert {"fair", "twice_running", "seats"} <= set(check_rota(problem, same))
    assert check_rota(problem, dataclasses.replace(found, objective=found.objective - 1)) == ["objective"]
    assert check_groups({("1", "primary", "语文"): 2}, [("A", "1", "primary", "语文", 2), ("B", "1", "primary", "语文", 2)]) == ["one_group"]


def test_no_rota_where_nobody_seats_the_group() -> None:
    assert rota(dataclasses.replace(crowded(1), seats=np.full(3, 3))) is None


@pytest.mark.parametrize("seed", range(5))
def test_people_are_seated_as_a_flow_of_least_cost_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    metres = np.where(rng.random((5, 4)) < 0.4, np.inf, rng.integers(0, 90, (5, 4)).astype(float))
    problem = SeatProblem(rng.integers(0, 6, 5), rng.integers(0, 6, 4), metres)
    graph = nx.DiGraph()
    for q, o in np.argwhere(np.isfinite(metres)).tolist():
        graph.add_edge("s", f"q{q}", capacity=int(problem.people[q]), weight=0)
        graph.add_edge(f"q{q}", f"o{o}", capacity=99, weight=int(metres[q, o]))
        graph.add_edge(f"o{o}", "t", capacity=int(problem.seats[o]), weight=0)
    flow = nx.max_flow_min_cost(graph, "s", "t")
    found = seat_people(problem)
    assert (found.placed, found.travel) == (sum(flow["s"].values()), nx.cost_of_flow(graph, flow))
    assert (found.most, found.status, check_seats(problem, found)) == (found.placed, "optimal", [])
    worse = dataclasses.replace(found, people=found.people + 9)
    assert not len(found.people) or {"more_than_asked", "objective", "seats"} <= set(check_seats(problem, worse))


def test_small_studios_close_and_their_people_go_elsewhere() -> None:
    problem = SeatProblem(np.array([1, 2, 4]), np.array([9, 9, 9]), np.array([[0.0, 5, 9], [5, 0, 9], [9, 9, 0]]))
    found, stays = seat_where_many(problem, 3)
    assert stays.tolist() == [False, True, True]
    assert (found.placed, found.travel) == (7, 5.0)
    assert (found.most, found.bound, found.status) == (7, 5.0, "optimal")


@pytest.mark.parametrize("seed", range(4))
def test_no_other_choice_of_studios_takes_more_people_or_has_shorter_ways(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = SeatProblem(np.ones(5, dtype=int), np.full(3, 3), np.where(rng.random((5, 3)) < 0.2, np.inf, rng.integers(0, 50, (5, 3)).astype(float)))
    best = (0, 0.0)
    for choice in itertools.product(range(-1, 3), repeat=5):
        ways = [float(problem.metres[q, o]) for q, o in enumerate(choice) if o >= 0]
        if all(np.isfinite(ways)) and all(choice.count(o) in (0, 2, 3) for o in range(3)):
            best = min(best, (-len(ways), sum(ways)))
    found, opened = seat_where_many(problem, 2)
    assert (-found.placed, found.travel) == best
    assert (found.most, found.bound, found.status) == (found.placed, found.travel, "optimal")
    assert np.bincount(found.offer, found.people, 3)[opened].min(initial=2) >= 2


CITY = town_config(
    "teachers",
    more="""[sharing.research]
scope = "county"
weeks = 8
studio_least = 1
base_seats = 2
training_km = 20
""",
)
SCHOOLS = """学校标识码,学校名称,学段,县级代码,经度,纬度,在校生数,学位数
1,东小学,小学,610102,500000,3800000,100,100
2,西小学,小学,610102,501000,3800000,100,100
3,南小学,小学,610103,500000,3810000,100,100
4,北小学,小学,610104,500000,3850000,100,100
"""
TEACHERS = """教师编号,学校标识码,任教学科,教龄,骨干教师,学科带头人
A,1,语文,20,是,是
B,1,语文,3,否,否
C,2,语文,5,否,否
D,3,语文,9,否,否
E,4,语文,9,否,否
F,4,语文,9,否,否
G,1,音乐,2,否,否
H,3,,4,否,否
"""


def run(folder: Path, **extra: str) -> Result:
    tables = {"schools": SCHOOLS, "teachers": TEACHERS} | {k: v for k, v in extra.items() if k != "city"}
    inputs = "".join(f'{k} = "{k}.csv"\n' for k in tables if k not in ("schools", "teachers"))
    write_town(folder, CITY.replace("[inputs]\n", "[inputs]\n" + inputs) + extra.get("city", ""), **tables)
    return CliRunner().invoke(cli, ["share", "research", str(folder / "city.toml"), "-o", str(folder / "out"), "--json", "--lang", "en", "--overwrite"])


def rows(folder: Path, table: str) -> pd.DataFrame:
    return pd.read_csv(folder / "out" / f"{table}.csv", dtype="str", keep_default_na=False)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("town")
    demand = "学校,学科,培训主题,人数\n南小学,语文,作业设计,1\n北小学,语文,作业设计,4\n东小学,音乐,合唱,5\n南小学,美术,写生,1\n"
    topics = "学校,学科,专题\n东小学,语文,整本书阅读\n西小学,语文,整本书 阅读\n南小学,语文,整本书阅读\n北小学,语文,习作\n"
    result = run(folder, training_demand=demand, research_topics=topics)
    assert result.exit_code == 0, result.output
    return folder, json.loads(result.stdout)


def test_a_county_with_one_teacher_of_a_subject_joins_the_nearest_group(town: tuple[Path, dict]) -> None:
    groups = rows(town[0], "research_groups")
    chinese = groups[groups["subject"] == "语文"].set_index("school")
    assert chinese["area"].to_dict() == {"东小学": "610102", "西小学": "610102", "南小学": "610102", "北小学": "610104"}
    assert chinese.loc["南小学", "joined as"] == "few teachers, nearest area"
    assert groups.loc[groups["subject"] == "音乐", "area"].tolist() == ["610102"]
    assert town[1]["without_subject"] == 1


def test_three_schools_host_in_turn_and_the_nearest_once_more(town: tuple[Path, dict]) -> None:
    turns = rows(town[0], "research_rota")
    mine = turns[turns["group id"] == "610102-primary-语文"]
    assert mine["host"].tolist() == ["东小学", "西小学", "南小学", "东小学"]  # teacher-metres 11000, 12050, 30050
    assert mine["week"].tolist() == ["1", "3", "5", "7"]
    half = rows(town[0], "research_half_days").set_index("subject")["half-day"]
    assert half.to_dict() == {"语文": "Tuesday morning", "音乐": "Tuesday afternoon"}


def test_every_county_has_its_base_and_the_leading_teacher_its_members(town: tuple[Path, dict]) -> None:
    bases = rows(town[0], "subject_bases")
    assert set(bases.loc[(bases["subject"] == "语文") & (bases["is a base"] == "yes"), "school"]) == {"东小学", "南小学", "北小学"}
    members = rows(town[0], "studio_members")
    assert members[["teacher code", "leading teacher's code"]].to_numpy().tolist() == [["B", "A"], ["C", "A"], ["D", "A"]]  # E and F are 50 km away
    assert town[1]["studio_without"] == 3  # and nobody leads music


def test_training_is_seated_at_the_nearest_base_and_what_is_not_has_its_reason(town: tuple[Path, dict]) -> None:
    done = rows(town[0], "training")
    assert done[["school", "subject", "people", "place", "distance (m)"]].to_numpy().tolist() == [
        ["东小学", "音乐", "2", "东小学", "0"],
        ["南小学", "语文", "1", "南小学", "0"],
        ["北小学", "语文", "2", "北小学", "0"],
    ]
    unmet = rows(town[0], "training_unmet").set_index(["school", "subject"])
    assert unmet["not seated"].to_dict() == {("北小学", "语文"): "2", ("东小学", "音乐"): "3", ("南小学", "美术"): "1"}
    assert unmet["reason"].to_dict() == {
        ("北小学", "语文"): "no seats left", ("东小学", "音乐"): "no seats left", ("南小学", "美术"): "no base or studio of the subject",
    }  # fmt: skip


def test_schools_of_one_topic_form_a_group_and_one_alone_is_said_to_be(town: tuple[Path, dict]) -> None:
    topics = rows(town[0], "topic_groups")
    assert topics[["topic", "school", "lead", "alone"]].to_numpy().tolist() == [
        ["习作", "北小学", "北小学", "yes"],
        ["整本书阅读", "东小学", "东小学", "no"],
        ["整本书阅读", "西小学", "东小学", "no"],
        ["整本书阅读", "南小学", "东小学", "no"],
    ]
    assert (town[1]["topics"], town[1]["topics_alone"]) == (2, 1)


def test_without_a_table_the_backbone_teachers_that_schools_lack_are_trained(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    facts = json.loads(result.stdout)
    # one for 100 pupils: the east school has one; the south school's teacher of a subject and one each of west and north
    assert (facts["training_given"], facts["training_asked"], facts["training_unmet"], facts["topics"]) == (False, 3, 0, None)


def test_a_group_that_no_school_seats_is_refused_and_the_seats_that_would_do_are_right(tmp_path: Path) -> None:
    small = 'host_seats = 1\nif_full = "refuse"\n'
    result = run(tmp_path, city=small)
    assert result.exit_code == 3
    said = json.loads(result.stdout)
    assert [c["amount"] for c in said["conflicts"]] == [1]  # two visitors come to the east school, which seats one
    assert "host_seats to 2" in said["relaxations"][0]
    assert run(tmp_path, city=small.replace("1", "2")).exit_code == 0
    sections = run(tmp_path, city="host_seats = 1\n")
    assert sections.exit_code == 0
    assert json.loads(sections.stdout)["sections"] == 1


def test_groups_that_crowd_each_other_out_are_refused_and_the_seats_that_would_do_are_right(tmp_path: Path) -> None:
    """Three subjects on one half-day, each of one teacher in each of two schools that seat one visitor: two subjects meet at one school."""
    lines = [f"{school}{subject},{school},{subject},5,否,否" for school in "12" for subject in ("语文", "数学", "音乐")]
    teachers = TEACHERS.splitlines()[0] + "\n" + "\n".join(lines) + "\n"
    extra = 'half_days = ["tue_am"]\nhost_seats = 1\n'
    result = run(tmp_path, teachers=teachers, city=extra)
    assert result.exit_code == 3
    said = json.loads(result.stdout)
    assert [c["proven"] for c in said["conflicts"]] == [False]  # the search ended without a rota; that there is none is not claimed
    assert "host_seats to 3" in said["relaxations"][0]
    assert run(tmp_path, teachers=teachers, city=extra.replace("= 1", "= 3")).exit_code == 0


def test_a_demand_without_people_is_a_fault_at_its_row(tmp_path: Path) -> None:
    result = run(tmp_path, training_demand="学校,学科,培训主题,人数\n南小学,语文,作业设计,\n无名小学,语文,作业设计,2\n")
    assert result.exit_code == 4
    assert {(f["row"], f["column"]) for f in json.loads(result.stdout)["faults"]} >= {(2, "人数"), (3, "学校")}
